//! Methods of `tuple`.

use pystm_text::TextBuf;

use super::list_methods::{bad_subscript, repeated_len, search_bound};
use crate::{
    builtins::{
        bounds,
        container::{self, class_getitem, fit_slice, slice_parts},
        int,
        iterators::sequences,
        list,
        slice::Slice,
        tuple::{self, LAYOUT, Tuple, is_exact},
        typeobj::Type,
        wrapped,
    },
    error::PyResult,
    kind::Kind,
    native::{MATCH_SELF, SEQUENCE, SUBCLASSABLE, TypeDef, class_method, method, static_method},
    object::Ref,
    protocol::{compare, item::normalize, iter, number},
    runtime::{class_of_kind, type_of},
    special::{Compare, Special},
    thread::Thread,
    value::Value,
};

/// `tuple`
pub static DEF: TypeDef = TypeDef {
    name: "tuple",
    doc: "tuple(iterable=(), /)\n--\n\nAn immutable sequence.",
    base: None,
    kind: Kind::Tuple,
    layout: LAYOUT,
    words: 0,
    flags: SUBCLASSABLE | SEQUENCE | MATCH_SELF,
    methods: &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Makes a tuple of an iterable's items.")
            .constructing(1, |t, a| a.first().map_or(tuple::new(t, &[]), |&x| exact(t, x))),
        method("count", "($self, value, /)", count, "Number of items equal to the value."),
        method(
            "index",
            "($self, value, start=0, stop=sys.maxsize, /)",
            index,
            "First index of an equal item; ValueError if there is none.",
        ),
        method("__add__", "($self, value, /)", add, "self + value"),
        method("__mul__", "($self, value, /)", mul, "self * value"),
        method("__rmul__", "($self, value, /)", mul, "value * self"),
        method("__eq__", "($self, value, /)", eq, "self == value"),
        method("__ne__", "($self, value, /)", ne, "self != value"),
        method("__lt__", "($self, value, /)", lt, "self < value"),
        method("__le__", "($self, value, /)", le, "self <= value"),
        method("__gt__", "($self, value, /)", gt, "self > value"),
        method("__ge__", "($self, value, /)", ge, "self >= value"),
        method("__hash__", "($self, /)", hash, "hash(self)"),
        method("__contains__", "($self, object, /)", contains, "object in self"),
        method("__getitem__", "($self, index, /)", getitem, "self[index]"),
        method("__len__", "($self, /)", len, "len(self)"),
        method("__iter__", "($self, /)", iter, "iter(self)"),
        method("__repr__", "($self, /)", repr, "repr(self)"),
        method("__getnewargs__", "($self, /)", getnewargs, "Arguments of __new__ for pickling."),
        class_method("__class_getitem__", "($cls, object, /)", class_getitem, "tuple[object]"),
    ],
    getset: &[],
    setup: None,
};

fn this(args: &[Value]) -> Ref<Tuple> {
    Ref::known(wrapped::unwrap(args[0]))
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class: Ref<Type> = Ref::known(args[0]);
    let exact = class == class_of_kind(Kind::Tuple);
    // A subclass with an `__init__` of its own may take keywords; `__new__` then leaves them to it.
    let object_init = class_of_kind(Kind::Object).special(t, Special::Init as usize);
    let keywords =
        if exact || class.special(t, Special::Init as usize) == object_init { args[2] } else { Value::UNSET };
    let source = container::at_most_one(t, "tuple", args[1], keywords)?;
    match source {
        None => tuple::new_of_class(t, class, &[]),
        Some(s) if exact => self::exact(t, s),
        Some(s) => {
            let items = iter::collect(t, s)?;
            tuple::new_of_class(t, class, &items)
        }
    }
}

/// `tuple(source)`
fn exact(t: &mut Thread, source: Value) -> PyResult {
    if is_exact(source) {
        return Ok(source);
    }
    if let Some(list) = list::exact(source) {
        return tuple::from_list(t, list);
    }
    let items = iter::collect(t, source)?;
    tuple::new(t, &items)
}

fn count(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut n = 0;
    for &item in this(args).values() {
        n += compare::equal(t, item, args[1])? as i64;
    }
    Ok(Value::small(n))
}

fn index(t: &mut Thread, args: &[Value]) -> PyResult {
    let tuple = this(args);
    let start = search_bound(t, args[2], 0, tuple.len())?;
    let stop = search_bound(t, args[3], i64::MAX, tuple.len())?.min(tuple.len());
    for i in start..stop {
        if compare::equal(t, tuple.at(i), args[1])? {
            return Ok(Value::small(i as i64));
        }
    }
    Err(t.value_error("tuple.index(x): x not in tuple"))
}

fn add(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(other) = args[1].as_tuple() else {
        let name = type_of(args[1]).name();
        return Err(t.type_error(format!("can only concatenate tuple (not \"{name}\") to tuple")));
    };
    let tuple = this(args);
    if tuple.is_empty() && is_exact(args[1]) {
        return Ok(args[1]);
    }
    if other.is_empty() && is_exact(args[0]) {
        return Ok(args[0]);
    }
    let sum = tuple::new_unset(t, tuple.len() + other.len())?;
    for (slot, &item) in sum.items().iter().zip(tuple.values().iter().chain(other.values())) {
        slot.init(item);
    }
    Ok(sum.value())
}

fn mul(t: &mut Thread, args: &[Value]) -> PyResult {
    let times = bounds::fitting(t, args[1])?;
    let tuple = this(args);
    if (times == 1 || tuple.is_empty()) && is_exact(args[0]) {
        return Ok(args[0]);
    }
    let total = repeated_len(t, tuple.len(), times)?;
    let product = tuple::new_unset(t, total)?;
    for (i, slot) in product.items().iter().enumerate() {
        slot.init(tuple.at(i % tuple.len()));
    }
    Ok(product.value())
}

fn rich_compare(t: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    match args[1].as_tuple() {
        Some(b) => this(args).compare(t, b, op),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
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

fn hash(t: &mut Thread, args: &[Value]) -> PyResult {
    let hash = this(args).hash(t)?;
    Ok(int::from_i64(t, hash))
}

fn contains(t: &mut Thread, args: &[Value]) -> PyResult {
    for &item in this(args).values() {
        if compare::equal(t, item, args[1])? {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let tuple = this(args);
    if let Some(slice) = args[1].cast::<Slice>() {
        let range = fit_slice(slice_parts(t, slice)?, tuple.len());
        if range.step == 1 && range.count == tuple.len() && is_exact(args[0]) {
            return Ok(args[0]);
        }
        let part = tuple::new_unset(t, range.count)?;
        for (n, slot) in part.items().iter().enumerate() {
            slot.init(tuple.at(range.index(n)));
        }
        return Ok(part.value());
    }
    if int::as_int(args[1]).is_none() && t.special(args[1], Special::Index).is_none() {
        return Err(bad_subscript(t, "tuple", args[1]));
    }
    let i = number::subscript_index(t, args[1])?;
    match normalize(i, tuple.len()) {
        Some(i) => Ok(tuple.at(i)),
        None => Err(t.index_error("tuple index out of range")),
    }
}

fn len(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(this(args).len() as i64))
}

fn iter(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(sequences::tuple_iterator(t, args[0]))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let tuple = this(args);
    if tuple.is_empty() {
        return Ok(t.intern("()"));
    }
    if !container::enter_repr(t, args[0])? {
        return Ok(t.intern("(...)"));
    }
    let result = repr_items(t, tuple);
    container::leave_repr(t);
    result
}

fn repr_items(t: &mut Thread, tuple: Ref<Tuple>) -> PyResult {
    let mut buf = TextBuf::new();
    buf.push_str("(");
    for (i, &item) in tuple.values().iter().enumerate() {
        if i > 0 {
            buf.push_str(", ");
        }
        container::push_repr(t, &mut buf, item)?;
    }
    buf.push_str(if tuple.len() == 1 { ",)" } else { ")" });
    container::finish_text(t, &buf)
}

fn getnewargs(t: &mut Thread, args: &[Value]) -> PyResult {
    let plain = tuple::new(t, this(args).values())?;
    Ok(tuple::new_small(t, &[plain]))
}
