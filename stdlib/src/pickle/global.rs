//! Objects that a pickle refers to by module and name.

use pystm_vm::{
    builtins::{
        dict::{self, Dict},
        tuple,
    },
    error::{Exc, PyResult, Raised},
    protocol::{attr, call, iter, text},
    runtime::type_of,
    thread::{RootVec, Thread},
    value::Value,
};

use crate::support::{import_from, swallow};

use super::{error, opcode::*, save::Saver};

/// The parts of a dotted name.
pub(super) fn split_name(t: &mut Thread, name: Value) -> PyResult<RootVec> {
    let dot = t.intern(".");
    let parts = call::call_method(t, name, "split", &[dot])?;
    iter::collect(t, parts)
}

/// The object at a path of attributes.
pub(super) fn attribute(t: &mut Thread, object: Value, path: &[Value]) -> PyResult {
    path.iter().try_fold(object, |object, &name| attr::getattr(t, object, name))
}

/// The module of that name from `sys.modules`, imported if need be.
pub(super) fn module(t: &mut Thread, name: Value) -> PyResult {
    if name.as_str().is_none() {
        let got = type_of(name).name();
        return Err(t.type_error(format!("module name must be a string, not {got}")));
    }
    let modules = t.rt.modules.get().cast::<Dict>();
    if let Some(modules) = modules
        && name.as_str().is_some_and(|s| !s.is_empty())
        && let Some(module) = dict::get(t, modules, name)?
        && !module.is_none()
    {
        return Ok(module);
    }
    pystm_vm::import::import(t, name, Value::NONE, Value::UNSET, 0)?;
    let found = match modules {
        Some(modules) => dict::get(t, modules, name)?,
        None => None,
    };
    found.map_or_else(|| Err(t.key_error(name)), Ok)
}

/// An entry of one of the tables in `_compat_pickle`, which tell what Python 2 called modules and names.
pub(super) fn renamed(t: &mut Thread, table: &str, key: Value) -> PyResult<Option<Value>> {
    let table = import_from(t, "_compat_pickle", table)?;
    match table.cast::<Dict>() {
        Some(table) => dict::get(t, table, key),
        None => Ok(None),
    }
}

/// Module and name in the other version of Python, by the tables for names and for modules.
pub(super) fn other_version(
    t: &mut Thread,
    [names, modules]: [&str; 2],
    module: Value,
    name: Value,
) -> PyResult<(Value, Value)> {
    let key = tuple::new(t, &[module, name])?;
    if let Some(found) = renamed(t, names, key)? {
        return match found.as_tuple().map(|pair| (pair.len(), pair)) {
            Some((2, pair)) if pair.at(0).as_str().is_some() && pair.at(1).as_str().is_some() => {
                Ok((pair.at(0), pair.at(1)))
            }
            _ => {
                let got = type_of(found).name();
                let message = format!("_compat_pickle.{names} values should be 2-tuples, not {got}");
                Err(t.raise(Exc::RuntimeError, message))
            }
        };
    }
    match renamed(t, modules, module)? {
        None => Ok((module, name)),
        Some(found) if found.as_str().is_some() => Ok((found, name)),
        Some(found) => {
            let got = type_of(found).name();
            let message = format!("_compat_pickle.{modules} values should be strings, not {got}");
            Err(t.raise(Exc::RuntimeError, message))
        }
    }
}

/// `PicklingError: Can't pickle OBJECT: WHY`, in the context of a pending exception if there is one.
#[cold]
fn cannot(t: &mut Thread, context: Option<Raised>, object: Value, why: impl AsRef<str>) -> Raised {
    let context = context.map(|raised| t.take_exception(raised));
    let object = match text::repr_string(t, object) {
        Ok(object) => object,
        Err(raised) => return raised,
    };
    let message = format!("Can't pickle {object}: {}", why.as_ref());
    match context {
        Some(context) => error::pickling_after(t, context, message),
        None => error::pickling(t, message),
    }
}

/// The name of the module in which an object can be found under this name, and there it is.
fn which_module(t: &mut Thread, object: Value, name: Value, path: &[Value]) -> PyResult {
    let module_name = attr::find_attr(t, object, "__module__")?.filter(|v| !v.is_none());
    if path.iter().any(|part| part.as_str().is_some_and(|s| s.as_ascii() == Some("<locals>"))) {
        let object = text::repr_string(t, object)?;
        return Err(error::pickling(t, format!("Can't pickle local object {object}")));
    }
    let module_name = match module_name {
        Some(name) => name,
        None => match search_modules(t, object, path)? {
            Some(name) => return Ok(name),
            None => t.intern("__main__"),
        },
    };
    let found = match module(t, module_name) {
        Ok(module) => module,
        Err(raised) => {
            let expected = [Exc::ImportError, Exc::ValueError, Exc::KeyError];
            if !expected.iter().any(|&class| t.pending_is(class)) {
                return Err(raised);
            }
            let exception = swallow(t, raised);
            let why = text::str_string(t, exception)?;
            let raised = t.reraise(exception);
            return Err(cannot(t, Some(raised), object, why));
        }
    };
    let place = |t: &mut Thread| -> PyResult<String> {
        Ok(format!("{}.{}", text::str_string(t, module_name)?, text::str_string(t, name)?))
    };
    match attribute(t, found, path) {
        Ok(found) if found == object => Ok(module_name),
        Ok(_) => {
            let place = place(t)?;
            Err(cannot(t, None, object, format!("it's not the same object as {place}")))
        }
        Err(raised) if t.pending_is(Exc::AttributeError) => {
            let exception = swallow(t, raised);
            let place = place(t)?;
            let raised = t.reraise(exception);
            Err(cannot(t, Some(raised), object, format!("it's not found as {place}")))
        }
        Err(raised) => Err(raised),
    }
}

/// The module that has the object, for objects that do not say.
fn search_modules(t: &mut Thread, object: Value, path: &[Value]) -> PyResult<Option<Value>> {
    let Some(modules) = t.rt.modules.get().cast::<Dict>() else { return Ok(None) };
    let mut position = 0;
    while let Some((at, name, module)) = modules.entry_from(position) {
        position = at + 1;
        let skipped = name.as_str().is_some_and(|s| matches!(s.as_ascii(), Some("__main__" | "__mp_main__")));
        if skipped || module.is_none() {
            continue;
        }
        match attribute(t, module, path) {
            Ok(found) if found == object => return Ok(Some(name)),
            Ok(_) => {}
            Err(raised) => {
                t.catch(raised, Exc::AttributeError)?;
            }
        }
    }
    Ok(None)
}

impl Saver {
    /// Writes a reference to an object that can be imported, under its own name if none is given.
    pub(super) fn save_global(&mut self, t: &mut Thread, object: Value, name: Value) -> PyResult<()> {
        let name = match name.given() {
            Some(name) => name,
            None => match attr::find_attr(t, object, "__qualname__")? {
                Some(name) => name,
                None => attr::getattr_text(t, object, "__name__")?,
            },
        };
        let path = split_name(t, name)?;
        let module_name = which_module(t, object, name, &path)?;
        let protocol = self.settings.protocol;
        if protocol >= 2 && self.save_extension(t, module_name, name)? {
            return Ok(());
        }
        if protocol >= 4 {
            self.save(t, module_name)?;
            self.save(t, name)?;
            self.out.op(STACK_GLOBAL);
        } else {
            self.save_path(t, module_name, &path)?;
        }
        self.memoize(t, object)
    }

    /// Writes the number that is registered for the object, if there is one.
    fn save_extension(&mut self, t: &mut Thread, module: Value, name: Value) -> PyResult<bool> {
        let registry = import_from(t, "copyreg", "_extension_registry")?;
        let Some(registry) = registry.cast::<Dict>().filter(|d| !d.is_empty()) else { return Ok(false) };
        let key = tuple::new(t, &[module, name])?;
        let Some(code) = dict::get(t, registry, key)? else { return Ok(false) };
        let code = crate::support::to_i64(t, code)?;
        let [a, b, c, d] = match i32::try_from(code) {
            Ok(code) if code > 0 => code.to_le_bytes(),
            _ => {
                let message = format!("extension code {code} is out of range");
                return Err(t.raise(Exc::RuntimeError, message));
            }
        };
        match [b, c, d] {
            [0, 0, 0] => self.out.ops([EXT1, a]),
            [_, 0, 0] => self.out.ops([EXT2, a, b]),
            _ => self.out.ops([EXT4, a, b, c, d]),
        }
        Ok(true)
    }

    /// Before protocol 4 only the first part of a path has an opcode; the others are calls of `getattr`.
    fn save_path(&mut self, t: &mut Thread, module: Value, path: &[Value]) -> PyResult<()> {
        let Some((&first, rest)) = path.split_first() else { return Ok(()) };
        let short = self.settings.protocol >= 2;
        let getattr = import_from(t, "builtins", "getattr")?;
        for _ in rest {
            self.save(t, getattr)?;
            if !short {
                self.out.op(MARK);
            }
        }
        self.save_top_level(t, module, first)?;
        for &name in rest {
            self.save(t, name)?;
            self.out.ops([if short { TUPLE2 } else { TUPLE }, REDUCE]);
        }
        Ok(())
    }

    fn save_top_level(&mut self, t: &mut Thread, module: Value, name: Value) -> PyResult<()> {
        let tables = ["REVERSE_NAME_MAPPING", "REVERSE_IMPORT_MAPPING"];
        let (module, name) = match self.settings.fix_imports {
            true => other_version(t, tables, module, name)?,
            false => (module, name),
        };
        self.out.op(GLOBAL);
        for (what, part) in [("module", module), ("global", name)] {
            let bytes = self.identifier(t, what, part)?;
            self.out.put(&bytes);
            self.out.op(b'\n');
        }
        Ok(())
    }

    fn identifier(&mut self, t: &mut Thread, what: &str, name: Value) -> PyResult<Vec<u8>> {
        let protocol = self.settings.protocol;
        let encoding = if protocol >= 3 { "utf-8" } else { "ascii" };
        let encoded = pystm_vm::builtins::codecs::encode_str(t, name, encoding, None);
        match encoded {
            Ok(bytes) => pystm_vm::builtins::buffer::to_vec(t, bytes),
            Err(raised) => {
                if !t.pending_is(Exc::UnicodeEncodeError) {
                    return Err(raised);
                }
                let context = swallow(t, raised);
                let name = text::repr_string(t, name)?;
                let message =
                    format!("can't pickle {what} identifier {name} using pickle protocol {protocol}");
                Err(error::pickling_after(t, context, message))
            }
        }
    }
}
