//! `_sre`: the engine behind `re`.
//!
//! [`engine`] matches, [`chars`] knows sets and case, [`subject`] brings strs of any width and bytes to it; [`pattern`],
//! [`matched`], [`scanner`] and [`template`] are the types that Python sees.

mod chars;
mod engine;
mod matched;
mod opcodes;
mod pattern;
mod replace;
mod scanner;
mod subject;
mod template;

use pystm_text::unicode;
use pystm_vm::{
    builtins::module::Module,
    error::PyResult,
    native::{ModuleDef, method},
    object::Ref,
    thread::Thread,
    value::Value,
};

use crate::support::{set_global, to_i64};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_sre",
    doc: "The engine of regular expressions.",
    methods: &[
        method(
            "compile",
            "(pattern, flags, code, groups, groupindex, indexgroup)",
            pattern::compile,
            "Make a pattern of its code.",
        ),
        method("template", "(pattern, template, /)", template::template, "Make a template of its parts."),
        method("getcodesize", "()", |_, _| Ok(Value::small(4)), "Bytes of a code."),
        method(
            "ascii_iscased",
            "(character, /)",
            |t, a| {
                let c = character(t, a[0])?;
                Ok(Value::bool(u8::try_from(c).is_ok_and(|b| b.is_ascii_alphabetic())))
            },
            "Whether an ASCII character has case.",
        ),
        method(
            "unicode_iscased",
            "(character, /)",
            |t, a| {
                let c = character(t, a[0])?;
                Ok(Value::bool(is_cased(c)))
            },
            "Whether a character has case.",
        ),
        method(
            "ascii_tolower",
            "(character, /)",
            |t, a| {
                let c = character(t, a[0])?;
                Ok(Value::small(chars::lower_ascii(c) as i64))
            },
            "Lower case of an ASCII character.",
        ),
        method(
            "unicode_tolower",
            "(character, /)",
            |t, a| {
                let c = character(t, a[0])?;
                Ok(Value::small(chars::lower_unicode(c) as i64))
            },
            "Lower case of a character.",
        ),
    ],
    types: &[&pattern::DEF, &matched::DEF, &scanner::DEF, &template::DEF],
    init: Some(init),
};

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    for (name, value) in [
        ("MAGIC", opcodes::MAGIC),
        ("CODESIZE", 4),
        ("MAXREPEAT", u32::MAX as i64),
        ("MAXGROUPS", (i32::MAX / 2) as i64),
    ] {
        set_global(t, module, name, Value::small(value));
    }
    Ok(())
}

fn character(t: &mut Thread, value: Value) -> PyResult<u32> {
    Ok(to_i64(t, value)? as u32)
}

fn is_cased(c: u32) -> bool {
    chars::lower_unicode(c) != c || chars::upper_unicode(c) != c || c < 0x80 && unicode::is_alpha(c)
}
