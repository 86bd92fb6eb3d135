//! The heap: a non-moving, generational mark-region collector (sticky-mark-bit Immix: Blackburn and McKinley, PLDI
//! 2008; sticky mark bits: Demers et al., POPL 1990).
//!
//! # Protocol
//!
//! * Small objects live in 32 KiB blocks of 128-byte lines ([`space`]); larger ones come from the global allocator
//!   ([`large`]). Addresses never change.
//! * A thread allocates by bumping a cursor through the free lines of blocks that it holds ([`nursery`]). No other
//!   thread allocates into a block that is held, so start and mark bytes of a line have one writer at a time. Only where
//!   several threads mark together do they share mark bytes, which are atomic.
//! * An object is *young* until a collection has marked it, *old* from then on. Marks stay ("sticky"); a minor
//!   collection follows pointers only until it meets a mark, a major collection first clears all marks.
//! * An old object carries the header flag [`header::OLD`]. Who writes a pointer into it must first take the flag away
//!   and put the object into the remembered set ([`barrier`]); a minor collection scans remembered objects and sets the
//!   flag again.
//! * Roots are found precisely where the host hands them over ([`mark::Roots`]) and conservatively on native stacks and
//!   register stacks: any word that points into an object, at its start or inside, keeps the object ([`stack`]).
//! * A shape lives as long as its owner, which the objects of the shape keep alive ([`layout`]). The host hears of the death
//!   of owners before their memory is used again ([`Roots::bury`]).
//! * Each thread collects its young objects alone: what another thread can reach is old. Whoever shows an object to others
//!   [publishes](nursery::Mutator::publish) it first, with all that it reaches. A major collection stops all threads ([`world`]),
//!   and marks with several threads of its own where that is worth it (module `markers`).
//! * A collection runs only inside an allocation or a safepoint of the collecting thread; every object allocated before
//!   must then be fully initialised.
//!
//! This crate knows layouts ([`layout::Layout`]) but neither Python nor transactions; the owner field of the header is
//! opaque to it.

pub mod barrier;
pub mod collect;
pub mod config;
pub mod header;
pub mod inspect;
pub mod large;
pub mod layout;
pub mod lock;
pub mod mark;
mod markers;
pub mod nursery;
pub mod space;
pub mod stack;
pub mod sync;
pub mod verify;
pub mod weak;
pub mod word;
pub mod world;

pub use header::{Header, Object};
pub use layout::{Layout, ShapeId, Trace};
pub use mark::{Marker, Roots};
pub use nursery::Mutator;
pub use world::Seat;
