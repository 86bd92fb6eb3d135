//! Globals, namespaces and cells.

use pystm_stm::peer::Ask;

use super::slow_ops;
use crate::{
    builtins::{
        cell::Cell,
        dict::{self, Dict, cached},
        exceptions,
        tuple::Tuple,
    },
    bytecode::LocalKind,
    error::{Exc, PyResult, Raised},
    interp::{
        Handler, Next, Prepared, Prepares,
        decode::{a, b, c, cache, get, set, set_cache},
        frame::{function_of, own_namespace},
        prepare,
    },
    object::Ref,
    protocol::{attr::name_text, item},
    thread::Thread,
    value::Value,
};

#[inline(always)]
unsafe fn global_fast(ip: *const u64, fp: *mut Value, t: &Thread) -> Option<Next> {
    // SAFETY: contract of `Handler`; the caches belong to this instruction.
    unsafe {
        let function = function_of(fp);
        let globals: Ref<Dict> = Ref::from_ptr(function.globals.get().object_unchecked());
        let word = cache(ip, 1);
        let value = if cached::is_absent(word) {
            if !cached::is_still_absent(&t.own, globals, word) {
                return None;
            }
            let builtins: Ref<Dict> = Ref::from_ptr(function.builtins.get().object_unchecked());
            cached::load(&t.own, builtins, cache(ip, 2))?
        } else {
            cached::load(&t.own, globals, word)?
        };
        set(fp, a(ip), value);
        Some((ip.add(3), fp))
    }
}

/// Looks a global up and fills the caches of the instruction.
///
/// # Safety
/// Contract of `Handler`, for an instruction with two cache words.
unsafe fn global_slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> PyResult {
    // SAFETY: contract of `Handler`.
    unsafe {
        let function = function_of(fp);
        let name = function.loaded().names[c(ip)];
        let globals: Ref<Dict> = Ref::known(function.globals.get());
        if globals.object().header.shape() != crate::kind::Kind::Dict.shape() {
            // A subclass may have a `__getitem__` or `__missing__` of its own: nothing is cached.
            if let Some(v) = find_in_mapping(t, globals.value(), name)? {
                return Ok(v);
            }
            return match find_in_mapping(t, function.builtins.get(), name)? {
                Some(v) => Ok(v),
                None => Err(name_not_defined(t, name)),
            };
        }
        let (word, held) = cached::track_keys(t, globals, name);
        if let Some(held) = held {
            set_cache(ip, 1, word);
            return Ok(held.value());
        }
        let builtins = function.builtins.get();
        if let Some(builtins) = builtins.cast::<Dict>().filter(|_| dict::is_exact(builtins)) {
            let (found, held) = cached::track_keys(t, builtins, name);
            if let Some(held) = held {
                set_cache(ip, 2, found);
                set_cache(ip, 1, if found == 0 { 0 } else { word });
                return Ok(held.value());
            }
        } else if let Some(v) = find_in_mapping(t, builtins, name)? {
            return Ok(v);
        }
        Err(name_not_defined(t, name))
    }
}

#[cold]
fn name_not_defined(t: &mut Thread, name: Value) -> Raised {
    exceptions::name_error(t, Exc::NameError, format!("name '{}' is not defined", name_text(name)), name)
}

/// `mapping[name]`, `None` for KeyError.
pub(crate) fn find_in_mapping(t: &mut Thread, mapping: Value, name: Value) -> PyResult<Option<Value>> {
    if mapping.object().is_some_and(|o| o.header.shape() == crate::kind::Kind::Dict.shape()) {
        return dict::get(t, Ref::known(mapping), name);
    }
    match item::getitem(t, mapping, name) {
        Ok(v) => Ok(Some(v)),
        Err(raised) => {
            t.catch(raised, Exc::KeyError)?;
            Ok(None)
        }
    }
}

/// `LoadGlobal`
pub struct LoadGlobal;
impl Handler for LoadGlobal {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe { global_fast(ip, fp, t) }
    }
    const PREPARES: Prepares = Prepares::Rights;
    #[inline(always)]
    unsafe fn prepare(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Prepared {
        // SAFETY: contract of `Handler`.
        unsafe {
            let function = function_of(fp);
            let prepared = prepare::claim_globals(t, function.globals.get(), function.builtins.get());
            prepared.and(|| prepare::claim_global(t, function.globals.get(), cache(ip, 1), Ask::Read))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let v = global_slow(t, ip, fp)?;
            set(fp, a(ip), v);
            Ok((ip.add(3), fp))
        }
    }
}

/// The namespace of the running frame: its own, or the globals.
///
/// # Safety
/// `fp` must be the window of a frame of module, class or `exec` code.
unsafe fn namespace(fp: *mut Value) -> Option<Value> {
    // SAFETY: such frames have the link set.
    unsafe { own_namespace(*fp.sub(3)) }
}

/// `LoadName`
pub struct LoadName;
impl Handler for LoadName {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe { if (*fp.sub(3)).is_unset() { global_fast(ip, fp, t) } else { None } }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let found = match namespace(fp) {
                Some(ns) => find_in_mapping(t, ns, function_of(fp).loaded().names[c(ip)])?,
                None => None,
            };
            let v = match found {
                Some(v) => v,
                None => global_slow(t, ip, fp)?,
            };
            set(fp, a(ip), v);
            Ok((ip.add(3), fp))
        }
    }
}

/// Stores a global through the cache of an instruction.
#[inline(always)]
unsafe fn store_global_fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
    // SAFETY: contract of `Handler`.
    unsafe {
        let globals: Ref<Dict> = Ref::from_ptr(function_of(fp).globals.get().object_unchecked());
        cached::store(&mut t.own, globals, cache(ip, 1), get(fp, a(ip)))?;
        Some((ip.add(2), fp))
    }
}

/// # Safety
/// Contract of `Handler`.
unsafe fn store_global_slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
    // SAFETY: contract of `Handler`.
    unsafe {
        let function = function_of(fp);
        let name = function.loaded().names[c(ip)];
        let globals: Ref<Dict> = Ref::known(function.globals.get());
        dict::set(t, globals, name, get(fp, a(ip)))?;
        let (word, held) = cached::track_keys(t, globals, name);
        if held.is_some() {
            set_cache(ip, 1, word);
        }
        Ok((ip.add(2), fp))
    }
}

/// `StoreGlobal`
pub struct StoreGlobal;
impl Handler for StoreGlobal {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe { store_global_fast(ip, fp, t) }
    }
    const PREPARES: Prepares = Prepares::Writing;
    #[inline(always)]
    unsafe fn prepare(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Prepared {
        // SAFETY: contract of `Handler`.
        unsafe { prepare::claim_global(t, function_of(fp).globals.get(), cache(ip, 1), Ask::Write) }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe { store_global_slow(t, ip, fp) }
    }
}

/// `StoreName`
pub struct StoreName;
impl Handler for StoreName {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe { if (*fp.sub(3)).is_unset() { store_global_fast(ip, fp, t) } else { None } }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let globals = function_of(fp).globals.get();
            let ns = namespace(fp).unwrap_or(globals);
            if ns == globals && dict::is_exact(globals) {
                return store_global_slow(t, ip, fp);
            }
            let name = function_of(fp).loaded().names[c(ip)];
            item::setitem(t, ns, name, get(fp, a(ip)))?;
            Ok((ip.add(2), fp))
        }
    }
}

fn unbound_cell(t: &mut Thread, fp: *mut Value, register: usize, name: usize) -> Raised {
    // SAFETY: `fp` is the running frame's window.
    let loaded = unsafe { function_of(fp) }.loaded();
    let free = loaded.locals.get(register).is_some_and(|l| l.1 == LocalKind::Free);
    if !free {
        return super::moves::unbound_local(t, fp, name);
    }
    let name = loaded.names[name];
    let message = format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
        name_text(name)
    );
    exceptions::name_error(t, Exc::NameError, message, name)
}

slow_ops! {
    /// `DeleteGlobal`
    DeleteGlobal |t, ip, fp| {
        let function = function_of(fp);
        let name = function.loaded().names[c(ip)];
        if dict::remove(t, Ref::known(function.globals.get()), name)?.is_none() {
            return Err(name_not_defined(t, name));
        }
        Ok((ip.add(1), fp))
    }
    /// `DeleteName`
    DeleteName |t, ip, fp| {
        let function = function_of(fp);
        let name = function.loaded().names[c(ip)];
        let ns = namespace(fp).unwrap_or(function.globals.get());
        if let Err(raised) = item::delitem(t, ns, name) {
            t.catch(raised, Exc::KeyError)?;
            return Err(name_not_defined(t, name));
        }
        Ok((ip.add(1), fp))
    }
    /// `LoadLocals`
    LoadLocals |t, ip, fp| {
        set(fp, a(ip), namespace(fp).unwrap_or(function_of(fp).globals.get()));
        Ok((ip.add(1), fp))
    }
    /// `LoadFromDictOrGlobal`
    LoadFromDictOrGlobal |t, ip, fp| {
        let function = function_of(fp);
        let name = function.loaded().names[c(ip)];
        let mut found = find_in_mapping(t, get(fp, b(ip)), name)?;
        if found.is_none() {
            found = find_in_mapping(t, function.globals.get(), name)?;
        }
        if found.is_none() {
            found = find_in_mapping(t, function.builtins.get(), name)?;
        }
        match found {
            Some(v) => set(fp, a(ip), v),
            None => return Err(name_not_defined(t, name)),
        }
        Ok((ip.add(1), fp))
    }
    /// `LoadFromDictOrDeref`
    LoadFromDictOrDeref |t, ip, fp| {
        let name = function_of(fp).loaded().locals[c(ip)].0;
        let v = match find_in_mapping(t, get(fp, b(ip)), name)? {
            Some(v) => v,
            None => match Ref::<Cell>::known(get(fp, c(ip))).content.get().given() {
                Some(v) => v,
                None => {
                    let message = format!(
                        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
                        name_text(name)
                    );
                    return Err(exceptions::name_error(t, Exc::NameError, message, name));
                }
            },
        };
        set(fp, a(ip), v);
        Ok((ip.add(1), fp))
    }
    /// `MakeCell`
    MakeCell |t, ip, fp| {
        let cell = crate::builtins::cell::new(t, get(fp, a(ip)));
        set(fp, a(ip), cell);
        Ok((ip.add(1), fp))
    }
    /// `CopyFree`
    CopyFree |t, ip, fp| {
        let closure = Ref::<Tuple>::known(function_of(fp).closure.get());
        for i in 0..b(ip) {
            set(fp, a(ip) + i, closure.at(i));
        }
        Ok((ip.add(1), fp))
    }
    /// `DeleteDeref`
    DeleteDeref |t, ip, fp| {
        let cell = Ref::<Cell>::known(get(fp, b(ip)));
        if cell.content.get().is_unset() {
            return Err(unbound_cell(t, fp, b(ip), c(ip)));
        }
        let w = t.write(cell);
        cell.content.set(&w, Value::UNSET);
        Ok((ip.add(1), fp))
    }
}

/// `LoadDeref`
pub struct LoadDeref;
impl Handler for LoadDeref {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`; register b holds a cell.
        unsafe {
            let cell: Ref<Cell> = Ref::from_ptr(get(fp, b(ip)).object_unchecked());
            if !t.own.may_read(cell.object()) {
                return None;
            }
            let v = cell.peek().content.get();
            if v.is_unset() {
                return None;
            }
            set(fp, a(ip), v);
            Some((ip.add(1), fp))
        }
    }
    const PREPARES: Prepares = Prepares::Rights;
    #[inline(always)]
    unsafe fn prepare(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Prepared {
        // SAFETY: contract of `Handler`; register b holds a cell.
        prepare::claim(t, unsafe { get(fp, b(ip)).object_unchecked() }, Ask::Read)
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            match Ref::<Cell>::known(get(fp, b(ip))).content.get().given() {
                Some(v) => {
                    set(fp, a(ip), v);
                    Ok((ip.add(1), fp))
                }
                None => Err(unbound_cell(t, fp, b(ip), c(ip))),
            }
        }
    }
}

/// `StoreDeref`
pub struct StoreDeref;
impl Handler for StoreDeref {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`; register a holds a cell.
        unsafe {
            let cell: Ref<Cell> = Ref::from_ptr(get(fp, a(ip)).object_unchecked());
            let w = t.own.quick_writer(cell.object())?;
            cell.peek().content.set(&w, get(fp, b(ip)));
            Some((ip.add(1), fp))
        }
    }
    const PREPARES: Prepares = Prepares::Writing;
    #[inline(always)]
    unsafe fn prepare(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Prepared {
        // SAFETY: contract of `Handler`; register a holds a cell.
        prepare::claim(t, unsafe { get(fp, a(ip)).object_unchecked() }, Ask::Write)
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`; register a holds a cell.
        unsafe {
            let cell: Ref<Cell> = Ref::known(get(fp, a(ip)));
            let w = t.write(cell);
            cell.content.set(&w, get(fp, b(ip)));
            Ok((ip.add(1), fp))
        }
    }
}
