//! Addresses: what Python shows as tuples, strs and bytes, and the system as `sockaddr`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use pystm_vm::{
    builtins::{buffer, tuple},
    error::{Exc, PyResult},
    protocol::call,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::resolve;
use crate::support::{bytes_value, decode_fs, encode_fs, int_value, to_i32, to_i64};

/// An address of any family.
#[derive(Clone, Copy)]
pub(super) struct Address {
    storage: libc::sockaddr_storage,
    /// Bytes of it that count.
    pub(super) len: libc::socklen_t,
}

/// Where the path of a Unix address begins.
const PATH: usize = std::mem::offset_of!(libc::sockaddr_un, sun_path);
/// Bytes of the path of a Unix address.
const PATH_LEN: usize = size_of::<libc::sockaddr_un>() - PATH;

impl Address {
    /// An address to be filled in by the system.
    pub(super) fn room() -> Address {
        let len = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
        // SAFETY: numbers only.
        Address { storage: unsafe { std::mem::zeroed() }, len }
    }

    /// An address from the system's structure for its family.
    fn from_structure<T: Copy>(structure: T) -> Address {
        const { assert!(size_of::<T>() <= size_of::<libc::sockaddr_storage>()) };
        let mut address = Address::room();
        address.len = size_of::<T>() as libc::socklen_t;
        // SAFETY: the storage is large enough and aligned for every address.
        unsafe { (&raw mut address.storage).cast::<T>().write(structure) };
        address
    }

    /// A copy of the system's address.
    ///
    /// # Safety
    /// `from` must lead to `len` bytes.
    pub(super) unsafe fn copy_of(from: *const libc::sockaddr, len: libc::socklen_t) -> Address {
        let mut address = Address::room();
        address.len = len.min(address.len);
        // SAFETY: the caller vouches for the source; the storage is at least as long.
        unsafe {
            let to = (&raw mut address.storage).cast::<u8>();
            std::ptr::copy_nonoverlapping(from.cast::<u8>(), to, address.len as usize);
        }
        address
    }

    /// The address of a host and a port.
    pub(super) fn ip(host: IpAddr, port: u16, flow: u32, scope: u32) -> Address {
        match host {
            IpAddr::V4(host) => Address::from_structure(libc::sockaddr_in {
                sin_family: libc::AF_INET as libc::sa_family_t,
                sin_port: port.to_be(),
                sin_addr: libc::in_addr { s_addr: u32::from_ne_bytes(host.octets()) },
                sin_zero: [0; 8],
            }),
            IpAddr::V6(host) => Address::from_structure(libc::sockaddr_in6 {
                sin6_family: libc::AF_INET6 as libc::sa_family_t,
                sin6_port: port.to_be(),
                sin6_flowinfo: flow.to_be(),
                sin6_addr: libc::in6_addr { s6_addr: host.octets() },
                sin6_scope_id: scope,
            }),
        }
    }

    /// For the system.
    pub(super) fn as_ptr(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    /// For the system to write to.
    pub(super) fn as_mut_ptr(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }

    /// The family.
    pub(super) fn family(&self) -> i32 {
        self.storage.ss_family as i32
    }

    /// The bytes that count.
    fn bytes(&self) -> &[u8] {
        // SAFETY: the length never exceeds the storage, all of which is initialised.
        unsafe { std::slice::from_raw_parts((&raw const self.storage).cast(), self.len as usize) }
    }

    /// The host, if the family is one of IP's.
    pub(super) fn host(&self) -> Option<IpAddr> {
        match self.family() {
            // SAFETY: the family says which structure it is; the storage is aligned for all of them.
            libc::AF_INET => unsafe {
                let a = &*(&raw const self.storage).cast::<libc::sockaddr_in>();
                Some(IpAddr::V4(Ipv4Addr::from(a.sin_addr.s_addr.to_ne_bytes())))
            },
            // SAFETY: as above.
            libc::AF_INET6 => unsafe {
                let a = &*(&raw const self.storage).cast::<libc::sockaddr_in6>();
                Some(IpAddr::V6(Ipv6Addr::from(a.sin6_addr.s6_addr)))
            },
            _ => None,
        }
    }

    /// Port, flow information and scope of an address of IP.
    fn ip_numbers(&self) -> (u16, u32, u32) {
        // SAFETY: the family says which structure it is; the storage is aligned for all of them.
        unsafe {
            if self.family() == libc::AF_INET6 {
                let a = &*(&raw const self.storage).cast::<libc::sockaddr_in6>();
                (u16::from_be(a.sin6_port), u32::from_be(a.sin6_flowinfo), a.sin6_scope_id)
            } else {
                let a = &*(&raw const self.storage).cast::<libc::sockaddr_in>();
                (u16::from_be(a.sin_port), 0, 0)
            }
        }
    }
}

/// The host of an address of IP as text.
pub(super) fn host_value(t: &mut Thread, address: &Address) -> Value {
    let text = address.host().map(|host| host.to_string()).unwrap_or_default();
    t.new_str(&text)
}

/// An address as Python shows it.
pub(super) fn to_value(t: &mut Thread, address: &Address) -> PyResult {
    if address.len == 0 {
        // No address, as of the peer of a socket without a name.
        return Ok(Value::NONE);
    }
    match address.family() {
        family @ (libc::AF_INET | libc::AF_INET6) => {
            let host = host_value(t, address);
            let (port, flow, scope) = address.ip_numbers();
            let all =
                [host, Value::small(port as i64), Value::small(flow as i64), Value::small(scope as i64)];
            Ok(tuple::new_small(t, if family == libc::AF_INET { &all[..2] } else { &all }))
        }
        libc::AF_UNIX => {
            let path = address.bytes().get(PATH..).unwrap_or_default();
            match path.first() {
                Some(0) => bytes_value(t, path),
                _ => decode_fs(t, path.split(|&b| b == 0).next().unwrap_or_default()),
            }
        }
        libc::AF_NETLINK => {
            // SAFETY: the family says which structure it is.
            let a = unsafe { &*(&raw const address.storage).cast::<libc::sockaddr_nl>() };
            let (pid, groups) = (Value::small(a.nl_pid as i64), Value::small(a.nl_groups as i64));
            Ok(tuple::new_small(t, &[pid, groups]))
        }
        family => {
            let data = bytes_value(t, address.bytes().get(2..).unwrap_or_default())?;
            Ok(tuple::new_small(t, &[Value::small(family as i64), data]))
        }
    }
}

/// The bytes of a host name: strs beyond ASCII in the encoding of international domain names.
pub(super) fn host_bytes(t: &mut Thread, value: Value) -> PyResult<Vec<u8>> {
    let bytes = match value.as_str() {
        Some(s) => match s.as_ascii() {
            Some(ascii) => ascii.as_bytes().to_vec(),
            None => {
                let idna = t.new_str("idna");
                let encoded = call::call_method(t, value, "encode", &[idna])?;
                buffer::to_vec(t, encoded)?
            }
        },
        None => match buffer::direct(value) {
            Some(bytes) => bytes.into_vec(),
            None => {
                let name = type_of(value).name();
                return Err(t.type_error(format!("str, bytes or bytearray expected, not {name}")));
            }
        },
    };
    if bytes.contains(&0) {
        return Err(t.type_error("host name must not contain null character"));
    }
    Ok(bytes)
}

/// The address that Python code gave to `caller` for a socket of this family.
pub(super) fn parse(t: &mut Thread, family: i32, value: Value, caller: &str) -> PyResult<Address> {
    match family {
        libc::AF_INET | libc::AF_INET6 => parse_ip(t, family, value, caller),
        libc::AF_UNIX => parse_unix(t, value),
        libc::AF_NETLINK => {
            let Some(parts) = value.as_tuple() else {
                let name = type_of(value).name();
                return Err(t.type_error(format!("{caller}(): AF_NETLINK address must be tuple, not {name}")));
            };
            if parts.len() != 2 {
                return Err(t.type_error("AF_NETLINK address must be a pair (pid, groups)"));
            }
            // SAFETY: numbers only.
            let mut a: libc::sockaddr_nl = unsafe { std::mem::zeroed() };
            a.nl_family = libc::AF_NETLINK as libc::sa_family_t;
            a.nl_pid = to_i64(t, parts.at(0))? as u32;
            a.nl_groups = to_i64(t, parts.at(1))? as u32;
            Ok(Address::from_structure(a))
        }
        _ => Err(t.raise(Exc::OSError, format!("{caller}(): bad family"))),
    }
}

fn parse_ip(t: &mut Thread, family: i32, value: Value, caller: &str) -> PyResult<Address> {
    let (name, most, shape) = match family {
        libc::AF_INET => ("AF_INET", 2, "AF_INET address must be a pair (host, port)"),
        _ => ("AF_INET6", 4, "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"),
    };
    let Some(parts) = value.as_tuple() else {
        let got = type_of(value).name();
        return Err(t.type_error(format!("{caller}(): {name} address must be tuple, not {got}")));
    };
    if parts.len() < 2 || parts.len() > most {
        return Err(t.type_error(shape));
    }
    let host = host_bytes(t, parts.at(0))?;
    let port = to_i32(t, parts.at(1))?;
    let mut numbers = [0i64; 2];
    for (i, n) in numbers.iter_mut().enumerate().take(parts.len() - 2) {
        *n = to_i64(t, parts.at(2 + i))?;
    }
    let resolved = resolve::host(t, &host, family)?;
    let Ok(port) = u16::try_from(port) else {
        return Err(t.overflow_error(format!("{caller}(): port must be 0-65535.")));
    };
    if !(0..=0xf_ffff).contains(&numbers[0]) {
        return Err(t.overflow_error(format!("{caller}(): flowinfo must be 0-1048575.")));
    }
    let scope = match resolved.ip_numbers().2 {
        0 => numbers[1] as u32,
        named => named,
    };
    match resolved.host() {
        Some(host) => Ok(Address::ip(host, port, numbers[0] as u32, scope)),
        None => Err(t.raise(Exc::OSError, "address family mismatched")),
    }
}

fn parse_unix(t: &mut Thread, value: Value) -> PyResult<Address> {
    let path = if value.as_str().is_some() { encode_fs(t, value)? } else { buffer::to_vec(t, value)? };
    let abstract_name = path.first() == Some(&0);
    if path.len() + usize::from(!abstract_name) > PATH_LEN {
        return Err(t.raise(Exc::OSError, "AF_UNIX path too long"));
    }
    // SAFETY: numbers only.
    let mut a: libc::sockaddr_un = unsafe { std::mem::zeroed() };
    a.sun_family = libc::AF_UNIX as libc::sa_family_t;
    for (to, &from) in a.sun_path.iter_mut().zip(&path) {
        *to = from as libc::c_char;
    }
    let mut address = Address::from_structure(a);
    // The length of an abstract name is all that ends it; an empty one asks the system to choose.
    let ends = usize::from(!abstract_name && !path.is_empty());
    address.len = (PATH + path.len() + ends) as libc::socklen_t;
    Ok(address)
}

/// `(family, kind, protocol, canonname, sockaddr)` of `getaddrinfo`.
pub(super) fn info_value(t: &mut Thread, info: &resolve::Info) -> PyResult {
    let numbers = [info.family, info.kind, info.protocol].map(|n| n as i64);
    let family = int_value(t, numbers[0]);
    let canonical = decode_fs(t, &info.canonical)?;
    let address = to_value(t, &info.address)?;
    tuple::new(t, &[family, Value::small(numbers[1]), Value::small(numbers[2]), canonical, address])
}
