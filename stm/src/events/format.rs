//! The log's format: lines of text, described in `docs/reports.md`.
//!
//! The first line is a [`Header`]. Every other one is a [`Row`], a letter and numbers with a space before each, or a text
//! ([`write_text`]). Trailing zeros are left out. Numbers of texts, frames and places count from 1, and 0 is "none"; the row
//! that defines one comes before those that use it.

use super::{Place, Text, Totals, What};

/// First word of a log.
pub const MAGIC: &str = "pystm-log";
/// Version of the format.
pub const VERSION: u32 = 1;

macro_rules! kinds {
    ($($name:ident $letter:literal $word:literal $doc:literal;)*) => {
        /// What happened.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum Kind { $(#[doc = $doc] $name,)* }

        impl Kind {
            /// The letter of its rows.
            pub fn letter(self) -> u8 {
                match self { $(Kind::$name => $letter,)* }
            }

            fn from_letter(letter: u8) -> Option<Kind> {
                match letter { $($letter => Some(Kind::$name),)* _ => None }
            }

            /// What people call it.
            pub fn word(self) -> &'static str {
                match self { $(Kind::$name => $word,)* }
            }
        }
    };
}

kinds! {
    Steal b'S' "steal" "The thread asked another for an object and waited for it.";
    Wait b'W' "wait" "The thread waited for another thread's transaction.";
    Abort b'A' "abort" "The thread's transaction was undone because of another thread; the time is the work lost.";
    Commit b'C' "transaction" "The thread's transaction was committed; the place is where its block began.";
    Inevitable b'I' "inevitable" "The transaction became inevitable: `granule` is the reason, the other place where its \
        block began, the time what the thread waited for the right to.";
    Retry b'R' "retry" "`transaction.retry` slept until something changed.";
    Minor b'm' "minor collection" "The thread collected its nursery.";
    Major b'M' "major collection" "The thread collected everything.";
}

/// Something that happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// What.
    pub kind: Kind,
    /// When it began, in nanoseconds since the log began.
    pub at: u64,
    /// Nanoseconds that it took.
    pub ns: u64,
    /// The thread that tells.
    pub thread: u32,
    /// The other thread, or 0.
    pub other: u32,
    /// Where the thread stood.
    pub place: Place,
    /// Where the other thread stood.
    pub other_place: Place,
    /// What it was about.
    pub what: What,
}

/// A line of numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Row {
    /// `f ID FILE LINE FUNCTION`: a frame of tracebacks.
    Frame(u32, Text, u32, Text),
    /// `p ID CALLER FRAME`: a place is a frame and the place that it was called from.
    Place(u32, Place, u32),
    /// `+ AT THREAD`: a thread began.
    Started(u64, u32),
    /// `n THREAD NAME`: its name from here on.
    Named(u32, Text),
    /// `= AT THREAD COUNTS...`: its counters so far, in the order of [`super::Counter`].
    Totals(u64, u32, Totals),
    /// `- AT THREAD`: it ended.
    Ended(u64, u32),
    /// `LETTER AT NS THREAD OTHER PLACE OTHERPLACE CLASS GRANULE`
    Event(Event),
    /// `. AT`: the process ended as it should.
    End(u64),
}

/// The first line: `pystm-log VERSION PROCESS MILLISECONDS COMMAND`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// Number of the process.
    pub process: u32,
    /// When the log began, in milliseconds since 1970.
    pub milliseconds: u64,
    /// What was run.
    pub command: String,
}

impl Header {
    /// Appends the line.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend(format!("{MAGIC} {VERSION} {} {} ", self.process, self.milliseconds).bytes());
        escape(out, &self.command);
        out.push(b'\n');
    }

    /// Reads a line without its end.
    ///
    /// # Errors
    /// The version if it is another one than ours, `None` if this is no log.
    pub fn parse(line: &str) -> Result<Header, Option<u32>> {
        let mut words = line.splitn(5, ' ');
        if words.next() != Some(MAGIC) {
            return Err(None);
        }
        let mut number = || words.next().and_then(|word| word.parse::<u64>().ok()).ok_or(None);
        let version = number()?;
        if version != u64::from(VERSION) {
            return Err(u32::try_from(version).ok());
        }
        let (process, milliseconds) = (number()?.try_into().map_err(|_| None)?, number()?);
        Ok(Header { process, milliseconds, command: unescape(words.next().unwrap_or_default()) })
    }
}

/// Appends the line `t ID TEXT`, which gives a text its number.
pub fn write_text(out: &mut Vec<u8>, id: u32, text: &str) {
    numbers(out, b't', &[id.into()]);
    out.push(b' ');
    escape(out, text);
    out.push(b'\n');
}

/// Reads a line of [`write_text`] without its end.
pub fn parse_text(line: &str) -> Option<(u32, String)> {
    let (id, text) = line.strip_prefix("t ")?.split_once(' ')?;
    Some((id.parse().ok()?, unescape(text)))
}

impl Row {
    /// Appends the line.
    pub fn write(&self, out: &mut Vec<u8>) {
        match *self {
            Row::Frame(id, file, line, function) => {
                numbers(out, b'f', &[id.into(), file.0.into(), line.into(), function.0.into()]);
            }
            Row::Place(id, caller, frame) => numbers(out, b'p', &[id.into(), caller.0.into(), frame.into()]),
            Row::Started(at, thread) => numbers(out, b'+', &[at, thread.into()]),
            Row::Named(thread, name) => numbers(out, b'n', &[thread.into(), name.0.into()]),
            Row::Totals(at, thread, totals) => {
                let mut all = [0; 2 + Totals::LEN];
                (all[0], all[1]) = (at, thread.into());
                all[2..].copy_from_slice(&totals.0);
                numbers(out, b'=', &all);
            }
            Row::Ended(at, thread) => numbers(out, b'-', &[at, thread.into()]),
            Row::Event(e) => {
                let (place, other_place) = (e.place.0.into(), e.other_place.0.into());
                let (class, granule) = (e.what.class.0.into(), e.what.granule.0.into());
                let (thread, other) = (e.thread.into(), e.other.into());
                let all = [e.at, e.ns, thread, other, place, other_place, class, granule];
                numbers(out, e.kind.letter(), &all);
            }
            Row::End(at) => numbers(out, b'.', &[at]),
        }
        out.push(b'\n');
    }

    /// Reads a line without its end; `None` if it is no row.
    pub fn parse(line: &str) -> Option<Row> {
        let letter = *line.as_bytes().first()?;
        let mut fields = Fields(line.get(1..)?);
        let row = match letter {
            b'f' => {
                Row::Frame(fields.small()?, Text(fields.small()?), fields.small()?, Text(fields.small()?))
            }
            b'p' => Row::Place(fields.small()?, Place(fields.small()?), fields.small()?),
            b'+' => Row::Started(fields.number()?, fields.small()?),
            b'n' => Row::Named(fields.small()?, Text(fields.small()?)),
            b'=' => {
                let (at, thread) = (fields.number()?, fields.small()?);
                let mut totals = Totals::default();
                for n in &mut totals.0 {
                    *n = fields.number()?;
                }
                Row::Totals(at, thread, totals)
            }
            b'-' => Row::Ended(fields.number()?, fields.small()?),
            b'.' => Row::End(fields.number()?),
            _ => Row::Event(Event {
                kind: Kind::from_letter(letter)?,
                at: fields.number()?,
                ns: fields.number()?,
                thread: fields.small()?,
                other: fields.small()?,
                place: Place(fields.small()?),
                other_place: Place(fields.small()?),
                what: What { class: Text(fields.small()?), granule: Text(fields.small()?) },
            }),
        };
        fields.0.is_empty().then_some(row)
    }
}

/// The numbers of a line that are left. Those that are missing are 0.
struct Fields<'a>(&'a str);

impl Fields<'_> {
    fn number(&mut self) -> Option<u64> {
        if self.0.is_empty() {
            return Some(0);
        }
        let rest = self.0.strip_prefix(' ')?;
        let (number, left) = rest.split_at(rest.find(' ').unwrap_or(rest.len()));
        self.0 = left;
        number.parse().ok()
    }

    fn small(&mut self) -> Option<u32> {
        self.number().and_then(|n| n.try_into().ok())
    }
}

fn numbers(out: &mut Vec<u8>, letter: u8, all: &[u64]) {
    out.push(letter);
    let used = all.iter().rposition(|&n| n != 0).map_or(0, |last| last + 1);
    let mut buffer = itoa::Buffer::new();
    for &n in &all[..used] {
        out.push(b' ');
        out.extend_from_slice(buffer.format(n).as_bytes());
    }
}

/// A text without line ends.
fn escape(out: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'\\' => out.extend(b"\\\\"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            _ => out.push(byte),
        }
    }
}

/// The opposite of [`escape`].
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        plain.push(match c {
            '\\' => match characters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                other => other.unwrap_or(c),
            },
            _ => c,
        });
    }
    plain
}
