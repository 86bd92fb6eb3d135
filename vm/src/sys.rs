//! The module `sys`.

mod breakpoint;
pub mod info;
mod monitoring;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::{
    builtins::{
        dict, exceptions, frame, int, list,
        module::Module,
        structseq, tuple,
        typeobj::{HEAP, Type, lookup},
    },
    error::{Exc, PyResult},
    interp::frame as frames,
    native::{self, Method, ModuleDef, keyword_dict, method},
    object::Ref,
    protocol::{attr, number, text, truth},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// Makes the module.
pub fn make(t: &mut Thread) -> PyResult {
    Ok(native::make_module(t, &MODULE)?.value())
}

static MODULE: ModuleDef = ModuleDef {
    name: "sys",
    doc: "Access to objects and functions that belong to the interpreter itself.",
    methods: METHODS,
    types: &[],
    init: Some(init),
};

static METHODS: &[Method] = &[
    method("getrecursionlimit", "()", getrecursionlimit, "Return the recursion limit."),
    method("setrecursionlimit", "(limit, /)", setrecursionlimit, "Set the recursion limit."),
    method("getrefcount", "(object, /)", getrefcount, "There are no reference counts: a constant."),
    method("getsizeof", "(object, default=None)", getsizeof, "Size of an object in bytes."),
    method("intern", "(string, /)", intern, "Return the interned form of a str."),
    method("exit", "(status=None, /)", exit, "Raise SystemExit."),
    method("exc_info", "()", exc_info, "Type, value and traceback of the handled exception."),
    method("exception", "()", exception, "The handled exception."),
    method("_getframe", "(depth=0, /)", getframe, "A frame of the call stack."),
    method(
        "_getframemodulename",
        "(depth=0)",
        getframemodulename,
        "Module name of a frame of the call stack.",
    ),
    method("getdefaultencoding", "()", getdefaultencoding, "The default encoding."),
    method("getfilesystemencoding", "()", getdefaultencoding, "The encoding of file names."),
    method("getfilesystemencodeerrors", "()", getfilesystemencodeerrors, "The error handler for file names."),
    method(
        "breakpointhook",
        "(*args, **kwargs)",
        breakpoint::breakpointhook,
        "Start the debugger, or whatever PYTHONBREAKPOINT names.",
    ),
    method("displayhook", "(object, /)", displayhook, "Print a value at the prompt."),
    method("excepthook", "(exctype, value, traceback, /)", excepthook, "Print an exception."),
    method("unraisablehook", "(unraisable, /)", unraisablehook, "Report an exception that nobody can catch."),
    method("is_finalizing", "()", is_finalizing, "Whether the interpreter is shutting down."),
    method("is_remote_debug_enabled", "()", always_false, "False: no other process can send code to run."),
    method("_is_gil_enabled", "()", always_false, "False: there is no global lock."),
    method("is_stack_trampoline_active", "()", always_false, "False: there is no such trampoline."),
    method("_clear_type_cache", "()", nothing, "Does nothing: caches are kept by version."),
    method("_clear_internal_caches", "()", nothing, "Does nothing: caches are kept by version."),
    method(
        "_clear_type_descriptors",
        "(type, /)",
        clear_type_descriptors,
        "Take __dict__ and __weakref__ out of a class.",
    ),
    method(
        "getswitchinterval",
        "()",
        getswitchinterval,
        "The interval of thread switches, kept for compatibility.",
    ),
    method("setswitchinterval", "(interval, /)", setswitchinterval, "Kept for compatibility."),
    method("call_tracing", "(func, args, /)", call_tracing, "Call func(*args)."),
    method("get_int_max_str_digits", "()", get_int_max_str_digits, "The limit of int-str conversions."),
    method(
        "set_int_max_str_digits",
        "(maxdigits)",
        set_int_max_str_digits,
        "Set the limit of int-str conversions.",
    ),
    method("gettrace", "()", nothing, "None: tracing is not supported."),
    method("getprofile", "()", nothing, "None: profiling is not supported."),
    method("settrace", "(function, /)", settrace, "Tracing is not supported yet; None switches it off."),
    method("setprofile", "(function, /)", settrace, "Profiling is not supported yet; None switches it off."),
    method("audit", "(event, /, *args)", nothing_with_argument, "Audit hooks are not called."),
    method("addaudithook", "(hook)", nothing_with_argument, "Audit hooks are not called."),
    method("get_asyncgen_hooks", "()", get_asyncgen_hooks, "The hooks of async generators."),
    method(
        "set_asyncgen_hooks",
        "(*args, **kwargs)",
        set_asyncgen_hooks,
        "Set the hooks of async generators.",
    ),
    method(
        "get_coroutine_origin_tracking_depth",
        "()",
        get_origin_depth,
        "How many callers a coroutine's cr_origin names.",
    ),
    method(
        "set_coroutine_origin_tracking_depth",
        "(depth)",
        set_origin_depth,
        "Set how many callers a coroutine's cr_origin names; 0 for none.",
    ),
    method("_get_cpu_count_config", "()", minus_one, "-1: the number of processors is not overridden."),
    method("getallocatedblocks", "()", zero, "0: blocks are not counted."),
    method("_current_frames", "()", current_frames, "The frames of all threads."),
    method("_current_exceptions", "()", current_exceptions, "The handled exceptions of all threads."),
];

static JIT: ModuleDef = ModuleDef {
    name: "sys._jit",
    doc: "There is no just-in-time compiler.",
    methods: &[
        method("is_available", "()", always_false, "False."),
        method("is_enabled", "()", always_false, "False."),
        method("is_active", "()", always_false, "False."),
    ],
    types: &[],
    init: None,
};

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    let d = module.dict();
    for (name, def) in [("_jit", &JIT), ("monitoring", &monitoring::MODULE)] {
        let part = native::make_module(t, def)?;
        dict::set_text(t, d, name, part.value());
    }
    let put = |t: &mut Thread, name: &str, value: Value| dict::set_text(t, d, name, value);
    let text = |t: &mut Thread, s: &str| t.new_str(s);
    let modules = t.rt.modules.get();
    put(t, "modules", modules);
    // Of the form that `platform` takes apart.
    let version = concat!("3.14.0 (pystm ", env!("CARGO_PKG_VERSION"), ") [Rust]");
    for (name, value) in [
        ("version", version),
        ("platform", "linux"),
        ("byteorder", if cfg!(target_endian = "little") { "little" } else { "big" }),
        (
            "copyright",
            "Copyright (c) the pystm authors; the library is Copyright (c) Python Software Foundation.",
        ),
        ("abiflags", ""),
        ("platlibdir", "lib"),
        ("float_repr_style", "short"),
        ("prefix", "/usr/local"),
        ("exec_prefix", "/usr/local"),
        ("base_prefix", "/usr/local"),
        ("base_exec_prefix", "/usr/local"),
        ("_framework", ""),
    ] {
        let v = text(t, value);
        put(t, name, v);
    }
    let maxsize = int::from_i64(t, i64::MAX);
    put(t, "maxsize", maxsize);
    put(t, "maxunicode", Value::small(0x10ffff));
    put(t, "hexversion", Value::small(0x030e_00f0));
    put(t, "api_version", Value::small(1013));
    put(t, "dont_write_bytecode", Value::TRUE);
    put(t, "pycache_prefix", Value::NONE);
    for name in ["path", "argv", "orig_argv", "warnoptions", "meta_path", "path_hooks"] {
        let v = list::new(t, &[]);
        put(t, name, v);
    }
    for name in ["path_importer_cache", "_xoptions"] {
        let v = dict::new(t).value();
        put(t, name, v);
    }
    let names = builtin_module_names(t)?;
    put(t, "builtin_module_names", names);
    for name in ["displayhook", "excepthook", "unraisablehook", "breakpointhook"] {
        if let Some(f) = dict::get_text(t, d, name) {
            put(t, &format!("__{name}__"), f);
        }
    }
    let executable = std::env::current_exe().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
    let executable = text(t, &executable);
    put(t, "executable", executable);
    put(t, "_base_executable", executable);
    info::fill(t, d)
}

fn builtin_module_names(t: &mut Thread) -> PyResult {
    let mut names: Vec<&str> = vec!["builtins", "sys", "_imp"];
    names.extend(t.rt.native_module_defs().iter().map(|m| m.name));
    names.sort_unstable();
    let mut values = t.vec();
    for name in names {
        let v = t.intern(name);
        values.push(v);
    }
    tuple::new(t, &values)
}

/// The value of `sys.stdlib_module_names`, once the library's directories are known.
pub fn stdlib_module_names(t: &mut Thread) -> PyResult {
    let mut values = t.vec();
    for name in crate::import::library_module_names(t) {
        let v = t.intern(&name);
        values.push(v);
    }
    crate::builtins::frozenset_from(t, &values)
}

/// Whether a flag of `sys.flags` is set.
pub fn flag(t: &mut Thread, name: &str) -> PyResult<bool> {
    let Some(flags) = get(t, "flags") else { return Ok(false) };
    let flag = attr::getattr_text(t, flags, name)?;
    truth::is_true(t, flag)
}

/// An attribute of the module `sys`, or `None`.
pub fn get(t: &mut Thread, name: &str) -> Option<Value> {
    let modules = Ref::<dict::Dict>::from_value(t.rt.modules.get())?;
    let module = dict::get_text(t, modules, "sys")?.cast::<Module>()?;
    dict::get_text(t, module.dict(), name)
}

/// Sets an attribute of the module `sys`.
pub fn set(t: &mut Thread, name: &str, value: Value) {
    if let Some(modules) = Ref::<dict::Dict>::from_value(t.rt.modules.get())
        && let Some(module) = dict::get_text(t, modules, "sys").and_then(|m| m.cast::<Module>())
    {
        dict::set_text(t, module.dict(), name, value);
    }
}

fn nothing(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::NONE)
}

fn nothing_with_argument(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::NONE)
}

fn minus_one(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::small(-1))
}

fn zero(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::ZERO)
}

fn getrecursionlimit(t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::small(t.recursion_limit))
}

fn setrecursionlimit(t: &mut Thread, args: &[Value]) -> PyResult {
    let limit = number::index_as_i64(t, args[0])?;
    if limit < 1 {
        return Err(t.value_error("recursion limit must be greater or equal than 1"));
    }
    let used = t.recursion_limit - t.depth_left;
    if used >= limit {
        let message = format!(
            "cannot set the recursion limit to {limit} at the recursion depth {used}: the limit is too low"
        );
        return Err(t.raise(Exc::RecursionError, message));
    }
    t.recursion_limit = limit;
    t.depth_left = limit - used;
    Ok(Value::NONE)
}

fn getrefcount(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::small(2))
}

fn getsizeof(t: &mut Thread, args: &[Value]) -> PyResult {
    match crate::protocol::call::call_special(t, args[0], crate::special::Special::SizeOf, &[])? {
        Some(v) => Ok(v),
        None => Ok(Value::small(16)),
    }
}

fn intern(t: &mut Thread, args: &[Value]) -> PyResult {
    if crate::builtins::str::is_exact(args[0]) {
        return Ok(t.intern_value(args[0]));
    }
    let name = type_of(args[0]).name();
    Err(t.type_error(match args[0].as_str() {
        Some(_) => format!("can't intern {name}"),
        None => format!("intern() argument must be str, not {name}"),
    }))
}

fn exit(t: &mut Thread, args: &[Value]) -> PyResult {
    let status = args[0].or(Value::NONE);
    Err(match status.cast::<tuple::Tuple>() {
        Some(tuple) => {
            let class = t.rt.exception(Exc::SystemExit);
            let exit = crate::protocol::call::call(t, class, tuple.values())?;
            t.raise_value(exit)
        }
        None if status.is_none() => t.raise_args(Exc::SystemExit, &[]),
        None => t.raise_args(Exc::SystemExit, &[status]),
    })
}

fn exc_info(t: &mut Thread, _args: &[Value]) -> PyResult {
    let handled = t.handled;
    if handled.is_none() {
        return Ok(tuple::new_small(t, &[Value::NONE; 3]));
    }
    let traceback = exceptions::traceback_of(t, handled);
    Ok(tuple::new_small(t, &[type_of(handled).value(), handled, traceback]))
}

fn exception(t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(t.handled)
}

fn getframe(t: &mut Thread, args: &[Value]) -> PyResult {
    let depth = match args[0].given() {
        Some(v) => number::index_as_i64(t, v)?,
        None => 0,
    };
    match frame::at_depth(t, depth.max(0) as usize)? {
        Some(f) => Ok(f),
        None => Err(t.value_error("call stack is not deep enough")),
    }
}

fn getframemodulename(t: &mut Thread, args: &[Value]) -> PyResult {
    let depth = match args[0].given() {
        Some(v) => number::index_as_i64(t, v)?,
        None => 0,
    };
    Ok(frames::nth_function(t, depth.max(0) as usize).map_or(Value::NONE, |f| f.module.get().or(Value::NONE)))
}

fn getdefaultencoding(t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(t.intern("utf-8"))
}

fn getfilesystemencodeerrors(t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(t.intern("surrogateescape"))
}

fn displayhook(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[0].is_none() {
        return Ok(Value::NONE);
    }
    let builtins = Ref::<dict::Dict>::known(t.builtins);
    dict::set_text(t, builtins, "_", Value::NONE);
    let shown = text::repr(t, args[0])?;
    crate::builtins::functions::write_line(t, shown)?;
    dict::set_text(t, builtins, "_", args[0]);
    Ok(Value::NONE)
}

fn excepthook(t: &mut Thread, args: &[Value]) -> PyResult {
    exceptions::print::print_exception(t, args[1]);
    Ok(Value::NONE)
}

fn unraisablehook(t: &mut Thread, args: &[Value]) -> PyResult {
    exceptions::print::print_unraisable(t, args[0])?;
    Ok(Value::NONE)
}

fn is_finalizing(t: &mut Thread, _args: &[Value]) -> PyResult {
    // Relaxed: a plain flag.
    Ok(Value::bool(t.rt.finalizing.load(Relaxed)))
}

fn always_false(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::FALSE)
}

/// Bits of the interval that was set last. Relaxed: it has no effect.
static SWITCH_INTERVAL: AtomicU64 = AtomicU64::new(0.005f64.to_bits());

fn getswitchinterval(t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(crate::builtins::float::new(t, f64::from_bits(SWITCH_INTERVAL.load(Relaxed))))
}

fn setswitchinterval(t: &mut Thread, args: &[Value]) -> PyResult {
    let interval = crate::builtins::float::to_f64(t, args[0])?;
    if interval <= 0.0 {
        return Err(t.value_error("switch interval must be strictly positive"));
    }
    SWITCH_INTERVAL.store(interval.to_bits(), Relaxed);
    Ok(Value::NONE)
}

fn call_tracing(t: &mut Thread, args: &[Value]) -> PyResult {
    match args[1].as_tuple() {
        Some(arguments) => crate::protocol::call::call_ex(t, args[0], arguments.value(), Value::UNSET),
        None => {
            let got = type_of(args[1]).name();
            Err(t.type_error(format!("call_tracing() argument 2 must be tuple, not {got}")))
        }
    }
}

fn clear_type_descriptors(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(class) = args[0].cast::<Type>().filter(|c| c.has(HEAP)) else {
        return Err(t.type_error("argument is immutable"));
    };
    for name in ["__dict__", "__weakref__"] {
        let key = t.intern(name);
        dict::remove(t, class.dict(), key)?;
    }
    lookup::modified(t, class);
    Ok(Value::NONE)
}

fn get_int_max_str_digits(t: &mut Thread, _args: &[Value]) -> PyResult {
    // Relaxed: a plain setting.
    Ok(Value::small(t.rt.int_max_str_digits.load(Relaxed) as i64))
}

fn set_int_max_str_digits(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = number::index_as_i64(t, args[0])?;
    if n != 0 && n < 640 {
        return Err(t.value_error("maxdigits must be >= 640 or 0 for unlimited"));
    }
    // Relaxed: a plain setting.
    t.rt.int_max_str_digits.store(n as usize, Relaxed);
    pystm_parser::set_max_digits(n as usize);
    Ok(Value::NONE)
}

fn settrace(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[0].is_none() {
        return Ok(Value::NONE);
    }
    Err(t.raise(Exc::NotImplementedError, "pystm does not support tracing yet"))
}

fn get_origin_depth(t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::small(t.locals.coroutine_origin_depth.into()))
}

fn set_origin_depth(t: &mut Thread, args: &[Value]) -> PyResult {
    let depth = number::index_as_i64(t, args[0])?;
    if depth < 0 {
        return Err(t.value_error("depth must be >= 0"));
    }
    let Ok(depth) = u32::try_from(depth) else {
        return Err(t.overflow_error("Python int too large to convert to C int"));
    };
    t.locals.coroutine_origin_depth = depth;
    Ok(Value::NONE)
}

fn get_asyncgen_hooks(t: &mut Thread, _args: &[Value]) -> PyResult {
    let hooks = [t.locals.asyncgen_firstiter, t.locals.asyncgen_finalizer];
    Ok(structseq::make(t, &info::ASYNCGEN_HOOKS, &hooks))
}

fn set_asyncgen_hooks(t: &mut Thread, args: &[Value]) -> PyResult {
    let positional = Ref::<tuple::Tuple>::known(args[0]);
    let keywords = keyword_dict(t, args[1]);
    for (i, name) in ["firstiter", "finalizer"].iter().enumerate() {
        let given = match positional.items().get(i) {
            Some(s) => Some(s.get()),
            None => dict::get_text(t, keywords, name),
        };
        let Some(hook) = given else { continue };
        if !hook.is_none() && !crate::builtins::functions::is_callable(t, hook) {
            let got = type_of(hook).name();
            return Err(t.type_error(format!("callable {name} expected, got {got}")));
        }
        if i == 0 {
            t.locals.asyncgen_firstiter = hook;
        } else {
            t.locals.asyncgen_finalizer = hook;
        }
    }
    Ok(Value::NONE)
}

fn current_frames(t: &mut Thread, _args: &[Value]) -> PyResult {
    let d = dict::new(t);
    let f = frame::at_depth(t, 0)?.unwrap_or(Value::NONE);
    let ident = int::from_i64(t, t.ident);
    dict::set(t, d, ident, f)?;
    frame::others::for_each(t, |t, other| {
        let ident = int::from_i64(t, other.ident);
        dict::set(t, d, ident, other.frame)
    })?;
    Ok(d.value())
}

fn current_exceptions(t: &mut Thread, _args: &[Value]) -> PyResult {
    let d = dict::new(t);
    let handled = t.handled;
    let ident = int::from_i64(t, t.ident);
    dict::set(t, d, ident, handled)?;
    frame::others::for_each(t, |t, other| {
        let ident = int::from_i64(t, other.ident);
        dict::set(t, d, ident, other.handled)
    })?;
    Ok(d.value())
}
