//! The pure-Python library: embedded in the binary, unpacked into the user's cache directory by the first start.
//!
//! The directory's name has the hash of its content, so versions of pystm do not disturb each other. Unpacking needs
//! no lock: every process unpacks into a directory of its own and renames that; who comes second finds it done.

use std::{
    env,
    fs::{self, DirBuilder},
    io::{self, Read},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    process,
};

use flate2::read::ZlibDecoder;

/// See `build.rs` for the format.
static ARCHIVE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.zlib"));
const HASH: &str = env!("PYSTM_LIBRARY_HASH");

/// The library's directory, unpacked if need be. `PYSTM_LIB` names another one.
///
/// # Errors
/// A message if there is no place to unpack it.
pub(crate) fn directory() -> Result<PathBuf, String> {
    if let Some(directory) = env::var_os("PYSTM_LIB").filter(|d| !d.is_empty()) {
        return Ok(PathBuf::from(directory));
    }
    let name = format!("lib-{HASH}");
    let mut failure = None;
    for parent in cache_directories() {
        let directory = parent.join(&name);
        if is_ours(&directory) {
            return Ok(directory);
        }
        match unpack_into(&parent, &directory) {
            Ok(()) => return Ok(directory),
            Err(error) => {
                failure = Some(format!("cannot unpack the library into {}: {error}", parent.display()))
            }
        }
    }
    Err(failure.unwrap_or_default())
}

/// Whether a file is part of an unpacked library, of this version of pystm or another.
pub(crate) fn has(file: &Path) -> bool {
    let unpacked = |name: &str| name.strip_prefix("lib-").is_some_and(|hash| hash.len() == HASH.len());
    file.components().any(|part| part.as_os_str().to_str().is_some_and(unpacked))
        || env::var_os("PYSTM_LIB").is_some_and(|library| !library.is_empty() && file.starts_with(library))
}

/// Where the library may stand, best first.
fn cache_directories() -> Vec<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let cache = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
    let temporary = env::temp_dir().join(format!("pystm-{}", user()));
    cache.map(|c| c.join("pystm")).into_iter().chain([temporary]).collect()
}

fn user() -> u32 {
    // SAFETY: a query without arguments.
    unsafe { libc::getuid() }
}

/// Whether nobody else can have put files there: anyone can make a directory in the common one for temporary files.
fn is_ours(directory: &Path) -> bool {
    fs::metadata(directory).is_ok_and(|m| m.is_dir() && m.uid() == user() && m.mode() & 0o002 == 0)
}

fn unpack_into(parent: &Path, directory: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
    if !is_ours(parent) {
        return Err(io::Error::other("others can write there"));
    }
    let temporary = parent.join(format!("unpacking-{}", process::id()));
    let result = unpack(&temporary).and_then(|()| match fs::rename(&temporary, directory) {
        // Another process was faster.
        Err(_) if directory.is_dir() => fs::remove_dir_all(&temporary),
        renamed => renamed,
    });
    if result.is_err() {
        // What is left of a failed attempt is of no use; that it cannot be removed either is no news.
        let _ = fs::remove_dir_all(&temporary);
    }
    result
}

/// Writes the files of the archive below a new directory.
fn unpack(directory: &Path) -> io::Result<()> {
    let mut bytes = Vec::new();
    ZlibDecoder::new(ARCHIVE).read_to_end(&mut bytes)?;
    let mut rest = bytes.as_slice();
    let mut made = PathBuf::new();
    while let Some((lengths, after)) = rest.split_at_checked(8) {
        let length = |at: usize| u32::from_le_bytes(std::array::from_fn(|i| lengths[at + i])) as usize;
        let (path, after) = after.split_at(length(0));
        let (content, after) = after.split_at(length(4));
        rest = after;
        let path = directory.join(std::str::from_utf8(path).map_err(io::Error::other)?);
        if let Some(parent) = path.parent()
            && parent != made
        {
            fs::create_dir_all(parent)?;
            made = parent.to_owned();
        }
        fs::write(path, content)?;
    }
    Ok(())
}
