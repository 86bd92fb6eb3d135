//! Expressions as source text, for annotations that stay text (`ast.unparse` of CPython).

use pystm_parser::ast::*;

/// The text of an expression.
pub(super) fn unparse(e: &Expr) -> String {
    let mut out = String::new();
    expr(e, Level::Test, &mut out);
    out
}

/// How tightly an operator binds; an expression of a lower level needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Named,
    Tuple,
    Yield,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arith,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

fn parenthesised(own: Level, wanted: Level, out: &mut String, f: impl FnOnce(&mut String)) {
    if own < wanted {
        out.push('(');
        f(out);
        out.push(')');
    } else {
        f(out);
    }
}

fn list(items: &[Expr], out: &mut String) {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        expr(item, Level::Test, out);
    }
}

fn expr(e: &Expr, wanted: Level, out: &mut String) {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || inner(e, wanted, out));
}

fn inner(e: &Expr, wanted: Level, out: &mut String) {
    match &e.kind {
        ExprKind::BoolOp { op, values } => {
            let (word, own, next) = match op {
                BoolOp::And => (" and ", Level::And, Level::Not),
                BoolOp::Or => (" or ", Level::Or, Level::And),
            };
            parenthesised(own, wanted, out, |out| {
                for (i, value) in values.iter().enumerate() {
                    if i > 0 {
                        out.push_str(word);
                    }
                    expr(value, next, out);
                }
            });
        }
        ExprKind::NamedExpr { target, value } => {
            parenthesised(Level::Named, wanted.max(Level::Test), out, |out| {
                expr(target, Level::Atom, out);
                out.push_str(" := ");
                expr(value, Level::Atom, out);
            })
        }
        ExprKind::BinOp { left, op, right } => {
            let (word, own) = operator(*op);
            let (l, r) = if *op == Operator::Pow { (Level::Await, own) } else { (own, above(own)) };
            parenthesised(own, wanted, out, |out| {
                expr(left, l, out);
                out.push_str(word);
                expr(right, r, out);
            });
        }
        ExprKind::UnaryOp { op, operand } => {
            let (word, own) = match op {
                UnaryOp::Invert => ("~", Level::Factor),
                UnaryOp::Not => ("not ", Level::Not),
                UnaryOp::UAdd => ("+", Level::Factor),
                UnaryOp::USub => ("-", Level::Factor),
            };
            parenthesised(own, wanted, out, |out| {
                out.push_str(word);
                expr(operand, own, out);
            });
        }
        ExprKind::Lambda { args, body } => parenthesised(Level::Test, wanted, out, |out| {
            out.push_str("lambda");
            let mut text = String::new();
            arguments(args, &mut text);
            if !text.is_empty() {
                out.push(' ');
                out.push_str(&text);
            }
            out.push_str(": ");
            expr(body, Level::Test, out);
        }),
        ExprKind::IfExp { test, body, orelse } => parenthesised(Level::Test, wanted, out, |out| {
            expr(body, Level::Or, out);
            out.push_str(" if ");
            expr(test, Level::Or, out);
            out.push_str(" else ");
            expr(orelse, Level::Test, out);
        }),
        ExprKind::Dict { keys, values } => {
            out.push('{');
            for (i, (key, value)) in keys.iter().zip(values).enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                match key {
                    Some(key) => {
                        expr(key, Level::Test, out);
                        out.push_str(": ");
                        expr(value, Level::Test, out);
                    }
                    None => {
                        out.push_str("**");
                        expr(value, Level::BitOr, out);
                    }
                }
            }
            out.push('}');
        }
        ExprKind::Set { elts } => bracketed('{', elts, '}', out),
        ExprKind::List { elts, .. } => bracketed('[', elts, ']', out),
        ExprKind::Tuple { elts, .. } => {
            let bare = wanted < Level::Tuple && !elts.is_empty();
            if !bare {
                out.push('(');
            }
            list(elts, out);
            if elts.len() == 1 {
                out.push(',');
            }
            if !bare {
                out.push(')');
            }
        }
        ExprKind::ListComp { elt, generators } => comprehension('[', elt, None, generators, ']', out),
        ExprKind::SetComp { elt, generators } => comprehension('{', elt, None, generators, '}', out),
        ExprKind::GeneratorExp { elt, generators } => comprehension('(', elt, None, generators, ')', out),
        ExprKind::DictComp { key, value, generators } => {
            comprehension('{', key, Some(value), generators, '}', out)
        }
        ExprKind::Await { value } => parenthesised(Level::Await, wanted, out, |out| {
            out.push_str("await ");
            expr(value, Level::Atom, out);
        }),
        ExprKind::Yield { value } => parenthesised(Level::Yield, wanted, out, |out| {
            out.push_str("yield");
            if let Some(value) = value {
                out.push(' ');
                expr(value, Level::Atom, out);
            }
        }),
        ExprKind::YieldFrom { value } => parenthesised(Level::Yield, wanted, out, |out| {
            out.push_str("yield from ");
            expr(value, Level::Atom, out);
        }),
        ExprKind::Compare { left, ops, comparators } => parenthesised(Level::Compare, wanted, out, |out| {
            expr(left, Level::BitOr, out);
            for (op, right) in ops.iter().zip(comparators) {
                out.push_str(comparison(*op));
                expr(right, Level::BitOr, out);
            }
        }),
        ExprKind::Call { func, args, keywords } => {
            expr(func, Level::Atom, out);
            out.push('(');
            list(args, out);
            for (i, keyword) in keywords.iter().enumerate() {
                if i > 0 || !args.is_empty() {
                    out.push_str(", ");
                }
                match &keyword.arg {
                    Some(name) => {
                        out.push_str(name);
                        out.push('=');
                    }
                    None => out.push_str("**"),
                }
                expr(&keyword.value, Level::Test, out);
            }
            out.push(')');
        }
        ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => {
            let prefix = if matches!(e.kind, ExprKind::JoinedStr { .. }) { 'f' } else { 't' };
            let mut text = String::new();
            values.iter().for_each(|value| field(value, &mut text));
            out.push(prefix);
            quoted(&text, out);
        }
        ExprKind::FormattedValue { .. } | ExprKind::Interpolation { .. } => {
            let mut text = String::new();
            field(e, &mut text);
            out.push('f');
            quoted(&text, out);
        }
        ExprKind::Constant { value, u_prefix } => {
            if *u_prefix {
                out.push('u');
            }
            constant(value, out);
        }
        ExprKind::Attribute { value, attr, .. } => {
            expr(value, Level::Atom, out);
            if matches!(value.kind, ExprKind::Constant { value: Constant::Int(_), .. }) {
                out.push(' ');
            }
            out.push('.');
            out.push_str(attr);
        }
        ExprKind::Subscript { value, slice, .. } => {
            expr(value, Level::Atom, out);
            out.push('[');
            match &slice.kind {
                ExprKind::Tuple { elts, .. } if !elts.is_empty() => expr(slice, Level::Named, out),
                _ => expr(slice, Level::Test, out),
            }
            out.push(']');
        }
        ExprKind::Starred { value, .. } => {
            out.push('*');
            expr(value, Level::BitOr, out);
        }
        ExprKind::Name { id, .. } => out.push_str(id),
        ExprKind::Slice { lower, upper, step } => {
            lower.iter().for_each(|e| expr(e, Level::Test, out));
            out.push(':');
            upper.iter().for_each(|e| expr(e, Level::Test, out));
            if let Some(step) = step {
                out.push(':');
                expr(step, Level::Test, out);
            }
        }
    }
}

fn bracketed(open: char, elts: &[Expr], close: char, out: &mut String) {
    out.push(open);
    list(elts, out);
    out.push(close);
}

fn comprehension(
    open: char,
    elt: &Expr,
    value: Option<&Expr>,
    generators: &[Comprehension],
    close: char,
    out: &mut String,
) {
    out.push(open);
    expr(elt, Level::Test, out);
    if let Some(value) = value {
        out.push_str(": ");
        expr(value, Level::Test, out);
    }
    for generator in generators {
        out.push_str(if generator.is_async { " async for " } else { " for " });
        expr(&generator.target, Level::Named, out);
        out.push_str(" in ");
        expr(&generator.iter, Level::Or, out);
        for test in &generator.ifs {
            out.push_str(" if ");
            expr(test, Level::Or, out);
        }
    }
    out.push(close);
}

fn arguments(args: &Arguments, out: &mut String) {
    let mut parts = Vec::new();
    let positional: Vec<&Arg> = args.posonlyargs.iter().chain(&args.args).collect();
    let without_default = positional.len().saturating_sub(args.defaults.len());
    for (i, arg) in positional.iter().enumerate() {
        let mut part = arg.arg.to_string();
        if let Some(default) = i.checked_sub(without_default).and_then(|i| args.defaults.get(i)) {
            part.push('=');
            expr(default, Level::Test, &mut part);
        }
        parts.push(part);
        if i + 1 == args.posonlyargs.len() {
            parts.push("/".into());
        }
    }
    match &args.vararg {
        Some(arg) => parts.push(format!("*{}", arg.arg)),
        None if !args.kwonlyargs.is_empty() => parts.push("*".into()),
        None => {}
    }
    for (arg, default) in args.kwonlyargs.iter().zip(&args.kw_defaults) {
        let mut part = arg.arg.to_string();
        if let Some(default) = default {
            part.push('=');
            expr(default, Level::Test, &mut part);
        }
        parts.push(part);
    }
    parts.extend(args.kwarg.iter().map(|arg| format!("**{}", arg.arg)));
    out.push_str(&parts.join(", "));
}

/// A part of an f-string without its quotes.
fn field(e: &Expr, out: &mut String) {
    match &e.kind {
        ExprKind::Constant { value: Constant::Str(text), .. } => {
            out.push_str(&text.to_string().replace('{', "{{").replace('}', "}}"));
        }
        ExprKind::FormattedValue { value, conversion, format_spec }
        | ExprKind::Interpolation { value, conversion, format_spec, .. } => {
            let mut inner = String::new();
            expr(value, above(Level::Test), &mut inner);
            out.push('{');
            if inner.starts_with('{') {
                out.push(' ');
            }
            out.push_str(&inner);
            out.push_str(match conversion {
                None => "",
                Some(Conversion::Str) => "!s",
                Some(Conversion::Repr) => "!r",
                Some(Conversion::Ascii) => "!a",
            });
            if let Some(ExprKind::JoinedStr { values }) = format_spec.as_deref().map(|spec| &spec.kind) {
                out.push(':');
                values.iter().for_each(|value| field(value, out));
            }
            out.push('}');
        }
        ExprKind::JoinedStr { values } => values.iter().for_each(|value| field(value, out)),
        _ => expr(e, Level::Test, out),
    }
}

/// Text in quotes, as `repr` of a str writes it.
fn quoted(text: &str, out: &mut String) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push(quote);
}

fn constant(value: &Constant, out: &mut String) {
    match value {
        Constant::None => out.push_str("None"),
        Constant::True => out.push_str("True"),
        Constant::False => out.push_str("False"),
        Constant::Ellipsis => out.push_str("..."),
        Constant::Int(n) => out.push_str(&n.to_string()),
        Constant::Float(f) => out.push_str(&float(*f)),
        Constant::Complex(f) => {
            out.push_str(float(*f).trim_end_matches(".0"));
            out.push('j');
        }
        Constant::Str(text) => quoted(&text.to_string(), out),
        Constant::Bytes(bytes) => {
            out.push_str("b'");
            out.push_str(&bytes.escape_ascii().to_string().replace("\\\"", "\""));
            out.push('\'');
        }
    }
}

/// A float as `repr` writes it; infinity as a number too large.
fn float(f: f64) -> String {
    if f.is_infinite() {
        return "1e309".into();
    }
    let text = format!("{f:?}");
    match text.split_once('e') {
        Some((digits, exponent)) => {
            let digits = digits.trim_end_matches(".0");
            let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |e| ('-', e));
            format!("{digits}e{sign}{exponent:0>2}")
        }
        None => text,
    }
}

fn operator(op: Operator) -> (&'static str, Level) {
    match op {
        Operator::Add => (" + ", Level::Arith),
        Operator::Sub => (" - ", Level::Arith),
        Operator::Mult => (" * ", Level::Term),
        Operator::MatMult => (" @ ", Level::Term),
        Operator::Div => (" / ", Level::Term),
        Operator::Mod => (" % ", Level::Term),
        Operator::FloorDiv => (" // ", Level::Term),
        Operator::Pow => (" ** ", Level::Power),
        Operator::LShift => (" << ", Level::Shift),
        Operator::RShift => (" >> ", Level::Shift),
        Operator::BitOr => (" | ", Level::BitOr),
        Operator::BitXor => (" ^ ", Level::BitXor),
        Operator::BitAnd => (" & ", Level::BitAnd),
    }
}

fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}

/// The next tighter level.
fn above(level: Level) -> Level {
    match level {
        Level::BitOr => Level::BitXor,
        Level::BitXor => Level::BitAnd,
        Level::BitAnd => Level::Shift,
        Level::Shift => Level::Arith,
        Level::Arith => Level::Term,
        Level::Term => Level::Factor,
        Level::Test => Level::Or,
        _ => Level::Atom,
    }
}
