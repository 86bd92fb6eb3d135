//! Directories: `listdir`, `scandir` with `DirEntry`, `mkdir` and their like.

use std::{
    ffi::{CStr, CString},
    mem,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_vm::{
    builtins::list,
    error::PyResult,
    kind::Kind,
    native::{NO_CONSTRUCTOR, TypeDef, class_method, getter, method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    protocol::text,
    thread::Thread,
    value::Value,
};

use super::{
    path::{Path, descriptor, dir_fd},
    stat,
};
use crate::support::{bytes_value, decode_fs, errno, last_os_error, to_bool, to_i32, uint_value};

struct Entry {
    name: Vec<u8>,
    kind: u8,
    inode: u64,
}

/// The entries of a directory, `.` and `..` left out; `Err` is for `errno`.
fn read_dir(path: &Path) -> Result<Vec<Entry>, ()> {
    // SAFETY: the directory stream is used by this function alone and closed at its end; names are C strings that are
    // copied before the next call.
    unsafe {
        let dir = match path.fd {
            Some(fd) => {
                let own = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
                if own < 0 {
                    return Err(());
                }
                let dir = libc::fdopendir(own);
                if dir.is_null() {
                    libc::close(own);
                } else {
                    libc::rewinddir(dir);
                }
                dir
            }
            None => libc::opendir(path.c().as_ptr()),
        };
        if dir.is_null() {
            return Err(());
        }
        let mut entries = Vec::new();
        loop {
            *libc::__errno_location() = 0;
            let entry = libc::readdir(dir);
            if entry.is_null() {
                let code = errno();
                libc::closedir(dir);
                *libc::__errno_location() = code;
                return if code == 0 { Ok(entries) } else { Err(()) };
            }
            let name = CStr::from_ptr((*entry).d_name.as_ptr()).to_bytes();
            if name != b"." && name != b".." {
                entries.push(Entry { name: name.to_vec(), kind: (*entry).d_type, inode: (*entry).d_ino });
            }
        }
    }
}

pub(super) fn listdir(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::or_current(t, "listdir", "path", args[0])?;
    let Ok(entries) = t.blocking(|| read_dir(&path)) else { return Err(path.error(t)) };
    let names = list::new(t, &[]);
    for entry in entries {
        let name = path.answer(t, &entry.name)?;
        list::append(t, Ref::known(names), name);
    }
    Ok(names)
}

/// An iterator over a directory that has been read already.
struct ScanDir {
    entries: Mutex<std::vec::IntoIter<Entry>>,
    /// The path argument's text, empty for the current directory or a descriptor.
    base: CString,
    fd: i32,
    is_bytes: bool,
}

impl Payload for ScanDir {
    fn trace(&self, _: &mut Marker) {}
}

const fn plain(name: &'static str, doc: &'static str) -> TypeDef {
    TypeDef {
        name,
        doc,
        base: None,
        kind: Kind::Native,
        layout: native::LAYOUT,
        words: native::WORDS,
        flags: NO_CONSTRUCTOR,
        methods: &[],
        getset: &[],
        setup: None,
    }
}

pub(crate) static SCANDIR: TypeDef = TypeDef {
    methods: &[
        method("__iter__", "($self, /)", |_, a| Ok(a[0]), "Return self."),
        method("__next__", "($self, /)", next, "The next entry."),
        method("__enter__", "($self, /)", |_, a| Ok(a[0]), "Return self."),
        method("__exit__", "($self, /, *args)", close, "Close the iterator."),
        method("close", "($self, /)", close, "Close the iterator."),
    ],
    ..plain("posix.ScandirIterator", "")
};

pub(super) fn scandir(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::or_current(t, "scandir", "path", args[0])?;
    let Ok(entries) = t.blocking(|| read_dir(&path)) else { return Err(path.error(t)) };
    let base = if path.fd.is_some() { CString::default() } else { path.c().to_owned() };
    let payload = ScanDir {
        entries: Mutex::new(entries.into_iter()),
        base,
        fd: path.fd.unwrap_or(libc::AT_FDCWD),
        is_bytes: path.is_bytes,
    };
    let class = t.rt.native_class(t, &SCANDIR);
    Ok(native::new(t, class, payload))
}

fn close(_: &mut Thread, args: &[Value]) -> PyResult {
    if let Some(s) = native::payload::<ScanDir>(args[0]) {
        *s.entries.lock() = Vec::new().into_iter();
    }
    Ok(Value::NONE)
}

fn next(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(scan) = native::payload::<ScanDir>(args[0]) else { return Err(t.stop_iteration()) };
    let entry = scan.entries.lock().next();
    let Some(entry) = entry else { return Err(t.stop_iteration()) };
    let mut full = scan.base.as_bytes().to_vec();
    if !full.is_empty() && !full.ends_with(b"/") {
        full.push(b'/');
    }
    full.extend_from_slice(&entry.name);
    let answer = |t: &mut Thread, bytes: &[u8]| {
        if scan.is_bytes { bytes_value(t, bytes) } else { decode_fs(t, bytes) }
    };
    let name = answer(t, &entry.name)?;
    let path = answer(t, &full)?;
    let payload = DirEntry {
        name: Slot::new(name),
        path: Slot::new(path),
        stat: Slot::new(Value::UNSET),
        lstat: Slot::new(Value::UNSET),
        file: CString::new(if scan.fd == libc::AT_FDCWD { full } else { entry.name }).unwrap_or_default(),
        dir: scan.fd,
        kind: entry.kind,
        inode: entry.inode,
        known: AtomicBool::new(entry.kind != libc::DT_UNKNOWN),
    };
    let class = t.rt.native_class(t, &DIR_ENTRY);
    Ok(native::new(t, class, payload))
}

struct DirEntry {
    name: Slot<Value>,
    path: Slot<Value>,
    stat: Slot<Value>,
    lstat: Slot<Value>,
    /// What to give to the system, relative to `dir`.
    file: CString,
    dir: i32,
    kind: u8,
    inode: u64,
    known: AtomicBool,
}

impl Payload for DirEntry {
    fn trace(&self, marker: &mut Marker) {
        for slot in [&self.name, &self.path, &self.stat, &self.lstat] {
            trace_value(marker, slot.get());
        }
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

pub(crate) static DIR_ENTRY: TypeDef = TypeDef {
    methods: &[
        method(
            "is_dir",
            "($self, /, *, follow_symlinks=True)",
            |t, a| is_kind(t, a, libc::S_IFDIR),
            "Return True if the entry is a directory.",
        ),
        method(
            "is_file",
            "($self, /, *, follow_symlinks=True)",
            |t, a| is_kind(t, a, libc::S_IFREG),
            "Return True if the entry is a file.",
        ),
        method("is_symlink", "($self, /)", is_symlink, "Return True if the entry is a symbolic link."),
        method(
            "is_junction",
            "($self, /)",
            |_, _| Ok(Value::FALSE),
            "Return True if the entry is a junction.",
        ),
        method(
            "stat",
            "($self, /, *, follow_symlinks=True)",
            entry_stat,
            "Return stat_result object for the entry.",
        ),
        method(
            "inode",
            "($self, /)",
            |t, a| Ok(uint_value(t, entry(a[0]).inode)),
            "Return inode of the entry.",
        ),
        method("__fspath__", "($self, /)", |_, a| Ok(entry(a[0]).path.get()), "Return the path."),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        class_method(
            "__class_getitem__",
            "($cls, item, /)",
            |t, a| Ok(pystm_vm::builtins::generic_alias(t, a[0], a[1])),
            "See PEP 585.",
        ),
    ],
    getset: &[
        getter("name", |_, v| Ok(entry(v).name.get()), "the entry's base filename"),
        getter("path", |_, v| Ok(entry(v).path.get()), "the entry's full path name"),
    ],
    ..plain("posix.DirEntry", "An entry of a directory, as scandir() yields it.")
};

fn entry(object: Value) -> &'static DirEntry {
    native::payload::<DirEntry>(object).expect("a DirEntry")
}

fn fetch(t: &mut Thread, object: Value, follow: bool) -> PyResult<Result<libc::stat, ()>> {
    let e = entry(object);
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the structure is zeroed and filled by the call; the path is a C string.
    let (rc, s) = t.blocking(|| unsafe {
        let mut s: libc::stat = mem::zeroed();
        (libc::fstatat(e.dir, e.file.as_ptr(), &mut s, flags), s)
    });
    Ok(if rc == 0 { Ok(s) } else { Err(()) })
}

/// Type bits of `st_mode`; 0 if the entry has gone.
fn mode_of(t: &mut Thread, object: Value, follow: bool) -> PyResult<u32> {
    let e = entry(object);
    // Relaxed: a constant after construction.
    if e.known.load(Relaxed) && !(follow && e.kind == libc::DT_LNK) {
        return Ok((e.kind as u32) << 12);
    }
    match fetch(t, object, follow)? {
        Ok(s) => Ok(s.st_mode & libc::S_IFMT),
        Err(()) if errno() == libc::ENOENT => Ok(0),
        Err(()) => Err(crate::support::os_error(t, errno(), e.path.get(), Value::UNSET)),
    }
}

fn is_kind(t: &mut Thread, args: &[Value], kind: u32) -> PyResult {
    let follow = to_bool(t, args[1], true)?;
    Ok(Value::bool(mode_of(t, args[0], follow)? == kind))
}

fn is_symlink(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(mode_of(t, args[0], false)? == libc::S_IFLNK))
}

fn entry_stat(t: &mut Thread, args: &[Value]) -> PyResult {
    let follow = to_bool(t, args[1], true)?;
    let e = entry(args[0]);
    let slot = if follow { &e.stat } else { &e.lstat };
    if let Some(known) = slot.get().given() {
        return Ok(known);
    }
    let Ok(s) = fetch(t, args[0], follow)? else {
        return Err(crate::support::os_error(t, errno(), e.path.get(), Value::UNSET));
    };
    let result = stat::result(t, &s);
    let w = t.write_object(args[0].object_unchecked());
    slot.set(&w, result);
    Ok(result)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = text::repr_string(t, entry(args[0]).name.get())?;
    Ok(t.new_str(&format!("<DirEntry {name}>")))
}

fn done(t: &mut Thread, path: &Path, rc: i32) -> PyResult {
    if rc < 0 { Err(path.error(t)) } else { Ok(Value::NONE) }
}

pub(super) fn mkdir(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::of(t, "mkdir", "path", args[0])?;
    let mode = match args[1].given() {
        Some(m) => to_i32(t, m)?,
        None => 0o777,
    };
    let dir = dir_fd(t, args[2])?;
    // SAFETY: the path is a C string.
    let rc = t.blocking(|| unsafe { libc::mkdirat(dir, path.c().as_ptr(), mode as libc::mode_t) });
    done(t, &path, rc)
}

pub(super) fn rmdir(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::of(t, "rmdir", "path", args[0])?;
    let dir = dir_fd(t, args[1])?;
    // SAFETY: the path is a C string.
    let rc = t.blocking(|| unsafe { libc::unlinkat(dir, path.c().as_ptr(), libc::AT_REMOVEDIR) });
    done(t, &path, rc)
}

pub(super) fn chdir(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::or_fd(t, "chdir", "path", args[0])?;
    // SAFETY: the path is a C string.
    let rc = t.blocking(|| unsafe {
        match path.fd {
            Some(fd) => libc::fchdir(fd),
            None => libc::chdir(path.c().as_ptr()),
        }
    });
    done(t, &path, rc)
}

pub(super) fn fchdir(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = descriptor(t, args[0])?;
    // SAFETY: a plain system call.
    if t.blocking(|| unsafe { libc::fchdir(fd) }) < 0 { Err(last_os_error(t)) } else { Ok(Value::NONE) }
}

pub(super) fn chroot(t: &mut Thread, args: &[Value]) -> PyResult {
    let path = Path::of(t, "chroot", "path", args[0])?;
    // SAFETY: the path is a C string.
    let rc = t.blocking(|| unsafe { libc::chroot(path.c().as_ptr()) });
    done(t, &path, rc)
}

fn current(t: &mut Thread) -> PyResult<Vec<u8>> {
    let mut buffer = vec![0u8; 4096];
    loop {
        // SAFETY: the buffer is writable for its length; the result is a C string in it.
        let p = t.blocking(|| unsafe { libc::getcwd(buffer.as_mut_ptr().cast(), buffer.len()) });
        if !p.is_null() {
            let end = buffer.iter().position(|&b| b == 0).unwrap_or(0);
            buffer.truncate(end);
            return Ok(buffer);
        }
        if errno() != libc::ERANGE {
            return Err(last_os_error(t));
        }
        buffer.resize(buffer.len() * 2, 0);
    }
}

pub(super) fn getcwd(t: &mut Thread, _: &[Value]) -> PyResult {
    let path = current(t)?;
    decode_fs(t, &path)
}

pub(super) fn getcwdb(t: &mut Thread, _: &[Value]) -> PyResult {
    let path = current(t)?;
    bytes_value(t, &path)
}
