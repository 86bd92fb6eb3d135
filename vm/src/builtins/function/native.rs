//! Objects for native functions, methods and attributes.

use pystm_gc::{Header, Layout, Trace, layout::Size};
use pystm_stm::Slot;

use crate::{
    kind::Kind,
    native::{GetSet, NativeInfo},
    object::{Body, Ref},
    thread::Thread,
    value::Value,
};

/// Body of `builtin_function_or_method`: a module function, or a native method bound to its receiver.
#[repr(C)]
pub struct NativeFunction {
    header: Header,
    info: *const NativeInfo,
    /// `__self__`: the receiver, which is passed as first argument if `bound`, or unset.
    pub receiver: Slot<Value>,
    /// `__module__`, or unset.
    pub module: Slot<Value>,
}

/// Body of an unbound native method.
#[repr(C)]
pub struct NativeMethod {
    header: Header,
    info: *const NativeInfo,
    /// `__objclass__`
    pub owner: Slot<Value>,
}

/// Body of a computed attribute.
#[repr(C)]
pub struct GetSetDescriptor {
    header: Header,
    row: *const GetSet,
    /// `__objclass__`
    pub owner: Slot<Value>,
}

/// Body of a `__slots__` member.
#[repr(C)]
pub struct Member {
    header: Header,
    /// Attribute slot number in the instances.
    pub slot: u64,
    /// `__objclass__`
    pub owner: Slot<Value>,
    /// `__name__`
    pub name: Slot<Value>,
}

// SAFETY: (all four) `repr(C)`, header first, one kind each.
unsafe impl Body for NativeFunction {
    const KIND: Kind = Kind::NativeFunction;
}
// SAFETY: as above.
unsafe impl Body for NativeMethod {
    const KIND: Kind = Kind::NativeMethod;
}
// SAFETY: as above.
unsafe impl Body for GetSetDescriptor {
    const KIND: Kind = Kind::GetSet;
}
// SAFETY: as above.
unsafe impl Body for Member {
    const KIND: Kind = Kind::Member;
}

/// Layout of native functions.
pub const FUNCTION_LAYOUT: Layout =
    Layout { trace: Trace::Fixed { first: 2, count: 2 }, size: Size::Fixed(32), drop: None };
/// Layout of native methods and computed attributes.
pub const METHOD_LAYOUT: Layout =
    Layout { trace: Trace::Fixed { first: 2, count: 1 }, size: Size::Fixed(24), drop: None };
/// Layout of members.
pub const MEMBER_LAYOUT: Layout =
    Layout { trace: Trace::Fixed { first: 2, count: 2 }, size: Size::Fixed(32), drop: None };

impl NativeFunction {
    /// The function's row and signature.
    #[inline(always)]
    pub fn info(&self) -> &'static NativeInfo {
        // SAFETY: leaked when the function was declared.
        unsafe { &*self.info }
    }
}

impl NativeMethod {
    /// The method's row and signature.
    #[inline(always)]
    pub fn info(&self) -> &'static NativeInfo {
        // SAFETY: leaked when the method was declared.
        unsafe { &*self.info }
    }
}

impl GetSetDescriptor {
    /// The attribute's row.
    pub fn row(&self) -> &'static GetSet {
        // SAFETY: rows are statics.
        unsafe { &*self.row }
    }
}

fn function(t: &mut Thread, info: &'static NativeInfo, receiver: Value, module: Value) -> Value {
    Ref::new(t, |header| NativeFunction { header, info, receiver: Slot::new(receiver), module: Slot::new(module) })
        .value()
}

/// A function of a module. `module` is the module's name.
pub fn new_function(t: &mut Thread, info: &'static NativeInfo, module: Value) -> Value {
    function(t, info, Value::UNSET, module)
}

/// A native method bound to its receiver.
pub fn bind(t: &mut Thread, info: &'static NativeInfo, receiver: Value) -> Value {
    function(t, info, receiver, Value::UNSET)
}

/// A method of instances.
pub fn new_method(t: &mut Thread, info: &'static NativeInfo, owner: Value) -> Value {
    Ref::new(t, |header| NativeMethod { header, info, owner: Slot::new(owner) }).value()
}

/// A class method: the same object, told apart by the row's binding.
pub fn new_class_method(t: &mut Thread, info: &'static NativeInfo, owner: Value) -> Value {
    new_method(t, info, owner)
}

/// `__new__`: a function that gets the class as an ordinary argument; `__self__` is the class that declares it.
pub fn new_constructor(t: &mut Thread, info: &'static NativeInfo, _owner: Value) -> Value {
    function(t, info, Value::UNSET, Value::UNSET)
}

/// A static method.
pub fn new_static_method(t: &mut Thread, info: &'static NativeInfo) -> Value {
    let inner = function(t, info, Value::UNSET, Value::UNSET);
    crate::builtins::descriptors::new_static_method(t, inner)
}

/// A computed attribute.
pub fn new_getset(t: &mut Thread, row: &'static GetSet, owner: Value) -> Value {
    Ref::new(t, |header| GetSetDescriptor { header, row, owner: Slot::new(owner) }).value()
}

/// A `__slots__` member at an attribute slot.
pub fn new_member(t: &mut Thread, slot: usize, owner: Value, name: Value) -> Value {
    Ref::new(t, |header| Member { header, slot: slot as u64, owner: Slot::new(owner), name: Slot::new(name) }).value()
}
