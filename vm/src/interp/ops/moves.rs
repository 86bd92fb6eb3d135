//! Loads, moves and plain jumps.

use super::{fast_ops, slow_ops};
use crate::{
    error::{Exc, Raised},
    interp::{
        Handler, Next,
        decode::{a, b, c, get, imm, jump, set},
        frame, safepoint,
    },
    protocol::{attr::name_text, truth},
    thread::Thread,
    value::Value,
};

fast_ops! {
    /// `Nop`
    Nop |t, ip, fp| { (ip.add(1), fp) }
    /// `Move`
    Move |t, ip, fp| { set(fp, a(ip), get(fp, b(ip))); (ip.add(1), fp) }
    /// `LoadConst`
    LoadConst |t, ip, fp| { set(fp, a(ip), Value::from_bits(*ip.add(1))); (ip.add(2), fp) }
    /// `LoadInt`
    LoadInt |t, ip, fp| { set(fp, a(ip), Value::small(imm(ip))); (ip.add(1), fp) }
    /// `LoadNone`
    LoadNone |t, ip, fp| { set(fp, a(ip), Value::NONE); (ip.add(1), fp) }
    /// `LoadTrue`
    LoadTrue |t, ip, fp| { set(fp, a(ip), Value::TRUE); (ip.add(1), fp) }
    /// `LoadFalse`
    LoadFalse |t, ip, fp| { set(fp, a(ip), Value::FALSE); (ip.add(1), fp) }
    /// `Unset`
    Unset |t, ip, fp| { set(fp, a(ip), Value::UNSET); (ip.add(1), fp) }
    /// `JumpIfNone`
    JumpIfNone |t, ip, fp| { (if get(fp, a(ip)).is_none() { jump(ip) } else { ip.add(1) }, fp) }
    /// `JumpIfNotNone`
    JumpIfNotNone |t, ip, fp| { (if get(fp, a(ip)).is_none() { ip.add(1) } else { jump(ip) }, fp) }
}

/// `UnboundLocalError` for a local of the running frame.
#[cold]
pub(super) fn unbound_local(t: &mut Thread, fp: *mut Value, name: usize) -> Raised {
    // SAFETY: `fp` is the running frame's window.
    let name = unsafe { frame::function_of(fp) }.loaded().names[name];
    let message =
        format!("cannot access local variable '{}' where it is not associated with a value", name_text(name));
    crate::builtins::exceptions::name_error(t, Exc::UnboundLocalError, message, name)
}

/// `CheckBound`
pub struct CheckBound;
impl Handler for CheckBound {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, _t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe { (!get(fp, a(ip)).is_unset()).then_some((ip.add(1), fp)) }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        Err(unbound_local(t, fp, unsafe { c(ip) }))
    }
}

slow_ops! {
    /// `DeleteFast`
    DeleteFast |t, ip, fp| {
        if get(fp, a(ip)).is_unset() {
            return Err(unbound_local(t, fp, c(ip)));
        }
        set(fp, a(ip), Value::UNSET);
        Ok((ip.add(1), fp))
    }
    /// `Quickened`
    Quickened |t, ip, fp| { unreachable!("a separator in the table") }
    /// `Halt`
    Halt |t, ip, fp| { unreachable!("handled by the dispatcher") }
}

/// Whether a backward jump must come to a safepoint first.
#[inline(always)]
pub(super) fn must_poll(ip: *const u64, target: *const u64, t: &Thread) -> bool {
    // Relaxed: the request is repeated until it is answered.
    target <= ip && t.mutator.poll.load(std::sync::atomic::Ordering::Relaxed) != 0
}

/// `Jump`
pub struct Jump;
impl Handler for Jump {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        let target = unsafe { jump(ip) };
        (!must_poll(ip, target, t)).then_some((target, fp))
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        safepoint::poll(t)?;
        // SAFETY: contract of `Handler`.
        Ok((unsafe { jump(ip) }, fp))
    }
}

macro_rules! truth_jump {
    ($name:ident $when:literal) => {
        #[doc = concat!("`", stringify!($name), "`")]
        pub struct $name;
        impl Handler for $name {
            #[inline(always)]
            unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
                // SAFETY: contract of `Handler`.
                unsafe {
                    if truth::quick(t, get(fp, a(ip)))? != $when {
                        return Some((ip.add(1), fp));
                    }
                    let target = jump(ip);
                    (!must_poll(ip, target, t)).then_some((target, fp))
                }
            }
            unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
                // SAFETY: contract of `Handler`.
                unsafe {
                    if truth::is_true(t, get(fp, a(ip)))? != $when {
                        return Ok((ip.add(1), fp));
                    }
                    let target = jump(ip);
                    if must_poll(ip, target, t) {
                        safepoint::poll(t)?;
                    }
                    Ok((target, fp))
                }
            }
        }
    };
}

truth_jump!(JumpIfTrue true);
truth_jump!(JumpIfFalse false);
