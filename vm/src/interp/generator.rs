//! Running generators: windows that move between the register stack and a heap object.
//!
//! A generator's frame has its object in `fp[-3]`. It is resumed either from native code (return address `Halt`) or by a
//! `ForIter` or `Send` of the frame below, to which it then returns directly (return address: that very instruction).

use pystm_stm::Writer;

use super::{Next, decode, frame, frame::LINKS};
use crate::{
    atomic,
    builtins::{
        exceptions,
        frame::Frame as FrameObject,
        function::Function,
        generator::{Generator, State},
    },
    bytecode::{CodeFlags, Op},
    error::{Exc, PyResult, Raised},
    kind::Kind,
    object::Ref,
    thread::Thread,
    value::Value,
};

/// Words of a `Send`, which stands in front of its `YieldDelegated`.
const SEND_WORDS: usize = 2;

/// `ReturnGenerator`: makes the object from the running frame, which it leaves.
///
/// # Safety
/// `fp` must be the window of the running frame, `ip` its `ReturnGenerator`.
pub unsafe fn create(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Next {
    // SAFETY: see above.
    unsafe {
        let function = frame::function_of(fp);
        let generator = crate::builtins::generator::new(t, function, ip.add(1));
        // The temporaries hold words of frames that are gone: only the variables go into the object.
        let w = t.write(generator);
        generator.save(&w, fp, function.loaded().local_count as usize, State::Created);
        if !function.loaded().flags.has(CodeFlags::OPTIMIZED) {
            generator.result.set(&w, *fp.sub(3));
        }
        if t.locals.coroutine_origin_depth > 0 && generator.is_coroutine() {
            crate::builtins::generator::awaiting::note_origin(t, generator);
        }
        t.depth_left += 1;
        let return_ip = *(fp.sub(2) as *const *const u64);
        let caller = *(fp.sub(1) as *const *mut Value);
        *fp.sub(4) = generator.value();
        (return_ip, caller)
    }
}

/// The generator of a frame.
///
/// # Safety
/// `fp` must be the window of a generator's frame.
unsafe fn generator_of(fp: *mut Value) -> Ref<Generator> {
    // SAFETY: the link holds the generator.
    unsafe { Ref::from_ptr((*fp.sub(3)).object_unchecked()) }
}

/// The generator of a frame, if it is the frame of one.
///
/// # Safety
/// `fp` must be the window of a live frame that is past its `ReturnGenerator`, if it has one.
pub(super) unsafe fn of_frame(fp: *mut Value) -> Option<Ref<Generator>> {
    // SAFETY: the links of a live frame are set; code of generators has the generator in its link.
    unsafe { if frame::function_of(fp).loaded().is_generator() { Some(generator_of(fp)) } else { None } }
}

/// Puts a generator's registers into its window and makes it run. What is sent to a suspended one goes to the register of
/// its `Yield`. Returns where it goes on.
///
/// # Safety
/// `window` must be free and have room; the generator must be suspended or new, and `w` its writer.
#[inline(always)]
unsafe fn load(
    w: &Writer<'_>,
    handled: &mut Value,
    object: Ref<Generator>,
    window: *mut Value,
    sent: Value,
) -> *const u64 {
    // SAFETY: see above.
    unsafe {
        let generator = object.peek();
        let ip = generator.ip.get() as *const u64;
        let suspended = generator.state() == State::Suspended;
        generator.restore(w, window);
        *window.sub(4) = generator.function.get();
        *window.sub(3) = object.value();
        // The handled exception of the generator goes on top of the resumer's.
        generator.outer_handled.set(w, *handled);
        let own = generator.handled.get();
        if !own.is_none() {
            *handled = own;
        }
        if !suspended {
            return ip;
        }
        decode::set(window, decode::a(ip), sent);
        // A jump back to `Send` follows.
        if decode::op(ip) == Op::YieldDelegated as usize { ip.sub(SEND_WORDS) } else { ip.add(1) }
    }
}

/// [`load`] in a native frame of its own: what passes through its registers is not left in those of the caller, where the
/// collector would find it.
///
/// # Safety
/// As for [`load`].
#[inline(never)]
unsafe fn load_apart(
    t: &mut Thread,
    generator: Ref<Generator>,
    window: *mut Value,
    sent: Value,
) -> *const u64 {
    // SAFETY: handed on.
    unsafe {
        let w = t.own.writer(&mut t.mutator, generator.object());
        load(&w, &mut t.handled, generator, window, sent)
    }
}

/// Resumes a generator from native code with a value (`exception` unset) or by raising an exception in it. Returns the
/// yielded value, or `None` when it has finished (its result is then in [`Generator::result`]).
pub fn resume(
    t: &mut Thread,
    generator: Ref<Generator>,
    sent: Value,
    exception: Value,
) -> PyResult<Option<Value>> {
    let window = t.free_registers().wrapping_add(LINKS);
    let function: Ref<Function> = Ref::known(generator.function.get());
    let loaded = function.loaded();
    frame::check_room(t, loaded, window)?;
    t.check_native_stack()?;
    if t.depth_left <= 0 {
        return Err(t.recursion_error(""));
    }
    // SAFETY: the window is free and has room.
    let ip = unsafe { load_apart(t, generator, window, sent) };
    let result = if exception.is_unset() {
        frame::enter(t, function.value(), generator.value(), ip, window)
    } else {
        raise_in(t, function.value(), generator, window, exception)
    };
    match result {
        Ok(v) if generator.state() == State::Finished => {
            let w = t.write(generator);
            generator.result.set(&w, v);
            Ok(None)
        }
        Ok(v) => Ok(Some(v)),
        Err(raised) => Err(raised),
    }
}

/// Enters the generator's frame and raises at its `Yield` (or at its start).
fn raise_in(
    t: &mut Thread,
    function: Value,
    generator: Ref<Generator>,
    window: *mut Value,
    exception: Value,
) -> PyResult {
    let mut at = generator.ip.get() as *const u64;
    // A generator that has not started stands at the line of its `def`.
    // SAFETY: the word in front of its first instruction is the one that made it.
    if unsafe { decode::op(at.sub(1)) } == Op::ReturnGenerator as usize {
        at = at.wrapping_sub(1);
    }
    // SAFETY: the window was loaded; the links lie below it.
    unsafe {
        *window.sub(4) = function;
        frame::with_entry(t, window, |t| {
            t.ip = at;
            t.fp = window;
            // The context is what the generator itself was handling, never what its resumer handles.
            let raised = if generator.handled.get().is_none() {
                t.reraise(exception)
            } else {
                t.raise_value(exception)
            };
            match super::unwind::unwind(t, raised) {
                Some((ip, fp)) => super::dispatch::run(t, ip, fp),
                None => Err(Raised::pending()),
            }
        })
    }
}

/// Resumes a generator or coroutine from an instruction of the running frame, a `ForIterGenerator` or `SendGenerator`, to
/// which it will return, without leaving the handlers. `None` if the iterator cannot be resumed like that: it is something
/// else, not suspended, not to be written at once, or there is no room for its frame.
///
/// # Safety
/// `ip` must be such an instruction of the frame with window `fp`.
#[inline(always)]
pub unsafe fn enter(
    t: &mut Thread,
    ip: *const u64,
    fp: *mut Value,
    iterator: Value,
    kind: Kind,
    sent: Value,
) -> Option<Next> {
    // SAFETY: the shape names the body; `fp` is the running frame.
    unsafe {
        let object = iterator.object()?;
        let w = t.own.writer_with_shape(object, kind.shape())?;
        let reference: Ref<Generator> = Ref::from_ptr(object);
        let generator = reference.peek();
        match generator.state() {
            State::Suspended => {}
            State::Created if sent.is_none() => {}
            _ => return None,
        }
        let window = fp.add(frame::function_of(fp).loaded().registers as usize + LINKS);
        let registers = Ref::<Function>::known(generator.function.get()).loaded().registers;
        if window.wrapping_add(registers as usize) > t.register_limit || t.depth_left <= 0 {
            return None;
        }
        t.depth_left -= 1;
        let first = load(&w, &mut t.handled, reference, window, sent);
        *(window.sub(2) as *mut *const u64) = ip;
        *(window.sub(1) as *mut *mut Value) = fp;
        Some((first, window))
    }
}

/// Tries [`enter`] again for an instruction that has not been specialised or an object that was not ready to be written.
/// `None` if the iterator must be resumed in another way.
///
/// # Safety
/// `ip` must be a `ForIter` or `Send` of the frame with window `fp`, in either form, and `special` its special form.
pub unsafe fn enter_prepared(
    t: &mut Thread,
    ip: *const u64,
    fp: *mut Value,
    iterator: Value,
    sent: Value,
    special: Op,
) -> Option<Next> {
    let generator = iterator.cast::<Generator>()?;
    let kind = if generator.is_plain() {
        Kind::Generator
    } else if generator.is_coroutine() && special == Op::SendGenerator {
        Kind::Coroutine
    } else {
        return None;
    };
    let _ready_to_be_written = t.write(generator);
    // SAFETY: both forms mean the same for every iterator; the rest is handed on.
    unsafe {
        decode::set_op(ip, special);
        enter(t, ip, fp, iterator, kind, sent)
    }
}

/// Whether generators return to the very instruction that resumed them, as they do to those that call [`enter`].
///
/// # Safety
/// `ip` must be an instruction.
#[inline(always)]
pub(super) unsafe fn resumes_directly(ip: *const u64) -> bool {
    // SAFETY: handed on.
    let op = unsafe { decode::op(ip) };
    op == Op::ForIterGenerator as usize || op == Op::SendGenerator as usize
}

/// Hands what a generator yields, or (at its end) returns, to whoever resumed it: where that goes on.
///
/// # Safety
/// `ip` and `resumer` must be return address and resumer's window of the generator's frame with window `fp`.
#[inline(always)]
unsafe fn hand_over(
    ip: *const u64,
    resumer: *mut Value,
    fp: *mut Value,
    value: Value,
    state: State,
) -> (*const u64, *mut Value) {
    // SAFETY: see above.
    unsafe {
        let op = decode::op(ip);
        let suspended = state == State::Suspended;
        if op == Op::ForIterGenerator as usize {
            if !suspended {
                return (ip.add(2), resumer);
            }
            decode::set(resumer, decode::a(ip), value);
            return (decode::word_jump(ip), resumer);
        }
        if op == Op::SendGenerator as usize {
            decode::set(resumer, decode::a(ip), value);
            return (if suspended { ip.add(2) } else { decode::word_jump(ip) }, resumer);
        }
        *fp.sub(4) = value;
        (ip, resumer)
    }
}

/// Leaves a generator's frame: the resumer's handled exception is the handled one again. Returns return address and window
/// of the resumer.
///
/// # Safety
/// `fp` must be the window of a running generator, and `w` its writer.
#[inline(always)]
unsafe fn leave(
    w: &Writer<'_>,
    handled: &mut Value,
    depth_left: &mut i64,
    generator: &Generator,
    fp: *mut Value,
    state: State,
) -> (*const u64, *mut Value) {
    *handled = generator.outer_handled.get();
    *depth_left += 1;
    generator.outer_handled.set(w, Value::NONE);
    if state != State::Suspended {
        generator.handled.set(w, Value::NONE);
        generator.forget(w, state);
    }
    // SAFETY: see above.
    unsafe { (*(fp.sub(2) as *const *const u64), *(fp.sub(1) as *const *mut Value)) }
}

/// `Yield`: suspends the running generator and hands the value to whoever resumed it. `None` if the generator's header
/// does not allow a write at once.
///
/// # Safety
/// `ip` must be a `Yield` of the generator's frame with window `fp`.
#[inline(always)]
pub unsafe fn suspend(t: &mut Thread, ip: *const u64, fp: *mut Value, value: Value) -> Option<Next> {
    // SAFETY: see above.
    unsafe {
        let generator = generator_of(fp);
        let object = generator.object();
        let w = t.own.writer_with_shape(object, object.header.shape())?;
        let generator = generator.peek();
        generator.save(&w, fp, decode::c(ip), State::Suspended);
        generator.ip.set(&w, ip as u64);
        let (return_ip, caller) =
            leave(&w, &mut t.handled, &mut t.depth_left, generator, fp, State::Suspended);
        Some(hand_over(return_ip, caller, fp, value, State::Suspended))
    }
}

/// The end of a generator's code. `None` if [`prepare_finish`] has something to do first.
///
/// # Safety
/// `fp` must be the window of a running generator.
#[inline(always)]
pub unsafe fn finish(t: &mut Thread, fp: *mut Value, result: Value) -> Option<Next> {
    // SAFETY: as in `suspend`.
    unsafe {
        let generator = generator_of(fp);
        let object = generator.object();
        let w = t.own.writer_with_shape(object, object.header.shape())?;
        let generator = generator.peek();
        if !generator.frame.get().is_unset() {
            return None;
        }
        let (return_ip, caller) =
            leave(&w, &mut t.handled, &mut t.depth_left, generator, fp, State::Finished);
        Some(hand_over(return_ip, caller, fp, result, State::Finished))
    }
}

/// Header flag of a generator: a `with` statement of its frame may be an open transaction, so it must not be suspended in a
/// hurry.
const GUARDED: u64 = 1 << 4;

/// A `with` statement of the frame has become an open transaction.
///
/// # Safety
/// `fp` must be the window of the running frame.
pub(crate) unsafe fn guard(t: &mut Thread, fp: *mut Value) {
    // SAFETY: handed on.
    if let Some(generator) = unsafe { of_frame(fp) } {
        let _mine = t.write(generator);
        generator.object().header.set_flags(GUARDED);
    }
}

/// Makes the generator of a frame ready to be written. TransactionError if it is in the middle of a transaction.
///
/// # Safety
/// `fp` must be the window of a running generator.
pub unsafe fn prepare_suspend(t: &mut Thread, fp: *mut Value) -> PyResult<()> {
    // SAFETY: handed on.
    let generator = unsafe { generator_of(fp) };
    if generator.object().header.load() & GUARDED != 0 && atomic::is_open_in(t, fp) {
        return Err(atomic::misuse(t, "yield or await between the beginning and the end of a transaction"));
    }
    let _ready_to_be_written = t.write(generator);
    generator.object().header.clear_flags(GUARDED);
    Ok(())
}

/// As [`prepare_suspend`]; a frame object keeps what will be gone.
///
/// # Safety
/// As for [`prepare_suspend`].
pub unsafe fn prepare_finish(t: &mut Thread, fp: *mut Value) -> PyResult<()> {
    // SAFETY: handed on.
    unsafe {
        let generator = generator_of(fp);
        if let Some(object) = generator.frame.get().cast::<FrameObject>() {
            crate::builtins::frame::leave(t, object, fp, t.ip);
        }
        let w = t.write(generator);
        generator.frame.set(&w, Value::UNSET);
        generator.object().header.clear_flags(GUARDED);
    }
    Ok(())
}

/// An exception leaves a generator's frame: the generator is finished, and StopIteration becomes RuntimeError (PEP 479).
///
/// # Safety
/// `fp` must be the window of a running generator.
pub(super) unsafe fn finish_raising(t: &mut Thread, fp: *mut Value) {
    // SAFETY: see above.
    unsafe {
        let generator = generator_of(fp);
        let exception = t.exception;
        let forbidden = if exceptions::is_instance(t, exception, Exc::StopIteration) {
            Some("StopIteration")
        } else if generator.is_async() && exceptions::is_instance(t, exception, Exc::StopAsyncIteration) {
            Some("StopAsyncIteration")
        } else {
            None
        };
        let _always_ready = prepare_finish(t, fp);
        let w = t.own.writer(&mut t.mutator, generator.object());
        leave(&w, &mut t.handled, &mut t.depth_left, generator.peek(), fp, State::Finished);
        if let Some(what) = forbidden {
            let kind = generator.kind_name();
            let message = format!("{kind} raised {what}");
            exceptions::replace_with_runtime_error(t, exception, &message);
        }
    }
}
