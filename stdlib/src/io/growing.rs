//! Contents of streams in memory: they mostly grow at their end, and blocks that are undone put them back.
//!
//! A copy of all of it before the first change in each block would make a log that is written in blocks take quadratic time. So a block
//! notes the length only; what was there before is copied when something of it is about to change.

use std::{
    ops::Deref,
    sync::{Arc, Weak},
};

use parking_lot::Mutex;
use pystm_text::TextBuf;

/// A sequence of units, of which the first ones can be had.
pub(super) trait Contents: Default {
    /// How many units there are.
    fn count(&self) -> usize;
    /// A copy of the first `count` units.
    fn first(&self, count: usize) -> Self;
}

impl Contents for Vec<u8> {
    fn count(&self) -> usize {
        self.len()
    }

    fn first(&self, count: usize) -> Self {
        self[..count].to_vec()
    }
}

impl Contents for TextBuf {
    fn count(&self) -> usize {
        self.len()
    }

    fn first(&self, count: usize) -> Self {
        TextBuf::from(self.as_units().slice(0..count))
    }
}

/// Contents that a block may have to put back.
#[derive(Default)]
pub(super) struct Growing<C> {
    contents: C,
    /// What the open block that has begun last needs to put them back, if it has noted them.
    before: Weak<Before<C>>,
}

/// What the contents were when a block began.
struct Before<C> {
    count: usize,
    /// All of that, once some of it has changed.
    copy: Mutex<Option<C>>,
}

/// What puts the contents back. As long as it exists, changes are noted in it.
pub(super) struct Saved<C> {
    before: Arc<Before<C>>,
    outer: Weak<Before<C>>,
}

impl<C> Deref for Growing<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.contents
    }
}

impl<C: Contents> Growing<C> {
    /// The contents, to add to their end.
    pub(super) fn append(&mut self) -> &mut C {
        &mut self.contents
    }

    /// The contents, to change those from the unit `at` on.
    pub(super) fn change(&mut self, at: usize) -> &mut C {
        if let Some(before) = self.before.upgrade()
            && at < before.count
        {
            before.copy.lock().get_or_insert_with(|| self.contents.first(before.count));
        }
        &mut self.contents
    }

    /// Puts other contents in their place.
    pub(super) fn replace(&mut self, contents: C) {
        *self.change(0) = contents;
    }

    /// Notes what the contents are now.
    pub(super) fn save(&mut self) -> Saved<C> {
        let before = Arc::new(Before { count: self.contents.count(), copy: Mutex::new(None) });
        let outer = std::mem::replace(&mut self.before, Arc::downgrade(&before));
        Saved { before, outer }
    }

    /// Puts back what they were then.
    pub(super) fn restore(&mut self, saved: Saved<C>) {
        let copy = saved.before.copy.lock().take();
        self.contents = match copy {
            Some(copy) => copy,
            None => self.contents.first(saved.before.count),
        };
        self.before = saved.outer;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(bytes: &[u8]) -> Growing<Vec<u8>> {
        let mut growing: Growing<Vec<u8>> = Growing::default();
        growing.append().extend_from_slice(bytes);
        growing
    }

    #[test]
    fn what_was_added_is_cut_off() {
        let mut growing = with(b"abc");
        let saved = growing.save();
        growing.append().extend_from_slice(b"def");
        growing.restore(saved);
        assert_eq!(*growing, b"abc");
    }

    #[test]
    fn what_was_changed_comes_back() {
        let mut growing = with(b"abc");
        let saved = growing.save();
        growing.append().extend_from_slice(b"def");
        growing.change(1)[1] = b'x';
        growing.replace(b"y".to_vec());
        growing.restore(saved);
        assert_eq!(*growing, b"abc");
    }

    #[test]
    fn inner_blocks_are_undone_alone() {
        let mut growing = with(b"abc");
        let outer = growing.save();
        growing.append().push(b'd');
        let inner = growing.save();
        growing.change(0)[0] = b'x';
        growing.restore(inner);
        assert_eq!(*growing, b"abcd");
        growing.change(2)[2] = b'y';
        growing.restore(outer);
        assert_eq!(*growing, b"abc");
    }

    #[test]
    fn changes_after_an_inner_block_that_stays_are_undone() {
        let mut growing = with(b"abc");
        let outer = growing.save();
        let inner = growing.save();
        growing.append().push(b'd');
        growing.change(1)[1] = b'x';
        growing.restore(inner);
        growing.restore(outer);
        assert_eq!(*growing, b"abc");
    }

    #[test]
    fn text_gets_narrow_again() {
        let mut growing: Growing<TextBuf> = Growing::default();
        growing.append().push_str("abc");
        let saved = growing.save();
        growing.append().push(0x1F600);
        growing.restore(saved);
        assert!(matches!(*growing, TextBuf::One(ref units) if units == b"abc"));
    }

    #[test]
    fn nothing_is_copied_once_nobody_can_need_it() {
        let mut growing = with(b"abc");
        drop(growing.save());
        growing.change(0)[0] = b'x';
        assert!(growing.before.upgrade().is_none());
    }
}
