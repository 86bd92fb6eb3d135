//! The `PYTHON*` variables that stand for options.

use std::{env, ffi::OsString};

use pystm_text::hash::HashKey;

use crate::options::Options;

/// A variable's value; `None` if it is not set, empty, or the environment is to be ignored.
pub(crate) fn variable(options: &Options, name: &str) -> Option<OsString> {
    if options.ignore_environment { None } else { env::var_os(name).filter(|value| !value.is_empty()) }
}

/// Adds what the environment says to the options from the command line.
pub(crate) fn merge(o: &mut Options) {
    let set = |name: &str| variable(o, name).is_some();
    let (inspect, unbuffered) = (set("PYTHONINSPECT"), set("PYTHONUNBUFFERED"));
    let (no_bytecode, no_user_site) = (set("PYTHONDONTWRITEBYTECODE"), set("PYTHONNOUSERSITE"));
    let safe_path = set("PYTHONSAFEPATH");
    let (debug, verbose) = (level(o, "PYTHONDEBUG"), level(o, "PYTHONVERBOSE"));
    let optimize = level(o, "PYTHONOPTIMIZE");
    o.inspect |= inspect;
    o.unbuffered |= unbuffered;
    o.no_bytecode |= no_bytecode;
    o.no_user_site |= no_user_site;
    o.safe_path |= safe_path;
    o.debug = o.debug.max(debug);
    o.verbose = o.verbose.max(verbose);
    o.optimize = o.optimize.max(optimize);
}

/// A counter: any text that is no number counts as 1.
fn level(options: &Options, name: &str) -> u8 {
    let Some(value) = variable(options, name) else { return 0 };
    value.to_str().and_then(|v| v.parse().ok()).unwrap_or(1)
}

/// Whether development mode is on.
pub(crate) fn dev_mode(options: &Options) -> bool {
    options.x_option("dev").is_some() || variable(options, "PYTHONDEVMODE").is_some()
}

/// Whether code has no columns.
pub(crate) fn no_debug_ranges(options: &Options) -> bool {
    options.x_option("no_debug_ranges").is_some() || variable(options, "PYTHONNODEBUGRANGES").is_some()
}

/// `sys.warnoptions`: what is named later counts more.
pub(crate) fn warn_options(options: &Options) -> Vec<OsString> {
    let mut all = Vec::new();
    if dev_mode(options) {
        all.push("default".into());
    }
    if let Some(value) = variable(options, "PYTHONWARNINGS") {
        // Not UTF-8 is no valid filter either way.
        all.extend(value.to_string_lossy().split(',').filter(|item| !item.is_empty()).map(OsString::from));
    }
    all.extend(options.warnings.iter().cloned());
    match options.bytes_warning {
        0 => {}
        1 => all.push("default::BytesWarning".into()),
        _ => all.push("error::BytesWarning".into()),
    }
    all
}

/// The key of the str hash, and whether it is random.
///
/// # Errors
/// CPython's message if `PYTHONHASHSEED` is no seed.
pub(crate) fn hash_key(options: &Options) -> Result<(HashKey, bool), String> {
    match variable(options, "PYTHONHASHSEED") {
        Some(seed) if seed != "random" => match seed.to_str().and_then(|s| s.parse::<u32>().ok()) {
            Some(seed) => Ok((HashKey::from_seed(seed), seed != 0)),
            None => Err("config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]"
                .into()),
        },
        _ => Ok((random_key(), true)),
    }
}

fn random_key() -> HashKey {
    let mut words = [0u64; 2];
    // SAFETY: the buffer has 16 bytes.
    let got = unsafe { libc::getrandom(words.as_mut_ptr().cast(), size_of_val(&words), 0) };
    assert_eq!(got, size_of_val(&words) as isize, "the system has random bytes");
    HashKey { k0: words[0], k1: words[1] }
}

/// Whether `PYTHONINSPECT` is set by now: a program may set it in `os.environ` while it runs.
pub(crate) fn inspect_now(options: &Options) -> bool {
    variable(options, "PYTHONINSPECT").is_some()
}
