//! Reading the opcodes of protocol 0, whose arguments are lines of text.

use pystm_text::{
    escape::{BytesEscapeErrors, bytes_escape_decode},
    number,
};
use pystm_vm::{
    builtins::{
        bytes, codecs, float,
        int::{self, max_str_digits},
        str::format::raise,
    },
    error::{Exc, PyResult},
    protocol::text::repr_string,
    thread::Thread,
    value::Value,
};

use super::{error, load::Loader};
use crate::support::{swallow, to_i64};

impl Loader {
    pub(super) fn load_int_line(&mut self, t: &mut Thread) -> PyResult<()> {
        let value = match self.input.line(t, 1)? {
            b"00" => Value::FALSE,
            b"01" => Value::TRUE,
            line => match number::parse_int_ascii(line, 10, max_str_digits(t)) {
                Ok(n) => int::from_text_int(t, n),
                Err(_) => return Err(t.value_error("could not convert string to int")),
            },
        };
        self.push(value)
    }

    pub(super) fn load_long_line(&mut self, t: &mut Thread) -> PyResult<()> {
        let line = self.input.line(t, 1)?;
        let value = match line.strip_suffix(b"L") {
            Some(digits) => parse_int(t, digits, ""),
            None => parse_int(t, line, "\n"),
        };
        self.push(value?)
    }

    pub(super) fn load_float_line(&mut self, t: &mut Thread) -> PyResult<()> {
        let line = self.input.line(t, 1)?;
        let plain = !line.iter().any(|b| b.is_ascii_whitespace() || *b == b'_');
        match number::parse_float_ascii(line).filter(|_| plain) {
            Some(f) => {
                let f = float::new(t, f);
                self.push(f)
            }
            // What begins with a number is not shown.
            None if (1..=line.len().min(4)).any(|n| number::parse_float_ascii(&line[..n]).is_some()) => {
                Err(t.value_error("could not convert string to float"))
            }
            None => {
                let shown = String::from_utf8_lossy(line).into_owned();
                Err(t.value_error(format!("could not convert string to float: '{shown}\n'")))
            }
        }
    }

    pub(super) fn load_string_line(&mut self, t: &mut Thread) -> PyResult<()> {
        let quoted = match self.input.line(t, 1)? {
            [b'\'', inner @ .., b'\''] | [b'"', inner @ .., b'"'] => Some(inner),
            _ => None,
        };
        let Some(inner) = quoted else {
            return Err(error::unpickling(t, "the STRING opcode argument must be quoted"));
        };
        match bytes_escape_decode(inner, BytesEscapeErrors::Strict, &mut None) {
            Ok(data) => {
                let object = bytes::new(t, &data)?;
                self.push_old_str(t, object)
            }
            Err(error) => Err(raise(t, &error)),
        }
    }

    pub(super) fn load_unicode_line(&mut self, t: &mut Thread) -> PyResult<()> {
        let line = self.input.line(t, 0)?;
        let object = bytes::new(t, line)?;
        let text = codecs::decode_bytes(t, object, "raw-unicode-escape", None)?;
        self.push(text)
    }

    pub(super) fn load_get_line(&mut self, t: &mut Thread) -> PyResult<()> {
        let line = self.input.line(t, 1)?.to_vec();
        let number = memo_number(t, &line)?;
        self.push_memo(t, usize::try_from(number).unwrap_or(usize::MAX))
    }

    pub(super) fn load_put_line(&mut self, t: &mut Thread) -> PyResult<()> {
        let line = self.input.line(t, 1)?.to_vec();
        self.top(t)?;
        match usize::try_from(memo_number(t, &line)?) {
            Ok(number) => self.memoize(t, number),
            Err(_) => Err(t.value_error("negative PUT argument")),
        }
    }

    pub(super) fn load_persistent_line(&mut self, t: &mut Thread) -> PyResult<()> {
        match self.identifier_line(t, "ascii", 0) {
            Ok(id) => self.push_persistent(t, id),
            Err(raised) if t.pending_is(Exc::UnicodeDecodeError) => {
                swallow(t, raised);
                Err(error::unpickling(t, "persistent IDs in protocol 0 must be ASCII strings"))
            }
            Err(raised) => Err(raised),
        }
    }

    /// A line of at least `least` bytes as a str.
    pub(super) fn identifier_line(&mut self, t: &mut Thread, encoding: &str, least: usize) -> PyResult {
        let line = self.input.line(t, least)?;
        let object = bytes::new(t, line)?;
        codecs::decode_bytes(t, object, encoding, None)
    }
}

/// The repr of a line for an error message, with what had been cut off.
fn shown(t: &mut Thread, line: &[u8], end: &str) -> PyResult<String> {
    let object = bytes::new(t, &[line, end.as_bytes()].concat())?;
    let line = codecs::decode_bytes(t, object, "utf-8", None)?;
    repr_string(t, line)
}

fn memo_number(t: &mut Thread, line: &[u8]) -> PyResult<i64> {
    let number = parse_int(t, line, "\n")?;
    to_i64(t, number)
}

fn parse_int(t: &mut Thread, line: &[u8], end: &str) -> PyResult {
    match number::parse_int_ascii(line, 10, max_str_digits(t)) {
        Ok(n) => Ok(int::from_text_int(t, n)),
        Err(number::IntParseError::TooManyDigits(error)) => Err(t.value_error(error.to_string())),
        Err(number::IntParseError::Invalid) => {
            let shown = shown(t, line, end)?;
            Err(t.value_error(format!("invalid literal for int() with base 10: {shown}")))
        }
    }
}
