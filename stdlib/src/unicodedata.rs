//! `unicodedata`: the Unicode character database.

use pystm_gc::Marker;
use pystm_text::unicode::{
    self, NormalForm,
    version_3_2::{self, Changes},
};
use pystm_vm::{
    builtins::{float, str::Str},
    error::{Exc, PyResult},
    kind::Kind,
    native::{Method, ModuleDef, NO_CONSTRUCTOR, TypeDef, getter, method},
    object::{
        Ref,
        native::{self, Kept, Payload},
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
        |t, a| bidirectional(t, a, Version::Current),
        "Returns the bidirectional class assigned to the character chr as string.",
    ),
    method(
        "category",
        "(chr, /)",
        |t, a| category(t, a, Version::Current),
        "Returns the general category assigned to the character chr as string.",
    ),
    method(
        "combining",
        "(chr, /)",
        |t, a| combining(t, a, Version::Current),
        "Returns the canonical combining class assigned to the character chr as integer.",
    ),
    method(
        "decimal",
        "(chr, default=<unrepresentable>, /)",
        |t, a| decimal(t, a, Version::Current),
        "Converts a Unicode character into its equivalent decimal value.",
    ),
    method(
        "decomposition",
        "(chr, /)",
        |t, a| decomposition(t, a, Version::Current),
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
        |t, a| east_asian_width(t, a, Version::Current),
        "Returns the east asian width assigned to the character chr as string.",
    ),
    method(
        "is_normalized",
        "(form, unistr, /)",
        |t, a| is_normalized(t, a, Version::Current),
        "Return whether the Unicode string unistr is in the normal form 'form'.",
    ),
    method("lookup", "(name, /)", lookup, "Look up character by name."),
    method(
        "mirrored",
        "(chr, /)",
        |t, a| mirrored(t, a, Version::Current),
        "Returns the mirrored property assigned to the character chr as integer.",
    ),
    method(
        "name",
        "(chr, default=<unrepresentable>, /)",
        |t, a| name(t, a, Version::Current),
        "Returns the name assigned to the character chr as a string.",
    ),
    method(
        "normalize",
        "(form, unistr, /)",
        |t, a| normalize(t, a, Version::Current),
        "Return the normal form 'form' for the Unicode string unistr.",
    ),
    method(
        "numeric",
        "(chr, default=<unrepresentable>, /)",
        |t, a| numeric(t, a, Version::Current),
        "Converts a Unicode character into its equivalent numeric value.",
    ),
];

/// Which Unicode a function tells about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    Current,
    /// 3.2, as [`Ucd`] shows it.
    Old,
}

impl Version {
    /// What this version says about a character, by what it says of the changes.
    fn ask<R>(
        self,
        c: u32,
        missing: R,
        changed: fn(&'static Changes) -> Option<R>,
        now: impl FnOnce(u32) -> R,
    ) -> R {
        match (self, version_3_2::changes(c)) {
            (Version::Current, _) | (_, None) => now(c),
            (_, Some(old)) if old.unassigned => missing,
            (_, Some(old)) => changed(old).unwrap_or_else(|| now(c)),
        }
    }
}

/// `unicodedata.ucd_3_2_0`: the database as it was.
struct Ucd;

impl Payload for Ucd {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
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
        |t, a| bidirectional(t, &a[1..], Version::Old),
        "Returns the bidirectional class assigned to the character chr as string.",
    ),
    method(
        "category",
        "($self, chr, /)",
        |t, a| category(t, &a[1..], Version::Old),
        "Returns the general category assigned to the character chr as string.",
    ),
    method(
        "combining",
        "($self, chr, /)",
        |t, a| combining(t, &a[1..], Version::Old),
        "Returns the canonical combining class assigned to the character chr as integer.",
    ),
    method(
        "decimal",
        "($self, chr, default=<unrepresentable>, /)",
        |t, a| decimal(t, &a[1..], Version::Old),
        "Converts a Unicode character into its equivalent decimal value.",
    ),
    method(
        "decomposition",
        "($self, chr, /)",
        |t, a| decomposition(t, &a[1..], Version::Old),
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
        |t, a| east_asian_width(t, &a[1..], Version::Old),
        "Returns the east asian width assigned to the character chr as string.",
    ),
    method(
        "is_normalized",
        "($self, form, unistr, /)",
        |t, a| is_normalized(t, &a[1..], Version::Old),
        "Return whether the Unicode string unistr is in the normal form 'form'.",
    ),
    method("lookup", "($self, name, /)", |t, a| lookup(t, &a[1..]), "Look up character by name."),
    method(
        "mirrored",
        "($self, chr, /)",
        |t, a| mirrored(t, &a[1..], Version::Old),
        "Returns the mirrored property assigned to the character chr as integer.",
    ),
    method(
        "name",
        "($self, chr, default=<unrepresentable>, /)",
        |t, a| name(t, &a[1..], Version::Old),
        "Returns the name assigned to the character chr as a string.",
    ),
    method(
        "normalize",
        "($self, form, unistr, /)",
        |t, a| normalize(t, &a[1..], Version::Old),
        "Return the normal form 'form' for the Unicode string unistr.",
    ),
    method(
        "numeric",
        "($self, chr, default=<unrepresentable>, /)",
        |t, a| numeric(t, &a[1..], Version::Old),
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

fn bidirectional(t: &mut Thread, args: &[Value], version: Version) -> PyResult {
    let c = character(t, args[0], "bidirectional", "")?;
    Ok(t.intern(version.ask(c, "", |old| old.bidirectional, unicode::bidirectional)))
}

fn category(t: &mut Thread, args: &[Value], version: Version) -> PyResult {
    let c = character(t, args[0], "category", "")?;
    let now = |c| unicode::category_name(unicode::general_category(c));
    Ok(t.intern(version.ask(c, "Cn", |old| old.category, now)))
}

fn combining(t: &mut Thread, args: &[Value], version: Version) -> PyResult {
    let c = character(t, args[0], "combining", "")?;
    Ok(Value::small(version.ask(c, 0, |_| None, unicode::combining_class) as i64))
}

fn decomposition(t: &mut Thread, args: &[Value], version: Version) -> PyResult {
    let c = character(t, args[0], "decomposition", "")?;
    Ok(t.new_str(&version.ask(c, String::new(), |_| None, unicode::decomposition)))
}

fn east_asian_width(t: &mut Thread, args: &[Value], version: Version) -> PyResult {
    let c = character(t, args[0], "east_asian_width", "")?;
    let now = |c| unicode::east_asian_width(c).abbreviation();
    Ok(t.intern(version.ask(c, "N", |old| old.width, now)))
}

fn mirrored(t: &mut Thread, args: &[Value], version: Version) -> PyResult {
    let c = character(t, args[0], "mirrored", "")?;
    Ok(Value::small(version.ask(c, false, |old| old.mirrored, unicode::is_mirrored) as i64))
}

/// A value, or the default, or ValueError.
fn value_or(t: &mut Thread, value: Option<Value>, default: Value, message: &str) -> PyResult {
    match value.or(default.given()) {
        Some(v) => Ok(v),
        None => Err(t.value_error(message)),
    }
}

fn decimal(t: &mut Thread, args: &[Value], version: Version) -> PyResult {
    let c = character(t, args[0], "decimal", " 1")?;
    let value = version.ask(c, None, |old| old.decimal, unicode::decimal_value);
    let value = value.map(|d| Value::small(d as i64));
    value_or(t, value, args[1], "not a decimal")
}

/// CPython asks the present version even for the old one.
fn digit(t: &mut Thread, args: &[Value]) -> PyResult {
    let c = character(t, args[0], "digit", " 1")?;
    let value = unicode::digit_value(c).map(|d| Value::small(d as i64));
    value_or(t, value, args[1], "not a digit")
}

fn numeric(t: &mut Thread, args: &[Value], version: Version) -> PyResult {
    let c = character(t, args[0], "numeric", " 1")?;
    let value = version.ask(c, None, |old| old.numeric, unicode::numeric_value);
    let value = value.map(|x| float::new(t, x));
    value_or(t, value, args[1], "not a numeric character")
}

fn name(t: &mut Thread, args: &[Value], version: Version) -> PyResult {
    let c = character(t, args[0], "name", " 1")?;
    let value = version.ask(c, None, |_| None, unicode::character_name);
    let value = value.map(|n| t.new_str(&n));
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

fn normalize(t: &mut Thread, args: &[Value], version: Version) -> PyResult {
    let (form, text) = form_and_text(t, args, "normalize")?;
    if normalized(text, form, version) {
        return Ok(text.value());
    }
    let buf = match version {
        Version::Current => unicode::normalize(text.units(), form),
        Version::Old => version_3_2::normalize(text.units(), form),
    };
    Str::from_buf(t, &buf)
}

fn is_normalized(t: &mut Thread, args: &[Value], version: Version) -> PyResult {
    let (form, text) = form_and_text(t, args, "is_normalized")?;
    Ok(Value::bool(normalized(text, form, version)))
}

fn normalized(text: Ref<Str>, form: NormalForm, version: Version) -> bool {
    match version {
        Version::Current => unicode::is_normalized(text.units(), form),
        Version::Old => version_3_2::is_normalized(text.units(), form),
    }
}
