//! Looking at the heap for debugging: which objects live, and what each of them points to.

use crate::{Marker, Mutator, Object, collect, large, space::space, world};

/// A look at the heap. While it is open all other threads stand still, and nothing can be allocated: the marks, which stand still between
/// collections otherwise, serve to find what an object points to. Closing it collects, which puts them right.
pub struct View<'a> {
    mutator: &'a mut Mutator,
    marker: Marker,
    stopped: world::Stopped,
}

impl<'a> View<'a> {
    /// Collects everything and then opens a view of what is left, together with the list of it.
    pub fn open(mutator: &'a mut Mutator) -> (View<'a>, Vec<*mut Object>) {
        let stopped = world::stop(mutator.seat);
        collect::major_while(mutator, &stopped);
        let live = list();
        space().clear_marks();
        large::clear_marks();
        (View { mutator, marker: Marker::major(), stopped }, live)
    }

    /// What an object points to, each object once.
    ///
    /// # Safety
    /// `object` must be live.
    pub unsafe fn children(&mut self, object: *mut Object) -> Vec<*mut Object> {
        // SAFETY: the caller vouches for the object; objects that it points to are live too.
        unsafe { self.marker.trace(object) };
        let found = self.marker.take_pending();
        for &child in &found {
            let address = child as usize;
            if space().in_range(address) {
                space().unmark(address);
            } else {
                // SAFETY: an object outside the block range is a large one.
                unsafe { large::unmark(address) };
            }
        }
        found
    }
}

impl Drop for View<'_> {
    fn drop(&mut self) {
        collect::major_while(self.mutator, &self.stopped);
    }
}

/// Collects everything and lists what is left.
pub fn objects(mutator: &mut Mutator) -> Vec<*mut Object> {
    let stopped = world::stop(mutator.seat);
    collect::major_while(mutator, &stopped);
    list()
}

fn list() -> Vec<*mut Object> {
    let mut live = Vec::new();
    walk(|object| live.push(object));
    live
}

/// Calls `f` with every object, also with those that have died since the last collection, while all other threads stand still
/// and this one allocates nothing.
pub fn for_each(mutator: &Mutator, f: impl FnMut(*mut Object)) {
    let _stopped = world::stop(mutator.seat);
    walk(f);
}

fn walk(mut f: impl FnMut(*mut Object)) {
    for block in 0..space().used_blocks() as u32 {
        space().for_each_object(block, |address| f(address as *mut Object));
    }
    large::for_each(|address| f(address as *mut Object));
}
