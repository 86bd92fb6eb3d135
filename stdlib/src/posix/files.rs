//! Files: by path and by descriptor.

use pystm_vm::{
    builtins::{buffer, tuple},
    error::PyResult,
    thread::Thread,
    value::Value,
};

use super::path::{Path, descriptor, dir_fd};
use crate::support::{
    bytes_value, check_signals, decode_fs, errno, int_value, last_os_error, to_bool, to_i32, to_i64,
};

fn done(t: &mut Thread, path: &Path, rc: i32) -> PyResult {
    if rc < 0 { Err(path.error(t)) } else { Ok(Value::NONE) }
}

fn plain(t: &mut Thread, rc: i32) -> PyResult {
    if rc < 0 { Err(last_os_error(t)) } else { Ok(Value::NONE) }
}

fn fd_value(t: &mut Thread, fd: i32) -> PyResult {
    if fd < 0 { Err(last_os_error(t)) } else { Ok(Value::small(fd as i64)) }
}

/// Repeats a system call while signals interrupt it.
fn retry(t: &mut Thread, mut f: impl FnMut() -> i64) -> PyResult<i64> {
    loop {
        let n = t.blocking(&mut f);
        if n >= 0 {
            return Ok(n);
        }
        if errno() != libc::EINTR {
            return Err(last_os_error(t));
        }
        check_signals(t)?;
    }
}

fn remove_named(t: &mut Thread, args: &[Value], function: &str) -> PyResult {
    let path = Path::of(t, function, "path", args[0])?;
    let dir = dir_fd(t, args[1])?;
    // SAFETY: the path is a C string.
    let rc = t.blocking(|| unsafe { libc::unlinkat(dir, path.c().as_ptr(), 0) });
    done(t, &path, rc)
}

pub(super) fn unlink(t: &mut Thread, args: &[Value]) -> PyResult {
    remove_named(t, args, "unlink")
}

pub(super) fn remove(t: &mut Thread, args: &[Value]) -> PyResult {
    remove_named(t, args, "remove")
}

fn rename_named(t: &mut Thread, args: &[Value], function: &str) -> PyResult {
    let from = Path::of(t, function, "src", args[0])?;
    let to = Path::of(t, function, "dst", args[1])?;
    let (from_dir, to_dir) = (dir_fd(t, args[2])?, dir_fd(t, args[3])?);
    // SAFETY: the paths are C strings.
    let rc = t.blocking(|| unsafe { libc::renameat(from_dir, from.c().as_ptr(), to_dir, to.c().as_ptr()) });
    if rc < 0 { Err(from.error2(t, &to)) } else { Ok(Value::NONE) }
}

pub(super) fn rename(t: &mut Thread, args: &[Value]) -> PyResult {
    rename_named(t, args, "rename")
}

pub(super) fn replace(t: &mut Thread, args: &[Value]) -> PyResult {
    rename_named(t, args, "replace")
}

pub(super) fn link(t: &mut Thread, args: &[Value]) -> PyResult {
    let from = Path::of(t, "link", "src", args[0])?;
    let to = Path::of(t, "link", "dst", args[1])?;
    let (from_dir, to_dir) = (dir_fd(t, args[2])?, dir_fd(t, args[3])?);
    let flags = if to_bool(t, args[4], true)? { libc::AT_SYMLINK_FOLLOW } else { 0 };
    // SAFETY: the paths are C strings.
    let rc =
        t.blocking(|| unsafe { libc::linkat(from_dir, from.c().as_ptr(), to_dir, to.c().as_ptr(), flags) });
    if rc < 0 { Err(from.error2(t, &to)) } else { Ok(Value::NONE) }
}

pub(super) fn symlink(t: &mut Thread, args: &[Value]) -> PyResult {
    let from = Path::of(t, "symlink", "src", args[0])?;
    let to = Path::of(t, "symlink", "dst", args[1])?;
    let dir = dir_fd(t, args[3])?;
    // SAFETY: the paths are C strings.
    let rc = t.blocking(|| unsafe { libc::symlinkat(from.c().as_ptr(), dir, to.c().as_ptr()) });
    if rc < 0 { Err(from.error2(t, &to)) } else { Ok(Value::NONE) }
}

pub(super) fn readlink(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::of(t, "readlink", "path", args[0])?;
    let dir = dir_fd(t, args[1])?;
    let mut target = vec![0u8; 4096];
    // SAFETY: the path is a C string, the buffer writable for its length.
    let n = t.blocking(|| unsafe {
        libc::readlinkat(dir, path.c().as_ptr(), target.as_mut_ptr().cast(), target.len())
    });
    if n < 0 {
        return Err(path.error(t));
    }
    path.answer(t, &target[..n as usize])
}

pub(super) fn mkfifo(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::of(t, "mkfifo", "path", args[0])?;
    let mode = match args[1].given() {
        Some(m) => to_i32(t, m)?,
        None => 0o666,
    };
    let dir = dir_fd(t, args[2])?;
    // SAFETY: the path is a C string.
    let rc = t.blocking(|| unsafe { libc::mkfifoat(dir, path.c().as_ptr(), mode as libc::mode_t) });
    done(t, &path, rc)
}

pub(super) fn mknod(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::of(t, "mknod", "path", args[0])?;
    let mode = match args[1].given() {
        Some(m) => to_i32(t, m)?,
        None => 0o600,
    };
    let device = match args[2].given() {
        Some(d) => to_i64(t, d)?,
        None => 0,
    };
    let dir = dir_fd(t, args[3])?;
    // SAFETY: the path is a C string.
    let rc = t.blocking(|| unsafe {
        libc::mknodat(dir, path.c().as_ptr(), mode as libc::mode_t, device as libc::dev_t)
    });
    done(t, &path, rc)
}

pub(super) fn truncate(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::or_fd(t, "truncate", "path", args[0])?;
    let length = to_i64(t, args[1])?;
    // SAFETY: the path is a C string.
    let rc = t.blocking(|| unsafe {
        match path.fd {
            Some(fd) => libc::ftruncate(fd, length),
            None => libc::truncate(path.c().as_ptr(), length),
        }
    });
    done(t, &path, rc)
}

pub(super) fn open(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::of(t, "open", "path", args[0])?;
    let flags = to_i32(t, args[1])? | libc::O_CLOEXEC;
    let mode = match args[2].given() {
        Some(m) => to_i32(t, m)?,
        None => 0o777,
    };
    let dir = dir_fd(t, args[3])?;
    loop {
        // SAFETY: the path is a C string.
        let fd = t.blocking(|| unsafe { libc::openat(dir, path.c().as_ptr(), flags, mode as libc::c_uint) });
        if fd >= 0 {
            return Ok(Value::small(fd as i64));
        }
        if errno() != libc::EINTR {
            return Err(path.error(t));
        }
        check_signals(t)?;
    }
}

pub(super) fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = to_i32(t, args[0])?;
    // SAFETY: the program says that the descriptor is its own.
    let rc = t.blocking(|| unsafe { libc::close(fd) });
    if rc < 0 && errno() == libc::EINTR { Ok(Value::NONE) } else { plain(t, rc) }
}

pub(super) fn closerange(t: &mut Thread, args: &[Value]) -> PyResult {
    let (low, high) = (to_i32(t, args[0])?, to_i32(t, args[1])?);
    for fd in low.max(0)..high {
        // SAFETY: the program says that the descriptors are its own.
        t.blocking(|| unsafe { libc::close(fd) });
    }
    Ok(Value::NONE)
}

fn length(t: &mut Thread, value: Value) -> PyResult<usize> {
    let n = to_i64(t, value)?;
    if n < 0 {
        // SAFETY: sets the thread's own error number.
        unsafe { *libc::__errno_location() = libc::EINVAL };
        return Err(last_os_error(t));
    }
    Ok((n as usize).min(i32::MAX as usize))
}

pub(super) fn read(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = to_i32(t, args[0])?;
    let mut data = vec![0u8; length(t, args[1])?];
    // SAFETY: the buffer is writable for its length.
    let n = retry(t, || unsafe { libc::read(fd, data.as_mut_ptr().cast(), data.len()) as i64 })?;
    bytes_value(t, &data[..n as usize])
}

pub(super) fn readinto(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = to_i32(t, args[0])?;
    let _pin = buffer::pin(t, args[1]);
    let mut data = vec![0u8; buffer::writable_len(t, args[1])?];
    // SAFETY: the buffer is writable for its length.
    let n = retry(t, || unsafe { libc::read(fd, data.as_mut_ptr().cast(), data.len()) as i64 })?;
    buffer::write(t, args[1], 0, &data[..n as usize])?;
    Ok(int_value(t, n))
}

pub(super) fn write(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = to_i32(t, args[0])?;
    let data = buffer::to_vec(t, args[1])?;
    // SAFETY: the buffer is readable for its length.
    let n = retry(t, || unsafe {
        libc::write(fd, data.as_ptr().cast(), data.len().min(i32::MAX as usize)) as i64
    })?;
    if (n as usize) < data.len() {
        // A signal may have been what ended the write early.
        check_signals(t)?;
    }
    Ok(int_value(t, n))
}

pub(super) fn pread(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = to_i32(t, args[0])?;
    let mut data = vec![0u8; length(t, args[1])?];
    let at = to_i64(t, args[2])?;
    // SAFETY: the buffer is writable for its length.
    let n = retry(t, || unsafe { libc::pread(fd, data.as_mut_ptr().cast(), data.len(), at) as i64 })?;
    bytes_value(t, &data[..n as usize])
}

pub(super) fn pwrite(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = to_i32(t, args[0])?;
    let data = buffer::to_vec(t, args[1])?;
    let at = to_i64(t, args[2])?;
    // SAFETY: the buffer is readable for its length.
    let n = retry(t, || unsafe { libc::pwrite(fd, data.as_ptr().cast(), data.len(), at) as i64 })?;
    Ok(int_value(t, n))
}

pub(super) fn lseek(t: &mut Thread, args: &[Value]) -> PyResult {
    let (fd, position, whence) = (to_i32(t, args[0])?, to_i64(t, args[1])?, to_i32(t, args[2])?);
    // SAFETY: a plain system call.
    let at = t.blocking(|| unsafe { libc::lseek(fd, position, whence) });
    if at < 0 { Err(last_os_error(t)) } else { Ok(int_value(t, at)) }
}

pub(super) fn ftruncate(t: &mut Thread, args: &[Value]) -> PyResult {
    let (fd, length) = (to_i32(t, args[0])?, to_i64(t, args[1])?);
    // SAFETY: a plain system call.
    let rc = t.blocking(|| unsafe { libc::ftruncate(fd, length) });
    plain(t, rc)
}

pub(super) fn fsync(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = descriptor(t, args[0])?;
    // SAFETY: a plain system call.
    let rc = t.blocking(|| unsafe { libc::fsync(fd) });
    plain(t, rc)
}

pub(super) fn fdatasync(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = descriptor(t, args[0])?;
    // SAFETY: a plain system call.
    let rc = t.blocking(|| unsafe { libc::fdatasync(fd) });
    plain(t, rc)
}

pub(super) fn sync(t: &mut Thread, _: &[Value]) -> PyResult {
    // SAFETY: a plain system call that cannot fail.
    t.blocking(|| unsafe { libc::sync() });
    Ok(Value::NONE)
}

pub(super) fn dup(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let fd = to_i32(t, args[0])?;
    // SAFETY: a plain system call.
    let copy = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
    fd_value(t, copy)
}

pub(super) fn dup2(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let (fd, target) = (to_i32(t, args[0])?, to_i32(t, args[1])?);
    let inheritable = to_bool(t, args[2], true)?;
    // SAFETY: plain system calls.
    let rc = t.blocking(|| unsafe {
        if inheritable || fd == target {
            libc::dup2(fd, target)
        } else {
            libc::dup3(fd, target, libc::O_CLOEXEC)
        }
    });
    fd_value(t, rc)
}

fn make_pipe(t: &mut Thread, flags: i32) -> PyResult {
    t.irrevocable();
    let mut fds = [0; 2];
    // SAFETY: the array has room for both descriptors.
    if unsafe { libc::pipe2(fds.as_mut_ptr(), flags) } < 0 {
        return Err(last_os_error(t));
    }
    Ok(tuple::new_small(t, &fds.map(|fd| Value::small(fd as i64))))
}

pub(super) fn pipe(t: &mut Thread, _: &[Value]) -> PyResult {
    make_pipe(t, libc::O_CLOEXEC)
}

pub(super) fn pipe2(t: &mut Thread, args: &[Value]) -> PyResult {
    let flags = to_i32(t, args[0])?;
    make_pipe(t, flags)
}

pub(super) fn openpty(t: &mut Thread, _: &[Value]) -> PyResult {
    t.irrevocable();
    let flags = libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC;
    let mut name = [0u8; 64];
    // SAFETY: plain library calls; the name is writable for its length, and ends with a zero if the call succeeds.
    let (master, slave) = unsafe {
        let master = libc::posix_openpt(flags);
        let ready = master >= 0
            && libc::grantpt(master) == 0
            && libc::unlockpt(master) == 0
            && libc::ptsname_r(master, name.as_mut_ptr().cast(), name.len()) == 0;
        (master, if ready { libc::open(name.as_ptr().cast(), flags) } else { -1 })
    };
    if slave < 0 {
        let raised = last_os_error(t);
        if master >= 0 {
            // SAFETY: the descriptor was opened above.
            unsafe { libc::close(master) };
        }
        return Err(raised);
    }
    Ok(tuple::new_small(t, &[Value::small(master as i64), Value::small(slave as i64)]))
}

pub(super) fn isatty(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = to_i32(t, args[0])?;
    // SAFETY: a plain system call.
    Ok(Value::bool(unsafe { libc::isatty(fd) } == 1))
}

pub(super) fn device_encoding(t: &mut Thread, args: &[Value]) -> PyResult {
    if isatty(t, args)? == Value::TRUE { Ok(t.intern("utf-8")) } else { Ok(Value::NONE) }
}

pub(super) fn ttyname(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = to_i32(t, args[0])?;
    let mut name = [0u8; 512];
    // SAFETY: the buffer is writable for its length.
    let code = unsafe { libc::ttyname_r(fd, name.as_mut_ptr().cast(), name.len()) };
    if code != 0 {
        return Err(crate::support::os_error(t, code, Value::UNSET, Value::UNSET));
    }
    let end = name.iter().position(|&b| b == 0).unwrap_or(0);
    decode_fs(t, &name[..end])
}

pub(super) fn get_inheritable(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = to_i32(t, args[0])?;
    // SAFETY: a plain system call.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFD) };
    if flags < 0 { Err(last_os_error(t)) } else { Ok(Value::bool(flags & libc::FD_CLOEXEC == 0)) }
}

pub(super) fn set_inheritable(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let (fd, on) = (to_i32(t, args[0])?, to_bool(t, args[1], false)?);
    // SAFETY: plain system calls.
    let rc = unsafe {
        match libc::fcntl(fd, libc::F_GETFD) {
            flags if flags < 0 => flags,
            flags if on => libc::fcntl(fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC),
            flags => libc::fcntl(fd, libc::F_SETFD, flags | libc::FD_CLOEXEC),
        }
    };
    plain(t, rc)
}

pub(super) fn get_blocking(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = to_i32(t, args[0])?;
    // SAFETY: a plain system call.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
    if flags < 0 { Err(last_os_error(t)) } else { Ok(Value::bool(flags & libc::O_NONBLOCK == 0)) }
}

pub(super) fn set_blocking(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let (fd, on) = (to_i32(t, args[0])?, to_bool(t, args[1], false)?);
    // SAFETY: plain system calls.
    let rc = unsafe {
        match libc::fcntl(fd, libc::F_GETFL) {
            flags if flags < 0 => flags,
            flags if on => libc::fcntl(fd, libc::F_SETFL, flags & !libc::O_NONBLOCK),
            flags => libc::fcntl(fd, libc::F_SETFL, flags | libc::O_NONBLOCK),
        }
    };
    plain(t, rc)
}

pub(super) fn sendfile(t: &mut Thread, args: &[Value]) -> PyResult {
    let (out, input, count) = (to_i32(t, args[0])?, to_i32(t, args[1])?, to_i64(t, args[3])?);
    let offset = match args[2].given_not_none() {
        Some(o) => Some(to_i64(t, o)?),
        None => None,
    };
    let n = retry(t, || {
        // SAFETY: the structure lives as long as the call.
        unsafe {
            let mut at: libc::off_t = offset.unwrap_or(0);
            let at: *mut libc::off_t = if offset.is_some() { &mut at } else { std::ptr::null_mut() };
            libc::sendfile(out, input, at, count.max(0) as usize) as i64
        }
    })?;
    Ok(int_value(t, n))
}
