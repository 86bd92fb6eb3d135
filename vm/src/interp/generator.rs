//! Running generators: windows that move between the register stack and a heap object.
//!
//! A generator's frame has its object in `fp[-3]`. It is resumed either from native code (return address `Halt`) or by a
//! `ForIter` of the frame below, to which it then returns directly (return address: that very instruction).

use super::{Next, decode, frame, frame::LINKS};
use crate::{
    builtins::{
        array,
        array::Array,
        exceptions,
        frame::Frame as FrameObject,
        generator::{Generator, State},
    },
    bytecode::Op,
    error::{Exc, PyResult, Raised},
    object::Ref,
    thread::Thread,
    value::Value,
};

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
        save_window(t, generator, fp, function.loaded().local_count as usize);
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
    unsafe { Ref::known(*fp.sub(3)) }
}

/// The generator of a frame, if it is the frame of one.
///
/// # Safety
/// `fp` must be the window of a live frame that is past its `ReturnGenerator`, if it has one.
pub(super) unsafe fn of_frame(fp: *mut Value) -> Option<Ref<Generator>> {
    // SAFETY: the links of a live frame are set; code of generators has the generator in its link.
    unsafe { if frame::function_of(fp).loaded().is_generator() { Some(generator_of(fp)) } else { None } }
}

/// Saves the first `used` registers of a window.
///
/// # Safety
/// `fp` must be the generator's window; the registers saved must hold values.
unsafe fn save_window(t: &mut Thread, generator: Ref<Generator>, fp: *mut Value, used: usize) {
    // SAFETY: the window has as many registers as the code says.
    unsafe {
        let count = frame::function_of(fp).loaded().registers as usize;
        let buffer: Ref<Array> = match generator.window.get().object() {
            Some(o) => Ref::from_ptr(o),
            None => {
                // A window is at most 65536 registers, which an allocation of its size does not refuse.
                let fresh =
                    array::new(t, count, Value::UNSET.bits()).unwrap_or_else(|_| unreachable!("small"));
                let w = t.write(generator);
                generator.window.set(&w, fresh.value());
                fresh
            }
        };
        let w = t.write(generator);
        for i in 0..count.min(used) {
            buffer.raw(i).set(&w, (*fp.add(i)).bits());
        }
    }
}

/// Puts a suspended generator's window on the register stack; what is sent to it goes to the register of its `Yield`.
///
/// # Safety
/// `window` must be free and have room; the generator must be suspended.
unsafe fn load_window(
    t: &mut Thread,
    generator: Ref<Generator>,
    window: *mut Value,
    sent: Value,
) -> *const u64 {
    // SAFETY: see above.
    unsafe {
        let buffer: Ref<Array> = Ref::from_ptr(generator.window.get().object_unchecked());
        for i in 0..buffer.capacity() {
            *window.add(i) = Value::from_bits(buffer.raw(i).get());
        }
        let ip = generator.ip.get() as *const u64;
        if generator.state() == State::Suspended {
            decode::set(window, decode::a(ip), sent);
        }
        *window.sub(4) = generator.function.get();
        *window.sub(3) = generator.value();
        // The handled exception of the generator goes on top of the resumer's.
        let own = generator.handled.get();
        let outer = t.handled;
        if !own.is_none() {
            t.handled = own;
        }
        let first = if generator.state() == State::Suspended { ip.add(1) } else { ip };
        let w = t.write(generator);
        generator.outer_handled.set(&w, outer);
        generator.set_state(&w, State::Running);
        first
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
    let function: Ref<crate::builtins::function::Function> = Ref::known(generator.function.get());
    let loaded = function.loaded();
    frame::check_room(t, loaded, window)?;
    t.check_native_stack()?;
    if t.depth_left <= 0 {
        return Err(t.recursion_error(""));
    }
    // SAFETY: the window is free and has room.
    let ip = unsafe { load_window(t, generator, window, sent) };
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
    let saved = frame::EntryFrame { caller_fp: t.fp, caller_ip: t.ip, window };
    t.entries.push(saved);
    t.depth_left -= 1;
    // SAFETY: the window was loaded; the links lie below it.
    let result = unsafe {
        *window.sub(4) = function;
        *(window.sub(2) as *mut *const u64) = frame::halt();
        *(window.sub(1) as *mut *mut Value) = window;
        t.ip = at;
        t.fp = window;
        let raised = t.raise_value(exception);
        match super::unwind::unwind(t, raised) {
            Some((ip, fp)) => super::dispatch::run(t, ip, fp),
            None => Err(Raised::pending()),
        }
    };
    t.entries.pop();
    t.fp = saved.caller_fp;
    t.ip = saved.caller_ip;
    result
}

/// A `ForIter` over a generator: enters its frame without leaving the interpreter. `None` if the iterator is no suspended
/// generator.
///
/// # Safety
/// `ip` must be a `ForIter` of the frame with window `fp`.
pub unsafe fn resume_in_loop(
    t: &mut Thread,
    ip: *const u64,
    fp: *mut Value,
    iterator: Value,
) -> Result<Option<Next>, Raised> {
    let Some(generator) = iterator.cast::<Generator>() else { return Ok(None) };
    if !generator.is_plain() || !matches!(generator.state(), State::Suspended | State::Created) {
        return Ok(None);
    }
    // SAFETY: `fp` is the running frame.
    unsafe {
        let window = fp.add(frame::function_of(fp).loaded().registers as usize + LINKS);
        let loaded = Ref::<crate::builtins::function::Function>::known(generator.function.get()).loaded();
        frame::check_room(t, loaded, window)?;
        if frame::count_frame(t, loaded, window).is_none() {
            return Err(t.recursion_error(""));
        }
        let first = load_window(t, generator, window, Value::NONE);
        *(window.sub(2) as *mut *const u64) = ip;
        *(window.sub(1) as *mut *mut Value) = fp;
        Ok(Some((first, window)))
    }
}

/// Leaves a generator's frame: the resumer's handled exception is the handled one again, the generator keeps its own.
///
/// # Safety
/// `fp` must be the window of a running generator.
unsafe fn leave(t: &mut Thread, fp: *mut Value, state: State) -> (*const u64, *mut Value) {
    // SAFETY: see above.
    unsafe {
        let generator = generator_of(fp);
        let outer = generator.outer_handled.get();
        t.handled = outer;
        t.depth_left += 1;
        let w = t.write(generator);
        generator.outer_handled.set(&w, Value::NONE);
        if state != State::Suspended {
            generator.handled.set(&w, Value::NONE);
        }
        generator.set_state(&w, state);
        if state == State::Finished {
            generator.window.set(&w, Value::UNSET);
            if let Some(object) = generator.frame.get().cast::<FrameObject>() {
                crate::builtins::frame::leave(t, object, fp, t.ip);
            }
        }
        (*(fp.sub(2) as *const *const u64), *(fp.sub(1) as *const *mut Value))
    }
}

/// `Yield`: suspends the running generator and hands the value to whoever resumed it.
///
/// # Safety
/// `ip` must be a `Yield` of the generator's frame with window `fp`.
pub unsafe fn suspend(t: &mut Thread, ip: *const u64, fp: *mut Value, value: Value) -> Next {
    // SAFETY: see above; a `ForIter` return address is an instruction of the frame below.
    unsafe {
        let generator = generator_of(fp);
        save_window(t, generator, fp, usize::MAX);
        let w = t.write(generator);
        generator.ip.set(&w, ip as u64);
        let (return_ip, caller) = leave(t, fp, State::Suspended);
        if decode::op(return_ip) == Op::ForIter as usize {
            decode::set(caller, decode::a(return_ip), value);
            return (decode::word_jump(return_ip), caller);
        }
        *fp.sub(4) = value;
        (return_ip, caller)
    }
}

/// The end of a generator's code.
///
/// # Safety
/// `fp` must be the window of a running generator.
pub unsafe fn finish(t: &mut Thread, fp: *mut Value, result: Value) -> Result<Next, Raised> {
    // SAFETY: as in `suspend`.
    unsafe {
        let (return_ip, caller) = leave(t, fp, State::Finished);
        if decode::op(return_ip) == Op::ForIter as usize {
            return Ok((return_ip.add(2), caller));
        }
        *fp.sub(4) = result;
        Ok((return_ip, caller))
    }
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
        leave(t, fp, State::Finished);
        if let Some(what) = forbidden {
            let kind = generator.kind_name();
            let message = format!("{kind} raised {what}");
            exceptions::replace_with_runtime_error(t, exception, &message);
        }
    }
}
