//! Compressor and decompressor objects.

use flate2::{Compress, Decompress, FlushCompress};
use pystm_gc::{Marker, lock::Mutex};
use pystm_vm::{
    builtins::buffer,
    error::PyResult,
    kind::Kind,
    native::{GetSet, Method, NO_CONSTRUCTOR, TypeDef, getter, method},
    object::native::{self, Payload},
    thread::Thread,
    value::Value,
};

use super::{compressor, decompressor, error, int_or, run_compress, run_decompress};
use crate::support::{bytes_value, to_i64};

const fn plain(name: &'static str, methods: &'static [Method], getset: &'static [GetSet]) -> TypeDef {
    TypeDef {
        name,
        doc: "",
        base: None,
        kind: Kind::Native,
        layout: native::LAYOUT,
        words: native::WORDS,
        flags: NO_CONSTRUCTOR,
        methods,
        getset,
        setup: None,
    }
}

/// `None` once finished.
struct Compressor(Mutex<Option<Compress>>);

impl Payload for Compressor {
    fn trace(&self, _: &mut Marker) {}
}

static COMPRESS: TypeDef = plain(
    "zlib.Compress",
    &[
        method(
            "compress",
            "($self, data, /)",
            compress,
            "Returns a bytes object containing compressed data.",
        ),
        method(
            "flush",
            "($self, mode=4, /)",
            flush,
            "Return a bytes object containing any remaining compressed data.",
        ),
    ],
    &[],
);

pub(super) fn compressobj(t: &mut Thread, args: &[Value]) -> PyResult {
    let (level, wbits) = (int_or(t, args[0], -1)?, int_or(t, args[2], 15)?);
    if int_or(t, args[1], 8)? != 8 {
        return Err(t.value_error("Invalid initialization option"));
    }
    let mut c = compressor(t, level, wbits)?;
    if let Some(dictionary) = args[5].given_not_none() {
        let dictionary = buffer::to_vec(t, dictionary)?;
        if c.set_dictionary(&dictionary).is_err() {
            return Err(t.value_error("Invalid dictionary"));
        }
    }
    let class = t.rt.native_class(t, &COMPRESS);
    Ok(native::new(t, class, Compressor(Mutex::new(Some(c)))))
}

fn with_compressor(t: &mut Thread, object: Value, data: &[u8], mode: FlushCompress) -> PyResult {
    let state = native::payload::<Compressor>(object).expect("a compressor");
    let mut out = Vec::new();
    let result = t.blocking(|| {
        let mut c = state.0.lock();
        let result = match c.as_mut() {
            Some(c) => run_compress(c, data, mode, &mut out),
            None => Err("inconsistent stream state".to_owned()),
        };
        if matches!(mode, FlushCompress::Finish) {
            *c = None;
        }
        result
    });
    match result {
        Ok(()) => bytes_value(t, &out),
        Err(message) => Err(error(t, &format!("Error -2 while compressing data: {message}"))),
    }
}

fn compress(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::to_vec(t, args[1])?;
    with_compressor(t, args[0], &data, FlushCompress::None)
}

fn flush(t: &mut Thread, args: &[Value]) -> PyResult {
    let mode = match int_or(t, args[1], 4)? {
        0 => return bytes_value(t, b""),
        1 => FlushCompress::Partial,
        2 => FlushCompress::Sync,
        3 => FlushCompress::Full,
        4 => FlushCompress::Finish,
        _ => return Err(t.value_error("Invalid flush option")),
    };
    with_compressor(t, args[0], &[], mode)
}

struct Inflating {
    /// Made when the first bytes are known.
    stream: Option<Decompress>,
    wbits: i32,
    dictionary: Vec<u8>,
    end: bool,
    unused: Vec<u8>,
    unconsumed: Vec<u8>,
}

struct Decompressor(Mutex<Inflating>);

impl Payload for Decompressor {
    fn trace(&self, _: &mut Marker) {}
}

static DECOMPRESS: TypeDef = plain(
    "zlib.Decompress",
    &[
        method(
            "decompress",
            "($self, data, /, max_length=0)",
            decompress,
            "Return a bytes object containing the decompressed version of the data.",
        ),
        method(
            "flush",
            "($self, length=16384, /)",
            decompress_flush,
            "Return a bytes object containing any remaining decompressed data.",
        ),
    ],
    &[
        getter(
            "unused_data",
            |t, v| {
                let d = this(v).0.lock().unused.clone();
                bytes_value(t, &d)
            },
            "Data found behind the end of the compressed data.",
        ),
        getter(
            "unconsumed_tail",
            |t, v| {
                let d = this(v).0.lock().unconsumed.clone();
                bytes_value(t, &d)
            },
            "Data not consumed because of max_length.",
        ),
        getter(
            "eof",
            |_, v| Ok(Value::bool(this(v).0.lock().end)),
            "Whether the end of the stream has been reached.",
        ),
    ],
);

fn this(object: Value) -> &'static Decompressor {
    native::payload::<Decompressor>(object).expect("a decompressor")
}

pub(super) fn decompressobj(t: &mut Thread, args: &[Value]) -> PyResult {
    let wbits = int_or(t, args[0], 15)?;
    decompressor(t, wbits, &[])?;
    let dictionary = match args[1].given() {
        Some(d) => buffer::to_vec(t, d)?,
        None => Vec::new(),
    };
    let state =
        Inflating { stream: None, wbits, dictionary, end: false, unused: Vec::new(), unconsumed: Vec::new() };
    let class = t.rt.native_class(t, &DECOMPRESS);
    Ok(native::new(t, class, Decompressor(Mutex::new(state))))
}

fn inflate(t: &mut Thread, object: Value, data: &[u8], limit: usize) -> PyResult {
    let (wbits, fresh) = {
        let s = this(object).0.lock();
        (s.wbits, s.stream.is_none())
    };
    if fresh && !data.is_empty() {
        let stream = decompressor(t, wbits, data)?;
        this(object).0.lock().stream = Some(stream);
    }
    let mut out = Vec::new();
    let result = t.blocking(|| {
        let mut s = this(object).0.lock();
        let s = &mut *s;
        match s.stream.as_mut() {
            _ if s.end => {
                s.unused.extend_from_slice(data);
                Ok(())
            }
            None => Ok(()),
            Some(stream) => {
                if fresh && wbits < 0 && !s.dictionary.is_empty() {
                    let _ = stream.set_dictionary(&s.dictionary);
                }
                let mut result = run_decompress(stream, data, &mut out, limit);
                if result.is_err()
                    && !s.dictionary.is_empty()
                    && out.is_empty()
                    && stream.set_dictionary(&s.dictionary).is_ok()
                {
                    let used = stream.total_in() as usize;
                    result = run_decompress(stream, &data[used.min(data.len())..], &mut out, limit).map(
                        |mut r| {
                            r.used += used;
                            r
                        },
                    );
                }
                match result {
                    Ok(r) => {
                        if r.end {
                            s.end = true;
                            s.unused.extend_from_slice(&data[r.used..]);
                            s.unconsumed.clear();
                        } else {
                            s.unconsumed = data[r.used..].to_vec();
                        }
                        Ok(())
                    }
                    Err(message) => Err(message),
                }
            }
        }
    });
    match result {
        Ok(()) => bytes_value(t, &out),
        Err(message) => Err(error(t, &format!("Error -3 while decompressing data: {message}"))),
    }
}

fn decompress(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::to_vec(t, args[1])?;
    let limit = match args[2].given() {
        Some(n) => match to_i64(t, n)? {
            0 => usize::MAX,
            n if n < 0 => return Err(t.value_error("max_length must be non-negative")),
            n => n as usize,
        },
        None => usize::MAX,
    };
    inflate(t, args[0], &data, limit)
}

fn decompress_flush(t: &mut Thread, args: &[Value]) -> PyResult {
    if let Some(n) = args[1].given()
        && to_i64(t, n)? <= 0
    {
        return Err(t.value_error("length must be greater than zero"));
    }
    let rest = std::mem::take(&mut this(args[0]).0.lock().unconsumed);
    inflate(t, args[0], &rest, usize::MAX)
}
