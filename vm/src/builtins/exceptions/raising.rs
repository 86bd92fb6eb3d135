//! Raising: contexts, causes, tracebacks.

use pystm_gc::Marker;
use pystm_stm::Slot;

use super::{Exception, is_exception_class, print};
use crate::{
    builtins::{
        function::{Function, native::NativeFunction},
        traceback,
    },
    error::{Exc, PyResult, Raised},
    interp::frame,
    kind::Kind,
    native::{NO_CONSTRUCTOR, TypeDef, getter},
    object::{
        Ref,
        native::{self, Kept, Payload},
    },
    protocol::{call, text},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// Makes the exception being handled the context of one that is about to be raised; a chain of contexts that would lead
/// back to it is cut (as CPython's `_PyErr_SetObject`).
pub fn set_context_on_raise(t: &mut Thread, exception: Value) {
    let handled = t.handled;
    if handled.is_none() || handled == exception {
        return;
    }
    let (Some(raised), Some(mut at)) = (exception.cast::<Exception>(), handled.cast::<Exception>()) else {
        return;
    };
    let mut slow = at;
    let mut advance_slow = false;
    while let Some(next) = at.context.get().cast::<Exception>() {
        if next == raised {
            at.set_context(t, Value::NONE);
            break;
        }
        at = next;
        if at == slow {
            break;
        }
        if advance_slow && let Some(step) = slow.context.get().cast::<Exception>() {
            slow = step;
        }
        advance_slow = !advance_slow;
    }
    raised.set_context(t, handled);
}

/// `raise exception from cause`; `cause` is unset without `from`.
pub fn raise_statement(t: &mut Thread, exception: Value, cause: Value) -> Raised {
    match prepare(t, exception, cause) {
        Ok(exception) => t.raise_value(exception),
        Err(raised) => raised,
    }
}

fn prepare(t: &mut Thread, exception: Value, cause: Value) -> PyResult {
    let exception = if is_exception_class(exception) {
        instantiate(t, exception)?
    } else if exception.cast::<Exception>().is_some() {
        exception
    } else {
        return Err(t.type_error("exceptions must derive from BaseException"));
    };
    if !cause.is_unset() {
        let cause = if is_exception_class(cause) {
            instantiate(t, cause)?
        } else if cause.cast::<Exception>().is_some() || cause.is_none() {
            cause
        } else {
            return Err(t.type_error("exception causes must derive from BaseException"));
        };
        Ref::<Exception>::known(exception).set_cause(t, cause);
    }
    Ok(exception)
}

/// `class()`, which must give an exception.
pub fn instantiate(t: &mut Thread, class: Value) -> PyResult {
    let exception = call::call(t, class, &[])?;
    if exception.cast::<Exception>().is_some() {
        return Ok(exception);
    }
    let class = text::repr_string(t, class)?;
    let got = type_of(exception).value();
    let got = text::repr_string(t, got)?;
    Err(t.type_error(format!("calling {class} should have returned an instance of BaseException, not {got}")))
}

/// Raises a new exception with this message; the pending one becomes its cause and context.
pub fn raise_from(t: &mut Thread, raised: Raised, class: Exc, message: &str) -> Raised {
    let cause = t.take_exception(raised);
    let text = t.new_str(message);
    let exception = super::new_exception(t, class, &[text]);
    let e = Ref::<Exception>::known(exception);
    e.set_cause(t, cause);
    let result = t.raise_value(exception);
    e.set_context(t, cause);
    result
}

/// Puts a RuntimeError in the place of the pending exception, which becomes its cause and context (PEP 479).
pub fn replace_with_runtime_error(t: &mut Thread, exception: Value, message: &str) {
    let text = t.new_str(message);
    let fresh = super::new_exception(t, Exc::RuntimeError, &[text]);
    let e = Ref::<Exception>::known(fresh);
    e.set_cause(t, exception);
    e.set_context(t, exception);
    t.exception = fresh;
}

/// AttributeError with `name` and `obj`, for suggestions.
#[cold]
pub fn attribute_error(t: &mut Thread, message: impl AsRef<str>, object: Value, name: Value) -> Raised {
    let text = t.new_str(message.as_ref());
    let exception = super::new_exception(t, Exc::AttributeError, &[text]);
    let e = Ref::<Exception>::known(exception);
    e.set_field(t, super::fields::NAME, name);
    e.set_field(t, super::fields::OBJECT, object);
    t.raise_value(exception)
}

/// NameError or UnboundLocalError with `name`.
#[cold]
pub fn name_error(t: &mut Thread, class: Exc, message: impl AsRef<str>, name: Value) -> Raised {
    let text = t.new_str(message.as_ref());
    let exception = super::new_exception(t, class, &[text]);
    if class == Exc::NameError {
        Ref::<Exception>::known(exception).set_field(t, super::fields::NAME, name);
    }
    t.raise_value(exception)
}

/// Adds the running frame to the pending exception's traceback: it stands at word `word` of the function's code. Whether
/// it `stays` decides where its variables will be found.
pub fn add_traceback(t: &mut Thread, function: Ref<Function>, word: u32, stays: bool) {
    let Some(exception) = t.exception.cast::<Exception>() else { return };
    let next = exception.traceback.get();
    let entry = traceback::of_running_frame(t, next, function, word, stays);
    exception.set_traceback(t, entry);
}

/// Adds a note to the pending exception.
pub fn add_note(t: &mut Thread, note: &str) {
    let exception = std::mem::replace(&mut t.exception, Value::UNSET);
    let text = t.new_str(note);
    if let Err(raised) = call::call_method(t, exception, "add_note", &[text]) {
        t.take_exception(raised);
    }
    t.exception = exception;
}

/// `exception.__traceback__`
pub fn traceback_of(_t: &mut Thread, exception: Value) -> Value {
    exception.cast::<Exception>().map_or(Value::NONE, |e| e.traceback.get())
}

/// Reports an exception that cannot propagate to `sys.unraisablehook`. A message stands in front of the object's repr and
/// the two together are the hook's `err_msg`; if it is empty, the hook gets the object itself. An exception that has passed no frame
/// gets the running one as its traceback.
pub fn write_unraisable(t: &mut Thread, raised: Raised, message: &str, object: Value) {
    let passed_none = t.exception.cast::<Exception>().is_some_and(|e| e.traceback.get().is_none());
    if passed_none && !t.fp.is_null() {
        // SAFETY: the window is the running frame's.
        let function = unsafe { frame::function_of(t.fp) };
        add_traceback(t, function, function.loaded().word_index(t.ip), true);
    }
    let exception = t.take_exception(raised);
    let handled = std::mem::replace(&mut t.handled, Value::NONE);
    let (message, object) = if message.is_empty() || object.is_unset() {
        (message.to_owned(), object)
    } else {
        let shown = match text::repr_string(t, object) {
            Ok(s) => s,
            Err(raised) => {
                t.take_exception(raised);
                String::from("<object repr() failed>")
            }
        };
        (format!("{message} {shown}"), Value::UNSET)
    };
    if let Err(raised) = call_unraisable_hook(t, exception, &message, object) {
        // The hook itself has failed: the last resort is the text of both.
        let failed = t.take_exception(raised);
        print::report_unraisable(t, exception, &message, object);
        print::report_unraisable(t, failed, "Exception ignored in sys.unraisablehook", Value::UNSET);
    }
    t.handled = handled;
}

fn call_unraisable_hook(t: &mut Thread, exception: Value, message: &str, object: Value) -> PyResult<()> {
    let Some(hook) = crate::sys::get(t, "unraisablehook").filter(|h| !h.is_none()) else {
        print::report_unraisable(t, exception, message, object);
        return Ok(());
    };
    if hook.cast::<NativeFunction>().is_some() {
        print::report_unraisable(t, exception, message, object);
        return Ok(());
    }
    let class = native::class(t, &UNRAISABLE_DEF);
    let text = if message.is_empty() { Value::NONE } else { t.new_str(message) };
    let object = object.or(Value::NONE);
    let values = [exception, text, object].map(Slot::new);
    let args = native::new(t, class, Unraisable { values });
    call::call(t, hook, &[args])?;
    Ok(())
}

/// Argument of `sys.unraisablehook`: exception, message or None, object or None.
pub struct Unraisable {
    values: [Slot<Value>; 3],
}

impl Payload for Unraisable {
    fn trace(&self, marker: &mut Marker) {
        for slot in &self.values {
            native::trace_value(marker, slot.get());
        }
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

static UNRAISABLE_DEF: TypeDef = TypeDef {
    name: "UnraisableHookArgs",
    doc: "Type used to pass arguments to sys.unraisablehook.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[],
    getset: &[
        getter("exc_type", |t, v| Ok(unraisable(t, v, |e, _| type_of(e).value())), "Exception type"),
        getter("exc_value", |t, v| Ok(unraisable(t, v, |e, _| e)), "Exception value"),
        getter(
            "exc_traceback",
            |t, v| Ok(unraisable(t, v, |e, t| traceback_of(t, e))),
            "Exception traceback",
        ),
        getter("err_msg", |_, v| Ok(part(v, 1)), "Error message"),
        getter("object", |_, v| Ok(part(v, 2)), "Object causing the exception"),
    ],
    setup: None,
};

fn part(value: Value, n: usize) -> Value {
    native::payload::<Unraisable>(value).map_or(Value::NONE, |u| u.values[n].get())
}

fn unraisable(t: &mut Thread, value: Value, f: impl FnOnce(Value, &mut Thread) -> Value) -> Value {
    f(part(value, 0), t)
}
