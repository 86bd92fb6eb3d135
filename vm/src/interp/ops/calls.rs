//! Calls and returns.

use std::sync::atomic::Ordering::Relaxed;

use pystm_stm::gate;

use super::{fast_ops, slow_ops};
use crate::{
    builtins::{
        bound_method::BoundMethod,
        code::Code,
        function::{
            self, Function,
            native::{NativeFunction, NativeMethod},
        },
        tuple::{self, Tuple},
        typeobj::{ABSTRACT, Type},
    },
    bytecode::CodeFlags,
    copy,
    error::Raised,
    interp::{
        Handler, Next,
        decode::{a, b, c, get, group, set},
        frame::{self, LINKS, function_of},
        safepoint,
    },
    kind::Kind,
    native::call_native,
    object::Ref,
    protocol::{call, iter},
    runtime::{class_of_kind, type_of},
    shape,
    special::Special,
    thread::Thread,
    value::Value,
};

/// Words of a call instruction.
const CALL_WORDS: usize = 3;

/// Enters a Python function whose arguments stand in the window already, if they fit without any binding.
///
/// # Safety
/// `window` must be a call window of the frame with window `fp`, with `argc` arguments; `callee` a function.
#[inline(always)]
unsafe fn enter_simple(
    t: &mut Thread,
    callee: Value,
    argc: usize,
    fp: *mut Value,
    window: *mut Value,
    return_ip: *const u64,
) -> Option<Next> {
    // SAFETY: see above.
    unsafe {
        let o = callee.object()?;
        if o.header.shape() != Kind::Function.shape() {
            return None;
        }
        let function: Ref<Function> = Ref::from_ptr(o);
        let loaded = function.loaded();
        // Relaxed: the request is repeated until it is answered.
        if loaded.simple_args as usize != argc || t.mutator.poll.load(Relaxed) != 0 {
            return None;
        }
        frame::count_frame(t, loaded, window)?;
        *(window.sub(2) as *mut *const u64) = return_ip;
        *(window.sub(1) as *mut *mut Value) = fp;
        frame::unset_locals(loaded, window);
        Some((loaded.entry, window))
    }
}

/// `Call`
pub struct Call;
impl Handler for Call {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe {
            if c(ip) != 0 {
                return None;
            }
            let base = a(ip);
            enter_simple(t, get(fp, base), b(ip), fp, fp.add(base + LINKS), ip.add(CALL_WORDS))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let names = keyword_names(ip, fp);
            call_from_window(t, ip, fp, a(ip), b(ip), names)
        }
    }
}

/// `CallMethod`
pub struct CallMethod;
impl Handler for CallMethod {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let base = a(ip);
            if c(ip) != 0 || get(fp, base + LINKS).is_unset() {
                return None;
            }
            enter_simple(t, get(fp, base), b(ip) + 1, fp, fp.add(base + LINKS), ip.add(CALL_WORDS))
        }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        unsafe {
            let (base, argc) = (a(ip), b(ip));
            let names = keyword_names(ip, fp);
            let first = fp.add(base + LINKS);
            if (*first).is_unset() {
                copy::words(first.add(1), first, argc);
                let back = Shifted { window: first, argc, by: -1 };
                let result = call_from_window(t, ip, fp, base, argc, names);
                std::mem::forget(back);
                return result;
            }
            // The receiver is known to fit a native method: it came from the look-up on its type.
            if let Some(method) = get(fp, base).cast::<NativeMethod>() {
                let v = call_native(t, method.info(), group(fp, base + LINKS, argc + 1), names)?;
                set(fp, base, v);
                return Ok((ip.add(CALL_WORDS), fp));
            }
            call_from_window(t, ip, fp, base, argc + 1, names)
        }
    }
}

/// # Safety
/// `ip` must be a call of the frame.
unsafe fn keyword_names(ip: *const u64, fp: *mut Value) -> Value {
    // SAFETY: handed on.
    unsafe {
        match c(ip) {
            0 => Value::UNSET,
            k => {
                let code: Ref<Code> = Ref::known(function_of(fp).code.get());
                Ref::<Tuple>::known(code.consts.get()).at(k - 1)
            }
        }
    }
}

/// Calls what stands at the base with the arguments in its window. Python functions and classes with a Python
/// `__init__` get a frame; everything else is called from here.
///
/// # Safety
/// Contract of `Handler`, for a call instruction.
unsafe fn call_from_window(
    t: &mut Thread,
    ip: *const u64,
    fp: *mut Value,
    base: usize,
    argc: usize,
    names: Value,
) -> Result<Next, Raised> {
    // Relaxed: see `enter_simple`.
    if t.mutator.poll.load(Relaxed) != 0 {
        safepoint::poll(t)?;
    }
    // SAFETY: the window belongs to the call; registers above it are free.
    unsafe {
        let callee = get(fp, base);
        let window = fp.add(base + LINKS);
        let kind = callee.object().map(|o| shape::shape_of_object(o).kind);
        match kind {
            Some(Kind::Function) => {
                return enter_bound(t, Ref::known(callee), argc, names, fp, window, ip.add(CALL_WORDS));
            }
            Some(Kind::BoundMethod) => {
                let method = Ref::<BoundMethod>::known(callee);
                if let Some(function) = method.function.get().cast::<Function>() {
                    frame::fix_arguments(function);
                    make_room(window, argc, method.receiver.get());
                    set(fp, base, function.value());
                    return enter_bound(t, function, argc + 1, names, fp, window, ip.add(CALL_WORDS));
                }
            }
            Some(Kind::NativeFunction) => {
                let function = Ref::<NativeFunction>::known(callee);
                let receiver = function.receiver.get();
                let v = if receiver.is_unset() {
                    call_native(t, function.info(), group(fp, base + LINKS, argc), names)?
                } else {
                    make_room(window, argc, receiver);
                    let back = Shifted { window, argc, by: 1 };
                    // The collector does not know that the window has grown.
                    let outer = std::mem::replace(&mut t.binding_end, window.add(argc + 1));
                    let result = call_native(t, function.info(), group(fp, base + LINKS, argc + 1), names);
                    t.binding_end = outer;
                    std::mem::forget(back);
                    result?
                };
                set(fp, base, v);
                return Ok((ip.add(CALL_WORDS), fp));
            }
            Some(Kind::Type) => {
                if names.is_unset()
                    && let Some(construct) = call::direct_constructor(t, Ref::known(callee), argc)
                {
                    let v = construct(t, group(fp, base + LINKS, argc))?;
                    set(fp, base, v);
                    return Ok((ip.add(CALL_WORDS), fp));
                }
                if let Some(next) = enter_init(t, ip, fp, base, argc, names)? {
                    return Ok(next);
                }
            }
            Some(Kind::Object) => {
                if let Some(function) = t.special(callee, Special::Call).and_then(|m| m.cast::<Function>()) {
                    frame::fix_arguments(function);
                    make_room(window, argc, callee);
                    set(fp, base, function.value());
                    return enter_bound(t, function, argc + 1, names, fp, window, ip.add(CALL_WORDS));
                }
            }
            _ => {}
        }
        let v = call::call_vector(t, callee, group(fp, base + LINKS, argc), names)?;
        set(fp, base, v);
        Ok((ip.add(CALL_WORDS), fp))
    }
}

/// Puts a value in front of the arguments in a window.
///
/// # Safety
/// The registers above the arguments must be free.
#[inline(always)]
unsafe fn make_room(window: *mut Value, argc: usize, first: Value) {
    // SAFETY: see above.
    unsafe {
        copy::words(window, window.add(1), argc);
        *window = first;
    }
}

/// Puts moved arguments back where the instruction found them, if it must begin anew: the only drop that is not forgotten.
struct Shifted {
    window: *mut Value,
    argc: usize,
    /// How far the arguments have been moved: one up, or one down over an unset first one.
    by: i32,
}

impl Drop for Shifted {
    fn drop(&mut self) {
        // SAFETY: the window is the running instruction's; it had room before.
        unsafe {
            if self.by > 0 {
                copy::words(self.window.add(1), self.window, self.argc);
            } else {
                copy::words(self.window, self.window.add(1), self.argc);
                *self.window = Value::UNSET;
            }
        }
    }
}

/// Binds the arguments in the window and enters the function.
///
/// # Safety
/// As for [`enter_simple`].
unsafe fn enter_bound(
    t: &mut Thread,
    function: Ref<Function>,
    argc: usize,
    names: Value,
    fp: *mut Value,
    window: *mut Value,
    return_ip: *const u64,
) -> Result<Next, Raised> {
    let loaded = function.loaded();
    frame::check_room(t, loaded, window)?;
    // SAFETY: see `enter_simple`.
    unsafe {
        if names.is_unset() && loaded.simple_args as usize == argc {
            frame::unset_locals(loaded, window);
        } else if !names.is_unset() || !frame::fill_plain_defaults(function, loaded, window, argc) {
            let args = std::slice::from_raw_parts(window, argc);
            frame::bind_arguments(t, function, args, names, window)?;
        }
        if frame::count_frame(t, loaded, window).is_none() {
            return Err(t.recursion_error(""));
        }
        *window.sub(4) = function.value();
        if !loaded.flags.has(CodeFlags::OPTIMIZED) {
            *window.sub(3) = Value::UNSET;
        }
        *(window.sub(2) as *mut *const u64) = return_ip;
        *(window.sub(1) as *mut *mut Value) = fp;
    }
    Ok((loaded.entry, window))
}

/// Instantiates a plain Python class without leaving the interpreter: makes the instance and enters `__init__`, with the
/// instruction's second word as return address. `None` if the class is not that plain.
///
/// # Safety
/// Contract of `Handler`, for a call instruction.
unsafe fn enter_init(
    t: &mut Thread,
    ip: *const u64,
    fp: *mut Value,
    base: usize,
    argc: usize,
    names: Value,
) -> Result<Option<Next>, Raised> {
    // SAFETY: the window belongs to the call; registers above it are free.
    unsafe {
        let class = Ref::<Type>::known(get(fp, base));
        if type_of(class.value()) != class_of_kind(Kind::Type)
            || class.instance_kind() != Kind::Object
            || class.has(ABSTRACT)
        {
            return Ok(None);
        }
        let plain_new = class
            .special(t, Special::New as usize)
            .and_then(|n| n.cast::<NativeFunction>())
            .is_some_and(|n| std::ptr::eq(n.info().method.name, "__new__") || n.info().owner == "object");
        let (true, Some(init)) = (plain_new, class.special(t, Special::Init as usize)) else {
            return Ok(None);
        };
        let Some(init) = init.cast::<Function>() else {
            let nothing = init.cast::<NativeMethod>().is_some_and(|n| n.info().owner == "object");
            if !nothing || argc != 0 {
                return Ok(None);
            }
            set(fp, base, class.new_instance(t));
            return Ok(Some((ip.add(CALL_WORDS), fp)));
        };
        let instance = class.new_instance(t);
        let window = fp.add(base + LINKS);
        let inner = window.add(LINKS);
        frame::fix_arguments(init);
        copy::words(window, inner.add(1), argc);
        *inner = instance;
        set(fp, base, instance);
        *window = init.value();
        enter_bound(t, init, argc + 1, names, fp, inner, ip.add(1)).map(Some)
    }
}

fast_ops! {
    /// `Return`
    Return |t, ip, fp| {
        let v = get(fp, a(ip));
        leave(t, ip, fp, v)
    }
    /// `ReturnNone`
    ReturnNone |t, ip, fp| { leave(t, ip, fp, Value::NONE) }
}

/// `LeaveFrame`
pub struct LeaveFrame;
impl Handler for LeaveFrame {
    #[inline(always)]
    unsafe fn fast(_ip: *const u64, _fp: *mut Value, t: &mut Thread) -> Option<Next> {
        // The slow part would find its own instruction there.
        t.returned_at = t.ip;
        None
    }
    unsafe fn slow(t: &mut Thread, _ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        let at = t.returned_at;
        // The instruction belongs to no frame, so nothing could find what to begin anew.
        gate::set_dirty();
        // SAFETY: only watched frames return to this instruction.
        Ok(unsafe { frame::unwatch_left(t, fp, at) })
    }
}

/// Leaves a frame with its result.
///
/// # Safety
/// `fp` must be the window of the running frame, `ip` its `Return`.
#[inline(always)]
unsafe fn leave(t: &mut Thread, ip: *const u64, fp: *mut Value, result: Value) -> Next {
    // SAFETY: the links of a live frame are set.
    unsafe {
        t.depth_left += 1;
        // For `f_lineno` of a frame object that outlives the frame.
        t.ip = ip;
        let ip = *(fp.sub(2) as *const *const u64);
        let caller = *(fp.sub(1) as *const *mut Value);
        *fp.sub(4) = result;
        (ip, caller)
    }
}

fast_ops! {
    /// `Deliver`
    Deliver |t, ip, fp| {
        let links = fp.add(function_of(fp).loaded().registers as usize);
        let waiting = *(links.add(1) as *const *const u64);
        set(fp, a(waiting), *links);
        (waiting.add(a(ip)), fp)
    }
}

/// `InitDone`
pub struct InitDone;
impl Handler for InitDone {
    #[inline(always)]
    unsafe fn fast(ip: *const u64, fp: *mut Value, _t: &mut Thread) -> Option<Next> {
        // SAFETY: contract of `Handler`.
        unsafe { get(fp, a(ip) + LINKS).is_none().then(|| (ip.add(CALL_WORDS - 1), fp)) }
    }
    unsafe fn slow(t: &mut Thread, ip: *const u64, fp: *mut Value) -> Result<Next, Raised> {
        // SAFETY: contract of `Handler`.
        let name = type_of(unsafe { get(fp, a(ip) + LINKS) }).name();
        Err(t.type_error(format!("__init__() should return None, not '{name}'")))
    }
}

slow_ops! {
    /// `CallEx`
    CallEx |t, ip, fp| {
        let base = a(ip);
        let callee = get(fp, base);
        let mut args = get(fp, base + LINKS);
        if args.cast::<Tuple>().is_none() {
            if t.special(args, Special::Iter).is_none() && t.special(args, Special::GetItem).is_none() {
                let (name, got) = (call_name(callee), type_of(args).name());
                return Err(t.type_error(format!("{name} argument after * must be an iterable, not {got}")));
            }
            let items = iter::collect(t, args)?;
            args = tuple::new(t, &items)?;
            set(fp, base + LINKS, args);
        }
        let kwargs = get(fp, base + LINKS + 1);
        let plain = kwargs.is_unset() || kwargs.cast::<crate::builtins::dict::Dict>().is_some_and(|d| d.is_empty());
        let count = Ref::<Tuple>::known(args).len();
        if let (Some(function), true, true) = (callee.cast::<Function>(), plain, count < 64) {
            let window = fp.add(base + LINKS);
            frame::fix_arguments(function);
            std::ptr::copy(Ref::<Tuple>::known(args).values().as_ptr(), window, count);
            return enter_bound(t, function, count, Value::UNSET, fp, window, ip.add(CALL_WORDS));
        }
        let v = call::call_ex(t, callee, args, kwargs)?;
        set(fp, base, v);
        Ok((ip.add(CALL_WORDS), fp))
    }
    /// `MakeFunction`
    MakeFunction |t, ip, fp| {
        let running = function_of(fp);
        let consts: Ref<Tuple> = Ref::known(Ref::<Code>::known(running.code.get()).consts.get());
        let first = a(ip);
        let function = function::new(t, Ref::known(consts.at(b(ip))), running.globals.get());
        let flags = c(ip);
        let w = t.write(function);
        if flags & 1 != 0 {
            function.defaults.set(&w, get(fp, first));
        }
        if flags & 2 != 0 {
            function.kwdefaults.set(&w, get(fp, first + 1));
        }
        if flags & 4 != 0 {
            function.annotate.set(&w, get(fp, first + 2));
        }
        if flags & 8 != 0 {
            function.closure.set(&w, get(fp, first + 3));
        }
        set(fp, first, function.value());
        Ok((ip.add(1), fp))
    }
    /// `LoadBuildClass`
    LoadBuildClass |t, ip, fp| {
        let builtins = function_of(fp).builtins.get();
        let name = t.intern("__build_class__");
        match super::names::find_in_mapping(t, builtins, name)? {
            Some(v) => set(fp, a(ip), v),
            None => return Err(t.raise(crate::error::Exc::NameError, "__build_class__ not found")),
        }
        Ok((ip.add(1), fp))
    }
}

/// Name of a callable for messages on its arguments: `f()` with the module in front, as CPython shows it.
pub(super) fn call_name(callee: Value) -> String {
    let text = |v: Value| v.as_str().map(|s| s.to_rust());
    if let Some(f) = callee.cast::<Function>() {
        let module = text(f.module.get()).filter(|m| m != "builtins").map(|m| m + ".").unwrap_or_default();
        return format!("{module}{}()", text(f.qualname.get()).unwrap_or_default());
    }
    if let Some(m) = callee.cast::<BoundMethod>() {
        return call_name(m.function.get());
    }
    if let Some(f) = callee.cast::<NativeFunction>() {
        return format!("{}()", f.info().method.name);
    }
    if let Some(class) = callee.cast::<Type>() {
        return format!("{}()", crate::builtins::typeobj::lookup::full_name_plain(class));
    }
    format!("{} object", type_of(callee).name())
}
