//! `_symtable`: the scopes that the compiler sees.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use pystm_parser::Mode;
use pystm_vm::{
    builtins::{dict, exceptions, functions, list},
    compiler::{
        Options,
        symbols::{self, Block, BlockKind},
    },
    error::PyResult,
    import,
    native::{GetSet, ModuleDef, NO_CONSTRUCTOR, TypeDef, WEAK, member, method},
    object::{
        Ref,
        record::{self, Record},
    },
    thread::Thread,
    value::Value,
};

use crate::support::{decode_fs, fs_bytes, set_global, str_arg};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_symtable",
    doc: "",
    methods: &[method(
        "symtable",
        "(source, filename, startstr, /)",
        symtable,
        "Return symbol and scope dictionaries used internally by compiler.",
    )],
    types: &[],
    init: Some(|t, module| {
        for &(name, value) in CONSTANTS {
            set_global(t, module, name, Value::small(value));
        }
        Ok(())
    }),
};

const CONSTANTS: &[(&str, i64)] = &[
    ("DEF_GLOBAL", 1),
    ("DEF_LOCAL", 2),
    ("DEF_PARAM", 4),
    ("DEF_NONLOCAL", 8),
    ("USE", 16),
    ("DEF_FREE_CLASS", 64),
    ("DEF_IMPORT", 128),
    ("DEF_BOUND", 134),
    ("DEF_ANNOT", 256),
    ("DEF_COMP_ITER", 512),
    ("DEF_TYPE_PARAM", 1024),
    ("DEF_COMP_CELL", 2048),
    ("SCOPE_OFF", 12),
    ("SCOPE_MASK", 15),
    ("LOCAL", 1),
    ("GLOBAL_EXPLICIT", 2),
    ("GLOBAL_IMPLICIT", 3),
    ("FREE", 4),
    ("CELL", 5),
    ("TYPE_FUNCTION", BlockKind::Function as i64),
    ("TYPE_CLASS", BlockKind::Class as i64),
    ("TYPE_MODULE", BlockKind::Module as i64),
    ("TYPE_ANNOTATION", BlockKind::Annotation as i64),
    ("TYPE_TYPE_ALIAS", BlockKind::TypeAlias as i64),
    ("TYPE_TYPE_PARAMETERS", BlockKind::TypeParameters as i64),
    ("TYPE_TYPE_VARIABLE", BlockKind::TypeVariable as i64),
];

// Values of an entry.
const NAME: usize = 0;
const SYMBOLS: usize = 1;
const PARAMETERS: usize = 2;
const CHILDREN: usize = 3;
/// Id, line, kind and whether it is nested, packed.
const NUMBERS: usize = 4;

/// Bits of the line in the packed numbers.
const LINE_BITS: u32 = 24;
/// Bits below the id in the packed numbers.
const ID_SHIFT: u32 = LINE_BITS + 4;

static ENTRY: TypeDef = TypeDef {
    getset: ATTRIBUTES,
    ..record::def(
        "symtable entry",
        "",
        NO_CONSTRUCTOR | WEAK,
        &[method("__repr__", "($self, /)", repr, "Return repr(self).")],
    )
};

const ATTRIBUTES: &[GetSet] = &[
    member("name", |_, v| Ok(this(v).get(NAME)), ""),
    member("symbols", |_, v| Ok(this(v).get(SYMBOLS)), ""),
    member("varnames", |_, v| Ok(this(v).get(PARAMETERS)), ""),
    member("children", |_, v| Ok(this(v).get(CHILDREN)), ""),
    member("id", |_, v| Ok(Value::small(this(v).get_int(NUMBERS) >> ID_SHIFT)), ""),
    member("lineno", |_, v| Ok(Value::small(line(v))), ""),
    member("type", |_, v| Ok(Value::small(this(v).get_int(NUMBERS) >> LINE_BITS & 7)), ""),
    member("nested", |_, v| Ok(Value::small(this(v).get_int(NUMBERS) >> (LINE_BITS + 3) & 1)), ""),
];

fn this(value: Value) -> Ref<Record> {
    Ref::known(value)
}

fn line(entry: Value) -> i64 {
    this(entry).get_int(NUMBERS) & ((1 << LINE_BITS) - 1)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let entry = this(args[0]);
    let name = entry.get(NAME).as_str().map(|s| s.to_rust()).unwrap_or_default();
    let (id, line) = (entry.get_int(NUMBERS) >> ID_SHIFT, line(args[0]));
    Ok(t.new_str(&format!("<symtable entry {name}({id}), line {line}>")))
}

/// The next entry's id.
static NEXT_ID: AtomicI64 = AtomicI64::new(1);

/// The entry of a block.
fn entry(t: &mut Thread, block: &Block) -> PyResult {
    t.check_native_stack()?;
    let name = t.new_str(&block.name);
    let symbols = dict::new(t);
    for (symbol, flags) in &block.symbols {
        dict::set_text(t, symbols, symbol, Value::small(*flags));
    }
    let parameters = list::new(t, &[]);
    for parameter in &block.parameters {
        let parameter = t.new_str(parameter);
        list::append(t, Ref::known(parameters), parameter);
    }
    let children = list::new(t, &[]);
    for child in &block.children {
        let child = entry(t, child)?;
        list::append(t, Ref::known(children), child);
    }
    // Relaxed: only uniqueness matters.
    let id = NEXT_ID.fetch_add(1, Relaxed);
    let small = (block.kind as i64) | (block.nested as i64) << 3;
    let line = (block.line as i64).min((1 << LINE_BITS) - 1);
    let numbers = Value::small(id << ID_SHIFT | small << LINE_BITS | line);
    Ok(record::new(t, &ENTRY, None, &[name, symbols.value(), parameters, children, numbers]))
}

fn symtable(t: &mut Thread, args: &[Value]) -> PyResult {
    let filename = fs_bytes(t, args[1])?;
    let filename = decode_fs(t, &filename)?;
    let filename = filename.as_str().map(|s| s.to_rust()).unwrap_or_default();
    let mode = match str_arg(t, args[2], "symtable", "3")?.as_str() {
        "exec" => Mode::Module,
        "eval" => Mode::Expression,
        "single" => Mode::Interactive,
        _ => return Err(t.value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'")),
    };
    let text = functions::source_text(t, args[0], "symtable", &filename)?;
    let tree = import::parse(t, &text, &filename, mode, &Options::default())?;
    match symbols::blocks(&tree) {
        Ok(top) => entry(t, &top),
        Err(error) => Err(exceptions::syntax_error(t, &error.into(), &filename)),
    }
}
