//! `_stat`: file modes and flags, and what they mean.

use pystm_vm::{
    error::PyResult,
    native::{Method, ModuleDef, method},
    protocol::number,
    thread::Thread,
    value::Value,
};

use crate::support::{int_value, set_global};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_stat",
    doc: "Constants for what os.stat() returns, and functions to interpret it.",
    methods: METHODS,
    types: &[],
    init: Some(|t, module| {
        for &(name, value) in CONSTANTS {
            set_global(t, module, name, Value::small(value));
        }
        Ok(())
    }),
};

static METHODS: &[Method] = &[
    method("S_ISDIR", "(mode, /)", |t, a| is(t, a, 0o040000), "Whether the mode is from a directory."),
    method("S_ISCHR", "(mode, /)", |t, a| is(t, a, 0o020000), "Whether it is from a character device."),
    method("S_ISBLK", "(mode, /)", |t, a| is(t, a, 0o060000), "Whether it is from a block device."),
    method("S_ISREG", "(mode, /)", |t, a| is(t, a, 0o100000), "Whether it is from a regular file."),
    method("S_ISFIFO", "(mode, /)", |t, a| is(t, a, 0o010000), "Whether it is from a named pipe."),
    method("S_ISLNK", "(mode, /)", |t, a| is(t, a, 0o120000), "Whether it is from a symbolic link."),
    method("S_ISSOCK", "(mode, /)", |t, a| is(t, a, 0o140000), "Whether it is from a socket."),
    method("S_ISDOOR", "(mode, /)", never, "Whether it is from a door, which Linux has not."),
    method("S_ISPORT", "(mode, /)", never, "Whether it is from an event port, which Linux has not."),
    method("S_ISWHT", "(mode, /)", never, "Whether it is from a whiteout, which Linux has not."),
    method("S_IMODE", "(mode, /)", |t, a| part(t, a, 0o7777), "The part that os.chmod() can set."),
    method("S_IFMT", "(mode, /)", |t, a| part(t, a, 0o170000), "The part that says what the file is."),
    method("filemode", "(mode, /)", filemode, "The mode as ls shows it: '-rwxrwxrwx'."),
];

const CONSTANTS: &[(&str, i64)] = &[
    ("S_IFDIR", 0o040000),
    ("S_IFCHR", 0o020000),
    ("S_IFBLK", 0o060000),
    ("S_IFREG", 0o100000),
    ("S_IFIFO", 0o010000),
    ("S_IFLNK", 0o120000),
    ("S_IFSOCK", 0o140000),
    ("S_IFDOOR", 0),
    ("S_IFPORT", 0),
    ("S_IFWHT", 0),
    ("S_ISUID", 0o4000),
    ("S_ISGID", 0o2000),
    ("S_ISVTX", 0o1000),
    ("S_ENFMT", 0o2000),
    ("S_IREAD", 0o400),
    ("S_IWRITE", 0o200),
    ("S_IEXEC", 0o100),
    ("S_IRWXU", 0o700),
    ("S_IRUSR", 0o400),
    ("S_IWUSR", 0o200),
    ("S_IXUSR", 0o100),
    ("S_IRWXG", 0o070),
    ("S_IRGRP", 0o040),
    ("S_IWGRP", 0o020),
    ("S_IXGRP", 0o010),
    ("S_IRWXO", 0o007),
    ("S_IROTH", 0o004),
    ("S_IWOTH", 0o002),
    ("S_IXOTH", 0o001),
    ("UF_SETTABLE", 0x0000_ffff),
    ("UF_NODUMP", 0x0000_0001),
    ("UF_IMMUTABLE", 0x0000_0002),
    ("UF_APPEND", 0x0000_0004),
    ("UF_OPAQUE", 0x0000_0008),
    ("UF_NOUNLINK", 0x0000_0010),
    ("UF_COMPRESSED", 0x0000_0020),
    ("UF_TRACKED", 0x0000_0040),
    ("UF_DATAVAULT", 0x0000_0080),
    ("UF_HIDDEN", 0x0000_8000),
    ("SF_SETTABLE", 0xffff_0000),
    ("SF_ARCHIVED", 0x0001_0000),
    ("SF_IMMUTABLE", 0x0002_0000),
    ("SF_APPEND", 0x0004_0000),
    ("SF_NOUNLINK", 0x0010_0000),
    ("SF_SNAPSHOT", 0x0020_0000),
    ("SF_FIRMLINK", 0x0080_0000),
    ("SF_DATALESS", 0x4000_0000),
    ("ST_MODE", 0),
    ("ST_INO", 1),
    ("ST_DEV", 2),
    ("ST_NLINK", 3),
    ("ST_UID", 4),
    ("ST_GID", 5),
    ("ST_SIZE", 6),
    ("ST_ATIME", 7),
    ("ST_MTIME", 8),
    ("ST_CTIME", 9),
];

/// A `mode` argument.
fn mode(t: &mut Thread, value: Value) -> PyResult<u32> {
    let n = number::index(t, value)?;
    match n.as_small() {
        Some(n) if n < 0 => Err(t.overflow_error("can't convert negative value to unsigned int")),
        Some(n) => match u32::try_from(n) {
            Ok(mode) => Ok(mode),
            Err(_) => Err(t.overflow_error("mode out of range")),
        },
        None => Err(t.overflow_error("Python int too large to convert to C unsigned long")),
    }
}

fn is(t: &mut Thread, args: &[Value], kind: u32) -> PyResult {
    Ok(Value::bool(mode(t, args[0])? & 0o170000 == kind))
}

fn never(t: &mut Thread, args: &[Value]) -> PyResult {
    mode(t, args[0]).map(|_| Value::FALSE)
}

fn part(t: &mut Thread, args: &[Value], mask: u32) -> PyResult {
    let mode = mode(t, args[0])?;
    Ok(int_value(t, (mode & mask) as i64))
}

fn filemode(t: &mut Thread, args: &[Value]) -> PyResult {
    let mode = mode(t, args[0])?;
    let mut text = String::with_capacity(10);
    text.push(match mode & 0o170000 {
        0o040000 => 'd',
        0o020000 => 'c',
        0o060000 => 'b',
        0o100000 => '-',
        0o010000 => 'p',
        0o120000 => 'l',
        0o140000 => 's',
        _ => '?',
    });
    // Set-user-ID, set-group-ID and the sticky bit are shown in the place of the right to execute.
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => letter,
            (true, false) => letter.to_ascii_uppercase(),
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    Ok(t.new_str(&text))
}
