//! Assignment to `__code__`.
//!
//! Frames, generators, frame objects and tracebacks know their code through their function. When that gets other code, they
//! get a stand-in: a function like it with the old code.

use pystm_gc::{Object, inspect, world};
use pystm_stm::Slot;

use super::Function;
use crate::{
    builtins::{
        code::{Code, Loaded},
        frame::Frame,
        generator::Generator,
        traceback::Traceback,
    },
    interp::frame,
    object::Ref,
    thread::Thread,
    threads,
    value::Value,
};

/// Replaces the code of a function.
pub fn set_code(t: &mut Thread, function: Ref<Function>, code: Ref<Code>) {
    t.change_public(function.object());
    let old = stand_in(t, function);
    put_in_frames(t, function, old);
    if world::count() > 1 {
        t.publish(old);
        threads::look_at_others(t, |other| put_in_frames(other, function, old));
    }
    if function.shown.get() != 0 {
        for (object, slot) in showing(t, function) {
            let w = t.write_object(object);
            slot.set(&w, old);
        }
    }
    let w = t.write(function);
    function.code.set(&w, code.value());
    function.loaded.set(&w, code.loaded() as *const Loaded as u64);
    function.shown.set(&w, 0);
}

/// Has the frames of a thread, which stands still or is the calling one, refer to the stand-in.
fn put_in_frames(t: &Thread, function: Ref<Function>, old: Value) {
    frame::walk(t, |f| {
        // SAFETY: the walk hands out windows of live frames; the link below them holds the function.
        unsafe {
            if frame::function_of(f.window) == function {
                *f.window.sub(4) = old;
            }
        }
        false
    });
}

/// A function with the same parts.
fn stand_in(t: &mut Thread, function: Ref<Function>) -> Value {
    let copy = |slot: &Slot<Value>| Slot::new(slot.get());
    Ref::new(t, |header| Function {
        header,
        version: Slot::new(0),
        code: copy(&function.code),
        globals: copy(&function.globals),
        builtins: copy(&function.builtins),
        defaults: copy(&function.defaults),
        kwdefaults: copy(&function.kwdefaults),
        closure: copy(&function.closure),
        name: copy(&function.name),
        qualname: copy(&function.qualname),
        doc: copy(&function.doc),
        module: copy(&function.module),
        annotations: copy(&function.annotations),
        annotate: copy(&function.annotate),
        type_params: copy(&function.type_params),
        dict: copy(&function.dict),
        loaded: Slot::new(function.loaded.get()),
        shown: Slot::new(function.shown.get()),
    })
    .value()
}

/// The objects that know their code through this function, and where they refer to it. Some may have died.
fn showing(t: &Thread, function: Ref<Function>) -> Vec<(&'static Object, &'static Slot<Value>)> {
    let mut found = Vec::new();
    inspect::for_each(&t.mutator, |object| {
        // SAFETY: what has not been found dead can still be read.
        let value = Value::from_object(object);
        let slot = if let Some(generator) = value.cast::<Generator>() {
            // SAFETY: the body is the object's.
            unsafe { &(*generator.as_ptr()).function }
        } else if let Some(frame) = value.cast::<Frame>() {
            // SAFETY: as above.
            unsafe { &(*frame.as_ptr()).function }
        } else if let Some(traceback) = value.cast::<Traceback>() {
            // SAFETY: as above.
            unsafe { &(*traceback.as_ptr()).function }
        } else {
            return;
        };
        if slot.get() == function.value() {
            // SAFETY: as above.
            found.push((unsafe { &*object }, slot));
        }
    });
    found
}
