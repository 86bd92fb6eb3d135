//! The `is...` methods.

use pystm_text::unicode;

use super::methods::this;
use crate::{error::PyResult, thread::Thread, value::Value};

fn all(args: &[Value], predicate: fn(u32) -> bool) -> PyResult {
    Ok(Value::bool(unicode::all_chars(this(args[0]).units(), predicate)))
}

pub(super) fn isalnum(_: &mut Thread, args: &[Value]) -> PyResult {
    all(args, unicode::is_alnum)
}

pub(super) fn isalpha(_: &mut Thread, args: &[Value]) -> PyResult {
    all(args, unicode::is_alpha)
}

pub(super) fn isascii(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(this(args[0]).is_ascii()))
}

pub(super) fn isdecimal(_: &mut Thread, args: &[Value]) -> PyResult {
    all(args, unicode::is_decimal)
}

pub(super) fn isdigit(_: &mut Thread, args: &[Value]) -> PyResult {
    all(args, unicode::is_digit)
}

pub(super) fn isidentifier(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(unicode::is_identifier(this(args[0]).units())))
}

pub(super) fn islower(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(unicode::is_lower_text(this(args[0]).units())))
}

pub(super) fn isnumeric(_: &mut Thread, args: &[Value]) -> PyResult {
    all(args, unicode::is_numeric)
}

pub(super) fn isprintable(_: &mut Thread, args: &[Value]) -> PyResult {
    let s = this(args[0]);
    Ok(Value::bool(s.is_empty() || unicode::all_chars(s.units(), unicode::is_printable)))
}

pub(super) fn isspace(_: &mut Thread, args: &[Value]) -> PyResult {
    all(args, unicode::is_space)
}

pub(super) fn istitle(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(unicode::is_title_text(this(args[0]).units())))
}

pub(super) fn isupper(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(unicode::is_upper_text(this(args[0]).units())))
}
