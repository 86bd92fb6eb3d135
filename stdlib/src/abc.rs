//! `_abc`: the registries and caches of abstract base classes.
//!
//! Each abstract class keeps its state in an object under `_abc_impl` in its namespace. It keeps no class alive: the
//! registry holds weak references, the caches the serial numbers of classes.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_vm::{
    builtins::{
        descriptors::is_abstract,
        dict, frozenset_from,
        function::Function,
        list::{self, List},
        set,
        tuple::{self, Tuple},
        typeobj::{Type, lookup, tables},
        weak::{self, Weak},
    },
    error::PyResult,
    kind::Kind,
    native::{MAPPING, Method, ModuleDef, NO_CONSTRUCTOR, SEQUENCE, TypeDef, method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    protocol::{attr, call, instance, number, truth},
    runtime::{class_of_kind, type_of},
    shape::shape_of_object,
    thread::{RootVec, Thread},
    value::Value,
};
use rustc_hash::FxHashSet;

/// The module's row.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_abc",
    doc: "Module contains faster C implementation of abc.ABCMeta",
    methods: METHODS,
    types: &[],
    init: None,
};

static METHODS: &[Method] = &[
    method("get_cache_token", "()", cache_token, "Returns the current ABC cache token."),
    method(
        "_abc_init",
        "(self, /)",
        abc_init,
        "Internal ABC helper for class set-up. Should be never used outside abc module.",
    ),
    method(
        "_abc_register",
        "(self, subclass, /)",
        register,
        "Internal ABC helper for subclasss registration.",
    ),
    method(
        "_abc_instancecheck",
        "(self, instance, /)",
        instancecheck,
        "Internal ABC helper for instance checks.",
    ),
    method(
        "_abc_subclasscheck",
        "(self, subclass, /)",
        subclasscheck,
        "Internal ABC helper for subclasss checks.",
    ),
    method("_get_dump", "(self, /)", dump, "Internal ABC helper for cache and registry debugging."),
    method(
        "_reset_registry",
        "(self, /)",
        reset_registry,
        "Internal ABC helper to reset registry of a given class.",
    ),
    method(
        "_reset_caches",
        "(self, /)",
        reset_caches,
        "Internal ABC helper to reset both caches of a given class.",
    ),
];

/// Counts the registrations; negative answers hold only as long as there is no new one.
static REGISTRATIONS: AtomicU64 = AtomicU64::new(0);

/// The state of an abstract class.
struct AbcData {
    /// List of weak references to the registered classes.
    registry: Value,
    caches: Mutex<Caches>,
}

#[derive(Default)]
struct Caches {
    /// Serial numbers of classes, also of dead ones.
    positive: FxHashSet<u64>,
    negative: FxHashSet<u64>,
    /// The number of registrations that the negative answers are good for.
    negative_version: u64,
}

/// Most answers of a kind that a class remembers: most may be those of dead classes.
const MOST_ANSWERS: usize = 1 << 14;

impl Payload for AbcData {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.registry);
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

static DATA_DEF: TypeDef = TypeDef {
    name: "_abc._abc_data",
    doc: "Internal state held by ABC machinery.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[],
    getset: &[],
    setup: None,
};

fn data(t: &mut Thread, class: Value) -> PyResult<&'static AbcData> {
    let found = match class.cast::<Type>() {
        Some(c) => dict::get_text(t, c.dict(), "_abc_impl"),
        None => None,
    };
    match found.and_then(native::payload::<AbcData>) {
        Some(data) => Ok(data),
        None => {
            let found = attr::getattr_text(t, class, "_abc_impl")?;
            match native::payload::<AbcData>(found) {
                Some(data) => Ok(data),
                None => Err(t.type_error("_abc_impl is set to a wrong type")),
            }
        }
    }
}

fn cache_token(_: &mut Thread, _: &[Value]) -> PyResult {
    // Relaxed: the token is compared only.
    Ok(Value::small(REGISTRATIONS.load(Relaxed) as i64))
}

/// Whether a value in a class's namespace is an abstract method. The commonest values are judged without a look-up.
fn abstract_value(t: &mut Thread, value: Value) -> PyResult<bool> {
    let Some(object) = value.object() else { return Ok(false) };
    if let Some(function) = value.cast::<Function>() {
        let Some(namespace) = function.dict.get().cast() else { return Ok(false) };
        return match dict::get_text(t, namespace, "__isabstractmethod__") {
            Some(v) => truth::is_true(t, v),
            None => Ok(false),
        };
    }
    let shape = shape_of_object(object);
    if matches!(
        shape.kind,
        Kind::Str | Kind::Tuple | Kind::Int | Kind::Dict | Kind::List | Kind::GetSet | Kind::Member
    ) && object.header.shape() == shape.kind.shape()
    {
        return Ok(false);
    }
    is_abstract(t, value)
}

fn abc_init(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(class) = args[0].cast::<Type>() else {
        return Err(t.type_error("_abc_init() argument must be a class"));
    };
    let mut names = t.vec();
    let mut entries = t.vec();
    let mut position = 0;
    while let Some((at, key, value)) = class.dict().entry_from(position) {
        entries.push(key);
        entries.push(value);
        position = at + 1;
    }
    for pair in 0..entries.len() / 2 {
        if abstract_value(t, entries[pair * 2 + 1])? {
            names.push(entries[pair * 2]);
        }
    }
    let bases = Ref::<Tuple>::known(class.bases.get());
    for &base in bases.values() {
        let inherited = match base.cast::<Type>() {
            Some(b) if !b.has(pystm_vm::builtins::typeobj::ABSTRACT) => None,
            _ => attr::find_attr(t, base, "__abstractmethods__")?,
        };
        let Some(inherited) = inherited else { continue };
        let inherited = pystm_vm::protocol::iter::collect(t, inherited)?;
        for &name in inherited.iter() {
            let Some(value) = find(t, class.value(), name)? else { continue };
            if abstract_value(t, value)? && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let abstract_names = frozenset_from(t, &names)?;
    attr::setattr_text(t, class.value(), "__abstractmethods__", abstract_names)?;
    let registry = list::new(t, &[]);
    let data_class = t.rt.native_class(t, &DATA_DEF);
    let data = native::new(t, data_class, AbcData { registry, caches: Mutex::default() });
    attr::setattr_text(t, class.value(), "_abc_impl", data)?;
    take_flags(t, class)?;
    Ok(Value::NONE)
}

/// `getattr(class, name, None)`
fn find(t: &mut Thread, class: Value, name: Value) -> PyResult<Option<Value>> {
    let text = name.as_str().map(|s| s.to_rust()).unwrap_or_default();
    attr::find_attr(t, class, &text)
}

/// `__abc_tpflags__` says that a class's instances match sequence or mapping patterns.
fn take_flags(t: &mut Thread, class: Ref<Type>) -> PyResult<()> {
    let Some(given) = dict::get_text(t, class.dict(), "__abc_tpflags__") else { return Ok(()) };
    let bits = number::index_as_i64(t, given)?;
    let mut flags = 0;
    if bits & 1 << 5 != 0 {
        flags |= SEQUENCE as u64;
    }
    if bits & 1 << 6 != 0 {
        flags |= MAPPING as u64;
    }
    if flags == (SEQUENCE | MAPPING) as u64 {
        return Err(t.type_error("__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING"));
    }
    set_collection_flags(t, class, flags, false);
    let name = t.intern("__abc_tpflags__");
    lookup::set_attribute(t, class, name, Value::UNSET)?;
    Ok(())
}

fn set_collection_flags(t: &mut Thread, class: Ref<Type>, flags: u64, recursive: bool) {
    let both = (SEQUENCE | MAPPING) as u64;
    let old = class.flags.get();
    if flags == 0 || old & both == flags || (recursive && !class.has(pystm_vm::builtins::typeobj::HEAP)) {
        return;
    }
    t.change_public(class.object());
    let w = t.write(class);
    class.flags.set(&w, old & !both | flags);
    if recursive {
        for &subclass in tables::subclasses(t, class).iter() {
            set_collection_flags(t, Ref::known(subclass), flags, true);
        }
    }
}

fn register(t: &mut Thread, args: &[Value]) -> PyResult {
    let (class, subclass) = (args[0], args[1]);
    if subclass.cast::<Type>().is_none() {
        return Err(t.type_error("Can only register classes"));
    }
    if instance::is_subclass(t, subclass, class)? {
        return Ok(subclass);
    }
    if instance::is_subclass(t, class, subclass)? {
        return Err(t.raise(pystm_vm::error::Exc::RuntimeError, "Refusing to create an inheritance cycle"));
    }
    let data = data(t, class)?;
    let reference = new_reference(t, subclass)?;
    if t.own.in_transaction() {
        // An answer may be wrong once the registration is undone.
        t.own.log_call(Box::new(|| data.caches.lock().positive.clear()));
    }
    list::append(t, Ref::known(data.registry), reference);
    // Relaxed: a thread that still uses an older negative answer could have asked a moment earlier.
    REGISTRATIONS.fetch_add(1, Relaxed);
    if let (Some(class), Some(subclass)) = (class.cast::<Type>(), subclass.cast::<Type>()) {
        let flags = class.flags.get() & (SEQUENCE | MAPPING) as u64;
        set_collection_flags(t, subclass, flags, true);
    }
    Ok(subclass)
}

fn instancecheck(t: &mut Thread, args: &[Value]) -> PyResult {
    let (class, object) = (args[0], args[1]);
    let data = data(t, class)?;
    let subtype = type_of(object).value();
    let plain = object
        .object()
        .is_none_or(|o| !matches!(shape_of_object(o).kind, Kind::Object | Kind::Native | Kind::Wrapped));
    let subclass = if plain { subtype } else { attr::find_attr(t, object, "__class__")?.unwrap_or(subtype) };
    let serial = subclass.cast::<Type>().map(|class| class.serial);
    let caches = data.caches.lock();
    if serial.is_some_and(|serial| caches.positive.contains(&serial)) {
        return Ok(Value::TRUE);
    }
    // Relaxed: see `register`.
    let refused = caches.negative_version == REGISTRATIONS.load(Relaxed)
        && serial.is_some_and(|serial| caches.negative.contains(&serial));
    drop(caches);
    if subtype == subclass {
        if refused {
            return Ok(Value::FALSE);
        }
        return call::call_method(t, class, "__subclasscheck__", &[subclass]);
    }
    let result = call::call_method(t, class, "__subclasscheck__", &[subclass])?;
    if truth::is_true(t, result)? {
        return Ok(result);
    }
    call::call_method(t, class, "__subclasscheck__", &[subtype])
}

fn remember(data: &AbcData, subclass: Ref<Type>, answer: bool) -> PyResult {
    let mut caches = data.caches.lock();
    let answers = if answer { &mut caches.positive } else { &mut caches.negative };
    if answers.len() >= MOST_ANSWERS {
        answers.clear();
    }
    answers.insert(subclass.serial);
    Ok(Value::bool(answer))
}

/// A weak reference to a class.
fn new_reference(t: &mut Thread, class: Value) -> PyResult {
    let reference = t.rt.native_class(t, &weak::DEF);
    weak::new(t, reference, class, Value::NONE)
}

/// The registered classes that live. The references to the others leave the list.
fn registered(t: &mut Thread, data: &AbcData) -> RootVec {
    let list = Ref::<List>::known(data.registry);
    let mut live = t.vec();
    live.extend(list.items().iter().filter_map(|slot| Ref::<Weak>::known(slot.get()).get()));
    if live.len() < list.len() {
        let w = t.write(list);
        let mut kept = 0;
        for at in 0..list.len() {
            let reference = list.items()[at].get();
            if Ref::<Weak>::known(reference).get().is_some() {
                list.set_item(&w, kept, reference);
                kept += 1;
            }
        }
        list.truncate(&w, kept);
    }
    live
}

fn subclasscheck(t: &mut Thread, args: &[Value]) -> PyResult {
    let (class, subclass) = (args[0], args[1]);
    let Some(sub) = subclass.cast::<Type>() else {
        return Err(t.type_error("issubclass() arg 1 must be a class"));
    };
    t.check_native_stack()?;
    let data = data(t, class)?;
    {
        let mut caches = data.caches.lock();
        if caches.positive.contains(&sub.serial) {
            return Ok(Value::TRUE);
        }
        // Relaxed: see `register`.
        let version = REGISTRATIONS.load(Relaxed);
        if caches.negative_version < version {
            caches.negative.clear();
            caches.negative_version = version;
        } else if caches.negative.contains(&sub.serial) {
            return Ok(Value::FALSE);
        }
    }
    match call::call_method(t, class, "__subclasshook__", &[subclass])? {
        Value::TRUE => return remember(data, sub, true),
        Value::FALSE => return remember(data, sub, false),
        Value::NOT_IMPLEMENTED => {}
        _ => {
            let message = "__subclasshook__ must return either False, True, or NotImplemented";
            return Err(t.raise(pystm_vm::error::Exc::AssertionError, message));
        }
    }
    if sub.mro().contains_identity(class) {
        return remember(data, sub, true);
    }
    for &other in registered(t, data).iter() {
        if instance::is_subclass(t, subclass, other)? {
            return remember(data, sub, true);
        }
    }
    let subclasses = call::call_method(t, class, "__subclasses__", &[])?;
    let subclasses = pystm_vm::protocol::iter::collect(t, subclasses)?;
    for &other in subclasses.iter() {
        if instance::is_subclass(t, subclass, other)? {
            return remember(data, sub, true);
        }
    }
    remember(data, sub, false)
}

/// A set of weak references to these classes.
fn references(t: &mut Thread, classes: &[Value]) -> PyResult {
    let result = set::new(t);
    for &class in classes {
        let reference = new_reference(t, class)?;
        set::add(t, result, reference)?;
    }
    Ok(result.value())
}

/// All classes, found from `object` on.
fn all_classes(t: &mut Thread) -> RootVec {
    let mut found = t.vec();
    let mut seen = FxHashSet::default();
    found.push(class_of_kind(Kind::Object).value());
    let mut at = 0;
    while let Some(&class) = found.get(at) {
        at += 1;
        let subclasses = tables::subclasses(t, Ref::known(class));
        found.extend(subclasses.iter().filter(|c| seen.insert(c.bits())));
    }
    found
}

fn dump(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = data(t, args[0])?;
    let (positive, negative, version) = {
        let caches = data.caches.lock();
        (caches.positive.clone(), caches.negative.clone(), caches.negative_version)
    };
    let registered = registered(t, data);
    let registry = references(t, &registered)?;
    let (mut yes, mut no) = (all_classes(t), all_classes(t));
    yes.retain(|&class| positive.contains(&Ref::<Type>::known(class).serial));
    no.retain(|&class| negative.contains(&Ref::<Type>::known(class).serial));
    let positive = references(t, &yes)?;
    let negative = references(t, &no)?;
    Ok(tuple::new_small(t, &[registry, positive, negative, Value::small(version as i64)]))
}

fn reset_registry(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = data(t, args[0])?;
    let registry = Ref::<List>::known(data.registry);
    let w = t.write(registry);
    registry.truncate(&w, 0);
    Ok(Value::NONE)
}

fn reset_caches(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = data(t, args[0])?;
    let mut caches = data.caches.lock();
    caches.positive.clear();
    caches.negative.clear();
    Ok(Value::NONE)
}
