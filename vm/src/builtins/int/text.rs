//! Ints as text, and the bound on the digits of decimal conversions.

use std::sync::atomic::Ordering::Relaxed;

use pystm_text::{Units, number};

use super::{
    IntRef,
    digits::{self, Magnitude},
    from_i64,
    limbs::{self, Divisor},
};
use crate::{builtins::str::Str, error::PyResult, thread::Thread};

/// `sys.get_int_max_str_digits()`; 0 means no bound.
pub fn max_str_digits(t: &Thread) -> usize {
    // Relaxed: a plain setting.
    t.rt.int_max_str_digits.load(Relaxed)
}

/// `str(int)` as Rust's string.
pub fn to_text(t: &mut Thread, n: IntRef) -> PyResult<String> {
    match n {
        IntRef::Small(n) => Ok(itoa::Buffer::new().format(n).to_owned()),
        _ if n.bits() <= SHORT_LIMBS as u64 * 64 => Ok(decimal(n)),
        _ => match number::int_to_text(&n.to_text_int(), max_str_digits(t)) {
            Ok(text) => Ok(text),
            Err(error) => Err(t.value_error(error.to_string())),
        },
    }
}

/// Limbs of a number that has fewer digits than any bound forbids, and that is divided by the schoolbook method. It has at
/// most one chunk of digits more than limbs.
const SHORT_LIMBS: usize = 30;
/// Decimal digits that fit a limb, and the power of ten.
const CHUNK: (usize, u64) = (19, 10_000_000_000_000_000_000);

/// The decimal digits of a short number.
fn decimal(n: IntRef) -> String {
    let n = Magnitude::of(n);
    let ten = Divisor::new(CHUNK.1);
    let (mut limbs, mut chunks) = ([0; SHORT_LIMBS], [0; SHORT_LIMBS + 1]);
    let (mut len, mut count) = (n.limbs().len(), 0);
    limbs[..len].copy_from_slice(n.limbs());
    while len > 0 {
        chunks[count] = ten.divide_in_place(&mut limbs[..len]);
        count += 1;
        len = limbs::trim(&limbs[..len]).len();
    }
    let mut out = String::with_capacity(count * CHUNK.0 + 1);
    if n.negative {
        out.push('-');
    }
    let mut buffer = itoa::Buffer::new();
    for (i, &chunk) in chunks[..count].iter().rev().enumerate() {
        let digits = buffer.format(chunk);
        if i > 0 {
            out.extend(std::iter::repeat_n('0', CHUNK.0 - digits.len()));
        }
        out.push_str(digits);
    }
    out
}

/// `int(text)` of a sign and at most [`CHUNK`] times eight ASCII digits; `None` for anything else.
pub(super) fn parse_plain(t: &mut Thread, text: &[u8]) -> Option<PyResult> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > CHUNK.0 * 8 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = |chunk: &[u8]| chunk.iter().fold(0u64, |n, &digit| n * 10 + (digit - b'0') as u64);
    let (first, rest) = digits.split_at(digits.len() % CHUNK.0);
    if rest.is_empty() {
        let n = value(first) as i64;
        return Some(Ok(from_i64(t, if negative { -n } else { n })));
    }
    let mut magnitude = [0; 9];
    magnitude[0] = value(first);
    for chunk in rest.chunks(CHUNK.0) {
        limbs::mul_add_small(&mut magnitude, CHUNK.1, value(chunk));
    }
    Some(digits::from_limbs(t, negative, &magnitude))
}

/// `str(int)`
pub fn repr(t: &mut Thread, n: IntRef) -> PyResult {
    if let IntRef::Small(n) = n {
        return Str::from_ascii(t, Units::One(itoa::Buffer::new().format(n).as_bytes()));
    }
    let text = to_text(t, n)?;
    Str::from_ascii(t, Units::One(text.as_bytes()))
}
