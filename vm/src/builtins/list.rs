//! `list`: the body and its primitives. Methods stand in `list_methods.rs`.

pub mod card;
pub mod divide;

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::{Slot, Writer};

use super::{
    array::{self, Array},
    dict_methods,
};
use crate::{
    atomic::instruction,
    error::PyResult,
    kind::Kind,
    object::{Body, Ref},
    protocol::{item::normalize, iter},
    shape,
    thread::Thread,
    value::Value,
};

/// Body of a list. Attribute words follow in instances of subclasses.
#[repr(C)]
pub struct List {
    header: Header,
    version: Slot<u64>,
    len: Slot<usize>,
    /// The [`Array`] that holds the items, or unset while there are none. In a [divided](divide) list something else.
    buffer: Slot<Value>,
}

// SAFETY: `repr(C)`, header first; only lists have the kind.
unsafe impl Body for List {
    const KIND: Kind = Kind::List;
}

/// Words of the body.
pub const WORDS: u16 = 4;
/// Layout of lists.
pub const LAYOUT: Layout = Layout { trace: Trace::Custom(trace), size: Size::Fixed(32), drop: None };

/// # Safety
/// `object` must be a list.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object.
    unsafe {
        let list = &*(object as *const List);
        if !divide::trace(list, object, marker) {
            array::trace(marker, &list.buffer, list.len.get());
        }
        shape::trace_attributes(object, marker);
    }
}

impl List {
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The buffer.
    #[inline(always)]
    pub fn buffer(&self) -> Option<Ref<Array>> {
        let value = self.buffer.get();
        // SAFETY: the slot holds a buffer or unset.
        value.object().map(|o| unsafe { Ref::from_ptr(o) })
    }

    /// The items as they are now. Not to be held over anything that may run Python code or another thread.
    #[inline(always)]
    pub fn items(&self) -> &[Slot<Value>] {
        match self.buffer() {
            // SAFETY: the buffer object lives as long as it can be seen from this stack; the length never exceeds it.
            Some(b) => unsafe { std::slice::from_raw_parts(b.slot(0), self.len().min(b.capacity())) },
            None => &[],
        }
    }

    /// Item at this index, if it is in range.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items().get(index).map(|s| s.get())
    }

    /// Room for items without a new buffer.
    pub fn capacity(&self) -> usize {
        self.buffer().map_or(0, |b| b.capacity())
    }

    /// Appends if there is room.
    #[inline(always)]
    pub fn append_in_place(&self, w: &Writer<'_>, value: Value) -> bool {
        let n = self.len();
        match self.buffer() {
            Some(b) if n < b.capacity() => {
                // SAFETY: `n` is below the capacity.
                unsafe { b.slot(n) }.set(w, value);
                self.len.set(w, n + 1);
                true
            }
            _ => false,
        }
    }

    /// Replaces the item at an index. Does nothing if it is out of range, as it may be after a wait.
    #[inline(always)]
    pub fn set_item(&self, w: &Writer<'_>, index: usize, value: Value) {
        if let Some(slot) = self.items().get(index) {
            slot.set(w, value);
        }
    }

    /// Replaces buffer and length together. Unused words of the buffer must be unset.
    pub fn replace(&self, w: &Writer<'_>, buffer: Option<Ref<Array>>, len: usize) {
        self.len.set(w, 0);
        self.buffer.set(w, buffer.map_or(Value::UNSET, |b| b.value()));
        self.len.set(w, len);
    }

    /// Shortens the list, unsetting what is cut off.
    pub fn truncate(&self, w: &Writer<'_>, len: usize) {
        let items = self.items();
        self.len.set(w, len.min(items.len()));
        for slot in items.iter().skip(len) {
            slot.set(w, Value::UNSET);
        }
    }
}

/// A new list of these items. Raises nothing for sizes that are in memory already.
pub fn new(t: &mut Thread, items: &[Value]) -> Value {
    try_new(t, items).unwrap_or_else(|_| unreachable!("the items are in memory"))
}

/// A new list of these items.
pub fn try_new(t: &mut Thread, items: &[Value]) -> PyResult {
    let buffer = if items.is_empty() { Value::UNSET } else { array::of(t, items)?.value() };
    Ok(from_buffer(t, buffer, items.len()).value())
}

/// A new list of the items in a range that was in the list a moment ago.
pub fn copy_range(t: &mut Thread, list: Ref<List>, range: std::ops::Range<usize>) -> PyResult {
    if range.is_empty() {
        return Ok(from_buffer(t, Value::UNSET, 0).value());
    }
    let buffer = array::copy_of(t, list.buffer(), range)?;
    Ok(from_buffer(t, buffer.value(), buffer.capacity()).value())
}

/// The list, if it is an exact one (not of a subclass).
#[inline]
pub fn exact(value: Value) -> Option<Ref<List>> {
    let o = value.object().filter(|o| o.header.shape() == Kind::List.shape());
    o.map(|_| Ref::known(value))
}

/// A new list that takes over a buffer.
pub fn from_buffer(t: &mut Thread, buffer: Value, len: usize) -> Ref<List> {
    Ref::new(t, |header| List {
        header,
        version: Slot::new(0),
        len: Slot::new(len),
        buffer: Slot::new(buffer),
    })
}

/// An empty list of a class whose body is a list.
pub fn new_of_class(t: &mut Thread, class: Ref<super::typeobj::Type>) -> Value {
    let id = class.instance_shape();
    let shape = shape::shape(id);
    // SAFETY: the class's instances have this body; all of it is initialised.
    let object = unsafe {
        t.alloc_bytes::<List>(id, shape.fixed_size(), |p| {
            crate::thread::keep_header(p, |header| List {
                header,
                version: Slot::new(0),
                len: Slot::new(0),
                buffer: Slot::new(Value::UNSET),
            });
            shape::init_attributes(p as *mut Object, shape);
        })
    };
    super::typeobj::register_finalizer(t, class, object.value());
    object.value()
}

/// Item at an index, which may count from the end, if it is in range.
#[inline(always)]
pub fn get(t: &mut Thread, list: Ref<List>, index: i64) -> Option<Value> {
    if divide::is_read_in_cards(t, list) {
        return divide::get(t, list, index);
    }
    list.get(normalize(index, list.len())?)
}

/// Replaces the item at an index, which may count from the end. Whether it is in range.
#[inline]
pub fn set(t: &mut Thread, list: Ref<List>, index: i64, value: Value) -> bool {
    if divide::is_in_cards(t, list) {
        return divide::set(t, list, index, value);
    }
    t.acquire(list);
    let Some(i) = normalize(index, list.len()) else { return false };
    let w = t.write(list);
    list.set_item(&w, i, value);
    true
}

/// Number of items.
#[inline(always)]
pub fn len(t: &mut Thread, list: Ref<List>) -> usize {
    if divide::is_divided(list) { divide::len(t, list) } else { list.len() }
}

/// Appends one item.
#[inline]
pub fn append(t: &mut Thread, list: Ref<List>, value: Value) {
    if divide::is_in_cards(t, list) {
        return divide::append(t, list, value);
    }
    let w = t.write(list);
    if !list.append_in_place(&w, value) {
        append_slow(t, list, value);
    }
}

#[cold]
#[inline(never)]
fn append_slow(t: &mut Thread, list: Ref<List>, value: Value) {
    // A list that cannot grow by an eighth is far beyond what fits; the allocation then ends the process with a message.
    if reserve(t, list, list.len() + 1).is_ok() {
        let w = t.write(list);
        list.append_in_place(&w, value);
    }
}

/// Makes room for `capacity` items. Small lists grow by about an eighth, larger ones by a half, those beyond a megabyte
/// by a quarter: a buffer cannot be resized in place, so growing copies it.
pub fn reserve(t: &mut Thread, list: Ref<List>, capacity: usize) -> PyResult<()> {
    t.acquire(list);
    if capacity <= list.capacity() {
        return Ok(());
    }
    let generous = if capacity < 512 {
        (capacity + (capacity >> 3) + if capacity < 9 { 3 } else { 6 }) & !1
    } else {
        capacity + (capacity >> if capacity < 1 << 17 { 1 } else { 2 })
    };
    let old = list.buffer();
    let buffer = array::grown(t, old, list.len(), generous)?;
    let w = t.write(list);
    let n = list.len();
    list.replace(&w, Some(buffer), n);
    // SAFETY: a list shares its buffer with nobody.
    unsafe { array::retire(t, old) };
    Ok(())
}

/// A copy of the items that the collector knows.
pub fn snapshot(t: &mut Thread, list: Ref<List>) -> crate::thread::RootVec {
    let mut items = t.vec();
    items.extend(list.items().iter().map(|s| s.get()));
    items
}

/// Appends these values. MemoryError if they do not fit.
pub fn extend_from(t: &mut Thread, list: Ref<List>, items: &[Value]) -> PyResult<()> {
    if items.is_empty() {
        return Ok(());
    }
    t.acquire(list);
    let n = list.len();
    reserve(t, list, n + items.len())?;
    let w = t.write(list);
    if let Some(buffer) = list.buffer() {
        array::store(buffer, &w, n, items);
        list.len.set(&w, n + items.len());
    }
    Ok(())
}

fn extend_from_list(t: &mut Thread, list: Ref<List>, source: Ref<List>) -> PyResult<()> {
    let more = loop {
        let more = source.len();
        if more == 0 {
            return Ok(());
        }
        t.acquire(list);
        // Neither has been waited for since it was looked at, so both stay as they are.
        if source.len() == more && t.holds(list) {
            break more;
        }
    };
    let n = list.len();
    if n == 0 && list.capacity() < more {
        let buffer = array::grown(t, source.buffer(), more, more)?;
        let w = t.write(list);
        list.replace(&w, Some(buffer), more);
        return Ok(());
    }
    // The source may be the list itself, which has a new buffer after this.
    reserve(t, list, n + more)?;
    let w = t.write(list);
    if let Some(buffer) = list.buffer() {
        for (slot, item) in buffer.slots()[n..].iter().zip(&source.items()[..more]) {
            slot.set(&w, item.get());
        }
        list.len.set(&w, n + more);
    }
    Ok(())
}

/// `list[range] = source` for a range that is in the list.
pub fn assign_range(
    t: &mut Thread,
    list: Ref<List>,
    range: std::ops::Range<usize>,
    source: Ref<List>,
) -> PyResult<()> {
    t.acquire(list);
    if range.len() != list.len() {
        let items = snapshot(t, source);
        return splice(t, list, range.start, range.len(), &items);
    }
    let n = source.len();
    let buffer = if n == 0 { None } else { Some(array::grown(t, source.buffer(), n, n)?) };
    let w = t.write(list);
    list.replace(&w, buffer, n);
    Ok(())
}

/// Appends every item of an iterable.
pub fn extend(t: &mut Thread, list: Ref<List>, source: Value) -> PyResult<()> {
    if let Some(o) = source.object() {
        let shape = o.header.shape();
        if shape == Kind::List.shape() {
            return extend_from_list(t, list, Ref::known(source));
        }
        if shape == Kind::Tuple.shape() {
            return extend_from(t, list, Ref::<super::tuple::Tuple>::known(source).values());
        }
    }
    dict_methods::views::wait_for(t, source);
    instruction::begin_for(t, list);
    let iterator = iter::consume(t, source)?;
    let hint = iter::length_hint(t, iterator, 0)?;
    // A hint may lie; a long list that announces itself is still made in few steps.
    let n = list.len();
    if hint > array::MAX_WORDS - n || !t.mutator.fits(hint * 8) {
        return Err(t.memory_error());
    }
    if hint > 8 && hint < 1 << 20 {
        reserve(t, list, n + hint)?;
    }
    while let Some(item) = iter::next(t, iterator)? {
        append(t, list, item);
    }
    Ok(())
}

/// Replaces `count` items from `start` on by others. All must be in range.
pub fn splice(t: &mut Thread, list: Ref<List>, start: usize, count: usize, items: &[Value]) -> PyResult<()> {
    t.acquire(list);
    let body: &List = &list;
    let n = body.len();
    // The range may be from before the list was this thread's.
    let start = start.min(n);
    let count = count.min(n - start);
    let new_len = n - count + items.len();
    if new_len > body.capacity() {
        reserve(t, list, new_len)?;
    }
    let w = t.write(list);
    let Some(buffer) = body.buffer() else { return Ok(()) };
    // Readers never see an index without an item: a growing list gets its length last, a shrinking one first.
    body.len.set(&w, new_len.min(n));
    array::copy_within(buffer, &w, start + count, start + items.len(), n - start - count);
    array::store(buffer, &w, start, items);
    for slot in &buffer.slots()[new_len.min(n)..n] {
        slot.set(&w, Value::UNSET);
    }
    body.len.set(&w, new_len);
    if is_sparse(new_len, buffer.capacity()) { shrink(t, list) } else { Ok(()) }
}

/// Whether a list of this length wastes the memory of a buffer with this capacity.
fn is_sparse(n: usize, capacity: usize) -> bool {
    capacity >= 64 && n < capacity / 4
}

/// Gives back memory once a list has lost most of its items.
fn shrink(t: &mut Thread, list: Ref<List>) -> PyResult<()> {
    let n = list.len();
    if !is_sparse(n, list.capacity()) {
        return Ok(());
    }
    let buffer = if n == 0 { None } else { Some(array::grown(t, list.buffer(), n, n + n / 8)?) };
    let w = t.write(list);
    list.replace(&w, buffer, n);
    Ok(())
}

/// Inserts before the item at `index`, which may be the length.
pub fn insert(t: &mut Thread, list: Ref<List>, index: usize, value: Value) -> PyResult<()> {
    splice(t, list, index, 0, &[value])
}

/// Removes and returns the item at an index in range.
pub fn remove_at(t: &mut Thread, list: Ref<List>, index: usize) -> PyResult {
    t.acquire(list);
    let n = list.len();
    let item = list.get(index).unwrap_or(Value::UNSET);
    if index + 1 == n {
        let w = t.write(list);
        list.truncate(&w, n - 1);
        shrink(t, list)?;
    } else {
        splice(t, list, index, 1, &[])?;
    }
    Ok(item)
}

/// Removes everything.
pub fn clear(t: &mut Thread, list: Ref<List>) {
    let w = t.write(list);
    list.replace(&w, None, 0);
}

/// Takes the items out of the list.
pub fn take(t: &mut Thread, list: Ref<List>) -> crate::thread::RootVec {
    t.acquire(list);
    let items = snapshot(t, list);
    clear(t, list);
    items
}
