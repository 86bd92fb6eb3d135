for x in (0.0, 1.0, 0.1, 123456.0, 1234567.0, 1e-5, 1e16, 1.5e300, 123.456):
    print(f'{x:g} {x:.3g} {x:G} {x:#g} {x} {x:.3} {x:10}| {x:n} {x:.10g}')
for spec in ('d', 'x', 's', 'c', '.', ',_'):
    try: print(format(1.5, spec))
    except ValueError as e: print(e)
