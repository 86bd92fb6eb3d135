//! Makes the interpreter as the options say, runs the program, ends the process.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process,
    sync::atomic::Ordering::Relaxed,
};

use parking_lot::Mutex;
use pystm_gc::config::Config;
use pystm_stm::{events, stress::Stress};
use pystm_vm::{
    boot,
    builtins::{dict, function, module},
    error::{Exc, PyResult},
    import,
    native::{Method, NativeInfo, method},
    object::Ref,
    parking,
    protocol::{attr, call, text},
    runtime::Settings,
    signals, stress, sys,
    thread::Thread,
    value::Value,
};

use crate::{environment, finish, glue, library, memory, options::Options, program};

/// Runs a program from start to end.
pub(crate) fn run(mut options: Options) -> ! {
    environment::merge(&mut options);
    let made = start_log(&options).and_then(|()| Ok((Stress::from_env()?, make(&options)?)));
    let (stress, mut thread) = match made {
        Ok(made) => made,
        Err(message) => {
            eprintln!("Fatal Python error: {message}");
            process::exit(1);
        }
    };
    let t = &mut *thread;
    // The stress modes are for the program; starting up would take them minutes.
    let collect = std::mem::replace(&mut t.mutator.config.stress, false);
    let prepared = prepare(t, &options);
    t.mutator.config.stress = collect;
    let outcome = match prepared {
        Ok(()) => {
            if let Err(error) = stress::start(t, stress) {
                eprintln!("PYSTM_STRESS: cannot start a thread: {error}");
            }
            program::run(t, &options)
        }
        Err(raised) => finish::report(t, raised),
    };
    finish::end(t, outcome, options.stats)
}

/// Begins the log that `PYSTM_LOG` asks for, and what `--stats` needs.
fn start_log(options: &Options) -> Result<(), String> {
    if options.stats {
        events::time_transactions();
    }
    let Some(path) = env::var_os("PYSTM_LOG").filter(|path| !path.is_empty()) else { return Ok(()) };
    let command: Vec<_> = env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect();
    events::open(Path::new(&path), &command.join(" "))
        .map_err(|error| format!("PYSTM_LOG: cannot write '{}': {error}", path.to_string_lossy()))
}

/// The bare interpreter.
fn make(options: &Options) -> Result<Box<Thread>, String> {
    let (hash_key, _) = environment::hash_key(options)?;
    let settings = Settings {
        hash_key,
        optimize: options.optimize,
        dev_mode: environment::dev_mode(options),
        no_debug_ranges: environment::no_debug_ranges(options),
    };
    let mut config = Config { release: Some(memory::release), ..Config::from_env()? };
    let directory = library::directory()?;
    let stress = std::mem::replace(&mut config.stress, false);
    let mut thread = boot::start(settings, config, pystm_stdlib::MODULES)
        .map_err(|_| "the built-in modules cannot be set up".to_owned())?;
    let t = &mut *thread;
    // Set once, and nothing has been imported yet.
    let _ = t.rt.library.set(vec![directory.clone()]);
    let started = set_up_sys(t, options, directory).and_then(|()| import::start_importlib(t));
    t.mutator.config.stress = stress;
    match started {
        Ok(()) => Ok(thread),
        Err(raised) => {
            let exception = t.take_exception(raised);
            let text = text::repr_string(t, exception).unwrap_or_default();
            Err(format!("init_import: the import system cannot be started: {text}"))
        }
    }
}

/// Fills in what `sys` knows from the command line.
fn set_up_sys(t: &mut Thread, options: &Options, library: PathBuf) -> PyResult<()> {
    let argv = glue::os_list(t, &options.argv);
    sys::set(t, "argv", argv);
    let original: Vec<OsString> = env::args_os().collect();
    let original = glue::os_list(t, &original);
    sys::set(t, "orig_argv", original);
    let warnings = glue::os_list(t, &environment::warn_options(options));
    sys::set(t, "warnoptions", warnings);

    let mut path: Vec<OsString> = Vec::new();
    if let Some(given) = environment::variable(options, "PYTHONPATH") {
        path.extend(env::split_paths(&given).map(OsString::from));
    }
    let directory = glue::os_str(t, library.as_os_str());
    sys::set(t, "_stdlib_dir", directory);
    path.push(library.into());
    let path = glue::os_list(t, &path);
    sys::set(t, "path", path);

    let x_options = dict::new(t);
    for option in &options.x_options {
        let text = option.to_string_lossy();
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (key, t.new_str(value)),
            None => (&*text, Value::TRUE),
        };
        dict::set_text(t, x_options, key, value);
    }
    sys::set(t, "_xoptions", x_options.value());
    let names = sys::stdlib_module_names(t)?;
    sys::set(t, "stdlib_module_names", names);
    sys::set(t, "dont_write_bytecode", Value::bool(options.no_bytecode));
    let prefix = options.x_option("pycache_prefix").map(OsString::from);
    if let Some(prefix) = prefix.or_else(|| environment::variable(options, "PYTHONPYCACHEPREFIX")) {
        let prefix = glue::os_str(t, &prefix);
        sys::set(t, "pycache_prefix", prefix);
    }
    set_flags(t, options, 0)
}

/// `sys.flags`. Importlib reports what it does to `sys.stderr`, so it must not hear of `-v` before that is there.
fn set_flags(t: &mut Thread, options: &Options, verbose: u8) -> PyResult<()> {
    let random = environment::hash_key(options).is_ok_and(|(_, random)| random);
    let digits = match options.x_option("int_max_str_digits").map(str::to_owned).or_else(|| {
        environment::variable(options, "PYTHONINTMAXSTRDIGITS").and_then(|value| value.into_string().ok())
    }) {
        Some(text) => match text.parse::<i64>() {
            Ok(n) if n == 0 || n >= 640 => n,
            _ => return Err(t.value_error("int_max_str_digits must be 0 or at least 640")),
        },
        None => 4300,
    };
    // Relaxed: no other thread runs yet.
    t.rt.int_max_str_digits.store(digits as usize, Relaxed);
    pystm_parser::set_max_digits(digits as usize);
    let small = |n: u8| Value::small(i64::from(n));
    let flag = |on: bool| Value::small(i64::from(on));
    let encoding_warnings = options.x_option("warn_default_encoding").is_some()
        || environment::variable(options, "PYTHONWARNDEFAULTENCODING").is_some();
    // In the order of `sys::info::FLAGS`.
    let flags = [
        small(options.debug),
        flag(options.inspect),
        flag(options.interactive),
        small(options.optimize),
        flag(options.no_bytecode),
        flag(options.no_user_site),
        flag(options.no_site),
        flag(options.ignore_environment),
        small(verbose),
        small(options.bytes_warning),
        small(options.quiet),
        flag(random),
        flag(options.isolated),
        Value::bool(environment::dev_mode(options)),
        flag(options.x_option("utf8").is_some_and(|value| value != "0")),
        flag(encoding_warnings),
        Value::bool(options.safe_path),
        Value::small(digits),
        // There is no global lock; contexts are not inherited, as in CPython with one.
        flag(false),
        flag(false),
        flag(false),
    ];
    if let Some(dict) = glue::sys_dict(t) {
        sys::info::set_flags(t, dict, &flags);
    }
    Ok(())
}

/// Everything between the bare interpreter and the program: streams, `__main__`, `site`, warnings.
fn prepare(t: &mut Thread, options: &Options) -> PyResult<()> {
    let encoding = environment::variable(options, "PYTHONIOENCODING").unwrap_or_default();
    pystm_stdlib::io::standard_streams(t, &encoding.to_string_lossy(), options.unbuffered)?;
    if options.verbose > 0 {
        set_flags(t, options, options.verbose)?;
    }
    add_zip_hook(t)?;
    signals::install(t);
    let main = module::new(t, "__main__");
    let builtins = t.rt.builtins_module.get();
    dict::set_text(t, main.dict(), "__builtins__", builtins);
    let importlib = glue::loaded_module(t, "_frozen_importlib").unwrap_or(Value::NONE);
    let loader = attr::getattr_text(t, importlib, "BuiltinImporter")?;
    dict::set_text(t, main.dict(), "__loader__", loader);
    let modules = Ref::known(t.rt.modules.get());
    dict::set_text(t, modules, "__main__", main.value());
    if !environment::warn_options(options).is_empty() {
        import::import_module(t, "warnings")?;
    }
    if !options.no_site {
        import::import_module(t, "site")?;
    }
    Ok(())
}

/// Lets `sys.path` name zip files without importing `zipimport` unless there is one.
fn add_zip_hook(t: &mut Thread) -> PyResult<()> {
    static HOOK: Method = method("zip_hook", "(path, /)", zip_hook, "Finder of a zip file on sys.path.");
    let module = t.intern("zipimport");
    let hook = function::native::new_function(t, NativeInfo::leak(&HOOK, ""), module);
    let Some(hooks) = sys::get(t, "path_hooks") else { return Ok(()) };
    call::call_method(t, hooks, "insert", &[Value::ZERO, hook])?;
    Ok(())
}

fn zip_hook(t: &mut Thread, args: &[Value]) -> PyResult {
    // A path may go on inside the zip file.
    let path = args[0].as_str().map(|path| PathBuf::from(glue::to_os(&path)));
    let file =
        path.as_deref().and_then(|path| path.ancestors().find(|p| p.exists())).is_some_and(Path::is_file);
    /// Threads that look for `zipimport` itself: a zip file in front of the library on `sys.path` does not count for them.
    static LOADING: Mutex<Vec<i64>> = Mutex::new(Vec::new());
    let me = parking::ident();
    if !file || LOADING.lock().contains(&me) {
        return Err(t.raise(Exc::ImportError, "not a zip file"));
    }
    LOADING.lock().push(me);
    let loaded = import::import_module(t, "zipimport");
    LOADING.lock().retain(|&thread| thread != me);
    loaded?;
    glue::call_in(t, "zipimport", "zipimporter", args)
}
