//! Lists in cards.
//!
//! A list has one owner. Threads that store to different parts of one, or read its items while another appends, would take it
//! from each other all the time, and their transactions would conflict. So a list that is contended for is *divided*: its items
//! move into [cards](super::card), its length into a granule, and its buffer becomes a *spine* that leads to both. Each has an owner of
//! its own.
//!
//! Who uses an item needs the right to read the list, which is never written meanwhile, and the right to the card. Who appends writes the
//! length and the last card. The spine is no one's: cards are put behind the others by who has the right to write the length, and whoever
//! does not find them yet must ask for the length.
//!
//! Only the operations here know of cards. Everything else finds a divided list closed, as if another thread had it, and has it put
//! together first ([`unite`]), which takes the right to write the list and to read all cards; from then on the list stays
//! whole.

use pystm_gc::{Marker, Object};
use pystm_stm::{
    Slot, Word, free,
    peer::Ask,
    stress::{self, Mode},
};

use super::{
    List,
    card::{self, Card, ITEMS},
};
use crate::{
    builtins::{
        array::{self, Array},
        granule::{self, Granule, Held},
        spine::{self, place, waits},
    },
    kind::Kind,
    object::Ref,
    protocol::item::normalize,
    thread::{self, Thread},
    value::Value,
};

/// Words of a spine: the granule with the length; who has used the list lately; the cards.
const LENGTH: usize = 0;
const USER: usize = 1;
const CARDS: usize = 2;

/// A list that is shorter is not divided: who uses one part of it is likely to use the others, too, and would have to get each.
const SHORTEST: usize = 32 * ITEMS;
/// A thread says after so many uses of divided lists that it uses one.
const TURN: u32 = 256;
/// After so many uses by one thread with no other's in between, which is longer than a thread may have to wait for a processor, and an
/// eighth of the items more, a list is put together again.
const ALONE: usize = 1 << 20;
/// Bits of the word [`USER`] that count the turns.
const TURNS: u32 = 24;

/// What a use of a divided list comes to.
enum Use<T> {
    Done(T),
    /// The list is divided no longer.
    Whole,
}

impl List {
    /// The items' places in a divided list.
    ///
    /// # Safety
    /// The list must be divided, and the thread have the right to read it, or be a collector's.
    unsafe fn spine(&self) -> Ref<Array> {
        // SAFETY: the slot holds the spine.
        unsafe { Ref::from_ptr(self.buffer.get().object_unchecked()) }
    }
}

/// Whether the items stand in cards.
#[inline(always)]
pub fn is_divided(list: Ref<List>) -> bool {
    spine::is_divided(list.object())
}

/// Marks what a list refers to, if it is divided.
///
/// # Safety
/// Only from the trace function of lists.
pub unsafe fn trace(list: &List, object: *const Object, marker: &mut Marker) -> bool {
    // SAFETY: (whole body) the caller vouches for the list.
    unsafe {
        let divided = spine::is_divided(&*object);
        if divided {
            let spine = list.spine();
            marker.mark_part(spine.as_ptr() as *mut Object);
            place(spine, LENGTH).trace(marker);
            (CARDS..spine.capacity()).for_each(|at| place(spine, at).trace(marker));
        }
        divided
    }
}

/// The card with the item at an index, if the spine leads to it yet.
fn card_at(spine: Ref<Array>, index: usize) -> Option<Ref<Card>> {
    let at = CARDS + index / ITEMS;
    let held = if at < spine.capacity() { place(spine, at) } else { Held::UNSET };
    // SAFETY: these words of a spine lead to cards.
    held.object().map(|object| unsafe { Ref::from_ptr(object) })
}

fn length_of(spine: Ref<Array>) -> Ref<Granule> {
    place(spine, LENGTH).granule().unwrap_or_else(|| unreachable!("a spine leads to the length"))
}

/// The spine, once the thread has the right to read the list; `None` if the list is whole.
#[inline(always)]
fn open(t: &mut Thread, list: Ref<List>) -> Option<Ref<Array>> {
    // SAFETY: it is divided, and may be read.
    spine::opens(t, list.object(), Ask::Read).then(|| unsafe { list.peek().spine() })
}

/// Uses the item at an index, whose card the thread has the right to read or write; nothing, if it is out of range.
#[inline(always)]
fn use_item<T>(
    t: &mut Thread,
    list: Ref<List>,
    index: i64,
    ask: Ask,
    then: impl Fn(&mut Thread, Ref<Card>, usize) -> T,
) -> Use<Option<T>> {
    note_use(t, list);
    while let Some(spine) = open(t, list) {
        let mut place = (index >= 0).then_some(index as usize);
        if place.is_none_or(|i| card_at(spine, i).is_none()) {
            // It counts from the end, or is none of the list's, or has been appended to a later spine.
            let length = length_of(spine);
            if waits(t, length.object(), Ask::Read) {
                continue;
            }
            place = normalize(index, length.get().small_value() as usize);
        }
        let Some(i) = place else { return Use::Done(None) };
        let Some(card) = card_at(spine, i) else { continue };
        if waits(t, card.object(), ask) {
            continue;
        }
        if i % ITEMS < card.items().len() {
            return Use::Done(Some(then(t, card, i % ITEMS)));
        }
        // The card is not full, so it is the last one or behind it.
        let length = length_of(spine);
        if !waits(t, length.object(), Ask::Read) {
            return Use::Done(None);
        }
    }
    Use::Whole
}

/// The card with the item at an index, and the item's place there, if the thread may read the list.
#[inline(always)]
fn card_now(t: &Thread, list: Ref<List>, index: i64) -> Option<(Ref<Card>, usize)> {
    // Every now and then the long way is taken, which counts uses.
    let counts = (t.divided_uses.wrapping_add(1)).is_multiple_of(TURN);
    if counts || index < 0 || !t.own.may_read_parts(list.object()) {
        return None;
    }
    // SAFETY: the list is divided, and may be read.
    let card = card_at(unsafe { list.peek().spine() }, index as usize)?;
    Some((card, index as usize % ITEMS))
}

/// Item at an index of a divided list, if it can be had without more ado.
pub fn get_now(t: &mut Thread, list: Ref<List>, index: i64) -> Option<Value> {
    let (card, place) = card_now(t, list, index)?;
    if !t.own.may_read(card.object()) {
        return None;
    }
    t.divided_uses = t.divided_uses.wrapping_add(1);
    // SAFETY: the thread may read the card.
    unsafe { card.peek() }.items().get(place).map(Slot::get)
}

/// Replaces the item at an index of a divided list, if that can be done without more ado.
pub fn set_now(t: &mut Thread, list: Ref<List>, index: i64, value: Value) -> bool {
    let Some((card, place)) = card_now(t, list, index) else { return false };
    let Some(w) = t.own.quick_writer(card.object()) else { return false };
    // SAFETY: the thread may write the card.
    let Some(slot) = unsafe { card.peek() }.items().get(place) else { return false };
    slot.set(&w, value);
    t.divided_uses = t.divided_uses.wrapping_add(1);
    true
}

/// Item at an index, which may count from the end, if it is in range.
#[inline(never)]
pub fn get(t: &mut Thread, list: Ref<List>, index: i64) -> Option<Value> {
    if !is_divided(list) {
        divide(t, list);
    }
    match use_item(t, list, index, Ask::Read, |_, card, place| card.items()[place].get()) {
        Use::Done(item) => item,
        Use::Whole => list.get(normalize(index, list.len())?),
    }
}

/// Replaces the item at an index, which may count from the end. Whether it is in range.
#[inline(never)]
pub fn set(t: &mut Thread, list: Ref<List>, index: i64, value: Value) -> bool {
    if !is_divided(list) {
        divide(t, list);
    }
    let store = |t: &mut Thread, card: Ref<Card>, place: usize| {
        let w = t.write(card);
        card.items()[place].set(&w, value);
    };
    match use_item(t, list, index, Ask::Write, store) {
        Use::Done(done) => done.is_some(),
        Use::Whole => super::set(t, list, index, value),
    }
}

/// Number of items.
#[inline(never)]
pub fn len(t: &mut Thread, list: Ref<List>) -> usize {
    while let Some(spine) = open(t, list) {
        let length = length_of(spine);
        if !waits(t, length.object(), Ask::Read) {
            return length.get().small_value() as usize;
        }
    }
    list.len()
}

/// Appends an item.
#[inline(never)]
pub fn append(t: &mut Thread, list: Ref<List>, value: Value) {
    if !is_divided(list) {
        divide(t, list);
    }
    note_use(t, list);
    while let Some(spine) = open(t, list) {
        let length = length_of(spine);
        if waits(t, length.object(), Ask::Write) {
            continue;
        }
        let n = length.get().small_value() as usize;
        let Some(card) = card_at(spine, n) else {
            grow(t, list, n / ITEMS);
            continue;
        };
        if waits(t, card.object(), Ask::Write) {
            continue;
        }
        let w = t.write(card);
        card.append(&w, n % ITEMS, value);
        let w = t.write(length);
        length.set(&w, Value::small(n as i64 + 1));
        return;
    }
    super::append(t, list, value);
}

/// Puts a card without items behind the others, of which there are `cards`. The thread has the right to write the length.
///
/// Nothing of this is undone with a transaction: the next who appends finds the card.
#[cold]
#[inline(never)]
fn grow(t: &mut Thread, list: Ref<List>, cards: usize) {
    let card = card::new(t, &[]);
    t.publish(card.value());
    t.own.keep_if_undone(card.object());
    // SAFETY: the list is divided, and may be read.
    let mut spine = unsafe { list.peek().spine() };
    if CARDS + cards >= spine.capacity() {
        let wider = spine::new(t, CARDS + cards + 1 + cards / 2);
        (0..spine.capacity()).for_each(|at| wider.raw(at).init(spine.raw(at).get()));
        t.publish(wider.value());
        // SAFETY: as above.
        unsafe { list.peek() }.buffer.cache(wider.value());
        spine = wider;
    }
    spine.raw(CARDS + cards).cache(Held::holding(card.object()).to_word());
}

/// Whether the items of a list that one of them is going to be read of stand in cards, or had better do so: the thread has to ask
/// others for the list.
#[inline(always)]
pub fn is_read_in_cards(t: &Thread, list: Ref<List>) -> bool {
    is_divided(list) || !t.own.may_read(list.object()) && is_in_cards(t, list)
}

/// Whether the items of a list that one of them or the end is going to be written of stand in cards, or had better do so: the thread
/// has to take the list from others.
#[inline(always)]
pub fn is_in_cards(t: &Thread, list: Ref<List>) -> bool {
    is_divided(list) || !t.holds(list) && is_worth_dividing(list)
}

#[cold]
#[inline(never)]
fn is_worth_dividing(list: Ref<List>) -> bool {
    // SAFETY: without the right to read it, a hint.
    let long = || unsafe { list.peek() }.len() >= SHORTEST;
    list.object().header.shape() == Kind::List.shape()
        && (stress::is_on(Mode::Granules) || free::is_worth_dividing(list.object()) && long())
}

/// Takes a list that is worth it from others, and divides it. The instruction begins anew after that if it can: it may have read the list
/// before.
#[cold]
#[inline(never)]
fn divide(t: &mut Thread, list: Ref<List>) {
    t.hold(list);
    if !is_divided(list) {
        move_to_cards(t, list);
    }
    spine::begin_anew();
}

fn move_to_cards(t: &mut Thread, list: Ref<List>) {
    let n = list.len();
    let mut parts = t.vec();
    let length = granule::new(t, Value::small(n as i64));
    for start in (0..n).step_by(ITEMS) {
        let card = {
            let items = list.items();
            card::new(t, &items[start.min(items.len())..(start + ITEMS).min(items.len())])
        };
        parts.push(card.value());
    }
    let spine = spine::new(t, CARDS + parts.len() * 3 / 2);
    spine.raw(LENGTH).init(Held::from(length).to_word());
    spine.raw(USER).init(0);
    for (i, part) in parts.iter().enumerate() {
        let card = part.object().unwrap_or_else(|| unreachable!("cards are objects"));
        spine.raw(CARDS + i).init(Held::holding(card).to_word());
    }
    for part in parts.iter() {
        t.publish(*part);
    }
    t.publish(Value::from_object(length.object()));
    t.publish(spine.value());
    // SAFETY: the list is live and this thread's.
    let w = unsafe { t.own.rearrange(&mut t.mutator, list.object(), true) };
    // SAFETY: this thread's, whatever the header says.
    unsafe { list.peek() }.buffer.set(&w, spine.value());
    free::note_divided(list.object());
}

/// Puts the items of a list back into one buffer.
#[cold]
#[inline(never)]
pub fn unite(t: &mut Thread, list: Ref<List>) {
    if put_together(t, list) {
        free::keep_whole(list.object());
    }
}

/// Whether the list has been divided until now.
fn put_together(t: &mut Thread, list: Ref<List>) -> bool {
    while spine::opens(t, list.object(), Ask::Write) {
        // SAFETY: the list is divided and this thread's.
        let spine = unsafe { list.peek().spine() };
        // Who waits for one may lose another: all are looked at again then.
        let mut waited = false;
        for at in (CARDS..spine.capacity()).chain([LENGTH]) {
            waited |= place(spine, at).object().is_some_and(|part| waits(t, part, Ask::Read));
        }
        if waited {
            continue;
        }
        let n = length_of(spine).get().small_value() as usize;
        let Ok(buffer) = array::new(t, n, Value::UNSET.bits()) else { thread::out_of_memory() };
        for i in (0..n).step_by(ITEMS) {
            let items = card_at(spine, i);
            for (j, item) in items.iter().flat_map(|card| card.items()).enumerate() {
                buffer.raw(i + j).init(item.get().bits());
            }
        }
        // SAFETY: the list is live and this thread's.
        let w = unsafe { t.own.rearrange(&mut t.mutator, list.object(), false) };
        // SAFETY: as above.
        unsafe { list.peek() }.replace(&w, Some(buffer), n);
        return true;
    }
    false
}

/// Notes now and then who uses a divided list. One that a single thread uses for long is put together again.
#[inline(always)]
fn note_use(t: &mut Thread, list: Ref<List>) {
    t.divided_uses = t.divided_uses.wrapping_add(1);
    if t.divided_uses.is_multiple_of(TURN) {
        note_turn(t, list);
    }
}

#[cold]
#[inline(never)]
fn note_turn(t: &mut Thread, list: Ref<List>) {
    let Some(spine) = open(t, list) else { return };
    let (me, word) = ((t.own.peer.events.number() as u64) << TURNS, spine.raw(USER).get());
    let turns = if word >> TURNS << TURNS == me { (word - me) as usize + 1 } else { 0 };
    if turns * TURN as usize > ALONE + spine.capacity() * ITEMS / 8 {
        // Who begins anew after it has waited for the right finds out at the next turn only, and may have lost it by then.
        t.hold(list);
        put_together(t, list);
    } else {
        spine.raw(USER).cache(me + turns as u64);
    }
}
