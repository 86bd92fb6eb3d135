//! The module `_imp`: what importlib needs of the interpreter.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use crate::{
    builtins::{code, dict, list, module::Module},
    bytecode::serial,
    compiler::Options,
    error::{Exc, PyResult},
    native::{self, Method, ModuleDef, method},
    object::Ref,
    parking::ReentrantLock,
    protocol::attr,
    thread::Thread,
    value::Value,
};

/// The import lock: importlib holds it while it looks for the lock of a module, `fork` so that no import is half done in the
/// child.
pub static LOCK: ReentrantLock = ReentrantLock::new();

/// Makes the module.
pub fn make(t: &mut Thread) -> PyResult {
    Ok(native::make_module(t, &MODULE)?.value())
}

static MODULE: ModuleDef = ModuleDef {
    name: "_imp",
    doc: "What importlib needs of the interpreter.",
    methods: METHODS,
    types: &[],
    init: Some(init),
};

static METHODS: &[Method] = &[
    method("is_builtin", "(name, /)", is_builtin, "1 if a native module has this name, else 0."),
    method("create_builtin", "(spec, /)", create_builtin, "Make a native module."),
    method(
        "exec_builtin",
        "(mod, /)",
        exec_builtin,
        "Nothing is left to do: native modules are made complete.",
    ),
    method("is_frozen", "(name, /)", no, "False: the library is not frozen."),
    method("is_frozen_package", "(name, /)", not_frozen, "ImportError: the library is not frozen."),
    method("find_frozen", "(name, /, *, withdata=False)", none, "None: the library is not frozen."),
    method(
        "get_frozen_object",
        "(name, data=None, /)",
        not_frozen,
        "ImportError: the library is not frozen.",
    ),
    method("init_frozen", "(name, /)", none, "None: the library is not frozen."),
    method("_frozen_module_names", "()", empty_list, "Empty: the library is not frozen."),
    method("_override_frozen_modules_for_tests", "(override, /)", none, "Does nothing."),
    method("_override_multi_interp_extensions_check", "(override, /)", none, "Does nothing."),
    method("extension_suffixes", "()", empty_list, "Empty: extension modules cannot be loaded."),
    method(
        "acquire_lock",
        "()",
        |t, _| LOCK.acquire(t, None).map(|_| Value::NONE),
        "Acquires the interpreter's import lock for the current thread.",
    ),
    method("release_lock", "()", release_lock, "Release the interpreter's import lock."),
    method(
        "lock_held",
        "()",
        |_, _| Ok(Value::bool(LOCK.state().1 > 0)),
        "Return True if the import lock is currently held, else False.",
    ),
    method("_fix_co_filename", "(code, path, /)", none, "Does nothing: cached code has its file name."),
    method(
        "_library_code",
        "(path, /)",
        library_code,
        "Code of a file of the library, compiled once for all; None for other files, and under -O.",
    ),
    method("source_hash", "(key, source)", source_hash, "Hash of a source for checked caches."),
];

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    let mode = t.new_str("default");
    dict::set_text(t, module.dict(), "check_hash_based_pycs", mode);
    dict::set_text(t, module.dict(), "pyc_magic_number_token", Value::small(i64::from(serial::FORMAT)));
    Ok(())
}

fn none(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::NONE)
}

fn no(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::FALSE)
}

fn empty_list(t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(list::new(t, &[]))
}

fn not_frozen(t: &mut Thread, args: &[Value]) -> PyResult {
    let message = format!("No such frozen object named {}", attr::name_text(args[0]));
    Err(t.raise(Exc::ImportError, message))
}

fn find(t: &Thread, name: &str) -> Option<&'static ModuleDef> {
    t.rt.native_module_defs().iter().copied().find(|m| m.name == name)
}

fn is_builtin(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = attr::name_text(args[0]);
    if matches!(name.as_str(), "sys" | "builtins") {
        return Ok(Value::small(-1));
    }
    Ok(Value::small((name == "_imp" || find(t, &name).is_some()) as i64))
}

fn create_builtin(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = attr::getattr_text(t, args[0], "name")?;
    let text = attr::name_text(name);
    if matches!(text.as_str(), "sys" | "builtins" | "_imp") {
        let modules = Ref::known(t.rt.modules.get());
        if let Some(m) = dict::get_text(t, modules, &text) {
            return Ok(m);
        }
    }
    match find(t, &text) {
        Some(def) => Ok(native::make_module(t, def)?.value()),
        None => Ok(Value::NONE),
    }
}

fn exec_builtin(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::ZERO)
}

fn release_lock(t: &mut Thread, _: &[Value]) -> PyResult {
    match LOCK.release() {
        true => Ok(Value::NONE),
        false => Err(t.raise(Exc::RuntimeError, "not holding the import lock")),
    }
}

fn source_hash(t: &mut Thread, args: &[Value]) -> PyResult {
    let key = crate::protocol::number::index_as_i64(t, args[0])? as u64;
    let source = crate::builtins::buffer::to_vec(t, args[1])?;
    let hash = pystm_text::hash::HashKey { k0: key, k1: 0 }.hash_bytes(&source) as u64;
    crate::builtins::bytes::new(t, &hash.to_le_bytes())
}

fn library_code(t: &mut Thread, args: &[Value]) -> PyResult {
    let filename = attr::name_text(args[0]);
    let path = Path::new(&filename);
    // Where the text stands for other bytes, the file is no library file.
    let plain = t.rt.settings.optimize == 0;
    if !plain
        || !super::library_paths(t).iter().any(|directory| path.starts_with(directory))
        || !t.blocking(|| path.is_file())
    {
        return Ok(Value::NONE);
    }
    Ok(cached_code(t, path, &filename)?.value())
}

/// Code of a library file. What is compiled is kept in the file's directory.
pub(super) fn cached_code(t: &mut Thread, path: &Path, filename: &str) -> PyResult<Ref<code::Code>> {
    let cache = t.blocking(|| cache_file(path));
    let cached = t.blocking(|| cache.as_ref().and_then(|cache| fs::read(cache).ok()));
    if let Some(unit) = cached.and_then(|bytes| serial::decode(&bytes)) {
        return code::load(t, unit);
    }
    let parsed = match t.blocking(|| fs::read(path)) {
        Ok(source) => pystm_parser::decode_source(&source),
        Err(error) => {
            let message = format!("the library file {} cannot be read: {error}", path.display());
            return Err(t.raise(Exc::ImportError, message));
        }
    };
    let code = match parsed {
        Ok(text) => super::compile(t, &text, filename, pystm_parser::Mode::Module, &Options::default())?,
        Err(error) => {
            return Err(crate::builtins::exceptions::syntax_error(t, &error.into(), filename));
        }
    };
    if let Some(cache) = cache {
        let unit = code::unit::unit_of(t, code)?;
        // The cache only saves time: a directory that cannot be written is no error.
        let _ = t.blocking(|| write_atomically(&cache, &serial::encode(&unit)));
    }
    Ok(code)
}

/// Where the code of a file is kept: the name tells the source's size and time and the build.
fn cache_file(path: &Path) -> Option<PathBuf> {
    let source = fs::metadata(path).ok()?;
    let stem = path.file_stem()?.to_str()?;
    let (size, seconds) = (source.len(), source.mtime());
    let name = format!("{stem}.{size:x}-{seconds:x}-{:08x}.boot", serial::FORMAT);
    Some(path.parent()?.join("__pycache__").join(name))
}

fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let temporary = path.with_extension(std::process::id().to_string());
    fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, path))
}
