//! What the `memo` attributes of picklers and unpicklers return.

use pystm_vm::{
    builtins::tuple,
    error::PyResult,
    kind::Kind,
    native::{Method, NO_CONSTRUCTOR, TypeDef, method},
    object::{
        Ref,
        record::{self, Record},
    },
    runtime::class_of_kind,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{pickler, unpickler};

/// Value of a proxy: the pickler or unpickler.
const OWNER: usize = 0;

pub(super) static PICKLER_MEMO: TypeDef = record::def(
    "_pickle.PicklerMemoProxy",
    "",
    NO_CONSTRUCTOR,
    &[
        UNHASHABLE,
        method("clear", "($self, /)", clear_pickler, "Remove all items from memo."),
        method(
            "copy",
            "($self, /)",
            |t, a| pickler::memo_dict(t, owner(a[0])),
            "Copy the memo to a new object.",
        ),
        method(
            "__reduce__",
            "($self, /)",
            |t, a| reduce(t, a, pickler::memo_dict),
            "Implement pickle support.",
        ),
    ],
);

pub(super) static UNPICKLER_MEMO: TypeDef = record::def(
    "_pickle.UnpicklerMemoProxy",
    "",
    NO_CONSTRUCTOR,
    &[
        UNHASHABLE,
        method("clear", "($self, /)", clear_unpickler, "Remove all items from memo."),
        method(
            "copy",
            "($self, /)",
            |t, a| unpickler::memo_dict(t, owner(a[0])),
            "Copy the memo to a new object.",
        ),
        method(
            "__reduce__",
            "($self, /)",
            |t, a| reduce(t, a, unpickler::memo_dict),
            "Implement pickle support.",
        ),
    ],
);

/// A memo changes, so it has no hash.
const UNHASHABLE: Method = method(
    "__hash__",
    "($self, /)",
    |t, args| {
        let name = type_of(args[0]).message_name();
        Err(t.type_error(format!("unhashable type: '{name}'")))
    },
    "",
);

fn owner(proxy: Value) -> Value {
    Ref::<Record>::known(proxy).get(OWNER)
}

/// The memo of a pickler.
pub(super) fn new_pickler_memo(t: &mut Thread, pickler: Value) -> Value {
    record::new(t, &PICKLER_MEMO, None, &[pickler])
}

/// The memo of an unpickler.
pub(super) fn new_unpickler_memo(t: &mut Thread, unpickler: Value) -> Value {
    record::new(t, &UNPICKLER_MEMO, None, &[unpickler])
}

/// The pickler whose memo a value is.
pub(super) fn pickler_of(t: &mut Thread, value: Value) -> Option<Value> {
    (type_of(value) == t.rt.native_class(t, &PICKLER_MEMO)).then(|| owner(value))
}

/// The unpickler whose memo a value is.
pub(super) fn unpickler_of(t: &mut Thread, value: Value) -> Option<Value> {
    (type_of(value) == t.rt.native_class(t, &UNPICKLER_MEMO)).then(|| owner(value))
}

fn clear_pickler(t: &mut Thread, args: &[Value]) -> PyResult {
    pickler::memo(owner(args[0])).clear(t)?;
    Ok(Value::NONE)
}

fn clear_unpickler(t: &mut Thread, args: &[Value]) -> PyResult {
    unpickler::memo(owner(args[0])).clear(t);
    Ok(Value::NONE)
}

/// A memo is pickled as the dict that it could be copied to.
fn reduce(t: &mut Thread, args: &[Value], copy: fn(&mut Thread, Value) -> PyResult) -> PyResult {
    let contents = copy(t, owner(args[0]))?;
    let contents = tuple::new(t, &[contents])?;
    tuple::new(t, &[class_of_kind(Kind::Dict).value(), contents])
}
