//! From one instruction to the next.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use pystm_stm::{Restart, gate};

use super::{Handler, decode, frame, ops, unwind};
use crate::{
    atomic,
    bytecode::Op,
    error::{PyResult, Raised},
    thread::Thread,
    value::Value,
};

/// A handler as the table holds it. Returns [`DONE`] or [`RAISED`] when the interpreter is left.
type Code = unsafe extern "C" fn(*const u64, *mut Value, *mut Thread, *const Code_) -> u64;
/// The table seen from a handler (a function type cannot name itself).
#[repr(transparent)]
pub struct Code_(Code);

const DONE: u64 = 0;
const RAISED: u64 = 1;

/// # Safety
/// `ip` must be an instruction with the handler's opcode in the code of the frame with window `fp`.
#[cfg_attr(debug_assertions, allow(dead_code))]
unsafe extern "C" fn handler<H: Handler>(
    ip: *const u64,
    fp: *mut Value,
    t: *mut Thread,
    table: *const Code_,
) -> u64 {
    // SAFETY: (whole body) the caller's promise is that of `Handler`; instructions lead to instructions.
    unsafe {
        if let Some((ip, fp)) = H::fast(ip, fp, &mut *t) {
            let next = (*table.add(decode::op(ip))).0;
            return next(ip, fp, t, table);
        }
        slow_handler::<H>(ip, fp, t, table)
    }
}

/// # Safety
/// As for [`handler`].
#[cold]
#[inline(never)]
#[cfg_attr(debug_assertions, allow(dead_code))]
unsafe extern "C" fn slow_handler<H: Handler>(
    ip: *const u64,
    fp: *mut Value,
    t: *mut Thread,
    table: *const Code_,
) -> u64 {
    // SAFETY: as in `handler`.
    unsafe {
        let landing = slow_call::<H>(ip, fp, t);
        if landing.ip.is_null() {
            return RAISED;
        }
        let next = (*table.add(decode::op(landing.ip))).0;
        next(landing.ip, landing.fp, t, table)
    }
}

/// Where a slow part went, in two registers; no instruction if the exception leaves the interpreter.
#[repr(C)]
#[cfg_attr(debug_assertions, allow(dead_code))]
struct Landing {
    ip: *const u64,
    fp: *mut Value,
}

/// The slow part in a frame of its own: a handler with anything on its native stack could not end in a jump.
///
/// # Safety
/// As for [`Handler::slow`].
#[inline(never)]
#[cfg_attr(debug_assertions, allow(dead_code))]
unsafe extern "C" fn slow_call<H: Handler>(ip: *const u64, fp: *mut Value, t: *mut Thread) -> Landing {
    // SAFETY: handed on.
    match unsafe { slow_step::<H>(&mut *t, ip, fp) } {
        Some((ip, fp)) => Landing { ip, fp },
        None => Landing { ip: std::ptr::null(), fp: std::ptr::null_mut() },
    }
}

/// The slow part with unwinding; `None` if the exception leaves the interpreter.
///
/// # Safety
/// As for [`Handler::slow`].
#[inline(always)]
unsafe fn slow_step<H: Handler>(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Option<super::Next> {
    t.ip = ip;
    t.fp = fp;
    t.own.begin_instruction(&t.mutator);
    // SAFETY: handed on.
    let step = || match unsafe { H::slow(t, ip, fp) } {
        Ok(next) => {
            if gate::is_dirty() {
                t.spoiled = ip;
            }
            Some(next)
        }
        Err(raised) => {
            // Nothing begins anew while an exception is on its way, but for a block that has been undone.
            gate::set_dirty();
            unwind::unwind(t, raised)
        }
    };
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(next) => next,
        Err(reason) => begin_anew(t, ip, fp, reason),
    }
}

/// Others have taken objects from the instruction while it waited for some, and it has not done anything yet. An augmented
/// assignment begins anew as a whole.
#[cold]
fn begin_anew(
    t: &mut Thread,
    ip: *const u64,
    fp: *mut Value,
    reason: Box<dyn Any + Send>,
) -> Option<super::Next> {
    if !reason.is::<Restart>() {
        resume_unwind(reason);
    }
    t.ip = ip;
    t.fp = fp;
    t.binding_end = std::ptr::null_mut();
    frame::forget_reprs(t);
    if let Err(raised) = atomic::check(t) {
        return unwind::unwind(t, raised);
    }
    // SAFETY: the window is the running frame's.
    let loaded = unsafe { frame::function_of(fp) }.loaded();
    let word = loaded.word_index(ip);
    let update = loaded.exceptions.iter().find(|e| e.updates(word)).map(|e| e.start);
    let spoiled = loaded.word_index(t.spoiled);
    match update {
        Some(start) if !(start..word).contains(&spoiled) => {
            // SAFETY: the word is an instruction of the frame's code.
            Some((unsafe { loaded.entry.add(start as usize) }, fp))
        }
        _ => Some((ip, fp)),
    }
}

/// The handler of `Halt`.
///
/// # Safety
/// None is needed: it touches nothing.
#[cfg_attr(debug_assertions, allow(dead_code))]
unsafe extern "C" fn halt(_ip: *const u64, _fp: *mut Value, _t: *mut Thread, _table: *const Code_) -> u64 {
    DONE
}

macro_rules! make_table {
    ($($name:ident $a:ident $b:ident $c:ident $extra:ident $doc:literal;)*) => {
        #[cfg(not(debug_assertions))]
        static TABLE: &[Code_] = &[$(Code_(if Op::$name as u16 == Op::Halt as u16 { halt } else { handler::<ops::$name> }),)*];

        /// One instruction; `None` if the interpreter is left.
        ///
        /// # Safety
        /// As for [`Handler::fast`].
        #[cfg(debug_assertions)]
        unsafe fn step(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Option<super::Next> {
            // SAFETY: handed on.
            unsafe {
                match Op::from_u16(decode::op(ip) as u16).expect("loaded code holds known opcodes") {
                    $(Op::$name => match ops::$name::fast(ip, fp, t) {
                        Some(next) => Some(next),
                        None => slow_step::<ops::$name>(t, ip, fp),
                    },)*
                }
            }
        }
    };
}

crate::for_each_opcode!(make_table);

/// Runs from `ip` in the window `fp` until the frame that was entered there returns; its result, or the exception that
/// left it.
///
/// # Safety
/// The frame must have been set up, with [`super::frame::HALT`] as its return address.
pub unsafe fn run(t: &mut Thread, ip: *const u64, fp: *mut Value) -> PyResult {
    // SAFETY: the caller has set the frame up.
    let status = unsafe { run_raw(t, ip, fp) };
    if status == DONE {
        // SAFETY: `Return` leaves the result in the callee's slot of the window.
        return Ok(unsafe { *fp.sub(4) });
    }
    Err(Raised::pending())
}

/// # Safety
/// As for [`run`].
#[cfg(not(debug_assertions))]
unsafe fn run_raw(t: &mut Thread, ip: *const u64, fp: *mut Value) -> u64 {
    // SAFETY: handed on.
    unsafe { (TABLE[decode::op(ip)].0)(ip, fp, t, TABLE.as_ptr()) }
}

/// # Safety
/// As for [`run`].
#[cfg(debug_assertions)]
unsafe fn run_raw(t: &mut Thread, ip: *const u64, fp: *mut Value) -> u64 {
    let (mut ip, mut fp) = (ip, fp);
    loop {
        // SAFETY: instructions lead to instructions.
        unsafe {
            if decode::op(ip) == Op::Halt as usize {
                return DONE;
            }
            match step(t, ip, fp) {
                Some(next) => (ip, fp) = next,
                None => return RAISED,
            }
        }
    }
}
