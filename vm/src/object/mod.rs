//! Heap objects: typed references, and the bodies that have no file of their own among the built-in types.

pub mod native;
pub mod record;

use std::{marker::PhantomData, ops::Deref, ptr::NonNull};

use pystm_gc::{Object, layout::Access};
use pystm_stm::gate;

use crate::{kind::Kind, shape, value::Value};

/// The Rust type of a heap object's body (header included).
///
/// # Safety
/// The type must be `repr(C)`, start with a [`pystm_gc::Header`], and every object whose shape says `KIND` (or one of
/// `ALSO`) must have this layout.
pub unsafe trait Body {
    /// The kind in the shapes of such objects.
    const KIND: Kind;
    /// Further kinds with the same body.
    const ALSO: &'static [Kind] = &[];
}

/// A reference to a heap object with a known body. Like [`Value`] it is a plain word that the collector finds on the
/// native stack.
#[repr(transparent)]
pub struct Ref<T>(NonNull<T>, PhantomData<T>);

impl<T> Clone for Ref<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ref<T> {}

impl<T> PartialEq for Ref<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Ref<T> {
    /// A reference from a pointer.
    ///
    /// # Safety
    /// The pointer must lead to a live object with a body `T`.
    #[inline(always)]
    pub unsafe fn from_ptr(object: *const Object) -> Ref<T> {
        // SAFETY: the caller vouches for the pointer.
        Ref(unsafe { NonNull::new_unchecked(object as *mut T) }, PhantomData)
    }

    /// The value.
    #[inline(always)]
    pub fn value(self) -> Value {
        Value::from_object(self.0.as_ptr() as *const Object)
    }

    /// The object without its type.
    #[inline(always)]
    pub fn object(self) -> &'static Object {
        // SAFETY: a reference leads to a live object as long as the collector can see it.
        unsafe { &*(self.0.as_ptr() as *const Object) }
    }

    /// The address.
    #[inline(always)]
    pub fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }
}

impl<T: Body> Ref<T> {
    /// The reference, if the value is an object with this body.
    #[inline(always)]
    pub fn from_value(value: Value) -> Option<Ref<T>> {
        let object = value.object()?;
        let kind = shape::shape_of_object(object).kind;
        // SAFETY: the kind of the shape names the body.
        (kind == T::KIND || T::ALSO.contains(&kind)).then(|| unsafe { Ref::from_ptr(object) })
    }

    /// The reference of a value that is known to be such an object.
    ///
    /// # Panics
    /// In debug builds if it is not.
    #[inline(always)]
    pub fn known(value: Value) -> Ref<T> {
        debug_assert!(Self::from_value(value).is_some(), "{value:?} is not a {:?}", T::KIND);
        // SAFETY: the caller knows the kind; the debug assertion checks it.
        unsafe { Ref::from_ptr(value.object_unchecked()) }
    }
}

impl<T> Ref<T> {
    /// The body, whoever owns the object.
    ///
    /// # Safety
    /// The thread must have the right to read the object, or what is read of it must never change.
    #[inline(always)]
    pub unsafe fn peek<'a>(self) -> &'a T {
        // SAFETY: a reference leads to a live object as long as the collector can see it; all mutable state of bodies is
        // in atomics.
        unsafe { &*self.0.as_ptr() }
    }
}

/// Reading a mutable object waits until the thread may, in the middle of whatever it does; the right lasts until the next
/// safepoint.
impl<T: Body> Deref for Ref<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        if matches!(T::KIND.access(), Access::Owned) {
            gate::pass(self.object());
        }
        // SAFETY: a reference leads to a live object as long as the collector can see it; all mutable state of bodies is
        // in atomics.
        unsafe { self.0.as_ref() }
    }
}
