//! The table of what each thread has counted.

use pystm_stm::events::{Counter, Summary, Totals};

/// The columns: heading, what is counted, and its time or more of the same.
const COLUMNS: &[(&str, &[Counter], &[Counter])] = &[
    ("committed", &[Counter::Committed], &[]),
    ("aborted", &[Counter::Aborted], &[Counter::AbortedNs]),
    ("waited", &[Counter::Waits], &[Counter::WaitNs]),
    ("stole", &[Counter::Steals], &[Counter::StealNs]),
    ("inevitable", &[Counter::Inevitable], &[]),
    ("retried", &[Counter::Retries], &[Counter::RetryNs]),
    ("collected", &[Counter::Minor, Counter::Major], &[Counter::MinorNs, Counter::MajorNs]),
];

/// The table of these threads, with a line for all of them if there are several.
pub(crate) fn table(threads: &[(String, Totals)]) -> String {
    let mut rows =
        vec![std::iter::once("thread").chain(COLUMNS.iter().map(|c| c.0)).map(str::to_owned).collect()];
    rows.extend(threads.iter().map(|(name, totals)| row(name, totals)));
    if threads.len() > 1 {
        let mut sum = Totals::ZERO;
        threads.iter().for_each(|(_, totals)| sum.add(totals));
        rows.push(row("all", &sum));
    }
    let width =
        |column: usize| rows.iter().map(|row: &Vec<String>| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..=COLUMNS.len()).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn row(name: &str, totals: &Totals) -> Vec<String> {
    let sum = |counters: &[Counter]| counters.iter().map(|&c| totals.get(c)).sum::<u64>();
    let cell = |(_, counts, times): &(&str, &[Counter], &[Counter])| {
        let (count, ns) = (sum(counts), sum(times));
        if ns == 0 { number(count) } else { format!("{} in {}", number(count), time(ns)) }
    };
    std::iter::once(name.to_owned()).chain(COLUMNS.iter().map(cell)).collect()
}

/// What `--stats` prints.
pub(crate) fn summary(threads: &[Summary]) -> String {
    let label = |s: &Summary| match s.number {
        0 => format!("{} {}", s.threads, s.name),
        number => format!("{number} {}", s.name),
    };
    let rows: Vec<(String, Totals)> = threads.iter().map(|s| (label(s), s.totals)).collect();
    format!("pystm: what the threads did\n{}", table(&rows))
}

/// A number with commas.
pub(super) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A time in the unit that suits it, with three digits.
pub(super) fn time(ns: u64) -> String {
    for (unit, size) in [("s", 1e9), ("ms", 1e6), ("µs", 1e3)] {
        let n = ns as f64 / size;
        // What rounds to 1000 of a unit is one of the next.
        if n >= 0.9995 {
            let decimals = if n >= 99.95 {
                0
            } else if n >= 9.995 {
                1
            } else {
                2
            };
            return format!("{n:.decimals$} {unit}");
        }
    }
    format!("{ns} ns")
}
