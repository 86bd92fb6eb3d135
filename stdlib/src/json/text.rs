//! Strings as JSON writes them.

use pystm_text::{TextBuf, Units};
use pystm_vm::{builtins::str::Str, error::PyResult, runtime::type_of, thread::Thread, value::Value};

fn escape(c: u32, out: &mut TextBuf) {
    match c {
        0x22 => out.push_str("\\\""),
        0x5C => out.push_str("\\\\"),
        0x0A => out.push_str("\\n"),
        0x0D => out.push_str("\\r"),
        0x09 => out.push_str("\\t"),
        0x08 => out.push_str("\\b"),
        0x0C => out.push_str("\\f"),
        _ if c > 0xFFFF => {
            let v = c - 0x10000;
            out.push_str(&format!("\\u{:04x}\\u{:04x}", 0xD800 | v >> 10, 0xDC00 | v & 0x3FF));
        }
        _ => out.push_str(&format!("\\u{c:04x}")),
    }
}

/// Whether a byte stands for itself in ASCII output.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut c = 0x20;
    while c < 0x7F {
        plain[c] = c != 0x22 && c != 0x5C;
        c += 1;
    }
    plain
};

/// Appends the text in quotes; `ascii` escapes everything else.
pub(super) fn quote(units: Units<'_>, ascii: bool, out: &mut TextBuf) {
    if let (Units::One(bytes), TextBuf::One(out)) = (units, &mut *out)
        && bytes.iter().all(|&b| PLAIN[b as usize])
    {
        out.reserve(bytes.len() + 2);
        out.push(b'"');
        out.extend_from_slice(bytes);
        out.push(b'"');
        return;
    }
    out.push(b'"' as u32);
    let plain = |c: u32| c >= 0x20 && c != 0x22 && c != 0x5C && (!ascii || c < 0x7F);
    let mut start = 0;
    let n = units.len();
    let mut i = 0;
    while i < n {
        let run = match units {
            Units::One(b) => b[i..].iter().position(|&u| !PLAIN[u as usize] && (ascii || !plain(u as u32))),
            Units::Two(b) => b[i..].iter().position(|&u| !plain(u as u32)),
            Units::Four(b) => b[i..].iter().position(|&u| !plain(u)),
        };
        let Some(run) = run else { break };
        i += run;
        out.push_units(units.slice(start..i));
        escape(units.at(i), out);
        i += 1;
        start = i;
    }
    out.push_units(units.slice(start..n));
    out.push(b'"' as u32);
}

fn encode(t: &mut Thread, value: Value, ascii: bool) -> PyResult {
    let Some(s) = value.as_str() else {
        let name = type_of(value).name();
        return Err(t.type_error(format!("first argument must be a string, not {name}")));
    };
    let mut out = TextBuf::with_capacity(s.len() + 2);
    quote(s.units(), ascii, &mut out);
    Str::from_buf(t, &out)
}

pub(super) fn encode_basestring_ascii(t: &mut Thread, args: &[Value]) -> PyResult {
    encode(t, args[0], true)
}

pub(super) fn encode_basestring(t: &mut Thread, args: &[Value]) -> PyResult {
    encode(t, args[0], false)
}
