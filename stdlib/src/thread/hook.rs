//! `_excepthook`: how an exception that ends a thread is shown.

use pystm_vm::{
    builtins::{
        exceptions::{self, Exception},
        structseq::{self, field},
    },
    error::{Exc, PyResult},
    native::TypeDef,
    protocol::{attr, call, text},
    runtime::type_of,
    sys,
    thread::Thread,
    value::Value,
};

/// Argument of `threading.excepthook`.
pub(crate) static ARGS: TypeDef = structseq::type_def::<4, 4>(
    "_thread._ExceptHookArgs",
    "Type used to pass arguments to threading.excepthook.",
    &[
        field::<0>("exc_type", "Exception type"),
        field::<1>("exc_value", "Exception value"),
        field::<2>("exc_traceback", "Exception traceback"),
        field::<3>("thread", "Thread"),
    ],
);

/// `_excepthook(args)`
pub(super) fn excepthook(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = t.rt.native_class(t, &ARGS);
    let Some(items) = args[0].as_tuple().filter(|_| type_of(args[0]) == class) else {
        return Err(t.type_error("_thread.excepthook argument type must be ExceptHookArgs"));
    };
    let (exception_class, exception, thread) = (items.at(0), items.at(1), items.at(3));
    if exception_class == t.rt.exception(Exc::SystemExit) {
        return Ok(Value::NONE);
    }
    let Some(file) = error_stream(t, thread)? else { return Ok(Value::NONE) };
    let name = match attr::find_attr(t, thread, "name")? {
        Some(name) => text::str_string(t, name)?,
        None => pystm_vm::parking::ident().to_string(),
    };
    let shown = if exception.cast::<Exception>().is_some() {
        exceptions::print::format_exception(t, exception)
    } else {
        text::str_string(t, exception)? + "\n"
    };
    let shown = t.new_str(&format!("Exception in thread {name}:\n{shown}"));
    call::call_method(t, file, "write", &[shown])?;
    call::call_method(t, file, "flush", &[])
}

/// `sys.stderr`, or what it was when the thread was made.
fn error_stream(t: &mut Thread, thread: Value) -> PyResult<Option<Value>> {
    match sys::get(t, "stderr").filter(|file| !file.is_none()) {
        Some(file) => Ok(Some(file)),
        None if thread.is_none() => Ok(None),
        None => Ok(attr::find_attr(t, thread, "_stderr")?.filter(|file| !file.is_none())),
    }
}
