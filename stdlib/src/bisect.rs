//! `_bisect`: binary search in sorted sequences.

use pystm_vm::{
    builtins::{
        int,
        list::{self, List},
    },
    error::PyResult,
    kind::Kind,
    native::{Method, ModuleDef, method},
    object::Ref,
    protocol::{call, compare, item, number, truth},
    runtime::{class_of_kind, type_of},
    special::Compare,
    thread::Thread,
    value::Value,
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_bisect",
    doc: "Bisection algorithms: keep a list in sorted order without sorting it after every insertion.",
    methods: METHODS,
    types: &[],
    init: None,
};

static METHODS: &[Method] = &[
    method(
        "bisect_right",
        "(a, x, lo=0, hi=None, *, key=None)",
        bisect_right,
        "Where to insert x in a, behind all equal items.",
    ),
    method(
        "bisect_left",
        "(a, x, lo=0, hi=None, *, key=None)",
        bisect_left,
        "Where to insert x in a, before all equal items.",
    ),
    method(
        "insort_right",
        "(a, x, lo=0, hi=None, *, key=None)",
        insort_right,
        "Inserts x in a, behind all equal items.",
    ),
    method(
        "insort_left",
        "(a, x, lo=0, hi=None, *, key=None)",
        insort_left,
        "Inserts x in a, before all equal items.",
    ),
];

/// The arguments of all functions, without x.
struct Search {
    sequence: Value,
    low: i64,
    high: i64,
    key: Value,
}

fn search_of(t: &mut Thread, args: &[Value]) -> PyResult<Search> {
    let low = match args[2].given() {
        Some(v) => number::index_as_i64(t, v)?,
        None => 0,
    };
    if low < 0 {
        return Err(t.value_error("lo must be non-negative"));
    }
    let high = match args[3].given_not_none() {
        Some(v) => match number::index_as_i64(t, v)? {
            -1 => truth::len(t, args[0])? as i64,
            n => n,
        },
        None => truth::len(t, args[0])? as i64,
    };
    Ok(Search { sequence: args[0], low, high, key: args[4].or(Value::NONE) })
}

/// The place of `x` (a key, if there is a key function).
fn bisect(t: &mut Thread, search: &Search, x: Value, right: bool) -> PyResult<i64> {
    let (mut low, mut high) = (search.low, search.high);
    while low < high {
        let middle = low + (high - low) / 2;
        let index = int::from_i64(t, middle);
        let mut probe = item::getitem(t, search.sequence, index)?;
        if !search.key.is_none() {
            probe = call::call(t, search.key, &[probe])?;
        }
        let go_left = if right {
            compare::holds(t, x, probe, Compare::Lt)?
        } else {
            !compare::holds(t, probe, x, Compare::Lt)?
        };
        if go_left {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

fn bisect_right(t: &mut Thread, args: &[Value]) -> PyResult {
    let search = search_of(t, args)?;
    let at = bisect(t, &search, args[1], true)?;
    Ok(int::from_i64(t, at))
}

fn bisect_left(t: &mut Thread, args: &[Value]) -> PyResult {
    let search = search_of(t, args)?;
    let at = bisect(t, &search, args[1], false)?;
    Ok(int::from_i64(t, at))
}

fn insort(t: &mut Thread, args: &[Value], right: bool) -> PyResult {
    let search = search_of(t, args)?;
    let key = if search.key.is_none() { args[1] } else { call::call(t, search.key, &[args[1]])? };
    let at = bisect(t, &search, key, right)?;
    if type_of(args[0]) == class_of_kind(Kind::List) {
        let list: Ref<List> = Ref::known(args[0]);
        let at = (at as usize).min(list.len());
        list::insert(t, list, at, args[1])?;
    } else {
        let index = int::from_i64(t, at);
        call::call_method(t, args[0], "insert", &[index, args[1]])?;
    }
    Ok(Value::NONE)
}

fn insort_right(t: &mut Thread, args: &[Value]) -> PyResult {
    insort(t, args, true)
}

fn insort_left(t: &mut Thread, args: &[Value]) -> PyResult {
    insort(t, args, false)
}
