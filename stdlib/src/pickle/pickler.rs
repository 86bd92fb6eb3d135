//! The type `Pickler`.

use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_vm::{
    builtins::{
        dict::{self, Dict},
        exceptions::attribute_error,
        int, tuple,
    },
    error::{Exc, PyResult},
    kind::Kind,
    native::{GetSet, SUBCLASSABLE, TypeDef, getset, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    protocol::{attr, number},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{
    error,
    memo::Memo,
    memo_proxy,
    opcode::{DEFAULT_PROTOCOL, HIGHEST_PROTOCOL},
    save::{Hooks, Saver, Settings},
};
use crate::support::{int_value, to_bool, to_i64};

/// State of a pickler. Values are unset until `__init__` has run.
struct Pickler {
    /// The file's `write`.
    write: Slot<Value>,
    memo: Slot<Value>,
    /// `persistent_id`, if that has been set on the pickler itself.
    persistent_id: Slot<Value>,
    dispatch_table: Slot<Value>,
    buffer_callback: Slot<Value>,
    protocol: Slot<usize>,
    fix_imports: Slot<usize>,
    /// Attributes `bin` and `fast`, which are C ints.
    bin: Slot<Value>,
    fast: Slot<Value>,
    /// `dump` is running.
    busy: Slot<usize>,
}

impl Payload for Pickler {
    fn trace(&self, marker: &mut Marker) {
        for slot in
            [&self.write, &self.memo, &self.persistent_id, &self.dispatch_table, &self.buffer_callback]
        {
            trace_value(marker, slot.get());
        }
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

pub(super) static DEF: TypeDef = TypeDef {
    name: "_pickle.Pickler",
    doc: "Pickler(file, protocol=None, fix_imports=True, buffer_callback=None)\n--\n\n\
        Writes pickles to a file: an object with a write() method that takes bytes.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: SUBCLASSABLE,
    methods: &[
        static_method("__new__", "($cls, /, *args, **kwargs)", new, "Make a pickler without a file."),
        method(
            "__init__",
            "($self, file, protocol=None, fix_imports=True, buffer_callback=None)",
            init,
            "Write to this file from now on.",
        ),
        method(
            "persistent_id",
            "($self, obj, /)",
            |_, _| Ok(Value::NONE),
            "Return an id to write in the place of an object, or None. Subclasses override this.",
        ),
        method("dump", "($self, obj, /)", dump, "Write a pickled representation of the given object."),
        method("clear_memo", "($self, /)", clear_memo, "Forget which objects have been written."),
        method("__getattribute__", "($self, name, /)", getattribute, "Return getattr(self, name)."),
        method("__setattr__", "($self, name, value, /)", setattr, "Implement setattr(self, name, value)."),
        method("__delattr__", "($self, name, /)", setattr, "Implement delattr(self, name)."),
    ],
    getset: GETSET,
    setup: None,
};

static GETSET: &[GetSet] = &[
    GetSet {
        member: true,
        ..getset("bin", |_, p| Ok(this(p).bin.get()), |t, p, v| set_c_int(t, p, &this(p).bin, v), "")
    },
    GetSet {
        member: true,
        ..getset("fast", |_, p| Ok(this(p).fast.get()), |t, p, v| set_c_int(t, p, &this(p).fast, v), "")
    },
    GetSet { member: true, ..getset("dispatch_table", dispatch_table, set_dispatch_table, "") },
    getset("memo", |t, p| Ok(memo_proxy::new_pickler_memo(t, p)), set_memo, ""),
];

fn this(object: Value) -> &'static Pickler {
    native::payload::<Pickler>(object).expect("a pickler")
}

fn set<T: pystm_stm::Word>(t: &mut Thread, object: Value, slot: &Slot<T>, value: T) {
    if let Some(object) = object.object() {
        let w = t.write_object(object);
        slot.set(&w, value);
    }
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let memo = Memo::new(t)?.value();
    let unset = || Slot::new(Value::UNSET);
    let payload = Pickler {
        write: unset(),
        memo: Slot::new(memo),
        persistent_id: unset(),
        dispatch_table: unset(),
        buffer_callback: unset(),
        protocol: Slot::new(0),
        fix_imports: Slot::new(0),
        bin: Slot::new(Value::ZERO),
        fast: Slot::new(Value::ZERO),
        busy: Slot::new(0),
    };
    Ok(native::new(t, Ref::known(args[0]), payload))
}

/// The settings for the arguments that say how to write.
pub(super) fn settings(t: &mut Thread, protocol: Value, fix_imports: Value) -> PyResult<Settings> {
    let protocol = match protocol.given_not_none() {
        None => DEFAULT_PROTOCOL,
        Some(protocol) => to_i64(t, protocol)?,
    };
    let protocol = if protocol < 0 { HIGHEST_PROTOCOL } else { protocol };
    if protocol > HIGHEST_PROTOCOL {
        return Err(t.value_error(format!("pickle protocol must be <= {HIGHEST_PROTOCOL}")));
    }
    let fix_imports = to_bool(t, fix_imports, true)? && protocol < 3;
    Ok(Settings { protocol, binary: protocol > 0, fast: false, fix_imports })
}

/// The `write` of a file.
pub(super) fn file_write(t: &mut Thread, file: Value) -> PyResult {
    match attr::find_attr(t, file, "write")? {
        Some(write) => Ok(write),
        None => Err(t.type_error("file must have a 'write' attribute")),
    }
}

/// Checks a `buffer_callback` argument; unset for None.
pub(super) fn buffer_callback(t: &mut Thread, callback: Value, settings: &Settings) -> PyResult {
    match callback.given_not_none() {
        Some(_) if settings.protocol < 5 => Err(t.value_error("buffer_callback needs protocol >= 5")),
        callback => Ok(callback.unwrap_or(Value::UNSET)),
    }
}

fn check_idle(t: &mut Thread, pickler: &Pickler) -> PyResult<()> {
    if pickler.busy.get() != 0 {
        return Err(t.raise(Exc::RuntimeError, "Pickler object is already used"));
    }
    Ok(())
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let [object, file, protocol, fix_imports, callback] = args else { return Ok(Value::NONE) };
    let (object, p) = (*object, this(*object));
    check_idle(t, p)?;
    let settings = settings(t, *protocol, *fix_imports)?;
    let write = file_write(t, *file)?;
    let callback = buffer_callback(t, *callback, &settings)?;
    Memo::known(p.memo.get()).clear(t)?;
    set(t, object, &p.write, write);
    set(t, object, &p.buffer_callback, callback);
    set(t, object, &p.protocol, settings.protocol as usize);
    set(t, object, &p.fix_imports, settings.fix_imports as usize);
    set(t, object, &p.bin, Value::small(settings.binary as i64));
    set(t, object, &p.fast, Value::ZERO);
    // A subclass may have one for all its instances.
    let table = attr::find_attr(t, object, "dispatch_table")?.unwrap_or(Value::UNSET);
    set(t, object, &p.dispatch_table, table);
    Ok(Value::NONE)
}

fn dump(t: &mut Thread, args: &[Value]) -> PyResult {
    let (object, p) = (args[0], this(args[0]));
    if p.write.get().is_unset() {
        let name = type_of(object).message_name();
        let message = format!("Pickler.__init__() was not called by {name}.__init__()");
        return Err(error::pickling(t, message));
    }
    check_idle(t, p)?;
    let hooks = Hooks {
        persistent_id: persistent_id(t, object)?,
        reducer_override: attr::find_attr(t, object, "reducer_override")?.unwrap_or(Value::UNSET),
        dispatch_table: p.dispatch_table.get(),
        buffer_callback: p.buffer_callback.get(),
    };
    let settings = Settings {
        protocol: p.protocol.get() as i64,
        binary: p.bin.get() != Value::ZERO,
        fast: p.fast.get() != Value::ZERO,
        fix_imports: p.fix_imports.get() != 0,
    };
    set(t, object, &p.busy, 1);
    let mut saver = Saver::new(Memo::known(p.memo.get()), settings, hooks, p.write.get());
    let saved = saver.dump(t, args[1]).and_then(|()| saver.out.flush(t));
    set(t, object, &p.busy, 0);
    saved?;
    Ok(Value::NONE)
}

/// What gives persistent ids; unset if that is the type's own method, which has none to give.
fn persistent_id(t: &mut Thread, object: Value) -> PyResult {
    let own = this(object).persistent_id.get();
    if !own.is_unset() {
        return Ok(own);
    }
    let base = t.rt.native_class(t, &DEF);
    if type_of(object) == base {
        return Ok(Value::UNSET);
    }
    attr::getattr_text(t, object, "persistent_id")
}

fn clear_memo(t: &mut Thread, args: &[Value]) -> PyResult {
    memo(args[0]).clear(t)?;
    Ok(Value::NONE)
}

/// The memo of a pickler.
pub(super) fn memo(object: Value) -> Memo {
    Memo::known(this(object).memo.get())
}

fn is_hook(name: Value) -> bool {
    name.as_str().is_some_and(|s| s.as_ascii() == Some("persistent_id"))
}

fn getattribute(t: &mut Thread, args: &[Value]) -> PyResult {
    match this(args[0]).persistent_id.get().given().filter(|_| is_hook(args[1])) {
        Some(hook) => Ok(hook),
        None => attr::generic_getattr(t, args[0], args[1]),
    }
}

/// `__setattr__`, and without a value `__delattr__`.
fn setattr(t: &mut Thread, args: &[Value]) -> PyResult {
    let value = args.get(2).copied().unwrap_or(Value::UNSET);
    if is_hook(args[1]) {
        set(t, args[0], &this(args[0]).persistent_id, value);
    } else {
        attr::generic_setattr(t, args[0], args[1], value)?;
    }
    Ok(Value::NONE)
}

fn set_c_int(t: &mut Thread, object: Value, slot: &Slot<Value>, value: Value) -> PyResult<()> {
    if value.is_unset() {
        return Err(t.type_error("can't delete numeric/char attribute"));
    }
    let n = number::index(t, value)?;
    let Some(n) = int::of(n).and_then(|n| n.to_i64()) else {
        return Err(t.overflow_error("Python int too large to convert to C long"));
    };
    if i32::try_from(n).is_err() {
        let class = t.rt.exception(Exc::RuntimeWarning);
        crate::support::warn(t, class, "Truncation of value to int")?;
    }
    set(t, object, slot, Value::small(n as i32 as i64));
    Ok(())
}

fn dispatch_table(t: &mut Thread, object: Value) -> PyResult {
    let table = this(object).dispatch_table.get();
    if table.is_unset() {
        let name = t.intern("dispatch_table");
        let class = type_of(object).message_name();
        let message = format!("'{class}' object has no attribute 'dispatch_table'");
        return Err(attribute_error(t, message, object, name));
    }
    Ok(table)
}

fn set_dispatch_table(t: &mut Thread, object: Value, value: Value) -> PyResult<()> {
    let slot = &this(object).dispatch_table;
    if value.is_unset() && slot.get().is_unset() {
        let name = t.intern("dispatch_table");
        return Err(attribute_error(t, "dispatch_table", object, name));
    }
    set(t, object, slot, value);
    Ok(())
}

/// `pickler.memo = another pickler's memo, or a dict of ids with pairs of number and object`
fn set_memo(t: &mut Thread, object: Value, value: Value) -> PyResult<()> {
    if value.is_unset() {
        return Err(t.type_error("attribute deletion is not supported"));
    }
    let mut fresh = Memo::new(t)?;
    if let Some(pickler) = memo_proxy::pickler_of(t, value) {
        fresh = memo(pickler).copy(t)?;
    } else if let Some(entries) = value.cast::<Dict>() {
        let mut position = 0;
        while let Some((at, _, pair)) = entries.entry_from(position) {
            position = at + 1;
            let Some(pair) = pair.as_tuple().filter(|pair| pair.len() == 2) else {
                return Err(t.type_error("'memo' values must be 2-item tuples"));
            };
            if int::as_int(pair.at(0)).is_none() {
                return Err(t.type_error("an integer is required"));
            }
            let number = to_i64(t, pair.at(0))?;
            fresh.put(t, pair.at(1), number as usize)?;
        }
    } else {
        let name = type_of(value).message_name();
        return Err(
            t.type_error(format!("'memo' attribute must be a PicklerMemoProxy object or dict, not {name}"))
        );
    }
    memo(object).take_over(t, fresh);
    Ok(())
}

/// `pickler.memo.copy()`
pub(super) fn memo_dict(t: &mut Thread, object: Value) -> PyResult {
    let copy = dict::new(t);
    for (object, number) in memo(object).copy(t)?.entries() {
        let id = int_value(t, (object.bits() & 0x7fff_ffff_ffff_fffe) as i64);
        let pair = tuple::new(t, &[Value::small(number as i64), object])?;
        dict::set(t, copy, id, pair)?;
    }
    Ok(copy.value())
}
