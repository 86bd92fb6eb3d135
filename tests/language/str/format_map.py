class D(dict):
    def __missing__(self, k): return f'<{k}>'
print('{a} {b}'.format_map(D(a=1)), '{x}'.format_map({'x': 2}))
try: '{y}'.format_map({})
except KeyError as e: print(repr(e))
