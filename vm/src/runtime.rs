//! What all threads share: interned strings, built-in classes, modules.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering::Relaxed},
};

use parking_lot::{Mutex, RwLock};
use pystm_gc::Marker;
use pystm_stm::Slot;
use rustc_hash::FxHashMap;

use crate::{
    builtins::{str::Str, typeobj::Type},
    class_table::ClassTable,
    error::{EXCEPTION_ROWS, Exc, PyResult},
    kind::Kind,
    native::{ModuleDef, TypeDef},
    object::Ref,
    shape::shape,
    special::{SPECIAL_COUNT, Special},
    thread::Thread,
    value::Value,
};

/// Settings from the command line and the environment that native code asks for.
pub struct Settings {
    /// Key of the str hash (`PYTHONHASHSEED`).
    pub hash_key: pystm_text::hash::HashKey,
    /// `-O` given this many times.
    pub optimize: u8,
    /// Development mode (`-X dev`): native code checks what it need not.
    pub dev_mode: bool,
    /// Code knows its lines, but no columns (`-X no_debug_ranges`).
    pub no_debug_ranges: bool,
}

/// The runtime. There is one in a process; it is never freed.
pub struct Runtime {
    /// Interned strs. A major collection takes those out that nothing else refers to.
    interned: RwLock<FxHashMap<Box<str>, Value>>,
    /// Classes of the built-in exceptions.
    pub exceptions: Vec<Slot<Value>>,
    /// Interned names of the special methods.
    special_names: Vec<Slot<Value>>,
    /// One-character strs below U+0100.
    pub latin1: Vec<Slot<Value>>,
    /// The tuple `()`.
    pub empty_tuple: Slot<Value>,
    /// The interned str `''`.
    pub empty_str: Slot<Value>,
    /// `sys.modules`, a dict.
    pub modules: Slot<Value>,
    /// The module `builtins`.
    pub builtins_module: Slot<Value>,
    /// Values that live as long as the process: classes, caches of native modules.
    immortal: Mutex<Vec<Value>>,
    /// Classes of native types, by the address of their definition.
    native_classes: ClassTable,
    /// Held while an instruction gets a special form, which happens once.
    pub(crate) specialising: Mutex<()>,
    /// Native modules that can be imported.
    pub native_modules: OnceLock<&'static [&'static ModuleDef]>,
    /// Conversion between syntax trees and `ast` objects, provided by the module `_ast`.
    pub ast_hook: OnceLock<AstHook>,
    /// Directories of the pure-Python library.
    pub library: OnceLock<Vec<std::path::PathBuf>>,
    /// The interpreter is shutting down.
    pub finalizing: AtomicBool,
    /// `sys.get_int_max_str_digits()`
    pub int_max_str_digits: AtomicUsize,
    /// Settings.
    pub settings: Settings,
}

/// How `compile` deals with `ast` objects.
#[derive(Clone, Copy)]
pub struct AstHook {
    /// Whether the value is an `ast` node.
    pub is_node: fn(&mut Thread, Value) -> bool,
    /// Compiles source or a node (first value) to a node (if the flag is set) or to code.
    pub compile:
        fn(&mut Thread, Value, &str, pystm_parser::Mode, bool, &crate::compiler::Options) -> PyResult,
}

/// Bytes outside the heap that an interned str takes, roughly.
const TABLE_BYTES: usize = 64;

static RUNTIME: OnceLock<Runtime> = OnceLock::new();
static NEXT_VERSION: AtomicU32 = AtomicU32::new(1);

impl Runtime {
    /// Makes the process's runtime, still without types.
    ///
    /// # Panics
    /// If there is one already.
    pub fn create(settings: Settings) -> &'static Runtime {
        let slots = |n: usize| (0..n).map(|_| Slot::new(Value::UNSET)).collect();
        let runtime = Runtime {
            interned: RwLock::new(FxHashMap::default()),
            exceptions: slots(EXCEPTION_ROWS.len()),
            special_names: slots(SPECIAL_COUNT),
            latin1: slots(256),
            empty_tuple: Slot::new(Value::UNSET),
            empty_str: Slot::new(Value::UNSET),
            modules: Slot::new(Value::UNSET),
            builtins_module: Slot::new(Value::UNSET),
            immortal: Mutex::new(Vec::new()),
            native_classes: ClassTable::default(),
            specialising: Mutex::new(()),
            native_modules: OnceLock::new(),
            ast_hook: OnceLock::new(),
            library: OnceLock::new(),
            finalizing: AtomicBool::new(false),
            int_max_str_digits: AtomicUsize::new(4300),
            settings,
        };
        assert!(RUNTIME.set(runtime).is_ok(), "one runtime per process");
        RUNTIME.get().expect("set above")
    }

    /// Fills in the tables of names. Strs can be made from here on.
    pub fn init_names(&self, t: &mut Thread) {
        let empty = crate::builtins::tuple::new_small(t, &[]);
        self.empty_tuple.init(empty);
        self.keep(t, empty);
        let empty = t.intern("");
        self.empty_str.init(empty);
        self.keep(t, empty);
        for code in 0..256u32 {
            let s = Str::from_code_points(t, &[code]);
            self.latin1[code as usize].init(s);
            self.keep(t, s);
        }
        for (i, slot) in self.special_names.iter().enumerate() {
            let name = t.intern(crate::special::SPECIAL_NAMES[i]);
            slot.init(name);
            self.keep(t, name);
        }
    }

    /// The interned name of a special method.
    #[inline]
    pub fn special_name(&self, special: usize) -> Value {
        self.special_names[special].get()
    }

    /// Number of the special method with this (interned) name.
    pub fn special_number(&self, name: Value) -> Option<usize> {
        self.special_names.iter().position(|s| s.get() == name)
    }

    /// Keeps a value alive as long as the process.
    pub fn keep(&self, t: &mut Thread, value: Value) {
        t.publish(value);
        self.immortal.lock().push(value);
    }

    /// A version tag that no class has had. 0 after 2^32 changes: caches then stay unused.
    pub fn fresh_version(&self) -> u32 {
        // Relaxed: only uniqueness matters.
        NEXT_VERSION
            .fetch_update(Relaxed, Relaxed, |v| if v == 0 { None } else { Some(v.wrapping_add(1)) })
            .unwrap_or(0)
    }

    /// Class of a built-in exception.
    #[inline]
    pub fn exception(&self, class: Exc) -> Value {
        self.exceptions[class as usize].get()
    }

    /// The native modules that can be imported.
    pub fn native_module_defs(&self) -> &'static [&'static ModuleDef] {
        self.native_modules.get().copied().unwrap_or(&[])
    }

    /// Class of a native type, made on first use.
    #[inline]
    pub fn native_class(&self, t: &mut Thread, def: &'static TypeDef) -> Ref<Type> {
        match self.native_classes.get(def) {
            Some(class) => Ref::known(class),
            None => self.make_native_class(t, def),
        }
    }

    #[cold]
    fn make_native_class(&self, t: &mut Thread, def: &'static TypeDef) -> Ref<Type> {
        let class = crate::native::make_class(t, def);
        // Other threads need the namespace before an open transaction ends.
        t.own.keep_if_undone(class.dict().object());
        self.set_native_class(t, def, class)
    }

    /// Notes the class of a definition; the one that is known from here on.
    pub fn set_native_class(&self, t: &mut Thread, def: &'static TypeDef, class: Ref<Type>) -> Ref<Type> {
        t.publish(class.value());
        Ref::known(self.native_classes.insert(def, class.value()))
    }

    pub(crate) fn find_interned(&self, text: &str) -> Option<Value> {
        self.interned.read().get(text).copied()
    }

    /// Adds a str to the table; the one that is in the table afterwards.
    pub(crate) fn add_interned(&self, t: &mut Thread, text: &str, value: Value) -> Value {
        t.publish(value);
        t.mutator.note_external(TABLE_BYTES);
        *self.interned.write().entry(text.into()).or_insert(value)
    }

    /// Forgets the interned strs that have died.
    pub(crate) fn forget_interned(&self, marker: &Marker) {
        self.interned.write().retain(|_, name| name.object().is_some_and(|o| marker.is_marked(o)));
    }

    /// Hands the shared roots to the collector.
    ///
    /// # Safety
    /// Only during a collection.
    pub unsafe fn scan(&self, marker: &mut Marker) {
        // SAFETY: all words are values.
        unsafe {
            if marker.major {
                for value in self.immortal.lock().iter() {
                    marker.value(value.bits());
                }
                for value in self.native_classes.classes() {
                    marker.value(value.bits());
                }
            }
            for slot in self.exceptions.iter().chain([&self.modules, &self.builtins_module]) {
                marker.value(slot.get().bits());
            }
        }
    }
}

/// Class of the exact instances of a kind.
#[inline(always)]
pub fn class_of_kind(kind: Kind) -> Ref<Type> {
    Ref::known(shape(kind.shape()).class())
}

/// The class of any value, `type(value)`.
#[inline]
pub fn type_of(value: Value) -> Ref<Type> {
    let kind = if let Some(object) = value.object() {
        return Ref::known(crate::shape::shape_of_object(object).class());
    } else if value.is_small() {
        Kind::Int
    } else if value.is_immediate_float() {
        Kind::Float
    } else if value.is_bool() {
        Kind::Bool
    } else {
        match value {
            Value::NONE => Kind::NoneType,
            Value::NOT_IMPLEMENTED => Kind::NotImplementedType,
            Value::ELLIPSIS => Kind::EllipsisType,
            _ => unreachable!("{value:?} has no class"),
        }
    };
    class_of_kind(kind)
}

impl Thread {
    /// The special method of a value's class, or `None` if it has none.
    #[inline]
    pub fn special(&mut self, value: Value, special: Special) -> Option<Value> {
        type_of(value).special(self, special as usize)
    }
}
