//! Imports.

use pystm_parser::ast::*;

use super::{Compiler, Result, int_const, str_const};
use crate::bytecode::{Const, Op};

impl<'a> Compiler<'a> {
    /// `import a.b, c as d`
    pub(super) fn import(&mut self, names: &'a [Alias]) -> Result<()> {
        for alias in names {
            let mark = self.u.mark();
            let module = self.u.temp();
            self.import_name(module, &alias.name, 0, Const::None);
            match &alias.asname {
                None => {
                    let top = alias.name.split('.').next().unwrap_or(&alias.name);
                    self.check_assignable(top, alias.span, false)?;
                    self.store_name(top, module);
                }
                Some(asname) => {
                    // `import a.b.c as d` binds the innermost module.
                    for part in alias.name.split('.').skip(1) {
                        self.u.emit_name(Op::ImportFrom, module, module, part);
                    }
                    self.check_assignable(asname, alias.span, false)?;
                    self.store_name(asname, module);
                }
            }
            self.u.release(mark);
        }
        Ok(())
    }

    /// `from module import names`
    pub(super) fn import_from(
        &mut self,
        s: &Stmt,
        module: Option<&str>,
        names: &'a [Alias],
        level: u32,
    ) -> Result<()> {
        let mark = self.u.mark();
        let from = self.u.temp();
        let list = names.iter().map(|alias| str_const(&alias.name)).collect();
        self.import_name(from, module.unwrap_or_default(), level, Const::Tuple(list));
        for alias in names {
            if &*alias.name == "*" {
                self.u.emit(Op::ImportStar, from, 0, 0);
                continue;
            }
            let inner = self.u.mark();
            let value = self.u.temp();
            self.u.emit_name(Op::ImportFrom, value, from, &alias.name);
            let name = alias.asname.as_deref().unwrap_or(&alias.name);
            self.check_assignable(name, s.span, false)?;
            self.store_name(name, value);
            self.u.release(inner);
        }
        self.u.release(mark);
        Ok(())
    }

    fn import_name(&mut self, dst: u16, name: &str, level: u32, list: Const) {
        let mark = self.u.mark();
        let first = self.u.temps(2);
        self.u.load_const(first, int_const(level));
        self.u.load_const(first + 1, list);
        self.u.emit_name(Op::ImportName, dst, first, name);
        self.u.release(mark);
    }
}
