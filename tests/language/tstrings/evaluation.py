def f(x): print('eval', x); return x
t = t'{f(1)} {f(2):{f(3)}}'
print(t.values, t.interpolations[1].format_spec)
try: t'{undefined}'
except NameError as e: print(e)
print(rt'\n{1}'.strings, t'{'nested'}'.values, t'{t'{1}'.strings}'.values)
