//! Runs the main program: a command, a module, a script, standard input; then the prompt, if it is wanted.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::{IsTerminal, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use pystm_parser::Mode;
use pystm_vm::{
    builtins::{dict, exceptions},
    compiler::Options as CompilerOptions,
    error::PyResult,
    import,
    protocol::{attr, call},
    sys,
    thread::Thread,
    value::Value,
};

use crate::{
    dis, environment,
    finish::{self, Outcome},
    glue,
    options::{Options, Program},
    repl,
};

/// Runs what the options name.
pub(crate) fn run(t: &mut Thread, options: &Options) -> Outcome {
    let stdin = Program::Stdin;
    let program = options.program.as_ref().unwrap_or(&stdin);
    let is_prompt = *program == Program::Stdin && prompt_possible(options);
    if options.x_option("dis").is_some() && !is_prompt {
        return dis::run(t, options, program);
    }
    let outcome = match run_program(t, options, program, is_prompt) {
        Ok(outcome) => outcome,
        Err(raised) if options.inspect => finish::report_always(t, raised),
        Err(raised) => finish::report(t, raised),
    };
    // The program may have set the variable.
    let inspect = options.inspect || environment::inspect_now(options);
    if inspect && !is_prompt && prompt_possible(options) {
        return repl::run(t, options);
    }
    outcome
}

/// Standard input is a terminal, or `-i` says to take it for one.
fn prompt_possible(options: &Options) -> bool {
    options.interactive || std::io::stdin().is_terminal()
}

fn run_program(t: &mut Thread, options: &Options, program: &Program, is_prompt: bool) -> PyResult<Outcome> {
    const DONE: Outcome = Outcome::Exit(0);
    match program {
        Program::Command(text) => {
            add_first_path(t, options, OsString::new())?;
            let Some(text) = text.to_str() else {
                eprintln!("Unable to decode the command from the command line:");
                return Ok(Outcome::Exit(1));
            };
            run_text(t, options, &dedent(text), "<string>")?;
        }
        Program::Module(name) => {
            add_first_path(t, options, std::env::current_dir().unwrap_or_default().into())?;
            let name = glue::os_str(t, name);
            glue::call_in(t, "runpy", "_run_module_as_main", &[name, Value::TRUE])?;
        }
        Program::File(path) if is_package(path) => {
            let path = if path.is_empty() {
                std::env::current_dir().unwrap_or_default().into()
            } else {
                absolute(path)
            };
            prepend_path(t, path)?;
            let name = t.intern("__main__");
            glue::call_in(t, "runpy", "_run_module_as_main", &[name, Value::FALSE])?;
        }
        Program::File(path) => return run_script(t, options, &absolute(path)),
        Program::Stdin => {
            add_first_path(t, options, OsString::new())?;
            if is_prompt {
                return Ok(repl::run(t, options));
            }
            let mut source = Vec::new();
            if std::io::stdin().read_to_end(&mut source).is_ok() {
                run_source(t, options, &source, "<stdin>")?;
            }
        }
    }
    Ok(DONE)
}

/// A directory or a zip file: what is run is its `__main__.py`.
fn is_package(path: &OsStr) -> bool {
    path.is_empty() || Path::new(path).is_dir() || has_zip_directory(Path::new(path)).unwrap_or(false)
}

/// Whether a file ends with a zip file's directory, with a comment of up to a kilobyte behind it.
fn has_zip_directory(path: &Path) -> std::io::Result<bool> {
    if path.extension().is_some_and(|extension| extension == "py") || !path.is_file() {
        return Ok(false);
    }
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(1024 + 22)))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    Ok(end.windows(4).any(|window| window == b"PK\x05\x06"))
}

/// The path from the root on, as `__file__` and tracebacks show it; `.` and `..` in it stay.
fn absolute(path: &OsStr) -> OsString {
    std::env::current_dir().unwrap_or_default().join(path).into()
}

fn run_script(t: &mut Thread, options: &Options, path: &OsStr) -> PyResult<Outcome> {
    let source = match read_script(Path::new(path)) {
        Ok(source) => source,
        Err(error) => {
            let code = error.raw_os_error().unwrap_or(0);
            // The system's words without Rust's "(os error 2)".
            let words = error.to_string();
            let words = words.split(" (os error").next().unwrap_or_default();
            eprintln!("pystm: can't open file '{}': [Errno {code}] {words}", Path::new(path).display());
            return Ok(Outcome::Exit(2));
        }
    };
    // Links are followed, so that a linked script finds its neighbours.
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
    let directory = real.parent().unwrap_or(Path::new("")).to_owned();
    add_first_path(t, options, directory.into())?;
    let main = glue::main_dict(t);
    let file = glue::os_str(t, path);
    dict::set_text(t, main, "__file__", file);
    dict::set_text(t, main, "__cached__", Value::NONE);
    let compiled = Path::new(path).extension().is_some_and(|extension| extension == "pyc");
    let external = glue::loaded_module(t, "_frozen_importlib_external").unwrap_or(Value::NONE);
    let class = if compiled { "SourcelessFileLoader" } else { "SourceFileLoader" };
    let name = t.intern("__main__");
    let loader = call::call_method(t, external, class, &[name, file])?;
    dict::set_text(t, main, "__loader__", loader);
    if compiled {
        let code = call::call_method(t, loader, "get_code", &[name])?;
        let exec = attr::getattr_text(t, t.rt.builtins_module.get(), "exec")?;
        call::call(t, exec, &[code, main.value()])?;
        return Ok(Outcome::Exit(0));
    }
    let source = match source.iter().position(|&byte| byte == b'\n') {
        // The newline stays: lines keep their numbers.
        Some(end) if options.skip_first_line => &source[end..],
        _ => &source[..],
    };
    let name = path.to_string_lossy();
    run_source(t, options, source, &name)?;
    Ok(Outcome::Exit(0))
}

/// The bytes of a script.
pub(crate) fn read_script(path: &Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(path)
}

/// Runs the bytes of a source file in `__main__`.
pub(crate) fn run_source(t: &mut Thread, options: &Options, source: &[u8], filename: &str) -> PyResult {
    match pystm_parser::decode_source(source) {
        Ok(text) => run_text(t, options, &text, filename),
        Err(mut error) => {
            if error.message.starts_with("Non-UTF-8 code") {
                error.message =
                    error.message.replacen(" on line ", &format!(" in file {filename} on line "), 1);
            }
            Err(exceptions::syntax_error(t, &error.into(), filename))
        }
    }
}

/// Runs source text in `__main__`.
fn run_text(t: &mut Thread, options: &Options, text: &str, filename: &str) -> PyResult {
    let compiler = CompilerOptions { optimize: options.optimize, ..CompilerOptions::default() };
    let code = import::compile(t, text, filename, Mode::Module, &compiler)?;
    if filename == "<string>" {
        exceptions::print::register_source(filename, text);
        let source = t.new_str(text);
        let name = t.new_str(filename);
        glue::call_in(t, "linecache", "_register_code", &[code.value(), source, name])?;
    }
    let globals = glue::main_dict(t).value();
    import::exec_code(t, code, globals, Value::UNSET)
}

/// Puts the program's own directory at the front of `sys.path`, unless that is held to be unsafe.
fn add_first_path(t: &mut Thread, options: &Options, directory: OsString) -> PyResult<()> {
    if options.safe_path { Ok(()) } else { prepend_path(t, directory) }
}

fn prepend_path(t: &mut Thread, directory: OsString) -> PyResult<()> {
    let Some(path) = sys::get(t, "path") else { return Ok(()) };
    let directory = glue::os_str(t, &directory);
    call::call_method(t, path, "insert", &[Value::ZERO, directory])?;
    Ok(())
}

/// Takes the white space off that all lines of a `-c` program begin with, as `textwrap.dedent` does.
pub(crate) fn dedent(text: &str) -> String {
    let mut margin: Option<&str> = None;
    for line in text.lines().filter(|line| !line.trim_matches([' ', '\t']).is_empty()) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        let common = margin.unwrap_or(indent).bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
        margin = Some(&indent[..common]);
    }
    let margin = margin.unwrap_or("");
    if margin.is_empty() {
        return text.to_owned();
    }
    text.split_inclusive('\n')
        .map(|line| line.strip_prefix(margin).unwrap_or(line.trim_start_matches([' ', '\t'])))
        .collect()
}
