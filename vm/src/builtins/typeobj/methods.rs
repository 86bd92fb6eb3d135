//! The type `type`: its methods and attributes. Making classes is in `build.rs`.

use super::{ABSTRACT, HEAP, LAYOUT, Type, build, lookup, mro, tables};
use crate::{
    builtins::{
        codecs,
        dict::{self, Dict},
        function::native_methods,
        module,
        object::{self, is_callable, text_of},
        tuple::{self, Tuple},
    },
    error::{Exc, PyResult},
    kind::Kind,
    native::{GetSet, Method, SUBCLASSABLE, TypeDef, class_method, getset, getter, method, static_method},
    object::Ref,
    protocol::{attr, call, instance, iter, truth},
    runtime::{class_of_kind, type_of},
    special::Special,
    thread::Thread,
    value::Value,
};

/// The type `type`.
pub static DEF: TypeDef = TypeDef {
    name: "type",
    doc: "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type",
    base: None,
    kind: Kind::Type,
    layout: LAYOUT,
    words: (size_of::<Type>() / 8) as u16,
    flags: SUBCLASSABLE,
    methods: METHODS,
    getset: ATTRIBUTES,
    setup: Some(setup),
};

static METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, /, *args, **kwargs)",
        build::new_type,
        "Create and return a new object.",
    ),
    method("__init__", "($self, /, *args, **kwargs)", init, "Initialize self."),
    method("__call__", "($self, /, *args, **kwargs)", call_type, "Call self as a function."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method(
        "__getattribute__",
        "($self, name, /)",
        |t, a| attr::type_getattr(t, Ref::known(a[0]), a[1]),
        "Return getattr(self, name).",
    ),
    method("__setattr__", "($self, name, value, /)", setattr, "Implement setattr(self, name, value)."),
    method("__delattr__", "($self, name, /)", delattr, "Implement delattr(self, name)."),
    method(
        "__or__",
        "($self, value, /)",
        |t, a| crate::builtins::generic::union_or(t, a[0], a[1]),
        "Return self|value.",
    ),
    method(
        "__ror__",
        "($self, value, /)",
        |t, a| crate::builtins::generic::union_or(t, a[1], a[0]),
        "Return value|self.",
    ),
    method("mro", "($self, /)", mro_method, "Return a type's method resolution order."),
    method("__subclasses__", "($self, /)", subclasses, "Return a list of immediate subclasses."),
    method(
        "__instancecheck__",
        "($self, instance, /)",
        |t, a| check(t, a, Special::InstanceCheck),
        "Check if an object is an instance.",
    ),
    method(
        "__subclasscheck__",
        "($self, subclass, /)",
        |t, a| check(t, a, Special::SubclassCheck),
        "Check if a class is a subclass.",
    ),
    class_method(
        "__prepare__",
        "($cls, /, *args, **kwargs)",
        |t, _| Ok(dict::new(t).value()),
        "Create the namespace for the class statement",
    ),
    method("__dir__", "($self, /)", dir, "Specialized __dir__ implementation for types."),
    method(
        "__sizeof__",
        "($self, /)",
        |_, _| Ok(Value::small(size_of::<Type>() as i64)),
        "Return memory consumption of the type object.",
    ),
];

const ATTRIBUTES: &[GetSet] = &[
    getset("__name__", |_, c| Ok(known(c).name.get()), set_name, ""),
    getset("__qualname__", |_, c| Ok(known(c).qualname.get()), set_qualname, ""),
    getset("__bases__", |_, c| Ok(known(c).bases.get()), super::rebase::set_bases, ""),
    getter("__base__", |_, c| Ok(known(c).base.get().or(Value::NONE)), ""),
    getter("__mro__", |_, c| Ok(known(c).mro.get().or(Value::NONE)), ""),
    getter("__dict__", |t, c| Ok(crate::builtins::mappingproxy::new(t, known(c).dict.get())), ""),
    getset("__doc__", get_doc, set_doc, ""),
    getset("__module__", get_module, set_module, ""),
    getset("__abstractmethods__", get_abstract, set_abstract, ""),
    getset("__annotations__", get_annotations, set_annotations, ""),
    getset("__annotate__", get_annotate, set_annotate, ""),
    getset("__type_params__", get_type_params, set_type_params, ""),
    getter("__flags__", flags, ""),
    getter("__basicsize__", |_, c| Ok(Value::small(basic_size(known(c)))), ""),
    getter("__itemsize__", |_, c| Ok(Value::small(item_size(known(c)))), ""),
    getter("__dictoffset__", |_, c| Ok(Value::small(-(super::instances_have_dict(known(c)) as i64))), ""),
    getter(
        "__weakrefoffset__",
        |_, c| Ok(Value::small(if known(c).has(super::HAS_WEAKREF) { 8 } else { 0 })),
        "",
    ),
    getter("__text_signature__", get_signature, ""),
];

fn known(value: Value) -> Ref<Type> {
    Ref::known(value)
}

fn setup(t: &mut Thread, class: Ref<Type>) {
    let _ = (t, class);
}

/// What `type(...)` and `metaclass(...)` accept, after `__new__` has judged the values.
fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let count = args[1].cast::<Tuple>().map_or(0, |a| a.len());
    let keywords = args[2].cast::<Dict>().is_some_and(|k| !k.is_empty());
    if keywords && count == 1 {
        return Err(t.type_error("type.__init__() takes no keyword arguments"));
    }
    if count != 1 && count != 3 {
        return Err(t.type_error("type.__init__() takes 1 or 3 arguments"));
    }
    Ok(Value::NONE)
}

fn call_type(t: &mut Thread, args: &[Value]) -> PyResult {
    let (all, names) = call::spread(t, args[1], args[2])?;
    let slice: *const [Value] = all.as_slice();
    // SAFETY: the vector is not touched until the call returns.
    call::instantiate(t, known(args[0]), unsafe { &*slice }, names)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = lookup::module_and_qualname(t, known(args[0]));
    Ok(t.new_str(&format!("<class '{name}'>")))
}

fn setattr(t: &mut Thread, args: &[Value]) -> PyResult {
    attr::type_setattr(t, known(args[0]), args[1], args[2])?;
    Ok(Value::NONE)
}

fn delattr(t: &mut Thread, args: &[Value]) -> PyResult {
    attr::type_setattr(t, known(args[0]), args[1], Value::UNSET)?;
    Ok(Value::NONE)
}

fn mro_method(t: &mut Thread, args: &[Value]) -> PyResult {
    let classes = mro::compute(t, known(args[0]))?;
    crate::builtins::list::try_new(t, &classes)
}

fn subclasses(t: &mut Thread, args: &[Value]) -> PyResult {
    let items = tables::listed(t, known(args[0]));
    crate::builtins::list::try_new(t, &items)
}

fn check(t: &mut Thread, args: &[Value], special: Special) -> PyResult {
    Ok(Value::bool(instance::recursive(t, args[1], args[0], special)?))
}

fn dir(t: &mut Thread, args: &[Value]) -> PyResult {
    let names = dict::new(t);
    object::merge_class_names(t, names, args[0])?;
    let keys = iter::collect(t, names.value())?;
    crate::builtins::list::try_new(t, &keys)
}

/// TypeError for a change of a built-in type.
fn check_mutable(t: &mut Thread, class: Value, name: &str, value: Value) -> PyResult<Ref<Type>> {
    let class = known(class);
    let shown = class.name();
    if !class.has(HEAP) && !class.has(crate::native::MUTABLE as u64) {
        return Err(t.type_error(format!("cannot set '{name}' attribute of immutable type '{shown}'")));
    }
    if value.is_unset() {
        return Err(t.type_error(format!("cannot delete '{name}' attribute of immutable type '{shown}'")));
    }
    Ok(class)
}

fn set_name(t: &mut Thread, class: Value, value: Value) -> PyResult<()> {
    let class = check_mutable(t, class, "__name__", value)?;
    let Some(text) = value.as_str() else {
        let (name, got) = (class.name(), type_of(value).name());
        return Err(t.type_error(format!("can only assign string to {name}.__name__, not '{got}'")));
    };
    if text.units().iter().any(|c| c == 0) {
        return Err(t.value_error("type name must not contain null characters"));
    }
    check_encodable(t, text.value())?;
    t.change_public(class.object());
    let w = t.write(class);
    class.name.set(&w, text.value());
    Ok(())
}

/// UnicodeEncodeError for text with surrogates, where CPython keeps UTF-8.
pub(super) fn check_encodable(t: &mut Thread, text: Value) -> PyResult<()> {
    codecs::encode_str(t, text, "utf-8", None)?;
    Ok(())
}

fn set_qualname(t: &mut Thread, class: Value, value: Value) -> PyResult<()> {
    let class = check_mutable(t, class, "__qualname__", value)?;
    let Some(text) = value.as_str() else {
        let (name, got) = (class.name(), type_of(value).name());
        return Err(t.type_error(format!("can only assign string to {name}.__qualname__, not '{got}'")));
    };
    t.change_public(class.object());
    let w = t.write(class);
    class.qualname.set(&w, text.value());
    Ok(())
}

/// The class's own attribute, without its bases.
pub(crate) fn own(t: &mut Thread, class: Ref<Type>, name: &str) -> Option<Value> {
    dict::get_text(t, class.dict(), name)
}

fn set_own(t: &mut Thread, class: Ref<Type>, name: &str, value: Value) -> PyResult<bool> {
    let name = t.intern(name);
    lookup::set_attribute(t, class, name, value)
}

fn get_doc(t: &mut Thread, class: Value) -> PyResult {
    let class = known(class);
    if let Some(def) = class.def() {
        return Ok(if def.doc.is_empty() { Value::NONE } else { t.new_str(def.doc) });
    }
    match own(t, class, "__doc__") {
        Some(found) => attr::bind_descriptor(t, found, Value::UNSET, class.value()),
        None => Ok(Value::NONE),
    }
}

fn set_doc(t: &mut Thread, class: Value, value: Value) -> PyResult<()> {
    let class = check_mutable(t, class, "__doc__", value)?;
    set_own(t, class, "__doc__", value)?;
    Ok(())
}

fn get_module(t: &mut Thread, class: Value) -> PyResult {
    let class = known(class);
    if let Some(def) = class.def() {
        let module = def.name.rsplit_once('.').map_or("builtins", |(m, _)| m);
        if let Some(own) = own(t, class, "__module__").filter(|m| m.as_str().is_some()) {
            return Ok(own);
        }
        return Ok(t.intern(module));
    }
    match own(t, class, "__module__") {
        Some(found) => Ok(found),
        None => Err(t.raise(Exc::AttributeError, "__module__")),
    }
}

fn set_module(t: &mut Thread, class: Value, value: Value) -> PyResult<()> {
    let class = check_mutable(t, class, "__module__", value)?;
    set_own(t, class, "__module__", value)?;
    let first_line = t.intern("__firstlineno__");
    dict::remove(t, class.dict(), first_line)?;
    Ok(())
}

fn get_abstract(t: &mut Thread, class: Value) -> PyResult {
    let class = known(class);
    let found = if class == class_of_kind(Kind::Type) { None } else { own(t, class, "__abstractmethods__") };
    match found {
        Some(v) => Ok(v),
        None => Err(t.raise(Exc::AttributeError, "__abstractmethods__")),
    }
}

fn set_abstract(t: &mut Thread, class: Value, value: Value) -> PyResult<()> {
    let class = known(class);
    let abstract_ = match value.given() {
        Some(v) => truth::is_true(t, v)?,
        None => false,
    };
    if !set_own(t, class, "__abstractmethods__", value)? {
        return Err(t.raise(Exc::AttributeError, "__abstractmethods__"));
    }
    if class.has(ABSTRACT) != abstract_ {
        t.change_public(class.object());
        let flags = class.flags.get();
        let w = t.write(class);
        class.flags.set(&w, flags ^ ABSTRACT);
    }
    Ok(())
}

fn get_annotate(t: &mut Thread, class: Value) -> PyResult {
    let class = known(class);
    if !class.has(HEAP) {
        let name = lookup::full_name(t, class);
        return Err(
            t.raise(Exc::AttributeError, format!("type object '{name}' has no attribute '__annotate__'"))
        );
    }
    for name in ["__annotate_func__", "__annotate__"] {
        if let Some(found) = own(t, class, name) {
            return attr::bind_descriptor(t, found, Value::UNSET, class.value());
        }
    }
    set_own(t, class, "__annotate_func__", Value::NONE)?;
    Ok(Value::NONE)
}

fn set_annotate(t: &mut Thread, class: Value, value: Value) -> PyResult<()> {
    let class = known(class);
    if value.is_unset() {
        return Err(t.type_error("cannot delete __annotate__ attribute"));
    }
    if !class.has(HEAP) {
        let name = lookup::full_name(t, class);
        return Err(t.type_error(format!("cannot set '__annotate__' attribute of immutable type '{name}'")));
    }
    if !value.is_none() && !is_callable(t, value) {
        return Err(t.type_error("__annotate__ must be callable or None"));
    }
    set_own(t, class, "__annotate_func__", value)?;
    if !value.is_none() {
        set_own(t, class, "__annotations_cache__", Value::UNSET)?;
    }
    Ok(())
}

fn get_annotations(t: &mut Thread, class: Value) -> PyResult {
    let class = known(class);
    if !class.has(HEAP) {
        let name = lookup::full_name(t, class);
        return Err(
            t.raise(Exc::AttributeError, format!("type object '{name}' has no attribute '__annotations__'"))
        );
    }
    for name in ["__annotations__", "__annotations_cache__"] {
        if let Some(found) = own(t, class, name) {
            return attr::bind_descriptor(t, found, Value::UNSET, class.value());
        }
    }
    let annotate = attr::getattr_text(t, class.value(), "__annotate__")?;
    let annotations =
        if is_callable(t, annotate) { module::call_annotate(t, annotate)? } else { dict::new(t).value() };
    set_own(t, class, "__annotations_cache__", annotations)?;
    Ok(annotations)
}

fn set_annotations(t: &mut Thread, class: Value, value: Value) -> PyResult<()> {
    let class = known(class);
    if !class.has(HEAP) {
        let name = lookup::full_name(t, class);
        return Err(
            t.type_error(format!("cannot set '__annotations__' attribute of immutable type '{name}'"))
        );
    }
    if value.is_unset() {
        let had = set_own(t, class, "__annotations__", Value::UNSET)?
            | set_own(t, class, "__annotations_cache__", Value::UNSET)?;
        if !had {
            return Err(t.raise(Exc::AttributeError, "__annotations__"));
        }
    } else if own(t, class, "__annotations__").is_some() {
        set_own(t, class, "__annotations__", value)?;
    } else {
        set_own(t, class, "__annotations_cache__", value)?;
    }
    set_own(t, class, "__annotate_func__", Value::UNSET)?;
    set_own(t, class, "__annotate__", Value::UNSET)?;
    Ok(())
}

fn get_type_params(t: &mut Thread, class: Value) -> PyResult {
    let class = known(class);
    match own(t, class, "__type_params__").filter(|_| class.has(HEAP)) {
        Some(v) => Ok(v),
        None => Ok(tuple::new_small(t, &[])),
    }
}

fn set_type_params(t: &mut Thread, class: Value, value: Value) -> PyResult<()> {
    let class = check_mutable(t, class, "__type_params__", value)?;
    set_own(t, class, "__type_params__", value)?;
    Ok(())
}

/// `__flags__`, as far as Python code asks for them.
fn flags(_: &mut Thread, class: Value) -> PyResult {
    let class = known(class);
    let mut bits: i64 = 1 << 12 | 1 << 18;
    if class.has(HEAP) {
        bits |= 1 << 9;
    } else if class.def().is_some_and(|d| d.name.contains('.')) {
        // Types outside `builtins` are heap types that cannot be changed.
        bits |= 1 << 9 | 1 << 8;
    } else {
        bits |= 1 << 8;
    }
    for (ours, theirs) in [
        (crate::native::SUBCLASSABLE, 10),
        (crate::native::SEQUENCE, 5),
        (crate::native::MAPPING, 6),
        (crate::native::HAS_DICT, 4),
        (crate::native::MATCH_SELF, 22),
        (crate::native::NO_CONSTRUCTOR, 7),
    ] {
        if class.has(ours as u64) {
            bits |= 1 << theirs;
        }
    }
    if class.has(ABSTRACT) {
        bits |= 1 << 20;
    }
    if class.has(HEAP | crate::native::HAS_DICT as u64) && class.instance_kind() == Kind::Object {
        // Attribute values stand in the instance.
        bits |= 1 << 2;
    }
    let subclass_bits = [
        (Kind::Int, 24),
        (Kind::List, 25),
        (Kind::Tuple, 26),
        (Kind::Bytes, 27),
        (Kind::Str, 28),
        (Kind::Dict, 29),
        (Kind::Type, 31),
    ];
    for (kind, bit) in subclass_bits {
        if class.is_subtype(class_of_kind(kind)) {
            bits |= 1 << bit;
        }
    }
    if class.has(super::EXCEPTION) {
        bits |= 1 << 30;
    }
    Ok(Value::small(bits))
}

fn basic_size(class: Ref<Type>) -> i64 {
    let shape = crate::shape::shape(class.instance_shape());
    match shape.layout().size {
        pystm_gc::layout::Size::Fixed(n) => n as i64,
        pystm_gc::layout::Size::Counted { base, .. } => base as i64,
        pystm_gc::layout::Size::Custom(_) => 24,
    }
}

/// Size of the items of variable-size instances: what makes non-empty `__slots__` impossible.
pub(crate) fn item_size(class: Ref<Type>) -> i64 {
    match super::native_def(class).map(|d| d.kind) {
        Some(Kind::Tuple | Kind::Type) => 8,
        Some(Kind::Int) => 4,
        Some(Kind::Bytes) => 1,
        _ => 0,
    }
}

fn get_signature(t: &mut Thread, class: Value) -> PyResult {
    let class = known(class);
    let Some(def) = class.def() else { return Ok(Value::NONE) };
    let row = |name| def.methods.iter().find(|m| m.name == name).map_or("", |m| m.signature);
    let (made, initialised) = (row("__new__"), row("__init__"));
    let signature = if made.starts_with("($cls, *args") { initialised } else { made };
    // Without the receiver, and without a slash that would stand in front.
    let Some((_, rest)) = signature.split_once(", ") else { return Ok(Value::NONE) };
    Ok(native_methods::text_signature(t, &format!("({}", rest.strip_prefix("/, ").unwrap_or(rest))))
}

/// Helper for messages: `__qualname__` of a class.
pub(crate) fn qualname(class: Ref<Type>) -> String {
    text_of(class.qualname.get())
}

/// Calls what the metaclass has under this name with the class.
pub(crate) fn call_on_metaclass(t: &mut Thread, class: Ref<Type>, name: &str) -> PyResult<Option<Value>> {
    let metaclass = type_of(class.value());
    let name = t.intern(name);
    match metaclass.lookup(t, name) {
        Some(found) => call::call_unbound(t, found, class.value(), &[]).map(Some),
        None => Ok(None),
    }
}
