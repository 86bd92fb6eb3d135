//! `_struct`: packing values into bytes by format strings.

mod codes;
mod layout;
mod object;

use std::sync::OnceLock;

use pystm_stm::Slot;
use pystm_vm::{
    builtins::{buffer, bytes, tuple::Tuple},
    error::{Exc, PyResult, Raised},
    native::{Method, ModuleDef, method},
    object::Ref,
    protocol::number,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use self::layout::Layout;
use crate::support::{make_class, raise_class, set_global};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_struct",
    doc: "Functions to convert between Python values and C structs.\nPython bytes objects are used to hold the data representing the C struct\nand also as format strings (explained below) to describe the layout of data\nin the C struct.",
    methods: METHODS,
    types: &[&object::STRUCT_DEF],
    init: Some(init),
};

const METHODS: &[Method] = &[
    method("_clearcache", "()", |_, _| Ok(Value::NONE), "Clear the internal cache."),
    method(
        "calcsize",
        "(format, /)",
        calcsize,
        "Return size in bytes of the struct described by the format string.",
    ),
    method(
        "iter_unpack",
        "(format, buffer, /)",
        iter_unpack,
        "Return an iterator yielding tuples unpacked from the given bytes.",
    ),
    method(
        "pack",
        "(*args)",
        pack,
        "pack(format, v1, v2, ...) -> bytes\n\nReturn a bytes object containing the values v1, v2, ... packed according\nto the format string.",
    ),
    method(
        "pack_into",
        "(*args)",
        pack_into,
        "pack_into(format, buffer, offset, v1, v2, ...)\n\nPack the values v1, v2, ... according to the format string and write\nthe packed bytes into the writable buffer buf starting at offset.",
    ),
    method(
        "unpack",
        "(format, buffer, /)",
        unpack,
        "Return a tuple containing values unpacked according to the format string.",
    ),
    method(
        "unpack_from",
        "(format, /, buffer, offset=0)",
        unpack_from,
        "Return a tuple containing values unpacked according to the format string.",
    ),
];

/// `struct.error`; it lives as long as the process.
static ERROR: OnceLock<Slot<Value>> = OnceLock::new();

fn init(t: &mut Thread, module: Ref<pystm_vm::builtins::module::Module>) -> PyResult<()> {
    let exception = t.rt.exception(Exc::Exception);
    let error = make_class(t, "struct", "error", &[exception], "")?;
    let _ = ERROR.set(Slot::new(error));
    set_global(t, module, "error", error);
    Ok(())
}

/// Raises `struct.error`.
#[cold]
fn error(t: &mut Thread, message: &str) -> Raised {
    match ERROR.get() {
        Some(class) => raise_class(t, class.get(), message),
        None => t.value_error(message),
    }
}

/// The layout of a format argument.
fn layout_of(t: &mut Thread, format: Value) -> PyResult<Layout> {
    let text = format_text(t, format)?;
    layout::parse(&text).map_err(|message| error(t, message))
}

/// A format as ASCII bytes.
fn format_text(t: &mut Thread, format: Value) -> PyResult<Vec<u8>> {
    if let Some(s) = format.as_str() {
        let ascii =
            pystm_vm::builtins::codecs::Native { codec: pystm_text::codec::Codec::Ascii, name: "ascii" };
        return pystm_vm::builtins::codecs::encode_native(t, ascii, s.value(), "strict");
    }
    match format.as_bytes() {
        Some(b) => Ok(b.as_slice().to_vec()),
        None => {
            let got = type_of(format).name();
            Err(t.type_error(format!("Struct() argument 1 must be a str or bytes object, not {got}")))
        }
    }
}

fn calcsize(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(layout_of(t, args[0])?.size as i64))
}

/// The format in front of the arguments of `pack` and `pack_into`.
fn split_format(t: &mut Thread, args: Value) -> PyResult<(Value, Ref<Tuple>)> {
    let args = Ref::<Tuple>::known(args);
    match args.values().first() {
        Some(&format) => Ok((format, args)),
        None => Err(t.type_error("missing format argument")),
    }
}

fn pack(t: &mut Thread, args: &[Value]) -> PyResult {
    let (format, all) = split_format(t, args[0])?;
    let layout = layout_of(t, format)?;
    pack_values(t, &layout, &all.values()[1..])
}

fn pack_into(t: &mut Thread, args: &[Value]) -> PyResult {
    let (format, all) = split_format(t, args[0])?;
    let layout = layout_of(t, format)?;
    pack_values_into(t, &layout, &all.values()[1..])
}

fn unpack(t: &mut Thread, args: &[Value]) -> PyResult {
    let layout = layout_of(t, args[0])?;
    unpack_all(t, &layout, args[1])
}

fn unpack_from(t: &mut Thread, args: &[Value]) -> PyResult {
    let layout = layout_of(t, args[0])?;
    unpack_at(t, &layout, args[1], args[2])
}

fn iter_unpack(t: &mut Thread, args: &[Value]) -> PyResult {
    let text = format_text(t, args[0])?;
    object::iterator(t, &text, args[1])
}

/// `pack`
fn pack_values(t: &mut Thread, layout: &Layout, values: &[Value]) -> PyResult {
    if values.len() != layout.values {
        let (wanted, got) = (layout.values, values.len());
        return Err(error(t, &format!("pack expected {wanted} items for packing (got {got})")));
    }
    let out = codes::pack(t, layout, values)?;
    bytes::new(t, &out)
}

/// `pack_into(buffer, offset, *values)`
fn pack_values_into(t: &mut Thread, layout: &Layout, args: &[Value]) -> PyResult {
    let [target, offset, values @ ..] = args else {
        let missing = if args.is_empty() { "buffer" } else { "offset" };
        return Err(error(t, &format!("pack_into expected {missing} argument")));
    };
    if values.len() != layout.values {
        let (wanted, got) = (layout.values, values.len());
        return Err(error(t, &format!("pack_into expected {wanted} items for packing (got {got})")));
    }
    let len = match buffer::writable_len(t, *target) {
        Ok(len) => len,
        Err(raised) => {
            t.catch(raised, Exc::TypeError)?;
            let got = type_of(*target).name();
            return Err(t.type_error(format!("argument must be read-write bytes-like object, not {got}")));
        }
    };
    let offset = number::index_as_i64(t, *offset)?;
    let at = place(t, layout, offset, len, "pack")?;
    let out = codes::pack(t, layout, values)?;
    buffer::write(t, *target, at, &out)?;
    Ok(Value::NONE)
}

/// Where an offset points in a buffer that must have room for the layout there.
fn place(t: &mut Thread, layout: &Layout, offset: i64, len: usize, what: &str) -> PyResult<usize> {
    let (size, n) = (layout.size as i64, len as i64);
    let at = if offset < 0 {
        if offset + size > 0 {
            let message = match what {
                "pack" => format!("no space to pack {size} bytes at offset {offset}"),
                _ => format!("not enough data to unpack {size} bytes at offset {offset}"),
            };
            return Err(error(t, &message));
        }
        if offset + n < 0 {
            return Err(error(t, &format!("offset {offset} out of range for {n}-byte buffer")));
        }
        offset + n
    } else {
        offset
    };
    if n - at < size {
        let message = format!(
            "{what}_into requires a buffer of at least {} bytes for {what}ing {size} bytes at offset {at} (actual buffer size is {n})",
            at as u64 + size as u64
        );
        let message =
            if what == "unpack" { message.replacen("unpack_into", "unpack_from", 1) } else { message };
        return Err(error(t, &message));
    }
    Ok(at as usize)
}

/// `unpack`
fn unpack_all(t: &mut Thread, layout: &Layout, source: Value) -> PyResult {
    let data = buffer::get(t, source)?;
    if data.len() != layout.size {
        let size = layout.size;
        return Err(error(t, &format!("unpack requires a buffer of {size} bytes")));
    }
    let copy = data.into_vec();
    codes::unpack(t, layout, &copy)
}

/// `unpack_from`
fn unpack_at(t: &mut Thread, layout: &Layout, source: Value, offset: Value) -> PyResult {
    let offset = match offset.given() {
        Some(v) => number::index_as_i64(t, v)?,
        None => 0,
    };
    let data = buffer::get(t, source)?;
    let at = place(t, layout, offset, data.len(), "unpack")?;
    let copy = data[at..at + layout.size].to_vec();
    codes::unpack(t, layout, &copy)
}
