//! Methods of `deque`.

use pystm_text::TextBuf;
use pystm_vm::{
    builtins::{
        array, bounds,
        container::{self, class_getitem},
        int, list_methods,
        object::reduce::own_state,
        tuple,
    },
    error::{Exc, PyResult},
    native::{SEQUENCE, SUBCLASSABLE, TypeDef, WEAK, class_method, getter, method, static_method},
    object::{Ref, record},
    protocol::{call, compare, item::normalize, number},
    runtime::type_of,
    special::{Compare, Special},
    thread::Thread,
    value::Value,
};

use super::{
    deque::{self, Deque, mutated},
    deque_iterators,
};

/// `collections.deque`
pub static DEF: TypeDef = TypeDef {
    getset: &[getter("maxlen", maxlen, "maximum size of a deque or None if unbounded")],
    ..record::def(
        "collections.deque",
        "deque([iterable[, maxlen]])\n--\n\nA list-like sequence optimized for data accesses near its endpoints.",
        SUBCLASSABLE | SEQUENCE | WEAK,
        &[
            static_method("__new__", "($cls, /, *args, **kwargs)", new, "Makes an empty deque."),
            method(
                "__init__",
                "($self, iterable=None, maxlen=None)",
                init,
                "Replaces the items by those of an iterable.",
            ),
            method("append", "($self, item, /)", append, "Add an element to the right side of the deque."),
            method(
                "appendleft",
                "($self, item, /)",
                append_left,
                "Add an element to the left side of the deque.",
            ),
            method("clear", "($self, /)", clear, "Remove all elements from the deque."),
            method("copy", "($self, /)", copy, "Return a shallow copy of a deque."),
            method("__copy__", "($self, /)", copy, "Return a shallow copy of a deque."),
            method("count", "($self, value, /)", count, "Return number of occurrences of value."),
            method(
                "extend",
                "($self, iterable, /)",
                extend,
                "Extend the right side of the deque with elements from the iterable.",
            ),
            method(
                "extendleft",
                "($self, iterable, /)",
                extend_left,
                "Extend the left side of the deque with elements from the iterable.",
            ),
            method(
                "index",
                "($self, value, start=0, stop=sys.maxsize, /)",
                index,
                "Return first index of value; ValueError if there is none.",
            ),
            method("insert", "($self, index, value, /)", insert, "Insert value before index."),
            method("pop", "($self, /)", pop, "Remove and return the rightmost element."),
            method("popleft", "($self, /)", pop_left, "Remove and return the leftmost element."),
            method("remove", "($self, value, /)", remove, "Remove first occurrence of value."),
            method("reverse", "($self, /)", reverse, "Reverse *IN PLACE*."),
            method(
                "rotate",
                "($self, n=1, /)",
                rotate,
                "Rotate the deque n steps to the right.  If n is negative, rotates left.",
            ),
            method("__add__", "($self, value, /)", add, "self + value"),
            method("__iadd__", "($self, value, /)", in_place_add, "self += value"),
            method("__mul__", "($self, value, /)", mul, "self * value"),
            method("__rmul__", "($self, value, /)", mul, "value * self"),
            method("__imul__", "($self, value, /)", in_place_mul, "self *= value"),
            method("__eq__", "($self, value, /)", eq, "self == value"),
            method("__ne__", "($self, value, /)", ne, "self != value"),
            method("__lt__", "($self, value, /)", lt, "self < value"),
            method("__le__", "($self, value, /)", le, "self <= value"),
            method("__gt__", "($self, value, /)", gt, "self > value"),
            method("__ge__", "($self, value, /)", ge, "self >= value"),
            method("__bool__", "($self, /)", bool_method, "True if self else False"),
            method("__contains__", "($self, value, /)", contains, "value in self"),
            method("__getitem__", "($self, index, /)", getitem, "self[index]"),
            method("__setitem__", "($self, index, value, /)", setitem, "self[index] = value"),
            method("__delitem__", "($self, index, /)", delitem, "del self[index]"),
            method("__len__", "($self, /)", len, "len(self)"),
            method("__iter__", "($self, /)", iter_method, "iter(self)"),
            method("__reversed__", "($self, /)", reversed, "Return a reverse iterator over the deque."),
            method("__repr__", "($self, /)", repr, "repr(self)"),
            method("__reduce__", "($self, /)", reduce, "State for pickling."),
            method("__sizeof__", "($self, /)", sizeof, "Size in memory, in bytes."),
            class_method("__class_getitem__", "($cls, object, /)", class_getitem, "deque[object]"),
        ],
    )
};

fn this(args: &[Value]) -> Deque {
    Deque::known(args[0])
}

/// The value as a deque, if it is one.
fn as_deque(t: &mut Thread, value: Value) -> Option<Deque> {
    let class = t.rt.native_class(t, &DEF);
    type_of(value).is_subtype(class).then(|| Deque::known(value))
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(deque::new_of_class(t, Ref::known(args[0])))
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let deque = this(args);
    let maxlen = match args[2].given_not_none() {
        None => Value::NONE,
        Some(v) if int::as_int(v).is_none() => return Err(t.type_error("an integer is required")),
        Some(v) => {
            let n = number::index_as_i64(t, v)?;
            if n < 0 {
                return Err(t.value_error("maxlen must be non-negative"));
            }
            Value::small(n.min(Value::INT_MAX))
        }
    };
    deque.set_maxlen(t, maxlen);
    if deque.len() > 0 {
        deque.clear(t);
    }
    if let Some(source) = args[1].given() {
        // None is not iterable, but leaving the argument out is the same as ().
        deque.extend(t, source)?;
    }
    Ok(Value::NONE)
}

fn maxlen(_t: &mut Thread, this: Value) -> PyResult {
    Ok(Deque::known(this).maxlen_value())
}

fn append(t: &mut Thread, args: &[Value]) -> PyResult {
    this(args).append(t, args[1])?;
    Ok(Value::NONE)
}

fn append_left(t: &mut Thread, args: &[Value]) -> PyResult {
    this(args).append_left(t, args[1])?;
    Ok(Value::NONE)
}

fn clear(t: &mut Thread, args: &[Value]) -> PyResult {
    this(args).clear(t);
    Ok(Value::NONE)
}

fn copy(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = type_of(args[0]).value();
    match this(args).maxlen_value() {
        Value::NONE => call::call(t, class, &[args[0]]),
        maxlen => call::call(t, class, &[args[0], maxlen]),
    }
}

/// Calls `f` with index and item of each item in a range; RuntimeError if that changes the deque.
fn search(
    t: &mut Thread,
    deque: Deque,
    range: std::ops::Range<usize>,
    value: Value,
    mut found: impl FnMut(usize) -> bool,
) -> PyResult<()> {
    let state = deque.state();
    for i in range {
        let Some(item) = deque.get(i) else { break };
        let equal = compare::equal(t, item, value)?;
        deque.check_unchanged(t, state)?;
        if equal && found(i) {
            break;
        }
    }
    Ok(())
}

fn count(t: &mut Thread, args: &[Value]) -> PyResult {
    let deque = this(args);
    let mut n = 0;
    search(t, deque, 0..deque.len(), args[1], |_| {
        n += 1;
        false
    })?;
    Ok(Value::small(n))
}

fn find(
    t: &mut Thread,
    deque: Deque,
    range: std::ops::Range<usize>,
    value: Value,
) -> PyResult<Option<usize>> {
    let mut at = None;
    search(t, deque, range, value, |i| {
        at = Some(i);
        true
    })?;
    Ok(at)
}

fn contains(t: &mut Thread, args: &[Value]) -> PyResult {
    let deque = this(args);
    Ok(Value::bool(find(t, deque, 0..deque.len(), args[1])?.is_some()))
}

fn index(t: &mut Thread, args: &[Value]) -> PyResult {
    let deque = this(args);
    let n = deque.len();
    let start = list_methods::search_bound(t, args[2], 0, n)?;
    let stop = list_methods::search_bound(t, args[3], i64::MAX, n)?.min(n);
    match find(t, deque, start.min(stop)..stop, args[1])? {
        Some(i) => Ok(Value::small(i as i64)),
        None => Err(t.value_error("deque.index(x): x not in deque")),
    }
}

fn remove(t: &mut Thread, args: &[Value]) -> PyResult {
    let deque = this(args);
    let state = deque.state();
    for i in 0..deque.len() {
        let Some(item) = deque.get(i) else { break };
        let equal = compare::equal(t, item, args[1])?;
        if deque.state() != state {
            return Err(mutated(t, Exc::IndexError));
        }
        if equal {
            deque.remove_at(t, i)?;
            return Ok(Value::NONE);
        }
    }
    Err(t.value_error("deque.remove(x): x not in deque"))
}

fn extend(t: &mut Thread, args: &[Value]) -> PyResult {
    this(args).extend(t, args[1])?;
    Ok(Value::NONE)
}

fn extend_left(t: &mut Thread, args: &[Value]) -> PyResult {
    this(args).extend_left(t, args[1])?;
    Ok(Value::NONE)
}

fn insert(t: &mut Thread, args: &[Value]) -> PyResult {
    let deque = this(args);
    let i = number::index_as_i64(t, args[1])?;
    let n = deque.len() as i64;
    if deque.maxlen() == Some(n as usize) {
        return Err(t.index_error("deque already at its maximum size"));
    }
    let at = if i < 0 { i.saturating_add(n).max(0) } else { i.min(n) };
    deque.rotate(t, -at)?;
    if at == n {
        // A full turn leaves the deque as it is.
        deque.append(t, args[2])?;
    } else {
        deque.append_left(t, args[2])?;
        deque.rotate(t, at)?;
    }
    Ok(Value::NONE)
}

fn pop(t: &mut Thread, args: &[Value]) -> PyResult {
    match this(args).pop(t) {
        Some(item) => Ok(item),
        None => Err(t.index_error("pop from an empty deque")),
    }
}

fn pop_left(t: &mut Thread, args: &[Value]) -> PyResult {
    match this(args).pop_left(t) {
        Some(item) => Ok(item),
        None => Err(t.index_error("pop from an empty deque")),
    }
}

fn reverse(t: &mut Thread, args: &[Value]) -> PyResult {
    let deque = this(args);
    let n = deque.len();
    for i in 0..n / 2 {
        let (a, b) = (deque.get(i), deque.get(n - 1 - i));
        if let (Some(a), Some(b)) = (a, b) {
            deque.set(t, i, b);
            deque.set(t, n - 1 - i, a);
        }
    }
    Ok(Value::NONE)
}

fn rotate(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = match args[1].given() {
        Some(n) => number::index_as_i64(t, n)?,
        None => 1,
    };
    this(args).rotate(t, n)?;
    Ok(Value::NONE)
}

fn add(t: &mut Thread, args: &[Value]) -> PyResult {
    if as_deque(t, args[1]).is_none() {
        let name = type_of(args[1]).name();
        return Err(t.type_error(format!("can only concatenate deque (not \"{name}\") to deque")));
    }
    let result = copy(t, args)?;
    if let Some(deque) = as_deque(t, result) {
        deque.extend(t, args[1])?;
    }
    Ok(result)
}

fn in_place_add(t: &mut Thread, args: &[Value]) -> PyResult {
    this(args).extend(t, args[1])?;
    Ok(args[0])
}

/// Repeats the items in place.
fn repeat(t: &mut Thread, deque: Deque, times: i64) -> PyResult<()> {
    if times <= 0 {
        deque.clear(t);
        return Ok(());
    }
    let n = deque.len();
    // Of a bounded deque only the last items remain, so that a few rounds are enough.
    let rounds = match deque.maxlen() {
        Some(m) if n > 0 => times.min((m / n) as i64 + 2),
        _ => times,
    };
    if n.checked_mul(rounds as usize).is_none_or(|total| total > array::MAX_WORDS / 4) {
        return Err(t.memory_error());
    }
    let items = deque.items(t);
    for _ in 1..if n == 0 { 1 } else { rounds } {
        for i in 0..items.len() {
            deque.append(t, items[i])?;
        }
    }
    Ok(())
}

fn mul(t: &mut Thread, args: &[Value]) -> PyResult {
    let times = bounds::fitting(t, args[1])?;
    let result = copy(t, args)?;
    if let Some(deque) = as_deque(t, result) {
        repeat(t, deque, times)?;
    }
    Ok(result)
}

fn in_place_mul(t: &mut Thread, args: &[Value]) -> PyResult {
    let times = bounds::fitting(t, args[1])?;
    repeat(t, this(args), times)?;
    Ok(args[0])
}

fn rich_compare(t: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    let Some(b) = as_deque(t, args[1]) else { return Ok(Value::NOT_IMPLEMENTED) };
    let a = this(args);
    if a == b {
        return Ok(Value::bool(matches!(op, Compare::Eq | Compare::Le | Compare::Ge)));
    }
    if a.len() != b.len() && matches!(op, Compare::Eq | Compare::Ne) {
        return Ok(Value::bool(op == Compare::Ne));
    }
    t.check_native_stack()?;
    let (state_a, state_b) = (a.state(), b.state());
    let mut i = 0;
    while let (Some(x), Some(y)) = (a.get(i), b.get(i)) {
        if !compare::equal(t, x, y)? {
            return match op {
                Compare::Eq => Ok(Value::FALSE),
                Compare::Ne => Ok(Value::TRUE),
                _ => compare::compare(t, x, y, op),
            };
        }
        a.check_unchanged(t, state_a)?;
        b.check_unchanged(t, state_b)?;
        i += 1;
    }
    Ok(Value::bool(op.holds(a.len().cmp(&b.len()))))
}

fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Eq)
}

fn ne(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Ne)
}

fn lt(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Lt)
}

fn le(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Le)
}

fn gt(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Gt)
}

fn ge(t: &mut Thread, args: &[Value]) -> PyResult {
    rich_compare(t, args, Compare::Ge)
}

fn bool_method(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(this(args).len() > 0))
}

/// The place that an index argument names.
fn place(t: &mut Thread, args: &[Value]) -> PyResult<usize> {
    if int::as_int(args[1]).is_none() && t.special(args[1], Special::Index).is_none() {
        let name = type_of(args[1]).name();
        return Err(t.type_error(format!("sequence index must be integer, not '{name}'")));
    }
    let i = number::subscript_index(t, args[1])?;
    match normalize(i, this(args).len()) {
        Some(i) => Ok(i),
        None => Err(t.index_error("deque index out of range")),
    }
}

fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let i = place(t, args)?;
    Ok(this(args).get(i).unwrap_or(Value::NONE))
}

fn setitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let i = place(t, args)?;
    this(args).set(t, i, args[2]);
    Ok(Value::NONE)
}

fn delitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let i = place(t, args)?;
    this(args).remove_at(t, i)?;
    Ok(Value::NONE)
}

fn len(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(this(args).len() as i64))
}

fn iter_method(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(deque_iterators::new(t, this(args), false))
}

fn reversed(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(deque_iterators::new(t, this(args), true))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    if !container::enter_repr(t, args[0])? {
        return Ok(t.intern("[...]"));
    }
    let result = repr_items(t, args[0]);
    container::leave_repr(t);
    result
}

fn repr_items(t: &mut Thread, value: Value) -> PyResult {
    let deque = Deque::known(value);
    let mut buf = TextBuf::new();
    buf.push_str(&type_of(value).name());
    buf.push_str("([");
    let items = deque.items(t);
    for i in 0..items.len() {
        if i > 0 {
            buf.push_str(", ");
        }
        container::push_repr(t, &mut buf, items[i])?;
    }
    buf.push_str("]");
    if let Some(maxlen) = deque.maxlen() {
        buf.push_str(&format!(", maxlen={maxlen}"));
    }
    buf.push_str(")");
    container::finish_text(t, &buf)
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = own_state(t, args[0])?;
    let items = pystm_vm::protocol::iter::iter(t, args[0])?;
    let arguments = match this(args).maxlen_value() {
        Value::NONE => tuple::new_small(t, &[]),
        maxlen => {
            let empty = tuple::new_small(t, &[]);
            tuple::new_small(t, &[empty, maxlen])
        }
    };
    Ok(tuple::new_small(t, &[type_of(args[0]).value(), arguments, state, items]))
}

fn sizeof(_t: &mut Thread, args: &[Value]) -> PyResult {
    // In blocks of 64 items, as programs know it.
    let blocks = this(args).len() as i64 / 64 + 1;
    Ok(Value::small(224 + blocks * 520))
}
