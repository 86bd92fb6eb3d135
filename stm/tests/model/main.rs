//! Models of what threads do to one another: the real code under many orders of its steps, chosen at random and by PCT
//! (Burckhardt et al., ASPLOS 2010).
//!
//! `cargo test -p pystm-stm --features model --test model`. `PYSTM_MODEL_SCHEDULES` is the number of orders of each kind for
//! each model, `PYSTM_MODEL_SEED` chooses others. A failed one is kept in a file, which `PYSTM_MODEL_REPLAY` names to run it
//! again.

mod collections;
mod exclusive;
mod guesses;
mod histories;
mod host;
mod publication;
mod rights;
mod threads;
mod transactions;
