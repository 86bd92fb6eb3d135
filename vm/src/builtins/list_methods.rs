//! Methods of `list`.

mod operators;
mod slices;
pub mod sort;

use crate::{
    builtins::{
        array,
        container::{self, clamped_index, class_getitem},
        dict::Dict,
        iterators::sequences,
        list::{self, LAYOUT, List, WORDS},
    },
    error::PyResult,
    kind::Kind,
    native::{MATCH_SELF, SEQUENCE, SUBCLASSABLE, TypeDef, class_method, method, static_method},
    object::Ref,
    protocol::{compare, item::normalize, number},
    runtime::{class_of_kind, type_of},
    special::Special,
    thread::Thread,
    value::Value,
};

pub use operators::{compare_lists, concat};
pub use sort::sort_values;

/// `list`
pub static DEF: TypeDef = TypeDef {
    name: "list",
    doc: "list(iterable=(), /)\n--\n\nA mutable sequence.",
    base: None,
    kind: Kind::List,
    layout: LAYOUT,
    words: WORDS,
    flags: SUBCLASSABLE | SEQUENCE | MATCH_SELF,
    methods: &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Makes an empty list.")
            .constructing(1, construct),
        method("__init__", "($self, *args, **kwargs)", init, "Replaces the items by those of an iterable."),
        method("append", "($self, object, /)", append, "Adds an item at the end."),
        method("clear", "($self, /)", clear, "Removes all items."),
        method("copy", "($self, /)", copy, "A shallow copy."),
        method("count", "($self, value, /)", count, "Number of items equal to the value."),
        method("extend", "($self, iterable, /)", extend, "Adds the items of an iterable at the end."),
        method(
            "index",
            "($self, value, start=0, stop=sys.maxsize, /)",
            index,
            "First index of an equal item; ValueError if there is none.",
        ),
        method("insert", "($self, index, object, /)", insert, "Adds an item before the one at the index."),
        method("pop", "($self, index=-1, /)", pop, "Removes and returns the item at the index."),
        method(
            "remove",
            "($self, value, /)",
            remove,
            "Removes the first equal item; ValueError if there is none.",
        ),
        method("reverse", "($self, /)", reverse, "Turns the order around in place."),
        method(
            "sort",
            "($self, /, *, key=None, reverse=False)",
            sort::sort,
            "Sorts in place, in ascending order or (reverse) in descending order, by the items or by what key returns for \
             them. Equal items keep their order.",
        ),
        method("__add__", "($self, value, /)", operators::add, "self + value"),
        method("__iadd__", "($self, value, /)", operators::in_place_add, "self += value"),
        method("__mul__", "($self, value, /)", operators::mul, "self * value"),
        method("__rmul__", "($self, value, /)", operators::mul, "value * self"),
        method("__imul__", "($self, value, /)", operators::in_place_mul, "self *= value"),
        method("__eq__", "($self, value, /)", operators::eq, "self == value"),
        method("__ne__", "($self, value, /)", operators::ne, "self != value"),
        method("__lt__", "($self, value, /)", operators::lt, "self < value"),
        method("__le__", "($self, value, /)", operators::le, "self <= value"),
        method("__gt__", "($self, value, /)", operators::gt, "self > value"),
        method("__ge__", "($self, value, /)", operators::ge, "self >= value"),
        method("__contains__", "($self, object, /)", contains, "object in self"),
        method("__getitem__", "($self, index, /)", slices::getitem, "self[index]"),
        method("__setitem__", "($self, index, value, /)", slices::setitem, "self[index] = value"),
        method("__delitem__", "($self, index, /)", slices::delitem, "del self[index]"),
        method("__len__", "($self, /)", len, "len(self)"),
        method("__iter__", "($self, /)", iter, "iter(self)"),
        method("__reversed__", "($self, /)", reversed, "An iterator from the last item to the first."),
        method("__repr__", "($self, /)", operators::repr, "repr(self)"),
        method("__sizeof__", "($self, /)", sizeof, "Size in memory, in bytes."),
        class_method("__class_getitem__", "($cls, object, /)", class_getitem, "list[object]"),
    ],
    getset: &[],
    setup: None,
};

fn this(args: &[Value]) -> Ref<List> {
    Ref::known(args[0])
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(list::new_of_class(t, Ref::known(args[0])))
}

/// `list(source)`
fn construct(t: &mut Thread, args: &[Value]) -> PyResult {
    let fresh = list::new(t, &[]);
    if let Some(&source) = args.first() {
        list::extend(t, Ref::known(fresh), source)?;
    }
    Ok(fresh)
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let list = this(args);
    // A subclass with a `__new__` of its own may take keywords.
    let plain_new = class_of_kind(Kind::List).special(t, Special::New as usize);
    if args[2].cast::<Dict>().is_some_and(|d| !d.is_empty())
        && type_of(args[0]).special(t, Special::New as usize) == plain_new
    {
        return Err(t.type_error("list() takes no keyword arguments"));
    }
    let source = container::at_most_one(t, "list", args[1], Value::UNSET)?;
    if !list.is_empty() {
        list::clear(t, list);
    }
    if let Some(source) = source {
        list::extend(t, list, source)?;
    }
    Ok(Value::NONE)
}

fn append(t: &mut Thread, args: &[Value]) -> PyResult {
    list::append(t, this(args), args[1]);
    Ok(Value::NONE)
}

fn clear(t: &mut Thread, args: &[Value]) -> PyResult {
    list::clear(t, this(args));
    Ok(Value::NONE)
}

fn copy(t: &mut Thread, args: &[Value]) -> PyResult {
    let list = this(args);
    list::copy_range(t, list, 0..list.len())
}

fn count(t: &mut Thread, args: &[Value]) -> PyResult {
    let list = this(args);
    let (mut n, mut i) = (0, 0);
    while let Some(item) = list.get(i) {
        n += compare::equal(t, item, args[1])? as i64;
        i += 1;
    }
    Ok(Value::small(n))
}

fn extend(t: &mut Thread, args: &[Value]) -> PyResult {
    list::extend(t, this(args), args[1])?;
    Ok(Value::NONE)
}

/// An optional bound of `index`: clamped, negative ones count from the end.
pub fn search_bound(t: &mut Thread, value: Value, default: i64, len: usize) -> PyResult<usize> {
    let Some(value) = value.given() else { return Ok(default.max(0) as usize) };
    if super::int::as_int(value).is_none() && t.special(value, Special::Index).is_none() {
        return Err(t.type_error("slice indices must be integers or have an __index__ method"));
    }
    let n = clamped_index(t, value)?;
    Ok(if n < 0 { n.saturating_add(len as i64).max(0) } else { n } as usize)
}

fn index(t: &mut Thread, args: &[Value]) -> PyResult {
    let list = this(args);
    let start = search_bound(t, args[2], 0, list.len())?;
    let stop = search_bound(t, args[3], i64::MAX, list.len())?;
    let mut i = start;
    while i < stop {
        let Some(item) = list.get(i) else { break };
        if compare::equal(t, item, args[1])? {
            return Ok(Value::small(i as i64));
        }
        i += 1;
    }
    Err(t.value_error("list.index(x): x not in list"))
}

fn insert(t: &mut Thread, args: &[Value]) -> PyResult {
    let list = this(args);
    let i = number::index_as_i64(t, args[1])?;
    t.acquire(list);
    let n = list.len() as i64;
    let at = if i < 0 { i.saturating_add(n).max(0) } else { i.min(n) };
    list::insert(t, list, at as usize, args[2])?;
    Ok(Value::NONE)
}

fn pop(t: &mut Thread, args: &[Value]) -> PyResult {
    let list = this(args);
    let i = match args[1].given() {
        Some(i) => number::index_as_i64(t, i)?,
        None => -1,
    };
    t.acquire(list);
    if list.is_empty() {
        return Err(t.index_error("pop from empty list"));
    }
    match normalize(i, list.len()) {
        Some(i) => list::remove_at(t, list, i),
        None => Err(t.index_error("pop index out of range")),
    }
}

fn remove(t: &mut Thread, args: &[Value]) -> PyResult {
    let list = this(args);
    t.acquire(list);
    let mut i = 0;
    while let Some(item) = list.get(i) {
        if compare::equal(t, item, args[1])? {
            // The comparison may have shortened the list.
            if i < list.len() {
                list::remove_at(t, list, i)?;
            }
            return Ok(Value::NONE);
        }
        i += 1;
    }
    Err(t.value_error("list.remove(x): x not in list"))
}

fn reverse(t: &mut Thread, args: &[Value]) -> PyResult {
    let list = this(args);
    let w = t.write(list);
    let items = list.items();
    for i in 0..items.len() / 2 {
        let k = items.len() - 1 - i;
        let (a, b) = (items[i].get(), items[k].get());
        items[i].set(&w, b);
        items[k].set(&w, a);
    }
    Ok(Value::NONE)
}

fn contains(t: &mut Thread, args: &[Value]) -> PyResult {
    let list = this(args);
    let mut i = 0;
    while let Some(item) = list.get(i) {
        if compare::equal(t, item, args[1])? {
            return Ok(Value::TRUE);
        }
        i += 1;
    }
    Ok(Value::FALSE)
}

fn len(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(this(args).len() as i64))
}

fn iter(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(sequences::list_iterator(t, this(args)))
}

fn reversed(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(sequences::list_reverse_iterator(t, this(args)))
}

fn sizeof(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(40 + 8 * this(args).capacity() as i64))
}

/// TypeError for a subscript that is neither an index nor a slice.
#[cold]
pub(crate) fn bad_subscript(t: &mut Thread, sequence: &str, key: Value) -> crate::error::Raised {
    let name = type_of(key).name();
    t.type_error(format!("{sequence} indices must be integers or slices, not {name}"))
}

/// Length of a sequence of `len` items repeated `times` times; MemoryError if that is too much.
pub(crate) fn repeated_len(t: &mut Thread, len: usize, times: i64) -> PyResult<usize> {
    match len.checked_mul(times.max(0) as usize) {
        Some(n) if n <= array::MAX_WORDS => Ok(n),
        _ => Err(t.memory_error()),
    }
}
