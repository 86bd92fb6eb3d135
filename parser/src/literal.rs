//! The values of literals.

pub(crate) mod caution;
pub(crate) mod escape;
pub(crate) mod field;
pub(crate) mod number;
pub(crate) mod string;
