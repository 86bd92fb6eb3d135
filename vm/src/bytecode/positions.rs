//! The position table of a code unit, a few bytes for each instruction.
//!
//! A row says at which word a position begins to hold. It is written as a byte `words | lines << 3 | several << 7` (words
//! since the row before; lines since it, in zigzag order; whether the position ends on another line), whose fields stand
//! for "a LEB128 number follows" where they are full; then the column, and the columns after it, or line and column of
//! the end. About four bytes a row, against 20 in memory: programs are mostly loaded and rarely asked for lines.

use super::code::Position;

/// Where the instructions of a code unit stand in the source: rows of (first word, position), in the order of the words;
/// each holds until the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Positions(Box<[u8]>);

/// Fields of the first byte that are full.
const MANY_WORDS: u32 = 7;
const MANY_LINES: u32 = 15;

impl Positions {
    /// The table of these rows, sorted by word.
    pub fn new(rows: impl IntoIterator<Item = (u32, Position)>) -> Positions {
        let mut bytes = Vec::new();
        let (mut word, mut line) = (0u32, 0u32);
        for (at, p) in rows {
            let (words, lines) = (at - word, zigzag(p.line.wrapping_sub(line)));
            let several = p.end_line != p.line;
            let first = words.min(MANY_WORDS) | lines.min(MANY_LINES) << 3 | u32::from(several) << 7;
            bytes.push(first as u8);
            for (number, full) in [(words, MANY_WORDS), (lines, MANY_LINES)] {
                if number >= full {
                    write(&mut bytes, number);
                }
            }
            write(&mut bytes, p.col);
            if several {
                write(&mut bytes, p.end_line);
                write(&mut bytes, p.end_col);
            } else {
                write(&mut bytes, zigzag(p.end_col.wrapping_sub(p.col)));
            }
            (word, line) = (at, p.line);
        }
        Positions(bytes.into())
    }

    /// The table as bytes, for the cache of compiled modules.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The table of the bytes that [`Positions::as_bytes`] gave. Damaged bytes give a shorter table.
    pub fn from_bytes(bytes: &[u8]) -> Positions {
        Positions(bytes.into())
    }

    /// The rows.
    pub fn iter(&self) -> Rows<'_> {
        Rows { bytes: self.0.iter(), word: 0, line: 0 }
    }

    /// Position of the instruction that contains the word.
    pub fn at(&self, word: u32) -> Position {
        let mut found = Position::default();
        for (start, position) in self.iter() {
            if start > word {
                break;
            }
            found = position;
        }
        found
    }

    /// The same rows with nothing but their first lines.
    pub fn lines_only(&self) -> Positions {
        Positions::new(self.iter().map(|(word, p)| (word, Position { line: p.line, ..Position::default() })))
    }
}

/// The rows of a table, decoded one by one.
pub struct Rows<'a> {
    bytes: std::slice::Iter<'a, u8>,
    word: u32,
    line: u32,
}

impl Rows<'_> {
    #[inline(always)]
    fn number(&mut self) -> Option<u32> {
        match *self.bytes.next()? {
            byte @ 0..0x80 => Some(u32::from(byte)),
            first => self.long_number(first),
        }
    }

    fn long_number(&mut self, first: u8) -> Option<u32> {
        let mut n = u32::from(first & 0x7f);
        for shift in (7..35).step_by(7) {
            let byte = u32::from(*self.bytes.next()?);
            n |= (byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        Some(n)
    }
}

impl Iterator for Rows<'_> {
    type Item = (u32, Position);

    #[inline]
    fn next(&mut self) -> Option<(u32, Position)> {
        let first = u32::from(*self.bytes.next()?);
        let (mut words, mut lines) = (first & MANY_WORDS, first >> 3 & MANY_LINES);
        if words == MANY_WORDS {
            words = self.number()?;
        }
        if lines == MANY_LINES {
            lines = self.number()?;
        }
        self.word = self.word.wrapping_add(words);
        self.line = self.line.wrapping_add(unzigzag(lines));
        let (line, col) = (self.line, self.number()?);
        let (end_line, end_col) = if first >> 7 != 0 {
            (self.number()?, self.number()?)
        } else {
            (line, col.wrapping_add(unzigzag(self.number()?)))
        };
        Some((self.word, Position { line, end_line, col, end_col }))
    }
}

/// Small numbers for small distances in both directions.
fn zigzag(n: u32) -> u32 {
    n << 1 ^ ((n as i32) >> 31) as u32
}

fn unzigzag(n: u32) -> u32 {
    n >> 1 ^ (n & 1).wrapping_neg()
}

fn write(bytes: &mut Vec<u8>, mut n: u32) {
    while n >= 0x80 {
        bytes.push(n as u8 | 0x80);
        n >>= 7;
    }
    bytes.push(n as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(line: u32, end_line: u32, col: u32, end_col: u32) -> Position {
        Position { line, end_line, col, end_col }
    }

    fn rows() -> Vec<(u32, Position)> {
        vec![
            (0, position(1, 1, 0, 7)),
            (1, position(3, 3, 4, 4)),
            (8, position(2, 5, 70_000, 3)),
            (300, Position::default()),
            (307, position(u32::MAX, u32::MAX, u32::MAX, 0)),
            (1_000_000, position(70, 0, 0, 0)),
        ]
    }

    #[test]
    fn rows_come_back_as_they_were_written() {
        assert_eq!(Positions::new(rows()).iter().collect::<Vec<_>>(), rows());
    }

    #[test]
    fn a_position_holds_until_the_next() {
        let table = Positions::new(rows());
        assert_eq!(table.at(7), position(3, 3, 4, 4));
        assert_eq!(table.at(8).end_line, 5);
        assert_eq!(Positions::default().at(3), Position::default());
    }

    #[test]
    fn damaged_bytes_end_the_table() {
        let whole = Positions::new(rows());
        for end in 0..whole.as_bytes().len() {
            assert!(Positions::from_bytes(&whole.as_bytes()[..end]).iter().count() < rows().len());
        }
        assert!(Positions::from_bytes(&[0xff; 64]).iter().count() < 64);
    }
}
