//! Writing objects: which way each one goes, and those that consist of nothing but themselves.

use pystm_vm::{
    builtins::{
        bytearray::ByteArray,
        bytes::{self, Bytes},
        codecs::{self, Native},
        float,
        int::{self, IntRef},
        str::Str,
    },
    error::{Exc, PyResult},
    kind::Kind,
    object::Ref,
    protocol::{call, text, truth},
    runtime::{class_of_kind, type_of},
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

const UTF_8: Native = Native { codec: pystm_text::codec::Codec::Utf8, name: "utf-8" };

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

    fn save_bool(&mut self, value: bool) {
        match (self.settings.protocol >= 2, value) {
            (true, true) => self.out.op(NEWTRUE),
            (true, false) => self.out.op(NEWFALSE),
            (false, true) => self.out.put(b"I01\n"),
            (false, false) => self.out.put(b"I00\n"),
        }
    }

    #[inline]
    fn save_i32(&mut self, n: i32) {
        if !self.settings.binary {
            self.out.put(format!("I{n}\n").as_bytes());
            return;
        }
        match n.to_le_bytes() {
            [a, 0, 0, 0] => self.out.ops([BININT1, a]),
            [a, b, 0, 0] => self.out.ops([BININT2, a, b]),
            [a, b, c, d] => self.out.ops([BININT, a, b, c, d]),
        }
    }

    fn save_int(&mut self, t: &mut Thread, n: IntRef) -> PyResult<()> {
        if self.settings.protocol < 2 {
            let digits = int::to_text(t, n)?;
            self.out.put(format!("L{digits}L\n").as_bytes());
            return Ok(());
        }
        let bytes = n.big().to_signed_bytes_le();
        match (u8::try_from(bytes.len()), i32::try_from(bytes.len())) {
            (Ok(len), _) => self.out.ops([LONG1, len]),
            (_, Ok(len)) => {
                self.out.op(LONG4);
                self.out.put(&len.to_le_bytes());
            }
            _ => return Err(t.overflow_error("int too large to pickle")),
        }
        self.out.put(&bytes);
        Ok(())
    }

    fn save_float(&mut self, f: f64) {
        if self.settings.binary {
            let mut bytes = [BINFLOAT; 9];
            bytes[1..].copy_from_slice(&f.to_be_bytes());
            self.out.ops(bytes);
        } else {
            self.out.put(format!("F{}\n", pystm_text::number::float_repr(f)).as_bytes());
        }
    }

    fn save_str(&mut self, t: &mut Thread, s: Ref<Str>) -> PyResult<()> {
        if self.settings.binary {
            match s.ascii_bytes() {
                Some(ascii) => self.put_str(t, ascii)?,
                None => {
                    let utf8 = codecs::encode_native(t, UTF_8, s.value(), "surrogatepass")?;
                    self.put_str(t, &utf8)?;
                }
            }
        } else {
            self.out.op(UNICODE);
            self.out.put(&raw_unicode_escape(s));
            self.out.op(b'\n');
        }
        self.memoize(t, s.value())
    }

    fn put_str(&mut self, t: &mut Thread, utf8: &[u8]) -> PyResult<()> {
        let ops = [SHORT_BINUNICODE, BINUNICODE, BINUNICODE8];
        self.put_counted(t, ops, 4, utf8, Value::UNSET, "string")
    }

    /// Writes bytes with one of three opcodes: with a length of one byte, from protocol `short` on, of four, of eight.
    fn put_counted(
        &mut self,
        t: &mut Thread,
        ops: [u8; 3],
        short: i64,
        data: &[u8],
        object: Value,
        what: &str,
    ) -> PyResult<()> {
        let protocol = self.settings.protocol;
        let len = data.len().to_le_bytes();
        match data.len() {
            0..=0xff if protocol >= short => {
                self.out.ops([ops[0], len[0]]);
                self.out.put(data);
                Ok(())
            }
            0..=0xffff_ffff => self.out.counted(t, &[ops[1], len[0], len[1], len[2], len[3]], data, object),
            _ if protocol >= 4 => self.out.counted(t, &long_header(ops[2], data), data, object),
            _ => Err(t.overflow_error(format!(
                "serializing a {what} larger than 4 GiB requires pickle protocol 4 or higher"
            ))),
        }
    }

    fn put_bytes(&mut self, t: &mut Thread, data: &[u8], object: Value) -> PyResult<()> {
        let ops = [SHORT_BINBYTES, BINBYTES, BINBYTES8];
        self.put_counted(t, ops, 3, data, object, "bytes object")?;
        self.memoize(t, object)
    }

    fn put_bytearray(&mut self, t: &mut Thread, data: &[u8], object: Value) -> PyResult<()> {
        self.out.counted(t, &long_header(BYTEARRAY8, data), data, object)?;
        self.memoize(t, object)
    }

    fn save_bytes(&mut self, t: &mut Thread, object: Ref<Bytes>) -> PyResult<()> {
        if self.settings.protocol >= 3 {
            return self.put_bytes(t, object.as_slice(), object.value());
        }
        if object.is_empty() {
            return self.save_call(t, class_of_kind(Kind::Bytes).value(), &[], object.value());
        }
        // Python 2 has no other way to bytes.
        let encode = crate::support::import_from(t, "codecs", "encode")?;
        let text = codecs::decode_bytes(t, object.value(), "latin-1", None)?;
        let encoding = t.intern("latin1");
        self.save_call(t, encode, &[text, encoding], object.value())
    }

    fn save_bytearray(&mut self, t: &mut Thread, object: Value) -> PyResult<()> {
        // A copy: writing may run Python code, which may change the array.
        let data = Ref::<ByteArray>::known(object).as_slice().to_vec();
        if self.settings.protocol >= 5 {
            return self.put_bytearray(t, &data, object);
        }
        let class = class_of_kind(Kind::ByteArray).value();
        if data.is_empty() {
            return self.save_call(t, class, &[], object);
        }
        let data = bytes::new(t, &data)?;
        self.save_call(t, class, &[data], object)
    }

    fn save_buffer(&mut self, t: &mut Thread, object: Value) -> PyResult<()> {
        if self.settings.protocol < 5 {
            return Err(error::pickling(t, "PickleBuffer can only be pickled with protocol >= 5"));
        }
        // The callback may release the object, but not this view.
        let view = buffer::view(t, object)?;
        if !view.is_contiguous() && !view.is_fortran_contiguous() {
            return Err(error::pickling(
                t,
                "PickleBuffer can not be pickled when pointing to a non-contiguous buffer",
            ));
        }
        let callback = self.hooks.buffer_callback;
        if !callback.is_unset() {
            let in_band = call::call(t, callback, &[object])?;
            if !truth::is_true(t, in_band)? {
                self.out.op(NEXT_BUFFER);
                if view.is_readonly() {
                    self.out.op(READONLY_BUFFER);
                }
                return Ok(());
            }
        }
        let data = buffer::bytes(t, view)?;
        let readonly = view.is_readonly();
        call::call_method(t, view.value(), "release", &[])?;
        if readonly { self.put_bytes(t, &data, object) } else { self.put_bytearray(t, &data, object) }
    }

    /// Writes the call of something that everyone can import, whose result stands for an object.
    pub(super) fn save_call(
        &mut self,
        t: &mut Thread,
        callable: Value,
        args: &[Value],
        object: Value,
    ) -> PyResult<()> {
        let args = pystm_vm::builtins::tuple::new(t, args)?;
        let reduced = pystm_vm::builtins::tuple::new(t, &[callable, args])?;
        self.save_reduced(t, reduced, object)
    }

    /// The error for a container that was changed while it was written.
    #[cold]
    pub(super) fn changed(&self, t: &mut Thread, what: &str) -> PyResult<()> {
        Err(t.raise(Exc::RuntimeError, format!("{what} changed size during iteration")))
    }
}

fn long_header(op: u8, data: &[u8]) -> [u8; 9] {
    let mut header = [op; 9];
    header[1..].copy_from_slice(&(data.len() as u64).to_le_bytes());
    header
}

/// The text as `raw-unicode-escape` has it, with everything escaped that would not survive in a line.
fn raw_unicode_escape(s: Ref<Str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(s.len());
    for c in s.units().iter() {
        match c {
            0 | 0x0a | 0x0d | 0x1a | 0x5c | 0x100..=0xffff => out.extend(format!("\\u{c:04x}").bytes()),
            0x1_0000.. => out.extend(format!("\\U{c:08x}").bytes()),
            _ => out.push(c as u8),
        }
    }
    out
}
