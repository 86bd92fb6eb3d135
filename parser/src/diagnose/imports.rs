//! `import` and `from`.

use super::{Diagnosis, Match, Stop};
use crate::token::Kind;

impl Diagnosis<'_, '_> {
    pub(super) fn import(&mut self) -> Match {
        let start = self.expect(Kind::Import)?;
        if self.kind() == Kind::Newline {
            return Err(self.raise_from(self.pos, "Expected one or more names after 'import'"));
        }
        loop {
            self.dotted_name()?;
            self.alias(false)?;
            if !self.take(Kind::Comma) {
                break;
            }
        }
        if self.take(Kind::From) {
            self.dotted_name()?;
            return Err(self.raise_from(start, "Did you mean to use 'from ... import ...' instead?"));
        }
        Ok(())
    }

    pub(super) fn import_from(&mut self) -> Match {
        self.expect(Kind::From)?;
        let mut dots = 0;
        while matches!(self.kind(), Kind::Dot | Kind::Ellipsis) {
            self.pos += 1;
            dots += 1;
        }
        if dots == 0 || self.kind() == Kind::Name {
            self.dotted_name()?;
        }
        self.expect(Kind::Import)?;
        if self.take(Kind::Star) {
            return Ok(());
        }
        if self.kind() == Kind::Newline {
            return Err(self.raise_from(self.pos, "Expected one or more names after 'import'"));
        }
        let bracketed = self.take(Kind::LPar);
        loop {
            self.expect(Kind::Name)?;
            self.alias(bracketed)?;
            if !self.take(Kind::Comma) {
                break;
            }
            if bracketed && self.kind() == Kind::RPar {
                break;
            }
            if !bracketed && self.kind() == Kind::Newline {
                let message = "trailing comma not allowed without surrounding parentheses";
                return Err(self.raise_token(self.pos, message));
            }
        }
        if bracketed { self.expect(Kind::RPar).map(|_| ()) } else { Ok(()) }
    }

    pub(super) fn dotted_name(&mut self) -> Match {
        self.expect(Kind::Name)?;
        while self.take(Kind::Dot) {
            self.expect(Kind::Name)?;
        }
        Ok(())
    }

    fn alias(&mut self, bracketed: bool) -> Match {
        if !self.take(Kind::As) {
            return Ok(());
        }
        let ends = |kind| match kind {
            Kind::Comma | Kind::Newline | Kind::Semi => true,
            Kind::RPar => bracketed,
            _ => false,
        };
        if self.kind() == Kind::Name && ends(self.ahead(1)) {
            self.pos += 1;
            return Ok(());
        }
        if let Some(target) = self.attempt(Self::expression)?
            && target.shape != super::Shape::Name
        {
            let message = format!("cannot use {} as import target", target.shape.name());
            return Err(self.raise_piece(&target, message));
        }
        Err(Stop::No)
    }
}
