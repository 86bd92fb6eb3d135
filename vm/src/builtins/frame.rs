//! `frame`: a picture of a frame, made when a program asks for one. As long as the frame runs, its line and locals are
//! read from the window itself; afterwards the picture shows what was seen last.

use pystm_gc::{Header, Layout, Trace, layout::Size};
use pystm_stm::Slot;

use super::{
    cell::Cell,
    code::{Code, Loaded},
    dict::{self, Dict},
    function::Function,
    generator::{Generator, State},
};
use crate::{
    bytecode::{CodeFlags, LocalKind, Op, Position},
    error::{Exc, PyResult},
    interp::decode,
    kind::Kind,
    native::{GetSet, Method, NO_CONSTRUCTOR, TypeDef, getset, getter, method},
    object::{Body, Ref},
    thread::Thread,
    value::Value,
};

/// Body of a frame object.
#[repr(C)]
pub struct Frame {
    header: Header,
    version: Slot<u64>,
    /// The function.
    pub function: Slot<Value>,
    /// Values of the named registers, an array, or unset.
    pub locals: Slot<Value>,
    /// Namespace of module and class code, or the generator, or unset.
    pub extra: Slot<Value>,
    /// `f_back` once it is known: a frame, None, or unset.
    back: Slot<Value>,
    /// `f_trace`
    trace: Slot<Value>,
    /// Word index of the instruction.
    word: Slot<u64>,
    /// Window of the frame, 0 for frames that are known to be gone.
    window: Slot<u64>,
}

// SAFETY: `repr(C)`, header first; only frames have the kind.
unsafe impl Body for Frame {
    const KIND: Kind = Kind::Frame;
}

/// Layout of frame objects.
pub const LAYOUT: Layout = Layout {
    trace: Trace::Fixed { first: 2, count: 5 },
    size: Size::Fixed(size_of::<Frame>() as u32),
    drop: None,
};

/// The class `frame`.
pub static DEF: TypeDef = TypeDef {
    name: "frame",
    doc: "A call of a Python function.",
    base: None,
    kind: Kind::Frame,
    layout: LAYOUT,
    words: 0,
    flags: NO_CONSTRUCTOR,
    methods: METHODS,
    getset: GETSET,
    setup: None,
};

static METHODS: &[Method] = &[
    method("clear", "($self, /)", clear, "Forget the locals."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
];

static GETSET: &[GetSet] = &[
    getter("f_back", get_back, "The calling frame."),
    getter("f_code", get_code, "The code."),
    getter("f_globals", get_globals, "The global namespace."),
    getter("f_builtins", get_builtins, "The namespace of the built-ins."),
    getter("f_locals", get_locals, "The local namespace."),
    getter("f_lineno", get_lineno, "The current line."),
    getter("f_lasti", get_lasti, "Index of the current instruction."),
    getter("f_generator", get_generator, "The generator or coroutine that owns the frame, or None."),
    getset("f_trace", get_trace, set_trace, "The trace function."),
    getset("f_trace_lines", get_true, ignore, "Whether to trace lines."),
    getset("f_trace_opcodes", get_false, ignore, "Whether to trace instructions."),
];

/// A frame on the register stack: its window and the instruction at which it stands.
#[derive(Clone, Copy)]
pub struct Live {
    /// The window.
    pub fp: *mut Value,
    /// The instruction.
    pub ip: *const u64,
    /// Entries of [`Thread::entries`] below it.
    entries: usize,
}

impl Live {
    /// The running frame.
    pub fn running(t: &Thread) -> Option<Live> {
        (!t.fp.is_null()).then_some(Live { fp: t.fp, ip: t.ip, entries: t.entries.len() })
    }

    /// The frame that called this one.
    pub fn caller(self, t: &Thread) -> Option<Live> {
        // SAFETY: the links of a live frame are set; a return address is an instruction or the word behind a call.
        unsafe {
            let return_ip = *(self.fp.sub(2) as *const *const u64);
            if decode::op(return_ip) != Op::Halt as usize {
                let fp = *(self.fp.sub(1) as *const *mut Value);
                let ip = crate::interp::frame::calling_instruction(return_ip);
                return Some(Live { fp, ip, entries: self.entries });
            }
        }
        let entries =
            t.entries[..self.entries.min(t.entries.len())].iter().rposition(|e| e.window == self.fp)?;
        let entry = t.entries[entries];
        (!entry.caller_fp.is_null()).then_some(Live { fp: entry.caller_fp, ip: entry.caller_ip, entries })
    }

    /// The function.
    pub fn function(self) -> Ref<Function> {
        // SAFETY: the window is live.
        unsafe { crate::interp::frame::function_of(self.fp) }
    }

    /// The code.
    pub fn code(self) -> Ref<Code> {
        Ref::known(self.function().code.get())
    }

    /// Word index of the instruction.
    pub fn word(self) -> u32 {
        self.function().loaded().word_index(self.ip)
    }

    /// Namespace of module and class code, or the generator, or unset.
    pub fn extra(self) -> Value {
        // SAFETY: the window is live and runs that code.
        unsafe { extra_of(self.function().loaded(), self.fp) }
    }
}

/// Namespace of module and class code, or the generator, or unset.
///
/// # Safety
/// `fp` must be the window of a live frame that runs this code.
pub unsafe fn extra_of(loaded: &Loaded, fp: *mut Value) -> Value {
    // Calls of plain functions leave the link as it was.
    if loaded.flags.has(CodeFlags::OPTIMIZED) && !loaded.is_generator() {
        return Value::UNSET;
    }
    // SAFETY: the link of such frames is set.
    unsafe { *fp.sub(3) }
}

/// The frame `depth` calls above the running one, or `None` if the stack is not that deep.
pub fn live_at(t: &Thread, depth: usize) -> Option<Live> {
    let mut live = Live::running(t)?;
    for _ in 0..depth {
        live = live.caller(t)?;
    }
    Some(live)
}

/// The frame object of the frame `depth` calls above the running one (`sys._getframe`).
pub fn at_depth(t: &mut Thread, depth: usize) -> PyResult<Option<Value>> {
    Ok(live_at(t, depth).map(|live| of_live(t, live)))
}

/// `locals()` of the frame `depth` calls above the running one.
pub fn locals_of(t: &mut Thread, depth: usize) -> PyResult {
    let Some(live) = live_at(t, depth) else {
        return Err(t.raise(Exc::SystemError, "frame does not exist"));
    };
    let function = live.function();
    // SAFETY: the window is live.
    let locals = unsafe { copy_locals(t, function.loaded(), live.fp) };
    Ok(locals_dict(t, function, locals, live.extra()).value())
}

/// A frame object of a frame on the register stack.
pub fn of_live(t: &mut Thread, live: Live) -> Value {
    let function = live.function();
    // SAFETY: the window is live.
    let locals = unsafe { copy_locals(t, function.loaded(), live.fp) };
    make(t, function, locals, live.extra(), live.word(), live.fp as u64)
}

/// A frame object of an entry of a traceback.
pub fn of_traceback(
    t: &mut Thread,
    function: Ref<Function>,
    locals: Value,
    extra: Value,
    word: u32,
    window: u64,
) -> Value {
    make(t, function, locals, extra, word, window)
}

/// A frame object of a generator that is not running.
pub fn of_generator(t: &mut Thread, generator: Ref<Generator>) -> Value {
    let function = Ref::<Function>::known(generator.function.get());
    let loaded = function.loaded();
    let word = generator_word(generator, loaded);
    let locals = copy_generator_locals(t, generator, loaded);
    make(t, function, locals, generator.value(), word, 0)
}

fn make(
    t: &mut Thread,
    function: Ref<Function>,
    locals: Value,
    extra: Value,
    word: u32,
    window: u64,
) -> Value {
    Ref::new(t, |header| Frame {
        header,
        version: Slot::new(0),
        function: Slot::new(function.value()),
        locals: Slot::new(locals),
        extra: Slot::new(extra),
        back: Slot::new(Value::UNSET),
        trace: Slot::new(Value::NONE),
        word: Slot::new(word as u64),
        window: Slot::new(window),
    })
    .value()
}

/// Copies the named registers of a window into a tuple (which may hold unset words, so that Python code never sees it);
/// unset if there are none.
///
/// # Safety
/// `fp` must be the window of a live frame that runs this code.
pub unsafe fn copy_locals(t: &mut Thread, loaded: &Loaded, fp: *mut Value) -> Value {
    let count = loaded.local_count as usize;
    if count == 0 {
        return Value::UNSET;
    }
    // SAFETY: named registers are part of the window.
    let values = unsafe { std::slice::from_raw_parts(fp, count) };
    super::tuple::new_small(t, values)
}

/// The instruction at which a generator stands; one that has not started stands at the line of its `def`.
fn generator_word(generator: Ref<Generator>, loaded: &Loaded) -> u32 {
    let word = loaded.word_index(generator.ip.get() as *const u64);
    if generator.state() == State::Created { word.saturating_sub(1) } else { word }
}

/// Copies the named registers of a generator that is not running.
fn copy_generator_locals(t: &mut Thread, generator: Ref<Generator>, loaded: &Loaded) -> Value {
    let Some(locals) = generator.registers().get(..loaded.local_count as usize) else { return Value::UNSET };
    let mut values = t.vec();
    values.extend(locals.iter().map(|register| register.get()));
    super::tuple::new_small(t, &values)
}

impl Frame {
    /// The code.
    pub fn code(&self) -> Ref<Code> {
        Ref::known(Ref::<Function>::known(self.function.get()).code.get())
    }

    fn generator(&self) -> Option<Ref<Generator>> {
        self.extra.get().cast::<Generator>()
    }
}

/// The frame on the register stack that a frame object shows, if it is still there.
fn find_live(t: &Thread, frame: Ref<Frame>) -> Option<Live> {
    let window = frame.window.get();
    let generator = frame.generator();
    if generator.is_none() && window == 0 {
        return None;
    }
    let mut live = Live::running(t)?;
    loop {
        let found = match generator {
            Some(g) => live.extra() == g.value(),
            None => live.fp as u64 == window && live.function().value() == frame.function.get(),
        };
        if found {
            return Some(live);
        }
        live = live.caller(t)?;
    }
}

/// Brings instruction and locals up to date.
fn refresh(t: &mut Thread, frame: Ref<Frame>) {
    let (locals, word) = if let Some(live) = find_live(t, frame) {
        // SAFETY: the window is live.
        (unsafe { copy_locals(t, live.function().loaded(), live.fp) }, live.word())
    } else if let Some(g) =
        frame.generator().filter(|g| matches!(g.state(), State::Created | State::Suspended))
    {
        let loaded = Ref::<Function>::known(g.function.get()).loaded();
        (copy_generator_locals(t, g, loaded), generator_word(g, loaded))
    } else {
        return;
    };
    let w = t.write(frame);
    frame.locals.set(&w, locals);
    frame.word.set(&w, word as u64);
}

/// The position of the frame's current instruction.
pub fn position(t: &mut Thread, frame: Ref<Frame>) -> Position {
    refresh(t, frame);
    frame.code().loaded().position_at(frame.word.get() as u32)
}

/// The namespace of locals, given copies of the registers: a fresh dict for functions, the namespace itself for module and
/// class code.
pub fn locals_dict(t: &mut Thread, function: Ref<Function>, locals: Value, extra: Value) -> Ref<Dict> {
    let loaded = function.loaded();
    if !loaded.flags.has(CodeFlags::OPTIMIZED) {
        if let Some(namespace) = extra.cast::<Dict>() {
            return namespace;
        }
        if let Some(globals) = function.globals.get().cast::<Dict>() {
            return globals;
        }
    }
    let result = dict::new(t);
    let Some(values) = locals.cast::<super::tuple::Tuple>() else { return result };
    // Parameters come first, then the other variables, then those that are shared with other functions.
    let rank = |i: usize| match loaded.locals[i].1 {
        _ if i < loaded.param_count as usize => 0,
        LocalKind::Fast | LocalKind::Hidden => 1,
        LocalKind::Cell => 2,
        LocalKind::Free => 3,
    };
    let mut order: Vec<usize> = (0..loaded.locals.len().min(values.len())).collect();
    order.sort_by_key(|&i| rank(i));
    for i in order {
        let (name, kind) = &loaded.locals[i];
        let mut value = values.at(i);
        if matches!(kind, LocalKind::Cell | LocalKind::Free)
            && let Some(cell) = value.cast::<Cell>()
        {
            value = cell.content.get();
        }
        if *kind != LocalKind::Hidden && !value.is_unset() {
            dict::set_str(t, result, *name, value);
        }
    }
    result
}

fn this(value: Value) -> Ref<Frame> {
    Ref::known(value)
}

fn get_back(t: &mut Thread, value: Value) -> PyResult {
    let frame = this(value);
    if let Some(back) = frame.back.get().given() {
        return Ok(back);
    }
    let Some(live) = find_live(t, frame) else { return Ok(Value::NONE) };
    let back = match live.caller(t) {
        Some(caller) => of_live(t, caller),
        None => Value::NONE,
    };
    if frame.generator().is_none() {
        let w = t.write(frame);
        frame.back.set(&w, back);
    }
    Ok(back)
}

fn get_code(_t: &mut Thread, value: Value) -> PyResult {
    Ok(this(value).code().value())
}

fn get_globals(_t: &mut Thread, value: Value) -> PyResult {
    Ok(Ref::<Function>::known(this(value).function.get()).globals.get())
}

fn get_builtins(_t: &mut Thread, value: Value) -> PyResult {
    Ok(Ref::<Function>::known(this(value).function.get()).builtins.get().or(Value::NONE))
}

fn get_locals(t: &mut Thread, value: Value) -> PyResult {
    let frame = this(value);
    refresh(t, frame);
    let function = Ref::known(frame.function.get());
    Ok(locals_dict(t, function, frame.locals.get(), frame.extra.get()).value())
}

fn get_lineno(t: &mut Thread, value: Value) -> PyResult {
    match position(t, this(value)).line {
        0 => Ok(Value::NONE),
        line => Ok(Value::small(line as i64)),
    }
}

fn get_lasti(t: &mut Thread, value: Value) -> PyResult {
    refresh(t, this(value));
    Ok(Value::small(this(value).word.get() as i64 * 2))
}

fn get_generator(_t: &mut Thread, value: Value) -> PyResult {
    Ok(this(value).generator().map_or(Value::NONE, |g| g.value()))
}

fn get_trace(_t: &mut Thread, value: Value) -> PyResult {
    Ok(this(value).trace.get())
}

fn set_trace(t: &mut Thread, value: Value, trace: Value) -> PyResult<()> {
    let frame = this(value);
    let w = t.write(frame);
    frame.trace.set(&w, trace.or(Value::NONE));
    Ok(())
}

fn get_true(_t: &mut Thread, _value: Value) -> PyResult {
    Ok(Value::TRUE)
}

fn get_false(_t: &mut Thread, _value: Value) -> PyResult {
    Ok(Value::FALSE)
}

fn ignore(_t: &mut Thread, _value: Value, _new: Value) -> PyResult<()> {
    Ok(())
}

fn clear(t: &mut Thread, args: &[Value]) -> PyResult {
    let frame = this(args[0]);
    if frame.generator().is_some_and(|g| g.state() == State::Suspended) {
        return Err(t.raise(Exc::RuntimeError, "cannot clear a suspended frame"));
    }
    if find_live(t, frame).is_some() {
        return Err(t.raise(Exc::RuntimeError, "cannot clear an executing frame"));
    }
    let w = t.write(frame);
    frame.locals.set(&w, Value::UNSET);
    frame.window.set(&w, 0);
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let frame = this(args[0]);
    let line = position(t, frame).line;
    let code = frame.code();
    let file = crate::protocol::text::repr_string(t, code.filename.get())?;
    let name = crate::protocol::attr::name_text(code.name.get());
    let address = args[0].bits() & !7;
    Ok(t.new_str(&format!("<frame at {address:#x}, file {file}, line {line}, code {name}>")))
}
