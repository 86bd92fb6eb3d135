//! A piece of memory that a file, or nothing, stands behind. All dealing with its address is here.

use std::{borrow::Cow, io};

use pystm_gc::lock::RwLock;
use pystm_stm::Writer;

/// What is mapped.
#[derive(Clone, Copy)]
pub(super) struct Request {
    pub(super) len: usize,
    pub(super) protection: i32,
    pub(super) flags: i32,
    /// -1 for none.
    pub(super) fd: i32,
    pub(super) offset: i64,
}

/// Address and length of mapped memory, 0 and 0 once it is unmapped.
struct Region {
    address: usize,
    len: usize,
}

/// Mapped memory. Other processes may change it at any time, and so may threads: what a reader sees is as undetermined as
/// it is in C.
pub(super) struct Map {
    region: RwLock<Region>,
}

fn result(failed: bool) -> io::Result<()> {
    if failed { Err(io::Error::last_os_error()) } else { Ok(()) }
}

impl Map {
    /// Maps memory.
    pub(super) fn new(request: Request) -> io::Result<Map> {
        let Request { len, protection, flags, fd, offset } = request;
        // SAFETY: without MAP_FIXED the system picks an address that nothing else uses; bad arguments are errors.
        let address = unsafe { libc::mmap(std::ptr::null_mut(), len, protection, flags, fd, offset) };
        result(address == libc::MAP_FAILED)?;
        Ok(Map { region: RwLock::new(Region { address: address as usize, len }) })
    }

    /// Whether the memory has been unmapped.
    pub(super) fn is_closed(&self) -> bool {
        self.region.read().address == 0
    }

    /// Number of bytes.
    pub(super) fn len(&self) -> usize {
        self.region.read().len
    }

    /// Calls `f` with the bytes, with none once they are unmapped.
    pub(super) fn with<R>(&self, f: impl FnOnce(&[u8]) -> R) -> R {
        let region = self.region.read();
        if region.len == 0 {
            return f(&[]);
        }
        // SAFETY: the region is mapped as long as the lock is held. Bytes that another process writes meanwhile are read as
        // one value or another.
        f(unsafe { std::slice::from_raw_parts(region.address as *const u8, region.len) })
    }

    /// Copies of the bytes in a range that is in the memory.
    pub(super) fn copy(&self, range: std::ops::Range<usize>) -> Vec<u8> {
        self.with(|bytes| bytes.get(range).unwrap_or_default().to_vec())
    }

    /// Replaces bytes from `at` on, as far as they lie inside. The memory must have been mapped for writing.
    pub(super) fn store(&self, at: usize, bytes: &[u8]) {
        let region = self.region.read();
        if at <= region.len && bytes.len() <= region.len - at {
            // SAFETY: the range lies in the region, which is mapped as long as the lock is held; see `with` on races.
            unsafe {
                let target = (region.address as *mut u8).add(at);
                target.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            }
        }
    }

    /// Writes changed pages of a range back to the file.
    pub(super) fn flush(&self, at: usize, len: usize) -> io::Result<()> {
        let region = self.region.read();
        // SAFETY: `msync` writes back what is mapped and refuses all else.
        result(unsafe { libc::msync((region.address + at) as *mut libc::c_void, len, libc::MS_SYNC) } != 0)
    }

    /// Tells the system how a range will be used.
    pub(super) fn advise(&self, at: usize, len: usize, advice: i32) -> io::Result<()> {
        let region = self.region.read();
        // SAFETY: the range lies in the region. Advice that drops contents leaves zeros or what the file has.
        result(unsafe { libc::madvise((region.address + at) as *mut libc::c_void, len, advice) } != 0)
    }

    /// Changes the length.
    pub(super) fn resize(&self, len: usize) -> io::Result<()> {
        let mut region = self.region.write();
        // SAFETY: the region is mapped, and nobody reads it while the lock is held for writing.
        let address = unsafe {
            libc::mremap(region.address as *mut libc::c_void, region.len, len, libc::MREMAP_MAYMOVE)
        };
        result(address == libc::MAP_FAILED)?;
        *region = Region { address: address as usize, len };
        Ok(())
    }

    /// Unmaps the memory. The second call does nothing.
    pub(super) fn close(&self) {
        let mut region = self.region.write();
        if region.address != 0 {
            // SAFETY: the region is mapped, and nobody reads it while the lock is held for writing.
            unsafe { libc::munmap(region.address as *mut libc::c_void, region.len) };
            *region = Region { address: 0, len: 0 };
        }
    }
}

impl Drop for Map {
    fn drop(&mut self) {
        self.close();
    }
}

impl pystm_vm::builtins::buffer::Buffer for super::Mmap {
    fn read(&self, f: &mut dyn FnMut(&[u8])) {
        self.map.with(f);
    }

    fn write(&self, _: &Writer<'_>, at: usize, bytes: &[u8]) {
        self.map.store(at, bytes);
    }

    fn is_readonly(&self) -> bool {
        self.access == super::ACCESS_READ
    }

    fn format(&self) -> Cow<'static, str> {
        Cow::Borrowed("B")
    }

    fn exports(&self) -> Option<std::sync::Arc<std::sync::atomic::AtomicUsize>> {
        Some(self.exports.clone())
    }
}
