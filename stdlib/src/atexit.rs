//! `atexit`: functions that run when the interpreter ends.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use pystm_vm::{
    builtins::{
        exceptions,
        list::{self, List},
        module::Module,
        tuple::{self, Tuple},
    },
    error::PyResult,
    native::{Method, ModuleDef, method},
    object::Ref,
    protocol::{call, compare},
    special::Special,
    thread::Thread,
    value::Value,
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "atexit",
    doc: "allow programmer to define multiple exit functions to be executed upon normal program termination.",
    methods: METHODS,
    types: &[],
    init: Some(init),
};

static METHODS: &[Method] = &[
    method("register", "(func, /, *args, **kwargs)", register, "Register a function to be executed at exit."),
    method("unregister", "(func, /)", unregister, "Forget all registrations of a function."),
    method("_clear", "()", clear, "Forget all registrations."),
    method("_run_exitfuncs", "()", run_exitfuncs, "Run all registered functions, the last one first."),
    method("_ncallbacks", "()", ncallbacks, "Return the number of registrations."),
];

/// Word of the list of registrations, tuples `(function, args, kwargs)`; the runtime keeps it alive.
static CALLBACKS: AtomicU64 = AtomicU64::new(0);

fn init(t: &mut Thread, _module: Ref<Module>) -> PyResult<()> {
    // Relaxed (here and below): written once, before any other thread can import the module.
    if CALLBACKS.load(Relaxed) == 0 {
        let callbacks = list::new(t, &[]);
        t.rt.keep(t, callbacks);
        CALLBACKS.store(callbacks.bits(), Relaxed);
    }
    Ok(())
}

fn callbacks() -> Ref<List> {
    Ref::known(Value::from_bits(CALLBACKS.load(Relaxed)))
}

fn register(t: &mut Thread, args: &[Value]) -> PyResult {
    if t.special(args[0], Special::Call).is_none() {
        return Err(t.type_error("the first argument must be callable"));
    }
    let row = tuple::new(t, args)?;
    list::append(t, callbacks(), row);
    Ok(args[0])
}

fn unregister(t: &mut Thread, args: &[Value]) -> PyResult {
    let rows = list::snapshot(t, callbacks());
    let mut kept = t.vec();
    for &row in rows.iter() {
        if !compare::equal(t, Ref::<Tuple>::known(row).at(0), args[0])? {
            kept.push(row);
        }
    }
    clear(t, &[])?;
    for &row in kept.iter() {
        list::append(t, callbacks(), row);
    }
    Ok(Value::NONE)
}

fn clear(t: &mut Thread, _args: &[Value]) -> PyResult {
    let rows = callbacks();
    let w = t.write(rows);
    rows.truncate(&w, 0);
    Ok(Value::NONE)
}

fn run_exitfuncs(t: &mut Thread, _args: &[Value]) -> PyResult {
    // Functions may register further ones while they run.
    while let Some(row) = callbacks().len().checked_sub(1).and_then(|last| callbacks().get(last)) {
        let rows = callbacks();
        let last = rows.len() - 1;
        let w = t.write(rows);
        rows.truncate(&w, last);
        let row = Ref::<Tuple>::known(row);
        if let Err(raised) = call::call_ex(t, row.at(0), row.at(1), row.at(2)) {
            exceptions::write_unraisable(t, raised, "Exception ignored in atexit callback", row.at(0));
        }
    }
    Ok(Value::NONE)
}

fn ncallbacks(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::small(callbacks().len() as i64))
}
