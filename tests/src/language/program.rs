//! Finds the programs to run.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

/// One program.
pub(crate) struct Program {
    /// Its path as found.
    pub(crate) path: PathBuf,
    /// The name of its directory, by which results are grouped.
    pub(crate) group: String,
}

/// The programs at `path`: itself if it is a file, else every `.py` file below it.
///
/// Names that begin with `_` are helpers, not programs; neither are snapshots.
pub(crate) fn find(path: &Path) -> io::Result<Vec<Program>> {
    let mut programs = Vec::new();
    if path.is_dir() {
        walk(path, &mut programs)?;
    } else if path.exists() {
        programs.push(program(path.to_owned()));
    } else {
        return Err(io::Error::new(io::ErrorKind::NotFound, format!("no such file: {}", path.display())));
    }
    Ok(programs)
}

/// Adds the programs below `directory`.
fn walk(directory: &Path, programs: &mut Vec<Program>) -> io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        if name.starts_with(['_', '.']) || name == "snapshots" {
            continue;
        }
        if path.is_dir() {
            walk(&path, programs)?;
        } else if path.extension() == Some(OsStr::new("py")) {
            programs.push(program(path));
        }
    }
    Ok(())
}

/// A program with its group.
fn program(path: PathBuf) -> Program {
    let parent = path.parent().and_then(Path::file_name).unwrap_or_default();
    let group = parent.to_string_lossy().into_owned();
    Program { path, group }
}
