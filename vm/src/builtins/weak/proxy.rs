//! `weakref.proxy`: objects that stand for their referent in every operation.

use super::{LAYOUT, WORDS, Weak};
use crate::{
    builtins::{int, tuple::Tuple},
    error::{Exc, PyResult},
    kind::Kind,
    native::{GetSet, Method, NO_CONSTRUCTOR, TypeDef, method},
    object::{Ref, native},
    protocol::{attr, call, compare, item, iter, number, text, truth},
    runtime::type_of,
    special::{self, BinaryOp, Compare, Special},
    thread::Thread,
    value::Value,
};

/// The class of proxies.
pub static PROXY_DEF: TypeDef = TypeDef {
    name: "weakref.ProxyType",
    doc: "",
    base: None,
    kind: Kind::Weak,
    layout: LAYOUT,
    words: WORDS,
    flags: NO_CONSTRUCTOR,
    methods: METHODS,
    getset: NO_ATTRIBUTES,
    setup: None,
};

/// The class of proxies of callable objects.
pub static CALLABLE_PROXY_DEF: TypeDef = TypeDef {
    name: "weakref.CallableProxyType",
    doc: "",
    base: Some(&PROXY_DEF),
    kind: Kind::Weak,
    layout: LAYOUT,
    words: WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[method("__call__", "($self, /, *args, **kwargs)", call_, "Call self as a function.")],
    getset: NO_ATTRIBUTES,
    setup: None,
};

const NO_ATTRIBUTES: &[GetSet] = &[];

static METHODS: &[Method] = &[
    method("__getattribute__", "($self, name, /)", getattribute, ""),
    method("__setattr__", "($self, name, value, /)", setattr, ""),
    method("__delattr__", "($self, name, /)", delattr, ""),
    method("__str__", "($self, /)", str_, ""),
    method("__repr__", "($self, /)", repr, ""),
    method("__hash__", "($self, /)", hash_, ""),
    method("__bool__", "($self, /)", bool_, ""),
    method("__len__", "($self, /)", len, ""),
    method("__getitem__", "($self, key, /)", getitem, ""),
    method("__setitem__", "($self, key, value, /)", setitem, ""),
    method("__delitem__", "($self, key, /)", delitem, ""),
    method("__contains__", "($self, key, /)", contains, ""),
    method("__iter__", "($self, /)", iter_, ""),
    method("__next__", "($self, /)", next, ""),
    method("__lt__", "($self, value, /)", |t, a| compared(t, a, Compare::Lt), ""),
    method("__le__", "($self, value, /)", |t, a| compared(t, a, Compare::Le), ""),
    method("__eq__", "($self, value, /)", |t, a| compared(t, a, Compare::Eq), ""),
    method("__ne__", "($self, value, /)", |t, a| compared(t, a, Compare::Ne), ""),
    method("__gt__", "($self, value, /)", |t, a| compared(t, a, Compare::Gt), ""),
    method("__ge__", "($self, value, /)", |t, a| compared(t, a, Compare::Ge), ""),
    method("__neg__", "($self, /)", |t, a| unary(t, Special::Neg, "-", a[0]), ""),
    method("__pos__", "($self, /)", |t, a| unary(t, Special::Pos, "+", a[0]), ""),
    method("__invert__", "($self, /)", |t, a| unary(t, Special::Invert, "~", a[0]), ""),
    method("__abs__", "($self, /)", |t, a| unary(t, Special::Abs, "abs()", a[0]), ""),
    method("__int__", "($self, /)", |t, a| forward(t, Special::Int, a), ""),
    method("__float__", "($self, /)", |t, a| forward(t, Special::Float, a), ""),
    method("__index__", "($self, /)", |t, a| forward(t, Special::Index, a), ""),
    method("__bytes__", "($self, /)", |t, a| forward(t, Special::Bytes, a), ""),
    method("__reversed__", "($self, /)", |t, a| forward(t, Special::Reversed, a), ""),
    method("__add__", "($self, value, /)", |t, a| plain(t, special::ADD, a[0], a[1]), ""),
    method("__radd__", "($self, value, /)", |t, a| plain(t, special::ADD, a[1], a[0]), ""),
    method("__iadd__", "($self, value, /)", |t, a| in_place(t, special::ADD, a), ""),
    method("__sub__", "($self, value, /)", |t, a| plain(t, special::SUB, a[0], a[1]), ""),
    method("__rsub__", "($self, value, /)", |t, a| plain(t, special::SUB, a[1], a[0]), ""),
    method("__isub__", "($self, value, /)", |t, a| in_place(t, special::SUB, a), ""),
    method("__mul__", "($self, value, /)", |t, a| plain(t, special::MUL, a[0], a[1]), ""),
    method("__rmul__", "($self, value, /)", |t, a| plain(t, special::MUL, a[1], a[0]), ""),
    method("__imul__", "($self, value, /)", |t, a| in_place(t, special::MUL, a), ""),
    method("__truediv__", "($self, value, /)", |t, a| plain(t, special::TRUE_DIV, a[0], a[1]), ""),
    method("__rtruediv__", "($self, value, /)", |t, a| plain(t, special::TRUE_DIV, a[1], a[0]), ""),
    method("__itruediv__", "($self, value, /)", |t, a| in_place(t, special::TRUE_DIV, a), ""),
    method("__floordiv__", "($self, value, /)", |t, a| plain(t, special::FLOOR_DIV, a[0], a[1]), ""),
    method("__rfloordiv__", "($self, value, /)", |t, a| plain(t, special::FLOOR_DIV, a[1], a[0]), ""),
    method("__ifloordiv__", "($self, value, /)", |t, a| in_place(t, special::FLOOR_DIV, a), ""),
    method("__mod__", "($self, value, /)", |t, a| plain(t, special::MOD, a[0], a[1]), ""),
    method("__rmod__", "($self, value, /)", |t, a| plain(t, special::MOD, a[1], a[0]), ""),
    method("__imod__", "($self, value, /)", |t, a| in_place(t, special::MOD, a), ""),
    method("__matmul__", "($self, value, /)", |t, a| plain(t, special::MAT_MUL, a[0], a[1]), ""),
    method("__rmatmul__", "($self, value, /)", |t, a| plain(t, special::MAT_MUL, a[1], a[0]), ""),
    method("__imatmul__", "($self, value, /)", |t, a| in_place(t, special::MAT_MUL, a), ""),
    method("__lshift__", "($self, value, /)", |t, a| plain(t, special::L_SHIFT, a[0], a[1]), ""),
    method("__rlshift__", "($self, value, /)", |t, a| plain(t, special::L_SHIFT, a[1], a[0]), ""),
    method("__ilshift__", "($self, value, /)", |t, a| in_place(t, special::L_SHIFT, a), ""),
    method("__rshift__", "($self, value, /)", |t, a| plain(t, special::R_SHIFT, a[0], a[1]), ""),
    method("__rrshift__", "($self, value, /)", |t, a| plain(t, special::R_SHIFT, a[1], a[0]), ""),
    method("__irshift__", "($self, value, /)", |t, a| in_place(t, special::R_SHIFT, a), ""),
    method("__and__", "($self, value, /)", |t, a| plain(t, special::AND, a[0], a[1]), ""),
    method("__rand__", "($self, value, /)", |t, a| plain(t, special::AND, a[1], a[0]), ""),
    method("__iand__", "($self, value, /)", |t, a| in_place(t, special::AND, a), ""),
    method("__or__", "($self, value, /)", |t, a| plain(t, special::OR, a[0], a[1]), ""),
    method("__ror__", "($self, value, /)", |t, a| plain(t, special::OR, a[1], a[0]), ""),
    method("__ior__", "($self, value, /)", |t, a| in_place(t, special::OR, a), ""),
    method("__xor__", "($self, value, /)", |t, a| plain(t, special::XOR, a[0], a[1]), ""),
    method("__rxor__", "($self, value, /)", |t, a| plain(t, special::XOR, a[1], a[0]), ""),
    method("__ixor__", "($self, value, /)", |t, a| in_place(t, special::XOR, a), ""),
    method("__pow__", "($self, value, mod=None, /)", |t, a| power(t, a[0], a[1], a[2]), ""),
    method("__rpow__", "($self, value, mod=None, /)", |t, a| power(t, a[1], a[0], a[2]), ""),
    method("__ipow__", "($self, value, /)", |t, a| in_place(t, special::POW, a), ""),
    method("__divmod__", "($self, value, /)", |t, a| plain(t, special::DIV_MOD, a[0], a[1]), ""),
    method("__rdivmod__", "($self, value, /)", |t, a| plain(t, special::DIV_MOD, a[1], a[0]), ""),
];

/// The object behind a proxy, any other value as it is; ReferenceError if it has died.
fn unwrap(t: &mut Thread, value: Value) -> PyResult {
    if !is_proxy(t, value) {
        return Ok(value);
    }
    match Ref::<Weak>::known(value).get() {
        Some(object) => Ok(object),
        None => Err(t.raise(Exc::ReferenceError, "weakly-referenced object no longer exists")),
    }
}

/// Whether the value is a proxy.
pub fn is_proxy(t: &mut Thread, value: Value) -> bool {
    value.cast::<Weak>().is_some() && {
        let class = native::class(t, &PROXY_DEF);
        type_of(value).is_subtype(class)
    }
}

/// `weakref.proxy(object, callback)`
pub fn new(t: &mut Thread, object: Value, callback: Value) -> PyResult {
    let callable = t.special(object, Special::Call).is_some();
    let class = native::class(t, if callable { &CALLABLE_PROXY_DEF } else { &PROXY_DEF });
    super::new(t, class, object, callback.or(Value::NONE))
}

fn plain(t: &mut Thread, op: BinaryOp, a: Value, b: Value) -> PyResult {
    let (a, b) = (unwrap(t, a)?, unwrap(t, b)?);
    number::binary(t, op, a, b)
}

fn power(t: &mut Thread, base: Value, exponent: Value, modulus: Value) -> PyResult {
    let Some(modulus) = modulus.given_not_none() else { return plain(t, special::POW, base, exponent) };
    let (base, exponent, modulus) = (unwrap(t, base)?, unwrap(t, exponent)?, unwrap(t, modulus)?);
    int::pow_mod(t, base, exponent, modulus)
}

fn in_place(t: &mut Thread, op: BinaryOp, args: &[Value]) -> PyResult {
    let (a, b) = (unwrap(t, args[0])?, unwrap(t, args[1])?);
    number::in_place(t, op, a, b)
}

fn compared(t: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    let (a, b) = (unwrap(t, args[0])?, unwrap(t, args[1])?);
    compare::compare(t, a, b, op)
}

fn unary(t: &mut Thread, special: Special, sign: &str, value: Value) -> PyResult {
    let object = unwrap(t, value)?;
    number::unary(t, special, sign, object)
}

/// Calls a special method of the referent that has no operation of its own.
fn forward(t: &mut Thread, special: Special, args: &[Value]) -> PyResult {
    let object = unwrap(t, args[0])?;
    match call::call_special(t, object, special, &[])? {
        Some(v) => Ok(v),
        None => {
            let name = type_of(object).name();
            Err(t.type_error(format!("'{name}' object has no {}", special.name())))
        }
    }
}

fn call_(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = unwrap(t, args[0])?;
    debug_assert!(args[1].cast::<Tuple>().is_some());
    call::call_ex(t, object, args[1], args[2])
}

fn getattribute(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = unwrap(t, args[0])?;
    attr::getattr(t, object, args[1])
}

fn setattr(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = unwrap(t, args[0])?;
    attr::setattr(t, object, args[1], args[2])?;
    Ok(Value::NONE)
}

fn delattr(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = unwrap(t, args[0])?;
    attr::setattr(t, object, args[1], Value::UNSET)?;
    Ok(Value::NONE)
}

fn str_(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = unwrap(t, args[0])?;
    text::str(t, object)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let address = args[0].bits() & !7;
    let shown = match Ref::<Weak>::known(args[0]).get() {
        Some(object) => {
            let name = type_of(object).name();
            format!("<weakproxy at {address:#x}; to '{name}' at {:#x}>", object.bits() & !7)
        }
        None => format!("<weakproxy at {address:#x}; dead>"),
    };
    Ok(t.new_str(&shown))
}

fn hash_(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = type_of(args[0]).name();
    Err(t.type_error(format!("unhashable type: 'weakref.{name}'")))
}

fn bool_(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = unwrap(t, args[0])?;
    truth::is_true(t, object).map(Value::bool)
}

fn len(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = unwrap(t, args[0])?;
    let n = truth::len(t, object)?;
    Ok(int::from_i64(t, n as i64))
}

fn getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = unwrap(t, args[0])?;
    item::getitem(t, object, args[1])
}

fn setitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = unwrap(t, args[0])?;
    item::setitem(t, object, args[1], args[2])?;
    Ok(Value::NONE)
}

fn delitem(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = unwrap(t, args[0])?;
    item::delitem(t, object, args[1])?;
    Ok(Value::NONE)
}

fn contains(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = unwrap(t, args[0])?;
    item::contains(t, object, args[1]).map(Value::bool)
}

fn iter_(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = unwrap(t, args[0])?;
    iter::iter(t, object)
}

fn next(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = unwrap(t, args[0])?;
    if t.special(object, Special::Next).is_none() {
        let name = type_of(object).name();
        return Err(t.type_error(format!("Weakref proxy referenced a non-iterator '{name}' object")));
    }
    match iter::next(t, object)? {
        Some(v) => Ok(v),
        None => Err(t.stop_iteration()),
    }
}
