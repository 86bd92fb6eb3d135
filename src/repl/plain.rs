//! Lines from `sys.stdin`, for input that is no terminal.

use pystm_vm::{error::PyResult, protocol::call, thread::Thread};

use super::session::{self, Input, Session};
use crate::{
    finish::{self, Outcome},
    glue,
};

/// Reads and runs statements until the input ends.
pub(super) fn run(t: &mut Thread, mut session: Session) -> Outcome {
    let mut text = String::new();
    loop {
        let prompt = session::prompt(t, if text.is_empty() { "ps1" } else { "ps2" });
        finish::write_error(t, &prompt);
        let line = match read_line(t) {
            Ok(line) => line,
            Err(raised) => {
                match finish::report_always(t, raised) {
                    Outcome::Interrupted => text.clear(),
                    outcome => return outcome,
                }
                continue;
            }
        };
        let Some(line) = line else { break };
        if text.is_empty() && line.trim().is_empty() {
            continue;
        }
        text += &line;
        if session::judge(text.strip_suffix('\n').unwrap_or(&text)) == Input::Incomplete {
            continue;
        }
        if let Some(outcome) = session.run(t, &std::mem::take(&mut text), "<stdin>") {
            return outcome;
        }
    }
    finish::write_error(t, "\n");
    // The end of the input ends a block as well.
    if !text.is_empty()
        && let Some(outcome) = session.run(t, &text, "<stdin>")
    {
        return outcome;
    }
    Outcome::Exit(0)
}

/// A line with its newline, or `None` at the end.
fn read_line(t: &mut Thread) -> PyResult<Option<String>> {
    let Some(stdin) = glue::sys_get(t, "stdin") else { return Ok(None) };
    let line = call::call_method(t, stdin, "readline", &[])?;
    Ok(line.as_str().map(|line| line.to_rust()).filter(|line| !line.is_empty()))
}
