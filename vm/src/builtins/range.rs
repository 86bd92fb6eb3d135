//! `range`: start, stop, step and length, all of them exact ints of any size.

mod iterate;
mod methods;

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, Zero};
use pystm_gc::{Header, Layout, Trace, layout::Size};

use super::int::{self, IntRef};
use crate::{
    error::PyResult,
    kind::Kind,
    object::{Body, Ref},
    thread::Thread,
    value::Value,
};

pub use methods::DEF;

/// Body of a range. It never changes.
#[repr(C)]
pub struct Range {
    header: Header,
    start: Value,
    stop: Value,
    step: Value,
    length: Value,
}

// SAFETY: `repr(C)`, header first; only ranges have the kind.
unsafe impl Body for Range {
    const KIND: Kind = Kind::Range;
}

/// Layout of ranges.
pub const LAYOUT: Layout = Layout {
    trace: Trace::Fixed { first: 1, count: 4 },
    size: Size::Fixed(size_of::<Range>() as u32),
    drop: None,
};

impl Range {
    /// Start and stop, if the step is 1 and both are small ints.
    #[inline(always)]
    pub fn small_unit_bounds(&self) -> Option<(i64, i64)> {
        if self.step == Value::small(1) && Value::both_small(self.start, self.stop) {
            Some((self.start.small_value(), self.stop.small_value()))
        } else {
            None
        }
    }

    /// Start, step and length, if all items are small ints.
    #[inline]
    fn small(&self) -> Option<(i64, i64, i64)> {
        let (start, step) = (self.start.as_small()?, self.step.as_small()?);
        self.stop.as_small()?;
        Some((start, step, self.length.as_small()?))
    }

    /// The number of items, any int.
    pub fn length(&self) -> Value {
        self.length
    }

    fn part(value: Value) -> BigInt {
        int::to_bigint(value)
    }

    /// The item at an index that is in range, for an int of any size.
    fn item(&self, t: &mut Thread, index: IntRef) -> Value {
        if let (Some((start, step, _)), IntRef::Small(i)) = (self.small(), index) {
            return Value::small(start + i * step);
        }
        let item = Range::part(self.start) + Range::part(self.step) * index.big();
        int::from_bigint(t, item)
    }
}

/// A new range of exact ints; the step is not 0.
pub fn new(t: &mut Thread, start: Value, stop: Value, step: Value) -> Value {
    let length = length_of(t, start, stop, step);
    Ref::new(t, |header| Range { header, start, stop, step, length }).value()
}

/// The number of items of a range of exact ints.
fn length_of(t: &mut Thread, start: Value, stop: Value, step: Value) -> Value {
    if let (Some(start), Some(stop), Some(step)) = (start.as_small(), stop.as_small(), step.as_small()) {
        let span = if step > 0 { stop - start } else { start - stop };
        return int::from_i64(t, if span <= 0 { 0 } else { (span - 1) / step.abs() + 1 });
    }
    let (start, stop, step) = (Range::part(start), Range::part(stop), Range::part(step));
    let span = if step.is_positive() { stop - start } else { start - stop };
    let length = if span.is_positive() { (span - 1u8).div_floor(&step.abs()) + 1u8 } else { BigInt::zero() };
    int::from_bigint(t, length)
}

/// `range(start, stop, step)` of any values.
pub fn from_values(t: &mut Thread, start: Value, stop: Value, step: Value) -> PyResult {
    use crate::protocol::number::index;
    let start = index(t, start)?;
    let stop = index(t, stop)?;
    let step = index(t, step)?;
    if step == Value::ZERO {
        return Err(t.value_error("range() arg 3 must not be zero"));
    }
    Ok(new(t, start, stop, step))
}
