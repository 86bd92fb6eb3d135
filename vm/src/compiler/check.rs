//! `SyntaxWarning`s.

use pystm_parser::ast::*;

use super::{CompileWarning, Compiler};

impl Compiler<'_> {
    /// Notes a warning, once: code that is compiled twice warns once.
    fn warn(&mut self, span: Span, message: String) {
        let warning = CompileWarning { message, span };
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// `x is 1`
    pub(super) fn check_compare(&mut self, e: &Expr, left: &Expr, ops: &[CmpOp], comparators: &[Expr]) {
        let mut left = left;
        for (op, right) in ops.iter().zip(comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot)
                && let Some(literal) = odd_identity(left).or_else(|| odd_identity(right))
            {
                let (is, equals) = if *op == CmpOp::Is { ("is", "==") } else { ("is not", "!=") };
                self.warn(e.span, format!("\"{is}\" with '{literal}' literal. Did you mean \"{equals}\"?"));
                return;
            }
            left = right;
        }
    }

    /// `(1, 2)(3)`
    pub(super) fn check_caller(&mut self, func: &Expr) {
        let callable = match &func.kind {
            ExprKind::Constant { value, .. } => Some(constant_type(value)),
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::Dict { .. }
            | ExprKind::DictComp { .. }
            | ExprKind::Set { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. }
            | ExprKind::TemplateStr { .. }
            | ExprKind::Interpolation { .. } => display_type(func),
            _ => None,
        };
        if let Some(name) = callable {
            self.warn(func.span, format!("'{name}' object is not callable; perhaps you missed a comma?"));
        }
    }

    /// `{1, 2}[3]`
    pub(super) fn check_subscripter(&mut self, value: &Expr) {
        let name = match &value.kind {
            ExprKind::Constant {
                value:
                    constant @ (Constant::None
                    | Constant::Ellipsis
                    | Constant::Int(_)
                    | Constant::Float(_)
                    | Constant::Complex(_)
                    | Constant::True
                    | Constant::False),
                ..
            } => Some(constant_type(constant)),
            ExprKind::Set { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::Lambda { .. }
            | ExprKind::TemplateStr { .. }
            | ExprKind::Interpolation { .. } => display_type(value),
            _ => None,
        };
        if let Some(name) = name {
            self.warn(
                value.span,
                format!("'{name}' object is not subscriptable; perhaps you missed a comma?"),
            );
        }
    }

    /// `[1, 2]['x']`
    pub(super) fn check_index(&mut self, value: &Expr, slice: &Expr) {
        let index = match &slice.kind {
            ExprKind::Constant { value: Constant::Int(_) | Constant::True | Constant::False, .. } => None,
            ExprKind::Constant { value, .. } => Some(constant_type(value)),
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::Dict { .. }
            | ExprKind::DictComp { .. }
            | ExprKind::Set { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::Lambda { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. }
            | ExprKind::TemplateStr { .. } => display_type(slice),
            _ => None,
        };
        let sequence = match &value.kind {
            ExprKind::Constant { value: constant @ (Constant::Str(_) | Constant::Bytes(_)), .. } => {
                Some(constant_type(constant))
            }
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. } => display_type(value),
            _ => None,
        };
        if let (Some(sequence), Some(index)) = (sequence, index) {
            let message = format!(
                "{sequence} indices must be integers or slices, not {index}; perhaps you missed a comma?"
            );
            self.warn(value.span, message);
        }
    }

    /// `assert (x, "message")`
    pub(super) fn check_assert(&mut self, s: &Stmt, test: &Expr) {
        if matches!(&test.kind, ExprKind::Tuple { elts, .. } if !elts.is_empty()) {
            self.warn(s.span, "assertion is always true, perhaps remove parentheses?".into());
        }
    }

    /// `return`, `break` and `continue` that leave a `finally` block (PEP 765).
    pub(super) fn check_finally(&mut self, body: &[Stmt]) {
        self.look_for_finally(body, false, false);
    }

    fn look_for_finally(&mut self, body: &[Stmt], in_finally: bool, in_loop: bool) {
        for s in body {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.look_at(s, in_finally, in_loop));
        }
    }

    fn look_at(&mut self, s: &Stmt, in_finally: bool, in_loop: bool) {
        let word = match &s.kind {
            StmtKind::Return { .. } if in_finally => "return",
            StmtKind::Break if in_finally && !in_loop => "break",
            StmtKind::Continue if in_finally && !in_loop => "continue",
            StmtKind::FunctionDef(def) | StmtKind::AsyncFunctionDef(def) => {
                return self.look_for_finally(&def.body, false, false);
            }
            StmtKind::ClassDef(class) => return self.look_for_finally(&class.body, false, false),
            StmtKind::Try(t) | StmtKind::TryStar(t) => {
                self.look_for_finally(&t.body, in_finally, in_loop);
                t.handlers.iter().for_each(|h| self.look_for_finally(&h.body, in_finally, in_loop));
                self.look_for_finally(&t.orelse, in_finally, in_loop);
                return self.look_for_finally(&t.finalbody, true, false);
            }
            StmtKind::For(f) | StmtKind::AsyncFor(f) => {
                self.look_for_finally(&f.body, in_finally, true);
                return self.look_for_finally(&f.orelse, in_finally, in_loop);
            }
            StmtKind::While { body, orelse, .. } => {
                self.look_for_finally(body, in_finally, true);
                return self.look_for_finally(orelse, in_finally, in_loop);
            }
            _ => return bodies(s, &mut |inner| self.look_for_finally(inner, in_finally, in_loop)),
        };
        self.warn(s.span, format!("'{word}' in a 'finally' block"));
    }
}

/// Calls `f` for each body inside a statement that belongs to the same block.
pub(super) fn bodies<'a>(s: &'a Stmt, f: &mut dyn FnMut(&'a [Stmt])) {
    match &s.kind {
        StmtKind::For(l) | StmtKind::AsyncFor(l) => {
            f(&l.body);
            f(&l.orelse);
        }
        StmtKind::While { body, orelse, .. } | StmtKind::If { body, orelse, .. } => {
            f(body);
            f(orelse);
        }
        StmtKind::With { body, .. } | StmtKind::AsyncWith { body, .. } => f(body),
        StmtKind::Match { cases, .. } => cases.iter().for_each(|case| f(&case.body)),
        StmtKind::Try(t) | StmtKind::TryStar(t) => {
            f(&t.body);
            t.handlers.iter().for_each(|handler| f(&handler.body));
            f(&t.orelse);
            f(&t.finalbody);
        }
        _ => {}
    }
}

/// The type of a literal whose identity means nothing.
fn odd_identity(e: &Expr) -> Option<&'static str> {
    match &e.kind {
        ExprKind::Constant {
            value: Constant::None | Constant::True | Constant::False | Constant::Ellipsis,
            ..
        } => None,
        ExprKind::Constant { value, .. } => Some(constant_type(value)),
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => odd_identity(operand),
        ExprKind::Tuple { elts, .. } if elts.iter().all(is_constant) => Some("tuple"),
        _ => None,
    }
}

fn is_constant(e: &Expr) -> bool {
    match &e.kind {
        ExprKind::Constant { .. } => true,
        ExprKind::Tuple { elts, .. } => elts.iter().all(is_constant),
        _ => false,
    }
}

fn constant_type(value: &Constant) -> &'static str {
    match value {
        Constant::None => "NoneType",
        Constant::True | Constant::False => "bool",
        Constant::Ellipsis => "ellipsis",
        Constant::Int(_) => "int",
        Constant::Float(_) => "float",
        Constant::Complex(_) => "complex",
        Constant::Str(_) => "str",
        Constant::Bytes(_) => "bytes",
    }
}

/// The type of the value of a display.
fn display_type(e: &Expr) -> Option<&'static str> {
    Some(match &e.kind {
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set { .. } | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda { .. } => "function",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
        ExprKind::TemplateStr { .. } => "string.templatelib.Template",
        ExprKind::Interpolation { .. } => "string.templatelib.Interpolation",
        _ => return None,
    })
}
