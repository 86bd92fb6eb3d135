//! Ways to run that make rare things common, for finding mistakes: the environment variable `PYSTM_STRESS`.
//!
//! It is a comma-separated list of modes ([`Mode`]) and of `seed=N`, with which another run of random numbers is drawn. They
//! concern the program only, not the start of the interpreter ([`start`]).

mod losses;

use std::{
    cell::Cell,
    sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
};

macro_rules! modes {
    ($($name:ident $text:literal $doc:literal;)*) => {
        /// Something that is made common.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Mode { $(#[doc = $doc] $name,)* }

        /// All modes and their names.
        const MODES: &[(&str, Mode)] = &[$(($text, Mode::$name),)*];
    };
}

modes! {
    Steal "steal" "At many safepoints a thread loses objects that it has just used, as if others had asked for them.";
    Doom "doom" "At random safepoints an open transaction is undone and begins anew.";
    Free "free" "Objects become contended as soon as they move from one thread to another.";
    Restart "restart" "An instruction that waits for an object and can begin anew does so at random.";
    Dirty "dirty" "An instruction that waits for an object counts at random as one that cannot begin anew.";
    Granules "granules" "Dicts keep every value that is stored in a granule, and their items in stripes.";
    SecondThread "second-thread" "A second thread walks over all that it can reach, and takes rights to it.";
}

/// What to do, by [`Mode`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Stress {
    modes: u32,
    seed: u64,
}

static ACTIVE: AtomicU32 = AtomicU32::new(0);
static SEED: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// The state of the thread's random numbers, 0 before the first.
    static STATE: Cell<u64> = const { Cell::new(0) };
}

impl Stress {
    /// Reads the variable; the error is a message for the user.
    pub fn from_env() -> Result<Stress, String> {
        Stress::parse(&std::env::var("PYSTM_STRESS").unwrap_or_default())
    }

    /// Reads a list of modes.
    pub fn parse(text: &str) -> Result<Stress, String> {
        let mut stress = Stress::default();
        for item in text.split(',').filter(|item| !item.is_empty()) {
            if let Some(seed) = item.strip_prefix("seed=") {
                stress.seed = seed.parse().map_err(|_| format!("PYSTM_STRESS: '{seed}' is not a seed"))?;
                continue;
            }
            let Some(&(_, mode)) = MODES.iter().find(|(name, _)| *name == item) else {
                let names: Vec<&str> = MODES.iter().map(|(name, _)| *name).collect();
                let names = names.join(", ");
                return Err(format!("PYSTM_STRESS: unknown setting '{item}' (there are {names} and seed=N)"));
            };
            stress.modes |= 1 << mode as u32;
        }
        Ok(stress)
    }

    /// Whether this is asked for.
    pub fn has(self, mode: Mode) -> bool {
        self.modes & 1 << mode as u32 != 0
    }
}

/// The program begins: from here on, `stress` holds.
pub fn start(stress: Stress) {
    // Relaxed: threads that miss it for a while do no harm.
    SEED.store(stress.seed, Relaxed);
    ACTIVE.store(stress.modes, Relaxed);
}

/// Whether this is done now.
#[inline]
pub fn is_on(mode: Mode) -> bool {
    // Relaxed: see `start`.
    ACTIVE.load(Relaxed) & 1 << mode as u32 != 0
}

/// Whether anything is done at safepoints.
#[inline]
pub fn at_safepoints() -> bool {
    is_on(Mode::Steal) || is_on(Mode::Doom)
}

/// A random number below `n`.
pub fn random(n: usize) -> usize {
    let mut x = STATE.get();
    if x == 0 {
        static THREADS: AtomicU64 = AtomicU64::new(1);
        // Relaxed: only uniqueness matters. Odd factors spread the small numbers.
        x = THREADS.fetch_add(1, Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ SEED.load(Relaxed).wrapping_mul(0xd134_2543_de82_ef95);
    }
    // xorshift64* (Vigna, 2016).
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    STATE.set(x.max(1));
    ((x.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize) % n.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_is_read() {
        let stress = Stress::parse("steal,,second-thread,seed=7").unwrap();
        assert!(stress.has(Mode::Steal) && stress.has(Mode::SecondThread) && !stress.has(Mode::Doom));
        assert_eq!(stress.seed, 7);
        assert_eq!(Stress::parse("").unwrap(), Stress::default());
    }

    #[test]
    fn mistakes_are_named() {
        let unknown = Stress::parse("steel").unwrap_err();
        assert!(unknown.contains("'steel'") && unknown.contains("second-thread"), "{unknown}");
        assert!(Stress::parse("seed=x").unwrap_err().contains("'x'"));
    }
}
