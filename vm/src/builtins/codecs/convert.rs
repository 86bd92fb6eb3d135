//! Native conversions, with native or Python error handlers.

use pystm_text::{
    TextBuf, Units,
    codec::{self, HandlerFailure, Replacement},
};

use super::{Native, builtin_handler, decode_error, encode_error, handlers};
use crate::{
    builtins::{buffer, str::Str},
    error::PyResult,
    thread::Thread,
    value::Value,
};

/// Encodes a str.
pub fn encode_native(t: &mut Thread, native: Native, text: Value, errors: &str) -> PyResult<Vec<u8>> {
    let step = |_: &mut Thread, units: Units<'_>, at: usize, out: &mut Vec<u8>| {
        Ok(native.codec.encode_step(units, at, out))
    };
    encode_with(t, native.name, Some(native.codec), text, errors, step)
}

/// Encodes with any step function, asking the error handler where it stops.
pub fn encode_with(
    t: &mut Thread,
    name: &str,
    codec: Option<codec::Codec>,
    text: Value,
    errors: &str,
    mut step: impl FnMut(&mut Thread, Units<'_>, usize, &mut Vec<u8>) -> PyResult<Result<(), codec::EncodeError>>,
) -> PyResult<Vec<u8>> {
    let Some(s) = text.as_str() else { return Ok(Vec::new()) };
    let mut out = Vec::with_capacity(s.len());
    let mut failed = step(t, s.units(), 0, &mut out)?.err();
    let native = builtin_handler(errors);
    let mut handler = Value::UNSET;
    let unit_size = codec.map_or(1, codec::Codec::unit_size);
    while let Some(error) = failed {
        let (replacement, next) = if let Some(native) = native {
            match native.handle_encode(codec, s.units(), &error) {
                Ok(handled) => handled,
                Err(HandlerFailure::Raise(error)) => return Err(encode_error(t, name, text, &error)),
                Err(HandlerFailure::NotForDecoding) => return Err(encode_error(t, name, text, &error)),
            }
        } else {
            if handler.is_unset() {
                handler = handlers::lookup_error(t, errors)?;
            }
            let exception = handlers::new_encode_error(t, name, text, error.start, error.end, error.reason);
            handlers::call_encode_handler(t, handler, exception, s.len())?
        };
        match replacement {
            Replacement::Bytes(bytes) if bytes.len() % unit_size != 0 => {
                return Err(encode_error(t, name, text, &error));
            }
            Replacement::Bytes(bytes) => out.extend_from_slice(&bytes),
            Replacement::Text(replacement) => {
                if step(t, replacement.as_units(), 0, &mut out)?.is_err() {
                    return Err(encode_error(t, name, text, &error));
                }
            }
        }
        failed = step(t, s.units(), next, &mut out)?.err();
    }
    Ok(out)
}

/// Decodes a bytes-like object: the str, and how many bytes were consumed.
pub fn decode_native(
    t: &mut Thread,
    native: Native,
    object: Value,
    errors: &str,
    is_final: bool,
) -> PyResult<(Value, usize)> {
    let view = buffer::get(t, object)?;
    if matches!(native.codec, codec::Codec::Utf8 | codec::Codec::Ascii | codec::Codec::Latin1)
        && view.is_ascii()
    {
        let len = view.len();
        // A bytearray is copied: the allocation of the str may reach a safepoint.
        let text = match &view {
            buffer::ByteView::Array(a) => {
                let copy = a.as_slice().to_vec();
                Str::from_ascii(t, pystm_text::Units::One(&copy))?
            }
            other => Str::from_ascii(t, pystm_text::Units::One(other))?,
        };
        return Ok((text, len));
    }
    let input = match view {
        buffer::ByteView::Bytes(b) => buffer::ByteView::Bytes(b),
        other => buffer::ByteView::Copy(other.into_vec()),
    };
    let step =
        |input: &[u8], at: usize, out: &mut TextBuf| native.codec.decode_step(input, at, is_final, out);
    let (buf, consumed) = decode_with(t, native.name, Some(native.codec), object, &input, errors, step)?;
    Ok((Str::from_buf(t, &buf)?, consumed))
}

/// Decodes with any step function, asking the error handler where it stops.
pub fn decode_with(
    t: &mut Thread,
    name: &str,
    codec: Option<codec::Codec>,
    object: Value,
    input: &[u8],
    errors: &str,
    mut step: impl FnMut(&[u8], usize, &mut TextBuf) -> Result<usize, codec::DecodeError>,
) -> PyResult<(TextBuf, usize)> {
    let mut out = TextBuf::with_capacity(input.len());
    let native = builtin_handler(errors);
    let mut replaced: Option<Vec<u8>> = None;
    let mut handler = Value::UNSET;
    let mut position = 0;
    loop {
        let current: &[u8] = replaced.as_deref().unwrap_or(input);
        let error = match step(current, position, &mut out) {
            Ok(consumed) => return Ok((out, consumed)),
            Err(error) => error,
        };
        if let Some(native) = native {
            position = match native.handle_decode(codec, current, &error, &mut out) {
                Ok(next) => next,
                Err(HandlerFailure::Raise(error)) => return Err(decode_error(t, name, current, &error)),
                Err(HandlerFailure::NotForDecoding) => {
                    return Err(t.type_error("don't know how to handle UnicodeDecodeError in error callback"));
                }
            };
            continue;
        }
        if handler.is_unset() {
            handler = handlers::lookup_error(t, errors)?;
        }
        let bytes = match (object.as_bytes(), &replaced) {
            (Some(b), None) => b.value(),
            _ => crate::builtins::bytes::new(t, current)?,
        };
        let exception = handlers::new_decode_error(t, name, bytes, error.start, error.end, error.reason);
        let outcome = handlers::call_decode_handler(t, handler, exception, bytes)?;
        if let Some(text) = outcome.text.as_str() {
            out.push_units(text.units());
        }
        if let Some(changed) = outcome.input {
            replaced = Some(changed);
        }
        position = outcome.position;
    }
}
