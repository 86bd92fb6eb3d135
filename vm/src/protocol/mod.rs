//! The operations of the language on values of any type: what an operator, a built-in function or a native calls.

pub mod attr;
pub mod call;
pub mod compare;
pub mod hash;
pub mod instance;
pub mod item;
pub mod iter;
pub mod number;
pub mod text;
pub mod truth;
