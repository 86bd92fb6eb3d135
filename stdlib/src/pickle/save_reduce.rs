//! Writing all other objects: by what they, or functions registered for their classes, reduce them to.

use pystm_vm::{
    builtins::{
        dict::{self, Dict},
        function::Function,
        str::StaticName,
        tuple::{self, Tuple},
        typeobj::Type,
    },
    error::{Exc, PyResult},
    kind::Kind,
    object::Ref,
    protocol::{attr, call, item, text},
    runtime::{class_of_kind, type_of},
    special::Special,
    thread::Thread,
    value::Value,
};

use super::{
    error::{self, note, type_name},
    opcode::*,
    save::Saver,
};
use crate::support::import_from;

static REDUCE_EX: StaticName = StaticName::new("__reduce_ex__");
static NAME: StaticName = StaticName::new("__name__");
static CLASS: StaticName = StaticName::new("__class__");

/// Functions whose calls have an opcode of their own.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Plain,
    NewObj,
    NewObjEx,
}

impl Saver {
    /// Writes an object of no type that has opcodes.
    pub(super) fn save_other(&mut self, t: &mut Thread, object: Value) -> PyResult<()> {
        let mut reduced = Value::NOT_IMPLEMENTED;
        if !self.hooks.reducer_override.is_unset() {
            reduced = call::call(t, self.hooks.reducer_override, &[object])?;
        }
        if reduced == Value::NOT_IMPLEMENTED {
            let class = type_of(object);
            if class == class_of_kind(Kind::Type) {
                return self.save_class(t, object);
            }
            if object.cast::<Function>().is_some() {
                return self.save_global(t, object, Value::UNSET);
            }
            reduced = match self.registered(t, class)? {
                Some(function) => call::call(t, function, &[object])?,
                None if class.is_subtype(class_of_kind(Kind::Type)) => {
                    return self.save_global(t, object, Value::UNSET);
                }
                None => self.reduce(t, object)?,
            };
        }
        if reduced.as_str().is_some() {
            return self.save_global(t, object, reduced);
        }
        let saved = match reduced.as_tuple() {
            Some(_) => self.save_reduced(t, reduced, object),
            None => Err(error::pickling(
                t,
                format!("__reduce__ must return a string or tuple, not {}", type_name(reduced)),
            )),
        };
        saved.map_err(|raised| note(t, raised, object, "object"))
    }

    /// What a program has registered for a class.
    fn registered(&mut self, t: &mut Thread, class: Ref<Type>) -> PyResult<Option<Value>> {
        if let Some(table) = self.hooks.dispatch_table.given() {
            return match table.cast::<Dict>().filter(|_| dict::is_exact(table)) {
                Some(table) => dict::get(t, table, class.value()),
                None => match item::getitem(t, table, class.value()) {
                    Ok(function) => Ok(Some(function)),
                    Err(raised) => {
                        t.catch(raised, Exc::KeyError)?;
                        Ok(None)
                    }
                },
            };
        }
        if self.dispatch_table.is_unset() {
            self.dispatch_table = import_from(t, "copyreg", "dispatch_table")?;
        }
        match self.dispatch_table.cast::<Dict>() {
            Some(table) => dict::get(t, table, class.value()),
            None => Ok(None),
        }
    }

    fn reduce(&mut self, t: &mut Thread, object: Value) -> PyResult {
        let (name, protocol) = (REDUCE_EX.get(t), Value::small(self.settings.protocol));
        match attr::load_method(t, object, name) {
            Ok((reduce, true)) => return call::call_unbound(t, reduce, object, &[protocol]),
            Ok((reduce, false)) => return call::call(t, reduce, &[protocol]),
            Err(raised) => {
                t.catch(raised, Exc::AttributeError)?;
            }
        }
        match attr::find_attr(t, object, "__reduce__")? {
            Some(reduce) => call::call(t, reduce, &[]),
            None => Err(error::pickling(t, format!("Can't pickle {} object", type_name(object)))),
        }
    }

    /// Classes of singletons have no name that could be imported.
    fn save_class(&mut self, t: &mut Thread, class: Value) -> PyResult<()> {
        let singletons = [
            (Kind::NoneType, Value::NONE),
            (Kind::EllipsisType, Value::ELLIPSIS),
            (Kind::NotImplementedType, Value::NOT_IMPLEMENTED),
        ];
        for (kind, singleton) in singletons {
            if class == class_of_kind(kind).value() {
                return self.save_call(t, class_of_kind(Kind::Type).value(), &[singleton], class);
            }
        }
        self.save_global(t, class, Value::UNSET)
    }

    /// Writes what `__reduce__` returned, a tuple, for an object.
    pub(super) fn save_reduced(&mut self, t: &mut Thread, reduced: Value, object: Value) -> PyResult<()> {
        let Some(parts) = reduced.as_tuple().filter(|parts| (2..=6).contains(&parts.len())) else {
            return Err(error::pickling(t, "tuple returned by __reduce__ must contain 2 through 6 elements"));
        };
        let part = |i: usize| parts.items().get(i).map(|slot| slot.get()).filter(|v| !v.is_none());
        let (callable, state) = (parts.at(0), part(2));
        let (list_items, dict_items, setter) = (part(3), part(4), part(5));
        if t.special(callable, Special::Call).is_none() {
            return Err(wrong_part(t, "first", "callable", callable));
        }
        let Some(args) = parts.at(1).as_tuple() else {
            return Err(wrong_part(t, "second", "a tuple", parts.at(1)));
        };
        for (which, items) in [("fourth", list_items), ("fifth", dict_items)] {
            if let Some(items) = items
                && t.special(items, Special::Next).is_none()
            {
                return Err(wrong_part(t, which, "an iterator", items));
            }
        }
        if let Some(setter) = setter
            && t.special(setter, Special::Call).is_none()
        {
            return Err(wrong_part(t, "sixth", "callable", setter));
        }
        match self.form(t, callable)? {
            Form::NewObjEx => self.save_newobj_ex(t, args, object)?,
            Form::NewObj => self.save_newobj(t, args, object)?,
            Form::Plain => self.save_plain_call(t, callable, parts.at(1), object)?,
        }
        // An object that its own arguments contain has been written with them.
        if let Some(number) = self.memo.get(object) {
            self.out.op(POP);
            return self.save_get(t, number);
        }
        self.memoize(t, object)?;
        if let Some(items) = list_items {
            self.append_all(t, items, object)?;
        }
        if let Some(items) = dict_items {
            self.set_all(t, items, object)?;
        }
        match (state, setter) {
            (None, _) => Ok(()),
            (Some(state), None) => {
                self.save_part(t, state, object, "state")?;
                self.out.op(BUILD);
                Ok(())
            }
            (Some(state), Some(setter)) => {
                self.save_part(t, setter, object, "state setter")?;
                self.save(t, object)?;
                self.save_part(t, state, object, "state")?;
                self.out.ops([TUPLE2, REDUCE, POP]);
                Ok(())
            }
        }
    }

    fn save_part(&mut self, t: &mut Thread, part: Value, object: Value, what: &str) -> PyResult<()> {
        match self.save(t, part) {
            Ok(()) => Ok(()),
            Err(raised) => Err(note(t, raised, object, what)),
        }
    }

    fn form(&mut self, t: &mut Thread, callable: Value) -> PyResult<Form> {
        if self.settings.protocol < 2 {
            return Ok(Form::Plain);
        }
        let name = NAME.get(t);
        let name = attr::find_attr_value(t, callable, name)?.and_then(Value::as_str);
        Ok(match name.as_ref().and_then(|name| name.as_ascii()) {
            Some("__newobj__") => Form::NewObj,
            Some("__newobj_ex__") => Form::NewObjEx,
            _ => Form::Plain,
        })
    }

    fn save_plain_call(
        &mut self,
        t: &mut Thread,
        callable: Value,
        args: Value,
        object: Value,
    ) -> PyResult<()> {
        self.save_part(t, callable, object, "reconstructor")?;
        self.save_part(t, args, object, "reconstructor arguments")?;
        self.out.op(REDUCE);
        Ok(())
    }

    fn save_newobj(&mut self, t: &mut Thread, args: Ref<Tuple>, object: Value) -> PyResult<()> {
        let Some((&class, rest)) = args.values().split_first() else {
            return Err(error::pickling(t, "__newobj__ expected at least 1 argument, got 0"));
        };
        if class.cast::<Type>().is_none() {
            let name = type_name(class);
            return Err(error::pickling(
                t,
                format!("first argument to __newobj__() must be a class, not {name}"),
            ));
        }
        let expected = CLASS.get(t);
        let expected = attr::getattr(t, object, expected)?;
        if expected != class {
            let (expected, got) = (text::repr_string(t, expected)?, text::repr_string(t, class)?);
            return Err(error::pickling(
                t,
                format!("first argument to __newobj__() must be {expected}, not {got}"),
            ));
        }
        let rest = tuple::new(t, rest)?;
        self.save_part(t, class, object, "class")?;
        self.save_part(t, rest, object, "__new__ arguments")?;
        self.out.op(NEWOBJ);
        Ok(())
    }

    fn save_newobj_ex(&mut self, t: &mut Thread, args: Ref<Tuple>, object: Value) -> PyResult<()> {
        let &[class, positional, keywords] = args.values() else {
            let n = args.len();
            return Err(error::pickling(t, format!("__newobj_ex__ expected 3 arguments, got {n}")));
        };
        let wrong = if class.cast::<Type>().is_none() {
            Some(("first", "a class", class))
        } else if positional.as_tuple().is_none() {
            Some(("second", "a tuple", positional))
        } else if keywords.cast::<Dict>().is_none() {
            Some(("third", "a dict", keywords))
        } else {
            None
        };
        if let Some((which, what, got)) = wrong {
            let name = type_name(got);
            return Err(error::pickling(
                t,
                format!("{which} argument to __newobj_ex__() must be {what}, not {name}"),
            ));
        }
        if self.settings.protocol >= 4 {
            self.save_part(t, class, object, "class")?;
            self.save_part(t, positional, object, "__new__ arguments")?;
            self.save_part(t, keywords, object, "__new__ arguments")?;
            self.out.op(NEWOBJ_EX);
            return Ok(());
        }
        // Without the opcode: a partial call of `__new__` with everything bound.
        let partial = import_from(t, "functools", "partial")?;
        let mut bound = t.vec();
        bound.push(attr::getattr_text(t, class, "__new__")?);
        bound.push(class);
        if let Some(positional) = positional.as_tuple() {
            bound.extend_from_slice(positional.values());
        }
        let bound = tuple::new(t, &bound)?;
        let reconstructor = call::call_ex(t, partial, bound, keywords)?;
        let nothing = tuple::new(t, &[])?;
        self.save_plain_call(t, reconstructor, nothing, object)
    }
}

#[cold]
fn wrong_part(t: &mut Thread, which: &str, what: &str, got: Value) -> pystm_vm::error::Raised {
    let name = type_name(got);
    error::pickling(t, format!("{which} item of the tuple returned by __reduce__ must be {what}, not {name}"))
}
