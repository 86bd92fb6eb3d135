//! `format % values`.

use pystm_text::{
    TextBuf, Units,
    percent::{
        Amount, Conversion, PercentPiece, PercentSpec, messages, parse_percent, percent_float, percent_int,
        percent_text,
    },
};

use super::{Str, format::raise, methods::this};
use crate::{
    builtins::{dict::Dict, float, int, tuple::Tuple},
    error::{Exc, PyResult},
    object::Ref,
    protocol::{item, number, text},
    runtime::type_of,
    special::Special,
    thread::Thread,
    value::Value,
};

pub(super) fn modulo(t: &mut Thread, args: &[Value]) -> PyResult {
    run(t, this(args[0]), args[1])
}

pub(super) fn reflected(t: &mut Thread, args: &[Value]) -> PyResult {
    match args[1].as_str() {
        Some(format) => run(t, format, args[0]),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

/// The right operand of `%`, of str and of bytes alike.
pub(crate) struct Operand {
    /// The operand itself.
    values: Value,
    /// Its items if it is a tuple.
    tuple: Option<Ref<Tuple>>,
    /// Whether names can be looked up in it.
    is_mapping: bool,
    /// How many positional values have been taken.
    taken: usize,
    /// A value fetched by name, that the next conversion takes.
    named: Option<Value>,
}

impl Operand {
    pub(crate) fn new(t: &mut Thread, values: Value, is_text: bool) -> Operand {
        let tuple = values.as_tuple();
        let is_mapping = tuple.is_none()
            && !is_text
            && (values.cast::<Dict>().is_some() || t.special(values, Special::GetItem).is_some());
        Operand { values, tuple, is_mapping, taken: 0, named: None }
    }

    /// Fetches the value of a name, which must not be anything but a mapping's key.
    pub(crate) fn select(&mut self, t: &mut Thread, key: Value) -> PyResult<()> {
        if !self.is_mapping {
            return Err(t.type_error(messages::NO_MAPPING));
        }
        self.named = Some(item::getitem(t, self.values, key)?);
        self.taken = 0;
        Ok(())
    }

    /// The next value.
    pub(crate) fn next(&mut self, t: &mut Thread) -> PyResult {
        if let Some(named) = self.named {
            // CPython lets go on with the named value as the only one.
            return match self.taken {
                0 => {
                    self.taken = 1;
                    Ok(named)
                }
                _ => Err(t.type_error(messages::NOT_ENOUGH_ARGUMENTS)),
            };
        }
        let found = match self.tuple {
            Some(tuple) => tuple.values().get(self.taken).copied(),
            None => (self.taken == 0).then_some(self.values),
        };
        self.taken += 1;
        found.ok_or_else(|| t.type_error(messages::NOT_ENOUGH_ARGUMENTS))
    }

    /// The error for values that no conversion took.
    pub(crate) fn finish(&self, t: &mut Thread, message: &str) -> PyResult<()> {
        let left = match self.tuple {
            Some(tuple) => self.named.is_none() && self.taken < tuple.len(),
            None => self.taken == 0 && !self.is_mapping,
        };
        if left { Err(t.type_error(message)) } else { Ok(()) }
    }

    /// The conversion with its `*` amounts filled in.
    pub(crate) fn resolve(&mut self, t: &mut Thread, conversion: &Conversion) -> PyResult<PercentSpec> {
        let mut amounts = [0i64; 2];
        for (i, amount) in [conversion.width, conversion.precision].into_iter().enumerate() {
            if amount == Amount::Argument {
                let value = self.next(t)?;
                let Some(n) = int::of(value) else { return Err(t.type_error(messages::STAR_WANTS_INT)) };
                amounts[i] = match (n.to_i64(), i) {
                    (Some(n), 0) => n,
                    (Some(n), _) if i32::try_from(n).is_ok() => n,
                    (_, 0) => {
                        return Err(t.overflow_error("Python int too large to convert to C ssize_t"));
                    }
                    _ => return Err(t.overflow_error("Python int too large to convert to C int")),
                };
            }
        }
        Ok(conversion.resolve(amounts[0], amounts[1]))
    }
}

/// `format % values`
pub(crate) fn run(t: &mut Thread, format: Ref<Str>, values: Value) -> PyResult {
    let units = format.units();
    let mut out = TextBuf::with_capacity(format.len() + 32);
    let mut operand = Operand::new(t, values, values.as_str().is_some());
    let mut pieces = parse_percent(units);
    loop {
        if let Some((literal, code)) = pieces.bare() {
            out.push_units(units.slice(literal));
            let value = operand.next(t)?;
            bare(t, code, value, &mut out)?;
            continue;
        }
        let Some(piece) = pieces.next() else { break };
        match piece.map_err(|error| raise(t, &error))? {
            PercentPiece::Literal(range) => out.push_units(units.slice(range)),
            PercentPiece::Conversion(conversion) => {
                if let Some(range) = conversion.key.clone() {
                    let key = name(t, units.slice(range))?;
                    operand.select(t, key)?;
                }
                let spec = operand.resolve(t, &conversion)?;
                let value = operand.next(t)?;
                convert(t, &conversion, &spec, value, &mut out)?;
            }
        }
    }
    operand.finish(t, messages::NOT_ALL_CONVERTED)?;
    Str::from_buf(t, &out)
}

/// A name in parentheses; mostly an interned str has the same text, and knows its hash.
fn name(t: &mut Thread, units: Units<'_>) -> PyResult {
    if let Units::One(bytes) = units
        && bytes.is_ascii()
        && let Ok(text) = std::str::from_utf8(bytes)
        && let Some(interned) = t.rt.find_interned(text)
    {
        return Ok(interned);
    }
    Str::from_units(t, units)
}

/// A conversion without any option: `s`, `r` or `d`.
fn bare(t: &mut Thread, code: u8, value: Value, out: &mut TextBuf) -> PyResult<()> {
    let n = match code {
        b'd' => Some(integer(t, value, 'd')?),
        _ => value.is_small().then_some(value),
    };
    if let Some(n) = n.and_then(Value::as_small) {
        out.push_latin1(itoa::Buffer::new().format(n).as_bytes());
        return Ok(());
    }
    let shown = match code {
        b's' => text::str(t, value)?,
        _ => text::repr(t, n.unwrap_or(value))?,
    };
    if let Some(shown) = shown.as_str() {
        out.push_units(shown.units());
    }
    Ok(())
}

fn convert(
    t: &mut Thread,
    conversion: &Conversion,
    spec: &PercentSpec,
    value: Value,
    out: &mut TextBuf,
) -> PyResult<()> {
    let shown = match spec.code {
        's' => text::str(t, value)?,
        'r' => text::repr(t, value)?,
        'a' => text::ascii(t, value)?,
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' => {
            let n = integer(t, value, spec.code)?;
            let n = text_int(n);
            let digits = int::max_str_digits(t);
            let text = percent_int(&n, spec, digits).map_err(|error| raise(t, &error))?;
            out.push_str(&text);
            return Ok(());
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let x = real(t, value)?;
            let text = percent_float(x, spec).map_err(|error| raise(t, &error))?;
            out.push_str(&text);
            return Ok(());
        }
        'c' => {
            let c = [character(t, value)?];
            let text = percent_text(Units::Four(&c), spec).map_err(|error| raise(t, &error))?;
            out.push_units(text.as_units());
            return Ok(());
        }
        _ => return Err(raise(t, &messages::unsupported_character(conversion))),
    };
    let Some(shown) = shown.as_str() else { return Ok(()) };
    if spec.is_plain() {
        out.push_units(shown.units());
        return Ok(());
    }
    let text = percent_text(shown.units(), spec).map_err(|error| raise(t, &error))?;
    out.push_units(text.as_units());
    Ok(())
}

/// The int that an integer conversion shows.
pub(crate) fn integer(t: &mut Thread, value: Value, code: char) -> PyResult {
    if let Some(n) = int::as_int(value) {
        return Ok(n);
    }
    let is_number =
        [Special::Int, Special::Index, Special::Float].iter().any(|&s| t.special(value, s).is_some());
    let converted = if !is_number {
        None
    } else if matches!(code, 'o' | 'x' | 'X') {
        match number::index(t, value) {
            Ok(n) => Some(n),
            Err(raised) => {
                t.catch(raised, Exc::TypeError)?;
                None
            }
        }
    } else {
        match int::to_int(t, value) {
            Ok(n) => Some(n),
            Err(raised) => {
                t.catch(raised, Exc::TypeError)?;
                None
            }
        }
    };
    match converted {
        Some(n) => Ok(n),
        None => {
            let name = type_of(value).message_name();
            Err(raise(t, &messages::not_an_integer(code, &name)))
        }
    }
}

/// The float that a float conversion shows.
fn real(t: &mut Thread, value: Value) -> PyResult<f64> {
    float::to_f64(t, value)
}

fn character(t: &mut Thread, value: Value) -> PyResult<u32> {
    if let Some(s) = value.as_str() {
        if s.len() == 1 {
            return Ok(s.code_point(0));
        }
        return Err(raise(t, &messages::not_one_char(s.len())));
    }
    if t.special(value, Special::Index).is_none() {
        let name = crate::builtins::typeobj::lookup::full_name_plain(type_of(value));
        return Err(raise(t, &messages::not_a_char(&name)));
    }
    match number::index(t, value)?.as_small() {
        Some(n @ 0..0x110000) => Ok(n as u32),
        _ => Err(t.overflow_error(messages::CHAR_OUT_OF_RANGE)),
    }
}

/// The number of an int.
pub(crate) fn text_int(n: Value) -> pystm_text::number::Int {
    int::of(n).map_or(pystm_text::number::Int::Small(0), |n| n.to_text_int())
}
