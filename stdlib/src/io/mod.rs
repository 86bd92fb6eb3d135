//! `_io`: files, buffers, text streams.
//!
//! Reading order: [`base`] has the abstract classes, [`fileio`] the descriptor, [`buffered`] bytes over it, [`textio`]
//! text over those, [`std`] the standard streams. The state of a stream is Rust data behind a lock in its payload; no
//! lock is held while Python code runs. A stream over another one of the exact native class goes straight to it.

mod base;
mod buffered;
mod bytesio;
mod fileio;
mod growing;
mod newline;
mod open;
mod std;
mod stringio;
mod text_lines;
mod textio;

use ::std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use pystm_vm::{
    builtins::{dict::Dict, module::Module, typeobj},
    error::{Exc, PyResult},
    native::{ModuleDef, TypeDef, method},
    object::Ref,
    protocol::{attr, call},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use crate::support::{make_class, set_global};

pub use self::std::{flush_std, standard_streams};

/// Size of buffers unless the program says otherwise.
const DEFAULT_BUFFER_SIZE: usize = 128 << 10;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_io",
    doc: "The io module's native part: raw, buffered and text streams.",
    methods: &[
        method(
            "open",
            "(file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)",
            open::open,
            "Open file and return a stream. Raise OSError upon failure.",
        ),
        method(
            "open_code",
            "(path)",
            open::open_code,
            "Opens the provided file with the intent to import the contents.",
        ),
        method(
            "text_encoding",
            "(encoding, stacklevel=2, /)",
            open::text_encoding,
            "The encoding, or the default one if it is None.",
        ),
    ],
    types: &[
        &base::IO_BASE,
        &base::RAW_IO_BASE,
        &base::BUFFERED_IO_BASE,
        &base::TEXT_IO_BASE,
        &fileio::DEF,
        &buffered::READER_DEF,
        &buffered::WRITER_DEF,
        &buffered::RANDOM_DEF,
        &buffered::PAIR_DEF,
        &bytesio::DEF,
        &bytesio::BUFFER_DEF,
        &stringio::DEF,
        &newline::DEF,
        &textio::DEF,
    ],
    init: Some(init),
};

/// The word of the class `UnsupportedOperation`, which the runtime keeps alive. Relaxed: set once, while the module is
/// imported, before any stream exists.
static UNSUPPORTED: AtomicU64 = AtomicU64::new(0);

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    set_global(t, module, "DEFAULT_BUFFER_SIZE", Value::small(DEFAULT_BUFFER_SIZE as i64));
    let (os_error, value_error) = (t.rt.exception(Exc::OSError), t.rt.exception(Exc::ValueError));
    let class = make_class(t, "io", "UnsupportedOperation", &[os_error, value_error], "")?;
    UNSUPPORTED.store(class.bits(), Relaxed);
    set_global(t, module, "UnsupportedOperation", class);
    let blocking = t.rt.exception(Exc::BlockingIOError);
    set_global(t, module, "BlockingIOError", blocking);
    Ok(())
}

fn unsupported_operation() -> Value {
    Value::from_bits(UNSUPPORTED.load(Relaxed))
}

/// The encoding of text files for which none was given.
fn locale_encoding() -> &'static str {
    "utf-8"
}

/// Has the collector close a stream that the program dropped. Classes made in Python have that done for them already.
fn finalize(t: &mut Thread, object: Value) {
    if !type_of(object).has(typeobj::HEAP) {
        let object = object.object_unchecked() as *const pystm_gc::Object as *mut pystm_gc::Object;
        t.mutator.registry.add_finalizable(object);
    }
}

/// Whether the value's class is the one of this definition, not one derived from it.
fn is_exactly(value: Value, def: &'static TypeDef) -> bool {
    value.is_object() && type_of(value).def().is_some_and(|d| ::std::ptr::eq(d, def))
}

fn cannot_pickle(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = typeobj::lookup::full_name(t, type_of(args[0]));
    let name = name.strip_prefix("_io.").map(str::to_owned).unwrap_or(name);
    Err(t.type_error(format!("cannot pickle '{name}' instances")))
}

/// A `repr` that raises RuntimeError if it is entered again for the same object.
fn guarded_repr(t: &mut Thread, object: Value, f: impl FnOnce(&mut Thread) -> PyResult) -> PyResult {
    if t.repr_running.contains(&object.bits()) {
        let name = typeobj::lookup::full_name(t, type_of(object));
        return Err(t.raise(Exc::RuntimeError, format!("reentrant call inside {name}.__repr__")));
    }
    t.repr_running.push(object.bits());
    let result = f(t);
    t.repr_running.pop();
    result
}

/// Puts the items of a pickled state's dict into an instance's `__dict__`.
fn restore_dict(t: &mut Thread, object: Value, state: Value, message: &str) -> PyResult<()> {
    if state.is_none() {
        return Ok(());
    }
    if state.cast::<Dict>().is_none() {
        let got = type_of(state).name();
        return Err(t.type_error(format!("{message}{got}")));
    }
    let dict = attr::getattr_text(t, object, "__dict__")?;
    call::call_method(t, dict, "update", &[state])?;
    Ok(())
}
