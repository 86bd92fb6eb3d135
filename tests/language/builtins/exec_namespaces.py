# Globals and builtins that are no plain dicts are asked as their classes want it.
import asyncio
import ast
import types


class Refuses(dict):
    def __getitem__(self, key):
        raise ArithmeticError(key)


class ReadOnly(dict):
    def __setitem__(self, key, value):
        raise ArithmeticError(key)


def show(source, namespace):
    try:
        exec(source, namespace)
        print({key: value for key, value in namespace.items() if key not in ('__builtins__', 'f')})
    except Exception as e:
        print(type(e).__name__, e)


show('name', Refuses(name=1))
show('name', {'__builtins__': Refuses(name=1)})
show('name = 1', ReadOnly())
show('def f():\n global name\n name = 1\nx = 2', {})
show('class A: pass', {'__builtins__': {}})
show('class A: pass', {'__builtins__': ReadOnly()})
show('import foo.bar', {'__builtins__': types.MappingProxyType({})})
show('import foo.bar', {'__builtins__': types.MappingProxyType({'__import__': lambda name, *args: (name, args[2:])})})
show('import foo\nsame = foo is (globals(), locals())', {'__builtins__': types.MappingProxyType({
    '__import__': lambda name, globals, locals, *args: locals is globals, 'globals': globals, 'locals': locals})})
show('class A:\n import foo\nfoo = A.foo\ndel A\ndef f():\n import foo\n return foo\ninside = f()\ndel f', {
    '__name__': 'm', '__builtins__': {'__import__': lambda name, globals, locals, *args: locals is None or sorted(locals),
                                      '__build_class__': __build_class__}})
show('from foo import bar', {'__builtins__': types.MappingProxyType({'__import__': lambda *args: types.SimpleNamespace(bar=3)})})

# Code of a module can be that of a function, and then has its globals as its namespace.
def call(function):
    'text'.upper()
    return function()


namespace = {'start': 1}
function = types.FunctionType(compile('a = start\nb = a + 1\ndel a', '', 'exec'), namespace)
print(function(), call(function), namespace['b'], 'a' in namespace)
print(call(types.FunctionType(compile('[start + n for n in (1, 2)]', '', 'eval'), namespace)))


async def later(value):
    return value


namespace = {'later': later}
code = compile('a = await later(5)\nb = [await later(n) for n in (1, 2)]', '', 'exec', ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
asyncio.run(call(types.FunctionType(code, namespace)))
print(namespace['a'], namespace['b'])

# What is optimised away must be right all the same.
for source in ('assert await x', 'assert [y async for y in x]', 'assert x, await y', 'assert x'):
    for flags in (0, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
        try:
            compile(source, 'source', 'exec', flags, optimize=1)
            print(source, 'is right')
        except SyntaxError as e:
            print(e)
