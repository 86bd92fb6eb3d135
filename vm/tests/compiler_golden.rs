//! Golden files: the bytecode of each small program in `tests/compiler`, one construct each.
//!
//! After a change of the compiler look at the differences and accept them with `INSTA_UPDATE=always`.

use std::path::Path;

use pystm_vm::bytecode::disasm::disassemble;
use pystm_vm::compiler::{Options, compile_with_warnings};

/// The bytecode of a program with its warnings, or the error.
fn compiled(source: &str, name: &str) -> String {
    let module = match pystm_parser::parse(source, pystm_parser::Mode::Module) {
        Ok(module) => module,
        Err(error) => return format!("does not parse: {error}"),
    };
    match compile_with_warnings(&module, name, &Options::default()) {
        Ok((code, warnings)) => {
            let warnings: String =
                warnings.iter().map(|w| format!("{}: {}\n", w.span.line, w.message)).collect();
            warnings + &disassemble(&code)
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_construct_compiles_to_its_golden_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compiler");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of programs is there")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "py"))
        .collect();
    files.sort();
    assert!(files.len() >= 30, "only {} programs found", files.len());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder.join("golden"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for path in files {
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        let source = std::fs::read_to_string(&path).expect("a program can be read");
        settings.bind(|| insta::assert_snapshot!(name.clone(), compiled(&source, &name)));
    }
}

/// Wrong programs and CPython's words for them, one per line of `tests/compiler/errors.txt`:
/// the program with `\n` for line ends, ` => `, line, `: `, message.
#[test]
fn wrong_programs_get_the_words_of_cpython() {
    let cases = include_str!("compiler/errors.txt");
    for case in cases.lines() {
        let (source, expected) = case.split_once(" => ").expect("a case has two parts");
        let source = source.replace("\\n", "\n");
        // Some are found by the parser; the words are the same.
        let got = match pystm_parser::parse(&source, pystm_parser::Mode::Module) {
            Err(error) => format!("{}: {}", error.line, error.message),
            Ok(module) => match compile_with_warnings(&module, "case", &Options::default()) {
                Ok((_, warnings)) => {
                    warnings.iter().map(|w| format!("{}: {}", w.span.line, w.message)).collect()
                }
                Err(error) => format!("{}: {}", error.span.line, error.message),
            },
        };
        assert_eq!(got, expected, "{case}");
    }
}

/// Nesting must end in an error or in code, never in an overflow of the stack.
#[test]
fn deep_nesting_does_not_overflow_the_stack() {
    use pystm_parser::ast::{Constant, Expr, ExprKind, Mod, Operator, Span, UnaryOp};
    let leaf = || Expr {
        kind: ExprKind::Constant { value: Constant::None, u_prefix: false },
        span: Span::default(),
    };
    let wrap = |kind| Expr { kind, span: Span::default() };
    let mut sum = leaf();
    let mut negated = leaf();
    for _ in 0..5_000 {
        sum = wrap(ExprKind::BinOp { left: Box::new(sum), op: Operator::Add, right: Box::new(leaf()) });
        negated = wrap(ExprKind::UnaryOp { op: UnaryOp::Invert, operand: Box::new(negated) });
    }
    for e in [sum, negated] {
        let module = Mod::Expression { body: Box::new(e) };
        let code = compile_with_warnings(&module, "deep", &Options::default());
        assert!(code.is_ok());
    }
}
