//! `bytes`: the body and how to make one.

mod common;
mod construct;
mod hex;
mod iter;
mod methods;
mod percent;
pub(crate) mod shared;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use pystm_gc::{Header, Layout, Trace, layout::Size};

pub use common::Maker;
pub use construct::from_value;
pub use hex::to_hex;
pub use methods::DEF;
pub(crate) use {
    common::byte_value,
    construct::text_source,
    hex::{from_hex_argument, hex as hex_method, of_class},
    iter::iter as iter_method,
    methods::repeated,
    percent::{modulo as percent_modulo, reflected as percent_reflected},
    shared as rows,
};

use crate::{
    copy,
    error::PyResult,
    kind::Kind,
    object::{Body, Ref},
    thread::Thread,
    value::Value,
};

/// Body of a bytes object; the bytes follow.
#[repr(C)]
pub struct Bytes {
    header: Header,
    /// The hash, 0 while it has not been computed.
    hash: AtomicU64,
    len: u64,
}

// SAFETY: `repr(C)`, header first; only bytes objects have the kind.
unsafe impl Body for Bytes {
    const KIND: Kind = Kind::Bytes;
}

/// Layout of bytes objects.
pub const LAYOUT: Layout =
    Layout { trace: Trace::Leaf, size: Size::Counted { base: 24, unit: 1, len: 2 }, drop: None };

/// Longest bytes object.
pub const MAX_LEN: usize = 1 << 46;

impl Bytes {
    /// Number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: that many bytes follow the fixed part and never change.
        unsafe { std::slice::from_raw_parts((self as *const Bytes).add(1) as *const u8, self.len as usize) }
    }

    /// The hash, computed on first use and kept unless it is 0.
    #[inline]
    pub fn hash(&self, t: &Thread) -> u64 {
        // Relaxed: every thread computes the same value.
        match self.hash.load(Relaxed) {
            0 => {
                let h = super::str::hash_bytes(t, self.as_slice());
                self.hash.store(h, Relaxed);
                h
            }
            h => h,
        }
    }
}

/// A new bytes object.
pub fn new(t: &mut Thread, bytes: &[u8]) -> PyResult {
    // SAFETY: the initialiser fills in everything that the layout counts.
    let b = unsafe {
        t.try_alloc::<Bytes>(Kind::Bytes.shape(), size_of::<Bytes>() + bytes.len(), |p| {
            (&raw mut (*p).hash).write(AtomicU64::new(0));
            (&raw mut (*p).len).write(bytes.len() as u64);
            copy::bytes(bytes.as_ptr(), p.add(1) as *mut u8, bytes.len());
        })?
    };
    Ok(b.value())
}

/// A new bytes object of `len` zeros.
pub fn zeros(t: &mut Thread, len: usize) -> PyResult {
    if len > MAX_LEN {
        return Err(t.memory_error());
    }
    // SAFETY: as in `new`.
    let b = unsafe {
        t.try_alloc::<Bytes>(Kind::Bytes.shape(), size_of::<Bytes>() + len, |p| {
            (&raw mut (*p).hash).write(AtomicU64::new(0));
            (&raw mut (*p).len).write(len as u64);
            (p.add(1) as *mut u8).write_bytes(0, len);
        })?
    };
    Ok(b.value())
}

/// A new bytes object of two parts.
pub fn concat(t: &mut Thread, a: &[u8], b: &[u8]) -> PyResult {
    // SAFETY: as in `new`.
    let result = unsafe {
        t.try_alloc::<Bytes>(Kind::Bytes.shape(), size_of::<Bytes>() + a.len() + b.len(), |p| {
            (&raw mut (*p).hash).write(AtomicU64::new(0));
            (&raw mut (*p).len).write((a.len() + b.len()) as u64);
            let data = p.add(1) as *mut u8;
            copy::bytes(a.as_ptr(), data, a.len());
            copy::bytes(b.as_ptr(), data.add(a.len()), b.len());
        })?
    };
    Ok(result.value())
}

/// Whether the value is an exact bytes object (not of a subclass).
#[inline(always)]
pub fn is_exact(value: Value) -> bool {
    value.object().is_some_and(|o| o.header.shape() == Kind::Bytes.shape())
}

impl Value {
    /// The bytes object of an exact bytes object or of an instance of a subclass.
    #[inline]
    pub fn as_bytes(self) -> Option<Ref<Bytes>> {
        super::wrapped::unwrap(self).cast::<Bytes>()
    }
}

/// The class `bytes`.
pub fn class() -> Ref<super::typeobj::Type> {
    crate::runtime::class_of_kind(Kind::Bytes)
}
