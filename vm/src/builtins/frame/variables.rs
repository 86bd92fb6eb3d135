//! The variables of a frame, wherever they are: registers of its window, of its generator, or what was left of them.

use crate::{
    builtins::{
        cell::Cell,
        code::Loaded,
        dict::{self, Dict},
        function::Function,
        generator::Generator,
        tuple::{self, Tuple},
    },
    bytecode::{CodeFlags, LocalKind},
    error::PyResult,
    interp::frame::own_namespace,
    object::Ref,
    thread::Thread,
    value::Value,
};

/// Where the named registers of a frame are.
#[derive(Clone, Copy)]
pub enum Registers {
    /// In the window of a live frame.
    Window(*mut Value),
    /// In a generator that is not running.
    Saved(Ref<Generator>),
    /// In the tuple that a frame has left behind. Python code never sees it, for it may hold unset words.
    Left(Ref<Tuple>),
    /// Nowhere: the frame has been cleared.
    Gone,
}

impl Registers {
    /// What a register holds.
    pub fn get(self, index: usize) -> Value {
        match self {
            // SAFETY: the window is live and has its named registers.
            Registers::Window(fp) => unsafe { *fp.add(index) },
            Registers::Saved(generator) => generator.registers()[index].get(),
            Registers::Left(values) => values.items()[index].get(),
            Registers::Gone => Value::UNSET,
        }
    }

    /// Changes a register.
    fn set(self, t: &mut Thread, index: usize, value: Value) {
        match self {
            // SAFETY: as in `get`.
            Registers::Window(fp) => unsafe { *fp.add(index) = value },
            Registers::Saved(generator) => {
                let w = t.write(generator);
                generator.registers()[index].set(&w, value);
            }
            Registers::Left(values) => {
                let w = t.write(values);
                values.items()[index].set(&w, value);
            }
            Registers::Gone => {}
        }
    }

    /// Unsets all registers.
    pub fn clear(self, t: &mut Thread, loaded: &Loaded) {
        for index in 0..loaded.locals.len() {
            self.set(t, index, Value::UNSET);
        }
    }

    /// The value of the variable in a register, unset if it has none.
    pub fn variable(self, loaded: &Loaded, index: usize) -> Value {
        let value = self.get(index);
        match loaded.locals[index].1 {
            LocalKind::Fast => value,
            // A comprehension's variable may be shared with a function in it.
            LocalKind::Cell | LocalKind::Free | LocalKind::Hidden => {
                value.cast::<Cell>().map_or(value, |c| c.content.get())
            }
        }
    }

    /// Assigns to the variable in a register.
    pub fn assign(self, t: &mut Thread, loaded: &Loaded, index: usize, value: Value) {
        match self.get(index).cast::<Cell>() {
            Some(cell) if loaded.locals[index].1 != LocalKind::Fast => {
                let w = t.write(cell);
                cell.content.set(&w, value);
            }
            _ => self.set(t, index, value),
        }
    }

    /// Whether an inlined comprehension is running: its variables are set.
    pub fn in_comprehension(self, loaded: &Loaded) -> bool {
        loaded.locals.iter().enumerate().any(|(i, l)| l.1 == LocalKind::Hidden && !self.get(i).is_unset())
    }

    /// Names and registers of the variables that have a value, in CPython's order: parameters, then other variables, then
    /// those that are shared with other functions. Variables of an inlined comprehension hide others.
    pub fn variables(self, loaded: &Loaded) -> Vec<(Value, usize)> {
        let rank = |i: usize| match loaded.locals[i].1 {
            _ if i < loaded.param_count as usize => 0,
            LocalKind::Fast | LocalKind::Hidden => 1,
            LocalKind::Cell => 2,
            LocalKind::Free => 3,
        };
        let mut order: Vec<usize> = (0..loaded.locals.len()).collect();
        order.sort_by_key(|&i| rank(i));
        let mut found: Vec<(Value, usize)> = Vec::new();
        for i in order {
            let (name, kind) = loaded.locals[i];
            if self.variable(loaded, i).is_unset() {
                continue;
            }
            match found.iter_mut().find(|f| f.0 == name) {
                Some(hidden) if kind == LocalKind::Hidden => hidden.1 = i,
                Some(_) => {}
                None => found.push((name, i)),
            }
        }
        found
    }

    /// The register of the variable with this name, if it has a value.
    pub fn find(self, loaded: &Loaded, name: Value) -> Option<usize> {
        let mut found = None;
        for (i, (own, kind)) in loaded.locals.iter().enumerate() {
            if same_name(*own, name) && !self.variable(loaded, i).is_unset() {
                found = Some(i);
                if *kind == LocalKind::Hidden {
                    break;
                }
            }
        }
        found
    }
}

/// The register in which assignments to a name outside any comprehension go.
pub fn register_of(loaded: &Loaded, name: Value) -> Option<usize> {
    loaded.locals.iter().position(|(own, kind)| *kind != LocalKind::Hidden && same_name(*own, name))
}

fn same_name(own: Value, name: Value) -> bool {
    own == name || matches!((own.as_str(), name.as_str()), (Some(a), Some(b)) if a.same_text(&b))
}

/// Copies the named registers of a window into a tuple; unset if there are none.
///
/// # Safety
/// `fp` must be the window of a live frame that runs this code.
pub unsafe fn copy_registers(t: &mut Thread, loaded: &Loaded, fp: *mut Value) -> Value {
    let count = loaded.local_count as usize;
    if count == 0 {
        return Value::UNSET;
    }
    // SAFETY: named registers are part of the window.
    let values = unsafe { std::slice::from_raw_parts(fp, count) };
    tuple::new_small(t, values)
}

/// The namespace of module or class code that is in no comprehension: an object of its own, not the variables of a frame.
pub fn namespace(function: Ref<Function>, registers: Registers, extra: Value) -> Option<Value> {
    let loaded = function.loaded();
    if loaded.flags.has(CodeFlags::OPTIMIZED) || registers.in_comprehension(loaded) {
        return None;
    }
    Some(own_namespace(extra).unwrap_or(function.globals.get()))
}

/// A new dict of the variables, `added` (a dict or unset) behind them.
pub fn snapshot(
    t: &mut Thread,
    function: Ref<Function>,
    registers: Registers,
    added: Value,
) -> PyResult<Ref<Dict>> {
    let loaded = function.loaded();
    let result = dict::new(t);
    for (name, index) in registers.variables(loaded) {
        dict::set_str(t, result, name, registers.variable(loaded, index));
    }
    if let Some(added) = added.cast::<Dict>() {
        crate::builtins::dict_methods::update::update(t, result, added.value())?;
    }
    Ok(result)
}
