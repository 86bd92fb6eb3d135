# symtable: blocks and what happens to their names
import symtable

source = """
import os
total = 0
def outer(a, b=1, *args, **kw):
    global total
    x = a + len(args)
    def inner():
        nonlocal x
        x += b
        return [y for y in range(x)]
    return inner
class C(object):
    attr: int = 1
    def method(self):
        return __class__, total
squares = (n * n for n in range(3))
"""
top = symtable.symtable(source, "file.py", "exec")
print(top.get_type(), top.get_name(), top.get_lineno(), sorted(top.get_identifiers()))


def show(table, depth):
    for child in table.get_children():
        if child.get_name() == "__annotate__":
            continue
        print("  " * depth, child.get_type(), child.get_name(), child.get_lineno(), child.is_nested())
        for symbol in sorted(child.get_symbols(), key=lambda s: s.get_name()):
            if symbol.get_name().startswith("__") and symbol.get_name() != "__class__":
                continue
            kinds = "parameter global declared_global local free nonlocal imported assigned referenced namespace".split()
            print("  " * depth, "-", symbol.get_name(), [k for k in kinds if getattr(symbol, "is_" + k)()])
        show(child, depth + 1)


show(top, 1)
outer = next(c for c in top.get_children() if c.get_name() == "outer")
print(outer.get_parameters(), sorted(outer.get_locals()), outer.get_globals(), outer.get_frees())
print(symtable.symtable("a + b", "f", "eval").get_identifiers())
for bad in ("def f(x, x): pass", "return 1 +"):
    try:
        symtable.symtable(bad, "bad.py", "exec")
    except SyntaxError as e:
        print(e.msg, e.filename, e.lineno)
try:
    symtable.symtable("1", "f", "x")
except ValueError as e:
    print(e)
