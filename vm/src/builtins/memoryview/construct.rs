//! Making memoryviews of objects.

use super::{MemoryView, Spec, check, new};
use crate::{
    builtins::{
        buffer, bytearray::ByteArray, function::native::NativeMethod, tuple, typed_array::TypedArray,
    },
    error::PyResult,
    object::{Ref, native},
    protocol::{call, number},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// `inspect.BufferFlags.FULL_RO`
pub const FULL_RO: i64 = 0x11c;
/// `inspect.BufferFlags.WRITABLE`
const WRITABLE: i64 = 1;

/// `memoryview(object)`
pub fn from_object(t: &mut Thread, object: Value) -> PyResult {
    from_flags(t, object, FULL_RO)
}

/// `memoryview._from_flags(object, flags)`
pub(super) fn from_flags(t: &mut Thread, object: Value, flags: i64) -> PyResult {
    if let Some(view) = object.cast::<MemoryView>() {
        check(t, view)?;
        if flags & WRITABLE != 0 && view.is_readonly() {
            return Err(
                t.raise(crate::error::Exc::BufferError, "memoryview: underlying buffer is not writable")
            );
        }
        return Ok(copy_of(t, view));
    }
    let native = object.cast::<TypedArray>().is_some()
        || buffer::direct(object).is_some()
        || native::buffer(object).is_some();
    if native {
        return match overridden(t, object, flags)? {
            Some(result) => Ok(result),
            None => of_native(t, object, flags),
        };
    }
    if let Some(method) = t.special(object, Special::Buffer) {
        return through_method(t, object, method, flags);
    }
    let name = type_of(object).name();
    Err(t.type_error(format!("memoryview: a bytes-like object is required, not '{name}'")))
}

/// A row `__buffer__` of a native type: the object's own bytes, whatever a subclass does.
pub fn buffer_method(t: &mut Thread, args: &[Value]) -> PyResult {
    let flags = number::index_as_i64(t, args[1])?;
    if i32::try_from(flags).is_err() {
        return Err(t.overflow_error("buffer flags out of range"));
    }
    of_native(t, args[0], flags)
}

/// A view over the bytes of a native object.
fn of_native(t: &mut Thread, object: Value, flags: i64) -> PyResult {
    let array = object.cast::<TypedArray>();
    let readonly = match native::buffer(object) {
        Some(b) => b.is_readonly(),
        None => array.is_none() && object.cast::<ByteArray>().is_none(),
    };
    if flags & WRITABLE != 0 && readonly {
        return Err(t.raise(crate::error::Exc::BufferError, "Object is not writable."));
    }
    let (format, item_size) = match (native::buffer(object), array) {
        (Some(b), _) => (b.format().into_owned(), b.item_size()),
        (None, Some(a)) => (a.code().format().to_owned(), a.code().size()),
        (None, None) => ("B".to_owned(), 1),
    };
    let base = array.map_or(object, |a| a.bytes().value());
    let len = super::with_base(base, |bytes| bytes.len());
    let format = t.intern(&format);
    let shape = tuple::new_small(t, &[Value::small((len / item_size.max(1)) as i64)]);
    let strides = tuple::new_small(t, &[Value::small(item_size as i64)]);
    let spec = Spec {
        base,
        owner: object,
        lent: Value::UNSET,
        format,
        shape,
        strides,
        offset: 0,
        item_size,
        readonly,
    };
    Ok(new(t, &spec))
}

/// A Python class that inherits from a native one may have a `__buffer__` of its own.
fn overridden(t: &mut Thread, object: Value, flags: i64) -> PyResult<Option<Value>> {
    match t.special(object, Special::Buffer) {
        Some(method) if method.cast::<crate::builtins::function::Function>().is_some() => {
            through_method(t, object, method, flags).map(Some)
        }
        _ => Ok(None),
    }
}

fn through_method(t: &mut Thread, object: Value, method: Value, flags: i64) -> PyResult {
    let result = call::call_unbound(t, method, object, &[Value::small(flags)])?;
    let Some(inner) = result.cast::<MemoryView>() else {
        return Err(t.type_error("__buffer__ returned non-memoryview object"));
    };
    check(t, inner)?;
    // What a native method gives is a view of another object's bytes, and shows that object.
    if method.cast::<NativeMethod>().is_some() {
        return Ok(result);
    }
    let mut spec = spec_of(inner);
    spec.owner = object;
    spec.lent = result;
    Ok(new(t, &spec))
}

/// Tells the object that made a buffer that it is not needed any more.
pub(super) fn hand_back(t: &mut Thread, owner: Value, lent: Value) -> PyResult<()> {
    let Some(inner) = lent.cast::<MemoryView>() else { return Ok(()) };
    if let Some(method) = t.special(owner, Special::ReleaseBuffer) {
        call::call_unbound(t, method, owner, &[lent])?;
    }
    super::release(t, inner)
}

/// What a view shows, for making another of it.
pub(super) fn spec_of(view: Ref<MemoryView>) -> Spec {
    Spec {
        base: view.base.get(),
        owner: view.owner.get(),
        lent: Value::UNSET,
        format: view.format.get(),
        shape: view.shape.get(),
        strides: view.strides.get(),
        offset: view.offset.get(),
        item_size: view.item_size.get(),
        readonly: view.is_readonly(),
    }
}

/// A view over the same items.
pub(super) fn copy_of(t: &mut Thread, view: Ref<MemoryView>) -> Value {
    let spec = spec_of(view);
    new(t, &spec)
}
