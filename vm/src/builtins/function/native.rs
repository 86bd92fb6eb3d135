//! Objects for native functions, methods and attributes.

use std::sync::OnceLock;

use pystm_gc::{Header, Layout, ShapeId, Trace, layout::Size};
use pystm_stm::Slot;

use crate::{
    kind::Kind,
    native::{GetSet, NativeInfo},
    object::{Body, Ref},
    shape::{self, ShapeSpec},
    thread::{Thread, keep_header},
    value::Value,
};

/// Body of `builtin_function_or_method`: a module function, or a native method bound to its receiver.
#[repr(C)]
pub struct NativeFunction {
    header: Header,
    info: *const NativeInfo,
    /// `__self__`: the receiver, which is passed as first argument if `bound`, or unset.
    pub receiver: Slot<Value>,
    /// `__module__`, or for a static method the class that declares it, or unset.
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

/// A shape of objects whose class is made later than the first of them.
pub struct EarlyShape {
    id: OnceLock<ShapeId>,
    kind: Kind,
    layout: Layout,
}

impl EarlyShape {
    /// The shape.
    pub fn shape(&self) -> ShapeId {
        *self.id.get_or_init(|| {
            shape::new_shape(ShapeSpec {
                layout: shape::copy_layout(&self.layout),
                kind: self.kind,
                class: Value::UNSET,
                attrs: 0,
                inline_slots: 0,
                dict_mode: false,
                version: 0,
            })
        })
    }
}

/// Shape of `wrapper_descriptor` objects.
pub static WRAPPER_SHAPE: EarlyShape =
    EarlyShape { id: OnceLock::new(), kind: Kind::NativeMethod, layout: METHOD_LAYOUT };
/// Shape of `classmethod_descriptor` objects.
pub static CLASS_METHOD_SHAPE: EarlyShape =
    EarlyShape { id: OnceLock::new(), kind: Kind::NativeMethod, layout: METHOD_LAYOUT };
/// Shape of `method-wrapper` objects.
pub static METHOD_WRAPPER_SHAPE: EarlyShape =
    EarlyShape { id: OnceLock::new(), kind: Kind::NativeFunction, layout: FUNCTION_LAYOUT };

/// Shape of `member_descriptor` objects for fields of native objects.
pub static FIELD_SHAPE: EarlyShape =
    EarlyShape { id: OnceLock::new(), kind: Kind::GetSet, layout: METHOD_LAYOUT };

fn function(t: &mut Thread, info: &'static NativeInfo, receiver: Value, module: Value) -> Value {
    Ref::new(t, |header| NativeFunction {
        header,
        info,
        receiver: Slot::new(receiver),
        module: Slot::new(module),
    })
    .value()
}

/// A function of a module. `module` is the module's name.
pub fn new_function(t: &mut Thread, info: &'static NativeInfo, module: Value) -> Value {
    function(t, info, Value::UNSET, module)
}

/// A native method bound to its receiver.
pub fn bind(t: &mut Thread, info: &'static NativeInfo, receiver: Value) -> Value {
    if info.slot {
        let body = |header| NativeFunction {
            header,
            info,
            receiver: Slot::new(receiver),
            module: Slot::new(Value::UNSET),
        };
        // SAFETY: the shape's kind has this body; `keep_header` initialises all of it.
        return unsafe { t.alloc::<NativeFunction>(METHOD_WRAPPER_SHAPE.shape(), |p| keep_header(p, body)) }
            .value();
    }
    function(t, info, receiver, Value::UNSET)
}

/// A method of instances.
pub fn new_method(t: &mut Thread, info: &'static NativeInfo, owner: Value) -> Value {
    let shape = if info.slot { WRAPPER_SHAPE.shape() } else { Kind::NativeMethod.shape() };
    method_of_shape(t, shape, info, owner)
}

fn method_of_shape(t: &mut Thread, shape: ShapeId, info: &'static NativeInfo, owner: Value) -> Value {
    // SAFETY: the shape's kind has this body; `keep_header` initialises all of it.
    let object = unsafe {
        t.alloc::<NativeMethod>(shape, |p| {
            keep_header(p, |header| NativeMethod { header, info, owner: Slot::new(owner) });
        })
    };
    object.value()
}

/// A class method: the same body, told apart by the row's binding.
pub fn new_class_method(t: &mut Thread, info: &'static NativeInfo, owner: Value) -> Value {
    method_of_shape(t, CLASS_METHOD_SHAPE.shape(), info, owner)
}

/// `__new__`: a function that gets the class as an ordinary argument; `__self__` is the class that declares it.
pub fn new_constructor(t: &mut Thread, info: &'static NativeInfo, _owner: Value) -> Value {
    function(t, info, Value::UNSET, Value::UNSET)
}

/// A static method.
pub fn new_static_method(t: &mut Thread, info: &'static NativeInfo, owner: Value) -> Value {
    let inner = function(t, info, Value::UNSET, owner);
    crate::builtins::descriptors::new_static_method(t, inner)
}

/// A computed attribute.
pub fn new_getset(t: &mut Thread, row: &'static GetSet, owner: Value) -> Value {
    let shape = if row.member { FIELD_SHAPE.shape() } else { Kind::GetSet.shape() };
    // SAFETY: the shape's kind has this body; `keep_header` initialises all of it.
    let object = unsafe {
        t.alloc::<GetSetDescriptor>(shape, |p| {
            keep_header(p, |header| GetSetDescriptor { header, row, owner: Slot::new(owner) });
        })
    };
    object.value()
}

/// A `__slots__` member at an attribute slot.
pub fn new_member(t: &mut Thread, slot: usize, owner: Value, name: Value) -> Value {
    Ref::new(t, |header| Member { header, slot: slot as u64, owner: Slot::new(owner), name: Slot::new(name) })
        .value()
}
