//! `termios`: control of terminals.

use std::sync::OnceLock;

use pystm_stm::Slot;
use pystm_vm::{
    builtins::{
        list::{self, List},
        tuple,
    },
    error::{Exc, PyResult, Raised},
    native::{ModuleDef, method},
    object::Ref,
    protocol::call,
    thread::Thread,
    value::Value,
};

use crate::{
    fcntl::descriptor,
    support::{bytes_value, errno, make_class, set_global, strerror, to_i32, to_i64},
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "termios",
    doc: "This module provides an interface to the Posix calls for tty I/O control.",
    methods: &[
        method("tcgetattr", "(fd, /)", tcgetattr, "Get the tty attributes for file descriptor fd."),
        method(
            "tcsetattr",
            "(fd, when, attributes, /)",
            tcsetattr,
            "Set the tty attributes for file descriptor fd.",
        ),
        method("tcsendbreak", "(fd, duration, /)", tcsendbreak, "Send a break on file descriptor fd."),
        method(
            "tcdrain",
            "(fd, /)",
            tcdrain,
            "Wait until all output written to file descriptor fd has been transmitted.",
        ),
        method("tcflush", "(fd, queue, /)", tcflush, "Discard queued data on file descriptor fd."),
        method(
            "tcflow",
            "(fd, action, /)",
            tcflow,
            "Suspend or resume input or output on file descriptor fd.",
        ),
        method("tcgetwinsize", "(fd, /)", tcgetwinsize, "Get the tty winsize for file descriptor fd."),
        method(
            "tcsetwinsize",
            "(fd, winsize, /)",
            tcsetwinsize,
            "Set the tty winsize for file descriptor fd.",
        ),
    ],
    types: &[],
    init: Some(|t, module| {
        for &(name, value) in CONSTANTS {
            set_global(t, module, name, Value::small(value));
        }
        let base = t.rt.exception(Exc::Exception);
        let error = make_class(t, "termios", "error", &[base], "")?;
        let _ = ERROR.set(Slot::new(error));
        set_global(t, module, "error", error);
        Ok(())
    }),
};

/// `termios.error`; it lives as long as the process.
static ERROR: OnceLock<Slot<Value>> = OnceLock::new();

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

const CONSTANTS: &[(&str, i64)] = numbers! {
    B0 B50 B75 B110 B134 B150 B200 B300 B600 B1200 B1800 B2400 B4800 B9600 B19200 B38400 B57600 B115200 B230400 B460800
    B500000 B576000 B921600 B1000000 B1152000 B1500000 B2000000 B2500000 B3000000 B3500000 B4000000 CSIZE CS5 CS6 CS7 CS8
    CSTOPB CREAD PARENB PARODD HUPCL CLOCAL CRTSCTS BRKINT ICRNL IGNBRK IGNCR IGNPAR INLCR INPCK ISTRIP IUCLC IXANY IXOFF
    IXON PARMRK IMAXBEL IUTF8 OPOST OLCUC ONLCR OCRNL ONOCR ONLRET OFILL OFDEL NLDLY CRDLY TABDLY BSDLY VTDLY FFDLY NL0 NL1
    CR0 CR1 CR2 CR3 TAB0 TAB1 TAB2 TAB3 BS0 BS1 VT0 VT1 FF0 FF1 XTABS ECHO ECHOE ECHOK ECHONL ECHOCTL ECHOKE ECHOPRT FLUSHO
    ICANON IEXTEN ISIG NOFLSH PENDIN TOSTOP XCASE EXTPROC CBAUD CBAUDEX CIBAUD VDISCARD VEOF VEOL VEOL2 VERASE VINTR VKILL
    VLNEXT VMIN VQUIT VREPRINT VSTART VSTOP VSUSP VSWTC VTIME VWERASE NCCS TCSANOW TCSADRAIN TCSAFLUSH TCIFLUSH TCOFLUSH
    TCIOFLUSH TCOOFF TCOON TCIOFF TCION FIOCLEX FIONBIO FIONCLEX FIONREAD TIOCCONS TIOCEXCL TIOCGETD TIOCGPGRP TIOCGSERIAL
    TIOCGSID TIOCGWINSZ TIOCINQ TIOCMBIC TIOCMBIS TIOCMGET TIOCMIWAIT TIOCMSET TIOCM_CAR TIOCM_CD TIOCM_CTS TIOCM_DSR
    TIOCM_DTR TIOCM_LE TIOCM_RI TIOCM_RNG TIOCM_RTS TIOCM_SR TIOCM_ST TIOCNOTTY TIOCNXCL TIOCOUTQ TIOCSCTTY TIOCSETD
    TIOCSPGRP TIOCSTI TIOCSWINSZ TCSBRK TCXONC TCFLSH TCGETA TCGETS TCSETA TCSETAF TCSETAW TCSETS TCSETSF TCSETSW
};

/// Raises `termios.error` for the calling thread's `errno`.
#[cold]
fn error(t: &mut Thread) -> Raised {
    let code = errno();
    let text = t.new_str(&strerror(code));
    let class = ERROR.get().map_or(Value::NONE, |class| class.get());
    match call::call(t, class, &[Value::small(code as i64), text]) {
        Ok(error) => t.raise_value(error),
        Err(raised) => raised,
    }
}

fn attributes(t: &mut Thread, fd: i32) -> PyResult<libc::termios> {
    // SAFETY: numbers only.
    let mut mode: libc::termios = unsafe { std::mem::zeroed() };
    // SAFETY: the structure lives as long as the call.
    if unsafe { libc::tcgetattr(fd, &mut mode) } < 0 {
        return Err(error(t));
    }
    Ok(mode)
}

fn tcgetattr(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = descriptor(t, args[0])?;
    let mode = attributes(t, fd)?;
    let characters = list::new(t, &[]);
    for (i, &c) in mode.c_cc.iter().enumerate() {
        let waits = mode.c_lflag & libc::ICANON == 0 && (i == libc::VMIN || i == libc::VTIME);
        let value = if waits { Value::small(c as i64) } else { bytes_value(t, &[c])? };
        list::append(t, Ref::known(characters), value);
    }
    // SAFETY: the structure was filled in by the library.
    let speeds = unsafe { [libc::cfgetispeed(&mode), libc::cfgetospeed(&mode)] };
    let mut values = [Value::NONE; 7];
    let numbers = [mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag, speeds[0], speeds[1]];
    for (value, n) in values.iter_mut().zip(numbers) {
        *value = Value::small(n as i64);
    }
    values[6] = characters;
    Ok(list::new(t, &values))
}

fn tcsetattr(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let (fd, when) = (descriptor(t, args[0])?, to_i32(t, args[1])?);
    let Some(given) = args[2].cast::<List>().filter(|l| l.len() == 7) else {
        return Err(t.type_error("tcsetattr, arg 3: must be 7 element list"));
    };
    let mut mode = attributes(t, fd)?;
    let mut numbers = [0u32; 6];
    for (i, n) in numbers.iter_mut().enumerate() {
        *n = to_i64(t, given.get(i).unwrap_or(Value::NONE))? as u32;
    }
    let characters = given.get(6).and_then(|v| v.cast::<List>()).filter(|l| l.len() == libc::NCCS);
    let Some(characters) = characters else {
        return Err(t.type_error(format!("tcsetattr: attributes[6] must be {} element list", libc::NCCS)));
    };
    for (i, c) in mode.c_cc.iter_mut().enumerate() {
        let value = characters.get(i).unwrap_or(Value::NONE);
        *c = match value.as_bytes() {
            Some(b) if b.len() == 1 => b.as_slice()[0],
            None if value.is_small() => value.small_value() as u8,
            _ => {
                return Err(t.type_error("tcsetattr: elements of attributes must be characters or integers"));
            }
        };
    }
    (mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag) =
        (numbers[0], numbers[1], numbers[2], numbers[3]);
    // SAFETY: the structure lives as long as the calls.
    let result = t.blocking(|| unsafe {
        if libc::cfsetispeed(&mut mode, numbers[4]) < 0 || libc::cfsetospeed(&mut mode, numbers[5]) < 0 {
            -1
        } else {
            libc::tcsetattr(fd, when, &mode)
        }
    });
    done(t, result)
}

/// None, or the error of a library call.
fn done(t: &mut Thread, result: i32) -> PyResult {
    if result < 0 { Err(error(t)) } else { Ok(Value::NONE) }
}

fn tcsendbreak(t: &mut Thread, args: &[Value]) -> PyResult {
    let (fd, duration) = (descriptor(t, args[0])?, to_i32(t, args[1])?);
    // SAFETY: a plain library call.
    let result = t.blocking(|| unsafe { libc::tcsendbreak(fd, duration) });
    done(t, result)
}

fn tcdrain(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = descriptor(t, args[0])?;
    // SAFETY: a plain library call.
    let result = t.blocking(|| unsafe { libc::tcdrain(fd) });
    done(t, result)
}

fn tcflush(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let (fd, queue) = (descriptor(t, args[0])?, to_i32(t, args[1])?);
    // SAFETY: a plain library call.
    let result = unsafe { libc::tcflush(fd, queue) };
    done(t, result)
}

fn tcflow(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let (fd, action) = (descriptor(t, args[0])?, to_i32(t, args[1])?);
    // SAFETY: a plain library call.
    let result = unsafe { libc::tcflow(fd, action) };
    done(t, result)
}

fn window_size(t: &mut Thread, fd: i32) -> PyResult<libc::winsize> {
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the request fills in such a structure.
    if unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, &mut size) } < 0 {
        return Err(error(t));
    }
    Ok(size)
}

fn tcgetwinsize(t: &mut Thread, args: &[Value]) -> PyResult {
    let fd = descriptor(t, args[0])?;
    let size = window_size(t, fd)?;
    Ok(tuple::new_small(t, &[Value::small(size.ws_row as i64), Value::small(size.ws_col as i64)]))
}

fn tcsetwinsize(t: &mut Thread, args: &[Value]) -> PyResult {
    t.irrevocable();
    let fd = descriptor(t, args[0])?;
    let parts = pystm_vm::protocol::iter::collect(t, args[1])?;
    if parts.len() != 2 {
        return Err(t.type_error("tcsetwinsize, arg 2: must be a two-item sequence"));
    }
    let mut size = window_size(t, fd)?;
    let (rows, columns) = (to_i64(t, parts[0])?, to_i64(t, parts[1])?);
    let (Ok(rows), Ok(columns)) = (u16::try_from(rows), u16::try_from(columns)) else {
        return Err(t.overflow_error("winsize value(s) out of range."));
    };
    (size.ws_row, size.ws_col) = (rows, columns);
    // SAFETY: the request reads such a structure.
    let result = unsafe { libc::ioctl(fd, libc::TIOCSWINSZ, &size) };
    done(t, result)
}
