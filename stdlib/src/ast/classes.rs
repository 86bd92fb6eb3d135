//! Makes the node classes from the rows of the schema, and finds them again.

use std::sync::OnceLock;

use pystm_vm::{
    builtins::{
        dict,
        generic::union,
        str as strs, tuple,
        typeobj::{self, Type},
    },
    error::PyResult,
    kind::Kind,
    object::Ref,
    protocol::{attr, call, item},
    runtime::{class_of_kind, type_of},
    thread::Thread,
    value::Value,
};

use super::{node::AST_DEF, schema::ROWS};

/// A node class. Classes live as long as the process.
pub(super) struct NodeClass {
    /// Its name.
    pub(super) name: &'static str,
    /// The name of the abstract class above it, or `AST`.
    pub(super) base: &'static str,
    /// The class itself.
    pub(super) class: Value,
    /// The instance that all trees of the parser share, of operators and contexts.
    pub(super) shared: Value,
}

static CLASSES: OnceLock<Vec<NodeClass>> = OnceLock::new();

/// Attributes of nodes that have a place in the source text.
const PLACES: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// All node classes but `AST`, made on the first call.
pub(super) fn all(t: &mut Thread) -> PyResult<&'static [NodeClass]> {
    if let Some(classes) = CLASSES.get() {
        return Ok(classes);
    }
    let mut made: Vec<NodeClass> = Vec::new();
    for index in 0..ROWS.len() {
        let class = make(t, &made, index)?;
        // Everything in `made` is kept alive by the runtime.
        made.push(class);
    }
    Ok(CLASSES.get_or_init(|| made))
}

/// The class called `name`, which the schema has.
pub(super) fn named(t: &mut Thread, name: &str) -> PyResult<&'static NodeClass> {
    let found = all(t)?.iter().find(|class| class.name == name);
    Ok(found.unwrap_or_else(|| unreachable!("no node class is called {name}")))
}

/// The class of the schema that the value is an instance of, if it is a concrete node.
pub(super) fn of(t: &mut Thread, value: Value) -> PyResult<Option<&'static NodeClass>> {
    let classes = all(t)?;
    let order = type_of(value).mro();
    Ok(order.values().iter().find_map(|&above| classes.iter().find(|class| class.class == above)))
}

/// Whether the value is an instance of `AST`.
pub(super) fn is_node(t: &mut Thread, value: Value) -> bool {
    let ast = t.rt.native_class(t, &AST_DEF);
    type_of(value).is_subtype(ast)
}

fn make(t: &mut Thread, made: &[NodeClass], index: usize) -> PyResult<NodeClass> {
    let row = &ROWS[index];
    let name = row.name();
    let ast = t.rt.native_class(t, &AST_DEF).value();
    let base = made.iter().find(|class| class.name == row.base).map_or(ast, |class| class.class);
    let namespace = dict::new(t);
    let module = t.intern("ast");
    dict::set_text(t, namespace, "__module__", module);
    let doc = t.new_str(&doc(index));
    dict::set_text(t, namespace, "__doc__", doc);
    let names: Vec<&str> = row.fields().map(|(_, name)| name).collect();
    let fields = name_tuple(t, &names)?;
    dict::set_text(t, namespace, "_fields", fields);
    dict::set_text(t, namespace, "__match_args__", fields);
    if row.base == "AST" {
        let places = name_tuple(t, if row.placed { &PLACES } else { &[] })?;
        dict::set_text(t, namespace, "_attributes", places);
    }
    if row.placed {
        dict::set_text(t, namespace, "end_lineno", Value::NONE);
        dict::set_text(t, namespace, "end_col_offset", Value::NONE);
    }
    for (ty, field) in row.fields() {
        if ty.ends_with('?') {
            dict::set_text(t, namespace, field, Value::NONE);
        }
    }
    let name_value = t.intern(name);
    let bases = tuple::new(t, &[base])?;
    let class = call::call(t, typeobj::class().value(), &[name_value, bases, namespace.value()])?;
    t.rt.keep(t, class);
    let mut shared = Value::UNSET;
    if !row.is_abstract && row.fields().next().is_none() {
        shared = Ref::<Type>::known(class).new_instance(t);
        t.rt.keep(t, shared);
    }
    Ok(NodeClass { name, base: row.base, class, shared })
}

/// Sets `_field_types` of all classes; fields may refer to classes made later.
pub(super) fn add_field_types(t: &mut Thread) -> PyResult<()> {
    for (class, row) in all(t)?.iter().zip(ROWS) {
        if row.is_abstract {
            continue;
        }
        let types = dict::new(t);
        for (ty, field) in row.fields() {
            let value = field_type(t, ty)?;
            dict::set_text(t, types, field, value);
        }
        let class = Ref::<Type>::known(class.class);
        for name in ["_field_types", "__annotations_cache__"] {
            let name = t.intern(name);
            attr::type_setattr(t, class, name, types.value())?;
        }
    }
    Ok(())
}

fn field_type(t: &mut Thread, ty: &str) -> PyResult {
    let base = match ty.trim_end_matches(['?', '*']) {
        "identifier" | "string" => strs::class().value(),
        "int" => class_of_kind(Kind::Int).value(),
        "constant" => class_of_kind(Kind::Object).value(),
        name => named(t, name)?.class,
    };
    if ty.ends_with('*') {
        return item::getitem(t, class_of_kind(Kind::List).value(), base);
    }
    if ty.ends_with('?') {
        return union::union_or(t, base, Value::NONE);
    }
    Ok(base)
}

/// The text of a concrete class; for an abstract one, all its alternatives.
fn doc(index: usize) -> String {
    let row = &ROWS[index];
    if !row.is_abstract {
        return row.asdl.to_owned();
    }
    let rows = ROWS.iter().filter(|alternative| alternative.base == row.asdl);
    let alternatives: Vec<&str> = rows.map(|alternative| alternative.asdl).collect();
    let on_lines = alternatives.iter().any(|text| text.contains('('));
    let separator =
        if on_lines { format!("\n{}| ", " ".repeat(row.asdl.len() + 1)) } else { " | ".to_owned() };
    format!("{} = {}", row.asdl, alternatives.join(&separator))
}

fn name_tuple(t: &mut Thread, names: &[&str]) -> PyResult {
    let mut values = t.vec();
    for name in names {
        let name = t.intern(name);
        values.push(name);
    }
    tuple::new(t, &values)
}
