//! The log: its file, and the numbers of texts, frames and places in it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    sync::atomic::{
        AtomicBool, AtomicPtr, AtomicU64,
        Ordering::{Acquire, Relaxed, Release},
    },
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use pystm_gc::lock::Mutex;
use rustc_hash::FxHashMap;

use super::{
    Place, Text,
    format::{Header, Row, write_text},
    threads,
};

/// Nanoseconds after which whatever waits in memory is written.
const FLUSH_AFTER: u64 = 100_000_000;
/// Texts that a log may have: keys of a large dict could fill the memory.
const MOST_TEXTS: usize = 1 << 20;
/// Frames of a place that are kept, the innermost ones.
pub const MOST_FRAMES: usize = 48;

/// The log of this process, or null. A log that was closed is never freed: a thread may still be writing to it.
static CURRENT: AtomicPtr<Log> = AtomicPtr::new(std::ptr::null_mut());
/// Whether transactions look at the clock when they begin.
static TIMED: AtomicBool = AtomicBool::new(false);

/// The log, if there is one.
#[inline(always)]
pub(super) fn current() -> Option<&'static Log> {
    // SAFETY: the pointer is null or from `Box::leak`. Acquire: pairs with the Release of `open`, which made the log.
    unsafe { CURRENT.load(Acquire).as_ref() }
}

#[inline(always)]
pub(super) fn timed() -> bool {
    // Relaxed: a flag of its own.
    TIMED.load(Relaxed)
}

pub(super) fn set_timed() {
    TIMED.store(true, Relaxed);
}

/// A log that is being written.
pub struct Log {
    /// Time stamps count from here.
    begun: Instant,
    path: PathBuf,
    command: String,
    /// The process that writes.
    process: u32,
    file: Mutex<File>,
    names: Mutex<Names>,
    /// Time stamp of the last time that all buffers were written.
    flushed: AtomicU64,
}

/// A frame of a traceback.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Frame {
    /// The file.
    pub file: String,
    /// The line, 0 if it is not known.
    pub line: u32,
    /// The function's qualified name.
    pub function: String,
}

/// What has a number already, and definitions that are not in the file yet.
#[derive(Default)]
struct Names {
    texts: FxHashMap<Box<str>, u32>,
    frames: FxHashMap<(Text, u32, Text), u32>,
    places: FxHashMap<(Place, u32), u32>,
    unwritten: Vec<u8>,
}

/// Begins a log; from here on threads write to it. If another process that still runs writes to the file, `FILE.PROCESS` is
/// taken instead. `command` is for the reader of the report.
///
/// # Errors
/// What the system says about the file.
pub fn open(path: &Path, command: &str) -> io::Result<()> {
    let (mut file, path) = create(path)?;
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let header = Header {
        process: process::id(),
        milliseconds: since_1970.as_millis() as u64,
        command: command.to_owned(),
    };
    let mut line = Vec::new();
    header.write(&mut line);
    file.write_all(&line)?;
    let log = Box::leak(Box::new(Log {
        begun: Instant::now(),
        path,
        command: header.command,
        process: header.process,
        file: Mutex::new(file),
        names: Mutex::default(),
        flushed: AtomicU64::new(0),
    }));
    set_timed();
    // Release: pairs with the Acquire of `current`.
    CURRENT.store(log, Release);
    threads::introduce_all(log);
    Ok(())
}

/// An empty file that no other process writes to. The lock ends with the process.
fn create(path: &Path) -> io::Result<(File, PathBuf)> {
    let open = |path: &Path| OpenOptions::new().create(true).append(true).open(path);
    let file = open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut own = path.as_os_str().to_owned();
            own.push(format!(".{}", process::id()));
            let own = PathBuf::from(own);
            let file = open(&own)?;
            clear(&file)?;
            return Ok((file, own));
        }
        // A pipe or a file system without locks.
        Err(TryLockError::Error(_)) => {}
    }
    clear(&file)?;
    Ok((file, path.to_owned()))
}

/// Makes a file empty that is one: a pipe or a terminal is not.
fn clear(file: &File) -> io::Result<()> {
    if file.metadata()?.is_file() { file.set_len(0) } else { Ok(()) }
}

/// The file of the log, if there is one.
pub fn path_in_use() -> Option<PathBuf> {
    current().map(|log| log.path.clone())
}

/// Writes down whatever waits in memory.
pub fn flush() {
    if let Some(log) = current() {
        threads::flush_all(log);
    }
}

/// Ends the log. What other threads do from here on is not written.
pub fn close() {
    if let Some(log) = current() {
        threads::flush_all(log);
        let mut row = Vec::new();
        Row::End(log.stamp(Instant::now())).write(&mut row);
        log.write(&row);
        stop();
    }
}

fn stop() {
    CURRENT.store(std::ptr::null_mut(), Release);
}

/// In a child process: the log is its parent's, and the child gets one of its own.
pub(super) fn reopen() {
    if let Some(log) = current() {
        stop();
        if let Err(error) = open(&log.path, &log.command) {
            log.complain(&error);
        }
    }
}

impl Log {
    /// The number of a text. After a million texts there are no more new ones: `...` stands for them.
    pub fn text(&self, text: &str) -> Text {
        let mut names = self.names.lock();
        let full = names.texts.len() >= MOST_TEXTS && !names.texts.contains_key(text);
        names.text(if full { "..." } else { text })
    }

    /// The place of a traceback, innermost frame first.
    pub fn place(&self, frames: &[Frame]) -> Place {
        let mut names = self.names.lock();
        let mut place = Place::default();
        for frame in frames.iter().take(MOST_FRAMES).rev() {
            let frame = names.frame(frame);
            place = names.place(place, frame);
        }
        place
    }

    /// Nanoseconds since the log began.
    pub(super) fn stamp(&self, time: Instant) -> u64 {
        time.saturating_duration_since(self.begun).as_nanos() as u64
    }

    /// Whether it is time to write everything down. One caller is told so.
    pub(super) fn is_due(&self, now: u64) -> bool {
        // Relaxed: the word orders nothing.
        let last = self.flushed.load(Relaxed);
        now >= last + FLUSH_AFTER && self.flushed.compare_exchange(last, now, Relaxed, Relaxed).is_ok()
    }

    /// Writes rows to the file, the definitions that they use first. If that fails, there is no log any more. A copy of the
    /// process that was made without [`super::fork`] writes nothing.
    pub(super) fn write(&self, rows: &[u8]) {
        if process::id() != self.process {
            return;
        }
        let mut file = self.file.lock();
        let mut all = std::mem::take(&mut self.names.lock().unwritten);
        all.extend_from_slice(rows);
        if let Err(error) = file.write_all(&all)
            && std::ptr::eq(CURRENT.swap(std::ptr::null_mut(), Release), self)
        {
            self.complain(&error);
        }
    }

    fn complain(&self, error: &io::Error) {
        // If standard error is gone as well, nobody can be told.
        let _ = writeln!(
            io::stderr(),
            "pystm: cannot write the log '{}': {error}; it ends here",
            self.path.display()
        );
    }

    /// Calls `f` while no thread has one of the log's locks.
    pub(super) fn locked<R>(&self, f: impl FnOnce() -> R) -> R {
        let _file = self.file.lock();
        let _names = self.names.lock();
        f()
    }
}

impl Names {
    fn text(&mut self, text: &str) -> Text {
        if text.is_empty() {
            return Text::default();
        }
        if let Some(&id) = self.texts.get(text) {
            return Text(id);
        }
        let id = self.texts.len() as u32 + 1;
        self.texts.insert(text.into(), id);
        write_text(&mut self.unwritten, id, text);
        Text(id)
    }

    fn frame(&mut self, frame: &Frame) -> u32 {
        let (file, function) = (self.text(&frame.file), self.text(&frame.function));
        let next = self.frames.len() as u32 + 1;
        *self.frames.entry((file, frame.line, function)).or_insert_with(|| {
            Row::Frame(next, file, frame.line, function).write(&mut self.unwritten);
            next
        })
    }

    fn place(&mut self, caller: Place, frame: u32) -> Place {
        let next = self.places.len() as u32 + 1;
        Place(*self.places.entry((caller, frame)).or_insert_with(|| {
            Row::Place(next, caller, frame).write(&mut self.unwritten);
            next
        }))
    }
}

/// Places that a thread has been at, by a key that the host makes of the traceback.
#[derive(Default)]
pub(super) struct Known {
    /// Address of the log and the host's generation of keys: with others, everything is forgotten.
    of: (usize, u64),
    places: FxHashMap<u64, Place>,
}

/// How the host names a place: by a key if it comes again, by its frames if not.
pub struct Places<'a> {
    pub(super) log: &'a Log,
    pub(super) known: &'a mut Known,
}

impl Places<'_> {
    /// The place with this key. If it is new, `frames` says what it is, innermost frame first. Keys of another `generation`
    /// mean nothing.
    pub fn get(&mut self, generation: u64, key: u64, frames: impl FnOnce() -> Vec<Frame>) -> Place {
        let of = (&raw const *self.log as usize, generation);
        if self.known.of != of {
            *self.known = Known { of, places: FxHashMap::default() };
        }
        *self.known.places.entry(key).or_insert_with(|| self.log.place(&frames()))
    }
}
