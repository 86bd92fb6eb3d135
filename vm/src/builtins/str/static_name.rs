//! Names in the source of native code.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::{thread::Thread, value::Value};

/// A name that hot native code looks up, interned on first use.
pub struct StaticName {
    text: &'static str,
    /// The word of the interned str, 0 before the first use.
    word: AtomicU64,
}

impl StaticName {
    /// A name.
    pub const fn new(text: &'static str) -> StaticName {
        StaticName { text, word: AtomicU64::new(0) }
    }

    /// The interned str, which lives forever from then on.
    #[inline]
    pub fn get(&self, t: &mut Thread) -> Value {
        // Acquire: pairs with the Release of `intern`, so that the str is seen initialised.
        match self.word.load(Ordering::Acquire) {
            0 => self.intern(t),
            word => Value::from_bits(word),
        }
    }

    #[cold]
    fn intern(&self, t: &mut Thread) -> Value {
        let name = t.intern(self.text);
        t.rt.keep(t, name);
        // Release: see `get`.
        self.word.store(name.bits(), Ordering::Release);
        name
    }
}
