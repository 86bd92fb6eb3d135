//! Hashes: keyed for bytes and text, numeric, and those of tuples and frozensets.
//!
//! All of them return what Python's `hash` returns, which is never -1.

mod combine;
mod keyed;
mod numeric;

pub use combine::{FrozenSetHasher, TupleHasher};
pub use keyed::HashKey;
pub use numeric::{hash_bigint, hash_complex, hash_f64, hash_i64, hash_int};
