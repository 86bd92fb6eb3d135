//! Reads a log.

use std::{fmt, io, io::BufRead};

use super::{
    Place, Text,
    format::{self, Header, Row},
};

/// Why a log cannot be read.
#[derive(Debug)]
pub enum ReadError {
    /// What the system says.
    Io(io::Error),
    /// The file is empty.
    Empty,
    /// It is no log.
    Foreign,
    /// It has another version than ours.
    Version(u32),
    /// This line is no row.
    Damaged(u64),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Io(error) => error.fmt(f),
            ReadError::Empty => f.write_str("the file is empty"),
            ReadError::Foreign => f.write_str("this is not a log that PYSTM_LOG has written"),
            ReadError::Version(version) => {
                let ours = format::VERSION;
                write!(f, "the log has version {version} of the format, this pystm reads version {ours}")
            }
            ReadError::Damaged(line) => write!(f, "line {line} is damaged"),
        }
    }
}

impl std::error::Error for ReadError {}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> ReadError {
        ReadError::Io(error)
    }
}

/// A frame of a place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct FrameRef<'a> {
    /// The file.
    pub file: &'a str,
    /// The line, 0 if it is not known.
    pub line: u32,
    /// The function's qualified name.
    pub function: &'a str,
}

/// What the numbers mean, as far as the log has been read.
#[derive(Debug, Default)]
pub struct Names {
    texts: Vec<String>,
    frames: Vec<(Text, u32, Text)>,
    places: Vec<(Place, u32)>,
}

impl Names {
    /// A text; numbers that nobody has defined are empty.
    pub fn text(&self, text: Text) -> &str {
        at(&self.texts, text.0).map_or("", String::as_str)
    }

    /// The frames of a place, innermost first.
    pub fn frames(&self, place: Place) -> impl Iterator<Item = FrameRef<'_>> {
        let mut place = place;
        std::iter::from_fn(move || {
            let &(caller, frame) = at(&self.places, place.0)?;
            place = caller;
            let &(file, line, function) = at(&self.frames, frame)?;
            Some(FrameRef { file: self.text(file), line, function: self.text(function) })
        })
    }

    /// Takes a definition. `None` if it is not the next one, or uses one that is not there.
    fn define(&mut self, row: &Row) -> Option<()> {
        match *row {
            Row::Frame(id, file, line, function) => push(&mut self.frames, id, (file, line, function)),
            Row::Place(id, caller, frame) if caller.0 < id => push(&mut self.places, id, (caller, frame)),
            Row::Place(..) => None,
            _ => Some(()),
        }
    }
}

/// The element with a number that counts from 1.
fn at<T>(all: &[T], number: u32) -> Option<&T> {
    all.get((number as usize).checked_sub(1)?)
}

fn push<T>(all: &mut Vec<T>, number: u32, new: T) -> Option<()> {
    (number as usize == all.len() + 1).then(|| all.push(new))
}

/// A log that is being read.
#[derive(Debug)]
pub struct Reader<R> {
    input: R,
    line: Vec<u8>,
    lines: u64,
    /// Its first line.
    pub header: Header,
    /// What the rows read so far have defined.
    pub names: Names,
}

impl<R: BufRead> Reader<R> {
    /// Reads the first line.
    ///
    /// # Errors
    /// If this is no log, or one of another version.
    pub fn new(mut input: R) -> Result<Reader<R>, ReadError> {
        let mut line = Vec::new();
        // A foreign file may be one line of any length.
        io::Read::take(&mut input, 1 << 20).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Err(ReadError::Empty);
        }
        let text = line.strip_suffix(b"\n").and_then(|line| std::str::from_utf8(line).ok());
        let header = Header::parse(text.ok_or(ReadError::Foreign)?)
            .map_err(|version| version.map_or(ReadError::Foreign, ReadError::Version))?;
        Ok(Reader { input, line, lines: 1, header, names: Names::default() })
    }

    /// The next row that defines nothing; `None` at the end. A last line without end, which a killed process leaves, is
    /// not looked at.
    ///
    /// # Errors
    /// If a line is no row.
    pub fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        loop {
            self.line.clear();
            self.input.read_until(b'\n', &mut self.line)?;
            let Some(line) = self.line.strip_suffix(b"\n") else { return Ok(None) };
            self.lines += 1;
            let damaged = ReadError::Damaged(self.lines);
            let Ok(line) = std::str::from_utf8(line) else { return Err(damaged) };
            if line.starts_with('t') {
                let text = format::parse_text(line);
                text.and_then(|(id, text)| push(&mut self.names.texts, id, text)).ok_or(damaged)?;
                continue;
            }
            let Some(row) = Row::parse(line) else { return Err(damaged) };
            self.names.define(&row).ok_or(damaged)?;
            if !matches!(row, Row::Frame(..) | Row::Place(..)) {
                return Ok(Some(row));
            }
        }
    }
}
