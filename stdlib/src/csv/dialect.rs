//! `Dialect`: how fields are separated and quoted.

use pystm_gc::Marker;
use pystm_text::TextBuf;
use pystm_vm::{
    builtins::{dict::Dict, int, str::Str},
    error::PyResult,
    kind::Kind,
    native::{SUBCLASSABLE, TypeDef, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload},
    },
    protocol::{attr, truth},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use crate::support::to_i64;

/// When fields are quoted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    Minimal,
    All,
    NonNumeric,
    None,
    Strings,
    NotNull,
}

/// State of a dialect.
#[derive(Clone)]
pub(super) struct Dialect {
    pub(super) delimiter: u32,
    pub(super) quote: Option<u32>,
    pub(super) escape: Option<u32>,
    pub(super) double_quote: bool,
    pub(super) skip_space: bool,
    pub(super) terminator: TextBuf,
    pub(super) quoting: Quoting,
    pub(super) strict: bool,
}

impl Payload for Dialect {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

pub(super) static DEF: TypeDef = TypeDef {
    name: "_csv.Dialect",
    doc: "CSV dialect",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: SUBCLASSABLE,
    methods: &[
        static_method(
            "__new__",
            "($cls, dialect=None, delimiter=None, doublequote=None, escapechar=None, lineterminator=None, quotechar=None, \
             quoting=None, skipinitialspace=None, strict=None)",
            new,
            "Make a dialect of another one and of parameters.",
        ),
        method("__reduce__", "($self, /)", no_pickle, "Dialects cannot be pickled."),
        method("__reduce_ex__", "($self, protocol, /)", no_pickle, "Dialects cannot be pickled."),
    ],
    getset: &[
        getter("delimiter", |t, v| Ok(Str::from_code_points(t, &[this(v).delimiter])), ""),
        getter("quotechar", |t, v| Ok(optional(t, this(v).quote)), ""),
        getter("escapechar", |t, v| Ok(optional(t, this(v).escape)), ""),
        getter("doublequote", |_, v| Ok(Value::bool(this(v).double_quote)), ""),
        getter("skipinitialspace", |_, v| Ok(Value::bool(this(v).skip_space)), ""),
        getter("lineterminator", |t, v| Str::from_buf(t, &this(v).terminator), ""),
        getter("quoting", |_, v| Ok(Value::small(this(v).quoting as i64)), ""),
        getter("strict", |_, v| Ok(Value::bool(this(v).strict)), ""),
    ],
    setup: None,
};

/// The state of a dialect object.
pub(super) fn this(object: Value) -> &'static Dialect {
    native::payload::<Dialect>(object).expect("a dialect")
}

fn no_pickle(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = type_of(args[0]).name();
    Err(t.type_error(format!("cannot pickle '{name}' instances")))
}

fn optional(t: &mut Thread, c: Option<u32>) -> Value {
    match c {
        Some(c) => Str::from_code_points(t, &[c]),
        None => Value::NONE,
    }
}

const NAMES: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

/// The dialect of a function's `dialect` argument and keyword arguments.
pub(super) fn from_arguments(t: &mut Thread, dialect: Value, keywords: Value) -> PyResult {
    let class = t.rt.native_class(t, &DEF);
    let mut args = [Value::UNSET; 10];
    args[0] = class.value();
    args[1] = dialect;
    if let Some(given) = keywords.cast::<Dict>() {
        let mut position = 0;
        while let Some((at, key, value)) = given.entry_from(position) {
            let name = key.as_str().map(|s| s.to_rust()).unwrap_or_default();
            match NAMES.iter().position(|n| *n == name) {
                Some(i) => args[2 + i] = value,
                None => {
                    return Err(
                        t.type_error(format!("this function got an unexpected keyword argument '{name}'"))
                    );
                }
            }
            position = at + 1;
        }
    }
    new(t, &args)
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class: Ref<pystm_vm::builtins::typeobj::Type> = Ref::known(args[0]);
    let mut dialect = args[1].or(Value::NONE);
    if dialect.as_str().is_some() {
        dialect = super::get_dialect(t, dialect)?;
    }
    let own = t.rt.native_class(t, &DEF);
    if class == own && native::payload::<Dialect>(dialect).is_some() && args[2..].iter().all(|a| a.is_unset())
    {
        return Ok(dialect);
    }
    let mut given = [Value::UNSET; 8];
    given.copy_from_slice(&args[2..10]);
    if !dialect.is_none() {
        for (slot, name) in given.iter_mut().zip(NAMES) {
            if slot.is_unset()
                && let Some(value) = attr::find_attr(t, dialect, name)?
            {
                *slot = value;
            }
        }
    }
    let [delimiter, double_quote, escape, terminator, quote, quoting, skip_space, strict] = given;
    let delimiter = match character(t, "delimiter", delimiter, false)? {
        Given::Missing => b',' as u32,
        Given::Char(c) => c,
        Given::Empty => return Err(t.type_error("\"delimiter\" must be a unicode character, not NoneType")),
    };
    let double_quote = flag(t, double_quote, true)?;
    let escape = match character(t, "escapechar", escape, true)? {
        Given::Char(c) => Some(c),
        _ => None,
    };
    let terminator = match terminator.given() {
        None => TextBuf::from("\r\n"),
        Some(v) => match v.as_str() {
            Some(s) => TextBuf::from(s.units()),
            None => {
                let name = type_of(v).name();
                return Err(t.type_error(format!("\"lineterminator\" must be a string, not {name}")));
            }
        },
    };
    let quote_given = quote;
    let quote = match character(t, "quotechar", quote, true)? {
        Given::Missing => Some(b'"' as u32),
        Given::Char(c) => Some(c),
        Given::Empty => None,
    };
    let quoting = match quoting.given() {
        None if quote_given.is_none() => Quoting::None,
        None => Quoting::Minimal,
        Some(v) => {
            if int::as_int(v).is_none() {
                let name = type_of(v).name();
                return Err(t.type_error(format!("\"quoting\" must be an integer, not {name}")));
            }
            match to_i64(t, v)? {
                0 => Quoting::Minimal,
                1 => Quoting::All,
                2 => Quoting::NonNumeric,
                3 => Quoting::None,
                4 => Quoting::Strings,
                5 => Quoting::NotNull,
                _ => return Err(t.type_error("bad \"quoting\" value")),
            }
        }
    };
    if quoting != Quoting::None && quote.is_none() {
        return Err(t.type_error("quotechar must be set if quoting enabled"));
    }
    let skip_space = flag(t, skip_space, false)?;
    let strict = flag(t, strict, false)?;
    for (name, c, space_allowed) in [
        ("delimiter", Some(delimiter), true),
        ("escapechar", escape, !skip_space),
        ("quotechar", quote, !skip_space),
    ] {
        let Some(c) = c else { continue };
        if c == 10 || c == 13 || c == 32 && !space_allowed {
            return Err(t.value_error(format!("bad {name} value")));
        }
        if terminator.as_units().iter().any(|u| u == c) {
            return Err(t.value_error(format!("bad {name} or lineterminator value")));
        }
    }
    for (a, b, message) in [
        (Some(delimiter), escape, "bad delimiter or escapechar value"),
        (Some(delimiter), quote, "bad delimiter or quotechar value"),
        (escape, quote, "bad escapechar or quotechar value"),
    ] {
        if a.is_some() && a == b {
            return Err(t.value_error(message));
        }
    }
    let payload = Dialect { delimiter, quote, escape, double_quote, skip_space, terminator, quoting, strict };
    Ok(native::new(t, class, payload))
}

enum Given {
    Missing,
    Empty,
    Char(u32),
}

fn character(t: &mut Thread, name: &str, value: Value, none: bool) -> PyResult<Given> {
    let Some(value) = value.given() else { return Ok(Given::Missing) };
    if none && value.is_none() {
        return Ok(Given::Empty);
    }
    let or_none = if none { " or None" } else { "" };
    match value.as_str() {
        Some(s) if s.len() == 1 => Ok(Given::Char(s.code_point(0))),
        Some(s) => {
            let n = s.len();
            Err(t.type_error(format!(
                "\"{name}\" must be a unicode character{or_none}, not a string of length {n}"
            )))
        }
        None => {
            let got = type_of(value).name();
            Err(t.type_error(format!("\"{name}\" must be a unicode character{or_none}, not {got}")))
        }
    }
}

fn flag(t: &mut Thread, value: Value, default: bool) -> PyResult<bool> {
    match value.given() {
        None => Ok(default),
        Some(v) => truth::is_true(t, v),
    }
}
