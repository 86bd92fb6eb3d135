//! The log: what is written is read again, whatever happens to the file.

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::{Duration, Instant},
};

use pystm_stm::{
    events::{
        self, Conflict, Counter, Event, Events, Frame, Host, Kind, Log, Place, Places, Text, Totals, What,
        format::{Header, Row, parse_text, write_text},
        read::{ReadError, Reader},
    },
    gc::Object,
};

fn event(kind: Kind) -> Event {
    let what = What { class: Text(3), granule: Text(0) };
    Event {
        kind,
        at: 12_345_678_901,
        ns: 17,
        thread: 1,
        other: 0,
        place: Place(4),
        other_place: Place(0),
        what,
    }
}

#[test]
fn rows_come_back_as_they_were_written() {
    let rows = [
        Row::Frame(1, Text(2), 3, Text(4)),
        Row::Place(2, Place(1), 1),
        Row::Place(3, Place(0), 0),
        Row::Started(0, 1),
        Row::Named(1, Text(0)),
        Row::Totals(5, 1, Totals(std::array::from_fn(|i| if i % 2 == 0 { u64::MAX } else { 0 }))),
        Row::Ended(u64::MAX, u32::MAX),
        Row::Event(event(Kind::Steal)),
        Row::Event(Event { kind: Kind::Retry, other_place: Place(9), ..event(Kind::Retry) }),
        Row::End(0),
    ];
    for row in rows {
        let mut line = Vec::new();
        row.write(&mut line);
        let line = str::from_utf8(&line).unwrap().strip_suffix('\n').unwrap();
        assert_eq!(Row::parse(line), Some(row), "{line}");
        assert!(!line.ends_with(" 0"), "{line}");
    }
}

#[test]
fn texts_may_hold_anything() {
    for text in ["", "a b", " x ", "line\nend\r", "back\\slash\\n", "käse \u{1f9c0}"] {
        let mut line = Vec::new();
        write_text(&mut line, 7, text);
        let line = str::from_utf8(&line).unwrap().strip_suffix('\n').unwrap();
        assert!(!line.contains(['\n', '\r']));
        assert_eq!(parse_text(line), Some((7, text.to_owned())));
    }
}

#[test]
fn what_is_no_row_is_not_read() {
    for line in ["", "x", "S x", "S 1  2", "S 1 2 3 4 5 6 7 8 9", "+1 2", "+ -1", "+ 1 4294967296", "käse"] {
        assert_eq!(Row::parse(line), None, "{line}");
    }
    assert_eq!(parse_text("t 1"), None);
}

#[test]
fn files_that_are_no_log_are_refused() {
    let error = |content: &[u8]| Reader::new(content).map(|_| ()).unwrap_err().to_string();
    assert_eq!(error(b""), "the file is empty");
    for foreign in
        [&b"print(1)\n"[..], b"\xff\xfe\n", b"pystm-log\n", b"pystm-log 1 2\n", b"pystm-log 1 2 3 x"]
    {
        assert_eq!(error(foreign), ReadError::Foreign.to_string());
    }
    assert_eq!(error(b"pystm-log 9 1 1 x\n"), ReadError::Version(9).to_string());
}

/// All rows of a log, or the first error.
fn read(log: &[u8]) -> Result<(Reader<&[u8]>, Vec<Row>), ReadError> {
    let mut reader = Reader::new(log)?;
    let mut rows = Vec::new();
    while let Some(row) = reader.next_row()? {
        rows.push(row);
    }
    Ok((reader, rows))
}

#[test]
fn damaged_lines_are_named() {
    let mut log = Vec::new();
    Header { process: 1, milliseconds: 2, command: "a.py".into() }.write(&mut log);
    for (rest, line) in
        [("+ 1 1\nwhat\n", 3), ("t 2 a\n", 2), ("p 1 1 1\n", 2), ("f 2\n", 2), ("t 1 a\nt 1 b\n", 3)]
    {
        let damaged = [&log, rest.as_bytes()].concat();
        assert!(matches!(read(&damaged), Err(ReadError::Damaged(n)) if n == line), "{rest:?}");
    }
    assert!(matches!(read(&[&log[..], b"\xff\n"].concat()), Err(ReadError::Damaged(2))));
}

/// A host that stands at the line that it is told, and how often it was asked to describe the place.
struct Program(u32, AtomicU32);

impl Host for Program {
    fn place(&self, places: &mut Places<'_>) -> Place {
        places.get(1, self.0.into(), || {
            self.1.fetch_add(1, Relaxed);
            let frame =
                |line, function: &str| Frame { file: "a b.py".into(), line, function: function.into() };
            vec![frame(self.0, "work"), frame(1, "<module>")]
        })
    }

    fn what(&self, _: &Object, log: &Log) -> What {
        What { class: log.text("Counter"), granule: log.text(".n") }
    }
}

fn fresh_path(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_file(&path);
    path
}

/// The process's log in one test: there is one at a time.
#[test]
fn a_log_tells_what_happened() {
    let first = Events::start("MainThread");
    let host = Program(10, AtomicU32::new(0));
    assert!(!events::on() && events::begun().is_none());
    assert_eq!(first.place(&host), Place::default());
    first.commit(None, Place::default());
    first.steal(&host, Instant::now(), &Conflict::default());
    assert_eq!(host.1.load(Relaxed), 0, "nobody is asked without a log");

    let path = fresh_path("events.log");
    events::open(&path, "a.py\nb").unwrap();
    assert!(events::on() && events::begun().is_some());
    let second = Events::start("worker");
    let other = Program(20, AtomicU32::new(0));
    let other_place = second.place(&other);
    let since = Instant::now();
    for _ in 0..3 {
        let conflict = Conflict { other: second.number(), other_place, ..Conflict::default() };
        first.abort(&host, Some(since), &conflict);
    }
    assert_eq!(host.1.load(Relaxed), 1, "a place is described once");
    first.commit(events::begun(), other_place);
    second.rename("pool_1");
    second.inevitable(&other, since, "os.write", other_place);
    second.retry(other_place, since - Duration::from_secs(3600));
    second.wait(&other, since, &Conflict::default());
    second.collected(true, since);
    second.end();
    events::close();
    first.commit(None, Place::default());

    let log = fs::read(&path).unwrap();
    let (reader, rows) = read(&log).unwrap();
    assert_eq!((reader.header.process, &*reader.header.command), (std::process::id(), "a.py\nb"));
    let found: Vec<Event> =
        rows.iter().filter_map(|row| if let Row::Event(event) = row { Some(*event) } else { None }).collect();
    let count = |kind| found.iter().filter(|event| event.kind == kind).count();
    assert_eq!((count(Kind::Abort), count(Kind::Commit), count(Kind::Major)), (3, 1, 1));
    let first_of = |kind| found.iter().find(|event| event.kind == kind).unwrap();
    let abort = first_of(Kind::Abort);
    assert_eq!((abort.thread, abort.other), (first.number(), second.number()));
    let lines = |place| reader.names.frames(place).map(|frame| frame.line).collect::<Vec<_>>();
    assert_eq!((lines(abort.place), lines(abort.other_place)), (vec![10, 1], vec![20, 1]));
    let frame = reader.names.frames(abort.place).next().unwrap();
    assert_eq!((frame.file, frame.function), ("a b.py", "work"));
    assert_eq!(reader.names.text(first_of(Kind::Inevitable).what.granule), "os.write");
    let retry = first_of(Kind::Retry);
    assert!(retry.at == 0 && retry.ns >= 3_600_000_000_000, "what began before the log did is cut");
    let totals = rows.iter().rev().find_map(|row| match row {
        Row::Totals(_, thread, totals) if *thread == first.number() => Some(*totals),
        _ => None,
    });
    let totals = totals.unwrap();
    assert_eq!((totals.get(Counter::Committed), totals.get(Counter::Aborted)), (2, 3));
    assert_eq!(totals.get(Counter::Steals), 1);
    assert!(matches!(rows.last(), Some(Row::End(_))));

    // A killed process leaves a file that ends anywhere.
    for end in 0..log.len() {
        match read(&log[..end]) {
            Ok((_, some)) => assert!(rows.starts_with(&some)),
            Err(ReadError::Empty | ReadError::Foreign) => assert!(!log[..end].contains(&b'\n')),
            Err(error) => panic!("{end}: {error}"),
        }
    }

    let summaries = events::summaries();
    let names: Vec<&str> = summaries.iter().map(|summary| &*summary.name).collect();
    assert_eq!(names, ["MainThread", "pool_1"]);
    assert_eq!(summaries[0].totals.get(Counter::Committed), 3);
    assert!(summaries[0].running && !summaries[1].running);
}
