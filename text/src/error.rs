//! [`TextError`]: an exception to raise, as its kind and CPython's message.

use std::fmt;

/// The Python exception class of a [`TextError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `ValueError`
    Value,
    /// `TypeError`
    Type,
    /// `OverflowError`
    Overflow,
    /// `MemoryError`, without a message
    Memory,
}

/// An exception that a rule of this crate asks its caller to raise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// The class of the exception.
    pub kind: ErrorKind,
    /// CPython's message.
    pub message: String,
}

impl TextError {
    pub(crate) fn value(message: impl Into<String>) -> Self {
        TextError { kind: ErrorKind::Value, message: message.into() }
    }

    pub(crate) fn type_error(message: impl Into<String>) -> Self {
        TextError { kind: ErrorKind::Type, message: message.into() }
    }

    pub(crate) fn overflow(message: impl Into<String>) -> Self {
        TextError { kind: ErrorKind::Overflow, message: message.into() }
    }

    /// Refuses a width or precision so large that its padding could not be allocated.
    pub(crate) fn check_size(size: usize) -> Result<usize, Self> {
        const MAX_PADDING: usize = 1 << 36;
        if size > MAX_PADDING {
            return Err(TextError { kind: ErrorKind::Memory, message: String::new() });
        }
        Ok(size)
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = match self.kind {
            ErrorKind::Value => "ValueError",
            ErrorKind::Type => "TypeError",
            ErrorKind::Overflow => "OverflowError",
            ErrorKind::Memory => "MemoryError",
        };
        write!(f, "{class}: {}", self.message)
    }
}

impl std::error::Error for TextError {}
