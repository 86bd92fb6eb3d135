//! `_uuid`: identifiers made of the time and the machine's address (RFC 9562, version 1).

use std::{
    fs,
    time::{SystemTime, UNIX_EPOCH},
};

use parking_lot::Mutex;
use pystm_vm::{
    builtins::tuple,
    error::PyResult,
    native::{ModuleDef, method},
    thread::Thread,
    value::Value,
};

use crate::support::{bytes_value, last_os_error, set_global};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_uuid",
    doc: "",
    methods: &[method(
        "generate_time_safe",
        "()",
        generate_time_safe,
        "Return the bytes of a UUID of time and node, and -1: other processes may make the same one.",
    )],
    types: &[],
    init: Some(|t, module| {
        set_global(t, module, "has_uuid_generate_time_safe", Value::small(1));
        set_global(t, module, "has_stable_extractable_node", Value::small(0));
        Ok(())
    }),
};

/// From the beginning of the Gregorian calendar to that of Unix time, in units of 100 ns.
const GREGORIAN_TO_UNIX: u64 = 0x01b2_1dd2_1381_4000;

/// What all identifiers of a process have in common, and the time of the last one.
struct Generator {
    node: [u8; 6],
    clock_sequence: u16,
    last: u64,
}

impl Generator {
    /// The identifier for a time; two never have the same.
    fn next(&mut self, now: u64) -> [u8; 16] {
        let time = now.max(self.last + 1);
        self.last = time;
        let mut id = [0; 16];
        id[..4].copy_from_slice(&(time as u32).to_be_bytes());
        id[4..6].copy_from_slice(&((time >> 32) as u16).to_be_bytes());
        id[6..8].copy_from_slice(&((time >> 48) as u16 & 0x0fff | 0x1000).to_be_bytes());
        id[8..10].copy_from_slice(&(self.clock_sequence | 0x8000).to_be_bytes());
        id[10..].copy_from_slice(&self.node);
        id
    }
}

static GENERATOR: Mutex<Option<Generator>> = Mutex::new(None);

/// The address of the first network interface that has one.
fn hardware_address() -> Option<[u8; 6]> {
    let mut interfaces: Vec<_> = fs::read_dir("/sys/class/net").ok()?.flatten().collect();
    interfaces.sort_by_key(fs::DirEntry::file_name);
    interfaces.into_iter().find_map(|interface| {
        let text = fs::read_to_string(interface.path().join("address")).ok()?;
        let mut address = [0; 6];
        let mut parts = text.trim().split(':');
        for byte in &mut address {
            *byte = u8::from_str_radix(parts.next()?, 16).ok()?;
        }
        (address != [0; 6] && parts.next().is_none()).then_some(address)
    })
}

fn generator(t: &mut Thread) -> PyResult<Generator> {
    let mut random = [0u8; 8];
    // SAFETY: the buffer has as many bytes as are asked for.
    let got = unsafe { libc::getrandom(random.as_mut_ptr().cast(), random.len(), 0) };
    if got != random.len() as isize {
        return Err(last_os_error(t));
    }
    let [a, b, c, d, e, f, g, h] = random;
    // A random node has the multicast bit, which no interface's address has.
    let node = hardware_address().unwrap_or([c | 1, d, e, f, g, h]);
    Ok(Generator { node, clock_sequence: u16::from_be_bytes([a, b]) & 0x3fff, last: 0 })
}

fn generate_time_safe(t: &mut Thread, _: &[Value]) -> PyResult {
    let fresh = if GENERATOR.lock().is_none() { Some(generator(t)?) } else { None };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let id = {
        let mut generator = GENERATOR.lock();
        if generator.is_none() {
            *generator = fresh;
        }
        generator.as_mut().map(|g| g.next(GREGORIAN_TO_UNIX + (now.as_nanos() / 100) as u64))
    };
    let id = bytes_value(t, &id.unwrap_or_default())?;
    tuple::new(t, &[id, Value::small(-1)])
}
