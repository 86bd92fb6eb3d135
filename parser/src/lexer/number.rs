//! Number literals.

use super::{Lexer, Result_};
use crate::error::{Caution, Fail};
use crate::token::Kind;

impl Lexer<'_> {
    pub(super) fn number(&mut self) -> Result_<Kind> {
        let start = self.pos;
        let kind = match (self.peek(), self.peek_at(1) | 0x20) {
            (b'0', b'x') => self.radix(16, "hexadecimal")?,
            (b'0', b'o') => self.radix(8, "octal")?,
            (b'0', b'b') => self.radix(2, "binary")?,
            _ => self.decimal(start)?,
        };
        self.push(kind, start);
        Ok(kind)
    }

    fn radix(&mut self, radix: u32, name: &str) -> Result_<Kind> {
        self.pos += 2;
        loop {
            if self.peek() == b'_' {
                self.pos += 1;
            }
            let digit = char::from(self.peek());
            if !digit.is_digit(radix) {
                if digit.is_ascii_digit() {
                    return Err(self.fail_here(format!("invalid digit '{digit}' in {name} literal")));
                }
                return Err(self.fail_before(format!("invalid {name} literal")));
            }
            while char::from(self.peek()).is_digit(radix) {
                self.pos += 1;
            }
            if self.peek() != b'_' {
                break;
            }
        }
        if self.peek().is_ascii_digit() {
            let digit = char::from(self.peek());
            return Err(self.fail_here(format!("invalid digit '{digit}' in {name} literal")));
        }
        self.end_of_number(name)?;
        Ok(Kind::Int)
    }

    fn decimal(&mut self, start: usize) -> Result_<Kind> {
        let mut kind = Kind::Int;
        if self.peek() != b'.' {
            self.digits()?;
        }
        let integer_end = self.pos;
        if self.peek() == b'.' {
            kind = Kind::Float;
            self.pos += 1;
            if self.peek().is_ascii_digit() {
                self.digits()?;
            }
        }
        if matches!(self.peek(), b'e' | b'E') {
            let sign = usize::from(matches!(self.peek_at(1), b'+' | b'-'));
            if self.peek_at(1 + sign).is_ascii_digit() {
                kind = Kind::Float;
                self.pos += 1 + sign;
                self.digits()?;
            } else if sign == 1 {
                self.pos += 1;
                return Err(self.fail_here("invalid decimal literal"));
            }
        }
        if matches!(self.peek(), b'j' | b'J') {
            self.pos += 1;
            self.end_of_number("imaginary")?;
            return Ok(Kind::Imaginary);
        }
        let digits = &self.bytes[start..integer_end];
        if kind == Kind::Int
            && digits[0] == b'0'
            && let Some(nonzero) = digits.iter().position(|byte| !matches!(byte, b'0' | b'_'))
        {
            let message = "leading zeros in decimal integer literals are not permitted; \
                           use an 0o prefix for octal integers";
            let zeros_end = start + nonzero;
            return Err(Fail::new(message, start as u32, zeros_end as u32));
        }
        self.end_of_number("decimal")?;
        Ok(kind)
    }

    /// Digits with single underscores between them.
    fn digits(&mut self) -> Result_ {
        loop {
            while self.peek().is_ascii_digit() {
                self.pos += 1;
            }
            if self.peek() != b'_' {
                return Ok(());
            }
            self.pos += 1;
            if !self.peek().is_ascii_digit() {
                return Err(self.fail_before("invalid decimal literal"));
            }
        }
    }

    /// A number may not run into a name. A keyword may follow at once, which is worth a warning.
    fn end_of_number(&mut self, name: &str) -> Result_ {
        let rest = &self.bytes[self.pos..];
        let keyword = match rest.first() {
            Some(b'a') => rest.starts_with(b"and"),
            Some(b'e') => rest.starts_with(b"else"),
            Some(b'f') => rest.starts_with(b"for"),
            Some(b'i') => matches!(rest.get(1), Some(b'f' | b'n' | b's')),
            Some(b'o') => rest.starts_with(b"or"),
            Some(b'n') => rest.starts_with(b"not"),
            _ => false,
        };
        let next = self.peek();
        if !(next.is_ascii_alphanumeric() || next == b'_') {
            return Ok(());
        }
        let fail = self.fail_before(format!("invalid {name} literal"));
        if !keyword {
            return Err(fail);
        }
        self.warnings.push(Caution { message: fail.message.clone(), fail: fail.bare() });
        Ok(())
    }

    /// An error at the character before the position.
    fn fail_before(&self, message: impl Into<String>) -> Fail {
        let at = self.pos.saturating_sub(1) as u32;
        Fail::new(message, at, at)
    }
}
