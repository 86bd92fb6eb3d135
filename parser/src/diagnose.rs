//! CPython's words for what is wrong with a program that the grammar has rejected.

use crate::error::Fail;
use crate::program::Program;

/// What is wrong with the expression in the tokens `from..to`, if there are words for it.
pub(crate) fn expression(_program: &Program<'_>, _from: usize, _to: usize) -> Option<Fail> {
    None
}
