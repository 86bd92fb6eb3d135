//! The codecs of escape sequences.

use pystm_text::{
    TextBuf,
    escape::{
        BytesEscapeErrors, InvalidEscape, bytes_escape_decode, bytes_escape_encode,
        unicode_escape_decode as decode_unicode,
    },
};
use pystm_vm::{
    builtins::{
        buffer, bytes,
        codecs::{self, Native},
        str::{Str, format::raise},
    },
    error::{Exc, PyResult},
    protocol::truth,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{RAW_UNICODE_ESCAPE, UNICODE_ESCAPE, errors, pair};
use crate::support::warn;

/// A bytes-like object, or the UTF-8 form of a str.
fn str_or_bytes(t: &mut Thread, value: Value) -> PyResult<Vec<u8>> {
    match value.as_str() {
        Some(s) => codecs::encode_native(t, super::UTF_8, s.value(), "strict"),
        None => buffer::to_vec(t, value),
    }
}

fn warn_invalid(t: &mut Thread, input: &[u8], invalid: Option<InvalidEscape>, prefix: &str) -> PyResult<()> {
    let Some(invalid) = invalid else { return Ok(()) };
    let at = invalid.position;
    let message = if invalid.is_octal {
        let digits: String = input[at..].iter().take(3).map(|&b| b as char).collect();
        format!("{prefix}\"\\{digits}\" is an invalid octal escape sequence")
    } else {
        format!("{prefix}\"\\{}\" is an invalid escape sequence", input[at] as char)
    };
    let class = t.rt.exception(Exc::DeprecationWarning);
    warn(t, class, &message)
}

fn last(t: &mut Thread, value: Value) -> PyResult<bool> {
    value.given().map_or(Ok(true), |v| truth::is_true(t, v))
}

pub(super) fn unicode_escape_decode(t: &mut Thread, args: &[Value]) -> PyResult {
    let errors = errors(t, "unicode_escape_decode", args[1])?;
    let is_final = last(t, args[2])?;
    let input = str_or_bytes(t, args[0])?;
    let mut invalid = None;
    let Native { codec, name } = UNICODE_ESCAPE;
    let step =
        |input: &[u8], at: usize, out: &mut TextBuf| decode_unicode(input, at, is_final, out, &mut invalid);
    let (text, consumed) = codecs::decode_with(t, name, Some(codec), args[0], &input, &errors, step)?;
    warn_invalid(t, &input, invalid, "")?;
    let text = Str::from_buf(t, &text)?;
    Ok(pair(t, text, consumed))
}

pub(super) fn raw_unicode_escape_decode(t: &mut Thread, args: &[Value]) -> PyResult {
    let errors = errors(t, "raw_unicode_escape_decode", args[1])?;
    let is_final = last(t, args[2])?;
    let input = str_or_bytes(t, args[0])?;
    let Native { codec, name } = RAW_UNICODE_ESCAPE;
    let step = |input: &[u8], at: usize, out: &mut TextBuf| codec.decode_step(input, at, is_final, out);
    let (text, consumed) = codecs::decode_with(t, name, Some(codec), args[0], &input, &errors, step)?;
    let text = Str::from_buf(t, &text)?;
    Ok(pair(t, text, consumed))
}

pub(super) fn escape_decode(t: &mut Thread, args: &[Value]) -> PyResult {
    let errors = errors(t, "escape_decode", args[1])?;
    let input = str_or_bytes(t, args[0])?;
    let mode = match errors.as_str() {
        "strict" => BytesEscapeErrors::Strict,
        "ignore" => BytesEscapeErrors::Ignore,
        "replace" => BytesEscapeErrors::Replace,
        other => {
            return Err(t.value_error(format!("decoding error; unknown error handling code: {other}")));
        }
    };
    let mut invalid = None;
    let out = bytes_escape_decode(&input, mode, &mut invalid).map_err(|error| raise(t, &error))?;
    warn_invalid(t, &input, invalid, "b")?;
    let out = bytes::new(t, &out)?;
    Ok(pair(t, out, input.len()))
}

pub(super) fn escape_encode(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(data) = args[0].as_bytes() else {
        let got = if args[0].is_none() { "None".to_owned() } else { type_of(args[0]).name() };
        return Err(t.type_error(format!("escape_encode() argument 1 must be bytes, not {got}")));
    };
    let out = bytes_escape_encode(data.as_slice());
    let out = bytes::new(t, &out)?;
    Ok(pair(t, out, data.len()))
}

pub(super) fn readbuffer_encode(t: &mut Thread, args: &[Value]) -> PyResult {
    let input = str_or_bytes(t, args[0])?;
    let out = bytes::new(t, &input)?;
    Ok(pair(t, out, input.len()))
}
