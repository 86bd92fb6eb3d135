//! The types `blake2b` and `blake2s`.

use pystm_gc::{Marker, lock::Mutex};
use pystm_vm::{
    builtins::{buffer, dict, typeobj::Type},
    error::PyResult,
    kind::Kind,
    native::{GetSet, Method, ModuleDef, TypeDef, getter, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload, Restore},
    },
    thread::Thread,
    value::Value,
};

use super::{
    blake2::{Blake2b, Blake2s},
    digest::{data_of, hex, initial},
};
use crate::support::{bytes_value, compute, to_bool, to_i64};

/// The module `_blake2`.
pub static BLAKE2: ModuleDef = ModuleDef {
    name: "_blake2",
    doc: "_blake2 provides BLAKE2b and BLAKE2s for hashlib",
    methods: &[],
    types: &[&BLAKE2B, &BLAKE2S],
    init: Some(|t, module| {
        for (name, n) in [
            ("BLAKE2B_SALT_SIZE", 16),
            ("BLAKE2B_PERSON_SIZE", 16),
            ("BLAKE2B_MAX_KEY_SIZE", 64),
            ("BLAKE2B_MAX_DIGEST_SIZE", 64),
            ("BLAKE2S_SALT_SIZE", 8),
            ("BLAKE2S_PERSON_SIZE", 8),
            ("BLAKE2S_MAX_KEY_SIZE", 32),
            ("BLAKE2S_MAX_DIGEST_SIZE", 32),
            ("_GIL_MINSIZE", 2048),
        ] {
            crate::support::set_global(t, module, name, Value::small(n));
        }
        Ok(())
    }),
};

#[derive(Clone)]
enum State {
    B(Box<Blake2b>),
    S(Box<Blake2s>),
}

impl State {
    fn update(&mut self, data: &[u8]) {
        match self {
            State::B(h) => h.update(data),
            State::S(h) => h.update(data),
        }
    }

    fn finish(&self) -> Vec<u8> {
        match self.clone() {
            State::B(h) => h.finish(),
            State::S(h) => h.finish(),
        }
    }
}

struct Hash {
    state: Mutex<State>,
    size: i64,
    is_b: bool,
}

impl Payload for Hash {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        Kept::Beside
    }

    fn save(&'static self) -> Restore {
        let state = self.state.lock().clone();
        Box::new(move || *self.state.lock() = state)
    }
}

macro_rules! methods {
    ($new:ident) => {
        &[
            static_method(
                "__new__",
                "($cls, data=b'', /, *, digest_size=0, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, \
                 node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)",
                $new,
                "Return a new BLAKE2 hash object.",
            ),
            method("update", "($self, data, /)", update, "Update this hash object's state with the provided bytes."),
            method("digest", "($self, /)", digest, "Return the digest value as a bytes object."),
            method("hexdigest", "($self, /)", hexdigest, "Return the digest value as a string of hexadecimal digits."),
            method("copy", "($self, /)", copy, "Return a copy of the hash object."),
        ]
    };
}

const GETSET: &[GetSet] = &[
    getter(
        "name",
        |t, v| Ok(t.intern(if this(v).is_b { "blake2b" } else { "blake2s" })),
        "Name of the algorithm.",
    ),
    getter("digest_size", |_, v| Ok(Value::small(this(v).size)), "Bytes of the digest."),
    getter("block_size", |_, v| Ok(Value::small(if this(v).is_b { 128 } else { 64 })), "Bytes of a block."),
];

const fn blake2_type(
    name: &'static str,
    methods: &'static [Method],
    setup: fn(&mut Thread, Ref<Type>),
) -> TypeDef {
    TypeDef {
        name,
        doc: "Return a new BLAKE2 hash object.",
        base: None,
        kind: Kind::Native,
        layout: native::LAYOUT,
        words: native::WORDS,
        flags: 0,
        methods,
        getset: GETSET,
        setup: Some(setup),
    }
}

static BLAKE2B: TypeDef =
    blake2_type("_blake2.blake2b", methods!(new_b), |t, class| limits(t, class, 16, 64));
static BLAKE2S: TypeDef = blake2_type("_blake2.blake2s", methods!(new_s), |t, class| limits(t, class, 8, 32));

fn limits(t: &mut Thread, class: Ref<Type>, salt: i64, key: i64) {
    for (name, n) in
        [("SALT_SIZE", salt), ("PERSON_SIZE", salt), ("MAX_KEY_SIZE", key), ("MAX_DIGEST_SIZE", key)]
    {
        dict::set_text(t, class.dict(), name, Value::small(n));
    }
}

fn this(object: Value) -> &'static Hash {
    native::payload::<Hash>(object).expect("a BLAKE2 hash")
}

fn new_b(t: &mut Thread, args: &[Value]) -> PyResult {
    make(t, args, true)
}

fn new_s(t: &mut Thread, args: &[Value]) -> PyResult {
    make(t, args, false)
}

fn number(
    t: &mut Thread,
    value: Value,
    default: i64,
    range: std::ops::RangeInclusive<i64>,
    message: &str,
) -> PyResult<u64> {
    match value.given() {
        None => Ok(default as u64),
        Some(v) => match to_i64(t, v)? {
            n if range.contains(&n) => Ok(n as u64),
            _ => Err(t.value_error(message)),
        },
    }
}

fn make(t: &mut Thread, args: &[Value], is_b: bool) -> PyResult {
    let (salt_size, key_size) = if is_b { (16, 64) } else { (8, 32) };
    let data = initial(t, args[1], args[14])?;
    let message = format!(
        "digest_size for {} must be between 1 and {key_size} bytes, here it is",
        if is_b { "Blake2b" } else { "Blake2s" }
    );
    let size = match args[2].given() {
        None => key_size as u64,
        Some(v) => {
            let n = to_i64(t, v)?;
            if !(1..=key_size).contains(&n) {
                return Err(t.value_error(format!("{message} {n}")));
            }
            n as u64
        }
    };
    let bytes = |t: &mut Thread, v: Value| match v.given() {
        Some(v) => buffer::to_vec(t, v),
        None => Ok(Vec::new()),
    };
    let (key, salt, person) = (bytes(t, args[3])?, bytes(t, args[4])?, bytes(t, args[5])?);
    if salt.len() > salt_size {
        return Err(t.value_error(format!("maximum salt length is {salt_size} bytes")));
    }
    if person.len() > salt_size {
        return Err(t.value_error(format!("maximum person length is {salt_size} bytes")));
    }
    if key.len() as i64 > key_size {
        return Err(t.value_error(format!("maximum key length is {key_size} bytes")));
    }
    let fanout = number(t, args[6], 1, 0..=255, "fanout must be between 0 and 255")?;
    let depth = number(t, args[7], 1, 1..=255, "depth must be between 1 and 255")?;
    let leaf = number(t, args[8], 0, 0..=u32::MAX as i64, "leaf_size is too large")?;
    let most = if is_b { i64::MAX } else { (1 << 48) - 1 };
    let offset = number(t, args[9], 0, 0..=most, "node_offset is too large")?;
    let node_depth = number(t, args[10], 0, 0..=255, "node_depth must be between 0 and 255")?;
    let inner =
        number(t, args[11], 0, 0..=key_size, &format!("inner_size must be between 0 and is {key_size}"))?;
    let last_node = to_bool(t, args[12], false)?;
    let mut p = vec![size as u8, key.len() as u8, fanout as u8, depth as u8];
    p.extend_from_slice(&(leaf as u32).to_le_bytes());
    p.extend_from_slice(&offset.to_le_bytes()[..if is_b { 8 } else { 6 }]);
    p.push(node_depth as u8);
    p.push(inner as u8);
    p.resize(if is_b { 32 } else { 16 }, 0);
    for part in [&salt, &person] {
        let end = p.len() + salt_size;
        p.extend_from_slice(part);
        p.resize(end, 0);
    }
    let mut state = if is_b {
        State::B(Box::new(Blake2b::new(&p, &key, last_node)))
    } else {
        State::S(Box::new(Blake2s::new(&p, &key, last_node)))
    };
    compute(t, data.len(), || state.update(&data));
    Ok(native::new(t, Ref::known(args[0]), Hash { state: Mutex::new(state), size: size as i64, is_b }))
}

fn update(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = data_of(t, args[1])?;
    compute(t, data.len(), || this(args[0]).state.lock().update(&data));
    Ok(Value::NONE)
}

fn digest(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = this(args[0]).state.lock().finish();
    bytes_value(t, &data)
}

fn hexdigest(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = this(args[0]).state.lock().finish();
    Ok(hex(t, &data))
}

fn copy(t: &mut Thread, args: &[Value]) -> PyResult {
    let h = this(args[0]);
    let state = h.state.lock().clone();
    let class = pystm_vm::runtime::type_of(args[0]);
    Ok(native::new(t, class, Hash { state: Mutex::new(state), size: h.size, is_b: h.is_b }))
}
