//! Checks compiled code by data flow: no instruction reads a temporary that some path leaves without a value, or
//! whose value a call window has overwritten.
//!
//! Runs on the programs of `tests/compiler`, and on the files that `PYSTM_FLOW_FILES` names (one a line of that file).

use std::path::Path;

use pystm_vm::bytecode::builder::{jump_target, op_at};
use pystm_vm::bytecode::{CodeUnit, Const, Intrinsic, NO_REG, Op, Operand};
use pystm_vm::compiler::{Options, compile};

/// Registers that surely hold a value.
type State = Vec<bool>;

/// What an instruction reads and writes.
#[derive(Default)]
struct Effect {
    reads: Vec<usize>,
    writes: Vec<usize>,
    /// All registers from here on lose their values.
    clobbers: Option<usize>,
}

fn intrinsic_arguments(n: u16) -> usize {
    const THREE: [u16; 2] = [Intrinsic::TypeVar as u16, Intrinsic::TypeAlias as u16];
    const TWO: [u16; 3] = [
        Intrinsic::SetTypeParamDefault as u16,
        Intrinsic::SetFunctionTypeParams as u16,
        Intrinsic::PrepReraiseStar as u16,
    ];
    const NONE: [u16; 3] = [
        Intrinsic::SetupAnnotations as u16,
        Intrinsic::AssertionError as u16,
        Intrinsic::NotImplementedError as u16,
    ];
    match n {
        n if THREE.contains(&n) => 3,
        n if TWO.contains(&n) => 2,
        n if NONE.contains(&n) => 0,
        _ => 1,
    }
}

fn effect(word: u64, op: Op) -> Effect {
    let [a, b, c] = [16, 32, 48].map(|shift| usize::from((word >> shift) as u16));
    let mut e = Effect::default();
    let group = |first: usize, count: usize| (first..first + count).collect::<Vec<_>>();
    match op {
        Op::CopyFree => e.writes = group(a, b),
        Op::GetIter => (e.reads, e.writes) = (vec![b], group(a, 3)),
        Op::ForIter => e.reads = group(b, 3),
        Op::UnpackSequence => (e.reads, e.writes) = (vec![b], group(a, c)),
        Op::UnpackEx => (e.reads, e.writes) = (vec![b], group(a, (c & 255) + 1 + (c >> 8))),
        Op::LoadMethod | Op::LoadSpecial => (e.reads, e.writes) = (vec![b], vec![a, a + 4]),
        Op::LoadSuperMethod => (e.reads, e.writes) = (group(b, 3), vec![a, a + 4]),
        Op::LoadSuperAttr => (e.reads, e.writes) = (group(b, 3), vec![a]),
        Op::ExcGroupMatch => (e.reads, e.writes) = (vec![b, c], group(a, 2)),
        Op::ExcTriple => (e.reads, e.writes) = (vec![b], group(a, 3)),
        Op::PushExc => (e.reads, e.writes) = (vec![a], vec![a + 1]),
        Op::PopExc => e.reads = vec![a + 1],
        Op::Send => (e.reads, e.writes) = (vec![a, b], vec![a]),
        Op::BuildTuple | Op::BuildList | Op::BuildSet | Op::BuildString => {
            (e.reads, e.writes) = (group(b, c), vec![a]);
        }
        Op::BuildMap => (e.reads, e.writes) = (group(b, 2 * c), vec![a]),
        Op::BuildSlice | Op::BuildInterpolation => (e.reads, e.writes) = (group(b, 3), vec![a]),
        Op::GetSlice => (e.reads, e.writes) = (vec![b, c, c + 1], vec![a]),
        Op::SetSlice => e.reads = vec![a, b, b + 1, c],
        Op::ImportName => (e.reads, e.writes) = (group(b, 2), vec![a]),
        Op::MatchClass => (e.reads, e.writes) = (vec![b, c, c + 1, c + 2], vec![a]),
        Op::Intrinsic => (e.reads, e.writes) = (group(b, intrinsic_arguments(c as u16)), vec![a]),
        Op::MakeFunction => {
            e.reads = (0..4).filter(|bit| c >> bit & 1 == 1).map(|bit| a + bit).collect();
            e.writes = vec![a];
        }
        Op::MakeCell | Op::DeleteFast => e.writes = vec![a],
        Op::Call | Op::CallMethod | Op::CallEx => {
            e.reads = match op {
                Op::Call => group(a + 4, b),
                Op::CallMethod => group(a + 4, b + 1),
                _ => group(a + 4, 2),
            };
            e.reads.push(a);
            e.writes = vec![a];
            e.clobbers = Some(a + 1);
        }
        _ => {
            let row = op.row();
            for (kind, value) in [(row.a, a), (row.b, b), (row.c, c)] {
                match kind {
                    Operand::In => e.reads.push(value),
                    Operand::Opt if value != usize::from(NO_REG) => e.reads.push(value),
                    Operand::Out => e.writes.push(value),
                    Operand::Reg => panic!("{op:?} needs a row in this test"),
                    _ => {}
                }
            }
        }
    }
    e
}

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
        let effect = effect(words[at], op);
        let mut after = before.clone();
        if let Some(first) = effect.clobbers {
            after[first..].fill(false);
        }
        if let Some(row) = code.exceptions.iter().find(|e| (e.start..e.end).contains(&(at as u32))) {
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
        let ends = matches!(op, Op::Jump | Op::Return | Op::ReturnNone | Op::Raise | Op::Reraise);
        let next = at + op.words();
        if !ends {
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
        for reg in effect(words[at], op).reads {
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
