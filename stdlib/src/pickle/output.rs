//! Where a pickle goes: a buffer, in frames from protocol 4 on, and from time to time a file.

use pystm_vm::{builtins::bytes, error::PyResult, protocol::call, thread::Thread, value::Value};

use super::opcode::FRAME;

/// Frames of fewer bytes get no header.
const FRAME_MIN: usize = 4;
/// A frame of that many bytes ends at the next opcode; objects of that many bytes stand outside of frames.
pub(super) const FRAME_TARGET: usize = 64 * 1024;
const FRAME_HEADER: usize = 9;

/// The bytes that have been written.
pub(super) struct Output {
    buffer: Vec<u8>,
    /// Where the frame that is being written starts, its header included.
    frame: Option<usize>,
    framing: bool,
    /// The file's `write`, or unset if the buffer is all that is wanted.
    write: Value,
}

impl Output {
    /// Nothing yet.
    pub(super) fn new(write: Value) -> Output {
        Output { buffer: Vec::with_capacity(256), frame: None, framing: false, write }
    }

    /// All that follows stands in frames.
    pub(super) fn start_frames(&mut self) {
        self.framing = true;
    }

    #[inline(always)]
    fn begin_frame(&mut self) {
        if self.framing && self.frame.is_none() {
            self.frame = Some(self.buffer.len());
            self.buffer.extend_from_slice(&[0; FRAME_HEADER]);
        }
    }

    /// Writes bytes.
    #[inline]
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.begin_frame();
        self.buffer.extend_from_slice(bytes);
    }

    /// Writes a few bytes, an opcode first.
    #[inline(always)]
    pub(super) fn ops<const N: usize>(&mut self, bytes: [u8; N]) {
        self.begin_frame();
        // Faster than copying a slice, for so few.
        bytes.into_iter().for_each(|byte| self.buffer.push(byte));
    }

    /// Writes one byte.
    #[inline(always)]
    pub(super) fn op(&mut self, op: u8) {
        self.begin_frame();
        self.buffer.push(op);
    }

    /// Between two opcodes: ends a frame that is long enough.
    #[inline]
    pub(super) fn boundary(&mut self, t: &mut Thread) -> PyResult<()> {
        match self.frame {
            Some(start) if self.buffer.len() - start - FRAME_HEADER >= FRAME_TARGET => {
                self.end_frame();
                self.flush(t)
            }
            _ => Ok(()),
        }
    }

    /// Ends the frame that is being written.
    pub(super) fn end_frame(&mut self) {
        let Some(start) = self.frame.take() else { return };
        let len = self.buffer.len() - start - FRAME_HEADER;
        if len >= FRAME_MIN {
            self.buffer[start] = FRAME;
            self.buffer[start + 1..start + FRAME_HEADER].copy_from_slice(&(len as u64).to_le_bytes());
        } else {
            self.buffer.drain(start..start + FRAME_HEADER);
        }
    }

    /// Hands the buffer to the file, if there is one.
    pub(super) fn flush(&mut self, t: &mut Thread) -> PyResult<()> {
        if self.write.is_unset() {
            return Ok(());
        }
        let data = bytes::new(t, &self.buffer)?;
        self.buffer.clear();
        call::call(t, self.write, &[data])?;
        Ok(())
    }

    /// Writes an opcode with its length, and the bytes that it counts; `object` holds them, if an object does. Many bytes
    /// go to the file without a detour over the buffer.
    pub(super) fn counted(
        &mut self,
        t: &mut Thread,
        header: &[u8],
        data: &[u8],
        object: Value,
    ) -> PyResult<()> {
        if data.len() < FRAME_TARGET {
            self.put(header);
            self.put(data);
            return Ok(());
        }
        self.end_frame();
        self.buffer.extend_from_slice(header);
        if self.write.is_unset() {
            self.buffer.extend_from_slice(data);
            return Ok(());
        }
        let payload = match object.given() {
            Some(object) => object,
            None => bytes::new(t, data)?,
        };
        self.flush(t)?;
        call::call(t, self.write, &[payload])?;
        Ok(())
    }

    /// The bytes that no file has got.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.buffer
    }
}
