//! Checks compiled code by data flow: no instruction reads a temporary that some path leaves without a value, or
//! whose value a call window has overwritten.
//!
//! Runs on the programs of `tests/compiler`, and on the files that `PYSTM_FLOW_FILES` names (one a line of that file).

use std::path::Path;

use pystm_vm::bytecode::builder::{jump_target, op_at};
use pystm_vm::bytecode::effect::{effect, ends_block};
use pystm_vm::bytecode::{CodeUnit, Const, Op};
use pystm_vm::compiler::{Options, compile};

/// Registers that surely hold a value.
type State = Vec<bool>;

fn meet(into: &mut Option<State>, from: &State) -> bool {
    match into {
        None => {
            *into = Some(from.clone());
            true
        }
        Some(state) => {
            let mut changed = false;
            for (have, other) in state.iter_mut().zip(from) {
                changed |= *have && !other;
                *have &= other;
            }
            changed
        }
    }
}

/// Checks one code unit and those inside it; the complaints.
fn check(code: &CodeUnit, complaints: &mut Vec<String>) {
    let words = &code.words;
    let mut states: Vec<Option<State>> = vec![None; words.len()];
    let mut entry = vec![false; code.registers as usize];
    entry[..code.locals.len()].fill(true);
    states[0] = Some(entry);
    let mut work = vec![0];
    while let Some(at) = work.pop() {
        let Some(before) = states[at].clone() else { continue };
        let op = op_at(words, at);
        let effect = effect(words, at);
        let mut after = before.clone();
        if let Some(first) = effect.clobbers {
            after[first..].fill(false);
        }
        if let Some(row) = code.exceptions.iter().find(|e| e.handles(at as u32)) {
            // The exception may come before or after the window is overwritten.
            let mut thrown = after.clone();
            thrown.iter_mut().zip(&before).for_each(|(t, b)| *t &= b);
            thrown[usize::from(row.reg)] = true;
            if meet(&mut states[row.target as usize], &thrown) {
                work.push(row.target as usize);
            }
        }
        effect.writes.iter().for_each(|reg| after[*reg] = true);
        if let Some(target) = jump_target(words, at) {
            let mut taken = after.clone();
            if op == Op::ForIter {
                taken[usize::from((words[at] >> 16) as u16)] = true;
            }
            if meet(&mut states[target as usize], &taken) {
                work.push(target as usize);
            }
        }
        let next = at + op.words();
        if !ends_block(op) {
            if next >= words.len() {
                complaints.push(format!("{} line {}: code runs off its end", code.qualname, code.first_line));
            } else if meet(&mut states[next], &after) {
                work.push(next);
            }
        }
    }
    for (at, state) in states.iter().enumerate() {
        let Some(state) = state else { continue };
        let op = op_at(words, at);
        for reg in effect(words, at).reads {
            if !state[reg] {
                complaints
                    .push(format!("{} line {}: {op:?} at {at} reads %{reg}", code.qualname, code.first_line));
            }
        }
    }
    for constant in &code.consts {
        if let Const::Code(inner) = constant {
            check(inner, complaints);
        }
    }
}

#[test]
fn no_temporary_is_read_without_a_value() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compiler");
    let entries = std::fs::read_dir(folder).expect("the folder of programs is there");
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    if let Some(list) = std::env::var_os("PYSTM_FLOW_FILES") {
        files.extend(std::fs::read_to_string(list).expect("the list can be read").lines().map(Into::into));
    }
    let mut complaints = Vec::new();
    for path in files.iter().filter(|path| path.extension().is_some_and(|ext| ext == "py")) {
        let Ok(source) = std::fs::read_to_string(path) else { continue };
        let Ok(module) = pystm_parser::parse(&source, pystm_parser::Mode::Module) else { continue };
        let name = path.display().to_string();
        if let Ok(code) = compile(&module, &name, &Options::default()) {
            let mut found = Vec::new();
            check(&code, &mut found);
            complaints.extend(found.into_iter().map(|text| format!("{name}: {text}")));
        }
    }
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}
