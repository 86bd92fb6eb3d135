//! `resource`: limits and usage of a process.

use pystm_vm::{
    builtins::{structseq, structseq::field, tuple},
    error::{Exc, PyResult},
    native::{ModuleDef, TypeDef, method},
    protocol::iter,
    thread::Thread,
    value::Value,
};

use crate::support::{errno, float_value, int_value, last_os_error, os_error, set_global, to_i32, to_i64};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "resource",
    doc: "",
    methods: &[
        method(
            "getrusage",
            "(who, /)",
            getrusage,
            "Return the resources that a process or a thread has used.",
        ),
        method("getrlimit", "(resource, /)", getrlimit, "Return the soft and the hard limit of a resource."),
        method(
            "setrlimit",
            "(resource, limits, /)",
            setrlimit,
            "Set the soft and the hard limit of a resource.",
        ),
        method(
            "prlimit",
            "(pid, resource, limits=None, /)",
            prlimit,
            "Get, and perhaps set, the limits of a resource of any process.",
        ),
        method(
            "getpagesize",
            "()",
            // SAFETY: a plain library call.
            |_, _| Ok(Value::small(unsafe { libc::sysconf(libc::_SC_PAGESIZE) })),
            "Return the number of bytes of a page of memory.",
        ),
    ],
    types: &[&USAGE],
    init: Some(|t, module| {
        for &(name, value) in CONSTANTS {
            set_global(t, module, name, Value::small(value));
        }
        let error = t.rt.exception(Exc::OSError);
        set_global(t, module, "error", error);
        Ok(())
    }),
};

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*, ("RLIMIT_OFILE", libc::RLIMIT_NOFILE as i64), ("RLIM_INFINITY", -1)] };
}

const CONSTANTS: &[(&str, i64)] = numbers! {
    RLIMIT_AS RLIMIT_CORE RLIMIT_CPU RLIMIT_DATA RLIMIT_FSIZE RLIMIT_MEMLOCK RLIMIT_MSGQUEUE RLIMIT_NICE RLIMIT_NOFILE
    RLIMIT_NPROC RLIMIT_RSS RLIMIT_RTPRIO RLIMIT_RTTIME RLIMIT_SIGPENDING RLIMIT_STACK RUSAGE_CHILDREN
    RUSAGE_SELF RUSAGE_THREAD
};

static USAGE: TypeDef = structseq::type_def::<16, 16>(
    "resource.struct_rusage",
    "struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\nor via the attributes ru_utime, ru_stime, ru_maxrss, and so on.",
    &[
        field::<0>("ru_utime", "user time used"),
        field::<1>("ru_stime", "system time used"),
        field::<2>("ru_maxrss", "max. resident set size"),
        field::<3>("ru_ixrss", "shared memory size"),
        field::<4>("ru_idrss", "unshared data size"),
        field::<5>("ru_isrss", "unshared stack size"),
        field::<6>("ru_minflt", "page faults not requiring I/O"),
        field::<7>("ru_majflt", "page faults requiring I/O"),
        field::<8>("ru_nswap", "number of swap outs"),
        field::<9>("ru_inblock", "block input operations"),
        field::<10>("ru_oublock", "block output operations"),
        field::<11>("ru_msgsnd", "IPC messages sent"),
        field::<12>("ru_msgrcv", "IPC messages received"),
        field::<13>("ru_nsignals", "signals received"),
        field::<14>("ru_nvcsw", "voluntary context switches"),
        field::<15>("ru_nivcsw", "involuntary context switches"),
    ],
);

fn getrusage(t: &mut Thread, args: &[Value]) -> PyResult {
    let who = to_i32(t, args[0])?;
    // SAFETY: numbers only.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the structure lives as long as the call.
    if unsafe { libc::getrusage(who, &mut usage) } < 0 {
        if errno() == libc::EINVAL {
            return Err(t.value_error("invalid who parameter"));
        }
        return Err(last_os_error(t));
    }
    Ok(usage_value(t, &usage))
}

/// A `struct_rusage`.
fn usage_value(t: &mut Thread, usage: &libc::rusage) -> Value {
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 * 1e-6;
    let user = float_value(t, seconds(usage.ru_utime));
    let system = float_value(t, seconds(usage.ru_stime));
    let mut values = [Value::ZERO; 16];
    values[0] = user;
    values[1] = system;
    let counts = [
        usage.ru_maxrss,
        usage.ru_ixrss,
        usage.ru_idrss,
        usage.ru_isrss,
        usage.ru_minflt,
        usage.ru_majflt,
        usage.ru_nswap,
        usage.ru_inblock,
        usage.ru_oublock,
        usage.ru_msgsnd,
        usage.ru_msgrcv,
        usage.ru_nsignals,
        usage.ru_nvcsw,
        usage.ru_nivcsw,
    ];
    for (value, count) in values[2..].iter_mut().zip(counts) {
        *value = Value::small(count);
    }
    structseq::make(t, &USAGE, &values)
}

/// Number of resources that Linux counts.
const RESOURCES: u32 = 16;

/// A resource argument.
fn resource(t: &mut Thread, value: Value) -> PyResult<u32> {
    match u32::try_from(to_i32(t, value)?).ok().filter(|&n| n < RESOURCES) {
        Some(n) => Ok(n),
        None => Err(t.value_error("invalid resource specified")),
    }
}

/// A pair of limits; -1 means none.
fn limits(t: &mut Thread, value: Value) -> PyResult<libc::rlimit> {
    let items = iter::collect(t, value)?;
    if items.len() != 2 {
        return Err(t.value_error("expected a tuple of 2 integers"));
    }
    let (soft, hard) = (items[0], items[1]);
    Ok(libc::rlimit { rlim_cur: to_i64(t, soft)? as u64, rlim_max: to_i64(t, hard)? as u64 })
}

fn limits_value(t: &mut Thread, limits: libc::rlimit) -> Value {
    let (soft, hard) = (int_value(t, limits.rlim_cur as i64), int_value(t, limits.rlim_max as i64));
    tuple::new_small(t, &[soft, hard])
}

/// `prlimit` of a process (0: this one), which also does what `getrlimit` and `setrlimit` do.
fn change(t: &mut Thread, pid: i32, resource: u32, new: Option<libc::rlimit>) -> PyResult<libc::rlimit> {
    t.irrevocable();
    let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let new = new.as_ref().map_or(std::ptr::null(), |new| new as *const libc::rlimit);
    // SAFETY: both structures live as long as the call.
    if unsafe { libc::prlimit(pid, resource, new, &mut old) } == 0 {
        return Ok(old);
    }
    match errno() {
        libc::EINVAL => Err(t.value_error("current limit exceeds maximum limit")),
        libc::EPERM if pid == 0 => Err(t.value_error("not allowed to raise maximum limit")),
        code => Err(os_error(t, code, Value::UNSET, Value::UNSET)),
    }
}

fn getrlimit(t: &mut Thread, args: &[Value]) -> PyResult {
    let resource = resource(t, args[0])?;
    let limits = change(t, 0, resource, None)?;
    Ok(limits_value(t, limits))
}

fn setrlimit(t: &mut Thread, args: &[Value]) -> PyResult {
    let resource = resource(t, args[0])?;
    let new = limits(t, args[1])?;
    change(t, 0, resource, Some(new))?;
    Ok(Value::NONE)
}

fn prlimit(t: &mut Thread, args: &[Value]) -> PyResult {
    let pid = to_i32(t, args[0])?;
    let resource = resource(t, args[1])?;
    let new = match args[2].given_not_none() {
        Some(v) => Some(limits(t, v)?),
        None => None,
    };
    let old = change(t, pid, resource, new)?;
    Ok(limits_value(t, old))
}
