//! Short forms for calling into the interpreter.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use pystm_vm::{
    builtins::{dict, dict::Dict, module::Module, str::Str},
    error::PyResult,
    import,
    object::Ref,
    protocol::call,
    sys,
    thread::Thread,
    value::Value,
};

/// A str from the system's text; bytes that are not UTF-8 become lone surrogates (`surrogateescape`).
pub(crate) fn os_str(t: &mut Thread, text: &OsStr) -> Value {
    if let Some(text) = text.to_str() {
        return t.new_str(text);
    }
    let mut code_points = Vec::new();
    for chunk in text.as_bytes().utf8_chunks() {
        code_points.extend(chunk.valid().chars().map(u32::from));
        code_points.extend(chunk.invalid().iter().map(|&byte| 0xdc00 + u32::from(byte)));
    }
    Str::from_code_points(t, &code_points)
}

/// The opposite of [`os_str`]; a surrogate that stands for no byte becomes `?`.
pub(crate) fn to_os(text: &Str) -> OsString {
    let mut bytes = Vec::new();
    for i in 0..text.len() {
        match text.code_point(i) {
            code @ 0xdc80..=0xdcff => bytes.push((code - 0xdc00) as u8),
            code => bytes
                .extend_from_slice(char::from_u32(code).unwrap_or('?').encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    OsString::from_vec(bytes)
}

/// A list of strs from the system's texts.
pub(crate) fn os_list(t: &mut Thread, texts: &[OsString]) -> Value {
    let mut values = t.vec();
    for text in texts {
        let value = os_str(t, text);
        values.push(value);
    }
    pystm_vm::builtins::list::new(t, &values)
}

/// A module that has been imported already.
pub(crate) fn loaded_module(t: &mut Thread, name: &str) -> Option<Value> {
    let modules = Ref::<Dict>::from_value(t.rt.modules.get())?;
    dict::get_text(t, modules, name).filter(|module| !module.is_none())
}

/// Imports a module and calls one of its functions.
pub(crate) fn call_in(t: &mut Thread, module: &str, function: &str, args: &[Value]) -> PyResult {
    let module = import::import_module(t, module)?;
    call::call_method(t, module, function, args)
}

/// The namespace of the module `sys`.
pub(crate) fn sys_dict(t: &mut Thread) -> Option<Ref<Dict>> {
    loaded_module(t, "sys").and_then(|module| module.cast::<Module>()).map(|module| module.dict())
}

/// An attribute of `sys` that is there and not None.
pub(crate) fn sys_get(t: &mut Thread, name: &str) -> Option<Value> {
    sys::get(t, name).filter(|value| !value.is_none())
}

/// The namespace of `__main__`.
pub(crate) fn main_dict(t: &mut Thread) -> Ref<Dict> {
    match loaded_module(t, "__main__").and_then(|module| module.cast::<Module>()) {
        Some(module) => module.dict(),
        // A program may have taken its module away; its code then runs in a namespace of its own.
        None => dict::new(t),
    }
}
