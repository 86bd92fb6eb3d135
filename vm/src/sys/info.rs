//! The structured constants of `sys`.

use crate::{
    builtins::{
        dict::{self, Dict},
        float, namespace,
        structseq::{self, field, type_def},
    },
    error::PyResult,
    native::{NO_CONSTRUCTOR, SEQUENCE, TypeDef},
    object::Ref,
    protocol::attr,
    thread::Thread,
    value::Value,
};

/// `sys.version_info`
pub static VERSION_INFO: TypeDef = TypeDef {
    flags: SEQUENCE | NO_CONSTRUCTOR,
    ..type_def::<5, 5>(
        "sys.version_info",
        "Version information as a named tuple.",
        &[
            field::<0>("major", ""),
            field::<1>("minor", ""),
            field::<2>("micro", ""),
            field::<3>("releaselevel", ""),
            field::<4>("serial", ""),
        ],
    )
};

/// `sys.float_info`
pub static FLOAT_INFO: TypeDef = type_def::<11, 11>(
    "sys.float_info",
    "Limits and precision of floats.",
    &[
        field::<0>("max", ""),
        field::<1>("max_exp", ""),
        field::<2>("max_10_exp", ""),
        field::<3>("min", ""),
        field::<4>("min_exp", ""),
        field::<5>("min_10_exp", ""),
        field::<6>("dig", ""),
        field::<7>("mant_dig", ""),
        field::<8>("epsilon", ""),
        field::<9>("radix", ""),
        field::<10>("rounds", ""),
    ],
);

/// `sys.int_info`
pub static INT_INFO: TypeDef = type_def::<4, 4>(
    "sys.int_info",
    "Representation of ints.",
    &[
        field::<0>("bits_per_digit", ""),
        field::<1>("sizeof_digit", ""),
        field::<2>("default_max_str_digits", ""),
        field::<3>("str_digits_check_threshold", ""),
    ],
);

/// `sys.hash_info`
pub static HASH_INFO: TypeDef = type_def::<9, 9>(
    "sys.hash_info",
    "Parameters of hashing.",
    &[
        field::<0>("width", ""),
        field::<1>("modulus", ""),
        field::<2>("inf", ""),
        field::<3>("nan", ""),
        field::<4>("imag", ""),
        field::<5>("algorithm", ""),
        field::<6>("hash_bits", ""),
        field::<7>("seed_bits", ""),
        field::<8>("cutoff", ""),
    ],
);

/// `sys.thread_info`
pub static THREAD_INFO: TypeDef = type_def::<3, 3>(
    "sys.thread_info",
    "The thread implementation.",
    &[field::<0>("name", ""), field::<1>("lock", ""), field::<2>("version", "")],
);

/// `sys.asyncgen_hooks`
pub static ASYNCGEN_HOOKS: TypeDef = type_def::<2, 2>(
    "sys.asyncgen_hooks",
    "Hooks of async generators.",
    &[field::<0>("firstiter", ""), field::<1>("finalizer", "")],
);

/// Number of fields of `sys.flags`, hidden ones included.
pub const FLAG_COUNT: usize = 21;

/// `sys.flags`
pub static FLAGS: TypeDef = TypeDef {
    flags: SEQUENCE | NO_CONSTRUCTOR,
    ..type_def::<18, FLAG_COUNT>(
        "sys.flags",
        "Flags of the command line.",
        &[
            field::<0>("debug", ""),
            field::<1>("inspect", ""),
            field::<2>("interactive", ""),
            field::<3>("optimize", ""),
            field::<4>("dont_write_bytecode", ""),
            field::<5>("no_user_site", ""),
            field::<6>("no_site", ""),
            field::<7>("ignore_environment", ""),
            field::<8>("verbose", ""),
            field::<9>("bytes_warning", ""),
            field::<10>("quiet", ""),
            field::<11>("hash_randomization", ""),
            field::<12>("isolated", ""),
            field::<13>("dev_mode", ""),
            field::<14>("utf8_mode", ""),
            field::<15>("warn_default_encoding", ""),
            field::<16>("safe_path", ""),
            field::<17>("int_max_str_digits", ""),
            field::<18>("gil", ""),
            field::<19>("thread_inherit_context", ""),
            field::<20>("context_aware_warnings", ""),
        ],
    )
};

/// Fills the constants in.
pub fn fill(t: &mut Thread, d: Ref<Dict>) -> PyResult<()> {
    let level = t.intern("final");
    let version_info = structseq::make(
        t,
        &VERSION_INFO,
        &[Value::small(3), Value::small(14), Value::ZERO, level, Value::ZERO],
    );
    dict::set_text(t, d, "version_info", version_info);
    let (max, min, epsilon) =
        (float::new(t, f64::MAX), float::new(t, f64::MIN_POSITIVE), float::new(t, f64::EPSILON));
    let n = Value::small;
    let limits = [max, n(1024), n(308), min, n(-1021), n(-307), n(15), n(53), epsilon, n(2), n(1)];
    let float_info = structseq::make(t, &FLOAT_INFO, &limits);
    dict::set_text(t, d, "float_info", float_info);
    let int_info = structseq::make(t, &INT_INFO, &[n(30), n(4), n(4300), n(640)]);
    dict::set_text(t, d, "int_info", int_info);
    let algorithm = t.intern("siphash13");
    let hash = [n(64), n((1 << 61) - 1), n(314159), n(0), n(1000003), algorithm, n(64), n(128), n(0)];
    let hash_info = structseq::make(t, &HASH_INFO, &hash);
    dict::set_text(t, d, "hash_info", hash_info);
    let name = t.intern("pthread");
    // Locks are words, for which CPython has no name.
    let thread_info = structseq::make(t, &THREAD_INFO, &[name, Value::NONE, Value::NONE]);
    dict::set_text(t, d, "thread_info", thread_info);
    let implementation = namespace::new(t);
    let (name, tag, multiarch) = (t.intern("pystm"), t.intern("pystm-314"), t.intern("x86_64-linux-gnu"));
    for (key, value) in [
        ("name", name),
        ("cache_tag", tag),
        ("version", version_info),
        ("hexversion", n(0x030e_00f0)),
        ("_multiarch", multiarch),
        ("supports_isolated_interpreters", Value::FALSE),
    ] {
        attr::setattr_text(t, implementation, key, value)?;
    }
    dict::set_text(t, d, "implementation", implementation);
    Ok(())
}

/// Sets `sys.flags`; the values are in the order of [`FLAGS`].
pub fn set_flags(t: &mut Thread, d: Ref<Dict>, flags: &[Value; FLAG_COUNT]) {
    let v = structseq::make(t, &FLAGS, flags);
    dict::set_text(t, d, "flags", v);
}
