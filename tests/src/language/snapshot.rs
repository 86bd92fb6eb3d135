//! Expectations, stored as insta snapshots: `DIR/snapshots/NAME.snap` for `DIR/NAME.py`.
//!
//! Reading goes through insta. Writing does not: insta writes from inside a `#[test]` only, so the runner writes the
//! same format, and `cargo insta review` takes the pending files from there.

use std::io;
use std::path::{Path, PathBuf};

use insta::Snapshot;

use super::program::Program;

/// The expected outcome of `program`.
pub(crate) fn read(program: &Program) -> io::Result<String> {
    let path = path(program);
    if !path.exists() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "has no snapshot; --bless writes one"));
    }
    let snapshot = Snapshot::from_file(&path).map_err(|error| io::Error::other(error.to_string()))?;
    snapshot.as_text().map(ToString::to_string).ok_or_else(|| io::Error::other("is not a text snapshot"))
}

/// Stores `outcome` as the expectation of `program`.
pub(crate) fn write(program: &Program, outcome: &str) -> io::Result<()> {
    write_to(&path(program), program, outcome)
}

/// Stores `outcome` beside the expectation, for `cargo insta review`.
pub(crate) fn write_pending(program: &Program, outcome: &str) -> io::Result<()> {
    write_to(&path(program).with_extension("snap.new"), program, outcome)
}

/// Where the snapshot of `program` is.
fn path(program: &Program) -> PathBuf {
    let name = program.path.file_stem().unwrap_or_default();
    let directory = program.path.parent().unwrap_or(Path::new(""));
    directory.join("snapshots").join(name).with_extension("snap")
}

/// Writes a snapshot file: insta's front matter, then the text.
fn write_to(path: &Path, program: &Program, outcome: &str) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        std::fs::create_dir_all(directory)?;
    }
    let source = program.path.file_name().unwrap_or_default().to_string_lossy();
    std::fs::write(path, format!("---\nsource: {source}\nexpression: outcome\n---\n{outcome}\n"))
}
