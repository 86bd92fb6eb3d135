//! `center`, `ljust`, `rjust`, `zfill`, `expandtabs`. The caller refuses widths that cannot be allocated.

use crate::{TextBuf, Units};

fn padded(text: Units<'_>, left: usize, right: usize, fill: u32) -> TextBuf {
    let mut out = TextBuf::with_capacity(left + text.len() + right);
    out.push_repeated(fill, left);
    out.push_units(text);
    out.push_repeated(fill, right);
    out
}

/// `str.ljust`
pub fn left_justify(text: Units<'_>, width: usize, fill: u32) -> TextBuf {
    padded(text, 0, width.saturating_sub(text.len()), fill)
}

/// `str.rjust`
pub fn right_justify(text: Units<'_>, width: usize, fill: u32) -> TextBuf {
    padded(text, width.saturating_sub(text.len()), 0, fill)
}

/// `str.center`; an odd filler goes left if the width is odd, else right.
pub fn center(text: Units<'_>, width: usize, fill: u32) -> TextBuf {
    let padding = width.saturating_sub(text.len());
    let left = padding / 2 + (padding & width & 1);
    padded(text, left, padding - left, fill)
}

/// `str.zfill`: zeros between the sign and the rest.
pub fn zero_fill(text: Units<'_>, width: usize) -> TextBuf {
    let padding = width.saturating_sub(text.len());
    let sign = usize::from(matches!(text.get(0).and_then(char::from_u32), Some('+' | '-')));
    let mut out = TextBuf::with_capacity(text.len() + padding);
    out.push_units(text.slice(0..sign));
    out.push_repeated('0'.into(), padding);
    out.push_units(text.slice(sign..text.len()));
    out
}

/// `str.expandtabs`: spaces up to the next multiple of `tab_size`, columns counted from the last `\n` or
/// `\r`; a size of zero drops the tabs.
pub fn expand_tabs(text: Units<'_>, tab_size: usize) -> TextBuf {
    let mut out = TextBuf::with_capacity(text.len());
    let mut column = 0;
    for code_point in text.iter() {
        match char::from_u32(code_point) {
            Some('\t') => {
                let spaces = if tab_size == 0 { 0 } else { tab_size - column % tab_size };
                out.push_repeated(' '.into(), spaces);
                column += spaces;
            }
            c => {
                out.push(code_point);
                column = if matches!(c, Some('\n' | '\r')) { 0 } else { column + 1 };
            }
        }
    }
    out
}
