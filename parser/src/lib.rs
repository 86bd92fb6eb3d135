//! Source text to syntax tree.
//!
//! Nothing here knows bytecode or objects. The tree in [`ast`] has the shape of CPython 3.14's `Python.asdl`; which
//! parser fills it is nobody else's business.

pub mod ast;
mod error;

pub use error::{ErrorKind, SyntaxError};

/// What the source text is, like the third argument of Python's `compile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `exec`: a file.
    Module,
    /// `single`: one statement of the prompt.
    Interactive,
    /// `eval`: an expression.
    Expression,
}

/// Parses decoded source text.
///
/// # Errors
/// The program is not Python 3.14.
pub fn parse(source: &str, mode: Mode) -> Result<ast::Mod, SyntaxError> {
    let _ = (source, mode);
    Ok(ast::Mod::Module { body: Vec::new() })
}
