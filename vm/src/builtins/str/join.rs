//! `str.join`.

use pystm_stm::Slot;
use pystm_text::TextBuf;

use super::{Str, methods::this};
use crate::{
    builtins::list::List,
    error::{PyResult, Raised},
    object::Ref,
    protocol::iter,
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

pub(super) fn join(t: &mut Thread, args: &[Value]) -> PyResult {
    let separator = this(args[0]);
    // Nothing here runs Python code, so the items of a list or tuple can be read where they are.
    if let Some(list) = args[1].cast::<List>() {
        // SAFETY: the list, which is an argument, does not change meanwhile; slots and values are both one word.
        let items = unsafe { &*(list.items() as *const [Slot<Value>] as *const [Value]) };
        return join_items(t, separator, items);
    }
    if let Some(tuple) = args[1].as_tuple() {
        // SAFETY: tuples never change, and this one is an argument or in one.
        let items = unsafe { &*(tuple.values() as *const [Value]) };
        return join_items(t, separator, items);
    }
    if t.special(args[1], Special::Iter).is_none() && t.special(args[1], Special::GetItem).is_none() {
        return Err(t.type_error("can only join an iterable"));
    }
    let items = iter::collect(t, args[1])?;
    join_items(t, separator, &items)
}

fn join_items(t: &mut Thread, separator: Ref<Str>, items: &[Value]) -> PyResult {
    if let [only] = *items
        && super::is_exact(only)
    {
        return Ok(only);
    }
    let mut ascii = separator.is_ascii();
    let mut len = separator.len().saturating_mul(items.len().saturating_sub(1));
    for (i, &item) in items.iter().enumerate() {
        let Some(s) = item.as_str() else { return Err(not_str(t, i, item)) };
        ascii &= s.is_ascii();
        len = len.saturating_add(s.len());
    }
    if len > 1 << 40 {
        return Err(t.overflow_error("join() result is too long for a Python string"));
    }
    if ascii && len > 1 {
        let separator = super::ascii_text(separator.value()).unwrap_or("");
        return Str::join_ascii(t, len, separator, items.iter().filter_map(|&item| super::ascii_text(item)));
    }
    let mut buf = TextBuf::with_capacity(len);
    for (i, item) in items.iter().enumerate() {
        if i > 0 && !separator.is_empty() {
            buf.push_units(separator.units());
        }
        if let Some(s) = item.as_str() {
            buf.push_units(s.units());
        }
    }
    Str::from_buf(t, &buf)
}

#[cold]
fn not_str(t: &mut Thread, index: usize, item: Value) -> Raised {
    let got = type_of(item).message_name();
    t.type_error(format!("sequence item {index}: expected str instance, {got} found"))
}
