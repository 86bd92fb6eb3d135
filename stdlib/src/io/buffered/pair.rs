//! `BufferedRWPair`: two one-way streams as one.

use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_vm::{
    error::PyResult,
    native::{TypeDef, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    protocol::{attr, call, truth},
    thread::Thread,
    value::Value,
};

use super::{READER_DEF, WRITER_DEF, buffer_size};
use crate::io::base::{self, io_type};

struct Pair {
    reader: Slot<Value>,
    writer: Slot<Value>,
}

impl Payload for Pair {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.reader.get());
        trace_value(marker, self.writer.get());
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

pub(crate) static DEF: TypeDef = io_type(
    "_io.BufferedRWPair",
    "A buffered reader and a buffered writer together.",
    Some(&base::BUFFERED_IO_BASE),
    &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Create an object without streams."),
        method("__init__", "($self, reader, writer, buffer_size=131072, /)", init, "Wrap the streams."),
        method("read", "($self, size=-1, /)", |t, a| on_reader(t, a, "read"), "Read."),
        method("peek", "($self, size=0, /)", |t, a| on_reader(t, a, "peek"), "Look ahead."),
        method(
            "read1",
            "($self, size=-1, /)",
            |t, a| on_reader(t, a, "read1"),
            "Read with at most one raw read.",
        ),
        method("readinto", "($self, buffer, /)", |t, a| on_reader(t, a, "readinto"), "Read into the buffer."),
        method(
            "readinto1",
            "($self, buffer, /)",
            |t, a| on_reader(t, a, "readinto1"),
            "Read into the buffer.",
        ),
        method("write", "($self, buffer, /)", |t, a| on_writer(t, a, "write"), "Write."),
        method("flush", "($self, /)", |t, a| on_writer(t, a, "flush"), "Write out what is buffered."),
        method(
            "readable",
            "($self, /)",
            |t, a| on_reader(t, a, "readable"),
            "Whether the reader is readable.",
        ),
        method(
            "writable",
            "($self, /)",
            |t, a| on_writer(t, a, "writable"),
            "Whether the writer is writable.",
        ),
        method("close", "($self, /)", close, "Close both."),
        method("isatty", "($self, /)", isatty, "Whether one of them is a terminal."),
        method("__getstate__", "($self, /)", crate::io::cannot_pickle, "Streams cannot be pickled."),
        method("__reduce__", "($self, /)", crate::io::cannot_pickle, "Streams cannot be pickled."),
        method(
            "__reduce_ex__",
            "($self, protocol, /)",
            crate::io::cannot_pickle,
            "Streams cannot be pickled.",
        ),
    ],
    &[getter("closed", closed, "Whether the writer is closed.")],
);

fn this(object: Value) -> &'static Pair {
    native::payload::<Pair>(object).expect("a pair")
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = Pair { reader: Slot::new(Value::UNSET), writer: Slot::new(Value::UNSET) };
    Ok(native::new(t, Ref::known(args[0]), state))
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    base::check_able(t, args[1], "readable", "File or stream is not readable.")?;
    base::check_able(t, args[2], "writable", "File or stream is not writable.")?;
    let size = buffer_size(t, args[3])?;
    let reader = super::open(t, &READER_DEF, args[1], size)?;
    let writer = super::open(t, &WRITER_DEF, args[2], size)?;
    let w = t.write_object(args[0].object_unchecked());
    this(args[0]).reader.set(&w, reader);
    this(args[0]).writer.set(&w, writer);
    Ok(Value::NONE)
}

fn part(t: &mut Thread, slot: &Slot<Value>) -> PyResult {
    match slot.get() {
        Value::UNSET => Err(t.value_error("I/O operation on uninitialized object")),
        v => Ok(v),
    }
}

fn given(args: &[Value]) -> &[Value] {
    let end = args.iter().position(|a| a.is_unset()).unwrap_or(args.len());
    &args[1..end]
}

fn on_reader(t: &mut Thread, args: &[Value], name: &str) -> PyResult {
    let reader = part(t, &this(args[0]).reader)?;
    call::call_method(t, reader, name, given(args))
}

fn on_writer(t: &mut Thread, args: &[Value], name: &str) -> PyResult {
    let writer = part(t, &this(args[0]).writer)?;
    call::call_method(t, writer, name, given(args))
}

fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    let writer = on_writer(t, &args[..1], "close");
    let first = writer.err().map(|raised| t.take_exception(raised));
    let reader = on_reader(t, &args[..1], "close");
    match (first, reader) {
        (None, reader) => reader,
        (Some(first), Ok(_)) => Err(t.reraise(first)),
        (Some(first), Err(raised)) => {
            let second = t.take_exception(raised);
            attr::setattr_text(t, second, "__context__", first)?;
            Err(t.reraise(second))
        }
    }
}

fn isatty(t: &mut Thread, args: &[Value]) -> PyResult {
    let writer = on_writer(t, &args[..1], "isatty")?;
    if truth::is_true(t, writer)? { Ok(writer) } else { on_reader(t, &args[..1], "isatty") }
}

fn closed(t: &mut Thread, object: Value) -> PyResult {
    let writer = part(t, &this(object).writer)?;
    attr::getattr_text(t, writer, "closed")
}
