//! Frames on the register stack, as natives see them.

use crate::{
    builtins::{
        code::{Code, Loaded},
        function::Function,
        generator::Generator,
    },
    bytecode::{CodeFlags, Op},
    interp::{decode, frame as frames},
    object::Ref,
    thread::Thread,
    value::Value,
};

/// A frame on the register stack: its window and the instruction at which it stands.
#[derive(Clone, Copy)]
pub struct Live {
    /// The window.
    pub fp: *mut Value,
    /// The instruction.
    pub ip: *const u64,
    /// Entries of [`Thread::entries`] below it.
    entries: usize,
}

impl Live {
    /// The running frame.
    pub fn running(t: &Thread) -> Option<Live> {
        (!t.fp.is_null()).then_some(Live { fp: t.fp, ip: t.ip, entries: t.entries.len() })
    }

    /// The frame that called this one.
    pub fn caller(self, t: &Thread) -> Option<Live> {
        // SAFETY: the frame is live; a return address is an instruction or the word behind a call.
        unsafe {
            let (return_ip, fp) = frames::links(t, self.fp);
            if decode::op(return_ip) != Op::Halt as usize {
                let ip = frames::calling_instruction(self.fp, (return_ip, fp));
                return Some(Live { fp, ip, entries: self.entries });
            }
        }
        let entries =
            t.entries[..self.entries.min(t.entries.len())].iter().rposition(|e| e.window == self.fp)?;
        let entry = t.entries[entries];
        (!entry.caller_fp.is_null()).then_some(Live { fp: entry.caller_fp, ip: entry.caller_ip, entries })
    }

    /// The innermost live frame that fulfils a condition.
    pub fn find(t: &Thread, wanted: impl Fn(Live) -> bool) -> Option<Live> {
        let mut live = Live::running(t)?;
        while !wanted(live) {
            live = live.caller(t)?;
        }
        Some(live)
    }

    /// The function.
    pub fn function(self) -> Ref<Function> {
        // SAFETY: the window is live.
        unsafe { frames::function_of(self.fp) }
    }

    /// The code.
    pub fn code(self) -> Ref<Code> {
        Ref::known(self.function().code.get())
    }

    /// Word index of the instruction.
    pub fn word(self) -> u32 {
        self.function().loaded().word_index(self.ip)
    }

    /// Namespace of module and class code, or the generator, or unset.
    pub fn extra(self) -> Value {
        // SAFETY: the window is live and runs that code.
        unsafe { extra_of(self.function().loaded(), self.fp) }
    }

    /// The generator whose frame it is.
    pub fn generator(self) -> Option<Ref<Generator>> {
        if self.function().loaded().is_generator() { self.extra().cast() } else { None }
    }
}

/// Namespace of module and class code, or the generator, or unset.
///
/// # Safety
/// `fp` must be the window of a live frame that runs this code.
pub unsafe fn extra_of(loaded: &Loaded, fp: *mut Value) -> Value {
    // Calls of plain functions leave the link as it was.
    if loaded.flags.has(CodeFlags::OPTIMIZED) && !loaded.is_generator() {
        return Value::UNSET;
    }
    // SAFETY: the link of such frames is set.
    unsafe { *fp.sub(3) }
}

/// The frame `depth` calls above the running one, or `None` if the stack is not that deep.
pub fn live_at(t: &Thread, depth: usize) -> Option<Live> {
    let mut live = Live::running(t)?;
    for _ in 0..depth {
        live = live.caller(t)?;
    }
    Some(live)
}
