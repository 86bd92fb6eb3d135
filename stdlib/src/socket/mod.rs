//! `_socket`: sockets of the families IPv4, IPv6, Unix and Netlink, and names of hosts.

mod address;
mod connect;
mod constants;
mod convert;
mod message;
mod object;
mod options;
mod resolve;
mod transfer;

use pystm_vm::{
    builtins::module::Module,
    error::{Exc, PyResult},
    kind::Kind,
    native::{Method, ModuleDef, SUBCLASSABLE, TypeDef, getter, member, method, static_method},
    object::{Ref, native},
    thread::Thread,
    value::Value,
};

use self::object::this;
use crate::support::{int_value, last_os_error, set_global, to_i32};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_socket",
    doc: "Implementation module for socket operations.\n\nSee the socket module for documentation.",
    methods: FUNCTIONS,
    types: &[&SOCKET],
    init: Some(init),
};

const FUNCTIONS: &[Method] = &[
    method("CMSG_LEN", "(length, /)", message::cmsg_len, "Length of a control message with that much data."),
    method(
        "CMSG_SPACE",
        "(length, /)",
        message::cmsg_space,
        "Room for a control message with that much data.",
    ),
    method("close", "(fd, /)", close, "Close an integer socket file descriptor."),
    method("dup", "(fd, /)", dup, "Duplicate an integer socket file descriptor."),
    method(
        "getaddrinfo",
        "(host, port, family=0, type=0, proto=0, flags=0)",
        resolve::getaddrinfo,
        "Resolve host and port into addrinfo struct.",
    ),
    method(
        "getdefaulttimeout",
        "()",
        object::getdefaulttimeout,
        "The timeout of new sockets, None if there is none.",
    ),
    method(
        "gethostbyaddr",
        "(host, /)",
        resolve::gethostbyaddr,
        "Return (name, aliaslist, addresslist) of an address.",
    ),
    method("gethostbyname", "(host, /)", resolve::gethostbyname, "Return the IPv4 address of a host."),
    method(
        "gethostbyname_ex",
        "(host, /)",
        resolve::gethostbyname_ex,
        "Return (name, aliaslist, addresslist) of a host.",
    ),
    method("gethostname", "()", convert::gethostname, "Return the current host name."),
    method("getnameinfo", "(sockaddr, flags, /)", resolve::getnameinfo, "Get host and port for a sockaddr."),
    method(
        "getprotobyname",
        "(protocolname, /)",
        convert::getprotobyname,
        "Return the number of a protocol.",
    ),
    method(
        "getservbyname",
        "(servicename, protocolname=<unrepresentable>, /)",
        convert::getservbyname,
        "Return the port of a service.",
    ),
    method(
        "getservbyport",
        "(port, protocolname=<unrepresentable>, /)",
        convert::getservbyport,
        "Return the service at a port.",
    ),
    method(
        "htonl",
        "(integer, /)",
        convert::htonl,
        "Convert a 32-bit unsigned integer to network byte order.",
    ),
    method(
        "htons",
        "(integer, /)",
        convert::htons,
        "Convert a 16-bit unsigned integer to network byte order.",
    ),
    method(
        "if_indextoname",
        "(if_index, /)",
        convert::if_indextoname,
        "Returns the interface name of an index.",
    ),
    method(
        "if_nameindex",
        "()",
        convert::if_nameindex,
        "Returns a list of (index, name) of network interfaces.",
    ),
    method("if_nametoindex", "(oname, /)", convert::if_nametoindex, "Returns the interface index of a name."),
    method(
        "inet_aton",
        "(ip_addr, /)",
        convert::inet_aton,
        "Convert an IPv4 address in text form to 32 bits.",
    ),
    method("inet_ntoa", "(packed_ip, /)", convert::inet_ntoa, "Convert an IPv4 address of 32 bits to text."),
    method(
        "inet_ntop",
        "(af, packed_ip, /)",
        convert::inet_ntop,
        "Convert a packed address of a family to text.",
    ),
    method(
        "inet_pton",
        "(af, ip, /)",
        convert::inet_pton,
        "Convert an address of a family in text form to bytes.",
    ),
    method("ntohl", "(integer, /)", convert::ntohl, "Convert a 32-bit unsigned integer to host byte order."),
    method("ntohs", "(integer, /)", convert::ntohs, "Convert a 16-bit unsigned integer to host byte order."),
    method("setdefaulttimeout", "(timeout, /)", object::setdefaulttimeout, "Set the timeout of new sockets."),
    method("sethostname", "(name, /)", convert::sethostname, "Sets the hostname to name."),
    method(
        "socketpair",
        "(family=AF_UNIX, type=SOCK_STREAM, proto=0, /)",
        connect::socketpair,
        "Create a pair of socket objects that are connected to each other.",
    ),
];

/// `_socket.socket`
static SOCKET: TypeDef = TypeDef {
    name: "_socket.socket",
    doc: "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\nsocket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\nOpen a socket of the given type.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: SUBCLASSABLE,
    methods: METHODS,
    getset: &[
        member("family", |t, v| object::number(t, &this(v).family), "the socket family"),
        member("type", |t, v| object::number(t, &this(v).kind), "the socket type"),
        member("proto", |t, v| object::number(t, &this(v).protocol), "the socket protocol"),
        getter("timeout", object::timeout, "the socket timeout"),
    ],
    setup: None,
};

const METHODS: &[Method] = &[
    static_method("__new__", "($cls, /, *args, **kwargs)", object::new, "Create and return a new object."),
    method(
        "__init__",
        "($self, family=-1, type=-1, proto=-1, fileno=None)",
        object::init,
        "Opens the socket.",
    ),
    method("__del__", "($self, /)", object::del, "Closes the socket, with a warning."),
    method("__repr__", "($self, /)", object::repr, "Return repr(self)."),
    method("_accept", "($self, /)", connect::accept, "Wait for a connection; return (descriptor, address)."),
    method("bind", "($self, address, /)", connect::bind, "Bind the socket to a local address."),
    method("close", "($self, /)", object::close, "Close the socket."),
    method("connect", "($self, address, /)", connect::connect, "Connect the socket to a remote address."),
    method(
        "connect_ex",
        "($self, address, /)",
        connect::connect_ex,
        "As connect(), but return the error number.",
    ),
    method(
        "detach",
        "($self, /)",
        object::detach,
        "Close the object without closing the descriptor; return it.",
    ),
    method("fileno", "($self, /)", object::fileno, "Return the descriptor."),
    method("getblocking", "($self, /)", object::getblocking, "Whether operations may wait."),
    method("getpeername", "($self, /)", connect::getpeername, "Return the address of the remote end."),
    method("getsockname", "($self, /)", connect::getsockname, "Return the address of the local end."),
    method(
        "getsockopt",
        "($self, level, option, buffersize=0, /)",
        options::getsockopt,
        "Get an option: an int, or bytes if a size is given.",
    ),
    method(
        "gettimeout",
        "($self, /)",
        |t, a| object::timeout(t, a[0]),
        "Return the timeout in seconds, or None.",
    ),
    method("listen", "($self, backlog=128, /)", connect::listen, "Enable the socket to accept connections."),
    method("recv", "($self, buffersize, flags=0, /)", transfer::recv, "Receive up to that many bytes."),
    method(
        "recv_into",
        "($self, buffer, nbytes=0, flags=0)",
        transfer::recv_into,
        "Receive into a buffer; return the number of bytes.",
    ),
    method("recvfrom", "($self, buffersize, flags=0, /)", transfer::recvfrom, "Receive (bytes, address)."),
    method(
        "recvfrom_into",
        "($self, buffer, nbytes=0, flags=0)",
        transfer::recvfrom_into,
        "Receive into a buffer; return (number of bytes, address).",
    ),
    method(
        "recvmsg",
        "($self, bufsize, ancbufsize=0, flags=0, /)",
        message::recvmsg,
        "Receive (data, ancillary data, flags, address).",
    ),
    method(
        "recvmsg_into",
        "($self, buffers, ancbufsize=0, flags=0, /)",
        message::recvmsg_into,
        "Receive into buffers; return (number of bytes, ancillary data, flags, address).",
    ),
    method("send", "($self, data, flags=0, /)", transfer::send, "Send bytes; return how many were sent."),
    method("sendall", "($self, data, flags=0, /)", transfer::sendall, "Send all bytes."),
    method(
        "sendmsg",
        "($self, buffers, ancdata=(), flags=0, address=None, /)",
        message::sendmsg,
        "Send bytes and ancillary data; return how many bytes were sent.",
    ),
    method(
        "sendto",
        "($self, *args)",
        transfer::sendto,
        "sendto(data[, flags], address) -> count\n\nSend bytes to an address; return how many were sent.",
    ),
    method(
        "setblocking",
        "($self, flag, /)",
        object::setblocking,
        "Whether operations may wait for ever, or not at all.",
    ),
    method(
        "setsockopt",
        "($self, level, option, value, optlen=<unrepresentable>, /)",
        options::setsockopt,
        "Set an option to an int, bytes, or None with a length.",
    ),
    method(
        "settimeout",
        "($self, timeout, /)",
        object::settimeout,
        "How many seconds operations may wait; None: for ever.",
    ),
    method(
        "shutdown",
        "($self, how, /)",
        connect::shutdown,
        "Shut down the reading side, the writing side, or both.",
    ),
];

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    for &(name, value) in constants::SYSTEM.iter().chain(constants::RESOLVER).chain(constants::OWN) {
        let value = int_value(t, value);
        set_global(t, module, name, value);
    }
    let [gaierror, herror] = resolve::make_errors(t)?;
    let class = native::class(t, &SOCKET).value();
    let globals = [
        ("error", t.rt.exception(Exc::OSError)),
        ("timeout", t.rt.exception(Exc::TimeoutError)),
        ("gaierror", gaierror),
        ("herror", herror),
        ("SocketType", class),
        ("has_ipv6", Value::TRUE),
    ];
    for (name, value) in globals {
        set_global(t, module, name, value);
    }
    Ok(())
}

fn close(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = to_i32(t, args[0])?;
    // SAFETY: a plain system call; the program says that the descriptor is to be closed.
    if t.blocking(|| unsafe { libc::close(fd) }) < 0 && crate::support::errno() != libc::ECONNRESET {
        return Err(last_os_error(t));
    }
    Ok(Value::NONE)
}

fn dup(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = to_i32(t, args[0])?;
    // SAFETY: a plain system call.
    match unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) } {
        copy if copy >= 0 => Ok(Value::small(copy as i64)),
        _ => Err(last_os_error(t)),
    }
}
