//! What must happen when objects die: weak references, finalisers, native payloads.

use std::sync::atomic::Ordering::Relaxed;

use crate::{Marker, Object, layout, mark::is_marked, space::space, word};

/// A list of objects, those that the last collections have not seen apart from the rest.
#[derive(Default)]
struct Generations {
    young: Vec<*mut Object>,
    old: Vec<*mut Object>,
}

impl Generations {
    /// Calls `dead` for every object without a mark and forgets it if that returns true; looks at the old ones only in
    /// a major collection. Survivors become old.
    fn sweep(&mut self, major: bool, mut dead: impl FnMut(*mut Object) -> bool) {
        let space = space();
        let mut keep = |&object: &*mut Object| is_marked(space, object) || !dead(object);
        if major {
            self.old.retain(&mut keep);
        }
        self.young.retain(&mut keep);
        self.old.append(&mut self.young);
    }
}

/// Objects of one thread that need attention when they or their referents die.
#[derive(Default)]
pub struct Registry {
    /// Weak references; word [`WEAK_REFERENT`] holds the referent.
    weak: Generations,
    /// Objects with a finaliser that has not run.
    finalizable: Generations,
    /// Objects whose layout has a drop function.
    droppable: Generations,
    /// Objects of whose death the host hears.
    mourned: Generations,
    /// Finalisable objects found dead, kept alive until the host has run their finalisers.
    pub finalize_queue: Vec<*mut Object>,
    /// Weak references whose referent has died, for the host to run their callbacks.
    pub cleared_queue: Vec<*mut Object>,
}

// SAFETY: the pointers lead to heap objects, which every thread may name; only the registry's thread or one that has stopped
// all others works with it.
unsafe impl Send for Registry {}

/// Word index of the referent in a weak-reference object; the layout must not trace it.
pub const WEAK_REFERENT: usize = 2;

impl Registry {
    /// Registers a weak reference.
    pub fn add_weak(&mut self, reference: *mut Object) {
        self.weak.young.push(reference);
    }

    /// Registers an object whose finaliser is to run when it dies.
    pub fn add_finalizable(&mut self, object: *mut Object) {
        self.finalizable.young.push(object);
    }

    /// Registers an object whose layout has a drop function.
    pub fn add_droppable(&mut self, object: *mut Object) {
        self.droppable.young.push(object);
    }

    /// Registers an object of whose death the host wants to hear: the owner of shapes, and what else is known by its address
    /// outside the heap.
    pub fn add_mourned(&mut self, object: *mut Object) {
        self.mourned.young.push(object);
    }

    /// Whether the object has a finaliser that has neither run nor been queued.
    pub fn awaits_finalizer(&self, object: *mut Object) -> bool {
        self.finalizable.young.contains(&object) || self.finalizable.old.contains(&object)
    }

    /// Takes all objects whose finalisers have not run (at exit).
    pub fn take_finalizable(&mut self) -> Vec<*mut Object> {
        let mut all = std::mem::take(&mut self.finalizable.old);
        all.append(&mut self.finalizable.young);
        all
    }

    pub(crate) fn scan_queues(&self, marker: &mut Marker) {
        for &object in self.finalize_queue.iter().chain(&self.cleared_queue) {
            // SAFETY: queued objects were kept alive since they were queued.
            unsafe { marker.object(object) };
        }
    }

    /// Adds what another registry knows.
    pub(crate) fn merge(&mut self, other: Registry) {
        for (mine, theirs) in [
            (&mut self.weak, other.weak),
            (&mut self.finalizable, other.finalizable),
            (&mut self.droppable, other.droppable),
            (&mut self.mourned, other.mourned),
        ] {
            mine.old.extend(theirs.old);
            mine.old.extend(theirs.young);
        }
        self.finalize_queue.extend(other.finalize_queue);
        self.cleared_queue.extend(other.cleared_queue);
    }

    /// Takes over what waits for the host in another registry.
    pub(crate) fn take_queues(&mut self, other: &mut Registry) {
        self.finalize_queue.append(&mut other.finalize_queue);
        self.cleared_queue.append(&mut other.cleared_queue);
    }

    /// Keeps the young among the mourned alive.
    pub(crate) fn keep_mourned(&self, marker: &mut Marker) {
        for &object in &self.mourned.young {
            // SAFETY: what was registered since the last collection has not been freed.
            unsafe { marker.object(object) };
        }
    }

    /// After marking: clears weak references to dead objects, then revives dead objects that have a finaliser. Returns the
    /// dead ones of whom the host wants to hear.
    pub(crate) fn process(&mut self, marker: &mut Marker, major: bool) -> Vec<*mut Object> {
        // Weak references go first, so that no callback or finaliser can reach a dying object through one.
        self.clear_weak();
        self.revive(marker, major);
        self.drop_dead(major)
    }

    /// The first step of [`Registry::process`]; in a major collection that of all registries comes before the second.
    pub(crate) fn clear_weak(&mut self) {
        let space = space();
        let cleared = &mut self.cleared_queue;
        let mut check = |list: &Vec<*mut Object>| {
            for &reference in list {
                if !is_marked(space, reference) {
                    continue;
                }
                // SAFETY: a live weak reference has the referent word. Relaxed: its referent is young, so its thread is
                // the one that collects, or all threads stand still.
                let slot = unsafe { (*reference).word(WEAK_REFERENT) };
                let referent = slot.load(Relaxed);
                if word::is_pointer(referent) && !is_marked(space, word::to_object(referent)) {
                    slot.store(0, Relaxed);
                    cleared.push(reference);
                }
            }
        };
        check(&self.weak.old);
        check(&self.weak.young);
    }

    /// The second step: dead objects with a finaliser live until it has run.
    pub(crate) fn revive(&mut self, marker: &mut Marker, major: bool) {
        let queue = &mut self.finalize_queue;
        self.finalizable.sweep(major, |object| {
            queue.push(object);
            true
        });
        for &object in queue.iter() {
            // SAFETY: dead, but not swept yet.
            unsafe { marker.object(object) };
        }
        marker.drain();
    }

    /// The third step: payloads go. Returns the mourned that have died.
    pub(crate) fn drop_dead(&mut self, major: bool) -> Vec<*mut Object> {
        self.weak.sweep(major, |_| true);
        self.droppable.sweep(major, |object| {
            // SAFETY: the object is dead but not yet swept; its layout says how to drop it.
            unsafe {
                if let Some(drop) = layout::layout_of((*object).header.shape()).drop {
                    drop(object);
                }
            }
            true
        });
        let mut dead = Vec::new();
        self.mourned.sweep(major, |object| {
            dead.push(object);
            true
        });
        dead
    }
}
