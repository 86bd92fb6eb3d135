//! `sum`: ints exactly, floats and complex numbers with compensation (Neumaier's), anything else by `+`.

use crate::{
    builtins::{
        buffer, complex, float,
        int::{self, IntRef},
    },
    error::PyResult,
    protocol::{iter, number},
    special,
    thread::Thread,
    value::Value,
};

/// A float total and the rounding errors that it has left out.
#[derive(Clone, Copy, Default)]
struct Compensated {
    high: f64,
    low: f64,
}

impl Compensated {
    fn add(&mut self, x: f64) {
        let sum = self.high + x;
        self.low += if self.high.abs() >= x.abs() { (self.high - sum) + x } else { (x - sum) + self.high };
        self.high = sum;
    }

    fn value(self) -> f64 {
        // An infinite or NaN rounding error says nothing.
        if self.low != 0.0 && self.low.is_finite() { self.high + self.low } else { self.high }
    }
}

/// The total so far, in the form that its type asks for.
enum Total {
    Small(i64),
    Float(Compensated),
    Complex(Compensated, Compensated),
    Other(Value),
}

impl Total {
    fn of(value: Value) -> Total {
        if let Some(n) = value.as_small() {
            Total::Small(n)
        } else if let Some(f) = float::as_exact(value) {
            Total::Float(Compensated { high: f, low: 0.0 })
        } else if let Some((re, im)) = complex::as_exact(value) {
            Total::Complex(Compensated { high: re, low: 0.0 }, Compensated { high: im, low: 0.0 })
        } else {
            Total::Other(value)
        }
    }

    /// Adds an item without any look-up; false if that is not possible.
    fn add(&mut self, item: Value) -> bool {
        let small = match int::as_exact_int(item) {
            Some(IntRef::Small(n)) => Some(n),
            _ => None,
        };
        match self {
            Total::Small(total) => match small.and_then(|n| total.checked_add(n)) {
                Some(sum) => *total = sum,
                None => return false,
            },
            Total::Float(total) => match (float::as_exact(item), small) {
                (Some(f), _) => total.add(f),
                (None, Some(n)) => total.add(n as f64),
                _ => return false,
            },
            Total::Complex(re, im) => match (complex::as_exact(item), float::as_exact(item), small) {
                (Some((x, y)), _, _) => {
                    re.add(x);
                    im.add(y);
                }
                (None, Some(f), _) => re.add(f),
                (None, None, Some(n)) => re.add(n as f64),
                _ => return false,
            },
            Total::Other(_) => return false,
        }
        true
    }

    fn value(&self, t: &mut Thread) -> Value {
        match self {
            Total::Small(n) => int::from_i64(t, *n),
            Total::Float(f) => float::new(t, f.value()),
            Total::Complex(re, im) => complex::new(t, re.value(), im.value()),
            Total::Other(value) => *value,
        }
    }
}

/// `sum(iterable, /, start=0)`
pub(super) fn sum(t: &mut Thread, args: &[Value]) -> PyResult {
    let start = args[1].or(Value::ZERO);
    if start.as_str().is_some() {
        return Err(t.type_error("sum() can't sum strings [use ''.join(seq) instead]"));
    }
    if buffer::direct(start).is_some() {
        let (what, empty) = if start.as_bytes().is_some() { ("bytes", "b''") } else { ("bytearray", "b''") };
        return Err(t.type_error(format!("sum() can't sum {what} [use {empty}.join(seq) instead]")));
    }
    let mut total = Total::of(start);
    iter::for_each(t, args[0], |t, item| {
        if !total.add(item) {
            let so_far = total.value(t);
            let sum = number::binary(t, special::ADD, so_far, item)?;
            total = Total::of(sum);
        }
        Ok(())
    })?;
    Ok(total.value(t))
}
