import operator as o
print(o.add(1, 2), o.itemgetter(1, 0)('ab'), o.attrgetter('real', 'imag')(1j), o.methodcaller('upper')('x'), o.contains([1], 1), o.index(5), o.truth([]), o.concat('a', 'b'), o.getitem([1], 0), o.iadd([1], [2]), o.length_hint(iter([1, 2])), o.countOf('aab', 'a'), o.itemgetter(slice(1))('abc'), repr(o.itemgetter(1)), o.call(len, 'abc'), o.is_not(1, 2), o.is_none(None))
