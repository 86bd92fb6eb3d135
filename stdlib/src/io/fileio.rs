//! `FileIO`: a file descriptor.

use std::sync::atomic::{AtomicBool, AtomicI8, AtomicI32, AtomicU8, AtomicU32, Ordering::Relaxed};

use pystm_gc::Marker;
use pystm_vm::{
    builtins::{
        buffer,
        exceptions::{raising, warning},
        int,
    },
    error::{Exc, PyResult},
    native::{TypeDef, getset, getter, method, static_method},
    object::{
        Ref,
        native::{self, Payload},
    },
    protocol::{attr, call, text},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::base::{self, io_type, unsupported};
use crate::support::{
    bytes_value, errno, fs_bytes, int_value, optional_size, os_error, swallow, to_i32, to_i64,
};

const READABLE: u8 = 1;
const WRITABLE: u8 = 2;
const APPENDING: u8 = 4;
const CREATED: u8 = 8;
const CLOSE_FD: u8 = 16;

/// State of a `FileIO`. All fields are single words that are changed by the file's own methods; Relaxed suffices, for no
/// other memory is published through them.
pub(super) struct FileIo {
    pub(super) base_closed: AtomicBool,
    fd: AtomicI32,
    flags: AtomicU8,
    /// -1 unknown, else whether the file is seekable.
    seekable: AtomicI8,
    block_size: AtomicU32,
    /// A buffered object closes this one; the collector need not.
    pub(super) owned: AtomicBool,
}

impl Payload for FileIo {
    fn trace(&self, _: &mut Marker) {}
}

impl Drop for FileIo {
    fn drop(&mut self) {
        let fd = self.fd.load(Relaxed);
        if fd >= 0 && self.flags.load(Relaxed) & CLOSE_FD != 0 {
            // SAFETY: the descriptor is ours, and nothing else refers to the object any more.
            unsafe { libc::close(fd) };
        }
    }
}

impl FileIo {
    fn has(&self, flag: u8) -> bool {
        self.flags.load(Relaxed) & flag != 0
    }

    /// The descriptor, negative if closed.
    pub(super) fn fd(&self) -> i32 {
        self.fd.load(Relaxed)
    }

    /// Whether it was opened for reading.
    pub(super) fn is_readable(&self) -> bool {
        self.has(READABLE)
    }

    /// Whether it was opened for writing.
    pub(super) fn is_writable(&self) -> bool {
        self.has(WRITABLE)
    }
}

pub(crate) static DEF: TypeDef = io_type(
    "_io.FileIO",
    "Open a file for unbuffered bytes.",
    Some(&base::RAW_IO_BASE),
    &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Create an object that is not open yet."),
        method("__init__", "($self, file, mode='r', closefd=True, opener=None)", init, "Open a file."),
        method("read", "($self, size=-1, /)", read, "Read at most size bytes with one system call."),
        method("readall", "($self, /)", readall, "Read until the end."),
        method("readinto", "($self, buffer, /)", readinto, "Read into the buffer."),
        method("write", "($self, b, /)", write, "Write bytes; return how many were written."),
        method("seek", "($self, pos, whence=0, /)", seek, "Move to a new position."),
        method("tell", "($self, /)", tell, "Return the position."),
        method("truncate", "($self, size=None, /)", truncate, "Truncate the file."),
        method("close", "($self, /)", close, "Close the file."),
        method("seekable", "($self, /)", seekable, "Whether the file supports seek()."),
        method("readable", "($self, /)", readable, "Whether it was opened for reading."),
        method("writable", "($self, /)", writable, "Whether it was opened for writing."),
        method("fileno", "($self, /)", fileno, "Return the file descriptor."),
        method("isatty", "($self, /)", isatty, "Whether it is connected to a terminal."),
        method("_isatty_open_only", "($self, /)", isatty, "Whether it is connected to a terminal."),
        method("_dealloc_warn", "($self, source, /)", dealloc_warn, "Warn of an unclosed file."),
        method("__del__", "($self, /)", del, "Close the file."),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method("__getstate__", "($self, /)", super::cannot_pickle, "Files cannot be pickled."),
        method("__reduce__", "($self, /)", super::cannot_pickle, "Files cannot be pickled."),
        method("__reduce_ex__", "($self, protocol, /)", super::cannot_pickle, "Files cannot be pickled."),
    ],
    &[
        getter("closed", |_, v| Ok(Value::bool(peek(v).fd() < 0)), "True if the file is closed"),
        getter(
            "closefd",
            |_, v| Ok(Value::bool(peek(v).has(CLOSE_FD))),
            "Whether close() closes the descriptor.",
        ),
        getter("mode", |t, v| Ok(t.new_str(mode_text(peek(v)))), "The mode, with a b."),
        getter(
            "_blksize",
            |_, v| Ok(Value::small(this(v).block_size.load(Relaxed) as i64)),
            "Preferred block size.",
        ),
        getset(
            "_finalizing",
            |_, _| Ok(Value::FALSE),
            |_, _, _| Ok(()),
            "Whether the collector is closing the file.",
        ),
    ],
);

fn this(object: Value) -> &'static FileIo {
    native::payload::<FileIo>(object).expect("a FileIO")
}

/// The state, for what a transaction need not undo.
fn peek(object: Value) -> &'static FileIo {
    native::peek::<FileIo>(object).expect("a FileIO")
}

/// The state if the value is a FileIO of exactly that class, so that calls may go around its methods.
pub(super) fn exact(_: &Thread, object: Value) -> Option<&'static FileIo> {
    super::is_exactly(object, &DEF).then(|| peek(object))
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = FileIo {
        base_closed: AtomicBool::new(false),
        fd: AtomicI32::new(-1),
        flags: AtomicU8::new(CLOSE_FD),
        seekable: AtomicI8::new(-1),
        block_size: AtomicU32::new(super::DEFAULT_BUFFER_SIZE as u32),
        owned: AtomicBool::new(false),
    };
    let object = native::new(t, Ref::known(args[0]), state);
    super::finalize(t, object);
    Ok(object)
}

/// Makes a file object of the exact class.
pub(super) fn open(t: &mut Thread, file: Value, mode: &str, closefd: bool, opener: Value) -> PyResult {
    let class = t.rt.native_class(t, &DEF);
    let object = new(t, &[class.value()])?;
    let mode = t.new_str(mode);
    init(t, &[object, file, mode, Value::bool(closefd), opener])?;
    Ok(object)
}

struct Mode {
    flags: u8,
    open: i32,
}

fn parse_mode(t: &mut Thread, mode: &str) -> PyResult<Mode> {
    let (mut kinds, mut plus, mut flags, mut open) = (0, false, 0u8, 0);
    for c in mode.chars() {
        match c {
            'x' => {
                (kinds, flags, open) =
                    (kinds + 1, flags | CREATED | WRITABLE, open | libc::O_EXCL | libc::O_CREAT)
            }
            'r' => (kinds, flags) = (kinds + 1, flags | READABLE),
            'w' => (kinds, flags, open) = (kinds + 1, flags | WRITABLE, open | libc::O_CREAT | libc::O_TRUNC),
            'a' => {
                (kinds, flags, open) =
                    (kinds + 1, flags | WRITABLE | APPENDING, open | libc::O_APPEND | libc::O_CREAT)
            }
            'b' => {}
            '+' if !plus => {
                plus = true;
                flags |= READABLE | WRITABLE;
            }
            '+' => kinds = 2,
            _ => return Err(t.value_error(format!("invalid mode: {mode}"))),
        }
    }
    if kinds != 1 {
        let message = "Must have exactly one of create/read/write/append mode and at most one plus";
        return Err(t.value_error(message));
    }
    open |= match (flags & READABLE != 0, flags & WRITABLE != 0) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok(Mode { flags, open: open | libc::O_CLOEXEC })
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let (object, file) = (args[0], args[1]);
    let state = this(object);
    if state.fd() >= 0 {
        if state.has(CLOSE_FD) {
            close_fd(t, state)?;
        } else {
            state.fd.store(-1, Relaxed);
        }
    }
    let closefd = crate::support::to_bool(t, args[3], true)?;
    let opener = args[4].or(Value::NONE);
    let mode_text = match args[2].given() {
        None => "r".to_owned(),
        Some(m) => crate::support::str_arg(t, m, "FileIO", "'mode'")?,
    };
    if mode_text.contains('\0') {
        return Err(t.value_error("embedded null character"));
    }
    if file.is_bool() {
        let class = t.rt.exception(Exc::RuntimeWarning);
        crate::support::warn(t, class, "bool is used as a file descriptor")?;
    }
    let fd = if file.is_bool() || int::as_int(file).is_some() {
        let fd = to_i32(t, file)?;
        if fd < 0 {
            return Err(t.value_error("negative file descriptor"));
        }
        Some(fd)
    } else {
        None
    };
    let path = match fd {
        None => {
            let path = fs_bytes(t, file)?;
            Some(std::ffi::CString::new(path).unwrap_or_default())
        }
        Some(_) => None,
    };
    let mode = parse_mode(t, &mode_text)?;
    state.flags.store(mode.flags | if closefd { CLOSE_FD } else { 0 }, Relaxed);
    state.seekable.store(-1, Relaxed);
    state.base_closed.store(false, Relaxed);
    let mut opened = false;
    let fd = match fd {
        Some(fd) => fd,
        None if !closefd => return Err(t.value_error("Cannot use closefd=False with file name")),
        None if !opener.is_none() => {
            let flags = int_value(t, mode.open as i64);
            let result = call::call(t, opener, &[file, flags])?;
            if int::as_int(result).is_none() {
                return Err(t.type_error("expected integer from opener"));
            }
            let fd = to_i32(t, result)?;
            if fd < 0 {
                return Err(t.value_error(format!("opener returned {fd}")));
            }
            // SAFETY: only changes a flag of the descriptor.
            unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) };
            opened = true;
            fd
        }
        None => {
            opened = true;
            open_path(t, &path.unwrap_or_default(), mode.open, file)?
        }
    };
    state.fd.store(fd, Relaxed);
    let finished = finish_open(t, object, state, file, fd);
    if finished.is_err() && !(opened && closefd) {
        // A descriptor that was handed in stays the caller's.
        state.fd.store(-1, Relaxed);
    } else if let Err(raised) = finished {
        let exception = t.take_exception(raised);
        if let Err(raised) = close_fd(t, state) {
            swallow(t, raised);
        }
        return Err(t.reraise(exception));
    }
    finished.map(|()| Value::NONE)
}

fn open_path(t: &mut Thread, path: &std::ffi::CStr, flags: i32, name: Value) -> PyResult<i32> {
    loop {
        // SAFETY: the path is a C string.
        let fd = t.blocking(|| unsafe { libc::open(path.as_ptr(), flags, 0o666) });
        if fd >= 0 {
            return Ok(fd);
        }
        match errno() {
            libc::EINTR => crate::support::check_signals(t)?,
            code => return Err(os_error(t, code, name, Value::UNSET)),
        }
    }
}

fn finish_open(t: &mut Thread, object: Value, state: &FileIo, file: Value, fd: i32) -> PyResult<()> {
    // SAFETY: `fstat` fills the zeroed structure.
    let (rc, stat) = t.blocking(|| unsafe {
        let mut stat: libc::stat = std::mem::zeroed();
        (libc::fstat(fd, &mut stat), stat)
    });
    if rc < 0 {
        if errno() == libc::EBADF {
            return Err(os_error(t, libc::EBADF, file, Value::UNSET));
        }
    } else {
        if stat.st_mode & libc::S_IFMT == libc::S_IFDIR {
            return Err(os_error(t, libc::EISDIR, file, Value::UNSET));
        }
        if stat.st_blksize > 1 {
            state.block_size.store(stat.st_blksize as u32, Relaxed);
        }
    }
    let name = t.intern("name");
    attr::setattr(t, object, name, file)?;
    if state.has(APPENDING) {
        // SAFETY: a plain system call. Appending to something that cannot seek is fine.
        t.blocking(|| unsafe { libc::lseek(fd, 0, libc::SEEK_END) });
    }
    Ok(())
}

fn mode_text(state: &FileIo) -> &'static str {
    match (state.has(CREATED), state.has(APPENDING), state.has(READABLE), state.has(WRITABLE)) {
        (true, _, true, _) => "xb+",
        (true, _, false, _) => "xb",
        (_, true, true, _) => "ab+",
        (_, true, false, _) => "ab",
        (_, _, true, true) => "rb+",
        (_, _, true, false) => "rb",
        _ => "wb",
    }
}

fn open_fd(t: &mut Thread, state: &FileIo) -> PyResult<i32> {
    match state.fd() {
        fd if fd < 0 => Err(t.value_error("I/O operation on closed file")),
        fd => Ok(fd),
    }
}

fn close_fd(t: &mut Thread, state: &FileIo) -> PyResult<()> {
    let fd = state.fd.swap(-1, Relaxed);
    // SAFETY: the descriptor was ours.
    if fd >= 0 && t.blocking(|| unsafe { libc::close(fd) }) < 0 && errno() != libc::EINTR {
        return Err(crate::support::last_os_error(t));
    }
    Ok(())
}

fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = this(args[0]);
    if state.fd() >= 0 && !state.has(CLOSE_FD) {
        state.fd.store(-1, Relaxed);
    }
    let flushed = base::close(t, &[args[0]]);
    let Err(raised) = flushed else {
        close_fd(t, state)?;
        return Ok(Value::NONE);
    };
    let exception = t.take_exception(raised);
    close_fd(t, state)?;
    Err(t.reraise(exception))
}

fn del(t: &mut Thread, args: &[Value]) -> PyResult {
    if this(args[0]).owned.load(Relaxed) {
        return Ok(Value::NONE);
    }
    dealloc_warn(t, &[args[0], args[0]])?;
    base::del(t, args)
}

/// ResourceWarning for a file that nobody has closed; `source` is the outermost stream over it.
fn dealloc_warn(t: &mut Thread, args: &[Value]) -> PyResult {
    let (state, source) = (this(args[0]), args[1]);
    // Relaxed: as everywhere in this file.
    if state.fd.load(Relaxed) < 0 || state.flags.load(Relaxed) & CLOSE_FD == 0 {
        return Ok(Value::NONE);
    }
    let result = match text::repr_string(t, source) {
        Ok(shown) => warning::warn(t, Exc::ResourceWarning, &format!("unclosed file {shown}"), 1),
        Err(raised) => Err(raised),
    };
    if let Err(raised) = result {
        raising::write_unraisable(t, raised, "Exception ignored in", source);
    }
    Ok(Value::NONE)
}

/// Reads into `out` with one system call, repeated if a signal interrupts it. `None`: nothing there yet.
pub(super) fn read_fd(t: &mut Thread, fd: i32, out: &mut [u8]) -> PyResult<Option<usize>> {
    loop {
        // SAFETY: the slice is writable for its length.
        let n = t.blocking(|| unsafe { libc::read(fd, out.as_mut_ptr().cast(), out.len()) });
        if n >= 0 {
            return Ok(Some(n as usize));
        }
        match errno() {
            libc::EINTR => crate::support::check_signals(t)?,
            libc::EAGAIN => return Ok(None),
            code => return Err(os_error(t, code, Value::UNSET, Value::UNSET)),
        }
    }
}

/// Writes with one system call, repeated if a signal interrupts it. `None`: it would block.
pub(super) fn write_fd(t: &mut Thread, fd: i32, data: &[u8]) -> PyResult<Option<usize>> {
    loop {
        // SAFETY: the slice is readable for its length.
        let n = t
            .blocking(|| unsafe { libc::write(fd, data.as_ptr().cast(), data.len().min(i32::MAX as usize)) });
        if n >= 0 {
            return Ok(Some(n as usize));
        }
        match errno() {
            libc::EINTR => crate::support::check_signals(t)?,
            libc::EAGAIN => return Ok(None),
            code => return Err(os_error(t, code, Value::UNSET, Value::UNSET)),
        }
    }
}

fn check_readable(t: &mut Thread, state: &FileIo) -> PyResult<i32> {
    let fd = open_fd(t, state)?;
    if state.is_readable() { Ok(fd) } else { Err(unsupported(t, "File not open for reading")) }
}

fn check_writable(t: &mut Thread, state: &FileIo) -> PyResult<i32> {
    let fd = open_fd(t, state)?;
    if state.is_writable() { Ok(fd) } else { Err(unsupported(t, "File not open for writing")) }
}

fn read(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = check_readable(t, this(args[0]))?;
    let Some(n) = optional_size(t, args[1])? else { return call::call_method(t, args[0], "readall", &[]) };
    let mut data = vec![0; n.min(i32::MAX as usize)];
    match read_fd(t, fd, &mut data)? {
        Some(n) => bytes_value(t, &data[..n]),
        None => Ok(Value::NONE),
    }
}

/// Reads everything up to the end; `None` if there is nothing yet.
pub(super) fn read_to_end(t: &mut Thread, fd: i32) -> PyResult<Option<Vec<u8>>> {
    // SAFETY: plain system calls on a zeroed structure.
    let expected = t.blocking(|| unsafe {
        let position = libc::lseek(fd, 0, libc::SEEK_CUR);
        let mut stat: libc::stat = std::mem::zeroed();
        if position >= 0 && libc::fstat(fd, &mut stat) == 0 {
            (stat.st_size - position).max(0) as usize + 1
        } else {
            0
        }
    });
    let mut data = vec![0; expected.max(super::DEFAULT_BUFFER_SIZE.min(1 << 16))];
    let mut used = 0;
    loop {
        if used == data.len() {
            data.resize(data.len() * 2, 0);
        }
        match read_fd(t, fd, &mut data[used..])? {
            Some(0) => break,
            Some(n) => used += n,
            None if used == 0 => return Ok(None),
            None => break,
        }
    }
    data.truncate(used);
    Ok(Some(data))
}

fn readall(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = check_readable(t, this(args[0]))?;
    match read_to_end(t, fd)? {
        Some(data) => bytes_value(t, &data),
        None => Ok(Value::NONE),
    }
}

fn readinto(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = check_readable(t, this(args[0]))?;
    let _pin = buffer::pin(t, args[1]);
    let n = buffer::writable_len(t, args[1])?;
    let mut data = vec![0; n];
    match read_fd(t, fd, &mut data)? {
        Some(n) => {
            buffer::write(t, args[1], 0, &data[..n])?;
            Ok(Value::small(n as i64))
        }
        None => Ok(Value::NONE),
    }
}

fn write(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = check_writable(t, this(args[0]))?;
    let data = buffer::get(t, args[1])?.into_vec();
    match write_fd(t, fd, &data)? {
        Some(n) => {
            if n < data.len() {
                // A signal may have been what ended the write early.
                crate::support::check_signals(t)?;
            }
            Ok(Value::small(n as i64))
        }
        None => Ok(Value::NONE),
    }
}

/// `lseek`, as an int.
pub(super) fn seek_fd(t: &mut Thread, fd: i32, position: i64, whence: i32) -> PyResult<i64> {
    // SAFETY: a plain system call.
    let at = t.blocking(|| unsafe { libc::lseek(fd, position, whence) });
    if at < 0 { Err(crate::support::last_os_error(t)) } else { Ok(at) }
}

fn seek(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = this(args[0]);
    let fd = open_fd(t, state)?;
    if args[1].is_immediate_float() {
        return Err(t.type_error("an integer is required"));
    }
    let position = to_i64(t, args[1])?;
    let whence = match args[2].given() {
        Some(w) => to_i32(t, w)?,
        None => 0,
    };
    let at = seek_fd(t, fd, position, whence)?;
    state.seekable.store(1, Relaxed);
    Ok(int_value(t, at))
}

fn tell(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = open_fd(t, this(args[0]))?;
    let at = seek_fd(t, fd, 0, libc::SEEK_CUR)?;
    Ok(int_value(t, at))
}

fn truncate(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = check_writable(t, this(args[0]))?;
    let size = match args[1].given_not_none() {
        Some(v) => to_i64(t, v)?,
        None => seek_fd(t, fd, 0, libc::SEEK_CUR)?,
    };
    // SAFETY: a plain system call.
    if t.blocking(|| unsafe { libc::ftruncate(fd, size) }) < 0 {
        return Err(crate::support::last_os_error(t));
    }
    Ok(int_value(t, size))
}

fn seekable(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = this(args[0]);
    let fd = open_fd(t, state)?;
    if state.seekable.load(Relaxed) < 0 {
        // SAFETY: a plain system call.
        let can = t.blocking(|| unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) }) >= 0;
        state.seekable.store(can as i8, Relaxed);
    }
    Ok(Value::bool(state.seekable.load(Relaxed) == 1))
}

fn readable(t: &mut Thread, args: &[Value]) -> PyResult {
    open_fd(t, this(args[0]))?;
    Ok(Value::bool(this(args[0]).is_readable()))
}

fn writable(t: &mut Thread, args: &[Value]) -> PyResult {
    open_fd(t, this(args[0]))?;
    Ok(Value::bool(this(args[0]).is_writable()))
}

fn fileno(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = open_fd(t, this(args[0]))?;
    Ok(Value::small(fd as i64))
}

fn isatty(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = open_fd(t, this(args[0]))?;
    // SAFETY: a plain system call.
    Ok(Value::bool(unsafe { libc::isatty(fd) } == 1))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = this(args[0]);
    let class = pystm_vm::builtins::typeobj::lookup::full_name(t, type_of(args[0]));
    if state.fd() < 0 {
        return Ok(t.new_str(&format!("<{class} [closed]>")));
    }
    let closefd = if state.has(CLOSE_FD) { "True" } else { "False" };
    let mode = mode_text(state);
    let text = match attr::find_attr(t, args[0], "name")? {
        None => format!("<{class} fd={} mode='{mode}' closefd={closefd}>", state.fd()),
        Some(name) => {
            let name = text::repr_string(t, name)?;
            format!("<{class} name={name} mode='{mode}' closefd={closefd}>")
        }
    };
    Ok(t.new_str(&text))
}
