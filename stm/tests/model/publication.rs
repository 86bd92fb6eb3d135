//! What other threads can see is old.

use crate::host::{Kind, Ref, Thread, Value, check, number};

/// A list of young objects is read by another thread through the object that refers to it.
#[test]
fn a_young_graph_is_published() {
    check(|| {
        Thread::first(|t| {
            let root = t.make(Kind::Owned, [number(0); 2]);
            let reader = t.start(&[root], move |t| {
                for _ in 0..2 {
                    t.once(|t| {
                        let mut at = t.get(root, 0);
                        let mut last = None;
                        while at != number(0) {
                            let object = t.object(at);
                            let n = t.number(object, 1);
                            assert!(last.is_none_or(|last| n + 1 == last), "torn");
                            last = Some(n);
                            at = t.get(object, 0);
                        }
                    });
                    t.minor();
                }
            });
            for n in 0..3 {
                t.once(|t| {
                    let next = t.get(root, 0);
                    let node = t.young(Kind::Owned, [next, number(n)]);
                    t.set(root, 0, node.value());
                });
                if n == 1 {
                    t.minor();
                }
            }
            t.join(reader);
        });
    });
}

/// As above through an object that everybody may write, and with one of another thread's objects stored there.
#[test]
fn what_is_stored_in_public_objects_is_published() {
    check(|| {
        Thread::first(|t| {
            let (public, own) = (t.make(Kind::Public, [number(0); 2]), t.make(Kind::Owned, [number(0); 2]));
            let store = |t: &mut Thread, public: Ref, own: Ref| {
                for n in 0..2 {
                    t.once(|t| {
                        let child = t.young(Kind::Owned, [number(n), number(n)]);
                        t.set(public, 0, child.value());
                    });
                    // Young objects in an object of this thread, which another one may store meanwhile.
                    t.once(|t| {
                        let child = t.young(Kind::Owned, [number(7), number(7)]);
                        t.set(own, 0, child.value());
                    });
                    t.once(|t| t.set(public, 1, own.value()));
                    t.minor();
                    t.once(|t| {
                        let child = t.get(own, 0);
                        if child != number(0) {
                            let child = t.object(child);
                            assert_eq!((t.number(child, 0), t.number(child, 1)), (7, 7));
                        }
                    });
                    t.once(|t| {
                        let child = t.follow(public, 0);
                        assert_eq!(t.number(child, 0), t.number(child, 1));
                    });
                }
            };
            let other = t.start(&[public, own], move |t| store(t, public, own));
            store(t, public, own);
            t.join(other);
        });
    });
}

/// A thread stores a reference to an object that belongs to another one, which writes that object at the same time.
#[test]
fn others_objects_are_stored_while_they_are_written() {
    check(|| {
        Thread::first(|t| {
            let (public, own) = (t.make(Kind::Public, [number(0); 2]), t.make(Kind::Owned, [number(0); 2]));
            let other = t.start(&[public, own], move |t| {
                for _ in 0..2 {
                    t.once(|t| t.set(public, 0, own.value()));
                }
                t.once(|t| t.add(own, 1, 1));
            });
            for _ in 0..2 {
                t.once(|t| {
                    let child = t.young(Kind::Owned, [number(7), number(7)]);
                    t.set(own, 0, child.value());
                });
                t.once(|t| t.add(own, 1, 1));
                t.minor();
                t.once(|t| {
                    let child = t.follow(own, 0);
                    assert_eq!(t.number(child, 0), 7);
                });
            }
            t.join(other);
            t.once(|t| assert_eq!(t.number(own, 1), 3));
        });
    });
}

/// The referent of a weak reference is published with it, or gone for all.
#[test]
fn weak_references_are_published_with_their_referents() {
    check(|| {
        Thread::first(|t| {
            let root = t.make(Kind::Public, [number(0); 2]);
            let reader = t.start(&[root], move |t| {
                for _ in 0..3 {
                    t.once(|t| {
                        let weak = t.get(root, 0);
                        if weak != number(0) {
                            let weak = t.object(weak);
                            let referent = t.get(weak, 0);
                            if referent != Value(0) {
                                let referent = t.object(referent);
                                assert_eq!(t.number(referent, 0), 3);
                            }
                        }
                    });
                }
            });
            for _ in 0..2 {
                t.once(|t| {
                    let referent = t.young(Kind::Owned, [number(3); 2]);
                    let weak = t.young(Kind::Weak, [referent.value(), number(0)]);
                    t.set(root, 0, weak.value());
                });
                t.minor();
            }
            t.join(reader);
        });
    });
}

/// An object has a part, in which young objects are stored, while others take the object.
#[test]
fn parts_are_published_with_their_objects() {
    check(|| {
        Thread::first(|t| {
            let part = t.young(Kind::Part, [number(0); 2]);
            let whole = t.make(Kind::Owned, [part.value(), number(0)]);
            let use_it = move |t: &mut Thread| {
                for n in 0..2 {
                    t.once(|t| {
                        let child = t.young(Kind::Public, [number(7), number(n)]);
                        // As an attribute that has no word in the instance is stored.
                        t.add(whole, 1, 1);
                        let part = t.follow(whole, 0);
                        t.open_parts(whole);
                        t.set(part, 0, child.value());
                    });
                    t.once(|t| {
                        let part = t.follow(whole, 0);
                        let child = t.follow(part, 0);
                        assert_eq!(t.number(child, 0), 7);
                    });
                    t.minor();
                }
            };
            let other = t.start(&[whole], use_it);
            use_it(t);
            t.join(other);
            t.once(|t| assert_eq!(t.number(whole, 1), 4));
        });
    });
}

/// The second word of an object that everybody may read is its own, although others may ask for the object.
#[test]
fn public_objects_have_no_book() {
    check(|| {
        Thread::first(|t| {
            let public = t.make(Kind::Public, [number(1), number(2)]);
            let ask = move |t: &mut Thread| {
                t.once(|_| pystm_stm::gate::pass(public.0));
                t.once(|_| pystm_stm::gate::pass(public.0));
            };
            let other = t.start(&[public], ask);
            ask(t);
            t.join(other);
            // SAFETY: the object has this word.
            let second = unsafe { public.0.word(1) }.load(std::sync::atomic::Ordering::Relaxed);
            assert_eq!(second, 0);
        });
    });
}
