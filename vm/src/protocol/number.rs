//! Arithmetic on values of any type.

use num_traits::ToPrimitive;

use crate::{
    builtins::{
        bounds,
        float::{self, Number},
        function::native::NativeMethod,
        int, list_methods, set,
        str::{self, Str},
        typeobj,
    },
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::{SEQUENCE, TypeDef},
    object::Ref,
    protocol::call,
    runtime::type_of,
    special::{self, BinaryOp, Special},
    thread::Thread,
    value::Value,
};

/// `a op b`
pub fn binary(t: &mut Thread, op: BinaryOp, a: Value, b: Value) -> PyResult {
    if let Some(result) = primitive(t, op, a, b).or_else(|| container(t, op, a, b)) {
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

/// Operators of exact containers that need no look-up: sets, the concatenation of lists, `str % tuple`.
#[inline]
fn container(t: &mut Thread, op: BinaryOp, a: Value, b: Value) -> Option<PyResult> {
    let (x, y) = (a.object()?.header.shape(), b.object()?.header.shape());
    if x == Kind::List.shape() && y == x && op.special == special::ADD.special {
        return Some(list_methods::concat(t, Ref::known(a), Ref::known(b)));
    }
    if x == Kind::Str.shape() && y == Kind::Tuple.shape() && op.special == special::MOD.special {
        return Some(str::percent::run(t, Ref::known(a), b));
    }
    let is_set = |shape| shape == Kind::Set.shape() || shape == Kind::FrozenSet.shape();
    if is_set(x) && is_set(y) {
        return set::operators::binary(t, op, Ref::known(a), Ref::known(b));
    }
    None
}

/// `a op= b`
pub fn in_place(t: &mut Thread, op: BinaryOp, a: Value, b: Value) -> PyResult {
    if let Some(result) = primitive(t, op, a, b) {
        return result;
    }
    if let Some(method) = type_of(a).special(t, op.special as usize + 2) {
        if is_of_sequence(method)
            && let Some(result) = reflected_first(t, op, a, b)?
        {
            return Ok(result);
        }
        let repeats = op.special == special::MUL.special;
        if !(repeats && is_of_sequence(method)) || bounds::is_index(t, b) {
            let result = call::call_unbound(t, method, a, &[b])?;
            if result != Value::NOT_IMPLEMENTED {
                return Ok(result);
            }
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

/// What the reflected method of another operand makes of an in-place operator of a native sequence, which comes after it.
fn reflected_first(t: &mut Thread, op: BinaryOp, a: Value, b: Value) -> PyResult<Option<Value>> {
    if b.is_small() {
        return Ok(None);
    }
    let reflected = type_of(b).special(t, op.special as usize + 1);
    let Some(method) = reflected.filter(|&m| !m.is_none() && !is_of_sequence(m)) else { return Ok(None) };
    let result = call::call_unbound(t, method, b, &[a])?;
    Ok((result != Value::NOT_IMPLEMENTED).then_some(result))
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
    let mut left = ta.special(t, plain);
    let mut sequence = None;
    if op.special == special::ADD.special || op.special == special::MUL.special {
        let repeats = op.special == special::MUL.special;
        sequence = left.filter(|&m| is_of_sequence(m));
        if sequence.is_some() {
            left = None;
        }
        if repeats && sequence.is_some() && !bounds::is_index(t, b) {
            sequence = None;
        }
        if repeats && right.is_some_and(is_of_sequence) && !bounds::is_index(t, a) {
            right = None;
        }
    }
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
    if let Some(method) = sequence {
        return call::call_unbound(t, method, a, &[b]);
    }
    sequence_fallback(t, op, a, b)
}

/// Whether a method is that of a native sequence: its `+` and `*` come after what the other operand says.
fn is_of_sequence(method: Value) -> bool {
    let Some(method) = method.cast::<NativeMethod>() else { return false };
    let class = Ref::<typeobj::Type>::known(method.owner.get());
    typeobj::native_def(class).is_some_and(is_sequence)
}

fn is_sequence(def: &TypeDef) -> bool {
    def.flags & SEQUENCE != 0 || matches!(def.kind, Kind::Str | Kind::Bytes | Kind::ByteArray)
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
    typeobj::native_def(class).is_some_and(is_sequence)
        && class.special(t, special::MUL.special as usize).is_some()
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
        Some(v) => int::exact_result(t, "__index__", v),
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
