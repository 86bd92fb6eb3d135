//! Reading attributes.

use pystm_gc::{Object, ShapeId};
use pystm_stm::peer::Ask;

use super::{
    class_cache, class_is_known, known_version, load_from_module, module_cache, name, resolve, shape_key,
    specialise, type_cache,
};
use crate::{
    attributes::{overflow_value, word_slot},
    builtins::{
        property::{Property, property_get},
        typeobj::Type,
    },
    bytecode::Op,
    error::{Exc, PyResult, Raised},
    interp::{
        Handler, Next, Prepared, Prepares,
        attr_cache::{Found, Place},
        decode::{a, b, cache, get, op, set, set_cache},
        frame, prepare,
    },
    kind::Kind,
    object::Ref,
    protocol::attr,
    runtime::type_of,
    shape::shape,
    special::Special,
    thread::Thread,
    value::Value,
};

/// Words of the instruction.
const WORDS: usize = 3;

/// `LoadAttr`
pub struct LoadAttr;
impl Handler for LoadAttr {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`; an entry of the table names a word of objects with its shape.
        unsafe {
            let object = get(fp, b(ip)).object()?;
            let entry = t.attr_cache.find(ip, object)?;
            let v = match entry.place {
                Place::Own if t.own.owns_with_shape(object, object.header.shape()) => {
                    word_slot(object, entry.detail as usize).get()
                }
                Place::Overflow if t.own.owns_with_shape(object, object.header.shape()) => {
                    overflow_value(object, entry.detail as usize)?
                }
                Place::Class if class_is_known(t, shape(object.header.shape()).class()) => entry.value,
                Place::OfType
                    if Ref::<Type>::from_ptr(object).version() == entry.detail
                        && class_is_known(t, Value::from_object(object)) =>
                {
                    entry.value
                }
                _ => return None,
            };
            if v.is_unset() {
                return None;
            }
            set(fp, a(ip), v);
            Some((ip.add(WORDS), fp))
        }
    }
    const PREPARES: Prepares = Prepares::Rights;
    #[inline(always)]
    unsafe fn prepare(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Prepared {
        // SAFETY: contract of `Handler`.
        match unsafe { get(fp, b(ip)).object() } {
            // SAFETY: `ip` is a `LoadAttr` in one of its forms.
            Some(object) => unsafe { prepare_load(t, ip, object) },
            None => Prepared::Nothing,
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let object = get(fp, b(ip));
            if let Some(next) = enter_getter(t, ip, fp, object) {
                return Ok(next);
            }
            let name = name(ip, fp);
            let v = load_and_cache(t, ip, object, name)?;
            set(fp, a(ip), v);
            Ok((ip.add(WORDS), fp))
        }
    }
}

/// Gets what a load needs: in a transaction what caches speak for; else the right to read the object, if that is where caches lead.
///
/// # Safety
/// `ip` must be a `LoadAttr` in one of its forms.
#[inline(never)]
unsafe fn prepare_load(t: &mut Thread, ip: *const u64, object: &Object) -> Prepared {
    if t.own.in_transaction() {
        return prepare::claim_for_caches(t, object);
    }
    let id = object.header.shape();
    // SAFETY: the first cache word of the form names a shape; modules have the body of modules.
    unsafe {
        if op(ip) == Op::LoadAttrModule as usize && id == Kind::Module.shape() {
            return prepare::claim_namespace(t, object);
        }
        let inline = op(ip) == Op::LoadAttrSlot as usize && (cache(ip, 1) >> 32) as u32 == id.0;
        let own = |t: &Thread| {
            t.attr_cache.find(ip, object).is_some_and(|e| matches!(e.place, Place::Own | Place::Overflow))
        };
        if inline || own(t) { prepare::claim(t, object, Ask::Read) } else { Prepared::Nothing }
    }
}

/// Enters the getter of a property that the table knows, if its errors are final.
///
/// # Safety
/// Contract of `Handler`, for a `LoadAttr`.
unsafe fn enter_getter(t: &mut Thread, ip: *const u64, fp: *mut Value, object: Value) -> Option<Next> {
    let entry = t.attr_cache.find(ip, object.object()?).filter(|e| e.place == Place::Property)?;
    let getter = Ref::<Property>::known(entry.value).getter.get();
    if type_of(object).special(t, Special::GetAttr as usize).is_some() {
        return None;
    }
    // SAFETY: handed on.
    unsafe { frame::enter_special(t, ip, fp, WORDS, getter, [object]) }
}

/// # Safety
/// `ip` must be a `LoadAttr` in one of its forms.
unsafe fn load_and_cache(t: &mut Thread, ip: *const u64, object: Value, name: Value) -> PyResult {
    let Some(o) = object.object() else { return attr::getattr(t, object, name) };
    if let Some(entry) = t.attr_cache.find(ip, o).filter(|e| e.place == Place::Property) {
        let property = Ref::<Property>::known(entry.value);
        // An AttributeError of the getter may still find a `__getattr__`.
        return match property_get(t, property, object) {
            Err(raised) if t.pending_is(Exc::AttributeError) => attr::fall_back(t, object, name, raised),
            other => other,
        };
    }
    // SAFETY: handed on.
    if let Some(v) = unsafe { load_from_module(t, ip, Op::LoadAttr, Op::LoadAttrModule, object, name) } {
        return Ok(v);
    }
    let (id, version) = known_version(t, o);
    let Some(found) = resolve::resolve(t, object, name) else { return attr::getattr(t, object, name) };
    t.attr_cache.note(ip, id, version, found);
    // SAFETY: `ip` is a `LoadAttr`.
    unsafe { inline(t, ip, id, version, found) };
    match found.place {
        Place::Class | Place::OfType => Ok(found.value),
        _ => attr::getattr(t, object, name),
    }
}

/// Fills the inline cache.
///
/// # Safety
/// `ip` must be a `LoadAttr` in one of its forms.
unsafe fn inline(t: &mut Thread, ip: *const u64, id: ShapeId, version: u32, found: Found) {
    let (form, key) = match found.place {
        Place::Own if version != 0 => (Op::LoadAttrSlot, shape_key(id, found.detail)),
        Place::Class if version != 0 => (Op::LoadAttrClass, shape_key(id, version)),
        Place::OfType if version != 0 => (Op::LoadAttrType, shape_key(id, found.detail)),
        _ => return,
    };
    // SAFETY: the words are those of the form; the single word of a slot can be replaced at any time.
    unsafe {
        if form == Op::LoadAttrSlot && op(ip) == form as usize {
            set_cache(ip, 1, key);
        } else {
            specialise(t, ip, Op::LoadAttr, form, key, found.value.bits());
        }
    }
}

/// Defines a form of `LoadAttr`: what its inline cache says comes first, then what the general form does.
macro_rules! forms {
    ($($(#[$doc:meta])* $name:ident |$ip:ident, $object:ident, $t:ident| $cached:expr;)*) => {
        $(
            $(#[$doc])*
            pub struct $name;
            impl Handler for $name {
                #[inline(always)]
                unsafe fn fast($ip: *const u64, fp: *mut Value, $t: &mut Thread) -> Option<Next> {
                    // SAFETY: contract of `Handler`; the caches are those of this form.
                    unsafe {
                        let $object = get(fp, b($ip)).object()?;
                        match $cached {
                            Some(v) => {
                                set(fp, a($ip), v);
                                Some(($ip.add(WORDS), fp))
                            }
                            None => LoadAttr::fast($ip, fp, $t),
                        }
                    }
                }
                const PREPARES: Prepares = Prepares::Rights;
                #[inline(always)]
                unsafe fn prepare(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Prepared {
                    // SAFETY: handed on.
                    unsafe { LoadAttr::prepare(ip, fp, t) }
                }
                unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
                    // SAFETY: handed on.
                    unsafe { LoadAttr::slow(t, ip, fp) }
                }
            }
        )*
    };
}

/// The value in the word that the first cache word (`shape:32 | word:32`) names.
///
/// # Safety
/// Word 1 of the instruction must be such a cache, or 0.
#[inline(always)]
unsafe fn slot_cache(ip: *const u64, object: &pystm_gc::Object, t: &Thread) -> Option<Value> {
    // SAFETY: see above; objects of the shape have the word.
    unsafe {
        let word = cache(ip, 1);
        if word == 0 || !t.own.owns_with_shape(object, ShapeId((word >> 32) as u32)) {
            return None;
        }
        word_slot(object, word as u32 as usize).get().given()
    }
}

forms! {
    /// `LoadAttrSlot`
    LoadAttrSlot |ip, object, t| slot_cache(ip, object, t);
    /// `LoadAttrClass`
    LoadAttrClass |ip, object, t| class_cache(ip, object, t);
    /// `LoadAttrType`
    LoadAttrType |ip, object, t| type_cache(ip, object, t);
    /// `LoadAttrModule`
    LoadAttrModule |ip, object, t| module_cache(ip, object, t);
}
