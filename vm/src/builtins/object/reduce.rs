//! What `object` does for `pickle` and `copy`.

use super::{import_module, object_class};
use crate::{
    builtins::{
        dict::{self, Dict},
        function::native::{NativeFunction, NativeMethod},
        list::List,
        str::StaticName,
        tuple,
        typeobj::{self, Type, lookup},
    },
    error::{Exc, PyResult},
    kind::Kind,
    object::Ref,
    protocol::{attr, call, iter, number},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

static COPYREG: StaticName = StaticName::new("copyreg");
static NEWOBJ: StaticName = StaticName::new("__newobj__");
static NEWOBJ_EX: StaticName = StaticName::new("__newobj_ex__");
static GETNEWARGS: StaticName = StaticName::new("__getnewargs__");
static GETNEWARGS_EX: StaticName = StaticName::new("__getnewargs_ex__");
static GETSTATE: StaticName = StaticName::new("__getstate__");
static DICT: StaticName = StaticName::new("__dict__");
static SLOTNAMES: StaticName = StaticName::new("__slotnames__");

/// The module `copyreg`.
fn copyreg(t: &mut Thread) -> PyResult {
    let name = COPYREG.get(t);
    let loaded = t.rt.modules.get().cast::<Dict>().and_then(|modules| dict::get_str(t, modules, name));
    loaded.map_or_else(|| import_module(t, "copyreg"), Ok)
}

/// `object.__reduce__(self)`: protocol 0.
pub fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    common_reduce(t, args[0], 0)
}

/// `object.__reduce_ex__(self, protocol)`
pub fn reduce_ex(t: &mut Thread, args: &[Value]) -> PyResult {
    let protocol = number::index_as_i64(t, args[1])?;
    let class = type_of(args[0]);
    let plain = class
        .special(t, Special::Reduce as usize)
        .and_then(|m| m.cast::<NativeMethod>())
        .is_some_and(|m| m.owner.get() == object_class().value());
    if !plain {
        return call::call_method(t, args[0], "__reduce__", &[]);
    }
    common_reduce(t, args[0], protocol)
}

fn common_reduce(t: &mut Thread, object: Value, protocol: i64) -> PyResult {
    if protocol >= 2 {
        return reduce_new_object(t, object);
    }
    let copyreg = copyreg(t)?;
    call::call_method(t, copyreg, "_reduce_ex", &[object, Value::small(protocol)])
}

/// `object.__getstate__(self)`
pub fn getstate(t: &mut Thread, args: &[Value]) -> PyResult {
    default_state(t, args[0], false)
}

/// Calls a method that is looked up on the object's type alone.
fn call_on_type(t: &mut Thread, object: Value, name: &StaticName) -> PyResult<Option<Value>> {
    let name = name.get(t);
    match type_of(object).lookup(t, name) {
        Some(method) => call::call_unbound(t, method, object, &[]).map(Some),
        None => Ok(None),
    }
}

/// Positional and keyword arguments for `__new__`, from `__getnewargs_ex__` or `__getnewargs__`; `None` if the object
/// says nothing.
fn new_arguments(t: &mut Thread, object: Value) -> PyResult<Option<(Value, Value)>> {
    if let Some(result) = call_on_type(t, object, &GETNEWARGS_EX)? {
        let Some(pair) = result.as_tuple() else {
            let got = type_of(result).name();
            return Err(t.type_error(format!("__getnewargs_ex__ should return a tuple, not '{got}'")));
        };
        if pair.len() != 2 {
            let n = pair.len();
            return Err(
                t.value_error(format!("__getnewargs_ex__ should return a tuple of length 2, not {n}"))
            );
        }
        if pair.at(0).as_tuple().is_none() {
            let got = type_of(pair.at(0)).name();
            return Err(t.type_error(format!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{got}'"
            )));
        }
        if pair.at(1).cast::<Dict>().is_none() {
            let got = type_of(pair.at(1)).name();
            return Err(t.type_error(format!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{got}'"
            )));
        }
        return Ok(Some((pair.at(0), pair.at(1))));
    }
    let Some(args) = call_on_type(t, object, &GETNEWARGS)? else { return Ok(None) };
    if args.as_tuple().is_none() {
        let got = type_of(args).name();
        return Err(t.type_error(format!("__getnewargs__ should return a tuple, not '{got}'")));
    }
    Ok(Some((args, Value::UNSET)))
}

fn reduce_new_object(t: &mut Thread, object: Value) -> PyResult {
    let class = type_of(object);
    if class.special(t, Special::New as usize).is_none_or(|n| n.is_none()) {
        let name = lookup::full_name(t, class);
        return Err(t.type_error(format!("cannot pickle '{name}' object")));
    }
    let given = new_arguments(t, object)?;
    let copyreg = copyreg(t)?;
    let (maker, arguments) = match given {
        Some((args, kwargs)) if kwargs.cast::<Dict>().is_some_and(|k| !k.is_empty()) => {
            let name = NEWOBJ_EX.get(t);
            let maker = attr::getattr(t, copyreg, name)?;
            (maker, tuple::new_small(t, &[class.value(), args, kwargs]))
        }
        other => {
            let name = NEWOBJ.get(t);
            let maker = attr::getattr(t, copyreg, name)?;
            let mut all = t.vec();
            all.push(class.value());
            if let Some(args) = other.and_then(|(args, _)| args.as_tuple()) {
                all.extend_from_slice(args.values());
            }
            (maker, tuple::new(t, &all)?)
        }
    };
    let is_list = object.cast::<List>().is_some();
    let is_dict = object.cast::<Dict>().is_some();
    let state = state(t, object, !(given.is_some() || is_list || is_dict))?;
    let list_items = if is_list { iter::iter(t, object)? } else { Value::NONE };
    let dict_items = if is_dict {
        let items = call::call_method(t, object, "items", &[])?;
        iter::iter(t, items)?
    } else {
        Value::NONE
    };
    Ok(tuple::new_small(t, &[maker, arguments, state, list_items, dict_items]))
}

/// `object.__getstate__()`, for the `__reduce__` of native types: `__dict__` and the values in `__slots__`.
pub fn own_state(t: &mut Thread, object: Value) -> PyResult {
    state(t, object, false)
}

/// `object.__getstate__()`; if that is `object`'s own and the state is `required`, objects with a native body refuse.
fn state(t: &mut Thread, object: Value, required: bool) -> PyResult {
    let name = GETSTATE.get(t);
    let (method, takes_self) = attr::load_method(t, object, name)?;
    let plain = match takes_self {
        true => method.cast::<NativeMethod>().is_some_and(|m| m.owner.get() == object_class().value()),
        false => method
            .cast::<NativeFunction>()
            .is_some_and(|f| f.receiver.get() == object && f.info().owner == "object"),
    };
    match (plain, takes_self) {
        (true, _) => default_state(t, object, required),
        (false, true) => call::call_unbound(t, method, object, &[]),
        (false, false) => call::call(t, method, &[]),
    }
}

fn default_state(t: &mut Thread, object: Value, required: bool) -> PyResult {
    let class = type_of(object);
    let bare = matches!(
        class.instance_kind(),
        Kind::Object | Kind::NoneType | Kind::NotImplementedType | Kind::EllipsisType
    );
    if required && !bare {
        let name = lookup::full_name(t, class);
        if matches!(class.instance_kind(), Kind::Code | Kind::MemoryView) {
            return Err(t.type_error(format!("cannot pickle {name} objects")));
        }
        return Err(t.type_error(format!("cannot pickle '{name}' object")));
    }
    let name = DICT.get(t);
    let dict = attr::find_attr_value(t, object, name)?.filter(|d| !d.is_none());
    let mut state = match dict.and_then(|d| d.cast::<Dict>()) {
        Some(d) if !d.is_empty() => dict::copy(t, d)?.value(),
        _ => Value::NONE,
    };
    if object.cast::<Type>().is_none()
        && let Some(slots) = slot_values(t, object, class)?
    {
        state = tuple::new_small(t, &[state, slots.value()]);
    }
    Ok(state)
}

/// The values in `__slots__`, as `copyreg` lists them; `None` if there are none.
fn slot_values(t: &mut Thread, object: Value, class: Ref<Type>) -> PyResult<Option<Ref<Dict>>> {
    if !class.has(typeobj::HEAP) {
        return Ok(None);
    }
    let name = SLOTNAMES.get(t);
    let cached = dict::get_str(t, class.dict(), name);
    let names = match cached {
        Some(names) => names,
        None => {
            let copyreg = copyreg(t)?;
            call::call_method(t, copyreg, "_slotnames", &[class.value()])?
        }
    };
    if names.is_none() {
        return Ok(None);
    }
    if names.cast::<List>().is_none() {
        let got = type_of(names).name();
        return Err(t.type_error(format!("copyreg._slotnames didn't return a list or None (type {got})")));
    }
    let names = iter::collect(t, names)?;
    if names.is_empty() {
        return Ok(None);
    }
    let values = dict::new(t);
    for &name in names.iter() {
        match attr::getattr(t, object, name) {
            Ok(v) => dict::set(t, values, name, v)?,
            Err(raised) => {
                t.catch(raised, Exc::AttributeError)?;
            }
        }
    }
    Ok((!values.is_empty()).then_some(values))
}
