class V:
    def __eq__(self, o): return ['eq', o]
    def __ne__(self, o): return None
    __hash__ = None
print(V() == 1, V() != 1, 1 == V(), bool(V() == 3))
