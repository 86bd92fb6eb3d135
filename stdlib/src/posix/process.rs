//! Processes.

use std::{ffi::CString, mem, ptr};

use parking_lot::Mutex;
use pystm_gc::world;
use pystm_stm::{
    events,
    stress::{self, Mode},
};
use pystm_vm::{
    builtins::{list, set, structseq, structseq::field, tuple},
    error::{Exc, PyResult},
    import::imp,
    native::TypeDef,
    protocol::{call, iter},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::path::Path;
use crate::support::{
    self, check_signals, errno, float_value, fs_bytes, last_os_error, refuse_at_exit, swallow, to_i32,
    to_i64, warn,
};

pub(crate) static TIMES_RESULT: TypeDef = structseq::type_def::<5, 5>(
    "posix.times_result",
    "Result of times.",
    &[
        field::<0>("user", "user time"),
        field::<1>("system", "system time"),
        field::<2>("children_user", "user time of children"),
        field::<3>("children_system", "system time of children"),
        field::<4>("elapsed", "elapsed time since an arbitrary point in the past"),
    ],
);

pub(crate) static SCHED_PARAM: TypeDef = structseq::type_def::<1, 1>(
    "posix.sched_param",
    "A scheduling parameter.",
    &[field::<0>("sched_priority", "the priority")],
);

macro_rules! ids {
    ($($name:ident)*) => {
        $(
            pub(super) fn $name(_: &mut Thread, _: &[Value]) -> PyResult {
                // SAFETY: a plain system call that cannot fail.
                Ok(Value::small(unsafe { libc::$name() } as i64))
            }
        )*
    };
}
ids! { getpid getppid getuid geteuid getgid getegid getpgrp }

fn plain(t: &mut Thread, rc: i32) -> PyResult {
    if rc < 0 { Err(last_os_error(t)) } else { Ok(Value::NONE) }
}

pub(super) fn getgroups(t: &mut Thread, _: &[Value]) -> PyResult {
    let mut groups = [0; 1024];
    // SAFETY: the array has room for that many groups.
    let n = unsafe { libc::getgroups(groups.len() as i32, groups.as_mut_ptr()) };
    if n < 0 {
        return Err(last_os_error(t));
    }
    let values: Vec<Value> = groups[..n as usize].iter().map(|&g| Value::small(g as i64)).collect();
    Ok(list::new(t, &values))
}

pub(super) fn getpgid(t: &mut Thread, args: &[Value]) -> PyResult {
    let pid = to_i32(t, args[0])?;
    // SAFETY: a plain system call.
    let id = unsafe { libc::getpgid(pid) };
    if id < 0 { Err(last_os_error(t)) } else { Ok(Value::small(id as i64)) }
}

pub(super) fn setpgid(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let (pid, group) = (to_i32(t, args[0])?, to_i32(t, args[1])?);
    // SAFETY: a plain system call.
    let rc = unsafe { libc::setpgid(pid, group) };
    plain(t, rc)
}

pub(super) fn getsid(t: &mut Thread, args: &[Value]) -> PyResult {
    let pid = to_i32(t, args[0])?;
    // SAFETY: a plain system call.
    let id = unsafe { libc::getsid(pid) };
    if id < 0 { Err(last_os_error(t)) } else { Ok(Value::small(id as i64)) }
}

pub(super) fn setsid(t: &mut Thread, _: &[Value]) -> PyResult {
    t.irrevocable();
    // SAFETY: a plain system call.
    let rc = unsafe { libc::setsid() };
    plain(t, rc)
}

/// A user or group number; -1 stands for no change.
fn user_or_group(t: &mut Thread, value: Value, what: &str) -> PyResult<u32> {
    match to_i64(t, value)? {
        -1 => Ok(u32::MAX),
        id if id < 0 => Err(t.overflow_error(format!("{what} is less than minimum"))),
        id => match u32::try_from(id) {
            Ok(id) => Ok(id),
            Err(_) => Err(t.overflow_error(format!("{what} is greater than maximum"))),
        },
    }
}

pub(super) fn setuid(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let id = user_or_group(t, args[0], "uid")?;
    // SAFETY: a plain system call.
    let rc = unsafe { libc::setuid(id) };
    plain(t, rc)
}

pub(super) fn setgid(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let id = user_or_group(t, args[0], "gid")?;
    // SAFETY: a plain system call.
    let rc = unsafe { libc::setgid(id) };
    plain(t, rc)
}

pub(super) fn nice(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let by = to_i32(t, args[0])?;
    // SAFETY: plain system calls; the error number is the thread's own.
    let (value, code) = unsafe {
        *libc::__errno_location() = 0;
        (libc::nice(by), errno())
    };
    if value == -1 && code != 0 { Err(last_os_error(t)) } else { Ok(Value::small(value as i64)) }
}

pub(super) fn getpriority(t: &mut Thread, args: &[Value]) -> PyResult {
    let (which, who) = (to_i32(t, args[0])?, to_i32(t, args[1])?);
    // SAFETY: plain system calls; the error number is the thread's own.
    let (value, code) = unsafe {
        *libc::__errno_location() = 0;
        (libc::getpriority(which as _, who as u32), errno())
    };
    if value == -1 && code != 0 { Err(last_os_error(t)) } else { Ok(Value::small(value as i64)) }
}

/// Callables of `register_at_fork`, in the order of registration; kept alive by the runtime.
static AT_FORK: Mutex<[Vec<u64>; 3]> = Mutex::new([Vec::new(), Vec::new(), Vec::new()]);

pub(super) fn register_at_fork(t: &mut Thread, args: &[Value]) -> PyResult {
    if args.iter().all(|a| a.is_unset()) {
        return Err(t.type_error("At least one argument is required."));
    }
    for (i, name) in ["before", "after_in_child", "after_in_parent"].iter().enumerate() {
        let Some(f) = args[i].given_not_none() else { continue };
        if t.special(f, pystm_vm::special::Special::Call).is_none() {
            let got = type_of(f).name();
            return Err(t.type_error(format!("'{name}' must be callable, not {got}")));
        }
        t.rt.keep(t, f);
        AT_FORK.lock()[i].push(f.bits());
    }
    Ok(Value::NONE)
}

fn run_at_fork(t: &mut Thread, which: usize) {
    let mut callables = AT_FORK.lock()[which].clone();
    if which == 0 {
        callables.reverse();
    }
    for word in callables {
        if let Err(raised) = call::call(t, Value::from_bits(word), &[]) {
            swallow(t, raised);
        }
    }
}

pub(super) fn fork(t: &mut Thread, _: &[Value]) -> PyResult {
    refuse_at_exit(t, "can't fork at interpreter shutdown")?;
    run_at_fork(t, 0);
    imp::LOCK.acquire(t, None)?;
    // SAFETY: the child goes on with the one thread that called, and no other thread was in the middle of what it needs: see
    // `Thread::fork`.
    let pid = support::fork(t, || events::fork(|| unsafe { libc::fork() }));
    if pid == 0 {
        crate::thread::after_fork_in_child();
    }
    imp::LOCK.release();
    run_at_fork(t, if pid == 0 { 1 } else { 2 });
    if pid < 0 {
        return Err(last_os_error(t));
    }
    // The second thread of that mode is none of the program's.
    let hidden = usize::from(stress::is_on(Mode::SecondThread));
    if pid > 0 && world::count() > 1 + hidden {
        let class = t.rt.exception(Exc::DeprecationWarning);
        let me = std::process::id();
        let danger = "use of fork() may lead to deadlocks in the child.";
        warn(t, class, &format!("This process (pid={me}) is multi-threaded, {danger}"))?;
    }
    Ok(Value::small(pid as i64))
}

/// C strings of a sequence of paths, with the array of pointers to them that ends in null.
struct CArray {
    _strings: Vec<CString>,
    pointers: Vec<*const libc::c_char>,
}

impl CArray {
    fn new(strings: Vec<CString>) -> CArray {
        let pointers = strings.iter().map(|s| s.as_ptr()).chain([ptr::null()]).collect();
        CArray { _strings: strings, pointers }
    }

    fn as_ptr(&self) -> *const *const libc::c_char {
        self.pointers.as_ptr()
    }

    /// The strings of an iterable of paths.
    fn of(t: &mut Thread, values: Value) -> PyResult<CArray> {
        let items = iter::collect(t, values)?;
        let mut strings = Vec::new();
        for i in 0..items.len() {
            strings.push(CString::new(fs_bytes(t, items[i])?).unwrap_or_default());
        }
        Ok(CArray::new(strings))
    }
}

fn arguments(t: &mut Thread, value: Value, function: &str) -> PyResult<CArray> {
    if value.as_tuple().is_none() && value.cast::<list::List>().is_none() {
        return Err(t.type_error(format!("{function}: argv must be a tuple or list")));
    }
    if pystm_vm::protocol::truth::len(t, value)? == 0 {
        return Err(t.value_error(format!("{function}() arg 2 must not be empty")));
    }
    CArray::of(t, value)
}

pub(super) fn execv(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let path = Path::of(t, "execv", "path", args[0])?;
    let argv = arguments(t, args[1], "execv")?;
    events::flush();
    // SAFETY: C strings and a null-terminated array.
    unsafe { libc::execv(path.c().as_ptr(), argv.as_ptr()) };
    Err(path.error(t))
}

pub(super) fn execve(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let path = Path::or_fd(t, "execve", "path", args[0])?;
    let argv = arguments(t, args[1], "execve")?;
    let items = call::call_method(t, args[2], "items", &[])?;
    let items = iter::collect(t, items)?;
    let mut strings = Vec::new();
    for i in 0..items.len() {
        let Some(pair) = items[i].as_tuple().filter(|p| p.len() == 2) else {
            return Err(t.type_error("env must be a mapping"));
        };
        let mut entry = fs_bytes(t, pair.at(0))?;
        if entry.is_empty() || entry[1..].contains(&b'=') {
            return Err(t.value_error("illegal environment variable name"));
        }
        entry.push(b'=');
        entry.extend(fs_bytes(t, pair.at(1))?);
        strings.push(CString::new(entry).unwrap_or_default());
    }
    let env = CArray::new(strings);
    events::flush();
    // SAFETY: C strings and null-terminated arrays.
    unsafe {
        match path.fd {
            Some(fd) => libc::fexecve(fd, argv.as_ptr(), env.as_ptr()),
            None => libc::execve(path.c().as_ptr(), argv.as_ptr(), env.as_ptr()),
        }
    };
    Err(path.error(t))
}

pub(super) fn exit(t: &mut Thread, args: &[Value]) -> PyResult {
    let status = to_i32(t, args[0])?;
    events::close();
    // SAFETY: ends the process without running anything else.
    unsafe { libc::_exit(status) }
}

pub(super) fn abort(_: &mut Thread, _: &[Value]) -> PyResult {
    std::process::abort()
}

pub(super) fn kill(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let (pid, signal) = (to_i32(t, args[0])?, to_i32(t, args[1])?);
    // SAFETY: a plain system call.
    let rc = unsafe { libc::kill(pid, signal) };
    check_signals(t)?;
    plain(t, rc)
}

pub(super) fn killpg(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let (group, signal) = (to_i32(t, args[0])?, to_i32(t, args[1])?);
    // SAFETY: a plain system call.
    let rc = unsafe { libc::killpg(group, signal) };
    check_signals(t)?;
    plain(t, rc)
}

fn wait_for(t: &mut Thread, pid: i32, options: i32) -> PyResult {
    let mut status = 0;
    loop {
        // SAFETY: the status is written by the call.
        let got = t.blocking(|| unsafe { libc::waitpid(pid, &mut status, options) });
        if got >= 0 {
            return Ok(tuple::new_small(t, &[Value::small(got as i64), Value::small(status as i64)]));
        }
        if errno() != libc::EINTR {
            return Err(last_os_error(t));
        }
        check_signals(t)?;
    }
}

pub(super) fn waitpid(t: &mut Thread, args: &[Value]) -> PyResult {
    let (pid, options) = (to_i32(t, args[0])?, to_i32(t, args[1])?);
    wait_for(t, pid, options)
}

pub(super) fn wait(t: &mut Thread, _: &[Value]) -> PyResult {
    wait_for(t, -1, 0)
}

pub(super) fn waitstatus_to_exitcode(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[0].is_immediate_float() {
        return Err(t.type_error("integer argument expected, got float"));
    }
    let status = to_i32(t, args[0])?;
    if libc::WIFEXITED(status) {
        return Ok(Value::small(libc::WEXITSTATUS(status) as i64));
    }
    if libc::WIFSIGNALED(status) {
        return Ok(Value::small(-(libc::WTERMSIG(status) as i64)));
    }
    if libc::WIFSTOPPED(status) {
        let signal = libc::WSTOPSIG(status);
        return Err(t.value_error(format!("process stopped by delivery of signal {signal}")));
    }
    Err(t.value_error(format!("invalid wait status: {status}")))
}

macro_rules! status_bools {
    ($($name:ident $of:ident)*) => {
        $(
            pub(super) fn $name(t: &mut Thread, args: &[Value]) -> PyResult {
                Ok(Value::bool(libc::$of(to_i32(t, args[0])?)))
            }
        )*
    };
}
status_bools! {
    wifexited WIFEXITED wifsignaled WIFSIGNALED wifstopped WIFSTOPPED wifcontinued WIFCONTINUED wcoredump WCOREDUMP
}

macro_rules! status_numbers {
    ($($name:ident $of:ident)*) => {
        $(
            pub(super) fn $name(t: &mut Thread, args: &[Value]) -> PyResult {
                Ok(Value::small(libc::$of(to_i32(t, args[0])?) as i64))
            }
        )*
    };
}
status_numbers! { wexitstatus WEXITSTATUS wtermsig WTERMSIG wstopsig WSTOPSIG }

pub(super) fn system(t: &mut Thread, args: &[Value]) -> PyResult {
    let command = CString::new(fs_bytes(t, args[0])?).unwrap_or_default();
    // SAFETY: a C string.
    Ok(Value::small(t.blocking(|| unsafe { libc::system(command.as_ptr()) }) as i64))
}

pub(super) fn times(t: &mut Thread, _: &[Value]) -> PyResult {
    // SAFETY: the structure is zeroed and filled by the call.
    let (elapsed, tms, tick) = unsafe {
        let mut tms: libc::tms = mem::zeroed();
        (libc::times(&mut tms), tms, libc::sysconf(libc::_SC_CLK_TCK) as f64)
    };
    let mut values = t.vec();
    for ticks in [tms.tms_utime, tms.tms_stime, tms.tms_cutime, tms.tms_cstime, elapsed] {
        let v = float_value(t, ticks as f64 / tick);
        values.push(v);
    }
    Ok(structseq::make(t, &TIMES_RESULT, &values))
}

pub(super) fn sched_yield(_: &mut Thread, _: &[Value]) -> PyResult {
    std::thread::yield_now();
    Ok(Value::NONE)
}

pub(super) fn sched_getaffinity(t: &mut Thread, args: &[Value]) -> PyResult {
    let pid = to_i32(t, args[0])?;
    // SAFETY: the set is zeroed and filled by the call.
    let (rc, cpus) = unsafe {
        let mut cpus: libc::cpu_set_t = mem::zeroed();
        (libc::sched_getaffinity(pid, mem::size_of_val(&cpus), &mut cpus), cpus)
    };
    if rc < 0 {
        return Err(last_os_error(t));
    }
    let class = t.rt.native_class(t, &set::DEF);
    let result = call::call(t, class.value(), &[])?;
    for cpu in 0..libc::CPU_SETSIZE as usize {
        // SAFETY: the index is below the size of the set.
        if unsafe { libc::CPU_ISSET(cpu, &cpus) } {
            call::call_method(t, result, "add", &[Value::small(cpu as i64)])?;
        }
    }
    Ok(result)
}

pub(super) fn sched_setaffinity(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let pid = to_i32(t, args[0])?;
    let items = iter::collect(t, args[1])?;
    // SAFETY: plain numbers.
    let mut cpus: libc::cpu_set_t = unsafe { mem::zeroed() };
    for i in 0..items.len() {
        let cpu = to_i64(t, items[i])?;
        if !(0..libc::CPU_SETSIZE as i64).contains(&cpu) {
            return Err(t.value_error("negative CPU number"));
        }
        // SAFETY: the index is below the size of the set.
        unsafe { libc::CPU_SET(cpu as usize, &mut cpus) };
    }
    // SAFETY: the set is as large as said.
    let rc = unsafe { libc::sched_setaffinity(pid, mem::size_of_val(&cpus), &cpus) };
    plain(t, rc)
}
