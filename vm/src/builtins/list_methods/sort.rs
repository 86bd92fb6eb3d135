//! Sorting: a stable merge sort that makes use of runs (Peters' timsort with the merge policy of Munro and Wild's
//! powersort), over indices into a vector of keys that the collector knows. Keys that are all small ints, floats or strs
//! are compared without any call.

use super::this;
use crate::{
    builtins::{
        list,
        str::{self, Str},
        tuple::{self, Tuple},
    },
    error::PyResult,
    object::Ref,
    protocol::{call, compare, truth},
    special::Compare,
    thread::{RootVec, Thread},
    value::Value,
};

/// Runs shorter than this are extended by insertion.
const MIN_RUN: usize = 32;
/// So many items of one run in a row start a gallop.
const GALLOP: usize = 7;

/// `list.sort`
pub(super) fn sort(t: &mut Thread, args: &[Value]) -> PyResult {
    let list = this(args);
    let reverse = match args[2].given() {
        Some(v) => truth::is_true(t, v)?,
        None => false,
    };
    // While it is being sorted the list is empty, so that code called by the sort sees that it changes it.
    let mut items = list::take(t, list);
    let result = sort_values(t, &mut items, args[1].or(Value::NONE), reverse);
    let modified = list.buffer().is_some();
    list::clear(t, list);
    list::extend_from(t, list, &items)?;
    result?;
    if modified {
        return Err(t.value_error("list modified during sort"));
    }
    Ok(Value::NONE)
}

/// Sorts values in place by themselves or by what `key` (None for nothing) returns for them. Equal ones keep their order,
/// also with `reverse`. After an error all values are still there.
pub fn sort_values(t: &mut Thread, values: &mut RootVec, key: Value, reverse: bool) -> PyResult<()> {
    if key.is_none() {
        return sort_keyed(t, values, None, reverse);
    }
    let mut keys = t.vec();
    for i in 0..values.len() {
        let value = values[i];
        keys.push(call::call(t, key, &[value])?);
    }
    sort_keyed(t, &mut keys, Some(values), reverse)
}

/// Sorts keys and, in the same way, the values that go with them.
fn sort_keyed(
    t: &mut Thread,
    keys: &mut RootVec,
    values: Option<&mut RootVec>,
    reverse: bool,
) -> PyResult<()> {
    if keys.len() < 2 {
        return Ok(());
    }
    // Turning around before and after keeps equal items in order.
    let mut order: Vec<u32> = (0..keys.len() as u32).collect();
    if reverse {
        order.reverse();
    }
    match common_type(keys) {
        Common::Int => order.sort_by_key(|&i| keys[i as usize].small_value()),
        Common::Float => order.sort_by(|&i, &k| {
            let (a, b) = (keys[i as usize].immediate_float(), keys[k as usize].immediate_float());
            a.partial_cmp(&b).unwrap_or(std::cmp::Ordering::Equal)
        }),
        Common::Str => order.sort_by(|&i, &k| {
            let (a, b) = (Ref::<Str>::known(keys[i as usize]), Ref::<Str>::known(keys[k as usize]));
            match (a.as_ascii(), b.as_ascii()) {
                (Some(a), Some(b)) => a.cmp(b),
                _ => a.units().cmp(&b.units()),
            }
        }),
        Common::None => Sorter { keys, scratch: Vec::new() }.sort(t, &mut order)?,
    }
    if reverse {
        order.reverse();
    }
    permute(t, keys, &order);
    if let Some(values) = values {
        permute(t, values, &order);
    }
    Ok(())
}

fn permute(t: &mut Thread, values: &mut RootVec, order: &[u32]) {
    let mut sorted = t.vec();
    sorted.extend(order.iter().map(|&i| values[i as usize]));
    std::mem::swap(&mut **values, &mut *sorted);
}

/// A type that all keys have and that is compared without a call.
enum Common {
    Int,
    /// Immediate floats, none of which is a nan.
    Float,
    Str,
    None,
}

fn common_type(keys: &[Value]) -> Common {
    if keys.iter().all(|k| k.is_small()) {
        Common::Int
    } else if keys.iter().all(|k| k.is_immediate_float()) {
        Common::Float
    } else if keys.iter().all(|&k| str::is_exact(k)) {
        Common::Str
    } else {
        Common::None
    }
}

/// Whether a tuple is less than another one whose first item differs, if those are numbers or strs of one type.
#[inline]
fn first_items_decide(a: Value, b: Value) -> Option<bool> {
    if !tuple::is_exact(a) || !tuple::is_exact(b) {
        return None;
    }
    let (a, b) = (Ref::<Tuple>::known(a), Ref::<Tuple>::known(b));
    let (&x, &y) = (a.values().first()?, b.values().first()?);
    if x == y {
        return None;
    }
    if Value::both_small(x, y) {
        return Some(x.small_value() < y.small_value());
    }
    if x.is_immediate_float() && y.is_immediate_float() {
        let (x, y) = (x.immediate_float(), y.immediate_float());
        return (x != y).then_some(x < y);
    }
    if str::is_exact(x) && str::is_exact(y) {
        let order = Ref::<Str>::known(x).units().cmp(&Ref::<Str>::known(y).units());
        return order.is_ne().then_some(order.is_lt());
    }
    None
}

/// A sorted part of the order.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    len: usize,
    power: u32,
}

struct Sorter<'a> {
    keys: &'a RootVec,
    scratch: Vec<u32>,
}

impl Sorter<'_> {
    /// Whether the key of item `a` is less than that of item `b`.
    #[inline]
    fn less(&self, t: &mut Thread, a: u32, b: u32) -> PyResult<bool> {
        let (a, b) = (self.keys[a as usize], self.keys[b as usize]);
        match first_items_decide(a, b) {
            Some(less) => Ok(less),
            None => compare::holds(t, a, b, Compare::Lt),
        }
    }

    fn sort(&mut self, t: &mut Thread, order: &mut [u32]) -> PyResult<()> {
        let n = order.len();
        let min_run = min_run(n);
        let mut runs: Vec<Run> = Vec::new();
        let mut start = 0;
        while start < n {
            let mut len = self.natural_run(t, &mut order[start..])?;
            if len < min_run {
                let forced = min_run.min(n - start);
                self.insertion_sort(t, &mut order[start..start + forced], len)?;
                len = forced;
            }
            if let Some(last) = runs.last() {
                let power = boundary_power(last.start, last.len, len, n);
                while runs.len() > 1 && runs[runs.len() - 2].power > power {
                    self.merge_last(t, order, &mut runs)?;
                }
                if let Some(last) = runs.last_mut() {
                    last.power = power;
                }
            }
            runs.push(Run { start, len, power: 0 });
            start += len;
        }
        while runs.len() > 1 {
            self.merge_last(t, order, &mut runs)?;
        }
        Ok(())
    }

    /// Length of the ascending run at the beginning; a strictly descending one is turned around.
    fn natural_run(&self, t: &mut Thread, order: &mut [u32]) -> PyResult<usize> {
        if order.len() < 2 {
            return Ok(order.len());
        }
        let mut n = 2;
        let descending = self.less(t, order[1], order[0])?;
        while n < order.len() && self.less(t, order[n], order[n - 1])? == descending {
            n += 1;
        }
        if descending {
            order[..n].reverse();
        }
        Ok(n)
    }

    /// Binary insertion of everything behind the first `sorted` items.
    fn insertion_sort(&self, t: &mut Thread, order: &mut [u32], sorted: usize) -> PyResult<()> {
        for i in sorted..order.len() {
            let pivot = order[i];
            let (mut low, mut high) = (0, i);
            while low < high {
                let middle = low + (high - low) / 2;
                if self.less(t, pivot, order[middle])? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            order[low..=i].rotate_right(1);
        }
        Ok(())
    }

    fn merge_last(&mut self, t: &mut Thread, order: &mut [u32], runs: &mut Vec<Run>) -> PyResult<()> {
        let Some(right) = runs.pop() else { return Ok(()) };
        let Some(left) = runs.last_mut() else { return Ok(()) };
        let both = &mut order[left.start..right.start + right.len];
        let middle = left.len;
        left.len += right.len;
        left.power = right.power;
        self.merge(t, both, middle)
    }

    /// Merges two neighbouring runs.
    fn merge(&mut self, t: &mut Thread, order: &mut [u32], middle: usize) -> PyResult<()> {
        // What is in place already at either end stays there.
        let skip = self.upper_bound(t, &order[..middle], order[middle])?;
        let end = middle + self.lower_bound(t, &order[middle..], order[middle - 1])?;
        let (order, middle) = (&mut order[skip..end], middle - skip);
        if middle == 0 || middle == order.len() {
            return Ok(());
        }
        let mut left = std::mem::take(&mut self.scratch);
        left.clear();
        left.extend_from_slice(&order[..middle]);
        let result = self.merge_from(t, order, &left, middle);
        self.scratch = left;
        result
    }

    /// Merges `left` and `order[middle..]` into `order`.
    fn merge_from(&self, t: &mut Thread, order: &mut [u32], left: &[u32], middle: usize) -> PyResult<()> {
        let (mut i, mut k, mut out) = (0, middle, 0);
        let (mut left_wins, mut right_wins) = (0, 0);
        while i < left.len() && k < order.len() {
            if left_wins >= GALLOP {
                let n = self.upper_bound(t, &left[i..], order[k])?;
                order[out..out + n].copy_from_slice(&left[i..i + n]);
                (i, out, left_wins) = (i + n, out + n, 0);
            } else if right_wins >= GALLOP {
                let n = self.lower_bound(t, &order[k..], left[i])?;
                order.copy_within(k..k + n, out);
                (k, out, right_wins) = (k + n, out + n, 0);
            } else if self.less(t, order[k], left[i])? {
                order[out] = order[k];
                (k, out, right_wins, left_wins) = (k + 1, out + 1, right_wins + 1, 0);
            } else {
                order[out] = left[i];
                (i, out, left_wins, right_wins) = (i + 1, out + 1, left_wins + 1, 0);
            }
        }
        order[out..out + left.len() - i].copy_from_slice(&left[i..]);
        Ok(())
    }

    /// Number of leading items that are not greater than `item`, by galloping and then bisecting.
    fn upper_bound(&self, t: &mut Thread, run: &[u32], item: u32) -> PyResult<usize> {
        self.bound(t, run, |s, t, other| Ok(!s.less(t, item, other)?))
    }

    /// Number of leading items that are less than `item`.
    fn lower_bound(&self, t: &mut Thread, run: &[u32], item: u32) -> PyResult<usize> {
        self.bound(t, run, |s, t, other| s.less(t, other, item))
    }

    fn bound(
        &self,
        t: &mut Thread,
        run: &[u32],
        before: impl Fn(&Self, &mut Thread, u32) -> PyResult<bool>,
    ) -> PyResult<usize> {
        let (mut low, mut step) = (0, 1);
        while low + step <= run.len() && before(self, t, run[low + step - 1])? {
            low += step;
            step *= 2;
        }
        let mut high = (low + step - 1).min(run.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if before(self, t, run[middle])? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}

/// A length between half of [`MIN_RUN`]'s double and that, such that the number of runs is a power of two or just below.
fn min_run(mut n: usize) -> usize {
    let mut rest = 0;
    while n >= 2 * MIN_RUN {
        rest |= n & 1;
        n >>= 1;
    }
    n + rest
}

/// Depth of the boundary between two runs in the nearly optimal merge tree (Munro and Wild, 2018): the number of leading
/// binary digits that the runs' midpoints, as fractions of the whole, share, plus one.
fn boundary_power(start: usize, len: usize, next_len: usize, n: usize) -> u32 {
    let a = 2 * start as u128 + len as u128;
    let b = a + len as u128 + next_len as u128;
    let scale = |x: u128| (x << 62) / (2 * n as u128);
    ((scale(a) ^ scale(b)) as u64).leading_zeros()
}
