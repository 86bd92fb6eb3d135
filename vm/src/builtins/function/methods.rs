//! The type `function`: its attributes and methods.

use super::{Function, LAYOUT, new, recode::set_code};
use crate::{
    builtins::{
        bound_method,
        cell::Cell,
        code::Code,
        dict::{self, Dict},
        module::call_annotate,
        object::{self, is_callable, text_of},
        tuple::{self, Tuple},
    },
    error::{PyResult, Raised},
    kind::Kind,
    native::{GetSet, Method, TypeDef, getset, member, method, static_method},
    object::Ref,
    protocol::call,
    runtime::type_of,
    thread::Thread,
    value::Value,
};
use pystm_stm::Slot;

/// The type `function`.
pub static DEF: TypeDef = TypeDef {
    name: "function",
    doc: "Create a function object.\n\n  code\n    a code object\n  globals\n    the globals dictionary\n  name\n    a string that \
          overrides the name from the code object\n  argdefs\n    a tuple that specifies the default argument values\n  \
          closure\n    a tuple that supplies the bindings for free variables\n  kwdefaults\n    a dictionary that specifies \
          the default keyword argument values",
    base: None,
    kind: Kind::Function,
    layout: LAYOUT,
    words: 0,
    flags: 0,
    methods: METHODS,
    getset: ATTRIBUTES,
    setup: None,
};

static METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)",
        new_function,
        "Create a function object.",
    ),
    method(
        "__call__",
        "($self, /, *args, **kwargs)",
        |t, a| call::call_ex(t, a[0], a[1], a[2]),
        "Call self as a function.",
    ),
    method(
        "__get__",
        "($self, instance, owner=None, /)",
        get,
        "Return an attribute of instance, which is of type owner.",
    ),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
];

const ATTRIBUTES: &[GetSet] = &[
    getset("__code__", |_, f| Ok(known(f).code.get()), set_code_attribute, ""),
    getset("__defaults__", |_, f| Ok(known(f).defaults.get().or(Value::NONE)), set_defaults, ""),
    getset("__kwdefaults__", |_, f| Ok(known(f).kwdefaults.get().or(Value::NONE)), set_kwdefaults, ""),
    member("__closure__", |_, f| Ok(known(f).closure.get().or(Value::NONE)), ""),
    member("__globals__", |_, f| Ok(known(f).globals.get()), ""),
    member("__builtins__", |_, f| Ok(known(f).builtins.get()), ""),
    getset(
        "__name__",
        |_, f| Ok(known(f).name.get()),
        |t, f, v| set_text(t, f, v, "__name__", |f| &f.name),
        "",
    ),
    getset(
        "__qualname__",
        |_, f| Ok(known(f).qualname.get()),
        |t, f, v| set_text(t, f, v, "__qualname__", |f| &f.qualname),
        "",
    ),
    getset(
        "__doc__",
        |_, f| Ok(known(f).doc.get().or(Value::NONE)),
        |t, f, v| store(t, f, v.or(Value::NONE), |f| &f.doc),
        "",
    ),
    getset(
        "__module__",
        |_, f| Ok(known(f).module.get().or(Value::NONE)),
        |t, f, v| store(t, f, v.or(Value::NONE), |f| &f.module),
        "",
    ),
    getset("__dict__", get_dict, set_dict, ""),
    getset("__annotations__", get_annotations, set_annotations, ""),
    getset("__annotate__", |_, f| Ok(known(f).annotate.get().or(Value::NONE)), set_annotate, ""),
    getset("__type_params__", get_type_params, set_type_params, ""),
];

fn known(value: Value) -> Ref<Function> {
    Ref::known(value)
}

fn store(t: &mut Thread, function: Value, value: Value, slot: fn(&Function) -> &Slot<Value>) -> PyResult<()> {
    let function = known(function);
    t.change_public(function.object());
    let w = t.write(function);
    slot(&function).set(&w, value);
    Ok(())
}

fn set_text(
    t: &mut Thread,
    function: Value,
    value: Value,
    name: &str,
    slot: fn(&Function) -> &Slot<Value>,
) -> PyResult<()> {
    if value.is_unset() || value.as_str().is_none() {
        return Err(t.type_error(format!("{name} must be set to a string object")));
    }
    store(t, function, value, slot)
}

/// Free variables of a code object.
fn free_count(code: Ref<Code>) -> usize {
    code.loaded().locals.iter().filter(|(_, kind)| *kind == crate::bytecode::LocalKind::Free).count()
}

fn set_code_attribute(t: &mut Thread, function: Value, value: Value) -> PyResult<()> {
    let Some(code) = value.cast::<Code>() else {
        return Err(t.type_error("__code__ must be set to a code object"));
    };
    let this = known(function);
    let cells = this.closure.get().cast::<Tuple>().map_or(0, |c| c.len());
    let wanted = free_count(code);
    if cells != wanted {
        let name = text_of(this.name.get());
        return Err(
            t.value_error(format!("{name}() requires a code object with {cells} free vars, not {wanted}"))
        );
    }
    let generator = |c: Ref<Code>| {
        use crate::bytecode::CodeFlags;
        c.loaded().flags.0 & (CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR)
    };
    if generator(code) != generator(Ref::known(this.code.get())) {
        let message = "Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)";
        crate::builtins::exceptions::warning::warn(t, crate::error::Exc::DeprecationWarning, message, 1)?;
    }
    set_code(t, this, code);
    Ok(())
}

fn set_defaults(t: &mut Thread, function: Value, value: Value) -> PyResult<()> {
    match value.given_not_none() {
        Some(v) if v.as_tuple().is_none() => Err(t.type_error("__defaults__ must be set to a tuple object")),
        given => store(t, function, given.unwrap_or(Value::UNSET), |f| &f.defaults),
    }
}

fn set_kwdefaults(t: &mut Thread, function: Value, value: Value) -> PyResult<()> {
    match value.given_not_none() {
        Some(v) if v.cast::<Dict>().is_none() => {
            Err(t.type_error("__kwdefaults__ must be set to a dict object"))
        }
        given => store(t, function, given.unwrap_or(Value::UNSET), |f| &f.kwdefaults),
    }
}

fn get_dict(t: &mut Thread, function: Value) -> PyResult {
    let this = known(function);
    Ok(dict::on_demand(t, this.object(), &this.dict).value())
}

fn set_dict(t: &mut Thread, function: Value, value: Value) -> PyResult<()> {
    if value.is_unset() || value.cast::<Dict>().is_none() {
        return Err(object::bad_dict(t, value));
    }
    store(t, function, value, |f| &f.dict)
}

fn get_annotations(t: &mut Thread, function: Value) -> PyResult {
    let this = known(function);
    if let Some(found) = this.annotations.get().given() {
        return Ok(found);
    }
    let annotations = match this.annotate.get().given_not_none() {
        Some(annotate) => call_annotate(t, annotate)?,
        None => dict::new(t).value(),
    };
    store(t, function, annotations, |f| &f.annotations)?;
    Ok(annotations)
}

fn set_annotations(t: &mut Thread, function: Value, value: Value) -> PyResult<()> {
    match value.given_not_none() {
        Some(v) if v.cast::<Dict>().is_none() => {
            return Err(t.type_error("__annotations__ must be set to a dict object"));
        }
        given => store(t, function, given.unwrap_or(Value::UNSET), |f| &f.annotations)?,
    }
    store(t, function, Value::UNSET, |f| &f.annotate)
}

fn set_annotate(t: &mut Thread, function: Value, value: Value) -> PyResult<()> {
    if value.is_unset() {
        return Err(t.type_error("__annotate__ cannot be deleted"));
    }
    if value.is_none() {
        return store(t, function, Value::UNSET, |f| &f.annotate);
    }
    if !is_callable(t, value) {
        return Err(t.type_error("__annotate__ must be callable or None"));
    }
    store(t, function, value, |f| &f.annotate)?;
    store(t, function, Value::UNSET, |f| &f.annotations)
}

fn get_type_params(t: &mut Thread, function: Value) -> PyResult {
    match known(function).type_params.get().given() {
        Some(v) => Ok(v),
        None => Ok(tuple::new_small(t, &[])),
    }
}

fn set_type_params(t: &mut Thread, function: Value, value: Value) -> PyResult<()> {
    if value.is_unset() || value.as_tuple().is_none() {
        return Err(t.type_error("__type_params__ must be set to a tuple"));
    }
    store(t, function, value, |f| &f.type_params)
}

fn get(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].is_none() {
        if args[2].or(Value::NONE).is_none() {
            return Err(t.type_error("__get__(None, None) is invalid"));
        }
        return Ok(args[0]);
    }
    Ok(bound_method::new(t, args[0], args[1]))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = text_of(known(args[0]).qualname.get());
    let address = object::address(args[0]);
    Ok(t.new_str(&format!("<function {name} at {address:#x}>")))
}

#[cold]
fn wrong_argument(t: &mut Thread, name: &str, wanted: &str, got: Value) -> Raised {
    let got = type_of(got).name();
    t.type_error(format!("function() argument '{name}' must be {wanted}, not {got}"))
}

fn new_function(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(code) = args[1].cast::<Code>() else { return Err(wrong_argument(t, "code", "code", args[1])) };
    if args[2].cast::<Dict>().is_none() {
        return Err(wrong_argument(t, "globals", "dict", args[2]));
    }
    let (name, defaults) = (args[3].given_not_none(), args[4].given_not_none());
    let (closure, kwdefaults) = (args[5].given_not_none(), args[6].given_not_none());
    if name.is_some_and(|n| n.as_str().is_none()) {
        return Err(t.type_error("arg 3 (name) must be None or string"));
    }
    if defaults.is_some_and(|d| d.as_tuple().is_none()) {
        return Err(t.type_error("arg 4 (defaults) must be None or tuple"));
    }
    if kwdefaults.is_some_and(|d| d.cast::<Dict>().is_none()) {
        return Err(t.type_error("arg 6 (kwdefaults) must be None or dict"));
    }
    let wanted = free_count(code);
    match closure {
        None if wanted > 0 => return Err(t.type_error("arg 5 (closure) must be tuple")),
        Some(c) if c.as_tuple().is_none() => {
            return Err(t.type_error("arg 5 (closure) must be None or tuple"));
        }
        _ => {}
    }
    let closure = closure.and_then(|c| c.as_tuple());
    let cells = closure.map_or(0, |c| c.len());
    if cells != wanted {
        let name = text_of(code.name.get());
        return Err(t.value_error(format!("{name} requires closure of length {wanted}, not {cells}")));
    }
    if let Some(bad) = closure.and_then(|c| c.values().iter().copied().find(|v| v.cast::<Cell>().is_none())) {
        let got = type_of(bad).name();
        return Err(t.type_error(format!("arg 5 (closure) expected cell, found {got}")));
    }
    let function = new(t, code, args[2]);
    let w = t.write(function);
    if let Some(name) = name {
        function.name.set(&w, name);
    }
    function.defaults.set(&w, defaults.unwrap_or(Value::UNSET));
    function.kwdefaults.set(&w, kwdefaults.unwrap_or(Value::UNSET));
    function.closure.set(&w, closure.filter(|c| !c.is_empty()).map_or(Value::UNSET, |c| c.value()));
    Ok(function.value())
}
