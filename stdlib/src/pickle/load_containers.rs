//! Reading the opcodes that fill containers, and out-of-band buffers.

use pystm_vm::{
    builtins::{
        dict::{self, Dict},
        list,
        memoryview::{self, MemoryView},
        set::{self, Set},
    },
    error::PyResult,
    protocol::{attr, call, item, iter},
    thread::Thread,
    value::Value,
};

use super::{error, load::Loader};

impl Loader {
    pub(super) fn load_dict(&mut self, t: &mut Thread) -> PyResult<()> {
        let mark = self.mark(t)?;
        if !(self.stack.len() - mark).is_multiple_of(2) {
            return Err(error::unpickling(t, "odd number of items for DICT"));
        }
        let dict = dict::new(t);
        let mut at = mark;
        while at < self.stack.len() {
            dict::set(t, dict, self.stack[at], self.stack[at + 1])?;
            at += 2;
        }
        self.replace_from(mark, dict.value())
    }

    pub(super) fn set_items(&mut self, t: &mut Thread, from: usize) -> PyResult<()> {
        let object = self.receiver(t, from)?;
        let count = self.stack.len() - from;
        if !count.is_multiple_of(2) {
            return Err(error::unpickling(t, "odd number of items for SETITEMS"));
        }
        let plain = object.cast::<Dict>().filter(|_| dict::is_exact(object));
        if let Some(dict) = plain.filter(|dict| dict.is_empty() && count > 2) {
            dict::reserve(t, dict, count / 2)?;
        }
        let mut at = from;
        while at + 1 < self.stack.len() {
            let (key, value) = (self.stack[at], self.stack[at + 1]);
            match plain {
                Some(dict) => dict::set(t, dict, key, value)?,
                None => item::setitem(t, object, key, value)?,
            }
            at += 2;
        }
        self.stack.truncate(from);
        Ok(())
    }

    pub(super) fn append_items(&mut self, t: &mut Thread, from: usize) -> PyResult<()> {
        let object = self.receiver(t, from)?;
        if self.stack.len() == from {
            return Ok(());
        }
        if let Some(list) = list::exact(object) {
            list::extend_from(t, list, &self.stack[from..])?;
        } else if let Some(extend) = attr::find_attr(t, object, "extend")? {
            let items = list::try_new(t, &self.stack[from..])?;
            call::call(t, extend, &[items])?;
        } else {
            let append = attr::getattr_text(t, object, "append")?;
            for at in from..self.stack.len() {
                call::call(t, append, &[self.stack[at]])?;
            }
        }
        self.stack.truncate(from);
        Ok(())
    }

    pub(super) fn add_items(&mut self, t: &mut Thread, from: usize) -> PyResult<()> {
        let object = self.receiver(t, from)?;
        let add = match object.cast::<Set>() {
            Some(_) => Value::UNSET,
            None if self.stack.len() == from => return Ok(()),
            None => attr::getattr_text(t, object, "add")?,
        };
        for at in from..self.stack.len() {
            let value = self.stack[at];
            match object.cast::<Set>() {
                Some(set) => {
                    set::add(t, set, value)?;
                }
                None => {
                    call::call(t, add, &[value])?;
                }
            }
        }
        self.stack.truncate(from);
        Ok(())
    }

    pub(super) fn load_next_buffer(&mut self, t: &mut Thread) -> PyResult<()> {
        if self.buffers.is_unset() {
            return Err(error::unpickling(
                t,
                "pickle stream refers to out-of-band data but no *buffers* argument was given",
            ));
        }
        match iter::next(t, self.buffers)? {
            Some(buffer) => self.push(buffer),
            None => Err(error::unpickling(t, "not enough out-of-band buffers")),
        }
    }

    pub(super) fn load_readonly_buffer(&mut self, t: &mut Thread) -> PyResult<()> {
        let top = self.top(t)?;
        let view = memoryview::from_object(t, top)?;
        if view.cast::<MemoryView>().is_some_and(|view| !view.is_readonly()) {
            let readonly = call::call_method(t, view, "toreadonly", &[])?;
            let last = self.stack.len() - 1;
            return self.replace_from(last, readonly);
        }
        call::call_method(t, view, "release", &[]).map(|_| ())
    }
}
