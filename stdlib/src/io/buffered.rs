//! Buffered binary streams over a raw one: `BufferedReader`, `BufferedWriter`, `BufferedRandom`.
//!
//! A stream has a read buffer (bytes already read from the raw stream, `read_at` of them consumed) and a write buffer.
//! At most one of them holds anything: reading flushes first, writing moves the raw stream back to the logical position
//! first. The lock around both is never held while Python code runs; [`alone`] keeps other threads out meanwhile.

mod alone;
mod pair;
mod read;
mod write;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_vm::{
    error::{Exc, PyResult},
    native::{GetSet, TypeDef, getset, getter, method, static_method},
    object::{
        Ref,
        native::{self, Payload, trace_value},
    },
    parking::ReentrantLock,
    protocol::{attr, call, text},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use alone::alone;
pub(super) use pair::DEF as PAIR_DEF;
pub(super) use read::read_once;
pub(super) use write::{commit, flush_now, write_from};

use super::{
    base::{self, io_type, unsupported},
    fileio,
};
use crate::support::{int_value, optional_size, to_i32, to_i64};

/// State of the three classes.
pub(super) struct Buffered {
    pub(super) base_closed: AtomicBool,
    /// The raw stream: unset before `__init__`, None after `detach`.
    raw: Slot<Value>,
    size: AtomicUsize,
    buffers: Mutex<Buffers>,
    /// Held by the thread that works on the stream.
    working: ReentrantLock,
    /// A text stream closes this one; the collector need not.
    pub(super) owned: AtomicBool,
}

#[derive(Default)]
struct Buffers {
    read: Vec<u8>,
    read_at: usize,
    write: Vec<u8>,
    /// What blocks have written that have committed. It comes behind all that was written before, and goes to the others as
    /// soon as nobody works on the stream.
    committed: Vec<u8>,
}

impl Payload for Buffered {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.raw.get());
    }
}

const COMMON_GETSET: &[GetSet] = &[
    getter("raw", raw, "The raw stream."),
    getter("closed", closed, "Whether the stream is closed."),
    getter("name", |t, v| raw_attribute(t, v, "name"), "Name of the raw stream."),
    getter("mode", |t, v| raw_attribute(t, v, "mode"), "Mode of the raw stream."),
    getset(
        "_finalizing",
        |_, _| Ok(Value::FALSE),
        |_, _, _| Ok(()),
        "Whether the collector is closing the stream.",
    ),
];

pub(crate) static READER_DEF: TypeDef = io_type(
    "_io.BufferedReader",
    "A buffer for a readable raw stream.",
    Some(&base::BUFFERED_IO_BASE),
    &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Create an object without a raw stream."),
        method("__init__", "($self, raw, buffer_size=131072)", init_reader, "Wrap the raw stream."),
        method(
            "read",
            "($self, size=-1, /)",
            |t, a| alone(t, a[0], |t| read::read(t, a)),
            "Read and return up to size bytes.",
        ),
        method(
            "read1",
            "($self, size=-1, /)",
            |t, a| alone(t, a[0], |t| read::read1(t, a)),
            "Read with at most one raw read.",
        ),
        method(
            "readinto",
            "($self, buffer, /)",
            |t, a| alone(t, a[0], |t| read::readinto(t, a)),
            "Read into the buffer.",
        ),
        method(
            "readinto1",
            "($self, buffer, /)",
            |t, a| alone(t, a[0], |t| read::readinto1(t, a)),
            "Read into the buffer with at most one raw read.",
        ),
        method(
            "readline",
            "($self, size=-1, /)",
            |t, a| alone(t, a[0], |t| read::readline(t, a)),
            "Read and return a line.",
        ),
        method(
            "peek",
            "($self, size=0, /)",
            |t, a| alone(t, a[0], |t| read::peek(t, a)),
            "Return buffered bytes without advancing.",
        ),
        method("__next__", "($self, /)", read::next, "Return the next line."),
        method(
            "seek",
            "($self, target, whence=0, /)",
            |t, a| alone(t, a[0], |t| seek(t, a)),
            "Change the position.",
        ),
        method("tell", "($self, /)", tell, "Return the position."),
        method(
            "truncate",
            "($self, pos=None, /)",
            |t, a| alone(t, a[0], |t| truncate(t, a)),
            "Truncate the file.",
        ),
        method("flush", "($self, /)", flush_reader, "Flush the raw stream."),
        method("close", "($self, /)", close, "Flush and close the stream."),
        method("detach", "($self, /)", detach, "Disconnect the raw stream and return it."),
        method(
            "seekable",
            "($self, /)",
            |t, a| forward(t, a[0], "seekable"),
            "Whether the raw stream is seekable.",
        ),
        method(
            "readable",
            "($self, /)",
            |t, a| forward(t, a[0], "readable"),
            "Whether the raw stream is readable.",
        ),
        method("fileno", "($self, /)", |t, a| forward(t, a[0], "fileno"), "The raw stream's descriptor."),
        method(
            "isatty",
            "($self, /)",
            |t, a| forward(t, a[0], "isatty"),
            "Whether the raw stream is a terminal.",
        ),
        method("_dealloc_warn", "($self, source, /)", dealloc_warn, "Warn of an unclosed file."),
        method("__del__", "($self, /)", del, "Close the stream."),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method("__getstate__", "($self, /)", super::cannot_pickle, "Streams cannot be pickled."),
        method("__reduce__", "($self, /)", super::cannot_pickle, "Streams cannot be pickled."),
        method("__reduce_ex__", "($self, protocol, /)", super::cannot_pickle, "Streams cannot be pickled."),
    ],
    COMMON_GETSET,
);

pub(crate) static WRITER_DEF: TypeDef = io_type(
    "_io.BufferedWriter",
    "A buffer for a writable raw stream.",
    Some(&base::BUFFERED_IO_BASE),
    &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Create an object without a raw stream."),
        method("__init__", "($self, raw, buffer_size=131072)", init_writer, "Wrap the raw stream."),
        method("write", "($self, buffer, /)", write::write, "Write bytes; return how many."),
        method(
            "seek",
            "($self, target, whence=0, /)",
            |t, a| alone(t, a[0], |t| seek(t, a)),
            "Change the position.",
        ),
        method("tell", "($self, /)", tell, "Return the position."),
        method(
            "truncate",
            "($self, pos=None, /)",
            |t, a| alone(t, a[0], |t| truncate(t, a)),
            "Truncate the file.",
        ),
        method("flush", "($self, /)", write::flush, "Write out what is buffered."),
        method("close", "($self, /)", close, "Flush and close the stream."),
        method("detach", "($self, /)", detach, "Disconnect the raw stream and return it."),
        method(
            "seekable",
            "($self, /)",
            |t, a| forward(t, a[0], "seekable"),
            "Whether the raw stream is seekable.",
        ),
        method(
            "writable",
            "($self, /)",
            |t, a| forward(t, a[0], "writable"),
            "Whether the raw stream is writable.",
        ),
        method("fileno", "($self, /)", |t, a| forward(t, a[0], "fileno"), "The raw stream's descriptor."),
        method(
            "isatty",
            "($self, /)",
            |t, a| forward(t, a[0], "isatty"),
            "Whether the raw stream is a terminal.",
        ),
        method("_dealloc_warn", "($self, source, /)", dealloc_warn, "Warn of an unclosed file."),
        method("__del__", "($self, /)", del, "Close the stream."),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method("__getstate__", "($self, /)", super::cannot_pickle, "Streams cannot be pickled."),
        method("__reduce__", "($self, /)", super::cannot_pickle, "Streams cannot be pickled."),
        method("__reduce_ex__", "($self, protocol, /)", super::cannot_pickle, "Streams cannot be pickled."),
    ],
    COMMON_GETSET,
);

pub(crate) static RANDOM_DEF: TypeDef = io_type(
    "_io.BufferedRandom",
    "A buffer for a raw stream that can seek, read and write.",
    Some(&base::BUFFERED_IO_BASE),
    &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Create an object without a raw stream."),
        method("__init__", "($self, raw, buffer_size=131072)", init_random, "Wrap the raw stream."),
        method(
            "read",
            "($self, size=-1, /)",
            |t, a| alone(t, a[0], |t| read::read(t, a)),
            "Read and return up to size bytes.",
        ),
        method(
            "read1",
            "($self, size=-1, /)",
            |t, a| alone(t, a[0], |t| read::read1(t, a)),
            "Read with at most one raw read.",
        ),
        method(
            "readinto",
            "($self, buffer, /)",
            |t, a| alone(t, a[0], |t| read::readinto(t, a)),
            "Read into the buffer.",
        ),
        method(
            "readinto1",
            "($self, buffer, /)",
            |t, a| alone(t, a[0], |t| read::readinto1(t, a)),
            "Read into the buffer with at most one raw read.",
        ),
        method(
            "readline",
            "($self, size=-1, /)",
            |t, a| alone(t, a[0], |t| read::readline(t, a)),
            "Read and return a line.",
        ),
        method(
            "peek",
            "($self, size=0, /)",
            |t, a| alone(t, a[0], |t| read::peek(t, a)),
            "Return buffered bytes without advancing.",
        ),
        method("__next__", "($self, /)", read::next, "Return the next line."),
        method("write", "($self, buffer, /)", write::write, "Write bytes; return how many."),
        method(
            "seek",
            "($self, target, whence=0, /)",
            |t, a| alone(t, a[0], |t| seek(t, a)),
            "Change the position.",
        ),
        method("tell", "($self, /)", tell, "Return the position."),
        method(
            "truncate",
            "($self, pos=None, /)",
            |t, a| alone(t, a[0], |t| truncate(t, a)),
            "Truncate the file.",
        ),
        method("flush", "($self, /)", write::flush, "Write out what is buffered."),
        method("close", "($self, /)", close, "Flush and close the stream."),
        method("detach", "($self, /)", detach, "Disconnect the raw stream and return it."),
        method(
            "seekable",
            "($self, /)",
            |t, a| forward(t, a[0], "seekable"),
            "Whether the raw stream is seekable.",
        ),
        method(
            "readable",
            "($self, /)",
            |t, a| forward(t, a[0], "readable"),
            "Whether the raw stream is readable.",
        ),
        method(
            "writable",
            "($self, /)",
            |t, a| forward(t, a[0], "writable"),
            "Whether the raw stream is writable.",
        ),
        method("fileno", "($self, /)", |t, a| forward(t, a[0], "fileno"), "The raw stream's descriptor."),
        method(
            "isatty",
            "($self, /)",
            |t, a| forward(t, a[0], "isatty"),
            "Whether the raw stream is a terminal.",
        ),
        method("_dealloc_warn", "($self, source, /)", dealloc_warn, "Warn of an unclosed file."),
        method("__del__", "($self, /)", del, "Close the stream."),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method("__getstate__", "($self, /)", super::cannot_pickle, "Streams cannot be pickled."),
        method("__reduce__", "($self, /)", super::cannot_pickle, "Streams cannot be pickled."),
        method("__reduce_ex__", "($self, protocol, /)", super::cannot_pickle, "Streams cannot be pickled."),
    ],
    COMMON_GETSET,
);

fn this(object: Value) -> &'static Buffered {
    native::payload::<Buffered>(object).expect("a buffered stream")
}

/// The state, for what a transaction need not undo.
fn peek(object: Value) -> &'static Buffered {
    native::peek::<Buffered>(object).expect("a buffered stream")
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = Buffered {
        base_closed: AtomicBool::new(false),
        raw: Slot::new(Value::UNSET),
        size: AtomicUsize::new(super::DEFAULT_BUFFER_SIZE),
        buffers: Mutex::new(Buffers::default()),
        working: ReentrantLock::new(),
        owned: AtomicBool::new(false),
    };
    let object = native::new(t, Ref::known(args[0]), state);
    super::finalize(t, object);
    Ok(object)
}

/// Makes a buffered stream of one of the exact classes.
pub(super) fn open(t: &mut Thread, def: &'static TypeDef, raw: Value, size: usize) -> PyResult {
    let class = t.rt.native_class(t, def);
    let object = new(t, &[class.value()])?;
    init(t, object, raw, size)?;
    Ok(object)
}

fn init(t: &mut Thread, object: Value, raw: Value, size: usize) -> PyResult<()> {
    let state = this(object);
    state.size.store(size, Relaxed);
    *state.buffers.lock() = Buffers::default();
    let w = t.write_object(object.object_unchecked());
    state.raw.set(&w, raw);
    if let Some(file) = native::payload::<fileio::FileIo>(raw) {
        file.owned.store(true, Relaxed);
    }
    Ok(())
}

fn buffer_size(t: &mut Thread, value: Value) -> PyResult<usize> {
    match value.given() {
        None => Ok(super::DEFAULT_BUFFER_SIZE),
        Some(v) => match to_i64(t, v)? {
            n if n > 0 => Ok(n as usize),
            _ => Err(t.value_error("buffer size must be strictly positive")),
        },
    }
}

fn init_reader(t: &mut Thread, args: &[Value]) -> PyResult {
    base::check_able(t, args[1], "readable", "File or stream is not readable.")?;
    let size = buffer_size(t, args[2])?;
    init(t, args[0], args[1], size)?;
    Ok(Value::NONE)
}

fn init_writer(t: &mut Thread, args: &[Value]) -> PyResult {
    base::check_able(t, args[1], "writable", "File or stream is not writable.")?;
    let size = buffer_size(t, args[2])?;
    init(t, args[0], args[1], size)?;
    Ok(Value::NONE)
}

fn init_random(t: &mut Thread, args: &[Value]) -> PyResult {
    base::check_able(t, args[1], "seekable", "File or stream is not seekable.")?;
    base::check_able(t, args[1], "readable", "File or stream is not readable.")?;
    base::check_able(t, args[1], "writable", "File or stream is not writable.")?;
    let size = buffer_size(t, args[2])?;
    init(t, args[0], args[1], size)?;
    Ok(Value::NONE)
}

/// The raw stream, or ValueError if there is none.
fn raw(t: &mut Thread, object: Value) -> PyResult {
    match peek(object).raw.get() {
        Value::UNSET => Err(t.value_error("I/O operation on uninitialized object")),
        Value::NONE => Err(t.value_error("raw stream has been detached")),
        raw => Ok(raw),
    }
}

/// Whether the value is a stream of this module over a `FileIO` that is open, all of the exact classes.
pub(super) fn is_known_open(t: &mut Thread, object: Value) -> bool {
    let Some(state) = native::peek::<Buffered>(object) else { return false };
    is_exact(t, object) && fileio::exact(t, state.raw.get()).is_some_and(|f| f.fd() >= 0)
}

/// Whether the value is an instance of exactly one of the three classes.
pub(super) fn is_exact(_: &Thread, object: Value) -> bool {
    [&WRITER_DEF, &READER_DEF, &RANDOM_DEF].iter().any(|d| super::is_exactly(object, d))
}

fn raw_attribute(t: &mut Thread, object: Value, name: &str) -> PyResult {
    let raw = raw(t, object)?;
    attr::getattr_text(t, raw, name)
}

fn closed(t: &mut Thread, object: Value) -> PyResult {
    raw_attribute(t, object, "closed")
}

/// Whether the raw stream is closed.
fn raw_closed(t: &mut Thread, object: Value) -> PyResult<bool> {
    let raw = raw(t, object)?;
    match fileio::exact(t, raw) {
        Some(file) => Ok(file.fd() < 0),
        None => base::is_closed(t, raw),
    }
}

fn check_open(t: &mut Thread, object: Value, what: &str) -> PyResult<()> {
    if raw_closed(t, object)? { Err(t.value_error(format!("{what} of closed file"))) } else { Ok(()) }
}

fn forward(t: &mut Thread, object: Value, name: &str) -> PyResult {
    let raw = raw(t, object)?;
    call::call_method(t, raw, name, &[])
}

/// Position of the raw stream.
fn raw_tell(t: &mut Thread, raw: Value) -> PyResult<i64> {
    let at = match fileio::exact(t, raw) {
        Some(file) if file.fd() >= 0 => fileio::seek_fd(t, file.fd(), 0, libc::SEEK_CUR)?,
        _ => {
            let at = call::call_method(t, raw, "tell", &[])?;
            to_i64(t, at)?
        }
    };
    if at < 0 {
        return Err(t.raise(Exc::OSError, format!("Raw stream returned invalid position {at}")));
    }
    Ok(at)
}

/// Moves the raw stream.
fn raw_seek(t: &mut Thread, raw: Value, position: i64, whence: i32) -> PyResult<i64> {
    let at = match fileio::exact(t, raw) {
        Some(file) if file.fd() >= 0 => fileio::seek_fd(t, file.fd(), position, whence)?,
        _ => {
            let position = int_value(t, position);
            let at = call::call_method(t, raw, "seek", &[position, Value::small(whence as i64)])?;
            to_i64(t, at)?
        }
    };
    if at < 0 {
        return Err(t.raise(Exc::OSError, format!("Raw stream returned invalid position {at}")));
    }
    Ok(at)
}

fn tell(t: &mut Thread, args: &[Value]) -> PyResult {
    let raw = raw(t, args[0])?;
    let at = raw_tell(t, raw)?;
    let buffers = this(args[0]).buffers.lock();
    let ahead = buffers.read.len() - buffers.read_at;
    let behind = buffers.write.len() + buffers.committed.len();
    drop(buffers);
    Ok(int_value(t, (at - ahead as i64).max(0) + behind as i64))
}

fn seek(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = args[0];
    let whence = match args[2].given() {
        Some(w) => to_i32(t, w)?,
        None => 0,
    };
    if !(0..=2).contains(&whence) && whence != libc::SEEK_DATA && whence != libc::SEEK_HOLE {
        return Err(t.value_error(format!("whence value {whence} unsupported")));
    }
    check_open(t, object, "seek")?;
    let raw = raw(t, object)?;
    base::check_able(t, raw, "seekable", "File or stream is not seekable.")?;
    let mut target = to_i64(t, args[1])?;
    // A short move inside the read buffer needs no system call beyond asking for the position.
    if whence < 2 && this(object).buffers.lock().write.is_empty() {
        let (len, read_at) = {
            let buffers = this(object).buffers.lock();
            (buffers.read.len(), buffers.read_at)
        };
        if len > 0 {
            let end = raw_tell(t, raw)?;
            let here = end - (len - read_at) as i64;
            let wanted = if whence == 0 { target } else { here + target };
            let start = end - len as i64;
            if wanted >= start && wanted <= end {
                this(object).buffers.lock().read_at = (wanted - start) as usize;
                return Ok(int_value(t, wanted));
            }
        }
    }
    write::flush_buffer(t, object)?;
    if whence == 1 {
        let buffers = this(object).buffers.lock();
        target -= (buffers.read.len() - buffers.read_at) as i64;
    }
    let at = raw_seek(t, raw, target, whence)?;
    let mut buffers = this(object).buffers.lock();
    buffers.read.clear();
    buffers.read_at = 0;
    drop(buffers);
    Ok(int_value(t, at))
}

/// Brings the raw stream to the logical position and drops what was read ahead.
fn undo_read_ahead(t: &mut Thread, object: Value) -> PyResult<()> {
    let ahead = {
        let buffers = this(object).buffers.lock();
        buffers.read.len() - buffers.read_at
    };
    if ahead > 0 {
        let raw = raw(t, object)?;
        raw_seek(t, raw, -(ahead as i64), 1)?;
    }
    let mut buffers = this(object).buffers.lock();
    buffers.read.clear();
    buffers.read_at = 0;
    Ok(())
}

fn truncate(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = args[0];
    check_open(t, object, "truncate")?;
    if native_reader(t, object) {
        return Err(unsupported(t, "truncate"));
    }
    write::flush_buffer(t, object)?;
    undo_read_ahead(t, object)?;
    let raw = raw(t, object)?;
    let size = match args[1].given_not_none() {
        Some(size) => size,
        None => {
            let at = raw_tell(t, raw)?;
            int_value(t, at)
        }
    };
    call::call_method(t, raw, "truncate", &[size])
}

fn native_reader(t: &mut Thread, object: Value) -> bool {
    let class = t.rt.native_class(t, &READER_DEF);
    type_of(object).is_subtype(class)
}

fn flush_reader(t: &mut Thread, args: &[Value]) -> PyResult {
    if raw_closed(t, args[0])? {
        return Err(base::closed_error(t));
    }
    forward(t, args[0], "flush")
}

fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = args[0];
    let raw = raw(t, object)?;
    if raw_closed(t, object)? {
        return Ok(Value::NONE);
    }
    t.irrevocable();
    let flushed = call::call_method(t, object, "flush", &[]);
    let first = flushed.err().map(|raised| t.take_exception(raised));
    let closed = alone(t, object, |t| {
        let closed = call::call_method(t, raw, "close", &[]);
        *this(object).buffers.lock() = Buffers::default();
        closed
    });
    match (first, closed) {
        (None, closed) => closed.map(|_| Value::NONE),
        (Some(first), Ok(_)) => Err(t.reraise(first)),
        (Some(first), Err(raised)) => {
            // The error of closing is the one to be seen, with that of flushing as its context.
            let second = t.take_exception(raised);
            attr::setattr_text(t, second, "__context__", first)?;
            Err(t.reraise(second))
        }
    }
}

fn detach(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = args[0];
    let raw = raw(t, object)?;
    t.irrevocable();
    call::call_method(t, object, "flush", &[])?;
    let state = this(object);
    let w = t.write_object(object.object_unchecked());
    state.raw.set(&w, Value::NONE);
    if let Some(file) = native::payload::<fileio::FileIo>(raw) {
        file.owned.store(false, Relaxed);
    }
    Ok(raw)
}

fn del(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = this(args[0]);
    if state.owned.load(Relaxed) || !state.raw.get().is_object() {
        return Ok(Value::NONE);
    }
    dealloc_warn(t, &[args[0], args[0]])?;
    base::del(t, args)
}

/// Has the raw stream warn if it is open.
fn dealloc_warn(t: &mut Thread, args: &[Value]) -> PyResult {
    let raw = this(args[0]).raw.get();
    if raw.is_object() { base::dealloc_warn(t, raw, args[1]) } else { Ok(Value::NONE) }
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = pystm_vm::builtins::typeobj::lookup::full_name(t, type_of(args[0]));
    let name = match attr::getattr_text(t, args[0], "name") {
        Ok(name) => Some(name),
        Err(raised) if t.pending_is(Exc::AttributeError) || t.pending_is(Exc::ValueError) => {
            crate::support::swallow(t, raised);
            None
        }
        Err(raised) => return Err(raised),
    };
    let Some(name) = name else { return Ok(t.new_str(&format!("<{class}>"))) };
    super::guarded_repr(t, args[0], |t| {
        let name = text::repr_string(t, name)?;
        Ok(t.new_str(&format!("<{class} name={name}>")))
    })
}

/// A size argument of `read`: `None` for everything, ValueError below -1.
fn read_size(t: &mut Thread, value: Value) -> PyResult<Option<usize>> {
    if let Some(n) = value.as_small()
        && n < -1
    {
        return Err(t.value_error("read length must be non-negative or -1"));
    }
    optional_size(t, value)
}
