//! `_tokenize`: the tokens of a source, comments included, as the module `tokenize` wants them.

mod scanner;

use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_vm::{
    builtins::tuple,
    error::{Exc, PyResult},
    kind::Kind,
    native::{ModuleDef, TypeDef, method, static_method},
    object::{
        Ref,
        native::{self, Payload},
    },
    protocol::call,
    thread::Thread,
    value::Value,
};

use self::scanner::{Failure, Token};
use crate::support::to_bool;

/// The module.
pub static MODULE: ModuleDef =
    ModuleDef { name: "_tokenize", doc: "", methods: &[], types: &[&DEF], init: None };

struct Tokens(Mutex<(std::vec::IntoIter<Token>, Option<Failure>)>);

impl Payload for Tokens {
    fn trace(&self, _: &mut Marker) {}
}

static DEF: TypeDef = TypeDef {
    name: "_tokenize.TokenizerIter",
    doc: "",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: 0,
    methods: &[
        static_method(
            "__new__",
            "($cls, readline, /, *, encoding=None, extra_tokens=False)",
            new,
            "Tokenize the lines.",
        ),
        method("__iter__", "($self, /)", |_, a| Ok(a[0]), "Return self."),
        method("__next__", "($self, /)", next, "The next token."),
    ],
    getset: &[],
    setup: None,
};

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let extra = to_bool(t, args[3], false)?;
    let mut source = String::new();
    loop {
        let line = match call::call(t, args[1], &[]) {
            Ok(line) => line,
            Err(raised) => {
                t.catch(raised, Exc::StopIteration)?;
                break;
            }
        };
        let in_bytes = args[2].given_not_none().is_some();
        let text = match (line.as_str(), line.as_bytes()) {
            (Some(s), _) if !in_bytes => s.to_rust(),
            (_, Some(b)) if in_bytes => String::from_utf8_lossy(b.as_slice()).into_owned(),
            _ => {
                let wanted = if in_bytes { "bytes" } else { "string" };
                return Err(t.type_error(format!("readline() returned a non-{wanted} object")));
            }
        };
        if text.is_empty() {
            break;
        }
        source.push_str(&text);
    }
    let (tokens, failure) = scanner::scan(&source, extra);
    Ok(native::new(t, Ref::known(args[0]), Tokens(Mutex::new((tokens.into_iter(), failure)))))
}

fn next(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = native::payload::<Tokens>(args[0]).expect("a tokenizer");
    let token = state.0.lock().0.next();
    let Some(token) = token else {
        let failure = state.0.lock().1.take();
        return match failure {
            None => Err(t.stop_iteration()),
            Some(f) => {
                let message = t.new_str(&f.message);
                let file = t.new_str("<string>");
                let line = t.new_str(&f.line);
                let (row, column) = (Value::small(f.row as i64), Value::small(f.column as i64));
                let details = tuple::new(t, &[file, row, column, line, Value::NONE, Value::NONE])?;
                let class = if f.indentation { Exc::IndentationError } else { Exc::SyntaxError };
                Err(t.raise_args(class, &[message, details]))
            }
        };
    };
    let position = |t: &mut Thread, (row, column): (usize, usize)| {
        tuple::new(t, &[Value::small(row as i64), Value::small(column as i64)])
    };
    let text = t.new_str(&token.text);
    let start = position(t, token.start)?;
    let end = position(t, token.end)?;
    let line = t.new_str(&token.line);
    tuple::new(t, &[Value::small(token.kind), text, start, end, line])
}
