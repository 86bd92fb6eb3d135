//! Stand-ins that hand the choice of the next thread to the checker (`shuttle`).
//!
//! All tasks of a model run in one thread of the system, one at a time, and change only where these stand-ins [`step`]. So the
//! order of memory accesses is that of their program text, and time passes only when somebody sleeps or looks at the clock. Who
//! waits for a lock looks again and again: a deadlock shows as an execution that does not end.

use std::{
    cell::{Cell, UnsafeCell},
    marker::PhantomData,
    ops::{Add, Deref, DerefMut, Sub},
    sync::atomic::{self, Ordering},
    time::Duration,
};

/// Most tasks of a model.
pub const TASKS: usize = 8;

/// The checker may let another task run. Outside of models, and while a task unwinds, nothing happens.
#[inline]
pub fn step() {
    if !std::thread::panicking() && shuttle::current::try_get_current_task().is_some() {
        shuttle::thread::sleep(Duration::ZERO);
    }
}

/// As [`step`], where the task cannot go on before another one has done something.
pub fn yield_now() {
    if shuttle::current::try_get_current_task().is_some() {
        shuttle::thread::yield_now();
    }
}

/// As [`yield_now`], for a microsecond.
pub fn spin_loop() {
    CLOCK.0.set(CLOCK.0.get() + 1000);
    yield_now();
}

fn task() -> usize {
    shuttle::current::try_get_current_task().map_or(0, usize::from)
}

/// Readies everything for another execution.
pub fn begin() {
    crate::world::begin();
    crate::collect::begin();
    crate::space::space().begin();
    CLOCK.0.set(0);
    PUNCTUAL.0.set(false);
    TOKENS.0.iter().for_each(|token| token.set(false));
}

macro_rules! integers {
    ($($name:ident $of:ty;)*) => { $(
        /// An atomic integer.
        #[repr(transparent)]
        #[derive(Default, Debug)]
        pub struct $name(atomic::$name);

        impl $name {
            /// With this value.
            pub const fn new(value: $of) -> $name {
                $name(atomic::$name::new(value))
            }

            /// The address of the value.
            pub const fn as_ptr(&self) -> *mut $of {
                self.0.as_ptr()
            }

            /// The value.
            pub fn load(&self, order: Ordering) -> $of {
                step();
                self.0.load(order)
            }

            /// Replaces the value.
            pub fn store(&self, value: $of, order: Ordering) {
                step();
                self.0.store(value, order);
            }

            /// Replaces the value; what it was.
            pub fn swap(&self, value: $of, order: Ordering) -> $of {
                step();
                self.0.swap(value, order)
            }

            /// Replaces the value if it is `old`.
            pub fn compare_exchange(&self, old: $of, new: $of, done: Ordering, failed: Ordering) -> Result<$of, $of> {
                step();
                self.0.compare_exchange(old, new, done, failed)
            }

            /// Adds; what it was.
            pub fn fetch_add(&self, value: $of, order: Ordering) -> $of {
                step();
                self.0.fetch_add(value, order)
            }

            /// Subtracts; what it was.
            pub fn fetch_sub(&self, value: $of, order: Ordering) -> $of {
                step();
                self.0.fetch_sub(value, order)
            }

            /// Sets bits; what it was.
            pub fn fetch_or(&self, bits: $of, order: Ordering) -> $of {
                step();
                self.0.fetch_or(bits, order)
            }

            /// Keeps these bits only; what it was.
            pub fn fetch_and(&self, bits: $of, order: Ordering) -> $of {
                step();
                self.0.fetch_and(bits, order)
            }
        }
    )* };
}

integers! {
    AtomicU8 u8;
    AtomicU32 u32;
    AtomicU64 u64;
    AtomicUsize usize;
}

/// An atomic truth value.
#[derive(Default, Debug)]
pub struct AtomicBool(atomic::AtomicBool);

impl AtomicBool {
    /// With this value.
    pub const fn new(value: bool) -> AtomicBool {
        AtomicBool(atomic::AtomicBool::new(value))
    }

    /// The value.
    pub fn load(&self, order: Ordering) -> bool {
        step();
        self.0.load(order)
    }

    /// Replaces the value.
    pub fn store(&self, value: bool, order: Ordering) {
        step();
        self.0.store(value, order);
    }
}

/// An atomic pointer.
#[repr(transparent)]
#[derive(Debug)]
pub struct AtomicPtr<T>(atomic::AtomicPtr<T>);

impl<T> AtomicPtr<T> {
    /// With this value.
    pub const fn new(value: *mut T) -> AtomicPtr<T> {
        AtomicPtr(atomic::AtomicPtr::new(value))
    }

    /// The value.
    pub fn load(&self, order: Ordering) -> *mut T {
        step();
        self.0.load(order)
    }

    /// Replaces the value.
    pub fn store(&self, value: *mut T, order: Ordering) {
        step();
        self.0.store(value, order);
    }

    /// Replaces the value if it is `old`.
    pub fn compare_exchange(
        &self,
        old: *mut T,
        new: *mut T,
        done: Ordering,
        failed: Ordering,
    ) -> Result<*mut T, *mut T> {
        step();
        self.0.compare_exchange(old, new, done, failed)
    }
}

/// What all tasks of one model share without a step.
struct Shared<T>(T);

// SAFETY: the tasks of a model run in one thread of the system; models run one after the other (`run` of the models holds a
// lock).
unsafe impl<T> Sync for Shared<T> {}

/// A lock for one, or for many that read.
#[derive(Default)]
pub struct RwLock<T: ?Sized> {
    /// How many read; all bits for one that writes.
    users: Cell<usize>,
    value: UnsafeCell<T>,
}

// SAFETY: the tasks of a model run one at a time.
unsafe impl<T: ?Sized + Send> Sync for RwLock<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}

/// The right to the value of a lock.
pub struct Guard<'a, T: ?Sized, const WRITES: bool> {
    lock: &'a RwLock<T>,
    _thread: PhantomData<*mut ()>,
}

impl<T> RwLock<T> {
    /// A free lock of this value.
    pub const fn new(value: T) -> RwLock<T> {
        RwLock { users: Cell::new(0), value: UnsafeCell::new(value) }
    }
}

impl<T: ?Sized> RwLock<T> {
    fn take<const WRITES: bool>(&self) -> Option<Guard<'_, T, WRITES>> {
        step();
        let users = self.users.get();
        if WRITES && users != 0 || users == usize::MAX {
            return None;
        }
        self.users.set(if WRITES { usize::MAX } else { users + 1 });
        Some(Guard { lock: self, _thread: PhantomData })
    }

    fn wait_and_take<const WRITES: bool>(&self) -> Guard<'_, T, WRITES> {
        loop {
            if let Some(guard) = self.take() {
                return guard;
            }
            yield_now();
        }
    }

    /// The right to read.
    pub fn read(&self) -> Guard<'_, T, false> {
        self.wait_and_take()
    }

    /// The right to write.
    pub fn write(&self) -> Guard<'_, T, true> {
        self.wait_and_take()
    }
}

impl<T: ?Sized, const WRITES: bool> Deref for Guard<'_, T, WRITES> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: whoever has a guard may read.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T: ?Sized> DerefMut for Guard<'_, T, true> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: there is no other guard.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T: ?Sized, const WRITES: bool> Drop for Guard<'_, T, WRITES> {
    fn drop(&mut self) {
        step();
        self.lock.users.set(if WRITES { 0 } else { self.lock.users.get() - 1 });
    }
}

/// A lock.
#[derive(Default)]
pub struct Mutex<T: ?Sized>(RwLock<T>);

/// The right to the value of a [`Mutex`].
pub type MutexGuard<'a, T> = Guard<'a, T, true>;

impl<T> Mutex<T> {
    /// A free lock of this value.
    pub const fn new(value: T) -> Mutex<T> {
        Mutex(RwLock::new(value))
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits for the lock.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.write()
    }

    /// The lock if it is free.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.0.take()
    }
}

/// Waits for news.
#[derive(Default)]
pub struct Condvar(Cell<u64>);

// SAFETY: the tasks of a model run one at a time.
unsafe impl Sync for Condvar {}
// SAFETY: as above.
unsafe impl Send for Condvar {}

impl Condvar {
    /// Nobody waits.
    pub const fn new() -> Condvar {
        Condvar(Cell::new(0))
    }

    /// Gives the lock up, waits for the next news, and takes it again.
    pub fn wait<'a, T: ?Sized>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        let (heard, lock) = (self.0.get(), guard.lock);
        drop(guard);
        while self.0.get() == heard {
            yield_now();
        }
        lock.write()
    }

    /// As [`Condvar::wait`], for this time at most.
    pub fn wait_for<'a, T: ?Sized>(&self, guard: MutexGuard<'a, T>, time: Duration) -> MutexGuard<'a, T> {
        let lock = guard.lock;
        drop(guard);
        sleep(time);
        lock.write()
    }

    /// Tells all that wait.
    pub fn notify_all(&self) {
        step();
        self.0.set(self.0.get() + 1);
    }
}

/// Whether a task has been unparked.
static TOKENS: Shared<[Cell<bool>; TASKS]> = Shared([const { Cell::new(false) }; TASKS]);

/// A task.
#[derive(Clone, Copy, Debug)]
pub struct Thread(usize);

/// The running task.
pub fn current() -> Thread {
    Thread(task())
}

impl Thread {
    /// Ends the task's wait, or its next one.
    pub fn unpark(&self) {
        step();
        TOKENS.0[self.0].set(true);
    }
}

/// Waits to be unparked.
pub fn park() {
    while !TOKENS.0[task()].replace(false) {
        yield_now();
    }
}

/// Waits to be unparked, or as long as it takes for the others to have had their chance.
pub fn park_timeout(time: Duration) {
    if !TOKENS.0[task()].replace(false) {
        sleep(time);
        TOKENS.0[task()].set(false);
    }
}

/// The others have their chance. Naps may last longer than they should.
pub fn sleep(time: Duration) {
    use shuttle::rand::Rng;
    let long = !PUNCTUAL.0.get() && shuttle::rand::thread_rng().gen_range(0..4) == 0;
    let times = if long { 50 } else { 0 };
    CLOCK.0.set(CLOCK.0.get() + time.as_nanos() as u64 * times);
    yield_now();
}

/// No time passes in naps from here on: nobody loses patience.
pub fn stop_clock() {
    PUNCTUAL.0.set(true);
}

static PUNCTUAL: Shared<Cell<bool>> = Shared(Cell::new(false));

/// Nanoseconds that somebody has slept.
static CLOCK: Shared<Cell<u64>> = Shared(Cell::new(0));

/// A point in time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Instant(u64);

impl Instant {
    /// Now; no two are the same.
    pub fn now() -> Instant {
        CLOCK.0.set(CLOCK.0.get() + 1);
        Instant(CLOCK.0.get())
    }

    /// The time since then.
    pub fn elapsed(&self) -> Duration {
        Instant::now() - *self
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, since: Instant) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(since.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, time: Duration) -> Instant {
        Instant(self.0 + time.as_nanos() as u64)
    }
}

pub(crate) use crossbeam_deque::Steal;
pub(crate) use shuttle::thread::scope;

/// Starts a task, unless there is none to be had.
pub(crate) fn spawn_helper<'scope, T: Send + 'scope>(
    scope: &'scope shuttle::thread::Scope<'scope, '_>,
    _name: &str,
    body: impl FnOnce() -> T + Send + 'scope,
) -> Option<shuttle::thread::ScopedJoinHandle<'scope, T>> {
    use shuttle::rand::Rng;
    (shuttle::rand::thread_rng().gen_range(0..8) != 0).then(|| scope.spawn(body))
}

/// A deque as its owner sees it. What is done to it is done in one step.
pub(crate) struct Worker<T>(crossbeam_deque::Worker<T>);

impl<T> Worker<T> {
    /// An empty one, from which the owner takes what came last.
    pub(crate) fn new_lifo() -> Worker<T> {
        Worker(crossbeam_deque::Worker::new_lifo())
    }

    /// The deque as others see it.
    pub(crate) fn stealer(&self) -> Stealer<T> {
        Stealer(self.0.stealer())
    }

    /// Adds an item.
    pub(crate) fn push(&self, item: T) {
        step();
        self.0.push(item);
    }

    /// Takes the item that came last.
    pub(crate) fn pop(&self) -> Option<T> {
        step();
        self.0.pop()
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        step();
        self.0.is_empty()
    }
}

/// A deque as others see it.
pub(crate) struct Stealer<T>(crossbeam_deque::Stealer<T>);

impl<T> Stealer<T> {
    /// Takes the item that came first and puts some of the next ones into the other deque.
    pub(crate) fn steal_batch_and_pop(&self, to: &Worker<T>) -> Steal<T> {
        step();
        self.0.steal_batch_and_pop(&to.0)
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        step();
        self.0.is_empty()
    }
}

/// A value that each task has for itself.
pub struct TaskLocal<T>([Cell<T>; TASKS]);

// SAFETY: each task uses its own value.
unsafe impl<T> Sync for TaskLocal<T> {}

impl<T: Copy> TaskLocal<T> {
    /// With this value in all tasks.
    pub const fn new(values: [Cell<T>; TASKS]) -> TaskLocal<T> {
        TaskLocal(values)
    }

    /// The task's value.
    pub fn get(&self) -> T {
        self.0[task()].get()
    }

    /// Sets the task's value.
    pub fn set(&self, value: T) {
        self.0[task()].set(value);
    }
}

/// Values that each task has for itself.
#[doc(hidden)]
#[macro_export]
macro_rules! task_local {
    ($($(#[$attribute:meta])* static $name:ident: Cell<$of:ty> = const { Cell::new($value:expr) };)*) => { $(
        $(#[$attribute])*
        static $name: $crate::sync::model::TaskLocal<$of> =
            $crate::sync::model::TaskLocal::new([const { std::cell::Cell::new($value) }; $crate::sync::model::TASKS]);
    )* };
}
pub use crate::task_local as thread_local;
