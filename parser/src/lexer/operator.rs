//! Operators, the longest first.

use super::{Lexer, Result_};
use crate::token::Kind;

impl Lexer<'_> {
    /// Reads an operator that is no bracket.
    pub(super) fn operator(&mut self) -> Result_<Kind> {
        let (kind, length) = match (self.peek(), self.peek_at(1), self.peek_at(2)) {
            (b'*', b'*', b'=') => (Kind::DoubleStarEqual, 3),
            (b'/', b'/', b'=') => (Kind::DoubleSlashEqual, 3),
            (b'<', b'<', b'=') => (Kind::LeftShiftEqual, 3),
            (b'>', b'>', b'=') => (Kind::RightShiftEqual, 3),
            (b'.', b'.', b'.') => (Kind::Ellipsis, 3),
            (b'*', b'*', _) => (Kind::DoubleStar, 2),
            (b'/', b'/', _) => (Kind::DoubleSlash, 2),
            (b'<', b'<', _) => (Kind::LeftShift, 2),
            (b'>', b'>', _) => (Kind::RightShift, 2),
            (b'<', b'>', _) => (Kind::LessGreater, 2),
            (b'-', b'>', _) => (Kind::Arrow, 2),
            (b'=', b'=', _) => (Kind::EqEqual, 2),
            (b'!', b'=', _) => (Kind::NotEqual, 2),
            (b'<', b'=', _) => (Kind::LessEqual, 2),
            (b'>', b'=', _) => (Kind::GreaterEqual, 2),
            (b'+', b'=', _) => (Kind::PlusEqual, 2),
            (b'-', b'=', _) => (Kind::MinusEqual, 2),
            (b'*', b'=', _) => (Kind::StarEqual, 2),
            (b'/', b'=', _) => (Kind::SlashEqual, 2),
            (b'%', b'=', _) => (Kind::PercentEqual, 2),
            (b'&', b'=', _) => (Kind::AmperEqual, 2),
            (b'|', b'=', _) => (Kind::VBarEqual, 2),
            (b'^', b'=', _) => (Kind::CircumflexEqual, 2),
            (b'@', b'=', _) => (Kind::AtEqual, 2),
            (b':', b'=', _) => (Kind::ColonEqual, 2),
            (byte, ..) => (single(byte), 1),
        };
        if kind == Kind::Unknown && self.peek() < b' ' {
            return Err(self.bad_character(char::from(self.peek()), self.pos));
        }
        self.pos += length;
        Ok(kind)
    }
}

fn single(byte: u8) -> Kind {
    match byte {
        b':' => Kind::Colon,
        b',' => Kind::Comma,
        b';' => Kind::Semi,
        b'+' => Kind::Plus,
        b'-' => Kind::Minus,
        b'*' => Kind::Star,
        b'/' => Kind::Slash,
        b'|' => Kind::VBar,
        b'&' => Kind::Amper,
        b'<' => Kind::Less,
        b'>' => Kind::Greater,
        b'=' => Kind::Equal,
        b'.' => Kind::Dot,
        b'%' => Kind::Percent,
        b'~' => Kind::Tilde,
        b'^' => Kind::Circumflex,
        b'@' => Kind::At,
        b'!' => Kind::Exclamation,
        _ => Kind::Unknown,
    }
}
