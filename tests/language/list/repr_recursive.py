l = [1]
l.append(l)
print(l, [l], str(l), [[], [[]]], ['a', b'b', None])
