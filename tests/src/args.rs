//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use lexopt::prelude::*;

/// What `--help` prints.
const HELP: &str = "\
Usage: pystm-conformance [options] PATH...
       pystm-conformance --cpython-tests DIR [--only test_a,test_b] [options]
       pystm-conformance --bad-input [options]

PATH is a .py program or a directory of them. Expectations are insta snapshots: DIR/snapshots/NAME.snap.

  --python PATH         interpreter under test (pystm beside this program, else target/release/pystm)
  --reference PATH      compare with this interpreter instead of the snapshots; with --cpython-tests, take the
                        list of methods from it
  --bless               write the snapshots from --reference (each program runs twice and must agree)
  --review              write NAME.snap.new for each failure, for `cargo insta review`
  --filter SUBSTR       only the programs whose path contains SUBSTR
  --known-failures FILE listed failures (the nearest known_failures.txt above each PATH)
  --only A,B | @FILE    with --cpython-tests: only these test files, or those that FILE names
  --list-failures       with --cpython-tests: every method that failed, with its message
  --timeout SECONDS     per program, or per method of CPython's tests (20)
  --jobs N              programs at a time (the number of cores)
  --env K=V             pass K=V to the programs; may be repeated
  --json FILE           write the results as JSON too
  -h, --help            this text
";

/// Everything that the command line says.
pub(crate) struct Args {
    /// Which of the three modes to run.
    pub(crate) mode: Mode,
    /// The interpreter under test.
    pub(crate) python: PathBuf,
    /// The interpreter to compare with, where one was named.
    pub(crate) reference: Option<PathBuf>,
    /// Write snapshots from the reference.
    pub(crate) bless: bool,
    /// Leave `.snap.new` files for failures.
    pub(crate) review: bool,
    /// Only programs whose path contains this.
    pub(crate) filter: Option<String>,
    /// The list of known failures, where one was named.
    pub(crate) known_failures: Option<PathBuf>,
    /// Print every failing method of CPython's tests.
    pub(crate) list_failures: bool,
    /// Time allowed for one program or method.
    pub(crate) timeout: Duration,
    /// How many programs run at a time.
    pub(crate) jobs: usize,
    /// Variables added to the programs' environment.
    pub(crate) env: Vec<(String, String)>,
    /// Where to write the results as JSON.
    pub(crate) json: Option<PathBuf>,
    /// Programs and directories of them.
    pub(crate) paths: Vec<PathBuf>,
}

/// The runner's mode.
pub(crate) enum Mode {
    /// Programs against expectations.
    Language,
    /// CPython's own tests.
    Cpython(CpythonTests),
    /// Hostile input.
    BadInput,
}

/// Where CPython's tests are and which to run.
pub(crate) struct CpythonTests {
    /// CPython's `Lib/test`.
    pub(crate) directory: PathBuf,
    /// Names of files without `.py`; empty means all.
    pub(crate) only: Vec<String>,
}

/// Reads the process's command line; `--help` prints and exits.
pub(crate) fn parse() -> Result<Args, lexopt::Error> {
    let mut args = Args {
        mode: Mode::Language,
        python: PathBuf::new(),
        reference: None,
        bless: false,
        review: false,
        filter: None,
        known_failures: None,
        list_failures: false,
        timeout: Duration::from_secs(20),
        jobs: std::thread::available_parallelism().map_or(2, usize::from),
        env: Vec::new(),
        json: None,
        paths: Vec::new(),
    };
    let (mut python, mut directory, mut only, mut bad_input) = (None, None, Vec::new(), false);
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("python") => python = Some(interpreter(parser.value()?.into())),
            Long("reference") => args.reference = Some(interpreter(parser.value()?.into())),
            Long("bless") => args.bless = true,
            Long("review") => args.review = true,
            Long("filter") => args.filter = Some(parser.value()?.string()?),
            Long("known-failures") => args.known_failures = Some(parser.value()?.into()),
            Long("cpython-tests") => directory = Some(PathBuf::from(parser.value()?)),
            Long("only") => only.extend(names(&parser.value()?.string()?)?),
            Long("bad-input") => bad_input = true,
            Long("list-failures") => args.list_failures = true,
            Long("timeout") => args.timeout = Duration::from_secs_f64(parser.value()?.parse()?),
            Long("jobs") => args.jobs = parser.value()?.parse::<usize>()?.max(1),
            Long("env") => args.env.push(variable(&parser.value()?.string()?)?),
            Long("json") => args.json = Some(parser.value()?.into()),
            Short('h') | Long("help") => {
                print!("{HELP}");
                std::process::exit(0);
            }
            Value(path) => args.paths.push(path.into()),
            _ => return Err(arg.unexpected()),
        }
    }
    if args.bless && args.reference.is_none() {
        return Err("--bless needs --reference".into());
    }
    args.python = python.unwrap_or_else(default_python);
    args.mode = match directory {
        Some(directory) => Mode::Cpython(CpythonTests { directory, only }),
        None if bad_input => Mode::BadInput,
        None if args.paths.is_empty() => return Err("no PATH given".into()),
        None => Mode::Language,
    };
    Ok(args)
}

/// The names in `A,B`, or in the file `FILE` of `@FILE`, one a line there.
fn names(text: &str) -> Result<Vec<String>, lexopt::Error> {
    let listed = match text.strip_prefix('@') {
        Some(file) => std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?,
        None => text.replace(',', "\n"),
    };
    let names = listed.lines().map(str::trim).filter(|name| !name.is_empty() && !name.starts_with('#'));
    Ok(names.map(str::to_owned).collect())
}

/// Splits `K=V`.
fn variable(text: &str) -> Result<(String, String), lexopt::Error> {
    match text.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(format!("--env wants K=V, not {text:?}").into()),
    }
}

/// An interpreter named by a path must be found from any working directory; a bare name is looked up in `PATH`.
fn interpreter(path: PathBuf) -> PathBuf {
    if path.components().count() > 1 { std::path::absolute(&path).unwrap_or(path) } else { path }
}

/// `pystm` beside this executable, else the workspace's release build.
fn default_python() -> PathBuf {
    let beside = std::env::current_exe().ok().map(|exe| exe.with_file_name("pystm"));
    match beside {
        Some(path) if path.exists() => path,
        _ => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/release/pystm")),
    }
}
