//! The collector on a host without Python.

mod host;

use std::sync::{
    OnceLock,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use pystm_gc::{
    Layout, Object, ShapeId, Trace, barrier, collect,
    config::Config,
    header,
    layout::{Size, free_shape},
    weak::WEAK_REFERENT,
    word,
};

use host::{Host, array, chain, field, host, make, make_pair, shape, shape_of};

static DROPPED: AtomicUsize = AtomicUsize::new(0);

unsafe fn count_drop(_object: *mut Object) {
    DROPPED.fetch_add(1, Relaxed);
}

/// header, number, referent
fn weak() -> ShapeId {
    static ID: OnceLock<ShapeId> = OnceLock::new();
    *ID.get_or_init(|| shape(Layout { trace: Trace::Leaf, size: Size::Fixed(24), drop: None }))
}

fn droppable() -> ShapeId {
    static ID: OnceLock<ShapeId> = OnceLock::new();
    *ID.get_or_init(|| shape(Layout { trace: Trace::Leaf, size: Size::Fixed(16), drop: Some(count_drop) }))
}

/// Fills registers and the stack below with other things.
#[inline(never)]
fn clear_stack() {
    std::hint::black_box([0u64; 4096]);
}

#[test]
fn minor_collections_keep_what_roots_reach() {
    let mut h = host(Config { nursery: 64 << 10, ..Config::default() });
    h.roots.push(0);
    chain(&mut h, 20_000);
    assert!(h.mutator.stats.minor > 3);
    let mut at = h.roots[0];
    for i in (0..20_000u64).rev() {
        assert_eq!(field(at, 1), i << 2);
        at = field(at, 2);
    }
    assert_eq!(at, 0);
}

#[test]
fn major_collection_frees_what_nothing_reaches() {
    let mut h = host(Config::default());
    h.roots.push(0);
    chain(&mut h, 50_000);
    h.roots[0] = 0;
    clear_stack();
    collect::major(&mut h.mutator);
    assert!(h.mutator.stats.live_objects < 100, "{} objects live", h.mutator.stats.live_objects);
}

#[test]
fn remembered_object_keeps_its_young_referent() {
    let mut h = host(Config::default());
    let old = make_pair(&mut h, 0, 0);
    h.roots.push(old);
    collect::minor(&mut h.mutator);
    let object = word::to_object(old);
    // SAFETY: the object is live.
    unsafe {
        assert_ne!((*object).header.load() & header::OLD, 0);
        barrier::remember(&mut h.mutator, object);
        assert_eq!((*object).header.load() & header::OLD, 0);
    }
    let young = make_pair(&mut h, 7 << 2, 0);
    // SAFETY: the object has the word.
    unsafe { (*object).word(1).store(young, Relaxed) };
    collect::minor(&mut h.mutator);
    assert_eq!(field(field(old, 1), 1), 7 << 2);
    // SAFETY: as above.
    assert_ne!(unsafe { (*object).header.load() } & header::OLD, 0, "flagged old again");
}

#[test]
fn native_stack_is_a_root() {
    let mut h = host(Config::default());
    let local = make_pair(&mut h, 5 << 2, 0);
    collect::major(&mut h.mutator);
    assert_eq!(field(std::hint::black_box(local), 1), 5 << 2);
}

#[test]
fn large_objects_survive_and_die() {
    let mut h = host(Config::default());
    let n = 10_000u64;
    let child = make_pair(&mut h, 3 << 2, 0);
    h.roots.push(child);
    let mut words = vec![n];
    words.resize(n as usize + 1, 0);
    words[5000] = child;
    let big = make(&mut h, array(), 16 + 8 * n as usize, &words);
    h.roots[0] = big;
    drop(words);
    collect::major(&mut h.mutator);
    assert_eq!(field(field(big, 5001), 1), 3 << 2);
    let live = h.mutator.stats.live_bytes;
    h.roots[0] = 0;
    let hidden = !big;
    std::hint::black_box(hidden);
    clear_stack();
    collect::major(&mut h.mutator);
    assert!(h.mutator.stats.live_bytes <= live);
}

#[inline(never)]
fn weak_pair(h: &mut Host) {
    let dying = make_pair(h, 0, 0);
    let kept = make_pair(h, 0, 0);
    let to_dying = make(h, weak(), 24, &[0, dying]);
    let to_kept = make(h, weak(), 24, &[0, kept]);
    h.mutator.registry.add_weak(word::to_object(to_dying));
    h.mutator.registry.add_weak(word::to_object(to_kept));
    h.roots.extend([kept, to_dying, to_kept]);
}

#[test]
fn weak_references_are_cleared_when_their_referent_dies() {
    let mut h = host(Config::default());
    weak_pair(&mut h);
    clear_stack();
    collect::minor(&mut h.mutator);
    assert_eq!(field(h.roots[1], WEAK_REFERENT), 0);
    assert_eq!(field(h.roots[2], WEAK_REFERENT), h.roots[0]);
    assert_eq!(h.mutator.registry.cleared_queue.len(), 1);
}

#[inline(never)]
fn make_garbage_with_finalizer(h: &mut Host) {
    let child = make_pair(h, 9 << 2, 0);
    let object = make_pair(h, child, 0);
    h.mutator.registry.add_finalizable(word::to_object(object));
}

#[test]
fn dead_object_with_finalizer_is_revived_once() {
    let mut h = host(Config::default());
    make_garbage_with_finalizer(&mut h);
    clear_stack();
    collect::minor(&mut h.mutator);
    let queue = std::mem::take(&mut h.mutator.registry.finalize_queue);
    assert_eq!(queue.len(), 1);
    assert_eq!(field(field(word::from_object(queue[0]), 1), 1), 9 << 2, "what it refers to is alive");
    drop(queue);
    clear_stack();
    collect::major(&mut h.mutator);
    assert!(h.mutator.registry.finalize_queue.is_empty());
}

#[inline(never)]
fn make_droppable(h: &mut Host, n: usize) {
    for _ in 0..n {
        let object = make(h, droppable(), 16, &[0]);
        h.mutator.registry.add_droppable(word::to_object(object));
    }
}

#[test]
fn native_payloads_are_dropped() {
    let mut h = host(Config::default());
    make_droppable(&mut h, 100);
    clear_stack();
    collect::minor(&mut h.mutator);
    // The conservative scan may keep the last one or two.
    assert!(DROPPED.load(Relaxed) >= 95);
}

/// Makes an object, the first root, whose shape belongs to another one.
#[inline(never)]
fn make_owned(h: &mut Host) -> ShapeId {
    let owner = make_pair(h, 4 << 2, 0);
    h.mutator.registry.add_mourned(word::to_object(owner));
    let layout = Layout { trace: Trace::Leaf, size: Size::Fixed(16), drop: None };
    let id = shape_of(layout, word::to_object(owner));
    let object = make(h, id, 16, &[0]);
    h.roots.push(object);
    id
}

#[test]
fn objects_keep_the_owner_of_their_shape() {
    let mut h = host(Config::default());
    let id = make_owned(&mut h);
    clear_stack();
    collect::minor(&mut h.mutator);
    collect::major(&mut h.mutator);
    assert_eq!(h.buried, 0);
    // SAFETY: the shape's owner is alive.
    let owner = unsafe { pystm_gc::layout::head_of(id) }.owner();
    assert_eq!(field(word::from_object(owner), 1), 4 << 2);
}

#[test]
fn owner_dies_with_the_last_object_of_its_shape() {
    let mut h = host(Config::default());
    let id = make_owned(&mut h);
    h.roots.clear();
    clear_stack();
    collect::minor(&mut h.mutator);
    assert_eq!(h.buried, 1);
    // SAFETY: the only object with the shape is dead.
    unsafe { free_shape(id) };
    assert_eq!(
        shape(Layout { trace: Trace::Leaf, size: Size::Fixed(16), drop: None }),
        id,
        "given out again"
    );
}

#[test]
fn stress_mode_collects_at_every_allocation() {
    let mut h = host(Config { stress: true, ..Config::default() });
    h.roots.push(0);
    chain(&mut h, 200);
    assert!(h.mutator.stats.minor >= 199);
}

#[test]
fn limit_makes_a_large_request_fail() {
    let mut h = host(Config { limit: 16 << 20, ..Config::default() });
    assert!(h.mutator.allocate((array().0 as u64) << 32, 64 << 20).is_none());
}

#[test]
fn absurd_request_fails() {
    let mut h = host(Config::default());
    assert!(h.mutator.allocate((array().0 as u64) << 32, usize::MAX / 2).is_none());
}

#[test]
fn holes_of_dead_objects_are_used_again() {
    let mut h = host(Config { nursery: 256 << 10, ..Config::default() });
    h.roots.push(0);
    let before = pystm_gc::space::space().used_blocks();
    for _ in 0..2_000_000 {
        make_pair(&mut h, 0, 0);
    }
    // 48 MB were allocated; other tests in this process share the heap.
    assert!(pystm_gc::space::space().used_blocks() - before < 600);
}
