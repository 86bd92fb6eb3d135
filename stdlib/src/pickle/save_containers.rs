//! Writing tuples, lists, dicts and sets. Their items are written in batches, so that an unpickler's stack stays short.

use pystm_vm::{
    builtins::{dict::Dict, list, list::List, set::Set, tuple::Tuple},
    error::PyResult,
    kind::Kind,
    object::Ref,
    protocol::iter,
    runtime::class_of_kind,
    thread::Thread,
    value::Value,
};

use super::{
    error::{note, note_key},
    opcode::*,
    save::Saver,
};

/// Items that are written between a mark and the opcode that takes them all.
const BATCH: usize = 1000;

impl Saver {
    fn save_item(&mut self, t: &mut Thread, item: Value, container: Value, index: usize) -> PyResult<()> {
        match self.save(t, item) {
            Ok(()) => Ok(()),
            Err(raised) => Err(note(t, raised, container, &format!("item {index}"))),
        }
    }

    fn save_pair(&mut self, t: &mut Thread, key: Value, value: Value, container: Value) -> PyResult<()> {
        self.save(t, key)?;
        match self.save(t, value) {
            Ok(()) => Ok(()),
            Err(raised) => Err(note_key(t, raised, container, key)),
        }
    }

    fn save_element(&mut self, t: &mut Thread, item: Value, container: Value) -> PyResult<()> {
        match self.save(t, item) {
            Ok(()) => Ok(()),
            Err(raised) => Err(note(t, raised, container, "element")),
        }
    }

    pub(super) fn save_tuple(&mut self, t: &mut Thread, object: Value) -> PyResult<()> {
        let tuple: Ref<Tuple> = Ref::known(object);
        let (n, protocol) = (tuple.len(), self.settings.protocol);
        if n == 0 {
            self.out.put(if self.settings.binary { &[EMPTY_TUPLE] } else { &[MARK, TUPLE] });
            return Ok(());
        }
        let short = n <= 3 && protocol >= 2;
        if !short {
            self.out.op(MARK);
        }
        for i in 0..n {
            self.save_item(t, tuple.at(i), object, i)?;
        }
        // A tuple that its own items contain has been written with them.
        if let Some(number) = self.memo.get(object) {
            if self.settings.binary && !short {
                self.out.op(POP_MARK);
            } else {
                self.out.put(&vec![POP; n + !short as usize]);
            }
            return self.save_get(t, number);
        }
        self.out.op(if short { [TUPLE1, TUPLE2, TUPLE3][n - 1] } else { TUPLE });
        self.memoize(t, object)
    }

    pub(super) fn save_list(&mut self, t: &mut Thread, object: Value) -> PyResult<()> {
        let list: Ref<List> = Ref::known(object);
        self.out.put(if self.settings.binary { &[EMPTY_LIST] } else { &[MARK, LIST] });
        self.memoize(t, object)?;
        // The list may change while its items are written.
        let mut i = 0;
        if !self.settings.binary || list.len() == 1 {
            while let Some(item) = list.get(i) {
                self.save_item(t, item, object, i)?;
                self.out.op(APPEND);
                i += 1;
            }
            return Ok(());
        }
        while i < list.len() {
            let end = i + BATCH;
            self.out.op(MARK);
            while i < end
                && let Some(item) = list.get(i)
            {
                self.save_item(t, item, object, i)?;
                i += 1;
            }
            self.out.op(APPENDS);
        }
        Ok(())
    }

    /// Writes what an iterator gives as items to be appended to the object.
    pub(super) fn append_all(&mut self, t: &mut Thread, items: Value, object: Value) -> PyResult<()> {
        let mut i = 0;
        loop {
            let Some(first) = iter::next(t, items)? else { return Ok(()) };
            let mut more = if self.settings.binary { iter::next(t, items)? } else { None };
            let batched = more.is_some();
            if batched {
                self.out.op(MARK);
            }
            let end = i + BATCH;
            self.save_item(t, first, object, i)?;
            i += 1;
            while let Some(item) = more {
                self.save_item(t, item, object, i)?;
                i += 1;
                more = if i < end { iter::next(t, items)? } else { None };
            }
            self.out.op(if batched { APPENDS } else { APPEND });
            if self.settings.binary && i < end {
                return Ok(());
            }
        }
    }

    pub(super) fn save_dict(&mut self, t: &mut Thread, object: Value) -> PyResult<()> {
        let dict: Ref<Dict> = Ref::known(object);
        self.out.put(if self.settings.binary { &[EMPTY_DICT] } else { &[MARK, DICT] });
        self.memoize(t, object)?;
        let len = dict.len();
        if len == 0 {
            return Ok(());
        }
        let single = !self.settings.binary || len == 1;
        let mut position = 0;
        loop {
            if !single {
                self.out.op(MARK);
            }
            let mut n = 0;
            while n < BATCH
                && let Some((at, key, value)) = dict.entry_from(position)
            {
                position = at + 1;
                self.save_pair(t, key, value, object)?;
                n += 1;
                if single {
                    self.out.op(SETITEM);
                }
                if dict.len() != len {
                    return self.changed(t, "dictionary");
                }
            }
            if !single {
                self.out.op(SETITEMS);
            }
            if n < BATCH {
                return Ok(());
            }
        }
    }

    /// Writes what an iterator gives, pairs, as items to be set in the object.
    pub(super) fn set_all(&mut self, t: &mut Thread, items: Value, object: Value) -> PyResult<()> {
        loop {
            let Some((key, value)) = next_pair(t, items)? else { return Ok(()) };
            let mut more = if self.settings.binary { next_pair(t, items)? } else { None };
            let batched = more.is_some();
            if batched {
                self.out.op(MARK);
            }
            self.save_pair(t, key, value, object)?;
            let mut n = 1;
            while let Some((key, value)) = more {
                self.save_pair(t, key, value, object)?;
                n += 1;
                more = if n < BATCH { next_pair(t, items)? } else { None };
            }
            self.out.op(if batched { SETITEMS } else { SETITEM });
            if self.settings.binary && n < BATCH {
                return Ok(());
            }
        }
    }

    pub(super) fn save_set(&mut self, t: &mut Thread, object: Value) -> PyResult<()> {
        let set: Ref<Set> = Ref::known(object);
        if self.settings.protocol < 4 {
            return self.save_set_as_call(t, Kind::Set, object);
        }
        self.out.op(EMPTY_SET);
        self.memoize(t, object)?;
        let len = set.len();
        let mut position = 0;
        let mut left = len > 0;
        while left {
            self.out.op(MARK);
            let mut n = 0;
            while n < BATCH
                && let Some((at, item, _)) = set.entry_from(position)
            {
                position = at + 1;
                self.save_element(t, item, object)?;
                n += 1;
                if set.len() != len {
                    return self.changed(t, "set");
                }
            }
            self.out.op(ADDITEMS);
            left = n == BATCH;
        }
        Ok(())
    }

    pub(super) fn save_frozenset(&mut self, t: &mut Thread, object: Value) -> PyResult<()> {
        let set: Ref<Set> = Ref::known(object);
        if self.settings.protocol < 4 {
            return self.save_set_as_call(t, Kind::FrozenSet, object);
        }
        self.out.op(MARK);
        let mut position = 0;
        while let Some((at, item, _)) = set.entry_from(position) {
            position = at + 1;
            self.save_element(t, item, object)?;
        }
        if let Some(number) = self.memo.get(object) {
            self.out.op(POP_MARK);
            return self.save_get(t, number);
        }
        self.out.op(FROZENSET);
        self.memoize(t, object)
    }

    fn save_set_as_call(&mut self, t: &mut Thread, kind: Kind, object: Value) -> PyResult<()> {
        let items = pystm_vm::builtins::set::snapshot(t, object);
        let items = list::try_new(t, &items)?;
        self.save_call(t, class_of_kind(kind).value(), &[items], object)
    }
}

fn next_pair(t: &mut Thread, items: Value) -> PyResult<Option<(Value, Value)>> {
    let Some(item) = iter::next(t, items)? else { return Ok(None) };
    match item.as_tuple().filter(|pair| pair.len() == 2) {
        Some(pair) => Ok(Some((pair.at(0), pair.at(1)))),
        None => Err(t.type_error("dict items iterator must return 2-tuples")),
    }
}
