//! SyntaxError: where in which text the error is.

use super::{
    Exception,
    base::{no_keywords, str_of_args},
    this,
};
use pystm_parser::ErrorKind;

use crate::{
    builtins::{
        dict::{self, Dict},
        int,
        str::Str,
        tuple,
        tuple::Tuple,
    },
    compiler::{CompileError, CompileErrorKind, CompileWarning},
    error::{Exc, PyResult, Raised},
    native::{GetSet, Method, getset, method},
    object::Ref,
    protocol::{attr, call, iter, text},
    thread::Thread,
    value::Value,
};

/// Numbers of the fields.
pub const MSG: usize = 0;
/// See [`MSG`].
pub const FILENAME: usize = 1;
/// See [`MSG`].
pub const LINENO: usize = 2;
/// See [`MSG`].
pub const OFFSET: usize = 3;
/// See [`MSG`].
pub const TEXT: usize = 4;
/// See [`MSG`].
pub const END_LINENO: usize = 5;
/// See [`MSG`].
pub const END_OFFSET: usize = 6;
const PRINT_FILE_AND_LINE: usize = 7;
const METADATA: usize = 8;

pub(super) static METHODS: &[Method] = &[
    method("__init__", "($self, /, *args, **kwargs)", init, "Set message and position."),
    method("__str__", "($self, /)", str_, "Return str(self)."),
];

pub(super) static GETSET: &[GetSet] = &[
    getset("msg", get::<MSG>, set::<MSG>, "The message."),
    getset("filename", get::<FILENAME>, set::<FILENAME>, "Name of the file."),
    getset("lineno", get::<LINENO>, set::<LINENO>, "The line."),
    getset("offset", get::<OFFSET>, set::<OFFSET>, "The column, from 1."),
    getset("text", get::<TEXT>, set::<TEXT>, "Text of the line."),
    getset("end_lineno", get::<END_LINENO>, set::<END_LINENO>, "The last line."),
    getset("end_offset", get::<END_OFFSET>, set::<END_OFFSET>, "The column after the last, from 1."),
    getset(
        "print_file_and_line",
        get::<PRINT_FILE_AND_LINE>,
        set::<PRINT_FILE_AND_LINE>,
        "How to print the error.",
    ),
    getset("_metadata", get::<METADATA>, set::<METADATA>, "What a hint needs."),
];

/// What the parser or the compiler has to say about a wrong program.
pub enum Fault {
    /// The parser's error.
    Parse(pystm_parser::SyntaxError),
    /// The compiler's error.
    Compile(CompileError),
}

impl From<pystm_parser::SyntaxError> for Fault {
    fn from(error: pystm_parser::SyntaxError) -> Fault {
        Fault::Parse(error)
    }
}

impl From<CompileWarning> for Fault {
    fn from(warning: CompileWarning) -> Fault {
        let CompileWarning { message, span } = warning;
        Fault::Compile(CompileError { kind: CompileErrorKind::Syntax, message, span })
    }
}

impl From<CompileError> for Fault {
    fn from(error: CompileError) -> Fault {
        Fault::Compile(error)
    }
}

/// Raises `_IncompleteInputError` for a program that more input could still make right (`codeop` asks for that).
pub fn incomplete_input(t: &mut Thread, e: &pystm_parser::SyntaxError, filename: &str) -> Raised {
    // It is missing behind the last character.
    let place = [e.line as i32, e.text.as_deref().map_or(0, |s| s.chars().count()) as i32, e.line as i32, -1];
    raise_at(t, Exc::IncompleteInputError, "incomplete input", filename, e.text.as_deref(), place)
}

/// Gives a `SyntaxWarning` with this text. If a filter turns it into an exception, that is the SyntaxError.
pub fn syntax_warning(t: &mut Thread, text: &str, fault: &Fault, filename: &str) -> PyResult<()> {
    let line = match fault {
        Fault::Parse(e) => e.line,
        Fault::Compile(e) => e.span.line,
    };
    let Some(modules) = crate::sys::get(t, "modules").and_then(|m| m.cast::<Dict>()) else { return Ok(()) };
    // Before `warnings` has been imported there is nobody to ask, and the library is free of such warnings.
    let Some(module) = dict::get_text(t, modules, "warnings") else { return Ok(()) };
    let message = t.new_str(text);
    let category = t.rt.exception(Exc::SyntaxWarning);
    let file = t.new_str(filename);
    let warn = attr::getattr_text(t, module, "warn_explicit")?;
    match call::call(t, warn, &[message, category, file, Value::small(i64::from(line))]) {
        Ok(_) => Ok(()),
        Err(raised) => {
            t.catch(raised, Exc::SyntaxWarning)?;
            Err(syntax_error(t, fault, filename))
        }
    }
}

/// Raises the exception for a wrong program: SyntaxError with its place, or RecursionError and the like.
pub fn syntax_error(t: &mut Thread, fault: &Fault, filename: &str) -> Raised {
    match fault {
        Fault::Parse(e) => {
            let class = match e.kind {
                ErrorKind::Syntax => Exc::SyntaxError,
                ErrorKind::Indentation => Exc::IndentationError,
                ErrorKind::Tab => Exc::TabError,
                ErrorKind::TooDeep => return t.raise(Exc::RecursionError, &e.message),
            };
            let place = [e.line as i32, e.col as i32, e.end_line as i32, e.end_col];
            raise_at(t, class, &e.message, filename, e.text.as_deref(), place)
        }
        Fault::Compile(e) => {
            match e.kind {
                CompileErrorKind::Syntax => {}
                CompileErrorKind::TooDeep => return t.raise(Exc::RecursionError, &e.message),
                CompileErrorKind::TooLarge => return t.raise(Exc::OverflowError, &e.message),
            }
            let span = &e.span;
            if span.line == 0 {
                return t.raise(Exc::SyntaxError, &e.message);
            }
            // As in CPython the columns count bytes, and the text of the line is known if it is in a file.
            let place = [span.line, span.col + 1, span.end_line, span.end_col + 1].map(|n| n as i32);
            let text = t.blocking(|| line_of_file(filename, span.line));
            raise_at(t, Exc::SyntaxError, &e.message, filename, text.as_deref(), place)
        }
    }
}

/// A line of a source file, with its newline.
fn line_of_file(filename: &str, line: u32) -> Option<String> {
    let source = pystm_parser::decode_source(&std::fs::read(filename).ok()?).ok()?;
    source.split_inclusive('\n').nth((line as usize).checked_sub(1)?).map(str::to_owned)
}

/// Raises SyntaxError or a subclass. `place`: line, column, last line, column after the last; from 1.
fn raise_at(
    t: &mut Thread,
    class: Exc,
    message: &str,
    filename: &str,
    text: Option<&str>,
    place: [i32; 4],
) -> Raised {
    let message = t.new_str(message);
    let filename = t.new_str(filename);
    let text = match text {
        Some(s) => t.new_str(s),
        None => Value::NONE,
    };
    let [line, column, end_line, end_column] = place.map(|n| Value::small(n as i64));
    let details = tuple::new_small(t, &[filename, line, column, text, end_line, end_column]);
    t.raise_args(class, &[message, details])
}

/// Sets the fields from `(message, (filename, lineno, offset, text[, end_lineno, end_offset]))`.
pub(super) fn fill(t: &mut Thread, this: Ref<Exception>, args: &[Value]) {
    if let Some(&message) = args.first() {
        this.set_field(t, MSG, message);
    }
    let Some(details) = args.get(1).and_then(|d| d.cast::<Tuple>()) else { return };
    for (field, slot) in (FILENAME..).zip(details.items()).take(6) {
        this.set_field(t, field, slot.get());
    }
    if details.len() == 7 {
        this.set_field(t, METADATA, details.at(6));
    }
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    no_keywords(t, args[0], args[2])?;
    let w = t.write(this);
    this.args.set(&w, args[1]);
    let items = Ref::<Tuple>::known(args[1]);
    if items.is_empty() {
        return Ok(Value::NONE);
    }
    this.set_field(t, MSG, items.at(0));
    if items.len() != 2 {
        return Ok(Value::NONE);
    }
    let details = iter::collect(t, items.at(1))?;
    let count = details.len();
    if count < 4 {
        return Err(t.type_error(format!("function takes at least 4 arguments ({count} given)")));
    }
    if count > 7 {
        return Err(t.type_error(format!("function takes at most 7 arguments ({count} given)")));
    }
    let details = tuple::new(t, &details)?;
    for field in [END_LINENO, END_OFFSET, METADATA] {
        this.set_field(t, field, Value::UNSET);
    }
    fill(t, this, &[items.at(0), details]);
    if count == 5 {
        return Err(t.type_error("end_offset must be provided when end_lineno is provided"));
    }
    Ok(Value::NONE)
}

fn str_(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let filename = this.field(FILENAME).cast::<Str>().map(|s| s.to_rust());
    let base = filename.as_deref().map(|f| f.rsplit('/').next().unwrap_or(f));
    let line = int::as_int(this.field(LINENO)).and_then(|_| this.field(LINENO).as_small());
    if base.is_none() && line.is_none() {
        if this.fields[MSG].get().is_unset() {
            return str_of_args(t, this);
        }
        return text::str(t, this.field(MSG));
    }
    let message = text::str_string(t, this.field(MSG))?;
    let shown = match (base, line) {
        (Some(f), Some(n)) => format!("{message} ({f}, line {n})"),
        (Some(f), None) => format!("{message} ({f})"),
        (None, Some(n)) => format!("{message} (line {n})"),
        (None, None) => message,
    };
    Ok(t.new_str(&shown))
}

fn get<const FIELD: usize>(t: &mut Thread, this_: Value) -> PyResult {
    Ok(this(t, this_)?.field(FIELD))
}

fn set<const FIELD: usize>(t: &mut Thread, this_: Value, value: Value) -> PyResult<()> {
    let this = this(t, this_)?;
    this.set_field(t, FIELD, value);
    Ok(())
}
