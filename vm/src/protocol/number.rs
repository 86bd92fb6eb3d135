//! Arithmetic on values of any type.

use num_traits::ToPrimitive;

use crate::{
    builtins::{
        float::{self, Number},
        int,
        str::{self, Str},
        typeobj,
    },
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::SEQUENCE,
    object::Ref,
    protocol::call,
    runtime::type_of,
    special::{self, BinaryOp, Special},
    thread::Thread,
    value::Value,
};

/// `a op b`
pub fn binary(t: &mut Thread, op: BinaryOp, a: Value, b: Value) -> PyResult {
    if let Some(result) = primitive(t, op, a, b) {
        return result;
    }
    match binary_or_not_implemented(t, op, a, b)? {
        Value::NOT_IMPLEMENTED => Err(unsupported(t, op.sign, a, b)),
        v => Ok(v),
    }
}

/// Arithmetic of exact ints, floats and strs, without any look-up.
#[inline]
fn primitive(t: &mut Thread, op: BinaryOp, a: Value, b: Value) -> Option<PyResult> {
    if let (Some(x), Some(y)) = (float::as_number(a), float::as_number(b)) {
        return match (x, y) {
            // `&`, `|` and `^` of two bools give a bool: the method of `bool` sees to that.
            (Number::Int(_), Number::Int(_)) if a.is_bool() && b.is_bool() => None,
            (Number::Int(x), Number::Int(y)) => int::binary(t, op, x, y),
            _ => float::binary(t, op, x, y),
        };
    }
    if op.special == special::ADD.special && str::is_exact(a) && str::is_exact(b) {
        return Some(str::concat(t, Ref::<Str>::known(a), Ref::<Str>::known(b)));
    }
    None
}

/// `a op= b`
pub fn in_place(t: &mut Thread, op: BinaryOp, a: Value, b: Value) -> PyResult {
    if let Some(result) = primitive(t, op, a, b) {
        return result;
    }
    if let Some(method) = type_of(a).special(t, op.special as usize + 2) {
        let result = call::call_unbound(t, method, a, &[b])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    match binary_or_not_implemented(t, op, a, b)? {
        Value::NOT_IMPLEMENTED => {
            let sign =
                if op.special == special::POW.special { "**=".to_owned() } else { format!("{}=", op.sign) };
            Err(unsupported(t, &sign, a, b))
        }
        v => Ok(v),
    }
}

#[cold]
fn unsupported(t: &mut Thread, sign: &str, a: Value, b: Value) -> Raised {
    let (ta, tb) = (type_of(a).message_name(), type_of(b).message_name());
    // A print statement of Python 2, as CPython explains it.
    if sign == ">>" && ta == "builtin_function_or_method" {
        return t.type_error(format!(
            "unsupported operand type(s) for {sign}: '{ta}' and '{tb}'. Did you mean \"print(<message>, file=<output_stream>)\"?"
        ));
    }
    t.type_error(format!("unsupported operand type(s) for {sign}: '{ta}' and '{tb}'"))
}

/// The operator by special methods: the reflected one first if the right operand's class is a subclass that overrides
/// it.
pub fn binary_or_not_implemented(t: &mut Thread, op: BinaryOp, a: Value, b: Value) -> PyResult {
    t.check_native_stack()?;
    let (ta, tb) = (type_of(a), type_of(b));
    let (plain, reflected) = (op.special as usize, op.special as usize + 1);
    let mut right = if ta == tb { None } else { tb.special(t, reflected) };
    let left = ta.special(t, plain);
    if let Some(method) = right
        && tb.is_subtype(ta)
        && ta.special(t, reflected) != Some(method)
    {
        let result = call::call_unbound(t, method, b, &[a])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
        right = None;
    }
    if let Some(method) = left.filter(|m| !m.is_none()) {
        let result = call::call_unbound(t, method, a, &[b])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    if let Some(method) = right.filter(|m| !m.is_none()) {
        let result = call::call_unbound(t, method, b, &[a])?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    sequence_fallback(t, op, a, b)
}

/// `seq + x` and `seq * n` of types that only define the sequence methods give their own messages.
fn sequence_fallback(t: &mut Thread, op: BinaryOp, a: Value, b: Value) -> PyResult {
    if op.special == special::MUL.special {
        for (sequence, count) in [(a, b), (b, a)] {
            if repeats(t, sequence) && int::as_int(count).is_none() {
                let name = type_of(count).name();
                return Err(t.type_error(format!("can't multiply sequence by non-int of type '{name}'")));
            }
        }
    }
    Ok(Value::NOT_IMPLEMENTED)
}

/// Whether the value is of a native sequence type that can be repeated (or of a subclass).
fn repeats(t: &mut Thread, value: Value) -> bool {
    let class = type_of(value);
    let native = typeobj::native_def(class).is_some_and(|d| {
        d.flags & SEQUENCE != 0 || matches!(d.kind, Kind::Str | Kind::Bytes | Kind::ByteArray)
    });
    native && class.special(t, special::MUL.special as usize).is_some()
}

/// A unary operator with the sign for its message.
pub fn unary(t: &mut Thread, special: Special, sign: &str, value: Value) -> PyResult {
    match call::call_special(t, value, special, &[])? {
        Some(v) => Ok(v),
        None => {
            let name = type_of(value).name();
            Err(t.type_error(format!("bad operand type for unary {sign}: '{name}'")))
        }
    }
}

/// `operator.index(value)`: an exact int.
pub fn index(t: &mut Thread, value: Value) -> PyResult {
    if value.is_small() {
        return Ok(value);
    }
    if let Some(n) = int::as_int(value) {
        return Ok(n);
    }
    match call::call_special(t, value, Special::Index, &[])? {
        Some(v) if int::as_int(v).is_some() => Ok(int::as_int(v).unwrap_or(v)),
        Some(v) => {
            let name = type_of(v).name();
            Err(t.type_error(format!("__index__ returned non-int (type {name})")))
        }
        None => {
            let name = type_of(value).name();
            Err(t.type_error(format!("'{name}' object cannot be interpreted as an integer")))
        }
    }
}

/// The index as a machine integer; IndexError-free clamping is the caller's. OverflowError if it is too large.
pub fn index_as_i64(t: &mut Thread, value: Value) -> PyResult<i64> {
    let n = index(t, value)?;
    if let Some(i) = n.as_small() {
        return Ok(i);
    }
    match int::to_bigint(n).to_i64() {
        Some(i) => Ok(i),
        None => Err(t.raise(Exc::OverflowError, "Python int too large to convert to C ssize_t")),
    }
}

/// The index for a subscript: IndexError if it is too large.
pub fn subscript_index(t: &mut Thread, value: Value) -> PyResult<i64> {
    let n = index(t, value)?;
    if let Some(i) = n.as_small() {
        return Ok(i);
    }
    let name = type_of(value).name();
    match int::to_bigint(n).to_i64() {
        Some(i) => Ok(i),
        None => Err(t.index_error(format!("cannot fit '{name}' into an index-sized integer"))),
    }
}
