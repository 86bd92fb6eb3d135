//! The tree as text, the same as CPython's `ast.dump(tree, include_attributes=True)`.

mod expr;
mod repr;
mod stmt;

use crate::ast::{Mod, Span};

/// The text of a tree.
pub fn ast_dump(module: &Mod) -> String {
    let mut dump = Dump { out: String::new() };
    match module {
        Mod::Module { body } => dump.node("Module", None, |node| node.list("body", body)),
        Mod::Interactive { body } => dump.node("Interactive", None, |node| node.list("body", body)),
        Mod::Expression { body } => dump.node("Expression", None, |node| node.field("body", &**body)),
    }
    dump.out
}

/// What can be a field's value.
trait Value {
    fn dump(&self, dump: &mut Dump);
}

struct Dump {
    out: String,
}

impl Dump {
    /// Writes `name(fields)`, with the place behind the fields.
    fn node(&mut self, name: &str, span: Option<Span>, fields: impl FnOnce(&mut Fields<'_>)) {
        self.out.push_str(name);
        self.out.push('(');
        let mut node = Fields { dump: self, first: true };
        fields(&mut node);
        if let Some(span) = span {
            node.number("lineno", span.line);
            node.number("col_offset", span.col);
            node.number("end_lineno", span.end_line);
            node.number("end_col_offset", span.end_col);
        }
        self.out.push(')');
    }
}

/// The inside of a node's parentheses.
struct Fields<'d> {
    dump: &'d mut Dump,
    first: bool,
}

impl Fields<'_> {
    fn name(&mut self, name: &str) {
        if !std::mem::take(&mut self.first) {
            self.dump.out.push_str(", ");
        }
        self.dump.out.push_str(name);
        self.dump.out.push('=');
    }

    /// A field that is always there.
    fn field<T: Value + ?Sized>(&mut self, name: &str, value: &T) {
        self.name(name);
        value.dump(self.dump);
    }

    /// A field that is left out where it is `None`.
    fn optional<T: Value>(&mut self, name: &str, value: Option<&T>) {
        if let Some(value) = value {
            self.field(name, value);
        }
    }

    /// A field that is left out where it is empty.
    fn list<T: Value>(&mut self, name: &str, values: &[T]) {
        if !values.is_empty() {
            self.field(name, values);
        }
    }

    fn number(&mut self, name: &str, value: u32) {
        self.name(name);
        self.dump.out.push_str(&value.to_string());
    }

    /// A field with the name of a constructor without fields.
    fn bare(&mut self, name: &str, value: &str) {
        self.name(name);
        self.dump.out.push_str(value);
        self.dump.out.push_str("()");
    }
}

impl<T: Value> Value for [T] {
    fn dump(&self, dump: &mut Dump) {
        dump.out.push('[');
        for (index, value) in self.iter().enumerate() {
            if index > 0 {
                dump.out.push_str(", ");
            }
            value.dump(dump);
        }
        dump.out.push(']');
    }
}

impl<T: Value> Value for Option<T> {
    fn dump(&self, dump: &mut Dump) {
        match self {
            Some(value) => value.dump(dump),
            None => dump.out.push_str("None"),
        }
    }
}

impl<T: Value + ?Sized> Value for Box<T> {
    fn dump(&self, dump: &mut Dump) {
        (**self).dump(dump);
    }
}

impl Value for str {
    fn dump(&self, dump: &mut Dump) {
        repr::text(&mut dump.out, self.chars().map(u32::from));
    }
}
