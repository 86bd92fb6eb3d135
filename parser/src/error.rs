//! What a wrong program gets.

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
    /// Column just behind the wrong piece, counted like `col`.
    pub end_col: u32,
    /// The source line, with its newline if it has one.
    pub text: Option<String>,
    /// More input could still make the program right: the prompt should ask for another line.
    pub incomplete: bool,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.col, self.message)
    }
}

impl std::error::Error for SyntaxError {}
