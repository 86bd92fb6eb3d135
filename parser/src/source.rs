//! Bytes to text, and offsets to lines and columns.

use std::borrow::Cow;

use crate::error::{ErrorKind, SyntaxError};

/// Decodes a source file: byte order mark, PEP 263 coding cookie, universal newlines.
///
/// # Errors
/// The encoding is unknown, the bytes are not of it, or there are NUL bytes.
pub fn decode_source(bytes: &[u8]) -> Result<String, SyntaxError> {
    let (body, has_mark) = match bytes.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    refuse_null_bytes(body)?;
    let encoding = match coding_cookie(body) {
        None => Encoding::Utf8,
        Some(name) => match Encoding::named(&name) {
            Some(encoding) if !has_mark || normal_is_utf8(&name) => encoding,
            Some(_) => return Err(plain_error(format!("encoding problem: {name} with BOM"), 1, 0)),
            None => return Err(plain_error(format!("unknown encoding: {name}"), 0, 0)),
        },
    };
    let text = encoding.decode(body)?;
    Ok(universal_newlines(&text).into_owned())
}

/// Refuses NUL bytes, which no program may contain.
pub(crate) fn refuse_null_bytes(bytes: &[u8]) -> Result<(), SyntaxError> {
    let Some(at) = bytes.iter().position(|&byte| byte == 0) else { return Ok(()) };
    let line = bytes[..at].iter().filter(|&&byte| byte == b'\n').count() as u32 + 1;
    Err(plain_error("source code cannot contain null bytes".into(), line, 0))
}

/// The same text with `\n` as the only line end.
pub(crate) fn universal_newlines(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// Whether CPython takes the name for UTF-8 beside a byte order mark.
fn normal_is_utf8(name: &str) -> bool {
    let normal = name.to_ascii_lowercase().replace('_', "-");
    normal == "utf-8" || normal.starts_with("utf-8-")
}

fn plain_error(message: String, line: u32, col: u32) -> SyntaxError {
    SyntaxError {
        kind: ErrorKind::Syntax,
        message,
        line,
        col,
        end_line: line,
        end_col: col as i32,
        text: None,
        incomplete: false,
    }
}

/// The encoding that a comment in one of the first two lines names; the first line must be blank or a comment for the
/// second to count.
fn coding_cookie(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|&byte| byte == b'\n' || byte == b'\r').take(2) {
        let start = line.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\x0c'));
        let Some(start) = start else { continue };
        if line[start] != b'#' {
            return None;
        }
        if let Some(name) = cookie_in_comment(&line[start..]) {
            return Some(name);
        }
    }
    None
}

fn cookie_in_comment(comment: &[u8]) -> Option<String> {
    let mut rest = comment;
    while let Some(at) = rest.windows(6).position(|window| window == b"coding") {
        rest = &rest[at + 6..];
        let Some((b':' | b'=', mut name)) = rest.split_first().map(|(first, name)| (*first, name)) else {
            continue;
        };
        while let [b' ' | b'\t', tail @ ..] = name {
            name = tail;
        }
        let length = name
            .iter()
            .position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_' | b'.'))
            .unwrap_or(name.len());
        if length > 0 {
            return Some(String::from_utf8_lossy(&name[..length]).into_owned());
        }
    }
    None
}

enum Encoding {
    Utf8,
    Ascii,
    Latin1,
    /// The 128 upper characters of a single-byte encoding; U+FFFD where there is none.
    Table(&'static str),
}

const CP1252: &str = "€\u{fffd}‚ƒ„…†‡ˆ‰Š‹Œ\u{fffd}Ž\u{fffd}\u{fffd}‘’“”•–—˜™š›œ\u{fffd}žŸ\
    \u{a0}¡¢£¤¥¦§¨©ª«¬\u{ad}®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";
const ISO8859_15: &str = "\u{80}\u{81}\u{82}\u{83}\u{84}\u{85}\u{86}\u{87}\u{88}\u{89}\u{8a}\u{8b}\u{8c}\u{8d}\u{8e}\
    \u{8f}\u{90}\u{91}\u{92}\u{93}\u{94}\u{95}\u{96}\u{97}\u{98}\u{99}\u{9a}\u{9b}\u{9c}\u{9d}\u{9e}\u{9f}\
    \u{a0}¡¢£€¥Š§š©ª«¬\u{ad}®¯°±²³Žµ¶·ž¹º»ŒœŸ¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ";
const KOI8_R: &str = "─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠■∙√≈≤≥\u{a0}⌡°²·÷═║╒ё╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡Ё╢╣╤╥╦╧╨╩╪╫╬©юабцдефгхийклмнопярстужвь\
    ызшэщчъЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ";
const CP1251: &str = "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u{fffd}™љ›њќћџ\u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї°±Ііґµ¶·ё№є»јЅѕїАБВГДЕЖЗИЙКЛМН\
    ОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя";

impl Encoding {
    fn named(name: &str) -> Option<Encoding> {
        let normal = name.to_ascii_lowercase().replace('_', "-");
        Some(match normal.as_str() {
            "utf-8" | "utf8" | "utf-8-sig" | "u8" | "utf" | "cp65001" => Encoding::Utf8,
            name if name.starts_with("utf-8-") => Encoding::Utf8,
            "ascii" | "us-ascii" | "646" | "ansi-x3.4-1968" => Encoding::Ascii,
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" | "l1" | "iso-latin-1" => {
                Encoding::Latin1
            }
            name if name.starts_with("latin-1-") || name.starts_with("iso-8859-1-") => Encoding::Latin1,
            "cp1252" | "windows-1252" | "1252" => Encoding::Table(CP1252),
            "iso-8859-15" | "iso8859-15" | "latin-9" | "latin9" | "l9" => Encoding::Table(ISO8859_15),
            "koi8-r" => Encoding::Table(KOI8_R),
            "cp1251" | "windows-1251" | "1251" => Encoding::Table(CP1251),
            _ => return None,
        })
    }

    fn decode<'a>(&self, bytes: &'a [u8]) -> Result<Cow<'a, str>, SyntaxError> {
        let bad = |at: usize, name: &str| {
            let line = bytes[..at].iter().filter(|&&byte| byte == b'\n').count() as u32 + 1;
            let byte = bytes[at];
            plain_error(
                format!("(unicode error) '{name}' codec can't decode byte {byte:#04x} in position {at}"),
                line,
                0,
            )
        };
        match self {
            Encoding::Utf8 => std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
                let at = error.valid_up_to();
                let line = bytes[..at].iter().filter(|&&byte| byte == b'\n').count() as u32 + 1;
                let message = format!(
                    "Non-UTF-8 code starting with '\\x{:02x}' on line {line}, but no encoding declared; \
                     see https://peps.python.org/pep-0263/ for details",
                    bytes[at]
                );
                // Behind the characters of its line that could be read.
                let before = String::from_utf8_lossy(&bytes[..at]);
                let col = before.rsplit('\n').next().unwrap_or_default().chars().count() as u32 + 1;
                plain_error(message, line, col)
            }),
            Encoding::Ascii => match bytes.iter().position(|byte| !byte.is_ascii()) {
                Some(at) => Err(bad(at, "ascii")),
                None => Ok(String::from_utf8_lossy(bytes)),
            },
            Encoding::Latin1 => Ok(Cow::Owned(bytes.iter().map(|&byte| char::from(byte)).collect())),
            Encoding::Table(upper) => {
                let upper: Vec<char> = upper.chars().collect();
                let mut text = String::with_capacity(bytes.len());
                for (at, &byte) in bytes.iter().enumerate() {
                    let ch = match byte.checked_sub(128) {
                        None => char::from(byte),
                        Some(index) => upper.get(usize::from(index)).copied().unwrap_or('\u{fffd}'),
                    };
                    if ch == '\u{fffd}' {
                        return Err(bad(at, "charmap"));
                    }
                    text.push(ch);
                }
                Ok(Cow::Owned(text))
            }
        }
    }
}

/// Finds the line and column of a byte offset.
pub(crate) struct Lines<'a> {
    source: &'a str,
    /// Offset of the first byte of each line.
    starts: Vec<u32>,
    /// For each block of source bytes, the index of the line that its first byte is in.
    blocks: Vec<u32>,
}

const BLOCK_BITS: u32 = 6;

impl<'a> Lines<'a> {
    /// Indexes `source`, whose only line end is `\n`.
    pub(crate) fn new(source: &'a str) -> Lines<'a> {
        let mut starts = vec![0];
        let mut blocks = Vec::with_capacity((source.len() >> BLOCK_BITS) + 1);
        for (index, block) in source.as_bytes().chunks(1 << BLOCK_BITS).enumerate() {
            blocks.push(starts.len() as u32 - 1);
            let base = (index << BLOCK_BITS) as u32 + 1;
            starts.extend((base..).zip(block).filter(|(_, byte)| **byte == b'\n').map(|(next, _)| next));
        }
        Lines { source, starts, blocks }
    }

    /// Line (from 1) and byte column (from 0) of an offset.
    pub(crate) fn position(&self, offset: u32) -> (u32, u32) {
        let block = self.blocks.get((offset >> BLOCK_BITS) as usize).or(self.blocks.last());
        let mut line = block.copied().unwrap_or(0) as usize;
        while self.starts.get(line + 1).is_some_and(|&start| start <= offset) {
            line += 1;
        }
        (line as u32 + 1, offset - self.starts[line])
    }

    /// Line (from 1) and column in characters (from 0) of an offset.
    pub(crate) fn character_position(&self, offset: u32) -> (u32, u32) {
        let (line, col) = self.position(offset);
        let text = self.text(line).as_bytes();
        let (before, beyond) = match text.get(..col as usize) {
            Some(before) => (before, 0),
            None => (text, col - text.len() as u32),
        };
        (line, before.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() as u32 + beyond)
    }

    /// The text of a line, with its newline.
    pub(crate) fn text(&self, line: u32) -> &'a str {
        let start = self.starts[line as usize - 1] as usize;
        let end = self.starts.get(line as usize).map_or(self.source.len(), |&end| end as usize);
        &self.source[start..end]
    }

    /// Whether a line ends at this offset.
    pub(crate) fn is_newline(&self, offset: u32) -> bool {
        self.source.as_bytes().get(offset as usize) == Some(&b'\n')
    }

    /// The offset of a line (from 1) and byte column (from 0).
    pub(crate) fn offset(&self, line: u32, col: u32) -> u32 {
        self.starts.get(line.saturating_sub(1) as usize).map_or(0, |start| start + col)
    }

    /// The line (from 1) of an offset.
    pub(crate) fn line(&self, offset: u32) -> u32 {
        self.position(offset).0
    }
}
