//! `FrameLocalsProxy` (PEP 667): the variables of a frame as a mapping that writes through.

use super::{Frame, Registers, registers, variables};
use crate::{
    builtins::{
        code::Loaded,
        container,
        dict::{self, Dict},
        dict_methods::update,
        int, list, str, tuple,
    },
    error::{Exc, PyResult},
    native::{MAPPING, TypeDef, method, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{compare, hash, iter, text},
    runtime::type_of,
    thread::{RootVec, Thread},
    value::Value,
};

/// The type.
pub static DEF: TypeDef = record::def(
    "FrameLocalsProxy",
    "",
    MAPPING,
    &[
        static_method("__new__", "($cls, /, *args, **kwargs)", construct, "A proxy of a frame's variables."),
        method("__getitem__", "($self, key, /)", getitem, "self[key]"),
        method("__setitem__", "($self, key, value, /)", setitem, "self[key] = value"),
        method("__delitem__", "($self, key, /)", delitem, "del self[key]: raises for variables of the code."),
        method("__contains__", "($self, key, /)", contains, "key in self"),
        method("__len__", "($self, /)", len, "len(self)"),
        method("__iter__", "($self, /)", iterate, "iter(self)"),
        method("__reversed__", "($self, /)", reversed, "The keys in reverse order, a list."),
        method("__repr__", "($self, /)", repr, "repr(self)"),
        method("__eq__", "($self, value, /)", eq, "self == value"),
        method("__or__", "($self, value, /)", or, "self | value"),
        method("__ror__", "($self, value, /)", ror, "value | self"),
        method("__ior__", "($self, value, /)", in_place_or, "self |= value"),
        method("get", "($self, key, default=None, /)", get, "The value of the key, or the default."),
        method("keys", "($self, /)", keys, "The names, a list."),
        method("values", "($self, /)", values, "The values, a list."),
        method("items", "($self, /)", items, "The items, a list."),
        method("copy", "($self, /)", copy, "The items in a new dict."),
        method("update", "($self, other, /)", update_method, "Assign the items of a dict or proxy."),
        method(
            "setdefault",
            "($self, key, default=None, /)",
            setdefault,
            "The value, set if there was none.",
        ),
        method("pop", "($self, key, default=None, /)", pop, "Raises for variables of the code."),
    ],
);

/// A proxy of a frame's variables.
pub fn new(t: &mut Thread, frame: Ref<Frame>) -> Value {
    record::new(t, &DEF, None, &[frame.value()])
}

fn construct(t: &mut Thread, args: &[Value]) -> PyResult {
    let given = Ref::<tuple::Tuple>::known(args[1]);
    let &[frame] = given.values() else {
        let n = given.len();
        return Err(t.type_error(format!("FrameLocalsProxy expected 1 argument, got {n}")));
    };
    if args[2].cast::<Dict>().is_some_and(|d| !d.is_empty()) {
        return Err(t.type_error("FrameLocalsProxy takes no keyword arguments"));
    }
    match frame.cast::<Frame>() {
        Some(frame) => Ok(new(t, frame)),
        None => {
            let got = type_of(frame).name();
            Err(t.type_error(format!("expect frame, not {got}")))
        }
    }
}

fn frame_of(proxy: Value) -> Ref<Frame> {
    Ref::known(Ref::<Record>::known(proxy).get(0))
}

fn as_proxy(t: &mut Thread, value: Value) -> Option<Ref<Frame>> {
    let class = t.rt.native_class(t, &DEF);
    (type_of(value) == class).then(|| frame_of(value))
}

/// The code's registers: to be asked for anew after anything that runs Python code.
fn state(t: &Thread, frame: Ref<Frame>) -> (&'static Loaded, Registers) {
    (frame.loaded(), registers(t, frame))
}

/// What Python code has added to the frame's variables.
fn added(frame: Ref<Frame>) -> Option<Ref<Dict>> {
    frame.added.get().cast()
}

/// The name of a variable that equals a key which is no plain str, or the key.
fn name_for(t: &mut Thread, frame: Ref<Frame>, key: Value) -> PyResult {
    if str::is_exact(key) {
        return Ok(key);
    }
    let wanted = hash::hash(t, key)?;
    for &(name, _) in &frame.loaded().locals {
        if hash::hash(t, name)? == wanted && compare::equal(t, name, key)? {
            return Ok(name);
        }
    }
    Ok(key)
}

fn find(t: &mut Thread, frame: Ref<Frame>, key: Value) -> PyResult<Option<Value>> {
    let key = name_for(t, frame, key)?;
    let (loaded, registers) = state(t, frame);
    if let Some(index) = registers.find(loaded, key) {
        return Ok(Some(registers.variable(loaded, index)));
    }
    match added(frame) {
        Some(dict) => dict::get(t, dict, key),
        None => Ok(None),
    }
}

fn assign(t: &mut Thread, frame: Ref<Frame>, key: Value, value: Value) -> PyResult<()> {
    let key = name_for(t, frame, key)?;
    let (loaded, registers) = state(t, frame);
    let index = registers.find(loaded, key).or_else(|| variables::register_of(loaded, key));
    if let Some(index) = index {
        registers.assign(t, loaded, index, value);
        return Ok(());
    }
    let dict = match added(frame) {
        Some(dict) => dict,
        None => {
            let dict = dict::new(t);
            let w = t.write(frame);
            frame.added.set(&w, dict.value());
            dict
        }
    };
    dict::set(t, dict, key, value)
}

/// Assigns the items of a dict or proxy; false if the value is neither.
fn merge(t: &mut Thread, frame: Ref<Frame>, source: Value) -> PyResult<bool> {
    let source = match as_proxy(t, source) {
        Some(other) => snapshot(t, other)?.value(),
        None => source,
    };
    if source.cast::<Dict>().is_none() {
        return Ok(false);
    }
    let items = dict::new(t);
    update::update(t, items, source)?;
    let mut position = 0;
    while let Some((at, key, value)) = items.entry_from(position) {
        assign(t, frame, key, value)?;
        position = at + 1;
    }
    Ok(true)
}

fn snapshot(t: &mut Thread, frame: Ref<Frame>) -> PyResult<Ref<Dict>> {
    let registers = registers(t, frame);
    variables::snapshot(t, frame.function(), registers, frame.added.get())
}

fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    match find(t, frame_of(args[0]), args[1])? {
        Some(value) => Ok(value),
        None => {
            let shown = text::repr_string(t, args[1])?;
            Err(t.raise(Exc::KeyError, format!("local variable '{shown}' is not defined")))
        }
    }
}

fn setitem(t: &mut Thread, args: &[Value]) -> PyResult {
    assign(t, frame_of(args[0]), args[1], args[2])?;
    Ok(Value::NONE)
}

fn remove(t: &mut Thread, frame: Ref<Frame>, key: Value) -> PyResult<Option<Value>> {
    let key = name_for(t, frame, key)?;
    let (loaded, registers) = state(t, frame);
    if registers.find(loaded, key).or_else(|| variables::register_of(loaded, key)).is_some() {
        return Err(t.value_error("cannot remove local variables from FrameLocalsProxy"));
    }
    match added(frame) {
        Some(dict) => dict::remove(t, dict, key),
        None => Ok(None),
    }
}

fn delitem(t: &mut Thread, args: &[Value]) -> PyResult {
    match remove(t, frame_of(args[0]), args[1])? {
        Some(_) => Ok(Value::NONE),
        None => Err(t.key_error(args[1])),
    }
}

fn pop(t: &mut Thread, args: &[Value]) -> PyResult {
    match (remove(t, frame_of(args[0]), args[1])?, args[2].given()) {
        (Some(value), _) | (None, Some(value)) => Ok(value),
        (None, None) => Err(t.key_error(args[1])),
    }
}

fn contains(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(find(t, frame_of(args[0]), args[1])?.is_some()))
}

fn get(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(find(t, frame_of(args[0]), args[1])?.unwrap_or(args[2].or(Value::NONE)))
}

fn setdefault(t: &mut Thread, args: &[Value]) -> PyResult {
    let frame = frame_of(args[0]);
    if let Some(value) = find(t, frame, args[1])? {
        return Ok(value);
    }
    let value = args[2].or(Value::NONE);
    assign(t, frame, args[1], value)?;
    Ok(value)
}

fn len(t: &mut Thread, args: &[Value]) -> PyResult {
    let (loaded, registers) = state(t, frame_of(args[0]));
    let more = added(frame_of(args[0])).map_or(0, |d| d.len());
    Ok(int::from_i64(t, (registers.variables(loaded).len() + more) as i64))
}

/// What a listing consists of.
#[derive(Clone, Copy)]
enum Part {
    Keys,
    Values,
    Items,
}

fn listing(t: &mut Thread, proxy: Value, part: Part) -> PyResult<RootVec> {
    let snapshot = snapshot(t, frame_of(proxy))?;
    let mut all = t.vec();
    let mut position = 0;
    while let Some((at, key, value)) = snapshot.entry_from(position) {
        let item = match part {
            Part::Keys => key,
            Part::Values => value,
            Part::Items => tuple::new_small(t, &[key, value]),
        };
        all.push(item);
        position = at + 1;
    }
    Ok(all)
}

fn keys(t: &mut Thread, args: &[Value]) -> PyResult {
    let all = listing(t, args[0], Part::Keys)?;
    Ok(list::new(t, &all))
}

fn values(t: &mut Thread, args: &[Value]) -> PyResult {
    let all = listing(t, args[0], Part::Values)?;
    Ok(list::new(t, &all))
}

fn items(t: &mut Thread, args: &[Value]) -> PyResult {
    let all = listing(t, args[0], Part::Items)?;
    Ok(list::new(t, &all))
}

fn iterate(t: &mut Thread, args: &[Value]) -> PyResult {
    let names = keys(t, args)?;
    iter::iter(t, names)
}

fn reversed(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut all = listing(t, args[0], Part::Keys)?;
    all.reverse();
    Ok(list::new(t, &all))
}

fn copy(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(snapshot(t, frame_of(args[0]))?.value())
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    if !container::enter_repr(t, args[0])? {
        return Ok(t.new_str("{...}"));
    }
    let result = snapshot(t, frame_of(args[0])).and_then(|d| text::repr(t, d.value()));
    container::leave_repr(t);
    result
}

fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    let frame = frame_of(args[0]);
    if let Some(other) = as_proxy(t, args[1]) {
        return Ok(Value::bool(frame == other));
    }
    if args[1].cast::<Dict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let own = snapshot(t, frame)?;
    compare::equal(t, own.value(), args[1]).map(Value::bool)
}

/// `left | right` as a dict, if both are dicts or proxies.
fn union(t: &mut Thread, left: Value, right: Value) -> PyResult {
    let result = dict::new(t);
    for side in [left, right] {
        let items = match as_proxy(t, side) {
            Some(frame) => snapshot(t, frame)?.value(),
            None if side.cast::<Dict>().is_some() => side,
            None => return Ok(Value::NOT_IMPLEMENTED),
        };
        update::update(t, result, items)?;
    }
    Ok(result.value())
}

fn or(t: &mut Thread, args: &[Value]) -> PyResult {
    union(t, args[0], args[1])
}

fn ror(t: &mut Thread, args: &[Value]) -> PyResult {
    union(t, args[1], args[0])
}

fn in_place_or(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(if merge(t, frame_of(args[0]), args[1])? { args[0] } else { Value::NOT_IMPLEMENTED })
}

fn update_method(t: &mut Thread, args: &[Value]) -> PyResult {
    match merge(t, frame_of(args[0]), args[1])? {
        true => Ok(Value::NONE),
        false => Err(t.type_error("update() argument must be dict or another FrameLocalsProxy")),
    }
}
