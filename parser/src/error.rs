//! What a wrong program gets.

use crate::source::Lines;

/// Which exception the error becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`
    Syntax,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
    /// The program nests deeper than the parser goes: CPython's `RecursionError` or `MemoryError`.
    TooDeep,
}

/// A program that is not Python, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Which exception it becomes.
    pub kind: ErrorKind,
    /// CPython's words for it.
    pub message: String,
    /// Line, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1 as in CPython's `SyntaxError.offset`; 0 where there is none.
    pub col: u32,
    /// Line where the wrong piece ends.
    pub end_line: u32,
    /// Column just behind the wrong piece, counted like `col`; 0 or -1 where CPython gives none.
    pub end_col: i32,
    /// The source line, with its newline if it has one.
    pub text: Option<String>,
    /// More input could still make the program right: the prompt should ask for another line.
    pub incomplete: bool,
}

impl SyntaxError {
    /// There should be an expression, but there is nothing.
    pub(crate) fn of_empty_source() -> SyntaxError {
        SyntaxError {
            kind: ErrorKind::Syntax,
            message: "invalid syntax".into(),
            line: 0,
            col: 0,
            end_line: 0,
            end_col: 0,
            text: Some(String::new()),
            incomplete: true,
        }
    }
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.col, self.message)
    }
}

impl std::error::Error for SyntaxError {}

/// What is odd about a program, and the error that it is if a filter makes errors of warnings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxWarning {
    /// CPython's words for the warning.
    pub message: String,
    /// The error.
    pub error: SyntaxError,
}

/// A warning while its place is still a pair of byte offsets.
pub(crate) struct Caution {
    pub(crate) message: String,
    pub(crate) fail: Fail,
}

/// An error while its place is still a pair of byte offsets.
#[derive(Debug)]
pub(crate) struct Fail {
    pub(crate) kind: ErrorKind,
    pub(crate) message: String,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) incomplete: bool,
    /// CPython gives no end for some errors.
    pub(crate) open_end: bool,
    /// At a token without characters, for which CPython counts the column one less.
    pub(crate) unplaced: bool,
    pub(crate) weight: Weight,
    /// CPython's tokenizer raises it, which gives the line without its newline.
    pub(crate) bare: bool,
}

/// Which of two errors counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// The lexer's comes before the parser's, wherever they stand.
    Plain,
    /// A lexer's error that an earlier one of the parser outweighs.
    Weak,
    /// A bracket that is not closed: outweighed by an earlier error that is not in a later line.
    Unclosed,
    /// Found in a tree that the grammar let through; [`diagnose`](crate::diagnose) may have better words.
    Suspect,
}

impl Fail {
    /// A plain syntax error over `start..end`.
    pub(crate) fn new(message: impl Into<String>, start: u32, end: u32) -> Fail {
        Fail {
            kind: ErrorKind::Syntax,
            message: message.into(),
            start,
            end,
            incomplete: false,
            open_end: false,
            unplaced: false,
            weight: Weight::Plain,
            bare: false,
        }
    }

    /// The same error as another exception.
    pub(crate) fn of_kind(self, kind: ErrorKind) -> Fail {
        Fail { kind, ..self }
    }

    /// The same error, one that more input could mend.
    pub(crate) fn incomplete(self) -> Fail {
        Fail { incomplete: true, ..self }
    }

    /// The same error with another weight.
    pub(crate) fn weighing(self, weight: Weight) -> Fail {
        Fail { weight, ..self }
    }

    /// The same error at a token without characters, such as the beginning of a block.
    pub(crate) fn unplaced(self) -> Fail {
        Fail { unplaced: true, open_end: true, ..self }
    }

    /// The same error without an end.
    pub(crate) fn open_end(self) -> Fail {
        Fail { open_end: true, ..self }
    }

    /// The same error as one of CPython's tokenizer.
    pub(crate) fn bare(self) -> Fail {
        Fail { bare: true, ..self }
    }

    /// Looks up lines and columns.
    pub(crate) fn locate(self, lines: &Lines) -> SyntaxError {
        let (line, col) = lines.character_position(self.start);
        let end = self.end.max(self.start);
        // A newline is the last character of its line.
        let newline = u32::from(end > self.start && lines.is_newline(end - 1));
        let (end_line, end_col) = lines.character_position(end - newline);
        let mut text = lines.text(line).to_owned();
        if self.bare && text.ends_with('\n') {
            text.pop();
        }
        SyntaxError {
            kind: self.kind,
            message: self.message,
            line,
            col: col + u32::from(!self.unplaced),
            end_line,
            end_col: match self.kind {
                ErrorKind::Indentation if self.open_end => -1,
                _ if self.open_end => 0,
                _ => (end_col + newline + 1) as i32,
            },
            text: Some(text),
            incomplete: self.incomplete,
        }
    }
}
