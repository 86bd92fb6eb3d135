//! `bytearray`: the body and its primitives.
//!
//! The bytes stand packed in the words of an [`Array`], so that they are written under the object's writer like the
//! items of a list, and so that replacing the buffer is one store.

mod items;
mod methods;

use std::{
    ptr,
    sync::{
        Arc,
        atomic::{
            AtomicPtr, AtomicUsize,
            Ordering::{AcqRel, Acquire},
        },
    },
};

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::{Slot, Writer};

use super::array::{self, Array};
use crate::{
    error::{Exc, PyResult},
    interp::liveness,
    kind::Kind,
    object::{Body, Ref},
    shape,
    thread::{Thread, keep_header},
    value::Value,
};

pub use methods::DEF;

/// Body of a bytearray. Attribute words follow in instances of subclasses.
#[repr(C)]
pub struct ByteArray {
    header: Header,
    version: Slot<u64>,
    /// Index of the first byte in the buffer: taking bytes from the front moves it.
    start: Slot<usize>,
    len: Slot<usize>,
    /// The [`Array`] that holds the bytes, or unset while there are none.
    buffer: Slot<Value>,
    /// Number of memoryviews over the bytes, made with the first of them (an `Arc`), or null.
    exports: AtomicPtr<AtomicUsize>,
}

// SAFETY: `repr(C)`, header first; only bytearrays have the kind.
unsafe impl Body for ByteArray {
    const KIND: Kind = Kind::ByteArray;
}

/// Words of the body.
pub const WORDS: u16 = 6;
/// Layout of bytearrays.
pub const LAYOUT: Layout =
    Layout { trace: Trace::Custom(trace), size: Size::Fixed(48), drop: Some(drop_exports) };

/// # Safety
/// `object` must be a bytearray.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object; the words of the buffer are no values.
    unsafe {
        array::trace(marker, &(*(object as *const ByteArray)).buffer, 0);
        shape::trace_attributes(object, marker);
    }
}

/// # Safety
/// `object` must be a dead bytearray.
unsafe fn drop_exports(object: *mut Object) {
    // SAFETY: the caller vouches for the object.
    unsafe { drop_count(&(*(object as *mut ByteArray)).exports) };
}

// Numbers in the bytes are read from whole words.
const _: () = assert!(cfg!(target_endian = "little"));

impl ByteArray {
    /// Number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn buffer(&self) -> Option<Ref<Array>> {
        // SAFETY: the slot holds a buffer or unset.
        self.buffer.get().object().map(|o| unsafe { Ref::from_ptr(o) })
    }

    /// The bytes as they are now. Not to be held over anything that may run Python code or another thread.
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        match self.buffer() {
            // SAFETY: the buffer object lives as long as it can be seen from this stack; start and length never exceed
            // it, and nobody else writes to it while this thread reaches no safepoint.
            Some(b) if b.capacity() > 0 => unsafe {
                let bytes =
                    std::slice::from_raw_parts(b.raw(0) as *const Slot<u64> as *const u8, b.capacity() * 8);
                let start = self.start.get().min(bytes.len());
                &bytes[start..(start + self.len()).min(bytes.len())]
            },
            _ => &[],
        }
    }

    /// Bytes that fit without a new buffer.
    pub fn capacity(&self) -> usize {
        self.buffer().map_or(0, |b| b.capacity() * 8).saturating_sub(self.start.get())
    }

    /// Overwrites bytes from `at` on (counted from the first byte); they must lie within the capacity.
    pub fn store(&self, w: &Writer<'_>, at: usize, bytes: &[u8]) {
        let Some(buffer) = self.buffer() else { return };
        let mut position = self.start.get() + at;
        let mut rest = bytes;
        while !rest.is_empty() {
            let (word, offset) = (position / 8, position % 8);
            let n = rest.len().min(8 - offset);
            let mut packed = buffer.raw(word).get().to_ne_bytes();
            packed[offset..offset + n].copy_from_slice(&rest[..n]);
            buffer.raw(word).set(w, u64::from_ne_bytes(packed));
            position += n;
            rest = &rest[n..];
        }
    }

    /// The number in `size` bytes from `at` on, if they lie inside. Both are such that the bytes stand in one word of the
    /// buffer: items of one size, which is 1, 2, 4 or 8.
    #[inline(always)]
    pub fn load(&self, at: usize, size: usize) -> Option<u64> {
        if at + size > self.len() {
            return None;
        }
        let position = self.start.get() + at;
        let word = self.buffer()?.raw(position / 8).get();
        Some(word >> (position % 8 * 8) & (u64::MAX >> (64 - size * 8)))
    }

    /// Overwrites `size` bytes at `at` by the low ones of a number, as [`ByteArray::load`] reads them.
    #[inline(always)]
    pub fn store_bits(&self, w: &Writer<'_>, at: usize, size: usize, bits: u64) {
        let Some(buffer) = self.buffer() else { return };
        let position = self.start.get() + at;
        let (slot, shift) = (buffer.raw(position / 8), position % 8 * 8);
        let mask = u64::MAX >> (64 - size * 8) << shift;
        slot.set(w, slot.get() & !mask | bits << shift & mask);
    }

    /// Sets the length; it must lie within the capacity.
    pub fn set_len(&self, w: &Writer<'_>, len: usize) {
        self.len.set(w, len);
    }

    /// Takes bytes off the front.
    fn drop_front(&self, w: &Writer<'_>, count: usize) {
        let left = self.len() - count;
        self.start.set(w, if left == 0 { 0 } else { self.start.get() + count });
        self.len.set(w, left);
    }
}

/// A new bytearray.
pub fn new(t: &mut Thread, bytes: &[u8]) -> PyResult<Ref<ByteArray>> {
    let class = crate::runtime::class_of_kind(Kind::ByteArray);
    let array = new_of_class(t, class);
    replace_all(t, array, bytes)?;
    Ok(array)
}

/// An empty bytearray of a class whose body is a bytearray.
pub fn new_of_class(t: &mut Thread, class: Ref<super::typeobj::Type>) -> Ref<ByteArray> {
    let id = class.instance_shape();
    let shape = shape::shape(id);
    // SAFETY: the class's instances have this body; all of it is initialised.
    let object = unsafe {
        t.alloc_bytes::<ByteArray>(id, shape.fixed_size(), |p| {
            keep_header(p, |header| ByteArray {
                header,
                version: Slot::new(0),
                start: Slot::new(0),
                len: Slot::new(0),
                buffer: Slot::new(Value::UNSET),
                exports: AtomicPtr::new(ptr::null_mut()),
            });
            shape::init_attributes(p as *mut Object, shape);
        })
    };
    super::typeobj::register_finalizer(t, class, object.value());
    object
}

/// The count of memoryviews over the bytes.
pub fn exports(t: &mut Thread, array: Ref<ByteArray>) -> Arc<AtomicUsize> {
    shared_count(t, array.value(), &array.exports)
}

/// A count of uses of an object, made when it is first asked for. The object is dropped with [`drop_count`].
pub(super) fn shared_count(t: &mut Thread, owner: Value, place: &AtomicPtr<AtomicUsize>) -> Arc<AtomicUsize> {
    // Acquire: pairs with the Release of the exchange below.
    let mut count = place.load(Acquire) as *const AtomicUsize;
    if count.is_null() {
        let fresh = Arc::into_raw(Arc::new(AtomicUsize::new(0))).cast_mut();
        // AcqRel: publishes the count, and sees that of a thread that was faster.
        match place.compare_exchange(ptr::null_mut(), fresh, AcqRel, Acquire) {
            Ok(_) => {
                if let Some(object) = owner.object() {
                    t.mutator.registry.add_droppable(object as *const Object as *mut Object);
                }
                count = fresh;
            }
            Err(other) => {
                // SAFETY: `fresh` came from `into_raw` above.
                drop(unsafe { Arc::from_raw(fresh as *const AtomicUsize) });
                count = other;
            }
        }
    }
    // SAFETY: the owner holds one reference for as long as it lives.
    unsafe {
        Arc::increment_strong_count(count);
        Arc::from_raw(count)
    }
}

/// Frees the owner's reference to a count.
///
/// # Safety
/// The owner must be dead, and the place one that [`shared_count`] filled, or null.
pub(super) unsafe fn drop_count(place: &AtomicPtr<AtomicUsize>) {
    // AcqRel: only one caller gets the pointer.
    let count = place.swap(ptr::null_mut(), AcqRel);
    if !count.is_null() {
        // SAFETY: the caller vouches for the pointer, which came from `into_raw`.
        drop(unsafe { Arc::from_raw(count) });
    }
}

/// BufferError if there are memoryviews over the bytes. Native callers keep no other object alive that they still need.
pub fn check_resizable(t: &mut Thread, array: Ref<ByteArray>) -> PyResult<()> {
    // Acquire: as in `exports`.
    if array.exports.load(Acquire).is_null() {
        return Ok(());
    }
    let count = exports(t, array);
    if count.load(Acquire) > 0 {
        liveness::collect_leftovers_of(t, array.value());
    }
    if count.load(Acquire) > 0 {
        return Err(t.raise(Exc::BufferError, "Existing exports of data: object cannot be re-sized"));
    }
    Ok(())
}

/// Whether there are memoryviews over the bytes. Views that nobody refers to any more do not count.
pub fn is_exported(t: &mut Thread, array: Ref<ByteArray>) -> bool {
    // Acquire: as in `exports`.
    if array.exports.load(Acquire).is_null() {
        return false;
    }
    let count = exports(t, array);
    is_leased(t, &count)
}

/// Whether a count of memoryviews is not 0 even after views that nobody refers to any more have been collected.
pub fn is_leased(t: &mut Thread, count: &AtomicUsize) -> bool {
    if count.load(Acquire) > 0 {
        liveness::collect_leftovers(t);
    }
    count.load(Acquire) > 0
}

/// Makes room for `capacity` bytes behind the first one.
pub fn reserve(t: &mut Thread, array: Ref<ByteArray>, capacity: usize) -> PyResult<()> {
    if capacity <= array.capacity() && array.buffer().is_some() {
        return Ok(());
    }
    if capacity > super::bytes::MAX_LEN {
        return Err(t.memory_error());
    }
    t.acquire(array);
    let capacity = capacity.max(array.len());
    let generous = if array.is_empty() { capacity } else { capacity + (capacity >> 3) + 8 };
    let old = array.buffer();
    let buffer = array::new(t, generous.div_ceil(8), 0)?;
    let bytes = array.as_slice().to_vec();
    let w = t.write(array);
    array.buffer.set(&w, buffer.value());
    array.start.set(&w, 0);
    array.store(&w, 0, &bytes);
    // SAFETY: a bytearray shares its buffer with nobody.
    unsafe { super::array::retire(t, old) };
    Ok(())
}

/// Replaces the bytes in a range by others. BufferError if that changes the size and there are memoryviews.
pub fn splice(
    t: &mut Thread,
    array: Ref<ByteArray>,
    range: std::ops::Range<usize>,
    bytes: &[u8],
) -> PyResult<()> {
    if bytes.len() != range.len() {
        check_resizable(t, array)?;
    }
    t.acquire(array);
    let len = array.len();
    // The range may be from before the array was this thread's.
    let range = range.start.min(len)..range.end.min(len);
    if range.start == 0 && bytes.is_empty() {
        let w = t.write(array);
        array.drop_front(&w, range.end);
        return Ok(());
    }
    let new_len = len - range.len() + bytes.len();
    reserve(t, array, new_len)?;
    let tail = if bytes.len() == range.len() { Vec::new() } else { array.as_slice()[range.end..].to_vec() };
    let w = t.write(array);
    array.store(&w, range.start, bytes);
    array.store(&w, range.start + bytes.len(), &tail);
    array.set_len(&w, new_len);
    Ok(())
}

/// Replaces all bytes.
pub fn replace_all(t: &mut Thread, array: Ref<ByteArray>, bytes: &[u8]) -> PyResult<()> {
    t.acquire(array);
    let len = array.len();
    splice(t, array, 0..len, bytes)
}

/// Appends bytes.
pub fn extend(t: &mut Thread, array: Ref<ByteArray>, bytes: &[u8]) -> PyResult<()> {
    t.acquire(array);
    let len = array.len();
    splice(t, array, len..len, bytes)
}

/// A copy of the bytes.
pub fn to_vec(array: Ref<ByteArray>) -> Vec<u8> {
    array.as_slice().to_vec()
}
