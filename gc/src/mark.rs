//! Marking: from roots to everything that they reach.

use std::{mem, ops::Range, ptr, sync::atomic::Ordering::Relaxed, time::Instant};

use crate::{
    Object,
    header::OLD,
    large, layout,
    layout::{Access, Trace},
    space::{Space, space},
    word,
};

/// Who knows the roots of a thread besides its native stack.
pub trait Roots {
    /// Hands every root to the marker.
    ///
    /// # Safety
    /// Called only during a collection, with the thread stopped.
    unsafe fn scan(&mut self, marker: &mut Marker);

    /// Forgets, in a major collection, what the thread refers to weakly in its own way and is not marked.
    ///
    /// # Safety
    /// Called only at the end of a major collection's marking, with all threads stopped.
    unsafe fn forget(&mut self, marker: &Marker);

    /// Takes leave of objects that have died and were [announced](crate::weak::Registry::add_mourned): what refers to them
    /// outside the heap must go, and what they own there. They can still be read, as can all that they point to.
    ///
    /// Every major collection asks for it, in one thread, also where none of these has died: what all threads refer to weakly
    /// can go now.
    ///
    /// # Safety
    /// Called only at the end of a collection's marking, with the objects that it has found dead.
    unsafe fn bury(&mut self, dead: &[*mut Object], marker: &Marker);

    /// The thread has collected, everything or its nursery, since then.
    fn collected(&mut self, _major: bool, _since: Instant) {}
}

/// Holder of no block, for [`Marker::listing`].
const NOBODY: u32 = u32::MAX;

/// What an object points to, and what its parts point to.
///
/// # Safety
/// `object` must be live, and nobody write it meanwhile.
pub unsafe fn children(object: *mut Object) -> Vec<*mut Object> {
    let mut list = Vec::new();
    // SAFETY: handed on.
    unsafe { list_children(object, &mut list) };
    list
}

/// As [`children`], into the memory of a list.
///
/// # Safety
/// As for [`children`].
pub unsafe fn list_children(object: *mut Object, list: &mut Vec<*mut Object>) {
    list.clear();
    let mut marker = Marker::listing();
    marker.stack = mem::take(list);
    // SAFETY: handed on.
    unsafe { marker.trace(object) };
    *list = marker.take_pending();
}

/// The parts that an object refers to, into the memory of a list; with theirs.
///
/// # Safety
/// As for [`children`].
pub unsafe fn list_parts(object: *mut Object, list: &mut Vec<*mut Object>) {
    // SAFETY: (whole body) the object has a shape; what it refers to is live.
    unsafe {
        let is_part = |child: *mut Object| layout::access_of(child) == Access::Part;
        // Most objects that are asked about are of this kind and have none.
        if let Some(words) = value_words(object)
            && !words.clone().any(|word| word::is_pointer(word) && is_part(word::to_object(word)))
        {
            list.clear();
            return;
        }
        list_children(object, list);
        list.retain(|&child| is_part(child));
    }
}

/// Whether all that an object refers to is old, if that is seen at a glance.
///
/// # Safety
/// As for [`children`].
pub(crate) unsafe fn refers_to_old_only(object: *const Object) -> bool {
    // SAFETY: (whole body) the object has a shape; what it refers to is live.
    unsafe {
        let is_old = |object: *const Object| (*object).header.load() & OLD != 0;
        let owner = layout::head_of((*object).header.shape()).owner();
        value_words(object).is_some_and(|mut words| {
            (owner.is_null() || is_old(owner))
                && words.all(|word| !word::is_pointer(word) || is_old(word::to_object(word)))
        })
    }
}

/// The value words of an object whose layout says where they stand.
///
/// # Safety
/// As for [`children`].
#[inline(always)]
unsafe fn value_words<'a>(object: *const Object) -> Option<impl Iterator<Item = u64> + Clone + 'a> {
    // SAFETY: (whole body) the object has a shape, and the layout tells which words it has. Relaxed: nobody writes them.
    unsafe {
        let words = match layout::layout_of((*object).header.shape()).trace {
            Trace::Leaf => 0..0,
            Trace::Fixed { first, count } => first as usize..first as usize + count as usize,
            Trace::Counted { .. } | Trace::Custom(_) => return None,
        };
        Some(words.map(move |i| (*object).word(i).load(Relaxed)))
    }
}

/// The object that contains the address, if any. It has been made and not yet swept away.
pub fn object_at(address: usize) -> Option<*mut Object> {
    let space = space();
    let start =
        if space.contains(address) { space.object_start(address) } else { large::object_start(address) };
    start.map(|start| start as *mut Object)
}

/// Traces the items of an object whose numbers are in the range.
pub type TraceItems = unsafe fn(*const Object, Range<usize>, &mut Marker);

/// Items of a large object that are still to be traced.
pub(crate) struct Part {
    object: *const Object,
    items: Range<usize>,
    trace: TraceItems,
}

/// Items of a part.
const PART: usize = if cfg!(feature = "model") { 1 } else { 1024 };

/// The state of a marking phase, of one of the threads that mark.
pub struct Marker {
    space: &'static Space,
    /// What has been marked and is still to be traced.
    stack: Vec<*mut Object>,
    /// The same of large objects.
    parts: Vec<Part>,
    /// So many items of an object are traced at once; what is more becomes parts.
    part: usize,
    /// Other markers are at work in the same heap.
    pub(crate) shared: bool,
    /// The owner of a shape that was marked last: many objects of one shape come in a row.
    last_owner: *mut Object,
    /// Everything is marked anew; otherwise what was marked before counts as live.
    pub major: bool,
    /// The mutator whose young objects are marked; 0 in a major collection.
    holder: u32,
    /// Weak references count, too: objects are about to be seen by other threads.
    publishing: bool,
    /// Bytes of the buffers of objects that are published.
    pub(crate) buffer_bytes: usize,
    /// Bytes of the objects marked in this phase.
    pub(crate) marked_bytes: usize,
    /// Number of the objects marked in this phase.
    pub(crate) marked_objects: usize,
}

impl Marker {
    /// A marker for everything.
    pub(crate) fn major() -> Marker {
        Marker::new(true, 0, false)
    }

    /// A marker for everything beside others.
    pub(crate) fn helping() -> Marker {
        Marker { part: PART, shared: true, ..Marker::major() }
    }

    /// A marker for the young objects of a mutator.
    pub(crate) fn minor(holder: u32) -> Marker {
        Marker::new(false, holder, false)
    }

    /// A marker for young objects of a mutator that other threads shall see.
    pub(crate) fn publishing(holder: u32) -> Marker {
        Marker::new(false, holder, true)
    }

    /// A marker that marks nothing and only lists what it meets, for [`Marker::take_pending`].
    pub(crate) fn listing() -> Marker {
        Marker::new(false, NOBODY, false)
    }

    fn new(major: bool, holder: u32, publishing: bool) -> Marker {
        Marker {
            space: space(),
            stack: Vec::new(),
            parts: Vec::new(),
            part: usize::MAX,
            shared: false,
            last_owner: ptr::null_mut(),
            major,
            holder,
            publishing,
            buffer_bytes: 0,
            marked_bytes: 0,
            marked_objects: 0,
        }
    }

    /// Marks what a value word points to; other words are ignored.
    ///
    /// # Safety
    /// A word with the pointer tag must lead to an object.
    #[inline(always)]
    pub unsafe fn value(&mut self, value: u64) {
        if word::is_pointer(value) {
            // SAFETY: the caller vouches for the word.
            unsafe { self.object(word::to_object(value)) };
        }
    }

    /// Marks an object.
    ///
    /// # Safety
    /// `object` must be an initialised object.
    #[inline(always)]
    pub unsafe fn object(&mut self, object: *mut Object) {
        // SAFETY: the caller vouches for the object.
        if unsafe { self.mark_part(object) } {
            self.stack.push(object);
        }
    }

    /// Marks an object but does not trace it: for buffers that belong to an object whose trace function visits the
    /// buffer's contents itself. Returns whether the object was unmarked.
    ///
    /// # Safety
    /// `object` must be an initialised object.
    #[inline(always)]
    pub unsafe fn mark_part(&mut self, object: *mut Object) -> bool {
        let address = object as usize;
        let small = self.space.in_range(address);
        let fresh = if small {
            if self.shared {
                self.space.mark_shared(address)
            } else {
                (self.major || self.space.holder(address) == self.holder) && self.space.mark(address)
            }
        } else {
            // SAFETY: an object outside the block range is a large one.
            unsafe { (self.major || large::holder(address) == self.holder) && large::mark(address) }
        };
        if fresh {
            // SAFETY: marked addresses are live objects with a shape.
            unsafe {
                let header = &(*object).header;
                // Most are old already, and memory that is not written need not be written back.
                if header.load() & OLD == 0 {
                    header.set_flags(OLD);
                }
                let bytes = if small {
                    let bytes = layout::layout_of(header.shape()).size_of(object);
                    self.space.mark_lines(address, bytes);
                    bytes
                } else {
                    large::size(address)
                };
                self.marked_bytes += bytes;
            }
            self.marked_objects += 1;
        } else if self.holder == NOBODY {
            self.stack.push(object);
        } else if self.publishing {
            // SAFETY: the caller vouches for the object.
            unsafe { self.written_part(object) };
        }
        fresh
    }

    /// As [`Marker::mark_part`], for the buffer that a trace function goes through.
    ///
    /// # Safety
    /// As for [`Marker::mark_part`].
    #[inline(always)]
    pub unsafe fn mark_buffer(&mut self, object: *mut Object) -> bool {
        // SAFETY: the caller vouches for the object.
        unsafe {
            if self.publishing {
                self.buffer_bytes += layout::layout_of((*object).header.shape()).size_of(object);
            }
            self.mark_part(object)
        }
    }

    /// An old part of an object that is published may have been written since the last collection, like the object.
    ///
    /// # Safety
    /// As for [`Marker::mark_part`].
    unsafe fn written_part(&mut self, object: *mut Object) {
        // SAFETY: the caller vouches for the object.
        unsafe {
            let header = &(*object).header;
            if header.load() & OLD == 0 && layout::access_of(object) == Access::Part {
                header.set_flags(OLD);
                self.stack.push(object);
            }
        }
    }

    /// Marks whatever object contains the address, if any.
    pub fn conservative(&mut self, candidate: u64) {
        let address = candidate as usize;
        let start = if self.space.contains(address) {
            // Where others allocate, nothing is for a minor collection to mark.
            if !self.major && self.holder != NOBODY && self.space.holder(address) != self.holder {
                return;
            }
            self.space.object_start(address)
        } else {
            large::object_start(address)
        };
        if let Some(start) = start {
            // An object ends where the next one starts or earlier; an address in the gap behind it keeps it alive for
            // no reason, which is harmless.
            // SAFETY: the start tables name objects only.
            unsafe { self.object(start as *mut Object) };
        }
    }

    /// Treats every word in a range of memory as a possible pointer.
    ///
    /// # Safety
    /// The range must be readable and 8-byte aligned.
    pub unsafe fn conservative_range(&mut self, from: *const u64, to: *const u64) {
        let mut at = from;
        while at < to {
            // SAFETY: inside the range that the caller vouches for; volatile, for the words may be anything.
            self.conservative(unsafe { at.read_volatile() });
            at = at.wrapping_add(1);
        }
    }

    /// Traces one object: marks the owner of its shape and everything that it points to.
    ///
    /// # Safety
    /// `object` must be an initialised object.
    #[inline(always)]
    pub unsafe fn trace(&mut self, object: *mut Object) {
        // SAFETY: the object has a shape, and the layout tells which words it has.
        unsafe {
            let head = layout::head_of((*object).header.shape());
            if !head.owner().is_null() && head.owner() != self.last_owner {
                self.last_owner = head.owner();
                self.object(head.owner());
            }
            match head.layout.trace {
                Trace::Leaf => {}
                Trace::Fixed { first, count } => self.words(object, first as usize, count as usize),
                Trace::Counted { first, len } => {
                    let count = (*object).word(len as usize).load(Relaxed) as usize;
                    if count > self.part {
                        self.split(object, count, trace_counted);
                    } else {
                        self.words(object, first as usize, count);
                    }
                }
                Trace::Custom(f) => f(object, self),
            }
        }
    }

    /// Marks `count` value words of an object from word `first`.
    ///
    /// # Safety
    /// The words must lie inside the object.
    #[inline(always)]
    pub unsafe fn words(&mut self, object: *const Object, first: usize, count: usize) {
        for i in first..first + count {
            // SAFETY: inside the object. Relaxed: only the owner writes, and it is the one that collects, or all
            // threads are stopped.
            unsafe { self.value((*object).word(i).load(Relaxed)) };
        }
    }

    /// Traces the items of an object, those of a large one perhaps later and in parts: other markers can take some of them, and
    /// the stack stays small.
    ///
    /// # Safety
    /// `trace` must be fit for all numbers below `count`, and nothing that it looks at change during the marking.
    #[inline(always)]
    pub unsafe fn items(&mut self, object: *const Object, count: usize, trace: TraceItems) {
        if count > self.part {
            self.split(object, count, trace);
        } else {
            // SAFETY: handed on.
            unsafe { trace(object, 0..count, self) };
        }
    }

    #[cold]
    fn split(&mut self, object: *const Object, count: usize, trace: TraceItems) {
        let size = self.part;
        let part = |first| Part { object, items: first..count.min(first + size), trace };
        self.parts.extend((0..count).step_by(size).map(part));
    }

    /// Marks the referent of a weak reference where it counts. For trace functions.
    ///
    /// # Safety
    /// As for [`Marker::value`].
    pub unsafe fn weak_value(&mut self, value: u64) {
        if self.publishing {
            // SAFETY: handed on.
            unsafe { self.value(value) };
        }
    }

    /// Accounts for memory outside the heap that belongs to an object that is being traced.
    pub fn note_external(&mut self, bytes: usize) {
        self.marked_bytes += bytes;
    }

    /// Marks what a word points to that may be a value or something else. Of a part, which its owner traces otherwise, the
    /// contents are looked at as well: it may have lost its owner.
    pub fn logged(&mut self, word: u64) {
        let address = match word::holder(word) {
            Some(holder) => holder as usize,
            None if word::is_pointer(word) => word::to_object(word) as usize,
            None => return,
        };
        let start = if self.space.contains(address) {
            self.space.object_start(address)
        } else {
            large::object_start(address)
        };
        let Some(start) = start.filter(|&start| start == address) else { return };
        // SAFETY: the start tables name objects only, which have a shape and as many words as it says.
        unsafe {
            let object = start as *mut Object;
            self.object(object);
            let head = layout::head_of((*object).header.shape());
            if head.access == Access::Part {
                let words = head.layout.size_of(object) / 8;
                let first = (object as *const u64).add(1);
                self.conservative_range(first, first.add(words - 1));
            }
        }
    }

    /// Large objects are traced in parts from here on. For who traces to the end.
    pub(crate) fn split_large(&mut self) {
        self.part = PART;
    }

    /// Traces at most so many objects and parts; whether more are left.
    pub(crate) fn trace_some(&mut self, count: usize) -> bool {
        for _ in 0..count {
            if let Some(object) = self.stack.pop() {
                // SAFETY: only live objects are pushed.
                unsafe { self.trace(object) };
            } else if let Some(part) = self.parts.pop() {
                self.trace_part(part);
            } else {
                return false;
            }
        }
        true
    }

    /// Traces a part of an object.
    pub(crate) fn trace_part(&mut self, part: Part) {
        // SAFETY: who has made the part vouches for it.
        unsafe { (part.trace)(part.object, part.items, self) };
    }

    /// Traces a marked object later.
    pub(crate) fn push(&mut self, object: *mut Object) {
        self.stack.push(object);
    }

    /// Hands out half of the objects that are still to be traced, but at most so many: those that came first, which lead to
    /// most where the heap is a tree.
    pub(crate) fn give(&mut self, most: usize, mut f: impl FnMut(*mut Object)) {
        for i in 0..most.min(self.stack.len() / 2) {
            f(self.stack.swap_remove(i));
        }
    }

    /// Hands out the parts that are still to be traced.
    pub(crate) fn take_parts(&mut self) -> impl Iterator<Item = Part> {
        self.parts.drain(..)
    }

    /// Counts what another marker has marked.
    pub(crate) fn add(&mut self, bytes: usize, objects: usize) {
        self.marked_bytes += bytes;
        self.marked_objects += objects;
    }

    /// Takes the objects that have been marked but not traced.
    pub(crate) fn take_pending(&mut self) -> Vec<*mut Object> {
        self.last_owner = ptr::null_mut();
        mem::take(&mut self.stack)
    }

    /// Traces until nothing is left to trace.
    pub(crate) fn drain(&mut self) {
        while self.trace_some(usize::MAX) {}
    }

    /// As [`Marker::drain`], with a look at each object before it is traced. For markers that do not [split](Marker::split_large).
    pub(crate) fn drain_through(&mut self, mut look: impl FnMut(*mut Object)) {
        while let Some(object) = self.stack.pop() {
            look(object);
            // SAFETY: only live objects are pushed.
            unsafe { self.trace(object) };
        }
    }

    /// Whether the object has been marked, now or before.
    pub fn is_marked(&self, object: *const Object) -> bool {
        is_marked(self.space, object)
    }
}

/// # Safety
/// `object` must be an object that the layout says has values counted by a word.
unsafe fn trace_counted(object: *const Object, items: Range<usize>, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object.
    unsafe {
        if let Trace::Counted { first, .. } = layout::layout_of((*object).header.shape()).trace {
            marker.words(object, first as usize + items.start, items.len());
        }
    }
}

/// Whether the object carries a mark.
pub(crate) fn is_marked(space: &Space, object: *const Object) -> bool {
    let address = object as usize;
    // SAFETY: an object outside the block range is a large one.
    if space.in_range(address) { space.is_marked(address) } else { unsafe { large::is_marked(address) } }
}
