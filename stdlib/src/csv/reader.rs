//! `reader`.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_text::TextBuf;
use pystm_vm::{
    builtins::{float, list, str::Str},
    error::PyResult,
    kind::Kind,
    native::{NO_CONSTRUCTOR, TypeDef, getter, method},
    object::native::{self, Kept, Payload, Restore, trace_value},
    protocol::{call, iter},
    runtime::type_of,
    thread::{RootVec, Thread},
    value::Value,
};

use super::{
    LIMIT,
    dialect::{self, Dialect, Quoting},
    error,
};

struct Reader {
    input: Slot<Value>,
    dialect: Slot<Value>,
    line: Mutex<i64>,
    /// Rows given so far: tells whether the input has used the reader itself.
    rows: AtomicU64,
}

impl Payload for Reader {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.input.get());
        trace_value(marker, self.dialect.get());
    }

    fn kept(&self) -> Kept {
        Kept::Beside
    }

    fn save(&'static self) -> Restore {
        let (line, rows) = (*self.line.lock(), self.rows.load(Relaxed));
        Box::new(move || {
            *self.line.lock() = line;
            self.rows.store(rows, Relaxed);
        })
    }
}

pub(super) static DEF: TypeDef = TypeDef {
    name: "_csv.Reader",
    doc: "CSV reader",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[
        method("__iter__", "($self, /)", |_, a| Ok(a[0]), "Return self."),
        method("__next__", "($self, /)", next, "The next row."),
    ],
    getset: &[
        getter("dialect", |_, v| Ok(this(v).dialect.get()), "The dialect."),
        getter("line_num", |_, v| Ok(Value::small(*this(v).line.lock())), "Number of lines read."),
    ],
    setup: None,
};

fn this(object: Value) -> &'static Reader {
    native::payload::<Reader>(object).expect("a reader")
}

pub(super) fn make(t: &mut Thread, args: &[Value]) -> PyResult {
    let input = iter::iter(t, args[0])?;
    let dialect = dialect::from_arguments(t, args[1], args[2])?;
    let class = t.rt.native_class(t, &DEF);
    let payload = Reader {
        input: Slot::new(input),
        dialect: Slot::new(dialect),
        line: Mutex::new(0),
        rows: AtomicU64::new(0),
    };
    Ok(native::new(t, class, payload))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    StartRecord,
    StartField,
    Escaped,
    AfterEscapedNewline,
    InField,
    InQuoted,
    EscapeInQuoted,
    QuoteInQuoted,
    EatNewline,
}

/// Stands for the end of a line.
const END: u32 = u32::MAX;

struct Row {
    dialect: &'static Dialect,
    state: At,
    field: TextBuf,
    unquoted: bool,
    fields: RootVec,
}

impl Row {
    fn save(&mut self, t: &mut Thread) -> PyResult<()> {
        let quoting = self.dialect.quoting;
        let null =
            self.unquoted && self.field.is_empty() && matches!(quoting, Quoting::Strings | Quoting::NotNull);
        let text = std::mem::take(&mut self.field);
        let mut value = if null { Value::NONE } else { Str::from_buf(t, &text)? };
        let numeric = matches!(quoting, Quoting::NonNumeric | Quoting::Strings);
        if numeric && self.unquoted && !text.is_empty() {
            let class = t.rt.native_class(t, &float::DEF);
            value = call::call(t, class.value(), &[value])?;
        }
        self.fields.push(value);
        self.unquoted = true;
        Ok(())
    }

    fn add(&mut self, t: &mut Thread, c: u32) -> PyResult<()> {
        // Relaxed: see `LIMIT`.
        let limit = LIMIT.load(std::sync::atomic::Ordering::Relaxed);
        if self.field.len() >= limit {
            return Err(error(t, &format!("field larger than field limit ({limit})")));
        }
        self.field.push(c);
        Ok(())
    }

    fn end_field(&mut self, t: &mut Thread, c: u32) -> PyResult<()> {
        self.save(t)?;
        self.state = if c == END { At::StartRecord } else { At::EatNewline };
        Ok(())
    }

    fn step(&mut self, t: &mut Thread, c: u32) -> PyResult<()> {
        let d = self.dialect;
        let newline = matches!(c, 10 | 13);
        let quote = d.quoting != Quoting::None && d.quote == Some(c);
        let escape = d.escape == Some(c);
        match self.state {
            At::StartRecord if c == END => {}
            At::StartRecord if newline => self.state = At::EatNewline,
            At::StartRecord | At::StartField => {
                self.state = At::StartField;
                if newline || c == END {
                    return self.end_field(t, c);
                }
                if quote {
                    self.unquoted = false;
                    self.state = At::InQuoted;
                } else if escape {
                    self.state = At::Escaped;
                } else if c == 32 && d.skip_space {
                } else if c == d.delimiter {
                    self.save(t)?;
                } else {
                    self.add(t, c)?;
                    self.state = At::InField;
                }
            }
            At::Escaped if newline => {
                self.add(t, c)?;
                self.state = At::AfterEscapedNewline;
            }
            At::Escaped => {
                self.add(t, if c == END { 10 } else { c })?;
                self.state = At::InField;
            }
            At::AfterEscapedNewline if c == END => {}
            At::AfterEscapedNewline | At::InField => {
                self.state = At::InField;
                if newline || c == END {
                    return self.end_field(t, c);
                }
                if escape {
                    self.state = At::Escaped;
                } else if c == d.delimiter {
                    self.save(t)?;
                    self.state = At::StartField;
                } else {
                    self.add(t, c)?;
                }
            }
            At::InQuoted if c == END => {}
            At::InQuoted if escape => self.state = At::EscapeInQuoted,
            At::InQuoted if quote => {
                self.state = if d.double_quote { At::QuoteInQuoted } else { At::InField }
            }
            At::InQuoted => self.add(t, c)?,
            At::EscapeInQuoted => {
                self.add(t, if c == END { 10 } else { c })?;
                self.state = At::InQuoted;
            }
            At::QuoteInQuoted => {
                if quote {
                    self.add(t, c)?;
                    self.state = At::InQuoted;
                } else if c == d.delimiter {
                    self.save(t)?;
                    self.state = At::StartField;
                } else if newline || c == END {
                    return self.end_field(t, c);
                } else if !d.strict {
                    self.add(t, c)?;
                    self.state = At::InField;
                } else {
                    let show = |c: Option<u32>| c.and_then(char::from_u32).unwrap_or('\u{FFFD}');
                    let (delimiter, quote) = (show(Some(d.delimiter)), show(d.quote));
                    return Err(error(t, &format!("'{delimiter}' expected after '{quote}'")));
                }
            }
            At::EatNewline if newline => {}
            At::EatNewline if c == END => self.state = At::StartRecord,
            At::EatNewline => {
                let message = "new-line character seen in unquoted field - do you need to open the file with newline=''?";
                return Err(error(t, message));
            }
        }
        Ok(())
    }
}

fn next(t: &mut Thread, args: &[Value]) -> PyResult {
    let reader = this(args[0]);
    let dialect = dialect::this(reader.dialect.get());
    let fields = t.vec();
    let mut row = Row { dialect, state: At::StartRecord, field: TextBuf::new(), unquoted: true, fields };
    // Relaxed: a counter that only says whether something happened meanwhile.
    let rows = reader.rows.load(Relaxed);
    loop {
        let next = iter::next(t, reader.input.get())?;
        if reader.rows.load(Relaxed) != rows {
            return Err(error(t, "iterator has already advanced the reader"));
        }
        let Some(line) = next else {
            if row.field.is_empty() && row.state != At::InQuoted {
                return Err(t.stop_iteration());
            }
            if dialect.strict {
                return Err(error(t, "unexpected end of data"));
            }
            row.save(t)?;
            break;
        };
        let Some(s) = line.as_str() else {
            let name = type_of(line).name();
            let message = format!(
                "iterator should return strings, not {name} (the file should be opened in text mode)"
            );
            return Err(error(t, &message));
        };
        *reader.line.lock() += 1;
        for c in s.units().iter() {
            row.step(t, c)?;
        }
        row.step(t, END)?;
        if row.state == At::StartRecord {
            break;
        }
    }
    reader.rows.store(rows + 1, Relaxed);
    Ok(list::new(t, &row.fields))
}
