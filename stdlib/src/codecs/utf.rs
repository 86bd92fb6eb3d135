//! `utf-16` and `utf-32` with byte order marks.

use pystm_text::{
    TextBuf,
    codec::{ByteOrder, Codec, utf16_detect, utf32_detect},
};
use pystm_vm::{
    builtins::{
        buffer,
        codecs::{self, Native},
        str::Str,
        tuple,
    },
    error::PyResult,
    thread::Thread,
    value::Value,
};

use super::{UTF_16_BE, UTF_16_LE, UTF_32_BE, UTF_32_LE, errors, is_final, pair, to_bytes};

/// The pair of encodings that a byte order chooses from.
#[derive(Clone, Copy)]
struct Family {
    little: Native,
    big: Native,
    detect: fn(&[u8]) -> (ByteOrder, usize),
    decode_name: &'static str,
    encode_name: &'static str,
}

const UTF_16: Family = Family {
    little: UTF_16_LE,
    big: UTF_16_BE,
    detect: utf16_detect,
    decode_name: "utf_16_decode",
    encode_name: "utf_16_encode",
};
const UTF_32: Family = Family {
    little: UTF_32_LE,
    big: UTF_32_BE,
    detect: utf32_detect,
    decode_name: "utf_32_decode",
    encode_name: "utf_32_encode",
};

/// Decodes with this order (0: as the mark says); the str, the bytes consumed, and the order found.
fn decode(
    t: &mut Thread,
    family: Family,
    args: &[Value],
    order: i64,
    last: bool,
) -> PyResult<(Value, usize, i64)> {
    let errors = errors(t, family.decode_name, args[1])?;
    let input = buffer::to_vec(t, args[0])?;
    let (found, skip) = match order {
        0 => (family.detect)(&input),
        o if o < 0 => (ByteOrder::Little, 0),
        _ => (ByteOrder::Big, 0),
    };
    let order = match (order, skip, found) {
        (0, 0, _) => 0,
        (_, _, ByteOrder::Little) => -1,
        (_, _, ByteOrder::Big) => 1,
    };
    let native = if found == ByteOrder::Big { family.big } else { family.little };
    let step = |input: &[u8], at: usize, out: &mut TextBuf| {
        native.codec.decode_step(input, at.max(skip.min(input.len())), last, out)
    };
    let codec: Option<Codec> = Some(native.codec);
    let (text, consumed) = codecs::decode_with(t, native.name, codec, args[0], &input, &errors, step)?;
    Ok((Str::from_buf(t, &text)?, consumed, order))
}

fn encode(t: &mut Thread, family: Family, args: &[Value]) -> PyResult {
    let order = match args[2].given() {
        Some(v) => pystm_vm::protocol::number::index_as_i64(t, v)?,
        None => 0,
    };
    let native = if order > 0 { family.big } else { family.little };
    let result = to_bytes(t, args, native, family.encode_name)?;
    if order != 0 {
        return Ok(result);
    }
    // The mark is U+FEFF in the native order.
    let mut marked = match family.little.codec.unit_size() {
        2 => vec![0xFF, 0xFE],
        _ => vec![0xFF, 0xFE, 0, 0],
    };
    if let Some(parts) = result.as_tuple() {
        marked.extend_from_slice(&buffer::get(t, parts.at(0))?);
        let count = parts.at(1);
        let bytes = pystm_vm::builtins::bytes::new(t, &marked)?;
        return Ok(tuple::new_small(t, &[bytes, count]));
    }
    Ok(result)
}

fn plain(t: &mut Thread, family: Family, args: &[Value]) -> PyResult {
    let last = is_final(t, args[2])?;
    let (text, consumed, _) = decode(t, family, args, 0, last)?;
    Ok(pair(t, text, consumed))
}

fn extended(t: &mut Thread, family: Family, args: &[Value]) -> PyResult {
    let order = match args[2].given() {
        Some(v) => pystm_vm::protocol::number::index_as_i64(t, v)?,
        None => 0,
    };
    let last = is_final(t, args[3])?;
    let (text, consumed, order) = decode(t, family, args, order, last)?;
    Ok(tuple::new_small(t, &[text, Value::small(consumed as i64), Value::small(order)]))
}

pub(super) fn utf_16_decode(t: &mut Thread, args: &[Value]) -> PyResult {
    plain(t, UTF_16, args)
}

pub(super) fn utf_16_ex_decode(t: &mut Thread, args: &[Value]) -> PyResult {
    extended(t, UTF_16, args)
}

pub(super) fn utf_16_encode(t: &mut Thread, args: &[Value]) -> PyResult {
    encode(t, UTF_16, args)
}

pub(super) fn utf_32_decode(t: &mut Thread, args: &[Value]) -> PyResult {
    plain(t, UTF_32, args)
}

pub(super) fn utf_32_ex_decode(t: &mut Thread, args: &[Value]) -> PyResult {
    extended(t, UTF_32, args)
}

pub(super) fn utf_32_encode(t: &mut Thread, args: &[Value]) -> PyResult {
    encode(t, UTF_32, args)
}
