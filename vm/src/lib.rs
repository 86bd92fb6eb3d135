//! Values, compiler, bytecode, interpreter, built-in types.

pub mod bytecode;
pub mod compiler;
