//! `_signal`: signals. What the operating system's handler does stands in `pystm_vm::signals`.

use num_traits::ToPrimitive as _;
use pystm_vm::{
    builtins::{dict, int, module::Module, set, tuple},
    error::{Exc, PyResult},
    native::{Method, ModuleDef, method},
    object::Ref,
    parking,
    protocol::{iter, number},
    signals::{self, Action},
    special::Special,
    thread::Thread,
    value::Value,
};

use crate::support::{float_value, to_f64, to_i64};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_signal",
    doc: "This module provides mechanisms to use signal handlers in Python.",
    methods: METHODS,
    types: &[],
    init: Some(init),
};

static METHODS: &[Method] = &[
    method("signal", "(signalnum, handler, /)", signal, "Set the action for the given signal."),
    method("getsignal", "(signalnum, /)", getsignal, "Return the current action for the given signal."),
    method("default_int_handler", "(signalnum, frame, /)", default_int_handler, "Raise KeyboardInterrupt."),
    method("raise_signal", "(signalnum, /)", raise_signal, "Send a signal to the executing process."),
    method(
        "alarm",
        "(seconds, /)",
        alarm,
        "Arrange for SIGALRM to arrive after the given number of seconds.",
    ),
    method("setitimer", "(which, seconds, interval=0.0, /)", setitimer, "Set an interval timer."),
    method("getitimer", "(which, /)", getitimer, "Return the current value of an interval timer."),
    method("pause", "()", pause, "Wait until a signal arrives."),
    method("strsignal", "(signalnum, /)", strsignal, "Return the system description of the given signal."),
    method("valid_signals", "()", valid_signals, "Return a set of valid signal numbers on this platform."),
    method(
        "set_wakeup_fd",
        "(fd, /, *, warn_on_full_buffer=True)",
        set_wakeup_fd,
        "Set the fd to be written to when a signal comes in.",
    ),
    method("siginterrupt", "(signalnum, flag, /)", siginterrupt, "Change system call restart behaviour."),
    method(
        "pthread_sigmask",
        "(how, mask, /)",
        pthread_sigmask,
        "Fetch and/or change the signal mask of the calling thread.",
    ),
    method("pthread_kill", "(thread_id, signalnum, /)", pthread_kill, "Send a signal to a thread."),
    method("sigpending", "()", sigpending, "Examine pending signals."),
    method("sigwait", "(sigset, /)", sigwait, "Wait for a signal."),
];

/// Names and numbers of the signals.
static SIGNALS: &[(&str, i32)] = &[
    ("SIGHUP", libc::SIGHUP),
    ("SIGINT", libc::SIGINT),
    ("SIGQUIT", libc::SIGQUIT),
    ("SIGILL", libc::SIGILL),
    ("SIGTRAP", libc::SIGTRAP),
    ("SIGABRT", libc::SIGABRT),
    ("SIGIOT", libc::SIGABRT),
    ("SIGBUS", libc::SIGBUS),
    ("SIGFPE", libc::SIGFPE),
    ("SIGKILL", libc::SIGKILL),
    ("SIGUSR1", libc::SIGUSR1),
    ("SIGSEGV", libc::SIGSEGV),
    ("SIGUSR2", libc::SIGUSR2),
    ("SIGPIPE", libc::SIGPIPE),
    ("SIGALRM", libc::SIGALRM),
    ("SIGTERM", libc::SIGTERM),
    ("SIGSTKFLT", libc::SIGSTKFLT),
    ("SIGCHLD", libc::SIGCHLD),
    ("SIGCLD", libc::SIGCHLD),
    ("SIGCONT", libc::SIGCONT),
    ("SIGSTOP", libc::SIGSTOP),
    ("SIGTSTP", libc::SIGTSTP),
    ("SIGTTIN", libc::SIGTTIN),
    ("SIGTTOU", libc::SIGTTOU),
    ("SIGURG", libc::SIGURG),
    ("SIGXCPU", libc::SIGXCPU),
    ("SIGXFSZ", libc::SIGXFSZ),
    ("SIGVTALRM", libc::SIGVTALRM),
    ("SIGPROF", libc::SIGPROF),
    ("SIGWINCH", libc::SIGWINCH),
    ("SIGIO", libc::SIGIO),
    ("SIGPOLL", libc::SIGIO),
    ("SIGPWR", libc::SIGPWR),
    ("SIGSYS", libc::SIGSYS),
];

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    let namespace = module.dict();
    for &(name, n) in SIGNALS {
        dict::set_text(t, namespace, name, Value::small(n as i64));
    }
    for (name, n) in [
        ("SIGRTMIN", libc::SIGRTMIN()),
        ("SIGRTMAX", libc::SIGRTMAX()),
        ("NSIG", signals::COUNT as i32),
        ("SIG_DFL", 0),
        ("SIG_IGN", 1),
        ("SIG_BLOCK", libc::SIG_BLOCK),
        ("SIG_UNBLOCK", libc::SIG_UNBLOCK),
        ("SIG_SETMASK", libc::SIG_SETMASK),
        ("ITIMER_REAL", libc::ITIMER_REAL),
        ("ITIMER_VIRTUAL", libc::ITIMER_VIRTUAL),
        ("ITIMER_PROF", libc::ITIMER_PROF),
    ] {
        dict::set_text(t, namespace, name, Value::small(n as i64));
    }
    // `signal.ItimerError` is OSError's subclass in CPython.
    let bases = t.rt.exception(Exc::OSError);
    let bases = tuple::new(t, &[bases])?;
    let (name, attributes) = (t.new_str("itimer_error"), dict::new(t).value());
    let module_name = t.new_str("signal");
    dict::set_text(t, Ref::known(attributes), "__module__", module_name);
    let metaclass = pystm_vm::builtins::typeobj::class().value();
    let class = pystm_vm::protocol::call::call(t, metaclass, &[name, bases, attributes])?;
    dict::set_text(t, namespace, "ItimerError", class);
    // The built-in handler of SIGINT becomes visible.
    if signals::handler(libc::SIGINT as usize).is_unset()
        && let Some(function) = dict::get_text(t, namespace, "default_int_handler")
    {
        signals::set_handler(t, libc::SIGINT as usize, function);
    }
    Ok(())
}

fn signal_number(t: &mut Thread, value: Value) -> PyResult<usize> {
    let n = to_i64(t, value)?;
    if n < 1 || n >= signals::COUNT as i64 {
        return Err(t.value_error("signal number out of range"));
    }
    Ok(n as usize)
}

/// ValueError unless this is the main thread.
fn check_main(t: &mut Thread, function: &str) -> PyResult<()> {
    if parking::ident() == signals::main_ident() {
        return Ok(());
    }
    Err(t.value_error(format!("{function} only works in main thread of the main interpreter")))
}

fn signal(t: &mut Thread, args: &[Value]) -> PyResult {
    check_main(t, "signal")?;
    t.irrevocable();
    let n = signal_number(t, args[0])?;
    // Members of `signal.Handlers` are ints of a subclass.
    let number = pystm_vm::builtins::int::as_int(args[1])
        .and_then(|_| pystm_vm::builtins::wrapped::unwrap(args[1]).as_small());
    let (action, handler) = match number {
        Some(0) => (Action::Default, signals::DEFAULT),
        Some(1) => (Action::Ignore, signals::IGNORE),
        _ if t.special(args[1], Special::Call).is_some() => (Action::Python, args[1]),
        _ => {
            return Err(
                t.type_error("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object")
            );
        }
    };
    signals::run_handlers(t)?;
    if let Some(errno) = signals::set_action(n as i32, Some(action)) {
        return Err(t.os_error(errno, &[]));
    }
    let old = signals::handler(n);
    signals::set_handler(t, n, handler);
    Ok(old.or(Value::NONE))
}

fn getsignal(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = signal_number(t, args[0])?;
    Ok(signals::handler(n).or(Value::NONE))
}

fn default_int_handler(t: &mut Thread, _args: &[Value]) -> PyResult {
    Err(t.raise_args(Exc::KeyboardInterrupt, &[]))
}

fn last_error(t: &mut Thread) -> pystm_vm::error::Raised {
    let error = std::io::Error::last_os_error();
    t.io_error(&error, &[])
}

fn raise_signal(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let n = to_i64(t, args[0])?;
    // SAFETY: a plain system call. The thread that runs Python gets the signal.
    if unsafe { libc::raise(n as i32) } != 0 {
        return Err(last_error(t));
    }
    signals::run_handlers(t)?;
    Ok(Value::NONE)
}

fn alarm(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let seconds = to_i64(t, args[0])?;
    // SAFETY: a plain system call.
    let left = unsafe { libc::alarm(seconds as u32) };
    Ok(Value::small(left as i64))
}

fn interval(seconds: f64) -> libc::timeval {
    libc::timeval { tv_sec: seconds.trunc() as i64, tv_usec: (seconds.fract() * 1e6).round() as i64 }
}

fn timer_value(t: &mut Thread, timer: &libc::itimerval) -> PyResult {
    let seconds = |v: libc::timeval| v.tv_sec as f64 + v.tv_usec as f64 / 1e6;
    let value = float_value(t, seconds(timer.it_value));
    let interval = float_value(t, seconds(timer.it_interval));
    tuple::new(t, &[value, interval])
}

fn itimer_error(t: &mut Thread) -> PyResult {
    let error = std::io::Error::last_os_error().raw_os_error().unwrap_or(libc::EINVAL);
    let text = pystm_vm::builtins::exceptions::os_error::error_text(error);
    let text = t.new_str(&text);
    let module = pystm_vm::import::import_module(t, "_signal")?;
    let class = pystm_vm::protocol::attr::getattr_text(t, module, "ItimerError")?;
    let exception = pystm_vm::protocol::call::call(t, class, &[Value::small(error as i64), text])?;
    Err(t.raise_value(exception))
}

fn setitimer(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let which = to_i64(t, args[0])?;
    let value = to_f64(t, args[1])?;
    let repeat = match args[2].given() {
        Some(v) => to_f64(t, v)?,
        None => 0.0,
    };
    let new = libc::itimerval { it_interval: interval(repeat), it_value: interval(value) };
    // SAFETY: the structures are plain local data.
    unsafe {
        let mut old: libc::itimerval = std::mem::zeroed();
        if libc::setitimer(which as _, &new, &mut old) != 0 {
            return itimer_error(t);
        }
        timer_value(t, &old)
    }
}

fn getitimer(t: &mut Thread, args: &[Value]) -> PyResult {
    let which = to_i64(t, args[0])?;
    // SAFETY: the structure is plain local data.
    unsafe {
        let mut now: libc::itimerval = std::mem::zeroed();
        if libc::getitimer(which as _, &mut now) != 0 {
            return itimer_error(t);
        }
        timer_value(t, &now)
    }
}

fn pause(t: &mut Thread, _args: &[Value]) -> PyResult {
    // SAFETY: a plain system call.
    t.blocking(|| unsafe { libc::pause() });
    signals::run_handlers(t)?;
    Ok(Value::NONE)
}

fn strsignal(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = signal_number(t, args[0])?;
    // SAFETY: the text is copied before anything else can change it.
    let text = unsafe {
        let p = libc::strsignal(n as i32);
        if p.is_null() {
            return Ok(Value::NONE);
        }
        std::ffi::CStr::from_ptr(p).to_string_lossy().into_owned()
    };
    if text.starts_with("Unknown signal") {
        return Ok(Value::NONE);
    }
    Ok(t.new_str(&text))
}

/// A set of the signals in a mask.
fn set_of(t: &mut Thread, mask: &libc::sigset_t) -> PyResult {
    let mut numbers = t.vec();
    for n in 1..signals::COUNT as i32 {
        // SAFETY: the mask is initialised.
        if unsafe { libc::sigismember(mask, n) } == 1 {
            numbers.push(Value::small(n as i64));
        }
    }
    let result = set::new(t);
    for &n in numbers.iter() {
        set::add(t, result, n)?;
    }
    Ok(result.value())
}

fn valid_signals(t: &mut Thread, _args: &[Value]) -> PyResult {
    // SAFETY: the function initialises the mask.
    let mask = unsafe {
        let mut mask = std::mem::zeroed();
        libc::sigfillset(&mut mask);
        mask
    };
    set_of(t, &mask)
}

fn mask_of(t: &mut Thread, value: Value) -> PyResult<libc::sigset_t> {
    // SAFETY: the function initialises the mask.
    let mut mask = unsafe {
        let mut mask = std::mem::zeroed();
        libc::sigemptyset(&mut mask);
        mask
    };
    let items = iter::collect(t, value)?;
    for &item in items.iter() {
        let item = number::index(t, item)?;
        // CPython counts what no C long holds as -1.
        let n = int::to_bigint(item).to_i64().unwrap_or(-1);
        if !(1..signals::COUNT as i64).contains(&n) {
            let last = signals::COUNT - 1;
            return Err(t.value_error(format!("signal number {n} out of range [1; {last}]")));
        }
        // SAFETY: the mask is initialised.
        unsafe { libc::sigaddset(&mut mask, n as i32) };
    }
    Ok(mask)
}

fn set_wakeup_fd(t: &mut Thread, args: &[Value]) -> PyResult {
    check_main(t, "set_wakeup_fd")?;
    let fd = to_i64(t, args[0])?;
    if fd != -1 {
        // SAFETY: plain system calls on a number.
        let flags = unsafe { libc::fcntl(fd as i32, libc::F_GETFL) };
        if flags < 0 {
            return Err(last_error(t));
        }
        if flags & libc::O_NONBLOCK == 0 {
            return Err(t.value_error(format!("the fd {fd} must be in non-blocking mode")));
        }
    }
    Ok(Value::small(signals::set_wakeup_fd(fd as i32) as i64))
}

fn siginterrupt(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let n = signal_number(t, args[0])?;
    let flag = to_i64(t, args[1])?;
    // SAFETY: changes one flag of the present action.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        if libc::sigaction(n as i32, std::ptr::null(), &mut action) != 0 {
            return Err(last_error(t));
        }
        if flag != 0 {
            action.sa_flags &= !libc::SA_RESTART;
        } else {
            action.sa_flags |= libc::SA_RESTART;
        }
        if libc::sigaction(n as i32, &action, std::ptr::null_mut()) != 0 {
            return Err(last_error(t));
        }
    }
    Ok(Value::NONE)
}

fn pthread_sigmask(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let how = to_i64(t, args[0])?;
    let mask = mask_of(t, args[1])?;
    // SAFETY: the masks are plain local data.
    let (status, old) = unsafe {
        let mut old = std::mem::zeroed();
        (libc::pthread_sigmask(how as i32, &mask, &mut old), old)
    };
    if status != 0 {
        return Err(t.os_error(status, &[]));
    }
    signals::run_handlers(t)?;
    set_of(t, &old)
}

fn pthread_kill(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let thread = to_i64(t, args[0])?;
    let n = to_i64(t, args[1])?;
    // SAFETY: the number is that of a thread, as `threading.get_ident` gives it; others are the caller's risk, as in C.
    let status = unsafe { libc::pthread_kill(thread as libc::pthread_t, n as i32) };
    if status != 0 {
        return Err(t.os_error(status, &[]));
    }
    signals::run_handlers(t)?;
    Ok(Value::NONE)
}

fn sigpending(t: &mut Thread, _args: &[Value]) -> PyResult {
    // SAFETY: the function initialises the mask.
    let (status, mask) = unsafe {
        let mut mask = std::mem::zeroed();
        (libc::sigpending(&mut mask), mask)
    };
    if status != 0 {
        return Err(last_error(t));
    }
    set_of(t, &mask)
}

fn sigwait(t: &mut Thread, args: &[Value]) -> PyResult {
    let mask = mask_of(t, args[0])?;
    let mut n = 0;
    // SAFETY: the mask is initialised, the number is written to local memory.
    let status = t.blocking(|| unsafe { libc::sigwait(&mask, &mut n) });
    if status != 0 {
        return Err(t.os_error(status, &[]));
    }
    Ok(Value::small(n as i64))
}
