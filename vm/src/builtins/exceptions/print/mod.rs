//! Printing exceptions: the text of tracebacks, chains, groups and notes, as CPython's `traceback.py` makes it.

mod anchors;
mod hints;
mod source;

use num_bigint::Sign;
use rustc_hash::FxHashSet;

use super::{
    Exception,
    group::{exceptions_of, is_group},
    is_instance, syntax,
};
use crate::{
    builtins::{int, str::Str, traceback::Traceback},
    error::{Exc, PyResult},
    object::Ref,
    protocol::{attr, call, iter, text},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

pub use source::register as register_source;

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// Equal lines in a row that are shown before the rest is counted.
const REPEATED: usize = 3;
/// Exceptions of a group that are shown.
const GROUP_WIDTH: usize = 15;
/// Nested groups that are shown.
const GROUP_DEPTH: usize = 10;

/// The text of an exception with its traceback and chain, as the interpreter prints it when nobody catches it.
pub fn format_exception(t: &mut Thread, exception: Value) -> String {
    let mut printer = Printer::default();
    printer.exception(t, exception);
    printer.out
}

/// Prints an exception to `sys.stderr`.
pub fn print_exception(t: &mut Thread, exception: Value) {
    if exception.cast::<Exception>().is_none() {
        let name = type_of(exception).name();
        let line = format!("TypeError: print_exception(): Exception expected for value, {name} found\n");
        return write_stderr(t, &line);
    }
    let shown = format_exception(t, exception);
    write_stderr(t, &shown);
}

/// Writes text to `sys.stderr`, or to the process's standard error if there is no such object.
pub fn write_stderr(t: &mut Thread, shown: &str) {
    let stream = crate::sys::get(t, "stderr").filter(|s| !s.is_none());
    if let Some(stream) = stream {
        let value = t.new_str(shown);
        let written = call::call_method(t, stream, "write", &[value])
            .and_then(|_| call::call_method(t, stream, "flush", &[]));
        match written {
            Ok(_) => return,
            Err(raised) => {
                t.take_exception(raised);
            }
        }
    }
    eprint!("{shown}");
}

/// `sys.unraisablehook(args)`
pub fn print_unraisable(t: &mut Thread, args: Value) -> PyResult<()> {
    let exception = attr::getattr_text(t, args, "exc_value")?;
    let message = attr::getattr_text(t, args, "err_msg")?;
    let object = attr::getattr_text(t, args, "object")?;
    let message = match message.is_none() {
        true => String::new(),
        false => text::str_string(t, message)?,
    };
    report_unraisable(t, exception, &message, if object.is_none() { Value::UNSET } else { object });
    Ok(())
}

/// Prints an exception that nobody can catch, with a message (empty: "Exception ignored in") and the object concerned
/// (or unset).
pub fn report_unraisable(t: &mut Thread, exception: Value, message: &str, object: Value) {
    let mut shown = String::new();
    if !object.is_unset() && !object.is_none() {
        let repr = safe(t, |t| text::repr_string(t, object))
            .unwrap_or_else(|| String::from("<object repr() failed>"));
        let message = if message.is_empty() { "Exception ignored in" } else { message };
        shown = format!("{message}: {repr}\n");
    } else if !message.is_empty() {
        shown = format!("{message}:\n");
    }
    if exception.cast::<Exception>().is_some() {
        let mut printer = Printer { out: shown, plain: true, ..Printer::default() };
        printer.traceback(t, exception, "Traceback (most recent call last):\n");
        let mut lines = printer.exception_only(t, exception);
        if lines.ends_with('\n') && !lines.contains(':') {
            // Here the colon stands also before an empty message.
            lines.insert_str(lines.len() - 1, ": ");
        }
        printer.emit(&lines);
        shown = printer.out;
    }
    write_stderr(t, &shown);
}

/// The result unless it is an exception, which is dropped.
fn safe<R>(t: &mut Thread, f: impl FnOnce(&mut Thread) -> PyResult<R>) -> Option<R> {
    match f(t) {
        Ok(v) => Some(v),
        Err(raised) => {
            t.take_exception(raised);
            None
        }
    }
}

/// Text under construction.
#[derive(Default)]
struct Printer {
    out: String,
    lines: source::Lines,
    /// Exceptions that have been shown, by their words.
    seen: FxHashSet<u64>,
    depth: usize,
    need_close: bool,
    /// No marks under source lines.
    plain: bool,
}

impl Printer {
    fn indent(&self) -> String {
        " ".repeat(2 * self.depth)
    }

    /// Adds text with the margin of the group in front of every line.
    fn emit(&mut self, shown: &str) {
        self.emit_margin(shown, '|');
    }

    fn emit_margin(&mut self, shown: &str, margin: char) {
        if self.depth == 0 {
            self.out += shown;
            return;
        }
        let indent = format!("{}{margin} ", self.indent());
        for line in shown.split_inclusive('\n') {
            self.out += &indent;
            self.out += line;
        }
    }

    /// The exception and what it is chained to.
    fn exception(&mut self, t: &mut Thread, exception: Value) {
        let mut chain = t.vec();
        let mut messages = Vec::new();
        let mut at = exception;
        loop {
            self.seen.insert(at.bits());
            let this = Ref::<Exception>::known(at);
            let (cause, context) = (this.cause.get(), this.context.get());
            chain.push(at);
            if !cause.is_none() {
                if self.seen.contains(&cause.bits()) {
                    messages.push("");
                    break;
                }
                messages.push(CAUSE);
                at = cause;
            } else if !context.is_none() && !this.suppresses_context() && !self.seen.contains(&context.bits())
            {
                messages.push(CONTEXT);
                at = context;
            } else {
                messages.push("");
                break;
            }
        }
        for i in (0..chain.len()).rev() {
            self.emit(messages[i]);
            if !is_group(t, chain[i]) {
                self.traceback(t, chain[i], "Traceback (most recent call last):\n");
                let shown = self.exception_only(t, chain[i]);
                self.emit(&shown);
            } else if self.depth > GROUP_DEPTH {
                self.emit(&format!("... (max_group_depth is {GROUP_DEPTH})\n"));
            } else {
                self.group(t, chain[i]);
            }
        }
    }

    fn group(&mut self, t: &mut Thread, group: Value) {
        let top = self.depth == 0;
        if top {
            self.depth = 1;
        }
        let this = Ref::<Exception>::known(group);
        if !this.traceback.get().is_none() {
            let margin = if top { '+' } else { '|' };
            self.emit_margin("Exception Group Traceback (most recent call last):\n", margin);
            self.stack(t, this);
        }
        let shown = self.exception_only(t, group);
        self.emit(&shown);
        let mut members = t.vec();
        if let Some(items) = exceptions_of(this) {
            members.extend_from_slice(items.values());
        }
        self.seen.extend(members.iter().map(|m| m.bits()));
        let count = if members.len() <= GROUP_WIDTH { members.len() } else { GROUP_WIDTH + 1 };
        self.need_close = false;
        for i in 0..count {
            let last = i == count - 1;
            if last {
                self.need_close = true;
            }
            let cut = i >= GROUP_WIDTH;
            let title = if cut { String::from("...") } else { (i + 1).to_string() };
            let corner = if i == 0 { "+-" } else { "  " };
            self.out += &format!("{}{corner}+---------------- {title} ----------------\n", self.indent());
            self.depth += 1;
            if cut {
                let rest = members.len() - GROUP_WIDTH;
                let plural = if rest > 1 { "s" } else { "" };
                self.emit(&format!("and {rest} more exception{plural}\n"));
            } else {
                self.exception(t, members[i]);
            }
            if last && self.need_close {
                self.out += &format!("{}+------------------------------------\n", self.indent());
                self.need_close = false;
            }
            self.depth -= 1;
        }
        if top {
            self.depth = 0;
        }
    }

    fn traceback(&mut self, t: &mut Thread, exception: Value, title: &str) {
        let this = Ref::<Exception>::known(exception);
        if !this.traceback.get().is_none() && limit(t).is_none_or(|n| n > 0) {
            self.emit(title);
            self.stack(t, this);
        }
    }

    /// The entries of an exception's traceback, equal ones in a row counted.
    fn stack(&mut self, t: &mut Thread, this: Ref<Exception>) {
        let mut entries = t.vec();
        let mut at = this.traceback.get().cast::<Traceback>();
        while let Some(entry) = at {
            entries.push(entry.value());
            at = entry.next();
        }
        let first = match limit(t) {
            Some(n) => entries.len().saturating_sub(n.max(0) as usize),
            None => 0,
        };
        let mut last = None;
        let mut count = 0;
        for i in first..entries.len() {
            let entry = Ref::<Traceback>::known(entries[i]);
            let code = entry.code();
            let key = (code.filename.get(), entry.line(), attr::name_text(code.name.get()));
            if last.as_ref() != Some(&key) {
                self.repeated(count);
                last = Some(key);
                count = 0;
            }
            count += 1;
            if count <= REPEATED {
                let shown = self.entry(t, entry);
                self.emit(&shown);
            }
        }
        self.repeated(count);
    }

    fn repeated(&mut self, count: usize) {
        if count > REPEATED {
            let more = count - REPEATED;
            let plural = if more > 1 { "s" } else { "" };
            self.emit(&format!("  [Previous line repeated {more} more time{plural}]\n"));
        }
    }

    /// One entry of a traceback.
    fn entry(&mut self, t: &mut Thread, entry: Ref<Traceback>) -> String {
        let code = entry.code();
        let file = attr::name_text(code.filename.get());
        let name = attr::name_text(code.name.get());
        let position = entry.position();
        let line = match entry.line() {
            0 => String::from("None"),
            n => n.to_string(),
        };
        let shown_file = if file.starts_with("<stdin-") && file.ends_with('>') { "<stdin>" } else { &file };
        let mut shown = format!("  File \"{shown_file}\", line {line}, in {name}\n");
        if position.line == 0 {
            return shown;
        }
        let last = position.end_line.max(position.line);
        let lines: Vec<String> = (position.line..=last).map(|n| self.lines.get(t, &file, n)).collect();
        if lines.iter().all(|l| l.trim().is_empty()) {
            return shown;
        }
        // Code of no particular place in its line (the start of a generator) gets no marks.
        if self.plain
            || position.end_line == 0
            || (position.line, position.col) == (position.end_line, position.end_col)
        {
            shown += &format!("    {}\n", lines[0].trim());
        } else {
            shown += &anchors::marked(&lines, position);
        }
        shown
    }

    /// The lines of the exception itself: class and message (or place and text of a syntax error), then the notes.
    fn exception_only(&mut self, t: &mut Thread, exception: Value) -> String {
        let class = type_of(exception);
        let mut name = attr::name_text(class.qualname.get());
        let module = safe(t, |t| attr::getattr_text(t, class.value(), "__module__"));
        match module.and_then(|m| m.as_str()).map(|s| s.to_rust()) {
            Some(m) if m == "__main__" || m == "builtins" => {}
            Some(m) => name = format!("{m}.{name}"),
            None => name = format!("<unknown>.{name}"),
        }
        let mut shown = if is_instance(t, exception, Exc::SyntaxError) {
            syntax_lines(t, Ref::known(exception), &name)
        } else {
            let message = safe(t, |t| text::str_string(t, exception));
            let message = message.unwrap_or_else(|| String::from("<exception str() failed>"));
            let message = message + &hints::hint(t, exception);
            if message.is_empty() { format!("{name}\n") } else { format!("{name}: {message}\n") }
        };
        shown += &notes(t, exception);
        shown
    }
}

fn notes(t: &mut Thread, exception: Value) -> String {
    let found = match attr::find_attr(t, exception, "__notes__") {
        Ok(None) => return String::new(),
        Ok(Some(v)) => v,
        Err(raised) => {
            let failed = t.take_exception(raised);
            let shown = safe(t, |t| text::repr_string(t, failed));
            let shown = shown.unwrap_or_else(|| String::from("<__notes__ repr() failed>"));
            return format!("Ignored error getting __notes__: {shown}\n");
        }
    };
    if found.is_none() {
        return String::new();
    }
    if !hints::is_sequence(found) {
        let shown = safe(t, |t| text::repr_string(t, found));
        return shown.unwrap_or_else(|| String::from("<__notes__ repr() failed>")) + "\n";
    }
    let Some(items) = safe(t, |t| iter::collect(t, found)) else { return String::new() };
    let mut shown = String::new();
    for &note in items.iter() {
        let note =
            safe(t, |t| text::str_string(t, note)).unwrap_or_else(|| String::from("<note str() failed>"));
        shown += &note;
        shown.push('\n');
    }
    shown
}

/// The lines of a syntax error.
fn syntax_lines(t: &mut Thread, this: Ref<Exception>, class: &str) -> String {
    let mut shown = String::new();
    let mut suffix = String::new();
    let field = |n: usize| this.field(n);
    let shown_text = |t: &mut Thread, v: Value| safe(t, |t| text::str_string(t, v)).unwrap_or_default();
    let filename = field(syntax::FILENAME);
    let line = field(syntax::LINENO);
    if !line.is_none() {
        let file = if filename.is_none() { String::from("<string>") } else { shown_text(t, filename) };
        let line = shown_text(t, line);
        shown += &format!("  File \"{file}\", line {line}\n");
    } else if !filename.is_none() {
        suffix = format!(" ({})", shown_text(t, filename));
    }
    if let Some(source) = field(syntax::TEXT).cast::<Str>().map(|s| s.to_rust()) {
        shown += &marked_source(this, &source);
    }
    let message = field(syntax::MSG);
    let message = if message.is_none() { String::from("None") } else { shown_text(t, message) };
    let message = if message.is_empty() { String::from("<no detail available>") } else { message };
    shown + &format!("{class}: {message}{suffix}\n")
}

/// The source line of a syntax error and the marks under it.
fn marked_source(this: Ref<Exception>, source: &str) -> String {
    let right = source.trim_end_matches('\n');
    let left = right.trim_start_matches([' ', '\n', '\x0c']);
    let (total, width) = (source.chars().count() as i64, right.chars().count() as i64);
    let stripped = width - left.chars().count() as i64;
    let number = |n: usize| this.field(n).as_small();
    let Some(mut offset) = number(syntax::OFFSET) else { return format!("    {left}\n") };
    let mut end = if this.field(syntax::LINENO) == this.field(syntax::END_LINENO) {
        number(syntax::END_OFFSET).filter(|&n| n != 0).unwrap_or(offset)
    } else {
        width + 1
    };
    if total > 0 && offset > total {
        offset = width + 1;
    }
    if total > 0 && end > total {
        end = width + 1;
    }
    if offset >= end || end < 0 {
        end = offset + 1;
    }
    let (from, to) = (offset - 1 - stripped, end - 1 - stripped);
    if from < 0 {
        return format!("    {left}\n");
    }
    let space: String =
        left.chars().take(from as usize).map(|c| if c.is_whitespace() { c } else { ' ' }).collect();
    format!("    {left}\n    {space}{}\n", "^".repeat((to - from) as usize))
}

/// `sys.tracebacklimit`, if that is an int; large ones count as none, large negative ones as 0.
fn limit(t: &mut Thread) -> Option<i64> {
    let given = crate::sys::get(t, "tracebacklimit")?;
    match given.as_small() {
        None if int::as_int(given).is_some() && int::to_bigint(given).sign() == Sign::Minus => Some(0),
        small => small,
    }
}
