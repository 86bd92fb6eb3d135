//! Runs CPython's own `test_*.py` files, one process per file, and counts test methods.
//!
//! A driver written in Python runs each file through `unittest` and reports every method as it finishes, so a crash or
//! a hang costs one method: the runner counts it as an error and starts the driver again without the methods that are
//! done. Which methods there are is taken from a reference interpreter, so a file that cannot even be imported counts
//! with all its methods.

mod count;
mod session;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;

use crate::args::{Args, CpythonTests};
use crate::pool;
use crate::table::Table;
use count::FileResult;

/// The driver's source.
const DRIVER: &str = include_str!("driver.py");

/// Where the driver runs: a directory with the driver and a link to CPython's tests as the package `test`.
struct Workplace {
    directory: PathBuf,
    next: AtomicU64,
}

impl Workplace {
    /// Makes the directory.
    fn new(tests: &Path) -> io::Result<Workplace> {
        let directory = std::env::temp_dir().join(format!("pystm-cpython-tests-{}", std::process::id()));
        std::fs::create_dir_all(directory.join("path"))?;
        std::fs::write(directory.join("driver.py"), DRIVER)?;
        std::os::unix::fs::symlink(tests.canonicalize()?, directory.join("path").join("test"))?;
        Ok(Workplace { directory, next: AtomicU64::new(0) })
    }

    /// A fresh directory to run in.
    fn fresh(&self) -> io::Result<PathBuf> {
        // Relaxed: only the numbers' being distinct matters.
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let directory = self.directory.join(format!("run{number}"));
        std::fs::create_dir(&directory)?;
        Ok(directory)
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        // What cannot be removed stays in the temporary directory.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

/// Runs the files that the command line names; true if no method failed.
pub(crate) fn run(args: &Args, tests: &CpythonTests) -> io::Result<bool> {
    let modules = modules(tests)?;
    let workplace = Workplace::new(&tests.directory)?;
    let results = pool::map(&modules, args.jobs, |module| session::run_file(args, &workplace, module));
    let results = results.into_iter().collect::<io::Result<Vec<FileResult>>>()?;
    report(args, &results)
}

/// The names of the test files to run, without `.py`.
fn modules(tests: &CpythonTests) -> io::Result<Vec<String>> {
    if !tests.only.is_empty() {
        return Ok(tests.only.clone());
    }
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&tests.directory)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let name = name.strip_suffix(".py").unwrap_or(&name);
        if name.starts_with("test_") && !name.contains('.') {
            names.push(name.to_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Prints the table and the totals, and writes the JSON file.
fn report(args: &Args, results: &[FileResult]) -> io::Result<bool> {
    let mut table = Table::new(&["file", "methods", "passed", "failed", "error", "skipped", "%", ""]);
    for result in results {
        let counts = result.counts();
        table.row(
            &result.module,
            &[
                &counts.total(),
                &counts.passed,
                &counts.failed,
                &counts.error,
                &counts.skipped,
                &counts.percent(),
                &result.broken,
            ],
        );
    }
    let total = results.iter().map(FileResult::counts).sum::<count::Counts>();
    table.row(
        "total",
        &[&total.total(), &total.passed, &total.failed, &total.error, &total.skipped, &total.percent()],
    );
    table.print();
    if args.list_failures {
        for result in results {
            for (name, verdict) in result.failures() {
                println!("{:5} {name}: {}", verdict.kind.word(), verdict.message);
            }
        }
    }
    if let Some(path) = &args.json {
        let files: Vec<_> = results.iter().map(FileResult::json).collect();
        let value = json!({"python": args.python, "total": total.json(), "files": files});
        std::fs::write(path, format!("{value:#}\n"))?;
    }
    println!("{} passed, {} failed, {} skipped", total.passed, total.failed + total.error, total.skipped);
    Ok(total.failed + total.error == 0)
}
