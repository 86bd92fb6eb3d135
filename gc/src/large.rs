//! Large objects: allocated one by one from the global allocator, with a prefix that holds mark and size.

use std::{
    alloc::{Layout as MemoryLayout, alloc, dealloc},
    collections::BTreeMap,
    sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed},
};

use crate::{
    Object, space,
    sync::{AtomicU8, Mutex},
};

#[repr(C, align(16))]
struct Prefix {
    bytes: usize,
    marked: AtomicU8,
    /// The mutator that made the object; of interest until it is marked.
    holder: AtomicU32,
}

const PREFIX: usize = size_of::<Prefix>();

/// All large objects: address of the object to its size.
static ALL: Mutex<BTreeMap<usize, usize>> = Mutex::new(BTreeMap::new());
/// Lowest and highest address in use, to turn most conservative words away without the lock.
static LOW: AtomicUsize = AtomicUsize::new(usize::MAX);
static HIGH: AtomicUsize = AtomicUsize::new(0);

fn prefix(object: usize) -> *const Prefix {
    (object - PREFIX) as *const Prefix
}

fn memory_layout(bytes: usize) -> MemoryLayout {
    MemoryLayout::from_size_align(bytes + PREFIX, space::GRANULE).expect("size was accepted at allocation")
}

/// Memory for an object of this many bytes that a mutator makes, or `None` if there is not enough.
pub(crate) fn allocate(bytes: usize, holder: u32) -> Option<*mut Object> {
    let layout = MemoryLayout::from_size_align(bytes.checked_add(PREFIX)?, space::GRANULE).ok()?;
    // SAFETY: the layout has a size above zero.
    let memory = unsafe { alloc(layout) };
    if memory.is_null() {
        return None;
    }
    // SAFETY: the prefix fits in front of the object.
    unsafe {
        (memory as *mut Prefix).write(Prefix {
            bytes,
            marked: AtomicU8::new(0),
            holder: AtomicU32::new(holder),
        })
    };
    let object = memory as usize + PREFIX;
    let mut all = ALL.lock();
    all.insert(object, bytes);
    // Relaxed: readers also take the lock, or run when all threads are stopped.
    LOW.fetch_min(object, Relaxed);
    HIGH.fetch_max(object + bytes, Relaxed);
    Some(object as *mut Object)
}

/// The mutator that the object is young for, if it is not marked.
///
/// # Safety
/// `object` must be the address of a large object.
#[inline]
pub(crate) unsafe fn holder(object: usize) -> u32 {
    // SAFETY: large objects have a prefix. Relaxed: as for blocks, a mutator compares with its own number.
    unsafe { (*prefix(object)).holder.load(Relaxed) }
}

/// Makes an object young again, for this mutator.
///
/// # Safety
/// `object` must be the address of a large object that no other thread knows.
pub(crate) unsafe fn rejuvenate(object: usize, holder: u32) {
    // SAFETY: large objects have a prefix. Relaxed: see `holder`.
    unsafe {
        (*prefix(object)).holder.store(holder, Relaxed);
        unmark(object);
    }
}

/// Sets the mark; false if it was set already.
///
/// # Safety
/// `object` must be the address of a large object.
#[inline]
pub(crate) unsafe fn mark(object: usize) -> bool {
    // SAFETY: large objects have a prefix. Relaxed: as for `Space::mark_shared`.
    unsafe { (*prefix(object)).marked.swap(1, Relaxed) == 0 }
}

/// Takes the mark away.
///
/// # Safety
/// `object` must be the address of a large object.
pub(crate) unsafe fn unmark(object: usize) {
    // SAFETY: large objects have a prefix. Relaxed: only while all threads are stopped.
    unsafe { (*prefix(object)).marked.store(0, Relaxed) };
}

/// Whether the object is marked.
///
/// # Safety
/// `object` must be the address of a large object.
#[inline]
pub(crate) unsafe fn is_marked(object: usize) -> bool {
    // SAFETY: large objects have a prefix.
    unsafe { (*prefix(object)).marked.load(Relaxed) != 0 }
}

/// Start of the large object that contains the address.
pub(crate) fn object_start(address: usize) -> Option<usize> {
    if address < LOW.load(Relaxed) || address >= HIGH.load(Relaxed) {
        return None;
    }
    let all = ALL.lock();
    let (&start, &bytes) = all.range(..=address).next_back()?;
    (address < start + bytes).then_some(start)
}

/// Clears all marks (before a major marking).
pub(crate) fn clear_marks() {
    for &object in ALL.lock().keys() {
        // SAFETY: the table holds live large objects.
        unsafe { (*prefix(object)).marked.store(0, Relaxed) };
    }
}

/// Frees what is not marked, among `candidates` or everything. Returns the bytes freed.
///
/// # Safety
/// Marking must be complete, and dead objects must have been dropped already.
pub(crate) unsafe fn sweep(candidates: Option<&[usize]>) -> usize {
    let mut all = ALL.lock();
    let mut freed = 0;
    let mut free = |object: usize, bytes: usize| {
        freed += bytes;
        // SAFETY: allocated by `allocate` with this layout, and unreachable.
        unsafe { dealloc((object - PREFIX) as *mut u8, memory_layout(bytes)) };
    };
    // SAFETY: (both) the table holds large objects.
    match candidates {
        Some(list) => {
            for &object in list {
                // SAFETY: candidates are large objects that have not been freed.
                if unsafe { !is_marked(object) }
                    && let Some(bytes) = all.remove(&object)
                {
                    free(object, bytes);
                }
            }
        }
        None => all.retain(|&object, &mut bytes| {
            // SAFETY: the table holds large objects.
            let live = unsafe { is_marked(object) };
            if !live {
                free(object, bytes);
            }
            live
        }),
    }
    freed
}

/// Calls `f` with the address of every large object.
pub(crate) fn for_each(mut f: impl FnMut(usize)) {
    for &object in ALL.lock().keys() {
        f(object);
    }
}

/// Size of a large object in bytes.
///
/// # Safety
/// `object` must be the address of a large object.
pub(crate) unsafe fn size(object: usize) -> usize {
    // SAFETY: large objects have a prefix.
    unsafe { (*prefix(object)).bytes }
}
