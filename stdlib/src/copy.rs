//! `_copy`: shallow and deep copies. `copy.py` has the tables that programs may extend, this module the algorithm of
//! CPython's `copy.py`, step by step: what is asked of objects, and when, is the same.

use pystm_vm::{
    builtins::{
        bound_method::BoundMethod,
        dict::{self, Dict},
        dict_methods::update,
        function::{Function, native::NativeFunction},
        int, list,
        module::Module,
        object::import_module,
        set::{self, Set},
        str::StaticName,
        tuple, typeobj,
    },
    error::{Exc, PyResult},
    kind::Kind,
    native::{Method, ModuleDef, method},
    object::Ref,
    protocol::{attr, call, item, iter, truth},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// The module.
pub static MODULE: ModuleDef =
    ModuleDef { name: "_copy", doc: "Generic copying of objects.", methods: METHODS, types: &[], init: None };

static METHODS: &[Method] = &[
    method("copy", "(x)", shallow, "Shallow copy operation on arbitrary Python objects."),
    method("deepcopy", "(x, memo=None)", deep, "Deep copy operation on arbitrary Python objects."),
    method("_deepcopy_list", "(x, memo, deepcopy=None)", deep_list, "A list of copies."),
    method("_deepcopy_tuple", "(x, memo, deepcopy=None)", deep_tuple, "A tuple of copies, or the same one."),
    method("_deepcopy_dict", "(x, memo, deepcopy=None)", deep_dict, "A dict of copies."),
    method("_deepcopy_method", "(x, memo)", deep_method, "The method of a copy."),
    method("_keep_alive", "(x, memo)", keep_alive_method, "Lets an object live as long as the memo."),
    method(
        "_reconstruct",
        "(x, memo, func, args, state=None, listiter=None, dictiter=None, *, deepcopy=None)",
        reconstruct_method,
        "The object that a result of __reduce_ex__ describes.",
    ),
];

/// The name under which an object stands in a memo: `id(object)`.
fn identity(t: &mut Thread, object: Value) -> Value {
    int::from_i64(t, (object.bits() & 0x7fff_ffff_ffff_fffe) as i64)
}

/// One deep copy: its memo, and the tables of `copy.py`.
struct Copier {
    memo: Value,
    /// Types whose instances are their own copies, a set.
    atomic: Value,
    /// What copies the instances of a type, a dict.
    dispatch: Value,
    /// `copyreg.dispatch_table`
    reductors: Value,
    /// What copies the parts of an object if that is not [`Copier::copy`].
    other: Option<Value>,
}

/// A name in `copy.py`.
fn setting(t: &mut Thread, name: &'static StaticName) -> PyResult {
    static COPY: StaticName = StaticName::new("copy");
    let copy = COPY.get(t);
    let modules: Option<Ref<Dict>> = t.rt.modules.get().cast();
    let module = match modules.and_then(|modules| dict::get_str(t, modules, copy)) {
        Some(module) => module,
        None => import_module(t, "copy")?,
    };
    let name = name.get(t);
    if let Some(found) = module.cast::<Module>().and_then(|module| dict::get_str(t, module.dict(), name)) {
        return Ok(found);
    }
    attr::getattr(t, module, name)
}

fn reductors(t: &mut Thread) -> PyResult {
    static DISPATCH_TABLE: StaticName = StaticName::new("dispatch_table");
    setting(t, &DISPATCH_TABLE)
}

/// Whether a table of types has this one.
fn is_in(t: &mut Thread, types: Value, class: Value) -> PyResult<bool> {
    match types.cast::<Set>() {
        Some(types) => set::contains(t, types, class),
        None => item::contains(t, types, class),
    }
}

/// What a table of types says of this one; `None` if nothing.
fn look_up(t: &mut Thread, table: Value, class: Value) -> PyResult<Option<Value>> {
    if dict::is_exact(table) {
        return Ok(dict::get(t, Ref::known(table), class)?.filter(|found| !found.is_none()));
    }
    Ok(Some(call::call_method(t, table, "get", &[class])?).filter(|found| !found.is_none()))
}

impl Copier {
    fn new(t: &mut Thread, memo: Value, other: Option<Value>) -> PyResult<Copier> {
        static ATOMIC: StaticName = StaticName::new("_atomic_types");
        static DISPATCH: StaticName = StaticName::new("_deepcopy_dispatch");
        Ok(Copier {
            memo,
            atomic: setting(t, &ATOMIC)?,
            dispatch: setting(t, &DISPATCH)?,
            reductors: reductors(t)?,
            other,
        })
    }

    /// The copier of a function of `copy.py`, whose argument `deepcopy` may be missing.
    fn of_arguments(t: &mut Thread, memo: Value, deepcopy: Value) -> PyResult<Copier> {
        let other = deepcopy.given_not_none().filter(|&f| native_name(f) != "deepcopy");
        Copier::new(t, memo, other)
    }

    fn remembered(&self, t: &mut Thread, key: Value) -> PyResult<Option<Value>> {
        if dict::is_exact(self.memo) {
            return dict::get(t, Ref::known(self.memo), key);
        }
        match item::getitem(t, self.memo, key) {
            Ok(found) => Ok(Some(found)),
            Err(raised) => t.catch(raised, Exc::KeyError).map(|_| None),
        }
    }

    fn remember(&self, t: &mut Thread, key: Value, copy: Value) -> PyResult<()> {
        item::setitem(t, self.memo, key, copy)
    }

    /// The copy of a part of an object.
    #[inline]
    fn part(&self, t: &mut Thread, part: Value) -> PyResult {
        if is_plain(part) && self.other.is_none() {
            return Ok(part);
        }
        match self.other {
            Some(deepcopy) => call::call(t, deepcopy, &[part, self.memo]),
            None => self.copy(t, part),
        }
    }

    /// `deepcopy(object, memo)`
    fn copy(&self, t: &mut Thread, object: Value) -> PyResult {
        t.check_native_stack()?;
        let class = type_of(object).value();
        if is_plain(object) || is_in(t, self.atomic, class)? {
            return Ok(object);
        }
        let key = identity(t, object);
        if let Some(copy) = self.remembered(t, key)? {
            return Ok(copy);
        }
        let copy = match look_up(t, self.dispatch, class)? {
            None => self.by_protocol(t, object)?,
            Some(copier) => match native_name(copier) {
                "_deepcopy_list" => self.list(t, object)?,
                "_deepcopy_tuple" => self.tuple(t, object)?,
                "_deepcopy_dict" => self.dict(t, object)?,
                _ => call::call(t, copier, &[object, self.memo])?,
            },
        };
        if copy != object {
            self.remember(t, key, copy)?;
            self.keep_alive(t, object)?;
        }
        Ok(copy)
    }

    /// Lets an object live as long as the memo, which knows it by its address.
    fn keep_alive(&self, t: &mut Thread, object: Value) -> PyResult<()> {
        let key = identity(t, self.memo);
        match self.remembered(t, key)? {
            Some(kept) => append(t, kept, object),
            None => {
                let kept = list::new(t, &[object]);
                self.remember(t, key, kept)
            }
        }
    }

    fn list(&self, t: &mut Thread, object: Value) -> PyResult {
        let copy = list::new(t, &[]);
        let key = identity(t, object);
        self.remember(t, key, copy)?;
        iter::for_each(t, object, |t, item| {
            let item = self.part(t, item)?;
            list::append(t, Ref::known(copy), item);
            Ok(())
        })?;
        Ok(copy)
    }

    fn tuple(&self, t: &mut Thread, object: Value) -> PyResult {
        let mut copies = t.vec();
        let mut changed = false;
        iter::for_each(t, object, |t, item| {
            let copy = self.part(t, item)?;
            changed |= copy != item;
            copies.push(copy);
            Ok(())
        })?;
        // A tuple in one of its own parts has been copied by now.
        let key = identity(t, object);
        match self.remembered(t, key)? {
            Some(copy) => Ok(copy),
            None if changed => tuple::new(t, &copies),
            None => Ok(object),
        }
    }

    fn dict(&self, t: &mut Thread, object: Value) -> PyResult {
        let copy = dict::new(t);
        let key = identity(t, object);
        self.remember(t, key, copy.value())?;
        if dict::is_exact(object) {
            let source = Ref::<Dict>::known(object);
            let (used, mut position) = (source.len(), 0);
            while let Some((at, key, value)) = source.entry_from(position) {
                position = at + 1;
                let value = self.part(t, value)?;
                let key = self.part(t, key)?;
                dict::set(t, copy, key, value)?;
                if source.len() != used {
                    return Err(t.raise(Exc::RuntimeError, "dictionary changed size during iteration"));
                }
            }
            return Ok(copy.value());
        }
        let items = call::call_method(t, object, "items", &[])?;
        iter::for_each(t, items, |t, item| {
            let (key, value) = pair(t, item)?;
            let value = self.part(t, value)?;
            let key = self.part(t, key)?;
            dict::set(t, copy, key, value)
        })?;
        Ok(copy.value())
    }

    /// The copy of an object without a function for its type.
    fn by_protocol(&self, t: &mut Thread, object: Value) -> PyResult {
        if type_of(object).is_subtype(typeobj::class()) {
            return Ok(object);
        }
        static DEEPCOPY: StaticName = StaticName::new("__deepcopy__");
        let name = DEEPCOPY.get(t);
        if let Some(copier) = attr::find_attr_value(t, object, name)?.filter(|c| !c.is_none()) {
            return call::call(t, copier, &[self.memo]);
        }
        let reduced = reduce(t, self.reductors, object, "un(deep)copyable")?;
        if reduced.as_str().is_some() {
            return Ok(object);
        }
        reconstruct(t, object, Some(self), reduced)
    }
}

/// Whether a value of this representation is its own copy.
#[inline]
fn is_plain(value: Value) -> bool {
    value.object().is_none_or(|object| {
        let shape = object.header.shape();
        [Kind::Str, Kind::Int, Kind::Float, Kind::Bytes].iter().any(|kind| kind.shape() == shape)
    })
}

/// The name of a native function, empty for other values.
fn native_name(value: Value) -> &'static str {
    value.cast::<NativeFunction>().map_or("", |function| function.info().method.name)
}

/// `container.append(value)`
fn append(t: &mut Thread, container: Value, value: Value) -> PyResult<()> {
    match list::exact(container) {
        Some(list) => list::append(t, list, value),
        None => _ = call::call_method(t, container, "append", &[value])?,
    }
    Ok(())
}

/// `first, second = item`
fn pair(t: &mut Thread, item: Value) -> PyResult<(Value, Value)> {
    if let Some(pair) = item.as_tuple().filter(|pair| pair.len() == 2) {
        return Ok((pair.at(0), pair.at(1)));
    }
    let parts = iter::collect(t, item)?;
    match (parts.first(), parts.get(1), parts.len()) {
        (Some(&first), Some(&second), 2) => Ok((first, second)),
        (_, _, n @ 0..2) => Err(t.value_error(format!("not enough values to unpack (expected 2, got {n})"))),
        (_, _, n) => Err(t.value_error(format!("too many values to unpack (expected 2, got {n})"))),
    }
}

/// How an object wants to be made again: a tuple, or a str if it is its own copy.
fn reduce(t: &mut Thread, reductors: Value, object: Value, failure: &str) -> PyResult {
    static REDUCE_EX: StaticName = StaticName::new("__reduce_ex__");
    static REDUCE: StaticName = StaticName::new("__reduce__");
    let class = type_of(object).value();
    if let Some(reductor) = look_up(t, reductors, class)? {
        return call::call(t, reductor, &[object]);
    }
    let name = REDUCE_EX.get(t);
    if let Some(reductor) = attr::find_attr_value(t, object, name)?.filter(|r| !r.is_none()) {
        return call::call(t, reductor, &[Value::small(4)]);
    }
    let name = REDUCE.get(t);
    if let Some(reductor) = attr::find_attr_value(t, object, name)?
        && truth::is_true(t, reductor)?
    {
        return call::call(t, reductor, &[]);
    }
    static ERROR: StaticName = StaticName::new("Error");
    let error = setting(t, &ERROR)?;
    let class = pystm_vm::protocol::text::str_string(t, class)?;
    let message = t.new_str(&format!("{failure} object of type {class}"));
    let exception = call::call(t, error, &[message])?;
    Err(t.raise_value(exception))
}

/// The object that the result of `__reduce_ex__` describes; its parts are copied by `deep`, or not at all.
fn reconstruct(t: &mut Thread, object: Value, deep: Option<&Copier>, reduced: Value) -> PyResult {
    let parts = iter::collect(t, reduced)?;
    if parts.len() < 2 {
        let missing = if parts.is_empty() {
            "2 required positional arguments: 'func' and 'args'"
        } else {
            "1 required positional argument: 'args'"
        };
        return Err(t.type_error(format!("_reconstruct() missing {missing}")));
    }
    if parts.len() > 5 {
        let given = parts.len() + 2;
        let message = format!("_reconstruct() takes from 4 to 7 positional arguments but {given} were given");
        return Err(t.type_error(message));
    }
    let part = |i: usize| parts.get(i).copied().unwrap_or(Value::NONE);
    let copied = |t: &mut Thread, value: Value| match deep {
        Some(copier) => copier.part(t, value),
        None => Ok(value),
    };
    let copy = make(t, part(0), part(1), copied)?;
    if let Some(copier) = deep {
        let key = identity(t, object);
        copier.remember(t, key, copy)?;
    }
    if !part(2).is_none() {
        let state = copied(t, part(2))?;
        set_state(t, copy, state)?;
    }
    if !part(3).is_none() {
        iter::for_each(t, part(3), |t, item| {
            let item = copied(t, item)?;
            append(t, copy, item)
        })?;
    }
    if !part(4).is_none() {
        iter::for_each(t, part(4), |t, item| {
            let (key, value) = pair(t, item)?;
            let key = copied(t, key)?;
            let value = copied(t, value)?;
            item::setitem(t, copy, key, value)
        })?;
    }
    Ok(copy)
}

/// `function(*arguments)`, each argument copied.
fn make(
    t: &mut Thread,
    function: Value,
    arguments: Value,
    copied: impl Fn(&mut Thread, Value) -> PyResult,
) -> PyResult {
    let mut values = t.vec();
    iter::for_each(t, arguments, |t, value| {
        values.push(copied(t, value)?);
        Ok(())
    })?;
    // What `object.__reduce_ex__` names is done here, not by Python code.
    if let Some(&class) = values.first()
        && function.cast::<Function>().is_some()
        && function == new_object_function(t)?
    {
        static NEW: StaticName = StaticName::new("__new__");
        let name = NEW.get(t);
        let new = attr::getattr(t, class, name)?;
        return call::call(t, new, &values);
    }
    call::call(t, function, &values)
}

/// `copyreg.__newobj__`
fn new_object_function(t: &mut Thread) -> PyResult {
    let copyreg = import_module(t, "copyreg")?;
    static NEW_OBJECT: StaticName = StaticName::new("__newobj__");
    let name = NEW_OBJECT.get(t);
    Ok(attr::find_attr_value(t, copyreg, name)?.unwrap_or(Value::NONE))
}

/// Gives a new object its state.
fn set_state(t: &mut Thread, object: Value, state: Value) -> PyResult<()> {
    static SET_STATE: StaticName = StaticName::new("__setstate__");
    static DICT: StaticName = StaticName::new("__dict__");
    let name = SET_STATE.get(t);
    if let Some(method) = attr::find_attr_value(t, object, name)? {
        return call::call(t, method, &[state]).map(|_| ());
    }
    let (state, slots) = match state.as_tuple().filter(|state| state.len() == 2) {
        Some(state) => (state.at(0), state.at(1)),
        None => (state, Value::NONE),
    };
    if !state.is_none() {
        let name = DICT.get(t);
        let attributes = attr::getattr(t, object, name)?;
        match attributes.cast::<Dict>() {
            Some(attributes) if dict::is_exact(attributes.value()) => update::update(t, attributes, state)?,
            _ => _ = call::call_method(t, attributes, "update", &[state])?,
        }
    }
    if !slots.is_none() {
        let items = call::call_method(t, slots, "items", &[])?;
        iter::for_each(t, items, |t, item| {
            let (name, value) = pair(t, item)?;
            attr::attribute_name(t, name)?;
            attr::setattr(t, object, name, value)
        })?;
    }
    Ok(())
}

fn shallow(t: &mut Thread, args: &[Value]) -> PyResult {
    static ATOMIC: StaticName = StaticName::new("_copy_atomic_types");
    static CONTAINERS: StaticName = StaticName::new("_copy_builtin_containers");
    let object = args[0];
    let class = type_of(object).value();
    let atomic = setting(t, &ATOMIC)?;
    if is_in(t, atomic, class)? {
        return Ok(object);
    }
    let containers = setting(t, &CONTAINERS)?;
    if is_in(t, containers, class)? {
        let copier = attr::getattr_text(t, class, "copy")?;
        return call::call(t, copier, &[object]);
    }
    if type_of(object).is_subtype(typeobj::class()) {
        return Ok(object);
    }
    if let Some(copier) = attr::find_attr(t, class, "__copy__")?.filter(|c| !c.is_none()) {
        return call::call(t, copier, &[object]);
    }
    let reductors = reductors(t)?;
    let reduced = reduce(t, reductors, object, "un(shallow)copyable")?;
    if reduced.as_str().is_some() {
        return Ok(object);
    }
    reconstruct(t, object, None, reduced)
}

fn deep(t: &mut Thread, args: &[Value]) -> PyResult {
    if is_plain(args[0]) {
        return Ok(args[0]);
    }
    let memo = match args[1].given_not_none() {
        Some(memo) => memo,
        None => dict::new(t).value(),
    };
    Copier::new(t, memo, None)?.copy(t, args[0])
}

fn deep_list(t: &mut Thread, args: &[Value]) -> PyResult {
    Copier::of_arguments(t, args[1], args[2])?.list(t, args[0])
}

fn deep_tuple(t: &mut Thread, args: &[Value]) -> PyResult {
    Copier::of_arguments(t, args[1], args[2])?.tuple(t, args[0])
}

fn deep_dict(t: &mut Thread, args: &[Value]) -> PyResult {
    Copier::of_arguments(t, args[1], args[2])?.dict(t, args[0])
}

fn deep_method(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(method) = args[0].cast::<BoundMethod>() else {
        let name = type_of(args[0]).name();
        return Err(t.type_error(format!("a method is needed, not '{name}'")));
    };
    let (function, receiver) = (method.function.get(), method.receiver.get());
    let receiver = Copier::new(t, args[1], None)?.copy(t, receiver)?;
    call::call(t, type_of(args[0]).value(), &[function, receiver])
}

fn keep_alive_method(t: &mut Thread, args: &[Value]) -> PyResult {
    Copier::new(t, args[1], None)?.keep_alive(t, args[0])?;
    Ok(Value::NONE)
}

fn reconstruct_method(t: &mut Thread, args: &[Value]) -> PyResult {
    let reduced = [args[2], args[3], args[4], args[5], args[6]].map(|part| part.or(Value::NONE));
    let reduced = tuple::new(t, &reduced)?;
    if args[1].is_none() {
        return reconstruct(t, args[0], None, reduced);
    }
    let copier = Copier::of_arguments(t, args[1], args[7])?;
    reconstruct(t, args[0], Some(&copier), reduced)
}
