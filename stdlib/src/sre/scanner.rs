//! `SRE_Scanner`: one match after the other.

use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_vm::{
    error::PyResult,
    kind::Kind,
    native::{NO_CONSTRUCTOR, TypeDef, getter, method},
    object::native::{self, Kept, Payload, Restore, trace_value},
    thread::Thread,
    value::Value,
};

use super::{
    matched, pattern,
    subject::{How, Subject},
};

struct Scanner {
    pattern: Slot<Value>,
    string: Slot<Value>,
    range: (usize, usize),
    /// Where to go on, and whether an empty match there is forbidden; `None` at the end.
    next: Mutex<Option<(usize, bool)>>,
}

impl Payload for Scanner {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.pattern.get());
        trace_value(marker, self.string.get());
    }

    fn kept(&self) -> Kept {
        Kept::Beside
    }

    fn save(&'static self) -> Restore {
        let next = *self.next.lock();
        Box::new(move || *self.next.lock() = next)
    }
}

pub(crate) static DEF: TypeDef = TypeDef {
    name: "_sre.SRE_Scanner",
    doc: "",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[
        method("match", "($self, /)", |t, a| step(t, a[0], How::Match), "The match right here, or None."),
        method("search", "($self, /)", |t, a| step(t, a[0], How::Search), "The next match, or None."),
    ],
    getset: &[getter("pattern", |_, v| Ok(this(v).pattern.get()), "The pattern.")],
    setup: None,
};

fn this(object: Value) -> &'static Scanner {
    native::payload::<Scanner>(object).expect("a scanner")
}

pub(super) fn make(t: &mut Thread, args: &[Value]) -> PyResult {
    let pattern = pattern::this(args[0]);
    let subject = Subject::of(t, args[1], pattern.is_bytes)?;
    let range = pattern::range(t, args[2], args[3], subject.len())?;
    let payload = Scanner {
        pattern: Slot::new(args[0]),
        string: Slot::new(args[1]),
        range,
        next: Mutex::new(Some((range.0, false))),
    };
    let class = t.rt.native_class(t, &DEF);
    Ok(native::new(t, class, payload))
}

fn step(t: &mut Thread, object: Value, how: How) -> PyResult {
    let scanner = this(object);
    let Some((start, must_advance)) = *scanner.next.lock() else { return Ok(Value::NONE) };
    let (pattern, string) = (scanner.pattern.get(), scanner.string.get());
    let state = pattern::this(pattern);
    let subject = Subject::of(t, string, None)?;
    let mut found = None;
    let end = scanner.range.1.min(subject.len());
    subject.run(&state.codes, state.groups, (start, end), how, must_advance, |f| {
        found = Some(f);
        false
    });
    let Some(found) = found else {
        *scanner.next.lock() = None;
        return Ok(Value::NONE);
    };
    let (from, to) = found.spans[0];
    *scanner.next.lock() = Some((to, from == to));
    Ok(matched::new(t, pattern, string, scanner.range, found))
}
