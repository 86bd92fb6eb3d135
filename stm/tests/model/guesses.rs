//! Objects that others learn of, and which are free from then on.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use pystm_gc::word;

use crate::host::{Kind, Ref, Thread, check, number};

/// The object at the root, if there is one.
fn newest(t: &mut Thread, root: Ref) -> Option<Ref> {
    let value = t.get(root, 0);
    word::is_pointer(value.0).then(|| t.object(value))
}

/// Puts a new object with these numbers there.
fn put(t: &mut Thread, root: Ref, a: u64, b: u64) -> Ref {
    let node = t.young(Kind::Owned, [number(a), number(b)]);
    t.set(root, 0, node.value());
    node
}

/// Who has made an object and who has found it both add to it.
#[test]
fn nothing_added_to_new_objects_is_lost() {
    check(|| {
        Thread::first(|t| {
            let root = t.make(Kind::Owned, [number(0); 2]);
            let added = Arc::new(AtomicU64::new(0));
            let add = |added: Arc<AtomicU64>| {
                move |t: &mut Thread| {
                    if t.once(|t| newest(t, root).map(|node| t.add(node, 0, 1))).is_some() {
                        added.fetch_add(1, Relaxed);
                    }
                }
            };
            let theirs = add(added.clone());
            let other = t.start(&[root], move |t| {
                for _ in 0..3 {
                    theirs(t);
                }
            });
            let mine = add(added.clone());
            let mut made = Vec::new();
            for _ in 0..2 {
                let node = t.once(|t| put(t, root, 0, 0));
                made.push(t.keep(node));
                mine(t);
                t.minor();
                mine(t);
            }
            t.join(other);
            let sum: u64 = made.iter().map(|&node| t.once(|t| t.number(node, 0))).sum();
            assert_eq!(sum, added.load(Relaxed));
        });
    });
}

/// Objects made in blocks, and written in them after they have been stored, are seen as the blocks leave them; those of blocks that
/// are undone never.
#[test]
fn new_objects_of_blocks_are_whole() {
    check(|| {
        Thread::first(|t| {
            let root = t.make(Kind::Owned, [number(0); 2]);
            let other = t.start(&[root], move |t| {
                for _ in 0..2 {
                    t.once(|t| {
                        if let Some(node) = newest(t, root) {
                            assert_eq!(t.number(node, 0), t.number(node, 1), "half of a block");
                        }
                    });
                    t.atomic(|t| {
                        let Some(node) = t.instruction(|t| newest(t, root))? else { return Ok(()) };
                        t.instruction(|t| t.add(node, 0, 1))?;
                        t.instruction(|t| t.add(node, 1, 1))
                    });
                }
            });
            for n in 0..2 {
                t.own.begin(&mut t.mutator, 1);
                let _ = t.instruction(|t| put(t, root, 8, 9));
                t.own.roll_back(&mut t.mutator);
                t.atomic(|t| {
                    let node = t.instruction(|t| put(t, root, n, 0))?;
                    t.instruction(|t| t.set(node, 1, number(n)))
                });
            }
            t.join(other);
            t.once(|t| {
                let node = t.follow(root, 0);
                assert_eq!(t.number(node, 0), t.number(node, 1));
            });
        });
    });
}

/// What is stored in a new object after others have learnt of that can be seen by them, too.
#[test]
fn what_new_objects_get_later_is_published() {
    check(|| {
        Thread::first(|t| {
            let root = t.make(Kind::Owned, [number(0); 2]);
            let visit = move |t: &mut Thread| {
                t.once(|t| {
                    if let Some(node) = newest(t, root) {
                        let child = t.get(node, 1);
                        if word::is_pointer(child.0) {
                            let child = t.object(child);
                            t.add(child, 0, 1);
                        }
                    }
                });
            };
            let other = t.start(&[root], move |t| (0..3).for_each(|_| visit(t)));
            for n in 0..2 {
                t.atomic(|t| {
                    let node = t.instruction(|t| put(t, root, n, 0))?;
                    t.instruction(|t| {
                        let child = t.young(Kind::Owned, [number(n); 2]);
                        t.set(node, 1, child.value());
                    })
                });
                t.minor();
                visit(t);
            }
            t.join(other);
        });
    });
}

/// Who waits for a change of an object is told of it, also if others learn of the object while it waits.
#[test]
fn changes_of_new_objects_are_noticed() {
    check(|| {
        Thread::first(|t| {
            let root = t.make(Kind::Owned, [number(0); 2]);
            let waiter = t.start(&[root], move |t| {
                let flag = t.once(|t| put(t, root, 0, 0));
                let flag = t.keep(flag);
                let age = pystm_stm::transaction::now();
                loop {
                    t.own.begin(&mut t.mutator, age);
                    let raised = t
                        .instruction(|t| t.number(root, 1))
                        .and_then(|late| Ok(late + t.instruction(|t| t.number(flag, 0))?));
                    match raised {
                        Ok(0) => t.roll_back_and_wait(),
                        Ok(_) if !t.own.is_doomed() => return t.own.commit(&mut t.mutator),
                        _ => t.own.roll_back(&mut t.mutator),
                    }
                }
            });
            t.once(|t| match newest(t, root) {
                Some(flag) => t.add(flag, 0, 1),
                None => t.set(root, 1, number(1)),
            });
            t.join(waiter);
        });
    });
}
