//! The native iterators of the core. Each is a [`Record`] with a function that gives its next item; `__next__` and the
//! interpreter's loops both use that function.

pub mod adapters;
pub mod dicts;
pub mod parallel;
pub mod sequences;
pub mod sets;

use crate::{
    builtins::typeobj::{HEAP, Type},
    error::PyResult,
    kind::Kind,
    native::{Method, method},
    object::{
        Ref,
        record::{Next, Record},
    },
    shape::shape_of_object,
    thread::Thread,
    value::Value,
};

pub use adapters::{ENUMERATE_DEF, FILTER_DEF};
pub use parallel::{MAP_DEF, ZIP_DEF};
pub use sequences::{REVERSED_DEF, callable_iterator, sequence_iterator};

/// `__iter__` of iterators.
pub const ITER: Method = method("__iter__", "($self, /)", iter_method, "iter(self)");
/// `__next__` of native iterators.
pub const NEXT: Method = method("__next__", "($self, /)", next_method, "next(self)");

/// A native iterator and the function that gives its next item; `None` for other values. Who calls it from a native of an
/// iterator has to look at the native stack, and who calls it in the middle of something else first gets the right to write the
/// iterator.
#[inline]
pub fn plain_next(iterator: Value) -> Option<(Next, Ref<Record>)> {
    let object = iterator.object()?;
    let shape = shape_of_object(object);
    if shape.kind != Kind::Record || Ref::<Type>::known(shape.class()).has(HEAP) {
        return None;
    }
    let record = Ref::<Record>::known(iterator);
    Some((record.next_fn()?, record))
}

/// The next item of a native iterator, `Some(Ok(None))` at its end, and `None` if the value is no such iterator (or of a
/// Python class, whose `__next__` may be another).
#[inline]
pub fn next_native(t: &mut Thread, iterator: Value) -> Option<PyResult<Option<Value>>> {
    let (next, record) = plain_next(iterator)?;
    if let Err(raised) = t.check_native_stack() {
        return Some(Err(raised));
    }
    t.acquire(record);
    Some(next(t, record))
}

/// `__iter__` of an iterator: itself.
pub fn iter_method(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(args[0])
}

/// `__next__` of a native iterator.
pub fn next_method(t: &mut Thread, args: &[Value]) -> PyResult {
    t.check_native_stack()?;
    let record: Ref<Record> = Ref::known(args[0]);
    t.acquire(record);
    let item = match record.next_fn() {
        Some(next) => next(t, record)?,
        None => None,
    };
    match item {
        Some(item) => Ok(item),
        None => Err(t.stop_iteration()),
    }
}
