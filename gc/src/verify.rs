//! The heap verifier: checks the invariants of the crate's protocol on demand.

use crate::{Marker, Mutator, Object, header::OLD, large, layout, mark::is_marked, space::space, word};

/// Checks the whole heap right after a collection: every object has a shape, every pointer leads to the start of an
/// object, and no old object outside the remembered set points to a young one.
///
/// # Panics
/// With a description of the first violation.
pub fn verify(mutator: &Mutator, others: &[*mut Mutator]) {
    let check = |address: usize| {
        let object = address as *mut Object;
        // SAFETY: the address is the start of an object.
        let header = unsafe { (*object).header.load() };
        assert!(
            !is_marked(space(), object)
                || header & OLD != 0
                || mutator.remembered.contains(&object)
                // SAFETY: the others stand still.
                || others.iter().any(|&m| unsafe { &*m }.remembered.contains(&object)),
            "object {object:p} is marked but neither flagged old nor remembered"
        );
        let mut children = Children { parent: object };
        // SAFETY: as above.
        unsafe { children.visit() };
    };
    for block in 0..space().used_blocks() as u32 {
        space().for_each_object(block, check);
    }
    let mut addresses = Vec::new();
    large::for_each(|address| addresses.push(address));
    addresses.into_iter().for_each(check);
}

struct Children {
    parent: *mut Object,
}

impl Children {
    /// # Safety
    /// `parent` must be an object.
    unsafe fn visit(&mut self) {
        // SAFETY: the caller vouches for the parent.
        let head = unsafe { layout::head_of((*self.parent).header.shape()) };
        let layout = &head.layout;
        assert!(
            head.owner().is_null() || !is_marked(space(), self.parent) || is_marked(space(), head.owner()),
            "the shape of the old object {:p} belongs to the unmarked {:p}",
            self.parent,
            head.owner()
        );
        let mut words = Vec::new();
        match layout.trace {
            layout::Trace::Leaf => {}
            layout::Trace::Fixed { first, count } => words.extend((first..first + count).map(usize::from)),
            layout::Trace::Counted { first, len } => {
                // SAFETY: the layout says that the word exists.
                let count =
                    unsafe { (*self.parent).word(len as usize).load(std::sync::atomic::Ordering::Relaxed) };
                words.extend(first as usize..first as usize + count as usize);
            }
            // The pointers of a custom layout are checked through a marker that finds everything marked already.
            layout::Trace::Custom(f) => {
                let mut marker = Marker::major();
                // SAFETY: the function belongs to the layout.
                unsafe { f(self.parent, &mut marker) };
                assert!(
                    marker.marked_objects == 0 || !is_marked(space(), self.parent),
                    "old object {:p} (shape {:?}) points to an unmarked one",
                    self.parent,
                    // SAFETY: as above.
                    unsafe { (*self.parent).header.shape() }
                );
            }
        }
        for index in words {
            // SAFETY: the layout says that the word exists.
            let value = unsafe { (*self.parent).word(index).load(std::sync::atomic::Ordering::Relaxed) };
            if word::is_pointer(value) {
                let child = word::to_object(value) as usize;
                let start = if space().in_range(child) {
                    space().is_object_start(child).then_some(child)
                } else {
                    large::object_start(child)
                };
                assert_eq!(
                    start,
                    Some(child),
                    "word {index} of {:p} does not lead to an object",
                    self.parent
                );
                assert!(
                    !is_marked(space(), self.parent) || is_marked(space(), child as *mut Object),
                    "old object {:p} points to the unmarked {child:#x} at word {index}",
                    self.parent
                );
            }
        }
    }
}
