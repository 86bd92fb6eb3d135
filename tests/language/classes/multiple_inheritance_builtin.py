class Mixin:
    def hello(self): return 'hi ' + str(self)
class L(Mixin, list): pass
class E(Mixin, ValueError): pass
class D(dict, Mixin): pass
print(L([1]).hello(), E('x').hello(), D(a=1).hello(), isinstance(E(), ValueError))
