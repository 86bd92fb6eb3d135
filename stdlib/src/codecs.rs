//! `_codecs`: the codec registry and the native encoders and decoders.

mod charmap;
mod escapes;
mod utf;

use pystm_text::codec::{ByteOrder, Codec};
use pystm_vm::{
    builtins::{
        codecs::{self, Native},
        functions::is_callable,
        tuple,
    },
    error::PyResult,
    native::{Method, ModuleDef, method},
    protocol::{item, truth},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_codecs",
    doc: "",
    methods: METHODS,
    types: &[&charmap::ENCODING_MAP_DEF],
    init: Some(hide_types),
};

const UTF_7: Native = Native { codec: Codec::Utf7, name: "utf7" };
const UTF_8: Native = Native { codec: Codec::Utf8, name: "utf-8" };
const UTF_16_LE: Native = Native { codec: Codec::Utf16(ByteOrder::Little), name: "utf-16-le" };
const UTF_16_BE: Native = Native { codec: Codec::Utf16(ByteOrder::Big), name: "utf-16-be" };
const UTF_32_LE: Native = Native { codec: Codec::Utf32(ByteOrder::Little), name: "utf-32-le" };
const UTF_32_BE: Native = Native { codec: Codec::Utf32(ByteOrder::Big), name: "utf-32-be" };
const LATIN_1: Native = Native { codec: Codec::Latin1, name: "latin-1" };
const ASCII: Native = Native { codec: Codec::Ascii, name: "ascii" };
const RAW_UNICODE_ESCAPE: Native = Native { codec: Codec::RawUnicodeEscape, name: "rawunicodeescape" };
const UNICODE_ESCAPE: Native = Native { codec: Codec::UnicodeEscape, name: "unicodeescape" };

const METHODS: &[Method] = &[
    method("register", "(search_function, /)", register, "Register a codec search function."),
    method(
        "unregister",
        "(search_function, /)",
        unregister,
        "Unregister a codec search function and clear the registry's cache.",
    ),
    method(
        "lookup",
        "(encoding, /)",
        lookup,
        "Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.",
    ),
    method(
        "encode",
        "(obj, encoding='utf-8', errors='strict')",
        encode,
        "Encodes obj using the codec registered for encoding.",
    ),
    method(
        "decode",
        "(obj, encoding='utf-8', errors='strict')",
        decode,
        "Decodes obj using the codec registered for encoding.",
    ),
    method(
        "_forget_codec",
        "(encoding, /)",
        forget,
        "Purge the named codec from the internal codec lookup cache",
    ),
    method(
        "register_error",
        "(errors, handler, /)",
        register_error,
        "Register the specified error handler under the name errors.",
    ),
    method(
        "_unregister_error",
        "(errors, /)",
        unregister_error,
        "Un-register the specified error handler for the error handling `errors'.",
    ),
    method("lookup_error", "(name, /)", lookup_error, "lookup_error(errors) -> handler"),
    method("ascii_decode", "(data, errors=None, /)", |t, a| whole(t, a, ASCII, "ascii_decode"), ""),
    method("ascii_encode", "(str, errors=None, /)", |t, a| to_bytes(t, a, ASCII, "ascii_encode"), ""),
    method("latin_1_decode", "(data, errors=None, /)", |t, a| whole(t, a, LATIN_1, "latin_1_decode"), ""),
    method("latin_1_encode", "(str, errors=None, /)", |t, a| to_bytes(t, a, LATIN_1, "latin_1_encode"), ""),
    method(
        "utf_7_decode",
        "(data, errors=None, final=False, /)",
        |t, a| part(t, a, UTF_7, "utf_7_decode"),
        "",
    ),
    method("utf_7_encode", "(str, errors=None, /)", |t, a| to_bytes(t, a, UTF_7, "utf_7_encode"), ""),
    method(
        "utf_8_decode",
        "(data, errors=None, final=False, /)",
        |t, a| part(t, a, UTF_8, "utf_8_decode"),
        "",
    ),
    method("utf_8_encode", "(str, errors=None, /)", |t, a| to_bytes(t, a, UTF_8, "utf_8_encode"), ""),
    method(
        "utf_16_be_decode",
        "(data, errors=None, final=False, /)",
        |t, a| part(t, a, UTF_16_BE, "utf_16_be_decode"),
        "",
    ),
    method(
        "utf_16_be_encode",
        "(str, errors=None, /)",
        |t, a| to_bytes(t, a, UTF_16_BE, "utf_16_be_encode"),
        "",
    ),
    method("utf_16_decode", "(data, errors=None, final=False, /)", utf::utf_16_decode, ""),
    method("utf_16_encode", "(str, errors=None, byteorder=0, /)", utf::utf_16_encode, ""),
    method("utf_16_ex_decode", "(data, errors=None, byteorder=0, final=False, /)", utf::utf_16_ex_decode, ""),
    method(
        "utf_16_le_decode",
        "(data, errors=None, final=False, /)",
        |t, a| part(t, a, UTF_16_LE, "utf_16_le_decode"),
        "",
    ),
    method(
        "utf_16_le_encode",
        "(str, errors=None, /)",
        |t, a| to_bytes(t, a, UTF_16_LE, "utf_16_le_encode"),
        "",
    ),
    method(
        "utf_32_be_decode",
        "(data, errors=None, final=False, /)",
        |t, a| part(t, a, UTF_32_BE, "utf_32_be_decode"),
        "",
    ),
    method(
        "utf_32_be_encode",
        "(str, errors=None, /)",
        |t, a| to_bytes(t, a, UTF_32_BE, "utf_32_be_encode"),
        "",
    ),
    method("utf_32_decode", "(data, errors=None, final=False, /)", utf::utf_32_decode, ""),
    method("utf_32_encode", "(str, errors=None, byteorder=0, /)", utf::utf_32_encode, ""),
    method("utf_32_ex_decode", "(data, errors=None, byteorder=0, final=False, /)", utf::utf_32_ex_decode, ""),
    method(
        "utf_32_le_decode",
        "(data, errors=None, final=False, /)",
        |t, a| part(t, a, UTF_32_LE, "utf_32_le_decode"),
        "",
    ),
    method(
        "utf_32_le_encode",
        "(str, errors=None, /)",
        |t, a| to_bytes(t, a, UTF_32_LE, "utf_32_le_encode"),
        "",
    ),
    method("unicode_escape_decode", "(data, errors=None, final=True, /)", escapes::unicode_escape_decode, ""),
    method(
        "unicode_escape_encode",
        "(str, errors=None, /)",
        |t, a| to_bytes(t, a, UNICODE_ESCAPE, "unicode_escape_encode"),
        "",
    ),
    method(
        "raw_unicode_escape_decode",
        "(data, errors=None, final=True, /)",
        escapes::raw_unicode_escape_decode,
        "",
    ),
    method(
        "raw_unicode_escape_encode",
        "(str, errors=None, /)",
        |t, a| to_bytes(t, a, RAW_UNICODE_ESCAPE, "raw_unicode_escape_encode"),
        "",
    ),
    method("escape_decode", "(data, errors=None, /)", escapes::escape_decode, ""),
    method("escape_encode", "(data, errors=None, /)", escapes::escape_encode, ""),
    method("charmap_build", "(map, /)", charmap::build, ""),
    method("charmap_decode", "(data, errors=None, mapping=None, /)", charmap::decode, ""),
    method("charmap_encode", "(str, errors=None, mapping=None, /)", charmap::encode, ""),
    method("readbuffer_encode", "(data, errors=None, /)", escapes::readbuffer_encode, ""),
];

/// The type of encoding maps has no name in the module.
fn hide_types(
    t: &mut Thread,
    module: pystm_vm::object::Ref<pystm_vm::builtins::module::Module>,
) -> PyResult<()> {
    let key = t.intern("EncodingMap");
    pystm_vm::builtins::dict::remove(t, module.dict(), key)?;
    Ok(())
}

/// A str argument as Rust's string.
fn name(t: &mut Thread, function: &str, value: Value, argument: &str) -> PyResult<String> {
    match value.as_str() {
        Some(s) => Ok(s.to_rust()),
        None => {
            let got = if value.is_none() { "None".to_owned() } else { type_of(value).name() };
            Err(t.type_error(format!("{function}() argument {argument}must be str, not {got}")))
        }
    }
}

/// The `errors` argument.
fn errors(t: &mut Thread, function: &str, value: Value) -> PyResult<String> {
    match value.given_not_none() {
        None => Ok("strict".to_owned()),
        Some(v) if v.as_str().is_some() => name(t, function, v, ""),
        Some(v) => {
            let got = type_of(v).name();
            Err(t.type_error(format!("{function}() argument 2 must be str or None, not {got}")))
        }
    }
}

/// `(result, count)`
fn pair(t: &mut Thread, result: Value, count: usize) -> Value {
    tuple::new_small(t, &[result, Value::small(count as i64)])
}

fn to_bytes(t: &mut Thread, args: &[Value], native: Native, function: &str) -> PyResult {
    let Some(s) = args[0].as_str() else {
        let got = if args[0].is_none() { "None".to_owned() } else { type_of(args[0]).name() };
        return Err(t.type_error(format!("{function}() argument 1 must be str, not {got}")));
    };
    let errors = errors(t, function, args[1])?;
    let bytes = codecs::encode_native(t, native, s.value(), &errors)?;
    let bytes = pystm_vm::builtins::bytes::new(t, &bytes)?;
    Ok(pair(t, bytes, s.len()))
}

/// Decoders without a `final` argument.
fn whole(t: &mut Thread, args: &[Value], native: Native, function: &str) -> PyResult {
    let errors = errors(t, function, args[1])?;
    let (text, count) = codecs::decode_native(t, native, args[0], &errors, true)?;
    Ok(pair(t, text, count))
}

/// Decoders with one.
fn part(t: &mut Thread, args: &[Value], native: Native, function: &str) -> PyResult {
    let errors = errors(t, function, args[1])?;
    let is_final = is_final(t, args[2])?;
    let (text, count) = codecs::decode_native(t, native, args[0], &errors, is_final)?;
    Ok(pair(t, text, count))
}

fn is_final(t: &mut Thread, value: Value) -> PyResult<bool> {
    value.given().map_or(Ok(false), |v| truth::is_true(t, v))
}

fn register(t: &mut Thread, args: &[Value]) -> PyResult {
    codecs::register(t, args[0])?;
    Ok(Value::NONE)
}

fn unregister(t: &mut Thread, args: &[Value]) -> PyResult {
    codecs::unregister(t, args[0])?;
    Ok(Value::NONE)
}

fn lookup(t: &mut Thread, args: &[Value]) -> PyResult {
    let encoding = name(t, "lookup", args[0], "")?;
    codecs::lookup(t, &encoding)
}

fn forget(t: &mut Thread, args: &[Value]) -> PyResult {
    codecs::forget(t, args[0])?;
    Ok(Value::NONE)
}

fn convert(t: &mut Thread, args: &[Value], part: i64) -> PyResult {
    let function = if part == 0 { "encode" } else { "decode" };
    let encoding = match args[1].given() {
        Some(v) => name(t, function, v, "'encoding' ")?,
        None => "utf-8".to_owned(),
    };
    let errors = match args[2].given() {
        Some(v) => Some(name(t, function, v, "'errors' ")?),
        None => None,
    };
    let codec = codecs::lookup(t, &encoding)?;
    let function = item::getitem(t, codec, Value::small(part))?;
    let (message, operation) = match part {
        0 => ("encoder must return a tuple (object, integer)", "encoding"),
        _ => ("decoder must return a tuple (object,integer)", "decoding"),
    };
    codecs::call_codec(t, function, args[0], errors.as_deref(), message, &encoding, operation)
}

fn encode(t: &mut Thread, args: &[Value]) -> PyResult {
    convert(t, args, 0)
}

fn decode(t: &mut Thread, args: &[Value]) -> PyResult {
    convert(t, args, 1)
}

fn register_error(t: &mut Thread, args: &[Value]) -> PyResult {
    name(t, "register_error", args[0], "1 ")?;
    if !is_callable(t, args[1]) {
        return Err(t.type_error("handler must be callable"));
    }
    codecs::register_error(t, args[0], args[1])?;
    Ok(Value::NONE)
}

fn unregister_error(t: &mut Thread, args: &[Value]) -> PyResult {
    name(t, "_unregister_error", args[0], "")?;
    Ok(Value::bool(codecs::unregister_error(t, args[0])?))
}

fn lookup_error(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = name(t, "lookup_error", args[0], "")?;
    codecs::lookup_error(t, &name)
}
