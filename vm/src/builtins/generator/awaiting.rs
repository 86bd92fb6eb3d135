//! What `yield from`, `await` and `async for` do to get an iterator.

use pystm_gc::Marker;
use pystm_stm::Slot;

use super::{Generator, State, async_gen, exception_to_throw, methods, send_generator, yielded};
use crate::{
    builtins::{exceptions, frame::Live, tuple},
    bytecode::CodeFlags,
    error::{Exc, PyResult},
    interp::frame,
    kind::Kind,
    native::{NO_CONSTRUCTOR, TypeDef, method},
    object::{
        Ref,
        native::{self, Kept, Payload},
    },
    protocol::{attr, call},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// `yield from source` in the frame with window `fp`: the source itself if it is a generator or coroutine, `None` if
/// `iter()` is to be asked.
///
/// # Safety
/// `fp` must be the window of the running frame.
pub unsafe fn yield_from_iterator(t: &mut Thread, fp: *mut Value, source: Value) -> PyResult<Option<Value>> {
    let Some(generator) = source.cast::<Generator>() else { return Ok(None) };
    if generator.is_coroutine() {
        // SAFETY: the caller vouches for the window.
        let flags = unsafe { frame::function_of(fp) }.loaded().flags.0;
        if flags & (CodeFlags::COROUTINE | CodeFlags::ITERABLE_COROUTINE) == 0 {
            return Err(t.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator"));
        }
        return Ok(Some(source));
    }
    Ok(generator.is_plain().then_some(source))
}

fn is_native_awaitable(value: Value) -> bool {
    value.cast::<Generator>().is_some_and(|g| {
        g.is_coroutine() || (g.is_plain() && g.loaded().flags.has(CodeFlags::ITERABLE_COROUTINE))
    })
}

/// The iterator of `await value`. `place`: 0 await, 1 `__aenter__`, 2 `__aexit__`.
pub fn awaitable_iterator(t: &mut Thread, value: Value, place: usize) -> PyResult {
    if is_native_awaitable(value) {
        let generator = Ref::<Generator>::known(value);
        if generator.is_coroutine() && generator.delegate().is_some() {
            return Err(t.raise(Exc::RuntimeError, "coroutine is being awaited already"));
        }
        return Ok(value);
    }
    let Some(method) = t.special(value, Special::Await) else {
        let name = type_of(value).name();
        let message = match place {
            0 => format!("'{name}' object can't be awaited"),
            1 => format!(
                "'async with' received an object from __aenter__ that does not implement __await__: {name}"
            ),
            _ => format!(
                "'async with' received an object from __aexit__ that does not implement __await__: {name}"
            ),
        };
        return Err(t.type_error(message));
    };
    let iterator = call::call_unbound(t, method, value, &[])?;
    if is_native_awaitable(iterator) {
        return Err(t.type_error("__await__() returned a coroutine"));
    }
    if t.special(iterator, Special::Next).is_none() {
        let name = type_of(iterator).name();
        return Err(t.type_error(format!("__await__() returned non-iterator of type '{name}'")));
    }
    Ok(iterator)
}

/// `type(value).__aiter__(value)`
pub fn async_iterator(t: &mut Thread, value: Value) -> PyResult {
    let Some(method) = t.special(value, Special::AIter) else {
        let name = type_of(value).name();
        return Err(t.type_error(format!("'async for' requires an object with __aiter__ method, got {name}")));
    };
    let iterator = call::call_unbound(t, method, value, &[])?;
    if t.special(iterator, Special::ANext).is_none() {
        let name = type_of(iterator).name();
        return Err(t.type_error(format!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {name}"
        )));
    }
    Ok(iterator)
}

/// The awaitable iterator of `iterator.__anext__()`.
pub fn async_next(t: &mut Thread, iterator: Value) -> PyResult {
    if let Some(generator) = iterator.cast::<Generator>().filter(|g| g.is_async()) {
        methods::call_hooks(t, generator)?;
        return Ok(async_gen::new_asend(t, iterator, Value::NONE));
    }
    let Some(method) = t.special(iterator, Special::ANext) else {
        let name = type_of(iterator).name();
        return Err(
            t.type_error(format!("'async for' requires an iterator with __anext__ method, got {name}"))
        );
    };
    let awaitable = call::call_unbound(t, method, iterator, &[])?;
    match awaitable_iterator(t, awaitable, 0) {
        Ok(v) => Ok(v),
        Err(raised) => {
            let name = type_of(awaitable).name();
            let message = format!("'async for' received an invalid object from __anext__: {name}");
            Err(exceptions::raise_from(t, raised, Exc::TypeError, &message))
        }
    }
}

/// RuntimeWarning for a coroutine that dies without having run.
pub(super) fn warn_never_awaited(t: &mut Thread, coroutine: Ref<Generator>) -> PyResult<()> {
    if let Some(warn) = exceptions::warning::loaded_attribute(t, "_warn_unawaited_coroutine") {
        match call::call(t, warn, &[coroutine.value()]) {
            Ok(_) => return Ok(()),
            Err(raised) => {
                let message = "Exception ignored while finalizing coroutine";
                exceptions::write_unraisable(t, raised, message, coroutine.value());
            }
        }
    }
    let name = attr::name_text(coroutine.qualname.get());
    exceptions::warning::warn(t, Exc::RuntimeWarning, &format!("coroutine '{name}' was never awaited"), 1)
}

/// Sets `cr_origin` of a coroutine whose frame is running: file, line and function of its callers, innermost first.
pub fn note_origin(t: &mut Thread, coroutine: Ref<Generator>) {
    let mut rows = t.vec();
    let mut at = Live::running(t).and_then(|live| live.caller(t));
    while let Some(live) = at.filter(|_| rows.len() < t.locals.coroutine_origin_depth as usize) {
        let code = live.code();
        let line = code.loaded().position_at(live.word()).line;
        let row = [code.filename.get(), Value::small(i64::from(line)), code.name.get()];
        let row = tuple::new_small(t, &row);
        rows.push(row);
        at = live.caller(t);
    }
    let origin = tuple::new_small(t, &rows);
    let w = t.write(coroutine);
    coroutine.extra.set(&w, origin);
}

/// State of the iterator that `coroutine.__await__()` returns.
struct CoroutineWrapper {
    coroutine: Slot<Value>,
}

impl Payload for CoroutineWrapper {
    fn trace(&self, marker: &mut Marker) {
        native::trace_value(marker, self.coroutine.get());
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

static WRAPPER_DEF: TypeDef = TypeDef {
    name: "coroutine_wrapper",
    doc: "A wrapper object implementing __await__ for coroutines.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[
        method("__iter__", "($self, /)", itself, "Implement iter(self)."),
        method("__next__", "($self, /)", next, "Implement next(self)."),
        method("send", "($self, arg, /)", send, "Send a value into the coroutine."),
        method(
            "throw",
            "($self, type, value=None, traceback=None, /)",
            throw,
            "Raise an exception in the coroutine.",
        ),
        method("close", "($self, /)", close, "Close the coroutine."),
    ],
    getset: &[],
    setup: None,
};

/// `coroutine.__await__()`
pub(super) fn coroutine_await(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = native::class(t, &WRAPPER_DEF);
    Ok(native::new(t, class, CoroutineWrapper { coroutine: Slot::new(args[0]) }))
}

fn wrapped(value: Value) -> Ref<Generator> {
    match native::payload::<CoroutineWrapper>(value) {
        Some(w) => Ref::known(w.coroutine.get()),
        None => unreachable!("a method of the type itself"),
    }
}

fn itself(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(args[0])
}

fn next(t: &mut Thread, args: &[Value]) -> PyResult {
    let step = send_generator(t, wrapped(args[0]), Value::NONE)?;
    yielded(t, step)
}

fn send(t: &mut Thread, args: &[Value]) -> PyResult {
    let step = send_generator(t, wrapped(args[0]), args[1])?;
    yielded(t, step)
}

fn throw(t: &mut Thread, args: &[Value]) -> PyResult {
    methods::warn_old_throw(t, args)?;
    let exception = exception_to_throw(t, args[1], args[2], args[3])?;
    let step = super::throw(t, wrapped(args[0]), exception, true)?;
    yielded(t, step)
}

fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    let coroutine = wrapped(args[0]);
    if coroutine.state() == State::Finished {
        return Ok(Value::NONE);
    }
    super::close(t, coroutine)
}

/// State of the iterator of `anext(iterator, default)`.
struct WithDefault {
    awaitable: Slot<Value>,
    default: Slot<Value>,
}

impl Payload for WithDefault {
    fn trace(&self, marker: &mut Marker) {
        native::trace_value(marker, self.awaitable.get());
        native::trace_value(marker, self.default.get());
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

static WITH_DEFAULT_DEF: TypeDef = TypeDef {
    name: "anext_awaitable",
    doc: "",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[
        method("__await__", "($self, /)", itself, "Return an iterator to be used in await expression."),
        method("__iter__", "($self, /)", itself, "Implement iter(self)."),
        method("__next__", "($self, /)", default_next, "Implement next(self)."),
        method("send", "($self, value, /)", default_send, "Go on with a value."),
        method(
            "throw",
            "($self, type, value=None, traceback=None, /)",
            default_throw,
            "Go on with an exception.",
        ),
        method("close", "($self, /)", default_close, "End by GeneratorExit."),
    ],
    getset: &[],
    setup: None,
};

/// The awaitable of `anext(iterator, default)`: as the one given, but at the end of the iteration its result is the
/// default.
pub fn anext_with_default(t: &mut Thread, awaitable: Value, default: Value) -> PyResult {
    let class = native::class(t, &WITH_DEFAULT_DEF);
    Ok(native::new(t, class, WithDefault { awaitable: Slot::new(awaitable), default: Slot::new(default) }))
}

/// Calls a method of the inner iterator; the end of the asynchronous iteration becomes the default.
fn with_default(t: &mut Thread, this: Value, name: &str, args: &[Value]) -> PyResult {
    let Some(state) = native::payload::<WithDefault>(this) else {
        unreachable!("a method of the type itself")
    };
    let iterator = awaitable_iterator(t, state.awaitable.get(), 0)?;
    let result = if iterator.cast::<Generator>().is_some_and(|g| g.is_coroutine()) && name == "__next__" {
        call::call_method(t, iterator, "send", &[Value::NONE])
    } else {
        call::call_method(t, iterator, name, args)
    };
    match result {
        Ok(v) => Ok(v),
        Err(raised) => {
            t.catch(raised, Exc::StopAsyncIteration)?;
            Err(super::stop_iteration(t, state.default.get()))
        }
    }
}

fn default_next(t: &mut Thread, args: &[Value]) -> PyResult {
    with_default(t, args[0], "__next__", &[])
}

fn default_send(t: &mut Thread, args: &[Value]) -> PyResult {
    with_default(t, args[0], "send", &args[1..])
}

fn default_throw(t: &mut Thread, args: &[Value]) -> PyResult {
    let given = args.iter().take_while(|a| !a.is_unset()).count();
    with_default(t, args[0], "throw", &args[1..given])
}

fn default_close(t: &mut Thread, args: &[Value]) -> PyResult {
    with_default(t, args[0], "close", &[])
}
