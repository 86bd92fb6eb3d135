//! The algebra of sets: each operation as the methods do it (any iterable) and as the operators do it (sets only).

use super::{
    Set, add_distinct, add_hashed, clear, contains_hashed, for_each_hashed, is_set, item_hash, new_of_class,
    remove_hashed, shrink, take_over, update,
};
use crate::{
    builtins::dict::{self, Dict},
    error::PyResult,
    kind::Kind,
    object::Ref,
    protocol::iter,
    runtime::class_of_kind,
    shape,
    special::{self, BinaryOp, Compare},
    thread::Thread,
    value::Value,
};

/// Set or frozenset, whichever the operand is or inherits from: results are never of a subclass.
fn new_like(t: &mut Thread, operand: Ref<Set>) -> Ref<Set> {
    let kind = shape::shape_of_object(operand.object()).kind;
    new_of_class(t, class_of_kind(if kind == Kind::FrozenSet { Kind::FrozenSet } else { Kind::Set }))
}

/// The operator of two sets; `None` if sets do not have it.
pub fn binary(t: &mut Thread, op: BinaryOp, set: Ref<Set>, other: Ref<Set>) -> Option<PyResult> {
    const SUB: u8 = special::SUB.special;
    const AND: u8 = special::AND.special;
    const OR: u8 = special::OR.special;
    const XOR: u8 = special::XOR.special;
    let operation = match op.special {
        SUB => difference,
        AND => intersection,
        OR => union,
        XOR => symmetric_difference,
        _ => return None,
    };
    Some(operation(t, set, other.value()).map(Ref::value))
}

/// A copy that is an exact set or frozenset.
pub fn copy(t: &mut Thread, set: Ref<Set>) -> PyResult<Ref<Set>> {
    let result = new_like(t, set);
    update(t, result, set.value())?;
    Ok(result)
}

/// The items of both.
pub fn union(t: &mut Thread, set: Ref<Set>, other: Value) -> PyResult<Ref<Set>> {
    let result = copy(t, set)?;
    if other != set.value() {
        update(t, result, other)?;
    }
    Ok(result)
}

/// The items that are in both.
pub fn intersection(t: &mut Thread, set: Ref<Set>, other: Value) -> PyResult<Ref<Set>> {
    if other == set.value() {
        return copy(t, set);
    }
    let result = new_like(t, set);
    if let Some(o) = other.cast::<Set>() {
        // The smaller one is walked.
        let (walked, asked) = if o.len() > set.len() { (set, o) } else { (o, set) };
        choose(t, result, walked, asked, true)?;
        return Ok(result);
    }
    for_each_hashed(t, other, |t, key, hash| {
        if contains_hashed(t, set, key, hash)? {
            add_hashed(t, result, key, hash)?;
        }
        Ok(())
    })?;
    Ok(result)
}

/// Puts the items of a set into an empty one: those that are in a third set, or those that are not.
fn choose(t: &mut Thread, result: Ref<Set>, walked: Ref<Set>, asked: Ref<Set>, there: bool) -> PyResult<()> {
    let mut position = 0;
    // Until code has run, no item comes twice.
    let mut distinct = true;
    while let Some((e, key, hash)) = walked.entry_from(position) {
        position = e + 1;
        let found = match asked.find_quietly(key, hash) {
            Some(found) => found,
            None => {
                distinct = false;
                contains_hashed(t, asked, key, hash)?
            }
        };
        if found != there {
            continue;
        }
        if distinct {
            add_distinct(t, result, key, hash)?;
        } else {
            add_hashed(t, result, key, hash)?;
        }
    }
    Ok(())
}

/// Keeps what is in the iterable too.
pub fn intersection_update(t: &mut Thread, set: Ref<Set>, other: Value) -> PyResult<()> {
    t.acquire(set);
    let result = intersection(t, set, other)?;
    take_over(t, set, result);
    Ok(())
}

/// The items that are not in the iterable.
pub fn difference(t: &mut Thread, set: Ref<Set>, other: Value) -> PyResult<Ref<Set>> {
    let (other_set, other_dict) = (other.cast::<Set>(), exact_dict(other));
    let other_len = other_set.map(|s| s.len()).or(other_dict.map(|d| d.len()));
    // When the other one is much smaller, removing its items from a copy is less work.
    if set.len() >> 2 > other_len.unwrap_or(0) || other_len.is_none() {
        let result = copy(t, set)?;
        difference_update(t, result, other)?;
        return Ok(result);
    }
    let result = new_like(t, set);
    if let Some(other) = other_set {
        choose(t, result, set, other, false)?;
    }
    if let Some(other) = other_dict {
        for_each_hashed(t, set.value(), |t, key, hash| {
            if dict::get_hashed(t, other, key, hash)?.is_none() {
                add_hashed(t, result, key, hash)?;
            }
            Ok(())
        })?;
    }
    Ok(result)
}

fn exact_dict(value: Value) -> Option<Ref<Dict>> {
    dict::is_exact(value).then(|| Ref::known(value))
}

/// Removes what is in the iterable.
pub fn difference_update(t: &mut Thread, set: Ref<Set>, other: Value) -> PyResult<()> {
    if other == set.value() {
        clear(t, set);
        return Ok(());
    }
    let mut walked = other;
    if let Some(o) = other.cast::<Set>()
        && o.len() >> 3 > set.len()
    {
        walked = intersection(t, set, other)?.value();
    }
    for_each_hashed(t, walked, |t, key, hash| remove_hashed(t, set, key, hash).map(|_| ()))?;
    shrink(t, set)
}

/// The items that are in exactly one of both.
pub fn symmetric_difference(t: &mut Thread, set: Ref<Set>, other: Value) -> PyResult<Ref<Set>> {
    let result = new_like(t, set);
    update(t, result, other)?;
    symmetric_difference_update(t, result, set.value())?;
    Ok(result)
}

/// Removes what is in the iterable and adds what was not there.
pub fn symmetric_difference_update(t: &mut Thread, set: Ref<Set>, other: Value) -> PyResult<()> {
    if other == set.value() {
        clear(t, set);
        return Ok(());
    }
    let source = if is_set(other) || exact_dict(other).is_some() {
        other
    } else {
        // An item that comes twice counts once.
        let distinct = new_like(t, set);
        update(t, distinct, other)?;
        distinct.value()
    };
    for_each_hashed(t, source, |t, key, hash| {
        if !remove_hashed(t, set, key, hash)? {
            add_hashed(t, set, key, hash)?;
        }
        Ok(())
    })
}

/// Whether all items are in the iterable.
pub fn is_subset(t: &mut Thread, set: Ref<Set>, other: Value) -> PyResult<bool> {
    match other.cast::<Set>() {
        Some(other) => is_subset_of(t, set, other),
        None => Ok(intersection(t, set, other)?.len() == set.len()),
    }
}

fn is_subset_of(t: &mut Thread, set: Ref<Set>, other: Ref<Set>) -> PyResult<bool> {
    if set.len() > other.len() {
        return Ok(false);
    }
    let mut position = match set.is_subset_quietly(&other) {
        Ok(answer) => return Ok(answer),
        Err(position) => position,
    };
    while let Some((e, key, hash)) = set.entry_from(position) {
        if !contains_hashed(t, other, key, hash)? {
            return Ok(false);
        }
        position = e + 1;
    }
    Ok(true)
}

/// Whether all items of the iterable are in the set.
pub fn is_superset(t: &mut Thread, set: Ref<Set>, other: Value) -> PyResult<bool> {
    if let Some(o) = other.cast::<Set>() {
        return is_subset_of(t, o, set);
    }
    let iterator = iter::consume(t, other)?;
    while let Some(key) = iter::next(t, iterator)? {
        let hash = item_hash(t, key)?;
        if !contains_hashed(t, set, key, hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether no item is in both.
pub fn is_disjoint(t: &mut Thread, set: Ref<Set>, other: Value) -> PyResult<bool> {
    if other == set.value() {
        return Ok(set.is_empty());
    }
    if let Some(o) = other.cast::<Set>() {
        let (walked, asked) = if o.len() > set.len() { (set, o) } else { (o, set) };
        let mut position = 0;
        while let Some((e, key, hash)) = walked.entry_from(position) {
            if contains_hashed(t, asked, key, hash)? {
                return Ok(false);
            }
            position = e + 1;
        }
        return Ok(true);
    }
    let iterator = iter::consume(t, other)?;
    while let Some(key) = iter::next(t, iterator)? {
        let hash = item_hash(t, key)?;
        if contains_hashed(t, set, key, hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `a op b`
pub fn compare(t: &mut Thread, a: Ref<Set>, b: Ref<Set>, op: Compare) -> PyResult<bool> {
    match op {
        Compare::Eq => equal(t, a, b),
        Compare::Ne => Ok(!equal(t, a, b)?),
        Compare::Le => is_subset_of(t, a, b),
        Compare::Ge => is_subset_of(t, b, a),
        Compare::Lt => Ok(a.len() < b.len() && is_subset_of(t, a, b)?),
        Compare::Gt => Ok(b.len() < a.len() && is_subset_of(t, b, a)?),
    }
}

/// `set == other`
pub fn equal(t: &mut Thread, set: Ref<Set>, other: Ref<Set>) -> PyResult<bool> {
    if set == other {
        return Ok(true);
    }
    if set.len() != other.len() {
        return Ok(false);
    }
    if let (Some(a), Some(b)) = (set.cached_hash(), other.cached_hash())
        && a != b
    {
        return Ok(false);
    }
    is_subset_of(t, set, other)
}
