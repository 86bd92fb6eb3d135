//! Encodings of text streams: choosing the codec, encoding, decoding, decoder states, `reconfigure`.

use pystm_text::{
    TextBuf, Units,
    codec::{self, Codec, ErrorHandler, HandlerFailure},
};
use pystm_vm::{
    builtins::tuple,
    error::{Exc, PyResult, Raised},
    protocol::{attr, call, truth},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{State, peek, this};
use crate::{
    io::base::unsupported,
    support::{bytes_value, import_from, int_value, to_i64},
};

/// The native codec with this name.
pub(super) fn native_codec(encoding: &str) -> Option<Codec> {
    let name: String =
        encoding.chars().map(|c| if c == '_' || c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
    match name.as_str() {
        "utf-8" | "utf8" | "u8" => Some(Codec::Utf8),
        "ascii" | "us-ascii" => Some(Codec::Ascii),
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" | "8859" => Some(Codec::Latin1),
        _ => None,
    }
}

fn codec_name(codec: Codec) -> &'static str {
    match codec {
        Codec::Ascii => "ascii",
        Codec::Latin1 => "latin-1",
        _ => "utf-8",
    }
}

/// Notes encoding and errors; makes encoder and decoder if the codec is not native.
pub(super) fn set_codec(
    t: &mut Thread,
    object: Value,
    buffer: Value,
    encoding: &str,
    errors: &str,
) -> PyResult<Option<(Codec, ErrorHandler)>> {
    let native = native_codec(encoding).zip(ErrorHandler::from_name(errors));
    let (mut encoder, mut decoder) = (Value::UNSET, Value::UNSET);
    let encoding_value = t.new_str(encoding);
    let errors_value = t.new_str(errors);
    if native.is_none() {
        let lookup = import_from(t, "codecs", "lookup")?;
        let info = call::call(t, lookup, &[encoding_value])?;
        if let Some(is_text) = attr::find_attr(t, info, "_is_text_encoding")?
            && !truth::is_true(t, is_text)?
        {
            let message =
                format!("'{encoding}' is not a text encoding; use codecs.open() to handle arbitrary codecs");
            return Err(t.raise(Exc::LookupError, message));
        }
        let readable = call::call_method(t, buffer, "readable", &[])?;
        if truth::is_true(t, readable)? {
            decoder = call::call_method(t, info, "incrementaldecoder", &[errors_value])?;
        }
        let writable = call::call_method(t, buffer, "writable", &[])?;
        if truth::is_true(t, writable)? {
            encoder = call::call_method(t, info, "incrementalencoder", &[errors_value])?;
        }
    }
    let w = t.write_object(object.object_unchecked());
    let state = this(object);
    state.encoder.set(&w, encoder);
    state.decoder.set(&w, decoder);
    state.encoding.set(&w, encoding_value);
    state.errors.set(&w, errors_value);
    Ok(native)
}

/// Tells the encoder of a stream that is not at its start to write no byte-order mark.
pub(super) fn start_encoder(t: &mut Thread, object: Value) -> PyResult<()> {
    let Some(encoder) = this(object).encoder.get().given() else { return Ok(()) };
    let buffer = this(object).buffer.get();
    let at = call::call_method(t, buffer, "tell", &[])?;
    if at != Value::ZERO {
        call::call_method(t, encoder, "setstate", &[Value::ZERO])?;
    }
    Ok(())
}

/// Encodes text with the stream's codec, after translation of line ends.
pub(super) fn encode(t: &mut Thread, object: Value, text: Units<'_>) -> PyResult<Vec<u8>> {
    let native = peek(object).state.lock().codec;
    if let Some((codec, handler)) = native {
        return match codec::encode(codec, text, handler) {
            Ok(bytes) => Ok(bytes),
            Err(failure) => Err(raise_encode(t, codec, text, failure)),
        };
    }
    let Some(encoder) = peek(object).encoder.get().given() else {
        return Err(unsupported(t, "not writable"));
    };
    let text = pystm_vm::builtins::str::Str::from_units(t, text)?;
    let bytes = call::call_method(t, encoder, "encode", &[text])?;
    match bytes.as_bytes() {
        Some(b) => Ok(b.as_slice().to_vec()),
        None => {
            let name = type_of(bytes).name();
            Err(t.type_error(format!("encoder should return a bytes object, not '{name}'")))
        }
    }
}

#[cold]
fn raise_encode(
    t: &mut Thread,
    codec: Codec,
    text: Units<'_>,
    failure: HandlerFailure<codec::EncodeError>,
) -> Raised {
    let HandlerFailure::Raise(error) = failure else {
        return t.type_error("don't know how to handle UnicodeEncodeError in error callback");
    };
    let name = t.new_str(codec_name(codec));
    let text = match pystm_vm::builtins::str::Str::from_units(t, text) {
        Ok(text) => text,
        Err(raised) => return raised,
    };
    let reason = t.new_str(error.reason);
    let args = [name, text, Value::small(error.start as i64), Value::small(error.end as i64), reason];
    t.raise_args(Exc::UnicodeEncodeError, &args)
}

/// Decodes more bytes; `last` says that there are no others. Line ends are translated.
pub(super) fn decode(t: &mut Thread, object: Value, input: &[u8], last: bool) -> PyResult<TextBuf> {
    let state = this(object);
    let native = state.state.lock().codec;
    let text = match native {
        Some((codec, handler)) => {
            let mut tail = std::mem::take(&mut state.state.lock().undecoded);
            let all = if tail.is_empty() {
                input
            } else {
                tail.extend_from_slice(input);
                &tail
            };
            match codec::decode(codec, all, handler, last) {
                Ok((text, consumed)) => {
                    let rest = all[consumed..].to_vec();
                    state.state.lock().undecoded = rest;
                    text
                }
                Err(failure) => return Err(raise_decode(t, codec, all, failure)),
            }
        }
        None => {
            let Some(decoder) = state.decoder.get().given() else {
                return Err(unsupported(t, "not readable"));
            };
            let bytes = bytes_value(t, input)?;
            let text = call::call_method(t, decoder, "decode", &[bytes, Value::bool(last)])?;
            match text.as_str() {
                Some(s) => TextBuf::from(s.units()),
                None => {
                    let name = type_of(text).name();
                    return Err(t.type_error(format!("decoder should return a string result, not '{name}'")));
                }
            }
        }
    };
    let mut s = state.state.lock();
    if !s.newline.universal {
        return Ok(text);
    }
    let translate = s.newline.translate;
    Ok(s.newlines.decode(text, translate, last))
}

#[cold]
fn raise_decode(
    t: &mut Thread,
    codec: Codec,
    input: &[u8],
    failure: HandlerFailure<codec::DecodeError>,
) -> Raised {
    let HandlerFailure::Raise(error) = failure else {
        return t.type_error("don't know how to handle UnicodeDecodeError in error callback");
    };
    let name = t.new_str(codec_name(codec));
    let bytes = match bytes_value(t, input) {
        Ok(bytes) => bytes,
        Err(raised) => return raised,
    };
    let reason = t.new_str(error.reason);
    let args = [name, bytes, Value::small(error.start as i64), Value::small(error.end as i64), reason];
    t.raise_args(Exc::UnicodeDecodeError, &args)
}

/// State of the decoder: bytes that it holds back, and flags (lowest bit: a `\r` is held back).
pub(super) fn decoder_state(t: &mut Thread, object: Value) -> PyResult<(Vec<u8>, i64)> {
    let state = this(object);
    let (native, universal, pending, undecoded) = {
        let s = state.state.lock();
        (s.codec.is_some(), s.newline.universal, s.newlines.pending_cr, s.undecoded.clone())
    };
    let (bytes, flags) = if native {
        (undecoded, 0)
    } else {
        let decoder = state.decoder.get();
        let got = call::call_method(t, decoder, "getstate", &[])?;
        let Some(pair) = got.as_tuple().filter(|p| p.len() == 2) else {
            return Err(t.type_error("illegal decoder state"));
        };
        let Some(bytes) = pair.at(0).as_bytes() else {
            let name = type_of(pair.at(0)).name();
            return Err(t.type_error(format!(
                "illegal decoder state: the first item should be a bytes object, not '{name}'"
            )));
        };
        let bytes = bytes.as_slice().to_vec();
        (bytes, to_i64(t, pair.at(1))?)
    };
    Ok(if universal { (bytes, flags << 1 | pending as i64) } else { (bytes, flags) })
}

/// Sets the state of the decoder.
pub(super) fn set_decoder_state(t: &mut Thread, object: Value, bytes: &[u8], flags: i64) -> PyResult<()> {
    let state = this(object);
    let (native, flags) = {
        let mut s = state.state.lock();
        let flags = if s.newline.universal {
            s.newlines.pending_cr = flags & 1 != 0;
            flags >> 1
        } else {
            flags
        };
        if s.codec.is_some() {
            s.undecoded = bytes.to_vec();
        }
        (s.codec.is_some(), flags)
    };
    if !native && let Some(decoder) = state.decoder.get().given() {
        if bytes.is_empty() && flags == 0 {
            call::call_method(t, decoder, "reset", &[])?;
        } else {
            let bytes = bytes_value(t, bytes)?;
            let flags = int_value(t, flags);
            let pair = tuple::new(t, &[bytes, flags])?;
            call::call_method(t, decoder, "setstate", &[pair])?;
        }
    }
    Ok(())
}

/// Forgets everything that the decoder holds back.
pub(super) fn reset_decoder(t: &mut Thread, object: Value) -> PyResult<()> {
    {
        let mut s = this(object).state.lock();
        s.undecoded.clear();
        s.newlines = Default::default();
    }
    if let Some(decoder) = this(object).decoder.get().given() {
        call::call_method(t, decoder, "reset", &[])?;
    }
    Ok(())
}

pub(super) fn reconfigure(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = args[0];
    super::buffer(t, object)?;
    let touches_reading =
        args[1].given_not_none().is_some() || args[2].given_not_none().is_some() || args[3].given().is_some();
    let (decoding, newline) = {
        let s: parking_lot::MutexGuard<'_, State> = this(object).state.lock();
        (!s.decoded.is_empty() || s.snapshot.is_some(), s.newline)
    };
    if decoding && touches_reading {
        return Err(unsupported(
            t,
            "It is not possible to set the encoding or newline of stream after the first read",
        ));
    }
    let newline = match args[3].given() {
        None => newline,
        Some(v) => {
            let text = super::text_or_none(t, v, "newline")?;
            super::parse_newline(t, text.as_deref())?
        }
    };
    let line_buffering = flag(t, args[4])?;
    let write_through = flag(t, args[5])?;
    call::call_method(t, object, "flush", &[])?;
    let encoding = super::text_or_none(t, args[1], "encoding")?;
    let errors = super::text_or_none(t, args[2], "errors")?;
    if encoding.is_some() || errors.is_some() {
        let encoding = match encoding {
            Some(e) if e == "locale" => crate::io::locale_encoding().to_owned(),
            Some(e) => {
                if errors.is_none() {
                    return configure(t, object, &e, "strict", newline, line_buffering, write_through);
                }
                e
            }
            None => this(object).encoding.get().as_str().map(|s| s.to_rust()).unwrap_or_default(),
        };
        let errors = errors.unwrap_or_else(|| "strict".to_owned());
        return configure(t, object, &encoding, &errors, newline, line_buffering, write_through);
    }
    let mut s = this(object).state.lock();
    s.newline = newline;
    s.line_buffering = line_buffering.unwrap_or(s.line_buffering);
    s.write_through = write_through.unwrap_or(s.write_through);
    Ok(Value::NONE)
}

fn flag(t: &mut Thread, value: Value) -> PyResult<Option<bool>> {
    match value.given_not_none() {
        None => Ok(None),
        Some(v) => truth::is_true(t, v).map(Some),
    }
}

fn configure(
    t: &mut Thread,
    object: Value,
    encoding: &str,
    errors: &str,
    newline: crate::io::text_lines::Newline,
    line_buffering: Option<bool>,
    write_through: Option<bool>,
) -> PyResult {
    let buffer = super::buffer(t, object)?;
    let codec = set_codec(t, object, buffer, encoding, errors)?;
    let start = {
        let mut s = this(object).state.lock();
        s.codec = codec;
        s.newline = newline;
        s.line_buffering = line_buffering.unwrap_or(s.line_buffering);
        s.write_through = write_through.unwrap_or(s.write_through);
        s.seekable && s.writable
    };
    if start {
        start_encoder(t, object)?;
    }
    Ok(Value::NONE)
}
