//! The syntax tree: CPython 3.14's `Python.asdl` in Rust.
//!
//! Field names are CPython's; those that are Rust keywords end in an underscore. Optional fields are `Option`, sequences
//! are `Vec`. Every node that carries `lineno` and friends in CPython has a [`Span`].

pub use num_bigint::BigInt;
/// Text of a string literal: UTF-8 that may also hold lone surrogates (WTF-8).
pub use rustpython_wtf8::{CodePoint, Wtf8Buf as Text};

/// A name, already NFKC-normalised.
pub type Identifier = Box<str>;

/// Where a node stands in the source text. The end is exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First line, counted from 1.
    pub line: u32,
    /// UTF-8 byte offset in the first line, counted from 0.
    pub col: u32,
    /// Last line, counted from 1.
    pub end_line: u32,
    /// UTF-8 byte offset in the last line just behind the node.
    pub end_col: u32,
}

/// The root of a tree; which one depends on the mode.
#[derive(Clone, Debug, PartialEq)]
pub enum Mod {
    /// A file (`exec`).
    Module {
        /// The statements.
        body: Vec<Stmt>,
    },
    /// One statement typed at the prompt (`single`).
    Interactive {
        /// The statements of the line.
        body: Vec<Stmt>,
    },
    /// A lone expression (`eval`).
    Expression {
        /// The expression.
        body: Box<Expr>,
    },
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Stmt {
    /// What it says.
    pub kind: StmtKind,
    /// Where it stands.
    pub span: Span,
}

impl Stmt {
    /// Whether the statement contains others.
    pub fn is_compound(&self) -> bool {
        use StmtKind as S;
        matches!(
            self.kind,
            S::FunctionDef(_)
                | S::AsyncFunctionDef(_)
                | S::ClassDef(_)
                | S::For(_)
                | S::AsyncFor(_)
                | S::While { .. }
                | S::If { .. }
                | S::With { .. }
                | S::AsyncWith { .. }
                | S::Match { .. }
                | S::Try(_)
                | S::TryStar(_)
        )
    }
}

/// The statements of the language.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub enum StmtKind {
    FunctionDef(Box<FunctionDef>),
    AsyncFunctionDef(Box<FunctionDef>),
    ClassDef(Box<ClassDef>),
    Return { value: Option<Box<Expr>> },
    Delete { targets: Vec<Expr> },
    Assign { targets: Vec<Expr>, value: Box<Expr> },
    TypeAlias { name: Box<Expr>, type_params: Vec<TypeParam>, value: Box<Expr> },
    AugAssign { target: Box<Expr>, op: Operator, value: Box<Expr> },
    AnnAssign { target: Box<Expr>, annotation: Box<Expr>, value: Option<Box<Expr>>, simple: bool },
    For(Box<For>),
    AsyncFor(Box<For>),
    While { test: Box<Expr>, body: Vec<Stmt>, orelse: Vec<Stmt> },
    If { test: Box<Expr>, body: Vec<Stmt>, orelse: Vec<Stmt> },
    With { items: Vec<WithItem>, body: Vec<Stmt> },
    AsyncWith { items: Vec<WithItem>, body: Vec<Stmt> },
    Match { subject: Box<Expr>, cases: Vec<MatchCase> },
    Raise { exc: Option<Box<Expr>>, cause: Option<Box<Expr>> },
    Try(Box<Try>),
    TryStar(Box<Try>),
    Assert { test: Box<Expr>, msg: Option<Box<Expr>> },
    Import { names: Vec<Alias> },
    ImportFrom { module: Option<Identifier>, names: Vec<Alias>, level: u32 },
    Global { names: Vec<Identifier> },
    Nonlocal { names: Vec<Identifier> },
    Expr { value: Box<Expr> },
    Pass,
    Break,
    Continue,
}

/// `def` and `async def`. The span of the statement starts at `def`, not at the decorators.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub struct FunctionDef {
    pub name: Identifier,
    pub args: Arguments,
    pub body: Vec<Stmt>,
    pub decorator_list: Vec<Expr>,
    pub returns: Option<Box<Expr>>,
    pub type_params: Vec<TypeParam>,
}

/// `class`. The span of the statement starts at `class`, not at the decorators.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub struct ClassDef {
    pub name: Identifier,
    pub bases: Vec<Expr>,
    pub keywords: Vec<Keyword>,
    pub body: Vec<Stmt>,
    pub decorator_list: Vec<Expr>,
    pub type_params: Vec<TypeParam>,
}

/// `for` and `async for`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub struct For {
    pub target: Expr,
    pub iter: Expr,
    pub body: Vec<Stmt>,
    pub orelse: Vec<Stmt>,
}

/// `try` with `except` or with `except*`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub struct Try {
    pub body: Vec<Stmt>,
    pub handlers: Vec<ExceptHandler>,
    pub orelse: Vec<Stmt>,
    pub finalbody: Vec<Stmt>,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it says.
    pub kind: ExprKind,
    /// Where it stands; parentheses round it do not count, except those of a tuple or generator expression.
    pub span: Span,
}

/// The expressions of the language.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub enum ExprKind {
    BoolOp {
        op: BoolOp,
        values: Vec<Expr>,
    },
    NamedExpr {
        target: Box<Expr>,
        value: Box<Expr>,
    },
    BinOp {
        left: Box<Expr>,
        op: Operator,
        right: Box<Expr>,
    },
    UnaryOp {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    Lambda {
        args: Box<Arguments>,
        body: Box<Expr>,
    },
    IfExp {
        test: Box<Expr>,
        body: Box<Expr>,
        orelse: Box<Expr>,
    },
    /// A key of `None` means `**value`.
    Dict {
        keys: Vec<Option<Expr>>,
        values: Vec<Expr>,
    },
    Set {
        elts: Vec<Expr>,
    },
    ListComp {
        elt: Box<Expr>,
        generators: Vec<Comprehension>,
    },
    SetComp {
        elt: Box<Expr>,
        generators: Vec<Comprehension>,
    },
    DictComp {
        key: Box<Expr>,
        value: Box<Expr>,
        generators: Vec<Comprehension>,
    },
    GeneratorExp {
        elt: Box<Expr>,
        generators: Vec<Comprehension>,
    },
    Await {
        value: Box<Expr>,
    },
    Yield {
        value: Option<Box<Expr>>,
    },
    YieldFrom {
        value: Box<Expr>,
    },
    Compare {
        left: Box<Expr>,
        ops: Vec<CmpOp>,
        comparators: Vec<Expr>,
    },
    Call {
        func: Box<Expr>,
        args: Vec<Expr>,
        keywords: Vec<Keyword>,
    },
    /// `{value!r:spec}` in an f-string. The format spec is a `JoinedStr`.
    FormattedValue {
        value: Box<Expr>,
        conversion: Option<Conversion>,
        format_spec: Option<Box<Expr>>,
    },
    /// The same in a t-string, with the expression's source text.
    Interpolation {
        value: Box<Expr>,
        str: Box<str>,
        conversion: Option<Conversion>,
        format_spec: Option<Box<Expr>>,
    },
    /// An f-string: `Constant` strings and `FormattedValue`s.
    JoinedStr {
        values: Vec<Expr>,
    },
    /// A t-string: `Constant` strings and `Interpolation`s.
    TemplateStr {
        values: Vec<Expr>,
    },
    /// `u_prefix`: a string literal that starts with `u` (CPython's `kind='u'`).
    Constant {
        value: Constant,
        u_prefix: bool,
    },
    Attribute {
        value: Box<Expr>,
        attr: Identifier,
        ctx: ExprContext,
    },
    Subscript {
        value: Box<Expr>,
        slice: Box<Expr>,
        ctx: ExprContext,
    },
    Starred {
        value: Box<Expr>,
        ctx: ExprContext,
    },
    Name {
        id: Identifier,
        ctx: ExprContext,
    },
    List {
        elts: Vec<Expr>,
        ctx: ExprContext,
    },
    Tuple {
        elts: Vec<Expr>,
        ctx: ExprContext,
    },
    /// Only inside a `Subscript`.
    Slice {
        lower: Option<Box<Expr>>,
        upper: Option<Box<Expr>>,
        step: Option<Box<Expr>>,
    },
}

/// A literal value.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// `None`
    None,
    /// `True`
    True,
    /// `False`
    False,
    /// `...`
    Ellipsis,
    /// An integer, never negative.
    Int(BigInt),
    /// A float, never negative.
    Float(f64),
    /// An imaginary number: its imaginary part.
    Complex(f64),
    /// A string, adjacent literals joined.
    Str(Text),
    /// A bytes literal.
    Bytes(Vec<u8>),
}

/// What an expression is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub enum ExprContext {
    Load,
    Store,
    Del,
}

/// `and`, `or`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub enum BoolOp {
    And,
    Or,
}

/// Binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub enum Operator {
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub enum UnaryOp {
    Invert,
    Not,
    UAdd,
    USub,
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub enum CmpOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

/// `!s`, `!r`, `!a` in an f-string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the function it calls")]
pub enum Conversion {
    Str,
    Repr,
    Ascii,
}

/// One `for ... in ... if ...` of a comprehension.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub struct Comprehension {
    pub target: Expr,
    pub iter: Expr,
    pub ifs: Vec<Expr>,
    pub is_async: bool,
}

/// `except`, `except*`: `type_` is `None` for a bare `except:`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub struct ExceptHandler {
    pub type_: Option<Box<Expr>>,
    pub name: Option<Identifier>,
    pub body: Vec<Stmt>,
    pub span: Span,
}

/// The parameters of a function.
///
/// `defaults` belong to the last ones of `posonlyargs` followed by `args`; `kw_defaults` has one entry for each of
/// `kwonlyargs`.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub struct Arguments {
    pub posonlyargs: Vec<Arg>,
    pub args: Vec<Arg>,
    pub vararg: Option<Arg>,
    pub kwonlyargs: Vec<Arg>,
    pub kw_defaults: Vec<Option<Expr>>,
    pub kwarg: Option<Arg>,
    pub defaults: Vec<Expr>,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub struct Arg {
    pub arg: Identifier,
    pub annotation: Option<Box<Expr>>,
    pub span: Span,
}

/// `arg=value` of a call or class; `arg` is `None` for `**value`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub struct Keyword {
    pub arg: Option<Identifier>,
    pub value: Expr,
    pub span: Span,
}

/// `name as asname` of an import; the name may be dotted or `*`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub struct Alias {
    pub name: Identifier,
    pub asname: Option<Identifier>,
    pub span: Span,
}

/// `context_expr as optional_vars` of a `with`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub struct WithItem {
    pub context_expr: Expr,
    pub optional_vars: Option<Box<Expr>>,
}

/// `case pattern if guard: body`
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub struct MatchCase {
    pub pattern: Pattern,
    pub guard: Option<Box<Expr>>,
    pub body: Vec<Stmt>,
}

/// What a `case` matches.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// What it says.
    pub kind: PatternKind,
    /// Where it stands.
    pub span: Span,
}

/// The patterns of `match`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub enum PatternKind {
    MatchValue {
        value: Box<Expr>,
    },
    /// `None`, `True`, `False`
    MatchSingleton {
        value: Constant,
    },
    MatchSequence {
        patterns: Vec<Pattern>,
    },
    MatchMapping {
        keys: Vec<Expr>,
        patterns: Vec<Pattern>,
        rest: Option<Identifier>,
    },
    MatchClass {
        cls: Box<Expr>,
        patterns: Vec<Pattern>,
        kwd_attrs: Vec<Identifier>,
        kwd_patterns: Vec<Pattern>,
    },
    /// `*name`, `*_`
    MatchStar {
        name: Option<Identifier>,
    },
    /// `pattern as name`, `name`, `_`
    MatchAs {
        pattern: Option<Box<Pattern>>,
        name: Option<Identifier>,
    },
    MatchOr {
        patterns: Vec<Pattern>,
    },
}

/// A type parameter: `T: bound = default`, `*Ts = default`, `**P = default`.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeParam {
    /// What it says.
    pub kind: TypeParamKind,
    /// Where it stands.
    pub span: Span,
}

impl TypeParam {
    /// Its name.
    pub fn name(&self) -> &Identifier {
        match &self.kind {
            TypeParamKind::TypeVar { name, .. }
            | TypeParamKind::ParamSpec { name, .. }
            | TypeParamKind::TypeVarTuple { name, .. } => name,
        }
    }
}

/// The three kinds of type parameters.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names are those of CPython's ast module")]
pub enum TypeParamKind {
    TypeVar { name: Identifier, bound: Option<Box<Expr>>, default_value: Option<Box<Expr>> },
    ParamSpec { name: Identifier, default_value: Option<Box<Expr>> },
    TypeVarTuple { name: Identifier, default_value: Option<Box<Expr>> },
}
