//! Holds the crates and the documents to what `ARCHITECTURE.md` says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Each crate's directory and the crates of the workspace that it may depend on.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("gc", &[]),
    ("parser", &[]),
    ("text", &[]),
    ("stm", &["gc"]),
    ("vm", &["gc", "stm", "parser", "text"]),
    ("stdlib", &["gc", "stm", "parser", "text", "vm"]),
    (".", &["gc", "stm", "parser", "text", "vm", "stdlib"]),
    ("tests", &[]),
];

#[test]
fn dependencies_point_one_way() {
    for (crate_, allowed) in MAY_DEPEND_ON {
        let manifest = read(&format!("{crate_}/Cargo.toml"));
        let mut section = "";
        for line in manifest.lines().map(str::trim) {
            if line.starts_with('[') {
                section = line;
            } else if section.ends_with("dependencies]")
                && section != "[workspace.dependencies]"
                && let Some(name) = line.strip_prefix("pystm-")
            {
                let name = name.split(['.', ' ', '=']).next().unwrap();
                assert!(allowed.contains(&name), "{crate_} must not depend on {name}");
            }
        }
    }
}

#[test]
fn only_the_parser_knows_the_grammar_crate() {
    for (crate_, _) in MAY_DEPEND_ON.iter().filter(|(crate_, _)| *crate_ != "parser") {
        let manifest = read(&format!("{crate_}/Cargo.toml"));
        assert!(!manifest.contains("rustpython-parser"), "{crate_} must not depend on rustpython-parser");
    }
}

#[test]
fn no_thread_at_rest_waits_for_a_lock_of_parking_lot() {
    for crate_ in ["gc", "stm"] {
        assert!(
            !read(&format!("{crate_}/Cargo.toml")).contains("parking_lot"),
            "{crate_}: see gc/src/lock.rs"
        );
    }
}

/// Rust files below a directory.
fn rust_files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn what_threads_would_force_out_is_not_there() {
    let mut files = Vec::new();
    for crate_ in ["gc", "stm", "vm", "stdlib"] {
        rust_files(&root().join(crate_).join("src"), &mut files);
    }
    for file in files {
        let shown = file.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(&file).unwrap();
        for absent in ["thread_local!", "static mut ", "Rc<", "Rc::new"] {
            // An Arc is no Rc.
            let text = text.replace("Arc<", "").replace("Arc::new", "");
            // Reading through a reference has no thread at hand and asks there who is running; random numbers of tests.
            let allowed = ["stm/src/gate.rs", "stm/src/stress.rs"].contains(&shown.as_str());
            assert!(allowed && absent == "thread_local!" || !text.contains(absent), "{shown} has {absent}");
        }
        // The compiler's trees belong to one call.
        if !shown.starts_with("vm/src/compiler") {
            assert!(!text.contains("RefCell<"), "{shown} has a RefCell");
        }
    }
}

/// Text in backticks.
fn code_spans(text: &str) -> Vec<&str> {
    let mut spans = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            spans.extend(line.split('`').skip(1).step_by(2));
        }
    }
    spans
}

/// Whether a code span names a file or directory of the repository.
fn is_path(span: &str) -> bool {
    let plain = span.chars().all(|c| c.is_alphanumeric() || "._-/".contains(c));
    let file = Path::new(span)
        .extension()
        .is_some_and(|e| ["md", "rs", "toml", "py", "txt"].iter().any(|x| e == *x));
    plain && !span.starts_with(['/', '-']) && !span.starts_with("target/") && (span.contains('/') || file)
}

#[test]
fn named_paths_exist() {
    for document in ["README.md", "ARCHITECTURE.md", "docs/decisions.md", "docs/status.md"] {
        let text = read(document);
        for span in code_spans(&text).into_iter().filter(|span| is_path(span)) {
            assert!(root().join(span).exists(), "{document} names {span}, which is not there");
        }
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.contains("://") && !link.starts_with('#') {
                let from = root().join(document);
                let target = from.parent().unwrap().join(link.split('#').next().unwrap());
                assert!(target.exists(), "{document} links to {link}, which is not there");
            }
        }
    }
}

/// The items of the list under a heading of `docs/status.md`.
fn status_list(heading: &str) -> BTreeSet<String> {
    let text = read("docs/status.md");
    let (_, section) =
        text.split_once(&format!("## {heading}\n")).unwrap_or_else(|| panic!("no heading {heading}"));
    let section = section.split("\n## ").next().unwrap();
    code_spans(section).into_iter().map(str::to_owned).collect()
}

#[test]
fn status_lists_the_native_modules() {
    let mut files = Vec::new();
    rust_files(&root().join("stdlib/src"), &mut files);
    let mut there: BTreeSet<String> = BTreeSet::new();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        for definition in text.split(": ModuleDef =").skip(1) {
            let name = definition.split("name: \"").nth(1).and_then(|rest| rest.split('"').next());
            there.insert(name.expect("a module has a name").to_owned());
        }
    }
    for built_in in ["_imp", "builtins", "sys"] {
        there.insert(built_in.to_owned());
    }
    assert_eq!(status_list("Native modules"), there, "docs/status.md and stdlib/src/lib.rs differ");
}

#[test]
fn decisions_name_every_dependency() {
    let decisions = read("docs/decisions.md");
    for (crate_, _) in MAY_DEPEND_ON {
        let manifest = read(&format!("{crate_}/Cargo.toml"));
        let mut section = "";
        for line in manifest.lines().map(str::trim) {
            if line.starts_with('[') {
                section = line;
            } else if section.ends_with("dependencies]") && section != "[workspace.dependencies]" {
                let Some(name) = line.split(['.', ' ', '=']).next().filter(|name| !name.is_empty()) else {
                    continue;
                };
                if !name.starts_with("pystm-") && !name.starts_with('#') {
                    assert!(decisions.contains(&format!("| {name} |")), "docs/decisions.md lacks {name}");
                }
            }
        }
    }
}
