a = []
b = a
print(a is b, a is [], a is not [], None is None, a == [], a != b)
print(True is (1 == 1), ... is Ellipsis)
