//! The type `code`: what a code object shows of itself, and `replace`.
//!
//! Offsets that CPython counts in bytes of its bytecode count two for each instruction word here, so that code that
//! halves them (`traceback`) gets word numbers.

use super::{
    Code, LAYOUT, load,
    unit::{unit_of, words_of},
};
use crate::{
    builtins::{
        bytes,
        object::{self, text_of},
        slice::Slice,
        tuple::{self, Tuple},
    },
    bytecode::{CodeFlags, CodeUnit, Const, LocalKind, Position, UPDATE},
    error::PyResult,
    kind::Kind,
    native::{GetSet, Method, TypeDef, getter, member, method},
    object::Ref,
    protocol::{compare, hash, iter, number},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// The type `code`.
pub static DEF: TypeDef = TypeDef {
    name: "code",
    doc: "Create a code object.  Not for mere mortals.",
    base: None,
    kind: Kind::Code,
    layout: LAYOUT,
    words: 0,
    flags: crate::native::NO_CONSTRUCTOR,
    methods: METHODS,
    getset: ATTRIBUTES,
    setup: None,
};

static METHODS: &[Method] = &[
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__eq__", "($self, value, /)", eq, "Return self==value."),
    method("__hash__", "($self, /)", hash_code, "Return hash(self)."),
    method("co_lines", "($self, /)", co_lines, ""),
    method("co_positions", "($self, /)", co_positions, ""),
    method(
        "co_branches",
        "($self, /)",
        |t, _| {
            let none = tuple::new_small(t, &[]);
            iter::iter(t, none)
        },
        "",
    ),
    method(
        "replace",
        "($self, /, *, co_argcount=None, co_posonlyargcount=None, co_kwonlyargcount=None, co_nlocals=None, \
         co_stacksize=None, co_flags=None, co_firstlineno=None, co_code=None, co_consts=None, co_names=None, \
         co_varnames=None, co_freevars=None, co_cellvars=None, co_filename=None, co_name=None, co_qualname=None, \
         co_linetable=None, co_exceptiontable=None)",
        replace,
        "Return a copy of the code object with new values for the specified fields.",
    ),
    method(
        "__replace__",
        "($self, /, *, co_argcount=None, co_posonlyargcount=None, co_kwonlyargcount=None, co_nlocals=None, \
         co_stacksize=None, co_flags=None, co_firstlineno=None, co_code=None, co_consts=None, co_names=None, \
         co_varnames=None, co_freevars=None, co_cellvars=None, co_filename=None, co_name=None, co_qualname=None, \
         co_linetable=None, co_exceptiontable=None)",
        replace,
        "The same as replace().",
    ),
    method("_varname_from_oparg", "($self, /, oparg)", varname, ""),
];

const ATTRIBUTES: &[GetSet] = &[
    member("co_name", |_, c| Ok(known(c).name.get()), ""),
    member("co_qualname", |_, c| Ok(known(c).qualname.get()), ""),
    member("co_filename", |_, c| Ok(known(c).filename.get()), ""),
    member("co_firstlineno", |_, c| Ok(Value::small(known(c).loaded().first_line as i64)), ""),
    member("co_argcount", |_, c| Ok(Value::small(known(c).loaded().arg_count as i64)), ""),
    member("co_posonlyargcount", |_, c| Ok(Value::small(known(c).loaded().posonly_count as i64)), ""),
    member("co_kwonlyargcount", |_, c| Ok(Value::small(known(c).loaded().kwonly_count as i64)), ""),
    getter("co_nlocals", |_, c| Ok(Value::small(names_of(known(c), Part::Var).len() as i64)), ""),
    member("co_stacksize", |_, c| Ok(Value::small(known(c).loaded().registers as i64)), ""),
    member("co_flags", |_, c| Ok(Value::small(known(c).loaded().flags.0 as i64)), ""),
    member("co_consts", |_, c| Ok(known(c).consts.get()), ""),
    member("co_names", |t, c| tuple::new(t, &known(c).loaded().names), ""),
    getter("co_varnames", |t, c| tuple::new(t, &names_of(known(c), Part::Var)), ""),
    getter("co_cellvars", |t, c| tuple::new(t, &names_of(known(c), Part::Cell)), ""),
    getter("co_freevars", |t, c| tuple::new(t, &names_of(known(c), Part::Free)), ""),
    getter("co_code", co_code, ""),
    getter("_co_code_adaptive", co_code, ""),
    member("co_linetable", co_linetable, ""),
    getter("co_lnotab", |t, _| bytes::new(t, b""), ""),
    member("co_exceptiontable", co_exceptiontable, ""),
];

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Var,
    Cell,
    Free,
}

fn known(value: Value) -> Ref<Code> {
    Ref::known(value)
}

/// Names of the named registers of one sort, which the code object keeps alive. A parameter that is captured is a local as
/// well as a cell.
fn names_of(code: Ref<Code>, part: Part) -> Vec<Value> {
    let loaded = code.loaded();
    let parameters = loaded.param_count as usize;
    loaded
        .locals
        .iter()
        .enumerate()
        .filter(|&(i, &(_, kind))| match part {
            Part::Var => {
                matches!(kind, LocalKind::Fast | LocalKind::Hidden)
                    || (kind == LocalKind::Cell && i < parameters)
            }
            Part::Cell => kind == LocalKind::Cell,
            Part::Free => kind == LocalKind::Free,
        })
        .map(|(_, &(name, _))| name)
        .collect()
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let code = known(args[0]);
    let (name, file) = (text_of(code.name.get()), text_of(code.filename.get()));
    let (address, line) = (object::address(args[0]), code.loaded().first_line);
    Ok(t.new_str(&format!("<code object {name} at {address:#x}, file \"{file}\", line {line}>")))
}

fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(other) = args[1].cast::<Code>() else { return Ok(Value::NOT_IMPLEMENTED) };
    let this = known(args[0]);
    if this == other {
        return Ok(Value::TRUE);
    }
    let (a, b) = (this.loaded(), other.loaded());
    let [these, those] = [this, other].map(|code| Ref::<Tuple>::known(code.consts.get()));
    // Names are interned.
    let same = this.name.get() == other.name.get()
        && (a.arg_count, a.posonly_count, a.kwonly_count) == (b.arg_count, b.posonly_count, b.kwonly_count)
        && a.flags == b.flags
        && a.first_line == b.first_line
        && a.names == b.names
        && a.locals == b.locals
        && a.exceptions == b.exceptions
        && a.positions == b.positions
        && same_types(these.values(), those.values())
        && words_of(this) == words_of(other);
    if !same {
        return Ok(Value::FALSE);
    }
    Ok(Value::bool(compare::equal(t, this.consts.get(), other.consts.get())?))
}

/// Whether constants have the same types; whether they are equal is another question.
fn same_types(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| type_of(*a) == type_of(*b))
}

fn hash_code(t: &mut Thread, args: &[Value]) -> PyResult {
    let code = known(args[0]);
    let loaded = code.loaded();
    let h = hash::hash(t, code.name.get())? ^ hash::hash(t, code.consts.get())?;
    let numbers = words_of(code).iter().fold(loaded.first_line as u64, |h, &w| h.rotate_left(5) ^ w);
    Ok(crate::builtins::int::from_i64(t, (h ^ numbers) as i64 >> 3))
}

fn co_code(t: &mut Thread, code: Value) -> PyResult {
    let data: Vec<u8> = words_of(known(code)).iter().flat_map(|w| w.to_le_bytes()).collect();
    bytes::new(t, &data)
}

/// The positions, five numbers of four bytes each: word, line, end line, column, end column.
fn co_linetable(t: &mut Thread, code: Value) -> PyResult {
    let data: Vec<u8> = known(code)
        .loaded()
        .positions
        .iter()
        .flat_map(|(word, p)| [word, p.line, p.end_line, p.col, p.end_col])
        .flat_map(u32::to_le_bytes)
        .collect();
    bytes::new(t, &data)
}

/// The exception table, four numbers of four bytes each: start, end, target, register.
fn co_exceptiontable(t: &mut Thread, code: Value) -> PyResult {
    let rows = &known(code).loaded().exceptions;
    let data: Vec<u8> = rows
        .iter()
        .filter(|e| e.reg != UPDATE)
        .flat_map(|e| [e.start, e.end, e.target, e.reg as u32])
        .flat_map(u32::to_le_bytes)
        .collect();
    bytes::new(t, &data)
}

fn line(line: u32) -> Value {
    if line == 0 { Value::NONE } else { Value::small(line as i64) }
}

fn co_lines(t: &mut Thread, args: &[Value]) -> PyResult {
    let loaded = known(args[0]).loaded();
    let end = loaded.words.len() as u32;
    let mut rows: Vec<(u32, u32, u32)> = Vec::new();
    if loaded.flags.has(CodeFlags::OPTIMIZED)
        && loaded.positions.iter().next().is_some_and(|p| p.1.line != loaded.first_line)
    {
        // CPython's code begins with an instruction at the line of the `def`; ours needs none.
        rows.push((0, 0, loaded.first_line));
    }
    let mut positions = loaded.positions.iter().peekable();
    while let Some((start, position)) = positions.next() {
        let stop = positions.peek().map_or(end, |next| next.0);
        match rows.last_mut() {
            Some(last) if last.2 == position.line => last.1 = stop,
            _ => rows.push((start, stop, position.line)),
        }
    }
    let mut items = t.vec();
    for (start, stop, number) in rows {
        let row = [Value::small(start as i64 * 2), Value::small(stop as i64 * 2), line(number)];
        let row = tuple::new_small(t, &row);
        items.push(row);
    }
    let all = tuple::new(t, &items)?;
    iter::iter(t, all)
}

fn co_positions(t: &mut Thread, args: &[Value]) -> PyResult {
    let loaded = known(args[0]).loaded();
    let mut items = t.vec();
    let mut positions = loaded.positions.iter().peekable();
    let mut p = Position::default();
    for word in 0..loaded.words.len() as u32 {
        while let Some((_, next)) = positions.next_if(|row| row.0 <= word) {
            p = next;
        }
        // Where the end is not known, the columns are not.
        let columns = |c: u32| if p.end_line == 0 { Value::NONE } else { Value::small(c as i64) };
        let end_line = if p.end_line == 0 { p.line } else { p.end_line };
        let row = [line(p.line), line(end_line), columns(p.col), columns(p.end_col)];
        let row = tuple::new_small(t, &row);
        items.push(row);
    }
    let all = tuple::new(t, &items)?;
    iter::iter(t, all)
}

fn varname(t: &mut Thread, args: &[Value]) -> PyResult {
    let index = number::index_as_i64(t, args[1])?;
    match known(args[0]).loaded().locals.get(index as usize) {
        Some((name, _)) => Ok(*name),
        None => Err(t.index_error("tuple index out of range")),
    }
}

/// A constant of the compiler from a value; ValueError for what code cannot hold.
pub fn constant_of(t: &mut Thread, value: Value) -> PyResult<Const> {
    t.check_native_stack()?;
    let exact = |kind: Kind| value.object().is_some_and(|o| o.header.shape() == kind.shape());
    Ok(match value {
        Value::NONE => Const::None,
        Value::TRUE => Const::True,
        Value::FALSE => Const::False,
        Value::ELLIPSIS => Const::Ellipsis,
        v => {
            if v.is_small() || exact(Kind::Int) {
                Const::Int(crate::builtins::int::to_bigint(v))
            } else if let Some(f) = crate::builtins::float::as_exact(v) {
                Const::Float(f)
            } else if exact(Kind::Str) {
                Const::Str(wtf8_of(v))
            } else if exact(Kind::Bytes) {
                Const::Bytes(Ref::<bytes::Bytes>::known(v).as_slice().to_vec())
            } else if exact(Kind::Complex) {
                let (re, im) = crate::builtins::complex::as_exact(v).unwrap_or_default();
                Const::Complex(re, im)
            } else if let Some(items) = v.cast::<Tuple>() {
                let mut parts = Vec::new();
                for &item in items.values() {
                    parts.push(constant_of(t, item)?);
                }
                Const::Tuple(parts)
            } else if exact(Kind::FrozenSet) {
                let items = crate::protocol::iter::collect(t, v)?;
                let mut parts = Vec::new();
                for &item in items.iter() {
                    parts.push(constant_of(t, item)?);
                }
                Const::FrozenSet(parts)
            } else if let Some(slice) = v.cast::<Slice>() {
                let mut part = |value: Value| constant_of(t, value);
                Const::Slice(Box::new([part(slice.start())?, part(slice.stop())?, part(slice.step())?]))
            } else if let Some(code) = v.cast::<Code>() {
                Const::Code(Box::new(unit_of(t, code)?))
            } else {
                let got = type_of(v).name();
                return Err(t.value_error(format!("a code object cannot hold a constant of type '{got}'")));
            }
        }
    })
}

fn replace(t: &mut Thread, args: &[Value]) -> PyResult {
    let code = known(args[0]);
    let mut unit = unit_of(t, code)?;
    let number = |t: &mut Thread, v: Value, name: &str| -> PyResult<Option<u32>> {
        let Some(v) = v.given_not_none() else { return Ok(None) };
        let n = number::index_as_i64(t, v)?;
        match u32::try_from(n) {
            Ok(n) => Ok(Some(n)),
            Err(_) => Err(t.value_error(format!("code: {name} must be a positive integer"))),
        }
    };
    for (i, name) in ["argcount", "posonlyargcount", "kwonlyargcount"].iter().enumerate() {
        if let Some(n) = number(t, args[1 + i], name)? {
            *[&mut unit.arg_count, &mut unit.posonly_count, &mut unit.kwonly_count][i] = n;
        }
    }
    if let Some(n) = number(t, args[4], "nlocals")?
        && n as usize != names_of(code, Part::Var).len()
    {
        return Err(t.value_error("code: co_nlocals != len(co_varnames)"));
    }
    if let Some(n) = number(t, args[5], "stacksize")? {
        unit.registers = unit.registers.max(n);
    }
    if let Some(n) = number(t, args[6], "flags")? {
        unit.flags = CodeFlags(n);
    }
    if let Some(n) = number(t, args[7], "firstlineno")? {
        unit.first_line = n;
    }
    if let Some(given) = args[8].given_not_none() {
        replace_words(t, &mut unit, given)?;
    }
    if let Some(consts) = args[9].given_not_none() {
        let Some(consts) = consts.as_tuple() else { return Err(wrong(t, "co_consts", "tuple", consts)) };
        let mut list = Vec::new();
        for &value in consts.values() {
            list.push(constant_of(t, value)?);
        }
        if list.len() < unit.consts.len() {
            return Err(t.value_error("code: co_consts is too small"));
        }
        unit.consts = list;
    }
    if let Some(names) = args[10].given_not_none() {
        let list = name_list(t, "co_names", names)?;
        if list.len() < unit.names.len() {
            return Err(t.value_error("code: co_names is too small"));
        }
        unit.names = list;
    }
    for (index, name, part) in
        [(11, "co_varnames", Part::Var), (12, "co_freevars", Part::Free), (13, "co_cellvars", Part::Cell)]
    {
        if let Some(names) = args[index].given_not_none() {
            let list = name_list(t, name, names)?;
            rename_locals(t, code, &mut unit, part, name, &list)?;
        }
    }
    for (index, name) in [(14, "co_filename"), (15, "co_name"), (16, "co_qualname")] {
        if let Some(value) = args[index].given_not_none() {
            if value.as_str().is_none() {
                return Err(wrong(t, name, "str", value));
            }
            *[&mut unit.filename, &mut unit.name, &mut unit.qualname][index - 14] = text_of(value).into();
        }
    }
    Ok(load(t, unit)?.value())
}

#[cold]
fn wrong(t: &mut Thread, name: &str, wanted: &str, got: Value) -> crate::error::Raised {
    let got = type_of(got).name();
    t.type_error(format!("replace() argument '{name}' must be {wanted}, not {got}"))
}

fn name_list(t: &mut Thread, name: &str, names: Value) -> PyResult<Vec<Box<str>>> {
    let Some(tuple) = names.as_tuple() else { return Err(wrong(t, name, "tuple", names)) };
    let mut list = Vec::new();
    for &item in tuple.values() {
        if item.as_str().is_none() {
            let got = type_of(item).name();
            return Err(t.type_error(format!("name tuples must contain only strings, not '{got}'")));
        }
        list.push(text_of(item).into());
    }
    Ok(list)
}

/// Gives the named registers of one sort new names.
fn rename_locals(
    t: &mut Thread,
    code: Ref<Code>,
    unit: &mut CodeUnit,
    part: Part,
    name: &str,
    list: &[Box<str>],
) -> PyResult<()> {
    let old = names_of(code, part);
    if old.len() != list.len() {
        return Err(t.value_error(format!("code: {name} must have {} names", old.len())));
    }
    for (old, new) in old.iter().zip(list) {
        let old = text_of(*old);
        for local in unit.locals.iter_mut().filter(|l| *l.0 == *old) {
            local.0 = new.clone();
        }
    }
    Ok(())
}

fn wtf8_of(value: Value) -> pystm_parser::ast::Text {
    let units = Ref::<crate::builtins::str::Str>::known(value);
    units.units().iter().filter_map(rustpython_wtf8::CodePoint::from_u32).collect()
}

/// Instruction words from the bytes that `co_code` gave; other bytes are refused, for the interpreter trusts its code.
fn replace_words(t: &mut Thread, unit: &mut CodeUnit, given: Value) -> PyResult<()> {
    let same: Vec<u8> = unit.words.iter().flat_map(|w| w.to_le_bytes()).collect();
    if given.object().is_none_or(|o| o.header.shape() != Kind::Bytes.shape()) {
        return Err(wrong(t, "co_code", "bytes", given));
    }
    if Ref::<bytes::Bytes>::known(given).as_slice() != same {
        return Err(t.value_error("code: co_code cannot be changed"));
    }
    Ok(())
}
