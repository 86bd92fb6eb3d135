//! Methods of `set` and `frozenset`.

use pystm_text::{TextBuf, hash::FrozenSetHasher};

use super::{LAYOUT, Set, WORDS, operators as ops};
use crate::{
    atomic::instruction,
    builtins::{
        container::{self, class_getitem},
        dict::Dict,
        int, iterators, list,
        object::reduce::own_state,
        tuple,
        typeobj::Type,
    },
    error::{Exc, PyResult},
    kind::Kind,
    native::{MATCH_SELF, Method, SUBCLASSABLE, TypeDef, class_method, method, static_method},
    object::Ref,
    runtime::{class_of_kind, type_of},
    special::{Compare, Special},
    thread::Thread,
    value::Value,
};

/// `set`
pub static DEF: TypeDef = TypeDef {
    name: "set",
    doc: "set(iterable=(), /)\n--\n\nAn unordered collection of distinct hashable items.",
    base: None,
    kind: Kind::Set,
    layout: LAYOUT,
    words: WORDS,
    flags: SUBCLASSABLE | MATCH_SELF,
    methods: SET_METHODS,
    getset: &[],
    setup: None,
};

/// `frozenset`
pub static FROZENSET_DEF: TypeDef = TypeDef {
    name: "frozenset",
    doc: "frozenset(iterable=(), /)\n--\n\nAn immutable, hashable set.",
    base: None,
    kind: Kind::FrozenSet,
    layout: LAYOUT,
    words: WORDS,
    flags: SUBCLASSABLE | MATCH_SELF,
    methods: FROZENSET_METHODS,
    getset: &[],
    setup: None,
};

const SET_METHODS: &[Method] = &[
    static_method("__new__", "($cls, *args, **kwargs)", set_new, "Makes an empty set.")
        .constructing(1, construct),
    method("__init__", "($self, *args, **kwargs)", init, "Replaces the items by those of an iterable."),
    method("add", "($self, object, /)", add, "Adds an item; nothing happens if it is there already."),
    method("clear", "($self, /)", clear, "Removes all items."),
    method("copy", "($self, /)", copy, "A shallow copy."),
    method("discard", "($self, object, /)", discard, "Removes an item if it is there."),
    method("remove", "($self, object, /)", remove, "Removes an item; KeyError if it is not there."),
    method("pop", "($self, /)", pop, "Removes and returns some item; KeyError if there is none."),
    method("update", "($self, /, *others)", update, "Adds the items of all iterables."),
    method(
        "intersection_update",
        "($self, /, *others)",
        intersection_update,
        "Keeps what is in all iterables.",
    ),
    method(
        "difference_update",
        "($self, /, *others)",
        difference_update,
        "Removes what is in any of the iterables.",
    ),
    method(
        "symmetric_difference_update",
        "($self, other, /)",
        symmetric_difference_update,
        "Removes what is in the iterable and adds the rest of it.",
    ),
    method("__ior__", "($self, value, /)", in_place_or, "self |= value"),
    method("__iand__", "($self, value, /)", in_place_and, "self &= value"),
    method("__isub__", "($self, value, /)", in_place_sub, "self -= value"),
    method("__ixor__", "($self, value, /)", in_place_xor, "self ^= value"),
    // What frozenset has too.
    method("difference", "($self, /, *others)", difference, "The items that are in none of the iterables."),
    method(
        "intersection",
        "($self, /, *others)",
        intersection,
        "The items that are in all of the iterables.",
    ),
    method("isdisjoint", "($self, other, /)", is_disjoint, "Whether nothing is in both."),
    method("issubset", "($self, other, /)", is_subset, "Whether everything is in the iterable too."),
    method("issuperset", "($self, other, /)", is_superset, "Whether everything in the iterable is here too."),
    method(
        "symmetric_difference",
        "($self, other, /)",
        symmetric_difference,
        "The items that are here or in the iterable, but not in both.",
    ),
    method("union", "($self, /, *others)", union, "The items of this set and all iterables."),
    method("__contains__", "($self, object, /)", contains, "object in self"),
    method("__len__", "($self, /)", len, "len(self)"),
    method("__iter__", "($self, /)", iter, "iter(self)"),
    method("__repr__", "($self, /)", repr, "repr(self)"),
    method("__eq__", "($self, value, /)", eq, "self == value"),
    method("__ne__", "($self, value, /)", ne, "self != value"),
    method("__lt__", "($self, value, /)", lt, "self < value"),
    method("__le__", "($self, value, /)", le, "self <= value"),
    method("__gt__", "($self, value, /)", gt, "self > value"),
    method("__ge__", "($self, value, /)", ge, "self >= value"),
    method("__or__", "($self, value, /)", or, "self | value"),
    method("__ror__", "($self, value, /)", ror, "value | self"),
    method("__and__", "($self, value, /)", and, "self & value"),
    method("__rand__", "($self, value, /)", rand, "value & self"),
    method("__sub__", "($self, value, /)", sub, "self - value"),
    method("__rsub__", "($self, value, /)", rsub, "value - self"),
    method("__xor__", "($self, value, /)", xor, "self ^ value"),
    method("__rxor__", "($self, value, /)", rxor, "value ^ self"),
    method("__reduce__", "($self, /)", reduce, "State for pickling."),
    method("__sizeof__", "($self, /)", sizeof, "Size in memory, in bytes."),
    class_method("__class_getitem__", "($cls, object, /)", class_getitem, "set[object]"),
];

const FROZENSET_METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, *args, **kwargs)",
        frozenset_new,
        "Makes a frozenset of an iterable's items.",
    ),
    method("__hash__", "($self, /)", hash, "hash(self)"),
    method("copy", "($self, /)", copy, "A shallow copy."),
    method("difference", "($self, /, *others)", difference, "The items that are in none of the iterables."),
    method(
        "intersection",
        "($self, /, *others)",
        intersection,
        "The items that are in all of the iterables.",
    ),
    method("isdisjoint", "($self, other, /)", is_disjoint, "Whether nothing is in both."),
    method("issubset", "($self, other, /)", is_subset, "Whether everything is in the iterable too."),
    method("issuperset", "($self, other, /)", is_superset, "Whether everything in the iterable is here too."),
    method(
        "symmetric_difference",
        "($self, other, /)",
        symmetric_difference,
        "The items that are here or in the iterable, but not in both.",
    ),
    method("union", "($self, /, *others)", union, "The items of this set and all iterables."),
    method("__contains__", "($self, object, /)", contains, "object in self"),
    method("__len__", "($self, /)", len, "len(self)"),
    method("__iter__", "($self, /)", iter, "iter(self)"),
    method("__repr__", "($self, /)", repr, "repr(self)"),
    method("__eq__", "($self, value, /)", eq, "self == value"),
    method("__ne__", "($self, value, /)", ne, "self != value"),
    method("__lt__", "($self, value, /)", lt, "self < value"),
    method("__le__", "($self, value, /)", le, "self <= value"),
    method("__gt__", "($self, value, /)", gt, "self > value"),
    method("__ge__", "($self, value, /)", ge, "self >= value"),
    method("__or__", "($self, value, /)", or, "self | value"),
    method("__ror__", "($self, value, /)", ror, "value | self"),
    method("__and__", "($self, value, /)", and, "self & value"),
    method("__rand__", "($self, value, /)", rand, "value & self"),
    method("__sub__", "($self, value, /)", sub, "self - value"),
    method("__rsub__", "($self, value, /)", rsub, "value - self"),
    method("__xor__", "($self, value, /)", xor, "self ^ value"),
    method("__rxor__", "($self, value, /)", rxor, "value ^ self"),
    method("__reduce__", "($self, /)", reduce, "State for pickling."),
    method("__sizeof__", "($self, /)", sizeof, "Size in memory, in bytes."),
    class_method("__class_getitem__", "($cls, object, /)", class_getitem, "frozenset[object]"),
];

fn this(args: &[Value]) -> Ref<Set> {
    Ref::known(args[0])
}

fn set_new(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(super::new_of_class(t, Ref::known(args[0])).value())
}

/// `set(source)`
fn construct(t: &mut Thread, args: &[Value]) -> PyResult {
    let fresh = super::new_of_class(t, class_of_kind(Kind::Set));
    if let Some(&source) = args.first() {
        super::update(t, fresh, source)?;
    }
    Ok(fresh.value())
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let set = this(args);
    if args[2].cast::<Dict>().is_some_and(|d| !d.is_empty()) {
        return Err(t.type_error("set() takes no keyword arguments"));
    }
    let source = container::at_most_one(t, "set", args[1], Value::UNSET)?;
    if !set.is_empty() {
        super::clear(t, set);
    }
    if let Some(source) = source {
        super::update(t, set, source)?;
    }
    Ok(Value::NONE)
}

fn frozenset_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class: Ref<Type> = Ref::known(args[0]);
    let exact = class_of_kind(Kind::FrozenSet);
    let object_init = class_of_kind(Kind::Object).special(t, Special::Init as usize);
    let keywords = if class == exact || class.special(t, Special::Init as usize) == object_init {
        args[2]
    } else {
        Value::UNSET
    };
    let source = container::at_most_one(t, "frozenset", args[1], keywords)?;
    if let Some(s) = source
        && class == exact
        && type_of(s) == exact
    {
        return Ok(s);
    }
    let set = super::new_of_class(t, class);
    if let Some(source) = source {
        super::update(t, set, source)?;
    }
    Ok(set.value())
}

fn add(t: &mut Thread, args: &[Value]) -> PyResult {
    super::add(t, this(args), args[1])?;
    Ok(Value::NONE)
}

fn clear(t: &mut Thread, args: &[Value]) -> PyResult {
    super::clear(t, this(args));
    Ok(Value::NONE)
}

fn copy(t: &mut Thread, args: &[Value]) -> PyResult {
    if type_of(args[0]) == class_of_kind(Kind::FrozenSet) {
        return Ok(args[0]);
    }
    Ok(ops::copy(t, this(args))?.value())
}

/// Looks up an item; a set, which has no hash, is looked up as the frozenset of its items.
fn with_item<R>(
    t: &mut Thread,
    item: Value,
    look_up: impl Fn(&mut Thread, Value) -> PyResult<R>,
) -> PyResult<R> {
    match look_up(t, item) {
        Err(raised) if super::is_set(item) && t.pending_is(Exc::TypeError) => {
            t.take_exception(raised);
            let frozen = super::new_of_class(t, class_of_kind(Kind::FrozenSet));
            super::update(t, frozen, item)?;
            look_up(t, frozen.value())
        }
        result => result,
    }
}

fn contains(t: &mut Thread, args: &[Value]) -> PyResult {
    let set = this(args);
    with_item(t, args[1], |t, item| super::contains(t, set, item)).map(Value::bool)
}

fn discard(t: &mut Thread, args: &[Value]) -> PyResult {
    let set = this(args);
    with_item(t, args[1], |t, item| super::remove(t, set, item))?;
    Ok(Value::NONE)
}

fn remove(t: &mut Thread, args: &[Value]) -> PyResult {
    let set = this(args);
    if !with_item(t, args[1], |t, item| super::remove(t, set, item))? {
        return Err(t.key_error(args[1]));
    }
    Ok(Value::NONE)
}

fn pop(t: &mut Thread, args: &[Value]) -> PyResult {
    match super::pop(t, this(args)) {
        Some(item) => Ok(item),
        None => Err(t.raise(Exc::KeyError, "pop from an empty set")),
    }
}

/// The values of the `*others` parameter.
fn others(args: &[Value]) -> &[Value] {
    match args[1].as_tuple() {
        // SAFETY: the tuple is an argument, so it lives as long as they do.
        Some(items) => unsafe { &*(items.values() as *const [Value]) },
        None => &[],
    }
}

fn update(t: &mut Thread, args: &[Value]) -> PyResult {
    begin_if_many(t, args);
    for &other in others(args) {
        super::update(t, this(args), other)?;
    }
    Ok(Value::NONE)
}

fn union(t: &mut Thread, args: &[Value]) -> PyResult {
    let result = ops::copy(t, this(args))?;
    for &other in others(args) {
        if other != args[0] {
            super::update(t, result, other)?;
        }
    }
    Ok(result.value())
}

/// One operation after the other on all the iterables; a copy if there are none.
fn fold(
    t: &mut Thread,
    args: &[Value],
    operation: fn(&mut Thread, Ref<Set>, Value) -> PyResult<Ref<Set>>,
) -> PyResult<Ref<Set>> {
    let Some((&first, rest)) = others(args).split_first() else { return ops::copy(t, this(args)) };
    let mut result = operation(t, this(args), first)?;
    for &other in rest {
        result = operation(t, result, other)?;
    }
    Ok(result)
}

fn intersection(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(fold(t, args, ops::intersection)?.value())
}

fn intersection_update(t: &mut Thread, args: &[Value]) -> PyResult {
    t.acquire(this(args));
    let result = fold(t, args, ops::intersection)?;
    super::take_over(t, this(args), result);
    Ok(Value::NONE)
}

fn difference(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some((&first, rest)) = others(args).split_first() else {
        return Ok(ops::copy(t, this(args))?.value());
    };
    let result = ops::difference(t, this(args), first)?;
    for &other in rest {
        ops::difference_update(t, result, other)?;
    }
    Ok(result.value())
}

/// An operation that reads one of several arguments after it has stored what another one gave.
fn begin_if_many(t: &mut Thread, args: &[Value]) {
    if others(args).len() > 1 {
        instruction::begin_for(t, this(args));
        for &other in others(args) {
            instruction::begin_with(t, other);
        }
    }
}

fn difference_update(t: &mut Thread, args: &[Value]) -> PyResult {
    begin_if_many(t, args);
    for &other in others(args) {
        ops::difference_update(t, this(args), other)?;
    }
    Ok(Value::NONE)
}

fn symmetric_difference(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(ops::symmetric_difference(t, this(args), args[1])?.value())
}

fn symmetric_difference_update(t: &mut Thread, args: &[Value]) -> PyResult {
    ops::symmetric_difference_update(t, this(args), args[1])?;
    Ok(Value::NONE)
}

fn is_disjoint(t: &mut Thread, args: &[Value]) -> PyResult {
    ops::is_disjoint(t, this(args), args[1]).map(Value::bool)
}

fn is_subset(t: &mut Thread, args: &[Value]) -> PyResult {
    ops::is_subset(t, this(args), args[1]).map(Value::bool)
}

fn is_superset(t: &mut Thread, args: &[Value]) -> PyResult {
    ops::is_superset(t, this(args), args[1]).map(Value::bool)
}

type Operation = fn(&mut Thread, Ref<Set>, Value) -> PyResult<Ref<Set>>;

/// An operator: both operands must be sets.
fn operator(t: &mut Thread, left: Value, right: Value, operation: Operation) -> PyResult {
    match left.cast::<Set>() {
        Some(set) if super::is_set(right) => Ok(operation(t, set, right)?.value()),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn or(t: &mut Thread, args: &[Value]) -> PyResult {
    operator(t, args[0], args[1], ops::union)
}

fn ror(t: &mut Thread, args: &[Value]) -> PyResult {
    operator(t, args[1], args[0], ops::union)
}

fn and(t: &mut Thread, args: &[Value]) -> PyResult {
    operator(t, args[0], args[1], ops::intersection)
}

fn rand(t: &mut Thread, args: &[Value]) -> PyResult {
    operator(t, args[1], args[0], ops::intersection)
}

fn sub(t: &mut Thread, args: &[Value]) -> PyResult {
    operator(t, args[0], args[1], ops::difference)
}

fn rsub(t: &mut Thread, args: &[Value]) -> PyResult {
    operator(t, args[1], args[0], ops::difference)
}

fn xor(t: &mut Thread, args: &[Value]) -> PyResult {
    operator(t, args[0], args[1], ops::symmetric_difference)
}

fn rxor(t: &mut Thread, args: &[Value]) -> PyResult {
    operator(t, args[1], args[0], ops::symmetric_difference)
}

/// An in-place operator: the right operand must be a set.
fn in_place(
    t: &mut Thread,
    args: &[Value],
    operation: fn(&mut Thread, Ref<Set>, Value) -> PyResult<()>,
) -> PyResult {
    if !super::is_set(args[1]) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    operation(t, this(args), args[1])?;
    Ok(args[0])
}

fn in_place_or(t: &mut Thread, args: &[Value]) -> PyResult {
    in_place(t, args, super::update)
}

fn in_place_and(t: &mut Thread, args: &[Value]) -> PyResult {
    in_place(t, args, ops::intersection_update)
}

fn in_place_sub(t: &mut Thread, args: &[Value]) -> PyResult {
    in_place(t, args, ops::difference_update)
}

fn in_place_xor(t: &mut Thread, args: &[Value]) -> PyResult {
    in_place(t, args, ops::symmetric_difference_update)
}

/// A comparison with another set.
fn compare(t: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    match args[1].cast::<Set>() {
        Some(other) => ops::compare(t, this(args), other, op).map(Value::bool),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    compare(t, args, Compare::Eq)
}

fn ne(t: &mut Thread, args: &[Value]) -> PyResult {
    compare(t, args, Compare::Ne)
}

fn le(t: &mut Thread, args: &[Value]) -> PyResult {
    compare(t, args, Compare::Le)
}

fn lt(t: &mut Thread, args: &[Value]) -> PyResult {
    compare(t, args, Compare::Lt)
}

fn ge(t: &mut Thread, args: &[Value]) -> PyResult {
    compare(t, args, Compare::Ge)
}

fn gt(t: &mut Thread, args: &[Value]) -> PyResult {
    compare(t, args, Compare::Gt)
}

fn len(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(super::len(t, this(args)) as i64))
}

fn iter(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(iterators::sets::new(t, this(args)))
}

/// The items as a new list.
fn to_list(t: &mut Thread, set: Ref<Set>) -> Value {
    let items = super::snapshot(t, set.value());
    list::new(t, &items)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = type_of(args[0]);
    let name = class.name();
    if !container::enter_repr(t, args[0])? {
        return Ok(t.new_str(&format!("{name}(...)")));
    }
    let result = repr_items(t, this(args), &name, class == class_of_kind(Kind::Set));
    container::leave_repr(t);
    result
}

fn repr_items(t: &mut Thread, set: Ref<Set>, name: &str, plain: bool) -> PyResult {
    if set.is_empty() {
        return Ok(t.new_str(&format!("{name}()")));
    }
    let items: Ref<list::List> = Ref::known(to_list(t, set));
    let mut buf = TextBuf::new();
    if !plain {
        buf.push_str(name);
        buf.push_str("(");
    }
    buf.push_str("{");
    let mut i = 0;
    while let Some(item) = items.get(i) {
        if i > 0 {
            buf.push_str(", ");
        }
        container::push_repr(t, &mut buf, item)?;
        i += 1;
    }
    buf.push_str(if plain { "}" } else { "})" });
    container::finish_text(t, &buf)
}

fn hash(t: &mut Thread, args: &[Value]) -> PyResult {
    let set = this(args);
    let hash = match set.cached_hash() {
        Some(h) => h,
        None => {
            let mut hasher = FrozenSetHasher::new();
            let mut position = 0;
            while let Some((e, _, hash)) = set.entry_from(position) {
                hasher.push(hash as i64);
                position = e + 1;
            }
            let h = hasher.finish() as u64;
            super::remember_hash(t, set, h);
            h
        }
    };
    Ok(int::from_i64(t, hash as i64))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let items = to_list(t, this(args));
    let arguments = tuple::new_small(t, &[items]);
    let state = own_state(t, args[0])?;
    Ok(tuple::new_small(t, &[type_of(args[0]).value(), arguments, state]))
}

fn sizeof(_t: &mut Thread, args: &[Value]) -> PyResult {
    // As if the smallest table stood in the object, so that an empty set has the size that programs know.
    let capacity = this(args).capacity();
    Ok(Value::small(200 + if capacity > 8 { capacity as i64 * 16 } else { 0 }))
}
