//! Hash objects over RustCrypto's hashes.

use md5::Digest as _;
use pystm_gc::{Marker, lock::Mutex};
use pystm_vm::{
    builtins::buffer,
    error::PyResult,
    object::native::{self, Kept, Payload, Restore},
    runtime::type_of,
    thread::Thread,
    value::Value,
};
use sha3::digest::{ExtendableOutput as _, Update, XofReader as _};

use super::{HASH, SHAKE};
use crate::support::{bytes_value, compute, to_i64};

macro_rules! algorithms {
    ($($name:ident $type:ty, $text:literal, $size:literal, $block:literal;)*; $($xof:ident $xof_type:ty, $xof_text:literal, $xof_block:literal;)*) => {
        /// The algorithms.
        #[derive(Clone, Copy)]
        pub(super) enum Algorithm { $($name,)* $($xof,)* }

        #[derive(Clone)]
        enum State { $($name($type),)* $($xof($xof_type),)* }

        impl State {
            fn new(algorithm: Algorithm) -> State {
                match algorithm {
                    $(Algorithm::$name => State::$name(<$type>::default()),)*
                    $(Algorithm::$xof => State::$xof(<$xof_type>::default()),)*
                }
            }

            fn update(&mut self, data: &[u8]) {
                match self {
                    $(State::$name(h) => Update::update(h, data),)*
                    $(State::$xof(h) => Update::update(h, data),)*
                }
            }

            fn finish(&self, length: usize) -> Vec<u8> {
                let _ = length;
                match self.clone() {
                    $(State::$name(h) => h.finalize().to_vec(),)*
                    $(State::$xof(h) => {
                        let mut out = vec![0; length];
                        h.finalize_xof().read(&mut out);
                        out
                    })*
                }
            }

            /// Name, bytes of the digest, bytes of a block.
            fn facts(&self) -> (&'static str, i64, i64) {
                match self {
                    $(State::$name(_) => ($text, $size, $block),)*
                    $(State::$xof(_) => ($xof_text, 0, $xof_block),)*
                }
            }
        }
    };
}

algorithms! {
    Md5 md5::Md5, "md5", 16, 64;
    Sha1 sha1::Sha1, "sha1", 20, 64;
    Sha224 sha2::Sha224, "sha224", 28, 64;
    Sha256 sha2::Sha256, "sha256", 32, 64;
    Sha384 sha2::Sha384, "sha384", 48, 128;
    Sha512 sha2::Sha512, "sha512", 64, 128;
    Sha3_224 sha3::Sha3_224, "sha3_224", 28, 144;
    Sha3_256 sha3::Sha3_256, "sha3_256", 32, 136;
    Sha3_384 sha3::Sha3_384, "sha3_384", 48, 104;
    Sha3_512 sha3::Sha3_512, "sha3_512", 64, 72;
    ;
    Shake128 sha3::Shake128, "shake_128", 168;
    Shake256 sha3::Shake256, "shake_256", 136;
}

struct Hash(Mutex<State>);

impl Payload for Hash {
    fn trace(&self, _: &mut Marker) {}

    fn kept(&self) -> Kept {
        Kept::Beside
    }

    fn save(&'static self) -> Restore {
        let state = self.0.lock().clone();
        Box::new(move || *self.0.lock() = state)
    }
}

fn this(object: Value) -> &'static Hash {
    native::payload::<Hash>(object).expect("a hash")
}

/// The bytes to hash of the arguments `data` and `string`.
pub(super) fn initial(t: &mut Thread, data: Value, string: Value) -> PyResult<Vec<u8>> {
    match (data.given(), string.given_not_none()) {
        (Some(_), Some(_)) => Err(t.type_error(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a \
             future version.",
        )),
        (Some(v), None) | (None, Some(v)) => data_of(t, v),
        (None, None) => Ok(Vec::new()),
    }
}

/// The bytes to hash of one argument.
pub(super) fn data_of(t: &mut Thread, value: Value) -> PyResult<Vec<u8>> {
    if value.as_str().is_some() {
        return Err(t.type_error("Strings must be encoded before hashing"));
    }
    match buffer::try_get(t, value)? {
        Some(b) => Ok(b.into_vec()),
        None => {
            let _ = type_of(value);
            Err(t.type_error("object supporting the buffer API required"))
        }
    }
}

pub(super) fn make(t: &mut Thread, algorithm: Algorithm, args: &[Value]) -> PyResult {
    let data = initial(t, args[0], args[2])?;
    let mut state = State::new(algorithm);
    compute(t, data.len(), || state.update(&data));
    wrap(t, state)
}

fn wrap(t: &mut Thread, state: State) -> PyResult {
    let def = if matches!(state, State::Shake128(_) | State::Shake256(_)) { &SHAKE } else { &HASH };
    let class = t.rt.native_class(t, def);
    Ok(native::new(t, class, Hash(Mutex::new(state))))
}

pub(super) fn cannot_make(t: &mut Thread, args: &[Value]) -> PyResult {
    let _ = args;
    Err(t.type_error("cannot create hash objects directly"))
}

pub(super) fn update(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = data_of(t, args[1])?;
    compute(t, data.len(), || this(args[0]).0.lock().update(&data));
    Ok(Value::NONE)
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(t: &mut Thread, data: &[u8]) -> Value {
    let text: String = data.iter().map(|b| format!("{b:02x}")).collect();
    t.new_str(&text)
}

pub(super) fn digest(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = this(args[0]).0.lock().finish(0);
    bytes_value(t, &data)
}

pub(super) fn hexdigest(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = this(args[0]).0.lock().finish(0);
    Ok(hex(t, &data))
}

fn shake(t: &mut Thread, args: &[Value]) -> PyResult<Vec<u8>> {
    let length = to_i64(t, args[1])?;
    if length < 0 {
        return Err(t.value_error("value must be positive"));
    }
    if length >= 1 << 29 {
        return Err(t.value_error("length is too large"));
    }
    Ok(this(args[0]).0.lock().finish(length as usize))
}

pub(super) fn shake_digest(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = shake(t, args)?;
    bytes_value(t, &data)
}

pub(super) fn shake_hexdigest(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = shake(t, args)?;
    Ok(hex(t, &data))
}

pub(super) fn copy(t: &mut Thread, args: &[Value]) -> PyResult {
    let state = this(args[0]).0.lock().clone();
    wrap(t, state)
}

pub(super) fn name(t: &mut Thread, object: Value) -> PyResult {
    let name = this(object).0.lock().facts().0;
    Ok(t.intern(name))
}

pub(super) fn digest_size(_: &mut Thread, object: Value) -> PyResult {
    Ok(Value::small(this(object).0.lock().facts().1))
}

pub(super) fn block_size(_: &mut Thread, object: Value) -> PyResult {
    Ok(Value::small(this(object).0.lock().facts().2))
}
