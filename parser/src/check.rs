//! Wrong programs that the grammar lets through.
//!
//! What is found here is a [`Weight::Suspect`]: the diagnosis gets the chance to say it in CPython's words.

use crate::ast::{Constant, Expr, ExprKind, Operator, Stmt};
use crate::convert::Converter;
use crate::error::{Fail, Weight};
use crate::program::Program;
use crate::token::Kind;

/// Finds stars that have nothing behind them: the grammar takes `def f(**): ...` and `def f(*, **k): ...`.
pub(crate) fn tokens(program: &Program<'_>) -> Result<(), Fail> {
    for three in program.tokens.windows(3) {
        let wrong = match (three[0].kind, three[1].kind) {
            (Kind::DoubleStar, Kind::RPar | Kind::Colon | Kind::Comma) => three[1],
            (Kind::Star, Kind::Comma) if three[2].kind == Kind::DoubleStar => three[0],
            _ => continue,
        };
        let message =
            if wrong.kind == Kind::Star { "named arguments must follow bare *" } else { "invalid syntax" };
        return Err(suspect(message, wrong.start, wrong.end));
    }
    Ok(())
}

/// Refuses more than one statement at the prompt, unless they are simple ones in one line.
pub(crate) fn single(program: &Program<'_>, body: &[Stmt]) -> Result<(), Fail> {
    for pair in body.windows(2) {
        let end = program.lines.offset(pair[0].span.end_line, pair[0].span.end_col);
        let next = program.lines.offset(pair[1].span.line, pair[1].span.col);
        let between = &program.tokens[program.token_at(end)..program.token_at(next)];
        let compound = between.is_empty() || between.iter().any(|token| token.kind != Kind::Semi);
        if compound {
            let message = "multiple statements found while compiling a single statement";
            // At the newline behind the first one.
            return Err(Fail::new(message, end, end + 1));
        }
    }
    Ok(())
}

/// An error for which there may be better words.
pub(crate) fn suspect(message: &str, start: u32, end: u32) -> Fail {
    Fail::new(message, start, end).weighing(Weight::Suspect)
}

/// What a target is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Assign,
    /// Annotated or augmented: one target only.
    Single,
    Delete,
}

impl Converter<'_, '_> {
    /// Refuses an expression that cannot be assigned to or deleted.
    pub(crate) fn check_target(&self, target: &Expr, purpose: Purpose) -> Result<(), Fail> {
        match &target.kind {
            ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => Ok(()),
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } if purpose != Purpose::Single => {
                elts.iter().try_for_each(|element| self.check_target(element, purpose))
            }
            ExprKind::Starred { value, .. } if purpose == Purpose::Assign => {
                self.check_target(value, purpose)
            }
            _ => {
                let start = self.program.lines.offset(target.span.line, target.span.col);
                let end = self.program.lines.offset(target.span.end_line, target.span.end_col);
                let verb = if purpose == Purpose::Delete { "delete" } else { "assign to" };
                Err(suspect(&format!("cannot {verb} expression"), start, end))
            }
        }
    }

    /// Refuses a complex number in a pattern that is not a real plus an imaginary one.
    pub(crate) fn check_complex(&self, value: &Expr) -> Result<(), Fail> {
        let ExprKind::BinOp { left, op: Operator::Add | Operator::Sub, right } = &value.kind else {
            return Ok(());
        };
        let (wrong, message) = if is_imaginary(left) {
            (left, "real number required in complex literal")
        } else if !is_imaginary(right) {
            (right, "imaginary number required in complex literal")
        } else {
            return Ok(());
        };
        let start = self.program.lines.offset(wrong.span.line, wrong.span.col);
        let end = self.program.lines.offset(wrong.span.end_line, wrong.span.end_col);
        Err(Fail::new(message, start, end))
    }
}

fn is_imaginary(number: &Expr) -> bool {
    match &number.kind {
        ExprKind::UnaryOp { operand, .. } => is_imaginary(operand),
        ExprKind::Constant { value: Constant::Complex(_), .. } => true,
        _ => false,
    }
}
