//! Filter specifications: dicts with an `id` and options.

use liblzma::stream::{Filters, LzmaOptions, MatchFinder, Mode};
use pystm_vm::{
    builtins::{
        buffer,
        dict::{self, Dict},
    },
    error::PyResult,
    object::Ref,
    protocol::{attr, call, iter},
    thread::Thread,
    value::Value,
};

use super::{PRESET_DEFAULT, error};
use crate::support::{bytes_value, int_value, to_i64};

const LZMA1: i64 = 0x4000_0000_0000_0001;
const LZMA2: i64 = 0x21;
const DELTA: i64 = 3;
const X86: i64 = 4;
const POWERPC: i64 = 5;
const IA64: i64 = 6;
const ARM: i64 = 7;
const ARM_THUMB: i64 = 8;
const SPARC: i64 = 9;

/// The constants `FILTER_*`.
pub(super) const IDS: &[(&str, i64)] = &[
    ("FILTER_LZMA1", LZMA1),
    ("FILTER_LZMA2", LZMA2),
    ("FILTER_DELTA", DELTA),
    ("FILTER_X86", X86),
    ("FILTER_POWERPC", POWERPC),
    ("FILTER_IA64", IA64),
    ("FILTER_ARM", ARM),
    ("FILTER_ARMTHUMB", ARM_THUMB),
    ("FILTER_SPARC", SPARC),
];

/// Options of LZMA1 and LZMA2.
const LZMA_OPTIONS: &[&str] =
    &["id", "preset", "dict_size", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth"];

/// An option of a filter, if it is given.
fn option(t: &mut Thread, filter: Value, name: &str) -> PyResult<Option<i64>> {
    let key = t.intern(name);
    match call::call_method(t, filter, "get", &[key])? {
        Value::NONE => Ok(None),
        value => to_i64(t, value).map(Some),
    }
}

/// The id of a filter.
fn id(t: &mut Thread, filter: Value) -> PyResult<i64> {
    if attr::find_attr(t, filter, "keys")?.is_none() {
        return Err(t.type_error("Filter specifier must be a dict or dict-like object"));
    }
    match option(t, filter, "id")? {
        Some(id) => Ok(id),
        None => Err(t.value_error("Filter specifier must have an \"id\" entry")),
    }
}

/// ValueError for options that the filter does not have.
fn check_options(t: &mut Thread, filter: Value, known: &[&str], what: &str) -> PyResult<()> {
    let keys = iter::collect(t, filter)?;
    for i in 0..keys.len() {
        let name = keys[i].as_str().map(|s| s.to_rust());
        if !name.is_some_and(|n| known.contains(&n.as_str())) {
            return Err(t.value_error(format!("Invalid filter specifier for {what} filter")));
        }
    }
    Ok(())
}

/// The options of a preset.
pub(super) fn preset(t: &mut Thread, preset: u32) -> PyResult<LzmaOptions> {
    LzmaOptions::new_preset(preset).map_err(|_| error(t, &format!("Invalid compression preset: {preset}")))
}

/// The options of a filter LZMA1 or LZMA2.
fn lzma_options(t: &mut Thread, filter: Value) -> PyResult<LzmaOptions> {
    check_options(t, filter, LZMA_OPTIONS, "LZMA")?;
    let level = option(t, filter, "preset")?.map_or(PRESET_DEFAULT, |n| n as u32);
    let mut options = preset(t, level)?;
    let number = |t: &mut Thread, name: &str| option(t, filter, name).map(|n| n.map(|n| n as u32));
    if let Some(n) = number(t, "dict_size")? {
        options.dict_size(n);
    }
    if let Some(n) = number(t, "lc")? {
        options.literal_context_bits(n);
    }
    if let Some(n) = number(t, "lp")? {
        options.literal_position_bits(n);
    }
    if let Some(n) = number(t, "pb")? {
        options.position_bits(n);
    }
    if let Some(n) = number(t, "nice_len")? {
        options.nice_len(n);
    }
    if let Some(n) = number(t, "depth")? {
        options.depth(n);
    }
    match number(t, "mode")? {
        Some(1) => drop(options.mode(Mode::Fast)),
        Some(2) => drop(options.mode(Mode::Normal)),
        Some(_) => return Err(error(t, "Invalid or unsupported options")),
        None => {}
    }
    let finder = match number(t, "mf")? {
        Some(0x03) => Some(MatchFinder::HashChain3),
        Some(0x04) => Some(MatchFinder::HashChain4),
        Some(0x12) => Some(MatchFinder::BinaryTree2),
        Some(0x13) => Some(MatchFinder::BinaryTree3),
        Some(0x14) => Some(MatchFinder::BinaryTree4),
        Some(_) => return Err(error(t, "Invalid or unsupported options")),
        None => None,
    };
    if let Some(finder) = finder {
        options.match_finder(finder);
    }
    Ok(options)
}

/// The bytes in which a delta or branch filter stands in a file; empty for a branch filter without an offset.
fn simple_properties(t: &mut Thread, filter: Value, id: i64) -> PyResult<Vec<u8>> {
    if id == DELTA {
        check_options(t, filter, &["id", "dist"], "delta")?;
        let distance = option(t, filter, "dist")?.unwrap_or(1);
        return match u8::try_from(distance - 1) {
            Ok(n) => Ok(vec![n]),
            Err(_) => Err(error(t, "Invalid or unsupported options")),
        };
    }
    check_options(t, filter, &["id", "start_offset"], "BCJ")?;
    let offset = option(t, filter, "start_offset")?.unwrap_or(0);
    Ok(if offset == 0 { Vec::new() } else { (offset as u32).to_le_bytes().to_vec() })
}

/// The chain of filters in a sequence of specifications.
pub(super) fn chain(t: &mut Thread, value: Value) -> PyResult<Filters> {
    let items = iter::collect(t, value)?;
    if items.is_empty() || items.len() > 4 {
        return Err(t.value_error("Too many filters - liblzma supports a maximum of 4"));
    }
    let mut filters = Filters::new();
    for i in 0..items.len() {
        let id = id(t, items[i])?;
        if matches!(id, LZMA1 | LZMA2) {
            let options = lzma_options(t, items[i])?;
            if id == LZMA1 {
                filters.lzma1(&options)
            } else {
                filters.lzma2(&options)
            };
            continue;
        }
        if !(DELTA..=SPARC).contains(&id) {
            return Err(t.value_error(format!("Invalid filter ID: {id}")));
        }
        let properties = simple_properties(t, items[i], id)?;
        let added = match id {
            DELTA => filters.delta_properties(&properties),
            X86 => filters.x86_properties(&properties),
            POWERPC => filters.powerpc_properties(&properties),
            IA64 => filters.ia64_properties(&properties),
            ARM => filters.arm_properties(&properties),
            ARM_THUMB => filters.arm_thumb_properties(&properties),
            _ => filters.sparc_properties(&properties),
        };
        added.map_err(|_| error(t, "Invalid or unsupported options"))?;
    }
    Ok(filters)
}

/// The options of a chain that must consist of one LZMA1 filter, for `FORMAT_ALONE`.
pub(super) fn only_lzma1(t: &mut Thread, value: Value) -> PyResult<LzmaOptions> {
    let items = iter::collect(t, value)?;
    if items.len() == 1 && id(t, items[0])? == LZMA1 {
        return lzma_options(t, items[0]);
    }
    Err(t.value_error("Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter"))
}

/// `dict_size`, `lc`, `lp` and `pb` of an LZMA filter, with the defaults of its preset.
fn lzma_numbers(t: &mut Thread, filter: Value) -> PyResult<(u32, u8)> {
    lzma_options(t, filter)?;
    const SIZES: [u32; 10] = [18, 20, 21, 22, 22, 23, 23, 24, 25, 26];
    let level = option(t, filter, "preset")?.map_or(PRESET_DEFAULT, |n| n as u32);
    let default = 1 << SIZES[(level & 31).min(9) as usize];
    let size = option(t, filter, "dict_size")?.map_or(default, |n| n as u32);
    let (lc, lp) = (option(t, filter, "lc")?.unwrap_or(3), option(t, filter, "lp")?.unwrap_or(0));
    let pb = option(t, filter, "pb")?.unwrap_or(2);
    Ok((size, ((pb * 5 + lp) * 9 + lc) as u8))
}

/// `_encode_filter_properties(filter)`
pub(super) fn encode_properties(t: &mut Thread, args: &[Value]) -> PyResult {
    let id = id(t, args[0])?;
    let bytes = match id {
        LZMA1 => {
            let (size, packed) = lzma_numbers(t, args[0])?;
            let mut bytes = vec![packed];
            bytes.extend_from_slice(&size.to_le_bytes());
            bytes
        }
        LZMA2 => {
            let (size, _) = lzma_numbers(t, args[0])?;
            // The smallest of 2 << n and 3 << n that is large enough.
            let code = (0u32..40).find(|n| (2 | n & 1) << (n / 2 + 11) >= size).unwrap_or(40);
            vec![code as u8]
        }
        DELTA..=SPARC => simple_properties(t, args[0], id)?,
        _ => return Err(t.value_error(format!("Invalid filter ID: {id}"))),
    };
    bytes_value(t, &bytes)
}

/// `_decode_filter_properties(filter_id, encoded_props)`
pub(super) fn decode_properties(t: &mut Thread, args: &[Value]) -> PyResult {
    let id = to_i64(t, args[0])?;
    let bytes = buffer::to_vec(t, args[1])?;
    let mut entries = vec![("id", id)];
    match (id, bytes.as_slice()) {
        (LZMA1, &[packed, a, b, c, d]) if packed < 225 => {
            entries.push(("lc", (packed % 9) as i64));
            entries.push(("lp", (packed / 9 % 5) as i64));
            entries.push(("pb", (packed / 45) as i64));
            entries.push(("dict_size", u32::from_le_bytes([a, b, c, d]) as i64));
        }
        (LZMA2, &[code]) if code <= 40 => {
            let size = if code == 40 { u32::MAX as i64 } else { (2 | code as i64 & 1) << (code / 2 + 11) };
            entries.push(("dict_size", size));
        }
        (DELTA, &[distance]) => entries.push(("dist", distance as i64 + 1)),
        (X86..=SPARC, &[]) => {}
        (X86..=SPARC, &[a, b, c, d]) => {
            entries.push(("start_offset", u32::from_le_bytes([a, b, c, d]) as i64))
        }
        (LZMA1 | LZMA2 | DELTA..=SPARC, _) => return Err(error(t, "Invalid or unsupported options")),
        _ => return Err(t.value_error(format!("Invalid filter ID: {id}"))),
    }
    let result: Ref<Dict> = dict::new(t);
    for (name, value) in entries {
        let value = int_value(t, value);
        dict::set_text(t, result, name, value);
    }
    Ok(result.value())
}
