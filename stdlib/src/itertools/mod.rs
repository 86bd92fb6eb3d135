//! `itertools`. Every iterator is a [`Record`](pystm_vm::object::record::Record): a few values and a function that gives the next item.

mod combinatorics;
mod filtering;
mod grouping;
mod infinite;
mod joining;
mod slicing;
mod tee;

use pystm_vm::native::{Method, ModuleDef, method};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "itertools",
    doc: "Iterators to build other iterators from.\n\nInfinite: count, cycle, repeat. Of one or more iterables: accumulate, batched, \
          chain, compress, dropwhile, filterfalse, groupby, islice, pairwise, starmap, takewhile, tee, zip_longest. \
          Combinatoric: product, permutations, combinations, combinations_with_replacement.",
    methods: METHODS,
    types: &[
        &infinite::COUNT,
        &infinite::CYCLE,
        &infinite::REPEAT,
        &joining::ACCUMULATE,
        &joining::CHAIN,
        &joining::STARMAP,
        &joining::ZIP_LONGEST,
        &filtering::COMPRESS,
        &filtering::DROPWHILE,
        &filtering::FILTERFALSE,
        &filtering::TAKEWHILE,
        &slicing::BATCHED,
        &slicing::ISLICE,
        &slicing::PAIRWISE,
        &grouping::GROUPBY,
        &grouping::GROUPER,
        &combinatorics::COMBINATIONS,
        &combinatorics::COMBINATIONS_WITH_REPLACEMENT,
        &combinatorics::PERMUTATIONS,
        &combinatorics::PRODUCT,
        &tee::TEE,
        &tee::DATA,
    ],
    init: None,
};

static METHODS: &[Method] =
    &[method("tee", "(iterable, n=2, /)", tee::tee, "A tuple of n independent iterators over one iterable.")];
