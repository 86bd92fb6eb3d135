//! The log as a trace in the Trace Event Format, which Perfetto and Chrome's `about:tracing` open: a line of spans for each
//! thread. <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>

use std::io::{self, Write};

use pystm_stm::events::{
    Event, Kind, Place,
    format::{Header, Row},
    read::Names,
};

/// A trace that is being written.
pub(super) struct Trace<W> {
    out: W,
    process: u32,
}

impl<W: Write> Trace<W> {
    /// Begins a trace of the process that the log tells of.
    pub(super) fn begin(mut out: W, header: &Header) -> io::Result<Trace<W>> {
        let process = header.process;
        // Every other event begins with a comma.
        write!(
            out,
            "{{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n\
             {{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":{process},\"tid\":0,\"args\":{{\"name\":{}}}}}",
            json(&header.command)
        )?;
        Ok(Trace { out, process })
    }

    /// Adds what a row of the log tells.
    pub(super) fn row(&mut self, names: &Names, row: &Row) -> io::Result<()> {
        match row {
            Row::Named(thread, name) => {
                let name = json(&format!("{thread} {}", names.text(*name)));
                self.event("M", "thread_name", *thread, &format!("\"args\":{{\"name\":{name}}}"))
            }
            Row::Event(event) => self.span(names, event),
            _ => Ok(()),
        }
    }

    /// Ends the trace.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.out.write_all(b"\n]}\n")?;
        self.out.flush()
    }

    fn span(&mut self, names: &Names, event: &Event) -> io::Result<()> {
        let (class, granule) = (names.text(event.what.class), names.text(event.what.granule));
        let what = format!("{class}{}{granule}", if granule.starts_with(['.', '[']) { "" } else { " " });
        let what = what.trim();
        let name = format!("{} {what}", event.kind.word());
        let (other_place, subject) = match event.kind {
            Kind::Inevitable => ("began", "reason"),
            _ => ("other place", "object"),
        };
        let mut args = Vec::new();
        let mut arg = |name: &str, value: String| {
            if !value.is_empty() {
                args.push(format!("\"{name}\":{}", json(&value)));
            }
        };
        arg(subject, what.to_owned());
        arg("place", shown(names, event.place));
        arg("other thread", if event.other == 0 { String::new() } else { event.other.to_string() });
        arg(other_place, shown(names, event.other_place));
        let rest = format!(
            "\"cat\":\"{}\",\"ts\":{},\"dur\":{},\"args\":{{{}}}",
            event.kind.word(),
            microseconds(event.at),
            microseconds(event.ns),
            args.join(",")
        );
        self.event("X", name.trim(), event.thread, &rest)
    }

    fn event(&mut self, phase: &str, name: &str, thread: u32, rest: &str) -> io::Result<()> {
        let (process, name) = (self.process, json(name));
        write!(
            self.out,
            ",\n{{\"ph\":\"{phase}\",\"name\":{name},\"pid\":{process},\"tid\":{thread},{rest}}}"
        )
    }
}

fn shown(names: &Names, place: Place) -> String {
    let frames: Vec<String> =
        names.frames(place).map(|f| format!("{}:{} in {}", f.file, f.line, f.function)).collect();
    frames.join(", from ")
}

fn microseconds(ns: u64) -> String {
    format!("{}.{:03}", ns / 1000, ns % 1000)
}

/// A JSON string.
fn json(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            c if c < ' ' => quoted.push_str(&format!("\\u{:04x}", c as u32)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
