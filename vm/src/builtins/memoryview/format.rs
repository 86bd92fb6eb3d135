//! Items by format code: the native codes of `struct`, one at a time.

use crate::{
    builtins::{bytes, float, int},
    error::PyResult,
    protocol::{number, truth},
    thread::Thread,
    value::Value,
};

/// A format code that items can be read and written by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Code(u8);

impl Code {
    /// The code of a format, with or without `@`; `None` for formats that only show their bytes.
    pub(super) fn parse(format: &str) -> Option<Code> {
        let code = match format.as_bytes() {
            [code] | [b'@', code] => *code,
            _ => return None,
        };
        (Self::size_of(code) > 0).then_some(Code(code))
    }

    fn size_of(code: u8) -> usize {
        match code {
            b'c' | b'b' | b'B' | b'?' => 1,
            b'h' | b'H' | b'e' => 2,
            b'i' | b'I' | b'f' => 4,
            b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
            _ => 0,
        }
    }

    /// Bytes of an item.
    pub(super) fn size(self) -> usize {
        Self::size_of(self.0)
    }

    /// Whether this is one of `c`, `b`, `B`.
    pub(super) fn is_byte(self) -> bool {
        matches!(self.0, b'c' | b'b' | b'B')
    }

    /// Whether equal items have equal bytes.
    pub(super) fn compares_bytewise(self) -> bool {
        !matches!(self.0, b'f' | b'd' | b'e' | b'?')
    }

    /// The item in some bytes.
    pub(super) fn unpack(self, t: &mut Thread, bytes: &[u8]) -> PyResult {
        let mut wide = [0u8; 8];
        let n = bytes.len().min(8);
        wide[..n].copy_from_slice(&bytes[..n]);
        let unsigned = u64::from_ne_bytes(wide);
        Ok(match self.0 {
            b'c' => return bytes::new(t, &wide[..1]),
            b'b' => Value::small(wide[0] as i8 as i64),
            b'B' => Value::small(wide[0] as i64),
            b'?' => Value::bool(wide[0] != 0),
            b'h' => Value::small(unsigned as u16 as i16 as i64),
            b'H' => Value::small(unsigned as u16 as i64),
            b'i' => Value::small(unsigned as u32 as i32 as i64),
            b'I' => Value::small(unsigned as u32 as i64),
            b'l' | b'q' | b'n' => int::from_i64(t, unsigned as i64),
            b'e' => float::new(t, half_to_f64(unsigned as u16)),
            b'f' => float::new(t, f32::from_bits(unsigned as u32) as f64),
            b'd' => float::new(t, f64::from_bits(unsigned)),
            _ => int::from_u64(t, unsigned),
        })
    }

    /// The bytes of an item.
    pub(super) fn pack(self, t: &mut Thread, value: Value) -> PyResult<Vec<u8>> {
        let code = self.0 as char;
        match self.0 {
            b'?' => return Ok(vec![truth::is_true(t, value)? as u8]),
            b'c' => {
                return match value.as_bytes() {
                    Some(b) if b.len() == 1 => Ok(b.as_slice().to_vec()),
                    Some(_) => Err(invalid_value(t, code)),
                    None => Err(invalid_type(t, code)),
                };
            }
            b'f' | b'd' | b'e' => {
                let x = match float::to_f64(t, value) {
                    Ok(x) => x,
                    Err(raised) => {
                        t.catch(raised, crate::error::Exc::TypeError)?;
                        return Err(invalid_type(t, code));
                    }
                };
                return Ok(match self.0 {
                    b'd' => x.to_ne_bytes().to_vec(),
                    b'f' => (x as f32).to_ne_bytes().to_vec(),
                    _ => f64_to_half(x).unwrap_or(0x7c00).to_ne_bytes().to_vec(),
                });
            }
            _ => {}
        }
        if value.is_small() || crate::builtins::bounds::is_index(t, value) {
            let n = number::index(t, value)?;
            let n = int::to_bigint(n);
            let bits = 8 * self.size() as u32;
            let signed = matches!(self.0, b'b' | b'h' | b'i' | b'l' | b'q' | b'n');
            let wide = i128::try_from(&n).ok();
            let (low, high) =
                if signed { (-(1i128 << (bits - 1)), 1i128 << (bits - 1)) } else { (0, 1i128 << bits) };
            return match wide.filter(|n| *n >= low && *n < high) {
                Some(n) => Ok((n as u64).to_ne_bytes()[..self.size()].to_vec()),
                None => Err(invalid_value(t, code)),
            };
        }
        Err(invalid_type(t, code))
    }
}

#[cold]
fn invalid_value(t: &mut Thread, code: char) -> crate::error::Raised {
    t.value_error(format!("memoryview: invalid value for format '{code}'"))
}

#[cold]
fn invalid_type(t: &mut Thread, code: char) -> crate::error::Raised {
    t.type_error(format!("memoryview: invalid type for format '{code}'"))
}

/// The number of an IEEE half.
pub fn half_to_f64(bits: u16) -> f64 {
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    let exponent = (bits >> 10 & 31) as i32;
    let fraction = (bits & 0x3ff) as f64;
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

/// The IEEE half nearest to a number, `None` if it is too large.
pub fn f64_to_half(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    let a = x.abs();
    if a.is_nan() {
        return Some(sign | 0x7e00);
    }
    if a.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if a < 2f64.powi(-14) {
        // Subnormal: units of 2^-24; rounding up to 1024 gives the smallest normal number.
        return Some(sign | (a * 2f64.powi(24)).round_ties_even() as u16);
    }
    let exponent = ((a.to_bits() >> 52) as i32) - 1023;
    let scaled = (a * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    let bits = ((exponent + 15) as u32) * 1024 + scaled - 1024;
    (bits < 0x7c00).then_some(sign | bits as u16)
}
