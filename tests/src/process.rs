//! Runs one child process with a time limit and collects what it wrote.

use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It exited with this code.
    Exit(i32),
    /// A signal killed it.
    Signal(i32),
    /// It ran past its limit and was killed.
    TimedOut,
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            End::Exit(code) => write!(f, "exit {code}"),
            End::Signal(signal) => write!(f, "signal {signal}"),
            End::TimedOut => write!(f, "timed out"),
        }
    }
}

impl From<ExitStatus> for End {
    fn from(status: ExitStatus) -> End {
        match status.code() {
            Some(code) => End::Exit(code),
            None => End::Signal(status.signal().unwrap_or(0)),
        }
    }
}

/// What a finished process left behind.
pub(crate) struct Finished {
    /// How it ended.
    pub(crate) end: End,
    /// Everything written to standard output; bytes that are not UTF-8 become U+FFFD.
    pub(crate) stdout: String,
    /// Everything written to standard error, likewise.
    pub(crate) stderr: String,
}

impl Finished {
    /// The last line of standard error that is not blank; of an uncaught exception, its type and message.
    pub(crate) fn last_error_line(&self) -> &str {
        self.stderr.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("")
    }
}

/// The environment in which every interpreter runs: no colours, UTF-8, no compiled files left behind.
pub(crate) fn interpreter(command: &mut Command, env: &[(String, String)]) {
    for name in ["PYTHONPATH", "PYTHONHOME", "PYTHONHASHSEED", "PYTHONWARNINGS", "FORCE_COLOR"] {
        command.env_remove(name);
    }
    command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHON_COLORS", "0")
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC")
        .envs(env.iter().map(|(name, value)| (name, value)));
}

/// Starts `command` as the leader of a process group of its own, so that [`kill`] reaches its children too.
pub(crate) fn spawn(command: &mut Command) -> std::io::Result<Child> {
    command.process_group(0).spawn()
}

/// Kills the process group of `child` and reaps it.
pub(crate) fn kill(child: &mut Child) {
    signal(child, Signal::SIGKILL);
    // The child is certain to end now; how it ended no longer matters.
    let _ = child.wait();
}

/// Sends `signal` to the process group of `child`, unless it is gone already.
pub(crate) fn signal(child: &Child, signal: Signal) {
    let _ = killpg(Pid::from_raw(child.id() as i32), signal);
}

/// Runs `command` to its end or for at most `timeout`.
pub(crate) fn run(command: &mut Command, timeout: Duration) -> std::io::Result<Finished> {
    run_with(command, timeout, |_| {})
}

/// As [`run`]; calls `started` with the child just after its start.
pub(crate) fn run_with(
    command: &mut Command,
    timeout: Duration,
    started: impl FnOnce(&Child),
) -> std::io::Result<Finished> {
    let mut child = spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let deadline = Instant::now() + timeout;
    started(&child);
    let end = wait_until(&mut child, deadline)?;
    // Children that outlive the program would keep the pipes open.
    signal(&child, Signal::SIGKILL);
    Ok(Finished { end, stdout: text(stdout), stderr: text(stderr) })
}

/// Waits for `child`, killing it at `deadline`.
fn wait_until(child: &mut Child, deadline: Instant) -> std::io::Result<End> {
    let mut pause = Duration::from_micros(500);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.into());
        }
        if Instant::now() >= deadline {
            kill(child);
            return Ok(End::TimedOut);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}

/// Reads a pipe to its end on a thread of its own, so that neither pipe can fill up and block the child.
fn collect(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // A read error ends the output as its end does.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

/// What a reader thread collected, as text.
fn text(reader: thread::JoinHandle<Vec<u8>>) -> String {
    String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned()
}
