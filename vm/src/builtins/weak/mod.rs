//! Weak references: the body, the table of references by referent, and what happens when objects die.
//!
//! The collector clears the referent word of references to dead objects and queues them
//! ([`pystm_gc::weak::Registry`]); [`run_deaths`] then runs their callbacks, and the finalisers of dead objects.

pub mod proxy;
pub mod reference;

use std::cmp::Reverse;

use parking_lot::Mutex;
use pystm_gc::{
    Header, Layout, Marker, Object, Trace, collect::POLL_DEATHS, layout::Size, weak::WEAK_REFERENT,
};
use pystm_stm::Slot;
use rustc_hash::FxHashMap;

use super::{
    exceptions,
    generator::{self, Generator},
    typeobj::{self, HAS_WEAKREF, HEAP, Type},
};
use crate::{
    error::PyResult,
    kind::Kind,
    native::WEAK,
    object::{Body, Ref, native},
    protocol::{attr, call},
    runtime::type_of,
    shape,
    special::Special,
    thread::{RootVec, Thread, keep_header},
    value::Value,
};

pub use proxy::{CALLABLE_PROXY_DEF, PROXY_DEF};
pub use reference::DEF;

/// Body of weak references and proxies. Attribute words follow.
#[repr(C)]
pub struct Weak {
    header: Header,
    version: Slot<u64>,
    /// The object, not traced; the collector stores 0 when it dies.
    referent: Slot<Value>,
    /// The callback, or None.
    pub callback: Slot<Value>,
    /// Address of the object, also when it has died.
    address: Slot<u64>,
    /// Hash of the object plus one, 0 while it is not known.
    hash: Slot<u64>,
}

const _: () = assert!(std::mem::offset_of!(Weak, referent) == WEAK_REFERENT * 8);

// SAFETY: `repr(C)`, header first; only references and proxies have the kind.
unsafe impl Body for Weak {
    const KIND: Kind = Kind::Weak;
}

/// Words of the body.
pub const WORDS: u16 = 6;
/// Layout of weak references and proxies.
pub const LAYOUT: Layout =
    Layout { trace: Trace::Custom(trace), size: Size::Fixed(WORDS as u32 * 8), drop: Some(forget) };

/// # Safety
/// `object` must be a weak reference.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object; the fourth word is the callback.
    unsafe {
        // Other threads get at the referent through a reference that they see.
        marker.weak_value((*(object as *const Weak)).referent.get().bits());
        marker.words(object, 3, 1);
        shape::trace_attributes(object, marker);
    }
}

/// References by the address of their referent. Entries leave when the reference or the referent dies.
static REFERENCES: Mutex<Option<FxHashMap<u64, Vec<usize>>>> = Mutex::new(None);

/// # Safety
/// `object` must be a dead weak reference.
unsafe fn forget(object: *mut Object) {
    // SAFETY: the caller vouches for the object.
    let address = unsafe { (*(object as *const Weak)).address.get() };
    if let Some(table) = REFERENCES.lock().as_mut()
        && let Some(list) = table.get_mut(&address)
    {
        list.retain(|&r| r != object as usize);
        if list.is_empty() {
            table.remove(&address);
        }
    }
}

impl Weak {
    /// The object, unless it has died.
    pub fn get(&self) -> Option<Value> {
        let value = self.referent.get();
        value.is_object().then_some(value)
    }
}

/// Whether there can be weak references to a value.
pub fn can_be_referenced(value: Value) -> bool {
    let Some(object) = value.object() else { return false };
    let class = type_of(value);
    let kind = shape::shape_of_object(object).kind;
    if class.has(HEAP) {
        class.has(HAS_WEAKREF)
    } else {
        body_can_be_referenced(kind) || kind == Kind::Record && class.has(WEAK as u64)
    }
}

/// Whether there can be weak references to native objects of a kind.
pub fn body_can_be_referenced(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Type
            | Kind::Function
            | Kind::NativeFunction
            | Kind::BoundMethod
            | Kind::Code
            | Kind::Generator
            | Kind::Coroutine
            | Kind::AsyncGenerator
            | Kind::Set
            | Kind::FrozenSet
            | Kind::Module
            | Kind::TypedArray
            | Kind::MemoryView
            | Kind::Weak
            | Kind::Native
    )
}

/// Live references to an object in the order of CPython: those that all users share, then the newest first.
pub fn references_to(t: &mut Thread, value: Value) -> RootVec {
    let mut found = t.vec();
    let table = REFERENCES.lock();
    let list = table.as_ref().and_then(|m| m.get(&(value.bits()))).map(Vec::as_slice).unwrap_or_default();
    for &address in list {
        // SAFETY: references leave the table before they are freed, and the table is locked.
        if !unsafe { t.mutator.can_see(address as *mut Object) } {
            continue;
        }
        let reference = Value::from_object(address as *const Object);
        // A reference to an earlier object at this address has been cleared.
        if Ref::<Weak>::known(reference).referent.get() == value {
            found.push(reference);
        }
    }
    drop(table);
    let proxy = native::class(t, &PROXY_DEF);
    found.reverse();
    found.sort_by_key(|&r| {
        let (class, shared) = (type_of(r), Ref::<Weak>::known(r).callback.get().is_none());
        match shared && !class.has(HEAP) {
            true if class.is_subtype(proxy) => 1,
            true => 0,
            false => 2,
        }
    });
    found
}

/// The first reference to an object, or None (`__weakref__`).
pub fn first_reference(t: &mut Thread, value: Value) -> Value {
    references_to(t, value).first().copied().unwrap_or(Value::NONE)
}

/// A reference (or proxy) of this class. One without callback is made once per object and exact class.
pub fn new(t: &mut Thread, class: Ref<Type>, object: Value, callback: Value) -> PyResult {
    if !can_be_referenced(object) {
        let name = type_of(object).name();
        return Err(t.type_error(format!("cannot create weak reference to '{name}' object")));
    }
    if callback.is_none() && !class.has(HEAP) {
        let known = references_to(t, object);
        let same = |r: &Value| type_of(*r) == class && Ref::<Weak>::known(*r).callback.get().is_none();
        if let Some(&found) = known.iter().find(|r| same(r)) {
            return Ok(found);
        }
    }
    let id = class.instance_shape();
    let shape = shape::shape(id);
    // SAFETY: the class's instances have this body; all of it is initialised.
    let reference = unsafe {
        t.alloc_bytes::<Weak>(id, shape.fixed_size(), |p| {
            keep_header(p, |header| Weak {
                header,
                version: Slot::new(0),
                referent: Slot::new(object),
                callback: Slot::new(callback),
                address: Slot::new(object.bits()),
                hash: Slot::new(0),
            });
            shape::init_attributes(p as *mut Object, shape);
        })
    };
    let raw = reference.as_ptr() as *mut Object;
    t.mutator.registry.add_weak(raw);
    t.mutator.registry.add_droppable(raw);
    typeobj::register_finalizer(t, class, reference.value());
    REFERENCES
        .lock()
        .get_or_insert_with(FxHashMap::default)
        .entry(object.bits())
        .or_default()
        .push(raw as usize);
    Ok(reference.value())
}

/// Runs the callbacks of references whose referents have died, and the finalisers of dead objects. Their exceptions go
/// to `sys.unraisablehook`. Not in a transaction, which might be undone: [`run_later`] then.
pub fn run_deaths(t: &mut Thread) {
    if t.own.in_transaction() {
        return;
    }
    let cleared = std::mem::take(&mut t.mutator.registry.cleared_queue);
    let dead = std::mem::take(&mut t.mutator.registry.finalize_queue);
    let (mut references, mut objects) = (t.vec(), t.vec());
    references.extend(cleared.iter().map(|&r| Value::from_object(r)));
    objects.extend(dead.iter().map(|&o| Value::from_object(o)));
    // The references to one object come together, the newest first.
    let address = |i: usize| Ref::<Weak>::known(references[i]).address.get();
    let mut first = FxHashMap::default();
    for i in 0..references.len() {
        first.entry(address(i)).or_insert(i);
    }
    let mut order: Vec<usize> = (0..references.len()).collect();
    order.sort_by_key(|&i| (first[&address(i)], Reverse(i)));
    for i in order {
        run_callback(t, references[i]);
    }
    finalize_in_order(t, &objects);
}

/// A transaction has ended: what it has put off is done at the next safepoint.
pub(crate) fn run_later(t: &mut Thread) {
    let registry = &t.mutator.registry;
    if !registry.cleared_queue.is_empty() || !registry.finalize_queue.is_empty() {
        t.mutator.raise_poll(POLL_DEATHS);
    }
}

/// Objects of Python classes in the order in which they were made, then native ones the other way round: a text stream
/// comes before the buffer that it writes to, and that one before its file.
fn finalize_in_order(t: &mut Thread, objects: &RootVec) {
    let is_native = |o: Value| o.cast::<crate::object::native::Native>().is_some() && !type_of(o).has(HEAP);
    for i in 0..objects.len() {
        if !is_native(objects[i]) {
            finalize(t, objects[i]);
        }
    }
    for i in (0..objects.len()).rev() {
        if is_native(objects[i]) {
            finalize(t, objects[i]);
        }
    }
}

fn run_callback(t: &mut Thread, reference: Value) {
    // SAFETY: a reference that has been cleared is still a reference.
    unsafe { forget(reference.object_unchecked() as *const Object as *mut Object) };
    let weak = Ref::<Weak>::known(reference);
    let callback = weak.callback.get();
    if callback.is_none() {
        return;
    }
    let w = t.write(weak);
    weak.callback.set(&w, Value::NONE);
    if let Err(raised) = call::call(t, callback, &[reference]) {
        exceptions::write_unraisable(t, raised, "Exception ignored while calling weakref callback", callback);
    }
}

fn finalize(t: &mut Thread, object: Value) {
    if let Some(g) = object.cast::<Generator>() {
        return generator::finalize(t, g);
    }
    let Some(method) = t.special(object, Special::Del) else { return };
    if let Err(raised) = call::call_unbound(t, method, object, &[]) {
        exceptions::write_unraisable(t, raised, "Exception ignored while calling deallocator", method);
    }
}

/// Runs the finalisers of all objects that still have one, at exit; those of the standard streams excepted.
pub fn finalize_all(t: &mut Thread) {
    run_deaths(t);
    let mut streams = t.vec();
    for name in ["stdin", "stdout", "stderr", "__stdin__", "__stdout__", "__stderr__"] {
        let mut at = crate::sys::get(t, name);
        // A text stream, its buffer and its file.
        for inner in ["buffer", "raw", ""] {
            let Some(stream) = at else { break };
            streams.push(stream);
            at = match attr::find_attr(t, stream, inner) {
                Ok(found) => found,
                Err(raised) => {
                    t.take_exception(raised);
                    None
                }
            };
        }
    }
    // Finalisers may make further objects that have one; those of the second round end with the process.
    let all = t.mutator.registry.take_finalizable();
    let mut objects = t.vec();
    objects.extend(all.iter().map(|&o| Value::from_object(o)).filter(|o| !streams.contains(o)));
    finalize_in_order(t, &objects);
}
