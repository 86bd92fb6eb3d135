//! `Struct` and the iterator of `iter_unpack`.

use std::sync::OnceLock;

use pystm_gc::Marker;
use pystm_vm::{
    builtins::{
        buffer,
        iterators::{ITER, NEXT},
        tuple::Tuple,
        typeobj::Type,
    },
    error::PyResult,
    kind::Kind,
    native::{Method, NO_CONSTRUCTOR, SUBCLASSABLE, TypeDef, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload},
        record::{self, Record},
    },
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{
    codes, error, format_text, layout, layout::Layout, pack_values, pack_values_into, unpack_all, unpack_at,
};

/// State of a `Struct`: set once, by `__new__` or, for subclasses that give no format there, by `__init__`.
struct Struct(OnceLock<(Vec<u8>, Layout)>);

impl Payload for Struct {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

/// `_struct.Struct`
pub(super) static STRUCT_DEF: TypeDef = TypeDef {
    name: "_struct.Struct",
    doc: "Struct(fmt) --> compiled struct object",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: SUBCLASSABLE,
    methods: METHODS,
    getset: &[
        getter("format", format, "struct format string"),
        getter(
            "size",
            |_, v| Ok(Value::small(payload(v).0.get().map_or(-1, |state| state.1.size as i64))),
            "struct size in bytes",
        ),
    ],
    setup: None,
};

const METHODS: &[Method] = &[
    static_method("__new__", "($cls, /, *args, **kwargs)", new, "Create and return a new object."),
    method("__init__", "($self, format)", init, "Initialize self."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__reduce__", "($self, /)", reduce, "Helper for pickle."),
    method("__sizeof__", "($self, /)", sizeof, "S.__sizeof__() -> size of S in memory, in bytes"),
    method("iter_unpack", "($self, buffer, /)", iter_unpack, "Return an iterator yielding tuples."),
    method("pack", "($self, *args)", pack, "S.pack(v1, v2, ...) -> bytes"),
    method("pack_into", "($self, *args)", pack_into, "S.pack_into(buffer, offset, v1, v2, ...)"),
    method("unpack", "($self, buffer, /)", unpack, "Return a tuple containing unpacked values."),
    method(
        "unpack_from",
        "($self, /, buffer, offset=0)",
        unpack_from,
        "Return a tuple containing unpacked values.",
    ),
];

fn payload(value: Value) -> &'static Struct {
    native::payload(value).unwrap_or_else(|| unreachable!("a Struct"))
}

fn state(t: &mut Thread, value: Value) -> PyResult<&'static (Vec<u8>, Layout)> {
    match payload(value).0.get() {
        Some(state) => Ok(state),
        None => Err(t.raise(pystm_vm::error::Exc::RuntimeError, "Struct object is not initialized")),
    }
}

fn format(t: &mut Thread, value: Value) -> PyResult {
    let format = String::from_utf8_lossy(&state(t, value)?.0);
    Ok(t.new_str(&format))
}

fn unpack(t: &mut Thread, args: &[Value]) -> PyResult {
    let layout = &state(t, args[0])?.1;
    unpack_all(t, layout, args[1])
}

fn unpack_from(t: &mut Thread, args: &[Value]) -> PyResult {
    let layout = &state(t, args[0])?.1;
    unpack_at(t, layout, args[1], args[2])
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(native::new(t, Ref::<Type>::known(args[0]), Struct(OnceLock::new())))
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let text = format_text(t, args[1])?;
    let layout = layout::parse(&text).map_err(|message| error(t, message))?;
    let _ = payload(args[0]).0.set((text, layout));
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let format = String::from_utf8_lossy(&state(t, args[0])?.0).into_owned();
    let format = t.new_str(&format);
    let format = pystm_vm::protocol::text::repr_string(t, format)?;
    let name = type_of(args[0]).name();
    Ok(t.new_str(&format!("{name}({format})")))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = type_of(args[0]).name();
    Err(t.type_error(format!("cannot pickle '{name}' object")))
}

fn sizeof(t: &mut Thread, args: &[Value]) -> PyResult {
    let items = state(t, args[0])?.1.items.len();
    Ok(Value::small(56 + 32 * (items as i64 + 1)))
}

fn pack(t: &mut Thread, args: &[Value]) -> PyResult {
    let layout = &state(t, args[0])?.1;
    pack_values(t, layout, Ref::<Tuple>::known(args[1]).values())
}

fn pack_into(t: &mut Thread, args: &[Value]) -> PyResult {
    let layout = &state(t, args[0])?.1;
    pack_values_into(t, layout, Ref::<Tuple>::known(args[1]).values())
}

fn iter_unpack(t: &mut Thread, args: &[Value]) -> PyResult {
    state(t, args[0])?;
    start(t, args[0], args[1])
}

static ITERATOR_DEF: TypeDef = record::def(
    "_struct.unpack_iterator",
    "",
    NO_CONSTRUCTOR,
    &[ITER, NEXT, method("__length_hint__", "($self, /)", length_hint, "Number of tuples left.")],
);

// Values of an iterator: the struct, the buffer (unset at the end), and the index of the next byte.
const STRUCT: usize = 0;
const BUFFER: usize = 1;
const POSITION: usize = 2;

/// `iter_unpack(format, buffer)`
pub(super) fn iterator(t: &mut Thread, format: &[u8], source: Value) -> PyResult {
    let layout = layout::parse(format).map_err(|message| error(t, message))?;
    let class = native::class(t, &STRUCT_DEF);
    let state = OnceLock::new();
    let _ = state.set((format.to_vec(), layout));
    let object = native::new(t, class, Struct(state));
    start(t, object, source)
}

fn start(t: &mut Thread, object: Value, source: Value) -> PyResult {
    let size = state(t, object)?.1.size;
    if size == 0 {
        return Err(error(t, "cannot iteratively unpack with a struct of length 0"));
    }
    let len = buffer::get(t, source)?.len();
    if len % size != 0 {
        return Err(error(
            t,
            &format!("iterative unpacking requires a buffer of a multiple of {size} bytes"),
        ));
    }
    Ok(record::new(t, &ITERATOR_DEF, Some(next), &[object, source, Value::ZERO]))
}

fn next(t: &mut Thread, record: Ref<Record>) -> PyResult<Option<Value>> {
    let Some(source) = record.get(BUFFER).given() else { return Ok(None) };
    let layout = &state(t, record.get(STRUCT))?.1;
    let at = record.get_int(POSITION) as usize;
    let data = buffer::get(t, source)?;
    let Some(part) = data.get(at..at + layout.size).map(<[u8]>::to_vec) else {
        record.set(t, BUFFER, Value::UNSET);
        return Ok(None);
    };
    record.set_int(t, POSITION, (at + layout.size) as i64);
    codes::unpack(t, layout, &part).map(Some)
}

fn length_hint(t: &mut Thread, args: &[Value]) -> PyResult {
    let record = Ref::<Record>::known(args[0]);
    let Some(source) = record.get(BUFFER).given() else { return Ok(Value::ZERO) };
    let size = state(t, record.get(STRUCT))?.1.size as i64;
    let len = buffer::get(t, source)?.len() as i64;
    Ok(Value::small((len - record.get_int(POSITION)) / size))
}
