//! What is known of a class outside the heap: the shapes of its instances and its direct subclasses.
//!
//! Neither is kept alive by it. The shapes belong to the class ([`pystm_gc::layout`]) and are freed when it dies; a dying
//! class also leaves the tables of its bases.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use parking_lot::{Mutex, MutexGuard};
use pystm_gc::{Marker, ShapeId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Type;
use crate::{
    builtins::{code, tuple::Tuple},
    object::Ref,
    shape::{self, Shape, shape},
    thread::{RootVec, Thread},
    value::Value,
};

/// See the module.
#[derive(Default)]
pub(super) struct Tables {
    /// All shapes of instances, to keep their version up to date.
    shapes: Vec<ShapeId>,
    /// Words of the direct subclasses, each with a number that tells their order.
    subclasses: FxHashMap<u64, u64>,
}

/// Orders subclasses.
static NEXT: AtomicU64 = AtomicU64::new(0);

impl Type {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        // SAFETY: made with the class, freed by `bury`.
        unsafe { &*self.tables }.lock()
    }

    /// A shape of instances that satisfies the predicate.
    pub fn find_shape(&self, predicate: impl Fn(&Shape) -> bool) -> Option<ShapeId> {
        self.tables().shapes.iter().copied().find(|&id| predicate(shape(id)))
    }

    /// Notes a further shape of instances.
    pub fn register_shape(&self, id: ShapeId) {
        self.tables().shapes.push(id);
    }

    /// Tells the shapes of instances the version tag.
    pub(super) fn set_shape_versions(&self, version: u32) {
        for &id in &self.tables().shapes {
            // Relaxed: a stale version in a shape makes a cache miss, no more.
            shape(id).version.store(version, Relaxed);
        }
    }

    /// Marks the names of the attributes of instances. Interned strs die in major collections only, in which all classes are
    /// traced, so a new shape needs no write barrier.
    ///
    /// # Safety
    /// Only during a collection.
    pub(super) unsafe fn trace_names(&self, marker: &mut Marker) {
        for &id in &self.tables().shapes {
            // The others are names of the shape that this one came from.
            if let Some(name) = shape(id).names.last() {
                // SAFETY: names are values.
                unsafe { marker.value(name.bits()) };
            }
        }
    }

    /// Notes a direct subclass.
    pub(crate) fn add_subclass(&self, class: Ref<Type>) {
        // Relaxed: only the order matters.
        self.tables().subclasses.entry(class.value().bits()).or_insert_with(|| NEXT.fetch_add(1, Relaxed));
    }

    /// The class no longer has this base.
    pub(super) fn remove_subclass(&self, class: Ref<Type>) {
        self.tables().subclasses.remove(&class.value().bits());
    }
}

/// Direct subclasses, in the order in which they were made.
pub fn subclasses(t: &mut Thread, class: Ref<Type>) -> RootVec {
    let mut found = t.vec();
    let tables = class.tables();
    found.extend(tables.subclasses.keys().map(|&bits| Value::from_bits(bits)));
    found.sort_by_key(|class| tables.subclasses[&class.bits()]);
    drop(tables);
    found
}

/// Frees what dead classes own outside the heap, and takes them out of the tables of their bases and their shapes out of the
/// inline caches.
///
/// # Safety
/// The objects must be classes that the collection under way has found dead, each in one call only.
pub(crate) unsafe fn bury(dead: &[Ref<Type>], marker: &Marker) {
    let mut shapes = FxHashSet::default();
    for class in dead {
        let Some(bases) = class.bases.get().cast::<Tuple>() else { continue };
        for base in bases.values().iter().filter_map(|b| b.cast::<Type>()) {
            // The tables of a base that is dead, too, may be gone.
            if marker.is_marked(base.object()) {
                base.remove_subclass(*class);
            }
        }
    }
    for class in dead {
        // SAFETY: made by `Box::into_raw`, and the class is dead.
        let tables = unsafe { Box::from_raw(class.tables) };
        shapes.extend(Mutex::into_inner(*tables).shapes);
    }
    code::forget_shapes(&shapes);
    for id in shapes {
        // SAFETY: objects of the shape have kept their class alive, which is dead; the caches have forgotten it.
        unsafe { shape::free(id) };
    }
}
