//! A host without Python: objects with two value words and a number, and arrays.

use std::sync::{Mutex, MutexGuard, OnceLock, atomic::Ordering::Relaxed};

use pystm_gc::{
    Layout, Marker, Mutator, Object, Roots, ShapeId, Trace,
    config::Config,
    layout::{ShapeHead, Size, allocate_shape, shape_address},
    word,
};

pub fn shape(layout: Layout) -> ShapeId {
    shape_of(layout, std::ptr::null_mut())
}

pub fn shape_of(layout: Layout, owner: *mut Object) -> ShapeId {
    let id = allocate_shape(size_of::<ShapeHead>());
    // SAFETY: fresh memory for a head.
    unsafe { (shape_address(id) as *mut ShapeHead).write(ShapeHead::new(layout, owner)) };
    id
}

/// header, two values
pub fn pair() -> ShapeId {
    static ID: OnceLock<ShapeId> = OnceLock::new();
    *ID.get_or_init(|| {
        shape(Layout { trace: Trace::Fixed { first: 1, count: 2 }, size: Size::Fixed(24), drop: None })
    })
}

/// header, length, values
pub fn array() -> ShapeId {
    static ID: OnceLock<ShapeId> = OnceLock::new();
    *ID.get_or_init(|| {
        shape(Layout {
            trace: Trace::Counted { first: 2, len: 1 },
            size: Size::Counted { base: 16, unit: 8, len: 1 },
            drop: None,
        })
    })
}

/// A mutator whose roots are the words of a vector. Addresses are kept negated elsewhere, so that the conservative scan
/// of the native stack does not find them.
pub struct Host {
    pub mutator: Mutator,
    pub roots: Vec<u64>,
    /// Number of mourned objects that have died.
    pub buried: usize,
    /// A major collection is everybody's: one host at a time.
    _alone: MutexGuard<'static, ()>,
}

static ALONE: Mutex<()> = Mutex::new(());

impl Roots for Host {
    unsafe fn scan(&mut self, marker: &mut Marker) {
        for &root in &self.roots {
            // SAFETY: the words are values.
            unsafe { marker.value(root) };
        }
    }

    unsafe fn forget(&mut self, _: &Marker) {}

    unsafe fn bury(&mut self, dead: &[*mut Object], marker: &Marker) {
        assert!(dead.iter().all(|&object| !marker.is_marked(object)));
        self.buried += dead.len();
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // A major collection of the next host would wait for this one.
        self.mutator.finish();
        self.mutator.leave();
    }
}

pub fn host(config: Config) -> Box<Host> {
    let config = Config { verify: true, ..config };
    let _alone = ALONE.lock().unwrap_or_else(|e| e.into_inner());
    let mut host = Box::new(Host { mutator: Mutator::new(config), roots: Vec::new(), buried: 0, _alone });
    let roots: *mut Host = &mut *host;
    // SAFETY: the host lives as long as its mutator.
    unsafe { host.mutator.enter(roots as *mut dyn Roots) };
    host
}

pub fn make(h: &mut Host, id: ShapeId, bytes: usize, words: &[u64]) -> u64 {
    let object = h.mutator.allocate((id.0 as u64) << 32, bytes).expect("memory");
    for (i, &w) in words.iter().enumerate() {
        // SAFETY: the object is that large.
        unsafe { (*object).word(i + 1).store(w, Relaxed) };
    }
    word::from_object(object)
}

pub fn make_pair(h: &mut Host, a: u64, b: u64) -> u64 {
    make(h, pair(), 24, &[a, b])
}

pub fn field(value: u64, index: usize) -> u64 {
    // SAFETY: tests name words that exist.
    unsafe { (*word::to_object(value)).word(index).load(Relaxed) }
}

/// A chain of so many pairs, the first root.
#[inline(never)]
pub fn chain(h: &mut Host, n: u64) {
    let mut head = 0;
    for i in 0..n {
        head = make_pair(h, i << 2, head);
        h.roots[0] = head;
    }
}
