def tag(cls): cls.tagged = True; return cls
@tag
class A: pass
@(lambda c: c())
class B:
    def __init__(self): self.v = 'made'
print(A.tagged, B.v)
