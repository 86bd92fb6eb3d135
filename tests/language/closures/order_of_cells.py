# co_freevars, co_cellvars and the cells of a closure are in the order of their names.
from types import CellType


def outer(parameter):
    z = a = m = result = 1

    def inner():
        nonlocal result
        result = z * a * m * parameter
        return result

    return inner


inner = outer(2)
print(inner.__code__.co_freevars, outer.__code__.co_cellvars, [c.cell_contents for c in inner.__closure__])
cells = tuple(CellType(n) for n in (2, 3, 5, None, 7))
namespace = {}
exec(inner.__code__, namespace, closure=cells)
print(cells[3].cell_contents)
for code, closure in ((inner.__code__, cells[1:]), (inner.__code__, list(cells)), (inner.__code__, None),
                      (inner.__code__, (1, 2, 3, 4, 5)), (compile('1', '', 'exec'), cells), ('1', cells)):
    try:
        exec(code, namespace, closure=closure)
    except TypeError as e:
        print(e)
try:
    eval(inner.__code__)
except TypeError as e:
    print(e)
