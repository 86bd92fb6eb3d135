//! `_heapq`: heaps in lists, the smallest (or largest) item first. The algorithms are those of `heapq.py`.

use pystm_vm::{
    builtins::list::{self, List},
    error::{Exc, PyResult, Raised},
    native::{Method, ModuleDef, method},
    object::Ref,
    protocol::compare,
    runtime::type_of,
    special::Compare,
    thread::Thread,
    value::Value,
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_heapq",
    doc: "Heap queue algorithm (a.k.a. priority queue).",
    methods: METHODS,
    types: &[],
    init: None,
};

static METHODS: &[Method] = &[
    method("heapify", "(heap, /)", |t, a| heapify(t, a, MIN), "Turns a list into a heap, in linear time."),
    method("heapify_max", "(heap, /)", |t, a| heapify(t, a, MAX), "heapify() for a max-heap."),
    method("heappop", "(heap, /)", |t, a| pop(t, a, MIN), "Removes and returns the smallest item."),
    method("heappop_max", "(heap, /)", |t, a| pop(t, a, MAX), "Removes and returns the largest item."),
    method("heappush", "(heap, item, /)", |t, a| push(t, a, MIN), "Adds an item to a heap."),
    method("heappush_max", "(heap, item, /)", |t, a| push(t, a, MAX), "Adds an item to a max-heap."),
    method(
        "heappushpop",
        "(heap, item, /)",
        |t, a| push_pop(t, a, MIN),
        "heappush() and then heappop(), faster.",
    ),
    method("heappushpop_max", "(heap, item, /)", |t, a| push_pop(t, a, MAX), "heappushpop() for a max-heap."),
    method(
        "heapreplace",
        "(heap, item, /)",
        |t, a| replace(t, a, MIN),
        "heappop() and then heappush(), faster.",
    ),
    method("heapreplace_max", "(heap, item, /)", |t, a| replace(t, a, MAX), "heapreplace() for a max-heap."),
];

/// Which of two items comes first.
#[derive(Clone, Copy)]
struct Order {
    /// The larger one does.
    max: bool,
    suffix: &'static str,
}

const MIN: Order = Order { max: false, suffix: "" };
const MAX: Order = Order { max: true, suffix: "_max" };

impl Order {
    /// Whether `a` comes before `b`.
    fn before(self, t: &mut Thread, a: Value, b: Value) -> PyResult<bool> {
        if self.max { compare::holds(t, b, a, Compare::Lt) } else { compare::holds(t, a, b, Compare::Lt) }
    }
}

fn heap_of(t: &mut Thread, args: &[Value], name: &str, order: Order) -> PyResult<Ref<List>> {
    match args[0].cast::<List>() {
        Some(heap) => Ok(heap),
        None => {
            let (got, suffix) = (type_of(args[0]).name(), order.suffix);
            let position = if args.len() > 1 { "argument 1" } else { "argument" };
            Err(t.type_error(format!("{name}{suffix}() {position} must be list, not {got}")))
        }
    }
}

#[cold]
fn changed_size(t: &mut Thread) -> Raised {
    t.raise(Exc::RuntimeError, "list changed size during iteration")
}

/// Item at an index of a heap whose length must still be `len`.
fn at(t: &mut Thread, heap: Ref<List>, index: usize, len: usize) -> PyResult {
    match heap.get(index) {
        Some(item) if heap.len() == len => Ok(item),
        _ => Err(changed_size(t)),
    }
}

fn put(t: &mut Thread, heap: Ref<List>, index: usize, item: Value) {
    let w = t.write(heap);
    heap.set_item(&w, index, item);
}

/// Moves the item at `position` towards `start` as long as it comes before its parent.
fn sift_down(
    t: &mut Thread,
    heap: Ref<List>,
    start: usize,
    mut position: usize,
    order: Order,
) -> PyResult<()> {
    let len = heap.len();
    let item = at(t, heap, position, len)?;
    while position > start {
        let parent = (position - 1) / 2;
        let other = at(t, heap, parent, len)?;
        let before = order.before(t, item, other)?;
        // The comparison may have changed the list.
        at(t, heap, parent, len)?;
        if !before {
            break;
        }
        let (a, b) = (at(t, heap, position, len)?, at(t, heap, parent, len)?);
        put(t, heap, position, b);
        put(t, heap, parent, a);
        position = parent;
    }
    Ok(())
}

/// Moves the smaller child up until a leaf is reached, and then the item into place.
fn sift_up(t: &mut Thread, heap: Ref<List>, mut position: usize, order: Order) -> PyResult<()> {
    let (len, start) = (heap.len(), position);
    while 2 * position + 1 < len {
        let mut child = 2 * position + 1;
        if child + 1 < len {
            let (left, right) = (at(t, heap, child, len)?, at(t, heap, child + 1, len)?);
            if !order.before(t, left, right)? {
                child += 1;
            }
        }
        let (a, b) = (at(t, heap, position, len)?, at(t, heap, child, len)?);
        put(t, heap, position, b);
        put(t, heap, child, a);
        position = child;
    }
    sift_down(t, heap, start, position, order)
}

fn heapify(t: &mut Thread, args: &[Value], order: Order) -> PyResult {
    let heap = heap_of(t, args, "heapify", order)?;
    for i in (0..heap.len() / 2).rev() {
        sift_up(t, heap, i, order)?;
    }
    Ok(Value::NONE)
}

fn push(t: &mut Thread, args: &[Value], order: Order) -> PyResult {
    let heap = heap_of(t, args, "heappush", order)?;
    list::append(t, heap, args[1]);
    let last = heap.len() - 1;
    sift_down(t, heap, 0, last, order)?;
    Ok(Value::NONE)
}

fn pop(t: &mut Thread, args: &[Value], order: Order) -> PyResult {
    let heap = heap_of(t, args, "heappop", order)?;
    if heap.is_empty() {
        return Err(t.index_error("index out of range"));
    }
    let last = list::remove_at(t, heap, heap.len() - 1)?;
    let Some(first) = heap.get(0) else { return Ok(last) };
    put(t, heap, 0, last);
    sift_up(t, heap, 0, order)?;
    Ok(first)
}

fn replace(t: &mut Thread, args: &[Value], order: Order) -> PyResult {
    let heap = heap_of(t, args, "heapreplace", order)?;
    let Some(first) = heap.get(0) else { return Err(t.index_error("index out of range")) };
    put(t, heap, 0, args[1]);
    sift_up(t, heap, 0, order)?;
    Ok(first)
}

fn push_pop(t: &mut Thread, args: &[Value], order: Order) -> PyResult {
    let heap = heap_of(t, args, "heappushpop", order)?;
    let Some(first) = heap.get(0) else { return Ok(args[1]) };
    if !order.before(t, first, args[1])? {
        return Ok(args[1]);
    }
    let Some(first) = heap.get(0) else { return Err(t.index_error("index out of range")) };
    put(t, heap, 0, args[1]);
    sift_up(t, heap, 0, order)?;
    Ok(first)
}
