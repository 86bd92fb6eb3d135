//! Smaller types of `typing`: `NoDefault`, evaluators of constants, `ParamSpec.args` and `.kwargs`.

use std::sync::OnceLock;

use pystm_gc::Marker;

use crate::{
    builtins::{
        generic::type_text,
        object::{import_module, text_of},
        tuple::{self, Tuple},
    },
    error::PyResult,
    kind::Kind,
    native::{Method, TypeDef, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    protocol::{attr, compare, item, iter, number, text},
    thread::Thread,
    value::Value,
};

/// `typing.NoDefault` has no state.
struct NoDefault;

impl Payload for NoDefault {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

/// The type of `typing.NoDefault`.
pub static NO_DEFAULT_DEF: TypeDef = TypeDef {
    name: "typing.NoDefaultType",
    doc: "The type of the NoDefault singleton.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: 0,
    methods: &[
        static_method("__new__", "($cls, /)", |t, _| Ok(no_default(t)), "Create and return a new object."),
        method("__repr__", "($self, /)", |t, _| Ok(t.intern("typing.NoDefault")), "Return repr(self)."),
        method("__reduce__", "($self, /)", |t, _| Ok(t.intern("NoDefault")), ""),
    ],
    getset: &[],
    setup: None,
};

/// The singleton's word. Written once; the object is kept alive by the runtime.
static NO_DEFAULT: OnceLock<u64> = OnceLock::new();

/// `typing.NoDefault`
pub fn no_default(t: &mut Thread) -> Value {
    if let Some(&bits) = NO_DEFAULT.get() {
        return Value::from_bits(bits);
    }
    let class = t.rt.native_class(t, &NO_DEFAULT_DEF);
    let fresh = native::new(t, class, NoDefault);
    t.rt.keep(t, fresh);
    Value::from_bits(*NO_DEFAULT.get_or_init(|| fresh.bits()))
}

/// A function of a format that returns a known value.
struct ConstEvaluator {
    value: Value,
}

impl Payload for ConstEvaluator {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.value);
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

static EVALUATOR_DEF: TypeDef = TypeDef {
    name: "_typing._ConstEvaluator",
    doc: "Internal type for implementing evaluation functions.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: crate::native::NO_CONSTRUCTOR,
    methods: &[
        method("__call__", "($self, format, /)", evaluate, "Call self as a function."),
        method("__repr__", "($self, /)", evaluator_repr, "Return repr(self)."),
    ],
    getset: &[],
    setup: None,
};

/// The function that evaluates something lazily: the given one, or one that returns the value that is known already, or
/// None if there is neither.
pub fn evaluator(t: &mut Thread, function: Value, value: Value) -> PyResult {
    if let Some(function) = function.given() {
        return Ok(function);
    }
    let Some(value) = value.given() else { return Ok(Value::NONE) };
    let class = t.rt.native_class(t, &EVALUATOR_DEF);
    Ok(native::new(t, class, ConstEvaluator { value }))
}

fn constant(value: Value) -> Value {
    native::payload::<ConstEvaluator>(value).map_or(Value::NONE, |e| e.value)
}

/// Format `STRING` of `annotationlib`.
const STRING_FORMAT: i64 = 4;

fn evaluate(t: &mut Thread, args: &[Value]) -> PyResult {
    let value = constant(args[0]);
    if number::index_as_i64(t, args[1])? != STRING_FORMAT {
        return Ok(value);
    }
    let shown = match value.cast::<Tuple>() {
        None => type_text(t, value)?,
        Some(items) => {
            let mut parts = Vec::new();
            for &member in items.values() {
                parts.push(type_text(t, member)?);
            }
            format!("({})", parts.join(", "))
        }
    };
    Ok(t.new_str(&shown))
}

fn evaluator_repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let shown = text::repr_string(t, constant(args[0]))?;
    Ok(t.new_str(&format!("<constevaluator {shown}>")))
}

/// `P.args` or `P.kwargs`.
struct SpecPart {
    origin: Value,
}

impl Payload for SpecPart {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.origin);
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

const fn spec_definition(name: &'static str, doc: &'static str, methods: &'static [Method]) -> TypeDef {
    TypeDef {
        name,
        doc,
        base: None,
        kind: Kind::Native,
        layout: native::LAYOUT,
        words: native::WORDS,
        flags: 0,
        methods,
        getset: SPEC_GETSET,
        setup: None,
    }
}

static SPEC_GETSET: &[crate::native::GetSet] = &[getter("__origin__", |_, p| Ok(origin(p)), "")];

/// The type of `P.args`.
pub static ARGS_DEF: TypeDef = spec_definition(
    "typing.ParamSpecArgs",
    "The args for a ParamSpec object.",
    &[
        static_method(
            "__new__",
            "($cls, /, origin)",
            |t, a| Ok(spec_part(t, a[1], &ARGS_DEF)),
            "Create and return a new object.",
        ),
        method("__repr__", "($self, /)", |t, a| spec_repr(t, a[0], "args"), "Return repr(self)."),
        method("__eq__", "($self, value, /)", spec_eq, "Return self==value."),
        method("__hash__", "($self, /)", |t, a| spec_hash(t, a[0]), "Return hash(self)."),
        method("__mro_entries__", "($self, bases, /)", |t, _| super::cannot_subclass(t, "ParamSpecArgs"), ""),
    ],
);

/// The type of `P.kwargs`.
pub static KWARGS_DEF: TypeDef = spec_definition(
    "typing.ParamSpecKwargs",
    "The kwargs for a ParamSpec object.",
    &[
        static_method(
            "__new__",
            "($cls, /, origin)",
            |t, a| Ok(spec_part(t, a[1], &KWARGS_DEF)),
            "Create and return a new object.",
        ),
        method("__repr__", "($self, /)", |t, a| spec_repr(t, a[0], "kwargs"), "Return repr(self)."),
        method("__eq__", "($self, value, /)", spec_eq, "Return self==value."),
        method("__hash__", "($self, /)", |t, a| spec_hash(t, a[0]), "Return hash(self)."),
        method(
            "__mro_entries__",
            "($self, bases, /)",
            |t, _| super::cannot_subclass(t, "ParamSpecKwargs"),
            "",
        ),
    ],
);

/// `P.args` or `P.kwargs` of a parameter specification.
pub fn spec_part(t: &mut Thread, origin: Value, def: &'static TypeDef) -> Value {
    let class = t.rt.native_class(t, def);
    native::new(t, class, SpecPart { origin })
}

fn origin(value: Value) -> Value {
    native::payload::<SpecPart>(value).map_or(Value::NONE, |p| p.origin)
}

fn spec_repr(t: &mut Thread, part: Value, suffix: &str) -> PyResult {
    let origin = origin(part);
    let shown = match native::payload::<super::Param>(origin) {
        Some(p) => text_of(p.name),
        None => text::repr_string(t, origin)?,
    };
    Ok(t.new_str(&format!("{shown}.{suffix}")))
}

fn spec_eq(t: &mut Thread, args: &[Value]) -> PyResult {
    if crate::runtime::type_of(args[0]) != crate::runtime::type_of(args[1]) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    Ok(Value::bool(compare::equal(t, origin(args[0]), origin(args[1]))?))
}

fn spec_hash(t: &mut Thread, part: Value) -> PyResult {
    let h = crate::protocol::hash::hash(t, origin(part))?;
    Ok(crate::builtins::int::from_i64(t, h as i64 ^ 1))
}

/// `Unpack[value]`
pub fn unpacked(t: &mut Thread, value: Value) -> PyResult {
    let typing = import_module(t, "typing")?;
    let unpack = attr::getattr_text(t, typing, "Unpack")?;
    item::getitem(t, unpack, value)
}

/// An iterator over `Unpack[value]` alone: what `*value` gives.
pub fn iter_unpacked(t: &mut Thread, value: Value) -> PyResult {
    let unpacked = unpacked(t, value)?;
    let one = tuple::new_small(t, &[unpacked]);
    iter::iter(t, one)
}

/// Type parameters with every `TypeVarTuple` unpacked, a tuple.
pub fn unpack_params(t: &mut Thread, params: Ref<Tuple>) -> PyResult {
    let mut out = t.vec();
    for &param in params.values() {
        let param = if super::is_type_var_tuple(param) { unpacked(t, param)? } else { param };
        out.push(param);
    }
    tuple::new(t, &out)
}
