//! Statements typed at the prompt: where one ends, and running it.

use pystm_parser::{
    Mode, SyntaxError,
    ast::{Mod, Stmt, StmtKind},
    parse,
};
use pystm_vm::{
    builtins::exceptions,
    compiler::Options as CompilerOptions,
    error::PyResult,
    import,
    protocol::{call, text},
    sys,
    thread::Thread,
    value::Value,
};

use crate::{
    finish::{self, Outcome},
    glue,
    options::Options,
};

/// What is to be done with the lines that have been typed so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// Nothing yet: the statement goes on.
    Incomplete,
    /// They are a statement, or wrong.
    Complete,
}

/// Whether the text is a whole input. A block ends with a blank line.
pub(super) fn judge(text: &str) -> Input {
    let ends_blank = text.trim_end_matches([' ', '\t']).rsplit('\n').next().is_none_or(str::is_empty);
    match parse(text, Mode::Interactive) {
        Err(error) if error.incomplete => Input::Incomplete,
        Err(error) if is_several(&error) && !ends_blank && last_is_block(text) => Input::Incomplete,
        Ok(Mod::Interactive { body }) if !ends_blank && body.iter().any(Stmt::is_compound) => {
            Input::Incomplete
        }
        _ => Input::Complete,
    }
}

/// The text holds several statements, which a terminal allows (they have been pasted).
fn is_several(error: &SyntaxError) -> bool {
    error.message.starts_with("multiple statements")
}

fn last_is_block(text: &str) -> bool {
    match parse(text, Mode::Module) {
        Ok(Mod::Module { body }) => body.last().is_some_and(Stmt::is_compound),
        _ => false,
    }
}

/// What lasts from one statement to the next.
pub(super) struct Session {
    compiler: CompilerOptions,
}

impl Session {
    pub(super) fn new(options: &Options) -> Session {
        Session { compiler: CompilerOptions { optimize: options.optimize, ..CompilerOptions::default() } }
    }

    /// Runs an input. Exceptions are shown; `SystemExit` gives the end of the prompt.
    pub(super) fn run(&mut self, t: &mut Thread, source: &str, filename: &str) -> Option<Outcome> {
        let result = self.run_statements(t, source, filename);
        let outcome = result.err().map(|raised| {
            let leave = t.pending_is(pystm_vm::error::Exc::SystemExit);
            (leave, finish::report(t, raised))
        });
        for stream in ["stderr", "stdout"] {
            if let Some(stream) = glue::sys_get(t, stream)
                && let Err(raised) = call::call_method(t, stream, "flush", &[])
            {
                // It is tried, and reported, once more at the end.
                t.take_exception(raised);
            }
        }
        outcome.and_then(|(leave, outcome)| leave.then_some(outcome))
    }

    fn run_statements(&mut self, t: &mut Thread, source: &str, filename: &str) -> PyResult<()> {
        let parsed = match parse(source, Mode::Interactive) {
            Err(error) if is_several(&error) => parse(source, Mode::Module),
            parsed => parsed,
        };
        let trees = match parsed {
            // Of several statements only the last one shows its value.
            Ok(Mod::Module { mut body }) => {
                let last = body.pop();
                vec![Mod::Module { body }, Mod::Interactive { body: last.into_iter().collect() }]
            }
            Ok(tree) => vec![tree],
            Err(error) => return Err(exceptions::syntax_error(t, &error.into(), filename)),
        };
        exceptions::print::register_source(filename, source);
        for tree in trees {
            let code = import::compile_tree(t, &tree, filename, &self.compiler)?;
            self.compiler.future_annotations |= imports_annotations(&tree);
            let (text, name) = (t.new_str(source), t.new_str(filename));
            glue::call_in(t, "linecache", "_register_code", &[code.value(), text, name])?;
            let globals = glue::main_dict(t).value();
            import::exec_code(t, code, globals, Value::UNSET)?;
        }
        Ok(())
    }
}

/// Whether the tree has `from __future__ import annotations`.
fn imports_annotations(tree: &Mod) -> bool {
    let (Mod::Module { body } | Mod::Interactive { body }) = tree else { return false };
    body.iter().any(|statement| match &statement.kind {
        StmtKind::ImportFrom { module: Some(module), names, .. } => {
            &**module == "__future__" && names.iter().any(|alias| &*alias.name == "annotations")
        }
        _ => false,
    })
}

/// `str(sys.ps1)` or `str(sys.ps2)`.
pub(super) fn prompt(t: &mut Thread, name: &str) -> String {
    let Some(value) = sys::get(t, name) else { return String::new() };
    match text::str_string(t, value) {
        Ok(prompt) => prompt,
        Err(raised) => {
            t.take_exception(raised);
            String::new()
        }
    }
}
