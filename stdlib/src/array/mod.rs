//! `array`: sequences of machine numbers. The body stands in [`typed_array`], for the interpreter reads items itself.

mod construct;
mod convert;
mod items;
mod iterator;
mod methods;
mod operators;

use pystm_vm::{
    builtins::{
        container::class_getitem,
        memoryview,
        module::Module,
        typed_array::{self, Code, TypedArray},
    },
    error::PyResult,
    kind::Kind,
    native::{
        Method, ModuleDef, SEQUENCE, SUBCLASSABLE, TypeDef, class_method, getter, method, static_method,
    },
    object::{Ref, native},
    protocol::call,
    special::Compare,
    thread::Thread,
    value::Value,
};

use crate::support::{import_from, set_global};

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "array",
    doc: "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.  Arrays are sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.\n",
    methods: &[method(
        "_array_reconstructor",
        "($module, arraytype, typecode, mformat_code, items, /)",
        construct::reconstruct,
        "Internal. Used for pickling support.",
    )],
    types: &[&DEF],
    init: Some(init),
};

/// `array.array`
pub(crate) static DEF: TypeDef = TypeDef {
    name: "array.array",
    doc: "array(typecode [, initializer]) -> array\n\nReturn a new array whose items are restricted by typecode, and\ninitialized from the optional initializer value, which must be a list,\nstring or iterable over elements of the appropriate type.\n\nArrays represent basic values and behave very much like lists, except\nthe type of objects stored in them is constrained.",
    base: None,
    kind: Kind::TypedArray,
    layout: typed_array::LAYOUT,
    words: typed_array::WORDS,
    flags: SUBCLASSABLE | SEQUENCE,
    methods: METHODS,
    getset: &[
        getter("typecode", typecode, "the typecode character used to create the array"),
        getter(
            "itemsize",
            |_, v| Ok(Value::small(this(v).code().size() as i64)),
            "the size, in bytes, of one array item",
        ),
    ],
    setup: None,
};

const METHODS: &[Method] = &[
    static_method("__new__", "($cls, /, *args, **kwargs)", construct::new, "Create and return a new object."),
    method("__repr__", "($self, /)", convert::repr, "Return repr(self)."),
    method("__len__", "($self, /)", |_, a| Ok(Value::small(this(a[0]).len() as i64)), "Return len(self)."),
    method("__iter__", "($self, /)", iterator::new, "Implement iter(self)."),
    method("__getitem__", "($self, key, /)", items::getitem, "Return self[key]."),
    method("__setitem__", "($self, key, value, /)", items::setitem, "Set self[key] to value."),
    method("__delitem__", "($self, key, /)", items::delitem, "Delete self[key]."),
    method("__contains__", "($self, key, /)", methods::contains, "Return bool(key in self)."),
    method("__add__", "($self, value, /)", operators::add, "Return self+value."),
    method("__iadd__", "($self, value, /)", operators::in_place_add, "Implement self+=value."),
    method("__mul__", "($self, value, /)", operators::mul, "Return self*value."),
    method("__rmul__", "($self, value, /)", operators::mul, "Return value*self."),
    method("__imul__", "($self, value, /)", operators::in_place_mul, "Implement self*=value."),
    method(
        "__eq__",
        "($self, value, /)",
        |t, a| operators::compare(t, a, Compare::Eq),
        "Return self==value.",
    ),
    method(
        "__ne__",
        "($self, value, /)",
        |t, a| operators::compare(t, a, Compare::Ne),
        "Return self!=value.",
    ),
    method("__lt__", "($self, value, /)", |t, a| operators::compare(t, a, Compare::Lt), "Return self<value."),
    method(
        "__le__",
        "($self, value, /)",
        |t, a| operators::compare(t, a, Compare::Le),
        "Return self<=value.",
    ),
    method("__gt__", "($self, value, /)", |t, a| operators::compare(t, a, Compare::Gt), "Return self>value."),
    method(
        "__ge__",
        "($self, value, /)",
        |t, a| operators::compare(t, a, Compare::Ge),
        "Return self>=value.",
    ),
    method(
        "__buffer__",
        "($self, flags, /)",
        memoryview::buffer_method,
        "Return a buffer object that exposes the underlying memory of the object.",
    ),
    method(
        "__release_buffer__",
        "($self, buffer, /)",
        memoryview::release_buffer,
        "Release the buffer object that exposes the underlying memory of the object.",
    ),
    method("__copy__", "($self, /)", operators::copy, "Return a copy of the array."),
    method("__deepcopy__", "($self, unused, /)", operators::copy, "Return a copy of the array."),
    method(
        "__reduce_ex__",
        "($self, value, /)",
        construct::reduce_ex,
        "Return state information for pickling.",
    ),
    method(
        "__sizeof__",
        "($self, /)",
        |_, a| Ok(Value::small(64 + this(a[0]).bytes().len() as i64)),
        "Size of the array in memory, in bytes.",
    ),
    class_method("__class_getitem__", "($cls, object, /)", class_getitem, "array[object]"),
    method("append", "($self, v, /)", methods::append, "Append new value v to the end of the array."),
    method(
        "buffer_info",
        "($self, /)",
        methods::buffer_info,
        "Return a tuple (address, length): where the items lie in memory, and how many they are.",
    ),
    method("byteswap", "($self, /)", convert::byteswap, "Byteswap all items of the array."),
    method("clear", "($self, /)", methods::clear, "Remove all items from the array."),
    method("count", "($self, v, /)", methods::count, "Return number of occurrences of v in the array."),
    method("extend", "($self, bb, /)", methods::extend, "Append items to the end of the array."),
    method(
        "frombytes",
        "($self, buffer, /)",
        convert::frombytes,
        "Append items from bytes that hold them as the machine does.",
    ),
    method(
        "fromfile",
        "($self, f, n, /)",
        convert::fromfile,
        "Read n objects from the file object f and append them to the end of the array.",
    ),
    method("fromlist", "($self, list, /)", convert::fromlist, "Append items to array from list."),
    method(
        "fromunicode",
        "($self, ustr, /)",
        convert::fromunicode,
        "Append the characters of a str to an array of characters.",
    ),
    method(
        "index",
        "($self, v, start=0, stop=sys.maxsize, /)",
        methods::index,
        "Return index of first occurrence of v in the array; ValueError if there is none.",
    ),
    method(
        "insert",
        "($self, i, v, /)",
        methods::insert,
        "Insert a new item v into the array before position i.",
    ),
    method("pop", "($self, i=-1, /)", methods::pop, "Return the i-th element and delete it from the array."),
    method("remove", "($self, v, /)", methods::remove, "Remove the first occurrence of v in the array."),
    method("reverse", "($self, /)", methods::reverse, "Reverse the order of the items in the array."),
    method(
        "tobytes",
        "($self, /)",
        convert::tobytes,
        "Return the items as the machine holds them, as bytes.",
    ),
    method(
        "tofile",
        "($self, f, /)",
        convert::tofile,
        "Write all items (as machine values) to the file object f.",
    ),
    method("tolist", "($self, /)", convert::tolist, "Convert array to an ordinary list with the same items."),
    method("tounicode", "($self, /)", convert::tounicode, "Return the str of an array of characters."),
];

fn init(t: &mut Thread, module: Ref<Module>) -> PyResult<()> {
    let class = native::class(t, &DEF).value();
    set_global(t, module, "ArrayType", class);
    let codes: String = Code::ALL.iter().map(|c| c.letter()).collect();
    let codes = t.new_str(&codes);
    set_global(t, module, "typecodes", codes);
    let sequence = import_from(t, "collections.abc", "MutableSequence")?;
    call::call_method(t, sequence, "register", &[class])?;
    Ok(())
}

/// The array of a receiver.
fn this(value: Value) -> Ref<TypedArray> {
    Ref::known(value)
}

fn typecode(t: &mut Thread, value: Value) -> PyResult {
    Ok(t.rt.latin1[this(value).code() as usize].get())
}

/// A new array of the exact type with these bytes.
fn from_bytes(t: &mut Thread, code: Code, bytes: &[u8]) -> PyResult {
    let class = native::class(t, &DEF);
    let array = typed_array::new(t, class, code)?;
    pystm_vm::builtins::bytearray::extend(t, array.bytes(), bytes)?;
    Ok(array.value())
}
