//! Frames: windows of the register stack.
//!
//! Below register 0 of a window stand four links: `fp[-4]` the function (replaced by the result on return), `fp[-3]` the
//! namespace of module and class code or the generator, `fp[-2]` the return address, `fp[-1]` the caller's window. A frame
//! entered from native code returns to [`HALT`] and has its own window as the caller's, so that the result is found. So
//! does a frame that is *watched*, because there is an object that shows it: it returns to [`LEAVE_CODE`].
//!
//! The window of a call begins among the caller's registers. That of a special method which an instruction runs without
//! being a call ([`enter_special`]) begins behind them, as that of a resumed generator; its third link is the instruction.

use pystm_gc::stack::{self, SavedRegisters};
use pystm_stm::gate;

use super::{Next, decode, dispatch};
use crate::{
    atomic,
    builtins::{
        code::Loaded,
        dict::{self, Dict},
        frame::{self as object, Frame as FrameObject},
        function::{Function, native::NativeFunction},
        generator::Generator,
        tuple::{self, Tuple},
    },
    bytecode::{CALL_LINKS, CodeFlags, Op},
    copy,
    error::{PyResult, Raised},
    native::NativeFn,
    object::Ref,
    thread::{REGISTER_SLACK, Thread},
    value::Value,
};

/// Links below a window.
pub const LINKS: usize = CALL_LINKS as usize;

/// The instruction that frames entered from native code return to.
static HALT_CODE: u64 = Op::Halt as u64;

/// Address of the instruction that leaves the interpreter.
#[inline(always)]
pub fn halt() -> *const u64 {
    &HALT_CODE
}

/// The instruction that watched frames return to.
static LEAVE_CODE: u64 = Op::LeaveFrame as u64;

/// The instructions that special methods return to, for waiting instructions of one and three words.
static DELIVER_CODE: [u64; 2] = [Op::Deliver as u64 | 1 << 16, Op::Deliver as u64 | 3 << 16];

/// A frame that has an object: its return address leads to [`LEAVE_CODE`], its caller's window is its own. The links that
/// were there before stand here.
#[derive(Clone, Copy)]
pub struct Watched {
    window: *mut Value,
    return_ip: *const u64,
    caller_fp: *mut Value,
    /// The frame object.
    pub frame: Value,
}

/// The entry of a watched frame.
pub fn watched(t: &Thread, window: *mut Value) -> Option<Watched> {
    watched_at(t, window).ok().map(|at| t.watched[at])
}

/// Where the entry of a window is, or where it belongs: windows of inner frames lie above those of outer ones.
fn watched_at(t: &Thread, window: *mut Value) -> Result<usize, usize> {
    match t.watched.last() {
        None => Err(0),
        Some(innermost) if innermost.window < window => Err(t.watched.len()),
        Some(innermost) if innermost.window == window => Ok(t.watched.len() - 1),
        Some(_) => t.watched.binary_search_by_key(&window, |w| w.window),
    }
}

/// Begins to watch a frame.
///
/// # Safety
/// `window` must be the window of a live frame of no generator that is not watched yet.
pub unsafe fn watch(t: &mut Thread, window: *mut Value, frame: Ref<FrameObject>) {
    let (Ok(at) | Err(at)) = watched_at(t, window);
    // SAFETY: the links of a live frame are set.
    unsafe {
        let return_link = window.sub(2) as *mut *const u64;
        let caller_link = window.sub(1) as *mut *mut Value;
        let entry =
            Watched { window, return_ip: *return_link, caller_fp: *caller_link, frame: frame.value() };
        t.watched.insert(at, entry);
        *return_link = &LEAVE_CODE;
        *caller_link = window;
    }
}

/// Ends a watched frame, whose object keeps its variables: where it returns to. `at` is the instruction that has left it.
///
/// # Safety
/// `window` must be the window of a watched frame that has just been left.
pub(super) unsafe fn unwatch(t: &mut Thread, window: *mut Value, at: *const u64) -> Next {
    let Ok(index) = watched_at(t, window) else { unreachable!("only watched frames return to LeaveFrame") };
    let entry = t.watched.remove(index);
    let frame = Ref::known(entry.frame);
    // SAFETY: the registers of a frame stay as they are until the next call.
    unsafe { object::leave(t, frame, window, at) };
    if let Some(caller) = watched(t, entry.caller_fp) {
        object::called_by(t, frame, Ref::known(caller.frame));
    }
    (entry.return_ip, entry.caller_fp)
}

/// As [`unwatch`], of a frame that has put its result where its function was. It may have to wait, and others look at frames meanwhile:
/// so the frame stands at its last instruction once more.
///
/// # Safety
/// As for [`unwatch`].
pub(super) unsafe fn unwatch_left(t: &mut Thread, window: *mut Value, at: *const u64) -> Next {
    let Some(entry) = watched(t, window) else { unreachable!("only watched frames return to LeaveFrame") };
    // SAFETY: a frame object's function never changes. The links of a frame stay until the next call.
    unsafe {
        let result = *window.sub(4);
        *window.sub(4) = Ref::<FrameObject>::known(entry.frame).peek().function.get();
        t.ip = at;
        let next = unwatch(t, window, at);
        *window.sub(4) = result;
        next
    }
}

/// Return address and caller's window of a frame.
///
/// # Safety
/// `fp` must be the window of a live frame.
pub unsafe fn links(t: &Thread, fp: *mut Value) -> Next {
    // SAFETY: the links of a live frame are set.
    let (return_ip, caller) =
        unsafe { (*(fp.sub(2) as *const *const u64), *(fp.sub(1) as *const *mut Value)) };
    if !std::ptr::eq(return_ip, &LEAVE_CODE) {
        return (return_ip, caller);
    }
    watched(t, fp).map_or((return_ip, caller), |w| (w.return_ip, w.caller_fp))
}

/// Where native code entered the interpreter.
#[derive(Clone, Copy)]
pub struct EntryFrame {
    /// Window of the frame that ran the native code, or null.
    pub caller_fp: *mut Value,
    /// Its instruction.
    pub caller_ip: *const u64,
    /// The window entered.
    pub window: *mut Value,
    /// Address in the native stack above which lie the native code's frames and its callee-saved registers, below which
    /// those of the interpreter.
    pub stack: usize,
    /// [`Thread::binding_end`] of the native code.
    pub binding_end: *mut Value,
    /// Objects whose `repr` the native code is computing.
    reprs: usize,
}

impl EntryFrame {
    /// The entry of a window from the code that runs now.
    #[inline(always)]
    pub(crate) fn new(t: &Thread, window: *mut Value, registers: &SavedRegisters) -> EntryFrame {
        EntryFrame {
            caller_fp: t.fp,
            caller_ip: t.ip,
            window,
            stack: registers.as_ptr() as usize,
            binding_end: t.binding_end,
            reprs: t.repr_running.len(),
        }
    }
}

/// If the instruction at which the running frame stands is a call of this native function, by a handler and not by other
/// native code: the native stack address below which nothing holds a pointer but the handler's frame.
pub fn stack_of_direct_call(t: &Thread, function: NativeFn) -> Option<usize> {
    let entry = t.entries.last()?;
    // SAFETY: `ip` and `fp` are those of the running frame.
    unsafe {
        let op = decode::op(t.ip);
        if op != Op::Call as usize && op != Op::CallMethod as usize {
            return None;
        }
        let callee = decode::get(t.fp, decode::a(t.ip)).cast::<NativeFunction>()?;
        std::ptr::fn_addr_eq(callee.info().method.function, function).then_some(entry.stack)
    }
}

/// The function of a frame.
///
/// # Safety
/// `fp` must be the window of a live frame.
#[inline(always)]
pub unsafe fn function_of(fp: *mut Value) -> Ref<Function> {
    // SAFETY: the link holds the function.
    unsafe { Ref::from_ptr((*fp.sub(4)).object_unchecked()) }
}

/// The namespace of a frame of module or class code: its own, or the globals.
///
/// # Safety
/// `fp` must be the window of a live frame of such code.
pub unsafe fn namespace_of(fp: *mut Value) -> Value {
    // SAFETY: the links of a live frame are set.
    unsafe { own_namespace(*fp.sub(3)).unwrap_or_else(|| function_of(fp).globals.get()) }
}

/// The namespace that the third link of a frame leads to, unless that is the globals: module code that awaits has its
/// coroutine there.
pub fn own_namespace(link: Value) -> Option<Value> {
    match link.cast::<Generator>() {
        Some(coroutine) => coroutine.result.get().given(),
        None => link.given(),
    }
}

/// First register above the running frame.
pub fn frame_end(t: &Thread) -> *mut Value {
    if t.fp.is_null() {
        return t.register_base();
    }
    // SAFETY: `fp` is the running frame's window.
    t.fp.wrapping_add(unsafe { function_of(t.fp) }.loaded().registers as usize)
}

/// A live frame, as found by walking outwards.
#[derive(Clone, Copy)]
pub struct FrameView {
    /// Its window.
    pub window: *mut Value,
    /// The word in its code at which it stands.
    pub ip: *const u64,
    /// End of the window of a call that it is preparing, or null.
    pub binding_end: *mut Value,
}

/// Calls `f` with the live frames, innermost first, until it returns true.
pub fn walk(t: &Thread, mut f: impl FnMut(FrameView) -> bool) {
    let (mut fp, mut ip, mut binding_end) = (t.fp, t.ip, t.binding_end);
    let mut entries = t.entries.iter().rev();
    while !fp.is_null() {
        if f(FrameView { window: fp, ip, binding_end }) {
            return;
        }
        // SAFETY: the links of live frames are set.
        let (return_ip, caller) = unsafe { links(t, fp) };
        if return_ip == halt() {
            // The caller is the frame that ran the native code which entered this one.
            let Some(entry) = entries.by_ref().find(|e| e.window == fp) else { return };
            (fp, ip, binding_end) = (entry.caller_fp, entry.caller_ip, entry.binding_end);
        } else {
            // SAFETY: as above.
            (fp, ip) = (caller, unsafe { calling_instruction(fp, (return_ip, caller)) });
            binding_end = std::ptr::null_mut();
        }
    }
}

/// Enters a Python function for the instruction at `ip`, of `words` words, whose register `a` gets the result. `None` if the
/// arguments do not fit without binding; they must not stand above the running frame.
///
/// # Safety
/// `ip` must be an instruction of one or three words in the code of the running frame, whose window is `fp`.
pub(super) unsafe fn enter_special<const N: usize>(
    t: &mut Thread,
    ip: *const u64,
    fp: *mut Value,
    words: usize,
    callee: Value,
    args: [Value; N],
) -> Option<Next> {
    let function = callee.cast::<Function>()?;
    let loaded = function.loaded();
    if loaded.simple_args as usize != N {
        return None;
    }
    // SAFETY: the links lie behind the running frame's registers, and `count_frame` makes sure of the window.
    unsafe {
        let window = fp.add(function_of(fp).loaded().registers as usize + LINKS);
        count_frame(t, loaded, window)?;
        *window.sub(4) = callee;
        *(window.sub(3) as *mut *const u64) = ip;
        *(window.sub(2) as *mut *const u64) = &DELIVER_CODE[words / 2];
        *(window.sub(1) as *mut *mut Value) = fp;
        for (i, arg) in args.into_iter().enumerate() {
            *window.add(i) = arg;
        }
        unset_locals(loaded, window);
        gate::set_dirty();
        Some((loaded.entry, window))
    }
}

/// A word of the instruction that waits for the frame with window `fp`, given its links: generators return to the very
/// instruction that resumed them, calls to the word behind them, which may be such an instruction, too.
///
/// # Safety
/// The frame must be live, or just left, and its return address not [`halt`].
pub(crate) unsafe fn calling_instruction(fp: *mut Value, links: Next) -> *const u64 {
    let (return_ip, caller) = links;
    // SAFETY: return addresses are instructions of loaded code, or of ours.
    unsafe {
        if decode::op(return_ip) == Op::Deliver as usize {
            return *(fp.sub(3) as *const *const u64);
        }
        let resumed = super::generator::resumes_directly(return_ip)
            && fp == caller.wrapping_add(function_of(caller).loaded().registers as usize + LINKS);
        if resumed { return_ip } else { return_ip.wrapping_sub(1) }
    }
}

/// Registers of a frame that may be in use at the instruction where it stands: at a call, nothing above its arguments is.
///
/// # Safety
/// The frame must be live.
pub(crate) unsafe fn live_registers(frame: FrameView) -> usize {
    // SAFETY: see above; `ip` may point to any word of a call, whose first word is recognised by its opcode.
    unsafe {
        let all = function_of(frame.window).loaded().registers as usize;
        let op = decode::op(frame.ip);
        if op == Op::Call as usize || op == Op::CallMethod as usize {
            return (decode::a(frame.ip) + LINKS + decode::b(frame.ip) + 1).min(all);
        }
        all
    }
}

/// Function of the frame at this depth, 0 being the running one.
pub fn nth_function(t: &Thread, depth: usize) -> Option<Ref<Function>> {
    let mut left = depth;
    let mut found = None;
    walk(t, |frame| {
        if left == 0 {
            // SAFETY: the walk hands out live frames.
            found = Some(unsafe { function_of(frame.window) });
            return true;
        }
        left -= 1;
        false
    });
    found
}

/// Calls a Python function from native code.
pub fn call_function(t: &mut Thread, function: Ref<Function>, args: &[Value], names: Value) -> PyResult {
    let window = t.free_registers().wrapping_add(LINKS);
    let loaded = function.loaded();
    check_room(t, loaded, window)?;
    if names.is_unset() && loaded.simple_args as usize == args.len() {
        // SAFETY: `check_room` made sure of the registers.
        unsafe {
            copy::words(args.as_ptr(), window, args.len());
            unset_locals(loaded, window);
        }
    } else {
        bind_arguments(t, function, args, names, window)?;
    }
    enter(t, function.value(), Value::UNSET, loaded.entry, window)
}

/// Runs code that is not a function body: a module, class body or `exec` source. `namespace` is where its names live, or
/// unset if that is the globals.
pub fn run_code(t: &mut Thread, function: Ref<Function>, namespace: Value) -> PyResult {
    let window = t.free_registers().wrapping_add(LINKS);
    let loaded = function.loaded();
    check_room(t, loaded, window)?;
    // SAFETY: `check_room` made sure of the registers.
    unsafe { unset_locals(loaded, window) };
    enter(t, function.value(), namespace, loaded.entry, window)
}

/// Runs a window that has its registers already.
pub(crate) fn enter(
    t: &mut Thread,
    function: Value,
    extra: Value,
    ip: *const u64,
    window: *mut Value,
) -> PyResult {
    t.check_native_stack()?;
    if t.depth_left <= 0 {
        return Err(t.recursion_error(""));
    }
    // SAFETY: the links lie between the running frame and the new window.
    unsafe {
        *window.sub(4) = function;
        *window.sub(3) = extra;
        with_entry(t, window, |t| dispatch::run(t, ip, window))
    }
}

/// Runs a window from native code: `run` returns when its frame has been left.
///
/// # Safety
/// The window must be free and have room, with function and third link in place.
#[inline(always)]
pub(super) unsafe fn with_entry(
    t: &mut Thread,
    window: *mut Value,
    run: impl FnOnce(&mut Thread) -> PyResult,
) -> PyResult {
    atomic::instruction::end(t);
    let mut registers = SavedRegisters::default();
    stack::save_registers(&mut registers);
    let saved = EntryFrame::new(t, window, &registers);
    let (depth_left, handled) = (t.depth_left, t.handled);
    t.entries.push(saved);
    t.depth_left -= 1;
    t.binding_end = std::ptr::null_mut();
    // SAFETY: see above.
    unsafe {
        *(window.sub(2) as *mut *const u64) = halt();
        *(window.sub(1) as *mut *mut Value) = window;
    }
    let result = run(t);
    t.entries.pop();
    // Python code has run inside the instruction.
    gate::set_dirty();
    if t.aborting.is_some() {
        // Frames have been left without a look at them.
        forget_above(t, saved.caller_fp);
        t.depth_left = depth_left;
        t.handled = handled;
    }
    t.fp = saved.caller_fp;
    t.ip = saved.caller_ip;
    t.binding_end = saved.binding_end;
    result
}

/// Frames above a window are gone: there is nothing to be shown of them.
pub(crate) fn forget_above(t: &mut Thread, window: *mut Value) {
    t.watched.retain(|w| w.window <= window);
    forget_reprs(t);
}

/// No native code of the running loop is in the middle of anything.
pub(super) fn forget_reprs(t: &mut Thread) {
    let count = t.entries.last().map_or(0, |e| e.reprs);
    t.repr_running.truncate(count);
}

/// RecursionError if a window for this code does not fit.
#[inline]
pub(crate) fn check_room(t: &mut Thread, loaded: &Loaded, window: *mut Value) -> PyResult<()> {
    if window.wrapping_add(loaded.registers as usize) > t.register_limit {
        return Err(t.recursion_error(""));
    }
    Ok(())
}

/// Unsets the named registers that are no parameters.
///
/// # Safety
/// The window must have room for the code's registers.
#[inline(always)]
pub(crate) unsafe fn unset_locals(loaded: &Loaded, window: *mut Value) {
    for i in loaded.param_count..loaded.local_count {
        // SAFETY: named registers are part of the window.
        unsafe { *window.add(i as usize) = Value::UNSET };
    }
}

/// Gives parameters without an argument their default, for a call with nothing but positional arguments, which stand in the
/// window, of a function with nothing but plain parameters. False if that is not all.
///
/// # Safety
/// `window` must have room for the code's registers.
#[inline]
pub(super) unsafe fn fill_plain_defaults(
    function: Ref<Function>,
    loaded: &Loaded,
    window: *mut Value,
    argc: usize,
) -> bool {
    let wanted = loaded.simple_args as usize;
    if wanted == u32::MAX as usize || argc >= wanted {
        return false;
    }
    let Some(defaults) = function.defaults.get().cast::<Tuple>() else { return false };
    let Some(first) = (argc + defaults.len()).checked_sub(wanted) else { return false };
    for (i, &value) in (argc..wanted).zip(&defaults.values()[first..]) {
        // SAFETY: parameters are part of the window.
        unsafe { *window.add(i) = value };
    }
    // SAFETY: handed on.
    unsafe { unset_locals(loaded, window) };
    true
}

/// Gets what binding arguments of the function reads of other threads. The instruction cannot begin anew from here on: its
/// arguments are going to be moved.
#[inline]
pub(crate) fn fix_arguments(function: Ref<Function>) {
    if let Some(defaults) = function.kwdefaults.get().cast::<Dict>() {
        dict::wait_for(defaults);
    }
    gate::set_dirty();
}

/// Binds arguments to parameters in the first registers of a window. `args` may be those very registers.
pub(crate) fn bind_arguments(
    t: &mut Thread,
    function: Ref<Function>,
    args: &[Value],
    names: Value,
    window: *mut Value,
) -> PyResult<()> {
    fix_arguments(function);
    let end = window.wrapping_add(function.loaded().registers as usize);
    let outer = std::mem::replace(&mut t.binding_end, end);
    let result = bind(t, function, args, names, window);
    t.binding_end = outer;
    result
}

fn bind(
    t: &mut Thread,
    function: Ref<Function>,
    args: &[Value],
    names: Value,
    window: *mut Value,
) -> PyResult<()> {
    let loaded = function.loaded();
    let names = names.cast::<Tuple>();
    let given = args.len() - names.map_or(0, |n| n.len());
    // What does not stay where it is moves to a place of its own first, for the parameters overwrite it.
    let mut few = [Value::UNSET; 8];
    let mut many;
    let keywords: &[Value] = if args.len() - given <= few.len() {
        let count = args.len() - given;
        // SAFETY: there is room for so many.
        unsafe { copy::words(args[given..].as_ptr(), few.as_mut_ptr(), count) };
        &few[..count]
    } else {
        many = t.vec();
        many.extend_from_slice(&args[given..]);
        // SAFETY: the vector is not touched until the end of the function.
        unsafe { &*(many.as_slice() as *const [Value]) }
    };
    let arg_count = loaded.arg_count as usize;
    let named = arg_count + loaded.kwonly_count as usize;
    let direct = given.min(arg_count);
    let varargs = loaded.flags.has(CodeFlags::VARARGS);
    let rest = if varargs { tuple::new(t, &args[direct..given])? } else { Value::UNSET };
    // SAFETY: (all register accesses) parameters are part of the window, for which the caller has made sure of room.
    let param = |i: usize| unsafe { &mut *window.add(i) };
    if !std::ptr::eq(args.as_ptr(), window) {
        for (i, &value) in args[..direct].iter().enumerate() {
            *param(i) = value;
        }
    }
    for i in direct..loaded.local_count as usize {
        *param(i) = Value::UNSET;
    }
    if varargs {
        *param(named) = rest;
    }
    let mut varkw = None;
    if loaded.flags.has(CodeFlags::VARKEYWORDS) {
        let dict = dict::new(t);
        *param(named + varargs as usize) = dict.value();
        varkw = Some(dict);
    }
    for (k, &value) in keywords.iter().enumerate() {
        let name = names.map_or(Value::UNSET, |n| n.at(k));
        match find_parameter(loaded, name, named) {
            Some(i) if !param(i).is_unset() => return Err(errors::multiple_values(t, function, name)),
            Some(i) => *param(i) = value,
            None => match varkw {
                Some(dict) => dict::set(t, dict, name, value)?,
                None => return Err(errors::unexpected_keyword(t, function, names, name)),
            },
        }
    }
    if given > arg_count && !varargs {
        return Err(errors::too_many_positional(t, function, given, window));
    }
    fill_defaults(t, function, loaded, window, given)
}

/// Parameter register for a keyword.
fn find_parameter(loaded: &Loaded, name: Value, named: usize) -> Option<usize> {
    let candidates = loaded.posonly_count as usize..named;
    if let Some(i) = candidates.clone().find(|&i| loaded.locals[i].0 == name) {
        return Some(i);
    }
    let name = name.as_str()?;
    candidates.into_iter().find(|&i| loaded.locals[i].0.as_str().is_some_and(|s| s.same_text(&name)))
}

fn fill_defaults(
    t: &mut Thread,
    function: Ref<Function>,
    loaded: &Loaded,
    window: *mut Value,
    given: usize,
) -> PyResult<()> {
    let arg_count = loaded.arg_count as usize;
    // SAFETY: parameters are part of the window.
    let param = |i: usize| unsafe { &mut *window.add(i) };
    let defaults = function.defaults.get().cast::<Tuple>();
    let default_count = defaults.map_or(0, |d| d.len());
    let mut missing = Vec::new();
    for i in given.min(arg_count)..arg_count {
        if param(i).is_unset() {
            match (i + default_count).checked_sub(arg_count) {
                Some(d) => *param(i) = defaults.map_or(Value::UNSET, |t| t.at(d)),
                None => missing.push(i),
            }
        }
    }
    if !missing.is_empty() {
        return Err(errors::missing(t, function, &missing, "positional"));
    }
    let kwdefaults = function.kwdefaults.get().cast::<Dict>();
    // The defaults mostly stand in the order of the parameters.
    let mut position = 0;
    for i in arg_count..arg_count + loaded.kwonly_count as usize {
        let name = loaded.locals[i].0;
        let in_order = kwdefaults.and_then(|d| d.entry_from(position)).filter(|&(_, key, _)| key == name);
        if let Some((at, ..)) = in_order {
            position = at + 1;
        }
        if param(i).is_unset() {
            let default = match (in_order, kwdefaults) {
                (Some((_, _, value)), _) => Some(value),
                (None, Some(d)) => dict::get(t, d, name)?,
                (None, None) => None,
            };
            match default {
                Some(v) => *param(i) = v,
                None => missing.push(i),
            }
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(errors::missing(t, function, &missing, "keyword-only")) }
}

/// Makes sure that a window of this code fits and that the recursion limit is not reached, and counts the frame.
#[inline(always)]
pub(crate) fn count_frame(t: &mut Thread, loaded: &Loaded, window: *mut Value) -> Option<()> {
    if window.wrapping_add(loaded.registers as usize) > t.register_limit || t.depth_left <= 0 {
        return None;
    }
    t.depth_left -= 1;
    Some(())
}

const _: () = assert!(REGISTER_SLACK > 2 * LINKS);

/// Messages for arguments that do not fit a Python function's parameters.
pub(crate) mod errors {
    use super::*;

    fn shown(function: Ref<Function>) -> String {
        function.qualname.get().as_str().map(|s| s.to_rust()).unwrap_or_default()
    }

    fn text(name: Value) -> String {
        name.as_str().map(|s| s.to_rust()).unwrap_or_default()
    }

    #[cold]
    pub(super) fn multiple_values(t: &mut Thread, function: Ref<Function>, name: Value) -> Raised {
        let message = format!("{}() got multiple values for argument '{}'", shown(function), text(name));
        t.type_error(message)
    }

    #[cold]
    pub(super) fn unexpected_keyword(
        t: &mut Thread,
        function: Ref<Function>,
        names: Option<Ref<Tuple>>,
        name: Value,
    ) -> Raised {
        if name.as_str().is_none() {
            return t.type_error(format!("{}() keywords must be strings", shown(function)));
        }
        let loaded = function.loaded();
        let positional_only: Vec<String> = loaded.locals[..loaded.posonly_count as usize]
            .iter()
            .map(|(n, _)| text(*n))
            .filter(|n| names.is_some_and(|ns| ns.items().iter().any(|s| text(s.get()) == *n)))
            .collect();
        if !positional_only.is_empty() {
            return t.type_error(format!(
                "{}() got some positional-only arguments passed as keyword arguments: '{}'",
                shown(function),
                positional_only.join(", ")
            ));
        }
        let wanted = text(name);
        let named = loaded.arg_count as usize + loaded.kwonly_count as usize;
        let known: Vec<String> =
            loaded.locals[loaded.posonly_count as usize..named].iter().map(|l| text(l.0)).collect();
        let hint = match crate::suggestions::closest(&wanted, known.iter().map(String::as_str)) {
            Some(s) => format!(". Did you mean '{s}'?"),
            None => String::new(),
        };
        t.type_error(format!("{}() got an unexpected keyword argument '{wanted}'{hint}", shown(function)))
    }

    #[cold]
    pub(super) fn too_many_positional(
        t: &mut Thread,
        function: Ref<Function>,
        given: usize,
        window: *mut Value,
    ) -> Raised {
        let loaded = function.loaded();
        let most = loaded.arg_count as usize;
        let defaults = function.defaults.get().cast::<Tuple>().map_or(0, |d| d.len());
        let takes =
            if defaults > 0 { format!("from {} to {most}", most - defaults) } else { most.to_string() };
        let plural = if most == 1 && defaults == 0 { "" } else { "s" };
        let keyword_only_given = (most..most + loaded.kwonly_count as usize)
            // SAFETY: parameters are part of the window.
            .filter(|&i| unsafe { !(*window.add(i)).is_unset() })
            .count();
        let was = if given == 1 && keyword_only_given == 0 { "was" } else { "were" };
        let given = match keyword_only_given {
            0 => format!("{given}"),
            n => format!(
                "{given} positional argument{} (and {n} keyword-only argument{})",
                if given == 1 { "" } else { "s" },
                if n == 1 { "" } else { "s" }
            ),
        };
        t.type_error(format!(
            "{}() takes {takes} positional argument{plural} but {given} {was} given",
            shown(function)
        ))
    }

    #[cold]
    pub(super) fn missing(t: &mut Thread, function: Ref<Function>, which: &[usize], kind: &str) -> Raised {
        let loaded = function.loaded();
        let names: Vec<String> = which.iter().map(|&i| format!("'{}'", text(loaded.locals[i].0))).collect();
        let list = match names.as_slice() {
            [one] => one.clone(),
            [one, two] => format!("{one} and {two}"),
            [first @ .., last] => format!("{}, and {last}", first.join(", ")),
            [] => String::new(),
        };
        let plural = if names.len() == 1 { "" } else { "s" };
        t.type_error(format!(
            "{}() missing {} required {kind} argument{plural}: {list}",
            shown(function),
            names.len()
        ))
    }
}
