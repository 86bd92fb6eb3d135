//! `memoryview`: the body and access to the viewed bytes.
//!
//! A view knows the object that owns the bytes (`base`: bytes, bytearray or a native object with a
//! [`Buffer`](super::buffer::Buffer)), where it starts there, and the shape and strides of its items. A view over a view
//! refers to the same base.

mod cast;
mod compare;
mod construct;
mod format;
mod items;
mod methods;

use std::sync::{
    Arc,
    atomic::{
        AtomicPtr, AtomicUsize,
        Ordering::{AcqRel, Acquire},
    },
};

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::Slot;

use super::{buffer::ByteView, bytearray, bytearray::ByteArray, bytes::Bytes, tuple::Tuple, wrapped};
use crate::{
    error::{Exc, PyResult},
    kind::Kind,
    object::{Body, Ref, native},
    thread::Thread,
    value::Value,
};

pub use cast::raw;
pub use construct::{FULL_RO, buffer_method, from_object};
pub use format::{f64_to_half, half_to_f64};
pub use methods::{DEF, release_buffer};

/// Body of a memoryview.
#[repr(C)]
pub struct MemoryView {
    header: Header,
    version: Slot<u64>,
    /// The object that owns the bytes; unset once the view is released.
    base: Slot<Value>,
    /// What `obj` shows.
    owner: Slot<Value>,
    /// The memoryview that `owner.__buffer__` returned, to be handed back on release, or unset.
    lent: Slot<Value>,
    /// Format of the items, a str.
    format: Slot<Value>,
    /// Lengths of the dimensions, a tuple.
    shape: Slot<Value>,
    /// Bytes between items of each dimension, a tuple.
    strides: Slot<Value>,
    /// Byte of the base at which the first item starts.
    offset: Slot<usize>,
    item_size: Slot<usize>,
    readonly: Slot<u64>,
    /// The hash, 0 while it has not been computed.
    hash: Slot<u64>,
    /// The base's count of views, in which this one counts (an `Arc`), or null.
    lease: AtomicPtr<AtomicUsize>,
    /// The count of calls during which the view must not be released, made with the first of them (an `Arc`), or null.
    pins: AtomicPtr<AtomicUsize>,
}

// SAFETY: `repr(C)`, header first; only memoryviews have the kind.
unsafe impl Body for MemoryView {
    const KIND: Kind = Kind::MemoryView;
}

/// Layout of memoryviews.
pub const LAYOUT: Layout = Layout {
    trace: Trace::Custom(trace),
    size: Size::Fixed(size_of::<MemoryView>() as u32),
    drop: Some(drop_view),
};

/// # Safety
/// `object` must be a memoryview.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: words 2 to 7 are the values.
    unsafe { marker.words(object, 2, 6) };
}

/// # Safety
/// `object` must be a dead memoryview.
unsafe fn drop_view(object: *mut Object) {
    // SAFETY: the caller vouches for the object; the pins came from `Arc::into_raw`.
    unsafe {
        let view = &*(object as *mut MemoryView);
        view.end_lease();
        bytearray::drop_count(&view.pins);
    }
}

/// What a view shows, for making one.
pub(super) struct Spec {
    pub base: Value,
    pub owner: Value,
    pub lent: Value,
    pub format: Value,
    pub shape: Value,
    pub strides: Value,
    pub offset: usize,
    pub item_size: usize,
    pub readonly: bool,
}

impl MemoryView {
    /// Ends this view's part in the base's count. The second call does nothing.
    fn end_lease(&self) {
        // AcqRel: only one caller gets the pointer.
        let lease = self.lease.swap(std::ptr::null_mut(), AcqRel);
        if !lease.is_null() {
            // SAFETY: the pointer came from `Arc::into_raw` in `new`, and the swap hands it out once.
            let count = unsafe { Arc::from_raw(lease as *const AtomicUsize) };
            count.fetch_sub(1, AcqRel);
        }
    }

    /// Whether the view has been released.
    pub fn is_released(&self) -> bool {
        self.base.get().is_unset()
    }

    /// The object that owns the bytes.
    pub fn base(&self) -> Value {
        self.base.get()
    }

    /// Byte of the base at which the first item starts.
    pub fn offset(&self) -> usize {
        self.offset.get()
    }

    /// Bytes of an item.
    pub fn item_size(&self) -> usize {
        self.item_size.get()
    }

    /// Whether items cannot be assigned.
    pub fn is_readonly(&self) -> bool {
        self.readonly.get() != 0
    }

    /// Lengths of the dimensions.
    pub fn shape(&self) -> Vec<usize> {
        numbers(self.shape.get()).map(|n| n as usize).collect()
    }

    /// Bytes between the items of each dimension.
    pub fn strides(&self) -> Vec<i64> {
        numbers(self.strides.get()).collect()
    }

    /// Number of dimensions.
    pub fn ndim(&self) -> usize {
        self.shape.get().as_tuple().map_or(0, |s| s.len())
    }

    /// Bytes of all items.
    pub fn byte_len(&self) -> usize {
        self.shape().iter().product::<usize>() * self.item_size()
    }

    /// Whether the items lie side by side in the order of C.
    pub fn is_contiguous(&self) -> bool {
        let mut expected = self.item_size() as i64;
        let (shape, strides) = (self.shape(), self.strides());
        if shape.contains(&0) {
            return true;
        }
        shape.iter().zip(&strides).rev().all(|(&n, &stride)| {
            let fits = n == 1 || stride == expected;
            expected *= n as i64;
            fits
        })
    }

    /// Whether the items lie side by side in the order of Fortran.
    pub fn is_fortran_contiguous(&self) -> bool {
        let mut expected = self.item_size() as i64;
        let (shape, strides) = (self.shape(), self.strides());
        if shape.contains(&0) {
            return true;
        }
        shape.iter().zip(&strides).all(|(&n, &stride)| {
            let fits = n == 1 || stride == expected;
            expected *= n as i64;
            fits
        })
    }

    /// The format as text.
    pub fn format(&self) -> String {
        self.format.get().as_str().map(|s| s.to_rust()).unwrap_or_default()
    }

    /// Where each item starts in the base, in the order of C.
    pub fn item_offsets(&self) -> Vec<usize> {
        let mut out = vec![self.offset() as i64];
        for (&n, &stride) in self.shape().iter().zip(&self.strides()) {
            out = out.iter().flat_map(|&at| (0..n as i64).map(move |i| at + i * stride)).collect();
        }
        out.into_iter().map(|at| at as usize).collect()
    }
}

fn numbers(tuple: Value) -> impl Iterator<Item = i64> {
    let tuple = tuple.cast::<Tuple>();
    (0..tuple.map_or(0, |v| v.len())).map(move |i| tuple.map_or(0, |v| v.at(i).small_value()))
}

/// A new view.
pub(super) fn new(t: &mut Thread, spec: &Spec) -> Value {
    let lease = match (spec.base.cast::<ByteArray>(), native::buffer(spec.base)) {
        (Some(array), _) => Some(bytearray::exports(t, array)),
        (None, Some(buffer)) => buffer.exports(),
        (None, None) => None,
    };
    if let Some(count) = &lease {
        count.fetch_add(1, AcqRel);
    }
    let has_lease = lease.is_some();
    let lease = lease.map_or(std::ptr::null_mut(), |count| Arc::into_raw(count).cast_mut());
    let view = Ref::new(t, |header| MemoryView {
        header,
        version: Slot::new(0),
        base: Slot::new(spec.base),
        owner: Slot::new(spec.owner),
        lent: Slot::new(spec.lent),
        format: Slot::new(spec.format),
        shape: Slot::new(spec.shape),
        strides: Slot::new(spec.strides),
        offset: Slot::new(spec.offset),
        item_size: Slot::new(spec.item_size),
        readonly: Slot::new(spec.readonly as u64),
        hash: Slot::new(0),
        lease: AtomicPtr::new(lease),
        pins: AtomicPtr::new(std::ptr::null_mut()),
    });
    if has_lease {
        t.mutator.registry.add_droppable(view.as_ptr() as *mut Object);
    }
    view.value()
}

/// The count of calls that need the view.
pub(super) fn pins(t: &mut Thread, view: Ref<MemoryView>) -> Arc<AtomicUsize> {
    bytearray::shared_count(t, view.value(), &view.pins)
}

/// ValueError if the view has been released.
pub fn check(t: &mut Thread, view: Ref<MemoryView>) -> PyResult<()> {
    if view.is_released() {
        return Err(t.value_error("operation forbidden on released memoryview object"));
    }
    Ok(())
}

/// Releases the view.
pub(crate) fn release(t: &mut Thread, view: Ref<MemoryView>) -> PyResult<()> {
    if view.is_released() {
        return Ok(());
    }
    // Acquire: pairs with the count's writers.
    if !view.pins.load(Acquire).is_null() && pins(t, view).load(Acquire) > 0 {
        return Err(t.raise(Exc::BufferError, "memoryview has 1 exported buffer"));
    }
    let (owner, lent) = (view.owner.get(), view.lent.get());
    let w = t.write(view);
    view.base.set(&w, Value::UNSET);
    view.owner.set(&w, Value::UNSET);
    view.lent.set(&w, Value::UNSET);
    view.end_lease();
    construct::hand_back(t, owner, lent)
}

/// The bytes of an object that owns some.
pub(super) fn base_bytes(base: Value) -> ByteView {
    let base = wrapped::unwrap(base);
    if let Some(b) = base.cast::<Bytes>() {
        return ByteView::Bytes(b);
    }
    if let Some(a) = base.cast::<ByteArray>() {
        return ByteView::Array(a);
    }
    let mut copy = Vec::new();
    if let Some(buffer) = native::buffer(base) {
        buffer.read(&mut |bytes| copy = bytes.to_vec());
    }
    ByteView::Copy(copy)
}

/// Calls `f` with the bytes of an object that owns some, without a copy.
pub(super) fn with_base<R>(base: Value, f: impl FnOnce(&[u8]) -> R) -> R {
    if let Some(buffer) = native::buffer(base) {
        let (mut f, mut result) = (Some(f), None);
        buffer.read(&mut |bytes| result = f.take().map(|f| f(bytes)));
        return result.unwrap_or_else(|| unreachable!("`read` calls its argument"));
    }
    f(&base_bytes(base))
}

/// Replaces bytes of a writable object that owns some; they lie inside.
pub(crate) fn write_base(t: &mut Thread, base: Value, at: usize, bytes: &[u8]) {
    if let Some(array) = base.cast::<ByteArray>() {
        let w = t.write(array);
        if at + bytes.len() <= array.len() {
            array.store(&w, at, bytes);
        }
    } else if let Some(object) = base.object()
        && let Some(buffer) = native::buffer(base)
    {
        let w = t.write_object(object);
        buffer.write(&w, at, bytes);
    }
}

/// A copy of the viewed bytes in the order of C.
pub fn contiguous_bytes(t: &mut Thread, view: Ref<MemoryView>) -> PyResult<Vec<u8>> {
    check(t, view)?;
    Ok(copy_bytes(view))
}

/// A copy of the viewed bytes in the order of C; the view is not released.
pub(super) fn copy_bytes(view: Ref<MemoryView>) -> Vec<u8> {
    let (offset, size) = (view.offset(), view.item_size());
    with_base(view.base(), |bytes| {
        if view.is_contiguous() {
            return bytes.get(offset..offset + view.byte_len()).unwrap_or_default().to_vec();
        }
        let mut out = Vec::with_capacity(view.byte_len());
        for at in view.item_offsets() {
            out.extend_from_slice(bytes.get(at..at + size).unwrap_or_default());
        }
        out
    })
}
