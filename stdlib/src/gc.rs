//! `gc`: control of the collector. It has no reference counts, so disabling it here stops nothing.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};

use pystm_gc::collect;
use pystm_vm::{
    builtins::{
        dict,
        list::{self, List},
        module::Module,
        tuple, weak,
    },
    error::{Exc, PyResult, Raised},
    interp::{frame, liveness::clear_dead_registers},
    kind::Kind,
    native::{Method, ModuleDef, method},
    object::Ref,
    protocol::{call, number},
    shape,
    thread::Thread,
    value::Value,
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "gc",
    doc: "This module provides access to the garbage collector.",
    methods: METHODS,
    types: &[],
    init: Some(init),
};

static METHODS: &[Method] = &[
    method("enable", "()", enable, "Enable automatic collection of cycles."),
    method(
        "disable",
        "()",
        disable,
        "Note that automatic collection is not wanted; the heap is collected all the same.",
    ),
    method("isenabled", "()", isenabled, "Whether automatic collection is enabled."),
    method("collect", "(generation=2)", collect_, "Run the collector."),
    method("get_count", "()", get_count, "Return the counts of the generations."),
    method("get_threshold", "()", get_threshold, "Return the thresholds."),
    method(
        "set_threshold",
        "(threshold0, threshold1=<unset>, threshold2=<unset>, /)",
        set_threshold,
        "Set the thresholds.",
    ),
    method("get_debug", "()", get_debug, "Return the debugging flags."),
    method("set_debug", "(flags, /)", set_debug, "Set the debugging flags."),
    method("get_stats", "()", get_stats, "Return statistics of each generation."),
    method("get_objects", "(generation=None)", get_objects, "Not available."),
    method("get_referrers", "(*objs)", get_referrers, "Not available."),
    method("get_referents", "(*objs)", get_referents, "Not available."),
    method("is_tracked", "(obj, /)", is_tracked, "Whether the object can refer to others."),
    method("is_finalized", "(obj, /)", is_finalized, "Whether the object's finaliser has run."),
    method("freeze", "()", freeze, "Does nothing: objects never move."),
    method("unfreeze", "()", freeze, "Does nothing."),
    method("get_freeze_count", "()", get_freeze_count, "0: nothing is frozen."),
];

static ENABLED: AtomicBool = AtomicBool::new(true);
static DEBUG: AtomicI64 = AtomicI64::new(0);
static THRESHOLDS: [AtomicI64; 3] = [AtomicI64::new(2000), AtomicI64::new(10), AtomicI64::new(10)];
static COLLECTIONS: [AtomicI64; 3] = [const { AtomicI64::new(0) }; 3];
/// Word of the list `gc.callbacks`, which the runtime keeps alive.
static CALLBACKS: AtomicU64 = AtomicU64::new(0);

// Relaxed everywhere in this module: settings and counters that order nothing.

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    let callbacks = list::new(t, &[]);
    t.rt.keep(callbacks);
    CALLBACKS.store(callbacks.bits(), Relaxed);
    let garbage = list::new(t, &[]);
    dict::set_text(t, module.dict(), "callbacks", callbacks);
    dict::set_text(t, module.dict(), "garbage", garbage);
    for (name, n) in [
        ("DEBUG_STATS", 1),
        ("DEBUG_COLLECTABLE", 2),
        ("DEBUG_UNCOLLECTABLE", 4),
        ("DEBUG_SAVEALL", 32),
        ("DEBUG_LEAK", 38),
    ] {
        dict::set_text(t, module.dict(), name, Value::small(n));
    }
    Ok(())
}

fn enable(_t: &mut Thread, _args: &[Value]) -> PyResult {
    ENABLED.store(true, Relaxed);
    Ok(Value::NONE)
}

fn disable(_t: &mut Thread, _args: &[Value]) -> PyResult {
    ENABLED.store(false, Relaxed);
    Ok(Value::NONE)
}

fn isenabled(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::bool(ENABLED.load(Relaxed)))
}

fn collect_(t: &mut Thread, args: &[Value]) -> PyResult {
    let generation = match args[0].given() {
        Some(v) => number::index_as_i64(t, v)?,
        None => 2,
    };
    if !(0..=2).contains(&generation) {
        return Err(t.value_error("invalid generation"));
    }
    run_callbacks(t, "start", generation)?;
    let collect = |t: &mut Thread| {
        let major = generation > 0;
        match frame::stack_of_direct_call(t, collect_) {
            Some(from) => collect::exact(&mut t.mutator, major, from),
            None if major => collect::major(&mut t.mutator),
            None => collect::minor(&mut t.mutator),
        }
    };
    if generation == 0 {
        collect(t);
        weak::run_deaths(t);
    } else {
        clear_dead_registers(t);
        // What finalisers let go of is collected too.
        for _ in 0..2 {
            collect(t);
            let dead = !t.mutator.registry.finalize_queue.is_empty();
            weak::run_deaths(t);
            if !dead {
                break;
            }
        }
    }
    COLLECTIONS[generation as usize].fetch_add(1, Relaxed);
    run_callbacks(t, "stop", generation)?;
    Ok(Value::ZERO)
}

fn run_callbacks(t: &mut Thread, phase: &str, generation: i64) -> PyResult<()> {
    let callbacks = Ref::<List>::known(Value::from_bits(CALLBACKS.load(Relaxed)));
    if callbacks.is_empty() {
        return Ok(());
    }
    let phase = t.new_str(phase);
    let info = dict::new(t);
    dict::set_text(t, info, "generation", Value::small(generation));
    dict::set_text(t, info, "collected", Value::ZERO);
    dict::set_text(t, info, "uncollectable", Value::ZERO);
    let all = list::snapshot(t, callbacks);
    for &callback in all.iter() {
        if let Err(raised) = call::call(t, callback, &[phase, info.value()]) {
            pystm_vm::builtins::exceptions::write_unraisable(t, raised, "", callback);
        }
    }
    Ok(())
}

fn get_count(t: &mut Thread, _args: &[Value]) -> PyResult {
    let young = t.mutator.allocated_since_collection() / 64;
    tuple::new(t, &[Value::small(young as i64), Value::ZERO, Value::ZERO])
}

fn get_threshold(t: &mut Thread, _args: &[Value]) -> PyResult {
    let values = [0, 1, 2].map(|i: usize| Value::small(THRESHOLDS[i].load(Relaxed)));
    tuple::new(t, &values)
}

fn set_threshold(t: &mut Thread, args: &[Value]) -> PyResult {
    for (threshold, &value) in THRESHOLDS.iter().zip(args) {
        if let Some(v) = value.given() {
            threshold.store(number::index_as_i64(t, v)?, Relaxed);
        }
    }
    Ok(Value::NONE)
}

fn get_debug(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::small(DEBUG.load(Relaxed)))
}

fn set_debug(t: &mut Thread, args: &[Value]) -> PyResult {
    DEBUG.store(number::index_as_i64(t, args[0])?, Relaxed);
    Ok(Value::NONE)
}

fn get_stats(t: &mut Thread, _args: &[Value]) -> PyResult {
    let mut rows = t.vec();
    for count in &COLLECTIONS {
        let row = dict::new(t);
        rows.push(row.value());
        dict::set_text(t, row, "collections", Value::small(count.load(Relaxed)));
        dict::set_text(t, row, "collected", Value::ZERO);
        dict::set_text(t, row, "uncollectable", Value::ZERO);
    }
    Ok(list::new(t, &rows))
}

fn missing(t: &mut Thread, what: &str) -> Raised {
    t.raise(Exc::NotImplementedError, format!("pystm has no gc.{what}()"))
}

fn get_objects(t: &mut Thread, _args: &[Value]) -> PyResult {
    Err(missing(t, "get_objects"))
}

fn get_referrers(t: &mut Thread, _args: &[Value]) -> PyResult {
    Err(missing(t, "get_referrers"))
}

fn get_referents(t: &mut Thread, _args: &[Value]) -> PyResult {
    Err(missing(t, "get_referents"))
}

fn is_tracked(_t: &mut Thread, args: &[Value]) -> PyResult {
    let tracked = args[0].object().is_some_and(|o| {
        !matches!(
            shape::shape_of_object(o).kind,
            Kind::Int | Kind::Float | Kind::Complex | Kind::Str | Kind::Bytes | Kind::ByteArray | Kind::Range
        )
    });
    Ok(Value::bool(tracked))
}

fn is_finalized(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::FALSE)
}

fn freeze(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::NONE)
}

fn get_freeze_count(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::ZERO)
}
