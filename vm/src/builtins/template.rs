//! `string.templatelib`: `Template` and `Interpolation`, what t-strings evaluate to (PEP 750).

use pystm_gc::Marker;
use pystm_stm::Slot;

use super::{
    generic,
    iterators::{ITER, NEXT},
    str as strs,
    tuple::{self, Tuple},
};
use crate::{
    error::PyResult,
    kind::Kind,
    native::{Method, NO_CONSTRUCTOR, TypeDef, class_method, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
        record::{self, Record},
    },
    protocol::text,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// State of an `Interpolation`; never changes.
struct Interpolation {
    value: Slot<Value>,
    expression: Slot<Value>,
    conversion: Slot<Value>,
    format_spec: Slot<Value>,
}

impl Payload for Interpolation {
    fn trace(&self, marker: &mut Marker) {
        for slot in [&self.value, &self.expression, &self.conversion, &self.format_spec] {
            trace_value(marker, slot.get());
        }
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

/// State of a `Template`; never changes.
struct Template {
    strings: Slot<Value>,
    interpolations: Slot<Value>,
}

impl Payload for Template {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.strings.get());
        trace_value(marker, self.interpolations.get());
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

/// `string.templatelib.Interpolation`
pub static INTERPOLATION_DEF: TypeDef = TypeDef {
    name: "string.templatelib.Interpolation",
    doc: "The value of an expression inside a t-string.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: 0,
    flags: 0,
    methods: INTERPOLATION_METHODS,
    getset: &[
        getter("value", |_, v| Ok(part(v).value.get()), "The evaluated expression."),
        getter("expression", |_, v| Ok(part(v).expression.get()), "Source of the expression."),
        getter("conversion", |_, v| Ok(part(v).conversion.get()), "The conversion, or None."),
        getter("format_spec", |_, v| Ok(part(v).format_spec.get()), "The format specifier."),
    ],
    setup: Some(|t, class| {
        let names = ["value", "expression", "conversion", "format_spec"].map(|n| t.intern(n));
        let args = tuple::new_small(t, &names);
        let namespace = class.dict();
        super::typeobj::create::put(t, namespace, "__match_args__", args);
    }),
};

/// `string.templatelib.Template`
pub static TEMPLATE_DEF: TypeDef = TypeDef {
    name: "string.templatelib.Template",
    doc: "The strings and interpolations of a t-string.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: 0,
    flags: 0,
    methods: TEMPLATE_METHODS,
    getset: &[
        getter("strings", |_, v| Ok(whole(v).strings.get()), "The literal parts."),
        getter("interpolations", |_, v| Ok(whole(v).interpolations.get()), "The interpolations."),
        getter("values", values, "The values of the interpolations."),
    ],
    setup: None,
};

static ITER_DEF: TypeDef = record::def("string.templatelib.TemplateIter", "", NO_CONSTRUCTOR, &[ITER, NEXT]);

const INTERPOLATION_METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, /, value, expression='', conversion=None, format_spec='')",
        interpolation_new,
        "Create and return a new object.",
    ),
    method("__repr__", "($self, /)", interpolation_repr, "Return repr(self)."),
    method("__reduce__", "($self, /)", interpolation_reduce, "Helper for pickle."),
    class_method("__class_getitem__", "($cls, object, /)", class_getitem, "See PEP 585"),
];

const TEMPLATE_METHODS: &[Method] = &[
    static_method("__new__", "($cls, /, *args)", template_new, "Create and return a new object."),
    method("__add__", "($self, value, /)", template_add, "Return self+value."),
    method("__iter__", "($self, /)", template_iter, "Implement iter(self)."),
    method("__repr__", "($self, /)", template_repr, "Return repr(self)."),
    method("__reduce__", "($self, /)", template_reduce, "Helper for pickle."),
    class_method("__class_getitem__", "($cls, object, /)", class_getitem, "See PEP 585"),
];

fn part(value: Value) -> &'static Interpolation {
    native::payload(value).unwrap_or_else(|| unreachable!("an Interpolation"))
}

fn whole(value: Value) -> &'static Template {
    native::payload(value).unwrap_or_else(|| unreachable!("a Template"))
}

fn is_interpolation(value: Value) -> bool {
    native::payload::<Interpolation>(value).is_some()
}

fn is_template(value: Value) -> bool {
    native::payload::<Template>(value).is_some()
}

/// A new `Interpolation`.
pub fn new_interpolation(
    t: &mut Thread,
    value: Value,
    expression: Value,
    conversion: Value,
    format_spec: Value,
) -> Value {
    let class = native::class(t, &INTERPOLATION_DEF);
    let format_spec =
        if format_spec.is_unset() || format_spec.is_none() { t.intern("") } else { format_spec };
    let payload = Interpolation {
        value: Slot::new(value),
        expression: Slot::new(expression),
        conversion: Slot::new(conversion),
        format_spec: Slot::new(format_spec),
    };
    native::new(t, class, payload)
}

/// A new `Template` of a tuple of strs and a tuple of interpolations, one fewer.
pub fn new_template(t: &mut Thread, strings: Value, interpolations: Value) -> Value {
    let class = native::class(t, &TEMPLATE_DEF);
    native::new(t, class, Template { strings: Slot::new(strings), interpolations: Slot::new(interpolations) })
}

fn interpolation_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let empty = t.intern("");
    let (expression, conversion, spec) = (args[2].or(empty), args[3].or(Value::NONE), args[4].or(empty));
    for (name, value) in [("expression", expression), ("format_spec", spec)] {
        if value.as_str().is_none() {
            let got = type_of(value).message_name();
            return Err(t.type_error(format!("Interpolation() argument '{name}' must be str, not {got}")));
        }
    }
    if !conversion.is_none() {
        let Some(text) = conversion.as_str() else {
            let got = type_of(conversion).name();
            return Err(t.type_error(format!("Interpolation() argument 'conversion' must be str, not {got}")));
        };
        if !matches!(text.as_ascii(), Some("s" | "r" | "a")) {
            return Err(t.value_error("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"));
        }
    }
    Ok(new_interpolation(t, args[1], expression, conversion, spec))
}

fn interpolation_repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let p = part(args[0]);
    let mut parts = [String::new(), String::new(), String::new(), String::new()];
    for (i, slot) in [&p.value, &p.expression, &p.conversion, &p.format_spec].into_iter().enumerate() {
        parts[i] = text::repr_string(t, slot.get())?;
    }
    let name = type_of(args[0]).name();
    Ok(t.new_str(&format!("{name}({})", parts.join(", "))))
}

fn interpolation_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let p = part(args[0]);
    let state =
        tuple::new_small(t, &[p.value.get(), p.expression.get(), p.conversion.get(), p.format_spec.get()]);
    Ok(tuple::new_small(t, &[type_of(args[0]).value(), state]))
}

fn class_getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(generic::generic_alias(t, args[0], args[1]))
}

fn template_new(t: &mut Thread, args: &[Value]) -> PyResult {
    let (mut strings, mut parts) = (t.vec(), t.vec());
    let mut last_was_string = false;
    for &arg in Ref::<Tuple>::known(args[1]).values() {
        if arg.as_str().is_some() {
            match strings.last().copied().filter(|_| last_was_string) {
                Some(previous) => {
                    let joined = strs::join_all(t, &[previous, arg])?;
                    let end = strings.len() - 1;
                    strings[end] = joined;
                }
                None => strings.push(arg),
            }
            last_was_string = true;
        } else if is_interpolation(arg) {
            if !last_was_string {
                let empty = t.intern("");
                strings.push(empty);
            }
            parts.push(arg);
            last_was_string = false;
        } else {
            let name = type_of(arg).name();
            return Err(t.type_error(format!(
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {name}"
            )));
        }
    }
    if !last_was_string {
        let empty = t.intern("");
        strings.push(empty);
    }
    let strings = tuple::new(t, &strings)?;
    let parts = tuple::new(t, &parts)?;
    Ok(new_template(t, strings, parts))
}

fn template_add(t: &mut Thread, args: &[Value]) -> PyResult {
    if !is_template(args[1]) {
        let name = type_of(args[1]).message_name();
        return Err(t.type_error(format!(
            "can only concatenate string.templatelib.Template (not \"{name}\") to string.templatelib.Template"
        )));
    }
    let (a, b) = (whole(args[0]), whole(args[1]));
    let (first, second) = (Ref::<Tuple>::known(a.strings.get()), Ref::<Tuple>::known(b.strings.get()));
    let middle = strs::join_all(t, &[first.at(first.len() - 1), second.at(0)])?;
    let mut strings = t.vec();
    strings.extend_from_slice(&first.values()[..first.len() - 1]);
    strings.push(middle);
    strings.extend_from_slice(&second.values()[1..]);
    let mut parts = t.vec();
    parts.extend_from_slice(Ref::<Tuple>::known(a.interpolations.get()).values());
    parts.extend_from_slice(Ref::<Tuple>::known(b.interpolations.get()).values());
    let strings = tuple::new(t, &strings)?;
    let parts = tuple::new(t, &parts)?;
    Ok(new_template(t, strings, parts))
}

fn template_repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let template = whole(args[0]);
    let strings = text::repr_string(t, template.strings.get())?;
    let parts = text::repr_string(t, template.interpolations.get())?;
    let name = type_of(args[0]).name();
    Ok(t.new_str(&format!("{name}(strings={strings}, interpolations={parts})")))
}

fn template_reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let template = whole(args[0]);
    let name = t.intern("string.templatelib");
    let module = crate::protocol::attr::getattr_text(t, t.rt.builtins_module.get(), "__import__")?;
    let empty = tuple::new_small(t, &[t.rt.latin1[b'*' as usize].get()]);
    let module = crate::protocol::call::call(t, module, &[name, Value::NONE, Value::NONE, empty])?;
    let unpickle = crate::protocol::attr::getattr_text(t, module, "_template_unpickle")?;
    let state = tuple::new_small(t, &[template.strings.get(), template.interpolations.get()]);
    Ok(tuple::new_small(t, &[unpickle, state]))
}

fn values(t: &mut Thread, template: Value) -> PyResult {
    let mut all = t.vec();
    for &value in Ref::<Tuple>::known(whole(template).interpolations.get()).values() {
        all.push(part(value).value.get());
    }
    tuple::new(t, &all)
}

// Values of an iterator: the template, and how many strings and interpolations have been passed.
const TEMPLATE: usize = 0;
const POSITION: usize = 1;

fn template_iter(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(record::new(t, &ITER_DEF, Some(iter_next), &[args[0], Value::ZERO]))
}

/// Strings and interpolations alternate; empty strings are left out.
fn iter_next(t: &mut Thread, record: Ref<Record>) -> PyResult<Option<Value>> {
    let template = whole(record.get(TEMPLATE));
    let strings = Ref::<Tuple>::known(template.strings.get());
    let parts = Ref::<Tuple>::known(template.interpolations.get());
    loop {
        let position = record.get_int(POSITION) as usize;
        if position > 2 * parts.len() {
            return Ok(None);
        }
        record.set_int(t, POSITION, position as i64 + 1);
        let value =
            if position.is_multiple_of(2) { strings.at(position / 2) } else { parts.at(position / 2) };
        if !value.as_str().is_some_and(|s| s.is_empty()) {
            return Ok(Some(value));
        }
    }
}
