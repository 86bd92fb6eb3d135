//! Several markers find what one finds.

mod host;

use std::{collections::HashSet, sync::atomic::Ordering::Relaxed};

use pystm_gc::{Object, collect, config::Config, inspect, word};

use host::{Host, array, chain, field, host, make, make_pair};

/// Collects a heap, in which so many pairs and arrays have been built behind the first root, and garbage, with one to eight
/// markers.
fn check(build: fn(&mut Host) -> u64) {
    for markers in [2, 3, 8, 1] {
        let mut h = host(Config { markers: Some(markers), ..Config::default() });
        h.roots.extend([0; 4]);
        h.mutator.paused += 1;
        let made = build(&mut h);
        h.mutator.paused -= 1;
        let reached = reached(h.roots[0]);
        assert_eq!(reached.len() as u64, made);
        for _ in 0..2 {
            (0..10_000).for_each(|_| _ = make_pair(&mut h, 0, 0));
            collect::major(&mut h.mutator);
            assert_eq!(h.mutator.stats.markers, markers);
            // Words on the native stack may keep some of the garbage.
            let live = h.mutator.stats.live_objects;
            assert!((made..made + 20).contains(&live), "{live} objects live, {made} made");
        }
        let left: HashSet<*mut Object> = inspect::objects(&mut h.mutator).into_iter().collect();
        assert!(reached.is_subset(&left));
        let found = (h.mutator.stats.live_objects, h.mutator.stats.live_bytes);
        h.mutator.config.markers = Some(1);
        collect::major(&mut h.mutator);
        let alone = (h.mutator.stats.live_objects, h.mutator.stats.live_bytes);
        assert!(alone <= found && found.0 - alone.0 < 20, "{found:?} found, one marker finds {alone:?}");
        h.roots.clear();
    }
}

/// All objects behind a value: the values of a pair begin at its first word, those of an array at its second.
fn reached(root: u64) -> HashSet<*mut Object> {
    let (mut found, mut todo) = (HashSet::new(), vec![root]);
    while let Some(value) = todo.pop() {
        if word::is_pointer(value) && found.insert(word::to_object(value)) {
            // SAFETY: the object is live.
            let is_array = unsafe { (*word::to_object(value)).header.shape() } == array();
            let values = if is_array { 2..2 + field(value, 1) as usize } else { 1..3 };
            todo.extend(values.map(|i| field(value, i)));
        }
    }
    found
}

/// An array of such values.
fn make_array(h: &mut Host, n: usize, mut value: impl FnMut(&mut Host, usize) -> u64) -> u64 {
    let mut words = vec![0; n + 1];
    words[0] = n as u64;
    let made = make(h, array(), 16 + 8 * n, &words);
    // What the collector does not see would die before the next is made.
    h.roots.push(made);
    for i in 0..n {
        let item = value(h, i);
        set(made, 2 + i, item);
    }
    h.roots.pop();
    made
}

/// Stores into an object that no collection has seen.
fn set(object: u64, index: usize, value: u64) {
    // SAFETY: tests name words that exist.
    unsafe { (*word::to_object(object)).word(index).store(value, Relaxed) };
}

#[test]
fn a_chain() {
    check(|h| {
        chain(h, 30_000);
        30_000
    });
}

fn tree(h: &mut Host, depth: u32) -> u64 {
    if depth == 0 {
        return 0;
    }
    let made = make_pair(h, 0, 0);
    h.roots.push(made);
    for index in 1..3 {
        let branch = tree(h, depth - 1);
        set(made, index, branch);
    }
    h.roots.pop();
    made
}

#[test]
fn a_tree() {
    check(|h| {
        h.roots[0] = tree(h, 14);
        (1 << 14) - 1
    });
}

#[test]
fn a_large_array() {
    check(|h| {
        h.roots[0] = make_array(h, 20_000, |h, i| make_pair(h, (i as u64) << 2, 0));
        20_001
    });
}

/// Arrays, all of which hold all of the same pairs.
#[test]
fn many_arrays_of_the_same() {
    check(|h| {
        h.roots[1] = make_array(h, 3000, |h, _| make_pair(h, 0, 0));
        let pairs = h.roots[1];
        h.roots[0] = make_array(h, 50, |h, _| make_array(h, 3000, |_, i| field(pairs, 2 + i)));
        h.roots[1] = 0;
        3000 + 50 + 1
    });
}

/// Each object refers to others at random, so that most are met several times.
#[test]
fn a_tangle() {
    check(|h| {
        const N: usize = 20_000;
        let all = make_array(h, N, |h, _| make_pair(h, 0, 0));
        h.roots[0] = all;
        let mut random = 1u64;
        for i in 0..N {
            for index in 1..3 {
                random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let other = field(all, 2 + (random >> 33) as usize % N);
                set(field(all, 2 + i), index, other);
            }
        }
        N as u64 + 1
    });
}
