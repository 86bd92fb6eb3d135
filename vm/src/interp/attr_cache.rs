//! The second level of attribute caching: a table of each thread, for instructions that meet objects of several shapes.
//!
//! An inline cache serves the first shape that an instruction met. This table, keyed by instruction and shape, serves the
//! others (the "megamorphic stub cache" of Hölzle, Chambers and Ungar, 1991, with the instruction in place of the
//! name). It belongs to one thread: filling it conflicts with nobody.

use std::{ops::Range, sync::atomic::Ordering::Relaxed};

use pystm_gc::{Object, ShapeId};

use crate::{shape::shape, value::Value};

/// Entries, a power of two.
const ENTRIES: usize = 2048;

/// Where an attribute was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Place {
    /// In the object's own word.
    Own,
    /// In the object that holds what has no word in the object itself.
    Overflow,
    /// In the class; it is not bound to instances.
    Class,
    /// In the class: a function that takes the instance first.
    Method,
    /// The object is a class, and the value is its attribute or that of one of its bases.
    OfType,
    /// The object is a class, and the value is the function of a class method.
    OfTypeMethod,
    /// The class has a property of that name.
    Property,
    /// For stores: in the object's own word, to which the next shape gives the name.
    Grow,
}

/// What an instruction found for objects of one shape.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Entry {
    ip: *const u64,
    shape: u32,
    version: u32,
    /// Where the attribute is.
    pub place: Place,
    /// Word of the object (`Own`, `Grow`), index (`Overflow`), or version tag of the class (`OfType`, `OfTypeMethod`).
    pub detail: u32,
    /// What is in the class, or the number of the next shape (`Grow`).
    pub value: Value,
}

const FREE: Entry =
    Entry { ip: std::ptr::null(), shape: 0, version: 0, place: Place::Own, detail: 0, value: Value::UNSET };

/// The table. Its values are valid only while the version tags hold, which are never used again, so the collector need not
/// know them, and shapes can be freed.
pub struct AttrCache(Box<[Entry; ENTRIES]>);

impl Default for AttrCache {
    fn default() -> AttrCache {
        AttrCache(Box::new([FREE; ENTRIES]))
    }
}

impl AttrCache {
    #[inline(always)]
    fn index(ip: *const u64, id: ShapeId) -> usize {
        ((ip as usize >> 3) ^ (id.0 as usize).wrapping_mul(0x9e37)) % ENTRIES
    }

    /// The entry of an instruction for an object, if there is one and its class is what it was.
    #[inline(always)]
    pub fn find(&self, ip: *const u64, object: &Object) -> Option<&Entry> {
        let id = object.header.shape();
        let entry = &self.0[Self::index(ip, id)];
        // Relaxed: a class that changes at this moment may as well have changed a moment later.
        (entry.ip == ip && entry.shape == id.0 && shape(id).version.load(Relaxed) == entry.version)
            .then_some(entry)
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.0.fill(FREE);
    }

    /// Forgets what instructions in these ranges of addresses, given in order, have found: their code is freed.
    pub fn forget(&mut self, ranges: &[Range<usize>]) {
        for entry in self.0.iter_mut() {
            let at = entry.ip as usize;
            if ranges
                .get(ranges.partition_point(|range| range.end <= at))
                .is_some_and(|range| range.contains(&at))
            {
                *entry = FREE;
            }
        }
    }

    /// Notes what an instruction found for objects of this shape, whose class had the version tag before. Without one
    /// nothing is noted.
    pub fn note(&mut self, ip: *const u64, id: ShapeId, version: u32, found: Found) {
        if version != 0 {
            let Found { place, detail, value } = found;
            self.0[Self::index(ip, id)] = Entry { ip, shape: id.0, version, place, detail, value };
        }
    }
}

/// Result of a look-up that holds for all objects of a shape.
#[derive(Clone, Copy)]
pub struct Found {
    /// See [`Entry::place`].
    pub place: Place,
    /// See [`Entry::detail`].
    pub detail: u32,
    /// See [`Entry::value`].
    pub value: Value,
}
