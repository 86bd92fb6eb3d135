//! `Pattern.sub` and `Pattern.subn`.

use pystm_text::{TextBuf, Units};
use pystm_vm::{
    builtins::{buffer, str::Str, tuple},
    error::{PyResult, Raised},
    object::native,
    protocol::call,
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

use super::{
    matched, pattern,
    subject::{Found, How, Subject},
    template::{self, Template},
};
use crate::support::{bytes_value, import_from, to_i64};

/// What replaces a match.
enum Filter {
    /// A str or bytes.
    Literal(Value),
    /// The template object, which must live as long as the reference into it, and its content.
    Template(
        #[expect(dead_code, reason = "the collector finds the object on the stack")] Value,
        &'static Template,
    ),
    Callable(Value),
}

enum Output {
    Text(TextBuf),
    Bytes(Vec<u8>),
}

impl Output {
    fn push_part(&mut self, subject: &Subject, from: usize, to: usize) {
        match (self, subject) {
            (Output::Text(out), Subject::Text(s)) => out.push_units(s.units().slice(from..to)),
            (Output::Bytes(out), Subject::Bytes(b)) => out.extend_from_slice(&b[from..to]),
            _ => {}
        }
    }

    /// Appends what a replacement came to.
    fn push_value(&mut self, t: &mut Thread, value: Value, index: usize) -> PyResult<()> {
        match self {
            Output::Text(out) => match value.as_str() {
                Some(s) => out.push_units(s.units()),
                None => {
                    let name = type_of(value).name();
                    let message = format!("sequence item {index}: expected str instance, {name} found");
                    return Err(t.type_error(message));
                }
            },
            Output::Bytes(out) => match buffer::try_get(t, value)? {
                Some(b) => out.extend_from_slice(&b),
                None => {
                    let name = type_of(value).name();
                    let message =
                        format!("sequence item {index}: expected a bytes-like object, {name} found");
                    return Err(t.type_error(message));
                }
            },
        }
        Ok(())
    }
}

fn has_backslash(units: Units<'_>) -> bool {
    units.position(|c| c == b'\\' as u32).is_some()
}

fn filter(t: &mut Thread, pattern: Value, replacement: Value) -> PyResult<Filter> {
    if t.special(replacement, Special::Call).is_some() {
        return Ok(Filter::Callable(replacement));
    }
    let literal = match replacement.as_str() {
        Some(s) => !has_backslash(s.units()),
        None => match buffer::direct(replacement) {
            Some(b) => !b.contains(&b'\\'),
            None => false,
        },
    };
    if literal {
        return Ok(Filter::Literal(replacement));
    }
    let compile = import_from(t, "re", "_compile_template")?;
    let made = call::call(t, compile, &[pattern, replacement])?;
    match native::payload::<Template>(made) {
        Some(template) => Ok(Filter::Template(made, template)),
        None => Ok(Filter::Literal(made)),
    }
}

fn substitute(t: &mut Thread, args: &[Value]) -> PyResult<(Value, i64)> {
    let (pattern, replacement, string) = (args[0], args[1], args[2]);
    let most = match args[3].given() {
        Some(n) => to_i64(t, n)?,
        None => 0,
    };
    let state = pattern::this(pattern);
    let filter = filter(t, pattern, replacement)?;
    let subject = Subject::of(t, string, state.is_bytes)?;
    let mut out = match &subject {
        Subject::Text(s) => Output::Text(TextBuf::with_capacity(s.len())),
        Subject::Bytes(b) => Output::Bytes(Vec::with_capacity(b.len())),
    };
    let range = (0, subject.len());
    let (mut last, mut n) = (0, 0i64);
    let mut failed: Option<Raised> = None;
    if most >= 0 {
        subject.run(&state.codes, state.groups, range, How::Search, false, |found: Found| {
            let (from, to) = found.spans[0];
            out.push_part(&subject, last, from);
            let step = match &filter {
                Filter::Literal(value) => out.push_value(t, *value, n as usize),
                Filter::Template(_, template) => {
                    match &mut out {
                        Output::Text(out) => template::expand_text(template, &subject, &found.spans, out),
                        Output::Bytes(out) => template::expand_bytes(template, &subject, &found.spans, out),
                    }
                    Ok(())
                }
                Filter::Callable(callable) => {
                    let m = matched::new(t, pattern, string, range, found);
                    match call::call(t, *callable, &[m]) {
                        Ok(Value::NONE) => Ok(()),
                        Ok(value) => out.push_value(t, value, n as usize * 2 + 1),
                        Err(raised) => Err(raised),
                    }
                }
            };
            (last, n) = (to, n + 1);
            if let Err(raised) = step {
                failed = Some(raised);
            }
            failed.is_none() && (most == 0 || n < most)
        });
    }
    if let Some(raised) = failed {
        return Err(raised);
    }
    if n == 0 {
        let whole = subject.slice(t, string, 0, subject.len())?;
        return Ok((whole, 0));
    }
    out.push_part(&subject, last, subject.len());
    let result = match out {
        Output::Text(out) => Str::from_buf(t, &out)?,
        Output::Bytes(out) => bytes_value(t, &out)?,
    };
    Ok((result, n))
}

pub(super) fn sub(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(substitute(t, args)?.0)
}

pub(super) fn subn(t: &mut Thread, args: &[Value]) -> PyResult {
    let (text, n) = substitute(t, args)?;
    tuple::new(t, &[text, Value::small(n)])
}
