//! A program on its way: its text, lines and tokens, and the run through the grammar.

use rustpython_parser::ast as rp;
use rustpython_parser::text_size::{TextRange, TextSize};
use rustpython_parser::{Mode as RpMode, ParseErrorType, Tok, parse_tokens};

use crate::depth;
use crate::error::{ErrorKind, Fail};
use crate::feed::{Default_, Feed};
use crate::source::Lines;
use crate::token::{Kind, Token};

/// Stack that one token can cost: a chain of operators is dropped recursively.
const STACK_PER_TOKEN: usize = if cfg!(debug_assertions) { 2048 } else { 512 };
/// As many tokens as one `elif` costs: each is nested in the one before.
const TOKENS_PER_ELIF: usize = 4;

/// The text of a program and what the lexer made of it.
pub(crate) struct Program<'a> {
    pub(crate) source: &'a str,
    pub(crate) lines: Lines<'a>,
    pub(crate) tokens: Vec<Token>,
}

/// What came out of the grammar.
pub(crate) struct Parsed {
    pub(crate) module: rp::Mod,
    /// Defaults of type parameters, which the grammar does not know.
    pub(crate) defaults: Vec<Default_>,
}

/// Where the grammar gave up.
#[derive(Debug)]
pub(crate) enum Rejected {
    /// At the token with this offset; whether that is the beginning or end of a block.
    At(u32, bool),
    /// With words of its own.
    With(Fail),
}

impl<'a> Program<'a> {
    /// The text of a token.
    pub(crate) fn text(&self, token: Token) -> &'a str {
        &self.source[token.start as usize..token.end as usize]
    }

    /// Index of the first token that starts at `offset` or behind it.
    pub(crate) fn token_at(&self, offset: u32) -> usize {
        self.tokens.partition_point(|token| token.start < offset)
    }

    /// The token that the grammar refused, of those that start at `offset`: blocks begin and end with tokens of no
    /// width.
    pub(crate) fn refused_at(&self, offset: u32, block_edge: bool) -> usize {
        let first = self.token_at(offset).min(self.tokens.len() - 1);
        let is_edge = |token: &Token| matches!(token.kind, Kind::Indent | Kind::Dedent);
        let here = self.tokens[first..].iter().take_while(|token| token.start == offset);
        first + here.into_iter().position(|token| is_edge(token) == block_edge).unwrap_or(0)
    }

    /// Runs the tokens `from..to` through the grammar.
    pub(crate) fn run_grammar(&self, from: usize, to: usize, mode: RpMode) -> Result<Parsed, Rejected> {
        let mut defaults = Vec::new();
        let feed = Feed::new(self, from, to, &mut defaults);
        match parse_tokens(feed, mode, "") {
            Ok(module) => Ok(Parsed { module, defaults }),
            Err(error) => {
                let offset = u32::from(error.offset);
                Err(match error.error {
                    ParseErrorType::Lexical(error) => {
                        let end = self.argument_end(offset);
                        Rejected::With(Fail::new(error.to_string(), offset, end))
                    }
                    ParseErrorType::Eof => {
                        Rejected::At(self.tokens[to.min(self.tokens.len() - 1)].start, false)
                    }
                    ParseErrorType::UnrecognizedToken(Tok::Indent | Tok::Dedent, _) => {
                        Rejected::At(offset, true)
                    }
                    _ => Rejected::At(offset, false),
                })
            }
        }
    }

    /// The end of the parameter or argument that starts at `offset`: that of the name, or of a keyword's value.
    fn argument_end(&self, offset: u32) -> u32 {
        let first = self.token_at(offset);
        let mut end = self.tokens[first].end;
        if self.tokens.get(first + 1).is_none_or(|next| next.kind != Kind::Equal) {
            return end;
        }
        let mut depth = 0usize;
        for token in &self.tokens[first..] {
            if token.kind.opens() {
                depth += 1;
            } else if depth == 0 && (token.kind.closes() || token.kind == Kind::Comma) {
                break;
            } else if token.kind.closes() {
                depth -= 1;
            }
            end = token.end;
        }
        end
    }

    /// Calls `work` on a stack that is deep enough to drop any tree of this program.
    pub(crate) fn with_deep_stack<T>(&self, work: impl FnOnce() -> T) -> T {
        let (deepest, elifs) = depth::bounds(&self.tokens);
        let need = (deepest + elifs * TOKENS_PER_ELIF) * STACK_PER_TOKEN + 256 * 1024;
        stacker::maybe_grow(need, need + 512 * 1024, work)
    }
}

/// The error of a program that nests too deeply.
pub(crate) fn too_deep(at: u32) -> Fail {
    Fail::new("Parser stack overflowed - Python source too complex to parse", at, at)
        .of_kind(ErrorKind::TooDeep)
}

impl Program<'_> {
    /// Runs the tokens `from..to`, which start with `yield`, through the grammar.
    pub(crate) fn run_yield(
        &self,
        from: usize,
        to: usize,
    ) -> Result<rustpython_parser::ast::Suite, Rejected> {
        let mut defaults = Vec::new();
        let end = TextSize::new(self.tokens[to].start);
        let newline = Ok((Tok::Newline, TextRange::empty(end)));
        let feed = Feed::new(self, from, to, &mut defaults).chain(std::iter::once(newline));
        match parse_tokens(feed, RpMode::Module, "") {
            Ok(rp::Mod::Module(module)) => Ok(module.body),
            Ok(_) => Ok(Vec::new()),
            Err(error) => Err(Rejected::At(u32::from(error.offset), false)),
        }
    }
}
