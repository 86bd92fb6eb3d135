//! Marking with several threads while all others stand still.
//!
//! # Protocol
//!
//! * A marker traces what it has to itself: the stack of its [`Marker`], which costs no more than with one marker. What others
//!   may take lies in its deque: parts of large objects, and objects that it puts there when others have nothing to do. They
//!   steal from the other end.
//! * A marker leaves when it has nothing, neither on its stack nor in its deque, into which only it puts anything. The marking
//!   ends when all have left. So all is marked then, whatever they know of each other.
//! * Who has nothing waits with leaving as long as others are *busy*, that is have something or look for it: there may be
//!   something to take from them soon. It is busy again before it takes it.
//! * The helpers are threads of this one marking: they begin when it turns out to be long, and end with it. Between collections
//!   none of them is there that a fork or the end of the process would have to think of, and no signal reaches them. They have
//!   no [seat](crate::Seat) and no nursery.
//! * What a trace function reads belongs to threads that stand still, so any marker may call it for any object, and several for
//!   parts of one. It has no thread of the host at hand and must not look for one.
//!
//! What markers read was written before they began, and what they have marked is read when they have left, so the marks
//! themselves need no order.

use std::{
    iter,
    sync::{OnceLock, atomic::Ordering::Relaxed},
    time::Duration,
};

use crate::{
    Marker, Object,
    mark::Part,
    sync::{self, AtomicUsize, Instant, Steal, Stealer, Worker},
};

/// Most markers.
pub(crate) const MARKERS: usize = 8;

/// Time after which a marker asks for help: some twenty times what it takes to start a thread and to see it end.
const ALONE: Duration = Duration::from_millis(2);

/// Objects that a marker traces before it looks whether others have nothing to do.
const BATCH: usize = if cfg!(feature = "model") { 1 } else { 64 };

/// Most objects that a marker puts into its deque at once.
const GIFT: usize = 256;

/// What one marker takes over from another.
enum Work {
    Object(*mut Object),
    Part(Part),
}

// SAFETY: heap objects, which every thread may name; all that could write them stand still.
unsafe impl Send for Work {}

/// The markers of one marking.
struct Crew {
    /// The deques of all of them.
    deques: Vec<Stealer<Work>>,
    /// How many are not busy. One that has not begun is not, and need not ever begin. Relaxed: who leaves too early or too late
    /// by this count misses no more than a chance to help.
    idle: AtomicUsize,
}

/// A marker is busy.
struct Busy<'a>(&'a Crew);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        // Relaxed: see `Crew::idle`.
        self.0.idle.fetch_add(1, Relaxed);
    }
}

/// Traces all that the marker has, with so many markers, or as many as it takes. Returns their number.
pub(crate) fn drain(marker: &mut Marker, count: Option<usize>) -> usize {
    marker.split_large();
    let count = count.unwrap_or_else(|| if traced_alone(marker) { 1 } else { usual() });
    if count == 1 {
        marker.drain();
        return 1;
    }
    let deques: Vec<Worker<Work>> = iter::repeat_with(Worker::new_lifo).take(count).collect();
    let crew = &Crew { deques: deques.iter().map(Worker::stealer).collect(), idle: AtomicUsize::new(count) };
    // Helpers that begin early wait for gifts of this marker.
    let busy = crew.busy();
    marker.shared = true;
    sync::scope(|scope| {
        let mut deques = deques.into_iter();
        let own = deques.next().expect("a deque for each marker");
        let start = |deque| sync::spawn_helper(scope, "gc-marker", move || crew.help(&deque));
        let helpers: Vec<_> = deques.map_while(start).collect();
        crew.take_part(busy, &own, marker);
        let count = 1 + helpers.len();
        for helper in helpers {
            let (bytes, objects) = helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            marker.add(bytes, objects);
        }
        marker.shared = false;
        count
    })
}

/// Whether the marker has traced all that it has in so little time that help would come too late.
fn traced_alone(marker: &mut Marker) -> bool {
    let begun = Instant::now();
    while marker.trace_some(256) {
        if begun.elapsed() > ALONE {
            return false;
        }
    }
    true
}

/// As many markers as the machine has processors for.
fn usual() -> usize {
    static USUAL: OnceLock<usize> = OnceLock::new();
    *USUAL.get_or_init(|| std::thread::available_parallelism().map_or(1, |n| n.get().min(MARKERS)))
}

impl Crew {
    fn busy(&self) -> Busy<'_> {
        // Relaxed: see `Crew::idle`.
        self.idle.fetch_sub(1, Relaxed);
        Busy(self)
    }

    /// The work of a helper: how many bytes and objects it has marked.
    fn help(&self, own: &Worker<Work>) -> (usize, usize) {
        let mut marker = Marker::helping();
        self.take_part(self.busy(), own, &mut marker);
        (marker.marked_bytes, marker.marked_objects)
    }

    /// Marks until nobody has anything left to trace.
    fn take_part<'a>(&'a self, mut busy: Busy<'a>, own: &Worker<Work>, marker: &mut Marker) {
        loop {
            loop {
                while marker.trace_some(BATCH) {
                    self.share(own, marker);
                }
                match self.find(own) {
                    Some(Work::Object(object)) => marker.push(object),
                    Some(Work::Part(part)) => marker.trace_part(part),
                    None => break,
                }
            }
            drop(busy);
            if !self.wait() {
                return;
            }
            busy = self.busy();
        }
    }

    /// Puts what others may want into the marker's deque.
    fn share(&self, own: &Worker<Work>, marker: &mut Marker) {
        marker.take_parts().for_each(|part| own.push(Work::Part(part)));
        // Relaxed: see `Crew::idle`.
        if self.idle.load(Relaxed) > 0 && own.is_empty() {
            marker.give(GIFT, |object| own.push(Work::Object(object)));
        }
    }

    /// Something from the marker's own deque, or from another one.
    fn find(&self, own: &Worker<Work>) -> Option<Work> {
        own.pop().or_else(|| self.deques.iter().find_map(|deque| steal(deque, own)))
    }

    /// Waits for something to take: true. False if nobody is busy.
    fn wait(&self) -> bool {
        let mut rounds = 0;
        // Relaxed: see `Crew::idle`.
        while self.idle.load(Relaxed) < self.deques.len() {
            if self.deques.iter().any(|deque| !deque.is_empty()) {
                return true;
            }
            sync::back_off(&mut rounds);
        }
        false
    }
}

/// Takes something from a deque and, unless it is the last, some more into the own one.
fn steal(deque: &Stealer<Work>, own: &Worker<Work>) -> Option<Work> {
    loop {
        match deque.steal_batch_and_pop(own) {
            Steal::Success(work) => return Some(work),
            Steal::Empty => return None,
            Steal::Retry => {}
        }
    }
}
