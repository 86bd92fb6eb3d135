//! `bool`.

use super::{arith, construct, methods};
use crate::{
    builtins::exceptions::warning,
    error::{Exc, PyResult},
    kind::Kind,
    native::{MATCH_SELF, Method, TypeDef, method, static_method},
    protocol::truth,
    special::{self, BinaryOp},
    thread::Thread,
    value::Value,
};

/// `bool`
pub static DEF: TypeDef = TypeDef {
    name: "bool",
    doc: "The truth value of an object: False if it is omitted, empty or zero, True otherwise.\n\nThe two bools are the \
          only instances of the class, which cannot be subclassed.",
    base: Some(&methods::DEF),
    kind: Kind::Bool,
    layout: crate::shape::fixed_layout(2, 2),
    words: 0,
    flags: MATCH_SELF,
    methods: METHODS,
    getset: &[],
    setup: None,
};

static METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, object=False, /)",
        construct::new_bool,
        "Create and return a new object.",
    )
    .constructing(1, |t, a| a.first().map_or(Ok(Value::FALSE), |&x| truth::is_true(t, x).map(Value::bool))),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__and__", "($self, value, /)", |t, a| bitwise(t, special::AND, a[0], a[1]), "Return self&value."),
    method(
        "__rand__",
        "($self, value, /)",
        |t, a| bitwise(t, special::AND, a[1], a[0]),
        "Return value&self.",
    ),
    method("__or__", "($self, value, /)", |t, a| bitwise(t, special::OR, a[0], a[1]), "Return self|value."),
    method("__ror__", "($self, value, /)", |t, a| bitwise(t, special::OR, a[1], a[0]), "Return value|self."),
    method("__xor__", "($self, value, /)", |t, a| bitwise(t, special::XOR, a[0], a[1]), "Return self^value."),
    method(
        "__rxor__",
        "($self, value, /)",
        |t, a| bitwise(t, special::XOR, a[1], a[0]),
        "Return value^self.",
    ),
    method("__invert__", "($self, /)", invert, "~self"),
];

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(t.intern(if args[0] == Value::TRUE { "True" } else { "False" }))
}

/// `&`, `|`, `^`: a bool if both operands are.
fn bitwise(t: &mut Thread, op: BinaryOp, a: Value, b: Value) -> PyResult {
    let result = arith::binary_of(t, op, a, b)?;
    Ok(match result.as_small() {
        Some(n) if a.is_bool() && b.is_bool() => Value::bool(n != 0),
        _ => result,
    })
}

fn invert(t: &mut Thread, args: &[Value]) -> PyResult {
    warning::warn(
        t,
        Exc::DeprecationWarning,
        "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
         inversion of the underlying int object and is usually not what you expect from the negation of a bool object. \
         Use the 'not' operator for boolean negation or ~int(x) for the bitwise inversion of the underlying int.",
        1,
    )?;
    Ok(Value::small(if args[0] == Value::TRUE { -2 } else { -1 }))
}
