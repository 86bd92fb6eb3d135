//! Lines from a terminal: editing of whole blocks, history, completion.
//!
//! Lines are edited in a thread of their own, so that the interpreter's waits for them as for any system call, and other
//! Python threads go on.

use std::{
    env,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

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

/// What the thread that edits lines tells the interpreter.
enum Told {
    /// It needs the candidates for the word at the end of the text.
    Complete(String, SyncSender<(usize, Vec<String>)>),
    /// A line has been entered, or not.
    Line(rustyline::Result<String>),
    /// There will be no lines.
    Unusable(ReadlineError),
}

/// What the editor asks while a line is typed.
struct Assistant {
    interpreter: SyncSender<Told>,
}

impl Helper for Assistant {}
impl Highlighter for Assistant {}
impl Validator for Assistant {}
impl Hinter for Assistant {
    type Hint = String;
}

impl Completer for Assistant {
    type Candidate = String;

    fn complete(&self, line: &str, pos: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let before = &line[..pos];
        let row = before.rsplit('\n').next().unwrap_or_default();
        if row.trim().is_empty() {
            // Nothing to complete: the key indents.
            return Ok((pos, vec![" ".repeat(INDENT - row.len() % INDENT)]));
        }
        let (sender, candidates) = sync_channel(1);
        // Neither fails: the interpreter waits for the line.
        let _ = self.interpreter.send(Told::Complete(before.to_owned(), sender));
        Ok(candidates.recv().unwrap_or((pos, Vec::new())))
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
    let (prompts, asked) = sync_channel(1);
    let (interpreter, told) = sync_channel(1);
    let history = history_file(options);
    let editor = thread::spawn(move || edit(&asked, interpreter, history.as_deref()));
    let outcome = read_and_run(t, &prompts, &told, &mut session);
    // The editor ends when nobody can ask it any more.
    drop(prompts);
    // A panic there has said so.
    let _ = t.blocking(|| editor.join());
    match outcome {
        Ok(outcome) => outcome,
        Err(error) => {
            finish::write_error(t, &format!("pystm: the terminal cannot be used: {error}\n"));
            super::plain::run(t, session)
        }
    }
}

/// Edits a line for every prompt, as long as there are prompts. Then the history is saved.
fn edit(prompts: &Receiver<String>, interpreter: SyncSender<Told>, history: Option<&Path>) {
    let mut editor = match Editor::<Assistant, DefaultHistory>::with_config(configuration()) {
        Ok(editor) => editor,
        Err(error) => {
            // Fails only if the interpreter has ended.
            let _ = interpreter.send(Told::Unusable(error));
            return;
        }
    };
    if let Some(path) = history {
        // There is none before the first time.
        let _ = editor.load_history(path);
    }
    // What is typed ahead, while a statement runs, arrives with line feeds.
    for key in [KeyEvent(KeyCode::Enter, Modifiers::NONE), KeyEvent::ctrl('J')] {
        editor.bind_sequence(key, EventHandler::Conditional(Box::new(Enter)));
    }
    editor.set_helper(Some(Assistant { interpreter: interpreter.clone() }));
    while let Ok(prompt) = prompts.recv() {
        let line = editor.readline(&prompt);
        if let Ok(text) = &line
            && !text.trim().is_empty()
        {
            // Only memory could be short; the entry is then lost.
            let _ = editor.add_history_entry(text.trim_end());
        }
        if interpreter.send(Told::Line(line)).is_err() {
            break;
        }
    }
    if let Some(path) = history
        && let Err(error) = editor.append_history(path)
    {
        eprintln!("pystm: the history cannot be written to {}: {error}", path.display());
    }
}

/// The next line; the outer error says that there will be none.
fn next_line(
    t: &mut Thread,
    prompts: &SyncSender<String>,
    told: &Receiver<Told>,
) -> Result<rustyline::Result<String>, ReadlineError> {
    let prompt = session::prompt(t, "ps1");
    // An editor that has ended has said why.
    let _ = prompts.send(prompt);
    loop {
        match t.blocking(|| told.recv()) {
            Ok(Told::Complete(text, reply)) => {
                let candidates = complete::candidates(t, &text);
                let _ = reply.send(candidates);
            }
            Ok(Told::Line(line)) => return Ok(line),
            Ok(Told::Unusable(error)) => return Err(error),
            Err(_) => return Ok(Err(ReadlineError::Eof)),
        }
    }
}

fn read_and_run(
    t: &mut Thread,
    prompts: &SyncSender<String>,
    told: &Receiver<Told>,
    session: &mut Session,
) -> Result<Outcome, ReadlineError> {
    let mut number = 0;
    loop {
        match next_line(t, prompts, told)? {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => {
                let name = format!("<python-input-{number}>");
                number += 1;
                let command = is_command(t, text.trim());
                let source = format!("{}{}\n", text.trim_end(), if command { "()" } else { "" });
                if let Some(outcome) = session.run(t, &source, &name) {
                    return Ok(outcome);
                }
            }
            Err(ReadlineError::Interrupted) => finish::write_error(t, "KeyboardInterrupt\n"),
            Err(ReadlineError::Eof) => return Ok(Outcome::Exit(0)),
            Err(error) => {
                finish::write_error(t, &format!("pystm: cannot read the terminal: {error}\n"));
                return Ok(Outcome::Exit(1));
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

fn configuration() -> Config {
    Config::builder().completion_type(CompletionType::List).auto_add_history(false).build()
}

/// `PYTHON_HISTORY`, or a file of our own: CPython's has another format.
fn history_file(options: &Options) -> Option<PathBuf> {
    let named = environment::variable(options, "PYTHON_HISTORY").map(PathBuf::from);
    named.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".pystm_history")))
}
