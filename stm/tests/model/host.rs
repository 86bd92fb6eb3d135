//! A host without Python: threads that run instructions, as the interpreter does, on objects of four kinds.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::PathBuf,
    sync::{Mutex, OnceLock, PoisonError, atomic::Ordering::Acquire},
};

use pystm_gc::{
    Layout, Marker, Mutator, Object, Roots, ShapeId, Trace, collect,
    config::Config,
    layout::{self, Access, ShapeHead, Size, allocate_shape, shape_address},
    space::space,
    sync::model::{TASKS, park},
    weak::WEAK_REFERENT,
    word,
    world::{POLL_STOP, Rest},
};
use pystm_stm::{
    Ownership, Restart, Slot, Word, Writer,
    access::Claim,
    events::{Host, Log, Place, Places, What},
    gate,
    peer::{Ask, POLL_DOOMED, POLL_REQUEST},
    stress::{self, Stress},
    transaction,
};
use shuttle::{
    FailurePersistence, MaxSteps, Runner,
    scheduler::{PctScheduler, RandomScheduler, ReplayScheduler, Scheduler},
};

/// Runs a model under many orders.
pub fn check(model: fn()) {
    static ONE: Mutex<()> = Mutex::new(());
    // What models share they use one after the other; one that fails leaves nothing that the next would trust.
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    // What the process makes once is there before the orders that count, so that they can be run again.
    shape(Kind::Owned);
    run(RandomScheduler::new_from_seed(0, 1), model);
    let number =
        |name: &str, otherwise| std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"));
    let (schedules, seed) = (number("PYSTM_MODEL_SCHEDULES", 1000), number("PYSTM_MODEL_SEED", 1));
    if let Ok(path) = std::env::var("PYSTM_MODEL_REPLAY") {
        stress::start(Stress::from_env().expect("known modes"));
        return run(ReplayScheduler::new_from_file(path).expect("a schedule"), model);
    }
    // Objects become free between two uses where that is worth while, or as soon as possible.
    for modes in ["", "free"] {
        stress::start(Stress::parse(modes).expect("a known mode"));
        run(RandomScheduler::new_from_seed(seed as u64, schedules), model);
        for depth in [2, 4] {
            run(PctScheduler::new_from_seed(seed as u64, depth, schedules / 2), model);
        }
    }
}

fn run(scheduler: impl Scheduler + 'static, model: fn()) {
    let mut config = shuttle::Config::new();
    config.stack_size = 1 << 20;
    config.max_steps = MaxSteps::FailAfter(100_000);
    config.failure_persistence = FailurePersistence::File(Some(PathBuf::from(env!("CARGO_TARGET_TMPDIR"))));
    Runner::new(scheduler, config).run(move || {
        pystm_stm::begin_model();
        model();
    });
}

/// A reference to a number (tag 0) or an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Value(pub u64);

impl Word for Value {
    const POINTS: bool = true;
    fn to_word(self) -> u64 {
        self.0
    }
    fn from_word(word: u64) -> Value {
        Value(word)
    }
}

pub fn number(n: u64) -> Value {
    Value(n << 3)
}

impl Value {
    pub fn number(self) -> u64 {
        assert_eq!(self.0 & 7, 0, "no number");
        self.0 >> 3
    }
}

/// A reference to an object, which lives as long as the thread that has it keeps it.
#[derive(Clone, Copy)]
pub struct Ref(pub &'static Object);

impl PartialEq for Ref {
    fn eq(&self, other: &Ref) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

// SAFETY: objects are made for threads.
unsafe impl Send for Ref {}

impl Ref {
    pub fn value(self) -> Value {
        Value(word::from_object(self.0))
    }

    fn access(self) -> Access {
        // SAFETY: the object is live.
        unsafe { layout::access_of(self.0) }
    }

    fn slot(self, index: usize) -> &'static Slot<Value> {
        // SAFETY: all kinds have their values from word FIRST on.
        unsafe { &*(self.0 as *const Object as *const Slot<Value>).add(FIRST + index) }
    }
}

/// Word of the first value. The word before it belongs to `stm`.
const FIRST: usize = 2;

/// What of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Has an owner.
    Owned,
    /// Read and written by everyone.
    Public,
    /// Belongs to one other object.
    Part,
    /// A weak reference.
    Weak,
}

/// Values of an object.
pub const VALUES: usize = 2;

fn shape(kind: Kind) -> ShapeId {
    static SHAPES: OnceLock<[ShapeId; 4]> = OnceLock::new();
    SHAPES.get_or_init(|| {
        [Kind::Owned, Kind::Public, Kind::Part, Kind::Weak].map(|kind| {
            let trace = match kind {
                Kind::Weak => Trace::Custom(trace_weak),
                Kind::Public => Trace::Custom(trace_public),
                _ => Trace::Fixed { first: FIRST as u16, count: VALUES as u16 },
            };
            let layout = Layout { trace, size: Size::Fixed(((FIRST + VALUES) * 8) as u32), drop: None };
            let access = match kind {
                Kind::Owned => Access::Owned,
                Kind::Part => Access::Part,
                Kind::Public | Kind::Weak => Access::Public,
            };
            let id = allocate_shape(size_of::<ShapeHead>());
            let head = ShapeHead::new(layout, std::ptr::null_mut()).with_access(access);
            // SAFETY: fresh memory for a head.
            unsafe { (shape_address(id) as *mut ShapeHead).write(head) };
            id
        })
    })[kind as usize]
}

/// As if it had many values: markers share them.
unsafe fn trace_public(object: *const Object, marker: &mut Marker) {
    // SAFETY: public objects have their values in these words.
    unsafe {
        marker.items(object, VALUES, |object, items, marker| {
            marker.words(object, FIRST + items.start, items.len());
        });
    }
}

unsafe fn trace_weak(object: *const Object, marker: &mut Marker) {
    // SAFETY: weak references have this word.
    unsafe {
        let referent = (*object).word(WEAK_REFERENT).load(Acquire);
        marker.weak_value(referent);
    }
}

/// The open transaction has been undone.
#[derive(Debug)]
pub struct Undone;

pub type Step<R> = Result<R, Undone>;

/// A thread.
#[repr(C)]
pub struct Thread {
    pub mutator: Mutator,
    pub own: Ownership,
    roots: Vec<Ref>,
    /// What the running instruction has made and found.
    found: Vec<Ref>,
}

impl Roots for Thread {
    unsafe fn scan(&mut self, marker: &mut Marker) {
        for root in self.roots.iter().chain(&self.found) {
            // SAFETY: roots are live objects.
            unsafe { marker.object(root.0 as *const Object as *mut Object) };
        }
        // SAFETY: handed on.
        unsafe { self.own.scan(marker) };
    }

    unsafe fn forget(&mut self, _: &Marker) {}

    unsafe fn bury(&mut self, _: &[*mut Object], _: &Marker) {}
}

impl Host for Thread {
    fn place(&self, _: &mut Places<'_>) -> Place {
        Place::default()
    }

    fn what(&self, _: &Object, _: &Log) -> What {
        What::default()
    }
}

unsafe fn wait_to_read(host: *mut (), object: &Object) {
    // SAFETY: the host is the running thread.
    unsafe {
        let t = &mut *(host as *mut Thread);
        t.own.wait_inside(&mut t.mutator, object, Ask::Read);
    }
}

/// A thread that has been started.
pub struct Started(shuttle::thread::JoinHandle<()>);

impl Thread {
    fn begin(roots: &[Ref]) -> Box<Thread> {
        gate::set_dirty();
        let mut mutator = Mutator::new(Config::default());
        let own = Ownership::new(&mut mutator);
        let mut thread = Box::new(Thread { mutator, own, roots: roots.to_vec(), found: Vec::new() });
        let this: *mut Thread = &mut *thread;
        gate::install(this.cast(), wait_to_read);
        // SAFETY: the thread stays in its box until it leaves.
        unsafe { thread.own.peer.set_host(this as *const dyn Host) };
        thread.own.show();
        // SAFETY: as above.
        unsafe { thread.mutator.enter(this as *mut dyn Roots) };
        thread
    }

    fn end(mut self: Box<Self>) {
        self.roots.clear();
        self.found.clear();
        self.own.leave(&mut self.mutator);
    }

    /// Runs the first thread of a model.
    pub fn first(body: impl FnOnce(&mut Thread)) {
        let mut thread = Thread::begin(&[]);
        body(&mut thread);
        thread.end();
    }

    /// Starts a thread that has references to these objects.
    pub fn start(&mut self, roots: &[Ref], body: impl FnOnce(&mut Thread) + Send + 'static) -> Started {
        for root in roots {
            // SAFETY: the objects are live.
            unsafe { self.own.share(&mut self.mutator, root.0) };
        }
        let roots = roots.to_vec();
        Started(shuttle::thread::spawn(move || {
            assert!(usize::from(shuttle::current::me()) < TASKS);
            let mut thread = Thread::begin(&roots);
            body(&mut thread);
            thread.end();
        }))
    }

    /// Waits, at rest, for the end of a thread.
    pub fn join(&mut self, started: Started) {
        self.own.rest(&mut self.mutator, || started.0.join()).expect("the thread has not failed");
    }

    /// Keeps only one of the objects alive.
    pub fn keep_only(&mut self, object: Ref) {
        self.roots = vec![object];
        self.found.clear();
    }

    /// Keeps an object alive.
    pub fn keep(&mut self, object: Ref) -> Ref {
        self.roots.push(object);
        object
    }

    /// A new object, which is kept for the running instruction.
    pub fn young(&mut self, kind: Kind, values: [Value; VALUES]) -> Ref {
        let header = self.own.new_header(shape(kind));
        let object = self.mutator.allocate(header, (FIRST + VALUES) * 8).expect("memory");
        // SAFETY: fresh memory of this many words.
        unsafe { (object as *mut u64).add(1).write(0) };
        // SAFETY: as above; nobody else knows the object.
        let made = Ref(unsafe { &*object });
        for (i, value) in values.into_iter().enumerate() {
            made.slot(i).init(value);
        }
        if kind == Kind::Weak {
            self.mutator.registry.add_weak(object);
        }
        self.found.push(made);
        made
    }

    /// As [`Thread::young`], kept for good.
    pub fn make(&mut self, kind: Kind, values: [Value; VALUES]) -> Ref {
        let made = self.young(kind, values);
        self.keep(made)
    }

    /// The end of a loop: other threads may get what they have asked for.
    pub fn safepoint(&mut self) -> Step<()> {
        let asked = self.mutator.poll.swap(0, Acquire);
        if asked & POLL_STOP != 0 {
            self.own.pause(&self.mutator);
        }
        if asked & POLL_REQUEST != 0 {
            self.own.serve(&mut self.mutator);
        }
        if asked & (POLL_REQUEST | POLL_DOOMED) != 0 && self.own.is_doomed() {
            return Err(Undone);
        }
        Ok(())
    }

    /// One instruction: after a safepoint, and again if it had to wait and others took something meanwhile.
    pub fn instruction<R>(&mut self, body: impl FnMut(&mut Thread) -> R) -> Step<R> {
        self.safepoint()?;
        self.perform(body)
    }

    fn perform<R>(&mut self, mut body: impl FnMut(&mut Thread) -> R) -> Step<R> {
        loop {
            self.found.clear();
            self.own.begin_instruction(&mut self.mutator);
            match catch_unwind(AssertUnwindSafe(|| body(self))) {
                Ok(result) => return Ok(result),
                Err(reason) if reason.is::<Restart>() => {
                    if self.own.is_doomed() {
                        return Err(Undone);
                    }
                }
                Err(reason) => resume_unwind(reason),
            }
        }
    }

    /// An instruction whose operands are known: the rights to them are got before it begins.
    pub fn prepared<R>(
        &mut self,
        operands: &[(Ref, Ask)],
        mut body: impl FnMut(&mut Thread) -> R,
    ) -> Step<R> {
        self.safepoint()?;
        'again: loop {
            for &(object, ask) in operands {
                // SAFETY: operands are live.
                if unsafe { self.own.claim(&mut self.mutator, object.0, ask) } == Claim::Wait {
                    self.own.begin_instruction(&mut self.mutator);
                    // SAFETY: as above.
                    unsafe {
                        match ask {
                            Ask::Write => self.own.make_writable(&mut self.mutator, object.0, Rest::Open),
                            _ => self.own.make_readable(&mut self.mutator, object.0, Rest::Open),
                        }
                    }
                    if self.own.is_doomed() {
                        return Err(Undone);
                    }
                    continue 'again;
                }
            }
            return self.perform(&mut body);
        }
    }

    /// An instruction outside of blocks.
    pub fn once<R>(&mut self, body: impl FnMut(&mut Thread) -> R) -> R {
        self.instruction(body).expect("no transaction is open")
    }

    /// Runs a block as a transaction, again and again until it commits.
    pub fn atomic<R>(&mut self, mut body: impl FnMut(&mut Thread) -> Step<R>) -> R {
        let age = transaction::now();
        loop {
            self.own.begin(&mut self.mutator, age);
            match body(self) {
                Ok(result) if !self.own.is_doomed() => {
                    self.own.commit(&mut self.mutator);
                    return result;
                }
                _ => self.own.roll_back(&mut self.mutator),
            }
        }
    }

    /// As [`Thread::instruction`], which changes an object that everybody may read: the others stand still.
    pub fn change<R>(&mut self, object: Ref, mut body: impl FnMut(&mut Thread) -> R) -> Step<R> {
        self.instruction(|t| {
            // SAFETY: the object is live.
            if unsafe { t.own.others_may_know(&t.mutator, object.0) } {
                gate::set_dirty();
                if t.own.in_transaction() {
                    t.own.become_irrevocable(&mut t.mutator, &String::new);
                    if t.own.is_doomed() {
                        resume_unwind(Box::new(Restart));
                    }
                }
                t.own.exclude_others(&mut t.mutator, object.0);
            }
            body(t)
        })
    }

    /// Undoes the open transaction, and waits until something that it has read may have changed.
    pub fn roll_back_and_wait(&mut self) {
        self.own.roll_back_and_watch(&mut self.mutator, true);
        while !self.own.has_changed() {
            self.own.rest(&mut self.mutator, park);
            self.safepoint().expect("no transaction is open");
        }
        self.own.stop_watching();
    }

    /// Reads a value.
    pub fn get(&mut self, object: Ref, index: usize) -> Value {
        self.look(object);
        if object.access() == Access::Owned {
            gate::pass(object.0);
        }
        let value = object.slot(index).get();
        if word::is_pointer(value.0) {
            let found = self.object(value);
            self.found.push(found);
        }
        value
    }

    /// The object that is found there.
    pub fn follow(&mut self, object: Ref, index: usize) -> Ref {
        let value = self.get(object, index);
        self.object(value)
    }

    /// The object of a value that has just been read.
    pub fn object(&self, value: Value) -> Ref {
        assert!(word::is_pointer(value.0), "no object");
        // SAFETY: it is a reference to an object, which `look` makes sure of.
        let object = Ref(unsafe { &*word::to_object(value.0) });
        self.look(object);
        object
    }

    /// Makes sure that the object has not been freed and that this thread can see it.
    pub fn look(&self, object: Ref) {
        let address = object.0 as *const Object as usize;
        assert!(space().is_object_start(address), "{address:#x} is no object");
        // SAFETY: it is an object.
        let seen = unsafe { self.mutator.can_see(address as *mut Object) };
        assert!(seen, "{address:#x} is young in another thread");
    }

    /// Writes a value.
    pub fn set(&mut self, object: Ref, index: usize, value: Value) {
        let w = self.writer(object);
        object.slot(index).set(&w, value);
    }

    /// Parts of the object are going to be written.
    pub fn open_parts(&mut self, object: Ref) {
        // SAFETY: the object is live.
        unsafe { self.own.open_parts(&mut self.mutator, object.0) };
    }

    fn writer(&mut self, object: Ref) -> Writer<'_> {
        // SAFETY: the object is live.
        unsafe { self.own.writer(&mut self.mutator, object.0) }
    }

    /// The number that is found there.
    pub fn number(&mut self, object: Ref, index: usize) -> u64 {
        self.get(object, index).number()
    }

    /// Adds to a number.
    pub fn add(&mut self, object: Ref, index: usize, n: u64) {
        let old = self.number(object, index);
        self.set(object, index, number(old.wrapping_add(n) & u64::MAX >> 3));
    }

    /// Collects the thread's nursery.
    pub fn minor(&mut self) {
        collect::minor(&mut self.mutator);
    }

    /// Collects everything.
    pub fn major(&mut self) {
        collect::major(&mut self.mutator);
    }
}
