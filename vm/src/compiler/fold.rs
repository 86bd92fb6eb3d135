//! Constant folding, within CPython's limits.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};
use pystm_parser::ast::*;

use super::Compiler;
use crate::bytecode::Const;

/// Bits of the largest int that folding makes.
const MAX_INT_BITS: u64 = 128;
/// Items of the largest tuple that repetition makes.
const MAX_TUPLE: usize = 256;
/// Length of the longest str or bytes that repetition makes.
const MAX_TEXT: usize = 4096;

impl Compiler<'_> {
    /// The value of an expression that is known now.
    pub(super) fn fold(&self, e: &Expr) -> Option<Const> {
        match &e.kind {
            ExprKind::Constant { value, .. } => Some(constant(value)),
            ExprKind::Name { id, ctx: ExprContext::Load } if &**id == "__debug__" => {
                Some(if self.optimize == 0 { Const::True } else { Const::False })
            }
            ExprKind::UnaryOp { op, operand } => unary(*op, self.fold_deeper(operand)?),
            ExprKind::BinOp { left, op, right } => {
                let right = self.fold_deeper(right)?;
                binary(self.fold_deeper(left)?, *op, right)
            }
            ExprKind::Tuple { elts, ctx: ExprContext::Load } => self.fold_all(elts).map(Const::Tuple),
            ExprKind::Slice { lower, upper, step } => {
                let part = |e: &Option<Box<Expr>>| match e {
                    Some(e) => self.fold_deeper(e),
                    None => Some(Const::None),
                };
                Some(Const::Slice(Box::new([part(lower)?, part(upper)?, part(step)?])))
            }
            ExprKind::Subscript { value, slice, ctx: ExprContext::Load } => {
                index(self.fold_deeper(value)?, &self.fold_deeper(slice)?)
            }
            _ => None,
        }
    }

    /// As [`Compiler::fold`] for a part of an expression. What is found not to be constant is remembered: each
    /// level of a deep expression asks again for all levels below.
    fn fold_deeper(&self, e: &Expr) -> Option<Const> {
        let compound = !matches!(e.kind, ExprKind::Constant { .. } | ExprKind::Name { .. });
        let address = std::ptr::from_ref(e) as usize;
        if compound && self.not_constant.borrow().contains(&address) {
            return None;
        }
        let value = stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.fold(e));
        if compound && value.is_none() {
            self.not_constant.borrow_mut().insert(address);
        }
        value
    }

    /// The values of expressions that are all known.
    pub(super) fn fold_all(&self, elts: &[Expr]) -> Option<Vec<Const>> {
        elts.iter().map(|e| self.fold_deeper(e)).collect()
    }

    /// A list or set display of constants where only its items matter (`in`, `for`).
    pub(super) fn fold_container(&self, e: &Expr) -> Option<Const> {
        match &e.kind {
            ExprKind::List { elts, .. } => self.fold_all(elts).map(Const::Tuple),
            ExprKind::Set { elts } => self.fold_all(elts).map(Const::FrozenSet),
            _ => None,
        }
    }
}

/// A literal as a constant.
pub(super) fn constant(value: &Constant) -> Const {
    match value {
        Constant::None => Const::None,
        Constant::True => Const::True,
        Constant::False => Const::False,
        Constant::Ellipsis => Const::Ellipsis,
        Constant::Int(n) => Const::Int(n.clone()),
        Constant::Float(f) => Const::Float(*f),
        Constant::Complex(im) => Const::Complex(0.0, *im),
        Constant::Str(s) => Const::Str(s.clone()),
        Constant::Bytes(b) => Const::Bytes(b.clone()),
    }
}

/// Whether a constant is true.
pub(super) fn truth(value: &Const) -> bool {
    match value {
        Const::None | Const::False => false,
        Const::Int(n) => !n.is_zero(),
        Const::Float(f) => *f != 0.0,
        Const::Complex(re, im) => *re != 0.0 || *im != 0.0,
        Const::Str(s) => !s.is_empty(),
        Const::Bytes(b) => !b.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
        Const::True | Const::Ellipsis | Const::Slice(_) | Const::Code(_) => true,
    }
}

fn unary(op: UnaryOp, value: Const) -> Option<Const> {
    match (op, value) {
        (UnaryOp::Not, value) => Some(if truth(&value) { Const::False } else { Const::True }),
        (UnaryOp::USub, Const::Int(n)) => Some(Const::Int(-n)),
        (UnaryOp::USub, Const::Float(f)) => Some(Const::Float(-f)),
        (UnaryOp::USub, Const::Complex(re, im)) => Some(Const::Complex(-re, -im)),
        (UnaryOp::UAdd, value @ (Const::Int(_) | Const::Float(_) | Const::Complex(..))) => Some(value),
        (UnaryOp::Invert, Const::Int(n)) => Some(Const::Int(!n)),
        (UnaryOp::USub | UnaryOp::UAdd, value @ (Const::True | Const::False)) => {
            let n = BigInt::from(u8::from(value == Const::True));
            Some(Const::Int(if op == UnaryOp::USub { -n } else { n }))
        }
        _ => None,
    }
}

fn binary(left: Const, op: Operator, right: Const) -> Option<Const> {
    match (left, right) {
        (Const::Int(a), Const::Int(b)) => int(&a, op, &b),
        (Const::Float(a), Const::Float(b)) => float(a, op, b),
        (Const::Float(a), Const::Int(b)) => float(a, op, exact(&b)?),
        (Const::Int(a), Const::Float(b)) => float(exact(&a)?, op, b),
        (Const::Complex(re, im), Const::Complex(re2, im2)) => match op {
            Operator::Add => Some(Const::Complex(re + re2, im + im2)),
            Operator::Sub => Some(Const::Complex(re - re2, im - im2)),
            _ => None,
        },
        (Const::Complex(re, im), b) => match op {
            Operator::Add => Some(Const::Complex(re + real(&b)?, im)),
            Operator::Sub => Some(Const::Complex(re - real(&b)?, im)),
            _ => None,
        },
        (a, Const::Complex(re, im)) => match op {
            Operator::Add => Some(Const::Complex(real(&a)? + re, im)),
            Operator::Sub => Some(Const::Complex(real(&a)? - re, -im)),
            _ => None,
        },
        (Const::Str(mut a), Const::Str(b)) if op == Operator::Add => {
            a.push_wtf8(&b);
            Some(Const::Str(a))
        }
        (Const::Bytes(mut a), Const::Bytes(b)) if op == Operator::Add => {
            a.extend(b);
            Some(Const::Bytes(a))
        }
        (Const::Tuple(mut a), Const::Tuple(b)) if op == Operator::Add => {
            a.extend(b);
            Some(Const::Tuple(a))
        }
        (sequence, Const::Int(n)) | (Const::Int(n), sequence) if op == Operator::Mult => repeat(sequence, &n),
        _ => None,
    }
}

fn real(value: &Const) -> Option<f64> {
    match value {
        Const::Int(n) => exact(n),
        Const::Float(f) => Some(*f),
        _ => None,
    }
}

/// An int as a float, if nothing is lost.
fn exact(n: &BigInt) -> Option<f64> {
    (n.bits() <= 53).then(|| n.to_f64()).flatten()
}

fn int(a: &BigInt, op: Operator, b: &BigInt) -> Option<Const> {
    let shift = || b.to_u64().filter(|n| *n <= MAX_INT_BITS);
    Some(Const::Int(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult if a.bits() + b.bits() <= MAX_INT_BITS => a * b,
        Operator::Div if !b.is_zero() => return Some(Const::Float(exact(a)? / exact(b)?)),
        Operator::FloorDiv if !b.is_zero() => num_integer::Integer::div_floor(a, b),
        Operator::Mod if !b.is_zero() => num_integer::Integer::mod_floor(a, b),
        Operator::Pow if !b.is_negative() => {
            let exponent = b.to_u32()?;
            (a.bits() * u64::from(exponent) <= MAX_INT_BITS).then(|| a.pow(exponent))?
        }
        Operator::LShift => {
            let n = shift()?;
            (a.bits() + n <= MAX_INT_BITS).then(|| a << n)?
        }
        Operator::RShift => a >> shift()?,
        Operator::BitAnd => a & b,
        Operator::BitOr => a | b,
        Operator::BitXor => a ^ b,
        _ => return None,
    }))
}

fn float(a: f64, op: Operator, b: f64) -> Option<Const> {
    Some(Const::Float(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        _ => return None,
    }))
}

fn repeat(sequence: Const, n: &BigInt) -> Option<Const> {
    let n = if n.is_negative() { 0 } else { n.to_usize()? };
    let fits = |len: usize, limit: usize| len.checked_mul(n).is_some_and(|total| total <= limit);
    match sequence {
        Const::Str(s) if fits(s.len(), MAX_TEXT) => {
            let mut out = Text::new();
            (0..n).for_each(|_| out.push_wtf8(&s));
            Some(Const::Str(out))
        }
        Const::Bytes(b) if fits(b.len(), MAX_TEXT) => Some(Const::Bytes(b.repeat(n))),
        Const::Tuple(items) if fits(items.len(), MAX_TUPLE) => {
            let total = items.len() * n;
            Some(Const::Tuple(items.iter().cycle().take(total).cloned().collect()))
        }
        _ => None,
    }
}

fn index(sequence: Const, index: &Const) -> Option<Const> {
    let Const::Int(n) = index else { return None };
    let at = |len: usize| {
        let n = n.to_i64()?;
        let n = if n < 0 { n + len as i64 } else { n };
        usize::try_from(n).ok().filter(|n| *n < len)
    };
    match sequence {
        Const::Tuple(items) => at(items.len()).map(|i| items[i].clone()),
        Const::Bytes(b) => at(b.len()).map(|i| Const::Int(b[i].into())),
        Const::Str(s) => {
            let points: Vec<_> = s.code_points().collect();
            let mut out = Text::new();
            out.push(points[at(points.len())?]);
            Some(Const::Str(out))
        }
        _ => None,
    }
}
