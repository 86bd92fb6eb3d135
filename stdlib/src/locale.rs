//! `_locale`: the C library's locale.

use std::ffi::{CStr, CString};

use pystm_vm::{
    builtins::{dict, list},
    error::{Exc, PyResult},
    native::{ModuleDef, method},
    object::Ref,
    thread::Thread,
    value::Value,
};

use crate::support::{decode_fs, fs_bytes, set_global, str_arg, to_i32};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_locale",
    doc: "Support for POSIX locales.",
    methods: &[
        method("setlocale", "(category, locale=None, /)", setlocale, "Activates/queries locale processing."),
        method("localeconv", "()", localeconv, "Returns numeric and monetary locale-specific parameters."),
        method(
            "nl_langinfo",
            "(key, /)",
            nl_langinfo,
            "Return the value for the locale information associated with key.",
        ),
        method("getencoding", "()", |t, _| Ok(t.new_str("utf-8")), "Get the current locale encoding."),
        method("strcoll", "(os1, os2, /)", strcoll, "Compares two strings according to the locale."),
        method(
            "strxfrm",
            "(string, /)",
            |_, a| Ok(a[0]),
            "Return a string that can be used as a key for locale-aware comparisons.",
        ),
    ],
    types: &[],
    init: Some(|t, module| {
        for &(name, value) in CONSTANTS {
            set_global(t, module, name, Value::small(value as i64));
        }
        set_global(t, module, "CHAR_MAX", Value::small(127));
        let error = t.rt.exception(Exc::ValueError);
        let error = crate::support::make_class(t, "locale", "Error", &[error], "")?;
        set_global(t, module, "Error", error);
        ERROR.store(error.bits(), std::sync::atomic::Ordering::Relaxed);
        Ok(())
    }),
};

/// The word of the class `Error`, which the runtime keeps alive. Relaxed: set once, when the module is imported.
static ERROR: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i32)),*] };
}

const CONSTANTS: &[(&str, i32)] = numbers! {
    LC_CTYPE LC_TIME LC_COLLATE LC_MONETARY LC_MESSAGES LC_NUMERIC LC_ALL CODESET D_T_FMT D_FMT T_FMT T_FMT_AMPM AM_STR PM_STR
    DAY_1 DAY_2 DAY_3 DAY_4 DAY_5 DAY_6 DAY_7 ABDAY_1 ABDAY_2 ABDAY_3 ABDAY_4 ABDAY_5 ABDAY_6 ABDAY_7
    MON_1 MON_2 MON_3 MON_4 MON_5 MON_6 MON_7 MON_8 MON_9 MON_10 MON_11 MON_12
    ABMON_1 ABMON_2 ABMON_3 ABMON_4 ABMON_5 ABMON_6 ABMON_7 ABMON_8 ABMON_9 ABMON_10 ABMON_11 ABMON_12
    RADIXCHAR THOUSEP YESEXPR NOEXPR CRNCYSTR ERA ERA_D_FMT ERA_D_T_FMT ERA_T_FMT ALT_DIGITS
};

fn setlocale(t: &mut Thread, args: &[Value]) -> PyResult {
    let category = to_i32(t, args[0])?;
    let name = match args[1].given_not_none() {
        Some(name) => Some(CString::new(fs_bytes(t, name)?).unwrap_or_default()),
        None => None,
    };
    // SAFETY: the name is null or a C string; the answer is a C string that is copied at once.
    let answer = unsafe {
        let p = libc::setlocale(category, name.as_ref().map_or(std::ptr::null(), |n| n.as_ptr()));
        if p.is_null() { None } else { Some(CStr::from_ptr(p).to_bytes().to_vec()) }
    };
    match answer {
        Some(a) => decode_fs(t, &a),
        None => {
            let class = Value::from_bits(ERROR.load(std::sync::atomic::Ordering::Relaxed));
            let message = if name.is_some() { "unsupported locale setting" } else { "locale query failed" };
            Err(crate::support::raise_class(t, class, message))
        }
    }
}

/// Numbers of a grouping as C writes them: up to a zero or `CHAR_MAX`, which is included.
fn grouping(t: &mut Thread, p: *const libc::c_char) -> Value {
    // SAFETY: the library's groupings are C strings.
    let bytes = if p.is_null() { Vec::new() } else { unsafe { CStr::from_ptr(p) }.to_bytes().to_vec() };
    let result = list::new(t, &[]);
    for &b in &bytes {
        list::append(t, Ref::known(result), Value::small(b as i64));
    }
    if bytes.last().is_some_and(|&b| b != 127) {
        list::append(t, Ref::known(result), Value::ZERO);
    }
    result
}

fn localeconv(t: &mut Thread, _: &[Value]) -> PyResult {
    let result = dict::new(t);
    // SAFETY: the library's structure stays; its members are C strings or numbers.
    let conv = unsafe { &*libc::localeconv() };
    for (name, text) in [
        ("decimal_point", conv.decimal_point),
        ("thousands_sep", conv.thousands_sep),
        ("int_curr_symbol", conv.int_curr_symbol),
        ("currency_symbol", conv.currency_symbol),
        ("mon_decimal_point", conv.mon_decimal_point),
        ("mon_thousands_sep", conv.mon_thousands_sep),
        ("positive_sign", conv.positive_sign),
        ("negative_sign", conv.negative_sign),
    ] {
        // SAFETY: as above.
        let text = unsafe { CStr::from_ptr(text) }.to_bytes().to_vec();
        let text = decode_fs(t, &text)?;
        dict::set_text(t, result, name, text);
    }
    for (name, group) in [("grouping", conv.grouping), ("mon_grouping", conv.mon_grouping)] {
        let group = grouping(t, group);
        dict::set_text(t, result, name, group);
    }
    for (name, number) in [
        ("int_frac_digits", conv.int_frac_digits),
        ("frac_digits", conv.frac_digits),
        ("p_cs_precedes", conv.p_cs_precedes),
        ("p_sep_by_space", conv.p_sep_by_space),
        ("n_cs_precedes", conv.n_cs_precedes),
        ("n_sep_by_space", conv.n_sep_by_space),
        ("p_sign_posn", conv.p_sign_posn),
        ("n_sign_posn", conv.n_sign_posn),
    ] {
        dict::set_text(t, result, name, Value::small(number as i64));
    }
    Ok(result.value())
}

fn nl_langinfo(t: &mut Thread, args: &[Value]) -> PyResult {
    let key = to_i32(t, args[0])?;
    if !CONSTANTS.iter().any(|&(_, v)| v == key) {
        return Err(t.value_error("unsupported langinfo constant"));
    }
    // SAFETY: the answer is a C string that is copied at once.
    let text = unsafe { CStr::from_ptr(libc::nl_langinfo(key)) }.to_bytes().to_vec();
    decode_fs(t, &text)
}

fn strcoll(t: &mut Thread, args: &[Value]) -> PyResult {
    let a = CString::new(str_arg(t, args[0], "strcoll", "1")?).unwrap_or_default();
    let b = CString::new(str_arg(t, args[1], "strcoll", "2")?).unwrap_or_default();
    // SAFETY: C strings.
    Ok(Value::small(unsafe { libc::strcoll(a.as_ptr(), b.as_ptr()) } as i64))
}
