//! Functions and lambdas.

use pystm_parser::ast::*;

use super::expr::Dest;
use super::scope::Role;
use super::stmt::{clean_doc, docstring};
use super::unit::Reg;
use super::{CompileError, Compiler, Result, str_const};
use crate::bytecode::{CodeFlags, CodeUnit, Const, Intrinsic, Op};

/// Flags of `MakeFunction`.
const DEFAULTS: u16 = 1;
const KW_DEFAULTS: u16 = 2;
const ANNOTATE: u16 = 4;
const CLOSURE: u16 = 8;

impl<'a> Compiler<'a> {
    /// `def` and `async def`, generic or not.
    pub(super) fn function_def(&mut self, s: &Stmt, def: &'a FunctionDef) -> Result<()> {
        let first_line = def.decorator_list.first().map_or(s.span.line, |d| d.span.line);
        let mark = self.u.mark();
        let decorators = self.decorators(&def.decorator_list)?;
        self.u.at(s.span);
        let function = if def.type_params.is_empty() {
            self.function(s, def, first_line)?
        } else {
            self.generic_function(s, def, first_line)?
        };
        self.apply_decorators(&decorators);
        self.u.at(s.span);
        let result = decorators.first().map_or(function, |(base, _)| *base);
        self.check_assignable(&def.name, s.span, false)?;
        self.store_name(&def.name, result);
        self.u.release(mark);
        Ok(())
    }

    /// Evaluates decorators, each into the window of its call, of which the next one's is the argument.
    pub(super) fn decorators(&mut self, list: &'a [Expr]) -> Result<Vec<(Reg, Span)>> {
        let mut windows = Vec::with_capacity(list.len());
        for decorator in list {
            let mark = self.u.mark();
            let base = self.push(decorator)?;
            self.u.release(mark);
            self.u.window();
            windows.push((base, decorator.span));
        }
        Ok(windows)
    }

    /// Calls the decorators, innermost first, on what stands behind their windows.
    pub(super) fn apply_decorators(&mut self, windows: &[(Reg, Span)]) {
        for (base, span) in windows.iter().rev() {
            self.u.at(*span);
            self.u.emit(Op::Call, *base, 1, 0);
        }
    }

    /// Makes the function of a `def` in the next temporary.
    fn function(&mut self, s: &Stmt, def: &'a FunctionDef, first_line: u32) -> Result<Reg> {
        let base = self.u.temps(4);
        let mut flags = self.positional_defaults(&def.args, base)?;
        flags |= self.keyword_defaults(&def.args, base + 1)?;
        self.u.at(s.span);
        self.function_with(s, def, first_line, base, flags)?;
        Ok(base)
    }

    /// Makes the function of a `def` whose defaults are in place.
    fn function_with(
        &mut self,
        s: &Stmt,
        def: &'a FunctionDef,
        first_line: u32,
        base: Reg,
        mut flags: u16,
    ) -> Result<()> {
        let qualname = match self.table.of(Role::Body, def) {
            Some(scope) => self.qualname(scope, &def.name),
            None => def.name.clone(),
        };
        if let Some((code, free)) = self.function_annotate(def, &qualname, s.span)? {
            let function = self.make_function(code, &free);
            self.u.emit(Op::Move, base + 2, function, 0);
            self.u.release(u32::from(base) + 4);
            flags |= ANNOTATE;
        }
        let (code, free) = self.function_code(def, first_line)?;
        self.finish_function(code, &free, base, flags);
        Ok(())
    }

    fn function_code(&mut self, def: &'a FunctionDef, first_line: u32) -> Result<(CodeUnit, Vec<Box<str>>)> {
        let Some(scope) = self.table.of(Role::Body, def) else {
            return Err(CompileError::syntax(Span::default(), "internal error: function without a scope"));
        };
        self.enter(scope, &def.name, first_line);
        self.parameters(&def.args);
        if let Some((text, _)) = docstring(&def.body)
            && self.optimize < 2
        {
            self.u.builder.constant(clean_doc(text));
            self.u.add_flags(CodeFlags::HAS_DOCSTRING);
        }
        self.stmts(&def.body)?;
        self.u.emit(Op::ReturnNone, 0, 0, 0);
        self.leave()
    }

    fn parameters(&mut self, args: &Arguments) {
        self.u.posonly_count = args.posonlyargs.len() as u32;
        self.u.arg_count = (args.posonlyargs.len() + args.args.len()) as u32;
        self.u.kwonly_count = args.kwonlyargs.len() as u32;
        if args.vararg.is_some() {
            self.u.add_flags(CodeFlags::VARARGS);
        }
        if args.kwarg.is_some() {
            self.u.add_flags(CodeFlags::VARKEYWORDS);
        }
    }

    /// Puts the tuple of defaults into `dst`; the flag of `MakeFunction`.
    fn positional_defaults(&mut self, args: &'a Arguments, dst: Reg) -> Result<u16> {
        if args.defaults.is_empty() {
            return Ok(0);
        }
        match self.fold_all(&args.defaults) {
            Some(values) => self.u.load_const(dst, Const::Tuple(values)),
            None => drop(self.tuple(&args.defaults, Dest::Reg(dst))?),
        }
        Ok(DEFAULTS)
    }

    /// Puts the dict of keyword-only defaults into `dst`; the flag of `MakeFunction`.
    fn keyword_defaults(&mut self, args: &'a Arguments, dst: Reg) -> Result<u16> {
        if args.kw_defaults.iter().flatten().next().is_none() {
            return Ok(0);
        }
        self.u.emit(Op::BuildMap, dst, dst, 0);
        for (arg, default) in args.kwonlyargs.iter().zip(&args.kw_defaults) {
            let Some(default) = default else { continue };
            let mark = self.u.mark();
            let value = self.early_operand(default)?;
            let key = self.u.temp();
            let name = self.mangled(&arg.arg);
            self.u.load_const(key, str_const(&name));
            self.u.emit(Op::MapAdd, dst, key, value);
            self.u.release(mark);
        }
        Ok(KW_DEFAULTS)
    }

    /// A function without defaults and annotations, in the next temporary.
    pub(super) fn make_function(&mut self, code: CodeUnit, free: &[Box<str>]) -> Reg {
        let base = self.u.temps(4);
        self.finish_function(code, free, base, 0);
        base
    }

    /// A function whose one parameter `format` defaults to 1 (lazily evaluated bounds, defaults and aliases).
    pub(super) fn make_evaluator(&mut self, code: CodeUnit, free: &[Box<str>]) -> Reg {
        let base = self.u.temps(4);
        self.u.load_const(base, Const::Tuple(vec![super::int_const(1)]));
        self.finish_function(code, free, base, DEFAULTS);
        base
    }

    /// Makes the function in `base` from what stands in `base..base + 4`, of which all but `base` is freed.
    fn finish_function(&mut self, code: CodeUnit, free: &[Box<str>], base: Reg, mut flags: u16) {
        if !free.is_empty() {
            let mark = self.u.mark();
            let first = self.u.temps(free.len() as u32);
            for (i, name) in free.iter().enumerate() {
                let cell = self.cell(name);
                self.u.emit(Op::Move, first.saturating_add(i as u16), cell, 0);
            }
            let count = self.u.builder.fit(free.len() as u32);
            self.u.emit(Op::BuildTuple, base + 3, first, count);
            self.u.release(mark);
            flags |= CLOSURE;
        }
        if self.u.reachable() {
            let code = self.u.builder.constant16(Const::Code(Box::new(code)));
            self.u.emit(Op::MakeFunction, base, code, flags);
        }
        self.u.release(u32::from(base) + 1);
    }

    /// The register that holds the cell of a variable for an inner function.
    fn cell(&self, name: &str) -> Reg {
        for inlined in self.u.inlined.iter().rev() {
            let place = self.table.get(inlined.scope).symbol(name).map(|s| s.place);
            if place == Some(super::scope::Place::Cell)
                && let Some(reg) = inlined.regs.get(name)
            {
                return *reg;
            }
        }
        self.u.regs.get(name).copied().unwrap_or(0)
    }

    pub(super) fn lambda(
        &mut self,
        e: &'a Expr,
        args: &'a Arguments,
        body: &'a Expr,
        dest: Dest,
    ) -> Result<Reg> {
        let Some(scope) = self.table.of(Role::Body, e) else { return Ok(self.target(dest)) };
        let mark = self.u.mark();
        let base = self.u.temps(4);
        let mut flags = self.positional_defaults(args, base)?;
        flags |= self.keyword_defaults(args, base + 1)?;
        self.enter(scope, "<lambda>", e.span.line);
        self.parameters(args);
        self.u.at(body.span);
        let value = self.operand(body)?;
        self.u.at(body.span);
        self.u.emit(Op::Return, value, 0, 0);
        let (code, free) = self.leave()?;
        self.u.at(e.span);
        self.finish_function(code, &free, base, flags);
        Ok(self.settle(dest, base, mark))
    }

    /// A function with type parameters: made by a function of its own, called at once with the defaults.
    fn generic_function(&mut self, s: &Stmt, def: &'a FunctionDef, first_line: u32) -> Result<Reg> {
        let Some(scope) = self.table.of(Role::TypeParams, def) else { return Ok(self.u.temp()) };
        let mark = self.u.mark();
        self.u.window();
        let mut flags = 0;
        let mut count = 0;
        if !def.args.defaults.is_empty() {
            let dst = self.u.temp();
            flags |= self.positional_defaults(&def.args, dst)?;
            count += 1;
        }
        if def.args.kw_defaults.iter().flatten().next().is_some() {
            let dst = self.u.temp();
            flags |= self.keyword_defaults(&def.args, dst)?;
            count += 1;
        }
        let arguments = self.u.mark();
        self.enter(scope, &format!("<generic parameters of {}>", def.name), first_line);
        self.u.arg_count = count;
        self.u.at(s.span);
        let params = self.u.temp();
        self.type_params(&def.type_params, params)?;
        let base = self.u.temps(4);
        if flags & DEFAULTS != 0 {
            self.u.emit(Op::Move, base, 0, 0);
        }
        if flags & KW_DEFAULTS != 0 {
            self.u.emit(Op::Move, base + 1, (count - 1) as u16, 0);
        }
        self.u.at(s.span);
        self.function_with(s, def, first_line, base, flags)?;
        let tuple = self.u.temp();
        self.u.emit(Op::Move, tuple, params, 0);
        self.u.emit(Op::Intrinsic, base, base, Intrinsic::SetFunctionTypeParams as u16);
        self.u.emit(Op::Return, base, 0, 0);
        let (code, free) = self.leave()?;
        self.u.at(s.span);
        let function = self.make_function(code, &free);
        let base = self.u.builder.fit(mark);
        self.u.emit(Op::Move, base, function, 0);
        self.u.release(arguments);
        self.call_prepared(base, count as u16);
        Ok(base)
    }

    /// Calls the function in `base` with `count` arguments that are in its window; frees all but the result.
    pub(super) fn call_prepared(&mut self, base: Reg, count: u16) {
        self.u.emit(Op::Call, base, count, 0);
        self.u.release(u32::from(base) + 1);
    }
}
