//! Codecs: the registry behind `_codecs`, and conversions between str and bytes.
//!
//! The encodings that the text crate has are converted here without any Python code unless an error handler of the
//! program is asked; all others go through the search functions, that is through the package `encodings`.

mod convert;
mod handlers;
mod registry;

use pystm_text::codec::{ByteOrder, Codec};

pub use convert::{decode_native, decode_with, encode_native, encode_with};
pub use handlers::{Failure, builtin_handler, decode_error, encode_error, lookup_error, register_error};
pub use registry::{
    call_codec, forget, lookup, lookup_text_encoding, normalized, register, unregister, unregister_error,
};

use super::{buffer, bytearray::ByteArray, bytes::Bytes, str::Str};
use crate::{
    error::{Exc, PyResult},
    object::Ref,
    protocol::item,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// An encoding that is converted natively, and the name that its errors show.
#[derive(Clone, Copy, Debug)]
pub struct Native {
    /// The codec.
    pub codec: Codec,
    /// Name of the encoding in exceptions.
    pub name: &'static str,
}

/// The native encoding with this name, if it is one of those that need no `encodings`.
pub fn native(encoding: &str) -> Option<Native> {
    let lower: String;
    let plain = encoding.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let known = if plain {
        encoding
    } else {
        let dash = |b: u8| if b == b'_' || b == b' ' { '-' } else { b.to_ascii_lowercase() as char };
        lower = encoding.bytes().map(dash).collect();
        &lower
    };
    let (codec, name) = match known {
        "utf-8" | "utf8" | "u8" | "cp65001" => (Codec::Utf8, "utf-8"),
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" | "l1" => {
            (Codec::Latin1, "latin-1")
        }
        "ascii" | "us-ascii" | "646" => (Codec::Ascii, "ascii"),
        "utf-16-le" | "utf-16le" => (Codec::Utf16(ByteOrder::Little), "utf-16-le"),
        "utf-16-be" | "utf-16be" => (Codec::Utf16(ByteOrder::Big), "utf-16-be"),
        "utf-32-le" | "utf-32le" => (Codec::Utf32(ByteOrder::Little), "utf-32-le"),
        "utf-32-be" | "utf-32be" => (Codec::Utf32(ByteOrder::Big), "utf-32-be"),
        _ => return None,
    };
    Some(Native { codec, name })
}

/// The UTF codec that an exception names, for `surrogatepass`.
pub(super) fn native_utf(encoding: &str) -> Option<Codec> {
    let lower = encoding.to_ascii_lowercase().replace('_', "-");
    let order = if cfg!(target_endian = "little") { ByteOrder::Little } else { ByteOrder::Big };
    match lower.as_str() {
        "utf-8" | "utf8" | "cp65001" => Some(Codec::Utf8),
        "utf-16" | "utf16" => Some(Codec::Utf16(order)),
        "utf-32" | "utf32" => Some(Codec::Utf32(order)),
        _ => native(&lower).map(|n| n.codec).filter(|c| !matches!(c, Codec::Ascii | Codec::Latin1)),
    }
}

/// In development mode, LookupError for an unknown encoding or error handler even where neither is needed.
fn check_names(t: &mut Thread, encoding: &str, errors: Option<&str>) -> PyResult<()> {
    if !t.rt.settings.dev_mode {
        return Ok(());
    }
    if native(encoding).is_none() {
        lookup(t, encoding)?;
    }
    match errors.filter(|&e| builtin_handler(e).is_none()) {
        Some(errors) => handlers::lookup_error(t, errors).map(|_| ()),
        None => Ok(()),
    }
}

/// `s.encode(encoding, errors)`; `s` is an exact str.
pub fn encode_str(t: &mut Thread, s: Value, encoding: &str, errors: Option<&str>) -> PyResult {
    check_names(t, encoding, errors)?;
    if let Some(native) = native(encoding) {
        if let Some(ascii) = s.as_str().and_then(|s| ascii_as_it_is(native.codec, s)) {
            return super::bytes::new(t, ascii);
        }
        let bytes = encode_native(t, native, s, errors.unwrap_or("strict"))?;
        return super::bytes::new(t, &bytes);
    }
    let codec = lookup_text_encoding(t, encoding, "codecs.encode()")?;
    let encoder = item::getitem(t, codec, Value::small(0))?;
    let result = call_codec(
        t,
        encoder,
        s,
        errors,
        "encoder must return a tuple (object, integer)",
        encoding,
        "encoding",
    )?;
    if result.cast::<Bytes>().is_some() || result.as_bytes().is_some() {
        return Ok(result);
    }
    if let Some(array) = result.cast::<ByteArray>() {
        let copy = array.as_slice().to_vec();
        return super::bytes::new(t, &copy);
    }
    let name = type_of(result).name();
    Err(t.type_error(format!(
        "'{encoding}' encoder returned '{name}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
    )))
}

/// The bytes of an ASCII str, if the codec leaves ASCII alone.
fn ascii_as_it_is(codec: Codec, s: Ref<Str>) -> Option<&'static [u8]> {
    matches!(codec, Codec::Utf8 | Codec::Latin1 | Codec::Ascii).then(|| s.ascii_bytes()).flatten()
}

/// `str(object, encoding, errors)` of a bytes-like object.
pub fn decode_bytes(t: &mut Thread, object: Value, encoding: &str, errors: Option<&str>) -> PyResult {
    check_names(t, encoding, errors)?;
    if let Some(native) = native(encoding) {
        return Ok(decode_native(t, native, object, errors.unwrap_or("strict"), true)?.0);
    }
    let codec = lookup_text_encoding(t, encoding, "codecs.decode()")?;
    let decoder = item::getitem(t, codec, Value::small(1))?;
    let view = match buffer::direct(object) {
        Some(_) => super::memoryview::from_object(t, object)?,
        None => object,
    };
    let result = call_codec(
        t,
        decoder,
        view,
        errors,
        "decoder must return a tuple (object,integer)",
        encoding,
        "decoding",
    );
    if view != object
        && let Some(view) = view.cast::<super::memoryview::MemoryView>()
    {
        super::memoryview::release(t, view)?;
    }
    let result = result?;
    if result.as_str().is_some() {
        return Ok(result);
    }
    let name = type_of(result).name();
    Err(t.type_error(format!(
        "'{encoding}' decoder returned '{name}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
    )))
}

/// The str of a file name or other text from the system: UTF-8 with `surrogateescape`.
pub fn from_os(t: &mut Thread, bytes: &[u8]) -> PyResult {
    if let Some(result) = super::str::from_utf8(t, bytes) {
        return result;
    }
    let object = super::bytes::new(t, bytes)?;
    let utf8 = Native { codec: Codec::Utf8, name: "utf-8" };
    Ok(decode_native(t, utf8, object, "surrogateescape", true)?.0)
}

/// The bytes of a file name or other text for the system: UTF-8 with `surrogateescape`.
pub fn to_os(t: &mut Thread, text: Value) -> PyResult<Vec<u8>> {
    let utf8 = Native { codec: Codec::Utf8, name: "utf-8" };
    encode_native(t, utf8, text, "surrogateescape")
}

/// `LookupError: unknown encoding`
#[cold]
pub fn unknown_encoding(t: &mut Thread, encoding: &str) -> crate::error::Raised {
    t.raise(Exc::LookupError, format!("unknown encoding: {encoding}"))
}
