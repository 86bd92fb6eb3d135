//! `str`: the body and how to make one. Code points are stored with 1, 2 or 4 bytes each, whichever the largest needs.

mod build;
mod case;
pub mod encode;
mod find;
pub mod format;
mod iter;
mod join;
pub mod methods;
pub(crate) mod percent;
mod predicates;
mod split;
mod static_name;
mod translate;

pub use build::{append_repeated, concat, from_wtf8, join_all, repeat, slice_of};
pub(crate) use case::tab_size;
pub use encode::from_utf8;
pub use static_name::StaticName;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use pystm_gc::{Layout, Object, Trace, layout::Size};
use pystm_text::{TextBuf, Units};

use crate::{
    copy,
    error::PyResult,
    kind::Kind,
    object::{Body, Ref},
    runtime::class_of_kind,
    thread::Thread,
    value::Value,
};

/// Body of a str. The code points follow the fixed part.
#[repr(C)]
pub struct Str {
    header: pystm_gc::Header,
    /// The hash, 0 while it has not been computed.
    hash: AtomicU64,
    /// Length in code points, shifted left by 8, and flags.
    length: u64,
}

/// Bytes per code point.
const WIDTH: u64 = 0b111;
/// All code points are below U+0080.
const ASCII: u64 = 1 << 3;
/// The one str with its text that `intern` hands out.
const INTERNED: u64 = 1 << 4;

// SAFETY: `repr(C)` with the header first; only strs have this kind.
unsafe impl Body for Str {
    const KIND: Kind = Kind::Str;
}

/// Layout of strs.
pub const LAYOUT: Layout = Layout { trace: Trace::Leaf, size: Size::Custom(size_of_str), drop: None };

/// # Safety
/// `object` must be an initialised str.
unsafe fn size_of_str(object: *const Object) -> usize {
    // SAFETY: the caller vouches for the object.
    let s = unsafe { &*(object as *const Str) };
    size_of::<Str>() + s.len() * (s.length & WIDTH) as usize
}

impl Str {
    /// Length in code points.
    #[inline(always)]
    pub fn len(&self) -> usize {
        (self.length >> 8) as usize
    }

    /// Whether it has no code points.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether another str has the same text, if that can be told without looking at the text.
    #[inline(always)]
    pub fn same_at_first_sight(&self, other: &Str) -> Option<bool> {
        let both = self.length & other.length & INTERNED != 0;
        let differ = both || self.length | INTERNED != other.length | INTERNED;
        differ.then_some(false)
    }

    /// Whether all code points are below U+0080.
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.length & ASCII != 0
    }

    /// Whether this is the interned str of its text.
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.length & INTERNED != 0
    }

    fn data(&self) -> *const u8 {
        (self as *const Str).wrapping_add(1) as *const u8
    }

    /// The code points.
    #[inline]
    pub fn units(&self) -> Units<'_> {
        let n = self.len();
        // SAFETY: that many units of that width follow the fixed part and never change; the data is 8-byte aligned.
        unsafe {
            match self.length & WIDTH {
                1 => Units::One(std::slice::from_raw_parts(self.data(), n)),
                2 => Units::Two(std::slice::from_raw_parts(self.data() as *const u16, n)),
                _ => Units::Four(std::slice::from_raw_parts(self.data() as *const u32, n)),
            }
        }
    }

    /// The bytes of an ASCII str.
    #[inline(always)]
    pub fn as_ascii(&self) -> Option<&str> {
        // SAFETY: ASCII bytes are valid UTF-8.
        self.is_ascii().then(|| unsafe {
            std::str::from_utf8_unchecked(std::slice::from_raw_parts(self.data(), self.len()))
        })
    }

    /// The text as Rust's string, lone surrogates replaced.
    pub fn to_rust(&self) -> String {
        match self.as_ascii() {
            Some(s) => s.to_owned(),
            None => self.units().to_string_lossy(),
        }
    }

    /// The code point at an index that is in range.
    #[inline(always)]
    pub fn code_point(&self, index: usize) -> u32 {
        self.units().at(index)
    }

    /// The hash, computed on first use and kept unless it is 0.
    #[inline]
    pub fn hash(&self, t: &Thread) -> u64 {
        // Relaxed: every thread computes the same value.
        match self.hash.load(Relaxed) {
            0 => self.compute_hash(t),
            h => h,
        }
    }

    #[cold]
    fn compute_hash(&self, t: &Thread) -> u64 {
        // SAFETY: the data is that many bytes long.
        let bytes =
            unsafe { std::slice::from_raw_parts(self.data(), self.len() * (self.length & WIDTH) as usize) };
        let h = hash_bytes(t, bytes);
        // Relaxed: as in `hash`.
        self.hash.store(h, Relaxed);
        h
    }

    /// Whether two strs have the same text.
    #[inline]
    pub fn same_text(&self, other: &Str) -> bool {
        if self.length | INTERNED != other.length | INTERNED {
            return false;
        }
        let bytes = self.len() * (self.length & WIDTH) as usize;
        // SAFETY: both data are that many bytes long.
        unsafe {
            std::slice::from_raw_parts(self.data(), bytes) == std::slice::from_raw_parts(other.data(), bytes)
        }
    }

    /// A new str of these code points.
    pub fn from_units(t: &mut Thread, units: Units<'_>) -> PyResult {
        if units.len() == 1 && units.at(0) < 256 {
            return Ok(t.rt.latin1[units.at(0) as usize].get());
        }
        Self::build(t, units, units.bound())
    }

    /// A new str of text that is known to be ASCII.
    #[inline]
    pub fn from_ascii(t: &mut Thread, units: Units<'_>) -> PyResult {
        if units.len() == 1 {
            return Ok(t.rt.latin1[units.at(0) as usize & 0x7F].get());
        }
        Self::build(t, units, 0x7F)
    }

    /// The str of one code point.
    #[inline]
    pub fn from_char(t: &mut Thread, c: u32) -> Value {
        match t.rt.latin1.get(c as usize) {
            Some(shared) => shared.get(),
            None => Str::from_code_points(t, &[c]),
        }
    }

    /// A new str of these few code points.
    pub fn from_code_points(t: &mut Thread, code_points: &[u32]) -> Value {
        let units = Units::Four(code_points);
        Self::build(t, units, units.bound()).unwrap_or_else(|_| unreachable!("a short str"))
    }

    /// A new str from a builder.
    pub fn from_buf(t: &mut Thread, buf: &TextBuf) -> PyResult {
        Self::from_units(t, buf.as_units())
    }

    fn build(t: &mut Thread, units: Units<'_>, max: u32) -> PyResult {
        let (width, ascii) = match max {
            0..0x80 => (1, ASCII),
            0x80..0x100 => (1, 0),
            0x100..0x1_0000 => (2, 0),
            _ => (4, 0),
        };
        let n = units.len();
        // SAFETY: the initialiser fills in everything that the layout counts.
        let s = unsafe {
            t.try_alloc::<Str>(Kind::Str.shape(), size_of::<Str>() + n * width, |p| {
                (&raw mut (*p).hash).write(AtomicU64::new(0));
                (&raw mut (*p).length).write((n as u64) << 8 | width as u64 | ascii);
                let data = p.add(1) as *mut u8;
                match (units, width) {
                    (Units::One(b), 1) => copy::bytes(b.as_ptr(), data, n),
                    (Units::Two(b), 2) => (data as *mut u16).copy_from_nonoverlapping(b.as_ptr(), n),
                    (Units::Four(b), 4) => (data as *mut u32).copy_from_nonoverlapping(b.as_ptr(), n),
                    _ => {
                        for (i, c) in units.iter().enumerate() {
                            match width {
                                1 => data.add(i).write(c as u8),
                                2 => (data as *mut u16).add(i).write(c as u16),
                                _ => (data as *mut u32).add(i).write(c),
                            }
                        }
                    }
                }
            })?
        };
        Ok(s.value())
    }

    /// A new str of ASCII parts with a separator between them, which have `n` bytes together.
    ///
    /// # Panics
    /// If they have not.
    pub fn join_ascii<'a>(
        t: &mut Thread,
        n: usize,
        separator: &str,
        parts: impl Iterator<Item = &'a str>,
    ) -> PyResult {
        if n == 0 {
            return Ok(t.rt.empty_str.get());
        }
        // SAFETY: the initialiser fills in everything that the layout counts: it does not end before `n` bytes are there.
        let s = unsafe {
            t.try_alloc::<Str>(Kind::Str.shape(), size_of::<Str>() + n, |p| {
                (&raw mut (*p).hash).write(AtomicU64::new(0));
                (&raw mut (*p).length).write((n as u64) << 8 | 1 | ASCII);
                let data = p.add(1) as *mut u8;
                let mut at = 0;
                for (i, part) in parts.enumerate() {
                    let between = if i == 0 { "" } else { separator };
                    assert!(between.len() + part.len() <= n - at, "the parts are longer than was said");
                    copy::bytes(between.as_ptr(), data.add(at), between.len());
                    at += between.len();
                    copy::bytes(part.as_ptr(), data.add(at), part.len());
                    at += part.len();
                }
                assert!(at == n, "the parts are shorter than was said");
            })?
        };
        Ok(s.value())
    }

    /// A new ASCII str of two parts, the commonest concatenation.
    pub fn concat_ascii(t: &mut Thread, a: &str, b: &str) -> PyResult {
        let n = a.len() + b.len();
        // SAFETY: the initialiser fills in everything that the layout counts.
        let s = unsafe {
            t.try_alloc::<Str>(Kind::Str.shape(), size_of::<Str>() + n, |p| {
                (&raw mut (*p).hash).write(AtomicU64::new(0));
                (&raw mut (*p).length).write((n as u64) << 8 | 1 | ASCII);
                let data = p.add(1) as *mut u8;
                copy::bytes(a.as_ptr(), data, a.len());
                copy::bytes(b.as_ptr(), data.add(a.len()), b.len());
            })?
        };
        Ok(s.value())
    }
}

/// The text of an ASCII str, to be used as long as the value can be seen from the stack.
fn ascii_text(value: Value) -> Option<&'static str> {
    // SAFETY: strs never change, and the callers see to it that the str lives.
    value.as_str().and_then(|s| unsafe { (*s.as_ptr()).as_ascii() })
}

impl Ref<Str> {
    /// The code points, to be used as long as something that the collector sees refers to the str.
    pub fn lasting_units(self) -> Units<'static> {
        // SAFETY: strs never change, and the callers see to it that the str lives.
        unsafe { (*self.as_ptr()).units() }
    }

    /// The bytes of an ASCII str, to be used as long as the str can be seen from the stack.
    pub fn ascii_bytes(self) -> Option<&'static [u8]> {
        ascii_text(self.value()).map(str::as_bytes)
    }
}

/// Hash of bytes and of the stored form of strs; that of nothing is 0.
pub fn hash_bytes(t: &Thread, bytes: &[u8]) -> u64 {
    t.rt.settings.hash_key.hash_bytes(bytes) as u64
}

impl Thread {
    /// A new str.
    pub fn new_str(&mut self, text: &str) -> Value {
        if text.is_ascii() {
            return Str::from_units(self, Units::One(text.as_bytes())).unwrap_or_else(|_| self.intern(""));
        }
        let mut buf = TextBuf::new();
        buf.push_str(text);
        Str::from_buf(self, &buf).unwrap_or_else(|_| self.intern(""))
    }

    /// The interned str with this text.
    pub fn intern(&mut self, text: &str) -> Value {
        if let Some(found) = self.rt.find_interned(text) {
            return found;
        }
        let s = if text.is_ascii() {
            let bytes = text.as_bytes();
            Str::build(self, Units::One(bytes), 0x7F)
        } else {
            let mut buf = TextBuf::new();
            buf.push_str(text);
            let units = buf.as_units();
            Str::build(self, units, units.bound())
        };
        let Ok(s) = s else { return Value::NONE };
        self.finish_interning(text, s)
    }

    /// The interned str with the same text as this exact str; strs with lone surrogates stay as they are.
    pub fn intern_value(&mut self, value: Value) -> Value {
        let s = Ref::<Str>::known(value);
        if s.is_interned() {
            return value;
        }
        let Ok(text) = s.units().to_string_checked() else { return value };
        if let Some(found) = self.rt.find_interned(&text) {
            return found;
        }
        self.finish_interning(&text, value)
    }

    fn finish_interning(&mut self, text: &str, value: Value) -> Value {
        let s = Ref::<Str>::known(value);
        s.hash(self);
        // SAFETY: the flag only matters once the str is in the table; a str that loses the race keeps a set flag only if
        // no other thread has seen it, for interning is asked for by the thread that made it.
        unsafe { (&raw mut (*s.as_ptr()).length).write(s.length | INTERNED) };
        self.rt.add_interned(self, text, value)
    }
}

/// Whether the value is an exact str (not of a subclass).
#[inline(always)]
pub fn is_exact(value: Value) -> bool {
    value.object().is_some_and(|o| o.header.shape() == Kind::Str.shape())
}

impl Value {
    /// The str of an exact str or of an instance of a subclass.
    #[inline]
    pub fn as_str(self) -> Option<Ref<Str>> {
        if is_exact(self) {
            return Some(Ref::known(self));
        }
        crate::builtins::wrapped::unwrap(self).cast::<Str>()
    }
}

/// The class `str`.
pub fn class() -> Ref<crate::builtins::typeobj::Type> {
    class_of_kind(Kind::Str)
}
