//! Items of arrays: conversion with all its errors, subscripts, and the changes of length that everything else is made of.

use std::ops::Range;

use num_bigint::Sign;
use num_traits::ToPrimitive;
use pystm_vm::{
    builtins::{
        bounds::{self, Span},
        bytearray, float, int,
        slice::Slice,
        typed_array::{self, Code, TypedArray},
    },
    error::{Exc, PyResult, Raised},
    object::Ref,
    protocol::{item::normalize, number},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{from_bytes, this};
use crate::support::to_i64;

/// The bits of an item. May run Python code.
pub(super) fn bits(t: &mut Thread, code: Code, value: Value) -> PyResult<u64> {
    if let Some(bits) = code.easy_bits(value) {
        return Ok(bits);
    }
    match code {
        Code::F64 => Ok(float::to_f64(t, value)?.to_bits()),
        Code::F32 => Ok((float::to_f64(t, value)? as f32).to_bits() as u64),
        Code::Wide | Code::CodePoint => character(t, value),
        Code::I8 => {
            let n = in_range(t, value, i16::MIN as i64..i16::MAX as i64 + 1, "signed short integer")?;
            in_range(t, n, -128..128, "signed char")?;
            Ok(n.small_value() as u64)
        }
        Code::U8 => Ok(in_range(t, value, 0..256, "unsigned byte integer")?.small_value() as u64),
        Code::I16 => {
            let n = in_range(t, value, i16::MIN as i64..i16::MAX as i64 + 1, "signed short integer")?;
            Ok(n.small_value() as u64)
        }
        Code::U16 => {
            let n = in_range(t, value, i32::MIN as i64..i32::MAX as i64 + 1, "signed integer")?;
            in_range(t, n, 0..1 << 16, "unsigned short")?;
            Ok(n.small_value() as u64)
        }
        Code::I32 => {
            let n = in_range(t, value, i32::MIN as i64..i32::MAX as i64 + 1, "signed integer")?;
            Ok(n.small_value() as u64)
        }
        Code::Long => Ok(to_i64(t, value)? as u64),
        Code::I64 => {
            let n = number::index(t, value)?;
            int::to_bigint(n)
                .to_i64()
                .map(|n| n as u64)
                .ok_or_else(|| t.overflow_error("int too big to convert"))
        }
        Code::U64 => unsigned(t, value, "can't convert negative int to unsigned", "int too big to convert"),
        Code::U32 | Code::ULong => {
            let n = unsigned(
                t,
                value,
                "can't convert negative value to unsigned int",
                "Python int too large to convert to C unsigned long",
            )?;
            if code == Code::U32 && n > u32::MAX as u64 {
                return Err(t.overflow_error("unsigned int is greater than maximum"));
            }
            Ok(n)
        }
    }
}

/// The int of a value, a small one, if it lies in the range.
fn in_range(t: &mut Thread, value: Value, range: Range<i64>, what: &str) -> PyResult {
    let n = to_i64(t, value)?;
    if n < range.start {
        return Err(t.overflow_error(format!("{what} is less than minimum")));
    }
    if n >= range.end {
        return Err(t.overflow_error(format!("{what} is greater than maximum")));
    }
    Ok(Value::small(n))
}

fn unsigned(t: &mut Thread, value: Value, negative: &str, large: &str) -> PyResult<u64> {
    let n = number::index(t, value)?;
    let n = int::to_bigint(n);
    if n.sign() == Sign::Minus {
        return Err(t.overflow_error(negative));
    }
    n.to_u64().ok_or_else(|| t.overflow_error(large))
}

fn character(t: &mut Thread, value: Value) -> PyResult<u64> {
    let Some(s) = value.as_str() else {
        let name = type_of(value).name();
        return Err(t.type_error(format!("array item must be a unicode character, not {name}")));
    };
    if s.len() != 1 {
        let n = s.len();
        return Err(
            t.type_error(format!("array item must be a unicode character, not a string of length {n}"))
        );
    }
    Ok(s.code_point(0) as u64)
}

/// Replaces the bytes in a range of items by others. BufferError if that changes the length and there are memoryviews.
pub(super) fn splice(
    t: &mut Thread,
    array: Ref<TypedArray>,
    range: Range<usize>,
    bytes: &[u8],
) -> PyResult<()> {
    let size = array.code().size();
    let range = range.start * size..range.end * size;
    if range.len() != bytes.len() {
        check_resizable(t, array)?;
    }
    bytearray::splice(t, array.bytes(), range, bytes)
}

/// BufferError if there are memoryviews over the items.
pub(super) fn check_resizable(t: &mut Thread, array: Ref<TypedArray>) -> PyResult<()> {
    if bytearray::is_exported(t, array.bytes()) {
        return Err(t.raise(Exc::BufferError, "cannot resize an array that is exporting buffers"));
    }
    Ok(())
}

/// Inserts an item before index `at`, which may be the length.
pub(super) fn insert(t: &mut Thread, array: Ref<TypedArray>, at: usize, bits: u64) -> PyResult<()> {
    splice(t, array, at..at, &bits.to_ne_bytes()[..array.code().size()])
}

/// What a subscript selects.
enum Key {
    Index(i64),
    Slice(Span),
}

fn key(t: &mut Thread, array: Ref<TypedArray>, key: Value) -> PyResult<Key> {
    if key.cast::<Slice>().is_some() {
        return bounds::span(t, key, || array.len()).map(Key::Slice);
    }
    bounds::index_or(t, key, || "array indices must be integers".to_owned()).map(Key::Index)
}

pub(super) fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    match key(t, array, args[1])? {
        Key::Index(i) => {
            let item = match normalize(i, array.len()) {
                Some(i) => typed_array::get(t, array, i)?,
                None => None,
            };
            item.ok_or_else(|| t.index_error("array index out of range"))
        }
        Key::Slice(span) => {
            let picked = picked(array, span);
            from_bytes(t, array.code(), &picked)
        }
    }
}

/// The bytes of the items in a span.
fn picked(array: Ref<TypedArray>, span: Span) -> Vec<u8> {
    let (size, bytes) = (array.code().size(), array.bytes());
    let bytes = bytes.as_slice();
    if span.is_range() {
        let range = span.range();
        return bytes[range.start * size..range.end * size].to_vec();
    }
    let mut out = Vec::with_capacity(span.count * size);
    span.indices().for_each(|i| out.extend_from_slice(&bytes[i * size..(i + 1) * size]));
    out
}

pub(super) fn setitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    match key(t, array, args[1])? {
        Key::Index(i) => {
            if normalize(i, array.len()).is_none() {
                return Err(out_of_range(t));
            }
            let bits = bits(t, array.code(), args[2])?;
            t.acquire(array.bytes());
            // The conversion may have shortened the array.
            let Some(i) = normalize(i, array.len()) else { return Err(out_of_range(t)) };
            array.set_bits(t, i, bits);
        }
        Key::Slice(span) => set_slice(t, array, span, args[2])?,
    }
    Ok(Value::NONE)
}

#[cold]
fn out_of_range(t: &mut Thread) -> Raised {
    t.index_error("array assignment index out of range")
}

/// The error of CPython's `PyErr_BadArgument`, for arrays of another type code.
#[cold]
pub(super) fn bad_argument(t: &mut Thread) -> Raised {
    t.type_error("bad argument type for built-in operation")
}

fn set_slice(t: &mut Thread, array: Ref<TypedArray>, span: Span, source: Value) -> PyResult<()> {
    let Some(other) = source.cast::<TypedArray>() else {
        let name = type_of(source).name();
        return Err(t.type_error(format!("can only assign array (not \"{name}\") to array slice")));
    };
    if other.code() != array.code() {
        return Err(bad_argument(t));
    }
    let content = bytearray::to_vec(other.bytes());
    if span.is_range() {
        return splice(t, array, span.range(), &content);
    }
    let (size, count) = (array.code().size(), content.len() / array.code().size());
    if count == 0 {
        return delete(t, array, span);
    }
    if count != span.count {
        let message =
            format!("attempt to assign array of size {count} to extended slice of size {}", span.count);
        return Err(t.value_error(message));
    }
    let bytes = array.bytes();
    let w = t.write(bytes);
    let len = bytes.len() / size;
    for (i, item) in span.indices().zip(content.chunks(size)).filter(|(i, _)| *i < len) {
        bytes.store(&w, i * size, item);
    }
    Ok(())
}

fn delete(t: &mut Thread, array: Ref<TypedArray>, span: Span) -> PyResult<()> {
    if span.is_range() || span.count == 0 {
        return splice(t, array, span.range(), &[]);
    }
    let mut gone = vec![false; array.len()];
    span.indices().for_each(|i| gone[i] = true);
    let content = bytearray::to_vec(array.bytes());
    let items = content.chunks(array.code().size()).zip(gone);
    let kept: Vec<u8> = items.filter(|(_, gone)| !gone).flat_map(|(item, _)| item).copied().collect();
    let all = 0..array.len();
    splice(t, array, all, &kept)
}

pub(super) fn delitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    t.acquire(array.bytes());
    match key(t, array, args[1])? {
        Key::Index(i) => match normalize(i, array.len()) {
            Some(i) => splice(t, array, i..i + 1, &[])?,
            None => return Err(out_of_range(t)),
        },
        Key::Slice(span) => delete(t, array, span)?,
    }
    Ok(Value::NONE)
}
