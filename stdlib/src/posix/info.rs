//! The environment and the system.

use std::{ffi::CStr, mem};

use pystm_vm::{
    builtins::{dict, int, structseq, structseq::field, tuple},
    error::{Exc, PyResult},
    native::TypeDef,
    thread::Thread,
    value::Value,
};

use crate::support::{
    self, bytes_value, decode_fs, errno, float_value, fs_bytes, int_value, last_os_error, to_i32, to_i64,
};

pub(crate) static TERMINAL_SIZE: TypeDef = structseq::type_def::<2, 2>(
    "os.terminal_size",
    "A tuple of (columns, lines) for holding terminal window size",
    &[
        field::<0>("columns", "width of the terminal window in characters"),
        field::<1>("lines", "height of the terminal window in characters"),
    ],
);

pub(crate) static UNAME_RESULT: TypeDef = structseq::type_def::<5, 5>(
    "posix.uname_result",
    "Result of uname.",
    &[
        field::<0>("sysname", "operating system name"),
        field::<1>("nodename", "name of machine on network (implementation-defined)"),
        field::<2>("release", "operating system release"),
        field::<3>("version", "operating system version"),
        field::<4>("machine", "hardware identifier"),
    ],
);

pub(super) fn create_environ(t: &mut Thread, _: &[Value]) -> PyResult {
    use std::os::unix::ffi::OsStrExt as _;
    let environ = dict::new(t);
    for (name, value) in std::env::vars_os() {
        let name = bytes_value(t, name.as_bytes())?;
        let value = bytes_value(t, value.as_bytes())?;
        if dict::get(t, environ, name)?.is_none() {
            dict::set(t, environ, name, value)?;
        }
    }
    Ok(environ.value())
}

/// The variable, which is about to change, goes back with the open block.
fn undo_with_block(t: &mut Thread, name: &[u8]) {
    use std::os::unix::ffi::OsStrExt as _;
    if !t.own.in_transaction() {
        return;
    }
    let name = std::ffi::OsStr::from_bytes(name).to_owned();
    let value = std::env::var_os(&name);
    t.own.log_call(Box::new(move || {
        // SAFETY: as in `putenv`.
        unsafe {
            match value {
                Some(value) => std::env::set_var(&name, value),
                None => std::env::remove_var(&name),
            }
        }
    }));
}

pub(super) fn putenv(t: &mut Thread, args: &[Value]) -> PyResult {
    use std::os::unix::ffi::OsStrExt as _;
    let (name, value) = (fs_bytes(t, args[0])?, fs_bytes(t, args[1])?);
    if name.is_empty() || name.contains(&b'=') {
        return Err(t.value_error("illegal environment variable name"));
    }
    undo_with_block(t, &name);
    // SAFETY: Rust's own reads take the same lock; C code of this process reads the environment only through it.
    unsafe { std::env::set_var(std::ffi::OsStr::from_bytes(&name), std::ffi::OsStr::from_bytes(&value)) };
    Ok(Value::NONE)
}

pub(super) fn unsetenv(t: &mut Thread, args: &[Value]) -> PyResult {
    use std::os::unix::ffi::OsStrExt as _;
    let name = fs_bytes(t, args[0])?;
    if name.is_empty() || name.contains(&b'=') {
        return Err(support::os_error(t, libc::EINVAL, Value::UNSET, Value::UNSET));
    }
    undo_with_block(t, &name);
    // SAFETY: as in `putenv`.
    unsafe { std::env::remove_var(std::ffi::OsStr::from_bytes(&name)) };
    Ok(Value::NONE)
}

pub(super) fn strerror(t: &mut Thread, args: &[Value]) -> PyResult {
    let code = to_i32(t, args[0])?;
    Ok(t.new_str(&support::strerror(code)))
}

pub(super) fn uname(t: &mut Thread, _: &[Value]) -> PyResult {
    // SAFETY: the structure is zeroed and filled by the call; its members are C strings.
    let names = unsafe {
        let mut u: libc::utsname = mem::zeroed();
        if libc::uname(&mut u) < 0 {
            return Err(last_os_error(t));
        }
        [&u.sysname, &u.nodename, &u.release, &u.version, &u.machine]
            .map(|s| CStr::from_ptr(s.as_ptr()).to_bytes().to_vec())
    };
    let mut values = t.vec();
    for name in names {
        let name = decode_fs(t, &name)?;
        values.push(name);
    }
    Ok(structseq::make(t, &UNAME_RESULT, &values))
}

fn random_bytes(t: &mut Thread, size: usize, flags: u32) -> PyResult<Vec<u8>> {
    let mut data = vec![0u8; size];
    let mut at = 0;
    while at < size {
        // SAFETY: the buffer is writable for its length.
        let n = t.blocking(|| unsafe { libc::getrandom(data[at..].as_mut_ptr().cast(), size - at, flags) });
        if n < 0 {
            if errno() == libc::EINTR {
                support::check_signals(t)?;
                continue;
            }
            return Err(last_os_error(t));
        }
        at += n as usize;
        if flags != 0 {
            break;
        }
    }
    data.truncate(at);
    Ok(data)
}

pub(super) fn urandom(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = to_i64(t, args[0])?;
    if n < 0 {
        return Err(t.value_error("negative argument not allowed"));
    }
    let data = random_bytes(t, n as usize, 0)?;
    bytes_value(t, &data)
}

pub(super) fn getrandom(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = to_i64(t, args[0])?;
    if n < 0 {
        return Err(support::os_error(t, libc::EINVAL, Value::UNSET, Value::UNSET));
    }
    let flags = match args[1].given() {
        Some(f) => to_i32(t, f)?,
        None => 0,
    };
    let data = random_bytes(t, n as usize, flags as u32)?;
    bytes_value(t, &data)
}

pub(super) fn cpu_count(_: &mut Thread, _: &[Value]) -> PyResult {
    // SAFETY: a plain library call.
    let n = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
    Ok(if n > 0 { Value::small(n) } else { Value::NONE })
}

pub(super) fn getloadavg(t: &mut Thread, _: &[Value]) -> PyResult {
    let mut loads = [0f64; 3];
    // SAFETY: the array has room for three numbers.
    if unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } != 3 {
        return Err(t.raise(Exc::OSError, "Load averages are unobtainable"));
    }
    let mut values = t.vec();
    for load in loads {
        let load = float_value(t, load);
        values.push(load);
    }
    tuple::new(t, &values)
}

pub(super) fn getlogin(t: &mut Thread, _: &[Value]) -> PyResult {
    unsafe extern "C" {
        fn getlogin_r(name: *mut libc::c_char, size: usize) -> libc::c_int;
    }
    let mut name = [0u8; 256];
    // SAFETY: the function has this signature in C; the buffer is writable for its length.
    let code = t.blocking(|| unsafe { getlogin_r(name.as_mut_ptr().cast(), name.len()) });
    if code != 0 {
        return Err(support::os_error(t, code, Value::UNSET, Value::UNSET));
    }
    decode_fs(t, name.split(|&b| b == 0).next().unwrap_or_default())
}

pub(super) fn ctermid(t: &mut Thread, _: &[Value]) -> PyResult {
    Ok(t.new_str("/dev/tty"))
}

pub(super) fn get_terminal_size(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = match args[0].given() {
        Some(fd) => to_i32(t, fd)?,
        None => 1,
    };
    // SAFETY: the structure is zeroed and filled by the call.
    let (rc, size) = unsafe {
        let mut size: libc::winsize = mem::zeroed();
        (libc::ioctl(fd, libc::TIOCGWINSZ, &mut size), size)
    };
    if rc < 0 {
        return Err(last_os_error(t));
    }
    Ok(structseq::make(
        t,
        &TERMINAL_SIZE,
        &[Value::small(size.ws_col as i64), Value::small(size.ws_row as i64)],
    ))
}

pub(super) fn sysconf(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = if int::as_int(args[0]).is_some() {
        to_i32(t, args[0])?
    } else if let Some(s) = args[0].as_str() {
        let text = s.to_rust();
        match super::constants::SYSCONF.iter().find(|(n, _)| *n == text) {
            Some((_, value)) => *value,
            None => return Err(t.value_error("unrecognized configuration name")),
        }
    } else {
        return Err(t.type_error("configuration names must be strings or integers"));
    };
    // SAFETY: a plain library call; the error number is the thread's own.
    let value = unsafe {
        *libc::__errno_location() = 0;
        libc::sysconf(name)
    };
    if value == -1 && errno() != 0 { Err(last_os_error(t)) } else { Ok(int_value(t, value)) }
}
