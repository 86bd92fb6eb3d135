//! `zlib`: compression through flate2 with zlib-rs.

mod objects;
mod stream;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use pystm_vm::{
    builtins::buffer,
    error::{Exc, PyResult, Raised},
    native::{ModuleDef, method},
    thread::Thread,
    value::Value,
};

use crate::support::{bytes_value, compute, make_class, raise_class, set_global, to_i32, to_i64, uint_value};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "zlib",
    doc: "The functions in this module allow compression and decompression using the zlib library.",
    methods: &[
        method(
            "compress",
            "(data, /, level=-1, wbits=15)",
            compress,
            "Returns a bytes object containing compressed data.",
        ),
        method(
            "decompress",
            "(data, /, wbits=15, bufsize=16384)",
            decompress,
            "Returns a bytes object containing the uncompressed data.",
        ),
        method(
            "compressobj",
            "(level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None)",
            objects::compressobj,
            "Return a compressor object.",
        ),
        method(
            "decompressobj",
            "(wbits=15, zdict=b'')",
            objects::decompressobj,
            "Return a decompressor object.",
        ),
        method("crc32", "(data, value=0, /)", crc32, "Compute a CRC-32 checksum of data."),
        method("adler32", "(data, value=1, /)", adler32, "Compute an Adler-32 checksum of data."),
    ],
    types: &[&stream::DEF],
    init: Some(|t, module| {
        for (name, n) in [
            ("MAX_WBITS", 15),
            ("DEFLATED", 8),
            ("DEF_MEM_LEVEL", 8),
            ("DEF_BUF_SIZE", 16384),
            ("Z_BEST_COMPRESSION", 9),
            ("Z_BEST_SPEED", 1),
            ("Z_NO_COMPRESSION", 0),
            ("Z_DEFAULT_COMPRESSION", -1),
            ("Z_DEFAULT_STRATEGY", 0),
            ("Z_FILTERED", 1),
            ("Z_HUFFMAN_ONLY", 2),
            ("Z_RLE", 3),
            ("Z_FIXED", 4),
            ("Z_NO_FLUSH", 0),
            ("Z_PARTIAL_FLUSH", 1),
            ("Z_SYNC_FLUSH", 2),
            ("Z_FULL_FLUSH", 3),
            ("Z_FINISH", 4),
            ("Z_BLOCK", 5),
            ("Z_TREES", 6),
        ] {
            set_global(t, module, name, Value::small(n));
        }
        for name in ["ZLIB_VERSION", "ZLIB_RUNTIME_VERSION"] {
            let version = t.new_str("1.3.1");
            set_global(t, module, name, version);
        }
        let version = t.new_str("1.0");
        set_global(t, module, "__version__", version);
        let base = t.rt.exception(Exc::Exception);
        let error = make_class(t, "zlib", "error", &[base], "")?;
        ERROR.store(error.bits(), Relaxed);
        set_global(t, module, "error", error);
        Ok(())
    }),
};

/// The word of the class `error`, which the runtime keeps alive. Relaxed: set once, when the module is imported.
static ERROR: AtomicU64 = AtomicU64::new(0);

#[cold]
fn error(t: &mut Thread, message: &str) -> Raised {
    raise_class(t, Value::from_bits(ERROR.load(Relaxed)), message)
}

/// A compressor for these settings.
fn compressor(t: &mut Thread, level: i32, wbits: i32) -> PyResult<Compress> {
    let level = match level {
        -1 => Compression::default(),
        0..=9 => Compression::new(level as u32),
        _ => return Err(error(t, "Bad compression level")),
    };
    match wbits {
        9..=15 => Ok(Compress::new_with_window_bits(level, true, wbits as u8)),
        -15..=-9 => Ok(Compress::new_with_window_bits(level, false, -wbits as u8)),
        25..=31 => Ok(Compress::new_gzip(level, (wbits - 16) as u8)),
        _ => Err(t.value_error("Invalid initialization option")),
    }
}

/// What to read: the header is found out by the first bytes if `auto`.
fn decompressor(t: &mut Thread, wbits: i32, data: &[u8]) -> PyResult<Decompress> {
    match wbits {
        0 => Ok(Decompress::new_with_window_bits(true, 15)),
        8..=15 => Ok(Decompress::new_with_window_bits(true, wbits.max(9) as u8)),
        -15..=-8 => Ok(Decompress::new_with_window_bits(false, (-wbits).max(9) as u8)),
        24..=31 => Ok(Decompress::new_gzip((wbits - 16).max(9) as u8)),
        40..=47 if data.starts_with(&[0x1F]) => Ok(Decompress::new_gzip((wbits - 32).max(9) as u8)),
        40..=47 => Ok(Decompress::new_with_window_bits(true, (wbits - 32).max(9) as u8)),
        _ => Err(t.value_error("Invalid initialization option")),
    }
}

/// Runs a compressor over the input.
fn run_compress(
    c: &mut Compress,
    mut input: &[u8],
    flush: FlushCompress,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    loop {
        if out.capacity() - out.len() < 64 {
            out.reserve(out.len().max(1 << 14));
        }
        let (before_in, before_out) = (c.total_in(), c.total_out());
        let status = c.compress_vec(input, out, flush).map_err(|e| e.to_string())?;
        input = &input[(c.total_in() - before_in) as usize..];
        let produced = c.total_out() - before_out;
        let room = out.len() < out.capacity();
        match status {
            Status::StreamEnd => return Ok(()),
            _ if input.is_empty() && room && !matches!(flush, FlushCompress::Finish) => return Ok(()),
            Status::BufError if produced == 0 && room => return Ok(()),
            _ => {}
        }
    }
}

/// What came of decompressing.
struct Inflated {
    used: usize,
    end: bool,
}

/// Runs a decompressor over the input, to at most `limit` bytes of output.
fn run_decompress(
    d: &mut Decompress,
    input: &[u8],
    out: &mut Vec<u8>,
    limit: usize,
) -> Result<Inflated, String> {
    let mut used = 0;
    loop {
        let room = limit.saturating_sub(out.len());
        if room == 0 {
            return Ok(Inflated { used, end: false });
        }
        let mut chunk = vec![0; room.min(1 << 16)];
        let (before_in, before_out) = (d.total_in(), d.total_out());
        let status = d.decompress(&input[used..], &mut chunk, FlushDecompress::None).map_err(|e| match e
            .message()
        {
            Some(m) => m.to_owned(),
            None => "incorrect data check".to_owned(),
        })?;
        used += (d.total_in() - before_in) as usize;
        let n = (d.total_out() - before_out) as usize;
        out.extend_from_slice(&chunk[..n]);
        match status {
            Status::StreamEnd => return Ok(Inflated { used, end: true }),
            _ if n == 0 && d.total_in() == before_in => return Ok(Inflated { used, end: false }),
            _ if used == input.len() && n < chunk.len() => return Ok(Inflated { used, end: false }),
            _ => {}
        }
    }
}

fn int_or(t: &mut Thread, value: Value, default: i32) -> PyResult<i32> {
    match value.given() {
        Some(v) => to_i32(t, v),
        None => Ok(default),
    }
}

fn compress(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::to_vec(t, args[0])?;
    let (level, wbits) = (int_or(t, args[1], -1)?, int_or(t, args[2], 15)?);
    let mut c = compressor(t, level, wbits)?;
    let mut out = Vec::with_capacity(data.len() / 2 + 64);
    match t.blocking(|| run_compress(&mut c, &data, FlushCompress::Finish, &mut out)) {
        Ok(()) => bytes_value(t, &out),
        Err(message) => Err(error(t, &format!("Error -2 while compressing data: {message}"))),
    }
}

fn decompress(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::to_vec(t, args[0])?;
    let wbits = int_or(t, args[1], 15)?;
    if let Some(size) = args[2].given()
        && to_i64(t, size)? <= 0
    {
        return Err(t.value_error("bufsize must be greater than zero"));
    }
    let mut d = decompressor(t, wbits, &data)?;
    let mut out = Vec::new();
    match t.blocking(|| run_decompress(&mut d, &data, &mut out, usize::MAX)) {
        Ok(Inflated { end: true, .. }) => bytes_value(t, &out),
        Ok(_) => Err(error(t, "Error -5 while decompressing data: incomplete or truncated stream")),
        Err(message) => Err(error(t, &format!("Error -3 while decompressing data: {message}"))),
    }
}

const fn crc_table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let (mut c, mut k) = (i as u32, 0);
        while k < 8 {
            c = if c & 1 != 0 { 0xEDB8_8320 ^ c >> 1 } else { c >> 1 };
            k += 1;
        }
        table[i] = c;
        i += 1;
    }
    table
}

static CRC_TABLE: [u32; 256] = crc_table();

fn crc32(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::to_vec(t, args[0])?;
    let start = match args[1].given() {
        Some(v) => to_i64(t, v)? as u32,
        None => 0,
    };
    let crc = compute(t, data.len(), || {
        data.iter().fold(!start, |c, &b| CRC_TABLE[((c ^ b as u32) & 255) as usize] ^ c >> 8)
    });
    Ok(uint_value(t, !crc as u64))
}

fn adler32(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::to_vec(t, args[0])?;
    let start = match args[1].given() {
        Some(v) => to_i64(t, v)? as u32,
        None => 1,
    };
    let (mut a, mut b) = (start & 0xFFFF, start >> 16);
    compute(t, data.len(), || {
        for chunk in data.chunks(5552) {
            for &byte in chunk {
                a += byte as u32;
                b += a;
            }
            (a, b) = (a % 65521, b % 65521);
        }
    });
    Ok(uint_value(t, (b << 16 | a) as u64))
}
