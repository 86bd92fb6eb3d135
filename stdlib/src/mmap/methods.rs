//! What an `mmap` can do.

use std::{os::fd::AsRawFd, sync::atomic::Ordering::Acquire};

use pystm_vm::{
    builtins::{bounds, buffer, memoryview::buffer_method, slice::Slice},
    error::{Exc, PyResult, Raised},
    native::TypeDef,
    object::Ref,
    object::record::{self, Record},
    protocol::{item::normalize, number},
    thread::Thread,
    value::Value,
};

use super::{ACCESS_COPY, ACCESS_DEFAULT, ACCESS_READ, ACCESS_WRITE, Mmap, this};
use crate::support::{bytes_value, int_value, last_os_error, optional_size, os_error, to_i32, to_i64};

/// The state of an mmap that is not closed.
fn open(t: &mut Thread, object: Value) -> PyResult<&'static Mmap> {
    let mmap = this(object);
    if mmap.map.is_closed() {
        return Err(t.value_error("mmap closed or invalid"));
    }
    Ok(mmap)
}

/// The state of an mmap that can be written.
fn writable(t: &mut Thread, object: Value) -> PyResult<&'static Mmap> {
    let mmap = open(t, object)?;
    if mmap.access == ACCESS_READ {
        return Err(t.type_error("mmap can't modify a readonly memory map."));
    }
    Ok(mmap)
}

#[cold]
fn failed(t: &mut Thread, error: &std::io::Error) -> Raised {
    os_error(t, error.raw_os_error().unwrap_or(0), Value::UNSET, Value::UNSET)
}

fn set_position(t: &mut Thread, object: Value, position: usize) {
    if let Some(body) = object.object() {
        let w = t.write_object(body);
        this(object).position.set(&w, position);
    }
}

pub(super) fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let mmap = this(args[0]);
    let name = pystm_vm::runtime::type_of(args[0]).message_name();
    if mmap.map.is_closed() {
        return Ok(t.new_str(&format!("<{name} closed=True>")));
    }
    let access = match mmap.access {
        ACCESS_READ => "ACCESS_READ",
        ACCESS_WRITE => "ACCESS_WRITE",
        ACCESS_COPY => "ACCESS_COPY",
        _ => "ACCESS_DEFAULT",
    };
    let (len, position, offset) = (mmap.map.len(), mmap.position.get(), mmap.offset);
    Ok(t.new_str(&format!(
        "<{name} closed=False, access={access}, length={len}, pos={position}, offset={offset}>"
    )))
}

pub(super) fn checked_buffer(t: &mut Thread, args: &[Value]) -> PyResult {
    open(t, args[0])?;
    buffer_method(t, args)
}

pub(super) fn len(t: &mut Thread, args: &[Value]) -> PyResult {
    let mmap = open(t, args[0])?;
    Ok(int_value(t, mmap.map.len() as i64))
}

static ITERATOR: TypeDef = record::def(
    "mmap.iterator",
    "",
    pystm_vm::native::NO_CONSTRUCTOR,
    &[
        pystm_vm::native::method("__iter__", "($self, /)", |_, a| Ok(a[0]), "Return self."),
        pystm_vm::native::method(
            "__next__",
            "($self, /)",
            |t, a| next(t, Ref::known(a[0]))?.ok_or_else(|| t.stop_iteration()),
            "Return the next byte.",
        ),
    ],
);

pub(super) fn iter(t: &mut Thread, args: &[Value]) -> PyResult {
    open(t, args[0])?;
    Ok(record::new(t, &ITERATOR, Some(next), &[args[0], Value::ZERO]))
}

fn next(t: &mut Thread, iterator: Ref<Record>) -> PyResult<Option<Value>> {
    let at = iterator.get_int(1) as usize;
    let mmap = open(t, iterator.get(0))?;
    if at >= mmap.map.len() {
        return Ok(None);
    }
    iterator.set_int(t, 1, at as i64 + 1);
    bytes_value(t, &mmap.map.copy(at..at + 1)).map(Some)
}

/// The place of an index in the memory.
fn place(t: &mut Thread, object: Value, key: Value) -> PyResult<usize> {
    let index = bounds::index_or(t, key, || "mmap indices must be integers".to_owned())?;
    let mmap = open(t, object)?;
    normalize(index, mmap.map.len()).ok_or_else(|| t.index_error("mmap index out of range"))
}

pub(super) fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let mmap = open(t, args[0])?;
    if args[1].cast::<Slice>().is_none() {
        let at = place(t, args[0], args[1])?;
        let byte = mmap.map.with(|bytes| bytes.get(at).copied().unwrap_or(0));
        return Ok(Value::small(byte as i64));
    }
    let span = bounds::span(t, args[1], || mmap.map.len())?;
    open(t, args[0])?;
    let data = match span.is_range() {
        true => mmap.map.copy(span.range()),
        false => mmap.map.with(|bytes| span.indices().filter_map(|i| bytes.get(i).copied()).collect()),
    };
    bytes_value(t, &data)
}

pub(super) fn setitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let mmap = writable(t, args[0])?;
    if args[1].cast::<Slice>().is_none() {
        let at = place(t, args[0], args[1])?;
        if !bounds::is_index(t, args[2]) {
            return Err(t.type_error("mmap item value must be an int"));
        }
        let Ok(byte) = u8::try_from(to_i64(t, args[2])?) else {
            return Err(t.value_error("mmap item value must be in range(0, 256)"));
        };
        // The conversion may have changed the size.
        if at >= open(t, args[0])?.map.len() {
            return Err(t.index_error("mmap index out of range"));
        }
        mmap.map.store(at, &[byte]);
        return Ok(Value::NONE);
    }
    let span = bounds::span(t, args[1], || mmap.map.len())?;
    let data = buffer::to_vec(t, args[2])?;
    let len = open(t, args[0])?.map.len();
    if data.len() != span.count || span.indices().any(|at| at >= len) {
        return Err(t.index_error("mmap slice assignment is wrong size"));
    }
    if span.is_range() {
        mmap.map.store(span.range().start, &data);
    } else {
        span.indices().zip(data).for_each(|(at, byte)| mmap.map.store(at, &[byte]));
    }
    Ok(Value::NONE)
}

pub(super) fn delitem(t: &mut Thread, args: &[Value]) -> PyResult {
    writable(t, args[0])?;
    Err(t.type_error(match args[1].cast::<Slice>() {
        Some(_) => "mmap object doesn't support slice deletion",
        None => "mmap doesn't support item deletion",
    }))
}

pub(super) fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    let mmap = this(args[0]);
    // Acquire: pairs with the count's writers.
    if mmap.exports.load(Acquire) > 0 {
        return Err(t.raise(Exc::BufferError, "cannot close exported pointers exist"));
    }
    mmap.map.close();
    mmap.file.lock().take();
    Ok(Value::NONE)
}

pub(super) fn enter(t: &mut Thread, args: &[Value]) -> PyResult {
    open(t, args[0]).map(|_| args[0])
}

/// Searches between two indices; by default from the position to the end.
fn search(t: &mut Thread, args: &[Value], find: fn(&[u8], &[u8]) -> Option<usize>) -> PyResult {
    let mmap = open(t, args[0])?;
    let needle = buffer::to_vec(t, args[1])?;
    let start = args[2].given_not_none().map_or(Ok(mmap.position.get() as i64), |v| to_i64(t, v))?;
    let end = args[3].given_not_none().map_or(Ok(i64::MAX), |v| to_i64(t, v))?;
    open(t, args[0])?;
    let len = mmap.map.len();
    let clamp = |n: i64| if n < 0 { (n + len as i64).max(0) as usize } else { (n as usize).min(len) };
    let (start, end) = (clamp(start), clamp(end));
    let found = mmap.map.with(|bytes| bytes.get(start..end).and_then(|part| find(part, &needle)));
    Ok(found.map_or(Value::small(-1), |at| Value::small((start + at) as i64)))
}

pub(super) fn find(t: &mut Thread, args: &[Value]) -> PyResult {
    search(t, args, memchr::memmem::find)
}

pub(super) fn rfind(t: &mut Thread, args: &[Value]) -> PyResult {
    search(t, args, memchr::memmem::rfind)
}

pub(super) fn flush(t: &mut Thread, args: &[Value]) -> PyResult {
    let offset = args[1].given().map_or(Ok(0), |v| to_i64(t, v))?;
    let size = args[2].given_not_none().map(|v| to_i64(t, v)).transpose()?;
    let mmap = open(t, args[0])?;
    let len = mmap.map.len() as i64;
    let size = size.unwrap_or(len - offset);
    if offset < 0 || size < 0 || len - offset < size {
        return Err(t.value_error("flush values out of range"));
    }
    if mmap.access == ACCESS_READ || mmap.access == ACCESS_COPY {
        return Ok(Value::NONE);
    }
    match t.blocking(|| mmap.map.flush(offset as usize, size as usize)) {
        Ok(()) => Ok(Value::NONE),
        Err(error) => Err(failed(t, &error)),
    }
}

pub(super) fn madvise(t: &mut Thread, args: &[Value]) -> PyResult {
    let advice = to_i32(t, args[1])?;
    let start = args[2].given().map_or(Ok(0), |v| to_i64(t, v))?;
    let length = args[3].given_not_none().map(|v| to_i64(t, v)).transpose()?;
    let mmap = open(t, args[0])?;
    let len = mmap.map.len() as i64;
    if !(0..len).contains(&start) {
        return Err(t.value_error("madvise start out of bounds"));
    }
    let length = length.unwrap_or(len);
    if length < 0 {
        return Err(t.value_error("madvise length invalid"));
    }
    if i64::MAX - start < length {
        return Err(t.overflow_error("madvise length too large"));
    }
    match mmap.map.advise(start as usize, length.min(len - start) as usize, advice) {
        Ok(()) => Ok(Value::NONE),
        Err(error) => Err(failed(t, &error)),
    }
}

pub(super) fn move_bytes(t: &mut Thread, args: &[Value]) -> PyResult {
    let (to, from, count) = (to_i64(t, args[1])?, to_i64(t, args[2])?, to_i64(t, args[3])?);
    let mmap = writable(t, args[0])?;
    let len = mmap.map.len() as i64;
    if to < 0 || from < 0 || count < 0 || len - to < count || len - from < count {
        return Err(t.value_error("source, destination, or count out of range"));
    }
    let data = mmap.map.copy(from as usize..(from + count) as usize);
    mmap.map.store(to as usize, &data);
    Ok(Value::NONE)
}

/// Reads the bytes up to `end`, and moves there.
fn read_to(t: &mut Thread, object: Value, mmap: &Mmap, end: usize) -> PyResult {
    let data = mmap.map.copy(mmap.position.get().min(end)..end);
    set_position(t, object, end);
    bytes_value(t, &data)
}

pub(super) fn read(t: &mut Thread, args: &[Value]) -> PyResult {
    let size = optional_size(t, args[1])?;
    let mmap = open(t, args[0])?;
    let (len, position) = (mmap.map.len(), mmap.position.get());
    let left = len.saturating_sub(position);
    read_to(t, args[0], mmap, position + size.map_or(left, |n| n.min(left)))
}

pub(super) fn read_byte(t: &mut Thread, args: &[Value]) -> PyResult {
    let mmap = open(t, args[0])?;
    let position = mmap.position.get();
    match mmap.map.with(|bytes| bytes.get(position).copied()) {
        Some(byte) => {
            set_position(t, args[0], position + 1);
            Ok(Value::small(byte as i64))
        }
        None => Err(t.value_error("read byte out of range")),
    }
}

pub(super) fn readline(t: &mut Thread, args: &[Value]) -> PyResult {
    let mmap = open(t, args[0])?;
    let position = mmap.position.get();
    let end = mmap.map.with(|bytes| {
        let rest = bytes.get(position..).unwrap_or_default();
        position + memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1)
    });
    read_to(t, args[0], mmap, end)
}

pub(super) fn resize(t: &mut Thread, args: &[Value]) -> PyResult {
    let size = to_i64(t, args[1])?;
    let mmap = open(t, args[0])?;
    // Acquire: pairs with the count's writers.
    if mmap.exports.load(Acquire) > 0 {
        return Err(t.raise(Exc::BufferError, "mmap can't resize with extant buffers exported."));
    }
    if !mmap.track {
        return Err(t.value_error("mmap can't resize with trackfd=False."));
    }
    if mmap.access != ACCESS_WRITE && mmap.access != ACCESS_DEFAULT {
        return Err(t.type_error("mmap can't resize a readonly or copy-on-write memory map."));
    }
    if size < 0 || i64::MAX - size < mmap.offset {
        return Err(t.value_error("new size out of range"));
    }
    let truncated = t.blocking(|| {
        // SAFETY: the descriptor is open while the lock is held; a bad length is an error.
        mmap.file.lock().as_ref().map(|f| unsafe { libc::ftruncate(f.as_raw_fd(), mmap.offset + size) })
    });
    match truncated {
        Some(0) => {}
        Some(_) => return Err(last_os_error(t)),
        None if mmap.shared && size as usize > mmap.map.len() => {
            return Err(t.value_error("mmap: can't expand a shared anonymous mapping"));
        }
        None => {}
    }
    match t.blocking(|| mmap.map.resize(size as usize)) {
        Ok(()) => Ok(Value::NONE),
        Err(error) => Err(failed(t, &error)),
    }
}

pub(super) fn seek(t: &mut Thread, args: &[Value]) -> PyResult {
    let distance = to_i64(t, args[1])?;
    let whence = args[2].given().map_or(Ok(0), |v| to_i32(t, v))?;
    let mmap = open(t, args[0])?;
    let len = mmap.map.len();
    let base = match whence {
        0 => 0,
        1 => mmap.position.get() as i64,
        2 => len as i64,
        _ => return Err(t.value_error("unknown seek type")),
    };
    match base.checked_add(distance).and_then(|at| usize::try_from(at).ok()).filter(|&at| at <= len) {
        Some(at) => {
            set_position(t, args[0], at);
            Ok(int_value(t, at as i64))
        }
        None => Err(t.value_error("seek out of range")),
    }
}

pub(super) fn size(t: &mut Thread, args: &[Value]) -> PyResult {
    let mmap = open(t, args[0])?;
    // SAFETY: the structure is zeroed and filled by the call, which refuses a bad descriptor.
    let (failed, status) = t.blocking(|| unsafe {
        let file = mmap.file.lock();
        let fd = file.as_ref().map_or(-1, AsRawFd::as_raw_fd);
        let mut status: libc::stat = std::mem::zeroed();
        (libc::fstat(fd, &mut status) != 0, status)
    });
    if failed { Err(last_os_error(t)) } else { Ok(int_value(t, status.st_size)) }
}

pub(super) fn tell(t: &mut Thread, args: &[Value]) -> PyResult {
    let mmap = open(t, args[0])?;
    Ok(int_value(t, mmap.position.get() as i64))
}

pub(super) fn write(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::to_vec(t, args[1])?;
    let mmap = writable(t, args[0])?;
    let position = mmap.position.get();
    if position > mmap.map.len() || mmap.map.len() - position < data.len() {
        return Err(t.value_error("data out of range"));
    }
    mmap.map.store(position, &data);
    set_position(t, args[0], position + data.len());
    Ok(int_value(t, data.len() as i64))
}

pub(super) fn write_byte(t: &mut Thread, args: &[Value]) -> PyResult {
    let byte = number::index(t, args[1])?;
    let byte = match byte.as_small() {
        Some(n @ 0..=255) => n as u8,
        Some(n) if n > 0 => {
            return Err(t.overflow_error("unsigned byte integer is greater than maximum"));
        }
        _ => return Err(t.overflow_error("unsigned byte integer is less than minimum")),
    };
    let mmap = writable(t, args[0])?;
    let position = mmap.position.get();
    if position >= mmap.map.len() {
        return Err(t.value_error("write byte out of range"));
    }
    mmap.map.store(position, &[byte]);
    set_position(t, args[0], position + 1);
    Ok(Value::NONE)
}
