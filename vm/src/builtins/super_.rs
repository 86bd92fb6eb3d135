//! `super`.

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::Slot;

use super::{
    cell::Cell,
    function::native::NativeMethod,
    str::StaticName,
    typeobj::{self, Type},
};
use crate::{
    error::{Exc, PyResult},
    interp::frame::function_of,
    kind::Kind,
    native::{Method, SUBCLASSABLE, TypeDef, member, method, static_method},
    object::{Body, Ref},
    protocol::{attr, call},
    runtime::{class_of_kind, type_of},
    shape,
    thread::{Thread, keep_header},
    value::Value,
};

/// Body of a super object. Parts are unset until `__init__` has run.
#[repr(C)]
pub struct Super {
    header: Header,
    version: Slot<u64>,
    /// `__thisclass__`
    pub class: Slot<Value>,
    /// `__self__`
    pub receiver: Slot<Value>,
    /// `__self_class__`
    pub receiver_class: Slot<Value>,
}

// SAFETY: `repr(C)`, header first; only these objects have the kind.
unsafe impl Body for Super {
    const KIND: Kind = Kind::Super;
}

/// Words of the body.
pub const WORDS: u16 = 5;
/// Layout of super objects.
pub const LAYOUT: Layout = Layout { trace: Trace::Custom(trace), size: Size::Fixed(40), drop: None };

/// # Safety
/// `object` must be a super object.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object.
    unsafe {
        marker.words(object, 2, 3);
        shape::trace_attributes(object, marker);
    }
}

/// `super(class, receiver).name`, where `global_super` is what the name `super` stands for.
pub fn load(t: &mut Thread, global_super: Value, class: Value, receiver: Value, name: Value) -> PyResult {
    if global_super != class_of_kind(Kind::Super).value() {
        // The compiler gives `super()` the class and the receiver too; another callable shall not see them.
        let given: &[Value] = match from_frame(t) {
            Ok(implied) if implied == (class, receiver) => &[],
            Ok(_) => &[class, receiver],
            Err(raised) => {
                t.take_exception(raised);
                &[class, receiver]
            }
        };
        let object = call::call(t, global_super, given)?;
        return attr::getattr(t, object, name);
    }
    let (class, start) = check(t, class, receiver)?;
    if is_class_attribute(t, name) {
        let object = call::call(t, global_super, &[class.value(), receiver])?;
        return attr::generic_getattr(t, object, name);
    }
    match find(t, class, start, name) {
        Some(found) => bind(t, found, receiver, start),
        None => {
            let object = call::call(t, global_super, &[class.value(), receiver])?;
            attr::generic_getattr(t, object, name)
        }
    }
}

/// As [`load`], for a call: the callable, and whether it takes the receiver as first argument.
pub fn load_method(
    t: &mut Thread,
    global_super: Value,
    class: Value,
    receiver: Value,
    name: Value,
) -> PyResult<(Value, bool)> {
    if global_super == class_of_kind(Kind::Super).value() {
        let (class, start) = check(t, class, receiver)?;
        if !is_class_attribute(t, name)
            && receiver != start.value()
            && let Some(found) = find(t, class, start, name)
        {
            let direct = match found.object().map(|o| shape::shape_of_object(o).kind) {
                Some(Kind::Function) => true,
                Some(Kind::NativeMethod) => call::fits(Ref::<NativeMethod>::known(found), type_of(receiver)),
                _ => false,
            };
            return if direct { Ok((found, true)) } else { Ok((bind(t, found, receiver, start)?, false)) };
        }
    }
    Ok((load(t, global_super, class, receiver, name)?, false))
}

static CLASS: StaticName = StaticName::new("__class__");

fn is_class_attribute(t: &mut Thread, name: Value) -> bool {
    name == CLASS.get(t)
}

/// The attribute in the MRO of `start` behind `class`.
fn find(t: &mut Thread, class: Ref<Type>, start: Ref<Type>, name: Value) -> Option<Value> {
    let mro = start.mro.get().cast::<super::tuple::Tuple>()?;
    let at = mro.items().iter().position(|s| s.get() == class.value())?;
    for i in at + 1..mro.len() {
        let Some(base) = mro.at(i).cast::<Type>() else { continue };
        if let Some(found) = super::dict::get_str(t, base.dict(), name) {
            return Some(found);
        }
    }
    None
}

/// Binds what was found; a receiver that is the class itself counts as no instance.
fn bind(t: &mut Thread, found: Value, receiver: Value, start: Ref<Type>) -> PyResult {
    let instance = if receiver == start.value() { Value::UNSET } else { receiver };
    attr::bind_descriptor(t, found, instance, start.value())
}

/// Checks that the receiver is an instance or a subclass of the class: the class, and that whose MRO is searched.
fn check(t: &mut Thread, class: Value, receiver: Value) -> PyResult<(Ref<Type>, Ref<Type>)> {
    let Some(class) = class.cast::<Type>() else {
        let got = type_of(class).name();
        return Err(t.type_error(format!("super() argument 1 must be a type, not {got}")));
    };
    if let Some(sub) = receiver.cast::<Type>()
        && sub.is_subtype(class)
    {
        return Ok((class, sub));
    }
    let own = type_of(receiver);
    if own.is_subtype(class) {
        return Ok((class, own));
    }
    if let Some(claimed) = attr::find_attr(t, receiver, "__class__")?.and_then(|c| c.cast::<Type>())
        && claimed != own
        && claimed.is_subtype(class)
    {
        return Ok((class, claimed));
    }
    let kind = if receiver.cast::<Type>().is_some() { "type" } else { "instance of" };
    let shown = receiver.cast::<Type>().unwrap_or(own).name();
    Err(t.type_error(format!(
        "super(type, obj): obj ({kind} {shown}) is not an instance or subtype of type ({}).",
        class.name()
    )))
}

/// The type `super`.
pub static DEF: TypeDef = TypeDef {
    name: "super",
    doc: "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\n\
          super(type, obj) -> bound super object; requires isinstance(obj, type)\n\
          super(type, type2) -> bound super object; requires issubclass(type2, type)",
    base: None,
    kind: Kind::Super,
    layout: LAYOUT,
    words: WORDS,
    flags: SUBCLASSABLE,
    methods: METHODS,
    getset: &[
        member(
            "__thisclass__",
            |_, s| Ok(known(s).class.get().or(Value::NONE)),
            "the class invoking super()",
        ),
        member(
            "__self__",
            |_, s| Ok(known(s).receiver.get().or(Value::NONE)),
            "the instance invoking super(); may be None",
        ),
        member(
            "__self_class__",
            |_, s| Ok(known(s).receiver_class.get().or(Value::NONE)),
            "the type of the instance invoking super(); may be None",
        ),
    ],
    setup: None,
};

static METHODS: &[Method] = &[
    static_method("__new__", "($cls, /, *args, **kwargs)", new, "Create and return a new object."),
    method("__init__", "($self, type=<unset>, obj=<unset>, /)", init, "Initialize self."),
    method("__getattribute__", "($self, name, /)", getattribute, "Return getattr(self, name)."),
    method(
        "__get__",
        "($self, instance, owner=None, /)",
        get,
        "Return an attribute of instance, which is of type owner.",
    ),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
];

fn known(value: Value) -> Ref<Super> {
    Ref::known(value)
}

fn allocate(t: &mut Thread, class: Ref<Type>) -> Ref<Super> {
    let id = class.instance_shape();
    let shape = shape::shape(id);
    // SAFETY: the class's instances have this body; all of it is initialised.
    let object = unsafe {
        t.alloc_bytes::<Super>(id, shape.fixed_size(), |p| {
            keep_header(p, |header| Super {
                header,
                version: Slot::new(0),
                class: Slot::new(Value::UNSET),
                receiver: Slot::new(Value::UNSET),
                receiver_class: Slot::new(Value::UNSET),
            });
            shape::init_attributes(p as *mut Object, shape);
        })
    };
    typeobj::register_finalizer(t, class, object.value());
    object
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(allocate(t, Ref::known(args[0])).value())
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let (class, receiver) = match args[1].given() {
        Some(class) => {
            if class.cast::<Type>().is_none() {
                let got = type_of(class).name();
                return Err(t.type_error(format!("super() argument 1 must be a type, not {got}")));
            }
            (class, args[2].given_not_none())
        }
        None => {
            let (class, receiver) = from_frame(t)?;
            (class, Some(receiver))
        }
    };
    set(t, known(args[0]), class, receiver)?;
    Ok(Value::NONE)
}

fn set(t: &mut Thread, this: Ref<Super>, class: Value, receiver: Option<Value>) -> PyResult<()> {
    let receiver_class = match receiver {
        Some(r) => check(t, class, r)?.1.value(),
        None => Value::UNSET,
    };
    t.change_public(this.object());
    let w = t.write(this);
    this.class.set(&w, class);
    this.receiver.set(&w, receiver.unwrap_or(Value::UNSET));
    this.receiver_class.set(&w, receiver_class);
    Ok(())
}

/// `__class__` and first argument of the running Python function, for `super()` without arguments.
fn from_frame(t: &mut Thread) -> PyResult<(Value, Value)> {
    let fp = t.fp;
    if fp.is_null() {
        return Err(t.raise(Exc::RuntimeError, "super(): no current frame"));
    }
    // SAFETY: `fp` is the window of the running frame.
    let loaded = unsafe { function_of(fp) }.loaded();
    if loaded.arg_count == 0 && !loaded.flags.has(crate::bytecode::CodeFlags::VARARGS) {
        return Err(t.raise(Exc::RuntimeError, "super(): no arguments"));
    }
    // SAFETY: named registers are part of the window.
    let register = |i: usize| unsafe { *fp.add(i) };
    let first_register = if loaded.arg_count > 0 { 0 } else { loaded.kwonly_count as usize };
    let mut first = register(first_register);
    if let Some(cell) = first.cast::<Cell>()
        && loaded.locals[first_register].1 == crate::bytecode::LocalKind::Cell
    {
        first = cell.content.get();
    }
    if loaded.arg_count == 0 {
        first = first.as_tuple().filter(|a| !a.is_empty()).map_or(Value::UNSET, |a| a.at(0));
    }
    if first.is_unset() {
        let message = if loaded.arg_count == 0 { "super(): no arguments" } else { "super(): arg[0] deleted" };
        return Err(t.raise(Exc::RuntimeError, message));
    }
    let name = CLASS.get(t);
    let Some(at) = loaded.locals.iter().position(|(n, _)| *n == name) else {
        return Err(t.raise(Exc::RuntimeError, "super(): __class__ cell not found"));
    };
    match register(at).cast::<Cell>().map(|c| c.content.get()) {
        Some(Value::UNSET) => Err(t.raise(Exc::RuntimeError, "super(): empty __class__ cell")),
        Some(class) if class.cast::<Type>().is_some() => Ok((class, first)),
        Some(other) => {
            let got = type_of(other).name();
            Err(t.raise(Exc::RuntimeError, format!("super(): __class__ is not a type ({got})")))
        }
        None => Err(t.raise(Exc::RuntimeError, "super(): bad __class__ cell")),
    }
}

fn getattribute(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = known(args[0]);
    let name = attr::attribute_name(t, args[1])?;
    if let (Some(class), Some(start)) =
        (this.class.get().cast::<Type>(), this.receiver_class.get().cast::<Type>())
        && !is_class_attribute(t, name)
        && let Some(found) = find(t, class, start, name)
    {
        return bind(t, found, this.receiver.get(), start);
    }
    attr::generic_getattr(t, args[0], name)
}

fn get(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = known(args[0]);
    if args[1].is_none() || !this.receiver.get().is_unset() {
        return Ok(args[0]);
    }
    let class = type_of(args[0]);
    if class != class_of_kind(Kind::Super) {
        return call::call(t, class.value(), &[this.class.get(), args[1]]);
    }
    let fresh = allocate(t, class);
    set(t, fresh, this.class.get(), Some(args[1]))?;
    Ok(fresh.value())
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = known(args[0]);
    let class = this.class.get().cast::<Type>().map_or_else(|| "NULL".to_owned(), |c| c.name());
    let text = match this.receiver_class.get().cast::<Type>() {
        Some(r) => format!("<super: <class '{class}'>, <{} object>>", r.name()),
        None => format!("<super: <class '{class}'>, NULL>"),
    };
    Ok(t.new_str(&text))
}
