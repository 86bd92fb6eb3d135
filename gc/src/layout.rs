//! Layouts: what the collector must know of an object, found from the shape number in its header.
//!
//! Shapes live in one reserved range of addresses, so that a 32-bit number in the header leads to the shape with a
//! shift and an addition. The host embeds [`ShapeHead`] as the first field of its own shape structure.
//!
//! A shape may belong to an object, its *owner*, which its objects keep alive. When an owner dies, the host frees its
//! shapes, and their numbers are given out again.

use std::{
    ptr,
    sync::atomic::{AtomicPtr, AtomicUsize, Ordering::Relaxed},
};

use crate::{Object, mark::Marker, space, sync::Mutex};

/// Number of a shape: its distance from the start of the shape range in units of 16 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(transparent)]
pub struct ShapeId(pub u32);

/// How to find the pointers of an object.
#[derive(Clone, Copy)]
pub enum Trace {
    /// There are none.
    Leaf,
    /// `count` value words from word `first`.
    Fixed {
        /// Index of the first value word.
        first: u16,
        /// Number of value words.
        count: u16,
    },
    /// As many value words from word `first` as word `len` says (untagged).
    Counted {
        /// Index of the first value word.
        first: u16,
        /// Index of the word that holds the count.
        len: u16,
    },
    /// A function that hands every pointer to the marker.
    Custom(unsafe fn(*const Object, &mut Marker)),
}

/// Size of an object in bytes.
#[derive(Clone, Copy)]
pub enum Size {
    /// Always the same.
    Fixed(u32),
    /// `base` bytes plus `unit` bytes times the count in word `len`.
    Counted {
        /// Bytes without the counted part.
        base: u32,
        /// Bytes of one element.
        unit: u32,
        /// Index of the word that holds the count.
        len: u16,
    },
    /// Computed.
    Custom(unsafe fn(*const Object) -> usize),
}

/// The collector's view of a shape.
#[repr(C)]
pub struct Layout {
    /// How to trace.
    pub trace: Trace,
    /// How large.
    pub size: Size,
    /// Frees what the object owns outside the heap; run once when the object has died.
    pub drop: Option<unsafe fn(*mut Object)>,
}

impl Layout {
    /// Size in bytes of this object, rounded up to the allocation granule.
    ///
    /// # Safety
    /// `object` must be an initialised object of this layout.
    #[inline(always)]
    pub unsafe fn size_of(&self, object: *const Object) -> usize {
        let bytes = match self.size {
            Size::Fixed(n) => n as usize,
            // SAFETY: the layout says that word `len` exists and holds a count.
            Size::Counted { base, unit, len } => unsafe {
                base as usize + unit as usize * (*object).word(len as usize).load(Relaxed) as usize
            },
            // SAFETY: the function belongs to this layout.
            Size::Custom(f) => unsafe { f(object) },
        };
        (bytes + space::GRANULE - 1) & !(space::GRANULE - 1)
    }
}

/// What the collector must know of a shape.
#[repr(C)]
pub struct ShapeHead {
    /// The objects' layout.
    pub layout: Layout,
    /// Null for a shape that lives as long as the process.
    owner: *mut Object,
    /// Who may read and write the objects.
    pub access: Access,
    /// The objects are given away one by one, never along with what refers to them.
    pub alone: bool,
}

/// Who may read and write objects of a shape.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Their owner, or everyone reads.
    Owned,
    /// Everyone, at any time: slots hold together one by one only. What is stored into an old one is made old first.
    Public,
    /// Whoever has the same right to the one object that refers to them.
    Part,
}

impl ShapeHead {
    /// The head of a shape that belongs to an object, or of one that lives as long as the process if that is null.
    pub fn new(layout: Layout, owner: *mut Object) -> ShapeHead {
        ShapeHead { layout, owner, access: Access::Owned, alone: false }
    }

    /// The same with another rule of access.
    pub fn with_access(self, access: Access) -> ShapeHead {
        ShapeHead { access, ..self }
    }

    /// The same for objects that are given away one by one.
    pub fn with_alone(self, alone: bool) -> ShapeHead {
        ShapeHead { alone, ..self }
    }

    /// The object that the shape belongs to, or null.
    #[inline(always)]
    pub fn owner(&self) -> *mut Object {
        self.owner
    }
}

/// Start of the shape range. Written once, before any object exists.
static BASE: AtomicPtr<u8> = AtomicPtr::new(ptr::null_mut());
/// First unused byte of the range, as a distance from its start.
static USED: AtomicUsize = AtomicUsize::new(0);
/// Numbers of freed shapes. Held while the range grows.
static FREE: Mutex<Vec<ShapeId>> = Mutex::new(Vec::new());

/// Bytes reserved for shapes: 4 GiB of addresses, touched only as far as used.
const RANGE: usize = 4 << 30;
/// Unit of shape numbers in bytes.
pub const SHAPE_UNIT: usize = 16;

/// Address of a shape.
#[inline(always)]
pub fn shape_address(id: ShapeId) -> *mut u8 {
    // Relaxed: written once before the first object, and threads are started after that.
    BASE.load(Relaxed).wrapping_add(id.0 as usize * SHAPE_UNIT)
}

/// Head of a shape.
///
/// # Safety
/// `id` must be the number of an initialised shape, and the reference must not outlive it.
#[inline(always)]
pub unsafe fn head_of<'a>(id: ShapeId) -> &'a ShapeHead {
    // SAFETY: shapes start with their head.
    unsafe { &*(shape_address(id) as *const ShapeHead) }
}

/// Who may read and write an object.
///
/// # Safety
/// `object` must be live.
#[inline(always)]
pub unsafe fn access_of(object: *const Object) -> Access {
    // SAFETY: a live object has a shape.
    unsafe { head_of((*object).header.shape()).access }
}

/// Layout of a shape.
///
/// # Safety
/// As for [`head_of`].
#[inline(always)]
pub unsafe fn layout_of<'a>(id: ShapeId) -> &'a Layout {
    // SAFETY: handed on.
    unsafe { &head_of(id).layout }
}

/// Reserves `bytes`, the same in all calls, for a new shape. As long as none has been freed, numbers count up from 0 in
/// the order of the calls.
///
/// # Panics
/// When 4 GiB of shapes exist.
pub fn allocate_shape(bytes: usize) -> ShapeId {
    let mut free = FREE.lock();
    if let Some(id) = free.pop() {
        return id;
    }
    if BASE.load(Relaxed).is_null() {
        BASE.store(space::reserve(RANGE).expect("address space for shapes").as_ptr(), Relaxed);
    }
    let at = USED.load(Relaxed);
    let end = at + bytes.next_multiple_of(SHAPE_UNIT);
    assert!(end <= RANGE, "too many shapes");
    USED.store(end, Relaxed);
    ShapeId((at / SHAPE_UNIT) as u32)
}

/// Gives a shape's memory and number back.
///
/// # Safety
/// No live object has the shape, and nobody will use the number.
pub unsafe fn free_shape(id: ShapeId) {
    FREE.lock().push(id);
}
