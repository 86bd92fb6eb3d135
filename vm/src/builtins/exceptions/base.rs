//! Methods and attributes of `BaseException`.

use super::{Exception, allocate, this};
use crate::{
    builtins::{
        dict::{self, Dict},
        list::{self, List},
        traceback::Traceback,
        tuple::{self, Tuple},
        typeobj::Type,
    },
    error::PyResult,
    native::{GetSet, Method, getset, method, static_method},
    object::Ref,
    protocol::{attr, iter, text, truth},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

pub(super) static METHODS: &[Method] = &[
    static_method("__new__", "($cls, /, *args, **kwargs)", new, "Make an exception with these arguments."),
    method("__init__", "($self, /, *args, **kwargs)", init, "Set the arguments."),
    method("__str__", "($self, /)", str_, "Return str(self)."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__reduce__", "($self, /)", reduce, "Return what pickle needs."),
    method("__setstate__", "($self, state, /)", setstate, "Set attributes from a dict."),
    method(
        "with_traceback",
        "($self, tb, /)",
        with_traceback,
        "Set self.__traceback__ to tb and return self.",
    ),
    method("add_note", "($self, note, /)", add_note, "Append a note to self.__notes__."),
];

pub(super) static GETSET: &[GetSet] = &[
    getset("args", get_args, set_args, "The arguments."),
    getset("__traceback__", get_traceback, set_traceback, "The traceback."),
    getset("__context__", get_context, set_context, "The exception that was being handled."),
    getset("__cause__", get_cause, set_cause, "The exception named by `raise ... from`."),
    getset("__suppress_context__", get_suppress, set_suppress, "Whether the context is not shown."),
];

/// The class argument of a `__new__`.
pub(super) fn class_argument(t: &mut Thread, class: Value) -> PyResult<Ref<Type>> {
    match class.cast::<Type>() {
        Some(c) if super::is_exception_class(class) => Ok(c),
        _ => Err(t.type_error("BaseException.__new__(X): X is not a subtype of BaseException")),
    }
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = class_argument(t, args[0])?;
    Ok(allocate(t, class, args[1]).value())
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    no_keywords(t, args[0], args[2])?;
    let w = t.write(this);
    this.args.set(&w, args[1]);
    Ok(Value::NONE)
}

/// TypeError if there are keyword arguments.
pub(super) fn no_keywords(t: &mut Thread, this: Value, keywords: Value) -> PyResult<()> {
    if keywords.cast::<Dict>().is_some_and(|d| !d.is_empty()) {
        let name = type_of(this).name();
        return Err(t.type_error(format!("{name}() takes no keyword arguments")));
    }
    Ok(())
}

/// `BaseException.__str__`: nothing, the argument, or all arguments as a tuple.
pub(super) fn str_of_args(t: &mut Thread, this: Ref<Exception>) -> PyResult {
    let args = this.args();
    match args.len() {
        0 => Ok(t.new_str("")),
        1 => text::str(t, args.at(0)),
        _ => text::str(t, args.value()),
    }
}

fn str_(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    str_of_args(t, this)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let name = type_of(args[0]).name.get();
    let items = this.args();
    let shown = if items.len() == 1 { text::repr(t, items.at(0))? } else { text::repr(t, items.value())? };
    let mut buf = pystm_text::TextBuf::new();
    for part in [
        Some(name),
        (items.len() == 1).then(|| t.intern("(")),
        Some(shown),
        (items.len() == 1).then(|| t.intern(")")),
    ]
    .into_iter()
    .flatten()
    {
        if let Some(s) = part.as_str() {
            buf.push_units(s.units());
        }
    }
    crate::builtins::str::Str::from_buf(t, &buf)
}

/// The instance's `__dict__`, or `None` if it has no attributes.
pub(super) fn state_dict(t: &mut Thread, this: Value) -> Option<Value> {
    let dict = crate::attributes::dict(t, this.object_unchecked());
    (!dict.is_empty()).then_some(dict.value())
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let class = type_of(args[0]).value();
    match state_dict(t, args[0]) {
        Some(state) => tuple::new(t, &[class, this.args.get(), state]),
        None => tuple::new(t, &[class, this.args.get()]),
    }
}

fn setstate(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].is_none() {
        return Ok(Value::NONE);
    }
    let Some(state) = args[1].cast::<Dict>() else { return Err(t.type_error("state is not a dictionary")) };
    let mut position = 0;
    while let Some((at, key, value)) = state.entry_from(position) {
        attr::setattr(t, args[0], key, value)?;
        position = at + 1;
    }
    Ok(Value::NONE)
}

fn with_traceback(t: &mut Thread, args: &[Value]) -> PyResult {
    set_traceback(t, args[0], args[1])?;
    Ok(args[0])
}

fn add_note(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].as_str().is_none() {
        let got = type_of(args[1]).name();
        return Err(t.type_error(format!("add_note() argument must be str, not {got}")));
    }
    let notes = match attr::find_attr(t, args[0], "__notes__")? {
        Some(notes) => notes,
        None => {
            let fresh = list::new(t, &[]);
            attr::setattr_text(t, args[0], "__notes__", fresh)?;
            fresh
        }
    };
    let Some(notes) = notes.cast::<List>() else {
        return Err(t.type_error("Cannot add note: __notes__ is not a list"));
    };
    list::append(t, notes, args[1]);
    Ok(Value::NONE)
}

fn get_args(t: &mut Thread, this_: Value) -> PyResult {
    Ok(this(t, this_)?.args.get())
}

fn set_args(t: &mut Thread, this_: Value, value: Value) -> PyResult<()> {
    let this = this(t, this_)?;
    if value.is_unset() {
        return Err(t.type_error("args may not be deleted"));
    }
    let items = match value.cast::<Tuple>() {
        Some(tuple) => tuple.value(),
        None => {
            let items = iter::collect(t, value)?;
            tuple::new(t, &items)?
        }
    };
    let w = t.write(this);
    this.args.set(&w, items);
    Ok(())
}

fn get_traceback(t: &mut Thread, this_: Value) -> PyResult {
    Ok(this(t, this_)?.traceback.get())
}

fn set_traceback(t: &mut Thread, this_: Value, value: Value) -> PyResult<()> {
    let this = this(t, this_)?;
    if value.is_unset() {
        return Err(t.type_error("__traceback__ may not be deleted"));
    }
    if !value.is_none() && value.cast::<Traceback>().is_none() {
        return Err(t.type_error("__traceback__ must be a traceback or None"));
    }
    this.set_traceback(t, value);
    Ok(())
}

fn get_context(t: &mut Thread, this_: Value) -> PyResult {
    Ok(this(t, this_)?.context.get())
}

fn set_context(t: &mut Thread, this_: Value, value: Value) -> PyResult<()> {
    let this = this(t, this_)?;
    chained(t, "__context__", "exception context must be None or derive from BaseException", value)?;
    this.set_context(t, value);
    Ok(())
}

fn chained(t: &mut Thread, name: &str, message: &str, value: Value) -> PyResult<()> {
    if value.is_unset() {
        return Err(t.type_error(format!("{name} may not be deleted")));
    }
    if !value.is_none() && value.cast::<Exception>().is_none() {
        return Err(t.type_error(message));
    }
    Ok(())
}

fn get_cause(t: &mut Thread, this_: Value) -> PyResult {
    Ok(this(t, this_)?.cause.get())
}

fn set_cause(t: &mut Thread, this_: Value, value: Value) -> PyResult<()> {
    let this = this(t, this_)?;
    chained(t, "__cause__", "exception cause must be None or derive from BaseException", value)?;
    this.set_cause(t, value);
    Ok(())
}

fn get_suppress(t: &mut Thread, this_: Value) -> PyResult {
    Ok(Value::bool(this(t, this_)?.suppresses_context()))
}

fn set_suppress(t: &mut Thread, this_: Value, value: Value) -> PyResult<()> {
    let this = this(t, this_)?;
    if value.is_unset() {
        return Err(t.type_error("can't delete numeric/char attribute"));
    }
    if !value.is_bool() {
        return Err(t.type_error("attribute value type must be bool"));
    }
    let on = truth::is_true(t, value)?;
    this.set_suppress_context(t, on);
    Ok(())
}

/// An entry of a dict of keyword arguments, removed from it.
pub(super) fn take_keyword(t: &mut Thread, keywords: Value, name: &str) -> PyResult {
    let Some(dict) = keywords.cast::<Dict>() else { return Ok(Value::UNSET) };
    let key = t.intern(name);
    Ok(dict::remove(t, dict, key)?.unwrap_or(Value::UNSET))
}

/// TypeError for the first entry that is left in a dict of keyword arguments.
pub(super) fn reject_keywords(t: &mut Thread, function: &str, keywords: Value) -> PyResult<()> {
    if let Some((_, key, _)) = keywords.cast::<Dict>().and_then(|d| d.entry_from(0)) {
        let key = attr::name_text(key);
        return Err(t.type_error(format!("{function}() got an unexpected keyword argument '{key}'")));
    }
    Ok(())
}
