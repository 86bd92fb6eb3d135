//! `print` and `input`.

use crate::{
    builtins::{str, tuple::Tuple, typeobj::HEAP},
    error::{Exc, PyResult},
    object::Ref,
    protocol::{attr, call, text, truth},
    runtime::type_of,
    sys,
    thread::{RootVec, Thread},
    value::Value,
};

fn separator(t: &mut Thread, value: Value, name: &str, default: &str) -> PyResult {
    match value.given_not_none() {
        None => Ok(t.intern(default)),
        Some(s) if s.as_str().is_some() => Ok(s),
        Some(other) => {
            let got = type_of(other).name();
            Err(t.type_error(format!("{name} must be None or a string, not {got}")))
        }
    }
}

/// `print(*args, sep=' ', end='\n', file=None, flush=False)`
pub fn print(t: &mut Thread, args: &[Value]) -> PyResult {
    // Keyword-only parameters come first, then the tuple: sep, end, file, flush, args.
    let (sep, end, file, flush, values) = (args[0], args[1], args[2], args[3], args[4]);
    let file = match file.given_not_none() {
        Some(f) => f,
        None => match sys::get(t, "stdout") {
            Some(f) if f.is_none() => return Ok(Value::NONE),
            Some(f) => f,
            None => return Err(t.raise(Exc::RuntimeError, "lost sys.stdout")),
        },
    };
    let sep = separator(t, sep, "sep", " ")?;
    let end = separator(t, end, "end", "\n")?;
    let mut parts = Parts { pending: t.vec(), file, at_once: !type_of(file).has(HEAP) };
    for (i, slot) in Ref::<Tuple>::known(values).items().iter().enumerate() {
        if i > 0 {
            parts.add(t, sep)?;
        }
        match text::str(t, slot.get()) {
            Ok(s) => parts.add(t, s)?,
            Err(raised) => {
                let pending = t.take_exception(raised);
                parts.write(t)?;
                return Err(t.reraise(pending));
            }
        }
    }
    parts.add(t, end)?;
    parts.write(t)?;
    if let Some(flag) = flush.given()
        && truth::is_true(t, flag)?
    {
        call::call_method(t, file, "flush", &[])?;
    }
    Ok(Value::NONE)
}

/// What `print` writes: all at once to a native file if that cannot fail halfway, else piece by piece.
struct Parts {
    pending: RootVec,
    file: Value,
    at_once: bool,
}

impl Parts {
    fn add(&mut self, t: &mut Thread, text: Value) -> PyResult<()> {
        if self.at_once && text.as_str().is_some_and(|s| s.is_ascii()) {
            self.pending.push(text);
            return Ok(());
        }
        self.write(t)?;
        call::call_method(t, self.file, "write", &[text])?;
        Ok(())
    }

    fn write(&mut self, t: &mut Thread) -> PyResult<()> {
        if !self.pending.is_empty() {
            let text = str::join_all(t, &self.pending)?;
            self.pending.clear();
            call::call_method(t, self.file, "write", &[text])?;
        }
        Ok(())
    }
}

/// Writes a str and a newline to `sys.stdout`.
pub fn write_line(t: &mut Thread, line: Value) -> PyResult<()> {
    let Some(file) = sys::get(t, "stdout").filter(|f| !f.is_none()) else {
        return Err(t.raise(Exc::RuntimeError, "lost sys.stdout"));
    };
    let newline = t.intern("\n");
    let text = str::join_all(t, &[line, newline])?;
    call::call_method(t, file, "write", &[text])?;
    Ok(())
}

/// Flushes a stream that may not know how to.
fn flush(t: &mut Thread, stream: Value) -> PyResult<()> {
    if let Err(raised) = call::call_method(t, stream, "flush", &[]) {
        t.catch(raised, Exc::Exception)?;
    }
    Ok(())
}

/// `input(prompt='')`
pub fn input(t: &mut Thread, args: &[Value]) -> PyResult {
    let stream = |t: &mut Thread, name: &str| match sys::get(t, name).filter(|f| !f.is_none()) {
        Some(f) => Ok(f),
        None => Err(t.raise(Exc::RuntimeError, format!("input(): lost sys.{name}"))),
    };
    let (stdin, stdout, stderr) = (stream(t, "stdin")?, stream(t, "stdout")?, stream(t, "stderr")?);
    flush(t, stderr)?;
    if let Some(prompt) = args[0].given() {
        let prompt = text::str(t, prompt)?;
        call::call_method(t, stdout, "write", &[prompt])?;
    }
    flush(t, stdout)?;
    let line = call::call_method(t, stdin, "readline", &[])?;
    let Some(s) = line.as_str() else {
        return Err(t.type_error("object.readline() returned non-string"));
    };
    if s.is_empty() {
        return Err(t.raise(Exc::EOFError, "EOF when reading a line"));
    }
    if attr::name_text(line).ends_with('\n') {
        return str::Str::from_units(t, s.units().slice(0..s.len() - 1));
    }
    Ok(line)
}
