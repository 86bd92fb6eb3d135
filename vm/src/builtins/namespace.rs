//! `types.SimpleNamespace`.

use pystm_gc::{Layout, Trace, layout::Size};
use pystm_text::TextBuf;

use crate::{
    attributes,
    builtins::{
        container,
        dict::{self, Dict},
        dict_methods::update,
        tuple,
        typeobj::lookup,
    },
    error::PyResult,
    kind::Kind,
    native::{HAS_DICT, SUBCLASSABLE, TypeDef, method, static_method},
    object::Ref,
    protocol::{call, compare},
    runtime::type_of,
    special::Compare,
    thread::Thread,
    value::Value,
};

/// `types.SimpleNamespace`
pub static DEF: TypeDef = TypeDef {
    name: "types.SimpleNamespace",
    doc: "SimpleNamespace(mapping_or_iterable=(), /, **kwargs)\n--\n\nA simple attribute-based namespace.",
    base: None,
    kind: Kind::Object,
    layout: Layout { trace: Trace::Fixed { first: 2, count: 1 }, size: Size::Fixed(24), drop: None },
    words: 2,
    flags: SUBCLASSABLE | HAS_DICT,
    methods: &[
        static_method("__new__", "($cls, *args, **kwargs)", construct, "Makes an empty namespace."),
        method("__init__", "($self, *args, **kwargs)", init, "Sets attributes."),
        method("__repr__", "($self, /)", repr, "repr(self)"),
        method("__eq__", "($self, value, /)", eq, "self == value"),
        method("__ne__", "($self, value, /)", ne, "self != value"),
        method("__lt__", "($self, value, /)", lt, "self < value"),
        method("__le__", "($self, value, /)", le, "self <= value"),
        method("__gt__", "($self, value, /)", gt, "self > value"),
        method("__ge__", "($self, value, /)", ge, "self >= value"),
        method("__reduce__", "($self, /)", reduce, "State for pickling."),
        method(
            "__replace__",
            "($self, /, **changes)",
            replace,
            "A copy with other values of some attributes.",
        ),
    ],
    getset: &[],
    setup: None,
};

/// An empty namespace.
pub fn new(t: &mut Thread) -> Value {
    let class = t.rt.native_class(t, &DEF);
    class.new_instance(t)
}

/// A namespace whose attributes stand in this dict.
pub fn from_dict(t: &mut Thread, dict: Ref<Dict>) -> Value {
    let namespace = new(t);
    attributes::set_dict(t, namespace.object_unchecked(), dict);
    namespace
}

fn namespace_dict(t: &mut Thread, object: Value) -> Ref<Dict> {
    attributes::dict(t, object.object_unchecked())
}

fn construct(t: &mut Thread, args: &[Value]) -> PyResult {
    let class: Ref<super::typeobj::Type> = Ref::known(args[0]);
    Ok(class.new_instance(t))
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let fresh = dict::new(t);
    update::with_arguments(t, fresh, "SimpleNamespace", args[1], args[2])?;
    check_names(t, fresh)?;
    let target = namespace_dict(t, args[0]);
    update::update(t, target, fresh.value())?;
    Ok(Value::NONE)
}

fn check_names(t: &mut Thread, dict: Ref<Dict>) -> PyResult<()> {
    let mut position = 0;
    while let Some((at, key, _)) = dict.entry_from(position) {
        if key.as_str().is_none() {
            return Err(t.type_error("keywords must be strings"));
        }
        position = at + 1;
    }
    Ok(())
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = type_of(args[0]);
    let name = if class.def().is_some() { "namespace".to_owned() } else { class.name() };
    if !container::enter_repr(t, args[0])? {
        return Ok(t.new_str(&format!("{name}(...)")));
    }
    let result = repr_items(t, args[0], &name);
    container::leave_repr(t);
    result
}

fn repr_items(t: &mut Thread, object: Value, name: &str) -> PyResult {
    let dict = namespace_dict(t, object);
    let mut buf = TextBuf::new();
    buf.push_str(name);
    buf.push_str("(");
    let mut position = 0;
    let mut first = true;
    while let Some((at, key, value)) = dict.entry_from(position) {
        position = at + 1;
        let Some(key) = key.as_str().filter(|k| !k.is_empty()) else { continue };
        if !first {
            buf.push_str(", ");
        }
        first = false;
        buf.push_units(key.units());
        buf.push_str("=");
        container::push_repr(t, &mut buf, value)?;
    }
    buf.push_str(")");
    container::finish_text(t, &buf)
}

/// Comparisons are those of the dicts.
fn rich_compare(t: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    let class = t.rt.native_class(t, &DEF);
    if !type_of(args[1]).is_subtype(class) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (a, b) = (namespace_dict(t, args[0]), namespace_dict(t, args[1]));
    compare::compare(t, a.value(), b.value(), op)
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

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let dict = namespace_dict(t, args[0]);
    let empty = tuple::new_small(t, &[]);
    Ok(tuple::new_small(t, &[type_of(args[0]).value(), empty, dict.value()]))
}

fn replace(t: &mut Thread, args: &[Value]) -> PyResult {
    let copy = call::call(t, type_of(args[0]).value(), &[])?;
    let class = t.rt.native_class(t, &DEF);
    if !type_of(copy).is_subtype(class) {
        let (expected, called) = (class.message_name(), lookup::qualified_name(type_of(args[0])));
        let got = lookup::qualified_name(type_of(copy));
        return Err(t.type_error(format!("expect {expected} type, but {called}() returned '{got}' object")));
    }
    let (source, target) = (namespace_dict(t, args[0]), namespace_dict(t, copy));
    update::update(t, target, source.value())?;
    if let Some(changes) = args[1].given() {
        update::update(t, target, changes)?;
    }
    Ok(copy)
}
