//! The methods of `complex`.

use pystm_text::{format_spec::format_complex, hash::hash_complex, number::complex_repr};

use super::{Parts, absolute, arith::binary_of, as_complex, construct, new};
use crate::{
    builtins::{float, int, tuple},
    error::PyResult,
    kind::Kind,
    native::{GetSet, Method, SUBCLASSABLE, TypeDef, class_method, member, method, static_method},
    protocol::text,
    runtime::type_of,
    special,
    thread::Thread,
    value::Value,
};

/// `complex`
pub static DEF: TypeDef = TypeDef {
    name: "complex",
    doc: "Create a complex number from a string or numbers.\n\nIf a string is given, parse it as a complex number.\nIf a \
          single number is given, convert it to a complex number.\nIf the 'real' or 'imag' arguments are given, create a \
          complex number\nwith the specified real and imaginary components.",
    base: None,
    kind: Kind::Complex,
    layout: super::LAYOUT,
    words: 0,
    flags: SUBCLASSABLE,
    methods: METHODS,
    getset: GETSET,
    setup: None,
};

static METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, real=0, imag=0)",
        construct::construct,
        "Create and return a new object.",
    ),
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
    method(
        "__neg__",
        "($self, /)",
        |t, a| {
            let (x, y) = this(a);
            Ok(new(t, -x, -y))
        },
        "-self",
    ),
    method("__pos__", "($self, /)", exact, "+self"),
    method("__abs__", "($self, /)", abs, "abs(self)"),
    method(
        "__bool__",
        "($self, /)",
        |_, a| Ok(Value::bool(this(a) != (0.0, 0.0))),
        "True if self else False",
    ),
    method("__lt__", "($self, value, /)", |_, _| Ok(Value::NOT_IMPLEMENTED), "Return self<value."),
    method("__le__", "($self, value, /)", |_, _| Ok(Value::NOT_IMPLEMENTED), "Return self<=value."),
    method(
        "__eq__",
        "($self, value, /)",
        |_, a| Ok(equal(a).map_or(Value::NOT_IMPLEMENTED, Value::bool)),
        "Return self==value.",
    ),
    method(
        "__ne__",
        "($self, value, /)",
        |_, a| Ok(equal(a).map_or(Value::NOT_IMPLEMENTED, |e| Value::bool(!e))),
        "Return self!=value.",
    ),
    method("__gt__", "($self, value, /)", |_, _| Ok(Value::NOT_IMPLEMENTED), "Return self>value."),
    method("__ge__", "($self, value, /)", |_, _| Ok(Value::NOT_IMPLEMENTED), "Return self>=value."),
    class_method(
        "from_number",
        "($cls, number, /)",
        construct::from_number,
        "Convert number to a complex floating-point number.",
    ),
    method(
        "conjugate",
        "($self, /)",
        |t, a| {
            let (x, y) = this(a);
            Ok(new(t, x, -y))
        },
        "Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.",
    ),
    method("__complex__", "($self, /)", exact, "Convert this value to exact type complex."),
    method("__getnewargs__", "($self, /)", new_args, ""),
    method("__format__", "($self, format_spec, /)", format, "Convert to a string according to format_spec."),
];

static GETSET: &[GetSet] = &[
    member("real", |t, v| Ok(float::new(t, parts(v).0)), "the real part of a complex number"),
    member("imag", |t, v| Ok(float::new(t, parts(v).1)), "the imaginary part of a complex number"),
];

fn parts(value: Value) -> Parts {
    as_complex(value).unwrap_or((0.0, 0.0))
}

/// The receiver's parts.
fn this(args: &[Value]) -> Parts {
    parts(args[0])
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let (real, imaginary) = this(args);
    Ok(t.new_str(&complex_repr(real, imaginary)))
}

fn hash(t: &mut Thread, args: &[Value]) -> PyResult {
    let (real, imaginary) = this(args);
    let h = hash_complex(float::hash(real, args[0]), float::hash(imaginary, args[0]));
    Ok(int::from_i64(t, h))
}

fn exact(t: &mut Thread, args: &[Value]) -> PyResult {
    if super::as_exact(args[0]).is_some() {
        return Ok(args[0]);
    }
    let (real, imaginary) = this(args);
    Ok(new(t, real, imaginary))
}

fn pow(t: &mut Thread, x: Value, y: Value, modulus: Value) -> PyResult {
    let known = |v| as_complex(v).is_some() || float::as_float(v).is_some() || int::of(v).is_some();
    if !known(x) || !known(y) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    if modulus.given_not_none().is_some() {
        return Err(t.value_error("complex modulo"));
    }
    binary_of(t, special::POW, x, y)
}

fn abs(t: &mut Thread, args: &[Value]) -> PyResult {
    match absolute(this(args)) {
        Some(f) => Ok(float::new(t, f)),
        None => Err(t.overflow_error("absolute value too large")),
    }
}

/// Whether the receiver equals a number; `None` for what is none.
fn equal(args: &[Value]) -> Option<bool> {
    let (real, imaginary) = this(args);
    if let Some(other) = as_complex(args[1]) {
        return Some((real, imaginary) == other);
    }
    let other = match float::as_float(args[1]) {
        Some(f) => float::Number::Float(f),
        None => float::Number::Int(int::of(args[1])?),
    };
    let same = float::compare_numbers(float::Number::Float(real), other).is_some_and(|o| o.is_eq());
    Some(imaginary == 0.0 && same)
}

fn new_args(t: &mut Thread, args: &[Value]) -> PyResult {
    let (real, imaginary) = this(args);
    let real = float::new(t, real);
    let imaginary = float::new(t, imaginary);
    Ok(tuple::new_small(t, &[real, imaginary]))
}

fn format(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(spec) = args[1].as_str() else { return Err(float::spec_not_str(t, args[1])) };
    if spec.is_empty() {
        return text::str(t, args[0]);
    }
    let name = type_of(args[0]).name();
    let (real, imaginary) = this(args);
    float::formatted(t, format_complex(real, imaginary, spec.units(), &name))
}
