//! What instructions read and write, register by register.

use super::{Intrinsic, NO_REG, Op, Operand, builder::op_at};

/// What an instruction reads and writes.
#[derive(Default)]
pub struct Effect {
    /// Registers whose values it needs.
    pub reads: Vec<usize>,
    /// Registers that hold a new value after it, unless it raises (or, for jumps, goes the other way).
    pub writes: Vec<usize>,
    /// All registers from here on lose their values: the window of a call.
    pub clobbers: Option<usize>,
}

/// The effect of the instruction at this word.
///
/// # Panics
/// If an opcode with a group of registers has no row here; a test goes through all.
pub fn effect(words: &[u64], at: usize) -> Effect {
    let op = op_at(words, at);
    let [a, b, c] = [16, 32, 48].map(|shift| usize::from((words[at] >> shift) as u16));
    let mut e = Effect::default();
    let group = |first: usize, count: usize| (first..first + count).collect::<Vec<_>>();
    match op {
        Op::CopyFree => e.writes = group(a, b),
        Op::GetIter | Op::UseIter => (e.reads, e.writes) = (vec![b], group(a, 3)),
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
                    Operand::Reg => panic!("{op:?} needs a row here"),
                    _ => {}
                }
            }
        }
    }
    e
}

/// Whether the next instruction is never reached from this one.
pub fn ends_block(op: Op) -> bool {
    matches!(op, Op::Jump | Op::Return | Op::ReturnNone | Op::Raise | Op::Reraise)
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
