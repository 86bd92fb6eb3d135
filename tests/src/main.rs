//! `pystm-conformance`: runs Python programs under an interpreter and compares what they do with what is expected.
//!
//! Three modes, one per module:
//!
//! - [`language`]: small programs against stored snapshots, or against a reference interpreter run beside;
//! - [`cpython`]: CPython's own `test_*.py` files, counted method by method;
//! - [`bad_input`]: hostile input, asserting "an exception or one line and an exit code, never a crash or a hang".
//!
//! The runner knows nothing of the interpreter but its command line.

mod args;
mod bad_input;
mod cpython;
mod language;
mod pool;
mod process;
mod table;

use std::process::ExitCode;

fn main() -> ExitCode {
    let args = match args::parse() {
        Ok(args) => args,
        Err(error) => {
            eprintln!("pystm-conformance: {error} (--help lists the options)");
            return ExitCode::from(2);
        }
    };
    let result = match &args.mode {
        args::Mode::Language => language::run(&args),
        args::Mode::Cpython(tests) => cpython::run(&args, tests),
        args::Mode::BadInput => bad_input::run(&args),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("pystm-conformance: {error}");
            ExitCode::from(2)
        }
    }
}
