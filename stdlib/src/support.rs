//! What native modules need again and again: numbers, buffers, paths, imports and OS errors between Rust and Python.

use std::sync::atomic::Ordering::Relaxed;

use num_bigint::BigInt;
use num_traits::ToPrimitive;
use pystm_gc::lock::Mutex;
use pystm_vm::{
    builtins::{buffer, bytes, dict, dict::Dict, float, int, str::Str},
    error::{Exc, PyResult, Raised},
    object::Ref,
    protocol::{attr, call, number, truth},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// The C library's functions on users, groups, services and protocols answer in static memory: they are called, and the answers
/// copied, by one thread at a time, which waits for no other meanwhile.
pub(crate) static STATIC_ANSWERS: Mutex<()> = Mutex::new(());

/// As [`Thread::fork`], while no other thread has [`STATIC_ANSWERS`].
pub(crate) fn fork(t: &mut Thread, fork: impl FnOnce() -> i32) -> i32 {
    t.fork(|| {
        let _free = STATIC_ANSWERS.lock();
        fork()
    })
}

/// PythonFinalizationError with this message if the process ends.
pub(crate) fn refuse_at_exit(t: &mut Thread, message: &str) -> PyResult<()> {
    // Relaxed: a plain flag.
    if t.rt.finalizing.load(Relaxed) { Err(t.raise(Exc::PythonFinalizationError, message)) } else { Ok(()) }
}

/// An int.
pub(crate) fn int_value(t: &mut Thread, n: i64) -> Value {
    match Value::try_small(n) {
        Some(v) => v,
        None => int::from_bigint_ref(t, &BigInt::from(n)),
    }
}

/// An int from an unsigned number.
pub(crate) fn uint_value(t: &mut Thread, n: u64) -> Value {
    match i64::try_from(n).ok().and_then(Value::try_small) {
        Some(v) => v,
        None => int::from_bigint_ref(t, &BigInt::from(n)),
    }
}

/// A float.
pub(crate) fn float_value(t: &mut Thread, f: f64) -> Value {
    float::new(t, f)
}

/// An integer argument that must fit into `i64`.
pub(crate) fn to_i64(t: &mut Thread, value: Value) -> PyResult<i64> {
    if let Some(n) = value.as_small() {
        return Ok(n);
    }
    let n = number::index(t, value)?;
    match n.as_small().or_else(|| int::to_bigint(n).to_i64()) {
        Some(n) => Ok(n),
        None => Err(t.overflow_error("Python int too large to convert to C long")),
    }
}

/// An integer argument that must fit into a C `int`.
pub(crate) fn to_i32(t: &mut Thread, value: Value) -> PyResult<i32> {
    if value.is_immediate_float() {
        return Err(t.type_error("'float' object cannot be interpreted as an integer"));
    }
    match i32::try_from(to_i64(t, value)?) {
        Ok(n) => Ok(n),
        Err(_) => {
            let n = to_i64(t, value)?;
            let side = if n < 0 {
                "signed integer is less than minimum"
            } else {
                "signed integer is greater than maximum"
            };
            Err(t.overflow_error(side))
        }
    }
}

/// An optional size: `None`, missing and negative numbers mean "everything".
pub(crate) fn optional_size(t: &mut Thread, value: Value) -> PyResult<Option<usize>> {
    match value.given_not_none() {
        None => Ok(None),
        Some(v) => {
            if v.as_small().is_none() && int::as_int(v).is_none() && t.special(v, Special::Index).is_none() {
                let name = type_of(v).name();
                return Err(t.type_error(format!("argument should be integer or None, not '{name}'")));
            }
            Ok(usize::try_from(number::index_as_i64(t, v)?).ok())
        }
    }
}

/// A number argument as a float.
pub(crate) fn to_f64(t: &mut Thread, value: Value) -> PyResult<f64> {
    if value.is_immediate_float() {
        return Ok(value.immediate_float());
    }
    if let Some(n) = value.as_small() {
        return Ok(n as f64);
    }
    float::to_f64(t, value)
}

/// The truth of an optional argument.
pub(crate) fn to_bool(t: &mut Thread, value: Value, default: bool) -> PyResult<bool> {
    match value.given() {
        None => Ok(default),
        Some(v) => truth::is_true(t, v),
    }
}

/// A new bytes object.
pub(crate) fn bytes_value(t: &mut Thread, data: &[u8]) -> PyResult {
    bytes::new(t, data)
}

/// A str argument as Rust's string; TypeError naming the function and the argument otherwise.
pub(crate) fn str_arg(t: &mut Thread, value: Value, function: &str, which: &str) -> PyResult<String> {
    match value.as_str() {
        Some(s) => c_string(t, s),
        None => {
            let name = type_of(value).name();
            let name = if value.is_none() { "None".to_owned() } else { name };
            Err(t.type_error(format!("{function}() argument {which} must be str, not {name}")))
        }
    }
}

/// Text that is a C string in CPython: UnicodeEncodeError for lone surrogates.
pub(crate) fn c_string(t: &mut Thread, s: Ref<Str>) -> PyResult<String> {
    if !s.is_ascii() {
        pystm_vm::builtins::codecs::encode_str(t, s.value(), "utf-8", None)?;
    }
    Ok(s.to_rust())
}

/// The module `name`, imported if need be.
pub(crate) fn import(t: &mut Thread, name: &str) -> PyResult {
    let key = t.intern(name);
    if let Some(modules) = t.rt.modules.get().cast::<Dict>()
        && let Some(module) = dict::get_text(t, modules, name)
        && !module.is_none()
    {
        return Ok(module);
    }
    let builtins = t.rt.builtins_module.get();
    let import = attr::getattr_text(t, builtins, "__import__")?;
    let top = call::call(t, import, &[key])?;
    let modules: Option<Ref<Dict>> = t.rt.modules.get().cast();
    Ok(modules.and_then(|m| dict::get_text(t, m, name)).unwrap_or(top))
}

/// `name` of the module `module`, imported if need be.
pub(crate) fn import_from(t: &mut Thread, module: &str, name: &str) -> PyResult {
    let module = import(t, module)?;
    attr::getattr_text(t, module, name)
}

/// Text for an error number.
pub(crate) fn strerror(code: i32) -> String {
    // SAFETY: `strerror` returns a string that stays valid until the next call; it is copied at once. The GNU C library
    // keeps it per thread.
    unsafe {
        let text = libc::strerror(code);
        if text.is_null() {
            return format!("Unknown error {code}");
        }
        std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
    }
}

/// Raises the OSError subclass for an error number, with up to two file names (unset for none).
#[cold]
pub(crate) fn os_error(t: &mut Thread, code: i32, file: Value, file2: Value) -> Raised {
    let text = t.new_str(&strerror(code));
    let code = Value::small(code as i64);
    let class = t.rt.exception(Exc::OSError);
    let made = match (file.given(), file2.given()) {
        (None, _) => call::call(t, class, &[code, text]),
        (Some(a), None) => call::call(t, class, &[code, text, a]),
        (Some(a), Some(b)) => call::call(t, class, &[code, text, a, Value::NONE, b]),
    };
    match made {
        Ok(e) => t.raise_value(e),
        Err(raised) => raised,
    }
}

/// Raises OSError for the calling thread's `errno`.
#[cold]
pub(crate) fn last_os_error(t: &mut Thread) -> Raised {
    os_error(t, errno(), Value::UNSET, Value::UNSET)
}

/// The calling thread's `errno`.
pub(crate) fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Sets an attribute of a module.
pub(crate) fn set_global(
    t: &mut Thread,
    module: Ref<pystm_vm::builtins::module::Module>,
    name: &str,
    value: Value,
) {
    dict::set_text(t, module.dict(), name, value);
}

/// Makes a class in Python's way: `type(name, bases, {'__module__': module})`, kept alive for ever.
pub(crate) fn make_class(t: &mut Thread, module: &str, name: &str, bases: &[Value], doc: &str) -> PyResult {
    let namespace = dict::new(t);
    let module = t.new_str(module);
    dict::set_text(t, namespace, "__module__", module);
    if !doc.is_empty() {
        let doc = t.new_str(doc);
        dict::set_text(t, namespace, "__doc__", doc);
    }
    let bases = pystm_vm::builtins::tuple::new(t, bases)?;
    let name = t.new_str(name);
    let class =
        call::call(t, pystm_vm::builtins::typeobj::class().value(), &[name, bases, namespace.value()])?;
    t.rt.keep(t, class);
    Ok(class)
}

/// Raises an exception of a class that is no built-in, with one message.
#[cold]
pub(crate) fn raise_class(t: &mut Thread, class: Value, message: &str) -> Raised {
    let text = t.new_str(message);
    match call::call(t, class, &[text]) {
        Ok(e) => t.raise_value(e),
        Err(raised) => raised,
    }
}

/// The bytes of a path for the operating system: `os.fsencode(os.fspath(path))`. No null bytes.
pub(crate) fn fs_bytes(t: &mut Thread, path: Value) -> PyResult<Vec<u8>> {
    let path = fspath(t, path)?;
    let bytes = match path.as_str() {
        Some(s) => encode_fs(t, s.value())?,
        None => buffer::to_vec(t, path)?,
    };
    if bytes.contains(&0) {
        return Err(t.value_error("embedded null byte"));
    }
    Ok(bytes)
}

/// The bytes of a str in the file system's encoding (UTF-8 with surrogateescape).
pub(crate) fn encode_fs(t: &mut Thread, text: Value) -> PyResult<Vec<u8>> {
    let Some(s) = text.as_str() else { return Err(t.type_error("expected str")) };
    if let Some(ascii) = s.as_ascii() {
        return Ok(ascii.as_bytes().to_vec());
    }
    let mut out = Vec::with_capacity(s.len() + 8);
    for (i, c) in s.units().iter().enumerate() {
        match char::from_u32(c) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None if (0xDC80..0xDD00).contains(&c) => out.push((c - 0xDC00) as u8),
            None => {
                let position = Value::small(i as i64);
                let end = Value::small(i as i64 + 1);
                let (name, reason) = (t.new_str("utf-8"), t.new_str("surrogates not allowed"));
                return Err(t.raise_args(Exc::UnicodeEncodeError, &[name, s.value(), position, end, reason]));
            }
        }
    }
    Ok(out)
}

/// A str of bytes in the file system's encoding.
pub(crate) fn decode_fs(t: &mut Thread, bytes: &[u8]) -> PyResult {
    if let Ok(s) = std::str::from_utf8(bytes) {
        return Ok(t.new_str(s));
    }
    let mut buf = pystm_text::TextBuf::new();
    for chunk in bytes.utf8_chunks() {
        buf.push_str(chunk.valid());
        for &b in chunk.invalid() {
            buf.push(0xDC00 + b as u32);
        }
    }
    pystm_vm::builtins::str::Str::from_buf(t, &buf)
}

/// `os.fspath(path)`
pub(crate) fn fspath(t: &mut Thread, path: Value) -> PyResult {
    if path.as_str().is_some() || path.as_bytes().is_some() {
        return Ok(path);
    }
    let Some(result) = file_system_path(t, path)? else {
        let name = type_of(path).name();
        return Err(t.type_error(format!("expected str, bytes or os.PathLike object, not {name}")));
    };
    if result.as_str().is_some() || result.as_bytes().is_some() {
        return Ok(result);
    }
    let (name, got) = (type_of(path).name(), type_of(result).name());
    Err(t.type_error(format!("expected {name}.__fspath__() to return str or bytes, not {got}")))
}

/// The exception object for `raise ... from`: not shown as a context. Swallows a pending exception of any class.
pub(crate) fn swallow(t: &mut Thread, raised: Raised) -> Value {
    t.take_exception(raised)
}

/// Issues a warning through the module `warnings`; it may raise.
pub(crate) fn warn(t: &mut Thread, class: Value, message: &str) -> PyResult<()> {
    let warn = import_from(t, "warnings", "warn")?;
    let text = t.new_str(message);
    call::call(t, warn, &[text, class])?;
    Ok(())
}

/// What `__fspath__` returns, if the object's class has one (None in its place takes it away).
pub(crate) fn file_system_path(t: &mut Thread, path: Value) -> PyResult<Option<Value>> {
    match t.special(path, Special::FsPath).filter(|m| !m.is_none()) {
        Some(method) => call::call_unbound(t, method, path, &[]).map(Some),
        None => Ok(None),
    }
}

/// The warning that a file descriptor is True or False.
pub(crate) fn warn_of_bool(t: &mut Thread) -> PyResult<()> {
    let class = t.rt.exception(Exc::RuntimeWarning);
    warn(t, class, "bool is used as a file descriptor")
}

/// Runs a computation on that many bytes, which touches no object: a long one as a wait, so that nobody has to wait for
/// this thread.
pub(crate) fn compute<R>(t: &mut Thread, bytes: usize, computation: impl FnOnce() -> R) -> R {
    /// As in CPython's hash modules.
    const LONG: usize = 2048;
    if bytes > LONG { t.blocking(computation) } else { computation() }
}

/// Runs Python handlers of signals that have arrived; called where a system call was interrupted.
pub(crate) fn check_signals(t: &mut Thread) -> PyResult<()> {
    // Relaxed: the poll itself reads what the bits announce with the ordering that it needs.
    if t.mutator.poll.load(Relaxed) == 0 {
        return Ok(());
    }
    pystm_vm::interp::safepoint::poll(t)
}
