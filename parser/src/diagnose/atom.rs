//! Atoms, displays and comprehensions.

use super::{Diagnosis, Match, Piece, Shape, Stop, target::Purpose};
use crate::error::Fail;
use crate::literal::string::group_end;
use crate::token::Kind;

impl Diagnosis<'_, '_> {
    pub(super) fn atom(&mut self) -> Match<Piece> {
        let from = self.pos;
        let shape = match self.kind() {
            Kind::Name => Shape::Name,
            Kind::Int | Kind::Float | Kind::Imaginary => Shape::Literal,
            Kind::True => Shape::True,
            Kind::False => Shape::False,
            Kind::None => Shape::None,
            Kind::Ellipsis => Shape::Ellipsis,
            Kind::Str | Kind::FStart => return self.strings(),
            Kind::LPar => return self.parenthesised(),
            Kind::LSqb => return self.list(),
            Kind::LBrace => return self.braces(),
            _ => return Err(Stop::No),
        };
        self.pos += 1;
        Ok(self.piece(shape, from))
    }

    fn strings(&mut self) -> Match<Piece> {
        let from = self.pos;
        let to = group_end(self.program, from, self.end);
        let start = self.program.tokens[from..to].iter().find(|token| token.kind == Kind::FStart);
        let shape = match start {
            None => Shape::Literal,
            Some(&start) if self.program.text(start).contains(['t', 'T']) => Shape::TString,
            Some(_) => Shape::FString,
        };
        self.pos = to;
        Ok(self.piece(shape, from))
    }

    fn parenthesised(&mut self) -> Match<Piece> {
        let from = self.expect(Kind::LPar)?;
        if self.take(Kind::RPar) {
            return Ok(self.piece(Shape::Tuple, from));
        }
        if self.kind() == Kind::DoubleStar && self.strict {
            let star = self.pos;
            self.pos += 1;
            if self.attempt(Self::expression)?.is_some() && self.kind() == Kind::RPar {
                return Err(self.raise_token(star, "cannot use double starred expression here"));
            }
            return Err(Stop::No);
        }
        if self.kind() == Kind::Yield {
            let inside = self.yield_expression()?;
            self.expect(Kind::RPar)?;
            return Ok(inside);
        }
        let first = self.star_named_expression()?;
        match self.kind() {
            Kind::RPar => {
                self.pos += 1;
                if first.shape != Shape::Starred {
                    return Ok(first);
                }
                if self.strict {
                    return Err(self.raise_piece(&first, "cannot use starred expression here"));
                }
                Err(Stop::No)
            }
            Kind::For | Kind::Async => {
                self.comprehension(&first)?;
                self.expect(Kind::RPar)?;
                Ok(self.piece(Shape::Generator, from))
            }
            _ => {
                let parts = self.elements(first)?;
                self.expect(Kind::RPar)?;
                Ok(self.piece_of(Shape::Tuple, from, parts))
            }
        }
    }

    /// The elements of a display behind the first one.
    fn elements(&mut self, first: Piece) -> Match<Vec<Piece>> {
        let mut parts = vec![first];
        while self.take(Kind::Comma) {
            let Some(part) = self.attempt(Self::star_named_expression)? else { break };
            parts.push(part);
        }
        Ok(parts)
    }

    /// `[a, b for ...]`: the element of a comprehension lacks parentheses.
    fn refuse_bare_tuple(&mut self, parts: &[Piece]) -> Match {
        if self.strict && matches!(self.kind(), Kind::For | Kind::Async) {
            let (first, last) = (&parts[0], &parts[parts.len() - 1]);
            let to = if parts.len() == 1 { self.pos } else { last.to };
            self.attempt(Self::for_if_clauses)?;
            return Err(self.raise(
                first.from,
                to,
                "did you forget parentheses around the comprehension target?",
            ));
        }
        Ok(())
    }

    fn list(&mut self) -> Match<Piece> {
        let from = self.expect(Kind::LSqb)?;
        if self.take(Kind::RSqb) {
            return Ok(self.piece(Shape::List, from));
        }
        let first = self.star_named_expression()?;
        if matches!(self.kind(), Kind::For | Kind::Async) {
            self.comprehension(&first)?;
            self.expect(Kind::RSqb)?;
            return Ok(self.piece(Shape::ListComp, from));
        }
        let parts = self.elements(first)?;
        self.refuse_bare_tuple(&parts)?;
        self.expect(Kind::RSqb)?;
        Ok(self.piece_of(Shape::List, from, parts))
    }

    fn braces(&mut self) -> Match<Piece> {
        let from = self.expect(Kind::LBrace)?;
        if self.take(Kind::RBrace) {
            return Ok(self.piece(Shape::Dict, from));
        }
        if self.kind() == Kind::DoubleStar {
            return self.dict(from);
        }
        let first = self.star_named_expression()?;
        match self.kind() {
            Kind::Colon if first.shape != Shape::Starred => {
                self.pos = from + 1;
                self.dict(from)
            }
            Kind::For | Kind::Async => {
                self.comprehension(&first)?;
                self.expect(Kind::RBrace)?;
                Ok(self.piece(Shape::SetComp, from))
            }
            _ => {
                let parts = self.elements(first)?;
                self.refuse_bare_tuple(&parts)?;
                self.expect(Kind::RBrace)?;
                Ok(self.piece(Shape::Set, from))
            }
        }
    }

    fn dict(&mut self, from: usize) -> Match<Piece> {
        let mut first = true;
        while self.kind() != Kind::RBrace {
            if self.take(Kind::DoubleStar) {
                let star = self.pos - 1;
                self.bitwise_or()?;
                if self.strict && first && matches!(self.kind(), Kind::For | Kind::Async) {
                    self.for_if_clauses()?;
                    return Err(self.raise_token(star, "dict unpacking cannot be used in dict comprehension"));
                }
            } else {
                self.pair()?;
                if first && matches!(self.kind(), Kind::For | Kind::Async) {
                    self.for_if_clauses()?;
                    self.expect(Kind::RBrace)?;
                    return Ok(self.piece(Shape::DictComp, from));
                }
            }
            first = false;
            if !self.take(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RBrace)?;
        Ok(self.piece(Shape::Dict, from))
    }

    fn pair(&mut self) -> Match {
        let key = self.expression()?;
        if self.kind() != Kind::Colon {
            if self.strict {
                let at = self.token(key.to - 1).end - 1;
                let fail = Fail::new("':' expected after dictionary key", at, at).open_end();
                return Err(Stop::Raise(Box::new(fail)));
            }
            return Err(Stop::No);
        }
        let colon = self.expect(Kind::Colon)?;
        match self.kind() {
            Kind::Star if self.strict => {
                let star = self.pos;
                self.pos += 1;
                self.bitwise_or()?;
                Err(self.raise_from(star, "cannot use a starred expression in a dictionary value"))
            }
            Kind::RBrace | Kind::Comma if self.strict => {
                Err(self.raise_token(colon, "expression expected after dictionary key and ':'"))
            }
            _ => self.expression().map(|_| ()),
        }
    }

    fn comprehension(&mut self, element: &Piece) -> Match {
        self.for_if_clauses()?;
        if self.strict && element.shape == Shape::Starred {
            return Err(self.raise_piece(element, "iterable unpacking cannot be used in comprehension"));
        }
        Ok(())
    }

    pub(super) fn for_if_clauses(&mut self) -> Match {
        loop {
            self.take(Kind::Async);
            self.expect(Kind::For)?;
            self.for_target(true)?;
            self.disjunction()?;
            while self.take(Kind::If) {
                self.disjunction()?;
            }
            if !matches!(self.kind(), Kind::For | Kind::Async) {
                return Ok(());
            }
        }
    }

    /// The targets of a `for`, and its `in`.
    pub(super) fn for_target(&mut self, comprehension: bool) -> Match {
        let from = self.pos;
        let targets = self.attempt(|this| this.targets(Kind::In))?;
        if targets.is_some_and(|targets| Self::is_target(&targets)) && self.take(Kind::In) {
            return Ok(());
        }
        self.pos = from;
        if !self.strict {
            return Err(Stop::No);
        }
        let operands = self.attempt(|this| this.targets(Kind::In))?;
        if comprehension && operands.is_some() && self.kind() != Kind::In {
            return Err(self.raise_last("'in' expected after for-loop variables"));
        }
        self.pos = from;
        let wrong = self.attempt(Self::star_expressions)?;
        if let Some(wrong) = &wrong
            && let stop @ Stop::Raise(_) = self.refuse_target(wrong, Purpose::For)
        {
            return Err(stop);
        }
        Err(Stop::No)
    }

    /// Comma-separated operands without comparisons.
    fn targets(&mut self, end: Kind) -> Match<Piece> {
        let from = self.pos;
        let mut parts = Vec::new();
        loop {
            let star = self.pos;
            let starred = self.take(Kind::Star);
            let part = self.bitwise_or()?;
            parts.push(if starred { self.piece_of(Shape::Starred, star, vec![part]) } else { part });
            if !self.take(Kind::Comma) {
                break;
            }
            if self.kind() == end {
                return Ok(self.piece_of(Shape::Tuple, from, parts));
            }
        }
        if parts.len() > 1 {
            return Ok(self.piece_of(Shape::Tuple, from, parts));
        }
        parts.pop().ok_or(Stop::No)
    }
}
