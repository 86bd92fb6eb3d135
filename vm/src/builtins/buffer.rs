//! The buffer protocol: how native code gets at the bytes of bytes, bytearrays, memoryviews and other objects that have
//! some.
//!
//! A [`ByteView`] borrows from the object where it can. Its slice is not to be held over anything that may run Python
//! code or reach a safepoint, for the bytes of a bytearray may be replaced there.

use std::{
    borrow::Cow,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::AcqRel},
    },
};

use pystm_stm::Writer;

use super::{
    bytearray::ByteArray,
    bytes::Bytes,
    memoryview::{self, MemoryView},
    typed_array::TypedArray,
    wrapped,
};
use crate::{
    error::{Exc, PyResult, Raised},
    object::{Ref, native},
    protocol::call,
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// What a native object outside the core offers to memoryview and to everything that takes bytes-like objects.
pub trait Buffer {
    /// Calls `f` with all bytes as they are now. `f` runs no Python code.
    fn read(&self, f: &mut dyn FnMut(&[u8]));
    /// Replaces the bytes from `at` on; they lie inside.
    fn write(&self, w: &Writer<'_>, at: usize, bytes: &[u8]);
    /// Whether `write` must not be called.
    fn is_readonly(&self) -> bool;
    /// Format code of the items as in `struct`, `"B"` for plain bytes.
    fn format(&self) -> Cow<'static, str> {
        Cow::Borrowed("B")
    }
    /// Bytes of one item.
    fn item_size(&self) -> usize {
        1
    }
    /// Counts the memoryviews over the object, which must not change its size while there are any.
    fn exports(&self) -> Option<Arc<AtomicUsize>> {
        None
    }
}

/// Keeps a bytearray or native buffer from changing its size, and a memoryview from being released, while Python code
/// runs.
pub struct Pin(Option<Arc<AtomicUsize>>);

impl Drop for Pin {
    fn drop(&mut self) {
        if let Some(count) = &self.0 {
            // AcqRel: pairs with the count's readers, who may be other threads.
            count.fetch_sub(1, AcqRel);
        }
    }
}

/// Pins an object. Nothing happens to one whose bytes never change.
pub fn pin(t: &mut Thread, value: Value) -> Pin {
    let count = if let Some(array) = value.cast::<ByteArray>() {
        Some(super::bytearray::exports(t, array))
    } else if let Some(view) = value.cast::<MemoryView>() {
        Some(memoryview::pins(t, view))
    } else {
        native::buffer(value).and_then(|b| b.exports())
    };
    if let Some(count) = &count {
        // AcqRel: as in `drop`.
        count.fetch_add(1, AcqRel);
    }
    Pin(count)
}

/// Pins the receiver of a method, unless no argument can run Python code.
pub fn pin_receiver(t: &mut Thread, args: &[Value]) -> Option<Pin> {
    let plain = |v: &Value| v.is_unset() || v.is_none() || v.is_small() || super::bytes::is_exact(*v);
    if args[1..].iter().all(plain) { None } else { Some(pin(t, args[0])) }
}

/// The bytes of an object.
pub enum ByteView {
    /// Of a bytes object.
    Bytes(Ref<Bytes>),
    /// Of a bytearray.
    Array(Ref<ByteArray>),
    /// A copy.
    Copy(Vec<u8>),
}

impl std::ops::Deref for ByteView {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            ByteView::Bytes(b) => b.as_slice(),
            ByteView::Array(a) => a.as_slice(),
            ByteView::Copy(c) => c,
        }
    }
}

impl ByteView {
    /// A copy that nothing can change.
    pub fn into_vec(self) -> Vec<u8> {
        match self {
            ByteView::Copy(c) => c,
            other => other.to_vec(),
        }
    }
}

/// The bytes of a bytes object or bytearray, or of an instance of a subclass.
#[inline]
pub fn direct(value: Value) -> Option<ByteView> {
    let value = wrapped::unwrap(value);
    if let Some(b) = value.cast::<Bytes>() {
        return Some(ByteView::Bytes(b));
    }
    value.cast::<ByteArray>().map(ByteView::Array)
}

/// The bytearray that holds the bytes of a bytearray or of an `array.array`.
#[inline]
fn storage(value: Value) -> Option<Ref<ByteArray>> {
    value.cast::<ByteArray>().or_else(|| value.cast::<TypedArray>().map(|a| a.bytes()))
}

/// Whether the value supports the buffer protocol.
pub fn is_bytes_like(t: &mut Thread, value: Value) -> bool {
    direct(value).is_some()
        || value.cast::<TypedArray>().is_some()
        || value.cast::<MemoryView>().is_some()
        || native::buffer(value).is_some()
        || t.special(value, Special::Buffer).is_some()
}

/// The bytes of a bytes-like object, or `None` if it is none.
pub fn try_get(t: &mut Thread, value: Value) -> PyResult<Option<ByteView>> {
    if let Some(view) = direct(value) {
        return Ok(Some(view));
    }
    if let Some(view) = value.cast::<MemoryView>() {
        return memoryview::contiguous_bytes(t, view).map(|b| Some(ByteView::Copy(b)));
    }
    if let Some(array) = value.cast::<TypedArray>() {
        return Ok(Some(ByteView::Array(array.bytes())));
    }
    if let Some(buffer) = native::buffer(value) {
        let mut copy = Vec::new();
        buffer.read(&mut |bytes| copy = bytes.to_vec());
        return Ok(Some(ByteView::Copy(copy)));
    }
    let Some(method) = t.special(value, Special::Buffer) else { return Ok(None) };
    let view = call::call_unbound(t, method, value, &[Value::small(memoryview::FULL_RO)])?;
    let Some(inner) = view.cast::<MemoryView>() else {
        let name = type_of(value).message_name();
        return Err(t.type_error(format!("__buffer__ returned non-memoryview object from '{name}'")));
    };
    let copy = memoryview::contiguous_bytes(t, inner)?;
    if let Some(release) = t.special(value, Special::ReleaseBuffer) {
        call::call_unbound(t, release, value, &[view])?;
    }
    Ok(Some(ByteView::Copy(copy)))
}

/// The bytes of a bytes-like object.
pub fn get(t: &mut Thread, value: Value) -> PyResult<ByteView> {
    match try_get(t, value)? {
        Some(view) => Ok(view),
        None => Err(required(t, value)),
    }
}

/// `a bytes-like object is required, not '...'`
#[cold]
pub fn required(t: &mut Thread, value: Value) -> Raised {
    let name = type_of(value).message_name();
    t.type_error(format!("a bytes-like object is required, not '{name}'"))
}

/// Calls `f` with the bytes of a bytes-like object. `f` has no thread, so it runs no Python code.
pub fn with_bytes<R>(t: &mut Thread, value: Value, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
    let view = get(t, value)?;
    Ok(f(&view))
}

/// A copy of the bytes of a bytes-like object.
pub fn to_vec(t: &mut Thread, value: Value) -> PyResult<Vec<u8>> {
    Ok(get(t, value)?.into_vec())
}

/// As `y*` takes it in native functions: bytes-like objects, or ASCII strs where `ascii_str` says so.
pub fn ascii_or_bytes(t: &mut Thread, value: Value) -> PyResult<Vec<u8>> {
    if let Some(s) = value.as_str() {
        return match s.as_ascii() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => Err(t.value_error("string argument should contain only ASCII characters")),
        };
    }
    match try_get(t, value)? {
        Some(view) => Ok(view.into_vec()),
        None => {
            let name = type_of(value).message_name();
            Err(t.type_error(format!("argument should be bytes, buffer or ASCII string, not '{name}'")))
        }
    }
}

/// Number of bytes of a writable bytes-like object, for `readinto` and its like.
pub fn writable_len(t: &mut Thread, value: Value) -> PyResult<usize> {
    if let Some(array) = storage(value) {
        return Ok(array.len());
    }
    if let Some(view) = value.cast::<MemoryView>() {
        memoryview::check(t, view)?;
        if !view.is_readonly() && view.is_contiguous() {
            return Ok(view.byte_len());
        }
    } else if let Some(buffer) = native::buffer(value)
        && !buffer.is_readonly()
    {
        let mut len = 0;
        buffer.read(&mut |bytes| len = bytes.len());
        return Ok(len);
    }
    let name = type_of(value).message_name();
    Err(t.type_error(format!("read-write bytes-like object expected, not {name}")))
}

/// Replaces bytes of a writable bytes-like object; they must lie inside.
pub fn write(t: &mut Thread, value: Value, at: usize, bytes: &[u8]) -> PyResult<()> {
    if at + bytes.len() > writable_len(t, value)? {
        return Err(t.raise(Exc::ValueError, "buffer is too small"));
    }
    if let Some(view) = value.cast::<MemoryView>() {
        memoryview::write_base(t, view.base(), view.offset() + at, bytes);
    } else if let Some(array) = storage(value) {
        memoryview::write_base(t, array.value(), at, bytes);
    } else {
        memoryview::write_base(t, value, at, bytes);
    }
    Ok(())
}
