//! Reading JSON: `scanstring` and the scanner that `json.decoder` uses.

use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_text::{TextBuf, Units};
use pystm_vm::{
    builtins::{
        dict, list,
        str::Str,
        tuple::{self, Tuple},
    },
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::{TypeDef, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    protocol::{attr, call, truth},
    runtime::{class_of_kind, type_of},
    thread::Thread,
    value::Value,
};

use crate::support::{float_value, import_from, int_value, to_bool, to_i64};

/// A unit of a str's storage.
trait Unit: Copy + Into<u32> {
    fn units(slice: &[Self]) -> Units<'_>;
}

impl Unit for u8 {
    fn units(slice: &[u8]) -> Units<'_> {
        Units::One(slice)
    }
}

impl Unit for u16 {
    fn units(slice: &[u16]) -> Units<'_> {
        Units::Two(slice)
    }
}

impl Unit for u32 {
    fn units(slice: &[u32]) -> Units<'_> {
        Units::Four(slice)
    }
}

struct Scanner {
    strict: bool,
    object_hook: Slot<Value>,
    object_pairs_hook: Slot<Value>,
    parse_float: Slot<Value>,
    parse_int: Slot<Value>,
    parse_constant: Slot<Value>,
    /// Short keys of objects seen lately, by a hash of their text: equal keys are one str, with its own hash known. A tuple of
    /// [`KEYS`], which threads fill without taking it from each other.
    keys: Slot<Value>,
}

impl Payload for Scanner {
    fn trace(&self, marker: &mut Marker) {
        for slot in [
            &self.object_hook,
            &self.object_pairs_hook,
            &self.parse_float,
            &self.parse_int,
            &self.parse_constant,
            &self.keys,
        ] {
            trace_value(marker, slot.get());
        }
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

pub(super) static DEF: TypeDef = TypeDef {
    name: "_json.Scanner",
    doc: "JSON scanner object",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: 0,
    methods: &[
        static_method("__new__", "($cls, context)", new, "Make a scanner with the settings of a decoder."),
        method(
            "__call__",
            "($self, string, idx)",
            call_method,
            "Read one value; return it and the index behind it.",
        ),
    ],
    getset: &[
        getter("strict", |_, v| Ok(Value::bool(this(v).strict)), "Whether control characters are refused."),
        getter("object_hook", |_, v| Ok(this(v).object_hook.get()), ""),
        getter("object_pairs_hook", |_, v| Ok(this(v).object_pairs_hook.get()), ""),
        getter("parse_float", |_, v| Ok(this(v).parse_float.get()), ""),
        getter("parse_int", |_, v| Ok(this(v).parse_int.get()), ""),
        getter("parse_constant", |_, v| Ok(this(v).parse_constant.get()), ""),
    ],
    setup: None,
};

fn this(object: Value) -> &'static Scanner {
    native::payload::<Scanner>(object).expect("a scanner")
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let context = args[1];
    let strict = attr::getattr_text(t, context, "strict")?;
    let payload = Scanner {
        strict: truth::is_true(t, strict)?,
        object_hook: Slot::new(attr::getattr_text(t, context, "object_hook")?),
        object_pairs_hook: Slot::new(attr::getattr_text(t, context, "object_pairs_hook")?),
        parse_float: Slot::new(attr::getattr_text(t, context, "parse_float")?),
        parse_int: Slot::new(attr::getattr_text(t, context, "parse_int")?),
        parse_constant: Slot::new(attr::getattr_text(t, context, "parse_constant")?),
        keys: Slot::new(tuple::new_small(t, &[Value::NONE; KEYS])),
    };
    Ok(native::new(t, Ref::known(args[0]), payload))
}

fn call_method(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(s) = args[1].as_str() else {
        let name = type_of(args[1]).name();
        return Err(t.type_error(format!("first argument must be a string, not {name}")));
    };
    let at = to_i64(t, args[2])?;
    if at < 0 {
        return Err(t.value_error("idx cannot be negative"));
    }
    let (value, end) = match s.units() {
        Units::One(u) => Reader::new(u, args[1], args[0]).value(t, at as usize),
        Units::Two(u) => Reader::new(u, args[1], args[0]).value(t, at as usize),
        Units::Four(u) => Reader::new(u, args[1], args[0]).value(t, at as usize),
    }?;
    tuple::new(t, &[value, Value::small(end as i64)])
}

pub(super) fn scanstring(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(s) = args[0].as_str() else {
        let name = type_of(args[0]).name();
        return Err(t.type_error(format!("first argument must be a string, not {name}")));
    };
    let begin = to_i64(t, args[1])?;
    let strict = to_bool(t, args[2], true)?;
    if begin < 0 || begin as usize > s.len() {
        return Err(t.value_error("end is out of bounds"));
    }
    let begin = begin as usize;
    let (value, end) = match s.units() {
        Units::One(u) => string(t, u, args[0], begin, strict),
        Units::Two(u) => string(t, u, args[0], begin, strict),
        Units::Four(u) => string(t, u, args[0], begin, strict),
    }?;
    tuple::new(t, &[value, Value::small(end as i64)])
}

/// The text of a part of a document.
#[inline]
fn part<T: Unit>(t: &mut Thread, text: &[T], document: Value) -> PyResult {
    if document.as_str().is_some_and(|s| s.is_ascii()) {
        return Str::from_ascii(t, T::units(text));
    }
    Str::from_units(t, T::units(text))
}

/// Raises `json.JSONDecodeError`.
#[cold]
fn decode_error(t: &mut Thread, message: &str, document: Value, at: usize) -> Raised {
    let class = match import_from(t, "json.decoder", "JSONDecodeError") {
        Ok(class) => class,
        Err(raised) => return raised,
    };
    let text = t.new_str(message);
    match call::call(t, class, &[text, document, Value::small(at as i64)]) {
        Ok(e) => t.raise_value(e),
        Err(raised) => raised,
    }
}

/// Whether a character of a string needs a look: a quote, a backslash, a control character.
const SPECIAL: [bool; 0x60] = {
    let mut special = [false; 0x60];
    let mut c = 0;
    while c < 0x20 {
        special[c] = true;
        c += 1;
    }
    special[b'"' as usize] = true;
    special[b'\\' as usize] = true;
    special
};

/// How many units stand for themselves before the first that needs a look.
#[inline]
fn plain_run<T: Unit>(units: &[T]) -> Option<usize> {
    units.iter().position(|&unit| SPECIAL.get(unit.into() as usize).is_some_and(|&special| special))
}

/// Reads the string whose text starts at `begin`, behind the quote; returns the index behind the closing quote.
fn string<T: Unit>(
    t: &mut Thread,
    s: &[T],
    document: Value,
    begin: usize,
    strict: bool,
) -> PyResult<(Value, usize)> {
    let mut buf: Option<TextBuf> = None;
    let mut at = begin;
    loop {
        let start = at;
        let Some(run) = plain_run(&s[at.min(s.len())..]) else {
            return Err(decode_error(t, "Unterminated string starting at", document, begin.wrapping_sub(1)));
        };
        at += run;
        let c: u32 = s[at].into();
        if c < 0x20 {
            if strict {
                return Err(decode_error(t, "Invalid control character at", document, at));
            }
            let out = buf.get_or_insert_with(TextBuf::new);
            out.push_units(T::units(&s[start..=at]));
            at += 1;
            continue;
        }
        if c == 0x22 {
            let value = match buf {
                None => part(t, &s[start..at], document)?,
                Some(mut out) => {
                    out.push_units(T::units(&s[start..at]));
                    Str::from_buf(t, &out)?
                }
            };
            return Ok((value, at + 1));
        }
        let out = buf.get_or_insert_with(TextBuf::new);
        out.push_units(T::units(&s[start..at]));
        at = escape(t, s, document, begin, at, out)?;
    }
}

/// Reads the escape at `at`; returns the index behind it.
fn escape<T: Unit>(
    t: &mut Thread,
    s: &[T],
    document: Value,
    begin: usize,
    at: usize,
    out: &mut TextBuf,
) -> PyResult<usize> {
    let Some(&c) = s.get(at + 1) else {
        return Err(decode_error(t, "Unterminated string starting at", document, begin.wrapping_sub(1)));
    };
    let plain = match char::from_u32(c.into()) {
        Some('"') => b'"',
        Some('\\') => b'\\',
        Some('/') => b'/',
        Some('b') => 8,
        Some('f') => 12,
        Some('n') => 10,
        Some('r') => 13,
        Some('t') => 9,
        Some('u') => {
            let Some(high) = hex(s, at + 2) else {
                return Err(decode_error(t, "Invalid \\uXXXX escape", document, at + 1));
            };
            if (0xD800..0xDC00).contains(&high)
                && s.get(at + 6).is_some_and(|&u| u.into() == 0x5C)
                && s.get(at + 7).is_some_and(|&u| u.into() == b'u' as u32)
                && let Some(low) = hex(s, at + 8)
                && (0xDC00..0xE000).contains(&low)
            {
                out.push(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
                return Ok(at + 12);
            }
            out.push(high);
            return Ok(at + 6);
        }
        _ => return Err(decode_error(t, "Invalid \\escape: ", document, at)),
    };
    out.push(plain as u32);
    Ok(at + 2)
}

fn hex<T: Unit>(s: &[T], at: usize) -> Option<u32> {
    let digits = s.get(at..at + 4)?;
    digits.iter().try_fold(0, |n, &u| Some(n << 4 | char::from_u32(u.into())?.to_digit(16)?))
}

/// Entries of the cache of object keys.
const KEYS: usize = 64;
/// The longest key that is kept there.
const LONGEST_KEY: usize = 32;

/// One pass over a document.
struct Reader<'a, T> {
    s: &'a [T],
    document: Value,
    scanner: &'static Scanner,
    keys: Ref<Tuple>,
    float_class: bool,
    int_class: bool,
}

impl<'a, T: Unit> Reader<'a, T> {
    fn new(s: &'a [T], document: Value, scanner_object: Value) -> Self {
        let scanner = this(scanner_object);
        let float_class = class_of_kind(Kind::Float).value() == scanner.parse_float.get();
        let int_class = class_of_kind(Kind::Int).value() == scanner.parse_int.get();
        let keys = Ref::known(scanner.keys.get());
        Reader { s, document, scanner, keys, float_class, int_class }
    }

    #[inline(always)]
    fn is(&self, at: usize, c: u8) -> bool {
        self.s.get(at).is_some_and(|&u| u.into() == c as u32)
    }

    #[inline]
    fn skip_space(&self, mut at: usize) -> usize {
        while let Some(&u) = self.s.get(at)
            && matches!(u.into(), 0x20 | 0x0A | 0x0D | 0x09)
        {
            at += 1;
        }
        at
    }

    #[cold]
    fn error<R>(&self, t: &mut Thread, message: &str, at: usize) -> PyResult<R> {
        Err(decode_error(t, message, self.document, at))
    }

    #[cold]
    fn no_value<R>(&self, t: &mut Thread, at: usize) -> PyResult<R> {
        let at = int_value(t, at as i64);
        Err(t.raise_args(Exc::StopIteration, &[at]))
    }

    fn word(&self, at: usize, word: &str) -> bool {
        word.bytes().enumerate().all(|(i, b)| self.is(at + i, b))
    }

    fn value(&mut self, t: &mut Thread, at: usize) -> PyResult<(Value, usize)> {
        let Some(&c) = self.s.get(at) else { return self.no_value(t, at) };
        match char::from_u32(c.into()).unwrap_or('\0') {
            '"' => string(t, self.s, self.document, at + 1, self.scanner.strict),
            '{' => {
                t.check_native_stack()?;
                self.object(t, at + 1)
            }
            '[' => {
                t.check_native_stack()?;
                self.array(t, at + 1)
            }
            'n' if self.word(at, "null") => Ok((Value::NONE, at + 4)),
            't' if self.word(at, "true") => Ok((Value::TRUE, at + 4)),
            'f' if self.word(at, "false") => Ok((Value::FALSE, at + 5)),
            'N' if self.word(at, "NaN") => self.constant(t, "NaN", at),
            'I' if self.word(at, "Infinity") => self.constant(t, "Infinity", at),
            '-' if self.word(at, "-Infinity") => self.constant(t, "-Infinity", at),
            '-' | '0'..='9' => self.number(t, at),
            _ => self.no_value(t, at),
        }
    }

    fn constant(&self, t: &mut Thread, name: &str, at: usize) -> PyResult<(Value, usize)> {
        let text = t.intern(name);
        let value = call::call(t, self.scanner.parse_constant.get(), &[text])?;
        Ok((value, at + name.len()))
    }

    fn digits(&self, mut at: usize) -> usize {
        while self.s.get(at).is_some_and(|&u| (0x30..0x3A).contains(&u.into())) {
            at += 1;
        }
        at
    }

    fn number(&self, t: &mut Thread, start: usize) -> PyResult<(Value, usize)> {
        let first = if self.is(start, b'-') { start + 1 } else { start };
        let mut at = if self.is(first, b'0') { first + 1 } else { self.digits(first) };
        if at == first {
            return self.no_value(t, start);
        }
        let mut is_float = false;
        if self.is(at, b'.') {
            let end = self.digits(at + 1);
            if end > at + 1 {
                (at, is_float) = (end, true);
            }
        }
        if self.is(at, b'e') || self.is(at, b'E') {
            let sign = self.is(at + 1, b'+') || self.is(at + 1, b'-');
            let from = at + 1 + sign as usize;
            let end = self.digits(from);
            if end > from {
                (at, is_float) = (end, true);
            }
        }
        let part = &self.s[start..at];
        if !is_float && self.int_class && part.len() <= 18 {
            let mut n = 0i64;
            for &u in &self.s[first..at] {
                let u: u32 = u.into();
                n = n * 10 + (u - 0x30) as i64;
            }
            let n = if first > start { -n } else { n };
            return Ok((int_value(t, n), at));
        }
        if is_float && self.float_class {
            let text: String = part.iter().filter_map(|&u| char::from_u32(u.into())).collect();
            let f = text.parse().unwrap_or(f64::NAN);
            return Ok((float_value(t, f), at));
        }
        let text = Str::from_units(t, T::units(part))?;
        let parse = if is_float { self.scanner.parse_float.get() } else { self.scanner.parse_int.get() };
        Ok((call::call(t, parse, &[text])?, at))
    }

    fn array(&mut self, t: &mut Thread, at: usize) -> PyResult<(Value, usize)> {
        let result = list::new(t, &[]);
        let mut at = self.skip_space(at);
        if self.is(at, b']') {
            return Ok((result, at + 1));
        }
        loop {
            let (item, end) = self.value(t, at)?;
            list::append(t, Ref::known(result), item);
            at = self.skip_space(end);
            if self.is(at, b']') {
                return Ok((result, at + 1));
            }
            if !self.is(at, b',') {
                return self.error(t, "Expecting ',' delimiter", at);
            }
            let comma = at;
            at = self.skip_space(at + 1);
            if self.is(at, b']') {
                return self.error(t, "Illegal trailing comma before end of array", comma);
            }
        }
    }

    /// Reads a key; equal keys come out as the same str.
    fn key(&mut self, t: &mut Thread, begin: usize) -> PyResult<(Value, usize)> {
        let end = begin + plain_run(&self.s[begin.min(self.s.len())..]).unwrap_or(0);
        if !self.is(end, b'"') {
            return string(t, self.s, self.document, begin, self.scanner.strict);
        }
        let text = &self.s[begin..end];
        let at = |i: usize| text.get(i).map_or(0, |&unit| unit.into());
        // Keys of one document mostly differ in length or in one of these places.
        let places = [0, text.len() / 2, text.len().wrapping_sub(1), text.len().wrapping_sub(2)];
        let hash = places.iter().fold(text.len() as u32, |hash, &i| (hash ^ at(i)).wrapping_mul(0x0100_0193));
        let kept = &self.keys.items()[(hash ^ hash >> 16) as usize % KEYS];
        let text = T::units(text);
        if let Some(known) = kept.get().cast::<Str>()
            && known.len() == text.len()
            && known.units() == text
        {
            return Ok((known.value(), end + 1));
        }
        let key = part(t, &self.s[begin..end], self.document)?;
        if end - begin <= LONGEST_KEY {
            t.publish(key);
            kept.cache(key);
        }
        Ok((key, end + 1))
    }

    fn object(&mut self, t: &mut Thread, at: usize) -> PyResult<(Value, usize)> {
        let pairs_hook = self.scanner.object_pairs_hook.get();
        let as_pairs = !pairs_hook.is_none();
        let result = if as_pairs { list::new(t, &[]) } else { dict::new(t).value() };
        let mut at = self.skip_space(at);
        if !self.is(at, b'}') {
            loop {
                if !self.is(at, b'"') {
                    return self.error(t, "Expecting property name enclosed in double quotes", at);
                }
                let (key, end) = self.key(t, at + 1)?;
                at = self.skip_space(end);
                if !self.is(at, b':') {
                    return self.error(t, "Expecting ':' delimiter", at);
                }
                at = self.skip_space(at + 1);
                let (value, end) = self.value(t, at)?;
                if as_pairs {
                    let pair = tuple::new(t, &[key, value])?;
                    list::append(t, Ref::known(result), pair);
                } else {
                    dict::set(t, Ref::known(result), key, value)?;
                }
                at = self.skip_space(end);
                if self.is(at, b'}') {
                    break;
                }
                if !self.is(at, b',') {
                    return self.error(t, "Expecting ',' delimiter", at);
                }
                let comma = at;
                at = self.skip_space(at + 1);
                if self.is(at, b'}') {
                    return self.error(t, "Illegal trailing comma before end of object", comma);
                }
            }
        }
        let hook = if as_pairs { pairs_hook } else { self.scanner.object_hook.get() };
        let value = if hook.is_none() { result } else { call::call(t, hook, &[result])? };
        Ok((value, at + 1))
    }
}
