//! Lines from a terminal: editing of whole blocks, history, completion.

use std::{cell::RefCell, env, path::PathBuf};

use pystm_vm::{builtins::dict, thread::Thread};
use rustyline::{
    Cmd, CompletionType, ConditionalEventHandler, Config, Context, Editor, Event, EventContext, EventHandler,
    Helper, KeyCode, KeyEvent, Modifiers, RepeatCount, completion::Completer, error::ReadlineError,
    highlight::Highlighter, hint::Hinter, history::DefaultHistory, validate::Validator,
};

use super::{
    complete,
    session::{self, Input, Session},
};
use crate::{
    environment,
    finish::{self, Outcome},
    glue,
    options::Options,
};

/// Spaces of a level of indentation.
const INDENT: usize = 4;

/// What the editor asks while a line is typed. It borrows the thread; statements run between two lines.
struct Assistant<'t> {
    thread: RefCell<&'t mut Thread>,
}

impl Helper for Assistant<'_> {}
impl Highlighter for Assistant<'_> {}
impl Validator for Assistant<'_> {}
impl Hinter for Assistant<'_> {
    type Hint = String;
}

impl Completer for Assistant<'_> {
    type Candidate = String;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let before = &line[..pos];
        let row = before.rsplit('\n').next().unwrap_or_default();
        if row.trim().is_empty() {
            // Nothing to complete: the key indents.
            return Ok((pos, vec![" ".repeat(INDENT - row.len() % INDENT)]));
        }
        Ok(complete::candidates(&mut self.thread.borrow_mut(), before))
    }
}

/// Enter: ends the input, or goes on to the next line of a block with its indentation.
struct Enter;

impl ConditionalEventHandler for Enter {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, context: &EventContext<'_>) -> Option<Cmd> {
        match session::judge(context.line()) {
            Input::Complete => Some(Cmd::AcceptLine),
            Input::Incomplete => {
                let indent = indentation(&context.line()[..context.pos()]);
                Some(Cmd::Insert(1, format!("\n{}", " ".repeat(indent))))
            }
        }
    }
}

/// Indentation of the line that follows this text.
fn indentation(text: &str) -> usize {
    let row = text.rsplit('\n').next().unwrap_or_default();
    let indent = row.len() - row.trim_start_matches(' ').len();
    let code = row.trim();
    let word = code.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    if code.ends_with(':') {
        indent + INDENT
    } else if matches!(word, "return" | "raise" | "pass" | "break" | "continue") {
        indent.saturating_sub(INDENT)
    } else {
        indent
    }
}

/// Reads and runs statements until Ctrl-D or `SystemExit`.
pub(super) fn run(t: &mut Thread, options: &Options, mut session: Session) -> Outcome {
    let mut editor = match Editor::<Assistant<'_>, DefaultHistory>::with_config(configuration()) {
        Ok(editor) => editor,
        Err(error) => {
            finish::write_error(t, &format!("pystm: the terminal cannot be used: {error}\n"));
            return super::plain::run(t, session);
        }
    };
    let history = history_file(options);
    if let Some(path) = &history {
        // There is none before the first time.
        let _ = editor.load_history(path);
    }
    // What is typed ahead, while a statement runs, arrives with line feeds.
    for key in [KeyEvent(KeyCode::Enter, Modifiers::NONE), KeyEvent::ctrl('J')] {
        editor.bind_sequence(key, EventHandler::Conditional(Box::new(Enter)));
    }
    editor.set_helper(Some(Assistant { thread: RefCell::new(t) }));
    let outcome = read_and_run(&mut editor, &mut session);
    if let Some(path) = &history
        && let Err(error) = editor.append_history(path)
    {
        eprintln!("pystm: the history cannot be written to {}: {error}", path.display());
    }
    outcome
}

fn read_and_run(editor: &mut Editor<Assistant<'_>, DefaultHistory>, session: &mut Session) -> Outcome {
    let mut number = 0;
    loop {
        let prompt = with_thread(editor, |t| session::prompt(t, "ps1"));
        match editor.readline(&prompt) {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => {
                // Only memory could be short; the entry is then lost.
                let _ = editor.add_history_entry(text.trim_end());
                let name = format!("<python-input-{number}>");
                number += 1;
                let command = with_thread(editor, |t| is_command(t, text.trim()));
                let source = format!("{}{}\n", text.trim_end(), if command { "()" } else { "" });
                if let Some(outcome) = with_thread(editor, |t| session.run(t, &source, &name)) {
                    return outcome;
                }
            }
            Err(ReadlineError::Interrupted) => {
                with_thread(editor, |t| finish::write_error(t, "KeyboardInterrupt\n"))
            }
            Err(ReadlineError::Eof) => return Outcome::Exit(0),
            Err(error) => {
                with_thread(editor, |t| {
                    finish::write_error(t, &format!("pystm: cannot read the terminal: {error}\n"))
                });
                return Outcome::Exit(1);
            }
        }
    }
}

/// Names that the prompt calls when they stand alone, unless the program has given them another meaning.
const COMMANDS: &[&str] = &["copyright", "credits", "exit", "help", "license", "quit"];

fn is_command(t: &mut Thread, text: &str) -> bool {
    let names = glue::main_dict(t);
    COMMANDS.contains(&text) && dict::get_text(t, names, text).is_none()
}

/// Uses the thread that the helper borrows.
fn with_thread<R>(editor: &mut Editor<Assistant<'_>, DefaultHistory>, f: impl FnOnce(&mut Thread) -> R) -> R {
    f(editor.helper_mut().expect("set before the first line").thread.get_mut())
}

fn configuration() -> Config {
    Config::builder().completion_type(CompletionType::List).auto_add_history(false).build()
}

/// `PYTHON_HISTORY`, or a file of our own: CPython's has another format.
fn history_file(options: &Options) -> Option<PathBuf> {
    let named = environment::variable(options, "PYTHON_HISTORY").map(PathBuf::from);
    named.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".pystm_history")))
}
