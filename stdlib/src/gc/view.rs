//! What the collector knows about objects: which live, what they refer to, and what refers to them.

use pystm_gc::{
    Object,
    inspect::{self, View},
};
use pystm_vm::{
    builtins::{
        dict::Dict,
        list::{self, List},
        set,
        tuple::Tuple,
        typeobj::{HEAP, Type},
    },
    error::PyResult,
    kind::Kind,
    object::Ref,
    protocol::number,
    runtime::type_of,
    shape,
    special::Special,
    thread::{RootVec, Thread},
    value::Value,
};

fn kind(object: *mut Object) -> Kind {
    // SAFETY: the collector has just listed the object as live.
    shape::shape_of_object(unsafe { &*object }).kind
}

/// Whether Python code can see such an object.
fn visible(object: *mut Object) -> bool {
    kind(object).is_visible()
}

pub(super) fn is_tracked(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(tracked(args[0])))
}

/// Whether an object can be part of a cycle: instances of Python classes and everything built-in that holds others.
fn tracked(value: Value) -> bool {
    let Some(object) = value.object() else { return false };
    let class = type_of(value);
    if class.has(HEAP) {
        return true;
    }
    match shape::shape_of_object(object).kind {
        Kind::Type => Ref::<Type>::known(value).has(HEAP),
        Kind::Int | Kind::Float | Kind::Complex | Kind::Str | Kind::Bytes | Kind::ByteArray | Kind::Range => {
            false
        }
        Kind::Object => shape::shape_of_object(object).attrs != 0,
        Kind::Tuple => !Ref::<Tuple>::known(value).is_empty(),
        _ => true,
    }
}

pub(super) fn is_finalized(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(object) = args[0].object() else { return Ok(Value::FALSE) };
    let waits = t.mutator.registry.awaits_finalizer(object as *const Object as *mut Object);
    Ok(Value::bool(t.special(args[0], Special::Del).is_some() && !waits))
}

pub(super) fn get_objects(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut young = false;
    if let Some(v) = args[0].given_not_none() {
        if t.special(v, Special::Index).is_none() {
            let got = type_of(v).name();
            return Err(t.type_error(format!("argument should be integer or None, not '{got}'")));
        }
        // -1 stands for None.
        let generation = number::index_as_i64(t, v)?;
        if generation >= 3 {
            return Err(t.value_error(
                "generation parameter must be less than the number of available generations (3)",
            ));
        }
        if generation < -1 {
            return Err(t.value_error("generation parameter cannot be negative"));
        }
        young = generation == 0;
    }
    let mut found = t.vec();
    // Nothing is young after a collection.
    if !young {
        let live = inspect::objects(&mut t.mutator);
        found.extend(live.into_iter().filter(|&o| visible(o)).map(|o| Value::from_object(o)));
        found.retain(|&v| tracked(v));
    }
    list::try_new(t, &found)
}

pub(super) fn get_referents(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut found = t.vec();
    for &value in Ref::<Tuple>::known(args[0]).values() {
        if !held_values(t, value, &mut found)
            && let Some(object) = value.object()
        {
            let (mut view, _) = View::open(&mut t.mutator);
            let children = children(&mut view, object as *const Object as *mut Object);
            drop(view);
            found.extend(children.into_iter().map(|o| Value::from_object(o)));
        }
        if value.object().is_some() && type_of(value).has(HEAP) {
            found.push(type_of(value).value());
        }
    }
    list::try_new(t, &found)
}

/// Adds what a container holds, whether objects or plain words, in CPython's order; false for anything but a container.
fn held_values(t: &mut Thread, value: Value, found: &mut RootVec) -> bool {
    if let Some(tuple) = value.as_tuple() {
        found.extend(tuple.values().iter().rev());
    } else if let Some(items) = value.cast::<List>() {
        found.extend(list::snapshot(t, items).iter().rev());
    } else if let Some(dict) = value.cast::<Dict>() {
        let mut position = 0;
        while let Some((at, key, held)) = dict.entry_from(position) {
            found.extend([held, key]);
            position = at + 1;
        }
    } else if set::is_set(value) {
        found.extend_from_slice(&set::snapshot(t, value));
    } else {
        return false;
    }
    true
}

/// What an object refers to; parts of it that Python code cannot see are looked through.
fn children(view: &mut View<'_>, object: *mut Object) -> Vec<*mut Object> {
    // SAFETY: the object is live.
    let mut pending = unsafe { view.children(object) };
    let mut found = Vec::new();
    while let Some(child) = pending.pop() {
        if visible(child) {
            found.push(child);
        } else {
            // SAFETY: part of a live object.
            pending.extend(unsafe { view.children(child) });
        }
    }
    found
}

pub(super) fn get_referrers(t: &mut Thread, args: &[Value]) -> PyResult {
    let given = Ref::<Tuple>::known(args[0]);
    let wanted: Vec<*mut Object> =
        given.values().iter().filter_map(|v| v.object()).map(|o| o as *const Object as *mut Object).collect();
    let mut found = t.vec();
    let (mut view, live) = View::open(&mut t.mutator);
    for object in live.into_iter().filter(|&o| visible(o)) {
        let value = Value::from_object(object);
        let class = type_of(value).value();
        let refers = given.values().contains(&class) && Ref::<Type>::known(class).has(HEAP)
            || children(&mut view, object).iter().any(|c| wanted.contains(c));
        if refers && value != args[0] {
            found.push(value);
        }
    }
    drop(view);
    list::try_new(t, &found)
}
