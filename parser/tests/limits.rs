//! Programs at the limits: deep, cut off, strangely encoded.

use pystm_parser::ast::{Mod, StmtKind};
use pystm_parser::{ErrorKind, Mode, SyntaxError, decode_source, parse};

fn module(source: &str) -> Result<Mod, SyntaxError> {
    parse(source, Mode::Module)
}

#[test]
fn nested_parentheses_are_limited() {
    let error = module(&"(".repeat(100_000)).unwrap_err();
    assert_eq!((error.message.as_str(), error.col), ("too many nested parentheses", 201));
}

#[test]
fn nested_blocks_are_limited() {
    let source: String = (0..101).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect();
    let error = module(&source).unwrap_err();
    assert_eq!(
        (error.message.as_str(), error.kind),
        ("too many levels of indentation", ErrorKind::Indentation)
    );
}

#[test]
fn long_chains_of_operators_are_too_deep() {
    assert_eq!(module(&format!("x{}", " + x".repeat(100_000))).unwrap_err().kind, ErrorKind::TooDeep);
    assert_eq!(module(&format!("{}x", "-".repeat(100_000))).unwrap_err().kind, ErrorKind::TooDeep);
    assert_eq!(module(&format!("x{}", ".x".repeat(100_000))).unwrap_err().kind, ErrorKind::TooDeep);
}

#[test]
fn chains_of_3000_operators_are_not_too_deep() {
    assert!(module(&format!("x{}", " + x".repeat(3_000))).is_ok());
}

#[test]
fn deep_wrong_programs_do_not_overflow_the_stack() {
    assert!(module(&format!("x{} = 1 1", " + x".repeat(100_000))).is_err());
    assert!(module(&format!("({}1 2)", "not ".repeat(30_000))).is_err());
}

#[test]
fn open_constructs_are_incomplete() {
    for source in [
        "f(",
        "'''a",
        "if x:",
        "if x:\n",
        "class A:\n    def f(self):\n",
        "x = \\",
        "try:\n    pass\n",
        "@f\n",
    ] {
        assert!(parse(source, Mode::Interactive).unwrap_err().incomplete, "{source:?}");
    }
}

#[test]
fn finished_wrong_programs_are_not_incomplete() {
    for source in ["f)", "'a", "x = = 1", "if x\n"] {
        assert!(!parse(source, Mode::Interactive).unwrap_err().incomplete, "{source:?}");
    }
}

#[test]
fn the_prompt_takes_one_statement() {
    let error = parse("a\nb\n", Mode::Interactive).unwrap_err();
    assert_eq!(error.message, "multiple statements found while compiling a single statement");
    assert!(parse("a; b\n", Mode::Interactive).is_ok());
    assert!(parse("if a:\n    b\n", Mode::Interactive).is_ok());
}

#[test]
fn an_expression_stands_alone() {
    assert!(matches!(parse("1 + 1\n\n", Mode::Expression), Ok(Mod::Expression { .. })));
    assert!(parse("x = 1", Mode::Expression).is_err());
    assert!(parse("1\n2", Mode::Expression).is_err());
}

#[test]
fn line_ends_are_universal() {
    let Ok(Mod::Module { body }) = module("a\rb\r\nc") else { panic!("three statements") };
    assert_eq!(body.last().unwrap().span.line, 3);
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert_eq!(decode_source(b"\xef\xbb\xbfx").unwrap(), "x");
}

#[test]
fn the_coding_cookie_counts() {
    assert_eq!(decode_source(b"# -*- coding: latin-1 -*-\n\xe9").unwrap(), "# -*- coding: latin-1 -*-\né");
    assert_eq!(
        decode_source(b"#!python\n# vim: set fileencoding=cp1252 :\n\x80").unwrap().chars().last(),
        Some('€')
    );
    assert_eq!(decode_source(b"# coding: nonsense\n").unwrap_err().message, "unknown encoding: nonsense");
}

#[test]
fn null_bytes_are_refused() {
    assert_eq!(decode_source(b"x\0").unwrap_err().message, "source code cannot contain null bytes");
    assert_eq!(module("x\0").unwrap_err().message, "source code cannot contain null bytes");
}

#[test]
fn bytes_that_are_not_utf8_are_refused() {
    let error = decode_source(b"a\n\xff").unwrap_err();
    assert!(error.message.starts_with("Non-UTF-8 code starting with '\\xff' on line 2"), "{}", error.message);
}

#[test]
fn cut_off_programs_do_not_panic() {
    let source = include_str!("golden/match_patterns.py").to_owned() + include_str!("golden/tstring.py");
    for (end, _) in source.char_indices() {
        let _ = module(&source[..end]);
        let _ = parse(&source[end..], Mode::Interactive);
    }
}

#[test]
fn a_parenthesised_name_is_no_simple_target() {
    let Ok(Mod::Module { body }) = module("(x): int") else { panic!("a statement") };
    assert!(matches!(body[0].kind, StmtKind::AnnAssign { simple: false, .. }));
}
