//! Values, compiler, bytecode, interpreter, built-in types.
//!
//! Reading order: [`value`], [`object`], [`shape`] (what things are), [`thread`], [`runtime`] (where they live),
//! [`native`] (how native code is written), [`protocol`] (operations on any value), [`builtins`] (the types),
//! [`bytecode`], [`compiler`], [`interp`] (how programs run), [`import`], [`boot`].

pub mod atomic;
pub mod attributes;
pub mod boot;
pub mod builtins;
pub mod bytecode;
pub mod class_table;
pub mod compiler;
pub mod copy;
pub mod error;
pub mod import;
pub mod interp;
pub mod intrinsics;
pub mod kind;
pub mod native;
pub mod object;
pub mod parking;
pub mod places;
pub mod protocol;
pub mod root_vec;
pub mod runtime;
pub mod shape;
pub mod signals;
pub mod special;
pub mod stress;
pub mod suggestions;
pub mod sys;
pub mod thread;
pub mod threads;
pub mod value;
