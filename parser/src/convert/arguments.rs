//! Parameters and keyword arguments.

use rustpython_parser::ast as rp;

use super::{Converter, identifier};
use crate::ast::{Arg, Arguments, Keyword};
use crate::error::Fail;

impl Converter<'_, '_> {
    pub(super) fn arguments(&mut self, arguments: rp::Arguments) -> Result<Arguments, Fail> {
        let mut out = Arguments::default();
        for parameter in arguments.posonlyargs {
            out.posonlyargs.push(self.arg(parameter.def)?);
            if let Some(default) = parameter.default {
                out.defaults.push(self.expr(*default)?);
            }
        }
        for parameter in arguments.args {
            out.args.push(self.arg(parameter.def)?);
            if let Some(default) = parameter.default {
                out.defaults.push(self.expr(*default)?);
            }
        }
        out.vararg = arguments.vararg.map(|arg| self.arg(*arg)).transpose()?;
        for parameter in arguments.kwonlyargs {
            out.kwonlyargs.push(self.arg(parameter.def)?);
            out.kw_defaults.push(parameter.default.map(|default| self.expr(*default)).transpose()?);
        }
        out.kwarg = arguments.kwarg.map(|arg| self.arg(*arg)).transpose()?;
        Ok(out)
    }

    fn arg(&mut self, arg: rp::Arg) -> Result<Arg, Fail> {
        Ok(Arg {
            span: self.span_of(arg.range),
            arg: identifier(arg.arg),
            annotation: self.optional(arg.annotation)?,
        })
    }

    pub(super) fn keywords(&mut self, keywords: Vec<rp::Keyword>) -> Result<Vec<Keyword>, Fail> {
        let mut out = Vec::with_capacity(keywords.len());
        for keyword in keywords {
            out.push(Keyword {
                span: self.span_of(keyword.range),
                arg: keyword.arg.map(identifier),
                value: self.expr(keyword.value)?,
            });
        }
        Ok(out)
    }
}
