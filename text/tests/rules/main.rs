//! Tests of `pystm-text`, one behaviour each. Expectations are what CPython 3.14 gives; `tools/` has the
//! scripts that compare far more cases with it.

mod codec;
mod complex;
mod escape;
mod float;
mod format_spec;
mod hash;
mod int;
mod ops;
mod percent;
mod str_format;
mod text_buf;
mod unicode;
mod units;

use pystm_text::{TextBuf, TextError, Units};

/// Text made from a Rust string.
fn text(content: &str) -> TextBuf {
    TextBuf::from(content)
}

/// The Rust string of text without surrogates.
fn string(text: &TextBuf) -> String {
    text.as_units().to_string_checked().expect("no surrogates")
}

/// The string of a result, or the class and message of its error.
fn outcome(result: Result<TextBuf, TextError>) -> String {
    result.map_or_else(|error| error.to_string(), |text| string(&text))
}

/// Units of any code points.
fn wide(code_points: &[u32]) -> Units<'_> {
    Units::Four(code_points)
}
