//! Transactions that commit in a given order.

use pystm_gc::Marker;
use pystm_vm::{
    atomic::{
        self, misuse,
        turn::{Turn, Turnstile},
    },
    error::{Exc, PyResult},
    kind::Kind,
    native::{TypeDef, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload},
    },
    protocol::call,
    thread::Thread,
    value::Value,
};

use super::global;
use crate::support::to_i64;

/// A turnstile as an object.
#[derive(Default)]
struct Gate(Turnstile);

impl Payload for Gate {
    fn trace(&self, _: &mut Marker) {}
    fn kept(&self) -> Kept {
        // It is advanced outside of transactions only.
        Kept::InSlots
    }
}

pub(super) static DEF: TypeDef = TypeDef {
    name: "_transaction.Turnstile",
    doc: "Lets transactions commit in the order of their indexes.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: 0,
    methods: &[
        static_method(
            "__new__",
            "($cls)",
            |t, a| Ok(native::new(t, Ref::known(a[0]), Gate::default())),
            "Create one.",
        ),
        method("close", "($self, /)", close, "Let nobody through any more."),
    ],
    getset: &[],
    setup: None,
};

fn this(t: &mut Thread, value: Value) -> PyResult<&'static Turnstile> {
    match native::payload::<Gate>(value) {
        Some(gate) => Ok(&gate.0),
        None => Err(t.type_error("a Turnstile is required")),
    }
}

fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    this(t, args[0])?.close();
    Ok(Value::NONE)
}

pub(super) fn run(t: &mut Thread, args: &[Value]) -> PyResult {
    if atomic::is_open(t) {
        return Err(misuse(t, "run_ordered() inside a transaction"));
    }
    let turnstile = this(t, args[0])?;
    let index = to_i64(t, args[1])?.max(0) as u64;
    let (function, positional) = (args[2], args[3].or(t.rt.empty_tuple.get()));
    let turn = Turn { turnstile, index };
    let mut closed = false;
    let result = atomic::run(t, Some(turn), false, |t| {
        // It may have waited for its turn in the middle.
        if turn.has_come() != Some(false) {
            match call::call_ex(t, function, positional, Value::UNSET) {
                Err(raised) if t.aborting.is_none() => {
                    // It may have come from what those before it change: it counts only when they all have committed.
                    let mut exception = t.vec();
                    let raised = t.take_exception(raised);
                    exception.push(raised);
                    closed = !turn.wait(t)?;
                    atomic::check(t)?;
                    return Err(t.reraise(exception[0]));
                }
                Err(raised) => return Err(raised),
                Ok(value) if turn.wait(t)? => return Ok(value),
                Ok(_) => {}
            }
        }
        closed = true;
        Err(t.raise(Exc::RuntimeError, "closed"))
    });
    if closed {
        if let Err(raised) = result {
            t.take_exception(raised);
        }
        return global(t, "CLOSED");
    }
    if result.is_err() {
        turnstile.close();
    }
    turn.pass();
    result
}
