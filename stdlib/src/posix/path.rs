//! Path arguments.

use std::ffi::{CStr, CString};

use pystm_vm::{
    builtins::{buffer, int},
    error::{PyResult, Raised},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

use crate::support::{
    bytes_value, decode_fs, encode_fs, errno, file_system_path, os_error, to_i32, warn_of_bool,
};

/// A path, or a descriptor where one is allowed.
pub(super) struct Path {
    /// The path as the system wants it; empty for a descriptor.
    text: CString,
    /// The descriptor, if the argument was one.
    pub(super) fd: Option<i32>,
    /// The argument, for errors.
    pub(super) object: Value,
    /// The argument was bytes, so answers are too.
    pub(super) is_bytes: bool,
}

impl Path {
    /// The path of an argument.
    pub(super) fn of(t: &mut Thread, function: &str, argument: &str, value: Value) -> PyResult<Path> {
        Self::parse(t, function, argument, value, false, false)
    }

    /// The path or descriptor of an argument.
    pub(super) fn or_fd(t: &mut Thread, function: &str, argument: &str, value: Value) -> PyResult<Path> {
        Self::parse(t, function, argument, value, true, false)
    }

    /// The path or descriptor of an argument; None is the current directory.
    pub(super) fn or_current(t: &mut Thread, function: &str, argument: &str, value: Value) -> PyResult<Path> {
        if value.given_not_none().is_none() {
            return Ok(Path { text: c".".to_owned(), fd: None, object: Value::UNSET, is_bytes: false });
        }
        Self::parse(t, function, argument, value, true, true)
    }

    fn parse(
        t: &mut Thread,
        function: &str,
        argument: &str,
        value: Value,
        fd: bool,
        none: bool,
    ) -> PyResult<Path> {
        let mut path = value;
        if path.as_str().is_none() && path.as_bytes().is_none() {
            if fd && (int::as_int(path).is_some() || t.special(path, Special::Index).is_some()) {
                if path.is_bool() {
                    warn_of_bool(t)?;
                }
                let fd = to_i32(t, path)?;
                return Ok(Path { text: CString::default(), fd: Some(fd), object: value, is_bytes: false });
            }
            match file_system_path(t, path)? {
                Some(p) if p.as_str().is_some() || p.as_bytes().is_some() => path = p,
                Some(p) => {
                    let (name, got) = (type_of(path).name(), type_of(p).name());
                    return Err(t.type_error(format!(
                        "expected {name}.__fspath__() to return str or bytes, not {got}"
                    )));
                }
                None => {
                    let got = type_of(value).name();
                    let kinds = match (fd, none) {
                        (true, true) => "string, bytes, os.PathLike, integer or None",
                        (true, false) => "string, bytes, os.PathLike or integer",
                        _ => "string, bytes or os.PathLike",
                    };
                    return Err(t.type_error(format!("{function}: {argument} should be {kinds}, not {got}")));
                }
            }
        }
        let (bytes, is_bytes) = match path.as_str() {
            Some(s) => (encode_fs(t, s.value())?, false),
            None => (buffer::to_vec(t, path)?, true),
        };
        match CString::new(bytes) {
            Ok(text) => Ok(Path { text, fd: None, object: path, is_bytes }),
            Err(_) => Err(t.value_error(format!("{function}: embedded null character in {argument}"))),
        }
    }

    /// The path.
    pub(super) fn c(&self) -> &CStr {
        &self.text
    }

    /// OSError for `errno`, with the path.
    #[cold]
    pub(super) fn error(&self, t: &mut Thread) -> Raised {
        os_error(t, errno(), self.object, Value::UNSET)
    }

    /// OSError for `errno`, with both paths.
    #[cold]
    pub(super) fn error2(&self, t: &mut Thread, other: &Path) -> Raised {
        os_error(t, errno(), self.object, other.object)
    }

    /// A name in the type of the argument: bytes or str.
    pub(super) fn answer(&self, t: &mut Thread, name: &[u8]) -> PyResult {
        if self.is_bytes { bytes_value(t, name) } else { decode_fs(t, name) }
    }
}

/// A `dir_fd` argument.
pub(super) fn dir_fd(t: &mut Thread, value: Value) -> PyResult<i32> {
    match value.given_not_none() {
        None => Ok(libc::AT_FDCWD),
        Some(v) if int::as_int(v).is_some() || t.special(v, Special::Index).is_some() => to_i32(t, v),
        Some(v) => {
            let got = type_of(v).name();
            Err(t.type_error(format!("argument should be integer or None, not {got}")))
        }
    }
}

pub(crate) use crate::fcntl::descriptor;
