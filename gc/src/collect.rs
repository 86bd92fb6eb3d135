//! Minor and major collections.

use std::time::Instant;

use crate::{
    Marker, Mutator, Object,
    header::OLD,
    large, layout, markers,
    space::space,
    stack,
    sync::Mutex,
    verify,
    weak::Registry,
    world::{self, Stopped, Taken},
};

/// Counters of a thread's collector.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Minor collections.
    pub minor: u64,
    /// Major collections.
    pub major: u64,
    /// Minor and major collections that nobody asked for but an allocation.
    pub automatic: [u64; 2],
    /// Nanoseconds spent in collections.
    pub nanoseconds: u64,
    /// Bytes that survived the last collection of their generation, added up: an upper bound of the live heap.
    pub live_bytes: usize,
    /// Value of `live_bytes` right after the last major collection.
    pub live_after_major: usize,
    /// Objects that survived minor collections.
    pub promoted_objects: u64,
    /// Objects found live by the last major collection.
    pub live_objects: u64,
    /// Threads that marked in the last major collection.
    pub markers: usize,
}

/// Bit of [`Mutator::poll`]: weak-reference callbacks or finalisers are waiting.
pub const POLL_DEATHS: u32 = 1 << 0;

/// Bytes of large objects that are worth giving back to the system.
const RELEASE: usize = 4 << 20;

/// Bytes from which on a heap is large: marking all of it takes a good tenth of a second.
const LARGE: usize = 128 << 20;

/// The collection that an allocation asks for: minor, and major when the heap has grown by a quarter since the last one, a
/// large one by half, a small one by half a nursery.
pub(crate) fn automatic(mutator: &mut Mutator) {
    minor(mutator);
    mutator.stats.automatic[0] += 1;
    let before = mutator.stats.live_after_major;
    let growth = before / if before < LARGE { 4 } else { 2 };
    if mutator.stats.live_bytes > before + growth.max(mutator.config.nursery / 2) {
        major(mutator);
        mutator.stats.automatic[1] += 1;
    }
}

/// Collects the young objects of the calling thread.
pub fn minor(mutator: &mut Mutator) {
    collect(mutator, false, None);
}

/// Collects everything.
pub fn major(mutator: &mut Mutator) {
    collect(mutator, true, None);
}

/// A collection for which the caller vouches that no native frame below the stack address `from` and no callee-saved
/// register holds the only pointer to an object: nothing is kept alive by a leftover there.
pub fn exact(mutator: &mut Mutator, major: bool, from: usize) {
    collect(mutator, major, Some(from));
}

/// Weak references, finalisers and payloads of ended threads.
static ORPHANS: Mutex<Option<Registry>> = Mutex::new(None);

/// Nothing is left: for another execution of a model.
#[cfg(feature = "model")]
pub(crate) fn begin() {
    *ORPHANS.lock() = None;
}

/// Takes over the registry of a thread that ends.
pub(crate) fn adopt(registry: &mut Registry) {
    ORPHANS.lock().get_or_insert_default().merge(std::mem::take(registry));
}

fn collect(mutator: &mut Mutator, major: bool, from: Option<usize>) {
    if mutator.roots.is_none() || mutator.collecting {
        return;
    }
    let begun = Instant::now();
    if major {
        let stopped = world::stop(mutator.seat);
        collect_stopped(mutator, &stopped, from);
    } else {
        mutator.collecting = true;
        collect_own(mutator, from);
        mutator.collecting = false;
        if mutator.config.verify && world::count() == 1 {
            verify::verify(mutator, &[]);
        }
    }
    mutator.stats.nanoseconds += begun.elapsed().as_nanos() as u64;
    if let Some(roots) = mutator.roots {
        // SAFETY: as for `scan`.
        unsafe { (*roots).collected(major, begun) };
    }
}

/// Collects everything while all other threads stand still anyway.
pub(crate) fn major_while(mutator: &mut Mutator, stopped: &Stopped) {
    collect_stopped(mutator, stopped, None);
}

fn collect_stopped(mutator: &mut Mutator, stopped: &Stopped, from: Option<usize>) {
    let others: Vec<*mut Mutator> = stopped.others.iter().map(|taken| taken.seat.mutator()).collect();
    mutator.collecting = true;
    let mut all: Vec<*mut Mutator> = vec![mutator];
    all.extend(&others);
    // SAFETY: all threads but this one are taken, so their nurseries are ours alone.
    unsafe { collect_all(&all, from) };
    mutator.collecting = false;
    if mutator.config.verify {
        verify::verify(mutator, &others);
    }
}

/// Hands the roots of a thread to the marker. The native stack is scanned from the given address on, or from here.
///
/// # Safety
/// The thread must be this one or taken, and have entered.
unsafe fn scan_roots(mutator: *mut Mutator, marker: &mut Marker, from: Option<usize>) {
    // SAFETY: the caller vouches for the thread; `enter` vouched for the roots, which contain the mutator, so that no
    // reference to it lives while they are scanned.
    unsafe {
        stack::scan_native_stack(marker, from, (*mutator).stack_base);
        if let Some(roots) = (*mutator).roots {
            (*roots).scan(marker);
        }
        (*mutator).registry.scan_queues(marker);
        if let Some(shape) = (*mutator).allocating {
            // An object with this shape is about to be made. Its owner is a live object.
            let owner = layout::head_of(shape).owner();
            if !owner.is_null() {
                marker.object(owner);
            }
        }
    }
}

/// The objects that a thread that has been taken would keep alive by itself, some of them several times.
pub(crate) fn roots(thread: &Taken) -> Vec<*mut Object> {
    let mut marker = Marker::listing();
    // SAFETY: who has taken a thread knows that it has entered.
    unsafe { scan_roots(thread.seat.mutator(), &mut marker, Some(thread.seat.stack())) };
    marker.take_pending()
}

/// A minor collection.
fn collect_own(mutator: &mut Mutator, from: Option<usize>) {
    let mut marker = Marker::minor(mutator.seat.number);
    for object in std::mem::take(&mut mutator.remembered) {
        // SAFETY: remembered objects were old when remembered; only a major collection frees old objects.
        unsafe {
            // One that has been given away has been published, and is flagged.
            if (*object).header.load() & OLD == 0 && marker.is_marked(object) && owned(mutator, object) {
                (*object).header.set_flags(OLD);
                marker.trace(object);
            }
        }
    }
    // Classes and code are known to other threads by number: they die when all threads stand still.
    if world::count() > 1 {
        mutator.registry.keep_mourned(&mut marker);
    }
    // SAFETY: the thread is this one.
    unsafe { scan_roots(mutator, &mut marker, from) };
    marker.drain();
    let dead = mutator.registry.process(&mut marker, false);
    if let (false, Some(roots)) = (dead.is_empty(), mutator.roots) {
        // SAFETY: as for `scan`; shapes that go now are those of objects that have been dropped already.
        unsafe { (*roots).bury(&dead, &marker) };
    }
    mutator.keep_fresh(false);
    let space = space();
    for block in std::mem::take(&mut mutator.touched) {
        let free = space.sweep_block(block);
        space.let_go(block);
        if free > 0 {
            mutator.spare.push(block);
        }
    }
    let young = std::mem::take(&mut mutator.young_large);
    // SAFETY: marking is complete, and the registry has dropped what was dead.
    unsafe { large::sweep(Some(&young)) };
    let stats = &mut mutator.stats;
    stats.minor += 1;
    stats.live_bytes += marker.marked_bytes;
    stats.promoted_objects += marker.marked_objects as u64;
    announce_deaths(mutator);
    mutator.reset();
}

/// Whether the object's owner is the thread's.
fn owned(mutator: &Mutator, object: *mut Object) -> bool {
    // SAFETY: remembered objects are live.
    unsafe { (*object).header.load() & mutator.owner_mask == mutator.owner }
}

/// A major collection, on behalf of all threads. The first is the calling one.
///
/// # Safety
/// All other threads must be taken.
unsafe fn collect_all(all: &[*mut Mutator], from: Option<usize>) {
    let mut marker = Marker::major();
    space().clear_marks();
    large::clear_marks();
    let mut orphans = ORPHANS.lock();
    // SAFETY: (whole body) the caller vouches for the threads.
    unsafe {
        for &mutator in all {
            for object in std::mem::take(&mut (*mutator).remembered) {
                (*object).header.set_flags(OLD);
            }
        }
        for (i, &mutator) in all.iter().enumerate() {
            let from = if i == 0 { from } else { Some((*(*mutator).seat).stack()) };
            scan_roots(mutator, &mut marker, from);
        }
        if let Some(orphans) = &*orphans {
            orphans.scan_queues(&mut marker);
        }
        let markers = markers::drain(&mut marker, (*all[0]).config.markers);
        let mut dead = Vec::new();
        let mut registries: Vec<*mut Registry> = all.iter().map(|&m| &raw mut (*m).registry).collect();
        if let Some(orphans) = &mut *orphans {
            registries.push(orphans);
        }
        for &registry in &registries {
            (*registry).clear_weak();
        }
        for &registry in &registries {
            (*registry).revive(&mut marker, true);
        }
        for &registry in &registries {
            dead.append(&mut (*registry).drop_dead(true));
        }
        // What ended threads have left is the business of this one.
        if let Some(orphans) = &mut *orphans {
            (*all[0]).registry.take_queues(orphans);
        }
        for &mutator in all {
            if let Some(roots) = (*mutator).roots {
                (*roots).forget(&marker);
            }
        }
        if let Some(roots) = (*all[0]).roots {
            (*roots).bury(&dead, &marker);
        }
        for &mutator in all {
            (*mutator).keep_fresh(true);
        }
        sweep_all(&*all[0]);
        let stats = &mut (*all[0]).stats;
        stats.major += 1;
        for &mutator in all {
            (*mutator).touched.clear();
            (*mutator).spare.clear();
            (*mutator).young_large.clear();
            let stats = &mut (*mutator).stats;
            stats.live_bytes = marker.marked_bytes;
            stats.live_after_major = marker.marked_bytes;
            stats.live_objects = marker.marked_objects as u64;
            stats.markers = markers;
            announce_deaths(&mut *mutator);
            (*mutator).reset();
        }
    }
}

/// Has the host look after the dead at the thread's next safepoint.
fn announce_deaths(mutator: &mut Mutator) {
    if !mutator.registry.finalize_queue.is_empty() || !mutator.registry.cleared_queue.is_empty() {
        mutator.raise_poll(POLL_DEATHS);
    }
}

fn sweep_all(mutator: &Mutator) {
    let space = space();
    space.clear_recyclable();
    for block in 0..space.used_blocks() as u32 {
        let free = space.sweep_block(block);
        space.let_go(block);
        if free > 0 {
            space.recycle(block);
        }
    }
    // SAFETY: marking is complete, and the registry has dropped what was dead.
    let freed = unsafe { large::sweep(None) };
    if freed >= RELEASE
        && let Some(release) = mutator.config.release
    {
        release();
    }
}
