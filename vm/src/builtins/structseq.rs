//! Struct sequences: tuples whose items also have names (`os.stat_result`, `time.struct_time`, `sys.version_info`).
//!
//! A type is declared by [`type_def`] from rows made by [`field`], one for each named field in the order that `repr`
//! shows. The first [`visible`](type_def) fields are the items of the tuple; the others can be reached by name alone and
//! stand behind the items in the object.

use pystm_gc::{Layout, Trace, layout::Size};

use super::{dict, dict::Dict, tuple, tuple::Tuple, typeobj, typeobj::Type};
use crate::{
    error::{Exc, PyResult},
    kind::Kind,
    native::{GetSet, Method, TypeDef, getter, keyword_dict, method, static_method},
    object::Ref,
    protocol::{iter, text},
    runtime::type_of,
    shape,
    thread::Thread,
    value::Value,
};

/// A named field that stands at index `N`.
pub const fn field<const N: usize>(name: &'static str, doc: &'static str) -> GetSet {
    getter(name, get::<N>, doc)
}

/// A struct-sequence type with `FIELDS` fields, of which the first `VISIBLE` are items of the tuple. `rows` has one row
/// for each named field; a type whose items do not all have names lists fewer rows than fields.
pub const fn type_def<const VISIBLE: usize, const FIELDS: usize>(
    name: &'static str,
    doc: &'static str,
    rows: &'static [GetSet],
) -> TypeDef {
    TypeDef {
        name,
        doc,
        base: Some(&super::tuple_methods::DEF),
        kind: Kind::Tuple,
        layout: Layout {
            trace: Trace::Fixed { first: 2, count: FIELDS as u16 },
            size: Size::Fixed(16 + 8 * FIELDS as u32),
            drop: None,
        },
        words: 0,
        flags: crate::native::SEQUENCE,
        methods: METHODS,
        getset: rows,
        setup: Some(setup::<VISIBLE, FIELDS>),
    }
}

static METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, sequence, dict=None)",
        new_method,
        "Make one from its items and a dict of hidden fields.",
    ),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__reduce__", "($self, /)", reduce, "Helper for pickle."),
    method(
        "__replace__",
        "($self, /, **changes)",
        replace,
        "Return a copy with new values for the named fields.",
    ),
];

fn setup<const VISIBLE: usize, const FIELDS: usize>(t: &mut Thread, class: Ref<Type>) {
    let named = class.def().map_or(0, |d| d.getset.len());
    let dict = class.dict();
    dict::set_text(t, dict, "n_sequence_fields", Value::small(VISIBLE as i64));
    dict::set_text(t, dict, "n_fields", Value::small(FIELDS as i64));
    dict::set_text(t, dict, "n_unnamed_fields", Value::small((FIELDS - named) as i64));
    let names: Vec<&str> =
        class.def().map_or(&[][..], |d| d.getset).iter().take(VISIBLE.min(named)).map(|r| r.name).collect();
    let mut values = t.vec();
    for name in names {
        let name = t.intern(name);
        values.push(name);
    }
    let names = tuple::new_small(t, &values);
    dict::set_text(t, dict, "__match_args__", names);
}

/// An object of the type with these fields, hidden ones last; missing hidden fields are None.
///
/// # Panics
/// If there are fewer values than items or more than fields, or if the class is no struct sequence.
pub fn new(t: &mut Thread, class: Ref<Type>, values: &[Value]) -> Value {
    let fields = field_count(class);
    let visible = visible_count(t, class);
    assert!(values.len() >= visible && values.len() <= fields);
    // SAFETY: the shape's kind is `Tuple` and its objects have `fields` words behind header and length; all are filled.
    let object = unsafe {
        t.alloc_bytes::<Tuple>(class.instance_shape(), 16 + 8 * fields, |p| {
            (p as *mut u64).add(1).write(visible as u64);
            let items = (p as *mut Value).add(2);
            for i in 0..fields {
                items.add(i).write(values.get(i).copied().unwrap_or(Value::NONE));
            }
        })
    };
    object.value()
}

/// As [`new`], by definition.
pub fn make(t: &mut Thread, def: &'static TypeDef, values: &[Value]) -> Value {
    let class = t.rt.native_class(t, def);
    new(t, class, values)
}

/// Field `index` of a struct sequence, hidden ones included.
///
/// # Panics
/// If there is no such field.
pub fn value_at(object: Value, index: usize) -> Value {
    let class = type_of(object);
    assert!(object.cast::<Tuple>().is_some() && index < field_count(class));
    // SAFETY: the object has that many words behind header and length; they never change.
    unsafe { *(object.object_unchecked() as *const pystm_gc::Object as *const Value).add(2 + index) }
}

fn get<const N: usize>(_: &mut Thread, object: Value) -> PyResult {
    Ok(value_at(object, N))
}

fn field_count(class: Ref<Type>) -> usize {
    (shape::shape(class.instance_shape()).fixed_size() - 16) / 8
}

fn visible_count(t: &mut Thread, class: Ref<Type>) -> usize {
    dict::get_text(t, class.dict(), "n_sequence_fields").and_then(|v| v.as_small()).unwrap_or(0) as usize
}

fn rows(class: Ref<Type>) -> &'static [GetSet] {
    class.def().map_or(&[], |d| d.getset)
}

/// Index of the field that the row reads. Unnamed items shift the named ones behind them.
fn index_of_row(row: usize, visible: usize, fields: usize, named: usize) -> usize {
    let unnamed = fields - named;
    if row + unnamed < visible { row } else { row + unnamed }
}

fn full_name(t: &mut Thread, class: Ref<Type>) -> String {
    typeobj::lookup::full_name(t, class)
}

fn new_method(t: &mut Thread, args: &[Value]) -> PyResult {
    let class: Ref<Type> = Ref::known(args[0]);
    if class.has(crate::native::NO_CONSTRUCTOR as u64) {
        let name = class.message_name();
        return Err(t.type_error(format!("cannot create '{name}' instances")));
    }
    let (fields, visible) = (field_count(class), visible_count(t, class));
    if t.rt.native_class(t, &super::tuple_methods::DEF) == class {
        return Err(t.type_error("not a struct sequence"));
    }
    let mut values = match iter::collect(t, args[1]) {
        Ok(values) => values,
        Err(raised) => {
            t.catch(raised, Exc::TypeError)?;
            return Err(t.type_error("constructor requires a sequence"));
        }
    };
    let extra = match args[2].given_not_none() {
        Some(d) => match d.cast::<Dict>() {
            Some(d) => Some(d),
            None => {
                let name = full_name(t, class);
                return Err(t.type_error(format!("{name}() takes a dict as second arg, if any")));
            }
        },
        None => None,
    };
    let n = values.len();
    if n < visible || n > fields {
        let name = full_name(t, class);
        let (bound, limit) = match (visible == fields, n < visible) {
            (true, _) => ("a", visible),
            (false, true) => ("an at least ", visible),
            (false, false) => ("an at most ", fields),
        };
        let sequence = if visible == fields {
            format!("a {limit}-sequence")
        } else {
            format!("{bound}{limit}-sequence")
        };
        return Err(t.type_error(format!("{name}() takes {sequence} ({n}-sequence given)")));
    }
    let rows = rows(class);
    values.resize(fields, Value::NONE);
    if let Some(extra) = extra {
        for (k, row) in rows.iter().enumerate() {
            let index = index_of_row(k, visible, fields, rows.len());
            if index >= n
                && let Some(value) = dict::get_text(t, extra, row.name)
            {
                values[index] = value;
            }
        }
    }
    Ok(new(t, class, &values))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = type_of(args[0]);
    t.check_native_stack()?;
    let visible = visible_count(t, class);
    let mut out = pystm_text::TextBuf::new();
    out.push_str(&full_name(t, class));
    out.push_str("(");
    for (k, row) in rows(class).iter().take(visible).enumerate() {
        if k > 0 {
            out.push_str(", ");
        }
        out.push_str(row.name);
        out.push_str("=");
        let value = text::repr(t, value_at(args[0], k))?;
        if let Some(s) = value.as_str() {
            out.push_units(s.units());
        }
    }
    out.push_str(")");
    super::str::Str::from_buf(t, &out)
}

fn hidden_fields(t: &mut Thread, object: Value) -> Ref<Dict> {
    let class = type_of(object);
    let (fields, visible, rows) = (field_count(class), visible_count(t, class), rows(class));
    let dict = dict::new(t);
    for (k, row) in rows.iter().enumerate() {
        let index = index_of_row(k, visible, fields, rows.len());
        if index >= visible {
            dict::set_text(t, dict, row.name, value_at(object, index));
        }
    }
    dict
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let items = Ref::<Tuple>::known(args[0]);
    let items = tuple::new(t, items.values())?;
    let hidden = hidden_fields(t, args[0]);
    let arguments = tuple::new_small(t, &[items, hidden.value()]);
    Ok(tuple::new_small(t, &[type_of(args[0]).value(), arguments]))
}

fn replace(t: &mut Thread, args: &[Value]) -> PyResult {
    let class = type_of(args[0]);
    let (fields, visible, rows) = (field_count(class), visible_count(t, class), rows(class));
    if rows.len() != fields {
        let name = full_name(t, class);
        return Err(t.type_error(format!(
            "__replace__() is not supported for {name} because it has unnamed field(s)"
        )));
    }
    let changes = keyword_dict(t, args[1]);
    let mut values = t.vec();
    let mut used = 0;
    for (k, row) in rows.iter().enumerate() {
        let index = index_of_row(k, visible, fields, rows.len());
        match dict::get_text(t, changes, row.name) {
            Some(v) => {
                values.push(v);
                used += 1;
            }
            None => values.push(value_at(args[0], index)),
        }
    }
    if used < changes.len() {
        let mut unknown = t.vec();
        let mut position = 0;
        while let Some((at, key, _)) = changes.entry_from(position) {
            let name = key.as_str().map(|s| s.to_rust()).unwrap_or_default();
            if !rows.iter().any(|r| r.name == name) {
                unknown.push(key);
            }
            position = at + 1;
        }
        let unknown = super::list::new(t, &unknown);
        let unknown = text::repr_string(t, unknown)?;
        return Err(t.type_error(format!("Got unexpected field name(s): {unknown}")));
    }
    Ok(new(t, class, &values))
}
