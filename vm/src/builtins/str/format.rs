//! `str.format`, `str.format_map` and `str.__format__`.

use std::ops::Range;

use pystm_text::{
    TextBuf, TextError, Units, format_spec,
    str_format::{AutoNumber, FieldKey, FieldStep, FormatField, parse_format_range, split_field_name},
};

use super::{Str, methods::this};
use crate::{
    builtins::{dict, dict::Dict, tuple::Tuple},
    error::{Exc, PyResult, Raised},
    object::Ref,
    protocol::{attr, item, text},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// Raises what the text crate asks for.
pub fn raise(t: &mut Thread, error: &TextError) -> Raised {
    use pystm_text::ErrorKind;
    match error.kind {
        ErrorKind::Value => t.value_error(&error.message),
        ErrorKind::Type => t.type_error(&error.message),
        ErrorKind::Overflow => t.overflow_error(&error.message),
        ErrorKind::Memory => t.memory_error(),
    }
}

pub(super) fn format_method(t: &mut Thread, args: &[Value]) -> PyResult {
    let s = this(args[0]);
    let Some(spec) = args[1].as_str() else {
        let got = super::methods::argument_type_name(args[1]);
        return Err(t.type_error(format!("__format__() argument must be str, not {got}")));
    };
    if spec.is_empty() {
        return if super::is_exact(args[0]) { Ok(args[0]) } else { text::str(t, args[0]) };
    }
    let name = type_of(args[0]).format_name();
    match format_spec::format_text(s.units(), spec.units(), &name) {
        Ok(buf) => Str::from_buf(t, &buf),
        Err(error) => Err(raise(t, &error)),
    }
}

pub(super) fn format(t: &mut Thread, args: &[Value]) -> PyResult {
    run(t, this(args[0]), args[1], args[2])
}

pub(super) fn format_map(t: &mut Thread, args: &[Value]) -> PyResult {
    run(t, this(args[0]), Value::UNSET, args[1])
}

fn run(t: &mut Thread, format: Ref<Str>, args: Value, kwargs: Value) -> PyResult {
    let mut run = Run { format, args, kwargs, auto: AutoNumber::default() };
    let mut out = TextBuf::with_capacity(format.len() + 16);
    run.build(t, 0..format.len(), 2, &mut out)?;
    Str::from_buf(t, &out)
}

/// One call of `format`. The values are those of the caller's arguments.
struct Run {
    format: Ref<Str>,
    /// The positional arguments, unset for `format_map`.
    args: Value,
    /// The keyword arguments, unset if there are none, or the mapping of `format_map`.
    kwargs: Value,
    auto: AutoNumber,
}

impl Run {
    /// Formats a part of the format string; `depth` levels of fields may still be entered.
    fn build(&mut self, t: &mut Thread, range: Range<usize>, depth: u32, out: &mut TextBuf) -> PyResult<()> {
        if depth == 0 {
            return Err(t.value_error("Max string recursion exceeded"));
        }
        let format = self.format;
        let units = format.units();
        for piece in parse_format_range(units, range) {
            let piece = piece.map_err(|error| raise(t, &error))?;
            out.push_units(units.slice(piece.literal));
            if let Some(field) = piece.field {
                self.field(t, &field, depth, out)?;
            }
        }
        Ok(())
    }

    fn field(&mut self, t: &mut Thread, field: &FormatField, depth: u32, out: &mut TextBuf) -> PyResult<()> {
        let format = self.format;
        let units = format.units();
        let mut value = self.fetch(t, units.slice(field.name.clone()))?;
        if let Some(conversion) = field.conversion {
            value = match char::from_u32(conversion) {
                Some('r') => text::repr(t, value)?,
                Some('s') => text::str(t, value)?,
                Some('a') => text::ascii(t, value)?,
                Some(c @ '!'..='~') => return Err(t.value_error(format!("Unknown conversion specifier {c}"))),
                _ => return Err(t.value_error(format!("Unknown conversion specifier \\x{conversion:x}"))),
            };
        }
        let spec = if field.spec_is_nested {
            let mut spec = TextBuf::new();
            self.build(t, field.spec.clone(), depth - 1, &mut spec)?;
            Str::from_buf(t, &spec)?
        } else if field.spec.is_empty() {
            t.rt.empty_str.get()
        } else {
            Str::from_units(t, units.slice(field.spec.clone()))?
        };
        let formatted = text::format(t, value, spec)?;
        if let Some(formatted) = formatted.as_str() {
            out.push_units(formatted.units());
        }
        Ok(())
    }

    /// The value that a field names.
    fn fetch(&mut self, t: &mut Thread, name: Units<'_>) -> PyResult {
        let (first, steps) = split_field_name(name).map_err(|error| raise(t, &error))?;
        let first = self.auto.resolve(first).map_err(|error| raise(t, &error))?;
        let mut value = match first {
            FieldKey::Index(i) => {
                let Some(args) = self.args.cast::<Tuple>() else {
                    return Err(t.value_error("Format string contains positional fields"));
                };
                match args.values().get(i) {
                    Some(&v) => v,
                    None => {
                        let message = format!("Replacement index {i} out of range for positional args tuple");
                        return Err(t.raise(Exc::IndexError, message));
                    }
                }
            }
            FieldKey::Name(range) => {
                let key = Str::from_units(t, name.slice(range))?;
                match self.kwargs.cast::<Dict>().filter(|_| super::translate::is_exact_dict(self.kwargs)) {
                    Some(kwargs) => match dict::get(t, kwargs, key)? {
                        Some(v) => v,
                        None => return Err(t.key_error(key)),
                    },
                    None if self.kwargs.is_unset() => return Err(t.key_error(key)),
                    None => item::getitem(t, self.kwargs, key)?,
                }
            }
        };
        for step in steps {
            value = match step.map_err(|error| raise(t, &error))? {
                FieldStep::Attribute(range) => {
                    let key = Str::from_units(t, name.slice(range))?;
                    let key = t.intern_value(key);
                    attr::getattr(t, value, key)?
                }
                FieldStep::Item(FieldKey::Index(i)) => item::getitem(t, value, Value::small(i as i64))?,
                FieldStep::Item(FieldKey::Name(range)) => {
                    let key = Str::from_units(t, name.slice(range))?;
                    item::getitem(t, value, key)?
                }
            };
        }
        Ok(value)
    }
}
