//! The type `Unpickler`, its memo, and how names are found.

use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_vm::{
    builtins::{
        dict::{self, Dict},
        int,
        list::{self, List},
    },
    error::{Exc, PyResult},
    kind::Kind,
    native::{SUBCLASSABLE, TypeDef, getset, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    protocol::{attr, iter, text},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{
    error, global,
    input::{File, Input},
    load::{Loader, Settings, no_persistent_load},
    memo_proxy,
};
use crate::support::{int_value, str_arg, swallow, to_bool, to_i64};

/// The objects that a pickle may refer to by number: a list that Python never sees, with unset items for numbers that
/// have not been given.
#[derive(Clone, Copy)]
pub(super) struct LoadMemo(Ref<List>);

impl LoadMemo {
    /// A memo without objects.
    pub(super) fn new(t: &mut Thread) -> LoadMemo {
        LoadMemo(Ref::known(list::new(t, &[])))
    }

    /// One more than the highest number.
    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    /// The object with a number.
    #[inline]
    pub(super) fn get(self, number: usize) -> Option<Value> {
        self.0.get(number)?.given()
    }

    /// Gives an object a number. MemoryError for one that is far beyond all others.
    #[inline]
    pub(super) fn put(self, t: &mut Thread, number: usize, object: Value) -> PyResult<()> {
        if number >= self.0.len() {
            if !t.mutator.fits(number.saturating_mul(8)) {
                return Err(t.memory_error());
            }
            list::reserve(t, self.0, number + 1)?;
            while self.0.len() < number {
                list::append(t, self.0, Value::UNSET);
            }
            list::append(t, self.0, object);
        } else {
            let w = t.write(self.0);
            self.0.set_item(&w, number, object);
        }
        Ok(())
    }

    /// Forgets all objects.
    pub(super) fn clear(self, t: &mut Thread) {
        list::clear(t, self.0);
    }
}

/// State of an unpickler. Values are unset until `__init__` has run.
struct Unpickler {
    /// `read`, `readline` and `peek` of the file.
    file: [Slot<Value>; 3],
    memo: Slot<Value>,
    buffers: Slot<Value>,
    /// `persistent_load`, if that has been set on the unpickler itself.
    persistent_load: Slot<Value>,
    /// Protocol of the last pickle.
    protocol: Slot<usize>,
    /// `load` is running.
    busy: Slot<usize>,
    /// Written by `__init__` alone.
    settings: Mutex<Settings>,
}

impl Payload for Unpickler {
    fn trace(&self, marker: &mut Marker) {
        self.file.iter().for_each(|slot| trace_value(marker, slot.get()));
        for slot in [&self.memo, &self.buffers, &self.persistent_load] {
            trace_value(marker, slot.get());
        }
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

pub(super) static DEF: TypeDef = TypeDef {
    name: "_pickle.Unpickler",
    doc: "Unpickler(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())\n--\n\n\
        Reads pickles from a file: an object with read() and readline() methods that return bytes.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: SUBCLASSABLE,
    methods: &[
        static_method("__new__", "($cls, /, *args, **kwargs)", new, "Make an unpickler without a file."),
        method(
            "__init__",
            "($self, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
            init,
            "Read from this file from now on.",
        ),
        method(
            "persistent_load",
            "($self, pid, /)",
            |t, _| Err(no_persistent_load(t)),
            "Return the object for an id that a pickler's persistent_id() gave. Subclasses override this.",
        ),
        method("load", "($self, /)", load, "Read a pickle and return its object."),
        method(
            "find_class",
            "($self, module_name, global_name, /)",
            find_class_method,
            "Return an object from a module, which is imported if need be. Subclasses may override this.",
        ),
        method("__getattribute__", "($self, name, /)", getattribute, "Return getattr(self, name)."),
        method("__setattr__", "($self, name, value, /)", setattr, "Implement setattr(self, name, value)."),
        method("__delattr__", "($self, name, /)", setattr, "Implement delattr(self, name)."),
    ],
    getset: &[getset("memo", |t, u| Ok(memo_proxy::new_unpickler_memo(t, u)), set_memo, "")],
    setup: None,
};

fn this(object: Value) -> &'static Unpickler {
    native::payload::<Unpickler>(object).expect("an unpickler")
}

fn set<T: pystm_stm::Word>(t: &mut Thread, object: Value, slot: &Slot<T>, value: T) {
    if let Some(object) = object.object() {
        let w = t.write_object(object);
        slot.set(&w, value);
    }
}

/// Notes the protocol of the pickle that is being read.
pub(super) fn set_protocol(t: &mut Thread, object: Value, protocol: i64) {
    set(t, object, &this(object).protocol, protocol as usize);
}

/// Whether the value is an unpickler of the type itself, which no program has changed.
pub(super) fn is_exact(t: &mut Thread, object: Value) -> bool {
    type_of(object) == t.rt.native_class(t, &DEF)
}

/// The memo of an unpickler.
pub(super) fn memo(object: Value) -> LoadMemo {
    LoadMemo(Ref::known(this(object).memo.get()))
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let memo = LoadMemo::new(t).0.value();
    let unset = || Slot::new(Value::UNSET);
    let payload = Unpickler {
        file: [unset(), unset(), unset()],
        memo: Slot::new(memo),
        buffers: unset(),
        persistent_load: unset(),
        protocol: Slot::new(0),
        busy: Slot::new(0),
        settings: Mutex::new(Settings { fix_imports: true, encoding: String::new(), errors: String::new() }),
    };
    Ok(native::new(t, Ref::known(args[0]), payload))
}

/// The settings for the arguments that say how to read, those of a function of this name.
pub(super) fn settings(t: &mut Thread, function: &str, args: [Value; 3]) -> PyResult<Settings> {
    let [fix_imports, encoding, errors] = args;
    let mut name = |value: Value, which: &str, default: &str| match value.given() {
        None => Ok(default.to_owned()),
        Some(value) => str_arg(t, value, function, which),
    };
    let encoding = name(encoding, "'encoding'", "ASCII")?;
    let errors = name(errors, "'errors'", "strict")?;
    Ok(Settings { fix_imports: to_bool(t, fix_imports, true)?, encoding, errors })
}

/// An iterator over out-of-band buffers, unset if none were given.
pub(super) fn buffers(t: &mut Thread, buffers: Value) -> PyResult {
    match buffers.given_not_none() {
        Some(buffers) => iter::iter(t, buffers),
        None => Ok(Value::UNSET),
    }
}

fn check_idle(t: &mut Thread, unpickler: &Unpickler) -> PyResult<()> {
    if unpickler.busy.get() != 0 {
        return Err(t.raise(Exc::RuntimeError, "Unpickler object is already used"));
    }
    Ok(())
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let [object, file, fix_imports, encoding, errors, given] = args else { return Ok(Value::NONE) };
    let (object, u) = (*object, this(*object));
    check_idle(t, u)?;
    let settings = settings(t, "Unpickler", [*fix_imports, *encoding, *errors])?;
    let file = File::of(t, *file)?;
    let buffers = buffers(t, *given)?;
    for (slot, value) in u.file.iter().zip(file.values()) {
        set(t, object, slot, value);
    }
    set(t, object, &u.buffers, buffers);
    set(t, object, &u.protocol, 0);
    *u.settings.lock() = settings;
    memo(object).clear(t);
    Ok(Value::NONE)
}

fn load(t: &mut Thread, args: &[Value]) -> PyResult {
    let (object, u) = (args[0], this(args[0]));
    let Some(file) = File::from_values([u.file[0].get(), u.file[1].get(), u.file[2].get()]) else {
        let name = type_of(object).message_name();
        let message = format!("Unpickler.__init__() was not called by {name}.__init__()");
        return Err(error::unpickling(t, message));
    };
    check_idle(t, u)?;
    let settings = u.settings.lock().clone();
    let input = Input::of_file(t, file)?;
    let mut loader = Loader::new(t, input, memo(object), settings);
    loader.buffers = u.buffers.get();
    loader.unpickler = object;
    loader.persistent_load = persistent_load(t, object)?;
    set_protocol(t, object, 0);
    set(t, object, &u.busy, 1);
    let loaded = loader.load(t);
    set(t, object, &u.busy, 0);
    loaded
}

/// What resolves persistent ids, unset if that is the type's own method, which only raises.
fn persistent_load(t: &mut Thread, object: Value) -> PyResult {
    let own = this(object).persistent_load.get();
    if !own.is_unset() {
        return Ok(own);
    }
    if is_exact(t, object) {
        return Ok(Value::UNSET);
    }
    attr::getattr_text(t, object, "persistent_load")
}

fn is_hook(name: Value) -> bool {
    name.as_str().is_some_and(|s| s.as_ascii() == Some("persistent_load"))
}

fn getattribute(t: &mut Thread, args: &[Value]) -> PyResult {
    match this(args[0]).persistent_load.get().given().filter(|_| is_hook(args[1])) {
        Some(hook) => Ok(hook),
        None => attr::generic_getattr(t, args[0], args[1]),
    }
}

/// `__setattr__`, and without a value `__delattr__`.
fn setattr(t: &mut Thread, args: &[Value]) -> PyResult {
    let value = args.get(2).copied().unwrap_or(Value::UNSET);
    if is_hook(args[1]) {
        set(t, args[0], &this(args[0]).persistent_load, value);
    } else {
        attr::generic_setattr(t, args[0], args[1], value)?;
    }
    Ok(Value::NONE)
}

fn find_class_method(t: &mut Thread, args: &[Value]) -> PyResult {
    let u = this(args[0]);
    let fix_imports = u.settings.lock().fix_imports;
    find_class(t, u.protocol.get() as i64, fix_imports, args[1], args[2])
}

/// The object with this name in a module, which is imported if need be.
pub(super) fn find_class(
    t: &mut Thread,
    protocol: i64,
    fix_imports: bool,
    module: Value,
    name: Value,
) -> PyResult {
    let (module, name) = match protocol < 3 && fix_imports {
        true => global::other_version(t, ["NAME_MAPPING", "IMPORT_MAPPING"], module, name)?,
        false => (module, name),
    };
    let found = global::module(t, module)?;
    let dotted = name.as_str().is_some_and(|s| s.units().iter().any(|c| c == b'.'.into()));
    if protocol < 4 || !dotted {
        return attr::getattr(t, found, name);
    }
    let path = global::split_name(t, name)?;
    match global::attribute(t, found, &path) {
        Err(raised) if t.pending_is(Exc::AttributeError) => {
            let context = swallow(t, raised);
            let (name, module) = (text::repr_string(t, name)?, text::repr_string(t, module)?);
            let message = format!("Can't resolve path {name} on module {module}");
            let raised = t.raise(Exc::AttributeError, message);
            error::set_context(t, context);
            Err(raised)
        }
        result => result,
    }
}

/// `unpickler.memo = another unpickler's memo, or a dict of numbers with objects`
fn set_memo(t: &mut Thread, object: Value, value: Value) -> PyResult<()> {
    if value.is_unset() {
        return Err(t.type_error("attribute deletion is not supported"));
    }
    let fresh = LoadMemo::new(t);
    if let Some(unpickler) = memo_proxy::unpickler_of(t, value) {
        let items = list::snapshot(t, memo(unpickler).0);
        list::extend_from(t, fresh.0, &items)?;
    } else if let Some(entries) = value.cast::<Dict>() {
        let mut position = 0;
        while let Some((at, number, entry)) = entries.entry_from(position) {
            position = at + 1;
            if int::as_int(number).is_none() {
                return Err(t.type_error("memo key must be integers"));
            }
            let Ok(number) = usize::try_from(to_i64(t, number)?) else {
                return Err(t.value_error("memo key must be positive integers."));
            };
            fresh.put(t, number, entry)?;
        }
    } else {
        let name = type_of(value).message_name();
        return Err(t.type_error(format!(
            "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {name}"
        )));
    }
    set(t, object, &this(object).memo, fresh.0.value());
    Ok(())
}

/// `unpickler.memo.copy()`
pub(super) fn memo_dict(t: &mut Thread, object: Value) -> PyResult {
    let copy = dict::new(t);
    let items = list::snapshot(t, memo(object).0);
    for (number, &entry) in items.iter().enumerate() {
        if !entry.is_unset() {
            let key = int_value(t, number as i64);
            dict::set(t, copy, key, entry)?;
        }
    }
    Ok(copy.value())
}
