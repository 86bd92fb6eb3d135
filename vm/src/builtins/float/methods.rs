//! The methods of `float`.

use pystm_text::{
    format_spec::format_float,
    number::{float_from_hex, float_to_hex},
};

use super::{
    arith::{binary_of, compare_values, power},
    as_float, construct, formatted, hash as hash_of, new, operand, round, spec_not_str,
};
use crate::{
    builtins::{int, str, tuple},
    error::PyResult,
    kind::Kind,
    native::{
        GetSet, MATCH_SELF, Method, SUBCLASSABLE, TypeDef, class_method, getter, method, static_method,
    },
    protocol::{call, text},
    runtime::{class_of_kind, type_of},
    special::{self, Compare},
    thread::Thread,
    value::Value,
};

/// `float`
pub static DEF: TypeDef = TypeDef {
    name: "float",
    doc: "Convert a string or number to a floating-point number, if possible.",
    base: None,
    kind: Kind::Float,
    layout: super::LAYOUT,
    words: 0,
    flags: SUBCLASSABLE | MATCH_SELF,
    methods: METHODS,
    getset: GETSET,
    setup: None,
};

static METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, x=0, /, **kwargs)",
        construct::new_float,
        "Create and return a new object.",
    )
    .constructing(1, |t, a| match a.first() {
        Some(&x) => construct::to_float(t, x),
        None => Ok(super::new(t, 0.0)),
    }),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__hash__", "($self, /)", hash, "Return hash(self)."),
    method(
        "__add__",
        "($self, value, /)",
        |t, a| binary_of(t, special::ADD, a[0], a[1]),
        "Return self+value.",
    ),
    method(
        "__radd__",
        "($self, value, /)",
        |t, a| binary_of(t, special::ADD, a[1], a[0]),
        "Return value+self.",
    ),
    method(
        "__sub__",
        "($self, value, /)",
        |t, a| binary_of(t, special::SUB, a[0], a[1]),
        "Return self-value.",
    ),
    method(
        "__rsub__",
        "($self, value, /)",
        |t, a| binary_of(t, special::SUB, a[1], a[0]),
        "Return value-self.",
    ),
    method(
        "__mul__",
        "($self, value, /)",
        |t, a| binary_of(t, special::MUL, a[0], a[1]),
        "Return self*value.",
    ),
    method(
        "__rmul__",
        "($self, value, /)",
        |t, a| binary_of(t, special::MUL, a[1], a[0]),
        "Return value*self.",
    ),
    method(
        "__mod__",
        "($self, value, /)",
        |t, a| binary_of(t, special::MOD, a[0], a[1]),
        "Return self%value.",
    ),
    method(
        "__rmod__",
        "($self, value, /)",
        |t, a| binary_of(t, special::MOD, a[1], a[0]),
        "Return value%self.",
    ),
    method(
        "__divmod__",
        "($self, value, /)",
        |t, a| binary_of(t, special::DIV_MOD, a[0], a[1]),
        "Return divmod(self, value).",
    ),
    method(
        "__rdivmod__",
        "($self, value, /)",
        |t, a| binary_of(t, special::DIV_MOD, a[1], a[0]),
        "Return divmod(value, self).",
    ),
    method(
        "__pow__",
        "($self, value, mod=None, /)",
        |t, a| pow(t, a[0], a[1], a[2]),
        "Return pow(self, value, mod).",
    ),
    method(
        "__rpow__",
        "($self, value, mod=None, /)",
        |t, a| pow(t, a[1], a[0], a[2]),
        "Return pow(value, self, mod).",
    ),
    method("__neg__", "($self, /)", |t, a| Ok(new(t, -this(a))), "-self"),
    method("__pos__", "($self, /)", |t, a| Ok(new(t, this(a))), "+self"),
    method("__abs__", "($self, /)", |t, a| Ok(new(t, this(a).abs())), "abs(self)"),
    method("__bool__", "($self, /)", |_, a| Ok(Value::bool(this(a) != 0.0)), "True if self else False"),
    method("__int__", "($self, /)", round::trunc, "int(self)"),
    method("__float__", "($self, /)", |t, a| Ok(new(t, this(a))), "float(self)"),
    method(
        "__floordiv__",
        "($self, value, /)",
        |t, a| binary_of(t, special::FLOOR_DIV, a[0], a[1]),
        "Return self//value.",
    ),
    method(
        "__rfloordiv__",
        "($self, value, /)",
        |t, a| binary_of(t, special::FLOOR_DIV, a[1], a[0]),
        "Return value//self.",
    ),
    method(
        "__truediv__",
        "($self, value, /)",
        |t, a| binary_of(t, special::TRUE_DIV, a[0], a[1]),
        "Return self/value.",
    ),
    method(
        "__rtruediv__",
        "($self, value, /)",
        |t, a| binary_of(t, special::TRUE_DIV, a[1], a[0]),
        "Return value/self.",
    ),
    method("__lt__", "($self, value, /)", |_, a| compare(a, Compare::Lt), "Return self<value."),
    method("__le__", "($self, value, /)", |_, a| compare(a, Compare::Le), "Return self<=value."),
    method("__eq__", "($self, value, /)", |_, a| compare(a, Compare::Eq), "Return self==value."),
    method("__ne__", "($self, value, /)", |_, a| compare(a, Compare::Ne), "Return self!=value."),
    method("__gt__", "($self, value, /)", |_, a| compare(a, Compare::Gt), "Return self>value."),
    method("__ge__", "($self, value, /)", |_, a| compare(a, Compare::Ge), "Return self>=value."),
    class_method(
        "from_number",
        "($cls, number, /)",
        from_number,
        "Convert real number to a floating-point number.",
    ),
    method(
        "conjugate",
        "($self, /)",
        |t, a| Ok(new(t, this(a))),
        "Return self, the complex conjugate of any float.",
    ),
    method("__trunc__", "($self, /)", round::trunc, "Return the Integral closest to x between 0 and x."),
    method("__floor__", "($self, /)", round::floor, "Return the floor as an Integral."),
    method("__ceil__", "($self, /)", round::ceil, "Return the ceiling as an Integral."),
    method(
        "__round__",
        "($self, ndigits=None, /)",
        round::round,
        "Return the Integral closest to x, rounding half toward even.\n\nWhen an argument is passed, work like built-in round(x, ndigits).",
    ),
    method(
        "as_integer_ratio",
        "($self, /)",
        round::as_integer_ratio,
        "Return a pair of integers, whose ratio is exactly equal to the original float.\n\nThe ratio is in lowest terms and has a positive denominator.",
    ),
    class_method(
        "fromhex",
        "($cls, string, /)",
        from_hex,
        "Create a floating-point number from a hexadecimal string.",
    ),
    method("hex", "($self, /)", hex, "Return a hexadecimal representation of a floating-point number."),
    method("is_integer", "($self, /)", is_integer, "Return True if the float is an integer."),
    method("__getnewargs__", "($self, /)", new_args, ""),
    class_method(
        "__getformat__",
        "($cls, typestr, /)",
        get_format,
        "You probably don't want to use this function.\n\nIt exists mainly to be used in Python's test suite.",
    ),
    method("__format__", "($self, format_spec, /)", format, "Formats the float according to format_spec."),
    method("__sizeof__", "($self, /)", |_, _| Ok(Value::small(24)), "Size of object in memory, in bytes."),
];

static GETSET: &[GetSet] = &[
    getter("real", |t, v| Ok(new(t, as_float(v).unwrap_or(0.0))), "the real part of a complex number"),
    getter(
        "imag",
        |_, _| Ok(Value::try_float(0.0).unwrap_or(Value::ZERO)),
        "the imaginary part of a complex number",
    ),
];

/// The receiver's number.
pub(super) fn this(args: &[Value]) -> f64 {
    as_float(args[0]).unwrap_or(0.0)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    super::repr(t, this(args))
}

fn hash(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(int::from_i64(t, hash_of(this(args), args[0])))
}

fn compare(args: &[Value], op: Compare) -> PyResult {
    Ok(compare_values(args[0], args[1], op).map_or(Value::NOT_IMPLEMENTED, Value::bool))
}

fn pow(t: &mut Thread, x: Value, y: Value, modulus: Value) -> PyResult {
    if modulus.given_not_none().is_some() {
        return Err(t.type_error("pow() 3rd argument not allowed unless all arguments are integers"));
    }
    let Some(x) = operand(t, x)? else { return Ok(Value::NOT_IMPLEMENTED) };
    let Some(y) = operand(t, y)? else { return Ok(Value::NOT_IMPLEMENTED) };
    power(t, x, y)
}

/// The float as an instance of the class that a class method was called on.
fn of_class(t: &mut Thread, class: Value, f: f64) -> PyResult {
    let value = new(t, f);
    if class == class_of_kind(Kind::Float).value() {
        return Ok(value);
    }
    call::call(t, class, &[value])
}

fn from_number(t: &mut Thread, args: &[Value]) -> PyResult {
    if super::as_exact(args[1]).is_some() && args[0] == class_of_kind(Kind::Float).value() {
        return Ok(args[1]);
    }
    let f = construct::to_f64(t, args[1])?;
    of_class(t, args[0], f)
}

fn from_hex(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(text) = args[1].as_str() else {
        return Err(t.type_error("bad argument type for built-in operation"));
    };
    match float_from_hex(text.to_rust().as_bytes()) {
        Ok(f) => of_class(t, args[0], f),
        Err(error) => Err(str::format::raise(t, &error)),
    }
}

fn hex(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(t.new_str(&float_to_hex(this(args))))
}

fn is_integer(_t: &mut Thread, args: &[Value]) -> PyResult {
    let f = this(args);
    Ok(Value::bool(f.is_finite() && f == f.floor()))
}

fn new_args(t: &mut Thread, args: &[Value]) -> PyResult {
    let f = new(t, this(args));
    Ok(tuple::new_small(t, &[f]))
}

fn get_format(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(text) = args[1].as_str() else {
        let name = type_of(args[1]).name();
        return Err(t.type_error(format!("__getformat__() argument must be str, not {name}")));
    };
    match text.as_ascii() {
        Some("double" | "float") => Ok(t.new_str(if cfg!(target_endian = "little") {
            "IEEE, little-endian"
        } else {
            "IEEE, big-endian"
        })),
        _ => Err(t.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
    }
}

fn format(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(spec) = args[1].as_str() else { return Err(spec_not_str(t, args[1])) };
    if spec.is_empty() {
        return text::str(t, args[0]);
    }
    let name = type_of(args[0]).format_name();
    formatted(t, format_float(this(args), spec.units(), &name))
}
