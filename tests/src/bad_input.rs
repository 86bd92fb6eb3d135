//! Hostile input (being written).
use crate::args::Args;

/// Not there yet.
pub(crate) fn run(_: &Args) -> std::io::Result<bool> {
    Err(std::io::Error::other("not there yet"))
}
