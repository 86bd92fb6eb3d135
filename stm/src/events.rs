//! Events: what threads and transactions cost one another, counted always and written down on request.
//!
//! # Protocol
//!
//! * Every thread has an [`Events`]. Its [`Counters`] run always: plain words that only their thread writes.
//! * With a log ([`open`]) each event also becomes a row ([`format`]) in the thread's buffer, with both sides' places and the
//!   object that it was about. Without one, an event is a count and one branch; nothing of the host is asked.
//! * The host says where a thread stands and what an object is called ([`Host`]); this module interns the answers, so that a
//!   place that comes again is a number.
//! * In a conflict each side describes itself: the one who wants an object knows which and what of it ([`what`]), the one
//!   who has it where it stands when it gives it away ([`Events::place`]). Both answers are plain numbers that travel with
//!   the request. The one who lost time writes the event down.
//! * Definitions of numbers are written before the rows that use them: both wait in memory, and whoever writes rows writes
//!   the definitions first. So a file is whole up to its last row, whenever the process died.
//!
//! Locks are taken in the order threads, buffer, file, names; the host is asked under the buffer's lock and must not make
//! events itself.

pub mod counters;
pub mod format;
mod log;
pub mod read;
mod threads;

use std::time::Instant;

use pystm_gc::Object;

pub use counters::{Counter, Totals};
pub use format::{Event, Kind};
pub use log::{Frame, Log, MOST_FRAMES, Places, close, flush, open, path_in_use};
pub use threads::{Events, Summary, fork, summaries};

/// Where a thread stands in the program: a traceback, interned. The default is "not known".
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Place(pub u32);

/// An interned text. The default is the empty one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Text(pub u32);

/// What a conflict is about. The default is "not known".
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct What {
    /// Name of the object's type.
    pub class: Text,
    /// What of the object: an attribute, a key, a global.
    pub granule: Text,
}

impl What {
    /// As one word, to travel with a request.
    pub fn to_bits(self) -> u64 {
        u64::from(self.class.0) << 32 | u64::from(self.granule.0)
    }

    /// The opposite of [`What::to_bits`].
    pub fn from_bits(bits: u64) -> What {
        What { class: Text((bits >> 32) as u32), granule: Text(bits as u32) }
    }
}

/// The other side of a conflict, as far as it is known, and what the conflict is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Conflict {
    /// [`Events::number`] of the other thread, 0 if it is not known.
    pub other: u32,
    /// Where the other thread stands.
    pub other_place: Place,
    /// The object.
    pub what: What,
}

/// What only the host knows. It is asked only while there is a log.
pub trait Host {
    /// Where the host's thread stands. It must not allocate heap objects or run Python code.
    fn place(&self, places: &mut Places<'_>) -> Place;

    /// The type of an object, and what of it the instruction wants at which the host's thread stands.
    fn what(&self, object: &Object, log: &Log) -> What;
}

/// Whether there is a log: the one branch that it costs to have none.
#[inline(always)]
pub fn on() -> bool {
    log::current().is_some()
}

/// The time, if anyone wants to know how long transactions take (a log, or `--stats`): for their beginning.
#[inline]
pub fn begun() -> Option<Instant> {
    log::timed().then(Instant::now)
}

/// Lets [`begun`] look at the clock although there is no log.
pub fn time_transactions() {
    log::set_timed();
}

/// What of an object the host's thread wants, if there is a log.
#[inline]
pub fn what(host: &dyn Host, object: &Object) -> What {
    log::current().map_or(What::default(), |log| host.what(object, log))
}
