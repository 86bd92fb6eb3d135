//! The memo of a pickler: which objects stand in the pickle already, and under which numbers.

use pystm_vm::{
    builtins::{
        array::{self, Array},
        list::{self, List},
    },
    error::PyResult,
    object::Ref,
    thread::Thread,
    value::Value,
};

/// Places in a new table.
const PLACES: usize = 32;
/// Objects from which on a table grows no more than it must.
const LARGE: usize = 50_000;
/// Objects that one list keeps alive.
const CHUNK: usize = 1024;

// Items of the memo's list.
/// Number of objects.
const COUNT: usize = 0;
/// The table: an array of places, a power of two of them, each the word of an object and its number, or two zeros.
const TABLE: usize = 1;
// Behind the table: lists of the objects, all but the last of them full.

/// A table of objects by identity, behind a list that Python never sees, so that changes to it can be undone like any
/// others. The table's words mean nothing to the collector; the lists beside it keep the objects alive, in pieces, for a
/// small collection looks at the whole of a list that has changed.
#[derive(Clone, Copy)]
pub(super) struct Memo(Ref<List>);

/// Where the search for an object starts among `places`.
fn home(object: Value, places: usize) -> usize {
    (object.bits().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & (places - 1)
}

/// The place of an object, or the free one that it would get.
#[inline]
fn find(table: Ref<Array>, object: Value) -> usize {
    let places = table.capacity() / 2;
    let mut place = home(object, places);
    loop {
        let word = table.raw(place * 2).get();
        if word == object.bits() || word == 0 {
            return place;
        }
        place = (place + 1) & (places - 1);
    }
}

impl Memo {
    /// A memo without objects.
    pub(super) fn new(t: &mut Thread) -> PyResult<Memo> {
        let table = array::new(t, PLACES * 2, 0)?.value();
        let kept = list::new(t, &[]);
        Ok(Memo(Ref::known(list::try_new(t, &[Value::ZERO, table, kept])?)))
    }

    /// The memo that a slot holds.
    pub(super) fn known(value: Value) -> Memo {
        Memo(Ref::known(value))
    }

    /// The list, to be kept in a slot.
    pub(super) fn value(self) -> Value {
        self.0.value()
    }

    /// Number of objects.
    pub(super) fn len(self) -> usize {
        self.0.items()[COUNT].get().small_value() as usize
    }

    fn table(self) -> Ref<Array> {
        Ref::known(self.0.items()[TABLE].get())
    }

    /// The number of an object, if it is there.
    #[inline]
    pub(super) fn get(self, object: Value) -> Option<usize> {
        let table = self.table();
        let place = find(table, object);
        (table.raw(place * 2).get() != 0).then(|| table.raw(place * 2 + 1).get() as usize)
    }

    /// Gives an object a number, a new one if it is there.
    pub(super) fn put(self, t: &mut Thread, object: Value, number: usize) -> PyResult<()> {
        let n = self.len();
        // Two thirds full, two words to a place.
        if (n + 1) * 3 > self.table().capacity() {
            self.grow(t)?;
        }
        let table = self.table();
        let place = find(table, object);
        let w = t.write(self.0);
        table.raw(place * 2 + 1).set(&w, number as u64);
        if table.raw(place * 2).get() == 0 {
            table.raw(place * 2).set(&w, object.bits());
            self.0.set_item(&w, COUNT, Value::small(n as i64 + 1));
            self.keep(t, object);
        }
        Ok(())
    }

    fn keep(self, t: &mut Thread, object: Value) {
        let last = self.0.items()[self.0.len() - 1].get();
        let mut chunk: Ref<List> = Ref::known(last);
        if chunk.len() == CHUNK {
            let fresh = list::new(t, &[]);
            list::append(t, self.0, fresh);
            chunk = Ref::known(fresh);
        }
        list::append(t, chunk, object);
    }

    #[cold]
    fn grow(self, t: &mut Thread) -> PyResult<()> {
        let factor = if self.len() < LARGE { 4 } else { 2 };
        let table = array::new(t, self.table().capacity() * factor, 0)?;
        for (object, number) in self.entries() {
            let place = find(table, object);
            table.raw(place * 2).init(object.bits());
            table.raw(place * 2 + 1).init(number as u64);
        }
        let w = t.write(self.0);
        self.0.set_item(&w, TABLE, table.value());
        Ok(())
    }

    /// Forgets all objects.
    pub(super) fn clear(self, t: &mut Thread) -> PyResult<()> {
        let fresh = Memo::new(t)?;
        self.take_over(t, fresh);
        Ok(())
    }

    /// Gives the memo what another one holds, which must not be used any more.
    pub(super) fn take_over(self, t: &mut Thread, other: Memo) {
        let (buffer, len) = (other.0.buffer(), other.0.len());
        let w = t.write(self.0);
        self.0.replace(&w, buffer, len);
    }

    /// A memo that holds the same.
    pub(super) fn copy(self, t: &mut Thread) -> PyResult<Memo> {
        let copy = Memo::new(t)?;
        for (object, number) in self.entries() {
            copy.put(t, object, number)?;
        }
        Ok(copy)
    }

    /// Objects and numbers.
    pub(super) fn entries(self) -> impl Iterator<Item = (Value, usize)> {
        let table = self.table();
        (0..table.capacity() / 2).filter_map(move |place| {
            let word = table.raw(place * 2).get();
            (word != 0).then(|| (Value::from_bits(word), table.raw(place * 2 + 1).get() as usize))
        })
    }
}
