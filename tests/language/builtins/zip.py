print(list(zip([1, 2], 'ab')), list(zip()), list(zip([1])), list(zip([1, 2, 3], 'ab')), dict(zip('ab', (1, 2))), list(zip(*[(1, 2), (3, 4)])), list(zip([1], [2], strict=True)))
for f in (lambda: list(zip([1], [], strict=True)), lambda: list(zip([], [1], strict=True)), lambda: zip(5), lambda: zip([1], 5), lambda: list(zip([1, 2], [1], [1, 2], strict=True)), lambda: zip([], bad=1)):
    try: f()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
