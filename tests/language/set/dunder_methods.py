s = {1, 2}
print(s.__len__(), s.__contains__(1), s.__or__({3}), s.__or__([3]), s.__and__({1}), s.__sub__({1}), s.__xor__({1}), s.__rsub__({1, 5}), s.__eq__({1, 2}), s.__le__({1, 2, 3}), set.__hash__, set[int])
