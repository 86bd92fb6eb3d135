//! `array(...)` and pickles of arrays.

use pystm_vm::{
    builtins::{
        bytearray,
        dict::Dict,
        int, list,
        tuple::{self, Tuple},
        typed_array::{self, Code, TypedArray},
        typeobj::Type,
    },
    error::{Exc, PyResult},
    object::{Ref, native},
    protocol::{attr, call, iter, number},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{
    DEF,
    convert::{append_bytes, append_text, tolist},
    items::{bits, insert},
    methods::extend_from,
    this,
};
use crate::support::{import_from, to_i32, warn};

/// A type code argument: a str of one character, which need not be a code.
fn letter(t: &mut Thread, value: Value, function: &str, which: &str) -> PyResult<u32> {
    let Some(s) = value.as_str() else {
        let name = type_of(value).name();
        return Err(
            t.type_error(format!("{function}() argument {which} must be a unicode character, not {name}"))
        );
    };
    if s.len() != 1 {
        return Err(t.type_error(format!(
            "{function}() argument {which} must be a unicode character, not a string of length {}",
            s.len()
        )));
    }
    Ok(s.code_point(0))
}

pub(super) fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = Ref::<Type>::known(args[0]);
    let exact = native::class(t, &DEF) == class;
    if exact && args[2].cast::<Dict>().is_some_and(|d| !d.is_empty()) {
        return Err(t.type_error("array.array() takes no keyword arguments"));
    }
    let given = Ref::<Tuple>::known(args[1]);
    let n = given.len();
    if n == 0 {
        return Err(t.type_error("array() takes at least 1 argument (0 given)"));
    }
    if n > 2 {
        return Err(t.type_error(format!("array() takes at most 2 arguments ({n} given)")));
    }
    let letter = letter(t, given.at(0), "array", "1")?;
    let source = if n == 2 { given.at(1) } else { Value::UNSET };
    if letter == 'u' as u32 {
        let category = t.rt.exception(Exc::DeprecationWarning);
        warn(t, category, "The 'u' type code is deprecated and will be removed in Python 3.16")?;
    }
    let is_text = letter == 'u' as u32 || letter == 'w' as u32;
    if !is_text {
        let shown = char::from_u32(letter).unwrap_or('?');
        if source.as_str().is_some() {
            return Err(
                t.type_error(format!("cannot use a str to initialize an array with typecode '{shown}'"))
            );
        }
        if source.cast::<TypedArray>().is_some_and(|a| a.code().is_text()) {
            return Err(t.type_error(format!(
                "cannot use a unicode array to initialize an array with typecode '{shown}'"
            )));
        }
    }
    let Some(code) = Code::from_letter(letter) else {
        return Err(t.value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"));
    };
    let array = typed_array::new(t, class, code)?;
    if let Some(source) = source.given() {
        fill(t, array, source)?;
    }
    Ok(array.value())
}

/// The initial items.
fn fill(t: &mut Thread, array: Ref<TypedArray>, source: Value) -> PyResult<()> {
    if let Some(other) = source.cast::<TypedArray>()
        && other.code() == array.code()
    {
        return extend_from(t, array, source);
    }
    if let Some(text) = source.as_str() {
        return append_text(t, array, text);
    }
    if source.as_bytes().is_some() || source.cast::<bytearray::ByteArray>().is_some() {
        return append_bytes(t, array, source);
    }
    if let Some(list) = source.cast::<list::List>() {
        bytearray::reserve(t, array.bytes(), list.len() * array.code().size())?;
    }
    iter::for_each(t, source, |t, item| {
        let bits = bits(t, array.code(), item)?;
        let end = array.len();
        insert(t, array, end, bits)
    })
}

pub(super) fn reduce_ex(t: &mut Thread, args: &[Value]) -> PyResult {
    let array = this(args[0]);
    if int::as_int(args[1]).is_none() {
        return Err(t.type_error("__reduce_ex__ argument should be an integer"));
    }
    let protocol = number::index_as_i64(t, args[1])?;
    let dict = attr::find_attr(t, args[0], "__dict__")?.unwrap_or(Value::NONE);
    let class = type_of(args[0]).value();
    let code = t.rt.latin1[array.code() as usize].get();
    if protocol < 3 {
        let items = tolist(t, args)?;
        let arguments = tuple::new_small(t, &[code, items]);
        return Ok(tuple::new_small(t, &[class, arguments, dict]));
    }
    let function = import_from(t, "array", "_array_reconstructor")?;
    let content = pystm_vm::builtins::bytes::new(t, array.bytes().as_slice())?;
    let format = Value::small(machine_format(array.code()));
    let arguments = tuple::new_small(t, &[class, code, format, content]);
    Ok(tuple::new_small(t, &[function, arguments, dict]))
}

/// How pickles name this machine's items of a code (the numbers of CPython's `machine_format_code`).
fn machine_format(code: Code) -> i64 {
    match code {
        Code::U8 => 0,
        Code::I8 => 1,
        Code::F32 => 14,
        Code::F64 => 16,
        Code::Wide | Code::CodePoint => 20,
        _ => {
            let first = match code.size() {
                2 => 2,
                4 => 6,
                _ => 10,
            };
            first + if code.is_signed() { 2 } else { 0 }
        }
    }
}

/// What a machine format's number says: bytes of an item, big-endian.
fn format_parts(format: i32) -> (usize, bool) {
    let size = match format {
        0 | 1 => 1,
        2..=5 | 18 | 19 => 2,
        6..=9 | 14 | 15 | 20 | 21 => 4,
        _ => 8,
    };
    (size, format >= 2 && format % 2 == 1)
}

pub(super) fn reconstruct(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(class) = args[0].cast::<Type>() else {
        let name = type_of(args[0]).name();
        return Err(t.type_error(format!("first argument must be a type object, not {name}")));
    };
    let letter = letter(t, args[1], "_array_reconstructor", "2")?;
    let format = to_i32(t, args[2])?;
    let base = native::class(t, &DEF);
    if !class.is_subtype(base) {
        let (name, base) = (class.name(), "array.array");
        return Err(t.type_error(format!("{name} is not a subtype of {base}")));
    }
    let Some(code) = Code::from_letter(letter) else {
        return Err(t.value_error("second argument must be a valid type code"));
    };
    if !(0..=21).contains(&format) {
        return Err(t.value_error("third argument must be a valid machine format code."));
    }
    let Some(content) = args[3].as_bytes() else {
        let name = type_of(args[3]).name();
        return Err(t.type_error(format!("fourth argument should be bytes, not {name}")));
    };
    if format as i64 == machine_format(code) {
        let array = typed_array::new(t, class, code)?;
        append_bytes(t, array, args[3])?;
        return Ok(array.value());
    }
    let (size, big) = format_parts(format);
    if content.len() % size != 0 {
        return Err(t.value_error("string length not a multiple of item size"));
    }
    let content = content.as_slice().to_vec();
    convert(t, class, code, format, &content, size, big)
}

/// An array of items that another machine wrote.
fn convert(
    t: &mut Thread,
    class: Ref<Type>,
    code: Code,
    format: i32,
    content: &[u8],
    size: usize,
    big: bool,
) -> PyResult {
    let little = |item: &[u8]| {
        let mut wide = [0; 8];
        wide[..item.len()].copy_from_slice(item);
        if big {
            wide[..item.len()].reverse();
        }
        u64::from_le_bytes(wide)
    };
    if format >= 18 {
        let name = match (size, big) {
            (2, false) => "utf-16-le",
            (2, true) => "utf-16-be",
            (_, false) => "utf-32-le",
            (_, true) => "utf-32-be",
        };
        let content = pystm_vm::builtins::bytes::new(t, content)?;
        let name = t.new_str(name);
        let text = call::call_method(t, content, "decode", &[name])?;
        return call::call(t, class.value(), &[t.rt.latin1[code as usize].get(), text]);
    }
    let mut values = t.vec();
    for item in content.chunks_exact(size) {
        let bits = little(item);
        let value = match format {
            14 | 15 => pystm_vm::builtins::float::new(t, f32::from_bits(bits as u32) as f64),
            16 | 17 => pystm_vm::builtins::float::new(t, f64::from_bits(bits)),
            _ if is_signed(format) => {
                let shift = 64 - 8 * size as u32;
                int::from_i64(t, (bits << shift) as i64 >> shift)
            }
            _ => int::from_u64(t, bits),
        };
        values.push(value);
    }
    // Ints get the type code that has their size on this machine.
    let fitting =
        |c: &Code| !c.is_text() && !c.is_float() && c.size() == size && c.is_signed() == is_signed(format);
    let code = if format < 14 { Code::ALL.into_iter().rfind(fitting).unwrap_or(code) } else { code };
    let items = list::try_new(t, &values)?;
    call::call(t, class.value(), &[t.rt.latin1[code as usize].get(), items])
}

/// Whether a machine format of ints is signed.
fn is_signed(format: i32) -> bool {
    format == 1 || format >= 2 && (format - 2) % 4 >= 2
}
