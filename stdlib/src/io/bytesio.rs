//! `BytesIO`: a binary stream in memory.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize},
};

use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_stm::Writer;
use pystm_vm::{
    builtins::{buffer, bytearray, dict::Dict, tuple},
    error::{Exc, PyResult},
    kind::Kind,
    native::{NO_CONSTRUCTOR, TypeDef, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, Restore},
    },
    protocol::{attr, call, iter},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{
    base::{self, io_type},
    growing::Growing,
};
use crate::support::{bytes_value, int_value, optional_size, to_i32, to_i64};

/// State of a `BytesIO`.
pub(super) struct BytesIo {
    pub(super) base_closed: AtomicBool,
    /// `None` once closed.
    data: Arc<Mutex<Option<Data>>>,
    exports: Arc<AtomicUsize>,
}

#[derive(Default)]
struct Data {
    bytes: Growing<Vec<u8>>,
    at: usize,
}

impl Payload for BytesIo {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        Kept::Beside
    }

    fn save(&'static self) -> Restore {
        let saved = self.data.lock().as_mut().map(|d| (d.bytes.save(), d.at));
        Box::new(move || {
            let mut data = self.data.lock();
            let Some((bytes, at)) = saved else { return *data = None };
            let data = data.get_or_insert_default();
            data.bytes.restore(bytes);
            data.at = at;
        })
    }
}

pub(crate) static DEF: TypeDef = io_type(
    "_io.BytesIO",
    "Buffered I/O in memory.",
    Some(&base::BUFFERED_IO_BASE),
    &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Create an empty stream."),
        method("__init__", "($self, initial_bytes=b'')", init, "Start with these bytes."),
        method("readable", "($self, /)", always, "True if it is open."),
        method("writable", "($self, /)", always, "True if it is open."),
        method("seekable", "($self, /)", always, "True if it is open."),
        method("isatty", "($self, /)", |t, a| always(t, a).map(|_| Value::FALSE), "False if it is open."),
        method("flush", "($self, /)", |t, a| always(t, a).map(|_| Value::NONE), "Does nothing."),
        method("read", "($self, size=-1, /)", read, "Read at most size bytes."),
        method("read1", "($self, size=-1, /)", read, "Read at most size bytes."),
        method("readinto", "($self, buffer, /)", readinto, "Read into the buffer."),
        method("readline", "($self, size=-1, /)", readline, "Read a line."),
        method("readlines", "($self, size=None, /)", readlines, "List of lines."),
        method("write", "($self, b, /)", write, "Write bytes; return how many."),
        method("writelines", "($self, lines, /)", writelines, "Write every item."),
        method("seek", "($self, pos, whence=0, /)", seek, "Change the position."),
        method("tell", "($self, /)", tell, "The position."),
        method("truncate", "($self, size=None, /)", truncate, "Cut off what is behind size."),
        method("getvalue", "($self, /)", getvalue, "All bytes."),
        method("getbuffer", "($self, /)", getbuffer, "A view over the bytes."),
        method("close", "($self, /)", close, "Free the bytes."),
        method("__iter__", "($self, /)", |t, a| always(t, a).map(|_| a[0]), "Return self."),
        method("__next__", "($self, /)", next, "The next line."),
        method("__getstate__", "($self, /)", getstate, "State for pickle."),
        method("__setstate__", "($self, state, /)", setstate, "Restore a state."),
        method("__sizeof__", "($self, /)", sizeof, "Bytes of memory."),
    ],
    &[getter("closed", |_, v| Ok(Value::bool(this(v).data.lock().is_none())), "Whether it is closed.")],
);

/// The object between a BytesIO and the memoryviews over it.
struct BytesIoBuffer {
    data: Arc<Mutex<Option<Data>>>,
    exports: Arc<AtomicUsize>,
}

impl Payload for BytesIoBuffer {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        Kept::InSlots
    }

    fn as_buffer(&self) -> Option<&dyn buffer::Buffer> {
        Some(self)
    }
}

impl buffer::Buffer for BytesIoBuffer {
    fn read(&self, f: &mut dyn FnMut(&[u8])) {
        f(self.data.lock().as_ref().map_or(&[][..], |d| &d.bytes));
    }

    fn write(&self, _: &Writer<'_>, at: usize, bytes: &[u8]) {
        if let Some(d) = self.data.lock().as_mut() {
            d.bytes.change(at)[at..at + bytes.len()].copy_from_slice(bytes);
        }
    }

    fn is_readonly(&self) -> bool {
        false
    }

    fn exports(&self) -> Option<Arc<AtomicUsize>> {
        Some(self.exports.clone())
    }
}

pub(crate) static BUFFER_DEF: TypeDef = TypeDef {
    name: "_io._BytesIOBuffer",
    doc: "",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[],
    getset: &[],
    setup: None,
};

fn this(object: Value) -> &'static BytesIo {
    native::payload::<BytesIo>(object).expect("a BytesIO")
}

/// Calls `f` with the open stream's state; ValueError if it is closed.
fn with<R>(t: &mut Thread, object: Value, f: impl FnOnce(&mut Data) -> R) -> PyResult<R> {
    let result = this(object).data.lock().as_mut().map(f);
    match result {
        Some(r) => Ok(r),
        None => Err(base::closed_error(t)),
    }
}

fn always(t: &mut Thread, args: &[Value]) -> PyResult {
    with(t, args[0], |_| Value::TRUE)
}

fn check_exports(t: &mut Thread, object: Value) -> PyResult<()> {
    if bytearray::is_leased(t, &this(object).exports) {
        return Err(t.raise(Exc::BufferError, "Existing exports of data: object cannot be re-sized"));
    }
    Ok(())
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = BytesIo {
        base_closed: AtomicBool::new(false),
        data: Arc::new(Mutex::new(Some(Data::default()))),
        exports: Arc::default(),
    };
    Ok(native::new(t, Ref::known(args[0]), state))
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    check_exports(t, args[0])?;
    let bytes = match args[1].given_not_none() {
        Some(v) => buffer::to_vec(t, v)?,
        None => Vec::new(),
    };
    start(args[0], bytes);
    Ok(Value::NONE)
}

/// Opens the stream with these bytes.
fn start(object: Value, bytes: Vec<u8>) {
    let mut data = this(object).data.lock();
    let data = data.get_or_insert_default();
    data.bytes.replace(bytes);
    data.at = 0;
}

fn take(d: &mut Data, n: Option<usize>) -> Vec<u8> {
    let start = d.at.min(d.bytes.len());
    let end = n.map_or(d.bytes.len(), |n| start.saturating_add(n).min(d.bytes.len()));
    if end > start {
        d.at = end;
    }
    d.bytes[start..end].to_vec()
}

fn read(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = optional_size(t, args[1])?;
    let data = with(t, args[0], |d| take(d, n))?;
    bytes_value(t, &data)
}

fn readinto(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = buffer::writable_len(t, args[1])?;
    let data = with(t, args[0], |d| take(d, Some(n)))?;
    buffer::write(t, args[1], 0, &data)?;
    Ok(Value::small(data.len() as i64))
}

fn take_line(d: &mut Data, limit: Option<usize>) -> Vec<u8> {
    let start = d.at.min(d.bytes.len());
    let rest = &d.bytes[start..];
    let mut n = rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |i| i + 1);
    if let Some(limit) = limit {
        n = n.min(limit);
    }
    take(d, Some(n))
}

fn readline(t: &mut Thread, args: &[Value]) -> PyResult {
    let limit = optional_size(t, args[1])?;
    let line = with(t, args[0], |d| take_line(d, limit))?;
    bytes_value(t, &line)
}

fn next(t: &mut Thread, args: &[Value]) -> PyResult {
    let line = with(t, args[0], |d| take_line(d, None))?;
    if line.is_empty() { Err(t.stop_iteration()) } else { bytes_value(t, &line) }
}

fn readlines(t: &mut Thread, args: &[Value]) -> PyResult {
    let hint = optional_size(t, args[1])?.filter(|&n| n > 0);
    let lines = pystm_vm::builtins::list::new(t, &[]);
    let mut total = 0;
    loop {
        let line = with(t, args[0], |d| take_line(d, None))?;
        if line.is_empty() {
            return Ok(lines);
        }
        total += line.len();
        let line = bytes_value(t, &line)?;
        pystm_vm::builtins::list::append(t, Ref::known(lines), line);
        if hint.is_some_and(|h| total >= h) {
            return Ok(lines);
        }
    }
}

fn write(t: &mut Thread, args: &[Value]) -> PyResult {
    with(t, args[0], |_| ())?;
    check_exports(t, args[0])?;
    let data = buffer::get(t, args[1])?;
    let n = data.len();
    if n == 0 {
        return with(t, args[0], |_| Value::ZERO);
    }
    with(t, args[0], |d| {
        let end = d.at + data.len();
        if d.at == d.bytes.len() {
            d.bytes.append().extend_from_slice(&data);
        } else {
            let bytes = d.bytes.change(d.at);
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[d.at..end].copy_from_slice(&data);
        }
        d.at = end;
    })?;
    Ok(Value::small(n as i64))
}

fn writelines(t: &mut Thread, args: &[Value]) -> PyResult {
    with(t, args[0], |_| ())?;
    let iterator = iter::iter(t, args[1])?;
    while let Some(line) = iter::next(t, iterator)? {
        write(t, &[args[0], line])?;
    }
    Ok(Value::NONE)
}

fn seek(t: &mut Thread, args: &[Value]) -> PyResult {
    with(t, args[0], |_| ())?;
    let position = to_i64(t, args[1])?;
    let whence = match args[2].given() {
        Some(w) => to_i32(t, w)?,
        None => 0,
    };
    let from = match whence {
        0 if position < 0 => return Err(t.value_error(format!("negative seek value {position}"))),
        0 => 0,
        1 => with(t, args[0], |d| d.at)?,
        2 => with(t, args[0], |d| d.bytes.len())?,
        _ => return Err(t.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
    };
    let Some(at) = (from as i64).checked_add(position) else {
        return Err(t.overflow_error("new position too large"));
    };
    let at = at.max(0);
    with(t, args[0], |d| d.at = at as usize)?;
    Ok(int_value(t, at))
}

fn tell(t: &mut Thread, args: &[Value]) -> PyResult {
    let at = with(t, args[0], |d| d.at)?;
    Ok(int_value(t, at as i64))
}

fn truncate(t: &mut Thread, args: &[Value]) -> PyResult {
    let here = with(t, args[0], |d| d.at)?;
    check_exports(t, args[0])?;
    let size = match args[1].given_not_none() {
        Some(v) => to_i64(t, v)?,
        None => here as i64,
    };
    if size < 0 {
        return Err(t.value_error(format!("negative size value {size}")));
    }
    with(t, args[0], |d| d.bytes.change(size as usize).truncate(size as usize))?;
    Ok(int_value(t, size))
}

fn getvalue(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = with(t, args[0], |d| d.bytes.to_vec())?;
    bytes_value(t, &data)
}

fn getbuffer(t: &mut Thread, args: &[Value]) -> PyResult {
    with(t, args[0], |_| ())?;
    // Nobody knows of what is written through the view.
    t.irrevocable();
    let state = this(args[0]);
    let class = t.rt.native_class(t, &BUFFER_DEF);
    let inner =
        native::new(t, class, BytesIoBuffer { data: state.data.clone(), exports: state.exports.clone() });
    pystm_vm::builtins::memoryview::from_object(t, inner)
}

fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    check_exports(t, args[0])?;
    if let Some(mut data) = this(args[0]).data.lock().take() {
        data.bytes.replace(Vec::new());
    }
    Ok(Value::NONE)
}

fn instance_dict(t: &mut Thread, object: Value) -> PyResult {
    match attr::find_attr(t, object, "__dict__")?.and_then(|d| d.cast::<Dict>()) {
        Some(d) if !d.is_empty() => call::call_method(t, d.value(), "copy", &[]),
        _ => Ok(Value::NONE),
    }
}

fn getstate(t: &mut Thread, args: &[Value]) -> PyResult {
    let value = getvalue(t, args)?;
    let at = tell(t, args)?;
    let dict = instance_dict(t, args[0])?;
    tuple::new(t, &[value, at, dict])
}

fn setstate(t: &mut Thread, args: &[Value]) -> PyResult {
    with(t, args[0], |_| ())?;
    let Some(state) = args[1].as_tuple().filter(|s| s.len() == 3) else {
        let (name, got) = (type_of(args[0]).name(), type_of(args[1]).name());
        return Err(t.type_error(format!("{name}.__setstate__ argument should be 3-tuple, got {got}")));
    };
    check_exports(t, args[0])?;
    start(args[0], Vec::new());
    write(t, &[args[0], state.at(0)])?;
    if pystm_vm::builtins::int::as_int(state.at(1)).is_none() {
        let got = type_of(state.at(1)).name();
        return Err(t.type_error(format!("second item of state must be an integer, not {got}")));
    }
    let at = to_i64(t, state.at(1))?;
    if at < 0 {
        return Err(t.value_error("position value cannot be negative"));
    }
    with(t, args[0], |d| d.at = at as usize)?;
    super::restore_dict(t, args[0], state.at(2), "third item of state should be a dict, got a ")?;
    Ok(Value::NONE)
}

fn sizeof(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = this(args[0]).data.lock().as_ref().map_or(0, |d| d.bytes.capacity());
    Ok(int_value(t, n as i64 + 80))
}
