//! Messages for arguments that do not fit a native function's signature.

use crate::{error::Raised, native::NativeInfo, thread::Thread};

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// Name as CPython shows it in argument errors.
fn shown(info: &NativeInfo) -> &str {
    if info.owner.is_empty() || info.method.name.starts_with("__") { info.method.name } else { &info.qualname }
}

/// More positional arguments than parameters.
#[cold]
pub fn too_many_positional(t: &mut Thread, info: &NativeInfo, given: usize) -> Raised {
    let receiver = info.params.receiver as usize;
    let (given, most, least) =
        (given - receiver.min(given), info.params.positional - receiver, info.params.required.saturating_sub(receiver));
    let message = match (most, least) {
        (0, _) => format!("{}() takes no arguments ({given} given)", shown(info)),
        (1, 1) => format!("{}() takes exactly one argument ({given} given)", shown(info)),
        _ if most == least => {
            format!("{} expected {most} argument{}, got {given}", info.method.name, plural(most))
        }
        _ => format!("{} expected at most {most} argument{}, got {given}", info.method.name, plural(most)),
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
    let message = if index >= p.positional_only {
        format!("{}() missing required argument '{}' (pos {})", info.method.name, p.params[index].name, index + 1 - receiver)
    } else if most == 1 && least == 1 && !p.varargs {
        format!("{}() takes exactly one argument ({given} given)", shown(info))
    } else if most == least && !p.varargs {
        format!("{} expected {most} argument{}, got {given}", info.method.name, plural(most))
    } else {
        format!("{} expected at least {least} argument{}, got {given}", info.method.name, plural(least))
    };
    t.type_error(message)
}

/// A keyword that names no parameter.
#[cold]
pub fn unexpected_keyword(t: &mut Thread, info: &NativeInfo, name: &str) -> Raised {
    let any_keyword = info.params.params.len() > info.params.positional_only;
    let message = if any_keyword {
        format!("{}() got an unexpected keyword argument '{name}'", info.method.name)
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
