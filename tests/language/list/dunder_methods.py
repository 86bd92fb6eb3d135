l = [1, 2]
print(l.__len__(), l.__contains__(1), l.__getitem__(0), l.__add__([3]), l.__mul__(2), l.__eq__([1, 2]), l.__eq__((1, 2)), l.__lt__([2]), l.__iadd__([9]), l.__reversed__().__next__(), l.__setitem__(0, 7), l, l.__delitem__(0), l, list.__hash__)
