//! What an expression is called, and which ones may be assigned to.

use super::{Diagnosis, Piece, Stop};

/// The kind of an expression, as far as messages tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Name,
    Attribute,
    Subscript,
    Call,
    Starred,
    List,
    Tuple,
    Set,
    Dict,
    ListComp,
    SetComp,
    DictComp,
    Generator,
    Lambda,
    Yield,
    Await,
    /// Arithmetic and boolean operators.
    Operation,
    Comparison,
    /// A comparison that begins with `left in right`.
    Membership,
    Conditional,
    Named,
    Literal,
    True,
    False,
    None,
    Ellipsis,
    FString,
    TString,
}

impl Shape {
    /// What CPython calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Shape::Name => "name",
            Shape::Attribute => "attribute",
            Shape::Subscript => "subscript",
            Shape::Call => "function call",
            Shape::Starred => "starred",
            Shape::List => "list",
            Shape::Tuple => "tuple",
            Shape::Set => "set display",
            Shape::Dict => "dict literal",
            Shape::ListComp => "list comprehension",
            Shape::SetComp => "set comprehension",
            Shape::DictComp => "dict comprehension",
            Shape::Generator => "generator expression",
            Shape::Lambda => "lambda",
            Shape::Yield => "yield expression",
            Shape::Await => "await expression",
            Shape::Operation => "expression",
            Shape::Comparison | Shape::Membership => "comparison",
            Shape::Conditional => "conditional expression",
            Shape::Named => "named expression",
            Shape::Literal => "literal",
            Shape::True => "True",
            Shape::False => "False",
            Shape::None => "None",
            Shape::Ellipsis => "ellipsis",
            Shape::FString => "f-string expression",
            Shape::TString => "t-string expression",
        }
    }
}

/// What the target is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Assign,
    Delete,
    For,
}

/// The first part of an expression that cannot be a target.
fn invalid_target(piece: &Piece, purpose: Purpose) -> Option<&Piece> {
    match piece.shape {
        Shape::Name | Shape::Attribute | Shape::Subscript => None,
        Shape::List | Shape::Tuple => piece.parts.iter().find_map(|part| invalid_target(part, purpose)),
        Shape::Starred if purpose != Purpose::Delete => {
            piece.parts.first().and_then(|part| invalid_target(part, purpose))
        }
        Shape::Membership if purpose == Purpose::For => {
            piece.parts.first().and_then(|part| invalid_target(part, purpose))
        }
        Shape::Comparison if purpose == Purpose::For => None,
        _ => Some(piece),
    }
}

impl Diagnosis<'_, '_> {
    /// Raises if the expression cannot be a target; otherwise the rule that asks does not fit.
    pub(super) fn refuse_target(&self, piece: &Piece, purpose: Purpose) -> Stop {
        match invalid_target(piece, purpose) {
            None => Stop::No,
            Some(wrong) => {
                let verb = if purpose == Purpose::Delete { "delete" } else { "assign to" };
                self.raise_piece(wrong, format!("cannot {verb} {}", wrong.shape.name()))
            }
        }
    }

    pub(super) fn is_target(piece: &Piece) -> bool {
        invalid_target(piece, Purpose::Assign).is_none()
    }
}
