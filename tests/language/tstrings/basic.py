name = 'World'
t = t'Hello {name}!'
print(type(t), t.strings, t.values, [(i.value, i.expression, i.conversion, i.format_spec) for i in t.interpolations])
print(t'', t''.strings, t'{name}'.strings, t'{name}{name}'.strings, t'plain'.strings)
