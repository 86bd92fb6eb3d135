//! Patterns of `match`.

use rustpython_parser::ast::{self as rp, Ranged};

use super::{Converter, identifier};
use crate::ast::{Expr, ExprKind, Pattern, PatternKind};
use crate::error::Fail;
use crate::token::Kind;

impl Converter<'_, '_> {
    pub(super) fn pattern(&mut self, pattern: rp::Pattern) -> Result<Pattern, Fail> {
        let range = pattern.range();
        let kind = match pattern {
            rp::Pattern::MatchValue(node) => {
                let value = self.boxed(*node.value)?;
                self.check_complex(&value)?;
                if matches!(value.kind, ExprKind::JoinedStr { .. } | ExprKind::TemplateStr { .. }) {
                    let message = "patterns may only match literals and attribute lookups";
                    return Err(Fail::new(message, range.start().into(), range.end().into()));
                }
                PatternKind::MatchValue { value }
            }
            rp::Pattern::MatchSingleton(node) => {
                PatternKind::MatchSingleton { value: super::expr::constant(node.value) }
            }
            rp::Pattern::MatchSequence(node) => {
                PatternKind::MatchSequence { patterns: self.elements(node.patterns)? }
            }
            rp::Pattern::MatchMapping(node)
                if node.rest.as_ref().is_some_and(|rest| rest.as_str() == "_") =>
            {
                return Err(self.wildcard_rest(range.start().into()));
            }
            rp::Pattern::MatchMapping(node) => PatternKind::MatchMapping {
                keys: self.mapping_keys(node.keys)?,
                patterns: self.patterns(node.patterns)?,
                rest: node.rest.map(identifier),
            },
            rp::Pattern::MatchClass(node) => PatternKind::MatchClass {
                cls: self.boxed(*node.cls)?,
                patterns: self.patterns(node.patterns)?,
                kwd_attrs: node.kwd_attrs.into_iter().map(identifier).collect(),
                kwd_patterns: self.patterns(node.kwd_patterns)?,
            },
            // Stars are for the elements of sequences.
            rp::Pattern::MatchStar(_) => {
                let start = range.start().into();
                return Err(Fail::new("invalid syntax", start, start + 1));
            }
            rp::Pattern::MatchAs(node) => {
                let pattern = node.pattern.map(|pattern| self.pattern(*pattern)).transpose()?;
                PatternKind::MatchAs { pattern: pattern.map(Box::new), name: node.name.map(identifier) }
            }
            rp::Pattern::MatchOr(node) => PatternKind::MatchOr { patterns: self.patterns(node.patterns)? },
        };
        Ok(Pattern { kind, span: self.span_of(range) })
    }

    /// `{**_}`: the error at the `_`.
    fn wildcard_rest(&self, mapping: u32) -> Fail {
        let from = self.program.token_at(mapping);
        let tokens = self.program.tokens[from..].windows(2);
        let star = tokens
            .into_iter()
            .find(|pair| pair[0].kind == Kind::DoubleStar && self.program.text(pair[1]) == "_");
        let (start, end) = star.map_or((mapping, mapping), |pair| (pair[1].start, pair[1].end));
        Fail::new("invalid syntax", start, end)
    }

    fn mapping_keys(&mut self, keys: Vec<rp::Expr>) -> Result<Vec<Expr>, Fail> {
        let keys = self.exprs(keys)?;
        keys.iter().try_for_each(|key| self.check_complex(key))?;
        Ok(keys)
    }

    fn elements(&mut self, patterns: Vec<rp::Pattern>) -> Result<Vec<Pattern>, Fail> {
        let mut out = Vec::with_capacity(patterns.len());
        for pattern in patterns {
            out.push(match pattern {
                rp::Pattern::MatchStar(node) => Pattern {
                    span: self.span_of(node.range),
                    kind: PatternKind::MatchStar { name: node.name.map(identifier) },
                },
                pattern => self.pattern(pattern)?,
            });
        }
        Ok(out)
    }

    fn patterns(&mut self, patterns: Vec<rp::Pattern>) -> Result<Vec<Pattern>, Fail> {
        patterns.into_iter().map(|pattern| self.pattern(pattern)).collect()
    }
}
