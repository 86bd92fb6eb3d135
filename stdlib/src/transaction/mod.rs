//! `_transaction`: what `stdlib/Lib/transaction` stands on.

mod block;
mod ordered;
mod stats;

use pystm_vm::{
    atomic::{self, misuse},
    builtins::module::Module,
    error::{Exc, PyResult},
    native::{Method, ModuleDef, method},
    object::Ref,
    protocol::call,
    thread::Thread,
    value::Value,
};

use crate::support::{import_from, set_global};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_transaction",
    doc: "Natives of the module transaction.",
    methods: METHODS,
    types: &[&block::DEF, &ordered::DEF],
    init: Some(init),
};

static METHODS: &[Method] = &[
    method(
        "stats",
        "()",
        stats::stats,
        "Return a dict of what the threads have done so far: the sums over all threads, and under 'threads' a list\n\
         of dicts, one for each thread. Times are in nanoseconds.",
    ),
    method("is_atomic", "()", |t, _| Ok(Value::bool(atomic::is_open(t))), "Whether a transaction is open."),
    method(
        "run",
        "(function, args=(), kwargs=None, on_error='rollback')",
        run,
        "Call a function as one transaction, again and again until it commits or raises.",
    ),
    method(
        "savepoint",
        "(function)",
        savepoint,
        "Call a function as a nested block; RETRIED if it calls retry(), its changes undone.",
    ),
    method(
        "retry",
        "()",
        retry,
        "Undo the block, wait until something that it has read changes, begin anew.",
    ),
    method(
        "on_commit",
        "(function)",
        on_commit,
        "Have a function called when the outermost block has committed.",
    ),
    method("on_abort", "(function)", on_abort, "Have a function called after each attempt that is undone."),
    method(
        "become_inevitable",
        "(reason='')",
        become_inevitable,
        "The block can no longer be undone from here on.",
    ),
    method(
        "run_ordered",
        "(turnstile, index, function, args=())",
        ordered::run,
        "Call a function as one transaction that commits in its turn.",
    ),
];

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    let error = make_error(t)?;
    set_global(t, module, "TransactionError", error);
    let atomic = block::new(t, false);
    set_global(t, module, "atomic", atomic);
    for (name, text) in [("RETRIED", "<retried>"), ("CLOSED", "<closed>")] {
        let mark = t.new_str(text);
        set_global(t, module, name, mark);
    }
    Ok(())
}

/// `class TransactionError(RuntimeError)`
fn make_error(t: &mut Thread) -> PyResult {
    let base = t.rt.exception(Exc::RuntimeError);
    let make = pystm_vm::runtime::type_of(base).value();
    let name = t.new_str("TransactionError");
    let bases = pystm_vm::builtins::tuple::new_small(t, &[base]);
    let namespace = pystm_vm::builtins::dict::new(t);
    let (module, doc) = (t.new_str("transaction"), t.new_str("Misuse of transactions."));
    pystm_vm::builtins::dict::set_text(t, namespace, "__module__", module);
    pystm_vm::builtins::dict::set_text(t, namespace, "__doc__", doc);
    call::call(t, make, &[name, bases, namespace.value()])
}

/// A global of this module.
fn global(t: &mut Thread, name: &str) -> PyResult {
    import_from(t, "_transaction", name)
}

/// TransactionError outside a transaction.
fn inside(t: &mut Thread, what: &str) -> PyResult<()> {
    if atomic::is_open(t) { Ok(()) } else { Err(misuse(t, &format!("{what}() outside a transaction"))) }
}

/// Whether a block keeps what it has written when an exception leaves it.
fn keeps_on_error(t: &mut Thread, on_error: Value) -> PyResult<bool> {
    match on_error.given().map(|v| v.as_str()) {
        None => Ok(false),
        Some(Some(s)) if s.as_ascii() == Some("rollback") => Ok(false),
        Some(Some(s)) if s.as_ascii() == Some("commit") => Ok(true),
        _ => Err(t.value_error("on_error must be 'rollback' or 'commit'")),
    }
}

fn run(t: &mut Thread, args: &[Value]) -> PyResult {
    let keep = keeps_on_error(t, args[3])?;
    let positional = args[1].or(t.rt.empty_tuple.get());
    let keywords = args[2].given_not_none().unwrap_or(Value::UNSET);
    let function = args[0];
    atomic::run(t, None, keep, |t| call::call_ex(t, function, positional, keywords))
}

fn savepoint(t: &mut Thread, args: &[Value]) -> PyResult {
    inside(t, "savepoint")?;
    let function = args[0];
    match atomic::savepoint(t, |t| call::call(t, function, &[]))? {
        Some(value) => Ok(value),
        None => global(t, "RETRIED"),
    }
}

fn retry(t: &mut Thread, _: &[Value]) -> PyResult {
    inside(t, "retry")?;
    atomic::check(t)?;
    if !atomic::can_wait(t) {
        return Err(misuse(t, "retry() in a block that can no longer be undone"));
    }
    Err(atomic::retry(t))
}

fn on_commit(t: &mut Thread, args: &[Value]) -> PyResult {
    inside(t, "on_commit")?;
    atomic::call_later(t, true, args[0]);
    Ok(Value::NONE)
}

fn on_abort(t: &mut Thread, args: &[Value]) -> PyResult {
    inside(t, "on_abort")?;
    atomic::call_later(t, false, args[0]);
    Ok(Value::NONE)
}

fn become_inevitable(t: &mut Thread, args: &[Value]) -> PyResult {
    inside(t, "become_inevitable")?;
    let reason = args[0].as_str().map(|s| s.to_rust()).filter(|s| !s.is_empty());
    atomic::become_irrevocable(t, &|| reason.clone().unwrap_or_else(|| "asked for".into()))?;
    Ok(Value::NONE)
}
