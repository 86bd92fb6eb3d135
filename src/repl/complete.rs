//! Completion of names, attributes, keywords and modules.

use std::{collections::BTreeSet, fs, path::PathBuf};

use pystm_vm::{
    builtins::{dict, dict::Dict},
    error::PyResult,
    object::Ref,
    protocol::{attr, call, iter},
    sys,
    thread::Thread,
    value::Value,
};

use crate::glue;

const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return", "try", "type", "while", "with",
    "yield",
];

/// What the word at the end of the text could become, and where in the text that goes.
pub(super) fn candidates(t: &mut Thread, text: &str) -> (usize, Vec<String>) {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let start =
        text.char_indices().rev().take_while(|&(_, c)| is_part(c)).last().map_or(text.len(), |(at, _)| at);
    let word = &text[start..];
    let row = text[..start].rsplit('\n').next().unwrap_or_default();
    let (base, prefix) = word.rsplit_once('.').unwrap_or(("", word));
    let names = match import_place(row) {
        Some(Place::Module) => module_names(t, base),
        Some(Place::Member(module)) => members(t, module),
        None if word.contains('.') => attributes(t, base),
        None if word.is_empty() => Vec::new(),
        None => names(t),
    };
    let wanted =
        |name: &String| name.starts_with(prefix) && (prefix.starts_with('_') || !name.starts_with('_'));
    let found: BTreeSet<String> = names.into_iter().filter(wanted).collect();
    (text.len() - prefix.len(), found.into_iter().collect())
}

enum Place<'a> {
    /// A module's name stands here.
    Module,
    /// The name of something in this module stands here.
    Member(&'a str),
}

/// Where in an import statement the word behind this text stands.
fn import_place(row: &str) -> Option<Place<'_>> {
    let mut words = row.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some("import" | "from"), None, _) => Some(Place::Module),
        (Some("import"), ..) if row.trim_end().ends_with(',') => Some(Place::Module),
        (Some("from"), Some(module), Some("import")) => Some(Place::Member(module)),
        _ => None,
    }
}

/// The strings in what a call gives; none if it fails.
fn strings(t: &mut Thread, iterable: PyResult) -> Vec<String> {
    let collected = iterable.and_then(|iterable| iter::collect(t, iterable));
    match collected {
        Ok(values) => values.iter().filter_map(|value| value.as_str()).map(|text| text.to_rust()).collect(),
        Err(raised) => {
            t.take_exception(raised);
            Vec::new()
        }
    }
}

/// Names that can stand alone.
fn names(t: &mut Thread) -> Vec<String> {
    let mut found: Vec<String> = KEYWORDS.iter().map(|&keyword| keyword.to_owned()).collect();
    let main = glue::main_dict(t).value();
    found.extend(strings(t, Ok(main)));
    let builtins = t.rt.builtins_module.get();
    found.extend(dir(t, builtins));
    found
}

fn dir(t: &mut Thread, object: Value) -> Vec<String> {
    let builtins = t.rt.builtins_module.get();
    let names = call::call_method(t, builtins, "dir", &[object]);
    strings(t, names)
}

/// Attributes of what a dotted name stands for. Nothing is called but attribute look-ups.
fn attributes(t: &mut Thread, dotted: &str) -> Vec<String> {
    let mut parts = dotted.split('.');
    let first = parts.next().unwrap_or_default();
    let main = glue::main_dict(t);
    let mut found = dict::get_text(t, main, first);
    if found.is_none() {
        let builtins = t.rt.builtins_module.get();
        found = look_up(t, builtins, first);
    }
    for part in parts {
        let Some(object) = found else { break };
        found = look_up(t, object, part);
    }
    found.map(|object| dir(t, object)).unwrap_or_default()
}

fn look_up(t: &mut Thread, object: Value, name: &str) -> Option<Value> {
    match attr::find_attr(t, object, name) {
        Ok(found) => found,
        Err(raised) => {
            t.take_exception(raised);
            None
        }
    }
}

/// Names in a module (if it has been imported) and its submodules.
fn members(t: &mut Thread, module: &str) -> Vec<String> {
    let mut found = module_names(t, module);
    if let Some(module) = glue::loaded_module(t, module) {
        found.extend(dir(t, module));
    }
    found
}

/// The modules of a package, or the top-level ones. Nothing is imported to find them.
fn module_names(t: &mut Thread, package: &str) -> Vec<String> {
    let mut found = Vec::new();
    if package.is_empty() {
        let native = sys::get(t, "builtin_module_names").unwrap_or(Value::NONE);
        found.extend(strings(t, Ok(native)));
        if let Some(modules) = Ref::<Dict>::from_value(t.rt.modules.get()) {
            found.extend(strings(t, Ok(modules.value())).into_iter().filter(|name| !name.contains('.')));
        }
    }
    let path = sys::get(t, "path").unwrap_or(Value::NONE);
    let inside: PathBuf = package.split('.').collect();
    for directory in strings(t, Ok(path)) {
        let directory = if directory.is_empty() { PathBuf::from(".") } else { PathBuf::from(directory) };
        for entry in fs::read_dir(directory.join(&inside)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if let Some(stem) = name.strip_suffix(".py") {
                found.push(stem.to_owned());
            } else if entry.path().join("__init__.py").exists() {
                found.push(name);
            }
        }
    }
    found
}
