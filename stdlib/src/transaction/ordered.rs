//! Transactions that commit in a given order.

use std::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};
use std::{cell::Cell, time::Duration};

use pystm_gc::Marker;
use pystm_vm::{
    atomic::{self, misuse},
    error::PyResult,
    interp::safepoint,
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

/// Between two looks at whose turn it is.
const NAP: Duration = Duration::from_micros(50);

/// Lets transactions through in order.
#[derive(Default)]
struct Turnstile {
    /// Whose turn it is.
    next: AtomicU64,
    closed: AtomicBool,
}

impl Payload for Turnstile {
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
            |t, a| Ok(native::new(t, Ref::known(a[0]), Turnstile::default())),
            "Create one.",
        ),
        method("close", "($self, /)", close, "Let nobody through any more."),
    ],
    getset: &[],
    setup: None,
};

fn this(t: &mut Thread, value: Value) -> PyResult<&'static Turnstile> {
    match native::payload::<Turnstile>(value) {
        Some(turnstile) => Ok(turnstile),
        None => Err(t.type_error("a Turnstile is required")),
    }
}

fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    // Release: pairs with the Acquire of `await_turn`.
    this(t, args[0])?.closed.store(true, Release);
    Ok(Value::NONE)
}

/// The smaller index is the older one, and older than all others.
fn age(index: u64) -> u64 {
    index + 1
}

/// Waits until all smaller indexes have committed. False if the turnstile is closed before.
fn await_turn(t: &mut Thread, turnstile: &Turnstile, index: u64) -> PyResult<bool> {
    loop {
        // Acquire: pairs with the Release of `close` and `run`.
        if turnstile.next.load(Acquire) >= index {
            t.own.set_age(age(index));
            return Ok(!turnstile.closed.load(Acquire));
        }
        // Whoever is in front may need something for what it does before its transaction: who waits gives in to all.
        t.own.set_age(u64::MAX);
        if turnstile.closed.load(Acquire) {
            return Ok(false);
        }
        t.own.rest(&mut t.mutator, || std::thread::park_timeout(NAP));
        atomic::check(t)?;
        // Relaxed: the poll itself synchronises.
        if t.mutator.poll.load(Relaxed) != 0 {
            safepoint::poll(t)?;
        }
    }
}

pub(super) fn run(t: &mut Thread, args: &[Value]) -> PyResult {
    if atomic::is_open(t) {
        return Err(misuse(t, "run_ordered() inside a transaction"));
    }
    let turnstile = this(t, args[0])?;
    let index = to_i64(t, args[1])?.max(0) as u64;
    let (function, positional) = (args[2], args[3].or(t.rt.empty_tuple.get()));
    let through = Cell::new(true);
    let result = atomic::run(
        t,
        Some(age(index)),
        false,
        |t| {
            let result = call::call_ex(t, function, positional, Value::UNSET);
            match result {
                Err(raised) if t.aborting.is_none() => {
                    let exception = t.take_exception(raised);
                    let mut kept = t.vec();
                    kept.push(exception);
                    // It may have come from what those before it change: it counts only when they all have committed.
                    through.set(await_turn(t, turnstile, index)?);
                    atomic::check(t)?;
                    Err(t.reraise(exception))
                }
                other => other,
            }
        },
        |t| {
            through.set(await_turn(t, turnstile, index)?);
            if through.get() { Ok(()) } else { Err(t.raise(pystm_vm::error::Exc::RuntimeError, "closed")) }
        },
    );
    if !through.get() {
        if let Err(raised) = result {
            t.take_exception(raised);
        }
        return global(t, "CLOSED");
    }
    // Release: pairs with the Acquire of `await_turn`.
    if result.is_err() {
        turnstile.closed.store(true, Release);
    }
    turnstile.next.store(index + 1, Release);
    result
}
