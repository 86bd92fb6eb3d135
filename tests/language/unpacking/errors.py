for src in ('a, b = 1,', 'a, b = 1, 2, 3', 'a, b, c = "ab"', 'a, *b, c = [1]', 'a, b = {}', 'a, = range(10)', '() = [1]',
            'a, b = iter([1, 2, 3])', 'a, b = {1: 1, 2: 2, 3: 3}', 'a, b = object()'):
    try:
        exec(src)
        print('no error')
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
