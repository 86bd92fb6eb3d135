//! `_functools`: what the module `functools` takes from native code.

mod cmp_to_key;
mod lru_cache;
mod partial;
mod placeholder;

use pystm_vm::{
    builtins::{dict, module::Module},
    error::{Exc, PyResult},
    native::{Method, ModuleDef, method},
    object::Ref,
    protocol::{call, iter},
    thread::Thread,
    value::Value,
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_functools",
    doc: "Tools that operate on functions.",
    methods: METHODS,
    types: &[&partial::DEF, &placeholder::DEF, &lru_cache::DEF],
    init: Some(init),
};

static METHODS: &[Method] = &[
    method("cmp_to_key", "(mycmp)", cmp_to_key::cmp_to_key, "Makes a key function of a comparison function."),
    method(
        "reduce",
        "(function, iterable, /, initial=None)",
        reduce,
        "Applies a function of two arguments to the items of an iterable, from left to right, so as to reduce them to one value.",
    ),
];

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    let placeholder = placeholder::instance(t);
    dict::set_text(t, module.dict(), "Placeholder", placeholder);
    Ok(())
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let iterator = match iter::consume(t, args[1]) {
        Ok(iterator) => iterator,
        Err(raised) => {
            t.catch(raised, Exc::TypeError)?;
            return Err(t.type_error("reduce() arg 2 must support iteration"));
        }
    };
    let mut result = args[2];
    while let Some(item) = iter::next(t, iterator)? {
        result = if result.is_unset() { item } else { call::call(t, args[0], &[result, item])? };
    }
    if result.is_unset() {
        return Err(t.type_error("reduce() of empty iterable with no initial value"));
    }
    Ok(result)
}
