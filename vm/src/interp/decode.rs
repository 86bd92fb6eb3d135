//! Reading instruction fields and registers.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::value::Value;

/// Number of the opcode.
///
/// # Safety
/// (All functions of this module) `ip` must point to an instruction of loaded code, `fp` to the window of its frame, and
/// register numbers must be operands of that instruction.
#[inline(always)]
pub unsafe fn op(ip: *const u64) -> usize {
    // SAFETY: see above; the word is an atomic, of which this is a relaxed load of one half-word.
    unsafe { *(ip as *const u16) as usize }
}

/// Field a.
///
/// # Safety
/// See [`op`].
#[inline(always)]
pub unsafe fn a(ip: *const u64) -> usize {
    // SAFETY: see `op`.
    unsafe { *(ip as *const u16).add(1) as usize }
}

/// Field b.
///
/// # Safety
/// See [`op`].
#[inline(always)]
pub unsafe fn b(ip: *const u64) -> usize {
    // SAFETY: see `op`.
    unsafe { *(ip as *const u16).add(2) as usize }
}

/// Field c.
///
/// # Safety
/// See [`op`].
#[inline(always)]
pub unsafe fn c(ip: *const u64) -> usize {
    // SAFETY: see `op`.
    unsafe { *(ip as *const u16).add(3) as usize }
}

/// Field c as a signed number.
///
/// # Safety
/// See [`op`].
#[inline(always)]
pub unsafe fn c_int(ip: *const u64) -> i64 {
    // SAFETY: see `op`.
    unsafe { *(ip as *const i16).add(3) as i64 }
}

/// The 32-bit immediate in place of b and c.
///
/// # Safety
/// See [`op`].
#[inline(always)]
pub unsafe fn imm(ip: *const u64) -> i64 {
    // SAFETY: see `op`.
    unsafe { *(ip as *const i32).add(1) as i64 }
}

/// Target of a jump whose distance is the immediate.
///
/// # Safety
/// See [`op`].
#[inline(always)]
pub unsafe fn jump(ip: *const u64) -> *const u64 {
    // SAFETY: see `op`.
    ip.wrapping_offset(unsafe { imm(ip) } as isize)
}

/// Target of a jump whose distance is the second word.
///
/// # Safety
/// See [`op`].
#[inline(always)]
pub unsafe fn word_jump(ip: *const u64) -> *const u64 {
    // SAFETY: see `op`.
    let distance = unsafe { *(ip.add(1) as *const i32) };
    ip.wrapping_add(1).wrapping_offset(distance as isize)
}

/// Register `n`.
///
/// # Safety
/// See [`op`].
#[inline(always)]
pub unsafe fn get(fp: *mut Value, n: usize) -> Value {
    // SAFETY: see `op`.
    unsafe { *fp.add(n) }
}

/// Sets register `n`.
///
/// # Safety
/// See [`op`].
#[inline(always)]
pub unsafe fn set(fp: *mut Value, n: usize, value: Value) {
    // SAFETY: see `op`.
    unsafe { *fp.add(n) = value }
}

/// `n` registers from the first one. The slice must not be held over an instruction that writes them.
///
/// # Safety
/// See [`op`].
#[inline(always)]
pub unsafe fn group<'a>(fp: *mut Value, first: usize, n: usize) -> &'a [Value] {
    // SAFETY: see `op`.
    unsafe { std::slice::from_raw_parts(fp.add(first), n) }
}

/// An inline-cache word.
///
/// # Safety
/// Word `n` of the instruction must be a cache.
#[inline(always)]
pub unsafe fn cache(ip: *const u64, n: usize) -> u64 {
    // SAFETY: see above. Relaxed: a single word is never torn; pairs of words are read as `cache_pair` says.
    unsafe { (*(ip.add(n) as *const AtomicU64)).load(Relaxed) }
}

/// Sets an inline-cache word.
///
/// # Safety
/// Word `n` of the instruction must be a cache.
#[inline(always)]
pub unsafe fn set_cache(ip: *const u64, n: usize, value: u64) {
    // SAFETY: see above. Relaxed: as in `cache`.
    unsafe { (*(ip.add(n) as *const AtomicU64)).store(value, Relaxed) }
}

/// Replaces the opcode of an instruction (quickening).
///
/// # Safety
/// The new opcode must have the same operands and words.
#[inline(always)]
pub unsafe fn set_op(ip: *const u64, op: crate::bytecode::Op) {
    // SAFETY: see above. Relaxed: both forms mean the same, whichever another thread sees.
    unsafe {
        let word = &*(ip as *const AtomicU64);
        word.store(word.load(Relaxed) & !0xffff | op as u64, Relaxed);
    }
}
