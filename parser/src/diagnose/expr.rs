//! Expressions down to the operators.

use super::{Diagnosis, Match, Piece, Rule, Shape, Stop};
use crate::token::Kind;

impl Diagnosis<'_, '_> {
    /// `star_expressions`: a tuple without parentheses, or one expression.
    pub(super) fn star_expressions(&mut self) -> Match<Piece> {
        self.tuple_of(Self::star_expression)
    }

    pub(super) fn star_named_expressions(&mut self) -> Match<Piece> {
        self.tuple_of(Self::star_named_expression)
    }

    fn tuple_of(&mut self, element: impl Fn(&mut Self) -> Match<Piece>) -> Match<Piece> {
        let from = self.pos;
        let first = element(self)?;
        if self.kind() != Kind::Comma {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take(Kind::Comma) {
            let Some(part) = self.attempt(&element)? else { break };
            parts.push(part);
        }
        Ok(self.piece_of(Shape::Tuple, from, parts))
    }

    fn star_expression(&mut self) -> Match<Piece> {
        if self.kind() == Kind::Star { self.starred() } else { self.expression() }
    }

    pub(super) fn star_named_expression(&mut self) -> Match<Piece> {
        if self.kind() == Kind::Star { self.starred() } else { self.named_expression() }
    }

    fn starred(&mut self) -> Match<Piece> {
        let from = self.expect(Kind::Star)?;
        let inside = self.bitwise_or()?;
        Ok(self.piece_of(Shape::Starred, from, vec![inside]))
    }

    /// `yield_expr`
    pub(super) fn yield_expression(&mut self) -> Match<Piece> {
        let from = self.expect(Kind::Yield)?;
        if self.take(Kind::From) {
            self.expression()?;
        } else {
            self.attempt(Self::star_expressions)?;
        }
        Ok(self.piece(Shape::Yield, from))
    }

    /// `annotated_rhs`
    pub(super) fn right_hand_side(&mut self) -> Match<Piece> {
        if self.kind() == Kind::Yield { self.yield_expression() } else { self.star_expressions() }
    }

    pub(super) fn named_expression(&mut self) -> Match<Piece> {
        self.remembered(Rule::Named, Self::named_expression_)
    }

    fn named_expression_(&mut self) -> Match<Piece> {
        let from = self.pos;
        if self.kind() == Kind::Name && self.ahead(1) == Kind::ColonEqual {
            self.pos += 2;
            self.expression()?;
            return Ok(self.piece(Shape::Named, from));
        }
        if self.strict {
            self.attempt(Self::invalid_named_expression)?;
            self.pos = from;
        }
        let found = self.expression()?;
        if self.kind() == Kind::ColonEqual { Err(Stop::No) } else { Ok(found) }
    }

    fn invalid_named_expression(&mut self) -> Match {
        let from = self.pos;
        if let Some(target) = self.attempt(Self::expression)?
            && self.take(Kind::ColonEqual)
            && self.attempt(Self::expression)?.is_some()
        {
            let message = format!("cannot use assignment expressions with {}", target.shape.name());
            return Err(self.raise_piece(&target, message));
        }
        self.pos = from;
        if self.kind() == Kind::Name && self.ahead(1) == Kind::Equal {
            self.pos += 2;
            if let Some(value) = self.attempt(Self::bitwise_or)?
                && !matches!(self.kind(), Kind::Equal | Kind::ColonEqual)
            {
                let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
                return Err(self.raise(from, value.to, message));
            }
        }
        self.pos = from;
        let Some(target) = self.attempt(Self::bitwise_or)? else { return Err(Stop::No) };
        let excluded = [Shape::List, Shape::Tuple, Shape::Generator, Shape::True, Shape::False, Shape::None];
        if !excluded.contains(&target.shape)
            && self.take(Kind::Equal)
            && self.attempt(Self::bitwise_or)?.is_some()
            && !matches!(self.kind(), Kind::Equal | Kind::ColonEqual)
        {
            let message = format!(
                "cannot assign to {} here. Maybe you meant '==' instead of '='?",
                target.shape.name()
            );
            return Err(self.raise_piece(&target, message));
        }
        Err(Stop::No)
    }

    pub(super) fn expression(&mut self) -> Match<Piece> {
        self.remembered(Rule::Expression, Self::expression_)
    }

    fn expression_(&mut self) -> Match<Piece> {
        let from = self.pos;
        if self.strict {
            self.attempt(Self::invalid_expression)?;
            self.pos = from;
            self.attempt(Self::invalid_legacy_expression)?;
            self.pos = from;
        }
        if self.kind() == Kind::Lambda {
            return self.lambda();
        }
        let found = self.disjunction()?;
        let conditional = self.attempt(|this| {
            this.expect(Kind::If)?;
            this.disjunction()?;
            this.expect(Kind::Else)?;
            this.expression()
        })?;
        Ok(if conditional.is_some() { self.piece(Shape::Conditional, from) } else { found })
    }

    fn lambda(&mut self) -> Match<Piece> {
        let from = self.expect(Kind::Lambda)?;
        self.parameters(true)?;
        self.force(Kind::Colon, ":")?;
        self.expression()?;
        Ok(self.piece(Shape::Lambda, from))
    }

    /// `"a "b" c"`: expressions between strings.
    fn broken_string(&mut self) -> Match {
        self.expect(Kind::Str)?;
        let from = self.pos;
        let mut to = from;
        while self.kind() != Kind::Str && self.lenient(Self::expression)?.is_some() {
            to = self.pos;
        }
        if to > from && self.kind() == Kind::Str {
            return Err(self.raise(from, to, "invalid syntax. Is this intended to be part of the string?"));
        }
        Err(Stop::No)
    }

    fn invalid_expression(&mut self) -> Match {
        let from = self.pos;
        self.attempt(Self::broken_string)?;
        self.pos = from;
        let statement = matches!(self.kind(), Kind::Pass | Kind::Break | Kind::Continue);
        if statement && self.ahead(1) == Kind::If {
            self.pos += 2;
            self.disjunction()?;
            self.expect(Kind::Else)?;
            self.attempt(Self::simple_statement)?;
            return Err(self.raise_token(from, "expected expression before 'if', but statement is given"));
        }
        let soft = self.kind() == Kind::Name && matches!(self.text(from), "match" | "case" | "type" | "_");
        let prefix = self.kind() == Kind::Name && self.ahead(1) == Kind::Str;
        let first = self.disjunction()?;
        let behind = self.pos;
        if !soft && !prefix && !self.is_legacy(&first) {
            if let Some(second) = self.lenient(Self::expression)?
                && self.is_bracketed(self.pos - 1)
            {
                return Err(self.raise(first.from, second.to, "invalid syntax. Perhaps you forgot a comma?"));
            }
            self.pos = behind;
        }
        self.expect(Kind::If)?;
        let test = self.disjunction()?;
        if !matches!(self.kind(), Kind::Else | Kind::Colon) {
            return Err(self.raise(first.from, test.to, "expected 'else' after 'if' expression"));
        }
        self.expect(Kind::Else)?;
        let alternative = self.pos;
        if self.attempt(Self::expression)?.is_none() {
            self.pos = alternative;
            let message = "expected expression after 'else', but statement is given";
            return Err(self.raise_token(self.pos, message));
        }
        Err(Stop::No)
    }

    fn is_legacy(&self, piece: &Piece) -> bool {
        piece.shape == Shape::Name && matches!(self.text(piece.from), "print" | "exec")
    }

    fn invalid_legacy_expression(&mut self) -> Match {
        let name = self.expect(Kind::Name)?;
        let text = self.text(name);
        if self.kind() == Kind::LPar {
            return Err(Stop::No);
        }
        let what = self.star_expressions()?;
        if !matches!(text, "print" | "exec") {
            return Err(Stop::No);
        }
        let message = format!("Missing parentheses in call to '{text}'. Did you mean {text}(...)?");
        Err(self.raise(name, what.to, message))
    }

    pub(super) fn disjunction(&mut self) -> Match<Piece> {
        self.remembered(Rule::Disjunction, |this| this.chain(Kind::Or, Self::conjunction))
    }

    fn conjunction(&mut self) -> Match<Piece> {
        self.chain(Kind::And, Self::inversion)
    }

    fn chain(&mut self, operator: Kind, operand: fn(&mut Self) -> Match<Piece>) -> Match<Piece> {
        let from = self.pos;
        let mut found = operand(self)?;
        while self.kind() == operator {
            let next = self.attempt(|this| {
                this.pos += 1;
                operand(this)
            })?;
            if next.is_none() {
                break;
            }
            found = self.piece(Shape::Operation, from);
        }
        Ok(found)
    }

    fn inversion(&mut self) -> Match<Piece> {
        let from = self.pos;
        if self.take(Kind::Not) {
            stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || self.inversion())?;
            return Ok(self.piece(Shape::Operation, from));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Match<Piece> {
        let from = self.pos;
        let mut found = self.bitwise_or()?;
        let left = found.clone();
        let mut shape = None;
        loop {
            let operator = self.kind();
            let length = match operator {
                Kind::Is if self.ahead(1) == Kind::Not => 2,
                Kind::Not if self.ahead(1) == Kind::In => 2,
                Kind::EqEqual | Kind::NotEqual | Kind::Less | Kind::LessEqual | Kind::Greater => 1,
                Kind::GreaterEqual | Kind::In | Kind::Is => 1,
                _ => return Ok(found),
            };
            let right = self.attempt(|this| {
                this.pos += length;
                this.bitwise_or()
            })?;
            if right.is_none() {
                return Ok(found);
            }
            let first = if operator == Kind::In { Shape::Membership } else { Shape::Comparison };
            found = self.piece_of(*shape.get_or_insert(first), from, vec![left.clone()]);
        }
    }

    pub(super) fn bitwise_or(&mut self) -> Match<Piece> {
        self.remembered(Rule::BitwiseOr, |this| this.binary(0))
    }

    /// Binary operators, the loosest first.
    fn binary(&mut self, level: usize) -> Match<Piece> {
        const LEVELS: [&[Kind]; 6] = [
            &[Kind::VBar],
            &[Kind::Circumflex],
            &[Kind::Amper],
            &[Kind::LeftShift, Kind::RightShift],
            &[Kind::Plus, Kind::Minus],
            &[Kind::Star, Kind::Slash, Kind::DoubleSlash, Kind::Percent, Kind::At],
        ];
        let Some(operators) = LEVELS.get(level) else { return self.factor() };
        let from = self.pos;
        let mut found = self.binary(level + 1)?;
        while operators.contains(&self.kind()) {
            if level >= 4 {
                self.refuse_not(1)?;
            }
            let right = self.attempt(|this| {
                this.pos += 1;
                this.binary(level + 1)
            })?;
            if right.is_none() {
                break;
            }
            found = self.piece(Shape::Operation, from);
        }
        Ok(found)
    }

    /// `a + not b`
    fn refuse_not(&mut self, distance: usize) -> Match {
        if !self.strict || self.ahead(distance) != Kind::Not {
            return Ok(());
        }
        let not = self.pos + distance;
        let start = std::mem::replace(&mut self.pos, not);
        let operand = self.attempt(Self::inversion)?;
        if operand.is_some() {
            return Err(self.raise(not, self.pos, "'not' after an operator must be parenthesized"));
        }
        self.pos = start;
        Ok(())
    }

    fn factor(&mut self) -> Match<Piece> {
        let from = self.pos;
        if matches!(self.kind(), Kind::Plus | Kind::Minus | Kind::Tilde) {
            self.refuse_not(1)?;
            self.pos += 1;
            stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || self.factor())?;
            return Ok(self.piece(Shape::Operation, from));
        }
        let base = self.await_primary()?;
        if self.kind() != Kind::DoubleStar {
            return Ok(base);
        }
        let power = self.attempt(|this| {
            this.pos += 1;
            stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || this.factor())
        })?;
        Ok(if power.is_some() { self.piece(Shape::Operation, from) } else { base })
    }

    fn await_primary(&mut self) -> Match<Piece> {
        let from = self.pos;
        if self.take(Kind::Await) {
            self.primary()?;
            return Ok(self.piece(Shape::Await, from));
        }
        self.primary()
    }

    pub(super) fn primary(&mut self) -> Match<Piece> {
        self.remembered(Rule::Primary, Self::primary_)
    }

    fn primary_(&mut self) -> Match<Piece> {
        let from = self.pos;
        let mut found = self.atom()?;
        loop {
            let next = match self.kind() {
                Kind::Dot => self.attempt(|this| {
                    this.pos += 1;
                    this.expect(Kind::Name)?;
                    Ok(this.piece(Shape::Attribute, from))
                })?,
                Kind::LPar => self.attempt(|this| {
                    this.call()?;
                    Ok(this.piece(Shape::Call, from))
                })?,
                Kind::LSqb => self.attempt(|this| {
                    this.pos += 1;
                    this.slices()?;
                    this.expect(Kind::RSqb)?;
                    Ok(this.piece(Shape::Subscript, from))
                })?,
                _ => None,
            };
            match next {
                Some(next) => found = next,
                None => return Ok(found),
            }
        }
    }

    fn slices(&mut self) -> Match {
        loop {
            let plain = self.attempt(|this| {
                let from = this.pos;
                if this.take(Kind::Star) {
                    this.unpacked()?;
                    return Ok(this.piece(Shape::Starred, from));
                }
                let found = this.named_expression()?;
                if this.kind() == Kind::Colon { Err(Stop::No) } else { Ok(found) }
            })?;
            if plain.is_none() {
                self.attempt(Self::expression)?;
                self.expect(Kind::Colon)?;
                self.attempt(Self::expression)?;
                if self.take(Kind::Colon) {
                    self.attempt(Self::expression)?;
                }
            }
            if !self.take(Kind::Comma) || self.kind() == Kind::RSqb {
                return Ok(());
            }
        }
    }
}
