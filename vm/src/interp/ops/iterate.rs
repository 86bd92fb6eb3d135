//! Iteration and unpacking.

use super::{moves::must_poll, slow_ops};
use crate::{
    builtins::{
        dict::{self, Dict},
        iterators,
        list::{self, List},
        range::Range,
        str::Str,
        tuple::Tuple,
    },
    bytecode::Op,
    error::Raised,
    interp::{
        Handler, Next,
        decode::{a, b, c, get, set, word_jump},
        generator, safepoint,
    },
    kind::Kind,
    object::Ref,
    protocol::iter,
    runtime::type_of,
    special::Special,
    stress,
    thread::Thread,
    value::Value,
};

/// `GetIter`: lists, tuples and strs are walked by index in the state's second register, ranges of small ints count in
/// registers; everything else gets an iterator object.
pub struct GetIter;
impl Handler for GetIter {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, _t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let v = get(fp, b(ip));
            let o = v.object()?;
            let state = a(ip);
            let id = o.header.shape();
            if id == Kind::List.shape() || id == Kind::Tuple.shape() || id == Kind::Str.shape() {
                set(fp, state, v);
                set(fp, state + 1, Value::ZERO);
                return Some((ip.add(1), fp));
            }
            if id == Kind::Range.shape() {
                let range: Ref<Range> = Ref::from_ptr(o);
                let (start, stop) = range.small_unit_bounds()?;
                set(fp, state, Value::RANGE_STATE);
                set(fp, state + 1, Value::small(start));
                set(fp, state + 2, Value::small(stop));
                return Some((ip.add(1), fp));
            }
            None
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let v = iter::iter(t, get(fp, b(ip)))?;
            set(fp, a(ip), v);
            // An iterator that happens to be a list would be walked by index; none is.
            set(fp, a(ip) + 1, Value::ZERO);
            Ok((ip.add(1), fp))
        }
    }
}

/// `UseIter`: as [`GetIter`] for what is walked by index, for which a generator expression makes no iterator.
pub struct UseIter;
impl Handler for UseIter {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: handed on.
        unsafe { GetIter::fast(ip, fp, t) }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let iterator = get(fp, b(ip));
            if t.special(iterator, Special::Next).is_some() {
                set(fp, a(ip), iterator);
                set(fp, a(ip) + 1, Value::ZERO);
                return Ok((ip.add(1), fp));
            }
            if crate::intrinsics::is_walked_by_index(iterator) {
                return GetIter::slow(t, ip, fp);
            }
            let name = type_of(iterator).name();
            Err(t.type_error(format!("'{name}' object is not an iterator")))
        }
    }
}

/// `ForIter`
pub struct ForIter;
impl Handler for ForIter {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let state = b(ip);
            let source = get(fp, state);
            let index = get(fp, state + 1);
            let target = word_jump(ip);
            if must_poll(ip, target, t) {
                return None;
            }
            if source == Value::RANGE_STATE {
                if index.small_value() < get(fp, state + 2).small_value() {
                    set(fp, a(ip), index);
                    set(fp, state + 1, Value::from_bits(index.bits().wrapping_add(1 << 2)));
                    return Some((target, fp));
                }
                return Some((ip.add(2), fp));
            }
            let o = source.object()?;
            let i = index.small_value() as usize;
            let shape = o.header.shape();
            let item = if shape == Kind::List.shape() && t.own.may_read(o) {
                Ref::<List>::from_ptr(o).peek().get(i)
            } else if shape == Kind::Tuple.shape() {
                let tuple: Ref<Tuple> = Ref::from_ptr(o);
                tuple.items().get(i).map(|s| s.get())
            } else {
                return None;
            };
            match item {
                Some(v) => {
                    set(fp, a(ip), v);
                    set(fp, state + 1, Value::from_bits(index.bits().wrapping_add(1 << 2)));
                    Some((target, fp))
                }
                None => Some((ip.add(2), fp)),
            }
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let target = word_jump(ip);
            let source = get(fp, b(ip));
            if must_poll(ip, target, t) {
                return for_iter_other(t, ip, fp);
            }
            if let Some(next) = next_by_index(t, ip, fp, source) {
                return Ok(next);
            }
            let Some((next, record)) = iterators::plain_next(source) else {
                return for_iter_other(t, ip, fp);
            };
            t.acquire(record);
            let item = next(t, record)?;
            Ok(finish_for_iter(ip, fp, target, item))
        }
    }
}

/// Stores an item and goes on with the loop, or leaves it.
///
/// # Safety
/// Contract of `Handler`, for a `ForIter`.
#[inline(always)]
unsafe fn finish_for_iter(ip: *const u64, fp: *mut Value, target: *const u64, item: Option<Value>) -> Next {
    // SAFETY: handed on.
    unsafe {
        match item {
            Some(v) => {
                set(fp, a(ip), v);
                (target, fp)
            }
            None => (ip.add(2), fp),
        }
    }
}

/// A step of a loop over what the quick way does not walk by index: a str, or a list that other threads have to be asked
/// for.
///
/// # Safety
/// Contract of `Handler`, for a `ForIter`.
#[inline(always)]
unsafe fn next_by_index(t: &mut Thread, ip: *const u64, fp: *mut Value, source: Value) -> Option<Next> {
    // SAFETY: handed on; the shapes name the bodies.
    unsafe {
        let shape = source.object()?.header.shape();
        let i = get(fp, b(ip) + 1).small_value() as usize;
        let item = if shape == Kind::Str.shape() {
            let text: Ref<Str> = Ref::known(source);
            (i < text.len()).then(|| Str::from_char(t, text.code_point(i)))
        } else if shape == Kind::List.shape() {
            list::get(t, Ref::known(source), i as i64)
        } else {
            return None;
        };
        if item.is_some() {
            set(fp, b(ip) + 1, Value::small(i as i64 + 1));
        }
        Some(finish_for_iter(ip, fp, word_jump(ip), item))
    }
}

/// The slow part of `ForIter` for anything but strs and native iterators with nothing else to do.
///
/// # Safety
/// Contract of `Handler`.
#[inline(never)]
unsafe fn for_iter_other(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
    // SAFETY: handed on.
    unsafe {
        let target = word_jump(ip);
        if must_poll(ip, target, t) {
            loop {
                safepoint::poll(t)?;
                if let Some(next) = stress::quietly(t, |t| ForIter::fast(ip, fp, t)) {
                    return Ok(next);
                }
                if !safepoint::is_asked_for(t) {
                    break;
                }
            }
        }
        let source = get(fp, b(ip));
        if let Some(next) = next_by_index(t, ip, fp, source) {
            return Ok(next);
        }
        let special = Op::ForIterGenerator;
        if let Some(next) = generator::enter_prepared(t, ip, fp, source, Value::NONE, special) {
            return Ok(next);
        }
        let item = iter::next(t, source)?;
        Ok(finish_for_iter(ip, fp, target, item))
    }
}

/// `ForIterGenerator`
pub struct ForIterGenerator;
impl Handler for ForIterGenerator {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`; the operands are those of `ForIter`.
        unsafe {
            if must_poll(ip, word_jump(ip), t) {
                return None;
            }
            generator::enter(t, ip, fp, get(fp, b(ip)), Kind::Generator, Value::NONE)
                .or_else(|| ForIter::fast(ip, fp, t))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: handed on.
        unsafe { ForIter::slow(t, ip, fp) }
    }
}

/// `UnpackSequence`
pub struct UnpackSequence;
impl Handler for UnpackSequence {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`; the shapes name the bodies.
        unsafe {
            let (first, o, count) = (a(ip), get(fp, b(ip)).object()?, c(ip));
            let tuple: Ref<Tuple>;
            let items = if o.header.shape() == Kind::Tuple.shape() {
                tuple = Ref::from_ptr(o);
                tuple.items()
            } else if t.own.owns_with_shape(o, Kind::List.shape()) {
                Ref::<List>::from_ptr(o).peek().items()
            } else {
                return None;
            };
            if items.len() != count {
                return None;
            }
            for (i, slot) in items.iter().enumerate() {
                set(fp, first + i, slot.get());
            }
            Some((ip.add(1), fp))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let (first, source, count) = (a(ip), get(fp, b(ip)), c(ip));
            let shape = source.object().map(|o| o.header.shape());
            let length = if shape == Some(Kind::Tuple.shape()) {
                Some(Ref::<Tuple>::known(source).len())
            } else if shape == Some(Kind::List.shape()) {
                Some(Ref::<List>::known(source).len())
            } else {
                None
            };
            if let Some(n) = length.filter(|&n| n != count) {
                return Err(wrong_count(t, n, count, true));
            }
            check_iterable(t, source)?;
            let iterator = iter::consume(t, source)?;
            let mut items = t.vec();
            while items.len() < count {
                match iter::next(t, iterator)? {
                    Some(v) => items.push(v),
                    None => return Err(wrong_count(t, items.len(), count, false)),
                }
            }
            if iter::next(t, iterator)?.is_some() {
                let whole = source.cast::<Dict>().filter(|_| dict::is_exact(source)).map(|d| d.len());
                return Err(wrong_count(t, whole.unwrap_or(count + 1), count, whole.is_some()));
            }
            for (i, v) in items.iter().enumerate() {
                set(fp, first + i, *v);
            }
            Ok((ip.add(1), fp))
        }
    }
}

slow_ops! {
    /// `UnpackEx`
    UnpackEx |t, ip, fp| {
        let (first, source, before, after) = (a(ip), get(fp, b(ip)), c(ip) & 255, c(ip) >> 8);
        check_iterable(t, source)?;
        let items = iter::collect(t, source)?;
        if items.len() < before + after {
            let message =
                format!("not enough values to unpack (expected at least {}, got {})", before + after, items.len());
            return Err(t.value_error(message));
        }
        let middle = list::try_new(t, &items[before..items.len() - after])?;
        for i in 0..before {
            set(fp, first + i, items[i]);
        }
        set(fp, first + before, middle);
        for i in 0..after {
            set(fp, first + before + 1 + i, items[items.len() - after + i]);
        }
        Ok((ip.add(1), fp))
    }
}

fn check_iterable(t: &mut Thread, source: Value) -> Result<(), Raised> {
    if t.special(source, Special::Iter).is_none() && t.special(source, Special::GetItem).is_none() {
        let name = type_of(source).name();
        return Err(t.type_error(format!("cannot unpack non-iterable {name} object")));
    }
    Ok(())
}

#[cold]
fn wrong_count(t: &mut Thread, got: usize, expected: usize, exact: bool) -> Raised {
    let message = if got > expected && exact {
        format!("too many values to unpack (expected {expected}, got {got})")
    } else if got > expected {
        format!("too many values to unpack (expected {expected})")
    } else {
        format!("not enough values to unpack (expected {expected}, got {got})")
    };
    t.value_error(message)
}
