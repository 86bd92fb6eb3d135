//! `unicodedata`: the Unicode character database.

use pystm_gc::Marker;
use pystm_text::unicode::{self, NormalForm};
use pystm_vm::{
    builtins::{float, str::Str},
    error::{Exc, PyResult},
    kind::Kind,
    native::{Method, ModuleDef, NO_CONSTRUCTOR, TypeDef, getter, method},
    object::{
        Ref,
        native::{self, Payload},
    },
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use crate::support::set_global;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "unicodedata",
    doc: "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters.",
    methods: METHODS,
    types: &[&UCD_DEF],
    init: Some(init),
};

const METHODS: &[Method] = &[
    method(
        "bidirectional",
        "(chr, /)",
        bidirectional,
        "Returns the bidirectional class assigned to the character chr as string.",
    ),
    method(
        "category",
        "(chr, /)",
        category,
        "Returns the general category assigned to the character chr as string.",
    ),
    method(
        "combining",
        "(chr, /)",
        combining,
        "Returns the canonical combining class assigned to the character chr as integer.",
    ),
    method(
        "decimal",
        "(chr, default=<unrepresentable>, /)",
        decimal,
        "Converts a Unicode character into its equivalent decimal value.",
    ),
    method(
        "decomposition",
        "(chr, /)",
        decomposition,
        "Returns the character decomposition mapping assigned to the character chr as string.",
    ),
    method(
        "digit",
        "(chr, default=<unrepresentable>, /)",
        digit,
        "Converts a Unicode character into its equivalent digit value.",
    ),
    method(
        "east_asian_width",
        "(chr, /)",
        east_asian_width,
        "Returns the east asian width assigned to the character chr as string.",
    ),
    method(
        "is_normalized",
        "(form, unistr, /)",
        is_normalized,
        "Return whether the Unicode string unistr is in the normal form 'form'.",
    ),
    method("lookup", "(name, /)", lookup, "Look up character by name."),
    method(
        "mirrored",
        "(chr, /)",
        mirrored,
        "Returns the mirrored property assigned to the character chr as integer.",
    ),
    method(
        "name",
        "(chr, default=<unrepresentable>, /)",
        name,
        "Returns the name assigned to the character chr as a string.",
    ),
    method(
        "normalize",
        "(form, unistr, /)",
        normalize,
        "Return the normal form 'form' for the Unicode string unistr.",
    ),
    method(
        "numeric",
        "(chr, default=<unrepresentable>, /)",
        numeric,
        "Converts a Unicode character into its equivalent numeric value.",
    ),
];

/// `unicodedata.ucd_3_2_0`: the database again. Only what has not changed since Unicode 3.2 can be relied on.
struct Ucd;

impl Payload for Ucd {
    fn trace(&self, _: &mut Marker) {}
}

static UCD_DEF: TypeDef = TypeDef {
    name: "unicodedata.UCD",
    doc: "",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: 0,
    flags: NO_CONSTRUCTOR,
    methods: UCD_METHODS,
    getset: &[getter("unidata_version", |t, _| Ok(t.intern("3.2.0")), "")],
    setup: None,
};

const UCD_METHODS: &[Method] = &[
    method(
        "bidirectional",
        "($self, chr, /)",
        |t, a| bidirectional(t, &a[1..]),
        "Returns the bidirectional class assigned to the character chr as string.",
    ),
    method(
        "category",
        "($self, chr, /)",
        |t, a| category(t, &a[1..]),
        "Returns the general category assigned to the character chr as string.",
    ),
    method(
        "combining",
        "($self, chr, /)",
        |t, a| combining(t, &a[1..]),
        "Returns the canonical combining class assigned to the character chr as integer.",
    ),
    method(
        "decimal",
        "($self, chr, default=<unrepresentable>, /)",
        |t, a| decimal(t, &a[1..]),
        "Converts a Unicode character into its equivalent decimal value.",
    ),
    method(
        "decomposition",
        "($self, chr, /)",
        |t, a| decomposition(t, &a[1..]),
        "Returns the character decomposition mapping assigned to the character chr as string.",
    ),
    method(
        "digit",
        "($self, chr, default=<unrepresentable>, /)",
        |t, a| digit(t, &a[1..]),
        "Converts a Unicode character into its equivalent digit value.",
    ),
    method(
        "east_asian_width",
        "($self, chr, /)",
        |t, a| east_asian_width(t, &a[1..]),
        "Returns the east asian width assigned to the character chr as string.",
    ),
    method(
        "is_normalized",
        "($self, form, unistr, /)",
        |t, a| is_normalized(t, &a[1..]),
        "Return whether the Unicode string unistr is in the normal form 'form'.",
    ),
    method("lookup", "($self, name, /)", |t, a| lookup(t, &a[1..]), "Look up character by name."),
    method(
        "mirrored",
        "($self, chr, /)",
        |t, a| mirrored(t, &a[1..]),
        "Returns the mirrored property assigned to the character chr as integer.",
    ),
    method(
        "name",
        "($self, chr, default=<unrepresentable>, /)",
        |t, a| name(t, &a[1..]),
        "Returns the name assigned to the character chr as a string.",
    ),
    method(
        "normalize",
        "($self, form, unistr, /)",
        |t, a| normalize(t, &a[1..]),
        "Return the normal form 'form' for the Unicode string unistr.",
    ),
    method(
        "numeric",
        "($self, chr, default=<unrepresentable>, /)",
        |t, a| numeric(t, &a[1..]),
        "Converts a Unicode character into its equivalent numeric value.",
    ),
];

fn init(t: &mut Thread, module: Ref<pystm_vm::builtins::module::Module>) -> PyResult<()> {
    let version = t.intern("16.0.0");
    set_global(t, module, "unidata_version", version);
    let class = native::class(t, &UCD_DEF);
    let old = native::new(t, class, Ucd);
    set_global(t, module, "ucd_3_2_0", old);
    Ok(())
}

fn str_named(t: &mut Thread, value: Value, function: &str, which: &str) -> PyResult<Ref<Str>> {
    match value.as_str() {
        Some(s) => Ok(s),
        None => {
            let got = if value.is_none() { "None".to_owned() } else { type_of(value).name() };
            Err(t.type_error(format!("{function}() argument{which} must be str, not {got}")))
        }
    }
}

/// The character that a function is about. Functions with a default number their arguments in errors.
fn character(t: &mut Thread, value: Value, function: &str, which: &str) -> PyResult<u32> {
    let Some(s) = value.as_str() else {
        let got = if value.is_none() { "None".to_owned() } else { type_of(value).name() };
        return Err(
            t.type_error(format!("{function}() argument{which} must be a unicode character, not {got}"))
        );
    };
    match s.len() {
        1 => Ok(s.code_point(0)),
        n => Err(t.type_error(format!(
            "{function}(): argument{which} must be a unicode character, not a string of length {n}"
        ))),
    }
}

fn bidirectional(t: &mut Thread, args: &[Value]) -> PyResult {
    let c = character(t, args[0], "bidirectional", "")?;
    Ok(t.intern(unicode::bidirectional(c)))
}

fn category(t: &mut Thread, args: &[Value]) -> PyResult {
    let c = character(t, args[0], "category", "")?;
    Ok(t.intern(unicode::category_name(unicode::general_category(c))))
}

fn combining(t: &mut Thread, args: &[Value]) -> PyResult {
    let c = character(t, args[0], "combining", "")?;
    Ok(Value::small(unicode::combining_class(c) as i64))
}

fn decomposition(t: &mut Thread, args: &[Value]) -> PyResult {
    let c = character(t, args[0], "decomposition", "")?;
    Ok(t.new_str(&unicode::decomposition(c)))
}

fn east_asian_width(t: &mut Thread, args: &[Value]) -> PyResult {
    let c = character(t, args[0], "east_asian_width", "")?;
    Ok(t.intern(unicode::east_asian_width(c).abbreviation()))
}

fn mirrored(t: &mut Thread, args: &[Value]) -> PyResult {
    let c = character(t, args[0], "mirrored", "")?;
    Ok(Value::small(unicode::is_mirrored(c) as i64))
}

/// A value, or the default, or ValueError.
fn value_or(t: &mut Thread, value: Option<Value>, default: Value, message: &str) -> PyResult {
    match value.or(default.given()) {
        Some(v) => Ok(v),
        None => Err(t.value_error(message)),
    }
}

fn decimal(t: &mut Thread, args: &[Value]) -> PyResult {
    let c = character(t, args[0], "decimal", " 1")?;
    let value = unicode::decimal_value(c).map(|d| Value::small(d as i64));
    value_or(t, value, args[1], "not a decimal")
}

fn digit(t: &mut Thread, args: &[Value]) -> PyResult {
    let c = character(t, args[0], "digit", " 1")?;
    let value = unicode::digit_value(c).map(|d| Value::small(d as i64));
    value_or(t, value, args[1], "not a digit")
}

fn numeric(t: &mut Thread, args: &[Value]) -> PyResult {
    let c = character(t, args[0], "numeric", " 1")?;
    let value = unicode::numeric_value(c).map(|x| float::new(t, x));
    value_or(t, value, args[1], "not a numeric character")
}

fn name(t: &mut Thread, args: &[Value]) -> PyResult {
    let c = character(t, args[0], "name", " 1")?;
    let value = unicode::character_name(c).map(|n| t.new_str(&n));
    value_or(t, value, args[1], "no such name")
}

fn lookup(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(s) = args[0].as_str() else {
        let got = if args[0].is_none() { "None".to_owned() } else { type_of(args[0]).name() };
        return Err(t.type_error(format!("lookup() argument must be str, not {got}")));
    };
    let name = s.to_rust();
    match unicode::lookup_name(&name) {
        Some(c) => Ok(Str::from_code_points(t, &[c])),
        None => Err(t.raise(Exc::KeyError, format!("undefined character name '{name}'"))),
    }
}

/// The normal form and the text.
fn form_and_text(t: &mut Thread, args: &[Value], function: &str) -> PyResult<(NormalForm, Ref<Str>)> {
    let form = str_named(t, args[0], function, " 1")?;
    let text = str_named(t, args[1], function, " 2")?;
    match NormalForm::from_name(&form.to_rust()) {
        Some(form) => Ok((form, text)),
        None => Err(t.value_error("invalid normalization form")),
    }
}

fn normalize(t: &mut Thread, args: &[Value]) -> PyResult {
    let (form, text) = form_and_text(t, args, "normalize")?;
    if unicode::is_normalized(text.units(), form) {
        return Ok(text.value());
    }
    let buf = unicode::normalize(text.units(), form);
    Str::from_buf(t, &buf)
}

fn is_normalized(t: &mut Thread, args: &[Value]) -> PyResult {
    let (form, text) = form_and_text(t, args, "is_normalized")?;
    Ok(Value::bool(unicode::is_normalized(text.units(), form)))
}
