//! Tokens, as small as they can be: a kind and two offsets.

/// A piece of the source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// Byte offset of the first byte.
    pub(crate) start: u32,
    /// Byte offset just behind the last byte.
    pub(crate) end: u32,
}

/// What a token is. Soft keywords (`match`, `case`, `type`, `_`) are names here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[rustfmt::skip]
pub(crate) enum Kind {
    Name, Int, Float, Imaginary,
    /// A string or bytes literal without replacement fields.
    Str,
    /// Prefix and opening quote of an f- or t-string.
    FStart,
    /// Text of an f- or t-string between replacement fields, escapes not yet decoded.
    FMiddle,
    /// Closing quote of an f- or t-string.
    FEnd,
    Newline, Indent, Dedent, End,
    /// A character that starts no token.
    Unknown,
    // Operators.
    LPar, RPar, LSqb, RSqb, LBrace, RBrace, Colon, Comma, Semi, Plus, Minus, Star, Slash, VBar, Amper, Less,
    Greater, Equal, Dot, Percent, EqEqual, NotEqual, LessEqual, GreaterEqual, Tilde, Circumflex, LeftShift,
    RightShift, DoubleStar, DoubleStarEqual, PlusEqual, MinusEqual, StarEqual, SlashEqual, PercentEqual,
    AmperEqual, VBarEqual, CircumflexEqual, LeftShiftEqual, RightShiftEqual, DoubleSlash, DoubleSlashEqual,
    ColonEqual, At, AtEqual, Arrow, Ellipsis, Exclamation,
    /// `<>`
    LessGreater,
    // Keywords.
    False, None, True, And, As, Assert, Async, Await, Break, Class, Continue, Def, Del, Elif, Else, Except, Finally,
    For, From, Global, If, Import, In, Is, Lambda, Nonlocal, Not, Or, Pass, Raise, Return, Try, While, With, Yield,
}

impl Kind {
    /// The keyword that `word` is, or `Name`.
    pub(crate) fn of_word(word: &[u8]) -> Kind {
        match word {
            b"False" => Kind::False,
            b"None" => Kind::None,
            b"True" => Kind::True,
            b"and" => Kind::And,
            b"as" => Kind::As,
            b"assert" => Kind::Assert,
            b"async" => Kind::Async,
            b"await" => Kind::Await,
            b"break" => Kind::Break,
            b"class" => Kind::Class,
            b"continue" => Kind::Continue,
            b"def" => Kind::Def,
            b"del" => Kind::Del,
            b"elif" => Kind::Elif,
            b"else" => Kind::Else,
            b"except" => Kind::Except,
            b"finally" => Kind::Finally,
            b"for" => Kind::For,
            b"from" => Kind::From,
            b"global" => Kind::Global,
            b"if" => Kind::If,
            b"import" => Kind::Import,
            b"in" => Kind::In,
            b"is" => Kind::Is,
            b"lambda" => Kind::Lambda,
            b"nonlocal" => Kind::Nonlocal,
            b"not" => Kind::Not,
            b"or" => Kind::Or,
            b"pass" => Kind::Pass,
            b"raise" => Kind::Raise,
            b"return" => Kind::Return,
            b"try" => Kind::Try,
            b"while" => Kind::While,
            b"with" => Kind::With,
            b"yield" => Kind::Yield,
            _ => Kind::Name,
        }
    }

    /// Whether it is a keyword that no name may be.
    pub(crate) fn is_keyword(self) -> bool {
        self >= Kind::False
    }

    /// Whether it opens a bracket.
    pub(crate) fn opens(self) -> bool {
        matches!(self, Kind::LPar | Kind::LSqb | Kind::LBrace)
    }

    /// Whether it closes a bracket.
    pub(crate) fn closes(self) -> bool {
        matches!(self, Kind::RPar | Kind::RSqb | Kind::RBrace)
    }

    /// Whether it is an augmented assignment such as `+=`.
    #[rustfmt::skip]
    pub(crate) fn is_augmented_assignment(self) -> bool {
        use Kind::*;
        matches!(self, PlusEqual | MinusEqual | StarEqual | AtEqual | SlashEqual | PercentEqual | AmperEqual | VBarEqual
            | CircumflexEqual | LeftShiftEqual | RightShiftEqual | DoubleStarEqual | DoubleSlashEqual)
    }
}
