//! Definite assignment: which named registers certainly hold a value here.
//!
//! The state travels with the code as it is emitted: a jump merges it into its label, a label takes the merged
//! state over. Loop heads and handlers, which code behind them reaches, start from the state before without the
//! variables that the function deletes anywhere; so one pass suffices.

/// A set of registers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Bound {
    bits: Vec<u64>,
}

impl Bound {
    /// Whether the register is in the set.
    pub(super) fn has(&self, reg: u16) -> bool {
        self.bits.get(usize::from(reg) / 64).is_some_and(|w| w >> (reg % 64) & 1 != 0)
    }

    /// Adds a register.
    pub(super) fn set(&mut self, reg: u16) {
        let word = usize::from(reg) / 64;
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        self.bits[word] |= 1 << (reg % 64);
    }

    /// Removes a register.
    pub(super) fn clear(&mut self, reg: u16) {
        if let Some(word) = self.bits.get_mut(usize::from(reg) / 64) {
            *word &= !(1 << (reg % 64));
        }
    }

    /// Keeps what is in both sets.
    pub(super) fn intersect(&mut self, other: &Bound) {
        self.bits.truncate(other.bits.len());
        for (word, theirs) in self.bits.iter_mut().zip(&other.bits) {
            *word &= theirs;
        }
    }
}
