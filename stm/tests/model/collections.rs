//! Collections of everything beside threads that come, go, rest, and take objects from each other.

use crate::host::{Kind, Thread, Value, check, number};

#[test]
fn all_stop_while_objects_change_hands() {
    check(|| {
        Thread::first(|t| {
            let a = t.make(Kind::Owned, [number(0), number(0)]);
            let add = move |t: &mut Thread| {
                for _ in 0..2 {
                    t.once(|t| t.add(a, 0, 1));
                    t.once(|t| {
                        let child = t.young(Kind::Owned, [number(7), number(7)]);
                        t.set(a, 1, child.value());
                    });
                    t.once(|t| {
                        let child = t.follow(a, 1);
                        assert_eq!(t.number(child, 1), 7);
                    });
                }
            };
            let others = [t.start(&[a], add), t.start(&[a], add)];
            t.major();
            t.once(|t| t.add(a, 0, 1));
            t.major();
            others.into_iter().for_each(|other| t.join(other));
            t.once(|t| assert_eq!(t.number(a, 0), 5));
        });
    });
}

/// Two threads that want to stop all others, and one that ends.
#[test]
fn two_collections_at_once() {
    check(|| {
        Thread::first(|t| {
            let a = t.make(Kind::Owned, [number(0), number(0)]);
            let other = t.start(&[a], move |t| {
                t.once(|t| t.add(a, 0, 1));
                t.major();
                t.once(|t| t.add(a, 0, 1));
            });
            let short = t.start(&[a], move |t| t.once(|t| t.add(a, 0, 1)));
            t.major();
            t.once(|t| t.add(a, 0, 1));
            t.join(other);
            t.major();
            t.join(short);
            t.once(|t| assert_eq!(t.number(a, 0), 4));
        });
    });
}

/// What an open transaction needs to undo itself survives collections.
#[test]
fn collections_in_the_middle_of_transactions() {
    check(|| {
        Thread::first(|t| {
            let old = t.young(Kind::Owned, [number(1), number(1)]);
            let a = t.make(Kind::Owned, [old.value(), number(0)]);
            let other = t.start(&[a], move |t| {
                t.atomic(|t| {
                    t.instruction(|t| {
                        let child = t.young(Kind::Owned, [number(2), number(2)]);
                        t.set(a, 0, child.value());
                    })?;
                    t.minor();
                    t.instruction(|t| t.add(a, 1, 1))?;
                    t.major();
                    t.instruction(|t| {
                        let child = t.follow(a, 0);
                        assert_eq!(t.number(child, 0), 2);
                    })
                });
            });
            t.atomic(|t| {
                t.instruction(|t| t.add(a, 1, 1))?;
                t.major();
                t.instruction(|t| {
                    let child = t.follow(a, 0);
                    assert_eq!(t.number(child, 0), t.number(child, 1));
                })
            });
            t.join(other);
            t.once(|t| assert_eq!(t.number(a, 1), 2));
        });
    });
}

/// A tree of `2.pow(depth) - 1` objects.
fn tree(t: &mut Thread, kind: Kind, depth: u32) -> Value {
    if depth == 0 {
        return number(0);
    }
    let branches = [tree(t, kind, depth - 1), tree(t, kind, depth - 1)];
    t.make(kind, branches).value()
}

/// Markers that take objects from each other trace all of them, each once, also where some begin late or never.
#[test]
fn markers_share_what_is_to_be_traced() {
    check(|| {
        Thread::first(|t| {
            t.mutator.config.verify = true;
            t.mutator.config.markers = Some(3);
            let trees = [tree(t, Kind::Public, 3), tree(t, Kind::Owned, 3)];
            let root = t.make(Kind::Owned, trees);
            let loops = t.make(Kind::Public, [root.value(), trees[1]]);
            t.set(root, 1, loops.value());
            tree(t, Kind::Owned, 2);
            t.keep_only(root);
            t.major();
            assert_eq!(t.mutator.stats.live_objects, 7 + 7 + 2);
            t.major();
            assert_eq!(t.mutator.stats.live_objects, 7 + 7 + 2);
        });
    });
}
