//! Ownership of objects by threads.
//!
//! # Protocol
//!
//! * A mutable object belongs to one thread, which reads and writes it in place, or it is shared: everybody reads it and
//!   nobody writes it. The owner stands in the header beside shape and flags, so that one test proves "the shape I expect, and
//!   mine or shared" ([`access`], [`token`]).
//! * For a write the owner must be this thread, and the flags must be clear of [`gc::header::OLD`]: then the generational
//!   barrier needs nothing.
//! * A thread that needs more asks for it ([`obtain`]). Rights are lost at safepoints only: the owner gives an object away when
//!   it answers requests ([`peer::serve`]), or another thread does so in its name while it is at rest
//!   ([`gc::world`]). A shared object gets an owner when all other threads have passed a safepoint since. So whatever a thread
//!   does between two safepoints is atomic and isolated: it holds the rights to all that it has touched (strict two-phase
//!   locking).
//! * What moves between writers all the time belongs to nobody between two uses and is taken without asking ([`free`]).
//! * A [`Writer`], the proof that an object may be written, borrows the thread's [`Ownership`] mutably; every operation that may
//!   reach a safepoint needs the same borrow, so no proof survives one.
//! * What is to be given away in smaller pieces than an object consists of objects: the host keeps single values in *granules*,
//!   which have an owner and nothing else ([`gc::word::holder`]).
//! * What everybody may read at any time is hardly ever written: all other threads stand still then ([`exclusive`]).
//! * What threads cost one another is counted, and written to a log on request ([`events`]).
//! * What is rare can be made common, for finding mistakes ([`stress`]).
//! * Mutable state is kept in [`Slot`]s, which can be changed only with such a proof.
//! * Before others see an object, all that it reaches is published (made old): nurseries are private.
//!
//! This crate knows neither values nor bytecode.

pub mod access;
pub mod events;
mod exclusive;
pub mod free;
pub mod gate;
mod handover;
pub mod obtain;
pub mod peer;
mod reads;
pub mod slot;
pub mod stress;
pub mod token;
pub mod transaction;

pub use pystm_gc as gc;

pub use access::{Ownership, Restart, Writer};
pub use peer::Peer;
pub use slot::{Slot, Word};
pub use token::Token;
pub use transaction::{Restore, Transaction};

/// Ownership and logging are left out (feature `no-stm`), to measure what they cost: there is one thread, which may read and write
/// everything, and no transaction. What is left of a write is the collector's barrier.
pub const ALONE: bool = cfg!(feature = "no-stm");

/// Readies everything for another execution of a model.
#[cfg(feature = "model")]
pub fn begin_model() {
    gc::sync::model::begin();
    token::begin();
    peer::begin();
    transaction::begin();
}
