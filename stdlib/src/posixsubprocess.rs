//! `_posixsubprocess`: fork and exec with redirections, for the module `subprocess`.

use std::ffi::{CString, c_char};

use pystm_vm::{
    error::PyResult,
    native::{ModuleDef, method},
    protocol::{call, iter, truth},
    thread::Thread,
    value::Value,
};

use crate::support::{self, fs_bytes, int_value, last_os_error, refuse_at_exit, to_i32, to_i64};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_posixsubprocess",
    doc: "A POSIX helper for the subprocess module.",
    methods: &[method(
        "fork_exec",
        "(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, \
         errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, \
         preexec_fn, /)",
        fork_exec,
        "Spawn a fresh new child process.",
    )],
    types: &[],
    init: None,
};

/// Everything that the child needs, made before the fork: afterwards it must not allocate.
struct Plan {
    argv: Option<Vec<CString>>,
    executables: Vec<CString>,
    close_fds: bool,
    keep: Vec<i32>,
    cwd: Option<CString>,
    env: Option<Vec<CString>>,
    /// The child's and the parent's end of standard input, output and error; -1 where nothing is redirected.
    child_ends: [i32; 3],
    parent_ends: [i32; 3],
    report: i32,
    restore_signals: bool,
    new_session: bool,
    group: i64,
    gid: Option<u32>,
    groups: Option<Vec<u32>>,
    uid: Option<u32>,
    umask: i32,
}

fn c_string(t: &mut Thread, value: Value) -> PyResult<CString> {
    let bytes = fs_bytes(t, value)?;
    CString::new(bytes).map_err(|_| t.value_error("embedded null byte"))
}

fn c_strings(t: &mut Thread, value: Value) -> PyResult<Vec<CString>> {
    let values = iter::collect(t, value)?;
    let mut strings = Vec::new();
    for i in 0..values.len() {
        strings.push(c_string(t, values[i])?);
    }
    Ok(strings)
}

fn optional<T>(
    t: &mut Thread,
    value: Value,
    convert: impl FnOnce(&mut Thread, Value) -> PyResult<T>,
) -> PyResult<Option<T>> {
    if value.is_none() { Ok(None) } else { convert(t, value).map(Some) }
}

fn id(t: &mut Thread, value: Value) -> PyResult<u32> {
    let n = to_i64(t, value)?;
    u32::try_from(n).map_err(|_| t.value_error("invalid user or group id"))
}

fn fork_exec(t: &mut Thread, args: &[Value]) -> PyResult {
    let keep = iter::collect(t, args[3])?;
    let mut kept = Vec::new();
    for i in 0..keep.len() {
        kept.push(to_i32(t, keep[i])?);
    }
    let plan = Plan {
        argv: optional(t, args[0], c_strings)?,
        executables: c_strings(t, args[1])?,
        close_fds: truth::is_true(t, args[2])?,
        keep: kept,
        cwd: optional(t, args[4], c_string)?,
        env: optional(t, args[5], c_strings)?,
        child_ends: [to_i32(t, args[6])?, to_i32(t, args[9])?, to_i32(t, args[11])?],
        parent_ends: [to_i32(t, args[7])?, to_i32(t, args[8])?, to_i32(t, args[10])?],
        report: to_i32(t, args[13])?,
        restore_signals: truth::is_true(t, args[14])?,
        new_session: truth::is_true(t, args[15])?,
        group: to_i64(t, args[16])?,
        gid: optional(t, args[17], id)?,
        groups: optional(t, args[18], |t, value| {
            let values = iter::collect(t, value)?;
            (0..values.len()).map(|i| id(t, values[i])).collect()
        })?,
        uid: optional(t, args[19], id)?,
        umask: to_i32(t, args[20])?,
    };
    if plan.close_fds && plan.report < 3 {
        return Err(t.value_error("errpipe_write must be >= 3"));
    }
    let pointers = Pointers::of(&plan);
    // SAFETY: the child runs nothing but system calls on memory made before (and `preexec_fn`, which is the caller's
    // own risk, as its documentation says) until it is replaced or ends.
    let fork = || unsafe { libc::fork() };
    let pid = match args[21].is_none() {
        true => {
            t.irrevocable();
            fork()
        }
        false => {
            refuse_at_exit(t, "preexec_fn not supported at interpreter shutdown")?;
            support::fork(t, fork)
        }
    };
    match pid {
        0 => child(t, &plan, &pointers, args[21]),
        -1 => Err(last_os_error(t)),
        _ => Ok(int_value(t, i64::from(pid))),
    }
}

/// Arrays of pointers, ended by null, as exec wants them.
struct Pointers {
    argv: Vec<*const c_char>,
    env: Option<Vec<*const c_char>>,
}

impl Pointers {
    fn of(plan: &Plan) -> Pointers {
        let array = |strings: &[CString]| -> Vec<*const c_char> {
            strings.iter().map(|s| s.as_ptr()).chain([std::ptr::null()]).collect()
        };
        Pointers { argv: array(plan.argv.as_deref().unwrap_or(&[])), env: plan.env.as_deref().map(array) }
    }
}

/// What went wrong in the child: the kind of error that the parent raises, errno, further words.
struct Failure(&'static str, i32, &'static str);

/// Calls `preexec_fn`, in the one thread that there is now.
fn call_preexec(t: &mut Thread, preexec: Value) -> PyResult {
    crate::thread::after_fork_in_child();
    call::call(t, preexec, &[])
}

fn child(t: &mut Thread, plan: &Plan, pointers: &Pointers, preexec: Value) -> ! {
    let failure = match prepare(plan) {
        Err(failure) => failure,
        Ok(()) if !preexec.is_none() && call_preexec(t, preexec).is_err() => {
            Failure("SubprocessError", 0, "Exception occurred in preexec_fn.")
        }
        Ok(()) => {
            if plan.close_fds {
                close_others(&plan.keep);
            }
            Failure("OSError", exec(plan, pointers), "")
        }
    };
    let message = format!("{}:{:X}:{}", failure.0, failure.1, failure.2);
    // SAFETY: the message is alive; the process ends whether or not it arrives.
    unsafe {
        libc::write(plan.report, message.as_ptr().cast(), message.len());
        libc::_exit(255)
    }
}

fn check(rc: i32, words: &'static str) -> Result<(), Failure> {
    if rc < 0 { Err(Failure("OSError", last_errno(), words)) } else { Ok(()) }
}

fn last_errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Redirections and settings of the new process.
fn prepare(plan: &Plan) -> Result<(), Failure> {
    // SAFETY: plain system calls on descriptors, numbers and strings that are alive.
    unsafe {
        for &fd in plan.keep.iter().filter(|&&fd| fd != plan.report) {
            set_inheritable(fd)?;
        }
        for fd in plan.parent_ends.into_iter().filter(|&fd| fd >= 0) {
            check(libc::close(fd), "noexec")?;
        }
        let [input, mut output, mut error] = plan.child_ends;
        // What stands in the way of the standard descriptors is moved first.
        if output == 0 {
            output = libc::dup(output);
            check(output, "noexec")?;
        }
        while error == 0 || error == 1 {
            error = libc::dup(error);
            check(error, "noexec")?;
        }
        for (from, to) in [(input, 0), (output, 1), (error, 2)] {
            if from == to {
                set_inheritable(from)?;
            } else if from >= 0 {
                check(libc::dup2(from, to), "noexec")?;
            }
        }
        if let Some(cwd) = &plan.cwd {
            check(libc::chdir(cwd.as_ptr()), "noexec:chdir")?;
        }
        if plan.umask >= 0 {
            libc::umask(plan.umask as libc::mode_t);
        }
        if plan.restore_signals {
            libc::signal(libc::SIGPIPE, libc::SIG_DFL);
            libc::signal(libc::SIGXFSZ, libc::SIG_DFL);
        }
        if plan.new_session {
            check(libc::setsid(), "noexec")?;
        }
        if plan.group >= 0 {
            check(libc::setpgid(0, plan.group as libc::pid_t), "noexec")?;
        }
        if let Some(groups) = &plan.groups {
            check(libc::setgroups(groups.len(), groups.as_ptr()), "noexec")?;
        }
        if let Some(gid) = plan.gid {
            check(libc::setregid(gid, gid), "noexec")?;
        }
        if let Some(uid) = plan.uid {
            check(libc::setreuid(uid, uid), "noexec")?;
        }
    }
    Ok(())
}

/// # Safety
/// None beyond that of the system call: an unknown descriptor is an error.
unsafe fn set_inheritable(fd: i32) -> Result<(), Failure> {
    // SAFETY: plain system calls.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFD);
        check(flags, "noexec")?;
        check(libc::fcntl(fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC), "noexec")
    }
}

/// Closes all descriptors from 3 on but these, which are sorted.
fn close_others(keep: &[i32]) {
    let mut first = 3;
    for &fd in keep.iter().filter(|&&fd| fd >= 3) {
        close_range(first, fd - 1);
        first = fd + 1;
    }
    close_range(first, i32::MAX);
}

fn close_range(first: i32, last: i32) {
    if first > last {
        return;
    }
    // SAFETY: plain system calls; closing what is not open does no harm.
    unsafe {
        if libc::syscall(libc::SYS_close_range, first, last, 0) < 0 {
            let limit = libc::sysconf(libc::_SC_OPEN_MAX).clamp(256, 1 << 16) as i32;
            for fd in first..=last.min(limit) {
                libc::close(fd);
            }
        }
    }
}

/// Tries one program after the other; the errno that tells most.
fn exec(plan: &Plan, pointers: &Pointers) -> i32 {
    let mut saved = 0;
    for program in &plan.executables {
        // SAFETY: strings and arrays are alive and ended by null.
        unsafe {
            match &pointers.env {
                Some(env) => libc::execve(program.as_ptr(), pointers.argv.as_ptr(), env.as_ptr()),
                None => libc::execv(program.as_ptr(), pointers.argv.as_ptr()),
            }
        };
        let errno = last_errno();
        if errno != libc::ENOENT && errno != libc::ENOTDIR && saved == 0 {
            saved = errno;
        }
    }
    if saved != 0 { saved } else { last_errno() }
}
