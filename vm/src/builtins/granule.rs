//! Granules: objects that hold one value of a dict each.
//!
//! A dict has one owner. Threads that write different keys of one would take it from each other all the time, and their
//! transactions would conflict. So once a dict has been contended for, the values of keys that threads take it for to
//! write them move into granules of their own. Then who replaces a value needs the right to read the dict and to write
//! the granule; order and number of the keys stay the dict's own. A granule never goes back: it dies with its key.
//!
//! A granule is no value. It stands in tables as a word of its own kind, [`Held`], which leads to the value in one way only:
//! through the right to read the granule.

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size, word};
use pystm_stm::{ALONE, Ownership, Slot, Word, Writer};

use crate::{
    kind::Kind,
    object::{Body, Ref},
    thread::Thread,
    value::Value,
};

/// Body of a granule.
#[repr(C)]
pub struct Granule {
    header: Header,
    version: Slot<u64>,
    content: Slot<Value>,
}

// SAFETY: `repr(C)`, header first; only granules have the kind.
unsafe impl Body for Granule {
    const KIND: Kind = Kind::Granule;
}

/// Layout of granules.
pub const LAYOUT: Layout =
    Layout { trace: Trace::Fixed { first: 2, count: 1 }, size: Size::Fixed(24), drop: None };

impl Granule {
    /// The value.
    #[inline(always)]
    pub fn get(&self) -> Value {
        self.content.get()
    }

    /// Replaces the value.
    #[inline(always)]
    pub fn set(&self, w: &Writer<'_>, value: Value) {
        self.content.set(w, value);
    }
}

/// A new granule with this value.
pub fn new(t: &mut Thread, value: Value) -> Ref<Granule> {
    Ref::new(t, |header| Granule { header, version: Slot::new(0), content: Slot::new(value) })
}

/// A value in its place in a table, or the granule that holds it.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Held(u64);

impl Held {
    /// No value.
    pub const UNSET: Held = Held::plain(Value::UNSET);

    /// A value in its place.
    #[inline(always)]
    pub const fn plain(value: Value) -> Held {
        Held(value.bits())
    }

    /// The object that holds the value, or values, if there is one.
    #[inline(always)]
    pub fn object(self) -> Option<&'static Object> {
        // SAFETY: such words are made from objects, which live as long as the table that the word is from.
        word::holder(self.0).map(|object| unsafe { &*object })
    }

    /// What leads to an object that holds the value, or values.
    #[inline(always)]
    pub fn holding(object: &Object) -> Held {
        Held(word::from_holder(object))
    }

    /// The granule, if there is one.
    #[inline(always)]
    pub fn granule(self) -> Option<Ref<Granule>> {
        if ALONE {
            return None;
        }
        // SAFETY: where this is asked for, such words are made from granules.
        self.object().map(|object| unsafe { Ref::from_ptr(object) })
    }

    /// The value. Waits for the granule as all reading does.
    #[inline(always)]
    pub fn value(self) -> Value {
        match self.granule() {
            Some(granule) => granule.content.get(),
            None => Value::from_bits(self.0),
        }
    }

    /// The value of what is known to be no granule.
    #[inline(always)]
    pub fn in_place(self) -> Value {
        debug_assert!(self.granule().is_none());
        Value::from_bits(self.0)
    }

    /// The value if the thread may read it now.
    #[inline(always)]
    pub fn value_now(self, own: &Ownership) -> Option<Value> {
        match self.granule() {
            // SAFETY: the thread may read the granule.
            Some(granule) => own.may_read(granule.object()).then(|| unsafe { granule.peek() }.content.get()),
            None => Some(Value::from_bits(self.0)),
        }
    }

    /// Marks the value, or the granule.
    ///
    /// # Safety
    /// The word must be from the table of a live object.
    #[inline(always)]
    pub unsafe fn trace(self, marker: &mut Marker) {
        // SAFETY: handed on.
        unsafe {
            match word::holder(self.0) {
                Some(granule) => marker.object(granule),
                None => marker.value(self.0),
            }
        }
    }
}

impl From<Ref<Granule>> for Held {
    fn from(granule: Ref<Granule>) -> Held {
        Held::holding(granule.object())
    }
}

impl Word for Held {
    const POINTS: bool = true;

    #[inline(always)]
    fn to_word(self) -> u64 {
        self.0
    }
    #[inline(always)]
    fn from_word(word: u64) -> Self {
        Held(word)
    }
}
