//! Instructions that are transactions of their own.
//!
//! An instruction that has done nothing can begin anew when others have taken something from it while it waited. One that has
//! advanced an iterator made before, or that writes between looking at several objects, has done something: if it then waits
//! for another thread that waits for it in turn, somebody must see it half done. So it opens a transaction before, as long
//! as nothing is done; whoever loses is undone and begins anew like any instruction. The transaction ends with the
//! instruction, or when it enters Python code or does something outside that cannot be undone: it is no block, and nothing
//! that Python code can see of one is there.

use pystm_gc::{Object, layout::Access, world};
use pystm_stm::{ALONE, Restart, Slot, gate, transaction};

use crate::{
    builtins::{
        array::Array,
        bound_method::BoundMethod,
        iterators,
        list::List,
        tuple::Tuple,
        typeobj::{HEAP, Type},
        weak,
    },
    kind::Kind,
    object::{
        Ref,
        record::{self, Record},
    },
    shape::shape_of_object,
    thread::Thread,
    value::Value,
};

/// Values that are looked at to find out whether an instruction needs a transaction.
const MOST: u32 = 24;

/// The running instruction is about to take items from an iterator or a collection: what it does from here on is one transaction,
/// if they come without Python code, and if not all is at hand: then nothing has to be waited for.
#[inline]
pub fn begin_with(t: &mut Thread, source: Value) {
    if may_begin(t)
        && source.object().is_some_and(|object| !t.mutator.made_since(object))
        && !is_at_hand(t, source, &mut { MOST })
        && is_native(source, &mut { MOST })
    {
        open(t);
    }
}

/// The running instruction is about to write an object between looking at others: what it does from here on is one transaction, if
/// it has to wait for the right.
#[inline]
pub fn begin_for<T>(t: &mut Thread, target: Ref<T>) {
    if may_begin(t) && !(t.own.owns(target.object()) && t.own.may_read(target.object())) {
        open(t);
    }
}

/// The running instruction is about to advance several native iterators for one item: what it does from here on is one
/// transaction, if it has to wait for one of them or for what they iterate over.
#[inline]
pub fn begin_step<'a>(t: &mut Thread, iterators: impl Iterator<Item = &'a Slot<Value>> + Clone) {
    if may_begin(t)
        && !iterators.clone().all(|iterator| is_ready(t, iterator.get(), &mut { MOST }))
        && iterators.clone().all(|iterator| is_native(iterator.get(), &mut { MOST }))
    {
        open(t);
    }
}

/// Whether it matters, and the instruction can still begin anew.
#[inline]
fn may_begin(t: &Thread) -> bool {
    !ALONE && world::count() > 1 && !t.own.in_transaction() && !gate::is_dirty()
}

#[cold]
fn open(t: &mut Thread) {
    let age = match t.instruction_age {
        Some((ip, age)) if ip == t.ip => age,
        _ => transaction::now(),
    };
    t.instruction_age = Some((t.ip, age));
    t.own.begin_instruction_transaction(&mut t.mutator, age);
}

/// Ends the transaction of the running instruction, if it has one; what it has written stays. Begins the instruction anew if the
/// transaction has been undone.
#[inline]
pub fn end(t: &mut Thread) {
    if t.own.is_instruction() {
        close(t);
    }
}

#[cold]
fn close(t: &mut Thread) {
    if t.aborting.is_some() || t.own.is_doomed() {
        std::panic::resume_unwind(Box::new(Restart));
    }
    t.instruction_age = None;
    t.own.commit(&mut t.mutator);
    weak::run_later(t);
}

/// The running instruction begins anew: undoes what its transaction, if it has one, has done.
pub(crate) fn undo(t: &mut Thread) {
    if t.own.is_instruction() {
        t.own.note_abort();
        t.own.roll_back(&mut t.mutator);
        t.aborting = None;
        weak::run_later(t);
    }
}

/// Whether whoever takes all items of a collection or a native iterator, and looks at them, need not wait for another thread.
/// `most` values are looked at.
#[inline]
fn is_at_hand(t: &Thread, value: Value, most: &mut u32) -> bool {
    value.object().is_none_or(|object| is_object_at_hand(t, value, object, most))
}

/// As [`is_at_hand`], for an object. Each costs some nanoseconds of every small operation beside another thread.
fn is_object_at_hand(t: &Thread, value: Value, object: &Object, most: &mut u32) -> bool {
    let Some(left) = most.checked_sub(1) else { return false };
    *most = left;
    let shape = shape_of_object(object);
    // SAFETY: (all) the thread may read the object, or it never changes; a buffer is its iterator's part.
    let parts = unsafe {
        match shape.kind {
            Kind::NoneType | Kind::Int | Kind::Float | Kind::Str | Kind::Bytes | Kind::Range => return true,
            Kind::Type | Kind::NativeFunction | Kind::NativeMethod => return true,
            Kind::Tuple => Ref::<Tuple>::known(value).peek().items(),
            Kind::List if t.own.may_read(object) => Ref::<List>::known(value).peek().items(),
            Kind::Array => Ref::<Array>::known(value).peek().slots(),
            Kind::Record if t.own.owns(object) && !Ref::<Type>::known(shape.class()).has(HEAP) => {
                let record = Ref::<Record>::known(value).peek();
                if record.next_fn().is_none() {
                    return false;
                }
                record.values()
            }
            _ => return false,
        }
    };
    parts.len() <= left as usize && parts.iter().all(|part| is_at_hand(t, part.get(), most))
}

/// Whether whoever advances an iterator need not wait for another thread, as far as the first `most` values tell.
fn is_ready(t: &Thread, value: Value, most: &mut u32) -> bool {
    let Some(object) = value.object() else { return true };
    let Some(left) = most.checked_sub(1) else { return true };
    *most = left;
    let mut all_are = |parts: &[Slot<Value>]| parts.iter().all(|part| is_ready(t, part.get(), most));
    match shape_of_object(object).kind {
        Kind::Record => {
            // SAFETY: the object is the thread's.
            t.own.owns(object) && all_are(unsafe { Ref::<Record>::known(value).peek() }.values())
        }
        Kind::Tuple => {
            let items = Ref::<Tuple>::known(value);
            // The iterators of another `zip`, or what a `chain` is going to walk through; not one that is walked through itself.
            let waits = items.values().first().is_some_and(|first| is_owned(*first));
            !waits || all_are(items.items())
        }
        Kind::Native => t.own.owns(object),
        _ => !is_owned(value) || t.own.may_read(object),
    }
}

/// Whether a value is an object that has an owner.
fn is_owned(value: Value) -> bool {
    value.object().is_some_and(|object| shape_of_object(object).kind.access() == Access::Owned)
}

/// Whether a collection or an iterator gives its items without calling Python code, as far as the classes of what it refers to
/// tell.
fn is_native(value: Value, most: &mut u32) -> bool {
    let Some(object) = value.object() else { return true };
    let Some(left) = most.checked_sub(1) else { return true };
    *most = left;
    let shape = shape_of_object(object);
    match shape.kind {
        Kind::Type => !Ref::<Type>::known(value).has(HEAP),
        Kind::Function | Kind::Generator => false,
        Kind::BoundMethod => is_native(Ref::<BoundMethod>::known(value).function.get(), most),
        Kind::Record if iterators::plain_next(value).is_some() => {
            let record = Ref::<Record>::known(value);
            (0..record::VALUES).all(|i| is_native(record.get(i), most))
        }
        Kind::Array => {
            let slots = Ref::<Array>::known(value);
            slots.slots().iter().take(left as usize).all(|slot| is_native(slot.get(), most))
        }
        _ => !Ref::<Type>::known(shape.class()).has(HEAP),
    }
}
