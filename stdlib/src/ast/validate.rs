//! What CPython checks of a tree that a program has made, beyond the types of its fields.

use pystm_parser::ast::{
    Alias, Arguments, Comprehension, Constant, Expr, ExprContext, ExprKind, Keyword, MatchCase, Mod, Pattern,
    PatternKind, Stmt, StmtKind, Try, TypeParam, TypeParamKind, WithItem,
};

/// Why a tree is wrong: the exception and its message.
pub(super) enum Wrong {
    /// ValueError
    Value(String),
    /// TypeError
    Type(String),
}

type Checked = Result<(), Wrong>;

fn wrong<T>(message: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong::Value(message.into()))
}

/// Checks a whole tree.
pub(super) fn module(tree: &Mod) -> Checked {
    match tree {
        Mod::Module { body } | Mod::Interactive { body } => stmts(body),
        Mod::Expression { body } => load(body),
    }
}

fn non_empty<T>(items: &[T], what: &str, owner: &str) -> Checked {
    if items.is_empty() { wrong(format!("empty {what} on {owner}")) } else { Ok(()) }
}

fn stmts(body: &[Stmt]) -> Checked {
    body.iter().try_for_each(stmt)
}

fn body(items: &[Stmt], owner: &str) -> Checked {
    non_empty(items, "body", owner)?;
    stmts(items)
}

fn loads(items: &[Expr]) -> Checked {
    items.iter().try_for_each(load)
}

fn maybe(item: Option<&Expr>) -> Checked {
    item.map_or(Ok(()), load)
}

fn load(tree: &Expr) -> Checked {
    expr(tree, ExprContext::Load)
}

fn store(tree: &Expr) -> Checked {
    expr(tree, ExprContext::Store)
}

fn name(id: &str) -> Checked {
    match id {
        "None" | "True" | "False" => wrong(format!("identifier field can't represent '{id}' constant")),
        _ => Ok(()),
    }
}

fn arguments(args: &Arguments) -> Checked {
    let all = args
        .posonlyargs
        .iter()
        .chain(&args.args)
        .chain(&args.vararg)
        .chain(&args.kwonlyargs)
        .chain(&args.kwarg);
    for arg in all {
        maybe(arg.annotation.as_deref())?;
    }
    if args.defaults.len() > args.posonlyargs.len() + args.args.len() {
        return wrong("more positional defaults than args on arguments");
    }
    if args.kw_defaults.len() != args.kwonlyargs.len() {
        return wrong("length of kwonlyargs is not the same as kw_defaults on arguments");
    }
    loads(&args.defaults)?;
    args.kw_defaults.iter().flatten().try_for_each(load)
}

fn keywords(items: &[Keyword]) -> Checked {
    items.iter().try_for_each(|keyword| load(&keyword.value))
}

fn comprehensions(items: &[Comprehension]) -> Checked {
    if items.is_empty() {
        return wrong("comprehension with no generators");
    }
    items.iter().try_for_each(|part| {
        store(&part.target)?;
        load(&part.iter)?;
        loads(&part.ifs)
    })
}

fn aliases(items: &[Alias], owner: &str) -> Checked {
    non_empty(items, "names", owner)?;
    items.iter().try_for_each(|alias| {
        name(&alias.name)?;
        alias.asname.as_deref().map_or(Ok(()), name)
    })
}

fn with_items(items: &[WithItem]) -> Checked {
    items.iter().try_for_each(|item| {
        load(&item.context_expr)?;
        item.optional_vars.as_deref().map_or(Ok(()), store)
    })
}

fn type_params(items: &[TypeParam]) -> Checked {
    items.iter().try_for_each(|param| match &param.kind {
        TypeParamKind::TypeVar { name: id, bound, default_value } => {
            name(id)?;
            maybe(bound.as_deref())?;
            maybe(default_value.as_deref())
        }
        TypeParamKind::ParamSpec { name: id, default_value }
        | TypeParamKind::TypeVarTuple { name: id, default_value } => {
            name(id)?;
            maybe(default_value.as_deref())
        }
    })
}

fn stmt(tree: &Stmt) -> Checked {
    match &tree.kind {
        StmtKind::FunctionDef(def) | StmtKind::AsyncFunctionDef(def) => {
            let is_async = matches!(tree.kind, StmtKind::AsyncFunctionDef(_));
            name(&def.name)?;
            body(&def.body, if is_async { "AsyncFunctionDef" } else { "FunctionDef" })?;
            type_params(&def.type_params)?;
            arguments(&def.args)?;
            loads(&def.decorator_list)?;
            maybe(def.returns.as_deref())
        }
        StmtKind::ClassDef(def) => {
            name(&def.name)?;
            body(&def.body, "ClassDef")?;
            type_params(&def.type_params)?;
            loads(&def.bases)?;
            keywords(&def.keywords)?;
            loads(&def.decorator_list)
        }
        StmtKind::Return { value } => maybe(value.as_deref()),
        StmtKind::Delete { targets } => {
            non_empty(targets, "targets", "Delete")?;
            targets.iter().try_for_each(|target| expr(target, ExprContext::Del))
        }
        StmtKind::Assign { targets, value } => {
            non_empty(targets, "targets", "Assign")?;
            targets.iter().try_for_each(store)?;
            load(value)
        }
        StmtKind::TypeAlias { name, type_params: params, value } => {
            if !matches!(name.kind, ExprKind::Name { .. }) {
                return Err(Wrong::Type("TypeAlias with non-Name name".into()));
            }
            store(name)?;
            type_params(params)?;
            load(value)
        }
        StmtKind::AugAssign { target, value, .. } => {
            store(target)?;
            load(value)
        }
        StmtKind::AnnAssign { target, annotation, value, simple } => {
            if *simple && !matches!(target.kind, ExprKind::Name { .. }) {
                return Err(Wrong::Type("AnnAssign with simple non-Name target".into()));
            }
            store(target)?;
            maybe(value.as_deref())?;
            load(annotation)
        }
        StmtKind::For(tree_) | StmtKind::AsyncFor(tree_) => {
            store(&tree_.target)?;
            load(&tree_.iter)?;
            body(&tree_.body, if matches!(tree.kind, StmtKind::For(_)) { "For" } else { "AsyncFor" })?;
            stmts(&tree_.orelse)
        }
        StmtKind::While { test, body: block, orelse } => branch("While", test, block, orelse),
        StmtKind::If { test, body: block, orelse } => branch("If", test, block, orelse),
        StmtKind::With { items, body: block } | StmtKind::AsyncWith { items, body: block } => {
            let owner = if matches!(tree.kind, StmtKind::With { .. }) { "With" } else { "AsyncWith" };
            non_empty(items, "items", owner)?;
            with_items(items)?;
            body(block, owner)
        }
        StmtKind::Match { subject, cases } => {
            load(subject)?;
            non_empty(cases, "cases", "Match")?;
            cases.iter().try_for_each(match_case)
        }
        StmtKind::Raise { exc, cause } => {
            if exc.is_none() && cause.is_some() {
                return wrong("Raise with cause but no exception");
            }
            maybe(exc.as_deref())?;
            maybe(cause.as_deref())
        }
        StmtKind::Try(tree) => try_("Try", tree),
        StmtKind::TryStar(tree) => try_("TryStar", tree),
        StmtKind::Assert { test, msg } => {
            load(test)?;
            maybe(msg.as_deref())
        }
        StmtKind::Import { names } => aliases(names, "Import"),
        StmtKind::ImportFrom { names, .. } => aliases(names, "ImportFrom"),
        StmtKind::Global { names } => non_empty(names, "names", "Global"),
        StmtKind::Nonlocal { names } => non_empty(names, "names", "Nonlocal"),
        StmtKind::Expr { value } => load(value),
        StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
    }
}

fn branch(owner: &str, test: &Expr, block: &[Stmt], orelse: &[Stmt]) -> Checked {
    load(test)?;
    body(block, owner)?;
    stmts(orelse)
}

fn try_(owner: &str, tree: &Try) -> Checked {
    body(&tree.body, owner)?;
    if tree.handlers.is_empty() && tree.finalbody.is_empty() {
        return wrong(format!("{owner} has neither except handlers nor finalbody"));
    }
    if tree.handlers.is_empty() && !tree.orelse.is_empty() {
        return wrong(format!("{owner} has orelse but no except handlers"));
    }
    for handler in &tree.handlers {
        maybe(handler.type_.as_deref())?;
        handler.name.as_deref().map_or(Ok(()), name)?;
        body(&handler.body, "ExceptHandler")?;
    }
    stmts(&tree.finalbody)?;
    stmts(&tree.orelse)
}

fn match_case(case: &MatchCase) -> Checked {
    pattern(&case.pattern, false)?;
    maybe(case.guard.as_deref())?;
    body(&case.body, "match_case")
}

fn expr(tree: &Expr, expected: ExprContext) -> Checked {
    let actual = match &tree.kind {
        ExprKind::Attribute { ctx, .. }
        | ExprKind::Subscript { ctx, .. }
        | ExprKind::Starred { ctx, .. }
        | ExprKind::Name { ctx, .. }
        | ExprKind::List { ctx, .. }
        | ExprKind::Tuple { ctx, .. } => *ctx,
        _ if expected != ExprContext::Load => {
            return wrong(format!("expression which can't be assigned to in {expected:?} context"));
        }
        _ => ExprContext::Load,
    };
    // The tuples that stand for constants are loaded.
    if actual != expected {
        return wrong(format!("expression must have {expected:?} context but has {actual:?} instead"));
    }
    match &tree.kind {
        ExprKind::BoolOp { values, .. } if values.len() < 2 => wrong("BoolOp with less than 2 values"),
        ExprKind::BoolOp { values, .. } | ExprKind::Set { elts: values } => loads(values),
        ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => loads(values),
        ExprKind::NamedExpr { target, value } => {
            if !matches!(target.kind, ExprKind::Name { .. }) {
                return Err(Wrong::Type("NamedExpr target must be a Name".into()));
            }
            load(value)
        }
        ExprKind::BinOp { left, right, .. } => {
            load(left)?;
            load(right)
        }
        ExprKind::UnaryOp { operand: value, .. }
        | ExprKind::Await { value }
        | ExprKind::YieldFrom { value }
        | ExprKind::Attribute { value, .. } => load(value),
        ExprKind::Lambda { args, body } => {
            arguments(args)?;
            load(body)
        }
        ExprKind::IfExp { test, body, orelse } => {
            load(test)?;
            load(body)?;
            load(orelse)
        }
        ExprKind::Dict { keys, values } => {
            if keys.len() != values.len() {
                return wrong("Dict doesn't have the same number of keys as values");
            }
            keys.iter().flatten().try_for_each(load)?;
            loads(values)
        }
        ExprKind::ListComp { elt, generators }
        | ExprKind::SetComp { elt, generators }
        | ExprKind::GeneratorExp { elt, generators } => {
            comprehensions(generators)?;
            load(elt)
        }
        ExprKind::DictComp { key, value, generators } => {
            comprehensions(generators)?;
            load(key)?;
            load(value)
        }
        ExprKind::Yield { value } => maybe(value.as_deref()),
        ExprKind::Compare { left, ops, comparators } => {
            if comparators.is_empty() {
                return wrong("Compare with no comparators");
            }
            if comparators.len() != ops.len() {
                return wrong("Compare with different number of comparators and operands");
            }
            loads(comparators)?;
            load(left)
        }
        ExprKind::Call { func, args, keywords: named } => {
            load(func)?;
            loads(args)?;
            keywords(named)
        }
        ExprKind::FormattedValue { value, format_spec, .. }
        | ExprKind::Interpolation { value, format_spec, .. } => {
            load(value)?;
            maybe(format_spec.as_deref())
        }
        ExprKind::Constant { .. } => Ok(()),
        ExprKind::Subscript { value, slice, .. } => {
            load(slice)?;
            load(value)
        }
        ExprKind::Starred { value, .. } => expr(value, expected),
        ExprKind::Name { id, .. } => name(id),
        ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
            elts.iter().try_for_each(|elt| expr(elt, expected))
        }
        ExprKind::Slice { lower, upper, step } => {
            maybe(lower.as_deref())?;
            maybe(upper.as_deref())?;
            maybe(step.as_deref())
        }
    }
}

/// A name that a pattern binds.
fn capture(id: Option<&str>) -> Checked {
    match id {
        Some("_") => wrong("can't capture name '_' in patterns"),
        Some(id) => name(id),
        None => Ok(()),
    }
}

fn patterns(items: &[Pattern], star: bool) -> Checked {
    items.iter().try_for_each(|item| pattern(item, star))
}

fn pattern(tree: &Pattern, star: bool) -> Checked {
    match &tree.kind {
        PatternKind::MatchValue { value } => match_value(value),
        PatternKind::MatchSingleton { value } => match value {
            Constant::None | Constant::True | Constant::False => Ok(()),
            _ => wrong("MatchSingleton can only contain True, False and None"),
        },
        PatternKind::MatchSequence { patterns: items } => patterns(items, true),
        PatternKind::MatchMapping { keys, patterns: items, rest } => {
            if keys.len() != items.len() {
                return wrong("MatchMapping doesn't have the same number of keys as patterns");
            }
            capture(rest.as_deref())?;
            keys.iter().filter(|key| !is_singleton(key)).try_for_each(match_value)?;
            patterns(items, false)
        }
        PatternKind::MatchClass { cls, patterns: items, kwd_attrs, kwd_patterns } => {
            if kwd_attrs.len() != kwd_patterns.len() {
                return wrong("MatchClass doesn't have the same number of keyword attributes as patterns");
            }
            load(cls)?;
            if !is_dotted_name(cls) {
                return wrong("MatchClass cls field can only contain Name or Attribute nodes.");
            }
            kwd_attrs.iter().try_for_each(|attr| name(attr))?;
            patterns(items, false)?;
            patterns(kwd_patterns, false)
        }
        PatternKind::MatchStar { .. } if !star => wrong("can't use MatchStar here"),
        PatternKind::MatchStar { name } => capture(name.as_deref()),
        PatternKind::MatchAs { pattern: inner, name } => {
            capture(name.as_deref())?;
            match (inner, name) {
                (Some(_), None) => wrong("MatchAs must specify a target name if a pattern is given"),
                (Some(inner), Some(_)) => pattern(inner, false),
                (None, _) => Ok(()),
            }
        }
        PatternKind::MatchOr { patterns: items } => {
            if items.len() < 2 {
                return wrong("MatchOr requires at least 2 patterns");
            }
            patterns(items, false)
        }
    }
}

fn is_dotted_name(tree: &Expr) -> bool {
    match &tree.kind {
        ExprKind::Name { .. } => true,
        ExprKind::Attribute { value, .. } => is_dotted_name(value),
        _ => false,
    }
}

/// `None`, `True`, `False`: patterns of their own, but keys of mapping patterns.
fn is_singleton(key: &Expr) -> bool {
    matches!(key.kind, ExprKind::Constant { value: Constant::None | Constant::True | Constant::False, .. })
}

/// The value of a pattern: a literal, a signed or complex number, or a dotted name.
fn match_value(value: &Expr) -> Checked {
    load(value)?;
    match &value.kind {
        ExprKind::Constant {
            value: Constant::None | Constant::True | Constant::False | Constant::Ellipsis,
            ..
        } => wrong("unexpected constant inside of a literal pattern"),
        ExprKind::Constant { .. }
        | ExprKind::Attribute { .. }
        | ExprKind::UnaryOp { .. }
        | ExprKind::BinOp { .. }
        | ExprKind::JoinedStr { .. } => Ok(()),
        _ => wrong("patterns may only match literals and attribute lookups"),
    }
}
