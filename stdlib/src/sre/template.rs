//! `SRE_Template`: a replacement with references to groups.

use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_text::TextBuf;
use pystm_vm::{
    builtins::{buffer, list::List, str::Str},
    error::PyResult,
    kind::Kind,
    native::{NO_CONSTRUCTOR, TypeDef},
    object::native::{self, Kept, Payload, trace_value},
    protocol::iter,
    thread::Thread,
    value::Value,
};

use super::{engine::NONE, matched, subject::Subject};
use crate::support::{bytes_value, to_i64};

/// State of a template.
pub(super) struct Template {
    /// Literals in order, the first one included; unset where there is none.
    literals: Vec<Slot<Value>>,
    /// Group behind each literal but the last.
    groups: Vec<usize>,
}

impl Payload for Template {
    fn trace(&self, marker: &mut Marker) {
        for slot in &self.literals {
            trace_value(marker, slot.get());
        }
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

pub(crate) static DEF: TypeDef = TypeDef {
    name: "_sre.SRE_Template",
    doc: "",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[],
    getset: &[],
    setup: None,
};

pub(super) fn template(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[1].cast::<List>().is_none() {
        return Err(t.type_error("invalid template"));
    }
    let parts = iter::collect(t, args[1])?;
    if parts.len() % 2 == 0 {
        return Err(t.type_error("invalid template"));
    }
    let mut groups = Vec::new();
    for i in (1..parts.len()).step_by(2) {
        match to_i64(t, parts[i])? {
            n if n >= 0 => groups.push(n as usize),
            _ => return Err(t.type_error("invalid template")),
        }
    }
    let literals = parts.iter().step_by(2).map(|&v| Slot::new(v)).collect();
    let class = t.rt.native_class(t, &DEF);
    Ok(native::new(t, class, Template { literals, groups }))
}

/// Appends the template, filled in from a match of a str.
pub(super) fn expand_text(
    template: &Template,
    subject: &Subject,
    spans: &[(usize, usize)],
    out: &mut TextBuf,
) {
    for (i, literal) in template.literals.iter().enumerate() {
        if let Some(s) = literal.get().as_str() {
            out.push_units(s.units());
        }
        if let Some(&group) = template.groups.get(i)
            && let Some(&(from, to)) = spans.get(group)
            && from != NONE
            && let Subject::Text(s) = subject
        {
            out.push_units(s.units().slice(from..to));
        }
    }
}

/// Appends the template, filled in from a match of bytes.
pub(super) fn expand_bytes(
    template: &Template,
    subject: &Subject,
    spans: &[(usize, usize)],
    out: &mut Vec<u8>,
) {
    for (i, literal) in template.literals.iter().enumerate() {
        if let Some(b) = buffer::direct(literal.get()) {
            out.extend_from_slice(&b);
        }
        if let Some(&group) = template.groups.get(i)
            && let Some(&(from, to)) = spans.get(group)
            && from != NONE
            && let Subject::Bytes(b) = subject
        {
            out.extend_from_slice(&b[from..to]);
        }
    }
}

/// The template filled in from a match object.
pub(super) fn expand(t: &mut Thread, template: Value, matched: Value) -> PyResult {
    let m = matched::this(matched);
    let template = native::payload::<Template>(template).expect("a template");
    let subject = Subject::of(t, m.string.get(), None)?;
    if template.groups.iter().any(|&g| g >= m.found.spans.len()) {
        return Err(t.index_error("no such group"));
    }
    match subject {
        Subject::Text(_) => {
            let mut out = TextBuf::new();
            expand_text(template, &subject, &m.found.spans, &mut out);
            Str::from_buf(t, &out)
        }
        Subject::Bytes(_) => {
            let mut out = Vec::new();
            expand_bytes(template, &subject, &m.found.spans, &mut out);
            bytes_value(t, &out)
        }
    }
}
