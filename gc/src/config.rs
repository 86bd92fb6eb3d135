//! Settings from the environment variable `PYSTM_GC`, a comma-separated list.
//!
//! `stress` collects at every allocation; `nursery=8M` sets the bytes allocated between minor collections; `limit=2G`
//! sets the largest heap; `off` starts with automatic collection switched off; `verify` (or `PYSTM_VERIFY=1`) checks
//! the heap after every collection; `markers=3` has three threads mark in every major collection, however small the heap.

use crate::markers::MARKERS;

/// The settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// Collect at every allocation.
    pub stress: bool,
    /// Bytes that a thread allocates between its minor collections.
    pub nursery: usize,
    /// Largest heap in bytes, at first the machine's memory; beyond it allocation fails.
    pub limit: usize,
    /// Collect automatically.
    pub enabled: bool,
    /// Verify the heap after every collection.
    pub verify: bool,
    /// How many threads mark in a major collection. `None`: as many as the heap is worth and the machine has.
    pub markers: Option<usize>,
    /// Called after a major collection that has freed much memory: gives it back to the system.
    pub release: Option<fn()>,
}

/// Bytes of memory that the machine has: a heap cannot sensibly be larger.
fn physical_memory() -> usize {
    // SAFETY: plain queries.
    let (pages, page) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    if pages <= 0 || page <= 0 { usize::MAX } else { (pages as usize).saturating_mul(page as usize) }
}

impl Default for Config {
    fn default() -> Self {
        Config {
            stress: false,
            nursery: 2 << 20,
            limit: physical_memory(),
            enabled: true,
            verify: false,
            markers: None,
            release: None,
        }
    }
}

impl Config {
    /// Reads the settings; the error is a message for the user.
    pub fn from_env() -> Result<Config, String> {
        let verify = std::env::var_os("PYSTM_VERIFY").is_some_and(|v| v == "1");
        let mut config = Config { verify, ..Config::default() };
        let Ok(text) = std::env::var("PYSTM_GC") else { return Ok(config) };
        for item in text.split(',').filter(|s| !s.is_empty()) {
            let (key, value) = item.split_once('=').unwrap_or((item, ""));
            match key {
                "stress" => config.stress = true,
                "verify" => config.verify = true,
                "off" => config.enabled = false,
                "nursery" => config.nursery = parse_bytes(value)?.max(64 << 10),
                "limit" => config.limit = parse_bytes(value)?,
                "markers" => config.markers = Some(parse_markers(value)?),
                _ => return Err(format!("PYSTM_GC: unknown setting '{key}'")),
            }
        }
        Ok(config)
    }
}

fn parse_markers(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|n| (1..=MARKERS).contains(n))
        .ok_or_else(|| format!("PYSTM_GC: markers must be from 1 to {MARKERS}, not '{text}'"))
}

fn parse_bytes(text: &str) -> Result<usize, String> {
    let (digits, shift) = match text.as_bytes().last() {
        Some(b'K' | b'k') => (&text[..text.len() - 1], 10),
        Some(b'M' | b'm') => (&text[..text.len() - 1], 20),
        Some(b'G' | b'g') => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    let n: usize = digits.parse().map_err(|_| format!("PYSTM_GC: '{text}' is not a size"))?;
    n.checked_shl(shift).ok_or_else(|| format!("PYSTM_GC: '{text}' is too large"))
}
