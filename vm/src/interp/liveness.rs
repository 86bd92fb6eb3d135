//! Temporaries that no instruction will read again.
//!
//! The collector takes every register of a frame for live, so the leftovers of an expression keep objects alive until other
//! values overwrite them. Most programs never notice. Where one asks (`gc.collect()`, resizing a bytearray that seems to
//! have memoryviews), and before major collections, the leftovers are found by a data-flow analysis of the code of all running
//! frames, and unset.

use pystm_gc::collect;
use rustc_hash::FxHashMap;

use super::{decode, frame, frame::LINKS};
use crate::{
    builtins::{code::Loaded, frame::extra_of, function::native::NativeMethod},
    bytecode::{
        Op,
        builder::{jump_target, op_at},
        effect::{Effect, effect, ends_block},
    },
    thread::Thread,
    value::Value,
};

/// Unsets all temporaries of running frames that are not needed any more. Named registers stay as they are.
pub fn clear_dead_registers(t: &mut Thread) {
    // The window above the frame that is looked at; null if there is none.
    let mut above: *mut Value = std::ptr::null_mut();
    let mut known = std::mem::take(&mut t.known_needs);
    frame::walk(t, |f| {
        // SAFETY: the walk hands out live frames; `ip` is a word of the frame's code. What is written are registers of the
        // window outside the windows above it, which nothing reads before it writes them.
        unsafe {
            let loaded = frame::function_of(f.window).loaded();
            let Needs { registers: needed, base } = known.find(loaded, f.ip);
            let registers = loaded.registers as usize;
            // The window of a call, or at least its links, shares registers with the caller's.
            let shared = !above.is_null() && above.wrapping_sub(LINKS) < f.window.wrapping_add(registers);
            let end = if shared || !f.binding_end.is_null() { *base } else { registers };
            for register in loaded.local_count as usize..end {
                if !needed.contains(register) {
                    decode::set(f.window, register, Value::UNSET);
                }
            }
            // What stands in the link of a plain call is a leftover of the caller.
            if decode::op(frame::links(t, f.window).0) != Op::Deliver as usize {
                *f.window.sub(3) = extra_of(loaded, f.window);
            }
        }
        above = f.window;
        false
    });
    t.known_needs = known;
}

/// Collects everything, temporaries that are not needed any more included.
pub fn collect_leftovers(t: &mut Thread) {
    clear_dead_registers(t);
    collect::major(&mut t.mutator);
}

/// As [`collect_leftovers`]. If the running instruction works on `object` itself, leftovers on the native stack keep nothing
/// alive either; the native code that runs for it must not need other objects than those in its instruction's registers.
pub fn collect_leftovers_of(t: &mut Thread, object: Value) {
    clear_dead_registers(t);
    match t.entries.last().map(|entry| entry.stack) {
        Some(from) if works_on(t, object) => collect::exact(&mut t.mutator, true, from),
        _ => collect::major(&mut t.mutator),
    }
}

/// Whether the running instruction changes this object, or calls a native method of it.
fn works_on(t: &Thread, object: Value) -> bool {
    // SAFETY: `ip` and `fp` are those of the running frame; the operands are registers of its window.
    unsafe {
        let a = decode::a(t.ip);
        match Op::from_u16(decode::op(t.ip) as u16) {
            Some(Op::DelItem | Op::SetItem | Op::SetSlice) => decode::get(t.fp, a) == object,
            Some(Op::IAdd) => decode::get(t.fp, decode::b(t.ip)) == object,
            Some(Op::CallMethod) => {
                let callee = decode::get(t.fp, a);
                callee.cast::<NativeMethod>().is_some() && decode::get(t.fp, a + LINKS) == object
            }
            _ => false,
        }
    }
}

/// What a frame needs that stands at some instruction.
struct Needs {
    registers: Registers,
    /// Base of the call at which it stands, else the number of its registers.
    base: usize,
}

/// What the analysis has found, by instruction.
#[derive(Default)]
pub struct KnownNeeds(FxHashMap<*const u64, Needs>);

/// Instructions that are remembered; majors collections find the same few frames again and again.
const MOST_KNOWN: usize = 256;

impl KnownNeeds {
    /// Forgets everything: code has been freed.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    fn find(&mut self, loaded: &Loaded, ip: *const u64) -> &Needs {
        if self.0.len() >= MOST_KNOWN && !self.0.contains_key(&ip) {
            self.0.clear();
        }
        self.0.entry(ip).or_insert_with(|| needed_at(loaded, loaded.word_index(ip) as usize))
    }
}

/// A set of registers.
#[derive(Clone, PartialEq)]
struct Registers(Vec<u64>);

impl Registers {
    fn none(code: &Loaded) -> Registers {
        Registers(vec![0; (code.registers as usize).div_ceil(64)])
    }

    fn contains(&self, register: usize) -> bool {
        self.0[register / 64] >> (register % 64) & 1 != 0
    }

    fn insert(&mut self, register: usize) {
        self.0[register / 64] |= 1 << (register % 64);
    }

    fn remove(&mut self, register: usize) {
        self.0[register / 64] &= !(1 << (register % 64));
    }

    fn add(&mut self, other: &Registers) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }
}

/// An instruction in the analysis.
struct Step {
    /// Its first word.
    at: usize,
    effect: Effect,
    /// Steps that may come next.
    next: Vec<usize>,
    /// Step at which an exception is handled, and the register that holds it there.
    handler: Option<(usize, usize)>,
}

/// The steps of a code object that has these words.
fn steps(code: &Loaded, words: &[u64]) -> Vec<Step> {
    let mut starts = Vec::new();
    let mut at = 0;
    while at < words.len() {
        starts.push(at);
        at += op_at(words, at).words();
    }
    let step_at = |word: usize| starts.partition_point(|&s| s < word);
    let step = |(i, &at): (usize, &usize)| {
        let mut next: Vec<usize> =
            jump_target(words, at).map(|word| step_at(word as usize)).into_iter().collect();
        if !ends_block(op_at(words, at)) {
            next.push(i + 1);
        }
        let row = code.exceptions.iter().find(|e| e.handles(at as u32));
        let handler = row.map(|row| (step_at(row.target as usize), row.reg as usize));
        Step { at, effect: effect(words, at), next, handler }
    };
    starts.iter().enumerate().map(step).collect()
}

/// What a frame standing at this word needs: what the instruction or later ones read, and what the instruction may have
/// written already.
fn needed_at(code: &Loaded, word: usize) -> Needs {
    let words = code.plain_words();
    let steps = steps(code, &words);
    let mut before = vec![Registers::none(code); steps.len() + 1];
    // Backwards, until nothing changes any more.
    let mut changed = true;
    while changed {
        changed = false;
        for (i, step) in steps.iter().enumerate().rev() {
            let mut live = Registers::none(code);
            step.next.iter().for_each(|&next| live.add(&before[next]));
            step.effect.writes.iter().for_each(|&register| live.remove(register));
            if let Some((target, register)) = step.handler {
                let mut handled = before[target].clone();
                handled.remove(register);
                live.add(&handled);
            }
            step.effect.reads.iter().for_each(|&register| live.insert(register));
            changed |= before[i] != live;
            before[i] = live;
        }
    }
    let standing = steps.partition_point(|s| s.at <= word).saturating_sub(1);
    let at = steps[standing].at;
    let base = match op_at(&words, at) {
        Op::Call | Op::CallMethod | Op::CallEx => usize::from((words[at] >> 16) as u16),
        _ => code.registers as usize,
    };
    let mut registers = before[standing].clone();
    steps[standing].effect.writes.iter().for_each(|&register| registers.insert(register));
    Needs { registers, base }
}
