//! Minor and major collections.

use std::{sync::atomic::Ordering::Relaxed, time::Instant};

use crate::{Marker, Mutator, header::OLD, large, layout, space::space, stack, verify};

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

fn collect(mutator: &mut Mutator, major: bool, from: Option<usize>) {
    let Some(roots) = mutator.roots else { return };
    if mutator.collecting {
        return;
    }
    mutator.collecting = true;
    let begun = Instant::now();
    let mut marker = Marker::new(major);
    if major {
        space().clear_marks();
        large::clear_marks();
    }
    let remembered = std::mem::take(&mut mutator.remembered);
    for &object in &remembered {
        // SAFETY: remembered objects were old when remembered; only a major collection frees old objects, and it does so
        // after this loop.
        unsafe {
            (*object).header.set_flags(OLD);
            if !major {
                marker.trace(object);
            }
        }
    }
    stack::scan_native_stack(&mut marker, from, mutator.stack_base);
    // SAFETY: the thread is stopped here, and `set_roots` vouched for the pointer.
    unsafe { (*roots).scan(&mut marker) };
    mutator.registry.scan_queues(&mut marker);
    if let Some(shape) = mutator.allocating {
        // SAFETY: an object with this shape is about to be made. Its owner is a live object.
        unsafe {
            let owner = layout::head_of(shape).owner();
            if !owner.is_null() {
                marker.object(owner);
            }
        }
    }
    marker.drain();
    let dead = mutator.registry.process(&mut marker, major);
    if major || !dead.is_empty() {
        // SAFETY: as for `scan`; shapes that go now are those of objects that have been dropped already.
        unsafe { (*roots).bury(&dead, &marker) };
    }
    sweep(mutator, major);
    let stats = &mut mutator.stats;
    if major {
        stats.major += 1;
        stats.live_bytes = marker.marked_bytes;
        stats.live_after_major = marker.marked_bytes;
        stats.live_objects = marker.marked_objects as u64;
    } else {
        stats.minor += 1;
        stats.live_bytes += marker.marked_bytes;
        stats.promoted_objects += marker.marked_objects as u64;
    }
    stats.nanoseconds += begun.elapsed().as_nanos() as u64;
    if !mutator.registry.finalize_queue.is_empty() || !mutator.registry.cleared_queue.is_empty() {
        // Relaxed: read by this thread alone, at its next safepoint.
        mutator.poll.fetch_or(POLL_DEATHS, Relaxed);
    }
    mutator.reset();
    mutator.collecting = false;
    if mutator.config.verify {
        verify::verify(mutator);
    }
}

fn sweep(mutator: &mut Mutator, major: bool) {
    let space = space();
    if major {
        space.clear_recyclable();
        for block in 0..space.used_blocks() as u32 {
            if space.sweep_block(block) > 0 {
                space.recycle(block);
            }
        }
    } else {
        for &block in &mutator.touched {
            if space.sweep_block(block) > 0 {
                space.recycle(block);
            }
        }
    }
    mutator.touched.clear();
    let young = std::mem::take(&mut mutator.young_large);
    // SAFETY: marking is complete, and the registry has dropped what was dead.
    let freed = unsafe { large::sweep((!major).then_some(young.as_slice())) };
    if major
        && freed >= RELEASE
        && let Some(release) = mutator.config.release
    {
        release();
    }
}
