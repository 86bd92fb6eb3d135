//! Source text to syntax tree.
//!
//! Nothing here knows bytecode or objects. The tree in [`ast`] has the shape of CPython 3.14's `Python.asdl`.
//!
//! The way of a program: [`source`] decodes it, [`lexer`] cuts it into tokens, [`feed`] gives them to the grammar of
//! rustpython-parser, [`convert`] makes our tree of its, [`check`] finds the wrong programs that the grammar lets
//! through. A program that fails goes through [`diagnose`], which finds CPython's words for what is wrong with it.

pub mod ast;
mod convert;
mod diagnose;
mod dump;
mod error;
mod feed;
mod lexer;
mod literal;
mod program;
mod source;
mod token;

use rustpython_parser::Mode as RpMode;

pub use dump::ast_dump;
pub use error::{ErrorKind, SyntaxError};
pub use source::decode_source;

use error::Fail;
use program::{Program, Rejected};
use source::Lines;

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
    let source = source::universal_newlines(source);
    let (tokens, lexed) = lexer::lex(&source);
    let program = Program { source: &source, lines: Lines::new(&source), tokens };
    let result = lexed.and_then(|()| program.with_deep_stack(|| tree(&program, mode)));
    result.map_err(|fail| fail.locate(&program.lines))
}

fn tree(program: &Program<'_>, mode: Mode) -> Result<ast::Mod, Fail> {
    let grammar_mode = match mode {
        Mode::Expression => RpMode::Expression,
        Mode::Module | Mode::Interactive => RpMode::Module,
    };
    match program.run_grammar(0, program.tokens.len(), grammar_mode) {
        Ok(parsed) => convert::convert(program, parsed, mode),
        Err(Rejected::With(fail)) => Err(fail),
        Err(Rejected::At(offset)) => {
            let token = program.tokens[program.token_at(offset).min(program.tokens.len() - 1)];
            Err(Fail::new("invalid syntax", token.start, token.end))
        }
    }
}
