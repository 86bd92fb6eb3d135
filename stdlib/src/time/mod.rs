//! `time`: clocks, sleeping, broken-down times.

mod calendar;

use std::mem;

use pystm_vm::{
    builtins::{int, module::Module, namespace, tuple},
    error::{Exc, PyResult},
    native::{ModuleDef, method},
    object::Ref,
    protocol::call,
    thread::Thread,
    value::Value,
};

use crate::support::{check_signals, float_value, import_from, int_value, last_os_error, set_global, to_f64};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "time",
    doc: "This module provides various functions to manipulate time values.",
    methods: &[
        method(
            "time",
            "()",
            |t, _| seconds(t, libc::CLOCK_REALTIME),
            "Return the current time in seconds since the Epoch.",
        ),
        method(
            "time_ns",
            "()",
            |t, _| nanos(t, libc::CLOCK_REALTIME),
            "Return the current time in nanoseconds since the Epoch.",
        ),
        method(
            "monotonic",
            "()",
            |t, _| seconds(t, libc::CLOCK_MONOTONIC),
            "Monotonic clock, cannot go backward.",
        ),
        method(
            "monotonic_ns",
            "()",
            |t, _| nanos(t, libc::CLOCK_MONOTONIC),
            "Monotonic clock as nanoseconds.",
        ),
        method(
            "perf_counter",
            "()",
            |t, _| seconds(t, libc::CLOCK_MONOTONIC),
            "Performance counter for benchmarking.",
        ),
        method(
            "perf_counter_ns",
            "()",
            |t, _| nanos(t, libc::CLOCK_MONOTONIC),
            "Performance counter as nanoseconds.",
        ),
        method(
            "process_time",
            "()",
            |t, _| seconds(t, libc::CLOCK_PROCESS_CPUTIME_ID),
            "CPU time of the process.",
        ),
        method(
            "process_time_ns",
            "()",
            |t, _| nanos(t, libc::CLOCK_PROCESS_CPUTIME_ID),
            "CPU time of the process as nanoseconds.",
        ),
        method(
            "thread_time",
            "()",
            |t, _| seconds(t, libc::CLOCK_THREAD_CPUTIME_ID),
            "CPU time of the thread.",
        ),
        method(
            "thread_time_ns",
            "()",
            |t, _| nanos(t, libc::CLOCK_THREAD_CPUTIME_ID),
            "CPU time of the thread as nanoseconds.",
        ),
        method("clock_gettime", "(clk_id, /)", clock_gettime, "Return the time of the specified clock."),
        method(
            "clock_gettime_ns",
            "(clk_id, /)",
            clock_gettime_ns,
            "Return the time of the specified clock as nanoseconds.",
        ),
        method("clock_getres", "(clk_id, /)", clock_getres, "Return the resolution of the specified clock."),
        method("sleep", "(seconds, /)", sleep, "Delay execution for a given number of seconds."),
        method("get_clock_info", "(name, /)", get_clock_info, "Get information of the specified clock."),
        method(
            "gmtime",
            "(seconds=None, /)",
            calendar::gmtime,
            "Convert seconds since the Epoch to a time tuple expressing UTC.",
        ),
        method(
            "localtime",
            "(seconds=None, /)",
            calendar::localtime,
            "Convert seconds since the Epoch to a time tuple expressing local time.",
        ),
        method(
            "mktime",
            "(tuple, /)",
            calendar::mktime,
            "Convert a time tuple in local time to seconds since the Epoch.",
        ),
        method("asctime", "(tuple=None, /)", calendar::asctime, "Convert a time tuple to a string."),
        method(
            "ctime",
            "(seconds=None, /)",
            calendar::ctime,
            "Convert a time in seconds since the Epoch to a string in local time.",
        ),
        method(
            "strftime",
            "(format, tuple=None, /)",
            calendar::strftime,
            "Convert a time tuple to a string according to a format specification.",
        ),
        method(
            "strptime",
            "(*args)",
            strptime,
            "Parse a string to a time tuple according to a format specification.",
        ),
        method("tzset", "()", tzset, "Initialize the time conversion information."),
    ],
    types: &[&calendar::STRUCT_TIME],
    init: Some(init),
};

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    for (name, clock) in [
        ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
        ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
        ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
        ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
        ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
        ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
        ("CLOCK_TAI", libc::CLOCK_TAI),
    ] {
        set_global(t, module, name, Value::small(clock as i64));
    }
    set_global(t, module, "_STRUCT_TM_ITEMS", Value::small(11));
    set_zone(t, module)
}

/// `timezone`, `altzone`, `daylight`, `tzname`, from the offsets in January and July.
fn set_zone(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let now = now(libc::CLOCK_REALTIME).tv_sec;
    let january = calendar::local(now / YEAR * YEAR);
    let july = calendar::local(now / YEAR * YEAR + YEAR / 2);
    let (january, july) = match (january, july) {
        (Some(a), Some(b)) => (a, b),
        _ => return Ok(()),
    };
    let (winter, summer) = if january.tm_gmtoff > july.tm_gmtoff { (july, january) } else { (january, july) };
    let (std, alt) = (-winter.tm_gmtoff, -summer.tm_gmtoff);
    let names = [calendar::zone_name(&winter), calendar::zone_name(&summer)];
    set_global(t, module, "timezone", Value::small(std));
    set_global(t, module, "altzone", Value::small(alt));
    set_global(t, module, "daylight", Value::small((std != alt) as i64));
    let a = t.new_str(&names[0]);
    let b = t.new_str(&names[1]);
    let names = tuple::new(t, &[a, b])?;
    set_global(t, module, "tzname", names);
    Ok(())
}

fn tzset(t: &mut Thread, _: &[Value]) -> PyResult {
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: a plain library call.
    unsafe { tzset() };
    let module = crate::support::import(t, "time")?;
    if let Some(module) = module.cast::<Module>() {
        set_zone(t, module)?;
    }
    Ok(Value::NONE)
}

pub(super) fn now(clock: libc::clockid_t) -> libc::timespec {
    // SAFETY: the structure is zeroed and filled by the call.
    unsafe {
        let mut spec: libc::timespec = mem::zeroed();
        libc::clock_gettime(clock, &mut spec);
        spec
    }
}

fn seconds(t: &mut Thread, clock: libc::clockid_t) -> PyResult {
    let spec = now(clock);
    // As CPython: the nanoseconds as one integer, then one division.
    let nanos = spec.tv_sec as i128 * 1_000_000_000 + spec.tv_nsec as i128;
    Ok(float_value(t, nanos as f64 / 1e9))
}

fn nanos(t: &mut Thread, clock: libc::clockid_t) -> PyResult {
    let spec = now(clock);
    Ok(int_value(t, spec.tv_sec * 1_000_000_000 + spec.tv_nsec))
}

fn checked_clock(t: &mut Thread, value: Value) -> PyResult<libc::clockid_t> {
    let clock = crate::support::to_i32(t, value)?;
    // SAFETY: the structure is zeroed and filled by the call.
    let rc = unsafe {
        let mut spec: libc::timespec = mem::zeroed();
        libc::clock_gettime(clock, &mut spec)
    };
    if rc < 0 { Err(last_os_error(t)) } else { Ok(clock) }
}

fn clock_gettime(t: &mut Thread, args: &[Value]) -> PyResult {
    let clock = checked_clock(t, args[0])?;
    seconds(t, clock)
}

fn clock_gettime_ns(t: &mut Thread, args: &[Value]) -> PyResult {
    let clock = checked_clock(t, args[0])?;
    nanos(t, clock)
}

fn resolution(clock: libc::clockid_t) -> f64 {
    // SAFETY: the structure is zeroed and filled by the call.
    unsafe {
        let mut spec: libc::timespec = mem::zeroed();
        libc::clock_getres(clock, &mut spec);
        spec.tv_sec as f64 + spec.tv_nsec as f64 * 1e-9
    }
}

fn clock_getres(t: &mut Thread, args: &[Value]) -> PyResult {
    let clock = checked_clock(t, args[0])?;
    Ok(float_value(t, resolution(clock)))
}

fn sleep(t: &mut Thread, args: &[Value]) -> PyResult {
    let duration = if int::as_int(args[0]).is_some() || args[0].is_immediate_float() {
        to_f64(t, args[0])?
    } else {
        let name = pystm_vm::runtime::type_of(args[0]).name();
        match call::call_special(t, args[0], pystm_vm::special::Special::Index, &[])? {
            Some(n) => to_f64(t, n)?,
            None if pystm_vm::builtins::float::as_number(args[0]).is_some() => to_f64(t, args[0])?,
            None => {
                return Err(
                    t.type_error(format!("'{name}' object cannot be interpreted as an integer or float"))
                );
            }
        }
    };
    if duration.is_nan() {
        return Err(t.value_error("Invalid value NaN (not a number)"));
    }
    if duration < 0.0 {
        return Err(t.value_error("sleep length must be non-negative"));
    }
    if duration > 9_223_372_036.0 {
        return Err(t.overflow_error("timestamp out of range for platform time_t"));
    }
    let start = now(libc::CLOCK_MONOTONIC);
    let total = (duration * 1e9).ceil() as i64;
    let end = start.tv_sec as i128 * 1_000_000_000 + start.tv_nsec as i128 + total as i128;
    let deadline =
        libc::timespec { tv_sec: (end / 1_000_000_000) as i64, tv_nsec: (end % 1_000_000_000) as i64 };
    loop {
        // SAFETY: the structure lives as long as the call.
        let code = t.blocking(|| unsafe {
            libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &deadline, std::ptr::null_mut())
        });
        match code {
            0 => return Ok(Value::NONE),
            libc::EINTR => check_signals(t)?,
            code => return Err(crate::support::os_error(t, code, Value::UNSET, Value::UNSET)),
        }
    }
}

fn get_clock_info(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = crate::support::str_arg(t, args[0], "get_clock_info", "1")?;
    let (clock, implementation, monotonic, adjustable) = match name.as_str() {
        "time" => (libc::CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", false, true),
        "monotonic" | "perf_counter" => {
            (libc::CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false)
        }
        "process_time" => {
            (libc::CLOCK_PROCESS_CPUTIME_ID, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false)
        }
        "thread_time" => {
            (libc::CLOCK_THREAD_CPUTIME_ID, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false)
        }
        _ => return Err(t.value_error("unknown clock")),
    };
    let info = namespace::new(t);
    let implementation = t.new_str(implementation);
    let resolution = float_value(t, resolution(clock));
    for (name, value) in [
        ("implementation", implementation),
        ("monotonic", Value::bool(monotonic)),
        ("adjustable", Value::bool(adjustable)),
        ("resolution", resolution),
    ] {
        pystm_vm::protocol::attr::setattr_text(t, info, name, value)?;
    }
    Ok(info)
}

fn strptime(t: &mut Thread, args: &[Value]) -> PyResult {
    let function = import_from(t, "_strptime", "_strptime_time")?;
    call::call_ex(t, function, args[0], Value::UNSET)
}

/// OverflowError for a time that the system cannot represent.
#[cold]
pub(super) fn out_of_range(t: &mut Thread) -> pystm_vm::error::Raised {
    t.raise(Exc::OverflowError, "timestamp out of range for platform time_t")
}
