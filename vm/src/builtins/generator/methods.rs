//! The types `generator`, `coroutine` and `async_generator`.

use super::{CLOSED, Generator, HOOKED, LAYOUT, State, async_gen, awaiting};
use crate::{
    builtins::{exceptions, frame, function::Function},
    error::{Exc, PyResult},
    kind::Kind,
    native::{GetSet, Method, NO_CONSTRUCTOR, TypeDef, class_method, getset, getter, method},
    object::Ref,
    protocol::attr,
    thread::Thread,
    value::Value,
};

/// The class `generator`.
pub static GENERATOR_DEF: TypeDef = TypeDef {
    name: "generator",
    doc: "",
    base: None,
    kind: Kind::Generator,
    layout: LAYOUT,
    words: 0,
    flags: NO_CONSTRUCTOR,
    methods: &[
        method("__iter__", "($self, /)", itself, "Implement iter(self)."),
        method("__next__", "($self, /)", next, "Implement next(self)."),
        SEND,
        THROW,
        CLOSE,
        DEL,
        REPR,
        CLASS_GETITEM,
    ],
    getset: &[
        NAME,
        QUALNAME,
        getter("gi_frame", get_frame, "The frame, None if the code has ended."),
        getter("gi_code", get_code, "The code."),
        getter("gi_running", get_running, "Whether it runs."),
        getter("gi_suspended", get_suspended, "Whether it stands at a yield."),
        getter("gi_yieldfrom", get_delegate, "object being iterated by yield from, or None"),
    ],
    setup: None,
};

/// The class `coroutine`.
pub static COROUTINE_DEF: TypeDef = TypeDef {
    name: "coroutine",
    doc: "",
    base: None,
    kind: Kind::Coroutine,
    layout: LAYOUT,
    words: 0,
    flags: NO_CONSTRUCTOR,
    methods: &[
        method(
            "__await__",
            "($self, /)",
            awaiting::coroutine_await,
            "Return an iterator to be used in await expression.",
        ),
        method(
            "send",
            "($self, arg, /)",
            send,
            "send(arg) -> send 'arg' into coroutine,\nreturn next iterated value or raise StopIteration.",
        ),
        method(
            "throw",
            "($self, type, value=None, traceback=None, /)",
            throw,
            "Raise exception in coroutine, return next iterated value or raise\nStopIteration.",
        ),
        method("close", "($self, /)", close, "close() -> raise GeneratorExit inside coroutine."),
        DEL,
        REPR,
        CLASS_GETITEM,
    ],
    getset: &[
        getset("__name__", get_name, set_name, "name of the coroutine"),
        getset("__qualname__", get_qualname, set_qualname, "qualified name of the coroutine"),
        getter("cr_frame", get_frame, "The frame, None if the code has ended."),
        getter("cr_code", get_code, "The code."),
        getter("cr_running", get_running, "Whether it runs."),
        getter("cr_suspended", get_suspended, "Whether it stands at an await."),
        getter("cr_await", get_delegate, "object being awaited on, or None"),
        getter("cr_origin", get_origin, "Where the coroutine was made, or None."),
    ],
    setup: None,
};

/// The class `async_generator`.
pub static ASYNC_GENERATOR_DEF: TypeDef = TypeDef {
    name: "async_generator",
    doc: "",
    base: None,
    kind: Kind::AsyncGenerator,
    layout: LAYOUT,
    words: 0,
    flags: NO_CONSTRUCTOR,
    methods: &[
        method(
            "__aiter__",
            "($self, /)",
            itself,
            "Return an awaitable, that resolves in asynchronous iterator.",
        ),
        method("__anext__", "($self, /)", anext, "Return a value or raise StopAsyncIteration."),
        method("asend", "($self, value, /)", asend, "Send a value in, return an awaitable of the next one."),
        method(
            "athrow",
            "($self, type, value=None, tb=None, /)",
            athrow,
            "Raise an exception inside the generator.",
        ),
        method("aclose", "($self, /)", aclose, "Raise GeneratorExit inside the generator."),
        DEL,
        REPR,
        CLASS_GETITEM,
    ],
    getset: &[
        NAME,
        QUALNAME,
        getter("ag_frame", get_frame, "The frame, None if the code has ended."),
        getter("ag_code", get_code, "The code."),
        getter("ag_running", get_async_running, "Whether one of its awaitables runs."),
        getter("ag_suspended", get_suspended, "Whether it stands at a yield."),
        getter("ag_await", get_delegate, "object being awaited on, or None"),
    ],
    setup: None,
};

const SEND: Method = method(
    "send",
    "($self, arg, /)",
    send,
    "Send a value in; return the next yielded one or raise StopIteration.",
);
const THROW: Method = method(
    "throw",
    "($self, type, value=None, traceback=None, /)",
    throw,
    "Raise an exception inside, return the next yielded value.",
);
const CLOSE: Method = method("close", "($self, /)", close, "Raise GeneratorExit inside.");
const DEL: Method = method("__del__", "($self, /)", del, "What happens when nobody refers to it any more.");
const REPR: Method = method("__repr__", "($self, /)", repr, "Return repr(self).");
const CLASS_GETITEM: Method =
    class_method("__class_getitem__", "($cls, object, /)", class_getitem, "See PEP 585");
const NAME: GetSet = getset("__name__", get_name, set_name, "The name.");
const QUALNAME: GetSet = getset("__qualname__", get_qualname, set_qualname, "The qualified name.");

fn this(value: Value) -> Ref<Generator> {
    Ref::known(value)
}

fn itself(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(args[0])
}

fn next(t: &mut Thread, args: &[Value]) -> PyResult {
    let step = super::send_generator(t, this(args[0]), Value::NONE)?;
    super::yielded(t, step)
}

fn send(t: &mut Thread, args: &[Value]) -> PyResult {
    let step = super::send_generator(t, this(args[0]), args[1])?;
    super::yielded(t, step)
}

fn throw(t: &mut Thread, args: &[Value]) -> PyResult {
    warn_old_throw(t, args)?;
    let exception = super::exception_to_throw(t, args[1], args[2], args[3])?;
    let step = super::throw(t, this(args[0]), exception, true)?;
    super::yielded(t, step)
}

/// DeprecationWarning for `throw` with more than one argument.
pub(super) fn warn_old_throw(t: &mut Thread, args: &[Value]) -> PyResult<()> {
    if args[2].is_unset() && args[3].is_unset() {
        return Ok(());
    }
    let message =
        "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.";
    exceptions::warning::warn(t, Exc::DeprecationWarning, message, 1)
}

fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    super::close(t, this(args[0]))
}

fn del(t: &mut Thread, args: &[Value]) -> PyResult {
    super::finalize(t, this(args[0]));
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let generator = this(args[0]);
    let kind = generator.kind_name().replace(' ', "_");
    let name = attr::name_text(generator.qualname.get());
    let address = args[0].bits() & !7;
    Ok(t.new_str(&format!("<{kind} object {name} at {address:#x}>")))
}

fn class_getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(crate::builtins::generic_alias(t, args[0], args[1]))
}

fn get_name(_t: &mut Thread, value: Value) -> PyResult {
    Ok(this(value).name.get())
}

fn set_name(t: &mut Thread, value: Value, name: Value) -> PyResult<()> {
    if name.is_unset() || name.as_str().is_none() {
        return Err(t.type_error("__name__ must be set to a string object"));
    }
    let w = t.write(this(value));
    this(value).name.set(&w, name);
    Ok(())
}

fn get_qualname(_t: &mut Thread, value: Value) -> PyResult {
    Ok(this(value).qualname.get())
}

fn set_qualname(t: &mut Thread, value: Value, name: Value) -> PyResult<()> {
    if name.is_unset() || name.as_str().is_none() {
        return Err(t.type_error("__qualname__ must be set to a string object"));
    }
    let w = t.write(this(value));
    this(value).qualname.set(&w, name);
    Ok(())
}

fn get_frame(t: &mut Thread, value: Value) -> PyResult {
    let generator = this(value);
    if generator.state() == State::Finished {
        return Ok(Value::NONE);
    }
    Ok(frame::of_generator(t, generator).value())
}

fn get_code(_t: &mut Thread, value: Value) -> PyResult {
    Ok(Ref::<Function>::known(this(value).function.get()).code.get())
}

fn get_running(_t: &mut Thread, value: Value) -> PyResult {
    Ok(Value::bool(this(value).state() == State::Running))
}

fn get_async_running(_t: &mut Thread, value: Value) -> PyResult {
    Ok(Value::bool(this(value).has(super::AWAITABLE_RUNNING)))
}

fn get_suspended(_t: &mut Thread, value: Value) -> PyResult {
    Ok(Value::bool(this(value).state() == State::Suspended))
}

fn get_delegate(_t: &mut Thread, value: Value) -> PyResult {
    Ok(this(value).delegate().unwrap_or(Value::NONE))
}

fn get_origin(_t: &mut Thread, value: Value) -> PyResult {
    Ok(this(value).extra.get())
}

/// Calls the hooks of `sys.set_asyncgen_hooks` before an async generator is iterated for the first time.
pub(super) fn call_hooks(t: &mut Thread, generator: Ref<Generator>) -> PyResult<()> {
    if generator.has(HOOKED) {
        return Ok(());
    }
    generator.set_flag(t, HOOKED, true);
    let (first, finalizer) = (t.locals.asyncgen_firstiter, t.locals.asyncgen_finalizer);
    let w = t.write(generator);
    generator.extra.set(&w, finalizer);
    if !first.is_none() {
        crate::protocol::call::call(t, first, &[generator.value()])?;
    }
    Ok(())
}

fn anext(t: &mut Thread, args: &[Value]) -> PyResult {
    call_hooks(t, this(args[0]))?;
    Ok(async_gen::new_asend(t, args[0], Value::NONE))
}

fn asend(t: &mut Thread, args: &[Value]) -> PyResult {
    call_hooks(t, this(args[0]))?;
    Ok(async_gen::new_asend(t, args[0], args[1]))
}

fn athrow(t: &mut Thread, args: &[Value]) -> PyResult {
    warn_old_throw(t, args)?;
    call_hooks(t, this(args[0]))?;
    Ok(async_gen::new_athrow(t, args[0], [args[1], args[2], args[3]]))
}

fn aclose(t: &mut Thread, args: &[Value]) -> PyResult {
    call_hooks(t, this(args[0]))?;
    Ok(async_gen::new_aclose(t, args[0]))
}

/// Notes that an async generator will yield nothing more.
pub(super) fn mark_closed(t: &mut Thread, generator: Ref<Generator>) {
    generator.set_flag(t, CLOSED, true);
}
