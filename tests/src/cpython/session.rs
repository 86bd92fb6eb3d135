//! Runs the driver on one test file, again after each crash, until every method has a verdict.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::Workplace;
use super::count::{FileResult, Kind, Verdict};
use crate::args::Args;
use crate::process::{self, End};

/// After this many crashes of one file the rest of its methods count as errors: each costs a fresh import.
const MAX_RESTARTS: usize = 40;

/// Runs every method of `module`.
pub(super) fn run_file(args: &Args, workplace: &Workplace, module: &str) -> io::Result<FileResult> {
    let mut result =
        FileResult { module: module.to_owned(), broken: String::new(), verdicts: BTreeMap::new() };
    for _ in 0..MAX_RESTARTS {
        let run = run_once(args, workplace, module, &result)?;
        let progress = run.verdicts.len();
        result.verdicts.extend(run.verdicts);
        match (run.stopped_in, run.complete) {
            (Some(name), false) => {
                let message = format!("the interpreter ended in this method: {}", run.end);
                result.verdicts.insert(name, Verdict { kind: Kind::Error, message });
            }
            (_, true) => {
                result.broken = run.broken;
                break;
            }
            // It ended outside of any method: between two of them, or before the first.
            (None, false) => {
                result.broken = run.end;
                if progress == 0 {
                    break;
                }
            }
        }
    }
    if let Some(reference) = &args.reference {
        for name in list(args, workplace, reference, module)? {
            let message = if result.broken.is_empty() { "not run" } else { &result.broken };
            let verdict = Verdict { kind: Kind::Error, message: message.to_owned() };
            result.verdicts.entry(name).or_insert(verdict);
        }
    }
    Ok(result)
}

/// What one run of the driver reported.
struct Run {
    verdicts: BTreeMap<String, Verdict>,
    /// The method that had started but not finished.
    stopped_in: Option<String>,
    /// Why the file could not be imported or run, in the driver's words.
    broken: String,
    /// The driver reached its end.
    complete: bool,
    /// How the process ended, with the last line of its standard error.
    end: String,
}

/// Runs the methods of `module` that have no verdict in `before`.
fn run_once(args: &Args, workplace: &Workplace, module: &str, before: &FileResult) -> io::Result<Run> {
    let directory = workplace.fresh()?;
    let done: Vec<&str> = before.verdicts.keys().map(String::as_str).collect();
    let done_path = directory.with_extension("done");
    std::fs::write(&done_path, done.join("\n"))?;
    let report = directory.with_extension("report");
    let mut command = driver(args, workplace, &args.python, module, &report);
    command.arg("run").arg(&done_path).current_dir(&directory);
    let end = watch(&mut command, &report, args.timeout)?;
    Ok(parse(&read(&report), end))
}

/// The names of the methods of `module` under the reference interpreter; none if it cannot import the file either.
fn list(args: &Args, workplace: &Workplace, reference: &Path, module: &str) -> io::Result<Vec<String>> {
    let directory = workplace.fresh()?;
    let report = directory.with_extension("report");
    let mut command = driver(args, workplace, reference, module, &report);
    command.arg("list").current_dir(&directory);
    process::run(&mut command, Duration::from_secs(120))?;
    Ok(read(&report).lines().filter_map(|line| line.strip_prefix("list\t")).map(str::to_owned).collect())
}

/// The driver's command line up to its mode.
fn driver(args: &Args, workplace: &Workplace, python: &Path, module: &str, report: &Path) -> Command {
    let mut command = Command::new(python);
    process::interpreter(&mut command, &args.env);
    let directory = &workplace.directory;
    command.arg(directory.join("driver.py")).arg(directory.join("path")).arg(module).arg(report);
    command
}

/// Runs the driver, killing it when its report has not grown for `timeout`; how it ended, in words.
fn watch(command: &mut Command, report: &Path, timeout: Duration) -> io::Result<String> {
    // What the tests print goes to files: nobody reads it, and a pipe would fill up.
    let log = report.with_extension("log");
    let stdout = std::fs::File::create(&log)?;
    let stderr = stdout.try_clone()?;
    let mut child = process::spawn(command.stdin(Stdio::null()).stdout(stdout).stderr(stderr))?;
    let end = wait_while_growing(&mut child, report, timeout)?;
    let output = read(&log);
    let last = output.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("");
    Ok(if end == End::Exit(0) { end.to_string() } else { format!("{end}: {last}") })
}

/// Waits for `child` as long as `report` keeps growing.
fn wait_while_growing(child: &mut Child, report: &Path, timeout: Duration) -> io::Result<End> {
    let (mut length, mut deadline) = (0, Instant::now() + timeout);
    loop {
        if let Some(status) = child.try_wait()? {
            // Processes that the tests left behind end with the driver.
            process::signal(child, nix::sys::signal::Signal::SIGKILL);
            return Ok(status.into());
        }
        let now = std::fs::metadata(report).map_or(0, |metadata| metadata.len());
        if now != length {
            (length, deadline) = (now, Instant::now() + timeout);
        } else if Instant::now() >= deadline {
            process::kill(child);
            return Ok(End::TimedOut);
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// A file's text; what is not there or not UTF-8 is left out.
fn read(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned()
}

/// Reads the driver's report.
fn parse(report: &str, end: String) -> Run {
    let mut run =
        Run { verdicts: BTreeMap::new(), stopped_in: None, broken: String::new(), complete: false, end };
    for line in report.lines() {
        let mut fields = line.splitn(3, '\t');
        let (word, name, message) =
            (fields.next().unwrap_or(""), fields.next().unwrap_or(""), fields.next().unwrap_or(""));
        match (word, Kind::of(word)) {
            ("start", _) => run.stopped_in = Some(name.to_owned()),
            ("broken", _) => run.broken = name.to_owned(),
            ("end", _) => run.complete = true,
            (_, Some(kind)) => {
                run.stopped_in = None;
                run.verdicts.insert(name.to_owned(), Verdict { kind, message: message.to_owned() });
            }
            _ => {}
        }
    }
    run
}
