//! Starting a runtime: shapes, classes, the modules `builtins` and `sys`.

use pystm_gc::config::Config;

use crate::{
    builtins::{self, CORE_TYPES, dict, exceptions, functions, typeobj::create},
    error::PyResult,
    kind::Kind,
    native::{self, ModuleDef},
    object::Ref,
    runtime::{Runtime, Settings},
    shape::{self, ShapeSpec},
    sys,
    thread::Thread,
    value::Value,
};

/// Makes the process's runtime and its main thread: built-in types, `builtins`, `sys`, the native modules of the table
/// ready to be imported. Nothing of the library has been imported yet.
///
/// # Errors
/// An exception while the modules are set up.
///
/// # Panics
/// If there is a runtime already.
pub fn start(
    settings: Settings,
    config: Config,
    modules: &'static [&'static ModuleDef],
) -> PyResult<Box<Thread>> {
    let rt = Runtime::create(settings);
    let mut thread = Thread::new(rt, config);
    let t = &mut *thread;
    // Half-made classes are reachable only from here.
    t.mutator.paused += 1;
    for &kind in Kind::ALL {
        let id = shape::new_shape(ShapeSpec {
            layout: builtins::layout_of(kind),
            kind,
            class: Value::UNSET,
            attrs: 0,
            inline_slots: 0,
            dict_mode: false,
            version: 0,
        });
        assert_eq!(id, kind.shape(), "built-in shapes come first and in order");
    }
    rt.init_names(t);
    t.builtins = dict::new(t).value();
    make_core_types(t);
    exceptions::boot(t);
    let builtins_module = make_builtins(t)?;
    rt.builtins_module.init(builtins_module);
    let modules_dict = dict::new(t).value();
    rt.modules.init(modules_dict);
    rt.native_modules.set(modules).unwrap_or_else(|_| unreachable!("set once"));
    let sys = sys::make(t)?;
    let registry = Ref::known(modules_dict);
    dict::set_text(t, registry, "builtins", builtins_module);
    dict::set_text(t, registry, "sys", sys);
    t.mutator.paused -= 1;
    Ok(thread)
}

fn make_core_types(t: &mut Thread) {
    // Filling a class makes objects of other classes, so all of them are declared first.
    let mut declared = Vec::new();
    for &def in CORE_TYPES {
        let (class, root) = create::declare_native(t, def);
        t.rt.set_native_class(t, def, class);
        declared.push((class, root));
    }
    let object = declared[0].0;
    for (&def, &(class, root)) in CORE_TYPES.iter().zip(&declared) {
        let base = match def.base {
            Some(base) => t.rt.native_class(t, base),
            None => object,
        };
        create::init_native(t, class, def, base, root);
    }
}

fn make_builtins(t: &mut Thread) -> PyResult {
    let module = native::make_module(t, &functions::MODULE)?;
    let namespace = module.dict();
    for &def in CORE_TYPES {
        if functions::PUBLIC_TYPES.contains(&def.name) {
            let class = t.rt.native_class(t, def).value();
            dict::set_text(t, namespace, def.name, class);
        }
    }
    for &def in functions::FURTHER_TYPES {
        let class = t.rt.native_class(t, def).value();
        dict::set_text(t, namespace, def.name, class);
    }
    exceptions::add_to_builtins(t, namespace);
    for (name, value) in [
        ("None", Value::NONE),
        ("True", Value::TRUE),
        ("False", Value::FALSE),
        ("NotImplemented", Value::NOT_IMPLEMENTED),
        ("Ellipsis", Value::ELLIPSIS),
        ("__debug__", Value::bool(t.rt.settings.optimize == 0)),
    ] {
        dict::set_text(t, namespace, name, value);
    }
    // Frames without builtins of their own use this very dict.
    t.builtins = namespace.value();
    Ok(module.value())
}
