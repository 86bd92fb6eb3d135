//! Looking at the heap for debugging: which objects live, and what each of them points to.

use crate::{Marker, Mutator, Object, collect, large, space::space};

/// A look at the heap of the only thread. While it is open nothing can be allocated: the marks, which stand still between
/// collections otherwise, serve to find what an object points to. Closing it collects, which puts them right.
pub struct View<'a> {
    mutator: &'a mut Mutator,
    marker: Marker,
}

impl<'a> View<'a> {
    /// Collects everything and then opens a view of what is left, together with the list of it.
    pub fn open(mutator: &'a mut Mutator) -> (View<'a>, Vec<*mut Object>) {
        let live = objects(mutator);
        space().clear_marks();
        large::clear_marks();
        (View { mutator, marker: Marker::new(true) }, live)
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
        collect::major(self.mutator);
    }
}

/// Collects everything and lists what is left.
pub fn objects(mutator: &mut Mutator) -> Vec<*mut Object> {
    collect::major(mutator);
    let mut live = Vec::new();
    for_each(|object| live.push(object));
    live
}

/// Calls `f` with every object, also with those that have died since the last collection. Only while the heap's only thread
/// allocates nothing.
pub fn for_each(mut f: impl FnMut(*mut Object)) {
    for block in 0..space().used_blocks() as u32 {
        space().for_each_object(block, |address| f(address as *mut Object));
    }
    large::for_each(|address| f(address as *mut Object));
}
