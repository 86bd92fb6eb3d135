n, s = 5, 'str'
print(f'{n}', f'{n + 1} {s!r} {s:>5} {n:03d}', f'{{literal}} {n}', f'{"nested"}', f'', f'{n}{s}', f'a' 'b' f'{n}', rf'\n{n}', F'{n}', f'{ n }')
