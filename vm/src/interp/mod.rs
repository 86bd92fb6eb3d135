//! The interpreter: handlers, dispatch, frames, unwinding.
//!
//! Each opcode has a handler in two parts. The *fast* part works on registers and caches alone and says where to go on, or
//! gives up. The *slow* part may allocate, raise and run Python code; the thread's `ip` and `fp` are up to date in it.
//! In release builds the parts are `extern "C"` functions that end in a jump to the next handler (LLVM turns such calls
//! into jumps; `.ci/check-dispatch` verifies it); in debug builds the same parts are called from a loop.

pub mod attr_cache;
pub mod decode;
pub mod dispatch;
pub mod frame;
pub mod generator;
pub mod liveness;
pub mod ops;
pub mod prepare;
pub mod safepoint;
pub mod unwind;

pub use frame::{call_function, run_code};

use pystm_gc::Object;
use pystm_stm::peer::Ask;

use crate::{error::Raised, thread::Thread, value::Value};

/// Where to go on: instruction and window.
pub type Next = (*const u64, *mut Value);

/// What an instruction prepares for.
pub enum Prepares {
    /// Nothing is prepared.
    Nothing,
    /// Only where there are other threads, or a transaction, a right may be missing.
    Rights,
    /// The collector may have to know, too, what is written.
    Writing,
}

/// What preparing an instruction has come to.
#[derive(Clone, Copy)]
pub enum Prepared {
    /// Nothing was missing that the fast part needs.
    Nothing,
    /// Something was missing, and is there now.
    Ready,
    /// Other threads must be asked for this.
    Wait(*const Object, Ask),
    /// The instruction, of one word, is done: what it needs does not stand where the fast part looks.
    Done,
}

impl Prepared {
    /// This and then another right, if there is no need to wait.
    #[inline(always)]
    pub fn and(self, next: impl FnOnce() -> Prepared) -> Prepared {
        match self {
            Prepared::Wait(..) | Prepared::Done => self,
            Prepared::Ready => match next() {
                Prepared::Nothing => Prepared::Ready,
                other => other,
            },
            Prepared::Nothing => next(),
        }
    }
}

/// The two parts of an opcode's handler.
pub trait Handler {
    /// Works on registers and caches only; `None` hands over to the slow part.
    ///
    /// # Safety
    /// `ip` must be an instruction with this opcode in the code of the frame with window `fp`.
    #[inline(always)]
    unsafe fn fast(_ip: *const u64, _fp: *mut Value, _t: &mut Thread) -> Option<Next> {
        None
    }

    /// What [`Handler::prepare`] gets rights for.
    const PREPARES: Prepares = Prepares::Nothing;

    /// Gets rights that the fast part may have missed.
    ///
    /// # Safety
    /// As for `fast`.
    #[inline(always)]
    unsafe fn prepare(_ip: *const u64, _fp: *mut Value, _t: &mut Thread) -> Prepared {
        Prepared::Nothing
    }

    /// Does whatever it takes.
    ///
    /// # Safety
    /// As for `fast`; `t.ip` and `t.fp` must be the same values.
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised>;
}
