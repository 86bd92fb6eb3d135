//! Attributes and items.

use pystm_gc::ShapeId;

use super::{arith::finish, slow_ops};
use crate::{
    attributes::word_slot,
    builtins::{
        dict,
        function::native::{Member, NativeMethod},
        list::List,
        module::Module,
        slice,
        tuple::Tuple,
        typeobj::Type,
    },
    bytecode::Op,
    error::{PyResult, Raised},
    interp::{
        Handler, Next,
        decode::{a, b, c, c_int, cache, get, set, set_cache, set_op},
        frame::{LINKS, function_of},
    },
    kind::Kind,
    native::Binding,
    object::Ref,
    protocol::{attr, item},
    runtime::{class_of_kind, type_of},
    shape::{self, SlotPlace, shape},
    special::Special,
    thread::Thread,
    value::Value,
};

/// Name operand c of an instruction of the running frame.
///
/// # Safety
/// Contract of `Handler`.
unsafe fn name(ip: *const u64, fp: *mut Value) -> Value {
    // SAFETY: handed on.
    unsafe { function_of(fp).loaded().names[c(ip)] }
}

fn plain_getattribute(t: &mut Thread, object: Value) -> bool {
    type_of(object)
        .special(t, Special::GetAttribute as usize)
        .and_then(|m| m.cast::<NativeMethod>())
        .is_some_and(|n| n.owner.get() == class_of_kind(Kind::Object).value())
}

/// `LoadAttr`: cache `shape:32 | word index:32`, for an attribute in the instance itself.
pub struct LoadAttr;
impl Handler for LoadAttr {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`; a filled cache names a word of objects with its shape.
        unsafe {
            let object = get(fp, b(ip)).object()?;
            let word = cache(ip, 1);
            if word == 0 || !t.own.owns_with_shape(object, ShapeId((word >> 32) as u32)) {
                return None;
            }
            let v = word_slot(object, word as u32 as usize).get();
            if v.is_unset() {
                return None;
            }
            set(fp, a(ip), v);
            Some((ip.add(3), fp))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let object = get(fp, b(ip));
            let name = name(ip, fp);
            let v = load_and_cache(t, ip, object, name)?;
            set(fp, a(ip), v);
            Ok((ip.add(3), fp))
        }
    }
}

/// # Safety
/// `ip` must be a `LoadAttr` in one of its forms.
unsafe fn load_and_cache(t: &mut Thread, ip: *const u64, object: Value, name: Value) -> PyResult {
    let Some(o) = object.object() else { return attr::getattr(t, object, name) };
    if let Some(module) = object.cast::<Module>()
        && o.header.shape() == Kind::Module.shape()
    {
        let (version, entry) = dict::track_keys(t, module.dict(), name);
        if let (Some(e), true) = (entry, version != 0)
            && type_of(object).lookup(t, name).is_none()
        {
            // SAFETY: both forms have the same operands and caches.
            unsafe {
                set_cache(ip, 1, (version as u64) << 32 | e as u64);
                set_op(ip, Op::LoadAttrModule);
                return Ok(module.dict().entry_slot(e).get());
            }
        }
        return attr::getattr(t, object, name);
    }
    if plain_getattribute(t, object) {
        let class = type_of(object);
        let id = o.header.shape();
        let s = shape(id);
        let found = class.lookup(t, name);
        let kind = match found {
            Some(f) => attr::descriptor_kind(t, f),
            None => attr::DescriptorKind::Plain,
        };
        if let Some(word) = member_word(found, class, s) {
            // SAFETY: the word is a cache of this instruction.
            unsafe {
                set_cache(ip, 1, (id.0 as u64) << 32 | word as u64);
                set_op(ip, Op::LoadAttr);
            }
        } else if kind != attr::DescriptorKind::Data {
            if let Some(n) = s.find(name) {
                if let (SlotPlace::Inline(word), false) = (s.place(n), s.dict_mode) {
                    // SAFETY: the word is a cache of this instruction.
                    unsafe {
                        set_cache(ip, 1, (id.0 as u64) << 32 | word as u64);
                        set_op(ip, Op::LoadAttr);
                    }
                }
            } else if let (Some(f), attr::DescriptorKind::Plain, false) = (found, kind, s.dict_mode)
                && !matches!(s.kind, Kind::Function | Kind::Module)
            {
                let version = crate::builtins::typeobj::lookup::ensure_version(t, class);
                if version != 0 {
                    // SAFETY: both forms have the same operands and caches.
                    unsafe {
                        set_cache(ip, 1, 0);
                        set_cache(ip, 2, f.bits());
                        set_cache(ip, 1, (id.0 as u64) << 32 | version as u64);
                        set_op(ip, Op::LoadAttrClass);
                    }
                }
                return Ok(f);
            }
        }
    }
    attr::getattr(t, object, name)
}

/// The word of a slot that `__slots__` made, if that is what was found on the class.
fn member_word(found: Option<Value>, class: Ref<Type>, shape: &shape::Shape) -> Option<usize> {
    let member = found?.cast::<Member>()?;
    match shape.place(member.slot as usize) {
        SlotPlace::Inline(word) if class.is_subtype(Ref::known(member.owner.get())) => Some(word),
        _ => None,
    }
}

/// Reads a pair of cache words, the first `shape:32 | version:32`, the second a value; `None` if the object has another
/// shape or the class has changed.
///
/// # Safety
/// Words 1 and 2 of the instruction must be such caches.
#[inline(always)]
unsafe fn class_cache(ip: *const u64, object: &pystm_gc::Object) -> Option<Value> {
    // SAFETY: see above. The first word is read again behind the second: a writer clears it before it changes the second.
    unsafe {
        let key = cache(ip, 1);
        let id = object.header.shape();
        if key == 0 || id.0 != (key >> 32) as u32 {
            return None;
        }
        let value = Value::from_bits(cache(ip, 2));
        std::sync::atomic::compiler_fence(std::sync::atomic::Ordering::Acquire);
        // Relaxed: a class that changes at this moment may as well have changed a moment later.
        let current = shape(id).version.load(std::sync::atomic::Ordering::Relaxed);
        (current == key as u32 && cache(ip, 1) == key).then_some(value)
    }
}

/// `LoadAttrClass`
pub struct LoadAttrClass;
impl Handler for LoadAttrClass {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, _t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`; the caches are such a pair.
        unsafe {
            let v = class_cache(ip, get(fp, b(ip)).object()?)?;
            set(fp, a(ip), v);
            Some((ip.add(3), fp))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: handed on; the value in the second cache word must not be taken for another cache.
        unsafe { LoadAttr::slow(t, ip, fp) }
    }
}

/// `LoadAttrModule`
pub struct LoadAttrModule;
impl Handler for LoadAttrModule {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, _t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`; the cache holds a keys version and an entry.
        unsafe {
            let object = get(fp, b(ip)).object()?;
            if object.header.shape() != Kind::Module.shape() {
                return None;
            }
            let module: Ref<Module> = Ref::from_ptr(object);
            let word = cache(ip, 1);
            if word == 0 || module.dict().keys_version() != word >> 32 {
                return None;
            }
            set(fp, a(ip), module.dict().entry_slot(word as u32 as usize).get());
            Some((ip.add(3), fp))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: handed on; the first cache word must not be taken for a shape.
        unsafe {
            set_cache(ip, 1, 0);
            set_op(ip, Op::LoadAttr);
            LoadAttr::slow(t, ip, fp)
        }
    }
}

/// `StoreAttr`: caches `shape:32 | word index:32` and the shape after the store (0: unchanged).
pub struct StoreAttr;
impl Handler for StoreAttr {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`; a filled cache names a word of objects with its shape.
        unsafe {
            let object = get(fp, a(ip)).object()?;
            let word = cache(ip, 1);
            if word == 0 {
                return None;
            }
            let w = t.own.writer_with_shape(object, ShapeId((word >> 32) as u32))?;
            let next = cache(ip, 2);
            word_slot(object, word as u32 as usize).set(&w, get(fp, b(ip)));
            if next != 0 {
                object.header.set_shape(ShapeId(next as u32));
            }
            Some((ip.add(3), fp))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let object = get(fp, a(ip));
            let name = name(ip, fp);
            let before = object.object().map(|o| o.header.shape());
            attr::setattr(t, object, name, get(fp, b(ip)))?;
            if let (Some(o), Some(before)) = (object.object(), before) {
                fill_store_cache(t, ip, object, o, before, name);
            }
            Ok((ip.add(3), fp))
        }
    }
}

/// # Safety
/// `ip` must be a `StoreAttr` that has just stored `name` into the object, whose shape was `before`.
unsafe fn fill_store_cache(
    t: &mut Thread,
    ip: *const u64,
    object: Value,
    o: &'static pystm_gc::Object,
    before: ShapeId,
    name: Value,
) {
    let class = type_of(object);
    let plain = class
        .special(t, Special::SetAttr as usize)
        .and_then(|m| m.cast::<NativeMethod>())
        .is_some_and(|n| n.owner.get() == class_of_kind(Kind::Object).value());
    let (old, after) = (shape(before), o.header.shape());
    let new = shape(after);
    let found = class.lookup(t, name);
    if let (true, Some(word)) = (plain && after == before, member_word(found, class, new)) {
        // SAFETY: the words are caches of this instruction.
        unsafe {
            set_cache(ip, 1, 0);
            set_cache(ip, 2, 0);
            set_cache(ip, 1, (before.0 as u64) << 32 | word as u64);
        }
        return;
    }
    if !plain || new.dict_mode || new.attrs == 0 || old.class() != new.class() {
        return;
    }
    let kind = found.map_or(attr::DescriptorKind::Plain, |f| attr::descriptor_kind(t, f));
    if matches!(kind, attr::DescriptorKind::Data | attr::DescriptorKind::WriteOnly) {
        return;
    }
    let Some(n) = new.find(name) else { return };
    let grew = after != before;
    if grew && old.names.len() + 1 != new.names.len() {
        return;
    }
    if let SlotPlace::Inline(word) = new.place(n) {
        // SAFETY: the words are caches of this instruction. The first is cleared while the second changes.
        unsafe {
            set_cache(ip, 1, 0);
            set_cache(ip, 2, if grew { after.0 as u64 } else { 0 });
            set_cache(ip, 1, (before.0 as u64) << 32 | word as u64);
        }
    }
}

/// `LoadMethod`: caches as in [`class_cache`].
pub struct LoadMethod;
impl Handler for LoadMethod {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, _t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`; the caches are such a pair.
        unsafe {
            let receiver = get(fp, b(ip));
            let v = class_cache(ip, receiver.object()?)?;
            set(fp, a(ip), v);
            set(fp, a(ip) + LINKS, receiver);
            Some((ip.add(3), fp))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let receiver = get(fp, b(ip));
            let name = name(ip, fp);
            let (callable, takes_self) = attr::load_method(t, receiver, name)?;
            set(fp, a(ip), callable);
            set(fp, a(ip) + LINKS, if takes_self { receiver } else { Value::UNSET });
            if let (true, Some(o)) = (takes_self, receiver.object()) {
                let id = o.header.shape();
                let s = shape(id);
                let own = matches!(s.kind, Kind::Function | Kind::Module) || s.dict_mode;
                let version = crate::builtins::typeobj::lookup::ensure_version(t, type_of(receiver));
                if !own && version != 0 {
                    set_cache(ip, 1, 0);
                    set_cache(ip, 2, callable.bits());
                    set_cache(ip, 1, (id.0 as u64) << 32 | version as u64);
                }
            }
            Ok((ip.add(3), fp))
        }
    }
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
    /// `DeleteAttr`
    DeleteAttr |t, ip, fp| {
        let name = name(ip, fp);
        attr::setattr(t, get(fp, a(ip)), name, Value::UNSET)?;
        Ok((ip.add(1), fp))
    }
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
    /// `SetSlice`
    SetSlice |t, ip, fp| {
        let key = slice::new(t, get(fp, b(ip)), get(fp, b(ip) + 1), Value::NONE);
        item::setitem(t, get(fp, a(ip)), key, get(fp, c(ip)))?;
        Ok((ip.add(1), fp))
    }
    /// `GetSlice`
    GetSlice |t, ip, fp| {
        let key = slice::new(t, get(fp, c(ip)), get(fp, c(ip) + 1), Value::NONE);
        finish(ip, fp, item::getitem(t, get(fp, b(ip)), key))
    }
    /// `DelItem`
    DelItem |t, ip, fp| {
        item::delitem(t, get(fp, a(ip)), get(fp, b(ip)))?;
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
        format!(" (missed {} method)", special.name())
    };
    t.type_error(format!("'{name}' object does not support the {protocol} protocol{hint}"))
}

#[inline(always)]
unsafe fn list_or_tuple_item(object: Value, index: i64, t: &Thread) -> Option<Value> {
    let o = object.object()?;
    if t.own.owns_with_shape(o, Kind::List.shape()) {
        // SAFETY: the shape names the body.
        let list: Ref<List> = unsafe { Ref::from_ptr(o) };
        return list.get(item::normalize(index, list.len())?);
    }
    if o.header.shape() == Kind::Tuple.shape() {
        // SAFETY: the shape names the body.
        let tuple: Ref<Tuple> = unsafe { Ref::from_ptr(o) };
        return Some(tuple.at(item::normalize(index, tuple.len())?));
    }
    None
}

/// `GetItem`
pub struct GetItem;
impl Handler for GetItem {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let v = list_or_tuple_item(get(fp, b(ip)), get(fp, c(ip)).as_small()?, t)?;
            set(fp, a(ip), v);
            Some((ip.add(1), fp))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe { finish(ip, fp, item::getitem(t, get(fp, b(ip)), get(fp, c(ip)))) }
    }
}

/// `GetItemInt`
pub struct GetItemInt;
impl Handler for GetItemInt {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let v = list_or_tuple_item(get(fp, b(ip)), c_int(ip), t)?;
            set(fp, a(ip), v);
            Some((ip.add(1), fp))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe { finish(ip, fp, item::getitem(t, get(fp, b(ip)), Value::small(c_int(ip)))) }
    }
}

/// `SetItem`
pub struct SetItem;
impl Handler for SetItem {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let o = get(fp, a(ip)).object()?;
            let index = get(fp, b(ip)).as_small()?;
            let w = t.own.writer_with_shape(o, Kind::List.shape())?;
            let list: Ref<List> = Ref::from_ptr(o);
            list.set_item(&w, item::normalize(index, list.len())?, get(fp, c(ip)));
            Some((ip.add(1), fp))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            item::setitem(t, get(fp, a(ip)), get(fp, b(ip)), get(fp, c(ip)))?;
            Ok((ip.add(1), fp))
        }
    }
}
