//! Source text to tokens, the whole file at once.
//!
//! f- and t-strings come out flat, as in CPython: `FStart`, `FMiddle`, `{`, the expression's tokens, `}`, `FEnd`.

mod fstring;
mod indent;
mod number;
mod operator;
mod string;

use crate::error::{Caution, ErrorKind, Fail, Weight};
use crate::token::{Kind, Token};

/// Nesting of brackets that CPython's tokenizer allows.
const MAX_BRACKETS: usize = 200;

/// Cuts `source` into tokens; the last one is `End`.
///
/// On failure the tokens before the wrong place are returned too. In the middle: what there is to warn of.
pub(crate) fn lex(source: &str) -> (Vec<Token>, Vec<Caution>, Result<(), Fail>) {
    let mut lexer = Lexer {
        source,
        bytes: source.as_bytes(),
        pos: 0,
        tokens: Vec::with_capacity(source.len() / 5 + 8),
        brackets: Vec::new(),
        strings: Vec::new(),
        indents: Vec::new(),
        warnings: Vec::new(),
    };
    if u32::try_from(source.len()).is_err() {
        return (Vec::new(), Vec::new(), Err(Fail::new("source code is too long", 0, 0)));
    }
    let result = lexer.run().map_err(|fail| match (fail.kind, fail.weight) {
        (ErrorKind::Syntax, Weight::Plain) => fail.bare(),
        _ => fail,
    });
    (lexer.tokens, lexer.warnings, result)
}

/// An open bracket.
struct Bracket {
    open: u8,
    at: u32,
}

struct Lexer<'a> {
    source: &'a str,
    bytes: &'a [u8],
    pos: usize,
    tokens: Vec<Token>,
    brackets: Vec<Bracket>,
    /// The f- and t-strings that the position is in.
    strings: Vec<fstring::Open>,
    indents: Vec<indent::Level>,
    warnings: Vec<Caution>,
}

type Result_<T = ()> = Result<T, Fail>;

impl Lexer<'_> {
    fn run(&mut self) -> Result_ {
        while self.start_of_line()? {
            while self.token()? != Kind::Newline {}
        }
        let end = self.bytes.len() as u32;
        self.tokens.push(Token { kind: Kind::End, start: end, end });
        Ok(())
    }

    /// The byte at the position, 0 at the end of the text.
    fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> u8 {
        self.bytes.get(self.pos + ahead).copied().unwrap_or(0)
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.tokens.push(Token { kind, start: start as u32, end: self.pos as u32 });
    }

    /// Reads one token; returns its kind. At the end of the text the line ends as if by a newline.
    fn token(&mut self) -> Result_<Kind> {
        self.skip_blanks()?;
        let start = self.pos;
        let byte = self.peek();
        let kind = match byte {
            b'\n' => {
                self.pos += 1;
                Kind::Newline
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => return self.word(),
            b'0'..=b'9' => return self.number(),
            b'.' if self.peek_at(1).is_ascii_digit() => return self.number(),
            b'"' | b'\'' => return self.string(start),
            b'(' | b'[' | b'{' => self.open(byte)?,
            b')' | b']' | b'}' => self.close(byte)?,
            0 if start >= self.bytes.len() => return self.end_of_text(),
            _ => self.operator()?,
        };
        self.push(kind, start);
        Ok(kind)
    }

    fn end_of_text(&mut self) -> Result_<Kind> {
        if let Some(bracket) = self.brackets.last() {
            let message = format!("'{}' was never closed", char::from(bracket.open));
            let fail = Fail::new(message, bracket.at, bracket.at).open_end().incomplete();
            return Err(fail.weighing(Weight::Unclosed));
        }
        self.push(Kind::Newline, self.pos);
        Ok(Kind::Newline)
    }

    /// Skips blanks, comments, continued lines and, inside brackets, newlines.
    fn skip_blanks(&mut self) -> Result_ {
        loop {
            match self.peek() {
                b' ' | b'\t' | b'\x0c' => self.pos += 1,
                b'\n' if !self.brackets.is_empty() => self.pos += 1,
                b'#' => self.skip_comment()?,
                b'\\' => self.continued_line()?,
                _ => return Ok(()),
            }
        }
    }

    fn skip_comment(&mut self) -> Result_ {
        if let Some(open) = self.strings.last()
            && !open.triple
        {
            let rest = &self.bytes[self.pos..];
            let line_end = rest.iter().position(|&byte| byte == b'\n');
            if line_end.is_none() {
                let brace = self.brackets.last().map_or(open.start, |bracket| bracket.at);
                return Err(Fail::new("'{' was never closed", brace, brace).open_end());
            }
        }
        while !matches!(self.peek(), b'\n' | 0) {
            self.pos += 1;
        }
        Ok(())
    }

    /// A backslash outside of strings: the line goes on.
    fn continued_line(&mut self) -> Result_ {
        let start = self.pos;
        self.pos += 1;
        if self.peek() == b'\n' {
            self.pos += 1;
            if self.pos < self.bytes.len() {
                return Ok(());
            }
        } else {
            let at = start as u32 + 1;
            let fail = Fail::new("unexpected character after line continuation character", at, at);
            let fail = fail.open_end().weighing(Weight::Weak);
            return Err(if self.pos < self.bytes.len() { fail } else { fail.incomplete() });
        }
        let at = start as u32 + 1;
        Err(Fail::new("unexpected EOF while parsing", at, at).open_end().incomplete().weighing(Weight::Weak))
    }

    /// A name, a keyword, or a string with a prefix.
    fn word(&mut self) -> Result_<Kind> {
        let start = self.pos;
        let mut ascii = true;
        while let byte = self.peek()
            && (byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80)
        {
            ascii &= byte < 0x80;
            self.pos += 1;
        }
        let word = &self.bytes[start..self.pos];
        if matches!(self.peek(), b'"' | b'\'') && string::is_prefix(word) {
            return self.string(start);
        }
        let kind = if ascii {
            Kind::of_word(word)
        } else {
            self.check_identifier(start)?;
            Kind::Name
        };
        self.push(kind, start);
        Ok(kind)
    }

    fn check_identifier(&self, start: usize) -> Result_ {
        for (index, ch) in self.source[start..self.pos].char_indices() {
            let allowed = if index == 0 {
                ch == '_' || unicode_ident::is_xid_start(ch)
            } else {
                unicode_ident::is_xid_continue(ch)
            };
            if !allowed {
                return Err(self.bad_character(ch, start + index));
            }
        }
        Ok(())
    }

    fn bad_character(&self, ch: char, at: usize) -> Fail {
        let code = u32::from(ch);
        let printable = !ch.is_control()
            && !matches!(code, 0xa0 | 0xad | 0x180e | 0x2000..=0x200f | 0x2028..=0x202f | 0x205f..=0x206f | 0x3000)
            && !matches!(code, 0xfeff | 0xe000..=0xf8ff | 0xfff0..=0xfffb | 0xe0000..);
        let message = if printable {
            format!("invalid character '{ch}' (U+{code:04X})")
        } else {
            format!("invalid non-printable character U+{code:04X}")
        };
        Fail::new(message, at as u32, at as u32)
    }

    fn open(&mut self, open: u8) -> Result_<Kind> {
        if self.brackets.len() >= MAX_BRACKETS {
            return Err(self.fail_here("too many nested parentheses"));
        }
        self.brackets.push(Bracket { open, at: self.pos as u32 });
        self.pos += 1;
        Ok(match open {
            b'(' => Kind::LPar,
            b'[' => Kind::LSqb,
            _ => Kind::LBrace,
        })
    }

    fn close(&mut self, close: u8) -> Result_<Kind> {
        let (expected, kind) = match close {
            b')' => (b'(', Kind::RPar),
            b']' => (b'[', Kind::RSqb),
            _ => (b'{', Kind::RBrace),
        };
        let close = char::from(close);
        let in_field = self.strings.last().is_some_and(|string| string.field_depth == self.brackets.len());
        if in_field && close != '}' {
            let prefix = self.strings.last().map_or('f', fstring::Open::letter);
            return Err(self.fail_here(format!("{prefix}-string: unmatched '{close}'")));
        }
        let Some(bracket) = self.brackets.last() else {
            return Err(self.fail_here(format!("unmatched '{close}'")));
        };
        if bracket.open != expected {
            let open = char::from(bracket.open);
            let mut message =
                format!("closing parenthesis '{close}' does not match opening parenthesis '{open}'");
            let between = &self.bytes[bracket.at as usize..self.pos];
            if between.contains(&b'\n') {
                let before = &self.bytes[..bracket.at as usize];
                let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
                message.push_str(&format!(" on line {line}"));
            }
            return Err(self.fail_here(message));
        }
        self.brackets.pop();
        self.pos += 1;
        Ok(kind)
    }

    /// An error at the character at the position.
    fn fail_here(&self, message: impl Into<String>) -> Fail {
        Fail::new(message, self.pos as u32, self.pos as u32)
    }
}

impl Fail {
    fn indentation(message: &str, at: usize) -> Fail {
        let fail = Fail::new(message, at as u32, at as u32).of_kind(ErrorKind::Indentation);
        fail.open_end().weighing(Weight::Weak)
    }
}
