//! `import`: the part that CPython has in C. Finding and loading is done by `importlib._bootstrap`, which is loaded from
//! the library without being imported.

pub mod imp;
mod single;

use std::path::{Path, PathBuf};

use crate::{
    builtins::{
        code, dict,
        dict::Dict,
        exceptions,
        function::{self, Function},
        list::List,
        module::{self, Module},
        str::StaticName,
    },
    compiler::Options,
    error::{Exc, PyResult, Raised},
    interp::{self, ops::find_in_mapping},
    object::Ref,
    protocol::{attr, call, iter, truth},
    runtime::type_of,
    sys,
    thread::Thread,
    value::Value,
};

/// The builtins dict that goes with a globals dict.
pub fn builtins_of_globals(t: &mut Thread, globals: Value) -> Value {
    let found = match globals.cast::<Dict>() {
        Some(d) => {
            let name = BUILTINS.get(t);
            dict::get_str(t, d, name)
        }
        None => None,
    };
    match found {
        Some(v) => match v.cast::<Module>() {
            Some(m) => m.dict().value(),
            None => v,
        },
        None => t.builtins,
    }
}

static BUILTINS: StaticName = StaticName::new("__builtins__");

fn modules(t: &Thread) -> Ref<Dict> {
    Ref::known(t.rt.modules.get())
}

/// The `import` statement: calls `__import__` of the frame's builtins, directly if that is the original.
pub fn import_statement(
    t: &mut Thread,
    function: Ref<Function>,
    name: Value,
    locals: Value,
    fromlist: Value,
    level: Value,
) -> PyResult {
    let importer = t.intern("__import__");
    let importer = find_in_mapping(t, function.builtins.get(), importer)?;
    let Some(importer) = importer else { return Err(t.raise(Exc::ImportError, "__import__ not found")) };
    let globals = function.globals.get();
    if crate::builtins::functions::is_original_import(importer) {
        let level = level.as_small().unwrap_or(0);
        return import(t, name, globals, fromlist, level);
    }
    call::call(t, importer, &[name, globals, locals, fromlist, level])
}

/// `__import__(name, globals, locals, fromlist, level)`
pub fn import(t: &mut Thread, name: Value, globals: Value, fromlist: Value, level: i64) -> PyResult {
    if level < 0 {
        return Err(t.value_error("level must be >= 0"));
    }
    let absolute = if level > 0 {
        resolve(t, name, globals, level)?
    } else {
        if name.as_str().is_some_and(|s| s.is_empty()) {
            return Err(t.value_error("Empty module name"));
        }
        name
    };
    let module = import_absolute(t, absolute)?;
    if !fromlist.is_unset() && !fromlist.is_none() && truth::is_true(t, fromlist)? {
        let path = attr::find_attr(t, module, "__path__")?;
        if path.is_none() {
            return Ok(module);
        }
        let bootstrap = bootstrap_module(t)?;
        let import = attr::getattr_text(t, bootstrap, "_gcd_import")?;
        return call::call_method(t, bootstrap, "_handle_fromlist", &[module, fromlist, import]);
    }
    let text = attr::name_text(name);
    if level == 0 {
        let Some((top, _)) = text.split_once('.') else { return Ok(module) };
        let top = t.intern(top);
        return import_absolute(t, top);
    }
    let Some((front, _)) = text.split_once('.') else { return Ok(module) };
    let absolute = attr::name_text(absolute);
    let cut = absolute.len() - (text.len() - front.len());
    let key = t.intern(&absolute[..cut]);
    match dict::get(t, modules(t), key)? {
        Some(m) => Ok(m),
        None => {
            let message = format!("{:?} not in sys.modules as expected", &absolute[..cut]);
            Err(t.raise(Exc::KeyError, message))
        }
    }
}

/// Imports by absolute name: from `sys.modules`, else through importlib.
fn import_absolute(t: &mut Thread, name: Value) -> PyResult {
    if let Some(found) = dict::get(t, modules(t), name)? {
        if found.is_none() {
            let text = attr::name_text(name);
            let message = format!("import of {text} halted; None in sys.modules");
            return Err(import_error(t, Exc::ModuleNotFoundError, &message, name));
        }
        if initializing(t, found)? {
            let bootstrap = bootstrap_module(t)?;
            call::call_method(t, bootstrap, "_lock_unlock_module", &[name])?;
        }
        return Ok(found);
    }
    let bootstrap = bootstrap_module(t)?;
    let import = attr::getattr_text(t, bootstrap, "_gcd_import")?;
    match call::call_method(t, bootstrap, "_find_and_load", &[name, import]) {
        Ok(v) => Ok(v),
        Err(raised) => {
            remove_importlib_frames(t);
            Err(raised)
        }
    }
}

/// Takes the frames of importlib off the end of the pending exception's traceback, as CPython does.
fn remove_importlib_frames(t: &mut Thread) {
    let exception = t.exception;
    let always = crate::builtins::exceptions::is_instance(t, exception, Exc::ImportError);
    crate::builtins::traceback::trim_importlib(t, exception, always);
}

fn initializing(t: &mut Thread, module: Value) -> PyResult<bool> {
    let Some(m) = module.cast::<Module>() else { return Ok(false) };
    let Some(spec) = dict::get_text(t, m.dict(), "__spec__").filter(|s| !s.is_none()) else {
        return Ok(false);
    };
    match attr::find_attr(t, spec, "_initializing")? {
        Some(v) => truth::is_true(t, v),
        None => Ok(false),
    }
}

/// ImportError or ModuleNotFoundError with its `name` set.
pub fn import_error(t: &mut Thread, class: Exc, message: &str, name: Value) -> Raised {
    let text = t.new_str(message);
    let exception = crate::builtins::exceptions::new_exception(t, class, &[text]);
    match attr::setattr_text(t, exception, "name", name) {
        Ok(()) => t.raise_value(exception),
        Err(raised) => raised,
    }
}

/// Absolute name of a relative import.
fn resolve(t: &mut Thread, name: Value, globals: Value, level: i64) -> PyResult {
    let Some(globals) = globals.cast::<Dict>() else {
        return Err(t.type_error("globals must be a dict"));
    };
    let package = package_of(t, globals)?;
    let text = attr::name_text(package);
    if text.is_empty() {
        return Err(t.raise(Exc::ImportError, "attempted relative import with no known parent package"));
    }
    let mut base = text.as_str();
    for _ in 1..level {
        match base.rsplit_once('.') {
            Some((front, _)) => base = front,
            None => {
                return Err(t.raise(Exc::ImportError, "attempted relative import beyond top-level package"));
            }
        }
    }
    let name = attr::name_text(name);
    let full = if name.is_empty() { base.to_owned() } else { format!("{base}.{name}") };
    Ok(t.intern(&full))
}

/// `__package__` of the importing module, computed from `__spec__` or `__name__` if it is not set.
fn package_of(t: &mut Thread, globals: Ref<Dict>) -> PyResult {
    if let Some(package) = dict::get_text(t, globals, "__package__").filter(|p| !p.is_none()) {
        if package.as_str().is_none() {
            return Err(t.type_error("package must be a string"));
        }
        return Ok(package);
    }
    if let Some(spec) = dict::get_text(t, globals, "__spec__").filter(|s| !s.is_none()) {
        return attr::getattr_text(t, spec, "parent");
    }
    let Some(name) = dict::get_text(t, globals, "__name__") else {
        return Err(t.raise(Exc::KeyError, "'__name__' not in globals"));
    };
    let text = attr::name_text(name);
    if dict::get_text(t, globals, "__path__").is_some() {
        return Ok(name);
    }
    let package = text.rsplit_once('.').map_or("", |(front, _)| front);
    Ok(t.new_str(package))
}

/// `from module import name`
pub fn import_from(t: &mut Thread, module: Value, name: Value) -> PyResult {
    let text = attr::name_text(name);
    if let Some(v) = attr::find_attr(t, module, &text)? {
        return Ok(v);
    }
    let module_name = attr::find_attr(t, module, "__name__")?.filter(|n| n.as_str().is_some());
    if let Some(module_name) = module_name {
        let full = format!("{}.{text}", attr::name_text(module_name));
        let key = t.intern(&full);
        if let Some(v) = dict::get(t, modules(t), key)? {
            return Ok(v);
        }
    }
    Err(cannot_import(t, module, module_name, name, &text)?)
}

fn cannot_import(
    t: &mut Thread,
    module: Value,
    module_name: Option<Value>,
    name: Value,
    text: &str,
) -> Result<Raised, Raised> {
    let shown = module_name.map_or("<unknown module name>".to_owned(), attr::name_text);
    let file = attr::find_attr(t, module, "__file__")?.filter(|f| f.as_str().is_some());
    let place = match file {
        Some(f) => format!(" ({})", attr::name_text(f)),
        None => " (unknown location)".to_owned(),
    };
    let incomplete = initializing(t, module)?;
    let file_text = file.map(attr::name_text).unwrap_or_default();
    let shadowing = may_shadow(t, &file_text);
    let message = if shadowing && library_module_names(t).contains(&shown) {
        format!(
            "cannot import name '{text}' from '{shown}' (consider renaming '{file_text}' since it has the same name as the \
             standard library module named '{shown}' and prevents importing that standard library module)"
        )
    } else if shadowing && incomplete {
        format!(
            "cannot import name '{text}' from '{shown}' (consider renaming '{file_text}' if it has the same name as a \
             library you intended to import)"
        )
    } else if incomplete {
        format!(
            "cannot import name '{text}' from partially initialized module '{shown}' (most likely due to a circular import){place}"
        )
    } else {
        format!("cannot import name '{text}' from '{shown}'{place}")
    };
    let message = t.new_str(&message);
    let exception = crate::builtins::exceptions::new_exception(t, Exc::ImportError, &[message]);
    let module_name = module_name.unwrap_or(Value::NONE);
    attr::setattr_text(t, exception, "name", module_name)?;
    attr::setattr_text(t, exception, "name_from", name)?;
    attr::setattr_text(t, exception, "path", file.unwrap_or(Value::NONE))?;
    Ok(t.raise_value(exception))
}

/// Whether a module's file lies where the program itself does, so that it may hide a library module of its name.
fn may_shadow(t: &mut Thread, file: &str) -> bool {
    let first = sys::get(t, "path").and_then(|path| path.cast::<List>()).and_then(|path| path.get(0));
    let Some(first) = first.and_then(|first| first.as_str()).map(|first| first.to_rust()) else {
        return false;
    };
    let root =
        if first.is_empty() { std::env::current_dir().unwrap_or_default() } else { PathBuf::from(first) };
    let file = Path::new(file);
    let directory =
        if file.ends_with("__init__.py") { file.parent().and_then(Path::parent) } else { file.parent() };
    directory.is_some_and(|directory| {
        directory == root && !library_paths(t).iter().any(|library| library == directory)
    })
}

/// `from module import *`
pub fn import_star(t: &mut Thread, module: Value, namespace: Value) -> PyResult<()> {
    let (names, skip_private) = match attr::find_attr(t, module, "__all__")? {
        Some(all) => (iter::collect(t, all)?, false),
        None => {
            let Some(d) = attr::find_attr(t, module, "__dict__")? else {
                return Err(t.raise(Exc::ImportError, "from-import-* object has no __dict__ and no __all__"));
            };
            let keys = call::call_method(t, d, "keys", &[])?;
            (iter::collect(t, keys)?, true)
        }
    };
    for i in 0..names.len() {
        let name = names[i];
        if name.as_str().is_none() {
            let module_name = match attr::find_attr(t, module, "__name__")? {
                Some(n) => attr::name_text(n),
                None => String::new(),
            };
            let (what, got) = (if skip_private { "Key in" } else { "Item in" }, type_of(name).name());
            let place = if skip_private { "__dict__" } else { "__all__" };
            return Err(t.type_error(format!("{what} {module_name}.{place} must be str, not {got}")));
        }
        if skip_private && attr::name_text(name).starts_with('_') {
            continue;
        }
        let value = attr::getattr(t, module, name)?;
        crate::protocol::item::setitem(t, namespace, name, value)?;
    }
    Ok(())
}

/// The directories of the pure-Python library: the overlay first.
pub fn library_paths(t: &Thread) -> Vec<PathBuf> {
    t.rt.library.get().cloned().unwrap_or_default()
}

/// Names of the library's top-level modules, native ones included.
pub fn library_module_names(t: &mut Thread) -> Vec<String> {
    let mut names: Vec<String> = t.rt.native_module_defs().iter().map(|m| m.name.to_owned()).collect();
    let directories = library_paths(t);
    t.blocking(|| {
        for entry in directories.iter().filter_map(|d| std::fs::read_dir(d).ok()).flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if let Some(stem) = name.strip_suffix(".py") {
                names.push(stem.to_owned());
            } else if entry.file_type().is_ok_and(|kind| kind.is_dir()) && !name.starts_with("__pycache__") {
                names.push(name);
            }
        }
    });
    names.sort();
    names.dedup();
    names
}

/// `importlib._bootstrap`, loaded on first use.
fn bootstrap_module(t: &mut Thread) -> PyResult {
    match dict::get_text(t, modules(t), "_frozen_importlib") {
        Some(m) => Ok(m),
        None => Err(t.raise(Exc::ImportError, "the import system is not initialized")),
    }
}

/// Loads `importlib._bootstrap` and its external half and installs them: imports work afterwards.
pub fn start_importlib(t: &mut Thread) -> PyResult<()> {
    let imp = imp::make(t)?;
    dict::set_text(t, modules(t), "_imp", imp);
    let sys = dict::get_text(t, modules(t), "sys").unwrap_or(Value::NONE);
    let bootstrap = load_library_file(
        t,
        "_frozen_importlib",
        "importlib/_bootstrap.py",
        "<frozen importlib._bootstrap>",
    )?;
    call::call_method(t, bootstrap, "_install", &[sys, imp])?;
    let external = load_library_file(
        t,
        "_frozen_importlib_external",
        "importlib/_bootstrap_external.py",
        "<frozen importlib._bootstrap_external>",
    )?;
    attr::setattr_text(t, bootstrap, "_bootstrap_external", external)?;
    call::call_method(t, external, "_set_bootstrap_module", &[bootstrap])?;
    call::call_method(t, external, "_install", &[bootstrap])?;
    for module in [bootstrap, external] {
        let loader = attr::find_attr(t, bootstrap, "FrozenImporter")?.unwrap_or(Value::NONE);
        attr::setattr_text(t, module, "__loader__", loader)?;
    }
    Ok(())
}

/// Runs a file of the library as a module without importing it.
fn load_library_file(t: &mut Thread, name: &str, path: &str, filename: &str) -> PyResult {
    let Some(file) = library_paths(t).iter().map(|d| d.join(path)).find(|file| file.exists()) else {
        let message = format!("the library file {path} is missing");
        return Err(t.raise(Exc::ImportError, message));
    };
    let code = imp::cached_code(t, &file, filename)?;
    let module = module::new(t, name);
    let key = t.intern(name);
    dict::set(t, modules(t), key, module.value())?;
    let builtins = t.rt.builtins_module.get();
    dict::set_text(t, module.dict(), "__builtins__", builtins);
    exec_code(t, code, module.dict().value(), Value::UNSET)?;
    Ok(module.value())
}

/// Runs module code in a globals dict and a namespace (unset: the globals themselves).
pub fn exec_code(t: &mut Thread, code: Ref<code::Code>, globals: Value, namespace: Value) -> PyResult {
    let function = function::new(t, code, globals);
    interp::run_code(t, function, namespace)
}

/// Compiles source text to a code object; the error is a SyntaxError with its details.
pub fn compile(
    t: &mut Thread,
    source: &str,
    filename: &str,
    mode: pystm_parser::Mode,
    options: &Options,
) -> PyResult<Ref<code::Code>> {
    let tree = parse(t, source, filename, mode, options)?;
    compile_tree(t, &tree, filename, options)
}

/// Parses source text and gives the parser's warnings.
pub fn parse(
    t: &mut Thread,
    source: &str,
    filename: &str,
    mode: pystm_parser::Mode,
    options: &Options,
) -> PyResult<pystm_parser::ast::Mod> {
    let (parsed, warnings) = pystm_parser::parse_with_warnings(source, mode);
    for warning in warnings {
        exceptions::syntax_warning(t, &warning.message, &warning.error.into(), filename)?;
    }
    match parsed.and_then(|tree| single::check(&tree, source, options).map_or(Ok(tree), Err)) {
        Ok(tree) => Ok(tree),
        Err(error) if error.incomplete && options.incomplete_input => {
            Err(exceptions::incomplete_input(t, &error, filename))
        }
        Err(error) => Err(exceptions::syntax_error(t, &error.into(), filename)),
    }
}

/// Compiles a syntax tree.
pub fn compile_tree(
    t: &mut Thread,
    tree: &pystm_parser::ast::Mod,
    filename: &str,
    options: &Options,
) -> PyResult<Ref<code::Code>> {
    match crate::compiler::compile_with_warnings(tree, filename, options) {
        Ok((unit, warnings)) => {
            for warning in warnings {
                let message = warning.message.clone();
                exceptions::syntax_warning(t, &message, &warning.into(), filename)?;
            }
            code::load(t, unit)
        }
        Err(error) => Err(exceptions::syntax_error(t, &error.into(), filename)),
    }
}

/// Imports a module by name, as `importlib.import_module` does.
pub fn import_module(t: &mut Thread, name: &str) -> PyResult {
    let name = t.intern(name);
    import(t, name, Value::NONE, Value::NONE, 0)?;
    Ok(dict::get(t, modules(t), name)?.unwrap_or(Value::NONE))
}

/// Adds a directory to the front or the end of `sys.path`.
pub fn add_path(t: &mut Thread, path: &str, front: bool) -> PyResult<()> {
    let Some(list) = sys::get(t, "path") else { return Ok(()) };
    let text = t.new_str(path);
    if front {
        call::call_method(t, list, "insert", &[Value::ZERO, text])?;
    } else {
        call::call_method(t, list, "append", &[text])?;
    }
    Ok(())
}
