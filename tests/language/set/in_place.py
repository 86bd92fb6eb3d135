a = b = {1, 2, 3}
a |= {4}; a &= {2, 3, 4}; a -= {2}; a ^= {3, 9}
print(sorted(a), a is b)
a.update([1], 'x'); a.difference_update([9]); a.intersection_update([1, 4, 'x']); a.symmetric_difference_update([1, 5])
print(sorted(a, key=str), a is b)
a -= a; print(a)
try: a |= [1]
except TypeError as e: print(e)
