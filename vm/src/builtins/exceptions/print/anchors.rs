//! Which part of a source line a traceback marks: `^` under the failing operation, `~` under its operands, as CPython's
//! `traceback.py` finds them.

use pystm_parser::{
    Mode,
    ast::{Expr, ExprKind, Mod, Stmt, StmtKind},
    parse,
};
use pystm_text::unicode::{EastAsianWidth, east_asian_width};

use crate::bytecode::Position;

/// Where the sign of an operation begins and ends, in lines and characters of the marked segment.
struct Anchors {
    left: (usize, usize),
    right: (usize, usize),
}

/// The lines of a frame with the marks under them, each ending in a newline. `lines` are those of the position.
pub fn marked(lines: &[String], position: Position) -> String {
    let original_first = lines.first().map(String::as_str).unwrap_or_default();
    let original_last = lines.last().map(String::as_str).unwrap_or_default();
    let start = character_offset(original_first, position.col as usize);
    let end = character_offset(original_last, position.end_col as usize);
    let lines: Vec<Vec<char>> = dedent(lines);
    let dedented_by = original_first.chars().count() - lines[0].len();
    let start = start.saturating_sub(dedented_by);
    let end = end.saturating_sub(dedented_by);
    let last = lines.len() - 1;
    let shown_start = display_width(&lines[0], start);
    let shown_end = display_width(&lines[last], end);

    let whole: String = joined(&lines);
    let segment = segment_of(&lines, start, end);
    let anchors = find_anchors(&segment);
    let carets = should_show(&lines, &whole, start, end, anchors.is_some());

    let mut significant = vec![0, last];
    let mut sign = None;
    if let Some(a) = &anchors {
        let place = |(line, col): (usize, usize)| {
            let col = if line == 0 { col + start } else { col };
            (line, lines.get(line).map_or(col, |l| display_width(l, col)))
        };
        sign = Some((place(a.left), place(a.right)));
        for (line, _) in [a.left, a.right] {
            significant.extend((line.saturating_sub(1)..=line + 1).filter(|&n| n <= last));
        }
    }
    significant.sort_unstable();
    significant.dedup();

    let mut out: Vec<String> = Vec::new();
    let line_out = |n: usize, out: &mut Vec<String>| {
        out.push(lines[n].iter().collect());
        if !carets {
            return;
        }
        let indent = lines[n].iter().take_while(|c| c.is_whitespace()).count();
        let count = if n == last { shown_end } else { display_width(&lines[n], lines[n].len()) };
        let marks: String = (0..count)
            .map(|col| {
                if col < indent || (n == 0 && col < shown_start) {
                    return ' ';
                }
                match sign {
                    Some((left, right)) if (n, col) >= left && (n, col) < right => '^',
                    Some(_) => '~',
                    None => '^',
                }
            })
            .collect();
        out.push(marks);
    };
    for (i, &n) in significant.iter().enumerate() {
        if i > 0 {
            match n - significant[i - 1] {
                2 => line_out(n - 1, &mut out),
                d if d > 2 => out.push(format!("...<{} lines>...", d - 1)),
                _ => {}
            }
        }
        line_out(n, &mut out);
    }
    dedent(&out).iter().map(|l| format!("    {}\n", l.iter().collect::<String>())).collect()
}

/// Characters in the first `bytes` bytes.
fn character_offset(text: &str, bytes: usize) -> usize {
    let end = bytes.min(text.len());
    String::from_utf8_lossy(&text.as_bytes()[..end]).chars().count()
}

/// `textwrap.dedent`
pub fn dedent(lines: &[String]) -> Vec<Vec<char>> {
    let mut margin: Option<Vec<char>> = None;
    for line in lines.iter().filter(|l| !l.trim().is_empty()) {
        let indent: Vec<char> = line.chars().take_while(|&c| c == ' ' || c == '\t').collect();
        margin = Some(match margin {
            None => indent,
            Some(m) => {
                let same = m.iter().zip(&indent).take_while(|(a, b)| a == b).count();
                m[..same].to_vec()
            }
        });
    }
    let margin = margin.map_or(0, |m| m.len());
    lines
        .iter()
        .map(|l| if l.trim().is_empty() { Vec::new() } else { l.chars().skip(margin).collect() })
        .collect()
}

fn display_width(line: &[char], offset: usize) -> usize {
    line.iter().take(offset).map(|&c| char_width(c)).sum::<usize>() + offset.saturating_sub(line.len())
}

fn char_width(c: char) -> usize {
    if c.is_ascii() {
        return 1;
    }
    match east_asian_width(c as u32) {
        EastAsianWidth::Wide | EastAsianWidth::Fullwidth => 2,
        _ => 1,
    }
}

fn joined(lines: &[Vec<char>]) -> String {
    lines.iter().map(|l| l.iter().collect::<String>()).collect::<Vec<_>>().join("\n")
}

/// The text from character `start` of the first line to character `end` of the last.
fn segment_of(lines: &[Vec<char>], start: usize, end: usize) -> Vec<Vec<char>> {
    let mut segment: Vec<Vec<char>> = lines.to_vec();
    if let Some(last) = segment.last_mut() {
        last.truncate(end);
    }
    if let Some(first) = segment.first_mut() {
        first.drain(..start.min(first.len()));
    }
    segment
}

/// Whether marks say anything: not if they would underline the whole line.
fn should_show(lines: &[Vec<char>], whole: &str, start: usize, end: usize, anchors: bool) -> bool {
    if let Ok(Mod::Module { body }) = parse(whole, Mode::Module) {
        let Some(statement) = body.first() else { return false };
        if let Some(value) = lone_call(statement)
            && value.span.line == 1
            && value.span.end_line as usize == lines.len()
            && value.span.col as usize == start
            && value.span.end_col as usize == end
        {
            return false;
        }
    }
    let blank = |chars: &[char]| chars.iter().all(|c| c.is_whitespace());
    let (first, last) = (&lines[0], &lines[lines.len() - 1]);
    anchors || !blank(&first[..start.min(first.len())]) || !blank(&last[end.min(last.len())..])
}

/// The call in `return f(...)` and `name = f(...)`.
fn lone_call(statement: &Stmt) -> Option<&Expr> {
    match &statement.kind {
        StmtKind::Return { value: Some(value) } => match &value.kind {
            ExprKind::Call { func, .. } if matches!(func.kind, ExprKind::Name { .. }) => Some(value),
            _ => None,
        },
        StmtKind::Assign { targets, value } => match (targets.as_slice(), &value.kind) {
            ([target], ExprKind::Call { .. }) if matches!(target.kind, ExprKind::Name { .. }) => Some(value),
            _ => None,
        },
        _ => None,
    }
}

/// A place in the segment that moves forward over its characters.
struct Cursor<'a> {
    lines: &'a [Vec<char>],
    line: usize,
    col: usize,
}

impl Cursor<'_> {
    /// The next place with a character, from this one on.
    fn valid(mut self) -> Option<Self> {
        while self.line < self.lines.len() && self.col >= self.lines[self.line].len() {
            self.col = 0;
            self.line += 1;
        }
        (self.line < self.lines.len()).then_some(self)
    }

    /// The next character outside comments and line continuations for which `stop` holds.
    fn until(mut self, stop: impl Fn(char) -> bool) -> Option<Self> {
        loop {
            let c = self.lines[self.line][self.col];
            if c == '\\' || c == '#' {
                self.line += 1;
                self.col = 0;
            } else if stop(c) {
                return Some(self);
            } else {
                self.col += 1;
            }
            self = self.valid()?;
        }
    }
}

/// The sign of a binary operation, or the brackets of a subscript or call.
fn find_anchors(segment: &[Vec<char>]) -> Option<Anchors> {
    let Ok(Mod::Module { body }) = parse(&format!("(\n{}\n)", joined(segment)), Mode::Module) else {
        return None;
    };
    let [Stmt { kind: StmtKind::Expr { value }, .. }] = body.as_slice() else { return None };
    // The tree counts lines from 1 and has one more in front.
    let normalize = |line: usize, bytes: u32| {
        let text: String = segment.get(line)?.iter().collect();
        Some(character_offset(&text, bytes as usize))
    };
    let end_of = |e: &Expr| {
        let line = (e.span.end_line as usize).checked_sub(2)?;
        Some((line, normalize(line, e.span.end_col)?))
    };
    let after = |e: &Expr| {
        let (line, col) = end_of(e)?;
        Cursor { lines: segment, line, col }.valid()
    };
    match &value.kind {
        ExprKind::BinOp { left, right, .. } => {
            let sign = after(left)?.until(|c| !c.is_whitespace() && c != ')')?;
            let (line, col) = (sign.line, sign.col);
            let mut end = col + 1;
            let right_line = (right.span.line as usize).checked_sub(2)?;
            let before_right = right_line > line || end < normalize(right_line, right.span.col)?;
            if let Some(&c) = segment[line].get(end)
                && before_right
                && !c.is_whitespace()
                && c != '\\'
                && c != '#'
            {
                end += 1;
            }
            Some(Anchors { left: (line, col), right: (line, end) })
        }
        ExprKind::Subscript { value: inner, .. } => {
            let open = after(inner)?.until(|c| c == '[')?;
            Some(Anchors { left: (open.line, open.col), right: end_of(value)? })
        }
        ExprKind::Call { func, .. } => {
            let open = after(func)?.until(|c| c == '(')?;
            Some(Anchors { left: (open.line, open.col), right: end_of(value)? })
        }
        _ => None,
    }
}
