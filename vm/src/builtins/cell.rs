//! `cell`: a variable shared between a function and the functions inside it.

use pystm_gc::{Header, Layout, Trace, layout::Size};
use pystm_stm::Slot;

use crate::{
    error::PyResult,
    kind::Kind,
    native::{Method, TypeDef, getset, method, static_method},
    object::{Body, Ref},
    protocol::compare,
    runtime::type_of,
    special::Compare,
    thread::Thread,
    value::Value,
};

/// Body of a cell.
#[repr(C)]
pub struct Cell {
    header: Header,
    version: Slot<u64>,
    /// What the variable holds, or unset.
    pub content: Slot<Value>,
}

// SAFETY: `repr(C)`, header first; only cells have the kind.
unsafe impl Body for Cell {
    const KIND: Kind = Kind::Cell;
}

/// Layout of cells.
pub const LAYOUT: Layout =
    Layout { trace: Trace::Fixed { first: 2, count: 1 }, size: Size::Fixed(24), drop: None };

/// A new cell that holds this value (or nothing, if it is unset).
#[inline]
pub fn new(t: &mut Thread, content: Value) -> Value {
    Ref::new(t, |header| Cell { header, version: Slot::new(0), content: Slot::new(content) }).value()
}

/// The type `cell`.
pub static DEF: TypeDef = TypeDef {
    name: "cell",
    doc: "Create a new cell object.\n\n  contents\n    the contents of the cell. If not specified, the cell will be empty,\n    and \
          further attempts to access its cell_contents attribute will\n    raise a ValueError.",
    base: None,
    kind: Kind::Cell,
    layout: LAYOUT,
    words: 0,
    flags: 0,
    methods: METHODS,
    getset: &[getset("cell_contents", get_contents, set_contents, "The content of the cell.")],
    setup: None,
};

static METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, contents=<unset>, /)",
        |t, args| Ok(new(t, args[1])),
        "Create a new cell object.",
    ),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__eq__", "($self, value, /)", |t, a| compare_cells(t, a, Compare::Eq), "Return self==value."),
    method("__ne__", "($self, value, /)", |t, a| compare_cells(t, a, Compare::Ne), "Return self!=value."),
    method("__lt__", "($self, value, /)", |t, a| compare_cells(t, a, Compare::Lt), "Return self<value."),
    method("__le__", "($self, value, /)", |t, a| compare_cells(t, a, Compare::Le), "Return self<=value."),
    method("__gt__", "($self, value, /)", |t, a| compare_cells(t, a, Compare::Gt), "Return self>value."),
    method("__ge__", "($self, value, /)", |t, a| compare_cells(t, a, Compare::Ge), "Return self>=value."),
];

fn get_contents(t: &mut Thread, cell: Value) -> PyResult {
    match Ref::<Cell>::known(cell).content.get().given() {
        Some(v) => Ok(v),
        None => Err(t.value_error("Cell is empty")),
    }
}

fn set_contents(t: &mut Thread, cell: Value, value: Value) -> PyResult<()> {
    let cell = Ref::<Cell>::known(cell);
    let w = t.write(cell);
    cell.content.set(&w, value);
    Ok(())
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let address = args[0].bits() & !7;
    let content = Ref::<Cell>::known(args[0]).content.get();
    let text = match content.given() {
        None => format!("<cell at {address:#x}: empty>"),
        Some(v) => {
            let id = super::object::address(v);
            format!("<cell at {address:#x}: {} object at {id:#x}>", type_of(v).name())
        }
    };
    Ok(t.new_str(&text))
}

fn compare_cells(t: &mut Thread, args: &[Value], op: Compare) -> PyResult {
    let Some(other) = args[1].cast::<Cell>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let (a, b) = (Ref::<Cell>::known(args[0]).content.get(), other.content.get());
    match (a.given(), b.given()) {
        (Some(a), Some(b)) => compare::compare(t, a, b, op),
        // An empty cell is less than any other.
        (a, b) => Ok(Value::bool(op.holds(a.is_some().cmp(&b.is_some())))),
    }
}
