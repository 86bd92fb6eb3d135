//! Looking methods up for a call that follows.

use pystm_gc::ShapeId;

use super::{
    class_cache, class_is_known, finish, known_version, load_from_module, module_cache, name, resolve,
    shape_key, slow_ops, specialise, type_cache,
};
use crate::{
    attributes::word_slot,
    builtins::{function::native::NativeMethod, typeobj::Type},
    bytecode::Op,
    error::{PyResult, Raised},
    interp::{
        Handler, Next, Prepared, Prepares,
        attr_cache::{Found, Place},
        decode::{a, b, c, get, set},
        frame::LINKS,
        prepare,
    },
    kind::Kind,
    native::Binding,
    object::Ref,
    protocol::attr,
    runtime::type_of,
    shape,
    special::Special,
    thread::Thread,
    value::Value,
};

/// Words of `LoadMethod`.
const WORDS: usize = 3;

/// Puts the callable and its first argument (unset for none) where `CallMethod` expects them.
///
/// # Safety
/// `ip` must be a `LoadMethod` of the frame.
#[inline(always)]
unsafe fn place(ip: *const u64, fp: *mut Value, callable: Value, first: Value) -> Next {
    // SAFETY: see above.
    unsafe {
        set(fp, a(ip), callable);
        set(fp, a(ip) + LINKS, first);
        (ip.add(WORDS), fp)
    }
}

/// `LoadMethod`
pub struct LoadMethod;
impl Handler for LoadMethod {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`; an entry of the table names a word of objects with its shape.
        unsafe {
            let receiver = get(fp, b(ip));
            let object = receiver.object()?;
            let entry = t.attr_cache.find(ip, object)?;
            let class = shape::shape(object.header.shape()).class();
            let of_type =
                || Ref::<Type>::from_ptr(object).version() == entry.detail && class_is_known(t, receiver);
            let (callable, first) = match entry.place {
                Place::Method if class_is_known(t, class) => (entry.value, receiver),
                Place::Own if t.own.owns_with_shape(object, object.header.shape()) => {
                    (word_slot(object, entry.detail as usize).get().given()?, Value::UNSET)
                }
                Place::Class if class_is_known(t, class) => (entry.value, Value::UNSET),
                Place::OfType if of_type() => (entry.value, Value::UNSET),
                Place::OfTypeMethod if of_type() => (entry.value, receiver),
                _ => return None,
            };
            Some(place(ip, fp, callable, first))
        }
    }
    const PREPARES: Prepares = Prepares::Rights;
    #[inline(always)]
    unsafe fn prepare(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Prepared {
        if !t.own.in_transaction() {
            return Prepared::Nothing;
        }
        // SAFETY: contract of `Handler`.
        match unsafe { get(fp, b(ip)).object() } {
            Some(object) => prepare::claim_for_caches(t, object),
            None => Prepared::Nothing,
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let receiver = get(fp, b(ip));
            let name = name(ip, fp);
            if let Some(v) = load_from_module(t, ip, Op::LoadMethod, Op::LoadMethodModule, receiver, name) {
                return Ok(place(ip, fp, v, Value::UNSET));
            }
            let found = match receiver.object() {
                Some(o) => {
                    let known = known_version(t, o);
                    resolve::resolve(t, receiver, name).map(|found| (known, found))
                }
                None => None,
            };
            if let Some(((id, version), found)) = found {
                t.attr_cache.note(ip, id, version, found);
                inline(t, ip, id, version, found);
                match found.place {
                    Place::Method | Place::OfTypeMethod => return Ok(place(ip, fp, found.value, receiver)),
                    Place::Class | Place::OfType => return Ok(place(ip, fp, found.value, Value::UNSET)),
                    _ => {}
                }
            }
            let (callable, takes_self) = attr::load_method(t, receiver, name)?;
            Ok(place(ip, fp, callable, if takes_self { receiver } else { Value::UNSET }))
        }
    }
}

/// Fills the inline cache.
///
/// # Safety
/// `ip` must be a `LoadMethod` in one of its forms.
unsafe fn inline(t: &mut Thread, ip: *const u64, id: ShapeId, version: u32, found: Found) {
    let (form, detail) = match found.place {
        Place::Method if version != 0 => (Op::LoadMethodClass, version),
        Place::OfType if version != 0 => (Op::LoadMethodType, found.detail),
        Place::OfTypeMethod if version != 0 => (Op::LoadMethodTypeBound, found.detail),
        _ => return,
    };
    // SAFETY: the words are those of the form.
    unsafe { specialise(t, ip, Op::LoadMethod, form, shape_key(id, detail), found.value.bits()) };
}

/// Defines a form of `LoadMethod`: what its inline cache says comes first, then what the general form does.
macro_rules! forms {
    ($($(#[$doc:meta])* $name:ident |$ip:ident, $receiver:ident, $object:ident, $t:ident| $cached:expr, $first:expr;)*) => {
        $(
            $(#[$doc])*
            pub struct $name;
            impl Handler for $name {
                #[inline(always)]
                unsafe fn fast($ip: *const u64, fp: *mut Value, $t: &mut Thread) -> Option<Next> {
                    // SAFETY: contract of `Handler`; the caches are those of this form.
                    unsafe {
                        let $receiver = get(fp, b($ip));
                        let $object = $receiver.object()?;
                        match $cached {
                            Some(callable) => Some(place($ip, fp, callable, $first)),
                            None => LoadMethod::fast($ip, fp, $t),
                        }
                    }
                }
                const PREPARES: Prepares = Prepares::Rights;
                #[inline(always)]
                unsafe fn prepare(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Prepared {
                    // SAFETY: handed on.
                    unsafe { LoadMethod::prepare(ip, fp, t) }
                }
                unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
                    // SAFETY: handed on.
                    unsafe { LoadMethod::slow(t, ip, fp) }
                }
            }
        )*
    };
}

forms! {
    /// `LoadMethodClass`
    LoadMethodClass |ip, receiver, object, t| class_cache(ip, object, t), receiver;
    /// `LoadMethodType`
    LoadMethodType |ip, receiver, object, t| type_cache(ip, object, t), Value::UNSET;
    /// `LoadMethodTypeBound`
    LoadMethodTypeBound |ip, receiver, object, t| type_cache(ip, object, t), receiver;
    /// `LoadMethodModule`
    LoadMethodModule |ip, receiver, object, t| module_cache(ip, object, t), Value::UNSET;
}

/// Puts a callable found on a type where `CallMethod` expects it.
///
/// # Safety
/// `base` must be a call base of the frame.
unsafe fn place_method(
    t: &mut Thread,
    fp: *mut Value,
    base: usize,
    found: Value,
    receiver: Value,
) -> PyResult<()> {
    let direct = match found.object().map(|o| shape::shape_of_object(o).kind) {
        Some(Kind::Function) => true,
        Some(Kind::NativeMethod) => {
            Ref::<NativeMethod>::known(found).info().method.binding == Binding::Instance
        }
        _ => false,
    };
    let callable =
        if direct { found } else { attr::bind_descriptor(t, found, receiver, type_of(receiver).value())? };
    // SAFETY: handed on.
    unsafe {
        set(fp, base, callable);
        set(fp, base + LINKS, if direct { receiver } else { Value::UNSET });
    }
    Ok(())
}

slow_ops! {
    /// `LoadSpecial`
    LoadSpecial |t, ip, fp| {
        let receiver = get(fp, b(ip));
        let special = [Special::Enter, Special::Exit, Special::AEnter, Special::AExit][c(ip)];
        match t.special(receiver, special) {
            Some(found) => place_method(t, fp, a(ip), found, receiver)?,
            None => return Err(missing_context_method(t, receiver, special)),
        }
        Ok((ip.add(1), fp))
    }
    /// `LoadSuperAttr`
    LoadSuperAttr |t, ip, fp| {
        let name = name(ip, fp);
        let result = crate::builtins::super_::load(t, get(fp, b(ip)), get(fp, b(ip) + 1), get(fp, b(ip) + 2), name);
        finish(ip, fp, result)
    }
    /// `LoadSuperMethod`
    LoadSuperMethod |t, ip, fp| {
        let name = name(ip, fp);
        let (class, receiver) = (get(fp, b(ip) + 1), get(fp, b(ip) + 2));
        let (callable, own) = crate::builtins::super_::load_method(t, get(fp, b(ip)), class, receiver, name)?;
        set(fp, a(ip), callable);
        set(fp, a(ip) + LINKS, if own { receiver } else { Value::UNSET });
        Ok((ip.add(1), fp))
    }
}

#[cold]
fn missing_context_method(t: &mut Thread, receiver: Value, special: Special) -> Raised {
    let name = type_of(receiver).name();
    let (protocol, other, hint) = match special {
        Special::Enter | Special::Exit => ("context manager", Special::AEnter, "async with"),
        _ => ("asynchronous context manager", Special::Enter, "with"),
    };
    let counterpart = match other {
        Special::AEnter => [Special::AEnter, Special::AExit],
        _ => [Special::Enter, Special::Exit],
    };
    let has_other = counterpart.iter().all(|&s| t.special(receiver, s).is_some());
    let hint = if has_other {
        format!(
            " but it supports the {} protocol. Did you mean to use '{hint}'?",
            if protocol == "context manager" { "asynchronous context manager" } else { "context manager" }
        )
    } else {
        String::new()
    };
    let missed = special.name();
    t.type_error(format!(
        "'{name}' object does not support the {protocol} protocol (missed {missed} method){hint}"
    ))
}
