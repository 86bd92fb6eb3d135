//! `traceback`: which frames an exception has left or been caught in. Positions are computed on demand, and so are the
//! objects of the frames that were left.

use pystm_gc::{Header, Layout, Trace, layout::Size};
use pystm_stm::Slot;

use super::{
    code::Code,
    frame::{self, Frame, Live},
    function::{self, Function},
    int,
};
use crate::{
    bytecode::Position,
    error::PyResult,
    kind::Kind,
    native::{GetSet, Method, TypeDef, getset, getter, method, static_method},
    object::{Body, Ref},
    protocol::number,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// Body of a traceback entry.
#[repr(C)]
pub struct Traceback {
    header: Header,
    version: Slot<u64>,
    /// The next entry (towards where the exception was raised), or None
    pub next: Slot<Value>,
    /// The frame object, unset for a frame that was left while nobody has asked for it.
    frame: Slot<Value>,
    /// The function of the frame.
    pub function: Slot<Value>,
    /// Without a frame object: the frame's named registers as they were when it was left, a tuple, or unset.
    left: Slot<Value>,
    /// Without a frame object: the namespace of module and class code, or the generator, or unset.
    extra: Slot<Value>,
    /// `tb_lasti`, an `i64`: two for each word of the code.
    lasti: Slot<u64>,
    /// A line that the constructor was given, or 0.
    line: Slot<u64>,
}

// SAFETY: `repr(C)`, header first; only tracebacks have the kind.
unsafe impl Body for Traceback {
    const KIND: Kind = Kind::Traceback;
}

/// Layout of tracebacks.
pub const LAYOUT: Layout = Layout {
    trace: Trace::Fixed { first: 2, count: 5 },
    size: Size::Fixed(size_of::<Traceback>() as u32),
    drop: None,
};

/// The class `traceback`.
pub static DEF: TypeDef = TypeDef {
    name: "traceback",
    doc: "TracebackType(tb_next, tb_frame, tb_lasti, tb_lineno)\n--\n\nAn entry of a traceback.",
    base: None,
    kind: Kind::Traceback,
    layout: LAYOUT,
    words: 0,
    flags: 0,
    methods: METHODS,
    getset: GETSET,
    setup: None,
};

static METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, /, tb_next, tb_frame, tb_lasti, tb_lineno)",
        new,
        "Make a traceback entry.",
    ),
    method("__dir__", "($self, /)", dir, "The attributes."),
];

static GETSET: &[GetSet] = &[
    getset("tb_next", get_next, set_next, "The next entry."),
    getter("tb_frame", get_frame, "The frame."),
    getter("tb_lasti", get_lasti, "Index of the instruction."),
    getter("tb_lineno", get_lineno, "The line."),
];

impl Traceback {
    /// The code of the frame.
    pub fn code(&self) -> Ref<Code> {
        Ref::known(Ref::<Function>::known(self.function.get()).code.get())
    }

    /// The instruction.
    pub fn word(&self) -> u32 {
        ((self.lasti.get() as i64).max(0) / 2) as u32
    }

    /// Where the instruction stands in the source. The line alone is known if the entry was made by the constructor.
    pub fn position(&self) -> Position {
        let position = self.code().loaded().position_at(self.word());
        match self.line.get() as u32 {
            0 => position,
            line if line == position.line => position,
            line => Position { line, end_line: 0, col: 0, end_col: 0 },
        }
    }

    /// The line, 0 if it is not known.
    pub fn line(&self) -> u32 {
        match self.line.get() as u32 {
            0 => self.code().loaded().position_at(self.word()).line,
            line => line,
        }
    }

    /// The next entry.
    pub fn next(&self) -> Option<Ref<Traceback>> {
        self.next.get().cast()
    }
}

/// A new entry in front of `next` for the running frame, which runs `function` and stands at word `word`. If it `stays`,
/// because it handles the exception, its variables will be found in its frame object; else they are copied, which is
/// cheaper.
pub fn of_running_frame(
    t: &mut Thread,
    next: Value,
    function: Ref<Function>,
    word: u32,
    stays: bool,
) -> Value {
    let lasti = i64::from(word) * 2;
    let frame = match Live::running(t) {
        Some(live) if stays => Some(frame::unlinked(t, live)),
        Some(live) => frame::known(t, live),
        None => None,
    };
    if let Some(frame) = frame {
        let values = [next, frame.value(), function.value(), Value::UNSET, Value::UNSET];
        return make(t, values, lasti, 0);
    }
    let window = t.fp;
    // SAFETY: `fp` is the window of the running frame, which runs that function.
    let (left, extra) = unsafe {
        let loaded = function.loaded();
        (frame::copy_registers(t, loaded, window), frame::extra_of(loaded, window))
    };
    make(t, [next, Value::UNSET, function.value(), left, extra], lasti, 0)
}

fn make(t: &mut Thread, values: [Value; 5], lasti: i64, line: u64) -> Value {
    let [next, frame, function, left, extra] = values;
    function::note_shown(Ref::known(function));
    Ref::new(t, |header| Traceback {
        header,
        version: Slot::new(0),
        next: Slot::new(next),
        frame: Slot::new(frame),
        function: Slot::new(function),
        left: Slot::new(left),
        extra: Slot::new(extra),
        lasti: Slot::new(lasti as u64),
        line: Slot::new(line),
    })
    .value()
}

/// A copy of one entry that has none after it.
pub fn copy_of_first(t: &mut Thread, tb: Ref<Traceback>) -> Value {
    let values = [Value::NONE, tb.frame.get(), tb.function.get(), tb.left.get(), tb.extra.get()];
    make(t, values, tb.lasti.get() as i64, tb.line.get())
}

/// The frame object of an entry, made on first use.
pub fn frame_of(t: &mut Thread, tb: Ref<Traceback>) -> Ref<Frame> {
    let first = own_frame(t, tb);
    frame::link_live(t, first);
    // Frames of the entries after this one have been called by this one.
    let (mut entry, mut caller) = (tb, first);
    while let Some(next) = entry.next() {
        let frame = own_frame(t, next);
        if !frame::called_by(t, frame, caller) {
            break;
        }
        (entry, caller) = (next, frame);
    }
    first
}

fn own_frame(t: &mut Thread, tb: Ref<Traceback>) -> Ref<Frame> {
    if let Some(frame) = tb.frame.get().cast::<Frame>() {
        return frame;
    }
    let (function, left, extra) = (Ref::known(tb.function.get()), tb.left.get(), tb.extra.get());
    let frame = frame::of_left(t, function, left, extra, tb.word());
    let w = t.write(tb);
    tb.frame.set(&w, frame.value());
    frame
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let (next, frame, lasti, lineno) = (args[1], args[2], args[3], args[4]);
    if !next.is_none() && next.cast::<Traceback>().is_none() {
        let shown = type_of(next).name();
        return Err(t.type_error(format!("expected traceback object or None, got '{shown}'")));
    }
    let Some(f) = frame.cast::<Frame>() else {
        let got = type_of(frame).name();
        return Err(t.type_error(format!("TracebackType() argument 'tb_frame' must be frame, not {got}")));
    };
    let lasti = number::index_as_i64(t, lasti)?;
    let line = number::index_as_i64(t, lineno)?;
    let values = [next, frame, f.function.get(), Value::UNSET, Value::UNSET];
    Ok(make(t, values, lasti, line as u64))
}

fn dir(t: &mut Thread, _args: &[Value]) -> PyResult {
    let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"].map(|n| t.intern(n));
    Ok(super::list::new(t, &names))
}

fn this(value: Value) -> Ref<Traceback> {
    Ref::known(value)
}

fn get_next(_t: &mut Thread, value: Value) -> PyResult {
    Ok(this(value).next.get())
}

fn set_next(t: &mut Thread, value: Value, next: Value) -> PyResult<()> {
    if next.is_unset() {
        return Err(t.type_error("can't delete tb_next attribute"));
    }
    if !next.is_none() && next.cast::<Traceback>().is_none() {
        let shown = type_of(next).name();
        return Err(t.type_error(format!("expected traceback object or None, got '{shown}'")));
    }
    let mut at = next.cast::<Traceback>();
    while let Some(tb) = at {
        if tb.value() == value {
            return Err(t.value_error("traceback loop detected"));
        }
        at = tb.next();
    }
    let tb = this(value);
    t.change_public(tb.object());
    let w = t.write(tb);
    tb.next.set(&w, next);
    Ok(())
}

fn get_frame(t: &mut Thread, value: Value) -> PyResult {
    Ok(frame_of(t, this(value)).value())
}

fn get_lasti(t: &mut Thread, value: Value) -> PyResult {
    Ok(int::from_i64(t, this(value).lasti.get() as i64))
}

fn get_lineno(_t: &mut Thread, value: Value) -> PyResult {
    let tb = this(value);
    match tb.line.get() as i64 {
        0 => match tb.position().line {
            0 => Ok(Value::NONE),
            line => Ok(Value::small(line as i64)),
        },
        line => Ok(Value::small(line)),
    }
}

/// Takes the frames of importlib out of an exception's traceback: all groups of them for an ImportError (`always`), else
/// those that end in `_call_with_frames_removed`.
pub fn trim_importlib(t: &mut Thread, exception: Value, always: bool) {
    let Some(e) = exception.cast::<super::exceptions::Exception>() else { return };
    // Where the link to the first entry of the current group stands: an entry, or `None` for the exception itself.
    let mut before: Option<Ref<Traceback>> = None;
    let mut group: Option<Option<Ref<Traceback>>> = None;
    let mut at = e.traceback.get().cast::<Traceback>();
    while let Some(entry) = at {
        let code = entry.code();
        let file = crate::protocol::attr::name_text(code.filename.get());
        let inside = file.starts_with("<frozen importlib")
            || file.ends_with("importlib/_bootstrap.py")
            || file.ends_with("importlib/_bootstrap_external.py");
        if inside && group.is_none() {
            group = Some(before);
        }
        let ends = inside
            && (always || crate::protocol::attr::name_text(code.name.get()) == "_call_with_frames_removed");
        let next = entry.next.get();
        if ends && let Some(start) = group {
            match start {
                Some(b) => {
                    let w = t.write(b);
                    b.next.set(&w, next);
                }
                None => e.set_traceback(t, next),
            }
            before = start;
        } else {
            before = Some(entry);
        }
        if !inside || ends {
            group = None;
        }
        at = next.cast();
    }
}
