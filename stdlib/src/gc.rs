//! `gc`: control of the collector. It has no reference counts, so disabling it here stops nothing, and its callbacks are
//! told only of the collections that a program asks for.

mod view;

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};

use pystm_gc::collect;
use pystm_vm::{
    builtins::{
        dict,
        list::{self, List},
        module::Module,
        tuple, weak,
    },
    error::PyResult,
    interp::{frame, liveness::clear_dead_registers},
    native::{Method, ModuleDef, method},
    object::Ref,
    protocol::{call, number},
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
    method(
        "get_objects",
        "(generation=None)",
        view::get_objects,
        "Return a list of the objects that live after a collection, those of one generation if one is given.",
    ),
    method(
        "get_referrers",
        "(*objs)",
        view::get_referrers,
        "Return the list of objects that directly refer to any of 'objs'.",
    ),
    method(
        "get_referents",
        "(*objs)",
        view::get_referents,
        "Return the list of objects that are directly referred to by 'objs'.",
    ),
    method("is_tracked", "(obj, /)", view::is_tracked, "Whether the object can be part of a cycle."),
    method("is_finalized", "(obj, /)", view::is_finalized, "Whether the object's finaliser has run."),
    method("freeze", "()", freeze, "Does nothing: objects never move."),
    method("unfreeze", "()", freeze, "Does nothing."),
    method("get_freeze_count", "()", get_freeze_count, "0: nothing is frozen."),
];

static ENABLED: AtomicBool = AtomicBool::new(true);
static DEBUG: AtomicI64 = AtomicI64::new(0);
static THRESHOLDS: [AtomicI64; 3] = [AtomicI64::new(2000), AtomicI64::new(10), AtomicI64::new(10)];
/// Collections that the program has asked for, by generation.
static COLLECTIONS: [AtomicI64; 3] = [const { AtomicI64::new(0) }; 3];
/// Word of the list `gc.callbacks`, which the runtime keeps alive.
static CALLBACKS: AtomicU64 = AtomicU64::new(0);

// Relaxed everywhere in this module: settings and counters that order nothing.

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    let callbacks = list::new(t, &[]);
    t.rt.keep(t, callbacks);
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
    // There is no middle generation: only what was asked for counts there.
    let [young, old] = t.mutator.stats.automatic;
    for (count, automatic) in COLLECTIONS.iter().zip([young, 0, old]) {
        let row = dict::new(t);
        rows.push(row.value());
        let collections = count.load(Relaxed) + automatic as i64;
        dict::set_text(t, row, "collections", Value::small(collections));
        dict::set_text(t, row, "collected", Value::ZERO);
        dict::set_text(t, row, "uncollectable", Value::ZERO);
    }
    Ok(list::new(t, &rows))
}

fn freeze(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::NONE)
}

fn get_freeze_count(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::ZERO)
}
