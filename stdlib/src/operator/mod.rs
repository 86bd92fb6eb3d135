//! `_operator`: the operators as functions, and the getters.

mod functions;
mod getters;

use pystm_vm::native::ModuleDef;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_operator",
    doc: "Operator interface.\n\nThis module exports a set of functions implemented natively corresponding to the intrinsic operators \
          of Python.",
    methods: functions::METHODS,
    types: &[&getters::ITEMGETTER, &getters::ATTRGETTER, &getters::METHODCALLER],
    init: None,
};
