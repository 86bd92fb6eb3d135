//! The module's exceptions, and the notes that say where in a structure one was raised.

use pystm_vm::{
    builtins::{
        exceptions::{self, Exception},
        typeobj::lookup::qualified_name,
    },
    error::{PyResult, Raised},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use crate::support::{import_from, raise_class};

#[cold]
fn raise(t: &mut Thread, class: &str, message: &str) -> Raised {
    match import_from(t, "_pickle", class) {
        Ok(class) => raise_class(t, class, message),
        Err(raised) => raised,
    }
}

/// `PicklingError`
#[cold]
pub(super) fn pickling(t: &mut Thread, message: impl AsRef<str>) -> Raised {
    raise(t, "PicklingError", message.as_ref())
}

/// `UnpicklingError`
#[cold]
pub(super) fn unpickling(t: &mut Thread, message: impl AsRef<str>) -> Raised {
    raise(t, "UnpicklingError", message.as_ref())
}

/// Whether the pending exception is an `UnpicklingError`.
#[cold]
pub(super) fn is_unpickling(t: &mut Thread) -> bool {
    let exception = t.exception;
    match import_from(t, "_pickle", "UnpicklingError") {
        Ok(class) => type_of(exception).value() == class,
        Err(_) => false,
    }
}

/// `PicklingError` in the context of an exception that has been taken.
#[cold]
pub(super) fn pickling_after(t: &mut Thread, context: Value, message: impl AsRef<str>) -> Raised {
    let raised = pickling(t, message);
    set_context(t, context);
    raised
}

/// Makes an exception that has been taken the context of the pending one.
pub(super) fn set_context(t: &mut Thread, context: Value) {
    if let Some(exception) = t.exception.cast::<Exception>() {
        exception.set_context(t, context);
    }
}

/// Name of a value's type with its module, unless that is `builtins` or `__main__`.
pub(super) fn type_name(value: Value) -> String {
    qualified_name(type_of(value))
}

/// Adds the note `when serializing TYPE PART` to the pending exception.
#[cold]
pub(super) fn note(t: &mut Thread, raised: Raised, object: Value, part: &str) -> Raised {
    exceptions::raising::add_note(t, &format!("when serializing {} {part}", type_name(object)));
    raised
}

/// As [`note`], for the value of a dict's key.
#[cold]
pub(super) fn note_key(t: &mut Thread, raised: Raised, object: Value, key: Value) -> Raised {
    let exception = t.take_exception(raised);
    let key: PyResult<String> = pystm_vm::protocol::text::repr_string(t, key);
    match key {
        Ok(key) => {
            let raised = t.reraise(exception);
            note(t, raised, object, &format!("item {key}"))
        }
        Err(raised) => raised,
    }
}
