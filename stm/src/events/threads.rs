//! The threads that tell, and the rows that wait in their memory.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    thread::{self, ThreadId},
    time::Instant,
};

use pystm_gc::lock::Mutex;

use super::{
    Conflict, Counter, Event, Host, Kind, Place, Totals, What,
    counters::Counters,
    format::Row,
    log::{Known, Log, Places, current, reopen},
};

/// Bytes of rows that a thread keeps in memory.
const BUFFER: usize = 32 << 10;
/// Threads that have ended of which the counters are kept one by one.
const KEPT: usize = 256;

/// What a thread tells about itself.
pub struct Events {
    number: u32,
    /// The thread itself.
    thread: ThreadId,
    counters: Counters,
    name: Mutex<String>,
    buffer: Mutex<Buffer>,
}

#[derive(Default)]
struct Buffer {
    rows: Vec<u8>,
    known: Known,
    /// The counters as they were written last.
    written: Totals,
}

/// The counters of a thread.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Number of the thread, 0 for many threads that have ended.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// How many threads these are.
    pub threads: u64,
    /// Whether it still runs.
    pub running: bool,
    /// The counts.
    pub totals: Totals,
}

struct Threads {
    running: Vec<Arc<Events>>,
    /// The last ones that ended.
    ended: VecDeque<Summary>,
    /// Those that ended before them.
    forgotten: u64,
    forgotten_totals: Totals,
}

static THREADS: Mutex<Threads> = Mutex::new(Threads {
    running: Vec::new(),
    ended: VecDeque::new(),
    forgotten: 0,
    forgotten_totals: Totals::ZERO,
});
static NEXT: AtomicU32 = AtomicU32::new(1);

/// The counters of all threads, in the order of their numbers; those that ended long ago are one row at the end.
pub fn summaries() -> Vec<Summary> {
    let threads = THREADS.lock();
    let running = threads.running.iter().map(|events| events.summary(true));
    let mut all: Vec<Summary> = threads.ended.iter().cloned().chain(running).collect();
    all.sort_by_key(|summary| summary.number);
    if threads.forgotten > 0 {
        let (threads, totals) = (threads.forgotten, threads.forgotten_totals);
        all.push(Summary { number: 0, name: "earlier threads".into(), threads, running: false, totals });
    }
    all
}

/// Makes a child process that begins with a copy of this one's memory, but with the calling thread alone; `fork` is the
/// system call. In the child the other threads are gone, and a log of its own begins.
pub fn fork(fork: impl FnOnce() -> i32) -> i32 {
    let thread = thread::current().id();
    // Nobody else has these locks at the moment of the copy. Buffers of others are not touched in the child.
    let mut threads = THREADS.lock();
    let me = threads.running.iter().find(|events| events.thread == thread).cloned();
    let mut buffer = me.as_ref().map(|me| me.buffer.lock());
    let child = match current() {
        Some(log) => log.locked(fork),
        None => fork(),
    };
    if child != 0 {
        return child;
    }
    threads.running.retain(|events| events.thread == thread);
    threads.ended.clear();
    (threads.forgotten, threads.forgotten_totals) = (0, Totals::ZERO);
    if let Some(buffer) = &mut buffer {
        **buffer = Buffer::default();
    }
    drop((threads, buffer));
    reopen();
    child
}

impl Events {
    /// The calling thread begins.
    pub fn start(name: &str) -> Arc<Events> {
        let events = Arc::new(Events {
            // Relaxed: only uniqueness matters.
            number: NEXT.fetch_add(1, Relaxed),
            thread: thread::current().id(),
            counters: Counters::default(),
            name: Mutex::new(name.to_owned()),
            buffer: Mutex::default(),
        });
        THREADS.lock().running.push(events.clone());
        if let Some(log) = current() {
            events.introduce(log);
        }
        events
    }

    /// Number of the thread, from 1.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Gives the thread another name.
    pub fn rename(&self, name: &str) {
        name.clone_into(&mut self.name.lock());
        if let Some(log) = current() {
            let name = log.text(name);
            Row::Named(self.number, name).write(&mut self.buffer.lock().rows);
        }
    }

    /// What the thread has counted.
    pub fn totals(&self) -> Totals {
        self.counters.totals()
    }

    /// Where the host's thread stands, which is this one, if there is a log.
    #[inline]
    pub fn place(&self, host: &dyn Host) -> Place {
        current().map_or(Place::default(), |log| self.place_in(log, host))
    }

    /// The thread has waited since then for an object that another thread had.
    pub fn steal(&self, host: &dyn Host, since: Instant, conflict: &Conflict) {
        let now = Instant::now();
        self.count(Counter::Steals, Counter::StealNs, since, now);
        self.log(Kind::Steal, since, now, |log| (self.place_in(log, host), *conflict));
    }

    /// The thread has waited since then for another thread's transaction.
    pub fn wait(&self, host: &dyn Host, since: Instant, conflict: &Conflict) {
        let now = Instant::now();
        self.count(Counter::Waits, Counter::WaitNs, since, now);
        self.log(Kind::Wait, since, now, |log| (self.place_in(log, host), *conflict));
    }

    /// The transaction has waited since then for the commits of others that come first in a given order. The other side of the
    /// conflict is the last of them, or who is in front.
    pub fn turn(&self, host: &dyn Host, since: Instant, conflict: Conflict) {
        let now = Instant::now();
        self.count(Counter::Waits, Counter::WaitNs, since, now);
        self.log(Kind::Wait, since, now, |log| {
            let what = What { granule: log.text("its turn"), ..What::default() };
            (self.place_in(log, host), Conflict { what, ..conflict })
        });
    }

    /// The transaction that `begun` then (see [`super::begun`]) is undone because of another thread. To be called while the
    /// thread still stands where it learnt of it.
    pub fn abort(&self, host: &dyn Host, begun: Option<Instant>, conflict: &Conflict) {
        let now = Instant::now();
        self.count(Counter::Aborted, Counter::AbortedNs, begun.unwrap_or(now), now);
        self.log(Kind::Abort, begun.unwrap_or(now), now, |log| (self.place_in(log, host), *conflict));
    }

    /// The transaction that `begun` then is committed; `block` is where it began.
    #[inline]
    pub fn commit(&self, begun: Option<Instant>, block: Place) {
        self.counters.add(Counter::Committed, 1);
        if let (Some(begun), true) = (begun, current().is_some()) {
            self.log(Kind::Commit, begun, Instant::now(), |_| (block, Conflict::default()));
        }
    }

    /// The transaction whose block began at `block` has become inevitable because of `reason`; the thread has waited since
    /// then for the right to.
    pub fn inevitable(&self, host: &dyn Host, since: Instant, reason: &str, block: Place) {
        self.counters.add(Counter::Inevitable, 1);
        self.log(Kind::Inevitable, since, Instant::now(), |log| {
            let what = What { granule: log.text(reason), ..What::default() };
            (self.place_in(log, host), Conflict { other: 0, other_place: block, what })
        });
    }

    /// `transaction.retry`, called at `place`, has slept since then.
    pub fn retry(&self, place: Place, since: Instant) {
        let now = Instant::now();
        self.count(Counter::Retries, Counter::RetryNs, since, now);
        self.log(Kind::Retry, since, now, |_| (place, Conflict::default()));
    }

    /// The thread has collected its nursery or everything since then.
    pub fn collected(&self, major: bool, since: Instant) {
        let now = Instant::now();
        let (kind, count, time) = match major {
            true => (Kind::Major, Counter::Major, Counter::MajorNs),
            false => (Kind::Minor, Counter::Minor, Counter::MinorNs),
        };
        self.count(count, time, since, now);
        self.log(kind, since, now, |_| (Place::default(), Conflict::default()));
    }

    /// The thread ends.
    pub fn end(&self) {
        if let Some(log) = current() {
            let mut buffer = self.buffer.lock();
            self.write_totals(log, &mut buffer);
            Row::Ended(log.stamp(Instant::now()), self.number).write(&mut buffer.rows);
            buffer.flush(log);
        }
        let mut threads = THREADS.lock();
        threads.running.retain(|events| !std::ptr::eq(&**events, self));
        threads.ended.push_back(self.summary(false));
        if threads.ended.len() > KEPT
            && let Some(oldest) = threads.ended.pop_front()
        {
            threads.forgotten += 1;
            threads.forgotten_totals.add(&oldest.totals);
        }
    }

    fn count(&self, counter: Counter, time: Counter, since: Instant, now: Instant) {
        self.counters.add(counter, 1);
        self.counters.add(time, now.saturating_duration_since(since).as_nanos() as u64);
    }

    /// Writes an event down if there is a log; only then is `describe` called, for the thread's place and the rest.
    #[inline]
    fn log(
        &self,
        kind: Kind,
        since: Instant,
        now: Instant,
        describe: impl FnOnce(&Log) -> (Place, Conflict),
    ) {
        if let Some(log) = current() {
            let (place, conflict) = describe(log);
            self.write(log, kind, since, now, place, &conflict);
        }
    }

    #[cold]
    fn write(&self, log: &Log, kind: Kind, since: Instant, now: Instant, place: Place, conflict: &Conflict) {
        let at = log.stamp(since);
        let ns = now.saturating_duration_since(since).as_nanos() as u64;
        let Conflict { other, other_place, what } = *conflict;
        let mut buffer = self.buffer.lock();
        Row::Event(Event { kind, at, ns, thread: self.number, other, place, other_place, what })
            .write(&mut buffer.rows);
        if buffer.rows.len() >= BUFFER {
            self.write_totals(log, &mut buffer);
            buffer.flush(log);
        }
        drop(buffer);
        if log.is_due(log.stamp(now)) {
            flush_all(log);
        }
    }

    fn place_in(&self, log: &Log, host: &dyn Host) -> Place {
        let mut buffer = self.buffer.lock();
        host.place(&mut Places { log, known: &mut buffer.known })
    }

    fn introduce(&self, log: &Log) {
        let mut buffer = self.buffer.lock();
        Row::Started(log.stamp(Instant::now()), self.number).write(&mut buffer.rows);
        Row::Named(self.number, log.text(&self.name.lock())).write(&mut buffer.rows);
    }

    fn write_totals(&self, log: &Log, buffer: &mut Buffer) {
        let totals = self.totals();
        if totals != buffer.written {
            buffer.written = totals;
            Row::Totals(log.stamp(Instant::now()), self.number, totals).write(&mut buffer.rows);
        }
    }

    fn summary(&self, running: bool) -> Summary {
        let name = self.name.lock().clone();
        Summary { number: self.number, name, threads: 1, running, totals: self.totals() }
    }
}

impl Buffer {
    fn flush(&mut self, log: &Log) {
        if !self.rows.is_empty() {
            log.write(&self.rows);
            self.rows.clear();
        }
    }
}

/// Tells a new log of the threads that are there.
pub(super) fn introduce_all(log: &Log) {
    THREADS.lock().running.iter().for_each(|events| events.introduce(log));
}

/// Writes down what all threads have in memory.
pub(super) fn flush_all(log: &Log) {
    for events in &THREADS.lock().running {
        let mut buffer = events.buffer.lock();
        events.write_totals(log, &mut buffer);
        buffer.flush(log);
    }
}
