//! The functions of the module `builtins`.

mod evaluate;
mod output;
mod sum;

pub use evaluate::source_text;
pub use output::write_line;

use pystm_text::number::{Radix, int_to_radix};

use crate::{
    builtins::{
        dict, function::native::NativeFunction, int, iterators, list, list_methods, str::Str, typeobj::build,
    },
    error::{Exc, PyResult},
    import,
    interp::frame as frames,
    native::{Method, ModuleDef, TypeDef, method},
    object::Ref,
    protocol::{attr, call, compare, hash, instance, iter, number, text, truth},
    runtime::type_of,
    special::{self, Compare, Special},
    thread::Thread,
    value::Value,
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "builtins",
    doc: "Built-in functions, types, exceptions, and other objects.",
    methods: METHODS,
    types: &[],
    init: None,
};

/// Core types that are attributes of the module.
pub static PUBLIC_TYPES: &[&str] = &[
    "object",
    "type",
    "int",
    "bool",
    "float",
    "complex",
    "str",
    "bytes",
    "bytearray",
    "memoryview",
    "tuple",
    "list",
    "dict",
    "set",
    "frozenset",
    "range",
    "slice",
    "property",
    "classmethod",
    "staticmethod",
    "super",
];

/// Further types that are attributes of the module.
pub static FURTHER_TYPES: &[&TypeDef] = &[
    &iterators::ENUMERATE_DEF,
    &iterators::ZIP_DEF,
    &iterators::MAP_DEF,
    &iterators::FILTER_DEF,
    &iterators::REVERSED_DEF,
];

static METHODS: &[Method] = &[
    method("abs", "(x, /)", abs, "Return the absolute value of the argument."),
    method("aiter", "(async_iterable, /)", aiter, "Return an AsyncIterator for an AsyncIterable object."),
    method("all", "(iterable, /)", all, "Return True if bool(x) is True for all values x in the iterable."),
    method("anext", "(aiterator, default=None, /)", anext, "Return the next item from the async iterator."),
    method("any", "(iterable, /)", any, "Return True if bool(x) is True for any x in the iterable."),
    method("ascii", "(obj, /)", ascii, "Return an ASCII-only representation of an object."),
    method("bin", "(number, /)", bin, "Return the binary representation of an integer."),
    method("breakpoint", "(*args, **kws)", breakpoint, "Call sys.breakpointhook(*args, **kws)."),
    method("callable", "(obj, /)", callable, "Return whether the object is callable."),
    method("chr", "(i, /)", chr, "Return a Unicode string of one character with ordinal i."),
    method(
        "compile",
        "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)",
        evaluate::compile,
        "Compile source into a code object that can be executed by exec() or eval().",
    ),
    method("delattr", "(obj, name, /)", delattr, "Deletes the named attribute from the given object."),
    method("dir", "(object=None, /)", dir, "Names in the current scope, or attributes of an object."),
    method("divmod", "(x, y, /)", divmod, "Return the tuple (x//y, x%y)."),
    method(
        "eval",
        "(source, /, globals=None, locals=None)",
        evaluate::eval,
        "Evaluate the given source in the context of globals and locals.",
    ),
    method(
        "exec",
        "(source, /, globals=None, locals=None, *, closure=None)",
        evaluate::exec,
        "Execute the given source in the context of globals and locals.",
    ),
    method(
        "format",
        "(value, format_spec='', /)",
        format,
        "Return type(value).__format__(value, format_spec).",
    ),
    method("getattr", "(object, name, default=None, /)", getattr, "Get a named attribute from an object."),
    method(
        "globals",
        "()",
        globals,
        "Return the dictionary containing the current scope's global variables.",
    ),
    method(
        "hasattr",
        "(obj, name, /)",
        hasattr,
        "Return whether the object has an attribute with the given name.",
    ),
    method("hash", "(obj, /)", hash_, "Return the hash value for the given object."),
    method("hex", "(number, /)", hex, "Return the hexadecimal representation of an integer."),
    method("id", "(obj, /)", id, "Return the identity of an object."),
    method("input", "(prompt='', /)", output::input, "Read a string from standard input."),
    method(
        "isinstance",
        "(obj, class_or_tuple, /)",
        isinstance,
        "Return whether an object is an instance of a class or of a subclass thereof.",
    ),
    method(
        "issubclass",
        "(cls, class_or_tuple, /)",
        issubclass,
        "Return whether 'cls' is derived from another class or is the same class.",
    ),
    method("iter", "(object, sentinel=None, /)", iter_, "Get an iterator from an object."),
    method("len", "(obj, /)", len, "Return the number of items in a container."),
    method("locals", "()", locals, "Return a dictionary containing the current scope's local variables."),
    method(
        "max",
        "(*args, **kwargs)",
        max,
        "max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\n\
         Return the largest item of an iterable or of the arguments.",
    ),
    method(
        "min",
        "(*args, **kwargs)",
        min,
        "min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\n\
         Return the smallest item of an iterable or of the arguments.",
    ),
    method("next", "(iterator, default=None, /)", next, "Return the next item from the iterator."),
    method("oct", "(number, /)", oct, "Return the octal representation of an integer."),
    method("ord", "(character, /)", ord, "Return the ordinal value of a character."),
    method(
        "pow",
        "(base, exp, mod=None)",
        pow,
        "Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.",
    ),
    method(
        "print",
        "(*args, sep=' ', end='\\n', file=None, flush=False)",
        output::print,
        "Prints the values to a stream, or to sys.stdout by default.",
    ),
    method("repr", "(obj, /)", repr, "Return the canonical string representation of the object."),
    method(
        "round",
        "(number, ndigits=None)",
        round,
        "Round a number to a given precision in decimal digits.",
    ),
    method(
        "setattr",
        "(obj, name, value, /)",
        setattr,
        "Sets the named attribute on the given object to the specified value.",
    ),
    method(
        "sorted",
        "(iterable, /, *, key=None, reverse=False)",
        sorted,
        "Return a new list containing all items from the iterable in ascending order.",
    ),
    method(
        "sum",
        "(iterable, /, start=0)",
        sum::sum,
        "Return the sum of a 'start' value (default: 0) plus an iterable of numbers.",
    ),
    method("vars", "(object=None, /)", vars, "The __dict__ of an object, or locals()."),
    method(
        "__build_class__",
        "(*args, **kwds)",
        build::build_class,
        "Internal helper function used by the class statement.",
    ),
    method(
        "__import__",
        "(name, globals=None, locals=None, fromlist=(), level=0)",
        import_,
        "Import a module.",
    ),
];

/// Whether the value is the original `__import__`.
pub fn is_original_import(value: Value) -> bool {
    value
        .cast::<NativeFunction>()
        .is_some_and(|f| f.info().method.function as usize == import_ as *const () as usize)
}

/// `callable(value)`
pub fn is_callable(t: &mut Thread, value: Value) -> bool {
    t.special(value, Special::Call).is_some()
}

fn abs(t: &mut Thread, args: &[Value]) -> PyResult {
    match call::call_special(t, args[0], Special::Abs, &[])? {
        Some(v) => Ok(v),
        None => {
            let name = type_of(args[0]).name();
            Err(t.type_error(format!("bad operand type for abs(): '{name}'")))
        }
    }
}

fn aiter(t: &mut Thread, args: &[Value]) -> PyResult {
    match call::call_special(t, args[0], Special::AIter, &[])? {
        Some(v) if t.special(v, Special::ANext).is_some() => Ok(v),
        Some(v) => {
            let name = type_of(v).name();
            Err(t.type_error(format!("aiter() returned not an async iterator of type '{name}'")))
        }
        None => {
            let name = type_of(args[0]).name();
            Err(t.type_error(format!("'{name}' object is not an async iterable")))
        }
    }
}

fn anext(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(awaitable) = call::call_special(t, args[0], Special::ANext, &[])? else {
        let name = type_of(args[0]).name();
        return Err(t.type_error(format!("'{name}' object is not an async iterator")));
    };
    match args[1].given() {
        None => Ok(awaitable),
        Some(default) => crate::builtins::generator::anext_with_default(t, awaitable, default),
    }
}

fn all(t: &mut Thread, args: &[Value]) -> PyResult {
    let broken = iter::any(t, args[0], |t, v| Ok(!truth::is_true(t, v)?))?;
    Ok(Value::bool(!broken))
}

fn any(t: &mut Thread, args: &[Value]) -> PyResult {
    iter::any(t, args[0], truth::is_true).map(Value::bool)
}

fn ascii(t: &mut Thread, args: &[Value]) -> PyResult {
    text::ascii(t, args[0])
}

fn radix(t: &mut Thread, value: Value, radix: Radix) -> PyResult {
    let n = int::index(t, value)?.to_text_int();
    Ok(t.new_str(&int_to_radix(&n, radix, true)))
}

fn bin(t: &mut Thread, args: &[Value]) -> PyResult {
    radix(t, args[0], Radix::Binary)
}

fn oct(t: &mut Thread, args: &[Value]) -> PyResult {
    radix(t, args[0], Radix::Octal)
}

fn hex(t: &mut Thread, args: &[Value]) -> PyResult {
    radix(t, args[0], Radix::Hexadecimal)
}

fn breakpoint(t: &mut Thread, args: &[Value]) -> PyResult {
    match crate::sys::get(t, "breakpointhook") {
        Some(hook) => call::call_ex(t, hook, args[0], args[1]),
        None => Err(t.raise(Exc::RuntimeError, "lost sys.breakpointhook")),
    }
}

fn callable(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(Value::bool(is_callable(t, args[0])))
}

fn chr(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = number::index(t, args[0])?;
    match n.as_small() {
        Some(c) if (0..0x11_0000).contains(&c) => Ok(Str::from_char(t, c as u32)),
        _ => Err(t.value_error("chr() arg not in range(0x110000)")),
    }
}

fn ord(t: &mut Thread, args: &[Value]) -> PyResult {
    let length = if let Some(s) = args[0].as_str() {
        if s.len() == 1 {
            return Ok(Value::small(s.code_point(0) as i64));
        }
        s.len()
    } else if let Some(bytes) = crate::builtins::buffer::direct(args[0]).map(|b| b.into_vec()) {
        if bytes.len() == 1 {
            return Ok(Value::small(bytes[0] as i64));
        }
        bytes.len()
    } else {
        let name = type_of(args[0]).name();
        return Err(t.type_error(format!("ord() expected string of length 1, but {name} found")));
    };
    Err(t.type_error(format!("ord() expected a character, but string of length {length} found")))
}

fn delattr(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = attr::attribute_name(t, args[1])?;
    attr::setattr(t, args[0], name, Value::UNSET)?;
    Ok(Value::NONE)
}

fn setattr(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = attr::attribute_name(t, args[1])?;
    attr::setattr(t, args[0], name, args[2])?;
    Ok(Value::NONE)
}

fn getattr(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = attr::attribute_name(t, args[1])?;
    match args[2].given() {
        Some(default) => Ok(attr::find_attr_value(t, args[0], name)?.unwrap_or(default)),
        None => attr::getattr(t, args[0], name),
    }
}

fn hasattr(t: &mut Thread, args: &[Value]) -> PyResult {
    let name = attr::attribute_name(t, args[1])?;
    Ok(Value::bool(attr::find_attr_value(t, args[0], name)?.is_some()))
}

fn dir(t: &mut Thread, args: &[Value]) -> PyResult {
    let names = match args[0].given() {
        None => {
            let namespace = evaluate::current_locals(t)?;
            let keys = call::call_method(t, namespace, "keys", &[])?;
            iter::collect(t, keys)?
        }
        Some(object) => match call::call_special(t, object, Special::Dir, &[])? {
            Some(names) => iter::collect(t, names)?,
            None => return Err(t.type_error("object does not provide __dir__")),
        },
    };
    let mut names = names;
    list_methods::sort_values(t, &mut names, Value::NONE, false)?;
    list::try_new(t, &names)
}

fn vars(t: &mut Thread, args: &[Value]) -> PyResult {
    match args[0].given() {
        None => evaluate::current_locals(t),
        Some(object) => match attr::find_attr(t, object, "__dict__")? {
            Some(d) => Ok(d),
            None => Err(t.type_error("vars() argument must have __dict__ attribute")),
        },
    }
}

fn divmod(t: &mut Thread, args: &[Value]) -> PyResult {
    number::binary(t, special::DIV_MOD, args[0], args[1])
}

fn format(t: &mut Thread, args: &[Value]) -> PyResult {
    let spec = match args[1].given() {
        Some(s) if s.as_str().is_some() => s,
        Some(other) => {
            let name = type_of(other).name();
            return Err(t.type_error(format!("format() argument 2 must be str, not {name}")));
        }
        None => t.intern(""),
    };
    text::format(t, args[0], spec)
}

fn globals(t: &mut Thread, _args: &[Value]) -> PyResult {
    Ok(frames::nth_function(t, 0).map_or(Value::NONE, |f| f.globals.get()))
}

fn locals(t: &mut Thread, _args: &[Value]) -> PyResult {
    evaluate::current_locals(t)
}

fn hash_(t: &mut Thread, args: &[Value]) -> PyResult {
    let h = hash::hash(t, args[0])? as i64;
    Ok(int::from_i64(t, h))
}

fn id(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(int::from_i64(t, (args[0].bits() & 0x7fff_ffff_ffff_fffe) as i64))
}

fn isinstance(t: &mut Thread, args: &[Value]) -> PyResult {
    instance::is_instance(t, args[0], args[1]).map(Value::bool)
}

fn issubclass(t: &mut Thread, args: &[Value]) -> PyResult {
    instance::is_subclass(t, args[0], args[1]).map(Value::bool)
}

fn iter_(t: &mut Thread, args: &[Value]) -> PyResult {
    match args[1].given() {
        None => iter::iter(t, args[0]),
        Some(sentinel) => {
            if !is_callable(t, args[0]) {
                return Err(t.type_error("iter(v, w): v must be callable"));
            }
            Ok(iterators::callable_iterator(t, args[0], sentinel))
        }
    }
}

fn len(t: &mut Thread, args: &[Value]) -> PyResult {
    let n = truth::len(t, args[0])?;
    Ok(int::from_usize(t, n))
}

fn next(t: &mut Thread, args: &[Value]) -> PyResult {
    let default = args[1].given();
    if default.is_some() {
        return Ok(iter::next(t, args[0])?.or(default).unwrap_or(Value::NONE));
    }
    match t.special(args[0], Special::Next) {
        Some(method) => call::call_unbound(t, method, args[0], &[]),
        None => {
            let name = type_of(args[0]).name();
            Err(t.type_error(format!("'{name}' object is not an iterator")))
        }
    }
}

fn pow(t: &mut Thread, args: &[Value]) -> PyResult {
    match args[2].given_not_none() {
        None => number::binary(t, special::POW, args[0], args[1]),
        Some(modulus) => int::pow_mod(t, args[0], args[1], modulus),
    }
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    text::repr(t, args[0])
}

fn round(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(method) = t.special(args[0], Special::Round) else {
        let name = type_of(args[0]).name();
        return Err(t.type_error(format!("type {name} doesn't define __round__ method")));
    };
    match args[1].given_not_none() {
        None => call::call_unbound(t, method, args[0], &[]),
        Some(digits) => call::call_unbound(t, method, args[0], &[digits]),
    }
}

fn sorted(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut items = iter::collect(t, args[0])?;
    let reverse = match args[2].given() {
        Some(v) => truth::is_true(t, v)?,
        None => false,
    };
    list_methods::sort_values(t, &mut items, args[1].or(Value::NONE), reverse)?;
    list::try_new(t, &items)
}

fn max(t: &mut Thread, args: &[Value]) -> PyResult {
    extreme(t, args, "max", Compare::Gt)
}

fn min(t: &mut Thread, args: &[Value]) -> PyResult {
    extreme(t, args, "min", Compare::Lt)
}

fn extreme(t: &mut Thread, args: &[Value], name: &str, better: Compare) -> PyResult {
    let positional = Ref::<crate::builtins::tuple::Tuple>::known(args[0]);
    let (key, default) = match args[1].cast::<dict::Dict>() {
        Some(keywords) => extreme_keywords(t, name, keywords)?,
        None => (Value::NONE, Value::UNSET),
    };
    let source = match positional.len() {
        0 => return Err(t.type_error(format!("{name} expected at least 1 argument, got 0"))),
        1 => positional.at(0),
        _ if !default.is_unset() => {
            let message = format!("Cannot specify a default for {name}() with multiple positional arguments");
            return Err(t.type_error(message));
        }
        _ => args[0],
    };
    let (mut best, mut best_key) = (Value::UNSET, Value::UNSET);
    iter::for_each(t, source, |t, v| {
        let k = if key.is_none() { v } else { call::call(t, key, &[v])? };
        if best.is_unset() || compare::holds(t, k, best_key, better)? {
            (best, best_key) = (v, k);
        }
        Ok(())
    })?;
    match best.given().or(default.given()) {
        Some(v) => Ok(v),
        None => Err(t.value_error(format!("{name}() iterable argument is empty"))),
    }
}

/// `key` and `default` of `min` and `max`.
fn extreme_keywords(t: &mut Thread, name: &str, keywords: Ref<dict::Dict>) -> PyResult<(Value, Value)> {
    let (mut key, mut default) = (Value::NONE, Value::UNSET);
    let mut position = 0;
    while let Some((at, keyword, value)) = keywords.entry_from(position) {
        position = at + 1;
        match attr::name_text(keyword).as_str() {
            "key" => key = value,
            "default" => default = value,
            other => {
                let message = format!("{name}() got an unexpected keyword argument '{other}'");
                return Err(t.type_error(message));
            }
        }
    }
    Ok((key, default))
}

fn import_(t: &mut Thread, args: &[Value]) -> PyResult {
    if args[0].as_str().is_none() {
        return Err(t.type_error("module name must be a string"));
    }
    let level = match args[4].given() {
        Some(v) => number::index_as_i64(t, v)?,
        None => 0,
    };
    import::import(t, args[0], args[1].or(Value::NONE), args[3].or(Value::NONE), level)
}
