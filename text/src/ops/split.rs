//! `split`, `rsplit`, `splitlines`, `partition`, `rpartition`: all return ranges of the text.

use std::ops::Range;

use crate::Units;

/// `str.split` on runs of whitespace, at most `max_split` times (`None` for -1); no empty parts.
pub fn split(text: Units<'_>, max_split: Option<usize>, is_space: impl Fn(u32) -> bool) -> Vec<Range<usize>> {
    let max_split = max_split.unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    let mut position = 0;
    let find = |from: usize, space: bool| {
        text.slice(from..text.len()).position(|unit| is_space(unit) == space).map(|at| from + at)
    };
    while let Some(start) = find(position, false) {
        if parts.len() == max_split {
            // What follows the last split keeps its trailing whitespace.
            parts.push(start..text.len());
            break;
        }
        let end = find(start, true).unwrap_or(text.len());
        parts.push(start..end);
        position = end;
    }
    parts
}

/// `str.rsplit` on runs of whitespace, at most `max_split` times from the right; parts in the order of the
/// text.
pub fn right_split(
    text: Units<'_>,
    max_split: Option<usize>,
    is_space: impl Fn(u32) -> bool,
) -> Vec<Range<usize>> {
    let max_split = max_split.unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    let mut position = text.len();
    let find = |to: usize, space: bool| text.slice(0..to).rposition(|unit| is_space(unit) == space);
    while let Some(last) = find(position, false) {
        if parts.len() == max_split {
            parts.push(0..last + 1);
            break;
        }
        let start = find(last, true).map_or(0, |before| before + 1);
        parts.push(start..last + 1);
        position = start;
    }
    parts.reverse();
    parts
}

/// `str.split(separator)`, at most `max_split` times; the separator is not empty (`ValueError: empty
/// separator`).
pub fn split_on(text: Units<'_>, separator: Units<'_>, max_split: Option<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for found in text.match_indices(separator).take(max_split.unwrap_or(usize::MAX)) {
        parts.push(start..found);
        start = found + separator.len();
    }
    parts.push(start..text.len());
    parts
}

/// `str.rsplit(separator)`, at most `max_split` times from the right; the separator is not empty.
pub fn right_split_on(text: Units<'_>, separator: Units<'_>, max_split: Option<usize>) -> Vec<Range<usize>> {
    let max_split = max_split.unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    let mut end = text.len();
    while parts.len() < max_split
        && let Some(found) = text.slice(0..end).rfind(separator)
    {
        parts.push(found + separator.len()..end);
        end = found;
    }
    parts.push(0..end);
    parts.reverse();
    parts
}

/// `str.splitlines`: the lines, with their ends if `keep_ends`. For str `is_end` is
/// [`is_line_break`](crate::unicode::is_line_break); bytes have `\n` and `\r` only.
pub fn split_lines(text: Units<'_>, keep_ends: bool, is_end: impl Fn(u32) -> bool) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let rest = text.slice(start..text.len());
        let Some(len) = rest.position(&is_end) else {
            lines.push(start..text.len());
            break;
        };
        let is_crlf = rest.at(len) == 0x0D && rest.get(len + 1) == Some(0x0A);
        let next = start + len + if is_crlf { 2 } else { 1 };
        lines.push(start..if keep_ends { next } else { start + len });
        start = next;
    }
    lines
}

/// `str.partition`: where the first occurrence of the separator is; `None` if there is none. The separator is
/// not empty (`ValueError: empty separator`).
pub fn partition(text: Units<'_>, separator: Units<'_>) -> Option<Range<usize>> {
    text.find(separator).map(|start| start..start + separator.len())
}

/// `str.rpartition`: where the last occurrence of the separator is.
pub fn right_partition(text: Units<'_>, separator: Units<'_>) -> Option<Range<usize>> {
    text.rfind(separator).map(|start| start..start + separator.len())
}
