//! `_ThreadHandle`: what `threading.Thread` joins.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};

use pystm_gc::Marker;
use pystm_vm::{
    builtins::{structseq, structseq::field},
    error::{Exc, PyResult},
    kind::Kind,
    native::{TypeDef, getter, method, static_method},
    object::{
        Ref,
        native::{self, Payload},
    },
    thread::Thread,
    value::Value,
};

use super::{cannot_start, ident};
use crate::support::{int_value, to_i64};

/// State of a handle. Relaxed throughout: with one thread nothing is published through it.
struct Handle {
    ident: AtomicI64,
    done: AtomicBool,
}

impl Payload for Handle {
    fn trace(&self, _: &mut Marker) {}
}

/// Identifier of the thread that imported this module first.
static MAIN: AtomicI64 = AtomicI64::new(0);

pub(super) fn note_main() {
    // Relaxed: set once, before there is a second thread.
    let _ = MAIN.compare_exchange(0, ident(), Relaxed, Relaxed);
}

pub(super) fn main_ident() -> i64 {
    MAIN.load(Relaxed)
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
            |t, a| new(t, a[0], 0, false),
            "Create a handle of a thread not started.",
        ),
        method("join", "($self, timeout=None, /)", join, "Wait for the thread."),
        method(
            "is_done",
            "($self, /)",
            |_, a| Ok(Value::bool(this(a[0]).done.load(Relaxed))),
            "Whether it is over.",
        ),
        method("_set_done", "($self, /)", set_done, "Mark it as over."),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
    ],
    getset: &[getter("ident", |t, v| Ok(int_value(t, this(v).ident.load(Relaxed))), "The identifier.")],
    setup: None,
};

pub(crate) static EXCEPT_HOOK_ARGS: TypeDef = structseq::type_def::<4, 4>(
    "_thread._ExceptHookArgs",
    "Type used to pass arguments to threading.excepthook.",
    &[
        field::<0>("exc_type", "Exception type"),
        field::<1>("exc_value", "Exception value"),
        field::<2>("exc_traceback", "Exception traceback"),
        field::<3>("thread", "Thread"),
    ],
);

fn this(object: Value) -> &'static Handle {
    native::payload::<Handle>(object).expect("a thread handle")
}

fn new(t: &mut Thread, class: Value, ident: i64, done: bool) -> PyResult {
    let handle = Handle { ident: AtomicI64::new(ident), done: AtomicBool::new(done) };
    Ok(native::new(t, Ref::known(class), handle))
}

pub(super) fn make(t: &mut Thread, args: &[Value]) -> PyResult {
    let ident = to_i64(t, args[0])?;
    let class = t.rt.native_class(t, &DEF);
    new(t, class.value(), ident, false)
}

pub(super) fn start_joinable(t: &mut Thread, args: &[Value]) -> PyResult {
    if t.special(args[0], pystm_vm::special::Special::Call).is_none() {
        return Err(t.type_error("thread function must be callable"));
    }
    Err(cannot_start(t))
}

fn join(t: &mut Thread, args: &[Value]) -> PyResult {
    let handle = this(args[0]);
    if handle.ident.load(Relaxed) == 0 {
        return Err(t.raise(Exc::RuntimeError, "thread not started"));
    }
    if !handle.done.load(Relaxed) && handle.ident.load(Relaxed) == ident() {
        return Err(t.raise(Exc::RuntimeError, "Cannot join current thread"));
    }
    Ok(Value::NONE)
}

fn set_done(_: &mut Thread, args: &[Value]) -> PyResult {
    this(args[0]).done.store(true, Relaxed);
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let ident = this(args[0]).ident.load(Relaxed);
    Ok(t.new_str(&format!("<_ThreadHandle object: ident={ident}>")))
}
