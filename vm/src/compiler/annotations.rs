//! Annotations, evaluated lazily by `__annotate__` functions (PEP 649, 749).

use pystm_parser::ast::*;

use super::expr::Dest;
use super::scope::{Role, ScopeKind};
use super::unit::Reg;
use super::unparse::unparse;
use super::{Compiler, Result, int_const, str_const};
use crate::bytecode::{CodeUnit, Intrinsic, NO_REG, Op};

/// The set of the annotations that were reached.
const REACHED: &str = "__conditional_annotations__";

/// An annotation of a simple name in a module or class.
struct Annotation<'a> {
    name: &'a str,
    target: &'a Expr,
    annotation: &'a Expr,
    /// Inside an `if`, loop, `try` ...
    conditional: bool,
}

impl<'a> Compiler<'a> {
    /// Refuses formats that only `annotationlib` knows, at the start of a lazily evaluated block.
    pub(super) fn check_format(&mut self) {
        self.u.arg_count = 1;
        self.u.posonly_count = 1;
        let known = self.u.label();
        self.u.jump(Op::JumpUnlessGtInt, 0, 0, 2, known);
        let mark = self.u.mark();
        let error = self.u.temp();
        self.u.emit(Op::Intrinsic, error, error, Intrinsic::NotImplementedError as u16);
        self.u.emit(Op::Raise, error, NO_REG, 0);
        self.u.release(mark);
        self.u.place(known);
    }

    /// The value of an annotation, which may be starred (`*args: *Ts`).
    pub(super) fn annotation_value(&mut self, e: &'a Expr) -> Result<Reg> {
        if self.future_annotations && self.table.get(self.u.scope).kind == ScopeKind::Annotations {
            let reg = self.u.temp();
            self.u.load_const(reg, str_const(&unparse(e)));
            return Ok(reg);
        }
        let ExprKind::Starred { value, .. } = &e.kind else { return self.operand(e) };
        let dst = self.u.temp();
        let value = self.operand(value)?;
        self.u.emit(Op::UnpackSequence, dst, value, 1);
        Ok(dst)
    }

    /// The code of the `__annotate__` function of a function with annotations.
    pub(super) fn function_annotate(
        &mut self,
        def: &'a FunctionDef,
        qualname: &str,
        span: Span,
    ) -> Result<Option<(CodeUnit, Vec<Box<str>>)>> {
        let Some(scope) = self.table.of(Role::Annotations, def) else { return Ok(None) };
        self.enter(scope, "__annotate__", span.line);
        self.u.qualname = format!("{qualname}.__annotate__").into();
        self.u.at(span);
        self.check_format();
        let dict = self.u.temp();
        self.u.emit(Op::BuildMap, dict, dict, 0);
        let a = &def.args;
        let args = a.args.iter().chain(&a.posonlyargs).chain(&a.vararg).chain(&a.kwonlyargs).chain(&a.kwarg);
        let args = args.filter_map(|arg| Some((&*arg.arg, arg.annotation.as_deref()?)));
        for (name, annotation) in args.chain(def.returns.as_deref().map(|returns| ("return", returns))) {
            self.add_annotation(dict, name, annotation)?;
        }
        self.u.at(span);
        self.u.emit(Op::Return, dict, 0, 0);
        self.leave().map(Some)
    }

    fn add_annotation(&mut self, dict: Reg, name: &str, annotation: &'a Expr) -> Result<()> {
        let mark = self.u.mark();
        self.u.at(annotation.span);
        let value = self.annotation_value(annotation)?;
        let key = self.u.temp();
        let name = self.mangled(name);
        self.u.load_const(key, str_const(&name));
        self.u.emit(Op::MapAdd, dict, key, value);
        self.u.release(mark);
        Ok(())
    }

    /// Prepares a module: its `__annotate__` comes first, so that it works while the module is being run.
    pub(super) fn module_annotations(&mut self, body: &'a [Stmt]) -> Result<()> {
        if !self.future_annotations {
            self.make_annotate(body, "__annotate__")?;
        }
        self.begin_annotations(body);
        Ok(())
    }

    /// The `__annotate__` function of a class, at its end.
    pub(super) fn class_annotate(&mut self, body: &'a [Stmt]) -> Result<()> {
        if self.future_annotations {
            return Ok(());
        }
        self.make_annotate(body, "__annotate_func__")
    }

    /// What annotations need at the start of a module or class.
    pub(super) fn begin_annotations(&mut self, body: &'a [Stmt]) {
        let scope = self.table.get(self.u.scope);
        if scope.annotations.is_none() {
            return;
        }
        let mark = self.u.mark();
        let reg = self.u.temp();
        if self.future_annotations {
            self.u.emit(Op::Intrinsic, reg, reg, Intrinsic::SetupAnnotations as u16);
        } else if scope.conditional_annotations {
            self.number_annotations(body);
            self.u.emit(Op::BuildSet, reg, reg, 0);
            self.store_mangled(REACHED, reg);
        }
        self.u.release(mark);
    }

    fn number_annotations(&mut self, body: &'a [Stmt]) {
        let module = self.table.get(self.u.scope).kind == ScopeKind::Module;
        let mut next = 0;
        for annotation in annotations(body) {
            if module || annotation.conditional {
                self.u.conditional_annotations.insert(std::ptr::from_ref(annotation.target) as usize, next);
                next += 1;
            }
        }
    }

    fn make_annotate(&mut self, body: &'a [Stmt], name: &str) -> Result<()> {
        let Some(scope) = self.table.get(self.u.scope).annotations else { return Ok(()) };
        let list = annotations(body);
        if list.is_empty() {
            return Ok(());
        }
        self.number_annotations(body);
        let numbers = self.u.conditional_annotations.clone();
        let line = if self.outer.is_empty() { 1 } else { self.u.first_line };
        let position = self.u.builder.position();
        self.enter(scope, "__annotate__", line);
        self.u.builder.set_position(position);
        self.check_format();
        let dict = self.u.temp();
        self.u.emit(Op::BuildMap, dict, dict, 0);
        for Annotation { name, target, annotation, .. } in list {
            let skip = self.u.label();
            if let Some(number) = numbers.get(&(std::ptr::from_ref(target) as usize)) {
                let mark = self.u.mark();
                self.u.at(annotation.span);
                let index = self.u.temp();
                self.u.load_const(index, int_const(*number));
                let reached = self.load_mangled(REACHED, Dest::Any);
                self.u.jump(Op::JumpIfNotIn, index, reached, 0, skip);
                self.u.release(mark);
            }
            self.add_annotation(dict, name, annotation)?;
            self.u.place(skip);
        }
        self.u.builder.set_position(position);
        self.u.emit(Op::Return, dict, 0, 0);
        let (code, free) = self.leave()?;
        let mark = self.u.mark();
        let function = self.make_function(code, &free);
        self.u.emit_name(Op::StoreName, function, 0, name);
        self.u.release(mark);
        Ok(())
    }

    /// `target: annotation = value`
    pub(super) fn ann_assign(
        &mut self,
        target: &'a Expr,
        annotation: &'a Expr,
        value: Option<&'a Expr>,
        simple: bool,
    ) -> Result<()> {
        if let Some(value) = value {
            self.assign_one(target, value)?;
        }
        match &target.kind {
            ExprKind::Name { id, .. } => {
                self.check_assignable(id, target.span, false)?;
                if !simple || self.table.get(self.u.scope).kind.function_like() {
                    return Ok(());
                }
                self.u.at(annotation.span);
                let mark = self.u.mark();
                if self.future_annotations {
                    let text = self.u.temp();
                    self.u.load_const(text, str_const(&unparse(annotation)));
                    let dict = self.load_mangled("__annotations__", Dest::Push);
                    let key = self.u.temp();
                    let name = self.mangled(id);
                    self.u.load_const(key, str_const(&name));
                    self.u.emit(Op::SetItem, dict, key, text);
                } else if let Some(number) =
                    self.u.conditional_annotations.get(&(std::ptr::from_ref(target) as usize)).copied()
                {
                    let reached = self.load_mangled(REACHED, Dest::Push);
                    let index = self.u.temp();
                    self.u.load_const(index, int_const(number));
                    self.u.emit(Op::SetAdd, reached, index, 0);
                }
                self.u.release(mark);
                Ok(())
            }
            // Without a value the parts of the target are evaluated all the same.
            ExprKind::Attribute { value: object, attr, .. } => {
                self.check_assignable(attr, target.span, false)?;
                self.evaluate_if(object, value.is_none())
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                self.evaluate_if(object, value.is_none())?;
                self.evaluate_if(slice, value.is_none())
            }
            _ => Ok(()),
        }
    }

    fn evaluate_if(&mut self, e: &'a Expr, wanted: bool) -> Result<()> {
        if wanted && self.fold(e).is_none() {
            let mark = self.u.mark();
            self.operand(e)?;
            self.u.release(mark);
        }
        Ok(())
    }
}

/// The annotations of simple names in a body, in source order, without those of inner functions and classes.
fn annotations(body: &[Stmt]) -> Vec<Annotation<'_>> {
    let mut out = Vec::new();
    collect(body, false, &mut out);
    out
}

fn collect<'a>(body: &'a [Stmt], conditional: bool, out: &mut Vec<Annotation<'a>>) {
    for s in body {
        stacker::maybe_grow(64 * 1024, 1024 * 1024, || match &s.kind {
            StmtKind::AnnAssign { target, annotation, simple: true, .. } => {
                if let ExprKind::Name { id, .. } = &target.kind {
                    out.push(Annotation { name: id, target, annotation, conditional });
                }
            }
            _ => super::check::bodies(s, &mut |inner| collect(inner, true, out)),
        });
    }
}
