//! `_string`: the parsers of format strings, for `string.Formatter`.

use pystm_text::{
    Units,
    str_format::{FieldKey, FieldStep, parse_format, split_field_name},
};
use pystm_vm::{
    builtins::{
        iterators::{ITER, NEXT},
        str::{Str, format::raise},
        tuple,
    },
    error::PyResult,
    native::{Method, ModuleDef, NO_CONSTRUCTOR, TypeDef, method},
    object::{
        Ref,
        record::{self, Record},
    },
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// The module.
pub static MODULE: ModuleDef =
    ModuleDef { name: "_string", doc: "string helper module", methods: METHODS, types: &[], init: None };

const METHODS: &[Method] = &[
    method("formatter_parser", "(object, /)", formatter_parser, "parse the argument as a format string"),
    method(
        "formatter_field_name_split",
        "(object, /)",
        field_name_split,
        "split the argument as a field name",
    ),
];

static PARSER_DEF: TypeDef = record::def("formatteriterator", "", NO_CONSTRUCTOR, &[ITER, NEXT]);
static STEPS_DEF: TypeDef = record::def("fieldnameiterator", "", NO_CONSTRUCTOR, &[ITER, NEXT]);

// Values of both iterators: the text, and how many pieces have been given.
const TEXT: usize = 0;
const INDEX: usize = 1;

fn text(t: &mut Thread, value: Value) -> PyResult<Ref<Str>> {
    match value.as_str() {
        Some(s) => Ok(s),
        None => {
            let got = type_of(value).name();
            Err(t.type_error(format!("expected str, got {got}")))
        }
    }
}

fn formatter_parser(t: &mut Thread, args: &[Value]) -> PyResult {
    let format = text(t, args[0])?;
    Ok(record::new(t, &PARSER_DEF, Some(next_piece), &[format.value(), Value::ZERO]))
}

/// The next piece, found by counting: format strings are short.
fn next_piece(t: &mut Thread, record: Ref<Record>) -> PyResult<Option<Value>> {
    let Some(format) = record.get(TEXT).as_str() else { return Ok(None) };
    let units = format.units();
    let index = record.get_int(INDEX);
    let Some(piece) = parse_format(units).nth(index as usize) else { return Ok(None) };
    record.set_int(t, INDEX, index + 1);
    let piece = piece.map_err(|error| raise(t, &error))?;
    let literal = Str::from_units(t, units.slice(piece.literal))?;
    let parts = match piece.field {
        None => [literal, Value::NONE, Value::NONE, Value::NONE],
        Some(field) => {
            let name = Str::from_units(t, units.slice(field.name))?;
            let spec = Str::from_units(t, units.slice(field.spec))?;
            let conversion = match field.conversion {
                Some(c) => Str::from_units(t, Units::Four(&[c]))?,
                None => Value::NONE,
            };
            [literal, name, spec, conversion]
        }
    };
    Ok(Some(tuple::new_small(t, &parts)))
}

fn key(t: &mut Thread, name: Units<'_>, key: FieldKey) -> PyResult {
    match key {
        FieldKey::Index(i) => Ok(Value::small(i as i64)),
        FieldKey::Name(range) => Str::from_units(t, name.slice(range)),
    }
}

fn field_name_split(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = text(t, args[0])?;
    let (first, _) = split_field_name(name.units()).map_err(|error| raise(t, &error))?;
    let first = key(t, name.units(), first)?;
    let rest = record::new(t, &STEPS_DEF, Some(next_step), &[name.value(), Value::ZERO]);
    Ok(tuple::new_small(t, &[first, rest]))
}

fn next_step(t: &mut Thread, record: Ref<Record>) -> PyResult<Option<Value>> {
    let Some(name) = record.get(TEXT).as_str() else { return Ok(None) };
    let index = record.get_int(INDEX);
    let (_, mut steps) = split_field_name(name.units()).map_err(|error| raise(t, &error))?;
    let Some(step) = steps.nth(index as usize) else { return Ok(None) };
    record.set_int(t, INDEX, index + 1);
    let (is_attribute, value) = match step.map_err(|error| raise(t, &error))? {
        FieldStep::Attribute(range) => (true, Str::from_units(t, name.units().slice(range))?),
        FieldStep::Item(item) => (false, key(t, name.units(), item)?),
    };
    Ok(Some(tuple::new_small(t, &[Value::bool(is_attribute), value])))
}
