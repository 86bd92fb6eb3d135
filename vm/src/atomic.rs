//! Blocks that are transactions, as Python code sees them: where they begin, how they begin anew, how they end.
//!
//! The heap's side of a transaction is [`pystm_stm::transaction`]. Here is the control flow: a block that is a `with` statement
//! keeps the registers of its frame as they are when it begins, and begins anew at the instruction that called `__enter__`;
//! one that is a call from native code is called again. An abort is an exception that no handler catches: natives let it
//! pass like any other, [`unwind`](crate::interp::unwind) does not look for handlers.

use std::time::{Duration, Instant};

use pystm_stm::{events::Place, gate, transaction};

use crate::{
    bytecode::Op,
    error::{Exc, PyResult, Raised},
    interp::{Next, decode, frame, safepoint},
    protocol::call,
    thread::{RootVec, Thread},
    value::Value,
};

/// After so many tries a transaction becomes irrevocable, so that it ends.
const MOST_TRIES: u32 = 12;
/// Between two looks at pending signals while nothing else happens.
const NAP: Duration = Duration::from_millis(20);

/// Why an open block is being left to begin anew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Abort {
    /// An older transaction needed what it had touched.
    Conflict,
    /// `retry()`: not before something that it has read changes.
    Retry,
}

/// The outermost open block of a thread.
pub struct Block {
    /// Where it begins anew; no instruction if native code does that.
    ip: *const u64,
    fp: *mut Value,
    /// Entries into the interpreter below it.
    entries: usize,
    /// The registers of its frame as they were, and the exception that was being handled.
    registers: RootVec,
    depth_left: i64,
    age: u64,
    tries: u32,
    /// Where `retry` was called, for the log.
    left_at: Place,
    on_commit: RootVec,
    on_abort: RootVec,
    /// Nested blocks: how many functions `on_commit` had.
    savepoints: Vec<usize>,
}

/// A block that begins anew.
#[derive(Clone, Copy)]
pub struct Again {
    ip: *const u64,
    fp: *mut Value,
    age: u64,
    tries: u32,
}

/// Whether a transaction is open.
pub fn is_open(t: &Thread) -> bool {
    t.own.in_transaction()
}

/// Raises what leaves the open block so that it begins anew.
#[cold]
pub fn abort(t: &mut Thread, why: Abort) -> Raised {
    match why {
        Abort::Conflict => t.own.note_abort(),
        Abort::Retry if t.aborting.is_none() => {
            if let Some(block) = &mut t.block {
                block.left_at = t.own.peer.place();
            }
        }
        Abort::Retry => {}
    }
    t.aborting = Some(why);
    // Natives that swallow exceptions meet it again.
    t.mutator.raise_poll(pystm_stm::peer::POLL_DOOMED);
    let exception = crate::builtins::exceptions::new_exception(t, Exc::BaseException, &[]);
    t.exception = exception;
    Raised::pending()
}

/// Raises the abort if the open transaction has been undone or is on its way out.
pub fn check(t: &mut Thread) -> PyResult<()> {
    match t.aborting {
        Some(why) => Err(abort(t, why)),
        None if t.own.is_doomed() => Err(abort(t, Abort::Conflict)),
        None => Ok(()),
    }
}

/// Begins a block. Called by the `__enter__` of a context manager, or by native code that runs the block itself.
fn begin(t: &mut Thread, with: bool, again: Option<Again>) -> PyResult<()> {
    if is_open(t) {
        check(t)?;
        begin_nested(t);
        return Ok(());
    }
    let mut registers = t.vec();
    registers.push(t.handled);
    // SAFETY: the running frame's window has its registers.
    unsafe {
        if with {
            let count = frame::function_of(t.fp).loaded().registers as usize;
            registers.extend_from_slice(std::slice::from_raw_parts(t.fp, count));
        }
    }
    let (age, tries) = again.map_or_else(|| (transaction::now(), 0), |again| (again.age, again.tries));
    let block = Block {
        ip: if with { t.ip } else { std::ptr::null() },
        fp: t.fp,
        entries: t.entries.len(),
        registers,
        depth_left: t.depth_left,
        age,
        tries,
        left_at: Place::default(),
        on_commit: t.vec(),
        on_abort: t.vec(),
        savepoints: Vec::new(),
    };
    t.block = Some(Box::new(block));
    t.own.begin(&mut t.mutator, age);
    if tries >= MOST_TRIES {
        become_irrevocable(t, &|| format!("tried {tries} times"))?;
    }
    Ok(())
}

/// `__enter__` of a block.
pub fn enter(t: &mut Thread) -> PyResult<()> {
    // SAFETY: the instruction is that of the running frame; `with` looks its methods up right before it calls the first.
    let with = !t.ip.is_null()
        && unsafe {
            decode::op(t.ip) == Op::CallMethod as usize && decode::op(t.ip.sub(1)) == Op::LoadSpecial as usize
        };
    let again = t.again.take().filter(|again| again.ip == t.ip && again.fp == t.fp);
    let nested = is_open(t);
    begin(t, with, again)?;
    if !with && !nested {
        // Whoever called `__enter__` may be gone when it would have to begin anew.
        become_irrevocable(t, &|| "`__enter__` called by hand".into())?;
    }
    Ok(())
}

/// `__exit__` of a block: what it has written stays if `keep` says so.
pub fn exit(t: &mut Thread, keep: bool) -> PyResult<()> {
    if !is_open(t) {
        return Err(t.raise(Exc::RuntimeError, "the block has ended already"));
    }
    check(t)?;
    if t.own.nesting() > 0 {
        end_nested(t, keep);
        return Ok(());
    }
    end(t, keep)
}

/// Begins a block in the open one.
fn begin_nested(t: &mut Thread) {
    t.own.begin_nested(&mut t.mutator);
    if let Some(block) = &mut t.block {
        block.savepoints.push(block.on_commit.len());
    }
}

/// Ends the innermost block, which is not the outermost one. If it is undone, what it had to do after the commit is forgotten.
fn end_nested(t: &mut Thread, keep: bool) {
    t.own.end_nested(keep);
    if let Some(block) = &mut t.block {
        let functions = block.savepoints.pop().filter(|_| !keep);
        block.on_commit.truncate(functions.unwrap_or(usize::MAX));
    }
}

/// Ends the outermost block.
fn end(t: &mut Thread, keep: bool) -> PyResult<()> {
    let Some(block) = t.block.take() else { return Ok(()) };
    if keep {
        t.own.commit(&mut t.mutator);
        // The instruction must not begin anew while the functions run.
        gate::set_dirty();
        run_all(t, &block.on_commit)
    } else {
        t.own.roll_back(&mut t.mutator);
        gate::set_dirty();
        run_all(t, &block.on_abort)
    }
}

/// Calls functions in order; the first exception of one is raised after the last.
fn run_all(t: &mut Thread, functions: &[Value]) -> PyResult<()> {
    let mut first = Ok(());
    for &function in functions {
        let result = call::call(t, function, &[]).map(|_| ());
        match (&first, result) {
            (Ok(()), result) => first = result,
            (Err(_), Err(raised)) => {
                t.take_exception(raised);
            }
            (Err(_), Ok(())) => {}
        }
    }
    first
}

/// Runs a call as a block: again and again until it commits or fails. What it has written when an exception leaves it stays
/// if `keep_on_error` says so. `turn` is asked before it commits, and how old it is taken for.
pub fn run(
    t: &mut Thread,
    age: Option<u64>,
    keep_on_error: bool,
    mut body: impl FnMut(&mut Thread) -> PyResult,
    mut turn: impl FnMut(&mut Thread) -> PyResult<()>,
) -> PyResult {
    if is_open(t) {
        check(t)?;
        begin_nested(t);
        let result = body(t);
        if t.aborting.is_none() {
            end_nested(t, result.is_ok() || keep_on_error);
        }
        return result;
    }
    let mut again = age.map(|age| Again { ip: std::ptr::null(), fp: t.fp, age, tries: 0 });
    loop {
        let result = begin(t, false, again).and_then(|()| body(t));
        let result = match result {
            Ok(value) => check(t).and_then(|()| turn(t)).and_then(|()| check(t)).map(|()| value),
            failed => failed,
        };
        if t.aborting.is_none() && !t.own.is_doomed() {
            // The exception stays pending while functions are called.
            let exception = std::mem::replace(&mut t.exception, Value::UNSET);
            let ended = end(t, result.is_ok() || keep_on_error);
            if result.is_err() {
                t.exception = exception;
                return result;
            }
            ended?;
            return result;
        }
        if let Err(raised) = result {
            t.take_exception(raised);
        }
        again = Some(begin_anew(t)?);
    }
}

/// A nested call whose `retry()` is not that of the block around it: `None` then.
pub fn savepoint(t: &mut Thread, body: impl FnOnce(&mut Thread) -> PyResult) -> PyResult<Option<Value>> {
    check(t)?;
    begin_nested(t);
    let result = body(t);
    if t.aborting == Some(Abort::Retry) && !t.own.is_doomed() {
        end_nested(t, false);
        t.aborting = None;
        if let Err(raised) = result {
            t.take_exception(raised);
        }
        return Ok(None);
    }
    if t.aborting.is_none() {
        end_nested(t, result.is_ok());
    }
    result.map(Some)
}

/// `retry()`
pub fn retry(t: &mut Thread) -> Raised {
    abort(t, Abort::Retry)
}

/// Adds a function to be called after the block has committed, or (not `commit`) after each attempt that is undone.
pub fn call_later(t: &mut Thread, commit: bool, function: Value) -> bool {
    let Some(block) = &mut t.block else { return false };
    if commit { &mut block.on_commit } else { &mut block.on_abort }.push(function);
    true
}

/// The open transaction can no longer be undone from here on. Waits until no other is like that.
/// `reason` is for the log.
pub fn become_irrevocable(t: &mut Thread, reason: &dyn Fn() -> String) -> PyResult<()> {
    check(t)?;
    t.own.become_irrevocable(&mut t.mutator, reason);
    check(t)
}

/// Undoes the open transaction, waits for what it waits for, and says how the block begins anew.
fn begin_anew(t: &mut Thread) -> PyResult<Again> {
    let why = t.aborting.take();
    let Some(block) = t.block.take() else { unreachable!("an abort without a block") };
    t.exception = Value::UNSET;
    t.depth_left = block.depth_left;
    t.handled = block.registers[0];
    let watch = why == Some(Abort::Retry);
    if !watch {
        t.own.note_abort();
    }
    t.own.roll_back_and_watch(&mut t.mutator, watch);
    gate::set_dirty();
    run_all(t, &block.on_abort)?;
    if watch {
        let since = Instant::now();
        while !t.own.has_changed() {
            t.own.rest(&mut t.mutator, || std::thread::park_timeout(NAP));
            if let Err(raised) = safepoint::poll(t) {
                t.own.stop_watching();
                return Err(raised);
            }
        }
        t.own.stop_watching();
        t.own.peer.events.retry(block.left_at, since);
    }
    let tries = if watch { block.tries } else { block.tries + 1 };
    Ok(Again { ip: block.ip, fp: block.fp, age: block.age, tries })
}

/// An abort has reached the interpreter loop: where it goes on. `None` if the block began below this loop; an exception if one
/// came while the block waited.
pub fn land(t: &mut Thread) -> Option<PyResult<Next>> {
    let block = t.block.as_ref()?;
    if block.ip.is_null() || block.entries != t.entries.len() {
        return None;
    }
    let (ip, fp) = (block.ip, block.fp);
    t.binding_end = std::ptr::null_mut();
    t.ip = ip;
    t.fp = fp;
    // SAFETY: the frame is where it was: the block ends before it does.
    unsafe {
        for (i, &value) in block.registers[1..].iter().enumerate() {
            *fp.add(i) = value;
        }
    }
    frame::forget_above(t, fp);
    let again = begin_anew(t).map(|again| {
        t.again = Some(again);
        (ip, fp)
    });
    Some(again)
}
