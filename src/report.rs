//! `pystm report`: what a log (`PYSTM_LOG`) says about conflicts, inevitable transactions and waits; `docs/reports.md`.
//!
//! [`collect`] adds up what the log tells, [`show`] makes text of it, [`trace`] makes a file for trace viewers, [`totals`] is
//! the table of counters, also that of `--stats`.

mod collect;
mod show;
#[cfg(test)]
mod tests;
pub(crate) mod totals;
mod trace;

use std::{
    ffi::OsString,
    fmt::Display,
    fs::{self, File},
    io::{self, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
};

use lexopt::Arg::{Long, Short, Value};
use pystm_stm::events::read::Reader;

use collect::{Collected, collect};
use trace::Trace;

const USAGE: &str = "usage: pystm report [--top N] [--trace OUT.json] FILE";

const HELP: &str = "\
usage: pystm report [--top N] [--trace OUT.json] FILE

Prints what the log FILE says, which PYSTM_LOG=FILE has written: conflicts between threads, transactions that became
inevitable, waits in transaction.retry, totals of each thread.

--top N          : show N entries of each kind instead of 10
--trace OUT.json : also write the log's events for trace viewers (ui.perfetto.dev, chrome://tracing)
";

/// What `pystm report` is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Request {
    file: PathBuf,
    top: usize,
    trace: Option<PathBuf>,
}

/// Whether a command line asks for a report and not for the program `report`: its first word is `report`, and there is no
/// file of that name.
pub(crate) fn is_wanted(args: &[OsString]) -> bool {
    args.first().is_some_and(|word| word == "report") && !Path::new("report").exists()
}

/// Does what the arguments behind `report` say; the exit code.
pub(crate) fn run(args: &[OsString]) -> i32 {
    match parse(args) {
        Ok(Some(request)) => match make(&request) {
            Ok(text) => write_out(&text),
            Err(message) => {
                eprintln!("pystm report: {message}");
                1
            }
        },
        Ok(None) => write_out(HELP),
        Err(message) => {
            eprintln!("pystm report: {message}\n{USAGE}");
            2
        }
    }
}

/// Writes to standard output. A reader that has had enough is no error.
fn write_out(text: &str) -> i32 {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            eprintln!("pystm report: {error}");
            1
        }
        _ => 0,
    }
}

/// Reads the arguments; `None` for `--help`.
fn parse(args: &[OsString]) -> Result<Option<Request>, String> {
    let mut parser = lexopt::Parser::from_args(args);
    let (mut file, mut top, mut trace) = (None, 10, None);
    while let Some(arg) = parser.next().map_err(|error| error.to_string())? {
        match arg {
            Short('h') | Long("help") => return Ok(None),
            Long("top") => {
                let n = parser.value().map_err(|error| error.to_string())?;
                top = n
                    .to_str()
                    .and_then(|n| n.parse().ok())
                    .ok_or_else(|| format!("--top: {n:?} is not a number of entries"))?;
            }
            Long("trace") => trace = Some(parser.value().map_err(|error| error.to_string())?.into()),
            Value(path) if file.is_none() => file = Some(PathBuf::from(path)),
            other => return Err(other.unexpected().to_string()),
        }
    }
    let file = file.ok_or("the log's file is missing; a program writes one if PYSTM_LOG names it")?;
    Ok(Some(Request { file, top, trace }))
}

/// The report's text; writes the trace on the way.
fn make(request: &Request) -> Result<String, String> {
    let log_failed = |error: &dyn Display| format!("{}: {error}", request.file.display());
    let file = File::open(&request.file).map_err(|error| log_failed(&error))?;
    let written = file.metadata().and_then(|data| data.modified()).ok();
    let reader = Reader::new(BufReader::new(file)).map_err(|error| log_failed(&error))?;
    let collected = match &request.trace {
        None => collect(reader, |_, _| Ok(())).map_err(|error| log_failed(&error))?,
        Some(path) => write_trace(reader, path, &request.file)
            .map_err(|error| format!("{}: {error}", path.display()))?,
    };
    Ok(show::show(&collected, request.top, written))
}

fn write_trace(reader: Reader<BufReader<File>>, path: &Path, log: &Path) -> io::Result<Collected> {
    if matches!((fs::canonicalize(path), fs::canonicalize(log)), (Ok(a), Ok(b)) if a == b) {
        return Err(io::Error::other("the trace would overwrite the log"));
    }
    let mut trace = Trace::begin(BufWriter::new(File::create(path)?), &reader.header)?;
    let collected = collect(reader, |names, row| trace.row(names, row))?;
    trace.end()?;
    Ok(collected)
}
