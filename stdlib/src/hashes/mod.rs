//! The hash modules that `hashlib` falls back to: `_md5`, `_sha1`, `_sha2`, `_sha3`, `_blake2`.
//!
//! [`blake2`] is our own, for it has to take all parameters of a BLAKE2 tree; the others come from RustCrypto.

mod blake2;
mod blake2_type;
mod digest;

use pystm_vm::{
    kind::Kind,
    native::{GetSet, Method, ModuleDef, TypeDef, getter, method, static_method},
    object::native,
    thread::Thread,
    value::Value,
};

use self::digest::{Algorithm, make};

pub use self::blake2_type::BLAKE2;

const SIGNATURE: &str = "(data=b'', *, usedforsecurity=True, string=None)";

macro_rules! constructor {
    ($name:literal, $algorithm:ident) => {
        method($name, SIGNATURE, |t, a| make(t, Algorithm::$algorithm, a), "Return a new hash object.")
    };
}

/// The module `_md5`.
pub static MD5: ModuleDef =
    ModuleDef { name: "_md5", doc: "", methods: &[constructor!("md5", Md5)], types: &[], init: Some(size) };

/// The module `_sha1`.
pub static SHA1: ModuleDef = ModuleDef {
    name: "_sha1",
    doc: "",
    methods: &[constructor!("sha1", Sha1)],
    types: &[],
    init: Some(size),
};

/// The module `_sha2`.
pub static SHA2: ModuleDef = ModuleDef {
    name: "_sha2",
    doc: "",
    methods: &[
        constructor!("sha224", Sha224),
        constructor!("sha256", Sha256),
        constructor!("sha384", Sha384),
        constructor!("sha512", Sha512),
    ],
    types: &[],
    init: Some(size),
};

/// The module `_sha3`.
pub static SHA3: ModuleDef = ModuleDef {
    name: "_sha3",
    doc: "",
    methods: &[
        constructor!("sha3_224", Sha3_224),
        constructor!("sha3_256", Sha3_256),
        constructor!("sha3_384", Sha3_384),
        constructor!("sha3_512", Sha3_512),
        constructor!("shake_128", Shake128),
        constructor!("shake_256", Shake256),
    ],
    types: &[],
    init: Some(size),
};

fn size(
    t: &mut Thread,
    module: pystm_vm::object::Ref<pystm_vm::builtins::module::Module>,
) -> pystm_vm::error::PyResult<()> {
    crate::support::set_global(t, module, "_GIL_MINSIZE", Value::small(2048));
    Ok(())
}

const METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, *args, **kwargs)",
        digest::cannot_make,
        "Hash objects are made by functions.",
    ),
    method(
        "update",
        "($self, data, /)",
        digest::update,
        "Update this hash object's state with the provided bytes.",
    ),
    method("digest", "($self, /)", digest::digest, "Return the digest value as a bytes object."),
    method(
        "hexdigest",
        "($self, /)",
        digest::hexdigest,
        "Return the digest value as a string of hexadecimal digits.",
    ),
    method("copy", "($self, /)", digest::copy, "Return a copy of the hash object."),
];

const SHAKE_METHODS: &[Method] = &[
    static_method(
        "__new__",
        "($cls, *args, **kwargs)",
        digest::cannot_make,
        "Hash objects are made by functions.",
    ),
    method(
        "update",
        "($self, data, /)",
        digest::update,
        "Update this hash object's state with the provided bytes.",
    ),
    method(
        "digest",
        "($self, length, /)",
        digest::shake_digest,
        "Return the digest value as a bytes object.",
    ),
    method(
        "hexdigest",
        "($self, length, /)",
        digest::shake_hexdigest,
        "Return the digest value as a string of hexadecimal digits.",
    ),
    method("copy", "($self, /)", digest::copy, "Return a copy of the hash object."),
];

const GETSET: &[GetSet] = &[
    getter("name", digest::name, "Name of the algorithm."),
    getter("digest_size", digest::digest_size, "Bytes of the digest."),
    getter("block_size", digest::block_size, "Bytes of a block."),
];

const fn hash_type(name: &'static str, methods: &'static [Method]) -> TypeDef {
    TypeDef {
        name,
        doc: "",
        base: None,
        kind: Kind::Native,
        layout: native::LAYOUT,
        words: native::WORDS,
        flags: 0,
        methods,
        getset: GETSET,
        setup: None,
    }
}

static HASH: TypeDef = hash_type("_hashes.Hash", METHODS);
static SHAKE: TypeDef = hash_type("_hashes.Shake", SHAKE_METHODS);
