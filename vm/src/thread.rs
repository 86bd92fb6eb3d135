//! The state of one Python thread.

use std::{marker::PhantomPinned, ptr, time::Instant};

use pystm_gc::{
    Header, Marker, Mutator, Object, Roots, ShapeId,
    config::Config,
    layout::{self, Access},
    stack, world,
};
use pystm_stm::{
    Ownership, Restart, Slot, Writer,
    access::{Claim, DIVIDED},
    events::Host,
    gate,
    peer::Ask,
};

use crate::{
    atomic::{self, Abort, Again, Block, effects},
    builtins::{
        code::{self, Code},
        dict,
        frame::extra_of,
        list, set,
        typeobj::{Type, tables},
    },
    error::{Exc, PyResult, Raised},
    interp::{
        attr_cache::AttrCache,
        frame::{self, EntryFrame, Watched},
        liveness::{self, KnownNeeds},
    },
    kind::Kind,
    object::{Body, Ref},
    parking::{self, ReentrantLock},
    places,
    root_vec::RootVecs,
    runtime::Runtime,
    shape::shape_of_object,
    signals, stress, threads,
    value::Value,
};

pub use crate::root_vec::RootVec;

/// Address space for a thread's registers.
const REGISTER_BYTES: usize = 1 << 30;

/// The register stacks of all threads.
mod registers {
    use parking_lot::Mutex;
    use pystm_gc::space;

    use super::REGISTER_BYTES;
    use crate::value::Value;

    /// Addresses of those of ended threads.
    static FREE: Mutex<Vec<usize>> = Mutex::new(Vec::new());

    /// A register stack for a new thread.
    pub(super) fn take() -> *mut Value {
        if let Some(address) = FREE.lock().pop() {
            return address as *mut Value;
        }
        space::reserve(REGISTER_BYTES).expect("address space for registers").as_ptr() as *mut Value
    }

    /// Gives the register stack of an ended thread back, and its memory to the system.
    pub(super) fn release(registers: *mut Value) {
        // SAFETY: the range was reserved by `take`, and nobody uses it any more.
        unsafe { libc::madvise(registers.cast(), REGISTER_BYTES, libc::MADV_DONTNEED) };
        FREE.lock().push(registers as usize);
    }
}
/// Registers that must be free above a frame for the arguments of native calls.
pub const REGISTER_SLACK: usize = 512;
/// Native stack kept free for leaf functions.
const NATIVE_RESERVE: usize = 256 << 10;
/// Native stack that recursion may use. More would be there, but a collection in its depth looks at all of it.
const NATIVE_DEPTH: usize = 48 << 20;
/// Entries of the method cache.
const METHOD_CACHE: usize = 2048;

/// One entry of a thread's cache of attribute look-ups on types.
#[derive(Clone, Copy)]
pub struct MethodCacheEntry {
    /// Version tag of the type, 0 if the entry is free.
    pub version: u32,
    /// The attribute name's word.
    pub name: u64,
    /// What was found, or unset.
    pub value: Value,
}

const FREE: MethodCacheEntry = MethodCacheEntry { version: 0, name: 0, value: Value::UNSET };

/// A Python thread. Natives get it as their first argument; having it mutably is the right to reach a safepoint.
#[repr(C)]
pub struct Thread {
    /// The nursery; first, so that the interpreter reaches cursor and limit with one load, and that it leads to the thread.
    pub mutator: Mutator,
    /// Tokens for header compares.
    pub own: Ownership,
    /// Instruction at which the running frame called a native or took a slow path.
    pub ip: *const u64,
    /// Window of the running frame.
    pub fp: *mut Value,
    /// End of the registers that frames may use.
    pub register_limit: *mut Value,
    /// The last instruction that has done, off the fast path, what must not be done twice.
    pub spoiled: *const u64,
    /// Frames that may still be entered before `RecursionError`.
    pub depth_left: i64,
    /// `sys.getrecursionlimit()`
    pub recursion_limit: i64,
    /// Lowest native stack address at which a native may still recurse.
    pub native_limit: usize,
    /// The exception being raised, or unset.
    pub exception: Value,
    /// The exception being handled (`sys.exception()`), or None.
    pub handled: Value,
    /// The pending exception is raised again: its traceback has the running frame already.
    pub reraising: bool,
    /// The builtins dict of frames that have no other.
    pub builtins: Value,
    /// `threading.get_ident()`
    pub ident: i64,
    /// The runtime shared by all threads.
    pub rt: &'static Runtime,
    /// Values that the thread needs and the collector should find: current context, async-generator hooks and their like.
    pub locals: ThreadLocals,
    /// End of a window whose arguments are being bound, or null: it lies above the running frame, but is in use.
    pub binding_end: *mut Value,
    /// Which registers frames need at the instructions where they stood in earlier collections.
    pub known_needs: KnownNeeds,
    /// Frames at which native code entered the interpreter, innermost last.
    pub entries: Vec<EntryFrame>,
    /// The `Return` that has just left a watched frame.
    pub returned_at: *const u64,
    /// Frames that have objects, outermost first.
    pub watched: Vec<Watched>,
    /// Cache of attribute look-ups on types.
    pub method_cache: Box<[MethodCacheEntry; METHOD_CACHE]>,
    /// Cache of attributes for instructions that meet several shapes.
    pub attr_cache: AttrCache,
    /// Objects whose `repr` is being computed, against infinite recursion.
    pub repr_running: Vec<u64>,
    /// The outermost open block that is a transaction.
    pub block: Option<Box<Block>>,
    /// The memory of an ended block, for the next one.
    pub spare_block: Option<Box<Block>>,
    /// The block is being left to begin anew.
    pub aborting: Option<Abort>,
    /// The block that begins anew next.
    pub again: Option<Again>,
    /// The instruction that has been a transaction and begins anew, and when that first began.
    pub instruction_age: Option<(*const u64, u64)>,
    /// Locks of streams on which the thread works. Nobody in a forked child would let them go.
    pub working: Vec<&'static ReentrantLock>,
    /// How often the thread has used lists in cards.
    pub(crate) divided_uses: u32,
    /// So many waits are to fall asleep at once: looking has cost the processor.
    pub(crate) waits_asleep: u32,
    registers: *mut Value,
    root_vecs: RootVecs,
    /// Others may act in this thread's name while it waits: nothing of this is to be kept in registers over a call.
    _pinned: PhantomPinned,
}

/// Per-thread values.
#[derive(Clone, Copy)]
pub struct ThreadLocals {
    /// The current `contextvars.Context`, or None.
    pub context: Value,
    /// `sys.set_asyncgen_hooks(firstiter=)`
    pub asyncgen_firstiter: Value,
    /// `sys.set_asyncgen_hooks(finalizer=)`
    pub asyncgen_finalizer: Value,
    /// `sys.get_coroutine_origin_tracking_depth()`
    pub coroutine_origin_depth: u32,
    /// Weak references to what `threading.local` objects keep for the thread: a list, or unset.
    pub used: Value,
}

impl ThreadLocals {
    /// How many values [`ThreadLocals::settings`] are.
    pub(crate) const SETTINGS: usize = 4;

    /// What goes back with an undone block.
    pub(crate) fn settings(&self) -> [Value; ThreadLocals::SETTINGS] {
        let depth = Value::small(self.coroutine_origin_depth.into());
        [self.context, self.asyncgen_firstiter, self.asyncgen_finalizer, depth]
    }

    /// Goes back to these settings.
    pub(crate) fn restore(&mut self, settings: &[Value]) {
        if let &[context, firstiter, finalizer, depth] = settings {
            (self.context, self.asyncgen_firstiter, self.asyncgen_finalizer) =
                (context, firstiter, finalizer);
            self.coroutine_origin_depth = depth.as_small().unwrap_or(0) as u32;
        }
    }
}

impl Thread {
    /// The state for the calling OS thread.
    ///
    /// # Panics
    /// If there is no address space for the registers.
    pub fn new(rt: &'static Runtime, config: Config) -> Box<Thread> {
        let registers = registers::take();
        let (stack_low, stack_bytes) = stack::stack_bounds();
        let mut mutator = Mutator::new(config);
        let own = Ownership::new(&mut mutator);
        let mut thread = Box::new(Thread {
            mutator,
            own,
            ip: ptr::null(),
            fp: ptr::null_mut(),
            register_limit: registers.wrapping_add(REGISTER_BYTES / 8 - REGISTER_SLACK),
            spoiled: ptr::null(),
            depth_left: 1000,
            recursion_limit: 1000,
            native_limit: (stack_low + NATIVE_RESERVE)
                .max((stack_low + stack_bytes).saturating_sub(NATIVE_DEPTH)),
            exception: Value::UNSET,
            handled: Value::NONE,
            reraising: false,
            builtins: Value::UNSET,
            ident: parking::ident(),
            rt,
            locals: ThreadLocals {
                context: Value::NONE,
                asyncgen_firstiter: Value::NONE,
                asyncgen_finalizer: Value::NONE,
                coroutine_origin_depth: 0,
                used: Value::UNSET,
            },
            binding_end: ptr::null_mut(),
            known_needs: KnownNeeds::default(),
            entries: Vec::new(),
            returned_at: ptr::null(),
            watched: Vec::new(),
            method_cache: Box::new([FREE; METHOD_CACHE]),
            attr_cache: AttrCache::default(),
            repr_running: Vec::new(),
            block: None,
            spare_block: None,
            aborting: None,
            again: None,
            instruction_age: None,
            working: Vec::new(),
            divided_uses: 0,
            waits_asleep: 0,
            registers,
            root_vecs: RootVecs::default(),
            _pinned: PhantomPinned,
        });
        let roots: *mut Thread = &mut *thread;
        gate::install(roots.cast(), wait_to_read);
        // SAFETY: the thread lives in its box until it leaves.
        unsafe { thread.own.peer.set_host(roots as *const dyn Host) };
        thread.own.show();
        stress::prepare(&thread);
        // SAFETY: the thread lives in its box as long as it allocates.
        unsafe { thread.mutator.enter(roots as *mut dyn Roots) };
        thread
    }

    /// First register of the thread.
    pub fn register_base(&self) -> *mut Value {
        self.registers
    }

    /// A new object of `bytes` bytes with this shape; `init` must fill in everything behind the header.
    ///
    /// # Safety
    /// `T` must be the body of the shape, and `bytes` at least what the initialised object's layout says.
    #[inline(always)]
    pub unsafe fn try_alloc<T>(
        &mut self,
        shape: ShapeId,
        bytes: usize,
        init: impl FnOnce(*mut T),
    ) -> PyResult<Ref<T>> {
        let header = self.own.new_header(shape);
        match self.mutator.allocate(header, bytes) {
            Some(object) => {
                init(object as *mut T);
                // SAFETY: just initialised.
                Ok(unsafe { Ref::from_ptr(object) })
            }
            None => Err(self.memory_error()),
        }
    }

    /// As [`Thread::try_alloc`], for objects of a small fixed size: ends the process with a message if memory runs out.
    ///
    /// # Safety
    /// As for [`Thread::try_alloc`].
    #[inline(always)]
    pub unsafe fn alloc<T>(&mut self, shape: ShapeId, init: impl FnOnce(*mut T)) -> Ref<T> {
        // SAFETY: handed on.
        unsafe { self.alloc_bytes(shape, size_of::<T>(), init) }
    }

    /// As [`Thread::alloc`], with a size that is larger than the body's (inline attribute slots).
    ///
    /// # Safety
    /// As for [`Thread::try_alloc`].
    #[inline(always)]
    pub unsafe fn alloc_bytes<T>(
        &mut self,
        shape: ShapeId,
        bytes: usize,
        init: impl FnOnce(*mut T),
    ) -> Ref<T> {
        let header = self.own.new_header(shape);
        let Some(object) = self.mutator.allocate(header, bytes) else { out_of_memory() };
        init(object as *mut T);
        // SAFETY: just initialised.
        unsafe { Ref::from_ptr(object) }
    }

    /// The proof that an object may be written, valid until the thread is used for anything else.
    #[inline(always)]
    pub fn write<T>(&mut self, object: Ref<T>) -> Writer<'_> {
        // SAFETY: references lead to live objects.
        unsafe { self.own.writer(&mut self.mutator, object.object()) }
    }

    /// Gets the right to write an object that is going to be written with others as one.
    pub fn hold<T>(&mut self, object: Ref<T>) {
        // SAFETY: references lead to live objects.
        unsafe { self.own.hold_inside(&mut self.mutator, object.object()) }
    }

    /// As [`Thread::write`], for an object whose body is not known.
    #[inline(always)]
    pub fn write_object(&mut self, object: &Object) -> Writer<'_> {
        // SAFETY: the object is live: its reference came from a value.
        unsafe { self.own.writer(&mut self.mutator, object) }
    }

    /// Gets the right to write parts of an object one by one.
    pub fn open_parts(&mut self, object: &Object) {
        // SAFETY: the object is live: its reference came from a value.
        unsafe { self.own.open_parts(&mut self.mutator, object) }
    }

    /// Gets the right to write an object, as operations must before they read what the store depends on: in the middle of an
    /// instruction that has done something already, a wait for the right later on would leave what has been read stale. Holds
    /// until the next safepoint, and until the thread waits for another object.
    #[inline(always)]
    pub fn acquire<T>(&mut self, object: Ref<T>) {
        if !self.own.owns(object.object()) {
            self.claim(&[object.object()]);
        }
    }

    /// Whether the right to write an object is still there, or again.
    #[inline(always)]
    pub fn holds<T>(&self, object: Ref<T>) -> bool {
        self.own.owns(object.object())
    }

    /// Gets the right to write objects, all at a time, without writing anything yet: what is read of them from here on holds until
    /// the next safepoint.
    #[inline]
    pub fn claim(&mut self, objects: &[&Object]) {
        // SAFETY: references lead to live objects.
        let mut claim = |object: &Object| unsafe {
            let waits = self.own.claim(&mut self.mutator, object, Ask::Write) == Claim::Wait;
            if waits {
                self.own.wait_inside(&mut self.mutator, object, Ask::Write);
            }
            waits
        };
        // Who waits for one in the middle of something may lose another meanwhile.
        while objects.iter().any(|object| claim(object)) {}
    }

    /// Runs a system call or another wait. Meanwhile other threads may collect, and take over what belongs to this one, so
    /// `wait` must touch no mutable object; memory of immutable ones (`bytes`) and of exported buffers stays where it is.
    /// What `wait` leaves in `errno` is there afterwards.
    #[inline]
    pub fn blocking<R>(&mut self, wait: impl FnOnce() -> R) -> R {
        self.irrevocable();
        gate::set_dirty();
        let (result, errno) = self.own.rest(&mut self.mutator, || (wait(), signals::errno()));
        signals::set_errno(errno);
        result
    }

    /// Forks the process; what `fork` returns. The child has this thread only, which is its main thread.
    ///
    /// The others rest meanwhile, and nobody is beginning or ending. So all that running threads change under locks is whole in the
    /// child, and these locks are free; those of threads at rest are taken around `fork` by who knows them. What the others have
    /// locked for longer and nobody would let go is let go here.
    ///
    /// What their stacks lead to stays for good in the child, as in CPython: their files are not closed there, which would write once
    /// more what they had buffered, and no finaliser runs twice.
    pub fn fork(&mut self, fork: impl FnOnce() -> i32) -> i32 {
        self.irrevocable();
        let _whole = threads::none_unstoppable(self);
        gate::set_dirty();
        let mut kept = Vec::new();
        let inherit = |other: *mut Mutator, roots: Vec<*mut Object>| {
            kept.extend(roots);
            // SAFETY: a nursery is the first part of a thread, and that thread never runs again.
            let working = unsafe { &mut (*other.cast::<Thread>()).working };
            working.drain(..).for_each(ReentrantLock::reset_in_child);
        };
        let process = self.own.fork(&mut self.mutator, fork, inherit);
        if process == 0 {
            kept.sort_unstable();
            kept.dedup();
            kept.into_iter().for_each(|object| self.rt.keep(self, Value::from_object(object)));
            signals::after_fork_in_child(self);
        }
        process
    }

    /// Something is about to be done that cannot be undone: an open transaction becomes irrevocable first, and what it has to
    /// write out is written.
    #[inline]
    pub fn irrevocable(&mut self) {
        atomic::instruction::end(self);
        if self.own.in_transaction() {
            let here: *const Thread = self;
            // SAFETY: the thread is asked in between.
            self.irrevocable_because(&|| places::running_native(unsafe { &*here }));
        }
    }

    /// As [`Thread::irrevocable`]; the reason is for the log.
    #[cold]
    pub(crate) fn irrevocable_because(&mut self, reason: &dyn Fn() -> String) {
        if self.own.in_transaction() {
            self.cease_to_lose(reason);
            effects::settle(self);
        }
    }

    /// The open transaction wins all conflicts from here on. It can still begin anew by itself.
    fn cease_to_lose(&mut self, reason: &dyn Fn() -> String) {
        let come = atomic::await_turn(self);
        if come {
            self.own.become_irrevocable(&mut self.mutator, reason);
        }
        if !come || self.own.is_doomed() {
            // The instruction is not even begun anew: the block is.
            std::panic::resume_unwind(Box::new(Restart));
        }
    }

    /// An object that everybody may read at any time is about to be written: if others may know it, all other threads stand still
    /// until the open block ends or waits, or else until the next safepoint. For what programs hardly ever do; to be called before
    /// anything is read that the change depends on. May be a safepoint.
    pub fn change_public(&mut self, object: &Object) {
        // SAFETY: the object is live.
        if unsafe { self.own.others_may_know(&self.mutator, object) } {
            self.exclude_others(object);
        }
    }

    #[cold]
    fn exclude_others(&mut self, object: &Object) {
        atomic::instruction::end(self);
        if self.own.in_transaction() {
            let class = crate::runtime::type_of(Value::from_object(object));
            self.cease_to_lose(&|| format!("change of a {}", class.name()));
        }
        self.own.exclude_others(&mut self.mutator, object);
    }

    /// The running thread, for natives that do not get it.
    ///
    /// # Safety
    /// The calling thread must be a Python thread, and nobody use what else refers to it meanwhile.
    pub(crate) unsafe fn running<'a>() -> &'a mut Thread {
        // SAFETY: `new` has installed it; nothing of it is kept over a call ([`PhantomPinned`]).
        unsafe { &mut *(gate::host() as *mut Thread) }
    }

    /// Makes a value fit to be found by other threads in another way than through an object that they can read.
    pub fn publish(&mut self, value: Value) {
        if let Some(object) = value.object() {
            // SAFETY: values lead to live objects, and this thread holds it.
            unsafe { self.mutator.publish(object as *const Object as *mut Object, |_| {}) };
        }
    }

    /// Fills a slot of `holder`, which everybody may read, with a new object of this thread if it is still unset; what is there then, for
    /// another thread may have been quicker. It stays if the open transaction is undone, for others may have found it.
    pub fn offer(&mut self, holder: &Object, slot: &Slot<Value>, fresh: Value) -> Value {
        // SAFETY: the object is live.
        if unsafe { self.mutator.is_known(holder) } {
            self.publish(fresh);
        }
        if let Some(object) = fresh.object()
            && !self.own.is_logged(holder)
        {
            self.own.keep_if_undone(object);
        }
        slot.fill(Value::UNSET, fresh)
    }

    /// Makes a value and what stands near it everybody's to read, for a thread that will need it.
    pub fn share(&mut self, value: Value) {
        if let Some(object) = value.object() {
            // SAFETY: values lead to live objects, and this thread holds it.
            unsafe { self.own.share(&mut self.mutator, object) };
        }
    }

    /// Ends the thread. Its objects become anyone's, its registers are given back.
    pub fn end(mut self: Box<Thread>) {
        self.exception = Value::UNSET;
        self.handled = Value::NONE;
        self.fp = ptr::null_mut();
        self.own.leave(&mut self.mutator);
        registers::release(self.registers);
    }

    /// A vector of values that the collector knows.
    pub fn vec(&mut self) -> RootVec {
        self.root_vecs.take()
    }

    /// Raises `RecursionError` if the native stack is nearly used up. Every native that can recurse without running a
    /// Python frame calls this.
    #[inline(always)]
    pub fn check_native_stack(&mut self) -> PyResult<()> {
        if stack::stack_pointer() < self.native_limit {
            return Err(self.recursion_error(""));
        }
        Ok(())
    }

    /// As [`Thread::check_native_stack`], a little earlier and with an addition to the message.
    #[inline(always)]
    pub fn check_native_stack_in(&mut self, what: &str) -> PyResult<()> {
        if stack::stack_pointer() < self.native_limit + (64 << 10) {
            return Err(self.recursion_error(what));
        }
        Ok(())
    }

    /// `RecursionError: maximum recursion depth exceeded` and then `what`.
    #[cold]
    pub fn recursion_error(&mut self, what: &str) -> Raised {
        self.raise(Exc::RecursionError, format!("maximum recursion depth exceeded{what}"))
    }

    /// `MemoryError` without a message.
    #[cold]
    pub fn memory_error(&mut self) -> Raised {
        self.raise_args(Exc::MemoryError, &[])
    }

    /// Takes the pending exception.
    #[inline]
    pub fn take_exception(&mut self, _raised: Raised) -> Value {
        std::mem::replace(&mut self.exception, Value::UNSET)
    }

    /// First register that is not in use.
    pub fn free_registers(&self) -> *mut Value {
        crate::interp::frame::frame_end(self).max(self.binding_end)
    }
}

/// What reading an object of another thread comes to where no thread is at hand.
///
/// # Safety
/// `host` must be the running thread, and the object live.
unsafe fn wait_to_read(host: *mut (), object: &Object) {
    // SAFETY: the thread is the running one; nothing of it is kept over a call ([`PhantomPinned`]).
    unsafe {
        // Natives that know nothing of the object look through the same gate at what everybody may read.
        if layout::access_of(object) != Access::Owned {
            return;
        }
        let t = &mut *(host as *mut Thread);
        loop {
            while object.header.load() & DIVIDED != 0 {
                unite(t, object);
            }
            // Another thread may have put it together, or divide it before it gives the right away.
            t.own.wait_inside(&mut t.mutator, object, Ask::Read);
            if object.header.load() & DIVIDED == 0 {
                return;
            }
        }
    }
}

/// Puts the contents of a divided object together.
///
/// # Safety
/// The object must be live.
unsafe fn unite(t: &mut Thread, object: &Object) {
    // SAFETY: lists, dicts and sets are divided, and they keep their shapes meanwhile.
    unsafe {
        match shape_of_object(object).kind {
            Kind::List => list::divide::unite(t, Ref::from_ptr(object)),
            Kind::Set => set::stripes::unite(t, Ref::from_ptr(object)),
            _ => dict::stripes::unite(t, Ref::from_ptr(object)),
        }
    }
}

#[cold]
pub(crate) fn out_of_memory() -> ! {
    eprintln!("pystm: out of memory");
    std::process::exit(1)
}

impl Roots for Thread {
    unsafe fn scan(&mut self, marker: &mut Marker) {
        // SAFETY: the words are values; the register stack is readable up to its limit.
        unsafe {
            // An instruction that waits for another thread may begin anew and then needs its operands, which look dead.
            if marker.major && world::count() == 1 {
                liveness::clear_dead_registers(self);
            }
            for value in [
                self.exception,
                self.handled,
                self.builtins,
                self.locals.context,
                self.locals.asyncgen_firstiter,
                self.locals.asyncgen_finalizer,
                self.locals.used,
            ] {
                marker.value(value.bits());
            }
            // Registers may hold leftovers, so they are looked at as if they were a native stack, and only as far as the
            // instruction at which a frame stands can use them: a call needs none from the window on that it has opened.
            // Parameters of a call that is being prepared may stand above its arguments.
            let mut above = self.register_limit.wrapping_add(frame::LINKS);
            frame::walk(self, |f| {
                let end = f.window.wrapping_add(frame::live_registers(f)).max(f.binding_end);
                let end = end.min(above.sub(frame::LINKS));
                let function = frame::function_of(f.window);
                marker.value(function.value().bits());
                marker.conservative(extra_of(function.loaded(), f.window).bits());
                marker.conservative_range(f.window as *const u64, end as *const u64);
                above = f.window;
                false
            });
            // Native code without a frame may prepare a call, too.
            let outermost =
                self.entries.first().map_or((self.fp, self.binding_end), |e| (e.caller_fp, e.binding_end));
            if let (true, end) = (outermost.0.is_null(), outermost.1) {
                marker
                    .conservative_range(self.registers as *const u64, end.max(self.registers) as *const u64);
            }
            if let Some(block) = &self.block {
                block.scan(marker);
            }
            self.watched.iter().for_each(|w| marker.value(w.frame.bits()));
            self.own.scan(marker);
            self.root_vecs.for_each(|v| marker.value(v.bits()));
            self.rt.scan(marker);
        }
    }

    unsafe fn forget(&mut self, _marker: &Marker) {
        // Strs die, and names of other classes may come to their places. Version tags belong to classes, not to names.
        self.method_cache.fill(FREE);
        // The thread that collects is told what exactly dies, the others are not.
        if world::count() > 1 {
            self.attr_cache.clear();
            self.known_needs.clear();
        }
    }

    fn collected(&mut self, major: bool, since: Instant) {
        self.own.peer.events.collected(major, since);
    }

    unsafe fn bury(&mut self, dead: &[*mut Object], marker: &Marker) {
        let (mut classes, mut codes) = (Vec::new(), Vec::new());
        for &object in dead {
            // SAFETY: the dead can still be read; they are classes or code.
            unsafe {
                match shape_of_object(&*object).kind {
                    Kind::Code => codes.push(Ref::<Code>::from_ptr(object)),
                    _ => classes.push(Ref::<Type>::from_ptr(object)),
                }
            }
        }
        if marker.major {
            self.rt.forget_interned(marker);
        }
        // SAFETY: each object dies once.
        unsafe {
            if !codes.is_empty() {
                self.attr_cache.forget(&code::bury(&codes));
                self.known_needs.clear();
            }
            if !classes.is_empty() {
                tables::bury(&classes, marker);
            }
        }
    }
}

/// Writes a header-only prefix: for `init` closures that fill a body field by field.
///
/// # Safety
/// `object` must be memory for a `T` whose header has been written.
pub unsafe fn keep_header<T>(object: *mut T, body: impl FnOnce(Header) -> T) {
    // SAFETY: the header is initialised; reading it out and writing it back is a copy of plain data.
    unsafe {
        let header = ptr::read(object as *const Header);
        object.write(body(header));
    }
}

impl<T: Body> Ref<T> {
    /// Allocates an object of a kind's exact built-in type from its body.
    #[inline(always)]
    pub fn new(t: &mut Thread, body: impl FnOnce(Header) -> T) -> Ref<T> {
        // SAFETY: the kind's shape has this body; `keep_header` initialises all of it.
        unsafe { t.alloc::<T>(T::KIND.shape(), |p| keep_header(p, body)) }
    }
}
