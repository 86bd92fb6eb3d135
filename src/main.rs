//! The `pystm` command.

fn main() {}
