//! `_local`: attributes of each thread's own. With one thread these are the object's attributes.

use pystm_gc::Marker;
use pystm_vm::{
    error::PyResult,
    kind::Kind,
    native::{HAS_DICT, SUBCLASSABLE, TypeDef, static_method},
    object::{
        Ref,
        native::{self, Payload},
    },
    special::Special,
    thread::Thread,
    value::Value,
};

struct Local;

impl Payload for Local {
    fn trace(&self, _: &mut Marker) {}
}

pub(crate) static DEF: TypeDef = TypeDef {
    name: "_thread._local",
    doc: "Thread-local data",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: SUBCLASSABLE | HAS_DICT,
    methods: &[static_method("__new__", "($cls, /, *args, **kwargs)", new, "Create an object.")],
    getset: &[],
    setup: None,
};

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let class: Ref<pystm_vm::builtins::typeobj::Type> = Ref::known(args[0]);
    let given = args[1].as_tuple().is_some_and(|a| !a.is_empty())
        || args[2].cast::<pystm_vm::builtins::dict::Dict>().is_some_and(|d| !d.is_empty());
    if given {
        let object = t.rt.native_class(t, &pystm_vm::builtins::object::DEF);
        let own = class.special(t, Special::Init as usize);
        if own == object.special(t, Special::Init as usize) {
            return Err(t.type_error("Initialization arguments are not supported"));
        }
    }
    Ok(native::new(t, class, Local))
}
