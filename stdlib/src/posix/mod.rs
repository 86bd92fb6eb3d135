//! `posix`: the operating system's functions, as `os` wants them.
//!
//! [`path`] turns arguments into C strings, [`stat`] has `stat_result`, [`dirs`] directories, [`files`] paths and
//! descriptors, [`process`] processes, [`info`] the environment and the system, [`constants`] the numbers.

mod constants;
mod dirs;
mod files;
mod info;
mod path;
mod paths;
mod process;

mod stat;

use pystm_vm::{
    builtins::{dict, list, module::Module},
    error::{Exc, PyResult},
    native::{ModuleDef, method},
    object::Ref,
    thread::Thread,
    value::Value,
};

use crate::support::{int_value, set_global};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "posix",
    doc: "This module provides access to operating system functionality that is standardized by the C Standard and the \
          POSIX standard.",
    methods: &[
        // stat.rs
        method(
            "stat",
            "(path, *, dir_fd=None, follow_symlinks=True)",
            stat::stat,
            "Perform a stat system call on the given path.",
        ),
        method(
            "lstat",
            "(path, *, dir_fd=None)",
            stat::lstat,
            "Like stat(), but do not follow symbolic links.",
        ),
        method("fstat", "(fd)", stat::fstat, "Perform a stat system call on the given file descriptor."),
        method("statvfs", "(path)", stat::statvfs, "Perform a statvfs system call on the given path."),
        method("fstatvfs", "(fd, /)", stat::statvfs, "Perform an fstatvfs system call on the given fd."),
        method(
            "access",
            "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)",
            stat::access,
            "Use the real uid/gid to test for access to a path.",
        ),
        method(
            "utime",
            "(path, times=None, *, ns=None, dir_fd=None, follow_symlinks=True)",
            stat::utime,
            "Set the access and modified time of path.",
        ),
        method(
            "chmod",
            "(path, mode, *, dir_fd=None, follow_symlinks=True)",
            stat::chmod,
            "Change the access permissions of a file.",
        ),
        method(
            "fchmod",
            "(fd, mode)",
            stat::fchmod,
            "Change the access permissions of the file given by file descriptor fd.",
        ),
        method(
            "lchown",
            "(path, uid, gid)",
            stat::lchown,
            "Change owner and group without following symbolic links.",
        ),
        method(
            "chown",
            "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)",
            stat::chown,
            "Change the owner and group id of path.",
        ),
        method(
            "fchown",
            "(fd, uid, gid)",
            stat::fchown,
            "Change the owner and group id of the file specified by file descriptor.",
        ),
        method(
            "umask",
            "(mask, /)",
            stat::umask,
            "Set the current numeric umask and return the previous umask.",
        ),
        // dirs.rs
        method(
            "listdir",
            "(path=None)",
            dirs::listdir,
            "Return a list containing the names of the files in the directory.",
        ),
        method(
            "scandir",
            "(path=None)",
            dirs::scandir,
            "Return an iterator of DirEntry objects for given path.",
        ),
        method("mkdir", "(path, mode=511, *, dir_fd=None)", dirs::mkdir, "Create a directory."),
        method("rmdir", "(path, *, dir_fd=None)", dirs::rmdir, "Remove a directory."),
        method("chdir", "(path)", dirs::chdir, "Change the current working directory to the specified path."),
        method("fchdir", "(fd)", dirs::fchdir, "Change to the directory of the given file descriptor."),
        method("chroot", "(path)", dirs::chroot, "Change root directory to path."),
        method(
            "getcwd",
            "()",
            dirs::getcwd,
            "Return a unicode string representing the current working directory.",
        ),
        method(
            "getcwdb",
            "()",
            dirs::getcwdb,
            "Return a bytes string representing the current working directory.",
        ),
        // files.rs: paths
        method("unlink", "(path, *, dir_fd=None)", files::unlink, "Remove a file."),
        method("remove", "(path, *, dir_fd=None)", files::remove, "Remove a file."),
        method(
            "rename",
            "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
            files::rename,
            "Rename a file or directory.",
        ),
        method(
            "replace",
            "(src, dst, *, src_dir_fd=None, dst_dir_fd=None)",
            files::replace,
            "Rename a file or directory, overwriting the destination.",
        ),
        method(
            "link",
            "(src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)",
            files::link,
            "Create a hard link to a file.",
        ),
        method(
            "symlink",
            "(src, dst, target_is_directory=False, *, dir_fd=None)",
            files::symlink,
            "Create a symbolic link pointing to src named dst.",
        ),
        method(
            "readlink",
            "(path, *, dir_fd=None)",
            files::readlink,
            "Return a string representing the path to which the symbolic link points.",
        ),
        method("mkfifo", "(path, mode=438, *, dir_fd=None)", files::mkfifo, "Create a FIFO."),
        method(
            "mknod",
            "(path, mode=384, device=0, *, dir_fd=None)",
            files::mknod,
            "Create a node in the file system.",
        ),
        method("truncate", "(path, length)", files::truncate, "Truncate a file to a specified size."),
        // files.rs: descriptors
        method(
            "open",
            "(path, flags, mode=511, *, dir_fd=None)",
            files::open,
            "Open a file for low level IO.",
        ),
        method("close", "(fd)", files::close, "Close a file descriptor."),
        method(
            "closerange",
            "(fd_low, fd_high, /)",
            files::closerange,
            "Closes all file descriptors in [fd_low, fd_high), ignoring errors.",
        ),
        method(
            "read",
            "(fd, length, /)",
            files::read,
            "Read from a file descriptor. Returns a bytes object.",
        ),
        method(
            "readinto",
            "(fd, buffer, /)",
            files::readinto,
            "Read into a buffer object from a file descriptor.",
        ),
        method("write", "(fd, data, /)", files::write, "Write a bytes object to a file descriptor."),
        method("pread", "(fd, length, offset, /)", files::pread, "Read bytes starting at offset."),
        method("pwrite", "(fd, buffer, offset, /)", files::pwrite, "Write bytes starting at offset."),
        method("lseek", "(fd, position, whence, /)", files::lseek, "Set the position of a file descriptor."),
        method(
            "ftruncate",
            "(fd, length, /)",
            files::ftruncate,
            "Truncate a file, specified by file descriptor.",
        ),
        method("fsync", "(fd)", files::fsync, "Force write of fd to disk."),
        method(
            "fdatasync",
            "(fd)",
            files::fdatasync,
            "Force write of fd to disk without forcing update of metadata.",
        ),
        method("sync", "()", files::sync, "Force write of everything to disk."),
        method("dup", "(fd, /)", files::dup, "Return a duplicate of a file descriptor."),
        method("dup2", "(fd, fd2, inheritable=True)", files::dup2, "Duplicate file descriptor."),
        method("openpty", "()", files::openpty, "Open a pseudo-terminal; return (master_fd, slave_fd)."),
        method("pipe", "()", files::pipe, "Create a pipe."),
        method("pipe2", "(flags, /)", files::pipe2, "Create a pipe with flags set atomically."),
        method(
            "device_encoding",
            "(fd)",
            files::device_encoding,
            "Return the encoding of the terminal that the descriptor is connected to, None without one.",
        ),
        method("isatty", "(fd, /)", files::isatty, "Return True if the fd is connected to a terminal."),
        method(
            "ttyname",
            "(fd, /)",
            files::ttyname,
            "Return the name of the terminal device connected to 'fd'.",
        ),
        method(
            "get_inheritable",
            "(fd, /)",
            files::get_inheritable,
            "Get the close-on-exe flag of the specified file descriptor.",
        ),
        method(
            "set_inheritable",
            "(fd, inheritable, /)",
            files::set_inheritable,
            "Set the inheritable flag of the specified file descriptor.",
        ),
        method(
            "get_blocking",
            "(fd, /)",
            files::get_blocking,
            "Get the blocking mode of the file descriptor.",
        ),
        method(
            "set_blocking",
            "(fd, blocking, /)",
            files::set_blocking,
            "Set the blocking mode of the specified file descriptor.",
        ),
        method(
            "sendfile",
            "(out_fd, in_fd, offset, count)",
            files::sendfile,
            "Copy count bytes from in_fd to out_fd.",
        ),
        // process.rs
        method("getpid", "()", process::getpid, "Return the current process id."),
        method("getppid", "()", process::getppid, "Return the parent's process id."),
        method("getuid", "()", process::getuid, "Return the current process's user id."),
        method("geteuid", "()", process::geteuid, "Return the current process's effective user id."),
        method("getgid", "()", process::getgid, "Return the current process's group id."),
        method("getegid", "()", process::getegid, "Return the current process's effective group id."),
        method(
            "getgroups",
            "()",
            process::getgroups,
            "Return list of supplemental group IDs for the process.",
        ),
        method("getpgrp", "()", process::getpgrp, "Return the current process group id."),
        method(
            "getpgid",
            "(pid)",
            process::getpgid,
            "Call the system call getpgid(), and return the result.",
        ),
        method("setpgid", "(pid, pgrp, /)", process::setpgid, "Call the system call setpgid(pid, pgrp)."),
        method(
            "getsid",
            "(pid, /)",
            process::getsid,
            "Call the system call getsid(pid) and return the result.",
        ),
        method("setsid", "()", process::setsid, "Call the system call setsid()."),
        method("setuid", "(uid, /)", process::setuid, "Set the current process's user id."),
        method("setgid", "(gid, /)", process::setgid, "Set the current process's group id."),
        method(
            "nice",
            "(increment, /)",
            process::nice,
            "Add increment to the priority of process and return the new priority.",
        ),
        method("getpriority", "(which, who)", process::getpriority, "Return program scheduling priority."),
        method("fork", "()", process::fork, "Fork a child process."),
        method(
            "execv",
            "(path, argv, /)",
            process::execv,
            "Execute an executable path with arguments, replacing current process.",
        ),
        method(
            "execve",
            "(path, argv, env)",
            process::execve,
            "Execute an executable path with arguments and environment.",
        ),
        method(
            "_exit",
            "(status)",
            process::exit,
            "Exit to the system with specified status, without normal exit processing.",
        ),
        method("abort", "()", process::abort, "Abort the interpreter immediately."),
        method("kill", "(pid, signal, /)", process::kill, "Kill a process with a signal."),
        method("killpg", "(pgid, signal, /)", process::killpg, "Kill a process group with a signal."),
        method(
            "waitpid",
            "(pid, options, /)",
            process::waitpid,
            "Wait for completion of a given child process.",
        ),
        method("wait", "()", process::wait, "Wait for completion of a child process."),
        method(
            "waitstatus_to_exitcode",
            "(status)",
            process::waitstatus_to_exitcode,
            "Convert a wait status to an exit code.",
        ),
        method(
            "WIFEXITED",
            "(status)",
            process::wifexited,
            "Return True if the process returning status exited via exit().",
        ),
        method(
            "WEXITSTATUS",
            "(status)",
            process::wexitstatus,
            "Return the process return code from status.",
        ),
        method(
            "WIFSIGNALED",
            "(status)",
            process::wifsignaled,
            "Return True if the process was terminated by a signal.",
        ),
        method("WTERMSIG", "(status)", process::wtermsig, "Return the signal that terminated the process."),
        method(
            "WIFSTOPPED",
            "(status)",
            process::wifstopped,
            "Return True if the process was stopped by a signal.",
        ),
        method("WSTOPSIG", "(status)", process::wstopsig, "Return the signal that stopped the process."),
        method(
            "WIFCONTINUED",
            "(status)",
            process::wifcontinued,
            "Return True if the process was continued.",
        ),
        method(
            "WCOREDUMP",
            "(status, /)",
            process::wcoredump,
            "Return True if the process was dumped to a core file.",
        ),
        method("system", "(command)", process::system, "Execute the command in a subshell."),
        method("times", "()", process::times, "Return a collection containing process timing information."),
        method(
            "register_at_fork",
            "(*, before=None, after_in_child=None, after_in_parent=None)",
            process::register_at_fork,
            "Register callables to be called when forking a new process.",
        ),
        method("sched_yield", "()", process::sched_yield, "Voluntarily relinquish the CPU."),
        method(
            "sched_getaffinity",
            "(pid, /)",
            process::sched_getaffinity,
            "Return the affinity of the process.",
        ),
        method(
            "sched_setaffinity",
            "(pid, mask, /)",
            process::sched_setaffinity,
            "Set the CPU affinity of the process.",
        ),
        // info.rs
        method("putenv", "(name, value, /)", info::putenv, "Change or add an environment variable."),
        method("unsetenv", "(name, /)", info::unsetenv, "Delete an environment variable."),
        method("_create_environ", "()", info::create_environ, "Create the environment dictionary."),
        method("strerror", "(code, /)", info::strerror, "Translate an error code to a message string."),
        method("uname", "()", info::uname, "Return an object identifying the current operating system."),
        method(
            "urandom",
            "(size, /)",
            info::urandom,
            "Return a bytes object containing random bytes suitable for cryptographic use.",
        ),
        method("getrandom", "(size, flags=0)", info::getrandom, "Obtain a series of random bytes."),
        method("cpu_count", "()", info::cpu_count, "Return the number of logical CPUs in the system."),
        method("getloadavg", "()", info::getloadavg, "Return average recent system load information."),
        method("getlogin", "()", info::getlogin, "Return the actual login name."),
        method(
            "ctermid",
            "()",
            info::ctermid,
            "Return the name of the controlling terminal for this process.",
        ),
        method(
            "get_terminal_size",
            "(fd=1, /)",
            info::get_terminal_size,
            "Return the size of the terminal window as (columns, lines).",
        ),
        method(
            "sysconf",
            "(name, /)",
            info::sysconf,
            "Return an integer-valued system configuration variable.",
        ),
        method(
            "fspath",
            "(path)",
            |t, a| crate::support::fspath(t, a[0]),
            "Return the file system path representation of the object.",
        ),
        // paths.rs
        method("_path_normpath", "(path)", paths::normpath, "Normalize path."),
        method(
            "_path_splitroot_ex",
            "(path)",
            paths::splitroot,
            "Split a pathname into drive, root and tail.",
        ),
        method("_inputhook", "()", |_, _| Ok(Value::NONE), "Calls PyOS_InputHook if set."),
    ],
    types: &[
        &stat::STAT_RESULT,
        &stat::STATVFS_RESULT,
        &dirs::DIR_ENTRY,
        &dirs::SCANDIR,
        &info::TERMINAL_SIZE,
        &info::UNAME_RESULT,
        &process::TIMES_RESULT,
        &process::SCHED_PARAM,
    ],
    init: Some(init),
};

const HAVE_FUNCTIONS: &[&str] = &[
    "HAVE_FACCESSAT",
    "HAVE_FCHDIR",
    "HAVE_FCHMOD",
    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",
    "HAVE_FDOPENDIR",
    "HAVE_FEXECVE",
    "HAVE_FPATHCONF",
    "HAVE_FSTATAT",
    "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS",
    "HAVE_LINKAT",
    "HAVE_LCHOWN",
    "HAVE_LSTAT",
    "HAVE_LUTIMES",
    "HAVE_MEMFD_CREATE",
    "HAVE_MKDIRAT",
    "HAVE_MKFIFOAT",
    "HAVE_MKNODAT",
    "HAVE_OPENAT",
    "HAVE_READLINKAT",
    "HAVE_RENAMEAT",
    "HAVE_SYMLINKAT",
    "HAVE_UNLINKAT",
    "HAVE_UTIMENSAT",
];

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    for &(name, value) in constants::INTS {
        let value = int_value(t, value);
        set_global(t, module, name, value);
    }
    let environ = info::create_environ(t, &[])?;
    set_global(t, module, "environ", environ);
    let error = t.rt.exception(Exc::OSError);
    set_global(t, module, "error", error);
    let mut have = t.vec();
    for name in HAVE_FUNCTIONS {
        let name = t.new_str(name);
        have.push(name);
    }
    let have = list::new(t, &have);
    set_global(t, module, "_have_functions", have);
    let names = dict::new(t);
    for &(name, value) in constants::SYSCONF {
        dict::set_text(t, names, name, Value::small(value as i64));
    }
    set_global(t, module, "sysconf_names", names.value());
    Ok(())
}
