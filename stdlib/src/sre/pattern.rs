//! `re.Pattern`.

use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_vm::{
    builtins::{dict::Dict, list, mappingproxy, tuple},
    error::PyResult,
    kind::Kind,
    native::{NO_CONSTRUCTOR, TypeDef, class_method, getter, method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    protocol::{attr, call, compare, hash, iter, text},
    thread::Thread,
    value::Value,
};

use super::{
    matched, replace, scanner,
    subject::{How, Subject},
};
use crate::support::{import_from, int_value, to_i64};

/// State of a pattern.
pub(super) struct Pattern {
    /// Name to number, a dict.
    pub(super) group_index: Slot<Value>,
    /// Number to name or None, a tuple.
    pub(super) index_group: Slot<Value>,
    source: Slot<Value>,
    pub(super) codes: Box<[u32]>,
    pub(super) groups: usize,
    flags: i64,
    /// Whether the source is bytes; `None` if there is no source.
    pub(super) is_bytes: Option<bool>,
}

impl Payload for Pattern {
    fn trace(&self, marker: &mut Marker) {
        for slot in [&self.group_index, &self.index_group, &self.source] {
            trace_value(marker, slot.get());
        }
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }

    fn external_bytes(&self) -> usize {
        self.codes.len() * 4
    }
}

pub(crate) static DEF: TypeDef = TypeDef {
    name: "re.Pattern",
    doc: "Compiled regular expression object.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: NO_CONSTRUCTOR,
    methods: &[
        method(
            "match",
            "($self, /, string, pos=0, endpos=9223372036854775807)",
            |t, a| once(t, a, How::Match),
            "Matches zero or more characters at the beginning of the string.",
        ),
        method(
            "fullmatch",
            "($self, /, string, pos=0, endpos=9223372036854775807)",
            |t, a| once(t, a, How::FullMatch),
            "Matches against all of the string.",
        ),
        method(
            "search",
            "($self, /, string, pos=0, endpos=9223372036854775807)",
            |t, a| once(t, a, How::Search),
            "Scan through string looking for a match, and return a corresponding match object instance.",
        ),
        method(
            "findall",
            "($self, /, string, pos=0, endpos=9223372036854775807)",
            find_all,
            "Return a list of all non-overlapping matches of pattern in string.",
        ),
        method(
            "finditer",
            "($self, /, string, pos=0, endpos=9223372036854775807)",
            find_iter,
            "Return an iterator over all non-overlapping matches for the RE pattern in string.",
        ),
        method(
            "scanner",
            "($self, /, string, pos=0, endpos=9223372036854775807)",
            scanner::make,
            "Make a scanner over the string.",
        ),
        method(
            "split",
            "($self, /, string, maxsplit=0)",
            split,
            "Split string by the occurrences of pattern.",
        ),
        method(
            "sub",
            "($self, /, repl, string, count=0)",
            replace::sub,
            "Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.",
        ),
        method(
            "subn",
            "($self, /, repl, string, count=0)",
            replace::subn,
            "Return the tuple (new_string, number_of_subs_made).",
        ),
        method("__copy__", "($self, /)", |_, a| Ok(a[0]), "Return self."),
        method("__deepcopy__", "($self, memo, /)", |_, a| Ok(a[0]), "Return self."),
        method("__eq__", "($self, value, /)", eq, "Return self==value."),
        method("__hash__", "($self, /)", hash_method, "Return hash(self)."),
        method("__repr__", "($self, /)", repr, "Return repr(self)."),
        method("__reduce__", "($self, /)", reduce, "Helper for pickle."),
        class_method(
            "__class_getitem__",
            "($cls, item, /)",
            |t, a| Ok(pystm_vm::builtins::generic_alias(t, a[0], a[1])),
            "See PEP 585.",
        ),
    ],
    getset: &[
        getter(
            "pattern",
            |_, v| Ok(this(v).source.get()),
            "The pattern string from which the RE object was compiled.",
        ),
        getter("flags", |_, v| Ok(Value::small(this(v).flags)), "The regex matching flags."),
        getter(
            "groups",
            |_, v| Ok(Value::small(this(v).groups as i64)),
            "The number of capturing groups in the pattern.",
        ),
        getter(
            "groupindex",
            |t, v| Ok(mappingproxy::new(t, this(v).group_index.get())),
            "A dictionary mapping group names to group numbers.",
        ),
    ],
    setup: None,
};

pub(super) fn this(object: Value) -> &'static Pattern {
    native::payload::<Pattern>(object).expect("a pattern")
}

pub(super) fn compile(t: &mut Thread, args: &[Value]) -> PyResult {
    let source = args[0];
    let is_bytes = match source {
        Value::NONE => None,
        v if v.as_str().is_some() => Some(false),
        v => {
            pystm_vm::builtins::buffer::get(t, v)?;
            Some(true)
        }
    };
    let mut codes = Vec::new();
    iter::for_each(t, args[2], |t, code| {
        let code = to_i64(t, code)?;
        match u32::try_from(code) {
            Ok(code) => codes.push(code),
            Err(_) => return Err(t.overflow_error("regular expression code size limit exceeded")),
        }
        Ok(())
    })?;
    let (flags, groups) = (to_i64(t, args[1])?, to_i64(t, args[3])?);
    if args[4].cast::<Dict>().is_none() {
        return Err(t.type_error("compile() argument 'groupindex' must be dict"));
    }
    if args[5].as_tuple().is_none() {
        return Err(t.type_error("compile() argument 'indexgroup' must be tuple"));
    }
    if codes.is_empty() || codes.last() != Some(&super::opcodes::SUCCESS) || groups < 0 {
        return Err(t.raise(pystm_vm::error::Exc::RuntimeError, "invalid SRE code"));
    }
    let payload = Pattern {
        group_index: Slot::new(args[4]),
        index_group: Slot::new(args[5]),
        source: Slot::new(source),
        codes: codes.into_boxed_slice(),
        groups: groups as usize,
        flags,
        is_bytes,
    };
    let class = t.rt.native_class(t, &DEF);
    Ok(native::new(t, class, payload))
}

/// The range of `pos` and `endpos`, inside a subject of this length.
pub(super) fn range(t: &mut Thread, pos: Value, endpos: Value, len: usize) -> PyResult<(usize, usize)> {
    let clamp = |t: &mut Thread, v: Value, default: usize| -> PyResult<usize> {
        match v.given() {
            None => Ok(default),
            Some(v) => {
                let n = pystm_vm::protocol::number::index_as_i64(t, v)?;
                Ok(n.clamp(0, len as i64) as usize)
            }
        }
    };
    let start = clamp(t, pos, 0)?;
    let end = clamp(t, endpos, len)?;
    Ok((start, end))
}

fn once(t: &mut Thread, args: &[Value], how: How) -> PyResult {
    let pattern = this(args[0]);
    let subject = Subject::of(t, args[1], pattern.is_bytes)?;
    let range = range(t, args[2], args[3], subject.len())?;
    match subject.find(&pattern.codes, pattern.groups, range, how) {
        Some(found) => Ok(matched::new(t, args[0], args[1], range, found)),
        None => Ok(Value::NONE),
    }
}

fn find_all(t: &mut Thread, args: &[Value]) -> PyResult {
    let pattern = this(args[0]);
    let subject = Subject::of(t, args[1], pattern.is_bytes)?;
    let range = range(t, args[2], args[3], subject.len())?;
    let result = list::new(t, &[]);
    let empty = subject.slice(t, Value::NONE, 0, 0)?;
    let mut failed = None;
    subject.run(&pattern.codes, pattern.groups, range, How::Search, false, |found| {
        let item = if pattern.groups < 2 {
            let span = found.spans[pattern.groups];
            subject.group(t, args[1], span, empty)
        } else {
            let mut groups = t.vec();
            let mut all = Ok(Value::NONE);
            for &span in &found.spans[1..] {
                match subject.group(t, args[1], span, empty) {
                    Ok(v) => groups.push(v),
                    Err(raised) => all = Err(raised),
                }
            }
            all.and_then(|_| tuple::new(t, &groups))
        };
        match item {
            Ok(item) => {
                list::append(t, Ref::known(result), item);
                true
            }
            Err(raised) => {
                failed = Some(raised);
                false
            }
        }
    });
    match failed {
        Some(raised) => Err(raised),
        None => Ok(result),
    }
}

fn find_iter(t: &mut Thread, args: &[Value]) -> PyResult {
    let scanner = scanner::make(t, args)?;
    let search = attr::getattr_text(t, scanner, "search")?;
    let iter = import_from(t, "builtins", "iter")?;
    call::call(t, iter, &[search, Value::NONE])
}

fn split(t: &mut Thread, args: &[Value]) -> PyResult {
    let pattern = this(args[0]);
    let most = match args[2].given() {
        Some(n) => to_i64(t, n)?,
        None => 0,
    };
    let subject = Subject::of(t, args[1], pattern.is_bytes)?;
    let result = list::new(t, &[]);
    let (mut last, mut n) = (0, 0);
    let mut failed = None;
    if most >= 0 {
        subject.run(&pattern.codes, pattern.groups, (0, subject.len()), How::Search, false, |found| {
            let (from, to) = found.spans[0];
            let mut add = |item: PyResult, t: &mut Thread| match item {
                Ok(item) => list::append(t, Ref::known(result), item),
                Err(raised) => failed = Some(raised),
            };
            let piece = subject.slice(t, args[1], last, from);
            add(piece, t);
            for &span in &found.spans[1..] {
                let group = subject.group(t, args[1], span, Value::NONE);
                add(group, t);
            }
            (last, n) = (to, n + 1);
            failed.is_none() && (most == 0 || n < most)
        });
    }
    if let Some(raised) = failed {
        return Err(raised);
    }
    let piece = subject.slice(t, args[1], last, subject.len())?;
    list::append(t, Ref::known(result), piece);
    Ok(result)
}

fn eq(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(other) = native::payload::<Pattern>(args[1]) else { return Ok(Value::NOT_IMPLEMENTED) };
    let this = this(args[0]);
    if args[0] == args[1] {
        return Ok(Value::TRUE);
    }
    if this.flags != other.flags || this.is_bytes != other.is_bytes || this.codes != other.codes {
        return Ok(Value::FALSE);
    }
    Ok(Value::bool(compare::equal(t, this.source.get(), other.source.get())?))
}

fn hash_method(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(args[0]);
    let source = hash::hash(t, this.source.get())?;
    Ok(int_value(t, (source as i64 ^ this.flags ^ (this.codes.len() as i64) << 7) >> 3))
}

const FLAG_NAMES: &[(&str, i64)] = &[
    ("re.IGNORECASE", 2),
    ("re.LOCALE", 4),
    ("re.MULTILINE", 8),
    ("re.DOTALL", 16),
    ("re.UNICODE", 32),
    ("re.VERBOSE", 64),
    ("re.DEBUG", 128),
    ("re.ASCII", 256),
];

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(args[0]);
    let source = text::repr_string(t, this.source.get())?;
    let short: String = source.chars().take(200).collect();
    let mut flags = this.flags;
    // A str pattern is a Unicode one unless it says otherwise.
    if this.is_bytes == Some(false) && flags & (4 | 32 | 256) == 32 {
        flags &= !32;
    }
    let mut names = Vec::new();
    for &(name, bit) in FLAG_NAMES {
        if flags & bit != 0 {
            names.push(name.to_owned());
            flags &= !bit;
        }
    }
    if flags != 0 {
        names.push(format!("{flags:#x}"));
    }
    let text = if names.is_empty() {
        format!("re.compile({short})")
    } else {
        format!("re.compile({short}, {})", names.join("|"))
    };
    Ok(t.new_str(&text))
}

fn reduce(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(args[0]);
    let compile = import_from(t, "re", "_compile")?;
    let arguments = tuple::new(t, &[this.source.get(), Value::small(this.flags)])?;
    tuple::new(t, &[compile, arguments])
}
