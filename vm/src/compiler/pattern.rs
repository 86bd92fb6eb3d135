//! `match`.

use num_bigint::BigInt;
use num_traits::FromPrimitive;
use pystm_parser::ast::*;
use pystm_text::number::{complex_repr, float_repr};

use super::unit::Reg;
use super::{CompileError, Compiler, Result, int_const, str_const};
use crate::bytecode::builder::Label;
use crate::bytecode::{Const, Op};

/// Names captured so far and where their values are; they are bound when the whole pattern matches.
type Captures<'a> = Vec<(&'a str, Reg)>;

impl<'a> Compiler<'a> {
    pub(super) fn match_stmt(&mut self, s: &Stmt, subject: &'a Expr, cases: &'a [MatchCase]) -> Result<()> {
        let end = self.u.label();
        // The subject is kept apart from variables that patterns bind.
        let subject = self.push(subject)?;
        let mark = self.u.mark();
        for (i, case) in cases.iter().enumerate() {
            let last = i + 1 == cases.len();
            if !last && case.guard.is_none() {
                self.check_irrefutable(&case.pattern)?;
            }
            let next = self.u.label();
            self.u.at(case.pattern.span);
            let mut captures = Vec::new();
            self.pattern(&case.pattern, subject, next, &mut captures)?;
            for (name, reg) in captures {
                self.u.at(case.pattern.span);
                self.check_assignable(name, case.pattern.span, false)?;
                self.store_name(name, reg);
            }
            self.u.release(mark);
            if let Some(guard) = &case.guard {
                self.jump_if(guard, next, false)?;
            }
            self.stmts(&case.body)?;
            if !last {
                self.u.goto(end);
            }
            self.u.place(next);
            self.u.at(s.span);
        }
        self.u.place(end);
        Ok(())
    }

    /// Refuses a pattern that matches everything and is not the last one.
    fn check_irrefutable(&self, pattern: &Pattern) -> Result<()> {
        let what = match &pattern.kind {
            PatternKind::MatchAs { pattern: None, name: None } => "wildcard".to_owned(),
            PatternKind::MatchAs { pattern: None, name: Some(name) } => format!("name capture '{name}'"),
            PatternKind::MatchAs { pattern: Some(inner), .. } => return self.check_irrefutable(inner),
            PatternKind::MatchOr { patterns } => {
                return patterns.last().map_or(Ok(()), |last| self.check_irrefutable(last));
            }
            _ => return Ok(()),
        };
        Err(CompileError::syntax(pattern.span, format!("{what} makes remaining patterns unreachable")))
    }

    /// Goes to `fail` unless `value` matches. Temporaries that hold captures stay allocated.
    fn pattern(
        &mut self,
        p: &'a Pattern,
        value: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        stacker::maybe_grow(96 * 1024, 1024 * 1024, || {
            self.u.at(p.span);
            match &p.kind {
                PatternKind::MatchValue { value: wanted } => {
                    if let Some(n) = self.small_int(wanted) {
                        self.u.jump(Op::JumpUnlessEqInt, value, 0, n as u16, fail);
                        return Ok(());
                    }
                    let mark = self.u.mark();
                    let wanted = self.operand(wanted)?;
                    self.u.jump(Op::JumpUnlessEq, value, wanted, 0, fail);
                    self.u.release(mark);
                    Ok(())
                }
                PatternKind::MatchSingleton { value: wanted } => {
                    let mark = self.u.mark();
                    if *wanted == Constant::None {
                        self.u.jump(Op::JumpIfNotNone, value, 0, 0, fail);
                    } else {
                        let reg = self.u.temp();
                        self.u.load_const(reg, super::fold::constant(wanted));
                        self.u.jump(Op::JumpIfIsNot, value, reg, 0, fail);
                    }
                    self.u.release(mark);
                    Ok(())
                }
                PatternKind::MatchSequence { patterns } => {
                    self.sequence_pattern(p, patterns, value, fail, captures)
                }
                PatternKind::MatchMapping { keys, patterns, rest } => {
                    self.mapping_pattern(p, keys, patterns, rest.as_deref(), value, fail, captures)
                }
                PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                    self.class_pattern(p, cls, patterns, kwd_attrs, kwd_patterns, value, fail, captures)
                }
                PatternKind::MatchStar { name } => self.capture(p, name.as_deref(), value, captures),
                PatternKind::MatchAs { pattern, name } => {
                    if let Some(pattern) = pattern {
                        self.pattern(pattern, value, fail, captures)?;
                    }
                    self.capture(p, name.as_deref(), value, captures)
                }
                PatternKind::MatchOr { patterns } => self.or_pattern(p, patterns, value, fail, captures),
            }
        })
    }

    fn capture(
        &self,
        p: &Pattern,
        name: Option<&'a str>,
        value: Reg,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        let Some(name) = name else { return Ok(()) };
        if captures.iter().any(|(other, _)| *other == name) {
            return Err(CompileError::syntax(
                p.span,
                format!("multiple assignments to name '{name}' in pattern"),
            ));
        }
        captures.push((name, value));
        Ok(())
    }

    fn sequence_pattern(
        &mut self,
        p: &Pattern,
        patterns: &'a [Pattern],
        value: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        let is_star = |p: &Pattern| matches!(p.kind, PatternKind::MatchStar { .. });
        let star = patterns.iter().position(is_star);
        if patterns.iter().filter(|p| is_star(p)).count() > 1 {
            return Err(CompileError::syntax(p.span, "multiple starred names in sequence pattern"));
        }
        if star.is_some_and(|i| i > 255 || patterns.len() - i > 256) {
            let message = "too many expressions in star-unpacking sequence pattern";
            return Err(CompileError::syntax(p.span, message));
        }
        let mark = self.u.mark();
        let test = self.u.temp();
        self.u.emit(Op::MatchSequence, test, value, 0);
        self.u.jump(Op::JumpIfFalse, test, 0, 0, fail);
        let required = patterns.len() - usize::from(star.is_some());
        if star.is_none() || required > 0 {
            self.u.emit(Op::GetLen, test, value, 0);
            self.jump_unless_len(test, required, star.is_none(), fail);
        }
        self.u.release(mark);
        let star_is_wildcard = star.is_some_and(|i| wildcard(&patterns[i]));
        if patterns.iter().all(wildcard) {
            // Nothing to take out.
            return Ok(());
        }
        if let (Some(star), true) = (star, star_is_wildcard) {
            return self.items_around_star(patterns, star, value, fail, captures);
        }
        let count = patterns.len() as u32;
        let first = self.u.temps(count);
        match star {
            Some(i) => {
                let operand = i as u16 | ((patterns.len() - i - 1) as u16) << 8;
                self.u.emit(Op::UnpackEx, first, value, operand);
            }
            None => {
                let operand = self.u.builder.fit(count);
                self.u.emit(Op::UnpackSequence, first, value, operand);
            }
        }
        for (i, pattern) in patterns.iter().enumerate() {
            self.pattern(pattern, first.saturating_add(i as u16), fail, captures)?;
        }
        Ok(())
    }

    /// `[a, *_, b]`: takes single items, so that the rest is not copied.
    fn items_around_star(
        &mut self,
        patterns: &'a [Pattern],
        star: usize,
        value: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        for (i, pattern) in patterns.iter().enumerate() {
            if i == star || wildcard(pattern) {
                continue;
            }
            let item = self.u.temp();
            let mark = self.u.mark();
            if i < star {
                self.u.emit(Op::GetItemInt, item, value, i as u16);
            } else {
                let index = self.u.temp();
                self.u.emit(Op::GetLen, index, value, 0);
                self.u.emit(Op::SubInt, index, index, (patterns.len() - i) as u16);
                self.u.emit(Op::GetItem, item, value, index);
            }
            self.u.release(mark);
            self.pattern(pattern, item, fail, captures)?;
        }
        Ok(())
    }

    fn jump_unless_len(&mut self, len: Reg, wanted: usize, exact: bool, fail: Label) {
        if let Ok(n) = i16::try_from(wanted) {
            let op = if exact { Op::JumpUnlessEqInt } else { Op::JumpUnlessGeInt };
            self.u.jump(op, len, 0, n as u16, fail);
        } else {
            let reg = self.u.temp();
            self.u.load_const(reg, int_const(wanted as u32));
            let op = if exact { Op::JumpUnlessEq } else { Op::JumpUnlessGe };
            self.u.jump(op, len, reg, 0, fail);
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one kind of pattern")]
    fn mapping_pattern(
        &mut self,
        p: &Pattern,
        keys: &'a [Expr],
        patterns: &'a [Pattern],
        rest: Option<&'a str>,
        value: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        let mark = self.u.mark();
        let test = self.u.temp();
        self.u.emit(Op::MatchMapping, test, value, 0);
        self.u.jump(Op::JumpIfFalse, test, 0, 0, fail);
        if keys.is_empty() && rest.is_none() {
            self.u.release(mark);
            return Ok(());
        }
        if !keys.is_empty() {
            self.u.emit(Op::GetLen, test, value, 0);
            self.jump_unless_len(test, keys.len(), false, fail);
        }
        self.u.release(mark);
        self.check_keys(p, keys)?;
        let tuple = self.u.temp();
        self.tuple(keys, super::expr::Dest::Reg(tuple))?;
        let found = self.u.temp();
        self.u.at(p.span);
        self.u.emit(Op::MatchKeys, found, value, tuple);
        self.u.jump(Op::JumpIfNone, found, 0, 0, fail);
        if !patterns.is_empty() {
            let count = patterns.len() as u32;
            let first = self.u.temps(count);
            let operand = self.u.builder.fit(count);
            self.u.emit(Op::UnpackSequence, first, found, operand);
            for (i, pattern) in patterns.iter().enumerate() {
                self.pattern(pattern, first.saturating_add(i as u16), fail, captures)?;
            }
        }
        if let Some(rest) = rest {
            self.u.at(p.span);
            let others = self.u.temp();
            self.u.emit(Op::BuildMap, others, others, 0);
            self.u.emit(Op::DictUpdate, others, value, 0);
            let inner = self.u.mark();
            for i in 0..keys.len() {
                let key = self.u.temp();
                let index = self.u.temp();
                self.u.load_const(index, int_const(i as u32));
                self.u.emit(Op::GetItem, key, tuple, index);
                self.u.emit(Op::DelItem, others, key, 0);
                self.u.release(inner);
            }
            self.capture(p, Some(rest), others, captures)?;
        }
        Ok(())
    }

    /// Literal keys must differ.
    fn check_keys(&self, p: &Pattern, keys: &[Expr]) -> Result<()> {
        let mut seen: Vec<Const> = Vec::new();
        for key in keys {
            if let Some(value) = self.fold(key) {
                if seen.iter().any(|other| equal_keys(other, &value)) {
                    let message = format!("mapping pattern checks duplicate key ({})", shown(&value, key));
                    return Err(CompileError::syntax(p.span, message));
                }
                seen.push(value);
            } else if !matches!(key.kind, ExprKind::Attribute { .. }) {
                let message = "mapping pattern keys may only match literals and attribute lookups";
                return Err(CompileError::syntax(p.span, message));
            }
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one kind of pattern")]
    fn class_pattern(
        &mut self,
        p: &Pattern,
        cls: &'a Expr,
        patterns: &'a [Pattern],
        attrs: &'a [Identifier],
        kwd_patterns: &'a [Pattern],
        value: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        for (i, attr) in attrs.iter().enumerate() {
            if attrs[..i].contains(attr) {
                let span = kwd_patterns.get(i).map_or(p.span, |p| p.span);
                let message = format!("attribute name repeated in class pattern: {attr}");
                return Err(CompileError::syntax(span, message));
            }
            self.check_assignable(attr, p.span, false)?;
        }
        let mark = self.u.mark();
        let found = self.u.temp();
        let class = self.push(cls)?;
        let names = self.u.temp();
        self.u.load_const(names, Const::Tuple(attrs.iter().map(|attr| str_const(attr)).collect()));
        let count = self.u.temp();
        self.u.load_const(count, int_const(patterns.len() as u32));
        self.u.at(p.span);
        self.u.emit(Op::MatchClass, found, value, class);
        self.u.jump(Op::JumpIfNone, found, 0, 0, fail);
        self.u.release(mark + 1);
        let total = (patterns.len() + kwd_patterns.len()) as u32;
        if total == 0 || patterns.iter().chain(kwd_patterns).all(wildcard) {
            return Ok(());
        }
        let first = self.u.temps(total);
        let operand = self.u.builder.fit(total);
        self.u.emit(Op::UnpackSequence, first, found, operand);
        for (i, pattern) in patterns.iter().chain(kwd_patterns).enumerate() {
            self.pattern(pattern, first.saturating_add(i as u16), fail, captures)?;
        }
        Ok(())
    }

    /// All alternatives bind the same names; each brings its values to the same registers.
    fn or_pattern(
        &mut self,
        p: &Pattern,
        patterns: &'a [Pattern],
        value: Reg,
        fail: Label,
        captures: &mut Captures<'a>,
    ) -> Result<()> {
        let matched = self.u.label();
        let outer = captures.len();
        let mut names: Captures<'a> = Vec::new();
        let Some((first, _)) = patterns.split_first() else { return Ok(()) };
        let count = bound_names(first);
        let home = self.u.temps(count);
        let mark = self.u.mark();
        for (i, pattern) in patterns.iter().enumerate() {
            let last = i + 1 == patterns.len();
            if !last {
                self.check_irrefutable(pattern)?;
            }
            let next = if last { fail } else { self.u.label() };
            let mut own = captures[..outer].to_vec();
            self.pattern(pattern, value, next, &mut own)?;
            let own = &own[outer..];
            if i == 0 {
                names = own.iter().zip(home..).map(|((name, _), reg)| (*name, reg)).collect();
            }
            let same =
                own.len() == names.len() && own.iter().all(|(name, _)| names.iter().any(|(n, _)| n == name));
            if !same {
                return Err(CompileError::syntax(p.span, "alternative patterns bind different names"));
            }
            for (name, reg) in own {
                if let Some((_, home)) = names.iter().find(|(n, _)| n == name) {
                    self.u.emit(Op::Move, *home, *reg, 0);
                }
            }
            self.u.release(mark);
            if !last {
                self.u.goto(matched);
                self.u.place(next);
            }
        }
        self.u.place(matched);
        captures.extend(names);
        Ok(())
    }
}

/// `_` and `*_`
fn wildcard(p: &Pattern) -> bool {
    matches!(
        &p.kind,
        PatternKind::MatchAs { pattern: None, name: None } | PatternKind::MatchStar { name: None }
    )
}

/// How many names a pattern binds at most.
fn bound_names(p: &Pattern) -> u32 {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || match &p.kind {
        PatternKind::MatchValue { .. } | PatternKind::MatchSingleton { .. } => 0,
        PatternKind::MatchSequence { patterns } => patterns.iter().map(bound_names).sum(),
        PatternKind::MatchOr { patterns } => patterns.first().map_or(0, bound_names),
        PatternKind::MatchMapping { patterns, rest, .. } => {
            patterns.iter().map(bound_names).sum::<u32>() + u32::from(rest.is_some())
        }
        PatternKind::MatchClass { patterns, kwd_patterns, .. } => {
            patterns.iter().chain(kwd_patterns).map(bound_names).sum()
        }
        PatternKind::MatchStar { name } => u32::from(name.is_some()),
        PatternKind::MatchAs { pattern, name } => {
            pattern.as_deref().map_or(0, bound_names) + u32::from(name.is_some())
        }
    })
}

/// Whether two literals are equal as keys of a mapping: numbers by their value, whatever their types.
fn equal_keys(a: &Const, b: &Const) -> bool {
    match (number(a), number(b)) {
        (Some((a, a_imaginary)), Some((b, b_imaginary))) => {
            a_imaginary == b_imaginary
                && match (&a, &b) {
                    (Const::Int(a), Const::Int(b)) => a == b,
                    (Const::Int(n), Const::Float(f)) | (Const::Float(f), Const::Int(n)) => {
                        f.fract() == 0.0 && BigInt::from_f64(*f).as_ref() == Some(n)
                    }
                    _ => a == b,
                }
        }
        _ => a == b,
    }
}

/// A literal as its value's `repr`.
fn shown(value: &Const, key: &Expr) -> String {
    match value {
        Const::Int(n) => n.to_string(),
        Const::Float(f) => float_repr(*f),
        Const::Complex(real, imaginary) => complex_repr(*real, *imaginary),
        _ => super::unparse::unparse(key),
    }
}

/// The real part, an int or a float, and the imaginary part of a number.
fn number(value: &Const) -> Option<(Const, f64)> {
    match value {
        Const::True => Some((Const::Int(1.into()), 0.0)),
        Const::False => Some((Const::Int(0.into()), 0.0)),
        Const::Int(_) | Const::Float(_) => Some((value.clone(), 0.0)),
        Const::Complex(real, imaginary) => Some((Const::Float(*real), *imaginary)),
        _ => None,
    }
}
