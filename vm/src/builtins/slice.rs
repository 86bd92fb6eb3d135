//! `slice`.

use num_bigint::BigInt;
use num_traits::{One, Signed, Zero};
use pystm_gc::{Header, Layout, Trace, layout::Size};
use pystm_text::hash::TupleHasher;

use super::{int, tuple};
use crate::{
    error::PyResult,
    kind::Kind,
    native::{GetSet, Method, TypeDef, member, method, static_method},
    object::{Body, Ref},
    protocol::{compare, hash, text},
    special::{Compare, Special},
    thread::Thread,
    value::Value,
};

/// Body of a slice. It never changes.
#[repr(C)]
pub struct Slice {
    header: Header,
    parts: [Value; 3],
}

// SAFETY: `repr(C)`, header first; only slices have the kind.
unsafe impl Body for Slice {
    const KIND: Kind = Kind::Slice;
}

/// Layout of slices.
pub const LAYOUT: Layout = Layout {
    trace: Trace::Fixed { first: 1, count: 3 },
    size: Size::Fixed(size_of::<Slice>() as u32),
    drop: None,
};

impl Slice {
    /// `slice.start`
    pub fn start(&self) -> Value {
        self.parts[0]
    }

    /// `slice.stop`
    pub fn stop(&self) -> Value {
        self.parts[1]
    }

    /// `slice.step`
    pub fn step(&self) -> Value {
        self.parts[2]
    }
}

/// A new slice.
pub fn new(t: &mut Thread, start: Value, stop: Value, step: Value) -> Value {
    Ref::new(t, |header| Slice { header, parts: [start, stop, step] }).value()
}

/// `slice`
pub static DEF: TypeDef = TypeDef {
    name: "slice",
    doc: "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing (e.g. \
          a[0:10:2]).",
    base: None,
    kind: Kind::Slice,
    layout: LAYOUT,
    words: 0,
    flags: 0,
    methods: METHODS,
    getset: GETSET,
    setup: None,
};

static METHODS: &[Method] = &[
    static_method("__new__", "($cls, /, *args)", construct, "Create and return a new object."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__hash__", "($self, /)", hash_of, "Return hash(self)."),
    method("__eq__", "($self, value, /)", |t, a| compare_parts(t, a, Compare::Eq), "Return self==value."),
    method("__ne__", "($self, value, /)", |t, a| compare_parts(t, a, Compare::Ne), "Return self!=value."),
    method("__lt__", "($self, value, /)", |t, a| compare_parts(t, a, Compare::Lt), "Return self<value."),
    method("__le__", "($self, value, /)", |t, a| compare_parts(t, a, Compare::Le), "Return self<=value."),
    method("__gt__", "($self, value, /)", |t, a| compare_parts(t, a, Compare::Gt), "Return self>value."),
    method("__ge__", "($self, value, /)", |t, a| compare_parts(t, a, Compare::Ge), "Return self>=value."),
    method(
        "indices",
        "($self, object, /)",
        indices,
        "S.indices(len) -> (start, stop, stride)\n\nThe start and stop indices and the stride of the slice S over a sequence of\nlength len. Out of bounds indices are clipped as extended slices do it.",
    ),
    method("__reduce__", "($self, /)", reduce, "Return state information for pickling."),
];

static GETSET: &[GetSet] = &[
    member("start", |_, v| Ok(known(v).start()), ""),
    member("stop", |_, v| Ok(known(v).stop()), ""),
    member("step", |_, v| Ok(known(v).step()), ""),
];

fn known(value: Value) -> Ref<Slice> {
    Ref::known(value)
}

fn construct(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(given) = args[1].as_tuple() else { return Ok(Value::NONE) };
    Ok(match *given.values() {
        [stop] => new(t, Value::NONE, stop, Value::NONE),
        [start, stop] => new(t, start, stop, Value::NONE),
        [start, stop, step] => new(t, start, stop, step),
        [] => return Err(t.type_error("slice expected at least 1 argument, got 0")),
        _ => return Err(t.type_error(format!("slice expected at most 3 arguments, got {}", given.len()))),
    })
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut buf = pystm_text::TextBuf::new();
    for (i, part) in known(args[0]).parts.into_iter().enumerate() {
        buf.push_str(if i == 0 { "slice(" } else { ", " });
        let shown = text::repr(t, part)?;
        if let Some(s) = shown.as_str() {
            buf.push_units(s.units());
        }
    }
    buf.push_str(")");
    super::str::Str::from_buf(t, &buf)
}

fn hash_of(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut hasher = TupleHasher::new();
    for part in known(args[0]).parts {
        hasher.push(hash::hash(t, part)? as i64);
    }
    Ok(int::from_i64(t, hasher.finish_slice()))
}

fn compare_parts(t: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    let Some(other) = args[1].cast::<Slice>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let this = known(args[0]);
    if args[0] == args[1] {
        return Ok(Value::bool(matches!(op, Compare::Eq | Compare::Le | Compare::Ge)));
    }
    let x = tuple::new_small(t, &this.parts);
    let y = tuple::new_small(t, &other.parts);
    compare::compare(t, x, y, op)
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let parts = tuple::new_small(t, &known(args[0]).parts);
    let class = crate::runtime::type_of(args[0]).value();
    Ok(tuple::new_small(t, &[class, parts]))
}

fn indices(t: &mut Thread, args: &[Value]) -> PyResult {
    let len = int::index(t, args[1])?;
    if len.is_negative() {
        return Err(t.value_error("length should not be negative"));
    }
    let (start, stop, step) = big_indices(t, known(args[0]), &len.big())?;
    let start = int::from_bigint(t, start);
    let stop = int::from_bigint(t, stop);
    let step = int::from_bigint(t, step);
    Ok(tuple::new_small(t, &[start, stop, step]))
}

/// Start, stop and step over a sequence of any length, as `slice.indices` gives them.
pub fn big_indices(t: &mut Thread, slice: Ref<Slice>, len: &BigInt) -> PyResult<(BigInt, BigInt, BigInt)> {
    let step = if slice.step().is_none() { BigInt::one() } else { part(t, slice.step())? };
    if step.is_zero() {
        return Err(t.value_error("slice step cannot be zero"));
    }
    let (low, high) =
        if step.is_negative() { (BigInt::from(-1), len - 1) } else { (BigInt::zero(), len.clone()) };
    let fit = |n: BigInt| if n.is_negative() { (n + len).max(low.clone()) } else { n.min(high.clone()) };
    let start = match slice.start() {
        Value::NONE if step.is_negative() => high.clone(),
        Value::NONE => low.clone(),
        v => fit(part(t, v)?),
    };
    let stop = match slice.stop() {
        Value::NONE if step.is_negative() => low.clone(),
        Value::NONE => high.clone(),
        v => fit(part(t, v)?),
    };
    Ok((start, stop, step))
}

/// The int of one part.
fn part(t: &mut Thread, value: Value) -> PyResult<BigInt> {
    if int::as_int(value).is_none() && t.special(value, Special::Index).is_none() {
        return Err(t.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    Ok(int::index(t, value)?.big())
}
