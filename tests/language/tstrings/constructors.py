from string.templatelib import Template, Interpolation
t = Template('a', Interpolation(5, 'x', None, ''), 'b', 'c')
print(t.strings, t.values, Template().strings, Template(Interpolation(1)).strings)
i = Interpolation(1, 'e', 'r', '>3')
print(i, i.value, Interpolation.__match_args__)
match i:
    case Interpolation(v, e, c, s): print(v, e, c, s)
for f in (lambda: Template(5), lambda: Interpolation(), lambda: Interpolation(1, 5), lambda: Interpolation(1, 'e', 'q'), lambda: type('S', (Template,), {})):
    try: f()
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
