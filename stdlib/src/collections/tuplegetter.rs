//! `_tuplegetter`: the attributes of named tuples.

use pystm_vm::{
    builtins::{dict, function, tuple, typeobj::Type},
    error::PyResult,
    native::{GetSet, TypeDef, getset, method, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{item::normalize, number, text},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// `collections._tuplegetter`
pub static DEF: TypeDef = TypeDef {
    setup: Some(setup),
    ..record::def(
        "collections._tuplegetter",
        "",
        0,
        &[
            static_method(
                "__new__",
                "($cls, index, doc, /)",
                new,
                "Makes a descriptor for the item at an index.",
            ),
            method("__get__", "($self, instance, owner=None, /)", get, "The item of a tuple."),
            method("__set__", "($self, instance, value, /)", set, "AttributeError."),
            method("__delete__", "($self, instance, /)", set, "AttributeError."),
            method("__reduce__", "($self, /)", reduce, "State for pickling."),
            method("__repr__", "($self, /)", repr, "repr(self)"),
        ],
    )
};

const INDEX: usize = 0;
const DOC: usize = 1;

static DOC_ROW: GetSet = getset("__doc__", get_doc, set_doc, "");

/// The docstring of the class would hide that of its instances.
fn setup(t: &mut Thread, class: Ref<Type>) {
    let descriptor = function::native::new_getset(t, &DOC_ROW, class.value());
    dict::set_text(t, class.dict(), "__doc__", descriptor);
}

fn get_doc(_t: &mut Thread, this: Value) -> PyResult {
    Ok(Ref::<Record>::known(this).get(DOC))
}

fn set_doc(t: &mut Thread, this: Value, doc: Value) -> PyResult<()> {
    Ref::<Record>::known(this).set(t, DOC, doc.or(Value::NONE));
    Ok(())
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let index = number::index_as_i64(t, args[1])?;
    Ok(record::new_of_class(t, Ref::known(args[0]), None, &[Value::small(index), args[2]]))
}

fn get(t: &mut Thread, args: &[Value]) -> PyResult {
    let index = Ref::<Record>::known(args[0]).get_int(INDEX);
    if args[1].is_none() {
        return Ok(args[0]);
    }
    let Some(items) = args[1].as_tuple() else {
        let name = type_of(args[1]).name();
        let message =
            format!("descriptor for index '{index}' for tuple subclasses doesn't apply to '{name}' object");
        return Err(t.type_error(message));
    };
    match normalize(index, items.len()) {
        Some(i) => Ok(items.at(i)),
        None => Err(t.index_error("tuple index out of range")),
    }
}

fn set(t: &mut Thread, args: &[Value]) -> PyResult {
    let message = if args.len() == 3 { "can't set attribute" } else { "can't delete attribute" };
    Err(t.raise(pystm_vm::error::Exc::AttributeError, message))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let this: Ref<Record> = Ref::known(args[0]);
    let arguments = tuple::new_small(t, &[this.get(INDEX), this.get(DOC)]);
    Ok(tuple::new_small(t, &[type_of(args[0]).value(), arguments]))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let this: Ref<Record> = Ref::known(args[0]);
    let (name, doc) = (type_of(args[0]).name(), text::repr_string(t, this.get(DOC))?);
    Ok(t.new_str(&format!("{name}({}, {doc})", this.get_int(INDEX))))
}
