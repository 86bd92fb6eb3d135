//! `str.replace`.

use crate::{TextBuf, Units};

/// `str.replace(old, new, count)`, `None` for no limit. An empty `old` is found before every character and at
/// the end. Returns `None` when nothing is to be replaced, so that the caller can return the same object.
pub fn replace(text: Units<'_>, old: Units<'_>, new: Units<'_>, count: Option<usize>) -> Option<TextBuf> {
    let count = count.unwrap_or(usize::MAX);
    if count == 0 || old == new {
        return None;
    }
    if old.is_empty() {
        return Some(interleave(text, new, count));
    }
    if let (Units::One(units), Units::One(&[old]), Units::One(&[new])) = (text, old, new)
        && count >= units.len()
    {
        let exchanged = |&unit| if unit == old { new } else { unit };
        return units.contains(&old).then(|| TextBuf::One(units.iter().map(exchanged).collect()));
    }
    let mut found = text.match_indices(old).take(count).peekable();
    found.peek()?;
    let mut out = TextBuf::with_capacity(text.len());
    let mut position = 0;
    for start in found {
        out.push_units(text.slice(position..start));
        out.push_units(new);
        position = start + old.len();
    }
    out.push_units(text.slice(position..text.len()));
    Some(out)
}

fn interleave(text: Units<'_>, new: Units<'_>, count: usize) -> TextBuf {
    let mut out = TextBuf::with_capacity(text.len() + new.len() * count.min(text.len() + 1));
    for (index, code_point) in text.iter().enumerate() {
        if index < count {
            out.push_units(new);
        }
        out.push(code_point);
    }
    if text.len() < count {
        out.push_units(new);
    }
    out
}
