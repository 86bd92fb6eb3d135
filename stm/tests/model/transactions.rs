//! Transactions of several threads: serialisable, without deadlock, and undone without a trace.

use crate::host::{Kind, Ref, Step, Thread, Undone, check, number};

/// An object with these numbers.
fn numbers(t: &mut Thread, a: u64, b: u64) -> Ref {
    t.make(Kind::Owned, [number(a), number(b)])
}

/// Moves one from an account to another; within the transaction the sum is always the same.
fn transfer(t: &mut Thread, from: Ref, to: Ref) {
    t.atomic(|t| {
        let old = t.instruction(|t| t.number(from, 0))?;
        let other = t.instruction(|t| t.number(to, 0))?;
        assert_eq!(old + other, 20, "inconsistent");
        t.instruction(|t| t.set(from, 0, number(old - 1)))?;
        t.instruction(|t| t.set(to, 0, number(other + 1)))
    });
}

#[test]
fn two_transactions_that_cross() {
    check(|| {
        Thread::first(|t| {
            let (a, b) = (numbers(t, 10, 0), numbers(t, 10, 0));
            let other = t.start(&[a, b], move |t| (0..2).for_each(|_| transfer(t, a, b)));
            transfer(t, b, a);
            t.join(other);
            t.once(|t| assert_eq!((t.number(a, 0), t.number(b, 0)), (9, 11)));
        });
    });
}

#[test]
fn three_transactions_that_cross() {
    check(|| {
        Thread::first(|t| {
            let (a, b) = (numbers(t, 10, 0), numbers(t, 10, 0));
            let others =
                [t.start(&[a, b], move |t| transfer(t, a, b)), t.start(&[a, b], move |t| transfer(t, b, a))];
            transfer(t, b, a);
            others.into_iter().for_each(|other| t.join(other));
            t.once(|t| assert_eq!((t.number(a, 0), t.number(b, 0)), (11, 9)));
        });
    });
}

/// Each reads what the other one writes: one of them must see the other's work.
#[test]
fn no_write_skew() {
    check(|| {
        Thread::first(|t| {
            let (a, b) = (numbers(t, 1, 0), numbers(t, 1, 0));
            let leave = move |t: &mut Thread, mine: Ref| {
                t.atomic(|t| {
                    let on_duty = t.instruction(|t| t.number(a, 0))? + t.instruction(|t| t.number(b, 0))?;
                    if on_duty == 2 {
                        t.instruction(|t| t.set(mine, 0, number(0)))?;
                    }
                    Ok(())
                });
            };
            let other = t.start(&[a, b], move |t| leave(t, a));
            leave(t, b);
            t.join(other);
            t.once(|t| assert_eq!(t.number(a, 0) + t.number(b, 0), 1));
        });
    });
}

/// Transactions and single instructions that add to the same object.
#[test]
fn updates_in_and_out_of_transactions() {
    check(|| {
        Thread::first(|t| {
            let a = numbers(t, 0, 0);
            let others = [
                t.start(&[a], move |t| {
                    t.atomic(|t| {
                        let n = t.instruction(|t| t.number(a, 0))?;
                        t.instruction(|t| t.set(a, 1, number(n)))?;
                        t.instruction(|t| t.set(a, 0, number(n + 1)))
                    });
                }),
                t.start(&[a], move |t| t.once(|t| t.add(a, 0, 1))),
            ];
            t.once(|t| t.add(a, 0, 1));
            others.into_iter().for_each(|other| t.join(other));
            t.once(|t| {
                assert_eq!(t.number(a, 0), 3);
                assert!(t.number(a, 1) < 3);
            });
        });
    });
}

/// Nobody sees what a transaction writes before it ends, and nobody what it undoes.
#[test]
fn what_is_undone_is_never_seen() {
    check(|| {
        Thread::first(|t| {
            let (a, b) = (numbers(t, 0, 0), numbers(t, 0, 0));
            let other = t.start(&[a, b], move |t| {
                let mut first = true;
                t.atomic(|t| {
                    t.instruction(|t| t.set(a, 0, number(1)))?;
                    t.instruction(|t| t.set(b, 0, number(1)))?;
                    t.instruction(|t| t.set(b, 0, number(2)))?;
                    if std::mem::take(&mut first) {
                        return Err(Undone);
                    }
                    t.instruction(|t| t.set(a, 0, number(2)))
                });
            });
            for _ in 0..2 {
                let seen = t.once(|t| (t.number(a, 0), t.number(b, 0)));
                assert!(matches!(seen, (0, 0) | (2, 2)), "{seen:?}");
            }
            t.join(other);
        });
    });
}

/// A nested block that is undone leaves what the outer one has done, while another thread gets in the way.
#[test]
fn nested_blocks_are_undone_alone() {
    check(|| {
        Thread::first(|t| {
            let (a, b) = (numbers(t, 0, 0), numbers(t, 0, 0));
            let other = t.start(&[a, b], move |t| {
                t.atomic(|t| {
                    t.instruction(|t| t.add(a, 0, 1))?;
                    t.own.begin_nested(&mut t.mutator);
                    let inner =
                        t.instruction(|t| t.add(a, 0, 10)).and_then(|()| t.instruction(|t| t.add(b, 0, 10)));
                    t.own.end_nested(false);
                    inner?;
                    t.instruction(|t| t.add(b, 0, 1))
                });
            });
            t.atomic(|t| {
                t.instruction(|t| t.add(b, 0, 100))?;
                t.instruction(|t| t.add(a, 0, 100))
            });
            t.join(other);
            t.once(|t| assert_eq!((t.number(a, 0), t.number(b, 0)), (101, 101)));
        });
    });
}

/// A consumer that begins anew when something that it has read changes misses no change.
#[test]
fn no_wake_up_is_lost() {
    check(|| {
        Thread::first(|t| {
            let (full, taken) = (numbers(t, 0, 0), numbers(t, 0, 0));
            let consumer = t.start(&[full, taken], move |t| {
                let mut left = 2;
                while left > 0 {
                    t.own.begin(&mut t.mutator, pystm_stm::transaction::now());
                    let taken = take(t, full, taken);
                    match taken {
                        Ok(true) if !t.own.is_doomed() => {
                            t.own.commit(&mut t.mutator);
                            left -= 1;
                        }
                        Ok(false) => t.roll_back_and_wait(),
                        _ => t.own.roll_back(&mut t.mutator),
                    }
                }
            });
            t.once(|t| t.add(full, 0, 1));
            t.atomic(|t| t.instruction(|t| t.add(full, 0, 1)));
            t.join(consumer);
            t.once(|t| assert_eq!((t.number(full, 0), t.number(taken, 0)), (0, 2)));
        });
    });
}

/// Takes one if there is one.
fn take(t: &mut Thread, full: Ref, taken: Ref) -> Step<bool> {
    if t.instruction(|t| t.number(full, 0))? == 0 {
        return Ok(false);
    }
    t.instruction(|t| t.add(full, 0, u64::MAX >> 3))?;
    t.instruction(|t| t.add(taken, 0, 1))?;
    Ok(true)
}

/// Of transactions that can no longer be undone there is one at a time, and it is not undone.
#[test]
fn irrevocable_transactions() {
    check(|| {
        Thread::first(|t| {
            let (a, b) = (numbers(t, 0, 0), numbers(t, 0, 0));
            let work = |t: &mut Thread, first: Ref, second: Ref| {
                t.atomic(|t| {
                    t.instruction(|t| t.add(first, 0, 1))?;
                    t.own.become_irrevocable(&mut t.mutator, &String::new);
                    if t.own.is_doomed() {
                        return Err(Undone);
                    }
                    t.instruction(|t| t.add(second, 0, 1)).expect("it cannot be undone");
                    assert!(!t.own.is_doomed(), "it cannot be undone");
                    Ok(())
                });
            };
            let others = [
                t.start(&[a, b], move |t| work(t, a, b)),
                t.start(&[a, b], move |t| {
                    t.atomic(|t| {
                        t.instruction(|t| t.add(b, 0, 1))?;
                        t.instruction(|t| t.add(a, 0, 1))
                    });
                }),
            ];
            work(t, b, a);
            others.into_iter().for_each(|other| t.join(other));
            t.once(|t| assert_eq!((t.number(a, 0), t.number(b, 0)), (3, 3)));
        });
    });
}

/// A transaction at rest is undone in its thread's name.
#[test]
fn a_transaction_at_rest_is_undone() {
    check(|| {
        Thread::first(|t| {
            let a = numbers(t, 0, 0);
            let younger = t.start(&[a], move |t| {
                t.atomic(|t| {
                    t.instruction(|t| t.add(a, 0, 1))?;
                    t.own.rest(&mut t.mutator, pystm_gc::sync::yield_now);
                    t.safepoint()?;
                    t.instruction(|t| t.add(a, 0, 1))
                });
            });
            t.atomic(|t| {
                let n = t.instruction(|t| t.number(a, 0))?;
                assert!(matches!(n, 0 | 2), "{n}");
                t.instruction(|t| t.add(a, 0, 1))
            });
            t.join(younger);
            t.once(|t| assert_eq!(t.number(a, 0), 3));
        });
    });
}
