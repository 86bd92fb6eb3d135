//! Answers cases read from standard input, one a line; `tools/check_text.py` compares the answers with
//! CPython's.
//!
//! A line is an operation and its arguments, separated by tabs. Text travels as code points in hexadecimal,
//! each followed by a dot; floats as their 64 bits in hexadecimal.

use std::io::{BufRead, Write};

use pystm_text::codec::*;
use pystm_text::escape::*;
use pystm_text::format_spec::*;
use pystm_text::hash::*;
use pystm_text::number::*;
use pystm_text::ops::*;
use pystm_text::percent::*;
use pystm_text::str_format::*;
use pystm_text::unicode::*;
use pystm_text::{TextBuf, TextError, Units};

const MAX_DIGITS: usize = 4300;

fn text(field: &str) -> TextBuf {
    let parse = |unit| u32::from_str_radix(unit, 16).expect("hexadecimal code points");
    field.split_terminator('.').map(parse).collect()
}

fn show(text: Units<'_>) -> String {
    text.iter().map(|code_point| format!("{code_point:x}.")).collect()
}

fn float(field: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(field, 16).expect("hexadecimal bits"))
}

fn int(field: &str) -> Int {
    parse_int_ascii(field.as_bytes(), 10, 0).expect("an integer")
}

fn shown(result: Result<TextBuf, TextError>) -> String {
    match result {
        Ok(text) => show(text.as_units()),
        Err(error) => error.to_string(),
    }
}

fn shown_str(result: Result<String, TextError>) -> String {
    shown(result.map(|text| TextBuf::from(&*text)))
}

fn percent(format: &str, format_one: impl Fn(&PercentSpec) -> Result<TextBuf, TextError>) -> String {
    let format = text(format);
    let mut out = TextBuf::new();
    for piece in parse_percent(format.as_units()) {
        match piece {
            Ok(PercentPiece::Literal(range)) => out.push_units(format.as_units().slice(range)),
            Ok(PercentPiece::Conversion(conversion)) => {
                let spec = conversion.resolve(0, 0);
                match spec.code {
                    'd' | 'i' | 'u' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'c' | 's'
                    | 'r' | 'a' => match format_one(&spec) {
                        Ok(text) => out.push_units(text.as_units()),
                        Err(error) => return error.to_string(),
                    },
                    _ => return messages::unsupported_character(&conversion).to_string(),
                }
            }
            Err(error) => return error.to_string(),
        }
    }
    show(out.as_units())
}

fn str_format(format: Units<'_>) -> String {
    let mut out = String::new();
    for piece in parse_format(format) {
        let piece = match piece {
            Ok(piece) => piece,
            Err(error) => return format!("{out}{error}"),
        };
        out += &format!("[{}", show(format.slice(piece.literal)));
        if let Some(field) = piece.field {
            let conversion = field.conversion.map_or(String::new(), |code_point| format!("{code_point:x}."));
            let (name, spec) = (show(format.slice(field.name)), show(format.slice(field.spec)));
            out += &format!("|{name}|{spec}|{conversion}");
        }
        out += "]";
    }
    out
}

fn field_name(name: Units<'_>) -> String {
    let key = |key| match key {
        FieldKey::Index(index) => format!("{index}"),
        FieldKey::Name(range) => format!("'{}'", show(name.slice(range))),
    };
    let (first, steps) = match split_field_name(name) {
        Ok(split) => split,
        Err(error) => return error.to_string(),
    };
    let mut out = key(first);
    for step in steps {
        match step {
            Ok(FieldStep::Attribute(range)) => out += &format!(" .'{}'", show(name.slice(range))),
            Ok(FieldStep::Item(item)) => out += &format!(" [{}", key(item)),
            Err(error) => return format!("{out} {error}"),
        }
    }
    out
}

fn complex_bits(value: Option<(f64, f64)>) -> String {
    value.map_or("None".to_owned(), |(real, imaginary)| {
        format!("{:x} {:x}", real.to_bits(), imaginary.to_bits())
    })
}

fn bytes(field: &str) -> Vec<u8> {
    text(field).as_units().iter().map(|byte| byte as u8).collect()
}

fn codec(name: &str) -> Codec {
    match name {
        "ascii" => Codec::Ascii,
        "latin_1" => Codec::Latin1,
        "utf_7" => Codec::Utf7,
        "utf_8" => Codec::Utf8,
        "utf_16_le" => Codec::Utf16(ByteOrder::Little),
        "utf_16_be" => Codec::Utf16(ByteOrder::Big),
        "utf_32_le" => Codec::Utf32(ByteOrder::Little),
        "utf_32_be" => Codec::Utf32(ByteOrder::Big),
        "unicode_escape" => Codec::UnicodeEscape,
        _ => Codec::RawUnicodeEscape,
    }
}

fn decoded(name: &str, handler: &str, is_final: bool, input: &[u8]) -> String {
    let handler = ErrorHandler::from_name(handler).expect("a handler");
    match decode(codec(name), input, handler, is_final) {
        Ok((text, consumed)) => format!("{consumed} {}", show(text.as_units())),
        Err(HandlerFailure::Raise(error)) => format!("{} {} {}", error.start, error.end, error.reason),
        Err(HandlerFailure::NotForDecoding) => "TypeError".to_owned(),
    }
}

fn encoded(name: &str, handler: &str, text: Units<'_>) -> String {
    let handler = ErrorHandler::from_name(handler).expect("a handler");
    match encode(codec(name), text, handler) {
        Ok(bytes) => show(Units::One(&bytes)),
        Err(HandlerFailure::Raise(error)) => format!("{} {} {}", error.start, error.end, error.reason),
        Err(HandlerFailure::NotForDecoding) => "TypeError".to_owned(),
    }
}

fn parts(text: Units<'_>, ranges: &[std::ops::Range<usize>]) -> String {
    ranges.iter().map(|range| format!("[{}]", show(text.slice(range.clone())))).collect()
}

fn count(field: &str) -> Option<usize> {
    field.parse().ok()
}

/// The methods of str: the name, the text, and arguments.
fn method(name: &str, text_field: &str, arguments: &[&str]) -> String {
    let this = text(text_field);
    let this = this.as_units();
    let first = text(arguments.first().filter(|argument| argument.ends_with('.')).unwrap_or(&""));
    let first = first.as_units();
    let number = arguments.last().and_then(|argument| count(argument));
    let is_in = |code_point: u32| first.iter().any(|unit| unit == code_point);
    let stripped = |side| show(this.slice(strip(this, side, is_in)));
    let index = |found: Option<usize>| found.map_or(-1, |index| index as i64).to_string();
    match name {
        "find" => index(this.find(first)),
        "rfind" => index(this.rfind(first)),
        "count" => this.count(first).to_string(),
        "split" if arguments.len() == 1 => parts(this, &split(this, number, is_space)),
        "rsplit" if arguments.len() == 1 => parts(this, &right_split(this, number, is_space)),
        "split" => parts(this, &split_on(this, first, number)),
        "rsplit" => parts(this, &right_split_on(this, first, number)),
        "splitlines" => parts(this, &split_lines(this, number == Some(1), is_line_break)),
        "strip" => stripped(Side::Both),
        "lstrip" => stripped(Side::Left),
        "rstrip" => stripped(Side::Right),
        "center" => show(center(this, number.unwrap_or(0), '*'.into()).as_units()),
        "ljust" => show(left_justify(this, number.unwrap_or(0), '*'.into()).as_units()),
        "rjust" => show(right_justify(this, number.unwrap_or(0), '*'.into()).as_units()),
        "zfill" => show(zero_fill(this, number.unwrap_or(0)).as_units()),
        "expandtabs" => show(expand_tabs(this, number.unwrap_or(0)).as_units()),
        "replace" => {
            let new = text(arguments[1]);
            show(replace(this, first, new.as_units(), number).unwrap_or(TextBuf::from(this)).as_units())
        }
        "lower" => show(lower(this).as_units()),
        "upper" => show(upper(this).as_units()),
        "title" => show(title(this).as_units()),
        "capitalize" => show(capitalize(this).as_units()),
        "swapcase" => show(swap_case(this).as_units()),
        "istitle" => is_title_text(this).to_string(),
        "isupper" => is_upper_text(this).to_string(),
        "NFC" | "NFKC" | "NFD" | "NFKD" => {
            show(normalize(this, NormalForm::from_name(name).expect("a form")).as_units())
        }
        _ => format!("unknown method {name}"),
    }
}

fn hashed(seed: &str, text: Units<'_>) -> String {
    HashKey::from_seed(seed.parse().expect("a seed")).hash_text(text).to_string()
}

fn hashes(field: &str) -> impl Iterator<Item = i64> {
    field.split_terminator('.').map(|hash| hash.parse().expect("a hash"))
}

fn answer(fields: &[&str]) -> String {
    match *fields {
        ["format_int", value, spec] => {
            shown(format_int(&int(value), text(spec).as_units(), "int", MAX_DIGITS))
        }
        ["format_float", value, spec] => shown(format_float(float(value), text(spec).as_units(), "float")),
        ["format_complex", real, imaginary, spec] => {
            shown(format_complex(float(real), float(imaginary), text(spec).as_units(), "complex"))
        }
        ["format_str", value, spec] => {
            shown(format_text(text(value).as_units(), text(spec).as_units(), "str"))
        }
        ["percent_int", value, format] => percent(format, |spec| {
            percent_int(&int(value), spec, MAX_DIGITS).map(|text| TextBuf::from(&*text))
        }),
        ["percent_float", value, format] => {
            percent(format, |spec| percent_float(float(value), spec).map(|text| TextBuf::from(&*text)))
        }
        ["percent_str", value, format] => percent(format, |spec| percent_text(text(value).as_units(), spec)),
        ["float_repr", value] => float_repr(float(value)),
        ["float_hex", value] => float_to_hex(float(value)),
        ["complex_repr", real, imaginary] => complex_repr(float(real), float(imaginary)),
        ["from_hex", value] => match float_from_hex(value.as_bytes()) {
            Ok(value) => format!("{:x}", value.to_bits()),
            Err(error) => error.to_string(),
        },
        ["parse_float", value] => match parse_float(text(value).as_units()) {
            Some(value) => format!("{:x}", value.to_bits()),
            None => "None".to_owned(),
        },
        ["parse_complex", value] => complex_bits(parse_complex(text(value).as_units())),
        ["parse_int", value, base] => {
            match parse_int(text(value).as_units(), base.parse().expect("a base"), MAX_DIGITS) {
                Ok(value) => int_to_radix(&value, Radix::Hexadecimal, true),
                Err(IntParseError::Invalid) => "Invalid".to_owned(),
                Err(IntParseError::TooManyDigits(error)) => error.to_string(),
            }
        }
        ["int_str", value] => {
            shown_str(int_to_text(&int(value), MAX_DIGITS).map_err(|error| TextError {
                kind: pystm_text::ErrorKind::Value,
                message: error.to_string(),
            }))
        }
        ["method", name, value, ref arguments @ ..] => method(name, value, arguments),
        ["hash_text", seed, value] => hashed(seed, text(value).as_units()),
        ["hash_int", value] => hash_int(&int(value)).to_string(),
        ["hash_big", value] => hash_bigint(&value.parse().expect("an integer")).to_string(),
        ["hash_float", value] => hash_f64(float(value)).map_or("None".to_owned(), |hash| hash.to_string()),
        ["hash_tuple", items] => {
            let mut hasher = TupleHasher::new();
            hashes(items).for_each(|hash| hasher.push(hash));
            hasher.finish().to_string()
        }
        ["hash_set", items] => {
            let mut hasher = FrozenSetHasher::new();
            hashes(items).for_each(|hash| hasher.push(hash));
            hasher.finish().to_string()
        }
        ["repr", value] => show(text_repr(text(value).as_units()).as_units()),
        ["ascii", value] => show(ascii_repr(text(value).as_units()).as_units()),
        ["bytes_repr", value] => bytes_repr(&bytes(value)),
        ["escape_encode", value] => show(Units::One(&bytes_escape_encode(&bytes(value)))),
        ["escape_decode", value] => {
            shown(bytes_escape_decode(&bytes(value), BytesEscapeErrors::Strict, &mut None).map(TextBuf::One))
        }
        ["decode", name, handler, is_final, input] => decoded(name, handler, is_final == "1", &bytes(input)),
        ["encode", name, handler, input] => encoded(name, handler, text(input).as_units()),
        ["str_format", format] => str_format(text(format).as_units()),
        ["field_name", name] => field_name(text(name).as_units()),
        _ => format!("unknown case {fields:?}"),
    }
}

fn main() {
    let mut out = std::io::BufWriter::new(std::io::stdout());
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("lines of UTF-8");
        let fields: Vec<&str> = line.split('\t').collect();
        writeln!(out, "{}", answer(&fields)).expect("standard output");
    }
}
