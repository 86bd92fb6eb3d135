//! `_pickle`: pickling and unpickling of protocols 0 to 5.
//!
//! `save*.rs` and `global.rs` write, `load*.rs` read; `pickler.rs` and `unpickler.rs` are the types. What the opcodes mean
//! is told in the library's `pickletools`.

mod buffer;
mod error;
mod global;
mod input;
mod load;
mod load_containers;
mod load_objects;
mod load_text;
mod memo;
mod memo_proxy;
mod opcode;
mod output;
mod pickler;
mod save;
mod save_containers;
mod save_reduce;
mod save_scalars;
mod unpickler;

use pystm_vm::{
    builtins::bytes,
    error::PyResult,
    native::{ModuleDef, method},
    thread::Thread,
    value::Value,
};

use input::{File, Input};
use load::Loader;
use memo::Memo;
use save::{Hooks, Saver};
use unpickler::LoadMemo;

use crate::support::set_global;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_pickle",
    doc: "Optimized C implementation for the Python pickle module.",
    methods: &[
        method(
            "dump",
            "(obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)",
            dump,
            "Write a pickled representation of obj to the open file object file.",
        ),
        method(
            "dumps",
            "(obj, protocol=None, *, fix_imports=True, buffer_callback=None)",
            dumps,
            "Return the pickled representation of the object as a bytes object.",
        ),
        method(
            "load",
            "(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
            load,
            "Read and return an object from the pickle data stored in a file.",
        ),
        method(
            "loads",
            "(data, /, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
            loads,
            "Read and return an object from the given pickle data.",
        ),
    ],
    types: &[&buffer::DEF, &pickler::DEF, &unpickler::DEF],
    init: Some(|t, module| {
        let classes = error::classes(t)?;
        set_global(t, module, "PickleError", classes.base);
        set_global(t, module, "PicklingError", classes.pickling);
        set_global(t, module, "UnpicklingError", classes.unpickling);
        Ok(())
    }),
};

/// Pickles an object for the arguments `protocol`, `fix_imports` and `buffer_callback`; what no file has got.
fn pickle(t: &mut Thread, object: Value, write: Value, args: [Value; 3]) -> PyResult<Vec<u8>> {
    let [protocol, fix_imports, callback] = args;
    let settings = pickler::settings(t, protocol, fix_imports)?;
    let hooks = Hooks {
        persistent_id: Value::UNSET,
        reducer_override: Value::UNSET,
        dispatch_table: Value::UNSET,
        buffer_callback: pickler::buffer_callback(t, callback, &settings)?,
    };
    let mut saver = Saver::new(Memo::new(t)?, settings, hooks, write);
    saver.dump(t, object)?;
    saver.out.flush(t)?;
    Ok(saver.out.into_bytes())
}

fn dump(t: &mut Thread, args: &[Value]) -> PyResult {
    let write = pickler::file_write(t, args[1])?;
    pickle(t, args[0], write, [args[2], args[3], args[4]])?;
    Ok(Value::NONE)
}

fn dumps(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = pickle(t, args[0], Value::UNSET, [args[1], args[2], args[3]])?;
    bytes::new(t, &data)
}

/// Unpickles for the arguments `fix_imports`, `encoding`, `errors` and `buffers` of a function.
fn unpickle(t: &mut Thread, function: &str, input: Input, args: &[Value]) -> PyResult {
    let settings = unpickler::settings(t, function, [args[0], args[1], args[2]])?;
    let memo = LoadMemo::new(t);
    let mut loader = Loader::new(t, input, memo, settings);
    loader.buffers = unpickler::buffers(t, args[3])?;
    loader.load(t)
}

fn load(t: &mut Thread, args: &[Value]) -> PyResult {
    let file = File::of(t, args[0])?;
    let input = Input::of_file(t, file)?;
    unpickle(t, "load", input, &args[1..])
}

fn loads(t: &mut Thread, args: &[Value]) -> PyResult {
    let input = Input::of_bytes(t, args[0])?;
    unpickle(t, "loads", input, &args[1..])
}
