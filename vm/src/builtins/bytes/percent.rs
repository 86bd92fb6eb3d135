//! `format % values` of bytes and bytearray.

use pystm_text::{
    Units,
    percent::{
        Conversion, PercentPiece, PercentSpec, messages, parse_percent, percent_float, percent_int,
        percent_text,
    },
};

use super::common::this;
use crate::{
    builtins::{
        buffer, float, int,
        str::{
            format::raise,
            percent::{Operand, integer, text_int},
        },
    },
    error::{Exc, PyResult},
    protocol::{call, number, text},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// `b % values`
pub(crate) fn modulo(t: &mut Thread, args: &[Value]) -> PyResult {
    let _pin = buffer::pin(t, args[0]);
    let maker = this(args[0]).maker;
    let template = this(args[0]).view.to_vec();
    let out = format(t, &template, args[1])?;
    maker.make(t, &out)
}

/// `values % b`
pub(crate) fn reflected(t: &mut Thread, args: &[Value]) -> PyResult {
    match buffer::direct(args[1]) {
        Some(_) => modulo(t, &[args[1], args[0]]),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// The formatted bytes.
pub(crate) fn format(t: &mut Thread, template: &[u8], values: Value) -> PyResult<Vec<u8>> {
    let units = Units::One(template);
    let mut out = Vec::with_capacity(template.len() + 32);
    let is_text = values.as_str().is_some() || buffer::direct(values).is_some();
    let mut operand = Operand::new(t, values, is_text);
    for piece in parse_percent(units) {
        match piece.map_err(|error| raise(t, &error))? {
            PercentPiece::Literal(range) => out.extend_from_slice(&template[range]),
            PercentPiece::Conversion(conversion) => {
                if let Some(range) = conversion.key.clone() {
                    let key = super::new(t, &template[range])?;
                    operand.select(t, key)?;
                }
                let spec = operand.resolve(t, &conversion)?;
                let value = operand.next(t)?;
                convert(t, &conversion, &spec, value, &mut out)?;
            }
        }
    }
    operand.finish(t, messages::NOT_ALL_BYTES)?;
    Ok(out)
}

fn convert(
    t: &mut Thread,
    conversion: &Conversion,
    spec: &PercentSpec,
    value: Value,
    out: &mut Vec<u8>,
) -> PyResult<()> {
    let shown = match spec.code {
        's' | 'b' => to_bytes(t, value)?,
        'r' | 'a' => {
            let shown = text::ascii(t, value)?;
            shown.as_str().map(|s| s.to_rust()).unwrap_or_default().into_bytes()
        }
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
            let n = integer(t, value, spec.code)?;
            let n = text_int(n);
            let digits = int::max_str_digits(t);
            let text = percent_int(&n, spec, digits).map_err(|error| raise(t, &error))?;
            out.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let x = match float::to_f64(t, value) {
                Ok(x) => x,
                Err(raised) => {
                    t.catch(raised, Exc::TypeError)?;
                    let name = type_of(value).message_name();
                    return Err(raise(t, &messages::not_a_float_in_bytes(&name)));
                }
            };
            let text = percent_float(x, spec).map_err(|error| raise(t, &error))?;
            out.extend_from_slice(text.as_bytes());
            return Ok(());
        }
        'c' => vec![one_byte(t, value)?],
        _ => return Err(raise(t, &messages::unsupported_character(conversion))),
    };
    let text = percent_text(Units::One(&shown), spec).map_err(|error| raise(t, &error))?;
    if let pystm_text::TextBuf::One(bytes) = text {
        out.extend_from_slice(&bytes);
    }
    Ok(())
}

fn to_bytes(t: &mut Thread, value: Value) -> PyResult<Vec<u8>> {
    if let Some(view) = buffer::direct(value) {
        return Ok(view.into_vec());
    }
    if let Some(method) = t.special(value, Special::Bytes).filter(|m| !m.is_none()) {
        let result = call::call_unbound(t, method, value, &[])?;
        return match result.as_bytes() {
            Some(b) => Ok(b.as_slice().to_vec()),
            None => {
                let name = type_of(result).name();
                Err(t.type_error(format!("__bytes__ returned non-bytes (type {name})")))
            }
        };
    }
    match buffer::try_get(t, value)? {
        Some(view) => Ok(view.into_vec()),
        None => {
            let name = type_of(value).message_name();
            Err(raise(t, &messages::not_bytes_like(&name)))
        }
    }
}

fn one_byte(t: &mut Thread, value: Value) -> PyResult<u8> {
    if let Some(view) = buffer::direct(value) {
        if view.len() == 1 {
            return Ok(view[0]);
        }
        let (name, n) = (type_of(value).name(), view.len());
        return Err(raise(t, &messages::not_one_byte(&name, n)));
    }
    if t.special(value, Special::Index).is_none() {
        let name = crate::builtins::typeobj::lookup::full_name_plain(type_of(value));
        return Err(raise(t, &messages::not_a_byte(&name)));
    }
    match number::index(t, value)?.as_small() {
        Some(n @ 0..256) => Ok(n as u8),
        _ => Err(t.overflow_error(messages::BYTE_OUT_OF_RANGE)),
    }
}
