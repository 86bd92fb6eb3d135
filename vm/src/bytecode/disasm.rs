//! Text form of a code unit.

use std::fmt::Write;

use super::builder::{jump_target, op_at};
use super::code::{CodeUnit, Const, LocalKind, UPDATE};
use super::opcode::{Extra, NO_REG, Op, Operand};

/// One line per instruction with its operands resolved, the exception table, then the nested code.
pub fn disassemble(code: &CodeUnit) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = nested(code, &mut out);
    out
}

/// As [`disassemble`], without the nested code.
pub fn disassemble_alone(code: &CodeUnit) -> String {
    let mut out = String::new();
    // As above.
    let _ = unit(code, &mut out);
    out
}

fn nested(code: &CodeUnit, out: &mut String) -> std::fmt::Result {
    unit(code, out)?;
    for inner in
        code.consts.iter().filter_map(|c| if let Const::Code(inner) = c { Some(inner) } else { None })
    {
        writeln!(out)?;
        nested(inner, out)?;
    }
    Ok(())
}

fn unit(code: &CodeUnit, out: &mut String) -> std::fmt::Result {
    writeln!(out, "code {} (line {}, {} registers)", code.qualname, code.first_line, code.registers)?;
    if code.arg_count + code.kwonly_count > 0 || code.flags.0 != 0 {
        let (args, posonly, kwonly) = (code.arg_count, code.posonly_count, code.kwonly_count);
        writeln!(
            out,
            "  args {args}, positional-only {posonly}, keyword-only {kwonly}, flags {:#x}",
            code.flags.0
        )?;
    }
    if !code.locals.is_empty() {
        let locals: Vec<_> =
            code.locals.iter().map(|(name, kind)| format!("{name}{}", mark(*kind))).collect();
        writeln!(out, "  locals {}", locals.join(", "))?;
    }
    let mut at = 0;
    let mut line = 0;
    while at < code.words.len() {
        let op = op_at(&code.words, at);
        let now = code.positions.at(at as u32).line;
        let shown = if now == line { String::new() } else { now.to_string() };
        line = now;
        let text = operands(code, op, at).join(" ");
        writeln!(out, "{}", format!("{shown:>5} {at:>5}  {:<16} {text}", op.row().name).trim_end())?;
        at += op.words();
    }
    for e in &code.exceptions {
        if e.reg == UPDATE {
            writeln!(out, "  update {}..{}", e.start, e.end)?;
            continue;
        }
        writeln!(out, "  exceptions {}..{} -> {} in {}", e.start, e.end, e.target, register(code, e.reg))?;
    }
    Ok(())
}

fn mark(kind: LocalKind) -> &'static str {
    match kind {
        LocalKind::Fast => "",
        LocalKind::Cell => "(cell)",
        LocalKind::Free => "(free)",
        LocalKind::Hidden => "(hidden)",
    }
}

/// A named local by its name and number, a temporary as `%n`.
fn register(code: &CodeUnit, reg: u16) -> String {
    match code.locals.get(usize::from(reg)) {
        Some((name, _)) => format!("{name}.{reg}"),
        None => format!("%{reg}"),
    }
}

fn operands(code: &CodeUnit, op: Op, at: usize) -> Vec<String> {
    let word = code.words[at];
    let row = op.row();
    let mut out = Vec::new();
    let immediate = matches!(row.extra, Extra::ImmInt | Extra::ImmJump);
    let fields = [(row.a, 16), (row.b, 32), (row.c, 48)];
    for (kind, shift) in fields.into_iter().take(if immediate { 1 } else { 3 }) {
        let value = (word >> shift) as u16;
        match kind {
            Operand::None => {}
            Operand::Opt if value == NO_REG => out.push("-".into()),
            Operand::In | Operand::Out | Operand::Reg | Operand::Opt => out.push(register(code, value)),
            Operand::Num => out.push(value.to_string()),
            Operand::Int => out.push((value as i16).to_string()),
            Operand::Const => out.push(constant_at(code, usize::from(value))),
            Operand::Name => out.push(code.names[usize::from(value)].to_string()),
            Operand::KwNames if value == 0 => {}
            Operand::KwNames => out.push(constant_at(code, usize::from(value) - 1)),
        }
    }
    match row.extra {
        Extra::ImmInt => out.push(((word >> 32) as i32).to_string()),
        Extra::WordConst => out.push(constant_at(code, code.words[at + 1] as usize)),
        _ => out.extend(jump_target(&code.words, at).map(|target| format!("-> {target}"))),
    }
    out
}

fn constant_at(code: &CodeUnit, index: usize) -> String {
    code.consts.get(index).map_or_else(|| format!("K{index}"), constant)
}

/// A constant, about as Python's `repr` shows it.
fn constant(value: &Const) -> String {
    let list = |items: &[Const]| items.iter().map(constant).collect::<Vec<_>>().join(", ");
    match value {
        Const::None => "None".into(),
        Const::True => "True".into(),
        Const::False => "False".into(),
        Const::Ellipsis => "...".into(),
        Const::Int(n) => n.to_string(),
        Const::Float(f) => format!("{f:?}"),
        Const::Complex(re, im) => format!("({re:?}{im:+?}j)"),
        Const::Str(s) => format!("{s:?}"),
        Const::Bytes(b) => format!("b\"{}\"", b.escape_ascii()),
        Const::Tuple(items) if items.len() == 1 => format!("({},)", constant(&items[0])),
        Const::Tuple(items) => format!("({})", list(items)),
        Const::FrozenSet(items) => format!("frozenset({{{}}})", list(items)),
        Const::Slice(parts) => format!("slice({})", list(&**parts)),
        Const::Code(code) => format!("<code {}>", code.qualname),
    }
}
