//! `_weakref`: what the module `weakref` is built on.

use pystm_vm::{
    builtins::{
        dict::{self, Dict},
        list,
        module::Module,
        weak::{self, Weak},
    },
    error::PyResult,
    native::{Method, ModuleDef, method},
    object::Ref,
    thread::Thread,
    value::Value,
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_weakref",
    doc: "Weak-reference support module.",
    methods: METHODS,
    types: &[],
    init: Some(init),
};

static METHODS: &[Method] = &[
    method(
        "getweakrefcount",
        "(object, /)",
        getweakrefcount,
        "Return the number of weak references to the object.",
    ),
    method("getweakrefs", "(object, /)", getweakrefs, "Return a list of all weak references to the object."),
    method(
        "proxy",
        "(object, callback=None, /)",
        proxy,
        "Create a proxy object that weakly references the object.",
    ),
    method(
        "_remove_dead_weakref",
        "(dct, key, /)",
        remove_dead_weakref,
        "Delete a key from a dict if its value is a dead weak reference.",
    ),
];

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    let reference = t.rt.native_class(t, &weak::DEF).value();
    let proxy = t.rt.native_class(t, &weak::PROXY_DEF).value();
    let callable = t.rt.native_class(t, &weak::CALLABLE_PROXY_DEF).value();
    for (name, class) in [
        ("ref", reference),
        ("ReferenceType", reference),
        ("ProxyType", proxy),
        ("CallableProxyType", callable),
    ] {
        dict::set_text(t, module.dict(), name, class);
    }
    Ok(())
}

fn getweakrefcount(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::small(weak::references_to(t, args[0]).len() as i64))
}

fn getweakrefs(t: &mut Thread, args: &[Value]) -> PyResult {
    let found = weak::references_to(t, args[0]);
    Ok(list::new(t, &found))
}

fn proxy(t: &mut Thread, args: &[Value]) -> PyResult {
    weak::proxy::new(t, args[0], args[1])
}

fn remove_dead_weakref(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(d) = args[0].cast::<Dict>() else {
        return Err(t.type_error("_remove_dead_weakref() argument 1 must be dict"));
    };
    let dead = dict::get(t, d, args[1])?.and_then(|v| v.cast::<Weak>()).is_some_and(|w| w.get().is_none());
    if dead {
        dict::remove(t, d, args[1])?;
    }
    Ok(Value::NONE)
}
