//! Writing JSON: the encoder that `json.encoder` uses.

use pystm_gc::Marker;
use pystm_stm::Slot;
use pystm_text::{TextBuf, Units};
use pystm_vm::{
    builtins::{
        dict::Dict,
        float,
        function::native::NativeFunction,
        int,
        list::List,
        str::{Str, is_exact},
        tuple,
    },
    error::{PyResult, Raised},
    kind::Kind,
    native::{TypeDef, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, trace_value},
    },
    protocol::{call, iter, text as texts},
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::text;
use crate::support::{to_bool, to_i64};

struct Encoder {
    default: Slot<Value>,
    encoder: Slot<Value>,
    indent: Slot<Value>,
    key_separator: Slot<Value>,
    item_separator: Slot<Value>,
    /// `markers` was a dict: look for circles.
    check_circular: bool,
    sort_keys: bool,
    skip_keys: bool,
    allow_nan: bool,
    /// Native string encoder: whether it escapes all but ASCII.
    native: Option<bool>,
}

impl Payload for Encoder {
    fn trace(&self, marker: &mut Marker) {
        for slot in [&self.default, &self.encoder, &self.indent, &self.key_separator, &self.item_separator] {
            trace_value(marker, slot.get());
        }
    }

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

pub(super) static DEF: TypeDef = TypeDef {
    name: "_json.Encoder",
    doc: "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: 0,
    methods: &[
        static_method(
            "__new__",
            "($cls, markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
            new,
            "Make an encoder with these settings.",
        ),
        method(
            "__call__",
            "($self, obj, _current_indent_level)",
            encode,
            "Encode an object; return a tuple of strings.",
        ),
    ],
    getset: &[],
    setup: None,
};

fn this(object: Value) -> &'static Encoder {
    native::payload::<Encoder>(object).expect("an encoder")
}

fn native_encoder(value: Value) -> Option<bool> {
    let name = value.cast::<NativeFunction>()?.info().method.name;
    match name {
        "encode_basestring_ascii" => Some(true),
        "encode_basestring" => Some(false),
        _ => None,
    }
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    if !args[1].is_none() && args[1].cast::<Dict>().is_none() {
        let name = type_of(args[1]).name();
        return Err(t.type_error(format!("make_encoder() argument 1 must be dict or None, not {name}")));
    }
    for (index, value) in [(5, args[5]), (6, args[6])] {
        if value.as_str().is_none() {
            let name = type_of(value).name();
            return Err(t.type_error(format!("make_encoder() argument {index} must be str, not {name}")));
        }
    }
    let payload = Encoder {
        default: Slot::new(args[2]),
        encoder: Slot::new(args[3]),
        indent: Slot::new(args[4]),
        key_separator: Slot::new(args[5]),
        item_separator: Slot::new(args[6]),
        check_circular: !args[1].is_none(),
        sort_keys: to_bool(t, args[7], false)?,
        skip_keys: to_bool(t, args[8], false)?,
        allow_nan: to_bool(t, args[9], true)?,
        native: native_encoder(args[3]),
    };
    Ok(native::new(t, Ref::known(args[0]), payload))
}

fn encode(t: &mut Thread, args: &[Value]) -> PyResult {
    let level = to_i64(t, args[2])?;
    let encoder = this(args[0]);
    let units = |text: &Slot<Value>| text.get().as_str().map_or(Units::One(&[]), |s| s.lasting_units());
    let mut writer = Writer {
        encoder,
        out: TextBuf::with_capacity(FIRST_CAPACITY),
        open: Vec::new(),
        key_separator: units(&encoder.key_separator),
        item_separator: units(&encoder.item_separator),
        indented: !encoder.indent.get().is_none(),
    };
    writer.value(t, args[1], level.max(0) as usize)?;
    let text = Str::from_buf(t, &writer.out)?;
    tuple::new(t, &[text])
}

/// Room for many a document.
const FIRST_CAPACITY: usize = 512;

struct Writer {
    encoder: &'static Encoder,
    out: TextBuf,
    /// Words of the containers that are being written; they are only compared.
    open: Vec<u64>,
    /// The encoder's separators, which live as long as it does.
    key_separator: Units<'static>,
    item_separator: Units<'static>,
    indented: bool,
}

impl Writer {
    fn push(&mut self, text: &str) {
        self.out.push_latin1(text.as_bytes());
    }

    fn push_value(&mut self, value: Value) {
        if let Some(s) = value.as_str() {
            self.out.push_units(s.units());
        }
    }

    fn newline(&mut self, level: usize) {
        let indent = self.encoder.indent.get();
        self.out.push(10);
        for _ in 0..level {
            self.push_value(indent);
        }
    }

    fn string(&mut self, t: &mut Thread, value: Value) -> PyResult<()> {
        let Some(s) = value.as_str() else { return Ok(()) };
        if let Some(ascii) = self.encoder.native {
            text::quote(s.units(), ascii, &mut self.out);
            return Ok(());
        }
        let encoded = call::call(t, self.encoder.encoder.get(), &[value])?;
        if encoded.as_str().is_none() {
            let name = type_of(encoded).name();
            return Err(t.type_error(format!("encoder() must return a string, not {name}")));
        }
        self.push_value(encoded);
        Ok(())
    }

    fn float(&mut self, t: &mut Thread, f: f64, object: Value) -> PyResult<()> {
        if f.is_finite() {
            let text = pystm_text::number::float_repr(f);
            self.push(&text);
            return Ok(());
        }
        if !self.encoder.allow_nan {
            let repr = texts::repr_string(t, object)?;
            return Err(t.value_error(format!("Out of range float values are not JSON compliant: {repr}")));
        }
        self.push(if f.is_nan() {
            "NaN"
        } else if f > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        });
        Ok(())
    }

    /// A constant, number or string; false if it is something else.
    fn scalar(&mut self, t: &mut Thread, value: Value) -> PyResult<bool> {
        if is_exact(value) {
            self.string(t, value)?;
            return Ok(true);
        }
        match value {
            Value::NONE => self.push("null"),
            Value::TRUE => self.push("true"),
            Value::FALSE => self.push("false"),
            v if v.as_small().is_some() => {
                let mut digits = [0u8; 24];
                let text = write_i64(v.small_value(), &mut digits);
                self.out.push_latin1(text);
            }
            v if v.cast::<Dict>().is_some() || v.cast::<List>().is_some() => return Ok(false),
            v if v.as_str().is_some() => self.string(t, v)?,
            v => {
                if let Some(n) = int::of(v) {
                    let text = int::to_text(t, n)?;
                    self.push(&text);
                } else if let Some(f) = float::as_float(v) {
                    self.float(t, f, v)?;
                } else {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn enter(&mut self, t: &mut Thread, value: Value) -> PyResult<()> {
        t.check_native_stack()?;
        if self.encoder.check_circular {
            if self.open.contains(&value.bits()) {
                return Err(t.value_error("Circular reference detected"));
            }
            self.open.push(value.bits());
        }
        Ok(())
    }

    fn leave(&mut self) {
        if self.encoder.check_circular {
            self.open.pop();
        }
    }

    fn value(&mut self, t: &mut Thread, value: Value, level: usize) -> PyResult<()> {
        if self.scalar(t, value)? {
            return Ok(());
        }
        if value.cast::<Dict>().is_some() {
            return self.dict(t, value, level);
        }
        if value.cast::<List>().is_some() || value.as_tuple().is_some() {
            return self.list(t, value, level);
        }
        self.enter(t, value)?;
        let other = call::call(t, self.encoder.default.get(), &[value])?;
        if let Err(raised) = self.value(t, other, level) {
            let class = type_of(value).name();
            return Err(note(t, raised, &format!("when serializing {class} object")));
        }
        self.leave();
        Ok(())
    }

    fn list(&mut self, t: &mut Thread, value: Value, level: usize) -> PyResult<()> {
        let n = match value.cast::<List>() {
            Some(l) => l.len(),
            None => value.as_tuple().map_or(0, |x| x.len()),
        };
        if n == 0 {
            self.push("[]");
            return Ok(());
        }
        self.enter(t, value)?;
        let indented = self.indented;
        self.push("[");
        if indented {
            self.newline(level + 1);
        }
        let mut i = 0;
        loop {
            // Lists may change while `default` runs.
            let item = match value.cast::<List>() {
                Some(l) => l.get(i),
                None => value.as_tuple().and_then(|x| x.items().get(i).map(|s| s.get())),
            };
            let Some(item) = item else { break };
            if i > 0 {
                self.out.push_units(self.item_separator);
                if indented {
                    self.newline(level + 1);
                }
            }
            if let Err(raised) = self.value(t, item, level + 1) {
                let class = type_of(value).name();
                return Err(note(t, raised, &format!("when serializing {class} item {i}")));
            }
            i += 1;
        }
        if indented {
            self.newline(level);
        }
        self.push("]");
        self.leave();
        Ok(())
    }

    fn dict(&mut self, t: &mut Thread, value: Value, level: usize) -> PyResult<()> {
        let d: Ref<Dict> = Ref::known(value);
        if d.is_empty() {
            self.push("{}");
            return Ok(());
        }
        self.enter(t, value)?;
        let indented = self.indented;
        self.push("{");
        let mut first = true;
        if self.encoder.sort_keys || value.object().is_some_and(|o| o.header.shape() != Kind::Dict.shape()) {
            let items = call::call_method(t, value, "items", &[])?;
            let class = pystm_vm::runtime::class_of_kind(Kind::List);
            let items = call::call(t, class.value(), &[items])?;
            if self.encoder.sort_keys {
                call::call_method(t, items, "sort", &[])?;
            }
            let items = iter::collect(t, items)?;
            for i in 0..items.len() {
                let Some(pair) = items[i].as_tuple().filter(|p| p.len() == 2) else {
                    return Err(t.value_error("items must return 2-tuples"));
                };
                self.item(t, value, pair.at(0), pair.at(1), &mut first, level)?;
            }
        } else {
            let mut position = 0;
            while let Some((at, key, item)) = d.entry_from(position) {
                position = at + 1;
                self.item(t, value, key, item, &mut first, level)?;
            }
        }
        if indented && !first {
            self.newline(level);
        }
        self.push("}");
        self.leave();
        Ok(())
    }

    fn item(
        &mut self,
        t: &mut Thread,
        dict: Value,
        key: Value,
        value: Value,
        first: &mut bool,
        level: usize,
    ) -> PyResult<()> {
        let indented = self.indented;
        let is_text = is_exact(key) || key.as_str().is_some();
        let known = is_text
            || key.is_none()
            || key.is_bool()
            || int::of(key).is_some()
            || float::as_float(key).is_some();
        if !known {
            if self.encoder.skip_keys {
                return Ok(());
            }
            let name = type_of(key).name();
            return Err(t.type_error(format!("keys must be str, int, float, bool or None, not {name}")));
        }
        if *first {
            *first = false;
        } else {
            self.out.push_units(self.item_separator);
        }
        if indented {
            self.newline(level + 1);
        }
        if is_text {
            self.string(t, key)?;
        } else {
            self.push("\"");
            self.scalar(t, key)?;
            self.push("\"");
        }
        self.out.push_units(self.key_separator);
        if let Err(raised) = self.value(t, value, level + 1) {
            let exception = t.take_exception(raised);
            let class = type_of(dict).name();
            let key = texts::repr_string(t, key)?;
            let raised = t.reraise(exception);
            return Err(note(t, raised, &format!("when serializing {class} item {key}")));
        }
        Ok(())
    }
}

/// Adds a note to the pending exception.
#[cold]
fn note(t: &mut Thread, raised: Raised, text: &str) -> Raised {
    let exception = t.take_exception(raised);
    let text = t.new_str(text);
    if let Err(second) = call::call_method(t, exception, "add_note", &[text]) {
        crate::support::swallow(t, second);
    }
    t.reraise(exception)
}

fn write_i64(n: i64, digits: &mut [u8; 24]) -> &[u8] {
    let mut at = digits.len();
    let mut rest = n.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    &digits[at..]
}
