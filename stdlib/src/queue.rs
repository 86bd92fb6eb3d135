//! `_queue`: `SimpleQueue`, an unbounded queue that any thread may fill and empty.

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex};
use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_vm::{
    builtins::generic::CLASS_GETITEM,
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::{Method, ModuleDef, SUBCLASSABLE, TypeDef, WEAK, method, static_method},
    object::{
        Ref,
        native::{self, Payload, trace_value},
    },
    protocol::call,
    thread::Thread,
    value::Value,
};

use crate::{
    collections::deque::{self, Deque},
    support::{check_signals, int_value, make_class, set_global, to_bool, to_f64},
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_queue",
    doc: "C implementation of the Python queue module.\nThis module is an implementation detail, please do not use it directly.",
    methods: &[],
    types: &[&DEF],
    init: Some(|t, module| {
        let empty = empty_class(t)?;
        set_global(t, module, "Empty", empty);
        Ok(())
    }),
};

/// `Empty`; it lives as long as the process.
static EMPTY: OnceLock<Slot<Value>> = OnceLock::new();

fn empty_class(t: &mut Thread) -> PyResult {
    if let Some(class) = EMPTY.get() {
        return Ok(class.get());
    }
    let base = t.rt.exception(Exc::Exception);
    let doc = "Exception raised by Queue.get(block=0)/get_nowait().";
    let class = make_class(t, "_queue", "Empty", &[base], doc)?;
    Ok(EMPTY.get_or_init(|| Slot::new(class)).get())
}

/// State of a queue.
struct Queue {
    /// The items: a deque that no one else sees, always the same.
    items: Value,
    /// How many items have ever been put. Who finds no item waits until this changes.
    puts: Mutex<u64>,
    arrived: Condvar,
}

impl Payload for Queue {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.items);
    }
}

static DEF: TypeDef = TypeDef {
    name: "_queue.SimpleQueue",
    doc: "SimpleQueue()\n--\n\nSimple, unbounded, reentrant FIFO queue.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: SUBCLASSABLE | WEAK,
    methods: METHODS,
    getset: &[],
    setup: None,
};

static METHODS: &[Method] = &[
    static_method("__new__", "($cls)", new, "Create an empty queue."),
    method(
        "put",
        "($self, /, item, block=True, timeout=None)",
        put,
        "Put the item on the queue. It never blocks; the other arguments are there for compatibility with Queue.",
    ),
    method("put_nowait", "($self, /, item)", put, "Put the item on the queue."),
    method(
        "get",
        "($self, /, block=True, timeout=None)",
        get,
        "Remove and return an item, waiting for one if need be; Empty after so many seconds, or at once without block.",
    ),
    method(
        "get_nowait",
        "($self, /)",
        |t, args| get(t, &[args[0], Value::FALSE, Value::NONE]),
        "Remove and return an item; Empty if there is none.",
    ),
    method(
        "empty",
        "($self, /)",
        |_, args| Ok(Value::bool(items(args[0]).len() == 0)),
        "Return True if the queue is empty, False otherwise (not reliable!).",
    ),
    method(
        "qsize",
        "($self, /)",
        |t, args| Ok(int_value(t, items(args[0]).len() as i64)),
        "Return the approximate size of the queue (not reliable!).",
    ),
    CLASS_GETITEM,
];

fn this(object: Value) -> &'static Queue {
    native::payload::<Queue>(object).expect("a queue")
}

fn items(object: Value) -> Deque {
    Deque::known(this(object).items)
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let items = deque::new(t);
    let queue = Queue { items, puts: Mutex::new(0), arrived: Condvar::new() };
    Ok(native::new(t, Ref::known(args[0]), queue))
}

fn put(t: &mut Thread, args: &[Value]) -> PyResult {
    items(args[0]).append(t, args[1])?;
    let queue = this(args[0]);
    *queue.puts.lock() += 1;
    queue.arrived.notify_one();
    Ok(Value::NONE)
}

#[cold]
fn empty(t: &mut Thread) -> Raised {
    match empty_class(t).and_then(|class| call::call(t, class, &[])) {
        Ok(exception) => t.raise_value(exception),
        Err(raised) => raised,
    }
}

/// When waiting ends: at once, at some time or never.
fn deadline(t: &mut Thread, block: Value, timeout: Value) -> PyResult<Option<Instant>> {
    let now = Instant::now();
    if !to_bool(t, block, true)? {
        return Ok(Some(now));
    }
    let Some(timeout) = timeout.given_not_none() else { return Ok(None) };
    if pystm_vm::builtins::float::as_number(timeout).is_none() {
        let name = pystm_vm::runtime::type_of(timeout).name();
        return Err(t.type_error(format!("'{name}' object cannot be interpreted as an integer or float")));
    }
    let seconds = to_f64(t, timeout)?;
    if seconds.is_nan() {
        return Err(t.value_error("Invalid value NaN (not a number)"));
    }
    if seconds < 0.0 {
        return Err(t.value_error("'timeout' must be a non-negative number"));
    }
    match Duration::try_from_secs_f64(seconds).ok().and_then(|duration| now.checked_add(duration)) {
        Some(at) if seconds < i64::MAX as f64 * 1e-9 => Ok(Some(at)),
        _ => Err(t.overflow_error("timestamp out of range for C PyTime_t")),
    }
}

fn get(t: &mut Thread, args: &[Value]) -> PyResult {
    /// How long a signal may go unnoticed.
    const SLICE: Duration = Duration::from_millis(50);
    let deadline = deadline(t, args[1], args[2])?;
    let queue = this(args[0]);
    loop {
        let seen = *queue.puts.lock();
        if let Some(item) = items(args[0]).pop_left(t) {
            return Ok(item);
        }
        let now = Instant::now();
        if deadline.is_some_and(|at| at <= now) {
            return Err(empty(t));
        }
        check_signals(t)?;
        let mut puts = queue.puts.lock();
        if *puts == seen {
            let until = deadline.map_or(now + SLICE, |at| at.min(now + SLICE));
            queue.arrived.wait_until(&mut puts, until);
        }
    }
}
