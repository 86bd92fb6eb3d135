//! f- and t-strings (PEP 701, PEP 750).

use super::{Lexer, Result_};
use crate::error::{Fail, Weight};
use crate::token::Kind;

/// Nesting of f-strings that CPython's tokenizer allows.
const MAX_NESTING: usize = 149;
/// Nesting of replacement fields within format specs that CPython allows.
const MAX_SPEC_NESTING: usize = 3;

/// An f- or t-string that is not finished.
pub(super) struct Open {
    pub(super) start: u32,
    pub(super) quote: u8,
    pub(super) triple: bool,
    raw: bool,
    template: bool,
    /// Number of open brackets inside a replacement field at its top level.
    pub(super) field_depth: usize,
    /// How many replacement fields are open.
    fields: usize,
}

impl Open {
    /// `f` or `t`
    pub(super) fn letter(&self) -> char {
        if self.template { 't' } else { 'f' }
    }
}

/// What follows a piece of text.
enum Next {
    Field,
    /// `}` that ends a format spec.
    CloseSpec,
    Quote,
}

impl Lexer<'_> {
    /// Reads an f- or t-string whose prefix starts at `start`; the position is at the quote.
    pub(super) fn fstring(&mut self, start: usize, quote: u8, triple: bool) -> Result_<Kind> {
        if self.strings.len() >= MAX_NESTING {
            return Err(self.fail_here("too many nested f-strings or t-strings").weighing(Weight::Weak));
        }
        let prefix = &self.bytes[start..self.pos];
        self.strings.push(Open {
            start: start as u32,
            quote,
            triple,
            raw: prefix.iter().any(|byte| byte | 0x20 == b'r'),
            template: prefix.iter().any(|byte| byte | 0x20 == b't'),
            field_depth: usize::MAX,
            fields: 0,
        });
        self.pos += if triple { 3 } else { 1 };
        self.push(Kind::FStart, start);
        loop {
            match self.text(false)? {
                Next::Field => self.field()?,
                Next::CloseSpec => {}
                Next::Quote => break,
            }
        }
        let end = self.pos;
        self.pos += if triple { 3 } else { 1 };
        self.push(Kind::FEnd, end);
        self.strings.pop();
        Ok(Kind::FEnd)
    }

    fn current(&self) -> &Open {
        // The callers run between the push and the pop of `fstring`.
        &self.strings[self.strings.len() - 1]
    }

    /// Reads text up to a field or the end, and emits it unless it is empty.
    fn text(&mut self, spec: bool) -> Result_<Next> {
        let start = self.pos;
        let (quote, triple, raw) = (self.current().quote, self.current().triple, self.current().raw);
        let next = loop {
            match self.peek() {
                b'{' if !spec && self.peek_at(1) == b'{' => self.pos += 2,
                b'{' => break Next::Field,
                b'}' if spec => break Next::CloseSpec,
                b'}' if self.peek_at(1) == b'}' => self.pos += 2,
                b'}' => {
                    let letter = self.current().letter();
                    return Err(self.fail_here(format!("{letter}-string: single '}}' is not allowed")));
                }
                b'\\' => self.backslash(raw),
                b'\n' if !triple && spec => {
                    let letter = self.current().letter();
                    let message = format!(
                        "{letter}-string: newlines are not allowed in format specifiers for single quoted \
                         {letter}-strings"
                    );
                    return Err(self.fail_here(message));
                }
                b'\n' if !triple => return Err(self.unterminated_fstring()),
                0 if self.pos >= self.bytes.len() => return Err(self.unterminated_fstring()),
                byte if byte == quote
                    && (!triple || (self.peek_at(1) == quote && self.peek_at(2) == quote)) =>
                {
                    break Next::Quote;
                }
                _ => self.pos += 1,
            }
        };
        if self.pos > start {
            self.push(Kind::FMiddle, start);
        }
        Ok(next)
    }

    /// Skips a backslash and what it makes plain text; a brace stays special.
    fn backslash(&mut self, raw: bool) {
        self.pos += 1;
        match self.peek() {
            b'{' | b'}' => {}
            0 if self.pos >= self.bytes.len() => {}
            b'N' if !raw && self.peek_at(1) == b'{' => {
                let rest = &self.bytes[self.pos + 2..];
                let quote = self.current().quote;
                let end = rest.iter().position(|&byte| byte == b'}' || byte == b'\n' || byte == quote);
                self.pos += match end {
                    Some(length) if rest[length] == b'}' => length + 3,
                    _ => 2,
                };
            }
            _ => self.pos += 1,
        }
    }

    fn unterminated_fstring(&self) -> Fail {
        let open = self.current();
        let detected = self.line_number(self.pos);
        let quoted = if open.triple { "triple-quoted " } else { "" };
        let letter = open.letter();
        let message = format!("unterminated {quoted}{letter}-string literal (detected at line {detected})");
        let fail = Fail::new(message, open.start, open.start).weighing(Weight::Weak);
        if open.triple { fail.incomplete() } else { fail }
    }

    /// Reads a replacement field, from `{` to `}`.
    fn field(&mut self) -> Result_ {
        let start = self.pos;
        let nesting = self.current().fields;
        if nesting >= MAX_SPEC_NESTING {
            let letter = self.current().letter();
            return Err(self.fail_here(format!("{letter}-string: expressions nested too deeply")));
        }
        let kind = self.open(b'{')?;
        self.push(kind, start);
        let top = self.strings.len() - 1;
        let outer_depth = std::mem::replace(&mut self.strings[top].field_depth, self.brackets.len());
        self.strings[top].fields += 1;
        let result = self.field_tokens();
        self.strings[top].fields -= 1;
        self.strings[top].field_depth = outer_depth;
        result
    }

    fn field_tokens(&mut self) -> Result_ {
        let depth = self.brackets.len();
        loop {
            self.skip_blanks()?;
            if self.brackets.len() == depth {
                match self.peek() {
                    b'}' => {
                        self.token()?;
                        return Ok(());
                    }
                    b':' => return self.format_spec(),
                    _ => {}
                }
            }
            self.token()?;
        }
    }

    /// Reads `:spec}`.
    fn format_spec(&mut self) -> Result_ {
        let start = self.pos;
        self.pos += 1;
        self.push(Kind::Colon, start);
        loop {
            match self.text(true)? {
                Next::Field => self.field()?,
                Next::CloseSpec => {
                    self.token()?;
                    return Ok(());
                }
                Next::Quote => {
                    let letter = self.current().letter();
                    let (start, width) = (self.pos as u32, if self.current().triple { 3 } else { 1 });
                    let message = format!("{letter}-string: expecting '}}', or format specs");
                    return Err(Fail::new(message, start, start + width).weighing(Weight::Weak));
                }
            }
        }
    }
}
