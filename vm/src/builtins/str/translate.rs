//! `str.translate` and `str.maketrans`.

use pystm_text::TextBuf;

use super::{
    Str,
    methods::{argument_type_name, this},
};
use crate::{
    builtins::{dict, dict::Dict, int},
    error::{Exc, PyResult},
    object::Ref,
    protocol::item,
    thread::Thread,
    value::Value,
};

/// What a table says about one character.
enum Mapped {
    Same,
    Nothing,
    Char(u32),
    Text(Value),
}

pub(super) fn translate(t: &mut Thread, args: &[Value]) -> PyResult {
    let s = this(args[0]);
    let mut out = TextBuf::with_capacity(s.len());
    // What the table says about ASCII characters is asked once: 256 stands for not asked, 257 for nothing.
    let mut known = [256u16; 128];
    for i in 0..s.len() {
        let c = s.code_point(i);
        if c < 128 {
            match known[c as usize] {
                256 => {}
                257 => continue,
                k => {
                    out.push(k as u32);
                    continue;
                }
            }
        }
        let mapped = lookup(t, args[1], c)?;
        let note = match mapped {
            Mapped::Same => {
                out.push(c);
                c
            }
            Mapped::Nothing => 257,
            Mapped::Char(m) => {
                out.push(m);
                m
            }
            Mapped::Text(text) => {
                if let Some(text) = text.as_str() {
                    out.push_units(text.units());
                }
                256
            }
        };
        if c < 128 && (note < 256 || note == 257 && matches!(mapped, Mapped::Nothing)) {
            known[c as usize] = note as u16;
        }
    }
    Str::from_buf(t, &out)
}

fn lookup(t: &mut Thread, table: Value, c: u32) -> PyResult<Mapped> {
    let key = Value::small(c as i64);
    let value = match table.cast::<Dict>().filter(|_| is_exact_dict(table)) {
        Some(table) => match dict::get(t, table, key)? {
            Some(v) => v,
            None => return Ok(Mapped::Same),
        },
        None => match item::getitem(t, table, key) {
            Ok(v) => v,
            Err(raised) => {
                t.catch(raised, Exc::LookupError)?;
                return Ok(Mapped::Same);
            }
        },
    };
    if value.is_none() {
        return Ok(Mapped::Nothing);
    }
    if value.as_str().is_some() {
        return Ok(Mapped::Text(value));
    }
    let Some(n) = int::as_int(value) else {
        return Err(t.type_error("character mapping must return integer, None or str"));
    };
    match n.as_small() {
        Some(n @ 0..0x110000) => Ok(Mapped::Char(n as u32)),
        _ => Err(t.value_error("character mapping must be in range(0x110000)")),
    }
}

pub(super) fn maketrans(t: &mut Thread, args: &[Value]) -> PyResult {
    let table = dict::new(t);
    let Some(to) = args[1].given() else {
        return from_dict(t, args[0], table);
    };
    let Some(to) = to.as_str() else {
        let got = argument_type_name(to);
        return Err(t.type_error(format!("maketrans() argument 2 must be str, not {got}")));
    };
    if let Some(deleted) = args[2].given()
        && deleted.as_str().is_none()
    {
        let got = argument_type_name(deleted);
        return Err(t.type_error(format!("maketrans() argument 3 must be str, not {got}")));
    }
    let Some(from) = args[0].as_str() else {
        return Err(t.type_error("first maketrans argument must be a string if there is a second argument"));
    };
    if from.len() != to.len() {
        return Err(t.value_error("the first two maketrans arguments must have equal length"));
    }
    for (a, b) in from.units().iter().zip(to.units().iter()) {
        dict::set(t, table, Value::small(a as i64), Value::small(b as i64))?;
    }
    if let Some(deleted) = args[2].as_str() {
        for c in deleted.units().iter() {
            dict::set(t, table, Value::small(c as i64), Value::NONE)?;
        }
    }
    Ok(table.value())
}

fn from_dict(t: &mut Thread, source: Value, table: Ref<Dict>) -> PyResult {
    let Some(source) = source.cast::<Dict>() else {
        return Err(t.type_error("if you give only one argument to maketrans it must be a dict"));
    };
    let mut position = 0;
    while let Some((at, key, value)) = source.entry_from(position) {
        position = at + 1;
        let key = match key.as_str() {
            Some(s) if s.len() == 1 => Value::small(s.code_point(0) as i64),
            Some(_) => return Err(t.value_error("string keys in translatetable must be of length 1")),
            None if int::as_int(key).is_some() => key,
            None => return Err(t.type_error("keys in translate table must be strings or integers")),
        };
        dict::set(t, table, key, value)?;
    }
    Ok(table.value())
}

/// Whether the value is an exact dict, whose look-ups need no method.
pub(super) fn is_exact_dict(value: Value) -> bool {
    value.object().is_some_and(|o| o.header.shape() == crate::kind::Kind::Dict.shape())
}
