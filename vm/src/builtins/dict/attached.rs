//! Dicts that stand for the attributes of an instance: what `object.__dict__` is while the values stay in the instance.
//!
//! Such a dict has no table: its table word holds the address of the instance (not as a pointer word), its count of items
//! is [`ATTACHED`]. Reading looks into the instance, storing under an interned name stores an attribute, so both sides
//! are always in step and the instance keeps its shape. Everything else (deleting, other keys, `clear`, use as globals)
//! first *detaches*: the dict gets a table of its own, in which the instance keeps its attributes from then on (dict mode).
//! The positions of the items stay the same. The dict keeps the instance alive.

use pystm_gc::Object;
use pystm_stm::{Slot, gate};

use super::{Dict, get_hashed};
use crate::{
    attributes,
    builtins::str::{self, Str},
    error::PyResult,
    object::Ref,
    shape::{self, Shape},
    thread::Thread,
    value::Value,
};

/// Count of items in the body of an attached dict.
pub(super) const ATTACHED: usize = usize::MAX;

/// A dict for the attributes of an instance that has none yet and is not in dict mode.
pub fn new(t: &mut Thread, owner: &'static Object) -> Ref<Dict> {
    let address = Value::from_bits(owner as *const Object as u64);
    Ref::new(t, |header| Dict {
        header,
        version: Slot::new(0),
        used: Slot::new(ATTACHED),
        table: Slot::new(address),
        keys_version: Slot::new(0),
        contention: Slot::new(super::divide::CALM),
    })
}

/// Makes an attached dict empty and free; only for [`attributes::make_dict`], which fills it again.
pub fn release(t: &mut Thread, dict: Ref<Dict>) {
    let w = t.write(dict);
    dict.used.set(&w, 0);
    dict.table.set(&w, Value::UNSET);
}

/// Gives an attached dict a table of its own. Others stay as they are.
pub fn detach(t: &mut Thread, dict: Ref<Dict>) {
    if let Some(owner) = dict.owner() {
        attributes::make_dict(t, owner);
    }
}

impl Dict {
    /// The instance for whose attributes the dict stands, if it is attached.
    pub fn owner(&self) -> Option<&'static Object> {
        // SAFETY: the word of an attached dict is the address of an instance, which the dict keeps alive.
        (self.used.get() == ATTACHED).then(|| unsafe { &*(self.table.get().bits() as *const Object) })
    }
}

/// The owner's shape, and the number of its slots that are no attributes of the dict.
fn layout(owner: &Object) -> (&'static Shape, usize) {
    gate::pass(owner);
    let class = crate::runtime::type_of(Value::from_object(owner));
    (shape::shape_of_object(owner), attributes::slot_count(class))
}

/// Number of items.
#[cold]
pub(super) fn len(dict: &Dict) -> usize {
    dict.owner().map_or(0, |owner| {
        let (shape, skip) = layout(owner);
        shape.names.len() - skip
    })
}

/// Key and value at a position, if there are that many items.
#[cold]
pub(super) fn entry(dict: &Dict, position: usize) -> Option<(Value, Value)> {
    let owner = dict.owner()?;
    let (shape, skip) = layout(owner);
    let n = position + skip;
    Some((*shape.names.get(n)?, attributes::get_slot(owner, n)))
}

/// The slot of the attribute that is equal to an exact str.
fn find(t: &Thread, owner: &Object, key: Value) -> Option<usize> {
    let (shape, skip) = layout(owner);
    let text = Ref::<Str>::known(key);
    if text.is_interned() {
        return shape.find(key).filter(|&n| n >= skip);
    }
    let hash = text.hash(t);
    (skip..shape.names.len()).find(|&n| {
        let name = Ref::<Str>::known(shape.names[n]);
        name.hash(t) == hash && name.same_text(&text)
    })
}

/// The value of an exact str.
#[cold]
pub(super) fn get_str(t: &Thread, dict: Ref<Dict>, key: Value) -> Option<Value> {
    let owner = dict.owner()?;
    find(t, owner, key).map(|n| attributes::get_slot(owner, n))
}

/// The value of any key.
#[cold]
pub(super) fn get(t: &mut Thread, dict: Ref<Dict>, key: Value, hash: u64) -> PyResult<Option<Value>> {
    if str::is_exact(key) {
        return Ok(get_str(t, dict, key));
    }
    // It may be equal to a name: let it meet the names one by one.
    detach(t, dict);
    get_hashed(t, dict, key, hash)
}

/// Stores under a key, if it is the name of an attribute or fit to become one. Otherwise the dict is detached.
#[cold]
pub(super) fn set(t: &mut Thread, dict: Ref<Dict>, key: Value, value: Value) -> bool {
    let Some(owner) = dict.owner() else { return false };
    if str::is_exact(key) {
        // From here on it has the shape that it has.
        t.claim(&[owner]);
        if dict.owner().is_none() {
            return false;
        }
        if let Some(n) = find(t, owner, key) {
            attributes::set_slot(t, owner, n, value);
            return true;
        }
        // Names that nobody has interned would fill the class with shapes.
        if Ref::<Str>::known(key).is_interned() && attributes::set_own(t, owner, key, value) {
            return true;
        }
    }
    detach(t, dict);
    false
}
