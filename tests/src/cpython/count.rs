//! Verdicts on test methods, and their counts.

use std::collections::BTreeMap;
use std::iter::Sum;

use serde_json::{Value, json};

/// What became of a method.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It passed, or failed as it expects to.
    Passed,
    /// An assertion failed.
    Failed,
    /// Another exception ended it, or it crashed or hung, or it was not run.
    Error,
    /// It skipped itself.
    Skipped,
}

impl Kind {
    /// The kind that the driver's word stands for.
    pub(super) fn of(word: &str) -> Option<Kind> {
        [Kind::Passed, Kind::Failed, Kind::Error, Kind::Skipped].into_iter().find(|kind| kind.word() == word)
    }

    /// The driver's word for it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Passed => "pass",
            Kind::Failed => "fail",
            Kind::Error => "error",
            Kind::Skipped => "skip",
        }
    }
}

/// A kind with the message that came with it.
pub(super) struct Verdict {
    pub(super) kind: Kind,
    pub(super) message: String,
}

/// The verdicts on one file's methods.
pub(super) struct FileResult {
    /// The file's name without `.py`.
    pub(super) module: String,
    /// Why the file could not be run to its end; empty if it could.
    pub(super) broken: String,
    /// The verdict on each method, by name.
    pub(super) verdicts: BTreeMap<String, Verdict>,
}

impl FileResult {
    /// How many methods had each verdict.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for verdict in self.verdicts.values() {
            match verdict.kind {
                Kind::Passed => counts.passed += 1,
                Kind::Failed => counts.failed += 1,
                Kind::Error => counts.error += 1,
                Kind::Skipped => counts.skipped += 1,
            }
        }
        counts
    }

    /// The methods that failed.
    pub(super) fn failures(&self) -> impl Iterator<Item = (&str, &Verdict)> {
        let failed = |kind| matches!(kind, Kind::Failed | Kind::Error);
        self.verdicts
            .iter()
            .filter(move |(_, verdict)| failed(verdict.kind))
            .map(|(name, v)| (name.as_str(), v))
    }

    /// Counts and failures for the JSON file.
    pub(super) fn json(&self) -> Value {
        let failures: Vec<Value> = self
            .failures()
            .map(|(name, verdict)| json!({"name": name, "kind": verdict.kind.word(), "message": verdict.message}))
            .collect();
        json!({"file": self.module, "broken": self.broken, "counts": self.counts().json(), "failures": failures})
    }
}

/// How many methods had each verdict.
#[derive(Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) error: usize,
    pub(super) skipped: usize,
}

impl Counts {
    /// All methods.
    pub(super) fn total(self) -> usize {
        self.passed + self.failed + self.error + self.skipped
    }

    /// The share of methods that passed, of those that did not skip themselves.
    pub(super) fn percent(self) -> String {
        match self.total() - self.skipped {
            0 => "-".to_owned(),
            run => format!("{:.1}", 100.0 * self.passed as f64 / run as f64),
        }
    }

    /// The counts for the JSON file.
    pub(super) fn json(self) -> Value {
        json!({
            "methods": self.total(), "passed": self.passed, "failed": self.failed, "error": self.error,
            "skipped": self.skipped, "percent": self.percent(),
        })
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Counts>>(counts: I) -> Counts {
        counts.fold(Counts::default(), |a, b| Counts {
            passed: a.passed + b.passed,
            failed: a.failed + b.failed,
            error: a.error + b.error,
            skipped: a.skipped + b.skipped,
        })
    }
}
