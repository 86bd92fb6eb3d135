//! `_ZlibDecompressor`: the decompressor behind `gzip`, with the interface of those of bz2 and lzma.

use flate2::{Decompress, FlushDecompress, Status};
use pystm_vm::{
    builtins::buffer,
    error::{PyResult, Raised},
    native::{TypeDef, getter, method, static_method},
    thread::Thread,
    value::Value,
};

use super::{decompressor, error, int_or};
use crate::compression::{self, Coder, Step, type_def};

/// `zlib._ZlibDecompressor`
pub(super) static DEF: TypeDef = type_def(
    "zlib._ZlibDecompressor",
    "Create a decompressor object for decompressing data incrementally.",
    &[
        static_method("__new__", "($cls, wbits=15, zdict=b'')", new, "Makes a decompressor."),
        method(
            "decompress",
            "($self, /, data, max_length=-1)",
            compression::decompress::<Inflate>,
            "Decompress *data*, returning uncompressed data as bytes.",
        ),
    ],
    &[
        getter("eof", compression::eof::<Inflate>, "True if the end-of-stream marker has been reached."),
        getter(
            "needs_input",
            compression::needs_input::<Inflate>,
            "True if more input is needed before more decompressed data can be produced.",
        ),
        getter(
            "unused_data",
            compression::unused_data::<Inflate>,
            "Data found after the end of the compressed stream.",
        ),
    ],
);

struct Inflate {
    stream: Decompress,
    dictionary: Vec<u8>,
}

impl Coder for Inflate {
    fn step(&mut self, input: &[u8], out: &mut Vec<u8>, _: bool) -> Step {
        let before = self.stream.total_in();
        let mut result = self.stream.decompress_vec(input, out, FlushDecompress::None);
        if let Err(e) = &result
            && e.needs_dictionary().is_some()
            && self.stream.set_dictionary(&self.dictionary).is_ok()
        {
            let used = (self.stream.total_in() - before) as usize;
            result = self.stream.decompress_vec(&input[used..], out, FlushDecompress::None);
        }
        match result {
            Ok(status) => Ok(((self.stream.total_in() - before) as usize, status == Status::StreamEnd)),
            Err(e) => Err(e.message().unwrap_or("incorrect data check").to_owned()),
        }
    }

    fn error(t: &mut Thread, message: &str) -> Raised {
        error(t, &format!("Error -3 while decompressing data: {message}"))
    }
}

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let wbits = int_or(t, args[1], 15)?;
    let dictionary = match args[2].given() {
        Some(v) => buffer::to_vec(t, v)?,
        None => Vec::new(),
    };
    let mut stream = decompressor(t, wbits, &[])?;
    if wbits < 0 && !dictionary.is_empty() && stream.set_dictionary(&dictionary).is_err() {
        return Err(t.value_error("Invalid dictionary"));
    }
    Ok(compression::new_decompressor(t, args[0], Inflate { stream, dictionary }))
}
