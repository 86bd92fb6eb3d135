//! Calling.

use crate::{
    builtins::{
        bound_method::BoundMethod,
        dict,
        function::{
            Function,
            native::{NativeFunction, NativeMethod},
        },
        tuple::{self, Tuple},
        typeobj::Type,
    },
    copy,
    error::{PyResult, Raised},
    interp,
    kind::Kind,
    native::{Binding, NativeFn, call_native},
    object::Ref,
    runtime::{class_of_kind, type_of},
    shape,
    special::Special,
    thread::Thread,
    value::Value,
};

/// Calls with positional arguments.
#[inline]
pub fn call(t: &mut Thread, callable: Value, args: &[Value]) -> PyResult {
    call_vector(t, callable, args, Value::UNSET)
}

/// Calls with positional arguments followed by the values of the keyword arguments that `names` (a tuple of strs, or
/// unset) names.
pub fn call_vector(t: &mut Thread, callable: Value, args: &[Value], names: Value) -> PyResult {
    let Some(object) = callable.object() else { return Err(not_callable(t, callable)) };
    match shape::shape_of_object(object).kind {
        Kind::Function => interp::call_function(t, Ref::<Function>::known(callable), args, names),
        Kind::NativeFunction => {
            let f = Ref::<NativeFunction>::known(callable);
            match f.receiver.get().given() {
                None => call_native(t, f.info(), args, names),
                Some(receiver) => {
                    with_first(t, receiver, args, |t, all| call_native(t, f.info(), all, names))
                }
            }
        }
        Kind::NativeMethod => call_native_method(t, Ref::known(callable), args, names),
        Kind::BoundMethod => {
            let m = Ref::<BoundMethod>::known(callable);
            let function = m.function.get();
            with_first(t, m.receiver.get(), args, |t, all| call_vector(t, function, all, names))
        }
        Kind::Type => call_type(t, Ref::known(callable), args, names),
        _ => {
            let Some(method) = t.special(callable, Special::Call) else {
                return Err(not_callable(t, callable));
            };
            t.check_native_stack()?;
            call_unbound_vector(t, method, callable, args, names)
        }
    }
}

#[cold]
fn not_callable(t: &mut Thread, callable: Value) -> Raised {
    let name = type_of(callable).name();
    t.type_error(format!("'{name}' object is not callable"))
}

/// Calls `f` with `first` in front of the arguments.
pub fn with_first<R>(
    t: &mut Thread,
    first: Value,
    args: &[Value],
    f: impl FnOnce(&mut Thread, &[Value]) -> R,
) -> R {
    if args.len() < 8 {
        let mut all = [Value::UNSET; 8];
        all[0] = first;
        // SAFETY: there is room for seven more.
        unsafe { copy::words(args.as_ptr(), all.as_mut_ptr().add(1), args.len()) };
        return f(t, &all[..=args.len()]);
    }
    let mut all = t.vec();
    all.push(first);
    all.extend_from_slice(args);
    let slice: *const [Value] = all.as_slice();
    // SAFETY: the vector is not touched until `f` returns.
    f(t, unsafe { &*slice })
}

fn call_native_method(t: &mut Thread, method: Ref<NativeMethod>, args: &[Value], names: Value) -> PyResult {
    let info = method.info();
    let owner = Ref::<Type>::known(method.owner.get());
    let keywords = names.cast::<Tuple>().map_or(0, |n| n.len());
    if args.len() == keywords {
        let message = if info.slot {
            format!("descriptor '{}' of '{}' object needs an argument", info.method.name, owner.name())
        } else {
            format!("unbound method {}() needs an argument", info.qualname)
        };
        return Err(t.type_error(message));
    }
    let ok = match info.method.binding {
        Binding::Class => args[0].cast::<Type>().is_some_and(|c| c.is_subtype(owner)),
        _ => type_of(args[0]).is_subtype(owner),
    };
    if !ok {
        let (name, got) = (owner.name(), type_of(args[0]).name());
        let message = if info.method.name.starts_with("__") {
            format!("descriptor '{}' requires a '{name}' object but received a '{got}'", info.method.name)
        } else {
            format!(
                "descriptor '{}' for '{name}' objects doesn't apply to a '{got}' object",
                info.method.name
            )
        };
        return Err(t.type_error(message));
    }
    call_native(t, info, args, names)
}

/// Whether a native method takes instances of the class as its receiver. What stands under a name in a Python class may
/// come from anywhere.
#[inline]
pub fn fits(method: Ref<NativeMethod>, class: Ref<Type>) -> bool {
    method.info().method.binding == Binding::Instance && class.is_subtype(Ref::known(method.owner.get()))
}

/// Calls what a look-up on the receiver's type found, with the receiver as first argument if it is a function, else
/// through its `__get__`.
#[inline]
pub fn call_unbound(t: &mut Thread, method: Value, receiver: Value, args: &[Value]) -> PyResult {
    // Special methods of built-in types take what they are given as it is.
    const MOST: usize = 4;
    if let Some(native) = method.cast::<NativeMethod>() {
        let info = native.info();
        if info.simple
            && info.count == args.len() + 1
            && info.count <= MOST
            && fits(native, type_of(receiver))
        {
            let mut all = [Value::UNSET; MOST];
            all[0] = receiver;
            all[1..info.count].copy_from_slice(args);
            return (info.method.function)(t, &all[..info.count]);
        }
    }
    call_unbound_vector(t, method, receiver, args, Value::UNSET)
}

/// As [`call_unbound`], with keyword arguments.
pub fn call_unbound_vector(
    t: &mut Thread,
    method: Value,
    receiver: Value,
    args: &[Value],
    names: Value,
) -> PyResult {
    match method.object().map(|o| shape::shape_of_object(o).kind) {
        Some(Kind::Function) => with_first(t, receiver, args, |t, all| {
            interp::call_function(t, Ref::<Function>::known(method), all, names)
        }),
        Some(Kind::NativeMethod) if fits(Ref::known(method), type_of(receiver)) => {
            let info = Ref::<NativeMethod>::known(method).info();
            with_first(t, receiver, args, |t, all| call_native(t, info, all, names))
        }
        _ => {
            let bound = super::attr::bind_descriptor(t, method, receiver, type_of(receiver).value())?;
            call_vector(t, bound, args, names)
        }
    }
}

/// Calls a special method of the value's type, if there is one.
pub fn call_special(
    t: &mut Thread,
    value: Value,
    special: Special,
    args: &[Value],
) -> PyResult<Option<Value>> {
    match t.special(value, special) {
        Some(method) => call_unbound(t, method, value, args).map(Some),
        None => Ok(None),
    }
}

/// `receiver.name(*args)`
pub fn call_method(t: &mut Thread, receiver: Value, name: &str, args: &[Value]) -> PyResult {
    let name = t.intern(name);
    let (callable, takes_self) = super::attr::load_method(t, receiver, name)?;
    if takes_self { call_unbound(t, callable, receiver, args) } else { call(t, callable, args) }
}

/// Positional and keyword arguments, a tuple and a dict (or unset), as one vector and the names of the last ones.
pub fn spread(t: &mut Thread, args: Value, kwargs: Value) -> PyResult<(crate::thread::RootVec, Value)> {
    let mut all = t.vec();
    all.extend_from_slice(Ref::<Tuple>::known(args).values());
    let Some(kwargs) = kwargs.cast::<dict::Dict>().filter(|d| !d.is_empty()) else {
        return Ok((all, Value::UNSET));
    };
    let mut names = t.vec();
    let mut position = 0;
    while let Some((at, key, value)) = kwargs.entry_from(position) {
        if key.as_str().is_none() {
            return Err(t.type_error("keywords must be strings"));
        }
        names.push(key);
        all.push(value);
        position = at + 1;
    }
    let names = tuple::new(t, &names)?;
    Ok((all, names))
}

/// `callable(*args, **kwargs)` with a tuple and a dict (or unset).
pub fn call_ex(t: &mut Thread, callable: Value, args: Value, kwargs: Value) -> PyResult {
    if kwargs.cast::<dict::Dict>().is_none_or(|d| d.is_empty()) {
        return call(t, callable, Ref::<Tuple>::known(args).values());
    }
    let (all, names) = spread(t, args, kwargs)?;
    let slice: *const [Value] = all.as_slice();
    // SAFETY: the vector is not touched until the call returns.
    call_vector(t, callable, unsafe { &*slice }, names)
}

/// Calls a class: through its metaclass's `__call__` if that is not `type`'s own, else `__new__` and `__init__`.
pub fn call_type(t: &mut Thread, class: Ref<Type>, args: &[Value], names: Value) -> PyResult {
    let metaclass = type_of(class.value());
    if metaclass != class_of_kind(Kind::Type)
        && let Some(method) = metaclass.special(t, Special::Call as usize)
        && method.cast::<NativeMethod>().is_none()
    {
        return call_unbound_vector(t, method, class.value(), args, names);
    }
    instantiate(t, class, args, names)
}

/// `object.__init__`
fn object_init(t: &mut Thread) -> Value {
    class_of_kind(Kind::Object).special(t, Special::Init as usize).unwrap_or(Value::UNSET)
}

/// The direct way to make an instance of a built-in class, if it has one for that many positional arguments.
#[inline]
pub fn direct_constructor(t: &mut Thread, class: Ref<Type>, argc: usize) -> Option<NativeFn> {
    let def = class.def()?;
    let info = class.special(t, Special::New as usize)?.cast::<NativeFunction>()?.info();
    let construct = info.method.construct.as_ref().filter(|c| argc <= c.most)?;
    info.constructor_of.is_some_and(|d| std::ptr::eq(d, def)).then_some(construct.function)
}

/// `type.__call__`: `__new__` and, if that returned an instance of the class, `__init__`.
pub fn instantiate(t: &mut Thread, class: Ref<Type>, args: &[Value], names: Value) -> PyResult {
    if class == class_of_kind(Kind::Type) {
        let positional = args.len() - names.cast::<Tuple>().map_or(0, |n| n.len());
        if positional == 1 && names.is_unset() {
            return Ok(type_of(args[0]).value());
        }
        if positional != 3 {
            return Err(t.type_error("type() takes 1 or 3 arguments"));
        }
    }
    if names.is_unset()
        && let Some(construct) = direct_constructor(t, class, args.len())
    {
        return construct(t, args);
    }
    let new = class.special(t, Special::New as usize).filter(|v| !v.is_none());
    let Some(new) = new else {
        let name = crate::builtins::typeobj::lookup::full_name(t, class);
        return Err(t.type_error(format!("cannot create '{name}' instances")));
    };
    let object = match new.cast::<NativeFunction>().filter(|n| n.receiver.get().is_unset()) {
        Some(native) => {
            let info = native.info();
            with_first(t, class.value(), args, |t, all| call_native(t, info, all, names))?
        }
        None => {
            let new = match new.cast::<Function>() {
                Some(_) => new,
                None => super::attr::bind_descriptor(t, new, Value::UNSET, class.value())?,
            };
            with_first(t, class.value(), args, |t, all| call_vector(t, new, all, names))?
        }
    };
    let made = type_of(object);
    if made != class && !made.is_subtype(class) {
        return Ok(object);
    }
    if let Some(init) = made.special(t, Special::Init as usize) {
        // `object.__init__` does nothing: `__new__` has complained of arguments that nobody takes.
        if made == class && init == object_init(t) {
            return Ok(object);
        }
        let result = call_unbound_vector(t, init, object, args, names)?;
        if !result.is_none() {
            let name = type_of(result).name();
            return Err(t.type_error(format!("__init__() should return None, not '{name}'")));
        }
    }
    Ok(object)
}
