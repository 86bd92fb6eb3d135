//! `errno`: names of error numbers.

use pystm_vm::{
    builtins::{dict, module::Module},
    error::PyResult,
    native::ModuleDef,
    object::Ref,
    thread::Thread,
    value::Value,
};

use crate::support::set_global;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "errno",
    doc: "Standard errno system symbols.",
    methods: &[],
    types: &[],
    init: Some(init),
};

macro_rules! codes {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name)),*] };
}

/// Later names win in `errorcode`.
const CODES: &[(&str, i32)] = codes! {
    EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV
    ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE
    EDEADLOCK EDEADLK ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP EWOULDBLOCK EAGAIN ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST
    ELNRNG EUNATCH ENOCSI EL2HLT EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT EBFONT ENOSTR ENODATA ETIME ENOSR ENONET
    ENOPKG EREMOTE ENOLINK EADV ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC
    ELIBBAD ELIBSCN ELIBMAX ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE
    ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP ENOTSUP EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE
    EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN
    ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL
    EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD
    ENOTRECOVERABLE ERFKILL EHWPOISON
};

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    let names = dict::new(t);
    for &(name, code) in CODES {
        let code = Value::small(code as i64);
        set_global(t, module, name, code);
        let name = t.intern(name);
        dict::set(t, names, code, name)?;
    }
    set_global(t, module, "errorcode", names.value());
    Ok(())
}
