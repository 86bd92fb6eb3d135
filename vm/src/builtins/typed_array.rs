//! The body of `array.array` and access to its items, which the interpreter takes a short way to. The methods stand in
//! the module `array` of the native library.
//!
//! An array is a type code and a bytearray that holds its items as the machine keeps them. Neither is ever replaced, so
//! the array itself is not written; growing, slices and the buffer protocol are the bytearray's.

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::Slot;

use super::{
    bytearray::{self, ByteArray},
    float, int,
    typeobj::{self, Type},
};
use crate::{
    error::PyResult,
    kind::Kind,
    object::{Body, Ref},
    protocol::item::normalize,
    shape,
    thread::{Thread, keep_header},
    value::Value,
};

/// Body of an array. Attribute words follow in instances of subclasses.
#[repr(C)]
pub struct TypedArray {
    header: Header,
    version: Slot<u64>,
    code: Code,
    bytes: Slot<Value>,
}

// SAFETY: `repr(C)`, header first; only arrays have the kind.
unsafe impl Body for TypedArray {
    const KIND: Kind = Kind::TypedArray;
}

/// Words of the body.
pub const WORDS: u16 = 4;
/// Layout of arrays.
pub const LAYOUT: Layout = Layout { trace: Trace::Custom(trace), size: Size::Fixed(32), drop: None };

/// # Safety
/// `object` must be an array.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: word 3 is the bytearray.
    unsafe {
        marker.words(object, 3, 1);
        shape::trace_attributes(object, marker);
    }
}

/// A type code: what kind of number (or character) the items are. Each has the letter that Python shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u64)]
pub enum Code {
    /// `signed char`
    I8 = b'b' as u64,
    /// `unsigned char`
    U8 = b'B' as u64,
    /// `wchar_t`
    Wide = b'u' as u64,
    /// A code point.
    CodePoint = b'w' as u64,
    /// `short`
    I16 = b'h' as u64,
    /// `unsigned short`
    U16 = b'H' as u64,
    /// `int`
    I32 = b'i' as u64,
    /// `unsigned int`
    U32 = b'I' as u64,
    /// `long`
    Long = b'l' as u64,
    /// `unsigned long`
    ULong = b'L' as u64,
    /// `long long`
    I64 = b'q' as u64,
    /// `unsigned long long`
    U64 = b'Q' as u64,
    /// `float`
    F32 = b'f' as u64,
    /// `double`
    F64 = b'd' as u64,
}

impl Code {
    /// All codes in the order of `array.typecodes`.
    pub const ALL: [Code; 14] = [
        Code::I8,
        Code::U8,
        Code::Wide,
        Code::CodePoint,
        Code::I16,
        Code::U16,
        Code::I32,
        Code::U32,
        Code::Long,
        Code::ULong,
        Code::I64,
        Code::U64,
        Code::F32,
        Code::F64,
    ];

    /// The code with this letter.
    pub fn from_letter(letter: u32) -> Option<Code> {
        Code::ALL.into_iter().find(|&c| c as u32 == letter)
    }

    /// The letter.
    pub fn letter(self) -> char {
        self as u64 as u8 as char
    }

    /// Bytes of an item: 1, 2, 4 or 8.
    #[inline(always)]
    pub fn size(self) -> usize {
        match self {
            Code::I8 | Code::U8 => 1,
            Code::I16 | Code::U16 => 2,
            Code::Wide | Code::CodePoint | Code::I32 | Code::U32 | Code::F32 => 4,
            Code::Long | Code::ULong | Code::I64 | Code::U64 | Code::F64 => 8,
        }
    }

    /// Whether the items are characters.
    pub fn is_text(self) -> bool {
        matches!(self, Code::Wide | Code::CodePoint)
    }

    /// Whether the items are floats.
    pub fn is_float(self) -> bool {
        matches!(self, Code::F32 | Code::F64)
    }

    /// Whether items can be negative.
    pub fn is_signed(self) -> bool {
        matches!(self, Code::I8 | Code::I16 | Code::I32 | Code::Long | Code::I64 | Code::F32 | Code::F64)
    }

    /// The format of items in the buffer protocol.
    pub fn format(self) -> &'static str {
        match self {
            Code::I8 => "b",
            Code::U8 => "B",
            Code::Wide | Code::CodePoint => "w",
            Code::I16 => "h",
            Code::U16 => "H",
            Code::I32 => "i",
            Code::U32 => "I",
            Code::Long => "l",
            Code::ULong => "L",
            Code::I64 => "q",
            Code::U64 => "Q",
            Code::F32 => "f",
            Code::F64 => "d",
        }
    }

    /// The item with these bits (the high ones are 0), if it is no heap object.
    #[inline(always)]
    fn immediate(self, bits: u64) -> Option<Value> {
        match self {
            Code::F64 => Value::try_float(f64::from_bits(bits)),
            Code::F32 => Value::try_float(f32::from_bits(bits as u32) as f64),
            Code::I8 => Some(Value::small(bits as i8 as i64)),
            Code::I16 => Some(Value::small(bits as i16 as i64)),
            Code::I32 => Some(Value::small(bits as i32 as i64)),
            Code::Long | Code::I64 => Value::try_small(bits as i64),
            Code::U8 | Code::U16 | Code::U32 => Some(Value::small(bits as i64)),
            Code::ULong | Code::U64 if bits <= Value::INT_MAX as u64 => Some(Value::small(bits as i64)),
            Code::ULong | Code::U64 | Code::Wide | Code::CodePoint => None,
        }
    }

    /// The bits of a value whose conversion is easy: an immediate float, or a small int in range.
    #[inline(always)]
    pub fn easy_bits(self, value: Value) -> Option<u64> {
        if value.is_immediate_float() {
            return match self {
                Code::F64 => Some(value.immediate_float().to_bits()),
                Code::F32 => Some((value.immediate_float() as f32).to_bits() as u64),
                _ => None,
            };
        }
        let n = value.as_small()?;
        let fits = match self {
            Code::I8 => n as i8 as i64 == n,
            Code::U8 => n as u8 as i64 == n,
            Code::I16 => n as i16 as i64 == n,
            Code::U16 => n as u16 as i64 == n,
            Code::I32 => n as i32 as i64 == n,
            Code::U32 => n as u32 as i64 == n,
            Code::Long | Code::I64 => true,
            Code::ULong | Code::U64 => n >= 0,
            Code::F64 => return Some((n as f64).to_bits()),
            Code::F32 => return Some((n as f64 as f32).to_bits() as u64),
            Code::Wide | Code::CodePoint => false,
        };
        fits.then_some(n as u64)
    }
}

impl TypedArray {
    /// The type code.
    #[inline(always)]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The bytes of the items.
    #[inline(always)]
    pub fn bytes(&self) -> Ref<ByteArray> {
        // SAFETY: the slot always holds a bytearray.
        unsafe { Ref::from_ptr(self.bytes.get().object_unchecked()) }
    }

    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.bytes().len() / self.code.size()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bytes().is_empty()
    }

    /// The item at an index in range, if it is no heap object.
    #[inline(always)]
    pub fn immediate(&self, index: usize) -> Option<Value> {
        let size = self.code.size();
        self.code.immediate(self.bytes().load(index * size, size)?)
    }

    /// Replaces the item at an index in range if the conversion is easy; whether it did.
    #[inline(always)]
    pub fn set_easily(&self, t: &mut Thread, index: usize, value: Value) -> bool {
        let Some(bits) = self.code.easy_bits(value) else { return false };
        self.set_bits(t, index, bits);
        true
    }

    /// Replaces the bits of the item at an index in range.
    #[inline(always)]
    pub fn set_bits(&self, t: &mut Thread, index: usize, bits: u64) {
        let (bytes, size) = (self.bytes(), self.code.size());
        let w = t.write(bytes);
        bytes.store_bits(&w, index * size, size, bits);
    }
}

/// The item at an index, which may count from the end, if it is in range, no heap object, and to be had without more ado.
#[inline(always)]
pub fn get_now(t: &Thread, array: Ref<TypedArray>, index: i64) -> Option<Value> {
    let (code, bytes) = parts_now(t, array)?;
    if !t.own.may_read(bytes.object()) {
        return None;
    }
    // SAFETY: the thread may read the bytes.
    let bytes = unsafe { bytes.peek() };
    code.immediate(bytes.load(place_of(index, code, bytes)?, code.size())?)
}

/// Replaces the item at an index, which may count from the end, if it is in range, the conversion is easy, and that can be done
/// without more ado. Whether it has.
#[inline(always)]
pub fn set_now(t: &mut Thread, array: Ref<TypedArray>, index: i64, value: Value) -> bool {
    let Some((code, bytes)) = parts_now(t, array) else { return false };
    let (Some(bits), Some(w)) = (code.easy_bits(value), t.own.quick_writer(bytes.object())) else {
        return false;
    };
    // SAFETY: the thread may write the bytes.
    let bytes = unsafe { bytes.peek() };
    let place = place_of(index, code, bytes);
    if let Some(at) = place {
        bytes.store_bits(&w, at, code.size(), bits);
    }
    place.is_some()
}

/// Code and bytes of an array, if the thread may read it.
#[inline(always)]
fn parts_now(t: &Thread, array: Ref<TypedArray>) -> Option<(Code, Ref<ByteArray>)> {
    if !t.own.may_read(array.object()) {
        return None;
    }
    // SAFETY: the thread may read the array.
    let body = unsafe { array.peek() };
    Some((body.code, body.bytes()))
}

/// Where the item at an index begins, if it is in range.
#[inline(always)]
fn place_of(index: i64, code: Code, bytes: &ByteArray) -> Option<usize> {
    let index = if index < 0 { normalize(index, bytes.len() / code.size())? } else { index as usize };
    // There are no parts of items.
    index.checked_mul(code.size()).filter(|&at| at < bytes.len())
}

/// An empty array of a class whose body it is.
pub fn new(t: &mut Thread, class: Ref<Type>, code: Code) -> PyResult<Ref<TypedArray>> {
    let bytes = bytearray::new(t, &[])?.value();
    let id = class.instance_shape();
    let shape = shape::shape(id);
    // SAFETY: the class's instances have this body; all of it is initialised.
    let array = unsafe {
        t.alloc_bytes::<TypedArray>(id, shape.fixed_size(), |p| {
            keep_header(p, |header| TypedArray {
                header,
                version: Slot::new(0),
                code,
                bytes: Slot::new(bytes),
            });
            shape::init_attributes(p as *mut Object, shape);
        })
    };
    typeobj::register_finalizer(t, class, array.value());
    Ok(array)
}

/// The item at an index, if that is in range. ValueError for a number that is no character in an array of characters.
pub fn get(t: &mut Thread, array: Ref<TypedArray>, index: usize) -> PyResult<Option<Value>> {
    if let Some(value) = array.immediate(index) {
        return Ok(Some(value));
    }
    let size = array.code.size();
    let Some(bits) = array.bytes().load(index * size, size) else { return Ok(None) };
    Ok(Some(match array.code {
        Code::F64 => float::new(t, f64::from_bits(bits)),
        Code::F32 => float::new(t, f32::from_bits(bits as u32) as f64),
        Code::ULong | Code::U64 => int::from_u64(t, bits),
        Code::Wide | Code::CodePoint if bits > 0x10_ffff => {
            return Err(t.value_error("chr() arg not in range(0x110000)"));
        }
        Code::Wide | Code::CodePoint => super::str::Str::from_code_points(t, &[bits as u32]),
        _ => int::from_i64(t, bits as i64),
    }))
}
