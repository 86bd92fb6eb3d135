//! `module`.

use pystm_gc::{Header, Layout, Marker, Object, Trace, layout::Size};
use pystm_stm::Slot;

use super::{
    dict::{self, Dict},
    typeobj::{self, Type},
};
use crate::{
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::{Method, SUBCLASSABLE, TypeDef, getset, method, static_method},
    object::{Body, Ref},
    protocol::{attr, call, iter, text, truth},
    shape,
    thread::{Thread, keep_header},
    value::Value,
};

/// Body of a module. Its namespace is never replaced.
#[repr(C)]
pub struct Module {
    header: Header,
    version: Slot<u64>,
    dict: Slot<Value>,
}

// SAFETY: `repr(C)`, header first; only modules have the kind.
unsafe impl Body for Module {
    const KIND: Kind = Kind::Module;
}

/// Words of the body.
pub const WORDS: u16 = 3;
/// Layout of modules.
pub const LAYOUT: Layout = Layout { trace: Trace::Custom(trace), size: Size::Fixed(24), drop: None };

/// # Safety
/// `object` must be a module.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object.
    unsafe {
        marker.words(object, 2, 1);
        shape::trace_attributes(object, marker);
    }
}

impl Module {
    /// The namespace.
    #[inline(always)]
    pub fn dict(&self) -> Ref<Dict> {
        Ref::known(self.dict.get())
    }
}

/// A new module with this name and the attributes that every module has.
pub fn new(t: &mut Thread, name: &str) -> Ref<Module> {
    let module = allocate(t, crate::runtime::class_of_kind(Kind::Module));
    let name = t.intern(name);
    init_namespace(t, module, name, Value::NONE);
    module
}

/// An empty module of this class.
fn allocate(t: &mut Thread, class: Ref<Type>) -> Ref<Module> {
    let namespace = dict::new(t).value();
    let id = class.instance_shape();
    let shape = shape::shape(id);
    // SAFETY: the class's instances have this body; all of it is initialised.
    let module = unsafe {
        t.alloc_bytes::<Module>(id, shape.fixed_size(), |p| {
            keep_header(p, |header| Module { header, version: Slot::new(0), dict: Slot::new(namespace) });
            shape::init_attributes(p as *mut Object, shape);
        })
    };
    typeobj::register_finalizer(t, class, module.value());
    module
}

fn init_namespace(t: &mut Thread, module: Ref<Module>, name: Value, doc: Value) {
    let namespace = module.dict();
    dict::set_text(t, namespace, "__name__", name);
    dict::set_text(t, namespace, "__doc__", doc);
    for missing in ["__package__", "__loader__", "__spec__"] {
        dict::set_text(t, namespace, missing, Value::NONE);
    }
}

/// `module.name`; `name` is interned.
pub fn getattr(t: &mut Thread, module: Ref<Module>, name: Value) -> PyResult {
    if let Some(found) = attr::find_generic(t, module.value(), name)? {
        return Ok(found);
    }
    let hook = dict::get_text(t, module.dict(), "__getattr__");
    match hook {
        Some(hook) => call::call(t, hook, &[name]),
        None => missing(t, module, name),
    }
}

#[cold]
fn missing(t: &mut Thread, module: Ref<Module>, name: Value) -> PyResult {
    let wanted = attr::name_text(name);
    let module_name = dict::get_text(t, module.dict(), "__name__").and_then(|n| n.as_str());
    let message = match module_name {
        None => format!("module has no attribute '{wanted}'"),
        Some(n) => {
            let n = n.to_rust();
            if is_initializing(t, module)? {
                format!(
                    "partially initialized module '{n}' has no attribute '{wanted}' (most likely due to a circular import)"
                )
            } else {
                format!("module '{n}' has no attribute '{wanted}'")
            }
        }
    };
    Err(super::exceptions::attribute_error(t, message, module.value(), name))
}

fn is_initializing(t: &mut Thread, module: Ref<Module>) -> PyResult<bool> {
    let Some(spec) = dict::get_text(t, module.dict(), "__spec__").filter(|s| !s.is_none()) else {
        return Ok(false);
    };
    match attr::find_attr(t, spec, "_initializing")? {
        Some(v) => truth::is_true(t, v),
        None => Ok(false),
    }
}

/// The type `module`.
pub static DEF: TypeDef = TypeDef {
    name: "module",
    doc: "Create a module object.\n\nThe name must be a string; the optional docstring can have any type.",
    base: None,
    kind: Kind::Module,
    layout: LAYOUT,
    words: WORDS,
    flags: SUBCLASSABLE,
    methods: METHODS,
    getset: &[
        getset("__dict__", |_, m| Ok(known(m).dict.get()), read_only_dict, "The namespace of the module."),
        getset("__annotations__", get_annotations, set_annotations, ""),
        getset("__annotate__", get_annotate, set_annotate, ""),
    ],
    setup: None,
};

static METHODS: &[Method] = &[
    static_method("__new__", "($cls, /, *args, **kwargs)", new_module, "Create and return a new object."),
    method("__init__", "($self, name, doc=None)", init, "Initialize self."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("__dir__", "($self, /)", dir, "__dir__() -> list\nspecialized dir() implementation"),
];

fn known(value: Value) -> Ref<Module> {
    Ref::known(value)
}

fn read_only_dict(t: &mut Thread, _: Value, _: Value) -> PyResult<()> {
    Err(t.raise(Exc::AttributeError, "readonly attribute"))
}

fn new_module(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(allocate(t, Ref::known(args[0])).value())
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].as_str().is_none() {
        let got = crate::runtime::type_of(args[1]).name();
        return Err(t.type_error(format!("module() argument 'name' must be str, not {got}")));
    }
    init_namespace(t, known(args[0]), args[1], args[2].or(Value::NONE));
    Ok(Value::NONE)
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let module = known(args[0]);
    let spec = dict::get_text(t, module.dict(), "__spec__").filter(|s| !s.is_none());
    let name_of = |t: &mut Thread, v: Option<Value>| match v {
        Some(v) => text::repr_string(t, v),
        None => Ok("'?'".to_owned()),
    };
    let shown = match spec {
        Some(spec) => {
            let name = attr::getattr_text(t, spec, "name")?;
            let name = text::repr_string(t, name)?;
            let origin = attr::find_attr(t, spec, "origin")?.filter(|o| !o.is_none());
            let loader = attr::find_attr(t, spec, "loader")?.filter(|o| !o.is_none());
            let located = match attr::find_attr(t, spec, "has_location")? {
                Some(v) => truth::is_true(t, v)?,
                None => false,
            };
            match (origin, loader) {
                (Some(origin), _) if located => {
                    let origin = text::repr_string(t, origin)?;
                    format!("<module {name} from {origin}>")
                }
                (Some(origin), _) => {
                    let origin = text::str_string(t, origin)?;
                    format!("<module {name} ({origin})>")
                }
                (None, Some(loader)) => {
                    let loader = text::repr_string(t, loader)?;
                    format!("<module {name} ({loader})>")
                }
                (None, None) => format!("<module {name}>"),
            }
        }
        None => {
            let name = dict::get_text(t, module.dict(), "__name__");
            let name = name_of(t, name)?;
            match dict::get_text(t, module.dict(), "__file__") {
                Some(file) => {
                    let file = text::repr_string(t, file)?;
                    format!("<module {name} from {file}>")
                }
                None => match dict::get_text(t, module.dict(), "__loader__").filter(|l| !l.is_none()) {
                    Some(loader) => {
                        let loader = text::repr_string(t, loader)?;
                        format!("<module {name} ({loader})>")
                    }
                    None => format!("<module {name}>"),
                },
            }
        }
    };
    Ok(t.new_str(&shown))
}

fn dir(t: &mut Thread, args: &[Value]) -> PyResult {
    let namespace = attr::getattr_text(t, args[0], "__dict__")?;
    let Some(namespace) = namespace.cast::<Dict>() else {
        return Err(t.type_error("__dict__ is not a dictionary"));
    };
    if let Some(hook) = dict::get_text(t, namespace, "__dir__") {
        return call::call(t, hook, &[]);
    }
    let names = iter::collect(t, namespace.value())?;
    super::list::try_new(t, &names)
}

fn get_annotate(t: &mut Thread, module: Value) -> PyResult {
    let namespace = known(module).dict();
    match dict::get_text(t, namespace, "__annotate__") {
        Some(v) => Ok(v),
        None => {
            dict::set_text(t, namespace, "__annotate__", Value::NONE);
            Ok(Value::NONE)
        }
    }
}

fn set_annotate(t: &mut Thread, module: Value, value: Value) -> PyResult<()> {
    if value.is_unset() {
        return Err(t.type_error("cannot delete __annotate__ attribute"));
    }
    if !value.is_none() && !super::object::is_callable(t, value) {
        return Err(t.type_error("__annotate__ must be callable or None"));
    }
    let namespace = known(module).dict();
    dict::set_text(t, namespace, "__annotate__", value);
    if !value.is_none() {
        let key = t.intern("__annotations__");
        dict::remove(t, namespace, key)?;
    }
    Ok(())
}

fn get_annotations(t: &mut Thread, module: Value) -> PyResult {
    let namespace = known(module).dict();
    if let Some(found) = dict::get_text(t, namespace, "__annotations__") {
        return Ok(found);
    }
    let annotate = dict::get_text(t, namespace, "__annotate__").filter(|a| !a.is_none());
    let annotations = match annotate {
        Some(annotate) => call_annotate(t, annotate)?,
        None => dict::new(t).value(),
    };
    if !is_initializing(t, known(module))? {
        dict::set_text(t, namespace, "__annotations__", annotations);
    }
    Ok(annotations)
}

/// `annotate(1)`, which must return a dict.
pub(crate) fn call_annotate(t: &mut Thread, annotate: Value) -> PyResult {
    let result = call::call(t, annotate, &[Value::small(1)])?;
    if result.cast::<Dict>().is_none() {
        return Err(bad_annotations(t, result));
    }
    Ok(result)
}

#[cold]
fn bad_annotations(t: &mut Thread, result: Value) -> Raised {
    let got = crate::runtime::type_of(result).name();
    t.type_error(format!("__annotate__ returned non-dict of type '{got}'"))
}

fn set_annotations(t: &mut Thread, module: Value, value: Value) -> PyResult<()> {
    let namespace = known(module).dict();
    let annotations = t.intern("__annotations__");
    if value.is_unset() {
        if dict::remove(t, namespace, annotations)?.is_none() {
            return Err(t.raise(Exc::AttributeError, "__annotations__"));
        }
    } else {
        dict::set(t, namespace, annotations, value)?;
    }
    let annotate = t.intern("__annotate__");
    dict::remove(t, namespace, annotate)?;
    Ok(())
}
