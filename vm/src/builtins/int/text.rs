//! Ints as text, and the bound on the digits of decimal conversions.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use pystm_text::number;

use super::IntRef;
use crate::{error::PyResult, thread::Thread, value::Value};

/// `sys.int_info.default_max_str_digits`
pub const DEFAULT_MAX_STR_DIGITS: usize = 4300;
/// `sys.int_info.str_digits_check_threshold`: the least bound but 0 that can be set.
pub const MIN_MAX_STR_DIGITS: usize = 640;

// Relaxed: a number of its own, nothing else depends on it.
static MAX_STR_DIGITS: AtomicUsize = AtomicUsize::new(DEFAULT_MAX_STR_DIGITS);

/// `sys.get_int_max_str_digits()`; 0 means no bound.
pub fn max_str_digits(_t: &Thread) -> usize {
    MAX_STR_DIGITS.load(Relaxed)
}

/// `sys.set_int_max_str_digits(digits)`
pub fn set_max_str_digits(t: &mut Thread, digits: i64) -> PyResult<()> {
    match usize::try_from(digits) {
        Ok(n) if n == 0 || n >= MIN_MAX_STR_DIGITS => {
            MAX_STR_DIGITS.store(n, Relaxed);
            Ok(())
        }
        _ => Err(t.value_error(format!("maxdigits must be >= {MIN_MAX_STR_DIGITS} or 0 for unlimited"))),
    }
}

/// `str(int)` as Rust's string.
pub fn to_text(t: &mut Thread, n: IntRef) -> PyResult<String> {
    match n {
        IntRef::Small(n) => Ok(n.to_string()),
        IntRef::Big(_) => match number::int_to_text(&n.to_text_int(), max_str_digits(t)) {
            Ok(text) => Ok(text),
            Err(error) => Err(t.value_error(error.to_string())),
        },
    }
}

/// `str(int)`
pub fn repr(t: &mut Thread, n: IntRef) -> PyResult {
    let text = to_text(t, n)?;
    let s: Value = t.new_str(&text);
    Ok(s)
}
