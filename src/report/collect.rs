//! Adds up what a log tells.

use std::{
    collections::{BTreeMap, HashMap},
    io::{self, BufRead},
};

use pystm_stm::events::{
    Event, Kind, Place, Text, Totals,
    format::{Header, Row},
    read::{Names, ReadError, Reader},
};

/// Events of the same code about objects of the same type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(super) struct Group {
    /// Where the thread stood.
    pub(super) place: Place,
    /// Where the other one stood; for a transaction that became inevitable, where it began.
    pub(super) other_place: Place,
    /// Type of the object.
    pub(super) class: Text,
    /// For a transaction that became inevitable, why.
    pub(super) reason: Text,
}

/// What the events of a group cost.
#[derive(Clone, Debug, Default)]
pub(super) struct Cost {
    /// How many events there were, by kind.
    pub(super) counts: BTreeMap<Kind, u64>,
    /// What of the objects was wanted, and how often.
    pub(super) granules: HashMap<Text, u64>,
    /// Nanoseconds, added up.
    pub(super) ns: u64,
    /// Nanoseconds of the longest one.
    pub(super) longest: u64,
}

impl Cost {
    /// How many events there were.
    pub(super) fn count(&self) -> u64 {
        self.counts.values().sum()
    }

    fn add(&mut self, event: &Event) {
        *self.counts.entry(event.kind).or_default() += 1;
        *self.granules.entry(event.what.granule).or_default() += 1;
        self.ns += event.ns;
        self.longest = self.longest.max(event.ns);
    }
}

/// A thread of the log.
#[derive(Clone, Debug, Default)]
pub(super) struct Thread {
    /// Its last name.
    pub(super) name: Text,
    /// Its counters when it ended, or when they were written last.
    pub(super) totals: Totals,
}

/// How a log ends.
#[derive(Debug)]
pub(super) enum Ending {
    /// With the process.
    Regular,
    /// The process was killed, or still runs.
    Open,
    /// The rest cannot be read.
    Unreadable(ReadError),
}

/// What a log tells, added up.
#[derive(Debug)]
pub(super) struct Collected {
    /// Its first line.
    pub(super) header: Header,
    /// What its numbers mean.
    pub(super) names: Names,
    /// Its threads by their numbers.
    pub(super) threads: BTreeMap<u32, Thread>,
    /// Steals, waits and aborts.
    pub(super) conflicts: HashMap<Group, Cost>,
    /// Transactions that became inevitable.
    pub(super) inevitable: HashMap<Group, Cost>,
    /// Sleeps in `transaction.retry`.
    pub(super) retries: HashMap<Group, Cost>,
    /// Time stamp of the last thing that the log knows.
    pub(super) end: u64,
    /// How it ends.
    pub(super) ending: Ending,
}

/// Reads a log to its end; `each` sees every row.
///
/// # Errors
/// Those of `each`.
pub(super) fn collect(
    mut reader: Reader<impl BufRead>,
    mut each: impl FnMut(&Names, &Row) -> io::Result<()>,
) -> io::Result<Collected> {
    let mut all = Collected {
        header: reader.header.clone(),
        names: Names::default(),
        threads: BTreeMap::new(),
        conflicts: HashMap::new(),
        inevitable: HashMap::new(),
        retries: HashMap::new(),
        end: 0,
        ending: Ending::Open,
    };
    loop {
        match reader.next_row() {
            Ok(Some(row)) => {
                each(&reader.names, &row)?;
                all.add(&row);
            }
            Ok(None) => break,
            Err(error) => {
                all.ending = Ending::Unreadable(error);
                break;
            }
        }
    }
    all.names = reader.names;
    Ok(all)
}

impl Collected {
    fn add(&mut self, row: &Row) {
        match *row {
            Row::Started(at, thread) | Row::Ended(at, thread) => {
                self.threads.entry(thread).or_default();
                self.end = self.end.max(at);
            }
            Row::Named(thread, name) => self.threads.entry(thread).or_default().name = name,
            Row::Totals(at, thread, totals) => {
                self.threads.entry(thread).or_default().totals = totals;
                self.end = self.end.max(at);
            }
            Row::Event(event) => {
                let reason =
                    if event.kind == Kind::Inevitable { event.what.granule } else { Text::default() };
                let (place, other_place, class) = (event.place, event.other_place, event.what.class);
                let group = Group { place, other_place, class, reason };
                let groups = match event.kind {
                    Kind::Steal | Kind::Wait | Kind::Abort => Some(&mut self.conflicts),
                    Kind::Inevitable => Some(&mut self.inevitable),
                    Kind::Retry => Some(&mut self.retries),
                    Kind::Commit | Kind::Minor | Kind::Major => None,
                };
                if let Some(groups) = groups {
                    groups.entry(group).or_default().add(&event);
                }
                self.end = self.end.max(event.at.saturating_add(event.ns));
            }
            Row::End(at) => {
                self.end = self.end.max(at);
                self.ending = Ending::Regular;
            }
            Row::Frame(..) | Row::Place(..) => {}
        }
    }
}
