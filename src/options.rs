//! The command line, as CPython reads it.

#[cfg(test)]
mod tests;

use std::ffi::OsString;

use lexopt::Arg::{Long, Short, Value};

/// What to run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// `-c`
    Command(OsString),
    /// `-m`
    Module(OsString),
    /// A script, a directory or a zip file.
    File(OsString),
    /// Standard input: a program, or the prompt.
    Stdin,
}

/// What the command line asks for.
pub(crate) enum Request {
    /// `-h`
    Help,
    /// `-V`, given this many times.
    Version(u8),
    /// Anything else.
    Run(Box<Options>),
}

/// Options of a run; counters say how often an option was given.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// What to run; standard input if nothing is named.
    pub(crate) program: Option<Program>,
    /// `sys.argv`
    pub(crate) argv: Vec<OsString>,
    /// `-b`
    pub(crate) bytes_warning: u8,
    /// `-B`
    pub(crate) no_bytecode: bool,
    /// `-d`
    pub(crate) debug: u8,
    /// `-E`
    pub(crate) ignore_environment: bool,
    /// `-i`
    pub(crate) interactive: bool,
    /// `-i` or `PYTHONINSPECT`
    pub(crate) inspect: bool,
    /// `-I`
    pub(crate) isolated: bool,
    /// `-O`
    pub(crate) optimize: u8,
    /// `-P`
    pub(crate) safe_path: bool,
    /// `-q`
    pub(crate) quiet: u8,
    /// `-s`
    pub(crate) no_user_site: bool,
    /// `-S`
    pub(crate) no_site: bool,
    /// `--stats`
    pub(crate) stats: bool,
    /// `-u`
    pub(crate) unbuffered: bool,
    /// `-v`
    pub(crate) verbose: u8,
    /// `-W`, in order
    pub(crate) warnings: Vec<OsString>,
    /// `-x`
    pub(crate) skip_first_line: bool,
    /// `-X`, in order
    pub(crate) x_options: Vec<OsString>,
    /// `--check-hash-based-pycs`
    pub(crate) check_pycs: Option<OsString>,
}

impl Options {
    /// Value of an `-X` option: `None` if it was not given, `Some("")` if it has no value. The last one counts.
    pub(crate) fn x_option(&self, name: &str) -> Option<&str> {
        self.x_options.iter().rev().filter_map(|option| option.to_str()).find_map(|option| {
            let (key, value) = option.split_once('=').unwrap_or((option, ""));
            (key == name).then_some(value)
        })
    }
}

/// Reads the arguments behind the command's own name.
///
/// # Errors
/// CPython's message for a wrong option.
pub(crate) fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Request, String> {
    let mut parser = lexopt::Parser::from_args(args);
    let mut o = Options::default();
    let mut version = 0;
    while let Some(arg) = parser.next().map_err(|error| option_error(&error))? {
        match arg {
            Short('b') => o.bytes_warning += 1,
            Short('B') => o.no_bytecode = true,
            Short('d') => o.debug += 1,
            Short('E') => o.ignore_environment = true,
            Short('h' | '?') => return Ok(Request::Help),
            Long("help" | "help-all" | "help-env" | "help-xoptions") => match parser.optional_value() {
                None => return Ok(Request::Help),
                Some(value) => return Err(format!("Unknown option: --help={}", value.to_string_lossy())),
            },
            Short('i') => (o.interactive, o.inspect) = (true, true),
            Short('I') => {
                (o.isolated, o.ignore_environment, o.no_user_site, o.safe_path) = (true, true, true, true);
            }
            Short('O') => o.optimize += 1,
            Short('P') => o.safe_path = true,
            Short('q') => o.quiet += 1,
            // Hashes are random unless PYTHONHASHSEED says otherwise.
            Short('R') => {}
            Short('s') => o.no_user_site = true,
            Short('S') => o.no_site = true,
            Short('u') => o.unbuffered = true,
            Short('v') => o.verbose += 1,
            Short('V') | Long("version") => version += 1,
            Short('W') => o.warnings.push(value(&mut parser, "-W option")?),
            Long("stats") => o.stats = true,
            Short('x') => o.skip_first_line = true,
            Short('X') => o.x_options.push(value(&mut parser, "-X option")?),
            Long("check-hash-based-pycs") => {
                o.check_pycs = Some(value(&mut parser, "--check-hash-based-pycs options")?);
            }
            Short('c') => {
                o.argv.push("-c".into());
                o.program = Some(Program::Command(value(&mut parser, "-c option")?));
                break;
            }
            Short('m') => {
                o.argv.push("-m".into());
                o.program = Some(Program::Module(value(&mut parser, "-m option")?));
                break;
            }
            Value(file) => {
                o.argv.push(file.clone());
                o.program = Some(if file == "-" { Program::Stdin } else { Program::File(file) });
                break;
            }
            other => return Err(option_error(&other.unexpected())),
        }
    }
    if version > 0 {
        return Ok(Request::Version(version));
    }
    check_pycs(&o)?;
    match o.program {
        Some(_) => o.argv.extend(parser.raw_args().map_err(|error| option_error(&error))?),
        None => o.argv.push(OsString::new()),
    }
    Ok(Request::Run(Box::new(o)))
}

fn value(parser: &mut lexopt::Parser, what: &str) -> Result<OsString, String> {
    parser.value().map_err(|_| format!("Argument expected for the {what}"))
}

fn option_error(error: &lexopt::Error) -> String {
    match error {
        lexopt::Error::UnexpectedOption(option) => format!("Unknown option: {option}"),
        lexopt::Error::UnexpectedValue { option, value } => {
            format!("Unknown option: {option}={}", value.to_string_lossy())
        }
        other => other.to_string(),
    }
}

fn check_pycs(options: &Options) -> Result<(), String> {
    match options.check_pycs.as_deref().map(|mode| mode.to_string_lossy()) {
        Some(mode) if !matches!(&*mode, "always" | "default" | "never") => {
            Err("--check-hash-based-pycs must be one of 'default', 'always', or 'never'".into())
        }
        _ => Ok(()),
    }
}
