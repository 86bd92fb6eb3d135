//! `StringIO`: a text stream in memory.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_text::{TextBuf, Units};
use pystm_vm::{
    builtins::{str::Str, tuple},
    error::{Exc, PyResult},
    native::{TypeDef, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, Restore},
    },
    protocol::{attr, call},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{
    base::{self, io_type},
    growing::{Contents, Growing},
    newline::Newlines,
    text_lines::{self, Newline},
};
use crate::support::{int_value, optional_size, to_i32, to_i64};

/// State of a `StringIO`.
pub(super) struct StringIo {
    pub(super) base_closed: AtomicBool,
    closed: AtomicBool,
    state: Mutex<Text>,
}

struct Text {
    ready: bool,
    buf: Growing<TextBuf>,
    at: usize,
    newline: Newline,
    seen: Newlines,
}

impl Payload for StringIo {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        Kept::Beside
    }

    fn save(&'static self) -> Restore {
        let closed = self.closed.load(Relaxed);
        let mut text = self.state.lock();
        let Text { ready, ref mut buf, at, newline, seen } = *text;
        let buf = buf.save();
        Box::new(move || {
            self.closed.store(closed, Relaxed);
            let mut text = self.state.lock();
            text.buf.restore(buf);
            (text.ready, text.at, text.newline, text.seen) = (ready, at, newline, seen);
        })
    }
}

pub(crate) static DEF: TypeDef = io_type(
    "_io.StringIO",
    "Text I/O in memory.",
    Some(&base::TEXT_IO_BASE),
    &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Create a stream."),
        method("__init__", "($self, initial_value='', newline='\\n')", init, "Start with this text."),
        method("readable", "($self, /)", always, "True if it is open."),
        method("writable", "($self, /)", always, "True if it is open."),
        method("seekable", "($self, /)", always, "True if it is open."),
        method("read", "($self, size=-1, /)", read, "Read at most size characters."),
        method("readline", "($self, size=-1, /)", readline, "Read a line."),
        method("write", "($self, s, /)", write, "Write a string; return its length."),
        method("seek", "($self, pos, whence=0, /)", seek, "Change the position."),
        method("tell", "($self, /)", tell, "The position."),
        method("truncate", "($self, pos=None, /)", truncate, "Cut off what is behind pos."),
        method("getvalue", "($self, /)", getvalue, "The whole text."),
        method("close", "($self, /)", close, "Free the text."),
        method("__next__", "($self, /)", next, "The next line."),
        method("__getstate__", "($self, /)", getstate, "State for pickle."),
        method("__setstate__", "($self, state, /)", setstate, "Restore a state."),
    ],
    &[
        getter(
            "closed",
            |t, v| {
                ready(t, v)?;
                Ok(Value::bool(this(v).closed.load(Relaxed)))
            },
            "Whether it is closed.",
        ),
        getter(
            "newlines",
            |t, v| {
                with(t, v, |_| ())?;
                let state = this(v).state.lock();
                let (seen, universal) = (state.seen, state.newline.universal);
                drop(state);
                Ok(if universal { seen.value(t) } else { Value::NONE })
            },
            "Line ends translated so far.",
        ),
        getter(
            "line_buffering",
            |t, v| {
                with(t, v, |_| ())?;
                Ok(Value::FALSE)
            },
            "False.",
        ),
    ],
);

fn this(object: Value) -> &'static StringIo {
    native::payload::<StringIo>(object).expect("a StringIO")
}

fn ready(t: &mut Thread, object: Value) -> PyResult<()> {
    if this(object).state.lock().ready {
        Ok(())
    } else {
        Err(t.value_error("I/O operation on uninitialized object"))
    }
}

fn with<R>(t: &mut Thread, object: Value, f: impl FnOnce(&mut Text) -> R) -> PyResult<R> {
    ready(t, object)?;
    if this(object).closed.load(Relaxed) {
        return Err(t.value_error("I/O operation on closed file"));
    }
    Ok(f(&mut this(object).state.lock()))
}

fn always(t: &mut Thread, args: &[Value]) -> PyResult {
    with(t, args[0], |_| Value::TRUE)
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let text = Text {
        ready: false,
        buf: Growing::default(),
        at: 0,
        newline: Newline::default(),
        seen: Newlines::default(),
    };
    let state = StringIo {
        base_closed: AtomicBool::new(false),
        closed: AtomicBool::new(false),
        state: Mutex::new(text),
    };
    Ok(native::new(t, Ref::known(args[0]), state))
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let newline = match args[2].given() {
        None => Newline::parse(Some("\n")),
        Some(Value::NONE) => Newline::parse(None),
        Some(v) => match v.as_str() {
            Some(s) => Newline::parse(Some(&s.to_rust())),
            None => {
                let name = type_of(v).name();
                return Err(t.type_error(format!("newline must be str or None, not {name}")));
            }
        },
    };
    let Some(newline) = newline else {
        let repr = pystm_vm::protocol::text::repr_string(t, args[2])?;
        return Err(t.value_error(format!("illegal newline value: {repr}")));
    };
    let initial = args[1].given_not_none();
    if let Some(v) = initial
        && v.as_str().is_none()
    {
        let name = type_of(v).name();
        return Err(t.type_error(format!("initial_value must be str or None, not {name}")));
    }
    let state = this(args[0]);
    state.closed.store(false, Relaxed);
    state.base_closed.store(false, Relaxed);
    let mut text = state.state.lock();
    text.buf.replace(TextBuf::new());
    (text.ready, text.at, text.newline, text.seen) = (true, 0, newline, Newlines::default());
    if let Some(s) = initial.and_then(|v| v.as_str()) {
        put(&mut text, s.units());
        text.at = 0;
    }
    Ok(Value::NONE)
}

/// Writes at the position, translating line ends as the newline mode says.
fn put(text: &mut Text, units: Units<'_>) {
    let decoded;
    let mut units = units;
    if text.newline.universal {
        decoded = text.seen.decode(TextBuf::from(units), text.newline.translate, true);
        units = decoded.as_units();
    }
    let translated;
    if let Some(with) = text.newline.write {
        translated = text_lines::replace_newlines(units, with);
        units = translated.as_units();
    }
    let (at, n, len) = (text.at, units.len(), text.buf.len());
    if n == 0 {
        return;
    }
    if at == len {
        text.buf.append().push_units(units);
    } else {
        let contents = text.buf.change(at.min(len));
        let old = std::mem::take(contents);
        let mut buf = TextBuf::with_capacity(len.max(at + n));
        buf.push_units(old.as_units().slice(0..at.min(len)));
        buf.push_repeated(0, at.saturating_sub(len));
        buf.push_units(units);
        if at + n < len {
            buf.push_units(old.as_units().slice(at + n..len));
        }
        *contents = buf;
    }
    text.at = at + n;
}

fn write(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(s) = args[1].as_str() else {
        let name = type_of(args[1]).name();
        return Err(t.type_error(format!("string argument expected, got '{name}'")));
    };
    with(t, args[0], |text| put(text, s.units()))?;
    Ok(Value::small(s.len() as i64))
}

fn slice(t: &mut Thread, object: Value, find_end: impl FnOnce(&Text, usize) -> usize) -> PyResult {
    let part = with(t, object, |text| {
        let start = text.at.min(text.buf.len());
        let end = find_end(text, start);
        if end > start {
            text.at = end;
        }
        TextBuf::from(text.buf.as_units().slice(start..end))
    })?;
    Str::from_buf(t, &part)
}

fn read(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = optional_size(t, args[1])?;
    slice(t, args[0], |text, start| n.map_or(text.buf.len(), |n| start.saturating_add(n).min(text.buf.len())))
}

fn line_end(text: &Text, start: usize, limit: Option<usize>) -> usize {
    let len = text.buf.len();
    let end = text_lines::find_line_end(text.buf.as_units(), start, &text.newline).unwrap_or(len);
    limit.map_or(end, |n| end.min(start.saturating_add(n)))
}

fn readline(t: &mut Thread, args: &[Value]) -> PyResult {
    let limit = optional_size(t, args[1])?;
    slice(t, args[0], |text, start| line_end(text, start, limit))
}

fn next(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = t.rt.native_class(t, &DEF);
    let line = if type_of(args[0]) == class {
        slice(t, args[0], |text, start| line_end(text, start, None))?
    } else {
        call::call_method(t, args[0], "readline", &[])?
    };
    match line.as_str() {
        Some(s) if s.is_empty() => Err(t.stop_iteration()),
        Some(_) => Ok(line),
        None => {
            let name = type_of(line).name();
            Err(t.raise(Exc::OSError, format!("readline() should have returned a str object, not '{name}'")))
        }
    }
}

fn seek(t: &mut Thread, args: &[Value]) -> PyResult {
    with(t, args[0], |_| ())?;
    let position = to_i64(t, args[1])?;
    let whence = match args[2].given() {
        Some(w) => to_i32(t, w)?,
        None => 0,
    };
    if !(0..=2).contains(&whence) {
        return Err(t.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)")));
    }
    if position < 0 && whence == 0 {
        return Err(t.value_error(format!("Negative seek position {position}")));
    }
    if whence != 0 && position != 0 {
        return Err(t.raise(Exc::OSError, "Can't do nonzero cur-relative seeks"));
    }
    let at = with(t, args[0], |text| {
        text.at = match whence {
            0 => position as usize,
            1 => text.at,
            _ => text.buf.len(),
        };
        text.at
    })?;
    Ok(int_value(t, at as i64))
}

fn tell(t: &mut Thread, args: &[Value]) -> PyResult {
    let at = with(t, args[0], |text| text.at)?;
    Ok(int_value(t, at as i64))
}

fn truncate(t: &mut Thread, args: &[Value]) -> PyResult {
    let here = with(t, args[0], |text| text.at)?;
    let size = match args[1].given_not_none() {
        Some(v) => to_i64(t, v)?,
        None => here as i64,
    };
    if size < 0 {
        return Err(t.value_error(format!("Negative size value {size}")));
    }
    with(t, args[0], |text| {
        if (size as usize) < text.buf.len() {
            let left = text.buf.first(size as usize);
            *text.buf.change(size as usize) = left;
        }
    })?;
    Ok(int_value(t, size))
}

fn getvalue(t: &mut Thread, args: &[Value]) -> PyResult {
    let text = with(t, args[0], |text| TextBuf::clone(&text.buf))?;
    Str::from_buf(t, &text)
}

fn close(_: &mut Thread, args: &[Value]) -> PyResult {
    let state = this(args[0]);
    state.closed.store(true, Relaxed);
    state.state.lock().buf.replace(TextBuf::new());
    Ok(Value::NONE)
}

fn getstate(t: &mut Thread, args: &[Value]) -> PyResult {
    let value = getvalue(t, args)?;
    let newline = this(args[0]).state.lock().newline.read_text();
    let newline = match newline {
        Some(s) => t.intern(s),
        None => Value::NONE,
    };
    let at = tell(t, args)?;
    let dict = match attr::find_attr(t, args[0], "__dict__")? {
        Some(d) => call::call_method(t, d, "copy", &[])?,
        None => Value::NONE,
    };
    tuple::new(t, &[value, newline, at, dict])
}

fn setstate(t: &mut Thread, args: &[Value]) -> PyResult {
    // An object that pickle has made has not been initialised.
    if this(args[0]).closed.load(Relaxed) {
        return Err(base::closed_error(t));
    }
    let Some(state) = args[1].as_tuple().filter(|s| s.len() >= 4) else {
        let (name, got) = (type_of(args[0]).name(), type_of(args[1]).name());
        return Err(t.type_error(format!("{name}.__setstate__ argument should be 4-tuple, got {got}")));
    };
    // The text is stored as it is: it was translated when it was first written.
    let text = state.at(0);
    init(t, &[args[0], Value::NONE, state.at(1)])?;
    let Some(s) = text.as_str() else { return Err(t.type_error("initial_value must be str or None")) };
    let at = to_i64(t, state.at(2))?;
    if at < 0 {
        return Err(t.value_error("position value cannot be negative"));
    }
    with(t, args[0], |state| {
        state.buf.replace(TextBuf::from(s.units()));
        state.at = at as usize;
    })?;
    super::restore_dict(t, args[0], state.at(3), "fourth item of state should be a dict, got a ")?;
    Ok(Value::NONE)
}
