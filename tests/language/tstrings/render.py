from string.templatelib import Template, Interpolation, convert
def render(t):
    out = []
    for p in t:
        if isinstance(p, str): out.append(p)
        else: out.append(format(convert(p.value, p.conversion), p.format_spec))
    return ''.join(out)
n, v = 'k', 2.5
print(render(t'{n!r}: {v:.2f}, {v:>{8}}|'), render(t'{{esc}} {1 + 1}'))
