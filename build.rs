//! Packs the pure-Python library into one compressed archive, which the binary embeds (`src/library.rs` unpacks it).
//!
//! The files come from the crate `rustpython-pylib`. `stdlib/Lib` in this repository is laid over them, and a few lines
//! that speak of RustPython, or show that a module is not CPython's native one, are replaced ([`PATCHES`]).
//!
//! The archive is a zlib stream of entries: length of the path and of the content as little-endian `u32`, path, content.

use std::{
    collections::BTreeMap,
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Write},
    path::Path,
};

use flate2::{Compression, write::ZlibEncoder};

/// Parts of the library that pystm does not carry: they need Tk, belong to CPython's installation, or are dead.
const LEFT_OUT: &[&str] = &[
    "README.md",
    "_pycodecs.py",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "test",
    "tkinter",
    "turtle.py",
    "turtledemo",
];

/// File, the text in it, what stands there instead.
const PATCHES: &[(&str, &str, &str)] = &[
    // The instructions are our own.
    (
        "dis.py",
        "\"\"\"Disassemble a code object.\"\"\"\n",
        "\"\"\"Disassemble a code object.\"\"\"\n    import _opcode\n    \
         return print(_opcode._disassemble(co), end='', file=file)\n",
    ),
    (
        "dis.py",
        "\"\"\"Return a formatted view of the bytecode operations.\"\"\"\n        co = self.codeobj\n",
        "\"\"\"Return a formatted view of the bytecode operations.\"\"\"\n        import _opcode\n        \
         return _opcode._disassemble(self.codeobj)\n        co = self.codeobj\n",
    ),
    (
        "dis.py",
        "    original_code = co.co_code\n    arg_resolver = ArgResolver(co_consts=co.co_consts,",
        "    raise NotImplementedError(\"pystm's instructions are not CPython's; dis() shows them as text\")\n    \
         original_code = co.co_code\n    arg_resolver = ArgResolver(co_consts=co.co_consts,",
    ),
    (
        "dis.py",
        "    def __iter__(self):\n        co = self.codeobj\n",
        "    def __iter__(self):\n        return get_instructions(self.codeobj)\n        co = self.codeobj\n",
    ),
    (
        "inspect.py",
        "    for instruction in dis.get_instructions(code):\n        opname = instruction.opname\n        \
         name = instruction.argval\n",
        "    import _opcode\n    for opname, name in _opcode._names_used(code):\n",
    ),
    // What is compiled of the library belongs to the installation: kept whatever `sys.dont_write_bytecode` says, and found
    // without importlib's checks.
    (
        "importlib/_bootstrap_external.py",
        "source_path = self.get_filename(fullname)\n        source_mtime = None",
        "source_path = self.get_filename(fullname)\n        if type(self) is SourceFileLoader and \\\n                \
         (code := _imp._library_code(source_path)) is not None:\n            return code\n        source_mtime = None",
    ),
    // As CPython's `_datetime` has them, which everyone sees there.
    (
        "_pydatetime.py",
        "return (f'{self.__class__.__name__}'\n                f'(year=",
        "return (f'datetime.{self.__class__.__name__}'\n                f'(year=",
    ),
    (
        "_pydatetime.py",
        "return type(self).fromordinal(o)\n            raise OverflowError(\"result out of range\")",
        "return type(self).fromordinal(o)\n            raise OverflowError(\"date value out of range\")",
    ),
    (
        "_pydatetime.py",
        "tzinfo=self._tzinfo))\n        raise OverflowError(\"result out of range\")",
        "tzinfo=self._tzinfo))\n        raise OverflowError(\"date value out of range\")",
    ),
    (
        "platform.py",
        "if \"RustPython\" in sys_version:\n            name = \"RustPython\"",
        "if \"pystm\" in sys_version:\n            name = \"pystm\"",
    ),
    ("site.py", "return 'RustPython' # XXX: RUSTPYTHON; for site-packages", "return 'pystm'"),
    ("site.py", "lib/rustpython{version[0]}", "lib/pystm{version[0]}"),
    // The prompt needs neither readline nor _pyrepl.
    ("site.py", "sys.__interactivehook__ = register_readline", "pass"),
    ("sysconfig/__init__.py", "return 'RustPython'  # XXX: RUSTPYTHON; For site-packages", "return 'pystm'"),
];

fn main() -> io::Result<()> {
    let mut files = BTreeMap::new();
    collect(Path::new(rustpython_pylib::LIB_PATH), "", &mut files)?;
    for (path, from, to) in PATCHES {
        let content = files.get_mut(*path).unwrap_or_else(|| panic!("{path} is to be patched but missing"));
        let text = String::from_utf8(content.clone()).expect("the library is UTF-8");
        assert_eq!(text.matches(from).count(), 1, "the patch of {path} fits once");
        *content = text.replace(from, to).into_bytes();
    }
    let overlay = Path::new("stdlib/Lib");
    if overlay.exists() {
        collect(overlay, "", &mut files)?;
    }
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", overlay.display());

    let mut archive = ZlibEncoder::new(Vec::new(), Compression::best());
    let mut hasher = DefaultHasher::new();
    for (path, content) in &files {
        (path, content).hash(&mut hasher);
        archive.write_all(&(path.len() as u32).to_le_bytes())?;
        archive.write_all(&(content.len() as u32).to_le_bytes())?;
        archive.write_all(path.as_bytes())?;
        archive.write_all(content)?;
    }
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("library.zlib"), archive.finish()?)?;
    println!("cargo:rustc-env=PYSTM_LIBRARY_HASH={:016x}", hasher.finish());
    Ok(())
}

/// Adds the files below a directory by their path inside it.
fn collect(directory: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name().into_string().expect("names in the library are UTF-8");
        let path = format!("{prefix}{name}");
        if name == "__pycache__" || LEFT_OUT.contains(&path.as_str()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}
