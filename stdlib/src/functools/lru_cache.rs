//! The wrapper of `functools.lru_cache`: a dict of results in the order of their last use.

use pystm_vm::{
    builtins::{
        bound_method,
        dict::{self, Dict},
        int, str,
        tuple::{self, Tuple},
    },
    error::PyResult,
    native::{HAS_DICT, SUBCLASSABLE, TypeDef, WEAK, method, static_method},
    object::{
        Ref,
        record::{self, Record},
    },
    protocol::{attr, call, hash, number, truth},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

/// `functools._lru_cache_wrapper`
pub static DEF: TypeDef = record::def(
    "functools._lru_cache_wrapper",
    "Create a cached callable that wraps another function.",
    SUBCLASSABLE | HAS_DICT | WEAK,
    &[
        static_method(
            "__new__",
            "($cls, user_function, maxsize, typed, cache_info_type)",
            new,
            "Makes a caching function.",
        ),
        method(
            "__call__",
            "($self, /, *args, **kwargs)",
            call_method,
            "The function's result, from the cache if it is there.",
        ),
        method("__get__", "($self, instance, owner=None, /)", get, "A method of the instance."),
        method("cache_info", "($self, /)", cache_info, "Report cache statistics"),
        method("cache_clear", "($self, /)", cache_clear, "Clear the cache and cache statistics"),
        method("__copy__", "($self, /)", same, "The same object."),
        method("__deepcopy__", "($self, memo, /)", same, "The same object."),
        method("__reduce__", "($self, /)", reduce, "State for pickling."),
    ],
);

// Values.
const FUNCTION: usize = 0;
/// Tuple of: maxsize (None for unbounded), typed, type of the statistics.
const CONFIG: usize = 1;
/// Results by key; the one that was not used for the longest time comes first.
const CACHE: usize = 2;
const HITS: usize = 3;
const MISSES: usize = 4;

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let &[class, function, maxsize, typed, info_type] = args else {
        unreachable!("the signature has five parameters")
    };
    if t.special(function, Special::Call).is_none() {
        return Err(t.type_error("the first argument must be callable"));
    }
    let maxsize = match maxsize {
        Value::NONE => Value::NONE,
        n if int::as_int(n).is_some() || t.special(n, Special::Index).is_some() => {
            Value::small(number::index_as_i64(t, n)?.clamp(0, Value::INT_MAX))
        }
        _ => return Err(t.type_error("maxsize should be integer or None")),
    };
    let typed = truth::is_true(t, typed)?;
    let config = tuple::new_small(t, &[maxsize, Value::bool(typed), info_type]);
    let cache = dict::new(t).value();
    let values = [function, config, cache, Value::ZERO, Value::ZERO];
    Ok(record::new_of_class(t, Ref::known(class), None, &values))
}

fn config(this: Ref<Record>) -> Ref<Tuple> {
    Ref::known(this.get(CONFIG))
}

fn cache(this: Ref<Record>) -> Ref<Dict> {
    Ref::known(this.get(CACHE))
}

fn count(t: &mut Thread, this: Ref<Record>, what: usize) {
    let n = this.get_int(what) + 1;
    this.set_int(t, what, n);
}

/// What stands for the arguments: the only one itself if it is an exact int or str, else a tuple of all of them, of names and
/// values of keywords behind a mark, and of types.
fn make_key(t: &mut Thread, this: Ref<Record>, args: Ref<Tuple>, kwargs: Option<Ref<Dict>>) -> PyResult {
    let typed = config(this).at(1) == Value::TRUE;
    if !typed && kwargs.is_none() {
        if let &[only] = args.values()
            && (only.is_small() || str::is_exact(only))
        {
            return Ok(only);
        }
        return Ok(args.value());
    }
    let mut key = t.vec();
    key.extend_from_slice(args.values());
    if let Some(kwargs) = kwargs {
        // No argument is equal to this.
        key.push(this.get(CONFIG));
        let mut position = 0;
        while let Some((at, name, value)) = kwargs.entry_from(position) {
            key.push(name);
            key.push(value);
            position = at + 1;
        }
    }
    if typed {
        key.extend(args.values().iter().map(|&v| type_of(v).value()));
        let mut position = 0;
        while let Some((at, _, value)) = kwargs.and_then(|k| k.entry_from(position)) {
            key.push(type_of(value).value());
            position = at + 1;
        }
    }
    tuple::new(t, &key)
}

fn call_method(t: &mut Thread, args: &[Value]) -> PyResult {
    let this: Ref<Record> = Ref::known(args[0]);
    let function = this.get(FUNCTION);
    let maxsize = config(this).at(0);
    if maxsize == Value::ZERO {
        count(t, this, MISSES);
        return call::call_ex(t, function, args[1], args[2]);
    }
    let key = make_key(t, this, Ref::known(args[1]), args[2].cast())?;
    let hash = hash::hash(t, key)?;
    if let Some(found) = dict::get_hashed(t, cache(this), key, hash)? {
        count(t, this, HITS);
        if !maxsize.is_none() {
            // Used last: goes to the end.
            if let Some(value) = dict::remove_hashed(t, cache(this), key, hash)? {
                dict::set_hashed(t, cache(this), key, hash, value)?;
            }
        }
        return Ok(found);
    }
    count(t, this, MISSES);
    let result = call::call_ex(t, function, args[1], args[2])?;
    let results = cache(this);
    if let Some(limit) = maxsize.as_small() {
        // The call may have stored it already.
        if dict::get_hashed(t, results, key, hash)?.is_some() {
            return Ok(result);
        }
        while results.len() as i64 >= limit {
            let Some((at, oldest, _)) = results.entry_from(0) else { break };
            let oldest_hash = results.entry_hash(t, at);
            dict::remove_hashed(t, results, oldest, oldest_hash)?;
        }
    }
    dict::set_hashed(t, results, key, hash, result)?;
    Ok(result)
}

fn get(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].is_none() {
        return Ok(args[0]);
    }
    Ok(bound_method::new(t, args[0], args[1]))
}

fn cache_info(t: &mut Thread, args: &[Value]) -> PyResult {
    let this: Ref<Record> = Ref::known(args[0]);
    let size = Value::small(cache(this).len() as i64);
    call::call(t, config(this).at(2), &[this.get(HITS), this.get(MISSES), config(this).at(0), size])
}

fn cache_clear(t: &mut Thread, args: &[Value]) -> PyResult {
    let this: Ref<Record> = Ref::known(args[0]);
    this.set_int(t, HITS, 0);
    this.set_int(t, MISSES, 0);
    dict::clear(t, cache(this));
    Ok(Value::NONE)
}

fn same(_t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(args[0])
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    attr::getattr_text(t, args[0], "__qualname__")
}
