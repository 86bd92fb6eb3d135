//! Exceptions with a few simple fields: StopIteration, SystemExit, ImportError, NameError, AttributeError, KeyError.

use super::{
    Exception,
    base::{no_keywords, reject_keywords, state_dict, str_of_args, take_keyword},
    this,
};
use crate::{
    builtins::{dict, tuple},
    error::PyResult,
    native::{GetSet, Method, getset, method},
    object::Ref,
    protocol::text,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// Field of StopIteration (`value`), SystemExit (`code`) and ImportError (`msg`).
pub const VALUE: usize = 0;
/// Field `name` of NameError, AttributeError and ImportError.
pub const NAME: usize = 1;
/// Field `obj` of AttributeError.
pub const OBJECT: usize = 2;
/// Field `path` of ImportError.
pub const PATH: usize = 2;
/// Field `name_from` of ImportError.
pub const NAME_FROM: usize = 3;

pub(super) static STOP_ITERATION: &[Method] =
    &[method("__init__", "($self, /, *args, **kwargs)", init_first, "Set the arguments and value.")];
pub(super) static STOP_ITERATION_FIELDS: &[GetSet] =
    &[getset("value", get_value, set_value, "The generator's return value.")];
pub(super) static SYSTEM_EXIT: &[Method] =
    &[method("__init__", "($self, /, *args, **kwargs)", init_exit, "Set the arguments and the code.")];
pub(super) static SYSTEM_EXIT_FIELDS: &[GetSet] = &[getset("code", get_value, set_value, "The exit code.")];
pub(super) static IMPORT_ERROR: &[Method] = &[
    method("__init__", "($self, /, *args, **kwargs)", init_import, "Set message, name and path."),
    method("__str__", "($self, /)", str_import, "Return str(self)."),
    method("__reduce__", "($self, /)", reduce_import, "Return what pickle needs."),
];
pub(super) static IMPORT_ERROR_FIELDS: &[GetSet] = &[
    getset("msg", get_value, set_value, "The message."),
    getset("name", get_name, set_name, "The module's name."),
    getset("path", get_path, set_path, "The module's path."),
    getset("name_from", get_name_from, set_name_from, "The name that was to be imported from the module."),
];
pub(super) static NAME_ERROR: &[Method] =
    &[method("__init__", "($self, /, *args, **kwargs)", init_name, "Set the arguments and the name.")];
pub(super) static NAME_ERROR_FIELDS: &[GetSet] = &[getset("name", get_name, set_name, "The name.")];
pub(super) static ATTRIBUTE_ERROR: &[Method] = &[
    method(
        "__init__",
        "($self, /, *args, **kwargs)",
        init_attribute,
        "Set the arguments, the name and the object.",
    ),
    method("__getstate__", "($self, /)", getstate_attribute, "Return what pickle needs."),
    method("__reduce__", "($self, /)", reduce_attribute, "Return what pickle needs."),
];
pub(super) static ATTRIBUTE_ERROR_FIELDS: &[GetSet] = &[
    getset("name", get_name, set_name, "The attribute's name."),
    getset("obj", get_object, set_object, "The object without that attribute."),
];
pub(super) static KEY_ERROR: &[Method] = &[method("__str__", "($self, /)", str_key, "Return str(self).")];

fn set_args(t: &mut Thread, this: Ref<Exception>, args: Value) {
    let w = t.write(this);
    this.args.set(&w, args);
}

fn first(args: Value) -> Value {
    let items = Ref::<tuple::Tuple>::known(args);
    if items.is_empty() { Value::NONE } else { items.at(0) }
}

fn init_first(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    no_keywords(t, args[0], args[2])?;
    set_args(t, this, args[1]);
    this.set_field(t, VALUE, first(args[1]));
    Ok(Value::NONE)
}

fn init_exit(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    no_keywords(t, args[0], args[2])?;
    set_args(t, this, args[1]);
    let items = Ref::<tuple::Tuple>::known(args[1]);
    let code = if items.len() > 1 { items.value() } else { first(args[1]) };
    this.set_field(t, VALUE, code);
    Ok(Value::NONE)
}

fn init_import(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let name = take_keyword(t, args[2], "name")?;
    let path = take_keyword(t, args[2], "path")?;
    let name_from = take_keyword(t, args[2], "name_from")?;
    reject_keywords(t, "ImportError", args[2])?;
    set_args(t, this, args[1]);
    let items = Ref::<tuple::Tuple>::known(args[1]);
    this.set_field(t, VALUE, if items.len() == 1 { items.at(0) } else { Value::NONE });
    this.set_field(t, NAME, name);
    this.set_field(t, PATH, path);
    this.set_field(t, NAME_FROM, name_from);
    Ok(Value::NONE)
}

fn str_import(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let message = this.field(VALUE);
    if message.cast::<crate::builtins::str::Str>().is_some() { Ok(message) } else { str_of_args(t, this) }
}

fn reduce_import(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let own = state_dict(t, args[0]);
    let state = dict::new(t);
    let mut any = false;
    if let Some(own) = own.and_then(|o| o.cast::<dict::Dict>()) {
        let mut position = 0;
        while let Some((at, key, value)) = own.entry_from(position) {
            dict::set(t, state, key, value)?;
            position = at + 1;
            any = true;
        }
    }
    for (name, field) in [("name", NAME), ("path", PATH), ("name_from", NAME_FROM)] {
        if let Some(value) = this.fields[field].get().given_not_none() {
            dict::set_text(t, state, name, value);
            any = true;
        }
    }
    let class = type_of(args[0]).value();
    if any {
        tuple::new(t, &[class, this.args.get(), state.value()])
    } else {
        tuple::new(t, &[class, this.args.get()])
    }
}

fn init_name(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let name = take_keyword(t, args[2], "name")?;
    reject_keywords(t, "NameError", args[2])?;
    set_args(t, this, args[1]);
    this.set_field(t, NAME, name);
    Ok(Value::NONE)
}

fn init_attribute(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let name = take_keyword(t, args[2], "name")?;
    let object = take_keyword(t, args[2], "obj")?;
    reject_keywords(t, "AttributeError", args[2])?;
    set_args(t, this, args[1]);
    this.set_field(t, NAME, name);
    this.set_field(t, OBJECT, object);
    Ok(Value::NONE)
}

/// State of an AttributeError: its `__dict__`, name and args; `obj` may not be picklable and is left out.
fn getstate_attribute(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let own = state_dict(t, args[0]);
    let state = dict::new(t);
    if let Some(own) = own.and_then(|o| o.cast::<dict::Dict>()) {
        let mut position = 0;
        while let Some((at, key, value)) = own.entry_from(position) {
            dict::set(t, state, key, value)?;
            position = at + 1;
        }
    }
    if let Some(name) = this.fields[NAME].get().given() {
        dict::set_text(t, state, "name", name);
    }
    dict::set_text(t, state, "args", this.args.get());
    Ok(state.value())
}

fn reduce_attribute(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let state = getstate_attribute(t, args)?;
    let class = type_of(args[0]).value();
    tuple::new(t, &[class, this.args.get(), state])
}

/// The repr of the only argument: a key that is a str is shown in quotes.
fn str_key(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let items = this.args();
    if items.len() == 1 { text::repr(t, items.at(0)) } else { str_of_args(t, this) }
}

fn get(t: &mut Thread, this_: Value, field: usize) -> PyResult {
    Ok(this(t, this_)?.field(field))
}

fn set(t: &mut Thread, this_: Value, field: usize, value: Value) -> PyResult<()> {
    let this = this(t, this_)?;
    this.set_field(t, field, value);
    Ok(())
}

fn get_value(t: &mut Thread, this: Value) -> PyResult {
    get(t, this, VALUE)
}

fn set_value(t: &mut Thread, this: Value, value: Value) -> PyResult<()> {
    set(t, this, VALUE, value)
}

fn get_name(t: &mut Thread, this: Value) -> PyResult {
    get(t, this, NAME)
}

fn set_name(t: &mut Thread, this: Value, value: Value) -> PyResult<()> {
    set(t, this, NAME, value)
}

fn get_path(t: &mut Thread, this: Value) -> PyResult {
    get(t, this, PATH)
}

fn set_path(t: &mut Thread, this: Value, value: Value) -> PyResult<()> {
    set(t, this, PATH, value)
}

fn get_name_from(t: &mut Thread, this: Value) -> PyResult {
    get(t, this, NAME_FROM)
}

fn set_name_from(t: &mut Thread, this: Value, value: Value) -> PyResult<()> {
    set(t, this, NAME_FROM, value)
}

fn get_object(t: &mut Thread, this: Value) -> PyResult {
    get(t, this, OBJECT)
}

fn set_object(t: &mut Thread, this: Value, value: Value) -> PyResult<()> {
    set(t, this, OBJECT, value)
}
