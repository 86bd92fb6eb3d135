//! Writing objects: which way each one goes.

use pystm_vm::{
    builtins::{
        float,
        int::{self, IntRef},
        tuple,
    },
    error::{Exc, PyResult},
    kind::Kind,
    object::Ref,
    protocol::{call, text},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{buffer, error, memo::Memo, opcode::*, output::Output};

/// What a program may put in the place of the pickler's own ways; each is unset if it does not.
#[derive(Clone, Copy)]
pub(super) struct Hooks {
    pub(super) persistent_id: Value,
    pub(super) reducer_override: Value,
    pub(super) dispatch_table: Value,
    pub(super) buffer_callback: Value,
}

/// How to write.
#[derive(Clone, Copy)]
pub(super) struct Settings {
    pub(super) protocol: i64,
    /// No opcodes with text arguments.
    pub(super) binary: bool,
    /// No memo.
    pub(super) fast: bool,
    /// Names as Python 2 had them.
    pub(super) fix_imports: bool,
}

/// The state of one `dump`. It lives on the native stack, where the collector finds its values.
pub(super) struct Saver {
    pub(super) out: Output,
    pub(super) memo: Memo,
    pub(super) settings: Settings,
    pub(super) hooks: Hooks,
    /// `copyreg.dispatch_table`, unset until it is needed.
    pub(super) dispatch_table: Value,
    /// How many containers are being written in fast mode.
    depth: usize,
    /// Words of the innermost of them.
    open: Vec<u64>,
}

/// Depth of containers at which fast mode begins to look for circles.
const FAST_NESTING: usize = 50;

impl Saver {
    /// The state before anything has been written.
    pub(super) fn new(memo: Memo, settings: Settings, hooks: Hooks, write: Value) -> Saver {
        Saver {
            out: Output::new(write),
            memo,
            settings,
            hooks,
            dispatch_table: Value::UNSET,
            depth: 0,
            open: Vec::new(),
        }
    }

    /// Writes a whole pickle, to its last frame.
    pub(super) fn dump(&mut self, t: &mut Thread, object: Value) -> PyResult<()> {
        if self.settings.protocol >= 2 {
            self.out.ops([PROTO, self.settings.protocol as u8]);
        }
        if self.settings.protocol >= 4 {
            self.out.start_frames();
        }
        self.save(t, object)?;
        self.out.op(STOP);
        self.out.end_frame();
        Ok(())
    }

    /// Writes an object, or the persistent id that the program has for it.
    pub(super) fn save(&mut self, t: &mut Thread, object: Value) -> PyResult<()> {
        self.out.boundary(t)?;
        if !self.hooks.persistent_id.is_unset() {
            let id = call::call(t, self.hooks.persistent_id, &[object])?;
            if !id.is_none() {
                return self.save_persistent(t, id);
            }
        }
        self.save_object(t, object)
    }

    fn save_persistent(&mut self, t: &mut Thread, id: Value) -> PyResult<()> {
        if self.settings.binary {
            self.out.boundary(t)?;
            self.save_object(t, id)?;
            self.out.op(BINPERSID);
            return Ok(());
        }
        let id = text::str(t, id)?;
        let Some(id) = id.as_str().and_then(|s| s.ascii_bytes()) else {
            return Err(error::pickling(t, "persistent IDs in protocol 0 must be ASCII strings"));
        };
        self.out.op(PERSID);
        self.out.put(id);
        self.out.op(b'\n');
        Ok(())
    }

    fn save_object(&mut self, t: &mut Thread, value: Value) -> PyResult<()> {
        let Some(object) = value.object() else {
            match value {
                Value::NONE => self.out.op(NONE),
                Value::TRUE | Value::FALSE => self.save_bool(value == Value::TRUE),
                v if v.is_small() => match i32::try_from(v.small_value()) {
                    Ok(n) => self.save_i32(n),
                    Err(_) => self.save_int(t, IntRef::Small(v.small_value()))?,
                },
                v if v.is_immediate_float() => self.save_float(v.immediate_float()),
                // NotImplemented and Ellipsis
                _ => {
                    return match self.memo.get(value) {
                        Some(number) => self.save_get(t, number),
                        None => self.save_other(t, value),
                    };
                }
            }
            return Ok(());
        };
        let shape = object.header.shape();
        // Numbers have no place in the memo.
        if shape == Kind::Int.shape() {
            return match int::of(value) {
                Some(n) => self.save_int(t, n),
                None => Ok(()),
            };
        }
        if shape == Kind::Float.shape() {
            self.save_float(float::as_float(value).unwrap_or_default());
            return Ok(());
        }
        if let Some(number) = self.memo.get(value) {
            return self.save_get(t, number);
        }
        if shape == Kind::Str.shape() {
            return self.save_str(t, Ref::known(value));
        }
        if shape == Kind::Bytes.shape() {
            return self.save_bytes(t, Ref::known(value));
        }
        t.check_native_stack_in(" while pickling an object")?;
        if shape == Kind::Dict.shape() {
            self.save_container(t, value, Saver::save_dict)
        } else if shape == Kind::List.shape() {
            self.save_container(t, value, Saver::save_list)
        } else if shape == Kind::Tuple.shape() {
            self.save_container(t, value, Saver::save_tuple)
        } else if shape == Kind::Set.shape() {
            self.save_container(t, value, Saver::save_set)
        } else if shape == Kind::FrozenSet.shape() {
            self.save_container(t, value, Saver::save_frozenset)
        } else if shape == Kind::ByteArray.shape() {
            self.save_bytearray(t, value)
        } else if buffer::is_buffer(value) {
            self.save_buffer(t, value)
        } else {
            self.save_other(t, value)
        }
    }

    /// Writes a container; in fast mode, which has no memo, a circle is a ValueError.
    fn save_container(
        &mut self,
        t: &mut Thread,
        object: Value,
        save: fn(&mut Saver, &mut Thread, Value) -> PyResult<()>,
    ) -> PyResult<()> {
        if !self.settings.fast {
            return save(self, t, object);
        }
        self.depth += 1;
        if self.depth >= FAST_NESTING {
            if self.open.contains(&object.bits()) {
                let name = type_of(object).name();
                return Err(t.value_error(format!(
                    "fast mode: can't pickle cyclic objects including object type {name} at {:#x}",
                    object.bits() & !7
                )));
            }
            self.open.push(object.bits());
        }
        save(self, t, object)?;
        if self.depth >= FAST_NESTING {
            self.open.pop();
        }
        self.depth -= 1;
        Ok(())
    }

    /// Gives the object that stands on the unpickler's stack the next number.
    pub(super) fn memoize(&mut self, t: &mut Thread, object: Value) -> PyResult<()> {
        if self.settings.fast {
            return Ok(());
        }
        let number = self.memo.len();
        self.memo.put(t, object, number)?;
        if self.settings.protocol >= 4 {
            self.out.op(MEMOIZE);
            return Ok(());
        }
        self.numbered(t, number, [PUT, BINPUT, LONG_BINPUT], "memo id too large for LONG_BINPUT")
    }

    /// Writes a reference to an object that has a number.
    pub(super) fn save_get(&mut self, t: &mut Thread, number: usize) -> PyResult<()> {
        self.numbered(t, number, [GET, BINGET, LONG_BINGET], "memo id too large for LONG_BINGET")
    }

    /// One of three opcodes with a number: as text, of one byte, of four bytes.
    fn numbered(&mut self, t: &mut Thread, number: usize, ops: [u8; 3], too_large: &str) -> PyResult<()> {
        let [text, short, long] = ops;
        if !self.settings.binary {
            self.out.op(text);
            self.out.put(format!("{number}\n").as_bytes());
        } else if let Ok(byte) = u8::try_from(number) {
            self.out.ops([short, byte]);
        } else if let Ok(number) = u32::try_from(number) {
            let [a, b, c, d] = number.to_le_bytes();
            self.out.ops([long, a, b, c, d]);
        } else {
            return Err(error::pickling(t, too_large));
        }
        Ok(())
    }

    /// Writes the call of something that everyone can import, whose result stands for an object.
    pub(super) fn save_call(
        &mut self,
        t: &mut Thread,
        callable: Value,
        args: &[Value],
        object: Value,
    ) -> PyResult<()> {
        let args = tuple::new(t, args)?;
        let reduced = tuple::new(t, &[callable, args])?;
        self.save_reduced(t, reduced, object)
    }

    /// The error for a container that was changed while it was written.
    #[cold]
    pub(super) fn changed(&self, t: &mut Thread, what: &str) -> PyResult<()> {
        Err(t.raise(Exc::RuntimeError, format!("{what} changed size during iteration")))
    }
}
