//! `tuple`: the body and how to make one.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use pystm_gc::{Header, Layout, ShapeId, Trace, layout::Size};
use pystm_stm::Slot;
use pystm_text::hash::TupleHasher;

use super::list::List;
use crate::{
    copy,
    error::PyResult,
    kind::Kind,
    object::{Body, Ref},
    protocol::{compare, hash},
    shape,
    special::Compare,
    thread::Thread,
    value::Value,
};

/// Body of a tuple; the items follow. Objects take an even number of words, so an odd number of items leaves one to
/// spare: it keeps the hash, which makes hashing nested tuples cheap.
#[repr(C)]
pub struct Tuple {
    header: Header,
    len: u64,
}

// SAFETY: `repr(C)`, header first; only tuples (and slotless subclasses) have the kind.
unsafe impl Body for Tuple {
    const KIND: Kind = Kind::Tuple;
}

/// Layout of tuples.
pub const LAYOUT: Layout = Layout {
    trace: Trace::Counted { first: 2, len: 1 },
    size: Size::Counted { base: 16, unit: 8, len: 1 },
    drop: None,
};

impl Tuple {
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The items. They never change, except while the tuple is being made.
    #[inline(always)]
    pub fn items(&self) -> &[Slot<Value>] {
        // SAFETY: that many words follow the fixed part.
        unsafe {
            std::slice::from_raw_parts((self as *const Tuple).add(1) as *const Slot<Value>, self.len as usize)
        }
    }

    /// Item at an index that is in range.
    #[inline(always)]
    pub fn at(&self, index: usize) -> Value {
        self.items()[index].get()
    }

    /// The items as plain values.
    #[inline]
    pub fn values(&self) -> &[Value] {
        // SAFETY: `Slot<Value>` and `Value` are both one word, and items of a finished tuple never change.
        unsafe {
            std::slice::from_raw_parts((self as *const Tuple).add(1) as *const Value, self.len as usize)
        }
    }

    /// Whether one of the items is this very value.
    pub fn contains_identity(&self, value: Value) -> bool {
        self.items().iter().any(|s| s.get() == value)
    }
}

impl Ref<Tuple> {
    /// Where the hash is kept once it has been computed, 0 before that; `None` without a word to spare. Struct sequences
    /// have hidden fields behind their items; their objects are of a fixed size.
    #[inline]
    fn kept_hash(&self) -> Option<&AtomicU64> {
        let len = self.len();
        let size = &shape::shape_of_object(self.object()).layout().size;
        let spare = len % 2 == 1 && matches!(size, Size::Counted { .. });
        // SAFETY: `allocate`, which makes all tuples but struct sequences, has written the word behind the items.
        spare.then(|| unsafe { &*(self.as_ptr().add(1) as *const AtomicU64).add(len) })
    }

    /// `self op other`
    pub fn compare(self, t: &mut Thread, other: Ref<Tuple>, op: Compare) -> PyResult {
        t.check_native_stack()?;
        for (&x, &y) in self.values().iter().zip(other.values()) {
            if x != y && !compare::equal(t, x, y)? {
                return match op {
                    Compare::Eq => Ok(Value::FALSE),
                    Compare::Ne => Ok(Value::TRUE),
                    _ => compare::compare(t, x, y, op),
                };
            }
        }
        Ok(Value::bool(op.holds(self.len().cmp(&other.len()))))
    }

    /// `hash(tuple)`
    pub fn hash(self, t: &mut Thread) -> PyResult<i64> {
        // Relaxed (here and below): every thread that computes the hash gets the same one.
        if let Some(kept) = self.kept_hash().map(|k| k.load(Relaxed)).filter(|&k| k != 0) {
            return Ok(kept as i64);
        }
        t.check_native_stack_in(" while hashing a tuple")?;
        let mut hasher = TupleHasher::new();
        for &item in self.values() {
            hasher.push(hash::hash(t, item)? as i64);
        }
        let hash = hasher.finish();
        if let Some(keep) = self.kept_hash() {
            keep.store(hash as u64, Relaxed);
        }
        Ok(hash)
    }
}

/// Whether the value is an exact tuple (not of a subclass).
#[inline]
pub fn is_exact(value: Value) -> bool {
    value.object().is_some_and(|o| o.header.shape() == Kind::Tuple.shape())
}

/// Bytes of a tuple of `len` items, the spare word included.
fn bytes(len: usize) -> usize {
    len.saturating_add(len % 2).saturating_mul(8).saturating_add(16)
}

/// Allocates a tuple of `len` items. `fill` must initialise all of them.
///
/// # Safety
/// The shape's kind must be `Tuple`, and its objects must have no words besides the items.
unsafe fn allocate(
    t: &mut Thread,
    shape: ShapeId,
    len: usize,
    fill: impl FnOnce(*mut Value),
) -> PyResult<Ref<Tuple>> {
    // SAFETY: length, items and spare word are all that there is.
    unsafe {
        t.try_alloc::<Tuple>(shape, bytes(len), |p| {
            (&raw mut (*p).len).write(len as u64);
            let items = p.add(1) as *mut Value;
            if len % 2 == 1 {
                (items.add(len) as *mut u64).write(0);
            }
            fill(items);
        })
    }
}

/// A new tuple of these items. Raises MemoryError if it is too large.
pub fn new(t: &mut Thread, items: &[Value]) -> PyResult {
    if items.is_empty() && !t.rt.empty_tuple.get().is_unset() {
        return Ok(t.rt.empty_tuple.get());
    }
    of_shape(t, Kind::Tuple.shape(), items)
}

/// A tuple of these items with a shape whose kind is `Tuple`.
#[inline]
fn of_shape(t: &mut Thread, id: ShapeId, items: &[Value]) -> PyResult {
    debug_assert_eq!(shape::shape(id).kind, Kind::Tuple);
    // SAFETY: see above; all items are copied.
    let tuple = unsafe { allocate(t, id, items.len(), |p| copy::words(items.as_ptr(), p, items.len()))? };
    Ok(tuple.value())
}

/// A new tuple of a few items.
#[inline]
pub fn new_small(t: &mut Thread, items: &[Value]) -> Value {
    new(t, items).unwrap_or_else(|_| unreachable!("small objects do not run out of memory"))
}

/// A new tuple of a list's items.
pub fn from_list(t: &mut Thread, list: Ref<List>) -> PyResult {
    let tuple = new_unset(t, list.len())?;
    for (slot, item) in tuple.items().iter().zip(list.items()) {
        slot.init(item.get());
    }
    Ok(tuple.value())
}

/// A new tuple of `len` items that are all unset, to be filled with `init` before anyone else sees it and before the
/// next allocation.
pub fn new_unset(t: &mut Thread, len: usize) -> PyResult<Ref<Tuple>> {
    if len == 0 {
        return Ok(Ref::known(new(t, &[])?));
    }
    // SAFETY: the shape is that of tuples; all items are set.
    unsafe {
        allocate(t, Kind::Tuple.shape(), len, |items| {
            for i in 0..len {
                items.add(i).write(Value::UNSET);
            }
        })
    }
}

/// As `new`, with the shape of a subclass that has no attributes of its own.
pub fn new_of_class(t: &mut Thread, class: Ref<super::typeobj::Type>, items: &[Value]) -> PyResult {
    let id = class.instance_shape();
    if id == Kind::Tuple.shape() {
        return new(t, items);
    }
    if shape::shape(id).kind != Kind::Tuple {
        let inner = new(t, items)?;
        return Ok(super::wrapped::new(t, class, inner));
    }
    of_shape(t, id, items)
}

impl Value {
    /// The tuple of a tuple or of an instance of a subclass.
    #[inline]
    pub fn as_tuple(self) -> Option<Ref<Tuple>> {
        if is_exact(self) {
            return Some(Ref::known(self));
        }
        super::wrapped::unwrap(self).cast::<Tuple>()
    }
}
