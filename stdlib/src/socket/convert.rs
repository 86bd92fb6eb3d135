//! Functions of the module that need no socket: numbers, names of services, protocols and interfaces.

use std::{
    ffi::{CStr, CString},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use num_bigint::Sign;
use num_traits::ToPrimitive;
use pystm_vm::{
    builtins::{buffer, int, list, tuple},
    error::{Exc, PyResult},
    object::Ref,
    protocol::number,
    thread::Thread,
    value::Value,
};

use crate::support::{
    STATIC_ANSWERS, bytes_value, decode_fs, encode_fs, fs_bytes, int_value, last_os_error, os_error, str_arg,
    to_i32,
};

/// A number argument of `bits` bits.
fn unsigned(t: &mut Thread, value: Value, bits: u32) -> PyResult<u32> {
    let n = number::index(t, value)?;
    let n = int::to_bigint(n);
    if n.sign() == Sign::Minus {
        return Err(t.value_error("Cannot convert negative int"));
    }
    match n.to_u32().filter(|n| n.checked_shr(bits).is_none_or(|rest| rest == 0)) {
        Some(n) => Ok(n),
        None => {
            let what = if bits == 16 { "uint16_t" } else { "uint32_t" };
            Err(t.overflow_error(format!("Python int too large for C {what}")))
        }
    }
}

pub(super) fn htons(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small((unsigned(t, args[0], 16)? as u16).to_be() as i64))
}

pub(super) fn ntohs(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(u16::from_be(unsigned(t, args[0], 16)? as u16) as i64))
}

pub(super) fn htonl(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(unsigned(t, args[0], 32)?.to_be() as i64))
}

pub(super) fn ntohl(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(u32::from_be(unsigned(t, args[0], 32)?) as i64))
}

/// A text argument for the C library.
fn c_text(t: &mut Thread, text: String) -> PyResult<CString> {
    CString::new(text).map_err(|_| t.value_error("embedded null character"))
}

pub(super) fn inet_aton(t: &mut Thread, args: &[Value]) -> PyResult {
    let text = str_arg(t, args[0], "inet_aton", "1")?;
    let text = c_text(t, text)?;
    let mut address = libc::in_addr { s_addr: 0 };
    // SAFETY: a C string and room for an address.
    if unsafe { inet_aton_of_libc(text.as_ptr(), &mut address) } == 0 {
        return Err(t.raise(Exc::OSError, "illegal IP address string passed to inet_aton"));
    }
    bytes_value(t, &address.s_addr.to_ne_bytes())
}

unsafe extern "C" {
    /// The C library's; the crate `libc` does not declare it.
    #[link_name = "inet_aton"]
    fn inet_aton_of_libc(text: *const libc::c_char, address: *mut libc::in_addr) -> libc::c_int;
}

pub(super) fn inet_ntoa(t: &mut Thread, args: &[Value]) -> PyResult {
    let packed = buffer::to_vec(t, args[0])?;
    let Ok(packed) = <[u8; 4]>::try_from(packed) else {
        return Err(t.raise(Exc::OSError, "packed IP wrong length"));
    };
    Ok(t.new_str(&Ipv4Addr::from(packed).to_string()))
}

pub(super) fn inet_pton(t: &mut Thread, args: &[Value]) -> PyResult {
    let family = to_i32(t, args[0])?;
    let text = str_arg(t, args[1], "inet_pton", "2")?;
    let packed = match family {
        libc::AF_INET => text.parse::<Ipv4Addr>().ok().map(|a| a.octets().to_vec()),
        libc::AF_INET6 => text.parse::<Ipv6Addr>().ok().map(|a| a.octets().to_vec()),
        _ => return Err(os_error(t, libc::EAFNOSUPPORT, Value::UNSET, Value::UNSET)),
    };
    match packed {
        Some(packed) => bytes_value(t, &packed),
        None => Err(t.raise(Exc::OSError, "illegal IP address string passed to inet_pton")),
    }
}

pub(super) fn inet_ntop(t: &mut Thread, args: &[Value]) -> PyResult {
    let family = to_i32(t, args[0])?;
    let packed = buffer::to_vec(t, args[1])?;
    let address = match family {
        libc::AF_INET => <[u8; 4]>::try_from(packed).ok().map(|a| IpAddr::V4(a.into())),
        libc::AF_INET6 => <[u8; 16]>::try_from(packed).ok().map(|a| IpAddr::V6(a.into())),
        _ => return Err(t.value_error(format!("unknown address family {family}"))),
    };
    match address {
        Some(address) => Ok(t.new_str(&address.to_string())),
        None => Err(t.value_error("invalid length of packed IP address string")),
    }
}

pub(super) fn gethostname(t: &mut Thread, _: &[Value]) -> PyResult {
    let mut name = [0u8; 1024];
    // SAFETY: the buffer has the length given, less one so that a zero ends it.
    if unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) } < 0 {
        return Err(last_os_error(t));
    }
    decode_fs(t, name.split(|&b| b == 0).next().unwrap_or_default())
}

pub(super) fn sethostname(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = if args[0].as_str().is_some() { encode_fs(t, args[0])? } else { buffer::to_vec(t, args[0])? };
    // SAFETY: the bytes are readable for their length.
    match unsafe { libc::sethostname(name.as_ptr().cast(), name.len()) } {
        0 => Ok(Value::NONE),
        _ => Err(last_os_error(t)),
    }
}

/// The protocol argument of the functions on services.
fn protocol(t: &mut Thread, value: Value, function: &str) -> PyResult<Option<CString>> {
    match value.given() {
        Some(v) => {
            let text = str_arg(t, v, function, "2")?;
            c_text(t, text).map(Some)
        }
        None => Ok(None),
    }
}

pub(super) fn getservbyname(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = str_arg(t, args[0], "getservbyname", "1")?;
    let name = c_text(t, name)?;
    let protocol = protocol(t, args[1], "getservbyname")?;
    let port = t.blocking(|| {
        let _guard = STATIC_ANSWERS.lock();
        let protocol = protocol.as_ref().map_or(std::ptr::null(), |p| p.as_ptr());
        // SAFETY: C strings; the answer is read under the lock.
        unsafe { libc::getservbyname(name.as_ptr(), protocol).as_ref().map(|s| s.s_port) }
    });
    match port {
        Some(port) => Ok(Value::small(u16::from_be(port as u16) as i64)),
        None => Err(t.raise(Exc::OSError, "service/proto not found")),
    }
}

pub(super) fn getservbyport(t: &mut Thread, args: &[Value]) -> PyResult {
    let port = to_i32(t, args[0])?;
    let protocol = protocol(t, args[1], "getservbyport")?;
    let Ok(port) = u16::try_from(port) else {
        return Err(t.overflow_error("getservbyport: port must be 0-65535."));
    };
    let name = t.blocking(|| {
        let _guard = STATIC_ANSWERS.lock();
        let protocol = protocol.as_ref().map_or(std::ptr::null(), |p| p.as_ptr());
        // SAFETY: a C string or null; the answer is copied under the lock.
        unsafe {
            let service = libc::getservbyport(port.to_be() as i32, protocol).as_ref();
            service.map(|s| CStr::from_ptr(s.s_name).to_bytes().to_vec())
        }
    });
    match name {
        Some(name) => decode_fs(t, &name),
        None => Err(t.raise(Exc::OSError, "port/proto not found")),
    }
}

pub(super) fn getprotobyname(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = str_arg(t, args[0], "getprotobyname", "1")?;
    let name = c_text(t, name)?;
    let number = t.blocking(|| {
        let _guard = STATIC_ANSWERS.lock();
        // SAFETY: a C string; the answer is read under the lock.
        unsafe { libc::getprotobyname(name.as_ptr()).as_ref().map(|p| p.p_proto) }
    });
    match number {
        Some(n) => Ok(Value::small(n as i64)),
        None => Err(t.raise(Exc::OSError, "protocol not found")),
    }
}

pub(super) fn if_nameindex(t: &mut Thread, _: &[Value]) -> PyResult {
    // SAFETY: a plain library call.
    let first = unsafe { libc::if_nameindex() };
    if first.is_null() {
        return Err(last_os_error(t));
    }
    let mut entries = Vec::new();
    let mut at = first;
    // SAFETY: the array ends with an entry of number 0; names are C strings; it is freed once.
    unsafe {
        while (*at).if_index != 0 {
            entries.push(((*at).if_index, CStr::from_ptr((*at).if_name).to_bytes().to_vec()));
            at = at.add(1);
        }
        libc::if_freenameindex(first);
    }
    let result = list::new(t, &[]);
    for (number, name) in entries {
        let name = decode_fs(t, &name)?;
        let entry = tuple::new_small(t, &[Value::small(number as i64), name]);
        list::append(t, Ref::known(result), entry);
    }
    Ok(result)
}

pub(super) fn if_nametoindex(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = fs_bytes(t, args[0])?;
    let name = CString::new(name).map_err(|_| t.value_error("embedded null byte"))?;
    // SAFETY: a C string.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(last_os_error(t)),
        n => Ok(int_value(t, n as i64)),
    }
}

pub(super) fn if_indextoname(t: &mut Thread, args: &[Value]) -> PyResult {
    let number = unsigned(t, args[0], 32)?;
    let mut name = [0u8; libc::IF_NAMESIZE];
    // SAFETY: room for the longest name.
    if unsafe { libc::if_indextoname(number, name.as_mut_ptr().cast()) }.is_null() {
        return Err(last_os_error(t));
    }
    decode_fs(t, name.split(|&b| b == 0).next().unwrap_or_default())
}
