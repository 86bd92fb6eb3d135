import itertools as it
print(list(it.chain('ab', [1])), list(it.islice(it.count(5, 2), 3)), list(it.islice(it.cycle('ab'), 3)), list(it.repeat(1, 2)), list(it.accumulate([1, 2, 3])), list(it.product('ab', [1, 2])), list(it.permutations('abc', 2))[:3], list(it.combinations('abc', 2)), list(it.combinations_with_replacement('ab', 2)))
print([(k, list(g)) for k, g in it.groupby('aabc')], list(it.takewhile(lambda x: x < 2, [1, 2, 1])), list(it.dropwhile(lambda x: x < 2, [1, 2, 1])), list(it.zip_longest('ab', 'c', fillvalue='-')), list(it.starmap(pow, [(2, 3)])), list(it.compress('abc', [1, 0, 1])), list(it.filterfalse(None, [0, 1])), [list(t) for t in it.tee([1, 2])], list(it.pairwise('abc')), list(it.batched('abcde', 2)), list(it.chain.from_iterable(['a', 'b'])))
for f in (lambda: list(it.islice([1], -1)), lambda: it.repeat(), lambda: list(it.batched([1], 0)), lambda: it.permutations([1], -1)):
    try: f()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
