//! `binascii`: binary data as ASCII text and back, and checksums.

mod base64;
mod quoted;
mod uu;

use std::sync::OnceLock;

use pystm_stm::Slot;
use pystm_vm::{
    builtins::{buffer, bytes, int, memoryview::MemoryView},
    error::{Exc, PyResult, Raised},
    native::{Method, ModuleDef, method},
    object::Ref,
    protocol::{number, truth},
    thread::Thread,
    value::Value,
};

use crate::support::{make_class, raise_class, set_global};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "binascii",
    doc: "Conversion between binary data and ASCII",
    methods: METHODS,
    types: &[],
    init: Some(init),
};

const METHODS: &[Method] = &[
    method(
        "a2b_base64",
        "(data, /, *, strict_mode=False)",
        base64::a2b_base64,
        "Decode a line of base64 data.",
    ),
    method("a2b_hex", "(hexstr, /)", a2b_hex, "Binary data of hexadecimal representation."),
    method("a2b_qp", "(data, header=False)", quoted::a2b_qp, "Decode a string of qp-encoded data."),
    method("a2b_uu", "(data, /)", uu::a2b_uu, "Decode a line of uuencoded data."),
    method("b2a_base64", "(data, /, *, newline=True)", base64::b2a_base64, "Base64-code line of data."),
    method(
        "b2a_hex",
        "(data, sep=<unrepresentable>, bytes_per_sep=1)",
        b2a_hex,
        "Hexadecimal representation of binary data.",
    ),
    method(
        "b2a_qp",
        "(data, quotetabs=False, istext=True, header=False)",
        quoted::b2a_qp,
        "Encode a string using quoted-printable encoding.",
    ),
    method("b2a_uu", "(data, /, *, backtick=False)", uu::b2a_uu, "Uuencode line of data."),
    method("crc32", "(data, crc=0, /)", crc32, "Compute CRC-32 incrementally."),
    method("crc_hqx", "(data, crc, /)", crc_hqx, "Compute CRC-CCITT incrementally."),
    method(
        "hexlify",
        "(data, sep=<unrepresentable>, bytes_per_sep=1)",
        b2a_hex,
        "Hexadecimal representation of binary data.",
    ),
    method("unhexlify", "(hexstr, /)", a2b_hex, "Binary data of hexadecimal representation."),
];

/// `binascii.Error`; it lives as long as the process.
static ERROR: OnceLock<Slot<Value>> = OnceLock::new();

fn init(t: &mut Thread, module: Ref<pystm_vm::builtins::module::Module>) -> PyResult<()> {
    let value_error = t.rt.exception(Exc::ValueError);
    let error = make_class(t, "binascii", "Error", &[value_error], "")?;
    let _ = ERROR.set(Slot::new(error));
    set_global(t, module, "Error", error);
    let exception = t.rt.exception(Exc::Exception);
    let incomplete = make_class(t, "binascii", "Incomplete", &[exception], "")?;
    set_global(t, module, "Incomplete", incomplete);
    Ok(())
}

/// Raises `binascii.Error`.
#[cold]
pub(super) fn error(t: &mut Thread, message: &str) -> Raised {
    match ERROR.get() {
        Some(class) => raise_class(t, class.get(), message),
        None => t.value_error(message),
    }
}

/// A flag argument.
pub(super) fn flag(t: &mut Thread, value: Value, default: bool) -> PyResult<bool> {
    value.given().map_or(Ok(default), |v| truth::is_true(t, v))
}

/// The bytes of an argument whose items must lie side by side.
pub(super) fn contiguous(t: &mut Thread, value: Value) -> PyResult<Vec<u8>> {
    if value.cast::<MemoryView>().is_some_and(|view| !view.is_contiguous()) {
        return Err(t.raise(Exc::BufferError, "memoryview: underlying buffer is not C-contiguous"));
    }
    buffer::to_vec(t, value)
}

fn b2a_hex(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = contiguous(t, args[0])?;
    let text = bytes::to_hex(t, || data, args[1], args[2])?;
    bytes::new(t, text.as_bytes())
}

fn a2b_hex(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::ascii_or_bytes(t, args[0])?;
    if data.len() % 2 != 0 {
        return Err(error(t, "Odd-length string"));
    }
    let mut out = Vec::with_capacity(data.len() / 2);
    for pair in data.chunks_exact(2) {
        match (char::from(pair[0]).to_digit(16), char::from(pair[1]).to_digit(16)) {
            (Some(high), Some(low)) => out.push((high << 4 | low) as u8),
            _ => return Err(error(t, "Non-hexadecimal digit found")),
        }
    }
    bytes::new(t, &out)
}

/// The lowest 32 bits of an int.
fn low_bits(t: &mut Thread, value: Value) -> PyResult<u32> {
    let n = number::index(t, value)?;
    Ok(match n.as_small() {
        Some(n) => n as u32,
        None => {
            let n = int::to_bigint(n);
            let low = n.iter_u32_digits().next().unwrap_or(0);
            if n.sign() == num_bigint::Sign::Minus { low.wrapping_neg() } else { low }
        }
    })
}

/// CRC-32 (reflected, polynomial 0x04C11DB7) of each byte.
static CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut value = i as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 != 0 { value >> 1 ^ 0xEDB8_8320 } else { value >> 1 };
            bit += 1;
        }
        table[i] = value;
        i += 1;
    }
    table
};

fn crc32(t: &mut Thread, args: &[Value]) -> PyResult {
    let start = match args[1].given() {
        Some(v) => low_bits(t, v)?,
        None => 0,
    };
    let data = buffer::get(t, args[0])?;
    let crc = data.iter().fold(!start, |crc, &b| CRC_TABLE[((crc ^ b as u32) & 0xFF) as usize] ^ crc >> 8);
    Ok(Value::small(!crc as i64))
}

fn crc_hqx(t: &mut Thread, args: &[Value]) -> PyResult {
    let start = low_bits(t, args[1])? & 0xFFFF;
    let data = buffer::get(t, args[0])?;
    let mut crc = start as u16;
    for &byte in data.iter() {
        crc ^= (byte as u16) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 != 0 { crc << 1 ^ 0x1021 } else { crc << 1 };
        }
    }
    Ok(Value::small(crc as i64))
}
