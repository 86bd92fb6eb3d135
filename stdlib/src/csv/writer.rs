//! `writer`.

use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_text::{TextBuf, Units};
use pystm_vm::{
    builtins::{float, int, str::Str},
    error::{Exc, PyResult},
    kind::Kind,
    native::{NO_CONSTRUCTOR, TypeDef, getter, method},
    object::native::{self, Kept, Payload, trace_value},
    protocol::{attr, call, iter, text},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{
    dialect::{self, Dialect, Quoting},
    error,
};

struct Writer {
    write: Slot<Value>,
    dialect: Slot<Value>,
}

impl Payload for Writer {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.write.get());
        trace_value(marker, self.dialect.get());
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

pub(super) static DEF: TypeDef = TypeDef {
    name: "_csv.Writer",
    doc: "CSV writer",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[
        method(
            "writerow",
            "($self, row, /)",
            write_row,
            "Construct and write a CSV record from an iterable of fields.",
        ),
        method(
            "writerows",
            "($self, rows, /)",
            write_rows,
            "Construct and write a series of iterables to a csv file.",
        ),
    ],
    getset: &[getter("dialect", |_, v| Ok(this(v).dialect.get()), "The dialect.")],
    setup: None,
};

fn this(object: Value) -> &'static Writer {
    native::payload::<Writer>(object).expect("a writer")
}

pub(super) fn make(t: &mut Thread, args: &[Value]) -> PyResult {
    let dialect = dialect::from_arguments(t, args[1], args[2])?;
    let write = match attr::find_attr(t, args[0], "write")? {
        Some(w) if t.special(w, pystm_vm::special::Special::Call).is_some() => w,
        _ => return Err(t.type_error("argument 1 must have a \"write\" method")),
    };
    let class = t.rt.native_class(t, &DEF);
    Ok(native::new(t, class, Writer { write: Slot::new(write), dialect: Slot::new(dialect) }))
}

/// Appends a field (`None` for Python's None), quoted if it must be or if asked for.
fn append(
    t: &mut Thread,
    d: &Dialect,
    field: Option<Units<'_>>,
    mut quoted: bool,
    out: &mut TextBuf,
) -> PyResult<()> {
    let null = field.is_none() && matches!(d.quoting, Quoting::Strings | Quoting::NotNull);
    let field = field.unwrap_or(Units::One(b""));
    let mut body = TextBuf::with_capacity(field.len());
    for c in field.iter() {
        let special = c == d.delimiter
            || d.escape == Some(c)
            || d.quote == Some(c)
            || c == 10
            || c == 13
            || d.terminator.as_units().iter().any(|e| e == c);
        if special {
            let mut escape = d.quoting == Quoting::None;
            if !escape {
                if d.quote == Some(c) {
                    if d.double_quote {
                        body.push(c);
                    } else {
                        escape = true;
                    }
                } else if d.escape == Some(c) {
                    escape = true;
                }
                if !escape {
                    quoted = true;
                }
            }
            if escape {
                match d.escape {
                    Some(e) => body.push(e),
                    None => return Err(error(t, "need to escape, but no escapechar set")),
                }
            }
        }
        body.push(c);
    }
    if field.is_empty() && d.delimiter == 32 && d.skip_space {
        if d.quoting == Quoting::None || null {
            return Err(error(
                t,
                "empty field must be quoted if delimiter is a space and skipinitialspace is true",
            ));
        }
        quoted = true;
    }
    let quote = d.quote.filter(|_| quoted);
    out.extend(quote);
    out.push_units(body.as_units());
    out.extend(quote);
    Ok(())
}

fn write_row(t: &mut Thread, args: &[Value]) -> PyResult {
    let writer = this(args[0]);
    let d = dialect::this(writer.dialect.get());
    let iterator = match iter::iter(t, args[1]) {
        Ok(i) => i,
        Err(raised) => {
            t.catch(raised, Exc::TypeError)?;
            let name = type_of(args[1]).name();
            return Err(error(t, &format!("iterable expected, not {name}")));
        }
    };
    let mut out = TextBuf::new();
    let (mut n, mut null) = (0, false);
    while let Some(field) = iter::next(t, iterator)? {
        if n > 0 {
            out.push(d.delimiter);
        }
        let is_text = field.as_str().is_some();
        let number = int::of(field).is_some() || float::as_float(field).is_some() || field.is_bool();
        let quoted = match d.quoting {
            Quoting::NonNumeric => !number,
            Quoting::All => true,
            Quoting::Strings => is_text,
            Quoting::NotNull => !field.is_none(),
            Quoting::Minimal | Quoting::None => false,
        };
        null = field.is_none();
        let value = if is_text || null { field } else { text::str(t, field)? };
        let shown = value.as_str();
        append(t, d, shown.as_ref().map(|s| s.units()), quoted, &mut out)?;
        n += 1;
    }
    if n > 0 && out.is_empty() {
        if d.quoting == Quoting::None || null && matches!(d.quoting, Quoting::Strings | Quoting::NotNull) {
            return Err(error(t, "single empty field record must be quoted"));
        }
        append(t, d, Some(Units::One(b"")), true, &mut out)?;
    }
    out.push_units(d.terminator.as_units());
    let line = Str::from_buf(t, &out)?;
    call::call(t, writer.write.get(), &[line])
}

fn write_rows(t: &mut Thread, args: &[Value]) -> PyResult {
    let iterator = iter::iter(t, args[1])?;
    while let Some(row) = iter::next(t, iterator)? {
        write_row(t, &[args[0], row])?;
    }
    Ok(Value::NONE)
}
