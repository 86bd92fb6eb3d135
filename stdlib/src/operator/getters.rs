//! `itemgetter`, `attrgetter`, `methodcaller`: callables that are made of a name or key.

use pystm_text::TextBuf;
use pystm_vm::{
    builtins::{
        container,
        dict::Dict,
        tuple::{self, Tuple},
    },
    error::PyResult,
    native::{SUBCLASSABLE, TypeDef, keyword_dict, method, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{attr, call, item, text},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// `operator.itemgetter`
pub static ITEMGETTER: TypeDef = record::def(
    "operator.itemgetter",
    "Return a callable object that fetches the given item(s) from its operand.\n\nAfter f = itemgetter(2), the call f(r) returns \
     r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
    SUBCLASSABLE,
    &[
        static_method("__new__", "($cls, item, /, *items)", itemgetter_new, "Makes a getter."),
        method("__call__", "($self, obj, /)", itemgetter_call, "The item or items."),
        method("__repr__", "($self, /)", repr, "repr(self)"),
        method("__reduce__", "($self, /)", reduce, "State for pickling."),
    ],
);

/// `operator.attrgetter`
pub static ATTRGETTER: TypeDef = record::def(
    "operator.attrgetter",
    "Return a callable object that fetches the given attribute(s) from its operand.\n\nAfter f = attrgetter('name'), the call f(r) \
     returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = \
     attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).",
    SUBCLASSABLE,
    &[
        static_method("__new__", "($cls, attr, /, *attrs)", attrgetter_new, "Makes a getter."),
        method("__call__", "($self, obj, /)", attrgetter_call, "The attribute or attributes."),
        method("__repr__", "($self, /)", repr, "repr(self)"),
        method("__reduce__", "($self, /)", reduce, "State for pickling."),
    ],
);

/// `operator.methodcaller`
pub static METHODCALLER: TypeDef = record::def(
    "operator.methodcaller",
    "Return a callable object that calls the given method on its operand.\n\nAfter f = methodcaller('name'), the call f(r) returns \
     r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).",
    SUBCLASSABLE,
    &[
        static_method("__new__", "($cls, /, *args, **kwargs)", methodcaller_new, "Makes a caller."),
        method("__call__", "($self, obj, /)", methodcaller_call, "The method's result."),
        method("__repr__", "($self, /)", methodcaller_repr, "repr(self)"),
        method("__reduce__", "($self, /)", methodcaller_reduce, "State for pickling."),
    ],
);

// Values of itemgetter and attrgetter.
/// A tuple of the keys or names as they were given.
const GIVEN: usize = 0;
/// Of an attrgetter: a tuple of interned names, or of tuples of them for dotted ones.
const PATHS: usize = 1;

fn given(t: &mut Thread, first: Value, rest: Value) -> PyResult<Ref<Tuple>> {
    let mut all = t.vec();
    all.push(first);
    all.extend_from_slice(Ref::<Tuple>::known(rest).values());
    Ok(Ref::known(tuple::new(t, &all)?))
}

/// One result as it is, several as a tuple.
fn collect(
    t: &mut Thread,
    keys: Ref<Tuple>,
    mut get: impl FnMut(&mut Thread, Value) -> PyResult,
) -> PyResult {
    if let &[only] = keys.values() {
        return get(t, only);
    }
    let mut results = t.vec();
    for &key in keys.values() {
        results.push(get(t, key)?);
    }
    tuple::new(t, &results)
}

fn itemgetter_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let keys = given(t, args[1], args[2])?;
    Ok(record::new_of_class(t, Ref::known(args[0]), None, &[keys.value()]))
}

fn itemgetter_call(t: &mut Thread, args: &[Value]) -> PyResult {
    let keys: Ref<Tuple> = Ref::known(Ref::<Record>::known(args[0]).get(GIVEN));
    collect(t, keys, |t, key| item::getitem(t, args[1], key))
}

fn attrgetter_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let names = given(t, args[1], args[2])?;
    let mut paths = t.vec();
    for &name in names.values() {
        let Some(s) = name.as_str() else { return Err(t.type_error("attribute name must be a string")) };
        let text = s.to_rust();
        if !text.contains('.') {
            paths.push(attr::attribute_name(t, name)?);
            continue;
        }
        let mut parts = t.vec();
        for part in text.split('.') {
            parts.push(t.intern(part));
        }
        paths.push(tuple::new(t, &parts)?);
    }
    let paths = tuple::new(t, &paths)?;
    Ok(record::new_of_class(t, Ref::known(args[0]), None, &[names.value(), paths]))
}

fn attrgetter_call(t: &mut Thread, args: &[Value]) -> PyResult {
    let paths: Ref<Tuple> = Ref::known(Ref::<Record>::known(args[0]).get(PATHS));
    collect(t, paths, |t, path| {
        let Some(parts) = path.cast::<Tuple>() else { return attr::getattr(t, args[1], path) };
        let mut object = args[1];
        for &part in parts.values() {
            object = attr::getattr(t, object, part)?;
        }
        Ok(object)
    })
}

/// `module.Name(`
fn push_name(t: &mut Thread, buf: &mut TextBuf, value: Value) -> PyResult<()> {
    let class = type_of(value).value();
    for (name, after) in [("__module__", "."), ("__qualname__", "(")] {
        let part = attr::getattr_text(t, class, name)?;
        buf.push_str(&text::str_string(t, part)?);
        buf.push_str(after);
    }
    Ok(())
}

fn push_items(t: &mut Thread, buf: &mut TextBuf, items: Ref<Tuple>) -> PyResult<()> {
    for (i, &item) in items.values().iter().enumerate() {
        if i > 0 {
            buf.push_str(", ");
        }
        container::push_repr(t, buf, item)?;
    }
    Ok(())
}

/// The repr by a function, or `...` inside itself.
fn guarded_repr(
    t: &mut Thread,
    value: Value,
    parts: fn(&mut Thread, &mut TextBuf, Ref<Record>) -> PyResult<()>,
) -> PyResult {
    if !container::enter_repr(t, value)? {
        let name = type_of(value).name();
        return Ok(t.new_str(&format!("{name}(...)")));
    }
    let mut buf = TextBuf::new();
    let mut result = push_name(t, &mut buf, value);
    if result.is_ok() {
        result = parts(t, &mut buf, Ref::known(value));
    }
    container::leave_repr(t);
    result?;
    buf.push_str(")");
    container::finish_text(t, &buf)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    guarded_repr(t, args[0], |t, buf, this| push_items(t, buf, Ref::known(this.get(GIVEN))))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let given = Ref::<Record>::known(args[0]).get(GIVEN);
    Ok(tuple::new_small(t, &[type_of(args[0]).value(), given]))
}

// Values of a methodcaller.
const NAME: usize = 0;
const ARGS: usize = 1;
const KEYWORDS: usize = 2;

fn methodcaller_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let all: Ref<Tuple> = Ref::known(args[1]);
    let Some((&name, rest)) = all.values().split_first() else {
        return Err(t.type_error("methodcaller needs at least one argument, the method name"));
    };
    if name.as_str().is_none() {
        return Err(t.type_error("method name must be a string"));
    }
    let name = attr::attribute_name(t, name)?;
    let rest = tuple::new(t, rest)?;
    let keywords = keyword_dict(t, args[2]).value();
    Ok(record::new_of_class(t, Ref::known(args[0]), None, &[name, rest, keywords]))
}

fn methodcaller_call(t: &mut Thread, args: &[Value]) -> PyResult {
    let this: Ref<Record> = Ref::known(args[0]);
    let (name, arguments, keywords) = (this.get(NAME), this.get(ARGS), this.get(KEYWORDS));
    let (method, takes_self) = attr::load_method(t, args[1], name)?;
    if keywords.cast::<Dict>().is_none_or(|d| d.is_empty()) {
        let arguments: Ref<Tuple> = Ref::known(arguments);
        return if takes_self {
            call::call_unbound(t, method, args[1], arguments.values())
        } else {
            call::call(t, method, arguments.values())
        };
    }
    let method = if takes_self { attr::getattr(t, args[1], name)? } else { method };
    call::call_ex(t, method, arguments, keywords)
}

fn methodcaller_repr(t: &mut Thread, args: &[Value]) -> PyResult {
    guarded_repr(t, args[0], |t, buf, this| {
        container::push_repr(t, buf, this.get(NAME))?;
        let arguments: Ref<Tuple> = Ref::known(this.get(ARGS));
        if !arguments.is_empty() {
            buf.push_str(", ");
            push_items(t, buf, arguments)?;
        }
        let keywords: Ref<Dict> = Ref::known(this.get(KEYWORDS));
        let mut position = 0;
        while let Some((at, key, value)) = keywords.entry_from(position) {
            position = at + 1;
            buf.push_str(", ");
            buf.push_str(&text::str_string(t, key)?);
            buf.push_str("=");
            container::push_repr(t, buf, value)?;
        }
        Ok(())
    })
}

fn methodcaller_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let this: Ref<Record> = Ref::known(args[0]);
    let class = type_of(args[0]).value();
    let keywords: Ref<Dict> = Ref::known(this.get(KEYWORDS));
    let arguments: Ref<Tuple> = Ref::known(this.get(ARGS));
    if keywords.is_empty() {
        let mut all = t.vec();
        all.push(this.get(NAME));
        all.extend_from_slice(arguments.values());
        let all = tuple::new(t, &all)?;
        return Ok(tuple::new_small(t, &[class, all]));
    }
    // Keywords are carried by a partial.
    let functools = pystm_vm::import::import_module(t, "functools")?;
    let partial = attr::getattr_text(t, functools, "partial")?;
    let first = tuple::new_small(t, &[class, this.get(NAME)]);
    let constructor = call::call_ex(t, partial, first, keywords.value())?;
    Ok(tuple::new_small(t, &[constructor, arguments.value()]))
}
