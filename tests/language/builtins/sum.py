print(sum([1, 2]), sum([], 5), sum([[1], [2]], []), sum((0.5, 1)), sum(range(101)), sum([1, 2.5, 3j]), sum([10**20, 1]), sum([1], start=10), sum([True, False]), sum(((1,), (2,)), ()))
for f in (lambda: sum('ab', ''), lambda: sum([b'a'], b''), lambda: sum(['a']), lambda: sum(5), lambda: sum([[]]), lambda: sum([bytearray()], bytearray())):
    try: f()
    except TypeError as e: print(e)
