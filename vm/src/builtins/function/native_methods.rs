//! The types of native functions, methods and attributes as Python sees them.
//!
//! `method_descriptor`, `wrapper_descriptor` and `classmethod_descriptor` share one body: which of them an object is
//! depends on its row. `builtin_function_or_method` and `method-wrapper` likewise.

use super::native::{
    CLASS_METHOD_SHAPE, FIELD_SHAPE, FUNCTION_LAYOUT, GetSetDescriptor, MEMBER_LAYOUT, METHOD_LAYOUT,
    METHOD_WRAPPER_SHAPE, Member, NativeFunction, NativeMethod, WRAPPER_SHAPE, bind,
};
use pystm_gc::ShapeId;

use crate::{
    builtins::{module::Module, object, str::Str, tuple, typeobj::Type},
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::{Binding, GetSet, Method, TypeDef, getset, getter, method},
    object::Ref,
    protocol::{attr, call},
    runtime::type_of,
    shape,
    thread::Thread,
    value::Value,
};

/// The type `builtin_function_or_method`.
pub static FUNCTION_DEF: TypeDef = function_definition("builtin_function_or_method");
/// The type `method-wrapper`: a bound method that is a slot of types in CPython.
pub static METHOD_WRAPPER_DEF: TypeDef = TypeDef {
    setup: Some(|t, c| {
        adopt(METHOD_WRAPPER_SHAPE.shape(), c);
        let descriptor = super::native::new_getset(t, &WRAPPER_OBJCLASS, c.value());
        crate::builtins::dict::set_text(t, c.dict(), WRAPPER_OBJCLASS.name, descriptor);
    }),
    ..function_definition("method-wrapper")
};
static WRAPPER_OBJCLASS: GetSet = getter("__objclass__", wrapper_objclass, "");

const fn function_definition(name: &'static str) -> TypeDef {
    TypeDef {
        name,
        doc: "",
        base: None,
        kind: Kind::NativeFunction,
        layout: FUNCTION_LAYOUT,
        words: 0,
        flags: crate::native::NO_CONSTRUCTOR,
        methods: FUNCTION_METHODS,
        getset: FUNCTION_GETSET,
        setup: None,
    }
}

static FUNCTION_METHODS: &[Method] = &[
    method(
        "__call__",
        "($self, /, *args, **kwargs)",
        |t, a| call::call_ex(t, a[0], a[1], a[2]),
        "Call self as a function.",
    ),
    method("__eq__", "($self, value, /)", function_eq, "Return self==value."),
    method("__hash__", "($self, /)", function_hash, "Return hash(self)."),
    method("__repr__", "($self, /)", function_repr, "Return repr(self)."),
    method("__reduce__", "($self, /)", function_reduce, ""),
];

const FUNCTION_GETSET: &[GetSet] = &[
    getter("__name__", |t, f| Ok(t.intern(function(f).info().method.name)), ""),
    getter("__qualname__", function_qualname, ""),
    getter("__doc__", |t, f| Ok(doc(t, function(f).info().method.doc)), ""),
    getter("__text_signature__", function_signature, ""),
    getter("__self__", function_self, ""),
    getset("__module__", function_module, set_function_module, ""),
];

const fn method_definition(name: &'static str) -> TypeDef {
    TypeDef {
        name,
        doc: "",
        base: None,
        kind: Kind::NativeMethod,
        layout: METHOD_LAYOUT,
        words: 0,
        flags: crate::native::NO_CONSTRUCTOR,
        methods: METHOD_METHODS,
        getset: METHOD_GETSET,
        setup: None,
    }
}

/// The type `method_descriptor`.
pub static METHOD_DEF: TypeDef = method_definition("method_descriptor");
/// The type `wrapper_descriptor`: methods that are slots of types in CPython.
pub static WRAPPER_DEF: TypeDef = TypeDef {
    setup: Some(|_, c| adopt(WRAPPER_SHAPE.shape(), c)),
    ..method_definition("wrapper_descriptor")
};
/// The type `classmethod_descriptor`.
pub static CLASS_METHOD_DEF: TypeDef = TypeDef {
    setup: Some(|_, c| adopt(CLASS_METHOD_SHAPE.shape(), c)),
    ..method_definition("classmethod_descriptor")
};

/// Makes a class the class of a shape that objects had before the class was made.
fn adopt(shape: ShapeId, class: Ref<Type>) {
    shape::shape(shape).init_class(class.value());
    class.register_shape(shape);
}

const METHOD_GETSET: &[GetSet] = &[
    getter("__name__", |t, m| Ok(t.intern(method_of(m).info().method.name)), ""),
    getter("__qualname__", |t, m| qualname(t, method_of(m).owner.get(), method_of(m).info().method.name), ""),
    getter("__doc__", |t, m| Ok(doc(t, method_of(m).info().method.doc)), ""),
    getter("__text_signature__", |t, m| Ok(text_signature(t, method_of(m).info().method.signature)), ""),
    getter("__objclass__", |_, m| Ok(method_of(m).owner.get()), ""),
];

static METHOD_METHODS: &[Method] = &[
    method(
        "__call__",
        "($self, /, *args, **kwargs)",
        |t, a| call::call_ex(t, a[0], a[1], a[2]),
        "Call self as a function.",
    ),
    method(
        "__get__",
        "($self, instance, owner=None, /)",
        method_get,
        "Return an attribute of instance, which is of type owner.",
    ),
    method("__repr__", "($self, /)", method_repr, "Return repr(self)."),
    method("__reduce__", "($self, /)", method_reduce, ""),
];

/// The type `getset_descriptor`.
pub static GETSET_DEF: TypeDef = TypeDef {
    name: "getset_descriptor",
    doc: "",
    base: None,
    kind: Kind::GetSet,
    layout: METHOD_LAYOUT,
    words: 0,
    flags: crate::native::NO_CONSTRUCTOR,
    methods: DATA_METHODS,
    getset: &[
        getter("__name__", |t, d| Ok(t.intern(row(d).name)), ""),
        getter("__qualname__", |t, d| qualname(t, owner(d), row(d).name), ""),
        getter("__doc__", |t, d| Ok(doc(t, row(d).doc)), ""),
        getter("__objclass__", |_, d| Ok(owner(d)), ""),
    ],
    setup: None,
};

/// The type `member_descriptor`.
pub static MEMBER_DEF: TypeDef = TypeDef {
    name: "member_descriptor",
    doc: "",
    base: None,
    kind: Kind::Member,
    layout: MEMBER_LAYOUT,
    words: 0,
    flags: crate::native::NO_CONSTRUCTOR,
    methods: DATA_METHODS,
    getset: &[
        getter("__name__", |t, d| Ok(t.intern(&data_name(d))), ""),
        getter("__qualname__", |t, d| qualname(t, owner(d), &data_name(d)), ""),
        getter(
            "__doc__",
            |t, d| Ok(d.cast::<GetSetDescriptor>().map_or(Value::NONE, |d| doc(t, d.row().doc))),
            "",
        ),
        getter("__objclass__", |_, d| Ok(owner(d)), ""),
    ],
    setup: Some(|_, c| adopt(FIELD_SHAPE.shape(), c)),
};

static DATA_METHODS: &[Method] = &[
    method(
        "__get__",
        "($self, instance, owner=None, /)",
        data_get,
        "Return an attribute of instance, which is of type owner.",
    ),
    method("__set__", "($self, instance, value, /)", data_set, "Set an attribute of instance to value."),
    method("__delete__", "($self, instance, /)", data_delete, "Delete an attribute of instance."),
    method("__repr__", "($self, /)", data_repr, "Return repr(self)."),
    method("__reduce__", "($self, /)", data_reduce, ""),
];

fn function(value: Value) -> Ref<NativeFunction> {
    Ref::known(value)
}

fn method_of(value: Value) -> Ref<NativeMethod> {
    Ref::known(value)
}

fn row(value: Value) -> &'static GetSet {
    Ref::<GetSetDescriptor>::known(value).row()
}

/// `__objclass__` of a getset or member.
fn owner(value: Value) -> Value {
    match value.cast::<Member>() {
        Some(m) => m.owner.get(),
        None => Ref::<GetSetDescriptor>::known(value).owner.get(),
    }
}

fn data_name(value: Value) -> String {
    match value.cast::<Member>() {
        Some(m) => object::text_of(m.name.get()),
        None => row(value).name.to_owned(),
    }
}

fn doc(t: &mut Thread, doc: &str) -> Value {
    if doc.is_empty() { Value::NONE } else { t.new_str(doc) }
}

/// `__text_signature__` of a row.
pub fn text_signature(t: &mut Thread, signature: &str) -> Value {
    if signature.contains("<unset>") { Value::NONE } else { t.new_str(signature) }
}

/// The signature of a function: those of modules are bound to their module, which their rows leave out.
fn function_signature(t: &mut Thread, value: Value) -> PyResult {
    let info = function(value).info();
    let signature = info.method.signature;
    if !info.owner.is_empty() || signature.starts_with("($") {
        return Ok(text_signature(t, signature));
    }
    let slash = if info.params.positional_only > 0 { "" } else { "/, " };
    let with_module = format!("($module, {slash}{}", &signature[1..]);
    Ok(text_signature(t, &with_module.replace(", )", ")")))
}

fn qualname(t: &mut Thread, owner: Value, name: &str) -> PyResult {
    let class = object::text_of(Ref::<Type>::known(owner).qualname.get());
    Ok(t.new_str(&format!("{class}.{name}")))
}

fn function_qualname(t: &mut Thread, value: Value) -> PyResult {
    let f = function(value);
    let name = f.info().method.name;
    let text = match f.receiver.get().given() {
        Some(receiver) if receiver.cast::<Module>().is_none() => {
            let class = receiver.cast::<Type>().unwrap_or_else(|| type_of(receiver));
            format!("{}.{name}", object::text_of(class.qualname.get()))
        }
        None if !f.info().owner.is_empty() => f.info().qualname.clone(),
        _ => name.to_owned(),
    };
    Ok(t.new_str(&text))
}

/// The receiver, or the class of a constructor or static method.
fn receiver(t: &mut Thread, f: Ref<NativeFunction>) -> Option<Value> {
    let found = f.receiver.get().given().or(f.module.get().given().filter(|m| m.cast::<Type>().is_some()));
    match f.info().constructor_of {
        Some(def) if found.is_none() => Some(t.rt.native_class(t, def).value()),
        _ => found,
    }
}

fn function_self(t: &mut Thread, value: Value) -> PyResult {
    let f = function(value);
    let module = f.module.get();
    if let Some(receiver) = receiver(t, f) {
        // A static method does not show its class here.
        return Ok(if receiver == module { Value::NONE } else { receiver });
    }
    if let Some(modules) = t.rt.modules.get().cast::<crate::builtins::dict::Dict>()
        && let Some(name) = module.cast::<Str>()
        && let Some(found) = crate::builtins::dict::get_str(t, modules, name.value())
    {
        return Ok(found);
    }
    Ok(Value::NONE)
}

/// The class that declares the method: the one whose namespace has this very row.
fn wrapper_objclass(t: &mut Thread, value: Value) -> PyResult {
    let this = function(value);
    let info = this.info();
    let classes = type_of(this.receiver.get()).mro();
    for &class in classes.values() {
        let Some(class) = class.cast::<Type>() else { continue };
        let found = crate::builtins::dict::get_text(t, class.dict(), info.method.name);
        if found.and_then(|f| f.cast::<NativeMethod>()).is_some_and(|m| std::ptr::eq(m.info(), info)) {
            return Ok(class.value());
        }
    }
    Ok(type_of(this.receiver.get()).value())
}

fn function_module(_: &mut Thread, value: Value) -> PyResult {
    Ok(function(value).module.get().given().filter(|m| m.cast::<Type>().is_none()).unwrap_or(Value::NONE))
}

fn set_function_module(t: &mut Thread, value: Value, module: Value) -> PyResult<()> {
    let function = function(value);
    // A static method keeps its class there.
    if function.module.get().cast::<Type>().is_some() {
        return Err(t.raise(Exc::AttributeError, "the module of a static method cannot be changed"));
    }
    t.change_public(function.object());
    let w = t.write(function);
    function.module.set(&w, module.or(Value::NONE));
    Ok(())
}

fn function_eq(_: &mut Thread, args: &[Value]) -> PyResult {
    let Some(other) = args[1].cast::<NativeFunction>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let this = function(args[0]);
    Ok(Value::bool(this.receiver.get() == other.receiver.get() && std::ptr::eq(this.info(), other.info())))
}

fn function_hash(_: &mut Thread, args: &[Value]) -> PyResult {
    let this = function(args[0]);
    let mixed = (this.receiver.get().bits() >> 4) ^ (std::ptr::from_ref(this.info()) as u64 >> 3);
    Ok(Value::small((mixed >> 2) as i64))
}

fn function_repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let f = function(args[0]);
    let name = f.info().method.name;
    let shown = match receiver(t, f) {
        Some(receiver) if receiver.cast::<Module>().is_none() => {
            let class = type_of(receiver).name();
            let address = object::address(receiver);
            let kind = if f.info().slot { "method-wrapper" } else { "built-in method" };
            if kind == "method-wrapper" {
                format!("<method-wrapper '{name}' of {class} object at {address:#x}>")
            } else {
                format!("<built-in method {name} of {class} object at {address:#x}>")
            }
        }
        _ => format!("<built-in function {name}>"),
    };
    Ok(t.new_str(&shown))
}

fn function_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let f = function(args[0]);
    let receiver = receiver(t, f).filter(|r| r.cast::<Module>().is_none());
    let Some(receiver) = receiver else { return Ok(t.intern(f.info().method.name)) };
    let name = t.intern(f.info().method.name);
    let getattr = object::builtin(t, "getattr")?;
    let inner = tuple::new_small(t, &[receiver, name]);
    Ok(tuple::new_small(t, &[getattr, inner]))
}

/// TypeError for a descriptor applied to an object of another type.
fn check_instance(t: &mut Thread, owner: Value, name: &str, instance: Value) -> PyResult<()> {
    let class = Ref::<Type>::known(owner);
    if type_of(instance).is_subtype(class) {
        return Ok(());
    }
    let (class, got) = (class.name(), type_of(instance).name());
    Err(t.type_error(format!("descriptor '{name}' for '{class}' objects doesn't apply to a '{got}' object")))
}

fn method_get(t: &mut Thread, args: &[Value]) -> PyResult {
    let m = method_of(args[0]);
    let name = m.info().method.name;
    if m.info().method.binding == Binding::Class {
        let class = match args[2].given_not_none() {
            Some(class) => class,
            None if args[1].is_none() => {
                let owner = Ref::<Type>::known(m.owner.get()).name();
                return Err(t.type_error(format!(
                    "descriptor '{name}' for type '{owner}' needs either an object or a type"
                )));
            }
            None => type_of(args[1]).value(),
        };
        let Some(class) = class.cast::<Type>() else {
            let owner = Ref::<Type>::known(m.owner.get()).name();
            let got = type_of(class).name();
            return Err(t.type_error(format!(
                "descriptor '{name}' for type '{owner}' needs a type, not a '{got}' as arg 2"
            )));
        };
        let owner = Ref::<Type>::known(m.owner.get());
        if !class.is_subtype(owner) {
            let (owner, got) = (owner.name(), class.name());
            return Err(t.type_error(format!(
                "descriptor '{name}' requires a subtype of '{owner}' but received '{got}'"
            )));
        }
        return Ok(bind(t, m.info(), class.value()));
    }
    if args[1].is_none() && !args[2].or(Value::NONE).is_none() {
        return Ok(args[0]);
    }
    if args[1].is_none()
        && args[2].or(Value::NONE).is_none()
        && !type_of(args[1]).is_subtype(Ref::known(m.owner.get()))
    {
        return Err(t.type_error("__get__(None, None) is invalid"));
    }
    check_instance(t, m.owner.get(), name, args[1])?;
    Ok(bind(t, m.info(), args[1]))
}

fn method_repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let m = method_of(args[0]);
    let name = m.info().method.name;
    let class = Ref::<Type>::known(m.owner.get()).name();
    let kind = if m.info().slot { "slot wrapper" } else { "method" };
    Ok(t.new_str(&format!("<{kind} '{name}' of '{class}' objects>")))
}

fn reduce_descriptor(t: &mut Thread, owner: Value, name: &str) -> PyResult {
    let getattr = object::builtin(t, "getattr")?;
    let name = t.intern(name);
    let inner = tuple::new_small(t, &[owner, name]);
    Ok(tuple::new_small(t, &[getattr, inner]))
}

fn method_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let m = method_of(args[0]);
    if m.info().method.binding == Binding::Class {
        return Err(not_picklable(t, args[0]));
    }
    reduce_descriptor(t, m.owner.get(), m.info().method.name)
}

/// Descriptors that CPython gives no `__reduce__`.
#[cold]
fn not_picklable(t: &mut Thread, descriptor: Value) -> Raised {
    let name = type_of(descriptor).name();
    t.type_error(format!("cannot pickle '{name}' object"))
}

fn data_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    if type_of(args[0]).name() == GETSET_DEF.name {
        return Err(not_picklable(t, args[0]));
    }
    reduce_descriptor(t, owner(args[0]), &data_name(args[0]))
}

fn data_get(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].is_none() && !type_of(args[1]).is_subtype(Ref::known(owner(args[0]))) {
        return Ok(args[0]);
    }
    check_instance(t, owner(args[0]), &data_name(args[0]), args[1])?;
    attr::bind_descriptor(t, args[0], args[1], type_of(args[1]).value())
}

fn data_set(t: &mut Thread, args: &[Value]) -> PyResult {
    check_instance(t, owner(args[0]), &data_name(args[0]), args[1])?;
    attr::set_data(t, args[0], args[1], args[2])?;
    Ok(Value::NONE)
}

fn data_delete(t: &mut Thread, args: &[Value]) -> PyResult {
    check_instance(t, owner(args[0]), &data_name(args[0]), args[1])?;
    attr::set_data(t, args[0], args[1], Value::UNSET)?;
    Ok(Value::NONE)
}

fn data_repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let member = args[0].cast::<GetSetDescriptor>().is_none_or(|d| d.row().member);
    let kind = if member { "member" } else { "attribute" };
    let class = Ref::<Type>::known(owner(args[0])).name();
    Ok(t.new_str(&format!("<{kind} '{}' of '{class}' objects>", data_name(args[0]))))
}
