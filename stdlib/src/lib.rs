//! Native modules, one file or folder each, all in one table.
//!
//! This crate uses the public native-function interface of `pystm-vm` only ([`pystm_vm::native`] and what it names).

pub mod codecs;
pub mod errno;
pub mod io;
pub mod math;
pub mod posix;
mod support;
pub mod thread;
pub mod time;

use pystm_vm::native::ModuleDef;

/// Every importable native module besides `builtins` and `sys`, which the interpreter itself provides.
pub static MODULES: &[&ModuleDef] = &[
    &codecs::MODULE,
    &errno::MODULE,
    &io::MODULE,
    &math::MODULE,
    &posix::MODULE,
    &thread::MODULE,
    &time::MODULE,
];
