//! Replacement fields of f- and t-strings.

use rustpython_parser::Mode as RpMode;
use rustpython_parser::ast as rp;

use super::string::{Pieces, fstring_end};
use crate::ast::{Conversion, Expr, ExprKind, Text};
use crate::convert::Converter;
use crate::error::Fail;
use crate::program::Rejected;
use crate::token::Kind;

impl Converter<'_, '_> {
    /// Parses the field whose `{` is the token `open` into `pieces`; returns the index behind its `}`. The letter is that of
    /// the literal; whether the field stays one of a template is another question.
    pub(crate) fn field(
        &mut self,
        open: usize,
        raw: bool,
        (letter, template): (char, bool),
        pieces: &mut Pieces,
    ) -> Result<usize, Fail> {
        let field_start = self.program.tokens[open].start;
        let expression_end = self.expression_end(open + 1);
        let value = self.field_expression(open + 1, expression_end, letter)?;
        let mut next = expression_end;
        let debug = self.kind(next) == Kind::Equal;
        if debug {
            next += 1;
        }
        let text_end = self.program.tokens[next].start;
        let mut conversion = None;
        if self.kind(next) == Kind::Exclamation {
            conversion = Some(self.conversion(next, letter)?);
            next += 2;
        }
        let mut format_spec = None;
        if self.kind(next) == Kind::Colon {
            let spec;
            (spec, next) = self.format_spec(next, raw, letter)?;
            format_spec = Some(Box::new(spec));
        }
        if self.kind(next) != Kind::RBrace {
            let expected = match (conversion.is_some(), debug) {
                (true, _) => "expecting ':' or '}'",
                (false, true) => "expecting '!', or ':', or '}'",
                (false, false) => "expecting '=', or '!', or ':', or '}'",
            };
            let token = self.program.tokens[next];
            return Err(Fail::new(format!("{letter}-string: {expected}"), token.start, token.end));
        }
        let start = self.program.tokens[open].end;
        if debug {
            let text = Text::from(self.without_comments(open, start, text_end));
            pieces.constant(text, start, text_end, false);
            if conversion.is_none() && format_spec.is_none() {
                conversion = Some(Conversion::Repr);
            }
        }
        let span = self.span(field_start, self.program.tokens[next].end);
        let value = Box::new(value);
        let kind = if template {
            let end = self.program.tokens[expression_end].start;
            let str = self.without_comments(open, start, end).into();
            ExprKind::Interpolation { value, str, conversion, format_spec }
        } else {
            ExprKind::FormattedValue { value, conversion, format_spec }
        };
        pieces.value(Expr { kind, span }, self);
        Ok(next + 1)
    }

    /// What is wrong with the fields of the f-string at `start`, which the lexer could not finish.
    pub(crate) fn unfinished_string(&mut self, start: usize) -> Option<Fail> {
        let letter = self.program.text(self.program.tokens[start]).chars().find(|c| "ftFT".contains(*c));
        let letter = letter.unwrap_or('f').to_ascii_lowercase();
        self.unfinished_fields(start + 1, letter)
    }

    /// What is wrong with the fields among the pieces of text from a token on.
    fn unfinished_fields(&mut self, from: usize, letter: char) -> Option<Fail> {
        let mut next = from;
        loop {
            match self.kind(next) {
                Kind::FMiddle => next += 1,
                Kind::LBrace => {
                    if let Some(fail) = self.unfinished_field(next, letter) {
                        return Some(fail);
                    }
                    next = self.field_end(next)?;
                }
                _ => return None,
            }
        }
    }

    fn unfinished_field(&mut self, open: usize, letter: char) -> Option<Fail> {
        let from = open + 1;
        let mut next = self.expression_end(from).min(self.program.tokens.len() - 1);
        if from < next && self.kind(next) == Kind::End && self.kind(from) != Kind::Equal {
            let rejected = self.program.run_grammar(from, next, RpMode::Expression).err()?;
            let offset = match &rejected {
                Rejected::At(offset, _) => *offset,
                Rejected::With(fail) => fail.start,
            };
            let failed = self.program.token_at(offset);
            let ends_in_equal = failed + 1 == next && self.kind(failed) == Kind::Equal;
            return (failed < next && !ends_in_equal).then(|| self.field_error(from, next, letter, rejected));
        }
        if from == next && self.kind(next) == Kind::End {
            return None;
        }
        if let Err(fail) = self.field_expression(from, next, letter) {
            return Some(fail);
        }
        next += usize::from(self.kind(next) == Kind::Equal);
        if self.kind(next) == Kind::Exclamation && self.kind(next + 1) != Kind::End {
            if let Err(fail) = self.conversion(next, letter) {
                return Some(fail);
            }
            next += 2;
        }
        if self.kind(next) == Kind::Colon { self.unfinished_fields(next + 1, letter) } else { None }
    }

    /// Index behind the `}` of a field, if it is closed.
    fn field_end(&self, open: usize) -> Option<usize> {
        let mut depth = 0usize;
        for (index, token) in self.program.tokens.iter().enumerate().skip(open) {
            depth += usize::from(token.kind.opens());
            depth -= usize::from(token.kind.closes() && depth > 0);
            if depth == 0 {
                return Some(index + 1);
            }
        }
        None
    }

    fn kind(&self, index: usize) -> Kind {
        self.program.tokens.get(index).map_or(Kind::End, |token| token.kind)
    }

    /// Index of the token that ends a field's expression.
    fn expression_end(&self, from: usize) -> usize {
        let mut depth = 0usize;
        let mut index = from;
        loop {
            match self.kind(index) {
                Kind::End => return index,
                Kind::FStart => {
                    index = fstring_end(self.program, index);
                    continue;
                }
                Kind::Exclamation | Kind::Colon | Kind::RBrace if depth == 0 => return index,
                Kind::Equal
                    if depth == 0
                        && matches!(self.kind(index + 1), Kind::Exclamation | Kind::Colon | Kind::RBrace) =>
                {
                    return index;
                }
                kind if kind.opens() => depth += 1,
                kind if kind.closes() => depth = depth.saturating_sub(1),
                _ => {}
            }
            index += 1;
        }
    }

    fn field_expression(&mut self, from: usize, to: usize, letter: char) -> Result<Expr, Fail> {
        let end = self.program.tokens[to];
        if from == to || self.kind(from) == Kind::Equal {
            let end = self.program.tokens[from];
            let text = self.program.text(end);
            let message = format!("{letter}-string: valid expression required before '{text}'");
            return Err(Fail::new(message, end.start, end.end));
        }
        if self.kind(from) == Kind::Yield {
            return self.field_yield(from, to, letter);
        }
        match self.program.run_grammar(from, to, RpMode::Expression) {
            Ok(parsed) => match parsed.module {
                rp::Mod::Expression(module) => self.expr(*module.body),
                _ => Err(Fail::new("invalid syntax", end.start, end.end)),
            },
            Err(rejected) => Err(self.field_error(from, to, letter, rejected)),
        }
    }

    /// `yield` is an expression only in parentheses for the grammar, so it goes in as the statement that it can be.
    fn field_yield(&mut self, from: usize, to: usize, letter: char) -> Result<Expr, Fail> {
        let first = self.program.tokens[from];
        let mut parsed = self
            .program
            .run_yield(from, to)
            .map_err(|rejected| self.field_error(from, to, letter, rejected))?;
        match parsed.pop() {
            Some(rp::Stmt::Expr(statement)) if parsed.is_empty() => self.expr(*statement.value),
            _ => Err(Fail::new("invalid syntax", first.start, first.end)),
        }
    }

    fn field_error(&self, from: usize, to: usize, letter: char, rejected: Rejected) -> Fail {
        let lambda = (from..to).rev().find(|&at| self.kind(at) == Kind::Lambda);
        // It must stand where a lambda expression may begin.
        let begins = |at: usize| {
            use Kind::{ColonEqual, Comma, Else, From, Yield};
            at == from || matches!(self.kind(at - 1), Comma | Else | ColonEqual | Yield | From)
        };
        if let Some(lambda) = lambda.filter(|&at| self.kind(to) == Kind::Colon && begins(at))
            && matches!(self.kind(to + 1), Kind::FMiddle | Kind::LBrace | Kind::RBrace)
        {
            let message = format!("{letter}-string: lambda expressions are not allowed without parentheses");
            return Fail::new(message, self.program.tokens[lambda].start, self.program.tokens[to].end);
        }
        let offset = match &rejected {
            Rejected::At(offset, _) => *offset,
            Rejected::With(fail) => fail.start,
        };
        let failed = self.program.token_at(offset).clamp(from, to);
        let (words, end) = crate::diagnose::expression(self.program, from, to, failed);
        if let Some(fail) = words {
            return fail;
        }
        match rejected {
            Rejected::With(fail) => fail,
            Rejected::At(..) => {
                let (at, expected) = match end {
                    None => (from, "a valid expression after '{'"),
                    Some(end) if self.kind(end) == Kind::Equal => (end + 1, "'!', or ':', or '}'"),
                    Some(end) => (end, "'=', or '!', or ':', or '}'"),
                };
                let token = self.program.tokens[at.min(to)];
                Fail::new(format!("{letter}-string: expecting {expected}"), token.start, token.end)
            }
        }
    }

    fn conversion(&self, exclamation: usize, letter: char) -> Result<Conversion, Fail> {
        let mark = self.program.tokens[exclamation];
        let token = self.program.tokens[exclamation + 1];
        let text = self.program.text(token);
        if token.kind != Kind::Name && !token.kind.is_keyword() {
            let message = if matches!(token.kind, Kind::RBrace | Kind::Colon) {
                format!("{letter}-string: missing conversion character")
            } else {
                format!("{letter}-string: invalid conversion character")
            };
            return Err(Fail::new(message, token.start, token.end));
        }
        if token.start != mark.end {
            let message =
                format!("{letter}-string: conversion type must come right after the exclamation mark");
            return Err(Fail::new(message, mark.start, token.end));
        }
        match text {
            "s" => Ok(Conversion::Str),
            "r" => Ok(Conversion::Repr),
            "a" => Ok(Conversion::Ascii),
            _ => {
                let message = format!(
                    "{letter}-string: invalid conversion character '{text}': expected 's', 'r', or 'a'"
                );
                Err(Fail::new(message, token.start, token.end))
            }
        }
    }

    /// Parses the format spec behind the token `colon`; returns it and the index of what follows.
    fn format_spec(&mut self, colon: usize, raw: bool, letter: char) -> Result<(Expr, usize), Fail> {
        let mut pieces = Pieces::default();
        let mut next = colon + 1;
        loop {
            let token = self.program.tokens[next];
            match token.kind {
                Kind::FMiddle => {
                    let text = self.middle(token, raw, true)?;
                    pieces.constant(text, token.start, token.end, false);
                    next += 1;
                }
                // The fields of a format spec are formatted at once, even in a t-string.
                Kind::LBrace => next = self.field(next, raw, (letter, false), &mut pieces)?,
                _ => {
                    let span = self.span(self.program.tokens[colon].start, self.program.tokens[next - 1].end);
                    let values = pieces.finish(self);
                    return Ok((Expr { kind: ExprKind::JoinedStr { values }, span }, next));
                }
            }
        }
    }

    /// The source text `start..end` behind the token `before`, comments left out.
    fn without_comments(&self, before: usize, start: u32, end: u32) -> String {
        let text = &self.program.source[start as usize..end as usize];
        if !text.contains('#') {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut done = start;
        for token in self.program.tokens[before + 1..].iter().take_while(|token| token.start < end) {
            push_gap(&mut out, &self.program.source[done as usize..token.start as usize]);
            out.push_str(self.program.text(*token));
            done = token.end;
        }
        push_gap(&mut out, &self.program.source[done.min(end) as usize..end as usize]);
        out
    }
}

/// Appends the blanks and line ends between two tokens.
fn push_gap(out: &mut String, gap: &str) {
    for (index, line) in gap.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        out.push_str(line.split('#').next().unwrap_or(""));
    }
}
