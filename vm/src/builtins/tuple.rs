//! `tuple`: the body and how to make one.

use pystm_gc::{Header, Layout, Trace, layout::Size};
use pystm_stm::Slot;

use crate::{
    error::PyResult,
    kind::Kind,
    object::{Body, Ref},
    thread::Thread,
    value::Value,
};

/// Body of a tuple; the items follow.
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

/// A new tuple of these items. Raises MemoryError if it is too large.
pub fn new(t: &mut Thread, items: &[Value]) -> PyResult {
    if items.is_empty() && !t.rt.empty_tuple.get().is_unset() {
        return Ok(t.rt.empty_tuple.get());
    }
    // SAFETY: the initialiser fills length and items.
    let tuple = unsafe {
        t.try_alloc::<Tuple>(Kind::Tuple.shape(), 16 + items.len() * 8, |p| {
            (&raw mut (*p).len).write(items.len() as u64);
            (p.add(1) as *mut Value).copy_from_nonoverlapping(items.as_ptr(), items.len());
        })?
    };
    Ok(tuple.value())
}

/// A new tuple of a few items.
#[inline]
pub fn new_small(t: &mut Thread, items: &[Value]) -> Value {
    new(t, items).unwrap_or_else(|_| unreachable!("small objects do not run out of memory"))
}

/// A new tuple of `len` items that are all unset, to be filled with `init` before anyone else sees it and before the
/// next allocation.
pub fn new_unset(t: &mut Thread, len: usize) -> PyResult<Ref<Tuple>> {
    if len == 0 {
        return Ok(Ref::known(new(t, &[])?));
    }
    // SAFETY: the initialiser fills length and items.
    unsafe {
        t.try_alloc::<Tuple>(Kind::Tuple.shape(), 16usize.saturating_add(len.saturating_mul(8)), |p| {
            (&raw mut (*p).len).write(len as u64);
            let data = p.add(1) as *mut Value;
            for i in 0..len {
                data.add(i).write(Value::UNSET);
            }
        })
    }
}

/// As `new`, with the shape of a subclass that has no attributes of its own.
pub fn new_of_class(t: &mut Thread, class: Ref<super::typeobj::Type>, items: &[Value]) -> PyResult {
    let shape = class.instance_shape();
    if shape == Kind::Tuple.shape() {
        return new(t, items);
    }
    if crate::shape::shape(shape).kind != Kind::Tuple {
        let inner = new(t, items)?;
        return Ok(super::wrapped::new(t, class, inner));
    }
    // SAFETY: the shape's kind is `Tuple`; the initialiser fills length and items.
    let tuple = unsafe {
        t.try_alloc::<Tuple>(shape, 16 + items.len() * 8, |p| {
            (&raw mut (*p).len).write(items.len() as u64);
            (p.add(1) as *mut Value).copy_from_nonoverlapping(items.as_ptr(), items.len());
        })?
    };
    Ok(tuple.value())
}

impl Value {
    /// The tuple of a tuple or of an instance of a subclass.
    #[inline]
    pub fn as_tuple(self) -> Option<Ref<Tuple>> {
        super::wrapped::unwrap(self).cast::<Tuple>()
    }
}
