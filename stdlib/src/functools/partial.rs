//! `functools.partial`.

use pystm_text::TextBuf;
use pystm_vm::{
    attributes,
    builtins::{
        bound_method,
        container::{self, class_getitem},
        dict::{self, Dict},
        dict_methods::update,
        tuple::{self, Tuple},
        typeobj::Type,
    },
    error::{PyResult, Raised},
    native::{
        HAS_DICT, SUBCLASSABLE, TypeDef, WEAK, class_method, getter, keyword_dict, method, static_method,
    },
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{attr, call, text},
    runtime::type_of,
    special::Special,
    thread::{RootVec, Thread},
    value::Value,
};

use super::placeholder::is_placeholder;

/// `functools.partial`
pub static DEF: TypeDef = TypeDef {
    getset: &[
        getter(
            "func",
            |_, this| Ok(Ref::<Record>::known(this).get(FUNCTION)),
            "function object to use in future partial calls",
        ),
        getter(
            "args",
            |_, this| Ok(Ref::<Record>::known(this).get(ARGS)),
            "tuple of arguments to future partial calls",
        ),
        getter(
            "keywords",
            |_, this| Ok(Ref::<Record>::known(this).get(KEYWORDS)),
            "dictionary of keyword arguments to future partial calls",
        ),
    ],
    ..record::def(
        "functools.partial",
        "Create a new function with partial application of the given arguments and keywords.",
        SUBCLASSABLE | HAS_DICT | WEAK,
        &[
            static_method("__new__", "($cls, /, *args, **keywords)", new, "Makes a partial function."),
            method(
                "__call__",
                "($self, /, *args, **kwargs)",
                call_method,
                "Calls the function with all arguments.",
            ),
            method("__get__", "($self, instance, owner=None, /)", get, "A method of the instance."),
            method("__repr__", "($self, /)", repr, "repr(self)"),
            method("__reduce__", "($self, /)", reduce, "State for pickling."),
            method("__setstate__", "($self, state, /)", set_state, "Restores a pickled state."),
            class_method("__class_getitem__", "($cls, object, /)", class_getitem, "partial[object]"),
        ],
    )
};

// Values.
const FUNCTION: usize = 0;
const ARGS: usize = 1;
const KEYWORDS: usize = 2;
/// Number of placeholders among the arguments.
const HOLES: usize = 3;

fn count_holes(args: &[Value]) -> usize {
    args.iter().filter(|&&v| is_placeholder(v)).count()
}

#[cold]
fn trailing(t: &mut Thread) -> Raised {
    t.type_error("trailing Placeholders are not allowed")
}

/// The record of a partial without attributes of its own whose class calls as partial does; such a function is unfolded.
fn plain_partial(t: &mut Thread, function: Value) -> Option<Ref<Record>> {
    let class = t.rt.native_class(t, &DEF);
    let own = type_of(function);
    if !own.is_subtype(class)
        || own.special(t, Special::Call as usize) != class.special(t, Special::Call as usize)
    {
        return None;
    }
    attributes::own_items(function.object_unchecked()).is_empty().then(|| Ref::known(function))
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class: Ref<Type> = Ref::known(args[0]);
    let given: Ref<Tuple> = Ref::known(args[1]);
    let Some((&function, rest)) = given.values().split_first() else {
        return Err(t.type_error("type 'partial' takes at least one argument"));
    };
    if function.object().is_none() || !is_callable(t, function) {
        return Err(t.type_error("the first argument must be callable"));
    }
    let keywords = keyword_dict(t, args[2]);
    let mut position = 0;
    while let Some((at, _, value)) = keywords.entry_from(position) {
        if is_placeholder(value) {
            return Err(t.type_error("Placeholder cannot be passed as a keyword argument"));
        }
        position = at + 1;
    }
    if rest.last().is_some_and(|&v| is_placeholder(v)) {
        return Err(trailing(t));
    }
    let mut all = t.vec();
    let (mut target, mut kwargs) = (function, keywords);
    if let Some(inner) = plain_partial(t, function) {
        target = inner.get(FUNCTION);
        fill(&mut all, Ref::<Tuple>::known(inner.get(ARGS)).values(), rest);
        kwargs = dict::copy(t, Ref::known(inner.get(KEYWORDS)))?;
        update::update(t, kwargs, keywords.value())?;
    } else {
        all.extend_from_slice(rest);
    }
    let holes = count_holes(&all);
    let all = tuple::new(t, &all)?;
    let values = [target, all, kwargs.value(), Value::small(holes as i64)];
    Ok(record::new_of_class(t, class, None, &values))
}

fn is_callable(t: &mut Thread, function: Value) -> bool {
    t.special(function, Special::Call).is_some()
}

/// The arguments of a partial, holes filled with the first new ones, and then the rest of those.
fn fill(all: &mut RootVec, args: &[Value], new: &[Value]) {
    let mut new = new.iter();
    for &arg in args {
        let value = if is_placeholder(arg) { *new.next().unwrap_or(&arg) } else { arg };
        all.push(value);
    }
    all.extend(new);
}

fn call_method(t: &mut Thread, args: &[Value]) -> PyResult {
    let this: Ref<Record> = Ref::known(args[0]);
    let given: Ref<Tuple> = Ref::known(args[1]);
    let holes = this.get_int(HOLES) as usize;
    if given.len() < holes {
        let n = given.len();
        return Err(t.type_error(format!(
            "missing positional arguments in 'partial' call; expected at least {holes}, got {n}"
        )));
    }
    let mut all = t.vec();
    fill(&mut all, Ref::<Tuple>::known(this.get(ARGS)).values(), given.values());
    let keywords: Ref<Dict> = Ref::known(this.get(KEYWORDS));
    let function = this.get(FUNCTION);
    let more = args[2].cast::<Dict>();
    if keywords.is_empty() && more.is_none() {
        return call::call(t, function, &all);
    }
    let kwargs = dict::copy(t, keywords)?;
    if let Some(more) = more {
        update::update(t, kwargs, more.value())?;
    }
    let all = tuple::new(t, &all)?;
    call::call_ex(t, function, all, kwargs.value())
}

fn get(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].is_none() {
        return Ok(args[0]);
    }
    Ok(bound_method::new(t, args[0], args[1]))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    if !container::enter_repr(t, args[0])? {
        return Ok(t.new_str("..."));
    }
    let result = repr_parts(t, args[0]);
    container::leave_repr(t);
    result
}

fn repr_parts(t: &mut Thread, value: Value) -> PyResult {
    let this: Ref<Record> = Ref::known(value);
    let class = type_of(value).value();
    let mut buf = TextBuf::new();
    for name in ["__module__", "__qualname__"] {
        let part = attr::getattr_text(t, class, name)?;
        buf.push_str(&text::str_string(t, part)?);
        buf.push_str(if name == "__module__" { "." } else { "(" });
    }
    let (function, arguments, keywords) = (this.get(FUNCTION), this.get(ARGS), this.get(KEYWORDS));
    container::push_repr(t, &mut buf, function)?;
    for &arg in Ref::<Tuple>::known(arguments).values() {
        buf.push_str(", ");
        container::push_repr(t, &mut buf, arg)?;
    }
    let keywords: Ref<Dict> = Ref::known(keywords);
    let mut position = 0;
    while let Some((at, key, value)) = keywords.entry_from(position) {
        position = at + 1;
        buf.push_str(", ");
        let name = text::str(t, key)?;
        if let Some(name) = name.as_str() {
            buf.push_units(name.units());
        }
        buf.push_str("=");
        container::push_repr(t, &mut buf, value)?;
    }
    buf.push_str(")");
    container::finish_text(t, &buf)
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let this: Ref<Record> = Ref::known(args[0]);
    let object = args[0].object_unchecked();
    let namespace = if attributes::own_items(object).is_empty() && !has_dict(t, args[0])? {
        Value::NONE
    } else {
        attributes::dict(t, object).value()
    };
    let state = tuple::new_small(t, &[this.get(FUNCTION), this.get(ARGS), this.get(KEYWORDS), namespace]);
    let arguments = tuple::new_small(t, &[this.get(FUNCTION)]);
    Ok(tuple::new_small(t, &[type_of(args[0]).value(), arguments, state]))
}

/// Whether the partial has attributes.
fn has_dict(t: &mut Thread, value: Value) -> PyResult<bool> {
    let namespace = attr::find_attr(t, value, "__dict__")?;
    Ok(namespace.and_then(|d| d.cast::<Dict>()).is_some_and(|d| !d.is_empty()))
}

fn set_state(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(parts) = args[1].as_tuple().filter(|s| s.len() == 4) else {
        return Err(t.type_error("invalid partial state"));
    };
    let (function, arguments, keywords, namespace) = (parts.at(0), parts.at(1), parts.at(2), parts.at(3));
    let valid = is_callable(t, function)
        && arguments.as_tuple().is_some()
        && [keywords, namespace].iter().all(|v| v.is_none() || v.cast::<Dict>().is_some());
    let Some(items) = arguments.as_tuple().filter(|_| valid) else {
        return Err(t.type_error("invalid partial state"));
    };
    if items.values().last().is_some_and(|&v| is_placeholder(v)) {
        return Err(trailing(t));
    }
    let holes = count_holes(items.values());
    let arguments =
        if arguments.cast::<Tuple>().is_some() { arguments } else { tuple::new(t, items.values())? };
    let keywords = match keywords.cast::<Dict>() {
        None => dict::new(t),
        Some(d) if dict::is_exact(keywords) => d,
        Some(d) => {
            let copy = dict::new(t);
            update::update(t, copy, d.value())?;
            copy
        }
    };
    let this: Ref<Record> = Ref::known(args[0]);
    this.set(t, FUNCTION, function);
    this.set(t, ARGS, arguments);
    this.set(t, KEYWORDS, keywords.value());
    this.set_int(t, HOLES, holes as i64);
    let namespace = match namespace.cast::<Dict>() {
        Some(d) => d,
        None => dict::new(t),
    };
    attributes::set_dict(t, args[0].object_unchecked(), namespace);
    Ok(Value::NONE)
}
