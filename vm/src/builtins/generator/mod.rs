//! Generators, coroutines and async generators: one body, and how they are resumed from native code.
//!
//! [`crate::interp::generator`] moves their windows; this module decides what `send`, `throw` and `close` mean in each
//! state. `methods.rs` has the three types, `awaiting.rs` the protocols of `await` and `async for`, `async_gen.rs` the
//! awaitables that an async generator hands out.

pub mod async_gen;
pub mod awaiting;
pub mod methods;

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::{Slot, Writer};

use super::{
    code::Loaded,
    exceptions::{self, Exception, fields, raising},
    function::{self, Function},
    traceback::Traceback,
};
use crate::{
    bytecode::{CodeFlags, Op},
    error::{Exc, PyResult, Raised},
    interp::{decode, generator as interp},
    kind::Kind,
    object::{Body, Ref},
    protocol::{attr, call, instance},
    runtime::type_of,
    shape,
    special::Special,
    thread::Thread,
    value::Value,
};

pub use async_gen::wrap as async_gen_wrap;
pub use awaiting::{anext_with_default, async_iterator, async_next, awaitable_iterator, yield_from_iterator};
pub use methods::{ASYNC_GENERATOR_DEF, COROUTINE_DEF, GENERATOR_DEF};

/// Where a generator is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u64)]
pub enum State {
    /// It has not run yet.
    Created,
    /// It stands at a `Yield`.
    Suspended,
    /// It runs, or the iterator that it delegates to does.
    Running,
    /// Its code has ended.
    Finished,
}

/// Bits for the state.
const STATE_BITS: u32 = 2;

/// Flag of async generators: `aclose()` has begun or its code has ended.
const CLOSED: u64 = 1 << 0;
/// Flag of async generators: one of its awaitables is being run.
const AWAITABLE_RUNNING: u64 = 1 << 1;
/// Flag of async generators: the hooks have been called.
const HOOKED: u64 = 1 << 2;

/// Body of generators, coroutines and async generators.
#[repr(C)]
pub struct Generator {
    header: Header,
    version: Slot<u64>,
    /// The function.
    pub function: Slot<Value>,
    /// The exception that its own code is handling, or None.
    pub handled: Slot<Value>,
    /// While it runs: the exception that its resumer is handling, or None.
    pub outer_handled: Slot<Value>,
    /// What its code has returned. Until then the namespace of module code that awaits, or unset.
    pub result: Slot<Value>,
    /// `__name__`
    pub name: Slot<Value>,
    /// `__qualname__`
    pub qualname: Slot<Value>,
    /// `cr_origin` of coroutines, the finalizer hook of async generators; or None.
    pub extra: Slot<Value>,
    /// Its frame object, unset while nobody has asked for it.
    pub frame: Slot<Value>,
    /// The `Yield` at which it stands, or its first instruction.
    pub ip: Slot<u64>,
    flags: Slot<u64>,
    /// Its state, and from bit [`STATE_BITS`] on the number of registers that it has saved.
    progress: Slot<u64>,
    /// Registers of its code, for which there is room behind the body.
    capacity: u64,
}

/// Words of the body in front of the saved registers.
const BODY_WORDS: usize = size_of::<Generator>() / 8;
/// Word of [`Generator::capacity`].
const CAPACITY_WORD: u16 = (std::mem::offset_of!(Generator, capacity) / 8) as u16;

// SAFETY: `repr(C)`, header first; objects of the three kinds have this body.
unsafe impl Body for Generator {
    const KIND: Kind = Kind::Generator;
    const ALSO: &'static [Kind] = &[Kind::Coroutine, Kind::AsyncGenerator];
}

/// Layout of the three types.
pub const LAYOUT: Layout = Layout {
    trace: Trace::Custom(trace),
    size: Size::Counted { base: size_of::<Generator>() as u32, unit: 8, len: CAPACITY_WORD },
    drop: None,
};

/// # Safety
/// `object` must be a generator.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object. Saved registers are looked at as the register stack is: there may be
    // leftovers among the temporaries.
    unsafe {
        marker.words(object, 2, 8);
        let registers = (*(object as *const Generator)).registers().as_ptr_range();
        marker.conservative_range(registers.start as *const u64, registers.end as *const u64);
    }
}

impl Generator {
    /// Where it is in its life.
    #[inline(always)]
    pub fn state(&self) -> State {
        match self.progress.get() & ((1 << STATE_BITS) - 1) {
            0 => State::Created,
            1 => State::Suspended,
            2 => State::Running,
            _ => State::Finished,
        }
    }

    /// Notes where it is in its life; what it has saved stays.
    fn set_state(&self, w: &Writer<'_>, state: State) {
        self.progress.set(w, self.progress.get() >> STATE_BITS << STATE_BITS | state as u64);
    }

    /// Notes that it runs or has finished, and forgets the saved registers.
    #[inline(always)]
    pub fn forget(&self, w: &Writer<'_>, state: State) {
        self.progress.set(w, state as u64);
    }

    /// The registers that it has saved: none while it is running or when it has finished.
    #[inline(always)]
    pub fn registers(&self) -> &[Slot<Value>] {
        // SAFETY: at most as many registers are saved as there is room for behind the body.
        unsafe {
            std::slice::from_raw_parts(
                (self as *const Generator).add(1) as *const Slot<Value>,
                (self.progress.get() >> STATE_BITS) as usize,
            )
        }
    }

    /// Saves the first `count` registers of its window: it is in this state now.
    ///
    /// # Safety
    /// `window` must be the window of its frame, which has that many registers.
    #[inline(always)]
    pub unsafe fn save(&self, w: &Writer<'_>, window: *const Value, count: usize, state: State) {
        debug_assert!(count <= self.capacity as usize);
        self.progress.set(w, (count as u64) << STATE_BITS | state as u64);
        for (i, slot) in self.registers().iter().enumerate() {
            // SAFETY: see above. Volatile, lest the loop become a call of `memcpy`: handlers call nothing.
            slot.set(w, unsafe { window.add(i).read_volatile() });
        }
    }

    /// Puts the saved registers back: it runs.
    ///
    /// # Safety
    /// `window` must have room for the code's registers.
    #[inline(always)]
    pub unsafe fn restore(&self, w: &Writer<'_>, window: *mut Value) {
        for (i, slot) in self.registers().iter().enumerate() {
            // SAFETY: see above. Volatile: as in `save`.
            unsafe { window.add(i).write_volatile(slot.get()) };
        }
        self.forget(w, State::Running);
    }

    /// Whether it has neither finished nor is running: its registers are in the object.
    pub fn is_paused(&self) -> bool {
        matches!(self.state(), State::Created | State::Suspended)
    }

    fn has(&self, flag: u64) -> bool {
        self.flags.get() & flag != 0
    }
}

impl Ref<Generator> {
    fn kind(self) -> Kind {
        shape::shape_of_object(self.object()).kind
    }

    /// Whether it is a generator in the narrow sense.
    #[inline(always)]
    pub fn is_plain(self) -> bool {
        self.kind() == Kind::Generator
    }

    /// Whether it is an async generator.
    pub fn is_async(self) -> bool {
        self.kind() == Kind::AsyncGenerator
    }

    /// Whether it is a coroutine.
    pub fn is_coroutine(self) -> bool {
        self.kind() == Kind::Coroutine
    }

    /// As in error messages.
    pub fn kind_name(self) -> &'static str {
        match self.kind() {
            Kind::Generator => "generator",
            Kind::Coroutine => "coroutine",
            _ => "async generator",
        }
    }

    /// Its loaded code.
    pub fn loaded(self) -> &'static Loaded {
        Ref::<Function>::known(self.function.get()).loaded()
    }

    /// The iterator that it delegates to: it stands in `yield from` or `await`.
    pub fn delegate(self) -> Option<Value> {
        if self.state() != State::Suspended {
            return None;
        }
        let ip = self.ip.get() as *const u64;
        // SAFETY: a suspended generator stands at a `Yield` of its code; in front of the delegating form the compiler
        // puts a two-word `Send`.
        unsafe {
            if decode::op(ip) != Op::YieldDelegated as usize {
                return None;
            }
            self.registers().get(decode::b(ip.sub(2))).map(|iterator| iterator.get())
        }
    }

    fn set_flag(self, t: &mut Thread, flag: u64, on: bool) {
        let flags = if on { self.flags.get() | flag } else { self.flags.get() & !flag };
        let w = t.write(self);
        self.flags.set(&w, flags);
    }

    fn put_state(self, t: &mut Thread, state: State) {
        let w = t.write(self);
        match state {
            State::Finished => self.forget(&w, state),
            _ => self.set_state(&w, state),
        }
    }
}

/// The object of a call of a generator function; it will start at `ip`. Its window is saved by the caller.
pub fn new(t: &mut Thread, function: Ref<Function>, ip: *const u64) -> Ref<Generator> {
    let loaded = function.loaded();
    let kind = if loaded.flags.has(CodeFlags::ASYNC_GENERATOR) {
        Kind::AsyncGenerator
    } else if loaded.flags.has(CodeFlags::COROUTINE) {
        Kind::Coroutine
    } else {
        Kind::Generator
    };
    let capacity = loaded.registers as usize;
    function::note_shown(function);
    // SAFETY: the three kinds have this body; all of it is initialised.
    let generator = unsafe {
        t.alloc_bytes::<Generator>(kind.shape(), (BODY_WORDS + capacity) * 8, |p| {
            crate::thread::keep_header(p, |header| Generator {
                header,
                version: Slot::new(0),
                function: Slot::new(function.value()),
                handled: Slot::new(Value::NONE),
                outer_handled: Slot::new(Value::NONE),
                result: Slot::new(Value::UNSET),
                name: Slot::new(function.name.get()),
                qualname: Slot::new(function.qualname.get()),
                extra: Slot::new(Value::NONE),
                frame: Slot::new(Value::UNSET),
                ip: Slot::new(ip as u64),
                flags: Slot::new(0),
                progress: Slot::new(State::Created as u64),
                capacity: capacity as u64,
            });
        })
    };
    // Only code that can notice it needs to be told that nobody will resume it.
    if kind != Kind::Generator || !loaded.exceptions.is_empty() {
        t.mutator.registry.add_finalizable(generator.as_ptr() as *mut Object);
    }
    generator
}

/// What resuming an iterator gave.
pub enum Step {
    /// It has yielded this.
    Yielded(Value),
    /// It is at its end; its value is this.
    Returned(Value),
}

/// Sends a value to a generator, coroutine or any other iterator (`send` method, or `__next__` for None).
pub fn send(t: &mut Thread, iterator: Value, value: Value) -> PyResult<Step> {
    if let Some(g) = iterator.cast::<Generator>().filter(|g| !g.is_async()) {
        return send_generator(t, g, value);
    }
    if value.is_none()
        && let Some(result) = super::iterators::next_native(t, iterator)
    {
        return Ok(match result? {
            Some(v) => Step::Yielded(v),
            None => Step::Returned(Value::NONE),
        });
    }
    let result = if value.is_none() {
        match t.special(iterator, Special::Next) {
            Some(method) => call::call_unbound(t, method, iterator, &[]),
            None => {
                let name = type_of(iterator).name();
                Err(t.type_error(format!("'{name}' object is not an iterator")))
            }
        }
    } else {
        call::call_method(t, iterator, "send", &[value])
    };
    step_of(t, result)
}

/// Turns a StopIteration into the value that it carries.
fn step_of(t: &mut Thread, result: PyResult) -> PyResult<Step> {
    match result {
        Ok(v) => Ok(Step::Yielded(v)),
        Err(raised) => {
            let stop = t.catch(raised, Exc::StopIteration)?;
            Ok(Step::Returned(Ref::<Exception>::known(stop).field(fields::VALUE)))
        }
    }
}

#[cold]
fn already_running(t: &mut Thread, generator: Ref<Generator>) -> Raised {
    let kind = generator.kind_name();
    t.value_error(format!("{kind} already executing"))
}

#[cold]
fn already_awaited(t: &mut Thread) -> Raised {
    t.raise(Exc::RuntimeError, "cannot reuse already awaited coroutine")
}

/// Resumes a generator (of any of the three types) with a value.
pub fn send_generator(t: &mut Thread, generator: Ref<Generator>, value: Value) -> PyResult<Step> {
    match generator.state() {
        State::Running => return Err(already_running(t, generator)),
        State::Finished if generator.is_coroutine() => return Err(already_awaited(t)),
        State::Finished => return Ok(Step::Returned(Value::NONE)),
        State::Created if !value.is_none() => {
            let kind = generator.kind_name();
            return Err(t.type_error(format!("can't send non-None value to a just-started {kind}")));
        }
        State::Created | State::Suspended => {}
    }
    resume(t, generator, value, Value::UNSET)
}

fn resume(t: &mut Thread, generator: Ref<Generator>, value: Value, exception: Value) -> PyResult<Step> {
    Ok(match interp::resume(t, generator, value, exception)? {
        Some(v) => Step::Yielded(v),
        None => Step::Returned(generator.result.get()),
    })
}

/// Raises an exception where a generator stands; goes to the iterator that it delegates to first. `close_delegate`: on
/// GeneratorExit that iterator is closed rather than being thrown the exception.
pub fn throw(
    t: &mut Thread,
    generator: Ref<Generator>,
    exception: Value,
    close_delegate: bool,
) -> PyResult<Step> {
    match generator.state() {
        State::Running => return Err(already_running(t, generator)),
        State::Finished if generator.is_coroutine() => return Err(already_awaited(t)),
        State::Finished => return Err(t.reraise(exception)),
        State::Created => {
            // Nothing of its code can handle the exception, but its frame joins the traceback.
            return resume(t, generator, Value::NONE, exception);
        }
        State::Suspended => {}
    }
    let Some(delegate) = generator.delegate() else { return resume(t, generator, Value::NONE, exception) };
    if close_delegate && exceptions::is_instance(t, exception, Exc::GeneratorExit) {
        generator.put_state(t, State::Running);
        let closed = close_iterator(t, delegate);
        generator.put_state(t, State::Suspended);
        let exception = match closed {
            Ok(()) => exception,
            Err(raised) => t.take_exception(raised),
        };
        return resume(t, generator, Value::NONE, exception);
    }
    let outcome = if let Some(inner) = delegate.cast::<Generator>().filter(|g| !g.is_async()) {
        generator.put_state(t, State::Running);
        let outcome = throw(t, inner, exception, close_delegate);
        generator.put_state(t, State::Suspended);
        outcome
    } else {
        let Some(method) = attr::find_attr(t, delegate, "throw")? else {
            return resume(t, generator, Value::NONE, exception);
        };
        generator.put_state(t, State::Running);
        let result = call::call(t, method, &[exception]);
        let outcome = step_of(t, result);
        generator.put_state(t, State::Suspended);
        outcome
    };
    match outcome {
        Ok(Step::Yielded(v)) => Ok(Step::Yielded(v)),
        Ok(Step::Returned(v)) => go_on_after_delegate(t, generator, v),
        Err(raised) => {
            let exception = t.take_exception(raised);
            resume(t, generator, Value::NONE, exception)
        }
    }
}

/// The iterator that a suspended generator delegates to has ended with a value: runs the generator from behind its
/// `Send`.
fn go_on_after_delegate(t: &mut Thread, generator: Ref<Generator>, value: Value) -> PyResult<Step> {
    let at = generator.ip.get() as *const u64;
    // SAFETY: the compiler puts the two-word `Send` directly in front of such a `Yield`.
    unsafe {
        let send = at.sub(2);
        debug_assert!([Op::Send as usize, Op::SendGenerator as usize].contains(&decode::op(send)));
        let target = decode::word_jump(send);
        let w = t.write(generator);
        generator.registers()[decode::a(send)].set(&w, value);
        generator.ip.set(&w, target as u64);
        // It starts at the instruction itself, as a new generator does.
        generator.set_state(&w, State::Created);
    }
    resume(t, generator, Value::NONE, Value::UNSET)
}

/// Closes the iterator that a generator delegates to, if it can be closed.
fn close_iterator(t: &mut Thread, iterator: Value) -> PyResult<()> {
    if let Some(g) = iterator.cast::<Generator>().filter(|g| !g.is_async()) {
        close(t, g)?;
        return Ok(());
    }
    match attr::find_attr(t, iterator, "close") {
        Ok(Some(method)) => {
            call::call(t, method, &[])?;
        }
        Ok(None) => {}
        Err(raised) => exceptions::write_unraisable(t, raised, "", iterator),
    }
    Ok(())
}

/// `close()`: ends a generator by GeneratorExit. Its result, if it returns one.
pub fn close(t: &mut Thread, generator: Ref<Generator>) -> PyResult {
    match generator.state() {
        State::Created => {
            generator.put_state(t, State::Finished);
            return Ok(Value::NONE);
        }
        State::Finished => return Ok(Value::NONE),
        State::Running => return Err(already_running(t, generator)),
        State::Suspended => {}
    }
    let exit = exceptions::new_exception(t, Exc::GeneratorExit, &[]);
    match throw(t, generator, exit, true) {
        Ok(Step::Yielded(_)) => {
            let kind = generator.kind_name();
            Err(t.raise(Exc::RuntimeError, format!("{kind} ignored GeneratorExit")))
        }
        Ok(Step::Returned(v)) => Ok(v),
        Err(raised) if t.pending_is(Exc::GeneratorExit) || t.pending_is(Exc::StopIteration) => {
            t.take_exception(raised);
            Ok(Value::NONE)
        }
        Err(raised) => Err(raised),
    }
}

/// StopIteration with a generator's result.
pub fn stop_iteration(t: &mut Thread, value: Value) -> Raised {
    if value.is_none() { t.stop_iteration() } else { t.raise_args(Exc::StopIteration, &[value]) }
}

/// The result of `send` and `throw` of generators and coroutines: what is yielded, or StopIteration.
pub fn yielded(t: &mut Thread, step: Step) -> PyResult {
    match step {
        Step::Yielded(v) => Ok(v),
        Step::Returned(v) => Err(stop_iteration(t, v)),
    }
}

/// The exception that `throw(type, value, traceback)` names.
pub fn exception_to_throw(t: &mut Thread, class: Value, value: Value, traceback: Value) -> PyResult {
    if let Some(tb) = traceback.given_not_none()
        && tb.cast::<Traceback>().is_none()
    {
        return Err(t.type_error("throw() third argument must be a traceback object"));
    }
    let exception = if exceptions::is_exception_class(class) {
        let made = match value.given_not_none() {
            None => raising::instantiate(t, class),
            Some(v) if instance::is_instance(t, v, class)? => Ok(v),
            Some(v) => match v.cast::<super::tuple::Tuple>() {
                Some(items) => call::call(t, class, items.values()),
                None => call::call(t, class, &[v]),
            },
        };
        // What goes wrong while the exception is made is thrown in its place.
        made.unwrap_or_else(|raised| t.take_exception(raised))
    } else if class.cast::<Exception>().is_some() {
        if value.given_not_none().is_some() {
            return Err(t.type_error("instance exception may not have a separate value"));
        }
        class
    } else {
        let name = type_of(class).name();
        return Err(t.type_error(format!(
            "exceptions must be classes or instances deriving from BaseException, not {name}"
        )));
    };
    if let (Some(tb), Some(e)) = (traceback.given_not_none(), exception.cast::<Exception>()) {
        e.set_traceback(t, tb);
    }
    Ok(exception)
}

/// What happens to a generator that nobody can reach any more.
pub fn finalize(t: &mut Thread, generator: Ref<Generator>) {
    if generator.state() == State::Finished || generator.state() == State::Running {
        return;
    }
    if generator.is_async() {
        let hook = generator.extra.get();
        if !hook.is_none() && !generator.has(CLOSED) {
            if let Err(raised) = call::call(t, hook, &[generator.value()]) {
                let message = "Exception ignored while finalizing generator";
                exceptions::write_unraisable(t, raised, message, generator.value());
            }
            return;
        }
    }
    let outcome = if generator.is_coroutine() && generator.state() == State::Created {
        let outcome = awaiting::warn_never_awaited(t, generator);
        generator.put_state(t, State::Finished);
        outcome
    } else {
        close(t, generator).map(|_| ())
    };
    if let Err(raised) = outcome {
        let what = if generator.is_coroutine() { "finalizing coroutine" } else { "closing generator" };
        exceptions::write_unraisable(
            t,
            raised,
            &format!("Exception ignored while {what}"),
            generator.value(),
        );
    }
}
