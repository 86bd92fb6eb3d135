//! Hostile input that needs a special set-up: what a shell user can do to an interpreter.
//!
//! Every case asserts that the interpreter ends by itself, within the time limit, by an exit code and not by a signal,
//! and that it says what is wrong in one line or an exception. The rest of the bad-input list needs no set-up and is in
//! `language/bad_input`.

mod cases;

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use nix::sys::signal::Signal;
use serde_json::json;

use crate::args::Args;
use crate::pool;
use crate::process::{self, End, Finished};
use cases::{CASES, Case};

/// A directory for the cases' files, removed at the end.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed stays in the temporary directory.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs every case; true if all went as they should.
pub(crate) fn run(args: &Args) -> io::Result<bool> {
    let scratch = Scratch(std::env::temp_dir().join(format!("pystm-bad-input-{}", std::process::id())));
    std::fs::create_dir_all(&scratch.0)?;
    let chosen: Vec<&Case> = CASES
        .iter()
        .filter(|case| args.filter.as_ref().is_none_or(|filter| case.name.contains(filter.as_str())))
        .collect();
    let complaints = pool::map(&chosen, args.jobs, |case| complaint(args, case, &scratch.0.join(case.name)));
    let mut records = Vec::new();
    let mut failed = 0;
    for (case, complaint) in chosen.iter().zip(complaints) {
        let complaint = complaint?;
        failed += usize::from(complaint.is_some());
        let result = if complaint.is_some() { "failed" } else { "passed" };
        if let Some(complaint) = &complaint {
            println!("FAILED {}: {complaint}", case.name);
        }
        records.push(json!({"path": case.name, "result": result, "detail": complaint}));
    }
    let passed = chosen.len() - failed;
    if let Some(path) = &args.json {
        let value = json!({"passed": passed, "failed": failed, "skipped": 0, "programs": records});
        std::fs::write(path, format!("{value:#}\n"))?;
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}

/// Runs one case in a directory of its own; what is wrong with how it went, if anything is.
fn complaint(args: &Args, case: &Case, directory: &Path) -> io::Result<Option<String>> {
    std::fs::create_dir_all(directory)?;
    for (name, content) in case.files {
        std::fs::write(directory.join(name), content)?;
    }
    let mut command = Command::new("sh");
    process::interpreter(&mut command, &args.env);
    command.current_dir(directory).arg("-c").arg(case.shell).env("PYTHON", &args.python);
    let finished = process::run_with(&mut command, args.timeout, |child| {
        if let Some(delay) = case.interrupt_after {
            thread::sleep(delay);
            process::signal(child, Signal::SIGINT);
        }
    })?;
    Ok(judge(case, &finished))
}

/// Compares how a case ended with how it should have.
fn judge(case: &Case, finished: &Finished) -> Option<String> {
    let last = finished.last_error_line();
    match finished.end {
        // The shell reports a signal's death of its child as 128 and more.
        End::Exit(code) if code < 128 || case.codes.contains(&code) => {}
        end => return Some(format!("{end}; {last}")),
    }
    let End::Exit(code) = finished.end else { return None };
    if !case.codes.contains(&code) {
        return Some(format!("exit {code}, expected {:?}; {last}", case.codes));
    }
    if code != 0 && !case.says.is_empty() && !finished.stderr.contains(case.says) {
        return Some(format!("does not say {:?} but {last:?}", case.says));
    }
    if finished.stderr.contains("panicked at") {
        return Some(format!("panicked: {last}"));
    }
    None
}
