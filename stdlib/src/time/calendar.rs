//! Broken-down times: `struct_time`, `gmtime`, `mktime`, `strftime`.

use std::{
    ffi::{CStr, CString},
    mem,
};

use pystm_text::TextBuf;
use pystm_vm::{
    builtins::{float, int, str::Str, structseq, structseq::field, tuple::Tuple},
    error::PyResult,
    native::TypeDef,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{now, out_of_range};
use crate::support::{float_value, last_os_error, to_f64, to_i32, to_i64};

pub(crate) static STRUCT_TIME: TypeDef = structseq::type_def::<9, 11>(
    "time.struct_time",
    "The time value as returned by gmtime(), localtime(), and strptime().",
    &[
        field::<0>("tm_year", "year, for example, 1993"),
        field::<1>("tm_mon", "month of year, range [1, 12]"),
        field::<2>("tm_mday", "day of month, range [1, 31]"),
        field::<3>("tm_hour", "hours, range [0, 23]"),
        field::<4>("tm_min", "minutes, range [0, 59]"),
        field::<5>("tm_sec", "seconds, range [0, 61])"),
        field::<6>("tm_wday", "day of week, range [0, 6], Monday is 0"),
        field::<7>("tm_yday", "day of year, range [1, 366]"),
        field::<8>("tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"),
        field::<9>("tm_zone", "abbreviation of timezone name"),
        field::<10>("tm_gmtoff", "offset from UTC in seconds"),
    ],
);

/// The local time, if it can be represented.
pub(super) fn local(seconds: i64) -> Option<libc::tm> {
    // SAFETY: the structure is zeroed and filled by the call.
    unsafe {
        let mut tm: libc::tm = mem::zeroed();
        let p = libc::localtime_r(&seconds, &mut tm);
        (!p.is_null()).then_some(tm)
    }
}

/// Name of the time zone.
pub(super) fn zone_name(tm: &libc::tm) -> String {
    if tm.tm_zone.is_null() {
        return String::new();
    }
    // SAFETY: the C library's zone names are C strings that live on.
    unsafe { CStr::from_ptr(tm.tm_zone).to_string_lossy().into_owned() }
}

fn make(t: &mut Thread, tm: &libc::tm) -> Value {
    let numbers = [
        tm.tm_year as i64 + 1900,
        tm.tm_mon as i64 + 1,
        tm.tm_mday as i64,
        tm.tm_hour as i64,
        tm.tm_min as i64,
        tm.tm_sec as i64,
        (tm.tm_wday as i64 + 6) % 7,
        tm.tm_yday as i64 + 1,
        tm.tm_isdst as i64,
    ];
    let mut values = [Value::NONE; 11];
    for (value, n) in values.iter_mut().zip(numbers) {
        *value = Value::small(n);
    }
    let zone = zone_name(tm);
    values[9] = t.new_str(&zone);
    values[10] = Value::small(tm.tm_gmtoff);
    structseq::make(t, &STRUCT_TIME, &values)
}

fn seconds_arg(t: &mut Thread, value: Value) -> PyResult<i64> {
    let Some(value) = value.given_not_none() else { return Ok(now(libc::CLOCK_REALTIME).tv_sec) };
    if int::as_int(value).is_some() {
        return match to_i64(t, value) {
            Ok(n) => Ok(n),
            Err(raised) => {
                crate::support::swallow(t, raised);
                Err(out_of_range(t))
            }
        };
    }
    if float::as_number(value).is_none() && t.special(value, pystm_vm::special::Special::Index).is_none() {
        let name = type_of(value).name();
        return Err(t.type_error(format!("'{name}' object cannot be interpreted as an integer")));
    }
    let f = to_f64(t, value)?;
    if f.is_nan() {
        return Err(t.value_error("Invalid value NaN (not a number)"));
    }
    let f = f.floor();
    if f.abs() >= 9.3e18 { Err(out_of_range(t)) } else { Ok(f as i64) }
}

pub(super) fn gmtime(t: &mut Thread, args: &[Value]) -> PyResult {
    let seconds = seconds_arg(t, args[0])?;
    // SAFETY: the structure is zeroed and filled by the call.
    let (ok, mut tm) = unsafe {
        let mut tm: libc::tm = mem::zeroed();
        let ok = !libc::gmtime_r(&seconds, &mut tm).is_null();
        (ok, tm)
    };
    if !ok {
        return Err(last_os_error(t));
    }
    tm.tm_zone = c"UTC".as_ptr();
    Ok(make(t, &tm))
}

pub(super) fn localtime(t: &mut Thread, args: &[Value]) -> PyResult {
    let seconds = seconds_arg(t, args[0])?;
    match local(seconds) {
        Some(tm) => Ok(make(t, &tm)),
        None => Err(last_os_error(t)),
    }
}

fn parse(t: &mut Thread, value: Value, what: &str) -> PyResult<libc::tm> {
    let Some(items) = value.as_tuple() else {
        return Err(t.type_error("Tuple or struct_time argument required"));
    };
    if items.len() != 9 {
        return Err(t.type_error(format!("{what}: illegal time tuple argument")));
    }
    let mut n = [0i32; 9];
    for (i, slot) in n.iter_mut().enumerate() {
        *slot = to_i32(t, items.at(i))?;
    }
    let Some(year) = n[0].checked_sub(1900) else { return Err(t.overflow_error("year out of range")) };
    // SAFETY: numbers and a null pointer.
    let mut tm: libc::tm = unsafe { mem::zeroed() };
    tm.tm_year = year;
    (tm.tm_mon, tm.tm_mday, tm.tm_hour) = (n[1].wrapping_sub(1), n[2], n[3]);
    (tm.tm_min, tm.tm_sec) = (n[4], n[5]);
    tm.tm_wday = n[6].wrapping_add(1) % 7;
    (tm.tm_yday, tm.tm_isdst) = (n[7].wrapping_sub(1), n[8]);
    if value.cast::<Tuple>().is_some() && type_of(value) == t.rt.native_class(t, &STRUCT_TIME) {
        if let Some(offset) = structseq::value_at(value, 10).as_small() {
            tm.tm_gmtoff = offset;
        }
        if let Some(zone) = structseq::value_at(value, 9).as_str()
            && let Ok(zone) = CString::new(zone.to_rust())
        {
            // `strftime("%Z")` reads the name; names are few, so they are kept for good.
            tm.tm_zone = zone.into_raw();
        }
    }
    Ok(tm)
}

pub(super) fn mktime(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut tm = parse(t, args[0], "mktime(): illegal time tuple argument")?;
    tm.tm_wday = -1;
    // SAFETY: the structure is filled.
    let seconds = unsafe { libc::mktime(&mut tm) };
    if seconds == -1 && tm.tm_wday == -1 {
        return Err(t.overflow_error("mktime argument out of range"));
    }
    Ok(float_value(t, seconds as f64))
}

/// Checks the ranges as `strftime` wants them; 0 counts as the first month and day.
fn check(t: &mut Thread, tm: &mut libc::tm) -> PyResult<()> {
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    } else if !(0..12).contains(&tm.tm_mon) {
        return Err(t.value_error("month out of range"));
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    } else if !(1..=31).contains(&tm.tm_mday) {
        return Err(t.value_error("day of month out of range"));
    }
    for (ok, what) in [
        ((0..=23).contains(&tm.tm_hour), "hour"),
        ((0..=59).contains(&tm.tm_min), "minute"),
        ((0..=61).contains(&tm.tm_sec), "seconds"),
    ] {
        if !ok {
            return Err(t.value_error(format!("{what} out of range")));
        }
    }
    if tm.tm_wday < 0 {
        return Err(t.value_error("day of week out of range"));
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    } else if !(0..=365).contains(&tm.tm_yday) {
        return Err(t.value_error("day of year out of range"));
    }
    Ok(())
}

fn or_now(t: &mut Thread, value: Value, what: &str) -> PyResult<libc::tm> {
    match value.given() {
        Some(v) => parse(t, v, what),
        None => match local(now(libc::CLOCK_REALTIME).tv_sec) {
            Some(tm) => Ok(tm),
            None => Err(last_os_error(t)),
        },
    }
}

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn ascii_time(tm: &libc::tm) -> String {
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[tm.tm_wday.rem_euclid(7) as usize],
        MONTHS[tm.tm_mon.rem_euclid(12) as usize],
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        tm.tm_year as i64 + 1900
    )
}

pub(super) fn asctime(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut tm = or_now(t, args[0], "asctime()")?;
    check(t, &mut tm)?;
    Ok(t.new_str(&ascii_time(&tm)))
}

pub(super) fn ctime(t: &mut Thread, args: &[Value]) -> PyResult {
    let seconds = seconds_arg(t, args[0])?;
    match local(seconds) {
        Some(tm) => Ok(t.new_str(&ascii_time(&tm))),
        None => Err(last_os_error(t)),
    }
}

pub(super) fn strftime(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(format) = args[0].as_str() else {
        let name = type_of(args[0]).name();
        return Err(t.type_error(format!("strftime() argument 1 must be str, not {name}")));
    };
    let mut tm = or_now(t, args[1], "strftime()")?;
    check(t, &mut tm)?;
    tm.tm_isdst = tm.tm_isdst.clamp(-1, 1);
    let units = format.units();
    let mut out = TextBuf::with_capacity(units.len() * 2);
    let mut i = 0;
    while i < units.len() {
        let c = units.at(i);
        if c != b'%' as u32 {
            out.push(c);
            i += 1;
            continue;
        }
        // A directive: flags and width as the C library takes them, then a letter.
        let mut end = i + 1;
        while end < units.len()
            && char::from_u32(units.at(end)).is_some_and(|c| c.is_ascii_digit() || "_-+^#EO:".contains(c))
        {
            end += 1;
        }
        if end >= units.len() || units.at(end) >= 0x80 || units.at(end) == 0 {
            out.push_units(units.slice(i..end));
            i = end;
            continue;
        }
        let directive: String = (i..=end).filter_map(|k| char::from_u32(units.at(k))).collect();
        out.push_str(&directive_text(&directive, &tm));
        i = end + 1;
    }
    Str::from_buf(t, &out)
}

fn directive_text(directive: &str, tm: &libc::tm) -> String {
    let Ok(format) = CString::new(directive) else { return String::new() };
    let mut buffer = vec![0u8; 256];
    // SAFETY: the buffer is writable for its length; format and structure are valid.
    let n = unsafe { libc::strftime(buffer.as_mut_ptr().cast(), buffer.len(), format.as_ptr(), tm) };
    String::from_utf8_lossy(&buffer[..n]).into_owned()
}
