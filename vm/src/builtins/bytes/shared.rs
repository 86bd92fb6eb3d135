//! The methods that bytes and bytearray share.

use pystm_text::{
    TextBuf, Units,
    ops::{self, Side},
};

use super::common::{Needle, Subject, needle, parts, this};
use crate::{
    builtins::{
        bounds::{self, limit, size},
        buffer, codecs,
        list::List,
        str::encode::name_argument,
        tuple,
    },
    error::{Exc, PyResult},
    protocol::{iter, number, truth},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// The bytes of text that was made of bytes.
fn narrow(buf: &TextBuf) -> &[u8] {
    match buf {
        TextBuf::One(bytes) => bytes,
        _ => &[],
    }
}

fn searched(t: &mut Thread, args: &[Value]) -> PyResult<(Subject, Needle, Option<std::ops::Range<usize>>)> {
    let _pin = buffer::pin_receiver(t, args);
    let needle = needle(t, args[1])?;
    let subject = this(args[0]);
    let (start, end) = bounds::bounds(t, args[2], args[3], || subject.view.len())?;
    Ok((subject, needle, (start <= end).then_some(start..end)))
}

fn position(t: &mut Thread, args: &[Value], last: bool) -> PyResult<Option<usize>> {
    let (subject, needle, range) = searched(t, args)?;
    let Some(range) = range else { return Ok(None) };
    let start = range.start;
    let part = subject.units().slice(range);
    let found = if last { part.rfind(needle.units()) } else { part.find(needle.units()) };
    Ok(found.map(|i| start + i))
}

pub(crate) fn find(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(position(t, args, false)?.map_or(-1, |i| i as i64)))
}

pub(crate) fn rfind(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(position(t, args, true)?.map_or(-1, |i| i as i64)))
}

pub(crate) fn index(t: &mut Thread, args: &[Value]) -> PyResult {
    match position(t, args, false)? {
        Some(i) => Ok(Value::small(i as i64)),
        None => Err(t.value_error("subsection not found")),
    }
}

pub(crate) fn rindex(t: &mut Thread, args: &[Value]) -> PyResult {
    match position(t, args, true)? {
        Some(i) => Ok(Value::small(i as i64)),
        None => Err(t.value_error("subsection not found")),
    }
}

pub(crate) fn count(t: &mut Thread, args: &[Value]) -> PyResult {
    let (subject, needle, range) = searched(t, args)?;
    let count = range.map_or(0, |range| subject.units().slice(range).count(needle.units()));
    Ok(Value::small(count as i64))
}

/// The number that `in` looks for. An object whose `__index__` fails is taken for a bytes-like one.
fn number_sought(t: &mut Thread, value: Value) -> PyResult<Option<Value>> {
    if !bounds::is_index(t, value) {
        return Ok(None);
    }
    match number::index(t, value) {
        Ok(number) => Ok(Some(number)),
        Err(raised) => t.catch(raised, Exc::Exception).map(|_| None),
    }
}

pub(crate) fn contains(t: &mut Thread, args: &[Value]) -> PyResult {
    let _pin = buffer::pin_receiver(t, args);
    let needle = match number_sought(t, args[1])? {
        Some(number) => needle(t, number)?,
        None => Needle::Bytes(buffer::get(t, args[1])?),
    };
    Ok(Value::bool(this(args[0]).units().find(needle.units()).is_some()))
}

pub(crate) fn startswith(t: &mut Thread, args: &[Value]) -> PyResult {
    affix(t, "startswith", args, <[u8]>::starts_with)
}

pub(crate) fn endswith(t: &mut Thread, args: &[Value]) -> PyResult {
    affix(t, "endswith", args, <[u8]>::ends_with)
}

fn affix(t: &mut Thread, name: &str, args: &[Value], matches: fn(&[u8], &[u8]) -> bool) -> PyResult {
    let subject = this(args[0]);
    let (start, end) = bounds::bounds(t, args[2], args[3], || subject.view.len())?;
    if let Some(tuple) = args[1].as_tuple() {
        for &item in tuple.values() {
            let affix = buffer::get(t, item)?;
            let end = end.min(subject.view.len());
            if start <= end && matches(&subject.view[start..end], &affix) {
                return Ok(Value::TRUE);
            }
        }
        return Ok(Value::FALSE);
    }
    let Some(affix) = buffer::try_get(t, args[1])? else {
        let got = type_of(args[1]).name();
        return Err(t.type_error(format!("{name} first arg must be bytes or a tuple of bytes, not {got}")));
    };
    let end = end.min(subject.view.len());
    Ok(Value::bool(start <= end && matches(&subject.view[start..end], &affix)))
}

pub(crate) fn replace(t: &mut Thread, args: &[Value]) -> PyResult {
    let _pin = buffer::pin_receiver(t, args);
    let old = buffer::get(t, args[1])?;
    let new = buffer::get(t, args[2])?;
    let count = limit(t, args[3])?;
    let subject = this(args[0]);
    match ops::replace(subject.units(), Units::One(&old), Units::One(&new), count) {
        Some(buf) => subject.make(t, narrow(&buf)),
        None => subject.same(t),
    }
}

fn separator(t: &mut Thread, value: Value) -> PyResult<Option<buffer::ByteView>> {
    let Some(value) = value.given_not_none() else { return Ok(None) };
    needed_separator(t, value).map(Some)
}

fn needed_separator(t: &mut Thread, value: Value) -> PyResult<buffer::ByteView> {
    let separator = buffer::get(t, value)?;
    if separator.is_empty() {
        return Err(t.value_error("empty separator"));
    }
    Ok(separator)
}

pub(crate) fn split(t: &mut Thread, args: &[Value]) -> PyResult {
    let _pin = buffer::pin_receiver(t, args);
    let max = limit(t, args[2])?;
    let separator = separator(t, args[1])?;
    let subject = this(args[0]);
    let ranges = match separator {
        Some(separator) => ops::split_on(subject.units(), Units::One(&separator), max),
        None => ops::split(subject.units(), max, ops::is_bytes_space),
    };
    parts(t, &subject, ranges)
}

pub(crate) fn rsplit(t: &mut Thread, args: &[Value]) -> PyResult {
    let _pin = buffer::pin_receiver(t, args);
    let max = limit(t, args[2])?;
    let separator = separator(t, args[1])?;
    let subject = this(args[0]);
    let ranges = match separator {
        Some(separator) => ops::right_split_on(subject.units(), Units::One(&separator), max),
        None => ops::right_split(subject.units(), max, ops::is_bytes_space),
    };
    parts(t, &subject, ranges)
}

pub(crate) fn splitlines(t: &mut Thread, args: &[Value]) -> PyResult {
    let keep_ends = match args[1].given() {
        Some(v) => truth::is_true(t, v)?,
        None => false,
    };
    let subject = this(args[0]);
    let ranges = ops::split_lines(subject.units(), keep_ends, |c| c == 10 || c == 13);
    parts(t, &subject, ranges)
}

fn strip_side(t: &mut Thread, args: &[Value], side: Side) -> PyResult {
    let chars = match args[1].given_not_none() {
        Some(v) => Some(buffer::get(t, v)?),
        None => None,
    };
    let subject = this(args[0]);
    let range = match chars {
        Some(chars) => ops::strip(subject.units(), side, |c| chars.contains(&(c as u8))),
        None => ops::strip(subject.units(), side, ops::is_bytes_space),
    };
    subject.part(t, range)
}

pub(crate) fn strip(t: &mut Thread, args: &[Value]) -> PyResult {
    strip_side(t, args, Side::Both)
}

pub(crate) fn lstrip(t: &mut Thread, args: &[Value]) -> PyResult {
    strip_side(t, args, Side::Left)
}

pub(crate) fn rstrip(t: &mut Thread, args: &[Value]) -> PyResult {
    strip_side(t, args, Side::Right)
}

pub(crate) fn partition(t: &mut Thread, args: &[Value]) -> PyResult {
    let _pin = buffer::pin_receiver(t, args);
    let separator = needed_separator(t, args[1])?;
    let subject = this(args[0]);
    let Some(range) = ops::partition(subject.units(), Units::One(&separator)) else {
        let whole = subject.same(t)?;
        let (a, b) = (subject.make(t, b"")?, subject.make(t, b"")?);
        return Ok(tuple::new_small(t, &[whole, a, b]));
    };
    around(t, &subject, args[1], range)
}

pub(crate) fn rpartition(t: &mut Thread, args: &[Value]) -> PyResult {
    let _pin = buffer::pin_receiver(t, args);
    let separator = needed_separator(t, args[1])?;
    let subject = this(args[0]);
    let Some(range) = ops::right_partition(subject.units(), Units::One(&separator)) else {
        let whole = subject.same(t)?;
        let (a, b) = (subject.make(t, b"")?, subject.make(t, b"")?);
        return Ok(tuple::new_small(t, &[a, b, whole]));
    };
    around(t, &subject, args[1], range)
}

fn around(t: &mut Thread, subject: &Subject, separator: Value, range: std::ops::Range<usize>) -> PyResult {
    let before = subject.part(t, 0..range.start)?;
    let middle = match separator.as_bytes() {
        Some(_) if subject.maker == super::Maker::Bytes => separator,
        _ => subject.part(t, range.clone())?,
    };
    let after = subject.part(t, range.end..subject.view.len())?;
    Ok(tuple::new_small(t, &[before, middle, after]))
}

pub(crate) fn removeprefix(t: &mut Thread, args: &[Value]) -> PyResult {
    let prefix = buffer::get(t, args[1])?;
    let subject = this(args[0]);
    let start = if subject.view.starts_with(&prefix) { prefix.len() } else { 0 };
    subject.part(t, start..subject.view.len())
}

pub(crate) fn removesuffix(t: &mut Thread, args: &[Value]) -> PyResult {
    let suffix = buffer::get(t, args[1])?;
    let subject = this(args[0]);
    let cut = if subject.view.ends_with(&suffix) { suffix.len() } else { 0 };
    subject.part(t, 0..subject.view.len() - cut)
}

pub(crate) fn join(t: &mut Thread, args: &[Value]) -> PyResult {
    let _pin = buffer::pin_receiver(t, args);
    let list = args[1].cast::<List>();
    if list.is_none()
        && t.special(args[1], Special::Iter).is_none()
        && t.special(args[1], Special::GetItem).is_none()
    {
        return Err(t.type_error("can only join an iterable"));
    }
    let items = iter::collect(t, args[1])?;
    let subject = this(args[0]);
    let mut out = Vec::new();
    for (i, &item) in items.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(&subject.view);
        }
        match buffer::try_get(t, item)? {
            Some(view) => {
                if items.len() == 1 && subject.maker == super::Maker::Bytes && super::is_exact(item) {
                    return Ok(item);
                }
                out.extend_from_slice(&view);
                if list.is_some_and(|list| list.len() != items.len()) {
                    return Err(t.raise(Exc::RuntimeError, "sequence changed size during iteration"));
                }
            }
            None => {
                let got = type_of(item).message_name();
                let message = format!("sequence item {i}: expected a bytes-like object, {got} found");
                return Err(t.raise(Exc::TypeError, message));
            }
        }
    }
    subject.make(t, &out)
}

fn fill(t: &mut Thread, name: &str, value: Value) -> PyResult<u8> {
    let Some(value) = value.given() else { return Ok(b' ') };
    let Some(view) = buffer::direct(value) else {
        let got = crate::builtins::str::methods::argument_type_name(value);
        return Err(t.type_error(format!("{name}() argument 2 must be a byte string of length 1, not {got}")));
    };
    if view.len() != 1 {
        let (kind, n) = (if value.as_bytes().is_some() { "bytes" } else { "bytearray" }, view.len());
        return Err(t.type_error(format!(
            "{name}(): argument 2 must be a byte string of length 1, not a {kind} object of length {n}"
        )));
    }
    Ok(view[0])
}

fn pad(t: &mut Thread, name: &str, args: &[Value], f: fn(Units<'_>, usize, u32) -> TextBuf) -> PyResult {
    let width = size(t, args[1])?;
    let fill = fill(t, name, args[2])?;
    let subject = this(args[0]);
    if width <= subject.view.len() as i64 {
        return subject.same(t);
    }
    if width as usize > super::MAX_LEN {
        return Err(t.memory_error());
    }
    let buf = f(subject.units(), width as usize, fill as u32);
    subject.make(t, narrow(&buf))
}

pub(crate) fn center(t: &mut Thread, args: &[Value]) -> PyResult {
    pad(t, "center", args, ops::center)
}

pub(crate) fn ljust(t: &mut Thread, args: &[Value]) -> PyResult {
    pad(t, "ljust", args, ops::left_justify)
}

pub(crate) fn rjust(t: &mut Thread, args: &[Value]) -> PyResult {
    pad(t, "rjust", args, ops::right_justify)
}

pub(crate) fn zfill(t: &mut Thread, args: &[Value]) -> PyResult {
    let width = size(t, args[1])?;
    let subject = this(args[0]);
    if width <= subject.view.len() as i64 {
        return subject.same(t);
    }
    if width as usize > super::MAX_LEN {
        return Err(t.memory_error());
    }
    let buf = ops::zero_fill(subject.units(), width as usize);
    subject.make(t, narrow(&buf))
}

pub(crate) fn expandtabs(t: &mut Thread, args: &[Value]) -> PyResult {
    let tab_size = crate::builtins::str::tab_size(t, args[1])?;
    let subject = this(args[0]);
    let tabs = subject.view.iter().filter(|&&b| b == b'\t').count();
    if tabs.saturating_mul(tab_size) > super::MAX_LEN {
        return Err(t.overflow_error("result too long"));
    }
    let buf = ops::expand_tabs(subject.units(), tab_size);
    subject.make(t, narrow(&buf))
}

pub(crate) fn translate(t: &mut Thread, args: &[Value]) -> PyResult {
    let table = match args[1].given_not_none() {
        Some(v) => Some(buffer::to_vec(t, v)?),
        None => None,
    };
    if table.as_ref().is_some_and(|table| table.len() != 256) {
        return Err(t.value_error("translation table must be 256 characters long"));
    }
    let mut deleted = [false; 256];
    if let Some(delete) = args[2].given() {
        for &b in buffer::get(t, delete)?.iter() {
            deleted[b as usize] = true;
        }
    }
    let subject = this(args[0]);
    let kept = subject.view.iter().filter(|&&b| !deleted[b as usize]);
    let out: Vec<u8> = match &table {
        Some(table) => kept.map(|&b| table[b as usize]).collect(),
        None => kept.copied().collect(),
    };
    if out == *subject.view {
        return subject.same(t);
    }
    subject.make(t, &out)
}

pub(crate) fn maketrans(t: &mut Thread, args: &[Value]) -> PyResult {
    let from = buffer::to_vec(t, args[0])?;
    let to = buffer::to_vec(t, args[1])?;
    if from.len() != to.len() {
        return Err(t.value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (a, b) in from.into_iter().zip(to) {
        table[a as usize] = b;
    }
    super::new(t, &table)
}

pub(crate) fn decode(t: &mut Thread, args: &[Value]) -> PyResult {
    let encoding = name_argument(t, "decode", "encoding", args[1])?;
    let errors = name_argument(t, "decode", "errors", args[2])?;
    codecs::decode_bytes(t, args[0], encoding.as_deref().unwrap_or("utf-8"), errors.as_deref())
}

fn mapped(t: &mut Thread, args: &[Value], f: impl Fn(&[u8]) -> Vec<u8>) -> PyResult {
    let subject = this(args[0]);
    let out = f(&subject.view);
    subject.make(t, &out)
}

pub(crate) fn lower(t: &mut Thread, args: &[Value]) -> PyResult {
    mapped(t, args, <[u8]>::to_ascii_lowercase)
}

pub(crate) fn upper(t: &mut Thread, args: &[Value]) -> PyResult {
    mapped(t, args, <[u8]>::to_ascii_uppercase)
}

pub(crate) fn swapcase(t: &mut Thread, args: &[Value]) -> PyResult {
    let swap = |b: &u8| if b.is_ascii_lowercase() { b.to_ascii_uppercase() } else { b.to_ascii_lowercase() };
    mapped(t, args, |bytes| bytes.iter().map(swap).collect())
}

pub(crate) fn capitalize(t: &mut Thread, args: &[Value]) -> PyResult {
    mapped(t, args, |bytes| {
        let mut out = bytes.to_ascii_lowercase();
        if let Some(first) = out.first_mut() {
            first.make_ascii_uppercase();
        }
        out
    })
}

pub(crate) fn title(t: &mut Thread, args: &[Value]) -> PyResult {
    mapped(t, args, |bytes| {
        let mut after_letter = false;
        let convert = |&b: &u8| {
            let out = if after_letter { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
            after_letter = b.is_ascii_alphabetic();
            out
        };
        bytes.iter().map(convert).collect()
    })
}

fn all(args: &[Value], predicate: impl Fn(&u8) -> bool) -> PyResult {
    let subject = this(args[0]);
    Ok(Value::bool(!subject.view.is_empty() && subject.view.iter().all(predicate)))
}

pub(crate) fn isalnum(_: &mut Thread, args: &[Value]) -> PyResult {
    all(args, u8::is_ascii_alphanumeric)
}

pub(crate) fn isalpha(_: &mut Thread, args: &[Value]) -> PyResult {
    all(args, u8::is_ascii_alphabetic)
}

pub(crate) fn isascii(_: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(this(args[0]).view.is_ascii()))
}

pub(crate) fn isdigit(_: &mut Thread, args: &[Value]) -> PyResult {
    all(args, u8::is_ascii_digit)
}

pub(crate) fn isspace(_: &mut Thread, args: &[Value]) -> PyResult {
    all(args, |&b| ops::is_bytes_space(b as u32))
}

pub(crate) fn islower(_: &mut Thread, args: &[Value]) -> PyResult {
    let subject = this(args[0]);
    let any = subject.view.iter().any(u8::is_ascii_lowercase);
    Ok(Value::bool(any && !subject.view.iter().any(u8::is_ascii_uppercase)))
}

pub(crate) fn isupper(_: &mut Thread, args: &[Value]) -> PyResult {
    let subject = this(args[0]);
    let any = subject.view.iter().any(u8::is_ascii_uppercase);
    Ok(Value::bool(any && !subject.view.iter().any(u8::is_ascii_lowercase)))
}

pub(crate) fn istitle(_: &mut Thread, args: &[Value]) -> PyResult {
    let (mut cased, mut after_cased) = (false, false);
    for b in this(args[0]).view.iter() {
        if b.is_ascii_uppercase() && after_cased || b.is_ascii_lowercase() && !after_cased {
            return Ok(Value::FALSE);
        }
        after_cased = b.is_ascii_alphabetic();
        cased |= after_cased;
    }
    Ok(Value::bool(cased))
}
