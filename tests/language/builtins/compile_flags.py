# compile(): top-level await, incomplete input, warnings of odd literals and their places.
import ast
import codeop
import warnings


class Manager:
    async def __aenter__(self):
        return 7

    async def __aexit__(self, *args):
        pass


async def answer():
    return 42


async def numbers():
    yield 1


def run(coroutine):
    try:
        coroutine.send(None)
    except StopIteration as e:
        return e.value


AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
source = """
x = await answer()
y = [i async for i in numbers()]
async with Manager() as m: z = m
async for k in numbers(): w = k
"""
for namespace in ({}, None):
    code = compile(source, "f", "exec", flags=AWAIT)
    scope = {"answer": answer, "numbers": numbers, "Manager": Manager}
    awaited = eval(code, scope, namespace)
    print(type(awaited).__name__, run(awaited), sorted(namespace or scope))
print(run(eval(compile("await answer()", "f", "eval", flags=AWAIT))))
print(compile("x = 1", "f", "exec", flags=AWAIT).co_flags & 0x80)
for source in ("await x", "[a async for a in b]", "async with x: pass", "def f(): await x", "yield 1"):
    for flags in (0, AWAIT):
        try:
            compile(source, "f", "exec", flags=flags)
            print(source, "compiles")
        except SyntaxError as e:
            print(source, e.msg)
for source in ("if x:", "x =", "(", "def f():\n  pass", "def f():\n  pass\n", "a b", '"""abc', "if 1: pass"):
    try:
        print(repr(source), type(codeop.compile_command(source)).__name__)
    except SyntaxError as e:
        print(repr(source), e.msg)
try:
    compile("1", "f", "eval", 0x800)
except ValueError as e:
    print(e)
odd = (r"'\d'", "'''\n\\z'''", r"'\400'", r"f'\{6}'", "1if 1 else 2", "x is 1", "assert (1, 2)", "[1]['a']", r"b'\8' $")
for source in odd:
    for action in ("always", "error"):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter(action)
            try:
                compile(source, "<f>", "exec")
            except SyntaxError as e:
                print(repr(source), e.msg, e.lineno, e.text)
        for w in caught:
            print(repr(source), w.category.__name__, w.message, w.lineno, w.filename)
