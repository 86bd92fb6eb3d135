//! The handlers, grouped as in the opcode table.

mod arith;
mod attrs;
mod build;
mod calls;
mod compare;
mod exceptions;
mod generators;
mod iterate;
mod matching;
mod modules;
mod moves;
mod names;

pub use arith::*;
pub use attrs::*;
pub use build::*;
pub use calls::*;
pub use compare::*;
pub use exceptions::*;
pub use generators::*;
pub use iterate::*;
pub use matching::*;
pub use modules::*;
pub use moves::*;
pub use names::*;

/// Declares handlers that have a slow part only. Each body may use `t`, `ip`, `fp` and must end in a `Next`.
macro_rules! slow_ops {
    ($($(#[$doc:meta])* $name:ident |$t:ident, $ip:ident, $fp:ident| $body:block)*) => {
        $(
            $(#[$doc])*
            pub struct $name;
            #[allow(unused_variables, reason = "not every body uses all operands")]
            impl $crate::interp::Handler for $name {
                unsafe fn slow($t: &mut $crate::thread::Thread, $ip: *const u64, $fp: *mut $crate::value::Value)
                    -> Result<$crate::interp::Next, $crate::error::Raised> {
                    // SAFETY: operands are registers of the frame (contract of `Handler`).
                    #[allow(unused_unsafe, reason = "some bodies need none")]
                    unsafe { $body }
                }
            }
        )*
    };
}

/// Declares handlers that have a fast part only, which never gives up.
macro_rules! fast_ops {
    ($($(#[$doc:meta])* $name:ident |$t:ident, $ip:ident, $fp:ident| $body:block)*) => {
        $(
            $(#[$doc])*
            pub struct $name;
            #[allow(unused_variables, reason = "not every body uses all operands")]
            impl $crate::interp::Handler for $name {
                #[inline(always)]
                unsafe fn fast($ip: *const u64, $fp: *mut $crate::value::Value, $t: &mut $crate::thread::Thread)
                    -> Option<$crate::interp::Next> {
                    // SAFETY: operands are registers of the frame (contract of `Handler`).
                    #[allow(unused_unsafe, reason = "some bodies need none")]
                    Some(unsafe { $body })
                }
                unsafe fn slow(_t: &mut $crate::thread::Thread, _ip: *const u64, _fp: *mut $crate::value::Value)
                    -> Result<$crate::interp::Next, $crate::error::Raised> {
                    unreachable!("the fast part never gives up")
                }
            }
        )*
    };
}

pub(crate) use {fast_ops, slow_ops};
