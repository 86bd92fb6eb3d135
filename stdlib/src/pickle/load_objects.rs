//! Reading the opcodes that import, call and fill.

use pystm_vm::{
    builtins::{
        dict::{self, Dict},
        str::{self, StaticName},
        tuple,
        typeobj::Type,
    },
    error::{Exc, PyResult},
    object::Ref,
    protocol::{attr, call, item},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

use super::{
    error,
    load::Loader,
    unpickler::{self, find_class},
};
use crate::support::{import_from, int_value};

static SETSTATE: StaticName = StaticName::new("__setstate__");
static DICT: StaticName = StaticName::new("__dict__");
static NEW: StaticName = StaticName::new("__new__");

impl Loader {
    fn find(&mut self, t: &mut Thread, module: Value, name: Value) -> PyResult {
        if self.unpickler.is_unset() || unpickler::is_exact(t, self.unpickler) {
            return find_class(t, self.protocol, self.settings.fix_imports, module, name);
        }
        call::call_method(t, self.unpickler, "find_class", &[module, name])
    }

    pub(super) fn load_global_line(&mut self, t: &mut Thread) -> PyResult<()> {
        let module = self.identifier_line(t, "utf-8", 1)?;
        let name = self.identifier_line(t, "utf-8", 1)?;
        let found = self.find(t, module, name)?;
        self.push(found)
    }

    pub(super) fn load_stack_global(&mut self, t: &mut Thread) -> PyResult<()> {
        let name = self.pop(t)?;
        let module = self.pop(t)?;
        if !str::is_exact(name) || !str::is_exact(module) {
            return Err(error::unpickling(t, "STACK_GLOBAL requires str"));
        }
        let found = self.find(t, module, name)?;
        self.push(found)
    }

    pub(super) fn load_extension(&mut self, t: &mut Thread, code: i64) -> PyResult<()> {
        if code <= 0 {
            return Err(error::unpickling(t, "EXT specifies code <= 0"));
        }
        let key = int_value(t, code);
        let cache = registry(t, "_extension_cache")?;
        if let Some(object) = dict::get(t, cache, key)? {
            return self.push(object);
        }
        let inverted = registry(t, "_inverted_registry")?;
        let Some(names) = dict::get(t, inverted, key)? else {
            return Err(t.value_error(format!("unregistered extension code {code}")));
        };
        let names = names.as_tuple().filter(|pair| pair.len() == 2);
        let Some(pair) = names.filter(|pair| pair.values().iter().all(|part| part.as_str().is_some())) else {
            return Err(t.value_error(format!("_inverted_registry[{code}] isn't a 2-tuple of strings")));
        };
        let object = self.find(t, pair.at(0), pair.at(1))?;
        dict::set(t, cache, key, object)?;
        self.push(object)
    }

    pub(super) fn load_reduce(&mut self, t: &mut Thread) -> PyResult<()> {
        let args = self.pop(t)?;
        let callable = self.pop(t)?;
        let Some(args) = args.as_tuple() else {
            return Err(t.type_error("argument list must be a tuple"));
        };
        let object = call::call_ex(t, callable, args.value(), Value::UNSET)?;
        self.push(object)
    }

    pub(super) fn load_newobj(&mut self, t: &mut Thread, with_keywords: bool) -> PyResult<()> {
        let keywords = if with_keywords { self.pop(t)? } else { Value::UNSET };
        let args = self.pop(t)?;
        let class = self.pop(t)?;
        let op = if with_keywords { "NEWOBJ_EX" } else { "NEWOBJ" };
        let Some(class_type) = class.cast::<Type>() else {
            let name = type_of(class).message_name();
            return Err(error::unpickling(t, format!("{op} class argument must be a type, not {name}")));
        };
        if class_type.special(t, Special::New as usize).is_none_or(Value::is_none) {
            let name = class_type.message_name();
            return Err(error::unpickling(t, format!("{op} class argument '{name}' doesn't have __new__")));
        }
        let Some(args) = args.as_tuple() else {
            let name = type_of(args).message_name();
            return Err(error::unpickling(t, format!("{op} args argument must be a tuple, not {name}")));
        };
        if with_keywords && keywords.cast::<Dict>().is_none() {
            let name = type_of(keywords).message_name();
            return Err(error::unpickling(t, format!("{op} kwargs argument must be a dict, not {name}")));
        }
        let name = NEW.get(t);
        let new = attr::getattr(t, class, name)?;
        let object = if args.is_empty() && keywords.is_unset() {
            call::call(t, new, &[class])?
        } else {
            let mut all = t.vec();
            all.push(class);
            all.extend_from_slice(args.values());
            let all = tuple::new(t, &all)?;
            call::call_ex(t, new, all, keywords)?
        };
        self.push(object)
    }

    /// An instance of a class of Python 2, made without `__init__` if there are no arguments.
    fn instantiate(&mut self, t: &mut Thread, class: Value, args: Value) -> PyResult<()> {
        let bare = args.as_tuple().is_some_and(|args| args.is_empty()) && class.cast::<Type>().is_some();
        let object = if bare && attr::find_attr(t, class, "__getinitargs__")?.is_none() {
            call::call_method(t, class, "__new__", &[class])?
        } else {
            call::call_ex(t, class, args, Value::UNSET)?
        };
        self.push(object)
    }

    pub(super) fn load_inst(&mut self, t: &mut Thread) -> PyResult<()> {
        let mark = self.mark(t)?;
        let module = self.identifier_line(t, "ascii", 1)?;
        let name = self.identifier_line(t, "ascii", 1)?;
        let class = self.find(t, module, name)?;
        let args = tuple::new(t, &self.stack[mark..])?;
        self.stack.truncate(mark);
        self.instantiate(t, class, args)
    }

    pub(super) fn load_obj(&mut self, t: &mut Thread) -> PyResult<()> {
        let mark = self.mark(t)?;
        if self.stack.len() == mark {
            return Err(self.underflow(t));
        }
        let class = self.stack[mark];
        let args = tuple::new(t, &self.stack[mark + 1..])?;
        self.stack.truncate(mark);
        self.instantiate(t, class, args)
    }

    pub(super) fn load_build(&mut self, t: &mut Thread) -> PyResult<()> {
        let state = self.pop(t)?;
        let object = self.top(t)?;
        let name = SETSTATE.get(t);
        if let Some(set_state) = attr::find_attr_value(t, object, name)? {
            return call::call(t, set_state, &[state]).map(|_| ());
        }
        let (state, slots) = match state.as_tuple().filter(|pair| pair.len() == 2) {
            Some(pair) => (pair.at(0), pair.at(1)),
            None => (state, Value::NONE),
        };
        if !state.is_none() {
            let Some(state) = state.cast::<Dict>() else {
                return Err(error::unpickling(t, "state is not a dictionary"));
            };
            fill_namespace(t, object, state)?;
        }
        if !slots.is_none() {
            let Some(slots) = slots.cast::<Dict>() else {
                return Err(error::unpickling(t, "slot state is not a dictionary"));
            };
            let mut position = 0;
            while let Some((at, name, value)) = slots.entry_from(position) {
                position = at + 1;
                attr::setattr(t, object, name, value)?;
            }
        }
        Ok(())
    }
}

/// Puts the state into the object's `__dict__`, the names interned as those of attributes are.
fn fill_namespace(t: &mut Thread, object: Value, state: Ref<Dict>) -> PyResult<()> {
    let name = DICT.get(t);
    let namespace = attr::getattr(t, object, name)?;
    let plain = namespace.cast::<Dict>().filter(|_| dict::is_exact(namespace));
    let mut position = 0;
    while let Some((at, name, value)) = state.entry_from(position) {
        position = at + 1;
        let name = if str::is_exact(name) { t.intern_value(name) } else { name };
        match plain {
            Some(namespace) => dict::set(t, namespace, name, value)?,
            None => item::setitem(t, namespace, name, value)?,
        }
    }
    Ok(())
}

fn registry(t: &mut Thread, name: &str) -> PyResult<Ref<Dict>> {
    let registry = import_from(t, "copyreg", name)?;
    match registry.cast::<Dict>() {
        Some(registry) => Ok(registry),
        None => {
            let got = type_of(registry).name();
            Err(t.raise(Exc::RuntimeError, format!("copyreg.{name} should be a dict, not {got}")))
        }
    }
}
