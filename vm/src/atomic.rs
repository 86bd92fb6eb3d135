//! Blocks that are transactions, as Python code sees them: where they begin, how they begin anew, how they end.
//!
//! The heap's side of a transaction is [`pystm_stm::transaction`]. Here is the control flow: a block that is a `with` statement
//! keeps the registers of its frame as they are when it begins, and begins anew at the instruction that called `__enter__`;
//! one that is a call from native code is called again. An abort is an exception that no handler catches: natives let it
//! pass like any other, [`unwind`](crate::interp::unwind) does not look for handlers.

pub mod effects;
pub mod instruction;
pub mod turn;

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    time::{Duration, Instant},
};

use pystm_gc::Marker;
use pystm_stm::{ALONE, Restart, events::Place, gate, transaction};

use turn::Turn;

use crate::{
    builtins::{object::import_module, weak},
    bytecode::Op,
    error::{Exc, PyResult, Raised},
    interp::{Next, decode, frame, generator, safepoint},
    protocol::{attr, call},
    thread::{RootVec, Thread, ThreadLocals},
    threads::NO_STM,
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
    /// It waits for its turn, which may never come, and something else is to be looked at meanwhile.
    Turn,
}

/// The outermost open block of a thread.
pub struct Block {
    /// Where it begins anew; no instruction if native code does that.
    ip: *const u64,
    fp: *mut Value,
    /// Entries into the interpreter below it.
    entries: usize,
    /// The registers of its frame as they were. There may be leftovers among them, so they are no [`RootVec`].
    registers: Vec<Value>,
    /// The exception that was being handled.
    handled: Value,
    depth_left: i64,
    age: u64,
    /// In a given order, when it may commit.
    turn: Option<Turn>,
    tries: u32,
    /// Where `retry` was called, for the log.
    left_at: Place,
    /// The thread's settings as they were, and as they were when each nested block began.
    settings: RootVec,
    on_commit: RootVec,
    on_abort: RootVec,
    /// Functions for `on_abort` of nested blocks that have been undone.
    undone: RootVec,
    effects: effects::Effects,
    savepoints: Vec<Savepoint>,
    /// It could not begin anew: whoever called `__enter__` may be gone.
    fixed: bool,
    /// Locks that it has taken.
    taken: RootVec,
    /// What it waits for before it begins anew: an object and how.
    until: Option<(RootVec, Wait)>,
    /// When waiting for others ends, if it began in an earlier attempt.
    deadline: Option<Instant>,
}

impl Block {
    /// A block that has done nothing, to be begun.
    fn new(t: &mut Thread) -> Box<Block> {
        Box::new(Block {
            ip: std::ptr::null(),
            fp: std::ptr::null_mut(),
            entries: 0,
            registers: Vec::new(),
            handled: Value::NONE,
            depth_left: 0,
            age: 0,
            turn: None,
            tries: 0,
            left_at: Place::default(),
            settings: t.vec(),
            on_commit: t.vec(),
            on_abort: t.vec(),
            undone: t.vec(),
            effects: effects::Effects::new(t),
            savepoints: Vec::new(),
            fixed: false,
            taken: t.vec(),
            until: None,
            deadline: None,
        })
    }

    /// Hands the registers to the marker, as those of the thread are.
    pub fn scan(&self, marker: &mut Marker) {
        let words = self.registers.as_ptr_range();
        // SAFETY: (both) the words are values, and the range is that of the vector.
        unsafe {
            marker.value(self.handled.bits());
            marker.conservative_range(words.start as *const u64, words.end as *const u64);
        }
    }

    /// Keeps the memory of a block that is over for the next one.
    fn put_by(mut self: Box<Block>, t: &mut Thread) {
        self.registers.clear();
        self.handled = Value::NONE;
        for values in [&mut self.settings, &mut self.on_commit, &mut self.on_abort] {
            values.clear();
        }
        self.undone.clear();
        self.taken.clear();
        self.effects.clear();
        self.savepoints.clear();
        self.fixed = false;
        self.until = None;
        t.spare_block = Some(self);
    }
}

/// Waits until a deadline for what an object stands for.
pub type Wait = fn(&mut Thread, Value, Option<Instant>) -> PyResult<()>;

/// A nested block.
struct Savepoint {
    /// Its frame if it is a `with` statement.
    fp: *mut Value,
    /// How many functions `on_commit` and `on_abort` had.
    functions: (usize, usize),
    effects: effects::Mark,
}

/// A block that begins anew.
#[derive(Clone, Copy)]
pub struct Again {
    ip: *const u64,
    fp: *mut Value,
    age: u64,
    turn: Option<Turn>,
    tries: u32,
    deadline: Option<Instant>,
}

impl Again {
    /// The first attempt of a block in a given order, which native code runs.
    fn first(t: &Thread, turn: Turn) -> Again {
        turn.begin(t);
        Again { ip: std::ptr::null(), fp: t.fp, age: turn.age(), turn: Some(turn), tries: 0, deadline: None }
    }
}

/// Whether a block is open.
pub fn is_open(t: &Thread) -> bool {
    t.own.in_transaction() && !t.own.is_instruction()
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
        Abort::Retry | Abort::Turn => {}
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
    if ALONE {
        return Err(t.raise(Exc::RuntimeError, NO_STM));
    }
    instruction::end(t);
    if is_open(t) {
        check(t)?;
        begin_nested(t, if with { t.fp } else { std::ptr::null_mut() });
        return Ok(());
    }
    let mut block = t.spare_block.take().unwrap_or_else(|| Block::new(t));
    block.ip = if with { t.ip } else { std::ptr::null() };
    block.fp = t.fp;
    block.entries = t.entries.len();
    block.depth_left = t.depth_left;
    block.settings.extend_from_slice(&t.locals.settings());
    block.handled = t.handled;
    if with {
        // SAFETY: the running frame's window has its registers.
        unsafe {
            let count = frame::function_of(t.fp).loaded().registers as usize;
            block.registers.extend_from_slice(std::slice::from_raw_parts(t.fp, count));
        }
    }
    let (age, tries) = again.map_or_else(|| (transaction::now(), 0), |again| (again.age, again.tries));
    (block.age, block.tries) = (age, tries);
    block.turn = again.and_then(|again| again.turn);
    block.deadline = again.and_then(|again| again.deadline);
    t.block = Some(block);
    t.own.begin(&mut t.mutator, age);
    if tries >= MOST_TRIES {
        cease_to_lose(t, &|| format!("tried {tries} times"))?;
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
    if with {
        // SAFETY: the window is that of the running frame.
        unsafe { generator::guard(t, t.fp) };
    } else if !nested {
        if let Some(block) = &mut t.block {
            block.fixed = true;
        }
        cease_to_lose(t, &|| "`__enter__` called by hand".into())?;
    }
    Ok(())
}

/// Whether a `with` statement of the frame is an open block.
pub(crate) fn is_open_in(t: &Thread, fp: *mut Value) -> bool {
    t.block.as_ref().is_some_and(|block| {
        !block.ip.is_null() && block.fp == fp || block.savepoints.iter().any(|s| s.fp == fp)
    })
}

/// `transaction.TransactionError`
#[cold]
pub fn misuse(t: &mut Thread, message: &str) -> Raised {
    let class =
        match import_module(t, "_transaction").and_then(|m| attr::getattr_text(t, m, "TransactionError")) {
            Ok(class) => class,
            Err(raised) => return raised,
        };
    let text = t.new_str(message);
    match call::call(t, class, &[text]) {
        Ok(error) => t.raise_value(error),
        Err(raised) => raised,
    }
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

/// Begins a block in the open one. `fp` is its frame if it is a `with` statement.
fn begin_nested(t: &mut Thread, fp: *mut Value) {
    t.own.begin_nested(&mut t.mutator);
    let settings = t.locals.settings();
    if let Some(block) = &mut t.block {
        block.settings.extend_from_slice(&settings);
        let functions = (block.on_commit.len(), block.on_abort.len());
        block.savepoints.push(Savepoint { fp, functions, effects: block.effects.mark() });
    }
}

/// Ends the innermost block, which is not the outermost one. If it is undone, what it had to do after the commit is forgotten.
fn end_nested(t: &mut Thread, keep: bool) {
    t.own.end_nested(keep);
    let Some(block) = &mut t.block else { return };
    let Some(savepoint) = block.savepoints.pop() else { return };
    block.effects.close(savepoint.effects, keep);
    let settings = block.settings.len() - ThreadLocals::SETTINGS;
    if !keep {
        t.locals.restore(&block.settings[settings..]);
        let (on_commit, on_abort) = savepoint.functions;
        block.on_commit.truncate(on_commit);
        let undone = block.on_abort.split_off(on_abort);
        block.undone.extend(undone);
    }
    block.settings.truncate(settings);
}

/// Ends the outermost block.
fn end(t: &mut Thread, keep: bool) -> PyResult<()> {
    // The instruction must not begin anew from here on.
    gate::set_dirty();
    let Some(mut block) = t.block.take() else { return Ok(()) };
    let mut errors = FirstError::default();
    if keep {
        block.effects.add_all();
        t.own.commit(&mut t.mutator);
        block.effects.finish(t, &mut errors);
        run_all(t, &block.undone, &mut errors);
        run_all(t, &block.on_commit, &mut errors);
    } else {
        roll_back(t, &block, false, &mut errors);
    }
    block.put_by(t);
    weak::run_later(t);
    errors.raise(t)
}

/// Undoes the outermost block, which has been taken out of the thread.
fn roll_back(t: &mut Thread, block: &Block, watch: bool, errors: &mut FirstError) {
    t.own.roll_back_and_watch(&mut t.mutator, watch);
    t.locals.restore(&block.settings[..ThreadLocals::SETTINGS]);
    run_all(t, &block.undone, errors);
    run_all(t, &block.on_abort, errors);
}

/// Calls functions in order.
fn run_all(t: &mut Thread, functions: &[Value], errors: &mut FirstError) {
    for &function in functions {
        let result = call::call(t, function, &[]);
        errors.note(t, result.map(|_| ()));
    }
}

/// The first of the exceptions of several calls.
#[derive(Default)]
struct FirstError(Option<RootVec>);

impl FirstError {
    fn note(&mut self, t: &mut Thread, result: PyResult<()>) {
        if let Err(raised) = result {
            let exception = t.take_exception(raised);
            if self.0.is_none() {
                let mut first = t.vec();
                first.push(exception);
                self.0 = Some(first);
            }
        }
    }

    fn raise(self, t: &mut Thread) -> PyResult<()> {
        match self.0 {
            Some(first) => Err(t.reraise(first[0])),
            None => Ok(()),
        }
    }
}

/// Runs a call as a block: again and again until it commits or fails. What it has written when an exception leaves it stays
/// if `keep_on_error` says so. In a given order `body` ends with the wait for its turn.
pub fn run(
    t: &mut Thread,
    turn: Option<Turn>,
    keep_on_error: bool,
    mut body: impl FnMut(&mut Thread) -> PyResult,
) -> PyResult {
    instruction::end(t);
    if is_open(t) {
        check(t)?;
        begin_nested(t, std::ptr::null_mut());
        let result = body(t);
        if t.aborting.is_none() {
            end_nested(t, result.is_ok() || keep_on_error);
        }
        return result;
    }
    let mut again = turn.map(|turn| Again::first(t, turn));
    loop {
        let result = until_undone(t, |t| {
            begin(t, false, again)?;
            let value = body(t)?;
            check(t)?;
            Ok(value)
        });
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
        if turn.is_some() && safepoint::is_asked_for(t) {
            safepoint::poll(t)?;
        }
    }
}

/// Calls native code that may learn in the middle of something, with no instruction around it, that the open block must begin
/// anew.
fn until_undone(t: &mut Thread, body: impl FnOnce(&mut Thread) -> PyResult) -> PyResult {
    let binding_end = t.binding_end;
    catch_unwind(AssertUnwindSafe(|| body(t))).unwrap_or_else(|reason| {
        if !reason.is::<Restart>() {
            resume_unwind(reason);
        }
        t.binding_end = binding_end;
        Err(abort(t, t.aborting.unwrap_or(Abort::Conflict)))
    })
}

/// A nested call whose `retry()` is not that of the block around it: `None` then.
pub fn savepoint(t: &mut Thread, body: impl FnOnce(&mut Thread) -> PyResult) -> PyResult<Option<Value>> {
    check(t)?;
    begin_nested(t, std::ptr::null_mut());
    let result = body(t);
    if t.aborting == Some(Abort::Retry) && !t.own.is_doomed() {
        end_nested(t, false);
        t.aborting = None;
        if let Some(block) = &mut t.block {
            block.until = None;
        }
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
    instruction::end(t);
    cease_to_lose(t, reason)?;
    effects::settle(t);
    Ok(())
}

/// The open transaction wins all conflicts from here on. It can still begin anew by itself.
fn cease_to_lose(t: &mut Thread, reason: &dyn Fn() -> String) -> PyResult<()> {
    check(t)?;
    if !await_turn(t) {
        return Err(abort(t, t.aborting.unwrap_or(Abort::Conflict)));
    }
    t.own.become_irrevocable(&mut t.mutator, reason);
    check(t)
}

/// Waits in the middle of native code until the open block, if it is one in a given order, need not wait for others any more.
/// False if it must begin anew.
pub(crate) fn await_turn(t: &mut Thread) -> bool {
    let Some(turn) = t.block.as_ref().and_then(|block| block.turn) else { return true };
    if t.own.is_irrevocable() {
        return true;
    }
    let come = t.aborting.is_none() && turn.wait_inside(t);
    if !come && !t.own.is_doomed() {
        t.aborting.get_or_insert(Abort::Turn);
    }
    come
}

/// Whether the open block can begin anew by itself.
pub fn can_wait(t: &Thread) -> bool {
    t.block.as_ref().is_some_and(|block| !block.fixed && !block.effects.are_at_once())
}

/// Notes that the open block has taken a lock.
pub fn note_taken(t: &mut Thread, lock: Value) {
    if let Some(block) = &mut t.block
        && block.taken.last() != Some(&lock)
    {
        block.taken.push(lock);
    }
}

/// A block that can begin anew waits for something that an object stands for, for a lock that is held: it is undone and waits
/// like that. If the block has taken the lock itself, or there is nothing of the kind, it waits for a change of what it has
/// read. False after the deadline, which is that of its first attempt to wait.
pub fn wait_for(t: &mut Thread, what: Option<(Value, Wait)>, deadline: Option<Instant>) -> PyResult<bool> {
    check(t)?;
    let mut until = t.vec();
    let Some(block) = &mut t.block else { return Ok(false) };
    let deadline = deadline.map(|deadline| block.deadline.map_or(deadline, |first| first.min(deadline)));
    if deadline.is_some_and(|at| at <= Instant::now()) {
        return Ok(false);
    }
    block.deadline = deadline;
    if let Some((object, wait)) = what.filter(|(object, _)| !block.taken.contains(object)) {
        until.push(object);
        block.until = Some((until, wait));
    }
    Err(abort(t, Abort::Retry))
}

/// Undoes the open transaction, waits for what it waits for, and says how the block begins anew.
fn begin_anew(t: &mut Thread) -> PyResult<Again> {
    let why = t.aborting.take();
    let Some(mut block) = t.block.take() else { unreachable!("an abort without a block") };
    t.exception = Value::UNSET;
    t.depth_left = block.depth_left;
    t.handled = block.handled;
    let retries = why == Some(Abort::Retry);
    let until = block.until.take().filter(|_| retries);
    let mut errors = FirstError::default();
    let watch = retries && until.is_none();
    if !retries {
        t.own.note_abort();
    }
    roll_back(t, &block, watch, &mut errors);
    weak::run_later(t);
    let since = Instant::now();
    let waited = errors.raise(t).and_then(|()| match until {
        Some((object, wait)) => wait(t, object[0], block.deadline),
        None if watch && block.deadline.is_none() && t.own.watches_nothing() => {
            Err(misuse(t, "retry() in a block that has read nothing that can change"))
        }
        None if watch => await_change(t, block.deadline),
        None => Ok(()),
    });
    t.own.stop_watching();
    if retries && waited.is_ok() {
        t.own.peer.events.retry(block.left_at, since);
    }
    let tries = if retries { block.tries } else { block.tries + 1 };
    let Block { ip, fp, age, turn, deadline, .. } = *block;
    block.put_by(t);
    waited.map(|()| Again { ip, fp, age, turn, tries, deadline })
}

/// Waits until something watched changes, or until the deadline.
fn await_change(t: &mut Thread, deadline: Option<Instant>) -> PyResult<()> {
    while !t.own.has_changed() {
        let left = deadline.map_or(NAP, |at| at.saturating_duration_since(Instant::now()).min(NAP));
        if left.is_zero() {
            break;
        }
        t.own.rest(&mut t.mutator, || std::thread::park_timeout(left));
        safepoint::poll(t)?;
    }
    Ok(())
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
        block.registers.as_ptr().copy_to_nonoverlapping(fp, block.registers.len());
    }
    frame::forget_above(t, fp);
    let again = begin_anew(t).map(|again| {
        t.again = Some(again);
        (ip, fp)
    });
    Some(again)
}
