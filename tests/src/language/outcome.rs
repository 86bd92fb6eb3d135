//! What a program did, as one text that can be stored and compared.

use std::io;
use std::path::Path;
use std::process::Command;

use super::program::Program;
use crate::args::Args;
use crate::process::{self, End};

/// Runs `program` under `python` and renders what it did: its standard output, then `[exit N]`, then, when it failed,
/// the last line of its standard error (`[stderr] ...`).
///
/// It runs in its own directory under its bare name; that directory's path is taken out of what it writes, so that
/// messages with paths are the same everywhere.
pub(crate) fn of(python: &Path, program: &Program, args: &Args) -> io::Result<String> {
    let path = program.path.canonicalize()?;
    let directory = path.parent().unwrap_or(Path::new("/"));
    let mut command = Command::new(python);
    process::interpreter(&mut command, &args.env);
    command.env("PYTHON_UNDER_TEST", python);
    command.arg(path.file_name().unwrap_or_default()).current_dir(directory);
    let finished = process::run(&mut command, args.timeout)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", python.display())))?;
    let mut text = finished.stdout.replace("\r\n", "\n");
    text.push_str(&format!("[{}]", finished.end));
    if finished.end != End::Exit(0) {
        text.push_str(&format!("\n[stderr] {}", finished.last_error_line()));
    }
    Ok(text.trim_end().replace(&format!("{}/", directory.display()), ""))
}

/// The first line in which two outcomes differ, in a few lines.
pub(crate) fn difference(expected: &str, actual: &str) -> String {
    let mut expected_lines = expected.lines();
    let mut actual_lines = actual.lines();
    for number in 1.. {
        match (expected_lines.next(), actual_lines.next()) {
            (None, None) => break,
            (left, right) if left == right => {}
            (left, right) => {
                let end = "(end of output)";
                let mut text =
                    format!("line {number}\n- {}\n+ {}", left.unwrap_or(end), right.unwrap_or(end));
                // Of a crash or an uncaught exception that the first difference does not show, the cause is at the end.
                if let Some(last) = actual_lines.last().filter(|last| last.starts_with("[stderr]")) {
                    text.push_str(&format!("\n+ {last}"));
                }
                return text;
            }
        }
    }
    "no difference but in line ends".to_owned()
}
