//! Indentation: blank lines, `Indent`, `Dedent`.

use super::{Lexer, Result_};
use crate::error::{ErrorKind, Fail, Weight};
use crate::token::Kind;

/// Nesting of blocks that CPython's tokenizer allows.
const MAX_LEVELS: usize = 99;
const TAB_SIZE: u32 = 8;

/// How far a block is indented, with tabs of eight columns and with tabs of one: the two must agree in order.
#[derive(Clone, Copy, Default)]
pub(super) struct Level {
    col: u32,
    alternative: u32,
}

impl Lexer<'_> {
    /// Skips blank lines and emits the indentation of the next line; false at the end of the text.
    pub(super) fn start_of_line(&mut self) -> Result_<bool> {
        loop {
            let level = self.measure()?;
            match self.peek() {
                b'#' => {
                    while !matches!(self.peek(), b'\n' | 0) {
                        self.pos += 1;
                    }
                }
                b'\n' => self.pos += 1,
                0 if self.pos >= self.bytes.len() => {
                    for _ in 0..self.indents.len() {
                        self.push(Kind::Dedent, self.pos);
                    }
                    self.indents.clear();
                    return Ok(false);
                }
                _ => {
                    self.indent_to(level)?;
                    return Ok(true);
                }
            }
        }
    }

    fn measure(&mut self) -> Result_<Level> {
        let mut level = Level::default();
        let mut continued = None;
        loop {
            match self.peek() {
                b' ' => {
                    level.col += 1;
                    level.alternative += 1;
                }
                b'\t' => {
                    level.col = (level.col / TAB_SIZE + 1) * TAB_SIZE;
                    level.alternative += 1;
                }
                b'\x0c' => level = Level::default(),
                b'\\' => {
                    // The indentation of a continued line is that of its first part.
                    continued = continued.or(Some(level));
                    self.continued_line()?;
                    continue;
                }
                _ => return Ok(continued.filter(|first| first.col > 0).unwrap_or(level)),
            }
            self.pos += 1;
        }
    }

    fn indent_to(&mut self, level: Level) -> Result_ {
        let current = self.indents.last().copied().unwrap_or_default();
        if level.col == current.col {
            return self.agree(level.alternative == current.alternative);
        }
        if level.col > current.col {
            if self.indents.len() >= MAX_LEVELS {
                return Err(Fail::indentation("too many levels of indentation", self.pos));
            }
            self.agree(level.alternative > current.alternative)?;
            self.indents.push(level);
            self.push(Kind::Indent, self.pos);
            return Ok(());
        }
        let kept = self.indents.iter().take_while(|outer| outer.col <= level.col).count();
        let outer = kept.checked_sub(1).map_or_else(Level::default, |last| self.indents[last]);
        if outer.col != level.col {
            let end = self.bytes[self.pos..].iter().position(|&byte| byte == b'\n');
            let end = end.map_or(self.bytes.len(), |length| self.pos + length);
            let message = "unindent does not match any outer indentation level";
            return Err(Fail::indentation(message, end));
        }
        self.agree(outer.alternative == level.alternative)?;
        for _ in kept..self.indents.len() {
            self.push(Kind::Dedent, self.pos);
        }
        self.indents.truncate(kept);
        Ok(())
    }

    fn agree(&self, tabs_agree: bool) -> Result_ {
        if tabs_agree {
            return Ok(());
        }
        let line_start =
            self.bytes[..self.pos].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1) as u32;
        let message = "inconsistent use of tabs and spaces in indentation";
        let fail = Fail::new(message, line_start, line_start).of_kind(ErrorKind::Tab);
        Err(fail.open_end().weighing(Weight::Weak))
    }
}
