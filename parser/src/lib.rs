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
use token::{Kind, Token};

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
    let mut program = Program { source: &source, lines: Lines::new(&source), tokens };
    let result = match lexed {
        Ok(()) => program.with_deep_stack(|| tree(&program, mode)),
        Err(fail) => Err(earlier_error(&mut program, mode, fail)),
    };
    result.map_err(|fail| fail.locate(&program.lines))
}

/// The error of a program that the lexer could not finish: what stands before may be wrong as well, and that counts
/// where the lexer only misses a closing bracket, unless that was opened in an earlier line.
fn earlier_error(program: &mut Program<'_>, mode: Mode, fail: Fail) -> Fail {
    if !fail.unclosed {
        return fail;
    }
    let end = program.source.len() as u32;
    let read = program.tokens.len();
    program.tokens.push(Token { kind: Kind::End, start: end, end });
    let earlier = program.with_deep_stack(|| match program.run_grammar(0, read, grammar_mode(mode)) {
        Err(rejected) => rejection(program, rejected),
        Ok(_) => None,
    });
    match earlier {
        Some((failed, earlier))
            if failed < read
                && program.lines.line(program.tokens[failed].start) <= program.lines.line(fail.start) =>
        {
            earlier
        }
        _ => fail,
    }
}

fn grammar_mode(mode: Mode) -> RpMode {
    match mode {
        Mode::Expression => RpMode::Expression,
        Mode::Module | Mode::Interactive => RpMode::Module,
    }
}

/// The token that did not fit, and the words for it.
fn rejection(program: &Program<'_>, rejected: Rejected) -> Option<(usize, Fail)> {
    let failed = match &rejected {
        Rejected::At(offset, block_edge) => program.refused_at(*offset, *block_edge),
        Rejected::With(fail) => program.refused_at(fail.start, false),
    };
    if let Some(fail) = diagnose::program(program, failed) {
        return Some((failed, fail));
    }
    let token = program.tokens[failed];
    let fail = match rejected {
        Rejected::With(fail) => fail,
        Rejected::At(..) => match token.kind {
            Kind::Indent => {
                Fail::new("unexpected indent", token.start, token.end).of_kind(ErrorKind::Indentation)
            }
            Kind::Dedent => {
                Fail::new("unexpected unindent", token.start, token.end).of_kind(ErrorKind::Indentation)
            }
            Kind::End => Fail::new("invalid syntax", token.start, token.end).incomplete(),
            _ => Fail::new("invalid syntax", token.start, token.end),
        },
    };
    Some((failed, fail))
}

fn tree(program: &Program<'_>, mode: Mode) -> Result<ast::Mod, Fail> {
    match program.run_grammar(0, program.tokens.len(), grammar_mode(mode)) {
        Ok(parsed) => convert::convert(program, parsed, mode),
        Err(rejected) => {
            let end = program.source.len() as u32;
            Err(rejection(program, rejected)
                .map_or_else(|| Fail::new("invalid syntax", end, end), |(_, fail)| fail))
        }
    }
}
