//! `frame`: a call of a Python function.
//!
//! Frames proper are windows of the register stack; an object is made for those that somebody asks for. While the frame
//! lives, the object finds everything in the window, and the interpreter *watches* the window: when it is left, its
//! registers go into the object (`interp/frame.rs`). The frame of a generator moves between the stack and the
//! generator, which therefore leads from the object to the registers.
//!
//! `live.rs` walks the stack, `others.rs` those of other threads, `variables.rs` reads and writes variables, `proxy.rs` is what `f_locals` gives,
//! `attributes.rs` the rest of what Python code sees.

mod attributes;
mod live;
pub mod others;
pub mod proxy;
mod variables;

use pystm_gc::{Header, Layout, Trace, layout::Size};
use pystm_stm::Slot;

use super::{
    code::{Code, Loaded},
    dict::Dict,
    function::{self, Function},
    generator::{Generator, State},
    tuple::{self, Tuple},
};
use crate::{
    bytecode::Position,
    error::{Exc, PyResult},
    interp::frame as frames,
    kind::Kind,
    object::{Body, Ref},
    thread::Thread,
    value::Value,
};

pub use attributes::DEF;
pub use live::{Live, extra_of, live_at};
pub use variables::{Registers, copy_registers};

/// Body of a frame object.
#[repr(C)]
pub struct Frame {
    header: Header,
    version: Slot<u64>,
    /// The function.
    pub function: Slot<Value>,
    /// The named registers as they were when the frame was left, a tuple; unset if there are none.
    left: Slot<Value>,
    /// Namespace of module and class code, or the generator, or unset.
    pub extra: Slot<Value>,
    /// `f_back` once it is known: a frame, None, or unset.
    back: Slot<Value>,
    /// `f_trace`
    trace: Slot<Value>,
    /// What Python code has added through `f_locals`: a dict, or unset.
    added: Slot<Value>,
    /// Word index of the instruction at which the frame was left.
    word: Slot<u64>,
    /// Window of a frame that is watched, else 0.
    window: Slot<u64>,
    /// Bits.
    flags: Slot<u64>,
}

/// Flag: `f_trace_lines` is false.
const NO_TRACE_LINES: u64 = 1;
/// Flag: `f_trace_opcodes`
const TRACE_OPCODES: u64 = 2;

// SAFETY: `repr(C)`, header first; only frames have the kind.
unsafe impl Body for Frame {
    const KIND: Kind = Kind::Frame;
}

/// Layout of frame objects.
pub const LAYOUT: Layout = Layout {
    trace: Trace::Fixed { first: 2, count: 6 },
    size: Size::Fixed(size_of::<Frame>() as u32),
    drop: None,
};

impl Frame {
    /// The code.
    pub fn code(&self) -> Ref<Code> {
        Ref::known(self.function().code.get())
    }

    /// The function.
    pub fn function(&self) -> Ref<Function> {
        Ref::known(self.function.get())
    }

    fn loaded(&self) -> &'static Loaded {
        self.function().loaded()
    }

    /// The generator whose frame it is.
    pub fn generator(&self) -> Option<Ref<Generator>> {
        self.extra.get().cast::<Generator>()
    }
}

/// The frame object of the frame `depth` calls above the running one (`sys._getframe`).
pub fn at_depth(t: &mut Thread, depth: usize) -> PyResult<Option<Value>> {
    Ok(live_at(t, depth).map(|live| of_live(t, live)))
}

/// The frame object of a live frame, for Python code: `f_back` will be there when the frame is not.
pub fn of_live(t: &mut Thread, live: Live) -> Value {
    let first = unlinked(t, live);
    link(t, first, live);
    first.value()
}

/// Makes the objects of the calling frames, up to one that has its `f_back` already.
fn link(t: &mut Thread, frame: Ref<Frame>, live: Live) {
    let (mut frame, mut live) = (frame, live);
    // The caller of a generator is another one each time.
    while frame.back.get().is_unset() && frame.generator().is_none() {
        let Some(caller) = live.caller(t) else {
            let w = t.write(frame);
            frame.back.set(&w, Value::NONE);
            return;
        };
        let back = unlinked(t, caller);
        let w = t.write(frame);
        frame.back.set(&w, back.value());
        (frame, live) = (back, caller);
    }
}

/// The frame object of a live frame, if there is one.
pub fn known(t: &Thread, live: Live) -> Option<Ref<Frame>> {
    match live.generator() {
        Some(generator) => generator.frame.get().cast(),
        None => frames::watched(t, live.fp).map(|w| Ref::known(w.frame)),
    }
}

/// Sees to it that a frame object will have its `f_back` when the frame is gone.
pub fn link_live(t: &mut Thread, frame: Ref<Frame>) {
    if frame.back.get().is_unset()
        && let Some(live) = find_live(t, frame)
    {
        link(t, frame, live);
    }
}

/// Notes the caller of a frame that has been left, unless it is known.
pub fn called_by(t: &mut Thread, frame: Ref<Frame>, caller: Ref<Frame>) -> bool {
    let news = frame.back.get().is_unset();
    if news {
        let w = t.write(frame);
        frame.back.set(&w, caller.value());
    }
    news
}

/// The frame object of a live frame, made and watched if there is none. Its `f_back` may be lost when it is left.
pub fn unlinked(t: &mut Thread, live: Live) -> Ref<Frame> {
    if let Some(known) = known(t, live) {
        return known;
    }
    if let Some(generator) = live.generator() {
        return of_generator(t, generator);
    }
    let function = live.function();
    let left = room(t, function.loaded());
    let frame = make(t, function, left, live.extra(), live.word());
    let w = t.write(frame);
    frame.window.set(&w, live.fp as u64);
    // SAFETY: the window is live, is no generator's and was not watched.
    unsafe { frames::watch(t, live.fp, frame) };
    frame
}

/// The frame object of a generator that has not finished.
pub fn of_generator(t: &mut Thread, generator: Ref<Generator>) -> Ref<Frame> {
    if let Some(frame) = generator.frame.get().cast::<Frame>() {
        return frame;
    }
    let function = Ref::<Function>::known(generator.function.get());
    let left = room(t, function.loaded());
    let frame = make(t, function, left, generator.value(), 0);
    let w = t.write(generator);
    generator.frame.set(&w, frame.value());
    frame
}

/// The frame object of a frame that an exception has left.
pub fn of_left(t: &mut Thread, function: Ref<Function>, left: Value, extra: Value, word: u32) -> Ref<Frame> {
    make(t, function, left, extra, word)
}

/// A tuple for the named registers; unset if there are none.
fn room(t: &mut Thread, loaded: &Loaded) -> Value {
    match loaded.locals.len() {
        0 => Value::UNSET,
        n => tuple::new_unset(t, n).unwrap_or_else(|_| unreachable!("a window's worth of words")).value(),
    }
}

fn make(t: &mut Thread, function: Ref<Function>, left: Value, extra: Value, word: u32) -> Ref<Frame> {
    function::note_shown(function);
    Ref::new(t, |header| Frame {
        header,
        version: Slot::new(0),
        function: Slot::new(function.value()),
        left: Slot::new(left),
        extra: Slot::new(extra),
        back: Slot::new(Value::UNSET),
        trace: Slot::new(Value::NONE),
        added: Slot::new(Value::UNSET),
        word: Slot::new(u64::from(word)),
        window: Slot::new(0),
        flags: Slot::new(0),
    })
}

/// Keeps what will be gone when the frame in this window is left: its variables, and the instruction at which it was
/// left. Allocates nothing.
///
/// # Safety
/// `fp` must be the window of the object's frame, with the named registers still in it.
pub unsafe fn leave(t: &mut Thread, frame: Ref<Frame>, fp: *mut Value, at: *const u64) {
    if let Some(left) = frame.left.get().cast::<Tuple>() {
        let w = t.write(left);
        for (i, slot) in left.items().iter().enumerate() {
            // SAFETY: the tuple has as many items as the window has named registers.
            slot.set(&w, unsafe { *fp.add(i) });
        }
    }
    let word = frame.loaded().word_index(at);
    let w = t.write(frame);
    frame.window.set(&w, 0);
    frame.word.set(&w, u64::from(word));
}

/// The frame on the register stack that a frame object shows, if it is still there.
fn find_live(t: &Thread, frame: Ref<Frame>) -> Option<Live> {
    match frame.generator() {
        Some(g) if g.state() == State::Running => Live::find(t, |live| live.extra() == g.value()),
        Some(_) => None,
        None => {
            let window = frame.window.get();
            if window == 0 { None } else { Live::find(t, |live| live.fp as u64 == window) }
        }
    }
}

/// Where the variables of a frame are now.
fn registers(t: &Thread, frame: Ref<Frame>) -> Registers {
    if let Some(live) = find_live(t, frame) {
        return Registers::Window(live.fp);
    }
    if let Some(generator) = frame.generator().filter(|g| g.is_paused()) {
        return Registers::Saved(generator);
    }
    frame.left.get().cast::<Tuple>().map_or(Registers::Gone, Registers::Left)
}

/// Word index of the frame's current instruction.
fn current_word(t: &Thread, frame: Ref<Frame>) -> u32 {
    if let Some(live) = find_live(t, frame) {
        return live.word();
    }
    let loaded = frame.loaded();
    if let Some(g) = frame.generator().filter(|g| g.is_paused()) {
        let word = loaded.word_index(g.ip.get() as *const u64);
        // One that has not started stands at the line of its `def`.
        return if g.state() == State::Created { word.saturating_sub(1) } else { word };
    }
    frame.word.get() as u32
}

/// The position of the frame's current instruction.
pub fn position(t: &Thread, frame: Ref<Frame>) -> Position {
    frame.loaded().position_at(current_word(t, frame))
}

/// `locals()` of the running frame: a namespace, or a new dict of the variables.
pub fn running_locals(t: &mut Thread) -> PyResult {
    let Some(live) = Live::running(t) else {
        return Err(t.raise(Exc::SystemError, "frame does not exist"));
    };
    let (function, registers) = (live.function(), Registers::Window(live.fp));
    if let Some(namespace) = variables::namespace(function, registers, live.extra()) {
        return Ok(namespace);
    }
    let added = known(t, live).map_or(Value::UNSET, |f| f.added.get());
    Ok(variables::snapshot(t, function, registers, added)?.value())
}

/// The variables of a frame as they are now, in a new dict, or the namespace of module and class code if that is a dict.
pub fn variables_of(t: &mut Thread, frame: Ref<Frame>) -> PyResult<Ref<Dict>> {
    let (function, registers) = (frame.function(), registers(t, frame));
    match variables::namespace(function, registers, frame.extra.get()).and_then(|n| n.cast()) {
        Some(dict) => Ok(dict),
        None => variables::snapshot(t, function, registers, frame.added.get()),
    }
}
