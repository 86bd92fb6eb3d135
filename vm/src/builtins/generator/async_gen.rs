//! The awaitables of async generators: what `asend`, `athrow` and `aclose` return.

use pystm_gc::Marker;
use pystm_stm::Slot;

use super::{AWAITABLE_RUNNING, CLOSED, Generator, State, Step, exception_to_throw, methods, stop_iteration};
use crate::{
    builtins::{exceptions, typeobj::Type},
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::{Method, NO_CONSTRUCTOR, TypeDef, method},
    object::{
        Ref,
        native::{self, Kept, Native, Payload},
    },
    thread::Thread,
    value::Value,
};

/// A value that an async generator yields, as opposed to one that an awaitable in it passes up.
struct WrappedValue {
    value: Slot<Value>,
}

impl Payload for WrappedValue {
    fn trace(&self, marker: &mut Marker) {
        native::trace_value(marker, self.value.get());
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

static WRAPPED_DEF: TypeDef = TypeDef {
    name: "async_generator_wrapped_value",
    doc: "",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[],
    getset: &[],
    setup: None,
};

/// Wraps a value that an async generator yields.
pub fn wrap(t: &mut Thread, value: Value) -> Value {
    let class = native::class(t, &WRAPPED_DEF);
    native::new(t, class, WrappedValue { value: Slot::new(value) })
}

/// What an awaitable is to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Task {
    Send,
    Throw,
    Close,
}

const INIT: u64 = 0;
const ITERATING: u64 = 1;
const DONE: u64 = 2;

/// State of an awaitable.
struct Awaitable {
    generator: Slot<Value>,
    task: Task,
    /// The value to send, or type, value and traceback to throw.
    args: [Slot<Value>; 3],
    state: Slot<u64>,
}

impl Payload for Awaitable {
    fn trace(&self, marker: &mut Marker) {
        for slot in self.args.iter().chain([&self.generator]) {
            native::trace_value(marker, slot.get());
        }
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

static ASEND_DEF: TypeDef = awaitable_type("async_generator_asend");
static ATHROW_DEF: TypeDef = awaitable_type("async_generator_athrow");

const fn awaitable_type(name: &'static str) -> TypeDef {
    TypeDef {
        name,
        doc: "",
        base: None,
        kind: Kind::Native,
        layout: native::LAYOUT,
        words: native::WORDS,
        flags: NO_CONSTRUCTOR,
        methods: METHODS,
        getset: &[],
        setup: None,
    }
}

const METHODS: &[Method] = &[
    method("__await__", "($self, /)", itself, "Return an iterator to be used in await expression."),
    method("__iter__", "($self, /)", itself, "Implement iter(self)."),
    method("__next__", "($self, /)", next, "Implement next(self)."),
    method("send", "($self, value, /)", send, "Go on with a value."),
    method("throw", "($self, type, value=None, traceback=None, /)", throw, "Go on with an exception."),
    method("close", "($self, /)", close, "End by GeneratorExit."),
];

fn new(t: &mut Thread, class: Ref<Type>, generator: Value, task: Task, args: [Value; 3]) -> Value {
    let payload = Awaitable {
        generator: Slot::new(generator),
        task,
        args: args.map(Slot::new),
        state: Slot::new(INIT),
    };
    native::new(t, class, payload)
}

/// The awaitable of `asend(value)`.
pub(super) fn new_asend(t: &mut Thread, generator: Value, value: Value) -> Value {
    let class = native::class(t, &ASEND_DEF);
    new(t, class, generator, Task::Send, [value, Value::UNSET, Value::UNSET])
}

/// The awaitable of `athrow(...)`.
pub(super) fn new_athrow(t: &mut Thread, generator: Value, args: [Value; 3]) -> Value {
    let class = native::class(t, &ATHROW_DEF);
    new(t, class, generator, Task::Throw, args)
}

/// The awaitable of `aclose()`.
pub(super) fn new_aclose(t: &mut Thread, generator: Value) -> Value {
    let class = native::class(t, &ATHROW_DEF);
    new(t, class, generator, Task::Close, [Value::UNSET; 3])
}

/// An awaitable with its generator.
#[derive(Clone, Copy)]
struct Running {
    this: Value,
    state: &'static Awaitable,
    generator: Ref<Generator>,
}

impl Running {
    fn of(this: Value) -> Running {
        match native::payload::<Awaitable>(this) {
            Some(state) => Running { this, state, generator: Ref::known(state.generator.get()) },
            None => unreachable!("a method of the type itself"),
        }
    }

    fn set(self, t: &mut Thread, state: u64) {
        let w = t.write(Ref::<Native>::known(self.this));
        self.state.state.set(&w, state);
    }

    fn begin(self, t: &mut Thread) -> PyResult<()> {
        if self.generator.has(AWAITABLE_RUNNING) {
            self.set(t, DONE);
            let what = match self.state.task {
                Task::Send => "anext()",
                Task::Throw => "athrow()",
                Task::Close => "aclose()",
            };
            return Err(
                t.raise(Exc::RuntimeError, format!("{what}: asynchronous generator is already running"))
            );
        }
        Ok(())
    }

    fn iterate(self, t: &mut Thread) {
        self.set(t, ITERATING);
        self.generator.set_flag(t, AWAITABLE_RUNNING, true);
    }

    fn finish(self, t: &mut Thread) {
        self.set(t, DONE);
        self.generator.set_flag(t, AWAITABLE_RUNNING, false);
    }

    fn reused(self, t: &mut Thread) -> Raised {
        let what = if self.state.task == Task::Send { "__anext__()/asend()" } else { "aclose()/athrow()" };
        t.raise(Exc::RuntimeError, format!("cannot reuse already awaited {what}"))
    }
}

fn itself(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(args[0])
}

fn next(t: &mut Thread, args: &[Value]) -> PyResult {
    resume(t, Running::of(args[0]), Value::NONE)
}

fn send(t: &mut Thread, args: &[Value]) -> PyResult {
    resume(t, Running::of(args[0]), args[1])
}

fn resume(t: &mut Thread, this: Running, value: Value) -> PyResult {
    let mut value = value;
    match this.state.state.get() {
        DONE => return Err(this.reused(t)),
        INIT if this.state.task == Task::Send => {
            this.begin(t)?;
            if value.is_none() {
                value = this.state.args[0].get();
            }
            this.iterate(t);
        }
        INIT => {
            if this.generator.state() == State::Finished {
                this.set(t, DONE);
                return Err(t.stop_iteration());
            }
            this.begin(t)?;
            if this.generator.has(CLOSED) {
                this.set(t, DONE);
                return Err(t.raise_args(Exc::StopAsyncIteration, &[]));
            }
            if !value.is_none() {
                return Err(
                    t.raise(Exc::RuntimeError, "can't send non-None value to a just-started coroutine")
                );
            }
            let exception = if this.state.task == Task::Close {
                methods::mark_closed(t, this.generator);
                exceptions::new_exception(t, Exc::GeneratorExit, &[])
            } else {
                let [a, b, c] = [0, 1, 2].map(|i| this.state.args[i].get());
                exception_to_throw(t, a, b, c)?
            };
            this.iterate(t);
            let result = super::throw(t, this.generator, exception, false);
            return settle(t, this, result);
        }
        _ if this.state.task != Task::Send && this.generator.state() == State::Finished => {
            this.set(t, DONE);
            return Err(t.stop_iteration());
        }
        _ => {}
    }
    let result = super::send_generator(t, this.generator, value);
    settle(t, this, result)
}

/// What running the generator a bit further means for the awaitable.
fn settle(t: &mut Thread, this: Running, result: PyResult<Step>) -> PyResult {
    let raised = match result {
        Ok(Step::Yielded(v)) => match native::payload::<WrappedValue>(v) {
            None => return Ok(v),
            Some(_) if this.state.task == Task::Close => {
                this.finish(t);
                return Err(t.raise(Exc::RuntimeError, "async generator ignored GeneratorExit"));
            }
            Some(wrapped) => {
                let value = wrapped.value.get();
                this.finish(t);
                return Err(stop_iteration(t, value));
            }
        },
        Ok(Step::Returned(_)) => t.raise_args(Exc::StopAsyncIteration, &[]),
        Err(raised) => raised,
    };
    let end = t.pending_is(Exc::StopAsyncIteration) || t.pending_is(Exc::GeneratorExit);
    let exception = t.take_exception(raised);
    if end {
        methods::mark_closed(t, this.generator);
    }
    this.finish(t);
    if end && this.state.task == Task::Close {
        return Err(t.stop_iteration());
    }
    Err(t.reraise(exception))
}

fn throw(t: &mut Thread, args: &[Value]) -> PyResult {
    methods::warn_old_throw(t, args)?;
    let this = Running::of(args[0]);
    if this.state.state.get() == DONE {
        return Err(this.reused(t));
    }
    if this.state.state.get() == INIT {
        this.begin(t)?;
        this.iterate(t);
    }
    let exception = exception_to_throw(t, args[1], args[2], args[3])?;
    let result = super::throw(t, this.generator, exception, false);
    settle(t, this, result)
}

fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = Running::of(args[0]);
    if this.state.state.get() == DONE {
        return Ok(Value::NONE);
    }
    let class = t.rt.exception(Exc::GeneratorExit);
    match throw(t, &[args[0], class, Value::UNSET, Value::UNSET]) {
        Ok(_) => Err(t.raise(Exc::RuntimeError, "coroutine ignored GeneratorExit")),
        Err(raised)
            if [Exc::StopIteration, Exc::StopAsyncIteration, Exc::GeneratorExit]
                .into_iter()
                .any(|e| t.pending_is(e)) =>
        {
            t.take_exception(raised);
            Ok(Value::NONE)
        }
        Err(raised) => Err(raised),
    }
}
