//! "Did you mean ...?" behind the message of an exception.

use crate::{
    builtins::{
        dict,
        dict::Dict,
        exceptions::{Exception, fields, is_instance},
        frame,
        function::Function,
        list::List,
        traceback::{self, Traceback},
    },
    error::{Exc, PyResult},
    object::Ref,
    protocol::{attr, call, iter},
    suggestions,
    thread::Thread,
    value::Value,
};

/// What is to be added to the message, or nothing.
pub fn hint(t: &mut Thread, exception: Value) -> String {
    match try_hint(t, exception) {
        Ok(text) => text,
        Err(raised) => {
            t.take_exception(raised);
            String::new()
        }
    }
}

fn try_hint(t: &mut Thread, exception: Value) -> PyResult<String> {
    let is = |t: &Thread, class| is_instance(t, exception, class);
    let this = Ref::<Exception>::known(exception);
    let (import, attribute, name) =
        (is(t, Exc::ImportError), is(t, Exc::AttributeError), is(t, Exc::NameError));
    let wanted = match (import, attribute || name) {
        (true, _) => this.field(fields::NAME_FROM),
        (_, true) => this.field(fields::NAME),
        _ => return Ok(String::new()),
    };
    let Some(wanted) = wanted.as_str().map(|s| s.to_rust()) else { return Ok(String::new()) };
    let found = if import {
        for_import(t, this, &wanted)
    } else if attribute {
        for_attribute(t, this, &wanted)
    } else {
        for_name(t, this, &wanted)
    };
    let found = match found {
        Ok(f) => f,
        Err(raised) => {
            t.take_exception(raised);
            None
        }
    };
    let mut text = match &found {
        Some(s) => format!(". Did you mean: '{s}'?"),
        None => String::new(),
    };
    if name && crate::import::library_module_names(t).contains(&wanted) {
        text += &match found {
            Some(_) => format!(" Or did you forget to import '{wanted}'?"),
            None => format!(". Did you forget to import '{wanted}'?"),
        };
    }
    Ok(text)
}

/// Names in `object.__dir__()`, sorted.
fn names_of(t: &mut Thread, object: Value) -> PyResult<Vec<String>> {
    let listed = match call::call_method(t, object, "__dir__", &[]) {
        Ok(v) => v,
        Err(raised) => {
            t.catch(raised, Exc::TypeError)?;
            let class = crate::runtime::type_of(object).value();
            call::call_method(t, class, "__dir__", &[object])?
        }
    };
    let items = iter::collect(t, listed)?;
    let mut names: Vec<String> = items.iter().filter_map(|v| v.as_str()).map(|s| s.to_rust()).collect();
    names.sort();
    Ok(names)
}

fn nearest(wanted: &str, names: &[String]) -> Option<String> {
    suggestions::closest(wanted, names.iter().map(String::as_str))
}

fn last_entry(this: Ref<Exception>) -> Option<Ref<Traceback>> {
    let mut at = this.traceback.get().cast::<Traceback>()?;
    while let Some(next) = at.next() {
        at = next;
    }
    Some(at)
}

fn locals_of(t: &mut Thread, entry: Ref<Traceback>) -> PyResult<Ref<Dict>> {
    let frame = traceback::frame_of(t, entry);
    frame::variables_of(t, frame)
}

fn for_attribute(t: &mut Thread, this: Ref<Exception>, wanted: &str) -> PyResult<Option<String>> {
    let object = this.field(fields::OBJECT);
    let mut names = names_of(t, object)?;
    let mut hide = !wanted.starts_with('_');
    if hide && let Some(entry) = last_entry(this) {
        let locals = locals_of(t, entry)?;
        hide = dict::get_text(t, locals, "self") != Some(object);
    }
    if hide {
        names.retain(|n| !n.starts_with('_'));
    }
    Ok(nearest(wanted, &names))
}

fn for_import(t: &mut Thread, this: Ref<Exception>, wanted: &str) -> PyResult<Option<String>> {
    let Some(name) = this.field(fields::NAME).as_str().map(|s| s.to_rust()) else { return Ok(None) };
    let module = crate::import::import_module(t, &name)?;
    let mut names = names_of(t, module)?;
    if !wanted.starts_with('_') {
        names.retain(|n| !n.starts_with('_'));
    }
    Ok(nearest(wanted, &names))
}

fn for_name(t: &mut Thread, this: Ref<Exception>, wanted: &str) -> PyResult<Option<String>> {
    let Some(entry) = last_entry(this) else { return Ok(None) };
    let locals = locals_of(t, entry)?;
    let function = Ref::<Function>::known(entry.function.get());
    if let Some(receiver) = dict::get_text(t, locals, "self")
        && let Ok(Some(_)) = attr::find_attr(t, receiver, wanted)
    {
        return Ok(Some(format!("self.{wanted}")));
    }
    let mut names = Vec::new();
    for namespace in [locals.value(), function.globals.get(), function.builtins.get()] {
        let Some(d) = namespace.cast::<Dict>() else { continue };
        let mut position = 0;
        while let Some((at, key, _)) = d.entry_from(position) {
            names.extend(key.as_str().map(|s| s.to_rust()));
            position = at + 1;
        }
    }
    Ok(nearest(wanted, &names))
}

/// Whether the value is a list (of notes, say) or tuple.
pub fn is_sequence(value: Value) -> bool {
    value.cast::<List>().is_some() || value.as_tuple().is_some()
}
