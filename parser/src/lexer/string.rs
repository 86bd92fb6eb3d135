//! String literals without replacement fields.

use super::{Lexer, Result_};
use crate::error::{Fail, Weight};
use crate::token::Kind;

/// Whether `word` before a quote is a prefix, right or wrong: different letters of the known prefixes.
pub(super) fn is_prefix(word: &[u8]) -> bool {
    word.len() <= 5
        && word.iter().all(|letter| matches!(letter | 0x20, b'r' | b'b' | b'u' | b'f' | b't'))
        && word
            .iter()
            .enumerate()
            .all(|(index, letter)| word[..index].iter().all(|other| (other ^ letter) & 0xdf != 0))
}

/// Two letters of a prefix that do not go together.
fn incompatible(prefix: &[u8]) -> Option<(char, char)> {
    let has = |letter: char| prefix.iter().any(|&byte| char::from(byte | 0x20) == letter);
    let pairs = [('u', 'b'), ('u', 'r'), ('u', 'f'), ('u', 't'), ('b', 'f'), ('b', 't'), ('f', 't')];
    pairs.into_iter().find(|&(one, other)| has(one) && has(other))
}

impl Lexer<'_> {
    /// Reads a string whose prefix starts at `start`; the position is at the quote.
    pub(super) fn string(&mut self, start: usize) -> Result_<Kind> {
        let quote = self.peek();
        let triple = self.peek_at(1) == quote && self.peek_at(2) == quote;
        let prefix = &self.bytes[start..self.pos];
        if let Some((one, other)) = incompatible(prefix) {
            let message = format!("'{one}' and '{other}' prefixes are incompatible");
            return Err(Fail::new(message, start as u32, self.pos as u32));
        }
        if prefix.iter().any(|byte| matches!(byte | 0x20, b'f' | b't')) {
            return self.fstring(start, quote, triple);
        }
        self.pos += if triple { 3 } else { 1 };
        loop {
            match self.peek() {
                b'\\' => self.pos += if self.pos + 1 < self.bytes.len() { 2 } else { 1 },
                b'\n' if !triple => return Err(self.unterminated(start, quote, false)),
                0 if self.pos >= self.bytes.len() => return Err(self.unterminated(start, quote, triple)),
                byte if byte == quote && !triple => {
                    self.pos += 1;
                    break;
                }
                byte if byte == quote && self.peek_at(1) == quote && self.peek_at(2) == quote => {
                    self.pos += 3;
                    break;
                }
                _ => self.pos += 1,
            }
        }
        self.push(Kind::Str, start);
        Ok(Kind::Str)
    }

    fn unterminated(&self, start: usize, quote: u8, triple: bool) -> Fail {
        if let Some(open) = self.strings.last()
            && open.quote == quote
            && open.triple == triple
        {
            let message = format!("{}-string: expecting '}}'", open.letter());
            return Fail::new(message, start as u32, start as u32).weighing(Weight::Weak);
        }
        let detected = self.line_number(self.pos);
        let at = start as u32;
        if triple {
            let message = format!("unterminated triple-quoted string literal (detected at line {detected})");
            return Fail::new(message, at, at).incomplete();
        }
        let mut message = format!("unterminated string literal (detected at line {detected})");
        let text = &self.bytes[start..self.pos];
        if text.len() >= 2 && text[text.len() - 2] == b'\\' && text[text.len() - 1] == quote {
            message.push_str("; perhaps you escaped the end quote?");
        }
        Fail::new(message, at, at)
    }

    /// The line of an offset, as the tokenizer counts at the end of the text.
    pub(super) fn line_number(&self, offset: usize) -> usize {
        let before = &self.bytes[..offset];
        let lines = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        if offset == self.bytes.len() && before.ends_with(b"\n") { lines - 1 } else { lines }
    }
}
