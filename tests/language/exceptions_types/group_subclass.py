class EG(ExceptionGroup):
    def derive(self, excs): return EG(self.message, excs)
g = EG('m', [ValueError(1), TypeError(2)])
a, b = g.split(ValueError)
print(repr(a), repr(b), type(a).__name__)
g.add_note('note'); print(g.subgroup(TypeError).__notes__)
class Plain(ExceptionGroup): pass
print(type(Plain('p', [ValueError()]).subgroup(ValueError)).__name__)
