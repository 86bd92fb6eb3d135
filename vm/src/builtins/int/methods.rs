//! The methods of `int`.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::Pow;

use super::{
    IntRef, arith, as_int, binary_of, bytes, construct, from_bigint, from_i64, from_i128, index, of, power,
    text,
};
use crate::{
    builtins::{float, tuple},
    error::PyResult,
    kind::Kind,
    native::{
        GetSet, MATCH_SELF, Method, SUBCLASSABLE, TypeDef, class_method, getter, method, static_method,
    },
    protocol::text as protocol_text,
    runtime::type_of,
    special::{self, Compare},
    thread::Thread,
    value::Value,
};

/// `int`
pub static DEF: TypeDef = TypeDef {
    name: "int",
    doc: "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no \
          arguments are given.  Floats are truncated\ntowards zero.  With a base, x must be a string, bytes or bytearray \
          that holds\na literal in that base; base 0 means to read the base from the literal's prefix.\n>>> int('0b100', \
          base=0)\n4",
    base: None,
    kind: Kind::Int,
    layout: super::LAYOUT,
    words: 0,
    flags: SUBCLASSABLE | MATCH_SELF,
    methods: METHODS,
    getset: GETSET,
    setup: None,
};

static METHODS: &[Method] = &[
    static_method("__new__", "($cls, x=0, /, base=10)", construct::new, "Create and return a new object.")
        .constructing(1, |t, a| a.first().map_or(Ok(Value::ZERO), |&x| construct::to_int(t, x))),
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
    method("__neg__", "($self, /)", negative, "-self"),
    method("__pos__", "($self, /)", construct::exact, "+self"),
    method("__abs__", "($self, /)", absolute, "abs(self)"),
    method("__bool__", "($self, /)", is_true, "True if self else False"),
    method("__invert__", "($self, /)", invert, "~self"),
    method(
        "__lshift__",
        "($self, value, /)",
        |t, a| binary_of(t, special::L_SHIFT, a[0], a[1]),
        "Return self<<value.",
    ),
    method(
        "__rlshift__",
        "($self, value, /)",
        |t, a| binary_of(t, special::L_SHIFT, a[1], a[0]),
        "Return value<<self.",
    ),
    method(
        "__rshift__",
        "($self, value, /)",
        |t, a| binary_of(t, special::R_SHIFT, a[0], a[1]),
        "Return self>>value.",
    ),
    method(
        "__rrshift__",
        "($self, value, /)",
        |t, a| binary_of(t, special::R_SHIFT, a[1], a[0]),
        "Return value>>self.",
    ),
    method(
        "__and__",
        "($self, value, /)",
        |t, a| binary_of(t, special::AND, a[0], a[1]),
        "Return self&value.",
    ),
    method(
        "__rand__",
        "($self, value, /)",
        |t, a| binary_of(t, special::AND, a[1], a[0]),
        "Return value&self.",
    ),
    method(
        "__xor__",
        "($self, value, /)",
        |t, a| binary_of(t, special::XOR, a[0], a[1]),
        "Return self^value.",
    ),
    method(
        "__rxor__",
        "($self, value, /)",
        |t, a| binary_of(t, special::XOR, a[1], a[0]),
        "Return value^self.",
    ),
    method("__or__", "($self, value, /)", |t, a| binary_of(t, special::OR, a[0], a[1]), "Return self|value."),
    method(
        "__ror__",
        "($self, value, /)",
        |t, a| binary_of(t, special::OR, a[1], a[0]),
        "Return value|self.",
    ),
    method("__int__", "($self, /)", construct::exact, "int(self)"),
    method("__float__", "($self, /)", to_float, "float(self)"),
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
    method(
        "__index__",
        "($self, /)",
        construct::exact,
        "Return self converted to an integer, if self is suitable for use as an index into a list.",
    ),
    method("__lt__", "($self, value, /)", |_, a| compare(a, Compare::Lt), "Return self<value."),
    method("__le__", "($self, value, /)", |_, a| compare(a, Compare::Le), "Return self<=value."),
    method("__eq__", "($self, value, /)", |_, a| compare(a, Compare::Eq), "Return self==value."),
    method("__ne__", "($self, value, /)", |_, a| compare(a, Compare::Ne), "Return self!=value."),
    method("__gt__", "($self, value, /)", |_, a| compare(a, Compare::Gt), "Return self>value."),
    method("__ge__", "($self, value, /)", |_, a| compare(a, Compare::Ge), "Return self>=value."),
    method("conjugate", "($self, /)", construct::exact, "Returns self, the complex conjugate of any int."),
    method(
        "bit_length",
        "($self, /)",
        bit_length,
        "Number of bits necessary to represent self in binary.\n\n>>> (37).bit_length()\n6",
    ),
    method(
        "bit_count",
        "($self, /)",
        bit_count,
        "Number of ones in the binary representation of the absolute value of self.\n\n>>> bin(13)\n'0b1101'\n>>> (13).bit_count()\n3",
    ),
    method(
        "to_bytes",
        "($self, /, length=1, byteorder='big', *, signed=False)",
        bytes::to_bytes,
        "Return an array of bytes representing an integer.",
    ),
    class_method(
        "from_bytes",
        "($cls, /, bytes, byteorder='big', *, signed=False)",
        bytes::from_bytes,
        "Return the integer represented by the given array of bytes.",
    ),
    method(
        "as_integer_ratio",
        "($self, /)",
        as_integer_ratio,
        "Return a pair of integers, whose ratio is equal to the original int.\n\nThe ratio is in lowest terms and has a positive denominator.",
    ),
    method(
        "is_integer",
        "($self, /)",
        |_, _| Ok(Value::TRUE),
        "Returns True. Exists for duck type compatibility with float.is_integer.",
    ),
    method("__trunc__", "($self, /)", construct::exact, "Truncating an Integral returns itself."),
    method("__floor__", "($self, /)", construct::exact, "Flooring an Integral returns itself."),
    method("__ceil__", "($self, /)", construct::exact, "Ceiling of an Integral returns itself."),
    method(
        "__round__",
        "($self, ndigits=None, /)",
        round,
        "Rounding an Integral returns itself.\n\nRounding with an ndigits argument also returns an integer.",
    ),
    method("__getnewargs__", "($self, /)", new_args, ""),
    method("__format__", "($self, format_spec, /)", format, "Convert to a string according to format_spec."),
    method("__sizeof__", "($self, /)", size_of, "Returns size in memory, in bytes."),
];

static GETSET: &[GetSet] = &[
    getter("real", |_, v| Ok(as_int(v).unwrap_or(v)), "the real part of a complex number"),
    getter("imag", |_, _| Ok(Value::ZERO), "the imaginary part of a complex number"),
    getter(
        "numerator",
        |_, v| Ok(as_int(v).unwrap_or(v)),
        "the numerator of a rational number in lowest terms",
    ),
    getter("denominator", |_, _| Ok(Value::small(1)), "the denominator of a rational number in lowest terms"),
];

/// The receiver's number.
fn this(args: &[Value]) -> IntRef {
    of(args[0]).unwrap_or(IntRef::Small(0))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    text::repr(t, this(args))
}

fn hash(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(from_i64(t, this(args).hash()))
}

fn compare(args: &[Value], op: Compare) -> PyResult {
    Ok(match (of(args[0]), of(args[1])) {
        (Some(x), Some(y)) => Value::bool(op.holds(x.cmp(&y))),
        _ => Value::NOT_IMPLEMENTED,
    })
}

fn pow(t: &mut Thread, x: Value, y: Value, m: Value) -> PyResult {
    let (Some(x), Some(y)) = (of(x), of(y)) else { return Ok(Value::NOT_IMPLEMENTED) };
    match m.given_not_none() {
        None => power::power(t, x, y),
        Some(m) => match of(m) {
            Some(m) => power::power_modulo(t, x, y, m),
            None => Ok(Value::NOT_IMPLEMENTED),
        },
    }
}

fn negative(t: &mut Thread, args: &[Value]) -> PyResult {
    match this(args) {
        IntRef::Small(n) => Ok(from_i128(t, -(n as i128))),
        n => arith::with_sign(t, n, !n.is_negative()),
    }
}

fn absolute(t: &mut Thread, args: &[Value]) -> PyResult {
    match this(args) {
        IntRef::Small(n) => Ok(from_i128(t, (n as i128).abs())),
        n => arith::with_sign(t, n, false),
    }
}

fn is_true(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(!this(args).is_zero()))
}

fn invert(t: &mut Thread, args: &[Value]) -> PyResult {
    match this(args) {
        IntRef::Small(n) => Ok(from_i64(t, !n)),
        IntRef::Wide(n) => Ok(from_i128(t, !n)),
        n => arith::sub(t, IntRef::Small(-1), n),
    }
}

fn to_float(t: &mut Thread, args: &[Value]) -> PyResult {
    let f = this(args).float(t)?;
    Ok(float::new(t, f))
}

fn bit_length(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(from_i64(t, this(args).bits() as i64))
}

fn bit_count(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(match this(args) {
        IntRef::Small(n) => Value::small(n.unsigned_abs().count_ones() as i64),
        IntRef::Wide(n) => Value::small(n.unsigned_abs().count_ones() as i64),
        IntRef::Big(n) => Value::small(n.limbs.iter().map(|limb| limb.count_ones() as i64).sum()),
    })
}

fn as_integer_ratio(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = as_int(args[0]).unwrap_or(args[0]);
    Ok(tuple::new_small(t, &[n, Value::small(1)]))
}

fn round(t: &mut Thread, args: &[Value]) -> PyResult {
    let exact = as_int(args[0]).unwrap_or(args[0]);
    let Some(digits) = args[1].given_not_none() else { return Ok(exact) };
    let digits = index(t, digits)?;
    if !digits.is_negative() {
        return Ok(exact);
    }
    let n = this(args);
    // 10 ** digits is more than twice the number, which rounds to 0.
    let Some(digits) = digits.to_i64().filter(|d| d.unsigned_abs() <= n.bits()) else {
        return Ok(Value::ZERO);
    };
    let unit: BigInt = Pow::pow(BigInt::from(10), digits.unsigned_abs());
    let (quotient, rest) = n.big().div_mod_floor(&unit);
    let twice = &rest * 2;
    let up = twice > unit || (twice == unit && quotient.is_odd());
    Ok(from_bigint(t, (quotient + up as u8) * unit))
}

fn new_args(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = as_int(args[0]).unwrap_or(args[0]);
    Ok(tuple::new_small(t, &[n]))
}

fn format(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(spec) = args[1].as_str() else { return Err(float::spec_not_str(t, args[1])) };
    if spec.is_empty() {
        return protocol_text::str(t, args[0]);
    }
    let name = type_of(args[0]).format_name();
    let n = this(args).to_text_int();
    let result = pystm_text::format_spec::format_int(&n, spec.units(), &name, text::max_str_digits(t));
    float::formatted(t, result)
}

fn size_of(t: &mut Thread, args: &[Value]) -> PyResult {
    // As large as CPython's, which has 30 bits in every digit.
    let digits = this(args).bits().div_ceil(30).max(1);
    Ok(from_i64(t, 24 + 4 * digits as i64))
}
