//! Attributes of instances: slots by shape, dict mode.
//!
//! The overflow word of an instance holds nothing, the overflow object, or the instance's `__dict__` (in dict mode, or
//! attached to an instance that has no overflow object).

use pystm_gc::{
    Header, Layout, Object, Trace,
    layout::{self, Access, Size},
};
use pystm_stm::{Slot, gate};

use crate::{
    builtins::{
        dict::{self, Dict, attached},
        typeobj::{self, Type},
    },
    error::PyResult,
    kind::Kind,
    object::{Body, Ref},
    runtime::type_of,
    shape::{self, Shape, ShapeSpec, SlotPlace},
    thread::Thread,
    value::Value,
};

/// Body of an overflow object: the attached `__dict__` (or unset), then attribute values that have no word in the
/// instance.
#[repr(C)]
pub struct Overflow {
    header: Header,
    version: Slot<u64>,
    len: u64,
}

// SAFETY: `repr(C)`, header first; only these objects have the kind.
unsafe impl Body for Overflow {
    const KIND: Kind = Kind::Overflow;
}

/// Layout of overflow objects.
pub const LAYOUT: Layout = Layout {
    trace: Trace::Counted { first: 3, len: 2 },
    size: Size::Counted { base: 24, unit: 8, len: 2 },
    drop: None,
};

impl Overflow {
    /// The words: the attached dict, or unset, then attribute values.
    #[inline(always)]
    fn slots(&self) -> &[Slot<Value>] {
        // SAFETY: that many words follow the fixed part.
        unsafe {
            std::slice::from_raw_parts(
                (self as *const Overflow).add(1) as *const Slot<Value>,
                self.len as usize,
            )
        }
    }
}

impl Overflow {
    /// The `i`th attribute value.
    #[inline(always)]
    fn attribute(&self, i: usize) -> Option<Value> {
        self.slots().get(i + 1).map(|slot| slot.get())
    }
}

/// An overflow object with what stood in the overflow word so far.
fn new_overflow(t: &mut Thread, old: Value, len: usize) -> Ref<Overflow> {
    // SAFETY: the initialiser fills version, length and all slots.
    unsafe {
        t.alloc_bytes::<Overflow>(Kind::Overflow.shape(), 24 + len * 8, |p| {
            (&raw mut (*p).version).write(Slot::new(0));
            (&raw mut (*p).len).write(len as u64);
            let data = p.add(1) as *mut Value;
            for i in 0..len {
                let value = match old.cast::<Overflow>() {
                    Some(o) => o.slots().get(i).map_or(Value::UNSET, |s| s.get()),
                    None if i == 0 => old,
                    None => Value::UNSET,
                };
                data.add(i).write(value);
            }
        })
    }
}

/// Word of an object as a slot.
///
/// # Safety
/// The word must lie inside the object and hold a value.
#[inline(always)]
pub unsafe fn word_slot(object: &Object, word: usize) -> &Slot<Value> {
    // SAFETY: the caller vouches for the word; slots are single words.
    unsafe { &*((object as *const Object as *const Slot<Value>).add(word)) }
}

#[inline(always)]
fn overflow_slot<'a>(object: &'a Object, shape: &Shape) -> &'a Slot<Value> {
    // SAFETY: shapes with attributes have the overflow word.
    unsafe { word_slot(object, shape.attrs as usize) }
}

/// The value in attribute slot `n`, or unset.
pub fn get_slot(object: &Object, n: usize) -> Value {
    gate::pass(object);
    let shape = shape::shape_of_object(object);
    match shape.place(n) {
        // SAFETY: inline slots lie inside the object.
        SlotPlace::Inline(word) => unsafe { word_slot(object, word) }.get(),
        SlotPlace::Overflow(i) => match overflow_slot(object, shape).get().cast::<Overflow>() {
            Some(o) => o.attribute(i).unwrap_or(Value::UNSET),
            None => Value::UNSET,
        },
    }
}

/// The `i`th attribute value that has no word in the object itself, if there is one.
#[inline(always)]
pub fn overflow_value(object: &Object, i: usize) -> Option<Value> {
    let word = overflow_slot(object, shape::shape_of_object(object)).get();
    let overflow = word.object().filter(|o| o.header.shape() == Kind::Overflow.shape())?;
    // SAFETY: the shape names the body.
    unsafe { Ref::<Overflow>::from_ptr(overflow) }.attribute(i)
}

/// Stores into attribute slot `n`, which the object's shape must have (or be about to get).
pub fn set_slot(t: &mut Thread, object: &'static Object, n: usize, value: Value) {
    // The shape holds from here on.
    t.claim(&[object]);
    let shape = shape::shape_of_object(object);
    match shape.place(n) {
        SlotPlace::Inline(word) => {
            if is_public(object) {
                t.change_public(object);
            }
            let w = t.write_object(object);
            // SAFETY: inline slots lie inside the object.
            unsafe { word_slot(object, word) }.set(&w, value);
        }
        SlotPlace::Overflow(i) => {
            // Whoever writes a part writes the object.
            t.open_parts(object);
            let slot = overflow_slot(object, shape);
            let old = slot.get();
            let overflow = match old.cast::<Overflow>() {
                Some(o) if i + 1 < o.slots().len() => o,
                _ => {
                    let fresh = new_overflow(t, old, (i + 2).max(4).next_power_of_two());
                    let w = t.write_object(object);
                    slot.set(&w, fresh.value());
                    fresh
                }
            };
            store(t, overflow, i + 1, value);
        }
    }
}

/// Stores into the overflow object of an object that the thread has got for writing.
fn store(t: &mut Thread, overflow: Ref<Overflow>, i: usize, value: Value) {
    let w = t.write(overflow);
    overflow.slots()[i].set(&w, value);
}

/// The instance's own attribute, or `None`. `name` must be interned.
pub fn get_own(t: &mut Thread, object: &'static Object, name: Value) -> Option<Value> {
    gate::pass(object);
    let shape = shape::shape_of_object(object);
    if shape.attrs == 0 {
        return None;
    }
    if shape.dict_mode {
        let dict = overflow_slot(object, shape).get().cast::<Dict>()?;
        return dict::get_str(t, dict, name);
    }
    get_slot(object, shape.find(name)?).given()
}

/// Whether instances with this shape can get attributes of any name.
fn open(class: Ref<Type>, shape: &Shape) -> bool {
    shape.attrs != 0 && typeobj::instances_have_dict(class)
}

/// Sets the instance's own attribute; false if it cannot have any of that name. `name` must be interned.
pub fn set_own(t: &mut Thread, object: &'static Object, name: Value, value: Value) -> bool {
    // The shape holds from here on.
    t.claim(&[object]);
    let shape = shape::shape_of_object(object);
    let class = type_of(Value::from_object(object));
    if shape.dict_mode {
        let dict = dict(t, object);
        dict::set_str(t, dict, name, value);
        return true;
    }
    if let Some(n) = shape.find(name) {
        set_slot(t, object, n, value);
        return true;
    }
    if !open(class, shape) {
        return false;
    }
    match shape::transition(object.header.shape(), name, |id| class.register_shape(id)) {
        Some(next) => {
            // Overflow storage may have to grow before the shape promises the slot.
            let n = shape.names.len();
            if let SlotPlace::Overflow(_) = shape.place(n) {
                typeobj::widen(t, class, n + 1);
                // That may have taken a wait.
                t.claim(&[object]);
                if !std::ptr::eq(shape::shape_of_object(object), shape) {
                    return set_own(t, object, name, value);
                }
            }
            set_slot(t, object, n, value);
            let w = t.write_object(object);
            w.set_shape(object, next);
        }
        None => {
            let dict = make_dict(t, object);
            dict::set_str(t, dict, name, value);
        }
    }
    true
}

/// Deletes the instance's own attribute; false if there is none. `name` must be interned.
pub fn delete_own(t: &mut Thread, object: &'static Object, name: Value) -> bool {
    t.claim(&[object]);
    let shape = shape::shape_of_object(object);
    if shape.attrs == 0 {
        return false;
    }
    if !shape.dict_mode {
        match shape.find(name) {
            Some(n) if !get_slot(object, n).is_unset() => {
                if !typeobj::instances_have_dict(type_of(Value::from_object(object))) {
                    set_slot(t, object, n, Value::UNSET);
                    return true;
                }
            }
            _ => return false,
        }
    }
    let dict = make_dict(t, object);
    matches!(dict::remove(t, dict, name), Ok(Some(_)))
}

/// Names and values of the instance's own attributes, in order, without those that `__slots__` declares.
pub fn own_items(object: &'static Object) -> Vec<(Value, Value)> {
    gate::pass(object);
    let shape = shape::shape_of_object(object);
    let skip = slot_count(type_of(Value::from_object(object)));
    shape.names.iter().enumerate().skip(skip).map(|(n, &name)| (name, get_slot(object, n))).collect()
}

/// Number of attribute slots that `__slots__` of the class and its bases take.
pub fn slot_count(class: Ref<Type>) -> usize {
    shape::shape(class.instance_shape()).names.len()
}

/// The `__dict__` that the instance has so far.
fn known_dict(object: &Object) -> Option<Ref<Dict>> {
    gate::pass(object);
    let shape = shape::shape_of_object(object);
    if shape.attrs == 0 {
        return None;
    }
    let word = overflow_slot(object, shape).get();
    match word.cast::<Overflow>() {
        Some(o) => o.slots()[0].get().cast(),
        None => word.cast(),
    }
}

/// Gets the right to write an instance and the `__dict__` that it has so far.
fn claim(t: &mut Thread, object: &'static Object) -> Option<Ref<Dict>> {
    loop {
        let known = known_dict(object);
        match known {
            Some(dict) => t.claim(&[object, dict.object()]),
            None => t.claim(&[object]),
        }
        if known_dict(object) == known {
            return known;
        }
    }
}

/// The instance's `__dict__`. The attribute values stay in the instance, see [`attached`]; of one that everybody may read they stand
/// in the dict from the start.
pub fn dict(t: &mut Thread, object: &'static Object) -> Ref<Dict> {
    if let Some(known) = known_dict(object) {
        return known;
    }
    let shape = shape::shape_of_object(object);
    if shape.dict_mode {
        return dict::on_demand(t, object, overflow_slot(object, shape));
    }
    t.claim(&[object]);
    // Another thread may have been quicker.
    if let Some(known) = known_dict(object) {
        return known;
    }
    let dict = attached::new(t, object);
    // Whoever writes a part writes the object. Another thread may have been faster.
    t.open_parts(object);
    if let Some(known) = known_dict(object) {
        return known;
    }
    let slot = overflow_slot(object, shape::shape_of_object(object));
    match slot.get().cast::<Overflow>() {
        Some(o) => store(t, o, 0, dict.value()),
        None => {
            let w = t.write_object(object);
            slot.set(&w, dict.value());
        }
    }
    dict
}

/// The instance's `__dict__`, in which its attributes live from here on (dict mode).
///
/// Slots declared by `__slots__` stay where they are only in shapes without dict; a class with both keeps the slots under
/// their names in the dict as well as in the object, see [`Member`](crate::builtins::function::native::Member).
pub fn make_dict(t: &mut Thread, object: &'static Object) -> Ref<Dict> {
    let known = claim(t, object);
    if shape::shape_of_object(object).dict_mode {
        return dict(t, object);
    }
    let items = own_items(object);
    let dict = match known {
        Some(dict) => {
            attached::release(t, dict);
            dict
        }
        None => dict::new(t),
    };
    for (name, value) in items {
        if !value.is_unset() {
            dict::set_str(t, dict, name, value);
        }
    }
    enter_dict_mode(t, object, dict);
    dict
}

/// Whether everybody may read the object.
fn is_public(object: &Object) -> bool {
    // SAFETY: the object is live.
    unsafe { layout::access_of(object) == Access::Public }
}

/// Replaces the instance's `__dict__`.
pub fn set_dict(t: &mut Thread, object: &'static Object, dict: Ref<Dict>) {
    if is_public(object) {
        t.change_public(object);
    }
    let old = claim(t, object);
    // A dict stands for the attributes of one instance only, and one that was replaced stands for itself.
    attached::detach(t, dict);
    if let Some(old) = old {
        attached::detach(t, old);
    }
    enter_dict_mode(t, object, dict);
}

fn enter_dict_mode(t: &mut Thread, object: &'static Object, dict: Ref<Dict>) {
    t.claim(&[object]);
    let shape = shape::shape_of_object(object);
    let class = type_of(Value::from_object(object));
    let id = if shape.dict_mode { object.header.shape() } else { dict_shape(class, shape) };
    let w = t.write_object(object);
    // The words that are in use no more keep nothing alive; those of `__slots__` come first and stay.
    for n in slot_count(class)..shape.inline_slots as usize {
        // SAFETY: inline slots lie inside the object.
        unsafe { word_slot(object, shape.attrs as usize + 1 + n) }.set(&w, Value::UNSET);
    }
    w.set_shape(object, id);
    overflow_slot(object, shape).set(&w, dict.value());
}

/// The dict-mode shape of a class: one for all its instances.
fn dict_shape(class: Ref<Type>, from: &Shape) -> pystm_gc::ShapeId {
    if let Some(id) = class.find_shape(|s| s.dict_mode && s.inline_slots == from.inline_slots) {
        return id;
    }
    let root = shape::shape(class.instance_shape());
    let id = shape::new_shape_with_names(
        ShapeSpec {
            layout: shape::copy_layout(from.layout()),
            kind: from.kind,
            class: class.value(),
            attrs: from.attrs,
            inline_slots: from.inline_slots,
            dict_mode: true,
            version: class.version(),
        },
        root.names.clone(),
    );
    class.register_shape(id);
    id
}

/// Moves an instance to another class with the same body (`__class__` assignment).
pub fn change_class(t: &mut Thread, object: &'static Object, class: Ref<Type>) -> PyResult<()> {
    // Nobody asks the owner what class an object has.
    t.change_public(object);
    claim(t, object);
    let items = own_items(object);
    let shape = shape::shape_of_object(object);
    let dict = if shape.dict_mode { Some(make_dict(t, object)) } else { None };
    let root = class.instance_shape();
    let target = shape::shape(root);
    if target.inline_slots == shape.inline_slots && !shape.dict_mode && target.names.is_empty() {
        // Same room: walk the transitions of the new class with the old names.
        let mut id = root;
        let mut complete = true;
        for (name, _) in &items {
            match shape::transition(id, *name, |new| class.register_shape(new)) {
                Some(next) => id = next,
                None => complete = false,
            }
        }
        if complete && items.iter().all(|(_, v)| !v.is_unset()) {
            let w = t.write_object(object);
            w.set_shape(object, id);
            return Ok(());
        }
    }
    let dict = match dict {
        Some(d) => d,
        None => make_dict(t, object),
    };
    let id = dict_shape(class, shape::shape_of_object(object));
    let w = t.write_object(object);
    w.set_shape(object, id);
    overflow_slot(object, shape::shape(id)).set(&w, dict.value());
    Ok(())
}
