//! Sums, products and distances, with the extended precision that CPython gives them.

use pystm_vm::{
    builtins::{float, int, tuple::Tuple},
    error::PyResult,
    object::Ref,
    protocol::{iter, number},
    special,
    thread::Thread,
    value::Value,
};

use super::{
    floats::{scaled, split},
    real,
};

/// A sum or product and its rounding error.
#[derive(Clone, Copy)]
struct Double {
    high: f64,
    low: f64,
}

/// The exact sum of two floats of which the first is not the smaller in magnitude.
fn fast_sum(a: f64, b: f64) -> Double {
    let high = a + b;
    Double { high, low: (a - high) + b }
}

/// The exact sum of two floats.
fn exact_sum(a: f64, b: f64) -> Double {
    let high = a + b;
    let z = high - a;
    Double { high, low: (a - (high - z)) + (b - z) }
}

/// The exact product of two floats.
fn exact_product(a: f64, b: f64) -> Double {
    let high = a * b;
    Double { high, low: a.mul_add(b, -high) }
}

/// A sum of three floats' precision.
#[derive(Clone, Copy, Default)]
struct Triple {
    high: f64,
    low: f64,
    tiny: f64,
}

impl Triple {
    fn add_product(self, x: f64, y: f64) -> Triple {
        let product = exact_product(x, y);
        let sum = exact_sum(self.high, product.high);
        let r1 = exact_sum(self.low, product.low);
        let r2 = exact_sum(r1.high, sum.low);
        Triple { high: sum.high, low: r2.high, tiny: self.tiny + r1.low + r2.low }
    }

    fn value(self) -> f64 {
        let last = exact_sum(self.low, self.tiny);
        exact_sum(self.high, last.high).high
    }
}

/// The Euclidean length of a vector, nearly correctly rounded: CPython's `vector_norm`. `largest` is the greatest
/// magnitude.
fn norm(vector: &mut [f64], largest: f64) -> f64 {
    if largest.is_infinite() {
        return largest;
    }
    if vector.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 || vector.len() <= 1 {
        return largest;
    }
    let (_, exponent) = split(largest);
    if exponent < -1023 {
        // Subnormal numbers are made normal ones first.
        vector.iter_mut().for_each(|x| *x /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(vector, largest / f64::MIN_POSITIVE);
    }
    let scale = scaled(1.0, -exponent);
    let (mut sum, mut frac1, mut frac2) = (1.0, 0.0, 0.0);
    let mut add = |product: Double| {
        let s = fast_sum(sum, product.high);
        sum = s.high;
        frac1 += product.low;
        frac2 += s.low;
        sum - 1.0 + (frac1 + frac2)
    };
    let mut total = 0.0;
    for x in vector.iter() {
        let x = x * scale;
        total = add(exact_product(x, x));
    }
    let h = total.sqrt();
    let rest = add(exact_product(-h, h));
    (h + rest / (2.0 * h)) / scale
}

fn largest(vector: &[f64]) -> f64 {
    vector.iter().fold(0.0, |max: f64, x| max.max(x.abs()))
}

pub(super) fn hypot(t: &mut Thread, args: &[Value]) -> PyResult {
    let given: Ref<Tuple> = Ref::known(args[0]);
    let mut vector = Vec::with_capacity(given.len());
    for &value in given.values() {
        vector.push(real(t, value)?.abs());
    }
    let max = largest(&vector);
    let r = norm(&mut vector, max);
    Ok(float::new(t, r))
}

/// The coordinates of a point.
fn coordinates(t: &mut Thread, point: Value) -> PyResult<Vec<f64>> {
    let mut out = Vec::new();
    iter::for_each(t, point, |t, value| {
        out.push(real(t, value)?);
        Ok(())
    })?;
    Ok(out)
}

pub(super) fn dist(t: &mut Thread, args: &[Value]) -> PyResult {
    let p = coordinates(t, args[0])?;
    let q = coordinates(t, args[1])?;
    if p.len() != q.len() {
        return Err(t.value_error("both points must have the same number of dimensions"));
    }
    let mut vector: Vec<f64> = p.iter().zip(&q).map(|(x, y)| (x - y).abs()).collect();
    let max = largest(&vector);
    let r = norm(&mut vector, max);
    Ok(float::new(t, r))
}

/// `math.fsum`: Shewchuk's algorithm with half-even rounding of the partial sums at the end.
pub(super) fn fsum(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut partials: Vec<f64> = Vec::with_capacity(32);
    let (mut special, mut infinite) = (0.0f64, 0.0f64);
    iter::for_each(t, args[0], |t, value| {
        let mut x = real(t, value)?;
        let original = x;
        let mut kept = 0;
        for j in 0..partials.len() {
            let mut y = partials[j];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let sum = fast_sum(x, y);
            if sum.low != 0.0 {
                partials[kept] = sum.low;
                kept += 1;
            }
            x = sum.high;
        }
        partials.truncate(kept);
        if x == 0.0 {
            return Ok(());
        }
        if x.is_finite() {
            partials.push(x);
            return Ok(());
        }
        if original.is_finite() {
            return Err(t.overflow_error("intermediate overflow in fsum"));
        }
        if original.is_infinite() {
            infinite += original;
        }
        special += original;
        partials.clear();
        Ok(())
    })?;
    if special != 0.0 {
        if infinite.is_nan() {
            return Err(t.value_error("-inf + inf in fsum"));
        }
        return Ok(float::new(t, special));
    }
    Ok(float::new(t, rounded(&partials)))
}

/// The sum of partial sums in ascending order that do not overlap.
fn rounded(partials: &[f64]) -> f64 {
    let Some((&last, mut rest)) = partials.split_last() else { return 0.0 };
    let mut high = last;
    let mut low = 0.0;
    while let Some((&y, left)) = rest.split_last() {
        rest = left;
        let sum = fast_sum(high, y);
        (high, low) = (sum.high, sum.low);
        if low != 0.0 {
            break;
        }
    }
    // Half-way cases are decided by the next partial sum.
    if let Some(&next) = rest.last()
        && ((low < 0.0 && next < 0.0) || (low > 0.0 && next > 0.0))
    {
        let y = low * 2.0;
        let x = high + y;
        if y == x - high {
            high = x;
        }
    }
    high
}

pub(super) fn prod(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut result = args[1].or(Value::small(1));
    iter::for_each(t, args[0], |t, value| {
        result = number::binary(t, special::MUL, result, value)?;
        Ok(())
    })?;
    Ok(result)
}

/// A factor of the float path of `sumprod`: a float, or an int beside one.
fn factors(p: Value, q: Value) -> Option<(f64, f64)> {
    match (float::as_exact(p), float::as_exact(q)) {
        (Some(x), Some(y)) => Some((x, y)),
        (Some(x), None) => int::as_exact_int(q).and_then(|n| n.to_f64()).map(|y| (x, y)),
        (None, Some(y)) => int::as_exact_int(p).and_then(|n| n.to_f64()).map(|x| (x, y)),
        (None, None) => None,
    }
}

pub(super) fn sumprod(t: &mut Thread, args: &[Value]) -> PyResult {
    let ps = iter::consume(t, args[0])?;
    let qs = iter::iter(t, args[1])?;
    let mut total = Value::ZERO;
    let mut floats = Triple::default();
    let (mut float_path, mut in_use) = (true, false);
    loop {
        let p = iter::next(t, ps)?;
        let q = iter::next(t, qs)?;
        let (p, q) = match (p, q) {
            (Some(p), Some(q)) => (p, q),
            (None, None) => break,
            _ => return Err(t.value_error("Inputs are not the same length")),
        };
        if float_path {
            if let Some((x, y)) = factors(p, q) {
                let next = floats.add_product(x, y);
                if next.high.is_finite() {
                    floats = next;
                    in_use = true;
                    continue;
                }
            }
            // Ints before the first float do not end the path of floats.
            if in_use || int::as_exact_int(p).is_none() || int::as_exact_int(q).is_none() {
                float_path = false;
            }
        }
        if in_use {
            let sum = float::new(t, floats.value());
            total = number::binary(t, special::ADD, total, sum)?;
            (floats, in_use) = (Triple::default(), false);
        }
        let product = number::binary(t, special::MUL, p, q)?;
        total = number::binary(t, special::ADD, total, product)?;
    }
    if in_use {
        let sum = float::new(t, floats.value());
        total = number::binary(t, special::ADD, total, sum)?;
    }
    Ok(total)
}
