//! `mmap`: files as memory.

mod map;
mod methods;

use std::{
    os::fd::{FromRawFd, OwnedFd},
    sync::{Arc, atomic::AtomicUsize},
};

use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_vm::{
    builtins::{buffer::Buffer, memoryview::release_buffer},
    error::{Exc, PyResult},
    kind::Kind,
    native::{Method, ModuleDef, SEQUENCE, SUBCLASSABLE, TypeDef, WEAK, getter, method, static_method},
    object::{
        Ref,
        native::{self, Payload},
    },
    thread::Thread,
    value::Value,
};

use crate::support::{last_os_error, os_error, set_global, to_bool, to_i32, to_i64};

use map::{Map, Request};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "mmap",
    doc: "",
    methods: &[],
    types: &[&DEF],
    init: Some(|t, module| {
        for &(name, value) in CONSTANTS {
            set_global(t, module, name, Value::small(value as i64));
        }
        // SAFETY: asks for a number.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
        set_global(t, module, "PAGESIZE", Value::small(page));
        set_global(t, module, "ALLOCATIONGRANULARITY", Value::small(page));
        let error = t.rt.exception(Exc::OSError);
        set_global(t, module, "error", error);
        Ok(())
    }),
};

const ACCESS_DEFAULT: i32 = 0;
const ACCESS_READ: i32 = 1;
const ACCESS_WRITE: i32 = 2;
const ACCESS_COPY: i32 = 3;

const CONSTANTS: &[(&str, i32)] = &[
    ("PROT_EXEC", libc::PROT_EXEC),
    ("PROT_READ", libc::PROT_READ),
    ("PROT_WRITE", libc::PROT_WRITE),
    ("MAP_SHARED", libc::MAP_SHARED),
    ("MAP_PRIVATE", libc::MAP_PRIVATE),
    ("MAP_DENYWRITE", libc::MAP_DENYWRITE),
    ("MAP_EXECUTABLE", libc::MAP_EXECUTABLE),
    ("MAP_ANON", libc::MAP_ANON),
    ("MAP_ANONYMOUS", libc::MAP_ANONYMOUS),
    ("MAP_POPULATE", libc::MAP_POPULATE),
    ("MAP_STACK", libc::MAP_STACK),
    ("MAP_NORESERVE", libc::MAP_NORESERVE),
    #[cfg(target_arch = "x86_64")]
    ("MAP_32BIT", libc::MAP_32BIT),
    ("ACCESS_DEFAULT", ACCESS_DEFAULT),
    ("ACCESS_READ", ACCESS_READ),
    ("ACCESS_WRITE", ACCESS_WRITE),
    ("ACCESS_COPY", ACCESS_COPY),
    ("MADV_NORMAL", libc::MADV_NORMAL),
    ("MADV_RANDOM", libc::MADV_RANDOM),
    ("MADV_SEQUENTIAL", libc::MADV_SEQUENTIAL),
    ("MADV_WILLNEED", libc::MADV_WILLNEED),
    ("MADV_DONTNEED", libc::MADV_DONTNEED),
    ("MADV_REMOVE", libc::MADV_REMOVE),
    ("MADV_DONTFORK", libc::MADV_DONTFORK),
    ("MADV_DOFORK", libc::MADV_DOFORK),
    ("MADV_HWPOISON", libc::MADV_HWPOISON),
    ("MADV_MERGEABLE", libc::MADV_MERGEABLE),
    ("MADV_UNMERGEABLE", libc::MADV_UNMERGEABLE),
    ("MADV_HUGEPAGE", libc::MADV_HUGEPAGE),
    ("MADV_NOHUGEPAGE", libc::MADV_NOHUGEPAGE),
    ("MADV_DONTDUMP", libc::MADV_DONTDUMP),
    ("MADV_DODUMP", libc::MADV_DODUMP),
    ("MADV_FREE", libc::MADV_FREE),
];

/// State of an `mmap`.
struct Mmap {
    map: Map,
    /// The file, duplicated, if there is one and it is to be tracked.
    file: pystm_gc::lock::Mutex<Option<OwnedFd>>,
    track: bool,
    shared: bool,
    access: i32,
    offset: i64,
    /// Where `read` and `write` go on.
    position: Slot<usize>,
    exports: Arc<AtomicUsize>,
}

impl Payload for Mmap {
    fn trace(&self, _: &mut Marker) {}

    fn as_buffer(&self) -> Option<&dyn Buffer> {
        Some(self)
    }
}

static DEF: TypeDef = TypeDef {
    name: "mmap.mmap",
    doc: "mmap(fileno, length[, flags[, prot[, access[, offset[, trackfd]]]]])\n\n\
        Maps length bytes from the file with the descriptor fileno, or of memory if that is -1.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: SUBCLASSABLE | SEQUENCE | WEAK,
    methods: METHODS,
    getset: &[getter("closed", |_, m| Ok(Value::bool(this(m).map.is_closed())), "")],
    setup: None,
};

static METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, fileno, length, flags=MAP_SHARED, prot=3, access=ACCESS_DEFAULT, offset=0, *, trackfd=True)",
        new,
        "Map a file or memory.",
    ),
    method("__repr__", "($self, /)", methods::repr, "Return repr(self)."),
    method("__buffer__", "($self, flags, /)", methods::checked_buffer, "Return a view of the bytes."),
    method("__release_buffer__", "($self, buffer, /)", release_buffer, "Release a view."),
    method("__len__", "($self, /)", methods::len, "Return len(self)."),
    method("__iter__", "($self, /)", methods::iter, "Iterate over the bytes, each a bytes object."),
    method("__getitem__", "($self, key, /)", methods::getitem, "Return self[key]."),
    method("__setitem__", "($self, key, value, /)", methods::setitem, "Set self[key] to value."),
    method("__delitem__", "($self, key, /)", methods::delitem, "Raise TypeError."),
    method("close", "($self, /)", methods::close, "Unmap the memory."),
    method(
        "find",
        "($self, view, start=None, end=None, /)",
        methods::find,
        "Lowest index of the bytes, or -1.",
    ),
    method(
        "rfind",
        "($self, view, start=None, end=None, /)",
        methods::rfind,
        "Highest index of the bytes, or -1.",
    ),
    method("flush", "($self, offset=0, size=None, /)", methods::flush, "Write changes back to the file."),
    method(
        "madvise",
        "($self, option, start=0, length=None, /)",
        methods::madvise,
        "Tell the system how the memory will be used.",
    ),
    method("move", "($self, dest, src, count, /)", methods::move_bytes, "Copy bytes within the memory."),
    method("read", "($self, n=None, /)", methods::read, "Read at most n bytes."),
    method("read_byte", "($self, /)", methods::read_byte, "Read one byte, as an int."),
    method("readline", "($self, /)", methods::readline, "Read up to the next line end."),
    method("resize", "($self, newsize, /)", methods::resize, "Change the size, that of the file too."),
    method("seek", "($self, pos, whence=0, /)", methods::seek, "Set the position."),
    method("seekable", "($self, /)", |_, _| Ok(Value::TRUE), "Return True."),
    method("size", "($self, /)", methods::size, "Size of the file."),
    method("tell", "($self, /)", methods::tell, "The position."),
    method("write", "($self, bytes, /)", methods::write, "Write bytes at the position."),
    method("write_byte", "($self, byte, /)", methods::write_byte, "Write one byte, an int, at the position."),
    method("__enter__", "($self, /)", methods::enter, "Return self."),
    method("__exit__", "($self, exc_type, exc_value, traceback, /)", methods::close, "Unmap the memory."),
];

fn this(object: Value) -> &'static Mmap {
    native::payload::<Mmap>(object).expect("an mmap")
}

/// Flags and protection for the arguments `flags`, `prot` and `access`, and what `access` amounts to.
fn rights(t: &mut Thread, args: [Value; 3]) -> PyResult<(i32, i32, i32)> {
    let both = libc::PROT_READ | libc::PROT_WRITE;
    let mut number = |value: Value, default: i32| value.given().map_or(Ok(default), |v| to_i32(t, v));
    let flags = number(args[0], libc::MAP_SHARED)?;
    let protection = number(args[1], both)?;
    let access = number(args[2], ACCESS_DEFAULT)?;
    if access != ACCESS_DEFAULT && (flags != libc::MAP_SHARED || protection != both) {
        return Err(t.value_error("mmap can't specify both access and flags, prot."));
    }
    match access {
        ACCESS_READ => Ok((libc::MAP_SHARED, libc::PROT_READ, access)),
        ACCESS_WRITE => Ok((libc::MAP_SHARED, both, access)),
        ACCESS_COPY => Ok((libc::MAP_PRIVATE, both, access)),
        ACCESS_DEFAULT => {
            let access = match (protection & libc::PROT_READ != 0, protection & libc::PROT_WRITE != 0) {
                (true, true) => ACCESS_DEFAULT,
                (false, true) => ACCESS_WRITE,
                _ => ACCESS_READ,
            };
            Ok((flags, protection, access))
        }
        _ => Err(t.value_error("mmap invalid access parameter.")),
    }
}

/// The length to map of a file, 0 meaning all from the offset on.
fn checked_len(t: &mut Thread, fd: i32, len: usize, offset: i64) -> PyResult<usize> {
    // SAFETY: the structure is zeroed and filled by the call.
    let (failed, status) = unsafe {
        let mut status: libc::stat = std::mem::zeroed();
        (libc::fstat(fd, &mut status) != 0, status)
    };
    if failed {
        return Err(last_os_error(t));
    }
    if status.st_mode & libc::S_IFMT != libc::S_IFREG {
        return Ok(len);
    }
    if len == 0 {
        if status.st_size == 0 {
            return Err(t.value_error("cannot mmap an empty file"));
        }
        if offset >= status.st_size {
            return Err(t.value_error("mmap offset is greater than file size"));
        }
        return Ok((status.st_size - offset) as usize);
    }
    if offset > status.st_size || ((status.st_size - offset) as usize) < len {
        return Err(t.value_error("mmap length is greater than file size"));
    }
    Ok(len)
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let fd = to_i32(t, args[1])?;
    let Ok(len) = usize::try_from(to_i64(t, args[2])?) else {
        return Err(t.overflow_error("memory mapped length must be positive"));
    };
    let offset = args[6].given().map_or(Ok(0), |v| to_i64(t, v))?;
    if offset < 0 {
        return Err(t.overflow_error("memory mapped offset must be positive"));
    }
    let (flags, protection, access) = rights(t, [args[3], args[4], args[5]])?;
    let track = to_bool(t, args[7], true)?;
    let (len, flags) = match fd {
        -1 => (len, flags | libc::MAP_ANONYMOUS),
        _ => (checked_len(t, fd, len, offset)?, flags),
    };
    let mut file = None;
    if fd != -1 && track {
        // SAFETY: the call makes a new descriptor, which is owned from then on.
        file = unsafe {
            match libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) {
                -1 => return Err(last_os_error(t)),
                copy => Some(OwnedFd::from_raw_fd(copy)),
            }
        };
    }
    let map = match Map::new(Request { len, protection, flags, fd, offset }) {
        Ok(map) => map,
        Err(error) => {
            return Err(os_error(t, error.raw_os_error().unwrap_or(0), Value::UNSET, Value::UNSET));
        }
    };
    let mmap = Mmap {
        map,
        file: pystm_gc::lock::Mutex::new(file),
        track,
        shared: flags & libc::MAP_SHARED != 0,
        access,
        offset,
        position: Slot::new(0),
        exports: Arc::new(AtomicUsize::new(0)),
    };
    Ok(native::new(t, Ref::known(args[0]), mmap))
}
