class A:
    def __str__(self): return 'S'
    def __repr__(self): return 'Ré'
    def __format__(self, spec): return f'<{spec}>'
a = A(); w, p = 10, 3
print(f'{a} {a!s} {a!r} {a!a} {a:spec} {a!s:>4} {a:{w}.{p}} {3.14159:{w}.{p}f} {3:{"0"}>{w}} {a:{{}}x}' if False else f'{a} {a!s} {a!r} {a!a} {a:spec} {a!s:>4} {a:{w}.{p}} {3.14159:{w}.{p}f} {3:{"0"}>{w}}')
