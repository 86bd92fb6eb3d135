//! `code`: a code unit loaded into the heap.

pub mod methods;
pub mod unit;

use std::{
    ops::Range,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use parking_lot::Mutex;
use pystm_gc::{Header, Layout, Marker, Object, ShapeId, Trace, layout::Size};
use pystm_stm::Slot;
use rustc_hash::{FxBuildHasher, FxHashSet};

use super::{frozenset_from, tuple};
use crate::{
    bytecode::{CodeFlags, CodeUnit, Const, ExceptionEntry, Extra, LocalKind, Op, Position, Positions},
    error::PyResult,
    kind::Kind,
    object::{Body, Ref},
    thread::Thread,
    value::Value,
};

/// What the interpreter needs of a code object, which owns it. What a call needs comes first, in one cache line.
#[repr(C)]
pub struct Loaded {
    /// First instruction.
    pub entry: *const u64,
    /// Registers of the window.
    pub registers: u32,
    /// Number of parameters if all are plain positional ones, else `u32::MAX`.
    pub simple_args: u32,
    /// Named registers; those that are no parameters are unset at the start.
    pub local_count: u32,
    /// Registers filled by arguments: positional, keyword-only, `*args`, `**kwargs`.
    pub param_count: u32,
    /// `co_argcount`
    pub arg_count: u32,
    /// `co_posonlyargcount`
    pub posonly_count: u32,
    /// `co_kwonlyargcount`
    pub kwonly_count: u32,
    /// `co_flags`
    pub flags: CodeFlags,
    /// Instructions, operands and inline caches.
    pub words: Box<[AtomicU64]>,
    /// Interned names.
    pub names: Box<[Value]>,
    /// Interned names and kinds of the named registers.
    pub locals: Box<[(Value, LocalKind)]>,
    /// Exception table.
    pub exceptions: Box<[ExceptionEntry]>,
    /// Positions.
    pub positions: Positions,
    /// `co_firstlineno`
    pub first_line: u32,
    /// First words of the instructions on attributes, whose caches can be flushed.
    attribute_words: Box<[u32]>,
}

// SAFETY: the raw pointer leads into `words`, which never move; the names are kept alive by the code object.
unsafe impl Send for Loaded {}
// SAFETY: as above; instruction words are atomics.
unsafe impl Sync for Loaded {}

impl Loaded {
    /// Index of the word that an instruction pointer of this code points to.
    pub fn word_index(&self, ip: *const u64) -> u32 {
        ((ip as usize).wrapping_sub(self.entry as usize) / 8) as u32
    }

    /// Position of the instruction that contains the word.
    pub fn position_at(&self, word: u32) -> Position {
        self.positions.at(word)
    }

    /// Bytes that it takes, roughly.
    fn bytes(&self) -> usize {
        size_of::<Loaded>() + self.words.len() * 8 + self.positions.as_bytes().len()
    }

    /// Whether a call makes a generator, coroutine or async generator.
    pub fn is_generator(&self) -> bool {
        self.flags.0 & (CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR) != 0
    }
}

/// Body of a code object.
#[repr(C)]
pub struct Code {
    header: Header,
    /// Freed when the object dies. Frames, functions and generators that run the code keep the object alive.
    loaded: *mut Loaded,
    /// `co_consts`
    pub consts: Slot<Value>,
    /// `co_name`
    pub name: Slot<Value>,
    /// `co_qualname`
    pub qualname: Slot<Value>,
    /// `co_filename`
    pub filename: Slot<Value>,
}

// SAFETY: `repr(C)`, header first; only code objects have the kind.
unsafe impl Body for Code {
    const KIND: Kind = Kind::Code;
}

/// Layout of code objects.
pub const LAYOUT: Layout = Layout { trace: Trace::Custom(trace), size: Size::Fixed(48), drop: None };

/// # Safety
/// `object` must be a code object.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object.
    unsafe {
        marker.words(object, 2, 4);
        let loaded = &*(*(object as *const Code)).loaded;
        marker.note_external(loaded.bytes());
        for name in loaded.names.iter().chain(loaded.locals.iter().map(|(name, _)| name)) {
            marker.value(name.bits());
        }
    }
}

impl Code {
    /// The loaded code.
    #[inline(always)]
    pub fn loaded(&self) -> &'static Loaded {
        // SAFETY: made with the object, freed by `bury`.
        unsafe { &*self.loaded }
    }
}

/// Addresses of every loaded code, to flush inline caches.
static ALL: Mutex<FxHashSet<usize>> = Mutex::new(FxHashSet::with_hasher(FxBuildHasher));

/// Loads a code unit: constants become values, names are interned, caches are empty.
pub fn load(t: &mut Thread, mut unit: CodeUnit) -> PyResult<Ref<Code>> {
    let consts = constants(t, std::mem::take(&mut unit.consts))?;
    let consts_tuple = tuple::new(t, &consts)?;
    let name = t.intern(&unit.name);
    let qualname = t.intern(&unit.qualname);
    let filename = t.intern(&unit.filename);
    if t.rt.settings.no_debug_ranges {
        unit.positions = unit.positions.lines_only();
    }
    let mut names = t.vec();
    for text in unit.names.iter().chain(unit.locals.iter().map(|(name, _)| name)) {
        let name = t.intern(text);
        names.push(name);
    }
    let loaded = Box::new(make_loaded(unit, &names, &consts));
    t.mutator.note_external(loaded.bytes());
    let loaded = Box::into_raw(loaded);
    ALL.lock().insert(loaded as usize);
    let code = Ref::new(t, |header| Code {
        header,
        loaded,
        consts: Slot::new(consts_tuple),
        name: Slot::new(name),
        qualname: Slot::new(qualname),
        filename: Slot::new(filename),
    });
    t.mutator.registry.add_mourned(code.as_ptr() as *mut Object);
    Ok(code)
}

static BURIALS: AtomicU64 = AtomicU64::new(0);

/// How often code was freed: until it happens again, an instruction's address means the same.
pub(crate) fn burials() -> u64 {
    // Relaxed: see `bury`.
    BURIALS.load(Relaxed)
}

/// Frees what dead code objects own outside the heap. Returns the memory of their instructions, in order: what is known by
/// the address of an instruction must be forgotten.
///
/// # Safety
/// The objects must have been found dead by the collection under way, each in one call only.
pub(crate) unsafe fn bury(dead: &[Ref<Code>]) -> Vec<Range<usize>> {
    // Relaxed: only while all threads stand still.
    BURIALS.fetch_add(1, Relaxed);
    let mut all = ALL.lock();
    let free = |code: &Ref<Code>| {
        all.remove(&(code.loaded as usize));
        // SAFETY: made by `Box::into_raw`; nothing runs the code, or the object would be alive.
        let loaded = unsafe { Box::from_raw(code.loaded) };
        let begin = loaded.entry as usize;
        begin..begin + loaded.words.len() * 8
    };
    let mut ranges: Vec<Range<usize>> = dead.iter().map(free).collect();
    ranges.sort_by_key(|range| range.start);
    ranges
}

/// The loaded code of a unit, given its names, those of the named registers last, and its constants.
fn make_loaded(unit: CodeUnit, names: &[Value], consts: &[Value]) -> Loaded {
    let (names, locals) = names.split_at(unit.names.len());
    let mut words = unit.words;
    let mut attribute_words = Vec::new();
    let generator =
        unit.flags.0 & (CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR) != 0;
    let mut at = 0;
    while at < words.len() {
        let op = Op::from_u16(words[at] as u16).expect("the compiler emits known opcodes");
        if op.row().extra == Extra::WordConst {
            words[at + 1] = consts[words[at + 1] as usize].bits();
        }
        if matches!(op, Op::LoadAttr | Op::LoadMethod | Op::StoreAttr) {
            attribute_words.push(at as u32);
        }
        if generator && matches!(op, Op::Return | Op::ReturnNone) {
            let quick = if op == Op::Return { Op::GenReturn } else { Op::GenReturnNone };
            words[at] = words[at] & !0xffff | quick as u64;
        }
        at += op.words();
    }
    let words: Box<[AtomicU64]> = words.into_iter().map(AtomicU64::new).collect();
    let varargs = unit.flags.has(CodeFlags::VARARGS) as u32;
    let varkw = unit.flags.has(CodeFlags::VARKEYWORDS) as u32;
    // Code of modules and class bodies, which may become a function too, needs the link to its namespace.
    let simple = varargs + varkw + unit.kwonly_count == 0 && unit.flags.has(CodeFlags::OPTIMIZED);
    Loaded {
        entry: words.as_ptr() as *const u64,
        registers: unit.registers,
        simple_args: if simple { unit.arg_count } else { u32::MAX },
        local_count: unit.locals.len() as u32,
        param_count: unit.arg_count + unit.kwonly_count + varargs + varkw,
        arg_count: unit.arg_count,
        posonly_count: unit.posonly_count,
        kwonly_count: unit.kwonly_count,
        flags: unit.flags,
        words,
        names: names.into(),
        locals: locals.iter().zip(&unit.locals).map(|(&name, &(_, kind))| (name, kind)).collect(),
        exceptions: unit.exceptions.into(),
        positions: unit.positions,
        first_line: unit.first_line,
        attribute_words: attribute_words.into(),
    }
}

/// The value of a constant.
fn constant(t: &mut Thread, c: Const) -> PyResult {
    Ok(match c {
        Const::None => Value::NONE,
        Const::True => Value::TRUE,
        Const::False => Value::FALSE,
        Const::Ellipsis => Value::ELLIPSIS,
        Const::Int(n) => super::int::from_bigint_ref(t, &n),
        Const::Float(f) => super::float::new(t, f),
        Const::Complex(re, im) => super::complex::new(t, re, im),
        Const::Str(text) => {
            let value = super::str::from_wtf8(t, &text)?;
            if looks_like_name(value) { t.intern_value(value) } else { value }
        }
        Const::Bytes(b) => super::bytes::new(t, &b)?,
        Const::Tuple(items) => {
            let values = constants(t, items)?;
            tuple::new(t, &values)?
        }
        Const::FrozenSet(items) => {
            let values = constants(t, items)?;
            frozenset_from(t, &values)?
        }
        Const::Slice(parts) => {
            let values = constants(t, *parts)?;
            super::slice::new(t, values[0], values[1], values[2])
        }
        Const::Code(unit) => load(t, *unit)?.value(),
    })
}

fn constants(t: &mut Thread, items: impl IntoIterator<Item = Const>) -> PyResult<crate::thread::RootVec> {
    let mut values = t.vec();
    for item in items {
        let value = constant(t, item)?;
        values.push(value);
    }
    Ok(values)
}

/// Strs that look like identifiers are interned, as in CPython.
fn looks_like_name(value: Value) -> bool {
    value
        .as_str()
        .and_then(|s| s.as_ascii().map(|a| a.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')))
        == Some(true)
}

/// Empties the inline caches that know attributes by the shape of the object alone: after a change of a class that they
/// cannot see.
pub fn flush_caches() {
    const BY_SHAPE: &[Op] = &[
        Op::LoadAttrSlot,
        Op::LoadAttrType,
        Op::StoreAttrSlot,
        Op::StoreAttrGrow,
        Op::LoadMethodType,
        Op::LoadMethodTypeBound,
    ];
    for_each_attribute_word(|word, cache| {
        // Relaxed: an empty cache is always right.
        if BY_SHAPE.iter().any(|&o| o as u16 == word.load(Relaxed) as u16) {
            cache.store(0, Relaxed);
        }
    });
}

/// Gives instructions whose inline cache knows one of these shapes, which are about to be freed, their general form again.
/// Only while all threads stand still: an instruction changes its form once otherwise.
pub(crate) fn forget_shapes(dead: &FxHashSet<ShapeId>) {
    for_each_attribute_word(|word, cache| {
        let instruction = word.load(Relaxed);
        let op = Op::from_u16(instruction as u16).expect("a word that is no instruction");
        // Relaxed: see above.
        let shape = ShapeId((cache.load(Relaxed) >> 32) as u32);
        if !matches!(op, Op::LoadAttrModule | Op::LoadMethodModule) && dead.contains(&shape) {
            cache.store(0, Relaxed);
            word.store(instruction & !0xffff | op.plain() as u64, Relaxed);
        }
    });
}

/// Calls `f` with the first word and the first cache word of every instruction on attributes.
fn for_each_attribute_word(f: impl Fn(&AtomicU64, &AtomicU64)) {
    for &loaded in ALL.lock().iter() {
        // SAFETY: loaded code leaves the table before it is freed.
        let code = unsafe { &*(loaded as *const Loaded) };
        for &word in &code.attribute_words {
            f(&code.words[word as usize], &code.words[word as usize + 1]);
        }
    }
}
