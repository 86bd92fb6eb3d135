//! What the log of events asks the interpreter: where a thread stands, and what of an object it wants.
//!
//! Nothing here allocates heap objects, runs Python code, or reads an object that has an owner and could make it wait: it is
//! asked in the middle of that.

use std::hash::Hasher;

use pystm_gc::Object;
use pystm_stm::events::{Frame, Host, Log, MOST_FRAMES, Place, Places, What};
use rustc_hash::FxHasher;

use crate::{
    builtins::{
        code::{self, Code},
        dict::Dict,
        function::native::{NativeFunction, NativeMethod},
        typeobj::Type,
    },
    bytecode::Op,
    interp::{
        decode,
        frame::{self, FrameView},
    },
    kind::Kind,
    object::Ref,
    runtime::{class_of_kind, type_of},
    shape::shape_of_object,
    thread::Thread,
    value::Value,
};

/// Characters of a key that are shown.
const LONGEST_KEY: usize = 60;

impl Host for Thread {
    fn place(&self, places: &mut Places<'_>) -> Place {
        let mut key = FxHasher::default();
        let mut left = MOST_FRAMES;
        frame::walk(self, |view| {
            key.write_usize(view.ip as usize);
            left -= 1;
            left == 0
        });
        if left == MOST_FRAMES {
            return Place::default();
        }
        // An instruction's address means the same until code is freed.
        places.get(code::burials(), key.finish(), || frames(self))
    }

    fn what(&self, object: &Object, log: &Log) -> What {
        let wanted = wanted(self);
        let class = match shape_of_object(object).kind {
            // Parts of another object.
            Kind::Array | Kind::Overflow => wanted.base.map(|base| type_of(base).value()),
            Kind::Granule => wanted
                .base
                .filter(|base| base.cast::<Dict>().is_some())
                .map_or(Some(class_of_kind(Kind::Dict).value()), |base| Some(type_of(base).value())),
            _ => Some(shape_of_object(object).class()),
        };
        What {
            class: log.text(&class.map(name_of_class).unwrap_or_default()),
            granule: log.text(&wanted.granule),
        }
    }
}

fn name_of_class(class: Value) -> String {
    class.cast::<Type>().map(|class| class.name()).unwrap_or_default()
}

/// The name of an object's type, as the reason why a transaction cannot be undone.
pub(crate) fn class_name(object: &Object) -> String {
    name_of_class(shape_of_object(object).class())
}

/// What the running frame does that cannot be undone: the native function that it calls.
pub(crate) fn running_native(t: &Thread) -> String {
    match wanted(t).granule {
        granule if granule.is_empty() => "a wait".into(),
        granule => granule,
    }
}

/// The innermost frames of a thread, innermost first.
fn frames(t: &Thread) -> Vec<Frame> {
    let mut frames = Vec::new();
    frame::walk(t, |view| {
        frames.push(described(view));
        frames.len() == MOST_FRAMES
    });
    frames
}

fn described(view: FrameView) -> Frame {
    // SAFETY: the walk hands out live frames.
    let code = Ref::<Code>::known(unsafe { frame::function_of(view.window) }.code.get());
    let loaded = code.loaded();
    Frame {
        file: text(code.filename.get()),
        line: loaded.position_at(loaded.word_index(view.ip)).line,
        function: text(code.qualname.get()),
    }
}

fn text(value: Value) -> String {
    value.as_str().map(|s| s.to_rust()).unwrap_or_default()
}

/// What an instruction is about.
#[derive(Default)]
struct Wanted {
    /// The object whose part it uses.
    base: Option<Value>,
    /// The part.
    granule: String,
}

impl Wanted {
    fn of(base: Value, granule: String) -> Wanted {
        Wanted { base: base.given(), granule }
    }

    fn named(granule: String) -> Wanted {
        Wanted { base: None, granule }
    }
}

/// What the instruction wants at which the running frame stands.
fn wanted(t: &Thread) -> Wanted {
    if t.fp.is_null() {
        return Wanted::default();
    }
    // SAFETY: `fp` is the running frame's window.
    let loaded = unsafe { frame::function_of(t.fp) }.loaded();
    let Some(op) = loaded.words.get(loaded.word_index(t.ip) as usize).and_then(|_| {
        // SAFETY: the address lies in the code.
        Op::from_u16(unsafe { decode::op(t.ip) } as u16)
    }) else {
        return Wanted::default();
    };
    // SAFETY: as above.
    let (a, b, c, number) =
        unsafe { (decode::a(t.ip), decode::b(t.ip), decode::c(t.ip), decode::c_int(t.ip)) };
    let register = |n: usize| {
        // SAFETY: the register is one of the window's; the operands of the running instruction are values.
        if n < loaded.registers as usize { unsafe { decode::get(t.fp, n) } } else { Value::UNSET }
    };
    let name = |n: usize| loaded.names.get(n).map(|&name| text(name)).unwrap_or_default();
    match op.plain() {
        Op::LoadAttr | Op::LoadMethod => Wanted::of(register(b), format!(".{}", name(c))),
        Op::StoreAttr | Op::DeleteAttr => Wanted::of(register(a), format!(".{}", name(c))),
        Op::LoadSuperAttr | Op::LoadSuperMethod => Wanted::named(format!(".{}", name(c))),
        Op::LoadGlobal
        | Op::StoreGlobal
        | Op::DeleteGlobal
        | Op::LoadName
        | Op::StoreName
        | Op::DeleteName => Wanted::named(format!("name {}", name(c))),
        Op::LoadFromDictOrGlobal | Op::ImportFrom => Wanted::of(register(b), format!("name {}", name(c))),
        Op::ImportName => Wanted::named(format!("import {}", name(c))),
        Op::LoadDeref | Op::DeleteDeref => Wanted::of(register(b), format!("variable {}", name(c))),
        Op::StoreDeref => {
            let variable = loaded.locals.get(a).map(|&(name, _)| text(name)).unwrap_or_default();
            Wanted::of(register(a), format!("variable {variable}"))
        }
        Op::GetItem => Wanted::of(register(b), key(register(c))),
        Op::GetItemInt => Wanted::of(register(b), format!("[{number}]")),
        Op::SetItem | Op::DelItem => Wanted::of(register(a), key(register(b))),
        Op::GetSlice => Wanted::of(register(b), "[:]".into()),
        Op::SetSlice => Wanted::of(register(a), "[:]".into()),
        Op::In | Op::NotIn => Wanted::of(register(c), "in".into()),
        Op::JumpIfIn | Op::JumpIfNotIn => Wanted::of(register(b), "in".into()),
        Op::GetIter | Op::UnpackSequence | Op::UnpackEx => Wanted::of(register(b), "iteration".into()),
        Op::ForIter => Wanted::named("iteration".into()),
        Op::Call | Op::CallMethod => match native_name(register(a)) {
            Some(name) => Wanted::named(format!("{name}()")),
            None => Wanted::default(),
        },
        _ => Wanted::default(),
    }
}

/// The name of a native; that of a module's function begins with the module.
fn native_name(callee: Value) -> Option<String> {
    if let Some(function) = callee.cast::<NativeFunction>() {
        let name = function.info().method.name;
        let module =
            if function.info().owner.is_empty() { text(function.module.get()) } else { String::new() };
        return Some(if module.is_empty() { name.into() } else { format!("{module}.{name}") });
    }
    Some(callee.cast::<NativeMethod>()?.info().method.name.into())
}

/// A key in brackets: its repr if that runs no Python code, else its type.
fn key(key: Value) -> String {
    let shown = plain_repr(key).unwrap_or_else(|| match key.given() {
        Some(key) => format!("<{}>", type_of(key).name()),
        None => String::new(),
    });
    match shown.char_indices().nth(LONGEST_KEY) {
        Some((end, _)) => format!("[{}...]", &shown[..end]),
        None => format!("[{shown}]"),
    }
}

/// The repr of values that cannot change and need no code for it.
fn plain_repr(value: Value) -> Option<String> {
    if let Some(n) = value.as_small() {
        return Some(n.to_string());
    }
    match value {
        Value::NONE => return Some("None".into()),
        Value::TRUE => return Some("True".into()),
        Value::FALSE => return Some("False".into()),
        _ => {}
    }
    // Instances of subclasses are mutable: this thread may have no right to read them.
    match shape_of_object(value.object()?).kind {
        Kind::Str => {
            let text = value.as_str()?;
            let start = text.units().slice(0..text.units().len().min(LONGEST_KEY));
            Some(pystm_text::escape::text_repr(start).as_units().to_string_lossy())
        }
        Kind::Tuple => {
            let items = value.as_tuple()?;
            let nested = |item: Value| {
                let is_tuple = item.object().is_some_and(|item| shape_of_object(item).kind == Kind::Tuple);
                if is_tuple { None } else { plain_repr(item) }
            };
            let shown: Vec<String> = items
                .values()
                .iter()
                .take(LONGEST_KEY)
                .map(|&item| nested(item).unwrap_or_else(|| "...".into()))
                .collect();
            Some(format!("({}{})", shown.join(", "), if shown.len() == 1 { "," } else { "" }))
        }
        _ => None,
    }
}
