//! Source text to syntax tree.
//!
//! Nothing here knows bytecode or objects. The tree in [`ast`] has the shape of CPython 3.14's `Python.asdl`.
//!
//! The way of a program: `source` decodes it, `lexer` cuts it into tokens, `feed` gives them to the grammar of
//! rustpython-parser, `convert` makes our tree of its, `check` finds the wrong programs that the grammar lets through.
//! A program that fails goes through `diagnose`, which finds CPython's words for what is wrong with it.

pub mod ast;
mod check;
mod convert;
mod depth;
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
pub use error::{ErrorKind, SyntaxError, SyntaxWarning};
pub use literal::number::set_max_digits;
pub use source::decode_source;

use error::{Caution, Fail, Weight};
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
    parse_with_warnings(source, mode).0
}

/// As [`parse`], with the `SyntaxWarning`s for odd literals. Where the program is wrong, those in front of the error.
pub fn parse_with_warnings(source: &str, mode: Mode) -> (Result<ast::Mod, SyntaxError>, Vec<SyntaxWarning>) {
    if let Err(error) = source::refuse_null_bytes(source.as_bytes()) {
        return (Err(error), Vec::new());
    }
    if source.is_empty() && mode == Mode::Expression {
        return (Err(SyntaxError::of_empty_source()), Vec::new());
    }
    let mut source = source::universal_newlines(source);
    if mode == Mode::Module && !source.is_empty() && !source.ends_with('\n') {
        // The last line of a file is ended even if it is not.
        source.to_mut().push('\n');
    }
    let (tokens, warnings, lexed) = lexer::lex(&source);
    let mut program = Program { source: &source, lines: Lines::new(&source), tokens };
    let result = match lexed {
        Ok(()) => program.with_deep_stack(|| tree(&program, mode)),
        Err(fail) => Err(earlier_error(&mut program, mode, fail)),
    };
    let end = result.as_ref().err().map_or(u32::MAX, |fail| fail.start);
    let mut cautions = literal::caution::escapes(&program);
    cautions.extend(warnings);
    cautions.retain(|caution| caution.fail.start < end);
    cautions.sort_by_key(|caution| caution.fail.start);
    let locate = |caution: Caution| SyntaxWarning {
        message: caution.message,
        error: caution.fail.locate(&program.lines),
    };
    let warnings = cautions.into_iter().map(locate).collect();
    (result.map_err(|fail| fail.locate(&program.lines)), warnings)
}

/// The error of a program that the lexer could not finish: what stands before may be wrong as well.
fn earlier_error(program: &mut Program<'_>, mode: Mode, fail: Fail) -> Fail {
    let end = program.source.len() as u32;
    let read = program.tokens.len();
    program.tokens.push(Token { kind: Kind::End, start: end, end });
    let rejected = program.with_deep_stack(|| program.run_grammar(0, read, grammar_mode(mode)).err());
    let in_string = || match (fail.weight, first_open_string(program)) {
        (Weight::Weak, Some(start)) => convert::unfinished_string(program, start),
        _ => None,
    };
    let rejection = rejected.map(|rejected| rejection(program, rejected, mode));
    let Some(rejection) = rejection.filter(|rejection| rejection.failed < read) else {
        return in_string().unwrap_or(fail);
    };
    let line = |offset| program.lines.line(offset);
    let earlier_counts = match fail.weight {
        Weight::Weak => rejection.furthest < read,
        Weight::Unclosed => {
            let furthest = rejection.furthest.max(rejection.failed);
            furthest < read && line(program.tokens[furthest].start) <= line(fail.start)
        }
        _ => program.tokens[rejection.failed].kind == Kind::Indent,
    };
    if earlier_counts { rejection.fail } else { in_string().unwrap_or(fail) }
}

/// Index of the outermost f-string that is not finished.
fn first_open_string(program: &Program<'_>) -> Option<usize> {
    let mut open = Vec::new();
    for (index, token) in program.tokens.iter().enumerate() {
        match token.kind {
            Kind::FStart => open.push(index),
            Kind::FEnd => drop(open.pop()),
            _ => {}
        }
    }
    open.first().copied()
}

fn grammar_mode(mode: Mode) -> RpMode {
    match mode {
        Mode::Expression => RpMode::Expression,
        Mode::Module | Mode::Interactive => RpMode::Module,
    }
}

/// What became of a program that the grammar refused.
struct Rejection {
    /// The token that did not fit.
    failed: usize,
    /// The last token that was looked at.
    furthest: usize,
    fail: Fail,
}

fn rejection(program: &Program<'_>, rejected: Rejected, mode: Mode) -> Rejection {
    let failed = match &rejected {
        Rejected::At(offset, block_edge) => program.refused_at(*offset, *block_edge),
        Rejected::With(fail) => program.refused_at(fail.start, false),
    };
    let (words, furthest) = diagnose::program(program, failed, mode);
    let fail = words.unwrap_or_else(|| match rejected {
        Rejected::With(fail) => fail,
        Rejected::At(..) => diagnose::no_words(program, failed),
    });
    Rejection { failed, furthest, fail }
}

fn tree(program: &Program<'_>, mode: Mode) -> Result<ast::Mod, Fail> {
    let parsed = program
        .run_grammar(0, program.tokens.len(), grammar_mode(mode))
        .map_err(|rejected| rejection(program, rejected, mode).fail)?;
    convert::convert(program, parsed, mode).map_err(|fail| match fail.weight {
        Weight::Suspect => {
            let failed = program.refused_at(fail.start, false);
            diagnose::program(program, failed, mode).0.unwrap_or(fail)
        }
        _ => fail,
    })
}
