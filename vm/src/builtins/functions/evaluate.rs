//! `compile`, `exec`, `eval`, `locals`.

use pystm_parser::Mode;

use crate::{
    builtins::{
        buffer,
        cell::Cell,
        code::Code,
        dict::{self, Dict},
        frame, function,
        tuple::Tuple,
    },
    bytecode::{CodeFlags, LocalKind},
    compiler::Options,
    error::{Exc, PyResult},
    import,
    interp::{self, frame as frames},
    object::Ref,
    protocol::{number, truth},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

/// `ast.PyCF_ONLY_AST`
const ONLY_AST: i64 = 0x400;
/// `ast.PyCF_ALLOW_TOP_LEVEL_AWAIT`
const TOP_LEVEL_AWAIT: i64 = 0x2000;
/// `codeop.PyCF_ALLOW_INCOMPLETE_INPUT`
const INCOMPLETE_INPUT: i64 = 0x4000;
/// `codeop.PyCF_DONT_IMPLY_DEDENT`
const DONT_IMPLY_DEDENT: i64 = 0x200;
/// `PyCF_TYPE_COMMENTS`, `PyCF_OPTIMIZED_AST`, the obsolete flag of nested scopes, and features.
const OTHER_FLAGS: i64 = 0x1000 | 0x8000 | 0x10 | 0x1fe_0000;
/// Flags that [`compile`] accepts.
const KNOWN_FLAGS: i64 = ONLY_AST | TOP_LEVEL_AWAIT | INCOMPLETE_INPUT | DONT_IMPLY_DEDENT | OTHER_FLAGS;

/// Source text of a str, bytes or buffer; `what` is the function that wants it.
pub fn source_text(t: &mut Thread, source: Value, what: &str, filename: &str) -> PyResult<String> {
    if let Some(s) = source.as_str() {
        return match s.units().to_string_checked() {
            Ok(text) => {
                refuse_null_bytes(t, text.as_bytes())?;
                Ok(text)
            }
            Err(_) => {
                // Encoding raises what CPython raises for lone surrogates.
                crate::protocol::call::call_method(t, source, "encode", &[])?;
                Ok(String::new())
            }
        };
    }
    let Some(raw) = buffer::try_get(t, source)?.map(|b| b.into_vec()) else {
        let other = if what == "compile" { "AST" } else { "code" };
        return Err(t.type_error(format!("{what}() arg 1 must be a string, bytes or {other} object")));
    };
    refuse_null_bytes(t, &raw)?;
    match pystm_parser::decode_source(&raw) {
        Ok(text) => Ok(text),
        Err(error) => Err(crate::builtins::exceptions::syntax_error(t, &error.into(), filename)),
    }
}

fn refuse_null_bytes(t: &mut Thread, source: &[u8]) -> PyResult<()> {
    if source.contains(&0) {
        return Err(t.raise(Exc::SyntaxError, "source code string cannot contain null bytes"));
    }
    Ok(())
}

fn inherited_future(t: &Thread) -> bool {
    frames::nth_function(t, 0).is_some_and(|f| f.loaded().flags.has(CodeFlags::FUTURE_ANNOTATIONS))
}

/// How `exec` and `eval` compile.
fn inherited_options(t: &Thread) -> Options {
    Options {
        optimize: t.rt.settings.optimize,
        future_annotations: inherited_future(t),
        ..Options::default()
    }
}

/// `compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1)`
pub fn compile(t: &mut Thread, args: &[Value]) -> PyResult {
    let filename = match args[1].as_str() {
        Some(s) => s.to_rust(),
        None => {
            let path = crate::protocol::call::call_special(t, args[1], crate::special::Special::FsPath, &[])?;
            match (path.and_then(|p| p.as_str()), args[1].as_bytes().map(|b| b.as_slice().to_vec())) {
                (Some(s), _) => s.to_rust(),
                (None, Some(b)) => String::from_utf8_lossy(&b).into_owned(),
                (None, None) => {
                    let got = type_of(args[1]).name();
                    return Err(t.type_error(format!("expected str, bytes or os.PathLike object, not {got}")));
                }
            }
        }
    };
    let Some(mode_text) = args[2].as_str().map(|s| s.to_rust()) else {
        let got = type_of(args[2]).name();
        return Err(t.type_error(format!("compile() argument 'mode' must be str, not {got}")));
    };
    let flags = match args[3].given() {
        Some(v) => number::index_as_i64(t, v)?,
        None => 0,
    };
    if flags & !KNOWN_FLAGS != 0 {
        return Err(t.value_error("compile(): unrecognised flags"));
    }
    let inherit = match args[4].given() {
        Some(v) => !truth::is_true(t, v)?,
        None => true,
    };
    let optimize = match args[5].given() {
        Some(v) => number::index_as_i64(t, v)?,
        None => -1,
    };
    let optimize = match optimize {
        -1 => t.rt.settings.optimize,
        0..=2 => optimize as u8,
        _ => return Err(t.value_error("compile(): invalid optimize value")),
    };
    let mode = match mode_text.as_str() {
        "exec" => Mode::Module,
        "eval" => Mode::Expression,
        "single" => Mode::Interactive,
        "func_type" if flags & ONLY_AST != 0 => {
            return Err(t.raise(Exc::NotImplementedError, "pystm does not parse type comments"));
        }
        _ => return Err(t.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    let options = Options {
        optimize,
        future_annotations: flags & CodeFlags::FUTURE_ANNOTATIONS as i64 != 0
            || (inherit && inherited_future(t)),
        top_level_await: flags & TOP_LEVEL_AWAIT != 0,
        incomplete_input: flags & INCOMPLETE_INPUT != 0,
        keep_block_open: flags & DONT_IMPLY_DEDENT != 0,
    };
    if flags & ONLY_AST != 0 && t.rt.ast_hook.get().is_none() {
        import::import_module(t, "_ast")?;
    }
    if let Some(hook) = t.rt.ast_hook.get()
        && (flags & ONLY_AST != 0 || (hook.is_node)(t, args[0]))
    {
        return (hook.compile)(t, args[0], &filename, mode, flags & ONLY_AST != 0, &options);
    }
    if flags & ONLY_AST != 0 {
        return Err(t.raise(Exc::NotImplementedError, "pystm cannot make syntax tree objects yet"));
    }
    let text = source_text(t, args[0], "compile", &filename)?;
    import::compile(t, &text, &filename, mode, &options).map(|c| c.value())
}

/// Globals and locals arguments of `exec` and `eval`; the namespace is unset if it is the globals.
fn scopes(t: &mut Thread, what: &str, globals: Value, locals: Value) -> PyResult<(Value, Value)> {
    let locals = locals.given_not_none();
    let Some(globals) = globals.given_not_none() else {
        let running = frames::nth_function(t, 0).map_or(Value::NONE, |f| f.globals.get());
        let namespace = match locals {
            Some(l) => l,
            None => current_locals(t)?,
        };
        return Ok((running, if namespace == running { Value::UNSET } else { namespace }));
    };
    let Some(d) = globals.cast::<Dict>() else {
        let got = type_of(globals).name();
        let mapping = t.special(globals, crate::special::Special::GetItem).is_some();
        return Err(t.type_error(match what {
            "exec" => format!("exec() globals must be a dict, not {got}"),
            _ if mapping => "globals must be a real dict; try eval(code, {}, mapping)".to_owned(),
            _ => "globals must be a dict".to_owned(),
        }));
    };
    if let Some(l) = locals
        && t.special(l, crate::special::Special::GetItem).is_none()
    {
        let got = type_of(l).name();
        return Err(t.type_error(format!("locals must be a mapping or None, not {got}")));
    }
    if dict::get_text(t, d, "__builtins__").is_none() {
        let builtins = t.builtins;
        dict::set_text(t, d, "__builtins__", builtins);
    }
    Ok((globals, locals.filter(|&l| l != globals).unwrap_or(Value::UNSET)))
}

/// `exec(source, globals=None, locals=None, closure=None)`
pub fn exec(t: &mut Thread, args: &[Value]) -> PyResult {
    // Keyword-only parameters follow the positional ones: source, globals, locals, closure.
    let (globals, namespace) = scopes(t, "exec", args[1], args[2])?;
    let code = match args[0].cast::<Code>() {
        Some(code) => code,
        None => {
            if args[3].given_not_none().is_some() {
                return Err(t.type_error("closure can only be used when source is a code object"));
            }
            let text = source_text(t, args[0], "exec", "<string>")?;
            let options = inherited_options(t);
            import::compile(t, &text, "<string>", Mode::Module, &options)?
        }
    };
    run(t, code, globals, namespace, args[3], "exec")?;
    Ok(Value::NONE)
}

/// `eval(source, globals=None, locals=None)`
pub fn eval(t: &mut Thread, args: &[Value]) -> PyResult {
    let (globals, namespace) = scopes(t, "eval", args[1], args[2])?;
    let code = match args[0].cast::<Code>() {
        Some(code) => code,
        None => {
            let text = source_text(t, args[0], "eval", "<string>")?;
            let options = inherited_options(t);
            let trimmed = text.trim_start_matches([' ', '\t']);
            import::compile(t, trimmed, "<string>", Mode::Expression, &options)?
        }
    };
    run(t, code, globals, namespace, Value::UNSET, "eval")
}

fn run(
    t: &mut Thread,
    code: Ref<Code>,
    globals: Value,
    namespace: Value,
    closure: Value,
    what: &str,
) -> PyResult {
    let free = code.loaded().locals.iter().filter(|l| l.1 == LocalKind::Free).count();
    let closure = closure.given_not_none();
    let cells = closure.and_then(|c| c.cast::<Tuple>()).filter(|cells| {
        cells.len() == free && cells.values().iter().all(|cell| cell.cast::<Cell>().is_some())
    });
    if free > 0 && what == "eval" {
        return Err(t.type_error("code object passed to eval() may not contain free variables"));
    }
    if free == 0 && closure.is_some() {
        return Err(t.type_error("cannot use a closure with this code object"));
    }
    if free > 0 && cells.is_none() {
        return Err(t.type_error(format!("code object requires a closure of exactly length {free}")));
    }
    let function = function::new(t, code, globals);
    if let Some(cells) = cells {
        let w = t.write(function);
        function.closure.set(&w, cells.value());
    }
    if code.loaded().flags.has(CodeFlags::OPTIMIZED) {
        return interp::call_function(t, function, &[], Value::UNSET);
    }
    interp::run_code(t, function, namespace)
}

/// `locals()` of the running Python frame: its namespace, or a new dict of its variables.
pub fn current_locals(t: &mut Thread) -> PyResult {
    frame::running_locals(t)
}
