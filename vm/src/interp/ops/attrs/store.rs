//! Writing and deleting attributes.

use pystm_gc::{Object, ShapeId};
use pystm_stm::peer::Ask;

use super::{known_version, name, resolve, shape_key, slow_ops, specialise};
use crate::{
    attributes::word_slot,
    bytecode::Op,
    error::Raised,
    interp::{
        Handler, Next, Prepared, Prepares,
        attr_cache::{Found, Place},
        decode::{a, b, cache, get, op, set_cache},
        prepare,
    },
    kind::Kind,
    protocol::attr,
    runtime::type_of,
    shape::{SlotPlace, shape},
    special::Special,
    thread::Thread,
    value::Value,
};

/// Words of the instruction.
const WORDS: usize = 3;

/// Stores into a word of an object that has this shape and can be written; false if it has another or cannot.
///
/// # Safety
/// Objects of the shape must have the word; `next` must be 0 or a shape with the same words.
#[inline(always)]
unsafe fn store(t: &mut Thread, object: &Object, id: ShapeId, word: usize, next: u32, value: Value) -> bool {
    let Some(w) = t.own.writer_with_shape(object, id) else { return false };
    // SAFETY: see above.
    unsafe { word_slot(object, word) }.set(&w, value);
    if next != 0 {
        w.set_shape(object, ShapeId(next));
    }
    true
}

/// `StoreAttr`
pub struct StoreAttr;
impl Handler for StoreAttr {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`; an entry of the table names a word of objects with its shape.
        unsafe {
            let object = get(fp, a(ip)).object()?;
            let entry = t.attr_cache.find(ip, object)?;
            let next = if entry.place == Place::Grow { entry.value.bits() as u32 } else { 0 };
            let word = entry.detail as usize;
            store(t, object, object.header.shape(), word, next, get(fp, b(ip))).then(|| (ip.add(WORDS), fp))
        }
    }
    const PREPARES: Prepares = Prepares::Writing;
    #[inline(always)]
    unsafe fn prepare(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Prepared {
        // SAFETY: contract of `Handler`.
        match unsafe { get(fp, a(ip)).object() } {
            // SAFETY: `ip` is a `StoreAttr` in one of its forms.
            Some(object) => unsafe { prepare_store(t, ip, object) },
            None => Prepared::Nothing,
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let object = get(fp, a(ip));
            let name = name(ip, fp);
            let before = object.object().map(|o| known_version(t, o));
            attr::setattr(t, object, name, get(fp, b(ip)))?;
            if let (Some(o), Some((before, version @ 1..))) = (object.object(), before)
                && let Some(found) = resolve_store(t, object, before, o.header.shape(), name)
            {
                t.attr_cache.note(ip, before, version, found);
                inline(t, ip, before, found);
            }
            Ok((ip.add(WORDS), fp))
        }
    }
}

/// Gets the right to write the object, if caches say that the attribute is in it.
///
/// # Safety
/// `ip` must be a `StoreAttr` in one of its forms.
#[inline(never)]
unsafe fn prepare_store(t: &mut Thread, ip: *const u64, object: &Object) -> Prepared {
    // SAFETY: the first cache word of the special forms names a shape.
    let inline =
        unsafe { op(ip) != Op::StoreAttr as usize && (cache(ip, 1) >> 32) as u32 == object.header.shape().0 };
    if inline || t.attr_cache.find(ip, object).is_some() {
        prepare::claim(t, object, Ask::Write)
    } else {
        Prepared::Nothing
    }
}

/// Fills the inline cache.
///
/// # Safety
/// `ip` must be a `StoreAttr` in one of its forms.
unsafe fn inline(t: &mut Thread, ip: *const u64, before: ShapeId, found: Found) {
    let key = shape_key(before, found.detail);
    // SAFETY: the words are those of the form; the single word of a slot can be replaced at any time.
    unsafe {
        if found.place == Place::Grow {
            specialise(t, ip, Op::StoreAttr, Op::StoreAttrGrow, key, found.value.bits());
        } else if op(ip) == Op::StoreAttrSlot as usize {
            set_cache(ip, 1, key);
        } else {
            specialise(t, ip, Op::StoreAttr, Op::StoreAttrSlot, key, 0);
        }
    }
}

/// What a store of `name` has done, if it does the same to all objects of the shape `before`.
fn resolve_store(
    t: &mut Thread,
    object: Value,
    before: ShapeId,
    after: ShapeId,
    name: Value,
) -> Option<Found> {
    let class = type_of(object);
    let (old, new) = (shape(before), shape(after));
    if !resolve::has_method_of(t, class, Special::SetAttr, Kind::Object) || old.class() != new.class() {
        return None;
    }
    let found = class.lookup(t, name);
    crate::builtins::typeobj::lookup::ensure_version(t, class);
    let own = |word: usize| Found { place: Place::Own, detail: word as u32, value: Value::UNSET };
    if let (true, Some(word)) = (after == before, resolve::member_word(found, class, new)) {
        return Some(own(word));
    }
    if new.dict_mode || new.attrs == 0 {
        return None;
    }
    let kind = found.map_or(attr::DescriptorKind::Plain, |f| attr::descriptor_kind(t, f));
    if matches!(kind, attr::DescriptorKind::Data | attr::DescriptorKind::WriteOnly) {
        return None;
    }
    let SlotPlace::Inline(word) = new.place(new.find(name)?) else { return None };
    if after == before {
        return Some(own(word));
    }
    let next = Value::from_bits(after.0 as u64);
    (old.names.len() + 1 == new.names.len()).then_some(Found { place: Place::Grow, value: next, ..own(word) })
}

/// Defines a form of `StoreAttr`: what its inline cache says comes first, then what the general form does. The first cache
/// word is `shape:32 | word:32`, or 0; the expression gives the next shape, or 0 if that stays.
macro_rules! forms {
    ($($(#[$doc:meta])* $name:ident |$ip:ident| $next:expr;)*) => {
        $(
            $(#[$doc])*
            pub struct $name;
            impl Handler for $name {
                #[inline(always)]
                unsafe fn fast($ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
                    // SAFETY: contract of `Handler`; the caches are those of this form.
                    unsafe {
                        let object = get(fp, a($ip)).object()?;
                        let key = cache($ip, 1);
                        let (id, word) = (ShapeId((key >> 32) as u32), key as u32 as usize);
                        if key != 0 && store(t, object, id, word, $next, get(fp, b($ip))) {
                            return Some(($ip.add(WORDS), fp));
                        }
                        StoreAttr::fast($ip, fp, t)
                    }
                }
                const PREPARES: Prepares = Prepares::Writing;
                #[inline(always)]
                unsafe fn prepare(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Prepared {
                    // SAFETY: handed on.
                    unsafe { StoreAttr::prepare(ip, fp, t) }
                }
                unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
                    // SAFETY: handed on.
                    unsafe { StoreAttr::slow(t, ip, fp) }
                }
            }
        )*
    };
}

forms! {
    /// `StoreAttrSlot`
    StoreAttrSlot |ip| 0;
    /// `StoreAttrGrow`
    StoreAttrGrow |ip| cache(ip, 2) as u32;
}

slow_ops! {
    /// `DeleteAttr`
    DeleteAttr |t, ip, fp| {
        let name = name(ip, fp);
        attr::setattr(t, get(fp, a(ip)), name, Value::UNSET)?;
        Ok((ip.add(1), fp))
    }
}
