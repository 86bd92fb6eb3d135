//! `product`, `permutations`, `combinations`, `combinations_with_replacement`: a pool, and a list of indices into it that is
//! advanced for every result.

use pystm_vm::{
    builtins::{
        array, int,
        iterators::{ITER, NEXT},
        list::{self, List},
        tuple::{self, Tuple},
    },
    error::PyResult,
    native::{SUBCLASSABLE, TypeDef, method, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{iter, number},
    thread::Thread,
    value::Value,
};

// Values of all four.
/// A tuple of the items (of `product`: of tuples).
const POOL: usize = 0;
/// A list of indices.
const INDICES: usize = 1;
/// How many items a result has.
const SIZE: usize = 2;
const STATE: usize = 3;
/// Of `permutations`: a list of countdowns.
const CYCLES: usize = 4;

// States.
const FIRST: i64 = 0;
const RUNNING: i64 = 1;
const ENDED: i64 = 2;

const SIZEOF: pystm_vm::native::Method =
    method("__sizeof__", "($self, /)", sizeof, "Size in memory, in bytes.");

fn sizeof(_t: &mut Thread, args: &[Value]) -> PyResult {
    let it: Ref<Record> = Ref::known(args[0]);
    Ok(Value::small(64 + 8 * it.get_int(SIZE)))
}

/// Indices that are changed in place; no Python code sees the list.
struct Indices(Ref<List>);

impl Indices {
    fn of(it: Ref<Record>, value: usize) -> Indices {
        Indices(Ref::known(it.get(value)))
    }

    fn get(&self, i: usize) -> usize {
        self.0.get(i).map_or(0, |v| v.small_value() as usize)
    }

    fn set(&self, t: &mut Thread, i: usize, n: usize) {
        let w = t.write(self.0);
        self.0.set_item(&w, i, Value::small(n as i64));
    }
}

fn new_indices(t: &mut Thread, indices: impl ExactSizeIterator<Item = usize>) -> PyResult {
    let n = indices.len();
    if n == 0 {
        return Ok(list::new(t, &[]));
    }
    let buffer = array::new(t, n, Value::ZERO.bits())?;
    for (slot, i) in buffer.slots().iter().zip(indices) {
        slot.init(Value::small(i as i64));
    }
    Ok(list::from_buffer(t, buffer.value(), n).value())
}

/// The result that the first `r` indices select.
fn select(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    let pool: Ref<Tuple> = Ref::known(it.get(POOL));
    let indices = Indices::of(it, INDICES);
    let result = tuple::new_unset(t, it.get_int(SIZE) as usize)?;
    for (i, slot) in result.items().iter().enumerate() {
        slot.init(pool.at(indices.get(i)));
    }
    Ok(Some(result.value()))
}

/// In the first state, go to the second one and say so.
fn starts(t: &mut Thread, it: Ref<Record>) -> bool {
    let first = it.get_int(STATE) == FIRST;
    if first {
        it.set_int(t, STATE, RUNNING);
    }
    first
}

fn end(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    it.set_int(t, STATE, ENDED);
    Ok(None)
}

fn pool_of(t: &mut Thread, iterable: Value) -> PyResult<Ref<Tuple>> {
    let items = iter::collect(t, iterable)?;
    Ok(Ref::known(tuple::new(t, &items)?))
}

fn non_negative(t: &mut Thread, r: Value) -> PyResult<usize> {
    let r = number::index_as_i64(t, r)?;
    if r < 0 {
        return Err(t.value_error("r must be non-negative"));
    }
    Ok(r as usize)
}

/// `itertools.combinations`
pub static COMBINATIONS: TypeDef = record::def(
    "itertools.combinations",
    "combinations(iterable, r)\n--\n\nThe sub-sequences of r items, in the order of their positions.",
    SUBCLASSABLE,
    &[
        static_method(
            "__new__",
            "($cls, iterable, r)",
            combinations_new,
            "Makes an iterator of combinations.",
        ),
        ITER,
        NEXT,
        SIZEOF,
    ],
);

fn combinations_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let pool = pool_of(t, args[1])?;
    let r = non_negative(t, args[2])?;
    let (state, size) = if r > pool.len() { (ENDED, 0) } else { (FIRST, r) };
    let indices = new_indices(t, 0..size)?;
    let values = [pool.value(), indices, Value::small(size as i64), Value::small(state)];
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(combinations_next), &values))
}

fn combinations_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    if it.get_int(STATE) == ENDED {
        return Ok(None);
    }
    if starts(t, it) {
        return select(t, it);
    }
    let (n, r) = (Ref::<Tuple>::known(it.get(POOL)).len(), it.get_int(SIZE) as usize);
    let indices = Indices::of(it, INDICES);
    // The rightmost index that is not at its end moves, and the ones behind it follow closely.
    let Some(i) = (0..r).rev().find(|&i| indices.get(i) != i + n - r) else { return end(t, it) };
    let moved = indices.get(i) + 1;
    for k in i..r {
        indices.set(t, k, moved + k - i);
    }
    select(t, it)
}

/// `itertools.combinations_with_replacement`
pub static COMBINATIONS_WITH_REPLACEMENT: TypeDef = record::def(
    "itertools.combinations_with_replacement",
    "combinations_with_replacement(iterable, r)\n--\n\nThe sub-sequences of r items, in which an item may come several times.",
    SUBCLASSABLE,
    &[
        static_method(
            "__new__",
            "($cls, iterable, r)",
            replacement_new,
            "Makes an iterator of combinations.",
        ),
        ITER,
        NEXT,
        SIZEOF,
    ],
);

fn replacement_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let pool = pool_of(t, args[1])?;
    let r = non_negative(t, args[2])?;
    let state = if pool.is_empty() && r > 0 { ENDED } else { FIRST };
    let indices =
        new_indices(t, vec![0; if state == ENDED { 0 } else { r.min(array::MAX_WORDS) }].into_iter())?;
    let values = [pool.value(), indices, Value::small(r as i64), Value::small(state)];
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(replacement_next), &values))
}

fn replacement_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    if it.get_int(STATE) == ENDED {
        return Ok(None);
    }
    if starts(t, it) {
        return select(t, it);
    }
    let (n, r) = (Ref::<Tuple>::known(it.get(POOL)).len(), it.get_int(SIZE) as usize);
    let indices = Indices::of(it, INDICES);
    let Some(i) = (0..r).rev().find(|&i| indices.get(i) + 1 != n) else { return end(t, it) };
    let moved = indices.get(i) + 1;
    for k in i..r {
        indices.set(t, k, moved);
    }
    select(t, it)
}

/// `itertools.permutations`
pub static PERMUTATIONS: TypeDef = record::def(
    "itertools.permutations",
    "permutations(iterable, r=None)\n--\n\nThe arrangements of r (or all) items.",
    SUBCLASSABLE,
    &[
        static_method(
            "__new__",
            "($cls, iterable, r=None)",
            permutations_new,
            "Makes an iterator of permutations.",
        ),
        ITER,
        NEXT,
        SIZEOF,
    ],
);

fn permutations_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let pool = pool_of(t, args[1])?;
    let n = pool.len();
    let r = match args[2].given_not_none() {
        None => n,
        Some(r) if int::as_int(r).is_none() => return Err(t.type_error("Expected int as r")),
        Some(r) => non_negative(t, r)?,
    };
    let (state, size) = if r > n { (ENDED, 0) } else { (FIRST, r) };
    let indices = new_indices(t, 0..n)?;
    let cycles = new_indices(t, (0..size).map(|i| n - i))?;
    let values = [pool.value(), indices, Value::small(size as i64), Value::small(state), cycles];
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(permutations_next), &values))
}

fn permutations_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    if it.get_int(STATE) == ENDED {
        return Ok(None);
    }
    if starts(t, it) {
        return select(t, it);
    }
    let (n, r) = (Ref::<Tuple>::known(it.get(POOL)).len(), it.get_int(SIZE) as usize);
    let (indices, cycles) = (Indices::of(it, INDICES), Indices::of(it, CYCLES));
    for i in (0..r).rev() {
        let left = cycles.get(i) - 1;
        if left > 0 {
            cycles.set(t, i, left);
            let (a, b) = (indices.get(i), indices.get(n - left));
            indices.set(t, i, b);
            indices.set(t, n - left, a);
            return select(t, it);
        }
        // This place has seen all items: what stands here goes to the end, and the next place to the left moves.
        let index = indices.get(i);
        for k in i..n - 1 {
            let following = indices.get(k + 1);
            indices.set(t, k, following);
        }
        indices.set(t, n - 1, index);
        cycles.set(t, i, n - i);
    }
    end(t, it)
}

/// `itertools.product`
pub static PRODUCT: TypeDef = record::def(
    "itertools.product",
    "product(*iterables, repeat=1)\n--\n\nThe Cartesian product: all tuples with one item of each iterable.",
    SUBCLASSABLE,
    &[
        static_method(
            "__new__",
            "($cls, /, *iterables, repeat=1)",
            product_new,
            "Makes an iterator of the product.",
        ),
        ITER,
        NEXT,
        SIZEOF,
    ],
);

fn product_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let iterables: Ref<Tuple> = Ref::known(args[2]);
    let repeat = match args[1].given() {
        Some(n) => number::index_as_i64(t, n)?,
        None => 1,
    };
    if repeat < 0 {
        return Err(t.value_error("repeat argument cannot be negative"));
    }
    // Nothing is read if nothing is wanted of it.
    let once = if repeat == 0 { 0 } else { iterables.len() };
    let count = once.checked_mul(repeat as usize).filter(|&n| n <= array::MAX_WORDS);
    let Some(count) = count else { return Err(t.overflow_error("repeat argument too large")) };
    let mut pools = t.vec();
    for &iterable in &iterables.values()[..once] {
        pools.push(pool_of(t, iterable)?.value());
    }
    let indices = new_indices(t, (0..count).map(|_| 0))?;
    let all = tuple::new_unset(t, count)?;
    for (i, slot) in all.items().iter().enumerate() {
        slot.init(pools[i % once]);
    }
    let values = [all.value(), indices, Value::small(count as i64), Value::small(FIRST)];
    Ok(record::new_of_class(t, Ref::known(args[0]), Some(product_next), &values))
}

fn product_next(t: &mut Thread, it: Ref<Record>) -> PyResult<Option<Value>> {
    if it.get_int(STATE) == ENDED {
        return Ok(None);
    }
    let pools: Ref<Tuple> = Ref::known(it.get(POOL));
    let pool_len = |i: usize| Ref::<Tuple>::known(pools.at(i)).len();
    let indices = Indices::of(it, INDICES);
    if starts(t, it) {
        if (0..pools.len()).any(|i| pool_len(i) == 0) {
            return end(t, it);
        }
    } else {
        // Counts up as an odometer does.
        let Some(i) = (0..pools.len()).rev().find(|&i| indices.get(i) + 1 != pool_len(i)) else {
            return end(t, it);
        };
        let moved = indices.get(i) + 1;
        indices.set(t, i, moved);
        for k in i + 1..pools.len() {
            indices.set(t, k, 0);
        }
    }
    let result = tuple::new_unset(t, pools.len())?;
    for (i, slot) in result.items().iter().enumerate() {
        slot.init(Ref::<Tuple>::known(pools.at(i)).at(indices.get(i)));
    }
    Ok(Some(result.value()))
}
