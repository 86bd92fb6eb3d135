//! Items and slices.

use pystm_stm::peer::Ask;

use super::{finish, slow_ops};
use crate::{
    builtins::{
        list::{self, List, divide},
        tuple::Tuple,
    },
    error::Raised,
    interp::{
        Handler, Next, Prepared, Prepares,
        decode::{a, b, c, c_int, get, set},
        frame, prepare,
    },
    kind::Kind,
    object::Ref,
    protocol::item,
    shape,
    special::Special,
    thread::Thread,
    value::Value,
};

slow_ops! {
    /// `SetSlice`
    SetSlice |t, ip, fp| {
        item::setslice(t, get(fp, a(ip)), get(fp, b(ip)), get(fp, b(ip) + 1), get(fp, c(ip)))?;
        Ok((ip.add(1), fp))
    }
    /// `GetSlice`
    GetSlice |t, ip, fp| {
        finish(ip, fp, item::getslice(t, get(fp, b(ip)), get(fp, c(ip)), get(fp, c(ip) + 1)))
    }
    /// `DelItem`
    DelItem |t, ip, fp| {
        item::delitem(t, get(fp, a(ip)), get(fp, b(ip)))?;
        Ok((ip.add(1), fp))
    }
}

#[inline(always)]
unsafe fn list_or_tuple_item(object: Value, index: i64, t: &Thread) -> Option<Value> {
    let o = object.object()?;
    let shape = o.header.shape();
    if shape == Kind::List.shape() {
        if !t.own.may_read(o) {
            return None;
        }
        // SAFETY: the shape names the body.
        let list = unsafe { Ref::<List>::from_ptr(o).peek() };
        return list.get(item::normalize(index, list.len())?);
    }
    if shape == Kind::Tuple.shape() {
        // SAFETY: the shape names the body.
        let tuple: Ref<Tuple> = unsafe { Ref::from_ptr(o) };
        return Some(tuple.at(item::normalize(index, tuple.len())?));
    }
    None
}

/// The right to read a list or a dict. An item of a list in cards is read at once, if it can be.
///
/// # Safety
/// Contract of `Handler`.
#[inline(always)]
unsafe fn claim_or_get(t: &mut Thread, ip: *const u64, fp: *mut Value, value: Value, key: Value) -> Prepared {
    let Some(object) = value.object() else { return Prepared::Nothing };
    let shape = object.header.shape();
    if shape == Kind::List.shape() {
        // SAFETY: handed on.
        return unsafe { claim_or_get_of_list(t, ip, fp, Ref::from_ptr(object), key) };
    }
    if shape == Kind::Dict.shape() { prepare::claim(t, object, Ask::Read) } else { Prepared::Nothing }
}

/// # Safety
/// As for [`claim_or_get`].
#[inline(never)]
unsafe fn claim_or_get_of_list(
    t: &mut Thread,
    ip: *const u64,
    fp: *mut Value,
    list: Ref<List>,
    key: Value,
) -> Prepared {
    if divide::is_divided(list) {
        let Some(item) = key.as_small().and_then(|index| divide::get_now(t, list, index)) else {
            return Prepared::Nothing;
        };
        // SAFETY: handed on.
        unsafe { set(fp, a(ip), item) };
        return Prepared::Done;
    }
    // One that had better be divided is not asked for as a whole.
    if divide::is_read_in_cards(t, list) {
        Prepared::Nothing
    } else {
        prepare::claim(t, list.object(), Ask::Read)
    }
}

/// The right to write a list. An item of one in cards is replaced at once, if it can be.
#[inline(never)]
fn claim_or_set(t: &mut Thread, list: Ref<List>, key: Value, item: Value) -> Prepared {
    if divide::is_divided(list) {
        let done = key.as_small().is_some_and(|index| divide::set_now(t, list, index, item));
        return if done { Prepared::Done } else { Prepared::Nothing };
    }
    if divide::is_in_cards(t, list) {
        Prepared::Nothing
    } else {
        prepare::claim(t, list.object(), Ask::Write)
    }
}

/// The slow part of both.
///
/// # Safety
/// Contract of `Handler`.
#[inline(always)]
unsafe fn getitem(
    t: &mut Thread,
    ip: *const u64,
    fp: *mut Value,
    object: Value,
    key: Value,
) -> Result<Next, Raised> {
    // SAFETY: handed on.
    unsafe {
        if object.object().is_some_and(|o| shape::shape_of_object(o).kind == Kind::Object)
            && let Some(method) = t.special(object, Special::GetItem)
            && let Some(next) = frame::enter_special(t, ip, fp, 1, method, [object, key])
        {
            return Ok(next);
        }
        finish(ip, fp, item::getitem(t, object, key))
    }
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
    const PREPARES: Prepares = Prepares::Rights;
    #[inline(always)]
    unsafe fn prepare(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Prepared {
        // SAFETY: contract of `Handler`.
        unsafe { claim_or_get(t, ip, fp, get(fp, b(ip)), get(fp, c(ip))) }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe { getitem(t, ip, fp, get(fp, b(ip)), get(fp, c(ip))) }
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
    const PREPARES: Prepares = Prepares::Rights;
    #[inline(always)]
    unsafe fn prepare(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Prepared {
        // SAFETY: contract of `Handler`.
        unsafe { claim_or_get(t, ip, fp, get(fp, b(ip)), Value::small(c_int(ip))) }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe { getitem(t, ip, fp, get(fp, b(ip)), Value::small(c_int(ip))) }
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
            let list = Ref::<List>::from_ptr(o).peek();
            list.set_item(&w, item::normalize(index, list.len())?, get(fp, c(ip)));
            Some((ip.add(1), fp))
        }
    }
    /// That the collector has to know of a list is rarer than stores to anything else, which prepare nothing.
    const PREPARES: Prepares = Prepares::Rights;
    #[inline(always)]
    unsafe fn prepare(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Prepared {
        // SAFETY: contract of `Handler`.
        unsafe {
            match list::exact(get(fp, a(ip))) {
                Some(list) => claim_or_set(t, list, get(fp, b(ip)), get(fp, c(ip))),
                None => Prepared::Nothing,
            }
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
