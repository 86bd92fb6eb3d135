//! Threads and the places where they stand still.
//!
//! # Protocol
//!
//! * Every thread with a [`Mutator`] has a [`Seat`]. It is *running*, or it is *at rest*: then it touches no object, its native
//!   stack below the noted address holds no pointer, and another thread may *take* it, that is act in its name, until it lets
//!   go. A thread that wants to run again waits while it is taken.
//! * A thread at rest is *open*, between two operations, or *frozen*, in the middle of one that waits for other threads: then it is
//!   taken by collections, and by who has waited for it in vain for long. Or it is *paused*, in the middle of an allocation,
//!   and will go on by itself: only collections take it.
//! * A major collection asks all threads to rest ([`POLL_STOP`]), takes them all, and lets them go at its end.
//! * A thread that runs alone for a while has the others rest without taking them ([`exclusive`]).
//!
//! Status changes synchronise: whoever takes a thread sees all that it did before, and the other way round.

pub mod exclusive;

use std::{
    sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release},
    time::Duration,
};

use crate::{
    Mutator, Object, collect,
    stack::{self, SavedRegisters},
    sync::{
        self, AtomicBool, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Condvar, Mutex, MutexGuard, RwLock,
    },
};

/// Bit of [`Mutator::poll`]: a collection waits for the thread to rest.
pub const POLL_STOP: u32 = 1 << 2;

/// How a thread stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Rest {
    /// Between two operations: others may do anything in its name.
    Open = 1,
    /// Inside an operation, waiting for other threads: others may collect, and more only if that ends a wait for each other.
    Frozen = 2,
    /// Inside an allocation: others may collect, no more.
    Paused = 3,
}

const RUNNING: u32 = 0;
/// Added to a [`Rest`].
const TAKEN: u32 = 4;
/// The thread never runs again.
const HUNG: u32 = 8;

/// What others know of a thread. Seats are never freed; those of ended threads are used again.
pub struct Seat {
    status: AtomicU32,
    /// The thread's number, never 0; blocks name their holder with it.
    pub number: u32,
    /// The thread's nursery; null when the thread has ended.
    mutator: AtomicPtr<Mutator>,
    /// Lowest address of the native stack that may hold pointers while the thread is at rest.
    stack: AtomicUsize,
    /// Held while the poll word is written from outside and while the thread comes or goes. Bits of that word that were set
    /// before there was one.
    gate: Mutex<u32>,
    /// Told when the seat is let go.
    let_go: Condvar,
    /// Nanoseconds for which the thread has stood still because another one was exclusive, since it looked last.
    held: AtomicU64,
}

/// Looks at the own status before a thread that has been taken sleeps.
const SPINS: u32 = if cfg!(feature = "model") { 1 } else { 300 };

static SEATS: RwLock<Vec<&'static Seat>> = RwLock::new(Vec::new());
/// How many they are.
static COUNT: AtomicUsize = AtomicUsize::new(0);
static FREE: Mutex<Vec<&'static Seat>> = Mutex::new(Vec::new());
static NEXT: AtomicU32 = AtomicU32::new(1);
/// Held by the thread that has stopped, or is about to stop, all others.
static WORLD: Mutex<()> = Mutex::new(());
/// New threads hang.
static HANGING: AtomicBool = AtomicBool::new(false);
/// Someone wants all threads to rest.
static STOPPING: AtomicBool = AtomicBool::new(false);
/// Told when nobody does any more, or is exclusive any more.
static RESUMED: (Mutex<()>, Condvar) = (Mutex::new(()), Condvar::new());

/// No thread is left: for another execution of a model.
#[cfg(feature = "model")]
pub(crate) fn begin() {
    change_seats(Vec::clear);
    FREE.lock().clear();
    NEXT.store(1, Relaxed);
    STOPPING.store(false, Relaxed);
    exclusive::forget();
}

fn change_seats(change: impl FnOnce(&mut Vec<&'static Seat>)) {
    let mut seats = SEATS.write();
    change(&mut seats);
    // Relaxed: see `count`.
    COUNT.store(seats.len(), Relaxed);
}

impl Seat {
    /// A seat for a new thread, which runs from here on. `enter` must follow before it allocates.
    pub(crate) fn acquire() -> &'static Seat {
        if let Some(seat) = FREE.lock().pop() {
            // Relaxed: the thread is not known to others yet.
            seat.status.store(RUNNING, Relaxed);
            return seat;
        }
        Box::leak(Box::new(Seat {
            status: AtomicU32::new(RUNNING),
            // Relaxed: only uniqueness matters.
            number: NEXT.fetch_add(1, Relaxed),
            mutator: AtomicPtr::new(std::ptr::null_mut()),
            stack: AtomicUsize::new(0),
            gate: Mutex::new(0),
            let_go: Condvar::new(),
            held: AtomicU64::new(0),
        }))
    }

    /// Makes the thread known to others.
    pub(crate) fn enter(&'static self, mutator: *mut Mutator) {
        // A collection under way counts its threads first.
        let world = WORLD.lock();
        // Relaxed: ordered by the lock.
        if HANGING.load(Relaxed) {
            drop(world);
            loop {
                std::thread::park();
            }
        }
        {
            let mut gate = self.gate.lock();
            // Release: pairs with the Acquire of `mutator`.
            self.mutator.store(mutator, Release);
            // SAFETY: the caller's nursery. Who knew the thread already may have asked for something.
            unsafe { (*mutator).raise_poll(std::mem::take(&mut *gate)) };
        }
        change_seats(|seats| seats.push(self));
        drop(world);
        // Whoever became exclusive before has not seen the seat.
        pause(self, Rest::Open);
    }

    /// Ends the thread as others see it; its nursery must be empty.
    pub(crate) fn leave(&'static self) {
        let _world = world(self);
        {
            let _gate = self.gate.lock();
            self.mutator.store(std::ptr::null_mut(), Release);
        }
        change_seats(|seats| seats.retain(|s| !std::ptr::eq(*s, self)));
        FREE.lock().push(self);
    }

    /// The thread's nursery.
    ///
    /// Only for the thread itself and for one that has taken the seat.
    pub fn mutator(&self) -> *mut Mutator {
        // Acquire: pairs with the Release of `enter`.
        self.mutator.load(Acquire)
    }

    /// Lowest address to scan.
    pub(crate) fn stack(&self) -> usize {
        // Relaxed: ordered by the status.
        self.stack.load(Relaxed)
    }

    /// Sets bits of the thread's poll word.
    pub fn signal(&self, bits: u32) {
        let mut gate = self.gate.lock();
        let mutator = self.mutator();
        if mutator.is_null() {
            *gate |= bits;
        } else {
            // SAFETY: the nursery exists while the seat names it, and the gate is held. Release: whoever sees the bit sees
            // what it announces.
            unsafe { (*mutator).raise_poll(bits) };
        }
    }

    /// Whether the thread runs (or waits to be let go in order to).
    pub fn is_running(&self) -> bool {
        // Acquire: pairs with the Release of `at_rest`.
        self.status.load(Acquire) == RUNNING
    }

    /// Takes the thread if it is at rest, at most as deep inside an operation as this.
    pub fn try_take(&'static self, deepest: Rest) -> Option<Taken> {
        // Relaxed: looked at first because who waits for a running thread comes here all the time.
        let rest = self.status.load(Relaxed);
        let at_rest = (Rest::Open as u32..=deepest as u32).contains(&rest);
        // Acquire: pairs with the Release of `at_rest`. Relaxed: nothing was learned.
        (at_rest && self.status.compare_exchange(rest, rest | TAKEN, Acquire, Relaxed).is_ok())
            .then(|| Taken { seat: self, rest })
    }

    /// The thread, if it never runs again.
    fn hung(&'static self) -> Option<Taken> {
        // Acquire: pairs with the Release of `hang_others`.
        (self.status.load(Acquire) == HUNG).then(|| Taken { seat: self, rest: HUNG })
    }

    /// Runs `wait` with the thread at rest.
    ///
    /// # Panics
    /// If it is at rest already: `wait` has touched an object.
    #[inline(never)]
    pub fn at_rest<R>(&'static self, rest: Rest, wait: impl FnOnce() -> R) -> R {
        assert!(self.is_running(), "a thread at rest must not wait for an object");
        let mut registers = SavedRegisters::default();
        stack::save_registers(&mut registers);
        // Relaxed: ordered by the status.
        self.stack.store(registers.as_ptr() as usize, Relaxed);
        // Release: pairs with the Acquire of `try_take`.
        self.status.store(rest as u32, Release);
        let result = wait();
        self.attach(rest);
        while exclusive::stops(self, rest) {
            // Release: as above.
            self.status.store(rest as u32, Release);
            let held = exclusive::wait(self);
            self.attach(rest);
            // Relaxed: the thread's own.
            self.held.fetch_add(held.as_nanos() as u64, Relaxed);
        }
        std::hint::black_box(&registers);
        result
    }

    /// For how long the thread has stood still because another one was exclusive, since this was asked last.
    pub fn take_held(&self) -> Option<Duration> {
        // Relaxed: the thread's own.
        let held = self.held.load(Relaxed);
        (held != 0).then(|| {
            self.held.store(0, Relaxed);
            Duration::from_nanos(held)
        })
    }

    fn attach(&self, rest: Rest) {
        // Whoever has taken the thread for an object lets it go sooner than it would fall asleep; a collection does not.
        for _ in 0..SPINS {
            // Acquire: pairs with the Release of `Taken::drop`.
            if self.status.compare_exchange(rest as u32, RUNNING, Acquire, Relaxed).is_ok() {
                return;
            }
            sync::spin_loop();
        }
        let mut gate = self.gate.lock();
        while self.status.compare_exchange(rest as u32, RUNNING, Acquire, Relaxed).is_err() {
            gate = self.let_go.wait(gate);
        }
    }
}

/// A thread at rest that another one acts for. Dropping it lets the thread go.
pub struct Taken {
    /// The thread.
    pub seat: &'static Seat,
    rest: u32,
}

impl Drop for Taken {
    fn drop(&mut self) {
        let _gate = self.seat.gate.lock();
        // AcqRel: pairs with the Acquire of `attach` and of the next `try_take`.
        self.seat.status.swap(self.rest, AcqRel);
        self.seat.let_go.notify_all();
    }
}

/// Calls `f` with the seats of all threads.
pub fn for_each_seat(mut f: impl FnMut(&'static Seat)) {
    SEATS.read().iter().for_each(|s| f(s));
}

/// Number of threads. A thread that is alone finds 1, for it has started the others or seen them end.
#[inline]
pub fn count() -> usize {
    // Relaxed: a second thread begins and ends in ways that order this.
    COUNT.load(Relaxed)
}

/// Rests as long as a collection or an exclusive thread wants it. Called where [`POLL_STOP`] is found.
pub fn pause(seat: &'static Seat, rest: Rest) {
    // Acquire: pairs with the Release of `stop`.
    while STOPPING.load(Acquire) || exclusive::stops(seat, rest) {
        seat.at_rest(rest, || {
            let (lock, told) = &RESUMED;
            let mut guard = lock.lock();
            while STOPPING.load(Acquire) {
                guard = told.wait(guard);
            }
        });
    }
}

/// All other threads, taken. They go on when this is dropped.
pub struct Stopped {
    /// The other threads.
    pub others: Vec<Taken>,
    _world: MutexGuard<'static, ()>,
}

/// The right to stop all threads.
fn world(seat: &'static Seat) -> MutexGuard<'static, ()> {
    loop {
        if let Some(world) = WORLD.try_lock() {
            return world;
        }
        seat.at_rest(Rest::Paused, || drop(WORLD.lock()));
    }
}

/// Stops all threads but the calling one, which counts as paused while it waits for its turn.
pub fn stop(seat: &'static Seat) -> Stopped {
    let world = world(seat);
    // Release: pairs with the Acquire of `pause`.
    STOPPING.store(true, Release);
    let mut waiting: Vec<&'static Seat> = Vec::new();
    for_each_seat(|s| {
        if !std::ptr::eq(s, seat) {
            s.signal(POLL_STOP);
            waiting.push(s);
        }
    });
    let mut others = Vec::new();
    let mut rounds = 0;
    while !waiting.is_empty() {
        waiting.retain(|s| match s.try_take(Rest::Paused).or_else(|| s.hung()) {
            Some(taken) => {
                others.push(taken);
                false
            }
            None => true,
        });
        sync::back_off(&mut rounds);
    }
    Stopped { others, _world: world }
}

/// Stops all other threads for good. They stand still while `f` runs, and stay roots of collections.
pub fn hang_others(seat: &'static Seat, f: impl FnOnce()) {
    let mut stopped = stop(seat);
    // Relaxed: ordered by the lock.
    HANGING.store(true, Relaxed);
    f();
    // Whoever lets them go leaves them hung.
    stopped.others.iter_mut().for_each(|other| other.rest = HUNG);
    exclusive::bereave(seat);
}

/// Calls `fork` (of the operating system) while all other threads stand still; what it returns. In the child, where it
/// returns 0, the other threads have ended, and `ended` is called with the nursery of each and the objects that it kept alive by
/// itself.
pub fn fork(
    seat: &'static Seat,
    fork: impl FnOnce() -> i32,
    mut ended: impl FnMut(*mut Mutator, Vec<*mut Object>),
) -> i32 {
    let mut stopped = stop(seat);
    // In the child the system may have taken their stacks away.
    let roots: Vec<_> = stopped.others.iter().map(collect::roots).collect();
    // Threads at rest still take these for a moment: the child is to find them free.
    let (gate, mut seats, free) = (seat.gate.lock(), SEATS.write(), FREE.lock());
    let resumed = RESUMED.0.lock();
    let process = fork();
    drop((gate, free, resumed));
    if process == 0 {
        exclusive::bereave(seat);
        seats.retain(|s| std::ptr::eq(*s, seat));
        // Relaxed: see `count`.
        COUNT.store(1, Relaxed);
        for (other, roots) in stopped.others.drain(..).zip(roots) {
            let mutator = other.seat.mutator();
            ended(mutator, roots);
            // SAFETY: the thread has been taken, and one that has ended only now has a nursery still.
            unsafe { (*mutator).abandon() };
            // Release: pairs with the Acquire of `mutator`.
            other.seat.mutator.store(std::ptr::null_mut(), Release);
            // Nobody waits to be let go; another thread may have held the gate.
            std::mem::forget(other);
        }
    }
    process
}

impl Drop for Stopped {
    fn drop(&mut self) {
        // Release: pairs with the Acquire of `pause`.
        STOPPING.store(false, Release);
        self.others.clear();
        let (lock, told) = &RESUMED;
        drop(lock.lock());
        told.notify_all();
    }
}
