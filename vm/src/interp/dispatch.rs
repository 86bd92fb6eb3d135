//! From one instruction to the next.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

use pystm_gc::{Object, world::Rest};
use pystm_stm::{
    ALONE, Restart, gate,
    peer::Ask,
    stress::{self, Mode},
};

use super::{Handler, Prepared, Prepares, decode, frame, ops, unwind};
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
        let prepares = match H::PREPARES {
            Prepares::Nothing => false,
            Prepares::Rights => (*t).own.may_lack_rights(),
            Prepares::Writing => !ALONE,
        };
        let landing = match if prepares { prepare_call::<H>(ip, fp, t) } else { NOTHING } {
            NOTHING => slow_call::<H>(ip, fp, t),
            WAIT => wait_call::<H>(ip, fp, t),
            prepared => {
                let done = prepared == DONE_BEFORE;
                let next = if done { Some((ip.add(1), fp)) } else { H::fast(ip, fp, &mut *t) };
                if let Some((ip, fp)) = next {
                    let next = (*table.add(decode::op(ip))).0;
                    return next(ip, fp, t, table);
                }
                slow_call::<H>(ip, fp, t)
            }
        };
        if landing.ip.is_null() {
            return RAISED;
        }
        let next = (*table.add(decode::op(landing.ip))).0;
        next(landing.ip, landing.fp, t, table)
    }
}

/// What [`prepare_call`] says.
const NOTHING: u64 = 0;
const READY: u64 = 1;
const WAIT: u64 = 2;
const DONE_BEFORE: u64 = 3;

/// [`Handler::prepare`], its answer in a register.
///
/// # Safety
/// As for [`Handler::fast`].
#[inline(never)]
#[cfg_attr(debug_assertions, allow(dead_code))]
unsafe extern "C" fn prepare_call<H: Handler>(ip: *const u64, fp: *mut Value, t: *mut Thread) -> u64 {
    // SAFETY: handed on.
    match unsafe { H::prepare(ip, fp, &mut *t) } {
        Prepared::Nothing => NOTHING,
        Prepared::Ready => READY,
        Prepared::Wait(..) => WAIT,
        Prepared::Done => DONE_BEFORE,
    }
}

/// Waits for what the instruction has to ask other threads for, and says where to go on.
///
/// # Safety
/// As for [`Handler::fast`].
#[cold]
#[inline(never)]
#[cfg_attr(debug_assertions, allow(dead_code))]
unsafe extern "C" fn wait_call<H: Handler>(ip: *const u64, fp: *mut Value, t: *mut Thread) -> Landing {
    // SAFETY: handed on.
    let t = unsafe { &mut *t };
    // SAFETY: handed on.
    let next = match unsafe { H::prepare(ip, fp, t) } {
        Prepared::Wait(object, ask) => wait_for(t, ip, fp, object, ask),
        // SAFETY: an instruction of one word is followed by another one.
        Prepared::Done => Some((unsafe { ip.add(1) }, fp)),
        _ => Some((ip, fp)),
    };
    Landing::of(next)
}

/// Waits for the right to an object that an instruction needs before it does anything, and says where to go on: at the instruction
/// or, if others may have changed what it depends on, where that was read.
fn wait_for(
    t: &mut Thread,
    ip: *const u64,
    fp: *mut Value,
    object: *const Object,
    ask: Ask,
) -> Option<super::Next> {
    t.ip = ip;
    t.fp = fp;
    t.own.begin_instruction(&mut t.mutator);
    let losses = t.own.peer.losses();
    // SAFETY: the object is an operand of the instruction, or held by one.
    unsafe {
        match ask {
            Ask::Write => t.own.make_writable(&mut t.mutator, &*object, Rest::Open),
            _ => t.own.make_readable(&mut t.mutator, &*object, Rest::Open),
        }
    }
    if let Err(raised) = atomic::check(t) {
        return unwind::unwind(t, raised);
    }
    let stale = ask == Ask::Write
        || t.own.peer.losses() != losses
        || stress::is_on(Mode::Restart) && stress::random(2) == 0;
    Some(if stale { beginning(t, ip, fp) } else { (ip, fp) })
}

/// Where a slow part went, in two registers; no instruction if the exception leaves the interpreter.
#[repr(C)]
#[cfg_attr(debug_assertions, allow(dead_code))]
struct Landing {
    ip: *const u64,
    fp: *mut Value,
}

impl Landing {
    #[cfg_attr(debug_assertions, allow(dead_code))]
    fn of(next: Option<super::Next>) -> Landing {
        match next {
            Some((ip, fp)) => Landing { ip, fp },
            None => Landing { ip: std::ptr::null(), fp: std::ptr::null_mut() },
        }
    }
}

/// The slow part in a frame of its own: a handler with anything on its native stack could not end in a jump.
///
/// # Safety
/// As for [`Handler::slow`].
#[inline(never)]
#[cfg_attr(debug_assertions, allow(dead_code))]
unsafe extern "C" fn slow_call<H: Handler>(ip: *const u64, fp: *mut Value, t: *mut Thread) -> Landing {
    // SAFETY: handed on.
    Landing::of(unsafe { slow_step::<H>(&mut *t, ip, fp) })
}

/// As [`slow_handler`], without a jump.
///
/// # Safety
/// As for [`Handler::slow`].
#[cfg(debug_assertions)]
unsafe fn prepared_step<H: Handler>(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Option<super::Next> {
    // SAFETY: handed on.
    unsafe {
        match H::prepare(ip, fp, t) {
            Prepared::Wait(object, ask) => wait_for(t, ip, fp, object, ask),
            Prepared::Ready => match H::fast(ip, fp, t) {
                Some(next) => Some(next),
                None => slow_step::<H>(t, ip, fp),
            },
            Prepared::Nothing => slow_step::<H>(t, ip, fp),
            Prepared::Done => Some((ip.add(1), fp)),
        }
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
    t.own.begin_instruction(&mut t.mutator);
    // SAFETY: handed on.
    let mut step = || match unsafe { H::slow(t, ip, fp) } {
        Ok(next) => {
            if gate::is_dirty() {
                atomic::instruction::end(t);
                t.spoiled = ip;
            }
            t.own.end_instruction();
            Some(next)
        }
        Err(raised) => {
            atomic::instruction::end(t);
            // Nothing begins anew while an exception is on its way, but for a block that has been undone.
            gate::set_dirty();
            t.own.end_instruction();
            unwind::unwind(t, raised)
        }
    };
    if ALONE {
        return step();
    }
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
    atomic::instruction::undo(t);
    // What follows must not wait in vain.
    gate::set_dirty();
    t.ip = ip;
    t.fp = fp;
    t.binding_end = std::ptr::null_mut();
    (t.exception, t.reraising) = (Value::UNSET, false);
    frame::forget_reprs(t);
    if let Err(raised) = atomic::check(t) {
        return unwind::unwind(t, raised);
    }
    Some(beginning(t, ip, fp))
}

/// Where an instruction begins anew: an augmented assignment as a whole, unless a part of it has done what must not be done
/// twice.
fn beginning(t: &Thread, ip: *const u64, fp: *mut Value) -> super::Next {
    // SAFETY: the window is the running frame's.
    let loaded = unsafe { frame::function_of(fp) }.loaded();
    let word = loaded.word_index(ip);
    let update = loaded.exceptions.iter().find(|e| e.updates(word)).map(|e| e.start);
    let spoiled = loaded.word_index(t.spoiled);
    match update {
        Some(start) if !(start..word).contains(&spoiled) => {
            // SAFETY: the word is an instruction of the frame's code.
            (unsafe { loaded.entry.add(start as usize) }, fp)
        }
        _ => (ip, fp),
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
                        None => prepared_step::<ops::$name>(t, ip, fp),
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
