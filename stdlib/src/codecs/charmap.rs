//! `charmap`: encodings given by a table or mapping.

use std::collections::HashMap;

use pystm_gc::Marker;
use pystm_text::{
    TextBuf, Units,
    codec::{CharmapEncoder, DecodeError, EncodeError},
};
use pystm_vm::{
    builtins::{buffer, bytes, codecs, int, str::Str},
    error::{Exc, PyResult},
    kind::Kind,
    native::{NO_CONSTRUCTOR, TypeDef, method},
    object::native::{self, Kept, Payload},
    protocol::item,
    runtime::type_of,
    thread::Thread,
    value::Value,
};

use super::{LATIN_1, errors, pair, to_bytes, whole};

/// What `charmap_build` makes: the inverse of a decoding table.
struct EncodingMap(CharmapEncoder);

impl Payload for EncodingMap {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        Kept::InSlots
    }
}

/// `EncodingMap`
pub(super) static ENCODING_MAP_DEF: TypeDef = TypeDef {
    name: "EncodingMap",
    doc: "",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: 0,
    flags: NO_CONSTRUCTOR,
    methods: &[method(
        "size",
        "($self, /)",
        |_, _| Ok(Value::small(256)),
        "Return the size (in bytes) of this object.",
    )],
    getset: &[],
    setup: None,
};

const REASON: &str = "character maps to <undefined>";
const UNDEFINED: u32 = 0xFFFE;

pub(super) fn build(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(map) = args[0].as_str() else {
        let got = if args[0].is_none() { "None".to_owned() } else { type_of(args[0]).name() };
        return Err(t.type_error(format!("charmap_build() argument must be str, not {got}")));
    };
    let units = map.units();
    let encoder = CharmapEncoder::new(units.slice(0..units.len().min(256)));
    let class = native::class(t, &ENCODING_MAP_DEF);
    Ok(native::new(t, class, EncodingMap(encoder)))
}

pub(super) fn decode(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(mapping) = args[2].given_not_none() else { return whole(t, args, LATIN_1, "charmap_decode") };
    let errors = errors(t, "charmap_decode", args[1])?;
    let input = buffer::to_vec(t, args[0])?;
    let mut table: Vec<Option<TextBuf>> = vec![None; 256];
    let mut asked = [false; 256];
    for &byte in &input {
        let i = byte as usize;
        if !asked[i] {
            asked[i] = true;
            table[i] = decoded(t, mapping, byte)?;
        }
    }
    let step = |input: &[u8], at: usize, out: &mut TextBuf| {
        for (i, &byte) in input.iter().enumerate().skip(at) {
            match &table[byte as usize] {
                Some(text) => out.push_units(text.as_units()),
                None => return Err(DecodeError { start: i, end: i + 1, reason: REASON }),
            }
        }
        Ok(input.len())
    };
    let (text, consumed) = codecs::decode_with(t, "charmap", None, args[0], &input, &errors, step)?;
    let text = Str::from_buf(t, &text)?;
    Ok(pair(t, text, consumed))
}

/// What a mapping says about a byte; `None` if it is undefined.
fn decoded(t: &mut Thread, mapping: Value, byte: u8) -> PyResult<Option<TextBuf>> {
    if let Some(table) = mapping.as_str() {
        let found = table.units().get(byte as usize).filter(|&c| c != UNDEFINED);
        return Ok(found.map(|c| TextBuf::from_iter([c])));
    }
    let value = match item::getitem(t, mapping, Value::small(byte as i64)) {
        Ok(value) => value,
        Err(raised) => {
            t.catch(raised, Exc::LookupError)?;
            return Ok(None);
        }
    };
    if value.is_none() {
        return Ok(None);
    }
    if let Some(text) = value.as_str() {
        let undefined = text.len() == 1 && text.code_point(0) == UNDEFINED;
        return Ok((!undefined).then(|| TextBuf::from(text.units())));
    }
    match int::as_int(value).map(|n| n.as_small()) {
        Some(Some(n)) if n == UNDEFINED as i64 => Ok(None),
        Some(Some(n @ 0..0x110000)) => Ok(Some(TextBuf::from_iter([n as u32]))),
        Some(_) => Err(t.type_error("character mapping must be in range(0x110000)")),
        None => Err(t.type_error("character mapping must return integer, None or str")),
    }
}

pub(super) fn encode(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(mapping) = args[2].given_not_none() else { return to_bytes(t, args, LATIN_1, "charmap_encode") };
    let Some(s) = args[0].as_str() else {
        let got = if args[0].is_none() { "None".to_owned() } else { type_of(args[0]).name() };
        return Err(t.type_error(format!("charmap_encode() argument 1 must be str, not {got}")));
    };
    let errors = errors(t, "charmap_encode", args[1])?;
    let out = if let Some(map) = native::payload::<EncodingMap>(mapping) {
        let step =
            |_: &mut Thread, units: Units<'_>, at: usize, out: &mut Vec<u8>| Ok(map.0.encode(units, at, out));
        codecs::encode_with(t, "charmap", None, s.value(), &errors, step)?
    } else {
        let mut known: HashMap<u32, Option<Vec<u8>>> = HashMap::new();
        let step = |t: &mut Thread, units: Units<'_>, at: usize, out: &mut Vec<u8>| {
            for i in at..units.len() {
                let bytes = ask(t, mapping, units.at(i), &mut known)?;
                match bytes {
                    Some(bytes) => out.extend_from_slice(&bytes),
                    None => {
                        let mut end = i + 1;
                        while end < units.len() && ask(t, mapping, units.at(end), &mut known)?.is_none() {
                            end += 1;
                        }
                        return Ok(Err(EncodeError { start: i, end, reason: REASON }));
                    }
                }
            }
            Ok(Ok(()))
        };
        codecs::encode_with(t, "charmap", None, s.value(), &errors, step)?
    };
    let out = bytes::new(t, &out)?;
    Ok(pair(t, out, s.len()))
}

/// What a mapping says about a character, asked once for each; `None` if it is undefined.
fn ask(
    t: &mut Thread,
    mapping: Value,
    c: u32,
    known: &mut HashMap<u32, Option<Vec<u8>>>,
) -> PyResult<Option<Vec<u8>>> {
    if let Some(found) = known.get(&c) {
        return Ok(found.clone());
    }
    let answer = encoded(t, mapping, c)?;
    known.insert(c, answer.clone());
    Ok(answer)
}

fn encoded(t: &mut Thread, mapping: Value, c: u32) -> PyResult<Option<Vec<u8>>> {
    let value = match item::getitem(t, mapping, Value::small(c as i64)) {
        Ok(value) => value,
        Err(raised) => {
            t.catch(raised, Exc::LookupError)?;
            return Ok(None);
        }
    };
    if value.is_none() {
        return Ok(None);
    }
    if let Some(bytes) = value.as_bytes() {
        return Ok(Some(bytes.as_slice().to_vec()));
    }
    match int::as_int(value).map(|n| n.as_small()) {
        Some(Some(n @ 0..256)) => Ok(Some(vec![n as u8])),
        Some(_) => Err(t.type_error("character mapping must be in range(256)")),
        None => {
            let got = type_of(value).name();
            Err(t.type_error(format!("character mapping must return integer, bytes or None, not {got}")))
        }
    }
}
