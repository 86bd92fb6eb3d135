//! Runs small programs and compares output, exit code and uncaught exception with what is expected.

mod known;
mod outcome;
mod program;
mod snapshot;

use std::collections::BTreeMap;
use std::io;

use serde_json::json;

use crate::args::Args;
use crate::pool;
use crate::table::Table;
use known::KnownFailures;
use program::Program;

/// The verdict on one program.
enum Verdict {
    /// It did what is expected.
    Passed,
    /// It did not; why, in a few lines.
    Failed(String),
    /// It did not, as the list of known failures says.
    Known(String),
}

/// Runs every program that the command line names; true if all is as expected.
pub(crate) fn run(args: &Args) -> io::Result<bool> {
    let mut programs = Vec::new();
    for path in &args.paths {
        programs.extend(program::find(path)?);
    }
    if let Some(filter) = &args.filter {
        programs.retain(|program| program.path.to_string_lossy().contains(filter.as_str()));
    }
    programs.sort_by(|a, b| a.path.cmp(&b.path));
    programs.dedup_by(|a, b| a.path == b.path);
    if args.bless {
        return bless(args, &programs);
    }
    let known = KnownFailures::load(args)?;
    let verdicts = pool::map(&programs, args.jobs, |program| judge(args, &known, program));
    report(args, &programs, &verdicts)
}

/// Runs one program and compares.
fn judge(args: &Args, known: &KnownFailures, program: &Program) -> Verdict {
    let result = actual_and_expected(args, program);
    let difference = match &result {
        Ok((actual, expected)) if actual == expected => None,
        Ok((actual, expected)) => Some(outcome::difference(expected, actual)),
        Err(error) => Some(error.to_string()),
    };
    match (difference, known.reason(&program.path)) {
        (None, None) => Verdict::Passed,
        (None, Some(_)) => Verdict::Failed("passes, but is listed as a known failure".to_owned()),
        (Some(difference), None) => {
            if let (true, Ok((actual, _))) = (args.review, &result)
                && let Err(error) = snapshot::write_pending(program, actual)
            {
                return Verdict::Failed(format!("{difference}\n(no snapshot written: {error})"));
            }
            Verdict::Failed(difference)
        }
        (Some(_), Some(reason)) => Verdict::Known(reason.to_owned()),
    }
}

/// The outcome of a program, and the one that it should have.
fn actual_and_expected(args: &Args, program: &Program) -> io::Result<(String, String)> {
    let actual = outcome::of(&args.python, program, args)?;
    let expected = match &args.reference {
        Some(reference) => outcome::of(reference, program, args)?,
        None => snapshot::read(program)?,
    };
    Ok((actual, expected))
}

/// Writes the snapshots from the reference interpreter; a program whose two runs differ gets none.
fn bless(args: &Args, programs: &[Program]) -> io::Result<bool> {
    let Some(reference) = &args.reference else { return Ok(false) };
    let refusals = pool::map(programs, args.jobs, |program| -> io::Result<Option<String>> {
        let first = outcome::of(reference, program, args)?;
        let second = outcome::of(reference, program, args)?;
        if first != second {
            return Ok(Some(format!("two runs differ\n{}", outcome::difference(&first, &second))));
        }
        snapshot::write(program, &first)?;
        Ok(None)
    });
    let mut refused = 0;
    for (program, refusal) in programs.iter().zip(refusals) {
        if let Some(reason) = refusal? {
            refused += 1;
            println!("not blessed: {}: {reason}", program.path.display());
        }
    }
    println!("{} passed, {refused} failed", programs.len() - refused);
    Ok(refused == 0)
}

/// Prints failures, the table and the totals, and writes the JSON file; true if nothing failed.
fn report(args: &Args, programs: &[Program], verdicts: &[Verdict]) -> io::Result<bool> {
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut records = Vec::new();
    for (program, verdict) in programs.iter().zip(verdicts) {
        let path = program.path.to_string_lossy();
        let (column, word, detail) = match verdict {
            Verdict::Passed => (0, "passed", ""),
            Verdict::Failed(why) => (1, "failed", why.as_str()),
            Verdict::Known(why) => (2, "known", why.as_str()),
        };
        if column == 1 {
            println!("FAILED {path}");
            detail.lines().for_each(|line| println!("    {line}"));
        }
        counts.entry(&program.group).or_default()[column] += 1;
        records.push(json!({"path": path, "result": word, "detail": detail}));
    }
    let mut table = Table::new(&["directory", "passed", "failed", "known"]);
    let mut total = [0; 3];
    for (group, [passed, failed, known]) in &counts {
        table.row(group, &[passed, failed, known]);
        total = [total[0] + passed, total[1] + failed, total[2] + known];
    }
    table.print();
    let [passed, failed, skipped] = total;
    if let Some(path) = &args.json {
        let value = json!({"passed": passed, "failed": failed, "skipped": skipped, "programs": records});
        std::fs::write(path, format!("{value:#}\n"))?;
    }
    match skipped {
        0 => println!("{passed} passed, {failed} failed"),
        _ => println!("{passed} passed, {failed} failed, {skipped} skipped"),
    }
    Ok(failed == 0)
}
