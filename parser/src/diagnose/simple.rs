//! Simple statements.

use super::{Diagnosis, Match, Piece, Shape, Stop, target::Purpose};
use crate::token::Kind;

impl Diagnosis<'_, '_> {
    /// Simple statements up to the end of the line.
    pub(super) fn simple_statements(&mut self) -> Match {
        loop {
            self.simple_statement()?;
            if !self.take(Kind::Semi) {
                break;
            }
            if self.kind() == Kind::Newline {
                break;
            }
        }
        self.expect(Kind::Newline).map(|_| ())
    }

    pub(super) fn simple_statement(&mut self) -> Match {
        let start = self.pos;
        match self.kind() {
            Kind::Pass | Kind::Break | Kind::Continue => {
                // `pass if x else y` is an expression that went wrong.
                if self.ahead(1) == Kind::If {
                    self.attempt(Self::star_expressions)?;
                }
                self.pos = start + 1;
                Ok(())
            }
            Kind::Return => {
                self.pos += 1;
                self.attempt(Self::star_expressions).map(|_| ())
            }
            Kind::Raise => {
                self.pos += 1;
                if self.attempt(Self::expression)?.is_some() && self.take(Kind::From) {
                    self.expression()?;
                }
                Ok(())
            }
            Kind::Global | Kind::Nonlocal => {
                self.pos += 1;
                self.expect(Kind::Name)?;
                while self.take(Kind::Comma) {
                    self.expect(Kind::Name)?;
                }
                Ok(())
            }
            Kind::Assert => {
                self.pos += 1;
                self.asserted()
            }
            Kind::Del => self.delete(),
            Kind::Import => self.import(),
            Kind::From => self.import_from(),
            Kind::Yield => {
                let value = self.yield_expression()?;
                if self.kind() == Kind::Equal {
                    return Err(self.raise_piece(&value, "assignment to yield expression not possible"));
                }
                if self.kind().is_augmented_assignment() {
                    return Err(self.augmented(&value));
                }
                Ok(())
            }
            Kind::Name if self.text(start) == "type" && self.ahead(1) == Kind::Name => {
                if self.attempt(Self::type_alias)?.is_some() { Ok(()) } else { self.assignment() }
            }
            _ => self.assignment(),
        }
    }

    fn asserted(&mut self) -> Match {
        let start = self.pos;
        let test = self.expression()?;
        if matches!(self.kind(), Kind::Equal | Kind::ColonEqual) {
            self.pos = start;
            self.attempt(Self::named_expression)?;
            self.pos = test.to;
            return Err(Stop::No);
        }
        if self.take(Kind::Comma) {
            let start = self.pos;
            self.expression()?;
            if matches!(self.kind(), Kind::Equal | Kind::ColonEqual) {
                self.pos = start;
                self.attempt(Self::named_expression)?;
                return Err(Stop::No);
            }
        }
        Ok(())
    }

    fn delete(&mut self) -> Match {
        self.expect(Kind::Del)?;
        let targets = self.star_expressions()?;
        if let stop @ Stop::Raise(_) = self.refuse_target(&targets, Purpose::Delete) {
            return Err(stop);
        }
        Ok(())
    }

    fn type_alias(&mut self) -> Match {
        self.pos += 2;
        self.type_parameters()?;
        self.expect(Kind::Equal)?;
        self.expression().map(|_| ())
    }

    /// An expression, or an assignment of any kind.
    fn assignment(&mut self) -> Match {
        let start = self.pos;
        let mut target = self.star_expressions()?;
        if self.kind() == Kind::Colon {
            return self.annotation(&target);
        }
        if self.kind().is_augmented_assignment() {
            if !matches!(target.shape, Shape::Name | Shape::Attribute | Shape::Subscript) {
                return Err(self.augmented(&target));
            }
            self.pos += 1;
            return self.right_hand_side().map(|_| ());
        }
        while self.take(Kind::Equal) {
            if let stop @ Stop::Raise(_) = self.refuse_target(&target, Purpose::Assign) {
                self.pos = start;
                self.attempt(Self::bare_targets)?;
                return Err(stop);
            }
            target = self.right_hand_side()?;
            if target.shape == Shape::Yield && self.kind() == Kind::Equal {
                return Err(self.raise_piece(&target, "assignment to yield expression not possible"));
            }
        }
        Ok(())
    }

    /// The targets as expressions that may contain `:=`, for which other words are found.
    fn bare_targets(&mut self) -> Match {
        self.star_named_expression()?;
        while self.take(Kind::Comma) {
            self.star_named_expression()?;
        }
        Ok(())
    }

    fn augmented(&self, target: &Piece) -> Stop {
        let message = format!("'{}' is an illegal expression for augmented assignment", target.shape.name());
        self.raise_piece(target, message)
    }

    fn annotation(&mut self, target: &Piece) -> Match {
        self.expect(Kind::Colon)?;
        self.expression()?;
        match target.shape {
            Shape::Name | Shape::Attribute | Shape::Subscript => {
                if self.take(Kind::Equal) {
                    self.right_hand_side()?;
                }
                Ok(())
            }
            Shape::List => Err(self.raise_piece(target, "only single target (not list) can be annotated")),
            Shape::Tuple => {
                // Without parentheses, only the first element is pointed at.
                let piece = match target.parts.first() {
                    Some(first) if self.token(target.from).kind != Kind::LPar => first,
                    _ => target,
                };
                Err(self.raise_piece(piece, "only single target (not tuple) can be annotated"))
            }
            _ => Err(self.raise_piece(target, "illegal target for annotation")),
        }
    }
}
