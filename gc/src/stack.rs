//! Conservative scan of the native stack.

use std::arch::asm;

use crate::mark::Marker;

/// Highest address of the calling thread's native stack, from the C library.
pub fn stack_base() -> usize {
    let (low, bytes) = stack_bounds();
    low + bytes
}

/// Lowest address and size of the calling thread's native stack.
pub fn stack_bounds() -> (usize, usize) {
    // SAFETY: plain queries into locals of the right types.
    unsafe {
        let mut attr: libc::pthread_attr_t = std::mem::zeroed();
        let mut low = std::ptr::null_mut();
        let mut bytes = 0;
        assert_eq!(libc::pthread_getattr_np(libc::pthread_self(), &mut attr), 0, "thread attributes");
        assert_eq!(libc::pthread_attr_getstack(&attr, &mut low, &mut bytes), 0, "stack bounds");
        libc::pthread_attr_destroy(&mut attr);
        (low as usize, bytes)
    }
}

/// An address inside the caller's stack frame.
#[inline(always)]
pub fn stack_pointer() -> usize {
    let sp: usize;
    // SAFETY: reads a register.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        asm!("mov {}, rsp", out(reg) sp, options(nomem, nostack, preserves_flags))
    };
    // SAFETY: reads a register.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        asm!("mov {}, sp", out(reg) sp, options(nomem, nostack, preserves_flags))
    };
    sp
}

/// Values of the callee-saved registers.
pub type SavedRegisters = [u64; if cfg!(target_arch = "x86_64") { 6 } else { 11 }];

/// Stores the callee-saved registers, any of which may hold the only pointer to an object. They are stored where they
/// stay: a copy right after the stores would wait for them.
#[inline(always)]
pub fn save_registers(saved: &mut SavedRegisters) {
    // SAFETY: stores registers into the array.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        asm!(
            "mov [{0}], rbx", "mov [{0} + 8], rbp", "mov [{0} + 16], r12",
            "mov [{0} + 24], r13", "mov [{0} + 32], r14", "mov [{0} + 40], r15",
            in(reg) saved.as_mut_ptr(), options(nostack, preserves_flags)
        )
    };
    // SAFETY: stores registers into the array.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        asm!(
            "stp x19, x20, [{0}]", "stp x21, x22, [{0}, #16]", "stp x23, x24, [{0}, #32]",
            "stp x25, x26, [{0}, #48]", "stp x27, x28, [{0}, #64]", "str x29, [{0}, #80]",
            in(reg) saved.as_mut_ptr(), options(nostack, preserves_flags)
        )
    };
}

/// Hands every word of the calling thread's stack up to `base`, and its callee-saved registers, to the marker. With
/// `from`, the stack below that address and the registers hold no pointers and are left out.
#[inline(never)]
pub(crate) fn scan_native_stack(marker: &mut Marker, from: Option<usize>, base: usize) {
    // The tasks of a model have stacks elsewhere, and hand over all their roots.
    if cfg!(feature = "model") {
        return;
    }
    let from = from.unwrap_or_else(|| {
        // Caller-saved registers are on the stack already, since this is a call.
        let mut saved = SavedRegisters::default();
        save_registers(&mut saved);
        for word in std::hint::black_box(&saved) {
            marker.conservative(*word);
        }
        stack_pointer()
    });
    // SAFETY: the stack between the stack pointer and its base is readable.
    unsafe { marker.conservative_range((from & !7) as *const u64, base as *const u64) };
}
