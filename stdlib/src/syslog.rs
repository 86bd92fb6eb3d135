//! `syslog`: messages to the system's log.

use std::{ffi::CString, sync::OnceLock};

use pystm_gc::lock::Mutex;
use pystm_vm::{
    builtins::{list::List, tuple::Tuple},
    error::PyResult,
    native::{ModuleDef, method},
    object::Ref,
    thread::Thread,
    value::Value,
};

use crate::support::{encode_fs, set_global, str_arg, to_i32, to_i64};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "syslog",
    doc: "",
    methods: &[
        method(
            "openlog",
            "(ident=<unrepresentable>, logoption=0, facility=8)",
            openlog,
            "Set logging options of subsequent syslog() calls.",
        ),
        method(
            "syslog",
            "(*args)",
            syslog,
            "syslog([priority=LOG_INFO,] message)\n\nSend the string message to the system logger.",
        ),
        method(
            "closelog",
            "()",
            closelog,
            "Reset the syslog module values and call the system library closelog().",
        ),
        method(
            "setlogmask",
            "(maskpri, /)",
            setlogmask,
            "Set the priority mask to maskpri and return the previous mask value.",
        ),
        method("LOG_MASK", "(pri, /)", log_mask, "Calculates the mask for the individual priority pri."),
        method(
            "LOG_UPTO",
            "(pri, /)",
            log_upto,
            "Calculates the mask for all priorities up to and including pri.",
        ),
    ],
    types: &[],
    init: Some(|t, module| {
        for &(name, value) in CONSTANTS {
            set_global(t, module, name, Value::small(value as i64));
        }
        Ok(())
    }),
};

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name)),*] };
}

const CONSTANTS: &[(&str, i32)] = numbers! {
    LOG_EMERG LOG_ALERT LOG_CRIT LOG_ERR LOG_WARNING LOG_NOTICE LOG_INFO LOG_DEBUG LOG_PID LOG_CONS LOG_NDELAY LOG_ODELAY
    LOG_NOWAIT LOG_PERROR LOG_KERN LOG_USER LOG_MAIL LOG_DAEMON LOG_AUTH LOG_LPR LOG_LOCAL0 LOG_LOCAL1 LOG_LOCAL2
    LOG_LOCAL3 LOG_LOCAL4 LOG_LOCAL5 LOG_LOCAL6 LOG_LOCAL7 LOG_SYSLOG LOG_CRON LOG_UUCP LOG_NEWS LOG_AUTHPRIV LOG_FTP
};

/// The name that `openlog` was given, for the library keeps a pointer to it; `None` while the log is closed.
static IDENT: OnceLock<Mutex<Option<CString>>> = OnceLock::new();

fn c_text(t: &mut Thread, text: Value) -> PyResult<CString> {
    let bytes = encode_fs(t, text)?;
    CString::new(bytes).map_err(|_| t.value_error("embedded null character"))
}

/// Opens the log under a name, by default the script's.
fn open(t: &mut Thread, ident: Value, option: i32, facility: i32) -> PyResult<()> {
    t.irrevocable();
    let ident = match ident.given_not_none() {
        Some(v) => c_text(t, v)?,
        None => {
            let script = pystm_vm::sys::get(t, "argv").and_then(|a| a.cast::<List>()).and_then(|l| l.get(0));
            let script = script.and_then(|s| s.as_str()).map(|s| s.to_rust()).unwrap_or_default();
            CString::new(script.rsplit('/').next().unwrap_or_default()).unwrap_or_default()
        }
    };
    let mut slot = IDENT.get_or_init(Mutex::default).lock();
    // SAFETY: the name lives until the next call replaces it, which tells the library first.
    unsafe {
        libc::openlog(if ident.is_empty() { std::ptr::null() } else { ident.as_ptr() }, option, facility)
    };
    *slot = Some(ident);
    Ok(())
}

fn is_open() -> bool {
    IDENT.get().is_some_and(|slot| slot.lock().is_some())
}

fn openlog(t: &mut Thread, args: &[Value]) -> PyResult {
    let option = match args[1].given() {
        Some(v) => to_i64(t, v)? as i32,
        None => 0,
    };
    let facility = match args[2].given() {
        Some(v) => to_i64(t, v)? as i32,
        None => libc::LOG_USER,
    };
    open(t, args[0], option, facility)?;
    Ok(Value::NONE)
}

fn syslog(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let given = Ref::<Tuple>::known(args[0]);
    let (priority, message) = match *given.values() {
        [message] => (libc::LOG_INFO, message),
        [priority, message] => (to_i32(t, priority)?, message),
        _ => return Err(t.type_error("syslog.syslog requires 1 to 2 arguments")),
    };
    str_arg(t, message, "syslog", "message")?;
    let message = c_text(t, message)?;
    if !is_open() {
        open(t, Value::NONE, 0, libc::LOG_USER)?;
    }
    t.blocking(|| {
        // The library uses the name that the lock keeps from being replaced.
        let _name = IDENT.get().map(Mutex::lock);
        // SAFETY: C strings; the format takes one.
        unsafe { libc::syslog(priority, c"%s".as_ptr(), message.as_ptr()) };
    });
    Ok(Value::NONE)
}

fn closelog(_: &mut Thread, _: &[Value]) -> PyResult {
    if let Some(slot) = IDENT.get() {
        let mut slot = slot.lock();
        if slot.is_some() {
            // SAFETY: a plain library call; the library forgets the name.
            unsafe { libc::closelog() };
            *slot = None;
        }
    }
    Ok(Value::NONE)
}

fn setlogmask(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let mask = to_i32(t, args[0])?;
    // SAFETY: a plain library call.
    Ok(Value::small(unsafe { libc::setlogmask(mask) } as i64))
}

fn log_mask(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(1i64 << (to_i32(t, args[0])? & 31)))
}

fn log_upto(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small((1i64 << ((to_i32(t, args[0])? & 31) + 1)) - 1))
}
