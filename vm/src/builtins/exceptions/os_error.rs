//! OSError: its fields, and the subclass that fits an errno.

use super::{Exception, allocate, base, base::str_of_args, this};
use crate::{
    builtins::{function::native::NativeMethod, int, tuple, tuple::Tuple, typeobj::Type},
    error::{Exc, PyResult, Raised},
    native::{GetSet, Method, getset, method, static_method},
    object::Ref,
    protocol::{number, text},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

const ERRNO: usize = 0;
const STRERROR: usize = 1;
const FILENAME: usize = 2;
const FILENAME2: usize = 3;
const WRITTEN: usize = 4;

pub(super) static METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, /, *args, **kwargs)",
        new,
        "Make the exception of the class that fits errno.",
    ),
    method("__init__", "($self, /, *args, **kwargs)", init, "Set the fields."),
    method("__str__", "($self, /)", str_, "Return str(self)."),
    method("__reduce__", "($self, /)", reduce, "Return what pickle needs."),
];

pub(super) static GETSET: &[GetSet] = &[
    getset("errno", get_errno, set_errno, "POSIX exception code."),
    getset("strerror", get_strerror, set_strerror, "Exception text."),
    getset("filename", get_filename, set_filename, "Name of the file."),
    getset("filename2", get_filename2, set_filename2, "Name of the second file."),
    getset(
        "characters_written",
        get_written,
        set_written,
        "Number of characters written before the operation blocked.",
    ),
];

/// Subclass of OSError for an errno.
pub fn class_of_errno(errno: i32) -> Option<Exc> {
    Some(match errno {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => Exc::BlockingIOError,
        libc::EPIPE | libc::ESHUTDOWN => Exc::BrokenPipeError,
        libc::ECHILD => Exc::ChildProcessError,
        libc::ECONNABORTED => Exc::ConnectionAbortedError,
        libc::ECONNREFUSED => Exc::ConnectionRefusedError,
        libc::ECONNRESET => Exc::ConnectionResetError,
        libc::EEXIST => Exc::FileExistsError,
        libc::ENOENT => Exc::FileNotFoundError,
        libc::EISDIR => Exc::IsADirectoryError,
        libc::ENOTDIR => Exc::NotADirectoryError,
        libc::EINTR => Exc::InterruptedError,
        libc::EACCES | libc::EPERM => Exc::PermissionError,
        libc::ESRCH => Exc::ProcessLookupError,
        libc::ETIMEDOUT => Exc::TimeoutError,
        _ => return None,
    })
}

/// The class for an errno value if `class` is OSError itself, else `class`.
pub(super) fn class_for_errno(t: &mut Thread, class: Ref<Type>, errno: Value) -> Ref<Type> {
    if class.value() != t.rt.exception(Exc::OSError) {
        return class;
    }
    match errno.as_small().and_then(|n| i32::try_from(n).ok()).and_then(class_of_errno) {
        Some(sub) => Ref::known(t.rt.exception(sub)),
        None => class,
    }
}

impl Thread {
    /// Raises the OSError for an errno, with the system's text for it; `files` are the file names it is about (none,
    /// one or two).
    pub fn os_error(&mut self, errno: i32, files: &[Value]) -> Raised {
        let text = error_text(errno);
        let message = self.new_str(&text);
        let errno = Value::small(errno as i64);
        match files {
            [] => self.raise_args(Exc::OSError, &[errno, message]),
            [one] => self.raise_args(Exc::OSError, &[errno, message, *one]),
            [one, two, ..] => self.raise_args(Exc::OSError, &[errno, message, *one, Value::NONE, *two]),
        }
    }

    /// Raises the OSError for the error of a Rust I/O function.
    pub fn io_error(&mut self, error: &std::io::Error, files: &[Value]) -> Raised {
        match error.raw_os_error() {
            Some(errno) => self.os_error(errno, files),
            None => {
                let message = error.to_string();
                self.raise(Exc::OSError, message)
            }
        }
    }
}

/// `os.strerror(errno)`
pub fn error_text(errno: i32) -> String {
    let mut buffer = [0u8; 256];
    // SAFETY: the buffer is as long as said; the function ends the text with a zero byte.
    let status = unsafe { libc::strerror_r(errno, buffer.as_mut_ptr().cast(), buffer.len()) };
    if status != 0 && status != libc::EINVAL {
        return format!("Unknown error {errno}");
    }
    let end = buffer.iter().position(|&b| b == 0).unwrap_or(0);
    String::from_utf8_lossy(&buffer[..end]).into_owned()
}

/// Sets the fields from `(errno, strerror[, filename[, winerror[, filename2]]])` and shortens `args` to the first two if
/// a file name is given.
pub(super) fn fill(t: &mut Thread, this: Ref<Exception>, args: &[Value]) {
    if !(2..=5).contains(&args.len()) {
        return;
    }
    this.set_field(t, ERRNO, args[0]);
    this.set_field(t, STRERROR, args[1]);
    if let Some(&filename) = args.get(2).filter(|f| !f.is_none()) {
        let blocking = type_of(this.value()).is_subtype(Ref::known(t.rt.exception(Exc::BlockingIOError)));
        if blocking
            && int::as_int(filename).is_some()
            && let Some(n) = filename.as_small()
        {
            this.set_field(t, WRITTEN, Value::small(n));
            return;
        }
        this.set_field(t, FILENAME, filename);
        if let Some(&second) = args.get(4).filter(|f| !f.is_none()) {
            this.set_field(t, FILENAME2, second);
        }
        let two = tuple::new_small(t, &args[..2]);
        let w = t.write(this);
        this.args.set(&w, two);
    }
}

/// Whether `__new__` does the work: a class that defines `__init__` but not `__new__` leaves it to `__init__`, which may be
/// called with other arguments.
fn init_is_ours(t: &mut Thread, class: Ref<Type>) -> bool {
    let own = t.rt.exception(Exc::OSError);
    class
        .special(t, Special::Init as usize)
        .and_then(|m| m.cast::<NativeMethod>())
        .is_some_and(|m| m.owner.get() == own)
}

fn new_is_ours(t: &mut Thread, class: Ref<Type>) -> bool {
    let os_error = Ref::<Type>::known(t.rt.exception(Exc::OSError));
    class.special(t, Special::New as usize) == os_error.special(t, Special::New as usize)
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut class = base::class_argument(t, args[0])?;
    let items = Ref::<Tuple>::known(args[1]);
    if !init_is_ours(t, class) {
        if new_is_ours(t, class) {
            let empty = tuple::new_small(t, &[]);
            return Ok(allocate(t, class, empty).value());
        }
    } else {
        base_keywords(t, class, args[2])?;
        if (2..=5).contains(&items.len()) {
            class = class_for_errno(t, class, items.at(0));
        }
    }
    let this = allocate(t, class, args[1]);
    fill(t, this, items.values());
    Ok(this.value())
}

fn base_keywords(t: &mut Thread, class: Ref<Type>, keywords: Value) -> PyResult<()> {
    if keywords.cast::<crate::builtins::dict::Dict>().is_some_and(|d| !d.is_empty()) {
        let name = class.name();
        return Err(t.type_error(format!("{name}() takes no keyword arguments")));
    }
    Ok(())
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let class = type_of(args[0]);
    if init_is_ours(t, class) || !new_is_ours(t, class) {
        // `__new__` has done it.
        return Ok(Value::NONE);
    }
    base_keywords(t, class, args[2])?;
    let w = t.write(this);
    this.args.set(&w, args[1]);
    fill(t, this, Ref::<Tuple>::known(args[1]).values());
    Ok(Value::NONE)
}

fn str_(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let given = |n: usize| this.fields[n].get().given();
    let shown = if let Some(filename) = given(FILENAME) {
        let errno = text::str_string(t, this.field(ERRNO))?;
        let message = text::str_string(t, this.field(STRERROR))?;
        let filename = text::repr_string(t, filename)?;
        match given(FILENAME2) {
            Some(second) => {
                let second = text::repr_string(t, second)?;
                format!("[Errno {errno}] {message}: {filename} -> {second}")
            }
            None => format!("[Errno {errno}] {message}: {filename}"),
        }
    } else if given(ERRNO).is_some() && given(STRERROR).is_some() {
        let errno = text::str_string(t, this.field(ERRNO))?;
        let message = text::str_string(t, this.field(STRERROR))?;
        format!("[Errno {errno}] {message}")
    } else {
        return str_of_args(t, this);
    };
    Ok(t.new_str(&shown))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let items = this.args();
    let arguments = match this.fields[FILENAME].get().given() {
        Some(filename) if items.len() == 2 => match this.fields[FILENAME2].get().given() {
            Some(second) => tuple::new(t, &[items.at(0), items.at(1), filename, Value::NONE, second])?,
            None => tuple::new(t, &[items.at(0), items.at(1), filename])?,
        },
        _ => items.value(),
    };
    let class = type_of(args[0]).value();
    match base::state_dict(t, args[0]) {
        Some(state) => tuple::new(t, &[class, arguments, state]),
        None => tuple::new(t, &[class, arguments]),
    }
}

fn get(t: &mut Thread, this_: Value, field: usize) -> PyResult {
    Ok(this(t, this_)?.field(field))
}

fn set(t: &mut Thread, this_: Value, field: usize, value: Value) -> PyResult<()> {
    let this = this(t, this_)?;
    this.set_field(t, field, value);
    Ok(())
}

fn get_errno(t: &mut Thread, this: Value) -> PyResult {
    get(t, this, ERRNO)
}

fn set_errno(t: &mut Thread, this: Value, value: Value) -> PyResult<()> {
    set(t, this, ERRNO, value)
}

fn get_strerror(t: &mut Thread, this: Value) -> PyResult {
    get(t, this, STRERROR)
}

fn set_strerror(t: &mut Thread, this: Value, value: Value) -> PyResult<()> {
    set(t, this, STRERROR, value)
}

fn get_filename(t: &mut Thread, this: Value) -> PyResult {
    get(t, this, FILENAME)
}

fn set_filename(t: &mut Thread, this: Value, value: Value) -> PyResult<()> {
    set(t, this, FILENAME, value)
}

fn get_filename2(t: &mut Thread, this: Value) -> PyResult {
    get(t, this, FILENAME2)
}

fn set_filename2(t: &mut Thread, this: Value, value: Value) -> PyResult<()> {
    set(t, this, FILENAME2, value)
}

fn get_written(t: &mut Thread, this_: Value) -> PyResult {
    match this(t, this_)?.fields[WRITTEN].get().given() {
        Some(n) => Ok(n),
        None => Err(t.raise(Exc::AttributeError, "characters_written")),
    }
}

fn set_written(t: &mut Thread, this_: Value, value: Value) -> PyResult<()> {
    let this = this(t, this_)?;
    if value.is_unset() {
        if this.fields[WRITTEN].get().is_unset() {
            return Err(t.raise(Exc::AttributeError, "characters_written"));
        }
        this.set_field(t, WRITTEN, value);
        return Ok(());
    }
    let n = number::index_as_i64(t, value)?;
    this.set_field(t, WRITTEN, Value::small(n));
    Ok(())
}
