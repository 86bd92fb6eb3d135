use pystm_text::codec::*;
use pystm_text::{TextBuf, Units};

use crate::{string, text, wide};

fn decoded(codec: Codec, input: &[u8], handler: ErrorHandler) -> String {
    match decode(codec, input, handler, true) {
        Ok((text, _)) => string(&text),
        Err(HandlerFailure::Raise(error)) => format!("{}-{} {}", error.start, error.end, error.reason),
        Err(HandlerFailure::NotForDecoding) => "not for decoding".to_owned(),
    }
}

fn encoded(codec: Codec, text: Units<'_>, handler: ErrorHandler) -> Vec<u8> {
    encode(codec, text, handler).expect("encodes")
}

#[test]
fn utf8_round_trip() {
    let source = text("aжé😀");
    let bytes = encoded(Codec::Utf8, source.as_units(), ErrorHandler::Strict);
    assert_eq!(bytes, "aжé😀".as_bytes());
    assert_eq!(decoded(Codec::Utf8, &bytes, ErrorHandler::Strict), "aжé😀");
}

#[test]
fn utf8_decode_reasons() {
    let error = |input| decoded(Codec::Utf8, input, ErrorHandler::Strict);
    assert_eq!(error(b"a\xff"), "1-2 invalid start byte");
    assert_eq!(error(b"\xe2\x82a"), "0-2 invalid continuation byte");
    assert_eq!(error(b"\xed\xa0\x80"), "0-1 invalid continuation byte");
    assert_eq!(error(b"\xf0\x9f"), "0-2 unexpected end of data");
}

#[test]
fn utf8_incomplete_end_is_left() {
    assert_eq!(utf8_decode(b"a\xe2\x82", 0, false, &mut TextBuf::new()), Ok(1));
    assert_eq!(utf8_decode(b"a\xed\xa0", 0, false, &mut TextBuf::new()), Ok(1));
}

#[test]
fn utf8_encode_error_covers_the_run() {
    let error = utf8_encode(Units::Two(&[97, 0xD800, 0xDC00, 98]), 0, &mut Vec::new());
    assert_eq!(error, Err(EncodeError { start: 1, end: 3, reason: "surrogates not allowed" }));
}

#[test]
fn ascii_reasons() {
    assert_eq!(decoded(Codec::Ascii, b"a\x80", ErrorHandler::Strict), "1-2 ordinal not in range(128)");
    let error = ascii_encode(text("aéжb").as_units(), 0, &mut Vec::new());
    assert_eq!(error, Err(EncodeError { start: 1, end: 3, reason: "ordinal not in range(128)" }));
}

#[test]
fn latin1_encode_reason() {
    let error = latin1_encode(text("éж").as_units(), 0, &mut Vec::new());
    assert_eq!(error, Err(EncodeError { start: 1, end: 2, reason: "ordinal not in range(256)" }));
}

#[test]
fn surrogateescape_round_trip() {
    let (decoded, _) =
        decode(Codec::Utf8, b"a\xff\xfe", ErrorHandler::SurrogateEscape, true).expect("decodes");
    assert_eq!(decoded.as_units(), wide(&[97, 0xDCFF, 0xDCFE]));
    assert_eq!(encoded(Codec::Utf8, decoded.as_units(), ErrorHandler::SurrogateEscape), b"a\xff\xfe");
}

#[test]
fn surrogatepass_round_trip() {
    for codec in [Codec::Utf8, Codec::Utf16(ByteOrder::Big), Codec::Utf32(ByteOrder::Little)] {
        let bytes = encoded(codec, wide(&[0xD800]), ErrorHandler::SurrogatePass);
        let (decoded, _) = decode(codec, &bytes, ErrorHandler::SurrogatePass, true).expect("decodes");
        assert_eq!(decoded.as_units(), wide(&[0xD800]));
    }
}

#[test]
fn encode_handlers() {
    let ascii = |handler| encoded(Codec::Ascii, text("aж").as_units(), handler);
    assert_eq!(ascii(ErrorHandler::Ignore), b"a");
    assert_eq!(ascii(ErrorHandler::Replace), b"a?");
    assert_eq!(ascii(ErrorHandler::BackslashReplace), b"a\\u0436");
    assert_eq!(ascii(ErrorHandler::XmlCharRefReplace), b"a&#1078;");
    assert_eq!(ascii(ErrorHandler::NameReplace), b"a\\N{CYRILLIC SMALL LETTER ZHE}");
}

#[test]
fn decode_handlers() {
    let ascii = |handler| decoded(Codec::Ascii, b"a\xe9", handler);
    assert_eq!(ascii(ErrorHandler::Ignore), "a");
    assert_eq!(ascii(ErrorHandler::Replace), "a\u{FFFD}");
    assert_eq!(ascii(ErrorHandler::BackslashReplace), "a\\xe9");
    assert_eq!(ascii(ErrorHandler::XmlCharRefReplace), "not for decoding");
}

#[test]
fn utf16_reasons() {
    let error = |input| decoded(Codec::Utf16(ByteOrder::Little), input, ErrorHandler::Strict);
    assert_eq!(error(b"a\0b"), "2-3 truncated data");
    assert_eq!(error(b"\x00\xd8"), "0-2 unexpected end of data");
    assert_eq!(error(b"\x00\xdc"), "0-2 illegal encoding");
    assert_eq!(error(b"\x00\xd8a\0"), "0-2 illegal UTF-16 surrogate");
}

#[test]
fn utf32_reasons() {
    let error = |input| decoded(Codec::Utf32(ByteOrder::Big), input, ErrorHandler::Strict);
    assert_eq!(error(b"\0\0\0"), "0-3 truncated data");
    assert_eq!(error(b"\0\0\xd8\0"), "0-4 code point in surrogate code point range(0xd800, 0xe000)");
    assert_eq!(error(b"\0\x11\0\0"), "0-4 code point not in range(0x110000)");
}

#[test]
fn byte_order_marks() {
    assert_eq!(utf16_detect(b"\xfe\xffx"), (ByteOrder::Big, 2));
    assert_eq!(utf16_detect(b"x"), (ByteOrder::Little, 0));
    assert_eq!(utf32_detect(b"\xff\xfe\0\0"), (ByteOrder::Little, 4));
}

#[test]
fn utf7_round_trip() {
    let source = text("Hi ½+😀-a");
    let mut bytes = Vec::new();
    utf7_encode(source.as_units(), &mut bytes);
    assert_eq!(bytes, b"Hi +AL0AK9g93gA--a");
    assert_eq!(decoded(Codec::Utf7, &bytes, ErrorHandler::Strict), "Hi ½+😀-a");
}

#[test]
fn charmap_both_ways() {
    let table = text("ab\u{FFFE}ж");
    let mut out = TextBuf::new();
    assert_eq!(charmap_decode(&[0, 3], 0, table.as_units(), &mut out), Ok(2));
    assert_eq!(string(&out), "aж");
    let error = charmap_decode(&[2], 0, table.as_units(), &mut out);
    assert_eq!(error, Err(DecodeError { start: 0, end: 1, reason: "character maps to <undefined>" }));

    let encoder = CharmapEncoder::new(table.as_units());
    let mut bytes = Vec::new();
    assert_eq!(encoder.encode(text("жa").as_units(), 0, &mut bytes), Ok(()));
    assert_eq!(bytes, [3, 0]);
    let error = encoder.encode(text("axyb").as_units(), 0, &mut bytes);
    assert_eq!(error, Err(EncodeError { start: 1, end: 3, reason: "character maps to <undefined>" }));
}
