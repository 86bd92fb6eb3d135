//! `functools.Placeholder`: stands for a positional argument of a partial that its call will give.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use pystm_vm::{
    error::PyResult,
    native::{TypeDef, method, static_method},
    object::record,
    protocol::truth,
    thread::Thread,
    value::Value,
};

/// `functools._PlaceholderType`
pub static DEF: TypeDef = record::def(
    "functools._PlaceholderType",
    "The type of the Placeholder singleton.\n\nUsed as a placeholder for partial arguments.",
    0,
    &[
        static_method("__new__", "($cls, /, *args, **kwargs)", new, "The one placeholder."),
        method("__repr__", "($self, /)", repr, "repr(self)"),
        method("__reduce__", "($self, /)", repr, "State for pickling."),
    ],
);

/// Word of the one instance, which the runtime keeps alive; 0 before the first use.
static INSTANCE: AtomicU64 = AtomicU64::new(0);

/// The one instance.
pub fn instance(t: &mut Thread) -> Value {
    // Relaxed: the import lock orders the first use, and the object never changes.
    match INSTANCE.load(Relaxed) {
        0 => {
            let fresh = record::new(t, &DEF, None, &[]);
            t.rt.keep(t, fresh);
            INSTANCE.store(fresh.bits(), Relaxed);
            fresh
        }
        bits => Value::from_bits(bits),
    }
}

/// Whether the value is the placeholder.
pub fn is_placeholder(value: Value) -> bool {
    value.bits() == INSTANCE.load(Relaxed)
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    if truth::is_true(t, args[1])? || args[2].given().is_some() {
        return Err(t.type_error("PlaceholderType takes no arguments"));
    }
    Ok(instance(t))
}

fn repr(t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(t.new_str("Placeholder"))
}
