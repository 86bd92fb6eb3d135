//! `BaseException` and its subclasses: the body, the classes, and how native code makes and raises exceptions.
//!
//! All exceptions have one body with a few value slots for the fields of the classes that have any
//! ([`Exception::field`]); `fields.rs`, `os_error.rs`, `syntax.rs`, `unicode.rs` and `group.rs` say what they hold.

pub mod base;
pub mod fields;
pub mod group;
pub mod os_error;
pub mod print;
pub mod raising;
pub mod syntax;
pub mod unicode;
pub mod warning;

use pystm_gc::{Header, Layout, Marker, Object, ShapeId, Trace, layout::Size};
use pystm_stm::Slot;

use super::{
    tuple,
    typeobj::{self, Type, create},
};
use crate::{
    error::{EXCEPTION_ROWS, Exc, PyResult},
    kind::Kind,
    native::{GetSet, HAS_DICT, Method, SUBCLASSABLE, TypeDef},
    object::{Body, Ref},
    runtime::{class_of_kind, type_of},
    shape::{self, ShapeSpec},
    thread::{Thread, keep_header},
    value::Value,
};

pub use group::{group_match, prep_reraise_star};
pub use raising::{
    add_note, add_traceback, attribute_error, name_error, raise_from, raise_statement,
    replace_with_runtime_error, set_context_on_raise, traceback_of, write_unraisable,
};
pub use syntax::{incomplete_input, syntax_error, syntax_warning};

/// Value slots for fields of particular classes.
pub const FIELDS: usize = 9;

/// Flag: `__suppress_context__`.
const SUPPRESS_CONTEXT: u64 = 1;

/// Body of an exception. Attribute words follow.
#[repr(C)]
pub struct Exception {
    header: Header,
    version: Slot<u64>,
    flags: Slot<u64>,
    /// `args`, a tuple
    pub args: Slot<Value>,
    /// `__traceback__`, a traceback or None
    pub traceback: Slot<Value>,
    /// `__context__`, an exception or None
    pub context: Slot<Value>,
    /// `__cause__`, an exception or None
    pub cause: Slot<Value>,
    /// Fields of the class; unset while they have not been given.
    pub fields: [Slot<Value>; FIELDS],
}

// SAFETY: `repr(C)`, header first; all objects of this kind have this body.
unsafe impl Body for Exception {
    const KIND: Kind = Kind::Exception;
}

/// Words of the body.
pub const WORDS: u16 = 7 + FIELDS as u16;
/// Layout of exceptions; classes whose instances have attributes make it longer.
pub const LAYOUT: Layout =
    Layout { trace: Trace::Custom(trace), size: Size::Fixed(WORDS as u32 * 8), drop: None };

/// # Safety
/// `object` must be an exception.
unsafe fn trace(object: *const Object, marker: &mut Marker) {
    // SAFETY: the caller vouches for the object; words from the fourth on are values.
    unsafe {
        marker.words(object, 3, WORDS as usize - 3);
        shape::trace_attributes(object, marker);
    }
}

impl Exception {
    /// A field of the class, None while it has not been set.
    pub fn field(&self, n: usize) -> Value {
        self.fields[n].get().or(Value::NONE)
    }

    /// `__suppress_context__`
    pub fn suppresses_context(&self) -> bool {
        self.flags.get() & SUPPRESS_CONTEXT != 0
    }

    /// The arguments.
    pub fn args(&self) -> Ref<tuple::Tuple> {
        Ref::known(self.args.get())
    }
}

impl Ref<Exception> {
    /// Sets a field of the class.
    pub fn set_field(self, t: &mut Thread, n: usize, value: Value) {
        let w = t.write(self);
        self.fields[n].set(&w, value);
    }

    /// Sets `__suppress_context__`.
    pub fn set_suppress_context(self, t: &mut Thread, on: bool) {
        let w = t.write(self);
        self.flags.set(&w, if on { SUPPRESS_CONTEXT } else { 0 });
    }

    /// Sets `__cause__` as `raise ... from` does.
    pub fn set_cause(self, t: &mut Thread, cause: Value) {
        let w = t.write(self);
        self.cause.set(&w, cause);
        self.flags.set(&w, SUPPRESS_CONTEXT);
    }

    /// Sets `__context__`.
    pub fn set_context(self, t: &mut Thread, context: Value) {
        let w = t.write(self);
        self.context.set(&w, context);
    }

    /// Sets `__traceback__`.
    pub fn set_traceback(self, t: &mut Thread, traceback: Value) {
        let w = t.write(self);
        self.traceback.set(&w, traceback);
    }
}

/// An exception of a class (built-in or not) with these arguments and no fields.
pub fn allocate(t: &mut Thread, class: Ref<Type>, args: Value) -> Ref<Exception> {
    let id = class.instance_shape();
    let shape = shape::shape(id);
    debug_assert_eq!(shape.kind, Kind::Exception);
    // SAFETY: the class's instances have this body; all of it is initialised.
    let exception = unsafe {
        t.alloc_bytes::<Exception>(id, shape.fixed_size(), |p| {
            keep_header(p, |header| Exception {
                header,
                version: Slot::new(0),
                flags: Slot::new(0),
                args: Slot::new(args),
                traceback: Slot::new(Value::NONE),
                context: Slot::new(Value::NONE),
                cause: Slot::new(Value::NONE),
                fields: [const { Slot::from_word(Value::UNSET.bits()) }; FIELDS],
            });
            shape::init_attributes(p as *mut Object, shape);
        })
    };
    typeobj::register_finalizer(t, class, exception.value());
    exception
}

/// A new exception of a built-in class with these arguments. An `OSError` with a known errno becomes one of the fitting
/// subclass.
pub fn new_exception(t: &mut Thread, class: Exc, args: &[Value]) -> Value {
    let mut class_object = Ref::<Type>::known(t.rt.exception(class));
    let tuple = tuple::new_small(t, args);
    if class == Exc::OSError && args.len() >= 2 {
        class_object = os_error::class_for_errno(t, class_object, args[0]);
    }
    let exception = allocate(t, class_object, tuple);
    fill_fields(t, class, exception, args);
    exception.value()
}

/// What `__init__` of the built-in class does with positional arguments that are known to fit.
fn fill_fields(t: &mut Thread, class: Exc, exception: Ref<Exception>, args: &[Value]) {
    let first = args.first().copied().unwrap_or(Value::NONE);
    match class {
        Exc::StopIteration | Exc::SystemExit | Exc::ImportError | Exc::ModuleNotFoundError => {
            exception.set_field(t, 0, first);
        }
        Exc::OSError if args.len() >= 2 => os_error::fill(t, exception, args),
        Exc::UnicodeEncodeError | Exc::UnicodeDecodeError | Exc::UnicodeTranslateError => {
            unicode::fill(t, exception, args);
        }
        Exc::SyntaxError | Exc::IndentationError | Exc::TabError | Exc::IncompleteInputError => {
            syntax::fill(t, exception, args);
        }
        _ => {}
    }
}

/// Whether the value is an instance of a built-in exception class.
#[inline]
pub fn is_instance(t: &Thread, value: Value, class: Exc) -> bool {
    value.cast::<Exception>().is_some() && type_of(value).is_subtype(Ref::known(t.rt.exception(class)))
}

/// Whether the value is an exception class.
pub fn is_exception_class(value: Value) -> bool {
    value.cast::<Type>().is_some_and(|c| c.has(typeobj::EXCEPTION))
}

/// `receiver` as an exception; TypeError if it is none (a method of an exception class called on something else).
fn this(t: &mut Thread, receiver: Value) -> PyResult<Ref<Exception>> {
    match receiver.cast::<Exception>() {
        Some(e) => Ok(e),
        None => {
            let name = type_of(receiver).name();
            Err(t.type_error(format!("descriptor requires an exception object but received a '{name}'")))
        }
    }
}

/// The class `ExceptionGroup`, which alone has two bases. Found through the runtime's table of native classes.
static EXCEPTION_GROUP: TypeDef = TypeDef {
    name: "ExceptionGroup",
    doc: "A combination of multiple unrelated exceptions.",
    base: None,
    kind: Kind::Exception,
    layout: LAYOUT,
    words: WORDS,
    flags: SUBCLASSABLE | HAS_DICT,
    methods: &[],
    getset: &[],
    setup: None,
};

/// The class `ExceptionGroup`.
pub fn exception_group_class(t: &mut Thread) -> Ref<Type> {
    t.rt.native_class(t, &EXCEPTION_GROUP)
}

/// Makes all built-in exception classes. `object` and `type` must exist.
pub fn boot(t: &mut Thread) {
    for (i, &(name, base, doc)) in EXCEPTION_ROWS.iter().enumerate() {
        let def: &'static TypeDef = Box::leak(Box::new(TypeDef {
            name: shown_name(name),
            doc,
            base: None,
            kind: Kind::Exception,
            layout: LAYOUT,
            words: WORDS,
            flags: SUBCLASSABLE | HAS_DICT,
            methods: methods_of(name),
            getset: getset_of(name),
            setup: None,
        }));
        let base = if i == 0 { class_of_kind(Kind::Object) } else { Ref::known(t.rt.exception(base)) };
        let class = make_class(t, def, base);
        t.rt.exceptions[i].init(class.value());
    }
    let base = Ref::known(t.rt.exception(Exc::BaseExceptionGroup));
    let group = make_class(t, &EXCEPTION_GROUP, base);
    let (exception, root) = (t.rt.exception(Exc::Exception), t.rt.exception(Exc::BaseException));
    let object = class_of_kind(Kind::Object).value();
    let bases = tuple::new_small(t, &[base.value(), exception]);
    let mro = tuple::new_small(t, &[group.value(), base.value(), exception, root, object]);
    let w = t.write(group);
    group.bases.set(&w, bases);
    group.mro.set(&w, mro);
    Ref::<Type>::known(exception).add_native(group);
    t.rt.set_native_class(t, &EXCEPTION_GROUP, group);
}

/// The name of a row's class in Python.
fn shown_name(row: &'static str) -> &'static str {
    if row == "IncompleteInputError" { "_IncompleteInputError" } else { row }
}

/// Puts the classes into the namespace of the module `builtins`.
pub fn add_to_builtins(t: &mut Thread, namespace: Ref<super::dict::Dict>) {
    for (i, &(name, ..)) in EXCEPTION_ROWS.iter().enumerate() {
        let class = t.rt.exceptions[i].get();
        super::dict::set_text(t, namespace, shown_name(name), class);
    }
    let group = exception_group_class(t).value();
    super::dict::set_text(t, namespace, "ExceptionGroup", group);
    let os_error = t.rt.exception(Exc::OSError);
    for alias in ["EnvironmentError", "IOError"] {
        super::dict::set_text(t, namespace, alias, os_error);
    }
}

fn make_class(t: &mut Thread, def: &'static TypeDef, base: Ref<Type>) -> Ref<Type> {
    let class = create::allocate(t, Kind::Type.shape(), Some(def));
    t.rt.keep(t, class.value());
    let shared = shape::shape(Kind::Exception.shape());
    if shared.class().is_unset() {
        shared.init_class(class.value());
    }
    let root = instance_shape(class);
    create::init_native(t, class, def, base, root);
    let flags = class.flags.get() | typeobj::EXCEPTION;
    let w = t.write(class);
    class.flags.set(&w, flags);
    class
}

/// The shape of a built-in class's instances: the body and attribute storage without inline slots.
fn instance_shape(class: Ref<Type>) -> ShapeId {
    let mut layout = shape::copy_layout(&LAYOUT);
    layout.size = Size::Fixed((WORDS as u32 + 1) * 8);
    shape::new_shape(ShapeSpec {
        layout,
        kind: Kind::Exception,
        class: class.value(),
        attrs: WORDS,
        inline_slots: 0,
        dict_mode: false,
        version: 0,
    })
}

/// Methods of a built-in exception class.
fn methods_of(name: &str) -> &'static [Method] {
    match name {
        "BaseException" => base::METHODS,
        "BaseExceptionGroup" => group::METHODS,
        "StopIteration" => fields::STOP_ITERATION,
        "SystemExit" => fields::SYSTEM_EXIT,
        "ImportError" => fields::IMPORT_ERROR,
        "NameError" => fields::NAME_ERROR,
        "AttributeError" => fields::ATTRIBUTE_ERROR,
        "KeyError" => fields::KEY_ERROR,
        "OSError" => os_error::METHODS,
        "SyntaxError" => syntax::METHODS,
        "UnicodeEncodeError" => unicode::ENCODE_METHODS,
        "UnicodeDecodeError" => unicode::DECODE_METHODS,
        "UnicodeTranslateError" => unicode::TRANSLATE_METHODS,
        _ => &[],
    }
}

/// Computed attributes of a built-in exception class.
fn getset_of(name: &str) -> &'static [GetSet] {
    match name {
        "BaseException" => base::GETSET,
        "BaseExceptionGroup" => group::GETSET,
        "StopIteration" => fields::STOP_ITERATION_FIELDS,
        "SystemExit" => fields::SYSTEM_EXIT_FIELDS,
        "ImportError" => fields::IMPORT_ERROR_FIELDS,
        "NameError" => fields::NAME_ERROR_FIELDS,
        "AttributeError" => fields::ATTRIBUTE_ERROR_FIELDS,
        "OSError" => os_error::GETSET,
        "SyntaxError" => syntax::GETSET,
        "UnicodeEncodeError" | "UnicodeDecodeError" => unicode::CODEC_GETSET,
        "UnicodeTranslateError" => unicode::TRANSLATE_GETSET,
        _ => &[],
    }
}
