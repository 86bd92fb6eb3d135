//! Warnings of escapes that mean nothing.

use crate::error::{Caution, Fail};
use crate::literal::string::parts;
use crate::program::Program;
use crate::token::Kind;

/// A warning for each literal (or piece of an f-string) with a wrong escape.
pub(crate) fn escapes(program: &Program<'_>) -> Vec<Caution> {
    let mut cautions = Vec::new();
    // Whether the f-strings around are raw.
    let mut raw = Vec::new();
    for &token in &program.tokens {
        match token.kind {
            Kind::Str => {
                let literal = parts(program, token);
                if !literal.raw {
                    let start = token.start + literal.before as u32;
                    cautions.extend(caution(literal.body, start, literal.bytes));
                }
            }
            Kind::FStart => raw.push(parts(program, token).raw),
            Kind::FEnd => drop(raw.pop()),
            Kind::FMiddle if raw.last() == Some(&false) => {
                let body = program.text(token);
                // A backslash at the end stands in front of a brace.
                let wider = program.source.get(token.start as usize..token.end as usize + 1);
                let body = wider.filter(|_| body.ends_with('\\')).unwrap_or(body);
                cautions.extend(caution(body, token.start, false));
            }
            _ => {}
        }
    }
    cautions
}

/// The warning for the body of a literal that stands at `start`.
fn caution(body: &str, start: u32, bytes: bool) -> Option<Caution> {
    let (at, escape) = first_invalid(body, bytes)?;
    let what = if escape.len() == 3 { "octal escape" } else { "escape" };
    let invalid = format!("\"\\{escape}\" is an invalid {what} sequence.");
    let future = "Such sequences will not work in the future.";
    let instead = format!("Did you mean \"\\\\{escape}\"? A raw string is also an option.");
    let start = start + at as u32;
    let fail = Fail::new(format!("{invalid} {instead}"), start, start + 2);
    // CPython's tokenizer finds those in front of braces.
    let fail = if escape.starts_with(['{', '}']) { fail.bare() } else { fail };
    Some(Caution { message: format!("{invalid} {future} {instead}"), fail })
}

/// The first escape in a body that means nothing (or is an octal number too large for a byte): where it is, and what
/// stands behind the backslash.
fn first_invalid(body: &str, bytes: bool) -> Option<(usize, &str)> {
    let mut from = 0;
    while let Some(at) = body[from..].find('\\').map(|at| from + at) {
        let tail = &body[at + 1..];
        let escape = tail.chars().next()?;
        from = at + 1 + escape.len_utf8();
        match escape {
            '0'..='7' => {
                let digits = tail.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
                if digits == 3 && escape > '3' {
                    return Some((at, &tail[..3]));
                }
            }
            '\n' | '\\' | '\'' | '"' | 'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | 'x' => {}
            'u' | 'U' | 'N' if !bytes => {}
            // CPython looks for wrong escapes when it has written others than ASCII characters as escapes.
            _ if !escape.is_ascii() => {}
            _ => return Some((at, &tail[..1])),
        }
    }
    None
}
