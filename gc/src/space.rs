//! Address space of the small-object heap: blocks, lines and their side tables.
//!
//! One range of addresses is reserved at start; memory is committed by the kernel when it is first touched. Three side
//! tables, each one byte per line, stand beside it: *starts* and *marks* have a bit per 16-byte granule, *lines* tells
//! whether a line holds anything live.

use std::{
    ptr::NonNull,
    sync::{OnceLock, atomic::Ordering::Relaxed},
};

use crate::sync::{AtomicU8, AtomicU32, AtomicUsize, Mutex};

/// Allocation unit and alignment of objects in bytes.
pub const GRANULE: usize = 16;
/// Bytes of a line.
pub const LINE: usize = 128;
/// Bytes of a block.
pub const BLOCK: usize = 32 << 10;
/// Lines of a block.
pub const LINES_PER_BLOCK: usize = BLOCK / LINE;
/// Largest object that goes into a block, in bytes.
pub const SMALL_MAX: usize = 8 << 10;

/// Reserves zeroed address space without committing memory.
pub fn reserve(bytes: usize) -> Option<NonNull<u8>> {
    // SAFETY: an anonymous private mapping at an address of the kernel's choice touches nothing that exists.
    let p = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            bytes + BLOCK,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    if p == libc::MAP_FAILED {
        return None;
    }
    NonNull::new((p as usize).next_multiple_of(BLOCK) as *mut u8)
}

/// The small-object heap of the process.
pub struct Space {
    base: usize,
    bytes: usize,
    starts: *mut u8,
    marks: *mut AtomicU8,
    lines: *mut AtomicU8,
    /// One number per block: the mutator that holds it, or 0.
    holders: *mut AtomicU32,
    /// Blocks handed out at least once are below this index.
    used_blocks: AtomicUsize,
    /// Blocks with free lines that no thread holds.
    recyclable: Mutex<Vec<u32>>,
}

// SAFETY: the raw pointers name mappings that live as long as the process; access to the tables follows the protocol
// of the crate (one writer per line at a time, or all threads stopped).
unsafe impl Send for Space {}
// SAFETY: as above.
unsafe impl Sync for Space {}

static SPACE: OnceLock<Space> = OnceLock::new();

/// The process's heap, reserved on first use.
///
/// # Panics
/// If not even 1 GiB of address space can be reserved.
pub fn space() -> &'static Space {
    SPACE.get_or_init(|| {
        let mut bytes = 256usize << 30;
        loop {
            let table = bytes / LINE;
            if let (Some(heap), Some(starts), Some(marks), Some(lines), Some(holders)) = (
                reserve(bytes),
                reserve(table),
                reserve(table),
                reserve(table),
                reserve(bytes / BLOCK * size_of::<AtomicU32>()),
            ) {
                return Space {
                    base: heap.as_ptr() as usize,
                    bytes,
                    starts: starts.as_ptr(),
                    marks: marks.as_ptr().cast(),
                    lines: lines.as_ptr().cast(),
                    holders: holders.as_ptr() as *mut AtomicU32,
                    used_blocks: AtomicUsize::new(0),
                    recyclable: Mutex::new(Vec::new()),
                };
            }
            bytes /= 2;
            assert!(bytes >= 1 << 30, "cannot reserve address space for the heap");
        }
    })
}

/// The first line from `from` on whose byte is `wanted`, which is 0 or 1 like all bytes of the table.
#[inline]
fn next_line(table: &[u8], from: usize, wanted: u8) -> Option<usize> {
    let others = u64::from_le_bytes([1 - wanted; 8]);
    let (words, rest) = table[from..].as_chunks::<8>();
    for (i, word) in words.iter().enumerate() {
        let differing = u64::from_le_bytes(*word) ^ others;
        if differing != 0 {
            return Some(from + i * 8 + differing.trailing_zeros() as usize / 8);
        }
    }
    let at = rest.iter().position(|&line| line == wanted)?;
    Some(from + words.len() * 8 + at)
}

impl Space {
    /// Whether the address lies in the part of the range that has been used.
    #[inline(always)]
    pub fn contains(&self, address: usize) -> bool {
        address.wrapping_sub(self.base) < self.used_blocks.load(Relaxed) * BLOCK
    }

    /// Whether the address lies in the reserved range: tells small objects from large ones.
    #[inline(always)]
    pub fn in_range(&self, address: usize) -> bool {
        address.wrapping_sub(self.base) < self.bytes
    }

    /// Number of blocks used so far.
    pub fn used_blocks(&self) -> usize {
        // Relaxed: a count; blocks themselves are handed over under the lock of `recyclable`.
        self.used_blocks.load(Relaxed)
    }

    #[inline(always)]
    fn line_of(&self, address: usize) -> usize {
        (address - self.base) / LINE
    }

    /// Pointer `p` such that `p + address / LINE` is the start byte of the address's line.
    pub fn starts_bias(&self) -> *mut u8 {
        self.starts.wrapping_sub(self.base / LINE)
    }

    /// The mark byte of an object's line, and the object's bit in it.
    #[inline(always)]
    fn mark_of(&self, address: usize) -> (&AtomicU8, u8) {
        // SAFETY: the address lies in the heap, so its line has a byte.
        (unsafe { &*self.marks.add(self.line_of(address)) }, 1 << (address / GRANULE % 8))
    }

    /// Sets the mark of the object that starts at the address; false if it was set already. Nobody else marks in its line.
    #[inline(always)]
    pub fn mark(&self, address: usize) -> bool {
        let (byte, bit) = self.mark_of(address);
        // Relaxed: one writer per line (crate protocol).
        let marks = byte.load(Relaxed);
        if marks & bit != 0 {
            return false;
        }
        byte.store(marks | bit, Relaxed);
        true
    }

    /// As [`Space::mark`], where others mark too: one of them gets true.
    #[inline(always)]
    pub fn mark_shared(&self, address: usize) -> bool {
        let (byte, bit) = self.mark_of(address);
        // Relaxed: the bit says who traces the object, and nothing else; markers have begun after all that they trace was
        // written. Looked at first because most that is met again is of a few classes and names.
        byte.load(Relaxed) & bit == 0 && byte.fetch_or(bit, Relaxed) & bit == 0
    }

    /// Takes the mark of the object that starts at the address away. Nobody else marks in its line.
    pub(crate) fn unmark(&self, address: usize) {
        let (byte, bit) = self.mark_of(address);
        // Relaxed: as in `mark`.
        byte.store(byte.load(Relaxed) & !bit, Relaxed);
    }

    /// Whether the object that starts at the address is marked.
    #[inline(always)]
    pub fn is_marked(&self, address: usize) -> bool {
        let (byte, bit) = self.mark_of(address);
        // Relaxed: whoever asks has marked in this line itself, or asks when all have come to an end.
        byte.load(Relaxed) & bit != 0
    }

    /// Notes that the lines of an object hold something live.
    #[inline(always)]
    pub fn mark_lines(&self, address: usize, size: usize) {
        let first = self.line_of(address);
        let last = self.line_of(address + size - 1);
        for line in first..=last {
            // SAFETY: the object lies in the heap, so its lines have bytes. Relaxed: all that write meanwhile write the same,
            // and it is read when they have come to an end.
            unsafe { (*self.lines.add(line)).store(1, Relaxed) };
        }
    }

    /// Start address of the object that contains the address (which must be in the used range), if there is one.
    pub fn object_start(&self, address: usize) -> Option<usize> {
        let granule = (address - self.base) / GRANULE;
        let block_first_line = (address - self.base) / BLOCK * LINES_PER_BLOCK;
        let mut line = granule / 8;
        // SAFETY: all lines looked at belong to the address's block, which is in the used range.
        let mut byte = unsafe { *self.starts.add(line) } & (0xffu16 >> (7 - granule % 8)) as u8;
        // Objects are at most SMALL_MAX long, so the search is bounded.
        let lowest = line.saturating_sub(SMALL_MAX / LINE).max(block_first_line);
        while byte == 0 {
            if line == lowest {
                return None;
            }
            line -= 1;
            // SAFETY: as above.
            byte = unsafe { *self.starts.add(line) };
        }
        Some(self.base + (line * 8 + 7 - byte.leading_zeros() as usize) * GRANULE)
    }

    /// Whether an object starts exactly at the address.
    pub fn is_object_start(&self, address: usize) -> bool {
        self.contains(address)
            && address.is_multiple_of(GRANULE)
            // SAFETY: the address is in the used range.
            && unsafe { *self.starts.add(self.line_of(address)) & 1u8 << (address / GRANULE % 8) != 0 }
    }

    /// Calls `f` with the address of every object of the block.
    pub fn for_each_object(&self, block: u32, mut f: impl FnMut(usize)) {
        let first = block as usize * LINES_PER_BLOCK;
        for line in first..first + LINES_PER_BLOCK {
            // SAFETY: the block is in the used range.
            let mut byte = unsafe { *self.starts.add(line) };
            while byte != 0 {
                f(self.base + (line * 8 + byte.trailing_zeros() as usize) * GRANULE);
                byte &= byte - 1;
            }
        }
    }

    fn holder_of(&self, block: usize) -> &AtomicU32 {
        // SAFETY: the table has a number for every block of the range.
        unsafe { &*self.holders.add(block) }
    }

    /// The mutator that holds the block of an address in the range, or 0. All unmarked objects of a block belong to its
    /// holder.
    #[inline(always)]
    pub fn holder(&self, address: usize) -> u32 {
        // Relaxed: a mutator compares with its own number, which only it stores and takes away.
        self.holder_of((address - self.base) / BLOCK).load(Relaxed)
    }

    /// Ends the hold on a block.
    pub(crate) fn let_go(&self, block: u32) {
        // Relaxed: whoever takes the block next has kept it, or gets it under the lock of `recyclable` or after a stop of all threads.
        self.holder_of(block as usize).store(0, Relaxed);
    }

    /// Calls `f` with the address of every object that starts in a range of addresses of one block.
    pub(crate) fn for_each_between(&self, from: usize, to: usize, f: impl FnMut(usize)) {
        // SAFETY: the range is in use.
        self.for_each_bit(from, to, |line| unsafe { *self.starts.add(line) }, f);
    }

    /// As [`Space::for_each_between`], without those that are not marked. After marking.
    pub(crate) fn for_each_marked_between(&self, from: usize, to: usize, f: impl FnMut(usize)) {
        // SAFETY: the range is in use. Relaxed: those that have marked in it have come to an end.
        self.for_each_bit(from, to, |line| unsafe { (*self.marks.add(line)).load(Relaxed) }, f);
    }

    /// Calls `f` with the addresses in a range that have a bit in the byte of their line.
    fn for_each_bit(&self, from: usize, to: usize, byte: impl Fn(usize) -> u8, mut f: impl FnMut(usize)) {
        if from >= to {
            return;
        }
        for line in self.line_of(from)..=self.line_of(to - 1) {
            let mut byte = byte(line);
            while byte != 0 {
                let address = self.base + (line * 8 + byte.trailing_zeros() as usize) * GRANULE;
                if (from..to).contains(&address) {
                    f(address);
                }
                byte &= byte - 1;
            }
        }
    }

    /// Takes a block with free lines for a mutator: one that it has kept, else a recycled one, else a new one. `None` when the
    /// range is full.
    pub fn take_block(&self, kept: Option<u32>, holder: u32) -> Option<u32> {
        let block = kept.or_else(|| self.find_block())?;
        // Relaxed: see `holder`.
        self.holder_of(block as usize).store(holder, Relaxed);
        Some(block)
    }

    fn find_block(&self) -> Option<u32> {
        if let Some(block) = self.recyclable.lock().pop() {
            return Some(block);
        }
        // Relaxed: only the uniqueness of the number matters.
        let block = self.used_blocks.fetch_add(1, Relaxed);
        if (block + 1) * BLOCK > self.bytes {
            self.used_blocks.fetch_sub(1, Relaxed);
            return None;
        }
        Some(block as u32)
    }

    /// Gives a block back that has free lines.
    pub fn recycle(&self, block: u32) {
        self.recyclable.lock().push(block);
    }

    /// Forgets all recyclable blocks (before a sweep of everything).
    pub fn clear_recyclable(&self) {
        self.recyclable.lock().clear();
    }

    /// Next run of free lines of the block from line `from` on, as (first, end) line indices within the block.
    pub fn next_hole(&self, block: u32, from: usize) -> Option<(usize, usize)> {
        let table = self.line_table(block);
        let first = next_line(table, from, 0)?;
        Some((first, next_line(table, first, 1).unwrap_or(LINES_PER_BLOCK)))
    }

    /// Address of a line of a block.
    pub fn line_address(&self, block: u32, line: usize) -> usize {
        self.base + block as usize * BLOCK + line * LINE
    }

    fn line_table(&self, block: u32) -> &[u8] {
        // SAFETY: the block is in the used range; its line bytes are written only by the thread that holds the block or
        // while all threads are stopped.
        unsafe {
            let lines = self.lines.add(block as usize * LINES_PER_BLOCK).cast();
            std::slice::from_raw_parts(lines, LINES_PER_BLOCK)
        }
    }

    /// After marking: forgets the starts of dead objects. Returns the number of free lines.
    pub fn sweep_block(&self, block: u32) -> usize {
        let first = block as usize * LINES_PER_BLOCK;
        // SAFETY: the block is in the used range and held by the sweeping thread.
        unsafe {
            let starts = std::slice::from_raw_parts_mut(self.starts.add(first), LINES_PER_BLOCK);
            let marks = std::slice::from_raw_parts(self.marks.add(first).cast::<u8>(), LINES_PER_BLOCK);
            for (s, m) in starts.iter_mut().zip(marks) {
                *s &= m;
            }
        }
        self.line_table(block).iter().filter(|&&l| l == 0).count()
    }

    /// The heap is as it was at first: for another execution of a model.
    #[cfg(feature = "model")]
    pub(crate) fn begin(&self) {
        let (blocks, lines) = (self.used_blocks(), self.used_blocks() * LINES_PER_BLOCK);
        self.clear_marks();
        // SAFETY: no thread is left; the table covers the used blocks.
        unsafe { std::ptr::write_bytes(self.starts, 0, lines) };
        (0..blocks as u32).for_each(|block| self.let_go(block));
        self.clear_recyclable();
        self.used_blocks.store(0, Relaxed);
    }

    /// Before a major marking: clears all marks and line marks.
    pub fn clear_marks(&self) {
        let lines = self.used_blocks() * LINES_PER_BLOCK;
        // SAFETY: all threads are stopped; the tables cover the used blocks.
        unsafe {
            std::ptr::write_bytes(self.marks, 0, lines);
            std::ptr::write_bytes(self.lines, 0, lines);
        }
    }
}
