//! `_lzma`: compressors and decompressors of xz and of the older LZMA formats.

mod filters;

use std::sync::OnceLock;

use liblzma::stream::{Action, Check, Error, Status, Stream};
use pystm_stm::Slot;
use pystm_vm::{
    builtins::module::Module,
    error::{Exc, PyResult, Raised},
    native::{ModuleDef, TypeDef, getter, method, static_method},
    object::Ref,
    thread::Thread,
    value::Value,
};

use crate::{
    compression::{self, Coder, Step, type_def},
    support::{int_value, make_class, raise_class, set_global, to_i32, to_i64},
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_lzma",
    doc: "",
    methods: &[
        method(
            "is_check_supported",
            "(check_id, /)",
            is_check_supported,
            "Test whether the given integrity check is supported.",
        ),
        method(
            "_encode_filter_properties",
            "(filter, /)",
            filters::encode_properties,
            "Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).",
        ),
        method(
            "_decode_filter_properties",
            "(filter_id, encoded_props, /)",
            filters::decode_properties,
            "Return a dict with the options of a filter encoded as bytes.",
        ),
    ],
    types: &[&COMPRESSOR, &DECOMPRESSOR],
    init: Some(init),
};

static COMPRESSOR: TypeDef = type_def(
    "_lzma.LZMACompressor",
    "LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)\n\nCreate a compressor object for compressing data incrementally.",
    &[
        static_method(
            "__new__",
            "($cls, format=1, check=-1, preset=None, filters=None)",
            new_compressor,
            "Makes a compressor.",
        ),
        method(
            "compress",
            "($self, data, /)",
            compression::compress::<Encoder>,
            "Provide data to the compressor object; returns compressed data if there is some.",
        ),
        method(
            "flush",
            "($self, /)",
            compression::flush::<Encoder>,
            "Finish the compression process; returns the rest of the compressed data.",
        ),
    ],
    &[],
);

static DECOMPRESSOR: TypeDef = type_def(
    "_lzma.LZMADecompressor",
    "Create a decompressor object for decompressing data incrementally.\n\nFor one-shot decompression, use the decompress() function instead.",
    &[
        static_method(
            "__new__",
            "($cls, format=0, memlimit=None, filters=None)",
            new_decompressor,
            "Makes a decompressor.",
        ),
        method(
            "decompress",
            "($self, /, data, max_length=-1)",
            compression::decompress::<Decoder>,
            "Decompress *data*, returning uncompressed data as bytes.",
        ),
    ],
    &[
        getter("check", check, "ID of the integrity check used by the input stream."),
        getter("eof", compression::eof::<Decoder>, "True if the end-of-stream marker has been reached."),
        getter(
            "needs_input",
            compression::needs_input::<Decoder>,
            "True if more input is needed before more decompressed data can be produced.",
        ),
        getter(
            "unused_data",
            compression::unused_data::<Decoder>,
            "Data found after the end of the compressed stream.",
        ),
    ],
);

const FORMAT_AUTO: i32 = 0;
const FORMAT_XZ: i32 = 1;
const FORMAT_ALONE: i32 = 2;
const FORMAT_RAW: i32 = 3;
const CHECK_UNKNOWN: i64 = 16;
const PRESET_DEFAULT: u32 = 6;
const PRESET_EXTREME: u32 = 1 << 31;

const CONSTANTS: &[(&str, i64)] = &[
    ("FORMAT_AUTO", FORMAT_AUTO as i64),
    ("FORMAT_XZ", FORMAT_XZ as i64),
    ("FORMAT_ALONE", FORMAT_ALONE as i64),
    ("FORMAT_RAW", FORMAT_RAW as i64),
    ("CHECK_NONE", 0),
    ("CHECK_CRC32", 1),
    ("CHECK_CRC64", 4),
    ("CHECK_SHA256", 10),
    ("CHECK_ID_MAX", 15),
    ("CHECK_UNKNOWN", CHECK_UNKNOWN),
    ("MF_HC3", 0x03),
    ("MF_HC4", 0x04),
    ("MF_BT2", 0x12),
    ("MF_BT3", 0x13),
    ("MF_BT4", 0x14),
    ("MODE_FAST", 1),
    ("MODE_NORMAL", 2),
    ("PRESET_DEFAULT", PRESET_DEFAULT as i64),
    ("PRESET_EXTREME", PRESET_EXTREME as i64),
];

/// `lzma.LZMAError`; it lives as long as the process.
static ERROR: OnceLock<Slot<Value>> = OnceLock::new();

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    for &(name, value) in CONSTANTS.iter().chain(filters::IDS) {
        let value = int_value(t, value);
        set_global(t, module, name, value);
    }
    let base = t.rt.exception(Exc::Exception);
    let error = make_class(t, "_lzma", "LZMAError", &[base], "Call to liblzma failed.")?;
    let _ = ERROR.set(Slot::new(error));
    set_global(t, module, "LZMAError", error);
    Ok(())
}

/// Raises `LZMAError`.
#[cold]
fn error(t: &mut Thread, message: &str) -> Raised {
    match ERROR.get() {
        Some(class) => raise_class(t, class.get(), message),
        None => t.value_error(message),
    }
}

fn message(error: Error) -> String {
    match error {
        Error::Data => "Corrupt input data",
        Error::Options => "Invalid or unsupported options",
        Error::Format => "Input format not supported by decoder",
        Error::MemLimit => "Memory usage limit exceeded",
        Error::Mem => "Memory could not be allocated",
        Error::Program => "Internal error",
        Error::NoCheck | Error::UnsupportedCheck => "Unsupported integrity check",
    }
    .to_owned()
}

/// One step of a stream.
fn step(stream: &mut Stream, input: &[u8], out: &mut Vec<u8>, action: Action) -> Step {
    let before = stream.total_in();
    let status = stream.process_vec(input, out, action).map_err(message)?;
    Ok(((stream.total_in() - before) as usize, status == Status::StreamEnd))
}

struct Encoder(Stream);

impl Coder for Encoder {
    fn step(&mut self, input: &[u8], out: &mut Vec<u8>, finish: bool) -> Step {
        step(&mut self.0, input, out, if finish { Action::Finish } else { Action::Run })
    }

    fn error(t: &mut Thread, message: &str) -> Raised {
        error(t, message)
    }
}

struct Decoder {
    stream: Stream,
    /// The first bytes, which tell the integrity check.
    header: Vec<u8>,
    raw: bool,
}

/// Bytes at the start of an xz stream.
const XZ_MAGIC: &[u8] = b"\xfd7zXZ\0";

impl Decoder {
    /// The integrity check of the stream.
    fn check(&self) -> i64 {
        match self.header.as_slice() {
            _ if self.raw => 0,
            [.., _, check] if self.header.len() == 8 && self.header.starts_with(XZ_MAGIC) => {
                (check & 15) as i64
            }
            header if header.len() >= XZ_MAGIC.len() && !header.starts_with(XZ_MAGIC) => 0,
            _ => CHECK_UNKNOWN,
        }
    }
}

impl Coder for Decoder {
    const ENDED: &str = "Already at end of stream";

    fn step(&mut self, input: &[u8], out: &mut Vec<u8>, _: bool) -> Step {
        let result = step(&mut self.stream, input, out, Action::Run)?;
        let missing = 8 - self.header.len();
        self.header.extend_from_slice(&input[..missing.min(result.0)]);
        Ok(result)
    }

    fn error(t: &mut Thread, message: &str) -> Raised {
        error(t, message)
    }
}

fn check(_: &mut Thread, object: Value) -> PyResult {
    Ok(Value::small(compression::with_coder(object, Decoder::check)))
}

/// The check with this number, if the library has it.
fn check_of(id: i32) -> Option<Check> {
    Some(match id {
        0 => Check::None,
        1 => Check::Crc32,
        4 => Check::Crc64,
        10 => Check::Sha256,
        _ => return None,
    })
}

fn is_check_supported(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(check_of(to_i32(t, args[0])?).is_some()))
}

fn int_or(t: &mut Thread, value: Value, default: i32) -> PyResult<i32> {
    match value.given() {
        Some(v) => to_i32(t, v),
        None => Ok(default),
    }
}

fn new_compressor(t: &mut Thread, args: &[Value]) -> PyResult {
    let (format, check) = (int_or(t, args[1], FORMAT_XZ)?, int_or(t, args[2], -1)?);
    let (preset, given) = (args[3].given_not_none(), args[4].given_not_none());
    if preset.is_some() && given.is_some() {
        return Err(t.value_error("Cannot specify both preset and filter chain"));
    }
    let preset = match preset {
        Some(v) => to_i64(t, v)? as u32,
        None => PRESET_DEFAULT,
    };
    if format != FORMAT_XZ && check != -1 && check != 0 {
        return Err(t.value_error("Integrity checks are only supported by FORMAT_XZ"));
    }
    let made = match (format, given) {
        (FORMAT_XZ, given) => {
            let Some(check) = check_of(if check == -1 { 4 } else { check }) else {
                return Err(error(t, "Unsupported integrity check"));
            };
            match given {
                Some(chain) => {
                    let chain = filters::chain(t, chain)?;
                    Stream::new_stream_encoder(&chain, check)
                }
                None => Stream::new_easy_encoder(preset, check),
            }
        }
        (FORMAT_ALONE, given) => {
            let options = match given {
                Some(chain) => filters::only_lzma1(t, chain)?,
                None => filters::preset(t, preset)?,
            };
            Stream::new_lzma_encoder(&options)
        }
        (FORMAT_RAW, Some(chain)) => {
            let chain = filters::chain(t, chain)?;
            Stream::new_raw_encoder(&chain)
        }
        (FORMAT_RAW, None) => return Err(t.value_error("Must specify filters for FORMAT_RAW")),
        _ => return Err(t.value_error(format!("Invalid container format: {format}"))),
    };
    match made {
        Ok(stream) => Ok(compression::new_compressor(t, args[0], Encoder(stream))),
        Err(e) => Err(error(t, &message(e))),
    }
}

fn new_decompressor(t: &mut Thread, args: &[Value]) -> PyResult {
    let format = int_or(t, args[1], FORMAT_AUTO)?;
    let (limit, given) = (args[2].given_not_none(), args[3].given_not_none());
    if format == FORMAT_RAW && limit.is_some() {
        return Err(t.value_error("Cannot specify memory limit with FORMAT_RAW"));
    }
    if format == FORMAT_RAW && given.is_none() {
        return Err(t.value_error("Must specify filters for FORMAT_RAW"));
    }
    if format != FORMAT_RAW && given.is_some() {
        return Err(t.value_error("Cannot specify filters except with FORMAT_RAW"));
    }
    let limit = match limit {
        Some(v) => to_i64(t, v)? as u64,
        None => u64::MAX,
    };
    let made = match (format, given) {
        (FORMAT_AUTO, _) => Stream::new_auto_decoder(limit, 0),
        (FORMAT_XZ, _) => Stream::new_stream_decoder(limit, 0),
        (FORMAT_ALONE, _) => Stream::new_lzma_decoder(limit),
        (FORMAT_RAW, Some(chain)) => {
            let chain = filters::chain(t, chain)?;
            Stream::new_raw_decoder(&chain)
        }
        _ => return Err(t.value_error(format!("Invalid container format: {format}"))),
    };
    let raw = matches!(format, FORMAT_RAW | FORMAT_ALONE);
    match made {
        Ok(stream) => {
            Ok(compression::new_decompressor(t, args[0], Decoder { stream, header: Vec::new(), raw }))
        }
        Err(e) => Err(error(t, &message(e))),
    }
}
