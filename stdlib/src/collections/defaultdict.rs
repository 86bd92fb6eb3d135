//! `defaultdict`: a dict with one more word for its factory.

use pystm_gc::{Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::Slot;
use pystm_vm::{
    attributes::word_slot,
    builtins::{
        container,
        dict::{self, Dict},
        dict_methods::{self, update},
        iterators::dicts::{self, Part},
        tuple::{self, Tuple},
    },
    error::PyResult,
    kind::Kind,
    native::{MAPPING, SUBCLASSABLE, TypeDef, getset, method},
    object::{Ref, native::trace_value},
    protocol::{call, text},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// Word of the factory, behind those of the dict.
const FACTORY: usize = dict::WORDS as usize;

/// `collections.defaultdict`
pub static DEF: TypeDef = TypeDef {
    name: "collections.defaultdict",
    doc: "defaultdict(default_factory=None, /, [...]) --> dict with default factory\n\nThe default factory is called without \
          arguments to make the value of a key that is asked for and is not there. All other arguments are those of dict.",
    base: Some(&dict_methods::DEF),
    kind: Kind::Dict,
    layout: Layout { trace: Trace::Custom(trace), size: Size::Fixed((FACTORY as u32 + 1) * 8), drop: None },
    words: FACTORY as u16 + 1,
    flags: SUBCLASSABLE | MAPPING,
    methods: &[
        method("__init__", "($self, /, *args, **kwargs)", init, "Sets the factory and adds items."),
        method("__missing__", "($self, key, /)", missing, "Makes the value of a key that is not there."),
        method("copy", "($self, /)", copy, "A shallow copy."),
        method("__copy__", "($self, /)", copy, "A shallow copy."),
        method("__reduce__", "($self, /)", reduce, "State for pickling."),
        method("__repr__", "($self, /)", repr, "repr(self)"),
        method("__or__", "($self, value, /)", or, "self | value"),
        method("__ror__", "($self, value, /)", ror, "value | self"),
        pystm_vm::native::class_method(
            "__class_getitem__",
            "($cls, object, /)",
            container::class_getitem,
            "defaultdict[object]",
        ),
    ],
    getset: &[getset(
        "default_factory",
        get_factory,
        set_factory,
        "Factory of default values, called by __missing__().",
    )],
    setup: None,
};

/// # Safety
/// `object` must be a defaultdict.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the body is a dict with the word of the factory behind it.
    unsafe {
        dict::trace(object, marker);
        trace_value(marker, word_slot(&*object, FACTORY).get());
    }
}

fn factory_slot(this: Value) -> &'static Slot<Value> {
    // SAFETY: only methods of this type get here; their receivers have the word.
    unsafe { word_slot(this.object_unchecked(), FACTORY) }
}

fn get_factory(_t: &mut Thread, this: Value) -> PyResult {
    Ok(factory_slot(this).get().or(Value::NONE))
}

fn set_factory(t: &mut Thread, this: Value, factory: Value) -> PyResult<()> {
    let w = t.write_object(this.object_unchecked());
    factory_slot(this).set(&w, factory);
    Ok(())
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let given: Ref<Tuple> = Ref::known(args[1]);
    let (factory, rest) = match given.values() {
        [] => (Value::NONE, args[1]),
        &[factory, ref rest @ ..] => {
            if !factory.is_none() && t.special(factory, Special::Call).is_none() {
                return Err(t.type_error("first argument must be callable or None"));
            }
            (factory, tuple::new(t, rest)?)
        }
    };
    set_factory(t, args[0], factory)?;
    update::with_arguments(t, Ref::known(args[0]), "dict", rest, args[2])?;
    Ok(Value::NONE)
}

fn missing(t: &mut Thread, args: &[Value]) -> PyResult {
    let factory = get_factory(t, args[0])?;
    if factory.is_none() {
        return Err(t.key_error(args[1]));
    }
    let value = call::call(t, factory, &[])?;
    // Calling it may have made the key; then that value stays.
    let this: Ref<Dict> = Ref::known(args[0]);
    if let Some(there) = dict::get(t, this, args[1])? {
        return Ok(there);
    }
    dict::set(t, this, args[1], value)?;
    Ok(value)
}

fn copy(t: &mut Thread, args: &[Value]) -> PyResult {
    let factory = get_factory(t, args[0])?;
    call::call(t, type_of(args[0]).value(), &[factory, args[0]])
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let arguments = match get_factory(t, args[0])? {
        Value::NONE => tuple::new_small(t, &[]),
        factory => tuple::new_small(t, &[factory]),
    };
    let view = call::call_method(t, args[0], "items", &[])?;
    let items = match view.cast::<pystm_vm::object::record::Record>() {
        Some(_) => dicts::new(t, Ref::known(args[0]), Part::Items),
        None => pystm_vm::protocol::iter::iter(t, view)?,
    };
    Ok(tuple::new_small(t, &[type_of(args[0]).value(), arguments, Value::NONE, Value::NONE, items]))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = type_of(args[0]).name();
    let plain = pystm_vm::runtime::class_of_kind(Kind::Dict);
    let items = match plain.special(t, Special::Repr as usize) {
        Some(method) => call::call_unbound(t, method, args[0], &[])?,
        None => Value::NONE,
    };
    let items = items.as_str().map(|s| s.to_rust()).unwrap_or_default();
    let factory = get_factory(t, args[0])?;
    // A factory that is a method of this dict would be shown again and again.
    let shown = if container::enter_repr(t, factory)? {
        let shown = text::repr_string(t, factory);
        container::leave_repr(t);
        shown?
    } else {
        "...".to_owned()
    };
    Ok(t.new_str(&format!("{name}({shown}, {items})")))
}

fn union(t: &mut Thread, this: Value, left: Value, right: Value) -> PyResult {
    if left.cast::<Dict>().is_none() || right.cast::<Dict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let factory = get_factory(t, this)?;
    let result = call::call(t, type_of(this).value(), &[factory, left])?;
    if let Some(d) = result.cast::<Dict>() {
        update::update(t, d, right)?;
    }
    Ok(result)
}

fn or(t: &mut Thread, args: &[Value]) -> PyResult {
    union(t, args[0], args[0], args[1])
}

fn ror(t: &mut Thread, args: &[Value]) -> PyResult {
    union(t, args[0], args[1], args[0])
}
