//! Random programs of instructions and transactions on a few objects. What they have read and written, in the order in which
//! they ended, is a history that one thread alone could have made: rights are held until then.

use std::sync::{Arc, Mutex};

use pystm_gc::sync::yield_now;
use pystm_stm::peer::Ask;
use shuttle::rand::{Rng, thread_rng};

use crate::host::{Kind, Ref, Step, Thread, Undone, check, number};

const OBJECTS: usize = 3;
const THREADS: usize = 3;
const ACTIONS: usize = 3;

/// An access: which object, and which number was there or is there now.
#[derive(Clone, Copy, Debug)]
enum Access {
    Read(usize, u64),
    Write(usize, u64),
}

/// What has ended so far.
type History = Arc<Mutex<Vec<Vec<Access>>>>;

/// One thread's part.
struct Program {
    objects: [Ref; OBJECTS],
    history: History,
    /// The last number that was written.
    last: u64,
}

fn random(n: usize) -> usize {
    thread_rng().gen_range(0..n)
}

impl Program {
    /// A number that nobody has written yet.
    fn fresh(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Reads the number behind an object. It stands in another object, so that collections have something to do.
    fn read(&self, t: &mut Thread, i: usize) -> Access {
        let node = t.follow(self.objects[i], 0);
        Access::Read(i, t.number(node, 0))
    }

    fn write(&self, t: &mut Thread, i: usize, n: u64) -> Access {
        let node = t.young(Kind::Public, [number(n); 2]);
        t.set(self.objects[i], 0, node.value());
        Access::Write(i, n)
    }

    fn end(&self, accesses: Vec<Access>) {
        self.history.lock().unwrap().push(accesses);
    }

    /// An instruction that reads two objects, or reads and writes one.
    fn instruction(&mut self, t: &mut Thread) {
        let first = random(OBJECTS);
        let (second, written) = if random(2) == 0 { (random(OBJECTS), OBJECTS) } else { (OBJECTS, first) };
        let n = self.fresh();
        let operands = self.operands(&[(first, Ask::Read), (second, Ask::Read), (written, Ask::Write)]);
        t.prepared(&operands, |t| {
            let mut accesses = vec![self.read(t, first)];
            if second < OBJECTS {
                accesses.push(self.read(t, second));
            }
            if written < OBJECTS {
                accesses.push(self.write(t, written, n));
            }
            self.end(accesses);
        })
        .expect("no transaction is open");
    }

    /// Half of the time, what an instruction needs is known before it begins.
    fn operands(&self, known: &[(usize, Ask)]) -> Vec<(Ref, Ask)> {
        let known = if random(2) == 0 { known } else { &[] };
        known.iter().filter(|(i, _)| *i < OBJECTS).map(|&(i, ask)| (self.objects[i], ask)).collect()
    }

    /// One instruction of a transaction.
    fn access(&mut self, t: &mut Thread, accesses: &mut Vec<Access>) -> Step<()> {
        let (i, n) = (random(OBJECTS), self.fresh());
        let access = match random(2) {
            0 => t.prepared(&self.operands(&[(i, Ask::Read)]), |t| self.read(t, i)),
            _ => t.prepared(&self.operands(&[(i, Ask::Write)]), |t| self.write(t, i, n)),
        };
        accesses.push(access?);
        Ok(())
    }

    fn transaction(&mut self, t: &mut Thread) {
        let irrevocable = random(6) == 0;
        t.atomic(|t| {
            let mut accesses = Vec::new();
            self.access(t, &mut accesses)?;
            match random(4) {
                0 => {
                    let before = accesses.len();
                    let keep = random(2) == 0;
                    t.own.begin_nested(&mut t.mutator);
                    let inner = self.access(t, &mut accesses).and_then(|()| self.access(t, &mut accesses));
                    t.own.end_nested(keep);
                    inner?;
                    if !keep {
                        accesses.truncate(before);
                    }
                }
                1 => {
                    t.own.rest(&mut t.mutator, yield_now);
                    t.safepoint()?;
                }
                2 => t.minor(),
                _ if irrevocable => {
                    t.own.become_irrevocable(&mut t.mutator, &String::new);
                    t.safepoint()?;
                }
                _ => {}
            }
            self.access(t, &mut accesses)?;
            if t.own.is_doomed() {
                return Err(Undone);
            }
            self.end(accesses);
            Ok(())
        });
    }

    fn run(mut self, t: &mut Thread) {
        for _ in 0..ACTIONS {
            match random(8) {
                0..3 => self.instruction(t),
                3..6 => self.transaction(t),
                6 => t.minor(),
                _ => t.major(),
            }
        }
    }
}

#[test]
fn histories_can_be_told_one_after_the_other() {
    check(|| {
        Thread::first(|t| {
            let node = t.young(Kind::Public, [number(0); 2]);
            let objects = [(); OBJECTS].map(|()| t.make(Kind::Owned, [node.value(), number(0)]));
            let history = History::default();
            let program =
                |i: usize| Program { objects, history: history.clone(), last: i as u64 * 1_000_000 };
            let started: Vec<_> = (1..THREADS)
                .map(|i| {
                    let program = program(i);
                    t.start(&objects, |t| program.run(t))
                })
                .collect();
            program(THREADS).run(t);
            started.into_iter().for_each(|thread| t.join(thread));
            let last = program(0);
            let accesses = (0..OBJECTS).map(|i| t.once(|t| last.read(t, i))).collect();
            last.end(accesses);
            tell(&history.lock().unwrap());
        });
    });
}

/// Tells a history.
fn tell(history: &[Vec<Access>]) {
    let mut numbers = [0; OBJECTS];
    for access in history.iter().flatten() {
        match *access {
            Access::Read(i, n) => assert_eq!(numbers[i], n, "object {i} in {history:?}"),
            Access::Write(i, n) => numbers[i] = n,
        }
    }
}
