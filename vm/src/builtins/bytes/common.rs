//! What bytes and bytearray have in common: the receiver's bytes, results of the receiver's type, arguments.

use std::ops::Range;

use pystm_text::Units;

use crate::{
    builtins::{
        bounds,
        buffer::{self, ByteView},
        bytearray,
    },
    error::PyResult,
    protocol::number,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// The type of a method's results.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Maker {
    /// `bytes`
    Bytes,
    /// `bytearray`
    Array,
}

impl Maker {
    /// A new object.
    pub(crate) fn make(self, t: &mut Thread, bytes: &[u8]) -> PyResult {
        match self {
            Maker::Bytes => super::new(t, bytes),
            Maker::Array => Ok(bytearray::new(t, bytes)?.value()),
        }
    }

    /// The type's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Maker::Bytes => "bytes",
            Maker::Array => "bytearray",
        }
    }
}

/// The bytes of a receiver, and the type of results.
pub(crate) struct Subject {
    pub(crate) view: ByteView,
    pub(crate) maker: Maker,
}

/// The receiver of a method.
pub(crate) fn this(value: Value) -> Subject {
    match buffer::direct(value) {
        Some(view) => {
            let maker = if matches!(view, ByteView::Bytes(_)) { Maker::Bytes } else { Maker::Array };
            Subject { view, maker }
        }
        None => unreachable!("the receiver is a bytes object or a bytearray"),
    }
}

impl Subject {
    /// The bytes as text of one-byte units.
    pub(crate) fn units(&self) -> Units<'_> {
        Units::One(&self.view)
    }

    /// A part as an object; bytes objects stand for all of themselves.
    pub(crate) fn part(&self, t: &mut Thread, range: Range<usize>) -> PyResult {
        match &self.view {
            ByteView::Bytes(b) if range.len() == b.len() => Ok(b.value()),
            ByteView::Bytes(b) => super::new(t, &b.as_slice()[range]),
            other => {
                let copy = other[range].to_vec();
                self.maker.make(t, &copy)
            }
        }
    }

    /// All of it: bytes objects themselves, of bytearrays a copy.
    pub(crate) fn same(&self, t: &mut Thread) -> PyResult {
        self.part(t, 0..self.view.len())
    }

    /// A new object of the receiver's type.
    pub(crate) fn make(&self, t: &mut Thread, bytes: &[u8]) -> PyResult {
        self.maker.make(t, bytes)
    }
}

/// What is searched for: a byte or bytes.
pub(crate) enum Needle {
    Byte([u8; 1]),
    Bytes(ByteView),
}

impl Needle {
    pub(crate) fn units(&self) -> Units<'_> {
        match self {
            Needle::Byte(b) => Units::One(b),
            Needle::Bytes(b) => Units::One(b),
        }
    }
}

/// An argument that is an int in range(256) or a bytes-like object.
pub(crate) fn needle(t: &mut Thread, value: Value) -> PyResult<Needle> {
    if let Some(view) = buffer::direct(value) {
        return Ok(Needle::Bytes(view));
    }
    if bounds::is_index(t, value) {
        return Ok(Needle::Byte([byte_value(t, value)?]));
    }
    match buffer::try_get(t, value)? {
        Some(view) => Ok(Needle::Bytes(view)),
        None => {
            let got = type_of(value).message_name();
            Err(t.type_error(format!("argument should be integer or bytes-like object, not '{got}'")))
        }
    }
}

/// An int in range(256).
pub(crate) fn byte_value(t: &mut Thread, value: Value) -> PyResult<u8> {
    match number::index(t, value)?.as_small() {
        Some(n @ 0..256) => Ok(n as u8),
        _ => Err(t.value_error("byte must be in range(0, 256)")),
    }
}

/// A list of parts.
pub(crate) fn parts(t: &mut Thread, subject: &Subject, ranges: Vec<Range<usize>>) -> PyResult {
    let mut items = t.vec();
    items.reserve(ranges.len());
    for range in ranges {
        // A bytearray is as it was: no Python code runs here.
        let part = subject.part(t, range)?;
        items.push(part);
    }
    crate::builtins::list::try_new(t, &items)
}
