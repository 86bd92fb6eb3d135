//! `_random`: the Mersenne twister, number for number that of CPython.

use num_bigint::BigUint;
use num_traits::ToPrimitive;
use parking_lot::Mutex;
use pystm_gc::Marker;
use pystm_vm::{
    builtins::{int, tuple},
    error::PyResult,
    kind::Kind,
    native::{ModuleDef, SUBCLASSABLE, TypeDef, method, static_method},
    object::{
        Ref,
        native::{self, Kept, Payload},
    },
    protocol::hash,
    thread::Thread,
    value::Value,
};

use crate::support::{float_value, int_value, to_i64};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_random",
    doc: "Module implements the Mersenne Twister random number generator.",
    methods: &[],
    types: &[&DEF],
    init: None,
};

const N: usize = 624;
const M: usize = 397;

struct Twister {
    state: [u32; N],
    index: usize,
}

impl Twister {
    /// Seeds with one number (Matsumoto's `init_genrand`).
    fn seed(&mut self, seed: u32) {
        self.state[0] = seed;
        for i in 1..N {
            let previous = self.state[i - 1];
            self.state[i] = 1_812_433_253u32.wrapping_mul(previous ^ previous >> 30).wrapping_add(i as u32);
        }
        self.index = N;
    }

    /// Seeds with an array (Matsumoto's `init_by_array`).
    fn seed_by_array(&mut self, key: &[u32]) {
        self.seed(19_650_218);
        let (mut i, mut j) = (1, 0);
        let s = &mut self.state;
        for _ in 0..N.max(key.len()) {
            let previous = s[i - 1];
            s[i] = (s[i] ^ (previous ^ previous >> 30).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                s[0] = s[N - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 0..N - 1 {
            let previous = s[i - 1];
            s[i] = (s[i] ^ (previous ^ previous >> 30).wrapping_mul(1_566_083_941)).wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                s[0] = s[N - 1];
                i = 1;
            }
        }
        s[0] = 0x8000_0000;
    }

    fn refill(&mut self) {
        let s = &mut self.state;
        for k in 0..N {
            let y = s[k] & 0x8000_0000 | s[(k + 1) % N] & 0x7FFF_FFFF;
            s[k] = s[(k + M) % N] ^ y >> 1 ^ if y & 1 == 0 { 0 } else { 0x9908_B0DF };
        }
        self.index = 0;
    }

    fn next(&mut self) -> u32 {
        if self.index >= N {
            self.refill();
        }
        let mut y = self.state[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9D2C_5680;
        y ^= y << 15 & 0xEFC6_0000;
        y ^ y >> 18
    }
}

struct Random(Mutex<Box<Twister>>);

impl Payload for Random {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        // A block that begins anew may see other numbers: generators are shared by everybody, and need not be waited for.
        Kept::InSlots
    }
}

static DEF: TypeDef = TypeDef {
    name: "_random.Random",
    doc: "Random() -> create a random number generator with its own internal state.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: SUBCLASSABLE,
    methods: &[
        static_method("__new__", "($cls, *args, **kwargs)", new, "Create a generator."),
        method("__init__", "($self, seed=None, /)", init, "Seed the generator."),
        method("random", "($self, /)", random, "Return a random number in the interval [0, 1)."),
        method("seed", "($self, n=None, /)", seed, "Initialize the generator."),
        method("getstate", "($self, /)", getstate, "Return the internal state."),
        method("setstate", "($self, state, /)", setstate, "Restore an internal state."),
        method("getrandbits", "($self, k, /)", getrandbits, "Generate an int with k random bits."),
    ],
    getset: &[],
    setup: None,
};

fn this(object: Value) -> &'static Random {
    native::payload::<Random>(object).expect("a generator")
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let twister = Twister { state: [0; N], index: N };
    Ok(native::new(t, Ref::known(args[0]), Random(Mutex::new(Box::new(twister)))))
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    seed(t, args)
}

fn random(t: &mut Thread, args: &[Value]) -> PyResult {
    let (a, b) = {
        let mut r = this(args[0]).0.lock();
        (r.next() >> 5, r.next() >> 6)
    };
    Ok(float_value(t, (a as f64 * 67_108_864.0 + b as f64) * (1.0 / 9_007_199_254_740_992.0)))
}

fn seed(t: &mut Thread, args: &[Value]) -> PyResult {
    let key: Vec<u32> = match args[1].given_not_none() {
        None => {
            let mut key = [0u32; N];
            // SAFETY: the buffer is writable for its length.
            let n = unsafe { libc::getrandom(key.as_mut_ptr().cast(), size_of_val(&key), 0) };
            if n < size_of_val(&key) as isize {
                let nanos = std::time::SystemTime::now()
                    .duration_since(std::time::UNIX_EPOCH)
                    .unwrap_or_default()
                    .as_nanos();
                key[0] = nanos as u32;
                key[1] = (nanos >> 32) as u32;
            }
            key.to_vec()
        }
        Some(v) => {
            let magnitude = match int::as_int(v) {
                Some(n) => int::to_bigint(n).magnitude().clone(),
                None => BigUint::from(hash::hash(t, v)?),
            };
            let digits = magnitude.to_u32_digits();
            if digits.is_empty() { vec![0] } else { digits }
        }
    };
    this(args[0]).0.lock().seed_by_array(&key);
    Ok(Value::NONE)
}

fn getstate(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut items = t.vec();
    {
        let r = this(args[0]).0.lock();
        items.extend(r.state.iter().map(|&n| Value::small(n as i64)));
        items.push(Value::small(r.index as i64));
    }
    tuple::new(t, &items)
}

fn setstate(t: &mut Thread, args: &[Value]) -> PyResult {
    let Some(items) = args[1].as_tuple() else { return Err(t.type_error("state vector must be a tuple")) };
    if items.len() != N + 1 {
        return Err(t.value_error("state vector is the wrong size"));
    }
    let mut state = [0u32; N];
    for (i, slot) in state.iter_mut().enumerate() {
        let n = to_i64(t, items.at(i))?;
        if n < 0 {
            return Err(t.overflow_error("can't convert negative value to unsigned int"));
        }
        *slot = n as u32;
    }
    let index = to_i64(t, items.at(N))?;
    if !(0..=N as i64).contains(&index) {
        return Err(t.value_error("invalid state"));
    }
    **this(args[0]).0.lock() = Twister { state, index: index as usize };
    Ok(Value::NONE)
}

fn getrandbits(t: &mut Thread, args: &[Value]) -> PyResult {
    let k = to_i64(t, args[1])?;
    if k < 0 {
        return Err(t.value_error("number of bits must be non-negative"));
    }
    if k == 0 {
        return Ok(Value::ZERO);
    }
    if k <= 32 {
        let n = this(args[0]).0.lock().next() >> (32 - k);
        return Ok(int_value(t, n as i64));
    }
    let words = (k as usize).div_ceil(32);
    let mut digits = Vec::with_capacity(words);
    {
        let mut r = this(args[0]).0.lock();
        for i in 0..words {
            let mut n = r.next();
            let left = k as usize - i * 32;
            if left < 32 {
                n >>= 32 - left;
            }
            digits.push(n);
        }
    }
    let n = BigUint::new(digits);
    match n.to_i64() {
        Some(n) => Ok(int_value(t, n)),
        None => Ok(int::from_bigint_ref(t, &n.into())),
    }
}
