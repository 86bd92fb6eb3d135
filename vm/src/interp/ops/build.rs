//! Building containers and strs.

use super::{arith::finish, calls::call_name, slow_ops};
use crate::{
    builtins::{
        dict::{self, Dict},
        dict_methods::update,
        list::{self, List},
        set, slice, str, template, tuple,
    },
    bytecode::NO_REG,
    error::{Exc, Raised},
    interp::{
        Handler, Next,
        decode::{a, b, c, get, group, set as put},
    },
    kind::Kind,
    object::Ref,
    protocol::{attr, call, iter, text},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

slow_ops! {
    /// `BuildTuple`
    BuildTuple |t, ip, fp| { finish(ip, fp, tuple::new(t, group(fp, b(ip), c(ip)))) }
    /// `BuildList`
    BuildList |t, ip, fp| { finish(ip, fp, list::try_new(t, group(fp, b(ip), c(ip)))) }
    /// `BuildSet`
    BuildSet |t, ip, fp| {
        let set = set::new(t);
        for i in 0..c(ip) {
            set::add(t, set, get(fp, b(ip) + i))?;
        }
        put(fp, a(ip), set.value());
        Ok((ip.add(1), fp))
    }
    /// `BuildMap`
    BuildMap |t, ip, fp| {
        let dict = dict::new(t);
        for i in 0..c(ip) {
            dict::set(t, dict, get(fp, b(ip) + 2 * i), get(fp, b(ip) + 2 * i + 1))?;
        }
        put(fp, a(ip), dict.value());
        Ok((ip.add(1), fp))
    }
    /// `BuildString`
    BuildString |t, ip, fp| { finish(ip, fp, str::join_all(t, group(fp, b(ip), c(ip)))) }
    /// `BuildSlice`
    BuildSlice |t, ip, fp| {
        let v = slice::new(t, get(fp, b(ip)), get(fp, b(ip) + 1), get(fp, b(ip) + 2));
        put(fp, a(ip), v);
        Ok((ip.add(1), fp))
    }
    /// `ListExtend`
    ListExtend |t, ip, fp| {
        let list = Ref::<List>::known(get(fp, a(ip)));
        let items = get(fp, b(ip));
        if t.special(items, Special::Iter).is_none() && t.special(items, Special::GetItem).is_none() {
            let name = type_of(items).name();
            return Err(t.type_error(format!("Value after * must be an iterable, not {name}")));
        }
        iter::for_each(t, items, |t, item| {
            list::append(t, list, item);
            Ok(())
        })?;
        Ok((ip.add(1), fp))
    }
    /// `ListToTuple`
    ListToTuple |t, ip, fp| {
        let items = list::snapshot(t, Ref::known(get(fp, b(ip))));
        finish(ip, fp, tuple::new(t, &items))
    }
    /// `SetAdd`
    SetAdd |t, ip, fp| {
        // `__conditional_annotations__` is a name, which a program can bind to anything.
        let target = get(fp, a(ip));
        if target.object().is_none_or(|o| o.header.shape() != Kind::Set.shape()) {
            return Err(t.type_error("__conditional_annotations__ is not a set"));
        }
        set::add(t, Ref::known(target), get(fp, b(ip)))?;
        Ok((ip.add(1), fp))
    }
    /// `SetUpdate`
    SetUpdate |t, ip, fp| {
        let target = Ref::known(get(fp, a(ip)));
        iter::for_each(t, get(fp, b(ip)), |t, item| set::add(t, target, item).map(|_| ()))?;
        Ok((ip.add(1), fp))
    }
    /// `MapAdd`
    MapAdd |t, ip, fp| {
        dict::set(t, Ref::known(get(fp, a(ip))), get(fp, b(ip)), get(fp, c(ip)))?;
        Ok((ip.add(1), fp))
    }
    /// `DictUpdate`
    DictUpdate |t, ip, fp| {
        let (target, source) = (Ref::<Dict>::known(get(fp, a(ip))), get(fp, b(ip)));
        if attr::find_attr(t, source, "keys")?.is_none() {
            let name = type_of(source).name();
            return Err(t.type_error(format!("'{name}' object is not a mapping")));
        }
        for_each_item(t, source, |t, key, value| dict::set(t, target, key, value))?;
        Ok((ip.add(1), fp))
    }
    /// `DictMerge`
    DictMerge |t, ip, fp| {
        let (target, source, callee) = (Ref::<Dict>::known(get(fp, a(ip))), get(fp, b(ip)), get(fp, c(ip)));
        if attr::find_attr(t, source, "keys")?.is_none() {
            let (name, got) = (call_name(callee), type_of(source).name());
            return Err(t.type_error(format!("{name} argument after ** must be a mapping, not {got}")));
        }
        for_each_item(t, source, |t, key, value| {
            if key.as_str().is_none() {
                return Err(t.type_error("keywords must be strings"));
            }
            if dict::contains(t, target, key)? {
                let (name, key) = (call_name(callee), attr::name_text(key));
                return Err(t.type_error(format!("{name} got multiple values for keyword argument '{key}'")));
            }
            dict::set(t, target, key, value)
        })?;
        Ok((ip.add(1), fp))
    }
    /// `Format`
    Format |t, ip, fp| {
        let spec = if c(ip) == NO_REG as usize { t.rt.empty_str.get() } else { get(fp, c(ip)) };
        finish(ip, fp, text::format(t, get(fp, b(ip)), spec))
    }
    /// `Convert`
    Convert |t, ip, fp| {
        let v = get(fp, b(ip));
        let result = match c(ip) {
            1 => text::str(t, v),
            2 => text::repr(t, v),
            _ => text::ascii(t, v),
        };
        finish(ip, fp, result)
    }
    /// `BuildInterpolation`
    BuildInterpolation |t, ip, fp| {
        let conversion = match c(ip) { 1 => t.intern("s"), 2 => t.intern("r"), 3 => t.intern("a"), _ => Value::NONE };
        let first = b(ip);
        let v = template::new_interpolation(t, get(fp, first), get(fp, first + 1), conversion, get(fp, first + 2));
        put(fp, a(ip), v);
        Ok((ip.add(1), fp))
    }
    /// `BuildTemplate`
    BuildTemplate |t, ip, fp| {
        let v = template::new_template(t, get(fp, b(ip)), get(fp, c(ip)));
        put(fp, a(ip), v);
        Ok((ip.add(1), fp))
    }
}

/// Calls `f` with the items of a mapping: directly for exact dicts, else through `keys` and `__getitem__`.
pub(crate) fn for_each_item(
    t: &mut Thread,
    mapping: Value,
    mut f: impl FnMut(&mut Thread, Value, Value) -> Result<(), Raised>,
) -> Result<(), Raised> {
    if update::iterates_plainly(t, mapping) {
        let source = Ref::<Dict>::known(mapping);
        // All values of one moment: what `f` stores would keep the instruction from beginning anew.
        dict::wait_for(source);
        let mut position = 0;
        let length = source.len();
        while let Some((at, key, value)) = source.entry_from(position) {
            f(t, key, value)?;
            if source.len() != length {
                return Err(t.raise(Exc::RuntimeError, "dict mutated during update"));
            }
            position = at + 1;
        }
        return Ok(());
    }
    let keys = call::call_method(t, mapping, "keys", &[])?;
    iter::for_each(t, keys, |t, key| {
        let value = crate::protocol::item::getitem(t, mapping, key)?;
        f(t, key, value)
    })
}

/// `ListAppend`
pub struct ListAppend;
impl Handler for ListAppend {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`; register a holds a list.
        unsafe {
            let list: Ref<List> = Ref::from_ptr(get(fp, a(ip)).object_unchecked());
            let w = t.own.writer_with_shape(list.object(), crate::kind::Kind::List.shape())?;
            list.peek().append_in_place(&w, get(fp, b(ip))).then(|| (ip.add(1), fp))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            list::append(t, Ref::known(get(fp, a(ip))), get(fp, b(ip)));
            Ok((ip.add(1), fp))
        }
    }
}
