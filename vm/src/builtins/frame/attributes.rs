//! What Python code sees of a frame object.

use super::{
    Frame, LAYOUT, NO_TRACE_LINES, TRACE_OPCODES, current_word, find_live, of_live, position, proxy,
    registers, variables,
};
use crate::{
    builtins::{
        generator::{self, State},
        object,
    },
    error::{Exc, PyResult},
    kind::Kind,
    native::{GetSet, Method, NO_CONSTRUCTOR, TypeDef, getset, getter, method},
    object::Ref,
    protocol::{attr, number, text},
    thread::Thread,
    value::Value,
};

/// The class `frame`.
pub static DEF: TypeDef = TypeDef {
    name: "frame",
    doc: "A call of a Python function.",
    base: None,
    kind: Kind::Frame,
    layout: LAYOUT,
    words: 0,
    flags: NO_CONSTRUCTOR,
    methods: METHODS,
    getset: GETSET,
    setup: None,
};

static METHODS: &[Method] = &[
    method("clear", "($self, /)", clear, "Forget the variables of a frame that has been left."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__sizeof__", "($self, /)", sizeof, "Size in bytes."),
];

static GETSET: &[GetSet] = &[
    getter("f_back", get_back, "The calling frame."),
    getter("f_code", get_code, "The code."),
    getter("f_globals", get_globals, "The global namespace."),
    getter("f_builtins", get_builtins, "The namespace of the built-ins."),
    getter("f_locals", get_locals, "The local namespace."),
    getset("f_lineno", get_lineno, set_lineno, "The current line."),
    getter("f_lasti", get_lasti, "Index of the current instruction."),
    getter("f_generator", get_generator, "The generator or coroutine that owns the frame, or None."),
    getset("f_trace", get_trace, set_trace, "The trace function."),
    getset("f_trace_lines", get_trace_lines, set_trace_lines, "Whether to trace lines."),
    getset("f_trace_opcodes", get_trace_opcodes, set_trace_opcodes, "Whether to trace instructions."),
];

fn this(value: Value) -> Ref<Frame> {
    Ref::known(value)
}

fn get_back(t: &mut Thread, value: Value) -> PyResult {
    let frame = this(value);
    if let Some(back) = frame.back.get().given() {
        return Ok(back);
    }
    let Some(caller) = find_live(t, frame).and_then(|live| live.caller(t)) else { return Ok(Value::NONE) };
    let back = of_live(t, caller);
    if frame.generator().is_none() {
        let w = t.write(frame);
        frame.back.set(&w, back);
    }
    Ok(back)
}

fn get_code(_t: &mut Thread, value: Value) -> PyResult {
    Ok(this(value).code().value())
}

fn get_globals(_t: &mut Thread, value: Value) -> PyResult {
    Ok(this(value).function().globals.get())
}

fn get_builtins(_t: &mut Thread, value: Value) -> PyResult {
    Ok(this(value).function().builtins.get().or(Value::NONE))
}

fn get_locals(t: &mut Thread, value: Value) -> PyResult {
    let frame = this(value);
    let namespace = variables::namespace(frame.function(), registers(t, frame), frame.extra.get());
    Ok(namespace.unwrap_or_else(|| proxy::new(t, frame)))
}

fn get_lineno(t: &mut Thread, value: Value) -> PyResult {
    match position(t, this(value)).line {
        0 => Ok(Value::NONE),
        line => Ok(Value::small(line as i64)),
    }
}

fn set_lineno(t: &mut Thread, _value: Value, line: Value) -> PyResult<()> {
    if line.is_unset() {
        return Err(t.raise(Exc::AttributeError, "attribute 'f_lineno' of 'frame' objects cannot be deleted"));
    }
    number::index_as_i64(t, line)?;
    Err(t.value_error("f_lineno can only be set in a trace function"))
}

fn get_lasti(t: &mut Thread, value: Value) -> PyResult {
    Ok(Value::small(current_word(t, this(value)) as i64 * 2))
}

fn get_generator(_t: &mut Thread, value: Value) -> PyResult {
    Ok(this(value).generator().map_or(Value::NONE, |g| g.value()))
}

fn get_trace(_t: &mut Thread, value: Value) -> PyResult {
    Ok(this(value).trace.get())
}

fn set_trace(t: &mut Thread, value: Value, trace: Value) -> PyResult<()> {
    let frame = this(value);
    let w = t.write(frame);
    frame.trace.set(&w, trace.or(Value::NONE));
    Ok(())
}

fn set_flag(t: &mut Thread, value: Value, flag: u64, on: bool) {
    let frame = this(value);
    let flags = if on { frame.flags.get() | flag } else { frame.flags.get() & !flag };
    let w = t.write(frame);
    frame.flags.set(&w, flags);
}

fn as_flag(t: &mut Thread, value: Value) -> PyResult<bool> {
    match value {
        Value::TRUE | Value::FALSE => Ok(value == Value::TRUE),
        _ => Err(t.type_error("attribute value type must be bool")),
    }
}

fn get_trace_lines(_t: &mut Thread, value: Value) -> PyResult {
    Ok(Value::bool(this(value).flags.get() & NO_TRACE_LINES == 0))
}

fn set_trace_lines(t: &mut Thread, value: Value, on: Value) -> PyResult<()> {
    if on.is_unset() {
        return Err(t.type_error("can't delete numeric/char attribute"));
    }
    let on = as_flag(t, on)?;
    set_flag(t, value, NO_TRACE_LINES, !on);
    Ok(())
}

fn get_trace_opcodes(_t: &mut Thread, value: Value) -> PyResult {
    Ok(Value::bool(this(value).flags.get() & TRACE_OPCODES != 0))
}

fn set_trace_opcodes(t: &mut Thread, value: Value, on: Value) -> PyResult<()> {
    if on.is_unset() {
        let message = "attribute 'f_trace_opcodes' of 'frame' objects cannot be deleted";
        return Err(t.raise(Exc::AttributeError, message));
    }
    let on = as_flag(t, on)?;
    set_flag(t, value, TRACE_OPCODES, on);
    Ok(())
}

fn clear(t: &mut Thread, args: &[Value]) -> PyResult {
    let frame = this(args[0]);
    match frame.generator().map(|g| (g, g.state())) {
        Some((_, State::Suspended)) => {
            return Err(t.raise(Exc::RuntimeError, "cannot clear a suspended frame"));
        }
        Some((g, State::Created)) => generator::finalize(t, g),
        _ if find_live(t, frame).is_some() => {
            return Err(t.raise(Exc::RuntimeError, "cannot clear an executing frame"));
        }
        _ => {}
    }
    registers(t, frame).clear(t, frame.code().loaded());
    let w = t.write(frame);
    frame.added.set(&w, Value::UNSET);
    Ok(Value::NONE)
}

fn sizeof(_t: &mut Thread, args: &[Value]) -> PyResult {
    let registers = this(args[0]).code().loaded().registers as usize;
    Ok(Value::small((size_of::<Frame>() + registers * size_of::<Value>()) as i64))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let frame = this(args[0]);
    let line = position(t, frame).line;
    let code = frame.code();
    let file = text::repr_string(t, code.filename.get())?;
    let name = attr::name_text(code.name.get());
    let address = object::address(args[0]);
    Ok(t.new_str(&format!("<frame at {address:#x}, file {file}, line {line}, code {name}>")))
}
