//! Starting and ending threads.

use std::{
    io,
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering::Acquire, Ordering::Release},
};

use pystm_gc::config::Config;

use crate::{runtime::Runtime, thread::Thread, value::Value};

/// What a new thread takes over from the one that starts it.
#[derive(Clone)]
struct Heritage {
    rt: &'static Runtime,
    config: Config,
    builtins: u64,
    recursion_limit: i64,
    depth: i64,
}

/// Starts an OS thread with a native stack of `stack` bytes (0: the default). `begin` runs in it first, and the calling
/// thread goes on when it has; then `body` runs with the values.
///
/// # Errors
/// What the system says if it refuses.
pub fn spawn(
    t: &mut Thread,
    stack: usize,
    values: &[Value],
    begin: impl FnOnce(&mut Thread) + Send + 'static,
    body: impl FnOnce(&mut Thread, &[Value]) + Send + 'static,
) -> io::Result<()> {
    for value in values {
        t.share(*value);
    }
    let builtins = t.builtins;
    t.share(builtins);
    let heritage = Heritage {
        rt: t.rt,
        config: t.mutator.config.clone(),
        builtins: builtins.bits(),
        recursion_limit: t.recursion_limit,
        depth: t.recursion_limit,
    };
    let words: Vec<u64> = values.iter().map(|v| v.bits()).collect();
    let begun = Arc::new(AtomicBool::new(false));
    let signal = begun.clone();
    let parent = std::thread::current();
    let main = move || {
        let mut thread = Thread::new(heritage.rt, heritage.config);
        let t = &mut *thread;
        t.builtins = Value::from_bits(heritage.builtins);
        t.recursion_limit = heritage.recursion_limit;
        t.depth_left = heritage.depth;
        let mut values = t.vec();
        values.extend(words.into_iter().map(Value::from_bits));
        begin(t);
        // Release: pairs with the Acquire of the waiting thread.
        signal.store(true, Release);
        parent.unpark();
        body(t, &values);
        drop(values);
        thread.end();
    };
    let stack = if stack == 0 { DEFAULT_STACK } else { stack };
    std::thread::Builder::new().stack_size(stack).spawn(main)?;
    // The values are found on this thread's stack until the new one has them.
    t.blocking(|| {
        // Acquire: pairs with the Release of the new thread.
        while !begun.load(Acquire) {
            std::thread::park_timeout(std::time::Duration::from_millis(10));
        }
    });
    Ok(())
}

/// Bytes of a native stack where nobody asks for others.
const DEFAULT_STACK: usize = 64 << 20;
