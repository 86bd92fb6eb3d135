use pystm_text::escape::*;
use pystm_text::{TextBuf, Units};

use crate::{string, text, wide};

#[test]
fn repr_prefers_single_quotes() {
    let repr = |source: &str| string(&text_repr(text(source).as_units()));
    assert_eq!([repr("a"), repr("it's"), repr("'\"")], ["'a'", "\"it's\"", "'\\'\"'"]);
}

#[test]
fn repr_escapes_the_unprintable() {
    assert_eq!(string(&text_repr(wide(&[0x0A, 0x7F, 0xA0, 0x200B, 0xD800, 0xE0001, 0xE9]))), {
        "'\\n\\x7f\\xa0\\u200b\\ud800\\U000e0001é'"
    });
}

#[test]
fn ascii_escapes_all_beyond_ascii() {
    assert_eq!(string(&ascii_repr(text("é😀").as_units())), "'\\xe9\\U0001f600'");
}

#[test]
fn bytes_repr_escapes() {
    assert_eq!(bytes_repr(b"a'\"\\\t\x00\xff"), r#"b'a\'"\\\t\x00\xff'"#);
    assert_eq!(bytes_repr(b"'"), "b\"'\"");
}

fn decode(source: &[u8]) -> Result<TextBuf, String> {
    let mut out = TextBuf::new();
    unicode_escape_decode(source, 0, true, &mut out, &mut None)
        .map_err(|error| format!("{}-{} {}", error.start, error.end, error.reason))?;
    Ok(out)
}

#[test]
fn unicode_escape_all_kinds() {
    let source = br"\x41\101\u0416\U0001F600\N{BULLET}\n\z";
    assert_eq!(decode(source).as_ref().map(string), Ok("AAЖ😀•\n\\z".to_owned()));
}

#[test]
fn unicode_escape_errors() {
    let error = |source: &[u8]| decode(source).expect_err("malformed");
    assert_eq!(error(br"a\x4"), "1-4 truncated \\xXX escape");
    assert_eq!(error(br"\U00110000"), "0-10 illegal Unicode character");
    assert_eq!(error(br"\N{}"), "0-3 malformed \\N character escape");
    assert_eq!(error(br"\N{NO SUCH}"), "0-11 unknown Unicode character name");
    assert_eq!(error(b"\\"), "0-1 \\ at end of string");
}

#[test]
fn unicode_escape_reports_the_first_invalid() {
    let mut invalid = None;
    let decoded = unicode_escape_decode(br"a\z\400", 0, true, &mut TextBuf::new(), &mut invalid);
    assert_eq!(decoded, Ok(7));
    assert_eq!(invalid, Some(InvalidEscape { position: 2, is_octal: false }));
}

#[test]
fn unicode_escape_incomplete_is_left() {
    assert_eq!(unicode_escape_decode(br"a\u12", 0, false, &mut TextBuf::new(), &mut None), Ok(1));
}

#[test]
fn raw_unicode_escape_keeps_other_backslashes() {
    let mut out = TextBuf::new();
    assert_eq!(raw_unicode_escape_decode(br"\n\u0416", 0, true, &mut out), Ok(8));
    assert_eq!(string(&out), "\\nЖ");
}

#[test]
fn unicode_escape_encodes() {
    let mut out = Vec::new();
    unicode_escape_encode(Units::Two(&[0x5C, 0x0A, 0xE9, 0x416]), &mut out);
    assert_eq!(out, br"\\\n\xe9\u0416");
}

#[test]
fn bytes_escapes() {
    let decode = |source: &[u8]| bytes_escape_decode(source, BytesEscapeErrors::Strict, &mut None);
    assert_eq!(decode(br"\x41\101\a\q\'"), Ok(b"AA\x07\\q'".to_vec()));
    assert_eq!(decode(br"a\x4").expect_err("malformed").message, "invalid \\x escape at position 1");
    assert_eq!(decode(b"\\").expect_err("malformed").message, "Trailing \\ in string");
}
