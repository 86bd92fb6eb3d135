//! Structural pattern matching.

use super::{arith::finish, slow_ops};
use crate::{
    builtins::{
        dict::{self, Dict},
        set,
        str::Str,
        tuple::{self, Tuple},
        typeobj::Type,
    },
    error::{PyResult, Raised},
    interp::decode::{b, c, get},
    native::{MAPPING, MATCH_SELF, SEQUENCE},
    object::Ref,
    protocol::{attr, call, instance, truth},
    runtime::type_of,
    thread::{RootVec, Thread},
    value::Value,
};

slow_ops! {
    /// `GetLen`
    GetLen |t, ip, fp| {
        let result = truth::len(t, get(fp, b(ip))).map(|n| Value::small(n as i64));
        finish(ip, fp, result)
    }
    /// `MatchMapping`
    MatchMapping |t, ip, fp| {
        finish(ip, fp, Ok(Value::bool(type_of(get(fp, b(ip))).has(MAPPING as u64))))
    }
    /// `MatchSequence`
    MatchSequence |t, ip, fp| {
        finish(ip, fp, Ok(Value::bool(type_of(get(fp, b(ip))).has(SEQUENCE as u64))))
    }
    /// `MatchKeys`
    MatchKeys |t, ip, fp| { finish(ip, fp, match_keys(t, get(fp, b(ip)), get(fp, c(ip)))) }
    /// `MatchClass`
    MatchClass |t, ip, fp| {
        let first = c(ip);
        let count = get(fp, first + 2).small_value() as usize;
        finish(ip, fp, match_class(t, get(fp, b(ip)), get(fp, first), get(fp, first + 1), count))
    }
}

fn match_keys(t: &mut Thread, subject: Value, keys: Value) -> PyResult {
    let keys = Ref::<Tuple>::known(keys);
    let seen = set::new(t);
    let mut values = t.vec();
    let exact = subject.object().is_some_and(|o| o.header.shape() == crate::kind::Kind::Dict.shape());
    let sentinel = tuple::new_small(t, &[Value::UNSET]);
    for slot in keys.items() {
        let key = slot.get();
        if !set::add(t, seen, key)? {
            let shown = crate::protocol::text::repr_string(t, key)?;
            return Err(t.value_error(format!("mapping pattern checks duplicate key ({shown})")));
        }
        let value = if exact {
            dict::get(t, Ref::<Dict>::known(subject), key)?
        } else {
            let v = call::call_method(t, subject, "get", &[key, sentinel])?;
            (v != sentinel).then_some(v)
        };
        match value {
            Some(v) => values.push(v),
            None => return Ok(Value::NONE),
        }
    }
    tuple::new(t, &values)
}

fn match_class(t: &mut Thread, subject: Value, class: Value, names: Value, positional: usize) -> PyResult {
    let Some(ty) = class.cast::<Type>() else {
        return Err(t.type_error("called match pattern must be a class"));
    };
    if !instance::is_instance(t, subject, class)? {
        return Ok(Value::NONE);
    }
    let names = Ref::<Tuple>::known(names);
    let mut values = t.vec();
    let mut seen = t.vec();
    if positional > 0 {
        let args = attr::find_attr(t, class, "__match_args__")?;
        let match_self = args.is_none() && matches_itself(ty);
        let args = match args {
            Some(v) => match v.cast::<Tuple>() {
                Some(tuple) => Some(tuple),
                None => {
                    let (name, got) = (ty.name(), type_of(v).name());
                    return Err(t.type_error(format!("{name}.__match_args__ must be a tuple (got {got})")));
                }
            },
            None => None,
        };
        let allowed = if match_self { 1 } else { args.map_or(0, |a| a.len()) };
        if allowed < positional {
            let plural = if allowed == 1 { "" } else { "s" };
            let name = ty.name();
            return Err(t.type_error(format!(
                "{name}() accepts {allowed} positional sub-pattern{plural} ({positional} given)"
            )));
        }
        for i in 0..positional {
            if match_self {
                values.push(subject);
                continue;
            }
            let name = args.map_or(Value::NONE, |a| a.at(i));
            if name.cast::<Str>().is_none() {
                let got = type_of(name).name();
                return Err(t.type_error(format!("__match_args__ elements must be strings (got {got})")));
            }
            match match_attribute(t, subject, ty, name, &mut seen)? {
                Some(v) => values.push(v),
                None => return Ok(Value::NONE),
            }
        }
    }
    for slot in names.items() {
        match match_attribute(t, subject, ty, slot.get(), &mut seen)? {
            Some(v) => values.push(v),
            None => return Ok(Value::NONE),
        }
    }
    tuple::new(t, &values)
}

fn matches_itself(class: Ref<Type>) -> bool {
    class.mro().items().iter().any(|s| Ref::<Type>::known(s.get()).has(MATCH_SELF as u64))
}

fn match_attribute(
    t: &mut Thread,
    subject: Value,
    class: Ref<Type>,
    name: Value,
    seen: &mut RootVec,
) -> Result<Option<Value>, Raised> {
    let name = t.intern_value(name);
    if seen.contains(&name) {
        let (class, name) = (class.name(), attr::name_text(name));
        return Err(t.type_error(format!("{class}() got multiple sub-patterns for attribute '{name}'")));
    }
    seen.push(name);
    let text = attr::name_text(name);
    attr::find_attr(t, subject, &text)
}
