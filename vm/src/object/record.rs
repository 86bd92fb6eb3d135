//! Objects of a few values: the body of all native iterators and of dict views.
//!
//! Such an object is one small allocation without a destructor. What its values mean is up to the type; if it is an
//! iterator, [`Record::next_fn`] gives the next item without an exception object at the end.

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::{Slot, Word as _};

use crate::{
    builtins::{
        array::{self, Array},
        typeobj::{self, Type},
    },
    error::PyResult,
    kind::Kind,
    native::{Method, TypeDef},
    object::{Body, Ref},
    shape,
    thread::{Thread, keep_header},
    value::Value,
};

/// Values in a record.
pub const VALUES: usize = 5;

/// The value that may be a [buffer](crate::builtins::array), which is then part of the record.
pub const BUFFER: usize = 0;

/// Gives the next item of an iterator, or `None` at its end.
pub type Next = fn(&mut Thread, Ref<Record>) -> PyResult<Option<Value>>;

/// Body of a record. Attribute words follow in instances of subclasses.
#[repr(C)]
pub struct Record {
    header: Header,
    version: Slot<u64>,
    next: Option<Next>,
    values: [Slot<Value>; VALUES],
}

// SAFETY: `repr(C)`, header first; only records have the kind.
unsafe impl Body for Record {
    const KIND: Kind = Kind::Record;
}

/// Words of the body.
pub const WORDS: u16 = 3 + VALUES as u16;
/// Layout of records, for their [`TypeDef`].
pub const LAYOUT: Layout =
    Layout { trace: Trace::Custom(trace), size: Size::Fixed(size_of::<Record>() as u32), drop: None };

/// # Safety
/// `object` must be a record.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object; a buffer in its first slot is its own.
    unsafe {
        let first = &(*(object as *const Record)).values[BUFFER];
        if first.get().cast::<Array>().is_some() {
            array::trace(marker, first, usize::MAX);
        } else {
            marker.value(first.get().to_word());
        }
        marker.words(object, 4, VALUES - 1);
        shape::trace_attributes(object, marker);
    }
}

impl Record {
    /// A value.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Value {
        self.values[index].get()
    }

    /// All values.
    #[inline(always)]
    pub fn values(&self) -> &[Slot<Value>] {
        &self.values
    }

    /// A value that is always a small int.
    #[inline(always)]
    pub fn get_int(&self, index: usize) -> i64 {
        self.values[index].get().small_value()
    }

    /// How to get the next item, if this is an iterator.
    #[inline(always)]
    pub fn next_fn(&self) -> Option<Next> {
        self.next
    }
}

impl Ref<Record> {
    /// Replaces a value.
    #[inline(always)]
    pub fn set(self, t: &mut Thread, index: usize, value: Value) {
        let w = t.write(self);
        let body: *mut Record = self.as_ptr();
        // SAFETY: the reference leads to a live record.
        unsafe { &(*body).values[index] }.set(&w, value);
    }

    /// Replaces a value by a small int.
    #[inline(always)]
    pub fn set_int(self, t: &mut Thread, index: usize, value: i64) {
        self.set(t, index, Value::small(value));
    }
}

/// The definition of a type of records.
pub const fn def(name: &'static str, doc: &'static str, flags: u32, methods: &'static [Method]) -> TypeDef {
    TypeDef {
        name,
        doc,
        base: None,
        kind: Kind::Record,
        layout: LAYOUT,
        words: WORDS,
        flags,
        methods,
        getset: &[],
        setup: None,
    }
}

/// A new record of a class whose body it is. Values that are not given are unset.
pub fn new_of_class(t: &mut Thread, class: Ref<Type>, next: Option<Next>, values: &[Value]) -> Value {
    let id = class.instance_shape();
    let shape = shape::shape(id);
    let mut all = [const { Slot::from_word(Value::UNSET.bits()) }; VALUES];
    for (slot, &value) in all.iter_mut().zip(values) {
        *slot = Slot::new(value);
    }
    // SAFETY: the class's instances have this body; all of it is initialised.
    let object = unsafe {
        t.alloc_bytes::<Record>(id, shape.fixed_size(), |p| {
            keep_header(p, |header| Record { header, version: Slot::new(0), next, values: all });
            shape::init_attributes(p as *mut Object, shape);
        })
    };
    typeobj::register_finalizer(t, class, object.value());
    object.value()
}

/// A new record of a definition's class.
#[inline]
pub fn new(t: &mut Thread, def: &'static TypeDef, next: Option<Next>, values: &[Value]) -> Value {
    let class = t.rt.native_class(t, def);
    new_of_class(t, class, next, values)
}
