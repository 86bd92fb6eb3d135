//! Arrays to and from bytes, files, lists and strs.

use pystm_text::{
    TextBuf,
    codec::{ByteOrder, Codec},
};
use pystm_vm::{
    builtins::{
        buffer, bytearray, bytes,
        codecs::{self, Native},
        container,
        list::{self, List},
        str::Str,
        typed_array::{self, Code, TypedArray},
    },
    error::{Exc, PyResult},
    object::Ref,
    protocol::call,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{
    items::{bits, check_resizable, insert, splice},
    this,
};
use crate::support::to_i64;

/// Bytes that `tofile` writes at once.
const BLOCK: usize = 64 << 10;

pub(super) fn tobytes(t: &mut Thread, args: &[Value]) -> PyResult {
    bytes::new(t, this(args[0]).bytes().as_slice())
}

pub(super) fn frombytes(t: &mut Thread, args: &[Value]) -> PyResult {
    append_bytes(t, this(args[0]), args[1])?;
    Ok(Value::NONE)
}

/// Appends the items in a bytes-like object.
pub(super) fn append_bytes(t: &mut Thread, array: Ref<TypedArray>, source: Value) -> PyResult<()> {
    let item_size = match source.cast::<TypedArray>() {
        Some(other) => other.code().size(),
        None => 1,
    };
    let content = buffer::to_vec(t, source)?;
    if item_size != 1 {
        return Err(t.type_error("a bytes-like object is required"));
    }
    if content.len() % array.code().size() != 0 {
        return Err(t.value_error("bytes length not a multiple of item size"));
    }
    let end = array.len();
    splice(t, array, end..end, &content)
}

pub(super) fn tofile(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let mut at = 0;
    while at < array.bytes().len() {
        // `write` may change the array.
        let all = array.bytes();
        let block = bytes::new(t, &all.as_slice()[at..all.len().min(at + BLOCK)])?;
        call::call_method(t, args[1], "write", &[block])?;
        at += BLOCK;
    }
    Ok(Value::NONE)
}

pub(super) fn fromfile(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let count = to_i64(t, args[2])?;
    if count < 0 {
        return Err(t.value_error("negative count"));
    }
    let size = array.code().size() as i64;
    let Some(wanted) = count.checked_mul(size).and_then(Value::try_small) else {
        return Err(t.memory_error());
    };
    let read = call::call_method(t, args[1], "read", &[wanted])?;
    let Some(content) = read.as_bytes() else { return Err(t.type_error("read() didn't return bytes")) };
    let enough = content.len() as i64 == wanted.small_value();
    append_bytes(t, array, read)?;
    if !enough {
        return Err(t.raise(Exc::EOFError, "read() didn't return enough bytes"));
    }
    Ok(Value::NONE)
}

pub(super) fn tolist(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let list = list::new(t, &[]);
    list::reserve(t, Ref::known(list), array.len())?;
    let mut i = 0;
    while let Some(item) = typed_array::get(t, array, i)? {
        list::append(t, Ref::known(list), item);
        i += 1;
    }
    Ok(list)
}

pub(super) fn fromlist(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let Some(list) = args[1].cast::<List>() else { return Err(t.type_error("arg must be list")) };
    let (len, count) = (array.len(), list.len());
    let result = append_list(t, array, list, count);
    if result.is_err() && array.len() > len {
        // All or nothing.
        let w = t.write(array.bytes());
        array.bytes().set_len(&w, len * array.code().size());
    }
    result.map(|()| Value::NONE)
}

fn append_list(t: &mut Thread, array: Ref<TypedArray>, list: Ref<List>, count: usize) -> PyResult<()> {
    check_resizable(t, array)?;
    for i in 0..count {
        let item = list.get(i).unwrap_or(Value::NONE);
        let bits = bits(t, array.code(), item)?;
        if list.len() != count {
            return Err(t.raise(Exc::RuntimeError, "list changed size during iteration"));
        }
        let end = array.len();
        insert(t, array, end, bits)?;
    }
    Ok(())
}

pub(super) fn fromunicode(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let Some(text) = args[1].as_str() else {
        let name = type_of(args[1]).name();
        return Err(t.type_error(format!("fromunicode() argument must be str, not {name}")));
    };
    if !array.code().is_text() {
        return Err(t.value_error("fromunicode() may only be called on unicode type arrays ('u' or 'w')"));
    }
    append_text(t, array, text)?;
    Ok(Value::NONE)
}

/// Appends the characters of a str to an array of characters.
pub(super) fn append_text(t: &mut Thread, array: Ref<TypedArray>, text: Ref<Str>) -> PyResult<()> {
    let content: Vec<u8> = text.units().iter().flat_map(u32::to_ne_bytes).collect();
    let end = array.len();
    splice(t, array, end..end, &content)
}

pub(super) fn tounicode(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    if !array.code().is_text() {
        return Err(t.value_error("tounicode() may only be called on unicode type arrays ('u' or 'w')"));
    }
    text(t, array)
}

/// The str of an array of characters.
fn text(t: &mut Thread, array: Ref<TypedArray>) -> PyResult {
    if array.code() == Code::CodePoint {
        let content = bytes::new(t, array.bytes().as_slice())?;
        let codec = Native { codec: Codec::Utf32(ByteOrder::Little), name: "utf-32-le" };
        return codecs::decode_native(t, codec, content, "strict", true).map(|(text, _)| text);
    }
    let mut buf = TextBuf::new();
    let bytes = array.bytes();
    for item in bytes.as_slice().chunks_exact(4) {
        let c = u32::from_ne_bytes([item[0], item[1], item[2], item[3]]);
        if c > 0x10_ffff {
            return Err(t.value_error(format!("character U+{c:x} is not in range [U+0000; U+10ffff]")));
        }
        buf.push(c);
    }
    Str::from_buf(t, &buf)
}

pub(super) fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let (name, code) = (type_of(args[0]).name(), array.code().letter());
    let mut buf = TextBuf::new();
    buf.push_str(&format!("{name}('{code}'"));
    if !array.is_empty() {
        let content = if array.code().is_text() { text(t, array)? } else { tolist(t, args)? };
        buf.push_str(", ");
        container::push_repr(t, &mut buf, content)?;
    }
    buf.push_str(")");
    container::finish_text(t, &buf)
}

pub(super) fn byteswap(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    let mut content = bytearray::to_vec(array.bytes());
    content.chunks_exact_mut(array.code().size()).for_each(<[u8]>::reverse);
    let w = t.write(array.bytes());
    array.bytes().store(&w, 0, &content);
    Ok(Value::NONE)
}
