//! `_csv`: comma-separated values.

mod dialect;
mod reader;
mod writer;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use pystm_vm::{
    builtins::{dict, dict::Dict, int},
    error::{Exc, PyResult, Raised},
    native::{ModuleDef, method},
    object::Ref,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use crate::support::{import, make_class, raise_class, set_global, to_i64};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_csv",
    doc: "CSV parsing and writing.",
    methods: &[
        method(
            "reader",
            "(iterable, /, dialect='excel', **fmtparams)",
            reader::make,
            "Return a reader object that will process lines from the given iterable.",
        ),
        method(
            "writer",
            "(fileobj, /, dialect='excel', **fmtparams)",
            writer::make,
            "Return a writer object that will write user data on the given file object.",
        ),
        method("list_dialects", "()", list_dialects, "Return a list of all known dialect names."),
        method(
            "register_dialect",
            "(name, /, dialect=None, **fmtparams)",
            register_dialect,
            "Create a mapping from a string name to a CVS dialect.",
        ),
        method(
            "unregister_dialect",
            "(name)",
            unregister_dialect,
            "Delete the name/dialect mapping associated with a string name.",
        ),
        method(
            "get_dialect",
            "(name)",
            |t, a| get_dialect(t, a[0]),
            "Return the dialect instance associated with name.",
        ),
        method(
            "field_size_limit",
            "(new_limit=None)",
            field_size_limit,
            "Sets an upper limit on parsed fields.",
        ),
    ],
    types: &[&dialect::DEF, &reader::DEF, &writer::DEF],
    init: Some(|t, module| {
        for (name, n) in [
            ("QUOTE_MINIMAL", 0),
            ("QUOTE_ALL", 1),
            ("QUOTE_NONNUMERIC", 2),
            ("QUOTE_NONE", 3),
            ("QUOTE_STRINGS", 4),
            ("QUOTE_NOTNULL", 5),
        ] {
            set_global(t, module, name, Value::small(n));
        }
        let dialects = dict::new(t);
        set_global(t, module, "_dialects", dialects.value());
        let version = t.new_str("1.0");
        set_global(t, module, "__version__", version);
        let base = t.rt.exception(Exc::Exception);
        let class = make_class(t, "_csv", "Error", &[base], "")?;
        ERROR.store(class.bits(), Relaxed);
        set_global(t, module, "Error", class);
        Ok(())
    }),
};

/// The word of the class `Error`, which the runtime keeps alive. Relaxed: set once, when the module is imported.
static ERROR: AtomicU64 = AtomicU64::new(0);
/// Longest field that is read. Relaxed: one number, nothing else is ordered by it.
static LIMIT: AtomicUsize = AtomicUsize::new(128 << 10);

#[cold]
fn error(t: &mut Thread, message: &str) -> Raised {
    raise_class(t, Value::from_bits(ERROR.load(Relaxed)), message)
}

fn dialects(t: &mut Thread) -> PyResult<Ref<Dict>> {
    let module = import(t, "_csv")?;
    let dialects = pystm_vm::protocol::attr::getattr_text(t, module, "_dialects")?;
    match dialects.cast() {
        Some(d) => Ok(d),
        None => Err(t.type_error("_dialects must be a dict")),
    }
}

fn list_dialects(t: &mut Thread, _: &[Value]) -> PyResult {
    let dialects = dialects(t)?;
    let list = pystm_vm::runtime::class_of_kind(pystm_vm::kind::Kind::List);
    pystm_vm::protocol::call::call(t, list.value(), &[dialects.value()])
}

fn get_dialect(t: &mut Thread, name: Value) -> PyResult {
    let dialects = dialects(t)?;
    match dict::get(t, dialects, name)? {
        Some(dialect) => Ok(dialect),
        None => Err(error(t, "unknown dialect")),
    }
}

fn register_dialect(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[0].as_str().is_none() {
        return Err(t.type_error("dialect name must be a string"));
    }
    let dialect = dialect::from_arguments(t, args[1], args[2])?;
    let dialects = dialects(t)?;
    dict::set(t, dialects, args[0], dialect)?;
    Ok(Value::NONE)
}

fn unregister_dialect(t: &mut Thread, args: &[Value]) -> PyResult {
    let dialects = dialects(t)?;
    match dict::remove(t, dialects, args[0])? {
        Some(_) => Ok(Value::NONE),
        None => Err(error(t, "unknown dialect")),
    }
}

fn field_size_limit(t: &mut Thread, args: &[Value]) -> PyResult {
    let old = LIMIT.load(Relaxed);
    if let Some(limit) = args[0].given() {
        if int::as_int(limit).is_none() {
            let _ = type_of(limit);
            return Err(t.type_error("limit must be an integer"));
        }
        let n = to_i64(t, limit)?;
        LIMIT.store(n.max(0) as usize, Relaxed);
    }
    Ok(Value::small(old as i64))
}
