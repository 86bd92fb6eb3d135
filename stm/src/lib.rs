//! Ownership of objects, and (with the issue "Threads and transactions") versions, read and write sets and commit.
//!
//! # Protocol
//!
//! * Every mutable object belongs to one thread, which reads and writes it in place. The owner's [`Token`] stands in
//!   the header beside shape and flags, so that one compare proves "the shape I expect, and mine" ([`access`]).
//! * For a write the flags must be clear of [`gc::header::OLD`] too and agree with the thread's *write token*: then the
//!   generational barrier needs nothing, and in a transaction the object has been logged already.
//! * Ownership changes only while its owner is at a safepoint. A [`Writer`], the proof that an object may be written,
//!   borrows the thread's [`Ownership`] mutably; every operation that may reach a safepoint needs the same borrow, so
//!   no proof survives one.
//! * Mutable state is kept in [`Slot`]s, which can be changed only with such a proof.
//!
//! This crate knows neither values nor bytecode.

pub mod access;
pub mod events;
pub mod slot;
pub mod token;

pub use pystm_gc as gc;

pub use access::{Ownership, Writer};
pub use slot::{Slot, Word};
pub use token::Token;
