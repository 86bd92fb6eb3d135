//! What an open transaction has read of what everybody may read.
//!
//! Most transactions read few objects: their addresses are a list, and the filter in [`Ownership`](crate::Ownership) keeps most
//! repetitions out of it. What comes after the first [`FEW`] goes into a set.

use rustc_hash::FxHashSet;

/// Entries of the filter, a power of two.
pub(crate) const FILTER: usize = 512;
/// Length of the list.
const FEW: usize = 256;

/// The addresses of those that the transaction has read lately, each in its place.
pub(crate) type Filter = [usize; FILTER];

/// The place of an address in the filter.
#[inline(always)]
pub(crate) fn place_of(address: usize) -> usize {
    address / 16 % FILTER
}

/// The addresses of the objects that a transaction has read.
#[derive(Default)]
pub(crate) struct Reads {
    /// Some of them may come more than once.
    few: Vec<usize>,
    more: FxHashSet<usize>,
}

impl Reads {
    #[inline]
    pub(crate) fn add(&mut self, address: usize) {
        if self.few.len() < FEW {
            self.few.push(address);
        } else {
            self.more.insert(address);
        }
    }

    pub(crate) fn contains(&self, address: usize) -> bool {
        self.few.contains(&address) || self.more.contains(&address)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.few.iter().chain(&self.more).copied()
    }

    /// Forgets all, in the filter, too.
    pub(crate) fn clear(&mut self, filter: &mut Filter) {
        if self.few.len() > FILTER / 4 {
            filter.fill(0);
            self.more.clear();
        } else {
            for &address in &self.few {
                filter[place_of(address)] = 0;
            }
        }
        self.few.clear();
    }
}
