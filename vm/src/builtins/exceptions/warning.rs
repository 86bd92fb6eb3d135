//! Warnings of native code.

use crate::{
    builtins::{dict, module::Module},
    error::{Exc, PyResult},
    object::Ref,
    protocol::call,
    thread::Thread,
    value::Value,
};

/// Gives a warning, which may raise. `stack_level` 1 blames the running Python frame.
pub fn warn(t: &mut Thread, category: Exc, message: &str, stack_level: i64) -> PyResult<()> {
    let message = t.new_str(message);
    let category = t.rt.exception(category);
    let warn = match loaded_attribute(t, "warn") {
        Some(f) => f,
        None => {
            let module = crate::import::import_module(t, "_warnings")?;
            crate::protocol::attr::getattr_text(t, module, "warn")?
        }
    };
    call::call(t, warn, &[message, category, Value::small(stack_level)])?;
    Ok(())
}

/// An attribute of the module `warnings`, if it has been imported.
pub fn loaded_attribute(t: &mut Thread, name: &str) -> Option<Value> {
    let modules = Ref::<dict::Dict>::from_value(t.rt.modules.get())?;
    let module = dict::get_text(t, modules, "warnings")?.cast::<Module>()?;
    dict::get_text(t, module.dict(), name)
}
