//! The base classes: `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use pystm_gc::Marker;
use pystm_vm::{
    builtins::{buffer, bytearray, list},
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::{GetSet, HAS_DICT, Method, SUBCLASSABLE, TypeDef, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload},
    },
    protocol::{attr, call, iter, truth},
    thread::Thread,
    value::Value,
};

use super::{buffered::Buffered, bytesio::BytesIo, fileio::FileIo, stringio::StringIo, textio::TextIo};
use crate::support::{bytes_value, optional_size, swallow};

/// State of instances of Python classes that inherit from the base classes alone.
struct Plain {
    closed: AtomicBool,
}

impl Payload for Plain {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

/// A type of this module: native body, subclassable, instances with a dict.
pub(super) const fn io_type(
    name: &'static str,
    doc: &'static str,
    base: Option<&'static TypeDef>,
    methods: &'static [Method],
    getset: &'static [GetSet],
) -> TypeDef {
    TypeDef {
        name,
        doc,
        base,
        kind: Kind::Native,
        layout: native::LAYOUT,
        words: native::WORDS,
        flags: SUBCLASSABLE | HAS_DICT,
        methods,
        getset,
        setup: None,
    }
}

pub(crate) static IO_BASE: TypeDef = io_type(
    "_io._IOBase",
    "The abstract base class of all I/O classes.",
    None,
    &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Create an object."),
        method("seek", "($self, offset, whence=0, /)", seek, "Change the stream position."),
        method("tell", "($self, /)", tell, "Return the current stream position."),
        method("truncate", "($self, size=None, /)", truncate, "Truncate the file."),
        method("flush", "($self, /)", flush, "Flush write buffers, if there are any."),
        method("close", "($self, /)", close, "Flush and close the stream. Has no effect on a closed one."),
        method("seekable", "($self, /)", never, "Return whether the object supports random access."),
        method("readable", "($self, /)", never, "Return whether the object was opened for reading."),
        method("writable", "($self, /)", never, "Return whether the object was opened for writing."),
        method(
            "_checkClosed",
            "($self, /)",
            check_closed_method,
            "Raise ValueError if the stream is closed.",
        ),
        method(
            "_checkSeekable",
            "($self, /)",
            check_seekable_method,
            "Raise UnsupportedOperation if not seekable.",
        ),
        method(
            "_checkReadable",
            "($self, /)",
            check_readable_method,
            "Raise UnsupportedOperation if not readable.",
        ),
        method(
            "_checkWritable",
            "($self, /)",
            check_writable_method,
            "Raise UnsupportedOperation if not writable.",
        ),
        method("fileno", "($self, /)", fileno, "Return the underlying file descriptor if there is one."),
        method("isatty", "($self, /)", isatty, "Return whether this is an interactive stream."),
        method("__enter__", "($self, /)", enter, "Return self, if it is open."),
        method("__exit__", "($self, /, *args)", exit, "Close the stream."),
        method("__iter__", "($self, /)", enter, "Return self, if it is open."),
        method("__next__", "($self, /)", next, "Return the next line."),
        method("__del__", "($self, /)", del, "Close the stream."),
        method("readline", "($self, size=-1, /)", readline, "Read and return a line of at most size bytes."),
        method("readlines", "($self, hint=-1, /)", readlines, "Return a list of lines."),
        method(
            "writelines",
            "($self, lines, /)",
            writelines,
            "Write a list of lines; no separators are added.",
        ),
    ],
    &[getter("closed", closed_getter, "Whether the stream is closed.")],
);

pub(crate) static RAW_IO_BASE: TypeDef = io_type(
    "_io._RawIOBase",
    "Base class of raw binary I/O.",
    Some(&IO_BASE),
    &[
        method("read", "($self, size=-1, /)", raw_read, "Read up to size bytes with one call of readinto()."),
        method("readall", "($self, /)", raw_readall, "Read until the end."),
        method(
            "readinto",
            "($self, buffer, /)",
            |t, _| Err(unsupported(t, "readinto")),
            "Read into the buffer.",
        ),
        method("write", "($self, b, /)", |t, _| Err(unsupported(t, "write")), "Write bytes."),
    ],
    &[],
);

pub(crate) static BUFFERED_IO_BASE: TypeDef = io_type(
    "_io._BufferedIOBase",
    "Base class of buffered binary streams.",
    Some(&IO_BASE),
    &[
        method(
            "detach",
            "($self, /)",
            |t, _| Err(unsupported(t, "detach")),
            "Disconnect the raw stream and return it.",
        ),
        method(
            "read",
            "($self, size=-1, /)",
            |t, _| Err(unsupported(t, "read")),
            "Read and return up to size bytes.",
        ),
        method(
            "read1",
            "($self, size=-1, /)",
            |t, _| Err(unsupported(t, "read1")),
            "Read with at most one raw read.",
        ),
        method("readinto", "($self, buffer, /)", buffered_readinto, "Read into the buffer."),
        method(
            "readinto1",
            "($self, buffer, /)",
            buffered_readinto1,
            "Read into the buffer with at most one raw read.",
        ),
        method("write", "($self, b, /)", |t, _| Err(unsupported(t, "write")), "Write bytes."),
    ],
    &[],
);

pub(crate) static TEXT_IO_BASE: TypeDef = io_type(
    "_io._TextIOBase",
    "Base class of text streams.",
    Some(&IO_BASE),
    &[
        method(
            "detach",
            "($self, /)",
            |t, _| Err(unsupported(t, "detach")),
            "Disconnect the buffer and return it.",
        ),
        method(
            "read",
            "($self, size=-1, /)",
            |t, _| Err(unsupported(t, "read")),
            "Read at most size characters.",
        ),
        method(
            "readline",
            "($self, size=-1, /)",
            |t, _| Err(unsupported(t, "readline")),
            "Read until newline or end.",
        ),
        method("write", "($self, s, /)", |t, _| Err(unsupported(t, "write")), "Write a string."),
    ],
    &[
        getter("encoding", |_, _| Ok(Value::NONE), "Encoding of the text stream."),
        getter("newlines", |_, _| Ok(Value::NONE), "Line endings translated so far."),
        getter("errors", |_, _| Ok(Value::NONE), "The error setting of decoder or encoder."),
    ],
);

/// Raises `io.UnsupportedOperation`.
#[cold]
pub(super) fn unsupported(t: &mut Thread, message: &str) -> Raised {
    let class = super::unsupported_operation();
    crate::support::raise_class(t, class, message)
}

/// `ValueError: I/O operation on closed file.`
#[cold]
pub(super) fn closed_error(t: &mut Thread) -> Raised {
    t.value_error("I/O operation on closed file.")
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(native::new(t, Ref::known(args[0]), Plain { closed: AtomicBool::new(false) }))
}

/// The flag that says that `close` of the base class ran.
fn closed_flag(object: Value) -> Option<&'static AtomicBool> {
    if let Some(p) = native::peek::<Plain>(object) {
        return Some(&p.closed);
    }
    if let Some(p) = native::peek::<FileIo>(object) {
        return Some(&p.base_closed);
    }
    if let Some(p) = native::peek::<Buffered>(object) {
        return Some(&p.base_closed);
    }
    if let Some(p) = native::peek::<TextIo>(object) {
        return Some(&p.base_closed);
    }
    if let Some(p) = native::peek::<BytesIo>(object) {
        return Some(&p.base_closed);
    }
    native::peek::<StringIo>(object).map(|p| &p.base_closed)
}

fn closed_getter(_: &mut Thread, object: Value) -> PyResult {
    // Relaxed: one flag, nothing else is ordered by it.
    Ok(Value::bool(closed_flag(object).is_some_and(|f| f.load(Relaxed))))
}

/// `object.closed` as a truth value.
pub(super) fn is_closed(t: &mut Thread, object: Value) -> PyResult<bool> {
    let closed = attr::getattr_text(t, object, "closed")?;
    truth::is_true(t, closed)
}

/// Raises ValueError if `object.closed`.
pub(super) fn check_closed(t: &mut Thread, object: Value) -> PyResult<()> {
    if is_closed(t, object)? { Err(closed_error(t)) } else { Ok(()) }
}

fn check_closed_method(t: &mut Thread, args: &[Value]) -> PyResult {
    check_closed(t, args[0])?;
    Ok(Value::NONE)
}

/// Raises UnsupportedOperation unless the method of this name returns true.
pub(super) fn check_able(t: &mut Thread, object: Value, name: &str, message: &str) -> PyResult<()> {
    let able = call::call_method(t, object, name, &[])?;
    if able == Value::TRUE { Ok(()) } else { Err(unsupported(t, message)) }
}

fn check_seekable_method(t: &mut Thread, args: &[Value]) -> PyResult {
    check_able(t, args[0], "seekable", "File or stream is not seekable.")?;
    Ok(Value::TRUE)
}

fn check_readable_method(t: &mut Thread, args: &[Value]) -> PyResult {
    check_able(t, args[0], "readable", "File or stream is not readable.")?;
    Ok(Value::TRUE)
}

fn check_writable_method(t: &mut Thread, args: &[Value]) -> PyResult {
    check_able(t, args[0], "writable", "File or stream is not writable.")?;
    Ok(Value::TRUE)
}

fn seek(t: &mut Thread, _: &[Value]) -> PyResult {
    Err(unsupported(t, "seek"))
}

fn tell(t: &mut Thread, args: &[Value]) -> PyResult {
    call::call_method(t, args[0], "seek", &[Value::ZERO, Value::small(1)])
}

fn truncate(t: &mut Thread, _: &[Value]) -> PyResult {
    Err(unsupported(t, "truncate"))
}

fn flush(t: &mut Thread, args: &[Value]) -> PyResult {
    if closed_flag(args[0]).is_some_and(|f| f.load(Relaxed)) {
        return Err(closed_error(t));
    }
    Ok(Value::NONE)
}

/// `_IOBase.close`: flushes and marks the object closed, even if flushing failed.
pub(super) fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(flag) = closed_flag(args[0]) else { return Ok(Value::NONE) };
    if flag.load(Relaxed) {
        return Ok(Value::NONE);
    }
    let flushed = call::call_method(t, args[0], "flush", &[]);
    t.irrevocable();
    flag.store(true, Relaxed);
    flushed.map(|_| Value::NONE)
}

fn never(_: &mut Thread, _: &[Value]) -> PyResult {
    Ok(Value::FALSE)
}

fn fileno(t: &mut Thread, _: &[Value]) -> PyResult {
    Err(unsupported(t, "fileno"))
}

fn isatty(t: &mut Thread, args: &[Value]) -> PyResult {
    check_closed(t, args[0])?;
    Ok(Value::FALSE)
}

fn enter(t: &mut Thread, args: &[Value]) -> PyResult {
    check_closed(t, args[0])?;
    Ok(args[0])
}

fn exit(t: &mut Thread, args: &[Value]) -> PyResult {
    call::call_method(t, args[0], "close", &[])
}

fn next(t: &mut Thread, args: &[Value]) -> PyResult {
    let line = call::call_method(t, args[0], "readline", &[])?;
    if truth::len(t, line)? == 0 { Err(t.stop_iteration()) } else { Ok(line) }
}

/// Closes an object that is about to be collected; errors are dropped, as nobody can handle them.
/// Has the stream below warn of being dropped while it is open; errors are nobody's.
pub(super) fn dealloc_warn(t: &mut Thread, below: Value, source: Value) -> PyResult {
    if let Err(raised) = call::call_method(t, below, "_dealloc_warn", &[source]) {
        swallow(t, raised);
    }
    Ok(Value::NONE)
}

pub(super) fn del(t: &mut Thread, args: &[Value]) -> PyResult {
    let closed = match is_closed(t, args[0]) {
        Ok(closed) => closed,
        Err(raised) => {
            swallow(t, raised);
            return Ok(Value::NONE);
        }
    };
    if !closed && let Err(raised) = call::call_method(t, args[0], "close", &[]) {
        swallow(t, raised);
    }
    Ok(Value::NONE)
}

fn readline(t: &mut Thread, args: &[Value]) -> PyResult {
    let limit = optional_size(t, args[1])?;
    let peek = attr::find_attr(t, args[0], "peek")?;
    let mut line = Vec::new();
    while limit.is_none_or(|n| line.len() < n) {
        let mut want = 1;
        if let Some(peek) = peek {
            let ahead = call::call(t, peek, &[Value::small(1)])?;
            let Some(ahead) = ahead.as_bytes() else {
                let name = pystm_vm::runtime::type_of(ahead).name();
                return Err(t.raise(
                    Exc::OSError,
                    format!("peek() should have returned a bytes object, not '{name}'"),
                ));
            };
            let ahead = ahead.as_slice();
            if !ahead.is_empty() {
                want = ahead.iter().position(|&b| b == b'\n').map_or(ahead.len(), |i| i + 1);
                if let Some(n) = limit {
                    want = want.min(n - line.len());
                }
            }
        }
        let got = call::call_method(t, args[0], "read", &[Value::small(want as i64)])?;
        let Some(got) = got.as_bytes() else {
            let name = pystm_vm::runtime::type_of(got).name();
            return Err(
                t.raise(Exc::OSError, format!("read() should have returned a bytes object, not '{name}'"))
            );
        };
        let got = got.as_slice();
        line.extend_from_slice(got);
        if got.is_empty() || got.ends_with(b"\n") {
            break;
        }
    }
    bytes_value(t, &line)
}

fn readlines(t: &mut Thread, args: &[Value]) -> PyResult {
    let hint = optional_size(t, args[1])?.filter(|&n| n > 0);
    let lines = list::new(t, &[]);
    let iterator = iter::iter(t, args[0])?;
    let mut total = 0;
    while let Some(line) = iter::next(t, iterator)? {
        list::append(t, Ref::known(lines), line);
        if let Some(hint) = hint {
            total += truth::len(t, line)?;
            if total >= hint {
                break;
            }
        }
    }
    Ok(lines)
}

fn writelines(t: &mut Thread, args: &[Value]) -> PyResult {
    check_closed(t, args[0])?;
    let object = args[0];
    let iterator = iter::iter(t, args[1])?;
    while let Some(line) = iter::next(t, iterator)? {
        call::call_method(t, object, "write", &[line])?;
    }
    Ok(Value::NONE)
}

fn raw_read(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(n) = optional_size(t, args[1])? else { return call::call_method(t, args[0], "readall", &[]) };
    if !t.mutator.fits(n) {
        return Err(t.memory_error());
    }
    let array = bytearray::new(t, &vec![0; n])?;
    let got = call::call_method(t, args[0], "readinto", &[array.value()])?;
    if got.is_none() {
        return Ok(Value::NONE);
    }
    let got = crate::support::to_i64(t, got)?;
    if got < 0 || got as usize > n {
        return Err(t.value_error(format!("readinto returned {got} outside buffer size {n}")));
    }
    let data = array.as_slice()[..(got as usize).min(array.len())].to_vec();
    bytes_value(t, &data)
}

fn raw_readall(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut all = Vec::new();
    loop {
        let chunk =
            call::call_method(t, args[0], "read", &[Value::small(super::DEFAULT_BUFFER_SIZE as i64)])?;
        if chunk.is_none() {
            if all.is_empty() {
                return Ok(Value::NONE);
            }
            break;
        }
        let Some(bytes) = chunk.as_bytes() else { return Err(t.type_error("read() should return bytes")) };
        if bytes.is_empty() {
            break;
        }
        all.extend_from_slice(bytes.as_slice());
    }
    bytes_value(t, &all)
}

fn readinto_through(t: &mut Thread, object: Value, target: Value, name: &str) -> PyResult {
    let n = buffer::writable_len(t, target)?;
    let data = call::call_method(t, object, name, &[Value::small(n as i64)])?;
    let Some(bytes) = data.as_bytes() else {
        return Err(t.type_error(format!("{name}() should return bytes")));
    };
    if bytes.len() > n {
        let got = bytes.len();
        return Err(
            t.value_error(format!("{name}() returned too much data: {n} bytes requested, {got} returned"))
        );
    }
    let copy = bytes.as_slice().to_vec();
    buffer::write(t, target, 0, &copy)?;
    Ok(Value::small(copy.len() as i64))
}

fn buffered_readinto(t: &mut Thread, args: &[Value]) -> PyResult {
    readinto_through(t, args[0], args[1], "read")
}

fn buffered_readinto1(t: &mut Thread, args: &[Value]) -> PyResult {
    readinto_through(t, args[0], args[1], "read1")
}
