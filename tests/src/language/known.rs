//! The list of known failures: `PATH: REASON` lines, paths relative to the file that holds the list.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::args::Args;

/// Programs that are known to fail, with the reason.
pub(crate) struct KnownFailures {
    reasons: HashMap<PathBuf, String>,
}

impl KnownFailures {
    /// Loads the list that the command line names, or the nearest `known_failures.txt` above each path on it.
    pub(crate) fn load(args: &Args) -> io::Result<KnownFailures> {
        let mut reasons = HashMap::new();
        let lists = match &args.known_failures {
            Some(list) => vec![list.canonicalize()?],
            None => args.paths.iter().filter_map(|path| nearest(path)).collect(),
        };
        for list in lists {
            let directory = list.parent().unwrap_or(Path::new("/"));
            for line in std::fs::read_to_string(&list)?.lines() {
                if let Some((path, reason)) = entry(line) {
                    reasons.insert(directory.join(path), reason.to_owned());
                }
            }
        }
        Ok(KnownFailures { reasons })
    }

    /// Why `program` is known to fail, if it is.
    pub(crate) fn reason(&self, program: &Path) -> Option<&str> {
        let path = program.canonicalize().ok()?;
        self.reasons.get(&path).map(String::as_str)
    }
}

/// The nearest list in a directory above `path`.
fn nearest(path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().ok()?;
    path.ancestors().map(|directory| directory.join("known_failures.txt")).find(|list| list.exists())
}

/// The path and the reason on one line; blank lines and `#` comments hold none.
fn entry(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (path, reason) = line.split_once(':')?;
    Some((path.trim(), reason.trim()))
}
