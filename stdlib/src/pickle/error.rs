//! The module's exceptions, and the notes that say where in a structure one was raised.

use std::sync::OnceLock;

use pystm_stm::Slot;
use pystm_vm::{
    builtins::{
        exceptions::{self, Exception},
        typeobj::lookup::qualified_name,
    },
    error::{Exc, PyResult, Raised},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use crate::support::{make_class, raise_class};

/// `PickleError` and the two classes below it; they live as long as the process.
#[derive(Clone, Copy)]
pub(super) struct Classes {
    pub(super) base: Value,
    pub(super) pickling: Value,
    pub(super) unpickling: Value,
}

static CLASSES: OnceLock<[Slot<Value>; 3]> = OnceLock::new();

/// The module's exceptions, made on first use.
pub(super) fn classes(t: &mut Thread) -> PyResult<Classes> {
    let slots = match CLASSES.get() {
        Some(slots) => slots,
        None => {
            let exception = t.rt.exception(Exc::Exception);
            let base = make_class(t, "_pickle", "PickleError", &[exception], "")?;
            let pickling = make_class(t, "_pickle", "PicklingError", &[base], "")?;
            let unpickling = make_class(t, "_pickle", "UnpicklingError", &[base], "")?;
            CLASSES.get_or_init(|| [base, pickling, unpickling].map(Slot::new))
        }
    };
    let [base, pickling, unpickling] = slots;
    Ok(Classes { base: base.get(), pickling: pickling.get(), unpickling: unpickling.get() })
}

/// `PicklingError`
#[cold]
pub(super) fn pickling(t: &mut Thread, message: impl AsRef<str>) -> Raised {
    match classes(t) {
        Ok(classes) => raise_class(t, classes.pickling, message.as_ref()),
        Err(raised) => raised,
    }
}

/// `UnpicklingError`
#[cold]
pub(super) fn unpickling(t: &mut Thread, message: impl AsRef<str>) -> Raised {
    match classes(t) {
        Ok(classes) => raise_class(t, classes.unpickling, message.as_ref()),
        Err(raised) => raised,
    }
}

/// Whether the pending exception is an `UnpicklingError`.
#[cold]
pub(super) fn is_unpickling(t: &mut Thread) -> bool {
    let exception = t.exception;
    classes(t).is_ok_and(|classes| type_of(exception).value() == classes.unpickling)
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
