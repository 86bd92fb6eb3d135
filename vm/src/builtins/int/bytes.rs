//! `int.to_bytes` and `int.from_bytes`.

use super::{
    IntRef,
    digits::{Magnitude, build},
    from_i128, index, limbs, of,
};
use crate::{
    builtins::{buffer, bytes},
    error::PyResult,
    protocol::{call, iter, truth},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// Whether the byte order is `'little'`.
fn is_little(t: &mut Thread, function: &str, order: Value) -> PyResult<bool> {
    let Some(order) = order.given() else { return Ok(false) };
    let Some(text) = order.as_str() else {
        let name = type_of(order).name();
        return Err(t.type_error(format!("{function}() argument 'byteorder' must be str, not {name}")));
    };
    match text.as_ascii() {
        Some("little") => Ok(true),
        Some("big") => Ok(false),
        _ => Err(t.value_error("byteorder must be either 'little' or 'big'")),
    }
}

fn flag(t: &mut Thread, value: Value) -> PyResult<bool> {
    match value.given() {
        Some(v) => truth::is_true(t, v),
        None => Ok(false),
    }
}

/// `int.to_bytes(length=1, byteorder='big', *, signed=False)`
pub(super) fn to_bytes(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = of(args[0]).unwrap_or(IntRef::Small(0));
    let length = match args[1].given() {
        Some(v) => crate::protocol::number::index_as_i64(t, v)?,
        None => 1,
    };
    let little = is_little(t, "to_bytes", args[2])?;
    let signed = flag(t, args[3])?;
    let Ok(length) = usize::try_from(length) else {
        return Err(t.value_error("length argument must be non-negative"));
    };
    if n.is_negative() && !signed {
        return Err(t.overflow_error("can't convert negative int to unsigned"));
    }
    let magnitude = Magnitude::of(n);
    let needed = n.bits() + (signed && !(magnitude.negative && is_power_of_two(magnitude.limbs()))) as u64;
    if needed.div_ceil(8) > length as u64 && !n.is_zero() {
        return Err(t.overflow_error("int too big to convert"));
    }
    if length > isize::MAX as usize / 2 {
        return Err(t.memory_error());
    }
    let mut digits = Vec::with_capacity(length.next_multiple_of(8));
    let limbs = limbs::twos_complement(magnitude.limbs(), magnitude.negative);
    digits.extend(limbs.take(length.div_ceil(8)).flat_map(u64::to_le_bytes));
    digits.truncate(length);
    if !little {
        digits.reverse();
    }
    bytes::new(t, &digits)
}

fn is_power_of_two(limbs: &[u64]) -> bool {
    limbs.split_last().is_some_and(|(top, rest)| top.is_power_of_two() && rest.iter().all(|&limb| limb == 0))
}

/// `int.from_bytes(bytes, byteorder='big', *, signed=False)`
pub(super) fn from_bytes(t: &mut Thread, args: &[Value]) -> PyResult {
    let little = is_little(t, "from_bytes", args[2])?;
    let signed = flag(t, args[3])?;
    let mut digits = byte_values(t, args[1])?;
    if !little {
        digits.reverse();
    }
    let negative = signed && digits.last().is_some_and(|&top| top >= 0x80);
    let filler = if negative { 0xFF } else { 0 };
    let n = if digits.len() <= 8 {
        let mut limb = [filler; 8];
        limb[..digits.len()].copy_from_slice(&digits);
        let limb = u64::from_le_bytes(limb);
        from_i128(t, if negative { limb as i64 as i128 } else { limb as i128 })
    } else {
        build(t, negative, digits.len().div_ceil(8), |out| {
            for (limb, chunk) in out.iter_mut().zip(digits.chunks(8)) {
                let mut bytes = [filler; 8];
                bytes[..chunk.len()].copy_from_slice(chunk);
                *limb = u64::from_le_bytes(bytes);
            }
            if negative {
                limbs::negate(out);
            }
            false
        })?
    };
    if args[0] == crate::runtime::class_of_kind(crate::kind::Kind::Int).value() {
        return Ok(n);
    }
    call::call(t, args[0], &[n])
}

/// The bytes of a bytes-like object, of an object with `__bytes__` or of an iterable of ints.
fn byte_values(t: &mut Thread, value: Value) -> PyResult<Vec<u8>> {
    if let Some(result) = call::call_special(t, value, Special::Bytes, &[])? {
        return match result.as_bytes() {
            Some(b) => Ok(b.as_slice().to_vec()),
            None => {
                let name = type_of(result).name();
                Err(t.type_error(format!("__bytes__ returned non-bytes (type {name})")))
            }
        };
    }
    if let Some(view) = buffer::try_get(t, value)? {
        return Ok(view.into_vec());
    }
    let iterable = t.special(value, Special::Iter).is_some() || t.special(value, Special::GetItem).is_some();
    if value.as_str().is_some() || !iterable {
        let name = type_of(value).name();
        return Err(t.type_error(format!("cannot convert '{name}' object to bytes")));
    }
    let mut digits = Vec::new();
    iter::for_each(t, value, |t, item| match index(t, item)?.to_i64() {
        Some(n @ 0..=255) => {
            digits.push(n as u8);
            Ok(())
        }
        _ => Err(t.value_error("bytes must be in range(0, 256)")),
    })?;
    Ok(digits)
}
