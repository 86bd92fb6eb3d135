//! `sys.monitoring` (PEP 669): tools, their callbacks and events. No event is delivered, so asking for one raises.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::{
    builtins::{
        code::Code,
        dict,
        list::{self, List},
        module::Module,
        namespace,
    },
    error::{Exc, PyResult},
    kind::Kind,
    native::{ModuleDef, method},
    object::Ref,
    protocol::number,
    runtime::class_of_kind,
    thread::Thread,
    value::Value,
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "sys.monitoring",
    doc: "",
    methods: &[
        method("use_tool_id", "($module, tool_id, name, /)", use_tool_id, "Take a tool id."),
        method(
            "clear_tool_id",
            "($module, tool_id, /)",
            clear_tool_id,
            "Forget a tool's callbacks and events.",
        ),
        method("free_tool_id", "($module, tool_id, /)", free_tool_id, "Give a tool id back."),
        method("get_tool", "($module, tool_id, /)", get_tool, "The name of a tool, None if the id is free."),
        method(
            "register_callback",
            "($module, tool_id, event, func, /)",
            register_callback,
            "Set the function for an event; return the one before.",
        ),
        method("get_events", "($module, tool_id, /)", get_events, "The events of a tool."),
        method(
            "set_events",
            "($module, tool_id, event_set, /)",
            set_events,
            "Set the events of a tool: none can be delivered.",
        ),
        method(
            "get_local_events",
            "($module, tool_id, code, /)",
            get_local_events,
            "The events of a tool in a code object.",
        ),
        method(
            "set_local_events",
            "($module, tool_id, code, event_set, /)",
            set_local_events,
            "Set the events of a tool in a code object: none can be delivered.",
        ),
        method("restart_events", "($module, /)", restart_events, "Switch on what DISABLE has switched off."),
        method("_all_events", "($module, /)", all_events, "The tools of every event that is on."),
    ],
    types: &[],
    init: Some(init),
};

/// Tool ids.
const TOOLS: i64 = 6;
/// Events, each the bit of its number. Those from `RAISE` on cannot be local, but for `BRANCH`.
const EVENTS: &[&str] = &[
    "PY_START",
    "PY_RESUME",
    "PY_RETURN",
    "PY_YIELD",
    "CALL",
    "LINE",
    "INSTRUCTION",
    "JUMP",
    "BRANCH_LEFT",
    "BRANCH_RIGHT",
    "STOP_ITERATION",
    "RAISE",
    "EXCEPTION_HANDLED",
    "PY_UNWIND",
    "PY_THROW",
    "RERAISE",
    "C_RETURN",
    "C_RAISE",
    "BRANCH",
];
const CALL: u32 = 1 << 4;
const C_RETURN: u32 = 1 << 16;
const C_RAISE: u32 = 1 << 17;
const BRANCH: u32 = 1 << 18;
const ALL: u32 = (BRANCH << 1) - 1;
const LOCAL: u32 = (1 << 11) - 1;

/// Word of the list of state, which the runtime keeps alive: for every tool its name (or None) and a callback (or None)
/// for every event.
static STATE: AtomicU64 = AtomicU64::new(0);

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    let d = module.dict();
    for (name, id) in [("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)] {
        dict::set_text(t, d, name, Value::small(id));
    }
    for name in ["DISABLE", "MISSING"] {
        let marker = class_of_kind(Kind::Object).new_instance(t);
        dict::set_text(t, d, name, marker);
    }
    let events = dict::new(t);
    for (i, name) in EVENTS.iter().enumerate() {
        dict::set_text(t, events, name, Value::small(1 << i));
    }
    dict::set_text(t, events, "NO_EVENTS", Value::ZERO);
    let events = namespace::from_dict(t, events);
    dict::set_text(t, d, "events", events);
    let state = list::new(t, &[Value::NONE; TOOLS as usize * (1 + EVENTS.len())]);
    t.rt.keep(t, state);
    // Relaxed (here and below): written once, before any other thread runs.
    STATE.store(state.bits(), Relaxed);
    Ok(())
}

fn state() -> Ref<List> {
    Ref::known(Value::from_bits(STATE.load(Relaxed)))
}

/// Replaces an entry of the state.
fn swap(t: &mut Thread, index: usize, value: Value) -> Value {
    let state = state();
    let old = state.get(index).unwrap_or(Value::NONE);
    let w = t.write(state);
    state.set_item(&w, index, value);
    old
}

fn c_int(t: &mut Thread, value: Value) -> PyResult<i32> {
    let n = number::index_as_i64(t, value)?;
    i32::try_from(n).map_err(|_| t.raise(Exc::OverflowError, "Python int too large to convert to C int"))
}

/// Where a tool's entries in the state begin.
fn tool(t: &mut Thread, value: Value) -> PyResult<usize> {
    let id = c_int(t, value)?;
    if !(0..TOOLS).contains(&(id as i64)) {
        return Err(t.value_error(format!("invalid tool {id} (must be between 0 and 5)")));
    }
    Ok(id as usize * (1 + EVENTS.len()))
}

fn tool_in_use(t: &mut Thread, value: Value) -> PyResult<()> {
    let at = tool(t, value)?;
    if state().get(at).is_none_or(|name| name.is_none()) {
        let id = c_int(t, value)?;
        return Err(t.value_error(format!("tool {id} is not in use")));
    }
    Ok(())
}

fn use_tool_id(t: &mut Thread, args: &[Value]) -> PyResult {
    let at = tool(t, args[0])?;
    if args[1].as_str().is_none() {
        return Err(t.value_error("tool name must be a str"));
    }
    if state().get(at).is_some_and(|name| !name.is_none()) {
        let id = c_int(t, args[0])?;
        return Err(t.value_error(format!("tool {id} is already in use")));
    }
    swap(t, at, args[1]);
    Ok(Value::NONE)
}

fn clear_tool_id(t: &mut Thread, args: &[Value]) -> PyResult {
    let at = tool(t, args[0])?;
    for i in 1..=EVENTS.len() {
        swap(t, at + i, Value::NONE);
    }
    Ok(Value::NONE)
}

fn free_tool_id(t: &mut Thread, args: &[Value]) -> PyResult {
    clear_tool_id(t, args)?;
    let at = tool(t, args[0])?;
    swap(t, at, Value::NONE);
    Ok(Value::NONE)
}

fn get_tool(t: &mut Thread, args: &[Value]) -> PyResult {
    let at = tool(t, args[0])?;
    Ok(state().get(at).unwrap_or(Value::NONE))
}

fn register_callback(t: &mut Thread, args: &[Value]) -> PyResult {
    let at = tool(t, args[0])?;
    let event = c_int(t, args[1])?;
    if event.count_ones() != 1 || event < 0 {
        return Err(t.value_error("The callback can only be set for one event at a time"));
    }
    if event as u32 & ALL == 0 {
        return Err(t.value_error(format!("invalid event {event}")));
    }
    Ok(swap(t, at + 1 + event.trailing_zeros() as usize, args[2]))
}

/// Checks an event set as CPython does, and then that it is empty.
fn check_events(t: &mut Thread, value: Value, what: &str, allowed: u32) -> PyResult<()> {
    let events = c_int(t, value)? as u32;
    if events > ALL {
        return Err(t.value_error(format!("invalid {what} 0x{events:x}")));
    }
    if events & (C_RETURN | C_RAISE) != 0 && events & (CALL | C_RETURN | C_RAISE) != CALL | C_RETURN | C_RAISE
    {
        return Err(t.value_error("cannot set C_RETURN or C_RAISE events independently"));
    }
    let separate = events & !(C_RETURN | C_RAISE);
    if separate & !(allowed | BRANCH) != 0 {
        return Err(t.value_error(format!("invalid {what} 0x{separate:x}")));
    }
    if events != 0 {
        return Err(t.raise(Exc::NotImplementedError, "pystm does not deliver monitoring events yet"));
    }
    Ok(())
}

fn get_events(t: &mut Thread, args: &[Value]) -> PyResult {
    tool(t, args[0])?;
    Ok(Value::ZERO)
}

fn set_events(t: &mut Thread, args: &[Value]) -> PyResult {
    tool(t, args[0])?;
    check_events(t, args[1], "event set", ALL)?;
    tool_in_use(t, args[0])?;
    Ok(Value::NONE)
}

fn check_code(t: &mut Thread, value: Value) -> PyResult<()> {
    match value.cast::<Code>() {
        Some(_) => Ok(()),
        None => Err(t.type_error("code must be a code object")),
    }
}

fn get_local_events(t: &mut Thread, args: &[Value]) -> PyResult {
    check_code(t, args[1])?;
    tool(t, args[0])?;
    Ok(Value::ZERO)
}

fn set_local_events(t: &mut Thread, args: &[Value]) -> PyResult {
    check_code(t, args[1])?;
    tool(t, args[0])?;
    check_events(t, args[2], "local event set", LOCAL)?;
    tool_in_use(t, args[0])?;
    Ok(Value::NONE)
}

fn restart_events(_t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(Value::NONE)
}

fn all_events(t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(dict::new(t).value())
}
