//! What the compiler has to say about a program besides its code.

use pystm_parser::ast::Span;

/// Which exception an error becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompileErrorKind {
    /// `SyntaxError`
    Syntax,
    /// `RecursionError`: the program nests too deeply.
    TooDeep,
    /// `OverflowError`: a function needs more registers, names or constants than an instruction can name.
    TooLarge,
}

/// A program that parses but means nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompileError {
    /// Which exception it becomes.
    pub kind: CompileErrorKind,
    /// CPython's words for it.
    pub message: String,
    /// Where it is; line 0 where there is no place.
    pub span: Span,
}

impl CompileError {
    /// A `SyntaxError` at this place.
    pub(super) fn syntax(span: Span, message: impl Into<String>) -> CompileError {
        CompileError { kind: CompileErrorKind::Syntax, message: message.into(), span }
    }
}

impl std::fmt::Display for CompileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.span.line, self.span.col, self.message)
    }
}

impl std::error::Error for CompileError {}

/// A `SyntaxWarning`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompileWarning {
    /// CPython's words for it.
    pub message: String,
    /// Where it is.
    pub span: Span,
}
