//! Frames of other threads. They run on, so what Python code gets of them shows how they stood for a moment.

use super::{Frame, Live, make, room};
use crate::{
    builtins::{function::Function, tuple::Tuple},
    object::Ref,
    thread::{RootVec, Thread},
    threads,
    value::Value,
};

/// How another thread stands.
pub struct Standing {
    /// `threading.get_ident()` there.
    pub ident: i64,
    /// The exception that it handles, or None.
    pub handled: Value,
    /// Its innermost frame.
    pub frame: Value,
}

/// A frame of another thread. Its values stand among others, from `first` on: function, namespace, named registers.
struct Seen {
    word: u32,
    first: usize,
    named: usize,
}

/// Calls `f` with how each other thread stands that has frames.
pub fn for_each<E>(
    t: &mut Thread,
    mut f: impl FnMut(&mut Thread, Standing) -> Result<(), E>,
) -> Result<(), E> {
    let mut values = t.vec();
    let mut found: Vec<(i64, usize, Vec<Seen>)> = Vec::new();
    threads::look_at_others(t, |other| {
        let frames = look(other, &mut values);
        if !frames.is_empty() {
            found.push((other.ident, values.len(), frames));
            values.push(publish(other, other.handled));
        }
    });
    for (ident, handled, frames) in found {
        let frame = show(t, &values, &frames);
        f(t, Standing { ident, handled: values[handled], frame })?;
    }
    Ok(())
}

/// The frames of a thread that stands still, innermost first.
fn look(other: &mut Thread, values: &mut RootVec) -> Vec<Seen> {
    let mut frames = Vec::new();
    let mut next = Live::running(other);
    while let Some(live) = next {
        let function = live.function();
        let namespace = if live.generator().is_some() { Value::UNSET } else { live.extra() };
        let named = function.loaded().locals.len();
        frames.push(Seen { word: live.word(), first: values.len(), named });
        values.push(publish(other, function.value()));
        values.push(publish(other, namespace));
        for i in 0..named {
            // SAFETY: the window of a live frame has its named registers.
            values.push(publish(other, unsafe { *live.fp.add(i) }));
        }
        next = live.caller(other);
    }
    frames
}

fn publish(other: &mut Thread, value: Value) -> Value {
    other.publish(value);
    value
}

/// Frame objects for frames that have been seen; the innermost.
fn show(t: &mut Thread, values: &[Value], frames: &[Seen]) -> Value {
    let mut back = Value::NONE;
    for seen in frames.iter().rev() {
        let [function, namespace] = [values[seen.first], values[seen.first + 1]];
        let function = Ref::<Function>::known(function);
        let left = room(t, function.loaded());
        if let Some(left) = left.cast::<Tuple>() {
            let w = t.write(left);
            for (i, slot) in left.items().iter().enumerate().take(seen.named) {
                slot.set(&w, values[seen.first + 2 + i]);
            }
        }
        let frame: Ref<Frame> = make(t, function, left, namespace, seen.word);
        let w = t.write(frame);
        frame.back.set(&w, back);
        back = frame.value();
    }
    back
}
