//! The report's text.

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write,
    fs,
    time::SystemTime,
};

use pystm_stm::events::{Kind, Place, Totals, read::FrameRef};

use super::{
    collect::{Collected, Cost, Ending, Group},
    totals::{self, number, time},
};

/// Frames of a place that are shown.
const FRAMES: usize = 6;

/// The whole report: at most `top` entries of each kind. `written` is when the log was written last.
pub(super) fn show(log: &Collected, top: usize, written: Option<SystemTime>) -> String {
    let mut page =
        Page { log, written, text: String::new(), sources: HashMap::new(), changed: BTreeSet::new() };
    page.head();
    page.threads();
    page.groups("Conflicts", "lost", &log.conflicts, top, Page::conflict);
    page.groups("Forced inevitability", "waited for the right to it", &log.inevitable, top, Page::inevitable);
    page.groups("Sleeps in transaction.retry", "slept", &log.retries, top, |page, group| {
        page.place(group.place)
    });
    page.remarks();
    page.text
}

struct Page<'a> {
    log: &'a Collected,
    written: Option<SystemTime>,
    text: String,
    /// Lines of the files that were looked at; none if a file cannot be read.
    sources: HashMap<&'a str, Vec<String>>,
    /// Files that are newer than the log.
    changed: BTreeSet<&'a str>,
}

impl<'a> Page<'a> {
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
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
                self.line(format_args!("The log cannot be read to its end: {error}. What follows stands before that."));
            }
        }
    }

    fn threads(&mut self) {
        let name = |(number, thread): (&u32, &super::collect::Thread)| {
            (format!("{number} {}", self.log.names.text(thread.name)), thread.totals)
        };
        let rows: Vec<(String, Totals)> = self.log.threads.iter().map(name).collect();
        let table = totals::table(&rows);
        self.line(format_args!("\n{table}"));
    }

    /// A section: the groups that cost most first.
    fn groups(
        &mut self,
        title: &str,
        cost: &str,
        groups: &HashMap<Group, Cost>,
        top: usize,
        mut entry: impl FnMut(&mut Page<'a>, &Group),
    ) {
        if groups.is_empty() {
            return self.line(format_args!("{title}: none"));
        }
        let (count, ns) = groups.values().fold((0, 0), |(count, ns), g| (count + g.count(), ns + g.ns));
        self.line(format_args!("{title}: {}, {} {cost}", times(count), time(ns)));
        let mut sorted: Vec<(&Group, &Cost)> = groups.iter().collect();
        sorted.sort_by_key(|(group, cost)| {
            // The places make the order certain.
            (u64::MAX - cost.ns, u64::MAX - cost.count(), group.place.0, group.other_place.0, group.granule.0)
        });
        for (n, (group, group_cost)) in sorted.iter().take(top).enumerate() {
            let kinds = kinds(group_cost);
            let longest = if group_cost.count() > 1 && group_cost.ns > 0 {
                format!(", at most {} at once", time(group_cost.longest))
            } else {
                String::new()
            };
            let ns = time(group_cost.ns);
            self.line(format_args!(
                "\n{:3}. {ns} {cost}, {}{kinds}{longest}",
                n + 1,
                times(group_cost.count())
            ));
            entry(self, group);
        }
        if sorted.len() > top {
            self.line(format_args!("\n     and {} more (--top N)", sorted.len() - top));
        }
        self.text.push('\n');
    }

    fn conflict(&mut self, group: &Group) {
        let (class, granule) = (self.log.names.text(group.class), self.log.names.text(group.granule));
        match (class, granule) {
            ("", "") => {}
            (class, "") => self.line(format_args!("     about: {class}")),
            ("", granule) => self.line(format_args!("     about: {granule}")),
            (class, granule) => self.line(format_args!("     about: {class}, {granule}")),
        }
        self.place(group.place);
        if group.other_place == group.place && group.place != Place::default() {
            return self.line(format_args!("     against the same line in another thread"));
        }
        self.line(format_args!("     against"));
        self.place(group.other_place);
    }

    fn inevitable(&mut self, group: &Group) {
        let reason = self.log.names.text(group.granule);
        self.line(format_args!("     because of: {}", if reason.is_empty() { "not known" } else { reason }));
        self.place(group.place);
        if group.other_place != Place::default() {
            self.line(format_args!("     in the transaction that began at"));
            self.place(group.other_place);
        }
    }

    /// A traceback, innermost frame first, with the line of that one.
    fn place(&mut self, place: Place) {
        let frames: Vec<FrameRef<'a>> = self.log.names.frames(place).collect();
        let Some(&innermost) = frames.first() else {
            return self.line(format_args!("       a place that is not known"));
        };
        for (i, frame) in frames.iter().take(FRAMES).enumerate() {
            let from = if i == 0 { "" } else { "from " };
            self.line(format_args!("       {from}{}:{} in {}", frame.file, frame.line, frame.function));
            if i == 0
                && let Some(source) = self.source(innermost)
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

/// How often what happened, if there is more than one kind or it says something.
fn kinds(cost: &Cost) -> String {
    let named = |(kind, &n): (&Kind, &u64)| {
        let word = kind.word();
        format!("{} {word}{}", number(n), if n == 1 { "" } else { "s" })
    };
    match cost.counts.keys().next() {
        Some(Kind::Steal | Kind::Wait | Kind::Abort) => {
            format!(" ({})", cost.counts.iter().map(named).collect::<Vec<_>>().join(", "))
        }
        _ => String::new(),
    }
}

fn times(n: u64) -> String {
    if n == 1 { "once".into() } else { format!("{} times", number(n)) }
}
