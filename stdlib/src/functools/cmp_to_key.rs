//! `cmp_to_key`.

use pystm_vm::{
    error::{Exc, PyResult},
    native::{NO_CONSTRUCTOR, TypeDef, getset, method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{call, compare},
    runtime::type_of,
    special::Compare,
    thread::Thread,
    value::Value,
};

/// `functools.KeyWrapper`
static DEF: TypeDef = TypeDef {
    getset: &[getset("obj", get_object, set_object, "Value wrapped by a key function.")],
    ..record::def(
        "functools.KeyWrapper",
        "",
        NO_CONSTRUCTOR,
        &[
            method("__call__", "($self, obj)", wrap, "The key of an object."),
            method("__eq__", "($self, value, /)", eq, "self == value"),
            method("__ne__", "($self, value, /)", ne, "self != value"),
            method("__lt__", "($self, value, /)", lt, "self < value"),
            method("__le__", "($self, value, /)", le, "self <= value"),
            method("__gt__", "($self, value, /)", gt, "self > value"),
            method("__ge__", "($self, value, /)", ge, "self >= value"),
        ],
    )
};

// Values.
const FUNCTION: usize = 0;
/// The object, unset in what `cmp_to_key` returns.
const OBJECT: usize = 1;

/// `cmp_to_key(mycmp)`
pub fn cmp_to_key(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(record::new(t, &DEF, None, &[args[0]]))
}

fn wrap(t: &mut Thread, args: &[Value]) -> PyResult {
    let function = Ref::<Record>::known(args[0]).get(FUNCTION);
    Ok(record::new(t, &DEF, None, &[function, args[1]]))
}

fn get_object(t: &mut Thread, this: Value) -> PyResult {
    match Ref::<Record>::known(this).get(OBJECT).given() {
        Some(object) => Ok(object),
        None => Err(t.raise(Exc::AttributeError, "object")),
    }
}

fn set_object(t: &mut Thread, this: Value, object: Value) -> PyResult<()> {
    Ref::<Record>::known(this).set(t, OBJECT, object);
    Ok(())
}

fn rich_compare(t: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    if type_of(args[1]) != type_of(args[0]) {
        return Err(t.type_error("other argument must be K instance"));
    }
    let (a, b) = (get_object(t, args[0])?, get_object(t, args[1])?);
    let function = Ref::<Record>::known(args[0]).get(FUNCTION);
    let result = call::call(t, function, &[a, b])?;
    compare::compare(t, result, Value::ZERO, op)
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
