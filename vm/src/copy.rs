//! Copies of a few bytes without a call.

/// Copies `n` bytes, as `ptr::copy_nonoverlapping` does. The library function that this becomes costs more than the copying
/// when there is little to copy, which is what most strs and tuples are.
///
/// # Safety
/// `from` must be readable and `to` writable for `n` bytes, and they must not overlap.
#[inline(always)]
pub unsafe fn bytes(from: *const u8, to: *mut u8, n: usize) {
    /// Copies the first and the last word of a part, which may overlap.
    ///
    /// # Safety
    /// As for `bytes`, and the part must be as long as a word.
    #[inline(always)]
    unsafe fn ends<T: Copy>(from: *const u8, to: *mut u8, n: usize) {
        // SAFETY: both words are inside the part.
        unsafe {
            let last = n - size_of::<T>();
            let words = ((from as *const T).read_unaligned(), (from.add(last) as *const T).read_unaligned());
            (to as *mut T).write_unaligned(words.0);
            (to.add(last) as *mut T).write_unaligned(words.1);
        }
    }
    // SAFETY: the caller vouches for the pointers; the lengths stand before the arms.
    unsafe {
        match n {
            0 => {}
            1 => to.write(from.read()),
            2..4 => ends::<u16>(from, to, n),
            4..8 => ends::<u32>(from, to, n),
            8..16 => ends::<u64>(from, to, n),
            16..=32 => ends::<u128>(from, to, n),
            _ => to.copy_from_nonoverlapping(from, n),
        }
    }
}

/// Copies `n` values to a place that may overlap theirs, as `ptr::copy` does.
///
/// # Safety
/// `from` must be readable and `to` writable for `n` values.
#[inline(always)]
pub unsafe fn words<T: Copy>(from: *const T, to: *mut T, n: usize) {
    const { assert!(size_of::<T>() == 8) };
    // SAFETY: the caller vouches for the pointers; whole parts are read before they are written.
    unsafe {
        match n {
            0 => {}
            1 => to.write(from.read()),
            2 => (to as *mut [T; 2]).write((from as *const [T; 2]).read()),
            3 => (to as *mut [T; 3]).write((from as *const [T; 3]).read()),
            4 => (to as *mut [T; 4]).write((from as *const [T; 4]).read()),
            _ => to.copy_from(from, n),
        }
    }
}
