//! What a block does to the world outside. It is kept with the block, in order, done when the block has committed, and
//! forgotten when it is undone; a block that can no longer be undone anyway does it at once.

use pystm_stm::gate;

use super::FirstError;
use crate::{
    error::PyResult,
    thread::{RootVec, Thread},
    value::Value,
};

/// How output gets into a kind of streams.
pub struct Sink {
    /// Puts bytes behind what the stream has got so far, in its memory: neither waits nor makes objects. Called right before
    /// the commit, so that the output of blocks stands in the order in which they commit. What is flushed goes behind what the
    /// stream behind this one has got.
    pub add: fn(stream: Value, bytes: &[u8], flush: bool),
    /// Does what else writing and (`flush`) flushing comes to.
    pub finish: fn(t: &mut Thread, stream: Value, flush: bool) -> PyResult<()>,
}

/// Something to be done.
enum Effect {
    Output(Output),
    /// A call with the values from the first place to the second.
    Call(fn(&mut Thread, &[Value]) -> PyResult<()>, usize, usize),
}

/// Output to a stream. Of streams that end in the same one (`base`) the order matters.
struct Output {
    sink: &'static Sink,
    /// Place of the stream among the values; behind it stands the base.
    stream: usize,
    bytes: Vec<u8>,
    flush: bool,
}

/// The effects of a block so far.
pub(super) struct Effects {
    list: Vec<Effect>,
    values: RootVec,
    /// Effects of blocks around the innermost one, which get nothing added.
    closed: usize,
    /// They are no longer kept: something has been done outside that cannot be undone.
    at_once: bool,
}

/// How much there was when a nested block began.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    list: usize,
    values: usize,
    closed: usize,
}

impl Effects {
    pub(super) fn new(t: &mut Thread) -> Effects {
        Effects { list: Vec::new(), values: t.vec(), closed: 0, at_once: false }
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.values.clear();
        (self.closed, self.at_once) = (0, false);
    }

    pub(super) fn are_at_once(&self) -> bool {
        self.at_once
    }

    /// A nested block begins.
    pub(super) fn mark(&mut self) -> Mark {
        let mark = Mark { list: self.list.len(), values: self.values.len(), closed: self.closed };
        self.closed = self.list.len();
        mark
    }

    /// A nested block has ended.
    pub(super) fn close(&mut self, mark: Mark, keep: bool) {
        self.closed = mark.closed;
        if !keep {
            self.list.truncate(mark.list);
            self.values.truncate(mark.values);
        }
    }

    fn add_values(&mut self, values: &[Value]) -> usize {
        let at = self.values.len();
        self.values.extend_from_slice(values);
        at
    }

    /// The output to be extended by more to this stream, if nothing to the same base has come in between.
    fn output(&mut self, sink: &'static Sink, stream: Value, base: Value) -> &mut Output {
        let values = &self.values;
        let same_base = |e: &Effect| matches!(e, Effect::Output(o) if values[o.stream + 1] == base);
        let last = self.list[self.closed.min(self.list.len())..].iter().rposition(same_base);
        let last = last.map(|at| at + self.closed);
        let at = match last {
            Some(at) if matches!(&self.list[at], Effect::Output(o) if values[o.stream] == stream) => at,
            _ => {
                let stream = self.add_values(&[stream, base]);
                self.list.push(Effect::Output(Output { sink, stream, bytes: Vec::new(), flush: false }));
                self.list.len() - 1
            }
        };
        let Effect::Output(output) = &mut self.list[at] else { unreachable!("an output was looked for") };
        output
    }

    /// Hands all output to its streams.
    pub(super) fn add_all(&mut self) {
        for effect in &mut self.list {
            if let Effect::Output(output) = effect {
                (output.sink.add)(
                    self.values[output.stream],
                    &std::mem::take(&mut output.bytes),
                    output.flush,
                );
            }
        }
    }

    /// Does the rest after [`Effects::add_all`].
    pub(super) fn finish(&self, t: &mut Thread, errors: &mut FirstError) {
        for effect in &self.list {
            let result = match *effect {
                Effect::Output(ref o) => (o.sink.finish)(t, self.values[o.stream], o.flush),
                Effect::Call(call, from, to) => call(t, &self.values[from..to]),
            };
            errors.note(t, result);
        }
    }
}

/// The effects of the open block, if they are kept for its end.
fn kept(t: &mut Thread) -> Option<&mut Effects> {
    t.block.as_mut().map(|block| &mut block.effects).filter(|effects| !effects.at_once)
}

/// Whether the open block keeps its effects for its end.
pub fn are_kept(t: &mut Thread) -> bool {
    kept(t).is_some()
}

/// Keeps output of the open block until it commits: bytes to a stream, and `flush`. `base` is where it goes in the end.
pub fn write(t: &mut Thread, sink: &'static Sink, stream: Value, base: Value, bytes: &[u8], flush: bool) {
    if let Some(effects) = kept(t) {
        let output = effects.output(sink, stream, base);
        output.bytes.extend_from_slice(bytes);
        output.flush |= flush;
    }
}

/// Keeps a call until the open block has committed.
pub fn call(t: &mut Thread, function: fn(&mut Thread, &[Value]) -> PyResult<()>, values: &[Value]) {
    if let Some(effects) = kept(t) {
        let from = effects.add_values(values);
        effects.list.push(Effect::Call(function, from, from + values.len()));
    }
}

/// The open block does something outside that cannot be undone: what it has written comes before that, and what it writes
/// from here on is written at once. What it has to do besides still waits for the commit.
pub(crate) fn settle(t: &mut Thread) {
    gate::set_dirty();
    let Some(effects) = kept(t) else { return };
    effects.at_once = true;
    if effects.list.is_empty() {
        return;
    }
    effects.add_all();
    let mut flushed = Vec::new();
    for effect in &mut effects.list {
        if let Effect::Output(output) = effect {
            flushed.push((output.sink, output.stream, std::mem::take(&mut output.flush)));
        }
    }
    for (sink, stream, flush) in flushed {
        let Some(stream) = t.block.as_ref().map(|block| block.effects.values[stream]) else { return };
        if let Err(raised) = (sink.finish)(t, stream, flush) {
            // It is still in the stream's memory: the next flush meets the error again.
            t.take_exception(raised);
        }
    }
}
