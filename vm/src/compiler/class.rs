//! Classes.

use pystm_parser::ast::*;

use super::call::CallArgs;
use super::expr::Dest;
use super::scope::Role;
use super::stmt::{clean_doc, docstring};
use super::unit::Reg;
use super::{CompileError, Compiler, Result, int_const, str_const};
use crate::bytecode::{CodeUnit, Const, Intrinsic, Op};

impl<'a> Compiler<'a> {
    pub(super) fn class_def(&mut self, s: &Stmt, class: &'a ClassDef) -> Result<()> {
        let first_line = class.decorator_list.first().map_or(s.span.line, |d| d.span.line);
        let mark = self.u.mark();
        let decorators = self.decorators(&class.decorator_list)?;
        self.u.at(s.span);
        let made = if class.type_params.is_empty() {
            self.build_class(s, class, first_line, None)?
        } else {
            self.generic_class(s, class, first_line)?
        };
        self.apply_decorators(&decorators);
        self.u.at(s.span);
        let result = decorators.first().map_or(made, |(base, _)| *base);
        self.check_assignable(&class.name, s.span, false)?;
        self.store_name(&class.name, result);
        self.u.release(mark);
        Ok(())
    }

    /// `__build_class__(body, name, *bases, **keywords)` in the next temporary; `last` is one more base.
    fn build_class(
        &mut self,
        s: &Stmt,
        class: &'a ClassDef,
        first_line: u32,
        last: Option<Reg>,
    ) -> Result<Reg> {
        let base = self.u.window();
        self.u.emit(Op::LoadBuildClass, base, 0, 0);
        let (code, free) = self.class_code(class, first_line)?;
        self.u.at(s.span);
        self.make_function(code, &free);
        let name = self.u.temp();
        self.u.load_const(name, str_const(&class.name));
        let call = CallArgs { args: &class.bases, keywords: &class.keywords, prefix: 2, last };
        self.call_at(base, call, s.span)?;
        self.u.release(u32::from(base) + 1);
        Ok(base)
    }

    fn class_code(&mut self, class: &'a ClassDef, first_line: u32) -> Result<(CodeUnit, Vec<Box<str>>)> {
        let table = self.table;
        let Some(id) = table.of(Role::Body, class) else {
            return Err(CompileError::syntax(Span::default(), "internal error: class without a scope"));
        };
        let scope = table.get(id);
        self.enter(id, &class.name, first_line);
        let reg = self.u.temp();
        self.u.emit_name(Op::LoadName, reg, 0, "__name__");
        self.u.emit_name(Op::StoreName, reg, 0, "__module__");
        let qualname = self.u.qualname.clone();
        self.u.load_const(reg, str_const(&qualname));
        self.u.emit_name(Op::StoreName, reg, 0, "__qualname__");
        self.u.load_const(reg, int_const(first_line));
        self.u.emit_name(Op::StoreName, reg, 0, "__firstlineno__");
        if !class.type_params.is_empty() {
            self.load_mangled(".type_params", Dest::Reg(reg));
            self.u.emit_name(Op::StoreName, reg, 0, "__type_params__");
        }
        let classdict = self.u.regs.get("__classdict__").copied().filter(|_| scope.needs_classdict);
        if let Some(cell) = classdict {
            self.u.emit(Op::LoadLocals, reg, 0, 0);
            self.u.emit(Op::StoreDeref, cell, reg, 0);
        }
        let mut body = &class.body[..];
        self.begin_annotations(body);
        if let Some((text, span)) = docstring(body) {
            body = &body[1..];
            if self.optimize < 2 {
                self.u.at(span);
                self.u.load_const(reg, clean_doc(text));
                self.store_name("__doc__", reg);
            }
        }
        self.stmts(body)?;
        self.u.at(Span { line: first_line, end_line: first_line, ..Span::default() });
        self.class_annotate(&class.body)?;
        let attributes = std::mem::take(&mut self.u.static_attributes);
        let attributes = attributes.iter().map(|name| str_const(name)).collect();
        self.u.load_const(reg, Const::Tuple(attributes));
        self.u.emit_name(Op::StoreName, reg, 0, "__static_attributes__");
        if let Some(cell) = classdict {
            self.u.emit_name(Op::StoreName, cell, 0, "__classdictcell__");
        }
        match self.u.regs.get("__class__").copied() {
            Some(cell) if scope.needs_class_cell => {
                self.u.emit_name(Op::StoreName, cell, 0, "__classcell__");
                self.u.emit(Op::Return, cell, 0, 0);
            }
            _ => self.u.emit(Op::ReturnNone, 0, 0, 0),
        }
        self.leave()
    }

    /// A class with type parameters: made by a function of its own, called at once.
    fn generic_class(&mut self, s: &Stmt, class: &'a ClassDef, first_line: u32) -> Result<Reg> {
        let Some(scope) = self.table.of(Role::TypeParams, class) else { return Ok(self.u.temp()) };
        self.enter(scope, &format!("<generic parameters of {}>", class.name), first_line);
        self.u.at(s.span);
        let params = self.u.temp();
        self.type_params(&class.type_params, params)?;
        self.store_mangled(".type_params", params);
        let generic = self.u.temp();
        self.u.emit(Op::Intrinsic, generic, params, Intrinsic::SubscriptGeneric as u16);
        let made = self.build_class(s, class, first_line, Some(generic))?;
        self.u.emit(Op::Return, made, 0, 0);
        let (code, free) = self.leave()?;
        self.u.at(s.span);
        Ok(self.call_now(code, &free))
    }

    /// Makes a function without parameters in the next temporary and calls it; its result is there.
    pub(super) fn call_now(&mut self, code: CodeUnit, free: &[Box<str>]) -> Reg {
        let base = self.make_function(code, free);
        self.u.release(u32::from(base));
        self.u.window();
        self.call_prepared(base, 0);
        base
    }
}
