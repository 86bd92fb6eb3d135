//! `_warnings`: filters and the two functions that give warnings.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use pystm_vm::{
    builtins::{
        dict::{self, Dict},
        exceptions::{Exception, print},
        frame,
        list::{self, List},
        module::Module,
        str::Str,
        tuple::{self, Tuple},
        typeobj::Type,
    },
    error::{Exc, PyResult},
    native::{Method, ModuleDef, method},
    object::Ref,
    protocol::{attr, call, instance, iter, number, text, truth},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use crate::contextvars;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_warnings",
    doc: "_warnings provides basic warning filtering support.",
    methods: METHODS,
    types: &[],
    init: Some(init),
};

static METHODS: &[Method] = &[
    method(
        "warn",
        "(message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=())",
        warn,
        "Issue a warning, or maybe ignore it or raise an exception.",
    ),
    method(
        "warn_explicit",
        "(message, category, filename, lineno, module=<unset>, registry=None, module_globals=None, source=None)",
        warn_explicit,
        "Issue a warning, or maybe ignore it or raise an exception.",
    ),
    method("_filters_mutated_lock_held", "()", filters_mutated, "Note that the filters have changed."),
    method("_acquire_lock", "()", nothing, "Does nothing: each function of the module is atomic."),
    method("_release_lock", "()", nothing, "Does nothing."),
];

/// Counts changes of the filters; registries of another version are out of date.
static VERSION: AtomicI64 = AtomicI64::new(1);
/// Word of the context variable with the filters of `catch_warnings`, which the runtime keeps alive.
static CONTEXT: AtomicU64 = AtomicU64::new(0);

// Relaxed everywhere: the module's state is written while it is imported.

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    let context = contextvars::new_var(t, "_warnings_context", Value::UNSET);
    t.rt.keep(t, context);
    CONTEXT.store(context.bits(), Relaxed);
    let main = t.new_str("__main__");
    let mut rows = t.vec();
    for (action, category, module) in [
        ("default", Exc::DeprecationWarning, main),
        ("ignore", Exc::DeprecationWarning, Value::NONE),
        ("ignore", Exc::PendingDeprecationWarning, Value::NONE),
        ("ignore", Exc::ImportWarning, Value::NONE),
        ("ignore", Exc::ResourceWarning, Value::NONE),
    ] {
        let action = t.new_str(action);
        let category = t.rt.exception(category);
        let row = tuple::new(t, &[action, Value::NONE, category, module, Value::ZERO])?;
        rows.push(row);
    }
    let filters = list::new(t, &rows);
    let once = dict::new(t).value();
    let default = t.new_str("default");
    for (name, value) in [
        ("filters", filters),
        ("_onceregistry", once),
        ("_defaultaction", default),
        ("_warnings_context", context),
    ] {
        dict::set_text(t, module.dict(), name, value);
    }
    Ok(())
}

fn nothing(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::NONE)
}

fn filters_mutated(_t: &mut Thread, _args: &[Value]) -> PyResult {
    VERSION.fetch_add(1, Relaxed);
    Ok(Value::NONE)
}

/// An attribute of the module `warnings` if it has been imported, else of this module under `own`.
fn setting(t: &mut Thread, name: &str, own: &str) -> Option<Value> {
    let modules = t.rt.modules.get().cast::<Dict>()?;
    for (module, name) in [("warnings", name), ("_warnings", own)] {
        if let Some(m) = dict::get_text(t, modules, module).and_then(|m| m.cast::<Module>())
            && let Some(v) = dict::get_text(t, m.dict(), name)
        {
            return Some(v);
        }
    }
    None
}

/// A warning on its way through the filters.
struct Warning {
    category: Value,
    /// The message, a str or a warning object.
    message: Value,
    filename: Value,
    line: i64,
    module: Value,
    registry: Value,
    source: Value,
}

fn category_of(t: &mut Thread, message: Value, category: Value) -> PyResult {
    let base = t.rt.exception(Exc::Warning);
    if instance::is_instance(t, message, base)? {
        return Ok(type_of(message).value());
    }
    let category =
        if category.is_unset() || category.is_none() { t.rt.exception(Exc::UserWarning) } else { category };
    let valid = category.cast::<Type>().is_some() && instance::is_subclass(t, category, base)?;
    if !valid {
        let got = match category.cast::<Type>() {
            Some(c) => c.name(),
            None => type_of(category).name(),
        };
        return Err(t.type_error(format!("category must be a Warning subclass, not '{got}'")));
    }
    Ok(category)
}

fn warn(t: &mut Thread, args: &[Value]) -> PyResult {
    let category = category_of(t, args[0], args[1])?;
    let level = match args[2].given() {
        Some(v) => number::index_as_i64(t, v)?,
        None => 1,
    };
    let mut prefixes = Vec::new();
    if let Some(given) = args[4].given() {
        if given.as_tuple().is_none() {
            let got = type_of(given).name();
            return Err(
                t.type_error(format!("warn() argument 'skip_file_prefixes' must be tuple, not {got}"))
            );
        }
        let items = iter::collect(t, given)?;
        for &item in items.iter() {
            let Some(s) = item.as_str() else {
                let got = type_of(item).name();
                return Err(t.type_error(format!("Found non-str '{got}' in skip_file_prefixes.")));
            };
            prefixes.push(s.to_rust());
        }
    }
    let level = if prefixes.is_empty() { level } else { level.max(2) };
    let place = blamed_frame(t, level, &prefixes);
    let (globals, filename, line) = match place {
        Some((globals, filename, line)) => (globals, filename, line),
        None => {
            let globals = sys_namespace(t);
            (globals, t.new_str("<sys>"), 0)
        }
    };
    let (mut module, mut registry) = (Value::UNSET, Value::NONE);
    if let Some(globals) = globals.cast::<Dict>() {
        registry = match dict::get_text(t, globals, "__warningregistry__") {
            Some(r) => r,
            None => {
                let fresh = dict::new(t).value();
                dict::set_text(t, globals, "__warningregistry__", fresh);
                fresh
            }
        };
        module =
            dict::get_text(t, globals, "__name__").filter(|n| n.as_str().is_some()).unwrap_or(Value::UNSET);
    }
    if module.is_unset() {
        module = t.new_str("<string>");
    }
    let source = args[3].or(Value::NONE);
    process(t, &Warning { category, message: args[0], filename, line, module, registry, source })
}

fn sys_namespace(t: &mut Thread) -> Value {
    let modules = t.rt.modules.get().cast::<Dict>();
    let sys = match modules {
        Some(m) => dict::get_text(t, m, "sys").and_then(|m| m.cast::<Module>()),
        None => None,
    };
    sys.map_or(Value::NONE, |m| m.dict().value())
}

/// Globals, file name and line of the frame that a warning of this stack level is about.
fn blamed_frame(t: &mut Thread, level: i64, prefixes: &[String]) -> Option<(Value, Value, i64)> {
    let filename = |f: frame::Live| f.code().filename.get();
    let internal = |f: frame::Live| {
        let name = attr::name_text(filename(f));
        (name.contains("importlib") && name.contains("_bootstrap"))
            || prefixes.iter().any(|p| name.starts_with(p.as_str()))
    };
    let in_importlib = |f: frame::Live| {
        let name = attr::name_text(filename(f));
        name.contains("importlib") && name.contains("_bootstrap")
    };
    let mut at = frame::live_at(t, 0)?;
    let mut left = level;
    if left <= 0 || in_importlib(at) {
        while left > 1 {
            at = at.caller(t)?;
            left -= 1;
        }
    } else {
        while left > 1 {
            at = at.caller(t)?;
            while internal(at) {
                at = at.caller(t)?;
            }
            left -= 1;
        }
    }
    let position = at.function().loaded().position_at(at.word());
    Some((at.function().globals.get(), filename(at), position.line as i64))
}

fn warn_explicit(t: &mut Thread, args: &[Value]) -> PyResult {
    let base = t.rt.exception(Exc::Warning);
    let category = if instance::is_instance(t, args[0], base)? {
        type_of(args[0]).value()
    } else {
        let valid = args[1].cast::<Type>().is_some() && instance::is_subclass(t, args[1], base)?;
        if !valid {
            let got = type_of(args[1]).name();
            return Err(t.type_error(format!("category must be a Warning subclass, not '{got}'")));
        }
        args[1]
    };
    let Some(filename) = args[2].as_str().map(|s| s.to_rust()) else {
        let got = type_of(args[2]).name();
        return Err(t.type_error(format!("warn_explicit() argument 'filename' must be str, not {got}")));
    };
    let line = number::index_as_i64(t, args[3])?;
    let registry = args[5].or(Value::NONE);
    if !registry.is_none() && registry.cast::<Dict>().is_none() {
        let got = type_of(registry).name();
        return Err(t.type_error(format!("'registry' must be a dict or None, not '{got}'")));
    }
    let module = match args[4].given() {
        Some(m) => m,
        None if filename.is_empty() => t.new_str("<unknown>"),
        None => t.new_str(filename.strip_suffix(".py").unwrap_or(&filename)),
    };
    if let Some(globals) = args[6].given_not_none() {
        load_source(t, globals)?;
    }
    let source = args[7].or(Value::NONE);
    process(t, &Warning { category, message: args[0], filename: args[2], line, module, registry, source })
}

/// Asks the loader of a module for its source, so that a module without a proper loader is an error as in CPython; the
/// line itself is looked up when the warning is shown.
fn load_source(t: &mut Thread, globals: Value) -> PyResult<()> {
    let Some(namespace) = globals.cast::<Dict>() else {
        let got = type_of(globals).name();
        return Err(t.type_error(format!("module_globals must be a dict, not '{got}'")));
    };
    let external = pystm_vm::import::import_module(t, "_frozen_importlib_external")?;
    let loader = call::call_method(t, external, "_bless_my_loader", &[globals])?;
    // The main program goes by the name that it was found under.
    let spec = dict::get_text(t, namespace, "__spec__").filter(|s| !s.is_none());
    let name = match spec {
        Some(spec) => attr::find_attr(t, spec, "name")?,
        None => dict::get_text(t, namespace, "__name__").filter(|n| attr::name_text(*n) != "__main__"),
    };
    if let (false, Some(name)) = (loader.is_none(), name)
        && let Some(get_source) = attr::find_attr(t, loader, "get_source")?
    {
        call::call(t, get_source, &[name])?;
    }
    Ok(())
}

/// Whether the key stands in the registry; if not and `set` is given, it is added. Registries of old filters are emptied.
fn already_warned(t: &mut Thread, registry: Value, key: Value, set: bool) -> PyResult<bool> {
    let Some(registry) = registry.cast::<Dict>() else { return Ok(false) };
    let version = Value::small(VERSION.load(Relaxed));
    if dict::get_text(t, registry, "version") != Some(version) {
        dict::clear(t, registry);
        dict::set_text(t, registry, "version", version);
    } else if let Some(found) = dict::get(t, registry, key)?
        && truth::is_true(t, found)?
    {
        return Ok(true);
    }
    if set {
        dict::set(t, registry, key, Value::TRUE)?;
    }
    Ok(false)
}

/// Whether a part of a filter matches: None, the very text, or a pattern.
fn matches(t: &mut Thread, pattern: Value, subject: Value) -> PyResult<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if let Some(s) = pattern.cast::<Str>() {
        return Ok(subject.as_str().is_some_and(|o| s.same_text(&o)));
    }
    let found = call::call_method(t, pattern, "match", &[subject])?;
    truth::is_true(t, found)
}

/// The action that a list of filters has for a warning, with the filter.
fn find_action(
    t: &mut Thread,
    filters: Value,
    w: &Warning,
    shown: Value,
) -> PyResult<Option<(Value, Value)>> {
    let Some(filters) = filters.cast::<List>() else {
        return Err(t.value_error("_warnings.filters must be a list"));
    };
    let mut i = 0;
    while let Some(row) = filters.get(i) {
        let Some(fields) = row.cast::<Tuple>().filter(|f| f.len() == 5) else {
            return Err(t.value_error(format!("warnings.filters item {i} isn't a 5-tuple")));
        };
        let line = number::index_as_i64(t, fields.at(4))?;
        if matches(t, fields.at(1), shown)?
            && instance::is_subclass(t, w.category, fields.at(2))?
            && matches(t, fields.at(3), w.module)?
            && (line == 0 || line == w.line)
        {
            return Ok(Some((fields.at(0), row)));
        }
        i += 1;
    }
    Ok(None)
}

fn action_for(t: &mut Thread, w: &Warning, shown: Value) -> PyResult<(Value, Value)> {
    let context = Value::from_bits(CONTEXT.load(Relaxed));
    if let Some(context) = contextvars::current_value(t, context)?
        && !context.is_none()
    {
        let filters = attr::getattr_text(t, context, "_filters")?;
        if let Some(found) = find_action(t, filters, w, shown)? {
            return Ok(found);
        }
    }
    if let Some(filters) = setting(t, "filters", "filters")
        && let Some(found) = find_action(t, filters, w, shown)?
    {
        return Ok(found);
    }
    let default = setting(t, "defaultaction", "_defaultaction");
    Ok((default.unwrap_or(Value::NONE), Value::NONE))
}

fn process(t: &mut Thread, w: &Warning) -> PyResult {
    let base = t.rt.exception(Exc::Warning);
    let (message, shown) = if instance::is_instance(t, w.message, base)? {
        (w.message, text::str(t, w.message)?)
    } else {
        (call::call(t, w.category, &[w.message])?, w.message)
    };
    let line = Value::small(w.line);
    let key = tuple::new(t, &[shown, w.category, line])?;
    if already_warned(t, w.registry, key, false)? {
        return Ok(Value::NONE);
    }
    let (action, row) = action_for(t, w, shown)?;
    let action_text = attr::name_text(action);
    let pair = tuple::new(t, &[shown, w.category])?;
    let seen = match action_text.as_str() {
        "error" => {
            return Err(match message.cast::<Exception>() {
                Some(_) => t.raise_value(message),
                None => t.type_error("a warning must be an exception"),
            });
        }
        "ignore" => return Ok(Value::NONE),
        "always" | "all" => false,
        "once" => {
            note(t, w.registry, key)?;
            let registry = match w.registry.cast::<Dict>() {
                Some(_) => w.registry,
                None => setting(t, "onceregistry", "_onceregistry").unwrap_or(Value::NONE),
            };
            already_warned(t, registry, pair, true)?
        }
        "module" => {
            note(t, w.registry, key)?;
            already_warned(t, w.registry, pair, true)?
        }
        "default" => {
            note(t, w.registry, key)?;
            false
        }
        _ => {
            let (action, row) = (text::repr_string(t, action)?, text::repr_string(t, row)?);
            let message = format!("Unrecognized action ({action}) in warnings.filters:\n {row}");
            return Err(t.raise(Exc::RuntimeError, message));
        }
    };
    if !seen {
        show(t, w, message, shown)?;
    }
    Ok(Value::NONE)
}

fn note(t: &mut Thread, registry: Value, key: Value) -> PyResult<()> {
    match registry.cast::<Dict>() {
        Some(r) => dict::set(t, r, key, Value::TRUE),
        None => Ok(()),
    }
}

/// Shows a warning through `warnings._showwarnmsg`, or in plain text while that module has not been imported.
fn show(t: &mut Thread, w: &Warning, message: Value, shown: Value) -> PyResult<()> {
    let modules = t.rt.modules.get().cast::<Dict>();
    let module = match modules {
        Some(m) => dict::get_text(t, m, "warnings"),
        None => None,
    };
    let function = match module {
        Some(m) => attr::find_attr(t, m, "_showwarnmsg")?,
        None => None,
    };
    let (Some(module), Some(function)) = (module, function) else {
        let filename = attr::name_text(w.filename);
        let category = Ref::<Type>::known(w.category).name();
        let shown = text::str_string(t, shown)?;
        print::write_stderr(t, &format!("{filename}:{}: {category}: {shown}\n", w.line));
        return Ok(());
    };
    if t.special(function, pystm_vm::special::Special::Call).is_none() && function.as_str().is_some() {
        return Err(t.type_error("warnings._showwarnmsg() must be set to a callable"));
    }
    let class = attr::getattr_text(t, module, "WarningMessage")?;
    let line = Value::small(w.line);
    let record =
        call::call(t, class, &[message, w.category, w.filename, line, Value::NONE, Value::NONE, w.source])?;
    call::call(t, function, &[record])?;
    Ok(())
}
