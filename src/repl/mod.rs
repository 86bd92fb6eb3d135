//! The prompt.
//!
//! [`session`] reads statements and runs them; lines come from [`terminal`], where they can be edited, or from
//! [`plain`] if standard input is no terminal. [`complete`] finds what a word could become.

mod complete;
mod plain;
mod session;
mod terminal;

use std::{
    env,
    io::{self, IsTerminal},
    path::PathBuf,
};

use pystm_vm::{error::PyResult, protocol::call, sys, thread::Thread};

use crate::{
    environment,
    finish::{self, Outcome},
    glue,
    options::{Options, Program},
    program,
};
use session::Session;

/// Shows the prompt until its end of input or `SystemExit`.
pub(crate) fn run(t: &mut Thread, options: &Options) -> Outcome {
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        if sys::get(t, name).is_none() {
            let text = t.new_str(text);
            sys::set(t, name, text);
        }
    }
    let alone = matches!(options.program, None | Some(Program::Stdin));
    if alone && options.quiet == 0 {
        banner(t, options);
    }
    if let Err(raised) = start_hooks(t, options, alone) {
        finish::report_always(t, raised);
    }
    let session = Session::new(options);
    let outcome = if is_terminal() { terminal::run(t, options, session) } else { plain::run(t, session) };
    match outcome {
        // At the prompt, an interrupt ends a statement and nothing else.
        Outcome::Interrupted => Outcome::Exit(0),
        outcome => outcome,
    }
}

/// Whether lines can be edited.
fn is_terminal() -> bool {
    let dumb = env::var_os("TERM").is_none_or(|term| term == "dumb" || term.is_empty());
    let basic = env::var_os("PYTHON_BASIC_REPL").is_some_and(|value| !value.is_empty());
    !dumb && !basic && io::stdin().is_terminal() && io::stdout().is_terminal()
}

fn banner(t: &mut Thread, options: &Options) {
    let mut parts = ["version", "platform"].into_iter().map(|name| {
        let value = sys::get(t, name).and_then(|value| value.as_str());
        value.map(|text| text.to_rust()).unwrap_or_default()
    });
    let (version, platform) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let mut text = format!("Python {version} on {platform}\n");
    if !options.no_site {
        text += "Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n";
    }
    finish::write_error(t, &text);
}

/// The program that `PYTHONSTARTUP` names, and `sys.__interactivehook__`.
fn start_hooks(t: &mut Thread, options: &Options, alone: bool) -> PyResult<()> {
    let startup = environment::variable(options, "PYTHONSTARTUP").filter(|_| alone).map(PathBuf::from);
    if let Some(path) = startup {
        match program::read_script(&path) {
            Ok(source) => {
                program::run_source(t, options, &source, &path.to_string_lossy())?;
            }
            Err(error) => {
                let message = format!("Could not open PYTHONSTARTUP\n{}: {error}\n", path.display());
                finish::write_error(t, &message);
            }
        }
    }
    if let Some(hook) = glue::sys_get(t, "__interactivehook__").filter(|_| !options.isolated) {
        call::call(t, hook, &[])?;
    }
    Ok(())
}
