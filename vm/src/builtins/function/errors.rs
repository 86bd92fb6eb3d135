//! Messages for arguments that do not fit a native function's signature.

use crate::{error::Raised, native::NativeInfo, thread::Thread};

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// Name as CPython shows it in argument errors.
fn shown(info: &NativeInfo) -> &str {
    if info.owner.is_empty() || info.method.name.starts_with("__") { short(info) } else { &info.qualname }
}

/// The name without a class; constructors and initialisers go by their class's name.
fn short(info: &NativeInfo) -> &str {
    if info.constructor_of.is_some() || info.method.name == "__init__" {
        return info.owner.rsplit('.').next().unwrap_or("");
    }
    info.method.name
}

/// `NAME expected`, without the name for methods that are slots in CPython.
fn expected(info: &NativeInfo) -> String {
    if info.slot && info.method.name != "__init__" {
        "expected".to_owned()
    } else {
        format!("{} expected", short(info))
    }
}

/// Functions that have names for their parameters and yet count their positional arguments first, as those do in CPython
/// that are called by a function of their own.
fn counts_first(info: &NativeInfo) -> bool {
    let constructs = info.constructor_of.is_some() && matches!(info.owner, "int" | "str");
    constructs || info.owner.is_empty() && info.method.name == "sorted"
}

/// The one slot of CPython's types whose method takes one argument or two, and says so.
fn is_power(info: &NativeInfo) -> bool {
    info.slot && matches!(info.method.name, "__pow__" | "__rpow__" | "__ipow__")
}

/// More positional arguments than parameters.
#[cold]
pub fn too_many_positional(t: &mut Thread, info: &NativeInfo, given: usize) -> Raised {
    let receiver = info.params.receiver as usize;
    let (given, most, least) = (
        given - receiver.min(given),
        info.params.positional - receiver,
        info.params.required.saturating_sub(receiver),
    );
    let total = info.params.params.len() - receiver;
    let has_keywords = info.params.params.len() > info.params.positional_only && !counts_first(info);
    let bound = |least: usize, most: usize| if least < most { "at most" } else { "exactly" };
    let message = match (most, least) {
        _ if has_keywords && given > total => {
            let bound = bound(least, total);
            format!("{}() takes {bound} {total} argument{} ({given} given)", short(info), plural(total))
        }
        (0, _) if has_keywords => format!("{}() takes no positional arguments", short(info)),
        _ if has_keywords => {
            let bound = bound(least, most);
            format!(
                "{}() takes {bound} {most} positional argument{} ({given} given)",
                short(info),
                plural(most)
            )
        }
        (0, _) => format!("{}() takes no arguments ({given} given)", shown(info)),
        (1, 1) if info.slot => format!("expected 1 argument, got {given}"),
        (1, 1) if counts_first(info) => format!("{} expected 1 argument, got {given}", short(info)),
        (1, 1) => format!("{}() takes exactly one argument ({given} given)", shown(info)),
        _ if most == least => {
            format!("{} {most} argument{}, got {given}", expected(info), plural(most))
        }
        (2, 1) if is_power(info) => format!("expected 1 or 2 arguments, got {given}"),
        _ => format!("{} at most {most} argument{}, got {given}", expected(info), plural(most)),
    };
    t.type_error(message)
}

/// A required parameter got no argument.
#[cold]
pub fn missing_argument(t: &mut Thread, info: &NativeInfo, index: usize, given: usize) -> Raised {
    let p = &info.params;
    let receiver = p.receiver as usize;
    let given = given - receiver.min(given);
    if index < receiver {
        return t.type_error(format!("unbound method {}() needs an argument", info.qualname));
    }
    let (most, least) = (p.positional - receiver, p.required - receiver.min(p.required));
    let message = if counts_first(info) {
        format!("{} expected {most} argument{}, got {given}", short(info), plural(most))
    } else if index >= p.positional_only {
        let (function, name) = (short(info), p.params[index].name);
        // The one constructor in CPython that binds its arguments by itself does not count them.
        let position = match function {
            "enumerate" => String::new(),
            _ => format!(" (pos {})", index + 1 - receiver),
        };
        format!("{function}() missing required argument '{name}'{position}")
    } else if most == 1 && least == 1 && !p.varargs && !info.slot {
        format!("{}() takes exactly one argument ({given} given)", shown(info))
    } else if most == least && !p.varargs {
        format!("{} {most} argument{}, got {given}", expected(info), plural(most))
    } else if is_power(info) {
        format!("expected 1 or 2 arguments, got {given}")
    } else {
        format!("{} at least {least} argument{}, got {given}", expected(info), plural(least))
    };
    t.type_error(message)
}

/// A keyword that names no parameter.
#[cold]
pub fn unexpected_keyword(t: &mut Thread, info: &NativeInfo, name: &str) -> Raised {
    let any_keyword = info.params.params.len() > info.params.positional_only;
    let message = if any_keyword {
        format!("{}() got an unexpected keyword argument '{name}'", short(info))
    } else {
        format!("{}() takes no keyword arguments", shown(info))
    };
    t.type_error(message)
}

/// A keyword for a parameter that has a positional argument already.
#[cold]
pub fn duplicate_argument(t: &mut Thread, info: &NativeInfo, name: &str, index: usize) -> Raised {
    let position = index + 1 - info.params.receiver as usize;
    t.type_error(format!(
        "argument for {}() given by name ('{name}') and position ({position})",
        info.method.name
    ))
}
