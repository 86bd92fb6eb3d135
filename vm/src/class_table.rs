//! The classes of native definitions, found without a lock: natives ask for theirs whenever they make an object.

use std::sync::atomic::{
    AtomicU64, AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};

use parking_lot::Mutex;
use pystm_stm::Word;

use crate::{native::TypeDef, value::Value};

/// Places in the table, a power of two; there are a few hundred native types.
const PLACES: usize = 4096;

/// An open-addressing hash table from the address of a [`TypeDef`] to its class. Entries are never removed or changed.
pub struct ClassTable {
    places: Box<[Place]>,
    writing: Mutex<usize>,
}

struct Place {
    /// Address of the definition, 0 if the place is free.
    def: AtomicUsize,
    class: AtomicU64,
}

impl Default for ClassTable {
    fn default() -> ClassTable {
        let free = || Place { def: AtomicUsize::new(0), class: AtomicU64::new(0) };
        ClassTable { places: (0..PLACES).map(|_| free()).collect(), writing: Mutex::new(0) }
    }
}

impl ClassTable {
    /// Places in the order in which a definition is looked for.
    #[inline(always)]
    fn probe(&self, def: usize) -> impl Iterator<Item = &Place> {
        // Definitions are statics of more than 64 bytes: the bits above those of their alignment differ.
        let first = (def >> 4) ^ (def >> 12);
        (0..PLACES).map(move |i| &self.places[(first + i) % PLACES])
    }

    /// The class of a definition, if it has been made.
    #[inline(always)]
    pub fn get(&self, def: &'static TypeDef) -> Option<Value> {
        let key = def as *const TypeDef as usize;
        for place in self.probe(key) {
            // Acquire pairs with the release in `insert`: the class is in place when the key is.
            match place.def.load(Acquire) {
                0 => return None,
                k if k == key => return Some(Value::from_word(place.class.load(Relaxed))),
                _ => {}
            }
        }
        None
    }

    /// Notes the class of a definition that has none; the class that is in the table afterwards.
    ///
    /// # Panics
    /// If the table is nearly full, which an interpreter with thousands of native types would have to reconsider.
    pub fn insert(&self, def: &'static TypeDef, class: Value) -> Value {
        let mut used = self.writing.lock();
        if let Some(earlier) = self.get(def) {
            return earlier;
        }
        *used += 1;
        assert!(*used < PLACES * 3 / 4, "room for the native types");
        let key = def as *const TypeDef as usize;
        // Relaxed: writers hold the lock.
        let free =
            self.probe(key).find(|p| p.def.load(Relaxed) == 0).expect("a quarter of the table is free");
        free.class.store(class.to_word(), Relaxed);
        // Release pairs with the acquire in `get`.
        free.def.store(key, Release);
        class
    }

    /// All classes.
    pub fn classes(&self) -> impl Iterator<Item = Value> {
        // Acquire: as in `get`.
        self.places
            .iter()
            .filter(|p| p.def.load(Acquire) != 0)
            .map(|p| Value::from_word(p.class.load(Relaxed)))
    }
}
