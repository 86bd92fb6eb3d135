//! `complex`.

mod arith;
mod construct;
mod methods;

use pystm_gc::{Header, Layout, Trace, layout::Size};

use super::{float, int, wrapped};
use crate::{
    error::PyResult,
    kind::Kind,
    object::{Body, Ref},
    thread::Thread,
    value::Value,
};

pub use arith::{absolute, power};
pub use construct::to_complex;
pub use methods::DEF;

/// Real and imaginary part.
pub type Parts = (f64, f64);

/// Body of a complex number.
#[repr(C)]
pub struct Complex {
    header: Header,
    parts: [f64; 2],
}

// SAFETY: `repr(C)`, header first; only complex numbers have the kind.
unsafe impl Body for Complex {
    const KIND: Kind = Kind::Complex;
}

/// Layout of complex numbers.
pub const LAYOUT: Layout =
    Layout { trace: Trace::Leaf, size: Size::Fixed(size_of::<Complex>() as u32), drop: None };

/// A new complex number.
pub fn new(t: &mut Thread, real: f64, imaginary: f64) -> Value {
    Ref::new(t, |header| Complex { header, parts: [real, imaginary] }).value()
}

/// The parts of an exact complex number.
pub fn as_exact(value: Value) -> Option<Parts> {
    let o = value.object()?;
    (o.header.shape() == Kind::Complex.shape()).then(|| {
        let [real, imaginary] = Ref::<Complex>::known(value).parts;
        (real, imaginary)
    })
}

/// The parts of a complex number or of an instance of a subclass.
pub fn as_complex(value: Value) -> Option<Parts> {
    as_exact(wrapped::unwrap(value))
}

/// An operand of arithmetic with complex numbers. A real one has no imaginary part, not even a zero.
#[derive(Clone, Copy)]
pub(super) enum Operand {
    Real(f64),
    Complex(Parts),
}

impl Operand {
    fn parts(self) -> Parts {
        match self {
            Operand::Real(f) => (f, 0.0),
            Operand::Complex(parts) => parts,
        }
    }
}

/// The operand that a value is; `None` for what is no number.
pub(super) fn operand(t: &mut Thread, value: Value) -> PyResult<Option<Operand>> {
    if let Some(parts) = as_complex(value) {
        return Ok(Some(Operand::Complex(parts)));
    }
    if let Some(f) = float::as_float(value) {
        return Ok(Some(Operand::Real(f)));
    }
    match int::of(value) {
        Some(n) => Ok(Some(Operand::Real(n.float(t)?))),
        None => Ok(None),
    }
}
