//! Error handlers: the native ones as Python functions, those of programs, and the exceptions they get.

use pystm_text::{
    TextBuf,
    codec::{DecodeError, EncodeError, ErrorHandler, HandlerFailure, Replacement},
};

use super::registry::registry;
use crate::{
    builtins::{dict, int, str::Str, tuple::Tuple},
    error::{Exc, PyResult, Raised},
    object::Ref,
    protocol::{attr, call},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// What an error handler is asked about.
pub enum Failure {
    /// `UnicodeDecodeError`
    Decode,
    /// `UnicodeEncodeError`
    Encode,
    /// `UnicodeTranslateError`
    Translate,
}

/// The native handler of a name.
pub fn builtin_handler(errors: &str) -> Option<ErrorHandler> {
    ErrorHandler::from_name(errors)
}

/// `codecs.register_error(name, handler)`
pub fn register_error(t: &mut Thread, name: Value, handler: Value) -> PyResult<()> {
    let handlers = registry(t).handlers;
    dict::set(t, handlers, name, handler)
}

/// `codecs.lookup_error(name)`
pub fn lookup_error(t: &mut Thread, name: &str) -> PyResult {
    let key = t.new_str(name);
    let handlers = registry(t).handlers;
    match dict::get(t, handlers, key)? {
        Some(handler) => Ok(handler),
        None => Err(t.raise(Exc::LookupError, format!("unknown error handler name '{name}'"))),
    }
}

/// A new `UnicodeDecodeError`.
pub fn new_decode_error(
    t: &mut Thread,
    encoding: &str,
    object: Value,
    start: usize,
    end: usize,
    reason: &str,
) -> Value {
    let class = t.rt.exception(Exc::UnicodeDecodeError);
    let encoding = t.new_str(encoding);
    let reason = t.new_str(reason);
    let args = [encoding, object, Value::small(start as i64), Value::small(end as i64), reason];
    call::call(t, class, &args).unwrap_or(Value::NONE)
}

/// A new `UnicodeEncodeError`.
pub fn new_encode_error(
    t: &mut Thread,
    encoding: &str,
    object: Value,
    start: usize,
    end: usize,
    reason: &str,
) -> Value {
    let class = t.rt.exception(Exc::UnicodeEncodeError);
    let encoding = t.new_str(encoding);
    let reason = t.new_str(reason);
    let args = [encoding, object, Value::small(start as i64), Value::small(end as i64), reason];
    call::call(t, class, &args).unwrap_or(Value::NONE)
}

/// Raises a `UnicodeDecodeError`.
#[cold]
pub fn decode_error(t: &mut Thread, encoding: &str, input: &[u8], error: &DecodeError) -> Raised {
    match crate::builtins::bytes::new(t, input) {
        Ok(object) => {
            let exception = new_decode_error(t, encoding, object, error.start, error.end, error.reason);
            t.raise_value(exception)
        }
        Err(raised) => raised,
    }
}

/// Raises a `UnicodeEncodeError`.
#[cold]
pub fn encode_error(t: &mut Thread, encoding: &str, text: Value, error: &EncodeError) -> Raised {
    let exception = new_encode_error(t, encoding, text, error.start, error.end, error.reason);
    t.raise_value(exception)
}

/// What a handler said about a decoding error.
pub struct Decoded {
    /// The replacement, a str.
    pub text: Value,
    /// Where to go on.
    pub position: usize,
    /// The input from here on, if the handler has replaced it.
    pub input: Option<Vec<u8>>,
}

fn result_parts(t: &mut Thread, result: Value, message: &str) -> PyResult<(Value, Value)> {
    match result.cast::<Tuple>() {
        Some(tuple) if tuple.len() == 2 && int::as_int(tuple.at(1)).is_some() => {
            Ok((tuple.at(0), tuple.at(1)))
        }
        _ => Err(t.type_error(message)),
    }
}

fn next_position(t: &mut Thread, position: Value, len: usize) -> PyResult<usize> {
    let n = match int::as_int(position).and_then(|n| n.as_small()) {
        Some(n) => n,
        None => return Err(t.overflow_error("Python int too large to convert to C ssize_t")),
    };
    let at = if n < 0 { n + len as i64 } else { n };
    if at < 0 || at > len as i64 {
        return Err(t.index_error(format!("position {n} from error handler out of bounds")));
    }
    Ok(at as usize)
}

/// Asks a Python handler about a decoding error.
pub fn call_decode_handler(
    t: &mut Thread,
    handler: Value,
    exception: Value,
    bytes: Value,
) -> PyResult<Decoded> {
    const WANTED: &str = "decoding error handler must return (str, int) tuple";
    let result = call::call(t, handler, &[exception])?;
    let (text, position) = result_parts(t, result, WANTED)?;
    if text.as_str().is_none() {
        return Err(t.type_error(WANTED));
    }
    let object = attr::getattr_text(t, exception, "object")?;
    let input = match object.as_bytes() {
        Some(b) if b.value() == bytes => None,
        Some(b) => Some(b.as_slice().to_vec()),
        None => return Err(t.type_error("object attribute must be bytes")),
    };
    let len = input.as_ref().map_or_else(|| bytes.as_bytes().map_or(0, |b| b.len()), Vec::len);
    let position = next_position(t, position, len)?;
    Ok(Decoded { text, position, input })
}

/// Asks a Python handler about an encoding error: the replacement and where to go on.
pub fn call_encode_handler(
    t: &mut Thread,
    handler: Value,
    exception: Value,
    len: usize,
) -> PyResult<(Replacement, usize)> {
    const WANTED: &str = "encoding error handler must return (str/bytes, int) tuple";
    let result = call::call(t, handler, &[exception])?;
    let (replacement, position) = result_parts(t, result, WANTED)?;
    let replacement = if let Some(s) = replacement.as_str() {
        Replacement::Text(TextBuf::from(s.units()))
    } else if let Some(b) = replacement.as_bytes() {
        Replacement::Bytes(b.as_slice().to_vec())
    } else {
        return Err(t.type_error(WANTED));
    };
    Ok((replacement, next_position(t, position, len)?))
}

/// A native handler called as a Python function: `codecs.ignore_errors(exception)` and its like.
pub fn call_native_handler(t: &mut Thread, handler: ErrorHandler, exception: Value) -> PyResult {
    let is = |t: &Thread, class| crate::builtins::exceptions::is_instance(t, exception, class);
    let failure = if is(t, Exc::UnicodeDecodeError) {
        Failure::Decode
    } else if is(t, Exc::UnicodeEncodeError) {
        Failure::Encode
    } else if is(t, Exc::UnicodeTranslateError) {
        Failure::Translate
    } else {
        return Err(refused(t, exception));
    };
    if handler == ErrorHandler::Strict {
        return Err(t.raise_value(exception));
    }
    let object = attr::getattr_text(t, exception, "object")?;
    let len = match (&failure, object.as_bytes(), object.as_str()) {
        (Failure::Decode, Some(b), _) => b.len(),
        (_, _, Some(s)) => s.len(),
        _ => return Err(refused(t, exception)),
    };
    // The program may have set these to anything.
    let start = attr::getattr_text(t, exception, "start")?.as_small().unwrap_or(0);
    let end = attr::getattr_text(t, exception, "end")?.as_small().unwrap_or(0);
    let start = start.clamp(0, (len as i64 - 1).max(0)) as usize;
    let last = (end.max(1) as usize).min(len);
    // Where the end lies before the start there is nothing to handle, and coding goes on from there.
    let end = last.max(start);
    let resume = |next: usize| if last < start { last } else { next };
    let codec = match attr::getattr_text(t, exception, "encoding") {
        Ok(name) => name.as_str().and_then(|n| super::native_utf(&n.to_rust())),
        Err(raised) => {
            t.catch(raised, Exc::AttributeError)?;
            None
        }
    };
    let (text, next) = match (failure, object.as_bytes(), object.as_str()) {
        (Failure::Decode, Some(bytes), _) => {
            let mut out = TextBuf::new();
            let error = DecodeError { start, end, reason: "" };
            match handler.handle_decode(codec, bytes.as_slice(), &error, &mut out) {
                Ok(next) => (out, next),
                Err(HandlerFailure::Raise(_)) => return Err(t.raise_value(exception)),
                Err(HandlerFailure::NotForDecoding) => return Err(refused(t, exception)),
            }
        }
        (Failure::Translate, _, Some(s)) => match handler {
            ErrorHandler::Ignore => (TextBuf::new(), end),
            ErrorHandler::Replace => {
                let mut out = TextBuf::new();
                out.push_repeated(0xFFFD, end - start);
                (out, end)
            }
            ErrorHandler::BackslashReplace => {
                let error = EncodeError { start, end, reason: "" };
                match handler.handle_encode(None, s.units(), &error) {
                    Ok((Replacement::Text(text), next)) => (text, next),
                    _ => return Err(refused(t, exception)),
                }
            }
            _ => return Err(refused(t, exception)),
        },
        (_, _, Some(s)) => {
            let error = EncodeError { start, end, reason: "" };
            match handler.handle_encode(codec, s.units(), &error) {
                Ok((Replacement::Text(text), next)) => (text, next),
                Ok((Replacement::Bytes(_), next)) if handler == ErrorHandler::Ignore => {
                    (TextBuf::new(), next)
                }
                Ok((Replacement::Bytes(bytes), next)) => {
                    let bytes = crate::builtins::bytes::new(t, &bytes)?;
                    let next = Value::small(resume(next) as i64);
                    return Ok(crate::builtins::tuple::new_small(t, &[bytes, next]));
                }
                Err(_) => return Err(t.raise_value(exception)),
            }
        }
        _ => return Err(refused(t, exception)),
    };
    let text = Str::from_buf(t, &text)?;
    Ok(crate::builtins::tuple::new_small(t, &[text, Value::small(resume(next) as i64)]))
}

#[cold]
fn refused(t: &mut Thread, exception: Value) -> Raised {
    if !crate::builtins::exceptions::is_instance(t, exception, Exc::BaseException) {
        return t.type_error("codec must pass exception instance");
    }
    let name = type_of(exception).name();
    t.type_error(format!("don't know how to handle {name} in error callback"))
}

/// The dict of handlers at start.
pub(super) fn initial(t: &mut Thread) -> Ref<dict::Dict> {
    let handlers = dict::new(t);
    for row in super::registry::HANDLERS {
        let key = t.intern(row.0);
        let info = crate::native::NativeInfo::leak(row.1, "");
        let function = crate::builtins::function::native::new_function(t, info, Value::UNSET);
        dict::set_str(t, handlers, key, function);
    }
    handlers
}
