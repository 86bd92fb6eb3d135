print((5).__add__(3), (5).__add__('x'), (5).__radd__(2), (5).__lt__(7), (5).__eq__('a'), (5).__bool__(), (5).__index__(), (7).__divmod__(2))
print((5).__pow__(3, 7), (-5).__abs__(), (5).__neg__(), (5).__invert__(), (5).__floor__(), (5).__ceil__(), (5).__trunc__(), (5).__float__())
print((5).__format__('03d'), (5).__hash__(), (5).__rsub__(7), (5).__truediv__(2), (2).__lshift__(3), (5).__getnewargs__())
