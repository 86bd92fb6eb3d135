//! `re.Match`.

use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_vm::{
    builtins::{
        dict::{self, Dict},
        int, tuple,
    },
    error::PyResult,
    kind::Kind,
    native::{NO_CONSTRUCTOR, TypeDef, class_method, getter, method},
    object::native::{self, Kept, Payload, trace_value},
    protocol::{call, number, text},
    special::Special,
    thread::Thread,
    value::Value,
};

use super::{
    engine::NONE,
    pattern,
    subject::{Found, Subject},
    template,
};
use crate::support::import_from;

/// State of a match.
pub(super) struct Match {
    pub(super) pattern: Slot<Value>,
    pub(super) string: Slot<Value>,
    pub(super) found: Found,
    range: (usize, usize),
}

impl Payload for Match {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.pattern.get());
        trace_value(marker, self.string.get());
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

pub(crate) static DEF: TypeDef = TypeDef {
    name: "re.Match",
    doc: "The result of re.match() and re.search().",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[
        method("group", "($self, /, *groups)", group, "Return subgroup(s) of the match by indices or names."),
        method(
            "groups",
            "($self, /, default=None)",
            groups,
            "Return a tuple containing all the subgroups of the match, from 1.",
        ),
        method(
            "groupdict",
            "($self, /, default=None)",
            groupdict,
            "Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.",
        ),
        method(
            "start",
            "($self, group=0, /)",
            start,
            "Return index of the start of the substring matched by group.",
        ),
        method(
            "end",
            "($self, group=0, /)",
            end,
            "Return index of the end of the substring matched by group.",
        ),
        method(
            "span",
            "($self, group=0, /)",
            span,
            "For match object m, return the 2-tuple (m.start(group), m.end(group)).",
        ),
        method(
            "expand",
            "($self, /, template)",
            expand,
            "Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.",
        ),
        method("__getitem__", "($self, key, /)", |t, a| one(t, a[0], a[1]), "Return self[key]."),
        method("__copy__", "($self, /)", |_, a| Ok(a[0]), "Return self."),
        method("__deepcopy__", "($self, memo, /)", |_, a| Ok(a[0]), "Return self."),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        class_method(
            "__class_getitem__",
            "($cls, item, /)",
            |t, a| Ok(pystm_vm::builtins::generic_alias(t, a[0], a[1])),
            "See PEP 585.",
        ),
    ],
    getset: &[
        getter("string", |_, v| Ok(this(v).string.get()), "The string passed to match() or search()."),
        getter("re", |_, v| Ok(this(v).pattern.get()), "The regular expression object."),
        getter(
            "pos",
            |_, v| Ok(Value::small(this(v).range.0 as i64)),
            "The index into the string at which the RE engine started looking for a match.",
        ),
        getter(
            "endpos",
            |_, v| Ok(Value::small(this(v).range.1 as i64)),
            "The index into the string beyond which the RE engine will not go.",
        ),
        getter(
            "lastindex",
            |_, v| {
                Ok(match this(v).found.last_index {
                    n if n >= 0 => Value::small(n as i64),
                    _ => Value::NONE,
                })
            },
            "The integer index of the last matched capturing group.",
        ),
        getter("lastgroup", lastgroup, "The name of the last matched capturing group."),
        getter("regs", regs, "Spans of all groups."),
    ],
    setup: None,
};

pub(super) fn this(object: Value) -> &'static Match {
    native::payload::<Match>(object).expect("a match")
}

/// A match of a pattern.
pub(super) fn new(
    t: &mut Thread,
    pattern: Value,
    string: Value,
    range: (usize, usize),
    found: Found,
) -> Value {
    let class = t.rt.native_class(t, &DEF);
    let payload = Match { pattern: Slot::new(pattern), string: Slot::new(string), found, range };
    native::new(t, class, payload)
}

/// The text of a span.
fn text_of(t: &mut Thread, object: Value, span: (usize, usize), default: Value) -> PyResult {
    if span.0 == NONE {
        return Ok(default);
    }
    let string = this(object).string.get();
    let subject = Subject::of(t, string, None)?;
    subject.slice(t, string, span.0, span.1)
}

/// Text of a group by number, which is in range.
pub(super) fn group_text(t: &mut Thread, object: Value, number: usize, default: Value) -> PyResult {
    let span = this(object).found.spans[number];
    text_of(t, object, span, default)
}

/// Number of a group given by number or name.
fn number_of(t: &mut Thread, object: Value, key: Value) -> PyResult<usize> {
    let m = this(object);
    let n = if int::as_int(key).is_some() || t.special(key, Special::Index).is_some() {
        number::index(t, key)?.as_small()
    } else {
        let names = pattern::this(m.pattern.get()).group_index.get();
        match names.cast::<Dict>() {
            Some(names) => match dict::get(t, names, key) {
                Ok(found) => found.and_then(|v| v.as_small()),
                Err(raised) => {
                    crate::support::swallow(t, raised);
                    None
                }
            },
            None => None,
        }
    };
    match n {
        Some(n) if n >= 0 && (n as usize) < m.found.spans.len() => Ok(n as usize),
        _ => Err(t.index_error("no such group")),
    }
}

fn one(t: &mut Thread, object: Value, key: Value) -> PyResult {
    let n = number_of(t, object, key)?;
    group_text(t, object, n, Value::NONE)
}

fn group(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(keys) = args[1].as_tuple() else { return Ok(Value::NONE) };
    match keys.len() {
        0 => group_text(t, args[0], 0, Value::NONE),
        1 => one(t, args[0], keys.at(0)),
        n => {
            let mut items = t.vec();
            for i in 0..n {
                let item = one(t, args[0], keys.at(i))?;
                items.push(item);
            }
            tuple::new(t, &items)
        }
    }
}

fn groups(t: &mut Thread, args: &[Value]) -> PyResult {
    let default = args[1].or(Value::NONE);
    let mut items = t.vec();
    for n in 1..this(args[0]).found.spans.len() {
        let item = group_text(t, args[0], n, default)?;
        items.push(item);
    }
    tuple::new(t, &items)
}

fn groupdict(t: &mut Thread, args: &[Value]) -> PyResult {
    let default = args[1].or(Value::NONE);
    let result = dict::new(t);
    let names = pattern::this(this(args[0]).pattern.get()).group_index.get();
    let Some(names) = names.cast::<Dict>() else { return Ok(result.value()) };
    let mut position = 0;
    while let Some((at, name, number)) = names.entry_from(position) {
        let value = one(t, args[0], number)?;
        dict::set(t, result, name, if value.is_none() { default } else { value })?;
        position = at + 1;
    }
    Ok(result.value())
}

fn position(n: usize) -> Value {
    if n == NONE { Value::small(-1) } else { Value::small(n as i64) }
}

fn span_of(t: &mut Thread, args: &[Value]) -> PyResult<(usize, usize)> {
    let n = number_of(t, args[0], args[1].or(Value::ZERO))?;
    Ok(this(args[0]).found.spans[n])
}

fn start(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(position(span_of(t, args)?.0))
}

fn end(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(position(span_of(t, args)?.1))
}

fn span(t: &mut Thread, args: &[Value]) -> PyResult {
    let (from, to) = span_of(t, args)?;
    tuple::new(t, &[position(from), position(to)])
}

fn regs(t: &mut Thread, object: Value) -> PyResult {
    let mut items = t.vec();
    for &(from, to) in this(object).found.spans.iter() {
        let item = tuple::new(t, &[position(from), position(to)])?;
        items.push(item);
    }
    tuple::new(t, &items)
}

fn lastgroup(_: &mut Thread, object: Value) -> PyResult {
    let m = this(object);
    let names = pattern::this(m.pattern.get()).index_group.get();
    Ok(match (m.found.last_index, names.as_tuple()) {
        (n, Some(names)) if n >= 0 && (n as usize) < names.len() => names.at(n as usize),
        _ => Value::NONE,
    })
}

fn expand(t: &mut Thread, args: &[Value]) -> PyResult {
    let compile = import_from(t, "re", "_compile_template")?;
    let made = call::call(t, compile, &[this(args[0]).pattern.get(), args[1]])?;
    if native::payload::<template::Template>(made).is_none() {
        return Ok(made);
    }
    template::expand(t, made, args[0])
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let (from, to) = this(args[0]).found.spans[0];
    let whole = group_text(t, args[0], 0, Value::NONE)?;
    let text = text::repr_string(t, whole)?;
    let short: String = text.chars().take(50).collect();
    Ok(t.new_str(&format!("<re.Match object; span=({from}, {to}), match={short}>")))
}
