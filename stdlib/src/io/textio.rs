//! `TextIOWrapper`: text over a buffered binary stream.
//!
//! Written text is encoded at once and collected in `pending`; read bytes are decoded by chunks into `decoded`. UTF-8,
//! ASCII and Latin-1 with the standard error handlers are done natively, every other encoding by the incremental encoder
//! and decoder of its codec. The lock is never held while Python code runs or objects are made.

mod coding;
mod read;
mod seek;
mod write;

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_text::{
    TextBuf,
    codec::{Codec, ErrorHandler},
};
use pystm_vm::{
    error::{Exc, PyResult},
    native::{TypeDef, getset, getter, method, static_method},
    object::{
        Ref,
        native::{self, Payload, trace_value},
    },
    protocol::{attr, call, text, truth},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{
    base::{self, io_type},
    buffered::{self, Buffered},
    newline::Newlines,
    text_lines::Newline,
};
use crate::support::to_bool;

/// Bytes read at a time, and pending bytes at which text is handed to the buffer.
const CHUNK: usize = 8192;

/// State of a `TextIOWrapper`.
pub(super) struct TextIo {
    pub(super) base_closed: AtomicBool,
    /// The binary stream: unset before `__init__`, None after `detach`.
    buffer: Slot<Value>,
    /// Incremental encoder of a codec that is not native, or unset.
    encoder: Slot<Value>,
    /// Incremental decoder, likewise.
    decoder: Slot<Value>,
    encoding: Slot<Value>,
    errors: Slot<Value>,
    state: Mutex<State>,
}

/// Where the decoder stood before the last chunk: its flags and the bytes that it has got since.
type Snapshot = (i64, Vec<u8>);

struct State {
    /// The codec if it is a native one.
    codec: Option<(Codec, ErrorHandler)>,
    newline: Newline,
    line_buffering: bool,
    write_through: bool,
    readable: bool,
    writable: bool,
    seekable: bool,
    telling: bool,
    has_read1: bool,
    chunk: usize,
    /// Encoded text that the buffer has not got yet.
    pending: Vec<u8>,
    /// Bytes of an incomplete character, for native codecs.
    undecoded: Vec<u8>,
    newlines: Newlines,
    decoded: TextBuf,
    used: usize,
    snapshot: Option<Snapshot>,
    bytes_per_char: f64,
}

impl State {
    fn new() -> State {
        State {
            codec: None,
            newline: Newline::default(),
            line_buffering: false,
            write_through: false,
            readable: false,
            writable: false,
            seekable: false,
            telling: false,
            has_read1: false,
            chunk: CHUNK,
            pending: Vec::new(),
            undecoded: Vec::new(),
            newlines: Newlines::default(),
            decoded: TextBuf::new(),
            used: 0,
            snapshot: None,
            bytes_per_char: 0.0,
        }
    }

    fn set_decoded(&mut self, text: TextBuf) {
        self.decoded = text;
        self.used = 0;
    }
}

impl Payload for TextIo {
    fn trace(&self, marker: &mut Marker) {
        for slot in [&self.buffer, &self.encoder, &self.decoder, &self.encoding, &self.errors] {
            trace_value(marker, slot.get());
        }
    }
}

pub(crate) static DEF: TypeDef = io_type(
    "_io.TextIOWrapper",
    "Character and line based layer over a buffered binary stream.",
    Some(&base::TEXT_IO_BASE),
    &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Create an object without a buffer."),
        method(
            "__init__",
            "($self, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
            init,
            "Wrap a buffer.",
        ),
        method(
            "reconfigure",
            "($self, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)",
            coding::reconfigure,
            "Reconfigure the text stream.",
        ),
        method("read", "($self, size=-1, /)", read::read, "Read at most size characters."),
        method("readline", "($self, size=-1, /)", read::readline, "Read a line."),
        method("write", "($self, text, /)", write::write, "Write a string; return its length."),
        method("flush", "($self, /)", write::flush, "Write out what is pending."),
        method("seek", "($self, cookie, whence=0, /)", seek::seek, "Change the position."),
        method("tell", "($self, /)", seek::tell, "The position as an opaque number."),
        method("truncate", "($self, pos=None, /)", seek::truncate, "Truncate the file."),
        method("close", "($self, /)", close, "Flush and close the stream."),
        method("detach", "($self, /)", detach, "Disconnect the buffer and return it."),
        method("fileno", "($self, /)", |t, a| forward(t, a[0], "fileno"), "The descriptor."),
        method(
            "seekable",
            "($self, /)",
            |t, a| forward(t, a[0], "seekable"),
            "Whether the buffer is seekable.",
        ),
        method(
            "readable",
            "($self, /)",
            |t, a| forward(t, a[0], "readable"),
            "Whether the buffer is readable.",
        ),
        method(
            "writable",
            "($self, /)",
            |t, a| forward(t, a[0], "writable"),
            "Whether the buffer is writable.",
        ),
        method("isatty", "($self, /)", |t, a| forward(t, a[0], "isatty"), "Whether it is a terminal."),
        method("__next__", "($self, /)", read::next, "The next line."),
        method("__del__", "($self, /)", del, "Close the stream."),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method("__getstate__", "($self, /)", super::cannot_pickle, "Streams cannot be pickled."),
        method("__reduce__", "($self, /)", super::cannot_pickle, "Streams cannot be pickled."),
        method("__reduce_ex__", "($self, protocol, /)", super::cannot_pickle, "Streams cannot be pickled."),
    ],
    &[
        getter("buffer", buffer, "The buffer."),
        getter("encoding", |t, v| checked(t, v, |s| s.encoding.get()), "The encoding."),
        getter("errors", |t, v| checked(t, v, |s| s.errors.get()), "The error handler's name."),
        getter(
            "line_buffering",
            |t, v| checked(t, v, |s| Value::bool(s.state.lock().line_buffering)),
            "See open().",
        ),
        getter(
            "write_through",
            |t, v| checked(t, v, |s| Value::bool(s.state.lock().write_through)),
            "See __init__.",
        ),
        getter(
            "newlines",
            |t, v| {
                checked(t, v, |_| Value::NONE)?;
                let seen = this(v).state.lock().newlines;
                Ok(seen.value(t))
            },
            "Line ends seen.",
        ),
        getter(
            "name",
            |t, v| {
                let buffer = buffer(t, v)?;
                attr::getattr_text(t, buffer, "name")
            },
            "Name of the buffer.",
        ),
        getter(
            "closed",
            |t, v| {
                let buffer = buffer(t, v)?;
                attr::getattr_text(t, buffer, "closed")
            },
            "Whether the buffer is closed.",
        ),
        getset(
            "_CHUNK_SIZE",
            |t, v| checked(t, v, |s| Value::small(s.state.lock().chunk as i64)),
            |t, v, n| match n.given() {
                None => Err(t.raise(Exc::AttributeError, "cannot delete attribute")),
                Some(n) => match pystm_vm::protocol::number::index(t, n)?.as_small() {
                    Some(n) if n > 0 => {
                        this(v).state.lock().chunk = n as usize;
                        Ok(())
                    }
                    _ => Err(t.value_error("a strictly positive integer is required")),
                },
            },
            "Bytes read at a time.",
        ),
        getset(
            "_finalizing",
            |_, _| Ok(Value::FALSE),
            |_, _, _| Ok(()),
            "Whether the collector closes the stream.",
        ),
    ],
);

fn this(object: Value) -> &'static TextIo {
    native::payload::<TextIo>(object).expect("a TextIOWrapper")
}

/// The state, for what a transaction need not undo.
fn peek(object: Value) -> &'static TextIo {
    native::peek::<TextIo>(object).expect("a TextIOWrapper")
}

/// Whether the value is a TextIOWrapper of exactly that class.
pub(super) fn is_exact(_: &Thread, object: Value) -> bool {
    super::is_exactly(object, &DEF)
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let unset = || Slot::new(Value::UNSET);
    let state = TextIo {
        base_closed: AtomicBool::new(false),
        buffer: unset(),
        encoder: unset(),
        decoder: unset(),
        encoding: Slot::new(Value::NONE),
        errors: Slot::new(Value::NONE),
        state: Mutex::new(State::new()),
    };
    let object = native::new(t, Ref::known(args[0]), state);
    super::finalize(t, object);
    Ok(object)
}

/// How a text stream is made.
pub(super) struct Options<'a> {
    /// The encoding's name, `None` for the default.
    pub(super) encoding: Option<&'a str>,
    /// The error handler's name.
    pub(super) errors: &'a str,
    /// The `newline` argument; `None` for None.
    pub(super) newline: Option<&'a str>,
    /// Flush after every line.
    pub(super) line_buffering: bool,
    /// Hand text to the buffer at once.
    pub(super) write_through: bool,
}

/// Makes a text stream of the exact class.
pub(super) fn open(t: &mut Thread, buffer: Value, options: &Options<'_>) -> PyResult {
    let class = t.rt.native_class(t, &DEF);
    let object = new(t, &[class.value()])?;
    setup(t, object, buffer, options)?;
    Ok(object)
}

fn text_or_none(t: &mut Thread, value: Value, which: &str) -> PyResult<Option<String>> {
    match value.given_not_none() {
        None => Ok(None),
        Some(v) => match v.as_str() {
            Some(s) => {
                let s = crate::support::c_string(t, s)?;
                if s.contains('\0') { Err(t.value_error("embedded null character")) } else { Ok(Some(s)) }
            }
            None => {
                let name = type_of(v).name();
                Err(t.type_error(format!(
                    "TextIOWrapper() argument '{which}' must be str or None, not {name}"
                )))
            }
        },
    }
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let encoding = text_or_none(t, args[2], "encoding")?;
    let errors = text_or_none(t, args[3], "errors")?;
    let newline = text_or_none(t, args[4], "newline")?;
    let line_buffering = to_bool(t, args[5], false)?;
    let write_through = to_bool(t, args[6], false)?;
    let options = Options {
        encoding: encoding.as_deref(),
        errors: errors.as_deref().unwrap_or("strict"),
        newline: newline.as_deref(),
        line_buffering,
        write_through,
    };
    setup(t, args[0], args[1], &options)?;
    Ok(Value::NONE)
}

fn parse_newline(t: &mut Thread, newline: Option<&str>) -> PyResult<Newline> {
    match Newline::parse(newline) {
        Some(n) => Ok(n),
        None => {
            let value = t.new_str(newline.unwrap_or(""));
            let repr = text::repr_string(t, value)?;
            Err(t.value_error(format!("illegal newline value: {}", repr.trim_matches('\''))))
        }
    }
}

fn setup(t: &mut Thread, object: Value, buffer: Value, options: &Options<'_>) -> PyResult<()> {
    let newline = parse_newline(t, options.newline)?;
    let encoding = match options.encoding {
        None => {
            super::open::warn_default_encoding(t, 1)?;
            super::locale_encoding()
        }
        Some("locale") => super::locale_encoding(),
        Some(e) => e,
    };
    let state = this(object);
    *state.state.lock() = State::new();
    {
        let w = t.write_object(object.object_unchecked());
        state.buffer.set(&w, Value::UNSET);
    }
    let codec = coding::set_codec(t, object, buffer, encoding, options.errors)?;
    let ask = |t: &mut Thread, name: &str| -> PyResult<bool> {
        let answer = call::call_method(t, buffer, name, &[])?;
        truth::is_true(t, answer)
    };
    let seekable = ask(t, "seekable")?;
    let readable = ask(t, "readable")?;
    let writable = ask(t, "writable")?;
    let has_read1 = attr::find_attr(t, buffer, "read1")?.is_some();
    {
        let mut s = state.state.lock();
        s.codec = codec;
        s.newline = newline;
        s.line_buffering = options.line_buffering;
        s.write_through = options.write_through;
        (s.readable, s.writable) = (readable, writable);
        (s.seekable, s.telling) = (seekable, seekable);
        s.has_read1 = has_read1;
    }
    let w = t.write_object(object.object_unchecked());
    state.buffer.set(&w, buffer);
    if let Some(inner) = native::payload::<Buffered>(buffer) {
        inner.owned.store(true, Relaxed);
    }
    if seekable && writable {
        coding::start_encoder(t, object)?;
    }
    Ok(())
}

/// The buffer, or ValueError if there is none.
fn buffer(t: &mut Thread, object: Value) -> PyResult {
    match peek(object).buffer.get() {
        Value::UNSET => Err(t.value_error("I/O operation on uninitialized object")),
        Value::NONE => Err(t.value_error("underlying buffer has been detached")),
        buffer => Ok(buffer),
    }
}

fn checked(t: &mut Thread, object: Value, f: impl FnOnce(&TextIo) -> Value) -> PyResult {
    match peek(object).buffer.get() {
        Value::UNSET => Err(t.value_error("I/O operation on uninitialized object")),
        _ => Ok(f(peek(object))),
    }
}

fn forward(t: &mut Thread, object: Value, name: &str) -> PyResult {
    let buffer = buffer(t, object)?;
    call::call_method(t, buffer, name, &[])
}

/// Raises ValueError if the stream is closed.
fn check_open(t: &mut Thread, object: Value) -> PyResult<()> {
    let buffer = buffer(t, object)?;
    if is_exact(t, object) {
        if buffered::is_known_open(t, buffer) {
            return Ok(());
        }
        if base::is_closed(t, buffer)? {
            return Err(base::closed_error(t));
        }
        return Ok(());
    }
    base::check_closed(t, object)
}

fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = args[0];
    let inner = buffer(t, object)?;
    if base::is_closed(t, object)? {
        return Ok(Value::NONE);
    }
    t.irrevocable();
    let flushed = call::call_method(t, object, "flush", &[]);
    let first = flushed.err().map(|raised| t.take_exception(raised));
    let closed = call::call_method(t, inner, "close", &[]);
    match (first, closed) {
        (None, closed) => closed.map(|_| Value::NONE),
        (Some(first), Ok(_)) => Err(t.reraise(first)),
        (Some(first), Err(raised)) => {
            let second = t.take_exception(raised);
            attr::setattr_text(t, second, "__context__", first)?;
            Err(t.reraise(second))
        }
    }
}

fn detach(t: &mut Thread, args: &[Value]) -> PyResult {
    let inner = buffer(t, args[0])?;
    t.irrevocable();
    call::call_method(t, args[0], "flush", &[])?;
    let w = t.write_object(args[0].object_unchecked());
    this(args[0]).buffer.set(&w, Value::NONE);
    if let Some(b) = native::payload::<Buffered>(inner) {
        b.owned.store(false, Relaxed);
    }
    Ok(inner)
}

fn del(t: &mut Thread, args: &[Value]) -> PyResult {
    if !this(args[0]).buffer.get().is_object() {
        return Ok(Value::NONE);
    }
    base::dealloc_warn(t, this(args[0]).buffer.get(), args[0])?;
    base::del(t, args)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = args[0];
    checked(t, object, |_| Value::NONE)?;
    super::guarded_repr(t, object, |t| {
        let class = type_of(object).name();
        let mut out = format!("<_io.{class}");
        if !is_exact(t, object) {
            out = format!("<{}", pystm_vm::builtins::typeobj::lookup::full_name(t, type_of(object)));
        }
        for name in ["name", "mode"] {
            match attr::getattr_text(t, object, name) {
                Ok(value) => {
                    let value = text::repr_string(t, value)?;
                    out.push_str(&format!(" {name}={value}"));
                }
                Err(raised) if t.pending_is(Exc::AttributeError) || t.pending_is(Exc::ValueError) => {
                    crate::support::swallow(t, raised);
                }
                Err(raised) => return Err(raised),
            }
        }
        let encoding = text::repr_string(t, peek(object).encoding.get())?;
        out.push_str(&format!(" encoding={encoding}>"));
        Ok(t.new_str(&out))
    })
}
