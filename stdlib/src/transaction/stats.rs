//! `transaction.stats()`

use pystm_stm::events::{self, Counter, Totals};
use pystm_vm::{
    builtins::{
        dict::{self, Dict},
        list,
    },
    error::PyResult,
    object::Ref,
    thread::Thread,
    value::Value,
};

use crate::support::int_value;

/// The counters of all threads as a dict.
pub(super) fn stats(t: &mut Thread, _: &[Value]) -> PyResult {
    let mut all = Totals::ZERO;
    let mut threads = t.vec();
    for summary in events::summaries() {
        let row = dict::new(t);
        threads.push(row.value());
        // Zero stands for many threads that ended long ago.
        set(t, row, "thread", u64::from(summary.number));
        let name = t.new_str(&summary.name);
        dict::set_text(t, row, "name", name);
        dict::set_text(t, row, "running", Value::bool(summary.running));
        add(t, row, &summary.totals);
        all.add(&summary.totals);
    }
    let stats = dict::new(t);
    add(t, stats, &all);
    let threads = list::new(t, &threads);
    dict::set_text(t, stats, "threads", threads);
    Ok(stats.value())
}

fn add(t: &mut Thread, row: Ref<Dict>, totals: &Totals) {
    for counter in Counter::ALL {
        set(t, row, counter.name(), totals.get(counter));
    }
}

fn set(t: &mut Thread, row: Ref<Dict>, name: &str, n: u64) {
    let n = int_value(t, n.min(i64::MAX as u64) as i64);
    dict::set_text(t, row, name, n);
}
