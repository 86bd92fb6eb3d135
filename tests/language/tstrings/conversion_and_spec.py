x, w = 3.14159, 8
t = t'{x!r:>{w}} {x:.2f} {x!s} {x=} {x + 1 = :>5}'
print([(i.value, i.expression, i.conversion, i.format_spec) for i in t.interpolations], t.strings)
