//! Type parameters of aliases and unions, and putting types in their place.

use crate::{
    builtins::{
        list::{self, List},
        tuple::{self, Tuple},
        typeobj::Type,
    },
    error::PyResult,
    object::Ref,
    protocol::{attr, call, item, text, truth},
    runtime::type_of,
    special::Special,
    thread::{RootVec, Thread},
    value::Value,
};

/// The type parameters in a tuple of type arguments, each once, a tuple.
pub fn parameters_of(t: &mut Thread, args: Value) -> PyResult {
    let mut found = t.vec();
    collect(t, args, &mut found)?;
    tuple::new(t, &found)
}

fn items_of(t: &mut Thread, value: Value) -> RootVec {
    match value.cast::<List>() {
        Some(l) => list::snapshot(t, l),
        None => {
            let mut items = t.vec();
            if let Some(tuple) = value.as_tuple() {
                items.extend_from_slice(tuple.values());
            }
            items
        }
    }
}

fn collect(t: &mut Thread, args: Value, found: &mut RootVec) -> PyResult<()> {
    t.check_native_stack()?;
    let items = items_of(t, args);
    for &arg in items.iter() {
        if arg.cast::<Type>().is_some() {
            continue;
        }
        if attr::find_attr(t, arg, "__typing_subst__")?.is_some() {
            if !found.contains(&arg) {
                found.push(arg);
            }
        } else if arg.as_tuple().is_some() || arg.cast::<List>().is_some() {
            collect(t, arg, found)?;
        } else if let Some(inner) = attr::find_attr(t, arg, "__parameters__")?.and_then(|p| p.as_tuple()) {
            for &parameter in inner.values() {
                if !found.contains(&parameter) {
                    found.push(parameter);
                }
            }
        }
    }
    Ok(())
}

/// The given arguments, with `*tuple[...]` of known length replaced by its items.
fn unpack_arguments(t: &mut Thread, given: Value) -> PyResult<RootVec> {
    let given = match given.as_tuple() {
        Some(_) => items_of(t, given),
        None => {
            let mut one = t.vec();
            one.push(given);
            one
        }
    };
    let mut out = t.vec();
    for &value in given.iter() {
        if value.cast::<Type>().is_none()
            && let Some(inner) = attr::find_attr(t, value, "__typing_unpacked_tuple_args__")?
            && let Some(inner) = inner.as_tuple()
            && inner.values().last() != Some(&Value::ELLIPSIS)
        {
            out.extend_from_slice(inner.values());
        } else {
            out.push(value);
        }
    }
    Ok(out)
}

/// The arguments of an alias with `given` in place of its parameters, a tuple.
pub fn substitute(
    t: &mut Thread,
    alias: Value,
    args: Value,
    parameters: Ref<Tuple>,
    given: Value,
) -> PyResult {
    if parameters.is_empty() {
        let shown = text::repr_string(t, alias)?;
        return Err(t.type_error(format!("{shown} is not a generic class")));
    }
    let mut given = unpack_arguments(t, given)?;
    for &parameter in parameters.values() {
        let Some(prepare) =
            attr::find_attr(t, parameter, "__typing_prepare_subst__")?.filter(|p| !p.is_none())
        else {
            continue;
        };
        let now = tuple::new(t, &given)?;
        let prepared = call::call(t, prepare, &[alias, now])?;
        given = match prepared.as_tuple() {
            Some(_) => items_of(t, prepared),
            None => {
                let mut one = t.vec();
                one.push(prepared);
                one
            }
        };
    }
    if given.len() != parameters.len() {
        let much = if given.len() > parameters.len() { "many" } else { "few" };
        let shown = text::repr_string(t, alias)?;
        let (actual, expected) = (given.len(), parameters.len());
        return Err(
            t.type_error(format!("Too {much} arguments for {shown}; actual {actual}, expected {expected}"))
        );
    }
    replace(t, args, parameters, &given)
}

fn replace(t: &mut Thread, args: Value, parameters: Ref<Tuple>, given: &[Value]) -> PyResult {
    t.check_native_stack()?;
    let items = items_of(t, args);
    let mut out = t.vec();
    for &arg in items.iter() {
        if arg.cast::<Type>().is_some() {
            out.push(arg);
            continue;
        }
        if arg.as_tuple().is_some() || arg.cast::<List>().is_some() {
            let inner = replace(t, arg, parameters, given)?;
            let inner = if arg.cast::<List>().is_some() {
                let items = items_of(t, inner);
                list::try_new(t, &items)?
            } else {
                inner
            };
            out.push(inner);
            continue;
        }
        let unpack = match attr::find_attr(t, arg, "__typing_is_unpacked_typevartuple__")? {
            Some(v) => truth::is_true(t, v)?,
            None => false,
        };
        let new = match attr::find_attr(t, arg, "__typing_subst__")? {
            Some(subst) => match parameters.values().iter().position(|&p| p == arg) {
                Some(i) => call::call(t, subst, &[given[i]])?,
                None => {
                    let shown = text::repr_string(t, arg)?;
                    return Err(t.type_error(format!("argument {shown} not found in __parameters__")));
                }
            },
            None => replace_inside(t, arg, parameters, given)?,
        };
        if unpack {
            let Some(inner) = new.as_tuple() else {
                let (shown, got) = (text::repr_string(t, arg)?, type_of(new).name());
                return Err(t.type_error(format!(
                    "expected __typing_subst__ of {shown} objects to return a tuple, not {got}"
                )));
            };
            out.extend_from_slice(inner.values());
        } else {
            out.push(new);
        }
    }
    tuple::new(t, &out)
}

/// Substitutes in an argument that has parameters of its own, by subscripting it.
fn replace_inside(t: &mut Thread, arg: Value, parameters: Ref<Tuple>, given: &[Value]) -> PyResult {
    let inner = attr::find_attr(t, arg, "__parameters__")?.and_then(|p| p.as_tuple());
    let Some(inner) = inner.filter(|i| !i.is_empty()) else { return Ok(arg) };
    let mut subscript = t.vec();
    for &parameter in inner.values() {
        match parameters.values().iter().position(|&p| p == parameter) {
            Some(i) => {
                let value = given[i];
                let variadic = t.special(parameter, Special::Iter).is_some();
                match value.as_tuple().filter(|_| variadic) {
                    Some(many) => subscript.extend_from_slice(many.values()),
                    None => subscript.push(value),
                }
            }
            None => subscript.push(parameter),
        }
    }
    let key = tuple::new(t, &subscript)?;
    item::getitem(t, arg, key)
}
