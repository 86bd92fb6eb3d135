//! Patterns of `match`.

use rustpython_parser::ast::{self as rp, Ranged};

use super::{Converter, identifier};
use crate::ast::{Pattern, PatternKind};
use crate::error::Fail;

impl Converter<'_, '_> {
    pub(super) fn pattern(&mut self, pattern: rp::Pattern) -> Result<Pattern, Fail> {
        let range = pattern.range();
        let kind = match pattern {
            rp::Pattern::MatchValue(node) => PatternKind::MatchValue { value: self.boxed(*node.value)? },
            rp::Pattern::MatchSingleton(node) => {
                PatternKind::MatchSingleton { value: super::expr::constant(node.value) }
            }
            rp::Pattern::MatchSequence(node) => {
                PatternKind::MatchSequence { patterns: self.patterns(node.patterns)? }
            }
            rp::Pattern::MatchMapping(node) => PatternKind::MatchMapping {
                keys: self.exprs(node.keys)?,
                patterns: self.patterns(node.patterns)?,
                rest: node.rest.map(identifier),
            },
            rp::Pattern::MatchClass(node) => PatternKind::MatchClass {
                cls: self.boxed(*node.cls)?,
                patterns: self.patterns(node.patterns)?,
                kwd_attrs: node.kwd_attrs.into_iter().map(identifier).collect(),
                kwd_patterns: self.patterns(node.kwd_patterns)?,
            },
            rp::Pattern::MatchStar(node) => PatternKind::MatchStar { name: node.name.map(identifier) },
            rp::Pattern::MatchAs(node) => {
                let pattern = node.pattern.map(|pattern| self.pattern(*pattern)).transpose()?;
                PatternKind::MatchAs { pattern: pattern.map(Box::new), name: node.name.map(identifier) }
            }
            rp::Pattern::MatchOr(node) => PatternKind::MatchOr { patterns: self.patterns(node.patterns)? },
        };
        Ok(Pattern { kind, span: self.span_of(range) })
    }

    fn patterns(&mut self, patterns: Vec<rp::Pattern>) -> Result<Vec<Pattern>, Fail> {
        patterns.into_iter().map(|pattern| self.pattern(pattern)).collect()
    }
}
