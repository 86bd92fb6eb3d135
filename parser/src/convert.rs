//! The grammar's tree to ours, with the positions that CPython gives.

mod arguments;
mod expr;
mod pattern;
mod stmt;

use rustpython_parser::ast as rp;
use rustpython_parser::text_size::TextRange;

use crate::Mode;
use crate::ast::{Identifier, Mod, Span, Stmt, StmtKind};
use crate::error::Fail;
use crate::program::{Parsed, Program};
use crate::token::Kind;

/// Nesting of nodes that a tree may have, so that those who walk it can do so recursively.
const MAX_DEPTH: usize = 4000;

/// What the conversion needs to know.
pub(crate) struct Converter<'p, 'a> {
    pub(crate) program: &'p Program<'a>,
    defaults: Vec<crate::feed::Default_>,
    depth: usize,
}

/// Makes our tree of the grammar's.
pub(crate) fn convert(program: &Program<'_>, parsed: Parsed, mode: Mode) -> Result<Mod, Fail> {
    crate::check::tokens(program)?;
    let mut converter = Converter { program, defaults: parsed.defaults, depth: 0 };
    Ok(match parsed.module {
        rp::Mod::Expression(module) => Mod::Expression { body: Box::new(converter.expr(*module.body)?) },
        rp::Mod::Module(module) => converter.module(module.body, mode)?,
        rp::Mod::Interactive(module) => converter.module(module.body, mode)?,
        rp::Mod::FunctionType(_) => Mod::Module { body: Vec::new() },
    })
}

/// What is wrong with the fields of the f-string at this token, which the lexer could not finish.
pub(crate) fn unfinished_string(program: &Program<'_>, start: usize) -> Option<Fail> {
    Converter { program, defaults: Vec::new(), depth: 0 }.unfinished_string(start)
}

impl Converter<'_, '_> {
    fn module(&mut self, body: Vec<rp::Stmt>, mode: Mode) -> Result<Mod, Fail> {
        let mut body = self.body(body)?;
        if mode != Mode::Interactive {
            return Ok(Mod::Module { body });
        }
        crate::check::single(self.program, &body)?;
        if body.is_empty() {
            body.push(Stmt { kind: StmtKind::Pass, span: Span { line: 1, end_line: 1, ..Span::default() } });
        }
        Ok(Mod::Interactive { body })
    }

    fn body(&mut self, body: Vec<rp::Stmt>) -> Result<Vec<Stmt>, Fail> {
        body.into_iter().map(|statement| self.stmt(statement)).collect()
    }

    /// Lines and columns of a pair of offsets.
    pub(crate) fn span(&self, start: u32, end: u32) -> Span {
        let (line, col) = self.program.lines.position(start);
        let (end_line, end_col) = self.program.lines.position(end);
        Span { line, col, end_line, end_col }
    }

    fn span_of(&self, range: TextRange) -> Span {
        self.span(range.start().into(), range.end().into())
    }

    /// Where a compound statement ends: a semicolon behind its last statement belongs to it.
    fn block_end(&self, end: u32) -> u32 {
        let tail = &self.program.source.as_bytes()[end as usize..];
        let blanks = tail.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\x0c')).count();
        if tail.get(blanks) == Some(&b';') { end + blanks as u32 + 1 } else { end }
    }

    fn block_span(&self, range: TextRange) -> Span {
        self.span(range.start().into(), self.block_end(range.end().into()))
    }

    /// The end of an expression that ends at `end`, with the parentheses closed that were opened behind `start`.
    fn end_with_parentheses(&self, start: u32, end: u32) -> u32 {
        let first = self.program.token_at(start);
        let mut next = self.program.token_at(end);
        let kinds = self.program.tokens[first..next].iter();
        let mut open = kinds.fold(0i64, |open, token| match token.kind {
            Kind::LPar => open + 1,
            Kind::RPar => open - 1,
            _ => open,
        });
        let mut end = end;
        while open > 0 && self.program.tokens.get(next).is_some_and(|token| token.kind == Kind::RPar) {
            end = self.program.tokens[next].end;
            open -= 1;
            next += 1;
        }
        end
    }
}

fn identifier(name: rp::Identifier) -> Identifier {
    String::from(name).into_boxed_str()
}
