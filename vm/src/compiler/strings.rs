//! f-strings and t-strings.

use pystm_parser::ast::*;

use super::expr::Dest;
use super::unit::Reg;
use super::{Compiler, Result, str_const};
use crate::bytecode::{Const, NO_REG, Op};

/// Pieces that are joined at a time.
const MAX_PIECES: usize = 64;

/// A piece of an f-string.
enum Piece<'a> {
    Text(Text),
    Value(&'a Expr),
}

/// The pieces of an f-string, neighbouring texts merged and empty ones dropped.
fn pieces(values: &[Expr]) -> Vec<Piece<'_>> {
    let mut out: Vec<Piece<'_>> = Vec::new();
    for value in values {
        match &value.kind {
            ExprKind::Constant { value: Constant::Str(text), .. } => match out.last_mut() {
                _ if text.is_empty() => {}
                Some(Piece::Text(before)) => before.push_wtf8(text),
                _ => out.push(Piece::Text(text.clone())),
            },
            _ => out.push(Piece::Value(value)),
        }
    }
    out
}

impl<'a> Compiler<'a> {
    pub(super) fn joined_str(&mut self, e: &Expr, values: &'a [Expr], dest: Dest) -> Result<Reg> {
        let mut pieces = pieces(values);
        match &mut pieces[..] {
            [] => {
                let dst = self.target(dest);
                self.u.load_const(dst, str_const(""));
                return Ok(dst);
            }
            [Piece::Text(text)] => {
                let text = std::mem::take(text);
                let dst = self.target(dest);
                self.u.load_const(dst, Const::Str(text));
                return Ok(dst);
            }
            [Piece::Value(value)] => return self.expr(value, dest),
            _ => {}
        }
        let mark = self.u.mark();
        let first = self.u.builder.fit(mark);
        let mut count = 0;
        for piece in pieces {
            if count == MAX_PIECES {
                self.u.release(mark);
                let joined = self.u.temp();
                self.u.at(e.span);
                self.u.emit(Op::BuildString, joined, first, count as u16);
                count = 1;
            }
            match piece {
                Piece::Text(text) => {
                    let reg = self.u.temp();
                    self.u.load_const(reg, Const::Str(text));
                }
                Piece::Value(value) => drop(self.push(value)?),
            }
            count += 1;
        }
        let dst = self.finish_in(dest, mark);
        self.u.at(e.span);
        self.u.emit(Op::BuildString, dst, first, count as u16);
        Ok(dst)
    }

    pub(super) fn formatted_value(
        &mut self,
        e: &Expr,
        value: &'a Expr,
        conversion: Option<Conversion>,
        spec: Option<&'a Expr>,
        dest: Dest,
    ) -> Result<Reg> {
        let mark = self.u.mark();
        let mut reg = self.early_operand(value)?;
        self.u.at(e.span);
        if let Some(conversion) = conversion {
            let converted = self.finish_in(Dest::Push, mark);
            self.u.emit(Op::Convert, converted, reg, conversion_number(conversion));
            reg = converted;
        }
        let spec = match spec {
            Some(spec) => self.operand(spec)?,
            None => NO_REG,
        };
        let dst = self.finish_in(dest, mark);
        self.u.at(e.span);
        self.u.emit(Op::Format, dst, reg, spec);
        Ok(dst)
    }

    pub(super) fn template_str(&mut self, e: &Expr, values: &'a [Expr], dest: Dest) -> Result<Reg> {
        let mut strings = vec![Text::new()];
        let mut interpolations = Vec::new();
        for piece in pieces(values) {
            match piece {
                Piece::Text(text) => {
                    if let Some(last) = strings.last_mut() {
                        last.push_wtf8(&text);
                    }
                }
                Piece::Value(value) => {
                    interpolations.push(value);
                    strings.push(Text::new());
                }
            }
        }
        let mark = self.u.mark();
        let texts = self.u.temp();
        self.u.load_const(texts, Const::Tuple(strings.into_iter().map(Const::Str).collect()));
        let values = self.u.temp();
        let inner = self.u.mark();
        if interpolations.len() <= MAX_PIECES {
            let first = self.u.builder.fit(inner);
            for value in &interpolations {
                self.push(value)?;
            }
            self.u.at(e.span);
            let first = if interpolations.is_empty() { values } else { first };
            self.u.emit(Op::BuildTuple, values, first, interpolations.len() as u16);
        } else {
            self.u.emit(Op::BuildList, values, values, 0);
            for value in interpolations {
                let item = self.push(value)?;
                self.u.emit(Op::ListAppend, values, item, 0);
                self.u.release(inner);
            }
            self.u.emit(Op::ListToTuple, values, values, 0);
        }
        let dst = self.finish_in(dest, mark);
        self.u.emit(Op::BuildTemplate, dst, texts, values);
        Ok(dst)
    }

    pub(super) fn interpolation(&mut self, e: &'a Expr, dest: Dest) -> Result<Reg> {
        let ExprKind::Interpolation { value, str, conversion, format_spec } = &e.kind else {
            return Ok(self.target(dest));
        };
        let mark = self.u.mark();
        let first = self.push(value)?;
        let text = self.u.temp();
        self.u.load_const(text, str_const(str));
        match format_spec {
            Some(spec) => drop(self.push(spec)?),
            None => {
                let reg = self.u.temp();
                self.u.load_const(reg, str_const(""));
            }
        }
        let dst = self.finish_in(dest, mark);
        self.u.at(e.span);
        self.u.emit(Op::BuildInterpolation, dst, first, conversion.map_or(0, conversion_number));
        Ok(dst)
    }
}

fn conversion_number(conversion: Conversion) -> u16 {
    match conversion {
        Conversion::Str => 1,
        Conversion::Repr => 2,
        Conversion::Ascii => 3,
    }
}

/// Removes the indentation that all lines but the first share, and tabs before it (`inspect.cleandoc`, without the
/// removal of empty lines at the ends).
pub(super) fn clean_doc(text: &[u8]) -> Vec<u8> {
    let expanded = expand_tabs(text);
    let mut lines = expanded.split(|b| *b == b'\n');
    let first = lines.next().unwrap_or_default();
    let indent = |line: &[u8]| line.iter().take_while(|b| **b == b' ').count();
    let margin = lines.clone().filter(|line| indent(line) < line.len()).map(indent).min().unwrap_or(0);
    let mut out = first[indent(first)..].to_vec();
    for line in lines {
        out.push(b'\n');
        out.extend(&line[margin.min(indent(line))..]);
    }
    out
}

/// Expands tabs to multiples of eight columns.
fn expand_tabs(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut column = 0;
    for byte in text {
        match byte {
            b'\t' => {
                let spaces = 8 - column % 8;
                out.extend(std::iter::repeat_n(b' ', spaces));
                column += spaces;
            }
            b'\n' | b'\r' => {
                out.push(*byte);
                column = 0;
            }
            _ => {
                out.push(*byte);
                // Columns are characters; bytes that continue one do not count.
                column += usize::from(byte & 0xC0 != 0x80);
            }
        }
    }
    out
}
