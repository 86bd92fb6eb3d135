//! The report's text.

use std::{
    collections::{BTreeSet, HashMap},
    env,
    fmt::{Arguments, Write},
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use pystm_stm::events::{Kind, Place, Text, Totals, read::FrameRef};

use super::{
    collect::{Collected, Cost, Ending, Group},
    totals::{self, number, time},
};
use crate::library;

/// Frames of a place that are shown.
const FRAMES: usize = 6;
/// Attributes, keys and the like of one conflict that are shown.
const GRANULES: usize = 4;

/// The whole report: at most `top` entries of each kind. `written` is when the log was written last.
pub(super) fn show(log: &Collected, top: usize, written: Option<SystemTime>) -> String {
    let directory = env::current_dir().unwrap_or_default();
    let (text, sources, changed) = (String::new(), HashMap::new(), BTreeSet::new());
    let mut page = Page { log, written, directory, text, sources, changed };
    page.head();
    page.threads();
    page.groups("Conflicts", "lost", &log.conflicts, top, Page::conflict);
    page.groups("Forced inevitability", "waited for the right to it", &log.inevitable, top, Page::inevitable);
    page.groups("Sleeps in transaction.retry", "slept", &log.retries, top, |p, group, _| {
        p.place(group.place)
    });
    page.remarks();
    page.text
}

struct Page<'a> {
    log: &'a Collected,
    written: Option<SystemTime>,
    /// Files below it are named from there.
    directory: PathBuf,
    text: String,
    /// Lines of the files that were looked at; none if a file cannot be read.
    sources: HashMap<&'a str, Vec<String>>,
    /// Files that are newer than the log.
    changed: BTreeSet<&'a str>,
}

impl<'a> Page<'a> {
    fn line(&mut self, line: Arguments<'_>) {
        writeln!(self.text, "{line}").expect("a String takes everything");
    }

    fn head(&mut self) {
        let (header, end) = (&self.log.header, time(self.log.end));
        self.line(format_args!("{}, process {}: {end}", header.command, header.process));
        match &self.log.ending {
            Ending::Regular => {}
            Ending::Open => self.line(format_args!(
                "The log has no end: the process was killed or still runs. What follows is what it had written."
            )),
            Ending::Unreadable(error) => {
                self.line(format_args!("The log cannot be read to its end: {error}. What follows stands before."));
            }
        }
    }

    fn threads(&mut self) {
        let mut rows: Vec<(String, Totals)> = Vec::new();
        for (number, thread) in &self.log.threads {
            rows.push((format!("{number} {}", self.log.names.text(thread.name)), thread.totals));
        }
        self.line(format_args!("\n{}", totals::table(&rows)));
    }

    /// A section: the groups that cost most first.
    fn groups(
        &mut self,
        title: &str,
        cost: &str,
        groups: &HashMap<Group, Cost>,
        top: usize,
        entry: impl Fn(&mut Page<'a>, &Group, &Cost),
    ) {
        if groups.is_empty() {
            return self.line(format_args!("{title}: none"));
        }
        let (count, ns) = groups.values().fold((0, 0), |(count, ns), g| (count + g.count(), ns + g.ns));
        self.line(format_args!("{title}: {}, {} {cost}", times(count), time(ns)));
        let mut sorted: Vec<(&Group, &Cost)> = groups.iter().collect();
        // The group itself makes the order certain.
        sorted.sort_by_key(|(group, cost)| (u64::MAX - cost.ns, u64::MAX - cost.count(), **group));
        for (n, (group, one)) in sorted.iter().take(top).enumerate() {
            let longest = if one.count() > 1 && one.ns > 0 {
                format!(", at most {} at once", time(one.longest))
            } else {
                String::new()
            };
            self.line(format_args!("\n{:3}. {} {cost}: {}{longest}", n + 1, time(one.ns), happened(one)));
            entry(self, group, one);
        }
        if sorted.len() > top {
            self.line(format_args!("\n     and {} more (--top N)", sorted.len() - top));
        }
        self.text.push('\n');
    }

    fn conflict(&mut self, group: &Group, cost: &Cost) {
        let about = [self.log.names.text(group.class).to_owned(), self.granules(cost)];
        let about: Vec<&str> = about.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        if !about.is_empty() {
            self.line(format_args!("     about: {}", about.join(", ")));
        }
        self.place(group.place);
        if group.other_place == group.place && group.place != Place::default() {
            return self.line(format_args!("     against the same line in another thread"));
        }
        self.line(format_args!("     against"));
        self.place(group.other_place);
    }

    /// What of the objects was wanted, the commonest first.
    fn granules(&self, cost: &Cost) -> String {
        let known = cost.granules.iter().filter(|(granule, _)| **granule != Text::default());
        let mut sorted: Vec<(u64, &str)> =
            known.map(|(&granule, &n)| (u64::MAX - n, self.log.names.text(granule))).collect();
        sorted.sort();
        let mut shown: Vec<String> =
            sorted.iter().take(GRANULES).map(|(_, text)| (*text).to_owned()).collect();
        if sorted.len() > GRANULES {
            shown.push(format!("and {} others", sorted.len() - GRANULES));
        }
        shown.join(", ")
    }

    fn inevitable(&mut self, group: &Group, _: &Cost) {
        let reason = self.log.names.text(group.reason);
        self.line(format_args!("     because of: {}", if reason.is_empty() { "not known" } else { reason }));
        self.place(group.place);
        if group.other_place != Place::default() {
            self.line(format_args!("     in the transaction that began at"));
            self.place(group.other_place);
        }
    }

    /// A traceback, innermost frame first, with the lines of that one and of the program's innermost one. How the library
    /// came to call the program does not matter.
    fn place(&mut self, place: Place) {
        let mut frames: Vec<FrameRef<'a>> = self.log.names.frames(place).collect();
        let is_program = |frame: &FrameRef<'_>| !library::has(Path::new(frame.file));
        if let Some(outermost) = frames.iter().rposition(is_program) {
            frames.truncate(outermost + 1);
        }
        let program = frames.iter().position(is_program);
        if frames.is_empty() {
            self.line(format_args!("       no line: the thread began or ended"));
        }
        for (i, frame) in frames.iter().take(FRAMES).enumerate() {
            let from = if i == 0 { "" } else { "from " };
            let file = Path::new(frame.file);
            let file = file.strip_prefix(&self.directory).unwrap_or(file).display();
            let line = format!("       {from}{file}:{} in {}", frame.line, frame.function);
            self.line(format_args!("{line}"));
            if (i == 0 || Some(i) == program)
                && let Some(source) = self.source(*frame)
            {
                self.line(format_args!("           {source}"));
            }
        }
        if frames.len() > FRAMES {
            self.line(format_args!("       from {} more", frames.len() - FRAMES));
        }
    }

    fn source(&mut self, frame: FrameRef<'a>) -> Option<String> {
        let (written, changed) = (self.written, &mut self.changed);
        let lines = self.sources.entry(frame.file).or_insert_with(|| {
            let modified = fs::metadata(frame.file).and_then(|data| data.modified()).ok();
            if modified.zip(written).is_some_and(|(modified, written)| modified > written) {
                changed.insert(frame.file);
            }
            let text = fs::read(frame.file).unwrap_or_default();
            String::from_utf8_lossy(&text).lines().map(|line| line.trim().to_owned()).collect()
        });
        lines.get((frame.line as usize).checked_sub(1)?).filter(|line| !line.is_empty()).cloned()
    }

    fn remarks(&mut self) {
        for file in std::mem::take(&mut self.changed) {
            self.line(format_args!(
                "{file} has changed since the log was written; the lines shown may be others."
            ));
        }
    }
}

/// What happened how often.
fn happened(cost: &Cost) -> String {
    let named = |(kind, &n): (&Kind, &u64)| match kind {
        Kind::Steal | Kind::Wait | Kind::Abort => {
            format!("{} {}{}", number(n), kind.word(), if n == 1 { "" } else { "s" })
        }
        _ => times(n),
    };
    cost.counts.iter().map(named).collect::<Vec<_>>().join(", ")
}

fn times(n: u64) -> String {
    if n == 1 { "once".into() } else { format!("{} times", number(n)) }
}
