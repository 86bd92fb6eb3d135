//! The generational write barrier.
//!
//! A collector that looks only at young objects must know the old ones that may point to them. Instead of noting every
//! store, the first store into an old object since the last collection notes the object: the flag [`OLD`] in the header
//! makes the writer's header compare fail, the cold path calls [`remember`], and all later stores are free.

use crate::{Mutator, Object, header::OLD};

/// Puts an old object into the remembered set. Nothing happens for a young or an already remembered one.
///
/// # Safety
/// `object` must be a live object that the mutator's thread may write to.
pub unsafe fn remember(mutator: &mut Mutator, object: *mut Object) {
    // SAFETY: the caller says that the object is live and ours to write.
    let header = unsafe { &(*object).header };
    if header.load() & OLD != 0 {
        header.clear_flags(OLD);
        mutator.remembered.push(object);
    }
}
