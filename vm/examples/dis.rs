//! `cargo run -p pystm-vm --example dis -- [-q] FILE...`: prints the bytecode of Python files, or with `-q` only what
//! does not compile.

use pystm_vm::bytecode::disasm::disassemble;
use pystm_vm::compiler::{Options, compile_with_warnings};

fn main() {
    let mut quiet = false;
    let mut failed = 0;
    let mut compiled = 0;
    for path in std::env::args().skip(1) {
        if path == "-q" {
            quiet = true;
            continue;
        }
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let source = String::from_utf8_lossy(&bytes);
        let module = match pystm_parser::parse(&source, pystm_parser::Mode::Module) {
            Ok(module) => module,
            Err(error) => {
                println!("{path}:{error}");
                continue;
            }
        };
        match compile_with_warnings(&module, &path, &Options::default()) {
            Ok((code, warnings)) => {
                compiled += 1;
                if !quiet {
                    warnings
                        .iter()
                        .for_each(|w| println!("{path}:{}: SyntaxWarning: {}", w.span.line, w.message));
                    print!("{}", disassemble(&code));
                }
            }
            Err(error) => {
                failed += 1;
                let column = error.span.col + u32::from(error.span.line > 0);
                println!("{path}:{}:{column}: {}", error.span.line, error.message);
            }
        }
    }
    if quiet {
        println!("{compiled} compiled, {failed} failed");
    }
}
