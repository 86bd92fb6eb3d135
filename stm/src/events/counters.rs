//! What each thread counts.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

macro_rules! counters {
    ($($name:ident $text:literal $doc:literal;)*) => {
        /// Something that is counted. The order is that of the fields of a row of the log.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(usize)]
        pub enum Counter { $(#[doc = $doc] $name,)* }

        impl Counter {
            /// All counters.
            pub const ALL: [Counter; [$($text),*].len()] = [$(Counter::$name),*];

            /// Its name for Python.
            pub fn name(self) -> &'static str {
                [$($text),*][self as usize]
            }
        }
    };
}

counters! {
    Committed "committed" "Transactions that were committed.";
    Aborted "aborted" "Transactions that were undone because of another thread.";
    AbortedNs "aborted_ns" "Nanoseconds of work that was undone, while someone wants to know (`begun`).";
    Retries "retries" "Times that `transaction.retry` slept.";
    RetryNs "retry_ns" "Nanoseconds that it slept.";
    Waits "waits" "Times that the thread waited for another thread's transaction.";
    WaitNs "wait_ns" "Nanoseconds that it waited.";
    Steals "steals" "Objects that the thread asked another one for.";
    StealNs "steal_ns" "Nanoseconds that it waited for them.";
    Inevitable "inevitable" "Transactions that became inevitable.";
    Minor "minor_collections" "Collections of the thread's nursery.";
    MinorNs "minor_ns" "Nanoseconds that they took.";
    Major "major_collections" "Collections of everything that the thread ran.";
    MajorNs "major_ns" "Nanoseconds that they took.";
}

const COUNT: usize = Counter::ALL.len();

/// The counters of a thread, on cache lines of their own. The thread writes them, everyone may read them.
#[derive(Debug, Default)]
#[repr(align(64))]
pub struct Counters([AtomicU64; COUNT]);

impl Counters {
    /// Counts. Only for the thread that the counters belong to.
    #[inline]
    pub fn add(&self, counter: Counter, n: u64) {
        let cell = &self.0[counter as usize];
        // Relaxed: one thread writes, and readers want no more than a recent value.
        cell.store(cell.load(Relaxed).wrapping_add(n), Relaxed);
    }

    /// All counts.
    pub fn totals(&self) -> Totals {
        // Relaxed: see `add`.
        Totals(std::array::from_fn(|i| self.0[i].load(Relaxed)))
    }
}

/// Counts at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Totals(pub [u64; COUNT]);

impl Totals {
    /// How many counters there are.
    pub const LEN: usize = COUNT;
    /// Nothing.
    pub const ZERO: Totals = Totals([0; COUNT]);

    /// One of them.
    pub fn get(&self, counter: Counter) -> u64 {
        self.0[counter as usize]
    }

    /// Adds the counts of another thread.
    pub fn add(&mut self, other: &Totals) {
        self.0.iter_mut().zip(other.0).for_each(|(sum, n)| *sum = sum.wrapping_add(n));
    }
}
