//! Functions that the compiler calls through the instruction `Intrinsic`.

use crate::{
    builtins::{
        dict, dict::Dict, exceptions, function::Function, generator, object::import_module, typevars,
    },
    bytecode::Intrinsic,
    error::{Exc, PyResult},
    kind::Kind,
    object::Ref,
    protocol::{attr, call, item, iter},
    thread::Thread,
    value::Value,
};

/// Every intrinsic, by number.
const ALL: &[Intrinsic] = &[
    Intrinsic::Print,
    Intrinsic::TypeVar,
    Intrinsic::ParamSpec,
    Intrinsic::TypeVarTuple,
    Intrinsic::SetTypeParamDefault,
    Intrinsic::SubscriptGeneric,
    Intrinsic::TypeAlias,
    Intrinsic::SetFunctionTypeParams,
    Intrinsic::SetupAnnotations,
    Intrinsic::PrepReraiseStar,
    Intrinsic::AsyncGenWrap,
    Intrinsic::AssertionError,
    Intrinsic::NotImplementedError,
    Intrinsic::Iter,
];

/// Calls an intrinsic for the frame with window `fp`. `operands` are the registers from the instruction's operand b, as
/// many as the intrinsic has.
pub fn call(t: &mut Thread, fp: *mut Value, number: u16, operands: &[Value]) -> PyResult {
    match ALL[number as usize] {
        Intrinsic::Print => display(t, operands[0]),
        Intrinsic::TypeVar => typevars::new_type_var(t, fp, operands[0], operands[1], operands[2]),
        Intrinsic::ParamSpec => typevars::new_param_spec(t, fp, operands[0]),
        Intrinsic::TypeVarTuple => typevars::new_type_var_tuple(t, fp, operands[0]),
        Intrinsic::SetTypeParamDefault => {
            typevars::set_default_function(t, operands[0], operands[1])?;
            Ok(operands[0])
        }
        Intrinsic::SubscriptGeneric => typevars::subscript_generic(t, operands[0]),
        Intrinsic::TypeAlias => typevars::new_type_alias(t, fp, operands[0], operands[1], operands[2]),
        Intrinsic::SetFunctionTypeParams => {
            let function = Ref::<Function>::known(operands[0]);
            let w = t.write(function);
            function.type_params.set(&w, operands[1]);
            Ok(operands[0])
        }
        Intrinsic::SetupAnnotations => setup_annotations(t, fp),
        Intrinsic::PrepReraiseStar => exceptions::prep_reraise_star(t, operands[0], operands[1]),
        Intrinsic::AsyncGenWrap => Ok(generator::async_gen_wrap(t, operands[0])),
        Intrinsic::AssertionError => Ok(t.rt.exception(Exc::AssertionError)),
        Intrinsic::NotImplementedError => Ok(t.rt.exception(Exc::NotImplementedError)),
        Intrinsic::Iter if is_walked_by_index(operands[0]) => Ok(operands[0]),
        Intrinsic::Iter => iter::iter(t, operands[0]),
    }
}

/// Whether loops need no iterator object for the value, so that none need be made in advance.
pub(crate) fn is_walked_by_index(value: Value) -> bool {
    let kinds = [Kind::List, Kind::Tuple, Kind::Str, Kind::Range];
    value.object().is_some_and(|o| kinds.iter().any(|k| o.header.shape() == k.shape()))
}

fn display(t: &mut Thread, value: Value) -> PyResult {
    let sys = import_module(t, "sys")?;
    match attr::find_attr(t, sys, "displayhook")? {
        Some(hook) => call::call(t, hook, &[value]),
        None => Err(t.raise(Exc::RuntimeError, "lost sys.displayhook")),
    }
}

/// Makes `__annotations__` in the namespace of module or class code if it is missing.
fn setup_annotations(t: &mut Thread, fp: *mut Value) -> PyResult {
    // SAFETY: `fp` is the window of the running frame, whose links hold namespace and function.
    let namespace = unsafe { crate::interp::frame::namespace_of(fp) };
    let name = t.intern("__annotations__");
    if let Some(plain) = namespace.cast::<Dict>() {
        if dict::get(t, plain, name)?.is_none() {
            let fresh = dict::new(t).value();
            dict::set(t, plain, name, fresh)?;
        }
        return Ok(Value::NONE);
    }
    if let Err(raised) = item::getitem(t, namespace, name) {
        t.catch(raised, Exc::KeyError)?;
        let fresh = dict::new(t).value();
        item::setitem(t, namespace, name, fresh)?;
    }
    Ok(Value::NONE)
}
