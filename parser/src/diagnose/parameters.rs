//! Parameters of functions and lambdas, and type parameters.

use super::{Diagnosis, Match, Stop};
use crate::token::Kind;

/// What the parameters so far allow.
#[derive(Default)]
struct Seen {
    any: bool,
    default: bool,
    slash: bool,
    star: bool,
    kwargs: bool,
}

impl Diagnosis<'_, '_> {
    /// Parameters up to the `)` of a function or the `:` of a lambda, which is left.
    pub(super) fn parameters(&mut self, lambda: bool) -> Match {
        let close = if lambda { Kind::Colon } else { Kind::RPar };
        let mut seen = Seen::default();
        while self.kind() != close {
            self.parameter(&mut seen, lambda, close)?;
            if !self.take(Kind::Comma) {
                if seen.slash && self.kind() == Kind::Star && self.token_kind_before() == Kind::Slash {
                    return Err(self.raise_token(self.pos, "expected comma between / and *"));
                }
                break;
            }
        }
        if self.kind() == close { Ok(()) } else { Err(Stop::No) }
    }

    fn token_kind_before(&mut self) -> Kind {
        self.kind_at(self.pos.saturating_sub(1))
    }

    fn parameter(&mut self, seen: &mut Seen, lambda: bool, close: Kind) -> Match {
        let start = self.pos;
        let kind = self.kind();
        if seen.kwargs && matches!(kind, Kind::Name | Kind::Star | Kind::DoubleStar | Kind::Slash) {
            return Err(self.raise_token(start, "arguments cannot follow var-keyword argument"));
        }
        match kind {
            Kind::Slash => self.slash(seen)?,
            Kind::Star => self.star(seen, lambda, close)?,
            Kind::DoubleStar => {
                self.pos += 1;
                self.named_parameter(lambda, false)?;
                if self.kind() == Kind::Equal {
                    let message = "var-keyword argument cannot have default value";
                    return Err(self.raise_token(self.pos, message));
                }
                seen.kwargs = true;
            }
            Kind::LPar => return Err(self.parenthesised_parameters(lambda)),
            _ => {
                self.named_parameter(lambda, false)?;
                if self.default(close)? {
                    seen.default |= !seen.star;
                } else if seen.default && !seen.star {
                    let message = "parameter without a default follows parameter with a default";
                    return Err(self.raise_token(start, message));
                }
            }
        }
        seen.any = true;
        Ok(())
    }

    fn slash(&mut self, seen: &mut Seen) -> Match {
        let start = self.pos;
        let message = if seen.star {
            "/ must be ahead of *"
        } else if seen.slash {
            "/ may appear only once"
        } else if !seen.any {
            if self.ahead(1) != Kind::Comma {
                return Err(Stop::No);
            }
            "at least one argument must precede /"
        } else {
            self.pos += 1;
            seen.slash = true;
            return Ok(());
        };
        Err(self.raise_token(start, message))
    }

    fn star(&mut self, seen: &mut Seen, lambda: bool, close: Kind) -> Match {
        let start = self.pos;
        if seen.star {
            return Err(self.raise_token(start, "* argument may appear only once"));
        }
        seen.star = true;
        self.pos += 1;
        let next = self.ahead(1);
        if self.kind() == close || self.kind() == Kind::Comma && (next == close || next == Kind::DoubleStar) {
            return Err(self.raise_token(start, "named arguments must follow bare *"));
        }
        if self.kind() == Kind::Comma {
            return Ok(());
        }
        self.named_parameter(lambda, true)?;
        if self.kind() == Kind::Equal {
            return Err(self.raise_token(self.pos, "var-positional argument cannot have default value"));
        }
        Ok(())
    }

    fn named_parameter(&mut self, lambda: bool, star_annotation: bool) -> Match {
        self.expect(Kind::Name)?;
        if !lambda && self.take(Kind::Colon) {
            if star_annotation && self.kind() == Kind::Star {
                self.star_named_expression()?;
            } else {
                self.expression()?;
            }
        }
        Ok(())
    }

    /// `= expression`; false if there is none.
    fn default(&mut self, close: Kind) -> Match<bool> {
        let equal = self.pos;
        if !self.take(Kind::Equal) {
            return Ok(false);
        }
        if self.kind() == close || self.kind() == Kind::Comma {
            return Err(self.raise_token(equal, "expected default value expression"));
        }
        self.expression()?;
        Ok(true)
    }

    fn parenthesised_parameters(&mut self, lambda: bool) -> Stop {
        let open = self.pos;
        self.pos += 1;
        let mut names = 0;
        while self.take(Kind::Name) {
            names += 1;
            if !self.take(Kind::Comma) {
                break;
            }
        }
        if names == 0 || !self.take(Kind::RPar) {
            return Stop::No;
        }
        let what = if lambda { "Lambda expression" } else { "Function" };
        self.raise(open, self.pos, format!("{what} parameters cannot be parenthesized"))
    }

    /// `[T: bound = default, *Ts, **P]`, if there are any.
    pub(super) fn type_parameters(&mut self) -> Match {
        if !self.take(Kind::LSqb) {
            return Ok(());
        }
        if self.kind() == Kind::RSqb {
            return Err(self.raise_from(self.pos, "Type parameter list cannot be empty"));
        }
        while self.kind() != Kind::RSqb {
            self.type_parameter()?;
            if !self.take(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RSqb).map(|_| ())
    }

    fn type_parameter(&mut self) -> Match {
        let what = match self.kind() {
            Kind::Star => Some("TypeVarTuple"),
            Kind::DoubleStar => Some("ParamSpec"),
            _ => None,
        };
        self.pos += usize::from(what.is_some());
        self.expect(Kind::Name)?;
        let colon = self.pos;
        if self.take(Kind::Colon) {
            let bound = self.expression()?;
            if let Some(what) = what {
                let kind = if bound.shape == super::Shape::Tuple { "constraints" } else { "bound" };
                return Err(self.raise_from(colon, format!("cannot use {kind} with {what}")));
            }
        }
        if self.take(Kind::Equal) {
            if what == Some("TypeVarTuple") {
                self.star_named_expression()?;
            } else {
                self.expression()?;
            }
        }
        Ok(())
    }
}
