//! `from __future__ import ...`

use pystm_parser::ast::*;

use super::{CompileError, Result};

/// Features that are always on by now, or have no effect here.
const KNOWN: [&str; 9] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "generator_stop",
    "barry_as_FLUFL",
];

/// Checks future imports; whether annotations are to stay text.
pub(super) fn check(module: &Mod) -> Result<bool> {
    let (Mod::Module { body } | Mod::Interactive { body }) = module else { return Ok(false) };
    let mut annotations = false;
    let mut at_start = true;
    for (i, s) in body.iter().enumerate() {
        match &s.kind {
            StmtKind::ImportFrom { module: Some(module), names, level: 0 } if &**module == "__future__" => {
                if !at_start {
                    return Err(late(s.span));
                }
                for alias in names {
                    annotations |= feature(alias, s.span)?;
                }
            }
            _ if i == 0 && super::stmt::docstring(body).is_some() => {}
            _ => {
                at_start = false;
                inner(s)?;
            }
        }
    }
    Ok(annotations)
}

fn late(span: Span) -> CompileError {
    CompileError::syntax(span, "from __future__ imports must occur at the beginning of the file")
}

/// Refuses future imports inside other statements.
fn inner(s: &Stmt) -> Result<()> {
    let mut result = Ok(());
    let mut look = |body: &[Stmt]| {
        for s in body {
            let found = match &s.kind {
                StmtKind::ImportFrom { module: Some(module), level: 0, .. } if &**module == "__future__" => {
                    Err(late(s.span))
                }
                _ => stacker::maybe_grow(64 * 1024, 1024 * 1024, || inner(s)),
            };
            if result.is_ok() {
                result = found;
            }
        }
    };
    match &s.kind {
        StmtKind::FunctionDef(def) | StmtKind::AsyncFunctionDef(def) => look(&def.body),
        StmtKind::ClassDef(class) => look(&class.body),
        _ => super::check::bodies(s, &mut look),
    }
    result
}

fn feature(alias: &Alias, span: Span) -> Result<bool> {
    match &*alias.name {
        "annotations" => Ok(true),
        "braces" => Err(CompileError::syntax(alias.span, "not a chance")),
        name if KNOWN.contains(&name) => Ok(false),
        name => Err(CompileError::syntax(
            if alias.span.line > 0 { alias.span } else { span },
            format!("future feature {name} is not defined"),
        )),
    }
}
