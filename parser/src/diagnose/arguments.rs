//! Arguments of calls and classes.

use super::{Diagnosis, Match, Piece, Shape, Stop};
use crate::token::Kind;

/// What the arguments so far leave room for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Positional,
    Keyword,
    Unpacking,
}

impl Diagnosis<'_, '_> {
    /// `(arguments)`
    pub(super) fn call(&mut self) -> Match {
        self.expect(Kind::LPar)?;
        let mut seen = Seen::Positional;
        let mut count = 0;
        while self.kind() != Kind::RPar {
            let start = self.pos;
            let argument = self.argument(seen, count)?;
            count += 1;
            if self.strict && argument != Seen::Keyword && argument < seen {
                let from = start.saturating_sub(1);
                return Err(self.out_of_order(seen, start, from));
            }
            seen = seen.max(argument);
            if !self.take(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RPar).map(|_| ())
    }

    fn out_of_order(&mut self, seen: Seen, start: usize, comma: usize) -> Stop {
        if self.kind_at(start) == Kind::Star {
            let message = "iterable argument unpacking follows keyword argument unpacking";
            return self.raise_from(comma, message);
        }
        // The error stands at the last token that was read: the one behind the arguments.
        while self.take(Kind::Comma) {
            if !matches!(self.attempt(|this| this.argument(Seen::Unpacking, 9)), Ok(Some(_))) {
                break;
            }
        }
        let unpacking = if seen == Seen::Unpacking { " unpacking" } else { "" };
        self.raise_token(self.pos, format!("positional argument follows keyword argument{unpacking}"))
    }

    fn argument(&mut self, seen: Seen, count: usize) -> Match<Seen> {
        let start = self.pos;
        match self.kind() {
            Kind::Star => {
                self.pos += 1;
                self.unpacked()?;
                if self.strict && self.kind() == Kind::Equal {
                    self.pos += 1;
                    let value = self.expression()?;
                    let message = "cannot assign to iterable argument unpacking";
                    return Err(self.raise(start, value.to, message));
                }
                // `*iterable` may stand behind `name=value`, but not behind `**mapping`.
                return Ok(if seen == Seen::Keyword { Seen::Keyword } else { Seen::Positional });
            }
            Kind::DoubleStar => {
                self.pos += 1;
                self.expression()?;
                if self.strict && self.kind() == Kind::Equal {
                    self.pos += 1;
                    let value = self.expression()?;
                    let message = "cannot assign to keyword argument unpacking";
                    return Err(self.raise(start, value.to, message));
                }
                return Ok(Seen::Unpacking);
            }
            Kind::True | Kind::False | Kind::None if self.ahead(1) == Kind::Equal && self.strict => {
                let message = format!("cannot assign to {}", self.text(start));
                return Err(self.raise(start, start + 2, message));
            }
            Kind::Name if self.ahead(1) == Kind::Equal => return self.keyword(),
            _ => {}
        }
        let value = if self.kind() == Kind::Name && self.ahead(1) == Kind::ColonEqual {
            self.named_expression()?
        } else {
            self.expression()?
        };
        match self.kind() {
            Kind::ColonEqual => Err(self.refuse_walrus(&value)),
            Kind::Equal if self.strict => {
                let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
                Err(self.raise(value.from, self.pos + 1, message))
            }
            Kind::For | Kind::Async => self.generator(&value, count),
            _ => Ok(Seen::Positional),
        }
    }

    /// What stands behind the star of an argument or subscript.
    pub(super) fn unpacked(&mut self) -> Match {
        if self.attempt(Self::expression)?.is_none() {
            return Err(if self.strict { self.raise_last("Invalid star expression") } else { Stop::No });
        }
        Ok(())
    }

    fn refuse_walrus(&mut self, value: &Piece) -> Stop {
        self.pos += 1;
        if !self.strict
            || value.shape == Shape::Name
            || !matches!(self.attempt(Self::expression), Ok(Some(_)))
        {
            return Stop::No;
        }
        self.raise_piece(value, format!("cannot use assignment expressions with {}", value.shape.name()))
    }

    fn keyword(&mut self) -> Match<Seen> {
        let start = self.pos;
        self.pos += 2;
        if self.strict && matches!(self.kind(), Kind::Comma | Kind::RPar) {
            return Err(self.raise(start, start + 2, "expected argument value expression"));
        }
        self.expression()?;
        if self.strict && matches!(self.kind(), Kind::For | Kind::Async) {
            self.for_if_clauses()?;
            let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
            return Err(self.raise(start, start + 2, message));
        }
        if self.strict && self.kind() == Kind::Equal {
            return Err(Stop::No);
        }
        Ok(Seen::Keyword)
    }

    /// A generator expression without parentheses must be the only argument.
    fn generator(&mut self, element: &Piece, count: usize) -> Match<Seen> {
        self.for_if_clauses()?;
        let alone = count == 0 && self.kind() != Kind::Comma;
        if alone || !self.strict {
            return Ok(Seen::Positional);
        }
        if count == 0 && self.ahead(1) == Kind::RPar {
            // `f(x for x in y, )`
            return Err(self.raise(element.from, self.pos, "Generator expression must be parenthesized"));
        }
        Err(self.raise(element.from, self.pos, "Generator expression must be parenthesized"))
    }
}
