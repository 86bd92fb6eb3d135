//! Assembler for one code unit: labels and patching, exception ranges, positions, constants and names.
//!
//! The builder knows nothing of Python: the compiler decides what to emit, the builder keeps the encoding right.
//! Every instruction carries the innermost handler that is active where it stands, so ranges need no bookkeeping
//! beyond [`Builder::set_handler`].

use std::collections::HashMap;

use super::code::{Const, ExceptionEntry, Position, UPDATE};
use super::opcode::{Extra, Op, Operand};

/// A place in the code, known before the code is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Label(u32);

impl Label {
    /// The label's number.
    pub fn id(self) -> u32 {
        self.0
    }
}

/// An exception handler, known before its code is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handler(u32);

/// The finished parts of a code unit.
#[derive(Debug)]
pub struct Assembled {
    /// Instructions and their operand and cache words.
    pub words: Vec<u64>,
    /// Constants.
    pub consts: Vec<Const>,
    /// Names.
    pub names: Vec<Box<str>>,
    /// Exception table; rows never overlap.
    pub exceptions: Vec<ExceptionEntry>,
    /// Position table.
    pub positions: Vec<(u32, Position)>,
    /// Some operand did not fit into its field: the code must not be used.
    pub overflow: bool,
}

#[derive(Default)]
struct LabelState {
    target: Option<u32>,
    /// Words that hold a distance to this label, and whether it is in the upper half of the word.
    patches: Vec<(u32, bool)>,
}

/// Assembler for one code unit.
#[derive(Default)]
pub struct Builder {
    words: Vec<u64>,
    consts: Vec<Const>,
    const_index: HashMap<Vec<u8>, u32>,
    names: Vec<Box<str>>,
    name_index: HashMap<Box<str>, u32>,
    labels: Vec<LabelState>,
    handlers: Vec<(Label, u16)>,
    /// First word and handler of each run of instructions under one handler.
    ranges: Vec<(u32, Option<Handler>)>,
    /// Augmented assignments that may begin anew.
    updates: Vec<(u32, u32)>,
    positions: Vec<(u32, Position)>,
    handler: Option<Handler>,
    position: Position,
    /// First word of the last instruction, unless a label stands behind it.
    last: Option<u32>,
    overflow: bool,
}

impl Builder {
    /// An empty assembler.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// Index of the next word.
    pub fn here(&self) -> u32 {
        self.words.len() as u32
    }

    /// The instructions from a word on to here are an augmented assignment that may begin anew.
    pub fn update_since(&mut self, start: u32) {
        self.updates.push((start, self.here()));
    }

    /// Position of the instructions that follow.
    pub fn set_position(&mut self, position: Position) {
        self.position = position;
    }

    /// Position that instructions get now.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Handler of the instructions that follow; returns the one before.
    pub fn set_handler(&mut self, handler: Option<Handler>) -> Option<Handler> {
        std::mem::replace(&mut self.handler, handler)
    }

    /// Handler that instructions get now.
    pub fn handler(&self) -> Option<Handler> {
        self.handler
    }

    /// Makes a handler at `label` that receives the exception in register `reg`.
    pub fn new_handler(&mut self, label: Label, reg: u16) -> Handler {
        self.handlers.push((label, reg));
        Handler(self.handlers.len() as u32 - 1)
    }

    /// Notes that an operand does not fit.
    pub fn overflow(&mut self) {
        self.overflow = true;
    }

    /// Index of a constant.
    pub fn constant(&mut self, value: Const) -> u32 {
        let next = self.consts.len() as u32;
        if !matches!(value, Const::Code(_)) {
            let mut key = Vec::new();
            const_key(&value, &mut key);
            let index = *self.const_index.entry(key).or_insert(next);
            if index != next {
                return index;
            }
        }
        self.consts.push(value);
        next
    }

    /// Index of a constant as a 16-bit operand.
    pub fn constant16(&mut self, value: Const) -> u16 {
        let index = self.constant(value);
        self.fit(index)
    }

    /// Index of a name.
    pub fn name(&mut self, name: &str) -> u16 {
        let index = match self.name_index.get(name) {
            Some(index) => *index,
            None => {
                let index = self.names.len() as u32;
                self.names.push(name.into());
                self.name_index.insert(name.into(), index);
                index
            }
        };
        self.fit(index)
    }

    /// A number as a 16-bit operand.
    pub fn fit(&mut self, n: u32) -> u16 {
        u16::try_from(n).unwrap_or_else(|_| {
            self.overflow = true;
            0
        })
    }

    /// A new label.
    pub fn label(&mut self) -> Label {
        self.labels.push(LabelState::default());
        Label(self.labels.len() as u32 - 1)
    }

    /// Puts a label here. A jump to it that stands directly before is dropped.
    pub fn place(&mut self, label: Label) {
        if let Some(last) = self.last
            && self.words[last as usize] as u16 == Op::Jump as u16
            && self.labels[label.0 as usize].patches.last() == Some(&(last, true))
        {
            self.labels[label.0 as usize].patches.pop();
            self.words.truncate(last as usize);
            self.positions.retain(|(word, _)| *word < last);
            self.ranges.retain(|(word, _)| *word < last);
        }
        let here = self.here();
        self.labels[label.0 as usize].target = Some(here);
        self.last = None;
    }

    /// Whether any jump to the label was emitted.
    pub fn is_used(&self, label: Label) -> bool {
        !self.labels[label.0 as usize].patches.is_empty()
    }

    /// Emits an instruction without a jump or 32-bit operand.
    pub fn emit(&mut self, op: Op, a: u16, b: u16, c: u16) {
        self.word(op, u64::from(a) << 16 | u64::from(b) << 32 | u64::from(c) << 48);
        match op.row().extra {
            Extra::Cache1 => self.words.push(0),
            Extra::Cache2 => self.words.extend([0, 0]),
            Extra::Call => self.words.extend([Op::InitDone as u64 | u64::from(a) << 16, 0]),
            Extra::None | Extra::ImmInt | Extra::ImmJump | Extra::WordJump | Extra::WordConst => {}
        }
    }

    /// Emits an instruction with a 32-bit number.
    pub fn emit_int(&mut self, op: Op, a: u16, imm: i32) {
        debug_assert_eq!(op.row().extra, Extra::ImmInt);
        self.word(op, u64::from(a) << 16 | u64::from(imm as u32) << 32);
    }

    /// Emits an instruction whose second word is a constant.
    pub fn emit_const(&mut self, op: Op, a: u16, index: u32) {
        debug_assert_eq!(op.row().extra, Extra::WordConst);
        self.word(op, u64::from(a) << 16);
        self.words.push(u64::from(index));
    }

    /// Emits a jump to `label`. For jumps with a 32-bit immediate `b` and `c` are unused.
    pub fn emit_jump(&mut self, op: Op, a: u16, b: u16, c: u16, label: Label) {
        if op.row().extra == Extra::ImmJump {
            let at = self.here();
            self.word(op, u64::from(a) << 16);
            self.labels[label.0 as usize].patches.push((at, true));
        } else {
            debug_assert_eq!(op.row().extra, Extra::WordJump);
            self.word(op, u64::from(a) << 16 | u64::from(b) << 32 | u64::from(c) << 48);
            let at = self.here();
            self.words.push(0);
            self.labels[label.0 as usize].patches.push((at, false));
        }
    }

    fn word(&mut self, op: Op, operands: u64) {
        let here = self.here();
        self.last = Some(here);
        if self.ranges.last().map_or(self.handler.is_some(), |r| r.1 != self.handler) {
            self.ranges.push((here, self.handler));
        }
        if self.positions.last().is_none_or(|p| p.1 != self.position) {
            self.positions.push((here, self.position));
        }
        self.words.push(op as u64 | operands);
    }

    /// Resolves labels and returns the parts. `registers` is the size of the window, for the check.
    pub fn finish(mut self, registers: u32) -> Assembled {
        let end = self.here();
        for label in &self.labels {
            let target = label.target.unwrap_or(end);
            for &(at, upper) in &label.patches {
                let distance = u64::from(target.wrapping_sub(at));
                let word = &mut self.words[at as usize];
                *word |= if upper { distance << 32 } else { distance };
            }
        }
        let mut exceptions = Vec::new();
        for (i, &(start, handler)) in self.ranges.iter().enumerate() {
            let Some(handler) = handler else { continue };
            let end = self.ranges.get(i + 1).map_or(end, |next| next.0);
            let (label, reg) = self.handlers[handler.0 as usize];
            if let Some(target) = self.labels[label.0 as usize].target {
                exceptions.push(ExceptionEntry { start, end, target, reg });
            }
        }
        exceptions.extend(self.updates.iter().map(|&(start, end)| ExceptionEntry {
            start,
            end,
            target: start,
            reg: UPDATE,
        }));
        let assembled = Assembled {
            words: self.words,
            consts: self.consts,
            names: self.names,
            exceptions,
            positions: self.positions,
            overflow: self.overflow,
        };
        if cfg!(debug_assertions) && !assembled.overflow {
            assembled.verify(registers);
        }
        assembled
    }
}

impl Assembled {
    /// Checks that operands are in range and that jumps and handlers go to instructions.
    ///
    /// # Panics
    /// The code is malformed: an error of the compiler.
    fn verify(&self, registers: u32) {
        let mut starts = vec![false; self.words.len()];
        let mut at = 0;
        while at < self.words.len() {
            starts[at] = true;
            at += op_at(&self.words, at).words();
        }
        assert_eq!(at, self.words.len(), "the last instruction is cut off");
        for at in (0..self.words.len()).filter(|&at| starts[at]) {
            let (op, word) = (op_at(&self.words, at), self.words[at]);
            let row = op.row();
            let immediate = matches!(row.extra, Extra::ImmInt | Extra::ImmJump);
            self.verify_operand(row.a, (word >> 16) as u16, registers);
            if !immediate {
                self.verify_operand(row.b, (word >> 32) as u16, registers);
                self.verify_operand(row.c, (word >> 48) as u16, registers);
            }
            if let Some(target) = jump_target(&self.words, at) {
                assert!(starts.get(target as usize) == Some(&true), "{op:?} at {at} jumps into the void");
            }
            if row.extra == Extra::WordConst {
                assert!(
                    (self.words[at + 1] as usize) < self.consts.len(),
                    "{op:?} at {at}: no such constant"
                );
            }
        }
        for entry in &self.exceptions {
            assert!(entry.start < entry.end && starts[entry.start as usize], "bad range {entry:?}");
            assert!(starts.get(entry.target as usize) == Some(&true), "bad handler {entry:?}");
            assert!(entry.reg == UPDATE || u32::from(entry.reg) < registers, "bad register {entry:?}");
        }
    }

    fn verify_operand(&self, kind: Operand, value: u16, registers: u32) {
        let ok = match kind {
            Operand::None => value == 0,
            Operand::In | Operand::Out | Operand::Reg => u32::from(value) < registers,
            Operand::Opt => value == super::NO_REG || u32::from(value) < registers,
            Operand::Num | Operand::Int => true,
            Operand::Const => usize::from(value) < self.consts.len(),
            Operand::Name => usize::from(value) < self.names.len(),
            Operand::KwNames => usize::from(value) <= self.consts.len(),
        };
        assert!(ok, "operand {kind:?} out of range: {value} of {registers} registers");
    }
}

/// The opcode of the instruction at this word.
///
/// # Panics
/// The word is no instruction.
pub fn op_at(words: &[u64], at: usize) -> Op {
    Op::from_u16(words[at] as u16).expect("a word that is no instruction")
}

/// Target of the jump at this word, if the instruction is one.
pub fn jump_target(words: &[u64], at: usize) -> Option<u32> {
    match op_at(words, at).row().extra {
        Extra::ImmJump => Some((at as u32).wrapping_add((words[at] >> 32) as u32)),
        Extra::WordJump => Some((at as u32 + 1).wrapping_add(words[at + 1] as u32)),
        _ => None,
    }
}

/// A key under which equal constants of the same type and sign are the same.
fn const_key(value: &Const, key: &mut Vec<u8>) {
    let sized = |key: &mut Vec<u8>, tag: u8, bytes: &[u8]| {
        key.push(tag);
        key.extend((bytes.len() as u64).to_le_bytes());
        key.extend(bytes);
    };
    match value {
        Const::None => key.push(b'N'),
        Const::True => key.push(b'T'),
        Const::False => key.push(b'F'),
        Const::Ellipsis => key.push(b'.'),
        Const::Int(n) => sized(key, b'i', &n.to_signed_bytes_le()),
        Const::Float(f) => sized(key, b'f', &f.to_bits().to_le_bytes()),
        Const::Complex(re, im) => {
            sized(key, b'c', &re.to_bits().to_le_bytes());
            key.extend(im.to_bits().to_le_bytes());
        }
        Const::Str(s) => sized(key, b's', s.as_bytes()),
        Const::Bytes(b) => sized(key, b'b', b),
        Const::Tuple(items) | Const::FrozenSet(items) => {
            sized(key, if matches!(value, Const::Tuple(_)) { b'(' } else { b'{' }, &[]);
            items.iter().for_each(|item| const_key(item, key));
            key.push(b')');
        }
        Const::Slice(parts) => {
            key.push(b':');
            parts.iter().for_each(|part| const_key(part, key));
        }
        // Code is never shared; the address keeps tuples of code (there are none) apart.
        Const::Code(code) => sized(key, b'C', &(std::ptr::from_ref(&**code) as usize).to_le_bytes()),
    }
}
