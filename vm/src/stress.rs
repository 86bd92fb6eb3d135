//! What `PYSTM_STRESS` does to a program: [`pystm_stm::stress`] has the modes.

use std::{io, sync::atomic::Ordering::Relaxed, time::Duration};

use pystm_gc::{
    Object,
    layout::{self, Access, Trace},
    mark,
    world::Rest,
};
use pystm_stm::{
    stress::{self, Mode, Stress, random},
    transaction,
};

use crate::{
    atomic,
    error::PyResult,
    interp::{frame, safepoint},
    thread::Thread,
    threads,
    value::Value,
};

/// Bit of [`pystm_gc::Mutator::poll`]: always set while something is done at safepoints.
pub const POLL_STRESS: u32 = 1 << 5;

/// Frames whose registers are looked at.
const FRAMES: usize = 3;
/// Objects that are lost at a time.
const LOSSES: usize = 6;
/// Longest way of the second thread from where it begins.
const WAY: usize = 40;

/// The program begins.
///
/// # Errors
/// What the system says if there can be no second thread.
pub fn start(t: &mut Thread, stress: Stress) -> io::Result<()> {
    stress::start(stress);
    prepare(t);
    if stress.has(Mode::SecondThread) {
        let modules = t.rt.modules.get();
        threads::spawn(t, wander, &[modules], 0, Box::new(|| ()))?;
    }
    Ok(())
}

/// A thread begins.
pub(crate) fn prepare(t: &Thread) {
    if stress::at_safepoints() {
        t.mutator.raise_poll(POLL_STRESS);
    }
}

/// Does something that comes to no safepoint, which looks as if nothing were asked for because of [`POLL_STRESS`].
pub(crate) fn quietly<R>(t: &mut Thread, f: impl FnOnce(&mut Thread) -> R) -> R {
    // Relaxed: the bit is this thread's own.
    let asked = t.mutator.poll.fetch_and(!POLL_STRESS, Relaxed) & POLL_STRESS;
    let result = f(t);
    t.mutator.raise_poll(asked);
    result
}

/// A thread has come to a safepoint.
#[cold]
pub(crate) fn at_safepoint(t: &mut Thread) -> PyResult<()> {
    t.mutator.raise_poll(POLL_STRESS);
    if stress::is_on(Mode::Steal) && random(4) == 0 {
        steal(t);
    }
    if stress::is_on(Mode::Doom) && t.own.in_transaction() && random(40) == 0 {
        t.own.lose_transaction(&mut t.mutator);
        atomic::check(t)?;
    }
    Ok(())
}

/// The thread loses some of the objects that the running frames have in registers, or that these refer to.
fn steal(t: &mut Thread) {
    let mut found: Vec<*mut Object> = Vec::new();
    let mut left = FRAMES;
    frame::walk(t, |view| {
        // SAFETY: the window of a live frame has its registers.
        unsafe {
            let count = frame::function_of(view.window).loaded().registers as usize;
            let registers = std::slice::from_raw_parts(view.window, count);
            // Registers may hold leftovers: only what is an object for certain counts.
            let objects = registers.iter().filter_map(|value| value.object());
            found.extend(
                objects
                    .map(|object| object as *const Object as *mut Object)
                    .filter(|&object| mark::object_at(object as usize) == Some(object)),
            );
        }
        left -= 1;
        left == 0
    });
    found.extend(
        [t.handled, t.rt.modules.get()].iter().filter_map(|v| v.object()).map(|o| o as *const _ as *mut _),
    );
    for _ in 0..LOSSES {
        let mut object = found[random(found.len())];
        for _ in 0..random(4) {
            match step(t, object) {
                Some(child) => object = child,
                None => break,
            }
        }
        // SAFETY: the object is live: it has been found in a register or in a live object.
        unsafe { t.own.lose(&mut t.mutator, &*object) };
    }
}

/// Something that an object refers to that this thread may look at.
fn step(t: &Thread, object: *mut Object) -> Option<*mut Object> {
    // SAFETY: the object is live; nobody writes it, for it is this thread's, or shared, or its words are atomic.
    unsafe {
        let head = layout::head_of((*object).header.shape());
        let readable = match head.access {
            Access::Owned => t.own.can_look_at(&*object),
            Access::Public => !matches!(head.layout.trace, Trace::Custom(_)),
            Access::Part => false,
        };
        if !readable {
            return None;
        }
        let mut children = mark::children(object);
        children.retain(|&child| layout::access_of(child) != Access::Part);
        (!children.is_empty()).then(|| children[random(children.len())])
    }
}

/// The second thread: it takes the right to read, or to write, whatever it comes across, sometimes in a transaction, and does
/// nothing with it.
fn wander(t: &mut Thread, values: &[Value]) {
    loop {
        // Relaxed: advice.
        if t.rt.finalizing.load(Relaxed) {
            t.blocking(|| {
                loop {
                    std::thread::park();
                }
            });
        }
        let transaction = random(4) == 0;
        if transaction {
            t.own.begin(&mut t.mutator, transaction::now());
        }
        let mut object = values[0].object().map(|object| object as *const Object as *mut Object);
        for _ in 0..WAY {
            let Some(here) = object else { break };
            // SAFETY: the object is live, since it is found from this thread's stack, and `Owned` ones have an owner.
            unsafe {
                if layout::access_of(here) == Access::Owned {
                    if random(3) == 0 {
                        t.own.make_writable(&mut t.mutator, &*here, Rest::Open);
                    } else {
                        t.own.make_readable(&mut t.mutator, &*here, Rest::Open);
                    }
                }
            }
            object = step(t, here);
        }
        t.own.note_abort();
        if t.own.is_doomed() || random(2) == 0 {
            t.own.roll_back(&mut t.mutator);
        } else {
            t.own.commit(&mut t.mutator);
        }
        if let Err(raised) = safepoint::poll(t) {
            t.take_exception(raised);
        }
        if random(4) == 0 {
            t.blocking(|| std::thread::sleep(Duration::from_micros(20)));
        }
    }
}
