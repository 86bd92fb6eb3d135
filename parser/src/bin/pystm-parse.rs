//! Parses files: `pystm-parse [--dump] [--eval | --single] FILE...`.
//!
//! Prints the trees with `--dump`, otherwise a line for each file that fails. A file `-` is a list of file names on
//! standard input, answered with one line each.

use std::io::{BufRead, Write};
use std::process::ExitCode;

use pystm_parser::{Mode, SyntaxError, ast, ast_dump, decode_source, parse};

fn main() -> ExitCode {
    let mut dump = false;
    let mut mode = Mode::Module;
    let mut failed = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--dump" => dump = true,
            "--eval" => mode = Mode::Expression,
            "--single" => mode = Mode::Interactive,
            "-" => {
                for path in std::io::stdin().lock().lines().map_while(Result::ok) {
                    failed |= !file(&path, mode, dump);
                }
            }
            path => failed |= !file(path, mode, dump),
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Parses one file; false if it fails.
fn file(path: &str, mode: Mode, dump: bool) -> bool {
    let mut out = std::io::stdout().lock();
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let _ = writeln!(out, "{path}: {error}");
            return false;
        }
    };
    match tree(&bytes, mode) {
        Ok(tree) => {
            if dump {
                let _ = writeln!(out, "{}", ast_dump(&tree));
            }
            true
        }
        Err(error) => {
            let SyntaxError { kind, message, line, col, end_line, end_col, .. } = error;
            let _ = writeln!(out, "{path}: {kind:?} {line}:{col}-{end_line}:{end_col}: {message}");
            false
        }
    }
}

fn tree(bytes: &[u8], mode: Mode) -> Result<ast::Mod, SyntaxError> {
    parse(&decode_source(bytes)?, mode)
}
