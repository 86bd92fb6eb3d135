//! `_opcode`: what `dis` and `inspect` ask for when they are imported. The questions are about CPython's bytecode, of which
//! pystm has none: the answers describe an instruction set whose opcodes say nothing of themselves. What both modules do with
//! the code of functions they do through two functions of our own.

use pystm_vm::{
    builtins::{
        code::{Code, unit::unit_of},
        list,
        module::Module,
        tuple,
    },
    bytecode::{Op, builder::op_at, disasm},
    error::PyResult,
    native::{Method, ModuleDef, method},
    object::Ref,
    thread::Thread,
    value::Value,
};

use crate::support::set_global;

/// The module's row.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_opcode",
    doc: "Opcode support module.",
    methods: METHODS,
    types: &[],
    init: Some(init),
};

static METHODS: &[Method] = &[
    method(
        "stack_effect",
        "(opcode, oparg=None, /, *, jump=None)",
        stack_effect,
        "Compute the stack effect of the opcode.",
    ),
    method("_disassemble", "(code, /)", disassemble, "The instructions of a code object as text."),
    method(
        "_names_used",
        "(code, /)",
        names_used,
        "Pairs of 'LOAD_GLOBAL' or 'LOAD_ATTR' and a name that the code reads as global or attribute.",
    ),
    method("is_valid", "(opcode)", yes, "Return True if opcode is valid, False otherwise."),
    method("has_arg", "(opcode)", no, "Return True if the opcode uses its oparg, False otherwise."),
    method("has_const", "(opcode)", no, "Return True if the opcode accesses a constant, False otherwise."),
    method(
        "has_name",
        "(opcode)",
        no,
        "Return True if the opcode accesses an attribute by name, False otherwise.",
    ),
    method("has_jump", "(opcode)", no, "Return True if the opcode has a jump target, False otherwise."),
    method(
        "has_free",
        "(opcode)",
        no,
        "Return True if the opcode accesses a free variable, False otherwise.",
    ),
    method(
        "has_local",
        "(opcode)",
        no,
        "Return True if the opcode accesses a local variable, False otherwise.",
    ),
    method(
        "has_exc",
        "(opcode)",
        no,
        "Return True if the opcode sets up an exception handler, False otherwise.",
    ),
    method("get_intrinsic1_descs", "()", intrinsics1, "Return a list of names of the unary intrinsics."),
    method("get_intrinsic2_descs", "()", intrinsics2, "Return a list of names of the binary intrinsics."),
    method("get_special_method_names", "()", special_methods, "Return a list of special method names."),
    method("get_nb_ops", "()", operators, "Return array of symbols of binary ops."),
    method(
        "get_executor",
        "(*, code, offset)",
        |_, _| Ok(Value::NONE),
        "Return the executor object at offset in code.",
    ),
    method("get_specialization_stats", "()", |_, _| Ok(Value::NONE), "Return the specialization stats"),
];

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    // What tests ask before they look for the specialised instructions of CPython.
    set_global(t, module, "ENABLE_SPECIALIZATION", Value::FALSE);
    set_global(t, module, "ENABLE_SPECIALIZATION_FT", Value::FALSE);
    Ok(())
}

fn code_of(t: &mut Thread, value: Value) -> PyResult<Ref<Code>> {
    value.cast::<Code>().ok_or_else(|| t.type_error("a code object is required"))
}

fn disassemble(t: &mut Thread, args: &[Value]) -> PyResult {
    let code = code_of(t, args[0])?;
    let unit = unit_of(t, code)?;
    Ok(t.new_str(&disasm::disassemble_alone(&unit)))
}

fn names_used(t: &mut Thread, args: &[Value]) -> PyResult {
    let code = code_of(t, args[0])?;
    let words = code.loaded().plain_words();
    let mut rows = t.vec();
    let mut at = 0;
    while at < words.len() {
        let op = op_at(&words, at);
        let kind = match op {
            Op::LoadGlobal | Op::LoadName => Some("LOAD_GLOBAL"),
            Op::LoadAttr | Op::LoadMethod => Some("LOAD_ATTR"),
            _ => None,
        };
        if let Some(kind) = kind {
            let name = code.loaded().names[usize::from((words[at] >> 48) as u16)];
            let kind = t.intern(kind);
            let row = tuple::new_small(t, &[kind, name]);
            rows.push(row);
        }
        at += op.words();
    }
    list::try_new(t, &rows)
}

fn yes(_: &mut Thread, _: &[Value]) -> PyResult {
    Ok(Value::TRUE)
}

fn no(_: &mut Thread, _: &[Value]) -> PyResult {
    Ok(Value::FALSE)
}

fn stack_effect(t: &mut Thread, _: &[Value]) -> PyResult {
    Err(t.value_error("invalid opcode or oparg"))
}

fn strs(t: &mut Thread, items: &[&str]) -> PyResult {
    let mut values = t.vec();
    for item in items {
        let value = t.new_str(item);
        values.push(value);
    }
    list::try_new(t, &values)
}

fn intrinsics1(t: &mut Thread, _: &[Value]) -> PyResult {
    strs(
        t,
        &[
            "INTRINSIC_1_INVALID",
            "INTRINSIC_PRINT",
            "INTRINSIC_IMPORT_STAR",
            "INTRINSIC_STOPITERATION_ERROR",
            "INTRINSIC_ASYNC_GEN_WRAP",
            "INTRINSIC_UNARY_POSITIVE",
            "INTRINSIC_LIST_TO_TUPLE",
            "INTRINSIC_TYPEVAR",
            "INTRINSIC_PARAMSPEC",
            "INTRINSIC_TYPEVARTUPLE",
            "INTRINSIC_SUBSCRIPT_GENERIC",
            "INTRINSIC_TYPEALIAS",
        ],
    )
}

fn intrinsics2(t: &mut Thread, _: &[Value]) -> PyResult {
    strs(
        t,
        &[
            "INTRINSIC_2_INVALID",
            "INTRINSIC_PREP_RERAISE_STAR",
            "INTRINSIC_TYPEVAR_WITH_BOUND",
            "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
            "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
            "INTRINSIC_SET_TYPEPARAM_DEFAULT",
        ],
    )
}

fn special_methods(t: &mut Thread, _: &[Value]) -> PyResult {
    strs(t, &["__enter__", "__exit__", "__aenter__", "__aexit__"])
}

fn operators(t: &mut Thread, _: &[Value]) -> PyResult {
    const OPERATORS: &[(&str, &str)] = &[
        ("NB_ADD", "+"),
        ("NB_AND", "&"),
        ("NB_FLOOR_DIVIDE", "//"),
        ("NB_LSHIFT", "<<"),
        ("NB_MATRIX_MULTIPLY", "@"),
        ("NB_MULTIPLY", "*"),
        ("NB_REMAINDER", "%"),
        ("NB_OR", "|"),
        ("NB_POWER", "**"),
        ("NB_RSHIFT", ">>"),
        ("NB_SUBTRACT", "-"),
        ("NB_TRUE_DIVIDE", "/"),
        ("NB_XOR", "^"),
        ("NB_INPLACE_ADD", "+="),
        ("NB_INPLACE_AND", "&="),
        ("NB_INPLACE_FLOOR_DIVIDE", "//="),
        ("NB_INPLACE_LSHIFT", "<<="),
        ("NB_INPLACE_MATRIX_MULTIPLY", "@="),
        ("NB_INPLACE_MULTIPLY", "*="),
        ("NB_INPLACE_REMAINDER", "%="),
        ("NB_INPLACE_OR", "|="),
        ("NB_INPLACE_POWER", "**="),
        ("NB_INPLACE_RSHIFT", ">>="),
        ("NB_INPLACE_SUBTRACT", "-="),
        ("NB_INPLACE_TRUE_DIVIDE", "/="),
        ("NB_INPLACE_XOR", "^="),
        ("NB_SUBSCR", "[]"),
    ];
    let mut rows = t.vec();
    for (name, sign) in OPERATORS {
        let (name, sign) = (t.new_str(name), t.new_str(sign));
        let row = tuple::new_small(t, &[name, sign]);
        rows.push(row);
    }
    list::try_new(t, &rows)
}
