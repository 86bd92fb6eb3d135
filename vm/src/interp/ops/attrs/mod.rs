//! Attributes and items.
//!
//! An attribute instruction starts in a general form, which asks the thread's [table](crate::interp::attr_cache). The
//! first look-up that can be cached turns it into a special form with an inline cache, once and for all: no word of its
//! cache ever gets another meaning. What a special form does not know goes through the table, then the full look-up.

mod items;
mod load;
mod method;
mod resolve;
mod store;

pub use items::*;
pub use load::*;
pub use method::*;
pub use store::*;

use std::sync::atomic::Ordering::Relaxed;

use pystm_gc::{Object, ShapeId};

use super::{arith::finish, slow_ops};
use crate::{
    builtins::{dict::cached, module::Module, typeobj::lookup},
    bytecode::Op,
    interp::decode::{c, cache, op, set_cache, set_op},
    kind::Kind,
    object::Ref,
    shape::shape,
    thread::Thread,
    value::Value,
};

/// Name operand c of an instruction of the running frame.
///
/// # Safety
/// Contract of `Handler`.
unsafe fn name(ip: *const u64, fp: *mut Value) -> Value {
    // SAFETY: handed on.
    unsafe { crate::interp::frame::function_of(fp).loaded().names[c(ip)] }
}

/// The first cache word of forms that know objects by shape.
#[inline(always)]
fn shape_key(id: ShapeId, detail: u32) -> u64 {
    (id.0 as u64) << 32 | detail as u64
}

/// Gives an instruction in its general form a special one with these cache words. Does nothing if another thread was
/// faster.
///
/// # Safety
/// `ip` must be an instruction with two cache words, `form` a form of it with such words.
unsafe fn specialise(t: &mut Thread, ip: *const u64, general: Op, form: Op, first: u64, second: u64) {
    let _one_at_a_time = t.rt.specialising.lock();
    // SAFETY: handed on; the words are in place before the form that reads them.
    unsafe {
        if op(ip) == general as usize {
            set_cache(ip, 1, first);
            set_cache(ip, 2, second);
            set_op(ip, form);
        }
    }
}

/// Whether a cache may speak for a class.
#[inline(always)]
fn class_is_known(t: &Thread, class: Value) -> bool {
    lookup::is_noted(t, class.object_unchecked())
}

/// The shape of an object, and the version tag of its class from before a look-up: what is found is noted for that. Without a
/// tag it is not to be noted.
fn known_version(t: &mut Thread, object: &Object) -> (ShapeId, u32) {
    let id = object.header.shape();
    if lookup::ensure_version(t, Ref::known(shape(id).class())) == 0 {
        return (id, 0);
    }
    // Relaxed: a stale one makes misses.
    (id, shape(id).version.load(Relaxed))
}

/// The value in the second cache word, if the object has the shape and its class the version of the first.
///
/// # Safety
/// Words 1 and 2 of the instruction must be `shape:32 | version:32` (or 0) and a value.
#[inline(always)]
unsafe fn class_cache(ip: *const u64, object: &Object, t: &Thread) -> Option<Value> {
    // SAFETY: see above; the pair is written once, before the form that reads it.
    unsafe {
        let key = cache(ip, 1);
        let id = object.header.shape();
        // Relaxed: a class that changes at this moment may as well have changed a moment later.
        if id.0 != (key >> 32) as u32 || shape(id).version.load(Relaxed) != key as u32 || key == 0 {
            return None;
        }
        if !class_is_known(t, shape(id).class()) {
            return None;
        }
        Some(Value::from_bits(cache(ip, 2)))
    }
}

/// The value in the second cache word, if the object is the class that the first one names.
///
/// # Safety
/// Words 1 and 2 of the instruction must be `shape:32 | version of the class:32` (or 0) and a value.
#[inline(always)]
unsafe fn type_cache(ip: *const u64, object: &Object, t: &Thread) -> Option<Value> {
    // SAFETY: see above; objects with the shape of a class are classes.
    unsafe {
        let key = cache(ip, 1);
        if key == 0 || object.header.shape().0 != (key >> 32) as u32 {
            return None;
        }
        let class: Ref<crate::builtins::typeobj::Type> = Ref::from_ptr(object);
        (class.version() == key as u32 && class_is_known(t, class.value()))
            .then(|| Value::from_bits(cache(ip, 2)))
    }
}

/// The global of a module that the first cache word leads to.
///
/// # Safety
/// Word 1 of the instruction must be one of [`cached`] (or 0).
#[inline(always)]
unsafe fn module_cache(ip: *const u64, object: &Object, t: &Thread) -> Option<Value> {
    if object.header.shape() != Kind::Module.shape() {
        return None;
    }
    // SAFETY: the shape names the body; the keys version has not changed since the entry number was given.
    unsafe {
        let module: Ref<Module> = Ref::from_ptr(object);
        cached::load(&t.own, module.dict(), cache(ip, 1))
    }
}

/// Looks up a global of a plain module, to be found again by the form `form` of the instruction.
///
/// # Safety
/// `ip` must be an instruction with two cache words whose form for modules is `form`.
unsafe fn load_from_module(
    t: &mut Thread,
    ip: *const u64,
    general: Op,
    form: Op,
    object: Value,
    name: Value,
) -> Option<Value> {
    if object.object()?.header.shape() != Kind::Module.shape() {
        return None;
    }
    let module = Ref::<Module>::known(object);
    let (word, held) = cached::track_keys(t, module.dict(), name);
    let held = held.filter(|_| word != 0)?;
    if crate::runtime::type_of(object).lookup(t, name).is_some() {
        return None;
    }
    // SAFETY: handed on; the one word of this form can be replaced at any time.
    unsafe {
        if op(ip) == form as usize {
            set_cache(ip, 1, word);
        } else {
            specialise(t, ip, general, form, word, 0);
        }
    }
    Some(held.value())
}
