//! Positions in text: `tell` makes a number out of a position in the buffer and a state of the decoder, `seek` goes back
//! there. The algorithm is that of CPython's `_pyio`.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};
use pystm_text::TextBuf;
use pystm_vm::{
    builtins::int,
    error::{Exc, PyResult},
    protocol::{call, number, text},
    thread::Thread,
    value::Value,
};

use super::{check_open, coding, this, write};
use crate::{
    io::base::unsupported,
    support::{int_value, to_i32, to_i64},
};

/// A position: where to go in the buffer, the decoder's flags there, and how much to decode and skip from there.
#[derive(Default)]
struct Cookie {
    start: i64,
    flags: i64,
    bytes_to_feed: i64,
    chars_to_skip: i64,
    need_end: bool,
}

impl Cookie {
    fn pack(&self, t: &mut Thread) -> Value {
        if self.flags == 0 && self.bytes_to_feed == 0 && self.chars_to_skip == 0 && !self.need_end {
            return int_value(t, self.start);
        }
        let mut n = BigInt::from(self.need_end as u8);
        for part in [self.chars_to_skip, self.bytes_to_feed, self.flags, self.start] {
            n = (n << 64u32) + BigInt::from(part);
        }
        int::from_bigint_ref(t, &n)
    }

    fn unpack(n: &BigInt) -> Cookie {
        let part = |k: u32| ((n >> (64 * k)) & BigInt::from(u64::MAX)).to_u64().unwrap_or(0) as i64;
        Cookie {
            start: part(0),
            flags: part(1),
            bytes_to_feed: part(2),
            chars_to_skip: part(3),
            need_end: part(4) != 0,
        }
    }
}

pub(super) fn tell(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = args[0];
    let buffer = super::buffer(t, object)?;
    check_open(t, object)?;
    let (seekable, telling) = {
        let s = this(object).state.lock();
        (s.seekable, s.telling)
    };
    if !seekable {
        return Err(unsupported(t, "underlying stream is not seekable"));
    }
    if !telling {
        return Err(t.raise(Exc::OSError, "telling position disabled by next() call"));
    }
    write::flush_pending(t, object)?;
    call::call_method(t, object, "flush", &[])?;
    let position = call::call_method(t, buffer, "tell", &[])?;
    let (snapshot, used) = {
        let s = this(object).state.lock();
        (s.snapshot.clone(), s.used)
    };
    let Some((flags, input)) = snapshot else { return Ok(position) };
    let position = to_i64(t, position)? - input.len() as i64;
    if used == 0 {
        return Ok(Cookie { start: position, flags, ..Cookie::default() }.pack(t));
    }
    let saved = coding::decoder_state(t, object)?;
    let found = find_position(t, object, position, flags, &input, used as i64);
    coding::set_decoder_state(t, object, &saved.0, saved.1)?;
    let cookie = found?;
    Ok(cookie.pack(t))
}

/// The safe starting point nearest before the character number `skip` of the decoded input.
fn find_position(
    t: &mut Thread,
    object: Value,
    position: i64,
    mut flags: i64,
    input: &[u8],
    mut skip: i64,
) -> PyResult<Cookie> {
    let ratio = this(object).state.lock().bytes_per_char;
    let mut skip_bytes = ((ratio * skip as f64) as usize).min(input.len());
    let mut skip_back = 1;
    loop {
        if skip_bytes == 0 {
            coding::set_decoder_state(t, object, &[], flags)?;
            break;
        }
        coding::set_decoder_state(t, object, &[], flags)?;
        let n = coding::decode(t, object, &input[..skip_bytes], false)?.len() as i64;
        if n <= skip {
            let (held, there) = coding::decoder_state(t, object)?;
            if held.is_empty() {
                flags = there;
                skip -= n;
                break;
            }
            skip_bytes -= held.len().min(skip_bytes);
            skip_back = 1;
        } else {
            skip_bytes = skip_bytes.saturating_sub(skip_back);
            skip_back *= 2;
        }
    }
    let mut cookie = Cookie { start: position + skip_bytes as i64, flags, ..Cookie::default() };
    if skip == 0 {
        return Ok(cookie);
    }
    let mut decoded = 0;
    for i in skip_bytes..input.len() {
        cookie.bytes_to_feed += 1;
        decoded += coding::decode(t, object, &input[i..=i], false)?.len() as i64;
        let (held, there) = coding::decoder_state(t, object)?;
        if held.is_empty() && decoded <= skip {
            cookie.start += cookie.bytes_to_feed;
            skip -= decoded;
            (cookie.flags, cookie.bytes_to_feed, decoded) = (there, 0, 0);
        }
        if decoded >= skip {
            cookie.chars_to_skip = skip;
            return Ok(cookie);
        }
    }
    decoded += coding::decode(t, object, &[], true)?.len() as i64;
    if decoded < skip {
        return Err(t.raise(Exc::OSError, "can't reconstruct logical file position"));
    }
    (cookie.need_end, cookie.chars_to_skip) = (true, skip);
    Ok(cookie)
}

pub(super) fn seek(t: &mut Thread, args: &[Value]) -> PyResult {
    let object = args[0];
    let buffer = super::buffer(t, object)?;
    check_open(t, object)?;
    let whence = match args[2].given() {
        Some(w) => to_i32(t, w)?,
        None => 0,
    };
    if !this(object).state.lock().seekable {
        return Err(unsupported(t, "underlying stream is not seekable"));
    }
    let cookie = number::index(t, args[1])?;
    let cookie = match whence {
        0 => cookie,
        1 if cookie != Value::ZERO => return Err(unsupported(t, "can't do nonzero cur-relative seeks")),
        1 => call::call_method(t, object, "tell", &[])?,
        2 if cookie != Value::ZERO => return Err(unsupported(t, "can't do nonzero end-relative seeks")),
        2 => return seek_to_end(t, object, buffer),
        _ => return Err(t.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
    };
    let number = int::to_bigint(cookie);
    if number.is_negative() {
        let repr = text::repr_string(t, cookie)?;
        return Err(t.value_error(format!("negative seek position {repr}")));
    }
    call::call_method(t, object, "flush", &[])?;
    let target = Cookie::unpack(&number);
    let start = int_value(t, target.start);
    call::call_method(t, buffer, "seek", &[start])?;
    {
        let mut s = this(object).state.lock();
        s.set_decoded(TextBuf::new());
        s.snapshot = None;
    }
    if target.start == 0 && target.flags == 0 {
        coding::reset_decoder(t, object)?;
    } else if this(object).state.lock().readable {
        coding::set_decoder_state(t, object, &[], target.flags)?;
        this(object).state.lock().snapshot = Some((target.flags, Vec::new()));
    }
    if target.chars_to_skip > 0 {
        let n = Value::small(target.bytes_to_feed);
        let input = call::call_method(t, buffer, "read", &[n])?;
        let Some(input) = input.as_bytes() else {
            return Err(t.type_error("underlying read() should have returned a bytes object"));
        };
        let input = input.as_slice().to_vec();
        let decoded = coding::decode(t, object, &input, target.need_end)?;
        let mut s = this(object).state.lock();
        let enough = decoded.len() as i64 >= target.chars_to_skip;
        s.snapshot = Some((target.flags, input));
        s.set_decoded(decoded);
        if enough {
            s.used = target.chars_to_skip as usize;
        }
        drop(s);
        if !enough {
            return Err(t.raise(Exc::OSError, "can't restore logical file position"));
        }
    }
    reset_encoder(t, object, cookie == Value::ZERO)?;
    Ok(cookie)
}

fn reset_encoder(t: &mut Thread, object: Value, at_start: bool) -> PyResult<()> {
    if let Some(encoder) = this(object).encoder.get().given() {
        if at_start {
            call::call_method(t, encoder, "reset", &[])?;
        } else {
            call::call_method(t, encoder, "setstate", &[Value::ZERO])?;
        }
    }
    Ok(())
}

fn seek_to_end(t: &mut Thread, object: Value, buffer: Value) -> PyResult {
    call::call_method(t, object, "flush", &[])?;
    {
        let mut s = this(object).state.lock();
        s.set_decoded(TextBuf::new());
        s.snapshot = None;
    }
    coding::reset_decoder(t, object)?;
    let at = call::call_method(t, buffer, "seek", &[Value::ZERO, Value::small(2)])?;
    reset_encoder(t, object, at == Value::ZERO)?;
    Ok(at)
}

pub(super) fn truncate(t: &mut Thread, args: &[Value]) -> PyResult {
    let buffer = super::buffer(t, args[0])?;
    call::call_method(t, args[0], "flush", &[])?;
    call::call_method(t, buffer, "truncate", &[args[1].or(Value::NONE)])
}
