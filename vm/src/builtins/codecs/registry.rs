//! The registry: search functions, the cache of what they found, error handlers.

use std::sync::{
    OnceLock,
    atomic::{
        AtomicBool,
        Ordering::{Acquire, Release},
    },
};

use pystm_stm::Slot;
use pystm_text::codec::ErrorHandler;

use super::handlers;
use crate::{
    builtins::{
        dict::{self, Dict},
        list::{self, List},
        tuple::Tuple,
    },
    error::{Exc, PyResult},
    native::{Method, method},
    object::Ref,
    protocol::{attr, call, truth},
    thread::Thread,
    value::Value,
};

/// The registry's objects; they live as long as the process.
static REGISTRY: OnceLock<[Slot<Value>; 3]> = OnceLock::new();

/// Whether the package `encodings` has been imported.
static ENCODINGS_IMPORTED: AtomicBool = AtomicBool::new(false);

/// The registry's objects.
pub(super) struct Registry {
    pub search: Ref<List>,
    pub cache: Ref<Dict>,
    pub handlers: Ref<Dict>,
}

/// The native handlers as functions.
pub(super) static HANDLERS: &[(&str, &Method)] = &[
    (
        "strict",
        &method(
            "strict_errors",
            "(exception, /)",
            |t, a| handle(t, a, ErrorHandler::Strict),
            "Implements the 'strict' error handling, which raises a UnicodeError on coding errors.",
        ),
    ),
    (
        "ignore",
        &method(
            "ignore_errors",
            "(exception, /)",
            |t, a| handle(t, a, ErrorHandler::Ignore),
            "Implements the 'ignore' error handling, which ignores malformed data and continues.",
        ),
    ),
    (
        "replace",
        &method(
            "replace_errors",
            "(exception, /)",
            |t, a| handle(t, a, ErrorHandler::Replace),
            "Implements the 'replace' error handling, which replaces malformed data with a replacement marker.",
        ),
    ),
    (
        "xmlcharrefreplace",
        &method(
            "xmlcharrefreplace_errors",
            "(exception, /)",
            |t, a| handle(t, a, ErrorHandler::XmlCharRefReplace),
            "Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character reference.",
        ),
    ),
    (
        "backslashreplace",
        &method(
            "backslashreplace_errors",
            "(exception, /)",
            |t, a| handle(t, a, ErrorHandler::BackslashReplace),
            "Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.",
        ),
    ),
    (
        "namereplace",
        &method(
            "namereplace_errors",
            "(exception, /)",
            |t, a| handle(t, a, ErrorHandler::NameReplace),
            "Implements the 'namereplace' error handling, which replaces an unencodable character with a \\N{...} escape sequence.",
        ),
    ),
    (
        "surrogatepass",
        &method("surrogatepass", "(exception, /)", |t, a| handle(t, a, ErrorHandler::SurrogatePass), ""),
    ),
    (
        "surrogateescape",
        &method("surrogateescape", "(exception, /)", |t, a| handle(t, a, ErrorHandler::SurrogateEscape), ""),
    ),
];

fn handle(t: &mut Thread, args: &[Value], handler: ErrorHandler) -> PyResult {
    handlers::call_native_handler(t, handler, args[args.len() - 1])
}

/// The registry, made on first use.
pub(super) fn registry(t: &mut Thread) -> Registry {
    if REGISTRY.get().is_none() {
        let search = list::new(t, &[]);
        t.rt.keep(t, search);
        let cache = dict::new(t).value();
        t.rt.keep(t, cache);
        let handlers = handlers::initial(t).value();
        t.rt.keep(t, handlers);
        let _ = REGISTRY.set([search, cache, handlers].map(Slot::new));
    }
    let slots = REGISTRY.get().unwrap_or_else(|| unreachable!("set above"));
    Registry {
        search: Ref::known(slots[0].get()),
        cache: Ref::known(slots[1].get()),
        handlers: Ref::known(slots[2].get()),
    }
}

/// `codecs.register(search_function)`
pub fn register(t: &mut Thread, search: Value) -> PyResult<()> {
    if !crate::builtins::functions::is_callable(t, search) {
        return Err(t.type_error("argument must be callable"));
    }
    let list = registry(t).search;
    list::append(t, list, search);
    Ok(())
}

/// `codecs.unregister(search_function)`
pub fn unregister(t: &mut Thread, search: Value) -> PyResult<()> {
    let list = registry(t).search;
    let items = list::snapshot(t, list);
    let mut kept = t.vec();
    let mut removed = false;
    for &item in items.iter() {
        if !removed && item == search {
            removed = true;
        } else {
            kept.push(item);
        }
    }
    if removed {
        let fresh = list::new(t, &kept);
        let fresh = Ref::<List>::known(fresh);
        let (buffer, len) = (fresh.buffer(), fresh.len());
        let w = t.write(list);
        list.replace(&w, buffer, len);
        let cache = registry(t).cache;
        dict::clear(t, cache);
    }
    Ok(())
}

/// `_codecs._forget_codec(encoding)`
pub fn forget(t: &mut Thread, encoding: Value) -> PyResult<()> {
    let cache = registry(t).cache;
    match dict::remove(t, cache, encoding)? {
        Some(_) => Ok(()),
        None => Err(t.key_error(encoding)),
    }
}

/// The name as the search functions get it: lower case, runs of other characters than letters, digits and dots as `_`.
pub fn normalized(encoding: &str) -> String {
    encoding.chars().map(|c| if c == ' ' { '_' } else { c.to_ascii_lowercase() }).collect()
}

/// `codecs.lookup(encoding)`: a tuple of encoder, decoder, stream reader and stream writer.
pub fn lookup(t: &mut Thread, encoding: &str) -> PyResult {
    let name = normalized(encoding);
    let key = t.new_str(&name);
    let Registry { search, cache, .. } = registry(t);
    if let Some(found) = dict::get(t, cache, key)? {
        return Ok(found);
    }
    // Acquire: pairs with the Release below. Set when it is done: other threads wait for the import, and an instruction that begins
    // anew imports again, which does nothing.
    if !ENCODINGS_IMPORTED.load(Acquire) {
        import_encodings(t)?;
        ENCODINGS_IMPORTED.store(true, Release);
    }
    let mut i = 0;
    while let Some(function) = search.get(i) {
        i += 1;
        let result = call::call(t, function, &[key])?;
        if result.is_none() {
            continue;
        }
        if result.as_tuple().is_none_or(|tuple| tuple.len() != 4) {
            return Err(t.type_error("codec search functions must return 4-tuples"));
        }
        dict::set(t, cache, key, result)?;
        return Ok(result);
    }
    Err(super::unknown_encoding(t, encoding))
}

/// The package `encodings` registers its search function.
fn import_encodings(t: &mut Thread) -> PyResult<()> {
    let import = attr::getattr_text(t, t.rt.builtins_module.get(), "__import__")?;
    let name = t.intern("encodings");
    call::call(t, import, &[name])?;
    Ok(())
}

/// As [`lookup`], for `str.encode` and `bytes.decode`: LookupError for codecs that are no text encodings.
pub fn lookup_text_encoding(t: &mut Thread, encoding: &str, alternative: &str) -> PyResult {
    let codec = lookup(t, encoding)?;
    if codec.cast::<Tuple>().is_none()
        && let Some(flag) = attr::find_attr(t, codec, "_is_text_encoding")?
        && !truth::is_true(t, flag)?
    {
        return Err(t.raise(
            Exc::LookupError,
            format!("'{encoding}' is not a text encoding; use {alternative} to handle arbitrary codecs"),
        ));
    }
    Ok(codec)
}

/// Calls an encoder or decoder and takes the first part of its result. A note says which codec an exception came from.
pub fn call_codec(
    t: &mut Thread,
    codec: Value,
    object: Value,
    errors: Option<&str>,
    message: &str,
    encoding: &str,
    operation: &str,
) -> PyResult {
    let result = match errors {
        Some(errors) => {
            let errors = t.new_str(errors);
            call::call(t, codec, &[object, errors])
        }
        None => call::call(t, codec, &[object]),
    };
    let result = match result {
        Ok(result) => result,
        Err(raised) => {
            if !t.pending_is(Exc::Exception) {
                return Err(raised);
            }
            let exception = t.take_exception(raised);
            let note = t.new_str(&format!("{operation} with '{encoding}' codec failed"));
            call::call_method(t, exception, "add_note", &[note])?;
            return Err(t.reraise(exception));
        }
    };
    match result.as_tuple() {
        Some(tuple) if tuple.len() == 2 => Ok(tuple.at(0)),
        _ => Err(t.type_error(message)),
    }
}

/// `_codecs._unregister_error(name)`: whether there was such a handler. Those that every Python has stay.
pub fn unregister_error(t: &mut Thread, name: Value) -> PyResult<bool> {
    let text = name.as_str().map(|s| s.to_rust()).unwrap_or_default();
    if HANDLERS.iter().any(|row| row.0 == text) {
        return Err(t.value_error(format!("cannot un-register built-in error handler '{text}'")));
    }
    let handlers = registry(t).handlers;
    Ok(dict::remove(t, handlers, name)?.is_some())
}
