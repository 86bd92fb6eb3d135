d = {'a': 1}
print(d.__len__(), d.__contains__('a'), d.__getitem__('a'), d.__eq__({'a': 1}), d.__eq__(5), d.__or__({'b': 2}), d.__or__(5), d.__ror__({'z': 0}), d.__ior__({'c': 3}), d.__setitem__('q', 1), d, dict.__hash__, dict[str, int])
