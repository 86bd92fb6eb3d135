//! A thread's private nursery: bump allocation into free lines.

use std::sync::atomic::Ordering::{Relaxed, Release};

use crate::{
    Header, Object, ShapeId, collect,
    collect::Stats,
    config::Config,
    header::{self, OLD},
    large,
    mark::{self, Marker, Roots, is_marked},
    space::{self, BLOCK, GRANULE, LINE, SMALL_MAX, space},
    sync::AtomicU32,
    weak::Registry,
    world::{self, POLL_STOP, Seat},
};

/// The allocation state of one thread. It stands at the start of the host's thread structure, so that the interpreter
/// reaches cursor and limit with one load each.
#[repr(C)]
pub struct Mutator {
    /// Next free byte.
    cursor: usize,
    /// End of the current hole.
    limit: usize,
    /// `starts` side table, biased so that `address / LINE` indexes it.
    starts: *mut u8,
    /// Objects that were old and have been written to since the last collection.
    pub(crate) remembered: Vec<*mut Object>,
    /// Blocks into which this thread has allocated since its last collection.
    pub(crate) touched: Vec<u32>,
    /// Blocks with free lines into which it has allocated before: what it uses again is in its processor's cache.
    pub(crate) spare: Vec<u32>,
    /// Large objects allocated since the last collection.
    pub(crate) young_large: Vec<usize>,
    /// Where the present hole begins.
    hole: usize,
    /// Where the nursery stood at the last [`Mutator::begin_operation`], and what it has filled since of holes that have ended.
    begun: usize,
    since: Vec<(usize, usize)>,
    /// The block that is being filled, and the line at which to look for its next hole.
    current: Option<(u32, usize)>,
    /// Bytes allocated since the last collection, complete up to the current hole.
    allocated: usize,
    /// Bytes after which the next minor collection is due.
    pub(crate) threshold: usize,
    /// Weak references, finalisers and native payloads of this thread's objects.
    pub registry: Registry,
    /// Settings.
    pub config: Config,
    /// Counters.
    pub stats: Stats,
    /// Header bits that tell the owner.
    pub owner_mask: u64,
    /// Their value in objects of this thread.
    pub owner: u64,
    /// What other threads know of this one.
    pub seat: &'static Seat,
    /// Where the native stack begins.
    pub(crate) stack_base: usize,
    pub(crate) roots: Option<*mut dyn Roots>,
    /// Shape of the object that is being allocated while there may be a collection.
    pub(crate) allocating: Option<ShapeId>,
    /// A collection is running.
    pub(crate) collecting: bool,
    /// Collections are held off while this is above zero.
    pub paused: u32,
    /// The objects made since [`Mutator::watch_fresh`], while anyone wants to know.
    pub(crate) fresh: Option<Fresh>,
    /// Not zero: the thread shall come to a safepoint soon.
    pub poll: AtomicU32,
}

/// So many holes of one operation are known.
const SINCE: usize = 32;

/// What has been allocated since a certain time.
#[derive(Default)]
pub(crate) struct Fresh {
    /// Parts of blocks that lie behind the present hole, and where in that hole the objects begin.
    ranges: Vec<(usize, usize)>,
    begin: usize,
    /// Large ones made since the last collection.
    large: Vec<*mut Object>,
    /// Those found alive by collections.
    old: Vec<*mut Object>,
}

impl Mutator {
    /// Notes from here on which objects are made.
    pub fn watch_fresh(&mut self) {
        self.fresh = Some(Fresh { begin: self.cursor, ..Fresh::default() });
    }

    /// Calls `f` with the objects made since [`Mutator::watch_fresh`] that have not been found dead, and forgets them. With
    /// `on`, further ones are noted.
    pub fn take_fresh(&mut self, on: bool, mut f: impl FnMut(*mut Object)) {
        let Some(fresh) = self.fresh.take() else { return };
        if on {
            self.watch_fresh();
        }
        for (from, to) in fresh.ranges.into_iter().chain([(fresh.begin, self.cursor)]) {
            space().for_each_between(from, to, |address| f(address as *mut Object));
        }
        fresh.large.into_iter().chain(fresh.old).for_each(f);
    }

    /// Keeps the fresh objects known that a collection has found alive, before their neighbours are swept. Only a major one
    /// can find an object dead that an earlier one has not.
    pub(crate) fn keep_fresh(&mut self, major: bool) {
        let Some(fresh) = &mut self.fresh else { return };
        let (space, old) = (space(), &mut fresh.old);
        if major {
            old.retain(|&object| is_marked(space, object));
        }
        for (from, to) in fresh.ranges.drain(..).chain([(fresh.begin, self.cursor)]) {
            space.for_each_marked_between(from, to, |address| old.push(address as *mut Object));
        }
        old.extend(fresh.large.drain(..).filter(|&object| is_marked(space, object)));
        // The present hole ends with the collection.
        fresh.begin = 0;
    }

    /// A nursery for the calling thread.
    pub fn new(config: Config) -> Mutator {
        Mutator {
            cursor: 0,
            limit: 0,
            starts: space().starts_bias(),
            remembered: Vec::new(),
            touched: Vec::new(),
            spare: Vec::new(),
            young_large: Vec::new(),
            hole: 0,
            begun: usize::MAX,
            since: Vec::new(),
            current: None,
            allocated: 0,
            threshold: config.nursery,
            registry: Registry::default(),
            stats: Stats::default(),
            config,
            owner_mask: 0,
            owner: 0,
            seat: Seat::acquire(),
            stack_base: crate::stack::stack_base(),
            roots: None,
            allocating: None,
            collecting: false,
            paused: 0,
            fresh: None,
            poll: AtomicU32::new(0),
        }
    }

    /// Names the owner of the roots and makes the thread known to others. Without that, nothing is ever collected.
    ///
    /// # Safety
    /// `roots` and the mutator must stay where they are until [`Mutator::leave`].
    pub unsafe fn enter(&mut self, roots: *mut dyn Roots) {
        self.roots = Some(roots);
        self.seat.enter(self);
    }

    /// The thread makes no more objects: what it has made and is still reachable becomes old.
    pub fn finish(&mut self) {
        collect::minor(self);
        self.spare.drain(..).for_each(|block| space().recycle(block));
        self.roots = None;
        collect::adopt(&mut self.registry);
    }

    /// As [`Mutator::finish`] for a thread that has ended with the process that this one was forked from: all its young objects
    /// become old, for nobody could tell which of them are reachable.
    pub(crate) fn abandon(&mut self) {
        let space = space();
        let mut marker = Marker::minor(self.seat.number);
        // SAFETY: young objects have been initialised when a thread stands still.
        let mut mark = |address: usize| _ = unsafe { marker.mark_part(address as *mut Object) };
        self.young_large.drain(..).for_each(&mut mark);
        for block in self.touched.drain(..) {
            space.for_each_object(block, &mut mark);
            space.let_go(block);
        }
        for object in self.remembered.drain(..) {
            // SAFETY: remembered objects are live; what they refer to has become old.
            unsafe { (*object).header.set_flags(OLD) };
        }
        self.spare.drain(..).for_each(|block| space.recycle(block));
        self.roots = None;
        collect::adopt(&mut self.registry);
    }

    /// Ends the thread for the others, after [`Mutator::finish`].
    pub fn leave(&mut self) {
        self.seat.leave();
    }

    /// An operation begins: [`Mutator::made_since`] tells what it has made.
    #[inline(always)]
    pub fn begin_operation(&mut self) {
        self.begun = self.cursor;
        if !self.since.is_empty() {
            self.since.clear();
        }
    }

    /// Whether the object was made since the operation began; false if that is not certain.
    #[inline(always)]
    pub fn made_since(&self, object: &Object) -> bool {
        let address = object as *const Object as usize;
        (self.first_made()..self.cursor).contains(&address)
            || self.since.iter().any(|&(from, to)| (from..to).contains(&address))
    }

    /// Where in the present hole the objects of the operation begin.
    #[inline(always)]
    fn first_made(&self) -> usize {
        if self.since.is_empty() { self.begun.max(self.hole) } else { self.hole }
    }

    /// Whether the object can be reached by this thread at all: it is old, or young and this thread's. For tables that find
    /// objects without a reference.
    ///
    /// # Safety
    /// `object` must not have been freed.
    pub unsafe fn can_see(&self, object: *mut Object) -> bool {
        let address = object as usize;
        let holder = if space().in_range(address) {
            space().holder(address)
        } else {
            // SAFETY: an object outside the block range is a large one.
            unsafe { large::holder(address) }
        };
        holder == self.seat.number || is_marked(space(), object)
    }

    /// Whether other threads may know the object: it has survived a collection, or has been published.
    ///
    /// # Safety
    /// `object` must be live.
    pub unsafe fn is_known(&self, object: &Object) -> bool {
        is_marked(space(), object)
    }

    /// Sets bits of the poll word, from any thread.
    pub fn raise_poll(&self, bits: u32) {
        // Release: whoever sees the bits sees what they announce.
        self.poll.fetch_or(bits, Release);
    }

    /// Makes everything that the object reaches fit to be seen by other threads: young objects become old. Neither the
    /// thread nor anyone else may write them meanwhile. Each of them but the object itself is handed to `found`. Returns how many
    /// bytes of buffers it took to look at.
    ///
    /// # Safety
    /// `object` must be live.
    pub unsafe fn publish(&mut self, object: *mut Object, mut found: impl FnMut(&Object)) -> usize {
        let mut marker = Marker::publishing(self.seat.number);
        // SAFETY: the caller vouches for the object.
        unsafe {
            marker.object(object);
            let header = &(*object).header;
            let word = header.load();
            if word & OLD == 0 && word & self.owner_mask == self.owner {
                // Old, but remembered: it may point to young objects. One of another thread has been published by that.
                header.set_flags(OLD);
                marker.trace(object);
            }
        }
        let looked_at = marker.buffer_bytes;
        // SAFETY: what is traced is live.
        marker.drain_through(|child| unsafe {
            if child != object {
                found(&*child);
            }
        });
        self.stats.live_bytes += marker.marked_bytes;
        self.stats.promoted_objects += marker.marked_objects as u64;
        looked_at
    }

    /// As [`Mutator::publish`], of an old object of this thread that has been written since it was published; or false, and nothing
    /// has happened, where that is more than a look at its words.
    ///
    /// # Safety
    /// `object` must be live, and have been published.
    #[inline]
    pub unsafe fn publish_again(&mut self, object: *const Object) -> bool {
        // SAFETY: the caller vouches for the object.
        unsafe {
            let refers_to_old_only = mark::refers_to_old_only(object);
            if refers_to_old_only {
                (*object).header.set_flags(OLD);
            }
            refers_to_old_only
        }
    }

    /// Memory for an object of `bytes` (rounded up to the granule) with this header, or `None` if there is none. The
    /// caller must initialise the whole body before it allocates again.
    #[inline(always)]
    pub fn allocate(&mut self, header: u64, bytes: usize) -> Option<*mut Object> {
        let bytes = (bytes + GRANULE - 1) & !(GRANULE - 1);
        let at = self.cursor;
        if bytes <= SMALL_MAX && at + bytes <= self.limit {
            self.cursor = at + bytes;
            return Some(self.place(at, header));
        }
        self.allocate_slow(header, bytes)
    }

    #[inline(always)]
    fn place(&mut self, at: usize, header: u64) -> *mut Object {
        // SAFETY: [at, at + bytes) is inside the current hole, which this thread holds alone, and so is the line's
        // start byte.
        unsafe {
            *self.starts.wrapping_add(at / LINE) |= 1 << (at / GRANULE % 8);
            (*(at as *const Header)).store(header);
        }
        at as *mut Object
    }

    #[cold]
    #[inline(never)]
    fn allocate_slow(&mut self, header: u64, bytes: usize) -> Option<*mut Object> {
        self.allocating = Some(header::shape_of(header));
        let object = if bytes > SMALL_MAX {
            self.allocate_large(header, bytes)
        } else {
            self.allocate_small(header, bytes)
        };
        self.allocating = None;
        object
    }

    fn allocate_small(&mut self, header: u64, bytes: usize) -> Option<*mut Object> {
        self.collect_if_due(0);
        loop {
            self.next_hole(bytes)?;
            let at = self.cursor;
            if at + bytes <= self.limit {
                self.cursor = at + bytes;
                if self.config.stress {
                    // Nothing is left of the hole, so that the next allocation comes here too.
                    self.end_hole();
                }
                return Some(self.place(at, header));
            }
        }
    }

    fn allocate_large(&mut self, header: u64, bytes: usize) -> Option<*mut Object> {
        if self.stats.live_bytes.saturating_add(self.allocated).saturating_add(bytes) > self.config.limit {
            collect::major(self);
            if self.stats.live_bytes.saturating_add(bytes) > self.config.limit {
                return None;
            }
        }
        self.collect_if_due(bytes);
        let object = large::allocate(bytes, self.seat.number)?;
        self.allocated += bytes;
        self.young_large.push(object as usize);
        if let Some(fresh) = &mut self.fresh {
            fresh.large.push(object);
        }
        // SAFETY: fresh memory of at least a header's size.
        unsafe { (*object).header.store(header) };
        Some(object)
    }

    /// Whether an object of this many bytes could be within the heap's limit. For natives that build a value outside the
    /// heap first.
    pub fn fits(&self, bytes: usize) -> bool {
        self.stats.live_bytes.saturating_add(bytes) <= self.config.limit
    }

    /// Accounts for memory outside the heap that lives as long as heap objects.
    pub fn note_external(&mut self, bytes: usize) {
        self.allocated += bytes;
    }

    /// Gives up the buffer of an object that has got another one: a large buffer that has survived collections would else
    /// lie about until the next major one, and a growing container leaves many behind. The next minor collection frees it
    /// unless it finds a pointer on a stack.
    ///
    /// # Safety
    /// `object` must be live, without pointers of its own, and referred to by no other object.
    pub unsafe fn retire(&mut self, object: *mut Object) {
        let address = object as usize;
        // SAFETY: an object outside the block range is a large one.
        unsafe {
            // A transaction may need it again, another thread may have found it.
            if self.fresh.is_some() || world::count() > 1 {
                return;
            }
            if space().in_range(address) || !large::is_marked(address) {
                return;
            }
            large::rejuvenate(address, self.seat.number);
            (*object).header.clear_flags(OLD);
            self.stats.live_bytes = self.stats.live_bytes.saturating_sub(large::size(address));
        }
        self.young_large.push(address);
    }

    fn collect_if_due(&mut self, extra: usize) {
        // Relaxed: whoever stops the world synchronises by the seat.
        if self.poll.load(Relaxed) & POLL_STOP != 0 && !self.collecting {
            world::pause(self.seat, world::Rest::Paused);
        }
        let due = self.config.stress || self.allocated + extra > self.threshold;
        if due && self.config.enabled && self.paused == 0 && !self.collecting && self.roots.is_some() {
            collect::automatic(self);
        }
    }

    fn end_hole(&mut self) {
        if self.since.len() < SINCE {
            self.since.push((self.first_made(), self.cursor));
        }
        if let Some(fresh) = &mut self.fresh {
            if fresh.begin != 0 && fresh.begin < self.cursor {
                fresh.ranges.push((fresh.begin, self.cursor));
            }
            fresh.begin = 0;
        }
        self.cursor = 0;
        self.limit = 0;
    }

    /// Moves to a hole of at least `bytes`.
    fn next_hole(&mut self, bytes: usize) -> Option<()> {
        self.end_hole();
        loop {
            let Some((block, from)) = self.current else {
                if self.stats.live_bytes.saturating_add(self.allocated) > self.config.limit {
                    return None;
                }
                let block = space().take_block(self.spare.pop(), self.seat.number)?;
                self.touched.push(block);
                self.current = Some((block, 0));
                continue;
            };
            match space().next_hole(block, from) {
                Some((first, end)) => {
                    self.current = Some((block, end));
                    if (end - first) * LINE < bytes {
                        continue;
                    }
                    self.cursor = space().line_address(block, first);
                    self.hole = self.cursor;
                    self.limit = self.cursor + (end - first) * LINE;
                    if let Some(fresh) = &mut self.fresh {
                        fresh.begin = self.cursor;
                    }
                    self.allocated += (end - first) * LINE;
                    return Some(());
                }
                None => self.current = None,
            }
        }
    }

    /// Called at the end of a collection: allocation starts anew.
    pub(crate) fn reset(&mut self) {
        self.end_hole();
        self.current = None;
        self.allocated = 0;
    }

    /// Bytes allocated since the last collection.
    pub fn allocated_since_collection(&self) -> usize {
        self.allocated - (self.limit - self.cursor).min(self.allocated)
    }
}

const _: () = assert!(SMALL_MAX <= BLOCK && space::LINE.is_multiple_of(GRANULE));
