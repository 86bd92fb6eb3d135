import ast
t = ast.parse('x = [1, -2, "a"] if y else f(z, *a, k=1)')
print(ast.dump(t))
print(ast.literal_eval('{"a": [1, 2.5, (None, True)], "b": {1}, "c": b"x", "d": -1}'))
for bad in ('f()', '1 + x', '[1,'):
    try: ast.literal_eval(bad)
    except (ValueError, SyntaxError) as e: print(type(e).__name__)
print(ast.unparse(ast.parse('def f(a,b=1,*c):\n  return (a+b)*2')), [type(n).__name__ for n in ast.walk(ast.parse('a.b'))])
