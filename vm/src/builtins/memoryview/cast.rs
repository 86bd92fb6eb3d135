//! `memoryview.cast`.

use super::{MemoryView, check, construct::spec_of, format::Code, items::base_format, new};
use crate::{
    builtins::{int, tuple},
    error::{PyResult, Raised},
    object::Ref,
    protocol::iter,
    thread::Thread,
    value::Value,
};

pub(super) fn cast(t: &mut Thread, args: &[Value]) -> PyResult {
    let view = Ref::<MemoryView>::known(args[0]);
    check(t, view)?;
    let Some(format) = args[1].as_str() else {
        let got = crate::builtins::str::methods::argument_type_name(args[1]);
        return Err(t.type_error(format!("cast() argument 'format' must be str, not {got}")));
    };
    if !view.is_contiguous() {
        return Err(t.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let shape = shape_argument(t, args[2])?;
    if view.ndim() != 1 && shape.as_ref().is_some_and(|s| s.len() != 1) {
        return Err(t.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    if view.ndim() > 1 && shape.is_none() && view.shape().contains(&0) {
        return Err(t.type_error("memoryview: cannot cast view with zeros in shape or strides"));
    }
    let text = format.to_rust();
    let Some(code) = Code::parse(&text) else {
        return Err(t.value_error(
            "memoryview: destination format must be a native single character format prefixed with an optional '@'",
        ));
    };
    let source = Code::parse(base_format(&view.format()));
    let Some(source) = source else {
        return Err(t.value_error(
            "memoryview: source format must be a native single character format prefixed with an optional '@'",
        ));
    };
    if !source.is_byte() && !code.is_byte() {
        return Err(t.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let len = view.byte_len();
    if !len.is_multiple_of(code.size()) {
        return Err(t.type_error("memoryview: length is not a multiple of itemsize"));
    }
    let shape = match shape {
        Some(shape) => {
            if shape.iter().try_fold(code.size(), |n, &d| n.checked_mul(d)) != Some(len) {
                return Err(t.type_error("memoryview: product(shape) * itemsize != buffer size"));
            }
            shape
        }
        None => vec![len / code.size()],
    };
    let mut strides = vec![0; shape.len()];
    let mut stride = code.size();
    for (i, n) in shape.iter().enumerate().rev() {
        strides[i] = stride;
        stride *= n;
    }
    let mut spec = spec_of(view);
    spec.format = format.value();
    spec.item_size = code.size();
    spec.shape = tuple_of(t, &shape);
    spec.strides = tuple_of(t, &strides);
    Ok(new(t, &spec))
}

fn tuple_of(t: &mut Thread, numbers: &[usize]) -> Value {
    let values: Vec<Value> = numbers.iter().map(|&n| Value::small(n as i64)).collect();
    tuple::new_small(t, &values)
}

fn shape_argument(t: &mut Thread, value: Value) -> PyResult<Option<Vec<usize>>> {
    let Some(value) = value.given() else { return Ok(None) };
    if value.as_tuple().is_none() && value.cast::<crate::builtins::list::List>().is_none() {
        return Err(shape_type(t));
    }
    let items = iter::collect(t, value)?;
    if items.len() > 64 {
        return Err(t.value_error("memoryview: number of dimensions must not exceed 64"));
    }
    let mut shape = Vec::with_capacity(items.len());
    for &item in items.iter() {
        match int::as_int(item) {
            None => {
                return Err(t.type_error("memoryview.cast(): elements of shape must be integers"));
            }
            Some(n) => match n.as_small() {
                Some(n) if n > 0 => shape.push(n as usize),
                _ => {
                    return Err(t.value_error("memoryview.cast(): elements of shape must be integers > 0"));
                }
            },
        }
    }
    Ok(Some(shape))
}

#[cold]
fn shape_type(t: &mut Thread) -> Raised {
    t.type_error("shape must be a list or a tuple")
}

/// A flat view of the bytes of a view as they lie, `None` if they do not lie side by side.
pub fn raw(t: &mut Thread, view: Ref<MemoryView>) -> Option<Value> {
    if !view.is_contiguous() && !view.is_fortran_contiguous() {
        return None;
    }
    let len = view.byte_len();
    let mut spec = spec_of(view);
    spec.format = t.intern("B");
    spec.item_size = 1;
    spec.shape = tuple_of(t, &[len]);
    spec.strides = tuple_of(t, &[1]);
    Some(new(t, &spec))
}
