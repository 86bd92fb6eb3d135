//! Streams of compressed data: what the objects of `_bz2`, `_lzma` and `zlib._ZlibDecompressor` have in common.

use pystm_gc::{Marker, lock::Mutex};
use pystm_vm::{
    builtins::buffer,
    error::{Exc, PyResult, Raised},
    kind::Kind,
    native::{GetSet, Method, TypeDef},
    object::{
        Ref,
        native::{self, Payload},
    },
    thread::Thread,
    value::Value,
};

use crate::support::{bytes_value, to_i64};

/// Room that a step gets to write to.
const CHUNK: usize = 32 << 10;

/// A step of compression or decompression: bytes of the input used, and whether the stream has ended. The error is its
/// message.
pub(crate) type Step = Result<(usize, bool), String>;

/// An algorithm that takes input bit by bit.
pub(crate) trait Coder: Send + 'static {
    /// What the error says if more is decompressed after the end.
    const ENDED: &str = "End of stream already reached";
    /// Works on the input, into the free capacity of `out`. `finish`: no more input will follow.
    fn step(&mut self, input: &[u8], out: &mut Vec<u8>, finish: bool) -> Step;
    /// The exception for a message.
    fn error(t: &mut Thread, message: &str) -> Raised;
}

/// The definition of a type of compressors or decompressors.
pub(crate) const fn type_def(
    name: &'static str,
    doc: &'static str,
    methods: &'static [Method],
    getset: &'static [GetSet],
) -> TypeDef {
    TypeDef {
        name,
        doc,
        base: None,
        kind: Kind::Native,
        layout: native::LAYOUT,
        words: native::WORDS,
        flags: 0,
        methods,
        getset,
        setup: None,
    }
}

/// State of a compressor: `None` once flushed.
struct Compressor<C>(Mutex<Option<C>>);

impl<C: Coder> Payload for Compressor<C> {
    fn trace(&self, _: &mut Marker) {}
}

/// A new compressor.
pub(crate) fn new_compressor<C: Coder>(t: &mut Thread, class: Value, coder: C) -> Value {
    native::new(t, Ref::known(class), Compressor(Mutex::new(Some(coder))))
}

/// Runs a coder over all of the input, and to the end of the stream if `finish`.
fn run_all<C: Coder>(coder: &mut C, mut input: &[u8], finish: bool) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    loop {
        out.reserve(CHUNK);
        let (used, end) = coder.step(input, &mut out, finish)?;
        input = &input[used..];
        if end || !finish && input.is_empty() && out.len() < out.capacity() {
            return Ok(out);
        }
    }
}

/// `compress(data)`
pub(crate) fn compress<C: Coder>(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::to_vec(t, args[1])?;
    let state = native::payload::<Compressor<C>>(args[0]).expect("a compressor");
    let result = t.blocking(|| state.0.lock().as_mut().map(|coder| run_all(coder, &data, false)));
    match result {
        Some(Ok(out)) => bytes_value(t, &out),
        Some(Err(message)) => Err(C::error(t, &message)),
        None => Err(t.value_error("Compressor has been flushed")),
    }
}

/// `flush()`
pub(crate) fn flush<C: Coder>(t: &mut Thread, args: &[Value]) -> PyResult {
    let coder = native::payload::<Compressor<C>>(args[0]).expect("a compressor").0.lock().take();
    match coder.map(|mut coder| t.blocking(|| run_all(&mut coder, &[], true))) {
        Some(Ok(out)) => bytes_value(t, &out),
        Some(Err(message)) => Err(C::error(t, &message)),
        None => Err(t.value_error("Repeated call to flush()")),
    }
}

/// State of a decompressor.
struct Decompressor<C>(Mutex<State<C>>);

struct State<C> {
    coder: C,
    /// Input that has not been used.
    rest: Vec<u8>,
    end: bool,
    needs_input: bool,
}

impl<C: Coder> Payload for Decompressor<C> {
    fn trace(&self, _: &mut Marker) {}
}

/// A new decompressor.
pub(crate) fn new_decompressor<C: Coder>(t: &mut Thread, class: Value, coder: C) -> Value {
    let state = State { coder, rest: Vec::new(), end: false, needs_input: true };
    native::new(t, Ref::known(class), Decompressor(Mutex::new(state)))
}

fn state<C: Coder>(object: Value) -> &'static Mutex<State<C>> {
    &native::payload::<Decompressor<C>>(object).expect("a decompressor").0
}

/// Calls `f` with the coder of a decompressor.
pub(crate) fn with_coder<C: Coder, R>(object: Value, f: impl FnOnce(&C) -> R) -> R {
    f(&state::<C>(object).lock().coder)
}

/// `decompress(data, max_length=-1)`
pub(crate) fn decompress<C: Coder>(t: &mut Thread, args: &[Value]) -> PyResult {
    let data = buffer::to_vec(t, args[1])?;
    let limit = match args[2].given() {
        Some(n) => usize::try_from(to_i64(t, n)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let state = state::<C>(args[0]);
    let result = t.blocking(|| {
        let mut state = state.lock();
        if state.end { None } else { Some(advance(&mut state, &data, limit)) }
    });
    match result {
        Some(Ok(out)) => bytes_value(t, &out),
        Some(Err(message)) => Err(C::error(t, &message)),
        None => Err(t.raise(Exc::EOFError, C::ENDED)),
    }
}

/// Decompresses to at most `limit` bytes.
fn advance<C: Coder>(state: &mut State<C>, data: &[u8], limit: usize) -> Result<Vec<u8>, String> {
    state.rest.extend_from_slice(data);
    let mut out: Vec<u8> = Vec::new();
    let mut used = 0;
    while out.len() < limit || limit == 0 {
        // The free capacity is what the step may write, so the output goes on where the limit allows it.
        let mut chunk = Vec::with_capacity(CHUNK.min(limit - out.len()));
        let (n, end) = state.coder.step(&state.rest[used..], &mut chunk, false)?;
        used += n;
        state.end = end;
        let full = chunk.len() == chunk.capacity();
        out.extend_from_slice(&chunk);
        if end || !full && used == state.rest.len() || n == 0 && chunk.is_empty() {
            break;
        }
    }
    state.rest.drain(..used);
    // With no room left, something may still be on its way out.
    state.needs_input = !state.end && state.rest.is_empty() && out.len() < limit;
    Ok(out)
}

/// The attribute `eof`.
pub(crate) fn eof<C: Coder>(_: &mut Thread, object: Value) -> PyResult {
    Ok(Value::bool(state::<C>(object).lock().end))
}

/// The attribute `needs_input`.
pub(crate) fn needs_input<C: Coder>(_: &mut Thread, object: Value) -> PyResult {
    Ok(Value::bool(state::<C>(object).lock().needs_input))
}

/// The attribute `unused_data`.
pub(crate) fn unused_data<C: Coder>(t: &mut Thread, object: Value) -> PyResult {
    let rest = {
        let state = state::<C>(object).lock();
        if state.end { state.rest.clone() } else { Vec::new() }
    };
    bytes_value(t, &rest)
}
