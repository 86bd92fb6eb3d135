//! The kinds of native bodies and the numbers of the built-in shapes.

use pystm_gc::{
    ShapeId,
    layout::{Access, SHAPE_UNIT},
};

use crate::shape::Shape;

/// Distance between the numbers of consecutive built-in shapes.
const STRIDE: u32 = size_of::<Shape>().div_ceil(SHAPE_UNIT) as u32;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// A built-in type that the interpreter itself knows; its exact instances have the shape [`Kind::shape`].
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// All kinds, in the order of their shapes.
            pub const ALL: &[Kind] = &[$(Kind::$name,)*];
        }
    };
}

kinds! {
    /// `object`, and instances of Python classes over it.
    Object,
    /// `type`
    Type,
    /// An array of values: the buffer of a list, the table of a dict. Not visible to Python.
    Array,
    /// Attribute values of an instance that do not fit into it. Not visible to Python.
    Overflow,
    /// One value of a dict that threads contend for. Not visible to Python.
    Granule,
    /// Some items of a list that threads contend for. Not visible to Python.
    Card,
    /// Some keys and values of a dict that threads contend for. Not visible to Python.
    Stripe,
    /// Some items of a set that threads contend for. Not visible to Python.
    SetStripe,
    /// Instance of a subclass of an immutable built-in type: refers to the value of that type.
    Wrapped,
    /// `NoneType`
    NoneType,
    /// `NotImplementedType`
    NotImplementedType,
    /// `ellipsis`
    EllipsisType,
    /// `int` (heap body: one that needs more than 62 bits)
    Int,
    /// `bool` (never on the heap)
    Bool,
    /// `float` (heap body: extreme exponents)
    Float,
    /// `complex`
    Complex,
    /// `str`
    Str,
    /// `bytes`
    Bytes,
    /// `bytearray`
    ByteArray,
    /// `array.array`
    TypedArray,
    /// `memoryview`
    MemoryView,
    /// `tuple`
    Tuple,
    /// `list`
    List,
    /// `dict`
    Dict,
    /// `set`
    Set,
    /// `frozenset`
    FrozenSet,
    /// `range`
    Range,
    /// `slice`
    Slice,
    /// `cell`
    Cell,
    /// `code`
    Code,
    /// `function`
    Function,
    /// `builtin_function_or_method`
    NativeFunction,
    /// `method_descriptor`, `wrapper_descriptor`, `classmethod_descriptor`: an unbound method of a built-in type
    NativeMethod,
    /// `getset_descriptor`
    GetSet,
    /// `member_descriptor` (a slot of `__slots__`)
    Member,
    /// `method`
    BoundMethod,
    /// `property`
    Property,
    /// `classmethod`
    ClassMethod,
    /// `staticmethod`
    StaticMethod,
    /// `super`
    Super,
    /// `module`
    Module,
    /// `frame`
    Frame,
    /// `traceback`
    Traceback,
    /// `BaseException` and all its subclasses
    Exception,
    /// `generator`
    Generator,
    /// `coroutine`
    Coroutine,
    /// `async_generator`
    AsyncGenerator,
    /// `weakref.ref` and proxies
    Weak,
    /// Iterators over lists, tuples, dicts, sets and their like, views of dicts: a few values, see `object/record.rs`.
    Record,
    /// Types outside the core; the payload tells which, see `object/native.rs`.
    Native,
}

impl Kind {
    /// Who may read and write the objects. What is immutable, or so rarely written that each slot may speak for itself, is
    /// everybody's to read.
    pub const fn access(self) -> Access {
        use Kind::*;
        match self {
            Array | Overflow => Access::Part,
            Object | Granule | Card | Stripe | SetStripe | Wrapped | ByteArray | TypedArray | MemoryView
            | List | Dict | Set | FrozenSet | Cell | Exception | Frame | Generator | Coroutine
            | AsyncGenerator | Record | Native => Access::Owned,
            Type | NoneType | NotImplementedType | EllipsisType | Int | Bool | Float | Complex | Str
            | Bytes | Tuple | Range | Slice | Code | Function | NativeFunction | NativeMethod | GetSet
            | Member | BoundMethod | Property | ClassMethod | StaticMethod | Super | Module | Traceback
            | Weak => Access::Public,
        }
    }

    /// Whether objects are given to other threads one by one, never along with what refers to them.
    pub const fn is_alone(self) -> bool {
        matches!(self, Kind::Granule | Kind::Card | Kind::Stripe | Kind::SetStripe)
    }

    /// Whether Python code sees objects of this kind.
    pub const fn is_visible(self) -> bool {
        !self.is_alone() && !matches!(self, Kind::Array | Kind::Overflow)
    }

    /// Shape of the exact instances.
    #[inline(always)]
    pub const fn shape(self) -> ShapeId {
        ShapeId(self as u32 * STRIDE)
    }
}
