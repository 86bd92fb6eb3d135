//! The built-in types, one file or folder each, and the functions of the module `builtins`.

pub mod array;
pub mod bound_method;
pub mod bounds;
pub mod buffer;
pub mod bytearray;
pub mod bytes;
pub mod cell;
pub mod code;
pub mod codecs;
pub mod complex;
pub mod container;
pub mod descriptors;
pub mod dict;
pub mod dict_methods;
pub mod exceptions;
pub mod float;
pub mod frame;
pub mod function;
pub mod functions;
pub mod generator;
pub mod generic;
pub mod granule;
pub mod int;
pub mod iterators;
pub mod list;
pub mod list_methods;
pub mod mappingproxy;
pub mod memoryview;
pub mod module;
pub mod namespace;
pub mod object;
pub mod property;
pub mod range;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod spine;
pub mod str;
pub mod stripes;
pub mod structseq;
pub mod super_;
pub mod template;
pub mod traceback;
pub mod tuple;
pub mod tuple_methods;
pub mod typed_array;
pub mod typeobj;
pub mod typevars;
pub mod weak;
pub mod wrapped;

use pystm_gc::Layout;

use crate::{
    attributes,
    kind::Kind,
    native::TypeDef,
    object::{native, record},
};

pub use generic::{generic_alias, union_args};
pub use set::frozenset_from;

/// Definitions of the types with a kind of their own, and of the other types that exist from the start; in an order in
/// which every base comes before its subclasses. `object` and `type` come first.
pub static CORE_TYPES: &[&TypeDef] = &[
    &object::DEF,
    &typeobj::methods::DEF,
    &singletons::NONE_DEF,
    &singletons::NOT_IMPLEMENTED_DEF,
    &singletons::ELLIPSIS_DEF,
    &int::DEF,
    &int::BOOL_DEF,
    &float::DEF,
    &complex::DEF,
    &str::methods::DEF,
    &bytes::DEF,
    &bytearray::DEF,
    &memoryview::DEF,
    &tuple_methods::DEF,
    &list_methods::DEF,
    &dict_methods::DEF,
    &set::DEF,
    &set::FROZENSET_DEF,
    &range::DEF,
    &slice::DEF,
    &cell::DEF,
    &code::methods::DEF,
    &function::methods::DEF,
    &function::native_methods::FUNCTION_DEF,
    &function::native_methods::METHOD_DEF,
    &function::native_methods::WRAPPER_DEF,
    &function::native_methods::CLASS_METHOD_DEF,
    &function::native_methods::METHOD_WRAPPER_DEF,
    &function::native_methods::GETSET_DEF,
    &function::native_methods::MEMBER_DEF,
    &bound_method::DEF,
    &descriptors::PROPERTY_DEF,
    &descriptors::CLASS_METHOD_DEF,
    &descriptors::STATIC_METHOD_DEF,
    &super_::DEF,
    &module::DEF,
    &frame::DEF,
    &frame::proxy::DEF,
    &traceback::DEF,
    &generator::GENERATOR_DEF,
    &generator::COROUTINE_DEF,
    &generator::ASYNC_GENERATOR_DEF,
    &weak::DEF,
];

/// How the collector handles the exact instances of a kind.
pub fn layout_of(kind: Kind) -> Layout {
    match kind {
        Kind::Object => crate::shape::fixed_layout(2, 2),
        Kind::Type => typeobj::LAYOUT,
        Kind::Array => array::LAYOUT,
        Kind::Overflow => attributes::LAYOUT,
        Kind::Granule => granule::LAYOUT,
        Kind::Card => list::card::LAYOUT,
        Kind::Wrapped => wrapped::LAYOUT,
        Kind::NoneType | Kind::NotImplementedType | Kind::EllipsisType | Kind::Bool => {
            crate::shape::fixed_layout(2, 2)
        }
        Kind::Int => int::LAYOUT,
        Kind::Float => float::LAYOUT,
        Kind::Complex => complex::LAYOUT,
        Kind::Str => str::LAYOUT,
        Kind::Bytes => bytes::LAYOUT,
        Kind::ByteArray => bytearray::LAYOUT,
        Kind::TypedArray => typed_array::LAYOUT,
        Kind::MemoryView => memoryview::LAYOUT,
        Kind::Tuple => tuple::LAYOUT,
        Kind::List => list::LAYOUT,
        Kind::Dict | Kind::Stripe => dict::LAYOUT,
        Kind::SetStripe | Kind::Set | Kind::FrozenSet => set::LAYOUT,
        Kind::Range => range::LAYOUT,
        Kind::Slice => slice::LAYOUT,
        Kind::Cell => cell::LAYOUT,
        Kind::Code => code::LAYOUT,
        Kind::Function => function::LAYOUT,
        Kind::NativeFunction => function::native::FUNCTION_LAYOUT,
        Kind::NativeMethod | Kind::GetSet => function::native::METHOD_LAYOUT,
        Kind::Member => function::native::MEMBER_LAYOUT,
        Kind::BoundMethod => bound_method::LAYOUT,
        Kind::Property => descriptors::PROPERTY_LAYOUT,
        Kind::ClassMethod | Kind::StaticMethod => descriptors::METHOD_LAYOUT,
        Kind::Super => super_::LAYOUT,
        Kind::Module => module::LAYOUT,
        Kind::Frame => frame::LAYOUT,
        Kind::Traceback => traceback::LAYOUT,
        Kind::Exception => exceptions::LAYOUT,
        Kind::Generator | Kind::Coroutine | Kind::AsyncGenerator => generator::LAYOUT,
        Kind::Record => record::LAYOUT,
        Kind::Weak => weak::LAYOUT,
        Kind::Native => native::LAYOUT,
    }
}
