//! `_bz2`: compressors and decompressors of bzip2.

use bzip2::{Action, Compress, Compression, Decompress, Error, Status};
use pystm_vm::{
    error::{Exc, PyResult, Raised},
    native::{ModuleDef, TypeDef, getter, method, static_method},
    thread::Thread,
    value::Value,
};

use crate::{
    compression::{self, Coder, Step, type_def},
    support::to_i32,
};

/// The module.
pub static MODULE: ModuleDef =
    ModuleDef { name: "_bz2", doc: "", methods: &[], types: &[&COMPRESSOR, &DECOMPRESSOR], init: None };

static COMPRESSOR: TypeDef = type_def(
    "_bz2.BZ2Compressor",
    "Create a compressor object for compressing data incrementally.\n\n  compresslevel\n    Compression level, as a number between 1 and 9.\n\nFor one-shot compression, use the compress() function instead.",
    &[
        static_method("__new__", "($cls, compresslevel=9, /)", new_compressor, "Makes a compressor."),
        method(
            "compress",
            "($self, data, /)",
            compression::compress::<Compress>,
            "Provide data to the compressor object; returns compressed data if there is some.",
        ),
        method(
            "flush",
            "($self, /)",
            compression::flush::<Compress>,
            "Finish the compression process; returns the rest of the compressed data.",
        ),
    ],
    &[],
);

static DECOMPRESSOR: TypeDef = type_def(
    "_bz2.BZ2Decompressor",
    "Create a decompressor object for decompressing data incrementally.\n\nFor one-shot decompression, use the decompress() function instead.",
    &[
        static_method("__new__", "($cls, /)", new_decompressor, "Makes a decompressor."),
        method(
            "decompress",
            "($self, /, data, max_length=-1)",
            compression::decompress::<Decompress>,
            "Decompress *data*, returning uncompressed data as bytes.",
        ),
    ],
    &[
        getter("eof", compression::eof::<Decompress>, "True if the end-of-stream marker has been reached."),
        getter(
            "needs_input",
            compression::needs_input::<Decompress>,
            "True if more input is needed before more decompressed data can be produced.",
        ),
        getter(
            "unused_data",
            compression::unused_data::<Decompress>,
            "Data found after the end of the compressed stream.",
        ),
    ],
);

fn message(error: Error) -> String {
    match error {
        Error::Data | Error::DataMagic => "Invalid data stream",
        Error::Param => "Internal error - invalid parameters passed to libbzip2",
        Error::Sequence => "Internal error - Invalid sequence of commands sent to libbzip2",
    }
    .to_owned()
}

impl Coder for Compress {
    fn step(&mut self, input: &[u8], out: &mut Vec<u8>, finish: bool) -> Step {
        if input.is_empty() && !finish {
            return Ok((0, false));
        }
        let before = self.total_in();
        let action = if finish { Action::Finish } else { Action::Run };
        let status = self.compress_vec(input, out, action).map_err(message)?;
        Ok(((self.total_in() - before) as usize, status == Status::StreamEnd))
    }

    fn error(t: &mut Thread, message: &str) -> Raised {
        t.raise(Exc::OSError, message)
    }
}

impl Coder for Decompress {
    fn step(&mut self, input: &[u8], out: &mut Vec<u8>, _: bool) -> Step {
        let before = self.total_in();
        let status = self.decompress_vec(input, out).map_err(message)?;
        Ok(((self.total_in() - before) as usize, status == Status::StreamEnd))
    }

    fn error(t: &mut Thread, message: &str) -> Raised {
        t.raise(Exc::OSError, message)
    }
}

fn new_compressor(t: &mut Thread, args: &[Value]) -> PyResult {
    let level = match args[1].given() {
        Some(v) => to_i32(t, v)?,
        None => 9,
    };
    if !(1..=9).contains(&level) {
        return Err(t.value_error("compresslevel must be between 1 and 9"));
    }
    Ok(compression::new_compressor(t, args[0], Compress::new(Compression::new(level as u32), 0)))
}

fn new_decompressor(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(compression::new_decompressor(t, args[0], Decompress::new(false)))
}
