//! Keeps the language suite complete: every program has an expectation, every expectation a program.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The files with an extension below `directory`, helpers left out.
fn files(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().and_then(OsStr::to_str).unwrap();
        if name.starts_with('_') {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension() == Some(OsStr::new(extension)) {
            found.push(path);
        }
    }
    found
}

#[test]
fn programs_and_snapshots_match() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("language");
    let mut expected: Vec<PathBuf> = files(&suite, "py")
        .iter()
        .map(|program| {
            let snapshots = program.parent().unwrap().join("snapshots");
            snapshots.join(program.file_stem().unwrap()).with_extension("snap")
        })
        .collect();
    let mut found = files(&suite, "snap");
    expected.sort();
    found.sort();
    assert_eq!(expected, found);
    assert!(found.len() >= 650, "only {} programs", found.len());
}
