//! Lines of source files for tracebacks.

use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use rustc_hash::FxHashMap;

use crate::{
    builtins::{list::List, str::Str},
    thread::Thread,
};

/// Sources that are in no file (`-c`, the prompt), by the name that code compiled from them has.
static REGISTERED: Mutex<Option<FxHashMap<String, Vec<String>>>> = Mutex::new(None);

/// Makes the lines of a source that is in no file known to tracebacks.
pub fn register(filename: &str, source: &str) {
    let lines = split(source);
    REGISTERED.lock().get_or_insert_with(FxHashMap::default).insert(filename.to_owned(), lines);
}

fn split(source: &str) -> Vec<String> {
    source.split('\n').map(|l| l.trim_end().to_owned()).collect()
}

/// The files that one traceback needs, each read once.
#[derive(Default)]
pub struct Lines(FxHashMap<String, Vec<String>>);

impl Lines {
    /// Line `line` (from 1) of a file without white space at its end; empty if it is not to be had.
    pub fn get(&mut self, t: &mut Thread, filename: &str, line: u32) -> String {
        if !self.0.contains_key(filename) {
            let lines = read(t, filename);
            self.0.insert(filename.to_owned(), lines);
        }
        let lines = &self.0[filename];
        lines.get((line as usize).wrapping_sub(1)).cloned().unwrap_or_default()
    }
}

fn read(t: &mut Thread, filename: &str) -> Vec<String> {
    if let Some(lines) = REGISTERED.lock().as_ref().and_then(|m| m.get(filename)) {
        return lines.clone();
    }
    if filename.starts_with('<') && filename.ends_with('>') {
        return Vec::new();
    }
    let mut places = vec![PathBuf::from(filename)];
    if !filename.starts_with('/')
        && let Some(path) = crate::sys::get(t, "path").and_then(|p| p.cast::<List>())
    {
        // A relative name may mean a file below an entry of sys.path, as in the module linecache.
        let directories = path.items().iter().filter_map(|slot| slot.get().cast::<Str>());
        places.extend(directories.map(|directory| Path::new(&directory.to_rust()).join(filename)));
    }
    let bytes = t.blocking(|| places.iter().find_map(|place| std::fs::read(place).ok()));
    match bytes.map(|b| pystm_parser::decode_source(&b)) {
        Some(Ok(text)) => split(&text.replace("\r\n", "\n")),
        _ => Vec::new(),
    }
}
