//! `_local`: attributes of each thread's own.
//!
//! A local object has a dict for every thread that has used it, by the thread's identifier. A thread that ends takes its
//! dicts out of the locals that it has used and that are still alive.

use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_vm::{
    builtins::{
        dict::{self, Dict},
        exceptions, list,
        list::List,
        typeobj::Type,
        weak::{self, Weak},
    },
    error::{PyResult, Raised},
    kind::Kind,
    native::{HAS_DICT, NO_CONSTRUCTOR, SUBCLASSABLE, TypeDef, WEAK, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    parking::ident,
    protocol::{attr, call},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

use crate::support::int_value;

struct Local {
    /// Arguments for `__init__`, which runs in every thread.
    args: Slot<Value>,
    kwargs: Slot<Value>,
    /// A [`Dicts`] object, always the same.
    dicts: Value,
}

impl Payload for Local {
    fn trace(&self, marker: &mut Marker) {
        for value in [self.args.get(), self.kwargs.get(), self.dicts] {
            trace_value(marker, value);
        }
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

/// The threads' dicts by their identifiers: a dict, always the same. It is an object of its own because threads refer to it
/// weakly, which instances of Python classes need not allow.
struct Dicts(Value);

impl Payload for Dicts {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.0);
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

pub(crate) static DICTS: TypeDef = TypeDef {
    name: "_thread._localdummy",
    doc: "Thread-local dummy",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR | WEAK,
    methods: &[],
    getset: &[],
    setup: None,
};

pub(crate) static DEF: TypeDef = TypeDef {
    name: "_thread._local",
    doc: "Thread-local data",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: SUBCLASSABLE | HAS_DICT | WEAK,
    methods: &[
        static_method("__new__", "($cls, /, *args, **kwargs)", new, "Create an object."),
        method("__getattribute__", "($self, name, /)", getattribute, "Return getattr(self, name)."),
        method(
            "__setattr__",
            "($self, name, value, /)",
            |t, a| set(t, a[0], a[1], a[2]),
            "Implement setattr(self, name, value).",
        ),
        method(
            "__delattr__",
            "($self, name, /)",
            |t, a| set(t, a[0], a[1], Value::UNSET),
            "Implement delattr(self, name).",
        ),
    ],
    getset: &[],
    setup: None,
};

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class: Ref<Type> = Ref::known(args[0]);
    let given = args[1].as_tuple().is_some_and(|a| !a.is_empty())
        || args[2].cast::<Dict>().is_some_and(|d| !d.is_empty());
    if given && !has_init(t, class) {
        return Err(t.type_error("Initialization arguments are not supported"));
    }
    let table = dict::new(t).value();
    let dicts_class = t.rt.native_class(t, &DICTS);
    let dicts = native::new(t, dicts_class, Dicts(table));
    let payload = Local { args: Slot::new(args[1]), kwargs: Slot::new(args[2]), dicts };
    let object = native::new(t, class, payload);
    add_namespace(t, object)?;
    Ok(object)
}

fn has_init(t: &mut Thread, class: Ref<Type>) -> bool {
    let object = t.rt.native_class(t, &pystm_vm::builtins::object::DEF);
    let own = class.special(t, Special::Init as usize);
    own != object.special(t, Special::Init as usize)
}

fn this(object: Value) -> &'static Local {
    native::payload::<Local>(object).expect("a local")
}

/// The threads' dicts of a [`Dicts`] object.
fn table(dicts: Value) -> Ref<Dict> {
    Ref::known(native::payload::<Dicts>(dicts).expect("dicts of a local").0)
}

/// Key of the calling thread among the dicts.
fn key(t: &mut Thread) -> Value {
    int_value(t, ident())
}

/// The calling thread's dict, made on its first use of the object.
fn namespace(t: &mut Thread, object: Value) -> PyResult<Ref<Dict>> {
    let (table, key) = (table(this(object).dicts), key(t));
    if let Some(found) = dict::get(t, table, key)? {
        return Ok(Ref::known(found));
    }
    let made = add_namespace(t, object)?;
    let class = type_of(object);
    if has_init(t, class)
        && let Err(raised) = init(t, object)
    {
        // The next use tries again.
        let exception = t.take_exception(raised);
        dict::remove(t, table, key)?;
        return Err(t.reraise(exception));
    }
    Ok(made)
}

fn init(t: &mut Thread, object: Value) -> PyResult {
    let init = attr::getattr_text(t, type_of(object).value(), "__init__")?;
    let mut args = t.vec();
    args.push(object);
    if let Some(given) = this(object).args.get().as_tuple() {
        args.extend_from_slice(given.values());
    }
    let args = pystm_vm::builtins::tuple::new(t, &args)?;
    call::call_ex(t, init, args, this(object).kwargs.get())
}

fn add_namespace(t: &mut Thread, object: Value) -> PyResult<Ref<Dict>> {
    let (made, key) = (dict::new(t), key(t));
    let dicts = this(object).dicts;
    dict::set(t, table(dicts), key, made.value())?;
    if t.locals.used.is_unset() {
        t.locals.used = list::new(t, &[]);
    }
    let class = t.rt.native_class(t, &weak::DEF);
    let reference = weak::new(t, class, dicts, Value::NONE)?;
    let used = Ref::<List>::known(t.locals.used);
    list::append(t, used, reference);
    Ok(made)
}

/// Takes the calling thread's dicts out of all locals: the thread ends.
pub(super) fn forget_thread(t: &mut Thread) -> PyResult<()> {
    let used = std::mem::replace(&mut t.locals.used, Value::UNSET);
    let Some(used) = used.cast::<List>() else { return Ok(()) };
    let key = key(t);
    for at in 0..used.len() {
        if let Some(dicts) = used.get(at).and_then(|r| r.cast::<Weak>()).and_then(|r| r.get()) {
            dict::remove(t, table(dicts), key)?;
        }
    }
    Ok(())
}

fn is_dict(name: Value) -> bool {
    name.as_str().is_some_and(|s| s.as_ascii() == Some("__dict__"))
}

fn getattribute(t: &mut Thread, args: &[Value]) -> PyResult {
    let (object, name) = (args[0], attr::attribute_name(t, args[1])?);
    let namespace = namespace(t, object)?;
    if is_dict(name) {
        return Ok(namespace.value());
    }
    match attr::find_in(t, object, name, namespace)? {
        Some(found) => Ok(found),
        None => Err(attr::no_attribute(t, object, name)),
    }
}

fn set(t: &mut Thread, object: Value, name: Value, value: Value) -> PyResult {
    let name = attr::attribute_name(t, name)?;
    let namespace = namespace(t, object)?;
    if is_dict(name) {
        return Err(read_only(t, object, name));
    }
    attr::set_in(t, object, name, value, Some(namespace))?;
    Ok(Value::NONE)
}

#[cold]
fn read_only(t: &mut Thread, object: Value, name: Value) -> Raised {
    let class = type_of(object).message_name();
    exceptions::attribute_error(
        t,
        format!("'{class}' object attribute '__dict__' is read-only"),
        object,
        name,
    )
}
