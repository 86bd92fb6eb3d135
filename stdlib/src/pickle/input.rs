//! Where a pickle comes from: bytes in memory, or a file that is read no further than the pickle's end.

use pystm_vm::{
    builtins::{
        buffer,
        bytes::{self, Bytes},
    },
    error::{Exc, PyResult},
    object::Ref,
    protocol::{attr, call},
    thread::Thread,
    value::Value,
};

use super::error;
use crate::support::{int_value, swallow};

/// Bytes that are asked for in advance where a file lets one look without reading.
const PREFETCH: usize = 128 * 1024;

/// The methods of a file.
#[derive(Clone, Copy)]
pub(super) struct File {
    read: Value,
    readline: Value,
    /// Unset if there is none.
    peek: Value,
}

impl File {
    /// The methods of an object that is to be read from.
    pub(super) fn of(t: &mut Thread, file: Value) -> PyResult<File> {
        let peek = attr::find_attr(t, file, "peek")?.unwrap_or(Value::UNSET);
        let read = attr::find_attr(t, file, "read")?;
        let readline = attr::find_attr(t, file, "readline")?;
        match (read, readline) {
            (Some(read), Some(readline)) => Ok(File { read, readline, peek }),
            _ => Err(t.type_error("file must have 'read' and 'readline' attributes")),
        }
    }

    /// From the values that [`File::values`] gave; `None` if they are unset.
    pub(super) fn from_values([read, readline, peek]: [Value; 3]) -> Option<File> {
        read.given().map(|read| File { read, readline, peek })
    }

    /// The methods, to be kept in slots.
    pub(super) fn values(self) -> [Value; 3] {
        [self.read, self.readline, self.peek]
    }
}

/// The bytes that are being read.
pub(super) struct Input {
    data: Ref<Bytes>,
    /// The next byte.
    at: usize,
    /// Where the frame that is being read ends.
    frame_end: Option<usize>,
    /// Bytes of `data` that the file has been read past; the others have only been looked at.
    passed: usize,
    file: Option<File>,
}

/// A bytes-like object's bytes as an object that does not change.
fn as_bytes(t: &mut Thread, value: Value) -> PyResult<Ref<Bytes>> {
    if bytes::is_exact(value) {
        return Ok(Ref::known(value));
    }
    let copy = buffer::to_vec(t, value)?;
    Ok(Ref::known(bytes::new(t, &copy)?))
}

#[cold]
fn truncated(t: &mut Thread) -> pystm_vm::error::Raised {
    error::unpickling(t, "pickle data was truncated")
}

#[cold]
fn beyond_frame(t: &mut Thread) -> pystm_vm::error::Raised {
    error::unpickling(t, "pickle exhausted before end of frame")
}

impl Input {
    /// Reads from a bytes-like object.
    pub(super) fn of_bytes(t: &mut Thread, value: Value) -> PyResult<Input> {
        let data = as_bytes(t, value)?;
        Ok(Input { data, at: 0, frame_end: None, passed: 0, file: None })
    }

    /// Reads from a file.
    pub(super) fn of_file(t: &mut Thread, file: File) -> PyResult<Input> {
        let data = Ref::known(bytes::new(t, &[])?);
        Ok(Input { data, at: 0, frame_end: None, passed: 0, file: Some(file) })
    }

    /// The opcode that comes next; EOFError if nothing comes.
    #[inline]
    pub(super) fn op(&mut self, t: &mut Thread) -> PyResult<u8> {
        match self.need(t, 1) {
            Err(raised) if error::is_unpickling(t) => {
                swallow(t, raised);
                return Err(t.raise(Exc::EOFError, "Ran out of input"));
            }
            needed => needed?,
        }
        self.at += 1;
        Ok(self.data.as_slice()[self.at - 1])
    }

    /// Makes sure that `n` bytes are there.
    #[inline]
    fn need(&mut self, t: &mut Thread, n: usize) -> PyResult<()> {
        if let Some(end) = self.frame_end {
            if self.at < end {
                return if n <= end - self.at { Ok(()) } else { Err(beyond_frame(t)) };
            }
            self.frame_end = None;
        }
        if n <= self.data.len() - self.at { Ok(()) } else { self.fill(t, n) }
    }

    #[cold]
    fn fill(&mut self, t: &mut Thread, n: usize) -> PyResult<()> {
        let Some(mut file) = self.file else { return Err(truncated(t)) };
        self.skip_consumed(t)?;
        if !file.peek.is_unset() && n < PREFETCH {
            match call::call(t, file.peek, &[Value::small(PREFETCH as i64)]) {
                Ok(data) => {
                    self.data = as_bytes(t, data)?;
                    (self.at, self.passed) = (0, 0);
                    if n <= self.data.len() {
                        return Ok(());
                    }
                }
                Err(raised) => {
                    t.catch(raised, Exc::NotImplementedError)?;
                    file.peek = Value::UNSET;
                    self.file = Some(file);
                }
            }
        }
        let count = int_value(t, n as i64);
        let data = call::call(t, file.read, &[count])?;
        self.take_over(t, data)?;
        if n <= self.data.len() { Ok(()) } else { Err(truncated(t)) }
    }

    /// Goes on with what has been read from the file.
    fn take_over(&mut self, t: &mut Thread, data: Value) -> PyResult<()> {
        self.data = as_bytes(t, data)?;
        (self.at, self.passed) = (0, self.data.len());
        Ok(())
    }

    /// Reads from the file what has only been looked at and is used up.
    pub(super) fn skip_consumed(&mut self, t: &mut Thread) -> PyResult<()> {
        let Some(file) = self.file else { return Ok(()) };
        if self.at > self.passed {
            call::call(t, file.read, &[Value::small((self.at - self.passed) as i64)])?;
            self.passed = self.at;
        }
        Ok(())
    }

    /// The next `n` bytes.
    #[inline]
    pub(super) fn read(&mut self, t: &mut Thread, n: usize) -> PyResult<&[u8]> {
        self.need(t, n)?;
        let start = self.at;
        self.at += n;
        Ok(&self.data.as_slice()[start..start + n])
    }

    /// The next `N` bytes.
    #[inline]
    pub(super) fn array<const N: usize>(&mut self, t: &mut Thread) -> PyResult<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.read(t, N)?);
        Ok(out)
    }

    /// The next byte.
    #[inline]
    pub(super) fn byte(&mut self, t: &mut Thread) -> PyResult<u8> {
        self.array(t).map(|[byte]| byte)
    }

    /// A length of eight bytes; `what` are the first words of the error if it is more than any size.
    pub(super) fn length(&mut self, t: &mut Thread, what: &str) -> PyResult<usize> {
        match i64::try_from(u64::from_le_bytes(self.array(t)?)) {
            Ok(n) => Ok(n as usize),
            Err(_) => Err(t.overflow_error(format!("{what} of {} bytes", i64::MAX))),
        }
    }

    /// The rest of the line, without its end, and at least `least` bytes.
    pub(super) fn line(&mut self, t: &mut Thread, least: usize) -> PyResult<&[u8]> {
        let start = self.find_line(t)?;
        let line = &self.data.as_slice()[start..self.at - 1];
        if line.len() < least { Err(truncated(t)) } else { Ok(line) }
    }

    /// Moves behind the next line end; where the line starts.
    fn find_line(&mut self, t: &mut Thread) -> PyResult<usize> {
        if self.frame_end.is_some_and(|end| self.at >= end) {
            self.frame_end = None;
        }
        let start = self.at;
        let end = self.frame_end.unwrap_or(self.data.len());
        if let Some(n) = self.data.as_slice()[start..end].iter().position(|&b| b == b'\n') {
            self.at += n + 1;
            return Ok(start);
        }
        if self.frame_end.is_some() {
            return Err(beyond_frame(t));
        }
        let Some(file) = self.file else { return Err(truncated(t)) };
        self.skip_consumed(t)?;
        let data = call::call(t, file.readline, &[])?;
        self.take_over(t, data)?;
        if self.data.as_slice().last() != Some(&b'\n') {
            return Err(truncated(t));
        }
        self.at = self.data.len();
        Ok(0)
    }

    /// Begins a frame of `n` bytes.
    pub(super) fn begin_frame(&mut self, t: &mut Thread, n: usize) -> PyResult<()> {
        if self.frame_end.is_some_and(|end| self.at < end) {
            return Err(error::unpickling(t, "beginning of a new frame before end of current frame"));
        }
        self.need(t, n)?;
        self.frame_end = Some(self.at + n);
        Ok(())
    }
}
