//! SipHash-1-3 of bytes and text, under a key chosen once per process.

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use crate::Units;

/// The secret that keyed hashes depend on. Zero keys are those of `PYTHONHASHSEED=0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HashKey {
    /// The first 8 bytes of the secret, little-endian.
    pub k0: u64,
    /// The second 8 bytes of the secret, little-endian.
    pub k1: u64,
}

impl HashKey {
    /// The secret that `PYTHONHASHSEED=seed` gives: zero for 0, else from the linear congruential generator
    /// that CPython uses (`lcg_urandom`).
    pub fn from_seed(seed: u32) -> Self {
        if seed == 0 {
            return HashKey::default();
        }
        let mut state = seed;
        let mut next_word = || {
            u64::from_le_bytes(std::array::from_fn(|_| {
                state = state.wrapping_mul(214013).wrapping_add(2531011);
                (state >> 16) as u8
            }))
        };
        HashKey { k0: next_word(), k1: next_word() }
    }

    /// The hash of a bytes object; 0 for an empty one.
    pub fn hash_bytes(self, bytes: &[u8]) -> i64 {
        let mut hasher = self.hasher();
        hasher.write(bytes);
        finish(bytes.is_empty(), hasher)
    }

    /// The hash of text: that of its units in the given width, so equal text must come in equal width, which
    /// the narrowest is. ASCII text hashes as its bytes do.
    pub fn hash_text(self, text: Units<'_>) -> i64 {
        let mut hasher = self.hasher();
        match text {
            Units::One(units) => hasher.write(units),
            Units::Two(units) => write_units(&mut hasher, units, u16::to_le_bytes),
            Units::Four(units) => write_units(&mut hasher, units, u32::to_le_bytes),
        }
        finish(text.is_empty(), hasher)
    }

    fn hasher(self) -> SipHasher13 {
        SipHasher13::new_with_keys(self.k0, self.k1)
    }
}

/// Feeds units as little-endian bytes, many at a time.
fn write_units<T: Copy, const N: usize>(
    hasher: &mut SipHasher13,
    units: &[T],
    to_bytes: impl Fn(T) -> [u8; N],
) {
    const CHUNK: usize = 64;
    let mut buffer = vec![0; CHUNK * N];
    for chunk in units.chunks(CHUNK) {
        for (bytes, &unit) in buffer.chunks_exact_mut(N).zip(chunk) {
            bytes.copy_from_slice(&to_bytes(unit));
        }
        hasher.write(&buffer[..chunk.len() * N]);
    }
}

fn finish(is_empty: bool, hasher: SipHasher13) -> i64 {
    if is_empty { 0 } else { super::numeric::not_minus_one(hasher.finish() as i64) }
}
