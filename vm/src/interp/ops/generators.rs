//! Generators, coroutines, async generators.

use super::{arith::finish, slow_ops};
use crate::{
    builtins::{function::Function, generator as object},
    bytecode::{CodeFlags, Op},
    error::Raised,
    interp::{
        Handler, Next,
        decode::{a, b, c, get, set, word_jump},
        frame, generator,
    },
    kind::Kind,
    protocol::iter,
    shape,
    special::Special,
    thread::Thread,
    value::Value,
};

/// Defines a handler that leaves the running generator's frame.
macro_rules! leaving {
    ($($(#[$doc:meta])* $name:ident |$t:ident, $ip:ident, $fp:ident| $leave:expr, $prepare:ident;)*) => {
        $(
            $(#[$doc])*
            pub struct $name;
            impl Handler for $name {
                #[inline(always)]
                #[allow(unused_variables, reason = "not every body uses all operands")]
                unsafe fn fast($ip: *const u64, $fp: *mut Value, $t: &mut Thread) -> Option<Next> {
                    // SAFETY: contract of `Handler`.
                    unsafe { $leave }
                }
                unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
                    // SAFETY: contract of `Handler`.
                    unsafe {
                        generator::$prepare(t, fp)?;
                        Ok(Self::fast(ip, fp, t).unwrap_or_else(|| unreachable!("the generator can be written")))
                    }
                }
            }
        )*
    };
}

leaving! {
    /// `Yield`
    Yield |t, ip, fp| generator::suspend(t, ip, fp, get(fp, b(ip))), prepare_suspend;
    /// `YieldDelegated`
    YieldDelegated |t, ip, fp| generator::suspend(t, ip, fp, get(fp, b(ip))), prepare_suspend;
    /// `GenReturn`
    GenReturn |t, ip, fp| generator::finish(t, fp, get(fp, a(ip))), prepare_finish;
    /// `GenReturnNone`
    GenReturnNone |t, ip, fp| generator::finish(t, fp, Value::NONE), prepare_finish;
}

/// `Send`
pub struct Send;
impl Handler for Send {
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let (iterator, sent) = (get(fp, b(ip)), get(fp, a(ip)));
            if let Some(next) = generator::enter_prepared(t, ip, fp, iterator, sent, Op::SendGenerator) {
                return Ok(next);
            }
            match object::send(t, iterator, sent)? {
                object::Step::Yielded(v) => {
                    set(fp, a(ip), v);
                    Ok((ip.add(2), fp))
                }
                object::Step::Returned(v) => {
                    set(fp, a(ip), v);
                    Ok((word_jump(ip), fp))
                }
            }
        }
    }
}

/// `SendGenerator`
pub struct SendGenerator;
impl Handler for SendGenerator {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let iterator = get(fp, b(ip));
            let coroutine = iterator.object()?.header.shape() == Kind::Coroutine.shape();
            let kind = if coroutine { Kind::Coroutine } else { Kind::Generator };
            generator::enter(t, ip, fp, iterator, kind, get(fp, a(ip)))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: handed on.
        unsafe { Send::slow(t, ip, fp) }
    }
}

slow_ops! {
    /// `ReturnGenerator`
    ReturnGenerator |t, ip, fp| { Ok(generator::create(t, ip, fp)) }
    /// `YieldFromIter`
    YieldFromIter |t, ip, fp| {
        let source = get(fp, b(ip));
        // What a generator function returns needs no check.
        if source.object().is_some_and(|o| shape::shape_of_object(o).kind == Kind::Object)
            && let Some(method) = t.special(source, Special::Iter)
            && method.cast::<Function>().is_some_and(|f| f.loaded().flags.has(CodeFlags::GENERATOR))
            && let Some(next) = frame::enter_special(t, ip, fp, 1, method, [source])
        {
            return Ok(next);
        }
        let result = match object::yield_from_iterator(t, fp, source)? {
            Some(v) => Ok(v),
            None => iter::iter(t, source),
        };
        finish(ip, fp, result)
    }
    /// `GetAwaitable`
    GetAwaitable |t, ip, fp| { finish(ip, fp, object::awaitable_iterator(t, get(fp, b(ip)), c(ip))) }
    /// `GetAiter`
    GetAiter |t, ip, fp| { finish(ip, fp, object::async_iterator(t, get(fp, b(ip)))) }
    /// `GetAnext`
    GetAnext |t, ip, fp| { finish(ip, fp, object::async_next(t, get(fp, b(ip)))) }
}
