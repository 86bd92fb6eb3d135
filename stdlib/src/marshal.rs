//! `marshal`: values as bytes. Code objects are stored in pystm's own form, everything else in CPython's format without
//! references.

use num_bigint::{BigInt, Sign};
use pystm_text::TextBuf;
use pystm_vm::{
    builtins::{
        buffer, bytes,
        code::{self, Code, unit::unit_of},
        complex, dict,
        dict::Dict,
        float, int,
        list::{self, List},
        set, slice,
        slice::Slice,
        str::Str,
        tuple::{self, Tuple},
    },
    bytecode::serial,
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::{Method, ModuleDef, method},
    object::Ref,
    protocol::{call, iter},
    thread::Thread,
    value::Value,
};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "marshal",
    doc: "Values as bytes, for the cache of compiled modules.",
    methods: METHODS,
    types: &[],
    init: Some(init),
};

static METHODS: &[Method] = &[
    method("dumps", "(value, version=5, /, *, allow_code=True)", dumps, "Return the bytes of a value."),
    method("loads", "(bytes, /, *, allow_code=True)", loads, "Return the value of bytes made by dumps()."),
    method(
        "dump",
        "(value, file, version=5, /, *, allow_code=True)",
        dump,
        "Write the bytes of a value to a file.",
    ),
    method("load", "(file, /, *, allow_code=True)", load, "Read a value from a file."),
];

fn init(t: &mut Thread, module: Ref<pystm_vm::builtins::module::Module>) -> PyResult<()> {
    dict::set_text(t, module.dict(), "version", Value::small(5));
    Ok(())
}

fn dumps(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut out = Vec::new();
    write(t, args[0], &mut out)?;
    bytes::new(t, &out)
}

fn loads(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::to_vec(t, args[0])?;
    Reader { data: &data, at: 0 }.value(t)
}

fn dump(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = dumps(t, &[args[0]])?;
    call::call_method(t, args[1], "write", &[data])
}

fn load(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = call::call_method(t, args[0], "read", &[])?;
    loads(t, &[data])
}

fn exact(value: Value, kind: Kind) -> bool {
    value.object().is_some_and(|o| o.header.shape() == kind.shape())
}

fn write_len(out: &mut Vec<u8>, n: usize) {
    out.extend_from_slice(&(n as u32).to_le_bytes());
}

fn write_items(t: &mut Thread, tag: u8, items: &[Value], out: &mut Vec<u8>) -> PyResult<()> {
    out.push(tag);
    write_len(out, items.len());
    for &item in items {
        write(t, item, out)?;
    }
    Ok(())
}

fn write(t: &mut Thread, value: Value, out: &mut Vec<u8>) -> PyResult<()> {
    t.check_native_stack()?;
    match value {
        Value::NONE => out.push(b'N'),
        Value::TRUE => out.push(b'T'),
        Value::FALSE => out.push(b'F'),
        Value::ELLIPSIS => out.push(b'.'),
        v if v.is_small() && i32::try_from(v.small_value()).is_ok() => {
            out.push(b'i');
            out.extend_from_slice(&(v.small_value() as i32).to_le_bytes());
        }
        v if v.is_small() || exact(v, Kind::Int) => write_long(&int::to_bigint(v), out),
        v => write_object(t, v, out)?,
    }
    Ok(())
}

fn write_long(n: &BigInt, out: &mut Vec<u8>) {
    // Digits of 15 bits, the count carrying the sign.
    let magnitude = n.magnitude().to_radix_le(1 << 8);
    let mut digits: Vec<u16> = Vec::new();
    let (mut bits, mut have) = (0u32, 0);
    for byte in magnitude {
        bits |= (byte as u32) << have;
        have += 8;
        if have >= 15 {
            digits.push((bits & 0x7fff) as u16);
            bits >>= 15;
            have -= 15;
        }
    }
    if bits != 0 {
        digits.push(bits as u16);
    }
    let count = digits.len() as i32;
    out.push(b'l');
    out.extend_from_slice(&(if n.sign() == Sign::Minus { -count } else { count }).to_le_bytes());
    for digit in digits {
        out.extend_from_slice(&digit.to_le_bytes());
    }
}

fn write_object(t: &mut Thread, value: Value, out: &mut Vec<u8>) -> PyResult<()> {
    if let Some(f) = float::as_exact(value) {
        out.push(b'g');
        out.extend_from_slice(&f.to_le_bytes());
    } else if let Some((re, im)) = complex::as_exact(value) {
        out.push(b'y');
        out.extend_from_slice(&re.to_le_bytes());
        out.extend_from_slice(&im.to_le_bytes());
    } else if exact(value, Kind::Str) {
        let text = Ref::<Str>::known(value);
        let mut encoded = Vec::new();
        for c in text.units().iter() {
            push_wtf8(c, &mut encoded);
        }
        out.push(b'u');
        write_len(out, encoded.len());
        out.extend_from_slice(&encoded);
    } else if let Some(code) = value.cast::<Code>() {
        let unit = serial::encode(&unit_of(t, code)?);
        out.push(b'c');
        out.extend_from_slice(&checksum(&unit).to_le_bytes());
        write_len(out, unit.len());
        out.extend_from_slice(&unit);
    } else if exact(value, Kind::Tuple) {
        write_items(t, b'(', Ref::<Tuple>::known(value).values(), out)?;
    } else if exact(value, Kind::List) {
        let items = list::snapshot(t, Ref::<List>::known(value));
        write_items(t, b'[', &items, out)?;
    } else if exact(value, Kind::Set) || exact(value, Kind::FrozenSet) {
        let items = iter::collect(t, value)?;
        write_items(t, if exact(value, Kind::Set) { b'<' } else { b'>' }, &items, out)?;
    } else if exact(value, Kind::Dict) {
        out.push(b'{');
        let source = Ref::<Dict>::known(value);
        let mut position = 0;
        while let Some((at, key, item)) = source.entry_from(position) {
            write(t, key, out)?;
            write(t, item, out)?;
            position = at + 1;
        }
        out.push(b'0');
    } else if let Some(s) = value.cast::<Slice>() {
        out.push(b':');
        for part in [s.start(), s.stop(), s.step()] {
            write(t, part, out)?;
        }
    } else if let Some(view) = buffer::direct(value) {
        let data = view.into_vec();
        out.push(b's');
        write_len(out, data.len());
        out.extend_from_slice(&data);
    } else {
        return Err(t.value_error("unmarshallable object"));
    }
    Ok(())
}

fn push_wtf8(c: u32, out: &mut Vec<u8>) {
    match char::from_u32(c) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend_from_slice(&[
            0xe0 | (c >> 12) as u8,
            0x80 | (c >> 6 & 0x3f) as u8,
            0x80 | (c & 0x3f) as u8,
        ]),
    }
}

/// FNV-1a, against damaged cache files: code is trusted once it is loaded.
fn checksum(data: &[u8]) -> u64 {
    data.iter().fold(0xcbf2_9ce4_8422_2325, |h, &b| (h ^ b as u64).wrapping_mul(0x0100_0000_01b3))
}

struct Reader<'a> {
    data: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn bytes<const N: usize>(&mut self, t: &mut Thread) -> PyResult<[u8; N]> {
        match self.data.get(self.at..self.at + N) {
            Some(s) => {
                self.at += N;
                Ok(s.try_into().unwrap_or([0; N]))
            }
            None => Err(too_short(t)),
        }
    }

    fn len(&mut self, t: &mut Thread) -> PyResult<usize> {
        let n = u32::from_le_bytes(self.bytes(t)?) as usize;
        if n > self.data.len() - self.at { Err(too_short(t)) } else { Ok(n) }
    }

    fn slice(&mut self, t: &mut Thread) -> PyResult<&[u8]> {
        let n = self.len(t)?;
        self.at += n;
        Ok(&self.data[self.at - n..self.at])
    }

    fn items(&mut self, t: &mut Thread) -> PyResult<pystm_vm::thread::RootVec> {
        let n = self.len(t)?;
        let mut items = t.vec();
        for _ in 0..n {
            let item = self.value(t)?;
            items.push(item);
        }
        Ok(items)
    }

    fn value(&mut self, t: &mut Thread) -> PyResult {
        t.check_native_stack()?;
        let [tag] = self.bytes(t)?;
        match tag & 0x7f {
            b'N' => Ok(Value::NONE),
            b'T' => Ok(Value::TRUE),
            b'F' => Ok(Value::FALSE),
            b'.' => Ok(Value::ELLIPSIS),
            b'i' => Ok(Value::small(i32::from_le_bytes(self.bytes(t)?) as i64)),
            b'l' => self.long(t),
            b'g' => {
                let f = f64::from_le_bytes(self.bytes(t)?);
                Ok(float::new(t, f))
            }
            b'y' => {
                let (re, im) = (f64::from_le_bytes(self.bytes(t)?), f64::from_le_bytes(self.bytes(t)?));
                Ok(complex::new(t, re, im))
            }
            b'u' => self.text(t),
            b's' => {
                let data = self.slice(t)?.to_vec();
                bytes::new(t, &data)
            }
            b'c' => self.code(t),
            b'(' => {
                let items = self.items(t)?;
                tuple::new(t, &items)
            }
            b'[' => {
                let items = self.items(t)?;
                list::try_new(t, &items)
            }
            b'<' => {
                let items = self.items(t)?;
                let s = set::new(t);
                for i in 0..items.len() {
                    set::add(t, s, items[i])?;
                }
                Ok(s.value())
            }
            b'>' => {
                let items = self.items(t)?;
                set::frozenset_from(t, &items)
            }
            b'{' => self.dict(t),
            b':' => {
                let (start, stop) = (self.value(t)?, self.value(t)?);
                let step = self.value(t)?;
                Ok(slice::new(t, start, stop, step))
            }
            _ => Err(t.value_error("bad marshal data (unknown type code)")),
        }
    }

    fn long(&mut self, t: &mut Thread) -> PyResult {
        let count = i32::from_le_bytes(self.bytes(t)?);
        let mut n = BigInt::ZERO;
        for i in 0..count.unsigned_abs() as usize {
            let digit = u16::from_le_bytes(self.bytes(t)?);
            n += BigInt::from(digit) << (15 * i);
        }
        Ok(int::from_bigint(t, if count < 0 { -n } else { n }))
    }

    fn text(&mut self, t: &mut Thread) -> PyResult {
        let data = self.slice(t)?.to_vec();
        let mut buf = TextBuf::new();
        match std::str::from_utf8(&data) {
            Ok(s) => buf.push_str(s),
            Err(_) => {
                let mut at = 0;
                while at < data.len() {
                    let Some((c, n)) = next_wtf8(&data[at..]) else {
                        return Err(t.value_error("bad marshal data (invalid text)"));
                    };
                    buf.push(c);
                    at += n;
                }
            }
        }
        Str::from_buf(t, &buf)
    }

    fn code(&mut self, t: &mut Thread) -> PyResult {
        let expected = u64::from_le_bytes(self.bytes(t)?);
        let data = self.slice(t)?;
        let unit = if checksum(data) == expected { serial::decode(data) } else { None };
        match unit {
            Some(unit) => Ok(code::load(t, unit)?.value()),
            None => Err(t.value_error("bad marshal data (damaged code)")),
        }
    }

    fn dict(&mut self, t: &mut Thread) -> PyResult {
        let d = dict::new(t);
        while self.data.get(self.at) != Some(&b'0') {
            let key = self.value(t)?;
            let value = self.value(t)?;
            dict::set(t, d, key, value)?;
        }
        self.at += 1;
        Ok(d.value())
    }
}

/// First code point of generalised UTF-8 and its length.
fn next_wtf8(data: &[u8]) -> Option<(u32, usize)> {
    let n = match data[0] {
        0..0x80 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf8 => 4,
        _ => return None,
    };
    let tail = data.get(1..n)?;
    let first = if n == 1 { data[0] as u32 } else { data[0] as u32 & (0x7f >> n) };
    Some((tail.iter().fold(first, |c, &b| c << 6 | (b & 0x3f) as u32), n))
}

fn too_short(t: &mut Thread) -> Raised {
    t.raise(Exc::EOFError, "marshal data too short")
}
