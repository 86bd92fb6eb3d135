//! Arithmetic.

use super::slow_ops;
use crate::{
    error::Raised,
    interp::{
        Handler, Next,
        decode::{a, b, c, c_int, get, set},
    },
    protocol::{number, truth},
    special::{self, BinaryOp, Special},
    thread::Thread,
    value::Value,
};

/// Both operands as floats, if each is an immediate number and at least one is a float.
#[inline(always)]
fn floats(x: Value, y: Value) -> Option<(f64, f64)> {
    let f = |v: Value| if v.is_immediate_float() { v.immediate_float() } else { v.small_value() as f64 };
    let number = |v: Value| v.is_immediate_float() || v.is_small();
    (number(x) && number(y)).then(|| (f(x), f(y)))
}

#[inline(always)]
fn add(x: Value, y: Value) -> Option<Value> {
    if Value::both_small(x, y) {
        let (n, overflow) = (x.bits() as i64).overflowing_add(y.bits() as i64);
        return (!overflow).then_some(Value::from_bits(n as u64));
    }
    floats(x, y).and_then(|(x, y)| Value::try_float(x + y))
}

#[inline(always)]
fn sub(x: Value, y: Value) -> Option<Value> {
    if Value::both_small(x, y) {
        let (n, overflow) = (x.bits() as i64).overflowing_sub(y.bits() as i64);
        return (!overflow).then_some(Value::from_bits(n as u64));
    }
    floats(x, y).and_then(|(x, y)| Value::try_float(x - y))
}

#[inline(always)]
fn mul(x: Value, y: Value) -> Option<Value> {
    if Value::both_small(x, y) {
        let (n, overflow) = (x.bits() as i64).overflowing_mul(y.small_value());
        return (!overflow).then_some(Value::from_bits(n as u64));
    }
    floats(x, y).and_then(|(x, y)| Value::try_float(x * y))
}

#[inline(always)]
fn true_div(x: Value, y: Value) -> Option<Value> {
    if Value::both_small(x, y) {
        // Exact operands up to 2^53 make the quotient correctly rounded.
        let (n, d) = (x.small_value(), y.small_value());
        let exact = |n: i64| n.unsigned_abs() <= 1 << 53;
        return if d != 0 && exact(n) && exact(d) { Value::try_float(n as f64 / d as f64) } else { None };
    }
    floats(x, y).filter(|(_, d)| *d != 0.0).and_then(|(x, y)| Value::try_float(x / y))
}

/// Quotient and remainder of Python's floor division; 32-bit division where that suffices.
#[inline(always)]
fn div_mod(x: i64, y: i64) -> Option<(i64, i64)> {
    if y == 0 {
        return None;
    }
    if (x | y) as u64 >> 32 == 0 {
        let (x, y) = (x as u32, y as u32);
        return Some(((x / y) as i64, (x % y) as i64));
    }
    let (q, r) = (x / y, x % y);
    if r != 0 && (r < 0) != (y < 0) { Some((q - 1, r + y)) } else { Some((q, r)) }
}

#[inline(always)]
fn floor_div(x: Value, y: Value) -> Option<Value> {
    if !Value::both_small(x, y) {
        return None;
    }
    div_mod(x.small_value(), y.small_value()).and_then(|(q, _)| Value::try_small(q))
}

#[inline(always)]
fn modulo(x: Value, y: Value) -> Option<Value> {
    if !Value::both_small(x, y) {
        return None;
    }
    div_mod(x.small_value(), y.small_value()).map(|(_, r)| Value::small(r))
}

#[inline(always)]
fn and(x: Value, y: Value) -> Option<Value> {
    Value::both_small(x, y).then(|| Value::from_bits(x.bits() & y.bits()))
}

#[inline(always)]
fn or(x: Value, y: Value) -> Option<Value> {
    Value::both_small(x, y).then(|| Value::from_bits(x.bits() | y.bits()))
}

#[inline(always)]
fn xor(x: Value, y: Value) -> Option<Value> {
    Value::both_small(x, y).then(|| Value::from_bits(x.bits() ^ y.bits()))
}

#[inline(always)]
fn l_shift(x: Value, y: Value) -> Option<Value> {
    if !Value::both_small(x, y) || y.bits() >= 62 << 2 {
        return None;
    }
    let n = y.small_value() as u32;
    let shifted = (x.bits() as i64) << n;
    (shifted >> n == x.bits() as i64).then_some(Value::from_bits(shifted as u64))
}

#[inline(always)]
fn r_shift(x: Value, y: Value) -> Option<Value> {
    if !Value::both_small(x, y) || y.small_value() < 0 {
        return None;
    }
    Some(Value::small(x.small_value() >> y.small_value().min(63)))
}

#[inline(always)]
fn none(_x: Value, _y: Value) -> Option<Value> {
    None
}

macro_rules! binary_ops {
    ($($name:ident $fast:ident $op:ident $slow:ident;)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`")]
            pub struct $name;
            impl Handler for $name {
                #[inline(always)]
                unsafe fn fast(ip: *const u64, fp: *mut Value, _t: &mut Thread) -> Option<Next> {
                    // SAFETY: contract of `Handler`.
                    unsafe {
                        let v = $fast(get(fp, b(ip)), get(fp, c(ip)))?;
                        set(fp, a(ip), v);
                        Some((ip.add(1), fp))
                    }
                }
                unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
                    // SAFETY: contract of `Handler`.
                    unsafe { finish(ip, fp, number::$slow(t, special::$op, get(fp, b(ip)), get(fp, c(ip)))) }
                }
            }
        )*
    };
}

/// Stores the result of a slow part in register a of a one-word instruction.
///
/// # Safety
/// Contract of `Handler`.
#[inline(always)]
pub(super) unsafe fn finish(
    ip: *const u64,
    fp: *mut Value,
    result: Result<Value, Raised>,
) -> Result<Next, Raised> {
    // SAFETY: handed on.
    unsafe {
        set(fp, a(ip), result?);
        Ok((ip.add(1), fp))
    }
}

binary_ops! {
    Add add ADD binary; Sub sub SUB binary; Mul mul MUL binary; TrueDiv true_div TRUE_DIV binary;
    FloorDiv floor_div FLOOR_DIV binary; Mod modulo MOD binary; Pow none POW binary; MatMul none MAT_MUL binary;
    LShift l_shift L_SHIFT binary; RShift r_shift R_SHIFT binary; And and AND binary; Or or OR binary;
    Xor xor XOR binary;
    IAdd add ADD in_place; ISub sub SUB in_place; IMul mul MUL in_place; ITrueDiv true_div TRUE_DIV in_place;
    IFloorDiv floor_div FLOOR_DIV in_place; IMod modulo MOD in_place; IPow none POW in_place;
    IMatMul none MAT_MUL in_place; ILShift l_shift L_SHIFT in_place; IRShift r_shift R_SHIFT in_place;
    IAnd and AND in_place; IOr or OR in_place; IXor xor XOR in_place;
}

macro_rules! int_ops {
    ($($name:ident $fast:ident $op:ident $slow:ident;)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`")]
            pub struct $name;
            impl Handler for $name {
                #[inline(always)]
                unsafe fn fast(ip: *const u64, fp: *mut Value, _t: &mut Thread) -> Option<Next> {
                    // SAFETY: contract of `Handler`.
                    unsafe {
                        let v = $fast(get(fp, b(ip)), Value::small(c_int(ip)))?;
                        set(fp, a(ip), v);
                        Some((ip.add(1), fp))
                    }
                }
                unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
                    let slow: fn(&mut Thread, BinaryOp, Value, Value) -> _ = number::$slow;
                    // SAFETY: contract of `Handler`.
                    unsafe { finish(ip, fp, slow(t, special::$op, get(fp, b(ip)), Value::small(c_int(ip)))) }
                }
            }
        )*
    };
}

int_ops! {
    AddInt add ADD binary; SubInt sub SUB binary; MulInt mul MUL binary; FloorDivInt floor_div FLOOR_DIV binary;
    ModInt modulo MOD binary; AndInt and AND binary; LShiftInt l_shift L_SHIFT binary; RShiftInt r_shift R_SHIFT binary;
    IAddInt add ADD in_place; ISubInt sub SUB in_place;
}

/// `Neg`
pub struct Neg;
impl Handler for Neg {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, _t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let x = get(fp, b(ip));
            let v = if x.is_small() {
                Value::try_small(-x.small_value())?
            } else if x.is_immediate_float() {
                Value::try_float(-x.immediate_float())?
            } else {
                return None;
            };
            set(fp, a(ip), v);
            Some((ip.add(1), fp))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe { finish(ip, fp, number::unary(t, Special::Neg, "-", get(fp, b(ip)))) }
    }
}

/// `Not`
pub struct Not;
impl Handler for Not {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let result = !truth::quick(t, get(fp, b(ip)))?;
            set(fp, a(ip), Value::bool(result));
            Some((ip.add(1), fp))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let result = truth::is_true(t, get(fp, b(ip))).map(|b| Value::bool(!b));
            finish(ip, fp, result)
        }
    }
}

slow_ops! {
    /// `Pos`
    Pos |t, ip, fp| { finish(ip, fp, number::unary(t, Special::Pos, "+", get(fp, b(ip)))) }
    /// `Invert`
    Invert |t, ip, fp| { finish(ip, fp, number::unary(t, Special::Invert, "~", get(fp, b(ip)))) }
    /// `ToBool`
    ToBool |t, ip, fp| {
        let result = truth::is_true(t, get(fp, b(ip))).map(Value::bool);
        finish(ip, fp, result)
    }
}
