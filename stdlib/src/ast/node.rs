//! `ast.AST`, the class above all nodes.

use pystm_gc::{Layout, Trace, layout::Size};
use pystm_text::TextBuf;
use pystm_vm::{
    builtins::{
        container,
        dict::{self, Dict},
        generic::{self, union},
        list::{self, List},
        tuple::{self, Tuple},
        typeobj::Type,
    },
    error::{Exc, PyResult},
    kind::Kind,
    native::{HAS_DICT, MUTABLE, SUBCLASSABLE, TypeDef, keyword_dict, method, static_method},
    object::Ref,
    protocol::{attr, compare, iter},
    runtime::type_of,
    thread::{RootVec, Thread},
    value::Value,
};

use super::classes;
use crate::support;

/// `ast.AST`
pub(super) static AST_DEF: TypeDef = TypeDef {
    name: "ast.AST",
    doc: "",
    base: None,
    kind: Kind::Object,
    layout: Layout { trace: Trace::Fixed { first: 2, count: 1 }, size: Size::Fixed(24), drop: None },
    words: 2,
    flags: SUBCLASSABLE | HAS_DICT | MUTABLE,
    methods: &[
        static_method("__new__", "($cls, *args, **kwargs)", construct, "Makes a node without fields."),
        method("__init__", "($self, *args, **kwargs)", init, "Sets the fields."),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method("__reduce__", "($self, /)", reduce, "State for pickling."),
        method(
            "__replace__",
            "($self, /, **fields)",
            replace,
            "Return a copy of the AST node with new values for the specified fields.",
        ),
    ],
    getset: &[],
    setup: Some(setup),
};

/// Levels of nodes that `repr` shows.
const REPR_DEPTH: usize = 3;

fn setup(t: &mut Thread, class: Ref<Type>) {
    let empty = tuple::new_small(t, &[]);
    for name in ["_fields", "__match_args__", "_attributes"] {
        dict::set_text(t, class.dict(), name, empty);
    }
}

fn construct(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Ref::<Type>::known(args[0]).new_instance(t))
}

/// The name as messages give it: CPython's static name of `AST` has the module in front.
fn shown_name(t: &mut Thread, class: Ref<Type>) -> String {
    if class == t.rt.native_class(t, &AST_DEF) { "ast.AST".to_owned() } else { class.name() }
}

/// The names in a class attribute such as `_fields`; none if it is missing.
fn names_of(t: &mut Thread, object: Value, attribute: &str) -> PyResult<RootVec> {
    match attr::find_attr(t, object, attribute)? {
        Some(names) => iter::collect(t, names),
        None => Ok(t.vec()),
    }
}

fn contains(t: &mut Thread, names: &[Value], name: Value) -> PyResult<bool> {
    for &candidate in names {
        if compare::equal(t, candidate, name)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn warn(t: &mut Thread, message: &str) -> PyResult<()> {
    let category = t.rt.exception(Exc::DeprecationWarning);
    support::warn(t, category, message)
}

/// `AST.__init__`: fields by position and by name; what is missing gets its default.
fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = args[0];
    let class = type_of(this);
    let fields = names_of(t, class.value(), "_fields")?;
    let positional: Ref<Tuple> = Ref::known(args[1]);
    let keywords = keyword_dict(t, args[2]);
    let name = shown_name(t, class);
    if positional.len() > fields.len() {
        let (n, s) = (fields.len(), if fields.len() == 1 { "" } else { "s" });
        let name = class.name();
        return Err(t.type_error(format!("{name} constructor takes at most {n} positional argument{s}")));
    }
    let mut remaining = t.vec();
    remaining.extend_from_slice(&fields);
    for (index, &value) in positional.values().iter().enumerate() {
        attr::setattr(t, this, fields[index], value)?;
        remaining.retain(|&field| field != fields[index]);
    }
    let mut attributes = None;
    let mut position = 0;
    while let Some((at, key, value)) = keywords.entry_from(position) {
        position = at + 1;
        if contains(t, &fields, key)? {
            if !contains(t, &remaining, key)? {
                let shown = attr::name_text(key);
                return Err(t.type_error(format!("{name} got multiple values for argument '{shown}'")));
            }
            let mut kept = t.vec();
            for index in 0..remaining.len() {
                let field = remaining[index];
                if !compare::equal(t, field, key)? {
                    kept.push(field);
                }
            }
            remaining = kept;
        } else {
            if attributes.is_none() {
                attributes = Some(names_of(t, class.value(), "_attributes")?);
            }
            let known = attributes.as_ref().map_or(Ok(false), |names| contains(t, names, key))?;
            if !known {
                let shown = attr::name_text(key);
                warn(
                    t,
                    &format!(
                        "{name}.__init__ got an unexpected keyword argument '{shown}'. Support for arbitrary keyword \
                         arguments is deprecated and will be removed in Python 3.15."
                    ),
                )?;
            }
        }
        attr::setattr(t, this, key, value)?;
    }
    if !remaining.is_empty()
        && let Some(types) = attr::find_attr(t, class.value(), "_field_types")?
        && let Some(types) = types.cast::<Dict>()
    {
        for index in 0..remaining.len() {
            fill_missing(t, this, types, remaining[index], &name)?;
        }
    }
    Ok(Value::NONE)
}

/// The default of a field that the constructor did not get.
fn fill_missing(t: &mut Thread, this: Value, types: Ref<Dict>, field: Value, name: &str) -> PyResult<()> {
    let shown = attr::name_text(field);
    let Some(ty) = dict::get(t, types, field)? else {
        let message = format!(
            "Field '{shown}' is missing from {name}._field_types. This will become an error in Python 3.15."
        );
        return warn(t, &message);
    };
    if union::union_args(ty).is_some() {
        // An optional field: the class has its default.
        return Ok(());
    }
    if generic::alias_parts(ty).is_some() {
        let empty = list::new(t, &[]);
        return attr::setattr(t, this, field, empty);
    }
    if ty == classes::named(t, "expr_context")?.class {
        let load = classes::named(t, "Load")?.shared;
        return attr::setattr(t, this, field, load);
    }
    let message = format!(
        "{name}.__init__ missing 1 required positional argument: '{shown}'. This will become an error in Python 3.15."
    );
    warn(t, &message)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut buf = TextBuf::new();
    push_repr(t, &mut buf, args[0], REPR_DEPTH)?;
    container::finish_text(t, &buf)
}

fn push_repr(t: &mut Thread, buf: &mut TextBuf, node: Value, depth: usize) -> PyResult<()> {
    t.check_native_stack()?;
    let name = shown_name(t, type_of(node));
    buf.push_str(&name);
    if depth == 0 || !container::enter_repr(t, node)? {
        buf.push_str("(...)");
        return Ok(());
    }
    let result = push_fields(t, buf, node, depth);
    container::leave_repr(t);
    result
}

fn push_fields(t: &mut Thread, buf: &mut TextBuf, node: Value, depth: usize) -> PyResult<()> {
    let fields = names_of(t, type_of(node).value(), "_fields")?;
    buf.push_str("(");
    for index in 0..fields.len() {
        if index > 0 {
            buf.push_str(", ");
        }
        buf.push_str(&attr::name_text(fields[index]));
        buf.push_str("=");
        let value = attr::getattr(t, node, fields[index])?;
        if value.cast::<List>().is_some() || value.as_tuple().is_some() {
            let items = iter::collect(t, value)?;
            push_items(t, buf, &items, value.as_tuple().is_some(), depth)?;
        } else {
            push_value(t, buf, value, depth)?;
        }
    }
    buf.push_str(")");
    Ok(())
}

fn push_value(t: &mut Thread, buf: &mut TextBuf, value: Value, depth: usize) -> PyResult<()> {
    if classes::is_node(t, value) {
        push_repr(t, buf, value, depth - 1)
    } else {
        container::push_repr(t, buf, value)
    }
}

/// The first and the last item of a sequence.
fn push_items(
    t: &mut Thread,
    buf: &mut TextBuf,
    items: &[Value],
    is_tuple: bool,
    depth: usize,
) -> PyResult<()> {
    buf.push_str(if is_tuple { "(" } else { "[" });
    if let Some(&first) = items.first() {
        push_value(t, buf, first, depth)?;
    }
    if items.len() > 2 {
        buf.push_str(", ...");
    }
    if items.len() > 1 {
        buf.push_str(", ");
        push_value(t, buf, items[items.len() - 1], depth)?;
    }
    buf.push_str(if is_tuple { ")" } else { "]" });
    Ok(())
}

fn own_dict(t: &mut Thread, node: Value) -> PyResult<Ref<Dict>> {
    let dict = attr::getattr_text(t, node, "__dict__")?;
    match dict.cast::<Dict>() {
        Some(dict) => Ok(dict),
        None => Err(t.type_error("__dict__ must be a dict")),
    }
}

/// The class, a `None` for each leading field that is set (so that the constructor does not warn), and the attributes.
fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = type_of(args[0]);
    let state = own_dict(t, args[0])?;
    let fields = names_of(t, class.value(), "_fields")?;
    let mut leading = t.vec();
    for index in 0..fields.len() {
        if dict::get(t, state, fields[index])?.is_none() {
            break;
        }
        leading.push(Value::NONE);
    }
    let leading = tuple::new(t, &leading)?;
    tuple::new(t, &[class.value(), leading, state.value()])
}

/// `AST.__replace__`: a copy with other values of some fields or places.
fn replace(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = args[0];
    let class = type_of(this);
    let name = shown_name(t, class);
    let changes = keyword_dict(t, args[1]);
    let state = own_dict(t, this)?;
    let fields = names_of(t, class.value(), "_fields")?;
    let places = names_of(t, class.value(), "_attributes")?;
    let mut position = 0;
    while let Some((at, key, _)) = changes.entry_from(position) {
        position = at + 1;
        let known = contains(t, &fields, key)? || contains(t, &places, key)?;
        if !known && dict::get(t, state, key)?.is_none() {
            let shown = attr::name_text(key);
            let message = format!("{name}.__replace__ got an unexpected keyword argument '{shown}'.");
            return Err(t.type_error(message));
        }
    }
    let mut missing = Vec::new();
    for index in 0..fields.len() {
        let field = fields[index];
        let given = dict::get(t, state, field)?.is_some() || dict::get(t, changes, field)?.is_some();
        if !given && class.lookup(t, field).is_none() {
            missing.push(format!("'{}'", attr::name_text(field)));
        }
    }
    if !missing.is_empty() {
        let (n, s) = (missing.len(), if missing.len() == 1 { "" } else { "s" });
        let list = missing.join(", ");
        return Err(t.type_error(format!("{name}.__replace__ missing {n} keyword argument{s}: {list}.")));
    }
    let copy = class.new_instance(t);
    for source in [state, changes] {
        let mut position = 0;
        while let Some((at, key, value)) = source.entry_from(position) {
            position = at + 1;
            attr::setattr(t, copy, key, value)?;
        }
    }
    Ok(copy)
}
