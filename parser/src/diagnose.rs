//! CPython's words for what is wrong with a program that the grammar has rejected.
//!
//! This walks the tokens as CPython's parser does in its second pass, with the `invalid_` rules of its grammar switched
//! on, and stops at the first rule that has something to say. No tree is made. Each rule returns what it has matched, or
//! [`Stop::No`] with the position anywhere, or [`Stop::Raise`].

mod arguments;
mod atom;
mod compound;
mod expr;
mod imports;
mod parameters;
mod pattern;
mod simple;
mod target;

use std::collections::HashMap;
use std::rc::Rc;

use crate::Mode;
use crate::error::{ErrorKind, Fail};
use crate::program::Program;
use crate::token::{Kind, Token};

pub(crate) use target::Shape;

/// What is wrong with the program, whose token `failed` was the first one that did not fit.
///
/// Returns also the furthest token that was looked at.
pub(crate) fn program(program: &Program<'_>, failed: usize, mode: Mode) -> (Option<Fail>, usize) {
    let mut diagnosis = Diagnosis::new(program, 0, program.tokens.len(), failed);
    let words = match mode {
        Mode::Expression => diagnosis.verdict(|diagnosis| diagnosis.star_expressions().map(drop)),
        Mode::Module | Mode::Interactive => diagnosis.verdict(Diagnosis::file),
    };
    (words, diagnosis.furthest)
}

/// The error at a token for which there are no better words.
pub(crate) fn no_words(program: &Program<'_>, failed: usize) -> Fail {
    let token = program.tokens[failed];
    let block_edge = |message: &str| {
        Fail::new(message, token.start, token.start).of_kind(ErrorKind::Indentation).unplaced()
    };
    match token.kind {
        Kind::Indent => block_edge("unexpected indent"),
        Kind::Dedent => block_edge("unexpected unindent"),
        Kind::End => {
            // In front of the last line.
            let text = program.source.strip_suffix('\n').unwrap_or(program.source);
            let start = text.rfind('\n').map_or(0, |at| at + 1) as u32;
            Fail::new("invalid syntax", start, start).unplaced().incomplete()
        }
        Kind::Newline => Fail::new("invalid syntax", token.start, token.start + 1),
        Kind::LessGreater => {
            Fail::new("invalid syntax.  Maybe you meant '!=' instead of '<>'?", token.start, token.end)
        }
        _ => Fail::new("invalid syntax", token.start, token.end),
    }
}

/// What is wrong with the lone expression in the tokens `from..to`, if there are words for it.
///
/// Returns also the index behind the expression that they begin with, if they begin with one.
pub(crate) fn expression(
    program: &Program<'_>,
    from: usize,
    to: usize,
    failed: usize,
) -> (Option<Fail>, Option<usize>) {
    let mut end = None;
    let words = Diagnosis::new(program, from, to, failed).verdict(|diagnosis| {
        end = Some(diagnosis.star_expressions()?.to);
        Ok(())
    });
    (words, end)
}

/// Why a rule did not match.
enum Stop {
    /// It does not fit here.
    No,
    /// There are words for it.
    Raise(Box<Fail>),
}

type Match<T = ()> = Result<T, Stop>;

/// A piece of expression: the tokens `from..to`.
#[derive(Clone)]
struct Piece {
    shape: Shape,
    from: usize,
    to: usize,
    /// The elements of a list or tuple, the inside of a starred expression, the left side of a comparison.
    parts: Rc<[Piece]>,
}

/// Rules whose matches are remembered, so that backtracking stays linear.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Rule {
    Disjunction,
    Expression,
    Named,
    BitwiseOr,
    Primary,
}

/// The state of the walk.
struct Diagnosis<'p, 'a> {
    program: &'p Program<'a>,
    pos: usize,
    end: usize,
    /// The first token that the grammar refused.
    failed: usize,
    /// The furthest token looked at.
    furthest: usize,
    /// Whether the `invalid_` rules of expressions are on.
    strict: bool,
    /// Index of the token whose comprehension is being read: `in` ends its target there.
    memo: HashMap<(Rule, usize, bool), Option<Piece>>,
    memo_end: HashMap<(Rule, usize, bool), usize>,
}

impl<'p, 'a> Diagnosis<'p, 'a> {
    fn new(program: &'p Program<'a>, from: usize, end: usize, failed: usize) -> Self {
        Diagnosis {
            program,
            pos: from,
            end,
            failed,
            furthest: from,
            strict: true,
            memo: HashMap::new(),
            memo_end: HashMap::new(),
        }
    }

    /// What the walk has to say.
    fn verdict(&mut self, walk: impl FnOnce(&mut Self) -> Match) -> Option<Fail> {
        match walk(self) {
            Err(Stop::Raise(fail)) => Some(*fail),
            _ => None,
        }
    }

    fn kind_at(&mut self, index: usize) -> Kind {
        self.furthest = self.furthest.max(index.min(self.end));
        if index < self.end { self.program.tokens[index].kind } else { Kind::End }
    }

    fn kind(&mut self) -> Kind {
        self.kind_at(self.pos)
    }

    fn ahead(&mut self, distance: usize) -> Kind {
        self.kind_at(self.pos + distance)
    }

    fn token(&self, index: usize) -> Token {
        self.program.tokens[index.min(self.program.tokens.len() - 1)]
    }

    fn text(&self, index: usize) -> &'a str {
        self.program.text(self.token(index))
    }

    /// Takes the token if it is of this kind.
    fn take(&mut self, kind: Kind) -> bool {
        let found = self.kind() == kind;
        self.pos += usize::from(found);
        found
    }

    fn expect(&mut self, kind: Kind) -> Match<usize> {
        if self.take(kind) { Ok(self.pos - 1) } else { Err(Stop::No) }
    }

    /// Takes the token or raises `expected '...'`, like `&&` in CPython's grammar.
    fn force(&mut self, kind: Kind, text: &str) -> Match {
        if self.take(kind) {
            return Ok(());
        }
        Err(self.raise_token(self.pos, format!("expected '{text}'")))
    }

    /// Tries a rule; goes back if it does not fit.
    fn attempt<T>(&mut self, rule: impl FnOnce(&mut Self) -> Match<T>) -> Match<Option<T>> {
        let start = self.pos;
        match rule(self) {
            Ok(found) => Ok(Some(found)),
            Err(Stop::No) => {
                self.pos = start;
                Ok(None)
            }
            Err(raise) => Err(raise),
        }
    }

    /// Tries a rule with the `invalid_` rules off.
    fn lenient<T>(&mut self, rule: impl FnOnce(&mut Self) -> Match<T>) -> Match<Option<T>> {
        let strict = std::mem::replace(&mut self.strict, false);
        let result = self.attempt(rule);
        self.strict = strict;
        result
    }

    /// Runs a rule once for each place.
    fn remembered(&mut self, rule: Rule, run: impl FnOnce(&mut Self) -> Match<Piece>) -> Match<Piece> {
        // Like CPython's, this forgets whether the `invalid_` rules were on.
        let key = (rule, self.pos, self.strict && rule == Rule::Named);
        if let Some(known) = self.memo.get(&key) {
            let known = known.clone().ok_or(Stop::No)?;
            self.pos = self.memo_end[&key];
            return Ok(known);
        }
        let found = stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || self.attempt(run))?;
        self.memo.insert(key, found.clone());
        self.memo_end.insert(key, self.pos);
        found.ok_or(Stop::No)
    }

    fn piece(&self, shape: Shape, from: usize) -> Piece {
        Piece { shape, from, to: self.pos, parts: Rc::new([]) }
    }

    fn piece_of(&self, shape: Shape, from: usize, parts: Vec<Piece>) -> Piece {
        Piece { shape, from, to: self.pos, parts: parts.into() }
    }

    /// An error over the tokens `from..to`.
    fn raise(&self, from: usize, to: usize, message: impl Into<String>) -> Stop {
        let (first, last) = (self.token(from), self.token(to.max(from + 1) - 1));
        // The newline that ends the text may be one that is not there.
        let end = if last.kind == Kind::Newline { last.start + 1 } else { last.end };
        Stop::Raise(Box::new(Fail::new(message, first.start, end)))
    }

    fn raise_token(&self, index: usize, message: impl Into<String>) -> Stop {
        let token = self.token(index);
        match token.kind {
            Kind::End => return Stop::Raise(Box::new(self.at_end(message.into()))),
            Kind::Dedent => {
                return Stop::Raise(Box::new(Fail::new(message, token.start, token.start).unplaced()));
            }
            _ => {}
        }
        self.raise(index, index + 1, message)
    }

    /// An error at the end of the text, which is where its last line ends.
    fn at_end(&self, message: String) -> Fail {
        let length = self.program.source.len() as u32;
        let at = length - u32::from(self.program.source.ends_with('\n'));
        Fail::new(message, at, at).open_end().incomplete()
    }

    fn raise_piece(&self, piece: &Piece, message: impl Into<String>) -> Stop {
        self.raise(piece.from, piece.to, message)
    }

    /// An error at the last token that was looked at.
    fn raise_last(&self, message: impl Into<String>) -> Stop {
        self.raise_token(self.failed.max(self.pos), message)
    }

    /// An error from a token to the last one that was looked at.
    fn raise_from(&self, from: usize, message: impl Into<String>) -> Stop {
        let (first, last) = (self.token(from), self.token(self.failed.max(self.pos)));
        Stop::Raise(Box::new(Fail::new(message, first.start, last.end.saturating_sub(1))))
    }

    /// An error at the first token of a line that should have been indented.
    fn raise_indentation(&self, message: String) -> Stop {
        let token = self.token(self.pos);
        let fail = Fail::new(message, token.start, token.end).of_kind(ErrorKind::Indentation);
        Stop::Raise(Box::new(match token.kind {
            Kind::End | Kind::Dedent if token.start as usize == self.program.source.len() => {
                self.at_end(fail.message).of_kind(ErrorKind::Indentation)
            }
            Kind::Dedent => fail.unplaced(),
            _ => fail,
        }))
    }

    /// How many brackets are open behind a token.
    fn is_bracketed(&self, index: usize) -> bool {
        let mut depth = 0i64;
        for token in self.program.tokens[..=index].iter().rev() {
            match token.kind {
                Kind::Newline => break,
                kind if kind.opens() => depth += 1,
                kind if kind.closes() => depth -= 1,
                _ => {}
            }
        }
        depth > 0
    }
}
