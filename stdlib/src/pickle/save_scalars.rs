//! Writing numbers, text and bytes.

use pystm_vm::{
    builtins::{
        bytearray::ByteArray,
        bytes::{self, Bytes},
        codecs::{self, Native},
        int::{self, IntRef},
        str::Str,
    },
    error::PyResult,
    kind::Kind,
    object::Ref,
    protocol::{call, truth},
    runtime::class_of_kind,
    thread::Thread,
    value::Value,
};

use super::{buffer, error, opcode::*, save::Saver};

const UTF_8: Native = Native { codec: pystm_text::codec::Codec::Utf8, name: "utf-8" };

impl Saver {
    pub(super) fn save_bool(&mut self, value: bool) {
        match (self.settings.protocol >= 2, value) {
            (true, true) => self.out.op(NEWTRUE),
            (true, false) => self.out.op(NEWFALSE),
            (false, true) => self.out.put(b"I01\n"),
            (false, false) => self.out.put(b"I00\n"),
        }
    }

    #[inline]
    pub(super) fn save_i32(&mut self, n: i32) {
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

    pub(super) fn save_int(&mut self, t: &mut Thread, n: IntRef) -> PyResult<()> {
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

    pub(super) fn save_float(&mut self, f: f64) {
        if self.settings.binary {
            let mut bytes = [BINFLOAT; 9];
            bytes[1..].copy_from_slice(&f.to_be_bytes());
            self.out.ops(bytes);
        } else {
            self.out.put(format!("F{}\n", pystm_text::number::float_repr(f)).as_bytes());
        }
    }

    pub(super) fn save_str(&mut self, t: &mut Thread, s: Ref<Str>) -> PyResult<()> {
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

    pub(super) fn save_bytes(&mut self, t: &mut Thread, object: Ref<Bytes>) -> PyResult<()> {
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

    pub(super) fn save_bytearray(&mut self, t: &mut Thread, object: Value) -> PyResult<()> {
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

    pub(super) fn save_buffer(&mut self, t: &mut Thread, object: Value) -> PyResult<()> {
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
