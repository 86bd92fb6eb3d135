//! Files, blocks and compound statements.

use super::{Diagnosis, Match, Stop, target::Purpose};
use crate::token::Kind;

impl Diagnosis<'_, '_> {
    pub(super) fn file(&mut self) -> Match {
        while self.kind() != Kind::End {
            self.statement()?;
        }
        Ok(())
    }

    fn statement(&mut self) -> Match {
        let start = self.pos;
        match self.kind() {
            Kind::Newline => {
                self.pos += 1;
                Ok(())
            }
            Kind::If => self.if_(Kind::If, "if"),
            Kind::While => self.while_(),
            Kind::For => self.for_(),
            Kind::Try => self.try_(),
            Kind::With => self.with(),
            Kind::At => self.decorated(),
            Kind::Def => self.function(),
            Kind::Class => self.class(),
            Kind::Async => {
                self.pos += 1;
                match self.kind() {
                    Kind::Def => self.function(),
                    Kind::For => self.for_(),
                    Kind::With => self.with(),
                    _ => Err(Stop::No),
                }
            }
            Kind::Name if self.text(start) == "match" => {
                if self.attempt(Self::match_)?.is_some() {
                    Ok(())
                } else {
                    self.simple_statements()
                }
            }
            _ => self.simple_statements(),
        }
    }

    /// The block behind the colon of a compound statement that began with token `start`.
    pub(super) fn block(&mut self, start: usize, what: &str) -> Match {
        if self.kind() != Kind::Newline {
            return self.simple_statements();
        }
        self.pos += 1;
        if !self.take(Kind::Indent) {
            let line = self.program.lines.line(self.token(start).start);
            let message = format!("expected an indented block after {what} on line {line}");
            return Err(self.raise_indentation(message));
        }
        while !matches!(self.kind(), Kind::Dedent | Kind::End) {
            self.statement()?;
        }
        self.expect(Kind::Dedent).map(|_| ())
    }

    /// The colon of a header; where the line ends instead, there are words for it.
    fn colon(&mut self) -> Match {
        if self.take(Kind::Colon) {
            return Ok(());
        }
        if self.kind() == Kind::Newline {
            return Err(self.raise_token(self.pos, "expected ':'"));
        }
        Err(Stop::No)
    }

    fn if_(&mut self, keyword: Kind, name: &str) -> Match {
        let start = self.expect(keyword)?;
        self.named_expression()?;
        self.colon()?;
        self.block(start, &format!("'{name}' statement"))?;
        match self.kind() {
            Kind::Elif => self.if_(Kind::Elif, "elif"),
            Kind::Else => self.else_(true),
            _ => Ok(()),
        }
    }

    fn else_(&mut self, of_if: bool) -> Match {
        let start = self.pos;
        if !self.take(Kind::Else) {
            return Ok(());
        }
        self.force(Kind::Colon, ":")?;
        self.block(start, "'else' statement")?;
        if of_if && self.kind() == Kind::Elif {
            return Err(self.raise_token(self.pos, "'elif' block follows an 'else' block"));
        }
        Ok(())
    }

    fn while_(&mut self) -> Match {
        let start = self.expect(Kind::While)?;
        self.named_expression()?;
        self.colon()?;
        self.block(start, "'while' statement")?;
        self.else_(false)
    }

    fn for_(&mut self) -> Match {
        let start = self.expect(Kind::For)?;
        self.for_target(false)?;
        self.star_expressions()?;
        self.colon()?;
        self.block(start, "'for' statement")?;
        self.else_(false)
    }

    fn try_(&mut self) -> Match {
        let start = self.expect(Kind::Try)?;
        self.force(Kind::Colon, ":")?;
        self.block(start, "'try' statement")?;
        let mut star = None;
        while self.kind() == Kind::Except {
            let is_star = self.ahead(1) == Kind::Star;
            if is_star && self.ahead(2) == Kind::Colon {
                return Err(self.raise_token(self.pos + 2, "expected one or more exception types"));
            }
            if star.is_some_and(|star| star != is_star) {
                let message = "cannot have both 'except' and 'except*' on the same 'try'";
                return Err(self.raise(self.pos, self.pos + 1 + usize::from(is_star), message));
            }
            star = Some(is_star);
            self.except()?;
        }
        if star.is_some() {
            self.else_(false)?;
        }
        if self.kind() == Kind::Finally {
            let start = self.pos;
            self.pos += 1;
            self.force(Kind::Colon, ":")?;
            return self.block(start, "'finally' statement");
        }
        if star.is_none() {
            return Err(self.raise_last("expected 'except' or 'finally' block"));
        }
        Ok(())
    }

    fn except(&mut self) -> Match {
        let start = self.expect(Kind::Except)?;
        let star = self.take(Kind::Star);
        let name = if star { "'except*' statement" } else { "'except' statement" };
        if matches!(self.kind(), Kind::Colon | Kind::Newline) {
            if star {
                return Err(self.raise_token(self.pos, "expected one or more exception types"));
            }
            self.colon()?;
            return self.block(start, name);
        }
        let types = self.pos;
        self.expression()?;
        let mut several = false;
        while self.take(Kind::Comma) {
            several = true;
            if self.attempt(Self::expression)?.is_none() {
                break;
            }
        }
        if self.take(Kind::As) {
            if several && self.kind() == Kind::Name && self.ahead(1) == Kind::Colon {
                self.pos += 1;
                let message = "multiple exception types must be parenthesized when using 'as'";
                return Err(self.raise_from(types, message));
            }
            let target = self.expression()?;
            if target.shape != super::Shape::Name && self.kind() == Kind::Colon {
                let keyword = if star { "except*" } else { "except" };
                let message = format!("cannot use {keyword} statement with {}", target.shape.name());
                return Err(self.raise_piece(&target, message));
            }
        }
        self.colon()?;
        self.block(start, name)
    }

    fn with(&mut self) -> Match {
        let start = self.expect(Kind::With)?;
        let bracketed = self.attempt(|this| {
            this.expect(Kind::LPar)?;
            while this.kind() != Kind::RPar {
                this.with_item()?;
                if !this.take(Kind::Comma) {
                    break;
                }
            }
            this.expect(Kind::RPar)?;
            if matches!(this.kind(), Kind::Colon | Kind::Newline) { Ok(()) } else { Err(Stop::No) }
        })?;
        if bracketed.is_none() {
            self.with_item()?;
            while self.take(Kind::Comma) {
                self.with_item()?;
            }
        }
        self.colon()?;
        self.block(start, "'with' statement")
    }

    fn with_item(&mut self) -> Match {
        self.expression()?;
        if self.take(Kind::As) {
            let target = self.star_expression_target()?;
            if matches!(self.kind(), Kind::Comma | Kind::RPar | Kind::Colon)
                && let stop @ Stop::Raise(_) = self.refuse_target(&target, Purpose::Assign)
            {
                return Err(stop);
            }
        }
        Ok(())
    }

    fn star_expression_target(&mut self) -> Match<super::Piece> {
        if self.kind() == Kind::Star { self.star_named_expression() } else { self.expression() }
    }

    fn decorated(&mut self) -> Match {
        while self.take(Kind::At) {
            self.named_expression()?;
            self.expect(Kind::Newline)?;
        }
        match self.kind() {
            Kind::Class => self.class(),
            Kind::Async => {
                self.pos += 1;
                self.function()
            }
            _ => self.function(),
        }
    }

    fn function(&mut self) -> Match {
        let start = self.expect(Kind::Def)?;
        self.expect(Kind::Name)?;
        self.attempt(Self::type_parameters)?;
        self.force(Kind::LPar, "(")?;
        self.parameters(false)?;
        self.expect(Kind::RPar)?;
        if self.take(Kind::Arrow) {
            self.expression()?;
        }
        self.force(Kind::Colon, ":")?;
        self.block(start, "function definition")
    }

    fn class(&mut self) -> Match {
        let start = self.expect(Kind::Class)?;
        self.expect(Kind::Name)?;
        self.type_parameters()?;
        if self.kind() == Kind::LPar {
            self.call()?;
        }
        self.colon()?;
        self.block(start, "class definition")
    }

    fn match_(&mut self) -> Match {
        let start = self.expect(Kind::Name)?;
        self.star_named_expressions()?;
        if self.kind() == Kind::Newline && self.case_follows() {
            return Err(self.raise_token(self.pos, "expected ':'"));
        }
        self.expect(Kind::Colon)?;
        self.expect(Kind::Newline)?;
        if !self.take(Kind::Indent) {
            let line = self.program.lines.line(self.token(start).start);
            let message = format!("expected an indented block after 'match' statement on line {line}");
            return Err(self.raise_indentation(message));
        }
        while self.kind() == Kind::Name && self.text(self.pos) == "case" {
            self.case()?;
        }
        self.expect(Kind::Dedent).map(|_| ())
    }

    fn case_follows(&mut self) -> bool {
        self.ahead(1) == Kind::Indent && self.text(self.pos + 2) == "case"
    }

    fn case(&mut self) -> Match {
        let start = self.expect(Kind::Name)?;
        self.patterns()?;
        if self.take(Kind::If) {
            self.named_expression()?;
        }
        self.colon()?;
        self.block(start, "'case' statement")
    }
}
