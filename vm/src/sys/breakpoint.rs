//! `sys.breakpointhook`.

use super::{dict, flag};
use crate::{
    builtins::exceptions::warning,
    error::{Exc, PyResult},
    import,
    protocol::{attr, call},
    thread::Thread,
    value::Value,
};

/// Calls what `PYTHONBREAKPOINT` names, `pdb.set_trace` if it names nothing; `0` turns breakpoints off.
pub(super) fn breakpointhook(t: &mut Thread, args: &[Value]) -> PyResult {
    let setting = match flag(t, "ignore_environment")? {
        true => None,
        false => std::env::var_os("PYTHONBREAKPOINT").filter(|v| !v.is_empty()),
    };
    let setting = setting.map_or("pdb.set_trace".to_owned(), |v| v.to_string_lossy().into_owned());
    if setting == "0" {
        return Ok(Value::NONE);
    }
    let (module, name) = setting.rsplit_once('.').unwrap_or(("builtins", &setting));
    match find(t, module, name) {
        Ok(hook) => call::call_ex(t, hook, args[0], args[1]),
        Err(raised) => {
            let class = if t.pending_is(Exc::ImportError) { Exc::ImportError } else { Exc::AttributeError };
            t.catch(raised, class)?;
            let message = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{setting}\"");
            warning::warn(t, Exc::RuntimeWarning, &message, 1)?;
            Ok(Value::NONE)
        }
    }
}

fn find(t: &mut Thread, module: &str, name: &str) -> PyResult {
    if module.is_empty() {
        return Err(t.raise(Exc::ImportError, "empty module name"));
    }
    import::import_module(t, module)?;
    let modules = crate::object::Ref::<dict::Dict>::known(t.rt.modules.get());
    match dict::get_text(t, modules, module) {
        Some(module) => attr::getattr_text(t, module, name),
        None => Err(t.raise(Exc::ImportError, module)),
    }
}
