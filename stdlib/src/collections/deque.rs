//! The body of `deque` and its primitives: a ring of items in a buffer.

use pystm_stm::Word as _;
use pystm_vm::{
    atomic::instruction,
    builtins::{
        array::{self, Array},
        list,
    },
    error::{Exc, PyResult, Raised},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::iter,
    thread::{RootVec, Thread},
    value::Value,
};

// Values of a deque.
/// A buffer whose length, a power of two, is the capacity.
const RING: usize = record::BUFFER;
/// Place of the first item in the ring.
const HEAD: usize = 1;
const LEN: usize = 2;
/// Largest length, or None.
const MAXLEN: usize = 3;
/// Counts changes of length, so that iterators notice them.
const STATE: usize = 4;

const MIN_CAPACITY: usize = 8;

/// A deque.
#[derive(Clone, Copy, PartialEq)]
pub struct Deque(pub Ref<Record>);

fn empty_ring(t: &mut Thread) -> Ref<Array> {
    array::of(t, &[Value::NONE; MIN_CAPACITY]).expect("a few words")
}

/// An empty deque of a class whose body it is.
pub fn new_of_class(t: &mut Thread, class: Ref<pystm_vm::builtins::typeobj::Type>) -> Value {
    let ring = empty_ring(t).value();
    record::new_of_class(t, class, None, &[ring, Value::ZERO, Value::ZERO, Value::NONE, Value::ZERO])
}

/// An empty deque.
pub fn new(t: &mut Thread) -> Value {
    let class = t.rt.native_class(t, &super::deque_methods::DEF);
    new_of_class(t, class)
}

impl Deque {
    /// The deque of a value that is known to be one.
    pub fn known(value: Value) -> Deque {
        Deque(Ref::known(value))
    }

    /// Number of items.
    pub fn len(self) -> usize {
        self.0.get_int(LEN) as usize
    }

    /// Largest length, if there is one.
    pub fn maxlen(self) -> Option<usize> {
        self.0.get(MAXLEN).as_small().map(|n| n as usize)
    }

    /// `maxlen` as Python sees it.
    pub fn maxlen_value(self) -> Value {
        self.0.get(MAXLEN)
    }

    pub fn set_maxlen(self, t: &mut Thread, maxlen: Value) {
        self.0.set(t, MAXLEN, maxlen);
    }

    /// Changes whenever the deque does.
    pub fn state(self) -> i64 {
        self.0.get_int(STATE)
    }

    fn ring(self) -> Ref<Array> {
        Ref::known(self.0.get(RING))
    }

    fn place(self, index: usize) -> usize {
        (self.0.get_int(HEAD) as usize + index) & (self.ring().capacity() - 1)
    }

    /// Item at an index in range.
    pub fn get(self, index: usize) -> Option<Value> {
        (index < self.len()).then(|| self.ring().slots()[self.place(index)].get())
    }

    /// Gets the right to write the deque, before anything is read that the write depends on.
    fn claim(self, t: &mut Thread) {
        t.write(self.0);
    }

    /// Replaces the item at an index in range.
    pub fn set(self, t: &mut Thread, index: usize, value: Value) {
        let w = t.write(self.0);
        if index < self.len() {
            self.ring().slots()[self.place(index)].set(&w, value);
        }
    }

    fn changed(self, t: &mut Thread, head: usize, len: usize) {
        let state = (self.state() + 1) & 0xffff_ffff;
        self.0.set_int(t, HEAD, head as i64);
        self.0.set_int(t, LEN, len as i64);
        self.0.set_int(t, STATE, state);
    }

    /// Claims the deque with room for another item.
    fn reserve_one(self, t: &mut Thread) -> PyResult<()> {
        loop {
            self.claim(t);
            let (state, capacity) = (self.state(), self.ring().capacity());
            if self.len() < capacity {
                return Ok(());
            }
            let ring = array::new(t, capacity * 2, Value::NONE.to_word())?;
            let w = t.write(self.0);
            // Others may have come between.
            if self.state() == state {
                for (i, slot) in ring.slots().iter().enumerate().take(self.len()) {
                    slot.set(&w, self.get(i).unwrap_or(Value::NONE));
                }
                self.0.set(t, RING, ring.value());
                self.0.set_int(t, HEAD, 0);
            }
        }
    }

    /// The items as they are now.
    pub fn items(self, t: &mut Thread) -> RootVec {
        let mut items = t.vec();
        items.extend((0..self.len()).filter_map(|i| self.get(i)));
        items
    }

    /// Adds at the right; a full deque loses its leftmost item.
    pub fn append(self, t: &mut Thread, value: Value) -> PyResult<()> {
        self.reserve_one(t)?;
        let (head, n) = (self.0.get_int(HEAD) as usize, self.len());
        self.changed(t, head, n + 1);
        self.set(t, n, value);
        if self.maxlen().is_some_and(|m| n + 1 > m) {
            self.pop_left(t);
        }
        Ok(())
    }

    /// Adds at the left; a full deque loses its rightmost item.
    pub fn append_left(self, t: &mut Thread, value: Value) -> PyResult<()> {
        self.reserve_one(t)?;
        let n = self.len();
        let head = self.place(self.ring().capacity() - 1);
        self.changed(t, head, n + 1);
        self.set(t, 0, value);
        if self.maxlen().is_some_and(|m| n + 1 > m) {
            self.pop(t);
        }
        Ok(())
    }

    /// Removes and returns the rightmost item.
    pub fn pop(self, t: &mut Thread) -> Option<Value> {
        self.claim(t);
        let n = self.len().checked_sub(1)?;
        let item = self.get(n);
        self.set(t, n, Value::NONE);
        let head = self.0.get_int(HEAD) as usize;
        self.changed(t, head, n);
        item
    }

    /// Removes and returns the leftmost item.
    pub fn pop_left(self, t: &mut Thread) -> Option<Value> {
        self.claim(t);
        let n = self.len().checked_sub(1)?;
        let item = self.get(0);
        self.set(t, 0, Value::NONE);
        let head = self.place(1);
        self.changed(t, head, n);
        item
    }

    /// Removes everything.
    pub fn clear(self, t: &mut Thread) {
        let ring = empty_ring(t);
        self.claim(t);
        self.0.set(t, RING, ring.value());
        self.changed(t, 0, 0);
    }

    /// Adds the items of an iterable at the right.
    pub fn extend(self, t: &mut Thread, source: Value) -> PyResult<()> {
        // It may be extended by itself.
        let source = self.apart(t, source)?;
        instruction::begin_for(t, self.0);
        iter::for_each(t, source, |t, item| self.append(t, item))
    }

    /// Adds the items of an iterable at the left, one after the other.
    pub fn extend_left(self, t: &mut Thread, source: Value) -> PyResult<()> {
        let source = self.apart(t, source)?;
        instruction::begin_for(t, self.0);
        iter::for_each(t, source, |t, item| self.append_left(t, item))
    }

    fn apart(self, t: &mut Thread, source: Value) -> PyResult {
        if source != self.0.value() {
            return Ok(source);
        }
        let items = self.items(t);
        list::try_new(t, &items)
    }

    /// Moves `count` items from the right end to the left one (or back, if negative).
    pub fn rotate(self, t: &mut Thread, count: i64) -> PyResult<()> {
        let n = self.len() as i64;
        if n < 2 {
            return Ok(());
        }
        // At most half of the items need to be moved.
        let mut steps = count.rem_euclid(n);
        if steps > n / 2 {
            steps -= n;
        }
        for _ in 0..steps {
            if let Some(item) = self.pop(t) {
                self.append_left(t, item)?;
            }
        }
        for _ in steps..0 {
            if let Some(item) = self.pop_left(t) {
                self.append(t, item)?;
            }
        }
        Ok(())
    }

    /// Removes the item at an index in range.
    pub fn remove_at(self, t: &mut Thread, index: usize) -> PyResult<()> {
        self.rotate(t, -(index as i64))?;
        self.pop_left(t);
        self.rotate(t, index as i64)
    }

    /// RuntimeError unless the state is still this one.
    pub fn check_unchanged(self, t: &mut Thread, state: i64) -> PyResult<()> {
        if self.state() == state { Ok(()) } else { Err(mutated(t, Exc::RuntimeError)) }
    }
}

/// The error for a deque that was changed while it was being searched.
#[cold]
pub fn mutated(t: &mut Thread, class: Exc) -> Raised {
    t.raise(class, "deque mutated during iteration")
}
