//! Imports and intrinsics.

use super::{arith::finish, slow_ops};
use crate::{
    bytecode::CodeFlags,
    import,
    interp::{
        decode::{a, b, c, get, group},
        frame::{function_of, namespace_of},
    },
    value::Value,
};

slow_ops! {
    /// `ImportName`
    ImportName |t, ip, fp| {
        let function = function_of(fp);
        let name = function.loaded().names[c(ip)];
        let locals = match function.loaded().flags.has(CodeFlags::OPTIMIZED) {
            true => Value::NONE,
            false => namespace_of(fp),
        };
        let result = import::import_statement(t, function, name, locals, get(fp, b(ip) + 1), get(fp, b(ip)));
        finish(ip, fp, result)
    }
    /// `ImportFrom`
    ImportFrom |t, ip, fp| {
        let name = function_of(fp).loaded().names[c(ip)];
        finish(ip, fp, import::import_from(t, get(fp, b(ip)), name))
    }
    /// `ImportStar`
    ImportStar |t, ip, fp| {
        let namespace = namespace_of(fp);
        import::import_star(t, get(fp, a(ip)), namespace)?;
        Ok((ip.add(1), fp))
    }
    /// `Intrinsic`
    Intrinsic |t, ip, fp| {
        let operands = group(fp, b(ip), 3);
        finish(ip, fp, crate::intrinsics::call(t, fp, c(ip) as u16, operands))
    }
}
