//! A thread changes what everybody may read, alone.

use crate::host::{Kind, Ref, Step, Thread, Undone, check, number};

/// Replaces both values, which are equal before and after.
fn raise(t: &mut Thread, public: Ref) -> Step<()> {
    let n = t.change(public, |t| {
        let n = t.number(public, 0);
        t.set(public, 0, number(n + 1));
        n
    })?;
    t.instruction(|t| t.set(public, 1, number(n + 1)))
}

/// Reads both values in one transaction.
fn look(t: &mut Thread, public: Ref) -> u64 {
    let (a, b) = t.atomic(|t| {
        let a = t.instruction(|t| t.number(public, 0))?;
        Ok((a, t.instruction(|t| t.number(public, 1))?))
    });
    assert_eq!(a, b, "torn");
    a
}

#[test]
fn changes_in_blocks_are_seen_whole() {
    check(|| {
        Thread::first(|t| {
            let public = t.make(Kind::Public, [number(0); 2]);
            let others = [
                t.start(&[public], move |t| {
                    look(t, public);
                    look(t, public);
                }),
                t.start(&[public], move |t| t.atomic(|t| raise(t, public))),
            ];
            t.atomic(|t| {
                raise(t, public)?;
                t.major();
                Ok(())
            });
            others.into_iter().for_each(|other| t.join(other));
            assert_eq!(look(t, public), 2);
        });
    });
}

#[test]
fn undone_changes_are_never_seen() {
    check(|| {
        Thread::first(|t| {
            let public = t.make(Kind::Public, [number(0); 2]);
            let other = t.start(&[public], move |t| {
                for _ in 0..2 {
                    let n = t.once(|t| t.number(public, 0));
                    assert!(n == 0 || n == 2, "{n}");
                }
            });
            let mut first = true;
            t.atomic(|t| {
                raise(t, public)?;
                if std::mem::take(&mut first) {
                    return Err(Undone);
                }
                raise(t, public)
            });
            t.join(other);
            assert_eq!(look(t, public), 2);
        });
    });
}

/// The thread needs what others are about to get, have just got, or have used in a transaction.
#[test]
fn who_runs_alone_gets_what_others_have() {
    check(|| {
        Thread::first(|t| {
            let (public, own) = (t.make(Kind::Public, [number(0); 2]), t.make(Kind::Owned, [number(0); 2]));
            let others = [
                t.start(&[public, own], move |t| {
                    t.once(|t| t.add(own, 0, 1));
                    t.once(|t| t.number(own, 0));
                }),
                t.start(&[public, own], move |t| {
                    t.atomic(|t| {
                        t.instruction(|t| t.add(own, 0, 1))?;
                        t.instruction(|t| t.number(public, 0))?;
                        t.instruction(|t| t.add(own, 1, 1))
                    });
                }),
            ];
            t.change(public, |t| {
                let n = t.number(own, 0);
                t.set(public, 0, number(n));
            })
            .expect("no transaction is open");
            t.once(|t| t.add(own, 1, 1));
            others.into_iter().for_each(|other| t.join(other));
            t.once(|t| assert_eq!((t.number(own, 0), t.number(own, 1)), (2, 2)));
        });
    });
}

/// As above, where another thread waits until all have finished reading the object.
#[test]
fn who_runs_alone_does_not_wait_for_readers() {
    check(|| {
        Thread::first(|t| {
            let (public, own) = (t.make(Kind::Public, [number(0); 2]), t.make(Kind::Owned, [number(0); 2]));
            let others = [0, 1].map(|_| {
                t.start(&[public, own], move |t| {
                    t.once(|t| t.number(own, 0));
                    t.once(|t| t.add(own, 0, 1));
                })
            });
            t.once(|t| t.number(own, 0));
            t.change(public, |t| t.set(own, 1, number(1))).expect("no transaction is open");
            t.once(|t| t.number(own, 0));
            others.into_iter().for_each(|other| t.join(other));
            t.once(|t| assert_eq!((t.number(own, 0), t.number(own, 1)), (2, 1)));
        });
    });
}

/// A transaction that cannot be undone stands still with what the thread needs.
#[test]
fn who_runs_alone_waits_for_what_cannot_be_undone() {
    check(|| {
        Thread::first(|t| {
            let (public, own) = (t.make(Kind::Public, [number(0); 2]), t.make(Kind::Owned, [number(0); 2]));
            let other = t.start(&[public, own], move |t| {
                t.atomic(|t| {
                    t.own.become_irrevocable(&mut t.mutator, &String::new);
                    t.instruction(|t| t.add(own, 0, 1))?;
                    t.instruction(|t| t.add(own, 1, 1))
                });
            });
            t.change(public, |t| {
                let n = t.number(own, 0);
                assert_eq!(n, t.number(own, 1), "torn");
                t.set(public, 0, number(n));
            })
            .expect("no transaction is open");
            t.join(other);
        });
    });
}

/// Single instructions of two threads, while a third begins and ends, and collects.
#[test]
fn threads_begin_and_end_beside_it() {
    check(|| {
        Thread::first(|t| {
            let public = t.make(Kind::Public, [number(0); 2]);
            let twice = move |t: &mut Thread| {
                t.change(public, |t| {
                    let n = t.number(public, 0);
                    t.set(public, 0, number(n + 1));
                    t.set(public, 1, number(n + 1));
                })
                .expect("no transaction is open");
            };
            let others = [
                t.start(&[public], twice),
                t.start(&[public], move |t| {
                    t.young(Kind::Owned, [number(1); 2]);
                    t.minor();
                    look(t, public);
                }),
            ];
            twice(t);
            others.into_iter().for_each(|other| t.join(other));
            assert_eq!(look(t, public), 2);
        });
    });
}

/// Who waits for a change of what it has read hears of it.
#[test]
fn who_waits_hears_of_it() {
    check(|| {
        Thread::first(|t| {
            let public = t.make(Kind::Public, [number(0); 2]);
            let waiting = t.start(&[public], move |t| {
                while t.atomic(|t| {
                    let n = t.instruction(|t| t.number(public, 0))?;
                    if n == 0 {
                        t.roll_back_and_wait();
                    }
                    Ok(n)
                }) == 0
                {}
            });
            t.atomic(|t| raise(t, public));
            t.join(waiting);
        });
    });
}
