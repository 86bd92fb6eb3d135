//! Hashes of containers from the hashes of their items.

const PRIME_1: u64 = 11400714785074694791;
const PRIME_2: u64 = 14029467366897019727;
const PRIME_5: u64 = 2870177450012600261;

/// The hash of a tuple: xxHash without its unrolling, as in CPython's `tupleobject.c`.
#[derive(Clone, Debug)]
pub struct TupleHasher {
    state: u64,
    len: u64,
}

impl Default for TupleHasher {
    fn default() -> Self {
        TupleHasher { state: PRIME_5, len: 0 }
    }
}

impl TupleHasher {
    /// The hasher of an empty tuple.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the hash of the next item.
    #[inline]
    pub fn push(&mut self, item_hash: i64) {
        let mixed = self.state.wrapping_add((item_hash as u64).wrapping_mul(PRIME_2));
        self.state = mixed.rotate_left(31).wrapping_mul(PRIME_1);
        self.len += 1;
    }

    /// The hash of the tuple.
    #[inline]
    pub fn finish(&self) -> i64 {
        match self.state.wrapping_add(self.len ^ PRIME_5 ^ 3527539) {
            u64::MAX => 1546275796,
            hash => hash as i64,
        }
    }
}

impl TupleHasher {
    /// The hash of a slice: that of a tuple of its parts, without the length mixed in, as in CPython's
    /// `sliceobject.c`.
    pub fn finish_slice(&self) -> i64 {
        match self.state {
            u64::MAX => 1546275796,
            hash => hash as i64,
        }
    }
}

/// The hash of a frozenset, which does not depend on the order of its items, as in CPython's `setobject.c`.
#[derive(Clone, Debug, Default)]
pub struct FrozenSetHasher {
    state: u64,
    len: u64,
}

impl FrozenSetHasher {
    /// The hasher of an empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the hash of an item.
    pub fn push(&mut self, item_hash: i64) {
        let hash = item_hash as u64;
        self.state ^= (hash ^ 89869747 ^ (hash << 16)).wrapping_mul(3644798167);
        self.len += 1;
    }

    /// The hash of the set.
    pub fn finish(&self) -> i64 {
        let counted = self.state ^ (self.len + 1).wrapping_mul(1927868237);
        let dispersed = counted ^ (counted >> 11) ^ (counted >> 25);
        match dispersed.wrapping_mul(69069).wrapping_add(907133923) {
            u64::MAX => 590923713,
            hash => hash as i64,
        }
    }
}
