//! `_json`: the fast parts of `json`.

mod encode;
mod scan;
mod text;

use pystm_vm::native::{ModuleDef, method};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_json",
    doc: "json speedups",
    methods: &[
        method(
            "encode_basestring_ascii",
            "(string, /)",
            text::encode_basestring_ascii,
            "Return an ASCII-only JSON representation of a Python string",
        ),
        method(
            "encode_basestring",
            "(string, /)",
            text::encode_basestring,
            "Return a JSON representation of a Python string",
        ),
        method(
            "scanstring",
            "(string, end, strict=True, /)",
            scan::scanstring,
            "Scan the string s for a JSON string. End is the index of the character in s after the quote that started the JSON string.",
        ),
    ],
    types: &[&scan::DEF, &encode::DEF],
    init: Some(|t, module| {
        let scanner = t.rt.native_class(t, &scan::DEF);
        crate::support::set_global(t, module, "make_scanner", scanner.value());
        let encoder = t.rt.native_class(t, &encode::DEF);
        crate::support::set_global(t, module, "make_encoder", encoder.value());
        Ok(())
    }),
};
