//! `tee`: iterators over one source that share what one of them has read and another has not.
//!
//! The items stand in blocks, each with a reference to the next one; an iterator holds the block that it reads, so that a
//! block is garbage once every iterator has left it.

use pystm_vm::{
    builtins::{
        iterators::{ITER, NEXT},
        list::{self, List},
        tuple,
    },
    error::{Exc, PyResult},
    native::{NO_CONSTRUCTOR, TypeDef, WEAK, method, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{attr, call, iter, number},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// Items of a block.
const BLOCK: usize = 57;

/// `itertools._tee`
pub static TEE: TypeDef = record::def(
    "itertools._tee",
    "Iterator of a tee.",
    WEAK,
    &[
        static_method("__new__", "($cls, iterable, /)", construct, "Makes one iterator of a tee."),
        ITER,
        NEXT,
        method("__copy__", "($self, /)", copy, "An independent iterator at the same place."),
    ],
);

/// `itertools._tee_dataobject`
pub static DATA: TypeDef =
    record::def("itertools._tee_dataobject", "Items that iterators of a tee share.", NO_CONSTRUCTOR, &[]);

// Values of an iterator.
const DATA_BLOCK: usize = 0;
const INDEX: usize = 1;

// Values of a block.
const SOURCE: usize = 0;
/// A list of the items read so far.
const ITEMS: usize = 1;
const FOLLOWING: usize = 2;
/// True while the source is being asked.
const RUNNING: usize = 3;

fn new_block(t: &mut Thread, source: Value) -> Value {
    let items = list::new(t, &[]);
    record::new(t, &DATA, None, &[source, items, Value::UNSET, Value::FALSE])
}

fn is_tee(t: &mut Thread, value: Value) -> bool {
    type_of(value) == t.rt.native_class(t, &TEE)
}

/// A tee iterator over an iterator.
fn first_of(t: &mut Thread, iterator: Value) -> PyResult {
    if is_tee(t, iterator) {
        return copy(t, &[iterator]);
    }
    let block = new_block(t, iterator);
    Ok(record::new(t, &TEE, Some(next), &[block, Value::ZERO]))
}

fn construct(t: &mut Thread, args: &[Value]) -> PyResult {
    let iterator = iter::iter(t, args[1])?;
    first_of(t, iterator)
}

fn copy(t: &mut Thread, args: &[Value]) -> PyResult {
    let it: Ref<Record> = Ref::known(args[0]);
    Ok(record::new(t, &TEE, Some(next), &[it.get(DATA_BLOCK), it.get(INDEX)]))
}

fn next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let mut index = it.get_int(INDEX) as usize;
    let mut block: Ref<Record> = Ref::known(it.get(DATA_BLOCK));
    if index >= BLOCK {
        if block.get(FOLLOWING).is_unset() {
            let fresh = new_block(t, block.get(SOURCE));
            block.set(t, FOLLOWING, fresh);
        }
        block = Ref::known(block.get(FOLLOWING));
        index = 0;
        it.set(t, DATA_BLOCK, block.value());
        it.set_int(t, INDEX, 0);
    }
    let items: Ref<List> = Ref::known(block.get(ITEMS));
    let item = match items.get(index) {
        Some(item) => item,
        None => {
            if block.get(RUNNING) == Value::TRUE {
                return Err(t.raise(Exc::RuntimeError, "cannot re-enter the tee iterator"));
            }
            block.set(t, RUNNING, Value::TRUE);
            let result = iter::next(t, block.get(SOURCE));
            block.set(t, RUNNING, Value::FALSE);
            let Some(item) = result? else { return Ok(None) };
            list::append(t, items, item);
            item
        }
    };
    it.set_int(t, INDEX, index as i64 + 1);
    Ok(Some(item))
}

/// `tee(iterable, n=2)`
pub fn tee(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = match args[1].given() {
        Some(n) => number::index_as_i64(t, n)?,
        None => 2,
    };
    if n < 0 {
        return Err(t.value_error("n must be >= 0"));
    }
    let mut iterator = iter::iter(t, args[0])?;
    if attr::find_attr(t, iterator, "__copy__")?.is_none() {
        iterator = first_of(t, iterator)?;
    }
    let mut copies = t.vec();
    for _ in 0..n {
        copies.push(call::call_method(t, iterator, "__copy__", &[])?);
    }
    tuple::new(t, &copies)
}
