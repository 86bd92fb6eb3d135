//! What is known of a class outside the heap: the shapes of its instances and its direct subclasses.
//!
//! Neither is kept alive by it. The shapes belong to the class ([`pystm_gc::layout`]) and are freed when it dies; a dying
//! class also leaves the tables of its bases.
//!
//! Tables have no owner: a class stands in those of its bases as soon as it is made and as long as it lives, also if the block that
//! has made it is undone, for it must hear of their changes. What a program sees of them, [`listed`], is what is committed.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use parking_lot::{Mutex, MutexGuard};
use pystm_gc::{Marker, ShapeId};
use pystm_stm::gate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::Type;
use crate::{
    builtins::{
        code,
        granule::{self, Granule},
        tuple::Tuple,
    },
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
    /// Words of the direct subclasses, each with a number that tells their order; none if the block that has made it was undone.
    subclasses: FxHashMap<u64, Option<u64>>,
}

/// Orders subclasses.
fn next_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    // Relaxed: only the order matters.
    NEXT.fetch_add(1, Relaxed)
}

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

    /// Notes a native direct subclass, which is there for good.
    pub(crate) fn add_native(&self, class: Ref<Type>) {
        self.add_subclass(class, Some(next_number()));
    }

    /// Notes a direct subclass under a number that tells its place, or as one that programs do not see.
    fn add_subclass(&self, class: Ref<Type>, number: Option<u64>) {
        self.tables().subclasses.insert(class.value().bits(), number);
    }

    /// The class no longer has this base; the number that it had.
    fn remove_subclass(&self, class: Ref<Type>) -> Option<u64> {
        self.tables().subclasses.remove(&class.value().bits()).flatten()
    }

    /// Whether programs see the class in the table.
    fn shows_subclass(&self, class: Value) -> bool {
        self.tables().subclasses.get(&class.bits()).is_some_and(|number| number.is_some())
    }
}

fn classes(bases: Value) -> impl Iterator<Item = Ref<Type>> {
    let bases: &'static [Value] = match bases.cast::<Tuple>() {
        // SAFETY: tuples do not change; the caller keeps this one alive.
        Some(bases) => unsafe { &*(bases.values() as *const [Value]) },
        None => &[],
    };
    bases.iter().filter_map(|base| base.cast())
}

/// Tells the bases of a class that it is there, and those that it had before (a tuple, or unset) that it has gone.
pub fn link(t: &mut Thread, class: Ref<Type>, former: Value) {
    let bases = class.bases.get();
    // Whoever asks its bases finds it.
    t.publish(class.value());
    let number = next_number();
    let before: Vec<_> = classes(former).map(|base| (base.value(), base.remove_subclass(class))).collect();
    classes(bases).for_each(|base| base.add_subclass(class, Some(number)));
    if t.own.in_transaction() {
        t.own.keep_public(class.object());
        t.own.keep_public(bases.object_unchecked());
        if let Some(former) = former.object() {
            t.own.keep_public(former);
        }
        let (undone, is_new) = (class.value(), former.is_unset());
        t.own.log_call(Box::new(move || {
            let class = Ref::<Type>::known(undone);
            for base in classes(bases) {
                if is_new {
                    base.add_subclass(class, None);
                } else {
                    base.remove_subclass(class);
                }
            }
            for (base, number) in before {
                Ref::<Type>::known(base).add_subclass(class, number);
            }
        }));
    }
    gate::set_dirty();
    for base in classes(former).chain(classes(bases)) {
        // Who asks for the list makes this object before it looks into the table.
        if let Some(listing) = base.listing.get().cast::<Granule>() {
            let w = t.write(listing);
            listing.set(&w, Value::small(number as i64));
        }
    }
}

/// Direct subclasses as programs see them, in the order in which they were made: those of other threads' open blocks are waited for.
pub fn listed(t: &mut Thread, class: Ref<Type>) -> RootVec {
    if t.own.in_transaction() {
        let listing = match class.listing.get().cast::<Granule>() {
            Some(listing) => listing,
            None => {
                let fresh = granule::new(t, Value::small(0));
                Ref::known(t.offer(class.object(), &class.listing, fresh.value()))
            }
        };
        // It is part of what the transaction has read.
        listing.get();
    }
    let mut found = subclasses(t, class);
    // The namespace of a class that an open block has made is that block's.
    found.iter().filter_map(|c| c.cast::<Type>()).for_each(|c| {
        c.dict().len();
    });
    found.retain(|&c| class.shows_subclass(c));
    found
}

/// All direct subclasses, in the order in which they were made, with those of open and undone blocks.
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
