//! `_queue`: `SimpleQueue`, an unbounded queue that any thread may fill and empty.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::Instant,
};

use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_vm::{
    atomic,
    builtins::generic::CLASS_GETITEM,
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::{Method, ModuleDef, SUBCLASSABLE, TypeDef, WEAK, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    parking::{ANSWER, WaitQueue, after},
    protocol::call,
    thread::Thread,
    value::Value,
};

use crate::{
    collections::deque::{self, Deque},
    support::{int_value, make_class, set_global, to_bool},
    thread::seconds,
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
    /// How many items have ever been put. Who finds no item waits until this changes. SeqCst: see `pystm_vm::parking`.
    puts: AtomicU64,
    arrived: WaitQueue,
}

impl Payload for Queue {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.items);
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
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
    let queue = Queue { items, puts: AtomicU64::new(0), arrived: WaitQueue::new() };
    Ok(native::new(t, Ref::known(args[0]), queue))
}

fn put(t: &mut Thread, args: &[Value]) -> PyResult {
    items(args[0]).append(t, args[1])?;
    let queue = this(args[0]);
    queue.puts.fetch_add(1, SeqCst);
    queue.arrived.wake_one();
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
    if !to_bool(t, block, true)? {
        return Ok(Some(Instant::now()));
    }
    let Some(timeout) = timeout.given_not_none() else { return Ok(None) };
    match seconds(t, timeout)? {
        Some(wait) => Ok(after(wait)),
        None => Err(t.value_error("'timeout' must be a non-negative number")),
    }
}

fn get(t: &mut Thread, args: &[Value]) -> PyResult {
    let deadline = deadline(t, args[1], args[2])?;
    let queue = this(args[0]);
    loop {
        let seen = queue.puts.load(SeqCst);
        if let Some(item) = items(args[0]).pop_left(t) {
            return Ok(item);
        }
        if atomic::can_wait(t) && !atomic::wait_for(t, None, deadline)? {
            return Err(empty(t));
        }
        let more = || (queue.puts.load(SeqCst) != seen).then_some(());
        if queue.arrived.wait(t, deadline, ANSWER, more)?.is_none() {
            return Err(empty(t));
        }
    }
}
