//! CPython's own tests (being written).
use crate::args::{Args, CpythonTests};

/// Not there yet.
pub(crate) fn run(_: &Args, _: &CpythonTests) -> std::io::Result<bool> {
    Err(std::io::Error::other("not there yet"))
}
