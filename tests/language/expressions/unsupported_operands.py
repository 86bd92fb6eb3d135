for f in (lambda: 1 + 'a', lambda: 'a' + 1, lambda: [] - [], lambda: {} | 1, lambda: 1 < 'a', lambda: None + None,
          lambda: -'a', lambda: ~1.5, lambda: 1 @ 2, lambda: 3 << 1.5, lambda: [] < (), lambda: object() >= object(),
          lambda: 2 ** 'x', lambda: divmod('a', 1), lambda: 1 in 2, lambda: [1][None], lambda: 5(), lambda: 5[0]):
    try:
        f()
    except TypeError as e:
        print(e)
