//! What `compile(..., 'single')` wants besides a statement that parses: an end.

use pystm_parser::{ErrorKind, SyntaxError, ast::Mod};

use crate::compiler::Options;

/// The error of a statement of the prompt that has not ended: there is none, or it is a compound one without a newline
/// behind it. (A block is ended by the end of the text, but not for `codeop`.)
pub(super) fn check(tree: &Mod, source: &str, options: &Options) -> Option<SyntaxError> {
    let Mod::Interactive { body } = tree else { return None };
    let last = source.lines().next_back().unwrap_or_default();
    let in_block = last.starts_with([' ', '\t']);
    let ended = match body.first() {
        // The grammar wants a statement: it has made up an empty one.
        Some(s) if s.span.end_col == 0 && s.span.line == s.span.end_line => false,
        None => false,
        Some(s) if s.is_compound() => source.ends_with('\n') || (in_block && !options.keep_block_open),
        Some(_) => true,
    };
    if ended {
        return None;
    }
    let line = source.lines().count() as u32;
    let text = source.split_inclusive('\n').next_back().unwrap_or_default().to_owned();
    Some(SyntaxError {
        kind: ErrorKind::Syntax,
        message: "invalid syntax".into(),
        line,
        col: 0,
        end_line: line,
        end_col: 0,
        text: Some(text),
        incomplete: true,
    })
}
