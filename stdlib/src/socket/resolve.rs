//! Names of hosts and services.

use std::{
    ffi::{CStr, CString},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::OnceLock,
};

use pystm_stm::Slot;
use pystm_vm::{
    builtins::{int, list, tuple},
    error::{Exc, PyResult, Raised},
    object::Ref,
    protocol::call,
    thread::Thread,
    value::Value,
};

use super::address::{self, Address};
use crate::support::{decode_fs, errno, last_os_error, make_class, str_arg, to_i32, to_i64};

/// An answer of `getaddrinfo`.
pub(super) struct Info {
    pub(super) family: i32,
    pub(super) kind: i32,
    pub(super) protocol: i32,
    pub(super) canonical: Vec<u8>,
    pub(super) address: Address,
}

/// `socket.gaierror` and `socket.herror`; they live as long as the process.
static ERRORS: OnceLock<[Slot<Value>; 2]> = OnceLock::new();

/// Makes `gaierror` and `herror`.
pub(super) fn make_errors(t: &mut Thread) -> PyResult<[Value; 2]> {
    if ERRORS.get().is_none() {
        let base = t.rt.exception(Exc::OSError);
        let gai = make_class(t, "socket", "gaierror", &[base], "")?;
        let host = make_class(t, "socket", "herror", &[base], "")?;
        let _ = ERRORS.set([Slot::new(gai), Slot::new(host)]);
    }
    Ok([0, 1].map(|i| ERRORS.get().map_or(Value::NONE, |errors| errors[i].get())))
}

fn raise(t: &mut Thread, class: usize, code: i32, text: &str) -> Raised {
    let text = t.new_str(text);
    let made =
        make_errors(t).and_then(|classes| call::call(t, classes[class], &[Value::small(code as i64), text]));
    match made {
        Ok(error) => t.raise_value(error),
        Err(raised) => raised,
    }
}

/// The error for a code of `getaddrinfo`.
#[cold]
pub(super) fn gai_error(t: &mut Thread, code: i32) -> Raised {
    if code == libc::EAI_SYSTEM {
        return last_os_error(t);
    }
    // SAFETY: the library's texts live for ever.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) }.to_string_lossy();
    raise(t, 0, code, &text)
}

/// `getaddrinfo`; the error is its code.
fn lookup(
    host: Option<&[u8]>,
    service: Option<&[u8]>,
    family: i32,
    kind: i32,
    protocol: i32,
    flags: i32,
) -> Result<Vec<Info>, i32> {
    let text = |bytes: Option<&[u8]>| bytes.map(CString::new).transpose().map_err(|_| libc::EAI_NONAME);
    let (host, service) = (text(host)?, text(service)?);
    // SAFETY: numbers and null pointers.
    let mut hints: libc::addrinfo = unsafe { std::mem::zeroed() };
    (hints.ai_family, hints.ai_socktype, hints.ai_protocol, hints.ai_flags) = (family, kind, protocol, flags);
    let pointer = |text: &Option<CString>| text.as_ref().map_or(std::ptr::null(), |c| c.as_ptr());
    let mut first = std::ptr::null_mut();
    // SAFETY: the texts, the hints and the result outlive the call.
    let code = unsafe { libc::getaddrinfo(pointer(&host), pointer(&service), &hints, &mut first) };
    if code != 0 {
        return Err(code);
    }
    let mut infos = Vec::new();
    let mut at = first as *const libc::addrinfo;
    // SAFETY: a list that the library made and that ends with null; names are C strings or null.
    unsafe {
        while let Some(info) = at.as_ref() {
            let canonical = match info.ai_canonname.is_null() {
                true => Vec::new(),
                false => CStr::from_ptr(info.ai_canonname).to_bytes().to_vec(),
            };
            infos.push(Info {
                family: info.ai_family,
                kind: info.ai_socktype,
                protocol: info.ai_protocol,
                canonical,
                address: Address::copy_of(info.ai_addr, info.ai_addrlen),
            });
            at = info.ai_next;
        }
        libc::freeaddrinfo(first);
    }
    Ok(infos)
}

/// Names of host and service of an address; the error is a code of `getaddrinfo`.
pub(super) fn names(address: &Address, flags: i32) -> Result<(Vec<u8>, Vec<u8>), i32> {
    let (mut host, mut service) = ([0u8; libc::NI_MAXHOST as usize], [0u8; 32]);
    // SAFETY: address and buffers live as long as the call, with the lengths given.
    let code = unsafe {
        libc::getnameinfo(
            address.as_ptr(),
            address.len,
            host.as_mut_ptr().cast(),
            host.len() as libc::socklen_t,
            service.as_mut_ptr().cast(),
            service.len() as libc::socklen_t,
            flags,
        )
    };
    if code != 0 {
        return Err(code);
    }
    let text = |buffer: &[u8]| buffer.split(|&b| b == 0).next().unwrap_or_default().to_vec();
    Ok((text(&host), text(&service)))
}

/// The address of a host, by number or name, without a port. An empty name is any address of this machine.
pub(super) fn host(t: &mut Thread, name: &[u8], family: i32) -> PyResult<Address> {
    let v4 = matches!(family, libc::AF_INET | libc::AF_UNSPEC);
    let number = match std::str::from_utf8(name) {
        Ok("") if v4 => Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        Ok("") => Some(IpAddr::V6(Ipv6Addr::UNSPECIFIED)),
        Ok("<broadcast>" | "255.255.255.255") if v4 => Some(IpAddr::V4(Ipv4Addr::BROADCAST)),
        Ok("<broadcast>" | "255.255.255.255") => {
            return Err(t.raise(Exc::OSError, "address family mismatched"));
        }
        Ok(text) => text.parse::<IpAddr>().ok().filter(|ip| ip.is_ipv4() == v4 || family == libc::AF_UNSPEC),
        Err(_) => None,
    };
    if let Some(number) = number {
        return Ok(Address::ip(number, 0, 0, 0));
    }
    match t.blocking(|| lookup(Some(name), None, family, 0, 0, 0)) {
        Ok(infos) => match infos.first() {
            Some(info) => Ok(info.address),
            None => Err(gai_error(t, libc::EAI_NONAME)),
        },
        Err(code) => Err(gai_error(t, code)),
    }
}

pub(super) fn getaddrinfo(t: &mut Thread, args: &[Value]) -> PyResult {
    let host = match args[0].given_not_none() {
        Some(v) if v.as_str().is_none() && v.as_bytes().is_none() => {
            return Err(t.type_error("getaddrinfo() argument 1 must be string or None"));
        }
        Some(v) => Some(address::host_bytes(t, v)?),
        None => None,
    };
    let service = match args[1] {
        Value::NONE => None,
        v if int::as_int(v).is_some() => {
            let n = to_i64(t, v)?;
            Some(n.to_string().into_bytes())
        }
        v => match (v.as_str(), v.as_bytes()) {
            (Some(s), _) => Some(s.to_rust().into_bytes()),
            (None, Some(b)) => Some(b.as_slice().to_vec()),
            (None, None) => return Err(t.raise(Exc::OSError, "Int or String expected")),
        },
    };
    let mut numbers = [0; 4];
    for (i, n) in numbers.iter_mut().enumerate() {
        if let Some(v) = args[2 + i].given() {
            *n = to_i32(t, v)?;
        }
    }
    let [family, kind, protocol, flags] = numbers;
    let infos = t
        .blocking(|| lookup(host.as_deref(), service.as_deref(), family, kind, protocol, flags))
        .map_err(|code| gai_error(t, code))?;
    let result = list::new(t, &[]);
    for info in &infos {
        let value = address::info_value(t, info)?;
        list::append(t, Ref::known(result), value);
    }
    Ok(result)
}

pub(super) fn getnameinfo(t: &mut Thread, args: &[Value]) -> PyResult {
    let flags = to_i32(t, args[1])?;
    let Some(parts) = args[0].as_tuple() else {
        return Err(t.type_error("getnameinfo() argument 1 must be a tuple"));
    };
    if !(2..=4).contains(&parts.len()) {
        return Err(t.type_error("getnameinfo(): illegal sockaddr argument"));
    }
    let name = str_arg(t, parts.at(0), "getnameinfo", "1")?;
    let port = to_i64(t, parts.at(1))?;
    let mut numbers = [0i64; 2];
    for (i, n) in numbers.iter_mut().enumerate().take(parts.len() - 2) {
        *n = to_i64(t, parts.at(2 + i))?;
    }
    if !(0..=0xf_ffff).contains(&numbers[0]) {
        return Err(t.overflow_error("getnameinfo(): flowinfo must be 0-1048575."));
    }
    let service = port.to_string();
    let (host, port_text) = (Some(name.as_bytes()), Some(service.as_bytes()));
    // Numbers need no name server.
    let infos = lookup(host, port_text, libc::AF_UNSPEC, libc::SOCK_DGRAM, 0, libc::AI_NUMERICHOST)
        .map_err(|code| gai_error(t, code))?;
    let [info] = infos.as_slice() else {
        return Err(t.raise(Exc::OSError, "sockaddr resolved to multiple addresses"));
    };
    let found = match info.address.host() {
        Some(IpAddr::V4(_)) if parts.len() != 2 => {
            return Err(t.raise(Exc::OSError, "IPv4 sockaddr must be 2 tuple"));
        }
        Some(ip @ IpAddr::V6(_)) => Address::ip(ip, port as u16, numbers[0] as u32, numbers[1] as u32),
        _ => info.address,
    };
    let (host, service) = t.blocking(|| names(&found, flags)).map_err(|code| gai_error(t, code))?;
    let (host, service) = (decode_fs(t, &host)?, decode_fs(t, &service)?);
    Ok(tuple::new_small(t, &[host, service]))
}

pub(super) fn gethostbyname(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = address::host_bytes(t, args[0])?;
    let found = host(t, &name, libc::AF_INET)?;
    Ok(address::host_value(t, &found))
}

/// `(name, [], addresses)` as the older functions return it.
fn host_entry(t: &mut Thread, name: &[u8], found: &[Address]) -> PyResult {
    let name = decode_fs(t, name)?;
    let (aliases, addresses) = (list::new(t, &[]), list::new(t, &[]));
    for address in found {
        let text = address::host_value(t, address);
        list::append(t, Ref::known(addresses), text);
    }
    tuple::new(t, &[name, aliases, addresses])
}

pub(super) fn gethostbyname_ex(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = address::host_bytes(t, args[0])?;
    let infos = t
        .blocking(|| lookup(Some(&name), None, libc::AF_INET, libc::SOCK_STREAM, 0, libc::AI_CANONNAME))
        .map_err(|code| gai_error(t, code))?;
    let canonical = infos.first().map(|i| i.canonical.clone()).filter(|c| !c.is_empty()).unwrap_or(name);
    let found: Vec<Address> = infos.iter().map(|i| i.address).collect();
    host_entry(t, &canonical, &found)
}

pub(super) fn gethostbyaddr(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = address::host_bytes(t, args[0])?;
    let found = host(t, &name, libc::AF_UNSPEC)?;
    match t.blocking(|| names(&found, libc::NI_NAMEREQD)) {
        Ok((canonical, _)) => host_entry(t, &canonical, &[found]),
        Err(libc::EAI_SYSTEM) if errno() != 0 => Err(last_os_error(t)),
        Err(_) => Err(raise(t, 1, 1, "Unknown host")),
    }
}
