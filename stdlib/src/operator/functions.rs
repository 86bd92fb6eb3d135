//! The functions of `_operator`.

use pystm_vm::{
    builtins::{buffer, int},
    error::{Exc, PyResult},
    native::{Method, method},
    protocol::{call, compare, item, iter, number, truth},
    runtime::type_of,
    special::{self, BinaryOp, Compare, Special},
    thread::Thread,
    value::Value,
};

/// The rows.
pub static METHODS: &[Method] = &[
    method(
        "_compare_digest",
        "(a, b, /)",
        compare_digest,
        "Whether a and b are equal, in a time that does not depend on where they differ.",
    ),
    method("abs", "(a, /)", abs, "Same as abs(a)."),
    method("add", "(a, b, /)", |t, v| number::binary(t, special::ADD, v[0], v[1]), "Same as a + b."),
    method("and_", "(a, b, /)", |t, v| number::binary(t, special::AND, v[0], v[1]), "Same as a & b."),
    method(
        "call",
        "(obj, /, *args, **kwargs)",
        |t, v| call::call_ex(t, v[0], v[1], v[2]),
        "Same as obj(*args, **kwargs).",
    ),
    method(
        "concat",
        "(a, b, /)",
        |t, v| concat(t, v, number::binary),
        "Same as a + b, for a and b sequences.",
    ),
    method(
        "contains",
        "(a, b, /)",
        |t, v| item::contains(t, v[0], v[1]).map(Value::bool),
        "Same as b in a (note reversed operands).",
    ),
    method("countOf", "(a, b, /)", count_of, "Return the number of items in a which are, or which equal, b."),
    method(
        "delitem",
        "(a, b, /)",
        |t, v| item::delitem(t, v[0], v[1]).map(|()| Value::NONE),
        "Same as del a[b].",
    ),
    method("eq", "(a, b, /)", |t, v| compare::compare(t, v[0], v[1], Compare::Eq), "Same as a == b."),
    method(
        "floordiv",
        "(a, b, /)",
        |t, v| number::binary(t, special::FLOOR_DIV, v[0], v[1]),
        "Same as a // b.",
    ),
    method("ge", "(a, b, /)", |t, v| compare::compare(t, v[0], v[1], Compare::Ge), "Same as a >= b."),
    method("getitem", "(a, b, /)", |t, v| item::getitem(t, v[0], v[1]), "Same as a[b]."),
    method("gt", "(a, b, /)", |t, v| compare::compare(t, v[0], v[1], Compare::Gt), "Same as a > b."),
    method("iadd", "(a, b, /)", |t, v| number::in_place(t, special::ADD, v[0], v[1]), "Same as a += b."),
    method("iand", "(a, b, /)", |t, v| number::in_place(t, special::AND, v[0], v[1]), "Same as a &= b."),
    method(
        "iconcat",
        "(a, b, /)",
        |t, v| concat(t, v, number::in_place),
        "Same as a += b, for a and b sequences.",
    ),
    method(
        "ifloordiv",
        "(a, b, /)",
        |t, v| number::in_place(t, special::FLOOR_DIV, v[0], v[1]),
        "Same as a //= b.",
    ),
    method(
        "ilshift",
        "(a, b, /)",
        |t, v| number::in_place(t, special::L_SHIFT, v[0], v[1]),
        "Same as a <<= b.",
    ),
    method(
        "imatmul",
        "(a, b, /)",
        |t, v| number::in_place(t, special::MAT_MUL, v[0], v[1]),
        "Same as a @= b.",
    ),
    method("imod", "(a, b, /)", |t, v| number::in_place(t, special::MOD, v[0], v[1]), "Same as a %= b."),
    method("imul", "(a, b, /)", |t, v| number::in_place(t, special::MUL, v[0], v[1]), "Same as a *= b."),
    method("index", "(a, /)", |t, v| number::index(t, v[0]), "Same as a.__index__()"),
    method("indexOf", "(a, b, /)", index_of, "Return the first index of b in a."),
    method("inv", "(a, /)", |t, v| number::unary(t, Special::Invert, "~", v[0]), "Same as ~a."),
    method("invert", "(a, /)", |t, v| number::unary(t, Special::Invert, "~", v[0]), "Same as ~a."),
    method("ior", "(a, b, /)", |t, v| number::in_place(t, special::OR, v[0], v[1]), "Same as a |= b."),
    method("ipow", "(a, b, /)", |t, v| number::in_place(t, special::POW, v[0], v[1]), "Same as a **= b."),
    method(
        "irshift",
        "(a, b, /)",
        |t, v| number::in_place(t, special::R_SHIFT, v[0], v[1]),
        "Same as a >>= b.",
    ),
    method("is_", "(a, b, /)", |_, v| Ok(Value::bool(v[0] == v[1])), "Same as a is b."),
    method("is_none", "(a, /)", |_, v| Ok(Value::bool(v[0].is_none())), "Same as a is None."),
    method("is_not", "(a, b, /)", |_, v| Ok(Value::bool(v[0] != v[1])), "Same as a is not b."),
    method("is_not_none", "(a, /)", |_, v| Ok(Value::bool(!v[0].is_none())), "Same as a is not None."),
    method("isub", "(a, b, /)", |t, v| number::in_place(t, special::SUB, v[0], v[1]), "Same as a -= b."),
    method(
        "itruediv",
        "(a, b, /)",
        |t, v| number::in_place(t, special::TRUE_DIV, v[0], v[1]),
        "Same as a /= b.",
    ),
    method("ixor", "(a, b, /)", |t, v| number::in_place(t, special::XOR, v[0], v[1]), "Same as a ^= b."),
    method("le", "(a, b, /)", |t, v| compare::compare(t, v[0], v[1], Compare::Le), "Same as a <= b."),
    method(
        "length_hint",
        "(obj, default=0, /)",
        length_hint,
        "Return an estimate of the number of items in obj.",
    ),
    method("lshift", "(a, b, /)", |t, v| number::binary(t, special::L_SHIFT, v[0], v[1]), "Same as a << b."),
    method("lt", "(a, b, /)", |t, v| compare::compare(t, v[0], v[1], Compare::Lt), "Same as a < b."),
    method("matmul", "(a, b, /)", |t, v| number::binary(t, special::MAT_MUL, v[0], v[1]), "Same as a @ b."),
    method("mod", "(a, b, /)", |t, v| number::binary(t, special::MOD, v[0], v[1]), "Same as a % b."),
    method("mul", "(a, b, /)", |t, v| number::binary(t, special::MUL, v[0], v[1]), "Same as a * b."),
    method("ne", "(a, b, /)", |t, v| compare::compare(t, v[0], v[1], Compare::Ne), "Same as a != b."),
    method("neg", "(a, /)", |t, v| number::unary(t, Special::Neg, "-", v[0]), "Same as -a."),
    method("not_", "(a, /)", |t, v| truth::is_true(t, v[0]).map(|b| Value::bool(!b)), "Same as not a."),
    method("or_", "(a, b, /)", |t, v| number::binary(t, special::OR, v[0], v[1]), "Same as a | b."),
    method("pos", "(a, /)", |t, v| number::unary(t, Special::Pos, "+", v[0]), "Same as +a."),
    method("pow", "(a, b, /)", |t, v| number::binary(t, special::POW, v[0], v[1]), "Same as a ** b."),
    method("rshift", "(a, b, /)", |t, v| number::binary(t, special::R_SHIFT, v[0], v[1]), "Same as a >> b."),
    method(
        "setitem",
        "(a, b, c, /)",
        |t, v| item::setitem(t, v[0], v[1], v[2]).map(|()| Value::NONE),
        "Same as a[b] = c.",
    ),
    method("sub", "(a, b, /)", |t, v| number::binary(t, special::SUB, v[0], v[1]), "Same as a - b."),
    method("truediv", "(a, b, /)", |t, v| number::binary(t, special::TRUE_DIV, v[0], v[1]), "Same as a / b."),
    method(
        "truth",
        "(a, /)",
        |t, v| truth::is_true(t, v[0]).map(Value::bool),
        "Return True if a is true, False otherwise.",
    ),
    method("xor", "(a, b, /)", |t, v| number::binary(t, special::XOR, v[0], v[1]), "Same as a ^ b."),
];

fn abs(t: &mut Thread, args: &[Value]) -> PyResult {
    match call::call_special(t, args[0], Special::Abs, &[])? {
        Some(v) => Ok(v),
        None => {
            let name = type_of(args[0]).name();
            Err(t.type_error(format!("bad operand type for abs(): '{name}'")))
        }
    }
}

type Operation = fn(&mut Thread, BinaryOp, Value, Value) -> PyResult;

fn concat(t: &mut Thread, args: &[Value], operation: Operation) -> PyResult {
    let is_number = int::as_int(args[0]).is_some() || t.special(args[0], Special::Float).is_some();
    if is_number || t.special(args[0], Special::GetItem).is_none() {
        let name = type_of(args[0]).name();
        return Err(t.type_error(format!("'{name}' object can't be concatenated")));
    }
    operation(t, special::ADD, args[0], args[1])
}

/// The iterator of the searched object.
fn searched(t: &mut Thread, value: Value) -> PyResult {
    match iter::consume(t, value) {
        Ok(iterator) => Ok(iterator),
        Err(raised) => {
            t.catch(raised, Exc::TypeError)?;
            let name = type_of(value).name();
            Err(t.type_error(format!("argument of type '{name}' is not iterable")))
        }
    }
}

fn count_of(t: &mut Thread, args: &[Value]) -> PyResult {
    let iterator = searched(t, args[0])?;
    let mut n = 0;
    while let Some(item) = iter::next(t, iterator)? {
        n += compare::equal(t, item, args[1])? as i64;
    }
    Ok(Value::small(n))
}

fn index_of(t: &mut Thread, args: &[Value]) -> PyResult {
    let iterator = searched(t, args[0])?;
    let mut i = 0;
    while let Some(item) = iter::next(t, iterator)? {
        if compare::equal(t, item, args[1])? {
            return Ok(Value::small(i));
        }
        i += 1;
    }
    Err(t.value_error("sequence.index(x): x not in sequence"))
}

fn length_hint(t: &mut Thread, args: &[Value]) -> PyResult {
    let default = match args[1].given() {
        None => 0,
        Some(v) => number::index_as_i64(t, v)?,
    };
    // A negative default comes back as it is.
    let marker = usize::MAX;
    match iter::length_hint(t, args[0], marker)? {
        n if n == marker => Ok(int::from_i64(t, default)),
        n => Ok(Value::small(n as i64)),
    }
}

fn compare_digest(t: &mut Thread, args: &[Value]) -> PyResult {
    if let (Some(a), Some(b)) = (args[0].as_str(), args[1].as_str()) {
        return match (a.as_ascii(), b.as_ascii()) {
            (Some(a), Some(b)) => Ok(Value::bool(same_bytes(a.as_bytes(), b.as_bytes()))),
            _ => Err(t.type_error("comparing strings with non-ASCII characters is not supported")),
        };
    }
    if [args[0], args[1]].iter().any(|&v| t.special(v, Special::Buffer).is_none()) {
        let (a, b) = (type_of(args[0]).name(), type_of(args[1]).name());
        return Err(
            t.type_error(format!("unsupported operand types(s) or combination of types: '{a}' and '{b}'"))
        );
    }
    let (a, b) = (buffer::to_vec(t, args[0])?, buffer::to_vec(t, args[1])?);
    Ok(Value::bool(same_bytes(&a, &b)))
}

/// Looks at every byte, wherever the first difference is.
fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    let difference = a.iter().zip(b).fold(0, |all, (x, y)| all | std::hint::black_box(x ^ y));
    a.len() == b.len() && difference == 0
}
