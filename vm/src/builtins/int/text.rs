//! Ints as text, and the bound on the digits of decimal conversions.

use std::sync::atomic::Ordering::Relaxed;

use pystm_text::{Units, number};

use super::IntRef;
use crate::{builtins::str::Str, error::PyResult, thread::Thread, value::Value};

/// `sys.get_int_max_str_digits()`; 0 means no bound.
pub fn max_str_digits(t: &Thread) -> usize {
    // Relaxed: a plain setting.
    t.rt.int_max_str_digits.load(Relaxed)
}

/// `str(int)` as Rust's string.
pub fn to_text(t: &mut Thread, n: IntRef) -> PyResult<String> {
    match n {
        IntRef::Small(n) => Ok(itoa::Buffer::new().format(n).to_owned()),
        IntRef::Wide(n) => Ok(n.to_string()),
        IntRef::Big(_) => match number::int_to_text(&n.to_text_int(), max_str_digits(t)) {
            Ok(text) => Ok(text),
            Err(error) => Err(t.value_error(error.to_string())),
        },
    }
}

/// `str(int)`
pub fn repr(t: &mut Thread, n: IntRef) -> PyResult {
    if let IntRef::Small(n) = n {
        return Str::from_ascii(t, Units::One(itoa::Buffer::new().format(n).as_bytes()));
    }
    let text = to_text(t, n)?;
    let s: Value = t.new_str(&text);
    Ok(s)
}
