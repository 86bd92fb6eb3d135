//! `fcntl`: control of descriptors.

use pystm_vm::{
    builtins::{buffer, int},
    error::PyResult,
    native::{ModuleDef, method},
    protocol::{attr, call},
    thread::Thread,
    value::Value,
};

use crate::support::{
    bytes_value, errno, int_value, last_os_error, set_global, to_i32, to_i64, warn_of_bool,
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "fcntl",
    doc: "This module performs file control and I/O control on file descriptors.",
    methods: &[
        method("fcntl", "(fd, cmd, arg=0, /)", fcntl, "Perform the operation cmd on file descriptor fd."),
        method(
            "ioctl",
            "(fd, request, arg=0, mutate_flag=True, /)",
            ioctl,
            "Perform the operation request on file descriptor fd.",
        ),
        method("flock", "(fd, operation, /)", flock, "Perform the lock operation on file descriptor fd."),
        method(
            "lockf",
            "(fd, cmd, len=0, start=0, whence=0, /)",
            lockf,
            "A wrapper around the fcntl() locking calls.",
        ),
    ],
    types: &[],
    init: Some(|t, module| {
        for &(name, value) in CONSTANTS {
            set_global(t, module, name, Value::small(value as i64));
        }
        Ok(())
    }),
};

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i32)),*] };
}

const CONSTANTS: &[(&str, i32)] = numbers! {
    LOCK_SH LOCK_EX LOCK_NB LOCK_UN F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK F_SETLKW F_GETOWN
    F_SETOWN FD_CLOEXEC F_RDLCK F_WRLCK F_UNLCK F_GETPIPE_SZ F_SETPIPE_SZ F_ADD_SEALS F_GET_SEALS F_SEAL_SEAL
    F_SEAL_SHRINK F_SEAL_GROW F_SEAL_WRITE
};

/// The descriptor of an int or of something with `fileno()`.
pub(crate) fn descriptor(t: &mut Thread, value: Value) -> PyResult<i32> {
    let number = if int::as_int(value).is_some() {
        if value.is_bool() {
            warn_of_bool(t)?;
        }
        value
    } else {
        let Some(method) = attr::find_attr(t, value, "fileno")? else {
            return Err(t.type_error("argument must be an int, or have a fileno() method."));
        };
        let fd = call::call(t, method, &[])?;
        if int::as_int(fd).is_none() {
            return Err(t.type_error("fileno() returned a non-integer"));
        }
        fd
    };
    let fd = to_i32(t, number)?;
    if fd < 0 {
        Err(t.value_error(format!("file descriptor cannot be a negative integer ({fd})")))
    } else {
        Ok(fd)
    }
}

fn fcntl(t: &mut Thread, args: &[Value]) -> PyResult {
    let (fd, cmd) = (descriptor(t, args[0])?, to_i32(t, args[1])?);
    if let Some(arg) = args[2].given()
        && int::as_int(arg).is_none()
    {
        let mut data = buffer::to_vec(t, arg)?;
        if data.len() > 1024 {
            return Err(t.value_error("fcntl argument 3 is too long"));
        }
        let n = data.len();
        data.resize(1024, 0);
        // SAFETY: the buffer is as large as any operation's structure.
        if t.blocking(|| unsafe { libc::fcntl(fd, cmd, data.as_mut_ptr()) }) < 0 {
            return Err(last_os_error(t));
        }
        return bytes_value(t, &data[..n]);
    }
    let arg = match args[2].given() {
        Some(a) => to_i64(t, a)?,
        None => 0,
    };
    // SAFETY: a plain system call with a number.
    let result = t.blocking(|| unsafe { libc::fcntl(fd, cmd, arg as libc::c_long) });
    if result < 0 { Err(last_os_error(t)) } else { Ok(int_value(t, result as i64)) }
}

fn ioctl(t: &mut Thread, args: &[Value]) -> PyResult {
    let (fd, request) = (descriptor(t, args[0])?, to_i64(t, args[1])?);
    if let Some(arg) = args[2].given()
        && int::as_int(arg).is_none()
    {
        let mut data = buffer::to_vec(t, arg)?;
        let n = data.len();
        data.resize(n.max(1024), 0);
        // SAFETY: the buffer is at least as large as the program says.
        let result = t.blocking(|| unsafe { libc::ioctl(fd, request as libc::c_ulong, data.as_mut_ptr()) });
        if result < 0 {
            return Err(last_os_error(t));
        }
        if arg.as_bytes().is_none() && args[3].or(Value::TRUE) != Value::FALSE {
            buffer::write(t, arg, 0, &data[..n])?;
            return Ok(int_value(t, result as i64));
        }
        return bytes_value(t, &data[..n]);
    }
    let arg = match args[2].given() {
        Some(a) => to_i64(t, a)?,
        None => 0,
    };
    // SAFETY: a plain system call with a number.
    let result = t.blocking(|| unsafe { libc::ioctl(fd, request as libc::c_ulong, arg) });
    if result < 0 { Err(last_os_error(t)) } else { Ok(int_value(t, result as i64)) }
}

fn flock(t: &mut Thread, args: &[Value]) -> PyResult {
    let (fd, operation) = (descriptor(t, args[0])?, to_i32(t, args[1])?);
    loop {
        // SAFETY: a plain system call.
        if t.blocking(|| unsafe { libc::flock(fd, operation) }) == 0 {
            return Ok(Value::NONE);
        }
        if errno() != libc::EINTR {
            return Err(last_os_error(t));
        }
    }
}

fn lockf(t: &mut Thread, args: &[Value]) -> PyResult {
    let (fd, code) = (descriptor(t, args[0])?, to_i32(t, args[1])?);
    let mut numbers = [0i64; 3];
    for (i, n) in numbers.iter_mut().enumerate() {
        if let Some(v) = args[2 + i].given() {
            *n = to_i64(t, v)?;
        }
    }
    let kind = match code & !libc::LOCK_NB {
        libc::LOCK_UN => libc::F_UNLCK,
        libc::LOCK_SH => libc::F_RDLCK,
        libc::LOCK_EX => libc::F_WRLCK,
        _ => return Err(t.value_error("unrecognized lockf argument")),
    };
    // SAFETY: numbers only.
    let mut lock: libc::flock = unsafe { std::mem::zeroed() };
    lock.l_type = kind as i16;
    (lock.l_len, lock.l_start, lock.l_whence) = (numbers[0], numbers[1], numbers[2] as i16);
    let cmd = if code & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
    loop {
        // SAFETY: the structure lives as long as the call.
        if t.blocking(|| unsafe { libc::fcntl(fd, cmd, &lock) }) >= 0 {
            return Ok(Value::NONE);
        }
        if errno() != libc::EINTR {
            return Err(last_os_error(t));
        }
    }
}
