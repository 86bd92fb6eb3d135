//! Raising and handling exceptions.

use super::{arith::finish, slow_ops};
use crate::{
    builtins::exceptions,
    bytecode::NO_REG,
    error::Exc,
    interp::{
        decode::{a, b, c, get, set},
        generator,
    },
    protocol::instance,
    runtime::type_of,
    value::Value,
};

slow_ops! {
    /// `Raise`
    Raise |t, ip, fp| {
        if a(ip) == NO_REG as usize {
            let handled = t.handled;
            if handled.is_none() {
                return Err(t.raise(Exc::RuntimeError, "No active exception to reraise"));
            }
            t.reraising = true;
            return Err(t.reraise(handled));
        }
        let cause = if b(ip) == NO_REG as usize { Value::UNSET } else { get(fp, b(ip)) };
        Err(exceptions::raise_statement(t, get(fp, a(ip)), cause))
    }
    /// `Reraise`
    Reraise |t, ip, fp| {
        t.reraising = true;
        Err(t.reraise(get(fp, a(ip))))
    }
    /// `PushExc`
    PushExc |t, ip, fp| {
        // A generator that handled nothing so far goes back to what its resumer of that moment handles.
        let before = match generator::of_frame(fp) {
            Some(g) => {
                let before = g.handled.get();
                let w = t.write(g);
                g.handled.set(&w, get(fp, a(ip)));
                if before.is_none() { Value::UNSET } else { before }
            }
            None => t.handled,
        };
        set(fp, a(ip) + 1, before);
        t.handled = get(fp, a(ip));
        Ok((ip.add(1), fp))
    }
    /// `PopExc`
    PopExc |t, ip, fp| {
        let before = get(fp, a(ip) + 1);
        t.handled = match generator::of_frame(fp) {
            Some(g) => {
                let w = t.write(g);
                g.handled.set(&w, if before.is_unset() { Value::NONE } else { before });
                if before.is_unset() { g.outer_handled.get() } else { before }
            }
            None => before,
        };
        Ok((ip.add(1), fp))
    }
    /// `ExcMatch`
    ExcMatch |t, ip, fp| {
        let result = instance::exception_matches(t, get(fp, b(ip)), get(fp, c(ip))).map(Value::bool);
        finish(ip, fp, result)
    }
    /// `ExcGroupMatch`
    ExcGroupMatch |t, ip, fp| {
        let (matched, rest) = exceptions::group_match(t, get(fp, b(ip)), get(fp, c(ip)))?;
        set(fp, a(ip), matched);
        set(fp, a(ip) + 1, rest);
        Ok((ip.add(1), fp))
    }
    /// `ExcTriple`
    ExcTriple |t, ip, fp| {
        let exception = get(fp, b(ip));
        set(fp, a(ip), type_of(exception).value());
        set(fp, a(ip) + 1, exception);
        let traceback = exceptions::traceback_of(t, exception);
        set(fp, a(ip) + 2, traceback);
        Ok((ip.add(1), fp))
    }
    /// `EndAsyncFor`
    EndAsyncFor |t, ip, fp| {
        let exception = get(fp, a(ip));
        if exceptions::is_instance(t, exception, Exc::StopAsyncIteration) {
            return Ok((ip.add(1), fp));
        }
        t.reraising = true;
        Err(t.reraise(exception))
    }
}
