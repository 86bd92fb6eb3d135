//! Type parameters: `TypeVar`, `ParamSpec`, `TypeVarTuple`. Aliases and `Generic` stand in the folder.

pub mod alias;
pub mod generic_class;
pub mod lazy;

use pystm_gc::Marker;
use pystm_stm::Slot;

use super::{
    object::{calling_module, import_module, text_of},
    tuple::{self, Tuple},
};
use crate::{
    error::PyResult,
    kind::Kind,
    native::{GetSet, HAS_DICT, Method, TypeDef, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    protocol::{attr, call, truth},
    thread::Thread,
    value::Value,
};

pub use alias::{ALIAS_DEF, is_type_alias, new_type_alias};
pub use generic_class::{GENERIC_DEF, subscript_generic};
pub use lazy::{NO_DEFAULT_DEF, no_default};

/// Which of the three a type parameter is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Var,
    Spec,
    Tuple,
}

/// The state of a type parameter. Values that are evaluated lazily are unset until then.
pub struct Param {
    sort: Sort,
    name: Value,
    bound: Slot<Value>,
    evaluate_bound: Slot<Value>,
    constraints: Slot<Value>,
    evaluate_constraints: Slot<Value>,
    default: Slot<Value>,
    evaluate_default: Slot<Value>,
    covariant: bool,
    contravariant: bool,
    infer_variance: bool,
}

impl Payload for Param {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.name);
        for slot in [
            &self.bound,
            &self.evaluate_bound,
            &self.constraints,
            &self.evaluate_constraints,
            &self.default,
            &self.evaluate_default,
        ] {
            trace_value(marker, slot.get());
        }
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

impl Param {
    fn new(sort: Sort, name: Value) -> Param {
        let unset = || Slot::new(Value::UNSET);
        Param {
            sort,
            name,
            bound: unset(),
            evaluate_bound: unset(),
            constraints: unset(),
            evaluate_constraints: unset(),
            default: unset(),
            evaluate_default: unset(),
            covariant: false,
            contravariant: false,
            infer_variance: true,
        }
    }
}

fn make(t: &mut Thread, param: Param) -> Value {
    let def = match param.sort {
        Sort::Var => &TYPE_VAR_DEF,
        Sort::Spec => &PARAM_SPEC_DEF,
        Sort::Tuple => &TYPE_VAR_TUPLE_DEF,
    };
    let class = t.rt.native_class(t, def);
    native::new(t, class, param)
}

/// A `TypeVar` of the type parameter syntax; bound and constraints are functions or None.
pub fn new_type_var(
    t: &mut Thread,
    _fp: *mut Value,
    name: Value,
    bound: Value,
    constraints: Value,
) -> PyResult {
    let mut param = Param::new(Sort::Var, name);
    param.evaluate_bound = Slot::new(bound.given_not_none().unwrap_or(Value::UNSET));
    param.evaluate_constraints = Slot::new(constraints.given_not_none().unwrap_or(Value::UNSET));
    Ok(make(t, param))
}

/// A `ParamSpec` of the type parameter syntax.
pub fn new_param_spec(t: &mut Thread, _fp: *mut Value, name: Value) -> PyResult {
    Ok(make(t, Param::new(Sort::Spec, name)))
}

/// A `TypeVarTuple` of the type parameter syntax.
pub fn new_type_var_tuple(t: &mut Thread, _fp: *mut Value, name: Value) -> PyResult {
    Ok(make(t, Param::new(Sort::Tuple, name)))
}

/// Attaches the function that evaluates the default of a type parameter.
pub fn set_default_function(t: &mut Thread, param: Value, function: Value) -> PyResult<()> {
    store(t, param, function, |p| &p.evaluate_default);
    Ok(())
}

fn store(t: &mut Thread, param: Value, value: Value, slot: fn(&Param) -> &Slot<Value>) {
    let payload = parts(param);
    let w = t.write_object(param.object_unchecked());
    slot(payload).set(&w, value);
}

fn parts(value: Value) -> &'static Param {
    native::payload::<Param>(value).expect("the receiver is a type parameter")
}

/// Whether the value is a `TypeVarTuple`.
pub fn is_type_var_tuple(value: Value) -> bool {
    native::payload::<Param>(value).is_some_and(|p| p.sort == Sort::Tuple)
}

const fn definition(
    name: &'static str,
    doc: &'static str,
    methods: &'static [Method],
    getset: &'static [GetSet],
) -> TypeDef {
    TypeDef {
        name,
        doc,
        base: None,
        kind: Kind::Native,
        layout: native::LAYOUT,
        words: native::WORDS,
        flags: HAS_DICT,
        methods,
        getset,
        setup: None,
    }
}

/// The type `typing.TypeVar`.
pub static TYPE_VAR_DEF: TypeDef = definition(
    "typing.TypeVar",
    "Type variable.",
    &[
        static_method(
            "__new__",
            "($cls, /, name, *constraints, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)",
            type_var_new,
            "Create and return a new object.",
        ),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method(
            "__or__",
            "($self, value, /)",
            |t, a| super::generic::union::checked_or(t, a[0], a[1]),
            "Return self|value.",
        ),
        method(
            "__ror__",
            "($self, value, /)",
            |t, a| super::generic::union::checked_or(t, a[1], a[0]),
            "Return value|self.",
        ),
        method("__typing_subst__", "($self, arg, /)", |t, a| from_typing(t, "_typevar_subst", a), ""),
        method("__typing_prepare_subst__", "($self, alias, args, /)", type_var_prepare, ""),
        method("__mro_entries__", "($self, bases, /)", |t, _| cannot_subclass(t, "TypeVar"), ""),
        method("__reduce__", "($self, /)", |_, a| Ok(parts(a[0]).name), ""),
        method("has_default", "($self, /)", has_default, ""),
    ],
    &[
        getter("__name__", |_, p| Ok(parts(p).name), ""),
        getter("__bound__", |t, p| evaluated(t, p, |p| &p.bound, |p| &p.evaluate_bound, Value::NONE), ""),
        getter(
            "evaluate_bound",
            |t, p| lazy::evaluator(t, parts(p).evaluate_bound.get(), parts(p).bound.get()),
            "",
        ),
        getter("__constraints__", constraints, ""),
        getter(
            "evaluate_constraints",
            |t, p| lazy::evaluator(t, parts(p).evaluate_constraints.get(), parts(p).constraints.get()),
            "",
        ),
        getter("__default__", default, ""),
        getter(
            "evaluate_default",
            |t, p| lazy::evaluator(t, parts(p).evaluate_default.get(), parts(p).default.get()),
            "",
        ),
        getter("__covariant__", |_, p| Ok(Value::bool(parts(p).covariant)), ""),
        getter("__contravariant__", |_, p| Ok(Value::bool(parts(p).contravariant)), ""),
        getter("__infer_variance__", |_, p| Ok(Value::bool(parts(p).infer_variance)), ""),
    ],
);

/// The type `typing.ParamSpec`.
pub static PARAM_SPEC_DEF: TypeDef = definition(
    "typing.ParamSpec",
    "Parameter specification variable.",
    &[
        static_method(
            "__new__",
            "($cls, /, name, *, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)",
            param_spec_new,
            "Create and return a new object.",
        ),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method(
            "__or__",
            "($self, value, /)",
            |t, a| super::generic::union::checked_or(t, a[0], a[1]),
            "Return self|value.",
        ),
        method(
            "__ror__",
            "($self, value, /)",
            |t, a| super::generic::union::checked_or(t, a[1], a[0]),
            "Return value|self.",
        ),
        method("__typing_subst__", "($self, arg, /)", |t, a| from_typing(t, "_paramspec_subst", a), ""),
        method(
            "__typing_prepare_subst__",
            "($self, alias, args, /)",
            |t, a| from_typing(t, "_paramspec_prepare_subst", a),
            "",
        ),
        method("__mro_entries__", "($self, bases, /)", |t, _| cannot_subclass(t, "ParamSpec"), ""),
        method("__reduce__", "($self, /)", |_, a| Ok(parts(a[0]).name), ""),
        method("has_default", "($self, /)", has_default, ""),
    ],
    &[
        getter("__name__", |_, p| Ok(parts(p).name), ""),
        getter("__bound__", |_, p| Ok(parts(p).bound.get().or(Value::NONE)), ""),
        getter("__default__", default, ""),
        getter(
            "evaluate_default",
            |t, p| lazy::evaluator(t, parts(p).evaluate_default.get(), parts(p).default.get()),
            "",
        ),
        getter("__covariant__", |_, p| Ok(Value::bool(parts(p).covariant)), ""),
        getter("__contravariant__", |_, p| Ok(Value::bool(parts(p).contravariant)), ""),
        getter("__infer_variance__", |_, p| Ok(Value::bool(parts(p).infer_variance)), ""),
        getter("args", |t, p| Ok(lazy::spec_part(t, p, &lazy::ARGS_DEF)), "Represents positional arguments."),
        getter(
            "kwargs",
            |t, p| Ok(lazy::spec_part(t, p, &lazy::KWARGS_DEF)),
            "Represents keyword arguments.",
        ),
    ],
);

/// The type `typing.TypeVarTuple`.
pub static TYPE_VAR_TUPLE_DEF: TypeDef = definition(
    "typing.TypeVarTuple",
    "Type variable tuple.",
    &[
        static_method(
            "__new__",
            "($cls, /, name, *, default=typing.NoDefault)",
            type_var_tuple_new,
            "Create and return a new object.",
        ),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method("__iter__", "($self, /)", |t, a| lazy::iter_unpacked(t, a[0]), "Implement iter(self)."),
        method(
            "__typing_subst__",
            "($self, arg, /)",
            |t, _| Err(t.type_error("Substitution of bare TypeVarTuple is not supported")),
            "",
        ),
        method(
            "__typing_prepare_subst__",
            "($self, alias, args, /)",
            |t, a| from_typing(t, "_typevartuple_prepare_subst", a),
            "",
        ),
        method("__mro_entries__", "($self, bases, /)", |t, _| cannot_subclass(t, "TypeVarTuple"), ""),
        method("__reduce__", "($self, /)", |_, a| Ok(parts(a[0]).name), ""),
        method("has_default", "($self, /)", has_default, ""),
    ],
    &[
        getter("__name__", |_, p| Ok(parts(p).name), ""),
        getter("__default__", default, ""),
        getter(
            "evaluate_default",
            |t, p| lazy::evaluator(t, parts(p).evaluate_default.get(), parts(p).default.get()),
            "",
        ),
    ],
);

/// Calls a function of `typing`.
fn from_typing(t: &mut Thread, function: &str, args: &[Value]) -> PyResult {
    let typing = import_module(t, "typing")?;
    call::call_method(t, typing, function, args)
}

fn cannot_subclass(t: &mut Thread, what: &str) -> PyResult {
    Err(t.type_error(format!("Cannot subclass an instance of {what}")))
}

/// What all three constructors do with name, bound, default and variance.
fn construct(t: &mut Thread, mut param: Param, bound: Value, default: Value, variance: &[Value]) -> PyResult {
    if param.name.as_str().is_none() {
        let what = match param.sort {
            Sort::Var => "typevar",
            Sort::Spec => "paramspec",
            Sort::Tuple => "typevartuple",
        };
        let got = crate::runtime::type_of(param.name).name();
        return Err(t.type_error(format!("{what}() argument 'name' must be str, not {got}")));
    }
    let mut flags = [false; 3];
    for (flag, value) in flags.iter_mut().zip(variance) {
        *flag = truth::is_true(t, value.or(Value::FALSE))?;
    }
    [param.covariant, param.contravariant, param.infer_variance] = flags;
    if param.covariant && param.contravariant {
        return Err(t.value_error("Bivariant types are not supported."));
    }
    if param.infer_variance && (param.covariant || param.contravariant) {
        return Err(t.value_error("Variance cannot be specified with infer_variance."));
    }
    if let Some(bound) = bound.given_not_none() {
        let bound = match param.sort {
            Sort::Var => super::generic::union::type_check(t, bound, "Bound must be a type.")?,
            _ => bound,
        };
        param.bound = Slot::new(bound);
    }
    let missing = no_default(t);
    if let Some(default) = default.given().filter(|&d| d != missing) {
        param.default = Slot::new(default);
    }
    let object = make(t, param);
    let module = calling_module(t).unwrap_or(Value::NONE);
    attr::setattr_text(t, object, "__module__", module)?;
    Ok(object)
}

fn type_var_new(t: &mut Thread, args: &[Value]) -> PyResult {
    // cls, name, bound, default, covariant, contravariant, infer_variance, *constraints
    let constraints = Ref::<Tuple>::known(args[7]);
    let bound = args[2];
    if constraints.len() == 1 {
        return Err(t.type_error("A single constraint is not allowed"));
    }
    if !constraints.is_empty() && bound.given_not_none().is_some() {
        return Err(t.type_error("Constraints cannot be combined with bound=..."));
    }
    let mut param = Param::new(Sort::Var, args[1]);
    if !constraints.is_empty() {
        param.constraints = Slot::new(constraints.value());
    }
    construct(t, param, bound, args[3], &args[4..7])
}

fn param_spec_new(t: &mut Thread, args: &[Value]) -> PyResult {
    construct(t, Param::new(Sort::Spec, args[1]), args[2], args[3], &args[4..7])
}

fn type_var_tuple_new(t: &mut Thread, args: &[Value]) -> PyResult {
    construct(t, Param::new(Sort::Tuple, args[1]), Value::NONE, args[2], &[])
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let p = parts(args[0]);
    let sign = match (p.sort, p.infer_variance) {
        (Sort::Tuple, _) | (_, true) => "",
        _ if p.covariant => "+",
        _ if p.contravariant => "-",
        _ => "~",
    };
    Ok(t.new_str(&format!("{sign}{}", text_of(p.name))))
}

/// A value that may still have to be computed by its function.
fn evaluated(
    t: &mut Thread,
    param: Value,
    value: fn(&Param) -> &Slot<Value>,
    function: fn(&Param) -> &Slot<Value>,
    absent: Value,
) -> PyResult {
    let p = parts(param);
    if let Some(found) = value(p).get().given() {
        return Ok(found);
    }
    let Some(function) = function(p).get().given() else { return Ok(absent) };
    let found = call::call(t, function, &[Value::small(1)])?;
    store(t, param, found, value);
    Ok(found)
}

fn constraints(t: &mut Thread, param: Value) -> PyResult {
    let empty = tuple::new_small(t, &[]);
    evaluated(t, param, |p| &p.constraints, |p| &p.evaluate_constraints, empty)
}

fn default(t: &mut Thread, param: Value) -> PyResult {
    let absent = no_default(t);
    evaluated(t, param, |p| &p.default, |p| &p.evaluate_default, absent)
}

fn has_default(_: &mut Thread, args: &[Value]) -> PyResult {
    let p = parts(args[0]);
    Ok(Value::bool(!p.default.get().is_unset() || !p.evaluate_default.get().is_unset()))
}

fn type_var_prepare(t: &mut Thread, args: &[Value]) -> PyResult {
    let (this, alias, given) = (args[0], args[1], args[2]);
    let parameters = attr::getattr_text(t, alias, "__parameters__")?;
    let index = parameters.as_tuple().and_then(|p| p.values().iter().position(|&v| v == this));
    let mut all = crate::protocol::iter::collect(t, given)?;
    let index = index.unwrap_or(0);
    if index < all.len() {
        return Ok(given);
    }
    let missing = no_default(t);
    let default = default(t, this)?;
    if index > all.len() || default == missing {
        // Whoever counts the arguments afterwards has the better words for it.
        return Ok(given);
    }
    all.push(default);
    tuple::new(t, &all)
}
