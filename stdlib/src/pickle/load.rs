//! Reading pickles: the machine with its stack, marks and memo, and the opcodes that need nothing else.

use num_bigint::BigInt;
use pystm_vm::{
    builtins::{bytearray, bytes, codecs, dict, float, int, list, set, str, tuple},
    error::{PyResult, Raised},
    protocol::call,
    thread::{RootVec, Thread},
    value::Value,
};

use super::{error, input::Input, opcode::*, unpickler::LoadMemo};

/// How to read.
#[derive(Clone)]
pub(super) struct Settings {
    /// Names that Python 2 had are replaced.
    pub(super) fix_imports: bool,
    /// What the strs of Python 2 are decoded with, or `bytes`.
    pub(super) encoding: String,
    pub(super) errors: String,
}

/// The state of one `load`. It lives on the native stack, where the collector finds its values.
pub(super) struct Loader {
    pub(super) input: Input,
    pub(super) stack: RootVec,
    /// Heights of the stack at the marks.
    marks: Vec<usize>,
    pub(super) memo: LoadMemo,
    pub(super) settings: Settings,
    /// An iterator over buffers, or unset.
    pub(super) buffers: Value,
    /// The unpickler that the program made, or unset.
    pub(super) unpickler: Value,
    /// Its `persistent_load`, or unset.
    pub(super) persistent_load: Value,
    pub(super) protocol: i64,
}

impl Loader {
    /// The state before anything has been read.
    pub(super) fn new(t: &mut Thread, input: Input, memo: LoadMemo, settings: Settings) -> Loader {
        Loader {
            input,
            stack: t.vec(),
            marks: Vec::new(),
            memo,
            settings,
            buffers: Value::UNSET,
            unpickler: Value::UNSET,
            persistent_load: Value::UNSET,
            protocol: 0,
        }
    }

    /// Reads a pickle; its object.
    pub(super) fn load(&mut self, t: &mut Thread) -> PyResult {
        loop {
            let op = self.input.op(t)?;
            if op == STOP {
                break;
            }
            self.step(t, op)?;
        }
        self.input.skip_consumed(t)?;
        self.pop(t)
    }

    #[inline(always)]
    fn step(&mut self, t: &mut Thread, op: u8) -> PyResult<()> {
        match op {
            BINGET => {
                let number = self.input.byte(t)?;
                self.push_memo(t, number as usize)
            }
            LONG_BINGET => {
                let number = u32::from_le_bytes(self.input.array(t)?);
                self.push_memo(t, number as usize)
            }
            MEMOIZE => {
                let top = self.top(t)?;
                self.memo.put(t, self.memo.len(), top)
            }
            BINPUT => {
                let number = self.input.byte(t)?;
                self.memoize(t, number as usize)
            }
            LONG_BINPUT => {
                let number = u32::from_le_bytes(self.input.array(t)?);
                self.memoize(t, number as usize)
            }
            SHORT_BINUNICODE => {
                let n = self.input.byte(t)?;
                self.load_str(t, n as usize)
            }
            BINUNICODE => {
                let n = u32::from_le_bytes(self.input.array(t)?);
                self.load_str(t, n as usize)
            }
            BINUNICODE8 => {
                let n = self.input.length(t, "BINUNICODE exceeds system's maximum size")?;
                self.load_str(t, n)
            }
            BININT1 => {
                let n = self.input.byte(t)?;
                self.push(Value::small(n as i64))
            }
            BININT2 => {
                let n = u16::from_le_bytes(self.input.array(t)?);
                self.push(Value::small(n as i64))
            }
            BININT => {
                let n = i32::from_le_bytes(self.input.array(t)?);
                self.push(Value::small(n as i64))
            }
            LONG1 => {
                let n = self.input.byte(t)?;
                self.load_long(t, n as usize)
            }
            LONG4 => match usize::try_from(i32::from_le_bytes(self.input.array(t)?)) {
                Ok(n) => self.load_long(t, n),
                Err(_) => Err(error::unpickling(t, "LONG pickle has negative byte count")),
            },
            BINFLOAT => {
                let f = f64::from_be_bytes(self.input.array(t)?);
                let f = float::new(t, f);
                self.push(f)
            }
            NONE => self.push(Value::NONE),
            NEWTRUE => self.push(Value::TRUE),
            NEWFALSE => self.push(Value::FALSE),
            MARK => {
                self.marks.push(self.stack.len());
                Ok(())
            }
            EMPTY_DICT => {
                let dict = dict::new(t).value();
                self.push(dict)
            }
            EMPTY_LIST => {
                let list = list::new(t, &[]);
                self.push(list)
            }
            EMPTY_SET => {
                let set = set::new(t).value();
                self.push(set)
            }
            EMPTY_TUPLE => self.make_tuple(t, self.stack.len()),
            TUPLE1 => self.short_tuple(t, 1),
            TUPLE2 => self.short_tuple(t, 2),
            TUPLE3 => self.short_tuple(t, 3),
            TUPLE => {
                let mark = self.mark(t)?;
                self.make_tuple(t, mark)
            }
            LIST => {
                let mark = self.mark(t)?;
                let list = list::try_new(t, &self.stack[mark..])?;
                self.replace_from(mark, list)
            }
            DICT => self.load_dict(t),
            FROZENSET => {
                let mark = self.mark(t)?;
                let set = set::frozenset_from(t, &self.stack[mark..])?;
                self.replace_from(mark, set)
            }
            SETITEM => {
                let from = self.height(t, 2)?;
                self.set_items(t, from)
            }
            SETITEMS => {
                let mark = self.mark(t)?;
                self.set_items(t, mark)
            }
            APPEND => {
                let from = self.height(t, 1)?;
                self.append_items(t, from)
            }
            APPENDS => {
                let mark = self.mark(t)?;
                self.append_items(t, mark)
            }
            ADDITEMS => {
                let mark = self.mark(t)?;
                self.add_items(t, mark)
            }
            SHORT_BINBYTES => {
                let n = self.input.byte(t)?;
                self.load_bytes(t, n as usize)
            }
            BINBYTES => {
                let n = u32::from_le_bytes(self.input.array(t)?);
                self.load_bytes(t, n as usize)
            }
            BINBYTES8 => {
                let n = self.input.length(t, "BINBYTES exceeds system's maximum size")?;
                self.load_bytes(t, n)
            }
            BYTEARRAY8 => {
                let n = self.input.length(t, "BYTEARRAY8 exceeds system's maximum size")?;
                let data = self.input.read(t, n)?;
                let array = bytearray::new(t, data)?.value();
                self.push(array)
            }
            SHORT_BINSTRING => {
                let n = self.input.byte(t)?;
                self.load_old_str(t, n as usize)
            }
            BINSTRING => match usize::try_from(i32::from_le_bytes(self.input.array(t)?)) {
                Ok(n) => self.load_old_str(t, n),
                Err(_) => Err(error::unpickling(t, "BINSTRING pickle has negative byte count")),
            },
            NEXT_BUFFER => self.load_next_buffer(t),
            READONLY_BUFFER => self.load_readonly_buffer(t),
            POP => self.load_pop(t),
            POP_MARK => {
                let mark = self.mark(t)?;
                self.stack.truncate(mark);
                Ok(())
            }
            DUP => {
                let top = self.top(t)?;
                self.push(top)
            }
            PROTO => self.load_proto(t),
            FRAME => {
                let n = self.input.length(t, "FRAME length exceeds system's maximum")?;
                self.input.begin_frame(t, n)
            }
            _ => self.rare_step(t, op),
        }
    }

    fn rare_step(&mut self, t: &mut Thread, op: u8) -> PyResult<()> {
        match op {
            INT => self.load_int_line(t),
            LONG => self.load_long_line(t),
            FLOAT => self.load_float_line(t),
            STRING => self.load_string_line(t),
            UNICODE => self.load_unicode_line(t),
            GET => self.load_get_line(t),
            PUT => self.load_put_line(t),
            PERSID => self.load_persistent_line(t),
            BINPERSID => {
                let id = self.pop(t)?;
                self.push_persistent(t, id)
            }
            GLOBAL => self.load_global_line(t),
            STACK_GLOBAL => self.load_stack_global(t),
            EXT1 => {
                let code = self.input.byte(t)?;
                self.load_extension(t, code as i64)
            }
            EXT2 => {
                let code = u16::from_le_bytes(self.input.array(t)?);
                self.load_extension(t, code as i64)
            }
            EXT4 => {
                let code = i32::from_le_bytes(self.input.array(t)?);
                self.load_extension(t, code as i64)
            }
            REDUCE => self.load_reduce(t),
            BUILD => self.load_build(t),
            NEWOBJ => self.load_newobj(t, false),
            NEWOBJ_EX => self.load_newobj(t, true),
            INST => self.load_inst(t),
            OBJ => self.load_obj(t),
            b' '..=b'~' if op != b'\'' && op != b'\\' => {
                Err(error::unpickling(t, format!("invalid load key, '{}'.", op as char)))
            }
            _ => Err(error::unpickling(t, format!("invalid load key, '\\x{op:02x}'."))),
        }
    }

    /// Pushes a value. Always succeeds; the result spares the callers a line.
    #[inline]
    pub(super) fn push(&mut self, value: Value) -> PyResult<()> {
        self.stack.push(value);
        Ok(())
    }

    #[cold]
    pub(super) fn underflow(&self, t: &mut Thread) -> Raised {
        let marked = !self.marks.is_empty();
        error::unpickling(t, if marked { "unexpected MARK found" } else { "unpickling stack underflow" })
    }

    /// Where the stack starts as far as it is free to use: at the topmost mark.
    fn fence(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    /// Takes the topmost value.
    #[inline]
    pub(super) fn pop(&mut self, t: &mut Thread) -> PyResult {
        if self.stack.len() > self.fence()
            && let Some(value) = self.stack.pop()
        {
            return Ok(value);
        }
        Err(self.underflow(t))
    }

    /// The topmost value.
    #[inline]
    pub(super) fn top(&mut self, t: &mut Thread) -> PyResult {
        match self.stack.last() {
            Some(&value) if self.stack.len() > self.fence() => Ok(value),
            _ => Err(self.underflow(t)),
        }
    }

    /// The height of the stack below its topmost `n` values.
    fn height(&mut self, t: &mut Thread, n: usize) -> PyResult<usize> {
        match self.stack.len().checked_sub(n) {
            Some(height) if height >= self.fence() => Ok(height),
            _ => Err(self.underflow(t)),
        }
    }

    /// Takes the topmost mark: the height of the stack at it.
    #[inline]
    pub(super) fn mark(&mut self, t: &mut Thread) -> PyResult<usize> {
        match self.marks.pop() {
            Some(mark) => Ok(mark),
            None => Err(error::unpickling(t, "could not find MARK")),
        }
    }

    /// The object below `from`, which takes the values from there on.
    pub(super) fn receiver(&mut self, t: &mut Thread, from: usize) -> PyResult {
        if from > self.stack.len() || from <= self.fence() {
            return Err(self.underflow(t));
        }
        Ok(self.stack[from - 1])
    }

    /// Puts one value in the place of those from `from` on.
    pub(super) fn replace_from(&mut self, from: usize, value: Value) -> PyResult<()> {
        self.stack.truncate(from);
        self.push(value)
    }

    fn make_tuple(&mut self, t: &mut Thread, from: usize) -> PyResult<()> {
        let made = tuple::new(t, &self.stack[from..])?;
        self.replace_from(from, made)
    }

    fn short_tuple(&mut self, t: &mut Thread, n: usize) -> PyResult<()> {
        let from = self.height(t, n)?;
        self.make_tuple(t, from)
    }

    pub(super) fn push_memo(&mut self, t: &mut Thread, number: usize) -> PyResult<()> {
        match self.memo.get(number) {
            Some(value) => self.push(value),
            None => Err(error::unpickling(t, format!("Memo value not found at index {number}"))),
        }
    }

    pub(super) fn memoize(&mut self, t: &mut Thread, number: usize) -> PyResult<()> {
        let top = self.top(t)?;
        self.memo.put(t, number, top)
    }

    fn load_str(&mut self, t: &mut Thread, n: usize) -> PyResult<()> {
        let utf8 = self.input.read(t, n)?;
        let text = match str::from_utf8(t, utf8) {
            Some(text) => text?,
            None => {
                let object = bytes::new(t, utf8)?;
                codecs::decode_bytes(t, object, "utf-8", Some("surrogatepass"))?
            }
        };
        self.push(text)
    }

    fn load_long(&mut self, t: &mut Thread, n: usize) -> PyResult<()> {
        let bytes = self.input.read(t, n)?;
        let n = BigInt::from_signed_bytes_le(bytes);
        let value = int::from_bigint_ref(t, &n);
        self.push(value)
    }

    fn load_bytes(&mut self, t: &mut Thread, n: usize) -> PyResult<()> {
        let data = self.input.read(t, n)?;
        let object = bytes::new(t, data)?;
        self.push(object)
    }

    fn load_old_str(&mut self, t: &mut Thread, n: usize) -> PyResult<()> {
        let data = self.input.read(t, n)?;
        let object = bytes::new(t, data)?;
        self.push_old_str(t, object)
    }

    /// Pushes a str of Python 2.
    pub(super) fn push_old_str(&mut self, t: &mut Thread, object: Value) -> PyResult<()> {
        if self.settings.encoding == "bytes" {
            return self.push(object);
        }
        let text = codecs::decode_bytes(t, object, &self.settings.encoding, Some(&self.settings.errors))?;
        self.push(text)
    }

    /// Takes the topmost value, or a mark if that is on top.
    fn load_pop(&mut self, t: &mut Thread) -> PyResult<()> {
        if self.marks.last() == Some(&self.stack.len()) {
            self.marks.pop();
            return Ok(());
        }
        self.pop(t).map(|_| ())
    }

    fn load_proto(&mut self, t: &mut Thread) -> PyResult<()> {
        let protocol = self.input.byte(t)? as i64;
        if protocol > HIGHEST_PROTOCOL {
            return Err(t.value_error(format!("unsupported pickle protocol: {protocol}")));
        }
        self.protocol = protocol;
        if !self.unpickler.is_unset() {
            super::unpickler::set_protocol(t, self.unpickler, protocol);
        }
        Ok(())
    }

    pub(super) fn push_persistent(&mut self, t: &mut Thread, id: Value) -> PyResult<()> {
        if self.persistent_load.is_unset() {
            return Err(no_persistent_load(t));
        }
        let object = call::call(t, self.persistent_load, &[id])?;
        self.push(object)
    }
}

/// The error for persistent ids that nobody resolves.
#[cold]
pub(super) fn no_persistent_load(t: &mut Thread) -> Raised {
    error::unpickling(
        t,
        "A load persistent id instruction was encountered, but no persistent_load function was specified.",
    )
}
