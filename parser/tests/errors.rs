//! The words and places of syntax errors, which are those of CPython 3.14.

use pystm_parser::{ErrorKind, Mode, SyntaxError, parse};

/// `line:column-line:column message` of the error that a program gets; an end of 0 is one that CPython does not give.
fn error(source: &str) -> String {
    let SyntaxError { kind, message, line, col, end_line, end_col, .. } =
        parse(source, Mode::Module).unwrap_err();
    let kind = match kind {
        ErrorKind::Syntax => "",
        ErrorKind::Indentation => "IndentationError ",
        ErrorKind::Tab => "TabError ",
        ErrorKind::TooDeep => "too deep ",
    };
    format!("{line}:{col}-{end_line}:{end_col} {kind}{message}")
}

#[test]
fn missing_colon() {
    assert_eq!(error("if x\n    pass\n"), "1:5-1:6 expected ':'");
}

#[test]
fn bracket_never_closed() {
    assert_eq!(error("f(1,\nx = 2\n"), "1:2-1:0 '(' was never closed");
}

#[test]
fn bracket_unmatched() {
    assert_eq!(error("x = 1)\n"), "1:6-1:6 unmatched ')'");
}

#[test]
fn bracket_of_another_kind() {
    assert_eq!(
        error("(1,\n2]\n"),
        "2:2-2:2 closing parenthesis ']' does not match opening parenthesis '(' on line 1"
    );
}

#[test]
fn string_unterminated() {
    assert_eq!(error("x = \"abc\n"), "1:5-1:5 unterminated string literal (detected at line 1)");
}

#[test]
fn string_unterminated_triple() {
    assert_eq!(
        error("x = \"\"\"abc\n\n"),
        "1:5-1:5 unterminated triple-quoted string literal (detected at line 2)"
    );
}

#[test]
fn string_prefixes_incompatible() {
    assert_eq!(error("ub\"a\"\n"), "1:1-1:3 'u' and 'b' prefixes are incompatible");
}

#[test]
fn fstring_unterminated() {
    assert_eq!(error("f\"abc\n"), "1:1-1:1 unterminated f-string literal (detected at line 1)");
}

#[test]
fn fstring_empty_expression() {
    assert_eq!(error("f\"{}\"\n"), "1:4-1:5 f-string: valid expression required before '}'");
}

#[test]
fn fstring_single_brace() {
    assert_eq!(error("f\"}\"\n"), "1:3-1:3 f-string: single '}' is not allowed");
}

#[test]
fn fstring_bad_conversion() {
    assert_eq!(
        error("f\"{x!z}\"\n"),
        "1:6-1:7 f-string: invalid conversion character 'z': expected 's', 'r', or 'a'"
    );
}

#[test]
fn fstring_missing_brace() {
    assert_eq!(error("f\"{x\"\n"), "1:5-1:5 f-string: expecting '}'");
}

#[test]
fn fstring_lambda() {
    assert_eq!(
        error("f\"{lambda x:1}\"\n"),
        "1:4-1:13 f-string: lambda expressions are not allowed without parentheses"
    );
}

#[test]
fn fstring_junk_behind_expression() {
    assert_eq!(error("f\"{a b}\"\n"), "1:4-1:7 invalid syntax. Perhaps you forgot a comma?");
}

#[test]
fn tstring_mixed() {
    assert_eq!(error("t\"a\" \"b\"\n"), "1:1-1:9 cannot mix t-string literals with string or bytes literals");
}

#[test]
fn comma_forgotten() {
    assert_eq!(error("f(a b)\n"), "1:3-1:6 invalid syntax. Perhaps you forgot a comma?");
}

#[test]
fn assignment_in_expression() {
    assert_eq!(
        error("f(a, (b = 1))\n"),
        "1:7-1:12 invalid syntax. Maybe you meant '==' or ':=' instead of '='?"
    );
}

#[test]
fn assignment_to_call() {
    assert_eq!(
        error("f() = 1\n"),
        "1:1-1:4 cannot assign to function call here. Maybe you meant '==' instead of '='?"
    );
}

#[test]
fn assignment_to_literal() {
    assert_eq!(
        error("1 = x\n"),
        "1:1-1:2 cannot assign to literal here. Maybe you meant '==' instead of '='?"
    );
}

#[test]
fn assignment_to_keyword() {
    assert_eq!(error("None = 1\n"), "1:1-1:5 cannot assign to None");
}

#[test]
fn assignment_to_element() {
    assert_eq!(error("(a, b + 1) = c\n"), "1:5-1:10 cannot assign to expression");
}

#[test]
fn assignment_as_condition() {
    assert_eq!(
        error("if x = 3: pass\n"),
        "1:4-1:9 invalid syntax. Maybe you meant '==' or ':=' instead of '='?"
    );
}

#[test]
fn augmented_assignment_to_tuple() {
    assert_eq!(error("a, b += 1\n"), "1:1-1:5 'tuple' is an illegal expression for augmented assignment");
}

#[test]
fn annotation_of_list() {
    assert_eq!(error("[a]: int\n"), "1:1-1:4 only single target (not list) can be annotated");
}

#[test]
fn annotation_of_call() {
    assert_eq!(error("f(): int\n"), "1:1-1:4 illegal target for annotation");
}

#[test]
fn deletion_of_call() {
    assert_eq!(error("del f()\n"), "1:5-1:8 cannot delete function call");
}

#[test]
fn for_target_literal() {
    assert_eq!(error("for 1 in x: pass\n"), "1:5-1:6 cannot assign to literal");
}

#[test]
fn with_target_call() {
    assert_eq!(error("with a as f(): pass\n"), "1:11-1:14 cannot assign to function call");
}

#[test]
fn indent_unexpected() {
    assert_eq!(error("x\n  y\n"), "2:2-2:-1 IndentationError unexpected indent");
}

#[test]
fn indent_expected_after_if() {
    assert_eq!(
        error("if x:\npass\n"),
        "2:1-2:5 IndentationError expected an indented block after 'if' statement on line 1"
    );
}

#[test]
fn indent_expected_after_def() {
    assert_eq!(
        error("def f():\n"),
        "1:9-1:-1 IndentationError expected an indented block after function definition on line 1"
    );
}

#[test]
fn indent_matches_no_outer_level() {
    assert_eq!(
        error("if x:\n    a\n  b\n"),
        "3:4-3:-1 IndentationError unindent does not match any outer indentation level"
    );
}

#[test]
fn indent_mixes_tabs() {
    assert_eq!(
        error("if x:\n        a\n	b\n"),
        "3:1-3:0 TabError inconsistent use of tabs and spaces in indentation"
    );
}

#[test]
fn argument_positional_after_keyword() {
    assert_eq!(error("f(a=1, b)\n"), "1:9-1:10 positional argument follows keyword argument");
}

#[test]
fn argument_positional_after_unpacking() {
    assert_eq!(error("f(**a, b)\n"), "1:9-1:10 positional argument follows keyword argument unpacking");
}

#[test]
fn argument_generator_without_parentheses() {
    assert_eq!(error("f(x for x in y, 1)\n"), "1:3-1:15 Generator expression must be parenthesized");
}

#[test]
fn argument_is_expression_with_assignment() {
    assert_eq!(
        error("f(a.b=1)\n"),
        "1:3-1:7 expression cannot contain assignment, perhaps you meant \"==\"?"
    );
}

#[test]
fn argument_without_value() {
    assert_eq!(error("f(a=)\n"), "1:3-1:5 expected argument value expression");
}

#[test]
fn parameter_default_order() {
    assert_eq!(
        error("def f(a=1, b): pass\n"),
        "1:12-1:13 parameter without a default follows parameter with a default"
    );
}

#[test]
fn parameter_star_alone() {
    assert_eq!(error("def f(*): pass\n"), "1:7-1:8 named arguments must follow bare *");
}

#[test]
fn parameter_star_before_kwargs() {
    assert_eq!(error("def f(*, **k): pass\n"), "1:7-1:8 named arguments must follow bare *");
}

#[test]
fn parameter_after_kwargs() {
    assert_eq!(error("def f(**k, a): pass\n"), "1:12-1:13 arguments cannot follow var-keyword argument");
}

#[test]
fn parameter_slash_twice() {
    assert_eq!(error("def f(a, /, b, /): pass\n"), "1:16-1:17 / may appear only once");
}

#[test]
fn parameter_parenthesised() {
    assert_eq!(error("def f((a, b)): pass\n"), "1:7-1:13 Function parameters cannot be parenthesized");
}

#[test]
fn number_invalid_decimal() {
    assert_eq!(error("1_a\n"), "1:2-1:2 invalid decimal literal");
}

#[test]
fn number_leading_zeros() {
    assert_eq!(
        error("0123\n"),
        "1:1-1:2 leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers"
    );
}

#[test]
fn number_invalid_digit() {
    assert_eq!(error("0o8\n"), "1:3-1:3 invalid digit '8' in octal literal");
}

#[test]
fn number_runs_into_name() {
    assert_eq!(error("1abc\n"), "1:1-1:1 invalid decimal literal");
}

#[test]
fn print_statement() {
    assert_eq!(
        error("print \"hello\"\n"),
        "1:1-1:14 Missing parentheses in call to 'print'. Did you mean print(...)?"
    );
}

#[test]
fn else_forgotten() {
    assert_eq!(error("x = (1 if 2)\n"), "1:6-1:12 expected 'else' after 'if' expression");
}

#[test]
fn not_behind_operator() {
    assert_eq!(error("1 + not 2\n"), "1:5-1:10 'not' after an operator must be parenthesized");
}

#[test]
fn comprehension_target_without_parentheses() {
    assert_eq!(
        error("[a, b for a, b in c]\n"),
        "1:2-1:6 did you forget parentheses around the comprehension target?"
    );
}

#[test]
fn comprehension_unpacking() {
    assert_eq!(error("[*a for a in b]\n"), "1:2-1:4 iterable unpacking cannot be used in comprehension");
}

#[test]
fn dictionary_value_missing() {
    assert_eq!(error("{1: }\n"), "1:3-1:4 expression expected after dictionary key and ':'");
}

#[test]
fn dictionary_colon_missing() {
    assert_eq!(error("{1: 2, 3}\n"), "1:8-1:0 ':' expected after dictionary key");
}

#[test]
fn import_swapped() {
    assert_eq!(error("import a from b\n"), "1:1-1:16 Did you mean to use 'from ... import ...' instead?");
}

#[test]
fn import_trailing_comma() {
    assert_eq!(
        error("from a import b,\n"),
        "1:17-1:18 trailing comma not allowed without surrounding parentheses"
    );
}

#[test]
fn import_no_names() {
    assert_eq!(error("from a import\n"), "1:14-1:14 Expected one or more names after 'import'");
}

#[test]
fn try_without_handlers() {
    assert_eq!(error("try:\n    pass\nx\n"), "3:1-3:2 expected 'except' or 'finally' block");
}

#[test]
fn except_mixes_star() {
    assert_eq!(
        error("try: pass\nexcept A: pass\nexcept* B: pass\n"),
        "3:1-3:8 cannot have both 'except' and 'except*' on the same 'try'"
    );
}

#[test]
fn except_several_with_as() {
    assert_eq!(
        error("try: pass\nexcept A, B as c: pass\n"),
        "2:8-2:17 multiple exception types must be parenthesized when using 'as'"
    );
}

#[test]
fn pattern_wildcard_target() {
    assert_eq!(error("match x:\n    case y as _: pass\n"), "2:15-2:16 cannot use '_' as a target");
}

#[test]
fn pattern_positional_after_keyword() {
    assert_eq!(
        error("match x:\n    case A(b=1, c): pass\n"),
        "2:17-2:18 positional patterns follow keyword patterns"
    );
}

#[test]
fn type_parameters_empty() {
    assert_eq!(error("class A[]: pass\n"), "1:9-1:9 Type parameter list cannot be empty");
}

#[test]
fn character_invalid() {
    assert_eq!(error("x = 5€\n"), "1:6-1:6 invalid character '€' (U+20AC)");
}

#[test]
fn character_not_printable() {
    assert_eq!(error("x = 1\u{a0}\n"), "1:6-1:6 invalid non-printable character U+00A0");
}

#[test]
fn character_behind_line_continuation() {
    assert_eq!(error("x = \\ 1\n"), "1:6-1:0 unexpected character after line continuation character");
}

#[test]
fn escape_truncated() {
    assert_eq!(
        error("\"\\x1\"\n"),
        "1:1-1:6 (unicode error) 'unicodeescape' codec can't decode bytes in position 0-2: truncated \\xXX escape"
    );
}

#[test]
fn escape_unknown_name() {
    assert_eq!(
        error("\"\\N{no such}\"\n"),
        "1:1-1:14 (unicode error) 'unicodeescape' codec can't decode bytes in position 0-10: unknown Unicode character name"
    );
}

#[test]
fn bytes_not_ascii() {
    assert_eq!(error("b\"é\"\n"), "1:1-1:5 bytes can only contain ASCII literal characters");
}

#[test]
fn bytes_mixed_with_strings() {
    assert_eq!(error("b\"a\" \"b\"\n"), "1:9-1:10 cannot mix bytes and nonbytes literals");
}

#[test]
fn less_greater() {
    assert_eq!(error("a <> b\n"), "1:3-1:5 invalid syntax.  Maybe you meant '!=' instead of '<>'?");
}

#[test]
fn starred_alone_in_parentheses() {
    assert_eq!(error("(*a)\n"), "1:2-1:4 cannot use starred expression here");
}

#[test]
fn walrus_with_attribute() {
    assert_eq!(error("(a.b := 1)\n"), "1:2-1:5 cannot use assignment expressions with attribute");
}

#[test]
fn keyword_argument_repeated() {
    assert_eq!(error("f(a=1, a=2)\n"), "1:8-1:11 keyword argument repeated: a");
}

#[test]
fn parameter_repeated() {
    assert_eq!(error("def f(a, a): pass\n"), "1:10-1:11 duplicate argument 'a' in function definition");
}
