//! Unwinding: from a raised exception to its handler.

use super::{Next, decode, frame, generator};
use crate::{atomic, builtins::exceptions, bytecode::Op, error::Raised, thread::Thread, value::Value};

/// Finds the handler of the pending exception, leaving frames on the way; `None` if it leaves the frame at which native
/// code entered the interpreter. Frames that are left join the traceback.
#[cold]
pub fn unwind(t: &mut Thread, _raised: Raised) -> Option<Next> {
    if t.aborting.is_some() {
        return match atomic::land(t)? {
            Ok(next) => Some(next),
            Err(raised) => unwind(t, raised),
        };
    }
    let (mut ip, mut fp) = (t.ip, t.fp);
    let mut skip_traceback = std::mem::take(&mut t.reraising);
    loop {
        // SAFETY: `fp` is the window of a live frame, `ip` a word of its code.
        let function = unsafe { frame::function_of(fp) };
        let loaded = function.loaded();
        let word = loaded.word_index(ip);
        t.fp = fp;
        t.ip = ip;
        let handler = loaded.exceptions.iter().find(|e| e.handles(word));
        if !skip_traceback {
            exceptions::add_traceback(t, function, word, handler.is_some());
        }
        skip_traceback = false;
        if let Some(entry) = handler {
            let exception = std::mem::replace(&mut t.exception, Value::UNSET);
            // SAFETY: register and target are part of the frame's code.
            unsafe {
                decode::set(fp, entry.reg as usize, exception);
                return Some((loaded.entry.add(entry.target as usize), fp));
            }
        }
        if loaded.is_generator() {
            // SAFETY: nothing can raise before `ReturnGenerator`, so the frame has its generator.
            unsafe { generator::finish_raising(t, fp) };
        } else {
            t.depth_left += 1;
        }
        // SAFETY: the links of a live frame are set.
        unsafe {
            let (mut return_ip, mut caller) = frame::links(t, fp);
            if frame::watched(t, fp).is_some() {
                (return_ip, caller) = frame::unwatch(t, fp, ip);
            }
            if decode::op(return_ip) == Op::Halt as usize {
                return None;
            }
            ip = frame::calling_instruction(fp, (return_ip, caller));
            fp = caller;
        }
    }
}
