//! The interface of native code: how functions, methods, attributes and types are declared, and how arguments get to
//! them.
//!
//! A function is a row: name, signature, Rust function, docstring. The signature is written as `inspect` shows it
//! (`"($self, object, /)"`, `"(*args, sep=' ', end='\n')"`); it says how arguments are bound. The Rust function gets
//! exactly one value for each parameter, in order: [`Value::UNSET`] for an optional one that was not given, a tuple for
//! `*args`, a dict for `**kwargs` (unset too if there is no keyword that belongs there). `$self`, `$cls` and `$module` are the receiver, always positional.

use pystm_gc::Layout;

use crate::{
    builtins::{dict, function, module::Module, tuple, typeobj, typeobj::Type},
    error::PyResult,
    kind::Kind,
    object::Ref,
    thread::Thread,
    value::Value,
};

/// A native function. The slice has one value for each declared parameter.
pub type NativeFn = fn(&mut Thread, &[Value]) -> PyResult;

/// How a method is bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// The receiver is an instance (or, in a module, the function takes none).
    Instance,
    /// The receiver is the class.
    Class,
    /// There is no receiver.
    Static,
}

/// A row that declares a function or method.
#[derive(Clone, Copy)]
pub struct Method {
    /// Name in Python.
    pub name: &'static str,
    /// Signature as `inspect` shows it.
    pub signature: &'static str,
    /// The code.
    pub function: NativeFn,
    /// Docstring.
    pub doc: &'static str,
    /// How it is bound.
    pub binding: Binding,
    /// Of a `__new__`: see [`Method::constructing`].
    pub construct: Option<Construct>,
}

/// What calling a built-in class does when there are only positional arguments, in place of `__new__` and `__init__`.
#[derive(Clone, Copy)]
pub struct Construct {
    /// The most arguments that the function takes; it gets exactly those that are given, without the class.
    pub most: usize,
    /// The code.
    pub function: NativeFn,
}

impl Method {
    /// Adds to a `__new__` row what `Class(...)` does with up to `most` positional arguments, for the class itself and
    /// none of its subclasses.
    pub const fn constructing(mut self, most: usize, function: NativeFn) -> Method {
        self.construct = Some(Construct { most, function });
        self
    }
}

/// A method of instances, or a function of a module.
pub const fn method(
    name: &'static str,
    signature: &'static str,
    function: NativeFn,
    doc: &'static str,
) -> Method {
    Method { name, signature, function, doc, binding: Binding::Instance, construct: None }
}

/// A class method; the first value is the class.
pub const fn class_method(
    name: &'static str,
    signature: &'static str,
    function: NativeFn,
    doc: &'static str,
) -> Method {
    Method { name, signature, function, doc, binding: Binding::Class, construct: None }
}

/// A static method (`__new__` is one: its first value is the class).
pub const fn static_method(
    name: &'static str,
    signature: &'static str,
    function: NativeFn,
    doc: &'static str,
) -> Method {
    Method { name, signature, function, doc, binding: Binding::Static, construct: None }
}

/// Reads an attribute: the object.
pub type Getter = fn(&mut Thread, Value) -> PyResult;
/// Writes an attribute: the object and the new value, or [`Value::UNSET`] to delete it.
pub type Setter = fn(&mut Thread, Value, Value) -> PyResult<()>;

/// A row that declares a computed attribute.
#[derive(Clone, Copy)]
pub struct GetSet {
    /// Name in Python.
    pub name: &'static str,
    /// Reads it.
    pub get: Getter,
    /// Writes it; read-only without.
    pub set: Option<Setter>,
    /// Docstring.
    pub doc: &'static str,
    /// In CPython it is a field of the object (`member_descriptor`).
    pub member: bool,
}

/// A read-only attribute.
pub const fn getter(name: &'static str, get: Getter, doc: &'static str) -> GetSet {
    GetSet { name, get, set: None, doc, member: false }
}

/// A read-only field of the object.
pub const fn member(name: &'static str, get: Getter, doc: &'static str) -> GetSet {
    GetSet { name, get, set: None, doc, member: true }
}

/// An attribute that can be written.
pub const fn getset(name: &'static str, get: Getter, set: Setter, doc: &'static str) -> GetSet {
    GetSet { name, get, set: Some(set), doc, member: false }
}

/// Python classes may inherit from the type.
pub const SUBCLASSABLE: u32 = 1 << 0;
/// Instances match sequence patterns.
pub const SEQUENCE: u32 = 1 << 1;
/// Instances match mapping patterns.
pub const MAPPING: u32 = 1 << 2;
/// Instances have a `__dict__`.
pub const HAS_DICT: u32 = 1 << 3;
/// The type has no `__new__`: calling it is a TypeError.
pub const NO_CONSTRUCTOR: u32 = 1 << 4;
/// A positional class pattern matches the subject itself (`int(x)`).
pub const MATCH_SELF: u32 = 1 << 5;
/// There can be weak references to instances (of types whose body is a record).
pub const WEAK: u32 = 1 << 10;
/// Attributes of the class itself can be set (exceptions of stdlib modules).
pub const MUTABLE: u32 = 1 << 6;

/// Declares a native type.
pub struct TypeDef {
    /// Name, with the module in front if that is not `builtins` (`"collections.deque"`).
    pub name: &'static str,
    /// Docstring.
    pub doc: &'static str,
    /// Base class, `object` if none is given.
    pub base: Option<&'static TypeDef>,
    /// Native body of the instances.
    pub kind: Kind,
    /// How the collector handles instances of exactly this type.
    pub layout: Layout,
    /// Words of the body that subclasses extend by attributes (0 if it cannot be extended in place).
    pub words: u16,
    /// `SUBCLASSABLE` and so on.
    pub flags: u32,
    /// Methods.
    pub methods: &'static [Method],
    /// Computed attributes.
    pub getset: &'static [GetSet],
    /// Further class attributes, made when the class is made.
    pub setup: Option<fn(&mut Thread, Ref<Type>)>,
}

/// Declares a native module.
pub struct ModuleDef {
    /// Its name as imported (`"math"`, `"_io"`).
    pub name: &'static str,
    /// Docstring.
    pub doc: &'static str,
    /// Functions.
    pub methods: &'static [Method],
    /// Types that become attributes under the last part of their name.
    pub types: &'static [&'static TypeDef],
    /// Everything else: constants, caches. Runs after functions and types are in place.
    pub init: Option<ModuleInit>,
}

/// Completes a module that has its functions and types.
pub type ModuleInit = fn(&mut Thread, Ref<Module>) -> PyResult<()>;

/// Makes the module object of a definition; registering it in `sys.modules` is the importer's.
pub fn make_module(t: &mut Thread, def: &'static ModuleDef) -> PyResult<Ref<Module>> {
    let module = crate::builtins::module::new(t, def.name);
    let name = t.intern(def.name);
    for row in def.methods {
        let info = NativeInfo::leak(row, "");
        let function = function::native::new_function(t, info, name);
        dict::set_text(t, module.dict(), row.name, function);
    }
    for ty in def.types {
        let class = t.rt.native_class(t, ty);
        let short = ty.name.rsplit('.').next().unwrap_or(ty.name);
        dict::set_text(t, module.dict(), short, class.value());
    }
    let doc = if def.doc.is_empty() { Value::NONE } else { t.new_str(def.doc) };
    dict::set_text(t, module.dict(), "__doc__", doc);
    if let Some(init) = def.init {
        init(t, module)?;
    }
    Ok(module)
}

/// The class of a definition, made on first use.
pub fn make_class(t: &mut Thread, def: &'static TypeDef) -> Ref<Type> {
    let base = match def.base {
        Some(base) => t.rt.native_class(t, base),
        None => crate::runtime::class_of_kind(Kind::Object),
    };
    typeobj::new_native(t, def, base)
}

/// One parameter of a native function.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// Must be given.
    pub required: bool,
}

/// A parsed signature.
#[derive(Clone, Debug, Default)]
pub struct Params {
    /// Positional parameters, the receiver included, then keyword-only ones.
    pub params: Vec<Param>,
    /// Positional-only ones among them.
    pub positional_only: usize,
    /// Positional ones among them.
    pub positional: usize,
    /// Positional ones that must be given.
    pub required: usize,
    /// There is `*args`; its tuple comes after all `params`... see [`Params::count`].
    pub varargs: bool,
    /// There is `**kwargs`.
    pub varkw: bool,
    /// The first parameter is a receiver (`$self`).
    pub receiver: bool,
}

impl Params {
    /// Parses a signature.
    ///
    /// # Panics
    /// If it is malformed, which a test finds.
    pub fn parse(signature: &'static str) -> Params {
        let inner =
            signature.strip_prefix('(').and_then(|s| s.strip_suffix(')')).expect("signature in parentheses");
        let mut p = Params::default();
        let mut keyword_only = false;
        for item in split_top_level(inner) {
            match item {
                // Functions of modules get no receiver.
                "$module" => {}
                "/" => p.positional_only = p.params.len(),
                "*" => keyword_only = true,
                _ if item.starts_with("**") => p.varkw = true,
                _ if item.starts_with('*') => {
                    p.varargs = true;
                    keyword_only = true;
                }
                _ => {
                    let (name, default) = match item.split_once('=') {
                        Some((name, _)) => (name, true),
                        None => (item, false),
                    };
                    let receiver = name.starts_with('$');
                    p.receiver |= receiver;
                    p.params.push(Param { name: name.trim_start_matches('$'), required: !default });
                    if receiver {
                        p.positional_only = p.params.len();
                    }
                    if !keyword_only {
                        p.positional = p.params.len();
                        if !default {
                            p.required = p.params.len();
                        }
                    }
                }
            }
        }
        p
    }

    /// Number of values that the Rust function gets: one for each parameter (keyword-only ones after the positional
    /// ones), then the `*args` tuple, then the `**kwargs` dict.
    pub fn count(&self) -> usize {
        self.params.len() + self.varargs as usize + self.varkw as usize
    }

    /// Only positional parameters and nothing else: arguments can be handed on as they lie.
    pub fn is_simple(&self) -> bool {
        !self.varargs && !self.varkw && self.positional == self.params.len()
    }
}

fn split_top_level(text: &'static str) -> Vec<&'static str> {
    let mut items = Vec::new();
    let (mut depth, mut quote, mut start) = (0, None, 0);
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), _) => quote = (c != q).then_some(q),
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                items.push(text[start..i].trim());
                start = i + 1;
            }
            _ => {}
        }
    }
    items.push(text[start..].trim());
    items.retain(|s| !s.is_empty());
    items
}

/// Whether a method of this name is a slot in CPython, and its descriptor a `wrapper_descriptor`.
fn is_slot(name: &str) -> bool {
    const OTHERS: &[&str] = &[
        "__reduce__",
        "__reduce_ex__",
        "__getstate__",
        "__setstate__",
        "__sizeof__",
        "__format__",
        "__dir__",
        "__subclasses__",
        "__instancecheck__",
        "__subclasscheck__",
        "__getnewargs__",
        "__getnewargs_ex__",
        "__round__",
        "__trunc__",
        "__floor__",
        "__ceil__",
        "__reversed__",
        "__length_hint__",
        "__class_getitem__",
        "__copy__",
        "__deepcopy__",
        "__complex__",
        "__bytes__",
        "__set_name__",
        "__enter__",
        "__exit__",
        "__init_subclass__",
        "__subclasshook__",
        "__prepare__",
        "__missing__",
        "__mro_entries__",
        "__typing_subst__",
        "__replace__",
    ];
    name.starts_with("__") && name.ends_with("__") && !OTHERS.contains(&name)
}

/// A native function as its objects refer to it; never freed.
pub struct NativeInfo {
    /// The row.
    pub method: &'static Method,
    /// The parsed signature.
    pub params: Params,
    /// `params.count()`
    pub count: usize,
    /// `params.is_simple()`
    pub simple: bool,
    /// No keyword-only parameter must be given.
    pub keywords_optional: bool,
    /// Qualified name for error messages: `list.append`.
    pub qualname: String,
    /// Class that declares it, or empty.
    pub owner: &'static str,
    /// The definition whose `__new__` this is: its first argument must be a class with that body.
    pub constructor_of: Option<&'static TypeDef>,
    /// In CPython the method is a slot of its type (`wrapper_descriptor`, `method-wrapper`).
    pub slot: bool,
}

impl NativeInfo {
    /// Information on a row declared by a class (or by a module, with an empty owner).
    pub fn leak(method: &'static Method, owner: &'static str) -> &'static NativeInfo {
        let params = Params::parse(method.signature);
        let short = owner.rsplit('.').next().unwrap_or("");
        let qualname =
            if short.is_empty() { method.name.to_owned() } else { format!("{short}.{}", method.name) };
        Box::leak(Box::new(NativeInfo {
            count: params.count(),
            simple: params.is_simple(),
            keywords_optional: !params.params[params.positional..].iter().any(|p| p.required),
            params,
            method,
            qualname,
            owner,
            constructor_of: None,
            slot: method.binding == Binding::Instance && !owner.is_empty() && is_slot(method.name),
        }))
    }

    /// Information on the `__new__` of a type.
    pub fn leak_constructor(method: &'static Method, def: &'static TypeDef) -> &'static NativeInfo {
        let params = Params::parse(method.signature);
        let short = def.name.rsplit('.').next().unwrap_or("");
        Box::leak(Box::new(NativeInfo {
            count: params.count(),
            simple: params.is_simple(),
            keywords_optional: !params.params[params.positional..].iter().any(|p| p.required),
            params,
            method,
            qualname: format!("{short}.{}", method.name),
            owner: def.name,
            constructor_of: Some(def),
            slot: false,
        }))
    }
}

/// Most parameters that a native function can have.
pub const MAX_PARAMS: usize = 24;
/// Parameters that most functions do with.
const FEW: usize = 4;

/// Calls a native function. `args` holds the positional arguments (receiver first, if any) and then the values of the
/// keyword arguments named by `names`, a tuple of strs, or unset for none.
pub fn call_native(t: &mut Thread, info: &'static NativeInfo, args: &[Value], names: Value) -> PyResult {
    if let Some(def) = info.constructor_of {
        check_constructor(t, def, args)?;
    }
    if names.is_unset() && info.simple && args.len() == info.count {
        return (info.method.function)(t, args);
    }
    if info.count <= FEW {
        call_bound::<FEW>(t, info, args, names)
    } else {
        call_bound::<MAX_PARAMS>(t, info, args, names)
    }
}

/// Calls a function of at most `N` parameters.
fn call_bound<const N: usize>(
    t: &mut Thread,
    info: &'static NativeInfo,
    args: &[Value],
    names: Value,
) -> PyResult {
    let mut all = [Value::UNSET; N];
    let p = &info.params;
    let direct = args.len().min(p.positional);
    if names.is_unset()
        && info.keywords_optional
        && args.len() >= p.required
        && (direct == args.len() || p.varargs)
    {
        all[..direct].copy_from_slice(&args[..direct]);
        if p.varargs {
            all[p.params.len()] = tuple::new(t, &args[direct..])?;
        }
    } else {
        bind(t, info, args, names, &mut all)?;
    }
    (info.method.function)(t, &all[..info.count])
}

/// Makes sure that the first argument of a native `__new__` is a class whose instances that `__new__` can make.
#[inline]
fn check_constructor(t: &mut Thread, def: &'static TypeDef, args: &[Value]) -> PyResult<()> {
    match args.first().and_then(|c| c.cast::<Type>()) {
        Some(class) if class.def().is_some_and(|d| std::ptr::eq(d, def)) => Ok(()),
        _ => typeobj::constructor::check(t, def, args),
    }
}

fn bind(t: &mut Thread, info: &NativeInfo, args: &[Value], names: Value, out: &mut [Value]) -> PyResult<()> {
    let p = &info.params;
    let names = names.cast::<tuple::Tuple>();
    let keyword_count = names.map_or(0, |n| n.len());
    let (positional, keyword_values) = args.split_at(args.len() - keyword_count);
    let direct = positional.len().min(p.positional);
    out[..direct].copy_from_slice(&positional[..direct]);
    if positional.len() > p.positional && !p.varargs {
        return Err(function::errors::too_many_positional(t, info, positional.len()));
    }
    if p.varargs {
        out[p.params.len()] = tuple::new(t, &positional[direct..])?;
    }
    let extra = p.params.len() + p.varargs as usize;
    for (i, &value) in keyword_values.iter().enumerate() {
        let name = names.map_or(Value::UNSET, |n| n.items()[i].get());
        let text = name.as_str();
        let found = match text.as_ref().and_then(|s| s.as_ascii()) {
            Some(known) => p.params.iter().position(|q| q.name == known),
            None => None,
        };
        let text = || text.map(|s| s.to_rust()).unwrap_or_default();
        match found.filter(|&k| k >= p.positional_only) {
            Some(k) if out[k].is_unset() => out[k] = value,
            Some(k) => return Err(function::errors::duplicate_argument(t, info, &text(), k)),
            None if p.varkw => {
                let keywords = keyword_dict(t, out[extra]);
                out[extra] = keywords.value();
                dict::set(t, keywords, name, value)?;
            }
            None if leaves_keywords(t, info, out[0]) => {}
            None => return Err(function::errors::unexpected_keyword(t, info, &text())),
        }
    }
    for (k, param) in p.params.iter().enumerate() {
        if param.required && out[k].is_unset() {
            return Err(function::errors::missing_argument(t, info, k, positional.len()));
        }
    }
    Ok(())
}

/// The dict of a `**kwargs` parameter; a new one if no keyword was given.
pub fn keyword_dict(t: &mut Thread, kwargs: Value) -> Ref<dict::Dict> {
    match kwargs.given() {
        Some(given) => Ref::known(given),
        None => dict::new(t),
    }
}

/// Whether keywords for a constructor without any are left to the `__init__` of a subclass.
fn leaves_keywords(t: &mut Thread, info: &NativeInfo, class: Value) -> bool {
    let special = crate::special::Special::Init as usize;
    let Some(class) = class.cast::<Type>() else { return false };
    info.constructor_of.is_some()
        && info.params.positional_only == info.params.params.len()
        && class.special(t, special) != crate::runtime::class_of_kind(Kind::Object).special(t, special)
}
