//! Values, compiler, bytecode, interpreter, built-in types.
