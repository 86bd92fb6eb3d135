//! `memoryview`: the rows of its methods.

use super::{MemoryView, cast, check, compare, construct, copy_bytes, items, new, release};
use crate::{
    builtins::{buffer, bytes, generic, str::methods::argument_type_name, tuple},
    error::{Exc, PyResult},
    kind::Kind,
    native::{GetSet, Method, SEQUENCE, TypeDef, class_method, getter, method, static_method},
    object::Ref,
    protocol::number,
    thread::Thread,
    value::Value,
};

/// `memoryview`
pub static DEF: TypeDef = TypeDef {
    name: "memoryview",
    doc: "Create a new memoryview object which references the given object.",
    base: None,
    kind: Kind::MemoryView,
    layout: super::LAYOUT,
    words: 0,
    flags: SEQUENCE,
    methods: METHODS,
    getset: GETSET,
    setup: None,
};

const METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, /, object)",
        |t, a| construct::from_object(t, a[1]),
        "Create and return a new object.",
    ),
    class_method(
        "_from_flags",
        "($type, /, object, flags)",
        from_flags,
        "Create a new memoryview object which references the given object.",
    ),
    class_method(
        "__class_getitem__",
        "($cls, item, /)",
        |t, a| Ok(generic::generic_alias(t, a[0], a[1])),
        "See PEP 585",
    ),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__hash__", "($self, /)", compare::hash, "Return hash(self)."),
    method("__eq__", "($self, value, /)", compare::eq, "Return self==value."),
    method("__ne__", "($self, value, /)", compare::ne, "Return self!=value."),
    method("__lt__", "($self, value, /)", |_, _| Ok(Value::NOT_IMPLEMENTED), "Return self<value."),
    method("__le__", "($self, value, /)", |_, _| Ok(Value::NOT_IMPLEMENTED), "Return self<=value."),
    method("__gt__", "($self, value, /)", |_, _| Ok(Value::NOT_IMPLEMENTED), "Return self>value."),
    method("__ge__", "($self, value, /)", |_, _| Ok(Value::NOT_IMPLEMENTED), "Return self>=value."),
    method("__len__", "($self, /)", len, "Return len(self)."),
    method("__iter__", "($self, /)", iter, "Implement iter(self)."),
    method("__getitem__", "($self, key, /)", items::getitem, "Return self[key]."),
    method("__setitem__", "($self, key, value, /)", items::setitem, "Set self[key] to value."),
    method("__delitem__", "($self, key, /)", items::delitem, "Delete self[key]."),
    method(
        "__buffer__",
        "($self, flags, /)",
        buffer,
        "Return a buffer object that exposes the underlying memory of the object.",
    ),
    method(
        "__release_buffer__",
        "($self, buffer, /)",
        release_buffer,
        "Release the buffer object that exposes the underlying memory of the object.",
    ),
    method("__enter__", "($self, /)", enter, ""),
    method("__exit__", "($self, /, *exc_info)", release_method, ""),
    method(
        "cast",
        "($self, /, format, shape=<unrepresentable>)",
        cast::cast,
        "Cast a memoryview to a new format or shape.",
    ),
    method("count", "($self, value, /)", compare::count, "Count the number of occurrences of a value."),
    method(
        "hex",
        "($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
        hex,
        "Return the data in the buffer as a str of hexadecimal numbers.",
    ),
    method(
        "index",
        "($self, value, start=0, stop=9223372036854775807, /)",
        compare::index,
        "Return the index of the first occurrence of a value.",
    ),
    method(
        "release",
        "($self, /)",
        release_method,
        "Release the underlying buffer exposed by the memoryview object.",
    ),
    method("tobytes", "($self, /, order='C')", tobytes, "Return the data in the buffer as a byte string."),
    method("tolist", "($self, /)", items::tolist, "Return the data in the buffer as a list of elements."),
    method("toreadonly", "($self, /)", toreadonly, "Return a readonly version of the memoryview."),
];

const GETSET: &[GetSet] = &[
    getter("obj", |t, v| checked(t, v, |_, m| Ok(m.owner.get())), "The underlying object of the memoryview."),
    getter(
        "nbytes",
        |t, v| checked(t, v, |_, m| Ok(Value::small(m.byte_len() as i64))),
        "The amount of space in bytes that the array would use in a contiguous representation.",
    ),
    getter(
        "readonly",
        |t, v| checked(t, v, |_, m| Ok(Value::bool(m.is_readonly()))),
        "A bool indicating whether the memory is read only.",
    ),
    getter(
        "itemsize",
        |t, v| checked(t, v, |_, m| Ok(Value::small(m.item_size() as i64))),
        "The size in bytes of each element of the memoryview.",
    ),
    getter(
        "format",
        |t, v| checked(t, v, |_, m| Ok(m.format.get())),
        "A string containing the format (in struct module style) for each element in the view.",
    ),
    getter(
        "ndim",
        |t, v| checked(t, v, |_, m| Ok(Value::small(m.ndim() as i64))),
        "An integer indicating how many dimensions of a multi-dimensional array the memory represents.",
    ),
    getter(
        "shape",
        |t, v| checked(t, v, |_, m| Ok(m.shape.get())),
        "A tuple of ndim integers giving the shape of the memory as an N-dimensional array.",
    ),
    getter(
        "strides",
        |t, v| checked(t, v, |_, m| Ok(m.strides.get())),
        "A tuple of ndim integers giving the size in bytes to access each element for each dimension of the array.",
    ),
    getter(
        "suboffsets",
        |t, v| checked(t, v, |t, _| Ok(tuple::new_small(t, &[]))),
        "A tuple of integers used internally for PIL-style arrays.",
    ),
    getter(
        "c_contiguous",
        |t, v| checked(t, v, |_, m| Ok(Value::bool(m.is_contiguous()))),
        "A bool indicating whether the memory is C contiguous.",
    ),
    getter(
        "f_contiguous",
        |t, v| checked(t, v, |_, m| Ok(Value::bool(m.is_fortran_contiguous()))),
        "A bool indicating whether the memory is Fortran contiguous.",
    ),
    getter(
        "contiguous",
        |t, v| checked(t, v, |_, m| Ok(Value::bool(m.is_contiguous() || m.is_fortran_contiguous()))),
        "A bool indicating whether the memory is contiguous.",
    ),
];

fn this(value: Value) -> Ref<MemoryView> {
    Ref::known(value)
}

fn checked(
    t: &mut Thread,
    value: Value,
    f: impl FnOnce(&mut Thread, Ref<MemoryView>) -> PyResult,
) -> PyResult {
    let view = this(value);
    check(t, view)?;
    f(t, view)
}

fn from_flags(t: &mut Thread, args: &[Value]) -> PyResult {
    let flags = number::index_as_i64(t, args[2])?;
    construct::from_flags(t, args[1], flags)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let address = args[0].bits() & !7;
    let released = if this(args[0]).is_released() { "released memory" } else { "memory" };
    Ok(t.new_str(&format!("<{released} at {address:#x}>")))
}

fn len(t: &mut Thread, args: &[Value]) -> PyResult {
    checked(t, args[0], |t, view| match view.shape().first() {
        Some(&n) => Ok(Value::small(n as i64)),
        None => Err(t.type_error("0-dim memory has no length")),
    })
}

fn iter(t: &mut Thread, args: &[Value]) -> PyResult {
    let view = this(args[0]);
    check(t, view)?;
    match view.ndim() {
        0 => return Err(t.type_error("invalid indexing of 0-dim memory")),
        1 => {}
        _ => return Err(t.raise(Exc::NotImplementedError, "multi-dimensional sub-views are not implemented")),
    }
    items::code(t, view)?;
    Ok(crate::builtins::iterators::sequence_iterator(t, args[0]))
}

fn buffer(t: &mut Thread, args: &[Value]) -> PyResult {
    let flags = number::index_as_i64(t, args[1])?;
    construct::from_flags(t, args[0], flags)
}

/// `__release_buffer__` of the types that own bytes.
pub fn release_buffer(t: &mut Thread, args: &[Value]) -> PyResult {
    match args[1].cast::<MemoryView>() {
        Some(view) => release(t, view).map(|()| Value::NONE),
        None => Err(t.type_error("expected a memoryview object")),
    }
}

fn enter(t: &mut Thread, args: &[Value]) -> PyResult {
    checked(t, args[0], |_, view| Ok(view.value()))
}

fn release_method(t: &mut Thread, args: &[Value]) -> PyResult {
    release(t, this(args[0]))?;
    Ok(Value::NONE)
}

fn hex(t: &mut Thread, args: &[Value]) -> PyResult {
    let view = this(args[0]);
    check(t, view)?;
    let _pin = buffer::pin(t, args[0]);
    let text = bytes::to_hex(t, || copy_bytes(view), args[1], args[2])?;
    Ok(t.new_str(&text))
}

fn tobytes(t: &mut Thread, args: &[Value]) -> PyResult {
    let view = this(args[0]);
    check(t, view)?;
    let mut fortran = false;
    if let Some(order) = args[1].given_not_none() {
        let Some(order) = order.as_str() else {
            let got = argument_type_name(order);
            return Err(t.type_error(format!("tobytes() argument 'order' must be str or None, not {got}")));
        };
        fortran = match order.as_ascii() {
            Some("C") => false,
            Some("A") => view.is_fortran_contiguous(),
            Some("F") => true,
            _ => return Err(t.value_error("order must be 'C', 'F' or 'A'")),
        };
    }
    let content = copy_bytes(view);
    if !fortran || view.ndim() < 2 {
        return bytes::new(t, &content);
    }
    let (shape, size) = (view.shape(), view.item_size());
    let mut out = Vec::with_capacity(content.len());
    let mut index = vec![0; shape.len()];
    for _ in 0..content.len() / size {
        let at = index.iter().zip(&shape).fold(0, |at, (i, n)| at * n + i);
        out.extend_from_slice(&content[at * size..(at + 1) * size]);
        for (i, n) in index.iter_mut().zip(&shape) {
            *i += 1;
            if *i < *n {
                break;
            }
            *i = 0;
        }
    }
    bytes::new(t, &out)
}

fn toreadonly(t: &mut Thread, args: &[Value]) -> PyResult {
    let view = this(args[0]);
    check(t, view)?;
    let mut spec = construct::spec_of(view);
    spec.readonly = true;
    Ok(new(t, &spec))
}
