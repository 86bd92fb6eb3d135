//! Runs of adjacent string literals: one constant, f-string or t-string.

use crate::ast::{Constant, Expr, ExprKind, Text};
use crate::convert::Converter;
use crate::error::Fail;
use crate::literal::escape;
use crate::program::Program;
use crate::token::{Kind, Token};

/// Index behind the run of string literals that starts with token `first`.
pub(crate) fn group_end(program: &Program<'_>, first: usize, limit: usize) -> usize {
    let mut index = first;
    while index < limit {
        match program.tokens[index].kind {
            Kind::Str => index += 1,
            Kind::FStart => index = fstring_end(program, index),
            _ => break,
        }
    }
    index
}

/// Index behind the `FEnd` of the f-string that starts with token `start`.
pub(crate) fn fstring_end(program: &Program<'_>, start: usize) -> usize {
    let mut depth = 0;
    for (index, token) in program.tokens.iter().enumerate().skip(start) {
        match token.kind {
            Kind::FStart => depth += 1,
            Kind::FEnd => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    program.tokens.len()
}

/// A literal's prefix and body.
pub(super) struct Parts<'a> {
    pub(super) body: &'a str,
    /// Bytes in front of the body.
    pub(super) before: usize,
    pub(super) raw: bool,
    pub(super) bytes: bool,
    template: bool,
    u_prefix: bool,
}

/// Takes the first or only token of a literal apart.
pub(super) fn parts<'a>(program: &Program<'a>, token: Token) -> Parts<'a> {
    let text = program.text(token);
    let quote_at = text.find(['"', '\'']).unwrap_or(0);
    let (prefix, quoted) = text.split_at(quote_at);
    let quote = &quoted[..quoted.len().min(1)];
    let triple = quoted.len() >= 3 && quoted[1..].starts_with(quote) && quoted[2..].starts_with(quote);
    let width = if triple && quoted.len() != 2 { 3 } else { 1 };
    let body = quoted.get(width..quoted.len().saturating_sub(width)).unwrap_or("");
    let has = |letter: u8| prefix.bytes().any(|byte| byte | 0x20 == letter);
    let before = quote_at + width;
    Parts { body, before, raw: has(b'r'), bytes: has(b'b'), template: has(b't'), u_prefix: prefix == "u" }
}

/// The pieces of an f- or t-string, constants joined.
#[derive(Default)]
pub(crate) struct Pieces {
    values: Vec<Expr>,
    /// The constant that is being joined, and where.
    pending: Option<(Text, u32, u32, bool)>,
}

impl Converter<'_, '_> {
    /// The expression that a run of literals at these offsets is.
    pub(crate) fn string(&mut self, start: u32, end: u32) -> Result<Expr, Fail> {
        let mut first = self.program.token_at(start);
        while !matches!(self.program.tokens[first].kind, Kind::Str | Kind::FStart) {
            first += 1;
        }
        let last = group_end(self.program, first, self.program.tokens.len());
        self.check_mixture(first, last, start, end)?;
        let tokens = &self.program.tokens[first..last];
        let span = self.span(start, end);
        if tokens.iter().all(|token| token.kind == Kind::Str) {
            return self.plain_strings(first, last).map(|kind| Expr { kind, span });
        }
        let template =
            tokens.iter().any(|&token| token.kind == Kind::FStart && parts(self.program, token).template);
        let mut pieces = Pieces::default();
        let mut index = first;
        while index < last {
            index = self.literal(index, &mut pieces)?;
        }
        let values = pieces.finish(self);
        let kind = if template { ExprKind::TemplateStr { values } } else { ExprKind::JoinedStr { values } };
        Ok(Expr { kind, span })
    }

    fn check_mixture(&self, first: usize, last: usize, start: u32, end: u32) -> Result<(), Fail> {
        let (mut bytes, mut templates, mut others) = (false, false, false);
        let mut index = first;
        while index < last {
            let parts = parts(self.program, self.program.tokens[index]);
            bytes |= parts.bytes;
            templates |= parts.template;
            others |= !parts.bytes && !parts.template;
            index = group_end(self.program, index, index + 1);
        }
        if bytes && others {
            // CPython points at what follows the literals.
            let next = self.program.tokens[last.min(self.program.tokens.len() - 1)];
            let end = if next.kind == Kind::Newline { next.start + 1 } else { next.end };
            return Err(Fail::new("cannot mix bytes and nonbytes literals", next.start, end));
        }
        if templates && (bytes || others) {
            let message = "cannot mix t-string literals with string or bytes literals";
            return Err(Fail::new(message, start, end));
        }
        Ok(())
    }

    fn plain_strings(&self, first: usize, last: usize) -> Result<ExprKind, Fail> {
        let tokens = &self.program.tokens[first..last];
        let head = parts(self.program, tokens[0]);
        if head.bytes {
            let mut value = Vec::new();
            for &token in tokens {
                self.bytes(token, &mut value)?;
            }
            return Ok(ExprKind::Constant { value: Constant::Bytes(value), u_prefix: false });
        }
        let mut text = Text::new();
        for &token in tokens {
            self.text(token, &mut text)?;
        }
        Ok(ExprKind::Constant { value: Constant::Str(text), u_prefix: head.u_prefix })
    }

    fn bytes(&self, token: Token, value: &mut Vec<u8>) -> Result<(), Fail> {
        let parts = parts(self.program, token);
        if !parts.body.is_ascii() {
            let message = "bytes can only contain ASCII literal characters";
            return Err(Fail::new(message, token.start, token.end));
        }
        if parts.raw {
            value.extend_from_slice(parts.body.as_bytes());
            return Ok(());
        }
        escape::decode_bytes(parts.body.as_bytes(), value)
            .map_err(|message| Fail::new(message, token.start, token.end))
    }

    fn text(&self, token: Token, text: &mut Text) -> Result<(), Fail> {
        let parts = parts(self.program, token);
        if parts.raw {
            text.push_str(parts.body);
            return Ok(());
        }
        escape::decode_text(parts.body, text).map_err(|message| Fail::new(message, token.start, token.end))
    }

    /// Takes one literal of a run apart; returns the index behind it.
    fn literal(&mut self, index: usize, pieces: &mut Pieces) -> Result<usize, Fail> {
        let token = self.program.tokens[index];
        let parts = parts(self.program, token);
        if token.kind == Kind::Str {
            let mut text = Text::new();
            self.text(token, &mut text)?;
            pieces.constant(text, token.start, token.end, parts.u_prefix);
            return Ok(index + 1);
        }
        let letter = if parts.template { 't' } else { 'f' };
        let mut next = index + 1;
        loop {
            let token = self.program.tokens[next];
            match token.kind {
                Kind::FMiddle => {
                    let text = self.middle(token, parts.raw, false)?;
                    pieces.constant(text, token.start, token.end, false);
                    next += 1;
                }
                Kind::LBrace => next = self.field(next, parts.raw, (letter, parts.template), pieces)?,
                _ => return Ok(next + 1),
            }
        }
    }

    /// The text between replacement fields.
    pub(crate) fn middle(&self, token: Token, raw: bool, spec: bool) -> Result<Text, Fail> {
        let body = self.program.text(token);
        let single = if spec || !body.contains(['{', '}']) { body.into() } else { single_braces(body, raw) };
        if raw {
            return Ok(Text::from(single.into_owned()));
        }
        let mut text = Text::new();
        escape::decode_text(&single, &mut text)
            .map_err(|message| Fail::new(message, token.start, token.end))?;
        Ok(text)
    }
}

/// Halves doubled braces, but for those of `\N{...}`.
fn single_braces(body: &str, raw: bool) -> std::borrow::Cow<'_, str> {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find(['{', '}', '\\']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match rest.as_bytes() {
            [b'\\', b'N', b'{', ..] if !raw => rest.find('}').map_or(rest.len(), |end| end + 1),
            [b'\\', b'{' | b'}', ..] | [b'\\'] => 1,
            [b'\\', next, ..] if next.is_ascii() => 2,
            [b'\\', ..] => 1,
            _ => {
                out.push_str(&rest[..1]);
                rest = rest.get(2..).unwrap_or("");
                continue;
            }
        };
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out.into()
}

impl Pieces {
    /// Adds constant text that stands at these offsets.
    pub(crate) fn constant(&mut self, text: Text, start: u32, end: u32, u_prefix: bool) {
        match &mut self.pending {
            Some((before, _, before_end, _)) => {
                before.push_wtf8(&text);
                *before_end = end;
            }
            None => self.pending = Some((text, start, end, u_prefix)),
        }
    }

    /// Adds a replacement field.
    pub(crate) fn value(&mut self, value: Expr, converter: &Converter<'_, '_>) {
        self.flush(converter);
        self.values.push(value);
    }

    fn flush(&mut self, converter: &Converter<'_, '_>) {
        if let Some((text, start, end, u_prefix)) = self.pending.take()
            && !text.is_empty()
        {
            let kind = ExprKind::Constant { value: Constant::Str(text), u_prefix };
            self.values.push(Expr { kind, span: converter.span(start, end) });
        }
    }

    /// All the pieces.
    pub(crate) fn finish(mut self, converter: &Converter<'_, '_>) -> Vec<Expr> {
        self.flush(converter);
        self.values
    }
}
