//! Line ends of text streams: the `newline` argument, where a line ends, what `\n` is written as.

use pystm_text::{TextBuf, Units};

/// The meaning of a `newline` argument.
#[derive(Clone, Copy, Default)]
pub(super) struct Newline {
    /// Lines end at `\n`, `\r` or `\r\n`, and the kinds are noted.
    pub(super) universal: bool,
    /// All of them are read as `\n`.
    pub(super) translate: bool,
    /// What ends a line when reading, if not universal.
    read: Option<&'static str>,
    /// What a `\n` is written as, if not as itself.
    pub(super) write: Option<&'static str>,
}

impl Newline {
    /// The meaning, or `None` if there is no such newline.
    pub(super) fn parse(newline: Option<&str>) -> Option<Newline> {
        let plain = Newline::default();
        Some(match newline {
            None => Newline { universal: true, translate: true, ..plain },
            Some("") => Newline { universal: true, read: Some(""), ..plain },
            Some("\n") => Newline { read: Some("\n"), ..plain },
            Some("\r") => Newline { read: Some("\r"), write: Some("\r"), ..plain },
            Some("\r\n") => Newline { read: Some("\r\n"), write: Some("\r\n"), ..plain },
            Some(_) => return None,
        })
    }

    /// The argument again; `None` for None.
    pub(super) fn read_text(&self) -> Option<&'static str> {
        self.read
    }
}

/// Position of a code point (below 0x80) from `start` on.
pub(super) fn find(units: Units<'_>, start: usize, code: u8) -> Option<usize> {
    let rest = units.slice(start..units.len());
    let at = match rest {
        Units::One(b) => b.iter().position(|&u| u == code),
        Units::Two(b) => b.iter().position(|&u| u == code as u16),
        Units::Four(b) => b.iter().position(|&u| u == code as u32),
    };
    at.map(|i| i + start)
}

/// Index behind the end of the line that starts at `start`; `None` if the text has no complete line there. In universal
/// mode without translation a `\r` at the very end counts as an end.
pub(super) fn find_line_end(units: Units<'_>, start: usize, newline: &Newline) -> Option<usize> {
    if newline.translate || newline.read == Some("\n") {
        return find(units, start, b'\n').map(|i| i + 1);
    }
    if newline.universal {
        let at = (start..units.len()).find(|&i| matches!(units.at(i), 10 | 13))?;
        let crlf = units.at(at) == 13 && units.get(at + 1) == Some(10);
        return Some(at + 1 + crlf as usize);
    }
    match newline.read {
        Some("\r") => find(units, start, b'\r').map(|i| i + 1),
        Some("\r\n") => {
            let mut from = start;
            loop {
                let at = find(units, from, b'\r')?;
                if units.get(at + 1) == Some(10) {
                    return Some(at + 2);
                }
                from = at + 1;
            }
        }
        _ => find(units, start, b'\n').map(|i| i + 1),
    }
}

/// The text with every `\n` replaced.
pub(super) fn replace_newlines(units: Units<'_>, with: &str) -> TextBuf {
    let mut out = TextBuf::with_capacity(units.len() + 8);
    for c in units.iter() {
        if c == 10 { out.push_str(with) } else { out.push(c) }
    }
    out
}
