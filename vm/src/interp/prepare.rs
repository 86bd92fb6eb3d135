//! Rights that instructions need, got before they do anything.
//!
//! The first access to an object in a transaction, or to one that others have, leaves the fast path. What most instructions need is
//! known by then: it is got here, without unwinding and without a look-up, and the fast path goes on.

use pystm_gc::Object;
use pystm_stm::{access::Claim, peer::Ask};

use super::Prepared;
use crate::{
    builtins::{
        dict::cached,
        module::Module,
        typeobj::{Type, lookup},
    },
    kind::Kind,
    object::Ref,
    shape::shape,
    thread::Thread,
    value::Value,
};

/// Gets a right to one object.
pub fn claim(t: &mut Thread, object: &Object, ask: Ask) -> Prepared {
    // SAFETY: the object is live: it is in a register, or held by one that is.
    match unsafe { t.own.claim(&mut t.mutator, object, ask) } {
        Claim::Nothing => Prepared::Nothing,
        Claim::Ready => Prepared::Ready,
        Claim::Wait => Prepared::Wait(object, ask),
    }
}

/// Gets a right to an object, if it is one of this kind.
pub fn claim_of_kind(t: &mut Thread, value: Value, kind: Kind, ask: Ask) -> Prepared {
    match value.object() {
        Some(object) if object.header.shape() == kind.shape() => claim(t, object, ask),
        _ => Prepared::Nothing,
    }
}

/// What an open transaction needs before caches may speak for an object: the object, its class, and the class itself if it is one,
/// or the namespace if it is a module.
pub fn claim_for_caches(t: &mut Thread, object: &Object) -> Prepared {
    let s = shape(object.header.shape());
    claim(t, object, Ask::Read).and(|| claim_class(t, Ref::known(s.class()))).and(|| match s.kind {
        Kind::Type => claim_class(t, Ref::known(Value::from_object(object))),
        Kind::Module => claim_namespace(t, object),
        _ => Prepared::Nothing,
    })
}

/// The right to read the namespace of a module.
///
/// The object must have the shape of modules.
pub fn claim_namespace(t: &mut Thread, module: &Object) -> Prepared {
    // SAFETY: the shape names the body; the namespace of a module is never replaced.
    let dict = unsafe { Ref::<Module>::from_ptr(module).peek() }.dict();
    claim(t, dict.object(), Ask::Read)
}

/// The right to read globals and built-ins.
pub fn claim_globals(t: &mut Thread, globals: Value, builtins: Value) -> Prepared {
    claim_of_kind(t, globals, Kind::Dict, Ask::Read).and(|| claim_of_kind(t, builtins, Kind::Dict, Ask::Read))
}

/// The right to the granule of a global that a cache word leads to, if there is one.
///
/// # Safety
/// As for [`cached::load`].
pub unsafe fn claim_global(t: &mut Thread, globals: Value, word: u64, ask: Ask) -> Prepared {
    // SAFETY: handed on.
    let granule = globals.cast().and_then(|globals| unsafe { cached::granule(&t.own, globals, word) });
    granule.map_or(Prepared::Nothing, |granule| claim(t, granule.object(), ask))
}

/// Has the open transaction depend on a class, as [`lookup::lookup`] does, without a wait.
fn claim_class(t: &mut Thread, class: Ref<Type>) -> Prepared {
    if lookup::is_noted(t, class.object()) {
        return Prepared::Nothing;
    }
    let mut prepared = Prepared::Ready;
    let all = lookup::all_namespaces(class, |namespace| match claim(t, namespace.object(), Ask::Read) {
        wait @ Prepared::Wait(..) => {
            prepared = wait;
            false
        }
        _ => true,
    });
    if all {
        t.own.note_dependence(class.object());
    }
    prepared
}
