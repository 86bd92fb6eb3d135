//! `_transaction`: what `stdlib/Lib/transaction` stands on.

mod stats;

use pystm_vm::native::{Method, ModuleDef, method};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_transaction",
    doc: "Natives of the module transaction.",
    methods: METHODS,
    types: &[],
    init: None,
};

static METHODS: &[Method] = &[method(
    "stats",
    "()",
    stats::stats,
    "Return a dict of what the threads have done so far: the sums over all threads, and under 'threads' a list\n\
     of dicts, one for each thread. Times are in nanoseconds.",
)];
