@deco
@deco2(1)
class A(B, C, metaclass=M, **kw):
    "doc"
    x = 1
    __private = 2
    def f(self):
        self.attr = self.__private
        return __class__
    class Inner: pass
