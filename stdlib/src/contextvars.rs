//! `_contextvars`: context variables. A context refers to a dict of its bindings that is never changed in place, so that
//! copying a context copies one word.

use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_vm::{
    builtins::{
        dict::{self, Dict},
        typeobj::Type,
    },
    error::{Exc, PyResult},
    kind::Kind,
    native::{
        MAPPING, Method, ModuleDef, NO_CONSTRUCTOR, TypeDef, class_method, getter, method, static_method,
    },
    object::{
        Ref,
        native::{self, Kept, Native, Payload},
    },
    protocol::{call, compare, hash, iter, text},
    thread::Thread,
    value::Value,
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_contextvars",
    doc: "Context Variables",
    methods: METHODS,
    types: &[&CONTEXT_DEF, &VAR_DEF, &TOKEN_DEF],
    init: None,
};

static METHODS: &[Method] =
    &[method("copy_context", "()", copy_context, "Return a copy of the current context.")];

/// Makes a context variable for native code.
pub(crate) fn new_var(t: &mut Thread, name: &str, default: Value) -> Value {
    let name = t.intern(name);
    let class = native::class(t, &VAR_DEF);
    native::new(t, class, Var { name: Slot::new(name), default: Slot::new(default) })
}

/// The value of a context variable in the current context, its default, or `None`.
pub(crate) fn current_value(t: &mut Thread, var: Value) -> PyResult<Option<Value>> {
    let context = current(t);
    if let Some(v) = dict::get(t, bindings(context), var)? {
        return Ok(Some(v));
    }
    Ok(payload_var(var).default.get().given())
}

// ---- contexts

struct Context {
    /// A dict from variables to values; replaced, never changed.
    bindings: Slot<Value>,
    /// While it is entered: the context that was current before, or None; else unset.
    previous: Slot<Value>,
}

impl Payload for Context {
    fn trace(&self, marker: &mut Marker) {
        native::trace_value(marker, self.bindings.get());
        native::trace_value(marker, self.previous.get());
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

static CONTEXT_DEF: TypeDef = TypeDef {
    name: "_contextvars.Context",
    doc: "",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: MAPPING,
    methods: &[
        static_method("__new__", "($cls, *args, **kwargs)", context_new, "Make an empty context."),
        method("__contains__", "($self, key, /)", context_contains, "Return bool(key in self)."),
        method("__getitem__", "($self, key, /)", context_getitem, "Return self[key]."),
        method("__iter__", "($self, /)", context_iter, "Implement iter(self)."),
        method("__len__", "($self, /)", context_len, "Return len(self)."),
        method("__eq__", "($self, other, /)", context_eq, "Return self==value."),
        method(
            "get",
            "($self, key, default=None, /)",
            context_get,
            "Return the value of a variable or the default.",
        ),
        method("items", "($self, /)", context_items, "Return all variables and their values."),
        method("keys", "($self, /)", context_keys, "Return a list of all variables."),
        method("values", "($self, /)", context_values, "Return a list of all values."),
        method("copy", "($self, /)", context_copy, "Return a shallow copy."),
        method("run", "($self, callable=<unset>, /, *args, **kwargs)", context_run, "Call in this context."),
    ],
    getset: &[],
    setup: None,
};

fn new_context(t: &mut Thread, bindings: Value) -> Value {
    let class = native::class(t, &CONTEXT_DEF);
    native::new(t, class, Context { bindings: Slot::new(bindings), previous: Slot::new(Value::UNSET) })
}

fn payload_context(value: Value) -> &'static Context {
    native::payload(value).unwrap_or_else(|| unreachable!("a method of the type itself"))
}

fn bindings(context: Value) -> Ref<Dict> {
    Ref::known(payload_context(context).bindings.get())
}

/// The current context, made on first use.
fn current(t: &mut Thread) -> Value {
    if t.locals.context.is_none() {
        let empty = dict::new(t).value();
        t.locals.context = new_context(t, empty);
    }
    t.locals.context
}

fn copy_context(t: &mut Thread, _args: &[Value]) -> PyResult {
    let current = current(t);
    Ok(new_context(t, bindings(current).value()))
}

fn context_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let keywords = args[2].cast::<Dict>().is_some_and(|k| !k.is_empty());
    if keywords || args[1].as_tuple().is_some_and(|a| !a.is_empty()) {
        return Err(t.type_error("Context() does not accept any arguments"));
    }
    let empty = dict::new(t).value();
    Ok(new_context(t, empty))
}

fn context_copy(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(new_context(t, bindings(args[0]).value()))
}

fn check_key(t: &mut Thread, key: Value) -> PyResult<()> {
    if native::payload::<Var>(key).is_none() {
        let shown = text::repr_string(t, key)?;
        return Err(t.type_error(format!("a ContextVar key was expected, got {shown}")));
    }
    Ok(())
}

fn context_contains(t: &mut Thread, args: &[Value]) -> PyResult {
    check_key(t, args[1])?;
    Ok(Value::bool(dict::get(t, bindings(args[0]), args[1])?.is_some()))
}

fn context_getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    check_key(t, args[1])?;
    match dict::get(t, bindings(args[0]), args[1])? {
        Some(v) => Ok(v),
        None => Err(t.key_error(args[1])),
    }
}

fn context_get(t: &mut Thread, args: &[Value]) -> PyResult {
    check_key(t, args[1])?;
    Ok(dict::get(t, bindings(args[0]), args[1])?.unwrap_or(args[2].or(Value::NONE)))
}

fn context_iter(t: &mut Thread, args: &[Value]) -> PyResult {
    iter::iter(t, bindings(args[0]).value())
}

fn context_len(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(bindings(args[0]).len() as i64))
}

fn context_eq(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(other) = native::payload::<Context>(args[1]) else { return Ok(Value::NOT_IMPLEMENTED) };
    compare::equal(t, bindings(args[0]).value(), other.bindings.get()).map(Value::bool)
}

fn context_items(t: &mut Thread, args: &[Value]) -> PyResult {
    call::call_method(t, bindings(args[0]).value(), "items", &[])
}

fn context_keys(t: &mut Thread, args: &[Value]) -> PyResult {
    call::call_method(t, bindings(args[0]).value(), "keys", &[])
}

fn context_values(t: &mut Thread, args: &[Value]) -> PyResult {
    call::call_method(t, bindings(args[0]).value(), "values", &[])
}

fn context_run(t: &mut Thread, args: &[Value]) -> PyResult {
    let context = payload_context(args[0]);
    if args[1].is_unset() {
        return Err(t.type_error("run() missing 1 required positional argument"));
    }
    if !context.previous.get().is_unset() {
        let shown = text::repr_string(t, args[0])?;
        let message = format!("cannot enter context: {shown} is already entered");
        return Err(t.raise(Exc::RuntimeError, message));
    }
    let previous = t.locals.context;
    let w = t.write(Ref::<Native>::known(args[0]));
    context.previous.set(&w, previous);
    t.locals.context = args[0];
    let result = call::call_ex(t, args[1], args[2], args[3]);
    t.locals.context = previous;
    let w = t.write(Ref::<Native>::known(args[0]));
    context.previous.set(&w, Value::UNSET);
    result
}

// ---- variables

struct Var {
    name: Slot<Value>,
    default: Slot<Value>,
}

impl Payload for Var {
    fn trace(&self, marker: &mut Marker) {
        native::trace_value(marker, self.name.get());
        native::trace_value(marker, self.default.get());
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

static VAR_DEF: TypeDef = TypeDef {
    name: "_contextvars.ContextVar",
    doc: "",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: 0,
    methods: &[
        static_method(
            "__new__",
            "($cls, name=<unset>, /, *, default=<unset>)",
            var_new,
            "Make a context variable.",
        ),
        method("get", "($self, default=<unset>, /)", var_get, "Return the value in the current context."),
        method("set", "($self, value, /)", var_set, "Set the value in the current context; return a token."),
        method("reset", "($self, token, /)", var_reset, "Restore the value that a token remembers."),
        method("__repr__", "($self, /)", var_repr, "Return repr(self)."),
        class_method("__class_getitem__", "($cls, object, /)", class_getitem, "See PEP 585"),
    ],
    getset: &[getter("name", var_name, "The name.")],
    setup: None,
};

fn payload_var(value: Value) -> &'static Var {
    native::payload(value).unwrap_or_else(|| unreachable!("a method of the type itself"))
}

fn class_getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(pystm_vm::builtins::generic_alias(t, args[0], args[1]))
}

fn var_new(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].is_unset() {
        return Err(t.type_error("ContextVar() takes exactly 1 positional argument (0 given)"));
    }
    if args[1].as_str().is_none() {
        return Err(t.type_error("context variable name must be a str"));
    }
    hash::hash(t, args[1])?;
    let class = Ref::<Type>::known(args[0]);
    Ok(native::new(t, class, Var { name: Slot::new(args[1]), default: Slot::new(args[2]) }))
}

fn var_name(_t: &mut Thread, value: Value) -> PyResult {
    Ok(payload_var(value).name.get())
}

fn var_get(t: &mut Thread, args: &[Value]) -> PyResult {
    let context = current(t);
    if let Some(v) = dict::get(t, bindings(context), args[0])? {
        return Ok(v);
    }
    match args[1].given().or(payload_var(args[0]).default.get().given()) {
        Some(v) => Ok(v),
        None => Err(t.raise_args(Exc::LookupError, &[args[0]])),
    }
}

/// Binds a variable in the current context, or unbinds it (value unset).
fn bind(t: &mut Thread, var: Value, value: Value) -> PyResult<()> {
    let context = current(t);
    let copy = dict::copy(t, bindings(context))?;
    if value.is_unset() {
        dict::remove(t, copy, var)?;
    } else {
        dict::set(t, copy, var, value)?;
    }
    let w = t.write(Ref::<Native>::known(context));
    payload_context(context).bindings.set(&w, copy.value());
    Ok(())
}

fn var_set(t: &mut Thread, args: &[Value]) -> PyResult {
    let context = current(t);
    let old = dict::get(t, bindings(context), args[0])?.unwrap_or(Value::UNSET);
    bind(t, args[0], args[1])?;
    let class = native::class(t, &TOKEN_DEF);
    let token = Token {
        var: Slot::new(args[0]),
        context: Slot::new(context),
        old: Slot::new(old),
        used: Slot::new(0),
    };
    Ok(native::new(t, class, token))
}

fn var_reset(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(token) = native::payload::<Token>(args[1]) else {
        let shown = text::repr_string(t, args[1])?;
        return Err(t.type_error(format!("expected an instance of Token, got {shown}")));
    };
    if token.used.get() != 0 {
        let shown = text::repr_string(t, args[1])?;
        return Err(t.raise(Exc::RuntimeError, format!("{shown} has already been used once")));
    }
    if token.var.get() != args[0] {
        let shown = text::repr_string(t, args[1])?;
        return Err(t.value_error(format!("{shown} was created by a different ContextVar")));
    }
    if token.context.get() != current(t) {
        let shown = text::repr_string(t, args[1])?;
        return Err(t.value_error(format!("{shown} was created in a different Context")));
    }
    let w = t.write(Ref::<Native>::known(args[1]));
    token.used.set(&w, 1);
    bind(t, args[0], token.old.get())?;
    Ok(Value::NONE)
}

fn var_repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let var = payload_var(args[0]);
    let name = text::repr_string(t, var.name.get())?;
    let default = match var.default.get().given() {
        Some(d) => format!(" default={}", text::repr_string(t, d)?),
        None => String::new(),
    };
    let address = args[0].bits() & !7;
    Ok(t.new_str(&format!("<ContextVar name={name}{default} at {address:#x}>")))
}

// ---- tokens

struct Token {
    var: Slot<Value>,
    context: Slot<Value>,
    old: Slot<Value>,
    used: Slot<u64>,
}

impl Payload for Token {
    fn trace(&self, marker: &mut Marker) {
        for slot in [&self.var, &self.context, &self.old] {
            native::trace_value(marker, slot.get());
        }
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

static TOKEN_DEF: TypeDef = TypeDef {
    name: "_contextvars.Token",
    doc: "",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: 0,
    methods: &[
        static_method(
            "__new__",
            "($cls, /, *args, **kwargs)",
            token_new,
            "Tokens are made by ContextVar.set().",
        ),
        method("__repr__", "($self, /)", token_repr, "Return repr(self)."),
        method("__enter__", "($self, /)", token_enter, "Enter into Token context manager."),
        method("__exit__", "($self, type, value, traceback, /)", token_exit, "Restore the variable."),
        class_method("__class_getitem__", "($cls, object, /)", class_getitem, "See PEP 585"),
    ],
    getset: &[getter("var", token_var, "The variable."), getter("old_value", token_old, "The value before.")],
    setup: Some(token_setup),
};

struct Missing;

impl Payload for Missing {
    fn trace(&self, _marker: &mut Marker) {}

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

static MISSING_DEF: TypeDef = TypeDef {
    name: "Token.MISSING",
    doc: "",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[method("__repr__", "($self, /)", missing_repr, "Return repr(self).")],
    getset: &[],
    setup: None,
};

fn token_setup(t: &mut Thread, class: Ref<Type>) {
    let missing = native::class(t, &MISSING_DEF);
    let missing = native::new(t, missing, Missing);
    t.rt.keep(t, missing);
    dict::set_text(t, class.dict(), "MISSING", missing);
}

fn missing_repr(t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(t.new_str("<Token.MISSING>"))
}

fn payload_token(value: Value) -> &'static Token {
    native::payload(value).unwrap_or_else(|| unreachable!("a method of the type itself"))
}

fn token_new(t: &mut Thread, _args: &[Value]) -> PyResult {
    Err(t.raise(Exc::RuntimeError, "Tokens can only be created by ContextVars"))
}

fn token_var(_t: &mut Thread, value: Value) -> PyResult {
    Ok(payload_token(value).var.get())
}

fn token_old(t: &mut Thread, value: Value) -> PyResult {
    match payload_token(value).old.get().given() {
        Some(v) => Ok(v),
        None => {
            let class = native::class(t, &TOKEN_DEF);
            Ok(dict::get_text(t, class.dict(), "MISSING").unwrap_or(Value::NONE))
        }
    }
}

fn token_repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let token = payload_token(args[0]);
    let used = if token.used.get() != 0 { " used" } else { "" };
    let var = text::repr_string(t, token.var.get())?;
    let address = args[0].bits() & !7;
    Ok(t.new_str(&format!("<Token{used} var={var} at {address:#x}>")))
}

fn token_enter(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(args[0])
}

fn token_exit(t: &mut Thread, args: &[Value]) -> PyResult {
    let var = payload_token(args[0]).var.get();
    var_reset(t, &[var, args[0]])
}
