//! `object`, the base of all classes.

pub mod reduce;

use super::{
    dict::{self, Dict},
    function::native::{NativeFunction, NativeMethod},
    tuple::Tuple,
    typeobj::{ABSTRACT, HAS_WEAKREF, HEAP, Type, lookup, slots::has_own_namespace},
};
use crate::{
    attributes,
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::{Method, SUBCLASSABLE, TypeDef, class_method, getset, method, static_method},
    object::Ref,
    protocol::{attr, call, iter, text},
    runtime::{class_of_kind, type_of},
    shape,
    special::Special,
    thread::Thread,
    value::Value,
};

/// The type `object`.
pub static DEF: TypeDef = TypeDef {
    name: "object",
    doc: "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\n\
          instance that has no instance attributes and cannot be given any.\n",
    base: None,
    kind: Kind::Object,
    layout: shape::fixed_layout(2, 2),
    words: 2,
    flags: SUBCLASSABLE,
    methods: METHODS,
    getset: &[getset("__class__", |_, o| Ok(type_of(o).value()), set_class, "the object's class")],
    setup: None,
};

static METHODS: &[Method] = &[
    static_method("__new__", "($cls, /, *args, **kwargs)", new, "Create and return a new object.")
        .constructing(0, |t, _| Ok(object_class().new_instance(t))),
    method("__init__", "($self, /, *args, **kwargs)", init, "Initialize self."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__str__", "($self, /)", to_str, "Return str(self)."),
    method("__eq__", "($self, value, /)", eq, "Return self==value."),
    method("__ne__", "($self, value, /)", ne, "Return self!=value."),
    method("__lt__", "($self, value, /)", not_implemented, "Return self<value."),
    method("__le__", "($self, value, /)", not_implemented, "Return self<=value."),
    method("__gt__", "($self, value, /)", not_implemented, "Return self>value."),
    method("__ge__", "($self, value, /)", not_implemented, "Return self>=value."),
    method("__hash__", "($self, /)", |_, a| Ok(identity_hash(a[0])), "Return hash(self)."),
    method(
        "__getattribute__",
        "($self, name, /)",
        |t, a| attr::generic_getattr(t, a[0], a[1]),
        "Return getattr(self, name).",
    ),
    method("__setattr__", "($self, name, value, /)", setattr, "Implement setattr(self, name, value)."),
    method("__delattr__", "($self, name, /)", delattr, "Implement delattr(self, name)."),
    method(
        "__format__",
        "($self, format_spec, /)",
        format,
        "Default object formatter.\n\nReturn str(self) if format_spec is empty. Raise TypeError otherwise.",
    ),
    method("__dir__", "($self, /)", dir, "Default dir() implementation."),
    method("__sizeof__", "($self, /)", sizeof, "Size of object in memory, in bytes."),
    method("__reduce__", "($self, /)", reduce::reduce, "Helper for pickle."),
    method("__reduce_ex__", "($self, protocol, /)", reduce::reduce_ex, "Helper for pickle."),
    method("__getstate__", "($self, /)", reduce::getstate, "Helper for pickle."),
    class_method(
        "__init_subclass__",
        "($cls, /, *args, **kwargs)",
        init_subclass,
        "This method is called when a class is subclassed.\n\nThe default implementation does nothing. It may be\noverridden to extend subclasses.",
    ),
    class_method(
        "__subclasshook__",
        "($cls, object, /)",
        not_implemented,
        "Abstract classes can override this to customize issubclass().\n\nThis is invoked early on by abc.ABCMeta.__subclasscheck__().\nIt should return True, False or NotImplemented.  If it returns\nNotImplemented, the normal algorithm is used.  Otherwise, it\noverrides the normal algorithm (and the outcome is cached).",
    ),
];

/// The address of a heap object as `id` and `repr` show it; other values count as their own address.
pub fn address(value: Value) -> u64 {
    if value.is_object() { value.bits() & !7 } else { value.bits() }
}

/// A hash from the object's identity.
pub fn identity_hash(value: Value) -> Value {
    Value::small((address(value) >> 4) as i64)
}

/// Text of a str, empty for anything else.
pub fn text_of(value: Value) -> String {
    value.as_str().map(|s| s.to_rust()).unwrap_or_default()
}

/// `callable(value)`
pub fn is_callable(t: &mut Thread, value: Value) -> bool {
    t.special(value, Special::Call).is_some()
}

/// A function or class of the module `builtins`, as the program sees it.
pub fn builtin(t: &mut Thread, name: &str) -> PyResult {
    match t.builtins.cast::<Dict>().and_then(|d| dict::get_text(t, d, name)) {
        Some(v) => Ok(v),
        None => Err(t.raise(Exc::NameError, format!("name '{name}' is not defined"))),
    }
}

/// The top-level module of this name, imported if need be.
pub fn import_module(t: &mut Thread, name: &str) -> PyResult {
    if let Some(found) = t.rt.modules.get().cast::<Dict>().and_then(|d| dict::get_text(t, d, name)) {
        return Ok(found);
    }
    let import = builtin(t, "__import__")?;
    let name = t.intern(name);
    call::call(t, import, &[name])
}

/// `__name__` of the globals of the running Python function.
pub fn calling_module(t: &mut Thread) -> Option<Value> {
    if t.fp.is_null() {
        return None;
    }
    // SAFETY: `fp` is the window of the running frame.
    let globals = unsafe { crate::interp::frame::function_of(t.fp) }.globals.get();
    dict::get_text(t, globals.cast::<Dict>()?, "__name__")
}

/// `TypeError` for a `__dict__` that is no dict.
#[cold]
pub fn bad_dict(t: &mut Thread, value: Value) -> Raised {
    if value.is_unset() {
        return t.type_error("cannot delete __dict__");
    }
    let got = type_of(value).name();
    t.type_error(format!("__dict__ must be set to a dictionary, not a '{got}'"))
}

fn object_class() -> Ref<Type> {
    class_of_kind(Kind::Object)
}

/// Whether the class has `object`'s own `__new__`.
fn has_plain_new(t: &mut Thread, class: Ref<Type>) -> bool {
    class
        .special(t, Special::New as usize)
        .and_then(|n| n.cast::<NativeFunction>())
        .is_some_and(|n| n.info().owner == "object")
}

/// Whether the class has `object`'s own `__init__`.
fn has_plain_init(t: &mut Thread, class: Ref<Type>) -> bool {
    class
        .special(t, Special::Init as usize)
        .and_then(|n| n.cast::<NativeMethod>())
        .is_some_and(|n| n.owner.get() == object_class().value())
}

/// Whether there are any arguments in a tuple and a dict.
fn any_arguments(args: Value, kwargs: Value) -> bool {
    args.cast::<Tuple>().is_some_and(|a| !a.is_empty())
        || kwargs.cast::<Dict>().is_some_and(|k| !k.is_empty())
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = Ref::<Type>::known(args[0]);
    if class.has(crate::native::NO_CONSTRUCTOR as u64) {
        let name = lookup::full_name(t, class);
        return Err(t.type_error(format!("cannot create '{name}' instances")));
    }
    if any_arguments(args[1], args[2]) {
        if !has_plain_new(t, class) {
            return Err(t.type_error("object.__new__() takes exactly one argument (the type to instantiate)"));
        }
        if has_plain_init(t, class) {
            let name = lookup::full_name(t, class);
            return Err(t.type_error(format!("{name}() takes no arguments")));
        }
    }
    if class.has(ABSTRACT) {
        return Err(abstract_class(t, class));
    }
    if class.instance_kind() != Kind::Object {
        let name = lookup::full_name(t, class);
        return Err(t.type_error(format!("cannot create '{name}' instances")));
    }
    Ok(class.new_instance(t))
}

/// `TypeError` of the attempt to instantiate an abstract class.
#[cold]
pub fn abstract_class(t: &mut Thread, class: Ref<Type>) -> Raised {
    let methods = match attr::getattr_text(t, class.value(), "__abstractmethods__") {
        Ok(v) => v,
        Err(raised) => return raised,
    };
    let mut names = match iter::collect(t, methods) {
        Ok(items) => items.iter().map(|&v| text_of(v)).collect::<Vec<_>>(),
        Err(raised) => return raised,
    };
    names.sort();
    let plural = if names.len() == 1 { "" } else { "s" };
    t.type_error(format!(
        "Can't instantiate abstract class {} without an implementation for abstract method{plural} '{}'",
        class.name(),
        names.join("', '")
    ))
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    if any_arguments(args[1], args[2]) {
        let class = type_of(args[0]);
        if !has_plain_init(t, class) {
            return Err(
                t.type_error("object.__init__() takes exactly one argument (the instance to initialize)")
            );
        }
        if has_plain_new(t, class) {
            let name = lookup::full_name(t, class);
            let message =
                format!("{name}.__init__() takes exactly one argument (the instance to initialize)");
            return Err(t.type_error(message));
        }
    }
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = type_of(args[0]);
    let name = lookup::module_and_qualname(t, class);
    let address = address(args[0]);
    Ok(t.new_str(&format!("<{name} object at {address:#x}>")))
}

fn eq(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(if args[0] == args[1] { Value::TRUE } else { Value::NOT_IMPLEMENTED })
}

fn ne(t: &mut Thread, args: &[Value]) -> PyResult {
    match call::call_special(t, args[0], Special::Eq, &[args[1]])? {
        None | Some(Value::NOT_IMPLEMENTED) => Ok(Value::NOT_IMPLEMENTED),
        Some(v) => Ok(Value::bool(!crate::protocol::truth::is_true(t, v)?)),
    }
}

fn not_implemented(_: &mut Thread, _: &[Value]) -> PyResult {
    Ok(Value::NOT_IMPLEMENTED)
}

/// Refuses to go past the `__setattr__` of a class's metaclass.
fn refuse_types(t: &mut Thread, object: Value, what: &str) -> PyResult<()> {
    if object.cast::<Type>().is_some() {
        let name = type_of(object).name();
        return Err(t.type_error(format!("can't apply this {what} to {name} object")));
    }
    Ok(())
}

fn setattr(t: &mut Thread, args: &[Value]) -> PyResult {
    refuse_types(t, args[0], "__setattr__")?;
    attr::generic_setattr(t, args[0], args[1], args[2])?;
    Ok(Value::NONE)
}

fn delattr(t: &mut Thread, args: &[Value]) -> PyResult {
    refuse_types(t, args[0], "__delattr__")?;
    attr::generic_setattr(t, args[0], args[1], Value::UNSET)?;
    Ok(Value::NONE)
}

fn format(t: &mut Thread, args: &[Value]) -> PyResult {
    match args[1].as_str() {
        Some(spec) if spec.is_empty() => text::str(t, args[0]),
        Some(_) => {
            let name = type_of(args[0]).name();
            Err(t.type_error(format!("unsupported format string passed to {name}.__format__")))
        }
        None => {
            let got = type_of(args[1]).name();
            Err(t.type_error(format!("__format__() argument must be str, not {got}")))
        }
    }
}

fn dir(t: &mut Thread, args: &[Value]) -> PyResult {
    let names = dict::new(t);
    if let Some(own) = attr::find_attr(t, args[0], "__dict__")?
        && let Some(own) = own.cast::<Dict>()
    {
        add_keys(t, names, own)?;
    }
    if let Some(class) = attr::find_attr(t, args[0], "__class__")? {
        merge_class_names(t, names, class)?;
    }
    let keys = iter::collect(t, names.value())?;
    super::list::try_new(t, &keys)
}

fn add_keys(t: &mut Thread, names: Ref<Dict>, from: Ref<Dict>) -> PyResult<()> {
    let mut position = 0;
    while let Some((at, key)) = from.key_from(position) {
        dict::set(t, names, key, Value::NONE)?;
        position = at + 1;
    }
    Ok(())
}

/// Adds the attribute names of a class and its bases to the keys of a dict.
pub fn merge_class_names(t: &mut Thread, names: Ref<Dict>, class: Value) -> PyResult<()> {
    if let Some(c) = class.cast::<Type>() {
        add_keys(t, names, c.dict())?;
    } else if let Some(own) = attr::find_attr(t, class, "__dict__")? {
        let keys = iter::collect(t, own)?;
        for &key in keys.iter() {
            dict::set(t, names, key, Value::NONE)?;
        }
    }
    if let Some(bases) = attr::find_attr(t, class, "__bases__")?.and_then(|b| b.as_tuple()) {
        t.check_native_stack()?;
        for slot in bases.items() {
            merge_class_names(t, names, slot.get())?;
        }
    }
    Ok(())
}

fn sizeof(_: &mut Thread, args: &[Value]) -> PyResult {
    let size = match args[0].object() {
        // SAFETY: the object is live and initialised.
        Some(o) => unsafe { shape::shape_of_object(o).layout().size_of(o) },
        None => 8,
    };
    Ok(Value::small(size as i64))
}

fn init_subclass(t: &mut Thread, args: &[Value]) -> PyResult {
    let given = args[1].cast::<Tuple>().map_or(0, |a| a.len());
    let name = args[0].cast::<Type>().map(|c| text_of(c.qualname.get())).unwrap_or_default();
    if args[2].cast::<Dict>().is_some_and(|k| !k.is_empty()) {
        return Err(t.type_error(format!("{name}.__init_subclass__() takes no keyword arguments")));
    }
    if given > 0 {
        return Err(t.type_error(format!("{name}.__init_subclass__() takes no arguments ({given} given)")));
    }
    Ok(Value::NONE)
}

fn set_class(t: &mut Thread, object: Value, value: Value) -> PyResult<()> {
    if value.is_unset() {
        return Err(t.type_error("can't delete __class__ attribute"));
    }
    let Some(new) = value.cast::<Type>() else {
        let got = type_of(value).name();
        return Err(t.type_error(format!("__class__ must be set to a class, not '{got}' object")));
    };
    let old = type_of(object);
    let module = class_of_kind(Kind::Module);
    let both_modules = new.is_subtype(module) && old.is_subtype(module);
    let both_heap = new.has(HEAP) && old.has(HEAP);
    if !both_modules && !both_heap {
        return Err(
            t.type_error("__class__ assignment only supported for mutable types or ModuleType subclasses")
        );
    }
    if !same_layout(old, new) {
        let message =
            format!("__class__ assignment: '{}' object layout differs from '{}'", new.name(), old.name());
        return Err(t.type_error(message));
    }
    match object.object() {
        Some(o) => attributes::change_class(t, o, new),
        None => Ok(()),
    }
}

/// Whether instances of one class can become instances of the other: both add the same to the same base.
pub fn same_layout(a: Ref<Type>, b: Ref<Type>) -> bool {
    let (a, b) = (storage_class(a), storage_class(b));
    if a == b {
        return true;
    }
    let slots = |c: Ref<Type>| c.slot_names.get().cast::<Tuple>().map_or(Vec::new(), |s| s.values().to_vec());
    let base = |c: Ref<Type>| c.base.get().cast::<Type>().map(storage_class);
    a.has(HEAP)
        && b.has(HEAP)
        && base(a) == base(b)
        && slots(a) == slots(b)
        && storage_flags(a) == storage_flags(b)
}

/// The class itself or the nearest of its bases that adds something to the instances: slots, a `__dict__`, a list of weak
/// references, or the body.
fn storage_class(class: Ref<Type>) -> Ref<Type> {
    let mut at = class;
    while let (true, Some(base)) = (at.has(HEAP), at.base.get().cast::<Type>()) {
        let adds_slots = at.slot_names.get().cast::<Tuple>().is_some_and(|s| !s.is_empty());
        if adds_slots || storage_flags(at) != storage_flags(base) {
            break;
        }
        at = base;
    }
    at
}

/// Whether instances have a `__dict__`, and whether there can be weak references to them.
fn storage_flags(class: Ref<Type>) -> (bool, bool) {
    let kind = class.instance_kind();
    let has_dict = super::typeobj::instances_have_dict(class) || has_own_namespace(kind);
    (has_dict, class.has(HAS_WEAKREF) || super::weak::body_can_be_referenced(kind))
}

/// What `__repr__` says, unchecked: `str` complains of a wrong type in its own name.
fn to_str(t: &mut Thread, args: &[Value]) -> PyResult {
    t.check_native_stack()?;
    match crate::protocol::call::call_special(t, args[0], crate::special::Special::Repr, &[])? {
        Some(shown) => Ok(shown),
        None => text::repr(t, args[0]),
    }
}
