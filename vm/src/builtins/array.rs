//! Buffers: words that belong to a list, dict or set. A buffer is traced by its owner and written under its owner's
//! [`Writer`]; when it is replaced it becomes garbage like anything else.

use std::ops::Range;

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::{Slot, Word, Writer};

use crate::{
    copy,
    error::PyResult,
    kind::Kind,
    object::{Body, Ref},
    thread::Thread,
    value::Value,
};

/// Body of a buffer; the words follow.
#[repr(C)]
pub struct Array {
    header: Header,
    words: u64,
}

// SAFETY: `repr(C)`, header first; only buffers have the kind.
unsafe impl Body for Array {
    const KIND: Kind = Kind::Array;
}

/// Layout of buffers.
pub const LAYOUT: Layout =
    Layout { trace: Trace::Leaf, size: Size::Counted { base: 16, unit: 8, len: 1 }, drop: None };

/// Most words a buffer may have.
pub const MAX_WORDS: usize = isize::MAX as usize / 16;

impl Array {
    /// Number of words.
    #[inline(always)]
    pub fn capacity(&self) -> usize {
        self.words as usize
    }

    /// The words.
    #[inline(always)]
    pub fn slots(&self) -> &[Slot<Value>] {
        // SAFETY: that many words follow the fixed part.
        unsafe {
            std::slice::from_raw_parts(
                (self as *const Array).add(1) as *const Slot<Value>,
                self.words as usize,
            )
        }
    }

    /// A word as a raw number.
    #[inline(always)]
    pub fn raw(&self, index: usize) -> &Slot<u64> {
        debug_assert!(index < self.capacity());
        // SAFETY: inside the array (callers keep indices in range; checked in debug builds).
        unsafe { &*((self as *const Array).add(1) as *const Slot<u64>).add(index) }
    }

    /// A word as a value, without a bounds check in release builds.
    ///
    /// # Safety
    /// `index` must be below the capacity.
    #[inline(always)]
    pub unsafe fn slot(&self, index: usize) -> &Slot<Value> {
        debug_assert!(index < self.capacity());
        // SAFETY: the caller keeps the index in range.
        unsafe { &*((self as *const Array).add(1) as *const Slot<Value>).add(index) }
    }
}

/// A buffer of `words` words, all holding `fill`.
pub fn new(t: &mut Thread, words: usize, fill: u64) -> PyResult<Ref<Array>> {
    build(t, words, std::iter::empty(), fill)
}

/// A buffer of these values.
pub fn of(t: &mut Thread, values: &[Value]) -> PyResult<Ref<Array>> {
    // SAFETY: the initialiser fills all words.
    unsafe {
        t.try_alloc::<Array>(Kind::Array.shape(), 16 + values.len() * 8, |p| {
            (&raw mut (*p).words).write(values.len() as u64);
            copy::words(values.as_ptr(), p.add(1) as *mut Value, values.len());
        })
    }
}

/// A buffer of `capacity` words that starts with copies of the first `len` words of another one; the rest is unset.
pub fn grown(t: &mut Thread, old: Option<Ref<Array>>, len: usize, capacity: usize) -> PyResult<Ref<Array>> {
    build(t, capacity, old.map(|old| (old, 0..len.min(capacity))).into_iter(), Value::UNSET.to_word())
}

/// A buffer of copies of the words in a range of another one.
pub fn copy_of(t: &mut Thread, old: Option<Ref<Array>>, range: Range<usize>) -> PyResult<Ref<Array>> {
    let words = range.len();
    build(t, words, old.map(|old| (old, range)).into_iter(), Value::UNSET.to_word())
}

/// A buffer of copies of the words in ranges of others, one behind the other, `words` of them.
pub fn joined(
    t: &mut Thread,
    words: usize,
    parts: impl Iterator<Item = (Ref<Array>, Range<usize>)>,
) -> PyResult<Ref<Array>> {
    build(t, words, parts, Value::UNSET.to_word())
}

/// A buffer of `words` words: first those in the ranges, at most as many, then `fill`.
fn build(
    t: &mut Thread,
    words: usize,
    parts: impl Iterator<Item = (Ref<Array>, Range<usize>)>,
    fill: u64,
) -> PyResult<Ref<Array>> {
    if words > MAX_WORDS {
        return Err(t.memory_error());
    }
    // SAFETY: the initialiser fills all words. The parts are of this thread, as all that it reads; nobody writes them
    // meanwhile.
    unsafe {
        t.try_alloc::<Array>(Kind::Array.shape(), 16 + words * 8, |p| {
            (&raw mut (*p).words).write(words as u64);
            let data = p.add(1) as *mut u64;
            let mut at = 0;
            for (part, range) in parts {
                let slots = &part.slots()[range.start..range.end.min(part.capacity())];
                let n = slots.len().min(words - at);
                copy::words(slots.as_ptr() as *const u64, data.add(at), n);
                at += n;
            }
            for i in at..words {
                data.add(i).write(fill);
            }
        })
    }
}

/// Marks a buffer and the first `len` values in it, for trace functions of owners.
///
/// # Safety
/// Only from a trace function, with the slot of its object.
pub unsafe fn trace(marker: &mut Marker, buffer: &Slot<Value>, len: usize) {
    if let Some(object) = buffer.get().object() {
        // SAFETY: the slot holds a buffer of the owner.
        unsafe {
            marker.mark_buffer(object as *const Object as *mut Object);
            let count = len.min(Ref::<Array>::from_ptr(object).capacity());
            marker.items(object, count, trace_items);
        }
    }
}

/// # Safety
/// `object` must be a buffer that holds values at these places.
unsafe fn trace_items(object: *const Object, items: Range<usize>, marker: &mut Marker) {
    // SAFETY: handed on.
    unsafe { marker.words(object, size_of::<Array>() / 8 + items.start, items.len()) };
}

/// Gives up the buffer that a container had before it got a larger one.
///
/// # Safety
/// No object may refer to the buffer any more.
pub unsafe fn retire(t: &mut Thread, buffer: Option<Ref<Array>>) {
    if let Some(buffer) = buffer {
        // SAFETY: buffers are leaves, and the caller vouches for the rest.
        unsafe { t.mutator.retire(buffer.as_ptr() as *mut pystm_gc::Object) };
    }
}

/// Moves `count` words within a buffer.
pub fn copy_within(array: Ref<Array>, w: &Writer<'_>, from: usize, to: usize, count: usize) {
    let slots = array.slots();
    let (from, to) = (slots[from..from + count].as_ptr(), slots[to..to + count].as_ptr());
    w.before_move(to as *const u64, count);
    // SAFETY: both parts are in the buffer. The writer is the proof that it is this thread's to write.
    unsafe { (from as *const u64).copy_to(to as *mut u64, count) };
}

/// Overwrites the words from `at` on.
pub fn store(array: Ref<Array>, w: &Writer<'_>, at: usize, values: &[Value]) {
    let place = array.slots()[at..at + values.len()].as_ptr();
    w.before_bulk(values.as_ptr() as *const u64, place as *const u64, values.len());
    // SAFETY: as in `copy_within`; values that somebody else holds are not in the buffer.
    unsafe { copy::words(values.as_ptr(), place as *mut Value, values.len()) };
}
