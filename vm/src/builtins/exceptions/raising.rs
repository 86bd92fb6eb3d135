//! Raising: contexts, causes, tracebacks.

use super::{Exception, is_exception_class};
use crate::{
    builtins::{dict, function::Function, traceback, typeobj::Type},
    error::{Exc, PyResult, Raised},
    object::Ref,
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
    let (Some(raised), Some(mut at)) = (exception.cast::<Exception>(), handled.cast::<Exception>()) else { return };
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

/// Adds the running frame to the pending exception's traceback: it stands at word `word` of the function's code.
pub fn add_traceback(t: &mut Thread, function: Ref<Function>, word: u32) {
    let Some(exception) = t.exception.cast::<Exception>() else { return };
    let next = exception.traceback.get();
    let entry = traceback::of_running_frame(t, next, function, word);
    exception.set_traceback(t, entry);
}

/// `exception.__traceback__`
pub fn traceback_of(_t: &mut Thread, exception: Value) -> Value {
    exception.cast::<Exception>().map_or(Value::NONE, |e| e.traceback.get())
}

/// Reports an exception that cannot propagate to `sys.unraisablehook`. `message` is the text in front of the object, or
/// empty for "Exception ignored in".
pub fn write_unraisable(t: &mut Thread, raised: Raised, message: &str, object: Value) {
    let exception = t.take_exception(raised);
    let hook = sys_attribute(t, "unraisablehook");
    let default = hook.is_none_or(|h| h.cast::<super::super::function::native::NativeFunction>().is_some());
    if !default && let Some(hook) = hook {
        let handled = std::mem::replace(&mut t.handled, Value::NONE);
        let args = unraisable_args(t, exception, message, object);
        let outcome = match args {
            Ok(args) => call::call(t, hook, &[args]),
            Err(raised) => Err(raised),
        };
        t.handled = handled;
        match outcome {
            Ok(_) => return,
            Err(raised) => {
                let failed = t.take_exception(raised);
                super::print::print_unraisable(t, failed, "Exception ignored in sys.unraisablehook", hook);
                return;
            }
        }
    }
    super::print::print_unraisable(t, exception, message, object);
}

/// The argument of `sys.unraisablehook`: an object with the attributes `exc_type`, `exc_value`, `exc_traceback`,
/// `err_msg` and `object`.
fn unraisable_args(t: &mut Thread, exception: Value, message: &str, object: Value) -> PyResult {
    let text = if message.is_empty() { Value::NONE } else { t.new_str(message) };
    let traceback = traceback_of(t, exception);
    let class = type_of(exception).value();
    let namespace = dict::new(t);
    for (name, value) in [
        ("exc_type", class),
        ("exc_value", exception),
        ("exc_traceback", traceback),
        ("err_msg", text),
        ("object", object.or(Value::NONE)),
    ] {
        dict::set_text(t, namespace, name, value);
    }
    let factory = sys_attribute(t, "UnraisableHookArgs").filter(|f| f.cast::<Type>().is_some());
    match factory {
        Some(f) => {
            let items = super::super::tuple::new_small(t, &[class, exception, traceback, text, object.or(Value::NONE)]);
            call::call(t, f, &[items])
        }
        None => Ok(super::super::namespace::from_dict(t, namespace)),
    }
}

/// An attribute of the module `sys`, if it is there.
pub fn sys_attribute(t: &mut Thread, name: &str) -> Option<Value> {
    let modules = t.rt.modules.get().cast::<dict::Dict>()?;
    let sys = dict::get_text(t, modules, "sys")?.cast::<super::super::module::Module>()?;
    dict::get_text(t, sys.dict(), name)
}
