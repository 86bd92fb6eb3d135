//! Fingerprints everything that decides what bytecode means, so that compiled modules of another build are never run.

use std::{
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::Path,
};

/// What bytecode depends on, from the crate's directory.
const SOURCES: &[&str] =
    &["src/bytecode", "src/compiler", "src/interp", "src/builtins/code.rs", "../parser/src"];

fn main() -> io::Result<()> {
    let mut hasher = DefaultHasher::new();
    env::var("CARGO_PKG_VERSION").expect("cargo sets it").hash(&mut hasher);
    for source in SOURCES {
        println!("cargo:rerun-if-changed={source}");
        add(Path::new(source), &mut hasher)?;
    }
    println!("cargo:rustc-env=PYSTM_BYTECODE={:08x}", hasher.finish() as u32);
    Ok(())
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    if !path.is_dir() {
        fs::read(path)?.hash(hasher);
        return Ok(());
    }
    let mut entries =
        fs::read_dir(path)?.map(|entry| entry.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| add(entry, hasher))
}
