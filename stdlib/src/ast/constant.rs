//! Literal values between the parser's tree and Python objects.

use pystm_parser::ast::{CodePoint, Constant, Expr, ExprContext, ExprKind, Operator, Span, Text};
use pystm_vm::{
    builtins::{bytes, complex, float, int, str::Str},
    error::PyResult,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// The object for a literal.
pub(super) fn to_value(t: &mut Thread, constant: &Constant) -> PyResult {
    Ok(match constant {
        Constant::None => Value::NONE,
        Constant::True => Value::TRUE,
        Constant::False => Value::FALSE,
        Constant::Ellipsis => Value::ELLIPSIS,
        Constant::Int(n) => int::from_bigint_ref(t, n),
        Constant::Float(f) => float::new(t, *f),
        Constant::Complex(imaginary) => complex::new(t, 0.0, *imaginary),
        Constant::Str(text) => match text.as_str() {
            Ok(text) => t.new_str(text),
            Err(_) => {
                let codes: Vec<u32> = text.code_points().map(|code| code.to_u32()).collect();
                Str::from_code_points(t, &codes)
            }
        },
        Constant::Bytes(data) => return bytes::new(t, data),
    })
}

/// The literal for an object, if there is a literal of its type.
pub(super) fn simple(value: Value) -> Option<Constant> {
    if value.is_none() {
        return Some(Constant::None);
    }
    if value.is_bool() {
        return Some(if value == Value::TRUE { Constant::True } else { Constant::False });
    }
    if value == Value::ELLIPSIS {
        return Some(Constant::Ellipsis);
    }
    if let Some(n) = int::as_exact_int(value) {
        return Some(Constant::Int(n.big()));
    }
    if let Some(f) = float::as_exact(value) {
        return Some(Constant::Float(f));
    }
    if pystm_vm::builtins::str::is_exact(value)
        && let Some(s) = value.as_str()
    {
        let codes = s.units();
        let mut text = Text::new();
        for code in codes.iter() {
            if let Some(code) = CodePoint::from_u32(code) {
                text.push(code);
            }
        }
        return Some(Constant::Str(text));
    }
    if bytes::is_exact(value)
        && let Some(data) = value.as_bytes()
    {
        return Some(Constant::Bytes(data.as_slice().to_vec()));
    }
    let parts = complex::as_exact(value)?;
    (parts.0 == 0.0).then_some(Constant::Complex(parts.1))
}

/// The expression for the value of a `Constant` node. Tuples and complex numbers, for which there are no literals, become
/// the displays that the compiler folds.
pub(super) fn to_expr(t: &mut Thread, value: Value, u_prefix: bool, span: Span) -> PyResult<ExprKind> {
    t.check_native_stack()?;
    if let Some(value) = simple(value) {
        return Ok(ExprKind::Constant { value, u_prefix });
    }
    let literal = |value| Box::new(Expr { kind: ExprKind::Constant { value, u_prefix: false }, span });
    if let Some(parts) = complex::as_exact(value) {
        let (left, right) = (literal(Constant::Float(parts.0)), literal(Constant::Complex(parts.1)));
        return Ok(ExprKind::BinOp { left, op: Operator::Add, right });
    }
    if let Some(items) = value.as_tuple() {
        let mut elts = Vec::new();
        for &item in items.values() {
            elts.push(Expr { kind: to_expr(t, item, false, span)?, span });
        }
        return Ok(ExprKind::Tuple { elts, ctx: ExprContext::Load });
    }
    let got = type_of(value).name();
    Err(t.type_error(format!("got an invalid type in Constant: {got}")))
}
