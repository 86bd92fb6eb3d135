//! BaseExceptionGroup, ExceptionGroup, and what `except*` needs.

use super::{Exception, allocate, base, base::no_keywords, exception_group_class, is_exception_class, this};
use crate::{
    builtins::{
        function::{Function, native::NativeFunction},
        list::{self, List},
        str::Str,
        tuple::{self, Tuple},
        typeobj::Type,
    },
    error::{Exc, PyResult},
    native::{GetSet, Method, class_method, getter, method, static_method},
    object::Ref,
    protocol::{attr, call, instance, iter, text, truth},
    runtime::type_of,
    thread::{RootVec, Thread},
    value::Value,
};

/// Field: the message.
pub const MESSAGE: usize = 0;
/// Field: the exceptions, a tuple.
pub const EXCEPTIONS: usize = 1;
/// Field: the repr of the sequence that the group was made from, if that was neither a list nor a tuple.
const SHOWN: usize = 2;

pub(super) static METHODS: &[Method] = &[
    static_method("__new__", "($cls, /, *args, **kwargs)", new, "Make a group of exceptions."),
    method("__init__", "($self, /, *args, **kwargs)", init, "Set the arguments."),
    method("__str__", "($self, /)", str_, "Return str(self)."),
    method("__repr__", "($self, /)", repr, "Return repr(self)."),
    method("derive", "($self, excs, /)", derive, "Make a group of other exceptions with the same message."),
    method("split", "($self, matcher_value, /)", split, "Split into the exceptions that match and the rest."),
    method(
        "subgroup",
        "($self, matcher_value, /)",
        subgroup,
        "Return the group of the exceptions that match, or None.",
    ),
    class_method("__class_getitem__", "($cls, item, /)", class_getitem, "See PEP 585."),
];

pub(super) static GETSET: &[GetSet] = &[
    getter("message", get_message, "The message."),
    getter("exceptions", get_exceptions, "The nested exceptions."),
];

fn new(t: &mut Thread, args: &[Value]) -> PyResult {
    let mut class = base::class_argument(t, args[0])?;
    let items = Ref::<Tuple>::known(args[1]);
    if items.len() != 2 {
        let got = items.len();
        return Err(
            t.type_error(format!("BaseExceptionGroup.__new__() takes exactly 2 arguments ({got} given)"))
        );
    }
    let (message, sequence) = (items.at(0), items.at(1));
    if message.as_str().is_none() {
        let got = type_of(message).name();
        return Err(t.type_error(format!("BaseExceptionGroup.__new__() argument 1 must be str, not {got}")));
    }
    let is_sequence =
        sequence.as_tuple().is_some() || sequence.cast::<List>().is_some() || has_items(t, sequence);
    if !is_sequence {
        return Err(t.type_error("second argument (exceptions) must be a sequence"));
    }
    let exceptions = iter::collect(t, sequence)?;
    if exceptions.is_empty() {
        return Err(t.value_error("second argument (exceptions) must be a non-empty sequence"));
    }
    let plain = Ref::<Type>::known(t.rt.exception(Exc::Exception));
    let mut only_plain = true;
    for (i, e) in exceptions.iter().enumerate() {
        if e.cast::<Exception>().is_none() {
            let i = i + 1;
            return Err(
                t.value_error(format!("Item {} of second argument (exceptions) is not an exception", i - 1))
            );
        }
        only_plain &= type_of(*e).is_subtype(plain);
    }
    let group = exception_group_class(t);
    let base_group = Ref::<Type>::known(t.rt.exception(Exc::BaseExceptionGroup));
    if class == base_group {
        if only_plain {
            class = group;
        }
    } else if class == group {
        if !only_plain {
            return Err(t.type_error("Cannot nest BaseExceptions in an ExceptionGroup"));
        }
    } else if class.is_subtype(plain) && !only_plain {
        let name = class.name();
        return Err(t.type_error(format!("Cannot nest BaseExceptions in '{name}'")));
    }
    let shown = match sequence.cast::<List>().is_some() || sequence.cast::<Tuple>().is_some() {
        true => Value::UNSET,
        false => text::repr(t, sequence)?,
    };
    let tuple = tuple::new(t, &exceptions)?;
    let this = allocate(t, class, args[1]);
    this.set_field(t, MESSAGE, message);
    this.set_field(t, EXCEPTIONS, tuple);
    this.set_field(t, SHOWN, shown);
    Ok(this.value())
}

fn has_items(t: &mut Thread, value: Value) -> bool {
    t.special(value, crate::special::Special::GetItem).is_some()
        && t.special(value, crate::special::Special::Len).is_some()
        && value.cast::<crate::builtins::dict::Dict>().is_none()
}

fn init(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    no_keywords(t, args[0], args[2])?;
    let w = t.write(this);
    this.args.set(&w, args[1]);
    Ok(Value::NONE)
}

/// The exceptions of a group.
pub fn exceptions_of(this: Ref<Exception>) -> Option<Ref<Tuple>> {
    this.fields[EXCEPTIONS].get().cast::<Tuple>()
}

/// Whether the exception is a group.
pub fn is_group(t: &Thread, value: Value) -> bool {
    super::is_instance(t, value, Exc::BaseExceptionGroup)
}

fn str_(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let count = exceptions_of(this).map_or(0, |e| e.len());
    let message = text::str_string(t, this.field(MESSAGE))?;
    let plural = if count == 1 { "" } else { "s" };
    Ok(t.new_str(&format!("{message} ({count} sub-exception{plural})")))
}

fn repr(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let name = type_of(args[0]).name();
    let message = text::repr_string(t, this.field(MESSAGE))?;
    let args = this.args();
    let shown = if let Some(s) = this.fields[SHOWN].get().as_str() {
        s.to_rust()
    } else if args.len() == 2 && args.at(1).cast::<List>().is_some() {
        let items: RootVec = iter::collect(t, this.field(EXCEPTIONS))?;
        let list = list::new(t, &items);
        text::repr_string(t, list)?
    } else {
        text::repr_string(t, this.field(EXCEPTIONS))?
    };
    Ok(t.new_str(&format!("{name}({message}, {shown})")))
}

fn derive(t: &mut Thread, args: &[Value]) -> PyResult {
    let this = this(t, args[0])?;
    let class = t.rt.exception(Exc::BaseExceptionGroup);
    call::call(t, class, &[this.field(MESSAGE), args[1]])
}

fn class_getitem(t: &mut Thread, args: &[Value]) -> PyResult {
    Ok(crate::builtins::generic_alias(t, args[0], args[1]))
}

fn get_message(t: &mut Thread, this_: Value) -> PyResult {
    Ok(this(t, this_)?.field(MESSAGE))
}

fn get_exceptions(t: &mut Thread, this_: Value) -> PyResult {
    Ok(this(t, this_)?.field(EXCEPTIONS))
}

/// How exceptions of a group are chosen.
enum Matcher<'a> {
    /// By class or tuple of classes.
    Class(Value),
    /// By a callable.
    Predicate(Value),
    /// By being among these.
    Among(&'a RootVec),
}

impl Matcher<'_> {
    fn matches(&self, t: &mut Thread, exception: Value) -> PyResult<bool> {
        match self {
            Matcher::Class(c) => instance::exception_matches(t, exception, *c),
            Matcher::Predicate(f) => {
                let result = call::call(t, *f, &[exception])?;
                truth::is_true(t, result)
            }
            Matcher::Among(leaves) => {
                if is_group(t, exception) {
                    return Ok(false);
                }
                Ok(leaves.contains(&exception))
            }
        }
    }
}

fn matcher_of<'a>(t: &mut Thread, value: Value) -> PyResult<Matcher<'a>> {
    if is_exception_class(value) {
        return Ok(Matcher::Class(value));
    }
    if let Some(classes) = value.cast::<Tuple>()
        && classes.items().iter().all(|s| is_exception_class(s.get()))
    {
        return Ok(Matcher::Class(value));
    }
    let callable = value.cast::<Function>().is_some()
        || value.cast::<NativeFunction>().is_some()
        || (value.cast::<Type>().is_none() && t.special(value, crate::special::Special::Call).is_some());
    if callable {
        return Ok(Matcher::Predicate(value));
    }
    Err(t.type_error(
        "expected an exception type, a tuple of exception types, or a callable (other than a class)",
    ))
}

/// The matching part and the rest, each None if it is empty. With `want_rest` false the rest is not made.
fn split_by(
    t: &mut Thread,
    exception: Value,
    matcher: &Matcher<'_>,
    want_rest: bool,
) -> PyResult<(Value, Value)> {
    t.check_native_stack()?;
    if matcher.matches(t, exception)? {
        return Ok((exception, Value::NONE));
    }
    if !is_group(t, exception) {
        return Ok((Value::NONE, exception));
    }
    let group = Ref::<Exception>::known(exception);
    let Some(items) = exceptions_of(group) else { return Ok((Value::NONE, exception)) };
    let (mut matching, mut rest) = (t.vec(), t.vec());
    for slot in items.items() {
        let (m, r) = split_by(t, slot.get(), matcher, want_rest)?;
        if !m.is_none() {
            matching.push(m);
        }
        if want_rest && !r.is_none() {
            rest.push(r);
        }
    }
    let m = derived(t, group, &matching)?;
    let r = if want_rest { derived(t, group, &rest)? } else { Value::NONE };
    Ok((m, r))
}

/// `group.derive(exceptions)` with traceback, context, cause and notes of the group; None if there are no exceptions.
fn derived(t: &mut Thread, group: Ref<Exception>, exceptions: &RootVec) -> PyResult {
    if exceptions.is_empty() {
        return Ok(Value::NONE);
    }
    let list = list::new(t, exceptions);
    let result = call::call_method(t, group.value(), "derive", &[list])?;
    if !is_group(t, result) {
        return Err(t.type_error("derive must return an instance of BaseExceptionGroup"));
    }
    let fresh = Ref::<Exception>::known(result);
    let (traceback, context, cause) = (group.traceback.get(), group.context.get(), group.cause.get());
    let suppress = group.suppresses_context();
    fresh.set_traceback(t, traceback);
    fresh.set_context(t, context);
    fresh.set_cause(t, cause);
    fresh.set_suppress_context(t, suppress);
    if let Some(notes) = attr::find_attr(t, group.value(), "__notes__")?
        && (notes.cast::<List>().is_some() || notes.cast::<Tuple>().is_some())
    {
        let copy = iter::collect(t, notes)?;
        let copy = list::new(t, &copy);
        attr::setattr_text(t, result, "__notes__", copy)?;
    }
    Ok(result)
}

fn split(t: &mut Thread, args: &[Value]) -> PyResult {
    this(t, args[0])?;
    let matcher = matcher_of(t, args[1])?;
    let (m, r) = split_by(t, args[0], &matcher, true)?;
    tuple::new(t, &[m, r])
}

fn subgroup(t: &mut Thread, args: &[Value]) -> PyResult {
    this(t, args[0])?;
    let matcher = matcher_of(t, args[1])?;
    Ok(split_by(t, args[0], &matcher, false)?.0)
}

/// One clause of `except*`: the part of the exception that matches the class or tuple (a naked exception is wrapped in a
/// group) and the rest, each None if there is none.
pub fn group_match(t: &mut Thread, exception: Value, class: Value) -> PyResult<(Value, Value)> {
    if exception.is_none() {
        return Ok((Value::NONE, Value::NONE));
    }
    check_star_classes(t, class)?;
    if instance::exception_matches(t, exception, class)? {
        if is_group(t, exception) {
            return Ok((exception, Value::NONE));
        }
        let traceback = Ref::<Exception>::known(exception).traceback.get();
        let message = t.new_str("");
        let only = tuple::new_small(t, &[exception]);
        let base = t.rt.exception(Exc::BaseExceptionGroup);
        let wrapped = call::call(t, base, &[message, only])?;
        // The wrapper starts with the traceback entry of this frame only.
        if let Some(tb) = traceback.cast::<crate::builtins::traceback::Traceback>() {
            let entry = crate::builtins::traceback::copy_of_first(t, tb);
            Ref::<Exception>::known(wrapped).set_traceback(t, entry);
        }
        return Ok((wrapped, Value::NONE));
    }
    if !is_group(t, exception) {
        return Ok((Value::NONE, exception));
    }
    let result = call::call_method(t, exception, "split", &[class])?;
    match result.cast::<Tuple>() {
        Some(pair) if pair.len() >= 2 => Ok((pair.at(0), pair.at(1))),
        Some(pair) => {
            let (name, n) = (type_of(exception).name(), pair.len());
            Err(t.type_error(format!("{name}.split must return a 2-tuple, got tuple of size {n}")))
        }
        None => {
            let (name, got) = (type_of(exception).name(), type_of(result).name());
            Err(t.type_error(format!("{name}.split must return a tuple, not {got}")))
        }
    }
}

fn check_star_classes(t: &mut Thread, class: Value) -> PyResult<()> {
    let base = Ref::<Type>::known(t.rt.exception(Exc::BaseExceptionGroup));
    let is_group_class = |c: Value| c.cast::<Type>().is_some_and(|c| c.is_subtype(base));
    let (valid, groups) = match class.cast::<Tuple>() {
        Some(classes) => (
            classes.items().iter().all(|s| is_exception_class(s.get())),
            classes.items().iter().any(|s| is_group_class(s.get())),
        ),
        None => (is_exception_class(class), is_group_class(class)),
    };
    if !valid {
        return Err(t.type_error("catching classes that do not inherit from BaseException is not allowed"));
    }
    if groups {
        return Err(t.type_error("catching ExceptionGroup with except* is not allowed. Use except instead."));
    }
    Ok(())
}

/// What to raise after the clauses of `except*`: `list` holds what they raised and what none of them handled. None if
/// there is nothing.
pub fn prep_reraise_star(t: &mut Thread, original: Value, list: Value) -> PyResult {
    let items = iter::collect(t, list)?;
    if items.is_empty() {
        return Ok(Value::NONE);
    }
    if !is_group(t, original) {
        // A naked exception matched one clause at most: it was handled, raised again, or replaced.
        return Ok(items[0]);
    }
    let (mut raised, mut again) = (t.vec(), t.vec());
    for &e in items.iter() {
        if e.is_none() {
            continue;
        }
        if is_same_metadata(e, original) { again.push(e) } else { raised.push(e) }
    }
    let unhandled = projection(t, original, &again)?;
    if raised.is_empty() {
        return Ok(unhandled);
    }
    if !unhandled.is_none() {
        raised.push(unhandled);
    }
    if raised.len() == 1 {
        return Ok(raised[0]);
    }
    let message = t.new_str("");
    let list = list::new(t, &raised);
    let base = t.rt.exception(Exc::BaseExceptionGroup);
    call::call(t, base, &[message, list])
}

/// Whether an exception was split off the original: traceback, context and cause are the very same.
fn is_same_metadata(a: Value, b: Value) -> bool {
    let (Some(a), Some(b)) = (a.cast::<Exception>(), b.cast::<Exception>()) else { return false };
    a.traceback.get() == b.traceback.get()
        && a.context.get() == b.context.get()
        && a.cause.get() == b.cause.get()
}

/// The part of the group that holds the leaves of the parts given.
fn projection(t: &mut Thread, group: Value, parts: &RootVec) -> PyResult {
    let mut leaves = t.vec();
    for &part in parts.iter() {
        collect_leaves(t, part, &mut leaves)?;
    }
    Ok(split_by(t, group, &Matcher::Among(&leaves), false)?.0)
}

fn collect_leaves(t: &mut Thread, exception: Value, leaves: &mut RootVec) -> PyResult<()> {
    t.check_native_stack()?;
    match exceptions_of(Ref::known(exception)).filter(|_| is_group(t, exception)) {
        Some(items) => {
            for slot in items.items() {
                collect_leaves(t, slot.get(), leaves)?;
            }
        }
        None => leaves.push(exception),
    }
    Ok(())
}

/// The message of a group, for printing.
pub fn message_of(this: Ref<Exception>) -> String {
    this.field(MESSAGE).cast::<Str>().map(|s| s.to_rust()).unwrap_or_default()
}
