//! `float`: most are immediate values; the body here holds those with extreme exponents, infinities and NaNs.

mod arith;
mod construct;
mod methods;
mod round;

use pystm_gc::{Header, Layout, Trace, layout::Size};
use pystm_text::{TextBuf, TextError, Units};

use super::{
    int::{self, IntRef},
    str::Str,
};
use crate::{
    error::{PyResult, Raised},
    kind::Kind,
    object::{Body, Ref},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

pub use arith::{Number, as_number, binary, compare_numbers, div_mod, power};
pub(crate) use construct::from_number;
pub use construct::{to_f64, to_float};
pub use methods::DEF;
pub use round::to_int;

/// Body of a boxed float.
#[repr(C)]
pub struct Float {
    header: Header,
    value: f64,
}

// SAFETY: `repr(C)`, header first; only such floats have the kind.
unsafe impl Body for Float {
    const KIND: Kind = Kind::Float;
}

/// Layout of boxed floats.
pub const LAYOUT: Layout =
    Layout { trace: Trace::Leaf, size: Size::Fixed(size_of::<Float>() as u32), drop: None };

/// A new float.
#[inline]
pub fn new(t: &mut Thread, f: f64) -> Value {
    match Value::try_float(f) {
        Some(v) => v,
        None => new_boxed(t, f),
    }
}

#[inline(never)]
fn new_boxed(t: &mut Thread, f: f64) -> Value {
    Ref::new(t, |header| Float { header, value: f }).value()
}

/// `repr(float)`
pub fn repr(t: &mut Thread, f: f64) -> PyResult {
    Str::from_ascii(t, Units::One(pystm_text::number::float_repr(f).as_bytes()))
}

/// The number of an exact float.
#[inline]
pub fn as_exact(value: Value) -> Option<f64> {
    if value.is_immediate_float() {
        return Some(value.immediate_float());
    }
    value
        .object()
        .filter(|o| o.header.shape() == Kind::Float.shape())
        .map(|_| Ref::<Float>::known(value).value)
}

/// The number of a float or of an instance of a subclass.
#[inline]
pub fn as_float(value: Value) -> Option<f64> {
    if value.is_immediate_float() {
        return Some(value.immediate_float());
    }
    as_exact(super::wrapped::unwrap(value))
}

/// The hash of a float; that of a NaN comes from the object that has it.
pub fn hash(f: f64, object: Value) -> i64 {
    pystm_text::hash::hash_f64(f).unwrap_or((object.bits() >> 4) as i64)
}

/// The float of an int or float operand of arithmetic; `None` for anything else.
pub(super) fn operand(t: &mut Thread, value: Value) -> PyResult<Option<f64>> {
    if let Some(f) = as_float(value) {
        return Ok(Some(f));
    }
    match int::of(value) {
        Some(IntRef::Small(n)) => Ok(Some(n as f64)),
        Some(n) => n.float(t).map(Some),
        None => Ok(None),
    }
}

/// The str of a formatting function's result, or its error.
pub fn formatted(t: &mut Thread, result: Result<TextBuf, TextError>) -> PyResult {
    match result {
        Ok(text) => Str::from_buf(t, &text),
        Err(error) => Err(super::str::format::raise(t, &error)),
    }
}

/// The error of `__format__` for a spec that is no str.
#[cold]
pub fn spec_not_str(t: &mut Thread, spec: Value) -> Raised {
    let name = if spec.is_none() { "None".to_owned() } else { type_of(spec).name() };
    t.type_error(format!("__format__() argument must be str, not {name}"))
}
