//! What the interpreter tells the log: the lines where a thread stands, and what of an object its instruction wants.

use std::{
    fs::File,
    io::BufReader,
    path::Path,
    sync::{Arc, OnceLock},
    time::Instant,
};

use pystm_gc::{Marker, config::Config};
use pystm_stm::events::{self, Conflict, Events, Place, format::Row, read::Reader};
use pystm_text::hash::HashKey;
use pystm_vm::{
    boot,
    builtins::dict,
    compiler::Options,
    error::PyResult,
    import,
    kind::Kind,
    native::{TypeDef, getset, method},
    object::native::{self, Payload},
    protocol::text,
    runtime::Settings,
    thread::Thread,
    value::Value,
};

struct Probe;

impl Payload for Probe {
    fn trace(&self, _: &mut Marker) {}
}

/// Everything that is done to a probe becomes an event.
static DEF: TypeDef = TypeDef {
    name: "Probe",
    doc: "An object that is wanted.",
    base: None,
    kind: Kind::Native,
    layout: native::LAYOUT,
    words: native::WORDS,
    flags: 0,
    methods: &[
        method("touch", "($self, /)", |t, a| note(t, a[0]), "Touch it."),
        method("__getitem__", "($self, key, /)", |t, a| note(t, a[0]), "Get an item."),
        method("__setitem__", "($self, key, value, /)", |t, a| note(t, a[0]), "Set an item."),
        method("__contains__", "($self, key, /)", |t, a| note(t, a[0]), "Look for a key."),
    ],
    getset: &[getset("size", note, |t, probe, _| note(t, probe).map(|_| ()), "An attribute.")],
    setup: None,
};

static EVENTS: OnceLock<Arc<Events>> = OnceLock::new();

fn note(t: &mut Thread, probe: Value) -> PyResult {
    let me = EVENTS.get().unwrap();
    let what = events::what(t, probe.object().unwrap());
    me.steal(t, Instant::now(), &Conflict { what, ..Conflict::default() });
    Ok(Value::TRUE)
}

/// Each line that is wanted is followed by what of it.
const PROGRAM: &str = "\
def work(p, n):
    p.touch()
    p[n]
    p['a\\'b'] = 1
    p[2]
    'x' in p
    p.size
    p.size = 2
    p[None, (1, 2), 'k']
    p[2.5]
    p['x' * 100]
    for i in 1, 2:
        p.size
class Inner:
    def method(self):
        work(probe, -7)
Inner().method()
";

const EXPECTED: &[(u32, &str)] = &[
    (2, "touch()"),
    (3, "[-7]"),
    (4, "[\"a'b\"]"),
    (5, "[2]"),
    (6, "in"),
    (7, ".size"),
    (8, ".size"),
    (9, "[(None, ..., 'k')]"),
    (10, "[<float>]"),
    (11, "['xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...]"),
    (13, ".size"),
    (13, ".size"),
];

#[test]
fn events_name_lines_and_what_is_wanted() {
    let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join("places.log");
    EVENTS.get_or_init(|| Events::start("main"));
    events::open(&log, "places").unwrap();
    run().unwrap();
    events::close();

    let mut reader = Reader::new(BufReader::new(File::open(&log).unwrap())).unwrap();
    let mut found = Vec::new();
    let mut places: Vec<Place> = Vec::new();
    while let Some(row) = reader.next_row().unwrap() {
        let Row::Event(event) = row else { continue };
        assert_eq!(reader.names.text(event.what.class), "Probe");
        let frames: Vec<_> = reader.names.frames(event.place).collect();
        let functions: Vec<_> = frames.iter().map(|frame| (frame.file, frame.function)).collect();
        assert_eq!(functions, [("p.py", "work"), ("p.py", "Inner.method"), ("p.py", "<module>")]);
        assert_eq!((frames[1].line, frames[2].line), (16, 17));
        found.push((frames[0].line, reader.names.text(event.what.granule).to_owned()));
        places.push(event.place);
    }
    let expected: Vec<_> = EXPECTED.iter().map(|&(line, granule)| (line, granule.to_owned())).collect();
    assert_eq!(found, expected);
    assert_eq!(places[10], places[11], "a place that comes again has its number again");
}

fn run() -> Result<(), String> {
    let settings =
        Settings { hash_key: HashKey::from_seed(0), optimize: 0, dev_mode: false, no_debug_ranges: false };
    let mut thread = boot::start(settings, Config::default(), &[]).map_err(|_| "boot failed")?;
    let t = &mut *thread;
    let class = t.rt.native_class(t, &DEF);
    let globals = dict::new(t);
    let probe = native::new(t, class, Probe);
    dict::set_text(t, globals, "probe", probe);
    let code = import::compile(t, PROGRAM, "p.py", pystm_parser::Mode::Module, &Options::default())
        .map_err(|_| "the program does not compile")?;
    let name = t.new_str("program");
    dict::set_text(t, globals, "__name__", name);
    import::exec_code(t, code, globals.value(), Value::UNSET).map(|_| ()).map_err(|raised| {
        let exception = t.take_exception(raised);
        text::repr_string(t, exception).unwrap_or_default()
    })
}
