a = {1, 2, 3}
print(a.union([4], (5,)), a.intersection([1, 2], {2}), a.difference([1], [2]), a.symmetric_difference([3, 4]), a.union(), a.intersection(), a.isdisjoint([9]), a.isdisjoint([1]), a.issubset(range(9)), a.issuperset([1]), set().union('a', 'b') == {'a', 'b'})
try: a.union(5)
except TypeError as e: print(e)
