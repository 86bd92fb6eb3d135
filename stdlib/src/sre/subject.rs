//! What is matched: a str or a bytes-like object, and parts of it as values.

use pystm_text::Units;
use pystm_vm::{
    builtins::{
        buffer::{self, ByteView},
        str::{self as strings, Str},
    },
    error::PyResult,
    object::Ref,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::engine::{Engine, NONE};
use crate::support::bytes_value;

/// A subject.
pub(super) enum Subject {
    Text(Ref<Str>),
    Bytes(ByteView),
}

/// What came of an attempt to match.
pub(super) struct Found {
    /// Span of the whole match and of each group; `NONE` twice where a group did not match.
    pub(super) spans: Spans,
    /// Number of the group closed last, or -1.
    pub(super) last_index: isize,
}

/// Spans, in the object itself where there are no groups.
pub(super) enum Spans {
    Whole([(usize, usize); 1]),
    Groups(Box<[(usize, usize)]>),
}

impl std::ops::Deref for Spans {
    type Target = [(usize, usize)];

    fn deref(&self) -> &[(usize, usize)] {
        match self {
            Spans::Whole(spans) => spans,
            Spans::Groups(spans) => spans,
        }
    }
}

/// Which positions count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Match,
    FullMatch,
    Search,
}

impl Subject {
    /// The subject of an argument, checked against the kind of the pattern.
    pub(super) fn of(t: &mut Thread, value: Value, pattern_is_bytes: Option<bool>) -> PyResult<Subject> {
        let subject = match value.as_str() {
            Some(s) => Subject::Text(s),
            None => match buffer::try_get(t, value)? {
                Some(view @ ByteView::Bytes(_)) => Subject::Bytes(view),
                Some(other) => Subject::Bytes(ByteView::Copy(other.into_vec())),
                None => {
                    let name = type_of(value).name();
                    return Err(t.type_error(format!("expected string or bytes-like object, got '{name}'")));
                }
            },
        };
        match (&subject, pattern_is_bytes) {
            (Subject::Text(_), Some(true)) => {
                Err(t.type_error("cannot use a bytes pattern on a string-like object"))
            }
            (Subject::Bytes(_), Some(false)) => {
                Err(t.type_error("cannot use a string pattern on a bytes-like object"))
            }
            _ => Ok(subject),
        }
    }

    /// The length in characters or bytes.
    pub(super) fn len(&self) -> usize {
        match self {
            Subject::Text(s) => s.len(),
            Subject::Bytes(b) => b.len(),
        }
    }

    /// A part of the subject as a value; the subject itself if that is all of it.
    pub(super) fn slice(&self, t: &mut Thread, whole: Value, from: usize, to: usize) -> PyResult {
        let to = to.min(self.len());
        let from = from.min(to);
        match self {
            Subject::Text(s) if from == 0 && to == s.len() && strings::is_exact(whole) => Ok(whole),
            Subject::Text(s) => Str::from_units(t, s.units().slice(from..to)),
            Subject::Bytes(b) if from == 0 && to == b.len() && pystm_vm::builtins::bytes::is_exact(whole) => {
                Ok(whole)
            }
            Subject::Bytes(b) => bytes_value(t, &b[from..to]),
        }
    }

    /// A group's text, or `default` if it did not match.
    pub(super) fn group(
        &self,
        t: &mut Thread,
        whole: Value,
        span: (usize, usize),
        default: Value,
    ) -> PyResult {
        if span.0 == NONE { Ok(default) } else { self.slice(t, whole, span.0, span.1) }
    }

    /// Matches once.
    pub(super) fn find(
        &self,
        codes: &[u32],
        groups: usize,
        range: (usize, usize),
        how: How,
    ) -> Option<Found> {
        let mut found = None;
        self.run(codes, groups, range, how, false, |f| {
            found = Some(f);
            false
        });
        found
    }

    /// Finds one match after the other and hands them to `f` until it says no more. `must_advance` forbids an empty match
    /// at the start.
    pub(super) fn run(
        &self,
        codes: &[u32],
        groups: usize,
        range: (usize, usize),
        how: How,
        must_advance: bool,
        f: impl FnMut(Found) -> bool,
    ) {
        match self {
            Subject::Bytes(b) => run(b, codes, groups, range, how, must_advance, f),
            Subject::Text(s) => match s.units() {
                Units::One(u) => run(u, codes, groups, range, how, must_advance, f),
                Units::Two(u) => run(u, codes, groups, range, how, must_advance, f),
                Units::Four(u) => run(u, codes, groups, range, how, must_advance, f),
            },
        }
    }
}

fn run<T: Copy + Into<u32>>(
    text: &[T],
    codes: &[u32],
    groups: usize,
    (start, end): (usize, usize),
    how: How,
    must_advance: bool,
    mut f: impl FnMut(Found) -> bool,
) {
    if start > end {
        return;
    }
    let mut engine = Engine::new(text, codes, groups, start, end);
    if must_advance {
        engine.next_from(start, true);
    }
    loop {
        let matched = match how {
            How::Search => engine.search(),
            _ => engine.match_at_start(how == How::FullMatch),
        };
        if !matched {
            return;
        }
        let spans = match groups {
            0 => Spans::Whole([engine.group(0)]),
            _ => Spans::Groups((0..=groups).map(|g| engine.group(g)).collect()),
        };
        let (from, to) = (engine.start, engine.at);
        if !f(Found { spans, last_index: engine.last_index }) {
            return;
        }
        engine.next_from(to, from == to);
    }
}
