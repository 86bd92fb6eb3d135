//! The node classes, as `Python.asdl` of CPython 3.14 describes them. The text of a row is the docstring of its class.

/// A row that declares a node class.
pub(super) struct Row {
    /// The abstract class above it; `AST` for products and for the abstract classes themselves.
    pub(super) base: &'static str,
    /// `Name(type field, ...)`, or the name alone.
    pub(super) asdl: &'static str,
    /// An abstract class: its docstring lists its alternatives.
    pub(super) is_abstract: bool,
    /// Whether instances have `lineno` and the other places; concrete nodes inherit this.
    pub(super) placed: bool,
}

impl Row {
    /// The name of the class.
    pub(super) fn name(&self) -> &'static str {
        self.asdl.split_once('(').map_or(self.asdl, |(name, _)| name)
    }

    /// The fields: the type with its `?` and `*`, and the name.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let inside = self.asdl.split_once('(').map_or("", |(_, rest)| rest.trim_end_matches(')'));
        inside.split(", ").filter_map(|field| field.split_once(' '))
    }
}

const PLACED: bool = true;
const UNPLACED: bool = false;

/// An abstract class of alternatives.
const fn sum(name: &'static str, placed: bool) -> Row {
    Row { base: "AST", asdl: name, is_abstract: true, placed }
}

/// A node that is one of the alternatives of `base`.
const fn node(base: &'static str, asdl: &'static str) -> Row {
    Row { base, asdl, is_abstract: false, placed: false }
}

/// A node without alternatives.
const fn product(asdl: &'static str, placed: bool) -> Row {
    Row { base: "AST", asdl, is_abstract: false, placed }
}

/// All classes but `AST`, bases first.
pub(super) static ROWS: &[Row] = &[
    sum("mod", UNPLACED),
    node("mod", "Module(stmt* body, type_ignore* type_ignores)"),
    node("mod", "Interactive(stmt* body)"),
    node("mod", "Expression(expr body)"),
    node("mod", "FunctionType(expr* argtypes, expr returns)"),
    sum("stmt", PLACED),
    node(
        "stmt",
        "FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)",
    ),
    node(
        "stmt",
        "AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)",
    ),
    node(
        "stmt",
        "ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params)",
    ),
    node("stmt", "Return(expr? value)"),
    node("stmt", "Delete(expr* targets)"),
    node("stmt", "Assign(expr* targets, expr value, string? type_comment)"),
    node("stmt", "TypeAlias(expr name, type_param* type_params, expr value)"),
    node("stmt", "AugAssign(expr target, operator op, expr value)"),
    node("stmt", "AnnAssign(expr target, expr annotation, expr? value, int simple)"),
    node("stmt", "For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)"),
    node("stmt", "AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)"),
    node("stmt", "While(expr test, stmt* body, stmt* orelse)"),
    node("stmt", "If(expr test, stmt* body, stmt* orelse)"),
    node("stmt", "With(withitem* items, stmt* body, string? type_comment)"),
    node("stmt", "AsyncWith(withitem* items, stmt* body, string? type_comment)"),
    node("stmt", "Match(expr subject, match_case* cases)"),
    node("stmt", "Raise(expr? exc, expr? cause)"),
    node("stmt", "Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)"),
    node("stmt", "TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)"),
    node("stmt", "Assert(expr test, expr? msg)"),
    node("stmt", "Import(alias* names)"),
    node("stmt", "ImportFrom(identifier? module, alias* names, int? level)"),
    node("stmt", "Global(identifier* names)"),
    node("stmt", "Nonlocal(identifier* names)"),
    node("stmt", "Expr(expr value)"),
    node("stmt", "Pass"),
    node("stmt", "Break"),
    node("stmt", "Continue"),
    sum("expr", PLACED),
    node("expr", "BoolOp(boolop op, expr* values)"),
    node("expr", "NamedExpr(expr target, expr value)"),
    node("expr", "BinOp(expr left, operator op, expr right)"),
    node("expr", "UnaryOp(unaryop op, expr operand)"),
    node("expr", "Lambda(arguments args, expr body)"),
    node("expr", "IfExp(expr test, expr body, expr orelse)"),
    node("expr", "Dict(expr?* keys, expr* values)"),
    node("expr", "Set(expr* elts)"),
    node("expr", "ListComp(expr elt, comprehension* generators)"),
    node("expr", "SetComp(expr elt, comprehension* generators)"),
    node("expr", "DictComp(expr key, expr value, comprehension* generators)"),
    node("expr", "GeneratorExp(expr elt, comprehension* generators)"),
    node("expr", "Await(expr value)"),
    node("expr", "Yield(expr? value)"),
    node("expr", "YieldFrom(expr value)"),
    node("expr", "Compare(expr left, cmpop* ops, expr* comparators)"),
    node("expr", "Call(expr func, expr* args, keyword* keywords)"),
    node("expr", "FormattedValue(expr value, int conversion, expr? format_spec)"),
    node("expr", "Interpolation(expr value, constant str, int conversion, expr? format_spec)"),
    node("expr", "JoinedStr(expr* values)"),
    node("expr", "TemplateStr(expr* values)"),
    node("expr", "Constant(constant value, string? kind)"),
    node("expr", "Attribute(expr value, identifier attr, expr_context ctx)"),
    node("expr", "Subscript(expr value, expr slice, expr_context ctx)"),
    node("expr", "Starred(expr value, expr_context ctx)"),
    node("expr", "Name(identifier id, expr_context ctx)"),
    node("expr", "List(expr* elts, expr_context ctx)"),
    node("expr", "Tuple(expr* elts, expr_context ctx)"),
    node("expr", "Slice(expr? lower, expr? upper, expr? step)"),
    sum("expr_context", UNPLACED),
    node("expr_context", "Load"),
    node("expr_context", "Store"),
    node("expr_context", "Del"),
    sum("boolop", UNPLACED),
    node("boolop", "And"),
    node("boolop", "Or"),
    sum("operator", UNPLACED),
    node("operator", "Add"),
    node("operator", "Sub"),
    node("operator", "Mult"),
    node("operator", "MatMult"),
    node("operator", "Div"),
    node("operator", "Mod"),
    node("operator", "Pow"),
    node("operator", "LShift"),
    node("operator", "RShift"),
    node("operator", "BitOr"),
    node("operator", "BitXor"),
    node("operator", "BitAnd"),
    node("operator", "FloorDiv"),
    sum("unaryop", UNPLACED),
    node("unaryop", "Invert"),
    node("unaryop", "Not"),
    node("unaryop", "UAdd"),
    node("unaryop", "USub"),
    sum("cmpop", UNPLACED),
    node("cmpop", "Eq"),
    node("cmpop", "NotEq"),
    node("cmpop", "Lt"),
    node("cmpop", "LtE"),
    node("cmpop", "Gt"),
    node("cmpop", "GtE"),
    node("cmpop", "Is"),
    node("cmpop", "IsNot"),
    node("cmpop", "In"),
    node("cmpop", "NotIn"),
    product("comprehension(expr target, expr iter, expr* ifs, int is_async)", UNPLACED),
    sum("excepthandler", PLACED),
    node("excepthandler", "ExceptHandler(expr? type, identifier? name, stmt* body)"),
    product(
        "arguments(arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults)",
        UNPLACED,
    ),
    product("arg(identifier arg, expr? annotation, string? type_comment)", PLACED),
    product("keyword(identifier? arg, expr value)", PLACED),
    product("alias(identifier name, identifier? asname)", PLACED),
    product("withitem(expr context_expr, expr? optional_vars)", UNPLACED),
    product("match_case(pattern pattern, expr? guard, stmt* body)", UNPLACED),
    sum("pattern", PLACED),
    node("pattern", "MatchValue(expr value)"),
    node("pattern", "MatchSingleton(constant value)"),
    node("pattern", "MatchSequence(pattern* patterns)"),
    node("pattern", "MatchMapping(expr* keys, pattern* patterns, identifier? rest)"),
    node("pattern", "MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns)"),
    node("pattern", "MatchStar(identifier? name)"),
    node("pattern", "MatchAs(pattern? pattern, identifier? name)"),
    node("pattern", "MatchOr(pattern* patterns)"),
    sum("type_ignore", UNPLACED),
    node("type_ignore", "TypeIgnore(int lineno, string tag)"),
    sum("type_param", PLACED),
    node("type_param", "TypeVar(identifier name, expr? bound, expr? default_value)"),
    node("type_param", "ParamSpec(identifier name, expr? default_value)"),
    node("type_param", "TypeVarTuple(identifier name, expr? default_value)"),
];
