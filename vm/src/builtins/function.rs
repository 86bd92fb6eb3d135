//! `function`: functions made by `def` and `lambda`.

pub mod errors;
pub mod methods;
pub mod native;
pub mod native_methods;
pub mod recode;

use pystm_gc::{Header, Layout, Trace, layout::Size};
use pystm_stm::Slot;

use super::{
    code::{Code, Loaded},
    str::StaticName,
};
use crate::{
    kind::Kind,
    object::{Body, Ref},
    thread::Thread,
    value::Value,
};

/// Body of a function. Absent parts are unset.
#[repr(C)]
pub struct Function {
    header: Header,
    version: Slot<u64>,
    /// `__code__`
    pub code: Slot<Value>,
    /// `__globals__`, a dict
    pub globals: Slot<Value>,
    /// The builtins dict that goes with the globals.
    pub builtins: Slot<Value>,
    /// `__defaults__`, a tuple
    pub defaults: Slot<Value>,
    /// `__kwdefaults__`, a dict
    pub kwdefaults: Slot<Value>,
    /// `__closure__`, a tuple of cells
    pub closure: Slot<Value>,
    /// `__name__`
    pub name: Slot<Value>,
    /// `__qualname__`
    pub qualname: Slot<Value>,
    /// `__doc__`
    pub doc: Slot<Value>,
    /// `__module__`
    pub module: Slot<Value>,
    /// `__annotations__`, a dict
    pub annotations: Slot<Value>,
    /// `__annotate__`
    pub annotate: Slot<Value>,
    /// `__type_params__`, a tuple
    pub type_params: Slot<Value>,
    /// `__dict__`, made on demand
    pub dict: Slot<Value>,
    /// The loaded code of `code`, reached with one load on a call.
    loaded: Slot<u64>,
    /// 1 if there may be generators, frame objects or tracebacks that know their code through the function.
    shown: Slot<u64>,
}

// SAFETY: `repr(C)`, header first; only functions have the kind.
unsafe impl Body for Function {
    const KIND: Kind = Kind::Function;
}

/// Layout of functions.
pub const LAYOUT: Layout = Layout {
    trace: Trace::Fixed { first: 2, count: 14 },
    size: Size::Fixed(size_of::<Function>() as u32),
    drop: None,
};

impl Function {
    /// The loaded code.
    #[inline(always)]
    pub fn loaded(&self) -> &'static Loaded {
        // SAFETY: written together with `code`, which keeps it.
        unsafe { &*(self.loaded.get() as *const Loaded) }
    }
}

static NAME: StaticName = StaticName::new("__name__");

/// A new function of this code in these globals.
pub fn new(t: &mut Thread, code: Ref<Code>, globals: Value) -> Ref<Function> {
    let builtins = crate::import::builtins_of_globals(t, globals);
    let module = match globals.cast::<super::dict::Dict>() {
        Some(d) => {
            let name = NAME.get(t);
            super::dict::get_str(t, d, name).unwrap_or(Value::NONE)
        }
        None => Value::NONE,
    };
    let loaded = code.loaded();
    let doc = if loaded.flags.has(crate::bytecode::CodeFlags::HAS_DOCSTRING) {
        Ref::<super::tuple::Tuple>::known(code.consts.get()).at(0)
    } else {
        Value::NONE
    };
    Ref::new(t, |header| Function {
        header,
        version: Slot::new(0),
        code: Slot::new(code.value()),
        globals: Slot::new(globals),
        builtins: Slot::new(builtins),
        defaults: Slot::new(Value::UNSET),
        kwdefaults: Slot::new(Value::UNSET),
        closure: Slot::new(Value::UNSET),
        name: Slot::new(code.name.get()),
        qualname: Slot::new(code.qualname.get()),
        doc: Slot::new(doc),
        module: Slot::new(module),
        annotations: Slot::new(Value::UNSET),
        annotate: Slot::new(Value::UNSET),
        type_params: Slot::new(Value::UNSET),
        dict: Slot::new(Value::UNSET),
        loaded: Slot::new(loaded as *const Loaded as u64),
        shown: Slot::new(0),
    })
}

/// Notes that an object will know its code through the function.
#[inline]
pub fn note_shown(function: Ref<Function>) {
    if function.shown.get() == 0 {
        // Stays if the open transaction is undone: its exception may lead to the object.
        function.shown.cache(1);
    }
}
