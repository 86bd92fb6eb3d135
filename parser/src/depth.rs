//! How deep a tree can get, told from the tokens alone.
//!
//! The grammar's trees are dropped recursively, so the stack must be long enough for the deepest one before it is built.

use crate::token::{Kind, Token};

/// An open bracket, or the whole line.
#[derive(Default)]
struct Level {
    /// Depth outside of the bracket.
    base: usize,
    /// The deepest element so far.
    deepest: usize,
    /// A lambda has begun: the commas of its parameters separate nothing.
    lambda: bool,
}

/// An upper bound of the nesting of nodes within one statement, and the number of `elif`s, each of which is nested in
/// the one before.
pub(crate) fn bounds(tokens: &[Token]) -> (usize, usize) {
    let mut levels: Vec<Level> = Vec::new();
    let mut line = Level::default();
    let (mut depth, mut deepest, mut elifs) = (0, 0, 0);
    for token in tokens {
        let level = levels.last_mut().unwrap_or(&mut line);
        depth += 1;
        match token.kind {
            Kind::Newline => {
                deepest = deepest.max(level.deepest).max(depth);
                levels.clear();
                line = Level::default();
                depth = 0;
            }
            Kind::Comma if !level.lambda => {
                level.deepest = level.deepest.max(depth);
                depth = level.base;
            }
            Kind::Lambda => level.lambda = true,
            Kind::Elif => elifs += 1,
            kind if kind.opens() => levels.push(Level { base: depth, ..Level::default() }),
            kind if kind.closes() => {
                depth = depth.max(level.deepest);
                levels.pop();
            }
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    (deepest, elifs)
}
