//! `stat` and what changes its answers.

use std::mem;

use num_integer::Integer as _;
use num_traits::ToPrimitive;
use pystm_vm::{
    builtins::{int, structseq, structseq::field},
    error::PyResult,
    native::TypeDef,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::path::{Path, dir_fd};
use crate::support::{
    errno, float_value, int_value, last_os_error, to_bool, to_f64, to_i32, to_i64, uint_value,
};

pub(crate) static STAT_RESULT: TypeDef = structseq::type_def::<10, 19>(
    "os.stat_result",
    "Result of stat, fstat or lstat.",
    &[
        field::<0>("st_mode", "protection bits"),
        field::<1>("st_ino", "inode"),
        field::<2>("st_dev", "device"),
        field::<3>("st_nlink", "number of hard links"),
        field::<4>("st_uid", "user ID of owner"),
        field::<5>("st_gid", "group ID of owner"),
        field::<6>("st_size", "total size, in bytes"),
        field::<10>("st_atime", "time of last access"),
        field::<11>("st_mtime", "time of last modification"),
        field::<12>("st_ctime", "time of last change"),
        field::<13>("st_atime_ns", "time of last access in nanoseconds"),
        field::<14>("st_mtime_ns", "time of last modification in nanoseconds"),
        field::<15>("st_ctime_ns", "time of last change in nanoseconds"),
        field::<16>("st_blksize", "blocksize for filesystem I/O"),
        field::<17>("st_blocks", "number of blocks allocated"),
        field::<18>("st_rdev", "device type (if inode device)"),
    ],
);

pub(crate) static STATVFS_RESULT: TypeDef = structseq::type_def::<10, 11>(
    "os.statvfs_result",
    "Result of statvfs or fstatvfs.",
    &[
        field::<0>("f_bsize", ""),
        field::<1>("f_frsize", ""),
        field::<2>("f_blocks", ""),
        field::<3>("f_bfree", ""),
        field::<4>("f_bavail", ""),
        field::<5>("f_files", ""),
        field::<6>("f_ffree", ""),
        field::<7>("f_favail", ""),
        field::<8>("f_flag", ""),
        field::<9>("f_namemax", ""),
        field::<10>("f_fsid", ""),
    ],
);

fn time_value(t: &mut Thread, seconds: i64, nanos: i64) -> Value {
    float_value(t, seconds as f64 + nanos as f64 * 1e-9)
}

fn nanos_value(t: &mut Thread, seconds: i64, nanos: i64) -> Value {
    match seconds.checked_mul(1_000_000_000).and_then(|n| n.checked_add(nanos)) {
        Some(n) => int_value(t, n),
        None => int::from_bigint_ref(t, &(num_bigint::BigInt::from(seconds) * 1_000_000_000 + nanos)),
    }
}

/// A `stat_result`.
pub(super) fn result(t: &mut Thread, s: &libc::stat) -> Value {
    let mut values = t.vec();
    values.push(Value::small(s.st_mode as i64));
    for n in [s.st_ino, s.st_dev, s.st_nlink] {
        let v = uint_value(t, n);
        values.push(v);
    }
    for n in [s.st_uid as i64, s.st_gid as i64, s.st_size, s.st_atime, s.st_mtime, s.st_ctime] {
        let v = int_value(t, n);
        values.push(v);
    }
    let times = [(s.st_atime, s.st_atime_nsec), (s.st_mtime, s.st_mtime_nsec), (s.st_ctime, s.st_ctime_nsec)];
    for (seconds, nanos) in times {
        let v = time_value(t, seconds, nanos);
        values.push(v);
    }
    for (seconds, nanos) in times {
        let v = nanos_value(t, seconds, nanos);
        values.push(v);
    }
    for n in [s.st_blksize, s.st_blocks, s.st_rdev as i64] {
        let v = int_value(t, n);
        values.push(v);
    }
    structseq::make(t, &STAT_RESULT, &values)
}

/// `stat` by path, descriptor or both; `Err` is for `errno`.
pub(super) fn stat_path(t: &mut Thread, path: &Path, dir: i32, follow: bool) -> Result<libc::stat, ()> {
    // SAFETY: the structure is zeroed and filled by the call; the path is a C string.
    t.blocking(|| unsafe {
        let mut s: libc::stat = mem::zeroed();
        let rc = match path.fd {
            Some(fd) => libc::fstat(fd, &mut s),
            None => libc::fstatat(
                dir,
                path.c().as_ptr(),
                &mut s,
                if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW },
            ),
        };
        if rc == 0 { Ok(s) } else { Err(()) }
    })
}

fn do_stat(t: &mut Thread, path: &Path, dir: Value, follow: bool, function: &str) -> PyResult {
    let dir = dir_fd(t, dir)?;
    if path.fd.is_some() {
        if dir != libc::AT_FDCWD {
            return Err(t.value_error(format!("{function}: can't specify dir_fd without matching path")));
        }
        if !follow {
            return Err(t.value_error(format!("{function}: cannot use fd and follow_symlinks together")));
        }
    }
    match stat_path(t, path, dir, follow) {
        Ok(s) => Ok(result(t, &s)),
        Err(()) => Err(path.error(t)),
    }
}

pub(super) fn stat(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::or_fd(t, "stat", "path", args[0])?;
    let follow = to_bool(t, args[2], true)?;
    do_stat(t, &path, args[1], follow, "stat")
}

pub(super) fn lstat(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::of(t, "lstat", "path", args[0])?;
    do_stat(t, &path, args[1], false, "lstat")
}

pub(super) fn fstat(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = to_i32(t, args[0])?;
    let path = Path::or_fd(t, "fstat", "fd", Value::small(fd as i64))?;
    match stat_path(t, &path, libc::AT_FDCWD, true) {
        Ok(s) => Ok(result(t, &s)),
        Err(()) => Err(last_os_error(t)),
    }
}

pub(super) fn statvfs(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::or_fd(t, "statvfs", "path", args[0])?;
    // SAFETY: the structure is zeroed and filled by the call; the path is a C string.
    let (rc, s) = t.blocking(|| unsafe {
        let mut s: libc::statvfs = mem::zeroed();
        let rc = match path.fd {
            Some(fd) => libc::fstatvfs(fd, &mut s),
            None => libc::statvfs(path.c().as_ptr(), &mut s),
        };
        (rc, s)
    });
    if rc != 0 {
        return Err(path.error(t));
    }
    let mut values = t.vec();
    let numbers = [
        s.f_bsize,
        s.f_frsize,
        s.f_blocks,
        s.f_bfree,
        s.f_bavail,
        s.f_files,
        s.f_ffree,
        s.f_favail,
        s.f_flag,
        s.f_namemax,
        s.f_fsid,
    ];
    for n in numbers {
        let v = uint_value(t, n);
        values.push(v);
    }
    Ok(structseq::make(t, &STATVFS_RESULT, &values))
}

pub(super) fn access(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::of(t, "access", "path", args[0])?;
    let mode = to_i32(t, args[1])?;
    let dir = dir_fd(t, args[2])?;
    let mut flags = 0;
    if to_bool(t, args[3], false)? {
        flags |= libc::AT_EACCESS;
    }
    if !to_bool(t, args[4], true)? {
        flags |= libc::AT_SYMLINK_NOFOLLOW;
    }
    // SAFETY: the path is a C string.
    Ok(Value::bool(t.blocking(|| unsafe { libc::faccessat(dir, path.c().as_ptr(), mode, flags) }) == 0))
}

fn timespec_of(t: &mut Thread, value: Value) -> PyResult<libc::timespec> {
    if let Some(n) = int::as_int(value) {
        let seconds = to_i64(t, n)?;
        return Ok(libc::timespec { tv_sec: seconds, tv_nsec: 0 });
    }
    let f = to_f64(t, value)?;
    if f.is_nan() {
        return Err(t.value_error("Invalid value NaN (not a number)"));
    }
    let seconds = f.floor();
    let nanos = ((f - seconds) * 1e9).floor() as i64;
    Ok(libc::timespec { tv_sec: seconds as i64, tv_nsec: nanos.clamp(0, 999_999_999) })
}

fn timespec_of_nanos(t: &mut Thread, value: Value) -> PyResult<libc::timespec> {
    let Some(n) = int::as_int(value) else {
        let name = type_of(value).name();
        return Err(t.type_error(format!("'{name}' object cannot be interpreted as an integer")));
    };
    let (seconds, nanos) = int::to_bigint(n).div_mod_floor(&num_bigint::BigInt::from(1_000_000_000));
    match (seconds.to_i64(), nanos.to_i64()) {
        (Some(tv_sec), Some(tv_nsec)) => Ok(libc::timespec { tv_sec, tv_nsec }),
        _ => Err(t.overflow_error("timestamp out of range for platform time_t")),
    }
}

pub(super) fn utime(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::or_fd(t, "utime", "path", args[0])?;
    let (times, ns) = (args[1].given_not_none(), args[2].given_not_none());
    let dir = dir_fd(t, args[3])?;
    let follow = to_bool(t, args[4], true)?;
    let now = libc::timespec { tv_sec: 0, tv_nsec: libc::UTIME_NOW };
    let spec = match (times, ns) {
        (Some(_), Some(_)) => {
            return Err(t.value_error("utime: you may specify either 'times' or 'ns' but not both"));
        }
        (Some(pair), None) => match pair.as_tuple().filter(|p| p.len() == 2) {
            Some(p) => [timespec_of(t, p.at(0))?, timespec_of(t, p.at(1))?],
            None => return Err(t.type_error("utime: 'times' must be either a tuple of two ints or None")),
        },
        (None, Some(pair)) => match pair.as_tuple().filter(|p| p.len() == 2) {
            Some(p) => [timespec_of_nanos(t, p.at(0))?, timespec_of_nanos(t, p.at(1))?],
            None => return Err(t.type_error("utime: 'ns' must be a tuple of two ints")),
        },
        (None, None) => [now, now],
    };
    // SAFETY: path and array are valid for the call.
    let rc = t.blocking(|| unsafe {
        match path.fd {
            Some(fd) => libc::futimens(fd, spec.as_ptr()),
            None => {
                let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
                libc::utimensat(dir, path.c().as_ptr(), spec.as_ptr(), flags)
            }
        }
    });
    if rc < 0 { Err(path.error(t)) } else { Ok(Value::NONE) }
}

fn done(t: &mut Thread, path: &Path, rc: i32) -> PyResult {
    if rc < 0 { Err(path.error(t)) } else { Ok(Value::NONE) }
}

pub(super) fn chmod(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::or_fd(t, "chmod", "path", args[0])?;
    let mode = to_i32(t, args[1])? as libc::mode_t;
    let dir = dir_fd(t, args[2])?;
    let follow = to_bool(t, args[3], true)?;
    // SAFETY: the path is a C string.
    let rc = t.blocking(|| unsafe {
        match path.fd {
            Some(fd) => libc::fchmod(fd, mode),
            None => libc::fchmodat(
                dir,
                path.c().as_ptr(),
                mode,
                if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW },
            ),
        }
    });
    if rc < 0 && !follow && errno() == libc::EOPNOTSUPP {
        let message = "chmod: follow_symlinks unavailable on this platform";
        return Err(t.raise(pystm_vm::error::Exc::NotImplementedError, message));
    }
    done(t, &path, rc)
}

pub(super) fn fchmod(t: &mut Thread, args: &[Value]) -> PyResult {
    let (fd, mode) = (to_i32(t, args[0])?, to_i32(t, args[1])? as libc::mode_t);
    // SAFETY: a plain system call.
    if t.blocking(|| unsafe { libc::fchmod(fd, mode) }) < 0 { Err(last_os_error(t)) } else { Ok(Value::NONE) }
}

fn id(t: &mut Thread, value: Value, what: &str) -> PyResult<u32> {
    if int::as_int(value).is_none() {
        let name = type_of(value).name();
        return Err(t.type_error(format!("{what} should be integer, not {name}")));
    }
    match to_i64(t, value)? {
        -1 => Ok(u32::MAX),
        n if n < 0 => Err(t.overflow_error(format!("{what} is less than minimum"))),
        n if n > u32::MAX as i64 => Err(t.overflow_error(format!("{what} is greater than maximum"))),
        n => Ok(n as u32),
    }
}

fn change_owner(t: &mut Thread, path: &Path, args: &[Value], dir: i32, follow: bool) -> PyResult {
    let (uid, gid) = (id(t, args[1], "uid")?, id(t, args[2], "gid")?);
    // SAFETY: the path is a C string.
    let rc = t.blocking(|| unsafe {
        match path.fd {
            Some(fd) => libc::fchown(fd, uid, gid),
            None => {
                let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
                libc::fchownat(dir, path.c().as_ptr(), uid, gid, flags)
            }
        }
    });
    done(t, path, rc)
}

pub(super) fn chown(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::or_fd(t, "chown", "path", args[0])?;
    let dir = dir_fd(t, args[3])?;
    let follow = to_bool(t, args[4], true)?;
    change_owner(t, &path, args, dir, follow)
}

pub(super) fn lchown(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::of(t, "lchown", "path", args[0])?;
    change_owner(t, &path, args, libc::AT_FDCWD, false)
}

pub(super) fn fchown(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::or_fd(t, "fchown", "fd", args[0])?;
    change_owner(t, &path, args, libc::AT_FDCWD, true)
}

pub(super) fn umask(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let mask = to_i32(t, args[0])?;
    // SAFETY: a plain system call that cannot fail.
    Ok(Value::small(unsafe { libc::umask(mask as libc::mode_t) } as i64))
}
