//! The `pystm` command.
//!
//! The way of a run: [`options`] and [`environment`] find out what is asked for, [`start`] makes the interpreter,
//! [`program`] runs the program, [`repl`] is the prompt, [`finish`] reports what was not caught and ends the process.
//! [`report`] is a command of its own.

mod dis;
mod environment;
mod finish;
mod glue;
mod help;
mod library;
mod memory;
mod options;
mod program;
mod repl;
mod report;
mod start;

use std::{env, ffi::OsString, io, process, sync::mpsc, thread};

use options::{Options, Request};

fn main() {
    memory::set_up();
    let args: Vec<OsString> = env::args_os().skip(1).collect();
    if report::is_wanted(&args) {
        process::exit(report::run(&args[1..]));
    }
    let options = match options::parse(args) {
        Ok(Request::Help) => return print!("{}", help::HELP),
        Ok(Request::Version(times)) => return println!("{}", help::version(times)),
        Ok(Request::Run(options)) => options,
        Err(message) => {
            eprintln!("{message}\n{}\nTry `pystm -h' for more information.", help::USAGE);
            process::exit(2);
        }
    };
    if let Err(error) = run_on_large_stack(options) {
        eprintln!("pystm: cannot start the main thread: {error}");
        process::exit(1);
    }
}

/// Runs the interpreter on a thread whose stack is large enough for deep recursion through native code. The calling
/// thread waits for ever: the interpreter ends the process.
fn run_on_large_stack(options: Box<Options>) -> io::Result<()> {
    let mut result = Ok(());
    for megabytes in [512, 64, 16] {
        // The options wait outside, for another try if the thread does not start.
        let (sender, receiver) = mpsc::sync_channel::<Box<Options>>(1);
        let interpreter = thread::Builder::new().name("pystm".into()).stack_size(megabytes << 20);
        match interpreter.spawn(move || receiver.recv().map(|options| start::run(*options))) {
            Ok(handle) => {
                leave_signals_to_others();
                // Neither fails unless the thread panicked, and then it has said so.
                let _ = sender.send(options);
                let _ = handle.join();
                process::exit(1);
            }
            Err(error) => result = Err(error),
        }
    }
    result
}

/// Blocks all signals in the calling thread, so that they interrupt system calls of the interpreter's.
fn leave_signals_to_others() {
    // SAFETY: the set is initialised by `sigfillset`; no old set is asked for.
    unsafe {
        let mut all = std::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &all, std::ptr::null_mut());
    }
}
