//! Cards: objects that hold some items each of a list that threads contend for.

use pystm_gc::{Header, Layout, Trace, layout::Size};
use pystm_stm::{Slot, Writer};

use crate::{
    kind::Kind,
    object::{Body, Ref},
    thread::Thread,
    value::Value,
};

/// Items of a card. What a thread has to take from others for an append or a store, and to log in a block, is this much.
pub const ITEMS: usize = 32;

/// Body of a card.
#[repr(C)]
pub struct Card {
    header: Header,
    version: Slot<u64>,
    count: Slot<usize>,
    items: [Slot<Value>; ITEMS],
}

// SAFETY: `repr(C)`, header first; only cards have the kind.
unsafe impl Body for Card {
    const KIND: Kind = Kind::Card;
}

/// Layout of cards.
pub const LAYOUT: Layout = Layout {
    trace: Trace::Fixed { first: 3, count: ITEMS as u16 },
    size: Size::Fixed(size_of::<Card>() as u32),
    drop: None,
};

impl Card {
    /// The items that are there: all but the last card of a list are full.
    #[inline(always)]
    pub fn items(&self) -> &[Slot<Value>] {
        &self.items[..self.count.get().min(ITEMS)]
    }

    /// Makes an item the last one, at this place.
    #[inline(always)]
    pub fn append(&self, w: &Writer<'_>, place: usize, value: Value) {
        self.items[place].set(w, value);
        self.count.set(w, place + 1);
    }
}

/// A new card of these items, at most as many as it holds.
pub fn new(t: &mut Thread, items: &[Slot<Value>]) -> Ref<Card> {
    Ref::new(t, |header| Card {
        header,
        version: Slot::new(0),
        count: Slot::new(items.len()),
        items: std::array::from_fn(|i| Slot::new(items.get(i).map_or(Value::UNSET, Slot::get))),
    })
}
