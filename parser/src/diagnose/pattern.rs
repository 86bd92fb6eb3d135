//! Patterns of `case`.

use super::{Diagnosis, Match, Shape, Stop};
use crate::token::Kind;

impl Diagnosis<'_, '_> {
    /// What stands between `case` and the guard or colon.
    pub(super) fn patterns(&mut self) -> Match {
        self.star_pattern()?;
        while self.take(Kind::Comma) {
            if matches!(self.kind(), Kind::Colon | Kind::If) {
                break;
            }
            self.star_pattern()?;
        }
        Ok(())
    }

    fn star_pattern(&mut self) -> Match {
        if self.take(Kind::Star) { self.expect(Kind::Name).map(|_| ()) } else { self.as_pattern() }
    }

    fn as_pattern(&mut self) -> Match {
        self.closed_pattern()?;
        while self.take(Kind::VBar) {
            self.closed_pattern()?;
        }
        if !self.take(Kind::As) {
            return Ok(());
        }
        let target = self.pos;
        if self.kind() == Kind::Name && !matches!(self.ahead(1), Kind::Dot | Kind::LPar) {
            if self.text(target) == "_" {
                return Err(self.raise_token(target, "cannot use '_' as a target"));
            }
            self.pos += 1;
            return Ok(());
        }
        let found = self.expression()?;
        Err(self.raise_piece(&found, format!("cannot use {} as pattern target", found.shape.name())))
    }

    fn closed_pattern(&mut self) -> Match {
        match self.kind() {
            Kind::Name => self.name_pattern(),
            Kind::LPar => self.sequence(Kind::RPar),
            Kind::LSqb => self.sequence(Kind::RSqb),
            Kind::LBrace => self.mapping(),
            Kind::Minus | Kind::Int | Kind::Float | Kind::Imaginary => self.number_pattern(),
            Kind::None | Kind::True | Kind::False | Kind::Str => {
                let atom = self.atom()?;
                if matches!(atom.shape, Shape::FString | Shape::TString) { Err(Stop::No) } else { Ok(()) }
            }
            Kind::FStart => {
                let atom = self.atom()?;
                Err(self.raise_piece(&atom, "patterns may only match literals and attribute lookups"))
            }
            _ => Err(Stop::No),
        }
    }

    fn number_pattern(&mut self) -> Match {
        let number = |this: &mut Self| {
            matches!(this.kind(), Kind::Int | Kind::Float | Kind::Imaginary).then(|| this.pos += 1)
        };
        self.take(Kind::Minus);
        number(self).ok_or(Stop::No)?;
        if self.take(Kind::Plus) || self.take(Kind::Minus) {
            if self.kind() != Kind::Imaginary {
                let found = self.pos;
                number(self).ok_or(Stop::No)?;
                return Err(self.raise_token(found, "imaginary number required in complex literal"));
            }
            self.pos += 1;
        }
        Ok(())
    }

    fn name_pattern(&mut self) -> Match {
        self.dotted_name()?;
        if !self.take(Kind::LPar) {
            return Ok(());
        }
        let mut keyword = false;
        let mut misplaced = None;
        while self.kind() != Kind::RPar {
            let start = self.pos;
            if self.kind() == Kind::Name && self.ahead(1) == Kind::Equal {
                self.pos += 2;
                self.as_pattern()?;
                keyword = true;
                if misplaced.is_some() {
                    break;
                }
            } else {
                self.as_pattern()?;
                if keyword {
                    let from = misplaced.map_or(start, |(from, _)| from);
                    misplaced = Some((from, self.pos));
                }
            }
            if !self.take(Kind::Comma) {
                break;
            }
        }
        if let Some((from, to)) = misplaced {
            return Err(self.raise(from, to, "positional patterns follow keyword patterns"));
        }
        self.expect(Kind::RPar).map(|_| ())
    }

    fn sequence(&mut self, close: Kind) -> Match {
        self.pos += 1;
        while self.kind() != close {
            self.star_pattern()?;
            if !self.take(Kind::Comma) {
                break;
            }
        }
        self.expect(close).map(|_| ())
    }

    fn mapping(&mut self) -> Match {
        self.expect(Kind::LBrace)?;
        while self.kind() != Kind::RBrace {
            if self.take(Kind::DoubleStar) {
                self.expect(Kind::Name)?;
            } else {
                self.closed_pattern()?;
                self.expect(Kind::Colon)?;
                self.as_pattern()?;
            }
            if !self.take(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RBrace).map(|_| ())
    }
}
