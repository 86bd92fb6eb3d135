//! Options of sockets.

use pystm_vm::{
    builtins::{buffer, int},
    error::{Exc, PyResult},
    thread::Thread,
    value::Value,
};

use super::object::this;
use crate::support::{bytes_value, int_value, last_os_error, to_i32};

/// An option that is an int; `None` leaves the reason in `errno`.
pub(super) fn get_int(fd: i32, level: i32, option: i32) -> Option<i32> {
    let mut value = 0i32;
    let mut len = size_of::<i32>() as libc::socklen_t;
    // SAFETY: room for an int.
    let result = unsafe { libc::getsockopt(fd, level, option, (&raw mut value).cast(), &mut len) };
    (result == 0).then_some(value)
}

pub(super) fn getsockopt(t: &mut Thread, args: &[Value]) -> PyResult {
    let (fd, level, option) = (this(args[0]).fd(), to_i32(t, args[1])?, to_i32(t, args[2])?);
    let size = match args[3].given() {
        Some(v) => to_i32(t, v)?,
        None => 0,
    };
    if size == 0 {
        return match get_int(fd, level, option) {
            Some(n) => Ok(int_value(t, n as i64)),
            None => Err(last_os_error(t)),
        };
    }
    if !(0..=1024).contains(&size) {
        return Err(t.raise(Exc::OSError, "getsockopt buflen out of range"));
    }
    let mut data = vec![0u8; size as usize];
    let mut len = size as libc::socklen_t;
    // SAFETY: the buffer has the length given.
    if unsafe { libc::getsockopt(fd, level, option, data.as_mut_ptr().cast(), &mut len) } < 0 {
        return Err(last_os_error(t));
    }
    bytes_value(t, &data[..len as usize])
}

pub(super) fn setsockopt(t: &mut Thread, args: &[Value]) -> PyResult {
    let (fd, level, option) = (this(args[0]).fd(), to_i32(t, args[1])?, to_i32(t, args[2])?);
    // None stands for no value of the length given; everything else has its own length.
    let (data, len) = match (args[3], args[4].given()) {
        (Value::NONE, Some(len)) => (None, to_i32(t, len)? as libc::socklen_t),
        (Value::NONE, None) | (_, Some(_)) => {
            return Err(t.type_error(
                "socket option should be an integer, a bytes-like object or None with a length",
            ));
        }
        (value, None) if int::as_int(value).is_some() => {
            let data = to_i32(t, value)?.to_ne_bytes().to_vec();
            (Some(data), 4)
        }
        (value, None) => {
            let data = buffer::to_vec(t, value)?;
            let len = data.len() as libc::socklen_t;
            (Some(data), len)
        }
    };
    let at = data.as_ref().map_or(std::ptr::null(), |d| d.as_ptr());
    // SAFETY: the bytes have the length given, or there are none.
    match unsafe { libc::setsockopt(fd, level, option, at.cast(), len) } {
        0 => Ok(Value::NONE),
        _ => Err(last_os_error(t)),
    }
}
