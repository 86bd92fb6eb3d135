//! Newline translation: the rules, and the type `IncrementalNewlineDecoder`.

use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_text::{TextBuf, Units};
use pystm_vm::{
    builtins::{str::Str, tuple},
    error::PyResult,
    kind::Kind,
    native::{SUBCLASSABLE, TypeDef, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, Restore, trace_value},
    },
    protocol::call,
    thread::Thread,
    value::Value,
};

use crate::support::{int_value, to_bool, to_i64};

const SEEN_CR: u8 = 1;
const SEEN_LF: u8 = 2;
const SEEN_CRLF: u8 = 4;

/// What a translation remembers from one piece of text to the next.
#[derive(Clone, Copy, Default)]
pub(super) struct Newlines {
    /// The last piece ended in a `\r` that has not been handed out.
    pub(super) pending_cr: bool,
    seen: u8,
}

impl Newlines {
    /// Takes one more piece: keeps a final `\r` back unless `last`, notes the kinds of line ends, and translates them all
    /// to `\n` if `translate`.
    pub(super) fn decode(&mut self, text: TextBuf, translate: bool, last: bool) -> TextBuf {
        let units = text.as_units();
        let ends_in_cr = !units.is_empty() && units.at(units.len() - 1) == 13;
        if !self.pending_cr && !contains(units, 13) {
            if self.seen & SEEN_LF == 0 && contains(units, 10) {
                self.seen |= SEEN_LF;
            }
            return text;
        }
        let mut whole = TextBuf::with_capacity(units.len() + 1);
        if self.pending_cr && (!units.is_empty() || last) {
            whole.push(13);
            self.pending_cr = false;
        }
        let keep = if ends_in_cr && !last { units.len() - 1 } else { units.len() };
        self.pending_cr |= keep < units.len();
        whole.push_units(units.slice(0..keep));
        let units = whole.as_units();
        let mut out = TextBuf::with_capacity(units.len());
        let mut i = 0;
        let n = units.len();
        while i < n {
            match units.at(i) {
                13 if i + 1 < n && units.at(i + 1) == 10 => {
                    self.seen |= SEEN_CRLF;
                    if translate {
                        out.push(10);
                    } else {
                        out.push(13);
                        out.push(10);
                    }
                    i += 1;
                }
                13 => {
                    self.seen |= SEEN_CR;
                    out.push(if translate { 10 } else { 13 });
                }
                c => {
                    if c == 10 {
                        self.seen |= SEEN_LF;
                    }
                    out.push(c);
                }
            }
            i += 1;
        }
        out
    }

    /// The kinds of line ends seen: None, a str or a tuple of strs.
    pub(super) fn value(self, t: &mut Thread) -> Value {
        let mut kinds = t.vec();
        for (bit, text) in [(SEEN_CR, "\r"), (SEEN_LF, "\n"), (SEEN_CRLF, "\r\n")] {
            if self.seen & bit != 0 {
                let text = t.intern(text);
                kinds.push(text);
            }
        }
        match kinds.len() {
            0 => Value::NONE,
            1 => kinds[0],
            _ => tuple::new_small(t, &kinds),
        }
    }
}

/// Whether the text has this code point (below 0x80).
pub(super) fn contains(units: Units<'_>, code: u8) -> bool {
    match units {
        Units::One(b) => b.contains(&code),
        Units::Two(b) => b.contains(&(code as u16)),
        Units::Four(b) => b.contains(&(code as u32)),
    }
}

struct Decoder {
    /// The wrapped decoder or None.
    inner: Slot<Value>,
    state: Mutex<(Newlines, bool)>,
}

impl Payload for Decoder {
    fn trace(&self, marker: &mut Marker) {
        trace_value(marker, self.inner.get());
    }

    fn kept(&self) -> Kept {
        Kept::Beside
    }

    fn save(&'static self) -> Restore {
        let state = *self.state.lock();
        Box::new(move || *self.state.lock() = state)
    }
}

pub(crate) static DEF: TypeDef = TypeDef {
    name: "_io.IncrementalNewlineDecoder",
    doc: "Codec used when reading a file in universal newlines mode.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: SUBCLASSABLE,
    methods: &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Create a decoder."),
        method("__init__", "($self, decoder, translate, errors='strict')", init, "Wrap another decoder."),
        method("decode", "($self, input, final=False)", decode, "Decode and translate."),
        method("getstate", "($self, /)", getstate, "The state."),
        method("setstate", "($self, state, /)", setstate, "Restore a state."),
        method("reset", "($self, /)", reset, "Forget everything."),
    ],
    getset: &[getter(
        "newlines",
        |t, v| {
            let seen = this(v).state.lock().0;
            Ok(seen.value(t))
        },
        "The kinds of line ends seen.",
    )],
    setup: None,
};

fn this(object: Value) -> &'static Decoder {
    native::payload::<Decoder>(object).expect("a newline decoder")
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = Decoder { inner: Slot::new(Value::UNSET), state: Mutex::new((Newlines::default(), true)) };
    Ok(native::new(t, Ref::known(args[0]), state))
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let translate = to_bool(t, args[2], true)?;
    *this(args[0]).state.lock() = (Newlines::default(), translate);
    let w = t.write_object(args[0].object_unchecked());
    this(args[0]).inner.set(&w, args[1]);
    Ok(Value::NONE)
}

fn inner(t: &mut Thread, object: Value) -> PyResult {
    match this(object).inner.get() {
        Value::UNSET => Err(t.value_error("IncrementalNewlineDecoder.__init__() not called")),
        v => Ok(v),
    }
}

fn decode(t: &mut Thread, args: &[Value]) -> PyResult {
    let last = to_bool(t, args[2], false)?;
    let inner = inner(t, args[0])?;
    let text = if inner.is_none() {
        args[1]
    } else {
        call::call_method(t, inner, "decode", &[args[1], Value::bool(last)])?
    };
    let Some(s) = text.as_str() else {
        let name = pystm_vm::runtime::type_of(text).name();
        return Err(t.type_error(format!("decoder should return a string result, not '{name}'")));
    };
    let out = {
        let mut state = this(args[0]).state.lock();
        let translate = state.1;
        state.0.decode(TextBuf::from(s.units()), translate, last)
    };
    Str::from_buf(t, &out)
}

fn getstate(t: &mut Thread, args: &[Value]) -> PyResult {
    let inner = inner(t, args[0])?;
    let (buffer, flag) = if inner.is_none() {
        (crate::support::bytes_value(t, b"")?, 0)
    } else {
        let state = call::call_method(t, inner, "getstate", &[])?;
        let Some(state) = state.as_tuple().filter(|s| s.len() == 2) else {
            return Err(t.type_error("illegal decoder state"));
        };
        (state.at(0), to_i64(t, state.at(1))?)
    };
    let pending = this(args[0]).state.lock().0.pending_cr;
    let flag = int_value(t, flag << 1 | pending as i64);
    tuple::new(t, &[buffer, flag])
}

fn setstate(t: &mut Thread, args: &[Value]) -> PyResult {
    let inner = inner(t, args[0])?;
    let Some(state) = args[1].as_tuple().filter(|s| s.len() == 2) else {
        return Err(t.type_error("state argument must be a tuple"));
    };
    let flag = to_i64(t, state.at(1))?;
    this(args[0]).state.lock().0.pending_cr = flag & 1 != 0;
    if !inner.is_none() {
        let flag = int_value(t, flag >> 1);
        let state = tuple::new(t, &[state.at(0), flag])?;
        call::call_method(t, inner, "setstate", &[state])?;
    }
    Ok(Value::NONE)
}

fn reset(t: &mut Thread, args: &[Value]) -> PyResult {
    let inner = inner(t, args[0])?;
    this(args[0]).state.lock().0 = Newlines::default();
    if inner.is_none() { Ok(Value::NONE) } else { call::call_method(t, inner, "reset", &[]) }
}
