//! `str.join`.

use pystm_text::TextBuf;

use super::{Str, methods::this};
use crate::{
    builtins::list::List,
    error::{Exc, PyResult},
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
        let count = list.len();
        return join_items(t, separator, count, |i| list.get(i));
    }
    if let Some(tuple) = args[1].as_tuple() {
        return join_items(t, separator, tuple.len(), |i| tuple.values().get(i).copied());
    }
    if t.special(args[1], Special::Iter).is_none() && t.special(args[1], Special::GetItem).is_none() {
        return Err(t.type_error("can only join an iterable"));
    }
    let items = iter::collect(t, args[1])?;
    join_items(t, separator, items.len(), |i| items.get(i).copied())
}

fn join_items(
    t: &mut Thread,
    separator: Ref<Str>,
    count: usize,
    get: impl Fn(usize) -> Option<Value>,
) -> PyResult {
    if count == 1
        && let Some(only) = get(0).filter(|v| super::is_exact(*v))
    {
        return Ok(only);
    }
    let mut ascii = separator.is_ascii();
    let mut len = separator.len().saturating_mul(count.saturating_sub(1));
    for i in 0..count {
        let Some(item) = get(i) else { continue };
        let Some(s) = item.as_str() else {
            let got = type_of(item).message_name();
            return Err(
                t.raise(Exc::TypeError, format!("sequence item {i}: expected str instance, {got} found"))
            );
        };
        ascii &= s.is_ascii();
        len = len.saturating_add(s.len());
    }
    if len > 1 << 40 {
        return Err(t.overflow_error("join() result is too long for a Python string"));
    }
    if ascii && len > 1 {
        let separator = super::ascii_text(separator.value()).unwrap_or("");
        let parts = (0..count).flat_map(|i| {
            let item = get(i).and_then(super::ascii_text).unwrap_or("");
            [if i > 0 { separator } else { "" }, item]
        });
        return Str::join_ascii(t, len, parts);
    }
    let mut buf = TextBuf::with_capacity(len);
    for i in 0..count {
        if i > 0 && !separator.is_empty() {
            buf.push_units(separator.units());
        }
        if let Some(s) = get(i).and_then(|item| item.as_str()) {
            buf.push_units(s.units());
        }
    }
    Str::from_buf(t, &buf)
}
