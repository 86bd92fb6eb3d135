e = ValueError()
print(e.__suppress_context__); e.__cause__ = KeyError(); print(e.__suppress_context__)
e.__cause__ = None; print(e.__suppress_context__, e.__cause__)
