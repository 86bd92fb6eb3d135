//! Comparisons.

use crate::{
    builtins::{
        float,
        list_methods::compare_lists,
        set,
        str::{self, Str},
        tuple::Tuple,
    },
    error::{Exc, PyResult},
    kind::Kind,
    object::Ref,
    protocol::{attr, call, truth},
    runtime::{class_of_kind, type_of},
    shape,
    special::Compare,
    thread::Thread,
    value::Value,
};

/// `a == b` as containers ask it: identity counts as equality.
#[inline]
pub fn equal(t: &mut Thread, a: Value, b: Value) -> PyResult<bool> {
    if a == b {
        return Ok(true);
    }
    if Value::both_small(a, b) {
        return Ok(false);
    }
    if str::is_exact(a) && str::is_exact(b) {
        return Ok(Ref::<Str>::known(a).same_text(&Ref::<Str>::known(b)));
    }
    match compare(t, a, b, Compare::Eq)? {
        Value::TRUE => Ok(true),
        Value::FALSE => Ok(false),
        result => truth::is_true(t, result),
    }
}

/// The comparison as a truth value.
#[inline]
pub fn holds(t: &mut Thread, a: Value, b: Value, op: Compare) -> PyResult<bool> {
    if Value::both_small(a, b) {
        return Ok(op.holds(a.small_value().cmp(&b.small_value())));
    }
    match compare(t, a, b, op)? {
        Value::TRUE => Ok(true),
        Value::FALSE => Ok(false),
        result => truth::is_true(t, result),
    }
}

/// `a op b`
pub fn compare(t: &mut Thread, a: Value, b: Value, op: Compare) -> PyResult {
    if Value::both_small(a, b) {
        return Ok(Value::bool(op.holds(a.small_value().cmp(&b.small_value()))));
    }
    if let (Some(x), Some(y)) = (a.object(), b.object())
        && x.header.shape() == y.header.shape()
        && let Some(result) = compare_alike(t, a, b, op)
    {
        return result;
    }
    if let (Some(x), Some(y)) = (float::as_number(a), float::as_number(b)) {
        return Ok(Value::bool(match float::compare_numbers(x, y) {
            Some(ordering) => op.holds(ordering),
            None => op == Compare::Ne,
        }));
    }
    compare_special(t, a, b, op)
}

/// Compares objects of one shape whose comparison needs no look-up.
#[inline]
fn compare_alike(t: &mut Thread, a: Value, b: Value, op: Compare) -> Option<PyResult> {
    let shape = a.object_unchecked().header.shape();
    if shape == Kind::Str.shape() {
        let (x, y) = (Ref::<Str>::known(a), Ref::<Str>::known(b));
        return Some(Ok(Value::bool(match op {
            Compare::Eq => x.same_text(&y),
            Compare::Ne => !x.same_text(&y),
            _ => op.holds(x.units().cmp(&y.units())),
        })));
    }
    if shape == Kind::Tuple.shape() {
        return Some(Ref::<Tuple>::known(a).compare(t, Ref::known(b), op));
    }
    if shape == Kind::FrozenSet.shape() || shape == Kind::Set.shape() {
        return Some(set::compare(t, Ref::known(a), Ref::known(b), op).map(Value::bool));
    }
    if shape == Kind::List.shape() {
        return Some(compare_lists(t, Ref::known(a), Ref::known(b), op));
    }
    if let Some(x) = a.cast::<Tuple>() {
        // Of a subclass, a named tuple above all, which compares as tuples do.
        let (special, tuples) = (op.special(), class_of_kind(Kind::Tuple));
        if type_of(a).special(t, special) == tuples.special(t, special) {
            return Some(x.compare(t, Ref::known(b), op));
        }
    }
    None
}

/// Calls a comparison method; one whose binding raises AttributeError counts as absent.
fn ask(t: &mut Thread, method: Value, receiver: Value, other: Value) -> PyResult {
    let kind = method.object().map(|o| shape::shape_of_object(o).kind);
    if matches!(kind, Some(Kind::Function | Kind::NativeMethod)) {
        return call::call_unbound(t, method, receiver, &[other]);
    }
    match attr::bind_descriptor(t, method, receiver, type_of(receiver).value()) {
        Ok(bound) => call::call(t, bound, &[other]),
        Err(raised) => {
            t.catch(raised, Exc::AttributeError)?;
            Ok(Value::NOT_IMPLEMENTED)
        }
    }
}

fn compare_special(t: &mut Thread, a: Value, b: Value, op: Compare) -> PyResult {
    t.check_native_stack()?;
    let (ta, tb) = (type_of(a), type_of(b));
    let mut tried_reflected = false;
    if ta != tb
        && tb.is_subtype(ta)
        && let Some(method) = tb.special(t, op.swapped().special())
    {
        tried_reflected = true;
        let result = ask(t, method, b, a)?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    if let Some(method) = ta.special(t, op.special()) {
        let result = ask(t, method, a, b)?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    if !tried_reflected && let Some(method) = tb.special(t, op.swapped().special()) {
        let result = ask(t, method, b, a)?;
        if result != Value::NOT_IMPLEMENTED {
            return Ok(result);
        }
    }
    match op {
        Compare::Eq => Ok(Value::bool(a == b)),
        Compare::Ne => Ok(Value::bool(a != b)),
        _ => {
            let message = format!(
                "'{}' not supported between instances of '{}' and '{}'",
                op.sign(),
                ta.message_name(),
                tb.message_name()
            );
            Err(t.type_error(message))
        }
    }
}
