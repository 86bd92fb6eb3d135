//! Threads that come and go.

use pystm_gc::sync::yield_now;

use crate::host::{Kind, Thread, check, number};

/// What an ended thread owned is had by whoever comes first; its seat goes to the next thread.
#[test]
fn objects_of_ended_threads_are_anyones() {
    check(|| {
        Thread::first(|t| {
            let (a, b) = (t.make(Kind::Owned, [number(0); 2]), t.make(Kind::Owned, [number(0); 2]));
            let first = t.start(&[a, b], move |t| {
                t.once(|t| t.add(a, 0, 1));
                t.once(|t| t.add(b, 0, 1));
            });
            let second = t.start(&[a, b], move |t| {
                t.once(|t| t.add(a, 0, 1));
            });
            t.join(first);
            let third = t.start(&[a, b], move |t| {
                t.once(|t| t.add(b, 0, 1));
                t.once(|t| t.add(a, 0, 1));
            });
            t.once(|t| t.add(a, 0, 1));
            t.join(second);
            t.join(third);
            t.once(|t| assert_eq!((t.number(a, 0), t.number(b, 0)), (4, 2)));
        });
    });
}

/// A thread that begins while another one waits for readers of an object reads it before or after the write.
#[test]
fn a_thread_begins_in_the_middle_of_a_fence() {
    check(|| {
        Thread::first(|t| {
            let a = t.make(Kind::Owned, [number(0); 2]);
            let writer = t.start(&[a], move |t| {
                t.once(|t| t.number(a, 0));
                t.once(|t| {
                    t.set(a, 0, number(1));
                    t.set(a, 1, number(1));
                });
            });
            let reader = t.start(&[a], move |t| {
                let mut last = 0;
                for _ in 0..2 {
                    let (x, y) = t.once(|t| (t.number(a, 0), t.number(a, 1)));
                    assert_eq!(x, y, "torn");
                    assert!(x >= last);
                    last = x;
                }
            });
            t.own.rest(&mut t.mutator, yield_now);
            let (x, y) = t.once(|t| (t.number(a, 0), t.number(a, 1)));
            assert_eq!(x, y, "torn");
            t.join(writer);
            t.join(reader);
        });
    });
}
