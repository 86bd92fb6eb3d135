//! Our tokens as rustpython-parser's, mended for what its grammar does not know.
//!
//! - A run of string literals becomes one string token; [`convert`](crate::convert) looks the literals up again.
//! - `except A, B:` (PEP 758) gets its parentheses.
//! - Defaults of type parameters (PEP 696) are taken out and kept aside.
//! - `match`, `case` and `type` become keywords where they are ones; a `type` statement gets a line of its own.

use rustpython_parser::lexer::{LexResult, LexicalError, LexicalErrorType};
use rustpython_parser::text_size::{TextRange, TextSize};
use rustpython_parser::{StringKind, Tok};

use crate::literal::number;
use crate::literal::string::group_end;
use crate::program::Program;
use crate::token::{Kind, Token};

/// A type parameter's default: the tokens `from..to`.
pub(crate) struct Default_ {
    /// Where the token before the `=` ends, which is where the grammar sees the parameter end.
    pub(crate) parameter_end: u32,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// The token stream for the grammar.
pub(crate) struct Feed<'a> {
    program: &'a Program<'a>,
    next: usize,
    end: usize,
    defaults: &'a mut Vec<Default_>,
    line_start: bool,
    /// For each open block, whether it is that of a `match`.
    blocks: Vec<bool>,
    match_header: bool,
    /// Bracket depth within a list of type parameters; 0 outside.
    type_params: usize,
    /// Token indices before which parentheses go.
    open_before: Option<usize>,
    close_before: Option<usize>,
    /// Whether the line has a block that was opened for a `type` statement behind its colon.
    inline_block: bool,
    /// Tokens to give before the next one.
    pending: Vec<(Tok, u32)>,
}

impl<'a> Feed<'a> {
    /// A stream of the tokens `from..to`.
    pub(crate) fn new(
        program: &'a Program<'a>,
        from: usize,
        to: usize,
        defaults: &'a mut Vec<Default_>,
    ) -> Feed<'a> {
        Feed {
            program,
            next: from,
            end: to,
            defaults,
            line_start: true,
            blocks: Vec::new(),
            match_header: false,
            type_params: 0,
            open_before: None,
            close_before: None,
            inline_block: false,
            pending: Vec::new(),
        }
    }

    fn kind(&self, index: usize) -> Kind {
        if index < self.end { self.program.tokens[index].kind } else { Kind::End }
    }

    /// The index of the next token of `kinds` outside of brackets, from `from` on, in the same line.
    fn find_kind(&self, from: usize, wanted: impl Fn(Kind) -> bool) -> Option<usize> {
        let mut depth = 0usize;
        let mut lambdas = 0usize;
        for index in from..self.end {
            let kind = self.kind(index);
            if depth == 0 && lambdas == 0 && wanted(kind) {
                return Some(index);
            }
            match kind {
                Kind::Newline => return None,
                Kind::Lambda if depth == 0 => lambdas += 1,
                Kind::Colon if depth == 0 => lambdas = lambdas.saturating_sub(1),
                _ if kind.opens() => depth += 1,
                _ if kind.closes() => depth = depth.checked_sub(1)?,
                _ => {}
            }
        }
        None
    }

    /// `except A, B:` without `as`: where the parentheses go.
    fn parenthesise_exceptions(&mut self, except: usize) {
        let first = except + 1 + usize::from(self.kind(except + 1) == Kind::Star);
        let Some(colon) = self.find_kind(first, |kind| kind == Kind::Colon) else { return };
        let comma = self.find_kind(first, |kind| matches!(kind, Kind::Comma | Kind::As | Kind::Colon));
        let as_ = self.find_kind(first, |kind| matches!(kind, Kind::As | Kind::Colon));
        if comma.is_some_and(|comma| self.kind(comma) == Kind::Comma && comma > first) && as_ == Some(colon) {
            self.open_before = Some(first);
            self.close_before = Some(colon);
        }
    }

    /// A name that is a keyword here, if it is one.
    fn soft_keyword(&mut self, index: usize, text: &str) -> Option<Tok> {
        match text {
            "match" if self.is_match_header(index) => {
                self.match_header = true;
                Some(Tok::Match)
            }
            "case" if self.blocks.last() == Some(&true) => Some(Tok::Case),
            "type" => self.is_type_statement(index).then_some(Tok::Type),
            _ => None,
        }
    }

    /// The line ends in a colon and a block follows.
    fn is_match_header(&self, index: usize) -> bool {
        let rest = &self.program.tokens[index..self.end];
        let Some(length) = rest.iter().position(|token| token.kind == Kind::Newline) else { return false };
        length > 2
            && rest[length - 1].kind == Kind::Colon
            && rest.get(length + 1).is_some_and(|token| token.kind == Kind::Indent)
    }

    /// Whether a `type` statement starts at `index`.
    fn is_type_statement(&self, index: usize) -> bool {
        index + 2 < self.end
            && self.kind(index) == Kind::Name
            && self.program.text(self.program.tokens[index]) == "type"
            && self.kind(index + 1) == Kind::Name
            && matches!(self.kind(index + 2), Kind::Equal | Kind::LSqb)
    }

    /// rustpython-parser knows `type` statements at the start of a line only, so one behind a colon gets a block, and
    /// one behind a semicolon gets a line.
    fn give_type_a_line(&mut self, index: usize, tok: Tok) -> Tok {
        if !matches!(tok, Tok::Colon | Tok::Semi | Tok::Newline) || !self.type_needs_line(index, &tok) {
            return tok;
        }
        let end = self.program.tokens[index].end;
        match tok {
            Tok::Colon => {
                self.inline_block = true;
                self.pending = vec![(Tok::Indent, end), (Tok::Newline, end)];
                Tok::Colon
            }
            Tok::Semi => Tok::Newline,
            newline => {
                self.inline_block = false;
                self.pending = vec![(Tok::Dedent, end)];
                newline
            }
        }
    }

    fn type_needs_line(&self, index: usize, tok: &Tok) -> bool {
        match tok {
            Tok::Newline => self.inline_block,
            Tok::Semi => self.is_type_statement(index + 1) && (self.inline_block || !self.has_block(index)),
            _ => self.is_type_statement(index + 1),
        }
    }

    /// Whether the line of a semicolon begins with the header of a block.
    fn has_block(&self, semicolon: usize) -> bool {
        let tokens = &self.program.tokens[..semicolon];
        let edge = |kind| matches!(kind, Kind::Newline | Kind::Indent | Kind::Dedent);
        let first = tokens.iter().rposition(|token| edge(token.kind)).map_or(0, |before| before + 1);
        matches!(
            self.kind(first),
            Kind::If
                | Kind::Elif
                | Kind::Else
                | Kind::While
                | Kind::For
                | Kind::With
                | Kind::Try
                | Kind::Except
                | Kind::Finally
                | Kind::Def
                | Kind::Class
                | Kind::Async
        )
    }

    fn name(&mut self, index: usize, token: Token) -> Tok {
        let text = self.program.text(token);
        if self.line_start
            && let Some(keyword) = self.soft_keyword(index, text)
        {
            return keyword;
        }
        Tok::Name { name: number::identifier(text) }
    }

    /// Whether the bracket at `index` opens a list of type parameters.
    fn starts_type_params(&self, index: usize) -> bool {
        if index < 2 || self.kind(index) != Kind::LSqb || self.kind(index - 1) != Kind::Name {
            return false;
        }
        let before = self.program.tokens[index - 2];
        match before.kind {
            Kind::Def | Kind::Class => true,
            Kind::Name if self.program.text(before) == "type" => {
                index < 3
                    || matches!(
                        self.kind(index - 3),
                        Kind::Newline | Kind::Indent | Kind::Dedent | Kind::Semi | Kind::Colon
                    )
            }
            _ => false,
        }
    }

    /// At the `=` of a type parameter: keeps the default aside; returns the index behind it.
    fn take_default(&mut self, equal: usize) -> usize {
        let to =
            self.find_kind(equal + 1, |kind| matches!(kind, Kind::Comma | Kind::RSqb)).unwrap_or(equal + 1);
        if to == equal + 1 {
            return equal;
        }
        let parameter_end = self.program.tokens[equal - 1].end;
        self.defaults.push(Default_ { parameter_end, from: equal + 1, to });
        to
    }

    fn token(&mut self, index: usize) -> LexResult {
        let mut token = self.program.tokens[index];
        let tok = match token.kind {
            Kind::Name => self.name(index, token),
            Kind::Int => match number::integer(self.program.text(token)) {
                Ok(value) => Tok::Int { value },
                Err(message) => {
                    let error = LexicalErrorType::OtherError(message);
                    return Err(LexicalError { error, location: TextSize::new(token.start) });
                }
            },
            Kind::Float => Tok::Float { value: number::float(self.program.text(token)) },
            Kind::Imaginary => Tok::Complex { real: 0.0, imag: number::imaginary(self.program.text(token)) },
            Kind::Str | Kind::FStart => {
                let end = group_end(self.program, index, self.end);
                token.end = self.program.tokens[end - 1].end;
                self.next = end;
                Tok::String { value: String::new(), kind: StringKind::String, triple_quoted: false }
            }
            Kind::Indent => {
                self.blocks.push(std::mem::take(&mut self.match_header));
                Tok::Indent
            }
            Kind::Dedent => {
                self.blocks.pop();
                Tok::Dedent
            }
            Kind::Except => {
                self.parenthesise_exceptions(index);
                Tok::Except
            }
            kind => plain(kind),
        };
        if token.kind.opens() && (self.type_params > 0 || self.starts_type_params(index)) {
            self.type_params += 1;
        } else if token.kind.closes() {
            self.type_params = self.type_params.saturating_sub(1);
        }
        let tok = self.give_type_a_line(index, tok);
        let block_opened = !self.pending.is_empty();
        self.line_start = matches!(tok, Tok::Newline | Tok::Indent | Tok::Dedent) || block_opened;
        Ok((tok, TextRange::new(TextSize::new(token.start), TextSize::new(token.end))))
    }
}

impl Iterator for Feed<'_> {
    type Item = LexResult;

    fn next(&mut self) -> Option<LexResult> {
        if let Some((tok, at)) = self.pending.pop() {
            return Some(Ok((tok, TextRange::empty(TextSize::new(at)))));
        }
        if self.next >= self.end || self.kind(self.next) == Kind::End {
            return None;
        }
        if self.type_params == 1 && self.kind(self.next) == Kind::Equal {
            self.next = self.take_default(self.next);
        }
        if self.open_before == Some(self.next) {
            self.open_before = None;
            let at = TextSize::new(self.program.tokens[self.next].start);
            return Some(Ok((Tok::Lpar, TextRange::empty(at))));
        }
        if self.close_before == Some(self.next) {
            self.close_before = None;
            let at = TextSize::new(self.program.tokens[self.next - 1].end);
            return Some(Ok((Tok::Rpar, TextRange::empty(at))));
        }
        let index = self.next;
        self.next += 1;
        Some(self.token(index))
    }
}

/// The tokens that carry nothing.
fn plain(kind: Kind) -> Tok {
    match kind {
        Kind::Newline => Tok::Newline,
        Kind::LPar => Tok::Lpar,
        Kind::RPar => Tok::Rpar,
        Kind::LSqb => Tok::Lsqb,
        Kind::RSqb => Tok::Rsqb,
        Kind::LBrace => Tok::Lbrace,
        Kind::RBrace => Tok::Rbrace,
        Kind::Colon => Tok::Colon,
        Kind::Comma => Tok::Comma,
        Kind::Semi => Tok::Semi,
        Kind::Plus => Tok::Plus,
        Kind::Minus => Tok::Minus,
        Kind::Star => Tok::Star,
        Kind::Slash => Tok::Slash,
        Kind::VBar => Tok::Vbar,
        Kind::Amper => Tok::Amper,
        Kind::Less => Tok::Less,
        Kind::Greater => Tok::Greater,
        Kind::Equal => Tok::Equal,
        Kind::Dot => Tok::Dot,
        Kind::Percent => Tok::Percent,
        Kind::EqEqual => Tok::EqEqual,
        Kind::NotEqual => Tok::NotEqual,
        Kind::LessEqual => Tok::LessEqual,
        Kind::GreaterEqual => Tok::GreaterEqual,
        Kind::Tilde => Tok::Tilde,
        Kind::Circumflex => Tok::CircumFlex,
        Kind::LeftShift => Tok::LeftShift,
        Kind::RightShift => Tok::RightShift,
        Kind::DoubleStar => Tok::DoubleStar,
        Kind::DoubleStarEqual => Tok::DoubleStarEqual,
        Kind::PlusEqual => Tok::PlusEqual,
        Kind::MinusEqual => Tok::MinusEqual,
        Kind::StarEqual => Tok::StarEqual,
        Kind::SlashEqual => Tok::SlashEqual,
        Kind::PercentEqual => Tok::PercentEqual,
        Kind::AmperEqual => Tok::AmperEqual,
        Kind::VBarEqual => Tok::VbarEqual,
        Kind::CircumflexEqual => Tok::CircumflexEqual,
        Kind::LeftShiftEqual => Tok::LeftShiftEqual,
        Kind::RightShiftEqual => Tok::RightShiftEqual,
        Kind::DoubleSlash => Tok::DoubleSlash,
        Kind::DoubleSlashEqual => Tok::DoubleSlashEqual,
        Kind::ColonEqual => Tok::ColonEqual,
        Kind::At => Tok::At,
        Kind::AtEqual => Tok::AtEqual,
        Kind::Arrow => Tok::Rarrow,
        Kind::Ellipsis => Tok::Ellipsis,
        Kind::False => Tok::False,
        Kind::None => Tok::None,
        Kind::True => Tok::True,
        Kind::And => Tok::And,
        Kind::As => Tok::As,
        Kind::Assert => Tok::Assert,
        Kind::Async => Tok::Async,
        Kind::Await => Tok::Await,
        Kind::Break => Tok::Break,
        Kind::Class => Tok::Class,
        Kind::Continue => Tok::Continue,
        Kind::Def => Tok::Def,
        Kind::Del => Tok::Del,
        Kind::Elif => Tok::Elif,
        Kind::Else => Tok::Else,
        Kind::Except => Tok::Except,
        Kind::Finally => Tok::Finally,
        Kind::For => Tok::For,
        Kind::From => Tok::From,
        Kind::Global => Tok::Global,
        Kind::If => Tok::If,
        Kind::Import => Tok::Import,
        Kind::In => Tok::In,
        Kind::Is => Tok::Is,
        Kind::Lambda => Tok::Lambda,
        Kind::Nonlocal => Tok::Nonlocal,
        Kind::Not => Tok::Not,
        Kind::Or => Tok::Or,
        Kind::Pass => Tok::Pass,
        Kind::Raise => Tok::Raise,
        Kind::Return => Tok::Return,
        Kind::Try => Tok::Try,
        Kind::While => Tok::While,
        Kind::With => Tok::With,
        Kind::Yield => Tok::Yield,
        // No rule of the grammar has a start marker inside a program, so these are errors wherever they stand.
        _ => Tok::StartModule,
    }
}
