//! The way back: the code unit that a code object was loaded from.

use super::{Code, methods::constant_of};
use crate::{
    builtins::{object::text_of, tuple::Tuple},
    bytecode::{CodeUnit, Extra, Op},
    error::PyResult,
    object::Ref,
    thread::Thread,
    value::Value,
};

/// A unit that loads to an equal code object; ValueError if a constant cannot stand in code.
pub fn unit_of(t: &mut Thread, code: Ref<Code>) -> PyResult<CodeUnit> {
    let mut consts = Vec::new();
    for &value in Ref::<Tuple>::known(code.consts.get()).values() {
        consts.push(constant_of(t, value)?);
    }
    let loaded = code.loaded();
    let text = |value: Value| -> Box<str> { text_of(value).into() };
    Ok(CodeUnit {
        name: text(code.name.get()),
        qualname: text(code.qualname.get()),
        filename: text(code.filename.get()),
        first_line: loaded.first_line,
        arg_count: loaded.arg_count,
        posonly_count: loaded.posonly_count,
        kwonly_count: loaded.kwonly_count,
        flags: loaded.flags,
        locals: loaded.locals.iter().map(|&(name, kind)| (text(name), kind)).collect(),
        registers: loaded.registers,
        words: words_of(code),
        consts,
        names: loaded.names.iter().map(|&name| text(name)).collect(),
        exceptions: loaded.exceptions.to_vec(),
        positions: loaded.positions.clone(),
    })
}

/// The instructions as the compiler emitted them: no special forms, caches empty, constants by index.
pub fn words_of(code: Ref<Code>) -> Vec<u64> {
    let consts = Ref::<Tuple>::known(code.consts.get());
    let mut words = code.loaded().plain_words();
    let mut at = 0;
    while at < words.len() {
        let op = crate::bytecode::builder::op_at(&words, at);
        if op.row().extra == Extra::WordConst {
            let index = consts.values().iter().position(|c| c.bits() == words[at + 1]);
            words[at + 1] = index.expect("an operand of the code is one of its constants") as u64;
        }
        at += op.words();
    }
    words
}

impl super::Loaded {
    /// The instructions without special forms, their caches empty; constants are values.
    pub fn plain_words(&self) -> Vec<u64> {
        use std::sync::atomic::Ordering::Relaxed;
        // Relaxed: operands never change, and whatever form of an instruction is seen, it has the same plain one.
        let mut words: Vec<u64> = self.words.iter().map(|w| w.load(Relaxed)).collect();
        let mut at = 0;
        while at < words.len() {
            let op = Op::from_u16(words[at] as u16).expect("a word that is no instruction").plain();
            words[at] = words[at] & !0xffff | op as u64;
            match op.row().extra {
                Extra::Cache1 => words[at + 1] = 0,
                Extra::Cache2 => words[at + 1..at + 3].fill(0),
                Extra::Call => words[at + 2] = 0,
                Extra::None | Extra::ImmInt | Extra::ImmJump | Extra::WordJump | Extra::WordConst => {}
            }
            at += op.words();
        }
        words
    }
}
