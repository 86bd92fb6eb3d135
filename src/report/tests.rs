use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use pystm_stm::{
    events::{
        self, Conflict, Counter, Event, Events, Frame, Host, Kind, Log, Place, Places, Text, Totals, What,
        format::{Header, Row, write_text},
    },
    gc::Object,
};

use super::{Request, is_wanted, make, parse, totals};

/// A directory of the test's own.
fn directory(test: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("pystm-report-{}-{test}", std::process::id()));
    fs::create_dir_all(&path).unwrap();
    path
}

fn report(file: &Path) -> Result<String, String> {
    make(&Request { file: file.to_owned(), top: 10, trace: None })
}

/// A log of two threads, whose code is in `bank.py`.
fn sample(bank: &Path, end: bool) -> Vec<u8> {
    let mut log = Vec::new();
    Header { process: 42, milliseconds: 1_763_862_000_000, command: "pystm bank.py".into() }.write(&mut log);
    let texts =
        ["MainThread", "worker \"1\"", bank.to_str().unwrap(), "move", "<module>", "Account", ".money"];
    for (id, text) in (1..).zip(texts) {
        write_text(&mut log, id, text);
    }
    write_text(&mut log, 8, "os.write");
    write_text(&mut log, 9, ".name");
    let frame = |id, line, function| Row::Frame(id, Text(3), line, Text(function));
    let event = |kind, at, ns, thread, other, place, other_place, class, granule| {
        Row::Event(Event {
            kind,
            at,
            ns,
            thread,
            other,
            place: Place(place),
            other_place: Place(other_place),
            what: What { class: Text(class), granule: Text(granule) },
        })
    };
    let mut totals = Totals::ZERO;
    totals.0[Counter::Committed as usize] = 1_234_567;
    totals.0[Counter::Waits as usize] = 2;
    totals.0[Counter::WaitNs as usize] = 1_500_000;
    let mut rows = vec![
        Row::Started(0, 1),
        Row::Named(1, Text(1)),
        Row::Started(10, 2),
        Row::Named(2, Text(2)),
        frame(1, 4, 5),
        frame(2, 2, 4),
        frame(3, 9, 4),
        Row::Place(1, Place(0), 1),
        Row::Place(2, Place(1), 2),
        Row::Place(3, Place(0), 3),
        event(Kind::Abort, 1_000, 2_000, 1, 2, 2, 3, 6, 7),
        event(Kind::Abort, 5_000, 4_000_000, 1, 2, 2, 3, 6, 7),
        event(Kind::Wait, 6_000, 500, 1, 2, 2, 3, 6, 9),
        event(Kind::Steal, 7_000, 900, 2, 1, 2, 2, 6, 0),
        event(Kind::Steal, 8_000, 1, 2, 1, 0, 0, 0, 0),
        event(Kind::Commit, 8_000, 900, 2, 0, 2, 0, 0, 0),
        event(Kind::Inevitable, 9_000, 0, 2, 0, 2, 1, 0, 8),
        event(Kind::Retry, 9_500, 1_000_000_000, 2, 0, 3, 0, 0, 0),
        event(Kind::Major, 9_900, 10, 2, 0, 0, 0, 0, 0),
        Row::Totals(2_000_000_000, 1, totals),
    ];
    if end {
        rows.push(Row::End(2_500_000_000));
    }
    rows.iter().for_each(|row| row.write(&mut log));
    log
}

const SAMPLE: &str = "\
pystm bank.py, process 42: 2.50 s

thread        committed  aborted  waited        stole  inevitable  retried  collected
1 MainThread  1,234,567  0        2 in 1.50 ms  0      0           0        0
2 worker \"1\"  0          0        0             0      0           0        0
all           1,234,567  0        2 in 1.50 ms  0      0           0        0

Conflicts: 5 times, 4.00 ms lost

  1. 4.00 ms lost: 1 wait, 2 aborts, at most 4.00 ms at once
     about: Account, .money, .name
       BANK:2 in move
           source.money -= amount
       from BANK:4 in <module>
     against
       BANK:9 in move

  2. 900 ns lost: 1 steal
     about: Account
       BANK:2 in move
           source.money -= amount
       from BANK:4 in <module>
     against the same line in another thread

  3. 1 ns lost: 1 steal
       no line: the thread began or ended
     against
       no line: the thread began or ended

Forced inevitability: once, 0 ns waited for the right to it

  1. 0 ns waited for the right to it: once
     because of: os.write
       BANK:2 in move
           source.money -= amount
       from BANK:4 in <module>
     in the transaction that began at
       BANK:4 in <module>
           move()

Sleeps in transaction.retry: once, 1.00 s slept

  1. 1.00 s slept: once
       BANK:9 in move

";

#[test]
fn sample_log() {
    let directory = directory("sample");
    let (bank, log) = (directory.join("bank.py"), directory.join("log"));
    fs::write(&bank, "def move():\n    source.money -= amount\n\nmove()\n").unwrap();
    fs::write(&log, sample(&bank, true)).unwrap();
    assert_eq!(report(&log).unwrap().replace(bank.to_str().unwrap(), "BANK"), SAMPLE);
    let short = make(&Request { file: log, top: 1, trace: None }).unwrap();
    assert!(short.contains("and 2 more (--top N)"), "{short}");
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn log_of_a_killed_process() {
    let directory = directory("killed");
    let log = directory.join("log");
    let mut content = sample(Path::new("bank.py"), false);
    content.extend(b"A 17 1");
    fs::write(&log, &content).unwrap();
    let text = report(&log).unwrap();
    assert!(text.contains("The log has no end") && text.contains("lost: 1 wait, 2 aborts"), "{text}");
    content.extend(b" x\n");
    fs::write(&log, &content).unwrap();
    let text = report(&log).unwrap();
    assert!(text.contains("cannot be read to its end: line 31 is damaged"), "{text}");
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn files_that_cannot_be_read() {
    let directory = directory("unreadable");
    let log = directory.join("log");
    let error = |file: &Path| report(file).unwrap_err().replace(file.to_str().unwrap(), "LOG");
    assert_eq!(error(&log), "LOG: No such file or directory (os error 2)");
    assert_eq!(error(&directory), "LOG: Is a directory (os error 21)");
    for (content, says) in [
        (&b""[..], "LOG: the file is empty"),
        (b"import os\n", "LOG: this is not a log that PYSTM_LOG has written"),
        (b"\x7fELF", "LOG: this is not a log that PYSTM_LOG has written"),
        (b"pystm-log 2 1 1 x\n", "LOG: the log has version 2 of the format, this pystm reads version 1"),
    ] {
        fs::write(&log, content).unwrap();
        assert_eq!(error(&log), says);
    }
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn trace() {
    let directory = directory("trace");
    let (log, out) = (directory.join("log"), directory.join("trace.json"));
    fs::write(&log, sample(Path::new("bank.py"), true)).unwrap();
    let request = |trace: &Path| Request { file: log.clone(), top: 10, trace: Some(trace.to_owned()) };
    make(&request(&out)).unwrap();
    let json = fs::read_to_string(&out).unwrap();
    for part in [
        "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":42,",
        "{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":42,\"tid\":2,\"args\":{\"name\":\"2 worker \\\"1\\\"\"}},\n",
        "{\"ph\":\"X\",\"name\":\"abort Account.money\",\"pid\":42,\"tid\":1,\"cat\":\"abort\",\"ts\":5.000,\
         \"dur\":4000.000,\"args\":{\"object\":\"Account.money\",\"place\":\"bank.py:2 in move, from bank.py:4 in \
         <module>\",\"other thread\":\"2\",\"other place\":\"bank.py:9 in move\"}},\n",
        "\"name\":\"inevitable os.write\",\"pid\":42,\"tid\":2,\"cat\":\"inevitable\",\"ts\":9.000,\"dur\":0.000,\
         \"args\":{\"reason\":\"os.write\",",
        "\"name\":\"transaction\",",
    ] {
        assert!(json.contains(part), "{part}\n{json}");
    }
    assert!(json.ends_with("}\n]}\n"));
    let error = make(&request(&log)).unwrap_err();
    assert!(error.ends_with("the trace would overwrite the log"), "{error}");
    assert!(fs::read(&log).unwrap().starts_with(b"pystm-log "));
    fs::remove_dir_all(directory).unwrap();
}

/// A host that stands in line 2 of a file.
struct Standing(PathBuf);

impl Host for Standing {
    fn place(&self, places: &mut Places<'_>) -> Place {
        let file = self.0.to_str().unwrap().to_owned();
        places.get(0, 0, || vec![Frame { file, line: 2, function: "work".into() }])
    }

    fn what(&self, _: &Object, log: &Log) -> What {
        What { class: log.text("dict"), granule: log.text("[7]") }
    }
}

#[test]
fn log_that_was_written_by_threads() {
    let directory = directory("live");
    let (code, log) = (Standing(directory.join("work.py")), directory.join("log"));
    fs::write(&code.0, "def work():\n    d[7] += 1\n").unwrap();
    events::open(&log, "pystm work.py").unwrap();
    let other = Events::start("other");
    std::thread::scope(|scope| {
        for n in 0..3 {
            let (code, other) = (&code, &other);
            scope.spawn(move || {
                let me = Events::start(&format!("thread {n}"));
                let place = other.place(code);
                let conflict = Conflict { other: other.number(), other_place: place, ..Conflict::default() };
                for _ in 0..1000 {
                    me.steal(code, Instant::now() - Duration::from_millis(1), &conflict);
                    me.commit(events::begun(), place);
                }
                me.end();
            });
        }
    });
    events::close();
    let text = report(&log).unwrap();
    assert!(text.contains("lost: 3,000 steals, at most 1."), "{text}");
    assert!(
        text.contains(
            "work.py:2 in work\n           d[7] += 1\n     against the same line in another thread"
        )
    );
    assert!(text.lines().any(|line| line.starts_with("all ") && line.contains(" 3,000 ")), "{text}");
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn arguments() {
    let parsed = |args: &[&str]| parse(&args.iter().map(Into::into).collect::<Vec<_>>());
    let request = parsed(&["--top", "3", "a.log", "--trace=b.json"]).unwrap().unwrap();
    assert_eq!(request, Request { file: "a.log".into(), top: 3, trace: Some("b.json".into()) });
    assert!(parsed(&["-h"]).unwrap().is_none());
    assert!(parsed(&[]).unwrap_err().starts_with("the log's file is missing"));
    assert!(parsed(&["a", "b"]).unwrap_err().contains("\"b\""));
    assert_eq!(parsed(&["--top", "x", "a"]).unwrap_err(), "--top: \"x\" is not a number of entries");
    assert!(parsed(&["--nope"]).unwrap_err().contains("--nope"));
    assert!(is_wanted(&["report".into()]) && !is_wanted(&["report.py".into()]) && !is_wanted(&[]));
}

#[test]
fn times_and_numbers() {
    for (ns, text) in [
        (0, "0 ns"),
        (999, "999 ns"),
        (1000, "1.00 µs"),
        (999_400, "999 µs"),
        (999_600, "1.00 ms"),
        (12_345_678, "12.3 ms"),
        (5_999_000_000, "6.00 s"),
        (123_456_000_000_000, "123456 s"),
    ] {
        assert_eq!(totals::time(ns), text);
    }
    assert_eq!([0, 999, 1000, 1_234_567].map(totals::number), ["0", "999", "1,000", "1,234,567"]);
}
