//! Statements, patterns and type parameters.

use super::{Dump, Fields, Value};
use crate::ast::{
    Alias, ClassDef, ExceptHandler, For, FunctionDef, MatchCase, Pattern, PatternKind, Stmt, StmtKind, Try,
    TypeParam, TypeParamKind, WithItem,
};

impl Value for Stmt {
    fn dump(&self, dump: &mut Dump) {
        let name = name(&self.kind);
        stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || {
            dump.node(name, Some(self.span), |node| fields(&self.kind, node));
        });
    }
}

fn name(kind: &StmtKind) -> &'static str {
    match kind {
        StmtKind::FunctionDef(_) => "FunctionDef",
        StmtKind::AsyncFunctionDef(_) => "AsyncFunctionDef",
        StmtKind::ClassDef(_) => "ClassDef",
        StmtKind::Return { .. } => "Return",
        StmtKind::Delete { .. } => "Delete",
        StmtKind::Assign { .. } => "Assign",
        StmtKind::TypeAlias { .. } => "TypeAlias",
        StmtKind::AugAssign { .. } => "AugAssign",
        StmtKind::AnnAssign { .. } => "AnnAssign",
        StmtKind::For(_) => "For",
        StmtKind::AsyncFor(_) => "AsyncFor",
        StmtKind::While { .. } => "While",
        StmtKind::If { .. } => "If",
        StmtKind::With { .. } => "With",
        StmtKind::AsyncWith { .. } => "AsyncWith",
        StmtKind::Match { .. } => "Match",
        StmtKind::Raise { .. } => "Raise",
        StmtKind::Try(_) => "Try",
        StmtKind::TryStar(_) => "TryStar",
        StmtKind::Assert { .. } => "Assert",
        StmtKind::Import { .. } => "Import",
        StmtKind::ImportFrom { .. } => "ImportFrom",
        StmtKind::Global { .. } => "Global",
        StmtKind::Nonlocal { .. } => "Nonlocal",
        StmtKind::Expr { .. } => "Expr",
        StmtKind::Pass => "Pass",
        StmtKind::Break => "Break",
        StmtKind::Continue => "Continue",
    }
}

fn fields(kind: &StmtKind, node: &mut Fields<'_>) {
    match kind {
        StmtKind::FunctionDef(def) | StmtKind::AsyncFunctionDef(def) => function(def, node),
        StmtKind::ClassDef(def) => class(def, node),
        StmtKind::Return { value } => node.optional("value", value.as_ref()),
        StmtKind::Delete { targets } => node.list("targets", targets),
        StmtKind::Assign { targets, value } => {
            node.list("targets", targets);
            node.field("value", value);
        }
        StmtKind::TypeAlias { name, type_params, value } => {
            node.field("name", name);
            node.list("type_params", type_params);
            node.field("value", value);
        }
        StmtKind::AugAssign { target, op, value } => {
            node.field("target", target);
            node.bare("op", super::expr::operator(*op));
            node.field("value", value);
        }
        StmtKind::AnnAssign { target, annotation, value, simple } => {
            node.field("target", target);
            node.field("annotation", annotation);
            node.optional("value", value.as_ref());
            node.number("simple", (*simple).into());
        }
        StmtKind::For(node_) | StmtKind::AsyncFor(node_) => for_(node_, node),
        StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
            node.field("test", test);
            node.list("body", body);
            node.list("orelse", orelse);
        }
        StmtKind::With { items, body } | StmtKind::AsyncWith { items, body } => {
            node.list("items", items);
            node.list("body", body);
        }
        StmtKind::Match { subject, cases } => {
            node.field("subject", subject);
            node.list("cases", cases);
        }
        StmtKind::Raise { exc, cause } => {
            node.optional("exc", exc.as_ref());
            node.optional("cause", cause.as_ref());
        }
        StmtKind::Try(try_) | StmtKind::TryStar(try_) => try_fields(try_, node),
        StmtKind::Assert { test, msg } => {
            node.field("test", test);
            node.optional("msg", msg.as_ref());
        }
        StmtKind::Import { names } => node.list("names", names),
        StmtKind::ImportFrom { module, names, level } => {
            node.optional("module", module.as_ref());
            node.list("names", names);
            node.number("level", *level);
        }
        StmtKind::Global { names } | StmtKind::Nonlocal { names } => node.list("names", names),
        StmtKind::Expr { value } => node.field("value", value),
        StmtKind::Pass | StmtKind::Break | StmtKind::Continue => {}
    }
}

fn function(def: &FunctionDef, node: &mut Fields<'_>) {
    node.field("name", &*def.name);
    node.field("args", &def.args);
    node.list("body", &def.body);
    node.list("decorator_list", &def.decorator_list);
    node.optional("returns", def.returns.as_ref());
    node.list("type_params", &def.type_params);
}

fn class(def: &ClassDef, node: &mut Fields<'_>) {
    node.field("name", &*def.name);
    node.list("bases", &def.bases);
    node.list("keywords", &def.keywords);
    node.list("body", &def.body);
    node.list("decorator_list", &def.decorator_list);
    node.list("type_params", &def.type_params);
}

fn for_(for_: &For, node: &mut Fields<'_>) {
    node.field("target", &for_.target);
    node.field("iter", &for_.iter);
    node.list("body", &for_.body);
    node.list("orelse", &for_.orelse);
}

fn try_fields(try_: &Try, node: &mut Fields<'_>) {
    node.list("body", &try_.body);
    node.list("handlers", &try_.handlers);
    node.list("orelse", &try_.orelse);
    node.list("finalbody", &try_.finalbody);
}

impl Value for ExceptHandler {
    fn dump(&self, dump: &mut Dump) {
        dump.node("ExceptHandler", Some(self.span), |node| {
            node.optional("type", self.type_.as_ref());
            node.optional("name", self.name.as_ref());
            node.list("body", &self.body);
        });
    }
}

impl Value for Alias {
    fn dump(&self, dump: &mut Dump) {
        dump.node("alias", Some(self.span), |node| {
            node.field("name", &*self.name);
            node.optional("asname", self.asname.as_ref());
        });
    }
}

impl Value for WithItem {
    fn dump(&self, dump: &mut Dump) {
        dump.node("withitem", None, |node| {
            node.field("context_expr", &self.context_expr);
            node.optional("optional_vars", self.optional_vars.as_ref());
        });
    }
}

impl Value for MatchCase {
    fn dump(&self, dump: &mut Dump) {
        dump.node("match_case", None, |node| {
            node.field("pattern", &self.pattern);
            node.optional("guard", self.guard.as_ref());
            node.list("body", &self.body);
        });
    }
}

impl Value for Pattern {
    fn dump(&self, dump: &mut Dump) {
        let name = match self.kind {
            PatternKind::MatchValue { .. } => "MatchValue",
            PatternKind::MatchSingleton { .. } => "MatchSingleton",
            PatternKind::MatchSequence { .. } => "MatchSequence",
            PatternKind::MatchMapping { .. } => "MatchMapping",
            PatternKind::MatchClass { .. } => "MatchClass",
            PatternKind::MatchStar { .. } => "MatchStar",
            PatternKind::MatchAs { .. } => "MatchAs",
            PatternKind::MatchOr { .. } => "MatchOr",
        };
        dump.node(name, Some(self.span), |node| match &self.kind {
            PatternKind::MatchValue { value } => node.field("value", value),
            PatternKind::MatchSingleton { value } => node.field("value", value),
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                node.list("patterns", patterns);
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                node.list("keys", keys);
                node.list("patterns", patterns);
                node.optional("rest", rest.as_ref());
            }
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => {
                node.field("cls", cls);
                node.list("patterns", patterns);
                node.list("kwd_attrs", kwd_attrs);
                node.list("kwd_patterns", kwd_patterns);
            }
            PatternKind::MatchStar { name } => node.optional("name", name.as_ref()),
            PatternKind::MatchAs { pattern, name } => {
                node.optional("pattern", pattern.as_ref());
                node.optional("name", name.as_ref());
            }
        });
    }
}

impl Value for TypeParam {
    fn dump(&self, dump: &mut Dump) {
        let (kind, name, default_value) = match &self.kind {
            TypeParamKind::TypeVar { name, default_value, .. } => ("TypeVar", name, default_value),
            TypeParamKind::ParamSpec { name, default_value } => ("ParamSpec", name, default_value),
            TypeParamKind::TypeVarTuple { name, default_value } => ("TypeVarTuple", name, default_value),
        };
        dump.node(kind, Some(self.span), |node| {
            node.field("name", &**name);
            if let TypeParamKind::TypeVar { bound, .. } = &self.kind {
                node.optional("bound", bound.as_ref());
            }
            node.optional("default_value", default_value.as_ref());
        });
    }
}
