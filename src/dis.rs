//! `-X dis`: prints a program's bytecode instead of running it.

use std::{io::Read, path::Path};

use pystm_parser::{Mode, decode_source, parse};
use pystm_vm::{
    bytecode::disasm::disassemble,
    compiler::{self, Options as CompilerOptions},
    thread::Thread,
};

use crate::{
    finish::{self, Outcome},
    glue,
    options::{Options, Program},
    program,
};

/// Prints the bytecode of what the options name; a module is looked up without running it.
pub(crate) fn run(t: &mut Thread, options: &Options, program: &Program) -> Outcome {
    let (source, name) = match source(t, program) {
        Ok(found) => found,
        Err(outcome) => return outcome,
    };
    let listing = decode_source(&source).map_err(|error| error.to_string()).and_then(|text| {
        let tree = parse(&text, Mode::Module).map_err(|error| error.to_string())?;
        let options = CompilerOptions { optimize: options.optimize, ..CompilerOptions::default() };
        compiler::compile(&tree, &name, &options).map_err(|error| error.to_string())
    });
    match listing {
        Ok(code) => {
            print!("{}", disassemble(&code));
            Outcome::Exit(0)
        }
        Err(message) => {
            eprintln!("{name}:{message}");
            Outcome::Exit(1)
        }
    }
}

fn source(t: &mut Thread, program: &Program) -> Result<(Vec<u8>, String), Outcome> {
    let path = match program {
        Program::Command(text) => {
            let text = program::dedent(&text.to_string_lossy());
            return Ok((text.into_bytes(), "<string>".into()));
        }
        Program::Stdin => {
            let mut source = Vec::new();
            let read = std::io::stdin().read_to_end(&mut source).map(|_| (source, "<stdin>".to_owned()));
            return read.map_err(|error| failed("<stdin>", &error));
        }
        Program::File(path) => path.clone(),
        Program::Module(name) => {
            let name = glue::os_str(t, name);
            let found = glue::call_in(t, "importlib.util", "find_spec", &[name])
                .and_then(|spec| pystm_vm::protocol::attr::getattr_text(t, spec, "origin"));
            match found {
                Ok(origin) => origin.as_str().map(|origin| glue::to_os(&origin)).unwrap_or_default(),
                Err(raised) => return Err(finish::report(t, raised)),
            }
        }
    };
    let shown = path.to_string_lossy().into_owned();
    program::read_script(Path::new(&path))
        .map_err(|error| failed(&shown, &error))
        .map(|source| (source, shown))
}

fn failed(name: &str, error: &std::io::Error) -> Outcome {
    eprintln!("pystm: cannot read '{name}': {error}");
    Outcome::Exit(2)
}
