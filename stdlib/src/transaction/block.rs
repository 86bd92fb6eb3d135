//! `atomic`: context manager and decorator.

use pystm_vm::{
    atomic::{self, misuse},
    builtins::tuple,
    error::PyResult,
    native::{TypeDef, method},
    object::record::{self, Record},
    protocol::call,
    thread::Thread,
    value::Value,
};

use super::keeps_on_error;
use crate::support::import_from;

/// Index of the value that says whether what a block has written stays when an exception leaves it.
const KEEP: usize = 0;

pub(super) static DEF: TypeDef = record::def(
    "transaction.atomic",
    "A block, or a call, that is one transaction.",
    0,
    &[
        method("__enter__", "($self, /)", enter, "Begin the block."),
        method("__exit__", "($self, kind, error, traceback, /)", exit, "End the block."),
        method(
            "__call__",
            "($self, function=None, /, *, on_error=None)",
            configure,
            "A function whose calls are transactions; or a block that behaves differently when an exception leaves it.",
        ),
        method("__reduce__", "($self, /)", |t, _| Ok(t.new_str("atomic")), "Helper for pickle."),
    ],
);

/// A context manager.
pub(super) fn new(t: &mut Thread, keep: bool) -> Value {
    record::new(t, &DEF, None, &[Value::bool(keep)])
}

fn keeps(block: Value) -> bool {
    block.cast::<Record>().is_some_and(|r| r.get(KEEP) == Value::TRUE)
}

fn enter(t: &mut Thread, _: &[Value]) -> PyResult {
    atomic::enter(t)?;
    Ok(Value::NONE)
}

fn exit(t: &mut Thread, args: &[Value]) -> PyResult {
    if !atomic::is_open(t) {
        return Err(misuse(t, "the block has ended already"));
    }
    let keep = args[1].is_none() || keeps(args[0]);
    atomic::exit(t, keep)?;
    Ok(Value::FALSE)
}

fn configure(t: &mut Thread, args: &[Value]) -> PyResult {
    let keep = match args[2].given_not_none() {
        Some(on_error) => keeps_on_error(t, on_error)?,
        None => keeps(args[0]),
    };
    let Some(function) = args[1].given_not_none() else { return Ok(new(t, keep)) };
    let decorate = import_from(t, "transaction._decorate", "decorate")?;
    let on_error = t.new_str(if keep { "commit" } else { "rollback" });
    let pair = tuple::new_small(t, &[function, on_error]);
    call::call_ex(t, decorate, pair, Value::UNSET)
}
