//! `_ThreadHandle`: what `threading.Thread` joins.

use std::{
    sync::{
        Arc, Weak,
        atomic::{
            AtomicI64, AtomicU8,
            Ordering::{Relaxed, SeqCst},
        },
    },
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_vm::{
    atomic,
    error::{Exc, PyResult},
    kind::Kind,
    native::{TypeDef, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload},
    },
    parking::{WaitQueue, after, ident},
    thread::Thread,
    value::Value,
};

use super::lock::seconds;
use crate::support::{int_value, refuse_at_exit, to_i64};

const NOT_STARTED: u8 = 0;
const STARTING: u8 = 1;
const RUNNING: u8 = 2;
const DONE: u8 = 3;

/// What is known of one thread, by its handle and by itself.
#[derive(Default)]
pub(super) struct State {
    /// `threading.get_ident()` of the thread, 0 while it has not been started.
    ident: AtomicI64,
    phase: AtomicU8,
    over: WaitQueue,
}

impl State {
    /// Makes the thread one that is to be started. False if it was started before.
    pub(super) fn begin(&self) -> bool {
        // SeqCst: as every change of the phase.
        self.phase.compare_exchange(NOT_STARTED, STARTING, SeqCst, SeqCst).is_ok()
    }

    /// It could not be started.
    pub(super) fn cancel(&self) {
        self.phase.store(NOT_STARTED, SeqCst);
    }

    /// It runs; it may even be over.
    pub(super) fn started(&self, ident: i64) {
        // Relaxed: ordered by the phase.
        self.ident.store(ident, Relaxed);
        let _ = self.phase.compare_exchange(STARTING, RUNNING, SeqCst, SeqCst);
    }

    /// Nothing of it runs any more.
    pub(super) fn end(&self) {
        // SeqCst: pairs with `wait`, see `pystm_vm::parking`.
        self.phase.store(DONE, SeqCst);
        self.over.wake_all();
    }

    fn is(&self, phase: u8) -> bool {
        self.phase.load(SeqCst) == phase
    }

    /// Waits for the end of the thread, at most until the deadline.
    fn wait(&self, t: &mut Thread, deadline: Option<Instant>) -> PyResult<()> {
        let over = || self.is(DONE).then_some(());
        if over().is_none() {
            self.over.wait(t, deadline, Duration::ZERO, over)?;
        }
        Ok(())
    }

    pub(super) fn ident(&self) -> i64 {
        // Relaxed: it does not change once it is known.
        self.ident.load(Relaxed)
    }
}

/// Threads whose end the interpreter waits for at exit: the non-daemon ones.
static AWAITED: Mutex<Vec<Arc<State>>> = Mutex::new(Vec::new());
/// All threads that were started here.
static STARTED: Mutex<Vec<Weak<State>>> = Mutex::new(Vec::new());

/// Handles of threads that were not started here, such as the main thread.
static FOREIGN: Mutex<Vec<Weak<State>>> = Mutex::new(Vec::new());

/// Notes a thread that is being started.
pub(super) fn register(state: &Arc<State>, daemon: bool) {
    if !daemon {
        AWAITED.lock().push(state.clone());
    }
    let mut started = STARTED.lock();
    started.retain(|s| s.upgrade().is_some_and(|s| !s.is(DONE)));
    started.push(Arc::downgrade(state));
}

/// Forgets a thread that is over or has not started.
pub(super) fn unregister(state: &Arc<State>) {
    AWAITED.lock().retain(|s| !Arc::ptr_eq(s, state));
    STARTED.lock().retain(|s| !std::ptr::eq(s.as_ptr(), &**state));
}

/// Number of threads that were started here and still run.
pub(super) fn count() -> usize {
    STARTED.lock().len()
}

/// In a child process: no thread but the calling one goes on.
pub(crate) fn after_fork_in_child() {
    let me = ident();
    let others: Vec<Arc<State>> =
        STARTED.lock().iter().chain(&*FOREIGN.lock()).filter_map(Weak::upgrade).collect();
    for state in others.iter().filter(|s| s.ident() != me) {
        state.end();
        unregister(state);
    }
}

struct Handle(Arc<State>);

impl Payload for Handle {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        // What can be undone of it is logged where it is done.
        Kept::InSlots
    }
}

pub(crate) static DEF: TypeDef = TypeDef {
    name: "_thread._ThreadHandle",
    doc: "A handle of a thread.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: 0,
    methods: &[
        static_method(
            "__new__",
            "($cls)",
            |t, a| Ok(native::new(t, Ref::known(a[0]), Handle(Arc::default()))),
            "Create a handle of a thread not started.",
        ),
        method("join", "($self, timeout=None, /)", join, "Wait for the thread."),
        method("is_done", "($self, /)", |_, a| Ok(Value::bool(this(a[0]).is(DONE))), "Whether it is over."),
        method("_set_done", "($self, /)", set_done, "Mark it as over."),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
    ],
    getset: &[getter("ident", |t, v| Ok(int_value(t, this(v).ident())), "The identifier.")],
    setup: None,
};

/// The state behind a handle; TypeError for other values.
pub(super) fn state(t: &mut Thread, handle: Value) -> PyResult<Arc<State>> {
    match native::payload::<Handle>(handle) {
        Some(handle) => Ok(handle.0.clone()),
        None => Err(t.type_error("'handle' must be a _ThreadHandle")),
    }
}

/// A handle of a thread that is still to be started.
pub(super) fn new(t: &mut Thread) -> Value {
    let class = t.rt.native_class(t, &DEF);
    native::new(t, class, Handle(Arc::default()))
}

fn this(object: Value) -> &'static Arc<State> {
    &native::payload::<Handle>(object).expect("a thread handle").0
}

/// `_make_thread_handle(ident)`: of a thread that was not started here.
pub(super) fn make(t: &mut Thread, args: &[Value]) -> PyResult {
    if pystm_vm::builtins::int::as_int(args[0]).is_none() {
        return Err(t.type_error("ident must be an integer"));
    }
    let ident = to_i64(t, args[0])?;
    let handle = new(t);
    this(handle).begin();
    this(handle).started(ident);
    let mut foreign = FOREIGN.lock();
    foreign.retain(|s| s.strong_count() != 0);
    foreign.push(Arc::downgrade(this(handle)));
    Ok(handle)
}

fn join(t: &mut Thread, args: &[Value]) -> PyResult {
    let deadline = match args[1].given_not_none() {
        None => None,
        Some(timeout) => seconds(t, timeout)?.and_then(after),
    };
    let state = this(args[0]);
    if state.is(STARTING) && atomic::is_open(t) {
        return Err(atomic::misuse(t, "join() in the block that starts the thread"));
    }
    check_started(t, state)?;
    if !state.is(DONE) && state.ident() == ident() {
        return Err(t.raise(Exc::RuntimeError, "Cannot join current thread"));
    }
    if !state.is(DONE) && atomic::can_wait(t) {
        let wait: atomic::Wait = |t, handle, deadline| this(handle).wait(t, deadline);
        atomic::wait_for(t, Some((args[0], wait)), deadline)?;
        return Ok(Value::NONE);
    }
    if !state.is(DONE) {
        // No other thread runs any more.
        refuse_at_exit(t, "cannot join thread at interpreter shutdown")?;
    }
    state.wait(t, deadline)?;
    Ok(Value::NONE)
}

fn check_started(t: &mut Thread, state: &State) -> PyResult<()> {
    if state.is(NOT_STARTED) || state.is(STARTING) {
        return Err(t.raise(Exc::RuntimeError, "thread not started"));
    }
    Ok(())
}

fn set_done(t: &mut Thread, args: &[Value]) -> PyResult {
    check_started(t, this(args[0]))?;
    this(args[0]).end();
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let ident = this(args[0]).ident();
    Ok(t.new_str(&format!("<_thread._ThreadHandle object: ident={ident}>")))
}

/// `_thread._shutdown()`: waits for all threads that are no daemons. An exception of a signal's handler ends that.
pub(super) fn wait_for_all(t: &mut Thread, _: &[Value]) -> PyResult {
    let me = ident();
    loop {
        let next = AWAITED.lock().iter().find(|s| s.ident() != me).cloned();
        let Some(state) = next else { return Ok(Value::NONE) };
        if let Err(raised) = state.wait(t, None) {
            let message = "Exception ignored while joining a thread in _thread._shutdown()";
            pystm_vm::builtins::exceptions::write_unraisable(t, raised, message, Value::UNSET);
            return Ok(Value::NONE);
        }
        unregister(&state);
    }
}
