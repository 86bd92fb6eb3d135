//! Filling dicts: from other dicts, mappings, iterables of pairs and keyword arguments.

use crate::{
    atomic::instruction,
    builtins::{
        dict::{self, Dict},
        function::native::NativeMethod,
    },
    error::{Exc, PyResult, Raised},
    kind::Kind,
    object::Ref,
    protocol::{attr, call, item, iter},
    runtime::{class_of_kind, type_of},
    special::Special,
    thread::Thread,
    value::Value,
};

/// The arguments of `dict(...)` and `dict.update(...)`: at most one positional one, and keywords.
pub fn with_arguments(
    t: &mut Thread,
    dict: Ref<Dict>,
    name: &str,
    args: Value,
    kwargs: Value,
) -> PyResult<()> {
    if let Some(args) = args.as_tuple() {
        match args.values() {
            [] => {}
            &[source] => update(t, dict, source)?,
            more => {
                return Err(t.type_error(format!("{name} expected at most 1 argument, got {}", more.len())));
            }
        }
    }
    match kwargs.cast::<Dict>() {
        Some(keywords) if !keywords.is_empty() => merge_dict(t, dict, keywords),
        _ => Ok(()),
    }
}

/// `dict.update(source)`: a dict, anything with `keys`, or pairs.
pub fn update(t: &mut Thread, dict: Ref<Dict>, source: Value) -> PyResult<()> {
    if iterates_plainly(t, source) {
        return merge_dict(t, dict, Ref::known(source));
    }
    match attr::find_attr(t, source, "keys")? {
        Some(_) => merge(t, dict, source),
        None => from_pairs(t, dict, source),
    }
}

/// Whether the value is a dict whose class does not iterate in a way of its own.
pub fn iterates_plainly(t: &mut Thread, value: Value) -> bool {
    if value.cast::<Dict>().is_none() {
        return false;
    }
    let class = class_of_kind(Kind::Dict);
    type_of(value) == class || {
        let own = t.special(value, Special::Iter);
        own.is_some_and(|m| m.cast::<NativeMethod>().is_some_and(|n| n.owner.get() == class.value()))
    }
}

/// Adds the items of a mapping.
pub fn merge(t: &mut Thread, dict: Ref<Dict>, source: Value) -> PyResult<()> {
    if iterates_plainly(t, source) {
        return merge_dict(t, dict, Ref::known(source));
    }
    let keys = call::call_method(t, source, "keys", &[])?;
    iter::for_each(t, keys, |t, key| {
        let value = item::getitem(t, source, key)?;
        dict::set(t, dict, key, value)
    })
}

fn merge_dict(t: &mut Thread, dict: Ref<Dict>, source: Ref<Dict>) -> PyResult<()> {
    if dict == source || source.is_empty() {
        return Ok(());
    }
    t.acquire(dict);
    if dict.is_empty() && dict.owner().is_none() {
        let copy = dict::copy(t, source)?;
        dict::take_over(t, dict, copy);
        return Ok(());
    }
    if source.len() > 1 {
        dict::begin_update(t, dict, source);
    }
    let (size, end) = (source.len(), source.end_position());
    let mut position = 0;
    while let Some((at, key, value)) = source.entry_from(position) {
        let hash = source.entry_hash(t, at);
        dict::set_hashed(t, dict, key, hash, value)?;
        if source.len() != size || source.end_position() != end {
            return Err(t.raise(Exc::RuntimeError, "dict mutated during update"));
        }
        position = at + 1;
    }
    Ok(())
}

fn from_pairs(t: &mut Thread, dict: Ref<Dict>, source: Value) -> PyResult<()> {
    // The pairs are read between stores.
    instruction::begin_for(t, dict);
    instruction::begin_with(t, source);
    let mut index = 0;
    iter::for_each(t, source, |t, pair| {
        let items = match iter::collect(t, pair) {
            Ok(items) => items,
            Err(raised) => {
                if !t.pending_is(Exc::TypeError) {
                    return Err(raised);
                }
                let iterable = t.special(pair, Special::Iter).is_some();
                let exception = t.take_exception(raised);
                return Err(not_a_pair(t, index, iterable.then_some(exception))?);
            }
        };
        let &[key, value] = items.as_slice() else {
            let n = items.len();
            return Err(t.value_error(format!(
                "dictionary update sequence element #{index} has length {n}; 2 is required"
            )));
        };
        index += 1;
        dict::set(t, dict, key, value)
    })
}

/// TypeError for an element that is not iterable, or the error that its iteration gave, with a note that says which one.
#[cold]
fn not_a_pair(t: &mut Thread, index: usize, exception: Option<Value>) -> PyResult<Raised> {
    let exception = match exception {
        Some(exception) => exception,
        None => {
            let raised = t.type_error("object is not iterable");
            t.take_exception(raised)
        }
    };
    let note =
        t.new_str(&format!("Cannot convert dictionary update sequence element #{index} to a sequence"));
    call::call_method(t, exception, "add_note", &[note])?;
    Ok(t.reraise(exception))
}
