//! Bytecode: the instruction set, the compiler's result and its text form.

pub mod builder;
pub mod code;
pub mod disasm;
pub mod effect;
pub mod opcode;
pub mod positions;
pub mod serial;

pub use code::{CodeFlags, CodeUnit, Const, ExceptionEntry, LocalKind, Position, UPDATE};
pub use opcode::{CALL_LINKS, Extra, Intrinsic, NO_REG, Op, Operand};
pub use positions::Positions;
