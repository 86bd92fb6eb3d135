//! The trees of small programs, against those of CPython (`tests/make_golden.py` writes them).

use std::path::Path;

use pystm_parser::ast::Mod;
use pystm_parser::{Mode, ast_dump, decode_source, parse};

/// The dump of each statement in a line of its own.
fn statements(path: &Path) -> String {
    let source = decode_source(&std::fs::read(path).unwrap()).unwrap();
    let Mod::Module { body } =
        parse(&source, Mode::Module).unwrap_or_else(|error| panic!("{path:?}: {error}"))
    else {
        panic!("a file is a module");
    };
    let mut out = String::new();
    for statement in body {
        let module = ast_dump(&Mod::Module { body: vec![statement] });
        let inside = module.strip_prefix("Module(body=[").and_then(|rest| rest.strip_suffix("])"));
        out.push_str(inside.unwrap());
        out.push('\n');
    }
    out
}

#[test]
fn trees_equal_those_of_cpython() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut programs = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "py") {
            let golden = std::fs::read_to_string(path.with_extension("dump")).unwrap();
            for (ours, theirs) in statements(&path).lines().zip(golden.lines()) {
                assert_eq!(ours, theirs, "{path:?}");
            }
            assert_eq!(statements(&path).lines().count(), golden.lines().count(), "{path:?}");
            programs += 1;
        }
    }
    assert!(programs > 30);
}
