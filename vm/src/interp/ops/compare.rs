//! Comparisons and the jumps that depend on them.

use super::{arith::finish, fast_ops, moves::must_poll, slow_ops};
use crate::{
    builtins::str::{self, Str},
    error::Raised,
    interp::{
        Handler, Next,
        decode::{a, b, c, c_int, get, set, word_jump},
        safepoint,
    },
    object::Ref,
    protocol::{compare, item},
    special::Compare,
    thread::Thread,
    value::Value,
};

/// The comparison of two immediate numbers, or of strs whose equality needs no look at their text.
#[inline(always)]
fn quick(x: Value, y: Value, op: Compare) -> Option<bool> {
    if Value::both_small(x, y) {
        let (x, y) = (x.bits() as i64, y.bits() as i64);
        return Some(match op {
            Compare::Lt => x < y,
            Compare::Le => x <= y,
            Compare::Eq => x == y,
            Compare::Ne => x != y,
            Compare::Gt => x > y,
            Compare::Ge => x >= y,
        });
    }
    if x.is_immediate_float() && y.is_immediate_float() {
        let (x, y) = (x.immediate_float(), y.immediate_float());
        return Some(match op {
            Compare::Lt => x < y,
            Compare::Le => x <= y,
            Compare::Eq => x == y,
            Compare::Ne => x != y,
            Compare::Gt => x > y,
            Compare::Ge => x >= y,
        });
    }
    if matches!(op, Compare::Eq | Compare::Ne) && str::is_exact(x) && str::is_exact(y) {
        let same = x == y || Ref::<Str>::known(x).same_at_first_sight(&Ref::known(y))?;
        return Some(same == (op == Compare::Eq));
    }
    None
}

/// Equality of two exact strs. It needs a call and a frame, which a fast part must not have.
#[inline(always)]
fn same_strs(x: Value, y: Value, op: Compare) -> Option<bool> {
    if !matches!(op, Compare::Eq | Compare::Ne) || !str::is_exact(x) || !str::is_exact(y) {
        return None;
    }
    Some((x == y || Ref::<Str>::known(x).same_text(&Ref::<Str>::known(y))) == (op == Compare::Eq))
}

macro_rules! compare_ops {
    ($($op:ident $jump_if:ident $jump_unless:ident $jump_if_int:ident $jump_unless_int:ident;)*) => {
        $(
            #[doc = concat!("`", stringify!($op), "`")]
            pub struct $op;
            impl Handler for $op {
                #[inline(always)]
                unsafe fn fast(ip: *const u64, fp: *mut Value, _t: &mut Thread) -> Option<Next> {
                    // SAFETY: contract of `Handler`.
                    unsafe {
                        let v = quick(get(fp, b(ip)), get(fp, c(ip)), Compare::$op)?;
                        set(fp, a(ip), Value::bool(v));
                        Some((ip.add(1), fp))
                    }
                }
                unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
                    // SAFETY: contract of `Handler`.
                    unsafe {
                        let (x, y) = (get(fp, b(ip)), get(fp, c(ip)));
                        let result = match same_strs(x, y, Compare::$op) {
                            Some(same) => Ok(Value::bool(same)),
                            None => compare::compare(t, x, y, Compare::$op),
                        };
                        finish(ip, fp, result)
                    }
                }
            }
            compare_jump!($jump_if $op true, get(b));
            compare_jump!($jump_unless $op false, get(b));
            compare_jump!($jump_if_int $op true, int(c));
            compare_jump!($jump_unless_int $op false, int(c));
        )*
    };
}

macro_rules! right_operand {
    ($ip:ident $fp:ident get(b)) => {
        get($fp, b($ip))
    };
    ($ip:ident $fp:ident int(c)) => {
        Value::small(c_int($ip))
    };
}

macro_rules! compare_jump {
    ($name:ident $op:ident $when:literal, $($right:tt)*) => {
        #[doc = concat!("`", stringify!($name), "`")]
        pub struct $name;
        impl Handler for $name {
            #[inline(always)]
            unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
                // SAFETY: contract of `Handler`.
                unsafe {
                    if quick(get(fp, a(ip)), right_operand!(ip fp $($right)*), Compare::$op)? != $when {
                        return Some((ip.add(2), fp));
                    }
                    let target = word_jump(ip);
                    (!must_poll(ip, target, t)).then_some((target, fp))
                }
            }
            unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
                // SAFETY: contract of `Handler`.
                unsafe {
                    let (x, y) = (get(fp, a(ip)), right_operand!(ip fp $($right)*));
                    let holds = match same_strs(x, y, Compare::$op) {
                        Some(same) => same,
                        None => compare::holds(t, x, y, Compare::$op)?,
                    };
                    branch(t, ip, fp, holds == $when)
                }
            }
        }
    };
}

/// Takes or does not take the jump of a two-word instruction.
///
/// # Safety
/// Contract of `Handler`.
unsafe fn branch(t: &mut Thread, ip: *const u64, fp: *mut Value, taken: bool) -> Result<Next, Raised> {
    // SAFETY: handed on.
    unsafe {
        if !taken {
            return Ok((ip.add(2), fp));
        }
        let target = word_jump(ip);
        if must_poll(ip, target, t) {
            safepoint::poll(t)?;
        }
        Ok((target, fp))
    }
}

compare_ops! {
    Lt JumpIfLt JumpUnlessLt JumpIfLtInt JumpUnlessLtInt;
    Le JumpIfLe JumpUnlessLe JumpIfLeInt JumpUnlessLeInt;
    Eq JumpIfEq JumpUnlessEq JumpIfEqInt JumpUnlessEqInt;
    Ne JumpIfNe JumpUnlessNe JumpIfNeInt JumpUnlessNeInt;
    Gt JumpIfGt JumpUnlessGt JumpIfGtInt JumpUnlessGtInt;
    Ge JumpIfGe JumpUnlessGe JumpIfGeInt JumpUnlessGeInt;
}

/// `is`: the same word, or boxed numbers that could as well be one object are told apart by address.
#[inline(always)]
fn same(x: Value, y: Value) -> bool {
    x == y
}

fast_ops! {
    /// `Is`
    Is |t, ip, fp| { set(fp, a(ip), Value::bool(same(get(fp, b(ip)), get(fp, c(ip))))); (ip.add(1), fp) }
    /// `IsNot`
    IsNot |t, ip, fp| { set(fp, a(ip), Value::bool(!same(get(fp, b(ip)), get(fp, c(ip))))); (ip.add(1), fp) }
    /// `JumpIfIs`
    JumpIfIs |t, ip, fp| { (if same(get(fp, a(ip)), get(fp, b(ip))) { word_jump(ip) } else { ip.add(2) }, fp) }
    /// `JumpIfIsNot`
    JumpIfIsNot |t, ip, fp| { (if same(get(fp, a(ip)), get(fp, b(ip))) { ip.add(2) } else { word_jump(ip) }, fp) }
}

slow_ops! {
    /// `In`
    In |t, ip, fp| {
        let result = item::contains(t, get(fp, c(ip)), get(fp, b(ip))).map(Value::bool);
        finish(ip, fp, result)
    }
    /// `NotIn`
    NotIn |t, ip, fp| {
        let result = item::contains(t, get(fp, c(ip)), get(fp, b(ip))).map(|b| Value::bool(!b));
        finish(ip, fp, result)
    }
    /// `JumpIfIn`
    JumpIfIn |t, ip, fp| {
        let found = item::contains(t, get(fp, b(ip)), get(fp, a(ip)))?;
        branch(t, ip, fp, found)
    }
    /// `JumpIfNotIn`
    JumpIfNotIn |t, ip, fp| {
        let found = item::contains(t, get(fp, b(ip)), get(fp, a(ip)))?;
        branch(t, ip, fp, !found)
    }
}
